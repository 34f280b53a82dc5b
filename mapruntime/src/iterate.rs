//! Iteration: every entry once, while the map may grow, shrink and change under it.
//!
//! ```text
//! mapiterinit:  remember buckets and B;  start at a random bucket and a random cell;  set the flags
//! mapiternext:  bucket by bucket, round the array once
//!     growing since before the start, and this bucket's old one is not evacuated:
//!         walk the old one, and take only what will go to this bucket (checkBucket)
//!     a cell that has been evacuated since: look its key up in the map as it is now
//!         not there: deleted, or moved and deleted
//!         there: report the map's current key and elem
//!     a NaN cannot be looked up; nor can it be deleted or changed, so the old cell is right
//! ```
//!
//! The walk follows the array that it began with, even if the map has grown past it twice.
//! That array stays reachable from the iterator; its overflow buckets do too, by `overflow` and
//! `oldoverflow`, if buckets have no pointers.
//!
//! An iterator is 12 words of simulated memory, zeroed by the caller: on a stack in compiled code, on the
//! heap for `reflect`. These routines cannot tell, nor can Go's: every pointer store to it is
//! a site and runs its barrier, on a stack too. `it.t` holds the map type's word, which is no heap
//! address; the type itself comes as an argument.
//!
//! Departs: from B = 29 on, Go draws 64 random bits at once; here two draws of 32 make them.
//!
//! Source: Go 1.19 runtime/map.go, golang/go#14921 (`it.bptr`). Checked by: `tests/map/iterate.rs`, dumps.

use crate::access::mapaccessK;
use crate::evacuate::is_reflexive;
use crate::hash::hash;
use crate::header::{Header, Meta, bucket_mask, bucket_shift, field};
use crate::key::{elem_in, key_in};
use crate::layout::{BUCKET_CELLS, BUCKET_CELLS_BITS, flags, hiter, hmap, mapextra};
use crate::live::Live;
use crate::overflow::create_overflow;
use crate::raise::{Raise, raise};
use crate::shape::Shape;
use crate::sites;
use crate::tophash::{self, EVACUATED_X, EVACUATED_Y};
use gc::{Addr, Effects, Stop, Width};

/// Starts an iteration and takes its first step. The 12 words at `it` must be zero.
///
/// # Errors
/// `Raised` if another goroutine is writing; `OutOfMemory`; `Fault` and the like from memory.
pub fn mapiterinit<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, it: Addr) -> Result<(), Stop> {
    e.write_pointer(sites::MAPITERINIT_T, it.offset(hiter::T), Addr(t.map_type().type_word()))?;
    if h.is_nil() {
        return Ok(());
    }
    let header = Header::load(e, h)?;
    if header.count == 0 {
        return Ok(());
    }
    let b = header.meta.b();
    e.write_pointer(sites::MAPITERINIT_H, it.offset(hiter::H), h)?;
    e.store_part(it.offset(hiter::B), Width::B1, u64::from(b))?;
    e.write_pointer(sites::MAPITERINIT_BUCKETS, it.offset(hiter::BUCKETS), header.buckets)?;
    if !t.bucket_has_pointers() {
        create_overflow(e, t, h, &Live { held: &[h, it], callers: None })?;
        let extra = field(e, h, hmap::EXTRA)?;
        let overflow = field(e, extra, mapextra::OVERFLOW)?;
        e.write_pointer(sites::MAPITERINIT_OVERFLOW, it.offset(hiter::OVERFLOW), overflow)?;
        let oldoverflow = field(e, extra, mapextra::OLDOVERFLOW)?;
        e.write_pointer(sites::MAPITERINIT_OLDOVERFLOW, it.offset(hiter::OLDOVERFLOW), oldoverflow)?;
    }

    let mut random = u64::from(e.fastrand()?);
    if u32::from(b) > 31 - BUCKET_CELLS_BITS {
        random |= u64::from(e.fastrand()?) << 32;
    }
    let start = random & bucket_mask(b);
    let offset = random.checked_shr(u32::from(b)).unwrap_or(0) & (BUCKET_CELLS - 1);
    e.store(it.offset(hiter::START_BUCKET), start)?;
    e.store_part(it.offset(hiter::OFFSET), Width::B1, offset)?;
    e.store(it.offset(hiter::BUCKET), start)?;

    let both = flags::ITERATOR | flags::OLD_ITERATOR;
    if Meta::load(e, h)?.flags() & both != both {
        e.store_masked(h.offset(hmap::FLAGS), both, both)?;
    }
    mapiternext(e, t, it)
}

