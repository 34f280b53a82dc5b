//! The judge of Go's `// run` tests over real Go, faults planted in it, and `sim` against the record.

use std::fs;
use std::path::Path;
use std::time::Duration;
use tests::peers::gotests::{Outcome, Test, WITHIN, expected, list, run};
use tests::peers::record::{Record, Status};
use tests::peers::{Simulator, folder, go_is_here};
use tests::{each, settle};

/// More than any test should take, in any build.
const LIMIT: Duration = Duration::from_secs(60);

/// Some of each tier, with and without `.out` files.
const SOME: [&str; 8] = [
    "bigmap.go",
    "fixedbugs/issue15992.go",
    "fixedbugs/issue49145.go",
    "func8.go",
    "ken/range.go",
    "map.go",
    "print.go",
    "recover2.go",
];

/// A command of shell, in which `$GO_AS_SIM` is real Go in the place of `sim`, and `$2` the test.
fn script(name: &str, text: &str) -> Simulator {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("gotests-{name}"));
    let go = folder().join("go_as_sim");
    fs::write(&path, format!("GO_AS_SIM='{}'\n{text}\n", go.display())).expect("room for a small file");
    Simulator::parse(&format!("sh {}", path.display())).expect("a command")
}

/// How some tests ended: those that did not pass.
fn wrong(simulator: &Simulator, limit: Duration) -> Vec<String> {
    let tests: Vec<Test> = list().into_iter().filter(|t| SOME.contains(&t.path.as_str())).collect();
    assert_eq!(tests.len(), SOME.len(), "all of them are listed");
    let outcomes = each(&tests, |test| run(test, simulator, limit));
    let wrong = outcomes.iter().filter(|o| !o.status.passed());
    wrong.map(|o| format!("{}: {}: {}", o.test.path, o.status.word(), o.status.reason())).collect()
}

#[test]
fn tests_pass_in_real_go() {
    if go_is_here("gotests") {
        assert_eq!(wrong(&Simulator::stand_in(), LIMIT), [""; 0]);
    }
}

#[test]
fn a_simulator_that_gets_one_test_wrong_is_found_out() {
    if !go_is_here("gotests") {
        return;
    }
    let on = |name: &str, test: &str, fault: &str| {
        let text = format!("if [ \"$2\" = {test} ]; then {fault}; fi\nexec \"$GO_AS_SIM\" \"$@\"");
        wrong(&script(name, &text), LIMIT)
    };
    let sed = "\"$GO_AS_SIM\" \"$@\" 2>&1 | sed 's/12/13/'; exit 0";
    assert_eq!(on("spoiled", "print.go", sed), ["print.go: failed: differs from its .out file at line 24"]);
    assert_eq!(on("talks", "map.go", "echo BUG >&2"), ["map.go: failed: prints, and should not: BUG"]);
    assert_eq!(on("panics", "func8.go", "echo panic: fail >&2; exit 2"), ["func8.go: failed: exit 2: panic: fail"]);
    assert_eq!(
        on("faults", "map.go", "echo internal fault: x >&2; exit 70"),
        ["map.go: failed: exit 70: internal fault: x"]
    );
    assert_eq!(on("refuses", "map.go", "echo unsupported: maps >&2; exit 2"), ["map.go: unsupported: maps"]);
    assert_eq!(on("killed", "map.go", "kill -9 $$"), ["map.go: failed: ended by a signal: no output"]);
    // The same order of lines matters as in Go: both streams are one file.
    let swapped = "\"$GO_AS_SIM\" \"$@\" 2>&1 | sort; exit 0";
    assert_eq!(on("sorted", "print.go", swapped).len(), 1);
}

#[test]
fn a_test_that_does_not_end_fails_by_its_time_limit() {
    if go_is_here("gotests") {
        let sleeps = script("sleeps", "exec sleep 1000");
        let wrong = wrong(&sleeps, Duration::from_millis(300));
        assert_eq!(wrong.len(), SOME.len());
        assert!(wrong.iter().all(|w| w.contains("time limit of 0.3 s")), "{wrong:?}");
    }
}

#[test]
fn what_passed_before_passes() {
    if !go_is_here("gotests") {
        return;
    }
    let simulator = Simulator::at(env!("CARGO_BIN_EXE_sim-under-test"));
    let tests: Vec<Test> = list().into_iter().filter(|test| WITHIN.contains(&test.tier)).collect();
    let outcomes: Vec<Outcome> = each(&tests, |test| run(test, &simulator, LIMIT));
    let results: Vec<(&str, &Status)> = outcomes.iter().map(|o| (o.test.path.as_str(), &o.status)).collect();
    let record = Record::open(&expected()).unwrap_or_else(|e| panic!("{e}"));
    let change = record.compare(results.iter().copied());
    eprint!("{}", change.text("cargo run -p tests --bin peers -- gotests --bless"));
    let gone =
        record.names().filter(|name| !results.iter().any(|(n, _)| n == name)).map(|n| format!("{n} is not listed"));
    settle(change.regressions.iter().chain(&change.unknown).cloned().chain(gone));
}
