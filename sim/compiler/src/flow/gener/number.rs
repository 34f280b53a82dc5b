//! Arithmetic and conversions of numbers.
//!
//! Integers narrower than a word are kept extended: only what may overflow the width is followed by an extension. `float32` has
//! operators of its own; complex numbers are pairs, multiplied and divided in `float64`.
//!
//! Source: Go 1.19 cmd/compile/internal/ssagen/ssa.go for which conversions go through which width on amd64.

use super::{Gen, Value, extension};
use crate::ast::{BinOp, UnOp};
use crate::flow::shape::Width;
use crate::flow::{Binary, Kind, Operand, Unary, Word};
use crate::ir::E;
use crate::types::{Basic, Ty};

/// Does it compare?
pub(super) fn is_comparison(op: BinOp) -> bool {
    matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge)
}

/// What kind of number a type is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Number {
    /// An integer, or something that is compared as one.
    Int {
        signed: bool,
        width: Width,
    },
    F,
    G,
}

impl Gen<'_, '_, '_> {
    pub(super) fn number(&self, ty: Ty) -> Number {
        let types = &self.unit.program.types;
        let width = self.parts(ty).and_then(|p| p.first().map(|p| p.width)).unwrap_or(Width::W);
        match types.basic(ty) {
            Some(Basic::Float64 | Basic::UntypedFloat | Basic::Complex128 | Basic::UntypedComplex) => Number::F,
            Some(Basic::Float32 | Basic::Complex64) => Number::G,
            Some(basic) => Number::Int { signed: basic.is_integer() && !basic.is_unsigned(), width },
            None => Number::Int { signed: false, width },
        }
    }

    fn emit_unary(&mut self, op: Unary, x: Word, want: Option<Word>) -> Word {
        let dst = self.wanted(want, false);
        self.emit(Kind::Unary { op, dst, x });
        dst
    }

    fn emit_binary(&mut self, op: Binary, x: Word, y: Operand, want: Option<Word>) -> Word {
        let dst = self.wanted(want, false);
        self.emit(Kind::Binary { op, dst, x, y });
        dst
    }

    pub(super) fn unary(&mut self, op: UnOp, x: E<'_>, want: Option<Word>) -> Operand {
        let number = self.number(x.ty);
        let operand = self.scalar(x, None);
        let x = self.word(operand);
        let result = match (op, number) {
            (UnOp::Plus, _) => x,
            (UnOp::Not, _) => self.emit_unary(Unary::Not, x, want),
            (UnOp::Neg, Number::F) => self.emit_unary(Unary::NegF, x, want),
            (UnOp::Neg, Number::G) => self.emit_unary(Unary::NegG, x, want),
            (UnOp::Neg, Number::Int { width, .. }) => {
                self.narrowed(width, want, |g, want| g.emit_unary(Unary::Neg, x, want))
            }
            (UnOp::Com, Number::Int { signed: true, .. }) => self.emit_unary(Unary::Com, x, want),
            (UnOp::Com, Number::Int { width, .. }) => {
                self.narrowed(width, want, |g, want| g.emit_unary(Unary::Com, x, want))
            }
            (UnOp::Com, _) => x,
        };
        Operand::Word(result)
    }

    /// Computes in a word, then cuts the result to its width.
    fn narrowed(
        &mut self,
        width: Width,
        want: Option<Word>,
        make: impl FnOnce(&mut Self, Option<Word>) -> Word,
    ) -> Word {
        match extension(width) {
            None => make(self, want),
            Some(ext) => {
                let wide = make(self, None);
                self.emit_unary(ext, wide, want)
            }
        }
    }

    pub(super) fn binary(&mut self, op: BinOp, x: E<'_>, y: E<'_>, ty: Ty, want: Option<Word>) -> Operand {
        let number = self.number(ty);
        if matches!(op, BinOp::Shl | BinOp::Shr) {
            return self.shift(op, x, y, number, want);
        }
        let a = self.scalar(x, None);
        let b = self.scalar(y, None);
        Operand::Word(match number {
            Number::F | Number::G => {
                let (x, y) = (self.word(a), self.word(b));
                self.emit_binary(float_op(op, number), x, Operand::Word(y), want)
            }
            Number::Int { signed, width } => self.integer(op, a, b, signed, width, want),
        })
    }

    fn integer(&mut self, op: BinOp, a: Operand, b: Operand, signed: bool, width: Width, want: Option<Word>) -> Word {
        let commutes = matches!(op, BinOp::Add | BinOp::Mul | BinOp::And | BinOp::Or | BinOp::Xor);
        let (a, b) = if commutes && matches!(a, Operand::Imm(_)) { (b, a) } else { (a, b) };
        let x = self.word(a);
        let overflows = matches!(op, BinOp::Add | BinOp::Sub | BinOp::Mul) || (op == BinOp::Div && signed);
        let width = if overflows { width } else { Width::W };
        if let Operand::Imm(n) = b
            && let Some((op, n)) = with_immediate(op, n, signed)
        {
            return self.narrowed(width, want, |g, want| g.emit_binary(op, x, Operand::Imm(n), want));
        }
        let y = Operand::Word(self.word(b));
        self.narrowed(width, want, |g, want| g.emit_binary(int_op(op, signed), x, y, want))
    }

    fn shift(&mut self, op: BinOp, x: E<'_>, count: E<'_>, number: Number, want: Option<Word>) -> Operand {
        let Number::Int { signed, width } = number else { return Operand::Imm(0) };
        let a = self.scalar(x, None);
        let b = self.scalar(count, None);
        let shift = match (op, signed) {
            (BinOp::Shl, _) => Binary::Shl,
            (_, true) => Binary::ShrS,
            (_, false) => Binary::ShrU,
        };
        let x = self.word(a);
        let width = if shift == Binary::Shl { width } else { Width::W };
        let y = match b {
            Operand::Imm(n) if (0..64).contains(&n) => Operand::Imm(n),
            // As many bits as there are, or more.
            Operand::Imm(_) if shift == Binary::ShrS => Operand::Imm(63),
            Operand::Imm(_) => return Operand::Imm(0),
            Operand::Word(y) => {
                if let Number::Int { signed: true, .. } = self.number(count.ty) {
                    self.emit(Kind::CheckShift { x: y });
                }
                Operand::Word(y)
            }
        };
        Operand::Word(self.narrowed(width, want, |g, want| g.emit_binary(shift, x, y, want)))
    }

    // --- conversions ------------------------------------------------------------------------------

    /// A conversion between integers and floating-point numbers.
    pub(super) fn convert(&mut self, x: E<'_>, to: Ty, want: Option<Word>) -> Operand {
        let (from, into) = (self.number(x.ty), self.number(to));
        let operand = self.scalar(x, None);
        if from == into {
            return operand;
        }
        let x = self.word(operand);
        let result = match (from, into) {
            (Number::Int { signed, width }, Number::Int { signed: to_signed, width: to }) => {
                // A value that is extended already as the other type has it needs nothing.
                let fits = width.bytes() < to.bytes() && (!signed || to_signed || to == Width::W);
                match extension(to) {
                    Some(ext) if !fits => self.emit_unary(ext, x, want),
                    _ => x,
                }
            }
            (Number::Int { signed, width }, into) => {
                let unsigned = !signed && width == Width::W;
                let op = match (into, unsigned) {
                    (Number::G, true) => Unary::UintToG,
                    (Number::G, false) => Unary::IntToG,
                    (_, true) => Unary::UintToF,
                    (_, false) => Unary::IntToF,
                };
                self.emit_unary(op, x, want)
            }
            (from, Number::Int { signed, width }) => {
                let narrow = from == Number::G;
                let op = match (narrow, signed, width) {
                    (false, false, Width::W) => Unary::FToUint,
                    (true, false, Width::W) => Unary::GToUint,
                    (false, _, Width::W | Width::U4) => Unary::FToInt,
                    (true, _, Width::W | Width::U4) => Unary::GToInt,
                    (false, ..) => Unary::FToInt32,
                    (true, ..) => Unary::GToInt32,
                };
                let width = if width == Width::S4 { Width::W } else { width };
                self.narrowed(width, want, |g, want| g.emit_unary(op, x, want))
            }
            (Number::F, _) => self.emit_unary(Unary::FToG, x, want),
            (Number::G, _) => self.emit_unary(Unary::GToF, x, want),
        };
        Operand::Word(result)
    }

    // --- complex numbers --------------------------------------------------------------------------

    /// A conversion between complex numbers.
    pub(super) fn convert_complex(&mut self, x: E<'_>, to: Ty) -> Value {
        let (from, into) = (self.number(x.ty), self.number(to));
        let value = self.value(x);
        match (from, into) {
            (Number::F, Number::G) => self.each(value, Unary::FToG),
            (Number::G, Number::F) => self.each(value, Unary::GToF),
            _ => value,
        }
    }

    fn each(&mut self, value: Value, op: Unary) -> Value {
        let mut result = Vec::with_capacity(value.len());
        for operand in value {
            let x = self.word(operand);
            result.push(Operand::Word(self.emit_unary(op, x, None)));
        }
        result
    }

    pub(super) fn complex_unary(&mut self, op: UnOp, x: E<'_>) -> Value {
        let number = self.number(x.ty);
        let value = self.value(x);
        match op {
            UnOp::Neg if number == Number::G => self.each(value, Unary::NegG),
            UnOp::Neg => self.each(value, Unary::NegF),
            _ => value,
        }
    }

    pub(super) fn complex_binary(&mut self, op: BinOp, x: E<'_>, y: E<'_>, ty: Ty) -> Value {
        let number = self.number(ty);
        let (a, b) = (self.value(x), self.value(y));
        if matches!(op, BinOp::Add | BinOp::Sub) {
            let op = float_op(op, number);
            let mut result = Vec::with_capacity(2);
            for (x, y) in a.into_iter().zip(b) {
                let (x, y) = (self.word(x), self.word(y));
                result.push(Operand::Word(self.emit_binary(op, x, Operand::Word(y), None)));
            }
            return result;
        }
        let narrow = number == Number::G;
        let (a, b) = match narrow {
            true => (self.each(a, Unary::GToF), self.each(b, Unary::GToF)),
            false => (a, b),
        };
        let result = match op {
            BinOp::Div => self.complex_quotient(&a, &b),
            _ => self.complex_product(&a, &b),
        };
        if narrow { self.each(result, Unary::FToG) } else { result }
    }

    fn complex_product(&mut self, a: &[Operand], b: &[Operand]) -> Value {
        let [ar, ai, br, bi] = [a[0], a[1], b[0], b[1]].map(|x| self.word(x));
        let mut op = |op, x, y| self.emit_binary(op, x, Operand::Word(y), None);
        let (rr, ii) = (op(Binary::MulF, ar, br), op(Binary::MulF, ai, bi));
        let re = op(Binary::SubF, rr, ii);
        let (ri, ir) = (op(Binary::MulF, ar, bi), op(Binary::MulF, ai, br));
        let im = op(Binary::AddF, ri, ir);
        vec![Operand::Word(re), Operand::Word(im)]
    }

    fn complex_quotient(&mut self, a: &[Operand], b: &[Operand]) -> Value {
        let mut run = |value: &[Operand]| {
            let first = self.scratch_run(&[false, false]);
            self.mov(first, value[0]);
            self.mov(first.next(1), value[1]);
            first
        };
        let (x, y) = (run(a), run(b));
        let dst = self.scratch_run(&[false, false]);
        self.emit(Kind::DivComplex { dst, x, y });
        vec![Operand::Word(dst), Operand::Word(dst.next(1))]
    }
}

