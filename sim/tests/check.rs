//! Searching every interleaving of a graph: the verdicts that are known, what reductions must not change, and counterexamples.

use assert_cmd::Command;
use proptest::prelude::*;
use serde_json::Value;
use sim::check::counterexample::Counterexample;
use sim::check::graph::{GraphSpace, Reduction, Reductions};
use sim::check::search::{Bound, Limits, Searched, exhaust};
use sim::graph::world::GraphWorld;
use sim::scenario::{Scenario, load};
use std::time::Duration;

const STACKS: [&str; 4] = ["scan-once", "before-heap", "rescan", "before-heap-and-rescan"];
const REDUCTIONS: [Reduction; 8] = [
    Reduction::Rename,
    Reduction::Exchange,
    Reduction::Slots,
    Reduction::Forget,
    Reduction::Merge,
    Reduction::Conflict,
    Reduction::Marked,
    Reduction::Settle,
];

/// A graph of so many mutators, objects and writes under a barrier, by name or in steps.
fn graph(size: [u64; 3], barrier: &str, stacks: &str) -> Scenario {
    let [mutators, objects, writes] = size;
    let barrier = if barrier.contains(';') || barrier == "store" {
        let steps: Vec<String> = barrier.split("; ").map(|step| format!("\"{step}\"")).collect();
        format!("steps = [{}]", steps.join(", "))
    } else {
        format!("kind = \"{barrier}\"")
    };
    let text = format!(
        "schema = 1\n[workload]\nkind = \"graph\"\nmutators = {mutators}\nobjects = {objects}\nwrites = {writes}\n\
         [barrier]\n{barrier}\n[collector]\nstacks = \"{stacks}\"\n"
    );
    load("graph", &text, &[]).unwrap_or_else(|e| panic!("{}", e.render(false, 120))).scenario
}

fn search(scenario: &Scenario, reductions: Reductions, jobs: usize) -> Searched {
    let make = || GraphSpace::new(scenario, reductions).expect("a small graph");
    exhaust(make, jobs, Limits::default(), |_| true)
}

fn safe(scenario: &Scenario, reductions: Reductions) -> bool {
    let found = search(scenario, reductions, 2);
    assert_eq!(found.bound, None);
    found.wrong.is_none()
}

/// What the random model of proposal 17503 was made to find out, decided.
#[test]
fn the_sixteen_configurations_of_the_reference_model_are_decided_as_known() {
    for (barrier, verdicts) in [
        ("yuasa", [false, true, false, true]),
        ("hybrid-uncond", [true; 4]),
        ("hybrid-anystack", [true; 4]),
        ("dijkstra", [false, false, true, true]),
        ("dijkstra-coarse", [false, false, true, true]),
    ] {
        for (stacks, known) in STACKS.into_iter().zip(verdicts) {
            assert!(safe(&graph([1, 1, 1], barrier, stacks), Reductions::ALL), "{barrier} {stacks} with one write");
            assert_eq!(safe(&graph([1, 1, 2], barrier, stacks), Reductions::ALL), known, "{barrier} {stacks}");
        }
    }
}

#[test]
fn no_reduction_changes_a_verdict_alone_or_with_the_others() {
    for barrier in ["yuasa", "hybrid-anystack", "dijkstra-coarse", "dijkstra", "steele", "none"] {
        for stacks in STACKS {
            let scenario = graph([1, 1, 2], barrier, stacks);
            let known = safe(&scenario, Reductions::NONE);
            for one in REDUCTIONS {
                let rest = Reductions::ALL.without(one);
                assert_eq!(safe(&scenario, rest), known, "{barrier} {stacks} without {one:?}");
            }
            assert_eq!(safe(&scenario, Reductions::ALL), known, "{barrier} {stacks}");
        }
    }
}

/// Bugs that reductions have been wrong about, in throw-away prototypes: a barrier that does not shade the old value, one that shades after the
/// store, one that asks after the load. With two mutators the search without reductions is too large; without some it is not.
#[test]
fn planted_bugs_are_found_with_one_and_two_mutators_whatever_is_left_out() {
    let bugs = [
        "flag; if any-stack-grey: shade-new; store",
        "flag; store; shade-new",
        "flag; load-old; if any-stack-grey: shade-old; store",
        "flag; load-old; if own-stack-grey: shade-old; shade-new; store",
        "flag; load-old; store; shade-old; shade-new",
    ];
    for bug in bugs {
        for stacks in ["scan-once", "rescan", "before-heap"] {
            let one = graph([1, 1, 2], bug, stacks);
            assert_eq!(safe(&one, Reductions::ALL), safe(&one, Reductions::NONE), "{bug} {stacks}");
            let two = graph([2, 1, 1], bug, stacks);
            let known = safe(&two, Reductions::ALL.without(Reduction::Conflict).without(Reduction::Slots));
            assert_eq!(
                safe(&two, Reductions::ALL.without(Reduction::Conflict)),
                known,
                "{bug} {stacks}, two mutators, slots"
            );
            assert_eq!(safe(&two, Reductions::ALL), known, "{bug} {stacks}, two mutators");
        }
    }
}

