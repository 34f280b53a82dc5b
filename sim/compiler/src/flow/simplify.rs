//! Simplification: what generation leaves to do because it sees one node at a time.
//!
//! Per block, in this order, twice:
//! 1. *forward*: a temporary that is a copy is replaced by what it is a copy of; memory behind a pointer to an area is that area;
//!    a pointer that was followed once is not nil;
//! 2. *backward*: what is computed only to be moved is computed where it is moved to;
//! 3. *dead code*: what has no effect and is not read later goes.
//!
//! Variables keep their names: only temporaries are replaced by others. Words of runs stay where they are.

use super::blocks::Blocks;
use super::{Binary, Flow, Kind, Mem, Operand, Owner, Word};
use crate::flow::frame::fits;
use crate::ir::{Class, Func};
use crate::liveness::words::{WordLiveness, reads};
use std::collections::HashMap;

/// At most so many copies are remembered at once.
const MOST_COPIES: usize = 64;

/// Simplifies a function from which dead blocks have been removed.
pub fn simplify(flow: &mut Flow, func: &Func<'_>) {
    for _ in 0..2 {
        let blocks = Blocks::new(flow);
        Forward::new(flow, func).run(&blocks);
        backward(flow, &blocks);
        let blocks = Blocks::new(flow);
        dead_code(flow, &blocks);
    }
    retake(flow);
}

/// How often each word is read and written.
fn count(flow: &Flow) -> (Vec<u32>, Vec<u32>) {
    let mut uses = vec![0; flow.words.len()];
    let mut defs = vec![0; flow.words.len()];
    for (i, word) in flow.words.iter().enumerate() {
        // Parameters and the closure arrive with a value.
        let arrives = word.fixed.is_some_and(|at| at >= flow.results) || flow.closure == Some(Word(i as u32));
        defs[i] = u32::from(arrives);
    }
    flow.given.iter().chain(&flow.always).for_each(|w| defs[w.index()] += 1);
    for inst in &flow.insts {
        reads(flow, inst, |w| uses[w.index()] += 1);
        inst.kind.defs().filter(|w| w.outgoing().is_none()).for_each(|w| defs[w.index()] += 1);
    }
    (uses, defs)
}

// --- forward ----------------------------------------------------------------------------------------

struct Forward<'f> {
    flow: &'f mut Flow,
    /// Words that are no variable of the program.
    temporary: Vec<bool>,
    /// For words that are written once: the number, or the address in the frame, that they hold.
    numbers: HashMap<Word, i64>,
    addresses: HashMap<Word, Mem>,
    /// Within a block: what words are copies of, and which are not nil.
    copies: Vec<(Word, Word)>,
    followed: Vec<Word>,
}

