//! Powers and roots.

use super::{exp, frexp, ldexp, log, nan};

/// Is it an odd whole number?
fn is_odd(x: f64) -> bool {
    x.trunc() == x && x.abs() < 2f64.powi(63) && x as i64 & 1 == 1
}

/// `x^y`: the fraction of `y` by logarithms, the whole of it by squaring.
///
/// Source: Go 1.19 math/pow.go.
pub(in crate::natives) fn pow(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if y == 1.0 {
        return x;
    }
    if x.is_nan() || y.is_nan() {
        return nan();
    }
    // For whole exponents so large that they are even, and infinite ones.
    let huge = || match (x.abs() == 1.0, (x.abs() < 1.0) == (y > 0.0)) {
        (true, _) => 1.0,
        (false, true) => 0.0,
        (false, false) => f64::INFINITY,
    };
    if x == 0.0 || x.is_infinite() && !y.is_infinite() {
        let vanishes = (x == 0.0) == (y > 0.0);
        let result = if vanishes { 0.0 } else { f64::INFINITY };
        return if x.is_sign_negative() && is_odd(y) { -result } else { result };
    }
    if y.is_infinite() {
        return huge();
    }
    if y.abs() == 0.5 {
        return if y > 0.0 { x.sqrt() } else { 1.0 / x.sqrt() };
    }
    let (mut whole, mut rest) = (y.abs().trunc(), y.abs().fract());
    if rest != 0.0 && x < 0.0 {
        return nan();
    }
    if whole >= 2f64.powi(63) {
        return huge();
    }
    // The result is product × 2^exponent.
    let (mut product, mut exponent) = (1.0, 0);
    if rest != 0.0 {
        if rest > 0.5 {
            rest -= 1.0;
            whole += 1.0;
        }
        product = exp(rest * log(x));
    }
    let (mut square, mut square_exponent) = frexp(x);
    let mut left = whole as i64;
    while left != 0 {
        if square_exponent.abs() > 1 << 12 {
            // Far out of range already.
            exponent += square_exponent;
            break;
        }
        if left & 1 == 1 {
            product *= square;
            exponent += square_exponent;
        }
        square *= square;
        square_exponent <<= 1;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        left >>= 1;
    }
    if y < 0.0 { ldexp(1.0 / product, -exponent) } else { ldexp(product, exponent) }
}

/// The cube root.
///
/// Source: Go 1.19 math/cbrt.go, after FreeBSD s_cbrt.c.
pub(in crate::natives) fn cbrt(x: f64) -> f64 {
    /// What a third of the bits is to be corrected by, for normal and for subnormal numbers.
    const NORMAL: u64 = 715_094_163 << 32;
    const SUBNORMAL: u64 = 696_219_795 << 32;
    const C: f64 = 5.428_571_428_571_428_159_06e-1;
    const D: f64 = -7.053_061_224_489_796_110_50e-1;
    const E: f64 = 1.414_285_714_285_714_368_19;
    const F: f64 = 1.607_142_857_142_857_206_30;
    const G: f64 = 3.571_428_571_428_571_507_87e-1;
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let magnitude = x.abs();
    // Five bits, then 23, then 53.
    let mut t = if magnitude < f64::MIN_POSITIVE {
        f64::from_bits((magnitude * 2f64.powi(54)).to_bits() / 3 + SUBNORMAL)
    } else {
        f64::from_bits(magnitude.to_bits() / 3 + NORMAL)
    };
    let r = t * t / magnitude;
    let s = C + r * t;
    t *= G + F / (s + E + D / s);
    t = f64::from_bits((t.to_bits() & 0xF_FFFF_FFFC << 28) + (1 << 30));
    let r = magnitude / (t * t);
    t += t * ((r - t) / (t + t + r));
    t.copysign(x)
}

/// The root of the sum of two squares.
///
/// Source: Go 1.19 math/hypot_amd64.s.
pub(in crate::natives) fn hypot(x: f64, y: f64) -> f64 {
    if x.is_infinite() || y.is_infinite() {
        return f64::INFINITY;
    }
    let (large, small) = (x.abs().max(y.abs()), x.abs().min(y.abs()));
    if x.is_nan() || y.is_nan() {
        return nan();
    }
    if large == 0.0 {
        return 0.0;
    }
    let ratio = small / large;
    large * (1.0 + ratio * ratio).sqrt()
}
