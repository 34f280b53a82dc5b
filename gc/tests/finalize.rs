//! Finalizers.

use bitvec::{bits, prelude::Lsb0};
use gc::barrier::named;
use gc::mutator::FastRand;
use gc::policy::{Mode, Policy, StackPolicy, Trigger};
use gc::record::{Log, Recorder};
use gc::runtime::{Checked, Config, Driver, Placement, Runtime};
use gc::{Addr, Bytes, Effects, Finalize, Finalizer, Site, Stop, Type, TypeTable};
use std::sync::Arc;

const SITE: Site = Site(0);

/// A runtime with two global words, and the type of a pair of pointers.
fn runtime(policy: Policy, driver: Driver) -> (Runtime<Checked>, Arc<Type>, Addr) {
    let mut types = TypeTable::new();
    let pair = types.add("pair", Bytes(16), Bytes(8), bits![u64, Lsb0; 1, 1].to_bitvec()).unwrap();
    let placement = Placement::everywhere(named("hybrid-uncond").unwrap());
    let mut rt = Runtime::new(Config { policy, driver, placement, ..Config::default() }, Arc::new(types));
    let globals = rt.add_globals(&pair).unwrap();
    rt.add_mutator(FastRand(1)).unwrap();
    (rt, pair, globals)
}

fn quiet(rescan: bool) -> Policy {
    let stacks = StackPolicy { before_heap: false, rescan };
    Policy { mode: Mode::StopTheWorld, trigger: Trigger::Never, stacks, ..Policy::default() }
}

fn exists(rt: &Runtime<Checked>, a: Addr) -> bool {
    rt.heap().find_object(a).is_some()
}

#[test]
fn an_object_is_kept_until_its_finalizer_has_been_taken_and_a_cycle_has_passed() {
    for rescan in [false, true] {
        let (mut rt, pair, _) = runtime(quiet(rescan), Driver::Safepoints);
        let [object, part, function, twin] = [0; 4].map(|_| rt.new_object(SITE, &pair, &[]).unwrap());
        rt.write_pointer(SITE, object, part).unwrap();
        let finalizer = Finalizer { object, function, tag: 7 };
        assert_eq!(rt.set_finalizer(finalizer), Ok(true));
        assert_eq!(rt.set_finalizer(Finalizer { object: object.offset(8), function, tag: 0 }), Ok(false), "inside");
        assert_eq!(rt.set_finalizer(Finalizer { object: Addr(8), function, tag: 0 }), Ok(false), "nowhere");
        rt.set_runtime_live(0, &[object]);
        rt.collect().unwrap();
        rt.set_runtime_live(0, &[]);
        assert_eq!(rt.next_finalizer(), Ok(None), "it is held");
        assert!([object, part, function].iter().all(|&a| exists(&rt, a)) && !exists(&rt, twin));
        rt.collect().unwrap();
        assert_eq!(rt.finalizers_queued(), 1);
        rt.collect().unwrap();
        assert!([object, part, function].iter().all(|&a| exists(&rt, a)), "it waits in the queue");
        assert_eq!(rt.next_finalizer(), Ok(Some(finalizer)));
        assert_eq!(rt.next_finalizer(), Ok(None), "once");
        rt.collect().unwrap();
        assert!([object, part, function].iter().all(|&a| !exists(&rt, a)));
    }
}

#[test]
fn a_finalizer_that_is_taken_away_is_not_called() {
    let (mut rt, pair, _) = runtime(quiet(false), Driver::Safepoints);
    let [object, function] = [0; 2].map(|_| rt.new_object(SITE, &pair, &[]).unwrap());
    rt.set_finalizer(Finalizer { object, function, tag: 0 }).unwrap();
    assert_eq!(rt.has_finalizer(object), Ok(true));
    rt.set_finalizer(Finalizer { object, function: Addr::NIL, tag: 0 }).unwrap();
    assert_eq!(rt.has_finalizer(object), Ok(false));
    rt.collect().unwrap();
    assert_eq!((rt.next_finalizer(), exists(&rt, object)), (Ok(None), false));
}

