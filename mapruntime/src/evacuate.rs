//! Evacuation: one old bucket and its overflow buckets move to the new array.
//!
//! ```text
//! for each cell of the chain:
//!     empty: EVACUATED_EMPTY
//!     full:  X (same number) or Y (number + old size), by the hash bit that the mask gains
//!            mark it EVACUATED_X or _Y here;  tophash, key and elem there, an overflow bucket if full
//! no iterator on the old array: clear keys, elems and overflow word (not the tophashes), so that
//!     the collector finds nothing old through it
//! in line: advance nevacuate;  at the end drop oldbuckets and oldoverflow
//! ```
//!
//! Each entry is in both places between its copy and the clearing. A key that is not equal to itself
//! (NaN) hashes differently each time: with an iterator about, bit 0 of its *old* tophash decides, which
//! the iterator can repeat, and it gets a new tophash, so that NaNs spread out over time.
//!
//! Source: Go 1.19 runtime/map.go, and `evacuate_fast*`, which are this for other keys. Checked by:
//! `tests/map/model.rs`, `tests/map/reachability.rs`, dumps of real maps.

use crate::equal::equal;
use crate::header::{Header, Meta, field};
use crate::key::{Key, key_in, move_elem};
use crate::layout::{BUCKET_CELLS, bmap, flags, hmap, mapextra};
use crate::live::Live;
use crate::maptype::flag;
use crate::overflow::new_overflow;
use crate::raise::{Raise, raise};
use crate::shape::Shape;
use crate::sites;
use crate::tophash::{self, EVACUATED_X};
use gc::{Addr, Effects, Stop};

/// How many buckets that are evacuated already one call passes in line at most.
const MAX_ADVANCE: u64 = 1024;

/// Evacuates old bucket number `oldbucket`, unless that is done.
#[inline(never)]
pub(crate) fn evacuate<E: Effects, S: Shape, K: Key>(
    e: &mut E,
    t: &S,
    h: Addr,
    oldbucket: u64,
    live: &Live<'_>,
) -> Result<(), Stop> {
    let header = Header::load(e, h)?;
    let newbit = header.meta.noldbuckets();
    let first = t.bucket_at(header.oldbuckets, oldbucket);
    if !tophash::evacuated(e.load(first)?) {
        move_chain::<E, S, K>(e, t, h, header, oldbucket, newbit, live)?;
        let meta = Meta::load(e, h)?;
        if !meta.is(flags::OLD_ITERATOR) && t.bucket_has_pointers() {
            let first = t.bucket_at(field(e, h, hmap::OLDBUCKETS)?, oldbucket);
            e.typed_memclr(K::SITES.evacuate_clear, t.map_type().bucket_data(), first.offset(bmap::DATA), 1)?;
        }
    }
    if oldbucket == e.load(h.offset(hmap::NEVACUATE))? {
        advance_evacuation_mark(e, t, h, newbit)?;
    }
    Ok(())
}

