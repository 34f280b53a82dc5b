//! From Go source to code: parse, check, escape, order, walk, barriers, liveness.
//!
//! ```text
//! source ─▶ ast ─▶ ir (typed) ─▶ escape ─▶ order ─▶ walk ─▶ code: flow, barriers, liveness, frames
//! ```

pub mod ast;
pub mod code;
pub mod constant;
pub mod diagnostic;
pub mod ir;
pub mod print;
pub mod runtime;
pub mod source;
pub mod types;
