//! Deletion.
//!
//! ```text
//! no map, or an empty one: nothing       // after hashing a key whose hash may panic
//! found: clear the key if it has pointers, clear the elem
//!        tophash = EMPTY_ONE;  if nothing full follows, that and the EMPTY_ONEs before it
//!        become EMPTY_REST, back to the start of the chain
//!        count--;  if that is 0: hash0 = fastrand
//! ```
//!
//! Overflow buckets stay, empty, until the next growth. A key without pointers stays in its
//! slot, stale. With a new seed nobody can look for collisions by emptying the map again and again.
//!
//! Source: Go 1.19 runtime/map.go, golang/go#25237 (the seed). Checked by: `tests/map/model.rs`, dumps.

use crate::access::search;
use crate::assign::end_writing;
use crate::grow::grow_work;
use crate::header::{Header, add_count, bucket_mask, reseed, toggle_writing};
use crate::key::{ByAddress, Cell, Key, clear_elem};
use crate::layout::{BUCKET_CELLS, flags};
use crate::live::Live;
use crate::raise::{Raise, raise};
use crate::shape::Shape;
use crate::tophash::{self, EMPTY_ONE, EMPTY_REST};
use gc::{Addr, Effects, Stop};

/// `delete(m, *key)`.
///
/// # Errors
/// `Raised` for a key that cannot be hashed, or another writer; `OutOfMemory` (a growth goes on);
/// `Fault` and the like from memory.
#[inline]
pub fn mapdelete<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Addr) -> Result<(), Stop> {
    delete(e, t, h, ByAddress(key))
}

#[inline(always)]
pub(crate) fn delete<E: Effects, S: Shape, K: Key>(e: &mut E, t: &S, h: Addr, key: K) -> Result<(), Stop> {
    if h.is_nil() {
        return key.absent(e, t);
    }
    let mut header = Header::load(e, h)?;
    if header.count == 0 {
        return key.absent(e, t);
    }
    if header.meta.is(flags::HASH_WRITING) {
        return raise(Raise::ConcurrentWrites);
    }
    let hash = key.hash(e, t, header.meta.hash0())?;
    toggle_writing(e, h)?;

    let bucket = hash & bucket_mask(header.meta.b());
    if !header.oldbuckets.is_nil() {
        let live = Live { held: &[h, key.live()], callers: None };
        grow_work::<E, S, K>(e, t, h, bucket, &live)?;
        header = Header::load(e, h)?;
    }
    let start = t.bucket_at(header.buckets, bucket);
    t.prefetch_bucket(e, start, header.meta.b());
    if let Some(cell) = search(e, t, key, tophash::tophash(hash), start)? {
        K::clear(e, t, t.key_slot(cell.bucket, cell.index))?;
        clear_elem(e, t, K::SITES.delete_elem, t.elem_slot(cell.bucket, cell.index))?;
        empty_cell(e, t, start, cell)?;
        if add_count(e, h, -1)? == 0 {
            reseed(e, h)?;
        }
    }
    end_writing(e, h)
}

/// Marks a cell empty, and extends the empty rest of its chain, which begins with `start`.
#[inline(always)]
fn empty_cell<E: Effects, S: Shape>(e: &mut E, t: &S, start: Addr, cell: Cell) -> Result<(), Stop> {
    let tops = e.load(cell.bucket)?;
    let follows = if cell.index == BUCKET_CELLS - 1 {
        let overflow = Addr(e.load(t.overflow_slot(cell.bucket))?);
        if overflow.is_nil() { EMPTY_REST } else { tophash::of_cell(e.load(overflow)?, 0) }
    } else {
        tophash::of_cell(tops, cell.index + 1)
    };
    // Which of the two it is no processor can foresee: both words are made, and one is taken.
    let emptied = tophash::with_cell(tops, cell.index, EMPTY_ONE);
    let rest = follows == EMPTY_REST;
    let emptied = if rest { tophash::with_rest(emptied) } else { emptied };
    e.store(cell.bucket, emptied)?;
    if rest && emptied == 0 && cell.bucket != start {
        return extend_rest(e, t, start, cell.bucket);
    }
    Ok(())
}

/// Goes on with the buckets before `b`, of which nothing is left.
#[cold]
#[inline(never)]
fn extend_rest<E: Effects, S: Shape>(e: &mut E, t: &S, start: Addr, mut b: Addr) -> Result<(), Stop> {
    let mut emptied = 0;
    while emptied == 0 && b != start {
        b = before(e, t, start, b)?;
        let tops = e.load(b)?;
        emptied = tophash::with_rest(tops);
        if emptied != tops {
            e.store(b, emptied)?;
        }
    }
    Ok(())
}

/// The bucket before `b` in the chain that begins with `start`.
#[cold]
fn before<E: Effects, S: Shape>(e: &mut E, t: &S, start: Addr, b: Addr) -> Result<Addr, Stop> {
    let mut at = start;
    loop {
        let next = Addr(e.load(t.overflow_slot(at))?);
        if next == b {
            return Ok(at);
        }
        at = next;
    }
}
