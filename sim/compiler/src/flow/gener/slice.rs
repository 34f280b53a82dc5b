//! Slice expressions.

use super::place::Place;
use super::{Gen, Value};
use crate::code::SliceCheck;
use crate::flow::{Binary, Kind, Mem, Operand, Word};
use crate::ir::{Const, E, ExprKind, SliceOf};
use crate::types::{Kind as TypeKind, Ty};

impl Gen<'_, '_, '_> {
    /// `x[lo:hi:max]`
    pub(super) fn slice(
        &mut self,
        of: SliceOf,
        x: E<'_>,
        lo: Option<E<'_>>,
        hi: Option<E<'_>>,
        max: Option<E<'_>>,
        ty: Ty,
    ) -> Value {
        let types = &self.unit.program.types;
        let size = match of {
            SliceOf::String => 1,
            _ => types.elem(ty).map_or(1, |elem| types.size(elem)),
        };
        let (ptr, len, cap) = self.sliced(of, x);
        let unsigned = [lo, hi, max].into_iter().flatten().any(|e| self.is_unsigned_word(e));
        let lo = lo.map_or(Operand::Imm(0), |e| self.scalar(e, None));
        let high = hi.map(|e| self.scalar(e, None));
        let max = max.map(|e| self.scalar(e, None));
        let high_or_len = high.unwrap_or(len);

        // What the greatest bound is checked against: a slice may grow up to its capacity, anything else has its length.
        let whole = if of == SliceOf::Slice && high.is_some() { cap } else { len };
        let what = match (of, max.is_some(), high.is_some()) {
            (SliceOf::Slice, true, _) => SliceCheck::Slice3,
            (_, true, _) => SliceCheck::Length3,
            (SliceOf::Slice, false, true) => SliceCheck::Slice,
            (_, false, _) => SliceCheck::Length,
        };
        let whole = if max.is_some() { cap } else { whole };
        let bounds: Vec<Operand> = [Some(lo), Some(high_or_len), max].into_iter().flatten().collect();
        if !(is_known(&bounds, whole) || lo == Operand::Imm(0) && high.is_none() && max.is_none()) {
            let run = self.scratch_run(&[false; 3][..bounds.len()]);
            for (i, &bound) in bounds.iter().enumerate() {
                self.mov(run.next(i as u32), bound);
            }
            let cap = self.word(whole);
            self.unsigned = unsigned;
            self.emit(Kind::SliceBounds { bounds: run, cap, what });
        }

        let new_len = self.difference(high_or_len, lo);
        if of == SliceOf::String {
            let ptr = self.moved(ptr, lo, new_len, size);
            return vec![ptr, new_len];
        }
        let new_cap = self.difference(max.unwrap_or(cap), lo);
        let ptr = self.moved(ptr, lo, new_cap, size);
        vec![ptr, new_len, new_cap]
    }

    /// Pointer, length and capacity of what is sliced; a string's length twice.
    fn sliced(&mut self, of: SliceOf, x: E<'_>) -> (Operand, Operand, Operand) {
        if of != SliceOf::Array {
            let value = self.value(x);
            return (value[0], value[1], value.get(2).copied().unwrap_or(value[1]));
        }
        let types = &self.unit.program.types;
        let len = match types.pointee(x.ty).map(|array| types.under(array)) {
            Some(TypeKind::Array { len, .. }) => Operand::Imm(*len as i64),
            _ => Operand::Imm(0),
        };
        if let ExprKind::Addr(inner) = x.kind {
            let ptr = match self.place(inner) {
                Place::Mem(mem, _) => {
                    let mem = self.nil_checked(mem);
                    self.address(mem, None)
                }
                _ => self.int(0),
            };
            return (Operand::Word(ptr), len, len);
        }
        let ptr = self.scalar(x, None);
        let ptr = self.word(ptr);
        self.emit(Kind::NilCheck { x: ptr });
        (Operand::Word(ptr), len, len)
    }

    fn difference(&mut self, x: Operand, y: Operand) -> Operand {
        match (x, y) {
            (_, Operand::Imm(0)) => x,
            (Operand::Imm(x), Operand::Imm(y)) => Operand::Imm(x.wrapping_sub(y)),
            (Operand::Word(x), Operand::Imm(y)) if i32::try_from(y).is_ok_and(|y| y != i32::MIN) => {
                let dst = self.scratch(false);
                self.emit(Kind::Binary { op: Binary::Add, dst, x, y: Operand::Imm(-y) });
                Operand::Word(dst)
            }
            _ => {
                let (x, y) = (self.word(x), self.word(y));
                let dst = self.scratch(false);
                self.emit(Kind::Binary { op: Binary::Sub, dst, x, y: Operand::Word(y) });
                Operand::Word(dst)
            }
        }
    }

    /// The pointer of the result: moved by `lo` elements, unless nothing is left there.
    fn moved(&mut self, ptr: Operand, lo: Operand, left: Operand, size: u64) -> Operand {
        let Operand::Word(base) = ptr else { return ptr };
        if lo == Operand::Imm(0) || size == 0 {
            return ptr;
        }
        if let (Operand::Imm(lo), Operand::Imm(left)) = (lo, left) {
            return match left {
                0 => ptr,
                _ => Operand::Word(self.address_behind(base, lo * size as i64)),
            };
        }
        let (lo, cap) = (self.word(lo), self.word(left));
        let dst = self.scratch(true);
        self.emit(Kind::SlicePtr { dst, base, lo, cap, size: size as u32 });
        Operand::Word(dst)
    }

    fn address_behind(&mut self, base: Word, offset: i64) -> Word {
        let dst = self.scratch(true);
        self.emit(Kind::Addr { dst, of: Mem::Ptr { base, offset, checked: true } });
        dst
    }

    /// Is `dst = src` a slice expression of what is assigned to that keeps its pointer? Then the pointer is not stored.
    ///
    /// Source: Go 1.19 cmd/compile/internal/ssagen/ssa.go, `OSLICE` in assignments.
    pub(super) fn is_reslice(&self, dst: E<'_>, src: E<'_>) -> bool {
        match src.kind {
            ExprKind::Slice { x, lo, .. } => {
                let at_start = lo.is_none_or(|lo| matches!(lo.kind, ExprKind::Const(Const::Int(0)) | ExprKind::Zero));
                at_start && is_same(dst, x)
            }
            ExprKind::Seq { init: [], x } => self.is_reslice(dst, x),
            _ => false,
        }
    }
}

