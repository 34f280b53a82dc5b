//! What the global flags ask for, resolved.

use crate::output::Output;
use std::num::NonZeroUsize;

/// The form of a report on standard output. Diagnostics are text in either case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: versioned JSON.
    Json,
}

/// When text is coloured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Is text coloured that goes to a terminal, or not to one?
    pub fn wanted(self, terminal: bool) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        }
    }
}

/// How a scenario is run, apart from what it says itself. `--seed`, `--time-limit` and `--set`
/// are part of the scenario already.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The scenario's path, as it was given; `<stdin>` for `-`.
    pub name: String,
    /// The form of the report.
    pub format: Format,
    /// Host threads that may be used.
    pub jobs: NonZeroUsize,
    /// No progress and no remarks.
    pub quiet: bool,
    /// How many times `-v` was given.
    pub verbose: u8,
    /// Are diagnostics on standard error coloured?
    pub color: bool,
    /// Is a report in text coloured?
    pub color_report: bool,
    /// Where the report goes.
    pub output: Output,
}
