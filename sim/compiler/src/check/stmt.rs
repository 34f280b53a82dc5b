//! Statements.
//!
//! Whether `break`, `continue`, `goto` and `fallthrough` stand where they may is checked apart: see `labels`.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/stmt.go.

use super::Checker;
use super::expr::Class;
use super::function::Target;
use super::operand::Mode;
use crate::ast::{self, ChanDir, StmtKind as Ast};
use crate::ir::{Block, CommCase, E, ExprKind, LabelId, Stmt, StmtKind};
use crate::source::Pos;
use crate::types::Kind;

impl<'a> Checker<'a, '_> {
    pub(super) fn stmts(&mut self, list: &'a [ast::Stmt<'a>], out: &mut Vec<Stmt<'a>>) {
        for stmt in list {
            self.stmt(stmt, None, out);
            self.run_later();
        }
    }

    /// Statements in a scope of their own.
    pub(super) fn scoped(&mut self, list: &'a [ast::Stmt<'a>]) -> Block<'a> {
        self.open_scope();
        let mut out = Vec::new();
        self.stmts(list, &mut out);
        self.close_scope();
        self.slice(&out)
    }

    /// A statement; `label` is its label, if it has one.
    pub(super) fn stmt(&mut self, stmt: &'a ast::Stmt<'a>, label: Option<&'a str>, out: &mut Vec<Stmt<'a>>) {
        let span = crate::source::Span::at(stmt.pos);
        self.deeper(span, |c| c.stmt_of(stmt, label, out));
    }

    fn stmt_of(&mut self, stmt: &'a ast::Stmt<'a>, label: Option<&'a str>, out: &mut Vec<Stmt<'a>>) {
        let pos = stmt.pos;
        match stmt.kind {
            Ast::Empty => {}
            Ast::Expr(e) => self.expr_stmt(e, out),
            Ast::Assign { lhs, rhs } => self.assign(lhs, rhs, pos, out),
            Ast::Define { lhs, rhs } => self.define(lhs, rhs, pos, out),
            Ast::OpAssign { op, lhs, rhs } => self.op_assign(op, lhs, rhs, pos, out),
            Ast::IncDec { x, inc } => self.inc_dec(x, inc, pos, out),
            Ast::Send { chan, value } => self.send(chan, value, pos, out),
            Ast::Decl(ref decl) => self.local_decl(decl, out),
            Ast::Block(block) => {
                let block = self.scoped(block.stmts);
                out.push(Stmt { kind: StmtKind::Block(block), pos });
            }
            Ast::If { init, cond, then, els } => {
                self.with_init(init, pos, out, |c, out| {
                    let cond = c.condition(cond, "if");
                    let then = c.scoped(then.stmts);
                    let mut other = Vec::new();
                    if let Some(els) = els {
                        c.stmt(els, None, &mut other);
                    }
                    // `else {…}` is that block, not a block in one.
                    let els = match other[..] {
                        [Stmt { kind: StmtKind::Block(block), .. }]
                            if matches!(els, Some(ast::Stmt { kind: Ast::Block(_), .. })) =>
                        {
                            block
                        }
                        _ => c.slice(&other),
                    };
                    if let Some(cond) = cond {
                        out.push(Stmt { kind: StmtKind::If { cond, then, els }, pos });
                    }
                });
            }
            Ast::For { init, cond, post, body } => {
                self.with_init(init, pos, out, |c, out| {
                    let cond = cond.map(|cond| c.condition(cond, "for"));
                    let mut after = Vec::new();
                    if let Some(post) = post {
                        c.stmt(post, None, &mut after);
                    }
                    let (id, body) = c.target(label, true, |c| c.scoped(body.stmts));
                    let kind = StmtKind::For { label: id, cond: cond.flatten(), post: c.slice(&after), body };
                    out.push(Stmt { kind, pos });
                });
            }
            Ast::Range { key, value, define, x, body } => {
                self.range_stmt([key, value], define, x, body, label, pos, out);
            }
            Ast::Switch { init, tag, clauses, end } => {
                self.with_init(init, pos, out, |c, out| c.switch(tag, clauses, end, label, pos, out));
            }
            Ast::TypeSwitch { init, name, x, clauses, .. } => {
                self.with_init(init, pos, out, |c, out| c.type_switch(name, x, clauses, label, pos, out));
            }
            Ast::Select { clauses } => self.select_stmt(clauses, label, pos, out),
            Ast::Labeled { label, stmt } => {
                let id = self.label_of(label.name);
                out.push(Stmt { kind: StmtKind::Label { label: id, name: label.name }, pos });
                self.stmt(stmt, Some(label.name), out);
            }
            Ast::Break(name) => {
                let target = self.frame().targets.iter().rfind(|t| name.is_none_or(|n| t.name == Some(n.name)));
                let target = target.map(|t| StmtKind::Break(t.label));
                out.extend(target.map(|kind| Stmt { kind, pos }));
            }
            Ast::Continue(name) => {
                let named = |t: &&Target<'a>| t.is_loop && name.is_none_or(|n| t.name == Some(n.name));
                let target = self.frame().targets.iter().rfind(named);
                let target = target.map(|t| StmtKind::Continue(t.label));
                out.extend(target.map(|kind| Stmt { kind, pos }));
            }
            Ast::Goto(name) => {
                let label = self.label_of(name.name);
                out.push(Stmt { kind: StmtKind::Goto(label), pos });
            }
            Ast::Fallthrough => out.push(Stmt { kind: StmtKind::Fallthrough, pos }),
            Ast::Return(values) => self.return_stmt(values, pos, out),
            Ast::Defer(call) => {
                self.current_func().has_defer = true;
                if let Some(call) = self.suspended_call("defer", call, out) {
                    out.push(Stmt { kind: StmtKind::Defer(call), pos });
                }
            }
            Ast::Go(call) => {
                self.refuse_concurrency(crate::source::Span { start: pos, end: call.span.end }, "goroutines");
                if let Some(call) = self.suspended_call("go", call, out) {
                    out.push(Stmt { kind: StmtKind::Go(call), pos });
                }
            }
        }
    }

    /// A statement that may have an init statement: both in a scope, and in a block if there is one.
    fn with_init(
        &mut self,
        init: Option<&'a ast::Stmt<'a>>,
        pos: Pos,
        out: &mut Vec<Stmt<'a>>,
        run: impl FnOnce(&mut Self, &mut Vec<Stmt<'a>>),
    ) {
        self.open_scope();
        match init {
            Some(init) => {
                let mut block = Vec::new();
                self.stmt(init, None, &mut block);
                run(self, &mut block);
                let block = self.slice(&block);
                out.push(Stmt { kind: StmtKind::Block(block), pos });
            }
            None => run(self, out),
        }
        self.close_scope();
    }

    /// The body of a statement that can be left.
    pub(super) fn target<T>(
        &mut self,
        name: Option<&'a str>,
        is_loop: bool,
        run: impl FnOnce(&mut Self) -> T,
    ) -> (LabelId, T) {
        let label = self.current_func().add_label();
        self.frame().targets.push(Target { label, name, is_loop });
        let result = run(self);
        self.frame().targets.pop();
        (label, result)
    }

    /// The number of a label of the current function.
    fn label_of(&mut self, name: &'a str) -> LabelId {
        if let Some(&label) = self.frame().labels.get(name) {
            return label;
        }
        let label = self.current_func().add_label();
        self.frame().labels.insert(name, label);
        label
    }

    fn condition(&mut self, e: &'a ast::Expr<'a>, what: &str) -> Option<E<'a>> {
        let mut x = self.expr(e);
        if x.is_invalid() {
            return None;
        }
        if !self.is_boolean(x.ty) {
            self.error(e.span, format!("non-boolean condition in {what} statement"));
            return None;
        }
        self.default(&mut x);
        Some(self.tree(&x))
    }

    fn expr_stmt(&mut self, e: &'a ast::Expr<'a>, out: &mut Vec<Stmt<'a>>) {
        let (x, class) = self.raw_expr(e, None);
        let what = match x.mode {
            Mode::Invalid => return,
            Mode::Builtin(_) => "must be called",
            Mode::Type => "is not an expression",
            _ if class == Class::Statement => {
                let stmt = self.as_stmt(x.e, e.pos, out);
                out.push(stmt);
                return;
            }
            _ => "is not used",
        };
        let message = format!("{} {what}", self.show(&x));
        self.error(x.span(), message);
    }

    /// The statement that an expression is; what comes before it is put out.
    fn as_stmt(&mut self, e: E<'a>, pos: Pos, out: &mut Vec<Stmt<'a>>) -> Stmt<'a> {
        let mut e = e;
        while let ExprKind::Seq { init, x } = e.kind {
            match (init, x.kind) {
                ([before @ .., last], ExprKind::Zero) => {
                    out.extend(before);
                    return *last;
                }
                _ => out.extend(init),
            }
            e = x;
        }
        Stmt { kind: StmtKind::Expr(e), pos }
    }

    /// The call of a `defer` or `go` statement.
    fn suspended_call(&mut self, keyword: &str, e: &'a ast::Expr<'a>, out: &mut Vec<Stmt<'a>>) -> Option<&'a Stmt<'a>> {
        let (x, class) = self.raw_expr(e, None);
        let what = match class {
            _ if x.is_invalid() => return None,
            Class::Statement => {
                let stmt = self.as_stmt(x.e, e.pos, out);
                return Some(self.arena.alloc(stmt));
            }
            Class::Conversion => "requires function call, not conversion",
            Class::Expression => "discards result of",
        };
        let message = format!("{keyword} {what} {}", self.show(&x));
        self.error(x.span(), message);
        None
    }

    // --- channels ---------------------------------------------------------------------------------

    fn send(&mut self, chan: &'a ast::Expr<'a>, value: &'a ast::Expr<'a>, pos: Pos, out: &mut Vec<Stmt<'a>>) {
        let ch = self.expr(chan);
        let mut x = self.expr(value);
        if ch.is_invalid() || x.is_invalid() {
            return;
        }
        let span = crate::source::Span { start: chan.span.start, end: value.span.end };
        let wrong = match *self.types.under(ch.ty) {
            Kind::Chan { dir: ChanDir::Recv, .. } => "receive-only channel",
            Kind::Chan { elem, .. } => {
                self.refuse_concurrency(span, "channels");
                let value = self.assigned(&mut x, elem, "send");
                let chan = self.tree(&ch);
                out.push(Stmt { kind: StmtKind::Send { chan, value }, pos });
                return;
            }
            _ => "non-channel",
        };
        let message = format!("invalid operation: cannot send to {wrong} {}", self.show(&ch));
        self.error(span, message);
    }

    fn select_stmt(
        &mut self,
        clauses: &'a [ast::CommClause<'a>],
        label: Option<&'a str>,
        pos: Pos,
        out: &mut Vec<Stmt<'a>>,
    ) {
        self.refuse_concurrency(crate::source::Span { start: pos, end: Pos(pos.0 + 6) }, "select");
        self.check_defaults(clauses.iter().filter(|c| c.comm.is_none()).map(|c| c.pos));
        let (id, cases) = self.target(label, false, |c| {
            let mut cases = Vec::new();
            for clause in clauses {
                c.open_scope();
                let mut comm = None;
                let mut body = Vec::new();
                if let Some(stmt) = clause.comm {
                    if is_comm(stmt) {
                        comm = c.comm(stmt, &mut body);
                    } else {
                        let message = "select case must be send or receive (possibly with assignment)";
                        c.error_at(stmt.pos, message);
                    }
                }
                c.stmts(clause.body, &mut body);
                c.close_scope();
                cases.push(CommCase { comm, body: c.slice(&body), pos: clause.pos });
            }
            c.slice(&cases)
        });
        out.push(Stmt { kind: StmtKind::Select { label: id, cases }, pos });
    }

    /// The communication of a clause. Variables that it defines come into being by it; what has to be converted after
    /// it is put at the start of the body.
    fn comm(&mut self, stmt: &'a ast::Stmt<'a>, body: &mut Vec<Stmt<'a>>) -> Option<&'a Stmt<'a>> {
        let mut list = Vec::new();
        self.stmt(stmt, None, &mut list);
        let at = list.iter().position(|s| !matches!(s.kind, StmtKind::Decl(_)))?;
        if at + 1 < list.len() {
            // It goes to temporaries: the variables come after.
            body.extend(&list[..at]);
            body.extend(&list[at + 1..]);
        }
        Some(self.arena.alloc(list[at]))
    }

    /// Reports all `default` clauses but the first.
    pub(super) fn check_defaults(&mut self, mut places: impl Iterator<Item = Pos>) {
        let Some(first) = places.next() else { return };
        let first = self.place(first);
        for other in places.collect::<Vec<_>>() {
            self.error_at(other, format!("multiple defaults (first at {first})"));
        }
    }
}

/// Is it a send or a receive?
fn is_comm(stmt: &ast::Stmt<'_>) -> bool {
    let recv = |e: &ast::Expr<'_>| {
        let mut e = e;
        while let ast::ExprKind::Paren(x) = e.kind {
            e = x;
        }
        matches!(e.kind, ast::ExprKind::Recv(_))
    };
    match stmt.kind {
        Ast::Send { .. } => true,
        Ast::Expr(e) => recv(e),
        Ast::Assign { rhs: [e], .. } | Ast::Define { rhs: [e], .. } => recv(e),
        _ => false,
    }
}
