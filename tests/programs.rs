//! Programs of ours (`tests/programs`), one test each: under real Go they do what is recorded, and so they do under `sim` if they
//! did before. Those that `sim` cannot do yet are ignored tests; `--ignored` runs them.
//!
//! `cargo run -p tests --bin peers -- programs --bless` writes down what Go makes of them, and which pass here.

use libtest_mimic::{Arguments, Failed, Trial};
use std::process::ExitCode;
use std::time::Duration;
use tests::peers::ours::{expected, list};
use tests::peers::record::{Record, Status};
use tests::peers::{Simulator, go_is_here};

/// More than any program should take, in any build.
const LIMIT: Duration = Duration::from_secs(60);

fn passes((status, difference): (Status, String)) -> Result<(), Failed> {
    if status.passed() { Ok(()) } else { Err(format!("{}: {}\n{difference}", status.word(), status.reason()).into()) }
}

fn trials() -> Result<Vec<Trial>, String> {
    let record = Record::open(&expected())?;
    let programs = list()?;
    let unknown = programs.iter().find(|p| record.get(&p.name).is_none());
    let gone = record.names().find(|name| !programs.iter().any(|p| p.name == *name));
    if let Some(name) = unknown.map(|p| p.name.as_str()).or(gone) {
        return Err(format!(
            "{name}: recorded and there, or neither: cargo run -p tests --bin peers -- programs --bless"
        ));
    }
    let simulator = Simulator::at(env!("CARGO_BIN_EXE_sim-under-test"));
    let with_go = go_is_here("programs under real Go");
    let mut trials = Vec::new();
    for program in programs {
        let passed = record.get(&program.name).is_some_and(Status::passed);
        if with_go && program.go_knows() {
            let program = program.clone();
            trials.push(Trial::test(format!("go/{}", program.name), move || passes(program.judge_go(LIMIT))));
        }
        let simulator = simulator.clone();
        let name = format!("sim/{}", program.name);
        let trial = Trial::test(name, move || passes(program.judge(&simulator, LIMIT)));
        trials.push(trial.with_ignored_flag(!passed));
    }
    Ok(trials)
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
