//! Trees: equal to those of Go's own parser for every file that both accept.

use crate::{go, ours};
use compiler::diagnostic::Fault;

/// The first lines in which two trees differ.
fn difference(ours: &str, theirs: &str) -> String {
    let (mut a, mut b) = (ours.lines(), theirs.lines());
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if x == y => {}
            (x, y) => return format!("ours {x:?}, Go's {y:?}"),
        }
    }
}

/// What a comparison found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Trees that are equal.
    pub equal: usize,
    /// Files with type parameters.
    generic: usize,
    /// Files that nest too deep.
    deep: Vec<String>,
    /// Files with messages that `go/parser` leaves to the compiler, which has them, too.
    refused: usize,
}

/// Compares the trees of files; fails unless they are equal.
pub fn compare(test: &str, files: &[String]) -> Outcome {
    let (mut outcome, mut faults) = (Outcome::default(), Vec::new());
    for (name, theirs) in go::trees(test, files) {
        // Not all of Go's tests are in UTF-8, which our callers' files are.
        let Ok(text) = std::fs::read_to_string(&name) else { continue };
        match (ours(&text), theirs) {
            (Ok(ours), Ok(theirs)) if ours == theirs => outcome.equal += 1,
            (Ok(ours), Ok(theirs)) => faults.push(format!("{name}: {}", difference(&ours, &theirs))),
            (Ok(_), Err(what)) => faults.push(format!("only we accept {what}")),
            (Err(_), Err(_)) => {}
            (Err(list), Ok(_)) => match &list[0] {
                (Fault::Unsupported, (.., what)) if what == "type parameters" => outcome.generic += 1,
                (Fault::Unsupported, (.., what)) if what.starts_with("nesting") => outcome.deep.push(name),
                (_, (line, column, message)) => {
                    let theirs = &go::complaints(&format!("{test}-refused"), &[text])[0];
                    if theirs.iter().any(|(theirs, ..)| theirs == line) {
                        outcome.refused += 1;
                    } else {
                        faults.push(format!("{name}: only Go accepts it: {line}:{column}: {message}"));
                    }
                }
            },
        }
    }
    assert!(faults.is_empty(), "{} files differ, but for {outcome:?}:\n{}", faults.len(), faults.join("\n"));
    outcome
}

#[test]
fn every_tree_of_gos_tests_is_gos_own() {
    if go::installed() {
        let outcome = compare("tests", &go::files(go::TESTS, u64::MAX, &[]));
        assert!(outcome.equal > 2600 && outcome.refused < 20 && outcome.deep.is_empty(), "{outcome:?}");
    }
}

#[test]
fn every_tree_of_gos_library_is_gos_own() {
    if go::installed() {
        // Larger ones are mostly tables; one of them is a sum of thousands of strings, which nests too deep.
        let outcome = compare("library", &go::files(go::LIBRARY, 40_000, &["testdata", "vendor", "cmd"]));
        assert!(outcome.equal > 2700 && outcome.generic < 20 && outcome.refused == 0, "{outcome:?}");
        assert!(outcome.deep.is_empty(), "{outcome:?}");
    }
}
