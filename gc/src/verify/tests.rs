//! The oracles themselves: each tells the corruption that it is for, and none accuses a healthy heap.

use super::*;
use crate::barrier::{Invariant, named};
use crate::collector::CollectorStep;
use crate::effects::Effects;
use crate::mutator::{FastRand, StackColour, StackMap};
use crate::policy::{Mode, Policy, StackPolicy, Trigger};
use crate::runtime::{Checked, Config, Driver, Placement};
use bitvec::prelude::{BitVec, Lsb0};
use std::sync::Arc;

type Rt = Runtime<Checked>;

/// A global and a frame slot that point to a list of two pairs each, garbage, and a cycle just begun if `marking`.
struct World {
    rt: Rt,
    global: Addr,
    frame: Addr,
    /// Global → a → b; frame → c → d; and e, which nothing points to.
    objects: [Addr; 5],
}

fn world(stacks: StackPolicy, marking: bool) -> World {
    let mut types = TypeTable::new();
    let pair = types.add("pair", crate::Bytes(16), crate::Bytes(8), BitVec::repeat(true, 2)).unwrap();
    let config = Config {
        policy: Policy { mode: Mode::Concurrent { steps: 0 }, stacks, trigger: Trigger::Never, ..Policy::default() },
        placement: Placement::everywhere(named("hybrid-uncond").unwrap()),
        driver: Driver::Steps,
        ..Config::default()
    };
    let mut rt = Rt::new(config, Arc::new(types));
    let global = rt.add_globals(&pair).unwrap();
    rt.add_mutator(FastRand(1)).unwrap();
    let frame = rt.push_frame(1, Arc::new(StackMap::exact(BitVec::<u64, Lsb0>::repeat(true, 1)))).unwrap();
    let objects = [(); 5].map(|()| rt.new_object(Site(0), &pair, &[]).unwrap());
    let [a, b, c, d, _] = objects;
    for (slot, target) in [(global, a), (a, b), (frame, c), (c.offset(8), d)] {
        rt.store(slot, target.0).unwrap();
    }
    let mut world = World { rt, global, frame, objects };
    if marking {
        world.step(CollectorStep::Start);
    }
    world
}

impl World {
    fn step(&mut self, step: CollectorStep) {
        self.rt.collector_step(step).unwrap();
    }

    /// Marks as far as it goes without ending.
    fn mark(&mut self) {
        let mut steps = Vec::new();
        loop {
            self.rt.collector().steps(self.rt.mutators(), self.rt.globals(), &mut steps);
            match steps[0] {
                CollectorStep::Terminate => return,
                step => self.step(step),
            }
        }
    }

    fn unmark(&mut self, a: Addr) {
        let o = self.rt.heap.find_object(a).unwrap();
        self.rt.heap.span_mut(o.span).bits[0].mark &= !(1 << o.index.0);
    }
}

/// Corrupts a healthy world; the accounts must say this name and no other.
fn accused(name: &str, corrupt: impl FnOnce(&mut World)) {
    let mut world = world(StackPolicy::default(), true);
    world.mark();
    assert_eq!(accounting(&world.rt), []);
    corrupt(&mut world);
    let found = accounting(&world.rt);
    assert!(!found.is_empty(), "{name} was not told");
    assert!(found.iter().all(|v| v.kind == ViolationKind::Accounting));
    assert!(found[0].detail.starts_with(name), "{name}: {}", found[0].detail);
    assert_eq!(found.len(), 1, "{name}: {found:?}");
}

#[test]
fn a_page_with_two_owners_or_none_is_told() {
    accused("one-owner", |w| w.rt.heap.corrupt_page_table(w.global, 0));
    accused("one-owner", |w| w.rt.heap.corrupt_page_table(w.frame, 1));
}

