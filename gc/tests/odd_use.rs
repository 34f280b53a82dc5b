//! Odd and illegal use: an outcome each time, never a panic, and the same one with and without checks.

use bitvec::prelude::{BitVec, Lsb0};
use gc::addr::ARENA_BASE;
use gc::barrier::{CATALOGUE, named};
use gc::collector::{CollectorStep, Phase};
use gc::effects::Width;
use gc::heap::HeapConfig;
use gc::mutator::{FastRand, StackMap};
use gc::policy::{Mode, Policy, SweepPolicy, Trigger};
use gc::record::{Log, Recorder};
use gc::runtime::{Bare, Checked, Config, Driver, FaultInfo, Instruments, Placement, Runtime};
use gc::site::Site;
use gc::verify::{ViolationKind, accounting};
use gc::{Addr, Bytes, Effects, Stop, Type, TypeTable};
use std::sync::Arc;

const SITE: Site = Site(0);

struct Types {
    pair: Arc<Type>,
    flat: Arc<Type>,
    empty: Arc<Type>,
}

fn runtime<I: Instruments>(config: Config) -> (Runtime<I>, Types) {
    let mut table = TypeTable::new();
    let types = Types {
        pair: table.add("pair", Bytes(16), Bytes(8), BitVec::repeat(true, 2)).unwrap(),
        flat: table.add("flat", Bytes(16), Bytes(8), BitVec::new()).unwrap(),
        empty: table.add("empty", Bytes(0), Bytes(1), BitVec::new()).unwrap(),
    };
    let mut rt = Runtime::new(config, Arc::new(table));
    rt.add_mutator(FastRand(1)).unwrap();
    (rt, types)
}

/// Barriers under which the flag is off, and on.
fn configs() -> impl Iterator<Item = (Config, bool)> {
    CATALOGUE.iter().flat_map(|n| [false, true].map(|marking| (Placement::everywhere(n), marking))).map(
        |(placement, marking)| {
            let policy = Policy { trigger: Trigger::Never, ..Policy::default() };
            (Config { placement, policy, ..Config::default() }, marking)
        },
    )
}

fn bad_accesses_fault<I: Instruments>() {
    for (config, marking) in configs() {
        let (mut rt, types) = runtime::<I>(config);
        let good = rt.new_object(SITE, &types.pair, &[]).unwrap();
        if marking {
            rt.collector_step(CollectorStep::Start).unwrap();
        }
        let end = Addr(ARENA_BASE + rt.heap().stats().mapped.0);
        for bad in [Addr::NIL, good.offset(4), Addr(8), Addr(ARENA_BASE - 8), end, Addr(u64::MAX), Addr(u64::MAX - 7)] {
            let faults = |rt: &mut Runtime<I>, what: &str, done: Result<(), Stop>| {
                assert_eq!(done, Err(Stop::Fault), "{what} at {bad}");
                assert!(matches!(rt.fault(), Some(FaultInfo::Access(_))), "{what} at {bad}");
            };
            let done = rt.load(bad).map(drop);
            faults(&mut rt, "load", done);
            let done = rt.store(bad, 1);
            faults(&mut rt, "store", done);
            let done = rt.write_pointer(SITE, bad, good);
            faults(&mut rt, "write_pointer", done);
            let done = rt.load_block::<4>(bad).map(drop);
            faults(&mut rt, "load_block", done);
            // Bytes may be moved at any alignment.
            if bad.0 % 8 == 0 {
                let done = rt.load_part(bad, Width::B1).map(drop);
                faults(&mut rt, "load_part", done);
                let done = rt.typed_memmove(SITE, &types.pair, bad, good);
                faults(&mut rt, "typed_memmove to", done);
                let done = rt.typed_memmove(SITE, &types.pair, good, bad);
                faults(&mut rt, "typed_memmove from", done);
                let done = rt.typed_memclr(SITE, &types.flat, bad, 3);
                faults(&mut rt, "typed_memclr", done);
                assert_eq!(rt.fault(), Some(FaultInfo::Access(bad)));
            }
        }
        // A pointer that points nowhere may be stored and shaded: it is only a number.
        for odd in [Addr(1), Addr(u64::MAX), good.offset(3), end] {
            rt.write_pointer(SITE, good, odd).unwrap();
        }
        rt.collect().unwrap();
    }
}

