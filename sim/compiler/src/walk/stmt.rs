//! Statements: one case for each kind.

use super::Walk;
use crate::ir::{Block, E, ExprKind, LocalId, Stmt, StmtKind};
use crate::runtime::Rt;

impl<'a> Walk<'_, 'a> {
    /// Walks statements, here.
    pub(super) fn stmts(&mut self, block: Block<'a>) {
        block.iter().for_each(|s| self.stmt(s));
    }

    /// Walks statements into a block of their own.
    pub(super) fn block(&mut self, block: Block<'a>) -> Block<'a> {
        let stmts = self.apart(|w| w.stmts(block));
        self.tree.block(stmts)
    }

    fn in_loop(&mut self, body: Block<'a>) -> Block<'a> {
        self.depth += 1;
        let body = self.block(body);
        self.depth -= 1;
        body
    }

    /// The body of a loop that has statements of its own first.
    pub(super) fn loop_body(&mut self, first: impl FnOnce(&mut Self), body: Block<'a>) -> Block<'a> {
        self.depth += 1;
        let stmts = self.apart(|w| {
            first(w);
            w.stmts(body);
        });
        self.depth -= 1;
        self.tree.block(stmts)
    }

    fn stmt(&mut self, s: &Stmt<'a>) {
        self.tree.pos = s.pos;
        match s.kind {
            StmtKind::Expr(e) => self.discard(e),
            StmtKind::Decl(id) => self.declaration(id),
            StmtKind::Assign { dst, src, .. } => self.assign(dst, src),
            StmtKind::Assign2 { dsts, srcs, .. } => self.assign_list(dsts, srcs, false),
            StmtKind::Assign2Func { dsts, call, .. } => self.assign_results(dsts, call),
            StmtKind::Assign2Ok { dsts, src, .. } => self.assign_ok(dsts, src),
            StmtKind::OpAssign { op, dst, src, alloc } => self.op_assign(op, dst, src, alloc),
            StmtKind::Block(block) => self.stmts(block),
            StmtKind::If { cond, then, els } => {
                let cond = self.expr(cond);
                let (then, els) = (self.block(then), self.block(els));
                self.tree.pos = s.pos;
                self.emit(StmtKind::If { cond, then, els });
            }
            StmtKind::For { label, cond, post, body } => {
                let cond = cond.map(|cond| self.in_place(cond));
                let body = self.in_loop(body);
                let post = self.in_loop(post);
                self.tree.pos = s.pos;
                self.emit(StmtKind::For { label, cond, post, body });
            }
            StmtKind::Range { label, key, value, x, define, body } => {
                self.range(label, key, value, x, define, body);
            }
            StmtKind::Switch { label, tag, cases } => self.switch(label, tag, cases),
            StmtKind::TypeSwitch { label, x, cases } => self.type_switch(label, x, cases),
            StmtKind::Select { label, cases } => self.select(label, cases),
            StmtKind::Label { label, .. } => {
                self.depth += u32::from(self.loops.contains(&label));
                self.out.push(*s);
            }
            StmtKind::Break(label) if self.left.contains(&label) => self.emit(StmtKind::Goto(label)),
            StmtKind::Break(_)
            | StmtKind::Continue(_)
            | StmtKind::Goto(_)
            | StmtKind::Fallthrough
            | StmtKind::VarKill(_)
            | StmtKind::VarLive(_) => self.out.push(*s),
            StmtKind::Return(values) => self.ret(values),
            StmtKind::Defer(call) => self.defer(call),
            StmtKind::Go(call) => self.go(call),
            StmtKind::Panic(x) => {
                let x = self.expr(x);
                self.rt_stmt(Rt::GoPanic, &[x]);
            }
            StmtKind::Print { args, line } => self.print(args, line),
            StmtKind::Delete { map, key } => self.map_delete(map, key),
            StmtKind::Close(chan) => {
                let chan = self.expr(chan);
                self.rt_stmt(Rt::CloseChan, &[chan]);
            }
            StmtKind::Send { chan, value } => self.send(chan, value),
        }
    }

    /// A variable comes into being.
    pub(super) fn declaration(&mut self, id: LocalId) {
        let local = *self.tree.variable(id);
        match (local.heap, self.defined.contains(&id)) {
            (true, defined) => {
                self.emit(StmtKind::Decl(id));
                if defined {
                    self.fresh.insert(id);
                }
            }
            (false, true) => _ = self.pending.insert(id),
            (false, false) => {
                self.emit(StmtKind::Decl(id));
                let (dst, src) = (self.tree.local(id), self.tree.zero(local.ty));
                self.emit(StmtKind::Assign { dst, src, define: true });
            }
        }
    }

    /// `v, ok = m[k]`, `v, ok = x.(T)`, `v, ok = <-ch`
    fn assign_ok(&mut self, dsts: [E<'a>; 2], src: E<'a>) {
        match src.kind {
            ExprKind::IndexMap { map, key } => self.map_read_ok(dsts, src, map, key),
            ExprKind::TypeAssert(x) => self.type_assert_ok(dsts, src, x),
            ExprKind::Recv(chan) => self.recv_ok(dsts, src, chan),
            ExprKind::Seq { init, x } => {
                self.stmts(init);
                self.assign_ok(dsts, x);
            }
            _ => {}
        }
    }

    /// The boolean of such an assignment, as the destination has it.
    pub(super) fn assign_bool(&mut self, dst: E<'a>, ok: E<'a>) {
        let ok = if matches!(dst.kind, ExprKind::Blank) { ok } else { self.tree.nop(ok, dst.ty) };
        self.assign(dst, ok);
    }

    fn ret(&mut self, values: &'a [E<'a>]) {
        let pos = self.tree.pos;
        let values: Vec<E<'a>> = match values {
            // A call, of one result or of all of them.
            [one] => vec![self.raw(one)],
            _ => values.iter().map(|value| self.expr(value)).collect(),
        };
        self.tree.pos = pos;
        self.emit(StmtKind::Return(self.tree.list(&values)));
    }
}
