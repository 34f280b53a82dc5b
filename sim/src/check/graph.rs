//! The space of a graph: its states in 128 bits, and what makes them fewer.
//!
//! Steps are those of [`GraphWorld`]; a *reduction* leaves out states or steps that change no verdict. Each has a switch, and is sound
//! for the reason beside it; the search without any is the oracle of all of them.

use super::search::Way;
use super::space::{KEY_BITS, Move, Space, Step};
use crate::graph::canonical::{Symmetry, canonical, forget};
use crate::graph::env::Size;
use crate::graph::micro::Ran;
use crate::graph::state::{Packing, SLOTS, State};
use crate::graph::world::GraphWorld;
use crate::scenario::Scenario;
use crate::world::Actor;
use gc::barrier::{Condition, Operation};
use gc::collector::CollectorStep;
use gc::record::Kind;
use gc::runtime::Bare;
use std::collections::BTreeSet;

/// What makes states and steps fewer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reductions {
    /// States that differ in the names of objects are one.
    pub rename: bool,
    /// ... and in those of mutators.
    pub exchange: bool,
    /// ... and in the order of slots; the collector reads an object's slots in either order. Only where the search begins with every
    /// heap, of which one is another with the slots exchanged: a run that reads in reverse is an ordinary run of that one.
    pub slots: bool,
    /// What nobody can see any more is forgotten.
    pub forget: bool,
    /// Steps that nobody can tell from the one before are taken with it.
    pub merge: bool,
    /// A state in which all that mutators can reach is marked is safe: they can only store what they reach.
    pub marked: bool,
    /// When the last store is done, what the collector does is no choice any more: it goes to the end at once.
    pub settle: bool,
}

/// The name of a reduction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Reduction {
    /// States that differ in the names of objects are one.
    Rename,
    /// States that differ in the names of mutators are one.
    Exchange,
    /// States that differ in the order of slots are one.
    Slots,
    /// What nobody can see any more is forgotten.
    Forget,
    /// Steps that nobody can tell from the one before are taken with it.
    Merge,
    /// A state in which all is marked that mutators can reach is safe.
    Marked,
    /// When the last store is done the collector goes to the end at once.
    Settle,
}

impl Reductions {
    /// These but for one.
    #[must_use]
    pub fn without(mut self, one: Reduction) -> Reductions {
        *match one {
            Reduction::Rename => &mut self.rename,
            Reduction::Exchange => &mut self.exchange,
            Reduction::Slots => &mut self.slots,
            Reduction::Forget => &mut self.forget,
            Reduction::Merge => &mut self.merge,
            Reduction::Marked => &mut self.marked,
            Reduction::Settle => &mut self.settle,
        } = false;
        self
    }

    /// All of them.
    pub const ALL: Reductions =
        Reductions { rename: true, exchange: true, slots: true, forget: true, merge: true, marked: true, settle: true };
    /// None.
    pub const NONE: Reductions = Reductions {
        rename: false,
        exchange: false,
        slots: false,
        forget: false,
        merge: false,
        marked: false,
        settle: false,
    };
}

/// The states of a graph.
#[derive(Debug)]
pub struct GraphSpace {
    world: GraphWorld<Bare>,
    packing: Packing,
    size: Size,
    reductions: Reductions,
    /// Does a barrier ask for the colours of objects? Then shading is seen by others.
    colours: bool,
    /// May the collector read an object's slots in reverse?
    reverses: bool,
    state: State,
    /// The steps of the world since the last restoration.
    trail: Vec<Move>,
}

impl GraphSpace {
    /// The space of a scenario.
    ///
    /// # Errors
    /// Why it cannot be explored.
    pub fn new(scenario: &Scenario, reductions: Reductions) -> Result<GraphSpace, String> {
        let mut world = GraphWorld::<Bare>::new(scenario, None)?;
        if scenario.barrier.buffer > 0 {
            return Err("a buffered barrier is not explored yet".into());
        }
        let packing = world.packing()?;
        if packing.bits() > KEY_BITS {
            return Err(format!("a state of this size takes {} bits, and {KEY_BITS} is the most", packing.bits()));
        }
        world.start().map_err(|stop| format!("marking cannot begin: {stop:?}"))?;
        let placement = crate::world::World::runtime(&world).placement();
        let colours = placement.by_site.iter().chain([&placement.default]).any(|program| {
            program.steps().iter().any(|step| {
                let asks = |c| !matches!(c, Condition::OwnStackGrey | Condition::AnyStackGrey);
                step.operation() == Operation::GreyBase || step.conditions().any(asks)
            })
        });
        let (size, state) = (world.env().size, world.state());
        let scanned_once = !colours;
        let reverses = reductions.slots && size.slots == 2 && world.heap().is_empty() && scanned_once;
        Ok(GraphSpace { world, packing, size, reductions, colours, reverses, state, trail: Vec::new() })
    }

