//! Walk: from Go's own statements and expressions to memory, arithmetic and calls of the runtime.
//!
//! After it (postcondition *walked*, checked by [`verify`]):
//! - expressions are constants, `nil`, zero values, variables; `*x`, `&x`, fields, elements, slice expressions; operators on numbers,
//!   pointers and booleans; `&&`, `||`; numeric conversions and renamings; statements before an expression; the
//!   parts of strings, slices and interfaces, and what makes these from parts; calls;
//! - statements are assignments, calls, `if`, `for`, labels and jumps, `return`, declarations, and ends of temporaries;
//! - a call is a statement, or all of the right side of an assignment to a variable of the frame: never inside of a
//!   larger expression; its arguments, and the function or interface that it calls, contain none;
//! - a declaration is followed at once by the first assignment, which has `define` set, so declarations need no code;
//! - `return` has no values: results are in their variables. Those that must be zero at the start are zeroed by
//!   assignments;
//! - in a function that defers, [`Rt::DeferReturn`] is called in one place, the statement after the last label of the body: there a
//!   recovered panic goes on, too. Results that live in the heap are copied to the frame after it;
//! - [`ExprKind::ClosurePtr`] is used in the first statements of a function only;
//! - the source of an assignment is evaluated before the address of its destination.
//!
//! Where an expression becomes statements, these come before the statement that it stands in. That is right if
//! [`order`](crate::order) has run: what is left in one expression can be evaluated in any order. Without it walk still makes code that runs,
//! naively: a destination before its source, calls from left to right and before everything else, so that
//! `m[k] = f()` gets its slot, then calls `f`, then stores to a slot that may be stale.
//!
//! Temporaries that walk makes are never killed, but for iterators of maps. Those whose address is kept (literals, closures, strings
//! in the frame) live until the function ends.
//!
//! Source: Go 1.19 cmd/compile/internal/walk; the change of October 2016 for the eras of map assignments.
//! Departs: calls are always taken out of expressions; closures of `defer` and `go` are made here instead of in
//! escape analysis; no static data for parts of literals but large constant ones.

mod alloc;
mod append;
mod assign;
mod chan;
mod closure;
mod compare;
mod convert;
mod defer;
mod expr;
mod iface;
mod literal;
mod map;
mod print;
mod range;
mod stmt;
mod string;
mod switch;
pub mod verify;

pub(crate) use closure::{closure_type, method_value_type};
pub(crate) use range::is_map_clear;

use crate::ir::{Class, E, ExprKind, FuncId, LabelId, LocalId, Program, Stmt, StmtKind};
use crate::options::Options;
use crate::order;
use crate::runtime::Rt;
use crate::source::Pos;
use crate::tree::Tree;
use crate::types::Ty;
use crate::visit;
use bumpalo::Bump;
use std::collections::{BTreeMap, BTreeSet};

/// Walks all functions of a program, and those that it makes on the way.
pub fn walk<'a>(program: &mut Program<'a>, arena: &'a Bump, options: Options) {
    let given = program.funcs.len();
    let mut shared = Shared::default();
    let mut next = 0;
    while next < program.funcs.len() {
        let id = FuncId(next as u32);
        if next >= given && options.order {
            order::order_func(program, arena, options, id);
        }
        let tree = Tree { arena, program, id, options, pos: Pos::NONE };
        Walk::new(tree, &mut shared).function();
        next += 1;
    }
}

/// What functions share: things that are made once for a type.
#[derive(Default)]
struct Shared {
    /// Functions of method values.
    method_values: BTreeMap<(Ty, bool, u32), FuncId>,
    /// Iterators and headers of maps.
    iterators: BTreeMap<Ty, Ty>,
    headers: BTreeMap<Ty, Ty>,
}

