//! The names that a package declares, and the order in which they are checked.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/resolver.go.

use super::Checker;
use super::load::Unit;
use super::object::{Color, Decl, DeclId, DeclKind, ObjId, ObjKind, Object, Package, PkgId, ScopeId, Storage};
use crate::ast::{self, ExprKind};
use crate::ir::{Func, FuncId, Global, GlobalId};
use crate::source::{Pos, Span};
use crate::types::{Kind, Types};

use super::lookup::is_exported;

/// A method, before its receiver's type is known.
struct Method<'a> {
    object: ObjId,
    recv: &'a ast::Expr<'a>,
}

/// An import of a file.
struct Import<'a> {
    object: ObjId,
    path: &'a str,
    span: Span,
}

impl<'a> Checker<'a, '_> {
    /// Checks a package; those that it imports have been checked.
    pub(super) fn package(&mut self, unit: &Unit<'a>) {
        let Some(first) = unit.files.first() else { return };
        let scope = self.add_scope(Some(self.universe));
        let name = first.package.name;
        let init = self.add_func("init", name, first.package.pos);
        let pkg = PkgId(self.packages.len() as u32);
        self.packages.push(Package {
            name,
            path: unit.path,
            scope,
            init,
            imports: Vec::new(),
            objects: Vec::new(),
            inits: Vec::new(),
        });
        self.env.pkg = pkg;
        self.spelled.clear();

        let mut imports = Vec::new();
        let mut methods = Vec::new();
        for file in unit.files {
            let file_scope = self.add_scope(Some(scope));
            self.import(pkg, file_scope, file.imports, &mut imports);
            for decl in file.decls {
                self.collect(pkg, file_scope, decl, &mut methods);
            }
            self.check_file_scope(file_scope, scope);
        }
        self.find_owners(scope, &methods);
        self.resolve_all(pkg);
        self.check_bodies(pkg);
        self.order_init(pkg);
        self.check_imports(&imports);
    }

    /// A new function without anything; see [`Checker::func_decl`] for what is filled in.
    pub(super) fn add_func(&mut self, name: &'a str, package: &'a str, pos: Pos) -> FuncId {
        let ty = self.types.func([], [], false);
        self.funcs.push(Func {
            name,
            package,
            ty,
            params: Vec::new(),
            results: Vec::new(),
            locals: Vec::new(),
            allocs: Vec::new(),
            labels: 0,
            body: None,
            parent: None,
            captures: Vec::new(),
            has_defer: false,
            has_recover: false,
            wrapper: false,
            pragmas: &[],
            pos,
            end: pos,
        });
        FuncId(self.funcs.len() as u32 - 1)
    }

    // --- imports ----------------------------------------------------------------------------------

    fn import(&mut self, pkg: PkgId, scope: ScopeId, list: &'a [ast::Import<'a>], imports: &mut Vec<Import<'a>>) {
        for import in list {
            let span = Span { start: import.pos, end: Pos(import.pos.0 + import.path.len() as u32 + 2) };
            let imported = if import.path == "unsafe" {
                Some(self.package_unsafe())
            } else {
                // One that is missing has been refused by the loader.
                let at = self.packages.iter().position(|p| p.path == import.path);
                at.map(|at| PkgId(at as u32)).filter(|&found| found != pkg)
            };
            if let Some(imported) = imported
                && !self.package_of(pkg).imports.contains(&imported)
            {
                self.packages[pkg.0 as usize].imports.push(imported);
            }
            let own = imported.map_or_else(
                || import.path.rsplit('/').next().unwrap_or_default(),
                |imported| self.package_of(imported).name,
            );
            let name = import.name.map_or(own, |name| name.name);
            if name == "init" {
                self.error(span, "cannot import package as init - init must be a func");
                continue;
            }
            let object = self.add_object(Object {
                name,
                pos: import.name.map_or(import.pos, |name| name.pos),
                pkg: Some(pkg),
                kind: ObjKind::Package(imported),
                ty: Types::INVALID,
                color: Color::Black,
                decl: None,
                used: imported.is_none() || name == "_",
            });
            imports.push(Import { object, path: import.path, span });
            match (name, imported) {
                (".", Some(imported)) => self.dot_import(scope, object, imported, span),
                (".", None) => {}
                _ => _ = self.declare(scope, object),
            }
        }
    }

    fn dot_import(&mut self, scope: ScopeId, import: ObjId, imported: PkgId, span: Span) {
        let from = self.package_of(imported).scope;
        let names = &self.scopes[from.0 as usize].names;
        let mut names: Vec<(&'a str, ObjId)> = names.iter().map(|(&name, &id)| (name, id)).collect();
        names.sort_unstable();
        for (name, id) in names.into_iter().filter(|(name, _)| is_exported(name)) {
            if let Some(other) = self.lookup_in(scope, name) {
                let mut message = format!("{name} redeclared in this block");
                self.add_other_declaration(&mut message, other);
                self.error(span, message);
            } else {
                self.scopes[scope.0 as usize].names.insert(name, id);
                self.dot_imports.insert((scope, name), import);
            }
        }
    }

    /// Reports what a file imports under a name that the package declares.
    fn check_file_scope(&mut self, file: ScopeId, package: ScopeId) {
        let names = &self.scopes[file.0 as usize].names;
        let mut names: Vec<(&'a str, ObjId)> = names.iter().map(|(&name, &id)| (name, id)).collect();
        names.sort_unstable();
        for (name, import) in names {
            let Some(declared) = self.lookup_in(package, name) else { continue };
            let mut message = match self.object(import).kind {
                ObjKind::Package(Some(pkg)) => {
                    let package = self.package_of(pkg);
                    let quoted =
                        if package.path == package.name { String::new() } else { format!(" ({:?})", package.path) };
                    format!("{name} already declared through import of package {}{quoted}", package.name)
                }
                ObjKind::Package(None) => format!("{name} already declared through import of package {name}"),
                _ => {
                    let pkg = self.object(import).pkg.map_or("", |pkg| self.package_of(pkg).name);
                    format!("{name} already declared through dot-import of package {pkg}")
                }
            };
            self.add_other_declaration(&mut message, import);
            let pos = self.object(declared).pos;
            self.error(self.name_span(pos, name), message);
        }
    }

    fn check_imports(&mut self, imports: &[Import<'a>]) {
        for import in imports {
            let Object { name, used, .. } = *self.object(import.object);
            if used {
                continue;
            }
            let last = import.path.rsplit('/').next().unwrap_or_default();
            let renamed = if name == "." || name == last { String::new() } else { format!(" as {name}") };
            self.error(import.span, format!("imported and not used: {:?}{renamed}", import.path));
        }
    }

    // --- declarations -----------------------------------------------------------------------------

    fn add_decl(&mut self, pkg: PkgId, scope: ScopeId, kind: DeclKind<'a>) -> DeclId {
        let (refers, init) = Default::default();
        self.decls.push(Decl { pkg, scope, kind, refers, init });
        DeclId(self.decls.len() as u32 - 1)
    }

    /// An object of a package. It has no place in its scope yet.
    fn add_declared(&mut self, pkg: PkgId, name: ast::Ident<'a>, kind: ObjKind, decl: DeclId) -> ObjId {
        let id = self.add_object(Object {
            name: name.name,
            pos: name.pos,
            pkg: Some(pkg),
            kind,
            ty: Types::INVALID,
            color: Color::White,
            decl: Some(decl),
            used: true,
        });
        self.packages[pkg.0 as usize].objects.push(id);
        id
    }

    /// The same, visible in its package.
    fn declare_in_package(&mut self, pkg: PkgId, name: ast::Ident<'a>, kind: ObjKind, decl: DeclId) -> ObjId {
        let package = self.package_of(pkg);
        let (scope, reserved) = (package.scope, name.name == "main" && package.name == "main");
        let func = matches!(kind, ObjKind::Func { .. });
        let id = self.add_declared(pkg, name, kind, decl);
        if !func && (name.name == "init" || reserved) {
            self.error(self.ident_span(name), format!("cannot declare {} - must be func", name.name));
        } else {
            self.declare(scope, id);
        }
        id
    }

    fn collect(&mut self, pkg: PkgId, scope: ScopeId, decl: &ast::Decl<'a>, methods: &mut Vec<Method<'a>>) {
        match *decl {
            ast::Decl::Const(spec) => {
                for (i, &name) in spec.names.iter().enumerate() {
                    let init = spec.values.get(i).copied();
                    let kind = DeclKind::Const { ty: spec.ty, init, iota: spec.iota, repeated: spec.implicit };
                    let decl = self.add_decl(pkg, scope, kind);
                    self.declare_in_package(pkg, name, ObjKind::Const(None), decl);
                }
                self.check_count(spec.pos, spec.names, spec.values, true, spec.implicit);
            }
            ast::Decl::Var(spec) => self.collect_vars(pkg, scope, spec),
            ast::Decl::Type(spec) => {
                let decl = self.add_decl(pkg, scope, DeclKind::Type(spec));
                self.declare_in_package(pkg, spec.name, ObjKind::Type { alias: spec.alias }, decl);
            }
            ast::Decl::Func(func) => self.collect_func(pkg, scope, func, methods),
        }
    }

    fn collect_vars(&mut self, pkg: PkgId, scope: ScopeId, spec: &'a ast::VarSpec<'a>) {
        let mut objects = Vec::new();
        let mut decls = Vec::new();
        for (i, &name) in spec.names.iter().enumerate() {
            let storage = if name.name == "_" {
                Storage::None
            } else {
                let full = self.text(&format!("{}.{}", self.package_of(pkg).name, name.name));
                self.globals.push(Global { name: full, ty: Types::INVALID, pos: name.pos, readonly: None });
                Storage::Global(GlobalId(self.globals.len() as u32 - 1))
            };
            let shared = spec.values.len() == 1 && spec.names.len() > 1;
            if !shared || i == 0 {
                let init = spec.values.get(i).copied();
                decls.push(self.add_decl(pkg, scope, DeclKind::Var { all: None, ty: spec.ty, init }));
            }
            let decl = decls[decls.len() - 1];
            objects.push(self.declare_in_package(pkg, name, ObjKind::Var(storage), decl));
        }
        if let ([init], [decl]) = (spec.values, &decls[..])
            && objects.len() > 1
        {
            let all = Some(self.slice(&objects));
            self.decls[decl.0 as usize].kind = DeclKind::Var { all, ty: spec.ty, init: Some(init) };
        }
        if spec.ty.is_none() || !spec.values.is_empty() {
            self.check_count(spec.pos, spec.names, spec.values, false, false);
        }
    }

    fn collect_func(&mut self, pkg: PkgId, scope: ScopeId, func: &'a ast::FuncDecl<'a>, methods: &mut Vec<Method<'a>>) {
        let decl = self.add_decl(pkg, scope, DeclKind::Func(func));
        let package = self.package_of(pkg).name;
        let name = func.name.name;
        let id = self.add_func(name, package, func.pos);
        let kind = ObjKind::Func { id, pointer: false };
        if let Some(recv) = func.recv {
            let object = self.add_declared(pkg, func.name, kind, decl);
            if name != "_" {
                methods.push(Method { object, recv: recv.ty });
            }
            return;
        }
        let special = name == "init" || name == "main" && package == "main";
        if special && !(func.sig.params.is_empty() && func.sig.results.is_empty()) {
            let message = format!("func {name} must have no arguments and no return values");
            self.error(self.ident_span(func.name), message);
        }
        if name == "init" {
            self.add_declared(pkg, func.name, kind, decl);
            let count = self.package_of(pkg).inits.len();
            self.funcs[id.0 as usize].name = self.text(&format!("init.{count}"));
            self.packages[pkg.0 as usize].inits.push(id);
            if func.body.is_none() {
                self.error(self.ident_span(func.name), "missing function body");
            }
        } else {
            self.declare_in_package(pkg, func.name, kind, decl);
        }
    }

    // --- methods ----------------------------------------------------------------------------------

    /// The types that methods belong to, by the names of their receivers.
    fn find_owners(&mut self, scope: ScopeId, methods: &[Method<'a>]) {
        for method in methods {
            if let Some((owner, pointer)) = self.find_owner(scope, method.recv) {
                if let ObjKind::Func { id, .. } = self.object(method.object).kind {
                    self.object_mut(method.object).kind = ObjKind::Func { id, pointer };
                }
                self.owners.entry(owner).or_default().push(method.object);
            }
        }
    }

    /// The declaration of a receiver's type, seen through aliases, and whether the receiver is a pointer to it.
    fn find_owner(&self, scope: ScopeId, recv: &'a ast::Expr<'a>) -> Option<(ObjId, bool)> {
        let mut e = recv;
        let mut pointer = false;
        // More aliases than there are objects are a cycle.
        for _ in 0..=self.objects.len() {
            match &e.kind {
                ExprKind::Paren(x) => e = x,
                ExprKind::Star(x) if !pointer => {
                    pointer = true;
                    e = x;
                }
                ExprKind::Name(name) => {
                    let id = self.lookup_in(scope, name.name)?;
                    let ObjKind::Type { alias } = self.object(id).kind else { return None };
                    if !alias {
                        return Some((id, pointer));
                    }
                    let DeclKind::Type(spec) = self.decls[self.object(id).decl?.0 as usize].kind else { return None };
                    e = spec.ty;
                }
                _ => return None,
            }
        }
        None
    }

    /// Gives a defined type its methods, reporting those of one name.
    pub(super) fn give_methods(&mut self, owner: ObjId) {
        let methods = self.owners.remove(&owner).unwrap_or_default();
        let Object { name: type_name, ty, .. } = *self.object(owner);
        let Kind::Named(named) = *self.types.kind(ty) else { return };
        for method in methods {
            let Object { name, pos, .. } = *self.object(method);
            let list = self.methods.entry(named).or_default().clone();
            let other = list.into_iter().find(|&m| self.object(m).name == name);
            if let Some(other) = other {
                let mut message = format!("{type_name}.{name} redeclared in this block");
                self.add_other_declaration(&mut message, other);
                self.error(self.name_span(pos, name), message);
            } else {
                self.methods.entry(named).or_default().push(method);
            }
        }
    }

    // --- order of checks --------------------------------------------------------------------------

    /// Finds the types of everything: of defined types first, as all else may need their methods.
    fn resolve_all(&mut self, pkg: PkgId) {
        let objects = self.package_of(pkg).objects.clone();
        self.env.scope = self.package_of(pkg).scope;
        let is_type =
            |c: &Self, id: ObjId, wanted: bool| matches!(c.object(id).kind, ObjKind::Type { alias } if alias == wanted);
        for alias in [false, true] {
            for &id in &objects {
                if is_type(self, id, alias) {
                    self.resolve(id);
                }
            }
        }
        for &id in &objects {
            self.resolve(id);
        }
        self.run_later();
    }
}