#[test]
fn alloc_bits_that_differ_from_what_was_made_are_told() {
    // An object that was never made.
    accused("alloc-bits", |w| {
        let o = w.rt.heap.find_object(w.objects[4]).unwrap();
        w.rt.heap.span_mut(o.span).bits[0].alloc |= 1 << (o.index.0 + 1);
    });
    // An object that was forgotten; it is not marked, or the marks would object too.
    accused("alloc-bits", |w| {
        let o = w.rt.heap.find_object(w.objects[4]).unwrap();
        w.rt.heap.span_mut(o.span).bits[0].alloc &= !(1 << o.index.0);
    });
    accused("alloc-bits", |w| {
        let o = w.rt.heap.find_object(w.objects[4]).unwrap();
        w.rt.heap.span_mut(o.span).used += 1;
    });
}

#[test]
fn a_heap_bitmap_that_differs_from_the_type_is_told() {
    accused("heap-bitmap", |w| w.rt.heap.flip_pointer_bit(w.objects[1].offset(8)));
    accused("heap-bitmap", |w| {
        // Right in number, wrong in place.
        w.rt.heap.flip_pointer_bit(w.objects[1]);
        w.rt.heap.flip_pointer_bit(w.objects[1].offset(16));
        w.rt.heap.flip_pointer_bit(w.objects[1].offset(24));
    });
}

#[test]
fn a_span_on_two_lists_or_on_the_wrong_one_is_told() {
    accused("lists", |w| {
        let o = w.rt.heap.find_object(w.objects[0]).unwrap();
        w.rt.heap.list_as_partial(o.span);
    });
    accused("lists", |w| {
        let o = w.rt.heap.find_object(w.objects[0]).unwrap();
        w.rt.heap.span_mut(o.span).swept = false;
    });
}

#[test]
fn marks_of_free_slots_and_grey_objects_without_a_mark_are_told() {
    accused("marks", |w| {
        let o = w.rt.heap.find_object(w.objects[4]).unwrap();
        w.rt.heap.span_mut(o.span).bits[0].mark |= 1 << (o.index.0 + 1);
    });
    accused("marks", |w| {
        let garbage = w.objects[4];
        w.rt.collector.grey.push(garbage);
    });
}

#[test]
fn a_mark_that_outlives_its_cycle_is_told() {
    let mut world = world(StackPolicy::default(), false);
    let o = world.rt.heap.find_object(world.objects[0]).unwrap();
    world.rt.heap.span_mut(o.span).set_mark(o.index);
    let found = accounting(&world.rt);
    assert!(found[0].detail.starts_with("marks"), "{found:?}");
}

#[test]
fn each_lost_object_is_told_with_the_way_the_program_reaches_it() {
    let mut world = world(StackPolicy::default(), true);
    world.mark();
    assert_eq!(reachability(&world.rt), []);
    let [a, b, _, d, garbage] = world.objects;
    assert!(!world.rt.heap.is_marked(world.rt.heap.find_object(garbage).unwrap()));

    world.unmark(d);
    let found = reachability(&world.rt);
    assert_eq!((found.len(), found[0].kind), (1, ViolationKind::LostObject));
    assert_eq!(found[0].victim.map(|v| v.base), Some(d));
    assert!(matches!(found[0].path[..], [Place::Frame(0, 0, 0), Place::Object(_, 8)]), "{:?}", found[0].path);

    // Of several, the nearest to the roots.
    world.unmark(b);
    world.unmark(a);
    let found = reachability(&world.rt);
    assert_eq!(found[0].victim.map(|v| v.base), Some(a));
    assert!(found[0].detail.ends_with("2 more objects are lost with it"), "{}", found[0].detail);
}

#[test]
fn what_only_a_frame_of_the_runtime_holds_is_reachable() {
    let mut world = world(StackPolicy::default(), true);
    world.mark();
    let garbage = world.objects[4];
    world.rt.set_runtime_live(0, &[garbage.offset(8)]);
    let found = reachability(&world.rt);
    assert_eq!(found[0].victim.map(|v| v.base), Some(garbage));
    assert_eq!(found[0].path, [Place::RuntimeFrame(0)]);
}