    /// The state of a key.
    pub fn unpack(&self, key: u128) -> State {
        self.packing.unpack(key)
    }

    /// Performs an effect of a store.
    fn advance(&mut self, mutator: usize) {
        self.trail.push(Move::Take(Actor::Mutator(mutator)));
        let done = self.world.advance(mutator, 1);
        debug_assert!(done.is_ok(), "an effect of a store on a small graph: {done:?}");
    }

    /// Takes a step of the collector.
    fn mark(&mut self, step: CollectorStep) {
        self.trail.push(Move::Take(Actor::Collector(step)));
        let done = self.world.collect(step);
        debug_assert!(done.is_ok(), "a step of the collector, unchecked: {done:?}");
    }

    /// Goes on with a store for as long as nobody can tell.
    fn go_on(&mut self, mutator: usize) {
        if !self.reductions.merge {
            // The end of a store is no step of its own.
            let _ = self.world.advance(mutator, 0);
            return;
        }
        // Have all the others done their stores?
        let alone = (0..self.size.mutators).all(|i| {
            let w = &self.world.writers()[i];
            i == mutator || !w.busy && w.left == 0
        });
        while let Ok(Ran::Before(kind)) = self.world.advance(mutator, 0) {
            let unseen = match kind {
                // The flag stays on until marking ends, and that waits for the store.
                Kind::LoadFlag => true,
                // Shading commutes with everything but a question for colours.
                Kind::Shade => !self.colours,
                // What only other mutators could change.
                Kind::Load => alone,
                // To its own stack, which is locked.
                Kind::Store => true,
                // The colours of stacks, of which its own is locked.
                Kind::Test => self.size.mutators == 1 && !self.colours,
                _ => false,
            };
            if !unseen {
                break;
            }
            self.advance(mutator);
        }
    }

    fn collect(&mut self, step: CollectorStep) {
        self.mark(step);
        if !self.reductions.merge || self.colours {
            return;
        }
        match step {
            // Taking an object is seen by nobody: it could as well be taken later, with its first slot.
            CollectorStep::Pick(_) => self.collect(CollectorStep::Continue),
            // So is letting go of it, which could as well happen sooner.
            CollectorStep::Continue => {
                let cursor = crate::world::World::runtime(&self.world).collector().cursor();
                if cursor.is_some_and(|c| c.next >= c.end) {
                    self.mark(CollectorStep::Continue);
                }
            }
            CollectorStep::Globals => {
                let ((segment, word), again) = crate::world::World::runtime(&self.world).collector().globals_left();
                if segment < self.size.globals && word >= self.size.slots && again.is_empty() {
                    self.mark(CollectorStep::Globals);
                }
            }
            _ => {}
        }
    }

    /// Is all marked that mutators can reach?
    fn all_marked(state: &State, size: &Size) -> bool {
        state.closure(size, state.roots(size)) & !state.marked == 0
    }

    /// What can be said of a state.
    fn judge(&mut self) -> Step {
        if self.world.is_over() {
            let state = self.world.state();
            return if Self::all_marked(&state, &self.size) { Step::Safe } else { Step::Wrong };
        }
        self.state = self.world.state();
        if self.reductions.marked && Self::all_marked(&self.state, &self.size) {
            return Step::Safe;
        }
        if self.reductions.settle && self.state.writers.iter().all(|w| w.left == 0 && !w.busy) {
            while !self.world.is_over() {
                let Some(&step) = self.world.collector_steps().first() else { break };
                self.mark(step);
            }
            return self.judge();
        }
        Step::Went
    }

    /// All states to begin with: every heap.
    fn every_heap(&mut self, see: &mut dyn FnMut(&State)) {
        let slots = self.size.all_slots();
        let pointers = self.size.objects as u8 + 1;
        let mut state = self.state;
        state.slots = Default::default();
        loop {
            see(&state);
            let Some(at) = state.slots[..slots].iter().position(|&p| p + 1 < pointers) else { return };
            state.slots[..at].fill(0);
            state.slots[at] += 1;
        }
    }

    fn simplify(&self, state: &State) -> State {
        let mut state = *state;
        if self.reductions.forget {
            forget(&mut state, &self.size);
        }
        let symmetry = Symmetry {
            objects: self.reductions.rename,
            mutators: self.reductions.exchange,
            stacks: self.reductions.slots,
            slots: self.reverses,
        };
        canonical(&state, &self.size, symmetry)
    }
}

