//! Tokens: what the scanner yields.

use crate::ast::LitKind;

/// What a token is. Its text is that of its range in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// An identifier.
    Name,
    /// A literal.
    Literal(LitKind),
    /// A keyword.
    Keyword,
    /// An operator or punctuation, other than a semicolon.
    Operator,
    /// A semicolon.
    Semicolon(Cause),
}

/// Where a semicolon comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cause {
    /// It is written.
    Written,
    /// A line ends after something that can end a statement.
    Newline,
    /// The file does.
    End,
}

/// A token and the bytes that it takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token {
    /// What it is.
    pub kind: Kind,
    /// Offset of its first byte.
    pub start: u32,
    /// Offset of the first byte after it.
    pub end: u32,
}

impl Token {
    /// Its text in `file`.
    pub fn text<'s>(&self, file: &'s str) -> &'s str {
        &file[self.start as usize..self.end as usize]
    }
}

/// The text of tokens on one line: one space where there is anything between them.
pub(super) fn joined(tokens: &[Token], file: &str) -> String {
    let mut text = String::new();
    let mut end = tokens.first().map_or(0, |t| t.start);
    for token in tokens {
        if token.start > end {
            text.push(' ');
        }
        text += token.text(file);
        end = token.end;
    }
    text
}

/// Is it one of Go's keywords?
pub(super) fn is_keyword(text: &str) -> bool {
    matches!(
        text,
        "break"
            | "case"
            | "chan"
            | "const"
            | "continue"
            | "default"
            | "defer"
            | "else"
            | "fallthrough"
            | "for"
            | "func"
            | "go"
            | "goto"
            | "if"
            | "import"
            | "interface"
            | "map"
            | "package"
            | "range"
            | "return"
            | "select"
            | "struct"
            | "switch"
            | "type"
            | "var"
    )
}

/// Is it one of Go's operators or its punctuation, but for the semicolon?
pub(super) fn is_operator(text: &str) -> bool {
    matches!(
        text,
        "+" | "-"
            | "*"
            | "/"
            | "%"
            | "&"
            | "|"
            | "^"
            | "<"
            | ">"
            | "="
            | "!"
            | "~"
            | "("
            | ")"
            | "["
            | "]"
            | "{"
            | "}"
            | ","
            | "."
            | ":"
            | "&&"
            | "||"
            | "<-"
            | "++"
            | "--"
            | "=="
            | "!="
            | "<="
            | ">="
            | ":="
            | "+="
            | "-="
            | "*="
            | "/="
            | "%="
            | "&="
            | "|="
            | "^="
            | "<<"
            | ">>"
            | "&^"
            | "<<="
            | ">>="
            | "&^="
            | "..."
    )
}
