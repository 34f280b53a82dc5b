//! What the variants of a map routine differ in: how the key comes, and how its slot is treated.
//!
//! Go has `mapassign`, `mapassign_fast32`, `mapassign_fast64`, `mapassign_fast64ptr` and `mapassign_faststr`,
//! and as many of each other routine. They do the same to the map but for a few stores. Here
//! each routine is written once, over [`Key`], and the few stores are its methods:
//!
//! | | generic | `fast32`, `fast64` | `fast64ptr` | `faststr` |
//! | --- | --- | --- | --- | --- |
//! | key comes | by address | by value | by value | by value, two words |
//! | new entry | key, elem slots, then tophash | tophash, then key | with barrier | barrier on the data word |
//! | overwrite | key again if its type asks | | | data word only |
//! | delete | clear if it has pointers | | clear | data word only, the length stays |
//!
//! Departs: Go's fast variants compare keys before tophashes, and hash nothing in a map of one
//! bucket. Neither leaves a trace in memory, and searching by tophash is faster here.
//!
//! The words are in [`fast_word`](crate::fast_word), the strings in [`fast_str`](crate::fast_str).

use crate::equal::equal;
use crate::hash::hash;
use crate::live::Live;
use crate::maptype::flag;
use crate::shape::Shape;
use crate::sites;
use gc::addr::WORD;
use gc::{Addr, Effects, Site, Stop, Width};

/// A cell: a bucket and a number from 0 to 7.
#[derive(Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) bucket: Addr,
    pub(crate) index: u64,
}

/// The sites of the stores that every variant has.
pub(crate) struct KeySites {
    pub(crate) bucket_new: Site,
    pub(crate) buckets: Site,
    pub(crate) delete_elem: Site,
    pub(crate) evacuate_elem: Site,
    pub(crate) evacuate_clear: Site,
}

/// A key on its way into a routine.
pub(crate) trait Key: Copy {
    /// This variant's sites.
    const SITES: KeySites;
    /// Do slots point to keys or elems where the type says so? The fast variants' never do.
    const MAY_BE_INDIRECT: bool;

    /// The pointer that the routine's frame holds for the key's sake; nil if there is none.
    fn live(self) -> Addr;

    /// Its hash.
    fn hash<E: Effects, S: Shape>(self, e: &mut E, t: &S, seed: u64) -> Result<u64, Stop>;

    /// Is it equal to the key in this slot?
    fn equal<E: Effects, S: Shape>(self, e: &mut E, t: &S, slot: Addr) -> Result<bool, Stop>;

    /// What a routine does with it when the map is nil or empty: an unhashable key panics even then.
    #[inline(always)]
    fn absent<E: Effects, S: Shape>(self, _e: &mut E, _t: &S) -> Result<(), Stop> {
        Ok(())
    }

    /// Writes it over an equal key.
    fn overwrite<E: Effects, S: Shape>(self, e: &mut E, t: &S, slot: Addr) -> Result<(), Stop>;

    /// Fills an empty cell with key and tophash. `value` is copied to the elem between the
    /// two, for the old lowering, unless it is nil.
    fn fill<E: Effects, S: Shape>(
        self,
        e: &mut E,
        t: &S,
        cell: Cell,
        top: u8,
        value: Addr,
        live: &Live<'_>,
    ) -> Result<(), Stop>;

    /// Clears the key of a deleted entry.
    fn clear<E: Effects, S: Shape>(e: &mut E, t: &S, slot: Addr) -> Result<(), Stop>;

    /// The hash of a key that is in the map; `key` is where it is itself.
    fn rehash<E: Effects, S: Shape>(e: &mut E, t: &S, key: Addr, seed: u64) -> Result<u64, Stop>;

    /// Hints that all keys of a bucket will be hashed soon; `cells` as of [`crate::tophash::full`].
    #[inline(always)]
    fn prefetch<E: Effects, S: Shape>(_e: &mut E, _t: &S, _bucket: Addr, _cells: u64) {}

