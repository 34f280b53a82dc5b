//! Which types a constant is a value of, and conversions.
//!
//! Source: the Go specification, "Representability" and "Conversions"; Go 1.19
//! cmd/compile/internal/types2/{expr,conversions}.go for which reason is given.

use super::kind::BasicKind;
use super::number::Real;
use super::value::{Repr, Value};
use num_bigint::BigInt;
use num_traits::ToPrimitive;

/// Why a constant is no value of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unrepresentable {
    /// A number that is not of an integer type, where an integer is to be: also one that is merely too large.
    Truncated,
    /// A number out of the type's range.
    Overflows,
    /// Not of the same sort at all.
    Mismatched,
}

impl Unrepresentable {
    /// The compiler's message in operations: `300 (untyped int constant) overflows byte`.
    pub fn message(self, operand: &str, ty: &str) -> String {
        match self {
            Unrepresentable::Truncated => format!("{operand} truncated to {ty}"),
            Unrepresentable::Overflows => format!("{operand} overflows {ty}"),
            Unrepresentable::Mismatched => format!("cannot convert {operand} to {ty}"),
        }
    }

    /// What the compiler adds in parentheses to `cannot use … as … value in assignment`, if anything.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Unrepresentable::Truncated => Some("truncated"),
            Unrepresentable::Overflows => Some("overflows"),
            Unrepresentable::Mismatched => None,
        }
    }
}

/// The value of type `to` that a constant of kind `from` is: an integer, or rounded to the type's precision.
///
/// For untyped `to` that are not integers, the value as it is.
pub fn representable(value: &Value, from: BasicKind, to: BasicKind) -> Result<Value, Unrepresentable> {
    fit(value, to).ok_or(match (from.is_numeric() && to.is_numeric(), from.is_integer(), to.is_integer()) {
        (true, false, true) => Unrepresentable::Truncated,
        (true, ..) => Unrepresentable::Overflows,
        (false, ..) => Unrepresentable::Mismatched,
    })
}

/// The value as one of that type, if it is one.
fn fit(value: &Value, to: BasicKind) -> Option<Value> {
    if to.is_integer() {
        let x = value.integer()?;
        let fits = to.range().is_none_or(|(least, largest)| BigInt::from(least) <= x && x <= BigInt::from(largest));
        return fits.then(|| Value::from(x));
    }
    match to {
        BasicKind::Bool | BasicKind::UntypedBool => value.as_bool().map(Value::from),
        BasicKind::String | BasicKind::UntypedString => value.str_len().map(|_| value.clone()),
        BasicKind::UntypedFloat => value.real_number().map(|_| value.clone()),
        BasicKind::UntypedComplex => value.parts().map(|_| value.clone()),
        BasicKind::Float32 | BasicKind::Float64 => round(value.real_number()?, to).map(|x| Value::new(Repr::Real(x))),
        BasicKind::Complex64 | BasicKind::Complex128 => {
            let (re, im) = value.parts()?;
            let part = to.part()?;
            Some(Value::new(Repr::Complex(round(&re, part)?, round(&im, part)?)))
        }
        _ => None,
    }
}

/// The number as one of `float32` or `float64`; `None` if it is infinite there.
fn round(x: &Real, to: BasicKind) -> Option<Real> {
    // A zero's sign is lost, as it should be.
    Real::from_f64(if to == BasicKind::Float32 { x.to_f32().into() } else { x.to_f64() })
}

/// A conversion that constants do not have. The value is what the compiler's message shows: the constant, but as
/// an integer if it is one and was to be.
#[derive(Clone, PartialEq, Debug)]
pub struct NotConvertible(pub Value);

/// `T(x)` for a constant `x` of kind `from` and a type `T` of constants.
///
/// An integer becomes the string of that code point, or of U+FFFD if it is none.
pub fn convert(value: &Value, from: BasicKind, to: BasicKind) -> Result<Value, NotConvertible> {
    if let Some(fitting) = fit(value, to) {
        return Ok(fitting);
    }
    let integer = value.integer();
    match integer {
        Some(x) if from.is_integer() && to.is_string() => {
            let c = x.to_u32().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
            Ok(Value::str(c.to_string()))
        }
        Some(x) if to.is_integer() => Err(NotConvertible(Value::from(x))),
        _ => Err(NotConvertible(value.clone())),
    }
}
