//! Literals: where they end, what is wrong with them, and what they stand for.
//!
//! A number, rune or string is read from its first byte as Go's compiler reads it, so that faults have its words and places and
//! a parser that gives up on `0x` can say why. The syntax is that of Go 1.19 for programs of all versions: `0b1`,
//! `0o17`, `1_000`, `0x1p-2`, `0x8i`.
//!
//! Source: the Go specification, "Lexical elements"; Go 1.19 cmd/compile/internal/syntax/scanner.go for the messages and
//! their places.

use super::format::quote_char;
use super::number::Real;
use super::value::{Repr, Value};
use crate::ast::LitKind;
use num_bigint::BigUint;

/// Longest number, in bytes; those beyond would only cost time.
pub const LONGEST_NUMBER: usize = 10_000;

/// What is wrong with a literal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiteralError {
    /// Where, in bytes from the start of the literal.
    pub at: usize,
    /// The compiler's message.
    pub message: String,
}

/// A literal at the start of a text.
#[derive(Clone, PartialEq, Debug)]
pub struct Literal {
    /// Which kind. A number that is spelled wrongly has one too.
    pub kind: LitKind,
    /// How many bytes of the text it takes, right or wrong.
    pub len: usize,
    /// What it stands for, or all that is wrong with it, in the compiler's order; never empty.
    pub value: Result<Value, Vec<LiteralError>>,
}

/// The literal that begins a text; `None` if none does.
pub fn scan(text: &str) -> Option<Literal> {
    let mut scanner = Scanner { text, at: 0, errors: Vec::new() };
    let bytes = text.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let (kind, value) = match bytes.first()? {
        b'0'..=b'9' => scanner.number(),
        b'.' if digit(1) => scanner.number(),
        b'\'' => (LitKind::Rune, scanner.rune()),
        b'"' => (LitKind::String, scanner.string()),
        b'`' => (LitKind::String, scanner.raw_string()),
        _ => return None,
    };
    let Scanner { at: len, errors, .. } = scanner;
    Some(Literal { kind, len, value: value.filter(|_| errors.is_empty()).ok_or(errors) })
}

/// The value of a text that is one literal.
pub fn parse(text: &str) -> Result<(LitKind, Value), Vec<LiteralError>> {
    let fault = |at| vec![LiteralError { at, message: "not a literal".into() }];
    let Literal { kind, len, value } = scan(text).ok_or_else(|| fault(0))?;
    let value = value?;
    if len == text.len() { Ok((kind, value)) } else { Err(fault(len)) }
}

/// Reads a literal from the start of a text.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
    errors: Vec<LiteralError>,
}

/// How a base is called.
fn base_name(base: u32) -> &'static str {
    match base {
        2 => "binary",
        8 => "octal",
        10 => "decimal",
        _ => "hexadecimal",
    }
}

