//! The fast variants for keys of four and eight bytes of plain memory, taken by value.
//!
//! Three keys, one implementation: [`Word<4>`](Word) for `_fast32`, `Word<8>` for `_fast64`, and
//! [`Pointer`] for `mapassign_fast64ptr`, which differs in the key's barrier and in being live.
//! Lookups and deletions of pointer keys are `_fast64`'s, as in Go.
//!
//! There is no `mapassign_fast32ptr`: a key of four bytes that is a pointer exists only where pointers
//! have four bytes, and the compiler for amd64 refuses to select it.
//!
//! Source: Go 1.19 runtime/map_fast32.go, map_fast64.go.

use crate::hash::word_hash;
use crate::key::{Cell, Key, KeySites, set_tophash};
use crate::live::Live;
use crate::shape::Shape;
use crate::{access, assign, delete, sites};
use gc::addr::WORD;
use gc::{Addr, Effects, Stop, Width};

/// A key of `SIZE` bytes, 4 or 8.
#[derive(Clone, Copy)]
pub(crate) struct Word<const SIZE: u64>(u64);

/// A pointer as a key, on its way in.
#[derive(Clone, Copy)]
struct Pointer(Addr);

impl<const SIZE: u64> Word<SIZE> {
    #[inline(always)]
    fn load<E: Effects>(e: &mut E, slot: Addr) -> Result<u64, Stop> {
        if SIZE == WORD { e.load(slot) } else { e.load_part(slot, Width::B4) }
    }

    #[inline(always)]
    fn store<E: Effects>(e: &mut E, slot: Addr, key: u64) -> Result<(), Stop> {
        if SIZE == WORD { e.store(slot, key) } else { e.store_part(slot, Width::B4, key) }
    }
}

const FAST32: KeySites = KeySites {
    bucket_new: sites::FAST32_BUCKET_NEW,
    buckets: sites::FAST32_BUCKETS,
    delete_elem: sites::FAST32_DELETE_ELEM,
    evacuate_elem: sites::FAST32_EVACUATE_ELEM,
    evacuate_clear: sites::FAST32_EVACUATE_CLEAR,
};

const FAST64: KeySites = KeySites {
    bucket_new: sites::FAST64_BUCKET_NEW,
    buckets: sites::FAST64_BUCKETS,
    delete_elem: sites::FAST64_DELETE_ELEM,
    evacuate_elem: sites::FAST64_EVACUATE_ELEM,
    evacuate_clear: sites::FAST64_EVACUATE_CLEAR,
};

impl<const SIZE: u64> Key for Word<SIZE> {
    const SITES: KeySites = if SIZE == WORD { FAST64 } else { FAST32 };
    const MAY_BE_INDIRECT: bool = false;

    #[inline(always)]
    fn live(self) -> Addr {
        Addr::NIL
    }

    #[inline(always)]
    fn hash<E: Effects, S: Shape>(self, _e: &mut E, t: &S, seed: u64) -> Result<u64, Stop> {
        Ok(word_hash(t.map_type().universe(), self.0, SIZE, seed))
    }

    #[inline(always)]
    fn equal<E: Effects, S: Shape>(self, e: &mut E, _t: &S, slot: Addr) -> Result<bool, Stop> {
        Ok(Self::load(e, slot)? == self.0)
    }

    #[inline(always)]
    fn overwrite<E: Effects, S: Shape>(self, _e: &mut E, _t: &S, _slot: Addr) -> Result<(), Stop> {
        Ok(())
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
        Self::store(e, t.key_slot(cell.bucket, cell.index), self.0)
    }

    #[inline(always)]
    fn clear<E: Effects, S: Shape>(e: &mut E, t: &S, slot: Addr) -> Result<(), Stop> {
        if t.key_has_pointers() { e.write_pointer(sites::FAST64_DELETE_KEY, slot, Addr::NIL) } else { Ok(()) }
    }

    #[inline(always)]
    fn rehash<E: Effects, S: Shape>(e: &mut E, t: &S, key: Addr, seed: u64) -> Result<u64, Stop> {
        Ok(word_hash(t.map_type().universe(), Self::load(e, key)?, SIZE, seed))
    }

    #[inline(always)]
    fn evacuate<E: Effects, S: Shape>(e: &mut E, t: &S, dst: Addr, src: Addr) -> Result<(), Stop> {
        let key = Self::load(e, src)?;
        if t.key_has_pointers() {
            e.write_pointer(sites::FAST64_EVACUATE_KEY, dst, Addr(key))
        } else {
            Self::store(e, dst, key)
        }
    }
}

