//! What a runtime is set up with: memory, policies, barriers and their sites, oracles, instruments.

use crate::addr::{Addr, Bytes};
use crate::barrier::{self, BulkOrder, Invariant, Program};
use crate::heap::HeapConfig;
use crate::policy::Policy;
use crate::site::Site;
use crate::verify::Checks;

/// How much a runtime observes itself.
pub trait Instruments: Clone + Copy + std::fmt::Debug + 'static {
    /// Count loads, stores, barriers and all else in [`Counts`](crate::cost::Counts).
    const COUNT: bool;
    /// Keep the shadow, test every access, run the verifiers at phase changes.
    const CHECK: bool;
}

/// Nothing observed: for speed.
#[derive(Clone, Copy, Debug)]
pub struct Bare;

/// Counted, not checked.
#[derive(Clone, Copy, Debug)]
pub struct Counted;

/// Counted and checked.
#[derive(Clone, Copy, Debug)]
pub struct Checked;

impl Instruments for Bare {
    const COUNT: bool = false;
    const CHECK: bool = false;
}

impl Instruments for Counted {
    const COUNT: bool = true;
    const CHECK: bool = false;
}

impl Instruments for Checked {
    const COUNT: bool = true;
    const CHECK: bool = true;
}

/// Which barrier stands at which site, and how they are buffered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The barrier of each site, by number; sites past the end have `default`.
    pub by_site: Vec<Program>,
    /// The barrier of all other sites.
    pub default: Program,
    /// Entries of a mutator's barrier buffer; 0 means that shading acts at once.
    pub buffer: usize,
    /// Are buffers flushed before marking ends? If not, a fault is planted.
    pub flush_before_termination: bool,
    /// Do barriers of bulk operations run before or after the move?
    pub bulk: BulkOrder,
    /// What the barriers claim, for the tricolor oracle.
    pub invariant: Invariant,
}

impl Placement {
    /// The same barrier everywhere, unbuffered.
    pub fn everywhere(named: &barrier::Named) -> Placement {
        Placement {
            by_site: Vec::new(),
            default: named.program,
            buffer: 0,
            flush_before_termination: true,
            bulk: BulkOrder::Before,
            invariant: named.invariant,
        }
    }

    /// The barrier of a site.
    #[inline(always)]
    pub fn program(&self, site: Site) -> Program {
        *self.by_site.get(site.index()).unwrap_or(&self.default)
    }

    pub(super) fn programs(&self) -> impl Iterator<Item = &Program> {
        self.by_site.iter().chain([&self.default])
    }
}

/// Who takes the steps of a concurrent collector.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Driver {
    /// The runtime, inside safepoints, as a seeded schedule says.
    Safepoints,
    /// Somebody else, with [`Runtime::collector_step`](super::Runtime::collector_step).
    Steps,
}

/// Everything that a runtime is set up with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Memory.
    pub heap: HeapConfig,
    /// Collector.
    pub policy: Policy,
    /// Barriers.
    pub placement: Placement,
    /// Oracles, where the instruments check at all.
    pub checks: Checks,
    /// Who drives a concurrent collector.
    pub driver: Driver,
    /// Seed of the collector's schedule.
    pub seed: u64,
    /// Words of each mutator's stack.
    pub stack_words: u64,
}

impl Default for Config {
    /// Go's barrier and policies, all checks, seed 1.
    fn default() -> Config {
        let named = barrier::named("hybrid-uncond").expect("the catalogue has Go's barrier");
        Config {
            heap: HeapConfig::default(),
            policy: Policy::default(),
            placement: Placement::everywhere(named),
            checks: Checks::default(),
            driver: Driver::Safepoints,
            seed: 1,
            stack_words: 512,
        }
    }
}

/// What went wrong with an access, an allocation or a stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultInfo {
    /// An access to an address where nothing is.
    Access(Addr),
    /// An allocation that did not fit.
    OutOfMemory {
        /// Bytes asked for.
        wanted: Bytes,
        /// Bytes mapped, of the limit.
        mapped: Bytes,
        /// The limit.
        limit: Bytes,
        /// Bytes in objects that the last cycle found live, and made since.
        live: Bytes,
    },
}
