//! A map's memory as it is, read without any of the routines that wrote it.
//!
//! Offsets are those of [`layout`]; the walk, the meaning of tophashes and the size of bucket arrays are
//! spelled out again. The structures serialise to what the peer prints for a real map: same names, same order, and
//! the same things left out when they are empty.

use crate::layout::values::{CORRUPT, Memory};
use gc::size_class::round_up_size;
use gc::{Addr, Bytes};
use mapruntime::maptype::flag;
use mapruntime::{MapType, layout};
use serde::Serialize;
use serde_json::Value;

/// Longest chain that is followed: no healthy one comes near.
const LONGEST_CHAIN: usize = 1 << 20;

/// Largest B that is believed.
const LARGEST_B: u8 = 40;

/// One bucket.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BucketDump {
    /// Tophashes as they are.
    pub th: [u8; 8],
    /// Slot, key and elem of the cells that are in use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<(u8, Value, Value)>,
    /// Empty slots whose key has bytes that are not zero.
    #[serde(skip_serializing_if = "is_zero")]
    pub stale_k: u8,
    /// The same for elems.
    #[serde(skip_serializing_if = "is_zero")]
    pub stale_e: u8,
    /// Where the next bucket of the chain lies.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ovf: String,
}

fn is_zero(mask: &u8) -> bool {
    *mask == 0
}

/// A bucket and its overflow buckets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChainDump {
    /// Number of the bucket.
    pub i: u64,
    /// The buckets.
    pub chain: Vec<BucketDump>,
}

/// `hmap.extra`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExtraDump {
    /// Length of the list of overflow buckets.
    pub overflow: Option<u64>,
    /// The same for the old buckets.
    pub oldoverflow: Option<u64>,
    /// The next preallocated overflow bucket.
    pub next_overflow: Option<i64>,
}

/// A map at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapDump {
    /// Entries.
    pub count: i64,
    /// `hmap.flags`.
    pub flags: u8,
    /// Logarithm of the number of buckets.
    #[serde(rename = "B")]
    pub b: u8,
    /// Overflow buckets, approximately.
    pub noverflow: u16,
    /// The seed.
    pub hash0: String,
    /// Progress of evacuation.
    pub nevacuate: u64,
    /// Has it no buckets yet?
    pub buckets_nil: bool,
    /// 2^B.
    pub nbuckets: u64,
    /// The same with those preallocated for overflow.
    pub nalloc: u64,
    /// Is a growth under way?
    pub growing: bool,
    /// Is it, or was the last one, to the same size?
    pub same_size: bool,
    /// How many old buckets there are.
    pub noldbuckets: u64,
    /// The part that not every map has.
    pub extra: Option<ExtraDump>,
    /// Chains that are not empty.
    pub buckets: Vec<ChainDump>,
    /// The same of the old array.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub oldbuckets: Vec<ChainDump>,
}

/// What the compiler says of the map's type.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // The names are the documentation: they are those of Go's `maptype`.
pub struct TypeDump {
    pub keysize: u64,
    pub elemsize: u64,
    pub bucketsize: u64,
    pub flags: u32,
    pub indirectkey: bool,
    pub indirectelem: bool,
    pub reflexive: bool,
    pub needkeyupdate: bool,
    #[serde(rename = "hashMightPanic")]
    pub hash_might_panic: bool,
    pub key_type_size: u64,
    pub elem_type_size: u64,
    pub key_ptrdata: u64,
    pub elem_ptrdata: u64,
    pub bucket_has_pointers: bool,
    pub bucket_ptrdata: u64,
    pub bucket_ptrmask: String,
}

