//! Statements of every kind but those about maps: assignment, control flow, slices, functions, panics.

use super::Gen;
use super::effects::{CALLS, Fx, TRACES, TRAPS};
use super::expr::count;
use super::maps::{MAPS, Statement};
use super::ranges::RANGES;
use super::state::{Func, VALUE_COST};
use super::tree::{Node, Part, Role, node};
use super::types::{INT, Ty};
use super::values::{int, number};
use std::slice::from_ref;

/// Statements by weight.
const OTHERS: [(u32, Statement); 36] = [
    (10, Gen::define),
    (6, Gen::assign),
    (5, Gen::op_assign),
    (2, Gen::increment),
    (4, Gen::assign_two),
    (2, Gen::assign_rotated),
    (6, Gen::if_else),
    (5, Gen::for_counted),
    (2, Gen::for_labelled),
    (2, Gen::for_down),
    (4, Gen::range_slice),
    (2, Gen::range_string),
    (5, Gen::range_array_copy),
    (3, Gen::switch_value),
    (2, Gen::switch_true),
    (7, Gen::switch_type),
    (4, Gen::append),
    (2, Gen::append_aliased),
    (2, Gen::copy),
    (4, Gen::call_statement),
    (3, Gen::define_closure),
    (2, Gen::closures_over_a_loop),
    (3, Gen::defer_call),
    (3, Gen::defer_literal),
    (4, Gen::try_block),
    (2, Gen::panic_if),
    (2, Gen::panic_again),
    (4, Gen::print),
    (2, Gen::return_if),
    (1, Gen::goto_loop),
    (2, Gen::pointer_alias),
    (1, Gen::local_constants),
    (1, Gen::print_formatted),
    (6, Gen::call_closure),
    (6, Gen::call_method),
    (3, Gen::define_method_value),
];

/// The three kinds, by weight.
const KINDS: [(u32, &[(u32, Statement)]); 3] = [(48, &MAPS), (9, &RANGES), (43, &OTHERS)];

/// Whether nothing in a statement jumps out of it.
fn stays(statement: &Node) -> bool {
    let mut stays = statement.form != DEFERRED;
    statement.visit(&mut |node| stays &= node.form != EARLY);
    let used = statement.names(&[Role::Used]);
    stays && used.iter().all(|name| name.stem != LABEL || statement.names(&[Role::Label]).contains(name))
}

/// The form of a `return` that is not the last statement.
const EARLY: &str = "early return";
/// The form of what runs when its function returns.
const DEFERRED: &str = "defer of a literal";
/// What names of labels begin with.
const LABEL: &str = "L";

impl Gen {
    /// So many statements; what they declare stays in scope.
    pub(super) fn statements(&mut self, n: usize) -> Vec<Node> {
        (0..n).filter_map(|_| self.statement()).collect()
    }

    /// So many statements in a scope of their own.
    pub(super) fn block(&mut self, n: usize) -> Vec<Node> {
        self.nested(1, |g| g.statements(n))
    }

    fn statement(&mut self) -> Option<Node> {
        if !self.pay(1) {
            return None;
        }
        (0..12).find_map(|_| {
            let kind = self.weighted(&KINDS);
            let form = self.weighted(kind);
            let (room, fx, scope) = (self.frame.room, self.frame.fx, self.vars.len());
            self.frame.fx = Fx::NONE;
            let made = form(self);
            let traps = self.frame.fx.has(Fx::TRAP);
            self.frame.fx |= fx;
            if made.is_none() {
                (self.frame.room, self.frame.fx) = (room, fx);
                self.vars.truncate(scope);
            }
            let made = made?;
            let alone = traps && self.vars.len() == scope && self.shallow() && stays(&made) && self.chance(60);
            Some(if alone { self.attempt(vec![made]) } else { made })
        })
    }

    /// Whether there is room for a block within what is here.
    fn shallow(&self) -> bool {
        self.frame.depth <= 2
    }