/// What a run of digits and separators had.
#[derive(Clone, Copy, Default)]
struct Digits {
    digits: bool,
    separators: bool,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// The next byte's character, in lower case; NUL for none and for those that are not ASCII.
    fn lower(&self) -> char {
        self.peek().filter(char::is_ascii).map_or('\0', |c| c.to_ascii_lowercase())
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn error(&mut self, at: usize, message: impl Into<String>) {
        self.errors.push(LiteralError { at, message: message.into() });
    }

    /// Is nothing wrong so far?
    fn good(&self) -> bool {
        self.errors.is_empty()
    }

    // --- numbers ----------------------------------------------------------------------------------

    /// Takes digits of a base; of one up to ten, any decimal digit, the first that is too large noted in `invalid`.
    fn digits(&mut self, base: u32, invalid: &mut Option<usize>) -> Digits {
        let mut seen = Digits::default();
        while let Some(c) = self.peek().filter(|&c| c == '_' || c.is_digit(base.max(10))) {
            if c == '_' {
                seen.separators = true;
            } else {
                seen.digits = true;
                if !c.is_digit(base) {
                    invalid.get_or_insert(self.at);
                }
            }
            self.at += 1;
        }
        seen
    }

    fn number(&mut self) -> (LitKind, Option<Value>) {
        let mut kind = LitKind::Int;
        let (mut base, mut prefix) = (10, None);
        let mut seen = Digits::default();
        let mut invalid = None;
        if self.peek() != Some('.') {
            if self.eat('0') {
                let letter = self.lower();
                (base, prefix) = match letter {
                    'x' => (16, Some('x')),
                    'o' => (8, Some('o')),
                    'b' => (2, Some('b')),
                    _ => (8, Some('0')),
                };
                if prefix == Some('0') {
                    seen.digits = true;
                } else {
                    self.at += 1;
                }
            }
            let run = self.digits(base, &mut invalid);
            seen = Digits { digits: seen.digits || run.digits, separators: run.separators };
        }
        if self.peek() == Some('.') {
            if matches!(prefix, Some('o' | 'b')) {
                self.error(self.at, format!("invalid radix point in {} literal", base_name(base)));
            }
            self.at += 1;
            kind = LitKind::Float;
            let run = self.digits(base, &mut invalid);
            seen = Digits { digits: seen.digits || run.digits, separators: seen.separators || run.separators };
        }
        if !seen.digits && self.good() {
            self.error(self.at, format!("{} literal has no digits", base_name(base)));
        }
        if let exponent @ ('e' | 'p') = self.lower() {
            let shown = quote_char(self.peek().unwrap_or(exponent));
            if exponent == 'e' && !matches!(prefix, None | Some('0')) && self.good() {
                self.error(self.at, format!("{shown} exponent requires decimal mantissa"));
            } else if exponent == 'p' && prefix != Some('x') && self.good() {
                self.error(self.at, format!("{shown} exponent requires hexadecimal mantissa"));
            }
            self.at += 1;
            kind = LitKind::Float;
            if !self.eat('+') {
                self.eat('-');
            }
            let run = self.digits(10, &mut None);
            seen.separators |= run.separators;
            if !run.digits && self.good() {
                self.error(self.at, "exponent has no digits");
            }
        } else if prefix == Some('x') && kind == LitKind::Float && self.good() {
            self.error(self.at, "hexadecimal mantissa requires a 'p' exponent");
        }
        let digits = &self.text[..self.at];
        if self.eat('i') {
            kind = LitKind::Imag;
        }
        let all = &self.text[..self.at];
        if let Some(at) = invalid.filter(|_| kind == LitKind::Int && self.good()) {
            let digit = quote_char(char::from(all.as_bytes()[at]));
            self.error(at, format!("invalid digit {digit} in {} literal", base_name(base)));
        }
        if let Some(at) = misplaced_separator(all).filter(|_| seen.separators && self.good()) {
            self.error(at, "'_' must separate successive digits");
        }
        if all.len() > LONGEST_NUMBER && self.good() {
            let message = format!("excessively long constant: {}... ({} chars)", &all[..10], all.len());
            self.error(0, message);
        }
        if !self.good() {
            return (kind, None);
        }
        let value = match kind {
            LitKind::Int => integer(digits, base).map(Repr::Real),
            LitKind::Imag => float(digits).map(|im| Repr::Complex(Real::zero(), im)),
            _ => float(digits).map(Repr::Real),
        };
        if value.is_none() {
            self.error(0, format!("malformed constant: {all}"));
        }
        (kind, value.map(Value::new))
    }

    // --- runes and strings ------------------------------------------------------------------------

    fn rune(&mut self) -> Option<Value> {
        self.at += 1;
        let mut runes = Vec::new();
        let mut count = 0;
        loop {
            match self.peek() {
                Some('\'') => {
                    if count == 0 && self.good() {
                        self.error(self.at, "empty rune literal or unescaped '");
                    } else if count != 1 && self.good() {
                        self.error(0, "more than one character in rune literal");
                    }
                    self.at += 1;
                    break;
                }
                Some('\\') => runes.extend(self.escape('\'').map(Escape::code)),
                Some('\n') => {
                    if self.good() {
                        self.error(self.at, "newline in rune literal");
                    }
                    break;
                }
                Some(c) => {
                    runes.push(u32::from(c));
                    self.at += c.len_utf8();
                }
                None => {
                    if self.good() {
                        self.error(0, "rune literal not terminated");
                    }
                    break;
                }
            }
            count += 1;
        }
        runes.first().map(|&c| Value::from(c))
    }

    fn string(&mut self) -> Option<Value> {
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            match self.peek() {
                Some('"') => {
                    self.at += 1;
                    break;
                }
                Some('\\') => match self.escape('"') {
                    Some(Escape::Byte(byte)) => bytes.push(byte),
                    Some(Escape::Char(c)) => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
                    None => {}
                },
                Some('\n') => {
                    self.error(self.at, "newline in string");
                    break;
                }
                Some(c) => {
                    bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
                    self.at += c.len_utf8();
                }
                None => {
                    self.error(0, "string not terminated");
                    break;
                }
            }
        }
        Some(Value::str(bytes))
    }

    fn raw_string(&mut self) -> Option<Value> {
        let body = &self.text[1..];
        let Some(end) = body.find('`') else {
            self.at = self.text.len();
            self.error(0, "string not terminated");
            return None;
        };
        self.at = 1 + end + 1;
        Some(Value::str(body[..end].replace('\r', "")))
    }

