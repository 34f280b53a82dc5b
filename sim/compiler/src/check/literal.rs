//! Composite literals.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/{expr,index}.go.

use super::Checker;
use super::operand::{Mode, Operand};
use super::show::show_expr;
use crate::ast::{self, ExprKind as Ast};
use crate::constant::Value;
use crate::ir::{AllocKind, E, ExprKind};
use crate::source::{Pos, Span};
use crate::types::{Field, Kind, Ty, Types};
use std::collections::HashSet;

impl<'a> Checker<'a, '_> {
    pub(super) fn composite_lit(
        &mut self,
        e: &'a ast::Expr<'a>,
        ty: Option<&'a ast::Expr<'a>>,
        elems: &'a [ast::Elem<'a>],
        end: Pos,
        hint: Option<Ty>,
    ) -> Operand<'a> {
        // The type as written, and that of the literal: `{…}` of type `*T` is `&T{…}`.
        let (whole, base) = match (ty, hint) {
            (Some(ast::Expr { kind: Ast::Array { len: None, elem }, .. }), _) => {
                let elem = self.typ(elem);
                let (len, elems) = self.indexed(elems, elem, None);
                if elem == Types::INVALID {
                    return self.invalid(e);
                }
                let ty = self.array_type(len, elem, e.span);
                return self.value(ExprKind::ArrayLit(elems), ty, e);
            }
            (Some(ty), _) => {
                let ty = self.typ(ty);
                (ty, ty)
            }
            (None, Some(hint)) => (hint, self.types.pointee(hint).unwrap_or(hint)),
            (None, None) => {
                self.error(e.span, "missing type in composite literal");
                return self.invalid(e);
            }
        };
        if self.incomplete.contains(&base) {
            self.error(e.span, "illegal cycle in type declaration");
            return self.invalid(e);
        }
        let kind = match self.types.under(base).clone() {
            Kind::Struct(fields) => self.struct_lit(base, &fields, elems, end),
            Kind::Array { len, elem } => {
                let (_, elems) = self.indexed(elems, elem, Some(len));
                ExprKind::ArrayLit(elems)
            }
            Kind::Slice(elem) => {
                let (len, elems) = self.indexed(elems, elem, None);
                self.array_type(len, elem, e.span);
                let alloc = self.alloc(AllocKind::SliceLit, e.pos);
                ExprKind::SliceLit { len, elems, alloc }
            }
            Kind::Map { key, elem } => self.map_lit(key, elem, elems, e),
            under => {
                for elem in elems {
                    self.use_exprs(&[elem.value]);
                }
                if under != Kind::Basic(crate::types::Basic::Invalid) {
                    let message = format!("invalid composite literal type {}", self.show_type(whole));
                    self.error(e.span, message);
                }
                return self.invalid(e);
            }
        };
        let x = self.value(kind, base, e);
        if base == whole {
            return x;
        }
        let x = self.ptr_lit(x.e, e);
        let tree = self.coerce_tree(x.e, whole);
        Operand { ty: whole, e: tree, ..x }
    }

    /// `&T{…}`
    pub(super) fn ptr_lit(&mut self, x: E<'a>, e: &'a ast::Expr<'a>) -> Operand<'a> {
        let ty = self.types.pointer(x.ty);
        let alloc = self.alloc(AllocKind::PtrLit, e.pos);
        self.value(ExprKind::PtrLit { x, alloc }, ty, e)
    }

    fn struct_lit(&mut self, ty: Ty, fields: &[Field], elems: &'a [ast::Elem<'a>], end: Pos) -> ExprKind<'a> {
        let mut values: Vec<(u32, E<'a>)> = Vec::with_capacity(elems.len());
        let keyed = elems.first().is_some_and(|elem| elem.key.is_some());
        let own = self.package_of(self.env.pkg).name;
        for (i, elem) in elems.iter().enumerate() {
            let span = elem.key.map_or(elem.value.span, |key| Span { start: key.span.start, end: elem.value.span.end });
            if elem.key.is_some() != keyed {
                self.error(span, "mixture of field:value and value elements in struct literal");
                continue;
            }
            let index = match elem.key {
                Some(key) => {
                    let Ast::Name(name) = key.kind else {
                        self.expr(elem.value);
                        self.error(span, format!("invalid field name {} in struct literal", show_expr(key)));
                        continue;
                    };
                    let package = self.name_package(name.name);
                    let matches = |f: &Field| *f.name == *name.name && f.package.as_deref() == package;
                    let Some(index) = fields.iter().position(|f| name.name != "_" && matches(f)) else {
                        self.expr(elem.value);
                        let ty = self.show_type(ty);
                        let message = format!("unknown field '{}' in struct literal of type {ty}", name.name);
                        self.error(key.span, message);
                        continue;
                    };
                    index
                }
                None => i,
            };
            let mut x = self.expr(elem.value);
            let Some(field) = fields.get(index) else {
                let message = format!("too many values in {}{{…}}", self.show_type(ty));
                self.error(x.span(), message);
                break;
            };
            if !keyed && field.package.as_deref().is_some_and(|package| package != own) {
                let ty = self.show_type(ty);
                let message = format!("implicit assignment to unexported field {} in {ty} literal", field.name);
                self.error(x.span(), message);
                continue;
            }
            let value = self.assigned(&mut x, field.ty, "struct literal");
            if values.iter().any(|&(other, _)| other == index as u32) {
                self.error(span, format!("duplicate field name {} in struct literal", field.name));
                continue;
            }
            values.push((index as u32, value));
        }
        if !keyed && !elems.is_empty() && elems.len() < fields.len() {
            let message = format!("too few values in {}{{…}}", self.show_type(ty));
            self.error_at(end, message);
        }
        ExprKind::StructLit(self.slice(&values))
    }

    /// Elements of an array or slice: how many there are, and those named.
    fn indexed(&mut self, elems: &'a [ast::Elem<'a>], ty: Ty, len: Option<u64>) -> (u64, &'a [(u64, E<'a>)]) {
        let mut seen = HashSet::new();
        let mut values = Vec::with_capacity(elems.len());
        let (mut index, mut count) = (0u64, 0u64);
        for elem in elems {
            let span = elem.key.map_or(elem.value.span, |key| Span { start: key.span.start, end: elem.value.span.end });
            let mut valid = false;
            match elem.key {
                Some(key) => match self.index(key, len) {
                    Some((_, Some(value))) => {
                        index = value;
                        valid = true;
                    }
                    Some((_, None)) => {
                        self.error(span, format!("index {} must be integer constant", show_expr(key)));
                    }
                    None => {}
                },
                None => match len {
                    Some(len) if index >= len => {
                        self.error(span, format!("index {index} is out of bounds (>= {len})"));
                    }
                    _ => valid = true,
                },
            }
            if valid && !seen.insert(index) {
                self.error(span, format!("duplicate index {index} in array or slice literal"));
            }
            let at = index;
            index = index.saturating_add(1);
            count = count.max(index);
            let mut x = self.expr_with_hint(elem.value, Some(ty));
            let value = self.assigned(&mut x, ty, "array or slice literal");
            if valid {
                values.push((at, value));
            }
        }
        (count, self.slice(&values))
    }

    fn map_lit(&mut self, key: Ty, elem: Ty, elems: &'a [ast::Elem<'a>], e: &'a ast::Expr<'a>) -> ExprKind<'a> {
        let mut seen = HashSet::new();
        let mut entries = Vec::with_capacity(elems.len());
        let dynamic = self.types.is_interface(key);
        for element in elems {
            let Some(key_expr) = element.key else {
                self.error(element.value.span, "missing key in map literal");
                continue;
            };
            let mut k = self.expr_with_hint(key_expr, Some(key));
            self.assignment(&mut k, Some(key), "map literal");
            if k.is_invalid() {
                continue;
            }
            if let Mode::Const(value) = &k.mode {
                // Of an interface, keys of different types are different.
                let ty = if dynamic { k.ty } else { key };
                if !seen.insert((constant_key(value), ty)) {
                    let message = format!("duplicate key {value} in map literal");
                    self.error(k.span(), message);
                    continue;
                }
            }
            let tree = self.coerce(&k, key);
            let mut x = self.expr_with_hint(element.value, Some(elem));
            let value = self.assigned(&mut x, elem, "map literal");
            entries.push((tree, value));
        }
        let alloc = self.alloc(AllocKind::MapLit, e.pos);
        ExprKind::MapLit { entries: self.slice(&entries), alloc }
    }
}

/// What constants have in common that are equal, and no others.
pub(super) fn constant_key(value: &Value) -> String {
    match value.to_int().or_else(|| value.to_float()) {
        Some(number) => number.exact(),
        None => value.exact(),
    }
}
