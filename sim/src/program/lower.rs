//! `sim lower PROGRAM.go`: what the compiler's passes make of a program.

use compiler::compile::{self, Listing, Rejected, Stage};
use compiler::options::Options;

/// What to print.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Print {
    /// The syntax tree.
    Ast,
    /// The typed tree, with every implicit conversion spelled out.
    Typed,
    /// After order: evaluation order explicit, temporaries made.
    Order,
    /// After walk: calls of the runtime.
    Walk,
    /// Instructions, with the live pointers at each safepoint.
    Code,
}

/// Prints one stage.
///
/// # Errors
/// What is wrong with the program.
pub fn stage(name: &str, text: &str, options: Options, print: Print) -> Result<String, Rejected> {
    let stage = match print {
        Print::Ast => Stage::Ast,
        Print::Typed => Stage::Typed,
        Print::Order => Stage::Order,
        Print::Walk => Stage::Walk,
        Print::Code => Stage::Code,
    };
    compile::print(name, text, options, stage)
}

/// Lists write barriers or live pointers, as the compiler tells them.
///
/// # Errors
/// What is wrong with the program.
pub fn list(name: &str, text: &str, options: Options, listing: Listing) -> Result<String, Rejected> {
    compile::list(name, text, options, listing)
}
