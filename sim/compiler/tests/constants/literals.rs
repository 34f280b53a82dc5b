//! Literals beside Go's: any text that a literal can begin, read as far and judged as Go's compiler does.

use super::expression::{Complaint, Draw};
use super::{answer, compare_complaints, compare_values, go};
use compiler::constant::{self, BasicKind, LONGEST_NUMBER};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::fmt::Write;

/// A text that begins as a literal does, and goes on as one may or may not.
fn text(draw: &mut Draw) -> String {
    const NUMBER: &[&str] = &[
        "0", "1", "7", "8", "9", "a", "f", "F", "x", "X", "o", "O", "b", "B", "e", "E", "p", "P", "_", ".", "+", "-",
        "i",
    ];
    const QUOTED: &[&str] = &[
        "a", "\\", "\\", "\\", "x", "u", "U", "0", "1", "3", "4", "7", "8", "d8", "00", "0011", "n", "v", "q", "'",
        "\"", "é", "世", " ", "\\\\", "\\'", "\\\"", "`", "\r",
    ];
    let some = |draw: &mut Draw, of: &[&str], most: usize| -> String {
        let count = draw.0.random_range(0..=most);
        (0..count).map(|_| of[draw.0.random_range(0..of.len())]).collect()
    };
    match draw.0.random_range(0..8) {
        0 => format!("0{}", some(draw, NUMBER, 8)),
        1 => format!("{}{}", draw.0.random_range(0..20), some(draw, NUMBER, 8)),
        2 => format!(".{}{}", draw.0.random_range(0..10), some(draw, NUMBER, 5)),
        3 => {
            let prefix = ["0x", "0b", "0o", "0X"][draw.0.random_range(0..4)];
            format!("{prefix}{}", some(draw, &NUMBER[..20], 7))
        }
        4 => format!("'{}'", some(draw, QUOTED, 4)),
        5 => format!("'\\{}'", some(draw, &QUOTED[4..17], 4)),
        6 => format!("\"{}\"", some(draw, QUOTED, 12)),
        _ => format!("`{}`", some(draw, QUOTED, 4)),
    }
}

/// Cuts a text to the literal that we see in it, with what is wrong with that.
fn cut(text: &str) -> Option<(String, Vec<Complaint>)> {
    let literal = constant::scan(&format!("{text}\n"))?;
    let faults = literal.value.err().unwrap_or_default();
    Some((text[..literal.len].to_owned(), faults.into_iter().map(|e| (e.at, e.message)).collect()))
}

#[test]
fn random_literals_are_read_as_go_s_scanner_reads_them() {
    let mut draw = Draw(Pcg64Mcg::seed_from_u64(3));
    let prefix = "const _ = ";
    let (mut source, mut ours) = (String::from("package p\n"), Vec::new());
    for _ in 0..20_000 {
        let Some((text, faults)) = cut(&text(&mut draw)) else { continue };
        // Said by a later stage, which is not reached.
        if faults.iter().any(|(_, message)| message.starts_with("malformed constant")) || text.contains('\n') {
            continue;
        }
        let _ = writeln!(source, "{prefix}{text}");
        ours.push(faults.into_iter().map(|(at, message)| (at + prefix.len() + 1, message)).collect());
    }
    assert!(ours.len() > 15_000);
    let Some(theirs) = go::complaints("constant-literals", &source) else { return };
    compare_complaints(&source, &ours, theirs);
}

#[test]
fn random_literals_have_the_values_that_go_gives_them() {
    let mut draw = Draw(Pcg64Mcg::seed_from_u64(4));
    let (mut sources, mut ours) = (Vec::new(), Vec::new());
    while sources.len() < 10_000 {
        let text = if draw.0.random() { draw.literal() } else { text(&mut draw) };
        let Some((text, _)) = cut(&text) else { continue };
        if text.contains(['\n', '\r']) || text == "true" || text == "false" {
            continue;
        }
        ours.push(constant::parse(&text).map_or("error".into(), |(kind, value)| {
            let kind = BasicKind::of_literal(kind);
            answer(kind.name(), &value)
        }));
        sources.push(text);
    }
    let Some(right) = compare_values(&sources, &ours) else { return };
    assert!(right > 5_000, "only {right} of the literals have a value: draw better ones");
}

