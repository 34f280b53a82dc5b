//! Exponential functions.

use super::{ldexp, polynomial};

/// ln 2 in two parts, the first with zeros at its end.
const LN2_HI: f64 = 6.931_471_803_691_238e-1;
const LN2_LO: f64 = 1.908_214_929_270_587_7e-10;

/// `e^x`.
///
/// A sixteenth of the remainder is put into a Taylor series for `e^r - 1`, and that is squared four times. Processors that
/// can multiply and add at once do: Go asks them, and all since 2013 can.
///
/// Source: Go 1.19 math/exp_amd64.s.
pub(in crate::natives) fn exp(x: f64) -> f64 {
    /// Above it the result is infinite.
    const OVERFLOW: f64 = 7.097_827_128_933_84e2;
    const LN2_UPPER: f64 = 0.693_147_180_559_662_956_511_601_805_686_950_683_593_75;
    const LN2_LOWER: f64 = 0.282_352_905_630_315_771_225_884_481_750_134_360_255_254_120_68e-12;
    /// 1/8! to 1/2!, 1.
    const TAYLOR: [f64; 8] = [
        2.480_158_730_158_730_158_7e-5,
        1.984_126_984_126_984_127e-4,
        1.388_888_888_888_888_888_9e-3,
        8.333_333_333_333_333_333_3e-3,
        4.166_666_666_666_666_666_7e-2,
        1.666_666_666_666_666_666_7e-1,
        0.5,
        1.0,
    ];
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x > OVERFLOW {
        return f64::INFINITY;
    }
    let power = (x * std::f64::consts::LOG2_E).round_ties_even();
    if power < -1_000_000.0 {
        return 0.0;
    }
    let reduced = (-LN2_LOWER).mul_add(power, (-LN2_UPPER).mul_add(power, x)) * 0.0625;
    let series = TAYLOR.into_iter().reduce(|sum, c| sum.mul_add(reduced, c)).unwrap_or(1.0);
    let mut r = reduced * series;
    // (1 + r)² - 1 = r(r + 2)
    for _ in 0..3 {
        r *= r + 2.0;
    }
    let result = (r + 2.0).mul_add(r, 1.0);
    match power as i64 {
        ..-1075 => 0.0,
        1024.. => f64::INFINITY,
        power => ldexp(result, power),
    }
}

/// `2^x`.
///
/// Source: Go 1.19 math/exp.go.
pub(in crate::natives) fn exp2(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x > 1.023_999_999_999_999_9e3 {
        return f64::INFINITY;
    }
    if x < -1074.0 {
        return 0.0;
    }
    let power = (x + 0.5f64.copysign(x)).trunc();
    let rest = x - power;
    expand(rest * LN2_HI, -rest * LN2_LO, power as i64)
}

/// `e^(hi - lo) × 2^power`.
fn expand(hi: f64, lo: f64, power: i64) -> f64 {
    const P: [f64; 5] = [
        4.138_136_797_057_238_460_39e-8,
        -1.653_390_220_546_525_153_90e-6,
        6.613_756_321_437_934_361_17e-5,
        -2.777_777_777_701_559_338_42e-3,
        1.666_666_666_666_666_574_15e-1,
    ];
    let r = hi - lo;
    let t = r * r;
    let c = r - t * polynomial(t, &P);
    let y = 1.0 - ((lo - (r * c) / (2.0 - c)) - hi);
    ldexp(y, power)
}

/// `e^x - 1`, exact for small `x`.
///
/// Source: Go 1.19 math/expm1.go, after FreeBSD s_expm1.c.
pub(in crate::natives) fn expm1(x: f64) -> f64 {
    const OVERFLOW: f64 = 7.097_827_128_933_839_730_96e2;
    const LN2_56: f64 = 3.881_624_211_135_693_732_74e1;
    const LN2_3_HALVES: f64 = 1.039_720_770_839_917_964_13;
    const LN2_HALF: f64 = 3.465_735_902_799_726_547_09e-1;
    const Q: [f64; 5] = [
        -2.010_992_181_836_243_713_26e-7,
        4.008_217_827_329_362_395_52e-6,
        -7.936_507_578_674_879_424_73e-5,
        1.587_301_587_254_814_601_65e-3,
        -3.333_333_333_333_313_164_28e-2,
    ];
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    let magnitude = x.abs();
    if magnitude >= LN2_56 {
        if x < 0.0 {
            return -1.0;
        }
        if magnitude >= OVERFLOW {
            return f64::INFINITY;
        }
    }
    if magnitude < 2f64.powi(-54) {
        return x;
    }
    let mut k = 0;
    let (mut r, mut c) = (x, 0.0);
    if magnitude > LN2_HALF {
        k = if magnitude < LN2_3_HALVES {
            if x < 0.0 { -1 } else { 1 }
        } else {
            (std::f64::consts::LOG2_E * x + 0.5f64.copysign(x)) as i64
        };
        let (hi, lo) = (x - k as f64 * LN2_HI, k as f64 * LN2_LO);
        r = hi - lo;
        c = (hi - r) - lo;
    }
    let half = 0.5 * r;
    let square = r * half;
    let r1 = 1.0 + square * polynomial(square, &Q);
    let t = 3.0 - r1 * half;
    let e = square * ((r1 - t) / (6.0 - r * t));
    if k == 0 {
        return r - (r * e - square);
    }
    let e = (r * (e - c) - c) - square;
    let scaled = |y: f64| f64::from_bits(y.to_bits().wrapping_add((k as u64) << 52));
    match k {
        -1 => 0.5 * (r - e) - 0.5,
        1 if r < -0.25 => -2.0 * (e - (r + 0.5)),
        1 => 1.0 + 2.0 * (r - e),
        ..=-2 | 57.. => scaled(1.0 - (e - r)) - 1.0,
        2..20 => {
            let t = 1.0 - 2f64.powi(-(k as i32));
            scaled(t - (e - r))
        }
        _ => {
            let t = 2f64.powi(-(k as i32));
            scaled((r - (e + t)) + 1.0)
        }
    }
}
