//! When the heap's oracles judge.

use super::{Instruments, Runtime};
use crate::collector::Phase;
use crate::effects::Stop;
use crate::verify::{self, Violation};

impl<I: Instruments> Runtime<I> {
    /// Judges the accounts, before a cycle and so after all that the last one swept.
    pub(super) fn judge_accounts(&mut self) -> Result<(), Stop> {
        let found = if I::CHECK && self.checks.accounting { verify::accounting(self) } else { Vec::new() };
        self.judged(found)
    }

    /// Judges the colours, when marking begins and before it ends.
    pub(super) fn judge_colours(&mut self) -> Result<(), Stop> {
        let judges = I::CHECK && self.checks.tricolor && self.collector.phase == Phase::Mark;
        let found = if judges { verify::tricolor(self, self.placement.invariant) } else { Vec::new() };
        self.judged(found)
    }

    /// Judges at the end of marking: whatever the program can reach is marked, and the accounts are in order.
    pub(super) fn judge_mark_end(&mut self) -> Result<(), Stop> {
        let judges = I::CHECK && self.checks.reachability;
        let found = if judges { verify::reachability(self) } else { Vec::new() };
        self.judged(found)?;
        self.judge_accounts()
    }

    pub(super) fn judged(&mut self, found: Vec<Violation>) -> Result<(), Stop> {
        self.scratch.0.reset();
        if found.is_empty() {
            return Ok(());
        }
        self.violations.extend(found);
        Err(Stop::Violation)
    }

    /// Tells a violation that the layer above found with an oracle of its own.
    pub fn report(&mut self, violation: Violation) -> Stop {
        self.violations.push(violation);
        Stop::Violation
    }
}
