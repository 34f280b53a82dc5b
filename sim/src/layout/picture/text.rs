//! A picture in box-drawing characters, as wide as the terminal, in colour if that is wanted.

use super::{Bucket, Cell, Chain, Figure, Row, State, elided};
use anstyle::{AnsiColor, Style};

/// Columns between a bucket and the next.
const GAP: usize = 4;

/// Narrowest and widest inside of a bucket.
const NARROWEST: usize = 20;
const WIDEST: usize = 46;

/// Lines of a bucket with its frame.
const LINES: usize = 10;

/// What a character is part of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Ink {
    #[default]
    Plain,
    Title,
    Frame,
    Label,
    Top,
    Key,
    Elem,
    Faint,
    Moved,
    Link,
}

impl Ink {
    fn style(self) -> Style {
        let colour = |c: AnsiColor| Style::new().fg_color(Some(c.into()));
        match self {
            Ink::Plain => Style::new(),
            Ink::Title => Style::new().bold(),
            Ink::Frame | Ink::Faint => Style::new().dimmed(),
            Ink::Label => Style::new().bold(),
            Ink::Top => colour(AnsiColor::Yellow),
            Ink::Key => colour(AnsiColor::Cyan),
            Ink::Elem => colour(AnsiColor::Green),
            Ink::Moved => colour(AnsiColor::Magenta),
            Ink::Link => colour(AnsiColor::Blue),
        }
    }
}

/// A sheet of characters that grows downwards.
#[derive(Default)]
struct Sheet {
    lines: Vec<Vec<(char, Ink)>>,
}

impl Sheet {
    fn put(&mut self, x: usize, y: usize, text: &str, ink: Ink) {
        if self.lines.len() <= y {
            self.lines.resize(y + 1, Vec::new());
        }
        let line = &mut self.lines[y];
        for (at, c) in (x..).zip(text.chars()) {
            if line.len() <= at {
                line.resize(at + 1, (' ', Ink::Plain));
            }
            line[at] = (c, ink);
        }
    }

    fn height(&self) -> usize {
        self.lines.len()
    }

    fn print(&self, colour: bool) -> String {
        let mut out = String::new();
        for line in &self.lines {
            let end = line.iter().rposition(|(c, _)| *c != ' ').map_or(0, |at| at + 1);
            for run in line[..end].chunk_by(|a, b| a.1 == b.1) {
                let text: String = run.iter().map(|(c, _)| c).collect();
                let style = run[0].1.style();
                if colour && run[0].1 != Ink::Plain {
                    out += &format!("{style}{text}{style:#}");
                } else {
                    out += &text;
                }
            }
            out.push('\n');
        }
        out
    }
}

/// Draws a figure at most `width` columns wide, unless a bucket needs more.
pub fn draw(figure: &Figure, width: usize, colour: bool) -> String {
    let inside = inside(figure).clamp(NARROWEST, WIDEST).min(width.saturating_sub(16).max(NARROWEST));
    let mut sheet = Sheet::default();
    paragraph(&mut sheet, 0, 0, &figure.title, Ink::Title, width);
    for fact in &figure.facts {
        let y = sheet.height();
        paragraph(&mut sheet, 2, y, fact, Ink::Plain, width);
    }
    let mut after_note = false;
    for row in &figure.rows {
        let is_note = matches!(row, Row::Note(_));
        let y = sheet.height() + usize::from(!(is_note && after_note));
        after_note = is_note;
        match row {
            Row::Note(note) => paragraph(&mut sheet, 2, y, note, Ink::Faint, width),
            Row::Chain(chain) => {
                draw_chain(&mut sheet, chain, 0, y, inside, width);
            }
            Row::Growth { old, done, targets } => {
                let chain = |c: &Chain| c.buckets.len() * (inside + 2 + GAP) - GAP;
                let left = chain(old);
                let right = targets.iter().map(|t| chain(&t.chain)).max().unwrap_or(0);
                let arrow = 9;
                let beside = left + arrow + right <= width;
                let ink = if *done { Ink::Moved } else { Ink::Faint };
                let bottom = draw_chain(&mut sheet, old, 0, y, inside, width);
                let mut at = if beside { y } else { bottom };
                for target in targets {
                    let corner = if !beside || at > y { '└' } else { '┬' };
                    if beside && at > y && *done {
                        (y + 5..at + 4).for_each(|line| sheet.put(left + 1, line, "│", ink));
                    }
                    let alone = targets.len() == 1 && beside;
                    let corner = if alone { '─' } else { corner };
                    let head = if *done { format!("{corner}─ {} ", target.arrow) } else { "  ".into() };
                    let x = if beside { left + 1 } else { 2 };
                    let long = arrow - 3;
                    let mut line: String = head;
                    while line.chars().count() < long {
                        line.push(if *done { '─' } else { ' ' });
                    }
                    line.push(if *done { '▶' } else { ' ' });
                    sheet.put(x, at + 4, &line, ink);
                    at = draw_chain(&mut sheet, &target.chain, x + arrow - 1, at, inside, width);
                }
            }
        }
    }
    sheet.print(colour)
}

