//! The space of a graph: its states in 120 bits, and what makes states and steps fewer.
//!
//! Steps are those of [`GraphWorld`]; a *reduction* leaves out states or steps that change no verdict. Each has a switch, and is sound
//! for the reason beside it; the search without any is the oracle of all of them.

use super::conflict::Pending;
use super::counterexample::Counterexample;
use super::search::Way;
use super::space::{KEY_BITS, Space, Step};
use crate::graph::canonical::{Symmetry, canonical, forget};
use crate::graph::env::Size;
use crate::graph::micro::Ran;
use crate::graph::state::{Packing, SLOTS, State};
use crate::graph::world::GraphWorld;
use crate::scenario::Scenario;
use crate::world::{Actor, World};
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
    /// Steps that could as well be taken later are taken only in front of one that they conflict with: see
    /// [`conflict`](super::conflict). Not with barriers that ask for the colours of objects.
    pub conflict: bool,
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
    /// Steps that could as well be taken later are taken only in front of one that they conflict with.
    Conflict,
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
            Reduction::Conflict => &mut self.conflict,
            Reduction::Marked => &mut self.marked,
            Reduction::Settle => &mut self.settle,
        } = false;
        self
    }

    /// All of them.
    pub const ALL: Reductions = Reductions {
        rename: true,
        exchange: true,
        slots: true,
        forget: true,
        merge: true,
        conflict: true,
        marked: true,
        settle: true,
    };
    /// None.
    pub const NONE: Reductions = Reductions {
        rename: false,
        exchange: false,
        slots: false,
        forget: false,
        merge: false,
        conflict: false,
        marked: false,
        settle: false,
    };
}

/// A step on a way through the space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Move {
    /// That of an actor.
    Take(Actor),
    /// The two slots of an object or a global, by number, are exchanged.
    Reverse(usize),
}

