//! Asks a simulator for its barriers and live variables, and scores them.
//!
//! It is fed a copy of the file without its expectations. If it refuses the file for a feature of one function, and says where,
//! the body of that function is taken out and the rest asked for again: so each function is judged by itself, and those that
//! were refused are told apart from those that are wrong.

use super::functions::{Function, functions, without_bodies};
use super::{Score, judge, strip};
use crate::peers::process::{End, Streams, run};
use crate::peers::record::Status;
use crate::peers::{GO, Simulator, folder};
use regex::Regex;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What to ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listing {
    /// Stores that have write barriers: Go's `-d=wb`.
    Barriers,
    /// Live variables at each call: Go's `-live`.
    Live,
}

impl Listing {
    /// What a test wants, by the flags in its first line.
    pub fn of(recipe: &[&str]) -> Option<Listing> {
        let has = |flag: &str| recipe.contains(&flag);
        if has("-live") { Some(Listing::Live) } else { has("-d=wb").then_some(Listing::Barriers) }
    }

    /// The option of `sim lower`.
    pub fn option(self) -> &'static str {
        match self {
            Listing::Barriers => "--wb",
            Listing::Live => "--live",
        }
    }
}

/// A test of Go's that is held against us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Suite {
    /// Its file, from the root of Go's tests.
    pub file: &'static str,
    /// What it is about.
    pub listing: Listing,
    /// How many expectations it has, in Go 1.19.
    pub wanted: usize,
    /// How many of them ours meets at least: it only goes up.
    pub met: usize,
}

/// The tests that are held against us. The README beside this says, function by function, what each of them needs.
pub const SUITES: [Suite; 2] = [
    Suite { file: "writebarrier.go", listing: Listing::Barriers, wanted: 42, met: 42 },
    // As for 386: where arguments go in registers, Go itself leaves this file out.
    Suite { file: "live.go", listing: Listing::Live, wanted: 119, met: 94 },
];

/// Where the record of what passes is: names are `FILE:FUNCTION`.
pub fn expected() -> PathBuf {
    folder().join("errorcheck/expected.txt")
}

/// Scores a simulator on a file: each function's status, and the score by Go's rule.
///
/// `more` are further arguments of `sim lower`.
///
/// # Errors
/// If the file's expectations are wrong, or there is no room for a copy of it.
pub fn score(
    file: &Path,
    listing: Listing,
    more: &[OsString],
    simulator: &Simulator,
    limit: Duration,
) -> Result<(BTreeMap<String, Status>, Score), String> {
    let source = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let place = tempfile::tempdir().map_err(|e| format!("a temporary folder: {e}"))?;
    let bare = strip(&source);
    let all = functions(&source);
    let arguments: Vec<OsString> = [OsString::from("lower"), listing.option().into()]
        .into_iter()
        .chain(more.iter().cloned())
        .chain([name.clone().into()])
        .collect();

    let mut refused: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let done = loop {
        let out: Vec<&Function> = all.iter().filter(|f| refused.values().any(|(first, _)| *first == f.first)).collect();
        std::fs::write(place.path().join(&name), without_bodies(&bare, &out))
            .map_err(|e| format!("a temporary file: {e}"))?;
        let done = simulator.ask(place.path(), &arguments, Streams::Apart, limit);
        let Some(feature) = done.refusal() else { break done };
        let Some(function) = named(&done.err, &name, &all).filter(|f| !refused.contains_key(&f.name)) else {
            break done;
        };
        refused.insert(function.name.clone(), (function.first, feature));
    };

    let score = judge(&source, &name, &done.out)?;
    // What a listing says is worth nothing if the command failed.
    let all_wrong = (done.end != End::Code(0)).then(|| match done.refusal() {
        Some(feature) => Status::Unsupported(feature),
        None => Status::Failed(format!("{}: {}", done.end, done.first_line())),
    });
    let status = |(function, tally): (&String, &super::Tally)| {
        let status = match (&all_wrong, refused.get(function), tally.faults.first()) {
            (Some(status), _, _) => status.clone(),
            (None, Some((_, feature)), _) => Status::Unsupported(feature.clone()),
            (None, None, Some(fault)) => Status::Failed(fault.clone()),
            (None, None, None) => Status::Passed,
        };
        (format!("{name}:{function}"), status)
    };
    Ok((score.functions.iter().map(status).collect(), score))
}

/// The function that a refusal points into.
fn named<'a>(refusal: &str, name: &str, all: &'a [Function]) -> Option<&'a Function> {
    let place = Regex::new(&format!(r"{}:(\d+)", regex::escape(name))).expect("it is right");
    let line = place.captures(refusal)?[1].parse().ok()?;
    all.iter().find(|f| f.holds(line))
}

/// What real Go says about a file: its test's own flags, run as Go's test driver runs them.
///
/// Empty if the test is for another kind of compiler run.
///
/// # Panics
/// If there is no room for an object file.
pub fn go_says(file: &Path, arch: &str) -> String {
    let source = std::fs::read_to_string(file).unwrap_or_default();
    let mut flags: Vec<String> = Vec::new();
    let mut words = super::recipe(&source).into_iter().skip(1);
    while let Some(word) = words.next() {
        match word {
            // Whether it compiles, and how long that may take, is the driver's own business.
            "-0" | "-1" => {}
            "-t" => drop(words.next()),
            flag => flags.push(flag.to_owned()),
        }
    }
    match flags.iter_mut().find(|flag| flag.starts_with("-d=")) {
        Some(flag) => flag.push_str(",ssa/check/on"),
        None => flags.push("-d=ssa/check/on".to_owned()),
    }
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(GO);
    command.args(["tool", "compile", "-p=p", "-d=panic", "-C", "-e", "-o"]).arg(place.path().join("object"));
    command.args(flags).arg(file).env("GOARCH", arch).env("GO111MODULE", "off").env("GOENV", "off");
    let out = run(command, Streams::Together, Duration::from_secs(60)).out;
    // Messages name places inside their text too.
    out.replace(&*file.to_string_lossy(), &file.file_name().unwrap_or_default().to_string_lossy())
}
