//! Go programs: compiled, run on the simulated heap, and shown pass by pass.
//!
//! - [`reject`]: what is wrong with a program, in the compiler's words, with the source line underlined;
//! - [`world`]: a program under way as a [`World`](crate::world::World), for scenarios;
//! - [`run`](mod@run): `sim run PROGRAM.go`, whose output and exit code are the program's own;
//! - [`lower`]: `sim lower`, what the passes make of it.

pub mod lower;
pub mod reject;
pub mod run;
pub mod world;

use crate::scenario::Scenario;
use crate::scenario::compiler::Lowering;
use compiler::compile::{Compiled, Rejected, compile};
use compiler::diagnostic::Diagnostics;
use compiler::options::{self, Options};
use compiler::source::{Pos, Span};

/// The compiler's options of a scenario.
pub fn options(scenario: &Scenario) -> Options {
    let lowering = match scenario.lowering() {
        Lowering::Mapassign1 => options::Lowering::MapAssign1,
        Lowering::Mapassign => options::Lowering::MapAssign,
        Lowering::Mapassign2017 => options::Lowering::MapAssign2017,
        Lowering::MapassignOp => options::Lowering::MapAssignOp,
    };
    Options { lowering, order: scenario.compiler.order, ..Options::default() }
}

/// Compiles the program of a scenario.
///
/// # Errors
/// What is wrong with it.
///
/// # Panics
/// If it is the scenario of a workload.
pub fn compiled(scenario: &Scenario) -> Result<Compiled, Box<Rejected>> {
    let program = scenario.program.as_ref().expect("the scenario is one of a program");
    let compiled = compile(&program.name, &program.text, options(scenario)).map_err(Box::new)?;
    let room = scenario.heap.limit;
    if room.0 < world::least_memory(&compiled.code) {
        let mut diagnostics = Diagnostics::new();
        let start = compiled.sources.files().first().map_or(Pos::NONE, |file| file.pos(0));
        let what = format!("a memory limit of {} MiB: the program's stack and variables do not fit", room.0 >> 20);
        diagnostics.unsupported(Span::at(start), what);
        return Err(Box::new(Rejected { sources: compiled.sources, diagnostics }));
    }
    Ok(compiled)
}
