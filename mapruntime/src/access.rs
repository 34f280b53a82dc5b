//! Lookups.
//!
//! ```text
//! no map, or an empty one:  not found               // after hashing a key whose hash may panic
//! somebody is writing:      throw
//! b = bucket(hash mod 2^B), or the old one, if growing and that is not evacuated yet
//! for each bucket of the chain:
//!     the cells whose tophash fits, in order: found if the key is equal
//!     a cell that is EMPTY_REST: not found, without a look at the overflow word
//! ```
//!
//! What is returned points *into* the map, or to the zero value, and is never nil. Nothing keeps it
//! valid: a growth moves the entry, a deletion clears it. The caller reads it at once.
//!
//! Source: Go 1.19 runtime/map.go. Checked by: `tests/map/model.rs` against an ordinary map.

use crate::header::{Header, bucket_mask};
use crate::key::{ByAddress, Cell, Key, elem_in, key_in};
use crate::layout::flags;
use crate::raise::{Raise, raise};
use crate::shape::Shape;
use crate::tophash;
use gc::{Addr, Effects, Stop};

/// The elem of `key` at `*key`, or the zero value: `m[k]`.
///
/// # Errors
/// `Raised` if another goroutine is writing or the key cannot be hashed; `Fault` and the like
/// from memory.
#[inline]
pub fn mapaccess1<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Addr) -> Result<Addr, Stop> {
    elem_or_zero(e, t, h, ByAddress(key))
}

/// The elem and whether there is one: `v, ok := m[k]`.
///
/// # Errors
/// As [`mapaccess1`].
#[inline]
pub fn mapaccess2<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Addr) -> Result<(Addr, bool), Stop> {
    elem_and_found(e, t, h, ByAddress(key))
}

/// The map's own copy of the key, and the elem; `None` if there is none. For iterators: it does
/// not look at the writing flag, nor hash a key for an empty map.
///
/// # Errors
/// As [`mapaccess1`].
#[allow(non_snake_case)]
pub fn mapaccessK<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Addr) -> Result<Option<(Addr, Addr)>, Stop> {
    if h.is_nil() {
        return Ok(None);
    }
    let header = Header::load(e, h)?;
    if header.count == 0 {
        return Ok(None);
    }
    match locate::<E, S, _, true>(e, t, header, ByAddress(key))? {
        Some(cell) => {
            let key = key_in(e, t, t.key_slot(cell.bucket, cell.index))?;
            let elem = elem_in(e, t, t.elem_slot(cell.bucket, cell.index))?;
            Ok(Some((key, elem)))
        }
        None => Ok(None),
    }
}

/// [`mapaccess1`] for elems larger than the shared zero value: the caller brings its own.
///
/// # Errors
/// As [`mapaccess1`].
pub fn mapaccess1_fat<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Addr, zero: Addr) -> Result<Addr, Stop> {
    Ok(mapaccess2_fat(e, t, h, key, zero)?.0)
}

/// [`mapaccess2`] for elems larger than the shared zero value.
///
/// # Errors
/// As [`mapaccess1`].
pub fn mapaccess2_fat<E: Effects, S: Shape>(
    e: &mut E,
    t: &S,
    h: Addr,
    key: Addr,
    zero: Addr,
) -> Result<(Addr, bool), Stop> {
    let (elem, found) = mapaccess2(e, t, h, key)?;
    Ok((if found { elem } else { zero }, found))
}

/// `len(m)`.
///
/// # Errors
/// As [`Effects::load`].
pub fn maplen<E: Effects>(e: &mut E, h: Addr) -> Result<u64, Stop> {
    if h.is_nil() { Ok(0) } else { e.load(h.offset(crate::layout::hmap::COUNT)) }
}

#[inline(always)]
pub(crate) fn elem_or_zero<E: Effects, S: Shape, K: Key>(e: &mut E, t: &S, h: Addr, key: K) -> Result<Addr, Stop> {
    Ok(find::<E, S, K, true>(e, t, h, key)?.0)
}

#[inline(always)]
pub(crate) fn elem_and_found<E: Effects, S: Shape, K: Key>(
    e: &mut E,
    t: &S,
    h: Addr,
    key: K,
) -> Result<(Addr, bool), Stop> {
    find::<E, S, K, false>(e, t, h, key)
}

/// All variants. `EXPECTED` says that the key is probably there: a program that does not ask whether it is expects so.
/// Then all of the bucket is hinted at; for a key that is not there the tophashes are enough, and the hints would cost
/// more than they save.
#[inline(always)]
fn find<E: Effects, S: Shape, K: Key, const EXPECTED: bool>(
    e: &mut E,
    t: &S,
    h: Addr,
    key: K,
) -> Result<(Addr, bool), Stop> {
    let zero = t.map_type().universe().zero_val();
    if h.is_nil() {
        key.absent(e, t)?;
        return Ok((zero, false));
    }
    let header = Header::load(e, h)?;
    if header.count == 0 {
        key.absent(e, t)?;
        return Ok((zero, false));
    }
    if header.meta.is(flags::HASH_WRITING) {
        return raise(Raise::ConcurrentReadAndWrite);
    }
    let Some(cell) = locate::<E, S, K, EXPECTED>(e, t, header, key)? else { return Ok((zero, false)) };
    let slot = t.elem_slot(cell.bucket, cell.index);
    Ok((if K::MAY_BE_INDIRECT { elem_in(e, t, slot)? } else { slot }, true))
}

/// The cell of `key` in a map that is not empty.
#[inline(always)]
fn locate<E: Effects, S: Shape, K: Key, const EXPECTED: bool>(
    e: &mut E,
    t: &S,
    header: Header,
    key: K,
) -> Result<Option<Cell>, Stop> {
    let hash = key.hash(e, t, header.meta.hash0())?;
    let mut b = t.bucket_at(header.buckets, hash & bucket_mask(header.meta.b()));
    if EXPECTED {
        t.prefetch_bucket(e, b, header.meta.b());
    }
    if !header.oldbuckets.is_nil() {
        b = old_or_new(e, t, header, hash, b)?;
    }
    search(e, t, key, tophash::tophash(hash), b)
}

/// While the map grows: the old bucket for `hash` if it has not been evacuated, else `new`.
#[cold]
#[inline(never)]
fn old_or_new<E: Effects, S: Shape>(e: &mut E, t: &S, header: Header, hash: u64, new: Addr) -> Result<Addr, Stop> {
    let mut mask = bucket_mask(header.meta.b());
    if !header.meta.is(flags::SAME_SIZE_GROW) {
        mask >>= 1;
    }
    let old = t.bucket_at(header.oldbuckets, hash & mask);
    Ok(if tophash::evacuated(e.load(old)?) { new } else { old })
}

/// The cell of `key` in the chain that starts with bucket `b`.
#[inline(always)]
pub(crate) fn search<E: Effects, S: Shape, K: Key>(
    e: &mut E,
    t: &S,
    key: K,
    top: u8,
    mut b: Addr,
) -> Result<Option<Cell>, Stop> {
    while !b.is_nil() {
        let tops = e.load(b)?;
        let mut candidates = tophash::matches(tops, top);
        while candidates != 0 {
            let index = tophash::first(candidates);
            if key.equal(e, t, t.key_slot(b, index))? {
                return Ok(Some(Cell { bucket: b, index }));
            }
            candidates = tophash::rest(candidates);
        }
        if tophash::has_rest(tops) {
            break;
        }
        b = Addr(e.load(t.overflow_slot(b))?);
    }
    Ok(None)
}
