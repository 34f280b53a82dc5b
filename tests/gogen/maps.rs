//! Statements about maps: assignment in every form, reads in pairs, deletes.

use super::Gen;
use super::effects::{CALLS, Fx, TRACES, TRAPS};
use super::expr::count;
use super::paths::MapPath;
use super::tree::{Node, Part, node};
use super::types::{INT, Ty};
use super::values::{NEAR, int};

pub(super) type Statement = fn(&mut Gen) -> Option<Node>;

/// Statements about maps, by weight.
pub(super) const MAPS: [(u32, Statement); 34] = [
    (10, Gen::map_assign),
    (9, Gen::map_op_assign),
    (4, Gen::map_increment),
    (5, Gen::map_and_another),
    (3, Gen::map_swap),
    (5, Gen::map_traced),
    (5, Gen::map_grown_by_right_side),
    (10, Gen::map_grown_while_op_assigned),
    (2, Gen::map_grown_by_literal),
    (2, Gen::map_emptied_by_right_side),
    (9, Gen::map_append),
    (10, Gen::map_two_results),
    (6, Gen::map_comma_ok),
    (3, Gen::map_if_ok),
    (3, Gen::map_assertion_ok),
    (3, Gen::map_ok_of_map),
    (10, Gen::map_as_range_variable),
    (8, Gen::map_delete),
    (3, Gen::map_defer_delete),
    (8, Gen::map_field_assign),
    (8, Gen::map_struct_copy),
    (5, Gen::map_fill),
    (3, Gen::map_fill_and_delete),
    (3, Gen::map_churn),
    (2, Gen::map_renewed),
    (8, Gen::map_nested_make),
    (5, Gen::map_right_side_panics),
    (2, Gen::map_nil_assign),
    (8, Gen::map_unhashable),
    (8, Gen::map_chain),
    (7, Gen::map_walk),
    (14, Gen::map_function_elem),
    (2, Gen::map_clear),
    (8, Gen::map_bytes),
];

impl Gen {
    /// `m[k]` with a key that may do this; what it is part of may change others or panic.
    fn elem_of(&mut self, map: &MapPath, may: Fx) -> Node {
        let key = self.key(&map.key, may, 1);
        self.elem_at(map, may, key)
    }

    fn elem_at(&mut self, map: &MapPath, may: Fx, key: Node) -> Node {
        let of = self.walk(&map.path, may, 1);
        // On a nil map it panics, but when all is evaluated.
        self.frame.fx |= Fx::MUTATE | Fx::EVENT;
        node!("map elem", "$[$]", of, key).of(&map.elem)
    }

    /// `m[k]` with a key that only literals name.
    fn near_elem(&mut self, map: &MapPath) -> Node {
        let key = self.near(&map.key);
        self.elem_at(map, Fx::NONE, key)
    }

    fn any_map(&mut self, may: Fx) -> Option<MapPath> {
        self.some_map_here(may, |_, _, _| true)
    }

    fn map_assign(&mut self) -> Option<Node> {
        let may = self.mode();
        let map = self.any_map(may)?;
        let each = self.split(may, 2);
        let (left, right) = (self.elem_of(&map, each[0]), self.expr(&map.elem, each[1], 2));
        Some(node!("m[k] = v", "$ = $", left, right))
    }

    /// An operator that assigns, and what is right of it; a divisor may be 0 if that is allowed.
    pub(super) fn operator(&mut self, ty: &Ty, may: Fx) -> Option<(&'static str, Node)> {
        let ty = &self.underlying(ty);
        Some(match ty {
            Ty::Int(_) if may.has(Fx::TRAP) && self.chance(40) => {
                let op = *self.pick(&["/=", "%="]);
                self.frame.fx |= Fx::TRAP;
                (op, self.varying(ty, may - Fx::TRAP, 1))
            }
            Ty::Int(_) if self.chance(15) => {
                let op = *self.pick(&["<<=", ">>="]);
                (op, self.expr(&Ty::Int("uint8"), may, 1))
            }
            Ty::Int(_) => (*self.pick(&["+=", "+=", "-=", "*=", "|=", "^=", "&=", "&^="]), self.expr(ty, may, 2)),
            Ty::Float => (*self.pick(&["+=", "-="]), self.expr(ty, may, 2)),
            Ty::Str => {
                let right = self.expr(ty, may, 2);
                ("+=", self.cut(right))
            }
            _ => return None,
        })
    }

