//! How messages write types, expressions and operands.
//!
//! A type does not know by which of two names the program calls it: `uint8` and `int32` are shown as `byte` and `rune`
//! in packages that do not spell them so.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/{typestring,operand}.go, syntax/printer.go in its short form.

use super::Checker;
use super::operand::{Mode, Operand};
use crate::ast::{self, ChanDir, ExprKind};
use crate::types::{Basic, Kind, Ty, Types};
use std::fmt::Write;

/// Longest text of a type or an expression in a message, in bytes.
const LONGEST: usize = 4_000;

impl<'a> Checker<'a, '_> {
    /// A type.
    pub(super) fn show_type(&self, ty: Ty) -> String {
        let mut out = String::new();
        self.write_type(&mut out, ty);
        out
    }

    fn write_type(&self, out: &mut String, ty: Ty) {
        if out.len() > LONGEST {
            return;
        }
        match self.types.kind(ty) {
            Kind::Basic(Basic::Uint8) if !self.spelled.contains("uint8") => out.push_str("byte"),
            Kind::Basic(Basic::Int32) if !self.spelled.contains("int32") => out.push_str("rune"),
            Kind::Basic(basic) => out.push_str(basic.name()),
            Kind::Named(_) => {
                let within = self.packages.get(self.env.pkg.0 as usize).map(|p| p.name);
                out.push_str(&self.types.name(ty, within));
            }
            Kind::Pointer(elem) => {
                out.push('*');
                self.write_type(out, *elem);
            }
            Kind::Slice(elem) => {
                out.push_str("[]");
                self.write_type(out, *elem);
            }
            Kind::Array { len, elem } => {
                let _ = write!(out, "[{len}]");
                self.write_type(out, *elem);
            }
            Kind::Map { key, elem } => {
                out.push_str("map[");
                self.write_type(out, *key);
                out.push(']');
                self.write_type(out, *elem);
            }
            Kind::Chan { dir, elem } => {
                out.push_str(chan_text(*dir));
                let nested =
                    *dir == ChanDir::Both && matches!(self.types.kind(*elem), Kind::Chan { dir: ChanDir::Recv, .. });
                out.push_str(if nested { "(" } else { "" });
                self.write_type(out, *elem);
                out.push_str(if nested { ")" } else { "" });
            }
            Kind::Struct(fields) => {
                out.push_str("struct{");
                for (i, field) in fields.iter().enumerate() {
                    out.push_str(if i > 0 { "; " } else { "" });
                    if !field.embedded {
                        out.push_str(&field.name);
                        out.push(' ');
                    }
                    self.write_type(out, field.ty);
                    if !field.tag.is_empty() {
                        let _ = write!(out, " {:?}", field.tag);
                    }
                }
                out.push('}');
            }
            Kind::Func { .. } => {
                out.push_str("func");
                self.write_signature(out, ty);
            }
            Kind::Interface(methods) => {
                out.push_str("interface{");
                for (i, method) in methods.iter().enumerate() {
                    out.push_str(if i > 0 { "; " } else { "" });
                    out.push_str(&method.name);
                    self.write_signature(out, method.sig);
                }
                out.push('}');
            }
            Kind::Tuple(types) => self.write_types(out, types, false),
        }
    }

    /// Parameters and results of a function type.
    pub(super) fn write_signature(&self, out: &mut String, sig: Ty) {
        let Kind::Func { params, results, variadic } = self.types.kind(sig) else { return };
        self.write_types(out, params, *variadic);
        match &**results {
            [] => {}
            [one] => {
                out.push(' ');
                self.write_type(out, *one);
            }
            several => {
                out.push(' ');
                self.write_types(out, several, false);
            }
        }
    }

    fn write_types(&self, out: &mut String, types: &[Ty], variadic: bool) {
        out.push('(');
        for (i, &ty) in types.iter().enumerate() {
            out.push_str(if i > 0 { ", " } else { "" });
            match self.types.kind(ty) {
                Kind::Slice(elem) if variadic && i + 1 == types.len() => {
                    out.push_str("...");
                    self.write_type(out, *elem);
                }
                _ => self.write_type(out, ty),
            }
        }
        out.push(')');
    }

    /// `(int, number, string)`: the types of arguments or results that do not fit.
    pub(super) fn show_types(&self, types: &[Ty], variadic: bool) -> String {
        let mut list = Vec::new();
        for (i, &ty) in types.iter().enumerate() {
            list.push(match self.types.kind(ty) {
                Kind::Basic(basic) if basic.is_untyped() && basic.is_numeric() => "number".into(),
                Kind::Basic(basic) if basic.is_untyped() => basic.name().replace("untyped ", ""),
                Kind::Slice(elem) if variadic && i + 1 == types.len() => format!("...{}", self.show_type(*elem)),
                _ if ty == Types::INVALID => "<T>".into(),
                _ => self.show_type(ty),
            });
        }
        format!("({})", list.join(", "))
    }

    /// What sort of type it is: `slice`, `func`; the type itself if it is a basic one.
    pub(super) fn show_kind(&self, ty: Ty) -> String {
        match self.types.under(ty) {
            Kind::Array { .. } => "array".into(),
            Kind::Slice(_) => "slice".into(),
            Kind::Struct(_) => "struct".into(),
            Kind::Pointer(_) => "pointer".into(),
            Kind::Func { .. } => "func".into(),
            Kind::Interface(_) => "interface".into(),
            Kind::Map { .. } => "map".into(),
            Kind::Chan { .. } => "chan".into(),
            _ => self.show_type(ty),
        }
    }

    /// An operand: `x (variable of type int)`, `f() (no value)`.
    pub(super) fn show(&self, x: &Operand<'a>) -> String {
        if let Mode::Nil = x.mode {
            return match x.ty {
                Types::INVALID => "nil (with invalid type)".into(),
                Types::UNTYPED_NIL => "nil".into(),
                ty => format!("nil (of type {})", self.show_type(ty)),
            };
        }
        let expr = show_expr(x.expr);
        let mode = match &x.mode {
            Mode::Invalid => "invalid operand",
            Mode::NoValue => "no value",
            Mode::Builtin(_) => "built-in",
            Mode::Type => "type",
            Mode::Const(value) => {
                let ty = self.show_type(x.ty);
                return crate::constant::describe(&expr, value, &ty, self.is_untyped(x.ty));
            }
            Mode::Variable => "variable",
            Mode::MapIndex => "map index expression",
            Mode::Value | Mode::Nil => "value",
            Mode::CommaOk => "comma, ok expression",
        };
        match x.mode {
            Mode::Invalid | Mode::NoValue | Mode::Builtin(_) | Mode::Type => format!("{expr} ({mode})"),
            _ if self.is_untyped(x.ty) => format!("{expr} ({} {mode})", self.show_type(x.ty)),
            _ if x.ty == Types::INVALID => format!("{expr} ({mode} with invalid type)"),
            _ => format!("{expr} ({mode} of type {})", self.show_type(x.ty)),
        }
    }
}

