//! From statements to flows.
//!
//! An expression is evaluated into a [`Hole`], which says where its value goes. A captured variable is the variable
//! it captures: flows inside of closures are flows of the function around them. Stores through pointers go to the heap: nobody
//! keeps track of what a pointer points to.
//!
//! Source: Go 1.19 cmd/compile/internal/escape/{expr,stmt,call,assign,utils}.go.

use super::capture;
use super::graph::{Graph, HEAP, Hole, Loc, What};
use super::{Leak, Tags};
use crate::ir::{
    AllocId, Block, Callee, Class, Const, Conv, E, Expr, ExprKind, FuncId, LabelId, LocalId, MethodRef, Program,
    SliceOf, Stmt, StmtKind,
};
use crate::types::{Kind, Ty};
use crate::visit;
use std::collections::{BTreeMap, BTreeSet};

/// Largest variable in a frame, in bytes.
const MAX_VARIABLE: u64 = 10 << 20;

/// Largest allocation in a frame, in bytes.
const MAX_IMPLICIT: u64 = 64 << 10;

/// Adds the flows of a batch of functions to a graph.
pub(super) fn functions(program: &Program<'_>, tags: &Tags, batch: &[FuncId], graph: &mut Graph) {
    let mut build =
        Build { program, tags, graph, locals: BTreeMap::new(), func: FuncId(0), depth: 1, loops: BTreeSet::new() };
    for &id in batch {
        build.signature(id);
    }
    // A closure comes after the function around it: its captured variables have locations then.
    for &id in batch {
        build.body(id);
    }
}

struct Build<'p, 'a> {
    program: &'p Program<'a>,
    tags: &'p Tags,
    graph: &'p mut Graph,
    /// Locations of variables: parameters and results of all functions of the batch, others as they are declared.
    locals: BTreeMap<(FuncId, LocalId), Loc>,
    /// The function under way.
    func: FuncId,
    /// In how many loops, and the function itself.
    depth: u32,
    /// Labels that are jumped back to.
    loops: BTreeSet<LabelId>,
}

