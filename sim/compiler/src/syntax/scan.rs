//! The scanner: text to tokens, with the semicolons that Go inserts.
//!
//! A newline is a semicolon after a name, a literal, one of `break continue fallthrough return ++ -- ) ] }`; so is a
//! comment that spans lines, and the end of the file. Everything that can be wrong about a token alone is found here:
//! characters that Go does not know, strings without end, malformed literals.
//!
//! Source: the Go specification, "Lexical elements"; Go 1.19 cmd/compile/internal/syntax/scanner.go for the wording.

use super::literal::Literals;
use super::token::{Cause, Kind, Token, is_keyword, is_operator};
use crate::ast::LitKind;
use crate::constant::prints;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// What a scan yields.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// The tokens in order. The last one is a semicolon if the file can end there.
    pub tokens: Vec<Token>,
    /// Comments that begin a line with `//go:`, in order: their offsets, and their text without the slashes and the line's end.
    pub directives: Vec<(u32, u32)>,
    /// What is wrong, in no particular order.
    pub faults: Vec<Fault>,
}

/// A malformed token.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Offset of the place at fault.
    pub at: u32,
    /// What is wrong with it, in the words of Go.
    pub message: String,
}

/// Splits a file into tokens.
pub(super) fn scan(text: &str) -> Scanned {
    let mut scanner = Scanner { text, at: 0, out: Scanned::default() };
    scanner.misplaced();
    scanner.run();
    scanner.out
}

struct Scanner<'s> {
    text: &'s str,
    at: usize,
    out: Scanned,
}

const BYTE_ORDER_MARK: char = '\u{feff}';

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn fault(&mut self, at: usize, message: impl Into<String>) {
        self.out.faults.push(Fault { at: at as u32, message: message.into() });
    }

    /// Characters that may not be in a file, be it in a string or a comment.
    fn misplaced(&mut self) {
        let found = |c: char| self.text.match_indices(c).map(|(at, _)| at);
        let zeros: Vec<usize> = found('\0').collect();
        let marks: Vec<usize> = found(BYTE_ORDER_MARK).filter(|&at| at > 0).collect();
        zeros.into_iter().for_each(|at| self.fault(at, "invalid NUL character"));
        marks.into_iter().for_each(|at| self.fault(at, "invalid BOM in the middle of the file"));
    }

    fn run(&mut self) {
        // Could a statement end here?
        let mut ends = false;
        loop {
            let start = self.at;
            let Some(c) = self.rest().chars().next() else { break };
            let kind = match c {
                '\n' if ends => {
                    self.at += 1;
                    Some(Kind::Semicolon(Cause::Newline))
                }
                ' ' | '\t' | '\r' | '\n' | '\0' | BYTE_ORDER_MARK => {
                    self.at += c.len_utf8();
                    None
                }
                '/' if self.rest().starts_with("//") => {
                    self.line_comment();
                    None
                }
                '/' if self.rest().starts_with("/*") => {
                    let lines = self.block_comment();
                    (lines && ends).then_some(Kind::Semicolon(Cause::Newline))
                }
                _ => self.token(c),
            };
            if let Some(kind) = kind {
                ends = match kind {
                    Kind::Name | Kind::Literal(_) => true,
                    Kind::Semicolon(_) => false,
                    Kind::Keyword => {
                        matches!(&self.text[start..self.at], "break" | "continue" | "fallthrough" | "return")
                    }
                    Kind::Operator => matches!(&self.text[start..self.at], "++" | "--" | ")" | "]" | "}"),
                };
                self.out.tokens.push(Token { kind, start: start as u32, end: self.at as u32 });
            }
        }
        if ends {
            let end = self.text.len() as u32;
            self.out.tokens.push(Token { kind: Kind::Semicolon(Cause::End), start: end, end });
        }
    }

    /// Leaves the line's end, which may mean something.
    fn line_comment(&mut self) {
        let start = self.at;
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        let begins_line = start == 0 || self.text.as_bytes()[start - 1] == b'\n';
        if begins_line && self.text[start..self.at].starts_with("//go:") {
            let end = start + self.text[start..self.at].trim_end().len();
            self.out.directives.push((start as u32 + 2, end as u32));
        }
    }

    /// Says whether it spans lines.
    fn block_comment(&mut self) -> bool {
        let start = self.at;
        match self.rest()[2..].find("*/") {
            Some(length) => self.at += length + 4,
            None => {
                self.fault(start, "comment not terminated");
                self.at = self.text.len();
            }
        }
        self.text[start..self.at].contains('\n')
    }

    fn token(&mut self, c: char) -> Option<Kind> {
        let start = self.at;
        if c == ';' {
            self.at += 1;
            return Some(Kind::Semicolon(Cause::Written));
        }
        let digit_follows = self.rest()[c.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
        if c.is_ascii_digit() || c == '.' && digit_follows || matches!(c, '"' | '`' | '\'') {
            let mut literals = Literals { text: self.text, at: self.at, faults: &mut self.out.faults };
            let kind = match c {
                '"' => literals.string(),
                '`' => literals.raw_string(),
                '\'' => literals.rune(),
                _ => literals.number(),
            };
            self.at = literals.at;
            return Some(Kind::Literal(kind));
        }
        // The longest that is one is meant.
        if let Some(length) = (1..=3).rev().find(|&n| self.rest().get(..n).is_some_and(is_operator)) {
            self.at += length;
            return Some(Kind::Operator);
        }
        if !self.begins_name(c) {
            self.at += c.len_utf8();
            return None;
        }
        self.at += c.len_utf8();
        while let Some(c) = self.rest().chars().next() {
            if !self.continues_name(c) {
                break;
            }
            self.at += c.len_utf8();
        }
        Some(if is_keyword(&self.text[start..self.at]) { Kind::Keyword } else { Kind::Name })
    }

    /// Complains of a character that begins nothing; one outside of ASCII is then taken as part of a name, as Go does.
    fn begins_name(&mut self, c: char) -> bool {
        if is_letter(c) {
            return true;
        }
        let message = match c {
            _ if is_digit(c) => format!("identifier cannot begin with digit {}", shown(c)),
            _ if c.is_ascii() => format!("invalid character {}", shown(c)),
            _ => format!("invalid character {} in identifier", shown(c)),
        };
        self.fault(self.at, message);
        !c.is_ascii()
    }

    fn continues_name(&mut self, c: char) -> bool {
        if is_letter(c) || is_digit(c) {
            return true;
        }
        if !c.is_ascii() && c != BYTE_ORDER_MARK {
            self.fault(self.at, format!("invalid character {} in identifier", shown(c)));
            return true;
        }
        false
    }
}