/// Are the bounds numbers that need no check?
fn is_known(bounds: &[Operand], whole: Operand) -> bool {
    let numbers: Option<Vec<i64>> = bounds
        .iter()
        .chain([&whole])
        .map(|o| match o {
            Operand::Imm(n) => Some(*n),
            Operand::Word(_) => None,
        })
        .collect();
    numbers.is_some_and(|n| n[0] >= 0 && n.is_sorted())
}

/// Are they the same place, found without calling anything?
fn is_same(a: E<'_>, b: E<'_>) -> bool {
    match (a.kind, b.kind) {
        (ExprKind::Local(a), ExprKind::Local(b)) => a == b,
        (ExprKind::Global(a), ExprKind::Global(b)) => a == b,
        (ExprKind::Deref(a), ExprKind::Deref(b)) | (ExprKind::Addr(a), ExprKind::Addr(b)) => is_same(a, b),
        (ExprKind::Field { x: a, index: i }, ExprKind::Field { x: b, index: j }) => i == j && is_same(a, b),
        (ExprKind::Index { x: a, index: i, .. }, ExprKind::Index { x: b, index: j, .. }) => {
            is_same(a, b) && is_same(i, j)
        }
        (ExprKind::Const(a), ExprKind::Const(b)) => a == b,
        (
            ExprKind::Convert { conv: crate::ir::Conv::Nop, x: a },
            ExprKind::Convert { conv: crate::ir::Conv::Nop, x: b },
        ) => is_same(a, b),
        _ => false,
    }
}