    fn define(&mut self) -> Option<Node> {
        let (may, ty) = (self.mode(), self.some_type());
        let value = self.expr(&ty, may, 3);
        let (name, shared) = (self.local("v"), self.chance(30));
        self.bind(name, &ty, shared, false);
        Some(match self.chance(70) {
            true => node!("define", "$ := $", name.declared(), value),
            false => node!("var", "var $ $ = $", name.declared(), &ty, value),
        })
    }

    fn assign(&mut self) -> Option<Node> {
        let may = self.mode();
        let place = self.only_place(may, |_, _| true)?;
        let each = self.split(may, 2);
        let left = self.assign_to(&place, each[0], 1);
        Some(node!("assign", "$ = $", left, self.expr(&place.ty().clone(), each[1], 3)))
    }

    fn op_assign(&mut self) -> Option<Node> {
        let may = *self.pick(&[TRACES, TRAPS]);
        let operable = |ty: &Ty| matches!(ty, Ty::Int(_) | Ty::Float | Ty::Str);
        let place = self.read_place(may, |_, ty| operable(ty))?;
        let rest = if place.fx.has(Fx::TRAP) { may - Fx::TRAP } else { may };
        let left = self.assign_to(&place, rest - Fx::TRAP, 1);
        let (op, right) = self.operator(place.ty(), rest)?;
        Some(node!("op-assign", "$ $ $", left, op, right))
    }

    fn increment(&mut self) -> Option<Node> {
        let place = self.read_place(TRAPS, |g, ty| g.underlying(ty).is_int())?;
        let left = self.assign_to(&place, Fx::READ, 1);
        Some(node!("increment", "$$", left, *self.pick(&["++", "--"])))
    }

    /// `x, y = a, b`.
    fn assign_two(&mut self) -> Option<Node> {
        let may = self.mode();
        let (one, other) = (self.place(may, |_, _| true)?, self.place(may - Fx::TRAP, |_, _| true)?);
        let each = self.split(if one.fx.has(Fx::TRAP) { may - Fx::TRAP } else { may }, 4);
        let (a, b) = (self.assign_to(&one, each[0], 1), self.assign_to(&other, each[1], 1));
        let (x, y) = (self.expr(&one.ty().clone(), each[2], 2), self.expr(&other.ty().clone(), each[3], 2));
        Some(node!("x, y = a, b", "$, $ = $, $", a, b, x, y))
    }

    /// `x, y, z = y, z, x`, where the places may be the same.
    fn assign_rotated(&mut self) -> Option<Node> {
        let first = self.read_place(Fx::READ, |_, _| true)?;
        let ty = first.ty().clone();
        let mut left = Vec::new();
        let mut right = Vec::new();
        for _ in 0..2 + self.below(2) {
            let place = self.read_place(Fx::READ, |_, of| *of == ty)?;
            let node = self.assign_to(&place, Fx::NONE, 0);
            // The same place again, as an operand.
            right.push(self.walk_again(&place, &node));
            left.push(node);
        }
        right.rotate_left(1);
        Some(node!("x, y = y, x", "$ = $", Part::Fixed(left), Part::Fixed(right)))
    }

    fn if_else(&mut self) -> Option<Node> {
        if !self.shallow() {
            return None;
        }
        let may = self.mode();
        let condition = self.condition(may);
        let (yes, no) = (self.some_block(), self.some_block());
        Some(match self.below(3) {
            0 => node!("if else", "if $ {$} else {$}", condition, yes, no),
            1 => {
                let (may, last) = (self.mode(), self.some_block());
                let second = self.condition(may);
                node!("if else if", "if $ {$} else if $ {$} else {$}", condition, yes, second, no, last)
            }
            _ => node!("if", "if $ {$}", condition, yes),
        })
    }

    fn some_block(&mut self) -> Vec<Node> {
        let n = 1 + self.below(2);
        self.block(n)
    }

