//! Package fmt: what formatting needs to know of a value of any type.

use super::value::{Value, element, go_type, held, operand, type_name as name_of};
use crate::goroutine::bug;
use crate::image::Image;
use crate::routines::Area;
use crate::routines::memory::{array, new_string};
use gc::addr::WORD;
use gc::{Addr, Effects, Frames, Stop, Width};
use mapruntime::layout::hiter;
use mapruntime::{GoType, Kind};

/// The number of a type's kind, as in golib/fmt/reflect.go.
fn kind_number(ty: &GoType) -> u64 {
    match ty.kind() {
        Kind::Bool => 1,
        Kind::Int | Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => 2,
        Kind::Uint | Kind::Uint8 | Kind::Uint16 | Kind::Uint32 | Kind::Uint64 => 3,
        Kind::Uintptr => 4,
        Kind::Float32 => 5,
        Kind::Float64 => 6,
        Kind::Complex64 => 7,
        Kind::Complex128 => 8,
        Kind::String => 9,
        Kind::Pointer(_) => 10,
        Kind::Func => 11,
        Kind::Chan => 12,
        Kind::UnsafePointer => 13,
        Kind::Array { .. } => 14,
        Kind::Slice => 15,
        Kind::Map => 16,
        Kind::Struct(_) => 17,
        // No interface holds an interface.
        Kind::Interface => 0,
    }
}

/// `func kind(x interface{}) int`
pub(super) fn kind<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [word, data] = a.args(e, 1)?;
    let number = held(image, word, data)?.map_or(0, |value| kind_number(value.ty));
    a.set(e, [number])
}

/// Makes a string the first result.
fn give<E: Effects + Frames>(e: &mut E, image: &Image, a: Area, text: &str) -> Result<(), Stop> {
    let (data, len) = new_string(e, image, a.site, text.as_bytes(), &[])?;
    a.set(e, [data.0, len])
}

/// `func typeName(x interface{}) string`
pub(super) fn type_name<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 2)?;
    let name = name_of(&image.code.types, go_type(image, value.ty)?);
    give(e, image, a, &name)
}

/// `func boolOf(x interface{}) bool`
pub(super) fn bool_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    uint_of(e, image, a)
}

/// `func intOf(x interface{}) int64`
pub(super) fn int_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 1)?;
    let bits = 64 - 8 * value.ty.size();
    let number = value.number(e, 0, width(value.ty)?)?;
    a.set(e, [((number << bits) as i64 >> bits) as u64])
}

/// `func uintOf(x interface{}) uint64`
pub(super) fn uint_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 1)?;
    let number = value.number(e, 0, width(value.ty)?)?;
    a.set(e, [number])
}

fn width(ty: &GoType) -> Result<Width, Stop> {
    match ty.size() {
        1 => Ok(Width::B1),
        2 => Ok(Width::B2),
        4 => Ok(Width::B4),
        8 => Ok(Width::B8),
        _ => Err(bug()),
    }
}

/// `func floatOf(x interface{}) float64`
pub(super) fn float_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 1)?;
    let float = float(e, value, 0, value.ty.size())?;
    a.set(e, [float])
}

/// `func complexOf(x interface{}) complex128`
pub(super) fn complex_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 2)?;
    let size = value.ty.size() / 2;
    let (re, im) = (float(e, value, 0, size)?, float(e, value, size, size)?);
    a.set(e, [re, im])
}

/// The bits of a `float64`, from one of this size.
fn float<E: Effects>(e: &mut E, value: Value<'_>, offset: u64, size: u64) -> Result<u64, Stop> {
    if size == WORD {
        return value.number(e, offset, Width::B8);
    }
    let bits = value.number(e, offset, Width::B4)?;
    Ok(f64::from(f32::from_bits(bits as u32)).to_bits())
}

/// `func stringOf(x interface{}) string`
pub(super) fn string_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 2)?;
    let (data, len) = (value.word(e, 0)?, value.word(e, 1)?);
    a.set(e, [data, len])
}

/// `func bytesOf(x interface{}) string`: the elements of an array or slice of bytes.
pub(super) fn bytes_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 2)?;
    let (len, first) = value.elements(e, image)?;
    let at = array(e, image, a.site, &image.own.byte, len, &[first.root()])?;
    e.memmove(at, first.root(), len)?;
    a.set(e, [at.0, len])
}

