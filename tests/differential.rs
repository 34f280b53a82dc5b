//! Random Go programs here and in Go: the same output, the same end.
//!
//! Programs are drawn ([`tests::gogen`]), built by Go many at a time ([`tests::peers::batch`]), and run by both. On a
//! difference the program is made smaller for as long as the two still differ, and printed.
//!
//! `BARRIERLAB_PROGRAMS=N` for more or fewer of them, `BARRIERLAB_SEED=N` for others. Without Go 1.19 there is
//! nothing to compare with: a line says so, unless `BARRIERLAB_REQUIRE_GO` is set.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tests::gogen::shrink::Shrinking;
use tests::gogen::tree::Node;
use tests::gogen::{histogram, programs};
use tests::peers::batch::{Output, PLAIN, SLOW, Side, simulator};
use tests::peers::process::End;
use tests::peers::{Simulator, go_is_here};

/// Programs that Go builds at a time.
const BATCH: usize = 100;
/// Smaller programs that are tried at a time.
const TRIALS: usize = 24;
/// Smaller programs that are tried in all.
const MOST_TRIALS: usize = 6000;

/// A program that the two sides run differently.
#[derive(Debug)]
struct Difference {
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
fn differences(folder: &Path, programs: &[&Node], ours: Side<'_>, see: &dyn Fn(&Output)) -> Vec<Option<String>> {
    let real = PLAIN.go(&cache())(folder, programs);
    let mine = ours(folder, programs);
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
    let batches: Vec<u64> = (0..count.div_ceil(BATCH) as u64).collect();
    let found = tests::each(&batches, |&batch| {
        let drawn = draw(seed, batch, BATCH.min(count - batch as usize * BATCH));
        let all: Vec<&Node> = drawn.iter().collect();
        let here = folder(&format!("{name}-{batch}"));
        let found = differences(&here, &all, ours, see);
        let _ = std::fs::remove_dir_all(here);
        drawn.into_iter().zip(found).find_map(|(program, what)| Some((program, what?)))
    });
    let (program, what) = found.into_iter().flatten().next()?;
    Some(shrunk(name, program, what, ours))
}

/// What a difference is about: the words of a refusal, or that the outputs differ.
fn kind_of(what: &str) -> String {
    let refused = what.starts_with("Go refuses") || what.starts_with("unsupported");
    if refused { what.chars().filter(|c| !c.is_ascii_digit()).collect() } else { String::new() }
}

/// The smallest program that still differs in the same way.
fn shrunk(name: &str, program: Node, mut what: String, ours: Side<'_>) -> Difference {
    let here = folder(&format!("{name}-shrink"));
    let mut shrinking = Shrinking::new(program);
    let kind = kind_of(&what);
    let mut tried = 0;
    while tried < MOST_TRIALS {
        let trials = shrinking.next(TRIALS);
        if trials.is_empty() {
            break;
        }
        tried += trials.len();
        let all: Vec<&Node> = trials.iter().map(|trial| &trial.program).collect();
        let found = differences(&here, &all, ours, &|_| ());
        let better = trials.into_iter().zip(found).find_map(|(trial, what)| {
            let what = what.filter(|what| kind_of(what) == kind)?;
            Some((trial, what))
        });
        if let Some((trial, now)) = better {
            what = now;
            shrinking.accept(trial);
        }
    }
    let _ = std::fs::remove_dir_all(here);
    Difference { program: shrinking.best().clone(), what }
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
        panic!("{}\n\n{}\n(BARRIERLAB_SEED={seed})", found.what, found.program);
    }
    eprintln!("{count} programs agree, in {} s: {:?}", began.elapsed().as_secs(), ends.into_inner());
}

#[test]
fn random_programs_do_the_same_however_go_builds_them_and_collects() {
    if go_is_here("random programs") {
        compare("go", 200, &SLOW.go(&cache()));
    }
}

#[test]
#[ignore = "sim does not run Go programs yet; to be taken away when it does"]
fn random_programs_do_here_what_they_do_in_go() {
    if go_is_here("random programs") {
        compare("ours", 1000, &simulator(&Simulator::at(env!("CARGO_BIN_EXE_sim-under-test"))));
    }
}

/// Forms that nearly all that follows needs, and how many of a thousand programs have them at least.
const REACHED: [(&str, usize); 0] = [];

#[test]
fn every_form_occurs_often_enough() {
    let drawn = draw(1, 0, 1000);
    let counts = histogram(&drawn);
    for (form, least) in REACHED {
        assert!(counts.get(form).is_some_and(|n| *n >= least), "{form}: {:?} of 1000", counts.get(form));
    }
}