fn chan_text(dir: ChanDir) -> &'static str {
    match dir {
        ChanDir::Both => "chan ",
        ChanDir::Send => "chan<- ",
        ChanDir::Recv => "<-chan ",
    }
}

/// An expression or a type, on one line, bodies and elements left out.
pub(super) fn show_expr(e: &ast::Expr<'_>) -> String {
    let mut out = String::new();
    write_expr(&mut out, e, 0);
    out
}

fn write_expr(out: &mut String, e: &ast::Expr<'_>, depth: u32) {
    // Nobody reads the rest.
    if out.len() > LONGEST || depth > 200 {
        out.push('…');
        return;
    }
    let deeper = depth + 1;
    match &e.kind {
        ExprKind::Name(name) => out.push_str(name.name),
        ExprKind::Lit { text, .. } => out.push_str(text),
        ExprKind::CompositeLit { ty, elems, .. } => {
            if let Some(ty) = ty {
                write_expr(out, ty, deeper);
            }
            out.push_str(if elems.is_empty() { "{}" } else { "{…}" });
        }
        ExprKind::FuncLit { sig, body } => {
            out.push_str("func");
            write_signature(out, sig, deeper);
            out.push_str(if body.stmts.is_empty() { " {}" } else { " {…}" });
        }
        ExprKind::Paren(x) => {
            out.push('(');
            write_expr(out, x, deeper);
            out.push(')');
        }
        ExprKind::Selector { x, name } => {
            write_expr(out, x, deeper);
            out.push('.');
            out.push_str(name.name);
        }
        ExprKind::Index { x, index } => {
            write_expr(out, x, deeper);
            out.push('[');
            write_expr(out, index, deeper);
            out.push(']');
        }
        ExprKind::Slice { x, lo, hi, max, .. } => {
            write_expr(out, x, deeper);
            out.push('[');
            lo.iter().for_each(|x| write_expr(out, x, deeper));
            out.push(':');
            hi.iter().for_each(|x| write_expr(out, x, deeper));
            if let Some(max) = max {
                out.push(':');
                write_expr(out, max, deeper);
            }
            out.push(']');
        }
        ExprKind::TypeAssert { x, ty } => {
            write_expr(out, x, deeper);
            out.push_str(".(");
            match ty {
                Some(ty) => write_expr(out, ty, deeper),
                None => out.push_str("type"),
            }
            out.push(')');
        }
        ExprKind::Call { fun, args, spread } => {
            write_expr(out, fun, deeper);
            out.push('(');
            write_list(out, args.iter().copied(), deeper);
            out.push_str(if *spread { "...)" } else { ")" });
        }
        ExprKind::Star(x) => write_unary(out, "*", x, deeper),
        ExprKind::Addr(x) => write_unary(out, "&", x, deeper),
        ExprKind::Recv(x) => write_unary(out, "<-", x, deeper),
        ExprKind::Unary { op, x } => write_unary(out, op.text(), x, deeper),
        ExprKind::Binary { op, x, y } => {
            write_expr(out, x, deeper);
            let _ = write!(out, " {} ", op.text());
            write_expr(out, y, deeper);
        }
        ExprKind::Array { len, elem } => {
            out.push('[');
            match len {
                Some(len) => write_expr(out, len, deeper),
                None => out.push_str("..."),
            }
            out.push(']');
            write_expr(out, elem, deeper);
        }
        ExprKind::SliceType(elem) => write_unary(out, "[]", elem, deeper),
        ExprKind::Struct(fields) => {
            out.push_str("struct{");
            for (i, field) in fields.iter().enumerate() {
                out.push_str(if i > 0 { "; " } else { "" });
                if let Some(name) = field.name {
                    out.push_str(name.name);
                    out.push(' ');
                }
                write_expr(out, field.ty, deeper);
                if let Some(tag) = field.tag {
                    out.push(' ');
                    out.push_str(tag);
                }
            }
            out.push('}');
        }
        ExprKind::FuncType(sig) => {
            out.push_str("func");
            write_signature(out, sig, deeper);
        }
        ExprKind::Interface(methods) => {
            out.push_str("interface{");
            for (i, method) in methods.iter().enumerate() {
                out.push_str(if i > 0 { "; " } else { "" });
                match method {
                    ast::MethodSpec::Method { name, sig } => {
                        out.push_str(name.name);
                        write_signature(out, sig, deeper);
                    }
                    ast::MethodSpec::Embedded(ty) => write_expr(out, ty, deeper),
                }
            }
            out.push('}');
        }
        ExprKind::Map { key, elem } => {
            out.push_str("map[");
            write_expr(out, key, deeper);
            out.push(']');
            write_expr(out, elem, deeper);
        }
        ExprKind::Chan { dir, elem } => {
            out.push_str(chan_text(*dir));
            let nested = *dir == ChanDir::Both && matches!(elem.kind, ExprKind::Chan { dir: ChanDir::Recv, .. });
            out.push_str(if nested { "(" } else { "" });
            write_expr(out, elem, deeper);
            out.push_str(if nested { ")" } else { "" });
        }
    }
}

