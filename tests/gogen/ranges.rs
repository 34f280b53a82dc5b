//! Loops over maps, whose order Go draws anew each time: everything here is the same in any order.
//!
//! | body | why the order does not show |
//! | --- | --- |
//! | adds up digests | addition commutes |
//! | deletes by a property of the entry | each entry decides for itself |
//! | deletes what no entry that decides is | only even keys decide, only odd ones go |
//! | inserts keys that the body passes over | whether they are visited does not matter |
//! | inserts the same keys each time | at least one entry is visited, and the values depend on the key |
//! | changes elems by what commutes | – |
//! | collects keys and sorts them | then anything may be done in their order |

use super::Gen;
use super::effects::Fx;
use super::expr::count;
use super::maps::Statement;
use super::paths::MapPath;
use super::state::{Func, Var};
use super::tree::{Name, Node, Part, node};
use super::types::Ty;

/// Statements that range over maps, by weight.
pub(super) const RANGES: [(u32, Statement); 10] = [
    (5, Gen::range_sum),
    (2, Gen::range_sum_twice),
    (5, Gen::range_delete),
    (5, Gen::range_insert),
    (3, Gen::range_grow),
    (4, Gen::range_change),
    (3, Gen::range_into_another),
    (5, Gen::range_sorted),
    (2, Gen::range_find),
    (1, Gen::range_closures),
];

impl Gen {
    fn ranged(&mut self, holds: impl Fn(&Ty, &Ty) -> bool) -> Option<(MapPath, Node)> {
        if self.frame.depth > 2 || !self.pay(20) {
            return None;
        }
        let map = self.some_map_here(Fx::READ, |_, key, elem| holds(key, elem))?;
        let of = self.walk(&map.path, Fx::READ, 0);
        self.frame.fx |= Fx::MUTATE;
        Some((map, of))
    }

    fn variable_of(name: Name, ty: &Ty) -> Node {
        node!("variable", "$", name.used()).of(ty)
    }

    /// `var h uint64; for k, v := range m { h += … }; println(h)`.
    fn range_sum(&mut self) -> Option<Node> {
        let (map, of) = self.ranged(|_, _| true)?;
        let (h, k, v) = (self.local("h"), self.local("k"), self.local("v"));
        let (a, b) = (self.digest_of(&map.key, k), self.digest_of(&map.elem, v));
        let add = node!("sum", "$ += ($*31 + $) ^ 1023", h.assigned(), a, b);
        let loop_ = node!("range over a map", "for $, $ := range $ {$}", k.declared(), v.declared(), of, vec![add]);
        let body = vec![node!("var", "var $ uint64", h.declared()), loop_, node!("println", "println($)", h.used())];
        Some(node!("sum over a map", "{$}", body))
    }

    /// Two iterators over one map at once.
    fn range_sum_twice(&mut self) -> Option<Node> {
        let (map, of) = self.ranged(|_, _| true)?;
        if !self.pay(100) {
            return None;
        }
        let (h, k, j) = (self.local("h"), self.local("k"), self.local("k"));
        let (a, b) = (self.digest_of(&map.key, k), self.digest_of(&map.key, j));
        let add = node!("sum", "$ += ($ + 3) * ($ + 5)", h.assigned(), a, b);
        let inner = node!("range over a map", "for $ := range $ {$}", j.declared(), of.clone(), vec![add]);
        let outer = node!("range over a map", "for $ := range $ {$}", k.declared(), of, vec![inner]);
        let body = vec![node!("var", "var $ uint64", h.declared()), outer, node!("println", "println($)", h.used())];
        Some(node!("a range within a range of the same map", "{$}", body))
    }

    /// A property of an entry, that nothing but the entry decides.
    fn property(&mut self, map: &MapPath, k: Name, v: Name) -> Node {
        let digest = if self.chance(60) { self.digest_of(&map.key, k) } else { self.digest_of(&map.elem, v) };
        let (of, rest) = *self.pick(&[("2", "0"), ("3", "1"), ("1", "0"), ("5", "2")]);
        node!("property of an entry", "($ % $ == $)", digest, of, rest).of(&Ty::Bool)
    }

    fn range_delete(&mut self) -> Option<Node> {
        let (k, v) = (self.local("k"), self.local("v"));
        if self.chance(30) {
            let (_, of) = self.ranged(|key, _| key.is_int())?;
            let delete = node!("delete", "delete($, $+1)", of.clone(), k.used());
            let body = vec![node!("if", "if $&1 == 0 {$}", k.used(), vec![delete])];
            return Some(node!("delete of other keys while ranging", "for $ := range $ {$}", k.declared(), of, body));
        }
        let (map, of) = self.ranged(|_, _| true)?;
        let property = self.property(&map, k, v);
        let delete = node!("delete", "delete($, $)", of.clone(), k.used());
        let body = vec![node!("if", "if $ {$}", property, vec![delete])];
        Some(node!("delete while ranging", "for $, $ := range $ {$}", k.declared(), v.declared(), of, body))
    }

