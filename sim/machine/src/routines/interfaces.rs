//! Interfaces: conversions to them, assertions, comparison.
//!
//! An interface's data word points to a copy that nobody changes, so small values share read-only ones.
//!
//! Source: Go 1.19 runtime/iface.go, alg.go, error.go.

use super::Area;
use super::memory::{array, copy, type_of};
use crate::goroutine::{Goroutine, Panic};
use crate::image::Image;
use crate::text::Assertion;
use compiler::types::Ty;
use gc::addr::WORD;
use gc::{Addr, Effects, Frames, Stop, Width};
use mapruntime::Raise;

/// The address of a number below 256, as a value of any width.
fn small(image: &Image, value: u64) -> Addr {
    image.small.offset(value * WORD)
}

pub(super) fn convert<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [ty, elem] = a.args(e, 1)?;
    let ty = type_of(image, ty)?.go.ty();
    let at = match ty.size().0 {
        0 => image.zero(),
        1 => small(image, e.load_part(Addr(elem), Width::B1)?),
        _ => {
            let at = array(e, image, a.site, ty, 1, &[Addr(elem)])?;
            copy(e, a.site, ty, at, Addr(elem), 1)?;
            at
        }
    };
    a.set(e, [at.0])
}

pub(super) fn convert_number<E: Effects + Frames>(e: &mut E, image: &Image, a: Area, width: Width) -> Result<(), Stop> {
    let [value] = a.args(e, 1)?;
    let value = value & width.mask();
    if value < 256 {
        return a.set(e, [small(image, value).0]);
    }
    let ty = match width {
        Width::B1 => &image.own.byte,
        Width::B2 => &image.own.half,
        Width::B4 => &image.own.quarter,
        Width::B8 => &image.own.word,
    };
    let at = e.new_object(a.site, ty, &[])?;
    e.store_part(at, width, value)?;
    a.set(e, [at.0])
}

pub(super) fn convert_string<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [data, len] = a.args(e, 1)?;
    if len == 0 {
        return a.set(e, [image.zero().0]);
    }
    let at = e.new_object(a.site, &image.own.string, &[Addr(data)])?;
    e.write_pointer(a.site, at, Addr(data))?;
    e.store(at.offset(WORD), len)?;
    a.set(e, [at.0])
}

pub(super) fn convert_slice<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [data, len, cap] = a.args(e, 1)?;
    if data == 0 {
        return a.set(e, [image.zero().0]);
    }
    let at = e.new_object(a.site, &image.own.slice, &[Addr(data)])?;
    e.write_pointer(a.site, at, Addr(data))?;
    e.store_block(at.offset(WORD), [len, cap])?;
    a.set(e, [at.0])
}

pub(super) fn assert<E: Effects + Frames>(e: &mut E, image: &Image, g: &mut Goroutine, a: Area) -> Result<(), Stop> {
    let [inter, ty, data] = a.args(e, 2)?;
    let want = type_of(image, inter)?.ty;
    if ty == 0 || !image.implements(want, ty) {
        let concrete = if ty == 0 { None } else { Some(type_of(image, ty)?.ty) };
        let assertion = Assertion {
            interface: "interface".into(),
            concrete: concrete.map(|ty| image.type_name(ty)),
            asserted: image.type_name(want),
            missing: concrete.and_then(|ty| image.missing_method(want, ty)),
            packages_differ: false,
        };
        return Err(g.raise(Panic::Assertion(assertion)));
    }
    a.set(e, [ty, data])
}

pub(super) fn assert_ok<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [inter, ty, data] = a.args(e, 3)?;
    let ok = ty != 0 && image.implements(type_of(image, inter)?.ty, ty);
    a.set(e, if ok { [ty, data, 1] } else { [0; 3] })
}

pub(super) fn implements<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [inter, ty] = a.args(e, 1)?;
    let ok = ty != 0 && image.implements(type_of(image, inter)?.ty, ty);
    a.set(e, [u64::from(ok)])
}

pub(super) fn panic_dot_type<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &mut Goroutine,
    a: Area,
) -> Result<(), Stop> {
    let [have, want, iface] = a.args(e, 0)?;
    let package = |ty: Ty| image.code.types.named(ty).map(|n| n.package.clone());
    let (want, iface) = (type_of(image, want)?.ty, type_of(image, iface)?.ty);
    let have = if have == 0 { None } else { Some(type_of(image, have)?.ty) };
    Err(g.raise(Panic::Assertion(Assertion {
        interface: image.type_name(iface),
        concrete: have.map(|ty| image.type_name(ty)),
        asserted: image.type_name(want),
        missing: None,
        packages_differ: have.is_some_and(|have| package(have) != package(want)),
    })))
}

pub(super) fn equal<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [ty, p, other, q] = a.args(e, 1)?;
    let same = match ty {
        _ if ty != other => false,
        0 => true,
        _ => {
            let go = &type_of(image, ty)?.go;
            if !go.comparable() {
                return Err(Raise::Uncomparable(go.id()).stop());
            }
            if go.direct() {
                p == q
            } else {
                mapruntime::equal::equal(e, image.universe(), go.equal_plan(), Addr(p), Addr(q))?
            }
        }
    };
    a.set(e, [u64::from(same)])
}
