//! The table of `tests/peers/speed`, and that it times nothing that prints something else than Go.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tests::peers::{folder, go_is_here};

/// Runs the script; `None`, and a line that says so, if there is no Python. Where skipping is forbidden, it fails.
fn speed(args: &[&str]) -> Option<Output> {
    match Command::new("python3").arg(folder().join("speed")).args(args).output() {
        Ok(done) => Some(done),
        Err(e) => {
            assert!(std::env::var_os("BARRIERLAB_REQUIRE_GO").is_none(), "tests/peers/speed needs python3: {e}");
            eprintln!("skipped: tests/peers/speed needs python3: {e}");
            None
        }
    }
}

fn written(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("room for a small file");
    path
}

#[test]
fn the_table_tests_itself() {
    let Some(done) = speed(&["--self-test"]) else { return };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn real_go_in_our_place_is_timed_and_as_fast_as_itself() {
    if !go_is_here("speed") {
        return;
    }
    let go = folder().join("go_as_sim").display().to_string();
    let Some(done) = speed(&["--rounds", "1", "--format", "json", "--sim", &go]) else { return };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let table: Value = serde_json::from_slice(&done.stdout).expect("a table");
    let programs = table["programs"].as_array().expect("a list");
    assert_eq!(programs.len(), 6);
    // Its time is that of building and running: more than Go's own.
    assert!(programs.iter().all(|p| p["by_go"].as_f64() > Some(1.0) && p["ratio"].as_f64() > Some(0.0)), "{table:#}");
}

#[test]
fn what_prints_something_else_than_go_is_not_timed() {
    if !go_is_here("speed") {
        return;
    }
    let wrong = written("speed-wrong", "echo 2178310 >&2\n");
    let Some(done) = speed(&["--filter", "fib", "--sim", &format!("sh {}", wrong.display())]) else { return };
    assert_eq!((done.status.code(), done.stdout.as_slice()), (Some(1), &b""[..]));
    assert!(String::from_utf8_lossy(&done.stderr).contains("fib: go printed '2178309"));
}