    /// Copies a key from an old bucket to a new one.
    fn evacuate<E: Effects, S: Shape>(e: &mut E, t: &S, dst: Addr, src: Addr) -> Result<(), Stop>;
}

/// Where the key of a slot is: in it, or behind it.
#[inline(always)]
pub(crate) fn key_in<E: Effects, S: Shape>(e: &mut E, t: &S, slot: Addr) -> Result<Addr, Stop> {
    if t.is(flag::INDIRECT_KEY) { Ok(Addr(e.load(slot)?)) } else { Ok(slot) }
}

/// Where the elem of a slot is: in it, or behind it.
#[inline(always)]
pub(crate) fn elem_in<E: Effects, S: Shape>(e: &mut E, t: &S, slot: Addr) -> Result<Addr, Stop> {
    if t.is(flag::INDIRECT_ELEM) { Ok(Addr(e.load(slot)?)) } else { Ok(slot) }
}

/// Clears an elem's slot.
#[inline(always)]
pub(crate) fn clear_elem<E: Effects, S: Shape>(e: &mut E, t: &S, site: Site, slot: Addr) -> Result<(), Stop> {
    if t.is(flag::INDIRECT_ELEM) {
        e.write_pointer(site, slot, Addr::NIL)
    } else if t.elem_has_pointers() {
        e.typed_memclr(site, t.map_type().elem().ty(), slot, 1)
    } else if t.elemsize() == WORD {
        e.store(slot, 0)
    } else {
        e.memclr(slot, t.elemsize())
    }
}

/// Copies an elem's slot.
#[inline(always)]
pub(crate) fn move_elem<E: Effects, S: Shape>(e: &mut E, t: &S, site: Site, dst: Addr, src: Addr) -> Result<(), Stop> {
    if t.is(flag::INDIRECT_ELEM) {
        let elem = e.load(src)?;
        e.write_pointer(site, dst, Addr(elem))
    } else if t.elemsize() == WORD && !t.elem_has_pointers() {
        let elem = e.load(src)?;
        e.store(dst, elem)
    } else {
        e.typed_memmove(site, t.map_type().elem().ty(), dst, src)
    }
}

/// Stores one tophash.
#[inline(always)]
pub(crate) fn set_tophash<E: Effects>(e: &mut E, cell: Cell, top: u8) -> Result<(), Stop> {
    e.store_part(cell.bucket.offset(cell.index), Width::B1, u64::from(top))
}

/// A key by its address: the generic variant.
#[derive(Clone, Copy)]
pub(crate) struct ByAddress(pub(crate) Addr);

impl Key for ByAddress {
    const SITES: KeySites = KeySites {
        bucket_new: sites::MAPASSIGN_BUCKET_NEW,
        buckets: sites::MAPASSIGN_BUCKETS,
        delete_elem: sites::MAPDELETE_ELEM,
        evacuate_elem: sites::EVACUATE_ELEM,
        evacuate_clear: sites::EVACUATE_CLEAR,
    };
    const MAY_BE_INDIRECT: bool = true;

    #[inline(always)]
    fn live(self) -> Addr {
        self.0
    }

    #[inline(always)]
    fn hash<E: Effects, S: Shape>(self, e: &mut E, t: &S, seed: u64) -> Result<u64, Stop> {
        ByAddress::rehash(e, t, self.0, seed)
    }

    #[inline(always)]
    fn equal<E: Effects, S: Shape>(self, e: &mut E, t: &S, slot: Addr) -> Result<bool, Stop> {
        let key = key_in(e, t, slot)?;
        let t = t.map_type();
        equal(e, t.universe(), t.key().equal_plan(), self.0, key)
    }

    fn absent<E: Effects, S: Shape>(self, e: &mut E, t: &S) -> Result<(), Stop> {
        if t.is(flag::HASH_MIGHT_PANIC) {
            self.hash(e, t, 0)?;
        }
        Ok(())
    }

