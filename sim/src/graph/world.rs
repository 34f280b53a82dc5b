//! The [world](crate::world) of a graph: mutators that store pointers wherever they can, and a collector that marks.
//!
//! Each mutator, again and again, picks a pointer that it can reach or nil, and a slot of its stack, of a global or of an object
//! that it can reach, and stores the one into the other: through the barrier, or plainly if the slot is its stack's. It holds its stack's lock
//! from the pick to the end of the store, so the collector scans the stack between two stores only. Marking has begun
//! when the world begins, with all objects white, and the run ends when it ends. Nothing is allocated or freed.
//!
//! Source: the random model of proposal 17503 (go-misc, `go-weave/models/yuasa.go`); shared/BARRIERS.md tells it.

use super::env::{Env, Size};
use super::micro::{self, Ran, Store};
use super::state::{Packing, SLOTS, State, bits};
use crate::exit::Exit;
use crate::report::{MapLine, ProgramLine};
use crate::scenario::Scenario;
use crate::world::{Actor, World, collects, config};
use gc::addr::WORD;
use gc::collector::{CollectorStep, Phase};
use gc::policy::{GreyOrder, SweepPolicy, Trigger};
use gc::record::Kind;
use gc::runtime::{Instruments, Runtime};
use gc::watch::Watch;
use gc::{Addr, SiteTable, Stop, TypeId};
use mapruntime::Severity;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::sync::Arc;

/// A mutator: how many stores it has left, and the one under way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Writer {
    /// Stores that it has not begun.
    pub left: u8,
    /// Is one under way?
    pub busy: bool,
    /// That one.
    pub store: Store,
    /// The object that its slot is part of, from 1, or 0.
    pub holder: u8,
}

impl Writer {
    /// The objects that the store under way holds.
    pub fn held(&self) -> u16 {
        if self.busy { bits(&[self.store.value, self.store.old, self.holder]) } else { 0 }
    }

    /// Shows the pointers of the store under way.
    pub fn pointers(&self, mut see: impl FnMut(u8)) {
        if self.busy {
            see(self.store.value);
            see(self.store.old);
            see(self.holder);
        }
    }

    /// Gives them other names.
    pub fn rename(&mut self, rename: impl Fn(u8) -> u8) {
        if self.busy {
            self.store.value = rename(self.store.value);
            self.store.old = rename(self.store.old);
            self.holder = rename(self.holder);
        }
    }
}

/// The state of a run.
#[derive(Clone, Debug)]
pub struct GraphWorld<I: Instruments> {
    rt: Runtime<I>,
    env: Arc<Env>,
    writers: Vec<Writer>,
    steps: u64,
    list: Vec<CollectorStep>,
    /// The heaps to begin with; none if it is every one.
    heaps: Vec<Vec<u8>>,
}

impl<I: Instruments> GraphWorld<I> {
    /// A graph whose slots are all nil, marking begun; under a watch if one is given.
    ///
    /// # Errors
    /// Why there can be none of that size.
    pub fn new(scenario: &Scenario, watch: Option<Watch>) -> Result<GraphWorld<I>, String> {
        let w = &scenario.workload;
        let size = Size::of(w)?;
        let (table, _) = Env::table();
        let mut config = config(scenario, &table, size.slots.next_multiple_of(8) as u64);
        config.policy.sweep = SweepPolicy::Never;
        config.policy.order = GreyOrder::Any;
        config.policy.trigger = Trigger::Never;
        let (env, rt) = Env::make(size, config, watch).map_err(|_| "the memory limit leaves no room".to_owned())?;
        let writers = vec![Writer { left: size.writes as u8, ..Writer::default() }; size.mutators];
        let heaps = match &w.heap {
            Some(heap) => vec![heap.iter().map(|&p| p as u8).collect()],
            None => {
                let mut random = Pcg64Mcg::seed_from_u64(scenario.seed);
                let mut draw = || (0..size.all_slots()).map(|_| random.random_range(0..=size.objects) as u8).collect();
                (0..w.initial).map(|_| draw()).collect()
            }
        };
        Ok(GraphWorld { rt, env: Arc::new(env), writers, steps: 0, list: Vec::new(), heaps })
    }

    /// The heaps to begin with; none if it is every one.
    pub fn heap(&self) -> &[Vec<u8>] {
        &self.heaps
    }

    /// Sizes, addresses, types, sites.
    pub fn env(&self) -> &Arc<Env> {
        &self.env
    }

