//! Assignment: find the cell of a key, or make one.
//!
//! ```text
//! nil map: panic;  somebody writes: throw
//! hash = hash(key)                       // may panic: before the flag is set
//! flags ^= writing
//! no buckets yet: make one
//! again:
//!     growing: evacuate the old bucket that this one needs, and one more
//!     found in the chain:   write the key again if its type asks;  done
//!     no room, by load or by overflow buckets, and not growing: start to grow;  again
//!     no empty cell in the chain: a new overflow bucket
//!     fill the cell;  count++
//! done:
//!     the flag is clear: throw           // somebody else has cleared or toggled it
//!     flags &^= writing
//! ```
//!
//! Two lowerings of `m[k] = v` use this:
//!
//! - [`mapassign`] returns the *address* of the elem and the caller stores through it, with a barrier of
//!   its own. Between the two the address must stay valid: no safepoint may lie there that lets
//!   anybody grow the map, and the value must have been computed before.
//! - [`mapassign1`] takes the address of the value, and copies it inside, before the writing flag is
//!   cleared: Go's way until 1.8.
//!
//! Source: Go 1.19 runtime/map.go; for `mapassign1` Go 1.7's hashmap.go as the change "redo how map
//! assignments work" shows it. Checked by: `tests/map/model.rs`, and dumps of real maps.

use crate::grow::{grow_work, hash_grow};
use crate::header::{
    Header, Meta, add_count, bucket_mask, over_load_factor, toggle_writing, too_many_overflow_buckets,
};
use crate::key::{ByAddress, Cell, Key, elem_in};
use crate::layout::{flags, hmap};
use crate::live::Live;
use crate::overflow::new_overflow;
use crate::raise::{Raise, raise};
use crate::shape::Shape;
use crate::{sites, tophash};
use gc::{Addr, Effects, Stop};

/// The address of the elem of the key at `*key`, made if need be. The key is copied.
///
/// # Errors
/// `Raised` for a nil map, a key that cannot be hashed, or another writer; `OutOfMemory`; `Fault`
/// and the like from memory.
#[inline]
pub fn mapassign<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Addr) -> Result<Addr, Stop> {
    assign(e, t, h, ByAddress(key))
}

/// `m[*key] = *value`, all of it inside the runtime.
///
/// # Errors
/// As [`mapassign`].
pub fn mapassign1<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Addr, value: Addr) -> Result<(), Stop> {
    assign_with(e, t, h, ByAddress(key), value, value)?;
    Ok(())
}

#[inline(always)]
pub(crate) fn assign<E: Effects, S: Shape, K: Key>(e: &mut E, t: &S, h: Addr, key: K) -> Result<Addr, Stop> {
    assign_with(e, t, h, key, Addr::NIL, Addr::NIL)
}

/// All variants. `value` is copied to the elem unless it is nil; `held` is an address that the
/// caller, itself a routine of the runtime, wants alive afterwards.
#[inline(always)]
pub(crate) fn assign_with<E: Effects, S: Shape, K: Key>(
    e: &mut E,
    t: &S,
    h: Addr,
    key: K,
    value: Addr,
    held: Addr,
) -> Result<Addr, Stop> {
    if h.is_nil() {
        return raise(Raise::NilMap);
    }
    let mut header = Header::load(e, h)?;
    if header.meta.is(flags::HASH_WRITING) {
        return raise(Raise::ConcurrentWrites);
    }
    let hash = key.hash(e, t, header.meta.hash0())?;
    toggle_writing(e, h)?;

    let live = Live { held: &[h, key.live(), held], callers: None };
    if header.buckets.is_nil() {
        header.buckets = first_bucket::<E, S, K>(e, t, h, &live)?;
    }
    let top = tophash::tophash(hash);
    let slot = loop {
        let bucket = hash & bucket_mask(header.meta.b());
        let mut b = t.bucket_at(header.buckets, bucket);
        e.prefetch(b);
        t.prefetch_bucket(e, b, header.meta.b());
        if !header.oldbuckets.is_nil() {
            grow_work::<E, S, K>(e, t, h, bucket, &live)?;
            header = Header::load(e, h)?;
            b = t.bucket_at(header.buckets, bucket);
        }
        let mut empty = Cell { bucket: Addr::NIL, index: 0 };
        let found = loop {
            let tops = e.load(b)?;
            let mut candidates = tophash::matches(tops, top);
            let mut hit = None;
            while candidates != 0 {
                let index = tophash::first(candidates);
                if key.equal(e, t, t.key_slot(b, index))? {
                    hit = Some(Cell { bucket: b, index });
                    break;
                }
                candidates = tophash::rest(candidates);
            }
            if hit.is_some() {
                break hit;
            }
            let empties = tophash::empties(tops);
            if empties != 0 {
                if empty.bucket.is_nil() {
                    empty = Cell { bucket: b, index: tophash::first(empties) };
                }
                if tophash::has_rest(tops) {
                    break None;
                }
            }
            let overflow = Addr(e.load(t.overflow_slot(b))?);
            if overflow.is_nil() {
                break None;
            }
            b = overflow;
        };
        if let Some(cell) = found {
            key.overwrite(e, t, t.key_slot(cell.bucket, cell.index))?;
            let slot = t.elem_slot(cell.bucket, cell.index);
            if !value.is_nil() {
                let elem = elem_in(e, t, slot)?;
                e.typed_memmove(sites::MAPASSIGN1_ELEM, t.map_type().elem().ty(), elem, value)?;
            }
            break slot;
        }
        let crowded = over_load_factor(header.count.wrapping_add(1), header.meta.b())
            || too_many_overflow_buckets(header.meta.noverflow(), header.meta.b());
        if header.oldbuckets.is_nil() && crowded {
            hash_grow(e, t, h, &live)?;
            header = Header::load(e, h)?;
            continue;
        }
        if empty.bucket.is_nil() {
            empty = Cell { bucket: new_overflow(e, t, h, b, &live)?, index: 0 };
        }
        key.fill(e, t, empty, top, value, &live)?;
        add_count(e, h, 1)?;
        break t.elem_slot(empty.bucket, empty.index);
    };
    end_writing(e, h)?;
    if !K::MAY_BE_INDIRECT {
        return Ok(slot);
    }
    let elem = elem_in(e, t, slot)?;
    t.prefetch_indirect_elem(e, elem, header.meta.b());
    Ok(elem)
}

/// `h.buckets = newobject(t.bucket)`.
#[cold]
#[inline(never)]
fn first_bucket<E: Effects, S: Shape, K: Key>(e: &mut E, t: &S, h: Addr, live: &Live<'_>) -> Result<Addr, Stop> {
    let bucket = e.new_object(K::SITES.bucket_new, t.map_type().bucket(), &live.slots())?;
    e.write_pointer(K::SITES.buckets, h.offset(hmap::BUCKETS), bucket)?;
    Ok(bucket)
}

/// Clears the writing flag, which must be set.
#[inline(always)]
pub(crate) fn end_writing<E: Effects>(e: &mut E, h: Addr) -> Result<(), Stop> {
    if !Meta::load(e, h)?.is(flags::HASH_WRITING) {
        return raise(Raise::ConcurrentWrites);
    }
    e.store_masked(h.offset(hmap::FLAGS), flags::HASH_WRITING, 0)
}
