//! `sim run PROGRAM.go`: standard output, standard error and exit code are what the program has under Go.
//!
//! Unless the heap was found unsafe: then the exit code is 70, and the story follows on standard error.

use crate::exit::{Exit, fault};
use crate::options::RunOptions;
use crate::program::compiled;
use crate::program::reject::{self, WIDTH};
use crate::program::world::ProgramWorld;
use crate::report::Report;
use crate::run::{End, Ran, drive, interrupted, watch_for_interrupts};
use crate::scenario::Scenario;
use crate::scenario::keys::Observation;
use crate::story;
use crate::world::World;
use gc::Stop;
use gc::runtime::{Bare, Checked, Counted};
use machine::{Gears, Outcome, Stream};
use std::io::Write;
use std::time::{Duration, Instant};

/// Runs the program of a scenario as Go would.
pub fn run(scenario: &Scenario, options: &RunOptions) -> Exit {
    if let Err(rejected) = compiled(scenario) {
        let text = reject::render(&rejected, options.color, WIDTH);
        // Nothing is left to do if standard error is gone.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
        return Exit::Wrong;
    }
    watch_for_interrupts();
    match scenario.oracles.observation() {
        Observation::Checks => run_with::<Checked>(scenario, options),
        Observation::Counts => run_with::<Counted>(scenario, options),
        Observation::Nothing => run_with::<Bare>(scenario, options),
    }
}

fn run_with<I: Gears>(scenario: &Scenario, options: &RunOptions) -> Exit {
    let began = Instant::now();
    let limit = scenario.limits.time.and_then(|s| Duration::try_from_secs_f64(s).ok());
    let mut closed = false;
    let mut ran = drive::<ProgramWorld<I>>(scenario, None, u64::MAX, |world| {
        closed |= !pass_on(world);
        if interrupted() {
            Some(End::Interrupted)
        } else if closed {
            Some(End::Done)
        } else {
            limit.is_some_and(|limit| began.elapsed() >= limit).then_some(End::TimeLimit)
        }
    });
    pass_on(&mut ran.world);
    finish(scenario, options, &ran)
}

/// Writes what the program has written; `false` if nobody reads it any more.
fn pass_on<I: Gears>(world: &mut ProgramWorld<I>) -> bool {
    let mut open = true;
    for (stream, bytes) in world.take_output() {
        open &= match stream {
            Stream::Stdout => {
                let mut out = std::io::stdout().lock();
                out.write_all(&bytes).and_then(|()| out.flush()).is_ok()
            }
            Stream::Stderr => std::io::stderr().lock().write_all(&bytes).is_ok(),
        };
    }
    open
}

fn finish<I: Gears>(scenario: &Scenario, options: &RunOptions, ran: &Ran<ProgramWorld<I>>) -> Exit {
    let (exit, said) = judged(scenario, ran, |report| report.text(options.color, options.verbose), &options.name);
    // Nothing is left to do if standard error is gone.
    let _ = std::io::stderr().lock().write_all(said.as_bytes());
    exit
}

/// How `sim` ends after a run, and what it says on standard error that the program has not.
pub fn judged<I: Gears>(
    scenario: &Scenario,
    ran: &Ran<ProgramWorld<I>>,
    print: impl Fn(&Report) -> String,
    name: &str,
) -> (Exit, String) {
    match (ran.end, ran.world.outcome()) {
        (End::Interrupted, _) => (Exit::Interrupted, String::new()),
        (End::TimeLimit | End::CollectionLimit | End::StepLimit, _) => {
            (Exit::Bounded, "bounded: a limit was reached before the program ended\n".to_owned())
        }
        (End::Stopped(Stop::Violation), _) => {
            (Exit::Fault, print(&Report::of(scenario, name, ran, story::tell(scenario, ran))) + "\n")
        }
        (_, Some(Outcome::Exit(code))) => (Exit::Program(*code as u8), String::new()),
        (_, Some(Outcome::Panicked | Outcome::Throw(_) | Outcome::OutOfMemory)) => (Exit::Program(2), String::new()),
        (_, outcome) => {
            let void = ran.world.void();
            let (exit, why) =
                void.unwrap_or_else(|| (Exit::Fault, fault(&format!("the program ended with {outcome:?}"))));
            (exit, why + "\n")
        }
    }
}
