//! Basic blocks of a function in flow form, and the removal of what cannot be reached.

use super::{Flow, Kind, Label};
use std::ops::Range;

/// Instructions that are executed one after another, from the first to the last.
#[derive(Clone, Debug)]
pub struct Block {
    /// Which instructions.
    pub insts: Range<usize>,
    /// The blocks that may come next.
    pub succs: Vec<u32>,
    /// The blocks that may have come before.
    pub preds: Vec<u32>,
}

/// The blocks of a function, in the order of its instructions. The first is its entry.
#[derive(Clone, Debug)]
pub struct Blocks {
    /// The blocks.
    pub list: Vec<Block>,
    /// The one where code continues after a recovered panic.
    pub recover: Option<u32>,
}

impl Blocks {
    /// Cuts a function into blocks.
    pub fn new(flow: &Flow) -> Blocks {
        let mut list: Vec<Block> = Vec::new();
        let mut block_of = vec![u32::MAX; flow.labels as usize];
        let mut start = 0;
        let close = |list: &mut Vec<Block>, start: &mut usize, end: usize| {
            if end > *start {
                list.push(Block { insts: *start..end, succs: Vec::new(), preds: Vec::new() });
                *start = end;
            }
        };
        for (i, inst) in flow.insts.iter().enumerate() {
            match inst.kind {
                Kind::Label(label) => {
                    if i > 0 && !matches!(flow.insts[i - 1].kind, Kind::Label(_)) {
                        close(&mut list, &mut start, i);
                    }
                    block_of[label.0 as usize] = list.len() as u32;
                }
                kind if kind.is_end() || kind.target().is_some() => close(&mut list, &mut start, i + 1),
                _ => {}
            }
        }
        close(&mut list, &mut start, flow.insts.len());
        let find = |label: Label| Some(block_of[label.0 as usize]).filter(|&b| (b as usize) < list.len());
        let mut edges = Vec::new();
        for (i, block) in list.iter().enumerate() {
            let last = flow.insts[block.insts.end - 1].kind;
            edges.extend(last.target().and_then(find).map(|to| (i, to)));
            let falls = !last.is_end() && i + 1 < list.len();
            let next = (i, i as u32 + 1);
            if falls && edges.last() != Some(&next) {
                edges.push(next);
            }
        }
        let recover = flow.recover.and_then(find);
        for (from, to) in edges {
            list[from].succs.push(to);
            list[to as usize].preds.push(from as u32);
        }
        Blocks { list, recover }
    }

    /// The blocks in an order in which most come after those before them, from the entry on.
    pub fn postorder(&self) -> Vec<u32> {
        let mut order = Vec::with_capacity(self.list.len());
        let mut seen = vec![false; self.list.len()];
        let roots = (!self.list.is_empty()).then_some(0).into_iter().chain(self.recover);
        for root in roots {
            let mut stack = vec![(root, 0)];
            if std::mem::replace(&mut seen[root as usize], true) {
                continue;
            }
            while let Some((block, next)) = stack.pop() {
                match self.list[block as usize].succs.get(next) {
                    Some(&succ) => {
                        stack.push((block, next + 1));
                        if !std::mem::replace(&mut seen[succ as usize], true) {
                            stack.push((succ, 0));
                        }
                    }
                    None => order.push(block),
                }
            }
        }
        order
    }
}

/// Removes what cannot be reached, and jumps that lead to the next instruction or to another jump.
pub fn prune(flow: &mut Flow) {
    thread(flow);
    let blocks = Blocks::new(flow);
    let mut reached = vec![false; blocks.list.len()];
    blocks.postorder().into_iter().for_each(|b| reached[b as usize] = true);
    let mut keep = vec![false; flow.insts.len()];
    for (block, reached) in blocks.list.iter().zip(reached) {
        keep[block.insts.clone()].fill(reached);
    }
    // A jump over nothing but labels.
    for i in 0..flow.insts.len() {
        let Some(to) = flow.insts[i].kind.target().filter(|_| keep[i]) else { continue };
        let next = flow.insts[i + 1..]
            .iter()
            .zip(&keep[i + 1..])
            .take_while(|(inst, keep)| !**keep || matches!(inst.kind, Kind::Label(_)));
        if next.into_iter().any(|(inst, _)| inst.kind == Kind::Label(to)) {
            keep[i] = false;
        }
    }
    let mut kept = keep.into_iter();
    flow.insts.retain(|_| kept.next().unwrap_or(true));
}

/// Lets jumps to jumps go where those go.
fn thread(flow: &mut Flow) {
    let mut goes: Vec<Option<Label>> = vec![None; flow.labels as usize];
    let mut waiting = Vec::new();
    for inst in &flow.insts {
        match inst.kind {
            Kind::Label(label) => waiting.push(label),
            Kind::Jump(to) => waiting.drain(..).for_each(|l| goes[l.0 as usize] = Some(to)),
            _ => waiting.clear(),
        }
    }
    let end = |label: Label| {
        let mut at = label;
        // Circles of jumps exist: `for {}`.
        for _ in 0..8 {
            match goes[at.0 as usize] {
                Some(next) if next != at => at = next,
                _ => break,
            }
        }
        at
    };
    for inst in &mut flow.insts {
        if let Kind::Jump(to) | Kind::Branch { to, .. } = &mut inst.kind {
            *to = end(*to);
        }
    }
}
