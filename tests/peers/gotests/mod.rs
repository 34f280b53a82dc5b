//! Go's own `// run` tests, under `sim run`.
//!
//! The tests are read from the installed package `golang-1.19-src`, never copied. Which of them are inside the language is
//! decided once, in `run-core.txt`, by tiers; `expected.txt` is what passes today ([`crate::peers::record`]).
//!
//! A test passes by Go's own rule: it ends with exit code 0, and standard output and standard error, together as they come,
//! equal the `.out` file beside it, or are empty if there is none. So an old test that prints BUG and ends with 0 fails.
//! The folder is the root of the tests and the path relative to it, as when Go runs them.
//!
//! Source: Go 1.19 test/run.go, `run` and `checkExpectedOutput`. No listed test has flags or arguments in its header: all
//! say `// run` and nothing else, which is checked.

use super::process::{End, Ended, Streams};
use super::record::Status;
use super::{GO_TESTS, Simulator, folder};
use serde::Serialize;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a simulator must have before a tier can pass; `run-core.txt` says which test is in which.
///
/// 1: no imports, methods, interfaces, closures, defer, goroutines or channels. 2: all but the last two, with `fmt`, `os`
/// and `runtime`. 2L: with `strings`, `strconv`, `errors`, `math`, `sort` or `time`. 3c: channels. 3g: goroutines.
pub const TIERS: [&str; 5] = ["1", "2", "2L", "3c", "3g"];

/// The tiers that are inside the language today.
pub const WITHIN: [&str; 3] = ["1", "2", "2L"];

/// A listed test.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Test {
    /// Its path from the root of Go's tests.
    pub path: String,
    /// One of [`TIERS`].
    pub tier: &'static str,
    /// A: its subject is maps, evaluation order or the collector. B: a statement. C: other.
    pub priority: char,
}

/// The list that is checked in.
///
/// # Panics
/// If it is not as it should be.
pub fn list() -> Vec<Test> {
    let path = folder().join("gotests/run-core.txt");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    parse(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Where the record of what passes is.
pub fn expected() -> PathBuf {
    folder().join("gotests/expected.txt")
}

fn parse(text: &str) -> Result<Vec<Test>, String> {
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let mut fields = row.split('\t');
        let (path, tier, priority) = (fields.next(), fields.next(), fields.next());
        let tier = tier.and_then(|t| TIERS.into_iter().find(|known| *known == t));
        match (path, tier, priority.and_then(|p| p.chars().next())) {
            (Some(path), Some(tier), Some(priority @ 'A'..='C')) => Ok(Test { path: path.to_owned(), tier, priority }),
            _ => Err(format!("expected PATH, a tier of {TIERS:?} and a priority from A to C: {row}")),
        }
    })
    .collect()
}

/// How a test ended, and what to show of it.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The test.
    #[serde(flatten)]
    pub test: Test,
    /// Its status.
    #[serde(flatten)]
    pub status: Status,
    /// What was printed against what should have been, in unified form; empty if that is not where they differ.
    #[serde(skip)]
    pub difference: String,
}

/// Runs one test.
pub fn run(test: &Test, simulator: &Simulator, limit: Duration) -> Outcome {
    let (status, difference) = match wanted(Path::new(GO_TESTS), &test.path) {
        Ok(wanted) => {
            let arguments: [OsString; 2] = ["run".into(), (&test.path).into()];
            judge(&simulator.ask(Path::new(GO_TESTS), &arguments, Streams::Together, limit), wanted.as_deref())
        }
        Err(why) => (Status::Failed(why), String::new()),
    };
    Outcome { test: test.clone(), status, difference }
}

/// The `.out` file beside a test, if there is one.
fn wanted(root: &Path, path: &str) -> Result<Option<String>, String> {
    let source = std::fs::read_to_string(root.join(path)).map_err(|e| format!("cannot be read: {e}"))?;
    let recipe = source.lines().next().unwrap_or_default();
    if recipe.trim_start_matches('/').trim() != "run" {
        return Err(format!("is no plain run test: {recipe}"));
    }
    match std::fs::read(root.join(path).with_extension("out")) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(format!("its .out file cannot be read: {e}")),
    }
}

