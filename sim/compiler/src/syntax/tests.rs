use super::parse;
use crate::diagnostic::Diagnostics;
use crate::source::Sources;
use bumpalo::Bump;

/// The messages that a text causes, with their lines.
fn messages(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let source = sources.add("x.go", text).unwrap();
    let mut diagnostics = Diagnostics::new();
    let parsed = parse(&Bump::new(), &source, &mut diagnostics).is_some();
    let list = diagnostics.sorted(&sources);
    assert_eq!(parsed, list.is_empty(), "{text}");
    list.iter().map(|d| format!("{}: {}", sources.line(d.span.start), d.message)).collect()
}

#[test]
fn a_small_program_parses() {
    assert_eq!(messages("package main\n\nfunc main() { println(1) }\n"), [""; 0]);
}