    /// A key made of a key, which the loop passes over if it comes to it.
    fn later_key(&mut self, key: &Ty, k: Name) -> Option<(Node, Node)> {
        Some(match key {
            Ty::Int(_) => (
                node!("early key", "$ >= 0 && $ < 20", k.used(), k.used()),
                node!("later key", "$+100", k.used()).of(key),
            ),
            Ty::Float => (
                node!("early key", "$ >= 0 && $ < 20", k.used(), k.used()),
                node!("later key", "$+100", k.used()).of(key),
            ),
            Ty::Str => {
                (node!("early key", "len($) < 6", k.used()), node!("later key", "$ + \"+later\"", k.used()).of(key))
            }
            _ => return None,
        })
    }

    fn range_insert(&mut self) -> Option<Node> {
        let (map, of) = self.ranged(|key, _| matches!(key, Ty::Int(_) | Ty::Float | Ty::Str))?;
        let (k, v) = (self.local("k"), self.local("v"));
        let (early, later) = self.later_key(&map.key, k)?;
        let value = match &map.elem {
            Ty::Int(_) => node!("integer arithmetic", "$ + 1", v.used()).of(&map.elem),
            elem if self.chance(50) => node!("variable", "$", v.used()).of(elem),
            elem => self.literal(&elem.clone(), Fx::NONE, 1),
        };
        let insert = node!("m[k] = v", "$[$] = $", of.clone(), later, value);
        let mut body = vec![insert];
        if self.chance(40) {
            let property = self.property(&map, k, v);
            let delete = node!("delete", "delete($, $)", of.clone(), k.used());
            if self.chance(50) {
                body.push(node!("if", "if $ {$}", property, vec![delete]));
            } else {
                body = vec![node!("if else", "if $ {$} else {$}", property, vec![delete], body)];
            }
        }
        let body = vec![node!("if", "if $ {$}", early, body)];
        Some(node!("insert while ranging", "for $, $ := range $ {$}", k.declared(), v.declared(), of, body))
    }

    /// The map grows, maybe more than once, under an iterator.
    fn range_grow(&mut self) -> Option<Node> {
        let (map, of) = self.ranged(|_, elem| !matches!(elem, Ty::Func(..)))?;
        // Keys that are new pointers each time would be as many as were visited.
        if matches!(map.key, Ty::Ptr(_)) || !self.pay(60) {
            return None;
        }
        let (n, k) = (self.local("n"), self.local("k"));
        let grower = self.grower(&map.key.map_to(&map.elem));
        let most = *self.pick(&[3, 9, 14, 27]);
        let call = node!("call that grows a map", "$($, $)", grower.name.used(), of.clone(), count(most));
        let body = vec![node!("if", "if $ < 2 {$}", n.used(), vec![call]), node!("increment", "$++", n.assigned())];
        let loop_ = node!("range over a map", "for $ := range $ {$}", k.declared(), of.clone(), body);
        let body = vec![node!("define", "$ := 0", n.declared()), loop_];
        Some(node!("growth while ranging", "{$}", body))
    }

    /// Changes of elems that commute with those of other entries.
    fn range_change(&mut self) -> Option<Node> {
        let (map, of) = self.ranged(|_, elem| elem.is_int() || matches!(elem, Ty::Str | Ty::Slice(_)))?;
        let (k, v) = (self.local("k"), self.local("v"));
        let left = node!("map elem", "$[$]", of.clone(), k.used()).of(&map.elem);
        let change = match &map.elem {
            Ty::Int(_) => match self.below(3) {
                0 => node!("m[k]++", "$++", left),
                1 => {
                    node!("m[k] op= v", "$ $ $", left, *self.pick(&["+=", "^=", "-="]), Self::variable_of(v, &map.elem))
                }
                _ => node!("m[k] = v", "$ = $*3 + 1", left, v.used()),
            },
            Ty::Str => {
                let cut = self.cut(node!("variable", "$", v.used()).of(&Ty::Str));
                node!("m[k] op= v", "$ += $", left, cut)
            }
            Ty::Slice(elem) if **elem != Ty::Int("uint8") => {
                let more = self.literal(elem, Fx::NONE, 1);
                node!("m[k] = append(m[k], …)", "$ = append($, $)", left.clone(), left, more)
            }
            _ => node!("m[k] = v", "$ = nil", left),
        };
        Some(node!(
            "change of elems while ranging",
            "for $, $ := range $ {$}",
            k.declared(),
            v.declared(),
            of,
            vec![change]
        ))
    }

