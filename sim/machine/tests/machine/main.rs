//! The machine on programs made by hand: gears, collectors and barriers, panics, output.

mod asm;
mod faults;
mod fused;
mod gears;
mod panics;
mod programs;

use gc::policy::{Mode, Policy, Trigger};
use gc::runtime::{Checked, Config};
use gc::{Bytes, heap::HeapConfig};
use machine::{Gears, Image, Machine, Outcome, Progress, Stream};
use std::sync::Arc;

/// What a run leaves behind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ran {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// A small world that checks itself, and collects at every safepoint if asked.
pub fn config(mode: Mode, trigger: Trigger) -> Config {
    let heap = HeapConfig { limit: Bytes(16 << 20), reuse: true, poison: true };
    let policy = Policy { mode, trigger, ..Policy::default() };
    Config { heap, policy, stack_words: 4096, ..Config::default() }
}

/// A collection at every safepoint, with the world stopped.
pub fn forced() -> Config {
    config(Mode::StopTheWorld, Trigger::Safepoints(1))
}

/// A machine for an image.
pub fn machine<I: Gears>(image: &Arc<Image>, config: Config) -> Machine<I> {
    Machine::new(image.clone(), config, 1, Vec::new()).expect("room for the program")
}

/// Runs to the end, in the gear that `go` is.
pub fn run_with<I: Gears>(mut m: Machine<I>, mut go: impl FnMut(&mut Machine<I>) -> Progress) -> Ran {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let outcome = loop {
        let progress = go(&mut m);
        for (stream, bytes) in m.output().take() {
            match stream {
                Stream::Stdout => stdout.extend(bytes),
                Stream::Stderr => stderr.extend(bytes),
            }
        }
        if let Progress::Ended(outcome) = progress {
            break outcome;
        }
    };
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Ran { stdout: text(stdout), stderr: text(stderr), outcome }
}

/// Runs at full speed, under all oracles.
pub fn run(image: &Arc<Image>, config: Config) -> Ran {
    run_with(machine::<Checked>(image, config), |m| m.run(1 << 20))
}
