//! Looking at a map from outside: its live entries, and a summary of its shape.
//!
//! For oracles and reports. Memory is read through a closure, without [`Effects`](gc::Effects), so
//! that looking changes and counts nothing; and nothing here is shared with the routines
//! it may have to judge, not even their constants: offsets and states are spelled out again.
//!
//! A cell is live if its tophash is at least 5, in the new array as well as in the old: what has moved
//! is marked 2 or 3 in the old one. So the walk is right between any two operations, and in the middle
//! of an evacuation too. It is not right in three short stretches inside an operation, which the writing
//! flag covers: where an entry has its tophash but not yet its key and elem (being inserted by a
//! fast variant, or moved); where a growth has stored the new B but not yet the new array; and
//! in the middle of `mapclear`.
//!
//! Chains are cut after [`LONGEST_CHAIN`] buckets, and then [`Summary::broken`] says so.

use crate::maptype::MapType;
use gc::{Addr, TypeId};
use std::collections::BTreeMap;

/// No healthy map comes near; a chain that bites its own tail does.
pub const LONGEST_CHAIN: u64 = 1 << 20;

/// A live entry, and where it lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its bucket, which may be an overflow bucket.
    pub bucket: Addr,
    /// Its cell, 0 to 7.
    pub cell: u64,
    /// Where the key is, behind the slot if it is indirect.
    pub key: Addr,
    /// Where the elem is, behind the slot if it is indirect.
    pub elem: Addr,
    /// Is it still in the old array?
    pub old: bool,
}

/// The name of a part of a bucket, or of a map's header, by its offset in bytes; `None` for an object of another type.
pub fn part(t: &MapType, ty: TypeId, offset: u64) -> Option<String> {
    const FIELDS: [(u64, &str); 4] = [(16, "buckets"), (24, "oldbuckets"), (32, "nevacuate"), (40, "extra")];
    if ty == t.universe().hmap().id() {
        let (_, name) = FIELDS.into_iter().find(|(at, _)| *at == offset)?;
        return Some(format!("field {name}"));
    }
    if ty != t.bucket().id() {
        return None;
    }
    let (bucket, within) = (offset / t.bucketsize(), offset % t.bucketsize());
    let (keys, elems) = (8, 8 + 8 * t.keysize());
    let place = if within < keys {
        "tophashes".to_owned()
    } else if within >= t.bucketsize() - 8 {
        "overflow".to_owned()
    } else if within < elems {
        format!("key {}", (within - keys) / t.keysize().max(1))
    } else {
        format!("elem {}", (within - elems) / t.elemsize().max(1))
    };
    Some(format!("bucket {bucket}, {place}"))
}

/// The shape of a map at one moment.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Summary {
    /// Entries by the header.
    pub count: u64,
    /// Entries found.
    pub found: u64,
    /// `hmap.flags`.
    pub flags: u8,
    /// Logarithm of the number of buckets.
    pub b: u8,
    /// Overflow buckets by the header, approximately.
    pub noverflow: u16,
    /// Is a growth under way?
    pub growing: bool,
    /// Is it to the same size?
    pub same_size: bool,
    /// Old buckets that have been evacuated without a gap.
    pub nevacuate: u64,
    /// How many chains of the current array have how many overflow buckets.
    pub chains: BTreeMap<u64, u64>,
    /// Cells of the current array and its overflow buckets that are empty.
    pub empty_cells: u64,
    /// Cells of the same that are full.
    pub full_cells: u64,
    /// Entries for each bucket of the current array, overflow buckets not counted as buckets.
    pub load_factor: f64,
    /// Was a chain endless, or the array too large to be one?
    pub broken: bool,
}

/// Everything the walk meets.
enum Seen {
    Cell { entry: Entry, top: u8 },
    Chain { overflow: u64, old: bool },
    Broken,
}

fn walk(t: &MapType, h: Addr, read: &impl Fn(Addr) -> u64, mut see: impl FnMut(Seen)) {
    if h.is_nil() {
        return;
    }
    let word = |at: u64| read(Addr(h.0.wrapping_add(at)));
    let meta = word(8).to_le_bytes();
    let (flags, b) = (meta[0], u32::from(meta[1]));
    let old_b = if flags & 8 != 0 { b } else { b.wrapping_sub(1) };
    for (array, b, old) in [(word(16), b, false), (word(24), old_b, true)] {
        if array == 0 {
            continue;
        }
        if b > 40 {
            see(Seen::Broken);
            continue;
        }
        for i in 0..1u64 << b {
            chain(t, Addr(array.wrapping_add(i.wrapping_mul(t.bucketsize()))), old, read, &mut see);
        }
    }
}

fn chain(t: &MapType, first: Addr, old: bool, read: &impl Fn(Addr) -> u64, see: &mut impl FnMut(Seen)) {
    let through = |flag: u32, slot: Addr| if t.flags() & flag != 0 { Addr(read(slot)) } else { slot };
    let mut bucket = first;
    let mut length = 0;
    while bucket.0 != 0 {
        if length == LONGEST_CHAIN {
            return see(Seen::Broken);
        }
        length += 1;
        for (cell, top) in (0..).zip(read(bucket).to_le_bytes()) {
            let key = Addr(bucket.0 + 8 + cell * t.keysize());
            let elem = Addr(bucket.0 + 8 + 8 * t.keysize() + cell * t.elemsize());
            let (key, elem) = if top >= 5 { (through(1, key), through(2, elem)) } else { (key, elem) };
            see(Seen::Cell { entry: Entry { bucket, cell, key, elem, old }, top });
        }
        bucket = Addr(read(Addr(bucket.0 + t.bucketsize() - 8)));
    }
    see(Seen::Chain { overflow: length - 1, old });
}

/// All live entries of the map at `h`: by array, bucket, chain, cell.
pub fn entries(t: &MapType, h: Addr, read: impl Fn(Addr) -> u64) -> Vec<Entry> {
    let mut all = Vec::new();
    walk(t, h, &read, |seen| {
        if let Seen::Cell { entry, top: 5.. } = seen {
            all.push(entry);
        }
    });
    all
}

/// The shape of the map at `h`.
pub fn summary(t: &MapType, h: Addr, read: impl Fn(Addr) -> u64) -> Summary {
    let mut s = Summary::default();
    if h.is_nil() {
        return s;
    }
    let word = |at: u64| read(Addr(h.0.wrapping_add(at)));
    let meta = word(8).to_le_bytes();
    s.count = word(0);
    s.flags = meta[0];
    s.b = meta[1];
    s.noverflow = u16::from_le_bytes([meta[2], meta[3]]);
    s.growing = word(24) != 0;
    s.same_size = s.growing && s.flags & 8 != 0;
    s.nevacuate = word(32);
    walk(t, h, &read, |seen| match seen {
        Seen::Cell { entry, top } => {
            let live = u64::from(top >= 5);
            s.found += live;
            if !entry.old {
                s.full_cells += live;
                s.empty_cells += 1 - live;
            }
        }
        Seen::Chain { overflow, old: false } => *s.chains.entry(overflow).or_default() += 1,
        Seen::Chain { .. } => {}
        Seen::Broken => s.broken = true,
    });
    s.load_factor = s.count as f64 / (1u64 << u32::from(s.b).min(63)) as f64;
    s
}
