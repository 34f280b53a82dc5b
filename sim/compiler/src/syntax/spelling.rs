//! The text that the grammar reads: our tokens, each spelled as the grammar knows it best.
//!
//! tree-sitter-go has a scanner of its own, which knows Go's less well: a newline is white space to it where a statement
//! cannot end (so it takes `f(a⏎)`, which Go refuses), it reserves `new`, `make`, `nil`, `iota` and others, and letters are
//! Unicode's, not Go's. So it never sees the file. It reads one token after the other, with spaces between:
//!
//! - a name is `a`, a string is `""`, any other literal is `0`: their own text is looked up in the file afterwards;
//! - a semicolon that Go inserts is a `;` like others;
//! - `make` and `new` keep their names before a type that could not be an expression, where the grammar needs to know;
//! - a semicolon is put before the `)` of a `const` or `var` group, which the grammar insists on;
//! - semicolons of empty statements go where the grammar has none (after `;`, `{`, `if`, `switch`), and are doubled
//!   after a colon, where it does not see the one as both a statement and its end; one is added between a label and `}`;
//! - a type literal before a selector, `struct{ T }.m`, is followed by `(a)`: to the grammar it is no operand, but a
//!   conversion is.

use super::token::{Cause, Kind, Token};
use crate::ast::LitKind;

/// The text for the grammar, and the token that each piece of it stands for.
#[derive(Debug, Default)]
pub(super) struct Spelling {
    /// What to parse.
    pub text: String,
    /// Where pieces begin in `text`, ascending.
    starts: Vec<u32>,
    /// The token of each piece.
    tokens: Vec<u32>,
    /// Tokens left out: semicolons of empty statements.
    pub skipped: Vec<u32>,
}

/// What an open bracket is, as far as spelling depends on it.
#[derive(Clone, Copy, PartialEq)]
enum Bracket {
    /// `(` after `const` or `var`.
    Group,
    /// `{` after `interface` or `struct`, whose index is given.
    Type(usize),
    Other,
}

impl Spelling {
    /// The index of the token that the piece of text at or before `offset` stands for.
    pub fn token_at(&self, offset: usize) -> usize {
        let after = self.starts.partition_point(|&start| start as usize <= offset);
        self.tokens[after.saturating_sub(1)] as usize
    }

    /// Does a piece begin at `offset` that ends at `end`?
    pub fn is_piece(&self, offset: usize, end: usize) -> bool {
        self.starts.binary_search(&(offset as u32)).is_ok_and(|piece| {
            let next = self.starts.get(piece + 1).map_or(self.text.len(), |&start| start as usize);
            next == end + 1
        })
    }

    fn push(&mut self, piece: &str, token: usize) {
        self.starts.push(self.text.len() as u32);
        self.tokens.push(token as u32);
        self.text.push_str(piece);
        self.text.push(' ');
    }
}

/// Spells the tokens of `file`.
pub(super) fn spell(file: &str, tokens: &[Token]) -> Spelling {
    let mut out = Spelling::default();
    let mut brackets: Vec<Bracket> = Vec::new();
    // Written semicolons that the header of the innermost `for` may still have, and the depth of its brackets.
    let mut header = (0, 0);
    let is = |i: usize, text: &str| tokens.get(i).is_some_and(|t| t.is(file, text));
    for (i, token) in tokens.iter().enumerate() {
        let after = |text: &str| i > 0 && is(i - 1, text);
        let text = token.text(file);
        match token.kind {
            Kind::Name => {
                let method =
                    matches!(brackets.last(), Some(Bracket::Type(_))) || [".", "func", ")"].into_iter().any(after);
                let special =
                    matches!(text, "make" | "new") && is(i + 1, "(") && !method && begins_type(file, &tokens[i + 2..]);
                out.push(if special { text } else { "a" }, i);
            }
            Kind::Literal(LitKind::String) => out.push("\"\"", i),
            Kind::Literal(_) => out.push("0", i),
            Kind::Keyword => {
                if text == "for" {
                    header = (2, brackets.len());
                }
                out.push(text, i);
            }
            Kind::Operator => {
                match text {
                    "(" => brackets.push(match after("const") || after("var") {
                        true => Bracket::Group,
                        false => Bracket::Other,
                    }),
                    "{" => brackets.push(match after("interface") || after("struct") {
                        true => Bracket::Type(i - 1),
                        false => Bracket::Other,
                    }),
                    "[" => brackets.push(Bracket::Other),
                    ")" | "]" | "}" => {
                        let open = brackets.pop();
                        let unended = open == Some(Bracket::Group) && !after("(") && !tokens[i - 1].is_semicolon();
                        if unended || text == "}" && after(":") {
                            out.push(";", i);
                        }
                        out.push(text, i);
                        if let Some(Bracket::Type(keyword)) = open
                            && selects_from_type(file, tokens, keyword, i)
                        {
                            ["(", "a", ")"].into_iter().for_each(|piece| out.push(piece, i));
                        }
                        continue;
                    }
                    _ => {}
                }
                out.push(text, i);
            }
            Kind::Semicolon(cause) => {
                // A semicolon after a brace that the line's end put there ends a statement, not the first clause of a header.
                let ends_body = cause != Cause::Written && after("}");
                let in_header = header.0 > 0 && header.1 == brackets.len() && !ends_body;
                header.0 = if in_header { header.0 - 1 } else { 0 };
                let follows = i > 0 && tokens[i - 1].is_semicolon();
                if !in_header && (follows || after("{")) || after("if") || after("switch") {
                    out.skipped.push(i as u32);
                    continue;
                }
                if after(":") {
                    out.push(";", i);
                }
                out.push(";", i);
            }
        }
    }
    out
}

/// Is the type literal from `keyword` to `brace`, perhaps in parentheses, the operand of a selector, `struct{ T }.m`?
fn selects_from_type(file: &str, tokens: &[Token], keyword: usize, brace: usize) -> bool {
    let parens = tokens[brace + 1..].iter().take_while(|t| t.is(file, ")")).count();
    if !tokens.get(brace + 1 + parens).is_some_and(|t| t.is(file, ".")) {
        return false;
    }
    // Between the outermost of these parentheses and the type there are stars at most; before it is no call, no assertion.
    let mut open = 0;
    let mut before = tokens[..keyword].iter().rev();
    while open < parens {
        match before.next() {
            Some(t) if t.is(file, "(") => open += 1,
            Some(t) if t.is(file, "*") => {}
            _ => return false,
        }
    }
    !before.next().is_some_and(|t| t.kind == Kind::Name || [".", ")", "]"].iter().any(|s| t.is(file, s)))
}

/// Do the tokens after `make(` or `new(` begin a type that is not an expression to the grammar?
fn begins_type(file: &str, tokens: &[Token]) -> bool {
    let mut rest = tokens.iter().skip_while(|t| t.is(file, "*") || t.is(file, "("));
    let Some(first) = rest.next() else { return false };
    match first.text(file) {
        "[" | "map" | "chan" | "struct" | "interface" | "func" => true,
        "<-" => rest.next().is_some_and(|t| t.is(file, "chan")),
        _ => false,
    }
}
