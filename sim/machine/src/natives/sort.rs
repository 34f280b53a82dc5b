//! Package sort: slices of any type.

use super::value::held;
use crate::goroutine::bug;
use crate::image::Image;
use crate::routines::Area;
use crate::routines::memory::new_string;
use gc::addr::WORD;
use gc::{Addr, Effects, Frames, Stop, Width};
use mapruntime::Kind;

/// `func sliceLen(x interface{}) int`: the length of a slice, and less than zero for anything else.
pub(super) fn slice_len<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [word, data] = a.args(e, 1)?;
    let slice = held(image, word, data)?.filter(|value| matches!(value.ty.kind(), Kind::Slice));
    let len = match slice {
        Some(slice) => slice.word(e, 1)?,
        None => -1i64 as u64,
    };
    a.set(e, [len])
}

/// `func kindName(x interface{}) string`
pub(super) fn kind_name<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [word, data] = a.args(e, 2)?;
    let name = held(image, word, data)?.map_or("zero", |value| name_of(value.ty.kind()));
    let (data, len) = new_string(e, image, a.site, name.as_bytes(), &[])?;
    a.set(e, [data.0, len])
}

/// A kind as package `reflect` names it.
fn name_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bool => "bool",
        Kind::Int => "int",
        Kind::Int8 => "int8",
        Kind::Int16 => "int16",
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Uint => "uint",
        Kind::Uint8 => "uint8",
        Kind::Uint16 => "uint16",
        Kind::Uint32 => "uint32",
        Kind::Uint64 => "uint64",
        Kind::Uintptr => "uintptr",
        Kind::Float32 => "float32",
        Kind::Float64 => "float64",
        Kind::Complex64 => "complex64",
        Kind::Complex128 => "complex128",
        Kind::String => "string",
        Kind::Pointer(_) => "ptr",
        Kind::UnsafePointer => "unsafe.Pointer",
        Kind::Interface => "interface",
        Kind::Chan => "chan",
        Kind::Map => "map",
        Kind::Func => "func",
        Kind::Slice => "slice",
        Kind::Array { .. } => "array",
        Kind::Struct(_) => "struct",
    }
}

/// `func swapElems(x interface{}, i, j int) bool`: exchanges two elements; false if there are no such ones.
///
/// Words are exchanged one by one, through registers as it were: there is no safepoint at which an element is nowhere else.
pub(super) fn swap_elems<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [word, data, i, j] = a.args(e, 1)?;
    let slice = held(image, word, data)?.ok_or_else(bug)?;
    let (len, first) = slice.elements(e, image)?;
    if i >= len || j >= len {
        return a.set(e, [0]);
    }
    let ty = first.ty.ty();
    let (one, other) = (first.root().offset(i * ty.size().0), first.root().offset(j * ty.size().0));
    let (width, step) = match ty.align().0 {
        1 => (Width::B1, 1),
        2 => (Width::B2, 2),
        4 => (Width::B4, 4),
        _ => (Width::B8, WORD),
    };
    let pieces = if one == other { 0 } else { ty.size().0 / step };
    for piece in 0..pieces {
        let pointer = ty.mask().get(piece as usize).is_some_and(|bit| *bit);
        let (one, other) = (one.offset(piece * step), other.offset(piece * step));
        e.operation(|e| {
            let (x, y) = (e.load_part(one, width)?, e.load_part(other, width)?);
            if pointer {
                e.write_pointer(a.site, one, Addr(y))?;
                e.write_pointer(a.site, other, Addr(x))
            } else {
                e.store_part(one, width, y)?;
                e.store_part(other, width, x)
            }
        })?;
    }
    a.set(e, [1])
}
