//! The policies of a collector, each a choice that real collectors have made.

use crate::addr::Bytes;

/// When the collector works.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Mode {
    /// A whole cycle at one safepoint.
    StopTheWorld,
    /// Some micro-steps at each allocation.
    Incremental {
        /// Micro-steps of the collector at each allocation: a word each, most of them.
        budget: u32,
    },
    /// Micro-steps at any time, chosen by a schedule.
    Concurrent {
        /// The most micro-steps between two safepoints, where the schedule is drawn at random.
        steps: u32,
    },
}

/// When stacks are scanned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub struct StackPolicy {
    /// All stacks before any global is scanned and any heap object is blackened. Otherwise each
    /// once, at any time.
    ///
    /// One stack after the other, with mutators running in between: a snapshot only as long as their stores do
    /// not race. Yuasa's barrier shades what it loaded, and a racing store may have put there, unseen, what only a
    /// stack not yet scanned had held.
    pub before_heap: bool,
    /// Once more at mark termination, with the world stopped.
    pub rescan: bool,
}

/// The colour that objects are born in while marking.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum BirthColour {
    /// Marked. Before all stacks are scanned under [`StackPolicy::before_heap`], *grey*: a
    /// black object before the snapshot is whole would hide what is stored into it.
    #[default]
    Black,
    /// Unmarked.
    White,
}

/// When unmarked objects are freed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum SweepPolicy {
    /// All of them when marking ends.
    Eager,
    /// A span at a time: when an allocation wants one, by the collector's own steps, and what is
    /// left before the next cycle.
    #[default]
    Lazy,
    /// Never: a cycle ends with marking. For searches that are about marking alone.
    Never,
}

/// Which grey object the collector's own steps take next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum GreyOrder {
    /// The one that turned grey last.
    #[default]
    Last,
    /// Any of them: each is a step that it could take.
    Any,
}

/// When a cycle starts.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Trigger {
    /// When the heap has grown by `gogc` percent since the last cycle. Simplified against Go: a
    /// concurrent cycle starts at the goal, not ahead of it.
    Pacing {
        /// Growth in percent.
        gogc: u32,
        /// No cycle below this heap size.
        min_heap: Bytes,
    },
    /// Every so many safepoints.
    Safepoints(u64),
    /// When the clock, which the layer above sets, reaches these values; in increasing order.
    Chosen(Vec<u64>),
    /// Never, not even when memory runs out.
    Never,
}

/// All choices of a collector.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Policy {
    /// When it works.
    pub mode: Mode,
    /// When stacks are scanned.
    pub stacks: StackPolicy,
    /// The colour of new objects while marking.
    pub birth: BirthColour,
    /// When unmarked objects are freed.
    pub sweep: SweepPolicy,
    /// When a cycle starts.
    pub trigger: Trigger,
    /// Which grey object comes next.
    pub order: GreyOrder,
}

impl Default for Policy {
    /// As Go has it, with a minimum heap fit for small runs.
    fn default() -> Policy {
        Policy {
            mode: Mode::Concurrent { steps: 8 },
            stacks: StackPolicy::default(),
            birth: BirthColour::Black,
            sweep: SweepPolicy::Lazy,
            trigger: Trigger::Pacing { gogc: 100, min_heap: Bytes(64 << 10) },
            order: GreyOrder::Last,
        }
    }
}
