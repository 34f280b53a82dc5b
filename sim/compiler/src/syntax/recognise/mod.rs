//! Is it Go? And if not, why: the first syntax error, in the words of Go's compiler.
//!
//! The grammar cannot tell. It takes more than Go does (`++x`, `T{,}`, statements outside of functions), and of what it
//! does not take it makes what suits an editor. Go's messages follow from the order in which its parser, a recursive
//! descent, looks for things: `f(a b)` lacks a comma in an argument list, `x := 1 y` goes on after the end of a
//! statement. So the tokens are read once in that order, up to where they can go on no further. No tree is built: what
//! comes out of it is the message or, for what is Go and only that goes on to the grammar, a few [`Mark`]s.
//!
//! A function per construct, named as in the specification; each returns at the first error.
//!
//! Source: Go 1.19 cmd/compile/internal/syntax/parser.go, for what is looked for when, and how it is called.
//! Checked by: `tests/syntax`, which asks Go's compiler about broken programs and compares place and words.

mod decl;
mod expr;
mod stmt;
mod types;

use super::token::{Cause, Kind, Token, joined};
use super::{MAX_DEPTH, too_deep};
use crate::diagnostic::Fault;

/// Something wrong with a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Error {
    /// Is it Go, only not of the subset?
    pub fault: Fault,
    /// Index of the token at fault; one past the last for the end of the file.
    pub token: usize,
    /// What Go says of it.
    pub message: String,
}

type Result<T = ()> = std::result::Result<T, Error>;

/// What Go calls a token in a message.
pub(super) fn word(token: &Token, file: &str) -> String {
    match token.kind {
        Kind::Semicolon(Cause::Written) => "semicolon".into(),
        Kind::Semicolon(Cause::Newline) => "newline".into(),
        Kind::Semicolon(Cause::End) => "EOF".into(),
        Kind::Literal(_) => format!("literal {}", token.text(file)),
        _ => called(token.text(file)).into(),
    }
}

/// What Go calls a kind of token that it expects.
fn called(text: &str) -> &str {
    match text {
        "," => "comma",
        ";" => "semicolon or newline",
        _ => text,
    }
}

/// What the grammar cannot tell by itself about a token, and has to be spelled so that it sees it; see
/// [`super::spelling`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Mark {
    /// A semicolon with an empty statement before it.
    Empty,
    /// No semicolon is written before it, where one could be.
    Ends,
    /// `make` or `new` before a type that is no expression.
    TakesType,
    /// The period of a selector behind a type that is no expression.
    Selects,
}

/// Reads a file's tokens; returns those with a mark, ascending.
///
/// # Errors
/// The first error of syntax. Without one, the first of those that Go finds later, in checking, and that concern what the
/// grammar does not take, or takes for something else: a type where a value has to be, say.
pub(super) fn recognise(file: &str, tokens: &[Token]) -> Result<Vec<(usize, Mark)>> {
    let mut reader =
        Reader { file, tokens, at: 0, depth: 0, literals: true, trying: false, marks: Vec::new(), later: None };
    reader.source_file()?;
    reader.marks.sort();
    reader.later.map_or(Ok(reader.marks), Err)
}

struct Reader<'s> {
    file: &'s str,
    tokens: &'s [Token],
    /// The present token.
    at: usize,
    /// How deep in expressions, types and statements.
    depth: usize,
    /// Does a brace after a name begin a literal, rather than the body of an `if`, `for` or `switch`?
    literals: bool,
    /// Are the brackets of a type declaration read as holding an array's length, maybe in vain?
    trying: bool,
    marks: Vec<(usize, Mark)>,
    /// The first error that Go leaves to its checker.
    later: Option<Error>,
}

/// Stands for a name.
const NAME: &str = "name";
/// Stands for a literal.
const LITERAL: &str = "literal";
/// Stands for the end of the file.
const END: &str = "EOF";

impl<'s> Reader<'s> {
    fn kind_at(&self, at: usize) -> &'s str {
        match self.tokens.get(at) {
            None => END,
            Some(token) => match token.kind {
                Kind::Name => NAME,
                Kind::Literal(_) => LITERAL,
                Kind::Semicolon(_) => ";",
                _ => token.text(self.file),
            },
        }
    }

    /// What kind of token the present one is: its text, or what stands for it.
    fn peek(&self) -> &'s str {
        self.kind_at(self.at)
    }

    fn is(&self, kind: &str) -> bool {
        self.peek() == kind
    }

    fn next(&mut self) {
        self.at += 1;
    }

    fn got(&mut self, kind: &str) -> bool {
        let there = self.is(kind);
        self.at += usize::from(there);
        there
    }

    fn want(&mut self, kind: &str) -> Result {
        if self.got(kind) { Ok(()) } else { self.expecting(called(kind)) }
    }

    fn name(&mut self) -> Result {
        self.want(NAME)
    }

    /// A complaint about a token.
    fn complain<T>(&self, token: usize, message: impl Into<String>) -> Result<T> {
        Err(Error { fault: Fault::Wrong, token, message: message.into() })
    }

    /// `syntax error: …` at the present token.
    fn wrong<T>(&self, message: &str) -> Result<T> {
        self.complain(self.at, format!("syntax error: {message}"))
    }

    /// `syntax error: unexpected …` of the present token; `rest` says where.
    fn unexpected<T>(&self, rest: &str) -> Result<T> {
        let word = self.tokens.get(self.at).map_or(END.into(), |t| word(t, self.file));
        self.wrong(&format!("unexpected {word}{rest}"))
    }

    fn expecting<T>(&self, what: &str) -> Result<T> {
        self.unexpected(&format!(", expecting {what}"))
    }

    /// An error of those that Go's checker finds: a syntax error after it comes first.
    fn later(&mut self, token: usize, message: impl Into<String>) {
        self.later.get_or_insert(Error { fault: Fault::Wrong, token, message: message.into() });
    }

    /// Refuses type arguments in brackets at `open`.
    fn type_arguments(&mut self, open: usize) {
        let message = "type parameters".into();
        self.later.get_or_insert(Error { fault: Fault::Unsupported, token: open, message });
    }

    /// Marks the present token.
    fn mark(&mut self, mark: Mark) {
        self.marks.push((self.at, mark));
    }

    /// The text of tokens from `from` up to the present one.
    fn text_from(&self, from: usize) -> String {
        joined(&self.tokens[from..self.at], self.file)
    }

    /// Reads one level deeper, if the host's stack is sure to have room for it.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err(Error { fault: Fault::Unsupported, token: self.at, message: too_deep() });
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Reads what is in brackets, where a brace after a name begins a literal.
    fn bracketed<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.with_literals(true, read)
    }

    fn with_literals<T>(&mut self, literals: bool, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outer = std::mem::replace(&mut self.literals, literals);
        let result = read(self);
        self.literals = outer;
        result
    }

    /// `[ element { separator element } [ separator ] ] close`; `element` says whether it has to be the last.
    fn list(
        &mut self,
        context: &str,
        separator: &str,
        close: &str,
        mut element: impl FnMut(&mut Self) -> Result<bool>,
    ) -> Result {
        let mut last = false;
        while !self.is(END) && !self.is(close) && !last {
            last = element(self)?;
            if !self.got(separator) && !self.is(close) {
                let separator = called(separator);
                return self.unexpected(&format!(" in {context}; possibly missing {separator} or {close}"));
            }
        }
        self.want(close)
    }
}