impl Key for Pointer {
    const SITES: KeySites =
        KeySites { bucket_new: sites::FAST64PTR_BUCKET_NEW, buckets: sites::FAST64PTR_BUCKETS, ..FAST64 };
    const MAY_BE_INDIRECT: bool = false;

    #[inline(always)]
    fn live(self) -> Addr {
        self.0
    }

    #[inline(always)]
    fn hash<E: Effects, S: Shape>(self, e: &mut E, t: &S, seed: u64) -> Result<u64, Stop> {
        Word::<WORD>(self.0.0).hash(e, t, seed)
    }

    #[inline(always)]
    fn equal<E: Effects, S: Shape>(self, e: &mut E, t: &S, slot: Addr) -> Result<bool, Stop> {
        Word::<WORD>(self.0.0).equal(e, t, slot)
    }

    #[inline(always)]
    fn overwrite<E: Effects, S: Shape>(self, _e: &mut E, _t: &S, _slot: Addr) -> Result<(), Stop> {
        Ok(())
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
        e.write_pointer(sites::FAST64PTR_KEY, t.key_slot(cell.bucket, cell.index), self.0)
    }

    fn clear<E: Effects, S: Shape>(e: &mut E, t: &S, slot: Addr) -> Result<(), Stop> {
        Word::<WORD>::clear(e, t, slot)
    }

    #[inline(always)]
    fn rehash<E: Effects, S: Shape>(e: &mut E, t: &S, key: Addr, seed: u64) -> Result<u64, Stop> {
        Word::<WORD>::rehash(e, t, key, seed)
    }

    #[inline(always)]
    fn evacuate<E: Effects, S: Shape>(e: &mut E, t: &S, dst: Addr, src: Addr) -> Result<(), Stop> {
        Word::<WORD>::evacuate(e, t, dst, src)
    }
}

/// The address of the elem, or of the zero value: `m[k]` for a key of four bytes.
///
/// # Errors
/// As [`access::mapaccess1`].
#[inline]
pub fn mapaccess1_fast32<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: u32) -> Result<Addr, Stop> {
    access::elem_or_zero(e, t, h, Word::<4>(key.into()))
}

/// The same, and whether there is an entry.
///
/// # Errors
/// As [`access::mapaccess1`].
#[inline]
pub fn mapaccess2_fast32<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: u32) -> Result<(Addr, bool), Stop> {
    access::elem_and_found(e, t, h, Word::<4>(key.into()))
}

/// The address of the elem to assign to, made if need be.
///
/// # Errors
/// As [`assign::mapassign`].
#[inline]
pub fn mapassign_fast32<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: u32) -> Result<Addr, Stop> {
    assign::assign(e, t, h, Word::<4>(key.into()))
}

/// `delete(m, k)`.
///
/// # Errors
/// As [`delete::mapdelete`].
#[inline]
pub fn mapdelete_fast32<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: u32) -> Result<(), Stop> {
    delete::delete(e, t, h, Word::<4>(key.into()))
}

/// The address of the elem, or of the zero value: `m[k]` for a key of eight bytes.
///
/// # Errors
/// As [`access::mapaccess1`].
#[inline]
pub fn mapaccess1_fast64<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: u64) -> Result<Addr, Stop> {
    access::elem_or_zero(e, t, h, Word::<8>(key))
}

/// The same, and whether there is an entry.
///
/// # Errors
/// As [`access::mapaccess1`].
#[inline]
pub fn mapaccess2_fast64<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: u64) -> Result<(Addr, bool), Stop> {
    access::elem_and_found(e, t, h, Word::<8>(key))
}

/// The address of the elem to assign to, made if need be; the key has no pointer.
///
/// # Errors
/// As [`assign::mapassign`].
#[inline]
pub fn mapassign_fast64<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: u64) -> Result<Addr, Stop> {
    assign::assign(e, t, h, Word::<8>(key))
}

/// The address of the elem to assign to, made if need be; the key is a pointer.
///
/// # Errors
/// As [`assign::mapassign`].
#[inline]
pub fn mapassign_fast64ptr<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Addr) -> Result<Addr, Stop> {
    assign::assign(e, t, h, Pointer(key))
}

/// `delete(m, k)`, for pointers too.
///
/// # Errors
/// As [`delete::mapdelete`].
#[inline]
pub fn mapdelete_fast64<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: u64) -> Result<(), Stop> {
    delete::delete(e, t, h, Word::<8>(key))
}
