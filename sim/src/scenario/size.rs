//! Sizes as people write them: `4096`, `"64KiB"`, `"1 GiB"`.
//!
//! Units are powers of 1024 only. `kB`, `MB` and a bare `K` mean different things to
//! different people, so they are refused with the exact spelling.

use crate::scenario::tree::{Data, Node};
use gc::Bytes;

const UNITS: [(&str, u64); 5] = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40)];

/// Why a text is not a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SizeError {
    /// It does not start with a whole number.
    Number,
    /// A negative number.
    Negative,
    /// The unit is not known; perhaps this one was meant.
    Unit(String, Option<&'static str>),
    /// It does not fit in 64 bits.
    TooLarge,
}

impl std::fmt::Display for SizeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SizeError::Number => {
                f.write_str("a size is a whole number and a unit: \"64KiB\", \"1GiB\", or 4096 in bytes")
            }
            SizeError::Negative => f.write_str("a size cannot be negative"),
            SizeError::Unit(unit, near) => {
                write!(
                    f,
                    "no unit is called `{}`; there are B, KiB, MiB, GiB, TiB",
                    crate::scenario::diagnose::quote(unit)
                )?;
                near.map_or(Ok(()), |near| write!(f, " (did you mean `{near}`?)"))
            }
            SizeError::TooLarge => f.write_str("the size does not fit in 64 bits"),
        }
    }
}

/// Reads a size from a text.
///
/// # Errors
/// See [`SizeError`].
pub fn parse(text: &str) -> Result<Bytes, SizeError> {
    let text = text.trim();
    if text.starts_with('-') {
        return Err(SizeError::Negative);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number = number.replace('_', "");
    if number.is_empty() || unit.starts_with('.') {
        return Err(SizeError::Number);
    }
    let number: u64 = number.parse().map_err(|_| SizeError::TooLarge)?;
    let unit = unit.trim();
    let scale = match UNITS.iter().find(|(name, _)| *name == unit) {
        Some((_, scale)) => *scale,
        None if unit.is_empty() => 1,
        None => {
            let first = unit.chars().next().map(|c| c.to_ascii_uppercase());
            let near = UNITS.iter().map(|u| u.0).find(|name| name.chars().next() == first);
            return Err(SizeError::Unit(unit.to_owned(), near));
        }
    };
    number.checked_mul(scale).map(Bytes).ok_or(SizeError::TooLarge)
}

/// Prints a size with the largest unit that divides it; [`parse`] reads it back.
pub fn print(size: Bytes) -> String {
    let (unit, scale) =
        UNITS.iter().rev().find(|(_, scale)| size.0 >= *scale && size.0.is_multiple_of(*scale)).unwrap_or(&UNITS[0]);
    format!("{}{unit}", size.0 / scale)
}

/// The size that a value stands for; `None` if it is neither an integer nor a string.
pub(crate) fn of(node: &Node) -> Option<Result<Bytes, SizeError>> {
    match &node.data {
        Data::Text(text) => Some(parse(text)),
        Data::Integer(_, Some(n)) if *n < 0 => Some(Err(SizeError::Negative)),
        Data::Integer(_, n) => Some(n.and_then(|n| u64::try_from(n).ok()).map(Bytes).ok_or(SizeError::TooLarge)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_back_from_their_own_text() {
        for size in [0, 1, 1023, 1024, 65_536, 1 << 30, (1 << 30) + 1, 3 << 40, u64::MAX] {
            assert_eq!(parse(&print(Bytes(size))), Ok(Bytes(size)), "{size}");
        }
        assert_eq!(print(Bytes(1 << 30)), "1GiB");
        assert_eq!(parse("64 KiB"), Ok(Bytes(65_536)));
        assert_eq!(parse("4_096"), Ok(Bytes(4096)));
    }

    #[test]
    fn a_wrong_size_says_what_is_wrong() {
        assert_eq!(parse("-1KiB"), Err(SizeError::Negative));
        assert_eq!(parse("1.5GiB"), Err(SizeError::Number));
        assert_eq!(parse(""), Err(SizeError::Number));
        assert_eq!(parse("KiB"), Err(SizeError::Number));
        assert_eq!(parse("64kb"), Err(SizeError::Unit("kb".into(), Some("KiB"))));
        assert_eq!(parse("99999999999999999999"), Err(SizeError::TooLarge));
        assert_eq!(parse("99999999999TiB"), Err(SizeError::TooLarge));
    }
}
