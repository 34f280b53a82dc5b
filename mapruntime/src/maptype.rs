//! A map's type: what Go's compiler writes into `maptype`, and the layout of its buckets.
//!
//! ```text
//! keysize, elemsize   of a slot: 8 for what is larger than 128 bytes and so lies behind a pointer
//! bucketsize          8 + 8 × keysize + 8 × elemsize, aligned, + 8
//! overflow word       a pointer if anything else in the bucket is; otherwise a uintptr, and
//!                     hmap.extra.overflow keeps the overflow buckets alive
//! ```
//!
//! Source: Go 1.19 cmd/compile/internal/reflectdata/reflect.go (`MapBucketType`), runtime/type.go.
//! Checked by: `tests/map/maptypes.rs` against 30 types read from the memory of a real program.

use crate::kind::{Alg, GoType};
use crate::layout::{BUCKET_CELLS, MAX_ELEM_SIZE, MAX_KEY_SIZE, bmap};
use crate::universe::Universe;
use gc::addr::{Bytes, WORD};
use gc::types::TypeError;
use gc::{PtrMask, Type, TypeTable};
use std::fmt;
use std::sync::Arc;

/// Bits of `maptype.flags`.
pub mod flag {
    /// Slots hold pointers to keys.
    pub const INDIRECT_KEY: u32 = 1;
    /// Slots hold pointers to elems.
    pub const INDIRECT_ELEM: u32 = 2;
    /// Every key is equal to itself.
    pub const REFLEXIVE_KEY: u32 = 4;
    /// An overwrite writes the key too.
    pub const NEED_KEY_UPDATE: u32 = 8;
    /// Hashing can panic.
    pub const HASH_MIGHT_PANIC: u32 = 16;
}

/// Which routines the compiler would call for a map of this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The generic ones, which take the key's address.
    Slow,
    /// `_fast32`: four bytes of plain memory without pointers.
    Fast32,
    /// `_fast64`: eight bytes of plain memory without pointers.
    Fast64,
    /// `_fast64`, with `mapassign_fast64ptr`: a pointer.
    Fast64Ptr,
    /// `_faststr`: a string.
    FastStr,
}

/// Why there can be no map of such a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MapTypeError {
    /// Go's compiler says `invalid map key type`.
    InvalidKey(String),
    /// The collector's type table refused the bucket.
    Type(TypeError),
}

