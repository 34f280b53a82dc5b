//! The compiler's front end over random programs: it refuses none of them.

use bumpalo::Bump;
use compiler::check::{check, load};
use compiler::diagnostic::Diagnostics;
use compiler::source::Sources;
use proptest::prelude::*;
use proptest::test_runner::Config;
use tests::gogen::programs;

/// What the front end says of a program.
fn said(text: &str) -> Vec<String> {
    let arena = Bump::new();
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let source = sources.add("main.go", text).expect("it is small");
    let checked = match load(&arena, &source, &mut sources, &mut diagnostics) {
        Some(units) => check(&arena, &units, &sources, &mut diagnostics).is_some(),
        None => false,
    };
    let said: Vec<String> =
        diagnostics.sorted(&sources).into_iter().map(|d| format!("{:?}: {}", d.fault, d.message)).collect();
    if checked || !said.is_empty() { said } else { vec!["no program, and nothing said".into()] }
}

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() })]

    #[test]
    fn every_random_program_is_taken(program in programs()) {
        let said = said(&program.to_string());
        prop_assert!(said.is_empty(), "{said:?} of\n{program}");
    }
}

#[test]
fn what_is_no_program_is_refused() {
    assert_eq!(said("package main\n\nfunc main() {\n\tx := 1\n}\n"), ["Wrong: x declared but not used"]);
    assert!(!said("package main\n\nfunc main() {\n").is_empty());
}