impl TypeDump {
    /// The facts of a map type.
    pub fn of(t: &MapType) -> TypeDump {
        let is = |bit| t.flags() & bit != 0;
        TypeDump {
            keysize: t.keysize(),
            elemsize: t.elemsize(),
            bucketsize: t.bucketsize(),
            flags: t.flags(),
            indirectkey: is(flag::INDIRECT_KEY),
            indirectelem: is(flag::INDIRECT_ELEM),
            reflexive: is(flag::REFLEXIVE_KEY),
            needkeyupdate: is(flag::NEED_KEY_UPDATE),
            hash_might_panic: is(flag::HASH_MIGHT_PANIC),
            key_type_size: t.key().size(),
            elem_type_size: t.elem().size(),
            key_ptrdata: t.key().ty().ptrdata().0,
            elem_ptrdata: t.elem().ty().ptrdata().0,
            bucket_has_pointers: !t.bucket().noscan(),
            bucket_ptrdata: t.bucket().ptrdata().0,
            bucket_ptrmask: (0..t.bucketsize() / 8).map(|i| if t.bucket().is_pointer(i) { '1' } else { '0' }).collect(),
        }
    }
}

/// An array of buckets: where, how many, how many with those for overflow.
#[derive(Clone, Copy)]
struct Array {
    base: Addr,
    len: u64,
    all: u64,
}

impl Array {
    const NONE: Array = Array { base: Addr::NIL, len: 0, all: 0 };

    fn new(t: &MapType, base: Addr, b: u8) -> Array {
        let len = 1u64 << b.min(LARGEST_B);
        let mut all = len;
        if b >= 4 {
            all += len >> 4;
            let bytes = all * t.bucketsize();
            let rounded = round_up_size(Bytes(bytes)).0;
            if rounded != bytes {
                all = rounded / t.bucketsize();
            }
        }
        Array { base, len, all }
    }

    /// The index of a bucket in here, past the ordinary ones.
    fn preallocated(self, t: &MapType, a: Addr) -> Option<i64> {
        let inside = !self.base.is_nil() && a >= self.base && a.0 < self.base.0 + self.all * t.bucketsize();
        inside.then(|| ((a.0 - self.base.0) / t.bucketsize()) as i64 - self.len as i64)
    }
}

/// The header's numbers, for a trace: count, flags, B, noverflow, nevacuate, growing, hash0.
pub fn header(memory: Memory<'_>, h: Addr) -> Option<(i64, u8, u8, u16, u64, u8, u32)> {
    use layout::hmap;
    let word = |at| memory.word(h.offset(at));
    let meta = word(hmap::FLAGS)?;
    let growing = u8::from(word(hmap::OLDBUCKETS)? != 0);
    let (flags, b, noverflow) = (meta as u8, (meta >> 8) as u8, (meta >> 16) as u16);
    Some((word(hmap::COUNT)? as i64, flags, b, noverflow, word(hmap::NEVACUATE)?, growing, (meta >> 32) as u32))
}

/// The map of type `t` whose header is at `h`; `None` if there is no memory.
pub fn map(t: &MapType, memory: Memory<'_>, h: Addr) -> Option<MapDump> {
    use layout::{hmap, mapextra, slice};
    let (count, flags, b, noverflow, nevacuate, growing, hash0) = header(memory, h)?;
    let pointer = |at: Addr, field| memory.word(at.offset(field)).map(Addr);
    let (buckets, oldbuckets) = (pointer(h, hmap::BUCKETS)?, pointer(h, hmap::OLDBUCKETS)?);
    let same_size = u64::from(flags) & layout::flags::SAME_SIZE_GROW != 0;
    let new = if buckets.is_nil() { Array::NONE } else { Array::new(t, buckets, b) };
    let old_b = if same_size { b } else { b.saturating_sub(1) };
    let old = if oldbuckets.is_nil() { Array::NONE } else { Array::new(t, oldbuckets, old_b) };

    let extra = match pointer(h, hmap::EXTRA)? {
        Addr::NIL => None,
        extra => {
            let length = |field| -> Option<Option<u64>> {
                let list = pointer(extra, field)?;
                if list.is_nil() { Some(None) } else { memory.word(list.offset(slice::LEN)).map(Some) }
            };
            let next = pointer(extra, mapextra::NEXT_OVERFLOW)?;
            let index = |a: Addr| (a.0.wrapping_sub(buckets.0) / t.bucketsize()) as i64 - new.len as i64;
            Some(ExtraDump {
                overflow: length(mapextra::OVERFLOW)?,
                oldoverflow: length(mapextra::OLDOVERFLOW)?,
                next_overflow: (!next.is_nil()).then(|| index(next)),
            })
        }
    };
    Some(MapDump {
        count,
        flags,
        b,
        noverflow,
        hash0: format!("0x{hash0:08x}"),
        nevacuate,
        buckets_nil: buckets.is_nil(),
        nbuckets: new.len,
        nalloc: new.all,
        growing: growing != 0,
        same_size,
        noldbuckets: old.len,
        extra,
        buckets: chains(t, memory, new, old),
        oldbuckets: chains(t, memory, old, new),
    })
}