/// A letter in the sense of Go: of a category L, or the underscore.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii() && c.general_category_group() == GeneralCategoryGroup::Letter
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || !c.is_ascii() && c.general_category() == GeneralCategory::DecimalNumber
}

/// `U+0040 '@'`; without the character if it cannot be seen.
pub(super) fn shown(c: char) -> String {
    if prints(c) { format!("U+{:04X} '{c}'", c as u32) } else { format!("U+{:04X}", c as u32) }
}

/// The kind of a number by its text.
pub(super) fn number_kind(text: &str) -> LitKind {
    let hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    let fraction = |c| matches!(c, '.' | 'p' | 'P') || !hexadecimal && matches!(c, 'e' | 'E');
    match text {
        _ if text.ends_with('i') => LitKind::Imag,
        _ if text.contains(fraction) => LitKind::Float,
        _ => LitKind::Int,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens of a text, semicolons by their causes.
    fn tokens(text: &str) -> String {
        let name = |t: &Token| match t.kind {
            Kind::Semicolon(Cause::Written) => ";".into(),
            Kind::Semicolon(cause) => format!("{cause:?}"),
            _ => t.text(text).to_string(),
        };
        scan(text).tokens.iter().map(name).collect::<Vec<_>>().join(" ")
    }

    fn faults(text: &str) -> Vec<(u32, String)> {
        scan(text).faults.into_iter().map(|f| (f.at, f.message)).collect()
    }

    #[test]
    fn a_line_that_can_end_a_statement_does() {
        assert_eq!(tokens("x\ny++\nreturn\n"), "x Newline y ++ Newline return Newline");
        assert_eq!(tokens("f(\n1,\n)\n}"), "f ( 1 , ) Newline } End");
        assert_eq!(tokens("a +\nb;\n\n;"), "a + b ; ;");
    }

    #[test]
    fn comments_that_span_lines_end_statements_and_others_do_not() {
        assert_eq!(tokens("x /* a\n */ y"), "x Newline y End");
        assert_eq!(tokens("x /* a */ y // b\nz"), "x y Newline z End");
        assert_eq!(tokens("x + /*\n*/ y"), "x + y End");
    }

    #[test]
    fn the_longest_operator_is_meant() {
        assert_eq!(tokens("a&^=b<-c...d<<=e..3"), "a &^= b <- c ... d <<= e . .3 End");
    }

    #[test]
    fn odd_characters_are_named() {
        assert_eq!(faults("a # b"), [(2, "invalid character U+0023 '#'".into())]);
        assert_eq!(faults("a\0b"), [(1, "invalid NUL character".into())]);
        assert_eq!(faults("\u{feff}a\u{feff}"), [(4, "invalid BOM in the middle of the file".into())]);
        assert_eq!(faults("a·b"), [(1, "invalid character U+00B7 '·' in identifier".into())]);
        assert_eq!(faults("٣x"), [(0, "identifier cannot begin with digit U+0663 '٣'".into())]);
        assert_eq!(faults("/* "), [(0, "comment not terminated".into())]);
        assert_eq!(faults("größe世界_٣"), []);
    }

    #[test]
    fn only_comments_at_the_start_of_a_line_are_directives() {
        let text = "//go:noinline\r\nfunc f() //go:noescape\n  //go:nosplit\n//go:linkname a b";
        let scanned = scan(text);
        let directives = scanned.directives.iter().map(|&(a, b)| &text[a as usize..b as usize]).collect::<Vec<_>>();
        assert_eq!(directives, ["go:noinline", "go:linkname a b"]);
    }
}
