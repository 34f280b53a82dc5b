//! Text of floating-point numbers, in every format of `strconv.FormatFloat`.
//!
//! Digits come from the standard library, which rounds exactly, ties to even; what they are put together to is Go's.
//!
//! Source: Go 1.19 strconv/ftoa.go. Checked by: `tests/golib`, against Go.

/// More digits than this are zeros: the smallest number has 1074 behind its point.
const EXACT: usize = 1100;

/// Longer texts are refused: no memory would hold them.
const LONGEST: usize = 1 << 27;

/// Decimal digits without zeros at either end, and where the point is: `0.digits × 10^point`.
struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    /// From `d.ddde±x`.
    fn read(scientific: &str) -> Decimal {
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
        let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        digits.truncate(digits.iter().rposition(|&d| d != b'0').map_or(0, |last| last + 1));
        let point = if digits.is_empty() { 0 } else { exponent.parse::<i64>().unwrap_or(0) + 1 };
        Decimal { digits, point }
    }

    fn len(&self) -> i64 {
        self.digits.len() as i64
    }

    /// The digit at a place; zero outside.
    fn digit(&self, at: i64) -> u8 {
        usize::try_from(at).ok().and_then(|at| self.digits.get(at)).copied().unwrap_or(b'0')
    }
}

/// A number as text; `bits` is 32 or 64, a negative precision means as many digits as it takes. `None` if the text would be
/// too long for any memory.
pub(super) fn format(f: f64, format: u8, precision: i64, bits: u64) -> Option<Vec<u8>> {
    let single = bits == 32;
    let f = if single { f64::from(f as f32) } else { f };
    if f.is_nan() {
        return Some(b"NaN".to_vec());
    }
    if f.is_infinite() {
        return Some(if f > 0.0 { b"+Inf".to_vec() } else { b"-Inf".to_vec() });
    }
    let wanted = usize::try_from(precision).ok();
    if wanted.is_some_and(|wanted| wanted > LONGEST) {
        return None;
    }
    let mut out = Vec::new();
    if f.is_sign_negative() {
        out.push(b'-');
    }
    let f = f.abs();
    match format {
        b'b' => binary(&mut out, f, single),
        b'x' | b'X' => hexadecimal(&mut out, f, wanted, format),
        b'e' | b'E' | b'f' | b'g' | b'G' => {
            let significant = match (format, wanted) {
                (_, None) => None,
                (b'g' | b'G', Some(wanted)) => Some(wanted.max(1)),
                (_, Some(wanted)) => Some(wanted + 1),
            };
            let decimal = match significant {
                None => shortest(f, single),
                // Its digits follow below.
                _ if format == b'f' => Decimal { digits: Vec::new(), point: 0 },
                Some(n) => Decimal::read(&format!("{f:.*e}", n.min(EXACT) - 1)),
            };
            match (format, wanted) {
                (b'f', Some(wanted)) => fixed_exact(&mut out, f, wanted),
                (b'f', None) => fixed(&mut out, &decimal, (decimal.len() - decimal.point).max(0)),
                (b'e' | b'E', _) => {
                    let precision = wanted.map_or((decimal.len() - 1).max(0), |wanted| wanted as i64);
                    scientific(&mut out, &decimal, precision, format);
                }
                _ => general(&mut out, &decimal, wanted, format),
            }
        }
        _ => return Some(vec![b'%', format]),
    }
    Some(out)
}

/// The shortest digits that read back; of several the nearest, and the even one of two that are equally near, which the
/// standard library does not promise.
fn shortest(f: f64, single: bool) -> Decimal {
    let text = if single { format!("{:e}", f as f32) } else { format!("{f:e}") };
    let decimal = Decimal::read(&text);
    let even = format!("{f:.*e}", decimal.digits.len().max(1) - 1);
    let reads_back = if single { even.parse() == Ok(f as f32) } else { even.parse() == Ok(f) };
    if reads_back { Decimal::read(&even) } else { decimal }
}

