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
use crate::maptype::flag;
use crate::overflow::create_overflow;
use crate::raise::{Raise, raise};
use crate::shape::{FAR, Shape};
use crate::sites;
use crate::tophash::{self, EVACUATED_X, EVACUATED_Y};
use gc::addr::WORD;
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
#[inline(always)]
pub fn mapiternext<E: Effects, S: Shape>(e: &mut E, t: &S, it: Addr) -> Result<(), Stop> {
    let [h, buckets, bptr] = e.load_block::<3>(it.offset(hiter::H))?;
    let meta = Meta::load(e, Addr(h))?;
    let [small, bucket, check] = e.load_block::<3>(it.offset(hiter::OFFSET))?;
    if bptr == 0 || check != hiter::NO_CHECK || meta.is(flags::HASH_WRITING) {
        return walk(e, t, it);
    }
    let (b, small) = (Addr(bptr), Small(small));
    let tops = e.load(b)?;
    let left = small.cells_from(tophash::full(tops), small.i());
    if tophash::evacuated(tops) {
        return walk(e, t, it);
    }
    if left == 0 {
        return next_bucket(e, t, it, b, t.bucket_at(Addr(buckets), bucket));
    }
    let place = tophash::first(left);
    report(e, t, it, b, small.cell(place))?;
    e.store(it.offset(hiter::OFFSET), small.with_i(place + 1).0)
}

/// Stores where key and elem of a cell are.
#[inline(always)]
fn report<E: Effects, S: Shape>(e: &mut E, t: &S, it: Addr, b: Addr, cell: u64) -> Result<(), Stop> {
    let key = key_in(e, t, t.key_slot(b, cell))?;
    let elem = elem_in(e, t, t.elem_slot(b, cell))?;
    e.write_pointers([sites::MAPITERNEXT_KEY, sites::MAPITERNEXT_ELEM], it.offset(hiter::KEY), [key, elem])
}

/// The usual way on from bucket `b`, of which no entry is left: to the first entry of its overflow bucket, or else of
/// `after`, the next one of the array, if neither the loop nor the array ends here, nor has the map grown.
#[inline(never)]
fn next_bucket<E: Effects, S: Shape>(e: &mut E, t: &S, it: Addr, b: Addr, after: Addr) -> Result<(), Stop> {
    let h = field(e, it, hiter::H)?;
    let [_, meta, _, oldbuckets] = e.load_block::<4>(h)?;
    let [start, small, bucket] = e.load_block::<3>(it.offset(hiter::START_BUCKET))?;
    let small = Small(small);
    let overflow = e.load(t.overflow_slot(b))?;
    let onward = oldbuckets == 0
        && bucket != start
        && bucket.wrapping_add(1) != bucket_shift(small.b())
        && Meta(meta).b() == small.b();
    if overflow == 0 && !onward {
        return walk(e, t, it);
    }
    let (next, bucket) = if overflow == 0 { (after, bucket + 1) } else { (Addr(overflow), bucket) };
    if small.b() >= FAR {
        prefetch(e, t, next, after.offset(AHEAD * t.bucketsize()));
    }
    let left = small.cells_from(tophash::full(e.load(next)?), 0);
    if left == 0 {
        return walk(e, t, it);
    }
    let place = tophash::first(left);
    report(e, t, it, next, small.cell(place))?;
    e.write_pointer(sites::MAPITERNEXT_BPTR, it.offset(hiter::BPTR), next)?;
    e.store_block(it.offset(hiter::OFFSET), [small.with_i(place + 1).0, bucket, hiter::NO_CHECK])
}

/// [`mapiternext`] in full; that one and [`next_bucket`] take the usual steps, when nothing has moved.
#[inline(never)]
fn walk<E: Effects, S: Shape>(e: &mut E, t: &S, it: Addr) -> Result<(), Stop> {
    let [h, buckets, bptr] = e.load_block::<3>(it.offset(hiter::H))?.map(Addr);
    let meta = Meta::load(e, h)?;
    if meta.is(flags::HASH_WRITING) {
        return raise(Raise::ConcurrentIterationAndWrite);
    }
    let [start, small, mut bucket, mut check] = e.load_block::<4>(it.offset(hiter::START_BUCKET))?;
    let (mut small, mut b) = (Small(small), bptr);
    let mut i = small.i();
    loop {
        if b.is_nil() {
            if bucket == start && small.wrapped() {
                return end(e, it, small);
            }
            b = t.bucket_at(buckets, bucket);
            check = hiter::NO_CHECK;
            if small.b() == meta.b() {
                let oldbuckets = field(e, h, hmap::OLDBUCKETS)?;
                if !oldbuckets.is_nil() {
                    (b, check) = while_growing(e, t, meta, oldbuckets, bucket, b)?;
                }
            }
            bucket = bucket.wrapping_add(1);
            if bucket == bucket_shift(small.b()) {
                bucket = 0;
                small = small.with_wrapped();
            }
            i = 0;
            if small.b() >= FAR {
                prefetch(e, t, b, t.bucket_at(buckets, bucket));
            }
        }
        let tops = e.load(b)?;
        let mut left = small.cells_from(tophash::filled(tops), i);
        while left != 0 {
            let place = tophash::first(left);
            let cell = small.cell(place);
            let mut key = key_in(e, t, t.key_slot(b, cell))?;
            let mut elem = t.elem_slot(b, cell);
            let top = tophash::of_cell(tops, cell);
            if check != hiter::NO_CHECK || top == EVACUATED_X || top == EVACUATED_Y {
                match looked_up(e, t, h, small.b(), check, key, top, elem)? {
                    Some(entry) => (key, elem) = entry,
                    None => {
                        left = tophash::rest(left);
                        continue;
                    }
                }
            } else {
                elem = elem_in(e, t, elem)?;
            }
            e.write_pointers([sites::MAPITERNEXT_KEY, sites::MAPITERNEXT_ELEM], it.offset(hiter::KEY), [key, elem])?;
            if b != bptr {
                e.write_pointer(sites::MAPITERNEXT_BPTR, it.offset(hiter::BPTR), b)?;
            }
            return e.store_block(it.offset(hiter::OFFSET), [small.with_i(place + 1).0, bucket, check]);
        }
        b = Addr(e.load(t.overflow_slot(b))?);
        i = 0;
    }
}

