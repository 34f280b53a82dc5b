//! What is wrong with a scenario, and showing it: line, excerpt, expectation, nearest spelling.
//!
//! A [`Problem`] is data; [`Report::render`] draws all problems of a scenario in the order of
//! the text. Only the lines in question are handed to the renderer, so that the cost of an
//! error does not depend on the size of the file.

use crate::scenario::tree::Span;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

/// Most problems that are drawn; the rest are counted.
pub const MAX_SHOWN: usize = 100;

/// Most problems that one kind of check collects, so that a file of junk does not cost a message for each of its lines.
pub const MAX_KEPT: usize = 1000;

/// Longest line that is shown whole, in bytes.
const LONG_LINE: usize = 2000;

/// Labels of one problem that are further apart than this get excerpts of their own.
const FAR_LINES: usize = 50;

/// Number of a text among [`Sources`].
pub type SourceId = usize;

/// The file, always the first of the [`Sources`].
pub const FILE: SourceId = 0;

/// A text that values came from.
#[derive(Clone, Debug)]
pub struct Source {
    /// What it is called: a path, `<stdin>`, `command line`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Every text that values came from: the file, then one for each flag.
pub type Sources = Vec<Source>;

/// Two kinds of fault that people fix in different ways.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// The scenario is wrong.
    Error,
    /// The scenario may be right, but asks for what is not built.
    Unsupported,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Of which kind.
    pub class: Class,
    /// What.
    pub message: String,
    /// Where, the main place first, each with a remark.
    pub labels: Vec<(Span, String)>,
    /// What to do about it.
    pub help: Vec<String>,
    /// Is something missing? After a syntax error it may only be unreadable.
    pub absence: bool,
}

impl Problem {
    /// A fault of the scenario.
    pub fn error(message: impl Into<String>) -> Problem {
        let message = message.into();
        Problem { class: Class::Error, message, labels: Vec::new(), help: Vec::new(), absence: false }
    }

    /// Something that should be there.
    pub fn absent(message: impl Into<String>) -> Problem {
        Problem { absence: true, ..Problem::error(message) }
    }

    /// Something that is not built.
    pub fn unsupported(message: impl Into<String>) -> Problem {
        Problem { class: Class::Unsupported, ..Problem::error(message) }
    }

    /// With a place.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Problem {
        self.labels.push((span, label.into()));
        self
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help.push(help.into());
        self
    }
}

/// Everything that is wrong with a scenario, and the texts to show it in.
#[derive(Clone, Debug)]
pub struct Report {
    /// The texts.
    pub sources: Sources,
    /// The problems in the order of the texts.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Puts problems in the order of the text, and leaves out what only follows from a syntax error:
    /// a second complaint about a line that the parser could not read, and what that line may have had.
    pub(crate) fn new(sources: Sources, syntax: Vec<Problem>, mut others: Vec<Problem>) -> Report {
        let line = |span: &Span| sources.get(span.source).map(|s| (span.source, lines(&s.text, &span.range).start));
        let broken: Vec<_> = syntax.iter().flat_map(|p| &p.labels).filter_map(|(span, _)| line(span)).collect();
        if !broken.is_empty() {
            others.retain(|p| {
                !p.absence && p.labels.first().and_then(|(span, _)| line(span)).is_some_and(|at| !broken.contains(&at))
            });
        }
        let mut problems = syntax;
        problems.append(&mut others);
        problems.sort_by_key(|p| p.labels.first().map(|(span, _)| (span.source, span.range.start)));
        Report { sources, problems }
    }

