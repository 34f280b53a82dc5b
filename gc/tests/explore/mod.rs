//! A small explorer: every interleaving of a few mutators and the collector, one effect at a time.
//!
//! It shares nothing with the explorer of the crates above. A world is cloned for each step; two worlds are
//! the same if their fingerprints are, which cover all that can still matter: objects, frames, globals, marks,
//! the collector, the calls under way. Depth first or breadth first must visit the same states.

use bitvec::prelude::{BitVec, Lsb0};
use gc::barrier::{self, BulkOrder};
use gc::collector::{CollectorStep, Phase};
use gc::heap::HeapConfig;
use gc::mutator::{FastRand, StackMap};
use gc::policy::{BirthColour, Mode, Policy, StackPolicy, SweepPolicy, Trigger};
use gc::record::{Effect, Kind, Log, Recorder};
use gc::runtime::{Checked, Config, Driver, Placement, Runtime};
use gc::site::Site;
use gc::verify::{Checks, ViolationKind};
use gc::{Addr, Bytes, Effects, Stop, Type, TypeTable};
use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Locals of each mutator, and pointer slots of each object.
pub const LOCALS: usize = 3;
pub const SLOTS: usize = 2;

/// The site of every store in here.
const SITE: Site = Site(0);

/// Where a pointer is loaded from or stored to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// A slot of the object that this local points to. A nil local makes the operation do nothing.
    Slot(usize, usize),
    /// The global.
    Global,
}

/// One operation of a mutator. Locals have no barrier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// `local = *place`
    Load(usize, Place),
    /// `*place = local`, with the barrier.
    Store(Place, usize),
    /// `*place = nil`, with the barrier.
    Clear(Place),
    /// `local = new(node)`
    Make(usize),
    /// `local = nil`
    Drop(usize),
    /// `*to = *from`, all slots, by `typedmemmove`.
    Move { to: usize, from: usize },
    /// `*local = node{}`, all slots, by `typedmemclr`.
    ClearAll(usize),
    /// Takes what a local of another mutator holds into one of its own and clears that one, as a channel does with
    /// a parked goroutine. `barrier`: the store into the own stack has the barrier.
    Take { local: usize, from: usize, theirs: usize, barrier: bool },
}

/// What a mutator does.
#[derive(Clone, Debug)]
pub enum Plan {
    /// These operations in this order.
    Fixed(Vec<Op>),
    /// Any of these, that many times.
    Any(Vec<Op>, usize),
}

/// A heap and what mutators do to it.
#[derive(Clone, Debug, Default)]
pub struct Scenario {
    pub name: &'static str,
    pub objects: usize,
    /// (object, slot, target)
    pub links: Vec<(usize, usize, usize)>,
    pub global: Option<usize>,
    /// Per mutator: (local, object).
    pub locals: Vec<Vec<(usize, usize)>>,
    pub plans: Vec<Plan>,
}

/// A collector and its barrier.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    pub barrier: &'static str,
    pub stacks: StackPolicy,
    pub birth: BirthColour,
    pub buffer: usize,
    pub flush: bool,
    pub bulk: BulkOrder,
    pub checks: Checks,
    /// Go on after marking, until every span is swept: so that freed memory can be touched.
    pub sweep: bool,
    /// Take effects together where nobody could tell.
    pub fuse: bool,
}

pub const LOST_OBJECT_ONLY: Checks = Checks { reachability: true, access: true, tricolor: false, accounting: false };