impl fmt::Display for MapTypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MapTypeError::InvalidKey(name) => write!(f, "invalid map key type {name}"),
            MapTypeError::Type(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for MapTypeError {}

/// The type of a map. Immutable; routines take it by reference.
#[derive(Debug, Clone)]
pub struct MapType {
    universe: Arc<Universe>,
    key: Arc<GoType>,
    elem: Arc<GoType>,
    bucket: Arc<Type>,
    bucket_data: Arc<Type>,
    keysize: u64,
    elemsize: u64,
    bucketsize: u64,
    flags: u32,
    variant: Variant,
    /// Does `hmap.extra.overflow` keep the overflow buckets of a pointer-free map alive? It must;
    /// `false` plants the fault that they are lost at the next collection.
    pub keep_overflow: bool,
}

impl MapType {
    /// `map[key]elem`.
    ///
    /// # Errors
    /// `InvalidKey` if keys cannot be compared.
    pub fn new(
        table: &mut TypeTable,
        universe: &Arc<Universe>,
        key: &Arc<GoType>,
        elem: &Arc<GoType>,
    ) -> Result<MapType, MapTypeError> {
        if !key.comparable() {
            return Err(MapTypeError::InvalidKey(key.name().into()));
        }
        let indirect_key = key.size() > MAX_KEY_SIZE;
        let indirect_elem = elem.size() > MAX_ELEM_SIZE;
        let keys = Slots::of(key, indirect_key);
        let elems = Slots::of(elem, indirect_elem);

        let keys_at = bmap::DATA;
        let elems_at = keys_at + BUCKET_CELLS * keys.size;
        let overflow_at = (elems_at + BUCKET_CELLS * elems.size).next_multiple_of(WORD);
        let bucketsize = overflow_at + WORD;

        let mut mask = PtrMask::repeat(false, (bucketsize / WORD) as usize);
        for (slots, at) in [(&keys, keys_at), (&elems, elems_at)] {
            for cell in 0..BUCKET_CELLS {
                let first = ((at + cell * slots.size) / WORD) as usize;
                slots.mask.iter_ones().for_each(|one| mask.set(first + one, true));
            }
        }
        let pointers = mask.any();
        mask.set((overflow_at / WORD) as usize, pointers);
        let data_mask = mask[1..].to_bitvec();

        let name = format!("map.bucket[{}]{}", key.name(), elem.name());
        let mut add =
            |name: &str, size, mask| table.add(name, Bytes(size), Bytes(WORD), mask).map_err(MapTypeError::Type);
        let bucket = add(&name, bucketsize, mask)?;
        let bucket_data = add(&format!("{name}.data"), bucketsize - bmap::DATA, data_mask)?;

        let mut flags = 0;
        for (bit, on) in [
            (flag::INDIRECT_KEY, indirect_key),
            (flag::INDIRECT_ELEM, indirect_elem),
            (flag::REFLEXIVE_KEY, key.reflexive()),
            (flag::NEED_KEY_UPDATE, key.need_key_update()),
            (flag::HASH_MIGHT_PANIC, key.hash_might_panic()),
        ] {
            flags |= if on { bit } else { 0 };
        }
        Ok(MapType {
            universe: universe.clone(),
            variant: variant_of(key, elem),
            key: key.clone(),
            elem: elem.clone(),
            bucket,
            bucket_data,
            keysize: keys.size,
            elemsize: elems.size,
            bucketsize,
            flags,
            keep_overflow: true,
        })
    }

    /// What the program's maps share.
    #[inline(always)]
    pub fn universe(&self) -> &Universe {
        &self.universe
    }

    /// The type of keys.
    #[inline(always)]
    pub fn key(&self) -> &GoType {
        &self.key
    }

    /// The type of elems.
    #[inline(always)]
    pub fn elem(&self) -> &GoType {
        &self.elem
    }

    /// The type of a bucket.
    #[inline(always)]
    pub fn bucket(&self) -> &Type {
        &self.bucket
    }

    /// The type of a bucket without its first word, the tophashes: what evacuation clears.
    pub(crate) fn bucket_data(&self) -> &Type {
        &self.bucket_data
    }

    /// Bytes of a key's slot.
    #[inline(always)]
    pub fn keysize(&self) -> u64 {
        self.keysize
    }

    /// Bytes of an elem's slot.
    #[inline(always)]
    pub fn elemsize(&self) -> u64 {
        self.elemsize
    }

    /// Bytes of a bucket.
    #[inline(always)]
    pub fn bucketsize(&self) -> u64 {
        self.bucketsize
    }

    /// [`flag`] bits.
    #[inline(always)]
    pub fn flags(&self) -> u32 {
        self.flags
    }

    /// Which routines the compiler would call.
    pub fn variant(&self) -> Variant {
        self.variant
    }

    /// The word that stands for this map type in an iterator.
    pub fn type_word(&self) -> u64 {
        Universe::type_word(self.bucket.id())
    }
}

/// One kind of slots in a bucket.
struct Slots {
    size: u64,
    mask: PtrMask,
}

impl Slots {
    fn of(ty: &GoType, indirect: bool) -> Slots {
        if indirect {
            Slots { size: WORD, mask: PtrMask::repeat(true, 1) }
        } else {
            Slots { size: ty.size(), mask: ty.ty().mask().clone() }
        }
    }
}

fn variant_of(key: &GoType, elem: &GoType) -> Variant {
    if elem.size() > MAX_ELEM_SIZE {
        return Variant::Slow;
    }
    match (key.alg(), key.size()) {
        (Alg::Memory, 4) => Variant::Fast32,
        (Alg::Memory, 8) if key.ty().noscan() => Variant::Fast64,
        (Alg::Memory, 8) => Variant::Fast64Ptr,
        (Alg::Str, _) => Variant::FastStr,
        _ => Variant::Slow,
    }
}
