//! A picture as one SVG file that needs nothing else: readable on light and on dark paper.

use super::{Bucket, Chain, Figure, Row, State, elided};
use std::fmt::Write as _;

/// Pixels of a character, a line, a bucket's head and the space around things.
const CHAR: usize = 7;
const LINE: usize = 18;
const HEAD: usize = 24;
const GAP: usize = 36;
const MARGIN: usize = 24;

/// Room for the arrow from an old bucket to its new ones.
const ARROW: usize = 84;

/// Characters of a key and of an elem at most.
const MOST: usize = 26;

/// Height of a bucket.
const TALL: usize = HEAD + 8 * LINE + 4;

const STYLE: &str = "
text { font: 12px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1f2328; }
.paper { fill: #ffffff; }
.title { font: 600 15px system-ui, 'DejaVu Sans', sans-serif; }
.fact, .note { font: 12.5px system-ui, 'DejaVu Sans', sans-serif; fill: #59636e; }
.box { fill: #ffffff; stroke: #8c959f; }
.head { fill: #eef1f4; }
.old .head { fill: #fdf0dd; }
.old .box { stroke: #c69026; }
.over .head { fill: #e6effb; }
.label { font: 600 12px system-ui, 'DejaVu Sans', sans-serif; }
.rule { stroke: #e4e8ec; }
.slot, .faint { fill: #8c959f; }
.top { fill: #9a6700; }
.key { fill: #0550ae; }
.elem { fill: #116329; }
.moved { fill: #8250df; }
.live { fill: #f4fbf6; }
.link { stroke: #57606a; fill: none; stroke-width: 1.5; }
.tip { fill: #57606a; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .paper { fill: #0d1117; }
  .fact, .note { fill: #9198a1; }
  .box { fill: #0d1117; stroke: #656c76; }
  .head { fill: #21262d; }
  .old .head { fill: #3b2b0c; }
  .over .head { fill: #12263f; }
  .rule { stroke: #21262d; }
  .slot, .faint { fill: #6e7681; }
  .top { fill: #d29922; }
  .key { fill: #79c0ff; }
  .elem { fill: #7ee787; }
  .moved { fill: #d2a8ff; }
  .live { fill: #0f1a14; }
  .link { stroke: #9198a1; }
  .tip { fill: #9198a1; }
}
";

/// Draws figures below each other.
pub fn draw(figures: &[Figure]) -> String {
    let mut page = Page { body: String::new(), width: 560, y: MARGIN };
    for figure in figures {
        page.figure(figure);
    }
    let (width, height) = (page.width + MARGIN, page.y);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n{}</svg>\n",
        escaped(figures.first().map_or("no map", |f| &f.title)),
        page.body
    )
}

/// A text that cannot be taken for markup. What XML cannot hold at all becomes a question mark.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\t' | '\n' | '\r' => out.push(' '),
            c if c < ' ' || matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}') => out.push('?'),
            c => out.push(c),
        }
    }
    out
}

struct Page {
    body: String,
    width: usize,
    y: usize,
}

/// Widths in characters of the columns of a figure.
#[derive(Clone, Copy)]
struct Columns {
    key: usize,
    elem: usize,
    bucket: usize,
}

impl Columns {
    fn of(figure: &Figure) -> Columns {
        let mut chains: Vec<&Chain> = Vec::new();
        for row in &figure.rows {
            match row {
                Row::Note(_) => {}
                Row::Chain(c) => chains.push(c),
                Row::Growth { old, targets, .. } => {
                    chains.push(old);
                    chains.extend(targets.iter().map(|t| &t.chain));
                }
            }
        }
        let cells = || chains.iter().flat_map(|c| &c.buckets).flat_map(|b| &b.cells);
        let key = cells().map(|c| c.key.chars().count()).max().unwrap_or(0).clamp(4, MOST);
        let elem = cells().map(|c| c.elem.chars().count()).max().unwrap_or(0).clamp(4, MOST);
        // Slot, tophash, two gaps; at least a label and the longest name of a state.
        let bucket = (CHAR * (8 + key + 3 + elem)).max(CHAR * 27);
        Columns { key, elem, bucket }
    }

    fn chain(self, chain: &Chain) -> usize {
        chain.buckets.len() * (self.bucket + GAP) - GAP
    }
}

impl Page {
    fn text(&mut self, x: usize, y: usize, class: &str, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" class=\"{class}\" xml:space=\"preserve\">{}</text>",
            escaped(text)
        );
    }

    fn reach(&mut self, x: usize) {
        self.width = self.width.max(x);
    }

    fn figure(&mut self, figure: &Figure) {
        self.y += 12;
        self.text(MARGIN, self.y, "title", &figure.title);
        self.y += 22;
        for fact in &figure.facts {
            let fact = fact.replace("   ", "  ·  ");
            self.text(MARGIN, self.y, "fact", &fact);
            self.reach(MARGIN + fact.chars().count() * CHAR);
            self.y += LINE;
        }
        self.y += 6;
        let columns = Columns::of(figure);
        let old_width = figure.rows.iter().map(|row| match row {
            Row::Growth { old, .. } => columns.chain(old),
            _ => 0,
        });
        let old_width = old_width.max().unwrap_or(0);
        for row in &figure.rows {
            match row {
                Row::Note(note) => {
                    self.text(MARGIN, self.y + 13, "note", note);
                    self.y += LINE + 6;
                }
                Row::Chain(chain) => {
                    self.chain(chain, MARGIN, self.y, columns, "new");
                    self.y += TALL + 16;
                }
                Row::Growth { old, done, targets } => {
                    let top = self.y;
                    self.chain(old, MARGIN, top, columns, "old");
                    let from = MARGIN + columns.chain(old);
                    let to = MARGIN + old_width + ARROW;
                    for (i, target) in targets.iter().enumerate() {
                        let y = top + i * (TALL + 12);
                        self.chain(&target.chain, to, y, columns, "new");
                        if *done {
                            let (y0, y1) = (top + TALL / 2 + i * 12, y + TALL / 2);
                            let middle = from + (to - from) / 2;
                            let _ = writeln!(
                                self.body,
                                "<path class=\"link\" d=\"M{from} {y0} C{middle} {y0} {middle} {y1} {} {y1}\"/>",
                                to - 7
                            );
                            self.tip(to, y1);
                            self.text(to - 40, y1 - 8, "moved", &target.arrow);
                        }
                    }
                    self.y = top + targets.len().max(1) * (TALL + 12) + 10;
                }
            }
        }
        self.y += MARGIN;
    }

    /// The head of an arrow that points right, its tip at (x, y).
    fn tip(&mut self, x: usize, y: usize) {
        let _ = writeln!(self.body, "<path class=\"tip\" d=\"M{x} {y} l-8 -4 v8 z\"/>");
    }

    fn chain(&mut self, chain: &Chain, x: usize, y: usize, columns: Columns, class: &str) {
        let mut x = x;
        for (i, bucket) in chain.buckets.iter().enumerate() {
            if i > 0 {
                let (from, middle) = (x - GAP, y + TALL / 2);
                let _ = writeln!(self.body, "<path class=\"link\" d=\"M{from} {middle} H{}\"/>", x - 7);
                self.tip(x, middle);
            }
            let class = if i > 0 && class == "new" { "over" } else { class };
            self.bucket(bucket, x, y, columns, class);
            self.reach(x + columns.bucket);
            x += columns.bucket + GAP;
        }
    }

    fn bucket(&mut self, bucket: &Bucket, x: usize, y: usize, columns: Columns, class: &str) {
        let wide = columns.bucket;
        let _ = writeln!(self.body, "<g class=\"{class}\">");
        let _ = writeln!(
            self.body,
            "<rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{TALL}\" rx=\"5\"/>"
        );
        let _ = writeln!(
            self.body,
            "<path class=\"head\" d=\"M{} {} v-{} q0 -4 4 -4 h{} q4 0 4 4 v{} z\"/>",
            x + 1,
            y + HEAD,
            HEAD - 5,
            wide - 10,
            HEAD - 5
        );
        self.text(x + 8, y + 16, "label", &bucket.label);
        for (i, cell) in bucket.cells.iter().enumerate() {
            let top = y + HEAD + i * LINE;
            let base = top + 13;
            if cell.state == State::Live {
                let _ = writeln!(
                    self.body,
                    "<rect class=\"live\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{LINE}\"/>",
                    x + 1,
                    top + 1,
                    wide - 2
                );
            }
            if i > 0 {
                let _ = writeln!(self.body, "<path class=\"rule\" d=\"M{} {top} h{}\"/>", x + 1, wide - 2);
            }
            self.text(x + 8, base, "slot", &i.to_string());
            if cell.state == State::Live {
                self.text(x + 8 + 2 * CHAR, base, "top", &cell.top);
                self.text(x + 8 + 6 * CHAR, base, "key", &elided(&cell.key, columns.key));
                let elem = x + 8 + (6 + columns.key + 2) * CHAR;
                self.text(elem, base, "elem", &elided(&cell.elem, columns.elem));
            } else {
                let class = if cell.state == State::Moved { "moved" } else { "faint" };
                let stale = if cell.stale { " (stale bytes)" } else { "" };
                self.text(x + 8 + 2 * CHAR, base, class, &format!("{}{stale}", cell.top));
            }
        }
        self.body.push_str("</g>\n");
    }
}
