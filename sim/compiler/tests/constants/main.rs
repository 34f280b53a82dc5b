//! Constants beside Go's: values to the last bit, and messages to the last letter.
//!
//! Without Go there is nothing to compare with: a line says so, unless `BARRIERLAB_REQUIRE_GO` is set.

mod expression;
mod go;
mod literals;

use compiler::constant::{self, Kind, Value};
use expression::Draw;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::collections::BTreeMap;
use std::fmt::Write;

/// A value as the peer prints it.
fn answer(kind: &str, value: &Value) -> String {
    let mut line = format!("{kind}\t{value}\t{}", value.exact());
    if let Kind::Int | Kind::Float = value.kind() {
        let (double, single) = (value.to_f64().expect("real"), value.to_f32().expect("real"));
        let _ = write!(line, "\t{:x}\t{:x}", double.to_bits(), single.to_bits());
    }
    line
}

/// Are the texts the same, but for the sixth digit of numbers that are out of the range of doubles?
///
/// Go computes that digit with doubles. Where it is a close thing, the digit is up to chance.
fn same(ours: &str, theirs: &str) -> bool {
    let tokens = |text| str::split(text, |c: char| !(c.is_ascii_digit() || ".e+-".contains(c)));
    let number = |token: &str| {
        let (mantissa, exponent) = token.split_once('e')?;
        Some((mantissa.parse::<f64>().ok()?, exponent.parse::<i64>().ok()?))
    };
    let close = |x: &str, y: &str| {
        let (Some((a, e)), Some((b, f))) = (number(x), number(y)) else { return false };
        e == f && e.abs() > 307 && (a - b).abs() < 1.1e-5
    };
    let rest = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    ours == theirs || rest(ours) == rest(theirs) && tokens(ours).zip(tokens(theirs)).all(|(x, y)| x == y || close(x, y))
}

/// Compares values of expressions; returns how many have one.
fn compare_values(sources: &[String], ours: &[String]) -> Option<usize> {
    let theirs = go::evaluate(sources)?;
    for ((source, ours), theirs) in sources.iter().zip(ours).zip(&theirs) {
        let columns = |answer: &str| answer.split('\t').map(str::to_owned).collect::<Vec<_>>();
        let (a, b) = (columns(ours), columns(theirs));
        let matches = |i: usize| if i == 1 { same(&a[i], &b[i]) } else { a[i] == b[i] };
        assert!(a.len() == b.len() && (0..a.len()).all(matches), "{source}\nours:   {ours}\ntheirs: {theirs}");
    }
    Some(theirs.iter().filter(|answer| *answer != "error").count())
}

