//! A map's header as a routine sees it: four words read at once, and the rules about them.
//!
//! A copy goes stale. What other goroutines or nested calls may change is read again where Go reads it
//! again: the flags when they are set and cleared, everything after a growth.

use crate::layout::{BUCKET_CELLS, flags, hmap};
use gc::{Addr, Effects, Stop, Width};

/// Flags, B, noverflow and hash0, which share a word.
#[derive(Clone, Copy)]
pub(crate) struct Meta(pub(crate) u64);

impl Meta {
    #[inline(always)]
    pub(crate) fn load<E: Effects>(e: &mut E, h: Addr) -> Result<Meta, Stop> {
        Ok(Meta(e.load(h.offset(hmap::FLAGS))?))
    }

    #[inline(always)]
    pub(crate) fn flags(self) -> u64 {
        self.0 & 0xff
    }

    #[inline(always)]
    pub(crate) fn is(self, flag: u64) -> bool {
        self.0 & flag != 0
    }

    #[inline(always)]
    pub(crate) fn b(self) -> u8 {
        (self.0 >> 8) as u8
    }

    #[inline(always)]
    pub(crate) fn noverflow(self) -> u16 {
        (self.0 >> 16) as u16
    }

    #[inline(always)]
    pub(crate) fn hash0(self) -> u64 {
        self.0 >> 32
    }

    /// How many old buckets there are while the map grows.
    pub(crate) fn noldbuckets(self) -> u64 {
        bucket_shift(if self.is(flags::SAME_SIZE_GROW) { self.b() } else { self.b().wrapping_sub(1) })
    }
}

/// The first four words.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(crate) count: u64,
    pub(crate) meta: Meta,
    pub(crate) buckets: Addr,
    pub(crate) oldbuckets: Addr,
}

impl Header {
    #[inline(always)]
    pub(crate) fn load<E: Effects>(e: &mut E, h: Addr) -> Result<Header, Stop> {
        let [count, meta, buckets, oldbuckets] = e.load_block::<4>(h)?;
        Ok(Header { count, meta: Meta(meta), buckets: Addr(buckets), oldbuckets: Addr(oldbuckets) })
    }
}

/// Loads a pointer field of the header or of what hangs on it.
#[inline(always)]
pub(crate) fn field<E: Effects>(e: &mut E, at: Addr, offset: u64) -> Result<Addr, Stop> {
    Ok(Addr(e.load(at.offset(offset))?))
}

/// Turns the writing flag over: it is set if it was clear, and the writer that finds it clear at its
/// end knows of another.
#[inline(always)]
pub(crate) fn toggle_writing<E: Effects>(e: &mut E, h: Addr) -> Result<(), Stop> {
    let old = Meta::load(e, h)?;
    e.store_masked(h.offset(hmap::FLAGS), flags::HASH_WRITING, !old.0 & flags::HASH_WRITING)
}

/// Adds `by` to `h.count`, and returns what is there then.
#[inline(always)]
pub(crate) fn add_count<E: Effects>(e: &mut E, h: Addr, by: i64) -> Result<u64, Stop> {
    let count = e.load(h.offset(hmap::COUNT))?.wrapping_add_signed(by);
    e.store(h.offset(hmap::COUNT), count)?;
    Ok(count)
}

/// `h.hash0 = fastrand()`.
pub(crate) fn reseed<E: Effects>(e: &mut E, h: Addr) -> Result<(), Stop> {
    let seed = e.fastrand()?;
    e.store_part(h.offset(hmap::HASH0), Width::B4, u64::from(seed))
}

/// 2^b.
#[inline(always)]
pub(crate) fn bucket_shift(b: u8) -> u64 {
    1 << (b & 63)
}

/// 2^b - 1.
#[inline(always)]
pub(crate) fn bucket_mask(b: u8) -> u64 {
    bucket_shift(b) - 1
}

/// Would this many entries be more than 6.5 for each of 2^b buckets? One bucket may be full.
#[inline(always)]
pub(crate) fn over_load_factor(count: u64, b: u8) -> bool {
    count as i64 > BUCKET_CELLS as i64 && count > (bucket_shift(b) / 2).wrapping_mul(13)
}

/// Are there about as many overflow buckets as buckets, though the load is low?
#[inline(always)]
pub(crate) fn too_many_overflow_buckets(noverflow: u16, b: u8) -> bool {
    noverflow >= 1 << b.min(15)
}
