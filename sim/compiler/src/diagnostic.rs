//! What is wrong with a program: messages with their places.

use crate::source::{Pos, Sources, Span};

/// What kind of fault it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The program is not Go, or does not type-check. Worded as Go's compiler words it.
    Wrong,
    /// Go has it, the subset does not. Refused by name.
    Unsupported,
}

/// One message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// What kind.
    pub fault: Fault,
    /// The message, without place: `undefined: x`, `goroutines`.
    pub message: String,
    /// The text to underline; its start is the place.
    pub span: Span,
}

/// The messages of a compilation, in the order in which they were found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// None yet.
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Adds an error of the program.
    pub fn wrong(&mut self, span: Span, message: impl Into<String>) {
        self.list.push(Diagnostic { fault: Fault::Wrong, message: message.into(), span });
    }

    /// Adds a refusal.
    pub fn unsupported(&mut self, span: Span, what: impl Into<String>) {
        self.list.push(Diagnostic { fault: Fault::Unsupported, message: what.into(), span });
    }

    /// Adds those of another list behind these.
    pub fn append(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// Is there nothing wrong?
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The messages, sorted by place, each line's identical ones once, as Go prints them.
    pub fn sorted(&self, sources: &Sources) -> Vec<&Diagnostic> {
        let mut list: Vec<&Diagnostic> = self.list.iter().collect();
        list.sort_by_key(|d| d.span.start);
        list.dedup_by(|a, b| {
            a.message == b.message && a.fault == b.fault && sources.line(a.span.start) == sources.line(b.span.start)
        });
        list
    }
}

impl Span {
    /// One byte at a position: for messages about a place rather than a text.
    pub fn at(pos: Pos) -> Span {
        Span { start: pos, end: Pos(pos.0 + 1) }
    }
}