fn float_op(op: BinOp, number: Number) -> Binary {
    match (op, number) {
        (BinOp::Add, Number::G) => Binary::AddG,
        (BinOp::Sub, Number::G) => Binary::SubG,
        (BinOp::Mul, Number::G) => Binary::MulG,
        (_, Number::G) => Binary::DivG,
        (BinOp::Add, _) => Binary::AddF,
        (BinOp::Sub, _) => Binary::SubF,
        (BinOp::Mul, _) => Binary::MulF,
        _ => Binary::DivF,
    }
}

fn int_op(op: BinOp, signed: bool) -> Binary {
    match (op, signed) {
        (BinOp::Add, _) => Binary::Add,
        (BinOp::Sub, _) => Binary::Sub,
        (BinOp::Mul, _) => Binary::Mul,
        (BinOp::Div, true) => Binary::DivS,
        (BinOp::Div, false) => Binary::DivU,
        (BinOp::Rem, true) => Binary::RemS,
        (BinOp::Rem, false) => Binary::RemU,
        (BinOp::And, _) => Binary::And,
        (BinOp::Or, _) => Binary::Or,
        (BinOp::Xor, _) => Binary::Xor,
        _ => Binary::AndNot,
    }
}

/// The operator and number of an instruction that has the right operand in itself.
fn with_immediate(op: BinOp, n: i64, signed: bool) -> Option<(Binary, i64)> {
    let power = (n > 0 && n.count_ones() == 1).then(|| n.trailing_zeros() as i64);
    let (op, n) = match op {
        BinOp::Add => (Binary::Add, n),
        BinOp::Sub => (Binary::Add, n.checked_neg()?),
        BinOp::Mul => match power {
            Some(shift) => (Binary::Shl, shift),
            None => (Binary::Mul, n),
        },
        BinOp::And => (Binary::And, n),
        BinOp::AndNot => (Binary::And, !n),
        BinOp::Or => (Binary::Or, n),
        BinOp::Xor => (Binary::Xor, n),
        BinOp::Div if !signed => (Binary::ShrU, power?),
        BinOp::Rem if !signed => (Binary::And, power.map(|_| n - 1)?),
        _ => return None,
    };
    i32::try_from(n).ok().map(|n| (op, n as i64))
}
