//! The collector of a scenario: when it marks, when it starts, how it treats stacks and new objects.

use crate::scenario::choice::choices;
use crate::scenario::keys;
use gc::Bytes;

choices! {
    /// The name of a [`Mode`].
    pub enum ModeName {
        /// All at once, with the mutators stopped.
        StopTheWorld = "stop-the-world",
        /// A little at each allocation.
        Incremental = "incremental",
        /// Beside the mutators.
        Concurrent = "concurrent",
    }
}

choices! {
    /// When stacks are scanned.
    pub enum Stacks {
        /// Each once, at any time while marking runs.
        ScanOnce = "scan-once",
        /// Each once, all before the first heap object is scanned.
        BeforeHeap = "before-heap",
        /// At any time, and again with the world stopped at the end.
        Rescan = "rescan",
        /// Before the heap, and again at the end.
        BeforeHeapAndRescan = "before-heap-and-rescan",
    }
}

impl Stacks {
    /// Are all stacks scanned before any heap object?
    pub fn before_heap(self) -> bool {
        matches!(self, Stacks::BeforeHeap | Stacks::BeforeHeapAndRescan)
    }

    /// Are stacks scanned again at the end?
    pub fn rescan(self) -> bool {
        matches!(self, Stacks::Rescan | Stacks::BeforeHeapAndRescan)
    }
}

choices! {
    /// Colour of objects made while marking runs.
    pub enum Allocate {
        /// Marked and not scanned.
        Black = "black",
        /// Not marked.
        White = "white",
    }
}

choices! {
    /// When garbage is swept.
    pub enum Sweep {
        /// At the end of the collection.
        Eager = "eager",
        /// Span by span, when memory is needed.
        Lazy = "lazy",
    }
}

choices! {
    /// The name of a [`Trigger`].
    pub enum TriggerName {
        /// When the heap has grown enough.
        Pacing = "pacing",
        /// Every so many safepoints.
        Safepoints = "safepoints",
        /// Before chosen operations.
        Chosen = "chosen",
        /// Never.
        Never = "never",
    }
}

/// When marking runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// All at once, with the mutators stopped.
    StopTheWorld,
    /// A little at each allocation.
    Incremental {
        /// Words marked at each allocation.
        budget: u64,
    },
    /// Beside the mutators.
    Concurrent {
        /// Most micro-steps of the collector between two steps of a mutator.
        steps: u64,
    },
}

/// When a collection starts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trigger {
    /// When the heap has grown by `gogc` percent over what was live.
    Pacing {
        /// The growth in percent.
        gogc: u64,
        /// Heap size at which the first collection starts.
        min_heap: Bytes,
    },
    /// Every so many safepoints.
    Safepoints {
        /// So many.
        every: u64,
    },
    /// Before these operations.
    Chosen {
        /// Their numbers, increasing.
        at: Vec<u64>,
    },
    /// Never.
    Never,
}

/// The collector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Collector {
    /// When marking runs.
    pub mode: Mode,
    /// Marking workers: one.
    pub workers: u64,
    /// When stacks are scanned.
    pub stacks: Stacks,
    /// Colour of objects made while marking runs.
    pub allocate: Allocate,
    /// When garbage is swept.
    pub sweep: Sweep,
    /// When a collection starts.
    pub trigger: Trigger,
}

impl Collector {
    pub(crate) fn resolve(keys: keys::Collector) -> Collector {
        Collector {
            mode: match keys.mode {
                ModeName::StopTheWorld => Mode::StopTheWorld,
                ModeName::Incremental => Mode::Incremental { budget: keys.budget },
                ModeName::Concurrent => Mode::Concurrent { steps: keys.steps },
            },
            workers: keys.workers,
            stacks: keys.stacks,
            allocate: keys.allocate,
            sweep: keys.sweep,
            trigger: match keys.trigger {
                TriggerName::Pacing => Trigger::Pacing { gogc: keys.gogc, min_heap: keys.min_heap },
                // Both are required keys: reading fails without them.
                TriggerName::Safepoints => Trigger::Safepoints { every: keys.every.unwrap_or(1) },
                TriggerName::Chosen => Trigger::Chosen { at: keys.at.unwrap_or_default() },
                TriggerName::Never => Trigger::Never,
            },
        }
    }

    /// The keys that spell it; those that mean nothing beside them hold their defaults.
    pub(crate) fn spell(&self) -> keys::Collector {
        let mut keys = keys::Collector {
            workers: self.workers,
            stacks: self.stacks,
            allocate: self.allocate,
            sweep: self.sweep,
            ..keys::Collector::default()
        };
        match self.mode {
            Mode::StopTheWorld => keys.mode = ModeName::StopTheWorld,
            Mode::Incremental { budget } => (keys.mode, keys.budget) = (ModeName::Incremental, budget),
            Mode::Concurrent { steps } => (keys.mode, keys.steps) = (ModeName::Concurrent, steps),
        }
        match &self.trigger {
            Trigger::Pacing { gogc, min_heap } => {
                (keys.trigger, keys.gogc, keys.min_heap) = (TriggerName::Pacing, *gogc, *min_heap);
            }
            Trigger::Safepoints { every } => (keys.trigger, keys.every) = (TriggerName::Safepoints, Some(*every)),
            Trigger::Chosen { at } => (keys.trigger, keys.at) = (TriggerName::Chosen, Some(at.clone())),
            Trigger::Never => keys.trigger = TriggerName::Never,
        }
        keys
    }
}
