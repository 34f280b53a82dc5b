//! Random workloads under random collectors: clean where theory says safe, and each planted fault is found.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestError, TestRunner};
use sim::verdict::Verdict;
use std::collections::BTreeMap;
use tests::theory::{Pair, pairs};
use tests::{gist, parse, run};

/// A scenario as a list of settings, so that a failure can be read, and run again.
#[derive(Clone, Debug)]
struct Trial {
    settings: BTreeMap<String, String>,
}

impl Trial {
    fn with(mut self, sets: &[impl AsRef<str>]) -> Trial {
        for set in sets {
            let (key, value) = set.as_ref().split_once('=').expect("key=value");
            self.settings.insert(key.to_owned(), value.to_owned());
        }
        // What only means something beside another value goes with it.
        let mode = self.settings["collector.mode"].clone();
        self.settings.retain(|key, _| match key.as_str() {
            "collector.budget" => mode == "incremental",
            "collector.steps" => mode == "concurrent",
            _ => true,
        });
        self
    }

    /// What came of it, if it is not clean.
    fn wrong(&self) -> Option<String> {
        let sets: Vec<String> = self.settings.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let scenario = parse("trial", "schema = 1\n[workload]\n", &sets);
        let report = run("trial", &scenario);
        (report.verdict != Verdict::Clean)
            .then(|| format!("{}: {:?}", gist(&report), report.violation.map(|v| (v.detail, v.why))))
    }
}

const KEYS: [&str; 10] =
    ["int32", "int64", "float64", "string", "pointer", "interface", "array", "pair", "record", "bytes200"];
const ELEMS: [&str; 10] =
    ["int64", "ptr", "node", "string", "bytes200", "record200", "interface", "slice", "map", "empty"];

fn distribution(key: &'static str) -> impl Strategy<Value = &'static str> {
    let any = vec!["uniform", "uniform", "zipf", "sequential"];
    let collide = matches!(key, "string" | "pair").then_some("colliding");
    select(any.into_iter().chain(collide).collect::<Vec<_>>())
}

/// Collections at random points: of operations, or of safepoints.
fn trigger(operations: u64) -> impl Strategy<Value = Vec<String>> {
    let chosen = prop::collection::btree_set(0..operations, 1..20).prop_map(|at| {
        let at: Vec<u64> = at.into_iter().collect();
        vec!["collector.trigger=chosen".into(), format!("collector.at={at:?}")]
    });
    let every =
        (1..60_u64).prop_map(|every| vec!["collector.trigger=safepoints".into(), format!("collector.every={every}")]);
    prop_oneof![chosen, every]
}

/// A random workload under a pair of barrier and collector.
fn trial(pairs: Vec<Pair>) -> impl Strategy<Value = Trial> {
    let types = select(KEYS.to_vec()).prop_flat_map(|key| (Just(key), select(ELEMS.to_vec()), distribution(key)));
    let sizes = (1..=3_u64, 1..=2_u64, 5..=60_u64, 50..=400_u64);
    let mix = prop::array::uniform8(0..=20_u64);
    let other = (
        select(vec!["mapassign1", "mapassign", "mapassign-2017", "mapassign-op"]),
        select(vec!["lazy", "eager"]),
        select(vec!["operation", "operation", "effect"]),
        select(vec![0, 0, 1, 16, 512]),
        any::<u32>(),
    );
    let rest = (select(pairs), trigger(25), mix, other);
    (types, sizes, rest).prop_map(|((key, elem, distribution), (mutators, maps, keys, operations), rest)| {
        let (pair, trigger, mix, (lowering, sweep, gear, buffer, seed)) = rest;
        let gear = if pair.is_safe() && !pair.is_safe_in_single_effects() { "operation" } else { gear };
        // Single effects cost the square of an operation's.
        let operations = if gear == "effect" { operations / 2 } else { operations };
        let mut sets = pair.sets();
        sets.extend(trigger);
        let names = ["assign", "overwrite", "op_assign", "read", "delete", "iterate", "clear", "drop"];
        for (name, weight) in names.iter().zip(mix) {
            // Rarely a whole map, or there is never much in it; and always something new.
            let weight = match *name {
                "clear" | "drop" => weight / 10,
                "assign" => weight + 1,
                _ => weight,
            };
            sets.push(format!("workload.mix.{name}={weight}"));
        }
        sets.extend([
            format!("seed={seed}"),
            format!("workload.key={key}"),
            format!("workload.elem={elem}"),
            format!("workload.distribution={distribution}"),
            format!("workload.mutators={mutators}"),
            format!("workload.maps={maps}"),
            format!("workload.keys={keys}"),
            format!("workload.operations={operations}"),
            format!("compiler.lowering={lowering}"),
            format!("collector.sweep={sweep}"),
            format!("schedule.gear={gear}"),
            format!("barrier.buffer={buffer}"),
        ]);
        Trial { settings: BTreeMap::new() }.with_all(sets)
    })
}

impl Trial {
    fn with_all(mut self, sets: Vec<String>) -> Trial {
        for set in &sets {
            let (key, value) = set.split_once('=').expect("key=value");
            self.settings.insert(key.to_owned(), value.to_owned());
        }
        self
    }
}

proptest! {
    #![proptest_config(Config { cases: 256, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nothing_is_lost_under_a_safe_pair(trial in trial(pairs().filter(|p| p.is_safe()).collect())) {
        let wrong = trial.wrong();
        prop_assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
    }
}

