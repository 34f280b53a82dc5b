//! Dead stores: the first of two to the same place with nothing in between that could see it.
//!
//! Within a block, from its end: a store of words that are stored again later goes, if no memory is read, nothing is called
//! and no block is copied before that. Two places are the same if the same value, at the same distance, is their address.
//!
//! Source: `dse`, Go 1.19 cmd/compile/internal/ssa/deadstore.go.

use super::Reason;
use super::values::{Value, Values};
use crate::flow::blocks::Blocks;
use crate::flow::{Barrier, Flow, Kind, Mem};
use std::collections::HashSet;

/// A place in memory: the number of its address's value, and bytes from there.
type Place = (u32, i64, u32);

/// Package variables that instructions reach without an address in a word.
const GLOBALS: u32 = u32::MAX;

/// Removes dead stores; those of pointers are noted.
pub fn remove(flow: &mut Flow) {
    let blocks = Blocks::new(flow);
    let mut values = Values::new(flow);
    let mut gone = vec![false; flow.insts.len()];
    for block in &blocks.list {
        values.enter();
        let mut places: Vec<Option<Place>> = Vec::with_capacity(block.insts.len());
        for inst in &flow.insts[block.insts.clone()] {
            places.push(place(&mut values, &inst.kind));
            values.step(&inst.kind);
        }
        let mut shadowed: HashSet<Place> = HashSet::new();
        for (i, place) in block.insts.clone().zip(places).rev() {
            match (flow.insts[i].kind, place) {
                (Kind::Store { .. }, Some(place)) => gone[i] = !shadowed.insert(place),
                (kind, _) if looks(&kind) => shadowed.clear(),
                _ => {}
            }
        }
    }
    for (inst, _) in flow.insts.iter().zip(&gone).filter(|(_, gone)| **gone) {
        if let Kind::Store { info, .. } = inst.kind
            && info.barrier != Barrier::NoPointers
        {
            flow.unmade.push((inst.pos, info.target, Reason::Dead));
        }
    }
    let mut gone = gone.into_iter();
    flow.insts.retain(|_| !gone.next().unwrap_or(false));
}

/// Where a store writes to.
fn place(values: &mut Values, kind: &Kind) -> Option<Place> {
    let Kind::Store { to, width, .. } = *kind else { return None };
    match to {
        Mem::Ptr { base, offset, .. } => {
            let Value { id, offset: from, .. } = values.of(base);
            Some((id, from + offset, width.bytes()))
        }
        Mem::Global { offset } => Some((GLOBALS, offset as i64, width.bytes())),
        _ => None,
    }
}

/// Can it see what was stored, or does it store in a way that is not kept track of?
fn looks(kind: &Kind) -> bool {
    match *kind {
        Kind::Load { from, .. } => !matches!(from, Mem::Static { .. } | Mem::Out { .. } | Mem::Area { .. }),
        Kind::Store { to, .. } => !to.is_frame(),
        Kind::Copy { .. }
        | Kind::Clear { .. }
        | Kind::Index { .. }
        | Kind::IndexPair { .. }
        | Kind::SetIndex { .. }
        | Kind::Call { .. }
        | Kind::New { .. } => true,
        // A panic on the way would show it to a deferred call.
        Kind::NilCheck { .. }
        | Kind::Bounds { .. }
        | Kind::Element { .. }
        | Kind::SliceBounds { .. }
        | Kind::CheckShift { .. } => true,
        Kind::Binary { op, .. } => matches!(
            op,
            crate::flow::Binary::DivS
                | crate::flow::Binary::DivU
                | crate::flow::Binary::RemS
                | crate::flow::Binary::RemU
        ),
        _ => false,
    }
}
