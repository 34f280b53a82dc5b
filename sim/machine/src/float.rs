//! Floating point as amd64 and Go have it, where Rust's operators differ or need bits.
//!
//! Source: Go 1.19 runtime/complex.go; cmd/compile/internal/ssagen/ssa.go (`float64ToUint64`).

/// An operation on `float64`s given as bits.
#[inline(always)]
pub(crate) fn f(x: u64, y: u64, op: fn(f64, f64) -> f64) -> u64 {
    op(f64::from_bits(x), f64::from_bits(y)).to_bits()
}

/// An operation on `float32`s given as bits.
#[inline(always)]
pub(crate) fn g(x: u64, y: u64, op: fn(f32, f32) -> f32) -> u64 {
    u64::from(op(single(x), single(y)).to_bits())
}

/// The `float32` in the low half of a word.
#[inline(always)]
pub(crate) fn single(x: u64) -> f32 {
    f32::from_bits(x as u32)
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;

/// `int64(x)`: the lowest integer for what does not fit.
#[inline(always)]
pub(crate) fn to_int(x: f64) -> u64 {
    if (-TWO_63..TWO_63).contains(&x) { x as i64 as u64 } else { 1 << 63 }
}

/// `uint64(x)`: by way of `int64`, shifted by 2^63 for the upper half.
#[inline(always)]
pub(crate) fn to_uint(x: f64) -> u64 {
    if x < TWO_63 { to_int(x) } else { to_int(x - TWO_63) ^ 1 << 63 }
}

/// `n / m` of complex numbers.
pub(crate) fn divide_complex(n: (u64, u64), m: (u64, u64)) -> (u64, u64) {
    let ((nr, ni), (mr, mi)) = ((f64::from_bits(n.0), f64::from_bits(n.1)), (f64::from_bits(m.0), f64::from_bits(m.1)));
    // Scaled by the larger part, so that nothing overflows on the way.
    let (e, f) = if mr.abs() >= mi.abs() {
        let ratio = mi / mr;
        let denominator = mr + ratio * mi;
        ((nr + ni * ratio) / denominator, (ni - nr * ratio) / denominator)
    } else {
        let ratio = mr / mi;
        let denominator = mi + ratio * mr;
        ((nr * ratio + ni) / denominator, (ni * ratio - nr) / denominator)
    };
    let (e, f) = if e.is_nan() && f.is_nan() { corrected((nr, ni), (mr, mi)).unwrap_or((e, f)) } else { (e, f) };
    (e.to_bits(), f.to_bits())
}

/// Infinities and zeros for quotients that came out as NaN, as C99 has them.
fn corrected((a, b): (f64, f64), (c, d): (f64, f64)) -> Option<(f64, f64)> {
    let unit = |x: f64| f64::from(u8::from(x.is_infinite())).copysign(x);
    if c == 0.0 && d == 0.0 && (!a.is_nan() || !b.is_nan()) {
        let infinity = f64::INFINITY.copysign(c);
        Some((infinity * a, infinity * b))
    } else if (a.is_infinite() || b.is_infinite()) && c.is_finite() && d.is_finite() {
        let (a, b) = (unit(a), unit(b));
        Some((f64::INFINITY * (a * c + b * d), f64::INFINITY * (b * c - a * d)))
    } else if (c.is_infinite() || d.is_infinite()) && a.is_finite() && b.is_finite() {
        let (c, d) = (unit(c), unit(d));
        Some((0.0 * (a * c + b * d), 0.0 * (b * c - a * d)))
    } else {
        None
    }
}

/// `int32(x)`, with the hardware's answer for what does not fit: the least.
pub(crate) fn to_int32(x: f64) -> u64 {
    let fits = x > f64::from(i32::MIN) - 1.0 && x < f64::from(i32::MAX) + 1.0;
    (if fits { x as i32 } else { i32::MIN }) as u64
}
