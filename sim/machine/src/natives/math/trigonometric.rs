//! Circular functions and their inverses.

use super::{nan, polynomial};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// Of the sine and the cosine, between -π/4 and π/4.
const SIN: [f64; 6] = [
    1.589_623_015_765_465_680_60e-10,
    -2.505_074_776_285_780_728_66e-8,
    2.755_731_362_138_572_452_13e-6,
    -1.984_126_982_958_953_859_96e-4,
    8.333_333_333_322_118_588_78e-3,
    -1.666_666_666_666_663_072_95e-1,
];
const COS: [f64; 6] = [
    -1.135_853_652_138_768_173_00e-11,
    2.087_570_084_197_473_167_78e-9,
    -2.755_731_417_929_673_881_12e-7,
    2.480_158_728_885_170_453_48e-5,
    -1.388_888_888_887_305_641_16e-3,
    4.166_666_666_666_659_292_18e-2,
];

/// Reduces a positive number: to the even octant that it is nearest to, and the distance from there.
fn reduce(x: f64) -> (u64, f64) {
    const FOUR_OVER_PI: f64 = 1.273_239_544_735_162_686_151_070_106_980_114_896_275_677;
    /// π/4 in three parts, the first two with zeros at their ends.
    const PARTS: [f64; 3] =
        [7.853_981_256_484_985_351_56e-1, 3.774_894_707_930_798_176_68e-8, 2.695_151_429_079_059_526_45e-15];
    /// From here on the parts are not enough.
    const LARGE: f64 = (1u64 << 29) as f64;
    if x >= LARGE {
        return reduce_large(x);
    }
    let octant = (x * FOUR_OVER_PI) as u64;
    let even = octant + (octant & 1);
    (even & 7, PARTS.into_iter().fold(x, |rest, part| rest - even as f64 * part))
}

/// The same for large numbers, with as many digits of 4/π as matter (Payne and Hanek).
///
/// The product of the number's 53 bits and 192 bits of 4/π is an octant in its first three bits, and a fraction.
///
/// Source: Go 1.19 math/trig_reduce.go. So that bits are the same, what follows the fraction's first 61 bits is taken from
/// three places further on, as there.
fn reduce_large(x: f64) -> (u64, f64) {
    /// 4/π in binary, one digit before the point.
    const DIGITS: [u64; 20] = [
        0x0000_0000_0000_0001,
        0x45F3_06DC_9C88_2A53,
        0xF84E_AFA3_EA69_BB81,
        0xB6C5_2B32_7887_2083,
        0xFCA2_C757_BD77_8AC3,
        0x6E48_DC74_849B_A5C0,
        0x0C92_5DD4_13A3_2439,
        0xFC3B_D639_6253_4E7D,
        0xD104_6BEA_5D76_8909,
        0xD338_E04D_68BE_FC82,
        0x7323_AC73_06A6_73E9,
        0x3908_BF17_7BF2_5076,
        0x3FF1_2FFF_BC0B_301F,
        0xDE5E_2316_B414_DA3E,
        0xDA6C_FD9E_4F96_136E,
        0x9E8C_7ECD_3CBF_D45A,
        0xEA4F_758F_D7CB_E2F6,
        0x7A0E_73EF_14A5_25D4,
        0xD7F6_BF62_3F1A_BA10,
        0xAC06_608D_F8F6_D757,
    ];
    let bits = x.to_bits();
    let mantissa = u128::from(bits & ((1 << 52) - 1) | 1 << 52);
    let skip = (bits >> 52) as usize + 61 - 1075;
    let digits = |n: usize| {
        let pair = u128::from(DIGITS[skip / 64 + n]) << 64 | u128::from(DIGITS[skip / 64 + n + 1]);
        u128::from((pair << (skip % 64) >> 64) as u64)
    };
    let product =
        ((digits(0) * mantissa) << 64).wrapping_add(digits(1) * mantissa).wrapping_add((digits(2) * mantissa) >> 64);
    let octant = (product >> 125) as u64;
    let (fraction, tail) = ((product << 3 >> 64) as u64, product as u64);
    let zeros = fraction.leading_zeros();
    // The leading one is implied.
    let below = |word: u64, by: u32| word.checked_shl(by).unwrap_or(0);
    let mantissa = below(fraction, zeros + 1) | tail.checked_shr(63u32.wrapping_sub(zeros)).unwrap_or(0);
    let distance = f64::from_bits(mantissa >> 12 | u64::from(1022 - zeros) << 52);
    if octant & 1 == 1 { ((octant + 1) & 7, (distance - 1.0) * FRAC_PI_4) } else { (octant, distance * FRAC_PI_4) }
}

/// The sine of what [`reduce`] gives, or the cosine; octants from 4 on change the sign.
fn wave(octant: u64, z: f64, sine: bool) -> f64 {
    let square = z * z;
    if (octant & 3 == 0) == sine {
        z + z * square * polynomial(square, &SIN)
    } else {
        1.0 - 0.5 * square + square * square * polynomial(square, &COS)
    }
}

fn signed(value: f64, negative: bool) -> f64 {
    if negative { -value } else { value }
}

