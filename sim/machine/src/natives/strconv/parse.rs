//! Floating-point numbers from text, as `strconv.ParseFloat` reads them: decimal, hexadecimal, infinities and NaN.
//!
//! Decimal numbers are rounded by the standard library, exactly and to even; what it is given has been checked here.
//!
//! Departs: Go takes an integer of more than 800 digits for a smaller one; here it is what it says.
//!
//! Source: Go 1.19 strconv/atof.go, atoi.go (`underscoreOK`). Checked by: `tests/golib`, against Go.

/// Why a text is no number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Failure {
    /// It is not written like one.
    Syntax,
    /// It is too large for the type; is it negative?
    Range(bool),
}

/// The number that a text says, rounded to a `float32` or `float64`.
pub(super) fn parse(text: &[u8], single: bool) -> Result<f64, Failure> {
    if let Some(special) = special(text) {
        return Ok(special);
    }
    let (negative, unsigned) = sign(text);
    let hexadecimal = unsigned.len() > 2 && unsigned[0] == b'0' && unsigned[1] | 0x20 == b'x';
    let number = Number::read(if hexadecimal { &unsigned[2..] } else { unsigned }, hexadecimal)?;
    if text.contains(&b'_') && !underscores_fit(unsigned, hexadecimal) {
        return Err(Failure::Syntax);
    }
    let magnitude = match (hexadecimal, single) {
        (false, false) => number.decimal::<f64>()?,
        (false, true) => f64::from(number.decimal::<f32>()?),
        (true, false) => number.hexadecimal(53, -1022),
        (true, true) => number.hexadecimal(24, -126),
    };
    if magnitude.is_infinite() {
        return Err(Failure::Range(negative));
    }
    Ok(if negative { -magnitude } else { magnitude })
}

/// A sign, and what follows it.
fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// `inf`, `infinity` with or without a sign, `nan` without; in any case.
fn special(text: &[u8]) -> Option<f64> {
    let (negative, unsigned) = sign(text);
    if unsigned.eq_ignore_ascii_case(b"inf") || unsigned.eq_ignore_ascii_case(b"infinity") {
        return Some(if negative { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    text.eq_ignore_ascii_case(b"nan").then(crate::natives::math::nan)
}

/// Is each underscore between digits, or between the base's prefix and a digit?
fn underscores_fit(unsigned: &[u8], hexadecimal: bool) -> bool {
    let prefixed = unsigned.len() >= 2 && unsigned[0] == b'0' && matches!(unsigned[1] | 0x20, b'b' | b'o' | b'x');
    let digit = |&c: &u8| c.is_ascii_digit() || hexadecimal && c.is_ascii_hexdigit();
    let rest = if prefixed { &unsigned[2..] } else { unsigned };
    rest.iter().enumerate().filter(|&(_, &c)| c == b'_').all(|(i, _)| {
        let before = if i == 0 { prefixed } else { digit(&rest[i - 1]) };
        before && rest.get(i + 1).is_some_and(digit)
    })
}

/// The parts of a number without sign and prefix.
struct Number {
    /// Its digits, without underscores and point.
    digits: Vec<u8>,
    /// How many of them are behind the point.
    fraction: i64,
    exponent: i64,
}

impl Number {
    fn read(text: &[u8], hexadecimal: bool) -> Result<Number, Failure> {
        let mut number = Number { digits: Vec::new(), fraction: 0, exponent: 0 };
        let (mut at, mut point) = (0, false);
        while let Some(&c) = text.get(at) {
            match c {
                b'_' => {}
                b'.' if !point => point = true,
                _ if c.is_ascii_digit() || hexadecimal && c.is_ascii_hexdigit() => {
                    number.digits.push(c);
                    number.fraction += i64::from(point);
                }
                _ => break,
            }
            at += 1;
        }
        if number.digits.is_empty() {
            return Err(Failure::Syntax);
        }
        let mark = if hexadecimal { b'p' } else { b'e' };
        if text.get(at).is_some_and(|c| c | 0x20 == mark) {
            let (negative, exponent) = sign(&text[at + 1..]);
            if !exponent.first().is_some_and(u8::is_ascii_digit) {
                return Err(Failure::Syntax);
            }
            for &c in exponent {
                match c {
                    b'_' => {}
                    // Far beyond any number, so that it does not matter how far.
                    b'0'..=b'9' if number.exponent >= 10_000 => {}
                    b'0'..=b'9' => number.exponent = number.exponent * 10 + i64::from(c - b'0'),
                    _ => return Err(Failure::Syntax),
                }
            }
            if negative {
                number.exponent = -number.exponent;
            }
        } else if hexadecimal || at < text.len() {
            return Err(Failure::Syntax);
        }
        Ok(number)
    }

    fn decimal<F: std::str::FromStr>(&self) -> Result<F, Failure> {
        let digits = String::from_utf8_lossy(&self.digits);
        format!("{digits}e{}", self.exponent - self.fraction).parse().map_err(|_| Failure::Syntax)
    }

    /// The number rounded to so many bits, ties to even; `least` is the exponent of the smallest number with all of them. Such
    /// a number is a `float64` in any case.
    fn hexadecimal(&self, bits: i64, least: i64) -> f64 {
        let (mut mantissa, mut exponent, mut rest) = (0u64, self.exponent - 4 * self.fraction, false);
        for &c in &self.digits {
            let digit = u64::from((c as char).to_digit(16).unwrap_or(0));
            if mantissa >> 60 == 0 {
                mantissa = mantissa << 4 | digit;
            } else {
                exponent += 4;
                rest |= digit != 0;
            }
        }
        if mantissa == 0 {
            return 0.0;
        }
        let up = mantissa.leading_zeros();
        mantissa <<= up;
        // The leading bit is worth two to the power of `top`.
        let top = exponent + 63 - i64::from(up);
        let kept = if top < least { bits - (least - top) } else { bits };
        if kept < 0 {
            return 0.0;
        }
        let dropped = 64 - kept as u32;
        let wide = u128::from(mantissa) << 1 | u128::from(rest);
        let (whole, below) = (wide >> (dropped + 1), wide & ((1 << (dropped + 1)) - 1));
        let half = 1 << dropped;
        let whole = whole + u128::from(below > half || below == half && whole & 1 == 1);
        let value = crate::natives::math::ldexp(whole as f64, top - 63 + i64::from(dropped));
        if bits == 24 { f64::from(value as f32) } else { value }
    }
}
