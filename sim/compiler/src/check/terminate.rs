//! Terminating statements: does a function's end get reached?
//!
//! Source: the Go specification, "Terminating statements".

use super::Checker;
use super::expr::unparen;
use crate::ast::{self, StmtKind};

impl<'a> Checker<'a, '_> {
    /// Does a function's body end in a statement that does not go on?
    pub(super) fn terminates(&self, block: &'a ast::Block<'a>) -> bool {
        self.list_terminates(block.stmts)
    }

    fn list_terminates(&self, list: &'a [ast::Stmt<'a>]) -> bool {
        let last = list.iter().rfind(|stmt| !matches!(stmt.kind, StmtKind::Empty));
        last.is_some_and(|stmt| self.stmt_terminates(stmt, None))
    }

    fn stmt_terminates(&self, stmt: &'a ast::Stmt<'a>, label: Option<&str>) -> bool {
        stacker::maybe_grow(64 << 10, 1 << 20, || match stmt.kind {
            StmtKind::Labeled { label, stmt } => self.stmt_terminates(stmt, Some(label.name)),
            StmtKind::Expr(e) => self.panics.contains(&std::ptr::from_ref(unparen(e))),
            StmtKind::Return(_) | StmtKind::Goto(_) | StmtKind::Fallthrough => true,
            StmtKind::Block(block) => self.list_terminates(block.stmts),
            StmtKind::If { then, els: Some(els), .. } => {
                self.list_terminates(then.stmts) && self.stmt_terminates(els, None)
            }
            StmtKind::For { cond: None, body, .. } => !list_breaks(body.stmts, label, true),
            StmtKind::Switch { clauses, .. } | StmtKind::TypeSwitch { clauses, .. } => {
                clauses.iter().any(|clause| clause.exprs.is_none())
                    && clauses.iter().all(|clause| self.clause_terminates(clause.body, label))
            }
            StmtKind::Select { clauses } => clauses.iter().all(|clause| self.clause_terminates(clause.body, label)),
            _ => false,
        })
    }

    fn clause_terminates(&self, body: &'a [ast::Stmt<'a>], label: Option<&str>) -> bool {
        self.list_terminates(body) && !list_breaks(body, label, true)
    }
}

/// Is there a `break` in these statements that leaves the statement around them: one of its label, or without any if that
/// is the innermost one?
fn list_breaks(list: &[ast::Stmt<'_>], label: Option<&str>, innermost: bool) -> bool {
    list.iter().any(|stmt| breaks(stmt, label, innermost))
}

fn breaks(stmt: &ast::Stmt<'_>, label: Option<&str>, innermost: bool) -> bool {
    stacker::maybe_grow(64 << 10, 1 << 20, || match stmt.kind {
        StmtKind::Break(None) => innermost,
        StmtKind::Break(Some(name)) => label == Some(name.name),
        StmtKind::Labeled { stmt, .. } => breaks(stmt, label, innermost),
        StmtKind::Block(block) => list_breaks(block.stmts, label, innermost),
        StmtKind::If { then, els, .. } => {
            list_breaks(then.stmts, label, innermost) || els.is_some_and(|els| breaks(els, label, innermost))
        }
        // In these, a `break` without label leaves another statement.
        StmtKind::Switch { clauses, .. } | StmtKind::TypeSwitch { clauses, .. } => {
            label.is_some() && clauses.iter().any(|clause| list_breaks(clause.body, label, false))
        }
        StmtKind::Select { clauses } => {
            label.is_some() && clauses.iter().any(|clause| list_breaks(clause.body, label, false))
        }
        StmtKind::For { body, .. } | StmtKind::Range { body, .. } => {
            label.is_some() && list_breaks(body.stmts, label, false)
        }
        _ => false,
    })
}