    fn for_counted(&mut self) -> Option<Node> {
        if !self.shallow() {
            return None;
        }
        let times = self.between(2, 5);
        self.counted(times, |g, _| {
            let n = 1 + g.below(3);
            g.statements(n)
        })
    }

    /// Two loops, the outer of which is left or continued from the inner.
    fn for_labelled(&mut self) -> Option<Node> {
        if self.frame.depth > 1 {
            return None;
        }
        let label = self.local(LABEL);
        let outer = self.counted(3, |g, _| {
            let mut body = g.statements(1);
            body.extend(g.counted(3, |g, _| {
                g.frame.labels.push(label);
                let condition = g.condition(Fx::READ);
                let jump = *g.pick(&["continue", "break"]);
                let jump = node!("jump to a label", "if $ {\n\t$ $\n}", condition, jump, label.used());
                let mut inner = g.statements(1);
                inner.push(jump);
                inner.extend(g.statements(1));
                g.frame.labels.pop();
                inner
            }));
            body
        })?;
        Some(node!("labelled loop", "$$", label.label(), outer))
    }

    /// `for n := 4; n > 0; { n--; … }`, left in the middle by a condition.
    fn for_down(&mut self) -> Option<Node> {
        if !self.shallow() || !self.pay(4) {
            return None;
        }
        let n = self.local("i");
        let jump = *self.pick(&["break", "continue"]);
        let (condition, body) = self.nested(4, |g| {
            g.bind(n, &INT, false, true);
            (g.condition(Fx::READ), g.statements(2))
        });
        let jump = node!("jump", "if $ {\n\t$\n}", condition, jump);
        let mut all = vec![node!("decrement", "$--", n.assigned()), jump];
        all.extend(body);
        // The count goes down in the header too, or a shrunk program would not end.
        let text = "for $ := $; $ > 0; $-- {$}";
        Some(node!("for with break and continue", text, n.given(), count(8), n.used(), n.assigned(), all))
    }

    fn range_slice(&mut self) -> Option<Node> {
        if !self.shallow() || !self.pay(4) {
            return None;
        }
        let may = self.mode();
        let slices = self.universe.iter().filter(|ty| matches!(ty, Ty::Slice(_))).cloned().collect::<Vec<_>>();
        let ty = self.any(&slices)?;
        let Ty::Slice(elem) = &ty else { return None };
        let over = self.expr(&ty, may, 1);
        // What grew in another loop is not gone through again and again.
        let over = node!("few of a slice", "$($)", self.few(&ty), over).of(&ty);
        let (i, e) = (self.local("i"), self.local("v"));
        let body = self.nested(4, |g| {
            g.bind(i, &INT, false, true);
            g.bind(e, elem, false, false);
            let n = 1 + g.below(2);
            g.statements(n)
        });
        Some(node!("range over a slice", "for $, $ := range $ {$}", i.declared(), e.declared(), over, body))
    }

    /// `func(x []T) []T`, the first few of them.
    fn few(&mut self, ty: &Ty) -> Part {
        let few = self.helper(&format!("few of {ty:?}"), |g| {
            let name = g.top("few");
            let text = "func $(x $) $ { if len(x) > 4 { x = x[:4] }; return x }";
            (node!("helper", text, name.given(), ty, ty), Func::new(name, from_ref(ty), from_ref(ty)))
        });
        few.name.used()
    }

    fn range_string(&mut self) -> Option<Node> {
        if !self.shallow() || !self.pay(9) {
            return None;
        }
        let may = self.mode();
        let over = self.expr(&Ty::Str, may, 1);
        let over = self.cut(over);
        let (i, r) = (self.local("i"), self.local("v"));
        let body = self.nested(9, |g| {
            g.bind(i, &INT, false, true);
            g.bind(r, &Ty::Int("int32"), false, true);
            g.statements(1)
        });
        Some(node!("range over a string", "for $, $ := range $ {$}", i.declared(), r.declared(), over, body))
    }