#[test]
fn numbers_at_the_limits_are_what_go_says_they_are() {
    let digits = |n: usize| "1234567890".chars().cycle().take(n).collect::<String>();
    // But for 0x1p-2147483649, the smallest of all: Go takes an infinite double for the nearest, as an exponent overflows.
    #[rustfmt::skip]
    let mut sources: Vec<String> = [
        "1e1000000", "1e-1000000", "1e646456993", "1e646456992", "1e646456900", "1e-646456993", "1e-646456995",
        "1e2147483647", "1e-2147483648", "1e2147483648", "1e-2147483649", "0e99999999999", "0e-99999999999",
        "0e9223372036854775808", "1e9223372036854775807", "1e-9223372036854775808", "0x1p2147483646",
        "0x1p2147483647", "0x1p-2147483648", "0x1p-2147483650", "0x1p4095", "0x0.8p-4095", "0x1p-4096", "0x1p-4097",
        "0.1e4096", "1e1233i", "1e1234i", "0129i", "0x10i", "0b11i", "0o17i", "0o18i", "089i", "1_0.2_5e1_0",
        "0x_1.8p1",
    ]
    .map(str::to_owned)
    .into();
    sources.extend([LONGEST_NUMBER - 1, LONGEST_NUMBER].map(digits));
    sources.push(format!("{}e-9000", digits(LONGEST_NUMBER - 6)));
    sources.push(format!("0.{}1e9000", "0".repeat(9000)));
    sources.push(format!(".{}", digits(LONGEST_NUMBER - 1)));
    sources.push(format!("0x.{}p-1", "f".repeat(LONGEST_NUMBER - 6)));
    let ours: Vec<_> = sources
        .iter()
        .map(|text| {
            constant::parse(text)
                .map_or("error".into(), |(kind, value)| answer(BasicKind::of_literal(kind).name(), &value))
        })
        .collect();
    compare_values(&sources, &ours);
    // What is wrong with those that have no value, the compiler says only in a file without worse faults.
    let prefix = "const _ = ";
    sources.push(digits(LONGEST_NUMBER + 1));
    sources.push(format!("{}i", digits(LONGEST_NUMBER)));
    let (mut source, mut ours) = (String::from("package p\n"), Vec::new());
    for text in &sources {
        let _ = writeln!(source, "{prefix}{text}");
        let faults = constant::parse(text).err().unwrap_or_default();
        ours.push(faults.into_iter().map(|e| (e.at + prefix.len() + 1, e.message)).collect());
    }
    let Some(theirs) = go::complaints("constant-limits", &source) else { return };
    compare_complaints(&source, &ours, theirs);
}

#[test]
fn strings_show_the_characters_that_go_shows() {
    // Every character whose neighbour is shown otherwise, and some of all.
    let escaped = |c: char| constant::Value::str(c.to_string()).to_string().contains('\\');
    let all: Vec<char> = (0..=u32::from(char::MAX)).filter_map(char::from_u32).collect();
    let borders = all.windows(2).filter(|pair| escaped(pair[0]) != escaped(pair[1])).flatten().copied();
    let chars: Vec<char> = borders.chain(all.iter().copied().step_by(101)).collect();
    assert!(chars.len() > 10_000);
    let sources: Vec<String> = chars.iter().map(|&c| format!("string({})", u32::from(c))).collect();
    let ours: Vec<_> = chars.iter().map(|&c| answer("string", &constant::Value::str(c.to_string()))).collect();
    compare_values(&sources, &ours);
    // Long strings are cut by characters, and bytes that are none are shown as such.
    let text = |body: String| format!("\"{body}\"");
    let sources: Vec<String> =
        (60..80).flat_map(|n| ["a", "世", "\\xff", "\\n"].map(|part| text(part.repeat(n)))).collect();
    let ours: Vec<_> =
        sources.iter().map(|text| answer("untyped string", &constant::parse(text).expect("a string").1)).collect();
    compare_values(&sources, &ours);
}
