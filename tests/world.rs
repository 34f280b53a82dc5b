//! The world as a value: cloned, stepped, compared by its fingerprint; and the two gears beside each other.

use gc::collector::CollectorStep;
use gc::runtime::Checked;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use sim::scenario::Scenario;
use sim::workload::world::MapWorld;
use sim::world::{Actor, World};
use std::collections::BTreeMap;
use tests::parse;

const SMALL: &str = r#"
schema = 1
title = "a small world"

[workload]
mutators = 2
operations = 200
keys = 30

[workload.mix]
assign = 30
overwrite = 20
op_assign = 5
read = 20
delete = 15
iterate = 10
clear = 1
drop = 1

[collector]
trigger = "safepoints"
every = 40
"#;

fn small(sets: &[&str]) -> Scenario {
    parse("a small world", SMALL, sets)
}

fn new(scenario: &Scenario) -> MapWorld<Checked> {
    let (world, ready) = MapWorld::new(scenario, None);
    ready.expect("the first entries fit");
    world
}

/// Takes up to `steps` steps by a schedule of its own; the actors it chose.
fn walk(world: &mut MapWorld<Checked>, steps: usize, schedule: &mut Pcg64Mcg) -> Vec<Actor> {
    let (mut actors, mut taken) = (Vec::new(), Vec::new());
    for _ in 0..steps {
        world.actors(&mut actors);
        if actors.is_empty() {
            break;
        }
        let actor = actors[schedule.random_range(0..actors.len())];
        world.step(actor).expect("the scenario is safe");
        taken.push(actor);
    }
    taken
}

/// What the maps hold by their models, and how they lie: everything that the program can tell.
fn maps(world: &MapWorld<Checked>) -> Vec<(usize, u64, BTreeMap<u64, u64>, String)> {
    world
        .maps()
        .map(|(mutator, map, h, model)| {
            let heap = world.runtime().heap();
            let shape = mapruntime::describe::summary(&world.env().map, h, |a| heap.word(a).unwrap_or(0));
            (mutator, map, model.iter().collect(), format!("{shape:?}"))
        })
        .collect()
}

#[test]
fn worlds_after_the_same_steps_have_the_same_fingerprint_and_one_step_more_changes_it() {
    for gear in ["operation", "effect"] {
        let scenario = small(&[&format!("schedule.gear={gear}")]);
        let (mut one, mut other) = (new(&scenario), new(&scenario));
        let (mut first, mut second) = (Pcg64Mcg::seed_from_u64(1), Pcg64Mcg::seed_from_u64(1));
        assert_eq!(one.fingerprint(), other.fingerprint());
        for _ in 0..200 {
            let before = one.fingerprint();
            if walk(&mut one, 1, &mut first).is_empty() {
                break;
            }
            assert_ne!(one.fingerprint(), before, "{gear}: a step is a change");
            walk(&mut other, 1, &mut second);
            assert_eq!(one.fingerprint(), other.fingerprint(), "{gear}");
        }
    }
}

#[test]
fn a_cloned_world_goes_on_like_the_first_and_neither_disturbs_the_other() {
    for gear in ["operation", "effect"] {
        let mut world = new(&small(&[&format!("schedule.gear={gear}")]));
        let mut schedule = Pcg64Mcg::seed_from_u64(2);
        for _ in 0..20 {
            walk(&mut world, 37, &mut schedule);
            let mut copy = world.clone();
            let print = world.fingerprint();
            assert_eq!(copy.fingerprint(), print, "{gear}");
            let taken = walk(&mut copy, 50, &mut schedule.clone());
            assert_eq!(world.fingerprint(), print, "{gear}: the copy's steps are the copy's");
            assert_eq!(walk(&mut world, 50, &mut schedule), taken, "{gear}");
            assert_eq!(world.fingerprint(), copy.fingerprint(), "{gear}");
            assert_eq!(maps(&world), maps(&copy), "{gear}");
        }
    }
}

