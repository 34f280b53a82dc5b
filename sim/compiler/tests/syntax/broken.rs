//! Messages: the first one of ours is the first one of Go's compiler.

use crate::snippets::{DECLARATIONS, FILES, STATEMENTS};
use crate::trees::compare;
use crate::{Message, go, ours};
use compiler::diagnostic::Fault;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Is it a message of Go's scanner or parser, rather than its checker?
fn is_syntax(message: &str) -> bool {
    let scanner = [
        "syntax error",
        "invalid NUL",
        "invalid BOM",
        "invalid character",
        "identifier cannot begin",
        "newline in",
        "string not",
        "rune literal not",
        "comment not",
        "empty rune",
        "more than one character",
        "unknown escape",
        "octal escape",
        "escape is invalid",
        "invalid digit",
        "invalid radix",
        "'_' must",
        "exponent has",
        "hexadecimal",
        "binary literal has",
        "octal literal has",
        "'e' exponent",
        "'p' exponent",
    ];
    let parser = ["expression in defer", "expression in go", "method has "];
    scanner.iter().chain(&parser).any(|start| message.starts_with(start))
}

/// How our first message compares with Go's.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Verdict {
    /// The same, or none in both.
    Same,
    /// Go's has an earlier one, which its parser finds after it went on behind ours.
    Earlier,
    /// Another place, or other words.
    Other,
    /// Only one of both takes the file for Go.
    Wrong,
}

fn verdict(ours: &Result<String, Vec<Message>>, theirs: &[go::Complaint]) -> Verdict {
    let syntax = theirs.iter().find(|(.., message)| is_syntax(message));
    let first = match ours {
        Ok(_) if syntax.is_none() => return Verdict::Same,
        Ok(_) => return Verdict::Wrong,
        // What is not of the subset, or may come behind errors of other kinds.
        Err(list) if !is_syntax(&list[0].1.2) => return if syntax.is_none() { Verdict::Same } else { Verdict::Wrong },
        Err(list) => &list[0].1,
    };
    let equal = |theirs: &go::Complaint| {
        let (line, column, message) = theirs;
        *line == first.0 && (*column == first.1 || *column == 0) && *message == first.2
    };
    match theirs.iter().position(equal) {
        Some(0) => Verdict::Same,
        Some(_) if syntax.is_some_and(equal) => Verdict::Same,
        Some(_) => Verdict::Earlier,
        None if syntax.is_none() => Verdict::Wrong,
        None => Verdict::Other,
    }
}

#[test]
fn what_is_wrong_with_snippets_is_said_in_gos_words_at_gos_place() {
    if !go::installed() {
        return;
    }
    let mut texts: Vec<String> = FILES.iter().map(|text| text.to_string()).collect();
    for statement in STATEMENTS {
        texts.push(format!("package p\n\nfunc main() {{\n\t{statement}\n\tz()\n}}\n"));
        texts.push(format!("package p\nfunc main() {{ {statement} }}\n"));
    }
    for declaration in DECLARATIONS {
        texts.push(format!("package p\n\n{declaration}\n"));
        texts.push(format!("package p\n\n{declaration}\nfunc z() {{}}\n"));
    }
    let mut faults = Vec::new();
    for (text, theirs) in texts.iter().zip(go::complaints("snippets", &texts)) {
        let ours = ours(text);
        if verdict(&ours, &theirs) != Verdict::Same {
            faults.push(format!("{text}\nours {:?}\nGo's {theirs:?}\n", ours.err()));
        }
    }
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), texts.len(), faults.join("\n"));
}

/// Words, and single characters of all else.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    for c in text.chars() {
        match out.last_mut() {
            Some(last) if word(c) && last.ends_with(word) => last.push(c),
            _ => out.push(c.into()),
        }
    }
    out
}

const INSERTS: [&str; 36] = [
    "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "...", "=", ":=", "+", "*", "&", "<-", "++", "!", "if", "for",
    "func", "type", "var", "return", "range", "switch", "case", "select", "struct", "chan", "else", "x", "1", "\"s\"",
    "\n",
];

