//! Random Go programs here and in Go: the same output, the same end.
//!
//! Programs are drawn ([`tests::gogen`]), built by Go many at a time ([`tests::golang`]), and run by both. On a
//! difference the program is made smaller for as long as the two still differ, and printed.
//!
//! `BARRIERLAB_PROGRAMS=N` for more or fewer of them, `BARRIERLAB_SEED=N` for others. Without Go 1.19 there is
//! nothing to compare with: a line says so, unless `BARRIERLAB_REQUIRE_GO` is set.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::path::{Path, PathBuf};
use tests::gogen::shrink::Shrinking;
use tests::gogen::tree::Node;
use tests::gogen::{histogram, programs};
use tests::golang::{self, Batch, Manner, Output, PLAIN, SLOW};

/// Programs that Go builds at a time.
const BATCH: usize = 50;
/// Smaller programs that are tried at a time.
const TRIALS: usize = 24;
/// Smaller programs that are tried in all.
const MOST_TRIALS: usize = 6000;

/// What runs programs: their outputs in order, or why there is none. It may write to the folder.
type Side<'a> = &'a (dyn Fn(&Path, &[&Node]) -> Vec<Result<Output, String>> + Sync);

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

/// Go, as a side.
fn go(manner: Manner) -> impl Fn(&Path, &[&Node]) -> Vec<Result<Output, String>> + Sync {
    move |folder, programs| {
        let batch = Batch::build(&folder.join(if manner.env.is_empty() { "plain" } else { "slow" }), programs, manner);
        let run = |n: usize| match batch.refused.get(&n) {
            Some(why) => Err(format!("Go refuses it: {why}")),
            None => Ok(batch.run(n).comparable()),
        };
        (0..programs.len()).map(run).collect()
    }
}

/// How the sides differ, program by program. What Go refuses is no program.
fn differences(folder: &Path, programs: &[&Node], ours: Side<'_>) -> Vec<Option<String>> {
    let real = go(PLAIN)(folder, programs);
    let mine = ours(folder, programs);
    let each = real.into_iter().zip(mine);
    each.map(|(real, mine)| match (mine, real) {
        (_, Err(why)) => Some(why),
        (Err(why), _) => Some(why),
        (Ok(mine), Ok(real)) => mine.difference(&real),
    })
    .collect()
}

/// Looks for a difference in so many random programs; finds the smallest.
fn search(name: &str, seed: u64, count: usize, ours: Side<'_>) -> Option<Difference> {
    let batches: Vec<u64> = (0..count.div_ceil(BATCH) as u64).collect();
    let found = tests::each(&batches, |&batch| {
        let drawn = draw(seed, batch, BATCH.min(count - batch as usize * BATCH));
        let all: Vec<&Node> = drawn.iter().collect();
        let here = folder(&format!("{name}-{batch}"));
        let found = differences(&here, &all, ours);
        let _ = std::fs::remove_dir_all(here);
        drawn.into_iter().zip(found).find_map(|(program, what)| Some((program, what?)))
    });
    let (program, what) = found.into_iter().flatten().next()?;
    Some(shrunk(name, program, what, ours))
}

/// What a difference is about: the words of a refusal, or that there is a difference.
fn kind_of(what: &str) -> String {
    match what.strip_prefix("Go refuses it: ") {
        Some(why) => why.chars().filter(|c| !c.is_ascii_digit()).collect(),
        None => String::new(),
    }
}

/// The smallest program that still differs.
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
        let found = differences(&here, &all, ours);
        let better = trials
            .into_iter()
            .zip(found)
            .find_map(|(trial, what)| what.filter(|what| kind_of(what) == kind).map(|what| (trial, what)));
        if let Some((trial, now)) = better {
            what = now;
            shrinking.accept(trial);
        }
    }
    let _ = std::fs::remove_dir_all(here);
    Difference { program: shrinking.best().clone(), what }
}

#[test]
fn random_programs_do_the_same_however_go_builds_and_collects() {
    if !golang::is_there() {
        return;
    }
    let (count, seed) = (number("BARRIERLAB_PROGRAMS", 200) as usize, number("BARRIERLAB_SEED", 1));
    let began = std::time::Instant::now();
    if let Some(found) = search("slow", seed, count, &go(SLOW)) {
        panic!("{}\n{}\n(BARRIERLAB_SEED={seed})", found.what, found.program);
    }
    eprintln!("{count} programs, {:?}", began.elapsed());
    let _ = histogram(&[]);
}