impl<'f> Forward<'f> {
    fn new(flow: &'f mut Flow, func: &Func<'_>) -> Forward<'f> {
        let (_, defs) = count(flow);
        let (mut numbers, mut addresses) = (HashMap::new(), HashMap::new());
        for inst in &flow.insts {
            match inst.kind {
                Kind::Int { dst, value } if dst.outgoing().is_none() && defs[dst.index()] == 1 => {
                    numbers.insert(dst, value);
                }
                Kind::Addr { dst, of: of @ Mem::Area { .. } } if dst.outgoing().is_none() && defs[dst.index()] == 1 => {
                    addresses.insert(dst, of);
                }
                _ => {}
            }
        }
        let is_temporary = |owner: Owner| match owner {
            Owner::Local(id, _) => func.local(id).class == Class::Temp,
            Owner::Heap(_) => false,
            Owner::Scratch => true,
        };
        let temporary = flow.words.iter().map(|w| is_temporary(w.owner)).collect();
        Forward { flow, temporary, numbers, addresses, copies: Vec::new(), followed: Vec::new() }
    }

    fn run(mut self, blocks: &Blocks) {
        for block in &blocks.list {
            self.copies.clear();
            self.followed.clear();
            for i in block.insts.clone() {
                let mut kind = self.flow.insts[i].kind;
                self.step(&mut kind);
                self.flow.insts[i].kind = kind;
            }
        }
    }

    fn step(&mut self, kind: &mut Kind) {
        kind.uses_mut(|w| *w = self.original(*w));
        self.constants(kind);
        self.through_addresses(kind);
        self.follow(kind);
        if kind.is_safepoint() || reaches_outgoing(kind) {
            self.copies.retain(|(_, src)| src.outgoing().is_none());
        }
        for w in kind.defs() {
            self.copies.retain(|&(dst, src)| dst != w && src != w);
            self.followed.retain(|&f| f != w);
        }
        if let Kind::Mov { dst, src } = *kind
            && dst != src
            && self.is_replaceable(dst, src)
        {
            if self.copies.len() == MOST_COPIES {
                self.copies.remove(0);
            }
            self.copies.push((dst, src));
        }
    }

    /// Can what a word is a copy of be read in its place?
    fn is_replaceable(&self, dst: Word, src: Word) -> bool {
        if dst.outgoing().is_some() || !self.temporary[dst.index()] {
            return false;
        }
        let info = self.flow.word(dst);
        // A pointer must not hide in a word that the collector does not look at.
        let visible = src.outgoing().is_some() || self.flow.word(src).pointer || !info.pointer;
        visible && !info.joined
    }

    fn original(&self, word: Word) -> Word {
        self.copies.iter().rev().find(|(dst, _)| *dst == word).map_or(word, |&(_, src)| src)
    }

    fn constants(&self, kind: &mut Kind) {
        match kind {
            Kind::Mov { dst, src } => {
                if let Some(&value) = self.numbers.get(src) {
                    *kind = Kind::Int { dst: *dst, value };
                }
            }
            Kind::Binary { op, y: y @ Operand::Word(_), .. } => {
                let Operand::Word(word) = *y else { return };
                let Some(&n) = self.numbers.get(&word) else { return };
                let takes = matches!(op, Binary::Add | Binary::Mul | Binary::And | Binary::Or | Binary::Xor);
                if takes && fits(Operand::Imm(n), 32) {
                    *y = Operand::Imm(n);
                }
            }
            _ => {}
        }
    }

    /// Memory behind a pointer to an area is that area.
    fn through_addresses(&self, kind: &mut Kind) {
        let areas = &self.flow.areas;
        let direct = |mem: &mut Mem, size: u64| {
            let Mem::Ptr { base, offset, .. } = *mem else { return };
            let Some(&Mem::Area { area, offset: at }) = self.addresses.get(&base) else { return };
            let at = at as i64 + offset;
            if at >= 0 && at as u64 + size <= areas[area.0 as usize].words as u64 * 8 {
                *mem = Mem::Area { area, offset: at as u32 };
            }
        };
        match kind {
            Kind::Load { from, width, .. } => direct(from, width.bytes() as u64),
            Kind::Store { to, width, .. } => direct(to, width.bytes() as u64),
            Kind::Addr { of, .. } => direct(of, 0),
            Kind::Copy { to, from, .. } => {
                direct(to, 0);
                direct(from, 0);
            }
            Kind::Clear { to, .. } => direct(to, 0),
            _ => {}
        }
    }

    /// Remembers pointers that are not nil, because they were followed.
    fn follow(&mut self, kind: &mut Kind) {
        let mut see = |mem: &mut Mem| {
            if let Mem::Ptr { base, checked, .. } = mem {
                if *checked || self.followed.contains(base) {
                    *checked = true;
                } else if self.followed.len() < MOST_COPIES {
                    self.followed.push(*base);
                }
            }
        };
        match kind {
            Kind::Load { from, .. } => see(from),
            Kind::Store { to, .. } | Kind::Clear { to, .. } => see(to),
            Kind::NilCheck { x } => match self.followed.contains(x) || self.addresses.contains_key(x) {
                // Nothing to do: what it reads is read for no purpose.
                true => *kind = Kind::Mov { dst: *x, src: *x },
                false => self.followed.push(*x),
            },
            _ => {}
        }
    }
}

/// Does it read or write outgoing words as memory, so that they are not among its words?
fn reaches_outgoing(kind: &Kind) -> bool {
    let is_outgoing = |mem: Mem| matches!(mem, Mem::Out { .. });
    match *kind {
        Kind::Addr { of, .. } => is_outgoing(of),
        kind => kind.memory().into_iter().flatten().any(|(mem, _)| is_outgoing(mem)),
    }
}

// --- backward ---------------------------------------------------------------------------------------