/// Moves every entry of an old chain.
fn move_chain<E: Effects, S: Shape, K: Key>(
    e: &mut E,
    t: &S,
    h: Addr,
    header: Header,
    oldbucket: u64,
    newbit: u64,
    live: &Live<'_>,
) -> Result<(), Stop> {
    let same_size = header.meta.is(flags::SAME_SIZE_GROW);
    let at = |i| Destination { bucket: t.bucket_at(header.buckets, i), tops: 0, index: 0 };
    // In a growth to the same size there is no upper half, and an address behind the array would
    // be a wrong thing to hold.
    let upper = if same_size { Addr::NIL } else { at(oldbucket.wrapping_add(newbit)).bucket };
    let mut halves = [at(oldbucket), Destination { bucket: upper, tops: 0, index: 0 }];

    let mut b = t.bucket_at(header.oldbuckets, oldbucket);
    while !b.is_nil() {
        let mut tops = e.load(b)?;
        let mut entries = tophash::full(tops);
        if entries != tophash::filled(tops) {
            return raise(Raise::BadMapState);
        }
        // All keys of the bucket at once, or each would be waited for.
        if !same_size {
            K::prefetch(e, t, b, entries);
        }
        let empties = tophash::empties(tops);
        if empties != 0 {
            tops = tophash::with_empties_evacuated(tops);
            e.store(b, tops)?;
        }
        while entries != 0 {
            let i = tophash::first(entries);
            entries = tophash::rest(entries);
            let mut top = tophash::of_cell(tops, i);
            let key_slot = t.key_slot(b, i);
            let key = if K::MAY_BE_INDIRECT { key_in(e, t, key_slot)? } else { key_slot };
            let mut half = 0;
            if !same_size {
                let hash = K::rehash(e, t, key, header.meta.hash0())?;
                if K::MAY_BE_INDIRECT && header.meta.is(flags::ITERATOR) && !is_reflexive(e, t, key)? {
                    half = top & 1;
                    top = tophash::tophash(hash);
                } else {
                    half = u8::from(hash & newbit != 0);
                }
            }
            tops = tophash::with_cell(tops, i, EVACUATED_X + half);
            e.store(b, tops)?;

            if halves[usize::from(half)].index == BUCKET_CELLS {
                let live = Live { held: &[b, key, halves[0].bucket, halves[1].bucket], callers: Some(live) };
                let full = halves[usize::from(half)].bucket;
                let bucket = new_overflow(e, t, h, full, &live)?;
                halves[usize::from(half)] = Destination { bucket, tops: 0, index: 0 };
            }
            let to = &mut halves[usize::from(half)];
            to.tops = tophash::with_cell(to.tops, to.index, top);
            e.store(to.bucket, to.tops)?;
            K::evacuate(e, t, t.key_slot(to.bucket, to.index), key_slot)?;
            let (dst, src) = (t.elem_slot(to.bucket, to.index), t.elem_slot(b, i));
            to.index += 1;
            move_elem(e, t, K::SITES.evacuate_elem, dst, src)?;
        }
        b = Addr(e.load(t.overflow_slot(b))?);
    }
    Ok(())
}

/// The end of a chain that takes entries: its last bucket, new and so without tophashes but those stored here, and the
/// cell for the next one.
#[derive(Clone, Copy)]
struct Destination {
    bucket: Addr,
    tops: u64,
    index: u64,
}

/// Is this key, of the map or of an iterator, equal to itself?
#[inline(always)]
pub(crate) fn is_reflexive<E: Effects, S: Shape>(e: &mut E, t: &S, key: Addr) -> Result<bool, Stop> {
    if t.is(flag::REFLEXIVE_KEY) {
        return Ok(true);
    }
    let t = t.map_type();
    equal(e, t.universe(), t.key().equal_plan(), key, key)
}

/// Moves `nevacuate` past the buckets that are done; the last one ends the growth.
fn advance_evacuation_mark<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, newbit: u64) -> Result<(), Stop> {
    let at = h.offset(hmap::NEVACUATE);
    let mut next = e.load(at)?.wrapping_add(1);
    e.store(at, next)?;
    let stop = next.saturating_add(MAX_ADVANCE).min(newbit);
    let oldbuckets = field(e, h, hmap::OLDBUCKETS)?;
    while next != stop && tophash::evacuated(e.load(t.bucket_at(oldbuckets, next))?) {
        next = next.wrapping_add(1);
        e.store(at, next)?;
    }
    if next == newbit {
        e.write_pointer(sites::ADVANCE_OLDBUCKETS, h.offset(hmap::OLDBUCKETS), Addr::NIL)?;
        let extra = field(e, h, hmap::EXTRA)?;
        if !extra.is_nil() {
            e.write_pointer(sites::ADVANCE_OLDOVERFLOW, extra.offset(mapextra::OLDOVERFLOW), Addr::NIL)?;
        }
        e.store_masked(h.offset(hmap::FLAGS), flags::SAME_SIZE_GROW, 0)?;
    }
    Ok(())
}
