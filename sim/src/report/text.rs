//! A report as text, for people.

use super::{Collection, Report, Written, Wrong, size};
use crate::verdict::Verdict;
use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use std::fmt::Write as _;

/// Lines of a long list that are shown, half from either end, unless `-v` is given.
const SHOWN: usize = 12;

/// Columns of text.
const WIDTH: usize = 110;

impl Report {
    /// As text, coloured or not; all of long lists with `verbose`.
    pub fn text(&self, color: bool, verbose: u8) -> String {
        let mut out = String::new();
        let paint = |style: Style, text: &str| {
            if color { format!("{style}{text}{style:#}") } else { text.to_owned() }
        };
        let bold = Style::new().bold();
        let tone = match self.verdict {
            Verdict::Clean | Verdict::Safe => AnsiColor::Green,
            Verdict::Violated => AnsiColor::Red,
            Verdict::Bounded => AnsiColor::Yellow,
        };
        let shown = if verbose > 0 { usize::MAX } else { SHOWN };
        // Writing to a string cannot fail.
        let o = &mut out;
        let s = &self.scenario;
        let _ = writeln!(o, "{}", paint(bold, if s.title.is_empty() { &s.file } else { &s.title }));
        let _ = writeln!(
            o,
            "  workload   {}\n  collector  {}\n  barrier    {}\n  seed       {}\n",
            s.workload, s.collector, s.barrier, s.seed
        );

        let verdict = paint(tone.on_default().bold(), self.verdict.name());
        let _ = write!(o, "verdict: {verdict}");
        let _ = writeln!(
            o,
            " after {} of {} operations and {} collections",
            self.operations.finished,
            self.operations.total,
            self.collections.len()
        );
        if self.violation.is_none()
            && let Some(stopped) = &self.stopped
        {
            let _ = writeln!(o, "stopped: {stopped}");
        }
        let met = if self.judgement.met { "as expected" } else { "NOT as expected" };
        let _ = writeln!(o, "expected: {}: {met}", self.judgement.expected);
        if self.verdict == Verdict::Clean {
            let _ = writeln!(o, "(one run found nothing; that is not a proof)");
        }
        if let Some(v) = &self.violation {
            v.text(o, &|t| paint(bold, t));
        }

        if let Some(p) = &self.program {
            heading(o, &paint(bold, "program"));
            let _ = writeln!(o, "  {}", p.end.as_deref().unwrap_or("was stopped before its end"));
            written(o, "standard output", &p.stdout, shown);
            written(o, "standard error", &p.stderr, shown);
        }
        heading(o, &paint(bold, "collections"));
        for line in ends(&self.collections, shown, Collection::line) {
            let _ = writeln!(o, "  {line}");
        }
        if self.collections.is_empty() {
            let _ = writeln!(o, "  none");
        }
        if !self.sites.is_empty() {
            heading(o, &paint(bold, "barriers by site (pointer words stored)"));
            let mut table = Table::new();
            table.load_style(NOTHING);
            table.set_header(["  site", "barrier", "executed", "flag on", "shaded old", "shaded new", "useless"]);
            for s in &self.sites {
                table.add_row([
                    format!("  {}", s.site),
                    s.barrier.clone(),
                    s.executed.to_string(),
                    s.flag_on.to_string(),
                    s.shaded_old.to_string(),
                    s.shaded_new.to_string(),
                    s.useless.to_string(),
                ]);
            }
            put(o, table, 2);
        }
        if self.program.is_none() {
            self.maps_text(o, &|t| paint(bold, t));
        }
        heading(o, &paint(bold, "heap and cost"));
        let h = &self.heap;
        let _ = writeln!(o, "  {} mapped of {}, {} in objects", size(h.mapped), size(h.limit), size(h.live));
        let _ = writeln!(
            o,
            "  {} objects made ({}), {} freed",
            h.allocated_objects,
            size(h.allocated_bytes),
            h.freed_objects
        );
        let counts: Vec<String> =
            self.counts.iter().filter(|(_, v)| **v != 0).map(|(k, v)| format!("{} {v}", k.replace('_', " "))).collect();
        wrap(o, &counts.join(", "), "  ");
        let _ = writeln!(o, "  modelled cost {} cycles", self.modelled_cycles);
        out
    }

    fn maps_text(&self, o: &mut String, bold: &dyn Fn(&str) -> String) {
        heading(o, &bold("maps"));
        let mut table = Table::new();
        table.load_style(NOTHING);
        table.set_header([
            "  mutator",
            "map",
            "entries",
            "B",
            "noverflow",
            "load",
            "growing",
            "chains by overflow buckets",
        ]);
        for m in &self.maps {
            let chains: Vec<String> = m.chains.iter().map(|(len, n)| format!("{n}×{len}")).collect();
            table.add_row([
                format!("  {}", m.mutator),
                m.map.to_string(),
                m.count.to_string(),
                m.b.to_string(),
                m.noverflow.to_string(),
                format!("{:.2}", m.load_factor),
                if m.growing { "yes".into() } else { String::new() },
                chains.join(" "),
            ]);
        }
        put(o, table, 0);
        if self.map_count > self.maps.len() {
            let _ = writeln!(o, "  … and {} more", self.map_count - self.maps.len());
        }
    }
}