/// Go's rule, and the difference in output where there is one.
fn judge(done: &Ended, wanted: Option<&str>) -> (Status, String) {
    if let Some(feature) = done.refusal() {
        return (Status::Unsupported(feature), String::new());
    }
    let difference = || difference(wanted.unwrap_or_default(), &done.out);
    if done.end != End::Code(0) {
        return (Status::Failed(format!("{}: {}", done.end, done.first_line())), difference());
    }
    match wanted {
        None if done.out.is_empty() => (Status::Passed, String::new()),
        None => (Status::Failed(format!("prints, and should not: {}", done.first_line())), difference()),
        // Go's own comparison takes no notice of carriage returns.
        Some(wanted) if done.out.replace("\r\n", "\n") == wanted => (Status::Passed, String::new()),
        Some(wanted) => {
            let same = done.out.lines().zip(wanted.lines()).take_while(|(a, b)| a == b).count();
            (Status::Failed(format!("differs from its .out file at line {}", same + 1)), difference())
        }
    }
}

fn difference(wanted: &str, got: &str) -> String {
    similar::TextDiff::from_lines(wanted, got).unified_diff().header("expected", "printed").to_string()
}

/// Of how many tests each tier has, how many passed, failed and were refused.
pub fn table(outcomes: &[Outcome]) -> String {
    let mut text = format!("{:6} {:>6} {:>7} {:>7} {:>12}\n", "tier", "tests", "passed", "failed", "unsupported");
    let row = |name: &str, tier: Option<&str>| {
        let those = || outcomes.iter().filter(|o| tier.is_none_or(|t| o.test.tier == t));
        let count = |word: &str| those().filter(|o| o.status.word() == word).count();
        let (passed, failed, unsupported) = (count("passed"), count("failed"), count("unsupported"));
        format!("{name:6} {:>6} {passed:>7} {failed:>7} {unsupported:>12}\n", those().count())
    };
    for tier in TIERS.into_iter().filter(|t| outcomes.iter().any(|o| o.test.tier == *t)) {
        text.push_str(&row(tier, Some(tier)));
    }
    text + &row("all", None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(code: i32, out: &str) -> Ended {
        Ended { end: End::Code(code), out: out.to_owned(), err: String::new() }
    }

    fn verdict(code: i32, out: &str, wanted: Option<&str>) -> &'static str {
        judge(&ended(code, out), wanted).0.word()
    }

    #[test]
    fn a_test_without_an_out_file_passes_if_it_ends_with_0_and_is_silent() {
        assert_eq!(verdict(0, "", None), "passed");
        assert_eq!(verdict(0, "BUG\n", None), "failed");
        assert_eq!(verdict(0, "\n", None), "failed", "an empty line is output");
        assert_eq!(verdict(1, "", None), "failed");
    }

    #[test]
    fn a_test_with_an_out_file_passes_if_it_prints_that_and_ends_with_0() {
        assert_eq!(verdict(0, "a\nb\n", Some("a\nb\n")), "passed");
        assert_eq!(verdict(0, "a\r\nb\n", Some("a\nb\n")), "passed");
        assert_eq!(verdict(2, "a\nb\n", Some("a\nb\n")), "failed");
        assert_eq!(verdict(0, "a\nb", Some("a\nb\n")), "failed");
        assert_eq!(verdict(0, "", Some("")), "passed");
        let (status, difference) = judge(&ended(0, "a\nc\n"), Some("a\nb\n"));
        assert_eq!(status.reason(), "differs from its .out file at line 2");
        assert!(difference.contains("-b\n+c\n"), "{difference}");
    }

    #[test]
    fn a_refusal_is_no_failure_and_a_panic_is_one() {
        assert_eq!(verdict(2, "unsupported: channels\n --> a.go:3\n", None), "unsupported");
        assert_eq!(verdict(2, "panic: fail\n\ngoroutine 1 [running]:\n", None), "failed");
        assert_eq!(verdict(70, "internal fault: x\n", None), "failed");
    }

    #[test]
    fn the_list_has_as_many_tests_as_its_tiers_say() {
        let list = list();
        let count = |tier| list.iter().filter(|t| t.tier == tier).count();
        assert_eq!(TIERS.map(count), [170, 255, 25, 36, 31]);
        let mut paths: Vec<&str> = list.iter().map(|t| t.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), list.len(), "no test is there twice");
        assert!(parse("a.go\t9\tA").is_err() && parse("a.go\t1\tD").is_err());
    }
}
