//! Growth: a new array of buckets, filled little by little.
//!
//! ```text
//! hashGrow:  double if over 6.5 entries a bucket, else the same size (there are too many overflow buckets)
//!            oldbuckets = buckets;  buckets = new array;  nevacuate = noverflow = 0
//!            iterator flag → oldIterator flag;  the list of overflow buckets → oldoverflow
//! growWork:  evacuate the old bucket of the one in question, and the next in line
//! ```
//!
//! Every assignment and deletion while growing does two buckets of work, so the growth ends before the
//! next can be due. No growth starts while one goes on, however full the map gets.
//!
//! Source: Go 1.19 runtime/map.go. Checked by: `tests/map/model.rs`, dumps of real maps.

use crate::evacuate::evacuate;
use crate::header::{Header, Meta, field, over_load_factor};
use crate::key::Key;
use crate::layout::{flags, hmap, mapextra};
use crate::live::Live;
use crate::make::make_bucket_array;
use crate::raise::{Raise, raise};
use crate::shape::Shape;
use crate::sites;
use gc::{Addr, Effects, Stop, Width};

/// Starts a growth. Everything that the caller knows of the buckets is void afterwards.
#[cold]
#[inline(never)]
pub(crate) fn hash_grow<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, live: &Live<'_>) -> Result<(), Stop> {
    e.operation(|e| grow(e, t, h, live))
}

#[inline(always)]
fn grow<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, live: &Live<'_>) -> Result<(), Stop> {
    let header = Header::load(e, h)?;
    let b = header.meta.b();
    let bigger = u8::from(over_load_factor(header.count.wrapping_add(1), b));
    if bigger == 0 {
        e.store_masked(h.offset(hmap::FLAGS), flags::SAME_SIZE_GROW, flags::SAME_SIZE_GROW)?;
    }
    let live = Live { held: &[header.buckets], callers: Some(live) };
    let made = make_bucket_array(e, t, b.wrapping_add(bigger), &live)?;

    let old = Meta::load(e, h)?;
    let mut new = old.flags() & !(flags::ITERATOR | flags::OLD_ITERATOR);
    if old.is(flags::ITERATOR) {
        new |= flags::OLD_ITERATOR;
    }
    e.store_part(h.offset(hmap::B), Width::B1, u64::from(b.wrapping_add(bigger)))?;
    e.store_part(h.offset(hmap::FLAGS), Width::B1, new)?;
    e.write_pointer(sites::HASHGROW_OLDBUCKETS, h.offset(hmap::OLDBUCKETS), header.buckets)?;
    e.write_pointer(sites::HASHGROW_BUCKETS, h.offset(hmap::BUCKETS), made.buckets)?;
    e.store(h.offset(hmap::NEVACUATE), 0)?;
    e.store_part(h.offset(hmap::NOVERFLOW), Width::B2, 0)?;

    let mut extra = field(e, h, hmap::EXTRA)?;
    if !extra.is_nil() {
        let overflow = field(e, extra, mapextra::OVERFLOW)?;
        if !overflow.is_nil() {
            if !field(e, extra, mapextra::OLDOVERFLOW)?.is_nil() {
                return raise(Raise::OldOverflow);
            }
            e.write_pointer(sites::HASHGROW_OLDOVERFLOW, extra.offset(mapextra::OLDOVERFLOW), overflow)?;
            e.write_pointer(sites::HASHGROW_OVERFLOW, extra.offset(mapextra::OVERFLOW), Addr::NIL)?;
        }
    }
    if !made.next_overflow.is_nil() {
        if extra.is_nil() {
            let live = Live { held: &[made.next_overflow], callers: Some(&live) };
            extra = e.new_object(sites::HASHGROW_EXTRA_NEW, &t.map_type().universe().mapextra, &live.slots())?;
            e.write_pointer(sites::HASHGROW_EXTRA, h.offset(hmap::EXTRA), extra)?;
        }
        let next = extra.offset(mapextra::NEXT_OVERFLOW);
        e.write_pointer(sites::HASHGROW_NEXT_OVERFLOW, next, made.next_overflow)?;
    }
    Ok(())
}

/// The work that an assignment or deletion in `bucket` does for a growth.
#[cold]
#[inline(never)]
pub(crate) fn grow_work<E: Effects, S: Shape, K: Key>(
    e: &mut E,
    t: &S,
    h: Addr,
    bucket: u64,
    live: &Live<'_>,
) -> Result<(), Stop> {
    let mask = Meta::load(e, h)?.noldbuckets().wrapping_sub(1);
    e.operation(|e| evacuate::<E, S, K>(e, t, h, bucket & mask, live))?;
    if !field(e, h, hmap::OLDBUCKETS)?.is_nil() {
        let next = e.load(h.offset(hmap::NEVACUATE))?;
        e.operation(|e| evacuate::<E, S, K>(e, t, h, next, live))?;
    }
    Ok(())
}
