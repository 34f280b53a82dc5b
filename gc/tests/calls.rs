//! Stacks of calls, and groups of stores.

use bitvec::{bits, bitvec, prelude::Lsb0};
use gc::barrier::{CATALOGUE, named};
use gc::mutator::{FastRand, StackMap};
use gc::policy::{Mode, Policy, Trigger};
use gc::record::{Log, Recorder};
use gc::runtime::{Checked, Config, Driver, Placement, Runtime};
use gc::{Addr, Bytes, Call, CallStack, Effects, Frames, GroupStore, Site, StackMaps, Stop, Type, TypeTable};
use std::sync::Arc;

const SITE: Site = Site(0);

/// Odd places hold a pointer in their frame's second word.
#[derive(Debug)]
struct Odd(Arc<StackMap>);

impl StackMaps for Odd {
    fn map(&self, call: &Call) -> Option<&Arc<StackMap>> {
        (call.pc % 2 == 1).then_some(&self.0)
    }
}

fn runtime(policy: Policy, placement: Placement) -> (Runtime<Checked>, Arc<Type>) {
    let mut types = TypeTable::new();
    let pair = types.add("pair", Bytes(16), Bytes(8), bits![u64, Lsb0; 1, 1].to_bitvec()).unwrap();
    let config = Config { policy, placement, driver: Driver::Steps, ..Config::default() };
    let mut rt = Runtime::new(config, Arc::new(types));
    rt.set_stack_maps(Arc::new(Odd(Arc::new(StackMap::exact(bitvec![u64, Lsb0; 0, 1])))));
    for seed in 1..=2 {
        rt.add_mutator(FastRand(seed)).unwrap();
    }
    (rt, pair)
}

fn hybrid() -> Placement {
    Placement::everywhere(named("hybrid-uncond").unwrap())
}

/// Calls at these places of the current mutator, frames of four words.
fn calls(rt: &mut Runtime<Checked>, places: &[u64]) -> Vec<Addr> {
    let stack = rt.mutators()[rt.current()].stack();
    let call = |(i, &pc): (usize, &u64)| Call { pc, frame: stack.offset(i as u64 * 32) };
    let mut all: Vec<Call> = places.iter().enumerate().map(call).collect();
    let top = all.pop().expect("at least one");
    *rt.stack() = CallStack { callers: all.clone(), top };
    all.iter().chain([&top]).map(|call| call.frame).collect()
}

fn bases(rt: &Runtime<Checked>, mutator: usize) -> Vec<(Addr, bool)> {
    rt.mutators()[mutator].frames().iter().map(|f| (f.base, f.map.live.any())).collect()
}

#[test]
fn frames_are_those_of_the_calls_when_somebody_looks() {
    let (mut rt, _) = runtime(Policy::default(), hybrid());
    let frames = calls(&mut rt, &[1, 2, 5]);
    assert!(rt.mutators()[0].frames().is_empty(), "nobody has looked");
    rt.publish();
    assert_eq!(bases(&rt, 0), [(frames[0], true), (frames[1], false), (frames[2], true)]);
    calls(&mut rt, &[1, 3]);
    rt.publish();
    assert_eq!(bases(&rt, 0), [(frames[0], true), (frames[1], true)], "what has moved is looked up again");
    // Another mutator has a stack of its own; leaving one publishes it.
    rt.switch_to(1);
    assert_eq!(*rt.stack(), CallStack::default());
    let others = calls(&mut rt, &[2]);
    rt.switch_to(0);
    assert_eq!(rt.stack().top.pc, 3);
    assert_eq!(bases(&rt, 1), [(others[0], false)]);
}

