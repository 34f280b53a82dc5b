//! The compiler over random programs, none of which it refuses, and over texts that are nearly Go ([`tests::mutate`]),
//! of which none may be its end: no panic, no fault, no waiting.
//!
//! What is found is made smaller, line by line, and printed. `BARRIERLAB_FUZZ_SECONDS=3600` goes on for so long, and
//! `BARRIERLAB_SEED=N` draws others. A text that exhausts the stack ends the process: it is in `front-end/last.go`
//! among cargo's temporary files, and so is one that takes too long.

use bumpalo::Bump;
use compiler::check::{check, load};
use compiler::compile::{self, Listing, Rejected, Stage};
use compiler::diagnostic::Diagnostics;
use compiler::options::{Lowering, Options};
use compiler::source::Sources;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use sim::exit::Exit;
use sim::program::reject;
use sim::scenario::Scenario;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tests::gogen::programs;
use tests::mutate::Corpus;
use tests::peers::process::End;
use tests::peers::{GO_TESTS, inside};

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

/// Texts in a run of the tests; with a number of seconds in the environment, as many as fit.
const TEXTS: usize = 3000;
/// No text may take longer, in any build, on a host that does other things as well.
const LIMIT: Duration = Duration::from_secs(60);
/// The stack that the command has.
const STACK: usize = 8 << 20;
/// Stretches of a program that is run.
const STRETCHES: u64 = 4;

/// What happened to a text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Fate {
    Refused,
    Unsupported,
    Ran,
    Panicked,
    Bounded,
}

/// A scenario whose program is to be put in its place.
fn scenario(sets: &[&str]) -> Scenario {
    let sets = [&["heap.limit=256MiB", "collector.min_heap=16KiB"], sets].concat();
    tests::parse("fuzz", "schema = 1\n[program]\nsource = \"\"\n", &sets)
}

/// What is wrong with a text must be said: a place, and words.
fn refused(rejected: &Rejected) -> Result<Fate, String> {
    let said = reject::render(rejected, false, reject::WIDTH);
    match said.lines().next() {
        Some(line) if line.contains("internal fault") => Err(said),
        Some(line) if line.starts_with("unsupported: ") => Ok(Fate::Unsupported),
        Some(line) if line.contains(": ") => Ok(Fate::Refused),
        _ => Err(format!("refused, and said: {said:?}")),
    }
}

/// Compiles, lists, prints and runs a text.
fn judge(text: &str, scenario: &Scenario) -> Result<Fate, String> {
    let _ = compile::print("main.go", text, Options::default(), Stage::Ast);
    if let Err(rejected) = compile::compile("main.go", text, Options::default()) {
        return refused(&rejected);
    }
    let must = |what: &str, done: Result<String, Rejected>| match done {
        Ok(_) => Ok(()),
        Err(rejected) => Err(format!("{what}: {}", reject::render(&rejected, false, reject::WIDTH))),
    };
    for stage in [Stage::Typed, Stage::Order, Stage::Walk, Stage::Code] {
        must("print", compile::print("main.go", text, Options::default(), stage))?;
    }
    for lowering in [Lowering::MapAssign1, Lowering::MapAssign, Lowering::MapAssign2017] {
        let options = Options { lowering, ..Options::default() };
        must("an era", compile::print("main.go", text, options, Stage::Code))?;
    }
    must(
        "without order",
        compile::print("main.go", text, Options { order: false, ..Options::default() }, Stage::Code),
    )?;
    must("barriers", compile::list("main.go", text, Options::default(), Listing::WriteBarriers { all: true }))?;
    must("liveness", compile::list("main.go", text, Options::default(), Listing::Live))?;
    let mut scenario = scenario.clone();
    scenario.program.as_mut().expect("it has one").text = text.to_owned();
    let done = inside::run(&scenario, STRETCHES);
    let code = |exit: Exit| End::Code(exit.code().into());
    if done.end == code(Exit::Fault) && (done.err.contains("internal fault: ") || done.err.contains("violat")) {
        return Err(done.err);
    }
    Ok(match done.end {
        end if end == code(Exit::Bounded) => Fate::Bounded,
        _ if done.refusal().is_some() => Fate::Unsupported,
        End::Code(2) => Fate::Panicked,
        _ => Fate::Ran,
    })
}