/// One world freed its garbage and used the memory again, the other has not: objects lie elsewhere.
#[test]
fn a_fingerprint_does_not_tell_where_objects_lie() {
    let world = |reuse: &str| {
        let scenario = small(&[
            "workload.mutators=1",
            "collector.mode=stop-the-world",
            "collector.every=7",
            "collector.sweep=eager",
            &format!("heap.reuse={reuse}"),
        ]);
        let mut world = new(&scenario);
        walk(&mut world, usize::MAX, &mut Pcg64Mcg::seed_from_u64(3));
        world
    };
    let (again, never) = (world("true"), world("false"));
    let places = |w: &MapWorld<Checked>| {
        let found = gc::verify::reachable(w.runtime());
        found.iter().map(|(id, ..)| w.runtime().shadow().get(*id).base).collect::<Vec<_>>()
    };
    assert_ne!(places(&again), places(&never), "the test is about objects that lie elsewhere");
    assert_eq!(again.fingerprint(), never.fingerprint());
}

#[test]
fn a_mark_a_buffer_and_a_grey_object_are_part_of_the_state() {
    let scenario = small(&["schedule.gear=effect", "collector.every=1", "workload.initial=20"]);
    let mut world = new(&scenario);
    let mut actors = Vec::new();
    while world.progress().0 == 0 {
        world.actors(&mut actors);
        let collector = actors.iter().find(|a| matches!(a, Actor::Collector(_)));
        world.step(*collector.unwrap_or(&actors[0])).expect("the scenario is safe");
        if let Some(Actor::Collector(CollectorStep::Object)) = collector {
            break;
        }
    }
    let before = world.fingerprint();
    let same = world.clone();
    world.actors(&mut actors);
    let collector = *actors.iter().find(|a| matches!(a, Actor::Collector(_))).expect("it is marking");
    world.step(collector).expect("the scenario is safe");
    assert_ne!(world.fingerprint(), before, "{collector:?} changes nothing but the collector");
    assert_eq!(same.fingerprint(), before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The code is one: what a program finds and how its maps lie does not depend on the size of the steps.
    #[test]
    fn the_gears_agree_on_results_maps_and_counts(
        seed in 0..1_000_u64,
        key in prop::sample::select(vec!["int32", "int64", "string", "interface", "record", "pointer", "bytes200"]),
        elem in prop::sample::select(vec!["int64", "node", "string", "record200", "interface", "slice", "map"]),
        lowering in prop::sample::select(vec!["mapassign1", "mapassign", "mapassign-2017", "mapassign-op"]),
    ) {
        let run = |gear: &str| {
            let mut scenario = small(&[
                "workload.mutators=1",
                "collector.mode=stop-the-world",
                &format!("workload.key={key}"),
                &format!("workload.elem={elem}"),
                &format!("compiler.lowering={lowering}"),
                &format!("schedule.gear={gear}"),
            ]);
            scenario.seed = seed;
            let mut world = new(&scenario);
            walk(&mut world, usize::MAX, &mut Pcg64Mcg::seed_from_u64(seed));
            world.finish().expect("the maps hold what was stored");
            world
        };
        let (whole, single) = (run("operation"), run("effect"));
        prop_assert_eq!(maps(&whole), maps(&single));
        prop_assert_eq!(whole.fingerprint(), single.fingerprint());
        let cycles = |w: &MapWorld<Checked>| w.runtime().collector().cycles().to_vec();
        prop_assert_eq!(cycles(&whole), cycles(&single));
        let counts = |w: &MapWorld<Checked>| {
            let mut counts = w.runtime().counts();
            // A bulk move in single effects is loads and stores.
            (counts.loads, counts.stores, counts.bytes_copied) = (0, 0, 0);
            counts.values().to_vec()
        };
        prop_assert_eq!(counts(&whole), counts(&single));
        prop_assert_eq!(whole.runtime().site_counts(), single.runtime().site_counts());
    }
}