/// Computes values where they are moved to.
fn backward(flow: &mut Flow, blocks: &Blocks) {
    let (uses, defs) = count(flow);
    let mut gone = vec![false; flow.insts.len()];
    let mut written: HashMap<Word, usize> = HashMap::new();
    let mut touched: HashMap<Word, usize> = HashMap::new();
    for block in &blocks.list {
        written.clear();
        touched.clear();
        let mut last_point = None;
        for i in block.insts.clone() {
            let kind = flow.insts[i].kind;
            if let Kind::Mov { dst, src } = kind {
                if dst == src {
                    gone[i] = true;
                    continue;
                }
                let movable = src.outgoing().is_none()
                    && !flow.word(src).joined
                    && uses[src.index()] == 1
                    && defs[src.index()] == 1
                    && !flow.always.contains(&dst);
                if movable
                    && let Some(&j) = written.get(&src)
                    && flow.insts[j].kind.def() == Some((src, 1))
                    && touched.get(&dst).is_none_or(|&at| at <= j)
                    && (dst.outgoing().is_none() || last_point.is_none_or(|at| at < j))
                    && !(dst.outgoing().is_some() && flow.insts[j].kind.is_safepoint())
                {
                    set_dst(&mut flow.insts[j].kind, dst);
                    gone[i] = true;
                    written.insert(dst, j);
                    touched.insert(dst, i);
                    continue;
                }
            }
            kind.uses(|w| _ = touched.insert(w, i));
            for w in kind.defs() {
                written.insert(w, i);
                touched.insert(w, i);
            }
            if kind.is_safepoint() || reaches_outgoing(&kind) {
                last_point = Some(i);
            }
        }
    }
    remove(flow, &gone);
}

fn set_dst(kind: &mut Kind, to: Word) {
    match kind {
        Kind::Mov { dst, .. }
        | Kind::Int { dst, .. }
        | Kind::Addr { dst, .. }
        | Kind::TypeWord { dst, .. }
        | Kind::Unary { dst, .. }
        | Kind::Binary { dst, .. }
        | Kind::Load { dst, .. }
        | Kind::Scale { dst, .. }
        | Kind::Element { dst, .. }
        | Kind::Index { dst, .. }
        | Kind::SlicePtr { dst, .. }
        | Kind::New { dst, .. } => *dst = to,
        _ => {}
    }
}

fn remove(flow: &mut Flow, gone: &[bool]) {
    let mut gone = gone.iter();
    flow.insts.retain(|_| !gone.next().is_some_and(|g| *g));
}

// --- dead code --------------------------------------------------------------------------------------

/// What becomes of an instruction whose result nobody reads.
enum Fate {
    Stays,
    Goes,
    /// Only the check for nil is left.
    Check(Word),
}

fn fate(kind: &Kind) -> Fate {
    match *kind {
        Kind::Mov { .. }
        | Kind::Int { .. }
        | Kind::Addr { .. }
        | Kind::TypeWord { .. }
        | Kind::Unary { .. }
        | Kind::Scale { .. }
        | Kind::SlicePtr { .. }
        | Kind::DivComplex { .. } => Fate::Goes,
        Kind::Binary { op: Binary::DivS | Binary::DivU | Binary::RemS | Binary::RemU, .. } => Fate::Stays,
        Kind::Binary { .. } => Fate::Goes,
        Kind::Load { from: Mem::Ptr { base, checked: false, .. }, .. } => Fate::Check(base),
        Kind::Load { .. } => Fate::Goes,
        _ => Fate::Stays,
    }
}

/// Removes what has no effect.
fn dead_code(flow: &mut Flow, blocks: &Blocks) {
    let words = WordLiveness::new(flow, blocks);
    let mut gone = vec![false; flow.insts.len()];
    let mut checks = Vec::new();
    words.backward(flow, blocks, |i, inst, live| {
        let Some((first, count)) = inst.kind.def() else { return true };
        let read = |w: Word| w.outgoing().is_some() || live.contains(w.index()) || flow.always.contains(&w);
        if (0..count).any(|n| read(first.next(n))) {
            return true;
        }
        match fate(&inst.kind) {
            Fate::Stays => true,
            Fate::Goes => {
                gone[i] = true;
                false
            }
            Fate::Check(base) => {
                checks.push((i, base));
                true
            }
        }
    });
    for (i, base) in checks {
        // The next part of the same value notices as well.
        let next = (i + 1..flow.insts.len()).take(4).find(|&j| !gone[j]);
        let same = next.filter(|&j| match flow.insts[j].kind {
            Kind::Load { from: Mem::Ptr { base: other, offset, .. }, .. } => {
                other == base && (0..4096).contains(&offset)
            }
            _ => false,
        });
        match same {
            Some(j) => {
                gone[i] = true;
                if let Kind::Load { from: Mem::Ptr { checked, .. }, .. } = &mut flow.insts[j].kind {
                    *checked = false;
                }
            }
            None => flow.insts[i].kind = Kind::NilCheck { x: base },
        }
    }
    remove(flow, &gone);
}

/// Whose addresses are in words still?
fn retake(flow: &mut Flow) {
    flow.areas.iter_mut().for_each(|a| a.taken = false);
    for inst in &flow.insts {
        if let Kind::Addr { of: Mem::Area { area, .. }, .. } = inst.kind {
            flow.areas[area.0 as usize].taken = true;
        }
    }
}
