//! Random Go programs here and in Go: the same output, the same end.
//!
//! Programs are drawn ([`tests::gogen`]), built by Go many at a time ([`tests::peers::batch`]), and run by both. On a
//! difference the program is made smaller for as long as the two still differ, and printed.
//!
//! `BARRIERLAB_PROGRAMS=N` for more or fewer of them, `BARRIERLAB_SEED=N` for others, `BARRIERLAB_BATCH=N` for only
//! the N-th hundred of them. Without Go 1.19 there is
//! nothing to compare with: a line says so, unless `BARRIERLAB_REQUIRE_GO` is set.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tests::gogen::shrink::{Candidate, Shrinking};
use tests::gogen::tree::{Node, Part};
use tests::gogen::{histogram, programs};
use tests::peers::batch::{Case, FAULT, Output, PLAIN, SLOW, Side, simulator};
use tests::peers::process::End;
use tests::peers::{Simulator, go_is_here};
use tests::turn;

/// Programs that Go builds at a time.
const BATCH: usize = 100;
/// Smaller programs that are tried at a time: more when nothing gets smaller any more.
const FEWEST: usize = 16;
const MOST: usize = 64;
/// Smaller programs that are tried in all.
const MOST_TRIALS: usize = 6000;

/// A program that the two sides run differently.
#[derive(Debug)]
struct Difference {
    /// The number of the program that was drawn.
    number: usize,
    /// The smallest that was found.
    program: Node,
    /// Where and how.
    what: String,
}

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}: expected a number, got {text:?}")),
        Err(_) => default,
    }
}

/// The programs of a batch.
fn draw(seed: u64, batch: u64, count: usize) -> Vec<Node> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&batch.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    (0..count).map(|_| programs().new_tree(&mut runner).expect("programs are not filtered").current()).collect()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("differential").join(name)
}

fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-cache")
}

