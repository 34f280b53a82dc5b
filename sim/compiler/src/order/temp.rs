//! Temporaries, and when a copy in one is needed.
//!
//! Temporaries are a stack; a mark remembers how high it was. What is above a mark ends when the statement does, and can be used
//! again by later ones.
//!
//! Source: order.go of 2017, its functions of these purposes; the reuse, Go 1.19.

use super::Order;
use crate::ir::{E, ExprKind, LocalId, Stmt, StmtKind};
use crate::options::Lowering;
use crate::tree::{is_addressable, is_literal};
use crate::types::{Kind, Ty};

impl<'a> Order<'_, 'a> {
    /// A temporary of the statement under way.
    pub(super) fn temp(&mut self, ty: Ty) -> LocalId {
        // Before Go had lists of free ones, each use had its own.
        let free = if self.era() == Lowering::MapAssignOp { self.free.get_mut(&ty).and_then(Vec::pop) } else { None };
        let id = free.unwrap_or_else(|| self.tree.temp(ty));
        self.temps.push(id);
        id
    }

    /// The same as an expression.
    pub(super) fn temp_expr(&mut self, ty: Ty) -> E<'a> {
        let id = self.temp(ty);
        self.tree.local(id)
    }

    /// A zeroed temporary: for what a routine fills by address while the collector may look.
    pub(super) fn clear_temp(&mut self, ty: Ty) -> E<'a> {
        let temp = self.temp_expr(ty);
        self.emit(StmtKind::Assign { dst: temp, src: self.tree.zero(ty), define: false });
        temp
    }

    /// A temporary with this value.
    pub(super) fn copy(&mut self, e: E<'a>) -> E<'a> {
        let temp = self.temp_expr(e.ty);
        self.emit(StmtKind::Assign { dst: temp, src: e, define: false });
        temp
    }

    /// A variable or constant with this value: this, if it is one.
    pub(super) fn cheap(&mut self, e: E<'a>) -> E<'a> {
        match e.kind {
            ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Const(_) | ExprKind::Nil | ExprKind::Zero => e,
            ExprKind::Len(x) => {
                let x = self.cheap(x);
                self.tree.with(e, ExprKind::Len(x))
            }
            ExprKind::Cap(x) => {
                let x = self.cheap(x);
                self.tree.with(e, ExprKind::Cap(x))
            }
            _ => self.copy(e),
        }
    }

    /// Something that can be read and assigned to more than once, and means this each time.
    pub(super) fn safe(&mut self, e: E<'a>) -> E<'a> {
        match e.kind {
            ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Blank => e,
            ExprKind::Field { x, index } => {
                let x = self.safe(x);
                self.tree.with(e, ExprKind::Field { x, index })
            }
            ExprKind::Deref(x) => {
                let x = self.cheap(x);
                self.tree.with(e, ExprKind::Deref(x))
            }
            ExprKind::Index { x, index, bounded } => {
                let array = matches!(self.tree.types().under(x.ty), Kind::Array { .. });
                let x = if array { self.safe(x) } else { self.cheap(x) };
                let index = self.cheap(index);
                self.tree.with(e, ExprKind::Index { x, index, bounded })
            }
            ExprKind::IndexMap { map, key } => {
                let (map, key) = (self.cheap(map), self.cheap_key(key));
                self.tree.with(e, ExprKind::IndexMap { map, key })
            }
            _ => self.copy(e),
        }
    }

    /// A key that is addressable stays so.
    fn cheap_key(&mut self, key: E<'a>) -> E<'a> {
        match key.kind {
            ExprKind::Deref(_) | ExprKind::Field { .. } | ExprKind::Index { .. } => self.copy(key),
            _ => self.cheap(key),
        }
    }

    /// Something whose address a routine can be given: this, or a copy.
    pub(super) fn addressable(&mut self, e: E<'a>) -> E<'a> {
        if is_literal(e) && self.era() >= Lowering::MapAssign2017 {
            return self.tree.readonly(e);
        }
        if self.is_addressable(e) { e } else { self.copy(e) }
    }

    /// Can a routine be given the address of this?
    pub(super) fn is_addressable(&self, e: E<'a>) -> bool {
        is_addressable(self.tree.types(), self.tree.func(), e)
    }

    // --- the stack ----------------------------------------------------------------------------------

    pub(super) fn mark(&self) -> usize {
        self.temps.len()
    }

    /// The ends of all temporaries above a mark, which stay.
    pub(super) fn ends(&self, mark: usize) -> Vec<Stmt<'a>> {
        self.temps[mark..].iter().rev().map(|&id| self.tree.stmt(StmtKind::VarKill(id))).collect()
    }

    /// Forgets the temporaries above a mark: they can be used again.
    pub(super) fn pop(&mut self, mark: usize) {
        for id in self.temps.split_off(mark) {
            let ty = self.tree.variable(id).ty;
            self.free.entry(ty).or_default().push(id);
        }
    }

    /// Ends the temporaries above a mark.
    pub(super) fn clean(&mut self, mark: usize) {
        let ends = self.ends(mark);
        self.out.extend(ends);
        self.pop(mark);
    }
}
