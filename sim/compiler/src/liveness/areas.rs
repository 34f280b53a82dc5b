//! Which areas are live: memory of the frame, as a whole each.
//!
//! There are two rules for an area whose address is in a word.
//! - [`Rule::Initialised`]: it is live from the moment it has a value until it is killed, since nobody knows who holds the
//!   address. Go's compilers did so until 1.11. Where it has a value on some paths only, it is zeroed at entry.
//! - [`Rule::LastUse`]: it is live as long as its address will be taken again, or it is accessed directly. Go does so since 1.12, whose
//!   collector finds memory of a frame through pointers to it, as *stack objects*.
//!
//! An area whose address never is in a word is live until its last use by either rule.

use crate::flow::blocks::Blocks;
use crate::flow::{Area, Flow, Inst, Kind, Mem};
use fixedbitset::FixedBitSet;

/// When an area whose address is taken is live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// From its initialisation to its end.
    Initialised,
    /// Until its last use.
    LastUse,
}

/// What an instruction means for areas.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Effect {
    /// Needs what is in it.
    Use(Area),
    /// Gives it a new value.
    Define(Area),
    /// Ends it.
    Kill(Area),
}

fn effects(flow: &Flow, inst: &Inst, mut f: impl FnMut(Effect)) {
    let mem = |m: Mem, f: &mut dyn FnMut(Effect)| {
        if let Mem::Area { area, .. } = m {
            f(Effect::Use(area));
        }
    };
    match inst.kind {
        Kind::Define(area) => f(Effect::Define(area)),
        Kind::Kill(area) => f(Effect::Kill(area)),
        Kind::Keep(area) => f(Effect::Use(area)),
        Kind::Addr { of, .. } => mem(of, &mut f),
        Kind::Return => flow.returned_areas.iter().for_each(|&a| f(Effect::Use(a))),
        // Writing is a use as well: what is not written stays as it is. A definition comes before a store of the whole.
        kind => kind.memory().into_iter().flatten().for_each(|(m, _)| mem(m, &mut f)),
    }
}

/// Areas at each safepoint.
#[derive(Debug)]
pub struct AreaLiveness {
    /// For each safepoint, by index of its instruction, ascending: the live areas.
    pub live: Vec<(usize, Vec<Area>)>,
    /// Live at entry: parameters in memory.
    pub entry: Vec<Area>,
    /// Areas that are listed where they have no value yet, so they must be zero at entry.
    pub ambiguous: Vec<Area>,
}

impl AreaLiveness {
    /// Computes the live areas at safepoints by a rule.
    pub fn new(flow: &Flow, blocks: &Blocks, rule: Rule) -> AreaLiveness {
        let tracked = |a: Area| !flow.areas[a.0 as usize].pointers.is_empty();
        let count = flow.areas.len();
        let by_init = |a: Area| rule == Rule::Initialised && flow.areas[a.0 as usize].taken;
        let mut always = FixedBitSet::with_capacity(count);
        flow.always_areas.iter().for_each(|a| always.insert(a.0 as usize));

        let used = last_uses(flow, blocks, &always);
        let initialised = initialised(flow, blocks);
        let mut result = AreaLiveness { live: Vec::new(), entry: Vec::new(), ambiguous: Vec::new() };
        let mut ambiguous = FixedBitSet::with_capacity(count);

        for (b, block) in blocks.list.iter().enumerate() {
            // Forward: what has a value, on some and on all paths.
            let (mut any, mut all) = initialised[b].clone();
            let mut at_points: Vec<(usize, FixedBitSet)> = Vec::new();
            for i in block.insts.clone() {
                let inst = &flow.insts[i];
                if inst.kind.is_safepoint() {
                    let mut live = FixedBitSet::with_capacity(count);
                    for a in any.ones().filter(|&a| by_init(Area(a as u32))) {
                        live.insert(a);
                        if !all.contains(a) {
                            ambiguous.insert(a);
                        }
                    }
                    at_points.push((i, live));
                }
                step_forward(flow, inst, &mut any, &mut all);
            }
            // Backward: what is used later.
            let mut live = used[b].clone();
            let mut points = at_points.iter_mut().rev();
            for i in block.insts.clone().rev() {
                let inst = &flow.insts[i];
                if inst.kind.is_safepoint()
                    && let Some((_, at)) = points.next()
                {
                    for a in live.ones().filter(|&a| !by_init(Area(a as u32)) || always.contains(a)) {
                        at.insert(a);
                    }
                }
                step_backward(flow, inst, &mut live, &always);
            }
            if b == 0 {
                let params = |a: &Area| flow.areas[a.0 as usize].fixed.is_some_and(|at| at >= flow.results);
                let entry = live.ones().map(|a| Area(a as u32)).filter(|&a| tracked(a));
                for area in entry {
                    match params(&area) {
                        true => result.entry.push(area),
                        // Used before it has a value on some path.
                        false => ambiguous.insert(area.0 as usize),
                    }
                }
            }
            for (i, live) in at_points {
                let areas = live.ones().map(|a| Area(a as u32)).filter(|&a| tracked(a)).collect();
                result.live.push((i, areas));
            }
        }
        result.ambiguous = ambiguous.ones().map(|a| Area(a as u32)).filter(|&a| tracked(a)).collect();
        result
    }
}

