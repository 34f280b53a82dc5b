//! The judge of `// ERROR` comments over real Go: all of Go's own tests of that kind, and faults planted in its answers.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tests::peers::errorcheck::{SUITES, Suite, expected, go_says, judge, recipe, score};
use tests::peers::record::{Record, Status};
use tests::peers::{GO_TESTS, Simulator, go_is_here};
use tests::{each, settle};

const LIMIT: Duration = Duration::from_secs(60);

/// A command that asks real Go, and pipes its answers to `lower` through `sed`.
fn spoiled(name: &str, sed: &str) -> Simulator {
    script(name, &format!("\"$GO_AS_SIM\" \"$@\" | sed -E '{sed}'"))
}

/// A command of shell, in which `$GO_AS_SIM` is real Go in the place of `sim`.
fn script(name: &str, text: &str) -> Simulator {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("errorcheck-{name}"));
    let go = tests::peers::folder().join("go_as_sim");
    fs::write(&path, format!("GO_AS_SIM='{}'\n{text}\n", go.display())).expect("room for a small file");
    Simulator::parse(&format!("sh {}", path.display())).expect("a command")
}

fn scored(suite: Suite, simulator: &Simulator) -> (Vec<String>, (usize, usize)) {
    let (statuses, score) =
        score(&Path::new(GO_TESTS).join(suite.file), suite.listing, &[], simulator, LIMIT).expect("it is right");
    let wrong = statuses.into_iter().filter(|(_, s)| !s.passed()).map(|(name, s)| format!("{name}: {}", s.word()));
    (wrong.collect(), score.expectations())
}

#[test]
fn real_go_meets_every_expectation_of_the_suites() {
    if !go_is_here("errorcheck") {
        return;
    }
    for suite in SUITES {
        assert_eq!(scored(suite, &Simulator::stand_in()), (vec![], (suite.wanted, suite.wanted)), "{}", suite.file);
    }
}

#[test]
fn a_message_that_is_dropped_added_or_moved_costs_its_function_and_no_other() {
    if !go_is_here("errorcheck") {
        return;
    }
    let [barriers, live] = SUITES;
    let wrong = |suite, name, sed| scored(suite, &spoiled(name, sed)).0;
    assert_eq!(wrong(barriers, "dropped", "/:38:/d"), ["writebarrier.go:f2: failed"]);
    assert_eq!(wrong(barriers, "added", "/:38:/{p;s/:38:/:35:/}"), ["writebarrier.go:f2: failed"]);
    assert_eq!(wrong(barriers, "moved", "s/:38:/:37:/"), ["writebarrier.go:f2: failed"]);
    assert_eq!(wrong(live, "renamed", "s/:39: live at call to printpointer: x/& y/"), ["live.go:f1: failed"]);
}

#[test]
fn a_simulator_that_fails_passes_nothing_even_where_nothing_is_expected() {
    if !go_is_here("errorcheck") {
        return;
    }
    let (wrong, _) = scored(SUITES[0], &script("fails", "\"$GO_AS_SIM\" \"$@\"; exit 1"));
    assert_eq!(wrong.len(), 38, "{wrong:?}");
}

#[test]
fn a_function_that_is_refused_is_left_out_and_the_others_are_judged() {
    if !go_is_here("errorcheck") {
        return;
    }
    // What has `select` is refused, first come first named, until nothing has it any more.
    let refuses = "file=$3; line=$(grep -n 'select {' $file | head -n 1 | cut -d : -f 1)\n\
                   if [ -n \"$line\" ]; then printf 'unsupported: select\\n --> %s:%s:2\\n' $file $line >&2; exit 2; fi\n\
                   exec \"$GO_AS_SIM\" \"$@\"";
    let (wrong, _) = scored(SUITES[1], &script("refuses", refuses));
    let refused = ["f11a", "f11b", "f11c", "f12", "f38"].map(|f| format!("live.go:{f}: unsupported"));
    assert_eq!(wrong, refused);
}

#[test]
fn real_go_passes_all_its_errorcheck_tests_but_those_it_is_known_to_fail() {
    if !go_is_here("errorcheck") {
        return;
    }
    let mut files = Vec::new();
    walk(Path::new(GO_TESTS), &mut files);
    let single = |file: &PathBuf| {
        let source = fs::read_to_string(file).unwrap_or_default();
        let head = source.split("\npackage").next().unwrap_or_default();
        let constrained = head.contains("//go:build") || head.contains("// +build");
        !constrained && matches!(recipe(&source).first(), Some(&("errorcheck" | "errorcheckwithauto")))
    };
    files.retain(single);
    assert!(files.len() > 590, "only {} files", files.len());
    let failed = each(&files, |file| {
        let source = fs::read_to_string(file).expect("it was read before");
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let score = judge(&source, &name, &go_says(file, "amd64")).unwrap_or_else(|e| panic!("{e}"));
        (!score.right()).then(|| name.into_owned())
    });
    // The first is on the list of known failures in Go's own test/run.go, as are the others.
    let known = ["issue18331.go", "issue20233.go", "issue20245.go", "notinheap.go", "shift1.go"];
    assert_eq!(failed.into_iter().flatten().collect::<Vec<_>>(), known);
}

/// All Go files that are a test by themselves, in order.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && path.extension().is_none_or(|e| e != "dir") {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "go") {
            files.push(path);
        }
    }
}

#[test]
fn what_passed_before_passes() {
    if !go_is_here("errorcheck") {
        return;
    }
    let simulator = Simulator::at(OsString::from(env!("CARGO_BIN_EXE_sim-under-test")));
    let mut statuses = Vec::new();
    for suite in SUITES {
        let file = Path::new(GO_TESTS).join(suite.file);
        let (functions, score) = score(&file, suite.listing, &[], &simulator, LIMIT).expect("it is right");
        let (met, _) = score.expectations();
        assert!(met >= suite.met, "{}: {met} expectations are met, and {} were before", suite.file, suite.met);
        statuses.extend(functions);
    }
    let results: Vec<(&str, &Status)> = statuses.iter().map(|(name, status)| (name.as_str(), status)).collect();
    let record = Record::open(&expected()).unwrap_or_else(|e| panic!("{e}"));
    let change = record.compare(results.iter().copied());
    eprint!("{}", change.text("cargo run -p tests --bin peers -- errorcheck --bless"));
    let gone =
        record.names().filter(|name| !results.iter().any(|(n, _)| n == name)).map(|n| format!("{n} is no function"));
    settle(change.regressions.iter().chain(&change.unknown).cloned().chain(gone));
}
