//! Hyperbolic functions.

use super::{exp, polynomial};

/// Source: Go 1.19 math/sinh.go, after Hart and Cheney (#2029).
pub(in crate::natives) fn sinh(x: f64) -> f64 {
    const P: [f64; 4] = [
        -0.263_056_321_339_749_706_281_948_9e2,
        -0.289_421_135_598_956_380_728_466_036_6e4,
        -0.899_127_202_203_950_935_539_801_351_1e5,
        -0.630_767_364_049_771_699_118_478_725_1e6,
    ];
    const Q: [f64; 4] = [
        1.0,
        -0.173_678_953_558_233_699_533_450_911e3,
        0.152_151_737_879_001_907_069_648_517_6e5,
        -0.630_767_364_049_771_699_121_207_727_7e6,
    ];
    let magnitude = x.abs();
    let result = if magnitude > 21.0 {
        exp(magnitude) * 0.5
    } else if magnitude > 0.5 {
        let e = exp(magnitude);
        (e - 1.0 / e) * 0.5
    } else {
        let square = magnitude * magnitude;
        polynomial(square, &P) * magnitude / polynomial(square, &Q)
    };
    result.copysign(x)
}

/// Source: Go 1.19 math/sinh.go.
pub(in crate::natives) fn cosh(x: f64) -> f64 {
    let magnitude = x.abs();
    let e = exp(magnitude);
    if magnitude > 21.0 { e * 0.5 } else { (e + 1.0 / e) * 0.5 }
}

/// Source: Go 1.19 math/tanh.go, after Cephes.
pub(in crate::natives) fn tanh(x: f64) -> f64 {
    /// Half the logarithm of 2^127: above it the result is one.
    const ONE: f64 = 0.5 * 8.802_969_193_111_305_429_598_8e1;
    const P: [f64; 3] =
        [-9.643_991_794_250_522_386_28e-1, -9.928_772_310_019_185_865_64e1, -1.614_687_684_417_084_479_52e3];
    const Q: [f64; 4] =
        [1.0, 1.128_116_784_916_329_314_02e2, 2.235_488_390_601_004_485_83e3, 4.844_063_053_251_254_860_48e3];
    let magnitude = x.abs();
    if x == 0.0 {
        x
    } else if magnitude > ONE {
        1f64.copysign(x)
    } else if magnitude >= 0.625 {
        (1.0 - 2.0 / (exp(2.0 * magnitude) + 1.0)).copysign(x)
    } else {
        let square = x * x;
        x + x * square * polynomial(square, &P) / polynomial(square, &Q)
    }
}
