//! Maps: the routines of crate mapruntime, with arguments from the outgoing area.

use super::Area;
use crate::goroutine::bug;
use crate::image::Image;
use compiler::runtime::Rt;
use gc::{Addr, Effects, Frames, Stop};
use mapruntime::layout::hiter;
use mapruntime::{MapType, Str};

/// A routine whose first argument is the map's type.
pub(super) fn call<E: Effects + Frames>(e: &mut E, image: &Image, rt: Rt, a: Area) -> Result<(), Stop> {
    macro_rules! routine {
        ($results:literal, |$t:ident, $($arg:ident),* $(,)?| $call:expr) => {{
            let [word, $($arg),*] = a.args(e, $results)?;
            let $t: &MapType = image.map_type(word).ok_or_else(bug)?;
            $call?
        }};
    }
    match rt {
        Rt::MakeMapSmall => {
            let [word] = a.args(e, 1)?;
            let t = image.map_type(word).ok_or_else(bug)?;
            let h = mapruntime::makemap_small(e, t)?;
            a.set(e, [h.0])
        }
        Rt::MakeMap => {
            let h = routine!(1, |t, hint, h| mapruntime::makemap(e, t, hint as i64, Addr(h)));
            a.set(e, [h.0])
        }
        Rt::MapAccess1 => {
            let at = routine!(1, |t, h, key| mapruntime::mapaccess1(e, t, Addr(h), Addr(key)));
            a.set(e, [at.0])
        }
        Rt::MapAccess1Fast32 => {
            let at = routine!(1, |t, h, key| mapruntime::mapaccess1_fast32(e, t, Addr(h), key as u32));
            a.set(e, [at.0])
        }
        Rt::MapAccess1Fast64 => {
            let at = routine!(1, |t, h, key| mapruntime::mapaccess1_fast64(e, t, Addr(h), key));
            a.set(e, [at.0])
        }
        Rt::MapAccess1FastStr => {
            let at = routine!(1, |t, h, data, len| mapruntime::mapaccess1_faststr(e, t, Addr(h), string(data, len)));
            a.set(e, [at.0])
        }
        Rt::MapAccess1Fat => {
            let at =
                routine!(1, |t, h, key, zero| { mapruntime::mapaccess1_fat(e, t, Addr(h), Addr(key), Addr(zero)) });
            a.set(e, [at.0])
        }
        Rt::MapAccess2 => {
            let (at, found) = routine!(2, |t, h, key| mapruntime::mapaccess2(e, t, Addr(h), Addr(key)));
            a.set(e, [at.0, u64::from(found)])
        }
        Rt::MapAccess2Fast32 => {
            let (at, found) = routine!(2, |t, h, key| mapruntime::mapaccess2_fast32(e, t, Addr(h), key as u32));
            a.set(e, [at.0, u64::from(found)])
        }
        Rt::MapAccess2Fast64 => {
            let (at, found) = routine!(2, |t, h, key| mapruntime::mapaccess2_fast64(e, t, Addr(h), key));
            a.set(e, [at.0, u64::from(found)])
        }
        Rt::MapAccess2FastStr => {
            let (at, found) =
                routine!(2, |t, h, data, len| { mapruntime::mapaccess2_faststr(e, t, Addr(h), string(data, len)) });
            a.set(e, [at.0, u64::from(found)])
        }
        Rt::MapAccess2Fat => {
            let (at, found) =
                routine!(2, |t, h, key, zero| { mapruntime::mapaccess2_fat(e, t, Addr(h), Addr(key), Addr(zero)) });
            a.set(e, [at.0, u64::from(found)])
        }
        Rt::MapAssign1 => {
            routine!(0, |t, h, key, value| mapruntime::mapassign1(e, t, Addr(h), Addr(key), Addr(value)));
            Ok(())
        }
        Rt::MapAssign => {
            let at = routine!(1, |t, h, key| mapruntime::mapassign(e, t, Addr(h), Addr(key)));
            a.set(e, [at.0])
        }
        Rt::MapAssignFast32 => {
            let at = routine!(1, |t, h, key| mapruntime::mapassign_fast32(e, t, Addr(h), key as u32));
            a.set(e, [at.0])
        }
        Rt::MapAssignFast64 => {
            let at = routine!(1, |t, h, key| mapruntime::mapassign_fast64(e, t, Addr(h), key));
            a.set(e, [at.0])
        }
        Rt::MapAssignFast64Ptr => {
            let at = routine!(1, |t, h, key| mapruntime::mapassign_fast64ptr(e, t, Addr(h), Addr(key)));
            a.set(e, [at.0])
        }
        Rt::MapAssignFastStr => {
            let at = routine!(1, |t, h, data, len| mapruntime::mapassign_faststr(e, t, Addr(h), string(data, len)));
            a.set(e, [at.0])
        }
        Rt::MapDelete => {
            routine!(0, |t, h, key| mapruntime::mapdelete(e, t, Addr(h), Addr(key)));
            Ok(())
        }
        Rt::MapDeleteFast32 => {
            routine!(0, |t, h, key| mapruntime::mapdelete_fast32(e, t, Addr(h), key as u32));
            Ok(())
        }
        Rt::MapDeleteFast64 => {
            routine!(0, |t, h, key| mapruntime::mapdelete_fast64(e, t, Addr(h), key));
            Ok(())
        }
        Rt::MapDeleteFastStr => {
            routine!(0, |t, h, data, len| mapruntime::mapdelete_faststr(e, t, Addr(h), string(data, len)));
            Ok(())
        }
        Rt::MapIterInit => {
            routine!(0, |t, h, it| mapruntime::mapiterinit(e, t, Addr(h), Addr(it)));
            Ok(())
        }
        Rt::MapClear => {
            routine!(0, |t, h| mapruntime::mapclear(e, t, Addr(h)));
            Ok(())
        }
        _ => Err(bug()),
    }
}

/// The slot of a key that comes by value, for who has the arguments at hand: `len` is that of a string.
#[inline(never)]
pub(crate) fn slot<E: Effects>(
    e: &mut E,
    image: &Image,
    rt: Rt,
    ty: u64,
    h: Addr,
    key: u64,
    len: u64,
) -> Result<Addr, Stop> {
    let t = image.map_type(ty).ok_or_else(bug)?;
    match rt {
        Rt::MapAssignFast64 => mapruntime::mapassign_fast64(e, t, h, key),
        Rt::MapAccess1Fast64 => mapruntime::mapaccess1_fast64(e, t, h, key),
        Rt::MapAssignFastStr => mapruntime::mapassign_faststr(e, t, h, string(key, len)),
        _ => Err(bug()),
    }
}

/// `mapiternext`: the iterator names the map's type.
pub(super) fn next<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [it] = a.args(e, 0)?;
    let word = e.load(Addr(it).offset(hiter::T))?;
    let t = image.map_type(word).ok_or_else(bug)?;
    mapruntime::mapiternext(e, t, Addr(it))
}

fn string(data: u64, len: u64) -> Str {
    Str { data: Addr(data), len }
}
