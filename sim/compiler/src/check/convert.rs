//! Assignability and conversions, implicit and explicit.
//!
//! Source: the Go specification; Go 1.19 cmd/compile/internal/types2/{operand,conversions,assignments}.go.

use super::Checker;
use super::operand::{Mode, Operand};
use crate::ast::ChanDir;
use crate::constant::Unrepresentable;
use crate::ir::{AllocKind, Conv, E, ExprKind};
use crate::types::{Basic, Field, Kind, Ty, Types};

impl<'a> Checker<'a, '_> {
    /// Can an operand be assigned to a variable of a type? Says why not, if there is more to say.
    pub(super) fn assignable(&mut self, x: &Operand<'a>, to: Ty) -> Result<(), Option<String>> {
        let from = x.ty;
        if x.is_invalid() || to == Types::INVALID || from == to {
            return Ok(());
        }
        if self.is_untyped(from) {
            return self.implicit_type(x, to).map(|_| ()).map_err(|_| None);
        }
        let (from_under, to_under) = (self.types.underlying(from), self.types.underlying(to));
        let unnamed = !self.has_name(from) || !self.has_name(to);
        if from_under == to_under && unnamed {
            return Ok(());
        }
        if self.types.is_interface(to) || self.is_interface_pointer(to) {
            return self.implements(from, to).map_err(Some);
        }
        if self.types.is_interface(from) && self.implements(to, from).is_ok() {
            return Err(Some("need type assertion".into()));
        }
        match (self.types.kind(from_under), self.types.kind(to_under)) {
            (Kind::Chan { dir: ChanDir::Both, elem: a }, Kind::Chan { elem: b, .. }) if a == b && unnamed => Ok(()),
            _ => Err(None),
        }
    }

    /// Checks that an operand can be assigned to a variable of type `to`, or of its own type if there is none, and gives it
    /// a type if it is untyped. `context` ends the message: `assignment`.
    ///
    /// The operand keeps its type: [`Checker::coerce`] makes a tree of type `to` of it.
    pub(super) fn assignment(&mut self, x: &mut Operand<'a>, to: Option<Ty>, context: &str) {
        self.single_value(x);
        match x.mode {
            Mode::Invalid => return,
            Mode::NoValue | Mode::Builtin(_) | Mode::Type => {
                let to = to.map_or_else(|| "<nil>".into(), |to| self.show_type(to));
                let message = format!("cannot assign {} to {to} in {context}", self.show(x));
                *x = self.fail(x, message);
                return;
            }
            _ => {}
        }
        if self.is_untyped(x.ty) {
            let target = match to {
                None if x.is_nil() => {
                    *x = self.fail(x, format!("use of untyped nil in {context}"));
                    return;
                }
                Some(to) if x.is_nil() => to,
                Some(to) if !self.types.is_interface(to) => to,
                _ => self.default_type(x.ty),
            };
            match self.implicit_type(x, target) {
                Ok((ty, value)) => self.settle(x, ty, value),
                Err(why) => {
                    let target = self.show_type(target);
                    let mut message = format!("cannot use {} as {target} value in {context}", self.show(x));
                    if let Some(note) = why.note() {
                        message.push_str(&format!(" ({note})"));
                    }
                    *x = self.fail(x, message);
                    return;
                }
            }
        }
        let Some(to) = to else { return };
        if x.is_invalid() {
            return;
        }
        if let Err(reason) = self.assignable(x, to) {
            let mut message = format!("cannot use {} as type {} in {context}", self.show(x), self.show_type(to));
            if let Some(reason) = reason {
                message.push_str(&format!(":\n\t{reason}"));
            }
            *x = self.fail(x, message);
        }
    }

    /// The tree of an operand as a value of a type that it is assignable to.
    pub(super) fn coerce(&mut self, x: &Operand<'a>, to: Ty) -> E<'a> {
        if x.is_nil() {
            return self.node(ExprKind::Nil, to, x.expr.pos);
        }
        let e = self.tree(x);
        self.coerce_tree(e, to)
    }

    /// The same of a tree.
    pub(super) fn coerce_tree(&mut self, e: E<'a>, to: Ty) -> E<'a> {
        if e.ty == to || to == Types::INVALID || e.ty == Types::INVALID {
            return e;
        }
        let conv = if self.types.is_interface(to) {
            if self.types.underlying(e.ty) == self.types.underlying(to) {
                Conv::Nop
            } else if self.types.is_interface(e.ty) {
                Conv::Interface
            } else {
                Conv::ToInterface(self.alloc(AllocKind::ConvIface, e.pos))
            }
        } else {
            Conv::Nop
        };
        self.node(ExprKind::Convert { conv, x: e }, to, e.pos)
    }

    /// Checks an assignment and makes the tree of the value; what is wrong becomes a zero value.
    pub(super) fn assigned(&mut self, x: &mut Operand<'a>, to: Ty, context: &str) -> E<'a> {
        self.assignment(x, Some(to), context);
        if x.is_invalid() {
            return self.node(ExprKind::Zero, to, x.expr.pos);
        }
        self.coerce(x, to)
    }

    /// The explicit conversion `to(x)`.
    pub(super) fn conversion(&mut self, x: &mut Operand<'a>, to: Ty, call: &'a crate::ast::Expr<'a>) {
        if x.is_invalid() {
            return;
        }
        if let Mode::Const(value) = &x.mode
            && self.is_const_type(to)
        {
            match crate::constant::convert(value, self.const_kind(x.ty), self.const_kind(to)) {
                Ok(value) => *x = self.constant(value, to, call),
                Err(crate::constant::NotConvertible(value)) => {
                    x.mode = Mode::Const(value);
                    let message = format!("cannot convert {} to type {}", self.show(x), self.show_type(to));
                    *x = self.fail(x, message);
                }
            }
            return;
        }
        if let Err(reason) = self.convertible(x, to) {
            let mut message = format!("cannot convert {} to type {}", self.show(x), self.show_type(to));
            if let Some(reason) = reason {
                message.push_str(&format!(":\n\t{reason}"));
            }
            *x = self.fail(x, message);
            return;
        }
        if x.is_nil() {
            *x = self.value(ExprKind::Nil, to, call);
            return;
        }
        if self.is_untyped(x.ty) {
            // A constant that becomes no constant, or a value computed from untyped ones.
            if self.types.is_interface(to) || x.is_const() {
                self.default(x);
            } else {
                self.settle(x, to, None);
            }
            if x.is_invalid() {
                return;
            }
        }
        let e = self.tree(x);
        let e = self.converted(e, to, call);
        *x = Operand { mode: Mode::Value, ty: to, e, expr: call, bound: None };
    }

    /// Can a value be converted to a type?
    fn convertible(&mut self, x: &Operand<'a>, to: Ty) -> Result<(), Option<String>> {
        let reason = match self.assignable(x, to) {
            Ok(()) => return Ok(()),
            Err(reason) => reason,
        };
        if x.is_nil() {
            return Err(reason);
        }
        let from = x.ty;
        if self.same_but_tags(self.types.underlying(from), self.types.underlying(to)) {
            return Ok(());
        }
        if let (Kind::Pointer(a), Kind::Pointer(b)) = (self.types.kind(from), self.types.kind(to)) {
            let (a, b) = (self.types.underlying(*a), self.types.underlying(*b));
            if self.same_but_tags(a, b) {
                return Ok(());
            }
        }
        let real = |c: &Self, ty: Ty| c.is_numeric(ty) && !c.is_complex(ty);
        let pointer = |c: &Self, ty: Ty| matches!(c.types.under(ty), Kind::Pointer(_));
        let is = |c: &Self, ty: Ty, basic: Basic| c.basic(ty) == Some(basic);
        let convertible = real(self, from) && real(self, to)
            || self.is_complex(from) && self.is_complex(to)
            || (self.is_integer(from) || self.is_bytes_or_runes(from)) && self.is_string(to)
            || self.is_string(from) && self.is_bytes_or_runes(to)
            || (pointer(self, from) || is(self, from, Basic::Uintptr)) && is(self, to, Basic::UnsafePointer)
            || is(self, from, Basic::UnsafePointer) && (pointer(self, to) || is(self, to, Basic::Uintptr));
        if convertible {
            return Ok(());
        }
        let array = self.types.pointee(to).and_then(|ty| match self.types.under(ty) {
            Kind::Array { elem, .. } => Some(*elem),
            _ => None,
        });
        match self.types.under(from) {
            Kind::Slice(elem) if array == Some(*elem) => {
                Err(Some("conversion of slices to array pointers requires go1.17 or later".into()))
            }
            _ => Err(reason),
        }
    }

    /// Are two types the same, apart from the tags of structures?
    fn same_but_tags(&mut self, a: Ty, b: Ty) -> bool {
        a == b || self.untagged(a) == self.untagged(b)
    }

    /// The type with all tags of its structures taken off.
    fn untagged(&mut self, ty: Ty) -> Ty {
        let kind = match self.types.kind(ty).clone() {
            Kind::Basic(_) | Kind::Named(_) => return ty,
            Kind::Pointer(elem) => Kind::Pointer(self.untagged(elem)),
            Kind::Slice(elem) => Kind::Slice(self.untagged(elem)),
            Kind::Array { len, elem } => Kind::Array { len, elem: self.untagged(elem) },
            Kind::Map { key, elem } => Kind::Map { key: self.untagged(key), elem: self.untagged(elem) },
            Kind::Chan { dir, elem } => Kind::Chan { dir, elem: self.untagged(elem) },
            Kind::Struct(fields) => {
                let plain =
                    |c: &mut Self, field: &Field| Field { tag: "".into(), ty: c.untagged(field.ty), ..field.clone() };
                Kind::Struct(fields.iter().map(|field| plain(self, field)).collect())
            }
            Kind::Func { params, results, variadic } => Kind::Func {
                params: params.iter().map(|&ty| self.untagged(ty)).collect(),
                results: results.iter().map(|&ty| self.untagged(ty)).collect(),
                variadic,
            },
            Kind::Interface(methods) => {
                let plain = |c: &mut Self, m: &crate::types::Method| crate::types::Method {
                    sig: c.untagged(m.sig),
                    ..m.clone()
                };
                Kind::Interface(methods.iter().map(|m| plain(self, m)).collect())
            }
            Kind::Tuple(types) => Kind::Tuple(types.iter().map(|&ty| self.untagged(ty)).collect()),
        };
        self.types.make(kind)
    }

    /// The node of an explicit conversion that is right.
    fn converted(&mut self, e: E<'a>, to: Ty, call: &'a crate::ast::Expr<'a>) -> E<'a> {
        let from = e.ty;
        if from == to {
            // It stays a value of its own: `T(x)` has no address.
            return self.node(ExprKind::Convert { conv: Conv::Nop, x: e }, to, call.pos);
        }
        if self.types.is_interface(to) {
            let e = self.coerce_tree(e, to);
            return self.node(e.kind, to, call.pos);
        }
        let elem = |c: &Self, ty: Ty| c.types.elem(ty).and_then(|elem| c.basic(elem));
        let what = AllocKind::StringOp;
        let conv = if self.types.underlying(from) == self.types.underlying(to) {
            Conv::Nop
        } else if self.is_string(to) {
            match elem(self, from) {
                Some(Basic::Uint8) => Conv::BytesToString(self.alloc(what, call.pos)),
                Some(_) => Conv::RunesToString(self.alloc(what, call.pos)),
                None => Conv::RuneToString(self.alloc(what, call.pos)),
            }
        } else if self.is_string(from) {
            match elem(self, to) {
                Some(Basic::Uint8) => Conv::StringToBytes(self.alloc(what, call.pos)),
                _ => Conv::StringToRunes(self.alloc(what, call.pos)),
            }
        } else if self.is_numeric(from) && self.is_numeric(to) {
            Conv::Numeric
        } else {
            Conv::Nop
        };
        self.node(ExprKind::Convert { conv, x: e }, to, call.pos)
    }

    /// Why a constant cannot have a type, as a message of its own.
    pub(super) fn unrepresentable(&mut self, x: &Operand<'a>, why: Unrepresentable, to: Ty) -> Operand<'a> {
        let message = why.message(&self.show(x), &self.show_type(to));
        self.fail(x, message)
    }
}
