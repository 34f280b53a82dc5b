//! Walk: from Go's own statements and expressions to memory, arithmetic and calls of the runtime.
//!
//! After it (postcondition *walked*, checked by [`verify`]):
//! - expressions are constants, `nil`, zero values, variables; `*x`, `&x`, fields, elements, slice expressions; operators on numbers,
//!   pointers and booleans; `&&`, `||`; numeric conversions and renamings; statements before an expression; the
//!   parts of strings, slices and interfaces, and what makes these from parts; calls;
//! - statements are assignments, calls, `if`, `for`, labels and jumps, `return`, declarations, and ends of temporaries;
//! - a call is a statement, all of the right side of an assignment to a variable, or all of a returned value: never inside of a
//!   larger expression, but for `*mapassign(…) = v` where `v` is there already. Arguments, and the function or interface
//!   that is called, contain no calls;
//! - a declaration of a variable of the frame is followed at once by its first assignment, which has `define` set (several, by one
//!   of several results): they need no code. A variable in the heap is allocated where it is declared;
//! - [`ExprKind::ClosurePtr`] is used in the first statements of a function only.
//!
//! Left to code generation, as in Go's compiler: reaching variables in the heap and captured ones, zeroing results, moving parameters
//! to the heap and results back, running deferred calls before a return. It evaluates the source of an assignment before
//! the address of its destination.
//!
//! Where an expression becomes statements, these come before the statement that it stands in. That is right if
//! [`order`] has run: what is left in one expression can be evaluated in any order. Without it walk still makes code that runs,
//! naively: a destination before its source, calls from left to right and before everything else, so that
//! `m[k] = f()` gets its slot, then calls `f`, then stores to a slot that may be stale.
//!
//! Temporaries that walk makes are assigned to once, unless [`Local::reassigned`] says otherwise, and never killed, but for
//! iterators of maps. Those whose address is kept (literals, closures, strings in the frame) live until the function ends.
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
pub(crate) use iface::data_word_routine;
pub(crate) use range::is_map_clear;

use crate::ir::{Class, E, Expr, ExprKind, FuncId, LabelId, Local, LocalId, Program, Stmt, StmtKind};
use crate::options::Options;
use crate::order;
use crate::runtime::Rt;
use crate::source::Pos;
use crate::tree::{Tree, is_place};
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
    /// Variables that get a value where they are declared.
    defined: BTreeSet<LocalId>,
    /// Those of them whose declaration has been seen and whose value has not; of the frame.
    pending: BTreeSet<LocalId>,
    /// The same of the heap.
    fresh: BTreeSet<LocalId>,
    /// Labels of statements that were no loops, or are none any more: leaving them is a jump to the label.
    left: BTreeSet<LabelId>,
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
            defined: BTreeSet::new(),
            pending: BTreeSet::new(),
            fresh: BTreeSet::new(),
            left: BTreeSet::new(),
            depth: 0,
            loops: BTreeSet::new(),
            free_iterators: Vec::new(),
        }
    }

    fn function(&mut self) {
        let Some(body) = self.tree.func().body else { return };
        self.look(body);
        let body = self.block(body);
        self.tree.func_mut().body = Some(body);
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
        let id = self.tree.temp(value.ty);
        self.tree.func_mut().local_mut(id).reassigned = false;
        let temp = self.tree.local(id);
        self.emit(StmtKind::Assign { dst: temp, src: value, define: true });
        temp
    }

    /// The same for one that will change.
    fn variable_of(&mut self, value: E<'a>) -> E<'a> {
        let id = self.tree.temp(value.ty);
        let temp = self.tree.local(id);
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

    /// A call of the runtime without results.
    fn rt_stmt(&mut self, rt: Rt, args: &[E<'a>]) {
        let nothing = self.tree.no_value();
        self.emit(StmtKind::Expr(self.tree.rt(rt, args, nothing)));
    }

    /// A variable of the frame or its address, a constant, or a new temporary with the value: what can be used again and again.
    fn cheap(&mut self, value: E<'a>) -> E<'a> {
        match value.kind {
            ExprKind::Local(id) if in_frame(self.tree.variable(id)) => value,
            ExprKind::Const(_) | ExprKind::Nil => value,
            // The address of an object in the frame.
            ExprKind::Addr(Expr { kind: ExprKind::Local(id), .. }) if in_frame(self.tree.variable(*id)) => value,
            _ => self.temp_of(value),
        }
    }

    /// Something that can be evaluated again, and whose parts can be named: a place in memory, or a new temporary.
    fn stable(&mut self, value: E<'a>) -> E<'a> {
        if is_place(self.tree.types(), value) { value } else { self.temp_of(value) }
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

/// Is a variable in the frame, and not somewhere that is reached by a pointer?
fn in_frame(local: &Local<'_>) -> bool {
    !local.heap && !matches!(local.class, Class::Captured(_))
}
