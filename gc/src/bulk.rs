//! Bulk operations: moving and clearing many words, with barriers for the pointers among them.
//!
//! ```text
//! typedmemmove(t, dst, src):
//!     if the barrier flag is on, and dst is not on a stack:
//!         for each pointer word of t:  the barrier's steps before its store
//!     move all words
//!     ...                              and its steps after the store
//! ```
//!
//! The barriers come *before* the move: a deletion barrier has to see the old values. Doing it
//! afterwards ([`BulkOrder::After`]) shades the new value twice and the old one never;
//! JuliaLang/julia#62687 and pypy/pypy#4925 were that fault.
//!
//! A barrier that is right because test and store are one step (`dijkstra`) is not one here: it tests the base, and
//! the collector may blacken that before the words move. Under such a collector use `dijkstra-coarse`.
//!
//! One flag test stands for the whole operation, as in Go, where no safepoint lies between it and
//! the end of the move. The collector can still see a half-moved value.
//!
//! Source: Go 1.19 runtime/mbarrier.go, mbitmap.go (`bulkBarrierPreWrite`).
//! Checked by: `tests/scenarios/faults/bulk-barrier-after-the-move.toml`, and the tests in `gc/tests`.

use crate::addr::{Addr, WORD};
use crate::barrier::{self, BulkOrder, Program, Underway};
use crate::effects::{Effects, Stop};
use crate::site::Site;
use crate::types::Type;

/// See [`Effects::typed_memmove`].
pub(crate) fn typed_memmove<E: Effects + ?Sized>(
    e: &mut E,
    site: Site,
    ty: &Type,
    dst: Addr,
    src: Addr,
) -> Result<(), Stop> {
    typed_slice_copy(e, site, ty, dst, src, 1)
}

/// See [`Effects::typed_slice_copy`].
pub(crate) fn typed_slice_copy<E: Effects + ?Sized>(
    e: &mut E,
    site: Site,
    ty: &Type,
    dst: Addr,
    src: Addr,
    count: u64,
) -> Result<(), Stop> {
    let bytes = bytes_of(e, ty, count)?;
    if dst == src || bytes == 0 {
        return Ok(());
    }
    around(e, site, ty, dst, Some(src), count, |e| e.memmove(dst, src, bytes))
}

/// See [`Effects::typed_memclr`].
pub(crate) fn typed_memclr<E: Effects + ?Sized>(
    e: &mut E,
    site: Site,
    ty: &Type,
    dst: Addr,
    count: u64,
) -> Result<(), Stop> {
    let bytes = bytes_of(e, ty, count)?;
    if bytes == 0 {
        return Ok(());
    }
    around(e, site, ty, dst, None, count, |e| e.memclr(dst, bytes))
}

/// Bytes of `count` values of type `ty`. So many that no address space holds them fault like any access past its end.
pub(crate) fn bytes_of<E: Effects + ?Sized>(e: &mut E, ty: &Type, count: u64) -> Result<u64, Stop> {
    match ty.size().0.checked_mul(count) {
        Some(bytes) => Ok(bytes),
        None => e.load(Addr(u64::MAX)),
    }
}

/// The bytes of an operation from which on its end is probed before its barriers run.
const PROBED: u64 = 1 << 20;

/// Runs `action` with the barrier of `site` for each pointer word of `count` values at `dst`.
fn around<E: Effects + ?Sized>(
    e: &mut E,
    site: Site,
    ty: &Type,
    dst: Addr,
    src: Option<Addr>,
    count: u64,
    action: impl FnOnce(&mut E) -> Result<(), Stop>,
) -> Result<(), Stop> {
    if ty.noscan() || !e.needs_barrier(dst) {
        return action(e);
    }
    // A range that ends where nothing is faults here, not after a barrier for each of 10^18 words.
    let bytes = ty.size().0 * count;
    if bytes > PROBED {
        e.load(dst.offset(bytes - 1).word())?;
    }
    let program = e.program(site);
    let on = !program.tests_flag() || e.load_flag()?;
    if on && program.is_shipped() && e.bulk_order() == BulkOrder::Before && e.shade_at_once(ty, dst, src, count)? {
        return action(e);
    }
    let (before, after) = program.halves();
    if !on || before.is_empty() && after.is_empty() {
        action(e)?;
        return each_pointer(ty, count, |_| {
            e.tally(Underway::default().tally(site, program, on));
            Ok(())
        });
    }
    // By pointer word: each has one barrier, in two parts, counted once.
    let mut underway = Vec::new();
    match e.bulk_order() {
        BulkOrder::Before => {
            words(e, site, before, ty, dst, src, count, &mut underway)?;
            action(e)?;
        }
        BulkOrder::After => {
            action(e)?;
            words(e, site, before, ty, dst, src.and(Some(dst)), count, &mut underway)?;
        }
    }
    // Once moved, a value is at its new place; where the ranges overlap, it is no longer at its old one.
    words(e, site, after, ty, dst, src.and(Some(dst)), count, &mut underway)?;
    for barrier in underway {
        e.tally(barrier.tally(site, program, on));
    }
    Ok(())
}