impl GraphSpace {
    /// The steps of the world that a way through the space stands for, and the heap it begins with.
    ///
    /// States on the way have canonical names; a run keeps the ones it began with. So each step is looked for among those of
    /// the run's own state that lead to what is the next one on the way, by its canonical name.
    pub fn concrete(&mut self, way: &Way) -> (Vec<u8>, Vec<Actor>) {
        let mut here = self.packing.unpack(way.first());
        let mut heap = here.slots[..self.size.all_slots()].to_vec();
        let mut steps: Vec<Actor> = Vec::new();
        let mut moves = Vec::new();
        for next in way.rest() {
            self.go(&here);
            self.moves(&mut moves);
            let found = moves.iter().any(|&step| {
                self.go(&here);
                match (self.take(step), next) {
                    (Step::Went, Some(next)) => self.key() == next,
                    (Step::Wrong, None) => true,
                    _ => false,
                }
            });
            debug_assert!(found, "a step of the way is one of the run");
            for step in self.trail.drain(..) {
                match step {
                    Move::Take(step) => steps.push(step),
                    // What was done so far was done with these slots exchanged.
                    Move::Reverse(holder) => {
                        let (first, second) = (holder * 2, holder * 2 + 1);
                        heap.swap(first, second);
                        for step in &mut steps {
                            if let Actor::Choose(_, choice) = step
                                && (first..=second).contains(&(*choice as usize % SLOTS))
                            {
                                *choice ^= 1;
                            }
                        }
                    }
                }
            }
            here = self.state;
        }
        (heap, steps)
    }

    /// Exchanges the two slots of an object or a global.
    fn reverse(&mut self, holder: usize) {
        self.trail.push(Move::Reverse(holder));
        let (first, second) = (holder * 2, holder * 2 + 1);
        let mut state = self.state;
        state.slots.swap(first, second);
        for w in state.writers.iter_mut().filter(|w| w.busy) {
            if (first..=second).contains(&usize::from(w.store.slot)) {
                w.store.slot ^= 1;
            }
        }
        self.state = state;
        self.world.stage(&state);
    }

    /// Does it matter which of a holder's two slots is read first?
    fn differ(&self, holder: usize) -> bool {
        let slots = &self.state.slots[holder * 2..holder * 2 + 2];
        slots[0] != slots[1] || self.state.writers.iter().any(|w| w.busy && usize::from(w.store.slot) / 2 == holder)
    }

    fn go(&mut self, state: &State) {
        self.state = *state;
        self.world.stage(state);
        self.trail.clear();
    }
}

impl Space for GraphSpace {
    fn initial(&mut self) -> Vec<u128> {
        let mut keys = BTreeSet::new();
        let mut all: Vec<State> = Vec::new();
        match self.world.heap() {
            [] => self.every_heap(&mut |state| all.push(*state)),
            heaps => all.extend(heaps.iter().map(|heap| {
                let mut state = self.state;
                state.slots[..heap.len()].copy_from_slice(heap);
                state
            })),
        }
        for state in all {
            if self.reductions.marked && Self::all_marked(&state, &self.size) {
                continue;
            }
            keys.insert(self.packing.pack(&self.simplify(&state)));
        }
        keys.into_iter().collect()
    }

    fn restore(&mut self, key: u128) {
        self.go(&self.packing.unpack(key));
    }

    fn moves(&mut self, list: &mut Vec<Move>) {
        list.clear();
        for i in 0..self.size.mutators {
            let writer = self.world.writers()[i];
            if writer.busy {
                list.push(Move::Take(Actor::Mutator(i)));
            } else if writer.left > 0 {
                self.world.choices(i, &self.state, |choice| list.push(Move::Take(Actor::Choose(i, choice))));
            }
        }
        let first = list.len();
        list.extend(self.world.collector_steps().iter().map(|&step| Move::Take(Actor::Collector(step))));
        if !self.reverses {
            return;
        }
        for at in first..list.len() {
            let holder = match list[at] {
                Move::Take(Actor::Collector(CollectorStep::Pick(base))) => {
                    usize::from(self.world.env().number(base.0)) - 1
                }
                Move::Take(Actor::Collector(CollectorStep::Globals)) if self.state.globals % 2 == 0 => {
                    self.size.objects + usize::from(self.state.globals) / 2
                }
                _ => continue,
            };
            if self.differ(holder) {
                list.push(Move::Reverse(holder));
            }
        }
    }

    fn take(&mut self, step: Move) -> Step {
        let step = match step {
            Move::Take(step) => step,
            Move::Reverse(holder) => {
                self.reverse(holder);
                Actor::Collector(match self.world.env().objects.get(holder) {
                    Some(&base) => CollectorStep::Pick(base),
                    None => CollectorStep::Globals,
                })
            }
        };
        match step {
            Actor::Choose(i, choice) => {
                self.trail.push(Move::Take(step));
                self.world.choose(i, choice);
                self.go_on(i);
            }
            Actor::Mutator(i) => {
                self.advance(i);
                if self.world.writers()[i].busy {
                    self.go_on(i);
                }
            }
            Actor::Collector(step) => self.collect(step),
        }
        self.judge()
    }

    fn key(&mut self) -> u128 {
        self.packing.pack(&self.simplify(&self.state))
    }
}
