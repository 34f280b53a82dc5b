//! Where each field of Go's map structures lies, in bytes from the start of its structure.
//!
//! ```text
//! hmap      count | flags B noverflow hash0 | buckets | oldbuckets | nevacuate | extra
//! mapextra  overflow | oldoverflow | nextOverflow
//! bmap      tophash × 8 | key × 8 | elem × 8 | overflow
//! hiter     key | elem | t | h | buckets | bptr | overflow | oldoverflow | startBucket
//!           | offset wrapped B i | bucket | checkBucket
//! slice     array | len | cap
//! ```
//!
//! A bar ends a word. Fields that share a word are given with their byte offsets; the memory is
//! little-endian. Sizes of keys and elems are facts of a [`MapType`](crate::maptype::MapType),
//! not of this page.
//!
//! Source: Go 1.19 runtime/map.go, runtime/slice.go. Checked by: `tests/map/layout.rs`, and by every
//! comparison with a dump of a real map.

/// Cells in a bucket.
pub const BUCKET_CELLS: u64 = 8;

/// Logarithm of [`BUCKET_CELLS`].
pub const BUCKET_CELLS_BITS: u32 = 3;

/// Keys larger than this are stored behind a pointer.
pub const MAX_KEY_SIZE: u64 = 128;

/// Elems larger than this are stored behind a pointer.
pub const MAX_ELEM_SIZE: u64 = 128;

/// Bytes of the zero value that a failed lookup points to; larger elems use the `_fat` lookups.
pub const MAX_ZERO: u64 = 1024;

/// The largest memory that an allocation may ask for on linux/amd64.
pub const MAX_ALLOC: u64 = 1 << 48;

/// The header of a map.
pub mod hmap {
    /// Live cells: a word, and the first, because `len` reads it directly.
    pub const COUNT: u64 = 0;
    /// [`flags`](super::flags): one byte.
    pub const FLAGS: u64 = 8;
    /// Logarithm of the number of buckets: one byte.
    pub const B: u64 = 9;
    /// About how many overflow buckets there are: two bytes.
    pub const NOVERFLOW: u64 = 10;
    /// The hash seed: four bytes.
    pub const HASH0: u64 = 12;
    /// Pointer to 2^B buckets, nil while the map has never held anything.
    pub const BUCKETS: u64 = 16;
    /// Pointer to the previous buckets, nil unless growing.
    pub const OLDBUCKETS: u64 = 24;
    /// Old buckets below this number have been evacuated.
    pub const NEVACUATE: u64 = 32;
    /// Pointer to the [`mapextra`](super::mapextra), often nil.
    pub const EXTRA: u64 = 40;
    /// Bytes of it all.
    pub const SIZE: u64 = 48;
    /// Words that are pointers, lowest bit first.
    pub const POINTERS: u64 = 0b10_1100;
}

/// The part of the header that not every map needs.
pub mod mapextra {
    /// Pointer to a slice of all overflow buckets of `buckets`, if buckets have no pointers.
    pub const OVERFLOW: u64 = 0;
    /// The same for `oldbuckets`.
    pub const OLDOVERFLOW: u64 = 8;
    /// Pointer to the next unused preallocated overflow bucket.
    pub const NEXT_OVERFLOW: u64 = 16;
    /// Bytes of it all.
    pub const SIZE: u64 = 24;
    /// Words that are pointers.
    pub const POINTERS: u64 = 0b111;
}

/// A bucket. The overflow pointer is the last word, its offset depends on the map's type.
pub mod bmap {
    /// One byte for each cell; see [`tophash`](crate::tophash).
    pub const TOPHASH: u64 = 0;
    /// The keys start here.
    pub const DATA: u64 = 8;
}

/// An iterator.
pub mod hiter {
    /// Pointer to the current key; nil at the end.
    pub const KEY: u64 = 0;
    /// Pointer to the current elem.
    pub const ELEM: u64 = 8;
    /// The map's type: a number that names it, not an address of the heap.
    pub const T: u64 = 16;
    /// The map.
    pub const H: u64 = 24;
    /// Its buckets at the start of the iteration.
    pub const BUCKETS: u64 = 32;
    /// The current bucket.
    pub const BPTR: u64 = 40;
    /// Keeps the overflow buckets of `buckets` alive.
    pub const OVERFLOW: u64 = 48;
    /// Keeps the overflow buckets of `oldbuckets` alive.
    pub const OLDOVERFLOW: u64 = 56;
    /// The bucket at which the iteration started.
    pub const START_BUCKET: u64 = 64;
    /// The cell at which each bucket is started: one byte.
    pub const OFFSET: u64 = 72;
    /// Has the bucket number come round past the end? One byte.
    pub const WRAPPED: u64 = 73;
    /// The map's B at the start: one byte.
    pub const B: u64 = 74;
    /// Cells of the current bucket already seen: one byte.
    pub const I: u64 = 75;
    /// The next bucket.
    pub const BUCKET: u64 = 80;
    /// While walking an old bucket: the new bucket whose entries are wanted.
    pub const CHECK_BUCKET: u64 = 88;
    /// Bytes of it all.
    pub const SIZE: u64 = 96;
    /// Words that are pointers.
    pub const POINTERS: u64 = 0b1111_1111;
    /// `CHECK_BUCKET` when every entry is wanted.
    pub const NO_CHECK: u64 = u64::MAX;
}

/// A slice header.
pub mod slice {
    /// Pointer to the elements.
    pub const ARRAY: u64 = 0;
    /// Elements in use.
    pub const LEN: u64 = 8;
    /// Elements that fit.
    pub const CAP: u64 = 16;
    /// Bytes of it all.
    pub const SIZE: u64 = 24;
}

/// Bits of `hmap.flags`.
pub mod flags {
    /// There may be an iterator on `buckets`.
    pub const ITERATOR: u64 = 1;
    /// There may be an iterator on `oldbuckets`.
    pub const OLD_ITERATOR: u64 = 2;
    /// A goroutine is writing to the map.
    pub const HASH_WRITING: u64 = 4;
    /// The growth going on is to as many buckets as before.
    pub const SAME_SIZE_GROW: u64 = 8;
}
