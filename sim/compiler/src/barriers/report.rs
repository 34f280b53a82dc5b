//! What was decided, for people.

use super::Reason;
use crate::flow::{Barrier, Flow, Kind, Target};
use crate::source::Pos;

/// A store of pointers, and why it has a write barrier or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Where.
    pub pos: Pos,
    /// What it writes to.
    pub target: Target,
    /// Why it has none; `None` if it has one.
    pub spared: Option<Reason>,
}

impl Decision {
    /// The message: Go's compiler's, or why there is no barrier.
    pub fn text(&self) -> String {
        match self.spared {
            None => "write barrier".to_owned(),
            Some(reason) => format!("no write barrier: {}", reason.text()),
        }
    }
}

/// All stores of pointers of a function, in its order; those that are not made at the end.
pub fn report(flow: &Flow) -> Vec<Decision> {
    let made = flow.insts.iter().filter_map(|inst| {
        let (Kind::Store { info, .. } | Kind::Copy { info, .. } | Kind::Clear { info, .. }) = inst.kind else {
            return None;
        };
        let spared = match info.barrier {
            Barrier::NoPointers => return None,
            Barrier::Undecided | Barrier::Needed => None,
            Barrier::Spared(reason) => Some(reason),
        };
        Some(Decision { pos: inst.pos, target: info.target, spared })
    });
    let unmade = flow.unmade.iter().map(|&(pos, target, reason)| Decision { pos, target, spared: Some(reason) });
    made.chain(unmade).collect()
}