    /// How its states become numbers.
    ///
    /// # Errors
    /// If they are too large.
    pub fn packing(&self) -> Result<Packing, String> {
        let placement = self.rt.placement();
        let programs = placement.by_site.iter().chain([&placement.default]);
        let (effects, tests) =
            programs.map(|&p| micro::extent(p)).fold((1, 0), |(e, t), (effects, tests)| (e.max(effects), t.max(tests)));
        let packing = Packing::new(self.env.size, effects, tests);
        if tests > Store::TESTS || packing.bits() > u128::BITS {
            return Err(format!("a state of this size takes {} bits, and 128 is the most", packing.bits()));
        }
        Ok(packing)
    }

    /// Its state. It is marking.
    pub fn state(&self) -> State {
        State::read(&self.rt, &self.env, &self.writers)
    }

    /// Puts it into a state.
    pub fn stage(&mut self, state: &State) {
        state.stage(&mut self.rt, &self.env);
        let count = self.writers.len();
        self.writers.copy_from_slice(&state.writers[..count]);
    }

    /// Begins marking.
    ///
    /// # Errors
    /// As of a step of the collector.
    pub fn start(&mut self) -> Result<(), Stop> {
        self.rt.collector_step(CollectorStep::Start)
    }

    /// What the mutators are at.
    pub fn writers(&self) -> &[Writer] {
        &self.writers
    }

    /// The stores that an idle mutator can begin, as [`Actor::Choose`] counts them.
    pub fn choices(&self, mutator: usize, state: &State, mut see: impl FnMut(u32)) {
        let size = &self.env.size;
        let reach = state.reach(size, mutator);
        let objects = size.objects * size.slots;
        let stack = size.barrier_slots() + mutator * size.slots;
        for value in 0..=size.objects {
            if value > 0 && reach >> (value - 1) & 1 == 0 {
                continue;
            }
            let own = stack..stack + size.slots;
            let globals = objects..size.barrier_slots();
            let reached = (0..objects).filter(|slot| reach >> (slot / size.slots) & 1 != 0);
            for slot in own.chain(globals).chain(reached) {
                see((value * SLOTS + slot) as u32);
            }
        }
    }

    /// Begins a store, up to before its first effect.
    pub fn choose(&mut self, mutator: usize, choice: u32) {
        let size = &self.env.size;
        let (value, slot) = (choice as usize / SLOTS, choice as usize % SLOTS);
        let holder = if slot < size.objects * size.slots { slot / size.slots + 1 } else { 0 };
        let writer = &mut self.writers[mutator];
        writer.left -= 1;
        writer.busy = true;
        writer.holder = holder as u8;
        writer.store = Store::new(value as u8, slot as u8);
    }

    /// Performs up to `fuel` effects of the store under way.
    ///
    /// # Errors
    /// What an effect raised.
    pub fn advance(&mut self, mutator: usize, fuel: u32) -> Result<Ran, Stop> {
        self.rt.switch_to(mutator);
        let ran = micro::run(&mut self.rt, &self.env, &mut self.writers[mutator].store, fuel)?;
        if ran == Ran::Done {
            let left = self.writers[mutator].left;
            self.writers[mutator] = Writer { left, ..Writer::default() };
        }
        Ok(ran)
    }

    /// The steps of the collector that can be taken: stacks are scanned between stores, and marking ends there.
    pub fn collector_steps(&mut self) -> &[CollectorStep] {
        let rt = &self.rt;
        rt.collector().steps(rt.mutators(), rt.globals(), &mut self.list);
        let writers = &self.writers;
        self.list.retain(|step| match *step {
            CollectorStep::Stack(i) => !writers[i].busy,
            CollectorStep::Terminate => writers.iter().all(|w| !w.busy),
            _ => true,
        });
        &self.list
    }

    /// Takes a step of the collector.
    ///
    /// # Errors
    /// `Violation` if an oracle objects.
    pub fn collect(&mut self, step: CollectorStep) -> Result<(), Stop> {
        self.rt.collector_step(step)
    }

    /// Are all stacks scanned before anything else?
    pub fn is_before_heap(&self) -> bool {
        self.rt.collector().policy().stacks.before_heap
    }

    /// Is marking over?
    pub fn is_over(&self) -> bool {
        self.rt.collector().phase() == Phase::Off
    }

    /// Fills the slots.
    fn fill(&mut self, heap: &[u8]) {
        let env = self.env.clone();
        for (&at, &pointer) in env.slots.iter().zip(heap) {
            self.rt.stage_word(at, env.pointer(pointer).0);
        }
    }
}

impl<I: Instruments> World for GraphWorld<I> {
    type Instruments = I;

