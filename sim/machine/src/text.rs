//! The texts of run-time panics, and numbers as `print` writes them.
//!
//! Source: Go 1.19 runtime/error.go, print.go.

use std::fmt::Write;

/// A check of bounds that failed. The comment says when.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Bound {
    /// `s[x]`, `x < len`
    Index,
    /// `s[:x]`, `x <= len`
    SliceLen,
    /// `s[:x]`, `x <= cap`
    SliceCap,
    /// `s[x:y]`, `x <= y`
    SliceLow,
    /// `s[::x]`, `x <= len`
    Slice3Len,
    /// `s[::x]`, `x <= cap`
    Slice3Cap,
    /// `s[:x:y]`, `x <= y`
    Slice3High,
    /// `s[x:y:]`, `x <= y`
    Slice3Low,
}

/// The text of a failed check; if `x` is negative, what it should have been below does not matter.
pub(crate) fn bounds(bound: Bound, x: u64, y: u64, unsigned: bool) -> String {
    let (x, y) = (if unsigned { i128::from(x) } else { i128::from(x as i64) }, y as i64);
    let negative = x < 0;
    match bound {
        Bound::Index if negative => format!("index out of range [{x}]"),
        Bound::Index => format!("index out of range [{x}] with length {y}"),
        Bound::SliceLen | Bound::SliceCap if negative => format!("slice bounds out of range [:{x}]"),
        Bound::SliceLen => format!("slice bounds out of range [:{x}] with length {y}"),
        Bound::SliceCap => format!("slice bounds out of range [:{x}] with capacity {y}"),
        Bound::SliceLow if negative => format!("slice bounds out of range [{x}:]"),
        Bound::SliceLow => format!("slice bounds out of range [{x}:{y}]"),
        Bound::Slice3Len | Bound::Slice3Cap if negative => format!("slice bounds out of range [::{x}]"),
        Bound::Slice3Len => format!("slice bounds out of range [::{x}] with length {y}"),
        Bound::Slice3Cap => format!("slice bounds out of range [::{x}] with capacity {y}"),
        Bound::Slice3High if negative => format!("slice bounds out of range [:{x}:]"),
        Bound::Slice3High => format!("slice bounds out of range [:{x}:{y}]"),
        Bound::Slice3Low if negative => format!("slice bounds out of range [{x}::]"),
        Bound::Slice3Low => format!("slice bounds out of range [{x}:{y}:]"),
    }
}

/// A type assertion that failed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Assertion {
    /// The name of the interface's own type.
    pub(crate) interface: String,
    /// The name of the dynamic type; `None` if the interface is nil.
    pub(crate) concrete: Option<String>,
    /// The name of the type wanted.
    pub(crate) asserted: String,
    /// A method of that type which the dynamic type has not.
    pub(crate) missing: Option<String>,
    /// Are the two types of different packages?
    pub(crate) packages_differ: bool,
}

impl Assertion {
    /// What the error's `Error` method returns.
    pub(crate) fn text(&self) -> String {
        let Assertion { interface, concrete, asserted, missing, packages_differ } = self;
        match (concrete, missing) {
            (None, _) => format!("interface conversion: {interface} is nil, not {asserted}"),
            (Some(concrete), None) => {
                let hint = match (concrete == asserted, packages_differ) {
                    (false, _) => "",
                    (true, true) => " (types from different packages)",
                    (true, false) => " (types from different scopes)",
                };
                format!("interface conversion: {interface} is {concrete}, not {asserted}{hint}")
            }
            (Some(concrete), Some(method)) => {
                format!("interface conversion: {concrete} is not {asserted}: missing method {method}")
            }
        }
    }
}

/// A `float64` as `print` writes it: seven digits, a sign, three digits of exponent.
pub(crate) fn float(v: f64) -> String {
    const DIGITS: usize = 7;
    if v.is_nan() {
        return "NaN".into();
    }
    if v.is_infinite() {
        return if v > 0.0 { "+Inf".into() } else { "-Inf".into() };
    }
    let mut out = String::from(if v.is_sign_negative() { "-" } else { "+" });
    // Digit by digit, with the rounding errors that this has: the text is to be the same in the last digit, too.
    let mut v = v.abs();
    let mut exponent = 0i32;
    if v != 0.0 {
        while v >= 10.0 {
            exponent += 1;
            v /= 10.0;
        }
        while v < 1.0 {
            exponent -= 1;
            v *= 10.0;
        }
        let mut half = 5.0;
        for _ in 0..DIGITS {
            half /= 10.0;
        }
        v += half;
        if v >= 10.0 {
            exponent += 1;
            v /= 10.0;
        }
    }
    for i in 0..DIGITS {
        let digit = v as i64;
        let _ = write!(out, "{digit}");
        if i == 0 {
            out.push('.');
        }
        v -= digit as f64;
        v *= 10.0;
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "e{sign}{:03}", exponent.abs());
    out
}

/// A complex number as `print` writes it.
pub(crate) fn complex(re: f64, im: f64) -> String {
    format!("({}{}i)", float(re), float(im))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_print_writes_them() {
        for (v, text) in [
            (0.0, "+0.000000e+000"),
            (-0.0, "-0.000000e+000"),
            (1.0, "+1.000000e+000"),
            (-123.456, "-1.234560e+002"),
            (1e-7, "+1.000000e-007"),
            (f64::MAX, "+1.797693e+308"),
            (5e-324, "+4.940656e-324"),
            (9.999_999_9, "+1.000000e+001"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(float(v), text);
        }
        assert_eq!(complex(1.0, -2.0), "(+1.000000e+000-2.000000e+000i)");
    }

    #[test]
    fn a_negative_bound_is_told_without_its_limit() {
        assert_eq!(bounds(Bound::Index, 5, 3, false), "index out of range [5] with length 3");
        assert_eq!(bounds(Bound::Index, u64::MAX, 3, false), "index out of range [-1]");
        assert_eq!(bounds(Bound::Index, 1 << 63, 3, true), "index out of range [9223372036854775808] with length 3");
        assert_eq!(bounds(Bound::Slice3High, 4, 2, false), "slice bounds out of range [:4:2]");
        assert_eq!(bounds(Bound::Slice3Low, -4i64 as u64, 2, false), "slice bounds out of range [-4::]");
    }
}