/// By hand: one object, no stores. Of the 2^6 heaps those in which nothing holds the object are over at once, and the
/// collector takes its steps in some order.
#[test]
fn without_stores_there_is_nothing_to_interleave() {
    let scenario = graph([1, 1, 0], "none", "scan-once");
    assert!(safe(&scenario, Reductions::NONE));
    let found = search(&scenario, Reductions::ALL, 1);
    // Each first state that is not decided is looked at once, and has nothing to go on with.
    assert_eq!((found.transitions, found.depth), (0, 1));
}

#[test]
fn what_is_found_does_not_depend_on_how_many_threads_look() {
    for barrier in ["yuasa", "hybrid-uncond"] {
        let scenario = graph([1, 2, 1], barrier, "scan-once");
        let [one, two, five] =
            [1, 2, 5].map(|jobs| search(&scenario, Reductions::ALL.without(Reduction::Conflict), jobs));
        for other in [two, five] {
            assert_eq!((one.states, one.transitions, one.depth), (other.states, other.transitions, other.depth));
            assert_eq!(one.wrong, other.wrong);
        }
    }
}

#[test]
fn a_limit_is_told_and_never_safe() {
    let scenario = graph([2, 1, 1], "hybrid-uncond", "scan-once");
    let bounded =
        |limits| exhaust(|| GraphSpace::new(&scenario, Reductions::NONE).expect("small"), 2, limits, |_| true);
    let depth = bounded(Limits { depth: Some(3), ..Limits::default() });
    assert_eq!((depth.bound, depth.depth), (Some(Bound::Depth), 3));
    let time = bounded(Limits { time: Some(Duration::from_millis(300)), ..Limits::default() });
    assert_eq!(time.bound, Some(Bound::Time));
    let states = bounded(Limits { states: Some(1000), ..Limits::default() });
    assert_eq!(states.bound, Some(Bound::States));
}

/// The counterexample of a scenario that is not safe.
fn counterexample(scenario: &Scenario, reductions: Reductions) -> Option<Counterexample> {
    let way = search(scenario, reductions, 2).wrong?;
    Some(GraphSpace::new(scenario, reductions).expect("small").counterexample(scenario, &way))
}

type Checked = GraphWorld<gc::runtime::Checked>;

/// Fails, and nothing can be left out.
fn is_minimal(c: &Counterexample) -> Result<(), String> {
    c.wrong::<Checked>("graph").ok_or("it does not fail")?;
    match c.smaller::<Checked>() {
        Some(smaller) => Err(format!("{:?} is smaller than {:?}", smaller.steps, c.steps)),
        None => Ok(()),
    }
}