    /// Elems that an operator can be applied to in place.
    fn is_operable(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Int(_) | Ty::Float | Ty::Str)
    }

    fn map_op_assign(&mut self) -> Option<Node> {
        let may = *self.pick(&[TRACES, TRAPS]);
        let map = self.some_map_here(may, |g, _, elem| g.is_operable(elem))?;
        let each = self.split(may, 2);
        let left = self.elem_of(&map, each[0]);
        let (op, right) = self.operator(&map.elem, each[1])?;
        Some(node!("m[k] op= v", "$ $ $", left, op, right))
    }

    fn map_increment(&mut self) -> Option<Node> {
        let map = self.some_map_here(TRACES, |g, _, elem| g.underlying(elem).is_int() || *elem == Ty::Float)?;
        let left = self.elem_of(&map, TRACES);
        Some(node!("m[k]++", "$$", left, *self.pick(&["++", "--"])))
    }

    /// `m[k], x = a, b` and its mirror.
    fn map_and_another(&mut self) -> Option<Node> {
        let may = self.mode();
        let map = self.any_map(may)?;
        let place = self.place(may - Fx::TRAP, |_, _| true)?;
        let each = self.split(may, 4);
        let left = self.elem_of(&map, each[0]);
        let other = self.assign_to(&place, each[1] - Fx::TRAP, 1);
        let (a, b) = (self.expr(&map.elem, each[2], 1), self.expr(&place.ty().clone(), each[3], 1));
        Some(match self.chance(50) {
            true => node!("m[k], x = a, b", "$, $ = $, $", left, other, a, b),
            false => node!("m[k], x = a, b", "$, $ = $, $", other, left, b, a),
        })
    }

    fn map_swap(&mut self) -> Option<Node> {
        let map = self.any_map(Fx::READ)?;
        let [a, b, c] = [0; 3].map(|_| self.elem_of(&map, Fx::READ));
        Some(match self.chance(70) {
            true => node!("m[k], m[j] = m[j], m[k]", "$, $ = $, $", a.clone(), b.clone(), b, a),
            false => node!("m[k], m[j] = m[j], m[k]", "$, $, $ = $, $, $", a.clone(), b.clone(), c.clone(), b, c, a),
        })
    }

    /// `m[f()] = g()`, `m[f()] op= g()`, where `f` and `g` print.
    fn map_traced(&mut self) -> Option<Node> {
        let map = self.any_map(TRACES)?;
        if !self.pay(4) {
            return None;
        }
        let key = self.near(&map.key);
        let key = self.trace(key);
        let left = self.elem_at(&map, TRACES, key);
        if self.is_operable(&map.elem) && self.chance(50) {
            let (op, right) = self.operator(&map.elem, Fx::NONE)?;
            if op.starts_with("<<") || op.starts_with(">>") {
                return Some(node!("m[f()] op= v", "$ $ $", left, op, right));
            }
            let right = self.trace(right);
            return Some(node!("m[f()] op= g()", "$ $ $", left, op, right));
        }
        let right = self.expr(&map.elem, Fx::NONE, 1);
        let right = self.trace(right);
        Some(node!("m[f()] = g()", "$ = $", left, right))
    }

    /// How many keys a right side inserts: enough for a map to grow, once or often.
    fn growth(&mut self) -> Node {
        let n = *self.pick(&[1, 5, 8, 9, 14, 20, 30]);
        count(n)
    }

    fn grow_call(&mut self, map: &MapPath) -> Option<Node> {
        if !self.pay(20) {
            return None;
        }
        let ty = map.key.map_to(&map.elem);
        let grower = self.grower(&ty);
        self.frame.fx |= CALLS;
        let (of, n) = (self.walk(&map.path, Fx::NONE, 0), self.growth());
        Some(node!("call that grows a map", "$($)", grower.name.used(), Part::Fixed(vec![of, n])).of(&map.elem))
    }

    /// A map that only its variable reaches for as long as a statement takes.
    fn private_map(&mut self, holds: impl Fn(&Gen, &Ty, &Ty) -> bool) -> Option<MapPath> {
        self.some_map_here(Fx::NONE, holds)
    }

    fn map_grown_by_right_side(&mut self) -> Option<Node> {
        let map = self.private_map(|_, _, _| true)?;
        let right = self.grow_call(&map)?;
        let left = self.near_elem(&map);
        Some(node!("m[k] = f(), f grows m", "$ = $", left, right))
    }

    /// The right side inserts other keys only, so that it does not matter when `m[k]` is read.
    fn map_grown_while_op_assigned(&mut self) -> Option<Node> {
        let map = self.private_map(|g, _, elem| g.is_operable(elem) || matches!(elem, Ty::Slice(_)))?;
        let right = self.grow_call(&map)?;
        let left = self.near_elem(&map);
        Some(match &map.elem {
            Ty::Slice(_) if map.elem == Ty::Int("uint8").slice() => return None,
            Ty::Slice(_) => {
                node!("m[k] = append(m[k], f()...), f grows m", "$ = append($, $...)", left.clone(), left, right)
            }
            Ty::Int(_) => node!("m[k] op= f(), f grows m", "$ $ $", left, *self.pick(&["+=", "-=", "^="]), right),
            _ => node!("m[k] op= f(), f grows m", "$ += $", left, right),
        })
    }

    fn map_grown_by_literal(&mut self) -> Option<Node> {
        let map = self.private_map(|_, _, _| true)?;
        if !self.pay(12) {
            return None;
        }
        let (i, left) = (self.local("i"), self.near_elem(&map));
        let key = self.spread(&map.key, node!("variable", "$", i.used()).of(&INT));
        let of = self.walk(&map.path, Fx::NONE, 0);
        let value = self.expr(&map.elem, Fx::NONE, 1);
        let grown = node!("map elem", "$[$]", of, key);
        let loop_ = node!(
            "for",
            "for $ := 0; $ < $; $++ {$}",
            i.given(),
            i.used(),
            count(12),
            i.used(),
            vec![node!("m[k] = v", "$ = $", grown, value.clone())]
        );
        let body = vec![loop_, node!(super::funcs::RETURN, "return $", value)];
        self.frame.fx |= CALLS;
        Some(node!("m[k] = func() { … }(), it grows m", "$ = func() $ {$}()", left, &map.elem, body))
    }

    fn map_emptied_by_right_side(&mut self) -> Option<Node> {
        let map = self.private_map(|_, _, _| true)?;
        if !self.pay(10) {
            return None;
        }
        let emptier = self.emptier(&map.key.map_to(&map.elem));
        self.frame.fx |= CALLS;
        let (of, left) = (self.walk(&map.path, Fx::NONE, 0), self.near_elem(&map));
        let n = count(self.between(1, NEAR));
        Some(node!("m[k] = f(), f deletes from m", "$ = $($)", left, emptier.name.used(), Part::Fixed(vec![of, n])))
    }

    fn map_append(&mut self) -> Option<Node> {
        let may = *self.pick(&[TRACES, TRAPS]);
        let map = self.some_map_here(may, |_, _, e| matches!(e, Ty::Slice(of) if **of != Ty::Int("uint8")))?;
        let Ty::Slice(of) = map.elem.clone() else { return None };
        let key = self.near(&map.key);
        let left = self.elem_at(&map, may, key);
        let n = 1 + self.below(3);
        let more = self.operands(&vec![*of; n], may, 1);
        let free = Part::Free(more);
        Some(match self.chance(30) {
            false => node!("m[k] = append(m[k], …)", "$ = append($, $)", left.clone(), left, free),
            true => {
                let other = self.elem_of(&map, may - Fx::TRAP);
                node!("m[k] = append(m[j], …)", "$ = append($, $)", left, other, free)
            }
        })
    }

    /// `m[k], x = f()`.
    fn map_two_results(&mut self) -> Option<Node> {
        let may = self.mode();
        let room = self.frame.room;
        let known: Vec<_> =
            self.funcs.iter().filter(|f| f.results.len() == 2 && may.has(f.fx) && f.cost <= room).cloned().collect();
        let func = self.any(&known)?;
        let map = self.some_map_here(may, |_, _, elem| *elem == func.results[0])?;
        let each = self.split(may, 2);
        let left = self.elem_of(&map, each[0]);
        let second = self.place(may - Fx::TRAP, |_, ty| *ty == func.results[1]);
        let other = match second {
            Some(place) => self.assign_to(&place, each[0] - Fx::TRAP, 1),
            None => node!("blank", "_"),
        };
        let call = self.call_of(&func, each[1], 1)?;
        Some(node!("m[k], x = f()", "$, $ = $", left, other, call))
    }

    /// `v, ok := m[k]`, or to variables that are there.
    fn map_comma_ok(&mut self) -> Option<Node> {
        let map = self.any_map(TRACES)?;
        let elem = self.elem_of(&map, TRACES);
        if self.chance(60) {
            let (v, ok) = (self.local("v"), self.local("ok"));
            let node = node!("v, ok := m[k]", "$, $ := $", v.declared(), ok.declared(), elem);
            self.bind(v, &map.elem, false, false);
            self.bind(ok, &Ty::Bool, false, false);
            return Some(node);
        }
        let value = self.place(Fx::READ, |_, ty| *ty == map.elem)?;
        let ok = self.place(Fx::READ, |_, ty| *ty == Ty::Bool);
        let value = self.assign_to(&value, Fx::READ, 1);
        let ok = match ok {
            Some(place) => self.assign_to(&place, Fx::READ, 1),
            None => node!("blank", "_"),
        };
        Some(node!("v, ok = m[k]", "$, $ = $", value, ok, elem))
    }

    fn map_if_ok(&mut self) -> Option<Node> {
        if self.frame.depth > 2 || !self.pay(2) {
            return None;
        }
        let map = self.any_map(TRACES)?;
        let elem = self.elem_of(&map, TRACES);
        let (v, ok) = (self.local("v"), self.local("ok"));
        let (yes, no) = self.nested(1, |g| {
            g.bind(v, &map.elem, false, false);
            (g.block(2), g.block(1))
        });
        let text = "if $, $ := $; $ {$} else {$}";
        Some(node!("if v, ok := m[k]; ok", text, v.declared(), ok.given(), elem, ok.used(), yes, no))
    }

    /// `m[k], ok = x.(T)`.
    fn map_assertion_ok(&mut self) -> Option<Node> {
        let map = self.some_map_here(Fx::READ, |g, _, elem| *elem != Ty::Any && !g.is_interface(elem))?;
        let from = self.variable(&Ty::Any, Fx::READ).unwrap_or_else(|| self.boxed(Fx::NONE, 1));
        let left = self.elem_of(&map, Fx::READ);
        let ok = match self.place(Fx::READ, |_, ty| *ty == Ty::Bool) {
            Some(place) => self.assign_to(&place, Fx::READ, 1),
            None => node!("blank", "_"),
        };
        Some(node!("m[k], ok = x.(T)", "$, $ = $.($)", left, ok, from, &map.elem))
    }

    /// `m[k], ok = n[j]`, or both of them elems.
    fn map_ok_of_map(&mut self) -> Option<Node> {
        let map = self.any_map(Fx::READ)?;
        let from = self.some_map_here(Fx::READ, |_, _, elem| *elem == map.elem)?;
        let (left, right) = (self.elem_of(&map, Fx::READ), self.elem_of(&from, Fx::READ));
        let ok = match self.place(Fx::READ, |_, ty| *ty == Ty::Bool) {
            Some(place) => self.assign_to(&place, Fx::READ, 1),
            None => node!("blank", "_"),
        };
        Some(node!("m[k], ok = n[j]", "$, $ = $", left, ok, right))
    }

    /// `for m[k] = range s`, `for m[k], n[j] = range s`.
    fn map_as_range_variable(&mut self) -> Option<Node> {
        if self.frame.depth > 2 || !self.pay(4) {
            return None;
        }
        let map = self.some_map_here(Fx::READ, |_, _, elem| *elem == INT)?;
        let slices = self.vars_where(|var| matches!(var.ty, Ty::Slice(_) | Ty::Array(..)));
        let over = self.any(&slices)?;
        let (Ty::Slice(elem) | Ty::Array(_, elem)) = &over.ty else { return None };
        let left = self.elem_of(&map, Fx::READ);
        let second = self.some_map_here(Fx::READ, |_, _, of| of == &**elem);
        let second = match second {
            Some(map) if self.chance(70) => {
                Part::from(node!("second range variable", ", $", self.elem_of(&map, Fx::READ)))
            }
            _ => "".into(),
        };
        self.frame.fx |= Fx::READ;
        let body = self.nested(4, |g| g.statements(1));
        Some(node!("for m[k] = range s", "for $$ = range $ {$}", left, second, over.name.used(), body))
    }

    fn map_delete(&mut self) -> Option<Node> {
        let may = self.mode();
        let map = self.any_map(may)?;
        let each = self.split(may, 2);
        let (of, key) = (self.walk(&map.path, each[0], 1), self.key(&map.key, each[1], 2));
        self.frame.fx |= Fx::MUTATE | Fx::TRAP;
        Some(node!("delete", "delete($, $)", of, key))
    }

    fn map_defer_delete(&mut self) -> Option<Node> {
        let map = self.any_map(TRACES)?;
        let (of, key) = (self.walk(&map.path, TRACES, 1), self.key(&map.key, TRACES, 1));
        self.frame.fx |= Fx::MUTATE;
        Some(node!("defer delete", "defer delete($, $)", of, key))
    }

    /// `m[k].f op= v`, where the elem is a pointer that may be nil.
    fn map_field_assign(&mut self) -> Option<Node> {
        let map = self.some_map_here(Fx::READ, |g, _, elem| matches!(elem, Ty::Ptr(of) if g.is_struct(of)))?;
        let Ty::Ptr(of) = &map.elem else { return None };
        let fields = self.fields(of).to_vec();
        let field = self.any(&fields)?;
        let left = self.elem_of(&map, Fx::READ);
        let left = node!("field of a map elem", "$.$", left, field.name).of(&field.ty);
        self.frame.fx |= Fx::MUTATE | Fx::TRAP;
        if self.is_operable(&field.ty) && self.chance(60) {
            let (op, right) = self.operator(&field.ty, Fx::READ)?;
            return Some(node!("m[k].f op= v", "$ $ $", left, op, right));
        }
        Some(node!("m[k].f = v", "$ = $", left, self.expr(&field.ty, Fx::READ, 2)))
    }

    /// `t := m[k]; t.f = v; m[k] = t`.
    fn map_struct_copy(&mut self) -> Option<Node> {
        let map = self.some_map_here(Fx::READ, |g, _, elem| g.fields(elem).iter().any(|f| !f.promoted))?;
        let own: Vec<_> = self.fields(&map.elem).iter().filter(|f| !f.promoted).cloned().collect();
        let field = self.any(&own)?;
        let (t, key) = (self.local("t"), self.near(&map.key));
        let elem = self.elem_at(&map, Fx::READ, key);
        let value = self.expr(&field.ty, TRAPS, 2);
        let body = vec![
            node!("define", "$ := $", t.declared(), elem.clone()),
            node!("assign to a field", "$.$ = $", t.used(), field.name, value),
            node!("m[k] = v", "$ = $", elem, node!("variable", "$", t.used()).of(&map.elem)),
        ];
        Some(node!("change of a struct that is an elem", "{$}", body))
    }

    /// A loop over numbers, for what inserts and deletes many keys.
    pub(super) fn counted(&mut self, most: i64, body: impl FnOnce(&mut Gen, Node) -> Vec<Node>) -> Option<Node> {
        if !self.pay(most) {
            return None;
        }
        let i = self.local("i");
        let body = self.nested(most, |g| {
            g.bind(i, &INT, false, true);
            body(g, node!("variable", "$", i.used()).of(&INT))
        });
        Some(node!("for", "for $ := 0; $ < $; $++ {$}", i.given(), i.used(), count(most), i.used(), body))
    }

    fn map_fill(&mut self) -> Option<Node> {
        let map = self.any_map(Fx::READ)?;
        let n = *self.pick(&[4, 8, 9, 17, 33]);
        let filled = self.counted(n, |g, i| {
            let key = g.spread(&map.key, i);
            let left = g.elem_at(&map, Fx::READ, key);
            vec![node!("m[k] = v", "$ = $", left, g.expr(&map.elem, Fx::READ, 1))]
        })?;
        Some(node!("fill a map", "$", filled))
    }

    fn map_fill_and_delete(&mut self) -> Option<Node> {
        let map = self.any_map(Fx::READ)?;
        let (n, step) = (*self.pick(&[9, 20, 30]), self.between(1, 3));
        let filled = self.counted(n, |g, i| {
            let (key, old) = (g.spread(&map.key, i.clone()), node!("old number", "$-$", i, int(step)).of(&INT));
            let old = g.spread(&map.key, old);
            let left = g.elem_at(&map, Fx::READ, key);
            let of = g.walk(&map.path, Fx::READ, 0);
            let value = g.expr(&map.elem, Fx::READ, 1);
            vec![node!("m[k] = v", "$ = $", left, value), node!("delete", "delete($, $)", of, old)]
        })?;
        Some(node!("fill a map and delete from it", "$", filled))
    }

    /// Insert and delete the same few keys again and again.
    fn map_churn(&mut self) -> Option<Node> {
        let map = self.any_map(Fx::READ)?;
        let churned = self.counted(24, |g, i| {
            let key = |g: &mut Gen, mask: i64| {
                let n = node!("reduced number", "$&$", i.clone(), int(mask)).of(&INT);
                g.spread(&map.key, n)
            };
            let (first, second) = (key(g, 7), key(g, 3));
            let left = g.elem_at(&map, Fx::READ, first);
            let of = g.walk(&map.path, Fx::READ, 0);
            let value = g.expr(&map.elem, Fx::READ, 1);
            vec![node!("delete", "delete($, $)", of, second), node!("m[k] = v", "$ = $", left, value)]
        })?;
        Some(node!("insert and delete again and again", "$", churned))
    }

    fn map_renewed(&mut self) -> Option<Node> {
        let place = self.place(Fx::READ, |_, ty| matches!(ty, Ty::Map(..)))?;
        let ty = place.ty().clone();
        let left = self.assign_to(&place, Fx::READ, 1);
        Some(node!("a map assigned anew", "$ = $", left, self.literal(&ty, Fx::READ, 2)))
    }

    /// `if m[k] == nil { m[k] = make(…) }; m[k][j] = v`.
    fn map_nested_make(&mut self) -> Option<Node> {
        let map = self.some_map_here(Fx::READ, |_, _, elem| matches!(elem, Ty::Map(..)))?;
        let Ty::Map(inner, elem) = &map.elem else { return None };
        let key = self.near(&map.key);
        let outer = self.elem_at(&map, Fx::READ, key);
        let (j, v) = (self.key(inner, Fx::READ, 1), self.expr(elem, Fx::READ, 2));
        let assign = node!("m[k][j] = v", "$[$] = $", outer.clone(), j, v);
        if self.chance(15) {
            return Some(assign);
        }
        let make = node!("m[k] = make(map)", "$ = make($)", outer.clone(), &map.elem);
        Some(node!("map in a map, made when missing", "if $ == nil {$}\n$", outer, vec![make], assign))
    }

    /// An assignment whose right side panics, after which the key must not be there, or hold what it held.
    fn map_right_side_panics(&mut self) -> Option<Node> {
        if self.frame.depth > 2 {
            return None;
        }
        let map = self.any_map(Fx::READ)?;
        let key = self.near(&map.key);
        let left = self.elem_at(&map, Fx::READ, key);
        let assign = match &map.elem {
            Ty::Int(_) => {
                let zero = self.varying(&map.elem, Fx::READ, 0);
                let zero = node!("nothing", "($ - $)", zero.clone(), zero).of(&map.elem);
                let op = *self.pick(&["=", "+=", "/=", "-="]);
                match op {
                    "/=" => node!("m[k] op= v, v panics", "$ /= $", left.clone(), zero),
                    _ => {
                        let of = self.expr(&map.elem, Fx::READ, 1);
                        node!("m[k] op= v, v panics", "$ $ $ / $", left.clone(), op, of, zero)
                    }
                }
            }
            elem => {
                let panics = match self.below(3) {
                    0 => node!("panicking right side", "*(*$)(nil)", elem),
                    1 => node!("panicking right side", "[]$(nil)[$]", elem, self.small(Fx::READ)),
                    _ => node!("panicking right side", "func() $ { panic(\"right side\") }()", elem),
                };
                match elem {
                    Ty::Slice(of) => node!(
                        "m[k] = append(m[k], v), v panics",
                        "$ = append($, *(*$)(nil))",
                        left.clone(),
                        left.clone(),
                        &**of
                    ),
                    Ty::Str => node!("m[k] op= v, v panics", "$ += $", left.clone(), panics),
                    _ => node!("m[k] = v, v panics", "$ = $", left.clone(), panics),
                }
            }
        };
        let after = node!("is it there", "_, ok := $\nprintln(len($), ok)", left, self.walk(&map.path, Fx::READ, 0));
        let tried = self.attempt(vec![assign]);
        Some(node!("panic on the right of a map assignment", "{$}", vec![tried, after]))
    }

    fn map_nil_assign(&mut self) -> Option<Node> {
        let ty = self.some_map();
        let Ty::Map(key, elem) = &ty else { return None };
        if self.frame.depth > 2 || !self.pay(4) {
            return None;
        }
        let (m, k, e) = (self.local("m"), self.near(key), self.expr(elem, Fx::NONE, 1));
        let (k, e) = (self.trace(k), self.trace(e));
        let assign = node!("assignment to a nil map", "$[$] = $", m.used(), k, e);
        let tried = self.attempt(vec![assign]);
        let body = vec![node!("var", "var $ $", m.declared(), &ty), tried];
        Some(node!("a nil map", "{$}", body))
    }

    /// A key that has no hash.
    fn map_unhashable(&mut self) -> Option<Node> {
        let map = self.some_map_here(Fx::READ, |_, key, _| *key == Ty::Any)?;
        if self.frame.depth > 2 {
            return None;
        }
        let bad = match self.below(4) {
            0 => node!("unhashable", "interface{}([]int{1})"),
            1 => node!("unhashable", "interface{}(map[string]int{})"),
            2 => node!("unhashable", "interface{}([1][]string{})"),
            _ => node!("unhashable", "interface{}(struct{ f func() }{})"),
        };
        let of = self.walk(&map.path, Fx::READ, 0);
        self.frame.fx |= Fx::MUTATE;
        let what = match self.below(3) {
            0 => node!("assignment to an unhashable key", "$[$] = $", of, bad, self.expr(&map.elem, Fx::NONE, 1)),
            1 => node!("delete of an unhashable key", "delete($, $)", of, bad),
            _ => node!("read of an unhashable key", "_ = $[$]", of, bad),
        };
        Some(self.attempt(vec![what]))
    }

    /// `m[k] = &T{…, next: m[j]}`: objects that only the map holds.
    fn map_chain(&mut self) -> Option<Node> {
        let holds =
            |g: &Gen, _: &Ty, elem: &Ty| matches!(elem, Ty::Ptr(of) if g.fields(of).iter().any(|f| f.ty == *elem));
        let map = self.some_map_here(Fx::READ, holds)?;
        let Ty::Ptr(of) = map.elem.clone() else { return None };
        let link = self.fields(&of).iter().find(|f| f.ty == map.elem && !f.promoted)?.name;
        let n = *self.pick(&[3, 6, 12]);
        let chained = self.counted(n, |g, i| {
            let few = node!("reduced number", "$&3", i.clone()).of(&INT);
            let (key, other) = (g.spread(&map.key, i), g.spread(&map.key, few));
            let key = if g.chance(50) { other.clone() } else { key };
            let (left, right) = (g.elem_at(&map, Fx::READ, key), g.elem_at(&map, Fx::READ, other));
            vec![node!("m[k] = &T{next: m[j]}", "$ = &${$: $}", left, &*of, link, right)]
        })?;
        Some(node!("a chain held by a map", "$", chained))
    }

    /// Follows what [`Gen::map_chain`] linked.
    fn map_walk(&mut self) -> Option<Node> {
        let holds =
            |g: &Gen, _: &Ty, elem: &Ty| matches!(elem, Ty::Ptr(of) if g.fields(of).iter().any(|f| f.ty == *elem));
        let map = self.some_map_here(Fx::READ, holds)?;
        let Ty::Ptr(of) = map.elem.clone() else { return None };
        let link = self.fields(&of).iter().find(|f| f.ty == map.elem && !f.promoted)?.name;
        if self.frame.depth > 2 || !self.pay(8) {
            return None;
        }
        let (p, n) = (self.local("p"), self.local("n"));
        let start = self.elem_of(&map, Fx::READ);
        let body = self.nested(8, |g| {
            g.bind(p, &map.elem, false, true);
            g.statements(1)
        });
        let text = "for $, $ := $, 0; $ != nil && $ < 8; $, $ = $.$, $+1 {$}";
        let node = node!(
            "walk along a chain",
            text,
            p.given(),
            n.given(),
            start,
            p.used(),
            n.used(),
            p.assigned(),
            n.assigned(),
            p.used(),
            link,
            n.used(),
            body
        );
        Some(node)
    }

    /// `m[k] = func…` and `m[k](…)`, if it is there.
    fn map_function_elem(&mut self) -> Option<Node> {
        let map = self.some_map_here(Fx::NONE, |_, _, elem| matches!(elem, Ty::Func(..)))?;
        let Ty::Func(params, results) = map.elem.clone() else { return None };
        if !self.frame.values || !self.pay(super::state::VALUE_COST) {
            return None;
        }
        let key = self.near(&map.key);
        let elem = self.elem_at(&map, CALLS, key);
        let arguments = Part::Fixed(self.operands(&params, CALLS, 1));
        self.frame.fx |= CALLS;
        let call = node!("call of a map elem", "$($)", elem.clone(), arguments);
        let call = match results.as_slice() {
            [one] if one.is_scalar() => node!("println", "println($)", call),
            _ => call,
        };
        if self.chance(20) {
            return Some(self.attempt(vec![call]));
        }
        Some(node!("call of a map elem that is there", "if $ != nil {$}", elem, vec![call]))
    }

    /// The loop that Go compiles to a clear.
    fn map_clear(&mut self) -> Option<Node> {
        let map = self.any_map(Fx::READ)?;
        let (k, of) = (self.local("k"), self.walk(&map.path, Fx::READ, 0));
        self.frame.fx |= Fx::MUTATE;
        let delete = node!("delete", "delete($, $)", of.clone(), k.used());
        Some(node!("clear a map", "for $ := range $ {$}", k.declared(), of, vec![delete]))
    }

    /// Keys made of bytes that change between one use and the next.
    fn map_bytes(&mut self) -> Option<Node> {
        let map = self.some_map_here(Fx::READ, |_, key, _| *key == Ty::Str)?;
        let b = self.local("b");
        let key = || node!("string(bytes) as a key", "string($)", b.used()).of(&Ty::Str);
        let (first, second) = (self.elem_at(&map, Fx::READ, key()), self.elem_at(&map, Fx::READ, key()));
        let of = self.walk(&map.path, Fx::READ, 0);
        let first = match &map.elem {
            Ty::Int(_) if self.chance(50) => node!("m[k]++", "$++", first),
            Ty::Str if self.chance(50) => node!("m[k] op= v", "$ += \"x\"", first),
            elem => node!("m[k] = v", "$ = $", first, self.expr(elem, Fx::READ, 1)),
        };
        let second = match self.below(4) {
            0 => node!("delete", "delete($, $)", of, key()),
            1 => node!("v, ok := m[k]", "_, ok := $\nprintln(ok)", second),
            2 => node!("is it there", "if _, ok := $; ok {\n\tprintln($)\n}", second, key()),
            _ => node!("m[k] = v", "$ = $", second, self.expr(&map.elem, Fx::READ, 1)),
        };
        let text = format!("\"k{}\"", *self.pick(&["a", "b", "c", ""]));
        let body = vec![
            node!("define", "$ := []byte($)", b.declared(), text),
            first,
            node!("change of a byte", "$[len($)-1]++", b.used(), b.used()),
            second,
        ];
        self.frame.fx |= Fx::EVENT;
        Some(node!("m[string(bytes)]", "{$}", body))
    }
}