/// How the sides differ, program by program; a program that a side refuses is a difference too.
fn differences(folder: &Path, cases: &[Case<'_>], ours: Side<'_>, see: &dyn Fn(&Output)) -> Vec<Option<String>> {
    let real = PLAIN.go(&cache())(folder, cases);
    let mine = ours(folder, cases);
    let each = real.into_iter().zip(mine);
    each.map(|(real, mine)| match (real, mine) {
        (Err(why), _) | (_, Err(why)) => Some(why),
        (Ok(real), Ok(mine)) => {
            see(&real);
            mine.difference(&real)
        }
    })
    .collect()
}

/// Looks for a difference in so many random programs; finds the smallest.
fn search(name: &str, seed: u64, count: usize, ours: Side<'_>, see: &(dyn Fn(&Output) + Sync)) -> Option<Difference> {
    let (number, program, what) = first(name, seed, count, ours, see)?;
    eprintln!("number {number}: {what}\nmaking it smaller");
    Some(shrunk(name, number, program, what, ours))
}

/// The first program that differs: its number, itself, and how.
fn first(
    name: &str,
    seed: u64,
    count: usize,
    ours: Side<'_>,
    see: &(dyn Fn(&Output) + Sync),
) -> Option<(usize, Node, String)> {
    let mut batches: Vec<u64> = (0..count.div_ceil(BATCH) as u64).collect();
    if std::env::var_os("BARRIERLAB_BATCH").is_some() {
        batches.retain(|&batch| batch == number("BARRIERLAB_BATCH", 0));
    }
    let found = tests::each(&batches, |&batch| {
        let drawn = draw(seed, batch, BATCH.min(count - batch as usize * BATCH));
        let first = batch as usize * BATCH;
        let all: Vec<Case<'_>> =
            drawn.iter().enumerate().map(|(n, program)| Case { program, number: first + n }).collect();
        let here = folder(&format!("{name}-{batch}"));
        let found = differences(&here, &all, ours, see);
        let _ = std::fs::remove_dir_all(here);
        let mut each = drawn.into_iter().zip(found).enumerate();
        each.find_map(|(n, (program, what))| Some((first + n, program, what?)))
    });
    found.into_iter().flatten().next()
}

/// What a difference is about: the words of a refusal, or that the outputs differ.
fn kind_of(what: &str) -> String {
    let refused = what.starts_with("Go refuses") || what.starts_with("unsupported");
    let words = if refused {
        what
    } else if what.starts_with(FAULT) {
        FAULT
    } else {
        ""
    };
    words.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// The smallest program that still differs in the same way.
fn shrunk(name: &str, number: usize, program: Node, mut what: String, ours: Side<'_>) -> Difference {
    let here = folder(&format!("{name}-shrink"));
    let mut shrinking = Shrinking::new(program);
    let kind = kind_of(&what);
    let differing = |trials: Vec<Candidate>| {
        let all: Vec<Case<'_>> = trials.iter().map(|trial| Case { program: &trial.program, number }).collect();
        let found = differences(&here, &all, ours, &|_| ());
        let each = trials.into_iter().zip(found);
        each.filter_map(|(trial, what)| Some((trial, what.filter(|what| kind_of(what) == kind)?))).collect::<Vec<_>>()
    };
    let (mut tried, mut at_a_time) = (0, FEWEST);
    while tried < MOST_TRIALS {
        let trials = shrinking.next(at_a_time);
        if trials.is_empty() {
            break;
        }
        tried += trials.len();
        let mut found = differing(trials);
        if found.is_empty() {
            at_a_time = MOST.min(2 * at_a_time);
            continue;
        }
        let together = shrinking.together(&found.iter().map(|(trial, _)| trial.clone()).collect::<Vec<_>>());
        if !together.is_empty() {
            tried += together.len();
            found.splice(0..0, differing(together));
        }
        let (trial, now) = found.swap_remove(0);
        what = now;
        shrinking.accept(trial);
    }
    let _ = std::fs::remove_dir_all(here);
    Difference { number, program: shrinking.best().clone(), what }
}

/// Compares so many programs as the environment says, or so many.
fn compare(name: &str, count: u64, ours: Side<'_>) {
    let (count, seed) = (number("BARRIERLAB_PROGRAMS", count) as usize, number("BARRIERLAB_SEED", 1));
    let began = std::time::Instant::now();
    let ends: Mutex<BTreeMap<&str, usize>> = Mutex::default();
    let see = |output: &Output| {
        let mut ends = ends.lock().expect("no thread panicked while it held the lock");
        let mut count = |what| *ends.entry(what).or_insert(0) += 1;
        match output.end {
            End::Code(0) => count("end well"),
            End::Code(2) => count("end with a panic"),
            _ => count("end otherwise"),
        }
        if output.err.contains("recovers") {
            count("recover");
        }
        if output.err.contains("caught") {
            count("catch a panic on the way");
        }
    };
    if let Some(found) = search(name, seed, count, ours, &see) {
        panic!("{}\n\n{}\n(BARRIERLAB_SEED={seed}, number {})", found.what, found.program, found.number);
    }
    eprintln!("{count} programs agree, in {} s: {:?}", began.elapsed().as_secs(), ends.into_inner());
}

#[test]
fn random_programs_do_the_same_however_go_builds_them_and_collects() {
    if go_is_here("random programs") {
        compare("go", 200, &SLOW.go(&cache()));
    }
}

/// `sim run`, with what these settings make of a program's number.
fn with_ours<T>(settings: &(dyn Fn(usize) -> Vec<String> + Sync), then: impl FnOnce(Side<'_>) -> T) -> T {
    let ours = Simulator::at(env!("CARGO_BIN_EXE_sim-under-test"));
    then(&simulator(&ours, settings))
}

#[test]
fn random_programs_do_here_what_they_do_in_go_with_a_whole_collection_at_every_safepoint() {
    if go_is_here("random programs") {
        with_ours(&|_| turn::whole_collections(), |ours| compare("whole", 400, ours));
    }
}

#[test]
fn random_programs_do_the_same_in_every_era_with_every_safe_barrier() {
    if go_is_here("random programs") {
        with_ours(&turn::settings, |ours| compare("turn", 1000, ours));
    }
}

/// How the first of some programs differs that does, with a fault planted by these settings.
fn found_with(name: &str, fault: &'static [&'static str]) -> String {
    let settings = |_| turn::collecting().into_iter().chain(fault.iter().map(|set| (*set).to_owned())).collect();
    let found = with_ours(&settings, |ours| first(name, 1, 100, ours, &|_| ()));
    found.expect("a hundred programs are enough to find it").2
}

#[test]
fn without_order_random_programs_go_wrong() {
    if go_is_here("random programs") {
        found_with("order", &["compiler.order=false", "compiler.lowering=mapassign"]);
    }
}

#[test]
fn without_a_barrier_random_programs_lose_objects() {
    if go_is_here("random programs") {
        let found = found_with("none", &["barrier.kind=none", "collector.mode=concurrent", "collector.steps=3"]);
        assert!(found.starts_with(FAULT) && found.contains("violated"), "{found}");
    }
}

/// What programs have to be about, and in how many of a thousand at least.
const REACHED: [(&str, usize); 48] = [
    ("m[k] = v", 600),
    ("m[k] op= v", 150),
    ("m[k]++", 80),
    ("m[k], x = a, b", 150),
    ("m[k], m[j] = m[j], m[k]", 80),
    ("m[k], x = f()", 15),
    ("m[f()] = g()", 100),
    ("m[f()] op= g()", 15),
    ("m[k] = f(), f grows m", 80),
    ("m[k] op= f(), f grows m", 30),
    ("m[k] = append(m[k], f()...), f grows m", 10),
    ("m[k] = func() { … }(), it grows m", 30),
    ("m[k] = f(), f deletes from m", 30),
    ("m[k] = append(m[k], …)", 40),
    ("m[string(bytes)]", 50),
    ("string(bytes) as a key", 80),
    ("v, ok := m[k]", 100),
    ("m[k], ok = x.(T)", 80),
    ("m[k], ok = n[j]", 60),
    ("for m[k] = range s", 20),
    ("delete", 400),
    ("defer delete", 80),
    ("delete while ranging", 60),
    ("delete of other keys while ranging", 15),
    ("insert while ranging", 60),
    ("growth while ranging", 20),
    ("range in the order of the keys", 60),
    ("fill a map and delete from it", 50),
    ("insert and delete again and again", 50),
    ("panic on the right of a map assignment", 150),
    ("m[k] op= v, v panics", 30),
    ("m[k] = append(m[k], v), v panics", 10),
    ("assignment to a nil map", 40),
    ("unhashable", 30),
    ("a chain held by a map", 40),
    ("walk along a chain", 20),
    ("map in a map, made when missing", 20),
    ("call of a map elem", 10),
    ("interface method call", 10),
    ("method value", 20),
    ("closures over the variable of a loop", 60),
    ("captures", 15),
    ("defer that changes a result", 60),
    ("defer and recover", 60),
    ("type switch", 50),
    ("append to a part of a slice", 40),
    ("promoted field", 20),
    ("negative zero", 20),
];

#[test]
fn every_form_occurs_often_enough() {
    let drawn = draw(1, 0, 1000);
    let counts = histogram(&drawn);
    let rare = REACHED.iter().filter(|(form, least)| counts.get(form).copied().unwrap_or(0) < *least);
    let rare = rare.map(|(form, least)| format!("{form}: {:?}, at least {least}", counts.get(form)));
    tests::settle(rare);
    let lines = drawn.iter().map(|program| program.to_string().lines().count()).sum::<usize>() / drawn.len();
    assert!((80..=250).contains(&lines), "{lines} lines each");
}

/// Go, but what it gets differs from what real Go gets in every node of a form.
fn planted(
    form: &'static str,
    spoil: fn(&mut Node),
) -> impl Fn(&Path, &[Case<'_>]) -> Vec<Result<Output, String>> + Sync {
    fn all(node: &mut Node, form: &str, spoil: fn(&mut Node)) {
        if node.form == form {
            spoil(node);
        }
        node.children_mut().for_each(|child| all(child, form, spoil));
    }
    move |folder, cases| {
        let mut spoiled: Vec<Node> = cases.iter().map(|case| case.program.clone()).collect();
        spoiled.iter_mut().for_each(|program| all(program, form, spoil));
        let cases: Vec<Case<'_>> =
            spoiled.iter().zip(cases).map(|(program, case)| Case { program, number: case.number }).collect();
        PLAIN.go(&cache())(&folder.join("spoiled"), &cases)
    }
}

/// The statements of what is left of a program with a planted fault, which is found and shrunk.
fn found_and_shrunk(name: &str, ours: Side<'_>) -> String {
    let found = search(name, 5, 60, ours, &|_| ()).expect("it is found");
    found.program.to_string()
}

/// The value is computed, and the assignment left out: what becomes of `m[k] = f()` if the slot is taken before `f` grows `m`.
fn lose_the_value(assignment: &mut Node) {
    assignment.parts[0] = Part::from("_");
}

#[test]
fn a_lost_assignment_is_found_and_shrunk() {
    if !go_is_here("random programs") {
        return;
    }
    let left = found_and_shrunk("lost", &planted("m[k] = f(), f grows m", lose_the_value));
    // What is left assigns to a map, maybe to one that is nil: then what is lost is a panic.
    assert!(left.lines().count() <= 40 && left.contains("] = "), "{left}");
}

/// `=` in the place of `+=`.
fn wrong_operator(assignment: &mut Node) {
    for part in &mut assignment.parts {
        if *part == Part::from("+=") {
            *part = Part::from("=");
        }
    }
}

#[test]
fn a_wrong_operator_is_found_and_shrunk() {
    if !go_is_here("random programs") {
        return;
    }
    let left = found_and_shrunk("operator", &planted("m[k] op= v", wrong_operator));
    assert!(left.lines().count() <= 40 && left.contains("+="), "{left}");
}

#[test]
fn a_line_that_is_dropped_is_found_and_shrunk() {
    if !go_is_here("random programs") {
        return;
    }
    let dropping = |folder: &Path, cases: &[Case<'_>]| {
        let mut outputs = PLAIN.go(&cache())(&folder.join("dropping"), cases);
        for output in outputs.iter_mut().flatten() {
            output.err =
                output.err.lines().filter(|line| !line.starts_with("caught")).map(|l| format!("{l}\n")).collect();
        }
        outputs
    };
    let left = found_and_shrunk("line", &dropping);
    assert!(left.lines().count() <= 40 && left.contains("recover()"), "{left}");
}