/// Source: Go 1.19 math/sin.go, after Cephes.
pub(in crate::natives) fn sin(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() {
        return x;
    }
    if x.is_infinite() {
        return nan();
    }
    let (octant, z) = reduce(x.abs());
    signed(wave(octant, z, true), (x < 0.0) != (octant > 3))
}

/// Source: Go 1.19 math/sin.go, after Cephes.
pub(in crate::natives) fn cos(x: f64) -> f64 {
    if !x.is_finite() {
        return nan();
    }
    let (octant, z) = reduce(x.abs());
    signed(wave(octant, z, false), (2..=5).contains(&octant))
}

/// Source: Go 1.19 math/tan.go, after Cephes.
pub(in crate::natives) fn tan(x: f64) -> f64 {
    const P: [f64; 3] =
        [-1.309_369_391_813_837_776_46e4, 1.153_516_648_385_874_161_40e6, -1.795_652_519_764_848_779_88e7];
    const Q: [f64; 5] = [
        1.0,
        1.368_129_634_706_929_546_78e4,
        -1.320_892_344_402_109_674_47e6,
        2.500_838_018_233_579_158_39e7,
        -5.386_957_559_294_546_298_81e7,
    ];
    if x == 0.0 || x.is_nan() {
        return x;
    }
    if x.is_infinite() {
        return nan();
    }
    let (octant, z) = reduce(x.abs());
    let square = z * z;
    let y = if square > 1e-14 { z + z * (square * polynomial(square, &P) / polynomial(square, &Q)) } else { z };
    signed(if octant & 2 == 2 { -1.0 / y } else { y }, x < 0.0)
}

/// The arctangent of a number from 0 to 0.66, or below 0.
fn atan_small(x: f64) -> f64 {
    const P: [f64; 5] = [
        -8.750_608_600_031_904_122_785e-1,
        -1.615_753_718_733_365_076_637e1,
        -7.500_855_792_314_704_667_340e1,
        -1.228_866_684_490_136_173_410e2,
        -6.485_021_904_942_025_371_773e1,
    ];
    const Q: [f64; 6] = [
        1.0,
        2.485_846_490_142_306_297_962e1,
        1.650_270_098_316_988_542_046e2,
        4.328_810_604_912_902_668_951e2,
        4.853_903_996_359_136_964_868e2,
        1.945_506_571_482_613_964_425e2,
    ];
    let square = x * x;
    x * (square * polynomial(square, &P) / polynomial(square, &Q)) + x
}

/// The arctangent of a number that is not negative.
fn atan_positive(x: f64) -> f64 {
    /// What π/2 is more than its nearest number.
    const MORE: f64 = 6.123_233_995_736_765_886_130e-17;
    const TAN_3_PI_8: f64 = 2.414_213_562_373_095_048_80;
    if x <= 0.66 {
        atan_small(x)
    } else if x > TAN_3_PI_8 {
        FRAC_PI_2 - atan_small(1.0 / x) + MORE
    } else {
        FRAC_PI_4 + atan_small((x - 1.0) / (x + 1.0)) + 0.5 * MORE
    }
}

/// Source: Go 1.19 math/atan.go, after Cephes.
pub(in crate::natives) fn atan(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() {
        return x;
    }
    signed(atan_positive(x.abs()), x < 0.0)
}

/// Source: Go 1.19 math/asin.go.
pub(in crate::natives) fn asin(x: f64) -> f64 {
    if x == 0.0 {
        return x;
    }
    let magnitude = x.abs();
    if magnitude.is_nan() || magnitude > 1.0 {
        return nan();
    }
    let other = (1.0 - magnitude * magnitude).sqrt();
    let angle =
        if magnitude > 0.7 { FRAC_PI_2 - atan_positive(other / magnitude) } else { atan_positive(magnitude / other) };
    signed(angle, x < 0.0)
}

/// Source: Go 1.19 math/asin.go.
pub(in crate::natives) fn acos(x: f64) -> f64 {
    FRAC_PI_2 - asin(x)
}

/// The angle of the point `(x, y)`.
///
/// Source: Go 1.19 math/atan2.go.
pub(in crate::natives) fn atan2(y: f64, x: f64) -> f64 {
    const THREE_QUARTERS: f64 = 2.356_194_490_192_344_928_846_982_537_459_627_163_147_877;
    if x.is_nan() || y.is_nan() {
        return nan();
    }
    let left = x.is_sign_negative();
    if y == 0.0 {
        return if left { PI } else { 0.0 }.copysign(y);
    }
    if x == 0.0 {
        return FRAC_PI_2.copysign(y);
    }
    match (x.is_infinite(), y.is_infinite()) {
        (true, true) => if left { THREE_QUARTERS } else { FRAC_PI_4 }.copysign(y),
        (true, false) => if left { PI } else { 0.0 }.copysign(y),
        (false, true) => FRAC_PI_2.copysign(y),
        (false, false) => {
            let angle = atan(y / x);
            match (left, angle <= 0.0) {
                (false, _) => angle,
                (true, true) => angle + PI,
                (true, false) => angle - PI,
            }
        }
    }
}
