//! Objects, slices, copies.
//!
//! Source: Go 1.19 runtime/malloc.go, slice.go, mbarrier.go.

use super::Area;
use crate::goroutine::{Goroutine, Panic, bug};
use crate::image::Image;
use crate::types::Info;
use gc::addr::WORD;
use gc::size_class::round_up_size;
use gc::{Addr, Bytes, Effects, Frames, Site, Stop, Type};
use mapruntime::layout::MAX_ALLOC;

/// The type that an argument names.
#[inline(always)]
pub(crate) fn type_of(image: &Image, word: u64) -> Result<&Info, Stop> {
    image.info(word).ok_or_else(bug)
}

/// `count` zeroed values; what has no size has one address.
pub(crate) fn array<E: Effects>(
    e: &mut E,
    image: &Image,
    site: Site,
    ty: &Type,
    count: u64,
    live: &[Addr],
) -> Result<Addr, Stop> {
    if ty.size().0 == 0 || count == 0 {
        return Ok(image.zero());
    }
    e.new_array(site, ty, count, live)
}

/// A string of these bytes, in the heap.
pub(crate) fn new_string<E: Effects>(
    e: &mut E,
    image: &Image,
    site: Site,
    bytes: &[u8],
    live: &[Addr],
) -> Result<(Addr, u64), Stop> {
    let at = array(e, image, site, &image.own.byte, bytes.len() as u64, live)?;
    fill(e, at, bytes)?;
    Ok((at, bytes.len() as u64))
}

/// Writes bytes to fresh memory that is zero up to the next word.
pub(crate) fn fill<E: Effects>(e: &mut E, at: Addr, bytes: &[u8]) -> Result<(), Stop> {
    for (i, chunk) in bytes.chunks(WORD as usize).enumerate() {
        let mut word = [0; WORD as usize];
        word[..chunk.len()].copy_from_slice(chunk);
        e.store(at.offset(i as u64 * WORD), u64::from_le_bytes(word))?;
    }
    Ok(())
}

/// `len` bytes from anywhere, in pieces of up to eight.
pub(crate) fn read<E: Effects>(e: &mut E, at: Addr, len: u64) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    let mut done = 0;
    while done < len {
        let piece = (len - done).min(WORD);
        let word = mapruntime::bytes::load(e, at.offset(done), piece)?;
        bytes.extend_from_slice(&word.to_le_bytes()[..piece as usize]);
        done += piece;
    }
    Ok(bytes)
}

pub(super) fn new_object<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [ty] = a.args(e, 1)?;
    let ty = type_of(image, ty)?.go.ty();
    let object = array(e, image, a.site, ty, 1, &[])?;
    a.set(e, [object.0])
}

/// Bytes of `count` values, if an allocation may ask for so many.
fn room(ty: &Type, count: u64) -> Option<u64> {
    ty.size().0.checked_mul(count).filter(|&bytes| bytes <= MAX_ALLOC && (count as i64) >= 0)
}

fn out_of_range(g: &mut Goroutine, what: &str) -> Stop {
    g.raise(Panic::Error(format!("{what} out of range")))
}

pub(super) fn make_slice<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &mut Goroutine,
    a: Area,
) -> Result<(), Stop> {
    let [ty, len, cap] = a.args(e, 1)?;
    let ty = type_of(image, ty)?.go.ty();
    if room(ty, cap).is_none() || len > cap {
        let what = if room(ty, len).is_none() { "makeslice: len" } else { "makeslice: cap" };
        return Err(out_of_range(g, what));
    }
    let at = array(e, image, a.site, ty, cap, &[])?;
    a.set(e, [at.0])
}

pub(super) fn make_slice_copy<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &mut Goroutine,
    a: Area,
) -> Result<(), Stop> {
    let [ty, to_len, from_len, from] = a.args(e, 1)?;
    let ty = type_of(image, ty)?.go.ty();
    if room(ty, to_len).is_none() {
        return Err(out_of_range(g, "makeslice: len"));
    }
    let at = array(e, image, a.site, ty, to_len, &[Addr(from)])?;
    let count = to_len.min(from_len);
    copy(e, a.site, ty, at, Addr(from), count)?;
    a.set(e, [at.0])
}