    /// The loop goes over a copy, which the body does not change.
    fn range_array_copy(&mut self) -> Option<Node> {
        if !self.shallow() || !self.pay(4) {
            return None;
        }
        let arrays = self.vars_where(|v| matches!(&v.ty, Ty::Array(len, _) if *len <= 4));
        let over = self.any(&arrays)?;
        let Ty::Array(_, elem) = &over.ty else { return None };
        self.frame.fx |= Fx::READ;
        let (i, e) = (self.local("i"), self.local("v"));
        let body = self.nested(4, |g| {
            g.bind(i, &INT, false, true);
            g.bind(e, elem, false, true);
            let changes = g.assignable(&over).then(|| {
                let value = g.expr(elem, Fx::NONE, 1);
                if over.shared {
                    g.frame.fx |= Fx::MUTATE;
                }
                node!("assign", "$[0] = $", over.name.used(), value)
            });
            changes.into_iter().chain(g.statements(1)).collect::<Vec<_>>()
        });
        let text = "for $, $ := range $ {$}";
        Some(node!("range over an array", text, i.declared(), e.declared(), over.name.used(), body))
    }

    fn switch_value(&mut self) -> Option<Node> {
        if !self.shallow() {
            return None;
        }
        let may = self.mode();
        let ty = if self.chance(60) { INT } else { Ty::Str };
        let tag = self.varying(&ty, may, 2);
        let mut cases = Vec::new();
        for i in 0..2 + self.below(2) as i64 {
            let of = self.spread(&ty, int(i * 2));
            let other = self.spread(&ty, int(i * 2 + 1));
            let mut body = self.some_block();
            if self.chance(25) {
                body.push(node!("fallthrough", "fallthrough"));
            }
            cases.push(node!("case", "case $, $:$", of, other, body));
        }
        let default = self.block(1);
        cases.push(node!("default", "default:$", default));
        Some(node!("switch over a value", "switch $ {$}", tag, cases))
    }

    fn switch_true(&mut self) -> Option<Node> {
        if !self.shallow() {
            return None;
        }
        let mut cases = Vec::new();
        for _ in 0..2 {
            // The conditions are evaluated one after the other.
            let may = self.mode();
            let condition = self.condition(may);
            let body = self.some_block();
            cases.push(node!("case", "case $:$", condition, body));
        }
        let default = self.block(1);
        cases.push(node!("default", "default:$", default));
        Some(node!("switch over conditions", "switch {$}", cases))
    }

    fn switch_type(&mut self) -> Option<Node> {
        if !self.shallow() {
            return None;
        }
        let may = self.mode();
        let from = match self.source(&Ty::Any, may) {
            Some(path) if self.chance(60) => self.walk(&path, may, 1),
            _ => self.variable(&Ty::Any, may)?,
        };
        let x = self.local("v");
        let mut of = self.boxable();
        let mut cases = Vec::new();
        while cases.len() < 3 && !of.is_empty() {
            let ty = of.remove(self.below(of.len()));
            let body = self.nested(1, |g| {
                g.bind(x, &ty, false, true);
                g.statements(2)
            });
            cases.push(node!("type case", "case $:$", &ty, body));
        }
        Some(node!("type switch", "switch $ := $.(type) {$default:\n\t_ = $\n}", x.given(), from, cases, x.used()))
    }

    /// Slices that may be appended to.
    fn some_slice(&mut self, may: Fx) -> Option<super::paths::Path> {
        self.read_place(may - Fx::TRAP, |_, ty| matches!(ty, Ty::Slice(of) if **of != Ty::Int("uint8")))
    }

    fn append(&mut self) -> Option<Node> {
        let may = *self.pick(&[TRACES, TRAPS]);
        let place = self.some_slice(may)?;
        let Ty::Slice(elem) = place.ty().clone() else { return None };
        let left = self.assign_to(&place, Fx::NONE, 0);
        let again = self.walk_again(&place, &left);
        let n = 1 + self.below(3);
        let more = self.operands(&vec![*elem; n], may, 2);
        Some(node!("append", "$ = append($, $)", left, again, Part::Free(more)))
    }

