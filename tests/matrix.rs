//! The matrix: every barrier with every collector, safe where [theory](tests::theory) says so and found out elsewhere.
//!
//! A file of `scenarios/safe/` stands for a barrier; the tests run it under every policy.

use sim::scenario::Scenario;
use sim::verdict::Verdict;
use tests::theory::{Pair, pairs};
use tests::{each, folder, gist, open, run, seeded, settle};

struct Case {
    name: String,
    scenario: Scenario,
}

/// A scenario with changes, under some seeds.
fn cases(file: &str, sets: &[String], seeds: u64) -> Vec<Case> {
    let scenario = open(&folder().join(file), sets);
    let name = |seed| format!("{file} --seed {seed} --set {}", sets.join(" --set "));
    (1..=seeds).map(|seed| Case { name: name(seed), scenario: seeded(&scenario, seed) }).collect()
}

fn of_pair(pair: Pair, more: &[&str], seeds: u64) -> Vec<Case> {
    let mut sets = pair.sets();
    sets.extend(more.iter().map(|s| (*s).to_owned()));
    cases(&format!("safe/{}.toml", pair.barrier), &sets, seeds)
}

fn are_clean(cases: &[Case]) {
    settle(
        each(cases, |case| {
            let report = run(&case.name, &case.scenario);
            let why = report.violation.as_ref().map(|v| format!("\n    {}\n    {:?}", v.detail, v.why));
            (report.verdict != Verdict::Clean)
                .then(|| format!("{}: {}{}", case.name, gist(&report), why.unwrap_or_default()))
        })
        .into_iter()
        .flatten(),
    );
}

#[test]
fn every_barrier_is_safe_where_theory_says_so() {
    let safe = pairs().filter(|p| p.is_safe());
    are_clean(&safe.flat_map(|p| of_pair(p, &[], 2)).collect::<Vec<_>>());
}

/// Theory is no stricter than the truth: under a collector that it is not safe with, a barrier is found out.
#[test]
fn every_barrier_is_found_out_where_theory_says_that_it_is_unsafe() {
    let unsafe_pairs: Vec<Pair> = pairs().filter(|p| !p.is_safe()).collect();
    settle(
        each(&unsafe_pairs, |&pair| {
            let seeds = of_pair(pair, &[], 10);
            let found = seeds.iter().any(|case| run(&case.name, &case.scenario).verdict == Verdict::Violated);
            (!found).then(|| format!("{} and the next nine seeds: clean, should be violated", seeds[0].name))
        })
        .into_iter()
        .flatten(),
    );
}

#[test]
fn barriers_are_safe_in_single_effects_too() {
    let safe = pairs().filter(|p| p.is_safe_in_single_effects() && p.mode == "concurrent");
    let more = ["schedule.gear=effect", "workload.operations=1500"];
    are_clean(&safe.flat_map(|p| of_pair(p, &more, 2)).collect::<Vec<_>>());
}

#[test]
fn buffers_that_are_flushed_change_nothing() {
    let mut all = Vec::new();
    for pair in pairs().filter(|p| p.is_safe_in_single_effects() && p.mode == "concurrent" && p.newborns == "black") {
        for (buffer, gear) in [(1, "operation"), (7, "effect"), (512, "operation"), (512, "effect")] {
            let (buffer, gear) = (format!("barrier.buffer={buffer}"), format!("schedule.gear={gear}"));
            let more = [&buffer, gear.as_str(), "workload.operations=1500", "workload.mutators=3"];
            all.append(&mut of_pair(pair, &more, 1));
        }
    }
    are_clean(&all);
}

#[test]
fn every_lowering_of_every_type_is_safe() {
    let mut all = Vec::new();
    let keys = ["int32", "int64", "float64", "string", "pointer", "interface", "array", "pair", "record", "bytes200"];
    let elems = ["int64", "ptr", "node", "string", "bytes200", "record200", "interface", "slice", "map", "empty"];
    let lowerings = ["mapassign1", "mapassign", "mapassign-2017", "mapassign-op"];
    for (i, key) in keys.iter().enumerate() {
        for (j, elem) in elems.iter().enumerate() {
            let sets = [
                format!("workload.key={key}"),
                format!("workload.elem={elem}"),
                format!("compiler.lowering={}", lowerings[(i + j) % 4]),
                format!("collector.sweep={}", ["eager", "lazy"][(i + j / 4) % 2]),
                "workload.operations=1500".into(),
            ];
            all.append(&mut cases("safe/hybrid-uncond.toml", &sets, 1));
            let other = if (i + j) % 2 == 0 { "safe/yuasa.toml" } else { "safe/dijkstra.toml" };
            all.append(&mut cases(other, &sets, 1));
        }
    }
    are_clean(&all);
}
