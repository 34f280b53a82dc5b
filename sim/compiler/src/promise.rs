//! A pass did not keep its word: what its `verify` found.

use crate::ir::{E, Func, Program, Stmt};
use crate::print;
use crate::source::Pos;
use std::fmt;

/// A postcondition that does not hold: a fault of ours, not of the program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    /// What was promised.
    pub promise: &'static str,
    /// The function.
    pub func: String,
    /// The node that breaks it.
    pub node: String,
    /// Where.
    pub pos: Pos,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in {}: {}: {}", self.func, self.promise, self.node.trim_end())
    }
}

impl std::error::Error for Broken {}

/// Collects what is broken; keeps the first.
pub(crate) struct Judge<'p, 'a> {
    /// The program.
    pub program: &'p Program<'a>,
    /// The function that is judged.
    pub func: &'p Func<'a>,
    broken: Option<Broken>,
}

impl<'p, 'a> Judge<'p, 'a> {
    pub fn new(program: &'p Program<'a>, func: &'p Func<'a>) -> Judge<'p, 'a> {
        Judge { program, func, broken: None }
    }

    /// An expression must be as promised.
    pub fn expr(&mut self, holds: bool, promise: &'static str, e: E<'a>) {
        if !holds && self.broken.is_none() {
            let node = print::print_expr(self.program, self.func, e);
            self.broken = Some(Broken { promise, func: self.func.name.into(), node, pos: e.pos });
        }
    }

    /// A statement must be as promised.
    pub fn stmt(&mut self, holds: bool, promise: &'static str, s: &Stmt<'a>) {
        if !holds && self.broken.is_none() {
            let node = print::print_stmt(self.program, self.func, s);
            self.broken = Some(Broken { promise, func: self.func.name.into(), node, pos: s.pos });
        }
    }

    /// What was found.
    pub fn verdict(self) -> Result<(), Broken> {
        self.broken.map_or(Ok(()), Err)
    }
}
