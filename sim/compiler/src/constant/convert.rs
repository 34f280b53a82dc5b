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
    if value.is_unknown() {
        return Some(Value::unknown());
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constant::parse;
    use BasicKind::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Value {
        parse(text).expect(text).1
    }

    proptest! {
        #[test]
        fn an_integer_is_a_value_of_the_types_that_hold_it(x: i128, narrow in 0u32..128) {
            let x = x >> narrow;
            let theirs = [
                (Int8, i8::try_from(x).is_ok()), (Int16, i16::try_from(x).is_ok()), (Int32, i32::try_from(x).is_ok()),
                (Int64, i64::try_from(x).is_ok()), (Int, i64::try_from(x).is_ok()), (Uint8, u8::try_from(x).is_ok()),
                (Uint16, u16::try_from(x).is_ok()), (Uint32, u32::try_from(x).is_ok()), (Uint64, u64::try_from(x).is_ok()),
                (Uint, u64::try_from(x).is_ok()), (Uintptr, u64::try_from(x).is_ok()),
            ];
            for (kind, fits) in theirs {
                let mask = u64::MAX >> (64 - 8 * kind.size().unwrap());
                prop_assert_eq!(representable(&Value::from(x), UntypedInt, kind).is_ok(), fits, "{} {}", x, kind.name());
                prop_assert_eq!(Value::from(x).bits(kind), fits.then_some(x as u64 & mask));
            }
            prop_assert_eq!(Value::from(x).to_f64(), Some(x as f64));
            prop_assert_eq!(Value::from(x).to_f32(), Some(x as f32));
        }

        #[test]
        fn literals_are_rounded_as_rust_rounds_them(digits in "[0-9]{1,30}", exponent in -360i32..330) {
            let text = format!("{digits}e{exponent}");
            let (double, single): (f64, f32) = (text.parse().unwrap(), text.parse().unwrap());
            let x = value(&text);
            prop_assert_eq!(x.to_f64(), Some(double));
            prop_assert_eq!(x.to_f32(), Some(single));
            prop_assert_eq!(x.bits(Float64), double.is_finite().then_some(double.to_bits()));
            prop_assert_eq!(x.bits(Float32), single.is_finite().then_some(single.to_bits().into()));
            prop_assert_eq!(representable(&x, UntypedFloat, Float32).is_ok(), single.is_finite());
        }
    }

    #[test]
    fn the_reason_is_the_compiler_s() {
        let why = |text, from, to| representable(&value(text), from, to).unwrap_err().note();
        assert_eq!(why("300", UntypedInt, Uint8), Some("overflows"));
        assert_eq!(why("1e100", UntypedFloat, Int), Some("truncated"));
        assert_eq!(why("1.5", UntypedFloat, Int), Some("truncated"));
        assert_eq!(why("1e400", UntypedFloat, Float64), Some("overflows"));
        assert_eq!(why("1i", UntypedComplex, Float64), Some("overflows"));
        assert_eq!(why("1", UntypedInt, String), None);
        assert_eq!(why("1", UntypedInt, Bool), None);
    }

    #[test]
    fn floats_round_at_the_borders_of_their_types() {
        let fits = |text, kind| representable(&value(text), UntypedFloat, kind).is_ok();
        assert!(fits("0x1.fffffffffffff7ffffp1023", Float64) && !fits("0x1.fffffffffffff8p1023", Float64));
        assert!(fits("0x1.fffffeffffffp127", Float32) && !fits("0x1.ffffffp127", Float32));
        let rounded = |text| representable(&value(text), UntypedFloat, Float64).unwrap().exact();
        assert_eq!(rounded("0x1p-1075"), "0", "a tie goes to even");
        assert_eq!(rounded("0x1.00000001p-1075"), rounded("0x1p-1074"));
        assert_eq!(rounded("1e-400"), "0");
        // 2^53 + 1 is a tie, down; with anything more, up.
        assert_eq!(rounded("9007199254740993.0"), "9007199254740992");
        assert_eq!(rounded("9007199254740993.0000000000000000000000000000000001"), "9007199254740994");
        // Rounding to a double first would make a tie of it.
        assert_eq!(value("0x1.0000010000001p0").to_f32(), Some(1.0 + f32::EPSILON));
    }

    #[test]
    fn conversions_make_strings_of_code_points() {
        let string = |text: &str, from| convert(&value(text), from, String).map(|s| s.to_bytes().unwrap());
        assert_eq!(string("0x4e16", UntypedInt), Ok("世".into()));
        for none in ["0x110000", "0xd800", "0xffffffffffffffffff"] {
            assert_eq!(string(none, UntypedInt), Ok("\u{fffd}".into()));
        }
        let minus = Value::from(-1i64);
        assert_eq!(convert(&minus, Int, String), Ok(Value::str("\u{fffd}")));
        assert!(string("65.0", UntypedFloat).is_err());
        let NotConvertible(shown) = convert(&value("1e20"), UntypedFloat, Int).unwrap_err();
        assert_eq!(shown.to_string(), "100000000000000000000", "shown as the integer that it is");
    }
}
