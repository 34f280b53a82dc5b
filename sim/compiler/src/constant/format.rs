//! Constants as the compiler's messages show them.
//!
//! Integers are shown in full, other numbers to six digits, strings quoted and cut. Source: Go 1.19 go/constant for
//! the forms, strconv for quoting, fmt for `%.6g`.

use super::float::{Float, PRECISION, Rounding, Scaled};
use super::number::Real;
use super::value::{Repr, Value};
use num_traits::Zero;
use regex_syntax::hir::{Class, ClassUnicodeRange, HirKind};
use std::fmt::{self, Display, Write};
use std::sync::OnceLock;

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
            Repr::Unknown => f.write_str("unknown"),
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
            Repr::Unknown => self.to_string(),
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
    // Out of the range of doubles. Go computes six digits with doubles, and the sixth is up to chance where the seventh is
    // a lone five; here it is rounded to even.
    let logarithm = x.exponent() as f64 * std::f64::consts::LOG10_2;
    let estimate = logarithm.floor() as i64;
    let mut close = [estimate, estimate + 1, estimate - 1].into_iter();
    let found = close.find_map(|tens| {
        let digits = digits_above(x, tens - 5).filter(|digits| (100_000..1_000_000).contains(digits))?;
        Some((digits as f64 / 1e5, tens))
    });
    let Some((digits, tens)) = found else { return exact(&Real::Big(x.clone())) };
    // Go's exponent is that of the power of two cut to an integer, adjusted by at most one: a number below one may keep a
    // zero before its point, as in 0.957498e-1233.
    let cut = logarithm.trunc() as i64;
    let (digits, tens) = if tens < cut - 1 { (digits / 10.0, tens + 1) } else { (digits, tens) };
    format!("{}e{tens:+}", six_digits(sign * digits))
}

/// The magnitude as a multiple of `10^tens`, rounded.
fn digits_above(x: &Float, tens: i64) -> Option<u64> {
    let power = Float::power_of_five(tens.unsigned_abs())?;
    let Scaled { mant, exp, .. } = if tens > 0 { x.div(&power)? } else { x.mul(&power, PRECISION)? }.magnitude();
    // What was lost on the way is not to break a tie.
    let quotient = Float::rounded(false, &Scaled::exact(mant, exp - tens), PRECISION - 64, Rounding::HalfEven)?;
    u64::try_from(quotient.magnitude().round_to(0, Rounding::HalfEven)).ok()
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

/// Is it a letter, mark, number, punctuation, symbol, or the one space of ASCII? What Go 1.19's `strconv.IsPrint` says.
pub fn prints(c: char) -> bool {
    let ranges = printing();
    let at = ranges.partition_point(|range| range.end() < c);
    c == ' ' || ranges.get(at).is_some_and(|range| range.start() <= c)
}

/// The characters that print but for the space, as Go 1.19 knows them: those of Unicode 13.
fn printing() -> &'static [ClassUnicodeRange] {
    static RANGES: OnceLock<Vec<ClassUnicodeRange>> = OnceLock::new();
    RANGES.get_or_init(|| {
        match regex_syntax::parse(r"[\pL\pM\pN\pP\pS&&\p{Age=13.0}]").map(|class| class.into_kind()) {
            Ok(HirKind::Class(Class::Unicode(class))) => class.ranges().to_vec(),
            other => unreachable!("the pattern is a class of characters: {other:?}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::constant::{describe, parse};

    #[test]
    fn the_short_form_is_that_of_go_s_messages() {
        let short = |text: &str| parse(text).expect(text).1.to_string();
        let forms = [
            ("0x10", "16"),
            ("'a'", "97"),
            ("0.0", "0"),
            ("5.0", "5"),
            ("100000.0", "100000"),
            ("1234567.0", "1.23457e+06"),
            ("1000000.5", "1e+06"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("1e100", "1e+100"),
            ("1e5000", "1e+5000"),
            ("1e-1233", "1e-1233"),
            ("0x1p-4096", "0.957498e-1233"),
            ("1e1000000", "1e+1000000"),
            ("1e600000000", "1e+600000000"),
            ("9.9999999e2000", "1e+2001"),
            ("2i", "(0 + 2i)"),
            ("\"a\\n\\xff\\u00e9\\u200b\"", "\"a\\n\\xffé\\u200b\""),
        ];
        for (text, form) in forms {
            assert_eq!(short(text), form, "{text}");
        }
        let long = short(&format!("\"{}\"", "é".repeat(71)));
        assert_eq!(long, format!("\"{}...", "é".repeat(68)));
    }

    #[test]
    fn operands_are_described_as_in_go_s_messages() {
        let value = parse("256").unwrap().1;
        assert_eq!(describe("1 << 8", &value, "untyped int", true), "1 << 8 (untyped int constant 256)");
        assert_eq!(describe("256", &value, "untyped int", true), "256 (untyped int constant)");
        assert_eq!(describe("x", &value, "T", false), "x (constant 256 of type T)");
    }
}
