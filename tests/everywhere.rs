//! Programs of ours in every era, under every safe barrier with every collector: they do what real Go was recorded to do.
//!
//! Each program is run under a few of the combinations, so that together they meet all: the same program under all of them
//! would tell little more, and take hours.

use std::time::Duration;
use tests::each;
use tests::peers::Simulator;
use tests::peers::ours::{expected, list};
use tests::peers::record::{Record, Status};
use tests::turn::{combinations, settings};

/// More than any program should take, in any build, with a collection at every safepoint.
const LIMIT: Duration = Duration::from_secs(120);

/// What depends on when collections happen; and one that changes a variable on the right side whose value is the key on the left: Go leaves
/// open which comes first, and the eras differ.
const LEFT_OUT: [&str; 3] = ["collector", "finalizers", "mapassign"];

#[test]
#[ignore = "takes two minutes: cargo test -p tests --test everywhere -- --ignored"]
fn every_program_does_the_same_in_every_era_with_every_safe_barrier() {
    let record = Record::open(&expected()).unwrap_or_else(|e| panic!("{e}"));
    let passes = |name: &str| record.get(name).is_some_and(Status::passed);
    let mut programs = list().unwrap_or_else(|e| panic!("{e}"));
    programs
        .retain(|p| p.go_knows() && p.is_run() && passes(&p.name) && !LEFT_OUT.iter().any(|out| p.name.contains(out)));
    let share = combinations().len().div_ceil(programs.len());
    let runs: Vec<(usize, usize)> = (0..programs.len() * share).map(|n| (n % programs.len(), n)).collect();
    let wrong: Vec<String> = each(&runs, |&(program, n)| {
        let sim = Simulator::at(env!("CARGO_BIN_EXE_sim-under-test"));
        let settings = settings(n);
        let sim = settings.iter().fold(sim, |sim, set| sim.with("--set").with(set));
        let (status, difference) = programs[program].judge(&sim, LIMIT);
        let told =
            format!("{} {settings:?}: {} {}\n{difference}", programs[program].name, status.word(), status.reason());
        (!status.passed()).then_some(told)
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(wrong.is_empty(), "{} of {} runs:\n{}", wrong.len(), runs.len(), wrong.join("\n"));
}
