//! Literals: where they end, and whether they are well formed.
//!
//! Source: Go 1.19 cmd/compile/internal/syntax/scanner.go for what is checked first and how it is worded.

use super::scan::{Fault, number_kind};
use crate::ast::LitKind;
use crate::constant::quote_char;

/// Scans the literal at `at`, and leaves `at` behind it.
pub(super) struct Literals<'s, 'f> {
    pub text: &'s str,
    pub at: usize,
    pub faults: &'f mut Vec<Fault>,
}

impl Literals<'_, '_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn fault(&mut self, at: usize, message: impl Into<String>) {
        self.faults.push(Fault { at: at as u32, message: message.into() });
    }

    /// A string in double quotes.
    pub fn string(&mut self) -> LitKind {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => {
                    self.fault(start, "string not terminated");
                    break;
                }
                Some('\n') => {
                    self.fault(self.at, "newline in string");
                    break;
                }
                Some(c) => {
                    self.at += c.len_utf8();
                    match c {
                        '"' => break,
                        '\\' => _ = self.escape('"'),
                        _ => {}
                    }
                }
            }
        }
        LitKind::String
    }

    /// A string in back quotes.
    pub fn raw_string(&mut self) -> LitKind {
        match self.text[self.at + 1..].find('`') {
            Some(length) => self.at += length + 2,
            None => {
                self.fault(self.at, "string not terminated");
                self.at = self.text.len();
            }
        }
        LitKind::String
    }

    /// A character in single quotes.
    pub fn rune(&mut self) -> LitKind {
        let start = self.at;
        self.at += 1;
        let (mut count, mut good) = (0, true);
        loop {
            let complaint = match self.peek() {
                None => Some((start, "rune literal not terminated")),
                Some('\n') => Some((self.at, "newline in rune literal")),
                Some('\'') => match count {
                    0 => Some((self.at, "empty rune literal or unescaped '")),
                    1 => None,
                    _ => Some((start, "more than one character in rune literal")),
                },
                Some(c) => {
                    self.at += c.len_utf8();
                    if c == '\\' {
                        good &= self.escape('\'');
                    }
                    count += 1;
                    continue;
                }
            };
            if let Some((at, message)) = complaint.filter(|_| good) {
                self.fault(at, message);
            }
            if self.peek() == Some('\'') {
                self.at += 1;
            }
            return LitKind::Rune;
        }
    }

    /// What follows a backslash. Is it well formed? An end of the file is the caller's matter.
    fn escape(&mut self, quote: char) -> bool {
        let (digits, base) = match self.peek() {
            None => return true,
            Some(c) if c == quote || matches!(c, 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\') => {
                self.at += 1;
                return true;
            }
            Some('0'..='7') => (3, 8),
            Some(c @ ('x' | 'u' | 'U')) => {
                self.at += 1;
                (
                    if c == 'x' {
                        2
                    } else if c == 'u' {
                        4
                    } else {
                        8
                    },
                    16,
                )
            }
            Some(_) => {
                self.fault(self.at, "unknown escape");
                return false;
            }
        };
        let mut value = 0_u64;
        for _ in 0..digits {
            let Some(c) = self.peek() else { return true };
            let Some(digit) = c.to_digit(base) else {
                self.fault(self.at, format!("invalid character {} in {} escape", quote_char(c), base_name(base)));
                return false;
            };
            value = value * u64::from(base) + u64::from(digit);
            self.at += 1;
        }
        let message = match value {
            256.. if base == 8 => format!("octal escape value {value} > 255"),
            // A byte, or a code point that there is.
            _ if digits == 2 || u32::try_from(value).is_ok_and(|v| char::from_u32(v).is_some()) => return true,
            _ => format!("escape is invalid Unicode code point U+{value:04X}"),
        };
        self.fault(self.at, message);
        false
    }

    /// Consumes digits and separators of a base; those of any base up to ten are all decimal ones at first.
    /// Says whether there were digits, and where the first is that the base does not have.
    fn digits(&mut self, base: u32) -> (bool, Option<usize>) {
        let (mut any, mut invalid) = (false, None);
        while let Some(c) = self.peek().filter(|&c| c == '_' || c.is_digit(base.max(10))) {
            any |= c != '_';
            if c != '_' && !c.is_digit(base) {
                invalid = invalid.or(Some(self.at));
            }
            self.at += 1;
        }
        (any, invalid)
    }

    /// A number. The first complaint is the only one, as in Go.
    pub fn number(&mut self) -> LitKind {
        let start = self.at;
        let mut complaint: Option<(usize, String)> = None;
        let mut complain = |at: usize, message: String| {
            complaint.get_or_insert((at, message));
        };

        let (base, prefix) = match self.text.as_bytes().get(start..start + 2) {
            Some([b'0', letter]) => match letter.to_ascii_lowercase() {
                b'x' => (16, Some('x')),
                b'o' => (8, Some('o')),
                b'b' => (2, Some('b')),
                _ => (8, None),
            },
            _ if self.peek() == Some('0') => (8, None),
            _ => (10, None),
        };
        if prefix.is_some() {
            self.at += 2;
        }
        let (mut any, mut invalid) = (false, None);
        if self.peek() != Some('.') {
            (any, invalid) = self.digits(base);
        }
        if self.peek() == Some('.') {
            if matches!(prefix, Some('o' | 'b')) {
                complain(self.at, format!("invalid radix point in {} literal", base_name(base)));
            }
            self.at += 1;
            any |= self.digits(base).0;
        }
        if !any {
            complain(self.at, format!("{} literal has no digits", base_name(base)));
        }
        let point = self.text[start..self.at].contains('.');
        if let Some(letter @ ('e' | 'E' | 'p' | 'P')) = self.peek() {
            match letter.to_ascii_lowercase() {
                'e' if prefix.is_some() => {
                    complain(self.at, format!("{} exponent requires decimal mantissa", quote_char(letter)));
                }
                'p' if prefix != Some('x') => {
                    complain(self.at, format!("{} exponent requires hexadecimal mantissa", quote_char(letter)));
                }
                _ => {}
            }
            self.at += 1;
            if matches!(self.peek(), Some('+' | '-')) {
                self.at += 1;
            }
            if !self.digits(10).0 {
                complain(self.at, "exponent has no digits".into());
            }
        } else if prefix == Some('x') && point {
            complain(self.at, "hexadecimal mantissa requires a 'p' exponent".into());
        }
        if self.peek() == Some('i') {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        let kind = number_kind(text);
        if let (LitKind::Int, Some(at)) = (kind, invalid) {
            let digit = self.text[at..].chars().next().unwrap_or('?');
            complain(at, format!("invalid digit {} in {} literal", quote_char(digit), base_name(base)));
        }
        if let Some(at) = misplaced_separator(text) {
            complain(start + at, "'_' must separate successive digits".into());
        }
        if let Some((at, message)) = complaint {
            self.fault(at, message);
        }
        kind
    }
}

