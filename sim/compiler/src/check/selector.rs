//! Selectors: names of packages, fields, method values and method expressions.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/call.go (selector).

use super::Checker;
use super::lookup::{Found, Missing, Selection, is_exported};
use super::object::{ObjId, ObjKind};
use super::operand::{Bound, Mode, Operand};
use super::show::show_expr;
use super::typexpr::Signature;
use crate::ast::{self, ExprKind as Ast};
use crate::ir::{E, ExprKind, FuncId, MethodRef};
use crate::source::Pos;
use crate::types::{Kind, Ty, Types};

impl<'a> Checker<'a, '_> {
    pub(super) fn selector(&mut self, e: &'a ast::Expr<'a>) -> Operand<'a> {
        let Ast::Selector { x: inner, name } = e.kind else { return self.invalid(e) };
        if let Ast::Name(package) = inner.kind
            && let Some((_, id)) = self.lookup(package.name)
            && let ObjKind::Package(_) = self.object(id).kind
        {
            return self.qualified(e, id, name);
        }
        let x = self.expr_or_type(inner);
        match x.mode {
            Mode::Invalid => return self.invalid(e),
            Mode::Builtin(_) => {
                let message = format!("cannot select on {}", self.show(&x));
                self.error_at(e.pos, message);
                return self.invalid(e);
            }
            _ => {}
        }
        let addressable = matches!(x.mode, Mode::Variable);
        let selection = match self.select(x.ty, addressable, name.name) {
            Ok(selection) => selection,
            Err(why) => {
                self.missing(e, &x, name, why);
                return self.invalid(e);
            }
        };
        if x.is_type() {
            return self.method_expr(e, &x, name, &selection);
        }
        let indirect = selection.indirect;
        let mut tree = self.tree(&x);
        for &index in &selection.path {
            tree = self.field(tree, index, e.pos);
        }
        match selection.found {
            Found::Field(index, ty) => {
                let tree = self.field(tree, index, e.pos);
                let mode = if addressable || indirect { Mode::Variable } else { Mode::Value };
                if ty == Types::INVALID {
                    return self.invalid(e);
                }
                Operand { mode, ty, e: tree, expr: e, bound: None }
            }
            Found::Method(method) => {
                self.refers_to(method);
                let sig = self.method_sig(method);
                let ObjKind::Func { id, pointer } = self.object(method).kind else { return self.invalid(e) };
                if sig == Types::INVALID {
                    return self.invalid(e);
                }
                let recv = self.receiver(tree, pointer, e.pos);
                let bound = Some(Bound { recv, method: MethodRef::Func(id) });
                Operand { bound, ..self.value(ExprKind::Zero, sig, e) }
            }
            Found::Interface(index, sig) => {
                let bound = Some(Bound { recv: tree, method: MethodRef::Interface(index) });
                Operand { bound, ..self.value(ExprKind::Zero, sig, e) }
            }
        }
    }

    /// A receiver as a method takes it: a pointer or a value.
    pub(super) fn receiver(&mut self, x: E<'a>, pointer: bool, pos: Pos) -> E<'a> {
        match (pointer, self.types.kind(x.ty)) {
            (true, Kind::Pointer(_)) => x,
            (true, _) => self.address(x, pos),
            (false, &Kind::Pointer(elem)) => self.node(ExprKind::Deref(x), elem, pos),
            (false, _) => x,
        }
    }

    /// `x.f` of a structure or a pointer to one.
    pub(super) fn field(&mut self, x: E<'a>, index: u32, pos: Pos) -> E<'a> {
        let x = match self.types.pointee(x.ty) {
            Some(elem) => self.node(ExprKind::Deref(x), elem, pos),
            None => x,
        };
        let ty = self.types.fields(x.ty).get(index as usize).map_or(Types::INVALID, |field| field.ty);
        self.node(ExprKind::Field { x, index }, ty, pos)
    }

    /// `package.name`
    fn qualified(&mut self, e: &'a ast::Expr<'a>, import: ObjId, name: ast::Ident<'a>) -> Operand<'a> {
        self.object_mut(import).used = true;
        let ObjKind::Package(Some(pkg)) = self.object(import).kind else { return self.invalid(e) };
        let package = self.package_of(pkg);
        let (scope, package) = (package.scope, package.name);
        let span = self.ident_span(name);
        match self.lookup_in(scope, name.name) {
            Some(id) if is_exported(name.name) => self.object_operand(id, e),
            // Go may have it.
            None if is_exported(name.name) => {
                self.unsupported(e.span, format!("{package}.{}", name.name));
                self.invalid(e)
            }
            Some(_) => {
                self.error(span, format!("{} not exported by package {package}", name.name));
                self.invalid(e)
            }
            None => {
                self.error(span, format!("undefined: {package}.{}", name.name));
                self.invalid(e)
            }
        }
    }

    /// Reports that there is no such field or method.
    fn missing(&mut self, e: &'a ast::Expr<'a>, x: &Operand<'a>, name: ast::Ident<'a>, why: Missing) {
        if self.types.underlying(x.ty) == Types::INVALID {
            // A type in error lacks everything. So does one that is being declared, but nobody has said so.
            if self.incomplete.contains(&x.ty) {
                let (of, ty) = (show_expr(x.expr), self.show_type(x.ty));
                let message = format!("{of}.{0} undefined (type {ty} has no method {0})", name.name);
                self.error(e.span, message);
            }
            return;
        }
        let span = self.ident_span(name);
        let (of, name) = (show_expr(x.expr), name.name);
        let ty = self.show_type(x.ty);
        let message = match why {
            Missing::Ambiguous => format!("ambiguous selector {of}.{name}"),
            Missing::NeedsPointer => format!("cannot call pointer method {name} on {ty}"),
            Missing::Absent => {
                let why = if self.is_interface_pointer(x.ty) {
                    self.show_interface_pointer(x.ty)
                } else {
                    let addressable = matches!(x.mode, Mode::Variable);
                    let similar = change_case(name);
                    let has = self.select(x.ty, addressable, &similar).is_ok();
                    let but = if has { format!(", but does have {similar}") } else { String::new() };
                    format!("type {ty} has no field or method {name}{but}")
                };
                format!("{of}.{name} undefined ({why})")
            }
        };
        self.error(span, message);
    }

    /// `T.m`: a function that takes the receiver first.
    fn method_expr(
        &mut self,
        e: &'a ast::Expr<'a>,
        x: &Operand<'a>,
        name: ast::Ident<'a>,
        selection: &Selection,
    ) -> Operand<'a> {
        let sig = match selection.found {
            Found::Field(..) => {
                let (of, ty) = (show_expr(x.expr), self.show_type(x.ty));
                let message = format!("{of}.{0} undefined (type {ty} has no method {0})", name.name);
                self.error(self.ident_span(name), message);
                return self.invalid(e);
            }
            Found::Method(method) => {
                self.refers_to(method);
                self.method_sig(method)
            }
            Found::Interface(_, sig) => sig,
        };
        let Kind::Func { params, results, variadic } = self.types.kind(sig).clone() else { return self.invalid(e) };
        let params = [x.ty].into_iter().chain(params).collect();
        let full = Signature { params, results: results.into_vec(), variadic };
        let ty = self.func_type(&full, e.span);
        let func = self.method_func(x.ty, name.name, selection);
        self.value(ExprKind::Func(func), ty, e)
    }

    /// The function that calls a method on a receiver of exactly this type.
    pub(super) fn method_func(&mut self, recv: Ty, name: &str, selection: &Selection) -> FuncId {
        if let (Found::Method(method), []) = (selection.found, &selection.path[..])
            && let ObjKind::Func { id, pointer } = self.object(method).kind
            && pointer == matches!(self.types.kind(recv), Kind::Pointer(_))
        {
            return id;
        }
        self.wrapper(recv, name, selection)
    }
}

/// The name with its first letter in the other case.
fn change_case(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) if first.is_uppercase() => first.to_lowercase().chain(chars).collect(),
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