impl<'a> Build<'_, 'a> {
    fn signature(&mut self, id: FuncId) {
        self.func = id;
        self.depth = 1;
        let func = self.program.func(id);
        for (i, &param) in func.params.iter().enumerate() {
            let loc = self.variable(param);
            self.graph.get_mut(loc).param = Some(i as u32);
        }
        for (i, &result) in func.results.iter().enumerate() {
            let loc = self.variable(result);
            self.graph.get_mut(loc).result = Some(i as u32);
        }
    }

    fn body(&mut self, id: FuncId) {
        self.func = id;
        self.depth = 1;
        let body = self.program.func(id).body.unwrap_or_default();
        self.loops = loops(body);
        self.block(body);
    }

    /// A new location of a variable of this function.
    fn variable(&mut self, local: LocalId) -> Loc {
        let loc = self.graph.add(What::Local(self.func, local), self.func, self.depth, false);
        self.locals.insert((self.func, local), loc);
        let size = self.program.types.size(self.program.func(self.func).local(local).ty);
        if size > MAX_VARIABLE {
            self.graph.get_mut(loc).escapes = true;
        }
        loc
    }

    /// The location of a variable, that of the captured one for a captured one.
    fn location(&mut self, local: LocalId) -> Loc {
        let key = capture::root(self.program, self.func, local);
        if let Some(&loc) = self.locals.get(&key) {
            return loc;
        }
        // A temporary that is not declared, or a variable whose closure comes first.
        let (func, depth) = (self.func, self.depth);
        (self.func, self.depth) = (key.0, if key.0 == func { depth } else { 1 });
        let loc = self.variable(key.1);
        (self.func, self.depth) = (func, depth);
        loc
    }

    fn passing(&mut self, transient: bool) -> Loc {
        self.graph.add(What::Passing, self.func, self.depth, transient)
    }

    fn heap(&self) -> Hole {
        Hole::to(HEAP)
    }

    /// The value is the address of a new allocation; returns where the allocation's content goes.
    fn spill(&mut self, hole: Hole, alloc: AllocId, size: Option<u64>) -> Hole {
        let loc = self.graph.add(What::Alloc(self.func, alloc), self.func, self.depth, true);
        if size.is_none_or(|size| size > MAX_IMPLICIT) {
            self.graph.get_mut(loc).escapes = true;
        }
        self.graph.flow(&hole.addr(), loc);
        Hole::to(loc)
    }

    fn size(&self, ty: Ty) -> Option<u64> {
        self.program.types.layout(ty).map(|l| l.size)
    }

    fn has_pointers(&self, ty: Ty) -> bool {
        self.program.types.has_pointers(ty)
    }

    // --- statements -------------------------------------------------------------------------------

    fn block(&mut self, block: Block<'a>) {
        block.iter().for_each(|s| self.stmt(s));
    }

    fn stmt(&mut self, s: &'a Stmt<'a>) {
        match s.kind {
            StmtKind::Break(_)
            | StmtKind::Continue(_)
            | StmtKind::Goto(_)
            | StmtKind::Fallthrough
            | StmtKind::VarKill(_)
            | StmtKind::VarLive(_) => {}
            StmtKind::Decl(local) => _ = self.variable(local),
            StmtKind::Label { label, .. } => self.depth += u32::from(self.loops.contains(&label)),
            StmtKind::Expr(x) | StmtKind::Close(x) => self.discard(x),
            StmtKind::Assign { dst, src, .. } => {
                let hole = self.destination(dst);
                self.expr(hole, src);
            }
            StmtKind::OpAssign { dst, src, alloc, .. } => {
                let hole = self.destination(dst);
                self.discard(src);
                if let Some(alloc) = alloc {
                    self.spill(hole, alloc, Some(0));
                }
            }
            StmtKind::Assign2 { dsts, srcs, .. } => {
                for (dst, src) in dsts.iter().zip(srcs) {
                    let hole = self.destination(dst);
                    self.expr(hole, src);
                }
            }
            StmtKind::Assign2Func { dsts, call, .. } => {
                let holes = dsts.iter().map(|dst| self.destination(dst)).collect();
                self.call(holes, call);
            }
            StmtKind::Assign2Ok { dsts: [dst, ok], src, .. } => {
                let hole = self.destination(dst);
                self.destination(ok);
                self.expr(hole, src);
            }
            StmtKind::Block(block) => self.block(block),
            StmtKind::If { cond, then, els } => {
                self.discard(cond);
                self.block(then);
                self.block(els);
            }
            StmtKind::For { cond, post, body, .. } => self.in_loop(|b| {
                cond.into_iter().for_each(|x| b.discard(x));
                b.block(body);
                b.block(post);
            }),
            StmtKind::Range { key, value, x, body, define, .. } => {
                let over = self.passing(false);
                self.expr(Hole::to(over), x);
                self.in_loop(|b| {
                    for dst in [key, value].into_iter().flatten() {
                        if let (true, ExprKind::Local(local)) = (define, dst.kind) {
                            b.variable(local);
                        }
                    }
                    key.into_iter().for_each(|key| _ = b.destination(key));
                    if let Some(value) = value {
                        let hole = b.destination(value);
                        let array = matches!(b.program.types.under(x.ty), Kind::Array { .. });
                        let hole = if b.has_pointers(value.ty) { hole } else { hole.only_addresses() };
                        b.graph.flow(&if array { hole } else { hole.deref() }, over);
                    }
                    b.block(body);
                });
            }
            StmtKind::Switch { tag, cases, .. } => {
                tag.into_iter().for_each(|tag| self.discard(tag));
                for case in cases {
                    case.values.iter().for_each(|x| self.discard(x));
                    self.block(case.body);
                }
            }
            StmtKind::TypeSwitch { x, cases, .. } => {
                let mut hole = Hole::discard();
                for case in cases {
                    if let Some(var) = case.var {
                        let loc = self.variable(var);
                        hole = hole.tee(self.asserted(Hole::to(loc), self.program.func(self.func).local(var).ty));
                    }
                }
                self.expr(hole, x);
                cases.iter().for_each(|case| self.block(case.body));
            }
            StmtKind::Select { cases, .. } => {
                for case in cases {
                    case.comm.into_iter().for_each(|s| self.stmt(s));
                    self.block(case.body);
                }
            }
            StmtKind::Return(values) => {
                let results = &self.program.func(self.func).results;
                match values {
                    [one] if results.len() > 1 => {
                        let holes = results.iter().map(|&r| Hole::to(self.location(r))).collect();
                        self.call(holes, one);
                    }
                    _ => {
                        for (&result, value) in results.iter().zip(values) {
                            let hole = Hole::to(self.location(result));
                            self.expr(hole, value);
                        }
                    }
                }
            }
            // What a deferred call at the top of the function is given must last until the function ends, no longer.
            StmtKind::Defer(call) => self.later(call, self.depth > 1),
            StmtKind::Go(call) => self.later(call, true),
            StmtKind::Panic(x) => self.expr(self.heap(), x),
            StmtKind::Print { args, .. } => args.iter().for_each(|x| self.discard(x)),
            StmtKind::Delete { map, key } => {
                self.discard(map);
                self.discard(key);
            }
            StmtKind::Send { chan, value } => {
                self.discard(chan);
                self.expr(self.heap(), value);
            }
        }
    }

    fn in_loop(&mut self, body: impl FnOnce(&mut Self)) {
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    /// A call that is made later: what it is given goes to the heap, or into something that lasts as long as the function.
    fn later(&mut self, call: &'a Stmt<'a>, heap: bool) {
        let keep = |b: &mut Build<'_, 'a>, x: E<'a>| {
            let hole = if heap { b.heap() } else { Hole::to(b.passing(false)) };
            b.expr(hole, x);
        };
        match call.kind {
            StmtKind::Expr(&Expr { kind: ExprKind::Call { callee, args, multi }, .. }) => {
                if let Some(multi) = multi {
                    let holes = multi.temps.iter().map(|&t| Hole::to(self.location(t))).collect();
                    self.call(holes, multi.call);
                }
                match callee {
                    Callee::Value(f) => keep(self, f),
                    Callee::Interface { recv, .. } => self.expr(self.heap(), recv),
                    Callee::Static(_) | Callee::Runtime(_) => {}
                }
                for (i, arg) in args.iter().enumerate() {
                    keep(self, arg);
                    let hole = self.argument(callee, i, &[]);
                    self.expr(hole, arg);
                }
            }
            _ => {
                visit::parts_of_stmt(call, &mut |part| {
                    if let visit::Part::Expr(x) = part {
                        keep(self, x);
                    }
                });
                self.stmt(call);
            }
        }
    }

    // --- destinations -----------------------------------------------------------------------------

    /// Where a value goes that is assigned to this; also evaluates its parts.
    fn destination(&mut self, dst: E<'a>) -> Hole {
        let hole = match dst.kind {
            ExprKind::Blank => Hole::discard(),
            ExprKind::Local(local) => Hole::to(self.location(local)),
            ExprKind::Field { x, .. } => self.destination(x),
            ExprKind::Index { x, index, .. } => {
                self.discard(index);
                match self.program.types.under(x.ty) {
                    Kind::Array { .. } => self.destination(x),
                    _ => {
                        self.discard(x);
                        self.heap()
                    }
                }
            }
            ExprKind::IndexMap { map, key } => {
                self.discard(map);
                self.expr(self.heap(), key);
                self.heap()
            }
            ExprKind::Deref(x) => {
                self.discard(x);
                self.heap()
            }
            _ => {
                self.discard(dst);
                self.heap()
            }
        };
        if self.has_pointers(dst.ty) { hole } else { hole.only_addresses() }
    }

    // --- expressions ------------------------------------------------------------------------------

    fn discard(&mut self, x: E<'a>) {
        self.expr(Hole::discard(), x);
    }

    /// What of a value in an interface goes to a hole of type `ty`.
    fn asserted(&self, hole: Hole, ty: Ty) -> Hole {
        let types = &self.program.types;
        let hole = if types.has_pointers(ty) { hole } else { hole.only_addresses() };
        if types.is_interface(ty) || types.is_direct(ty) { hole } else { hole.deref() }
    }

    fn expr(&mut self, hole: Hole, e: E<'a>) {
        let hole = if self.has_pointers(e.ty) { hole } else { hole.only_addresses() };
        match e.kind {
            ExprKind::Const(_)
            | ExprKind::Nil
            | ExprKind::Zero
            | ExprKind::Global(_)
            | ExprKind::Func(_)
            | ExprKind::Blank
            | ExprKind::TypeWord(_)
            | ExprKind::ClosurePtr
            | ExprKind::Recover
            | ExprKind::CodeOf(_) => {}
            ExprKind::Local(local) => {
                let loc = self.location(local);
                self.graph.flow(&hole, loc);
            }
            ExprKind::Deref(x) => self.expr(hole.deref(), x),
            ExprKind::Addr(x) => self.expr(hole.addr(), x),
            ExprKind::Field { x, .. } => self.expr(hole, x),
            ExprKind::Index { x, index, .. } => {
                self.discard(index);
                let array = matches!(self.program.types.under(x.ty), Kind::Array { .. });
                self.expr(if array { hole } else { hole.deref() }, x);
            }
            ExprKind::IndexMap { map, key } => {
                self.discard(map);
                self.discard(key);
            }
            ExprKind::Slice { of, x, lo, hi, max } => {
                debug_assert!(matches!(of, SliceOf::Slice | SliceOf::Array | SliceOf::String));
                self.expr(hole, x);
                [lo, hi, max].into_iter().flatten().for_each(|x| self.discard(x));
            }
            ExprKind::Unary { x, .. } | ExprKind::Len(x) | ExprKind::Cap(x) | ExprKind::Real(x) | ExprKind::Imag(x) => {
                self.discard(x);
            }
            // A pointer in an integer is kept alive as one: what is computed from it counts, too.
            ExprKind::Binary { x, y, .. } => {
                self.expr(hole.clone(), x);
                self.expr(hole, y);
            }
            ExprKind::AndAnd(x, y) | ExprKind::OrOr(x, y) | ExprKind::Complex(x, y) => {
                self.discard(x);
                self.discard(y);
            }
            ExprKind::Concat { list, alloc } => {
                self.spill(hole, alloc, Some(0));
                list.iter().for_each(|x| self.discard(x));
            }
            ExprKind::Convert { conv, x } => self.convert(hole, conv, x),
            ExprKind::TypeAssert(x) => {
                let hole = self.asserted(hole, e.ty);
                self.expr(hole, x);
            }
            ExprKind::Call { .. } => self.call(vec![hole], e),
            ExprKind::Append { slice, args, spread, .. } => {
                let pointers = self.program.types.elem(slice.ty).is_some_and(|elem| self.has_pointers(elem));
                // The old array may be the result, or what it holds goes to a new one, which is in the heap.
                let old = if pointers { hole.tee(self.heap().deref()) } else { hole };
                self.expr(old, slice);
                for arg in args {
                    let hole = match (spread, pointers) {
                        (true, true) => self.heap().deref(),
                        (true, false) => Hole::discard(),
                        (false, _) => self.heap(),
                    };
                    self.expr(hole, arg);
                }
            }
            ExprKind::Copy { dst, src } => {
                self.discard(dst);
                let pointers = self.program.types.elem(src.ty).is_some_and(|elem| self.has_pointers(elem));
                let hole = if pointers { self.heap().deref() } else { Hole::discard() };
                self.expr(hole, src);
            }
            ExprKind::New(alloc) => {
                let size = self.program.types.elem(e.ty).and_then(|elem| self.size(elem));
                self.spill(hole, alloc, size);
            }
            ExprKind::PtrLit { x, alloc } => {
                let inner = self.spill(hole, alloc, self.size(x.ty));
                self.expr(inner, x);
            }
            ExprKind::MakeSlice { len, cap, alloc } => {
                let elem = self.program.types.elem(e.ty).and_then(|elem| self.size(elem));
                let count = match cap.unwrap_or(len).kind {
                    ExprKind::Const(Const::Int(n)) => u64::try_from(n).ok(),
                    _ => None,
                };
                let size = elem.zip(count).and_then(|(elem, count)| elem.checked_mul(count));
                self.spill(hole, alloc, size);
                self.discard(len);
                cap.into_iter().for_each(|cap| self.discard(cap));
            }
            ExprKind::MakeMap { hint, alloc } => {
                self.spill(hole, alloc, Some(0));
                hint.into_iter().for_each(|hint| self.discard(hint));
            }
            ExprKind::MakeChan { size, alloc } => {
                self.spill(hole, alloc, None);
                size.into_iter().for_each(|size| self.discard(size));
            }
            ExprKind::Recv(x) => self.discard(x),
            ExprKind::StructLit(fields) => fields.iter().for_each(|(_, x)| self.expr(hole.clone(), x)),
            ExprKind::ArrayLit(elems) => elems.iter().for_each(|(_, x)| self.expr(hole.clone(), x)),
            ExprKind::SliceLit { len, elems, alloc } => {
                let elem = self.program.types.elem(e.ty).and_then(|elem| self.size(elem));
                let inner = self.spill(hole, alloc, elem.and_then(|elem| elem.checked_mul(len)));
                elems.iter().for_each(|(_, x)| self.expr(inner.clone(), x));
            }
            ExprKind::MapLit { entries, alloc } => {
                self.spill(hole, alloc, Some(0));
                for (key, value) in entries {
                    self.expr(self.heap(), key);
                    self.expr(self.heap(), value);
                }
            }
            ExprKind::Closure { func, alloc } => {
                let inner = self.spill(hole, alloc, Some(0));
                for &captured in &self.program.func(func).captures {
                    let variable = self.program.func(func).local(captured);
                    let Class::Captured(outer) = variable.class else { continue };
                    let (by_ref, pointers) = (variable.by_ref, self.has_pointers(variable.ty));
                    let loc = self.location(outer);
                    let hole = if by_ref { inner.clone().addr() } else { inner.clone() };
                    self.graph.flow(&if pointers { hole } else { hole.only_addresses() }, loc);
                }
            }
            ExprKind::MethodValue { recv, callee, alloc } => {
                let inner = self.spill(hole, alloc, Some(0));
                // How it will be called is not known.
                let called = match callee {
                    MethodRef::Func(func) => self.argument(Callee::Static(func), 0, &[]),
                    MethodRef::Interface(_) => self.heap(),
                };
                self.expr(inner.tee(called), recv);
            }
            ExprKind::Seq { init, x } => {
                self.block(init);
                self.expr(hole, x);
            }
            ExprKind::TypeOf(x) | ExprKind::DataOf(x) | ExprKind::PtrOf(x) => self.expr(hole, x),
            ExprKind::MakeInterface(x, y) | ExprKind::MakeString(x, y) => {
                self.expr(hole.clone(), x);
                self.expr(hole, y);
            }
            ExprKind::MakeSliceHeader(x, y, z) => {
                self.expr(hole, x);
                self.discard(y);
                self.discard(z);
            }
        }
    }

    fn convert(&mut self, hole: Hole, conv: Conv, x: E<'a>) {
        match conv {
            Conv::Nop | Conv::Numeric | Conv::Interface => self.expr(hole, x),
            Conv::ToInterface(_) if self.program.types.is_direct(x.ty) => self.expr(hole, x),
            Conv::ToInterface(alloc) => {
                let inner = self.spill(hole, alloc, self.size(x.ty));
                self.expr(inner, x);
            }
            Conv::BytesToStringTmp | Conv::StringToBytesTmp => self.expr(hole, x),
            Conv::BytesToString(alloc)
            | Conv::StringToBytes(alloc)
            | Conv::RunesToString(alloc)
            | Conv::StringToRunes(alloc)
            | Conv::RuneToString(alloc) => {
                self.spill(hole, alloc, Some(0));
                self.discard(x);
            }
        }
    }

    // --- calls ------------------------------------------------------------------------------------

    /// A call whose results go to these holes.
    fn call(&mut self, holes: Vec<Hole>, e: E<'a>) {
        let ExprKind::Call { callee, args, multi } = e.kind else {
            // A single value, or statements before the call.
            return match e.kind {
                ExprKind::Seq { init, x } => {
                    self.block(init);
                    self.call(holes, x);
                }
                _ => self.expr(holes.into_iter().next().unwrap_or_default(), e),
            };
        };
        match callee {
            Callee::Value(f) => self.discard(f),
            Callee::Interface { recv, .. } => self.expr(self.heap(), recv),
            Callee::Static(func) => {
                // Of a function that is solved together with this one, results flow as variables do.
                if self.together(func) {
                    let results = self.program.func(func).results.clone();
                    for (hole, result) in holes.iter().zip(results) {
                        if let Some(&loc) = self.locals.get(&(func, result)) {
                            let pointers = self.has_pointers(self.program.func(func).local(result).ty);
                            let hole = if pointers { hole.clone() } else { hole.clone().only_addresses() };
                            self.graph.flow(&hole, loc);
                        }
                    }
                }
            }
            Callee::Runtime(_) => {}
        }
        if let Some(multi) = multi {
            let holes = multi.temps.iter().map(|&t| Hole::to(self.location(t))).collect();
            self.call(holes, multi.call);
        }
        for (i, arg) in args.iter().enumerate() {
            let hole = self.argument(callee, i, &holes);
            self.expr(hole, arg);
        }
    }

    /// Is this function solved together with the one under way?
    fn together(&self, func: FuncId) -> bool {
        self.tags[func.0 as usize].is_none() && self.program.func(func).body.is_some()
    }

    /// Where an argument of a call goes, when the call's results go to these holes.
    fn argument(&self, callee: Callee<'a>, index: usize, holes: &[Hole]) -> Hole {
        let Callee::Static(func) = callee else { return self.heap() };
        if self.together(func) {
            let param = self.program.func(func).params.get(index);
            let loc = param.and_then(|&param| self.locals.get(&(func, param)));
            return loc.map_or_else(|| self.heap(), |&loc| Hole::to(loc));
        }
        let Some(Leak { heap, results }) = self.tags[func.0 as usize].as_ref().and_then(|leaks| leaks.get(index))
        else {
            return self.heap();
        };
        let mut hole = Hole::discard();
        if let Some(derefs) = heap {
            hole = hole.tee(self.heap().deref_by(*derefs));
        }
        for (i, derefs) in results.iter().enumerate() {
            if let Some(derefs) = derefs {
                // The results of a call that is made later go nowhere that is known.
                let to = holes.get(i).cloned().unwrap_or_else(|| self.heap());
                hole = hole.tee(to.deref_by(*derefs));
            }
        }
        hole
    }
}

/// Labels of a body that a later `goto` jumps back to.
fn loops(body: Block<'_>) -> BTreeSet<LabelId> {
    let (mut seen, mut back) = (BTreeSet::new(), BTreeSet::new());
    visit::stmts(body, &mut |s| match s.kind {
        StmtKind::Label { label, .. } => _ = seen.insert(label),
        StmtKind::Goto(label) if seen.contains(&label) => _ = back.insert(label),
        _ => {}
    });
    back
}
