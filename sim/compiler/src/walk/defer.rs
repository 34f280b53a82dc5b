//! `defer` and `go`: a call that is made later becomes a function without arguments and results.
//!
//! ```text
//! defer f(x, y)   deferproc(closure of { f(x', y') } with x' = x, y' = y)
//! defer f()       deferproc(f), if f has no results
//! ```
//!
//! Function, receiver and arguments are evaluated now. A nil function panics when it is called, a nil interface now.
//! The closure is in the frame if the statement is in no loop, for `go` always in the heap.
//!
//! Source: `goDeferStmt`, Go 1.19 cmd/compile/internal/escape/call.go.

use super::Walk;
use crate::ir::{Callee, E, Expr, ExprKind, Multi, Stmt, StmtKind};
use crate::runtime::Rt;
use crate::tree::is_literal;
use crate::types::Kind;
use crate::visit::{self, Part};

impl<'a> Walk<'_, 'a> {
    /// `defer call`
    pub(super) fn defer(&mut self, call: &'a Stmt<'a>) {
        let heap = self.depth > 0;
        let f = self.later(call, heap);
        self.rt_stmt(Rt::DeferProc, &[f]);
    }

    /// `go call`
    pub(super) fn go(&mut self, call: &'a Stmt<'a>) {
        let f = self.later(call, true);
        self.rt_stmt(Rt::NewProc, &[f]);
    }

    /// The function value of a call that is made later.
    fn later(&mut self, call: &'a Stmt<'a>, heap: bool) -> E<'a> {
        let pos = self.tree.pos;
        let call = self.without_init(call);
        if let Some(f) = self.plain_function(call) {
            return f;
        }
        let (values, fixed) = self.operands(call);
        self.tree.pos = pos;
        let recovers = matches!(call.kind, StmtKind::Expr(Expr { kind: ExprKind::Recover, .. }));
        let f = self.thunk(heap, &values, |w, parts| {
            // A wrapper: the function that is called is the one that counts for `recover`.
            w.tree.func_mut().has_recover = recovers;
            let mut parts = parts.iter().copied();
            let mut fixed = fixed.into_iter();
            let mut next = |operand: E<'a>| fixed.next().flatten().or_else(|| parts.next()).unwrap_or(operand);
            vec![replace(w, call, &mut next)]
        });
        self.tree.pos = pos;
        f
    }

    /// Does the statements that order left before a call.
    fn without_init(&mut self, call: &'a Stmt<'a>) -> &'a Stmt<'a> {
        match call.kind {
            StmtKind::Expr(Expr { kind: ExprKind::Seq { init, x }, .. }) => {
                self.stmts(init);
                let inner = self.tree.arena.alloc(Stmt { kind: StmtKind::Expr(x), ..*call });
                self.without_init(inner)
            }
            // The results of a call are arguments of this one.
            StmtKind::Expr(e) => match e.kind {
                ExprKind::Call { callee, args, multi: Some(Multi { call: inner, temps }) } => {
                    let dsts: Vec<E<'a>> = temps.iter().map(|&t| self.tree.local(t)).collect();
                    self.assign_results(&dsts, inner);
                    let e = self.tree.with(e, ExprKind::Call { callee, args, multi: None });
                    self.tree.arena.alloc(Stmt { kind: StmtKind::Expr(e), ..*call })
                }
                _ => call,
            },
            _ => call,
        }
    }

    /// The function itself, if it has no arguments and no results.
    fn plain_function(&mut self, call: &'a Stmt<'a>) -> Option<E<'a>> {
        let StmtKind::Expr(e) = call.kind else { return None };
        let ExprKind::Call { callee, args: [], multi: None } = e.kind else { return None };
        if !matches!(self.tree.types().kind(e.ty), Kind::Tuple(results) if results.is_empty()) {
            return None;
        }
        match callee {
            Callee::Static(func) => {
                let ty = self.tree.program.func(func).ty;
                Some(self.tree.expr(ExprKind::Func(func), ty))
            }
            Callee::Value(f) => Some(self.expr(f)),
            Callee::Interface { .. } | Callee::Runtime(_) => None,
        }
    }

    /// The operands of a call, evaluated: those that must be remembered; and for each operand in order, itself if it need not be.
    fn operands(&mut self, call: &'a Stmt<'a>) -> (Vec<E<'a>>, Vec<Option<E<'a>>>) {
        let (mut values, mut fixed) = (Vec::new(), Vec::new());
        let mut operands = Vec::new();
        match call.kind {
            StmtKind::Expr(e) => visit::parts_of_expr(e, &mut |part| operands.push(part)),
            _ => visit::parts_of_stmt(call, &mut |part| operands.push(part)),
        }
        for operand in operands {
            let Part::Expr(operand) = operand else { continue };
            if is_literal(operand) || matches!(operand.kind, ExprKind::Func(_)) {
                fixed.push(Some(operand));
                continue;
            }
            let value = self.expr(operand);
            let value = self.cheap(value);
            if is_literal(value) {
                fixed.push(Some(value));
                continue;
            }
            values.push(value);
            fixed.push(None);
        }
        if let StmtKind::Expr(Expr { kind: ExprKind::Call { callee: Callee::Interface { .. }, .. }, .. }) = call.kind
            && let Some(&recv) = values.first()
        {
            self.check_interface(recv);
        }
        (values, fixed)
    }
}

/// The statement with other operands.
fn replace<'a>(w: &Walk<'_, 'a>, call: &'a Stmt<'a>, next: &mut dyn FnMut(E<'a>) -> E<'a>) -> Stmt<'a> {
    let kind = match call.kind {
        StmtKind::Expr(e) => StmtKind::Expr(crate::tree::rebuild(w.tree.arena, e, next)),
        StmtKind::Print { args, line } => {
            let args: Vec<E<'a>> = args.iter().map(|&arg| next(arg)).collect();
            StmtKind::Print { args: w.tree.list(&args), line }
        }
        StmtKind::Panic(x) => StmtKind::Panic(next(x)),
        StmtKind::Close(x) => StmtKind::Close(next(x)),
        StmtKind::Delete { map, key } => StmtKind::Delete { map: next(map), key: next(key) },
        other => other,
    };
    Stmt { kind, ..*call }
}
