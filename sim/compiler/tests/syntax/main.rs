//! Syntax beside Go's: trees, positions and extents of nodes, and messages with their places.
//!
//! `goast.go` prints what `go/parser` reads in the format of [`compiler::syntax::print_with_spans`]; `go tool compile`
//! says what is wrong with what is no Go. The files are Go's own, read from where they are installed. Without Go there
//! is nothing to compare with: a line says so, unless `BARRIERLAB_REQUIRE_GO` is set.

mod broken;
mod depth;
mod go;
mod snippets;
mod trees;

use bumpalo::Bump;
use compiler::diagnostic::{Diagnostics, Fault};
use compiler::source::Sources;
use compiler::syntax::{parse, print_with_spans};

/// A message of ours.
type Message = (Fault, go::Complaint);

/// What we make of a file: its tree, or what is wrong with it, in order.
fn ours(text: &str) -> Result<String, Vec<Message>> {
    let mut sources = Sources::new();
    let source = sources.add("x.go", text).expect("the file is small");
    let (arena, mut diagnostics) = (Bump::new(), Diagnostics::new());
    if let Some(file) = parse(&arena, &source, &mut diagnostics) {
        assert!(diagnostics.is_empty(), "a file that parses has no faults: {text}");
        return Ok(print_with_spans(&file, &sources));
    }
    let message = |d: &compiler::diagnostic::Diagnostic| {
        let place = sources.place(d.span.start).expect("a message has a place");
        (d.fault, (place.line, place.column, d.message.clone()))
    };
    let list: Vec<_> = diagnostics.sorted(&sources).into_iter().map(message).collect();
    assert!(!list.is_empty(), "a file that does not parse has faults: {text}");
    Err(list)
}
