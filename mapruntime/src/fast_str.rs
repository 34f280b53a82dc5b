//! The fast variants for string keys, taken by value: a data pointer and a length.
//!
//! The data pointer is live across every allocation of an assignment, or a collection in the middle of a
//! growth frees the bytes that the new entry is about to point to (golang/go#22781 was that).
//!
//! A deletion clears the data word and leaves the length; the generic one clears both. Dumps of
//! real maps show it.
//!
//! Source: Go 1.19 runtime/map_faststr.go.

use crate::key::{Cell, Key, KeySites, set_tophash};
use crate::live::Live;
use crate::shape::Shape;
use crate::{access, assign, bytes, delete, hash, sites, tophash};
use gc::addr::WORD;
use gc::{Addr, Effects, Stop};

/// A Go string: `len` bytes at `data`, at any alignment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub struct Str {
    /// Where its bytes are; may be nil if there are none.
    pub data: Addr,
    /// How many.
    pub len: u64,
}

impl Key for Str {
    const SITES: KeySites = KeySites {
        bucket_new: sites::FASTSTR_BUCKET_NEW,
        buckets: sites::FASTSTR_BUCKETS,
        delete_elem: sites::FASTSTR_DELETE_ELEM,
        evacuate_elem: sites::FASTSTR_EVACUATE_ELEM,
        evacuate_clear: sites::FASTSTR_EVACUATE_CLEAR,
    };
    const MAY_BE_INDIRECT: bool = false;

    #[inline(always)]
    fn live(self) -> Addr {
        self.data
    }

    #[inline(always)]
    fn hash<E: Effects, S: Shape>(self, e: &mut E, t: &S, seed: u64) -> Result<u64, Stop> {
        hash::memhash(e, t.map_type().universe(), self.data, seed, self.len)
    }

    #[inline(always)]
    fn equal<E: Effects, S: Shape>(self, e: &mut E, _t: &S, slot: Addr) -> Result<bool, Stop> {
        let [data, len] = e.load_block::<2>(slot)?;
        Ok(len == self.len && bytes::equal(e, Addr(data), self.data, len)?)
    }

    #[inline(always)]
    fn overwrite<E: Effects, S: Shape>(self, e: &mut E, _t: &S, slot: Addr) -> Result<(), Stop> {
        e.write_pointer(sites::FASTSTR_KEYUPDATE, slot, self.data)
    }

    #[inline(always)]
    fn fill<E: Effects, S: Shape>(
        self,
        e: &mut E,
        t: &S,
        cell: Cell,
        top: u8,
        _value: Addr,
        _live: &Live<'_>,
    ) -> Result<(), Stop> {
        set_tophash(e, cell, top)?;
        let slot = t.key_slot(cell.bucket, cell.index);
        e.write_pointer(sites::FASTSTR_KEY, slot, self.data)?;
        e.store(slot.offset(WORD), self.len)
    }

    #[inline(always)]
    fn clear<E: Effects, S: Shape>(e: &mut E, _t: &S, slot: Addr) -> Result<(), Stop> {
        e.write_pointer(sites::FASTSTR_DELETE_KEY, slot, Addr::NIL)
    }

    #[inline(always)]
    fn rehash<E: Effects, S: Shape>(e: &mut E, t: &S, key: Addr, seed: u64) -> Result<u64, Stop> {
        let [data, len] = e.load_block::<2>(key)?;
        hash::memhash(e, t.map_type().universe(), Addr(data), seed, len)
    }

    #[inline(always)]
    fn prefetch<E: Effects, S: Shape>(e: &mut E, t: &S, bucket: Addr, mut cells: u64) {
        while cells != 0 {
            e.prefetch_pointee(t.key_slot(bucket, tophash::first(cells)));
            cells = tophash::rest(cells);
        }
    }

    #[inline(always)]
    fn evacuate<E: Effects, S: Shape>(e: &mut E, _t: &S, dst: Addr, src: Addr) -> Result<(), Stop> {
        let [data, len] = e.load_block::<2>(src)?;
        e.write_pointer(sites::FASTSTR_EVACUATE_KEY, dst, Addr(data))?;
        e.store(dst.offset(WORD), len)
    }
}

/// The address of the elem, or of the zero value: `m[k]` for a string.
///
/// # Errors
/// As [`access::mapaccess1`].
#[inline]
pub fn mapaccess1_faststr<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Str) -> Result<Addr, Stop> {
    access::elem_or_zero(e, t, h, key)
}

/// The same, and whether there is an entry.
///
/// # Errors
/// As [`access::mapaccess1`].
#[inline]
pub fn mapaccess2_faststr<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Str) -> Result<(Addr, bool), Stop> {
    access::elem_and_found(e, t, h, key)
}

/// The address of the elem to assign to, made if need be.
///
/// # Errors
/// As [`assign::mapassign`].
#[inline]
pub fn mapassign_faststr<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Str) -> Result<Addr, Stop> {
    assign::assign(e, t, h, key)
}

/// `delete(m, k)`.
///
/// # Errors
/// As [`delete::mapdelete`].
#[inline]
pub fn mapdelete_faststr<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Str) -> Result<(), Stop> {
    delete::delete(e, t, h, key)
}
