//! Package errors: comparing values, and assigning them to variables of any type.

use super::value::{element, held};
use crate::goroutine::bug;
use crate::image::Image;
use crate::routines::Area;
use crate::routines::memory::copy;
use gc::addr::WORD;
use gc::{Addr, Effects, Frames, Stop};
use mapruntime::{Kind, Universe};

/// `func comparable(x interface{}) bool`
pub(super) fn comparable<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [word, data] = a.args(e, 1)?;
    let comparable = held(image, word, data)?.is_none_or(|value| value.ty.comparable());
    a.set(e, [u64::from(comparable)])
}

/// What [`target_of`] says of a target.
mod target {
    pub(super) const GOOD: u64 = 0;
    pub(super) const NO_POINTER: u64 = 1;
    pub(super) const NO_ERROR: u64 = 2;
}

/// `func targetOf(x interface{}) int`
pub(super) fn target_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [word, data] = a.args(e, 1)?;
    let value = held(image, word, data)?.filter(|value| matches!(value.ty.kind(), Kind::Pointer(_)) && data != 0);
    let what = match value {
        None => target::NO_POINTER,
        Some(value) => {
            let to = element(image, value.ty)?;
            let fits = matches!(to.kind(), Kind::Interface)
                || image.implements(image.code.types.error, Universe::type_word(to.id()));
            if fits { target::GOOD } else { target::NO_ERROR }
        }
    };
    a.set(e, [what])
}

/// `func assign(target interface{}, err error) bool`: sets what the target points to, if it is of the error's type or an
/// interface that the error implements.
pub(super) fn assign<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [pointer, at, word, data] = a.args(e, 1)?;
    let to = element(image, held(image, pointer, at)?.ok_or_else(bug)?.ty)?;
    let (at, err) = (Addr(at), held(image, word, data)?.ok_or_else(bug)?);
    let assigned = if matches!(to.kind(), Kind::Interface) {
        let fits = image.implements(super::value::go_type(image, to)?, word);
        if fits {
            e.store(at, word)?;
            e.write_pointer(a.site, at.offset(WORD), Addr(data))?;
        }
        fits
    } else if to.id() != err.ty.id() {
        false
    } else {
        if to.direct() {
            e.write_pointer(a.site, at, Addr(data))?;
        } else {
            copy(e, a.site, to.ty(), at, Addr(data), 1)?;
        }
        true
    };
    a.set(e, [u64::from(assigned)])
}
