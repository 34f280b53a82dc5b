//! Overflow buckets: where they come from, and what keeps them alive.
//!
//! ```text
//! newoverflow(b):  ovf = the next preallocated one, or else a new object
//!                  noverflow++                             // from B = 16 on, with probability 2^(15-B)
//!                  if buckets have no pointers:  append(*h.extra.overflow, ovf)
//!                  b.overflow = ovf
//! ```
//!
//! The collector does not look into buckets without pointers, so the chain does not keep its own
//! links alive. Invariant `overflow-kept`: every overflow bucket of a pointer-free map that is
//! its own object is in `h.extra.overflow` or `h.extra.oldoverflow` *before* it is linked.
//! [`MapType::keep_overflow`](crate::maptype::MapType::keep_overflow) off breaks it on purpose.
//!
//! Source: Go 1.19 runtime/map.go, slice.go (`growslice`). Checked by: `tests/map/reachability.rs`.

use crate::header::{Meta, field};
use crate::layout::{hmap, mapextra, slice};
use crate::live::Live;
use crate::shape::Shape;
use crate::sites;
use gc::addr::WORD;
use gc::size_class::round_up_size;
use gc::{Addr, Bytes, Effects, Site, Stop, Width};

/// Stores the overflow word of `b`. Go's `setoverflow` is one function for all map types, so it has a barrier
/// even where the collector does not take the word for a pointer. There it is redundant.
pub(crate) fn set_overflow<E: Effects, S: Shape>(e: &mut E, t: &S, site: Site, b: Addr, ovf: Addr) -> Result<(), Stop> {
    e.write_pointer(site, t.overflow_slot(b), ovf)
}

/// Counts an overflow bucket. A count of 16 bits has to be approximate in a large map.
fn incr_noverflow<E: Effects>(e: &mut E, h: Addr) -> Result<(), Stop> {
    let meta = Meta::load(e, h)?;
    if meta.b() >= 16 {
        // The shift wraps as on amd64 for a B that no healthy map has.
        let mask = 1u32.checked_shl(u32::from(meta.b()) - 15).unwrap_or(0).wrapping_sub(1);
        if e.fastrand()? & mask != 0 {
            return Ok(());
        }
    }
    e.store_part(h.offset(hmap::NOVERFLOW), Width::B2, u64::from(meta.noverflow().wrapping_add(1)))
}

/// A new overflow bucket behind `b`, the last of its chain. `live` is what the callers hold.
#[cold]
#[inline(never)]
pub(crate) fn new_overflow<E: Effects, S: Shape>(
    e: &mut E,
    t: &S,
    h: Addr,
    b: Addr,
    live: &Live<'_>,
) -> Result<Addr, Stop> {
    let live = Live { held: &[b], callers: Some(live) };
    let extra = field(e, h, hmap::EXTRA)?;
    let mut ovf = Addr::NIL;
    if !extra.is_nil() {
        let next = extra.offset(mapextra::NEXT_OVERFLOW);
        ovf = Addr(e.load(next)?);
        if !ovf.is_nil() {
            if e.load(t.overflow_slot(ovf))? == 0 {
                e.write_pointer(sites::NEWOVERFLOW_NEXT, next, ovf.offset(t.bucketsize()))?;
            } else {
                set_overflow(e, t, sites::NEWOVERFLOW_UNMARK, ovf, Addr::NIL)?;
                e.write_pointer(sites::NEWOVERFLOW_NEXT, next, Addr::NIL)?;
            }
        }
    }
    if ovf.is_nil() {
        ovf = e.new_object(sites::NEWOVERFLOW_NEW, t.map_type().bucket(), &live.slots())?;
    }
    incr_noverflow(e, h)?;
    if !t.bucket_has_pointers() && t.map_type().keep_overflow {
        let live = Live { held: &[ovf], callers: Some(&live) };
        create_overflow(e, t, h, &live)?;
        append(e, t, h, ovf, &live)?;
    }
    set_overflow(e, t, sites::NEWOVERFLOW_LINK, b, ovf)?;
    Ok(ovf)
}

/// Makes the list of overflow buckets, empty, if there is none.
pub(crate) fn create_overflow<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, live: &Live<'_>) -> Result<(), Stop> {
    let u = t.map_type().universe();
    let mut extra = field(e, h, hmap::EXTRA)?;
    if extra.is_nil() {
        extra = e.new_object(sites::CREATEOVERFLOW_EXTRA_NEW, &u.mapextra, &live.slots())?;
        e.write_pointer(sites::CREATEOVERFLOW_EXTRA, h.offset(hmap::EXTRA), extra)?;
    }
    if field(e, extra, mapextra::OVERFLOW)?.is_nil() {
        let live = Live { held: &[extra], callers: Some(live) };
        let list = e.new_object(sites::CREATEOVERFLOW_SLICE_NEW, &u.slice, &live.slots())?;
        e.write_pointer(sites::CREATEOVERFLOW_SLICE, extra.offset(mapextra::OVERFLOW), list)?;
    }
    Ok(())
}

/// `*h.extra.overflow = append(*h.extra.overflow, ovf)`.
fn append<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, ovf: Addr, live: &Live<'_>) -> Result<(), Stop> {
    let pointer = &t.map_type().universe().pointer;
    let extra = field(e, h, hmap::EXTRA)?;
    let list = field(e, extra, mapextra::OVERFLOW)?;
    let [mut array, len, cap] = e.load_block::<3>(list)?;
    let wanted = len.wrapping_add(1);
    if wanted > cap {
        let cap = grown(cap, wanted);
        let live = Live { held: &[list, Addr(array)], callers: Some(live) };
        let larger = e.new_array(sites::NEWOVERFLOW_GROW_NEW, pointer, cap, &live.slots())?;
        if len > 0 {
            e.typed_slice_copy(sites::NEWOVERFLOW_GROW_COPY, pointer, larger, Addr(array), len)?;
        }
        e.store(list.offset(slice::CAP), cap)?;
        e.write_pointer(sites::NEWOVERFLOW_ARRAY, list.offset(slice::ARRAY), larger)?;
        array = larger.0;
    }
    e.store(list.offset(slice::LEN), wanted)?;
    e.write_pointer(sites::NEWOVERFLOW_APPEND, Addr(array).offset(len.wrapping_mul(WORD)), ovf)
}

/// The capacity that `append` gives to a full slice of words: double while it is short, then by a
/// quarter and 192, rounded up to what the size class holds.
fn grown(cap: u64, wanted: u64) -> u64 {
    let mut new = cap;
    if wanted > cap.saturating_mul(2) {
        new = wanted;
    } else if cap < 256 {
        new = cap * 2;
    } else {
        while new < wanted {
            new = new.saturating_add(new.saturating_add(768) / 4);
        }
    }
    round_up_size(Bytes(new.saturating_mul(WORD))).0 / WORD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_grows_as_an_appended_slice_of_pointers_does() {
        let mut caps = vec![0];
        while caps.len() < 14 {
            let cap = *caps.last().unwrap();
            caps.push(grown(cap, cap + 1));
        }
        // Printed by a Go 1.19 program that appends pointers one by one.
        assert_eq!(caps, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 848, 1280, 1792]);
    }
}