/// `func addressOf(x interface{}) uintptr`
pub(super) fn address_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 1)?;
    let address = value.word(e, 0)?;
    a.set(e, [address])
}

/// `func pointee(x interface{}) interface{}`
pub(super) fn pointee<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 2)?;
    let at = Addr(value.word(e, 0)?);
    let boxed = Value::at(element(image, value.ty)?, at).boxed(e, image, a.site, &[])?;
    a.set(e, boxed)
}

/// `func pointeeKind(x interface{}) int`
pub(super) fn pointee_kind<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 1)?;
    let kind = kind_number(element(image, value.ty)?);
    a.set(e, [kind])
}

/// `func lengthOf(x interface{}) int`
pub(super) fn length_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 1)?;
    let length = match value.ty.kind() {
        Kind::Struct(fields) => fields.len() as u64,
        _ => value.elements(e, image)?.0,
    };
    a.set(e, [length])
}

/// `func elemOf(x interface{}, i int) interface{}`
pub(super) fn elem_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, i) = operand(e, image, a, 2)?;
    let (len, first) = value.elements(e, image)?;
    if i >= len {
        return Err(bug());
    }
    let boxed = first.part(first.ty, i * first.ty.size()).boxed(e, image, a.site, &[])?;
    a.set(e, boxed)
}

/// `func elemType(x interface{}) (name string, isByte bool)`
pub(super) fn elem_type<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, _) = operand(e, image, a, 3)?;
    let elem = element(image, value.ty)?;
    let name = name_of(&image.code.types, go_type(image, elem)?);
    let (data, len) = new_string(e, image, a.site, name.as_bytes(), &[])?;
    a.set(e, [data.0, len, u64::from(matches!(elem.kind(), Kind::Uint8))])
}

/// `func fieldOf(x interface{}, i int) interface{}`
pub(super) fn field_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, i) = operand(e, image, a, 2)?;
    let field = field(value.ty, i)?;
    let boxed = value.part(&field.ty, field.offset).boxed(e, image, a.site, &[])?;
    a.set(e, boxed)
}

fn field(ty: &GoType, i: u64) -> Result<&mapruntime::Field, Stop> {
    match ty.kind() {
        Kind::Struct(fields) => fields.get(i as usize).ok_or_else(bug),
        _ => Err(bug()),
    }
}

/// `func fieldName(x interface{}, i int) string`
pub(super) fn field_name<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, i) = operand(e, image, a, 2)?;
    let name = &field(value.ty, i)?.name;
    give(e, image, a, name)
}

/// `func fieldType(x interface{}, i int) string`
pub(super) fn field_type<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let (value, i) = operand(e, image, a, 2)?;
    let name = name_of(&image.code.types, go_type(image, &field(value.ty, i)?.ty)?);
    give(e, image, a, &name)
}

/// `func entriesOf(x interface{}) []interface{}`
///
/// The iterator is an object of the heap. It leads to the map, and so to the key and the elem that are copied next.
pub(super) fn entries_of<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [word, data] = a.args(e, 3)?;
    let t = image.map_type(word).ok_or_else(bug)?;
    let h = Addr(data);
    if mapruntime::maplen(e, h)? == 0 {
        return a.set(e, [0; 3]);
    }
    let it = e.new_object(a.site, image.universe().hiter(), &[h])?;
    mapruntime::mapiterinit(e, t, h, it)?;
    let count = mapruntime::maplen(e, h)?;
    let entries = array(e, image, a.site, &image.own.interface, 2 * count, &[it])?;
    let mut done = 0;
    while done < count {
        let [key, elem] = e.load_block::<2>(it.offset(hiter::KEY))?.map(Addr);
        if key.is_nil() {
            break;
        }
        let at = entries.offset(done * 4 * WORD);
        e.operation(|e| {
            for (value, at) in [(Value::at(t.key(), key), at), (Value::at(t.elem(), elem), at.offset(2 * WORD))] {
                let [word, data] = value.boxed(e, image, a.site, &[it, entries])?;
                e.store(at, word)?;
                e.write_pointer(a.site, at.offset(WORD), Addr(data))?;
            }
            mapruntime::mapiternext(e, t, it)
        })?;
        done += 1;
    }
    a.set(e, [entries.0, 2 * done, 2 * count])
}
