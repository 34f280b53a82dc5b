//! The change from `mapassign1(t, m, &k, &v)` to `*mapassign(t, m, &k) = v`, seen in what is live at the calls.
//!
//! The programs of `tests/eras` have the shapes of the functions f17a to f17d, f18 and f24 of Go's `test/live.go`, one for each side of
//! the change, and expect what that side expects, line by line.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;
use tests::peers::Simulator;
use tests::peers::errorcheck::{Listing, Score, score};

/// How the program of one era fares under the lowering of another.
fn lowered(program: &str, lowering: &str) -> Score {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("eras/{program}.go"));
    let set = ["--set".into(), OsString::from(format!("compiler.lowering={lowering}"))];
    let simulator = Simulator::at(env!("CARGO_BIN_EXE_sim-under-test"));
    let (_, score) = score(&file, Listing::Live, &set, &simulator, Duration::from_secs(60)).expect("it can be judged");
    score
}

fn right(score: &Score, expectations: usize) {
    assert_eq!(score.faults(), Vec::<String>::new());
    assert_eq!(score.expectations(), (expectations, expectations));
}

#[test]
fn before_the_change_key_and_value_are_live_in_temporaries() {
    right(&lowered("mapassign1", "mapassign1"), 15);
}

#[test]
fn after_the_change_the_caller_keeps_the_value_itself() {
    right(&lowered("mapassign", "mapassign"), 20);
}

/// Each set of expectations tells the eras apart: all that are about assignments fail under the other one.
#[test]
fn an_era_does_not_pass_for_the_other() {
    let (matched, _) = lowered("mapassign1", "mapassign").expectations();
    assert_eq!(matched, 3, "what reads");
    let (matched, _) = lowered("mapassign", "mapassign1").expectations();
    assert_eq!(matched, 8, "what reads, parameters at entry, and the temporary of the key while the value is made");
}
