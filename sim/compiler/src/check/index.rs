//! Index and slice expressions.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/index.go.

use super::Checker;
use super::operand::{Mode, Operand};
use crate::ast;
use crate::ir::{E, ExprKind, SliceOf};
use crate::types::{Kind, Types};

impl<'a> Checker<'a, '_> {
    pub(super) fn index_expr(
        &mut self,
        e: &'a ast::Expr<'a>,
        inner: &'a ast::Expr<'a>,
        index: &'a ast::Expr<'a>,
    ) -> Operand<'a> {
        let mut x = self.expr_or_type(inner);
        if x.is_invalid() {
            self.use_exprs(&[index]);
            return self.invalid(e);
        }
        if x.is_type() {
            let message = format!("{} is not a generic type", self.show_type(x.ty));
            return self.fail(&x, message);
        }
        let under = if matches!(x.mode, Mode::Builtin(_)) {
            Kind::Basic(crate::types::Basic::Invalid)
        } else {
            self.types.under(x.ty).clone()
        };
        let array = self.types.pointee(x.ty).and_then(|ty| match self.types.under(ty) {
            Kind::Array { len, elem } => Some((*len, *elem)),
            _ => None,
        });
        // Its length, if it is known, the element, and whether that has an address.
        let (len, elem, mode) = match under {
            Kind::Map { key, elem } => {
                let mut k = self.expr(index);
                let key = self.assigned(&mut k, key, "map index");
                let map = self.tree(&x);
                return self.operand(Mode::MapIndex, ExprKind::IndexMap { map, key }, elem, e);
            }
            Kind::Basic(basic) if basic.is_untyped() || basic == crate::types::Basic::String => {
                if !self.is_string(x.ty) {
                    return self.cannot("index", &x, e);
                }
                let len = x.value().and_then(|value| value.str_len()).map(|len| len as u64);
                self.default(&mut x);
                (len, Types::UINT8, Mode::Value)
            }
            Kind::Array { len, elem } if matches!(x.mode, Mode::Variable) => (Some(len), elem, Mode::Variable),
            Kind::Array { len, elem } => (Some(len), elem, Mode::Value),
            Kind::Pointer(_) if array.is_some() => {
                let (len, elem) = array.unwrap_or((0, Types::INVALID));
                (Some(len), elem, Mode::Variable)
            }
            Kind::Slice(elem) => (None, elem, Mode::Variable),
            _ => return self.cannot("index", &x, e),
        };
        let index = self.index(index, len);
        let mut tree = self.tree(&x);
        if let Some(pointee) = self.types.pointee(tree.ty) {
            tree = self.node(ExprKind::Deref(tree), pointee, e.pos);
        }
        let Some((index, value)) = index else {
            // What the element is, is known nevertheless.
            let mut x = self.operand(mode, ExprKind::Zero, elem, e);
            x.e = self.zero(elem, e.pos);
            return x;
        };
        let in_array = matches!(self.types.under(tree.ty), Kind::Array { .. });
        let bounded = in_array && value.is_some();
        self.operand(mode, ExprKind::Index { x: tree, index, bounded }, elem, e)
    }

    fn cannot(&mut self, what: &str, x: &Operand<'a>, e: &'a ast::Expr<'a>) -> Operand<'a> {
        let message = format!("invalid operation: cannot {what} {}", self.show(x));
        if what == "index" {
            self.error_at(e.pos, message);
            return self.invalid(e);
        }
        self.fail(x, message)
    }

    /// An index, less than `len` if it is constant; its tree, and its value if it is constant.
    pub(super) fn index(&mut self, e: &'a ast::Expr<'a>, len: Option<u64>) -> Option<(E<'a>, Option<u64>)> {
        let mut x = self.expr(e);
        if !self.is_index(&mut x, "index") {
            return None;
        }
        let value = x.value().and_then(|value| value.to_u64());
        if let (Some(value), Some(len)) = (value, len)
            && value >= len
        {
            let message = format!("invalid argument: index {value} out of bounds [0:{len}]");
            self.error(x.span(), message);
            return None;
        }
        Some((self.tree(&x), value))
    }

    /// Is it an integer, and one that an `int` can be if it is constant?
    pub(super) fn is_index(&mut self, x: &mut Operand<'a>, what: &str) -> bool {
        if x.is_invalid() {
            return false;
        }
        self.convert_untyped(x, Types::INT);
        if x.is_invalid() {
            return false;
        }
        let wrong = if !self.is_integer(x.ty) {
            "must be integer"
        } else if x.value().is_some_and(|value| value.sign() == Some(-1)) {
            "must not be negative"
        } else if x.value().is_some_and(|value| value.to_i64().is_none()) {
            "overflows int"
        } else {
            return true;
        };
        let message = format!("invalid argument: {what} {} {wrong}", self.show(x));
        *x = self.fail(x, message);
        false
    }

    pub(super) fn slice_expr(
        &mut self,
        e: &'a ast::Expr<'a>,
        inner: &'a ast::Expr<'a>,
        bounds: [Option<&'a ast::Expr<'a>>; 3],
        three: bool,
    ) -> Operand<'a> {
        let mut x = self.expr(inner);
        if x.is_invalid() {
            let used: Vec<_> = bounds.into_iter().flatten().collect();
            self.use_exprs(&used);
            return self.invalid(e);
        }
        let pointee = self.types.pointee(x.ty);
        let (of, len, ty) = match self.types.under(x.ty).clone() {
            Kind::Basic(_) if self.is_string(x.ty) => {
                if three {
                    let at = bounds[2].map_or(e.span, |max| max.span);
                    self.error(at, "invalid operation: 3-index slice of string");
                    return self.invalid(e);
                }
                let len = x.value().and_then(|value| value.str_len()).map(|len| len as u64);
                self.default(&mut x);
                (SliceOf::String, len, x.ty)
            }
            Kind::Array { len, elem } => {
                if !matches!(x.mode, Mode::Variable) {
                    let message = format!("invalid operation: {} (slice of unaddressable value)", self.show(&x));
                    return self.fail(&x, message);
                }
                let e = self.address(x.e, x.expr.pos);
                x = Operand { e, ty: e.ty, mode: Mode::Value, ..x };
                (SliceOf::Array, Some(len), self.types.slice(elem))
            }
            Kind::Pointer(_) => match pointee.map(|ty| self.types.under(ty).clone()) {
                Some(Kind::Array { len, elem }) => (SliceOf::Array, Some(len), self.types.slice(elem)),
                _ => return self.cannot("slice", &x, e),
            },
            Kind::Slice(_) => (SliceOf::Slice, None, x.ty),
            _ => return self.cannot("slice", &x, e),
        };
        let mut trees = [None; 3];
        let mut values = [None; 3];
        for (i, bound) in bounds.into_iter().enumerate() {
            if let Some(bound) = bound
                && let Some((tree, value)) = self.index(bound, len.map(|len| len + 1))
            {
                (trees[i], values[i]) = (Some(tree), value.map(|value| (value, bound)));
            }
        }
        'order: for i in 0..2 {
            for j in i + 1..3 {
                if let (Some((low, _)), Some((high, at))) = (values[i], values[j])
                    && high < low
                {
                    self.error(at.span, format!("invalid slice indices: {high} < {low}"));
                    break 'order;
                }
            }
        }
        let tree = self.tree(&x);
        let [lo, hi, max] = trees;
        self.value(ExprKind::Slice { of, x: tree, lo, hi, max }, ty, e)
    }
}