    #[inline(always)]
    fn overwrite<E: Effects, S: Shape>(self, e: &mut E, t: &S, slot: Addr) -> Result<(), Stop> {
        if !t.is(flag::NEED_KEY_UPDATE) {
            return Ok(());
        }
        let key = key_in(e, t, slot)?;
        e.typed_memmove(sites::MAPASSIGN_KEYUPDATE, t.map_type().key().ty(), key, self.0)
    }

    #[inline(always)]
    fn fill<E: Effects, S: Shape>(
        self,
        e: &mut E,
        t: &S,
        cell: Cell,
        top: u8,
        value: Addr,
        live: &Live<'_>,
    ) -> Result<(), Stop> {
        let mut key = t.key_slot(cell.bucket, cell.index);
        let mut elem = t.elem_slot(cell.bucket, cell.index);
        if t.is(flag::INDIRECT_KEY | flag::INDIRECT_ELEM) {
            (key, elem) = indirect_slots(e, t, cell, live)?;
        }
        e.typed_memmove(sites::MAPASSIGN_KEY, t.map_type().key().ty(), key, self.0)?;
        if !value.is_nil() {
            e.typed_memmove(sites::MAPASSIGN1_ELEM, t.map_type().elem().ty(), elem, value)?;
        }
        set_tophash(e, cell, top)
    }

    #[inline(always)]
    fn clear<E: Effects, S: Shape>(e: &mut E, t: &S, slot: Addr) -> Result<(), Stop> {
        if t.is(flag::INDIRECT_KEY) {
            e.write_pointer(sites::MAPDELETE_KEY, slot, Addr::NIL)
        } else if t.key_has_pointers() {
            e.typed_memclr(sites::MAPDELETE_KEY, t.map_type().key().ty(), slot, 1)
        } else {
            Ok(())
        }
    }

    #[inline(always)]
    fn rehash<E: Effects, S: Shape>(e: &mut E, t: &S, key: Addr, seed: u64) -> Result<u64, Stop> {
        let t = t.map_type();
        hash(e, t.universe(), t.key().key_plan(), key, seed)
    }

    fn evacuate<E: Effects, S: Shape>(e: &mut E, t: &S, dst: Addr, src: Addr) -> Result<(), Stop> {
        if t.is(flag::INDIRECT_KEY) {
            let key = e.load(src)?;
            return e.write_pointer(sites::EVACUATE_KEY, dst, Addr(key));
        }
        e.typed_memmove(sites::EVACUATE_KEY, t.map_type().key().ty(), dst, src)
    }
}

/// Makes the objects that the slots of a new entry point to; returns where key and elem go.
#[inline(never)]
fn indirect_slots<E: Effects, S: Shape>(e: &mut E, t: &S, cell: Cell, live: &Live<'_>) -> Result<(Addr, Addr), Stop> {
    let mut key = t.key_slot(cell.bucket, cell.index);
    let mut elem = t.elem_slot(cell.bucket, cell.index);
    if t.is(flag::INDIRECT_KEY) {
        let live = Live { held: &[cell.bucket], callers: Some(live) };
        let memory = e.new_object(sites::MAPASSIGN_INDIRECT_KEY_NEW, t.map_type().key().ty(), &live.slots())?;
        e.write_pointer(sites::MAPASSIGN_INDIRECT_KEY, key, memory)?;
        key = memory;
    }
    if t.is(flag::INDIRECT_ELEM) {
        let live = Live { held: &[cell.bucket, key], callers: Some(live) };
        let memory = e.new_object(sites::MAPASSIGN_INDIRECT_ELEM_NEW, t.map_type().elem().ty(), &live.slots())?;
        e.write_pointer(sites::MAPASSIGN_INDIRECT_ELEM, elem, memory)?;
        elem = memory;
    }
    Ok((key, elem))
}
