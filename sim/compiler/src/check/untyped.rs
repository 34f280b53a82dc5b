//! Untyped values: which type they become, and their trees then.
//!
//! A constant has no tree until its type is known. What is untyped but not constant (comparisons, and shifts of constants by
//! variables, with what is computed from these) has a tree of untyped nodes, which is rebuilt.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/expr.go (implicitTypeAndValue, updateExprType).

use super::Checker;
use super::operand::{Mode, Operand};
use super::show::show_expr;
use crate::ast::BinOp;
use crate::constant::{Unrepresentable, Value};
use crate::ir::{Const, E, Expr, ExprKind};
use crate::source::Span;
use crate::types::{Basic, Kind, Ty, Types};

impl<'a> Checker<'a, '_> {
    /// The type that an untyped operand takes for a target, and its value if it is constant.
    pub(super) fn implicit_type(
        &mut self,
        x: &Operand<'a>,
        target: Ty,
    ) -> Result<(Ty, Option<Value>), Unrepresentable> {
        if x.is_invalid() || !self.is_untyped(x.ty) || target == Types::INVALID {
            return Ok((x.ty, None));
        }
        if self.is_untyped(target) {
            return if self.is_numeric(x.ty) && self.is_numeric(target) {
                // The kinds of numbers are in order.
                Ok((x.ty.max(target), None))
            } else if x.ty == target {
                Ok((x.ty, None))
            } else {
                Err(Unrepresentable::Mismatched)
            };
        }
        if x.is_nil() {
            return if self.has_nil(target) { Ok((target, None)) } else { Err(Unrepresentable::Mismatched) };
        }
        match self.types.under(target) {
            Kind::Basic(basic) => {
                let basic = *basic;
                if let Mode::Const(value) = &x.mode {
                    return self.represent(value, x.ty, target).map(|value| (target, Some(value)));
                }
                let fits = match self.basic(x.ty) {
                    Some(Basic::UntypedBool) => basic == Basic::Bool,
                    Some(Basic::UntypedString) => basic == Basic::String,
                    _ => basic.is_numeric(),
                };
                if fits { Ok((target, None)) } else { Err(Unrepresentable::Mismatched) }
            }
            Kind::Interface(methods) if methods.is_empty() => Ok((self.default_type(x.ty), None)),
            _ => Err(Unrepresentable::Mismatched),
        }
    }

    /// Gives an untyped operand the type of a target.
    pub(super) fn convert_untyped(&mut self, x: &mut Operand<'a>, target: Ty) {
        match self.implicit_type(x, target) {
            Ok((ty, value)) => self.settle(x, ty, value),
            Err(why) => {
                let target = self.show_type(self.types.underlying(target));
                let message = why.message(&self.show(x), &target);
                *x = self.fail(x, message);
            }
        }
    }

    /// Sets the type of an untyped operand, and the value of a constant.
    pub(super) fn settle(&mut self, x: &mut Operand<'a>, ty: Ty, value: Option<Value>) {
        if let Some(value) = value {
            x.mode = Mode::Const(value);
        }
        if ty == x.ty {
            return;
        }
        x.ty = ty;
        let computed = !matches!(x.mode, Mode::Const(_) | Mode::Nil);
        if computed && !self.is_untyped(ty) {
            match self.retype(x.e, ty) {
                Some(e) => x.e = e,
                // It is reported; of that type it is all the same.
                None => x.e = self.zero(ty, x.expr.pos),
            }
        }
    }

    /// Gives an untyped operand its default type.
    pub(super) fn default(&mut self, x: &mut Operand<'a>) {
        let ty = self.default_type(x.ty);
        if ty != x.ty {
            self.convert_untyped(x, ty);
        }
    }

    /// Rebuilds an untyped tree for a type; `None`, with a message, if a shift or a constant is not of it.
    fn retype(&mut self, e: E<'a>, ty: Ty) -> Option<E<'a>> {
        if !self.is_untyped(e.ty) {
            return Some(e);
        }
        let kind = match e.kind {
            ExprKind::Binary { op: op @ (BinOp::Shl | BinOp::Shr), x, y } => {
                if let Some(shift) = self.shifts.get(&std::ptr::from_ref::<Expr<'a>>(e)).copied()
                    && !self.is_integer(ty)
                {
                    let message =
                        format!("invalid operation: {} (shift of type {})", show_expr(shift), self.show_type(ty));
                    self.error(shift.span, message);
                    return None;
                }
                ExprKind::Binary { op, x: self.retype(x, ty)?, y }
            }
            ExprKind::Binary { op, x, y } if e.ty != Types::UNTYPED_BOOL => self
                .deeper(Span::at(e.pos), |c| Some((c.retype(x, ty)?, c.retype(y, ty)?)))?
                .map(|(x, y)| ExprKind::Binary { op, x, y })?,
            ExprKind::AndAnd(x, y) => self
                .deeper(Span::at(e.pos), |c| Some((c.retype(x, ty)?, c.retype(y, ty)?)))?
                .map(|(x, y)| ExprKind::AndAnd(x, y))?,
            ExprKind::OrOr(x, y) => self
                .deeper(Span::at(e.pos), |c| Some((c.retype(x, ty)?, c.retype(y, ty)?)))?
                .map(|(x, y)| ExprKind::OrOr(x, y))?,
            ExprKind::Unary { op, x } => ExprKind::Unary { op, x: self.deeper(Span::at(e.pos), |c| c.retype(x, ty))?? },
            ExprKind::Const(value) => {
                let value = match value {
                    Const::Int(x) => Value::from(x),
                    Const::Float(x) => Value::float(x)?,
                    other => return Some(self.node(ExprKind::Const(other), ty, e.pos)),
                };
                match self.represent(&value, e.ty, ty) {
                    Ok(value) => {
                        let typed = self.const_value_of(&value, ty);
                        ExprKind::Const(typed)
                    }
                    Err(why) => {
                        let shown = format!("{value} ({} constant)", self.show_type(e.ty));
                        let message = why.message(&shown, &self.show_type(self.types.underlying(ty)));
                        self.error_at(e.pos, message);
                        return None;
                    }
                }
            }
            other => other,
        };
        Some(self.node(kind, ty, e.pos))
    }
}