#[test]
fn what_a_live_word_of_a_frame_points_to_survives() {
    let (mut rt, pair) = runtime(Policy { mode: Mode::StopTheWorld, ..Policy::default() }, hybrid());
    let frames = calls(&mut rt, &[1, 2]);
    let (kept, lost) = (rt.new_object(SITE, &pair, &[]).unwrap(), rt.new_object(SITE, &pair, &[]).unwrap());
    rt.frame_words(frames[0], 2).unwrap()[1] = kept.0;
    rt.memory().words::<256>(frames[1]).unwrap()[1].set(lost.0);
    rt.collect().unwrap();
    assert!(rt.heap().find_object(kept).is_some());
    assert!(rt.heap().find_object(lost).is_none(), "its word is not live there");
    assert!(rt.memory().word(Addr::NIL).is_none() && rt.frame_words(Addr::NIL, 1).is_none());
    let end = Addr(gc::addr::ARENA_BASE + rt.heap().words().len() as u64 * 8);
    assert!(rt.memory().words::<2>(Addr(end.0 - 16)).is_some() && rt.memory().words::<2>(Addr(end.0 - 8)).is_none());
    assert!(rt.memory().words::<2>(frames[0].offset(4)).is_none(), "misaligned");
}

#[test]
fn calls_poll_only_where_something_could_be_due() {
    for (mode, trigger, polls) in [
        (Mode::StopTheWorld, Trigger::Never, false),
        (Mode::StopTheWorld, Trigger::Pacing { gogc: 100, min_heap: Bytes(1) }, false),
        (Mode::StopTheWorld, Trigger::Safepoints(1), true),
        (Mode::Concurrent { steps: 1 }, Trigger::Chosen(vec![7]), true),
        (Mode::Concurrent { steps: 1 }, Trigger::Never, false),
    ] {
        let concurrent = mode != Mode::StopTheWorld;
        let (mut rt, _) = runtime(Policy { mode, trigger, ..Policy::default() }, hybrid());
        assert_eq!(rt.polls(), polls);
        let mut log = Log::new();
        assert_eq!(Recorder::new(&mut rt, &mut log, 0).polls(), polls || concurrent, "by the configuration alone");
        rt.collector_step(gc::collector::CollectorStep::Start).unwrap();
        assert!(rt.polls(), "while marking there is always something to do");
    }
}

/// Stores to both words of an object and to a global word, in one group.
fn group<E: Effects>(e: &mut E, object: Addr, global: Addr, new: Addr) -> Result<(), Stop> {
    let store = |site, slot| GroupStore { site, slot, new };
    e.write_group(&[
        store(Some(Site(1)), object),
        store(None, global.offset(8)),
        store(Some(Site(2)), object.offset(8)),
    ])
}

#[test]
fn a_group_tests_the_flag_once_and_shades_as_single_stores_do() {
    for barrier in CATALOGUE {
        for marking in [false, true] {
            let (mut rt, pair) = runtime(Policy::default(), Placement::everywhere(barrier));
            let globals = rt.add_globals(&pair).unwrap();
            calls(&mut rt, &[2]);
            let object = rt.new_object(SITE, &pair, &[]).unwrap();
            let (old, new) = (rt.new_object(SITE, &pair, &[]).unwrap(), rt.new_object(SITE, &pair, &[]).unwrap());
            rt.write_group(&[GroupStore { site: None, slot: object, new: old }]).unwrap();
            if marking {
                rt.collector_step(gc::collector::CollectorStep::Start).unwrap();
            }
            let before = rt.counts();
            let (mut single, mut stepped) = (rt.clone(), rt.clone());
            group(&mut rt, object, globals, new).unwrap();
            single.write_pointer(Site(1), object, new).unwrap();
            single.store(globals.offset(8), new.0).unwrap();
            single.write_pointer(Site(2), object.offset(8), new).unwrap();
            let mut log = Log::new();
            while group(&mut Recorder::new(&mut stepped, &mut log, 1), object, globals, new) == Err(Stop::Yield) {}

            for other in [&single, &stepped] {
                assert_eq!(other.heap().words(), rt.heap().words(), "{}", barrier.id);
                assert_eq!(other.collector().grey_list(), rt.collector().grey_list(), "{}", barrier.id);
                assert_eq!(other.site_counts(), rt.site_counts(), "{}", barrier.id);
            }
            assert_eq!(stepped.counts(), rt.counts(), "{}", barrier.id);
            let tests = |rt: &Runtime<Checked>| rt.counts().flag_tests - before.flag_tests;
            if barrier.program.tests_flag() && !barrier.program.is_atomic() {
                assert_eq!((tests(&rt), tests(&single)), (1, 2), "{}", barrier.id);
            }
        }
    }
}
