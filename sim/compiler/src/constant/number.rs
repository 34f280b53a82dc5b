//! Real numbers of constants: integers, fractions, and floats where fractions would grow too large.
//!
//! An operation takes both operands to the richer form of the two:
//!
//! ```text
//! Int ─▶ Rat ─▶ Big
//! ```
//!
//! Integers and fractions are exact. A fraction one of whose parts reaches [`FRACTION_BITS`] becomes a [`Float`], and what
//! comes of a float stays one: precision that is lost does not come back by looking exact. `None` is a number that
//! cannot be had: too large for a float.
//!
//! Source: Go 1.19 go/constant, which has the same forms and the same limit.

use super::float::{Float, PRECISION, Rounding, Scaled};
use num_bigint::{BigInt, BigUint, Sign};
use num_rational::Ratio;
use num_traits::Zero;
use num_traits::float::FloatCore;
use std::cmp::Ordering;

/// Bits of a numerator or denominator from which on a fraction is a float.
pub(super) const FRACTION_BITS: u64 = 4096;

/// A real number.
#[derive(Clone, Debug)]
pub(super) enum Real {
    /// An integer.
    Int(BigInt),
    /// A fraction in lowest terms, or an integer that is a floating-point number by kind.
    Rat(Ratio<BigInt>),
    /// A number of limited precision.
    Big(Float),
}

use Real::{Big, Int, Rat};

/// The four operations that all numbers have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Arith {
    Add,
    Sub,
    Mul,
    /// Also of integers: a fraction.
    Div,
}

impl Real {
    /// The integer zero.
    pub(super) fn zero() -> Real {
        Int(BigInt::zero())
    }

    /// A fraction, or the float nearest to it if its parts are large.
    pub(super) fn fraction(ratio: Ratio<BigInt>) -> Option<Real> {
        if ratio.numer().bits() < FRACTION_BITS && ratio.denom().bits() < FRACTION_BITS {
            return Some(Rat(ratio));
        }
        Rat(ratio).to_big().map(Big)
    }

    /// A double that is finite, as a fraction.
    pub(super) fn from_f64(x: f64) -> Option<Real> {
        let (mant, exp, sign) = x.is_finite().then(|| x.integer_decode())?;
        let (mant, shift) = (BigInt::from(mant) * sign, exp.unsigned_abs());
        let (num, den) = if exp < 0 { (mant, BigInt::from(1) << shift) } else { (mant << shift, 1.into()) };
        Some(Rat(Ratio::new(num, den)))
    }

    /// -1, 0 or 1.
    pub(super) fn sign(&self) -> i8 {
        let sign = match self {
            Int(x) => x.sign(),
            Rat(x) => x.numer().sign(),
            Big(x) if x.is_zero() => Sign::NoSign,
            Big(x) => return if x.is_negative() { -1 } else { 1 },
        };
        match sign {
            Sign::Minus => -1,
            Sign::NoSign => 0,
            Sign::Plus => 1,
        }
    }

    /// Its magnitude, exact or to at least `bits` bits.
    pub(super) fn magnitude(&self, bits: u64) -> Scaled {
        match self {
            Int(x) => Scaled::exact(x.magnitude().clone(), 0),
            Rat(x) => Scaled::ratio(x.numer().magnitude(), x.denom().magnitude(), bits),
            Big(x) => x.magnitude(),
        }
    }

    /// The nearest float.
    pub(super) fn to_big(&self) -> Option<Float> {
        match self {
            Big(x) => Some(x.clone()),
            _ => Float::new(self.sign() < 0, &self.magnitude(PRECISION + 2)),
        }
    }

    /// The number as a fraction or a float.
    pub(super) fn to_float(&self) -> Option<Real> {
        match self {
            Int(x) => Real::fraction(Ratio::from_integer(x.clone())),
            _ => Some(self.clone()),
        }
    }

    /// The integer that the number is.
    ///
    /// A float whose last four bits are all that keeps it from being an integer is taken for that integer: they may
    /// have been lost on the way. One of more than [`FRACTION_BITS`] is never an integer.
    pub(super) fn to_int(&self) -> Option<BigInt> {
        match self {
            Int(x) => Some(x.clone()),
            Rat(x) => x.is_integer().then(|| x.numer().clone()),
            Big(x) => {
                if x.exponent().unsigned_abs() >= FRACTION_BITS {
                    return None;
                }
                let rounded = |how| Float::rounded(x.is_negative(), &x.magnitude(), PRECISION - 4, how);
                let candidates = [Some(x.clone()), rounded(Rounding::Down), rounded(Rounding::Up)];
                let float = candidates.into_iter().flatten().find(Float::is_integer)?;
                let Scaled { mant, exp, .. } = float.magnitude();
                let sign = if float.is_negative() { Sign::Minus } else { Sign::Plus };
                Some(BigInt::from_biguint(sign, mant << exp as u64))
            }
        }
    }

    /// The nearest double, ties to even; infinite if it is too large. What is rounded to zero loses its sign.
    pub(super) fn to_f64(&self) -> f64 {
        let magnitude = self.magnitude(64).to_f64().unwrap_or(f64::INFINITY);
        if self.sign() < 0 && magnitude > 0.0 { -magnitude } else { magnitude }
    }

