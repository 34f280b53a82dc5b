//! What Go 1.19 knows of characters: Unicode 13, without the mappings to several characters.
//!
//! Classes come from the tables of crate `regex-syntax`, which say since which version a character is there; mappings from the
//! standard library, where what it maps from and to was there already.
//!
//! Source: Go 1.19 unicode/{letter,tables}.go. Checked by: `tests/golib`, over all code points, against Go.

use regex_syntax::hir::{Class, ClassUnicodeRange, HirKind};
use std::sync::OnceLock;

/// A set of characters.
struct Set {
    pattern: &'static str,
    ranges: OnceLock<Vec<ClassUnicodeRange>>,
}

impl Set {
    const fn new(pattern: &'static str) -> Set {
        Set { pattern, ranges: OnceLock::new() }
    }

    fn contains(&self, c: char) -> bool {
        let ranges =
            self.ranges.get_or_init(|| match regex_syntax::parse(self.pattern).map(|class| class.into_kind()) {
                Ok(HirKind::Class(Class::Unicode(class))) => class.ranges().to_vec(),
                other => unreachable!("the pattern is a class of characters: {other:?}"),
            });
        let at = ranges.partition_point(|range| range.end() < c);
        ranges.get(at).is_some_and(|range| range.start() <= c)
    }
}

static KNOWN: Set = Set::new(r"\p{Age=13.0}");
static UPPER: Set = Set::new(r"[\p{Lu}&&\p{Age=13.0}]");
static WORD: Set = Set::new(r"[\p{L}\p{Nd}&&\p{Age=13.0}]");

/// Is it an upper-case letter?
pub(in crate::natives) fn is_upper(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_uppercase() } else { UPPER.contains(c) }
}

/// White space.
pub(in crate::natives) fn is_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Does it end a word? In ASCII all but letters, digits and the underscore do; elsewhere only spaces.
pub(in crate::natives) fn is_separator(c: char) -> bool {
    if c.is_ascii() { !(c.is_ascii_alphanumeric() || c == '_') } else { !WORD.contains(c) && is_space(c) }
}

/// The one character that others make, if Go knows it.
fn mapped(c: char, mut to: impl Iterator<Item = char>) -> char {
    match (to.next(), to.next()) {
        (Some(to), None) if to == c || KNOWN.contains(c) && KNOWN.contains(to) => to,
        _ => c,
    }
}

/// Upper case.
pub(in crate::natives) fn upper(c: char) -> char {
    match c {
        _ if c.is_ascii() => c.to_ascii_uppercase(),
        // With a subscript iota, which in full becomes a letter of its own.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => shifted(c, 8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shifted(c, 9),
        _ => mapped(c, c.to_uppercase()),
    }
}

/// Lower case.
pub(in crate::natives) fn lower(c: char) -> char {
    match c {
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        // In full it keeps its dot.
        '\u{130}' => 'i',
        _ => mapped(c, c.to_lowercase()),
    }
}

/// The case of first letters: upper case but for letters that are two, and Georgian ones.
pub(in crate::natives) fn title(c: char) -> char {
    match c {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        '\u{10d0}'..='\u{10ff}' => c,
        _ => upper(c),
    }
}

fn shifted(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

/// One character for all that are equal but for case. Dotted and dotless i are not equal to i.
pub(in crate::natives) fn fold(c: char) -> char {
    match c {
        '\u{130}' | '\u{131}' => c,
        _ => lower(upper(c)),
    }
}
