//! Expressions: the kinds, and what may stand where.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/expr.go.

use super::Checker;
use super::operand::{Mode, Operand};
use super::show::show_expr;
use crate::ast::{self, ExprKind as Ast};
use crate::constant::BasicKind;
use crate::ir::{E, ExprKind, Multi};
use crate::types::{Kind, Ty, Types};

/// What an expression may be used for, besides its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Conversion,
    Expression,
    /// It may stand as a statement.
    Statement,
}

/// Operands of a list of expressions.
pub(super) struct List<'a> {
    pub operands: Vec<Operand<'a>>,
    /// A single call of several results: the operands are its temporaries.
    pub multi: Option<&'a Multi<'a>>,
    /// A single expression with a second value, which is the second operand.
    pub comma_ok: bool,
}

/// The expression in parentheses.
pub(super) fn unparen<'a>(e: &'a ast::Expr<'a>) -> &'a ast::Expr<'a> {
    let mut e = e;
    while let Ast::Paren(x) = e.kind {
        e = x;
    }
    e
}

impl<'a> Checker<'a, '_> {
    /// A single value.
    pub(super) fn expr(&mut self, e: &'a ast::Expr<'a>) -> Operand<'a> {
        self.expr_with_hint(e, None)
    }

    /// A single value; a literal without type is of type `hint`.
    pub(super) fn expr_with_hint(&mut self, e: &'a ast::Expr<'a>, hint: Option<Ty>) -> Operand<'a> {
        let mut x = self.raw_expr(e, hint).0;
        self.exclude(&mut x, false);
        self.single_value(&mut x);
        x
    }

    /// A value, or several of one call.
    pub(super) fn multi_expr(&mut self, e: &'a ast::Expr<'a>) -> Operand<'a> {
        let mut x = self.raw_expr(e, None).0;
        self.exclude(&mut x, false);
        x
    }

    /// A value, a type or a builtin.
    pub(super) fn expr_or_type(&mut self, e: &'a ast::Expr<'a>) -> Operand<'a> {
        let mut x = self.raw_expr(e, None).0;
        self.exclude(&mut x, true);
        self.single_value(&mut x);
        x
    }

    fn exclude(&mut self, x: &mut Operand<'a>, types: bool) {
        let what = match x.mode {
            Mode::NoValue if types => "used as value or type",
            Mode::NoValue => "used as value",
            Mode::Builtin(_) if !types => "must be called",
            Mode::Type if !types => "is not an expression",
            _ => return,
        };
        let message = format!("{} {what}", self.show(x));
        *x = self.fail(x, message);
    }

    /// Reports several values where one is wanted.
    pub(super) fn single_value(&mut self, x: &mut Operand<'a>) {
        if matches!(x.mode, Mode::Value) && matches!(self.types.kind(x.ty), Kind::Tuple(_)) {
            let message = format!("multiple-value {} in single-value context", self.show(x));
            *x = self.fail(x, message);
        }
    }

    /// Checks expressions whose values do not matter any more.
    pub(super) fn use_exprs(&mut self, list: &[&'a ast::Expr<'a>]) {
        for e in list {
            if !matches!(e.kind, Ast::Name(name) if name.name == "_") {
                self.raw_expr(e, None);
            }
        }
    }

    /// A list: as many values as expressions, or those of a single call.
    pub(super) fn expr_list(&mut self, list: &[&'a ast::Expr<'a>], allow_comma_ok: bool) -> List<'a> {
        let [e] = list else {
            let operands = list.iter().map(|e| self.expr(e)).collect();
            return List { operands, multi: None, comma_ok: false };
        };
        let mut x = self.multi_expr(e);
        if let (false, Kind::Tuple(types)) = (x.is_invalid(), self.types.kind(x.ty).clone()) {
            let mut temps = Vec::new();
            let mut operands = Vec::new();
            for &ty in &types {
                let (temp, tree) = self.temp(ty, e.pos);
                temps.push(temp);
                operands.push(Operand { mode: Mode::Value, ty, e: tree, expr: e, bound: None });
            }
            let multi = self.arena.alloc(Multi { call: x.e, temps: self.slice(&temps) });
            return List { operands, multi: Some(multi), comma_ok: false };
        }
        if allow_comma_ok && matches!(x.mode, Mode::MapIndex | Mode::CommaOk) {
            x.mode = Mode::Value;
            let ok = self.value(ExprKind::Zero, Types::UNTYPED_BOOL, e);
            return List { operands: vec![x, ok], multi: None, comma_ok: true };
        }
        List { operands: vec![x], multi: None, comma_ok: false }
    }

    /// Any expression: a value, a type, a builtin, a call without results.
    pub(super) fn raw_expr(&mut self, e: &'a ast::Expr<'a>, hint: Option<Ty>) -> (Operand<'a>, Class) {
        let result = self.deeper(e.span, |c| c.expr_of(e, hint));
        result.unwrap_or_else(|| (self.invalid(e), Class::Statement))
    }

    fn expr_of(&mut self, e: &'a ast::Expr<'a>, hint: Option<Ty>) -> (Operand<'a>, Class) {
        let x = match &e.kind {
            Ast::Name(name) => self.ident(*name, e, false),
            Ast::Lit { kind, text } => self.basic_lit(e, *kind, text),
            Ast::CompositeLit { ty, elems, end } => self.composite_lit(e, *ty, elems, *end, hint),
            Ast::FuncLit { sig, body } => self.func_lit(e, sig, body),
            Ast::Paren(inner) => {
                let (mut x, class) = self.raw_expr(inner, None);
                x.expr = e;
                return (x, class);
            }
            Ast::Selector { .. } => self.selector(e),
            Ast::Index { x, index } => self.index_expr(e, x, index),
            Ast::Slice { x, lo, hi, max, three } => self.slice_expr(e, x, [*lo, *hi, *max], *three),
            Ast::TypeAssert { x, ty } => self.type_assert(e, x, *ty),
            Ast::Call { fun, args, spread } => return self.call_expr(e, fun, args, *spread),
            Ast::Star(x) => self.star(e, x),
            Ast::Addr(x) => self.addr(e, x),
            Ast::Recv(x) => {
                let x = self.recv(e, x);
                return (x, Class::Statement);
            }
            Ast::Unary { op, x } => self.unary(e, *op, x),
            Ast::Binary { op, x, y } => self.binary(Some(e), x, y, *op).0,
            Ast::Array { .. }
            | Ast::SliceType(_)
            | Ast::Struct(_)
            | Ast::FuncType(_)
            | Ast::Interface(_)
            | Ast::Map { .. }
            | Ast::Chan { .. } => {
                let ty = self.typ(e);
                self.type_operand(ty, e)
            }
        };
        // What follows from an error is no fault of its own.
        let class = if x.is_invalid() { Class::Statement } else { Class::Expression };
        (x, class)
    }

    fn basic_lit(&mut self, e: &'a ast::Expr<'a>, kind: ast::LitKind, text: &'a str) -> Operand<'a> {
        if text.len() > crate::constant::LONGEST_NUMBER && kind != ast::LitKind::String {
            let start: String = text.chars().take(10).collect();
            self.error(e.span, format!("excessively long constant: {start}... ({} chars)", text.len()));
            return self.invalid(e);
        }
        match crate::constant::parse(text) {
            Ok((kind, value)) => {
                let ty = match BasicKind::of_literal(kind) {
                    BasicKind::UntypedInt => Types::UNTYPED_INT,
                    BasicKind::UntypedRune => Types::UNTYPED_RUNE,
                    BasicKind::UntypedFloat => Types::UNTYPED_FLOAT,
                    BasicKind::UntypedComplex => Types::UNTYPED_COMPLEX,
                    _ => Types::UNTYPED_STRING,
                };
                self.constant(value, ty, e)
            }
            // The parser has reported what is wrong with it.
            Err(_) if self.failed || !self.diagnostics.is_empty() => self.invalid(e),
            Err(_) => {
                self.error(e.span, format!("malformed constant: {text}"));
                self.invalid(e)
            }
        }
    }

    fn type_assert(
        &mut self,
        e: &'a ast::Expr<'a>,
        x: &'a ast::Expr<'a>,
        ty: Option<&'a ast::Expr<'a>>,
    ) -> Operand<'a> {
        let x = self.expr(x);
        if x.is_invalid() {
            return self.invalid(e);
        }
        if !self.types.is_interface(x.ty) {
            let message = format!("invalid operation: {} is not an interface", self.show(&x));
            return self.fail(&x, message);
        }
        let Some(ty) = ty else {
            self.error(e.span, "use of .(type) outside type switch");
            return self.invalid(e);
        };
        let ty = self.typ(ty);
        if ty == Types::INVALID {
            return self.invalid(e);
        }
        if let Err(cause) = self.assertable(x.ty, ty) {
            let message = format!(
                "impossible type assertion: {}\n\t{} does not implement {} {cause}",
                show_expr(e),
                self.show_type(ty),
                self.show_type(x.ty)
            );
            self.error(e.span, message);
        }
        let tree = self.tree(&x);
        self.operand(Mode::CommaOk, ExprKind::TypeAssert(tree), ty, e)
    }

    // --- pointers and channels --------------------------------------------------------------------

    fn star(&mut self, e: &'a ast::Expr<'a>, inner: &'a ast::Expr<'a>) -> Operand<'a> {
        let x = self.expr_or_type(inner);
        match x.mode {
            Mode::Invalid => self.invalid(e),
            Mode::Type => {
                let ty = self.make(Kind::Pointer(x.ty), e.span);
                self.type_operand(ty, e)
            }
            _ => match *self.types.under(x.ty) {
                Kind::Pointer(elem) => {
                    let tree = self.tree(&x);
                    self.operand(Mode::Variable, ExprKind::Deref(tree), elem, e)
                }
                _ => {
                    let message = format!("invalid operation: cannot indirect {}", self.show(&x));
                    self.fail(&x, message)
                }
            },
        }
    }

    fn addr(&mut self, e: &'a ast::Expr<'a>, inner: &'a ast::Expr<'a>) -> Operand<'a> {
        let x = self.expr(inner);
        if x.is_invalid() {
            return self.invalid(e);
        }
        if matches!(unparen(inner).kind, Ast::CompositeLit { .. }) {
            return self.ptr_lit(x.e, e);
        }
        if !matches!(x.mode, Mode::Variable) {
            let message = format!("invalid operation: cannot take address of {}", self.show(&x));
            return self.fail(&x, message);
        }
        let tree = self.address(x.e, e.pos);
        Operand { mode: Mode::Value, ty: tree.ty, e: tree, expr: e, bound: None }
    }

    fn recv(&mut self, e: &'a ast::Expr<'a>, inner: &'a ast::Expr<'a>) -> Operand<'a> {
        let x = self.expr(inner);
        if x.is_invalid() {
            return self.invalid(e);
        }
        let Kind::Chan { dir, elem } = *self.types.under(x.ty) else {
            let message = format!("invalid operation: cannot receive from non-channel {}", self.show(&x));
            return self.fail(&x, message);
        };
        if dir == ast::ChanDir::Send {
            let message = format!("invalid operation: cannot receive from send-only channel {}", self.show(&x));
            return self.fail(&x, message);
        }
        self.refuse_concurrency(e.span, "channels");
        self.env.has_call = true;
        let tree = self.tree(&x);
        self.operand(Mode::CommaOk, ExprKind::Recv(tree), elem, e)
    }

    /// A value of a package variable, field or element is there to be read; the tree of one that is not is its zero.
    pub(super) fn zero(&self, ty: Ty, pos: crate::source::Pos) -> E<'a> {
        self.node(ExprKind::Zero, ty, pos)
    }
}
