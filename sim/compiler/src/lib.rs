//! From Go source to code: parse, check, escape, order, walk, barriers, liveness.
//!
//! ```text
//! source ─▶ ast ─▶ ir (typed) ─▶ escape ─▶ order ─▶ walk ─▶ code: flow, barriers, liveness, frames
//! ```

pub mod ast;
pub mod barriers;
pub mod code;
pub mod diagnostic;
pub mod flow;
pub mod ir;
pub mod runtime;
pub mod source;
pub mod types;