    /// Takes an escape from its backslash on. `None` if it is wrong, which is noted, or the text ends in it, which is for the
    /// caller to note; what follows is then read as if there had been no backslash.
    fn escape(&mut self, quote: char) -> Option<Escape> {
        self.at += 1;
        let (count, base, largest) = match self.peek()? {
            '0'..='7' => (3, 8, 255),
            'x' => (2, 16, 255),
            'u' => (4, 16, 0x10_FFFF),
            'U' => (8, 16, 0x10_FFFF),
            c => {
                let byte = match c {
                    'a' => 7,
                    'b' => 8,
                    'f' => 12,
                    'n' => b'\n',
                    'r' => b'\r',
                    't' => b'\t',
                    'v' => 11,
                    '\\' => b'\\',
                    _ if c == quote => quote as u8,
                    _ => {
                        self.error(self.at, "unknown escape");
                        return None;
                    }
                };
                self.at += 1;
                return Some(Escape::Byte(byte));
            }
        };
        if base == 16 {
            self.at += 1;
        }
        let mut code = 0;
        for _ in 0..count {
            let c = self.peek()?;
            let Some(digit) = c.to_digit(base) else {
                let message = format!("invalid character {} in {} escape", quote_char(c), base_name(base));
                self.error(self.at, message);
                return None;
            };
            code = code * base + digit;
            self.at += 1;
        }
        match char::from_u32(code) {
            _ if base == 8 && code > largest => {
                self.error(self.at, format!("octal escape value {code} > 255"));
                None
            }
            _ if largest == 255 => Some(Escape::Byte(code as u8)),
            Some(c) => Some(Escape::Char(c)),
            None => {
                self.error(self.at, format!("escape is invalid Unicode code point U+{code:04X}"));
                None
            }
        }
    }
}

/// What an escape stands for.
enum Escape {
    /// A byte of a string, or the code point of that number.
    Byte(u8),
    /// A code point.
    Char(char),
}

impl Escape {
    fn code(self) -> u32 {
        match self {
            Escape::Byte(byte) => byte.into(),
            Escape::Char(c) => c.into(),
        }
    }
}

/// Where in a number a `_` is not between digits, for which the base's prefix counts as one.
fn misplaced_separator(number: &str) -> Option<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Was {
        Digit,
        Separator,
        Other,
    }
    let bytes = number.as_bytes();
    let prefix = bytes.get(1).map(u8::to_ascii_lowercase).filter(|c| bytes[0] == b'0' && b"xob".contains(c));
    let (start, mut was) = if prefix.is_some() { (2, Was::Digit) } else { (0, Was::Other) };
    for (i, &c) in bytes.iter().enumerate().skip(start) {
        let is = match c {
            b'_' => Was::Separator,
            b'0'..=b'9' => Was::Digit,
            b'a'..=b'f' | b'A'..=b'F' if prefix == Some(b'x') => Was::Digit,
            _ => Was::Other,
        };
        match (was, is) {
            (Was::Digit, Was::Separator) => {}
            (_, Was::Separator) => return Some(i),
            (Was::Separator, Was::Other) => return Some(i - 1),
            _ => {}
        }
        was = is;
    }
    (was == Was::Separator).then(|| bytes.len() - 1)
}

/// The digits of a number, without prefix and separators, in a base; zero if there are none.
fn digits(text: &str, base: u32) -> Option<BigUint> {
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    if digits.is_empty() { Some(BigUint::ZERO) } else { BigUint::parse_bytes(digits.as_bytes(), base) }
}

/// The base that a prefix stands for, and the text behind it; a leading zero alone is none.
fn split_prefix(text: &str) -> (u32, &str) {
    match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &text[2..]),
        [b'0', b'o' | b'O', ..] => (8, &text[2..]),
        [b'0', b'b' | b'B', ..] => (2, &text[2..]),
        _ => (10, text),
    }
}

/// The value of an integer literal without fault.
fn integer(text: &str, base: u32) -> Option<Real> {
    digits(split_prefix(text).1, base).map(|x| Real::Int(x.into()))
}