/// A program with something left out, put in, doubled or exchanged.
fn mutant(draw: &mut Pcg64Mcg, text: &str) -> String {
    let mut pieces = pieces(text);
    let solid: Vec<usize> = (0..pieces.len()).filter(|&i| !pieces[i].trim().is_empty() || pieces[i] == "\n").collect();
    let mut any = || *solid.choose(draw).expect("there is a program");
    let (i, j) = (any(), any());
    match draw.random_range(0..5) {
        0 => pieces[i].clear(),
        1 => pieces[i] = format!("{} {} ", pieces[i], INSERTS.choose(draw).expect("there are some")),
        2 => pieces[i] = format!(" {} ", INSERTS.choose(draw).expect("there are some")),
        3 => pieces[i] = format!("{} {}", pieces[i], pieces[i]),
        _ => pieces.swap(i, j),
    }
    pieces.concat()
}

/// Mutants of Go's own tests, always the same.
fn mutants(seed: u64, count: usize) -> Vec<String> {
    let mut draw = Pcg64Mcg::seed_from_u64(seed);
    let usable = |name: &String| {
        let text = std::fs::read_to_string(name).ok()?;
        // Others have lines of other files, or are wrong to begin with.
        let plain = text.starts_with("// run\n") && !text.contains("//line") && !text.contains("/*line");
        (plain && ours(&text).is_ok()).then_some(text)
    };
    let programs: Vec<String> = go::files(go::TESTS, 5000, &[]).iter().filter_map(usable).collect();
    let mut texts = Vec::new();
    for _ in 0..count {
        let program = programs.choose(&mut draw).expect("there are programs");
        texts.push(mutant(&mut draw, program));
    }
    texts
}

#[test]
fn mutants_of_gos_tests_that_are_go_have_gos_trees() {
    if go::installed() {
        let outcome = compare("mutants-trees", &go::write("mutants", &mutants(7, 1500)));
        assert!(outcome.equal > 200, "{outcome:?}");
    }
}

#[test]
fn what_is_wrong_with_mutants_of_gos_tests_is_said_as_go_says_it() {
    if !go::installed() {
        return;
    }
    let texts = mutants(19, 400);
    let (mut counts, mut wrong) = ([0; 4], Vec::new());
    for (text, theirs) in texts.iter().zip(go::complaints("mutants-messages", &texts)) {
        let ours = ours(text);
        let verdict = verdict(&ours, &theirs);
        counts[verdict as usize] += 1;
        if matches!(verdict, Verdict::Wrong | Verdict::Other) {
            wrong.push(format!("{text}\nours {:?}\nGo's {theirs:?}\n", ours.err()));
        }
    }
    let [same, earlier, other, differs] = counts;
    assert!(differs == 0 && other <= 4 && earlier <= 12, "{same} the same, but {counts:?}: {}", wrong.join("\n"));
}

#[test]
fn the_first_error_of_each_of_gos_syntax_tests_is_expected_on_its_line() {
    if !go::installed() {
        return;
    }
    for name in go::files(&format!("{}/syntax", go::TESTS), 5000, &[]) {
        let text = std::fs::read_to_string(&name).expect("it can be read");
        let expectation = |(i, line): (usize, &str)| Some((i as u32 + 1, line.split_once(" ERROR \"")?.1.to_string()));
        let mut expected = text.lines().enumerate().filter_map(expectation);
        let (line, patterns) = expected.next().expect("it is a test of errors");
        let (fault, first) = match ours(&text) {
            Err(list) => list[0].clone(),
            // The error is one of types; the checker's.
            Ok(_) => {
                assert!(name.ends_with("semi1.go") || name.ends_with("semi2.go"), "{name} is accepted");
                continue;
            }
        };
        assert_eq!((fault, first.0), (Fault::Wrong, line), "{name}: {first:?}");
        // The patterns are mostly plain: alternatives, quoted characters, characters that may be missing, and `.*`.
        let plain = patterns
            .trim_end()
            .trim_end_matches("*/")
            .trim_end()
            .trim_end_matches('"')
            .replace('\\', "")
            .replace(".?", ".*");
        let matches = |pattern: &str| {
            let mut rest = &*first.2;
            pattern.split(".*").all(|part| {
                rest.find(part).is_some_and(|at| {
                    rest = &rest[at + part.len()..];
                    true
                })
            })
        };
        assert!(plain.split('|').any(matches), "{name}: {first:?} for {plain}");
    }
}
