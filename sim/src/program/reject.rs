//! Showing what is wrong with a Go program.
//!
//! The first line of a fault reads as Go's compiler has it, `FILE:LINE:COLUMN: message`; a refusal starts with `unsupported: `
//! and the name of what is not there. The source line follows, underlined. At most ten faults are shown, as in Go.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use compiler::compile::Rejected;
use compiler::diagnostic::{Diagnostic, Fault};
use compiler::source::Sources;
use std::fmt::Write;

/// Columns of what is shown.
pub const WIDTH: usize = 140;

/// The most faults that are shown.
const MOST: usize = 10;

/// Longest source line that is shown, in bytes.
const LONG_LINE: usize = 400;

/// All of it, as text.
pub fn render(rejected: &Rejected, color: bool, width: usize) -> String {
    let mut out = String::new();
    let list = rejected.diagnostics.sorted(&rejected.sources);
    for diagnostic in list.iter().take(MOST) {
        one(&mut out, diagnostic, &rejected.sources, color, width);
    }
    if list.len() > MOST {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "too many errors");
    }
    out
}

fn one(out: &mut String, d: &Diagnostic, sources: &Sources, color: bool, width: usize) {
    let place =
        sources.place(d.span.start).map(|p| format!("{}:{}:{}: ", p.file, p.line, p.column)).unwrap_or_default();
    let _ = match d.fault {
        Fault::Wrong => writeln!(out, "{place}{}", d.message),
        Fault::Unsupported => writeln!(out, "unsupported: {place}{}", d.message),
    };
    let Some(file) = sources.file(d.span.start) else { return };
    let (start, end) = (file.offset(d.span.start).min(file.text.len()), file.offset(d.span.end));
    let line_start = file.text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = file.text[start..].find('\n').map_or(file.text.len(), |at| start + at);
    let line = &file.text[line_start..line_end];
    if line.len() > LONG_LINE || line.trim().is_empty() {
        return;
    }
    let number = file.text[..line_start].matches('\n').count() + 1;
    let mut until = end.clamp(start, line_end);
    while !file.text.is_char_boundary(until) {
        until += 1;
    }
    let span = start - line_start..until.max(start) - line_start;
    let snippet = Snippet::source(line).line_start(number).annotation(AnnotationKind::Primary.span(span));
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    let drawn = renderer.render(&[Level::ERROR.no_name().primary_title("").element(snippet)]);
    // The title is empty: the line above has said it.
    for line in drawn.lines().skip(1) {
        let _ = writeln!(out, "{line}");
    }
}
