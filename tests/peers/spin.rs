//! The graph workload under SPIN and under `sim check`: `tests/peers/spin/run`, and that it would see a difference.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tests::peers::folder;

/// Is skipping forbidden?
fn required() -> bool {
    std::env::var_os("BARRIERLAB_REQUIRE_SPIN").is_some()
}

/// Does a program start?
fn starts(program: &str, argument: &str) -> bool {
    Command::new(program).arg(argument).output().is_ok()
}

/// Is what the script needs here? If not, a line says what is skipped; where skipping is forbidden, this fails.
fn all_here(needs: &[(&str, &str)]) -> bool {
    let missing: Vec<&str> = needs.iter().filter(|(p, argument)| !starts(p, argument)).map(|&(p, _)| p).collect();
    if !missing.is_empty() {
        let why = format!("tests/peers/spin needs {} (apt-get install python3 spin gcc)", missing.join(", "));
        assert!(!required(), "BARRIERLAB_REQUIRE_SPIN is set, and {why}");
        eprintln!("skipped: {why}");
    }
    missing.is_empty()
}

const PYTHON: (&str, &str) = ("python3", "--version");
const ALL: [(&str, &str); 3] = [PYTHON, ("spin", "-V"), ("gcc", "--version")];

fn run(args: &[&str]) -> Output {
    Command::new("python3").arg(folder().join("spin/run")).args(args).output().expect("Python started before")
}

fn lines(done: &Output) -> Vec<Value> {
    serde_json::from_slice(&done.stdout).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&done.stderr)))
}

/// Our command in its place: one that says the same whatever it is asked.
fn stand_in(name: &str, report: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, format!("echo '{report}'\n")).expect("room for a small file");
    format!("sh {}", path.display())
}

#[test]
fn the_table_tests_itself() {
    if !all_here(&[PYTHON]) {
        return;
    }
    let done = run(&["--self-test"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn spin_and_sim_agree_on_all_sixteen_configurations_and_on_every_state() {
    if !all_here(&ALL) {
        return;
    }
    let sim = env!("CARGO_BIN_EXE_sim-under-test");
    let done = run(&["--size", "1/1/2", "--exact", "--format", "json", "--sim", sim]);
    let lines = lines(&done);
    assert_eq!(done.status.code(), Some(0), "{lines:#?}");
    let verdict = |line: &Value, side: &str| line[side]["verdict"].as_str().map(str::to_owned);
    let unsafe_ones: Vec<&str> = lines
        .iter()
        .filter(|line| verdict(line, "sim").as_deref() == Some("unsafe"))
        .filter_map(|line| line["configuration"].as_str())
        .collect();
    assert_eq!(
        unsafe_ones,
        ["yuasa scan-once", "yuasa rescan", "dijkstra-coarse scan-once", "dijkstra-coarse before-heap"]
    );
    assert_eq!(lines.len(), 16);
    for line in &lines {
        assert_eq!(verdict(line, "spin"), verdict(line, "sim"), "{line:#}");
        // Where all is safe every state is seen, and sim without reductions sees the same ones.
        assert_eq!(
            line["exact"].as_bool(),
            (verdict(line, "sim").as_deref() == Some("safe")).then_some(true),
            "{line:#}"
        );
    }
}

#[test]
fn faults_in_barriers_are_seen_by_both() {
    if !all_here(&ALL) {
        return;
    }
    let sim = env!("CARGO_BIN_EXE_sim-under-test");
    // With the old value left out, only scanning stacks again keeps what this barrier forgets.
    let done = run(&["--plant", "no-old", "--filter", "hybrid-uncond", "--format", "json", "--sim", sim]);
    let lines = lines(&done);
    assert_eq!(done.status.code(), Some(0), "{lines:#?}");
    let verdicts: Vec<&str> = lines.iter().filter_map(|line| line["spin"]["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["unsafe", "unsafe", "safe", "safe"]);
}

#[test]
fn without_the_lock_of_stacks_only_a_rescan_keeps_what_moves_between_slots() {
    if !all_here(&ALL) {
        return;
    }
    let lines = lines(&run(&["--variant", "no-lock", "--format", "json"]));
    let safe: Vec<&str> = lines
        .iter()
        .filter(|line| line["spin"]["verdict"] == "safe")
        .filter_map(|line| line["configuration"].as_str())
        .collect();
    assert_eq!(
        safe,
        [
            "yuasa before-heap-and-rescan",
            "hybrid-uncond rescan",
            "hybrid-uncond before-heap-and-rescan",
            "hybrid-anystack rescan",
            "hybrid-anystack before-heap-and-rescan",
            "dijkstra-coarse rescan",
            "dijkstra-coarse before-heap-and-rescan",
        ]
    );
}

#[test]
fn a_rescan_that_takes_locks_with_the_world_stopped_gets_stuck() {
    if !all_here(&ALL) {
        return;
    }
    let lines = lines(&run(&["--variant", "rescan-locks", "--filter", "hybrid-uncond", "--format", "json"]));
    assert_eq!(lines.len(), 2, "those that scan again");
    assert!(lines.iter().all(|line| line["spin"]["verdict"] == "safe, deadlock"), "{lines:#?}");
}

#[test]
fn a_verdict_that_differs_is_told() {
    if !all_here(&ALL) {
        return;
    }
    let report = r#"{"verdict":"safe","complete":true,"states":10,"transitions":20,"bytes_per_state":16.0}"#;
    let sim = stand_in("spin-differs", report);
    let done = run(&["--size", "1/1/2", "--filter", "yuasa scan-once", "--sim", &sim]);
    let told = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(1), "{told}");
    assert!(told.contains("DIFFER"), "{told}");
}
