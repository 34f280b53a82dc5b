//! Composite literals, and values that are memory.

use super::place::Place;
use super::{Gen, Value};
use crate::flow::{Mem, Target};
use crate::ir::{Conv, E, ExprKind, LocalId};
use crate::types::Ty;

impl Gen<'_, '_, '_> {
    /// A structure that is held in words.
    pub(super) fn struct_value(&mut self, ty: Ty, fields: &[(u32, E<'_>)]) -> Value {
        let mut value = self.nothing(ty);
        for &(index, x) in fields {
            let (skip, _) = self.part_range(ty, index, x.ty);
            for (i, operand) in self.value(x).into_iter().enumerate() {
                value[skip as usize + i] = operand;
            }
        }
        value
    }

    /// Evaluates any expression and puts its value into memory.
    pub(super) fn store_any(&mut self, e: E<'_>, to: Mem, target: Target) {
        match self.parts(e.ty) {
            Some(parts) => {
                let value = self.value(e);
                self.store(to, target, &parts, &value);
            }
            None => self.store_memory(e, to, target),
        }
    }

    /// Puts a piece of a literal into its place: on its own line.
    fn store_piece(&mut self, x: E<'_>, to: Mem, target: Target) {
        let pos = std::mem::replace(&mut self.pos, x.pos);
        self.store_any(x, to, target);
        self.pos = pos;
    }

    /// Puts a value that is memory into other memory, which the expression does not read.
    pub(super) fn store_memory(&mut self, e: E<'_>, to: Mem, target: Target) {
        match e.kind {
            ExprKind::Zero => self.clear(to, e.ty, target),
            ExprKind::Seq { init, x } => {
                self.block(init);
                self.store_memory(x, to, target);
            }
            ExprKind::Convert { conv: Conv::Nop, x } => self.store_memory(x, to, target),
            ExprKind::StructLit(fields) => {
                let types = &self.unit.program.types;
                let offsets = types.offsets(e.ty);
                if fields.len() < types.fields(e.ty).len() {
                    self.clear(to, e.ty, target);
                }
                for &(index, x) in fields {
                    self.store_piece(x, to.plus(offsets[index as usize]), target);
                }
            }
            ExprKind::ArrayLit(elems) => {
                let types = &self.unit.program.types;
                let (count, size) = match *types.under(e.ty) {
                    crate::types::Kind::Array { len, elem } => (len, types.size(elem)),
                    _ => (0, 0),
                };
                if (elems.len() as u64) < count {
                    self.clear(to, e.ty, target);
                }
                for &(index, x) in elems {
                    self.store_piece(x, to.plus(index * size), target);
                }
            }
            ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::Deref(_)
            | ExprKind::Field { .. }
            | ExprKind::Index { .. }
            | ExprKind::Call { .. } => match self.place(e) {
                Place::Mem(from, _) => self.copy(to, from, e.ty, target),
                Place::Words(..) | Place::Value(_) => self.left_over(e.pos, "a copy of a value"),
            },
            _ => self.left_over(e.pos, &format!("{:?}", std::mem::discriminant(&e.kind))),
        }
    }

    /// Can an expression read a variable, or memory that might be the variable's?
    pub(super) fn may_read(&self, e: E<'_>, id: LocalId) -> bool {
        match e.kind {
            ExprKind::Local(other) => other == id,
            ExprKind::Deref(_) | ExprKind::Call { .. } | ExprKind::Seq { .. } => true,
            ExprKind::Index { x, index, .. } => {
                let slice = matches!(self.unit.program.types.under(x.ty), crate::types::Kind::Slice(_));
                slice || self.may_read(x, id) || self.may_read(index, id)
            }
            _ => {
                let mut any = false;
                super::entry::children(e, |x| any |= self.may_read(x, id));
                any
            }
        }
    }
}