#[test]
fn of_a_chain_the_first_is_finalized_first_and_a_ring_never_is() {
    let (mut rt, pair, _) = runtime(quiet(false), Driver::Safepoints);
    let [function, first, second, one, other] = [0; 5].map(|_| rt.new_object(SITE, &pair, &[]).unwrap());
    for (from, to) in [(first, second), (one, other), (other, one), (second, second)] {
        rt.write_pointer(SITE, from, to).unwrap();
    }
    for object in [second, first, one, other] {
        rt.set_finalizer(Finalizer { object, function, tag: 0 }).unwrap();
    }
    let mut order = Vec::new();
    for _ in 0..4 {
        rt.collect().unwrap();
        while let Some(f) = rt.next_finalizer().unwrap() {
            order.push(f.object);
        }
    }
    assert_eq!(order, [first, second]);
    assert!(exists(&rt, one) && exists(&rt, other) && !exists(&rt, second));
}

#[test]
fn finalizers_are_found_by_a_collector_that_takes_single_steps() {
    let policy = Policy { mode: Mode::Concurrent { steps: 0 }, trigger: Trigger::Never, ..Policy::default() };
    let (mut rt, pair, globals) = runtime(policy, Driver::Steps);
    let [object, part, function] = [0; 3].map(|_| rt.new_object(SITE, &pair, &[]).unwrap());
    rt.write_pointer(SITE, object, part).unwrap();
    rt.write_pointer(SITE, globals, object).unwrap();
    rt.set_finalizer(Finalizer { object, function, tag: 0 }).unwrap();
    let mut list = Vec::new();
    for cycle in 0..2 {
        let mut step = gc::collector::CollectorStep::Start;
        loop {
            rt.collector_step(step).unwrap();
            let (mutators, globals) = (rt.mutators().to_vec(), rt.globals().to_vec());
            rt.collector().steps(&mutators, &globals, &mut list);
            step = list[0];
            if step == gc::collector::CollectorStep::Start {
                break;
            }
        }
        assert_eq!(rt.finalizers_queued(), cycle);
        assert!(exists(&rt, object) && exists(&rt, part) && exists(&rt, function));
        rt.store(globals, 0).unwrap();
    }
    assert_eq!(rt.next_finalizer().unwrap().unwrap().object, object);
}

#[test]
fn a_recorder_takes_each_finalizer_once() {
    fn program<E: Effects + Finalize>(e: &mut E, object: Addr, function: Addr) -> Result<Vec<Finalizer>, Stop> {
        let mut all = Vec::new();
        while let Some(f) = e.next_finalizer()? {
            all.push(f);
        }
        e.set_finalizer(Finalizer { object, function, tag: 3 })?;
        Ok(all)
    }
    let (mut rt, pair, globals) = runtime(quiet(false), Driver::Safepoints);
    let [one, other, function] = [0; 3].map(|_| rt.new_object(SITE, &pair, &[]).unwrap());
    for (object, tag) in [(one, 1), (other, 2)] {
        rt.set_finalizer(Finalizer { object, function, tag }).unwrap();
    }
    rt.collect().unwrap();
    let object = rt.new_object(SITE, &pair, &[]).unwrap();
    rt.write_pointer(SITE, globals, object).unwrap();
    let mut stepped = rt.clone();
    let at_once = program(&mut rt, object, function).unwrap();
    assert_eq!(at_once.iter().map(|f| (f.object, f.tag)).collect::<Vec<_>>(), [(one, 1), (other, 2)]);
    let mut log = Log::new();
    let one_by_one = loop {
        match program(&mut Recorder::new(&mut stepped, &mut log, 1), object, function) {
            Err(Stop::Yield) => {}
            done => break done.unwrap(),
        }
    };
    assert_eq!(one_by_one, at_once);
    for rt in [&mut rt, &mut stepped] {
        rt.store(globals, 0).unwrap();
        rt.collect().unwrap();
        assert_eq!(rt.next_finalizer().unwrap().unwrap().tag, 3);
    }
}
