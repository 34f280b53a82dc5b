//! Functions: declarations, literals and what they capture, bodies, and what is known about variables.
//!
//! A literal's body is checked where it stands, so that names mean there what they meant; one at package level waits
//! until all types are known. A variable of a function around is reached through one captured variable in each
//! function between.

use super::Checker;
use super::object::{DeclId, ObjId, ObjKind, Object, PkgId, ScopeId, Storage};
use super::operand::Operand;
use super::typexpr::Signature;
use crate::ast;
use crate::ir::{AllocKind, Class, E, ExprKind, Func, FuncId, LabelId, Local, LocalId};
use crate::source::Pos;
use crate::types::{Basic, Kind, Ty, Types};
use std::collections::HashMap;

/// A function whose body is being checked.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub func: FuncId,
    /// Its results' variables.
    pub results: Vec<ObjId>,
    /// Have they names?
    pub named_results: bool,
    /// The variables that it declares.
    pub vars: Vec<ObjId>,
    /// The variables that it captures, by the function and variable that they are.
    captured: HashMap<(FuncId, LocalId), LocalId>,
    /// Labels by name.
    pub labels: HashMap<&'a str, LabelId>,
    /// The statements around that can be left, the innermost last.
    pub targets: Vec<Target<'a>>,
}

/// A statement that `break` or `continue` may name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    pub label: LabelId,
    pub name: Option<&'a str>,
    pub is_loop: bool,
}

/// The body of a function literal at package level, to be checked later.
#[derive(Debug)]
pub(super) struct Pending<'a> {
    decl: Option<DeclId>,
    pkg: PkgId,
    scope: ScopeId,
    iota: Option<u32>,
    body: Body<'a>,
}

/// A body with what its names need.
#[derive(Clone, Debug)]
pub(super) struct Body<'a> {
    func: FuncId,
    recv: Option<(&'a ast::Param<'a>, Ty)>,
    types: Signature,
    sig: &'a ast::Signature<'a>,
    block: &'a ast::Block<'a>,
}

