//! `select`: stricter than other statements.
//!
//! Channels and values of all cases are evaluated first, in source order, each into a temporary: even `p.c`, which
//! could otherwise be evaluated after the channel of another case, and a nil `p` would give that away. What is
//! received goes to temporaries; destinations are evaluated, and variables declared, in the clause that was chosen.

use super::Order;
use crate::ir::{Class, CommCase, Conv, E, ExprKind, LabelId, Stmt, StmtKind};
use crate::types::Types;

impl<'a> Order<'_, 'a> {
    pub(super) fn select(&mut self, label: LabelId, cases: &'a [CommCase<'a>], mark: usize) {
        let pos = self.tree.pos;
        let mut done = Vec::new();
        for case in cases {
            self.tree.pos = case.pos;
            let mut first = Vec::new();
            let comm = case.comm.map(|comm| &*self.tree.arena.alloc(self.communication(comm, &mut first)));
            done.push((comm, first, case));
        }
        // All temporaries are known now; they end in each clause, and one clause is always entered.
        let cases: Vec<CommCase<'a>> = done
            .into_iter()
            .map(|(comm, mut first, case)| {
                first.extend(self.ends(mark));
                CommCase { comm, body: self.block(first, case.body), ..*case }
            })
            .collect();
        let cases = self.tree.arena.alloc_slice_copy(&cases);
        self.tree.pos = pos;
        self.emit(StmtKind::Select { label, cases });
    }

    /// The communication of a clause; what is to be done first in the clause goes to `first`.
    fn communication(&mut self, comm: &Stmt<'a>, first: &mut Vec<Stmt<'a>>) -> Stmt<'a> {
        self.tree.pos = comm.pos;
        let kind = match comm.kind {
            StmtKind::Send { chan, value } => {
                let (chan, value) = (self.expr(chan), self.expr(value));
                StmtKind::Send { chan: self.own_temp(chan), value: self.own_temp(value) }
            }
            StmtKind::Expr(e) => StmtKind::Expr(self.receive(e)),
            StmtKind::Assign { dst, src, define } => {
                let blank = self.tree.blank(Types::BOOL);
                self.receive_into([dst, blank], src, define, first)
            }
            StmtKind::Assign2Ok { dsts, src, define } => self.receive_into(dsts, src, define, first),
            other => other,
        };
        Stmt { kind, ..*comm }
    }

    fn own_temp(&mut self, e: E<'a>) -> E<'a> {
        match e.kind {
            ExprKind::Local(id) if self.tree.variable(id).class == Class::Temp => e,
            _ => self.copy(e),
        }
    }

    /// `<-ch` with the channel in a temporary.
    fn receive(&mut self, e: E<'a>) -> E<'a> {
        match e.kind {
            ExprKind::Recv(chan) => {
                let chan = self.expr(chan);
                let chan = self.own_temp(chan);
                self.tree.with(e, ExprKind::Recv(chan))
            }
            _ => e,
        }
    }

    fn receive_into(&mut self, dsts: [E<'a>; 2], src: E<'a>, define: bool, first: &mut Vec<Stmt<'a>>) -> StmtKind<'a> {
        // Between receive and destination there may be a conversion, which is made in the clause.
        let mut wrapped = Vec::new();
        let mut inner = src;
        while let ExprKind::Convert { conv, x } = inner.kind {
            wrapped.push((conv, inner.ty));
            inner = x;
        }
        let received = self.receive(inner);
        let mut takers = dsts;
        let mut clause = Vec::new();
        for (i, dst) in dsts.into_iter().enumerate() {
            if matches!(dst.kind, ExprKind::Blank) {
                continue;
            }
            let ty = if i == 0 { inner.ty } else { Types::BOOL };
            let temp = if self.tree.types().has_pointers(ty) { self.clear_temp(ty) } else { self.temp_expr(ty) };
            takers[i] = temp;
            let mut value = temp;
            if i == 0 {
                for &(conv, ty) in wrapped.iter().rev() {
                    value = self.tree.convert(conv, value, ty);
                }
            } else {
                value = self.tree.convert(Conv::Nop, value, dst.ty);
            }
            if let (true, ExprKind::Local(id)) = (define, dst.kind) {
                clause.push(self.tree.stmt(StmtKind::Decl(id)));
            }
            clause.push(self.tree.stmt(StmtKind::Assign { dst, src: value, define }));
        }
        let clause = self.tree.block(clause);
        let clause = self.block(Vec::new(), clause);
        first.extend_from_slice(clause);
        StmtKind::Assign2Ok { dsts: takers, src: received, define: false }
    }
}