/// The states of a graph.
#[derive(Debug)]
pub struct GraphSpace {
    pub(super) world: GraphWorld<Bare>,
    packing: Packing,
    pub(super) size: Size,
    pub(super) reductions: Reductions,
    /// Does a barrier ask for the colours of objects? Then shading is seen by others.
    colours: bool,
    /// Does a barrier ask for the colours of stacks, of any or of its own?
    pub(super) asks_stacks: bool,
    /// May the collector read an object's slots in reverse?
    pub(super) reverses: bool,
    /// The state that the world is in, as it was last read.
    pub(super) state: State,
    /// The steps since the state that is expanded.
    pub(super) trail: Vec<Move>,
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
        let placement = world.runtime().placement();
        let steps = placement.by_site.iter().chain([&placement.default]).flat_map(|program| program.steps());
        let of_stacks = |c| matches!(c, Condition::OwnStackGrey | Condition::AnyStackGrey);
        let (mut colours, mut asks_stacks) = (false, false);
        for step in steps {
            colours |= step.operation() == Operation::GreyBase || step.conditions().any(|c| !of_stacks(c));
            asks_stacks |= step.conditions().any(of_stacks);
        }
        let (size, state) = (world.env().size, world.state());
        let reverses = reductions.slots && size.slots == 2 && world.heap().is_empty() && !colours;
        Ok(GraphSpace { world, packing, size, reductions, colours, asks_stacks, reverses, state, trail: Vec::new() })
    }

    /// The state of a key.
    pub fn unpack(&self, key: u128) -> State {
        self.packing.unpack(key)
    }

    /// Are steps taken in front of conflicts only?
    fn by_conflict(&self) -> bool {
        self.reductions.conflict && self.reductions.merge && self.reductions.settle && !self.colours
    }

    /// Puts the world into a state.
    pub(super) fn go(&mut self, state: &State) {
        self.state = *state;
        self.world.stage(state);
    }

    /// Begins a store.
    pub(super) fn choose(&mut self, mutator: usize, choice: u32) {
        self.trail.push(Move::Take(Actor::Choose(mutator, choice)));
        self.world.choose(mutator, choice);
    }

    /// Performs an effect of a store.
    pub(super) fn advance(&mut self, mutator: usize) {
        self.trail.push(Move::Take(Actor::Mutator(mutator)));
        let done = self.world.advance(mutator, 1);
        debug_assert!(done.is_ok(), "an effect of a store on a small graph: {done:?}");
    }

    /// The effect that a store under way comes to next. The end of a store is no step of its own.
    pub(super) fn next(&mut self, mutator: usize) -> Option<Kind> {
        match self.world.writers()[mutator].busy.then(|| self.world.advance(mutator, 0)) {
            Some(Ok(Ran::Before(kind))) => Some(kind),
            _ => None,
        }
    }

    /// Takes a step of the collector.
    fn mark(&mut self, step: CollectorStep) {
        self.trail.push(Move::Take(Actor::Collector(step)));
        let done = self.world.collect(step);
        debug_assert!(done.is_ok(), "a step of the collector, unchecked: {done:?}");
    }

    /// Goes on with a store for as long as nobody can tell.
    fn go_on(&mut self, mutator: usize) {
        // Have all the others done their stores?
        let alone = (0..self.size.mutators).all(|i| {
            let w = &self.world.writers()[i];
            i == mutator || !w.busy && w.left == 0
        });
        while let Some(kind) = self.next(mutator) {
            let unseen = match kind {
                _ if !self.reductions.merge => false,
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

    /// Takes a step of the collector, and what can be taken with it.
    pub(super) fn collect(&mut self, step: CollectorStep) {
        self.mark(step);
        match step {
            // A state does not tell the end of a global from the beginning of the next.
            CollectorStep::Globals => {
                let ((segment, word), again) = self.world.runtime().collector().globals_left();
                if segment < self.size.globals && word >= self.size.slots && again.is_empty() {
                    self.mark(CollectorStep::Globals);
                }
            }
            _ if !self.reductions.merge || self.colours => {}
            // Taking an object is seen by nobody: it could as well be taken later, with its first slot.
            CollectorStep::Pick(_) => self.collect(CollectorStep::Continue),
            // So is letting go of it, which could as well happen sooner.
            CollectorStep::Continue if self.world.runtime().collector().cursor().is_some_and(|c| c.next >= c.end) => {
                self.mark(CollectorStep::Continue);
            }
            _ => {}
        }
    }

    /// Is all marked that mutators can reach?
    fn all_marked(state: &State, size: &Size) -> bool {
        state.closure(size, state.roots(size)) & !state.marked == 0
    }

    /// What can be said of the state that the world is in.
    pub(super) fn judge(&mut self) -> Step {
        if self.world.is_over() {
            return if Self::all_marked(&self.world.state(), &self.size) { Step::Safe } else { Step::Wrong };
        }
        self.state = self.world.state();
        if self.reductions.marked && Self::all_marked(&self.state, &self.size) {
            return Step::Safe;
        }
        let idle = self.state.writers.iter().all(|w| !w.busy);
        let done = idle && self.state.writers.iter().all(|w| w.left == 0);
        if idle && self.reductions.settle && (done || self.by_conflict()) {
            // Marking may end here: the collector goes through what is left, and nobody interferes.
            let (state, steps) = (self.state, self.trail.len());
            while !self.world.is_over() {
                let Some(&step) = self.world.collector_steps().first() else { break };
                self.mark(step);
            }
            let ends_well = Self::all_marked(&self.world.state(), &self.size);
            if !ends_well {
                return Step::Wrong;
            }
            if done {
                return Step::Safe;
            }
            self.trail.truncate(steps);
            self.go(&state);
        }
        Step::Went(self.packing.pack(&self.simplify(&self.state)))
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

    /// Takes each step from a state.
    fn steps(&mut self, state: &State, see: &mut dyn FnMut(&GraphSpace, Step)) {
        self.trail.clear();
        self.go(state);
        if self.by_conflict() {
            return self.explore(state, &Pending::default(), see);
        }
        for mutator in 0..self.size.mutators {
            let writer = state.writers[mutator];
            let mut choices = Vec::new();
            if writer.busy {
                choices.push(None);
            } else if writer.left > 0 {
                self.world.choices(mutator, state, |choice| choices.push(Some(choice)));
            }
            for choice in choices {
                self.trail.clear();
                self.go(state);
                match choice {
                    Some(choice) => self.choose(mutator, choice),
                    None => self.advance(mutator),
                }
                self.go_on(mutator);
                let step = self.judge();
                see(self, step);
            }
        }
        self.go(state);
        for step in self.world.collector_steps().to_vec() {
            for reversed in [false, true] {
                self.trail.clear();
                self.go(state);
                if reversed && !self.reverse_before(step) {
                    continue;
                }
                self.collect(step);
                let step = self.judge();
                see(self, step);
            }
        }
    }

    /// The object or global whose slots a step of the collector begins to read.
    pub(super) fn holder_of(&self, step: CollectorStep) -> Option<usize> {
        let slots = self.size.slots;
        match step {
            CollectorStep::Pick(base) => Some(usize::from(self.world.env().number(base.0)) - 1),
            CollectorStep::Globals if usize::from(self.state.globals) % slots == 0 => {
                Some(self.size.objects + usize::from(self.state.globals) / slots)
            }
            _ => None,
        }
    }

    /// Exchanges the two slots of what a step of the collector begins to read, if that can make a difference.
    pub(super) fn reverse_before(&mut self, step: CollectorStep) -> bool {
        let Some(holder) = self.holder_of(step).filter(|_| self.reverses) else { return false };
        let (first, second) = (holder * 2, holder * 2 + 1);
        let mut state = self.state;
        let coming = |slot: u8| (first..=second).contains(&usize::from(slot));
        if state.slots[first] == state.slots[second] && !state.writers.iter().any(|w| w.busy && coming(w.store.slot)) {
            return false;
        }
        self.trail.push(Move::Reverse(holder));
        state.slots.swap(first, second);
        for w in state.writers.iter_mut().filter(|w| w.busy && coming(w.store.slot)) {
            w.store.slot ^= 1;
        }
        self.go(&state);
        true
    }

    /// The run that a way through the space of a scenario stands for.
    pub fn counterexample(&mut self, scenario: &Scenario, way: &Way) -> Counterexample {
        let (heap, steps) = self.concrete(way);
        let mut scenario = scenario.clone();
        // What is searched for is a lost object; an invariant that is broken on the way to it is another violation.
        scenario.oracles.tricolor = false;
        scenario.workload.heap = Some(heap.into_iter().map(u64::from).collect());
        Counterexample { scenario, steps: steps.into() }
    }

    /// The steps of the world that a way through the space stands for, and the heap it begins with.
    ///
    /// States on the way have canonical names; a run keeps the ones it began with. So each step is looked for among those of
    /// the run's own state that lead to what is the next one on the way, by its canonical name.
    fn concrete(&mut self, way: &Way) -> (Vec<u8>, Vec<Actor>) {
        let mut here = self.packing.unpack(way.first());
        let mut heap = here.slots[..self.size.all_slots()].to_vec();
        let mut steps: Vec<Actor> = Vec::new();
        for next in way.rest() {
            let mut found = None;
            self.steps(&here, &mut |space, step| {
                let right = match (step, next) {
                    (Step::Went(key), Some(next)) => key == next,
                    (Step::Wrong, None) => true,
                    _ => false,
                };
                if right && found.is_none() {
                    found = Some((space.trail.clone(), space.state));
                }
            });
            let (trail, state) = found.expect("a step of the way is one of the run");
            for step in trail {
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
            here = state;
        }
        (heap, steps)
    }
}

impl Space for GraphSpace {
    fn initial(&mut self) -> Vec<u128> {
        let mut all: Vec<State> = Vec::new();
        match self.world.heap() {
            [] => self.every_heap(&mut |state| all.push(*state)),
            heaps => all.extend(heaps.iter().map(|heap| {
                let mut state = self.state;
                state.slots[..heap.len()].copy_from_slice(heap);
                state
            })),
        }
        let mut keys = BTreeSet::new();
        for state in all {
            if !self.reductions.marked || !Self::all_marked(&state, &self.size) {
                keys.insert(self.packing.pack(&self.simplify(&state)));
            }
        }
        keys.into_iter().collect()
    }

    fn expand(&mut self, key: u128, see: &mut dyn FnMut(Step)) {
        let state = self.packing.unpack(key);
        self.steps(&state, &mut |_, step| see(step));
    }
}
