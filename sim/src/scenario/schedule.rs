//! Who runs when.

use crate::scenario::choice::choices;

choices! {
    /// How far an actor goes in one step.
    pub enum Gear {
        /// A whole operation: fast.
        Operation = "operation",
        /// One effect on memory: everything that can interleave does.
        Effect = "effect",
    }
}

/// Who runs when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// How far an actor goes in one step.
    pub gear: Gear,
    /// Seed of the schedule.
    pub seed: u64,
}
