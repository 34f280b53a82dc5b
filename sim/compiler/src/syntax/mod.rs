//! Go source to a syntax tree.
//!
//! ```text
//! text ─▶ scan ─▶ tokens ─▶ recognise ─▶ spelling ─▶ tree-sitter's tree ─▶ lower ─▶ ast
//! ```
//!
//! 1. `scan`: tokens, with the semicolons that Go inserts; what is wrong with a token is said here.
//! 2. `recognise`: is it Go? If not, the first syntax error, in Go's words. No tree.
//! 3. `spelling`: the tokens as the grammar knows them best.
//! 4. `tree-sitter` with `tree-sitter-go`, the grammar that editors use: how the tokens nest.
//! 5. `lower`: that tree to ours.
//!
//! The grammar is tree-sitter's because many who edit Go keep it up, its time grows with the file and no faster, and it
//! nests without recursion on the host's stack. Its scanner and its recovery from errors are not Go's; here neither has
//! anything to do.
//!
//! Accepted is Go as of 1.9, and numbers as of 1.13 (`0b1`, `0o7`, `1_000`, `0x1p-2`). Type parameters, which came
//! later, are refused by name. Whether a program makes sense is the checker's business.
//!
//! Keeps: a file that parses gives the tree that Go's own parser makes of it. Checked by: `tests/syntax`, beside Go.

mod literal;
mod lower;
mod print;
mod recognise;
mod scan;
mod spelling;
mod token;

pub use print::{print, print_with_spans};

use crate::ast::File;
use crate::diagnostic::{Diagnostics, Fault};
use crate::source::{Source, Span};
use bumpalo::Bump;
use recognise::{Error, word};
use spelling::Spelling;
use token::Token;
use tree_sitter::{Node, Parser};

/// How deep expressions, types and statements may nest in each other. More would be a risk for the stacks of passes that
/// recurse; Go's own tests need 800.
pub const MAX_DEPTH: usize = 1000;

fn too_deep() -> String {
    format!("nesting of more than {MAX_DEPTH} expressions, types or statements")
}

/// Parses a file. `None` if anything is wrong with it; `diagnostics` say what, then.
pub fn parse<'a>(arena: &'a Bump, source: &Source, diagnostics: &mut Diagnostics) -> Option<File<'a>> {
    let scanned = scan::scan(&source.text);
    let tokens = &scanned.tokens;
    for fault in &scanned.faults {
        diagnostics.wrong(Span::at(source.pos(fault.at as usize)), fault.message.clone());
    }
    let marks = match recognise::recognise(&source.text, tokens) {
        Ok(marks) if scanned.faults.is_empty() => marks,
        Ok(_) => return None,
        Err(error) => {
            report(source, tokens, error, diagnostics);
            return None;
        }
    };

    let spelling = spelling::spell(&source.text, tokens, &marks);
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_go::LANGUAGE.into()).expect("the grammar is one for this parser");
    let tree = parser.parse(&spelling.text, None).expect("nothing stops this parser");
    if tree.root_node().has_error() {
        let error = unexplained(source, tokens, &spelling, tree.root_node());
        report(source, tokens, error, diagnostics);
        return None;
    }
    let mut found = Diagnostics::new();
    let file =
        lower::Lower::new(arena, source, tokens, &spelling, &mut found).file(tree.root_node(), &scanned.directives);
    let good = found.is_empty();
    diagnostics.append(found);
    file.filter(|_| good)
}

fn report(source: &Source, tokens: &[Token], error: Error, diagnostics: &mut Diagnostics) {
    let end = source.text.len() as u32;
    let (start, end) = tokens.get(error.token).map_or((end, end), |t| (t.start, t.end));
    let span = Span { start: source.pos(start as usize), end: source.pos(end.max(start + 1) as usize) };
    match error.fault {
        Fault::Wrong => diagnostics.wrong(span, error.message),
        Fault::Unsupported => diagnostics.unsupported(span, error.message),
    }
}

/// What is Go by its syntax, but not to the grammar: the innermost of its nodes with an error, the first of several.
fn unexplained(source: &Source, tokens: &[Token], spelling: &Spelling, root: Node) -> Error {
    let mut cursor = root.walk();
    while cursor.goto_first_child() {
        while !cursor.node().has_error() && cursor.goto_next_sibling() {}
    }
    let token = spelling.token_at(cursor.node().start_byte());
    let word = tokens.get(token).map_or(String::new(), |t| word(t, &source.text));
    Error { fault: Fault::Wrong, token, message: format!("syntax error: unexpected {word}") }
}

#[cfg(test)]
#[cfg(test)]
#[cfg(test)]
#[cfg(test)]
mod tests;
