//! `sim run` as a shell sees it: exit codes, reports in both forms, limits, interruption.

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

struct Run {
    code: i32,
    out: String,
    err: String,
}

/// A scenario that is shipped.
fn shipped(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios").join(name).display().to_string()
}

fn sim(args: &[&str]) -> Run {
    sim_with(args, "")
}

fn sim_with(args: &[&str], stdin: &str) -> Run {
    let mut command = Command::cargo_bin("sim").expect("the binary is built");
    command.env_remove("NO_COLOR").timeout(Duration::from_secs(120));
    let done = command.args(args).write_stdin(stdin).output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run { code: done.status.code().expect("no signal ended it"), out: text(&done.stdout), err: text(&done.stderr) }
}

fn json(args: &[&str]) -> (i32, Value) {
    let run = sim(&[&["run", "--format", "json"], args].concat());
    (run.code, serde_json::from_str(&run.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", run.out, run.err)))
}

#[test]
fn a_flag_turns_the_verdict_and_the_exit_code_says_so() {
    let quickstart = shipped("quickstart.toml");
    for (set, code, verdict) in [
        ("seed=2", 0, "clean"),
        ("barrier.kind=none", 1, "violated"),
        ("collector.allocate=white", 1, "violated"),
        ("collector.mode=stop-the-world", 0, "clean"),
        ("heap.limit=64KiB", 3, "bounded"),
    ] {
        let (exit, report) = json(&["--set", set, &quickstart]);
        assert_eq!((exit, report["verdict"].as_str()), (code, Some(verdict)), "--set {set}");
        assert_eq!(report["judgement"]["met"], code == 0, "--set {set}");
    }
    // With the world stopped no barrier is needed.
    let stopped = ["--set", "barrier.kind=none", "--set", "collector.mode=stop-the-world", &quickstart];
    assert_eq!(json(&stopped).0, 0);
}

#[test]
fn a_planted_fault_that_is_found_is_as_expected_and_one_that_is_not_is_a_failure() {
    let fault = shipped("faults/site-mapdelete-elem-yuasa.toml");
    assert_eq!(json(&[&fault]).0, 0);
    let (code, report) = json(&["--set", "placement.0.barrier=yuasa", &fault]);
    assert_eq!((code, report["verdict"].as_str()), (1, Some("clean")));
}

#[test]
fn a_violation_is_told_with_kind_site_cause_remedy_and_story() {
    let fault = shipped("faults/dijkstra-stacks-scanned-once.toml");
    let (_, report) = json(&[&fault]);
    let violation = &report["violation"];
    assert_eq!(violation["kind"], "lost-object");
    for key in ["site", "detail", "object", "why", "remedy"] {
        assert!(violation[key].as_str().is_some_and(|t| !t.is_empty()), "{key}: {violation}");
    }
    let story = violation["story"].as_array().expect("a list of lines");
    let what = |line: &Value| line["what"].as_str().unwrap_or_default().to_owned();
    assert!(what(&story[0]).starts_with("made "), "it begins with the allocation: {story:?}");
    assert!(what(story.last().expect("lines")).contains("marking ends"), "it ends with the loss: {story:?}");

    let text = sim(&["run", &fault]).out;
    for part in ["verdict: violated", "lost-object at ", "why: ", "what would have kept it: ", "its story:"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let scenarios = ["faults/no-barrier-beside-a-concurrent-collector.toml", "safe/single-effects.toml"];
    for scenario in scenarios {
        for format in ["text", "json"] {
            let args = ["run", "--format", format, "--seed", "5", &shipped(scenario)];
            let (first, second) = (sim(&args), sim(&args));
            assert_eq!(first.out, second.out, "{scenario}");
            assert!(!first.out.is_empty());
        }
    }
    let safe = shipped("safe/yuasa.toml");
    let seeds = ["5", "6"].map(|seed| sim(&["run", "--format", "json", "--seed", seed, &safe]).out);
    assert_ne!(seeds[0], seeds[1], "another seed is another run");
}

#[test]
fn a_report_goes_to_a_file_if_one_is_named() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let path = folder.path().join("report.json");
    let file = path.display().to_string();
    let run = sim(&["run", "--format", "json", "-o", &file, &shipped("safe/none.toml")]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
    let report: Value = serde_json::from_slice(&std::fs::read(&path).expect("it was written")).expect("JSON");
    assert_eq!((report["schema"].as_u64(), report["verdict"].as_str()), (Some(1), Some("clean")));
}

#[test]
fn out_of_memory_is_told_in_numbers() {
    let text = sim(&["run", &shipped("faults/heap-limit-reached.toml")]).out;
    assert!(text.contains("verdict: bounded"), "{text}");
    let line = text.lines().find(|l| l.contains("out of simulated memory:")).unwrap_or_else(|| panic!("{text}"));
    for part in ["wanted", "256.00 KiB mapped", "in objects"] {
        let joined = text.replace("\n  ", " ");
        assert!(joined.contains(part), "{part}\n{line}");
    }
}

/// A run that would take hours.
const ENDLESS: &str = "schema = 1\n[workload]\noperations = 1_000_000_000\n";

#[test]
fn a_time_limit_ends_a_run_with_what_there_is() {
    let run = sim_with(&["run", "--time-limit", "0.3", "-"], ENDLESS);
    assert_eq!(run.code, 3, "{}", run.err);
    for part in ["verdict: bounded", "the time limit was reached", "of 1000000000 operations", "barriers by site"] {
        assert!(run.out.contains(part), "{part}\n{}", run.out);
    }
}

#[test]
fn a_time_limit_holds_while_the_first_entries_are_put_in() {
    let endless = "schema = 1\n[workload]\nkeys = 1_000_000_000\ninitial = 1_000_000_000\n[heap]\nlimit = \"64GiB\"\n";
    let run = sim_with(&["run", "--time-limit", "0.3", "-"], endless);
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(run.out.contains("the time limit was reached"), "{}", run.out);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_reports_what_there_is() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("sim"))
        .args(["run", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    child.stdin.take().expect("a pipe").write_all(ENDLESS.as_bytes()).expect("it reads");
    std::thread::sleep(Duration::from_millis(700));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(killed.success());
    let done = child.wait_with_output().expect("it ends");
    let out = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(130), "{out}");
    assert!(out.contains("verdict: bounded") && out.contains("interrupted"), "{out}");
}
