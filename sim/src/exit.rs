//! Exit codes, and what happens on a fault of the simulator itself.

use std::io::Write;
use std::process::ExitCode;

/// How a command ends. The numbers are a contract with scripts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Exit {
    /// What was expected came true.
    Expected = 0,
    /// A violation, or an expectation that was not met.
    Violated = 1,
    /// The scenario, the program or the arguments are wrong.
    Wrong = 2,
    /// A limit stopped the search, so neither.
    Bounded = 3,
    /// A fault of the simulator.
    Fault = 70,
    /// Interrupted.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Makes every panic say that the simulator is at fault, and end it with [`Exit::Fault`].
///
/// Whatever thread it is on: a run that has lost a worker has no verdict.
pub fn report_faults() {
    std::panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let what = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("a panic without a message");
        let place = info.location().map_or_else(String::new, |l| format!(" ({l})"));
        let mut err = std::io::stderr().lock();
        // Nothing is left to do if standard error is gone.
        let _ = writeln!(err, "internal fault: {what}{place}");
        let _ = writeln!(err, "This is a fault of sim {}, please report it", env!("CARGO_PKG_VERSION"));
        let _ = writeln!(err, "with the command and its scenario.");
        std::process::exit(i32::from(Exit::Fault as u8));
    }));
}