/// The chains of an array that are not empty.
fn chains(t: &MapType, memory: Memory<'_>, array: Array, other: Array) -> Vec<ChainDump> {
    let mut all = Vec::new();
    for i in 0..array.len {
        let first = array.base.offset(i * t.bucketsize());
        // Most are empty: one look at tophashes and overflow word saves the rest, unless there are stale bytes.
        let blank = (0..t.bucketsize() / 8).all(|w| memory.word(first.offset(w * 8)) == Some(0));
        if blank {
            continue;
        }
        let mut chain = Vec::new();
        let mut b = first;
        while !b.is_nil() && chain.len() < LONGEST_CHAIN {
            let (mut dump, next) = bucket(t, memory, b);
            if !next.is_nil() {
                dump.ovf = match (array.preallocated(t, next), other.preallocated(t, next)) {
                    (Some(i), _) => format!("pre:{i}"),
                    (None, Some(i)) => format!("otherpre:{i}"),
                    _ if memory.word(next).is_none() => CORRUPT.into(),
                    _ => "heap".into(),
                };
            }
            chain.push(dump);
            b = if memory.word(next).is_some() { next } else { Addr::NIL };
        }
        let shows = |b: &BucketDump| b.th != [0; 8] || b.stale_k | b.stale_e != 0 || !b.ovf.is_empty();
        if chain.iter().any(shows) {
            all.push(ChainDump { i, chain });
        }
    }
    all
}

/// One bucket, and the next.
fn bucket(t: &MapType, memory: Memory<'_>, b: Addr) -> (BucketDump, Addr) {
    let th = memory.word(b.offset(layout::bmap::TOPHASH)).unwrap_or(0).to_le_bytes();
    let mut dump = BucketDump { th, cells: Vec::new(), stale_k: 0, stale_e: 0, ovf: String::new() };
    let behind = |slot: Addr, bit| match t.flags() & bit {
        0 => slot,
        _ => memory.word(slot).map_or(Addr::NIL, Addr),
    };
    for (slot, top) in (0u8..).zip(th) {
        let key = b.offset(layout::bmap::DATA + u64::from(slot) * t.keysize());
        let elem = b.offset(layout::bmap::DATA + 8 * t.keysize() + u64::from(slot) * t.elemsize());
        match top {
            5.. => {
                let key = memory.value(t.key(), behind(key, flag::INDIRECT_KEY));
                let elem = memory.value(t.elem(), behind(elem, flag::INDIRECT_ELEM));
                dump.cells.push((slot, key, elem));
            }
            0 | 1 => {
                let stale = |a, n| memory.bytes(a, n).is_none_or(|bytes| bytes.iter().any(|&b| b != 0));
                dump.stale_k |= u8::from(stale(key, t.keysize())) << slot;
                dump.stale_e |= u8::from(stale(elem, t.elemsize())) << slot;
            }
            _ => {}
        }
    }
    (dump, memory.word(b.offset(t.bucketsize() - 8)).map_or(Addr::NIL, Addr))
}
