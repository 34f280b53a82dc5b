//! Type expressions.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/{typexpr,struct,interface,typeset,signature}.go.

use super::object::{Color, ObjKind};
use super::operand::{Mode, Operand};
use super::show::show_expr;
use super::{Checker, MAX_PARTS};
use crate::ast::{self, ExprKind};
use crate::source::{Pos, Span};
use crate::types::{Basic, Field, Kind, Method, Ty, Types};
use std::collections::HashMap;

/// Parameters and results of a function, as declared.
#[derive(Clone, Debug, Default)]
pub(super) struct Signature {
    /// The types; a variadic parameter's is a slice.
    pub params: Vec<Ty>,
    pub results: Vec<Ty>,
    pub variadic: bool,
}

impl<'a> Checker<'a, '_> {
    /// The type that an expression is; [`Types::INVALID`], with a message, if it is none.
    pub(super) fn typ(&mut self, e: &'a ast::Expr<'a>) -> Ty {
        self.deeper(e.span, |c| c.type_of(e)).unwrap_or(Types::INVALID)
    }

    fn type_of(&mut self, e: &'a ast::Expr<'a>) -> Ty {
        match &e.kind {
            ExprKind::Name(name) => {
                // What is no type need not be known any further.
                if let Some((_, id)) = self.lookup(name.name)
                    && self.object(id).color != Color::Black
                    && !matches!(self.object(id).kind, ObjKind::Type { .. })
                {
                    self.error(e.span, format!("{} is not a type", name.name));
                    return Types::INVALID;
                }
                let x = self.ident(*name, e, true);
                self.operand_type(&x)
            }
            ExprKind::Selector { .. } => {
                let x = self.selector(e);
                self.operand_type(&x)
            }
            ExprKind::Paren(x) => self.typ(x),
            ExprKind::Array { len: None, .. } => {
                self.error(e.span, "invalid use of [...] array (outside a composite literal)");
                Types::INVALID
            }
            ExprKind::Array { len: Some(len), elem } => {
                let len = self.array_length(len);
                let elem = self.typ(elem);
                match len {
                    Some(len) if elem != Types::INVALID => self.array_type(len, elem, e.span),
                    _ => Types::INVALID,
                }
            }
            ExprKind::SliceType(elem) => {
                let elem = self.typ(elem);
                self.make(Kind::Slice(elem), e.span)
            }
            ExprKind::Star(x) => match self.typ(x) {
                Types::INVALID => Types::INVALID,
                elem => self.make(Kind::Pointer(elem), e.span),
            },
            ExprKind::Struct(fields) => self.struct_type(fields, e),
            ExprKind::FuncType(sig) => {
                let sig = self.signature(sig);
                self.func_type(&sig, e.span)
            }
            ExprKind::Interface(methods) => self.interface_type(methods, e),
            ExprKind::Map { key, elem } => {
                let key_expr = *key;
                let key = self.typ(key);
                let elem = self.typ(elem);
                self.later.push(Box::new(move |c| {
                    if key != Types::INVALID && !c.is_comparable(key) {
                        let message = format!("invalid map key type {}", c.show_type(key));
                        c.error(key_expr.span, message);
                    }
                }));
                if key == Types::INVALID || elem == Types::INVALID {
                    return Types::INVALID;
                }
                self.make(Kind::Map { key, elem }, e.span)
            }
            ExprKind::Chan { dir, elem } => {
                let elem = self.typ(elem);
                self.make(Kind::Chan { dir: *dir, elem }, e.span)
            }
            _ => {
                self.error(e.span, format!("{} is not a type", show_expr(e)));
                self.use_exprs(&[e]);
                Types::INVALID
            }
        }
    }

    /// The type that an operand is.
    fn operand_type(&mut self, x: &Operand<'a>) -> Ty {
        match x.mode {
            Mode::Type => x.ty,
            Mode::Invalid => Types::INVALID,
            Mode::NoValue => {
                let message = format!("{} used as type", self.show(x));
                self.fail(x, message).ty
            }
            _ => {
                let message = format!("{} is not a type", self.show(x));
                self.fail(x, message).ty
            }
        }
    }

    /// A type made of others, unless it is too large to be handled.
    pub(super) fn make(&mut self, kind: Kind, span: Span) -> Ty {
        let invalid = |ty: &Ty| *ty == Types::INVALID;
        let (parts, wrong) = match &kind {
            Kind::Basic(_) | Kind::Named(_) => (Vec::new(), false),
            Kind::Pointer(elem) | Kind::Slice(elem) | Kind::Array { elem, .. } | Kind::Chan { elem, .. } => {
                (vec![*elem], invalid(elem))
            }
            Kind::Map { key, elem } => (vec![*key, *elem], invalid(key) || invalid(elem)),
            Kind::Struct(fields) => (fields.iter().map(|f| f.ty).collect(), false),
            Kind::Interface(methods) => (methods.iter().map(|m| m.sig).collect(), false),
            Kind::Func { params, results, .. } => (params.iter().chain(results).copied().collect(), false),
            Kind::Tuple(types) => (types.to_vec(), false),
        };
        if wrong {
            return Types::INVALID;
        }
        let count = |ty| self.parts.get(ty).copied().unwrap_or(1);
        let total = parts.iter().map(count).fold(1u32, u32::saturating_add);
        if total > MAX_PARTS {
            self.unsupported(span, format!("type of more than {MAX_PARTS} parts"));
            return Types::INVALID;
        }
        let ty = self.types.make(kind);
        self.parts.insert(ty, total);
        ty
    }

    pub(super) fn array_type(&mut self, len: u64, elem: Ty, span: Span) -> Ty {
        let ty = self.make(Kind::Array { len, elem }, span);
        self.check_size(ty, span);
        ty
    }

    /// Checks, when types are complete, that a type is not too large.
    pub(super) fn check_size(&mut self, ty: Ty, span: Span) {
        self.later.push(Box::new(move |c| {
            if c.types.layout(ty).is_none() {
                let message = format!("type {} larger than address space", c.show_type(ty));
                c.error(span, message);
            }
        }));
    }

    fn array_length(&mut self, e: &'a ast::Expr<'a>) -> Option<u64> {
        if let ExprKind::Name(name) = e.kind {
            match self.lookup(name.name).map(|(_, id)| self.object(id).kind.clone()) {
                None => {
                    self.error(e.span, format!("undeclared name {} for array length", name.name));
                    return None;
                }
                Some(ObjKind::Const(_) | ObjKind::Iota) => {}
                Some(_) => {
                    self.error(e.span, format!("invalid array length {}", name.name));
                    return None;
                }
            }
        }
        let x = self.expr(e);
        let Mode::Const(value) = &x.mode else {
            if !x.is_invalid() {
                let message = format!("array length {} must be constant", self.show(&x));
                self.error(x.span(), message);
            }
            return None;
        };
        let integer = (self.is_untyped(x.ty) || self.is_integer(x.ty)).then(|| value.to_int()).flatten();
        let Some(n) = integer.and_then(|n| n.to_i64()) else {
            let message = format!("array length {} must be integer", self.show(&x));
            self.error(x.span(), message);
            return None;
        };
        if n < 0 {
            let message = format!("invalid array length {}", self.show(&x));
            self.error(x.span(), message);
        }
        u64::try_from(n).ok()
    }

    // --- structures -------------------------------------------------------------------------------

    fn struct_type(&mut self, decls: &'a [ast::FieldDecl<'a>], e: &'a ast::Expr<'a>) -> Ty {
        let mut fields: Vec<Field> = Vec::with_capacity(decls.len());
        let mut seen: HashMap<&str, Pos> = HashMap::new();
        let mut previous: Option<(&ast::Expr<'a>, Ty)> = None;
        for decl in decls {
            // Names of one type share its expression.
            let ty = match previous {
                Some((expr, ty)) if std::ptr::eq(expr, decl.ty) => ty,
                _ => self.typ(decl.ty),
            };
            previous = Some((decl.ty, ty));
            let name = match (decl.name, embedded_name(decl.ty)) {
                (Some(name), _) => name,
                (None, Some(name)) => {
                    let at = decl.ty.span;
                    self.later.push(Box::new(move |c| c.check_embedded(ty, at)));
                    ast::Ident { name: name.name, pos: at.start }
                }
                (None, None) => {
                    self.error(decl.ty.span, format!("invalid embedded field type {}", show_expr(decl.ty)));
                    continue;
                }
            };
            if name.name != "_" {
                if let Some(&other) = seen.get(name.name) {
                    let other = format!("\n\t{}: other declaration of {}", self.place(other), name.name);
                    self.error(self.ident_span(name), format!("{} redeclared{other}", name.name));
                    continue;
                }
                seen.insert(name.name, name.pos);
            }
            let tag = decl.tag.and_then(|tag| crate::constant::parse(tag).ok()).and_then(|(_, v)| v.to_bytes());
            fields.push(Field {
                name: name.name.into(),
                ty,
                embedded: decl.name.is_none(),
                tag: String::from_utf8_lossy(&tag.unwrap_or_default()).into(),
                package: self.name_package(name.name).map(Into::into),
            });
        }
        let ty = self.make(Kind::Struct(fields.into()), e.span);
        self.check_size(ty, e.span);
        ty
    }

    /// Checks what is embedded in a structure.
    fn check_embedded(&mut self, ty: Ty, span: Span) {
        let pointee = match self.types.kind(ty) {
            Kind::Pointer(elem) => Some(*elem),
            _ => None,
        };
        match self.types.under(pointee.unwrap_or(ty)) {
            Kind::Basic(Basic::UnsafePointer) => self.error(span, "embedded field type cannot be unsafe.Pointer"),
            Kind::Pointer(_) => self.error(span, "embedded field type cannot be a pointer"),
            Kind::Interface(_) if pointee.is_some() => {
                self.error(span, "embedded field type cannot be a pointer to an interface");
            }
            _ => {}
        }
    }

    // --- functions --------------------------------------------------------------------------------

    /// The types of parameters and results.
    pub(super) fn signature(&mut self, sig: &'a ast::Signature<'a>) -> Signature {
        let mut seen: HashMap<&str, Pos> = HashMap::new();
        let mut params = self.param_types(sig.params, &mut seen);
        let results = self.param_types(sig.results, &mut seen);
        if let (true, Some(last)) = (sig.variadic, params.last_mut()) {
            *last = self.types.slice(*last);
        }
        Signature { params, results, variadic: sig.variadic }
    }

    fn param_types(&mut self, params: &'a [ast::Param<'a>], seen: &mut HashMap<&'a str, Pos>) -> Vec<Ty> {
        let mut types = Vec::with_capacity(params.len());
        let mut previous: Option<(&ast::Expr<'a>, Ty)> = None;
        for param in params {
            let ty = match previous {
                Some((expr, ty)) if std::ptr::eq(expr, param.ty) => ty,
                _ => self.typ(param.ty),
            };
            previous = Some((param.ty, ty));
            types.push(ty);
            self.check_param_name(param, seen);
        }
        types
    }

    /// Reports a parameter whose name another one has.
    pub(super) fn check_param_name(&mut self, param: &'a ast::Param<'a>, seen: &mut HashMap<&'a str, Pos>) {
        let Some(name) = param.name.filter(|name| name.name != "_") else { return };
        match seen.get(name.name) {
            Some(&other) => {
                let other = format!("\n\t{}: other declaration of {}", self.place(other), name.name);
                self.error(self.ident_span(name), format!("{} redeclared in this block{other}", name.name));
            }
            None => _ = seen.insert(name.name, name.pos),
        }
    }

    pub(super) fn func_type(&mut self, sig: &Signature, span: Span) -> Ty {
        let (params, results) = (sig.params.as_slice().into(), sig.results.as_slice().into());
        self.make(Kind::Func { params, results, variadic: sig.variadic }, span)
    }

    // --- interfaces -------------------------------------------------------------------------------

    fn interface_type(&mut self, specs: &'a [ast::MethodSpec<'a>], e: &'a ast::Expr<'a>) -> Ty {
        let mut methods: Vec<(Method, Pos)> = Vec::new();
        let add = |c: &mut Self, methods: &mut Vec<(Method, Pos)>, method: Method, at: Span| {
            let other = methods.iter().find(|(m, _)| m.name == method.name && m.package == method.package);
            if let Some(&(_, other)) = other {
                let other = format!("\n\t{}: other declaration of {}", c.place(other), method.name);
                c.error(at, format!("duplicate method {}{other}", method.name));
            } else {
                methods.push((method, at.start));
            }
        };
        for spec in specs {
            let ast::MethodSpec::Method { name, sig } = spec else { continue };
            if name.name == "_" {
                self.error(self.ident_span(*name), "methods must have a unique non-blank name");
                continue;
            }
            let signature = self.signature(sig);
            let sig = self.func_type(&signature, e.span);
            let package = self.name_package(name.name).map(Into::into);
            let method = Method { name: name.name.into(), sig, package };
            let at = self.ident_span(*name);
            add(self, &mut methods, method, at);
        }
        for spec in specs {
            let ast::MethodSpec::Embedded(embedded) = spec else { continue };
            let ty = self.typ(embedded);
            if self.incomplete.contains(&ty) {
                self.embedded_cycle(ty, embedded.span);
                continue;
            }
            match self.types.under(ty).clone() {
                Kind::Interface(list) => {
                    for method in list {
                        add(self, &mut methods, method, embedded.span);
                    }
                }
                Kind::Basic(Basic::Invalid) => {}
                _ => {
                    let ty = self.show_type(ty);
                    let message = format!("embedding non-interface type {ty} requires go1.18 or later");
                    self.error(embedded.span, message);
                }
            }
        }
        let mut methods: Vec<Method> = methods.into_iter().map(|(m, _)| m).collect();
        methods.sort_by(|a, b| (&a.name, &a.package).cmp(&(&b.name, &b.package)));
        self.make(Kind::Interface(methods.into()), e.span)
    }
}

/// The name of an embedded field of a type.
fn embedded_name<'a>(e: &'a ast::Expr<'a>) -> Option<ast::Ident<'a>> {
    match &e.kind {
        ExprKind::Name(name) => Some(*name),
        ExprKind::Star(x) if !matches!(x.kind, ExprKind::Star(_)) => embedded_name(x),
        ExprKind::Selector { name, .. } => Some(*name),
        _ => None,
    }
}