    /// The nearest single, ties to even; infinite if it is too large. What is rounded to zero loses its sign.
    pub(super) fn to_f32(&self) -> f32 {
        let magnitude = self.magnitude(64).to_f32().unwrap_or(f32::INFINITY);
        if self.sign() < 0 && magnitude > 0.0 { -magnitude } else { magnitude }
    }

    /// The number with the other sign.
    pub(super) fn neg(&self) -> Option<Real> {
        match self {
            Int(x) => Some(Int(-x)),
            // A literal's fraction may be large; that of an operation is not.
            Rat(x) => Real::fraction(-x),
            Big(x) => Some(Big(x.neg())),
        }
    }

    /// Both in the form that they are operated on.
    fn matched(&self, other: &Real) -> Option<(Real, Real)> {
        let rational = |x: &Real| match x {
            Int(x) => Rat(Ratio::from_integer(x.clone())),
            x => x.clone(),
        };
        Some(match (self, other) {
            (Int(_), Int(_)) => (self.clone(), other.clone()),
            (Big(_), _) | (_, Big(_)) => (Big(self.to_big()?), Big(other.to_big()?)),
            _ => (rational(self), rational(other)),
        })
    }

    /// Sum, difference, product, or exact quotient; `None` is also a quotient by zero.
    pub(super) fn arith(&self, op: Arith, other: &Real) -> Option<Real> {
        if op == Arith::Div && other.sign() == 0 {
            return None;
        }
        match (op, self.matched(other)?) {
            (Arith::Add, (Int(x), Int(y))) => Some(Int(x + y)),
            (Arith::Sub, (Int(x), Int(y))) => Some(Int(x - y)),
            (Arith::Mul, (Int(x), Int(y))) => Some(Int(x * y)),
            (Arith::Div, (Int(x), Int(y))) => Real::fraction(Ratio::new(x, y)),
            (Arith::Add, (Rat(x), Rat(y))) => Real::fraction(x + y),
            (Arith::Sub, (Rat(x), Rat(y))) => Real::fraction(x - y),
            (Arith::Mul, (Rat(x), Rat(y))) => Real::fraction(x * y),
            (Arith::Div, (Rat(x), Rat(y))) => Real::fraction(x / y),
            (Arith::Add, (Big(x), Big(y))) => x.add(&y).map(Big),
            (Arith::Sub, (Big(x), Big(y))) => x.add(&y.neg()).map(Big),
            (Arith::Mul, (Big(x), Big(y))) => x.mul(&y, PRECISION).map(Big),
            // A fraction that is not zero can be too small for a float.
            (Arith::Div, (Big(x), Big(y))) => (!y.is_zero()).then(|| x.div(&y))?.map(Big),
            _ => None,
        }
    }

    /// How the numbers compare; `None` if one is too large for the other's form.
    pub(super) fn compare(&self, other: &Real) -> Option<Ordering> {
        match self.matched(other)? {
            (Int(x), Int(y)) => Some(x.cmp(&y)),
            (Rat(x), Rat(y)) => Some((x.numer() * y.denom()).cmp(&(y.numer() * x.denom()))),
            (Big(x), Big(y)) => Some(x.cmp(&y)),
            _ => None,
        }
    }

    /// `mant · 5^fives · 2^twos`, the value of a literal; `None` if it is no constant.
    ///
    /// Fractions are exact. A literal too large or too small for a fraction is rounded in Go's steps, so that the last bit is
    /// the same: the power of five to 576 bits, by squares of 640, then the product or quotient to 512.
    pub(super) fn scaled(mant: BigUint, twos: i64, fives: i64) -> Option<Real> {
        if mant.is_zero() {
            return Some(Rat(Ratio::from_integer(BigInt::zero())));
        }
        // Far beyond any exponent, and no sum below overflows.
        if twos.unsigned_abs() > 1 << 40 || fives.unsigned_abs() > 1 << 40 {
            return None;
        }
        let start = Scaled::exact(mant.clone(), twos);
        i32::try_from(start.exponent()).ok()?;
        let float = if fives == 0 {
            Float::new(false, &start)?
        } else {
            // Not rounded yet: all bits of the literal take part.
            let all = Float::rounded(false, &start, mant.bits(), Rounding::HalfEven)?;
            match (Float::power_of_five(fives.unsigned_abs()), fives > 0) {
                (Some(power), true) => all.mul(&power, PRECISION)?,
                (Some(power), false) => all.div(&power)?,
                (None, true) => return None,
                (None, false) => return Some(Rat(Ratio::from_integer(BigInt::zero()))),
            }
        };
        if float.exponent().unsigned_abs() >= FRACTION_BITS {
            return Some(Big(float));
        }
        if float.is_zero() {
            return Some(Rat(Ratio::from_integer(BigInt::zero())));
        }
        let power = BigUint::from(5u32).pow(u32::try_from(fives.unsigned_abs()).ok()?);
        let (mut num, mut den) = if fives < 0 { (mant, power) } else { (mant * power, BigUint::from(1u32)) };
        if twos < 0 {
            den <<= twos.unsigned_abs()
        } else {
            num <<= twos.unsigned_abs()
        }
        Some(Rat(Ratio::new(num.into(), den.into())))
    }
}
