//! Helpers that tests across crates share: finding scenarios, running them, running many at once; random Go programs and what is
//! nearly one.

pub mod gogen;
pub mod mutate;
pub mod peers;
pub mod theory;
pub mod turn;

use gc::runtime::Checked;
use sim::program::world::ProgramWorld;
use sim::report::Report;
use sim::run::drive;
use sim::scenario::{Override, Scenario, load};
use sim::story;
use sim::workload::world::MapWorld;
use sim::world::World;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The folder of the scenarios that are shipped.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// All scenarios below a folder, by name.
///
/// # Panics
/// If the folder cannot be read.
pub fn scenarios(below: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(below).unwrap_or_else(|e| panic!("{}: {e}", below.display()));
    let mut files = Vec::new();
    for path in entries.map(|e| e.expect("an entry of the folder").path()) {
        if path.is_dir() {
            files.append(&mut scenarios(&path));
        } else if path.extension().is_some_and(|e| e == "toml") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// A path as a reader of failures knows it: from the folder of scenarios on.
pub fn short(path: &Path) -> String {
    path.strip_prefix(folder()).unwrap_or(path).display().to_string()
}

/// The scenario in a file, with changes in the manner of `--set`.
///
/// # Panics
/// If it is refused.
pub fn open<S: AsRef<str>>(path: &Path, sets: &[S]) -> Scenario {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    parse(&short(path), &text, sets)
}

/// The scenario that a text spells, with changes in the manner of `--set`.
///
/// # Panics
/// If it is refused.
pub fn parse<S: AsRef<str>>(name: &str, text: &str, sets: &[S]) -> Scenario {
    let changes: Vec<Override> = sets.iter().map(|s| Override::set(s.as_ref())).collect();
    match load(name, text, &changes) {
        Ok(loaded) => loaded.scenario,
        Err(report) => panic!("{name} is refused:\n{}", report.render(false, 100)),
    }
}

/// The same scenario under another seed.
pub fn seeded(scenario: &Scenario, seed: u64) -> Scenario {
    let mut other = scenario.clone();
    other.seed = seed;
    other.schedule.seed = seed;
    other
}

/// Runs a scenario as `sim run` does, with every check that it asks for.
pub fn run(name: &str, scenario: &Scenario) -> Report {
    match scenario.program {
        Some(_) => run_in::<ProgramWorld<Checked>>(name, scenario),
        None => run_in::<MapWorld<Checked>>(name, scenario),
    }
}

fn run_in<W: World>(name: &str, scenario: &Scenario) -> Report {
    let ran = drive::<W>(scenario, None, u64::MAX, |_| None);
    let told = story::tell(scenario, &ran);
    Report::of(scenario, name, &ran, told)
}

/// What came of a run, in a line: verdict, kind, site.
pub fn gist(report: &Report) -> String {
    match &report.violation {
        Some(v) => format!("{}, {} at {}", report.verdict.name(), v.kind, v.site.as_deref().unwrap_or("no site")),
        None => report.verdict.name().to_owned(),
    }
}

/// Calls `f` with every item, on as many threads as the host has; the results in the order of the items.
///
/// # Panics
/// If `f` does.
pub fn each<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    each_on(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN), items, f)
}

/// Calls `f` with every item, on so many threads; the results in the order of the items.
///
/// # Panics
/// If `f` does.
pub fn each_on<T: Sync, R: Send>(threads: NonZeroUsize, items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.get() {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { return };
                    let result = f(item);
                    done.lock().expect("no thread panicked while it held the lock").push((i, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no thread panicked while it held the lock");
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, r)| r).collect()
}

/// Fails with all complaints, if there are any.
///
/// # Panics
/// If there are.
pub fn settle(complaints: impl IntoIterator<Item = String>) {
    let all: Vec<String> = complaints.into_iter().collect();
    assert!(all.is_empty(), "{} complaints:\n{}", all.len(), all.join("\n"));
}
