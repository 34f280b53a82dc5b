//! The `sim` command, for tests of this package.

use std::process::ExitCode;

fn main() -> ExitCode {
    sim::exit::report_faults();
    sim::cli::main().into()
}