/// `%g`: `%e` for exponents that are small or reach the precision, `%f` otherwise.
fn general(out: &mut Vec<u8>, decimal: &Decimal, wanted: Option<usize>, format: u8) {
    let precision = wanted.map_or(decimal.len(), |wanted| wanted.max(1) as i64);
    let limit = match wanted {
        None => 6,
        Some(_) if precision > decimal.len() && decimal.len() >= decimal.point => decimal.len(),
        Some(_) => precision,
    };
    let exponent = decimal.point - 1;
    if exponent < -4 || exponent >= limit {
        return scientific(out, decimal, precision.min(decimal.len()) - 1, if format == b'g' { b'e' } else { b'E' });
    }
    let precision = if precision > decimal.point { decimal.len() } else { precision };
    fixed(out, decimal, (precision - decimal.point).max(0));
}

/// `d.ddde±xx`, with so many digits behind the point.
fn scientific(out: &mut Vec<u8>, decimal: &Decimal, precision: i64, mark: u8) {
    out.push(decimal.digit(0));
    if precision > 0 {
        out.push(b'.');
        out.extend((1..=precision).map(|i| decimal.digit(i)));
    }
    let exponent = if decimal.digits.is_empty() { 0 } else { decimal.point - 1 };
    out.push(mark);
    out.push(if exponent < 0 { b'-' } else { b'+' });
    out.extend(format!("{:02}", exponent.abs()).bytes());
}

/// `ddd.ddd`, with so many digits behind the point.
fn fixed(out: &mut Vec<u8>, decimal: &Decimal, precision: i64) {
    if decimal.point > 0 {
        out.extend((0..decimal.point).map(|i| decimal.digit(i)));
    } else {
        out.push(b'0');
    }
    if precision > 0 {
        out.push(b'.');
        out.extend((0..precision).map(|i| decimal.digit(decimal.point + i)));
    }
}

/// The same, rounded there.
fn fixed_exact(out: &mut Vec<u8>, f: f64, precision: usize) {
    out.extend(format!("{f:.*}", precision.min(EXACT)).bytes());
    out.resize(out.len() + precision.saturating_sub(EXACT), b'0');
}

/// `ddddp±ddd`: an integer, and the power of two that it is multiplied with.
fn binary(out: &mut Vec<u8>, f: f64, single: bool) {
    let (bits, mantissa, bias) =
        if single { (u64::from((f as f32).to_bits()), 23, 127) } else { (f.to_bits(), 52, 1023) };
    let exponent = (bits >> mantissa) as i64;
    let fraction = bits & ((1 << mantissa) - 1);
    let integer = if exponent == 0 { fraction } else { fraction | 1 << mantissa };
    out.extend(format!("{integer}p{:+}", exponent.max(1) - bias - mantissa).bytes());
}

/// `0x1.hhhp±dd`.
fn hexadecimal(out: &mut Vec<u8>, f: f64, precision: Option<usize>, format: u8) {
    /// The leading digit is at this bit, the 15 others below it.
    const ONE: u32 = 60;
    let bits = f.to_bits();
    let mut exponent = (bits >> 52) as i64 - 1023;
    let mut digits = (bits & ((1 << 52) - 1)) << (ONE - 52);
    if bits >> 52 != 0 {
        digits |= 1 << ONE;
    } else if digits != 0 {
        let up = digits.leading_zeros() - (u64::BITS - 1 - ONE);
        digits <<= up;
        exponent = -1022 - i64::from(up);
    } else {
        exponent = 0;
    }
    if let Some(places @ 0..15) = precision {
        let dropped = ONE - 4 * places as u32;
        let half = 1 << (dropped - 1);
        let odd = digits >> dropped & 1;
        // Ties go to even; what is carried may reach the next power of two.
        digits = (digits + (half - 1 + odd)) >> dropped << dropped;
        if digits >> (ONE + 1) != 0 {
            digits >>= 1;
            exponent += 1;
        }
    }
    out.extend([b'0', format, b'0' + (digits >> ONE) as u8]);
    let mut rest = digits << (u64::BITS - ONE);
    let places = precision.unwrap_or((u64::BITS - rest.trailing_zeros()).div_ceil(4) as usize);
    if places > 0 {
        out.push(b'.');
        let table = if format == b'x' { b"0123456789abcdef" } else { b"0123456789ABCDEF" };
        for _ in 0..places {
            out.push(table[(rest >> 60) as usize]);
            rest <<= 4;
        }
    }
    out.push(if format == b'x' { b'p' } else { b'P' });
    out.push(if exponent < 0 { b'-' } else { b'+' });
    out.extend(format!("{:02}", exponent.abs()).bytes());
}