    /// `t := append(s[:n], v)`, which may write to what `s` has.
    fn append_aliased(&mut self) -> Option<Node> {
        let place = self.some_slice(Fx::READ)?;
        let (ty, t) = (place.ty().clone(), self.local("v"));
        let Ty::Slice(elem) = &ty else { return None };
        let of = self.walk(&place, Fx::NONE, 0);
        let (to, value) = (self.small(Fx::READ), self.expr(elem, Fx::READ, 1));
        self.frame.fx |= Fx::MUTATE | Fx::TRAP;
        self.bind(t, &ty, false, false);
        Some(node!("append to a part of a slice", "$ := append($[:$], $)", t.declared(), of, to, value))
    }

    fn copy(&mut self) -> Option<Node> {
        let place = self.some_slice(Fx::READ)?;
        let ty = place.ty().clone();
        let (to, from) = (self.walk(&place, Fx::NONE, 0), self.expr(&ty, TRAPS, 2));
        self.frame.fx |= Fx::MUTATE;
        Some(match self.chance(50) {
            true => node!("copy", "copy($, $)", to, from),
            false => node!("copy", "println(copy($, $))", to, from),
        })
    }

    /// A call whose results are dropped, or named.
    fn call_statement(&mut self) -> Option<Node> {
        let may = *self.pick(&[CALLS, TRACES]);
        let known: Vec<_> = self.funcs.iter().filter(|f| may.has(f.fx) && f.cost <= self.frame.room).cloned().collect();
        let func = self.any(&known)?;
        let call = self.call_of(&func, may, 2)?;
        if self.chance(25) {
            return Some(node!("call whose results are dropped", "$", call));
        }
        let names: Vec<_> = func.results.iter().map(|_| self.local("v")).collect();
        for (name, ty) in names.iter().zip(&func.results) {
            self.bind(*name, ty, false, false);
        }
        match names.as_slice() {
            [one] => Some(node!("define", "$ := $", one.declared(), call)),
            [one, two] => Some(node!("define from two results", "$, $ := $", one.declared(), two.declared(), call)),
            _ => None,
        }
    }

    fn define_closure(&mut self) -> Option<Node> {
        let gives = if self.chance(50) { INT } else { self.some_type() };
        let ty = Ty::Func(vec![self.some_type()], vec![gives]);
        let Ty::Func(params, results) = &ty else { return None };
        let value = self.function_literal(&ty, params, results);
        let name = self.local("v");
        self.bind(name, &ty, false, true);
        Some(node!("closure", "$ := $", name.declared(), value))
    }

    /// `println` of a call, if what it gives can be printed.
    fn shown(&mut self, call: Node) -> Node {
        match &call.ty {
            Some(ty) if ty.is_scalar() => {
                self.frame.fx |= Fx::EVENT;
                node!("println", "println($)", call)
            }
            _ => call,
        }
    }

    fn call_closure(&mut self) -> Option<Node> {
        let known = self.vars_where(|var| matches!(var.ty, Ty::Func(..)) && !var.shared);
        let var = self.any(&known)?;
        let Ty::Func(params, results) = &var.ty else { return None };
        if !self.frame.values || !self.pay(VALUE_COST) {
            return None;
        }
        let arguments = self.operands(params, CALLS, 2);
        self.frame.fx |= CALLS;
        let call =
            node!("call of a function value", "$($)", var.name.used(), Part::Fixed(arguments)).of(results.first()?);
        Some(self.shown(call))
    }

    fn call_method(&mut self) -> Option<Node> {
        let may = *self.pick(&[CALLS, TRACES]);
        let known: Vec<_> = self.funcs.iter().filter(|f| f.receiver.is_some() && may.has(f.fx)).cloned().collect();
        let method = self.any(&known)?;
        let call = self.call_of(&method, may, 2)?;
        Some(self.shown(call))
    }