fn step_backward(flow: &Flow, inst: &Inst, live: &mut FixedBitSet, always: &FixedBitSet) {
    effects(flow, inst, |effect| match effect {
        Effect::Use(area) => live.insert(area.0 as usize),
        Effect::Define(area) | Effect::Kill(area) => {
            if !always.contains(area.0 as usize) {
                live.remove(area.0 as usize);
            }
        }
    });
}

fn step_forward(flow: &Flow, inst: &Inst, any: &mut FixedBitSet, all: &mut FixedBitSet) {
    effects(flow, inst, |effect| match effect {
        // Its address is handed out before it has a value.
        Effect::Use(area) => any.insert(area.0 as usize),
        Effect::Define(area) => {
            any.insert(area.0 as usize);
            all.insert(area.0 as usize);
        }
        Effect::Kill(area) => {
            any.remove(area.0 as usize);
            all.remove(area.0 as usize);
        }
    });
}

/// The areas that are used after each block, before they get a new value.
fn last_uses(flow: &Flow, blocks: &Blocks, always: &FixedBitSet) -> Vec<FixedBitSet> {
    let size = flow.areas.len();
    let mut ins = vec![FixedBitSet::with_capacity(size); blocks.list.len()];
    let mut outs = vec![always.clone(); blocks.list.len()];
    let order = blocks.postorder();
    let mut changed = true;
    while changed {
        changed = false;
        for &b in &order {
            let b = b as usize;
            let mut out = outs[b].clone();
            for &succ in &blocks.list[b].succs {
                out.union_with(&ins[succ as usize]);
            }
            let mut live = out.clone();
            outs[b] = out;
            for inst in flow.insts[blocks.list[b].insts.clone()].iter().rev() {
                step_backward(flow, inst, &mut live, always);
            }
            changed |= live != ins[b];
            ins[b] = live;
        }
    }
    outs
}

/// The areas that have a value at each block's start: on some path, and on all.
fn initialised(flow: &Flow, blocks: &Blocks) -> Vec<(FixedBitSet, FixedBitSet)> {
    let size = flow.areas.len();
    let mut at_entry = FixedBitSet::with_capacity(size);
    for (i, area) in flow.areas.iter().enumerate() {
        at_entry.set(i, area.fixed.is_some_and(|at| at >= flow.results));
    }
    let mut full = FixedBitSet::with_capacity(size);
    full.insert_range(..);
    let mut ins: Vec<(FixedBitSet, FixedBitSet)> =
        blocks.list.iter().map(|_| (FixedBitSet::with_capacity(size), full.clone())).collect();
    if let Some(first) = ins.first_mut() {
        *first = (at_entry.clone(), at_entry.clone());
    }
    if let Some(recover) = blocks.recover {
        // It is come to from anywhere. Parameters have a value everywhere. What ends somewhere may have ended: it holds what
        // nobody has kept alive since, and nobody needs it any more.
        for inst in &flow.insts {
            if let Kind::Kill(area) = inst.kind {
                full.remove(area.0 as usize);
            }
        }
        ins[recover as usize] = (full, at_entry);
    }
    let mut order = blocks.postorder();
    order.reverse();
    let mut changed = true;
    while changed {
        changed = false;
        for &b in &order {
            let b = b as usize;
            let (mut any, mut all) = ins[b].clone();
            for inst in &flow.insts[blocks.list[b].insts.clone()] {
                step_forward(flow, inst, &mut any, &mut all);
            }
            for &succ in &blocks.list[b].succs {
                let next = &mut ins[succ as usize];
                let before = (next.0.count_ones(..), next.1.count_ones(..));
                next.0.union_with(&any);
                next.1.intersect_with(&all);
                changed |= before != (next.0.count_ones(..), next.1.count_ones(..));
            }
        }
    }
    ins
}
