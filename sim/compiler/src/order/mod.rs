//! Order: makes the order of evaluation explicit.
//!
//! Expressions with calls are taken apart: what a later operand may change is evaluated first, into temporaries. Walk may
//! then evaluate what is left of an expression in any order. What runtime routines take by address gets one.
//!
//! After it (postcondition *ordered*, checked by [`verify`]):
//! - calls, allocations, receives, conversions between strings and slices, `append` are a statement, or all of the right side of
//!   an assignment; at most `&&` and `||` are around them, with their statements in place ([`ExprKind::Seq`]);
//! - `m[k]` as a destination is all of the left side of `m[k] = x`; in `a, b = x, y` it is so from the era
//!   `mapassign-op` on only. As a value it is all of the right side of `x = m[k]` in the era `mapassign1`, and can be an operand in later
//!   ones: `mapaccess` returns a pointer, and nothing comes between it and the load;
//! - keys, values that are sent, operands of comparisons of structures and arrays, and values that become interfaces are
//!   *addressable*, where a routine takes their address: places in memory, but not variables of the program's own, which would
//!   look as if their address were taken;
//! - temporaries end with their statement: a [`StmtKind::VarKill`] for each, at the start of all branches if a condition made it.
//!
//! | statement | what happens | test |
//! |---|---|---|
//! | `x = y` | operands into temporaries; `y` stays a call if `x` is a variable | `a_call_assigned_to_a_variable_stays` |
//! | `m[k] = y` | `m` and `k` first, then `y`; per era, see `map` | `map_assignment_by_era` |
//! | `a, b = x, y` | operands; before `mapassign-op`, `m[k]` on the left is `t1[t2] = t3` afterwards | `map_in_a_list_by_era` |
//! | `a, b = f()` | results into temporaries, assigned afterwards from left to right | `results_go_through_temporaries` |
//! | `v, ok = m[k]`, `x.(T)`, `<-c` | the same; `ok` gets the type of its destination | `ok_is_converted_to_its_destination` |
//! | `l op= r` | `l = l op r` before `mapassign-op`; since then only if `m[k]` is divided | `op_assign_by_era` |
//! | `delete(m, k)` | `k` addressable, unless a fast routine takes it | `delete_by_era` |
//! | `defer`, `go` | arguments; the key of a deferred `delete` in a temporary that is not ended | `deferred_delete_keeps_its_key` |
//! | `if`, `for` | condition in place; its temporaries end in all branches | `temporaries_of_a_condition_end_in_both_branches` |
//! | `range x` | a copy of `x`, unless only its length is wanted; `[]byte(s)` without one | `range_copies_what_it_ranges_over` |
//! | `switch` | tag first, cases in place | `cases_stay_in_place` |
//! | `select` | channels and values first, destinations in the clause that was chosen | `select_receives_into_temporaries` |
//! | `c <- x` | `x` addressable | `a_sent_value_is_addressable` |
//! | `return` | values; `return f()` of several through temporaries | `returning_several_results_of_a_call` |
//! | `f(g())` | results of `g` through temporaries | `results_as_arguments` |
//! | `m[string(b)]` | no copy of `b`; the elem is copied out at once | `bytes_as_key_are_not_copied` |
//! | `"x" + string(b)`, `string(b) == s` | no copy of `b` | `bytes_compared_or_joined_are_not_copied` |
//! | literals, closures in the frame | a temporary that ends with the statement, if nobody keeps the address | `transient_allocations_have_temporaries` |
//! | `map[K]V{…}` | entries that need code are assigned one by one | `entries_of_a_map_literal_are_assigned_in_turn` |
//! | `x && y` | in place where it is used at once, through a temporary otherwise | `logical_operators_are_in_place_where_used_at_once` |
//! | instrumenting | what is read from maps and by calls is copied out | `instrumenting_copies_what_is_read` |
//!
//! A statement without calls and without anything that takes an address stays as it is: nothing can come between its
//! evaluations.
//!
//! Source: order.go of February 2017 and the change of October 2016; Go 1.19 cmd/compile/internal/walk/order.go, which
//! all eras follow in what has nothing to do with maps.
//! Departs: in `l op= r` calls in `r` come before `l` is read in all eras, as since Go 1.10.

mod expr;
mod map;
mod select;
mod stmt;
mod temp;
pub mod verify;

use crate::ir::{AllocId, Block, E, ExprKind, FuncId, LocalId, Program, Stmt, StmtKind};
use crate::options::{Lowering, Options};
use crate::source::Pos;
use crate::tree::Tree;
use crate::types::Ty;
use bumpalo::Bump;
use std::collections::BTreeMap;

/// Orders all functions of a program.
pub fn order<'a>(program: &mut Program<'a>, arena: &'a Bump, options: Options) {
    for id in 0..program.funcs.len() as u32 {
        order_func(program, arena, options, FuncId(id));
    }
}

/// Orders one function.
pub fn order_func<'a>(program: &mut Program<'a>, arena: &'a Bump, options: Options, id: FuncId) {
    let Some(body) = program.func(id).body else { return };
    let tree = Tree { arena, program, id, options, pos: Pos::NONE };
    let mut order = Order { tree, out: Vec::new(), temps: Vec::new(), free: BTreeMap::new() };
    let body = order.block(Vec::new(), body);
    order.tree.func_mut().body = Some(body);
}

/// A function being ordered.
struct Order<'p, 'a> {
    tree: Tree<'p, 'a>,
    /// The statements made so far.
    out: Vec<Stmt<'a>>,
    /// The temporaries of the statement under way, and of those around it in the same block.
    temps: Vec<LocalId>,
    /// Temporaries that have ended and can be used again, by type.
    free: BTreeMap<Ty, Vec<LocalId>>,
}

impl<'a> Order<'_, 'a> {
    fn era(&self) -> Lowering {
        self.tree.options.lowering
    }

    fn instrumenting(&self) -> bool {
        self.tree.options.instrumenting
    }

    fn emit(&mut self, kind: StmtKind<'a>) {
        self.out.push(self.tree.stmt(kind));
    }

    /// The statements that `f` makes; its temporaries go to the statement under way.
    fn apart(&mut self, f: impl FnOnce(&mut Self)) -> Vec<Stmt<'a>> {
        let outer = std::mem::take(&mut self.out);
        f(self);
        std::mem::replace(&mut self.out, outer)
    }

    /// Orders a block: its temporaries end in it.
    fn block(&mut self, first: Vec<Stmt<'a>>, block: Block<'a>) -> Block<'a> {
        let out = std::mem::replace(&mut self.out, first);
        let temps = std::mem::take(&mut self.temps);
        self.stmts(block);
        self.clean(0);
        self.temps = temps;
        let out = std::mem::replace(&mut self.out, out);
        self.tree.block(out)
    }

    /// An expression with its statements before it, for a place where these cannot come earlier.
    fn in_place(&mut self, first: Vec<Stmt<'a>>, e: E<'a>) -> E<'a> {
        let mut value = e;
        let init = self.apart(|o| {
            o.out = first;
            value = o.at_once(e);
        });
        if init.is_empty() {
            return value;
        }
        let init = self.tree.block(init);
        self.tree.with(value, ExprKind::Seq { init, x: value })
    }

    /// Reserves a temporary for an allocation that nobody knows of after its statement.
    fn reserve(&mut self, alloc: AllocId, ty: Ty) {
        let known = *self.tree.func().alloc(alloc);
        if known.transient && !known.heap {
            let temp = self.temp(ty);
            self.tree.func_mut().allocs[alloc.0 as usize].temp = Some(temp);
        }
    }
}
