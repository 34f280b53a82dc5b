//! What should come of a scenario.

use crate::scenario::choice::choices;

choices! {
    /// The verdict that is expected.
    pub enum ExpectedVerdict {
        /// A run finds nothing.
        Clean = "clean",
        /// No interleaving within the bounds violates anything.
        Safe = "safe",
        /// Something is violated.
        Violated = "violated",
        /// A limit stops it, such as that of the heap.
        Bounded = "bounded",
    }
}

choices! {
    /// What can go wrong in a run.
    pub enum ViolationKind {
        /// An object that can be reached was not marked.
        LostObject = "lost-object",
        /// Freed memory was used.
        UseAfterFree = "use-after-free",
        /// A map slot was used after the map had moved its entry.
        StaleSlot = "stale-slot",
        /// The invariant that the barrier claims was broken.
        Tricolor = "tricolor",
        /// A value did not read back as it was stored.
        WrongValue = "wrong-value",
        /// The heap's books do not agree.
        Accounting = "accounting",
        /// The runtime gave up: a fatal error of Go.
        Throw = "throw",
        /// The program panicked.
        Panic = "panic",
        /// The heap is full.
        OutOfMemory = "out-of-memory",
    }
}
