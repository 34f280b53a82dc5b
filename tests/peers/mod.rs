//! Real Go 1.19 beside ours: its own tests and programs of ours, judged by its own rules.
//!
//! | module | question |
//! | --- | --- |
//! | [`gotests`] | do Go's `// run` tests pass under `sim run`? |
//! | [`errorcheck`] | does `sim lower` say what `// ERROR` comments expect? |
//! | [`ours`] | does a program of ours print under `sim run` what it prints under Go? |
//! | [`batch`] | what do many random programs print under Go? |
//! | [`inside`] | what does a program do under `sim run`, in this process? |
//! | [`record`] | what passed before: counts only go up |
//!
//! Whoever answers is a [`Simulator`]: the `sim` command, or real Go in its place (`tests/peers/go_as_sim`), which shows that
//! the judges are right before anything of ours is.
//!
//! # What is refused
//!
//! `sim` refuses what its language does not have with exit code 2, nothing on standard output, and, on standard error, a line
//! that starts with `unsupported: ` and names the feature, a place `FILE:LINE:COLUMN: ` in front of it or in the lines after it.
//! A Go program that panics also ends with 2, and its standard error has no such line. [`process::Ended::refusal`] is this rule.

pub mod batch;
pub mod errorcheck;
pub mod gotests;
pub mod inside;
pub mod ours;
pub mod process;
pub mod record;

use process::{Ended, Streams};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Where Debian puts Go 1.19.
pub const GO: &str = "/usr/lib/go-1.19/bin/go";

/// Go's own tests, of Debian's `golang-1.19-src`.
pub const GO_TESTS: &str = "/usr/share/go-1.19/test";

/// This folder.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

/// Is real Go here, its tests included? If not, a line says what is skipped.
///
/// # Panics
/// If it is not, where skipping is forbidden (`BARRIERLAB_REQUIRE_GO`).
pub fn go_is_here(what: &str) -> bool {
    let missing = [GO, GO_TESTS].into_iter().find(|path| !Path::new(path).exists());
    if let Some(path) = missing {
        let why = format!("there is no {path} (apt-get install golang-1.19-go golang-1.19-src)");
        assert!(std::env::var_os("BARRIERLAB_REQUIRE_GO").is_none(), "BARRIERLAB_REQUIRE_GO is set, and {why}");
        eprintln!("skipped: {what}: {why}");
    }
    missing.is_none()
}

/// A command that runs and lowers Go programs as DESIGN's contract says.
#[derive(Clone, Debug)]
pub struct Simulator {
    words: Vec<OsString>,
}

impl Simulator {
    /// A program that is there already.
    pub fn at(program: impl Into<OsString>) -> Simulator {
        Simulator { words: vec![program.into()] }
    }

    /// A command line, with words kept apart by spaces; a path in its first word is relative to the current folder.
    ///
    /// # Errors
    /// If it names no program.
    pub fn parse(line: &str) -> Result<Simulator, String> {
        let mut words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let program = words.first_mut().ok_or("--sim: expected a command")?;
        if Path::new(program).components().count() > 1 {
            // Tests run in folders of their own.
            *program =
                std::fs::canonicalize(&program).map_err(|e| format!("--sim: {}: {e}", program.display()))?.into();
        }
        Ok(Simulator { words })
    }

    /// The same command with another leading argument.
    #[must_use]
    pub fn with(mut self, argument: impl Into<OsString>) -> Simulator {
        self.words.push(argument.into());
        self
    }

    /// Real Go in our place.
    pub fn stand_in() -> Simulator {
        Simulator::at(folder().join("go_as_sim"))
    }

    /// The `sim` of this checkout, built for it with all optimisations.
    ///
    /// # Errors
    /// If it does not build.
    pub fn build() -> Result<Simulator, String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--release", "-p", "sim", "--bin", "sim", "--message-format=json-render-diagnostics"])
            .current_dir(folder())
            .stderr(std::process::Stdio::inherit())
            .output()
            .map_err(|e| format!("cargo: {e}"))?;
        let messages = String::from_utf8_lossy(&built.stdout).into_owned();
        let program = messages.lines().rev().find_map(|line| {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            message["executable"].as_str().map(PathBuf::from)
        });
        program.filter(|_| built.status.success()).map(Simulator::at).ok_or_else(|| "sim does not build".to_owned())
    }

    /// Starts it in a folder with these arguments, and waits.
    pub fn ask(&self, folder: &Path, arguments: &[OsString], streams: Streams, limit: Duration) -> Ended {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]).args(arguments).current_dir(folder);
        process::run(command, streams, limit)
    }
}
