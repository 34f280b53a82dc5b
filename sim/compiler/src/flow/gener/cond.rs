//! Conditions: branches, and truth values where a branch is not wanted.

use super::Gen;
use super::number::{Number, is_comparison};
use crate::ast::{BinOp, UnOp};
use crate::flow::shape::Width;
use crate::flow::{Binary, Kind, Label, Operand, Test, Word};
use crate::ir::{Const, Conv, E, ExprKind};
use crate::types::{Kind as TypeKind, Ty};

/// A comparison of two operands, as an instruction asks for it.
#[derive(Clone, Copy, Debug)]
struct Asked {
    op: Binary,
    x: Operand,
    y: Operand,
}

impl Gen<'_, '_, '_> {
    /// Jumps if the condition is as `when` says; otherwise goes on.
    pub(super) fn branch(&mut self, e: E<'_>, when: bool, to: Label) {
        match e.kind {
            ExprKind::Const(Const::Bool(value)) => {
                if value == when {
                    self.emit(Kind::Jump(to));
                }
            }
            ExprKind::AndAnd(x, y) if !when => {
                self.branch(x, false, to);
                self.branch(y, false, to);
            }
            ExprKind::OrOr(x, y) if when => {
                self.branch(x, true, to);
                self.branch(y, true, to);
            }
            ExprKind::AndAnd(x, y) | ExprKind::OrOr(x, y) => {
                let skip = self.flow.add_label();
                self.branch(x, !when, skip);
                self.branch(y, when, to);
                self.label(skip);
            }
            ExprKind::Unary { op: UnOp::Not, x } => self.branch(x, !when, to),
            ExprKind::Convert { conv: Conv::Nop, x } => self.branch(x, when, to),
            ExprKind::Seq { init, x } => {
                self.block(init);
                self.branch(x, when, to);
            }
            ExprKind::Binary { op, x, y } if is_comparison(op) => self.compare_and_branch(op, x, y, when, to),
            _ => {
                let x = match self.scalar(e, None) {
                    Operand::Word(x) => x,
                    Operand::Imm(value) => {
                        if (value != 0) == when {
                            self.emit(Kind::Jump(to));
                        }
                        return;
                    }
                };
                let test = if when { Test::True } else { Test::False };
                self.branch_word(test, x, Operand::Imm(0), to);
            }
        }
    }

    pub(super) fn branch_word(&mut self, test: Test, x: Word, y: Operand, to: Label) {
        self.emit(Kind::Branch { test, x, y, to });
    }

    /// A condition as a boolean in a word.
    pub(super) fn truth(&mut self, e: E<'_>, want: Option<Word>) -> Operand {
        if let ExprKind::Binary { op, x, y } = e.kind
            && self.parts(x.ty).is_some_and(|p| p.len() == 1 || self.is_nil_test(x, y))
        {
            let asked = self.asked(op, x, y);
            let (x, y) = (self.word(asked.x), self.word(asked.y));
            let dst = self.wanted(want, false);
            self.emit(Kind::Binary { op: asked.op, dst, x, y: Operand::Word(y) });
            return Operand::Word(dst);
        }
        let dst = self.wanted(want, false);
        let (no, end) = (self.flow.add_label(), self.flow.add_label());
        self.branch(e, false, no);
        self.emit(Kind::Int { dst, value: 1 });
        self.emit(Kind::Jump(end));
        self.label(no);
        self.emit(Kind::Int { dst, value: 0 });
        self.label(end);
        Operand::Word(dst)
    }

    /// Is it a comparison with nil, for which one part is enough?
    fn is_nil_test(&self, x: E<'_>, y: E<'_>) -> bool {
        matches!(x.kind, ExprKind::Nil | ExprKind::Zero) || matches!(y.kind, ExprKind::Nil | ExprKind::Zero)
    }

    fn compare_and_branch(&mut self, op: BinOp, x: E<'_>, y: E<'_>, when: bool, to: Label) {
        let several = self.parts(x.ty).is_none_or(|p| p.len() != 1);
        if several && !(self.is_nil_test(x, y) && self.has_nil(x.ty)) {
            return self.compare_parts(op, x, y, when, to);
        }
        let asked = self.asked(op, x, y);
        let (mut x, mut y) = (asked.x, asked.y);
        let mut test = match (asked.op, when) {
            (Binary::Eq, true) | (Binary::Ne, false) => Test::Eq,
            (Binary::Eq, false) | (Binary::Ne, true) => Test::Ne,
            (Binary::LtS, true) => Test::LtS,
            (Binary::LtS, false) => Test::GeS,
            (Binary::LeS, true) => Test::LeS,
            (Binary::LeS, false) => Test::GtS,
            (Binary::LtU, true) => Test::LtU,
            (Binary::LeU, true) => Test::LeU,
            // not a < b: b <= a
            (Binary::LtU, false) => {
                (x, y) = (y, x);
                Test::LeU
            }
            (Binary::LeU, false) => {
                (x, y) = (y, x);
                Test::LtU
            }
            (Binary::LtF, true) => Test::LtF,
            (Binary::LeF, true) => Test::LeF,
            // Nothing follows about numbers that do not compare: ask for the truth.
            (op, when) => {
                let (x, y) = (self.word(x), self.word(y));
                let dst = self.scratch(false);
                self.emit(Kind::Binary { op, dst, x, y: Operand::Word(y) });
                let test = if when { Test::True } else { Test::False };
                return self.branch_word(test, dst, Operand::Imm(0), to);
            }
        };
        let immediate = |y: Operand| matches!(y, Operand::Imm(n) if i16::try_from(n).is_ok());
        let signed = matches!(test, Test::Eq | Test::Ne | Test::LtS | Test::LeS | Test::GtS | Test::GeS);
        if signed && matches!(x, Operand::Imm(_)) {
            (x, y) = (y, x);
            test = mirrored(test);
        }
        let first = self.word(x);
        if signed && immediate(y) {
            return self.branch_word(test, first, y, to);
        }
        let second = self.word(y);
        match test {
            Test::GtS => self.branch_word(Test::LtS, second, Operand::Word(first), to),
            Test::GeS => self.branch_word(Test::LeS, second, Operand::Word(first), to),
            _ => self.branch_word(test, first, Operand::Word(second), to),
        }
    }

    fn has_nil(&self, ty: Ty) -> bool {
        matches!(self.unit.program.types.under(ty), TypeKind::Slice(_) | TypeKind::Interface(_))
    }

    /// Equality of values of several parts, such as complex numbers.
    fn compare_parts(&mut self, op: BinOp, x: E<'_>, y: E<'_>, when: bool, to: Label) {
        let Some(parts) = self.parts(x.ty) else {
            return self.left_over(x.pos, "a comparison of memory");
        };
        if !matches!(op, BinOp::Eq | BinOp::Ne) || parts.iter().any(|p| p.pointer) {
            self.left_over(x.pos, "a comparison of values of several parts");
            return;
        }
        let number = self.number(x.ty);
        let (a, b) = (self.value(x), self.value(y));
        let differ = self.flow.add_label();
        let same_when = (op == BinOp::Eq) == when;
        let target = if same_when { differ } else { to };
        for (x, y) in a.into_iter().zip(b) {
            let (x, y) = (self.word(x), self.word(y));
            let op = match number {
                Number::F => Binary::EqF,
                Number::G => Binary::EqG,
                Number::Int { .. } => Binary::Eq,
            };
            let dst = self.scratch(false);
            self.emit(Kind::Binary { op, dst, x, y: Operand::Word(y) });
            self.branch_word(Test::False, dst, Operand::Imm(0), target);
        }
        if same_when {
            self.emit(Kind::Jump(to));
        }
        self.label(differ);
    }

    /// What an instruction asks, for a comparison of single parts.
    fn asked(&mut self, op: BinOp, x: E<'_>, y: E<'_>) -> Asked {
        let number = self.number(x.ty);
        let a = self.first_part(x);
        let b = self.first_part(y);
        let (op, x, y) = match op {
            BinOp::Gt => (BinOp::Lt, b, a),
            BinOp::Ge => (BinOp::Le, b, a),
            op => (op, a, b),
        };
        let op = match (number, op) {
            (Number::F, BinOp::Eq) => Binary::EqF,
            (Number::F, BinOp::Ne) => Binary::NeF,
            (Number::F, BinOp::Lt) => Binary::LtF,
            (Number::F, _) => Binary::LeF,
            (Number::G, BinOp::Eq) => Binary::EqG,
            (Number::G, BinOp::Ne) => Binary::NeG,
            (Number::G, BinOp::Lt) => Binary::LtG,
            (Number::G, _) => Binary::LeG,
            (_, BinOp::Eq) => Binary::Eq,
            (_, BinOp::Ne) => Binary::Ne,
            // Narrow unsigned numbers are never negative as words.
            (Number::Int { signed: false, width: Width::W }, BinOp::Lt) => Binary::LtU,
            (Number::Int { signed: false, width: Width::W }, _) => Binary::LeU,
            (_, BinOp::Lt) => Binary::LtS,
            (_, _) => Binary::LeS,
        };
        match (op, x) {
            (Binary::LtU, Operand::Imm(0)) => Asked { op: Binary::Ne, x: y, y: x },
            _ => Asked { op, x, y },
        }
    }

    /// The part of a value that nil is told by.
    fn first_part(&mut self, e: E<'_>) -> Operand {
        match e.kind {
            ExprKind::Nil | ExprKind::Zero => Operand::Imm(0),
            _ if self.parts(e.ty).is_some_and(|p| p.len() > 1) => self.part(e, 0, None),
            _ => self.scalar(e, None),
        }
    }
}

/// The test that says the same of exchanged operands.
fn mirrored(test: Test) -> Test {
    match test {
        Test::LtS => Test::GtS,
        Test::LeS => Test::GeS,
        Test::GtS => Test::LtS,
        Test::GeS => Test::LeS,
        other => other,
    }
}
