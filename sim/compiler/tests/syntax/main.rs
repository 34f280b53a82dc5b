//! Our syntax trees beside those of Go's own parser, over Go's own sources and tests.
//!
//! `goast.go` prints what `go/parser` reads in the format of [`compiler::syntax::print_with_spans`]. For every file the
//! two texts must be equal: kinds of nodes, nesting, literals, positions and extents. A file that only one of both
//! accepts must be refused by us for type parameters, or be one that Go's compiler refuses, too.
//!
//! Needs Debian's golang-1.19-go and golang-1.19-src; without them the tests say so and pass, unless
//! `BARRIERLAB_REQUIRE_GO` is set.

mod go;

use bumpalo::Bump;
use compiler::diagnostic::{Diagnostics, Fault};
use compiler::source::Sources;
use compiler::syntax::{parse, print_with_spans};
use std::path::Path;

/// What we make of a file: its tree, or what is wrong first.
fn ours(name: &str, text: String) -> Result<String, (Fault, String)> {
    let mut sources = Sources::new();
    let source = sources.add(name, text).expect("files of Go are small");
    let (arena, mut diagnostics) = (Bump::new(), Diagnostics::new());
    match parse(&arena, &source, &mut diagnostics) {
        Some(file) => Ok(print_with_spans(&file, &sources)),
        None => {
            let first = diagnostics.sorted(&sources)[0];
            Err((first.fault, format!("{}: {}", sources.line(first.span.start), first.message)))
        }
    }
}

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

/// Compares all files below `root`; returns how many trees are equal, and how many files have type parameters.
fn compare(root: &str, skip: &[&str]) -> Option<(usize, usize)> {
    let files = go::files(Path::new(root), skip)?;
    let (mut equal, mut generic, mut faults) = (0, 0, Vec::new());
    for (name, theirs) in go::trees(&files) {
        let Ok(text) = std::fs::read_to_string(&name) else { continue };
        match (ours(&name, text), theirs) {
            (Ok(ours), Ok(theirs)) if ours == theirs => equal += 1,
            (Ok(ours), Ok(theirs)) => faults.push(format!("{name}: {}", difference(&ours, &theirs))),
            (Err((Fault::Unsupported, what)), Ok(_)) if what.ends_with(": type parameters") => generic += 1,
            (Err(_), Err(_)) => {}
            (Err((_, what)), Ok(_)) => faults.push(format!("{name}: only Go accepts it: {what}")),
            (Ok(_), Err(what)) => faults.push(format!("{name}: only we accept it: {what}")),
        }
    }
    assert!(faults.is_empty(), "{} files differ, {equal} are equal:\n{}", faults.len(), faults.join("\n"));
    println!("{root}: {equal} trees are equal, {generic} files have type parameters");
    Some((equal, generic))
}

#[test]
fn every_tree_of_gos_tests_is_gos_own() {
    let Some((equal, _)) = compare("/usr/share/go-1.19/test", &[]) else { return };
    assert!(equal > 2000, "{equal}");
}

#[test]
fn every_tree_of_gos_library_is_gos_own() {
    let Some((equal, generic)) = compare("/usr/share/go-1.19/src", &["testdata", "cmd"]) else { return };
    assert!(equal > 2000 && generic < 20, "{equal}, {generic}");
}
