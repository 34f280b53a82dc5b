//! A value being checked: what it is, its type, and its tree.

use super::Checker;
use super::builtin::Builtin;
use crate::ast;
use crate::constant::Value;
use crate::ir::{AllocId, AllocKind, Const, E, ExprKind, MethodRef};
use crate::source::Span;
use crate::types::{Basic, Ty, Types};

/// What an operand is.
#[derive(Clone, Debug)]
pub(super) enum Mode {
    /// In error; what is wrong has been reported.
    Invalid,
    /// A call without results.
    NoValue,
    Builtin(Builtin),
    Type,
    Const(Value),
    /// Has an address.
    Variable,
    /// An element of a map: it can be assigned to, and has a second value.
    MapIndex,
    Value,
    Nil,
    /// A value that has a second one: a receive or a type assertion.
    CommaOk,
}

/// A method with its receiver, not called yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound<'a> {
    /// The receiver, as the function takes it, or an interface.
    pub recv: E<'a>,
    pub method: MethodRef,
}

#[derive(Clone, Debug)]
pub(super) struct Operand<'a> {
    pub mode: Mode,
    pub ty: Ty,
    /// The tree; of constants, nil and methods, use [`Checker::tree`].
    pub e: E<'a>,
    /// What is written.
    pub expr: &'a ast::Expr<'a>,
    pub bound: Option<Bound<'a>>,
}

impl<'a> Operand<'a> {
    pub(super) fn is_invalid(&self) -> bool {
        matches!(self.mode, Mode::Invalid)
    }

    pub(super) fn is_nil(&self) -> bool {
        matches!(self.mode, Mode::Nil)
    }

    pub(super) fn is_type(&self) -> bool {
        matches!(self.mode, Mode::Type)
    }

    /// Its value, if it is a constant.
    pub(super) fn value(&self) -> Option<&Value> {
        match &self.mode {
            Mode::Const(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn is_const(&self) -> bool {
        matches!(self.mode, Mode::Const(_))
    }

    pub(super) fn span(&self) -> Span {
        self.expr.span
    }
}

impl<'a> Checker<'a, '_> {
    /// An operand that is in error.
    pub(super) fn invalid(&self, expr: &'a ast::Expr<'a>) -> Operand<'a> {
        let e = self.node(ExprKind::Zero, Types::INVALID, expr.pos);
        Operand { mode: Mode::Invalid, ty: Types::INVALID, e, expr, bound: None }
    }

    /// A value with its tree.
    pub(super) fn value(&self, kind: ExprKind<'a>, ty: Ty, expr: &'a ast::Expr<'a>) -> Operand<'a> {
        self.operand(Mode::Value, kind, ty, expr)
    }

    pub(super) fn operand(&self, mode: Mode, kind: ExprKind<'a>, ty: Ty, expr: &'a ast::Expr<'a>) -> Operand<'a> {
        Operand { mode, ty, e: self.node(kind, ty, expr.pos), expr, bound: None }
    }

    /// A constant.
    pub(super) fn constant(&self, value: Value, ty: Ty, expr: &'a ast::Expr<'a>) -> Operand<'a> {
        self.operand(Mode::Const(value), ExprKind::Zero, ty, expr)
    }

    /// A type as an operand.
    pub(super) fn type_operand(&self, ty: Ty, expr: &'a ast::Expr<'a>) -> Operand<'a> {
        if ty == Types::INVALID {
            return self.invalid(expr);
        }
        self.operand(Mode::Type, ExprKind::Zero, ty, expr)
    }

    /// The tree of an operand that is a value.
    pub(super) fn tree(&mut self, x: &Operand<'a>) -> E<'a> {
        match (&x.mode, x.bound) {
            (Mode::Const(value), _) => self.const_tree(value, x.ty, x.expr),
            (Mode::Nil, _) => self.node(ExprKind::Nil, x.ty, x.expr.pos),
            (_, Some(Bound { recv, method })) => {
                let alloc = self.alloc(AllocKind::MethodValue, x.expr.pos);
                self.node(ExprKind::MethodValue { recv, callee: method, alloc }, x.ty, x.expr.pos)
            }
            _ => x.e,
        }
    }

    /// The node of a constant. An untyped number that is not final yet is an integer, if it is one.
    pub(super) fn const_tree(&mut self, value: &Value, ty: Ty, expr: &'a ast::Expr<'a>) -> E<'a> {
        self.node(ExprKind::Const(self.const_value_of(value, ty)), ty, expr.pos)
    }

    pub(super) fn const_value_of(&self, value: &Value, ty: Ty) -> Const<'a> {
        let integer = || value.to_i64().map(i128::from).or(value.to_u64().map(i128::from));
        let part = |x: Option<Value>, single: bool| {
            let x = x.unwrap_or(Value::from(0));
            if single { x.to_f32().unwrap_or(0.0).into() } else { x.to_f64().unwrap_or(0.0) }
        };
        match self.basic(ty).unwrap_or(Basic::Invalid) {
            Basic::Bool | Basic::UntypedBool => Const::Bool(value.as_bool().unwrap_or(false)),
            Basic::String | Basic::UntypedString => Const::Str(self.slice(&value.to_bytes().unwrap_or_default())),
            Basic::Float32 => Const::Float(part(Some(value.clone()), true)),
            Basic::Float64 => Const::Float(part(Some(value.clone()), false)),
            Basic::Complex64 => Const::Complex(part(value.real(), true), part(value.imag(), true)),
            Basic::Complex128 => Const::Complex(part(value.real(), false), part(value.imag(), false)),
            // What is left is an integer, or an untyped number.
            _ => match integer() {
                Some(x) => Const::Int(x),
                None if value.sign().is_some() => Const::Float(part(Some(value.clone()), false)),
                None => Const::Int(0),
            },
        }
    }

    /// A new allocation of the current function.
    pub(super) fn alloc(&mut self, what: AllocKind, pos: crate::source::Pos) -> AllocId {
        self.current_func().add_alloc(what, pos)
    }

    /// Does a constant fit a basic type? Its value as one of that type.
    pub(super) fn represent(&self, value: &Value, from: Ty, to: Ty) -> Result<Value, crate::constant::Unrepresentable> {
        crate::constant::representable(value, self.const_kind(from), self.const_kind(to))
    }

    /// Reports an error about an operand, which is invalid from then on.
    pub(super) fn fail(&mut self, x: &Operand<'a>, message: impl Into<String>) -> Operand<'a> {
        self.error(x.span(), message);
        self.invalid(x.expr)
    }
}
