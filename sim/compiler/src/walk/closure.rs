//! Function literals and method values: functions with something to remember.
//!
//! A function value is a pointer to a structure of the code word and what is captured: a variable's value, or its address
//! if the closure must see changes. The function finds its captured variables there.
//!
//! A method value, a deferred call with arguments and a `go` statement are closures of functions made here, whose captured
//! values are parts of the structure that only they know.
//!
//! Source: Go 1.19 cmd/compile/internal/walk/closure.go.

use super::Walk;
use crate::ast::BinOp;
use crate::ir::{AllocId, Block, Callee, Class, E, ExprKind, Func, FuncId, Local, MethodRef, Stmt, StmtKind};
use crate::tree::Tree;
use crate::types::{Kind, Ty, Types};

/// The structure that a function literal's value points to.
pub(crate) fn closure_type(tree: &mut Tree<'_, '_>, func: FuncId) -> Ty {
    let captured: Vec<Local<'_>> = {
        let func = tree.program.func(func);
        func.captures.iter().map(|&id| *func.local(id)).collect()
    };
    let mut fields = vec![("F", Types::UINTPTR)];
    for local in &captured {
        let ty = if local.by_ref { tree.program.types.pointer(local.ty) } else { local.ty };
        fields.push((local.name, ty));
    }
    tree.structure(&fields)
}

/// The structure that a method value points to.
pub(crate) fn method_value_type(tree: &mut Tree<'_, '_>, recv: Ty) -> Ty {
    tree.structure(&[("F", Types::UINTPTR), ("R", recv)])
}

