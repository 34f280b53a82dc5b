//! Methods that the compiler makes: promoted ones, those of pointers to values, and method expressions of interfaces;
//! and the method sets that itabs are made from.
//!
//! A wrapper takes its receiver first, walks to the embedded one, and calls the method. One that takes a pointer to
//! a type whose method takes the value says so if the pointer is nil, as Go does.
//!
//! Source: Go 1.19 cmd/compile/internal/reflectdata/reflect.go (methodWrapper).

use super::Checker;
use super::lookup::{Found, Selection};
use super::object::{ObjKind, PkgId};
use crate::ast::BinOp;
use crate::ir::{Callee, Class, E, ExprKind, FuncId, Local, MethodEntry, Stmt, StmtKind};
use crate::runtime::Rt;
use crate::source::Pos;
use crate::types::{Kind, Ty, Types};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A method's receiver, name, and package if the name is not exported.
pub(super) type WrapperKey = (Ty, String, Option<String>);

/// A wrapper whose body is not made yet.
pub(super) struct Pending {
    func: FuncId,
    recv: Ty,
    selection: Selection,
}

impl<'a> Checker<'a, '_> {
    /// The function that takes a receiver of exactly this type and calls the selected method.
    pub(super) fn wrapper(&mut self, recv: Ty, name: &str, selection: &Selection) -> FuncId {
        let package = match selection.found {
            Found::Method(method) => self.object_package(method).map(Into::into),
            _ if super::lookup::is_exported(name) => None,
            _ => self.name_package(name).map(Into::into),
        };
        self.wrapper_in(recv, name, package, selection)
    }

    fn wrapper_in(&mut self, recv: Ty, name: &str, package: Option<String>, selection: &Selection) -> FuncId {
        let key = (recv, name.to_owned(), package);
        if let Some(&func) = self.wrappers.get(&key) {
            return func;
        }
        let base = self.types.pointee(recv).unwrap_or(recv);
        let home = self.types.named(base).map(|named| named.package.to_string());
        let home = self.text(home.as_deref().filter(|home| !home.is_empty()).unwrap_or("main"));
        // The name is written as in its own package.
        let pkg = self.packages.iter().position(|p| p.name == home).map_or(self.env.pkg, |at| PkgId(at as u32));
        let pkg = std::mem::replace(&mut self.env.pkg, pkg);
        let full = self.method_name(recv, name);
        self.env.pkg = pkg;
        let func = self.add_func(full, home, Pos::NONE);
        self.funcs[func.0 as usize].wrapper = true;
        self.wrappers.insert(key, func);
        self.unbuilt.push(Pending { func, recv, selection: selection.clone() });
        func
    }

    /// Makes the bodies of all wrappers.
    pub(super) fn build_wrappers(&mut self) {
        while let Some(Pending { func, recv, selection }) = self.unbuilt.pop() {
            self.env.frames = vec![Self::new_frame(func)];
            self.build_wrapper(func, recv, &selection);
        }
    }

    fn build_wrapper(&mut self, func: FuncId, recv: Ty, selection: &Selection) {
        let sig = match selection.found {
            Found::Method(method) => self.method_sig(method),
            Found::Interface(_, sig) => sig,
            Found::Field(..) => return,
        };
        let Kind::Func { params, results, variadic } = self.types.kind(sig).clone() else { return };
        let pos = Pos::NONE;
        let this = self.wrapper_local(".this", recv, Class::Param);
        let mut args: Vec<E<'a>> = Vec::new();
        for (i, &ty) in params.iter().enumerate() {
            let name = self.text(&format!(".anon{i}"));
            args.push(self.wrapper_local(name, ty, Class::Param));
        }
        for (i, &ty) in results.iter().enumerate() {
            let name = self.text(&format!("~r{i}"));
            self.wrapper_local(name, ty, Class::Result);
        }
        let full: Box<[Ty]> = [recv].into_iter().chain(params).collect();
        self.funcs[func.0 as usize].ty = self.types.func(full, results.clone(), variadic);

        let mut body = Vec::new();
        let mut tree = this;
        for &index in &selection.path {
            tree = self.field(tree, index, pos);
        }
        let callee = match selection.found {
            Found::Method(method) => {
                let ObjKind::Func { id, pointer } = self.object(method).kind else { return };
                if !pointer && selection.path.is_empty() && self.types.pointee(recv).is_some() {
                    body.push(self.nil_check(this));
                }
                args.insert(0, self.receiver(tree, pointer, pos));
                Callee::Static(id)
            }
            Found::Interface(method, _) => Callee::Interface { recv: tree, method },
            Found::Field(..) => return,
        };
        let args = self.slice(&args);
        let ty = match results[..] {
            [] => self.unit,
            [one] => one,
            _ => self.types.make(Kind::Tuple(results.clone())),
        };
        let call = self.node(ExprKind::Call { callee, args, multi: None }, ty, pos);
        match results[..] {
            [] => body.push(Stmt { kind: StmtKind::Expr(call), pos }),
            [_] => body.push(Stmt { kind: StmtKind::Return(self.slice(&[call])), pos }),
            _ => {
                let temps: Vec<E<'a>> = results.iter().map(|&ty| self.temp(ty, pos).1).collect();
                let dsts = self.slice(&temps);
                body.push(Stmt { kind: StmtKind::Assign2Func { dsts, call, define: false }, pos });
                body.push(Stmt { kind: StmtKind::Return(dsts), pos });
            }
        }
        // What a call returns is no assignment of the wrapper's own, but it is one.
        let body = self.slice(&body);
        let function = &mut self.funcs[func.0 as usize];
        for result in function.results.clone() {
            function.local_mut(result).reassigned = true;
        }
        function.body = Some(body);
    }

    fn wrapper_local(&mut self, name: &'a str, ty: Ty, class: Class) -> E<'a> {
        let local =
            Local { name, ty, class, addr_taken: false, reassigned: false, by_ref: false, heap: false, pos: Pos::NONE };
        let func = self.current_func();
        let id = func.add_local(local);
        match class {
            Class::Param => func.params.push(id),
            _ => func.results.push(id),
        }
        self.node(ExprKind::Local(id), ty, Pos::NONE)
    }

    /// `if this == nil { panicwrap() }`
    fn nil_check(&self, this: E<'a>) -> Stmt<'a> {
        let pos = Pos::NONE;
        let nil = self.node(ExprKind::Nil, this.ty, pos);
        let cond = self.node(ExprKind::Binary { op: BinOp::Eq, x: this, y: nil }, Types::BOOL, pos);
        let callee = Callee::Runtime(Rt::PanicWrap);
        let call = self.node(ExprKind::Call { callee, args: &[], multi: None }, self.unit, pos);
        let then = self.slice(&[Stmt { kind: StmtKind::Expr(call), pos }]);
        Stmt { kind: StmtKind::If { cond, then, els: &[] }, pos }
    }

    // --- method sets ------------------------------------------------------------------------------

    /// The methods of all types that an interface may hold; makes the wrappers that they need.
    pub(super) fn method_sets(&mut self) -> BTreeMap<Ty, Vec<MethodEntry<'a>>> {
        let mut candidates = Vec::new();
        for i in 0..self.types.len() as u32 {
            let ty = Ty(i);
            match self.types.kind(ty) {
                Kind::Named(id) => {
                    let mut methods = Vec::new();
                    for method in self.methods.get(id).cloned().unwrap_or_default() {
                        let object = self.object(method);
                        let ObjKind::Func { id: func, pointer } = object.kind else { continue };
                        methods.push(crate::types::NamedMethod {
                            name: object.name.into(),
                            package: self.object_package(method).map(Into::into),
                            pointer,
                            sig: object.ty,
                            func,
                        });
                    }
                    if let Some(named) = self.types.named_mut(ty) {
                        named.methods = methods;
                    }
                    candidates.push(ty);
                    candidates.push(self.types.pointer(ty));
                }
                Kind::Struct(fields) if fields.iter().any(|f| f.embedded) => {
                    candidates.push(ty);
                    candidates.push(self.types.pointer(ty));
                }
                _ => {}
            }
        }
        let mut sets = BTreeMap::new();
        for ty in candidates {
            let entries = self.method_set(ty);
            if !entries.is_empty() {
                sets.insert(ty, entries);
            }
        }
        sets
    }

    fn method_set(&mut self, ty: Ty) -> Vec<MethodEntry<'a>> {
        if self.types.is_interface(ty) {
            return Vec::new();
        }
        let direct = self.types.is_direct(ty);
        // What the data word is: the value, or a pointer to it.
        let recv = if direct { ty } else { self.types.pointer(ty) };
        let mut entries = Vec::new();
        for (name, package) in self.method_names(ty) {
            let Ok(Selection { found, .. }) = self.select_of(ty, false, &name, package.as_deref()) else { continue };
            let sig = match found {
                Found::Field(..) => continue,
                Found::Method(method) => self.method_sig(method),
                Found::Interface(_, sig) => sig,
            };
            let Ok(selection) = self.select_of(recv, false, &name, package.as_deref()) else { continue };
            let own = matches!(selection.found, Found::Method(_)) && selection.path.is_empty();
            let func = if own {
                self.method_func(recv, &name, &selection)
            } else {
                self.wrapper_in(recv, &name, package.clone(), &selection)
            };
            let package = package.map(|package| self.text(&package));
            entries.push(MethodEntry { name: self.text(&name), package, sig, func });
        }
        entries
    }

    /// The names of all methods that a type may have, its own and of what is embedded, in order.
    fn method_names(&self, ty: Ty) -> BTreeSet<(String, Option<String>)> {
        let mut names = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut work = vec![ty];
        while let Some(ty) = work.pop() {
            let ty = match self.types.kind(ty) {
                Kind::Pointer(elem) => *elem,
                _ => ty,
            };
            if !seen.insert(ty) {
                continue;
            }
            if let Kind::Named(id) = self.types.kind(ty) {
                for &method in self.methods.get(id).into_iter().flatten() {
                    names.insert((self.object(method).name.into(), self.object_package(method).map(Into::into)));
                }
            }
            match self.types.under(ty) {
                Kind::Struct(fields) => work.extend(fields.iter().filter(|f| f.embedded).map(|f| f.ty)),
                Kind::Interface(methods) => {
                    names.extend(
                        methods.iter().map(|m| (m.name.to_string(), m.package.as_ref().map(ToString::to_string))),
                    );
                }
                _ => {}
            }
        }
        names
    }
}
