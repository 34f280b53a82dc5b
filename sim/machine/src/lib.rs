//! The machine: runs compiled Go programs on the simulated heap.
//!
//! ```text
//! Code ─▶ image ─▶ Machine { runtime: heap, collector, stacks;  goroutines;  process: output, arguments }
//!                    │
//!                    ├─ interpret   instructions, in both gears
//!                    ├─ control     everything else that changes which functions are active: starting and ending,
//!                    │              deferred calls, panics
//!                    ├─ routines    what compiled code calls in the runtime; maps are those of crate mapruntime
//!                    └─ natives     functions of packages that have no body in Go
//! ```
//!
//! A machine is a value: it can be cloned, and runs on from there as the original would. It reads no clock and writes nothing
//! but to its own buffers, which its owner empties.
//!
//! Every access to simulated memory is an effect ([`gc::Effects`]), so a machine runs in two gears: at once, or one effect at
//! a time ([`Machine::step`]), between any two of which the collector or another goroutine may act. A goroutine is a
//! mutator of the collector with a stack of its own.
//!
//! Values of run-time panics are values of Go types with methods, so Go makes them: package `runtime`, always linked,
//! declares the types and one function each that makes a value from its text (`newErrorString`, `newPlainError`,
//! `newBoundsError`, `newTypeAssertionError`, all `func(string) error`). When an instruction panics, the machine makes the
//! text, calls that function on top of the stack, and begins a panic with what it returns.

mod control;
mod float;
mod fuse;
mod gear;
mod goroutine;
mod image;
mod interpret;
mod machine;
mod natives;
mod panic;
mod place;
mod process;
mod routines;
mod slot;
mod text;
mod types;

pub use gear::Gears;
pub use image::{Image, LoadError};
pub use machine::{Machine, Outcome, Progress};
pub use process::{Output, Stream};
