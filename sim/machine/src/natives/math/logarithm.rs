//! Logarithms.

use super::{frexp, nan, polynomial};
use std::f64::consts::{FRAC_1_SQRT_2, LOG2_E};

/// ln 2 in two parts, the first with zeros at its end.
const LN2_HI: f64 = 6.931_471_803_691_238_164_90e-1;
const LN2_LO: f64 = 1.908_214_929_270_587_700_02e-10;

/// Of `log(1+f)` in terms of `f/(2+f)`, from the seventh to the first.
const L: [f64; 7] = [
    1.479_819_860_511_658_591e-1,
    1.531_383_769_920_937_332e-1,
    1.818_357_216_161_805_012e-1,
    2.222_219_843_214_978_396e-1,
    2.857_142_874_366_239_149e-1,
    3.999_999_999_940_941_908e-1,
    6.666_666_666_666_735_130e-1,
];

/// The natural logarithm.
///
/// Subnormal numbers are taken for ones with the exponent of the smallest normal: that is what Go does on amd64.
///
/// Source: Go 1.19 math/log_amd64.s, after FreeBSD e_log.c.
pub(in crate::natives) fn log(x: f64) -> f64 {
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x < 0.0 {
        return nan();
    }
    if !x.is_finite() {
        return x;
    }
    let bits = x.to_bits();
    let fraction = f64::from_bits(bits & ((1 << 52) - 1) | 1022 << 52);
    let exponent = (bits >> 52) as f64 - 1022.0;
    let (f, k) =
        if fraction <= FRAC_1_SQRT_2 { (fraction * 2.0 - 1.0, exponent - 1.0) } else { (fraction - 1.0, exponent) };
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2 * polynomial(s4, &[L[0], L[2], L[4], L[6]]);
    let even = s4 * polynomial(s4, &[L[1], L[3], L[5]]);
    let r = odd + even;
    let half = 0.5 * f * f;
    k * LN2_HI - ((half - (s * (half + r) + k * LN2_LO)) - f)
}

/// The logarithm to base 2, exact for powers of two.
///
/// Source: Go 1.19 math/log10.go.
pub(in crate::natives) fn log2(x: f64) -> f64 {
    let (fraction, exponent) = frexp(x);
    if fraction == 0.5 { (exponent - 1) as f64 } else { log(fraction) * LOG2_E + exponent as f64 }
}

/// The logarithm to base 10.
///
/// Source: Go 1.19 math/log10.go.
pub(in crate::natives) fn log10(x: f64) -> f64 {
    log(x) * std::f64::consts::LOG10_E
}

/// The logarithm of `1 + x`, exact for small `x`.
///
/// Source: Go 1.19 math/log1p.go, after FreeBSD s_log1p.c.
pub(in crate::natives) fn log1p(x: f64) -> f64 {
    const SQRT_2_LESS_1: f64 = 4.142_135_623_730_950_488_017e-1;
    const HALF_SQRT_2_LESS_1: f64 = -2.928_932_188_134_524_755_992e-1;
    /// The fraction of the root of two.
    const SQRT_2: u64 = 0x6_A09E_667F_3BCD;
    const FRACTION: u64 = (1 << 52) - 1;
    if x < -1.0 || x.is_nan() {
        return nan();
    }
    if x == -1.0 {
        return f64::NEG_INFINITY;
    }
    if x == f64::INFINITY {
        return x;
    }
    let magnitude = x.abs();
    if magnitude < 2f64.powi(-54) {
        return x;
    }
    if magnitude < 2f64.powi(-29) {
        return x - x * x * 0.5;
    }
    // 1 + x = 2^k (1 + f); c corrects what is lost in the sum.
    let (mut k, mut f, mut c, mut near_one) = (0.0, x, 0.0, false);
    if !(magnitude < SQRT_2_LESS_1 && x > HALF_SQRT_2_LESS_1) {
        let large = magnitude >= 2f64.powi(53);
        let sum = if large { x } else { 1.0 + x };
        let bits = sum.to_bits();
        let mut exponent = (bits >> 52) as i64 - 1023;
        if !large {
            c = if exponent > 0 { 1.0 - (sum - x) } else { x - (sum - 1.0) } / sum;
        }
        let fraction = bits & FRACTION;
        let normal = if fraction < SQRT_2 {
            near_one = fraction == 0;
            f64::from_bits(fraction | 1023 << 52)
        } else {
            exponent += 1;
            near_one = (1 << 52) - fraction < 4;
            f64::from_bits(fraction | 1022 << 52)
        };
        (k, f) = (exponent as f64, normal - 1.0);
    }
    let half = 0.5 * f * f;
    if near_one {
        if f == 0.0 {
            return if k == 0.0 { 0.0 } else { k * LN2_HI + (c + k * LN2_LO) };
        }
        let r = half * (1.0 - 0.666_666_666_666_666_66 * f);
        return if k == 0.0 { f - r } else { k * LN2_HI - ((r - (k * LN2_LO + c)) - f) };
    }
    let s = f / (2.0 + f);
    let z = s * s;
    let r = z * polynomial(z, &L);
    if k == 0.0 {
        return f - (half - s * (half + r));
    }
    k * LN2_HI - ((half - (s * (half + r) + (k * LN2_LO + c))) - f)
}
