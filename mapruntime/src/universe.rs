//! The immutable facts of one program's types that map routines need beyond a map's own type.
//!
//! - the hash key, Go's `hashkey[0]`;
//! - the address of `zeroVal`, 1024 bytes of zeros that failed lookups point to: the caller
//!   sets them aside in the simulated memory, outside the heap, and nobody writes there;
//! - which type an interface's type word stands for;
//! - the collector's types of the structures that are the same for all maps.
//!
//! A type word is not zero, not an address of the heap, and follows from the type's number alone:
//! `0x4a0000 + 64 × number`, where a Go program of moderate size has its read-only data.

use crate::kind::GoType;
use crate::layout::{hiter, hmap, mapextra, slice};
use gc::addr::{Bytes, WORD};
use gc::{Addr, PtrMask, Type, TypeId, TypeTable};
use std::sync::Arc;

const TYPE_WORD_BASE: u64 = 0x4a_0000;
const TYPE_WORD_STRIDE: u64 = 64;

/// What all map routines of one program share.
#[derive(Debug)]
pub struct Universe {
    hashkey: u64,
    zero_val: Addr,
    /// By type number; `None` for types that are not Go types.
    types: Vec<Option<Arc<GoType>>>,
    pub(crate) hmap: Arc<Type>,
    pub(crate) mapextra: Arc<Type>,
    pub(crate) hiter: Arc<Type>,
    pub(crate) slice: Arc<Type>,
    pub(crate) pointer: Arc<Type>,
}

impl Universe {
    /// The facts of a program with these types, of which any may be held by an interface.
    ///
    /// # Panics
    /// Never: the layouts added to `table` are legal.
    pub fn new(
        table: &mut TypeTable,
        hashkey: u64,
        zero_val: Addr,
        types: impl IntoIterator<Item = Arc<GoType>>,
    ) -> Arc<Universe> {
        let mut by_number = Vec::new();
        for ty in types {
            let at = ty.id().0 as usize;
            if at >= by_number.len() {
                by_number.resize(at + 1, None);
            }
            by_number[at] = Some(ty);
        }
        let mut fixed = |name, size: u64, pointers: u64| {
            let words = (size / WORD) as usize;
            let mask: PtrMask = (0..words).map(|i| pointers >> i & 1 == 1).collect();
            table.add(name, Bytes(size), Bytes(WORD), mask).expect("a whole number of words with its pointers inside")
        };
        Arc::new(Universe {
            hashkey,
            zero_val,
            types: by_number,
            hmap: fixed("runtime.hmap", hmap::SIZE, hmap::POINTERS),
            mapextra: fixed("runtime.mapextra", mapextra::SIZE, mapextra::POINTERS),
            hiter: fixed("runtime.hiter", hiter::SIZE, hiter::POINTERS),
            slice: fixed("[]*runtime.bmap", slice::SIZE, 0b1),
            pointer: fixed("*runtime.bmap", WORD, 0b1),
        })
    }

    /// Go's `hashkey[0]`.
    #[inline(always)]
    pub fn hashkey(&self) -> u64 {
        self.hashkey
    }

    /// Where the zero value is.
    #[inline(always)]
    pub fn zero_val(&self) -> Addr {
        self.zero_val
    }

    /// The type word of an interface that holds a value of this type.
    pub fn type_word(id: TypeId) -> u64 {
        TYPE_WORD_BASE + u64::from(id.0) * TYPE_WORD_STRIDE
    }

    /// The type that a type word stands for; `None` if it is no such word.
    pub fn type_of(&self, word: u64) -> Option<&Arc<GoType>> {
        let distance = word.checked_sub(TYPE_WORD_BASE)?;
        if !distance.is_multiple_of(TYPE_WORD_STRIDE) {
            return None;
        }
        self.types.get(usize::try_from(distance / TYPE_WORD_STRIDE).ok()?)?.as_ref()
    }

    /// The name of a type; `?` if it is not one of the program's.
    pub fn name(&self, id: TypeId) -> &str {
        self.types.get(id.0 as usize).and_then(Option::as_ref).map_or("?", |ty| ty.name())
    }

    /// The type of an iterator, for callers that put one in a frame or on the heap.
    pub fn hiter(&self) -> &Arc<Type> {
        &self.hiter
    }

    /// The type of a map's header.
    pub fn hmap(&self) -> &Arc<Type> {
        &self.hmap
    }
}