/// Writes a text from (x, y) on: between its parts, three spaces apart, a line may end, and between words if a part
/// alone is too long.
fn paragraph(sheet: &mut Sheet, x: usize, y: usize, text: &str, ink: Ink, width: usize) {
    let (mut at, mut line) = (x, y);
    for part in text.split("   ") {
        let whole = part.chars().count() + x <= width;
        let words: Vec<&str> = if whole { vec![part] } else { part.split(' ').collect() };
        for word in words {
            let word = elided(word, width.saturating_sub(x));
            let long = word.chars().count();
            if at > x && at + long > width {
                (at, line) = (x, line + 1);
            }
            sheet.put(at, line, &word, ink);
            at += long + 1;
        }
        at += 2;
    }
}

/// Columns that the widest cell wants.
fn inside(figure: &Figure) -> usize {
    let of_chain = |c: &Chain| c.buckets.iter().map(wanted).max().unwrap_or(0);
    let rows = figure.rows.iter().map(|row| match row {
        Row::Note(_) => 0,
        Row::Chain(c) => of_chain(c),
        Row::Growth { old, targets, .. } => targets.iter().map(|t| of_chain(&t.chain)).fold(of_chain(old), usize::max),
    });
    rows.max().unwrap_or(0)
}

fn wanted(b: &Bucket) -> usize {
    let cell = |c: &Cell| match c.state {
        State::Live => 11 + c.key.chars().count() + c.elem.chars().count(),
        _ => 4 + c.top.len() + if c.stale { 7 } else { 0 },
    };
    b.cells.iter().map(cell).max().unwrap_or(0).max(b.label.chars().count() + 3)
}

/// Draws a chain from (x, y) on, further lines below if it is too long; returns the line after it.
fn draw_chain(sheet: &mut Sheet, chain: &Chain, x: usize, y: usize, inside: usize, width: usize) -> usize {
    let (mut at, mut line) = (x, y);
    for (i, bucket) in chain.buckets.iter().enumerate() {
        if i > 0 {
            if at + GAP + inside + 2 > width && at > x {
                line += LINES;
                at = x + GAP;
                sheet.put(x + 1, line + 4, "└─▶", Ink::Link);
            } else {
                sheet.put(at, line + 4, " ─▶ ", Ink::Link);
                at += GAP;
            }
        }
        draw_bucket(sheet, bucket, at, line, inside);
        at += inside + 2;
    }
    line + LINES
}

fn draw_bucket(sheet: &mut Sheet, bucket: &Bucket, x: usize, y: usize, inside: usize) {
    let label = elided(&bucket.label, inside.saturating_sub(3));
    let rule = "─".repeat(inside);
    sheet.put(x, y, &format!("┌{rule}┐"), Ink::Frame);
    sheet.put(x + 2, y, &format!(" {label} "), Ink::Label);
    for (i, cell) in bucket.cells.iter().enumerate() {
        let line = y + 1 + i;
        sheet.put(x, line, "│", Ink::Frame);
        sheet.put(x + inside + 1, line, "│", Ink::Frame);
        sheet.put(x + 2, line, &i.to_string(), Ink::Faint);
        match cell.state {
            State::Live => {
                sheet.put(x + 4, line, &cell.top, Ink::Top);
                let room = inside - 11;
                let (k, v) = (cell.key.chars().count(), cell.elem.chars().count());
                // Each gets what it wants, or half.
                let (k, v) = if k + v <= room {
                    (k, v)
                } else if k <= room / 2 {
                    (k, room - k)
                } else if v <= room / 2 {
                    (room - v, v)
                } else {
                    (room - room / 2, room / 2)
                };
                sheet.put(x + 7, line, &elided(&cell.key, k), Ink::Key);
                sheet.put(x + 7 + k, line, " → ", Ink::Faint);
                sheet.put(x + 10 + k, line, &elided(&cell.elem, v), Ink::Elem);
            }
            state => {
                let ink = if state == State::Moved { Ink::Moved } else { Ink::Faint };
                let stale = if cell.stale { " stale" } else { "" };
                sheet.put(x + 4, line, &elided(&format!("{}{stale}", cell.top), inside - 4), ink);
            }
        }
    }
    sheet.put(x, y + LINES - 1, &format!("└{rule}┘"), Ink::Frame);
}
