//! Frame layout: words to places of the frame.
//!
//! ```text
//! results │ parameters │ words that share places │ areas │ outgoing
//! ```
//!
//! A word occupies a place from where it is written to where it is last read (linear scan over the instructions, with blocks' live
//! sets for loops); words whose intervals do not meet share one, pointers with pointers. Runs get places side by side.
//! Places beyond the window that instructions reach ([`WINDOW`]) go through *shuttles*: a few places within it that
//! are kept free for that, if any are needed.
//!
//! Source: M. Poletto, V. Sarkar: Linear scan register allocation, 1999.

use super::blocks::Blocks;
use super::{Area, Flow, Kind, Operand, Word};
use crate::liveness::words::{WordLiveness, reads, writes};

/// How many places instructions reach.
pub const WINDOW: u32 = 256;

/// How many shuttles there are: for the operands of any instruction, and runs among them.
pub const SHUTTLES: u32 = 10;

/// The places of words and areas.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The place of each word; none for one that is never used.
    words: Vec<Option<u32>>,
    areas: Vec<u32>,
    /// The first of the shuttles, if there are any.
    pub shuttles: Option<u32>,
    /// Words of the frame without the outgoing ones: where those begin.
    pub size: u32,
    /// Words with them.
    pub reach: u32,
    /// Which places hold pointers in words, ascending; the areas' are not among them.
    pub pointers: Vec<u32>,
}

/// A place that words share.
#[derive(Clone, Debug)]
struct Slot {
    pointer: Option<bool>,
    /// When it is occupied, ascending and disjoint.
    busy: Vec<(u32, u32)>,
}

impl Slot {
    fn is_free(&self, (start, end): (u32, u32)) -> bool {
        let after = self.busy.partition_point(|&(s, _)| s < start);
        let clear_before = after == 0 || self.busy[after - 1].1 <= start;
        clear_before && self.busy.get(after).is_none_or(|&(s, _)| end <= s)
    }

    fn fits(&self, pointer: bool, interval: (u32, u32)) -> bool {
        self.pointer.is_none_or(|p| p == pointer) && self.is_free(interval)
    }

    fn take(&mut self, pointer: bool, interval: (u32, u32)) {
        self.pointer = Some(pointer);
        let at = self.busy.partition_point(|&(s, _)| s < interval.0);
        self.busy.insert(at, interval);
    }
}

/// Always.
const WHOLE: (u32, u32) = (0, u32::MAX);

impl Frame {
    /// Lays out a frame.
    pub fn new(flow: &Flow, blocks: &Blocks, live: &WordLiveness) -> Frame {
        let intervals = intervals(flow, blocks, live);
        let first = Frame::with(flow, &intervals, false);
        if first.reach < WINDOW { first } else { Frame::with(flow, &intervals, true) }
    }

    /// The place of a word.
    pub fn word(&self, word: Word) -> u32 {
        match word.outgoing() {
            Some(n) => self.size + n,
            None => self.words[word.index()].unwrap_or(0),
        }
    }

    /// Has a word a place?
    pub fn is_used(&self, word: Word) -> bool {
        self.words[word.index()].is_some()
    }

    /// The place of an area's first word.
    pub fn area(&self, area: Area) -> u32 {
        self.areas[area.0 as usize]
    }

    fn with(flow: &Flow, intervals: &[Option<(u32, u32)>], shuttles: bool) -> Frame {
        let mut slots: Vec<Slot> = Vec::new();
        let room = |slots: &mut Vec<Slot>, count: usize| {
            if slots.len() < count {
                slots.resize(count, Slot { pointer: None, busy: Vec::new() });
            }
        };
        let mut words = vec![None; flow.words.len()];
        let front = flow.results + flow.params;
        room(&mut slots, front as usize);
        for (i, info) in flow.words.iter().enumerate() {
            let Some(at) = info.fixed else { continue };
            words[i] = Some(at);
            slots[at as usize].pointer = Some(info.pointer);
            if let Some(interval) = intervals[i] {
                slots[at as usize].take(info.pointer, interval);
            }
        }
        for area in &flow.areas {
            if let Some(at) = area.fixed {
                slots[at as usize..(at + area.words) as usize].iter_mut().for_each(|s| s.take(false, WHOLE));
            }
        }
        let shuttles = shuttles.then_some(front);
        if let Some(at) = shuttles {
            room(&mut slots, (at + SHUTTLES) as usize);
            slots[at as usize..].iter_mut().for_each(|s| s.take(false, WHOLE));
        }

        // Runs in the order in which they come to life.
        let mut runs: Vec<(u32, Word, u32)> = Vec::new();
        let mut i = 0;
        while i < flow.words.len() {
            let count = flow.words[i].follow as usize + 1;
            if flow.words[i].fixed.is_none() {
                let start = intervals[i..i + count].iter().flatten().map(|&(s, _)| s).min();
                runs.extend(start.map(|s| (s, Word(i as u32), count as u32)));
            }
            i += count;
        }
        runs.sort_by_key(|&(start, word, _)| (start, word));
        let hints = hints(flow);
        for (_, first, count) in runs {
            let at = place(flow, intervals, &mut slots, &words, &hints, first, count);
            room(&mut slots, (at + count) as usize);
            for i in 0..count {
                let word = first.next(i).index();
                if let Some(interval) = intervals[word] {
                    slots[(at + i) as usize].take(flow.words[word].pointer, interval);
                    words[word] = Some(at + i);
                }
            }
        }

        let mut size = slots.len() as u32;
        let mut areas = Vec::with_capacity(flow.areas.len());
        for area in &flow.areas {
            areas.push(area.fixed.unwrap_or(size));
            if area.fixed.is_none() {
                size += area.words;
            }
        }
        let pointers = (0..slots.len() as u32).filter(|&i| slots[i as usize].pointer == Some(true)).collect();
        Frame { words, areas, shuttles, size, reach: size + outgoing(flow), pointers }
    }
}

