//! Places: what can be loaded from, stored to, or has an address.

use super::{Gen, Value, Var};
use crate::flow::{Kind, Mem, Operand, Target, Word};
use crate::ir::{Const, Conv, E, ExprKind};
use crate::runtime::Rt;
use crate::types::Kind as TypeKind;

/// Where the value of an expression is.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// A variable in words, or some parts of one.
    Words(Word, u32),
    /// Memory.
    Mem(Mem, Target),
    /// Nowhere: a value that was computed.
    Value(Value),
}

impl Gen<'_, '_, '_> {
    /// The place of a variable, dereference, field or element; a value of anything else.
    ///
    /// Values that are memory have a place always, if need be scratch.
    pub(super) fn place(&mut self, e: E<'_>) -> Place {
        match e.kind {
            ExprKind::Local(id) => match self.variable(id) {
                Var::Words(first) => Place::Words(first, self.parts(e.ty).map_or(0, |p| p.len()) as u32),
                Var::Area(area) => Place::Mem(Mem::Area { area, offset: 0 }, Target::Frame),
                Var::Through(base) => Place::Mem(Mem::Ptr { base, offset: 0, checked: true }, Target::Variable),
                Var::Nowhere => Place::Value(self.nothing(e.ty)),
            },
            ExprKind::Global(id) if self.unit.is_readonly(id) => {
                Place::Mem(Mem::Static { offset: self.unit.readonly(id) }, Target::Variable)
            }
            ExprKind::Global(id) => Place::Mem(Mem::Global { offset: self.unit.global(id) }, Target::Variable),
            ExprKind::Deref(x) => self.pointee(x),
            ExprKind::Field { x, index } => self.field(x, index),
            ExprKind::Index { x, index, bounded } => match *self.unit.program.types.under(x.ty) {
                TypeKind::Array { len, elem } => {
                    let size = self.size(elem);
                    self.array_element(x, index, bounded, len, size)
                }
                TypeKind::Slice(elem) => {
                    let size = self.size(elem);
                    let base = self.pair(x);
                    let index = self.index(index);
                    let dst = self.scratch(true);
                    self.emit(Kind::Element { dst, base, index, size: size as u32 });
                    Place::Mem(Mem::Ptr { base: dst, offset: 0, checked: true }, Target::Element)
                }
                _ => Place::Value(self.value(e)),
            },
            ExprKind::Seq { init, x } => {
                self.block(init);
                self.place(x)
            }
            ExprKind::Convert { conv: Conv::Nop, x } => self.place(x),
            ExprKind::Call { .. } if self.parts(e.ty).is_none() => Place::Mem(self.call_memory(e), Target::Frame),
            _ if self.parts(e.ty).is_none() => {
                let to = self.scratch_area(e.ty);
                self.define(to);
                // The collector may see it half made.
                if super::call::may_call(e) {
                    self.clear(to, e.ty, Target::Frame);
                }
                self.store_memory(e, to, Target::Frame);
                Place::Mem(to, Target::Frame)
            }
            _ => Place::Value(self.value(e)),
        }
    }

    /// The memory of an expression that is memory.
    pub(super) fn memory(&mut self, e: E<'_>) -> Mem {
        match self.place(e) {
            Place::Mem(mem, _) => mem,
            Place::Words(..) | Place::Value(_) => {
                self.left_over(e.pos, "memory of a value");
                Mem::Static { offset: 0 }
            }
        }
    }

    pub(super) fn define(&mut self, mem: Mem) {
        if let Mem::Area { area, offset: 0 } = mem {
            self.emit(Kind::Define(area));
        }
    }

    /// What a pointer points to.
    fn pointee(&mut self, x: E<'_>) -> Place {
        if let ExprKind::Addr(inner) = x.kind {
            return self.place(inner);
        }
        let checked = self.is_never_nil(x);
        let base = self.scalar(x, None);
        let base = self.word(base);
        let target = if is_mapassign(x) { Target::MapSlot } else { Target::Pointee };
        Place::Mem(Mem::Ptr { base, offset: 0, checked }, target)
    }

    /// Is a pointer known not to be nil by what it is?
    fn is_never_nil(&self, x: E<'_>) -> bool {
        match x.kind {
            ExprKind::ClosurePtr | ExprKind::Addr(_) => true,
            ExprKind::Convert { conv: Conv::Nop, x } | ExprKind::Seq { x, .. } => self.is_never_nil(x),
            ExprKind::Call { callee: crate::ir::Callee::Runtime(rt), .. } => {
                rt == Rt::NewObject || (rt.name().starts_with("map") && rt.signature().contains(" *any"))
            }
            _ => false,
        }
    }

    fn field(&mut self, x: E<'_>, index: u32) -> Place {
        let types = &self.unit.program.types;
        let offset = types.offsets(x.ty)[index as usize];
        let field = types.fields(x.ty)[index as usize].ty;
        match self.place(x) {
            Place::Mem(mem, target) => {
                // A field of a package variable is in that variable; so are fields of fields.
                let target = match target {
                    Target::Pointee | Target::Variable => Target::Field,
                    other => other,
                };
                Place::Mem(mem.plus(offset), target)
            }
            Place::Words(first, _) => {
                let (skip, count) = self.part_range(x.ty, index, field);
                Place::Words(first.next(skip), count)
            }
            Place::Value(value) => {
                let (skip, count) = self.part_range(x.ty, index, field);
                Place::Value(value.into_iter().skip(skip as usize).take(count as usize).collect())
            }
        }
    }

    /// The parts of a structure that are those of one of its fields: how many before, and how many.
    pub(super) fn part_range(&self, of: crate::types::Ty, index: u32, field: crate::types::Ty) -> (u32, u32) {
        let count = |ty| self.parts(ty).map_or(0, |p| p.len()) as u32;
        let fields = self.unit.program.types.fields(of);
        let before = fields[..index as usize].iter().map(|f| count(f.ty)).sum();
        (before, count(field))
    }

    /// An index that the next instruction checks.
    pub(super) fn index(&mut self, e: E<'_>) -> Word {
        let index = self.scalar(e, None);
        let index = self.word(index);
        self.unsigned = self.is_unsigned_word(e);
        index
    }

    /// Can it be beyond the greatest `int64`?
    pub(super) fn is_unsigned_word(&self, e: E<'_>) -> bool {
        let types = &self.unit.program.types;
        types.basic(e.ty).is_some_and(|basic| basic.is_unsigned()) && types.size(e.ty) == 8
    }

    fn array_element(&mut self, x: E<'_>, index: E<'_>, bounded: bool, len: u64, size: u64) -> Place {
        let place = self.place(x);
        let Place::Mem(mem, target) = place else {
            self.left_over(x.pos, "an array in words");
            return place;
        };
        let target = if target == Target::Frame { target } else { Target::Element };
        if let ExprKind::Const(Const::Int(i)) = index.kind
            && (0..len as i128).contains(&i)
        {
            return Place::Mem(mem.plus(i as u64 * size), target);
        }
        let mem = self.nil_checked(mem);
        let index = self.index(index);
        if !bounded {
            self.emit(Kind::Bounds { index, len: Operand::Imm(len as i64) });
        }
        let base = self.address(mem, None);
        let pointer = matches!(mem, Mem::Ptr { .. });
        let dst = self.scratch(pointer);
        self.emit(Kind::Scale { dst, base, index, size: size as u32 });
        Place::Mem(Mem::Ptr { base: dst, offset: 0, checked: true }, target)
    }

    /// Checks a pointer for nil now, because its address is computed with.
    pub(super) fn nil_checked(&mut self, mem: Mem) -> Mem {
        if let Mem::Ptr { base, checked: false, .. } = mem {
            self.emit(Kind::NilCheck { x: base });
        }
        mem.proved()
    }

    /// Pointer and length of a slice or string, side by side.
    pub(super) fn pair(&mut self, x: E<'_>) -> Word {
        if let ExprKind::Index { x: outer, index, .. } = x.kind
            && let TypeKind::Slice(elem) = *self.unit.program.types.under(outer.ty)
        {
            let size = self.size(elem) as u32;
            let base = self.pair(outer);
            let index = self.index(index);
            let dst = self.scratch_run(&[true, false]);
            self.emit(Kind::IndexPair { dst, base, index, size });
            return dst;
        }
        let value = match self.place(x) {
            Place::Words(first, _) => {
                self.flow.join(first, 2);
                return first;
            }
            Place::Mem(mem, _) => {
                let dst = self.scratch_run(&[true, false]);
                let Some(parts) = self.parts(x.ty) else { return dst };
                let mem = self.guard(mem);
                self.load_run(mem, &parts[..2], dst);
                return dst;
            }
            Place::Value(value) => value,
        };
        if let [Operand::Word(a), Operand::Word(b), ..] = value[..]
            && a.outgoing().is_none()
            && a.next(1) == b
            && self.flow.word(a).follow > 0
        {
            self.flow.join(a, 2);
            return a;
        }
        let dst = self.scratch_run(&[true, false]);
        for (i, &operand) in value.iter().take(2).enumerate() {
            self.mov(dst.next(i as u32), operand);
        }
        dst
    }
}

/// Is it the result of a routine that makes room in a map?
fn is_mapassign(x: E<'_>) -> bool {
    match x.kind {
        ExprKind::Convert { conv: Conv::Nop, x } | ExprKind::Seq { x, .. } => is_mapassign(x),
        ExprKind::Call { callee: crate::ir::Callee::Runtime(rt), .. } => rt.name().starts_with("mapassign"),
        _ => false,
    }
}