#[test]
fn a_slot_that_the_stack_map_forgets_is_a_root_all_the_same() {
    let mut world = world(StackPolicy::default(), false);
    let held = BitVec::<u64, Lsb0>::repeat(true, 1);
    world.rt.set_stack_map(Arc::new(StackMap { live: BitVec::repeat(false, 1), holds: held }));
    world.step(CollectorStep::Start);
    world.mark();
    let found = reachability(&world.rt);
    assert_eq!(found[0].victim.map(|v| v.base), Some(world.objects[2]));
}

#[test]
fn healthy_states_are_not_accused_at_any_step() {
    for before_heap in [false, true] {
        let mut world = world(StackPolicy { before_heap, rescan: false }, false);
        world.step(CollectorStep::Start);
        let mut steps = Vec::new();
        while world.rt.collector().phase() != crate::collector::Phase::Off {
            assert_eq!(accounting(&world.rt), []);
            if world.rt.collector().flag() {
                assert_eq!(tricolor(&world.rt, Invariant::Weak), []);
                assert_eq!(tricolor(&world.rt, Invariant::Strong), []);
            }
            world.rt.collector().steps(world.rt.mutators(), world.rt.globals(), &mut steps);
            let last = *steps.last().unwrap();
            world.step(last);
        }
        assert_eq!(accounting(&world.rt), []);
    }
}

#[test]
fn a_black_object_that_points_to_a_white_one_breaks_the_strong_invariant_and_may_keep_the_weak_one() {
    let mut world = world(StackPolicy::default(), true);
    // The global and what it leads to are black; the frame, which leads to c and d, is not scanned.
    while world.rt.collector().cycles()[0].objects < 2 || world.rt.collector().cursor().is_some() {
        let mut steps = Vec::new();
        world.rt.collector().steps(world.rt.mutators(), world.rt.globals(), &mut steps);
        let last = *steps.last().unwrap();
        world.step(last);
    }
    let [a, _, c, d, garbage] = world.objects;
    world.rt.store(a.offset(8), d.0).unwrap();
    let strong = tricolor(&world.rt, Invariant::Strong);
    assert_eq!(strong[0].victim.map(|v| v.base), Some(d));
    assert!(matches!(strong[0].path[..], [Place::Object(holder, 8)] if holder.base == a));
    assert_eq!(tricolor(&world.rt, Invariant::Weak), [], "the unscanned stack protects d, through c");
    assert_eq!(tricolor(&world.rt, Invariant::Nothing), []);

    // The way through c is cut.
    world.rt.store(c.offset(8), 0).unwrap();
    let weak = tricolor(&world.rt, Invariant::Weak);
    assert_eq!((weak[0].kind, weak[0].victim.map(|v| v.base)), (ViolationKind::Tricolor, Some(d)));
    // A barrier buffer protects too.
    world.rt.mutators[0].buffer.push(d);
    assert_eq!(tricolor(&world.rt, Invariant::Weak), []);
    world.rt.mutators[0].buffer.clear();
    // So does a grey object.
    world.rt.store(a.offset(8), 0).unwrap();

    // A scanned global counts as black.
    world.rt.store(world.global, garbage.0).unwrap();
    for invariant in [Invariant::Strong, Invariant::Weak] {
        let found = tricolor(&world.rt, invariant);
        assert_eq!(found[0].path, [Place::Global(0)], "{invariant:?}");
    }
}

#[test]
fn a_black_stack_matters_to_the_weak_invariant_unless_it_is_scanned_again() {
    for rescan in [false, true] {
        let mut world = world(StackPolicy { before_heap: false, rescan }, true);
        world.mark();
        assert_eq!(world.rt.mutators()[0].colour(), StackColour::Black);
        let garbage = world.objects[4];
        world.rt.store(world.frame, garbage.0).unwrap();
        assert_eq!(tricolor(&world.rt, Invariant::Weak).is_empty(), rescan);
        assert_eq!(tricolor(&world.rt, Invariant::Strong), [], "stacks are outside the strong invariant");
    }
}