/// Copies values, with barriers if they have pointers.
pub(crate) fn copy<E: Effects>(e: &mut E, site: Site, ty: &Type, dst: Addr, src: Addr, count: u64) -> Result<(), Stop> {
    if ty.noscan() {
        e.memmove(dst, src, ty.size().0.saturating_mul(count))
    } else {
        e.typed_slice_copy(site, ty, dst, src, count)
    }
}

/// The capacity that an array grows to, before it is rounded up to what fits its memory.
fn grown(old: u64, wanted: u64) -> u64 {
    /// Below this many, capacities double; above they grow by a quarter, and smoothly in between.
    const THRESHOLD: u64 = 256;
    let double = old.wrapping_mul(2);
    if wanted > double {
        return wanted;
    }
    if old < THRESHOLD {
        return double;
    }
    let mut new = old as i64;
    while 0 < new && (new as u64) < wanted {
        new = new.wrapping_add(new.wrapping_add(3 * THRESHOLD as i64) / 4);
    }
    if new <= 0 { wanted } else { new as u64 }
}

pub(super) fn grow_slice<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &mut Goroutine,
    a: Area,
) -> Result<(), Stop> {
    let [ty, old, len, cap, wanted] = a.args(e, 3)?;
    let ty = type_of(image, ty)?.go.ty();
    if (wanted as i64) < cap as i64 {
        return Err(out_of_range(g, "growslice: cap"));
    }
    let size = ty.size().0;
    if size == 0 {
        return a.set(e, [image.zero().0, len, wanted]);
    }
    let Some(bytes) = room(ty, grown(cap, wanted)) else { return Err(out_of_range(g, "growslice: cap")) };
    let count = round_up_size(Bytes(bytes)).0 / size;
    let at = array(e, image, a.site, ty, count, &[Addr(old)])?;
    copy(e, a.site, ty, at, Addr(old), len)?;
    a.set(e, [at.0, len, count])
}

pub(super) fn typed_move<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [ty, dst, src] = a.args(e, 0)?;
    copy(e, a.site, type_of(image, ty)?.go.ty(), Addr(dst), Addr(src), 1)
}

pub(super) fn typed_clear<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [ty, dst] = a.args(e, 0)?;
    clear_values(e, image, a.site, ty, dst, 1)
}

pub(super) fn clear<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [ty, dst, count] = a.args(e, 0)?;
    clear_values(e, image, a.site, ty, dst, count)
}

fn clear_values<E: Effects>(e: &mut E, image: &Image, site: Site, ty: u64, dst: u64, count: u64) -> Result<(), Stop> {
    let ty = type_of(image, ty)?.go.ty();
    if ty.noscan() {
        e.memclr(Addr(dst), ty.size().0.saturating_mul(count))
    } else {
        e.typed_memclr(site, ty, Addr(dst), count)
    }
}

pub(super) fn typed_slice_copy<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [ty, dst, to, _, src, from, _] = a.args(e, 1)?;
    let count = to.min(from);
    if count > 0 && dst != src {
        copy(e, a.site, type_of(image, ty)?.go.ty(), Addr(dst), Addr(src), count)?;
    }
    a.set(e, [count])
}

pub(super) fn slice_copy<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [ty, dst, to, _, src, from, _] = a.args(e, 1)?;
    let count = to.min(from);
    let bytes = type_of(image, ty)?.go.size().saturating_mul(count);
    if bytes > 0 && dst != src {
        e.memmove(Addr(dst), Addr(src), bytes)?;
    }
    a.set(e, [count])
}

pub(super) fn equal<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [ty, p, q] = a.args(e, 1)?;
    let plan = type_of(image, ty)?.go.equal_plan();
    let same = mapruntime::equal::equal(e, image.universe(), plan, Addr(p), Addr(q))?;
    a.set(e, [u64::from(same)])
}

#[cfg(test)]
mod tests {
    use super::grown;

    #[test]
    fn arrays_grow_by_the_formula_of_go_1_19() {
        // Capacities before and after append of one element, not rounded up.
        for (old, new) in [(0, 1), (1, 2), (5, 10), (255, 510), (256, 512), (512, 832), (1000, 1442), (10_000, 12_692)]
        {
            assert_eq!(grown(old, old + 1), new, "{old}");
        }
        assert_eq!(grown(4, 100), 100, "as many as are wanted");
    }
}