fn write_unary(out: &mut String, op: &str, x: &ast::Expr<'_>, depth: u32) {
    out.push_str(op);
    write_expr(out, x, depth);
}

fn write_list<'x, 'a: 'x>(out: &mut String, list: impl Iterator<Item = &'x ast::Expr<'a>>, depth: u32) {
    for (i, x) in list.enumerate() {
        out.push_str(if i > 0 { ", " } else { "" });
        write_expr(out, x, depth);
    }
}

fn write_signature(out: &mut String, sig: &ast::Signature<'_>, depth: u32) {
    write_params(out, sig.params, sig.variadic, depth);
    match sig.results {
        [] => {}
        [ast::Param { name: None, ty }] => {
            out.push(' ');
            write_expr(out, ty, depth);
        }
        several => {
            out.push(' ');
            write_params(out, several, false, depth);
        }
    }
}

fn write_params(out: &mut String, params: &[ast::Param<'_>], variadic: bool, depth: u32) {
    out.push('(');
    for (i, param) in params.iter().enumerate() {
        out.push_str(if i > 0 { ", " } else { "" });
        if let Some(name) = param.name {
            out.push_str(name.name);
            // Names of one type are written together.
            if params.get(i + 1).is_some_and(|next| std::ptr::eq(next.ty, param.ty)) {
                continue;
            }
            out.push(' ');
        }
        out.push_str(if variadic && i + 1 == params.len() { "..." } else { "" });
        write_expr(out, param.ty, depth);
    }
    out.push(')');
}
