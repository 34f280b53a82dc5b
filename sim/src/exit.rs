//! Exit codes, and what happens on a fault of the simulator itself.

use std::io::Write;
use std::process::ExitCode;

/// How a command ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// What was expected came true.
    Expected,
    /// A violation, or an expectation that was not met.
    Violated,
    /// The scenario, the program or the arguments are wrong.
    Wrong,
    /// A limit stopped the search, so neither.
    Bounded,
    /// A fault of the simulator, or a program's heap that is not safe.
    Fault,
    /// Interrupted.
    Interrupted,
    /// As the simulated program ended.
    Program(u8),
}

impl Exit {
    /// The exit code. The numbers are a contract with scripts.
    pub fn code(self) -> u8 {
        match self {
            Exit::Expected => 0,
            Exit::Violated => 1,
            Exit::Wrong => 2,
            Exit::Bounded => 3,
            Exit::Fault => 70,
            Exit::Interrupted => 130,
            Exit::Program(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

/// What is said when the simulator is at fault.
pub fn fault(what: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "internal fault: {what}\nThis is a fault of sim {version}, please report it\nwith the command and its scenario."
    )
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
        // Nothing is left to do if standard error is gone.
        let _ = writeln!(std::io::stderr().lock(), "{}", fault(&format!("{what}{place}")));
        std::process::exit(i32::from(Exit::Fault.code()));
    }));
}
