//! The table of `tests/peers/compare`, from figures that are made up: nothing is built or timed here.

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

/// Runs the script; `None`, and a line that says so, if there is no Python. Where skipping is forbidden, it fails.
fn compare(args: &[&str]) -> Option<Output> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/compare");
    match Command::new("python3").arg(script).args(args).output() {
        Ok(done) => Some(done),
        Err(e) => {
            assert!(std::env::var_os("BARRIERLAB_REQUIRE_GO").is_none(), "tests/peers/compare needs python3: {e}");
            eprintln!("skipped: tests/peers/compare needs python3: {e}");
            None
        }
    }
}

/// The table of three rounds in which the sides took so long.
fn table(name: &str, go: [f64; 3], ours: [f64; 3]) -> Option<Value> {
    let row = |side: &str, round: usize, ns: f64| json!({ "kind": "map", "side": side, "round": round, "name": "int64_ptr/hit", "n": 100_000, "ns_per_op": ns });
    let rows = (0..3).flat_map(|r| [row("go", r, go[r]), row("ours", r, ours[r])]);
    let saved = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&saved, rows.map(|row| format!("{row}\n")).collect::<String>()).expect("room for a small file");
    let done = compare(&["--from", saved.to_str().expect("a plain path"), "--format", "json"])?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(serde_json::from_slice(&done.stdout).expect("a table"))
}

#[test]
fn the_table_tests_itself() {
    let Some(done) = compare(&["--self-test"]) else { return };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_ratio_is_ours_by_go_and_the_median_of_its_rounds() {
    let (go, ours) = ([100.0, 200.0, 400.0], [80.0, 100.0, 300.0]);
    let Some(right) = table("compare-right.jsonl", go, ours) else { return };
    let line = &right["workloads"][0];
    assert_eq!((&line["ratio"], &line["ratio_of_medians"]), (&json!(0.75), &json!(0.5)), "{right}");
    assert_eq!((&line["met"], &right["sizes"][0]["met"]), (&json!(true), &json!(false)), "0.75 <= 1.0, and > 0.70");
    // The planted fault: whoever swaps the sides is found out.
    let swapped = table("compare-swapped.jsonl", ours, go).expect("there was Python just now");
    assert_eq!(swapped["workloads"][0]["met"], json!(false), "{swapped}");
}

#[test]
fn wrong_arguments_are_told_apart_from_slow_programs() {
    let Some(done) = compare(&["--only", "speed"]) else { return };
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("'map', 'mark', 'peak'"));
}