/// The same property, with a fault planted in every trial: it has to fail within this many.
fn is_found(fault: &[&str], within: u32, pairs: Vec<Pair>) -> Result<(), String> {
    let config = Config { cases: within, max_shrink_iters: 0, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRunner::deterministic().new_rng());
    let outcome = runner.run(&trial(pairs), |trial| {
        let wrong = trial.with(fault).wrong();
        prop_assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
        Ok(())
    });
    match outcome {
        Err(TestError::Fail(..)) => Ok(()),
        Err(TestError::Abort(reason)) => Err(format!("{fault:?}: {reason}")),
        Ok(()) => Err(format!("{fault:?} was not found in {within} trials")),
    }
}

#[test]
fn the_property_fails_for_every_planted_fault() {
    let concurrent = |barrier: &str| -> Vec<Pair> {
        pairs().filter(|p| p.is_safe() && p.mode == "concurrent" && p.barrier == barrier).collect()
    };
    let stopped: Vec<Pair> = pairs().filter(|p| p.mode == "stop-the-world" && p.barrier == "none").collect();
    let faults: Vec<(Vec<&str>, Vec<Pair>)> = vec![
        (vec!["barrier.kind=none"], concurrent("hybrid-uncond")),
        (vec!["barrier.kind=none", "collector.mode=incremental", "collector.budget=4"], concurrent("dijkstra")),
        (vec!["collector.stacks=scan-once"], concurrent("dijkstra")),
        (vec!["collector.stacks=scan-once"], concurrent("dijkstra-coarse")),
        (vec!["collector.stacks=scan-once"], concurrent("steele")),
        (vec!["collector.stacks=scan-once"], concurrent("yuasa")),
        (vec!["collector.stacks=rescan"], concurrent("yuasa-cond")),
        (vec!["collector.allocate=white"], concurrent("yuasa")),
        (vec!["collector.allocate=white", "collector.stacks=scan-once"], concurrent("hybrid-uncond")),
        (vec!["collector.allocate=white"], concurrent("hybrid-stack")),
        (vec!["collector.allocate=white"], concurrent("hybrid-anystack")),
        (vec!["barrier.bulk=after", "workload.elem=record200"], concurrent("yuasa")),
        (
            vec![
                "barrier.flush_before_termination=false",
                "barrier.buffer=512",
                "collector.steps=30",
                "workload.elem=node",
                "workload.mutators=4",
                "workload.operations=400",
                "schedule.gear=operation",
            ],
            concurrent("yuasa"),
        ),
        (
            vec![
                "runtime.keep_overflow=false",
                "workload.elem=int64",
                "workload.key=int64",
                "workload.distribution=uniform",
            ],
            stopped.clone(),
        ),
        (vec!["compiler.order=false", "compiler.lowering=mapassign"], stopped.clone()),
        (vec!["compiler.omit_roots=[\"key\"]", "workload.key=string"], stopped.clone()),
        (vec!["compiler.omit_roots=[\"value\"]", "workload.elem=node"], stopped.clone()),
        (vec!["compiler.omit_roots=[\"read\"]", "workload.elem=node"], stopped.clone()),
        (vec!["compiler.omit_roots=[\"iter\"]"], stopped),
    ];
    tests::settle(
        tests::each(&faults, |(fault, pairs)| is_found(fault, 400, pairs.clone()).err()).into_iter().flatten(),
    );
}
