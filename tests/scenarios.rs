//! The scenarios that are shipped: each comes out as it says, and each planted fault goes away when it is undone.
//!
//! A file in `faults/` names the way to undo its fault, and one in `harmless/` a way to make it harmful:
//!
//! ```text
//! # Undone by: --set barrier.kind=hybrid-uncond
//! # Harmful with: --set collector.stacks=scan-once
//! ```
//!
//! Both are checked under several seeds; `cargo test -p tests -- --ignored` takes twenty of them.

use sim::report::Report;
use sim::scenario::Scenario;
use sim::scenario::expect::ExpectedVerdict;
use sim::verdict::Verdict;
use std::path::{Path, PathBuf};
use tests::{each, folder, gist, open, run, scenarios, seeded, settle, short};

/// A way in which something is missing from a report of a violation.
fn untold(report: &Report) -> Option<&'static str> {
    let v = report.violation.as_ref()?;
    let empty = |text: &Option<String>| text.as_ref().is_none_or(|t| t.is_empty());
    if report.verdict != Verdict::Violated {
        return None;
    }
    [
        (empty(&v.site), "no site is blamed"),
        (empty(&v.why), "no cause is told"),
        (empty(&v.remedy), "no remedy is told"),
    ]
    .into_iter()
    .find_map(|(missing, what)| missing.then_some(what))
}

/// The flags that a comment of the file gives after `mark`.
fn flags(file: &Path, mark: &str) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(file).expect("the scenario can be read");
    let line = text.lines().find_map(|l| l.strip_prefix("# ")?.strip_prefix(mark).map(str::to_owned))?;
    Some(line.split("--set").map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect())
}

/// A scenario and a seed, and what should come of it.
struct Case {
    name: String,
    scenario: Scenario,
    /// The run has to be clean, whatever the file expects.
    clean: bool,
}

fn judge(case: &Case) -> Option<String> {
    let report = run(&case.name, &case.scenario);
    if case.clean {
        return (report.verdict != Verdict::Clean)
            .then(|| format!("{}: should be clean, is {}", case.name, told(&report)));
    }
    if !report.judgement.met {
        return Some(format!("{}: should be {}, is {}", case.name, report.judgement.expected, told(&report)));
    }
    untold(&report).map(|what| format!("{}: {what}: {}", case.name, told(&report)))
}

fn told(report: &Report) -> String {
    let v = report.violation.as_ref();
    let more = |what: &str, text: Option<&String>| text.map_or(String::new(), |t| format!("\n    {what}{t}"));
    gist(report) + &more("", v.map(|v| &v.detail)) + &more("why: ", v.and_then(|v| v.why.as_ref()))
}

/// The scenarios of a folder, as they are and with the flags after `mark`, under each of the seeds.
fn both_ways(below: &str, mark: &str, seeds: u64) -> Vec<Case> {
    let mut cases = Vec::new();
    for file in scenarios(&folder().join(below)) {
        let flags = flags(&file, mark).unwrap_or_else(|| panic!("{} does not say `# {mark} …`", short(&file)));
        let whole = open::<&str>(&file, &[]);
        let mut other = open(&file, &flags);
        let harmful = other.expect.verdict == Some(ExpectedVerdict::Clean);
        if harmful {
            other.expect.verdict = Some(ExpectedVerdict::Violated);
        }
        for seed in 1..=seeds {
            let name = format!("{} --seed {seed}", short(&file));
            cases.push(Case { name: name.clone(), scenario: seeded(&whole, seed), clean: false });
            let name = format!("{name} --set {}", flags.join(" --set "));
            cases.push(Case { name, scenario: seeded(&other, seed), clean: !harmful });
        }
    }
    cases
}

#[test]
fn every_scenario_comes_out_as_it_expects() {
    let files: Vec<PathBuf> = scenarios(&folder());
    assert!(files.len() >= 70, "only {} scenarios were found", files.len());
    let case = |file: &PathBuf| Case { name: short(file), scenario: open::<&str>(file, &[]), clean: false };
    settle(each(&files, |file| judge(&case(file))).into_iter().flatten());
}

#[test]
fn every_scenario_says_what_it_shows_and_what_it_expects() {
    settle(scenarios(&folder()).iter().filter_map(|file| {
        let text = std::fs::read_to_string(file).expect("the scenario can be read");
        let scenario = open::<&str>(file, &[]);
        let complete = text.starts_with("# ") && !scenario.title.is_empty() && scenario.expect.verdict.is_some();
        (!complete).then(|| format!("{}: needs a comment, a title and an [expect]", short(file)))
    }));
}

#[test]
fn every_planted_fault_is_found_and_gone_when_undone() {
    settle(each(&both_ways("faults", "Undone by:", 5), judge).into_iter().flatten());
}

#[test]
fn what_is_harmless_is_harmful_elsewhere() {
    settle(each(&both_ways("harmless", "Harmful with:", 5), judge).into_iter().flatten());
}

#[test]
#[ignore = "takes a minute: the same as above, under more seeds; for those who change scenarios or schedules"]
fn every_planted_fault_is_found_and_gone_when_undone_under_twenty_seeds() {
    settle(each(&both_ways("faults", "Undone by:", 20), judge).into_iter().flatten());
    settle(each(&both_ways("harmless", "Harmful with:", 20), judge).into_iter().flatten());
}