impl<'a> Walk<'_, 'a> {
    /// A part of the structure that this function was called through.
    fn closure_field(&mut self, ty: Ty, index: u32) -> E<'a> {
        let pointer = self.tree.program.types.pointer(ty);
        let closure = self.tree.expr(ExprKind::ClosurePtr, pointer);
        self.tree.field(self.tree.deref(closure), index)
    }

    /// A function literal.
    pub(super) fn closure(&mut self, e: E<'a>, func: FuncId, alloc: AllocId) -> E<'a> {
        let inner = self.tree.program.func(func);
        if inner.captures.is_empty() {
            return self.tree.with(e, ExprKind::Func(func));
        }
        let captured: Vec<Local<'a>> = inner.captures.iter().map(|&id| *inner.local(id)).collect();
        let ty = closure_type(&mut self.tree, func);
        let values: Vec<E<'a>> = captured
            .iter()
            .filter_map(|local| {
                let Class::Captured(outer) = local.class else { return None };
                let variable = self.tree.local(outer);
                Some(if local.by_ref { self.tree.addr(variable) } else { variable })
            })
            .collect();
        let object = self.object(ty, alloc);
        self.fill_closure(e, object, func, &values)
    }

    /// Fills a structure of code word and values; the function value.
    fn fill_closure(&mut self, e: E<'a>, object: E<'a>, func: FuncId, values: &[E<'a>]) -> E<'a> {
        let object = self.cheap(object);
        let place = self.tree.deref(object);
        let code = self.tree.expr(ExprKind::CodeOf(func), Types::UINTPTR);
        for (i, &value) in std::iter::once(&code).chain(values).enumerate() {
            let dst = self.tree.field(place, i as u32);
            self.emit(StmtKind::Assign { dst, src: value, define: false });
        }
        self.tree.nop(object, e.ty)
    }

    /// `x.m` that is not called.
    pub(super) fn method_value(&mut self, e: E<'a>, recv: E<'a>, callee: MethodRef, alloc: AllocId) -> E<'a> {
        let recv = self.expr(recv);
        let recv = self.cheap(recv);
        if let MethodRef::Interface(_) = callee {
            self.check_interface(recv);
        }
        let key = match callee {
            MethodRef::Func(func) => (recv.ty, false, func.0),
            MethodRef::Interface(method) => (recv.ty, true, method),
        };
        let func = match self.shared.method_values.get(&key) {
            Some(&func) => func,
            None => {
                let func = self.method_value_func(e.ty, recv.ty, callee);
                self.shared.method_values.insert(key, func);
                func
            }
        };
        let ty = method_value_type(&mut self.tree, recv.ty);
        let object = self.object(ty, alloc);
        self.fill_closure(e, object, func, &[recv])
    }

    /// Panics now if an interface is nil, as a call of its method would later.
    pub(super) fn check_interface(&mut self, x: E<'a>) {
        let word = self.tree.type_of(x);
        let none = self.tree.compare(BinOp::Eq, word, self.tree.nil(word.ty));
        let follow = self.tree.deref(self.tree.nil(word.ty));
        let blank = self.tree.blank(follow.ty);
        let then = vec![self.tree.assign(blank, follow)];
        self.out.push(self.tree.cond(none, then, Vec::new()));
    }

    /// The function of a method value: calls the method of the receiver that it remembers.
    fn method_value_func(&mut self, sig: Ty, recv: Ty, callee: MethodRef) -> FuncId {
        let (name, package) = match callee {
            MethodRef::Func(func) => {
                let method = self.tree.program.func(func);
                (method.name, method.package)
            }
            MethodRef::Interface(index) => {
                let types = self.tree.types();
                let name = types.interface_methods(recv).get(index as usize).map_or("", |m| &*m.name);
                let name = format!("{}.{}", types.name(recv, Some("main")), name);
                (&*self.tree.arena.alloc_str(&name), self.tree.func().package)
            }
        };
        let name = &*self.tree.arena.alloc_str(&format!("{name}-fm"));
        let structure = method_value_type(&mut self.tree, recv);
        self.make_func(name, package, sig, structure, |w, parts, args| {
            let callee = match callee {
                MethodRef::Func(func) => {
                    let mut all = vec![parts[0]];
                    all.extend(args);
                    return (Callee::Static(func), w.tree.list(&all));
                }
                MethodRef::Interface(method) => Callee::Interface { recv: parts[0], method },
            };
            (callee, w.tree.list(args))
        })
    }

    /// A function of a signature that makes one call, with its parameters and with what its closure, of type `structure`,
    /// remembers; it returns what the call returns.
    fn make_func(
        &mut self,
        name: &'a str,
        package: &'a str,
        sig: Ty,
        structure: Ty,
        call: impl FnOnce(&mut Walk<'_, 'a>, &[E<'a>], &[E<'a>]) -> (Callee<'a>, &'a [E<'a>]),
    ) -> FuncId {
        let Kind::Func { params, results, .. } = self.tree.types().under(sig).clone() else { return FuncId(0) };
        self.add_func(name, package, sig, structure, |w, parts| {
            let pos = w.tree.pos;
            let variable = |name: &'a str, ty: Ty, class: Class| Local {
                name,
                ty,
                class,
                addr_taken: false,
                reassigned: false,
                by_ref: false,
                heap: false,
                pos,
            };
            let arena = w.tree.arena;
            let func = w.tree.func_mut();
            let named = |prefix: &str, i: usize| &*arena.alloc_str(&format!("{prefix}{i}"));
            for (i, &ty) in params.iter().enumerate() {
                let id = func.add_local(variable(named("~p", i), ty, Class::Param));
                func.params.push(id);
            }
            for (i, &ty) in results.iter().enumerate() {
                let id = func.add_local(variable(named("~r", i), ty, Class::Result));
                func.results.push(id);
            }
            let (params, returned) = (func.params.clone(), func.results.clone());
            let args: Vec<E<'a>> = params.into_iter().map(|id| w.tree.local(id)).collect();
            let (callee, args) = call(w, parts, &args);
            let ty = match &*results {
                [] => w.tree.no_value(),
                [one] => *one,
                several => w.tree.tuple(several),
            };
            let call = w.tree.expr(ExprKind::Call { callee, args, multi: None }, ty);
            match returned[..] {
                [] => vec![w.tree.stmt(StmtKind::Expr(call))],
                [_] => vec![w.tree.stmt(StmtKind::Return(w.tree.list(&[call])))],
                _ => {
                    let dsts: Vec<E<'a>> = returned.iter().map(|&id| w.tree.local(id)).collect();
                    let dsts = w.tree.list(&dsts);
                    vec![
                        w.tree.stmt(StmtKind::Assign2Func { dsts, call, define: false }),
                        w.tree.stmt(StmtKind::Return(&[])),
                    ]
                }
            }
        })
    }

    /// Adds a function whose closure is of type `structure`; `body` makes its statements from the parts that it remembers.
    fn add_func(
        &mut self,
        name: &'a str,
        package: &'a str,
        sig: Ty,
        structure: Ty,
        body: impl FnOnce(&mut Walk<'_, 'a>, &[E<'a>]) -> Vec<Stmt<'a>>,
    ) -> FuncId {
        let pos = self.tree.pos;
        let id = FuncId(self.tree.program.funcs.len() as u32);
        self.tree.program.funcs.push(Func {
            name,
            package,
            ty: sig,
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
            wrapper: true,
            pragmas: &[],
            pos,
            end: pos,
        });
        let tree = Tree { arena: self.tree.arena, program: self.tree.program, id, options: self.tree.options, pos };
        let mut inner = Walk::new(tree, self.shared);
        let fields: Vec<Ty> = inner.tree.types().fields(structure).iter().skip(1).map(|f| f.ty).collect();
        let mut stmts = Vec::new();
        let mut parts = Vec::new();
        for (i, ty) in fields.into_iter().enumerate() {
            let value = inner.closure_field(structure, i as u32 + 1);
            let part = inner.tree.temp(ty);
            let part = inner.tree.local(part);
            stmts.push(inner.tree.assign(part, value));
            parts.push(part);
        }
        stmts.extend(body(&mut inner, &parts));
        let block: Block<'a> = inner.tree.block(stmts);
        inner.tree.func_mut().body = Some(block);
        id
    }

    /// A function without parameters and results, and its closure: it remembers values, which are walked, and does what
    /// `body` makes of them.
    pub(super) fn thunk(
        &mut self,
        heap: bool,
        values: &[E<'a>],
        body: impl FnOnce(&mut Walk<'_, 'a>, &[E<'a>]) -> Vec<Stmt<'a>>,
    ) -> E<'a> {
        let sig = self.tree.program.types.func([], [], false);
        let outer = self.tree.func();
        let package = outer.package;
        let name = format!("{}.func{}", outer.name, self.tree.program.funcs.len());
        let name = &*self.tree.arena.alloc_str(&name);
        let names: Vec<String> = (0..values.len()).map(|i| format!("X{i}")).collect();
        let mut fields = vec![("F", Types::UINTPTR)];
        fields.extend(names.iter().zip(values).map(|(name, value)| (&**name, value.ty)));
        let structure = self.tree.structure(&fields);
        let func = self.add_func(name, package, sig, structure, body);
        let e = self.tree.expr(ExprKind::Func(func), sig);
        if values.is_empty() {
            return e;
        }
        let object = if heap {
            self.new_object(structure)
        } else {
            let place = self.frame_object(structure, None);
            self.emit(StmtKind::Assign { dst: place, src: self.tree.zero(structure), define: true });
            self.tree.addr(place)
        };
        self.fill_closure(e, object, func, values)
    }
}
