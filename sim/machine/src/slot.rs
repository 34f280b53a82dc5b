//! The oracle of stale slots: a program stores into a map's bucket only where an entry is.
//!
//! `mapassign` returns the address of an elem, and the program stores through it. If the map has grown or the entry was
//! deleted in between, the cell is no entry's any more: its tophash says so. Memory that is freed is another oracle's business.

use crate::image::Image;
use gc::heap::Heap;
use gc::shadow::Shadow;
use gc::verify::{Violation, ViolationKind};
use gc::{Addr, Frames, Stop};
use mapruntime::layout::{BUCKET_CELLS, bmap};
use mapruntime::tophash;

/// Judges a store of the program at an address.
#[inline(always)]
pub(crate) fn check<E: Frames>(e: &mut E, image: &Image, at: Addr) -> Result<(), Stop> {
    e.judge(|heap, shadow| stale(heap, shadow, image, at))
}

fn stale(heap: &Heap, shadow: &Shadow, image: &Image, at: Addr) -> Option<Violation> {
    let (_, record) = shadow.find(at)?;
    let t = image.bucket_of(record.ty?)?;
    if record.freed || t.elem().size() == 0 {
        return None;
    }
    let offset = at.0 - record.base.0;
    let within = (offset % t.bucketsize()).checked_sub(bmap::DATA + BUCKET_CELLS * t.keysize())?;
    let cell = usize::try_from(within / t.elemsize().max(1)).ok().filter(|&cell| cell < BUCKET_CELLS as usize)?;
    let bucket = record.base.offset(offset / t.bucketsize() * t.bucketsize());
    let top = heap.word(bucket)?.to_le_bytes()[cell];
    let what = format!("a store through the slot {at}, which belongs to no entry: the tophash of its cell is {top}");
    (top < tophash::MIN_TOP_HASH).then(|| Violation::new(ViolationKind::StaleSlot, what))
}
