//! Operators.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/expr.go.

use super::Checker;
use super::operand::{Mode, Operand};
use super::show::show_expr;
use crate::ast::{self, BinOp, UnOp};
use crate::constant::{self, Value};
use crate::ir::{AllocKind, Const, E, ExprKind};
use crate::types::{Ty, Types};

/// Is it a comparison?
fn is_comparison(op: BinOp) -> bool {
    matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge)
}

impl<'a> Checker<'a, '_> {
    pub(super) fn unary(&mut self, e: &'a ast::Expr<'a>, op: UnOp, inner: &'a ast::Expr<'a>) -> Operand<'a> {
        let x = self.expr(inner);
        if x.is_invalid() {
            return self.invalid(e);
        }
        let defined = match op {
            UnOp::Plus | UnOp::Neg => self.is_numeric(x.ty),
            UnOp::Not => self.is_boolean(x.ty),
            UnOp::Com => self.is_integer(x.ty),
        };
        if !defined {
            return self.undefined_operator(op.text(), &x);
        }
        if let Mode::Const(value) = &x.mode {
            return match constant::unary(op, self.const_kind(x.ty), value) {
                Ok(value) => self.constant(value, x.ty, e),
                Err(why) => self.constant_error(why, e, &x, None),
            };
        }
        let tree = self.tree(&x);
        if op == UnOp::Plus {
            return Operand { mode: Mode::Value, ty: x.ty, e: tree, expr: e, bound: None };
        }
        self.value(ExprKind::Unary { op, x: tree }, x.ty, e)
    }

    fn undefined_operator(&mut self, op: &str, x: &Operand<'a>) -> Operand<'a> {
        let message = format!("invalid operation: operator {op} not defined on {}", self.show(x));
        self.fail(x, message)
    }

    /// Reports that a constant operation has no value.
    fn constant_error(
        &mut self,
        why: constant::Error,
        e: &'a ast::Expr<'a>,
        x: &Operand<'a>,
        y: Option<&Operand<'a>>,
    ) -> Operand<'a> {
        let about = match (&why, y) {
            (constant::Error::Unrepresentable(value, _), _) => self.constant(value.clone(), x.ty, e),
            (_, Some(y)) if why.about_right() => y.clone(),
            _ => x.clone(),
        };
        let ty = self.show_type(self.types.underlying(x.ty));
        let message = why.message(&self.show(&about), &ty);
        if why.at_operator() {
            self.error_at(e.pos, message);
        } else {
            self.error(about.span(), message);
        }
        self.invalid(e)
    }

    /// `x op y`, and the tree of the right operand; without `e` it is the operation of `x op= y`.
    pub(super) fn binary(
        &mut self,
        e: Option<&'a ast::Expr<'a>>,
        lhs: &'a ast::Expr<'a>,
        rhs: &'a ast::Expr<'a>,
        op: BinOp,
    ) -> (Operand<'a>, Option<E<'a>>) {
        let x = self.expr(lhs);
        let y = self.expr(rhs);
        self.binary_of(e, x, y, op)
    }

    /// The same of operands that have been checked.
    pub(super) fn binary_of(
        &mut self,
        e: Option<&'a ast::Expr<'a>>,
        mut x: Operand<'a>,
        mut y: Operand<'a>,
        op: BinOp,
    ) -> (Operand<'a>, Option<E<'a>>) {
        let (lhs, rhs) = (x.expr, y.expr);
        let whole = e.unwrap_or(lhs);
        if x.is_invalid() || y.is_invalid() {
            return (self.invalid(whole), None);
        }
        if matches!(op, BinOp::Shl | BinOp::Shr) {
            return self.shift(x, y, whole, op);
        }
        if self.can_mix(&x, &y) {
            let target = y.ty;
            self.convert_untyped(&mut x, target);
            if x.is_invalid() {
                return (x, None);
            }
            let target = x.ty;
            self.convert_untyped(&mut y, target);
            if y.is_invalid() {
                return (y, None);
            }
        }
        if is_comparison(op) {
            return (self.comparison(x, y, op, whole, false), None);
        }
        if x.ty != y.ty {
            let (a, b) = (self.show_type(x.ty), self.show_type(y.ty));
            let shown = match e {
                Some(e) => show_expr(e),
                None => format!("{} {}= {}", show_expr(lhs), op.text(), show_expr(rhs)),
            };
            let message = format!("invalid operation: {shown} (mismatched types {a} and {b})");
            return (self.fail(&x, message), None);
        }
        let ty = x.ty;
        let defined = match op {
            BinOp::Add => self.is_numeric(ty) || self.is_string(ty),
            BinOp::Sub | BinOp::Mul | BinOp::Div => self.is_numeric(ty),
            BinOp::Rem | BinOp::And | BinOp::Or | BinOp::Xor | BinOp::AndNot => self.is_integer(ty),
            _ => self.is_boolean(ty),
        };
        if !defined {
            return (self.undefined_operator(op.text(), &x), None);
        }
        let zero = |y: &Operand<'a>| y.value().is_some_and(|value| value.sign() == Some(0));
        if matches!(op, BinOp::Div | BinOp::Rem) && (x.is_const() || self.is_integer(ty)) && zero(&y) {
            return (self.fail(&y, "invalid operation: division by zero"), None);
        }
        if let (Mode::Const(a), Mode::Const(b)) = (&x.mode, &y.mode) {
            let result = match constant::binary(op, self.const_kind(ty), a, b) {
                Ok(value) => self.constant(value, ty, whole),
                Err(why) => self.constant_error(why, whole, &x, Some(&y)),
            };
            let right = self.tree(&y);
            return (result, Some(right));
        }
        let (a, b) = (self.tree(&x), self.tree(&y));
        let kind = match op {
            BinOp::AndAnd => ExprKind::AndAnd(a, b),
            BinOp::OrOr => ExprKind::OrOr(a, b),
            BinOp::Add if self.is_string(ty) && e.is_some() => self.concat(a, b, whole),
            _ => ExprKind::Binary { op, x: a, y: b },
        };
        (self.value(kind, ty, whole), Some(b))
    }

    /// Concatenation: one node for a whole sum, neighbouring constants made one.
    fn concat(&mut self, a: E<'a>, b: E<'a>, e: &'a ast::Expr<'a>) -> ExprKind<'a> {
        let mut list: Vec<E<'a>> = Vec::new();
        for side in [a, b] {
            let parts = match side.kind {
                ExprKind::Concat { list, .. } => list,
                _ => &[side][..],
            };
            for &part in parts {
                match (list.last().map(|last| last.kind), part.kind) {
                    (Some(ExprKind::Const(Const::Str(x))), ExprKind::Const(Const::Str(y))) => {
                        let joined = self.slice(&[x, y].concat());
                        let last = list.len() - 1;
                        list[last] = self.node(ExprKind::Const(Const::Str(joined)), part.ty, list[last].pos);
                    }
                    _ => list.push(part),
                }
            }
        }
        let alloc = match (a.kind, b.kind) {
            // The sum that this one goes on makes no string of its own.
            (ExprKind::Concat { alloc, .. }, _) | (_, ExprKind::Concat { alloc, .. }) => alloc,
            _ => self.alloc(AllocKind::StringOp, e.pos),
        };
        ExprKind::Concat { list: self.slice(&list), alloc }
    }

    /// May the operands get a common type? Otherwise the error is that they have different ones.
    fn can_mix(&self, x: &Operand<'a>, y: &Operand<'a>) -> bool {
        if self.types.is_interface(x.ty) || self.types.is_interface(y.ty) {
            return true;
        }
        self.is_boolean(x.ty) == self.is_boolean(y.ty)
            && self.is_string(x.ty) == self.is_string(y.ty)
            && (!x.is_nil() || self.has_nil(y.ty))
            && (!y.is_nil() || self.has_nil(x.ty))
    }

    // --- comparisons ------------------------------------------------------------------------------

    /// `x op y` for a comparison, or `x` as a case of a switch on `y`.
    pub(super) fn comparison(
        &mut self,
        mut x: Operand<'a>,
        mut y: Operand<'a>,
        op: BinOp,
        e: &'a ast::Expr<'a>,
        switch_case: bool,
    ) -> Operand<'a> {
        if let Err((about_x, cause)) = self.comparable_with(&x, &y, op) {
            let shown = if switch_case {
                format!("invalid case {} in switch on {} ({cause})", show_expr(x.expr), show_expr(y.expr))
            } else {
                format!("invalid operation: {} {} {} ({cause})", show_expr(x.expr), op.text(), show_expr(y.expr))
            };
            let about = if about_x || switch_case { &x } else { &y };
            return self.fail(about, shown);
        }
        if let (Mode::Const(a), Mode::Const(b)) = (&x.mode, &y.mode) {
            let holds = constant::compare(op, self.const_kind(x.ty), a, b).unwrap_or(false);
            return self.constant(Value::from(holds), Types::UNTYPED_BOOL, e);
        }
        self.default(&mut x);
        self.default(&mut y);
        if x.is_invalid() || y.is_invalid() {
            return self.invalid(e);
        }
        let (a, b) = self.same_type(&x, &y);
        self.value(ExprKind::Binary { op, x: a, y: b }, Types::UNTYPED_BOOL, e)
    }

    /// The trees of two operands of which one can be assigned to the other, as values of one type.
    pub(super) fn same_type(&mut self, x: &Operand<'a>, y: &Operand<'a>) -> (E<'a>, E<'a>) {
        let to_y = x.ty == y.ty || x.is_nil() || !y.is_nil() && self.assignable(x, y.ty).is_ok();
        if to_y { (self.coerce(x, y.ty), self.tree(y)) } else { (self.tree(x), self.coerce(y, x.ty)) }
    }

    /// Can two operands be compared? If not, which is to blame (the first?) and why.
    fn comparable_with(&mut self, x: &Operand<'a>, y: &Operand<'a>, op: BinOp) -> Result<(), (bool, String)> {
        if self.assignable(x, y.ty).is_err() && self.assignable(y, x.ty).is_err() {
            let cause = format!("mismatched types {} and {}", self.show_type(x.ty), self.show_type(y.ty));
            return Err((false, cause));
        }
        let undefined = |c: &Self, ty: Ty| format!("operator {} not defined on {}", op.text(), c.show_kind(ty));
        if matches!(op, BinOp::Eq | BinOp::Ne) {
            if x.is_nil() || y.is_nil() {
                let other = if x.is_nil() { y } else { x };
                // A comparison of two nils has no type at all.
                return if self.has_nil(other.ty) { Ok(()) } else { Err((false, undefined(self, y.ty))) };
            }
            for (about_x, ty) in [(true, x.ty), (false, y.ty)] {
                if !self.is_comparable(ty) {
                    let cause = self.why_incomparable(ty).unwrap_or_else(|| undefined(self, ty));
                    return Err((about_x, cause));
                }
            }
            return Ok(());
        }
        for (about_x, ty) in [(true, x.ty), (false, y.ty)] {
            if !self.is_ordered(ty) {
                return Err((about_x, undefined(self, ty)));
            }
        }
        Ok(())
    }

    // --- shifts -----------------------------------------------------------------------------------

    fn shift(
        &mut self,
        mut x: Operand<'a>,
        mut y: Operand<'a>,
        e: &'a ast::Expr<'a>,
        op: BinOp,
    ) -> (Operand<'a>, Option<E<'a>>) {
        let integer = x.value().and_then(Value::to_int);
        if !(self.is_integer(x.ty) || self.is_untyped(x.ty) && integer.is_some()) {
            let message = format!("invalid operation: shifted operand {} must be integer", self.show(&x));
            return (self.fail(&x, message), None);
        }
        if let (Mode::Const(a), Mode::Const(b)) = (&x.mode, &y.mode) {
            let result = match constant::shift(op, self.const_kind(x.ty), a, self.const_kind(y.ty), b) {
                Ok(value) => {
                    let ty = if self.is_integer(x.ty) { x.ty } else { Types::UNTYPED_INT };
                    self.constant(value, ty, e)
                }
                Err(why) => self.constant_error(why, e, &x, Some(&y)),
            };
            if !y.is_invalid() && self.is_untyped(y.ty) {
                self.convert_untyped(&mut y, Types::UINT);
            }
            let right = self.tree(&y);
            return (result, Some(right));
        }
        if let Mode::Const(count) = &y.mode {
            if count.to_int().is_some_and(|count| count.sign() == Some(-1)) {
                let message = format!("invalid operation: negative shift count {}", self.show(&y));
                return (self.fail(&y, message), None);
            }
            if self.is_untyped(y.ty) {
                match self.represent(count, y.ty, Types::UINT) {
                    Ok(value) => self.settle(&mut y, Types::UINT, Some(value)),
                    Err(why) => return (self.unrepresentable(&y, why, Types::UINT), None),
                }
            } else if !self.is_integer(y.ty) {
                let message = format!("invalid operation: shift count {} must be integer", self.show(&y));
                return (self.fail(&y, message), None);
            }
        } else if self.is_untyped(y.ty) {
            self.convert_untyped(&mut y, Types::UINT);
            if y.is_invalid() {
                return (y, None);
            }
        } else if !self.is_integer(y.ty) {
            let message = format!("invalid operation: shift count {} must be integer", self.show(&y));
            return (self.fail(&y, message), None);
        }
        let count = self.tree(&y);
        let constant = x.is_const() && self.is_untyped(x.ty);
        if let (true, Some(value)) = (constant, integer) {
            x.mode = Mode::Const(value);
        } else if !self.is_integer(x.ty) {
            let message = format!("invalid operation: shifted operand {} must be integer", self.show(&x));
            return (self.fail(&x, message), None);
        }
        let tree = self.tree(&x);
        let result = self.value(ExprKind::Binary { op, x: tree, y: count }, x.ty, e);
        if constant {
            // What it becomes is decided by what surrounds it.
            self.shifts.insert(std::ptr::from_ref(result.e), e);
        }
        (result, Some(count))
    }
}
