//! Which words are live: backward dataflow over blocks.
//!
//! Only words that are live across blocks take part in the dataflow; the others live and die within one.

use crate::flow::blocks::Blocks;
use crate::flow::{Flow, Inst, Kind, Word};
use fixedbitset::FixedBitSet;

/// Live words at the ends of blocks.
#[derive(Debug)]
pub struct WordLiveness {
    /// The words that are live across blocks.
    across: Vec<Word>,
    /// Live at each block's start and end, by index of `across`.
    ins: Vec<FixedBitSet>,
    outs: Vec<FixedBitSet>,
    /// Live everywhere, whatever is written to them.
    always: FixedBitSet,
}

/// The words that an instruction reads, what a return reads included.
pub fn reads(flow: &Flow, inst: &Inst, mut f: impl FnMut(Word)) {
    inst.kind.uses(|w| {
        if w.outgoing().is_none() {
            f(w);
        }
    });
    if let Kind::Return = inst.kind {
        flow.returned.iter().for_each(|&w| f(w));
    }
}

/// The words that an instruction writes.
pub fn writes(inst: &Inst) -> impl Iterator<Item = Word> + use<> {
    inst.kind.defs().filter(|w| w.outgoing().is_none())
}

impl WordLiveness {
    /// Solves the equations of liveness.
    ///
    /// A panic may be recovered from anywhere: what the code reads that continues then is live everywhere.
    pub fn new(flow: &Flow, blocks: &Blocks) -> WordLiveness {
        let first = WordLiveness::solve(flow, blocks, flow.always.clone());
        let Some(recover) = blocks.recover else { return first };
        let always = first.live_in(recover as usize).collect();
        WordLiveness::solve(flow, blocks, always)
    }

    fn solve(flow: &Flow, blocks: &Blocks, list: Vec<Word>) -> WordLiveness {
        let count = flow.words.len();
        let mut always = FixedBitSet::with_capacity(count);
        list.iter().for_each(|w| always.insert(w.index()));

        // What a block reads before it writes it; and thereby the words that matter.
        let mut number = vec![u32::MAX; count];
        let mut across = Vec::new();
        let mut written_in = vec![u32::MAX; count];
        let mut exposed: Vec<Vec<u32>> = Vec::with_capacity(blocks.list.len());
        for (b, block) in blocks.list.iter().enumerate() {
            let mut reads_first = Vec::new();
            for inst in &flow.insts[block.insts.clone()] {
                reads(flow, inst, |w| {
                    if written_in[w.index()] != b as u32 {
                        if number[w.index()] == u32::MAX {
                            number[w.index()] = across.len() as u32;
                            across.push(w);
                        }
                        reads_first.push(number[w.index()]);
                    }
                });
                writes(inst).for_each(|w| written_in[w.index()] = b as u32);
            }
            exposed.push(reads_first);
        }
        for &w in &list {
            if number[w.index()] == u32::MAX {
                number[w.index()] = across.len() as u32;
                across.push(w);
            }
        }

        let size = across.len();
        let empty = || vec![FixedBitSet::with_capacity(size); blocks.list.len()];
        let (mut ins, mut outs, mut kills) = (empty(), empty(), empty());
        for (b, block) in blocks.list.iter().enumerate() {
            exposed[b].iter().for_each(|&n| ins[b].insert(n as usize));
            for inst in &flow.insts[block.insts.clone()] {
                for w in writes(inst).filter(|w| number[w.index()] != u32::MAX && !always.contains(w.index())) {
                    kills[b].insert(number[w.index()] as usize);
                }
            }
            for w in &list {
                ins[b].insert(number[w.index()] as usize);
                outs[b].insert(number[w.index()] as usize);
            }
        }
        let order = blocks.postorder();
        let mut changed = true;
        while changed {
            changed = false;
            for &b in &order {
                let b = b as usize;
                for &succ in &blocks.list[b].succs {
                    outs[b].union_with(&ins[succ as usize]);
                }
                let before = ins[b].count_ones(..);
                let mut through = outs[b].clone();
                through.difference_with(&kills[b]);
                ins[b].union_with(&through);
                changed |= ins[b].count_ones(..) != before;
            }
        }
        WordLiveness { across, ins, outs, always }
    }

    /// The words that are live at a block's start.
    pub fn live_in(&self, block: usize) -> impl Iterator<Item = Word> + '_ {
        self.ins[block].ones().map(|n| self.across[n])
    }

    /// The words that are live at a block's end.
    pub fn live_out(&self, block: usize) -> impl Iterator<Item = Word> + '_ {
        self.outs[block].ones().map(|n| self.across[n])
    }

    /// Goes through all instructions, each block from its end, telling the words that are live after each one. If it says that the
    /// instruction goes, what it reads does not count.
    pub fn backward(&self, flow: &Flow, blocks: &Blocks, mut visit: impl FnMut(usize, &Inst, &FixedBitSet) -> bool) {
        let mut live = FixedBitSet::with_capacity(flow.words.len());
        for (b, block) in blocks.list.iter().enumerate() {
            live.clear();
            self.live_out(b).for_each(|w| live.insert(w.index()));
            for i in block.insts.clone().rev() {
                let inst = &flow.insts[i];
                if !visit(i, inst, &live) {
                    continue;
                }
                writes(inst).filter(|w| !self.always.contains(w.index())).for_each(|w| live.remove(w.index()));
                reads(flow, inst, |w| live.insert(w.index()));
            }
        }
    }
}