    /// What one map holds goes to another, which grows meanwhile.
    fn range_into_another(&mut self) -> Option<Node> {
        let (map, of) = self.ranged(|_, _| true)?;
        let other = self.local("m");
        let ty = map.key.map_to(&map.elem);
        let (k, v) = (self.local("k"), self.local("v"));
        let insert = node!("m[k] = v", "$[$] = $", other.used(), k.used(), v.used());
        let loop_ = node!("range over a map", "for $, $ := range $ {$}", k.declared(), v.declared(), of, vec![insert]);
        let make = node!("define", "$ := make($)", other.declared(), &ty);
        let show = self.show(&Var { name: other, ty, shared: false, fixed: true, level: 0 });
        Some(node!("copy of a map", "{$}", vec![make, loop_, show]))
    }

    /// Keys are collected and sorted, and then anything may happen.
    fn range_sorted(&mut self) -> Option<Node> {
        let (map, of) = self.ranged(|key, _| matches!(key, Ty::Int(_) | Ty::Float | Ty::Str))?;
        let (keys, k, j) = (self.local("keys"), self.local("k"), self.local("k"));
        let collect = node!("append", "$ = append($, $)", keys.assigned(), keys.used(), k.used());
        let collect = node!("range over a map", "for $ := range $ {$}", k.declared(), of.clone(), vec![collect]);
        let sort = match &map.key {
            Ty::Str if self.chance(50) => node!("sort", "$.Strings($)", Part::Package("sort"), keys.used()),
            Ty::Int("int") if self.chance(50) => node!("sort", "$.Ints($)", Part::Package("sort"), keys.used()),
            key => {
                let sorter = self.sorter(key);
                node!("sort", "$($)", sorter.used(), keys.used())
            }
        };
        if !self.pay(30) {
            return None;
        }
        let (first, second) = (Self::variable_of(j, &map.key), node!("map elem", "$[$]", of, j.used()).of(&map.elem));
        let body = self.nested(8, |g| {
            g.bind(j, &map.key, false, true);
            let mut body = Vec::new();
            if map.elem.is_scalar() {
                body.push(node!("println", "println($, $)", first, second));
            }
            let n = 1 + g.below(2);
            body.extend(g.statements(n));
            body
        });
        let visit = node!("range over a slice", "for _, $ := range $ {$}", j.declared(), keys.used(), body);
        let all = vec![node!("var", "var $ $", keys.declared(), &map.key.slice()), collect, sort, visit];
        Some(node!("range in the order of the keys", "{$}", all))
    }

    /// `func(x []T)`, which sorts.
    fn sorter(&mut self, key: &Ty) -> Name {
        self.helper(&format!("sorter of {key:?}"), |g| {
            let name = g.top("sort");
            let text = "func $(x []$) {\n\tfor i := range x {\n\t\tfor j := i; j > 0 && x[j] < x[j-1]; j-- {\n\
                        \t\t\tx[j], x[j-1] = x[j-1], x[j]\n\t\t}\n\t}\n}";
            (node!("helper", text, name.given(), key), Func::new(name, &[key.slice()], &[]))
        })
        .name
    }

    /// Leaves the loop at the first entry of a kind.
    fn range_find(&mut self) -> Option<Node> {
        let (map, of) = self.ranged(|_, _| true)?;
        let (found, k, v) = (self.local("found"), self.local("k"), self.local("v"));
        let property = self.property(&map, k, v);
        let body = vec![node!("assign", "$ = true", found.assigned()), node!("break", "break")];
        let body = vec![node!("if", "if $ {$}", property, body)];
        let loop_ = node!("range over a map", "for $, $ := range $ {$}", k.declared(), v.declared(), of, body);
        let show = node!("println", "println($)", found.used());
        Some(node!("search in a map", "{$}", vec![node!("define", "$ := false", found.declared()), loop_, show]))
    }

    /// Closures over copies of the keys, called in any order.
    fn range_closures(&mut self) -> Option<Node> {
        let (map, of) = self.ranged(|_, _| true)?;
        let (fs, k, own, f, h) = (self.local("fs"), self.local("k"), self.local("k"), self.local("f"), self.local("h"));
        let sum = self.digest_of(&map.key, own);
        let made = node!("append", "$ = append($, func() uint64 { return $ })", fs.assigned(), fs.used(), sum);
        let body = vec![node!("define", "$ := $", own.declared(), k.used()), made];
        let make = node!("range over a map", "for $ := range $ {$}", k.declared(), of, body);
        let add = node!("sum", "$ += $()", h.assigned(), f.used());
        let call = node!("range over a slice", "for _, $ := range $ {$}", f.declared(), fs.used(), vec![add]);
        let begin = vec![
            node!("var", "var $ []func() uint64", fs.declared()),
            node!("var", "var $ uint64", h.declared()),
            make,
            call,
            node!("println", "println($)", h.used()),
        ];
        Some(node!("closures over the keys of a map", "{$}", begin))
    }
}