/// The first place where a run fits; for a single word, rather where it is moved from or to.
fn place(
    flow: &Flow,
    intervals: &[Option<(u32, u32)>],
    slots: &mut [Slot],
    words: &[Option<u32>],
    hints: &[Option<Word>],
    first: Word,
    count: u32,
) -> u32 {
    let fits_at = |at: u32| {
        (0..count).all(|i| {
            let word = first.next(i).index();
            let slot = slots.get((at + i) as usize);
            intervals[word].is_none_or(|interval| slot.is_none_or(|s| s.fits(flow.words[word].pointer, interval)))
        })
    };
    if count == 1
        && let Some(hint) = hints[first.index()]
        && let Some(at) = words[hint.index()]
        && fits_at(at)
    {
        return at;
    }
    (0..slots.len() as u32).find(|&at| fits_at(at)).unwrap_or(slots.len() as u32)
}

/// For each word, one that it is moved from or to.
fn hints(flow: &Flow) -> Vec<Option<Word>> {
    let mut hints = vec![None; flow.words.len()];
    for inst in &flow.insts {
        if let Kind::Mov { dst, src } = inst.kind
            && dst.outgoing().is_none()
            && src.outgoing().is_none()
        {
            hints[dst.index()].get_or_insert(src);
            hints[src.index()].get_or_insert(dst);
        }
    }
    hints
}

/// How many outgoing words there are at most.
fn outgoing(flow: &Flow) -> u32 {
    let mut most = 0;
    let mut see = |w: Word| most = most.max(w.outgoing().map_or(0, |n| n + 1));
    for inst in &flow.insts {
        inst.kind.defs().for_each(&mut see);
        inst.kind.uses(&mut see);
    }
    let calls = flow.insts.iter().map(|inst| match inst.kind {
        Kind::Call { words, .. } => words,
        _ => 0,
    });
    calls.max().unwrap_or(0).max(most)
}

/// From where to where each word is alive: the instruction `i` reads at `2i` and writes at `2i + 1`.
fn intervals(flow: &Flow, blocks: &Blocks, live: &WordLiveness) -> Vec<Option<(u32, u32)>> {
    let mut intervals: Vec<Option<(u32, u32)>> = vec![None; flow.words.len()];
    let mut extend = |word: Word, from: u32, to: u32| {
        let interval = intervals[word.index()].get_or_insert((from, to));
        *interval = (interval.0.min(from), interval.1.max(to));
    };
    for (b, block) in blocks.list.iter().enumerate() {
        let (start, end) = (2 * block.insts.start as u32, 2 * block.insts.end as u32);
        // The entry's words arrive before its first instruction.
        live.live_in(b).for_each(|w| extend(w, start, start + 1));
        live.live_out(b).for_each(|w| extend(w, end - 1, end));
        for i in block.insts.clone() {
            let (read, write) = (2 * i as u32, 2 * i as u32 + 1);
            reads(flow, &flow.insts[i], |w| extend(w, read, write));
            writes(&flow.insts[i]).for_each(|w| extend(w, write, write + 1));
            // Written before everything is read.
            flow.insts[i].kind.temps().for_each(|w| extend(w, read, write + 1));
        }
    }
    intervals
}

/// Does an operand fit an instruction's number of so many bits?
pub fn fits(operand: Operand, bits: u32) -> bool {
    match operand {
        Operand::Imm(n) => n >= -(1 << (bits - 1)) && n < 1 << (bits - 1),
        Operand::Word(_) => false,
    }
}