/// A function being walked.
struct Walk<'p, 'a> {
    tree: Tree<'p, 'a>,
    shared: &'p mut Shared,
    /// The statements made so far.
    out: Vec<Stmt<'a>>,
    /// For variables that are not in the frame, the hidden variables that hold their addresses.
    pointers: BTreeMap<LocalId, LocalId>,
    /// Variables that get a value where they are declared.
    defined: BTreeSet<LocalId>,
    /// Those of them whose declaration has been seen and whose value has not.
    pending: BTreeSet<LocalId>,
    /// Labels of statements that were no loops, or are none any more: leaving them is a jump to the label.
    left: BTreeSet<LabelId>,
    /// Where functions that defer return.
    exit: Option<LabelId>,
    /// In how many loops.
    depth: u32,
    /// Labels that are jumped back to.
    loops: BTreeSet<LabelId>,
    /// Iterators of maps that can be used again.
    free_iterators: Vec<(Ty, LocalId)>,
}

impl<'p, 'a> Walk<'p, 'a> {
    fn new(tree: Tree<'p, 'a>, shared: &'p mut Shared) -> Walk<'p, 'a> {
        Walk {
            tree,
            shared,
            out: Vec::new(),
            pointers: BTreeMap::new(),
            defined: BTreeSet::new(),
            pending: BTreeSet::new(),
            left: BTreeSet::new(),
            exit: None,
            depth: 0,
            loops: BTreeSet::new(),
            free_iterators: Vec::new(),
        }
    }

    fn function(&mut self) {
        let func = self.tree.func();
        let Some(body) = func.body else { return };
        let (pos, end, defers, no_results) = (func.pos, func.end, func.has_defer, func.results.is_empty());
        self.look(body);
        self.tree.pos = pos;
        if defers {
            self.exit = Some(self.tree.label());
        }
        self.entry();
        self.stmts(body);
        self.tree.pos = end;
        match self.exit {
            Some(label) => {
                self.emit(StmtKind::Label { label, name: "" });
                let nothing = self.tree.no_value();
                self.emit(StmtKind::Expr(self.tree.rt(Rt::DeferReturn, &[], nothing)));
                self.leave();
            }
            None if no_results && !self.out.last().is_some_and(is_jump) => self.leave(),
            None => {}
        }
        let out = std::mem::take(&mut self.out);
        self.tree.func_mut().body = Some(self.tree.block(out));
    }

