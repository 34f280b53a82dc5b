//! The value of a constant, and what it is as bits of a machine.

use super::kind::BasicKind;
use super::number::{Arith, Real};
use super::text::Text;
use num_bigint::{BigInt, BigUint};
use num_traits::ToPrimitive;
use std::cmp::Ordering;
use std::sync::Arc;

/// The value of a constant.
///
/// It has a [`Kind`], not a type: which one of Go's types the constant is of, the caller knows, and says so to operations by
/// [`BasicKind`]. It is cheap to clone. Two values are equal if Go's `==` says so; values that Go would not compare are different.
#[derive(Clone, Debug)]
pub struct Value(pub(super) Arc<Repr>);

/// What a [`Value`] is.
#[derive(Clone, Debug)]
pub(super) enum Repr {
    Unknown,
    Bool(bool),
    Str(Text),
    Real(Real),
    Complex(Real, Real),
}

/// The kinds of values.
///
/// A kind is a matter of form: the untyped floating-point constant `2.0` is a float, and `Int` after a shift or a conversion
/// to an integer type. Accessors look at the value, not the form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A value that was in error.
    Unknown,
    /// `true` or `false`.
    Bool,
    /// A string of any bytes.
    Str,
    /// An integer of any size.
    Int,
    /// A fraction, or a number of 512 bits where that would be too large.
    Float,
    /// A pair of numbers.
    Complex,
}

impl Value {
    pub(super) fn new(repr: Repr) -> Value {
        Value(Arc::new(repr))
    }

    /// The value of what is in error: it fits every type, operations on it have no value either, and nothing more is
    /// said about it. It is equal to nothing.
    pub fn unknown() -> Value {
        Value::new(Repr::Unknown)
    }

    /// Is it the value of what is in error?
    pub fn is_unknown(&self) -> bool {
        matches!(*self.0, Repr::Unknown)
    }

    /// The string of these bytes.
    pub fn str(bytes: impl Into<Vec<u8>>) -> Value {
        Value::new(Repr::Str(Text::new(bytes)))
    }

    /// A double; `None` if it is not finite. Constants have no negative zero.
    pub fn float(x: f64) -> Option<Value> {
        Real::from_f64(x).map(|x| Value::new(Repr::Real(x)))
    }

    /// What form it has.
    pub fn kind(&self) -> Kind {
        match &*self.0 {
            Repr::Unknown => Kind::Unknown,
            Repr::Bool(_) => Kind::Bool,
            Repr::Str(_) => Kind::Str,
            Repr::Real(Real::Int(_)) => Kind::Int,
            Repr::Real(_) => Kind::Float,
            Repr::Complex(..) => Kind::Complex,
        }
    }

    /// The truth value.
    pub fn as_bool(&self) -> Option<bool> {
        if let Repr::Bool(x) = *self.0 { Some(x) } else { None }
    }