/// The value of a floating-point literal without fault, or that of an imaginary one before its `i`; `None` if it is too large.
fn float(text: &str) -> Option<Real> {
    let (base, text) = split_prefix(text);
    // In hexadecimal, e is a digit.
    let (mantissa, exponent) = text.split_once(if base == 16 { ['p', 'P'] } else { ['e', 'E'] }).unwrap_or((text, "0"));
    let exponent: i64 = exponent.replace('_', "").parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let places = fraction.bytes().filter(u8::is_ascii_hexdigit).count() as i64;
    let mant = digits(&format!("{whole}{fraction}"), base)?;
    if base == 10 {
        let tens = exponent.saturating_sub(places);
        Real::scaled(mant, tens, tens)
    } else {
        Real::scaled(mant, exponent.saturating_sub(4 * places), 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn errors(text: &str) -> Vec<(usize, String)> {
        parse(text).err().unwrap_or_default().into_iter().map(|e| (e.at, e.message)).collect()
    }

    fn error(text: &str) -> (usize, String) {
        match &errors(text)[..] {
            [one] => one.clone(),
            several => panic!("{text}: {several:?}"),
        }
    }

    proptest! {
        #[test]
        fn any_text_is_scanned_up_to_the_end_of_a_character(text in "[0-9.'\"`\\\\]\\PC{0,20}|['\"`0-9][0-9a-fxpPeEoObB_.+\\-i'\"\\\\\n\ré]{0,30}|\\PC*") {
            if let Some(literal) = scan(&text) {
                prop_assert!(literal.len > 0 && text.is_char_boundary(literal.len));
                prop_assert!(literal.value.as_ref().err().is_none_or(|errors| !errors.is_empty()));
                for error in literal.value.err().unwrap_or_default() {
                    prop_assert!(error.at <= literal.len);
                }
            }
        }

        #[test]
        fn numbers_have_the_values_that_rust_gives_them(x: u128, y in any::<f64>().prop_filter("finite", |y| y.is_finite())) {
            let value = |text: &str| parse(text).expect("a number").1;
            let x_value = Value::from(BigUint::from(x));
            for text in [format!("{x}"), format!("0{x:o}"), format!("0O{x:o}"), format!("{x:#X}").replace('X', "x"), format!("0B_{x:b}")] {
                prop_assert_eq!(&value(&text), &x_value, "{}", text);
            }
            let y = y.abs();
            prop_assert_eq!(value(&format!("{y:e}")).to_f64(), Some(y));
        }

        #[test]
        fn strings_of_escapes_have_the_bytes_that_are_escaped(bytes: Vec<u8>, c: char) {
            let escaped: String = bytes.iter().map(|b| if b % 2 == 0 { format!("\\x{b:02X}") } else { format!("\\{b:03o}") }).collect();
            prop_assert_eq!(parse(&format!("\"{escaped}\"")).unwrap().1.to_bytes(), Some(bytes));
            let code = u32::from(c);
            let rune = Value::from(code);
            prop_assert_eq!(&parse(&format!("'\\U{code:08x}'")).unwrap().1, &rune);
            let plain = format!("'{c}'");
            prop_assert!("'\\\n".contains(c) || parse(&plain).unwrap().1 == rune);
        }
    }

    #[test]
    fn literals_end_where_go_ends_them() {
        let scanned = |text| scan(text).map(|literal| (literal.kind, literal.len));
        assert_eq!(scanned("12ab"), Some((LitKind::Int, 2)));
        assert_eq!(scanned("1..2"), Some((LitKind::Float, 2)));
        assert_eq!(scanned("0x1p-2+3"), Some((LitKind::Float, 6)));
        assert_eq!(scanned("1e5i i"), Some((LitKind::Imag, 4)));
        assert_eq!(scanned("'a'b"), Some((LitKind::Rune, 3)));
        assert_eq!(scanned("\"a\nb\""), Some((LitKind::String, 2)));
        assert_eq!(scanned("`a\nb`c"), Some((LitKind::String, 5)));
        assert_eq!([scanned(""), scanned("."), scanned(".e1"), scanned("x1"), scanned("-1")], [None; 5]);
    }

    #[test]
    fn faults_have_go_s_words_and_places() {
        let at = |at: usize, message: &str| (at, message.to_owned());
        assert_eq!(error("089"), at(1, "invalid digit '8' in octal literal"));
        assert_eq!(error("0x"), at(2, "hexadecimal literal has no digits"));
        assert_eq!(error("1__0"), at(2, "'_' must separate successive digits"));
        assert_eq!(error("1p3"), at(1, "'p' exponent requires hexadecimal mantissa"));
        assert_eq!(error("''"), at(1, "empty rune literal or unescaped '"));
        assert_eq!(error("'ab'"), at(0, "more than one character in rune literal"));
        assert_eq!(error("'a"), at(0, "rune literal not terminated"));
        assert_eq!(error(r"'\400'"), at(5, "octal escape value 256 > 255"));
        assert_eq!(error(r"'\ud800'"), at(7, "escape is invalid Unicode code point U+D800"));
        assert_eq!(error("`a"), at(0, "string not terminated"));
        assert_eq!(error("1e646456993"), at(0, "malformed constant: 1e646456993"));
        let long = "1".repeat(LONGEST_NUMBER + 1);
        assert_eq!(error(&long), at(0, "excessively long constant: 1111111111... (10001 chars)"));
        let two = errors("\"\\q\\xg\"");
        assert_eq!(two, [at(2, "unknown escape"), at(5, "invalid character 'g' in hexadecimal escape")]);
        assert_eq!(error("12ab"), at(2, "not a literal"));
    }

    #[test]
    fn raw_strings_have_no_carriage_returns() {
        assert_eq!(parse("`a\r\n\\n\r`").unwrap().1.to_bytes(), Some(b"a\n\\n".to_vec()));
    }
}