    /// Looks ahead: what is defined where it is declared, and which labels make loops.
    fn look(&mut self, body: &'a [Stmt<'a>]) {
        let mut labels = BTreeSet::new();
        visit::stmts(body, &mut |s| {
            let define = |dsts: &[E<'a>], defined: &mut BTreeSet<LocalId>| {
                defined.extend(dsts.iter().filter_map(|dst| match dst.kind {
                    ExprKind::Local(id) => Some(id),
                    _ => None,
                }));
            };
            match s.kind {
                StmtKind::Assign { dst, define: true, .. } => define(&[dst], &mut self.defined),
                StmtKind::Assign2 { dsts, define: true, .. } | StmtKind::Assign2Func { dsts, define: true, .. } => {
                    define(dsts, &mut self.defined);
                }
                StmtKind::Assign2Ok { dsts, define: true, .. } => define(&dsts, &mut self.defined),
                StmtKind::Label { label, .. } => _ = labels.insert(label),
                StmtKind::Goto(label) if labels.contains(&label) => _ = self.loops.insert(label),
                _ => {}
            }
        });
    }

    /// What a function does before its first statement: gets its captured variables, zeroes results, moves parameters and results to
    /// the heap.
    fn entry(&mut self) {
        self.captured();
        let func = self.tree.func();
        let (params, results, defers) = (func.params.clone(), func.results.clone(), func.has_defer);
        for result in results {
            let local = *self.tree.variable(result);
            if local.heap {
                self.move_to_heap(result);
            } else if defers || !local.name.starts_with("~r") {
                self.emit(StmtKind::Assign {
                    dst: self.tree.local(result),
                    src: self.tree.zero(local.ty),
                    define: true,
                });
            }
        }
        for param in params {
            if self.tree.variable(param).heap {
                let place = self.move_to_heap(param);
                self.emit(StmtKind::Assign { dst: place, src: self.tree.local(param), define: false });
            }
        }
    }

    /// Copies results from the heap to the frame, and returns.
    fn leave(&mut self) {
        for result in self.tree.func().results.clone() {
            if let Some(&pointer) = self.pointers.get(&result) {
                let value = self.tree.deref(self.tree.local(pointer));
                self.emit(StmtKind::Assign { dst: self.tree.local(result), src: value, define: false });
            }
        }
        self.emit(StmtKind::Return(&[]));
    }

    // --- making statements --------------------------------------------------------------------------

    fn emit(&mut self, kind: StmtKind<'a>) {
        self.out.push(self.tree.stmt(kind));
    }

    /// The statements that `f` makes.
    fn apart(&mut self, f: impl FnOnce(&mut Self)) -> Vec<Stmt<'a>> {
        let outer = std::mem::take(&mut self.out);
        f(self);
        std::mem::replace(&mut self.out, outer)
    }

    /// A new temporary with a value, which is walked.
    fn temp_of(&mut self, value: E<'a>) -> E<'a> {
        let temp = self.tree.temp(value.ty);
        let temp = self.tree.local(temp);
        self.emit(StmtKind::Assign { dst: temp, src: value, define: true });
        temp
    }

    /// Takes a call out of the expression that it stands in.
    fn settle(&mut self, value: E<'a>) -> E<'a> {
        if matches!(value.kind, ExprKind::Call { .. }) { self.temp_of(value) } else { value }
    }

    /// A call of the runtime whose result is used.
    fn rt(&mut self, rt: Rt, args: &[E<'a>], ty: Ty) -> E<'a> {
        let call = self.tree.rt(rt, args, ty);
        self.settle(call)
    }

    /// A call of the runtime without results, or whose results are not wanted.
    fn rt_stmt(&mut self, rt: Rt, args: &[E<'a>]) {
        let nothing = self.tree.no_value();
        self.emit(StmtKind::Expr(self.tree.rt(rt, args, nothing)));
    }

    /// A variable of the frame, a constant, or a new temporary with the value: what can be used again and again.
    fn cheap(&mut self, value: E<'a>) -> E<'a> {
        match value.kind {
            ExprKind::Local(_) | ExprKind::Const(_) | ExprKind::Nil => value,
            _ => self.temp_of(value),
        }
    }

    /// Something that can be evaluated again, and whose parts can be named: a place in memory, or a new temporary.
    fn stable(&mut self, value: E<'a>) -> E<'a> {
        if is_place(&self.tree, value) { value } else { self.temp_of(value) }
    }

    /// The address of a value that is walked; of a temporary, unless it is a place other than a variable of the program's own.
    fn address_of(&mut self, value: E<'a>) -> E<'a> {
        let place = match value.kind {
            ExprKind::Local(id) if self.tree.variable(id).class != Class::Temp => self.temp_of(value),
            _ => self.stable(value),
        };
        self.tree.addr(place)
    }
}

/// Does control never go on after this?
fn is_jump(s: &Stmt<'_>) -> bool {
    matches!(s.kind, StmtKind::Return(_) | StmtKind::Goto(_) | StmtKind::Break(_) | StmtKind::Continue(_))
}

/// Is this a place in memory: can its address be taken?
fn is_place(tree: &Tree<'_, '_>, e: E<'_>) -> bool {
    match e.kind {
        ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Deref(_) => true,
        ExprKind::Field { x, .. } => is_place(tree, x),
        ExprKind::Index { x, .. } => match tree.types().under(x.ty) {
            crate::types::Kind::Array { .. } => is_place(tree, x),
            crate::types::Kind::Slice(_) => true,
            _ => false,
        },
        _ => false,
    }
}