impl Wrong {
    /// As text, after an empty line.
    pub(crate) fn text(&self, o: &mut String, bold: &dyn Fn(&str) -> String) {
        let v = self;
        let site = v.site.as_ref().map_or(String::new(), |s| format!(" at {s}"));
        let _ = writeln!(o, "\n{}", bold(&format!("{}{site}", v.kind)));
        wrap(o, &v.detail, "  ");
        if let Some(why) = &v.why {
            wrap(o, &format!("why: {why}"), "  ");
        }
        if let Some(remedy) = &v.remedy {
            wrap(o, &format!("what would have kept it: {remedy}"), "  ");
        }
        if !v.path.is_empty() {
            let heading = match (v.kind.as_str(), v.path.len()) {
                (_, 1) => "the object",
                ("tricolor", _) => "what holds it",
                _ => "how the program reaches it",
            };
            let _ = writeln!(o, "  {heading}:");
            for (i, place) in v.path.iter().enumerate() {
                let _ = writeln!(o, "    {}{place}", if i == 0 { "" } else { "→ " });
            }
        }
        if !v.story.is_empty() {
            let _ = writeln!(o, "  its story:");
            let mut table = Table::new();
            table.load_style(NOTHING);
            table.set_header(["    operation", "gc", "who", "what happened"]);
            for line in &v.story {
                let who = match (line.mutator, line.operation) {
                    (Some(m), _) => format!("mutator {m}"),
                    (None, Some(_)) => "collector".into(),
                    (None, None) => String::new(),
                };
                let number = |n: Option<u64>| n.map_or_else(String::new, |n| n.to_string());
                let operation = format!("    {}", number(line.operation));
                table.add_row([operation, number(line.collection), who, line.what.clone()]);
            }
            put(o, table, 0);
        }
        for other in &v.also {
            wrap(o, &format!("also {other}"), "  ");
        }
    }
}

impl Collection {
    /// A line in the manner of Go's gctrace.
    fn line(&self) -> String {
        let Some(end) = self.marked else {
            return format!(
                "gc {} @{}– marking: {} at its start, {} marked, {} objects {} words {} stacks scanned, {} shaded by barriers",
                self.number,
                self.started,
                size(self.heap_at_start),
                size(self.heap_marked),
                self.objects,
                self.words,
                self.stacks,
                self.shaded
            );
        };
        format!(
            "gc {} @{}–{end}: {}→{}→{}, {} objects {} words {} stacks scanned, {} shaded by barriers, {} objects ({}) freed",
            self.number,
            self.started,
            size(self.heap_at_start),
            size(self.heap_at_mark_end),
            size(self.heap_marked),
            self.objects,
            self.words,
            self.stacks,
            self.shaded,
            self.freed_objects,
            size(self.freed_bytes)
        )
    }
}

/// What was written to a stream, if anything was.
fn written(o: &mut String, stream: &str, w: &Written, shown: usize) {
    if w.bytes == 0 {
        return;
    }
    let _ = writeln!(o, "  {stream} ({} bytes{})", w.bytes, if w.bytes > w.text.len() as u64 { ", cut" } else { "" });
    let lines: Vec<&str> = w.text.lines().collect();
    for line in ends(&lines, shown, |line| (*line).to_owned()) {
        let _ = writeln!(o, "    {line}");
    }
}

fn heading(o: &mut String, text: &str) {
    let _ = writeln!(o, "\n{text}");
}

/// Prints a table with numbers to the right from a column on; no line ends in blanks.
fn put(o: &mut String, mut table: Table, numbers_from: usize) {
    if numbers_from > 0 {
        for column in table.column_iter_mut().skip(numbers_from) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for line in table.to_string().lines() {
        let _ = writeln!(o, "{}", line.trim_end().strip_prefix(' ').unwrap_or(line.trim_end()));
    }
}

/// The lines of a list, or both its ends.
fn ends<T>(list: &[T], shown: usize, line: impl Fn(&T) -> String) -> Vec<String> {
    if list.len() <= shown {
        return list.iter().map(line).collect();
    }
    let half = shown / 2;
    let mut lines: Vec<String> = list[..half].iter().map(&line).collect();
    lines.push(format!("… {} more, shown with -v …", list.len() - 2 * half));
    lines.extend(list[list.len() - half..].iter().map(&line));
    lines
}

/// Prints text in lines of [`WIDTH`] columns, each after `indent`.
fn wrap(o: &mut String, text: &str, indent: &str) {
    let mut column = 0;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column == 0 || column + 1 + width > WIDTH {
            if column > 0 {
                o.push('\n');
            }
            o.push_str(indent);
            column = indent.len();
        } else {
            o.push(' ');
            column += 1;
        }
        o.push_str(word);
        column += width;
    }
    o.push('\n');
}