/// How many buckets ahead of the next one a loop hints at.
const AHEAD: u64 = 3;

/// Hints at what the loop will want: the objects that the elems of this bucket refer to, and a bucket further on.
#[inline(always)]
fn prefetch<E: Effects, S: Shape>(e: &mut E, t: &S, bucket: Addr, further: Addr) {
    if t.is(flag::INDIRECT_ELEM) || t.elem_has_pointers() && t.elemsize() == WORD {
        for cell in 0..BUCKET_CELLS {
            e.prefetch_pointee(t.elem_slot(bucket, cell));
        }
    }
    e.prefetch(further);
    t.prefetch_bucket(e, further, FAR);
}

/// Offset, wrapped, B and i of an iterator, which share a word.
#[derive(Clone, Copy)]
struct Small(u64);

impl Small {
    #[inline(always)]
    fn byte(self, at: u64) -> u64 {
        self.0 >> ((at - hiter::OFFSET) * 8) & 0xff
    }

    #[inline(always)]
    fn wrapped(self) -> bool {
        self.byte(hiter::WRAPPED) != 0
    }

    #[inline(always)]
    fn b(self) -> u8 {
        self.byte(hiter::B) as u8
    }

    #[inline(always)]
    fn i(self) -> u64 {
        self.byte(hiter::I)
    }

    #[inline(always)]
    fn with_i(self, i: u64) -> Small {
        let shift = (hiter::I - hiter::OFFSET) * 8;
        Small(self.0 & !(0xff << shift) | i << shift)
    }

    #[inline(always)]
    fn with_wrapped(self) -> Small {
        let shift = (hiter::WRAPPED - hiter::OFFSET) * 8;
        Small(self.0 & !(0xff << shift) | 1 << shift)
    }

    /// The cells of this mask from place `i` of the loop on; the one at place 0 is lowest.
    #[inline(always)]
    fn cells_from(self, cells: u64, i: u64) -> u64 {
        // In two shifts, since there may be eight bytes to leave out.
        cells.rotate_right((self.0 as u32 & 7) * 8) & (u64::MAX << ((i * 4) & 63) << ((i * 4) & 63))
    }

    /// The cell at a place of the loop.
    #[inline(always)]
    fn cell(self, place: u64) -> u64 {
        place.wrapping_add(self.0) & (BUCKET_CELLS - 1)
    }
}

/// There is no next entry.
#[cold]
#[inline(never)]
fn end<E: Effects>(e: &mut E, it: Addr, small: Small) -> Result<(), Stop> {
    let nil = [Addr::NIL; 2];
    e.write_pointers([sites::MAPITERNEXT_KEY, sites::MAPITERNEXT_ELEM], it.offset(hiter::KEY), nil)?;
    e.store_part(it.offset(hiter::WRAPPED), Width::B1, u64::from(small.wrapped()))
}

/// The bucket to walk in a map that is growing as it was when the loop began, in place of `new`: the old one, if it has
/// not been evacuated, and then only its entries that will go to this bucket.
#[cold]
#[inline(never)]
fn while_growing<E: Effects, S: Shape>(
    e: &mut E,
    t: &S,
    meta: Meta,
    oldbuckets: Addr,
    bucket: u64,
    new: Addr,
) -> Result<(Addr, u64), Stop> {
    let old = t.bucket_at(oldbuckets, bucket & meta.noldbuckets().wrapping_sub(1));
    Ok(if tophash::evacuated(e.load(old)?) { (new, hiter::NO_CHECK) } else { (old, bucket) })
}

/// The entry to report for a cell that has moved, or is in an old bucket; `None` if it is not this one's turn, or is
/// gone.
#[cold]
#[inline(never)]
#[allow(clippy::too_many_arguments, reason = "the state of a loop, in registers")]
fn looked_up<E: Effects, S: Shape>(
    e: &mut E,
    t: &S,
    h: Addr,
    it_b: u8,
    check: u64,
    key: Addr,
    top: u8,
    elem: Addr,
) -> Result<Option<(Addr, Addr)>, Stop> {
    let meta = Meta::load(e, h)?;
    if check != hiter::NO_CHECK && !meta.is(flags::SAME_SIZE_GROW) && !goes_to(e, t, meta, it_b, check, key, top)? {
        return Ok(None);
    }
    let moved = top == EVACUATED_X || top == EVACUATED_Y;
    if moved && is_reflexive(e, t, key)? { mapaccessK(e, t, h, key) } else { Ok(Some((key, elem_in(e, t, elem)?))) }
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