impl<'a> Checker<'a, '_> {
    pub(super) fn new_frame(func: FuncId) -> Frame<'a> {
        Frame {
            func,
            results: Vec::new(),
            named_results: false,
            vars: Vec::new(),
            captured: HashMap::new(),
            labels: HashMap::new(),
            targets: Vec::new(),
        }
    }

    /// The frame of a package's initialiser, for what is outside of functions.
    pub(super) fn init_frame(&self, pkg: PkgId) -> Frame<'a> {
        Self::new_frame(self.package_of(pkg).init)
    }

    pub(super) fn frame(&mut self) -> &mut Frame<'a> {
        let last = self.env.frames.len() - 1;
        &mut self.env.frames[last]
    }

    pub(super) fn current_func(&mut self) -> &mut Func<'a> {
        let id = self.frame().func;
        &mut self.funcs[id.0 as usize]
    }

    // --- declarations -----------------------------------------------------------------------------

    /// The type of a declared function or method, and its parameters.
    pub(super) fn func_decl(&mut self, id: ObjId, decl: &'a ast::FuncDecl<'a>) {
        let ObjKind::Func { id: func, .. } = self.object(id).kind else { return };
        let recv = decl.recv.map(|param| (param, self.typ(param.ty)));
        let types = self.signature(decl.sig);
        if let Some((param, ty)) = recv {
            self.check_duplicate_receiver(param, decl.sig);
            self.later.push(Box::new(move |c| c.check_receiver(param, ty)));
            let name = self.method_name(ty, decl.name.name);
            self.funcs[func.0 as usize].name = name;
        }
        let ty = self.func_type(&types, decl.name_span());
        let full = match recv {
            Some((_, recv)) => {
                let params = [recv].into_iter().chain(types.params.iter().copied()).collect();
                let with_recv = Signature { params, ..types.clone() };
                self.func_type(&with_recv, decl.name_span())
            }
            None => ty,
        };
        self.object_mut(id).ty = ty;
        let function = &mut self.funcs[func.0 as usize];
        function.ty = full;
        function.pragmas = decl.pragmas;
        match decl.body {
            Some(block) => {
                function.end = block.end;
                self.bodies.push((id, Body { func, recv, types, sig: decl.sig, block }));
            }
            None => {
                if self.package_of(self.env.pkg).path == "main" {
                    self.bodiless.push(decl.name_span());
                }
                // Its parameters have variables all the same.
                let (receiver, sig) = (recv, decl.sig);
                self.env.frames.push(Self::new_frame(func));
                self.open_scope();
                self.declare_params(receiver, &types, sig);
                self.close_scope();
                self.env.frames.pop();
            }
        }
    }

    /// `(*T).m` or `T.m`
    pub(super) fn method_name(&self, recv: Ty, name: &str) -> &'a str {
        let (pointer, base) = match self.types.kind(recv) {
            Kind::Pointer(elem) => (true, *elem),
            _ => (false, recv),
        };
        let own = match self.types.named(base) {
            Some(named) => named.name.to_string(),
            None => self.show_type(base),
        };
        self.text(&if pointer { format!("(*{own}).{name}") } else { format!("{own}.{name}") })
    }

    fn check_duplicate_receiver(&mut self, recv: &'a ast::Param<'a>, sig: &'a ast::Signature<'a>) {
        let Some(name) = recv.name.filter(|name| name.name != "_") else { return };
        let mut seen = HashMap::from([(name.name, name.pos)]);
        let same = sig.params.iter().chain(sig.results).find(|p| p.name.is_some_and(|n| n.name == name.name));
        if let Some(param) = same {
            self.check_param_name(param, &mut seen);
        }
    }

    fn check_receiver(&mut self, param: &'a ast::Param<'a>, ty: Ty) {
        let at = param.name.map_or(param.ty.span, |name| self.ident_span(name));
        let base = match self.types.kind(ty) {
            Kind::Pointer(elem) => *elem,
            _ => ty,
        };
        match self.types.kind(base) {
            Kind::Basic(Basic::Invalid) => {}
            Kind::Named(_) => {
                let package = self.types.named(base).map(|named| named.package.clone()).unwrap_or_default();
                if *package != *self.package_of(self.env.pkg).name {
                    let message = format!("cannot define new methods on non-local type {}", self.show_type(base));
                    self.error(at, message);
                    return;
                }
                let cause = match self.types.under(base) {
                    Kind::Basic(Basic::UnsafePointer) => "unsafe.Pointer",
                    Kind::Pointer(_) | Kind::Interface(_) => "pointer or interface type",
                    _ => return,
                };
                let message = format!("invalid receiver type {} ({cause})", self.show_type(base));
                self.error(at, message);
            }
            Kind::Basic(_) => {
                let message = format!("cannot define new methods on non-local type {}", self.show_type(base));
                self.error(at, message);
            }
            _ => {
                let message = format!("invalid receiver type {}", self.show_type(ty));
                self.error(at, message);
            }
        }
    }

    // --- bodies -----------------------------------------------------------------------------------

    /// Checks the bodies of all functions of a package, and of its waiting literals.
    pub(super) fn check_bodies(&mut self, pkg: PkgId) {
        for literal in std::mem::take(&mut self.literals) {
            let Pending { decl, pkg, scope, iota, body } = literal;
            self.env.pkg = pkg;
            self.env.scope = scope;
            self.env.decl = decl;
            self.env.iota = iota;
            self.env.frames = vec![self.init_frame(pkg)];
            self.body(body);
            self.env.iota = None;
            self.env.decl = None;
        }
        for (id, body) in std::mem::take(&mut self.bodies) {
            let Some(decl) = self.object(id).decl else { continue };
            self.in_declaration(decl, |c| {
                c.env.frames = vec![c.init_frame(pkg)];
                c.body(body);
            });
            self.run_later();
        }
    }

    /// Checks a body.
    fn body(&mut self, body: Body<'a>) {
        let Body { func, recv, types, sig, block } = body;
        let has_call = self.env.has_call;
        let scope = self.env.scope;
        self.env.frames.push(Self::new_frame(func));
        self.open_scope();
        self.declare_params(recv, &types, sig);
        self.check_labels(block);
        let mut stmts = Vec::new();
        self.stmts(block.stmts, &mut stmts);
        if !types.results.is_empty() && !self.terminates(block) {
            self.error_at(block.end, "missing return");
        }
        let vars = std::mem::take(&mut self.frame().vars);
        for var in vars {
            let Object { name, pos, used, .. } = *self.object(var);
            if !used {
                self.error(self.name_span(pos, name), format!("{name} declared but not used"));
            }
        }
        self.env.frames.pop();
        self.env.scope = scope;
        self.env.has_call = has_call;
        let stmts = self.slice(&stmts);
        self.funcs[func.0 as usize].body = Some(stmts);
    }

    /// Makes the variables of parameters and results.
    fn declare_params(
        &mut self,
        recv: Option<(&'a ast::Param<'a>, Ty)>,
        types: &Signature,
        sig: &'a ast::Signature<'a>,
    ) {
        let params = recv.into_iter().chain(sig.params.iter().zip(types.params.iter().copied()));
        for (param, ty) in params {
            let name = param.name.map_or("_", |name| name.name);
            let pos = param.name.map_or(param.ty.span.start, |name| name.pos);
            let (local, _) = self.param(name, pos, ty, Class::Param);
            self.current_func().params.push(local);
        }
        for (i, (param, &ty)) in sig.results.iter().zip(&types.results).enumerate() {
            let name = param.name.map_or_else(|| self.text(&format!("~r{i}")), |name| name.name);
            let pos = param.name.map_or(param.ty.span.start, |name| name.pos);
            let (local, id) = self.param(name, pos, ty, Class::Result);
            self.current_func().results.push(local);
            let frame = self.frame();
            frame.results.push(id);
            frame.named_results = param.name.is_some();
        }
    }

    fn param(&mut self, name: &'a str, pos: Pos, ty: Ty, class: Class) -> (LocalId, ObjId) {
        let local = self.add_local(name, pos, ty, class);
        let func = self.frame().func;
        let id = self.local_object(ast::Ident { name, pos }, ObjKind::Var(Storage::Local(func, local)));
        self.object_mut(id).ty = ty;
        self.object_mut(id).used = true;
        // Those of one name have been reported with the signature.
        if name != "_" && self.lookup_in(self.env.scope, name).is_none() {
            self.declare(self.env.scope, id);
        }
        (local, id)
    }

    /// A function literal.
    pub(super) fn func_lit(
        &mut self,
        e: &'a ast::Expr<'a>,
        sig: &'a ast::Signature<'a>,
        block: &'a ast::Block<'a>,
    ) -> Operand<'a> {
        let types = self.signature(sig);
        let ty = self.func_type(&types, e.span);
        if ty == Types::INVALID {
            return self.invalid(e);
        }
        let outer = self.frame().func;
        let package = self.package_of(self.env.pkg);
        let (package, init) = (package.name, package.init);
        let count = self.closures.entry(outer).or_default();
        *count += 1;
        let name = match &self.funcs[outer.0 as usize] {
            _ if outer == init => format!("glob..func{count}"),
            Func { parent: Some(_), name, .. } => format!("{name}.{count}"),
            Func { name, .. } => format!("{name}.func{count}"),
        };
        let name = self.text(&name);
        let func = self.add_func(name, package, e.pos);
        let function = &mut self.funcs[func.0 as usize];
        function.ty = ty;
        function.parent = Some(outer);
        function.end = block.end;
        let body = Body { func, recv: None, types, sig, block };
        if self.env.frames.len() == 1 {
            let (decl, pkg, scope, iota) = (self.env.decl, self.env.pkg, self.env.scope, self.env.iota);
            self.literals.push(Pending { decl, pkg, scope, iota, body });
        } else {
            self.body(body);
        }
        let alloc = self.alloc(AllocKind::Closure, e.pos);
        self.value(ExprKind::Closure { func, alloc }, ty, e)
    }

    // --- variables --------------------------------------------------------------------------------

    pub(super) fn add_local(&mut self, name: &'a str, pos: Pos, ty: Ty, class: Class) -> LocalId {
        self.current_func().add_local(Local {
            name,
            ty,
            class,
            addr_taken: false,
            reassigned: false,
            by_ref: false,
            heap: false,
            pos,
        })
    }

    /// A variable that a statement declares, not visible yet. Blank ones have no storage.
    pub(super) fn local_var(&mut self, name: ast::Ident<'a>) -> ObjId {
        if name.name == "_" {
            let id = self.local_object(name, ObjKind::Var(Storage::None));
            self.object_mut(id).used = true;
            return id;
        }
        let local = self.add_local(name.name, name.pos, Types::INVALID, Class::Auto);
        let func = self.frame().func;
        let id = self.local_object(name, ObjKind::Var(Storage::Local(func, local)));
        self.frame().vars.push(id);
        id
    }

    /// A temporary, as a tree.
    pub(super) fn temp(&mut self, ty: Ty, pos: Pos) -> (LocalId, E<'a>) {
        let temp = self.current_func().add_temp(ty, pos);
        (temp, self.node(ExprKind::Local(temp), ty, pos))
    }

    /// The variable of the current function that is this one: captured, if it is of a function around.
    pub(super) fn captured(&mut self, owner: FuncId, local: LocalId) -> LocalId {
        let frames = &mut self.env.frames;
        let Some(at) = frames.iter().position(|frame| frame.func == owner) else { return local };
        let original = *self.funcs[owner.0 as usize].local(local);
        let mut outer = local;
        for frame in &mut frames[at + 1..] {
            outer = *frame.captured.entry((owner, local)).or_insert_with(|| {
                let func = &mut self.funcs[frame.func.0 as usize];
                let id = func.add_local(Local { class: Class::Captured(outer), ..original });
                func.captures.push(id);
                id
            });
        }
        outer
    }

    /// The variable that a variable of the current function is in the end.
    fn origin(&mut self, local: LocalId) -> &mut Local<'a> {
        let (mut func, mut local) = (self.frame().func, local);
        while let (Class::Captured(outer), Some(parent)) =
            (self.funcs[func.0 as usize].local(local).class, self.funcs[func.0 as usize].parent)
        {
            (func, local) = (parent, outer);
        }
        self.funcs[func.0 as usize].local_mut(local)
    }

    /// The variable that a destination or an addressed operand is, or is part of.
    fn root(&self, e: E<'a>) -> Option<LocalId> {
        let mut e = e;
        loop {
            match e.kind {
                ExprKind::Local(local) => return Some(local),
                ExprKind::Field { x, .. } => e = x,
                ExprKind::Index { x, .. } if matches!(self.types.under(x.ty), Kind::Array { .. }) => e = x,
                _ => return None,
            }
        }
    }

    /// `&x`, noted with the variable.
    pub(super) fn address(&mut self, x: E<'a>, pos: Pos) -> E<'a> {
        if let Some(local) = self.root(x) {
            self.origin(local).addr_taken = true;
        }
        let ty = self.types.pointer(x.ty);
        self.node(ExprKind::Addr(x), ty, pos)
    }

    /// Notes that a destination is assigned to other than by its declaration.
    pub(super) fn reassign(&mut self, x: E<'a>) {
        if let Some(local) = self.root(x) {
            self.origin(local).reassigned = true;
        }
    }

    /// Gives captured variables what is known about the variables that they are.
    pub(super) fn settle_captured(&mut self) {
        // A closure comes after the function in which it stands.
        for i in 0..self.funcs.len() {
            let Some(parent) = self.funcs[i].parent else { continue };
            for capture in self.funcs[i].captures.clone() {
                let Class::Captured(outer) = self.funcs[i].local(capture).class else { continue };
                let Local { ty, addr_taken, reassigned, .. } = *self.funcs[parent.0 as usize].local(outer);
                let local = self.funcs[i].local_mut(capture);
                (local.ty, local.addr_taken, local.reassigned) = (ty, addr_taken, reassigned);
            }
        }
    }
}

impl ast::FuncDecl<'_> {
    /// The text of its name.
    fn name_span(&self) -> crate::source::Span {
        let start = self.name.pos;
        crate::source::Span { start, end: Pos(start.0 + self.name.name.len() as u32) }
    }
}
