//! From Go source to code: parse, check, escape, order, walk, barriers, liveness.
//!
//! ```text
//! source ─▶ ast ─▶ ir (typed) ─▶ escape ─▶ order ─▶ walk ─▶ code: flow, barriers, liveness, frames
//! ```

mod alg;
pub mod ast;
pub mod barriers;
pub mod check;
pub mod code;
pub mod compile;
pub mod constant;
pub mod diagnostic;
pub mod escape;
pub mod flow;
pub mod ir;
pub mod liveness;
pub mod options;
pub mod order;
pub mod print;
pub mod promise;
pub mod runtime;
pub mod source;
pub mod syntax;
mod tree;
pub mod types;
pub mod verify;
pub mod visit;
pub mod walk;