#[test]
fn bad_accesses_fault_with_checks() {
    bad_accesses_fault::<Checked>();
}

#[test]
fn bad_accesses_fault_without_checks() {
    bad_accesses_fault::<Bare>();
}

#[test]
fn bulk_operations_of_nothing_touch_nothing_and_of_too_much_fault() {
    for (config, marking) in configs() {
        let (mut rt, types) = runtime::<Checked>(config);
        let good = rt.new_object(SITE, &types.pair, &[]).unwrap();
        if marking {
            rt.collector_step(CollectorStep::Start).unwrap();
        }
        let mut log = Log::new();
        for slow in [false, true] {
            let nothing = |e: &mut dyn FnMut(u32) -> Result<(), Stop>| (0..6).try_for_each(e);
            let mut one = |n: u32| -> Result<(), Stop> {
                fn act<E: Effects>(e: &mut E, types: &Types, good: Addr, n: u32) -> Result<(), Stop> {
                    match n {
                        0 => e.memmove(Addr::NIL, Addr::NIL, 0),
                        1 => e.memclr(Addr(3), 0),
                        2 => e.typed_slice_copy(SITE, &types.pair, Addr::NIL, good, 0),
                        3 => e.typed_memclr(SITE, &types.pair, Addr::NIL, 0),
                        4 => e.typed_memclr(SITE, &types.empty, Addr::NIL, u64::MAX),
                        5 => e.typed_memmove(SITE, &types.pair, good, good),
                        6 => e.typed_memclr(SITE, &types.pair, good, 1_000_000_000_000_000_000),
                        7 => e.typed_memclr(SITE, &types.pair, good, u64::MAX),
                        8 => e.typed_slice_copy(SITE, &types.pair, good, good.offset(8), u64::MAX / 3),
                        9 => e.memmove(good, good.offset(8), u64::MAX),
                        10 => e.memmove(good.offset(8), good, u64::MAX - 7),
                        11 => e.memclr(good.offset(3), u64::MAX),
                        _ => e.memmove(Addr(u64::MAX - 50), Addr(u64::MAX - 100), 100),
                    }
                }
                if slow {
                    log.clear();
                    act(&mut Recorder::new(&mut rt, &mut log, 100_000), &types, good, n)
                } else {
                    act(&mut rt, &types, good, n)
                }
            };
            nothing(&mut one).unwrap();
            for n in 6..13 {
                assert_eq!(one(n), Err(Stop::Fault), "case {n}, slow: {slow}");
            }
        }
    }
}

#[test]
fn objects_of_no_size_and_of_too_much() {
    let limit = Bytes(1 << 20);
    let heap = HeapConfig { limit, ..HeapConfig::default() };
    let (mut rt, types) = runtime::<Checked>(Config { heap, ..Config::default() });
    let (a, b) = (rt.new_object(SITE, &types.empty, &[]).unwrap(), rt.allocate(SITE, &types.pair, 0, &[]).unwrap());
    assert!(rt.heap().find_object(a).is_some() && rt.heap().find_object(b).is_some());
    assert!(rt.allocate(SITE, &types.empty, u64::MAX, &[]).is_ok(), "nothing, many times");
    for count in [1_000_000_000_000_000_000, u64::MAX, 1 << 60, 1 << 36, 70_000] {
        for _ in 0..2 {
            assert_eq!(rt.allocate(SITE, &types.pair, count, &[]), Err(Stop::OutOfMemory), "{count}");
        }
        let Some(FaultInfo::OutOfMemory { wanted, mapped, limit: of, live }) = rt.fault() else {
            panic!("no numbers: {:?}", rt.fault());
        };
        assert_eq!((wanted, of), (Bytes(count.saturating_mul(16)), limit));
        assert!(mapped <= limit && live <= mapped);
    }
    assert_eq!(rt.counts().allocations, 3, "only those that were made");
    assert!(accounting(&rt).is_empty());
}