    /// `f := v.method`, which keeps the `v` of now.
    fn define_method_value(&mut self) -> Option<Node> {
        let known: Vec<_> =
            self.funcs.iter().filter(|f| f.receiver.is_some() && f.cost <= VALUE_COST).cloned().collect();
        let method = self.any(&known)?;
        let mut params = method.params.clone();
        if self.chance(30) {
            // `T.method`, which takes the receiver first.
            params.insert(0, method.receiver.clone()?);
        }
        let ty = Ty::Func(params, method.results.clone());
        let value = self.method_value(&ty, TRAPS, 1)?;
        let name = self.local("v");
        self.bind(name, &ty, false, true);
        Some(node!("define a method value", "$ := $", name.declared(), value))
    }

    /// Closures that share the variable of a loop, called when it is over.
    fn closures_over_a_loop(&mut self) -> Option<Node> {
        if !self.frame.values || !self.shallow() || !self.pay(8) {
            return None;
        }
        let (fs, i, own, f) = (self.local("fs"), self.local("i"), self.local("v"), self.local("f"));
        let sum = match self.below(3) {
            0 => node!("capture of a loop's variable", "$", i.used()),
            1 => node!("capture of a copy", "$", own.used()),
            _ => node!("captures", "$*10 + $", i.used(), own.used()),
        };
        let change = if self.chance(50) {
            node!("change of what is captured", "$ += 2", own.assigned())
        } else {
            node!("nothing", "")
        };
        let made = node!("function literal", "func() int {\n\t$\n\treturn $\n}", change, sum);
        let body = vec![
            node!("define", "$ := $", own.declared(), i.used()),
            node!("append", "$ = append($, $)", fs.assigned(), fs.used(), made),
        ];
        let text = "for $ := 0; $ < $; $++ {$}";
        let make = node!("for", text, i.given(), i.used(), count(3), i.used(), body);
        let call = node!("println", "println($(), $())", f.used(), f.used());
        let calls = node!("range over a slice", "for _, $ := range $ {$}", f.declared(), fs.used(), vec![call]);
        let all = vec![node!("var", "var $ []func() int", fs.declared()), make, calls];
        self.frame.fx |= Fx::EVENT;
        Some(node!("closures over the variable of a loop", "{$}", all))
    }

    fn defer_call(&mut self) -> Option<Node> {
        let known: Vec<_> = self.funcs.iter().filter(|f| f.cost <= self.frame.room).cloned().collect();
        let func = self.any(&known)?;
        // Its arguments are evaluated now, what it does comes later.
        let call = self.call_of(&func, CALLS, 2)?;
        Some(node!("defer of a call", "defer $", call))
    }

    fn defer_literal(&mut self) -> Option<Node> {
        if !self.shallow() {
            return None;
        }
        let body = self.enclosed(|g| {
            let n = 1 + g.below(2);
            g.statements(n)
        });
        Some(node!(DEFERRED, "defer func() {$}()", body))
    }

    /// Statements in a function literal of their own, which recovers.
    pub(super) fn attempt(&mut self, body: Vec<Node>) -> Node {
        let caught = self.caught();
        self.frame.fx |= Fx::EVENT;
        node!("panics are caught", "func() {\n\tdefer $()$}()", caught.name.used(), body)
    }

    fn try_block(&mut self) -> Option<Node> {
        if !self.shallow() {
            return None;
        }
        let body = self.enclosed(|g| {
            let n = 1 + g.below(3);
            g.statements(n)
        });
        Some(self.attempt(body))
    }