#[test]
fn random_expressions_have_the_values_that_go_s_type_checker_gives_them() {
    let mut draw = Draw(Pcg64Mcg::seed_from_u64(1));
    let (mut sources, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..30_000 {
        let depth = draw.0.random_range(0..4);
        let expression = draw.expression(depth);
        let mut faults = Vec::new();
        let value = expression.check(0, &mut faults).filter(|_| faults.is_empty());
        ours.push(value.map_or("error".into(), |(kind, value)| answer(kind.name(), &value)));
        sources.push(expression.text());
    }
    let Some(right) = compare_values(&sources, &ours) else { return };
    assert!(right > 10_000, "only {right} of the expressions have a value: draw better ones");
}

#[test]
fn random_expressions_draw_the_complaints_of_go_s_compiler() {
    let mut draw = Draw(Pcg64Mcg::seed_from_u64(2));
    let prefix = "const _ = ";
    let (mut source, mut ours) = (String::from("package p\n"), Vec::new());
    for _ in 0..20_000 {
        let depth = draw.0.random_range(0..4);
        let expression = draw.expression(depth);
        let mut faults = Vec::new();
        expression.check(prefix.len() + 1, &mut faults);
        // Go 1.19's compiler ends in the middle of such a line, saying nothing more.
        let crashes = |(_, message): &expression::Complaint| {
            message.starts_with("invalid operation: shift count ") && message.ends_with(" must be integer")
        };
        if faults.iter().any(crashes) {
            continue;
        }
        let _ = writeln!(source, "{prefix}{}", expression.text());
        ours.push(faults);
    }
    let Some(theirs) = go::complaints("constant-expressions", &source) else { return };
    compare_complaints(&source, &ours, theirs);
}

#[test]
fn random_assignments_draw_the_complaints_of_go_s_compiler() {
    let mut draw = Draw(Pcg64Mcg::seed_from_u64(5));
    let (mut source, mut ours) = (String::from("package p\n"), Vec::new());
    while ours.len() < 10_000 {
        let depth = draw.0.random_range(0..2);
        let expression = draw.expression(depth);
        let mut faults = Vec::new();
        // What is wrong with expressions is for another test.
        let Some((kind, value)) = expression.check(0, &mut faults).filter(|_| faults.is_empty()) else { continue };
        if !kind.is_untyped() {
            continue;
        }
        let to = draw.basic_type();
        let (prefix, text) = (format!("var _ {} = ", to.name()), expression.text());
        let _ = writeln!(source, "{prefix}{text}");
        ours.push(match constant::representable(&value, kind, to) {
            Ok(_) => Vec::new(),
            Err(why) => {
                let operand = constant::describe(&text, &value, kind.name(), true);
                let note = why.note().map_or(String::new(), |note| format!(" ({note})"));
                let message = format!("cannot use {operand} as {} value in variable declaration{note}", to.name());
                vec![(prefix.len() + 1, message)]
            }
        });
    }
    let Some(theirs) = go::complaints("constant-assignments", &source) else { return };
    compare_complaints(&source, &ours, theirs);
}

#[test]
fn parts_of_complex_numbers_are_those_of_go() {
    let mut draw = Draw(Pcg64Mcg::seed_from_u64(6));
    let (mut sources, mut ours) = (Vec::new(), Vec::new());
    while sources.len() < 3_000 {
        let [x, y] = [(); 2].map(|()| draw.literal());
        let (Ok((_, a)), Ok((_, b))) = (constant::parse(&x), constant::parse(&y)) else { continue };
        for (source, value) in [
            (format!("complex({x}, {y})"), Value::complex(&a, &b).map(|v| ("untyped complex", v))),
            (format!("real({x})"), a.real().map(|v| ("untyped float", v))),
            (format!("imag({x})"), a.imag().map(|v| ("untyped float", v))),
        ] {
            ours.push(value.map_or("error".into(), |(kind, value)| answer(kind, &value)));
            sources.push(source);
        }
    }
    let Some(right) = compare_values(&sources, &ours) else { return };
    assert!(right > 1_000);
}

/// Compares what is wrong with the lines of a source after its first.
fn compare_complaints(
    source: &str,
    ours: &[Vec<expression::Complaint>],
    mut theirs: BTreeMap<usize, Vec<(usize, String)>>,
) {
    let wrong = ours.iter().filter(|faults| !faults.is_empty()).count();
    assert!(wrong > ours.len() / 10, "only {wrong} lines are wrong: draw worse ones");
    for (i, (line, ours)) in source.lines().skip(1).zip(ours).enumerate() {
        let mut theirs = theirs.remove(&(i + 2)).unwrap_or_default();
        theirs.sort();
        // The compiler does not repeat itself in a line; and it sorts.
        let mut ours = ours.clone();
        ours.dedup_by(|a, b| a.1 == b.1);
        ours.sort();
        let matches = |(a, b): (&expression::Complaint, &expression::Complaint)| a.0 == b.0 && same(&a.1, &b.1);
        let all = ours.len() == theirs.len() && ours.iter().zip(&theirs).all(matches);
        assert!(all, "line {}: {line}\nours:   {ours:?}\ntheirs: {theirs:?}", i + 2);
    }
    assert!(theirs.is_empty(), "{theirs:?}");
}

#[test]
fn only_the_sixth_digit_of_numbers_beyond_doubles_may_differ() {
    assert!(same("(0 + -3.82812e-726i)", "(0 + -3.82813e-726i)"));
    assert!(!same("(0 + -3.82812e-726i)", "(0 + -3.82814e-726i)"));
    assert!(!same("3.82812e-300", "3.82813e-300"));
    assert!(!same("3.82812e-726", "3.82812e-727"));
    assert!(!same("19", "20"));
}
