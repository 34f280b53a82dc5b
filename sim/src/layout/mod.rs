//! `sim layout`: applies map operations and shows the map's memory, as JSON or as a picture.
//!
//! ```text
//! script    what to do, read and checked                     types   the types that scripts know
//! machine   does it, in simulated memory                     values  JSON ─▶ host ─▶ memory ─▶ JSON
//! dump      reads memory, and shares nothing with what wrote it
//! picture   draws a dump, in text or SVG
//! command   files, options, exit codes
//! ```
//!
//! Scripts and dumps have the schema of a program that does the same to a real map of Go 1.19
//! (`tests/peers/go`), so that the two can be compared byte for byte: `tests/peers_gomap.rs` does.

pub mod command;
pub mod dump;
pub mod machine;
pub mod picture;
pub mod script;
pub mod types;
pub mod values;

pub use machine::{Collect, Dump, Options, run};
pub use script::{Script, ScriptError, read};