#[test]
fn counterexamples_fail_by_the_ordinary_oracles_and_are_minimal_whatever_found_them() {
    for (barrier, stacks) in
        [("yuasa", "scan-once"), ("yuasa", "rescan"), ("dijkstra-coarse", "before-heap"), ("none", "rescan")]
    {
        let scenario = graph([1, 1, 2], barrier, stacks);
        for reductions in [Reductions::ALL, Reductions::ALL.without(Reduction::Conflict), Reductions::NONE] {
            let found = counterexample(&scenario, reductions).expect("it is not safe");
            let ran = found.run::<Checked>();
            assert!(
                found.wrong::<Checked>("graph").is_some(),
                "{barrier} {stacks} {reductions:?}: {:?} after {} of {:?}",
                ran.end,
                ran.steps,
                found.steps
            );
            is_minimal(&found.minimal::<Checked>()).unwrap_or_else(|e| panic!("{barrier} {stacks}: {e}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Any barrier that can be spelled out, under any way to scan stacks: all reductions and none say the same, and what is not safe has a
    /// counterexample that fails and is minimal.
    #[test]
    fn random_barriers_are_decided_alike_with_and_without_reductions(
        flag in any::<bool>(),
        before in prop::collection::vec((0..4_usize, 0..6_usize), 0..4),
        after in prop::collection::vec((0..4_usize, 0..6_usize), 0..2),
        stacks in prop::sample::select(&STACKS),
    ) {
        let condition = ["", "", "if own-stack-grey: ", "if any-stack-grey: ", "if base-black: ", "if new-white: "];
        let mut loaded = false;
        let mut step = |&(operation, c): &(usize, usize)| {
            let name = ["load-old", if loaded { "shade-old" } else { "shade-new" }, "shade-new", "grey-base"][operation];
            // A load that is conditional would leave nothing to shade.
            let c = if operation == 0 { "" } else { condition[c] };
            loaded |= operation == 0;
            format!("{c}{name}")
        };
        let mut steps: Vec<String> = flag.then(|| "flag".to_owned()).into_iter().collect();
        steps.extend(before.iter().map(&mut step));
        steps.push("store".into());
        steps.extend(after.iter().map(&mut step));
        let barrier = steps.join("; ");
        let scenario = graph([1, 1, 2], &barrier, stacks);
        let all = counterexample(&scenario, Reductions::ALL);
        prop_assert_eq!(all.is_none(), safe(&scenario, Reductions::NONE), "{} {}", barrier, stacks);
        if let Some(found) = all {
            let minimal = found.minimal::<Checked>();
            prop_assert!(is_minimal(&minimal).is_ok(), "{} {}: {:?}", barrier, stacks, is_minimal(&minimal));
        }
    }
}

struct Ended {
    code: i32,
    out: String,
    err: String,
}

fn sim(args: &[&str]) -> Ended {
    let mut command = Command::cargo_bin("sim").expect("the binary is built");
    let done = command.timeout(Duration::from_secs(120)).args(args).output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { code: done.status.code().expect("no signal"), out: text(&done.stdout), err: text(&done.stderr) }
}

#[test]
fn a_saved_counterexample_replays_and_a_changed_one_says_so() {
    let folder = tempfile::tempdir().expect("room for a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (scenario, saved) = (path("s.toml"), path("c.json"));
    std::fs::write(&scenario, graph([1, 1, 2], "yuasa", "scan-once").to_toml()).expect("room for a file");

    let found = sim(&["check", &scenario, "--save", &saved, "--format", "json"]);
    let report: Value = serde_json::from_str(&found.out).expect("a report");
    assert_eq!((found.code, &report["verdict"], &report["complete"]), (1, &"violated".into(), &false.into()));
    assert_eq!(report["violation"]["kind"], "lost-object");
    assert_eq!(report["violation"]["site"], "graph.global");
    assert!(report["states"].as_u64() > Some(10) && report["seconds"].is_f64());

    let replayed = sim(&["replay", &saved]);
    assert!(replayed.code == 0 && replayed.out.ends_with("it fails as it did\n"), "{}", replayed.out);
    let some = sim(&["replay", &saved, "--step", "3"]);
    assert!(some.code == 0 && some.out.ends_with("after 3 of its steps\n"), "{}", some.out);

    // Another barrier: the same steps lead nowhere, and the change is told.
    let text = std::fs::read_to_string(&saved).expect("it was written");
    let changed = path("d.json");
    std::fs::write(&changed, text.replace("kind = \\\"yuasa\\\"", "kind = \\\"hybrid-uncond\\\""))
        .expect("room for a file");
    let differs = sim(&["replay", &changed]);
    assert_eq!(differs.code, 1, "{}{}", differs.out, differs.err);
    assert!(differs.err.contains("its scenario was changed") && differs.out.contains("does not fail as it did"));
    let broken = path("e.json");
    std::fs::write(&broken, "{").expect("room for a file");
    let refused = sim(&["replay", &broken]);
    assert!(refused.code == 2 && refused.err.contains("not a counterexample"), "{}", refused.err);
}

#[test]
fn verdicts_and_exit_codes_of_a_check_are_those_of_the_contract() {
    let folder = tempfile::tempdir().expect("room for a folder");
    let file = folder.path().join("s.toml").display().to_string();
    std::fs::write(&file, graph([1, 1, 2], "hybrid-uncond", "scan-once").to_toml()).expect("room for a file");
    let verdict = |args: &[&str]| {
        let ended = sim(&[&["check", "--format", "json", &file], args].concat());
        let report: Value = serde_json::from_str(&ended.out).unwrap_or_else(|e| panic!("{e}: {}", ended.err));
        (ended.code, report["verdict"].as_str().expect("a verdict").to_owned(), report["complete"] == true)
    };
    assert_eq!(verdict(&[]), (0, "safe".into(), true));
    assert_eq!(verdict(&["--set", "expect.verdict=safe"]), (0, "safe".into(), true));
    assert_eq!(verdict(&["--set", "expect.verdict=violated"]), (1, "safe".into(), true));
    assert_eq!(verdict(&["--set", "barrier.kind=none"]), (1, "violated".into(), false));
    assert_eq!(verdict(&["--max-depth", "1"]), (3, "bounded".into(), false));
    let refused = sim(&["check", &file, "--set", "workload.objects=9"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    let maps = sim(&["check", &file, "--set", "workload.kind=map"]);
    assert!(maps.code == 2 && maps.err.contains("unsupported") || maps.err.contains("objects"), "{}", maps.err);
}
