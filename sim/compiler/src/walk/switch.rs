//! `switch`: tests first, each jumping to its clause, then the clauses.
//!
//! ```text
//! if tag == v1 { goto L1 }; if tag == v2 { goto L2 }; goto default or end
//! L1: …; goto end
//! L2: …            (fallthrough: on to the next)
//! L3: …
//! end:
//! ```
//!
//! Runs of constant integers are searched by halves. `break` is a jump to the end.
//!
//! Source: Go 1.19 cmd/compile/internal/walk/switch.go. Departs: no jump tables, no search among strings or types by
//! length or hash.

use super::Walk;
use crate::ast::BinOp;
use crate::ir::{Block, Case, Class, Const, Conv, E, ExprKind, LabelId, Stmt, StmtKind, TypeCase};
use crate::runtime::Rt;
use crate::types::Types;

/// Fewer constants than this are tested one by one.
const MIN_SEARCH: usize = 4;

impl<'a> Walk<'_, 'a> {
    /// `switch tag { … }`
    pub(super) fn switch(&mut self, label: LabelId, tag: Option<E<'a>>, cases: &'a [Case<'a>]) {
        let pos = self.tree.pos;
        self.left.insert(label);
        let tag = tag.map(|tag| {
            let tag = self.tag(tag, cases);
            self.fixed(tag)
        });
        let labels: Vec<LabelId> = cases.iter().map(|_| self.tree.label()).collect();
        let mut run: Vec<(i128, LabelId)> = Vec::new();
        for (case, &target) in cases.iter().zip(&labels) {
            self.tree.pos = case.pos;
            for &value in case.values {
                match (tag, value.kind) {
                    (Some(tag), ExprKind::Const(Const::Int(constant))) if value.ty == tag.ty => {
                        run.push((constant, target));
                        continue;
                    }
                    _ => self.search(tag, &mut run),
                }
                let test = self.test(tag, value);
                self.jump_if(test, target);
            }
        }
        self.search(tag, &mut run);
        let default = cases.iter().position(|case| case.default).map_or(label, |at| labels[at]);
        self.tree.pos = pos;
        self.emit(StmtKind::Goto(default));
        for (case, &target) in cases.iter().zip(&labels) {
            self.tree.pos = case.pos;
            self.emit(StmtKind::Label { label: target, name: "" });
            self.clause(case.body, label);
        }
        self.tree.pos = pos;
        self.emit(StmtKind::Label { label, name: "" });
    }

    /// The tag, walked. A string of bytes need not be copied if it is only compared with constants.
    fn tag(&mut self, tag: E<'a>, cases: &'a [Case<'a>]) -> E<'a> {
        let constant = cases.iter().all(|c| c.values.iter().all(|v| matches!(v.kind, ExprKind::Const(_))));
        match tag.kind {
            ExprKind::Convert { conv: Conv::BytesToString(_), x } if constant => {
                let tag = self.tree.with(tag, ExprKind::Convert { conv: Conv::BytesToStringTmp, x });
                self.expr(tag)
            }
            _ => self.expr(tag),
        }
    }

    /// A value that does not change while the statement runs: a temporary of order's, or a copy.
    fn fixed(&mut self, value: E<'a>) -> E<'a> {
        match value.kind {
            ExprKind::Const(_) | ExprKind::Nil => value,
            ExprKind::Local(id) if self.tree.variable(id).class == Class::Temp => value,
            _ => self.temp_of(value),
        }
    }

    /// Is it this case?
    fn test(&mut self, tag: Option<E<'a>>, value: E<'a>) -> E<'a> {
        match tag.map(|tag| (tag, tag.kind)) {
            None | Some((_, ExprKind::Const(Const::Bool(true)))) if !self.tree.types().is_interface(value.ty) => {
                self.expr(value)
            }
            Some((_, ExprKind::Const(Const::Bool(false)))) if !self.tree.types().is_interface(value.ty) => {
                let value = self.expr(value);
                self.tree.not(value)
            }
            Some((tag, _)) => self.compare(BinOp::Eq, tag, value),
            // `switch { case x: }` with x in an interface.
            None => {
                let yes = self.tree.bool(true);
                self.compare(BinOp::Eq, yes, value)
            }
        }
    }

    fn jump_if(&mut self, cond: E<'a>, target: LabelId) {
        let jump = self.tree.stmt(StmtKind::Goto(target));
        self.out.push(self.tree.cond(cond, vec![jump], Vec::new()));
    }

    /// Tests a run of constants, and forgets it.
    fn search(&mut self, tag: Option<E<'a>>, run: &mut Vec<(i128, LabelId)>) {
        let Some(tag) = tag else { return };
        if run.is_empty() {
            return;
        }
        run.sort_by_key(|&(constant, _)| constant);
        let stmts = self.halve(tag, run);
        self.out.extend(stmts);
        run.clear();
    }

    fn halve(&mut self, tag: E<'a>, run: &[(i128, LabelId)]) -> Vec<Stmt<'a>> {
        if run.len() < MIN_SEARCH {
            return self.apart(|w| {
                for &(constant, target) in run {
                    let constant = w.tree.integer(constant, tag.ty);
                    let test = w.tree.compare(BinOp::Eq, tag, constant);
                    w.jump_if(test, target);
                }
            });
        }
        let (low, high) = run.split_at(run.len() / 2);
        let most = self.tree.integer(low[low.len() - 1].0, tag.ty);
        let below = self.tree.compare(BinOp::Le, tag, most);
        let (low, high) = (self.halve(tag, low), self.halve(tag, high));
        vec![self.tree.cond(below, low, high)]
    }

    /// The statements of a clause, and the way on.
    fn clause(&mut self, body: Block<'a>, end: LabelId) {
        // After the last statement there may be ends of temporaries.
        let last = body.iter().rposition(|s| !matches!(s.kind, StmtKind::VarKill(_) | StmtKind::VarLive(_)));
        match last {
            Some(last) if matches!(body[last].kind, StmtKind::Fallthrough) => {
                self.stmts(&body[..last]);
                self.stmts(&body[last + 1..]);
            }
            _ => {
                self.stmts(body);
                self.emit(StmtKind::Goto(end));
            }
        }
    }

    /// `switch x.(type) { … }`
    pub(super) fn type_switch(&mut self, label: LabelId, x: E<'a>, cases: &'a [TypeCase<'a>]) {
        let pos = self.tree.pos;
        self.left.insert(label);
        let x = self.expr(x);
        let x = self.fixed(x);
        let labels: Vec<LabelId> = cases.iter().map(|_| self.tree.label()).collect();
        for (case, &target) in cases.iter().zip(&labels) {
            self.tree.pos = case.pos;
            for &ty in case.types {
                let have = self.tree.type_of(x);
                let test = match ty {
                    None => self.tree.compare(BinOp::Eq, have, self.tree.nil(have.ty)),
                    Some(ty) => {
                        let want = self.tree.type_word(ty);
                        if self.tree.types().is_interface(ty) {
                            self.rt(Rt::Implements, &[want, have], Types::BOOL)
                        } else {
                            self.tree.compare(BinOp::Eq, have, want)
                        }
                    }
                };
                self.jump_if(test, target);
            }
        }
        let default = cases.iter().position(|case| case.default).map_or(label, |at| labels[at]);
        self.tree.pos = pos;
        self.emit(StmtKind::Goto(default));
        for (case, &target) in cases.iter().zip(&labels) {
            self.tree.pos = case.pos;
            self.emit(StmtKind::Label { label: target, name: "" });
            if let Some(var) = case.var {
                self.defined.insert(var);
                self.declaration(var);
                let value = match case.types {
                    &[Some(ty)] if !self.tree.types().is_interface(ty) => self.data_as(x, ty),
                    _ => self.tree.nop(x, self.tree.variable(var).ty),
                };
                let variable: E<'a> = self.tree.local(var);
                let place = self.expr(variable);
                self.store(place, value);
            }
            self.clause(case.body, label);
        }
        self.tree.pos = pos;
        self.emit(StmtKind::Label { label, name: "" });
    }
}
