//! Making a map, and its arrays of buckets.
//!
//! ```text
//! makemap(hint):  h = new(hmap);  hash0 = fastrand
//!                 B = the least with hint ≤ 8, or hint ≤ 6.5 × 2^B
//!                 if B > 0:  buckets = makeBucketArray(B)     // else made by the first assignment
//!
//! makeBucketArray(b):  2^b buckets, and from b = 4 on 2^(b-4) more for overflow,
//!                      and as many as then fit the size class
//!                      if there are more:  nextOverflow = the first of them
//!                                          the last one's overflow word = the array's start
//! ```
//!
//! That last word marks the end of the preallocated buckets: any address that is not nil would do, and
//! this one keeps nothing alive that is not alive already.
//!
//! A hint that is negative or larger than memory counts as none, and is no fault.
//!
//! Source: Go 1.19 runtime/map.go. Checked by: dumps of real maps (`nalloc`, `ovf`).

use crate::header::{bucket_shift, over_load_factor, reseed};
use crate::layout::{MAX_ALLOC, hmap, mapextra};
use crate::live::Live;
use crate::overflow::set_overflow;
use crate::shape::Shape;
use crate::sites;
use gc::size_class::round_up_size;
use gc::{Addr, Bytes, Effects, Stop, Width};

/// `make(map[K]V)` with a small constant hint or none: only the header.
///
/// # Errors
/// As [`Effects::allocate`].
pub fn makemap_small<E: Effects, S: Shape>(e: &mut E, t: &S) -> Result<Addr, Stop> {
    let h = e.new_object(sites::MAKEMAP_NEW, &t.map_type().universe().hmap, &[])?;
    reseed(e, h)?;
    Ok(h)
}

/// [`makemap`] with a hint of type `int64`: the same on a 64-bit machine.
///
/// # Errors
/// As [`Effects::allocate`].
pub fn makemap64<E: Effects, S: Shape>(e: &mut E, t: &S, hint: i64, h: Addr) -> Result<Addr, Stop> {
    makemap(e, t, hint, h)
}

/// `make(map[K]V, hint)`: room for `hint` entries before the first growth.
///
/// `h` is where the header goes if the compiler has put it on the stack, zeroed, and its first bucket
/// with it; nil, and it is allocated.
///
/// # Errors
/// As [`Effects::allocate`].
pub fn makemap<E: Effects, S: Shape>(e: &mut E, t: &S, hint: i64, h: Addr) -> Result<Addr, Stop> {
    let room = (hint as u64).checked_mul(t.bucketsize()).filter(|&bytes| bytes <= MAX_ALLOC);
    let hint = if room.is_some() { hint as u64 } else { 0 };

    let h = if h.is_nil() { e.new_object(sites::MAKEMAP_NEW, &t.map_type().universe().hmap, &[])? } else { h };
    reseed(e, h)?;

    let mut b = 0;
    while over_load_factor(hint, b) {
        b += 1;
    }
    e.store_part(h.offset(hmap::B), Width::B1, u64::from(b))?;
    if b == 0 {
        return Ok(h);
    }
    let live = Live { held: &[h], callers: None };
    let made = make_bucket_array(e, t, b, &live)?;
    e.write_pointer(sites::MAKEMAP_BUCKETS, h.offset(hmap::BUCKETS), made.buckets)?;
    if !made.next_overflow.is_nil() {
        let live = Live { held: &[made.next_overflow], callers: Some(&live) };
        let extra = e.new_object(sites::MAKEMAP_EXTRA_NEW, &t.map_type().universe().mapextra, &live.slots())?;
        e.write_pointer(sites::MAKEMAP_EXTRA, h.offset(hmap::EXTRA), extra)?;
        let next = extra.offset(mapextra::NEXT_OVERFLOW);
        e.write_pointer(sites::MAKEMAP_NEXT_OVERFLOW, next, made.next_overflow)?;
    }
    Ok(h)
}

/// An array of buckets, and the first that is preallocated for overflow, or nil.
pub(crate) struct BucketArray {
    pub(crate) buckets: Addr,
    pub(crate) next_overflow: Addr,
}

/// How many buckets an array for 2^b gets.
fn array_len<S: Shape>(t: &S, b: u8) -> u64 {
    let base = bucket_shift(b);
    if b < 4 {
        return base;
    }
    let wanted = base.saturating_add(bucket_shift(b - 4));
    let bytes = wanted.saturating_mul(t.bucketsize());
    let rounded = round_up_size(Bytes(bytes)).0;
    if rounded == bytes { wanted } else { rounded / t.bucketsize() }
}

/// A new array for 2^b buckets.
pub(crate) fn make_bucket_array<E: Effects, S: Shape>(
    e: &mut E,
    t: &S,
    b: u8,
    live: &Live<'_>,
) -> Result<BucketArray, Stop> {
    let len = array_len(t, b);
    if len.saturating_mul(t.bucketsize()) > MAX_ALLOC {
        return Err(Stop::OutOfMemory);
    }
    let buckets = e.new_array(sites::BUCKET_ARRAY_NEW, t.map_type().bucket(), len, &live.slots())?;
    mark_last(e, t, b, buckets, len)
}

/// The array that is there, cleared and used again.
pub(crate) fn clear_bucket_array<E: Effects, S: Shape>(
    e: &mut E,
    t: &S,
    b: u8,
    buckets: Addr,
) -> Result<BucketArray, Stop> {
    let len = array_len(t, b);
    if len.saturating_mul(t.bucketsize()) > MAX_ALLOC {
        // Only a header that is not one says so.
        return Err(Stop::Fault);
    }
    e.typed_memclr(sites::BUCKET_ARRAY_CLEAR, t.map_type().bucket(), buckets, len)?;
    mark_last(e, t, b, buckets, len)
}

fn mark_last<E: Effects, S: Shape>(e: &mut E, t: &S, b: u8, buckets: Addr, len: u64) -> Result<BucketArray, Stop> {
    let base = bucket_shift(b);
    if len == base {
        return Ok(BucketArray { buckets, next_overflow: Addr::NIL });
    }
    let last = t.bucket_at(buckets, len.wrapping_sub(1));
    set_overflow(e, t, sites::BUCKET_ARRAY_LAST, last, buckets)?;
    Ok(BucketArray { buckets, next_overflow: t.bucket_at(buckets, base) })
}
