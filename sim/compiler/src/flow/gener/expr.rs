//! Expressions: values in operands, one for each part.

use super::place::Place;
use super::unit::const_bits;
use super::{Fixed, Gen, Value};
use crate::flow::shape::Width;
use crate::flow::{Kind, Mem, Operand, Word};
use crate::ir::{Const, Conv, E, ExprKind};
use crate::types::{Kind as TypeKind, Ty};

impl Gen<'_, '_, '_> {
    /// The only part of a value. If it has no word of its own, it is made in the wanted one.
    pub(super) fn scalar(&mut self, e: E<'_>, want: Option<Word>) -> Operand {
        match e.kind {
            ExprKind::Const(value) => self.constant(value, e.ty, want)[0],
            ExprKind::Nil | ExprKind::Zero => Operand::Imm(0),
            ExprKind::Global(id) if let Some(value) = self.unit.known(id) => self.constant(value, e.ty, want)[0],
            ExprKind::Func(id) => {
                let offset = self.unit.closure(id);
                Operand::Word(self.address(Mem::Static { offset }, want))
            }
            ExprKind::TypeWord(ty) => Operand::Word(self.type_word(ty, want)),
            ExprKind::CodeOf(id) => {
                let offset = self.unit.closure(id);
                let dst = self.wanted(want, false);
                self.emit(Kind::Load { dst, from: Mem::Static { offset }, width: Width::W });
                Operand::Word(dst)
            }
            ExprKind::ClosurePtr => self.flow.closure.map_or(Operand::Imm(0), Operand::Word),
            ExprKind::Addr(x) => self.address_of(x, want),
            ExprKind::Unary { op, x } => self.unary(op, x, want),
            ExprKind::Binary { op, .. } if super::number::is_comparison(op) => self.truth(e, want),
            ExprKind::Binary { op, x, y } => self.binary(op, x, y, e.ty, want),
            ExprKind::AndAnd(..) | ExprKind::OrOr(..) => self.truth(e, want),
            ExprKind::Convert { conv: Conv::Nop, x } => self.scalar(x, want),
            ExprKind::Convert { conv: Conv::Numeric, x } => self.convert(x, e.ty, want),
            ExprKind::Seq { init, x } => {
                self.block(init);
                self.scalar(x, want)
            }
            ExprKind::Len(x) => self.length(x, 1, want),
            ExprKind::Cap(x) => self.length(x, 2, want),
            ExprKind::PtrOf(x) | ExprKind::TypeOf(x) | ExprKind::Real(x) => self.part(x, 0, want),
            ExprKind::DataOf(x) | ExprKind::Imag(x) => self.part(x, 1, want),
            ExprKind::Index { x, index, .. } if self.is_indexed_load(x, e.ty) => {
                let Some(parts) = self.parts(e.ty) else { return Operand::Imm(0) };
                let base = self.pair(x);
                let index = self.index(index);
                let dst = self.wanted(want, parts[0].pointer);
                self.emit(Kind::Index { dst, base, index, width: parts[0].width });
                Operand::Word(dst)
            }
            ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::Deref(_)
            | ExprKind::Field { .. }
            | ExprKind::Index { .. } => self.place_value(e, want).first().copied().unwrap_or(Operand::Imm(0)),
            _ => self.value(e).first().copied().unwrap_or(Operand::Imm(0)),
        }
    }

    /// All parts of a value that is held in words.
    pub(super) fn value(&mut self, e: E<'_>) -> Value {
        let Some(parts) = self.parts(e.ty) else {
            self.left_over(e.pos, "memory as a value");
            return vec![];
        };
        match e.kind {
            ExprKind::Const(value) => self.constant(value, e.ty, None),
            ExprKind::Nil | ExprKind::Zero => vec![Operand::Imm(0); parts.len()],
            ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Deref(_) | ExprKind::Field { .. } => {
                self.place_value(e, None)
            }
            ExprKind::Index { x, .. } if parts.len() != 1 || !self.is_indexed_load(x, e.ty) => {
                self.place_value(e, None)
            }
            ExprKind::Seq { init, x } => {
                self.block(init);
                self.value(x)
            }
            ExprKind::Convert { conv: Conv::Nop, x } => self.value(x),
            ExprKind::Convert { conv: Conv::Numeric, x } if parts.len() == 2 => self.convert_complex(x, e.ty),
            ExprKind::Call { .. } => self.call_value(e),
            ExprKind::StructLit(fields) => self.struct_value(e.ty, fields),
            ExprKind::MakeInterface(ty, data) => self.both(&[ty, data]),
            ExprKind::MakeString(ptr, len) => self.both(&[ptr, len]),
            ExprKind::MakeSliceHeader(ptr, len, cap) => self.both(&[ptr, len, cap]),
            ExprKind::Complex(re, im) => self.both(&[re, im]),
            ExprKind::Slice { of, x, lo, hi, max } => self.slice(of, x, lo, hi, max, e.ty),
            ExprKind::Unary { op, x } if parts.len() == 2 => self.complex_unary(op, x),
            ExprKind::Binary { op, x, y } if parts.len() == 2 => self.complex_binary(op, x, y, e.ty),
            ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::AndAnd(..)
            | ExprKind::OrOr(..)
            | ExprKind::Convert { conv: Conv::Numeric, .. }
            | ExprKind::Func(_)
            | ExprKind::TypeWord(_)
            | ExprKind::CodeOf(_)
            | ExprKind::ClosurePtr
            | ExprKind::Addr(_)
            | ExprKind::Len(_)
            | ExprKind::Cap(_)
            | ExprKind::PtrOf(_)
            | ExprKind::TypeOf(_)
            | ExprKind::DataOf(_)
            | ExprKind::Real(_)
            | ExprKind::Imag(_)
            | ExprKind::Index { .. }
                if parts.len() == 1 =>
            {
                vec![self.scalar(e, None)]
            }
            _ => {
                self.left_over(e.pos, &format!("{:?}", std::mem::discriminant(&e.kind)));
                self.nothing(e.ty)
            }
        }
    }

    /// A value into words, side by side.
    pub(super) fn words_into(&mut self, e: E<'_>, first: Word) {
        let count = self.parts(e.ty).map_or(0, |p| p.len());
        if count == 1 {
            let operand = self.scalar(e, Some(first));
            self.mov(first, operand);
            return;
        }
        let value = self.value(e);
        let pairs: Vec<_> = value.into_iter().enumerate().map(|(i, o)| (first.next(i as u32), o)).collect();
        self.move_all(&pairs);
    }

    /// Operands of several expressions of one part each.
    fn both(&mut self, list: &[E<'_>]) -> Value {
        list.iter().map(|e| self.scalar(e, None)).collect()
    }

    fn place_value(&mut self, e: E<'_>, want: Option<Word>) -> Value {
        match self.place(e) {
            Place::Words(first, count) => (0..count).map(|i| Operand::Word(first.next(i))).collect(),
            Place::Mem(mem, _) => match self.parts(e.ty) {
                Some(parts) if parts.is_empty() => {
                    self.nil_checked(mem);
                    vec![]
                }
                Some(parts) => self.load(mem, &parts, want),
                None => vec![],
            },
            Place::Value(value) => value,
        }
    }

    /// One part of a value of several.
    pub(super) fn part(&mut self, x: E<'_>, i: usize, want: Option<Word>) -> Operand {
        match x.kind {
            ExprKind::Const(Const::Str(text)) if i == 1 => Operand::Imm(text.len() as i64),
            ExprKind::Seq { init, x } => {
                self.block(init);
                self.part(x, i, want)
            }
            ExprKind::Convert { conv: Conv::Nop, x } => self.part(x, i, want),
            ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::Deref(_)
            | ExprKind::Field { .. }
            | ExprKind::Index { .. } => match self.place(x) {
                Place::Words(first, _) => Operand::Word(first.next(i as u32)),
                Place::Mem(mem, _) => match self.parts(x.ty) {
                    Some(parts) => Operand::Word(self.load_part(mem, &parts[i], want)),
                    None => Operand::Imm(0),
                },
                Place::Value(value) => value.get(i).copied().unwrap_or(Operand::Imm(0)),
            },
            _ => self.value(x).get(i).copied().unwrap_or(Operand::Imm(0)),
        }
    }

    /// Length or capacity.
    fn length(&mut self, x: E<'_>, part: usize, want: Option<Word>) -> Operand {
        match *self.unit.program.types.under(x.ty) {
            TypeKind::Array { len, .. } => Operand::Imm(len as i64),
            TypeKind::Map { .. } | TypeKind::Chan { .. } => self.header_word(x, part, want),
            _ => self.part(x, part, want),
        }
    }

    /// The count of a map, the count or size of a channel: a word of its header, 0 of nil.
    fn header_word(&mut self, x: E<'_>, part: usize, want: Option<Word>) -> Operand {
        let header = self.scalar(x, None);
        let header = self.word(header);
        let (dst, end) = (self.scratch(false), self.flow.add_label());
        self.emit(Kind::Int { dst, value: 0 });
        self.branch_word(crate::flow::Test::Eq, header, Operand::Imm(0), end);
        let from = Mem::Ptr { base: header, offset: (part as i64 - 1) * 8, checked: true };
        self.emit(Kind::Load { dst, from, width: Width::W });
        self.label(end);
        match want {
            Some(want) => {
                self.mov(want, Operand::Word(dst));
                Operand::Word(want)
            }
            None => Operand::Word(dst),
        }
    }

    /// Is an element of this type loaded with one instruction?
    fn is_indexed_load(&self, x: E<'_>, elem: Ty) -> bool {
        let indexed = matches!(self.unit.program.types.under(x.ty), TypeKind::Slice(_))
            || self.unit.program.types.is_string(x.ty);
        let width = match self.parts(elem) {
            Some(parts) if parts.len() == 1 => parts[0].width,
            _ => return false,
        };
        indexed && matches!(width, Width::W | Width::U1 | Width::S4)
    }

    fn constant(&mut self, value: Const<'_>, ty: Ty, want: Option<Word>) -> Value {
        let Some(parts) = self.parts(ty) else { return vec![Operand::Imm(0)] };
        match value {
            Const::Str([]) => vec![Operand::Imm(0), Operand::Imm(0)],
            Const::Str(text) => {
                let offset = self.unit.statics.string(text);
                let ptr = self.address(Mem::Static { offset }, want);
                vec![Operand::Word(ptr), Operand::Imm(text.len() as i64)]
            }
            Const::Int(i) if self.unit.program.types.basic(ty).is_some_and(|b| b.is_float()) => {
                const_bits(Const::Float(i as f64), &parts).into_iter().map(Operand::Imm).collect()
            }
            _ => const_bits(value, &parts).into_iter().map(Operand::Imm).collect(),
        }
    }

    fn type_word(&mut self, ty: Ty, want: Option<Word>) -> Word {
        self.unit.descriptor(ty);
        self.fixed(Fixed::Type(ty), want)
    }

    /// `&x`
    fn address_of(&mut self, x: E<'_>, want: Option<Word>) -> Operand {
        match self.place(x) {
            Place::Mem(mem, _) => {
                let mem = self.nil_checked(mem);
                Operand::Word(self.address(mem, want))
            }
            Place::Words(..) | Place::Value(_) => {
                self.left_over(x.pos, "the address of a value");
                Operand::Imm(0)
            }
        }
    }
}