impl Setup {
    pub fn new(barrier: &'static str) -> Setup {
        Setup {
            barrier,
            stacks: StackPolicy::default(),
            birth: BirthColour::Black,
            buffer: 0,
            flush: true,
            bulk: BulkOrder::Before,
            checks: LOST_OBJECT_ONLY,
            sweep: false,
            fuse: true,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Action {
    /// This mutator goes on with its operation, or begins this one.
    Mutator(usize, usize),
    Collector(CollectorStep),
}

#[derive(Clone)]
struct Actor {
    frame: Addr,
    log: Log,
    /// Operations done.
    done: usize,
    /// The operation under way.
    current: Option<usize>,
}

/// A state of a scenario.
#[derive(Clone)]
pub struct World {
    pub rt: Runtime<Checked>,
    actors: Vec<Actor>,
    global: Addr,
    cycled: bool,
}

/// What an exploration came to.
#[derive(Debug)]
pub struct Outcome {
    pub states: usize,
    pub transitions: usize,
    /// The oracle that objected, and the steps that led there.
    pub violation: Option<(ViolationKind, Vec<Action>)>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Order {
    DepthFirst,
    BreadthFirst,
}

/// Explores a scenario to its end, or to the first violation.
pub fn explore(scenario: &Scenario, setup: Setup, order: Order) -> Outcome {
    explore_all(std::slice::from_ref(scenario), setup, order, |_| {})
}

/// The same for scenarios that differ in their first heap only; `look` sees each new state.
pub fn explore_all(scenarios: &[Scenario], setup: Setup, order: Order, mut look: impl FnMut(&World)) -> Outcome {
    let node = node_type();
    let scenario = &scenarios[0];
    let mut seen = HashSet::new();
    let mut todo = VecDeque::new();
    for scenario in scenarios {
        let world = World::new(scenario, setup, &node);
        if seen.insert(world.fingerprint()) {
            look(&world);
            todo.push_back((world, None));
        }
    }
    // Steps so far, as a tree: (step, index of the one before).
    let mut trail: Vec<(Action, Option<usize>)> = Vec::new();
    let mut transitions = 0;
    let mut actions = Vec::new();
    while let Some((world, at)) = match order {
        Order::DepthFirst => todo.pop_back(),
        Order::BreadthFirst => todo.pop_front(),
    } {
        world.actions(scenario, setup, &mut actions);
        let mut world = Some(world);
        for (i, &action) in actions.iter().enumerate() {
            transitions += 1;
            let last = i + 1 == actions.len();
            let from = if last { world.take() } else { world.clone() };
            let mut next = from.expect("taken by the last action only");
            let result = next.step(scenario, setup, &node, action);
            if let Err(stop) = result {
                assert_eq!(stop, Stop::Violation, "{}: {:?} in {action:?}", scenario.name, next.rt.fault());
                trail.push((action, at));
                let mut schedule = Vec::new();
                let mut back = Some(trail.len() - 1);
                while let Some(i) = back {
                    schedule.push(trail[i].0);
                    back = trail[i].1;
                }
                schedule.reverse();
                let kind = next.rt.violations()[0].kind;
                return Outcome { states: seen.len(), transitions, violation: Some((kind, schedule)) };
            }
            if seen.insert(next.fingerprint()) {
                look(&next);
                trail.push((action, at));
                todo.push_back((next, Some(trail.len() - 1)));
            }
        }
    }
    Outcome { states: seen.len(), transitions, violation: None }
}

fn types() -> (TypeTable, Arc<Type>, Arc<Type>) {
    let mut types = TypeTable::new();
    let node = types.add("node", Bytes(8 * SLOTS as u64), Bytes(8), BitVec::repeat(true, SLOTS)).unwrap();
    let global = types.add("global", Bytes(8), Bytes(8), BitVec::repeat(true, 1)).unwrap();
    (types, node, global)
}

fn node_type() -> Arc<Type> {
    types().1
}

impl World {
    fn new(scenario: &Scenario, setup: Setup, node: &Type) -> World {
        let (types, _, global) = types();
        let named = barrier::named(setup.barrier).expect("a barrier of the catalogue");
        let config = Config {
            heap: HeapConfig { limit: Bytes(1 << 20), reuse: false, poison: true },
            policy: Policy {
                mode: Mode::Concurrent { steps: 0 },
                stacks: setup.stacks,
                birth: setup.birth,
                sweep: SweepPolicy::Lazy,
                trigger: Trigger::Never,
                ..Policy::default()
            },
            placement: Placement {
                buffer: setup.buffer,
                flush_before_termination: setup.flush,
                bulk: setup.bulk,
                ..Placement::everywhere(named)
            },
            checks: setup.checks,
            driver: Driver::Steps,
            seed: 0,
            stack_words: LOCALS as u64,
        };
        let mut rt = Runtime::<Checked>::new(config, Arc::new(types));
        let global = rt.add_globals(&global).unwrap();
        let map = Arc::new(StackMap::exact(BitVec::<u64, Lsb0>::repeat(true, LOCALS)));
        let mut actors = Vec::new();
        for i in 0..scenario.plans.len() {
            rt.add_mutator(FastRand(0)).unwrap();
            rt.switch_to(i);
            let frame = rt.push_frame(LOCALS as u64, map.clone()).unwrap();
            actors.push(Actor { frame, log: Log::new(), done: 0, current: None });
        }
        let objects: Vec<Addr> = (0..scenario.objects).map(|_| rt.new_object(SITE, node, &[]).unwrap()).collect();
        for &(object, slot, target) in &scenario.links {
            rt.store(objects[object].offset(8 * slot as u64), objects[target].0).unwrap();
        }
        if let Some(target) = scenario.global {
            rt.store(global, objects[target].0).unwrap();
        }
        for (actor, locals) in actors.iter().zip(&scenario.locals) {
            for &(local, object) in locals {
                rt.store(actor.frame.offset(8 * local as u64), objects[object].0).unwrap();
            }
        }
        World { rt, actors, global, cycled: false }
    }

    /// Everything that can still make a difference, in one number.
    fn fingerprint(&self) -> u64 {
        let mut h = DefaultHasher::new();
        let heap = self.rt.heap();
        let collector = self.rt.collector();
        (self.cycled, collector.phase(), collector.grey_list(), collector.cursor()).hash(&mut h);
        collector.globals_left().hash(&mut h);
        heap.unswept().hash(&mut h);
        heap.word(self.global).hash(&mut h);
        for (actor, mutator) in self.actors.iter().zip(self.rt.mutators()) {
            (&actor.log, actor.done, actor.current).hash(&mut h);
            (mutator.colour(), mutator.buffer(), mutator.runtime_live()).hash(&mut h);
            (0..LOCALS as u64).for_each(|i| heap.word(actor.frame.offset(8 * i)).hash(&mut h));
        }
        for o in heap.objects() {
            let base = heap.base(o);
            (base, heap.is_marked(o)).hash(&mut h);
            (0..SLOTS as u64).for_each(|i| heap.word(base.offset(8 * i)).hash(&mut h));
        }
        h.finish()
    }

    /// What can happen next. Nothing, once marking has ended (or sweeping, if that is wanted).
    fn actions(&self, scenario: &Scenario, setup: Setup, list: &mut Vec<Action>) {
        list.clear();
        let collector = self.rt.collector();
        if collector.phase() == Phase::Sweep && !setup.sweep {
            return;
        }
        for (i, (actor, plan)) in self.actors.iter().zip(&scenario.plans).enumerate() {
            match (actor.current, plan) {
                (Some(op), _) => list.push(Action::Mutator(i, op)),
                (None, Plan::Fixed(ops)) if actor.done < ops.len() => list.push(Action::Mutator(i, actor.done)),
                (None, Plan::Any(ops, budget)) if actor.done < *budget => {
                    list.extend((0..ops.len()).map(|op| Action::Mutator(i, op)));
                }
                _ => {}
            }
        }
        let mut steps = Vec::new();
        collector.steps(self.rt.mutators(), self.rt.globals(), &mut steps);
        let at_safepoint = |i: usize| self.actors[i].log.at_safepoint();
        let everyone = (0..self.actors.len()).all(at_safepoint);
        steps.retain(|step| match *step {
            CollectorStep::Start => everyone && !self.cycled,
            CollectorStep::Terminate => everyone,
            CollectorStep::Stack(i) => at_safepoint(i),
            _ => true,
        });
        list.extend(steps.into_iter().map(Action::Collector));
    }

    fn step(&mut self, scenario: &Scenario, setup: Setup, node: &Type, action: Action) -> Result<(), Stop> {
        let (i, index) = match action {
            Action::Collector(step) => {
                self.cycled |= step == CollectorStep::Start;
                return self.rt.collector_step(step);
            }
            Action::Mutator(i, op) => (i, op),
        };
        let op = match &scenario.plans[i] {
            Plan::Fixed(ops) | Plan::Any(ops, _) => ops[index],
        };
        let frames: Vec<Addr> = self.actors.iter().map(|a| a.frame).collect();
        let actor = &mut self.actors[i];
        // Arguments of the call; nobody changes them before its last effect.
        let locals: [Addr; LOCALS] =
            std::array::from_fn(|l| Addr(self.rt.heap().word(actor.frame.offset(8 * l as u64)).unwrap()));
        self.rt.switch_to(i);
        loop {
            let mut recorder = Recorder::new(&mut self.rt, &mut actor.log, 1);
            match perform(&mut recorder, op, i, &frames, &locals, self.global, node) {
                Err(Stop::Yield) if setup.fuse && nobody_can_tell(&actor.log, actor.frame) => {}
                Err(Stop::Yield) => {
                    actor.current = Some(index);
                    break;
                }
                Ok(()) => {
                    actor.log.clear();
                    actor.done += 1;
                    actor.current = None;
                    break;
                }
                stop => return stop,
            }
        }
        self.rt.set_runtime_live(i, actor.log.live());
        Ok(())
    }
}

/// Can the last effect and the next one be one step, because nobody could tell what happened in between?
///
/// A local is seen by the scan of its stack alone, and the flag changes only when every mutator is at a safepoint:
/// neither can happen inside an operation.
fn nobody_can_tell(log: &Log, frame: Addr) -> bool {
    let flag_loaded = log.done().last().is_some_and(|e| e.kind == Kind::LoadFlag);
    let own_local = |e: Effect| e.kind == Kind::Store && (e.at - frame).0 < 8 * LOCALS as u64;
    flag_loaded || log.pending().is_some_and(own_local)
}

/// An operation, as a routine over effects.
fn perform<E: Effects>(
    e: &mut E,
    op: Op,
    me: usize,
    frames: &[Addr],
    locals: &[Addr; LOCALS],
    global: Addr,
    node: &Type,
) -> Result<(), Stop> {
    let local = |mutator: usize, l: usize| frames[mutator].offset(8 * l as u64);
    let address = |place: Place| match place {
        Place::Global => Some(global),
        Place::Slot(l, slot) => (!locals[l].is_nil()).then(|| locals[l].offset(8 * slot as u64)),
    };
    match op {
        Op::Load(to, from) => match address(from) {
            Some(from) => {
                let word = e.load(from)?;
                e.store(local(me, to), word)
            }
            None => Ok(()),
        },
        Op::Store(to, from) => address(to).map_or(Ok(()), |slot| e.write_pointer(SITE, slot, locals[from])),
        Op::Clear(to) => address(to).map_or(Ok(()), |slot| e.write_pointer(SITE, slot, Addr::NIL)),
        Op::Make(to) => {
            let made = e.new_object(SITE, node, &[])?;
            e.store(local(me, to), made.0)
        }
        Op::Drop(l) => e.store(local(me, l), 0),
        Op::Move { to, from } if !locals[to].is_nil() && !locals[from].is_nil() => {
            e.typed_memmove(SITE, node, locals[to], locals[from])
        }
        Op::ClearAll(l) if !locals[l].is_nil() => e.typed_memclr(SITE, node, locals[l], 1),
        Op::Move { .. } | Op::ClearAll(_) => Ok(()),
        Op::Take { local: l, from, theirs, barrier } => {
            let word = e.load(local(from, theirs))?;
            if barrier {
                e.write_pointer(SITE, local(me, l), Addr(word))?;
            } else {
                e.store(local(me, l), word)?;
            }
            e.store(local(from, theirs), 0)
        }
    }
}