/// The index of the first `_` that is not between digits; a prefix counts as a digit.
fn misplaced_separator(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let prefix = matches!(bytes, [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..]);
    let hexadecimal = prefix && bytes[1].eq_ignore_ascii_case(&b'x');
    let digit = |i: usize| {
        let b = bytes[i];
        b.is_ascii_digit() || hexadecimal && b.is_ascii_hexdigit() || prefix && i == 1
    };
    bytes.iter().enumerate().filter(|(_, b)| **b == b'_').map(|(i, _)| i).find(|&i| {
        let before = i > 0 && digit(i - 1);
        let after = i + 1 < bytes.len() && (digit(i + 1) || bytes[i + 1] == b'_');
        !(before && after)
    })
}

fn base_name(base: u32) -> &'static str {
    match base {
        2 => "binary",
        8 => "octal",
        10 => "decimal",
        _ => "hexadecimal",
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::scan;

    /// The faults of a text, and the kind of its first token.
    fn faults(text: &str) -> Vec<String> {
        scan(text).faults.into_iter().map(|f| format!("{}: {}", f.at, f.message)).collect()
    }

    #[test]
    fn numbers_of_all_forms_are_well_formed() {
        for text in [
            "0",
            "00",
            "017",
            "1_000",
            "0b1_01",
            "0o17",
            "0_17",
            "0x_Ff",
            "1.",
            ".5",
            "1.5e+7",
            "1e3",
            "0x1p-2",
            "0x.8p1",
            "0x1.8P1",
            "08.5",
            "09e1",
            "7i",
            "08i",
            "1.5i",
            "0x1p1i",
            "1_2.3_4e5_6",
        ] {
            assert_eq!(faults(text), [""; 0], "{text}");
            assert_eq!(scan(text).tokens.len(), 2, "{text}");
        }
    }

    #[test]
    fn malformed_numbers_are_named_at_their_fault() {
        for (text, fault) in [
            ("08", "1: invalid digit '8' in octal literal"),
            ("0b12", "3: invalid digit '2' in binary literal"),
            ("0x", "2: hexadecimal literal has no digits"),
            ("0b", "2: binary literal has no digits"),
            ("1e", "2: exponent has no digits"),
            ("0x1.", "4: hexadecimal mantissa requires a 'p' exponent"),
            ("1p2", "1: 'p' exponent requires hexadecimal mantissa"),
            ("0b1e2", "3: 'e' exponent requires decimal mantissa"),
            ("0o1.5", "3: invalid radix point in octal literal"),
            ("1__0", "2: '_' must separate successive digits"),
            ("1_", "1: '_' must separate successive digits"),
            ("0_x1", "1: '_' must separate successive digits"),
        ] {
            assert_eq!(faults(text)[..1], [fault], "{text}");
        }
    }

    #[test]
    fn malformed_strings_and_runes_are_named_at_their_fault() {
        for (text, fault) in [
            ("\"a", "0: string not terminated"),
            ("\"a\n", "2: newline in string"),
            ("`a", "0: string not terminated"),
            ("''", "1: empty rune literal or unescaped '"),
            ("'ab'", "0: more than one character in rune literal"),
            ("'a", "0: rune literal not terminated"),
            ("'a\n'", "2: newline in rune literal"),
            (r#""\q""#, "2: unknown escape"),
            (r#""\xg0""#, "3: invalid character 'g' in hexadecimal escape"),
            (r#""\400""#, "5: octal escape value 256 > 255"),
            (r#""\ud800""#, "7: escape is invalid Unicode code point U+D800"),
            (r#""\U00110000""#, "11: escape is invalid Unicode code point U+110000"),
        ] {
            assert_eq!(faults(text)[..1], [fault], "{text}");
        }
        assert_eq!(faults(r#""\a\"\\\x00\377\u00e9\U0010ffff" '\'' '\x80' '世' '"'"#), [""; 0]);
    }
}
