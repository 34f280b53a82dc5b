//! Worlds: heap, collector, mutators and what these do, as one value.
//!
//! [`World::actors`] says who can take a step now; [`World::step`] takes it. A world can be cloned. Running
//! with a seed, searching and replaying are strategies over these, and live elsewhere.
//!
//! There are two: [the one of the map workload](crate::workload::world), and [that of a Go program](crate::program::world).

use crate::exit::Exit;
use crate::report::{MapLine, ProgramLine};
use crate::scenario::collector::{Allocate, Mode, Sweep, Trigger};
use crate::scenario::{Oracles, Scenario};
use gc::collector::CollectorStep;
use gc::heap::HeapConfig;
use gc::policy::{self, BirthColour, GreyOrder, Policy, StackPolicy, SweepPolicy};
use gc::record::{Effect, Kind};
use gc::runtime::{Config, Driver, Instruments, Placement, Runtime};
use gc::verify::Checks;
use gc::watch::Watch;
use gc::{Addr, SiteTable, Stop, TypeId};
use mapruntime::Severity;

/// Who takes a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Actor {
    /// A mutator.
    Mutator(usize),
    /// A mutator, which makes this of the choices that it has.
    Choose(usize, u32),
    /// The collector, with this step.
    Collector(CollectorStep),
}

impl Actor {
    /// The mutator, if it is one.
    pub fn mutator(self) -> Option<usize> {
        match self {
            Actor::Mutator(i) | Actor::Choose(i, _) => Some(i),
            Actor::Collector(_) => None,
        }
    }
}

/// The state of a run.
pub trait World: Clone + Sized {
    /// How much its runtime observes.
    type Instruments: Instruments;

    /// The world of a scenario at its beginning, under a watch if one is given.
    ///
    /// `enough` is asked now and then whether to stop setting up.
    ///
    /// # Errors
    /// The second part, if setting up alone ended the run; `Yield` if it was enough.
    fn begin(
        scenario: &Scenario,
        watch: Option<Watch>,
        enough: &mut dyn FnMut(&mut Self) -> bool,
    ) -> (Self, Result<(), Stop>);

    /// The runtime.
    fn runtime(&self) -> &Runtime<Self::Instruments>;

    /// Who can take a step, in an order that depends on the state alone: mutators first. Empty when all is done.
    fn actors(&mut self, list: &mut Vec<Actor>);

    /// Takes one step.
    ///
    /// # Errors
    /// What ended the run: a fault of the program, a violation, no more memory.
    fn step(&mut self, actor: Actor) -> Result<(), Stop>;

    /// What is left to do when nobody takes a step any more: last collections, last judgements.
    ///
    /// # Errors
    /// As [`World::step`].
    fn finish(&mut self) -> Result<(), Stop>;

    /// Operations finished, and how many there are.
    fn progress(&self) -> (u64, u64);

    // --- names ------------------------------------------------------------------------------------

    /// All sites.
    fn sites(&self) -> &SiteTable;

    /// The name of a part of an object of a type, by its offset in bytes.
    fn part(&self, ty: Option<TypeId>, offset: u64) -> String;

    /// The name of the global at an offset in bytes.
    fn global(&self, offset: u64) -> String;

    /// The name of a slot of a mutator's stack.
    fn frame_slot(&self, mutator: usize, slot: Addr) -> String;

    /// What an actor is about to do.
    fn intent(&self, actor: Actor) -> String;

    /// The name of the object at an address, the same as long as it lives.
    fn object_name(&self, base: Addr) -> String {
        match self.runtime().shadow().find(base) {
            Some((_, record)) => {
                let ty = record.ty.map_or("object", |id| self.runtime().types().get(id).name());
                format!("{ty} #{}", record.serial)
            }
            None => base.to_string(),
        }
    }

    /// The text of a panic or a throw that stopped the program.
    fn raised(&self, stop: Stop) -> Option<(Severity, String)>;

    /// The site that stores through the slot that `mapassign` returned: to be blamed for a stale one.
    fn map_slot_site(&self) -> Option<String>;

    /// Why the run says nothing, if so: the program needs what is not supported, or the simulator is at fault.
    fn void(&self) -> Option<(Exit, String)>;

    /// What the program did, if it is one.
    fn account(&self) -> Option<ProgramLine>;

    /// The maps, the first so many of them described, and how many there are.
    fn map_lines(&self, most: usize) -> (Vec<MapLine>, usize);
}

