//! What package `reflect` calls: the same routines with its own stores around them.
//!
//! `reflect.MapOf` and friends check a map type before it is used; here a
//! [`MapType`](crate::maptype::MapType) is right by construction, so `reflect_makemap` has nothing to throw.
//!
//! `reflect_mapassign` is where Go kept a copy inside the runtime after `mapassign1` had gone:
//! the value's address is held across the assignment, which may collect.
//!
//! Source: Go 1.19 runtime/map.go; `reflect_mapclear` is from Go 1.21.

use crate::access::{mapaccess2, maplen};
use crate::assign::assign_with;
use crate::clear::mapclear;
use crate::delete::mapdelete;
use crate::fast_str::{Str, mapaccess2_faststr, mapdelete_faststr};
use crate::iterate::{mapiterinit, mapiternext};
use crate::key::ByAddress;
use crate::layout::hiter;
use crate::make::makemap;
use crate::shape::Shape;
use crate::sites;
use gc::{Addr, Effects, Stop};

/// `reflect.MakeMapWithSize`.
///
/// # Errors
/// As [`makemap`].
pub fn reflect_makemap<E: Effects, S: Shape>(e: &mut E, t: &S, cap: i64) -> Result<Addr, Stop> {
    makemap(e, t, cap, Addr::NIL)
}

/// `Value.MapIndex`: the elem, or nil.
///
/// # Errors
/// As [`crate::access::mapaccess1`].
pub fn reflect_mapaccess<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Addr) -> Result<Addr, Stop> {
    let (elem, found) = mapaccess2(e, t, h, key)?;
    Ok(if found { elem } else { Addr::NIL })
}

/// `Value.MapIndex` with a string: the elem, or nil.
///
/// # Errors
/// As [`crate::access::mapaccess1`].
pub fn reflect_mapaccess_faststr<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Str) -> Result<Addr, Stop> {
    let (elem, found) = mapaccess2_faststr(e, t, h, key)?;
    Ok(if found { elem } else { Addr::NIL })
}

/// `Value.SetMapIndex`: `m[*key] = *elem`.
///
/// # Errors
/// As [`crate::assign::mapassign`].
pub fn reflect_mapassign<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Addr, elem: Addr) -> Result<(), Stop> {
    let slot = assign_with(e, t, h, ByAddress(key), Addr::NIL, elem)?;
    e.typed_memmove(sites::REFLECT_MAPASSIGN_ELEM, t.map_type().elem().ty(), slot, elem)
}

/// `Value.SetMapIndex` with a string.
///
/// # Errors
/// As [`crate::assign::mapassign`].
pub fn reflect_mapassign_faststr<E: Effects, S: Shape>(
    e: &mut E,
    t: &S,
    h: Addr,
    key: Str,
    elem: Addr,
) -> Result<(), Stop> {
    let slot = assign_with(e, t, h, key, Addr::NIL, elem)?;
    e.typed_memmove(sites::REFLECT_MAPASSIGN_FASTSTR_ELEM, t.map_type().elem().ty(), slot, elem)
}

/// `Value.SetMapIndex` with no value.
///
/// # Errors
/// As [`mapdelete`].
pub fn reflect_mapdelete<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Addr) -> Result<(), Stop> {
    mapdelete(e, t, h, key)
}

/// `Value.SetMapIndex` with a string and no value.
///
/// # Errors
/// As [`mapdelete`].
pub fn reflect_mapdelete_faststr<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, key: Str) -> Result<(), Stop> {
    mapdelete_faststr(e, t, h, key)
}

/// The start of `Value.MapRange`.
///
/// # Errors
/// As [`mapiterinit`].
pub fn reflect_mapiterinit<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr, it: Addr) -> Result<(), Stop> {
    mapiterinit(e, t, h, it)
}

/// `MapIter.Next`.
///
/// # Errors
/// As [`mapiternext`].
pub fn reflect_mapiternext<E: Effects, S: Shape>(e: &mut E, t: &S, it: Addr) -> Result<(), Stop> {
    mapiternext(e, t, it)
}

/// `MapIter.Key`: where it is, or nil.
///
/// # Errors
/// As [`Effects::load`].
pub fn reflect_mapiterkey<E: Effects>(e: &mut E, it: Addr) -> Result<Addr, Stop> {
    Ok(Addr(e.load(it.offset(hiter::KEY))?))
}

/// `MapIter.Value`: where it is, or nil.
///
/// # Errors
/// As [`Effects::load`].
pub fn reflect_mapiterelem<E: Effects>(e: &mut E, it: Addr) -> Result<Addr, Stop> {
    Ok(Addr(e.load(it.offset(hiter::ELEM))?))
}

/// `Value.Len` of a map.
///
/// # Errors
/// As [`Effects::load`].
pub fn reflect_maplen<E: Effects>(e: &mut E, h: Addr) -> Result<u64, Stop> {
    maplen(e, h)
}

/// `Value.Clear` of a map.
///
/// # Errors
/// As [`mapclear`].
pub fn reflect_mapclear<E: Effects, S: Shape>(e: &mut E, t: &S, h: Addr) -> Result<(), Stop> {
    mapclear(e, t, h)
}
