//! Package math. Every function gives what Go 1.19 gives on amd64, to the last bit.
//!
//! Square roots, rounding to integers and remainders are defined exactly, and the standard library has them. The others are
//! approximations, of which Go has its own, so their steps are its steps: same reduction, same polynomial, same order of
//! operations. The crate `libm` has the same ancestors for some (FreeBSD's msun) and others for the rest (Go's trigonometry
//! is Cephes'), so it would differ in the last digit that programs print.
//!
//! What is not a number is always the same one, Go's `NaN()`, on any host.
//!
//! Source: Go 1.19 math; FreeBSD lib/msun; Cephes. Checked by: `tests/golib`, against Go.

#![allow(clippy::excessive_precision, reason = "coefficients are written as they are published")]

mod exponential;
mod hyperbolic;
mod logarithm;
mod power;
mod trigonometric;

pub(super) use exponential::{exp, exp2, expm1};
pub(super) use hyperbolic::{cosh, sinh, tanh};
pub(super) use logarithm::{log, log1p, log2, log10};
pub(super) use power::{cbrt, hypot, pow};
pub(super) use trigonometric::{acos, asin, atan, atan2, cos, sin, tan};

use crate::routines::Area;
use gc::{Frames, Stop};

/// A native of one number.
pub(super) fn unary<E: Frames>(e: &mut E, a: Area, f: fn(f64) -> f64) -> Result<(), Stop> {
    let [x] = a.args(e, 1)?;
    a.set(e, [canonical(f(f64::from_bits(x)))])
}

/// A native of two numbers.
pub(super) fn binary<E: Frames>(e: &mut E, a: Area, f: fn(f64, f64) -> f64) -> Result<(), Stop> {
    let [x, y] = a.args(e, 1)?;
    a.set(e, [canonical(f(f64::from_bits(x), f64::from_bits(y)))])
}

/// `func Ldexp(frac float64, exp int) float64`
pub(super) fn scale<E: Frames>(e: &mut E, a: Area) -> Result<(), Stop> {
    let [frac, exp] = a.args(e, 1)?;
    a.set(e, [canonical(ldexp(f64::from_bits(frac), exp as i64))])
}

/// `func Frexp(f float64) (frac float64, exp int)`
pub(super) fn split<E: Frames>(e: &mut E, a: Area) -> Result<(), Stop> {
    let [f] = a.args(e, 2)?;
    let (frac, exp) = frexp(f64::from_bits(f));
    a.set(e, [canonical(frac), exp as u64])
}

/// Numbers and their bits are the same word.
pub(super) fn same<E: Frames>(e: &mut E, a: Area) -> Result<(), Stop> {
    let [bits] = a.args(e, 1)?;
    a.set(e, [bits])
}

/// Go's `NaN()`.
pub(super) fn nan() -> f64 {
    f64::from_bits(0x7FF8_0000_0000_0001)
}

/// The bits of a number.
fn canonical(f: f64) -> u64 {
    if f.is_nan() { nan().to_bits() } else { f.to_bits() }
}

/// `((c0·x + c1)·x + c2)·x + …`, rounded after each step.
fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().copied().reduce(|sum, c| sum * x + c).unwrap_or(0.0)
}

/// A fraction from 0.5 to below 1 and a power of two; zero, infinities and NaN are their own fractions.
pub(super) fn frexp(f: f64) -> (f64, i64) {
    if f == 0.0 || !f.is_finite() {
        return (f, 0);
    }
    const UP: i64 = 54;
    let (normal, up) = if f.abs() < f64::MIN_POSITIVE { (f * (1u64 << UP) as f64, UP) } else { (f, 0) };
    let bits = normal.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i64 - 1022 - up;
    (f64::from_bits(bits & !(0x7FF << 52) | 1022 << 52), exponent)
}

/// `fraction × 2^exponent`, rounded once.
pub(super) fn ldexp(fraction: f64, exponent: i64) -> f64 {
    if fraction == 0.0 || !fraction.is_finite() {
        return fraction;
    }
    let (half, own) = frexp(fraction);
    let power = |exponent: i64| f64::from_bits(((exponent + 1023) as u64) << 52);
    match own.saturating_add(exponent) {
        ..-1074 => 0f64.copysign(fraction),
        // Exactly to where the last factor, which rounds, is a normal number.
        total @ -1074..-1021 => half * power(total + 53) * power(-53),
        total @ -1021..=1024 => half * 2.0 * power(total - 1),
        _ => f64::INFINITY.copysign(fraction),
    }
}