#[test]
fn memory_that_waits_to_be_swept_is_used_before_an_allocation_fails() {
    let policy = Policy {
        mode: Mode::Concurrent { steps: 0 },
        sweep: SweepPolicy::Lazy,
        trigger: Trigger::Never,
        ..Policy::default()
    };
    let heap = HeapConfig { limit: Bytes(8 * 8192), ..HeapConfig::default() };
    let (mut rt, types) = runtime::<Checked>(Config { heap, policy, driver: Driver::Steps, ..Config::default() });
    while rt.allocate(SITE, &types.pair, 512, &[]).is_ok() {}
    rt.collector_step(CollectorStep::Start).unwrap();
    rt.collector_step(CollectorStep::Stack(0)).unwrap();
    rt.collector_step(CollectorStep::Terminate).unwrap();
    assert!(rt.heap().unswept() > 0);
    rt.allocate(SITE, &types.flat, 3000, &[]).expect("dead spans of another class are swept for it");
}

#[test]
fn a_stack_overflows_with_an_outcome() {
    let (mut rt, _) = runtime::<Checked>(Config { stack_words: 10, ..Config::default() });
    let map = Arc::new(StackMap::exact(BitVec::<u64, Lsb0>::repeat(true, 3)));
    for _ in 0..3 {
        rt.push_frame(3, map.clone()).unwrap();
    }
    for words in [2, 3, 1 << 61, u64::MAX] {
        assert_eq!(rt.push_frame(words, map.clone()), Err(Stop::OutOfMemory), "{words}");
        assert!(matches!(rt.fault(), Some(FaultInfo::OutOfMemory { .. })));
    }
    for _ in 0..5 {
        rt.pop_frame();
    }
    assert!(rt.mutators()[0].frames().is_empty());
    rt.push_frame(10, map).unwrap();
    assert_eq!(rt.add_static(Bytes(u64::MAX)), Err(Stop::OutOfMemory));
    let (mut rt, _) = runtime::<Checked>(Config::default());
    assert_eq!(rt.add_static(Bytes(0)).map(|a| a.is_nil()), Ok(false));
}

#[test]
fn collecting_when_nothing_is_there() {
    for mode in [Mode::StopTheWorld, Mode::Incremental { budget: 0 }, Mode::Concurrent { steps: 0 }] {
        let policy = Policy { mode, ..Policy::default() };
        let mut rt = Runtime::<Checked>::new(Config { policy, ..Config::default() }, Arc::new(TypeTable::new()));
        rt.collect().unwrap();
        rt.collect().unwrap();
        assert_eq!((rt.collector().phase(), rt.collector().cycles().len()), (Phase::Off, 2));
    }
}

