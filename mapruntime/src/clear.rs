//! Clearing a whole map: `for k := range m { delete(m, k) }`, which the compiler recognises if
//! keys are equal to themselves.
//!
//! The bucket array stays and is zeroed; overflow buckets are dropped, a growth is called off, and the
//! seed is new. Iterators that are under way see an empty map, and the iterator flags stay.
//!
//! Source: Go 1.19 runtime/map.go. Checked by: `tests/map/model.rs`, dumps of real maps.

use crate::assign::end_writing;
use crate::header::{Header, Meta, field, reseed, toggle_writing};
use crate::layout::{flags, hmap, mapextra};
use crate::make::clear_bucket_array;
use crate::raise::{Raise, raise};
use crate::shape::Shape;
use crate::sites;
use gc::{Addr, Effects, Stop, Width};

/// Deletes every entry.
///
/// # Errors
/// `Raised` if another goroutine is writing; `Fault` and the like from memory.
pub fn mapclear<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr) -> Result<(), Stop> {
    if h.is_nil() {
        return Ok(());
    }
    let header = Header::load(e, h)?;
    if header.count == 0 {
        return Ok(());
    }
    if header.meta.is(flags::HASH_WRITING) {
        return raise(Raise::ConcurrentWrites);
    }
    toggle_writing(e, h)?;
    e.store_masked(h.offset(hmap::FLAGS), flags::SAME_SIZE_GROW, 0)?;
    e.write_pointer(sites::MAPCLEAR_OLDBUCKETS, h.offset(hmap::OLDBUCKETS), Addr::NIL)?;
    e.store(h.offset(hmap::NEVACUATE), 0)?;
    e.store_part(h.offset(hmap::NOVERFLOW), Width::B2, 0)?;
    e.store(h.offset(hmap::COUNT), 0)?;
    reseed(e, h)?;

    let extra = field(e, h, hmap::EXTRA)?;
    if !extra.is_nil() {
        e.typed_memclr(sites::MAPCLEAR_EXTRA, &t.map_type().universe().mapextra, extra, 1)?;
    }
    let b = Meta::load(e, h)?.b();
    let buckets = field(e, h, hmap::BUCKETS)?;
    let cleared = clear_bucket_array(e, t, b, buckets)?;
    if !cleared.next_overflow.is_nil() {
        // A map with preallocated buckets has had `extra` since its array was made.
        let next = extra.offset(mapextra::NEXT_OVERFLOW);
        e.write_pointer(sites::MAPCLEAR_NEXT_OVERFLOW, next, cleared.next_overflow)?;
    }
    end_writing(e, h)
}
