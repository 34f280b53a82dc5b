//! Values of any type, as interfaces hold them and as parts of others.
//!
//! A value lies in memory, or is a single pointer that an interface holds in its data word. Its parts are values too. To be
//! handed to Go, a part becomes an interface value of its own ([`Value::boxed`]), as a conversion would make it.

use crate::goroutine::bug;
use crate::image::Image;
use crate::routines::Area;
use crate::routines::memory::{array, copy};
use compiler::types::{Ty, Types};
use gc::addr::WORD;
use gc::{Addr, Effects, Frames, Site, Stop, Width};
use mapruntime::{GoType, Kind, Universe};

/// A value.
#[derive(Clone, Copy)]
pub(super) struct Value<'i> {
    pub(super) ty: &'i GoType,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    Memory(Addr),
    Word(u64),
}

/// The dynamic value of an interface; `None` if that is nil.
pub(super) fn held(image: &Image, word: u64, data: u64) -> Result<Option<Value<'_>>, Stop> {
    if word == 0 {
        return Ok(None);
    }
    let ty = &*image.info(word).ok_or_else(bug)?.go;
    Ok(Some(Value { ty, place: if ty.direct() { Place::Word(data) } else { Place::Memory(Addr(data)) } }))
}

/// The dynamic value of the interface that is a native's first parameter, which is not nil, and the one after it.
pub(super) fn operand<'i, E: Frames>(
    e: &mut E,
    image: &'i Image,
    a: Area,
    results: u64,
) -> Result<(Value<'i>, u64), Stop> {
    let [word, data, next] = a.args(e, results)?;
    Ok((held(image, word, data)?.ok_or_else(bug)?, next))
}

/// The type of the compiler that a type of values stands for.
pub(super) fn go_type(image: &Image, ty: &GoType) -> Result<Ty, Stop> {
    image.info(Universe::type_word(ty.id())).map(|info| info.ty).ok_or_else(bug)
}

/// The type that pointers to others, slices and arrays lead to.
pub(super) fn element<'i>(image: &'i Image, ty: &GoType) -> Result<&'i GoType, Stop> {
    let elem = image.code.types.elem(go_type(image, ty)?).ok_or_else(bug)?;
    Ok(&*image.info_of(elem).ok_or_else(bug)?.go)
}

impl<'i> Value<'i> {
    /// The value at an address.
    pub(super) fn at(ty: &'i GoType, at: Addr) -> Value<'i> {
        Value { ty, place: Place::Memory(at) }
    }

    /// What the collector must know of while the value is still needed.
    pub(super) fn root(self) -> Addr {
        match self.place {
            Place::Memory(at) => at,
            Place::Word(word) => Addr(word),
        }
    }

    /// A part that has no pointer to other parts in it, so many bytes from the start.
    pub(super) fn number<E: Effects>(self, e: &mut E, offset: u64, width: Width) -> Result<u64, Stop> {
        match self.place {
            Place::Memory(at) => e.load_part(at.offset(offset), width),
            Place::Word(word) => Ok(word >> (offset * 8) & width.mask()),
        }
    }

    /// The word so many words from the start.
    pub(super) fn word<E: Effects>(self, e: &mut E, index: u64) -> Result<u64, Stop> {
        self.number(e, index * WORD, Width::B8)
    }

    /// A part of it, of this type.
    pub(super) fn part(self, ty: &'i GoType, offset: u64) -> Value<'i> {
        let place = match self.place {
            Place::Memory(at) => Place::Memory(at.offset(offset)),
            // All others have no size.
            Place::Word(word) => Place::Word(word),
        };
        Value { ty, place }
    }

    /// Elements of an array or slice: their number, their type, and the first one.
    pub(super) fn elements<E: Effects>(self, e: &mut E, image: &'i Image) -> Result<(u64, Value<'i>), Stop> {
        match self.ty.kind() {
            Kind::Array { elem, len } => Ok((*len, self.part(elem, 0))),
            Kind::Slice => {
                let data = Addr(self.word(e, 0)?);
                let len = self.word(e, 1)?;
                Ok((len, Value::at(element(image, self.ty)?, data)))
            }
            _ => Err(bug()),
        }
    }

    /// The value in an interface: what it holds if it is one itself. `live` is what else is needed afterwards.
    pub(super) fn boxed<E: Effects>(
        self,
        e: &mut E,
        image: &Image,
        site: Site,
        live: &[Addr],
    ) -> Result<[u64; 2], Stop> {
        if matches!(self.ty.kind(), Kind::Interface) {
            let word = self.word(e, 0)?;
            return Ok([word, if word == 0 { 0 } else { self.word(e, 1)? }]);
        }
        let word = Universe::type_word(self.ty.id());
        let from = match self.place {
            Place::Memory(at) if !self.ty.direct() => at,
            _ => return Ok([word, self.word(e, 0)?]),
        };
        let data = match self.ty.size() {
            0 => image.zero(),
            1 => image.small.offset(e.load_part(from, Width::B1)? * WORD),
            _ => {
                let roots: Vec<Addr> = live.iter().copied().chain([from]).collect();
                let at = array(e, image, site, self.ty.ty(), 1, &roots)?;
                copy(e, site, self.ty.ty(), at, from, 1)?;
                at
            }
        };
        Ok([word, data.0])
    }
}

/// The name of a type as `%T` writes it.
pub(super) fn type_name(types: &Types, ty: Ty) -> String {
    types.name(ty, None)
}