    fn begin(
        scenario: &Scenario,
        watch: Option<Watch>,
        _enough: &mut dyn FnMut(&mut Self) -> bool,
    ) -> (Self, Result<(), Stop>) {
        let mut world = GraphWorld::new(scenario, watch).expect("the scenario was checked");
        let mut random = Pcg64Mcg::seed_from_u64(scenario.seed);
        let objects = world.env.size.objects;
        let drawn = (0..world.env.slots.len()).map(|_| random.random_range(0..=objects) as u8).collect();
        let heap = world.heaps.first().cloned().unwrap_or(drawn);
        world.fill(&heap);
        let ready = world.start();
        (world, ready)
    }

    fn runtime(&self) -> &Runtime<I> {
        &self.rt
    }

    fn actors(&mut self, list: &mut Vec<Actor>) {
        list.clear();
        if self.is_over() {
            return;
        }
        let state = self.state();
        for i in 0..self.writers.len() {
            if self.writers[i].busy {
                list.push(Actor::Mutator(i));
            } else if self.writers[i].left > 0 {
                self.choices(i, &state, |choice| list.push(Actor::Choose(i, choice)));
            }
        }
        list.extend(self.collector_steps().iter().map(|&step| Actor::Collector(step)));
    }

    fn step(&mut self, actor: Actor) -> Result<(), Stop> {
        self.steps += 1;
        self.rt.set_clock(self.steps);
        match actor {
            Actor::Choose(i, choice) => {
                self.choose(i, choice);
                Ok(())
            }
            Actor::Mutator(i) => self.advance(i, 1).and_then(|ran| match ran {
                Ran::Done => Ok(()),
                // The end of a store is no step of its own.
                Ran::Before(_) => self.advance(i, 0).map(drop),
            }),
            Actor::Collector(step) => self.collect(step),
        }
    }

    fn finish(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    fn progress(&self) -> (u64, u64) {
        let total = u64::from(self.env.size.writes) * self.env.size.mutators as u64;
        let left: u64 = self.writers.iter().map(|w| u64::from(w.left) + u64::from(w.busy)).sum();
        (total - left, total)
    }

    fn sites(&self) -> &SiteTable {
        &self.env.table
    }

    fn part(&self, _ty: Option<TypeId>, offset: u64) -> String {
        format!("slot {}", offset / WORD)
    }

    fn global(&self, offset: u64) -> String {
        let word = (offset / WORD) as usize;
        format!("{}, slot {}", word / self.env.size.slots + 1, word % self.env.size.slots)
    }

    fn frame_slot(&self, _mutator: usize, slot: Addr) -> String {
        let at = self.env.slots.iter().position(|&s| s == slot);
        at.map_or_else(|| slot.to_string(), |at| format!("slot {}", at % self.env.size.slots))
    }

    fn intent(&self, actor: Actor) -> String {
        let env = &self.env;
        let pointer = |p: u8| if p == 0 { "nil".to_owned() } else { format!("object {p}") };
        match actor {
            Actor::Collector(step) => collects(self, step),
            Actor::Choose(_, choice) => {
                let (value, slot) = (choice as usize / SLOTS, choice as usize % SLOTS);
                format!("will store {} to {}", pointer(value as u8), env.slot_name(slot))
            }
            Actor::Mutator(i) => {
                let mut store = self.writers[i].store;
                let mut rt = self.rt.clone();
                match micro::run(&mut rt, env, &mut store, 0) {
                    Ok(Ran::Before(Kind::Load)) => {
                        format!("loads the old value of {}", env.slot_name(store.slot.into()))
                    }
                    Ok(Ran::Before(Kind::LoadFlag)) => "loads the flag".into(),
                    Ok(Ran::Before(Kind::Test)) => "tests a colour".into(),
                    Ok(Ran::Before(Kind::Shade)) => {
                        // The first shade after the load is the old value's, unless the barrier has none.
                        "shades".into()
                    }
                    Ok(Ran::Before(Kind::GreyBase)) => format!("turns object {} grey", self.writers[i].holder),
                    _ => format!("stores {} to {}", pointer(store.value), env.slot_name(store.slot.into())),
                }
            }
        }
    }

    fn object_name(&self, base: Addr) -> String {
        format!("object {}", self.env.number(base.0))
    }

    fn raised(&self, _stop: Stop) -> Option<(Severity, String)> {
        None
    }

    fn map_slot_site(&self) -> Option<String> {
        None
    }

    fn void(&self) -> Option<(Exit, String)> {
        None
    }

    fn account(&self) -> Option<ProgramLine> {
        None
    }

    fn map_lines(&self, _most: usize) -> (Vec<MapLine>, usize) {
        (Vec::new(), 0)
    }
}
