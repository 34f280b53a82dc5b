//! Declarations: each is checked when it is first needed.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/decl.go.

use super::object::{Color, DeclId, DeclKind, ObjId, ObjKind, Object, Storage};
use super::operand::{Mode, Operand};
use super::{Checker, Env};
use crate::ast;
use crate::ir::{E, ExprKind, Stmt, StmtKind};
use crate::source::Pos;
use crate::types::{Kind, Ty, Types};

impl<'a> Checker<'a, '_> {
    /// Sees to it that the type of an object is known; false if it needs itself for that, which is reported.
    pub(super) fn resolve(&mut self, id: ObjId) -> bool {
        match self.object(id).color {
            Color::Black => return true,
            Color::Grey(_) => {
                let valid = self.valid_cycle(id);
                let object = self.object_mut(id);
                // A type is itself, whatever it is made of; what has no type yet has none to give.
                if !valid && !matches!(object.kind, ObjKind::Func { .. }) {
                    object.ty = Types::INVALID;
                }
                return valid;
            }
            Color::White => {}
        }
        let Some(decl) = self.object(id).decl else {
            self.object_mut(id).color = Color::Black;
            return true;
        };
        let span = self.name_span(self.object(id).pos, self.object(id).name);
        self.object_mut(id).color = Color::Grey(self.path.len());
        self.path.push(id);
        self.deeper(span, |c| c.in_declaration(decl, |c| c.check_decl(id, decl)));
        self.path.pop();
        self.object_mut(id).color = Color::Black;
        true
    }

    /// Does something in the surroundings of a package-level declaration.
    pub(super) fn in_declaration<T>(&mut self, decl: DeclId, run: impl FnOnce(&mut Self) -> T) -> T {
        let declaration = &self.decls[decl.0 as usize];
        let (pkg, scope) = (declaration.pkg, declaration.scope);
        let frame = self.init_frame(pkg);
        let env =
            Env { pkg, scope, decl: Some(decl), iota: None, report_at: None, has_call: false, frames: vec![frame] };
        let saved = std::mem::replace(&mut self.env, env);
        let result = run(self);
        self.env = saved;
        result
    }

    fn check_decl(&mut self, id: ObjId, decl: DeclId) {
        match self.decls[decl.0 as usize].kind {
            DeclKind::Const { ty, init, iota, repeated } => {
                // References of constants do not matter for initialisation.
                self.env.decl = None;
                self.const_decl(id, ty, init, iota, repeated);
            }
            DeclKind::Var { all, ty, init } => self.global_decl(id, decl, all, ty, init),
            DeclKind::Type(spec) => {
                self.env.decl = None;
                self.type_decl(id, spec);
            }
            DeclKind::Func(func) => self.func_decl(id, func),
        }
    }

    /// Notes that the current declaration refers to a variable or function.
    pub(super) fn refers_to(&mut self, id: ObjId) {
        if let Some(decl) = self.env.decl
            && self.object(id).decl.is_some()
        {
            self.decls[decl.0 as usize].refers.insert(id);
        }
    }

    // --- constants --------------------------------------------------------------------------------

    pub(super) fn const_decl(
        &mut self,
        id: ObjId,
        ty: Option<&'a ast::Expr<'a>>,
        init: Option<&'a ast::Expr<'a>>,
        iota: u32,
        repeated: bool,
    ) {
        let saved = (self.env.iota, self.env.report_at);
        (self.env.iota, self.env.report_at) = (Some(iota), None);
        let (ty, value) = self.const_value(id, ty, init, repeated);
        (self.env.iota, self.env.report_at) = saved;
        let object = self.object_mut(id);
        object.ty = ty;
        object.kind = ObjKind::Const(value);
    }

    fn const_value(
        &mut self,
        id: ObjId,
        ty: Option<&'a ast::Expr<'a>>,
        init: Option<&'a ast::Expr<'a>>,
        repeated: bool,
    ) -> (Ty, Option<crate::constant::Value>) {
        let mut declared = None;
        if let Some(expr) = ty {
            let ty = self.typ(expr);
            if !self.is_const_type(ty) {
                if self.types.underlying(ty) != Types::INVALID {
                    let message = format!("invalid constant type {}", self.show_type(ty));
                    self.error(expr.span, message);
                }
                return (Types::INVALID, None);
            }
            declared = Some(ty);
        }
        let Some(init) = init else { return (Types::INVALID, None) };
        if repeated {
            self.env.report_at = Some(self.object(id).pos);
        }
        let mut x = self.expr(init);
        if x.is_invalid() {
            return (declared.unwrap_or(Types::INVALID), None);
        }
        if !x.is_const() {
            let message = format!("{} is not constant", self.show(&x));
            self.error(x.span(), message);
            return (declared.unwrap_or(Types::INVALID), None);
        }
        let ty = declared.unwrap_or(x.ty);
        // Without a declared type it stays untyped.
        if declared.is_some() {
            self.assignment(&mut x, declared, "constant declaration");
        }
        (ty, x.value().cloned())
    }

    // --- variables --------------------------------------------------------------------------------

    fn global_decl(
        &mut self,
        id: ObjId,
        decl: DeclId,
        all: Option<&'a [ObjId]>,
        ty: Option<&'a ast::Expr<'a>>,
        init: Option<&'a ast::Expr<'a>>,
    ) {
        let lhs = all.map_or_else(|| vec![id], <[ObjId]>::to_vec);
        let declared = ty.map(|ty| self.typ(ty));
        if let Some(ty) = declared {
            lhs.iter().for_each(|&v| self.set_var_type(v, ty));
        }
        match init {
            Some(init) if declared == Some(Types::INVALID) => self.use_exprs(&[init]),
            Some(init) => {
                let mut stmts = Vec::new();
                let context = if all.is_some() { "assignment" } else { "variable declaration" };
                self.init_vars(&lhs, &[init], context, init.pos, &mut stmts);
                self.decls[decl.0 as usize].init = stmts;
            }
            None if declared.is_none() => self.set_var_type(id, Types::INVALID),
            None => {}
        }
        for v in lhs {
            self.object_mut(v).color = Color::Black;
        }
    }

    /// Sets the type of a variable that is being declared.
    pub(super) fn set_var_type(&mut self, id: ObjId, ty: Ty) {
        self.object_mut(id).ty = ty;
        match self.object(id).kind {
            ObjKind::Var(Storage::Global(global)) => self.globals[global.0 as usize].ty = ty,
            ObjKind::Var(Storage::Local(func, local)) => self.funcs[func.0 as usize].local_mut(local).ty = ty,
            _ => {}
        }
    }

    // --- types ------------------------------------------------------------------------------------

    pub(super) fn type_decl(&mut self, id: ObjId, spec: &'a ast::TypeSpec<'a>) {
        if spec.alias {
            self.object_mut(id).ty = Types::INVALID;
            let ty = self.typ(spec.ty);
            self.object_mut(id).ty = ty;
            return;
        }
        let package = self.package_of(self.env.pkg).name;
        let local = if self.object(id).decl.is_some() {
            0
        } else {
            let count = self.local_types.entry((self.env.pkg, spec.name.name)).or_default();
            *count += 1;
            *count
        };
        let named = self.types.define(spec.name.name, package, local);
        self.object_mut(id).ty = named;
        self.incomplete.insert(named);
        self.give_methods(id);
        let declared_as = self.typ(spec.ty);
        self.complete(named, declared_as);
        let name = spec.name;
        self.later.push(Box::new(move |c| c.check_fields_and_methods(named, name)));
    }

    /// Reports a field with the name of a method.
    fn check_fields_and_methods(&mut self, ty: Ty, _name: ast::Ident<'a>) {
        let Kind::Named(id) = *self.types.kind(ty) else { return };
        for method in self.methods.get(&id).cloned().unwrap_or_default() {
            let Object { name, pos, .. } = *self.object(method);
            let package = self.object_package(method);
            let taken = self.types.fields(ty).iter().any(|f| *f.name == *name && f.package.as_deref() == package);
            if taken {
                self.error(self.name_span(pos, name), format!("field and method with the same name {name}"));
            }
        }
    }

    // --- declarations in functions ----------------------------------------------------------------

    pub(super) fn local_decl(&mut self, decl: &ast::Decl<'a>, out: &mut Vec<Stmt<'a>>) {
        match *decl {
            ast::Decl::Const(spec) => {
                let mut declared = Vec::new();
                for (i, &name) in spec.names.iter().enumerate() {
                    let id = self.local_object(name, ObjKind::Const(None));
                    let init = spec.values.get(i).copied();
                    self.const_decl(id, spec.ty, init, spec.iota, spec.implicit);
                    declared.push(id);
                }
                self.check_count(spec.pos, spec.names, spec.values, true, spec.implicit);
                for id in declared {
                    self.declare(self.env.scope, id);
                }
            }
            ast::Decl::Var(spec) => self.local_vars(spec, out),
            ast::Decl::Type(spec) => {
                let id = self.local_object(spec.name, ObjKind::Type { alias: spec.alias });
                self.declare(self.env.scope, id);
                self.object_mut(id).color = Color::Grey(self.path.len());
                self.path.push(id);
                self.type_decl(id, spec);
                self.path.pop();
                self.object_mut(id).color = Color::Black;
            }
            // The grammar has none in functions.
            ast::Decl::Func(_) => {}
        }
    }

    pub(super) fn local_object(&mut self, name: ast::Ident<'a>, kind: ObjKind) -> ObjId {
        self.add_object(Object {
            name: name.name,
            pos: name.pos,
            pkg: Some(self.env.pkg),
            kind,
            ty: Types::INVALID,
            color: Color::Black,
            decl: None,
            used: false,
        })
    }

    fn local_vars(&mut self, spec: &'a ast::VarSpec<'a>, out: &mut Vec<Stmt<'a>>) {
        let vars: Vec<ObjId> = spec.names.iter().map(|&name| self.local_var(name)).collect();
        let declared = spec.ty.map(|ty| self.typ(ty));
        if let Some(ty) = declared {
            vars.iter().for_each(|&v| self.set_var_type(v, ty));
        }
        let context = "variable declaration";
        if declared == Some(Types::INVALID) {
            self.use_exprs(spec.values);
            vars.iter().for_each(|&v| self.object_mut(v).used = true);
        } else if spec.values.is_empty() {
            for &v in &vars {
                self.emit_decl(v, spec.pos, out);
            }
        } else if spec.values.len() == vars.len() {
            self.init_vars(&vars, spec.values, context, spec.pos, out);
        } else if spec.values.len() == 1 {
            self.init_vars(&vars, spec.values, "assignment", spec.pos, out);
        } else {
            for (i, &value) in spec.values.iter().enumerate() {
                match vars.get(i) {
                    Some(&v) => self.init_vars(&[v], &[value], context, spec.pos, &mut Vec::new()),
                    None => self.use_exprs(&[value]),
                }
            }
        }
        if spec.ty.is_none() || !spec.values.is_empty() {
            self.check_count(spec.pos, spec.names, spec.values, false, false);
        }
        for (i, &v) in vars.iter().enumerate() {
            // What has no value is reported, and counts as used.
            self.object_mut(v).used |= spec.values.len() > 1 && i >= spec.values.len();
            self.declare(self.env.scope, v);
        }
    }

    /// The statement that a local variable comes into being by.
    pub(super) fn emit_decl(&mut self, id: ObjId, pos: Pos, out: &mut Vec<Stmt<'a>>) {
        if let ObjKind::Var(Storage::Local(_, local)) = self.object(id).kind {
            out.push(Stmt { kind: StmtKind::Decl(local), pos });
        }
    }

    /// Reports more or fewer values than names.
    pub(super) fn check_count(
        &mut self,
        pos: Pos,
        names: &'a [ast::Ident<'a>],
        values: &'a [&'a ast::Expr<'a>],
        constants: bool,
        repeated: bool,
    ) {
        if let Some(&extra) = values.get(names.len()) {
            if repeated {
                let place = self.place(extra.pos);
                self.error_at(pos, format!("extra init expr at {place}"));
            } else {
                self.error(extra.span, format!("extra init expr {}", super::show::show_expr(extra)));
            }
        } else if names.len() > values.len() && (constants || values.len() != 1) {
            let name = names[values.len()];
            self.error(self.ident_span(name), format!("missing init expr for {}", name.name));
        }
    }

    // --- what names stand for ---------------------------------------------------------------------

    /// A name as an operand.
    pub(super) fn ident(&mut self, name: ast::Ident<'a>, e: &'a ast::Expr<'a>, want_type: bool) -> Operand<'a> {
        let Some((scope, id)) = self.lookup(name.name) else {
            if name.name == "_" {
                self.error(e.span, "cannot use _ as value or type");
            } else {
                self.error(e.span, format!("undefined: {}", name.name));
            }
            return self.invalid(e);
        };
        let is_type = matches!(self.object(id).kind, ObjKind::Type { .. });
        if self.object(id).color != Color::Black && (!is_type || want_type || self.object(id).ty == Types::INVALID) {
            let valid = self.resolve(id);
            if !valid && is_type {
                return self.invalid(e);
            }
        }
        if let Some(&import) = self.dot_imports.get(&(scope, name.name)) {
            self.object_mut(import).used = true;
        }
        self.object_operand(id, e)
    }

    /// An object as an operand.
    pub(super) fn object_operand(&mut self, id: ObjId, e: &'a ast::Expr<'a>) -> Operand<'a> {
        let Object { name, ty, color, .. } = *self.object(id);
        match self.object(id).kind.clone() {
            ObjKind::Package(_) => {
                self.error(e.span, format!("use of package {name} not in selector"));
                self.invalid(e)
            }
            ObjKind::Const(Some(value)) if ty != Types::INVALID => self.constant(value, ty, e),
            ObjKind::Const(_) => self.invalid(e),
            ObjKind::Iota => match self.env.iota {
                Some(iota) => self.constant(crate::constant::Value::from(iota), Types::UNTYPED_INT, e),
                None => {
                    self.error(e.span, "cannot use iota outside constant declaration");
                    self.invalid(e)
                }
            },
            ObjKind::Type { alias: true } if ty == Types::INVALID && matches!(color, Color::Grey(_)) => {
                let message = format!("invalid use of type alias {name} in recursive type (see issue #50729)");
                self.error(e.span, message);
                self.invalid(e)
            }
            ObjKind::Type { .. } => {
                if self.object(id).pkg.is_none() {
                    self.spelled.insert(name);
                }
                self.type_operand(ty, e)
            }
            ObjKind::Var(storage) => {
                self.object_mut(id).used = true;
                self.refers_to(id);
                if ty == Types::INVALID {
                    return self.invalid(e);
                }
                let kind = match storage {
                    Storage::None => ExprKind::Blank,
                    Storage::Global(global) => ExprKind::Global(global),
                    Storage::Local(func, local) => ExprKind::Local(self.captured(func, local)),
                };
                self.operand(Mode::Variable, kind, ty, e)
            }
            ObjKind::Func { id: func, .. } => {
                self.refers_to(id);
                if ty == Types::INVALID {
                    return self.invalid(e);
                }
                self.value(ExprKind::Func(func), ty, e)
            }
            ObjKind::Builtin(builtin) => self.operand(Mode::Builtin(builtin), ExprKind::Zero, ty, e),
            ObjKind::Nil => self.operand(Mode::Nil, ExprKind::Nil, Types::UNTYPED_NIL, e),
        }
    }

    /// The tree of a variable as a destination.
    pub(super) fn var_tree(&mut self, id: ObjId, pos: Pos) -> E<'a> {
        let Object { ty, .. } = *self.object(id);
        let kind = match self.object(id).kind {
            ObjKind::Var(Storage::Global(global)) => ExprKind::Global(global),
            ObjKind::Var(Storage::Local(func, local)) => ExprKind::Local(self.captured(func, local)),
            _ => ExprKind::Blank,
        };
        self.node(kind, ty, pos)
    }
}