/// Steps to the next entry: `it.key` and `it.elem` point to it, or are nil at the end.
///
/// # Errors
/// As [`mapiterinit`]; `Fault` for an iterator that was started on an empty map.
#[inline]
pub fn mapiternext<E: Effects, S: Shape>(e: &mut E, t: &S, it: Addr) -> Result<(), Stop> {
    let h = field(e, it, hiter::H)?;
    let meta = Meta::load(e, h)?;
    if meta.is(flags::HASH_WRITING) {
        return raise(Raise::ConcurrentIterationAndWrite);
    }
    let [buckets, bptr] = e.load_block::<2>(it.offset(hiter::BUCKETS))?;
    let [start, small, mut bucket, mut check] = e.load_block::<4>(it.offset(hiter::START_BUCKET))?;
    let byte = |at: u64| small >> ((at - hiter::OFFSET) * 8) & 0xff;
    let (offset, it_b) = (byte(hiter::OFFSET), byte(hiter::B) as u8);
    let mut wrapped = byte(hiter::WRAPPED) != 0;
    let mut i = byte(hiter::I);
    let mut b = Addr(bptr);

    loop {
        if b.is_nil() {
            if bucket == start && wrapped {
                e.write_pointer(sites::MAPITERNEXT_KEY, it.offset(hiter::KEY), Addr::NIL)?;
                return e.write_pointer(sites::MAPITERNEXT_ELEM, it.offset(hiter::ELEM), Addr::NIL);
            }
            b = t.bucket_at(Addr(buckets), bucket);
            check = hiter::NO_CHECK;
            if it_b == meta.b() {
                let oldbuckets = field(e, h, hmap::OLDBUCKETS)?;
                if !oldbuckets.is_nil() {
                    let old = t.bucket_at(oldbuckets, bucket & meta.noldbuckets().wrapping_sub(1));
                    if !tophash::evacuated(e.load(old)?) {
                        b = old;
                        check = bucket;
                    }
                }
            }
            bucket = bucket.wrapping_add(1);
            if bucket == bucket_shift(it_b) {
                bucket = 0;
                wrapped = true;
                e.store_part(it.offset(hiter::WRAPPED), Width::B1, 1)?;
            }
            i = 0;
        }
        let tops = e.load(b)?;
        // The cells left, in the order of this loop: the one at `offset` lowest.
        let filled = tophash::filled(tops).rotate_right((offset * 8) as u32);
        let mut left = if i < BUCKET_CELLS { filled & (u64::MAX << (i * 8)) } else { 0 };
        while left != 0 {
            let place = tophash::first(left);
            left = tophash::rest(left);
            i = place + 1;
            let cell = (place + offset) & (BUCKET_CELLS - 1);
            let top = tophash::of_cell(tops, cell);
            let key = key_in(e, t, t.key_slot(b, cell))?;
            if check != hiter::NO_CHECK
                && !meta.is(flags::SAME_SIZE_GROW)
                && !goes_to(e, t, meta, it_b, check, key, top)?
            {
                continue;
            }
            let moved = top == EVACUATED_X || top == EVACUATED_Y;
            let (key, elem) = if !moved || !is_reflexive(e, t, key)? {
                (key, elem_in(e, t, t.elem_slot(b, cell))?)
            } else {
                match mapaccessK(e, t, h, key)? {
                    Some(entry) => entry,
                    None => continue,
                }
            };
            e.write_pointer(sites::MAPITERNEXT_KEY, it.offset(hiter::KEY), key)?;
            e.write_pointer(sites::MAPITERNEXT_ELEM, it.offset(hiter::ELEM), elem)?;
            e.store(it.offset(hiter::BUCKET), bucket)?;
            if b.0 != bptr {
                e.write_pointer(sites::MAPITERNEXT_BPTR, it.offset(hiter::BPTR), b)?;
            }
            e.store_part(it.offset(hiter::I), Width::B1, i)?;
            return e.store(it.offset(hiter::CHECK_BUCKET), check);
        }
        b = Addr(e.load(t.overflow_slot(b))?);
        i = 0;
    }
}

/// Will this entry of an old bucket go to new bucket `check`? The other half's turn comes later, or was.
#[cold]
fn goes_to<E: Effects, S: Shape>(
    e: &mut E,
    t: &S,
    meta: Meta,
    it_b: u8,
    check: u64,
    key: Addr,
    top: u8,
) -> Result<bool, Stop> {
    if is_reflexive(e, t, key)? {
        let mt = t.map_type();
        let hash = hash(e, mt.universe(), mt.key().key_plan(), key, meta.hash0())?;
        Ok(hash & bucket_mask(it_b) == check)
    } else {
        let half = check.checked_shr(u32::from(it_b.wrapping_sub(1))).unwrap_or(0);
        Ok(half == u64::from(top & 1))
    }
}