thread_local! {
    /// What the last panic of the thread said, while panics are caught.
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What is the same about two faults of one cause.
fn cause(fault: &str) -> String {
    fault.lines().next().unwrap_or_default().chars().filter(|c| !c.is_ascii_digit()).take(100).collect()
}

/// What happens to a text, be it a panic.
fn fate(text: &str, scenario: &Scenario) -> Result<Fate, String> {
    SAID.set(Some(String::new()));
    let fate = catch_unwind(AssertUnwindSafe(|| judge(text, scenario)));
    let said = SAID.take().unwrap_or_default();
    fate.unwrap_or(Err(said))
}

/// The text with as few lines as have the same fault.
fn smaller(text: &str, fault: &str, scenario: &Scenario) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut size = lines.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < lines.len() {
            let mut fewer = lines.clone();
            fewer.drain(at..lines.len().min(at + size));
            let same = fate(&fewer.join("\n"), scenario).is_err_and(|other| cause(&other) == cause(fault));
            if same { lines = fewer } else { at += size }
        }
        size /= 2;
    }
    lines.join("\n")
}

/// Go files below a folder.
fn files(below: &Path, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(below) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "go") {
            found.extend(std::fs::read_to_string(&path));
        }
    }
}

fn corpus(seed: u64) -> Corpus {
    let mut texts = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("programs"), &mut texts);
    files(Path::new(GO_TESTS), &mut texts);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let program = |_| programs().new_tree(&mut runner).expect("programs are not filtered").current().to_string();
    texts.extend((0..200).map(program));
    Corpus::new(texts)
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}: expected a number, got {text:?}")))
}

/// Ends the process if a text takes too long.
fn watch(text_began: &Mutex<Option<Instant>>) {
    loop {
        std::thread::sleep(Duration::from_millis(200));
        let began = *text_began.lock().expect("nobody panics while it is held");
        match began {
            Some(began) if began.elapsed() > LIMIT => {
                eprintln!("a text takes longer than {} s", LIMIT.as_secs());
                std::process::abort();
            }
            Some(_) => {}
            None => return,
        }
    }
}

fn search(seed: u64, seconds: Option<u64>, folder: &Path, text_began: &Mutex<Option<Instant>>) -> Vec<String> {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let corpus = corpus(seed);
    let scenarios = [("hybrid-uncond", "scan-once"), ("yuasa", "before-heap"), ("dijkstra-coarse", "rescan")].map(
        |(barrier, stacks)| scenario(&[&format!("barrier.kind={barrier}"), &format!("collector.stacks={stacks}")]),
    );
    let began = Instant::now();
    let (mut fates, mut faults): (BTreeMap<Fate, usize>, BTreeMap<String, String>) = Default::default();
    let mut texts = 0;
    while seconds.map_or(texts < TEXTS, |most| began.elapsed().as_secs() < most) {
        let text = corpus.draw(&mut rng);
        let scenario = &scenarios[rng.random_range(0..scenarios.len())];
        std::fs::write(folder.join("last.go"), &text).expect("room for a small file");
        *text_began.lock().expect("nobody panics while it is held") = Some(Instant::now());
        texts += 1;
        match fate(&text, scenario) {
            Ok(fate) => *fates.entry(fate).or_default() += 1,
            Err(fault) if !faults.contains_key(&cause(&fault)) => {
                *text_began.lock().expect("nobody panics while it is held") = Some(Instant::now() + 10 * LIMIT);
                let small = smaller(&text, &fault, scenario);
                let report = format!("{fault}\n{small}");
                eprintln!("--- after {texts} texts: {report}");
                std::fs::write(folder.join(format!("fault-{}.go", faults.len())), small)
                    .expect("room for a small file");
                faults.insert(cause(&fault), report);
            }
            Err(_) => {}
        }
    }
    eprintln!("{texts} texts of {} files in {} s: {fates:?}", corpus.len(), began.elapsed().as_secs());
    faults.into_values().collect()
}

#[test]
fn no_text_is_the_end_of_the_compiler_or_of_the_machine() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("front-end");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let caught =
            SAID.with_borrow_mut(|said| said.as_mut().map(|said| *said = info.to_string().replace(":\n", ": ")));
        if caught.is_none() {
            told(info);
        }
    }));
    let text_began = Mutex::new(Some(Instant::now()));
    let faults = std::thread::scope(|scope| {
        scope.spawn(|| watch(&text_began));
        let seed = number("BARRIERLAB_SEED").unwrap_or(1);
        let (folder, text_began) = (&folder, &text_began);
        let search = move || search(seed, number("BARRIERLAB_FUZZ_SECONDS"), folder, text_began);
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, search).expect("a thread");
        let faults = thread.join();
        *text_began.lock().expect("nobody panics while it is held") = None;
        faults
    });
    tests::settle(faults.unwrap_or_else(|_| vec!["the search itself panicked".into()]));
}
