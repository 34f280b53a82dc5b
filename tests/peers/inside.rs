//! Go programs in this process, as `sim run` runs them: no file, no process, and a limit that is the same on every host.

use super::process::{End, Ended};
use machine::Stream;
use sim::exit::Exit;
use sim::program::run::judged;
use sim::program::world::ProgramWorld;
use sim::program::{compiled, reject};
use sim::run::{self, drive};
use sim::scenario::Scenario;

use gc::runtime::Checked;

/// A program that runs for longer is given up: so many stretches of calls and backward branches.
pub const LONG: u64 = 4000;

/// The program of a scenario, under all of its oracles. `Bounded` if it has not ended after `most` stretches.
pub fn run(scenario: &Scenario, most: u64) -> Ended {
    if let Err(rejected) = compiled(scenario) {
        return ended(Exit::Wrong, String::new(), reject::render(&rejected, false, reject::WIDTH));
    }
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut take = |world: &mut ProgramWorld<Checked>| {
        for (stream, bytes) in world.take_output() {
            match stream {
                Stream::Stdout => out.extend(bytes),
                Stream::Stderr => err.extend(bytes),
            }
        }
    };
    let mut ran = drive::<ProgramWorld<Checked>>(scenario, None, most, |world| {
        take(world);
        None::<run::End>
    });
    take(&mut ran.world);
    let (exit, said) = judged(scenario, &ran, |report| report.text(false, 0), "main.go");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    ended(exit, text(&out), text(&err) + &said)
}

fn ended(exit: Exit, out: String, err: String) -> Ended {
    Ended { end: End::Code(exit.code().into()), out, err }
}