    /// Draws all problems; `color` with terminal escapes, `width` columns wide.
    pub fn render(&self, color: bool, width: usize) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
        let mut out = String::new();
        for problem in self.problems.iter().take(MAX_SHOWN) {
            out.push_str(&renderer.render(&[self.group(problem)]));
            out.push_str("\n\n");
        }
        let name = self.sources.first().map_or("scenario", |s| &s.name);
        let more = self.problems.len().saturating_sub(MAX_SHOWN);
        let summary = match (self.problems.len(), more) {
            (1, _) => format!("{name} cannot be run: 1 error"),
            (n, 0) => format!("{name} cannot be run: {n} errors"),
            (n, _) if n >= MAX_KEPT => format!("{name} cannot be run: {n} errors or more, {MAX_SHOWN} of them shown"),
            (n, more) => format!("{name} cannot be run: {n} errors, {more} of them not shown"),
        };
        out.push_str(&renderer.render(&[Group::with_title(Level::ERROR.primary_title(summary))]));
        out.push('\n');
        out
    }

    fn group<'a>(&'a self, problem: &'a Problem) -> Group<'a> {
        let level = match problem.class {
            Class::Error => Level::ERROR,
            Class::Unsupported => Level::ERROR.with_name("unsupported"),
        };
        let mut group = Group::with_title(level.primary_title(&problem.message));
        for excerpt in self.excerpts(&problem.labels) {
            let source = &self.sources[excerpt.source];
            let text = &source.text[excerpt.range.clone()];
            let mut snippet = Snippet::source(text).path(source.name.as_str()).line_start(excerpt.line);
            for (main, span, label) in excerpt.labels {
                let kind = if main { AnnotationKind::Primary } else { AnnotationKind::Context };
                let annotation = kind.span(within(text, span.start, span.end, excerpt.range.start));
                let annotation = if label.is_empty() { annotation } else { annotation.label(label) };
                snippet = snippet.annotation(annotation);
            }
            group = group.element(snippet);
            if let Some(column) = excerpt.column {
                // The renderer counts columns in the part that it is given.
                let note = format!("the line is long, and this is a part of it; the place is at its byte {column}");
                group = group.element(Level::NOTE.message(note));
            }
        }
        for help in &problem.help {
            group = group.element(Level::HELP.message(help));
        }
        group
    }

    fn excerpts<'a>(&self, labels: &'a [(Span, String)]) -> Vec<Excerpt<'a>> {
        let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
        for (i, (span, label)) in labels.iter().enumerate() {
            let Some(source) = self.sources.get(span.source) else { continue };
            let text = &source.text;
            let range = span.range.start.min(text.len())..span.range.end.min(text.len());
            let shown = lines(text, &range);
            let label = (i == 0, range.clone(), label.as_str());
            if shown.len() > LONG_LINE {
                if i > 0 {
                    continue;
                }
                let start = boundary(text, range.start.saturating_sub(40).max(shown.start));
                let end = boundary(text, (range.start + 160).min(shown.end)).max(start);
                let column = Some(range.start - shown.start + 1);
                let line = line_number(text, start);
                excerpts.push(Excerpt { source: span.source, range: start..end, line, column, labels: vec![label] });
                continue;
            }
            let line = line_number(text, shown.start);
            let near = excerpts.iter_mut().find(|e| {
                let between = e.range.start.min(shown.start)..e.range.end.max(shown.end);
                e.source == span.source
                    && e.column.is_none()
                    && e.line.abs_diff(line) <= FAR_LINES
                    && between.len() <= LONG_LINE * FAR_LINES
            });
            match near {
                Some(excerpt) => {
                    excerpt.range = excerpt.range.start.min(shown.start)..excerpt.range.end.max(shown.end);
                    excerpt.line = excerpt.line.min(line);
                    excerpt.labels.push(label);
                }
                None => excerpts.push(Excerpt {
                    source: span.source,
                    range: shown,
                    line,
                    column: None,
                    labels: vec![label],
                }),
            }
        }
        excerpts
    }
}

struct Excerpt<'a> {
    source: SourceId,
    range: Range<usize>,
    line: usize,
    column: Option<usize>,
    labels: Vec<(bool, Range<usize>, &'a str)>,
}

/// The whole first line that a range touches, without its end.
fn lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let at = range.start.min(text.len());
    let bytes = text.as_bytes();
    let start = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    let mut end = bytes[at..].iter().position(|&b| b == b'\n').map_or(text.len(), |i| at + i);
    if end > start && bytes[end - 1] == b'\r' {
        end -= 1;
    }
    start..end
}

fn line_number(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count() + 1
}

/// A span of the source as a span of an excerpt that starts at `from`, on character boundaries.
fn within(text: &str, start: usize, end: usize, from: usize) -> Range<usize> {
    let start = boundary(text, start.saturating_sub(from).min(text.len()));
    // A span over several lines is underlined on its first.
    let line_end = text.as_bytes()[start..].iter().position(|&b| b == b'\n').map_or(text.len(), |i| start + i);
    let end = boundary(text, end.saturating_sub(from).clamp(start, line_end));
    start..end.max(start)
}

/// The nearest character boundary at or below `at`.
fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A name from the input, fit to be shown: escaped and not too long.
pub(crate) fn quote(name: &str) -> String {
    const MOST: usize = 60;
    let mut out: String = name.chars().take(MOST).flat_map(char::escape_debug).collect();
    if name.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out
}

/// The known name that is most like a wrong one, if any is like it at all.
pub(crate) fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.len() > 60 {
        return None;
    }
    let wrong = wrong.to_lowercase().replace('_', "-");
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let plain = name.replace('_', "-");
        let distance = strsim::damerau_levenshtein(&wrong, &plain);
        let close = distance <= (plain.len() / 3).max(1)
            || (wrong.len() >= 3 && (plain.starts_with(&wrong) || wrong.starts_with(&plain) && plain.len() >= 3));
        if close && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_spelling_is_found_and_far_ones_are_not() {
        let known = ["mutators", "maps", "operations", "hybrid-uncond"];
        assert_eq!(nearest("mutatros", known), Some("mutators"));
        assert_eq!(nearest("Operations", known), Some("operations"));
        assert_eq!(nearest("hybrid_uncond", known), Some("hybrid-uncond"));
        assert_eq!(nearest("hybrid", known), Some("hybrid-uncond"));
        assert_eq!(nearest("zebra", known), None);
    }

    #[test]
    fn names_from_the_input_cannot_carry_terminal_escapes() {
        assert_eq!(quote("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(quote(&"x".repeat(1000)).chars().count(), 61);
    }
}