/// What a step of the collector does.
pub fn collects<W: World>(world: &W, step: CollectorStep) -> String {
    match step {
        CollectorStep::Start => "starts a collection".into(),
        CollectorStep::Stack(i) => format!("scans stack {i}"),
        CollectorStep::Globals => "scans a word of the globals".into(),
        CollectorStep::Object => "takes a grey object".into(),
        CollectorStep::Pick(base) => format!("takes {}", world.object_name(base)),
        CollectorStep::Continue => match world.runtime().collector().cursor() {
            Some(c) if c.next < c.end => format!("scans {} from byte {}", world.object_name(c.base), c.next - c.base),
            Some(c) => format!("is done with {}", world.object_name(c.base)),
            None => "scans".into(),
        },
        CollectorStep::Terminate => "ends marking".into(),
        CollectorStep::SweepSpan => "sweeps".into(),
    }
}

/// What an effect does.
pub fn performs<W: World>(world: &W, effect: Effect) -> String {
    let at = || match world.runtime().shadow().find(effect.at) {
        Some((_, record)) => {
            let part = world.part(record.ty, effect.at.0 - record.base.0);
            format!("{}, {part}", world.object_name(record.base))
        }
        None => effect.at.to_string(),
    };
    match effect.kind {
        Kind::Load => format!("loads {}", at()),
        Kind::Store => format!("stores to {}", at()),
        Kind::StorePointer => format!("stores a pointer to {}", at()),
        Kind::Allocate => "allocates".into(),
        Kind::Safepoint => "is at a safepoint".into(),
        Kind::FastRand => "draws a random number".into(),
        Kind::LoadFlag => "loads the flag".into(),
        Kind::Test => "tests a colour".into(),
        Kind::Shade => format!("shades {}", world.object_name(effect.at)),
        Kind::GreyBase => format!("turns grey what holds {}", at()),
        Kind::WriteAtomically => format!("stores a pointer, with its barrier, to {}", at()),
        Kind::Finalizer => "sees to finalizers".into(),
        Kind::Statistic => "reads a statistic".into(),
    }
}

/// What a scenario says, in the words of the heap's crate; `table` has the sites, `stack_words` the size of each stack.
pub fn config(scenario: &Scenario, table: &SiteTable, stack_words: u64) -> Config {
    let c = &scenario.collector;
    let narrow = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let oracles: &Oracles = &scenario.oracles;
    let by_site = table.iter().map(|(_, name)| scenario.rule(name).program).collect();
    Config {
        heap: HeapConfig { limit: scenario.heap.limit, reuse: scenario.heap.reuse, poison: scenario.heap.poison },
        policy: Policy {
            mode: match c.mode {
                Mode::StopTheWorld => policy::Mode::StopTheWorld,
                Mode::Incremental { budget } => policy::Mode::Incremental { budget: narrow(budget) },
                Mode::Concurrent { steps } => policy::Mode::Concurrent { steps: narrow(steps) },
            },
            stacks: StackPolicy { before_heap: c.stacks.before_heap(), rescan: c.stacks.rescan() },
            birth: match c.allocate {
                Allocate::Black => BirthColour::Black,
                Allocate::White => BirthColour::White,
            },
            sweep: match c.sweep {
                Sweep::Eager => SweepPolicy::Eager,
                Sweep::Lazy => SweepPolicy::Lazy,
            },
            trigger: match &c.trigger {
                Trigger::Pacing { gogc, min_heap } => {
                    policy::Trigger::Pacing { gogc: narrow(*gogc), min_heap: *min_heap }
                }
                Trigger::Safepoints { every } => policy::Trigger::Safepoints(*every),
                Trigger::Chosen { at } => policy::Trigger::Chosen(at.clone()),
                Trigger::Never => policy::Trigger::Never,
            },
            order: GreyOrder::Last,
        },
        placement: Placement {
            by_site,
            default: scenario.barrier.rule.program,
            buffer: scenario.barrier.buffer as usize,
            flush_before_termination: scenario.barrier.flush_before_termination,
            bulk: scenario.barrier.bulk,
            invariant: scenario.barrier.invariant,
        },
        checks: Checks {
            reachability: oracles.reachability,
            access: oracles.access,
            tricolor: oracles.tricolor,
            accounting: oracles.accounting,
        },
        driver: Driver::Safepoints,
        seed: scenario.schedule.seed,
        stack_words,
    }
}
