//! Write barriers: which pointer stores have one, and why.
//!
//! Every store of something with pointers has a write barrier, unless one of these is known ([`Reason`]):
//! 1. it writes to this goroutine's stack, which is no part of the heap;
//! 2. it writes something that is no heap pointer over nil, in memory that is fresh from the allocator: neither half of a
//!    barrier has anything to shade;
//! 3. it copies read-only data into an object that was just made: the same, as a block.
//!
//! Two more are not made at all: a store that another one overwrites before anybody can look (`dead`), and the pointer of
//! `x.s = x.s[:n]`, which is there already (code generation's doing).
//!
//! What is known about a pointer comes from `values`. The store of a value of several words is one store for each; larger
//! values are copied as a block, with the barriers of all their pointers.
//!
//! Source: Go 1.19 cmd/compile/internal/ssa/writebarrier.go (`needwb`, `computeZeroMap`), deadstore.go (`dse`).

mod dead;
mod report;
mod values;

pub use report::{Decision, report};

use crate::flow::blocks::Blocks;
use crate::flow::{Barrier, Flow, Kind, Mem, Target, Word};
use crate::types::Types;
use values::{Origin, Value, Values};

/// Why a store of pointers has no write barrier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    /// It writes to this goroutine's stack.
    Stack,
    /// It writes an address that is not in the heap, or nil, to memory that is still zero since it was allocated.
    Fresh,
    /// It copies read-only data to memory that was just allocated.
    Readonly,
    /// It is overwritten before it can be seen, and not made.
    Dead,
    /// It would store the pointer that is there already, and is not made.
    Reslice,
}

impl Reason {
    /// As a part of a sentence.
    pub fn text(self) -> &'static str {
        match self {
            Reason::Stack => "the destination is on the stack",
            Reason::Fresh => "fresh memory is zero and the value is not in the heap",
            Reason::Readonly => "read-only data is copied to fresh memory",
            Reason::Dead => "dead store: the same place is written again before anybody looks",
            Reason::Reslice => "the slice keeps its pointer",
        }
    }
}

/// How many words of a fresh object are kept track of.
const TRACKED: u64 = 64;

/// The words of one fresh object that are zero still.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Zeroes {
    /// The object, by its value.
    object: u32,
    mask: u64,
    /// Has nothing been stored since it was made?
    untouched: bool,
}

/// Decides about all stores of a function; removes dead ones.
pub fn decide(flow: &mut Flow, types: &Types) {
    dead::remove(flow);
    let blocks = Blocks::new(flow);
    let mut values = Values::new(flow);
    let mut at_end: Vec<Option<Zeroes>> = vec![None; blocks.list.len()];
    for (b, block) in blocks.list.iter().enumerate() {
        values.enter();
        // What was known at the end of the only block that comes before.
        let mut zeroes = match block.preds[..] {
            [pred] if (pred as usize) < b => at_end[pred as usize],
            _ => None,
        };
        for i in block.insts.clone() {
            let kind = flow.insts[i].kind;
            let decided = decision(types, &mut values, zeroes, &kind);
            if let Some((barrier, target)) = decided
                && let Kind::Store { info, .. } | Kind::Copy { info, .. } | Kind::Clear { info, .. } =
                    &mut flow.insts[i].kind
            {
                if info.barrier == Barrier::Undecided {
                    info.barrier = barrier;
                }
                info.target = target;
            }
            values.step(&kind);
            zeroes = after(types, &mut values, zeroes, &kind);
        }
        at_end[b] = zeroes;
    }
}

/// What is decided about one instruction, if it stores pointers.
fn decision(types: &Types, values: &mut Values, zeroes: Option<Zeroes>, kind: &Kind) -> Option<(Barrier, Target)> {
    let (to, target) = match *kind {
        Kind::Store { to, info, .. } | Kind::Copy { to, info, .. } | Kind::Clear { to, info, .. } => (to, info.target),
        _ => return None,
    };
    let place = place(values, to);
    let target = match place {
        Some(value) if value.origin == Origin::MapSlot => Target::MapSlot,
        _ => target,
    };
    let spared = |reason| Some((Barrier::Spared(reason), target));
    if to.is_frame() || place.is_some_and(|p| p.origin == Origin::Stack) {
        return spared(Reason::Stack);
    }
    let object = zeroes.zip(place).filter(|(z, p)| z.object == p.id);
    match *kind {
        Kind::Copy { from, ty, .. } => {
            let readonly = match from {
                Mem::Static { .. } => true,
                Mem::Ptr { base, .. } => values.of(base).origin == Origin::Static,
                _ => false,
            };
            let whole = object.is_some_and(|(z, p)| z.untouched && p.offset >= 0 && types.size(ty) > 0);
            if readonly && whole {
                return spared(Reason::Readonly);
            }
        }
        Kind::Store { src, .. } if !may_be_heap(values, src) => {
            if let Some((zeroes, place)) = object
                && (0..TRACKED as i64 * 8).contains(&place.offset)
                && zeroes.mask >> (place.offset / 8) & 1 == 1
            {
                return spared(Reason::Fresh);
            }
        }
        _ => {}
    }
    Some((Barrier::Needed, target))
}

/// The address of memory, if it is behind a pointer.
fn place(values: &mut Values, mem: Mem) -> Option<Value> {
    let Mem::Ptr { base, offset, .. } = mem else { return None };
    let value = values.of(base);
    Some(Value { offset: value.offset + offset, ..value })
}

/// Can a value be a pointer into the heap?
fn may_be_heap(values: &mut Values, word: Word) -> bool {
    matches!(values.of(word).origin, Origin::Unknown | Origin::Stack | Origin::Fresh(_) | Origin::MapSlot)
}

/// What is known to be zero after an instruction.
fn after(types: &Types, values: &mut Values, zeroes: Option<Zeroes>, kind: &Kind) -> Option<Zeroes> {
    match *kind {
        Kind::New { dst, ty } => {
            let words = (types.size(ty) / 8).min(TRACKED);
            let mask = if words == 64 { u64::MAX } else { (1 << words) - 1 };
            Some(Zeroes { object: values.of(dst).id, mask, untouched: true })
        }
        Kind::Store { to, width, .. } => {
            let place = place(values, to)?;
            let mut zeroes = zeroes.filter(|z| z.object == place.id)?;
            let first = place.offset.div_euclid(8).max(0);
            let last = (place.offset + width.bytes() as i64 - 1).div_euclid(8).min(TRACKED as i64 - 1);
            for word in first..=last {
                zeroes.mask &= !(1 << word);
            }
            zeroes.untouched = false;
            Some(zeroes)
        }
        Kind::Copy { .. } | Kind::Clear { .. } | Kind::SetIndex { .. } | Kind::Call { .. } => None,
        _ => zeroes,
    }
}
