//! Go source to a syntax tree.
//!
//! ```text
//! text ─▶ scan ─▶ tokens ─▶ spelling ─▶ tree-sitter's tree ─▶ lower ─▶ ast
//! ```
//!
//! 1. [`scan`]: tokens, with the semicolons that Go inserts; what is wrong with a token is said here.
//! 2. [`spelling`]: the tokens as the grammar knows them best.
//! 3. `tree-sitter` with `tree-sitter-go`, the grammar that editors use: it says how the tokens nest.
//! 4. [`lower`]: that tree to ours. What the grammar takes and Go does not is refused here.
//!
//! The grammar is tree-sitter's because it is kept up by many who edit Go, parses in linear time, never gives up on bad
//! input, and nests without recursion on the host's stack. The other grammars of crates.io know Go up to 1.17, or are
//! recursive and without bound. Its scanner and its words for errors are not used; see [`spelling`], [`unexpected`].
//!
//! Accepted is Go as of 1.9, and numbers as of 1.13 (`0b1`, `0o7`, `1_000`, `0x1p-2`). Type parameters, which came
//! later, are refused by name. Whether a program makes sense is the checker's business.
//!
//! Keeps: a file that parses gives the tree that Go's own parser makes of it. Checked by: `tests/syntax`, beside Go.

mod literal;
mod lower;
mod print;
mod scan;
mod spelling;
mod token;
mod unexpected;

pub use print::{print, print_with_spans};

use crate::ast::File;
use crate::diagnostic::Diagnostics;
use crate::source::{Source, Span};
use bumpalo::Bump;

/// How deep expressions and statements may nest in each other. More would be a risk for the stacks of passes that
/// recurse; Go's own tests need 800.
pub const MAX_DEPTH: usize = 1000;

/// Parses a file. `None` if anything is wrong with it; `diagnostics` say what, then.
pub fn parse<'a>(arena: &'a Bump, source: &Source, diagnostics: &mut Diagnostics) -> Option<File<'a>> {
    let mut found = Diagnostics::new();
    let scanned = scan::scan(&source.text);
    for fault in &scanned.faults {
        found.wrong(Span::at(source.pos(fault.at as usize)), fault.message.clone());
    }
    let spelling = spelling::spell(&source.text, &scanned.tokens);
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_go::LANGUAGE.into()).expect("the grammar is one for this parser");
    let tree = parser.parse(&spelling.text, None).expect("nothing stops this parser");
    let root = tree.root_node();
    if root.has_error() {
        found.wrong(Span::at(source.pos(0)), "syntax error");
    }
    let mut lower = lower::Lower::new(arena, source, &scanned.tokens, &spelling, &scanned.directives, &mut found);
    let file = if scanned.tokens.is_empty() { None } else { lower.file(root) };
    if file.is_none() && found.is_empty() {
        found.wrong(Span::at(source.pos(source.text.len())), "syntax error: package statement must be first");
    }
    let good = found.is_empty();
    diagnostics.append(found);
    file.filter(|_| good)
}

#[cfg(test)]
mod tests;