    /// The bytes of a string.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        if let Repr::Str(x) = &*self.0 { Some(x.to_vec()) } else { None }
    }

    /// How many bytes a string has.
    pub fn str_len(&self) -> Option<usize> {
        if let Repr::Str(x) = &*self.0 { Some(x.len()) } else { None }
    }

    /// -1, 0 or 1 as the number is below, at or above zero; of a complex number, 0 or 1.
    pub fn sign(&self) -> Option<i8> {
        match &*self.0 {
            Repr::Real(x) => Some(x.sign()),
            Repr::Complex(re, im) => Some((re.sign() | im.sign()).abs()),
            _ => None,
        }
    }

    /// The integer that a number is, as [`Kind::Int`]; `None` if it is none.
    ///
    /// A number of limited precision that is an integer but for its last four bits is taken for that integer.
    pub fn to_int(&self) -> Option<Value> {
        self.integer().map(Value::from)
    }

    /// The number as [`Kind::Float`]; `None` if it is complex, or no number.
    pub fn to_float(&self) -> Option<Value> {
        self.real_number()?.to_float().map(|x| Value::new(Repr::Real(x)))
    }

    /// The number as [`Kind::Complex`].
    pub fn to_complex(&self) -> Option<Value> {
        let (re, im) = self.parts()?;
        Some(Value::new(Repr::Complex(re, im)))
    }

    /// The real part of a number.
    pub fn real(&self) -> Option<Value> {
        self.parts().map(|(re, _)| Value::new(Repr::Real(re)))
    }

    /// The imaginary part of a number.
    pub fn imag(&self) -> Option<Value> {
        self.parts().map(|(_, im)| Value::new(Repr::Real(im)))
    }

    /// The complex number of two real ones.
    pub fn complex(re: &Value, im: &Value) -> Option<Value> {
        // Adding the zeros of the other part is an operation, which leaves no fraction large.
        let part = |x: &Value| x.real_number()?.to_float()?.arith(Arith::Add, &Real::zero());
        Some(Value::new(Repr::Complex(part(re)?, part(im)?)))
    }

    /// The number as an `i64`, if it is one.
    pub fn to_i64(&self) -> Option<i64> {
        self.integer()?.to_i64()
    }

    /// The number as an `i128`, if it is one: wide enough for every integer type of Go.
    pub fn to_i128(&self) -> Option<i128> {
        self.integer()?.to_i128()
    }

    /// The number as a `u64`, if it is one.
    pub fn to_u64(&self) -> Option<u64> {
        self.integer()?.to_u64()
    }

    /// The double nearest to a real number, ties to even; infinite if it is too large, never negative zero.
    pub fn to_f64(&self) -> Option<f64> {
        Some(self.real_number()?.to_f64())
    }

    /// The single nearest to a real number, ties to even, rounded once; as [`Value::to_f64`].
    pub fn to_f32(&self) -> Option<f32> {
        Some(self.real_number()?.to_f32())
    }

    /// What a variable of this type holds, in the low bytes; `None` if the value is not one of the type's, or the type is
    /// none of one machine word. The parts of a complex number are had by [`Value::real`] and [`Value::imag`].
    pub fn bits(&self, kind: BasicKind) -> Option<u64> {
        if let Some((least, largest)) = kind.range() {
            let x = self.to_i128().filter(|x| (least..=largest).contains(x))?;
            return Some(x as u64 & u64::MAX >> (64 - 8 * kind.size()?));
        }
        match kind {
            BasicKind::Bool => self.as_bool().map(u64::from),
            BasicKind::Float32 => self.to_f32().filter(|x| x.is_finite()).map(|x| x.to_bits().into()),
            BasicKind::Float64 => self.to_f64().filter(|x| x.is_finite()).map(f64::to_bits),
            _ => None,
        }
    }

    /// Both parts of a number.
    pub(super) fn parts(&self) -> Option<(Real, Real)> {
        match &*self.0 {
            Repr::Real(x) => Some((x.clone(), Real::zero())),
            Repr::Complex(re, im) => Some((re.clone(), im.clone())),
            _ => None,
        }
    }

    /// The number, unless it has an imaginary part.
    pub(super) fn real_number(&self) -> Option<&Real> {
        match &*self.0 {
            Repr::Real(x) => Some(x),
            Repr::Complex(re, im) if im.sign() == 0 => Some(re),
            _ => None,
        }
    }

    /// The integer that a number is.
    pub(super) fn integer(&self) -> Option<BigInt> {
        self.real_number()?.to_int()
    }

    /// How two values compare; `None` for complex numbers that differ, and for what Go does not compare.
    pub(super) fn order(&self, other: &Value) -> Option<Ordering> {
        match (&*self.0, &*other.0) {
            (Repr::Bool(x), Repr::Bool(y)) => Some(x.cmp(y)),
            (Repr::Str(x), Repr::Str(y)) => Some(x.to_vec().cmp(&y.to_vec())),
            (Repr::Real(x), Repr::Real(y)) => x.compare(y),
            _ => {
                let ((a, b), (c, d)) = (self.parts()?, other.parts()?);
                (a.compare(&c)?.is_eq() && b.compare(&d)?.is_eq()).then_some(Ordering::Equal)
            }
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.order(other) == Some(Ordering::Equal)
    }
}

impl From<bool> for Value {
    fn from(x: bool) -> Value {
        Value::new(Repr::Bool(x))
    }
}

impl From<BigInt> for Value {
    fn from(x: BigInt) -> Value {
        Value::new(Repr::Real(Real::Int(x)))
    }
}

macro_rules! from_integer {
    ($($int:ty),*) => {
        $(impl From<$int> for Value {
            fn from(x: $int) -> Value {
                Value::from(BigInt::from(x))
            }
        })*
    };
}

from_integer!(i32, u32, i64, u64, usize, i128, BigUint);
