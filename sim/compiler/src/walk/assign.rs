//! Assignments.
//!
//! In `a, b = x, y` operands on both sides are evaluated first, then assignments happen from left to right. Most
//! operands are the same before and after: only those that an assignment before may have changed are saved.
//!
//! Source: `walkAssign`, `ascompatee`, `readsMemory`, Go 1.19 cmd/compile/internal/walk/assign.go.

use super::{Walk, in_frame};
use crate::ast::BinOp;
use crate::ir::{AllocId, Class, Conv, E, ExprKind, LocalId, StmtKind};
use crate::types::Kind;
use crate::visit::{self, Part};
use std::collections::BTreeSet;

impl<'a> Walk<'_, 'a> {
    /// `dst = src`
    pub(super) fn assign(&mut self, dst: E<'a>, src: E<'a>) {
        match dst.kind {
            ExprKind::Blank => self.discard(src),
            ExprKind::IndexMap { map, key } => self.map_assign(dst, map, key, src),
            _ => {
                let place = self.expr(dst);
                match src.kind {
                    ExprKind::Append { slice, .. } => {
                        let same = crate::tree::same_safe(dst, slice);
                        self.append_to(place, same, src);
                    }
                    _ => self.assign_to(place, src),
                }
            }
        }
    }

    /// Assigns to a place, which is walked.
    pub(super) fn assign_to(&mut self, place: E<'a>, src: E<'a>) {
        match src.kind {
            ExprKind::StructLit(_) | ExprKind::ArrayLit(_) if self.can_build_in(place, src) => {
                let zeroed = match place.kind {
                    ExprKind::Local(id) => self.fresh.remove(&id),
                    _ => false,
                };
                self.declare(place);
                self.literal_into(place, src, zeroed);
            }
            ExprKind::Recv(chan) => self.recv_into(place, chan),
            _ => {
                let value = self.raw(src);
                self.store(place, value);
            }
        }
    }

    /// Can a literal be built part by part where it goes: in a variable that nobody can see meanwhile?
    fn can_build_in(&self, place: E<'a>, literal: E<'a>) -> bool {
        let ExprKind::Local(id) = place.kind else { return false };
        let used = || {
            let mut used = false;
            each(literal, &mut |e| used |= matches!(e.kind, ExprKind::Local(other) if other == id));
            used
        };
        let alone = || {
            let local = self.tree.variable(id);
            !local.addr_taken && in_frame(local) && !used()
        };
        self.pending.contains(&id) || self.fresh.contains(&id) || alone()
    }

    /// Assigns a walked value to a walked place.
    pub(super) fn store(&mut self, place: E<'a>, value: E<'a>) {
        let value = if matches!(place.kind, ExprKind::Local(_)) { value } else { self.settle(value) };
        let define = self.declare(place);
        self.emit(StmtKind::Assign { dst: place, src: value, define });
    }

    /// If this is a variable that gets its first value, declares it.
    pub(super) fn declare(&mut self, place: E<'a>) -> bool {
        let ExprKind::Local(id) = place.kind else { return false };
        let pending = self.pending.remove(&id);
        if pending {
            self.emit(StmtKind::Decl(id));
        }
        pending
    }

    /// Evaluates what nobody wants, for what else it does.
    pub(super) fn discard(&mut self, src: E<'a>) {
        if let ExprKind::Recv(chan) = src.kind {
            return self.recv_stmt(src.ty, chan);
        }
        let value = self.raw(src);
        match value.kind {
            ExprKind::Call { .. } => self.emit(StmtKind::Expr(value)),
            _ if may_panic(value) => {
                let blank = self.tree.blank(value.ty);
                self.emit(StmtKind::Assign { dst: blank, src: value, define: false });
            }
            _ => {}
        }
    }

    /// `dst op= src`
    pub(super) fn op_assign(&mut self, op: BinOp, dst: E<'a>, src: E<'a>, alloc: Option<AllocId>) {
        if let ExprKind::IndexMap { map, key } = dst.kind {
            return self.map_op_assign(op, dst, map, key, src, alloc);
        }
        let place = self.expr(dst);
        self.op_assign_to(place, op, src, alloc);
    }

    /// `place op= src`, the place being walked.
    pub(super) fn op_assign_to(&mut self, place: E<'a>, op: BinOp, src: E<'a>, alloc: Option<AllocId>) {
        let value = match alloc {
            Some(alloc) if self.tree.types().is_string(place.ty) => {
                let src = self.expr(src);
                self.concat_values(&[place, src], place.ty, alloc)
            }
            _ => {
                let src = self.expr(src);
                self.tree.arith(op, place, src)
            }
        };
        // What was in range when it was read is so when it is written.
        let dst = match place.kind {
            ExprKind::Index { x, index, .. } => self.tree.with(place, ExprKind::Index { x, index, bounded: true }),
            _ => place,
        };
        self.store(dst, value);
    }

    /// `a, b = x, y`; or the results of a function and what it returns.
    pub(super) fn assign_list(&mut self, dsts: &[E<'a>], srcs: &[E<'a>], returning: bool) {
        let mut done = Assigned::default();
        let mut late = Vec::new();
        for (&dst, &src) in dsts.iter().zip(srcs) {
            // `x = x` of a return would tell a change that is none.
            if returning && crate::tree::same_safe(dst, src) {
                continue;
            }
            let dst = self.save_operands(dst, &done);
            let src = self.save(src, &done);
            late.push((dst, src));
            self.note(dst, &mut done);
        }
        for (dst, src) in late {
            self.assign(dst, src);
        }
    }

    /// Saves the operands of a destination that the assignments so far may change.
    fn save_operands(&mut self, dst: E<'a>, done: &Assigned) -> E<'a> {
        match dst.kind {
            ExprKind::Index { x, index, bounded } => {
                let array = matches!(self.tree.types().under(x.ty), Kind::Array { .. });
                let x = if array { self.save_operands(x, done) } else { self.save(x, done) };
                let index = self.save(index, done);
                self.tree.with(dst, ExprKind::Index { x, index, bounded })
            }
            ExprKind::Field { x, index } => {
                let x = self.save_operands(x, done);
                self.tree.with(dst, ExprKind::Field { x, index })
            }
            ExprKind::IndexMap { map, key } => {
                let (map, key) = (self.save(map, done), self.save(key, done));
                self.tree.with(dst, ExprKind::IndexMap { map, key })
            }
            ExprKind::Deref(x) => {
                let x = self.save(x, done);
                self.tree.with(dst, ExprKind::Deref(x))
            }
            ExprKind::Seq { init, x } => {
                self.stmts(init);
                self.save_operands(x, done)
            }
            _ => dst,
        }
    }

    /// A copy of this, made now, if the assignments so far may change it.
    fn save(&mut self, e: E<'a>, done: &Assigned) -> E<'a> {
        if !self.affected(e, done) {
            return e;
        }
        let value = self.raw(e);
        // A temporary is read as it is, however often it is walked.
        self.temp_of(value)
    }

    fn affected(&self, e: E<'a>, done: &Assigned) -> bool {
        let mut affected = done.results;
        each(e, &mut |e| {
            affected |= match e.kind {
                ExprKind::Local(id) => done.locals.contains(&id) || done.memory && self.in_memory(id),
                ExprKind::Call { .. } => true,
                _ => done.memory && reads_memory(e),
            };
        });
        affected
    }

    /// Can a variable be reached by a pointer?
    fn in_memory(&self, id: LocalId) -> bool {
        let local = self.tree.variable(id);
        local.addr_taken || local.heap || matches!(local.class, Class::Captured(_)) && local.by_ref
    }

    /// Notes what an assignment to this can change.
    fn note(&self, dst: E<'a>, done: &mut Assigned) {
        match dst.kind {
            ExprKind::Blank => {}
            ExprKind::Field { x, .. } => self.note(x, done),
            ExprKind::Index { x, .. } if matches!(self.tree.types().under(x.ty), Kind::Array { .. }) => {
                self.note(x, done);
            }
            ExprKind::Local(id) => {
                let local = self.tree.variable(id);
                if local.class == Class::Result && self.tree.func().has_defer {
                    // If a later operand panics, a deferred function must see the results as they were.
                    done.results = true;
                } else if self.in_memory(id) {
                    done.memory = true;
                } else {
                    done.locals.insert(id);
                }
            }
            _ => done.memory = true,
        }
    }
}

/// What the assignments so far have changed.
#[derive(Default)]
struct Assigned {
    /// Variables that only their names reach.
    locals: BTreeSet<LocalId>,
    /// Memory that pointers reach.
    memory: bool,
    /// Results, of a function that defers.
    results: bool,
}

/// Tells an expression and its parts; not the statements of a sequence.
fn each<'a>(e: E<'a>, tell: &mut dyn FnMut(E<'a>)) {
    tell(e);
    let mut parts = Vec::new();
    visit::parts_of_expr(e, &mut |part| parts.push(part));
    for part in parts {
        match part {
            Part::Expr(e) => each(e, tell),
            // Statements may do anything: like a call.
            Part::Block(block) => visit::exprs(block, &mut |e| tell(e)),
        }
    }
}

/// Does this node itself read memory that a pointer may reach? Conservative: yes, unless known otherwise.
fn reads_memory(e: E<'_>) -> bool {
    !matches!(
        e.kind,
        ExprKind::Local(_)
            | ExprKind::Func(_)
            | ExprKind::Const(_)
            | ExprKind::Nil
            | ExprKind::Zero
            | ExprKind::Binary { .. }
            | ExprKind::Unary { .. }
            | ExprKind::AndAnd(..)
            | ExprKind::OrOr(..)
            | ExprKind::Convert { conv: Conv::Nop | Conv::Numeric | Conv::Interface | Conv::ToInterface(_), .. }
            | ExprKind::Field { .. }
            | ExprKind::TypeAssert(_)
    )
}

/// Can the evaluation of a walked expression panic?
fn may_panic(e: E<'_>) -> bool {
    let mut panics = false;
    each(e, &mut |e| {
        panics |= match e.kind {
            ExprKind::Deref(_) | ExprKind::Slice { .. } | ExprKind::Call { .. } => true,
            ExprKind::Index { bounded, .. } => !bounded,
            ExprKind::Binary { op: BinOp::Div | BinOp::Rem | BinOp::Shl | BinOp::Shr, y, .. } => {
                !matches!(y.kind, ExprKind::Const(_))
            }
            _ => false,
        };
    });
    panics
}
