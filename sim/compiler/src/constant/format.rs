//! Constants as the compiler's messages show them.
//!
//! Integers are shown in full, other numbers to six digits, strings quoted and cut. Source: Go 1.19 go/constant for
//! the forms, strconv for quoting, fmt for `%.6g`.

use super::float::Float;
use super::number::Real;
use super::value::{Repr, Value};
use num_traits::Zero;
use std::fmt::{self, Display, Write};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Longest string that is shown whole, in characters, quotes included.
const LONGEST_STRING: usize = 72;

/// A constant operand as the compiler describes it: `1 << 8 (untyped int constant 256)`, `x (constant 200 of type int8)`.
///
/// `expr` is its text, which the value is not repeated after; `ty` the name of its type, that of an untyped kind for one that is
/// `untyped`.
pub fn describe(expr: &str, value: &Value, ty: &str, untyped: bool) -> String {
    let shown = value.to_string();
    let shown = if shown == expr { String::new() } else { format!(" {shown}") };
    if untyped { format!("{expr} ({ty} constant{shown})") } else { format!("{expr} (constant{shown} of type {ty})") }
}

impl Display for Value {
    /// The short form of messages: `18446744073709551616`, `1e+100`, `(0 + 1i)`, `"a\n"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Repr::Bool(x) => write!(f, "{x}"),
            Repr::Str(x) => {
                let quoted = quote(&x.to_vec());
                match quoted.char_indices().nth(LONGEST_STRING) {
                    None => f.write_str(&quoted),
                    Some(_) => {
                        quoted.chars().take(LONGEST_STRING - 3).try_for_each(|c| f.write_char(c))?;
                        f.write_str("...")
                    }
                }
            }
            Repr::Real(x) => f.write_str(&short(x)),
            Repr::Complex(re, im) => write!(f, "({} + {}i)", short(re), short(im)),
        }
    }
}

impl Value {
    /// All of the value: strings are not cut, fractions are `1/3`, floats hexadecimal as in `0x.8p+5000`.
    pub fn exact(&self) -> String {
        match &*self.0 {
            Repr::Bool(x) => x.to_string(),
            Repr::Str(x) => quote(&x.to_vec()),
            Repr::Real(x) => exact(x),
            Repr::Complex(re, im) => format!("({} + {}i)", exact(re), exact(im)),
        }
    }
}

fn exact(x: &Real) -> String {
    match x {
        Real::Int(x) => x.to_string(),
        Real::Rat(x) => x.to_string(),
        Real::Big(x) if x.is_zero() => "0".into(),
        Real::Big(x) => {
            let sign = if x.is_negative() { "-" } else { "" };
            // The point is before the first bit, so digits are counted from there.
            let mant = x.magnitude().mant;
            let mant = &mant << (mant.bits().next_multiple_of(4) - mant.bits());
            let digits = format!("{mant:x}");
            format!("{sign}0x.{}p{:+}", digits.trim_end_matches('0'), x.exponent())
        }
    }
}

fn short(x: &Real) -> String {
    match (x, x.to_big()) {
        (Real::Int(x), _) => x.to_string(),
        (_, Some(x)) => short_float(&x),
        // Not in Go's range either: no operation has such a result.
        (_, None) => "Inf".into(),
    }
}

fn short_float(x: &Float) -> String {
    let sign = if x.is_negative() { -1.0 } else { 1.0 };
    if let Some(double) = x.magnitude().to_f64().filter(|d| d.is_zero() == x.is_zero()) {
        return six_digits(sign * double);
    }
    // Out of the range of doubles: m · 10^e, computed in doubles as Go does, so that the last digit is the same.
    let magnitude = x.magnitude();
    let bits = magnitude.mant.bits() as i64;
    let mantissa = super::float::Scaled::exact(magnitude.mant, -bits).to_f64().unwrap_or(0.5);
    let decimal = x.exponent() as f64 * (std::f64::consts::LN_2 / std::f64::consts::LN_10);
    let mut e = decimal.trunc() as i64;
    let mut m = mantissa * 10f64.powf(decimal - e as f64);
    if m < 1.0 - 0.5e-6 {
        m *= 10.0;
        e -= 1;
    } else if m >= 10.0 {
        m /= 10.0;
        e += 1;
    }
    format!("{}e{e:+}", six_digits(sign * m))
}

/// A double to six significant digits, as C's `%.6g`.
fn six_digits(x: f64) -> String {
    let scientific = format!("{x:.5e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trimmed =
        |s: &str| if s.contains('.') { s.trim_end_matches('0').trim_end_matches('.').to_owned() } else { s.into() };
    if (-4..6).contains(&exponent) {
        return trimmed(&format!("{x:.*}", (5 - exponent) as usize));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(mantissa), exponent.unsigned_abs())
}

/// A string of any bytes in double quotes, as Go's `%q` writes it.
///
/// What characters print is of a later Unicode than Go 1.19's: those assigned since stand for themselves.
pub(crate) fn quote(bytes: &[u8]) -> String {
    let mut out = String::from('"');
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| quote_into(&mut out, c, '"'));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push('"');
    out
}

/// A character in single quotes, as Go's `%q` writes it.
pub(crate) fn quote_char(c: char) -> String {
    let mut out = String::from('\'');
    quote_into(&mut out, c, '\'');
    out.push('\'');
    out
}

fn quote_into(out: &mut String, c: char, quote: char) {
    let escaped = match c {
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{b}' => 'v',
        '\\' => '\\',
        c if c == quote => c,
        c => {
            let _ = match u32::from(c) {
                _ if prints(c) => write!(out, "{c}"),
                code @ (0..0x20 | 0x7f) => write!(out, "\\x{code:02x}"),
                code @ ..0x1_0000 => write!(out, "\\u{code:04x}"),
                code => write!(out, "\\U{code:08x}"),
            };
            return;
        }
    };
    out.push('\\');
    out.push(escaped);
}

/// Is it a letter, mark, number, punctuation, symbol, or the one space of ASCII?
fn prints(c: char) -> bool {
    use GeneralCategoryGroup::{Letter, Mark, Number, Punctuation, Symbol};
    c == ' ' || matches!(c.general_category_group(), Letter | Mark | Number | Punctuation | Symbol)
}