#[test]
fn steps_that_do_not_fit_do_nothing() {
    use CollectorStep::*;
    let policy = Policy { mode: Mode::Concurrent { steps: 0 }, trigger: Trigger::Never, ..Policy::default() };
    let (mut rt, types) = runtime::<Checked>(Config { policy, driver: Driver::Steps, ..Config::default() });
    let global = rt.add_globals(&types.pair).unwrap();
    let map = Arc::new(StackMap::exact(BitVec::<u64, Lsb0>::repeat(true, 1)));
    let frame = rt.push_frame(1, map).unwrap();
    let object = rt.new_object(SITE, &types.pair, &[]).unwrap();
    let other = rt.new_object(SITE, &types.pair, &[]).unwrap();
    rt.store(object, other.0).unwrap();
    rt.store(global, object.0).unwrap();
    rt.store(frame, object.0).unwrap();

    // A step that fits is in the list; one that is not changes nothing that a fingerprint would see.
    let all = [Start, Stack(0), Stack(9), Globals, Object, Continue, Terminate, SweepSpan];
    let seen = |rt: &Runtime<Checked>| {
        let c = rt.collector();
        let marked = rt.heap().objects().map(|o| rt.heap().is_marked(o)).collect::<Vec<_>>();
        (c.phase(), c.grey_list().to_vec(), c.cursor(), c.globals_left().0, rt.heap().unswept(), marked)
    };
    let mut fitting = Vec::new();
    loop {
        rt.collector().steps(rt.mutators(), rt.globals(), &mut fitting);
        for step in all.into_iter().filter(|s| !fitting.contains(s)) {
            // Two that fit though they are not listed: a new cycle while sweeping, a black stack again.
            if step == Start && rt.collector().phase() == Phase::Sweep || step == Stack(0) {
                continue;
            }
            let mut copy = rt.clone();
            copy.collector_step(step).unwrap();
            assert_eq!(seen(&copy), seen(&rt), "{step:?} in {:?}", rt.collector().phase());
        }
        if rt.collector().phase() == Phase::Off && !rt.collector().cycles().is_empty() {
            break;
        }
        rt.collector_step(fitting[0]).unwrap();
    }
    assert_eq!(rt.collector().cycles()[0].objects, 2);
}

#[test]
fn freed_memory_is_told_at_the_first_touch_in_either_gear() {
    let heap = HeapConfig { reuse: false, poison: true, ..HeapConfig::default() };
    let (mut rt, types) = runtime::<Checked>(Config { heap, ..Config::default() });
    let object = rt.allocate(SITE, &types.pair, 4, &[]).unwrap();
    rt.collect().unwrap();
    let mut slow = rt.clone();
    let mut log = Log::new();
    assert_eq!(rt.load(object.offset(24)), Err(Stop::Violation));
    assert_eq!(Recorder::new(&mut slow, &mut log, 1).memclr(object.offset(3), 9), Err(Stop::Violation));
    for rt in [&rt, &slow] {
        let violation = &rt.violations()[0];
        assert_eq!(violation.kind, ViolationKind::UseAfterFree);
        assert_eq!(violation.victim.map(|v| (v.base, v.count)), Some((object, 4)));
    }
}

/// Steele's barrier acts after the move, when an overlapping move has overwritten the source.
#[test]
fn steps_after_an_overlapping_move_look_at_what_was_moved() {
    let policy = Policy { mode: Mode::Concurrent { steps: 0 }, trigger: Trigger::Never, ..Policy::default() };
    let placement = Placement::everywhere(named("steele").unwrap());
    let (mut rt, types) = runtime::<Checked>(Config { policy, placement, driver: Driver::Steps, ..Config::default() });
    let global = rt.add_globals(&types.pair).unwrap();
    let array = rt.allocate(SITE, &types.pair, 3, &[]).unwrap();
    let white = rt.new_object(SITE, &types.pair, &[]).unwrap();
    rt.store(global, array.0).unwrap();
    rt.collector_step(CollectorStep::Start).unwrap();
    let mut steps = Vec::new();
    while rt.collector().cycles()[0].objects == 0 || rt.collector().cursor().is_some() {
        rt.collector().steps(rt.mutators(), rt.globals(), &mut steps);
        rt.collector_step(*steps.last().unwrap()).unwrap();
    }
    // The array is black. A white pointer, stored without a barrier, moves from its second value to its third.
    assert!(!rt.heap().is_marked(rt.heap().find_object(white).unwrap()));
    rt.store(array.offset(16), white.0).unwrap();
    rt.typed_slice_copy(SITE, &types.pair, array.offset(16), array, 2).unwrap();
    assert_eq!(rt.load(array.offset(32)), Ok(white.0));
    assert_eq!(rt.collector().grey_list(), [array], "the array is to be scanned again");
}