/// Runs a storeless half of a barrier for each pointer word. The new values are at `values`, or nil.
#[allow(clippy::too_many_arguments, reason = "the arguments of the operation, and where the half stands in it")]
fn words<E: Effects + ?Sized>(
    e: &mut E,
    site: Site,
    half: Program,
    ty: &Type,
    dst: Addr,
    values: Option<Addr>,
    count: u64,
    underway: &mut Vec<Underway>,
) -> Result<(), Stop> {
    if half.is_empty() {
        return Ok(());
    }
    let mut word = 0;
    each_pointer(ty, count, |offset| {
        let new = match values {
            Some(values) => Addr(e.load(values.offset(offset))?),
            None => Addr::NIL,
        };
        if word == underway.len() {
            underway.push(Underway::default());
        }
        barrier::steps(e, site, half, dst.offset(offset), new, &mut underway[word])?;
        word += 1;
        Ok(())
    })
}

/// Calls `f` with the byte offset of each pointer word of `count` values of type `ty`.
fn each_pointer(ty: &Type, count: u64, mut f: impl FnMut(u64) -> Result<(), Stop>) -> Result<(), Stop> {
    for i in 0..count {
        for word in ty.mask().iter_ones() {
            f(i * ty.size().0 + word as u64 * WORD)?;
        }
    }
    Ok(())
}

/// See [`Effects::memmove`]. Word by word, or by the largest pieces that straddle no word.
pub(crate) fn memmove<E: Effects + ?Sized>(e: &mut E, dst: Addr, src: Addr, bytes: u64) -> Result<(), Stop> {
    if dst.0 <= src.0 || dst.0 >= src.0.wrapping_add(bytes) {
        let mut done = 0;
        while done < bytes {
            let (d, s) = (dst.offset(done), src.offset(done));
            let n = (WORD - d.0 % WORD).min(WORD - s.0 % WORD).min(bytes - done);
            piece(e, d, s, n)?;
            done += n;
        }
    } else {
        let mut left = bytes;
        while left > 0 {
            // The last byte left, and those before it in the same word.
            let (d, s) = (dst.offset(left - 1).0, src.offset(left - 1).0);
            let n = (d % WORD + 1).min(s % WORD + 1).min(left);
            left -= n;
            piece(e, dst.offset(left), src.offset(left), n)?;
        }
    }
    Ok(())
}

/// Moves `n` bytes, which lie in one word at either end.
#[inline(always)]
fn piece<E: Effects + ?Sized>(e: &mut E, d: Addr, s: Addr, n: u64) -> Result<(), Stop> {
    let word = e.load(s.word())?;
    if n == WORD {
        return e.store(d, word);
    }
    let mask = (1u64 << (n * 8)) - 1;
    let bits = word >> (s.0 % WORD * 8) & mask;
    let shift = d.0 % WORD * 8;
    e.store_masked(d.word(), mask << shift, bits << shift)
}

/// See [`Effects::memclr`].
pub(crate) fn memclr<E: Effects + ?Sized>(e: &mut E, dst: Addr, bytes: u64) -> Result<(), Stop> {
    let mut done = 0;
    while done < bytes {
        let d = dst.offset(done);
        let n = (WORD - d.0 % WORD).min(bytes - done);
        if n == WORD {
            e.store(d, 0)?;
        } else {
            let mask = ((1u64 << (n * 8)) - 1) << (d.0 % WORD * 8);
            e.store_masked(d.word(), mask, 0)?;
        }
        done += n;
    }
    Ok(())
}
