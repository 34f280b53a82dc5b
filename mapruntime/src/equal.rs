//! Equality of values in simulated memory, as `==` has it.
//!
//! Floats compare as floats: `-0 == +0`, and a NaN is equal to nothing. Strings compare by length,
//! then by their bytes unless they share them. Interfaces are equal if they hold the same type and
//! equal values.
//!
//! Departs: Go compares the cheap parts of a structure first; here the parts are compared in order.
//! No map can tell: hashing has looked at every part of a key before it is compared to anything.
//!
//! Source: Go 1.19 runtime/alg.go. Checked by: `tests/map/hash.rs`.

use crate::bytes;
use crate::hash::MAX_DEPTH;
use crate::plan::Plan;
use crate::raise::{Raise, raise};
use crate::universe::Universe;
use gc::addr::WORD;
use gc::{Addr, Effects, Stop, Width};

/// Are the values at `a` and `b` equal by `plan`?
///
/// # Errors
/// `Raised` if interfaces hold what cannot be compared; otherwise as [`Effects::load`].
#[inline(always)]
pub fn equal<E: Effects>(e: &mut E, u: &Universe, plan: &Plan, a: Addr, b: Addr) -> Result<bool, Stop> {
    match plan {
        Plan::Memory64 => Ok(bytes::load(e, a, 8)? == bytes::load(e, b, 8)?),
        Plan::Memory32 => Ok(bytes::load(e, a, 4)? == bytes::load(e, b, 4)?),
        Plan::Str => strings(e, a, b),
        _ => walk(e, u, plan, a, b, 0),
    }
}

fn strings<E: Effects>(e: &mut E, a: Addr, b: Addr) -> Result<bool, Stop> {
    let [a, a_len] = e.load_block::<2>(a)?;
    let [b, b_len] = e.load_block::<2>(b)?;
    Ok(a_len == b_len && bytes::equal(e, Addr(a), Addr(b), a_len)?)
}

fn float32s<E: Effects>(e: &mut E, a: Addr, b: Addr) -> Result<bool, Stop> {
    let a = f32::from_bits(e.load_part(a, Width::B4)? as u32);
    Ok(a == f32::from_bits(e.load_part(b, Width::B4)? as u32))
}

fn float64s<E: Effects>(e: &mut E, a: Addr, b: Addr) -> Result<bool, Stop> {
    let a = f64::from_bits(e.load(a)?);
    Ok(a == f64::from_bits(e.load(b)?))
}

#[inline(never)]
fn walk<E: Effects>(e: &mut E, u: &Universe, plan: &Plan, a: Addr, b: Addr, depth: u32) -> Result<bool, Stop> {
    match plan {
        Plan::Nothing => Ok(true),
        Plan::Memory32 => Ok(bytes::load(e, a, 4)? == bytes::load(e, b, 4)?),
        Plan::Memory64 => Ok(bytes::load(e, a, 8)? == bytes::load(e, b, 8)?),
        Plan::Memory(size) => bytes::equal(e, a, b, *size),
        Plan::Str => strings(e, a, b),
        Plan::Float32 => float32s(e, a, b),
        Plan::Float64 => float64s(e, a, b),
        Plan::Complex64 => Ok(float32s(e, a, b)? && float32s(e, a.offset(4), b.offset(4))?),
        Plan::Complex128 => Ok(float64s(e, a, b)? && float64s(e, a.offset(8), b.offset(8))?),
        Plan::Interface => interfaces(e, u, a, b, depth),
        Plan::Array { element, stride, len } => {
            for i in 0..*len {
                if !walk(e, u, element, a.offset(i * stride), b.offset(i * stride), depth)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Plan::Struct(fields) => {
            for (offset, plan) in fields {
                if !walk(e, u, plan, a.offset(*offset), b.offset(*offset), depth)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Plan::Refused => Err(Stop::Fault),
    }
}

fn interfaces<E: Effects>(e: &mut E, u: &Universe, a: Addr, b: Addr, depth: u32) -> Result<bool, Stop> {
    let word = e.load(a)?;
    if word != e.load(b)? {
        return Ok(false);
    }
    if word == 0 {
        return Ok(true);
    }
    let Some(held) = u.type_of(word) else { return Err(Stop::Fault) };
    if !held.comparable() {
        return raise(Raise::Uncomparable(held.id()));
    }
    if depth == MAX_DEPTH {
        return raise(Raise::StackOverflow);
    }
    let (a, b) = (Addr(e.load(a.offset(WORD))?), Addr(e.load(b.offset(WORD))?));
    if held.direct() {
        return Ok(a == b);
    }
    walk(e, u, held.equal_plan(), a, b, depth + 1)
}