    /// What a program panics with.
    pub(super) fn panic(&mut self) -> Node {
        self.frame.fx |= Fx::TRAP;
        let value = match self.below(6) {
            0 => node!("panic with an int", "$", int(self.between(0, 9))),
            1 => node!("panic with an error", "$.New(\"$\")", Part::Package("errors"), "went wrong"),
            2 => {
                let more = self.expr(&Ty::Str, Fx::NONE, 1);
                node!("panic with a string", "\"bad \" + $", self.cut(more))
            }
            3 => {
                let own = self.error_type();
                node!("panic with an error of its own", "$($)", own, int(self.between(1, 5)))
            }
            4 => node!("panic with nil", "nil"),
            _ => node!("panic with a string", "\"bad\""),
        };
        node!("panic", "panic($)", value)
    }

    fn panic_if(&mut self) -> Option<Node> {
        let may = self.mode();
        let condition = self.condition(may);
        let panic = self.panic();
        Some(node!("if", "if $ {$}", condition, vec![panic]))
    }

    /// A panic while a panic is under way.
    fn panic_again(&mut self) -> Option<Node> {
        if !self.shallow() {
            return None;
        }
        let (first, second) = (self.panic(), self.panic());
        let again = node!(DEFERRED, "defer func() {$}()", vec![second]);
        Some(self.attempt(vec![again, first]))
    }

    fn print(&mut self) -> Option<Node> {
        let may = self.mode();
        let scalars: Vec<Ty> = self.universe.iter().filter(|ty| ty.is_scalar()).cloned().collect();
        let n = 1 + self.below(3);
        let types: Vec<Ty> = (0..n).map(|_| self.pick(&scalars).clone()).collect();
        let values = self.operands(&types, may, 3);
        self.frame.fx |= Fx::EVENT;
        Some(node!("println", "println($)", Part::Free(values)))
    }

    fn print_formatted(&mut self) -> Option<Node> {
        let values = self.operands(&[INT, Ty::Str, Ty::Bool], Fx::READ, 2);
        self.frame.fx |= Fx::EVENT;
        Some(node!("fmt.Println", "$.Println($)", Part::Package("fmt"), Part::Free(values)))
    }

    fn return_if(&mut self) -> Option<Node> {
        let types = self.frame.results.clone()?;
        let may = self.mode();
        let condition = self.condition(may);
        let early = self.return_values(&types);
        Some(node!(EARLY, "if $ {$}", condition, vec![early]))
    }

    fn goto_loop(&mut self) -> Option<Node> {
        if !self.shallow() || !self.pay(3) {
            return None;
        }
        let (label, i) = (self.local(LABEL), self.local("i"));
        let body = self.nested(3, |g| {
            g.bind(i, &INT, false, true);
            g.block(2)
        });
        let body = vec![
            node!("define", "$ := 0", i.declared()),
            node!("label", "$$++", label.label(), i.assigned()),
            node!("block", "{$}", body),
            node!("goto", "if $ < $ {\n\tgoto $\n}", i.used(), count(3), label.used()),
        ];
        Some(node!("loop by goto", "{$}", body))
    }

    /// A pointer to a variable, and changes through both.
    fn pointer_alias(&mut self) -> Option<Node> {
        let shared = self.vars_where(|var| var.shared && self.assignable(var));
        let var = self.any(&shared)?;
        let p = self.local("v");
        let value = self.expr(&var.ty, Fx::READ, 1);
        self.frame.fx |= Fx::MUTATE;
        self.bind(p, &var.ty.ptr(), false, false);
        let text = "$ := &$\n*$ = $";
        Some(node!("pointer to a variable", text, p.declared(), var.name.used(), p.used(), value))
    }

    fn local_constants(&mut self) -> Option<Node> {
        let ints: Vec<Ty> = self.universe.iter().filter(|ty| ty.is_int()).cloned().collect();
        let ty = self.any(&ints)?;
        let (a, b, v) = (self.local("c"), self.local("c"), self.local("v"));
        let base = number(&ty, self.between(1, 20).into());
        self.bind(v, &ty, false, false);
        let text = "const (\n\t$ = iota + 2\n\t$\n)\n$ := $ * $ + $";
        Some(node!("constants", text, a.given(), b.given(), v.declared(), base, a.used(), b.used()))
    }
}
