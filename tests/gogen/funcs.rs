//! Functions: literals, the program's own, methods, and helpers that are written when first needed.

use super::Gen;
use super::effects::{CALLS, Fx};
use super::state::{Func, VALUE_COST};
use super::tree::{Name, Node, Part, node};
use super::types::{INT, Ty};
use super::values::{FAR, int};
use std::slice::from_ref;

/// What a body is that is not taken away.
pub(super) const RETURN: &str = "return";

impl Func {
    /// A function that does nothing to others, in a step.
    pub(super) fn new(name: Name, params: &[Ty], results: &[Ty]) -> Func {
        let (params, results) = (params.to_vec(), results.to_vec());
        Func { name, receiver: None, params, variadic: false, results, fx: Fx::NONE, cost: 1 }
    }
}

/// The types of results as a signature has them.
fn results_of(types: &[Ty]) -> Part {
    match types {
        [] => "".into(),
        [one] => node!("result", "$ ", one).into(),
        _ => node!("results", "($) ", Part::Fixed(types.iter().map(|ty| node!("result", "$", ty)).collect())).into(),
    }
}

impl Gen {
    /// A function for a purpose, written when it is first asked for.
    pub(super) fn helper(&mut self, purpose: &str, write: impl FnOnce(&mut Gen) -> (Node, Func)) -> Func {
        if let Some(func) = self.helpers.get(purpose) {
            return func.clone();
        }
        let (item, func) = write(self);
        self.items.push(item);
        self.helpers.insert(purpose.to_owned(), func.clone());
        func
    }

    /// Names for parameters, put in scope.
    pub(super) fn parameters(&mut self, types: &[Ty], variadic: bool) -> Part {
        let list = types.iter().enumerate().map(|(i, ty)| {
            let name = self.local("v");
            self.bind(name, ty, false, false);
            match ty {
                Ty::Slice(elem) if variadic && i + 1 == types.len() => {
                    node!("variadic parameter", "$ ...$", name.given(), &**elem)
                }
                _ => node!("parameter", "$ $", name.given(), ty),
            }
        });
        Part::Fixed(list.collect())
    }

    /// `return` with values for the results.
    pub(super) fn return_values(&mut self, types: &[Ty]) -> Node {
        let may = self.mode();
        let values = self.operands(types, may, 2);
        node!(RETURN, "return $", Part::Fixed(values))
    }

    /// A function literal; whoever calls it pays.
    pub(super) fn function_literal(&mut self, ty: &Ty, params: &[Ty], results: &[Ty]) -> Node {
        self.literal_function(|g| {
            let list = g.parameters(params, false);
            g.frame.results = Some(results.to_vec());
            let n = if g.frame.depth > 3 { 0 } else { g.below(3) };
            let mut body = g.statements(n);
            if !results.is_empty() {
                body.push(g.return_values(results));
            }
            node!("function literal", "func($) ${$}", list, results_of(results), body).of(ty)
        })
    }

    /// Writes a function of types that occur here, which can be called from then on.
    pub(super) fn write_function(&mut self) {
        let value = Ty::Func(vec![INT], vec![INT]);
        if self.universe.contains(&value) && self.chance(40) {
            // One that can be a value too.
            return self.write_function_of(vec![INT], false, vec![INT], VALUE_COST);
        }
        let n = 1 + self.below(3);
        let mut params: Vec<Ty> = (0..n).map(|_| self.some_type()).collect();
        let variadic = self.chance(20);
        if variadic {
            let last = params.pop().unwrap_or(INT);
            params.push(last.slice());
        }
        let mut results = vec![self.some_type()];
        if self.chance(30) {
            // An elem first, for `m[k], x = f()`.
            if let Ty::Map(_, elem) = self.some_map() {
                results.insert(0, *elem);
            }
        }
        self.write_function_of(params, variadic, results, 60);
    }

    fn write_function_of(&mut self, params: Vec<Ty>, variadic: bool, results: Vec<Ty>, room: i64) {
        let name = self.top("f");
        let (parts, fx, cost) = self.apart(false, room - 1, |g| g.function_body(&params, variadic, &results, name));
        self.items.push(node!("function", "func $$", name.given(), parts));
        let fx = fx.of_call();
        self.funcs.push(Func { name, receiver: None, params, variadic, results, fx, cost });
    }

    /// Writes a method of one of the types that can have some, and that is a value too.
    pub(super) fn write_own_method(&mut self) {
        let able = |ty: &Ty| match ty {
            Ty::Named(_) => !self.is_interface(ty),
            Ty::Ptr(of) => self.is_struct(of),
            _ => false,
        };
        let able: Vec<Ty> = self.universe.iter().filter(|ty| able(ty)).cloned().collect();
        if let Some(receiver) = self.any(&able) {
            let name = self.top("do");
            self.write_method(&receiver, name, &[INT], &[INT]);
        }
    }

    /// Writes a method of a type, under a name that an interface may share.
    pub(super) fn write_method(&mut self, receiver: &Ty, name: Name, params: &[Ty], results: &[Ty]) {
        let this = self.local("v");
        let (parts, fx, cost) = self.apart(false, VALUE_COST - 1, |g| {
            // What a pointer points at is seen by others, the pointer is not.
            g.bind(this, receiver, false, false);
            g.function_body(params, false, results, name)
        });
        self.items.push(node!("method", "func ($ $) $$", this.given(), receiver, name.given(), parts));
        let (params, results) = (params.to_vec(), results.to_vec());
        let fx = fx.of_call();
        self.funcs.push(Func { name, receiver: Some(receiver.clone()), params, variadic: false, results, fx, cost });
    }

    /// Parameters, results and body.
    fn function_body(&mut self, params: &[Ty], variadic: bool, results: &[Ty], name: Name) -> Node {
        let list = self.parameters(params, variadic);
        let named = self.chance(45);
        self.frame.results = Some(results.to_vec());
        if !named {
            let n = 1 + self.below(2);
            let mut body = self.statements(n);
            body.push(self.return_values(results));
            return node!("function", "($) ${$}", list, results_of(results), body);
        }
        let names: Vec<Name> = results.iter().map(|_| self.local("r")).collect();
        for (name, ty) in names.iter().zip(results) {
            // A deferred literal may change it when all else is done, so nothing that evaluates sees it.
            self.bind(*name, ty, false, false);
        }
        let declared = names.iter().zip(results).map(|(name, ty)| node!("named result", "$ $", name.given(), ty));
        let declared = Part::Fixed(declared.collect());
        let mut body = Vec::new();
        if self.chance(45) {
            body.push(self.recovering(name));
        }
        if self.chance(50) {
            let deferred = self.enclosed(|g| {
                let n = 1 + g.below(2);
                g.statements(n)
            });
            body.push(node!("defer that changes a result", "defer func() {$}()", deferred));
        }
        let n = 1 + self.below(2);
        body.extend(self.statements(n));
        body.push(if self.chance(50) { node!(RETURN, "return") } else { self.return_values(results) });
        node!("function with named results", "($) ($) {$}", list, declared, body)
    }

    /// `defer func() { … recover() … }()` that tells where, and sets what is in scope.
    pub(super) fn recovering(&mut self, name: Name) -> Node {
        let text = self.text();
        self.frame.fx |= Fx::EVENT;
        let then = self.enclosed(|g| {
            let n = g.below(2);
            let mut then = vec![node!("println", "println(\"$ recovers\", $(r))", name.spelled(""), text.name.used())];
            then.extend(g.statements(n));
            then
        });
        node!("defer and recover", "defer func() {\n\tif r := recover(); r != nil {$}\n}()", then)
    }

    /// A function that calls itself, a few times.
    pub(super) fn write_recursion(&mut self) {
        let (name, n, ty) = (self.top("rec"), self.local("n"), self.some_type());
        let map = self.some_map();
        let m = self.local("v");
        let (parts, fx, cost) = self.apart(false, 20, |g| {
            g.bind(n, &INT, false, true);
            g.bind(m, &map, false, true);
            let first = g.return_values(from_ref(&ty));
            let some = 1 + g.below(2);
            let mut body = g.statements(some);
            let again = self_call(name, n, m).of(&ty);
            if ty.is_int() || ty == Ty::Str {
                let other = g.varying(&ty, Fx::NONE, 1);
                let sum = node!("recursion", "$ + #", again, other).of(&ty);
                let sum = if ty == Ty::Str { g.cut(sum) } else { sum };
                body.push(node!(RETURN, "return $", sum));
            } else {
                body.push(node!(RETURN, "return $", again));
            }
            node!("recursive function", "{\n\tif $ <= 0 || $ > 4 {$\t}$}", n.used(), n.used(), vec![first], body)
        });
        let item = node!("function", "func $($ int, $ $) $ $", name.given(), n.given(), m.given(), &map, &ty, parts);
        self.items.push(item);
        let params = vec![INT, map];
        let fx = fx.of_call() | CALLS;
        self.funcs.push(Func { name, receiver: None, params, variadic: false, results: vec![ty], fx, cost: 5 * cost });
    }

    /// A function that inserts many keys from [`FAR`] on, and returns the last elem: `func(m map[K]V, n int) V`.
    pub(super) fn grower(&mut self, map: &Ty) -> Func {
        let Ty::Map(key, elem) = map else { unreachable!("it is a map") };
        self.helper(&format!("grower of {map:?}"), |g| {
            let name = g.top("grow");
            let (parts, ..) = g.apart(false, 40, |g| {
                let i = g.local("i");
                g.bind(i, &INT, false, true);
                let counter = || node!("variable", "$", i.used()).of(&INT);
                let key = g.spread(key, counter());
                let value = g.plain_elem(elem, i);
                node!(
                    "function that grows a map",
                    "\n\tfor $ := $; $ < $+n; $++ {\n\t\te = $\n\t\tm[$] = e\n\t}",
                    i.given(),
                    int(FAR),
                    i.used(),
                    int(FAR),
                    i.used(),
                    value,
                    key
                )
            });
            let text = "func $(m $, n int) (e $) {$\n\treturn e\n}";
            let item = node!("helper", text, name.given(), map, &**elem, parts);
            let fx = CALLS;
            (item, Func { fx, cost: 20, ..Func::new(name, &[map.clone(), INT], &[(**elem).clone()]) })
        })
    }

    /// A function that deletes the keys that statements name: `func(m map[K]V, n int) V`, the last elem it saw.
    pub(super) fn emptier(&mut self, map: &Ty) -> Func {
        let Ty::Map(key, elem) = map else { unreachable!("it is a map") };
        self.helper(&format!("emptier of {map:?}"), |g| {
            let name = g.top("drop");
            let key = g.spread(key, node!("variable", "i").of(&INT));
            let text = "func $(m $, n int) (e $) {\n\tfor i := 0; i < n; i++ {\n\t\tk := $\n\t\tif x, ok := m[k]; ok {\n\
                        \t\t\te = x\n\t\t}\n\t\tdelete(m, k)\n\t}\n\treturn e\n}";
            let item = node!("helper", text, name.given(), map, &**elem, key);
            (item, Func { fx: CALLS, cost: 10, ..Func::new(name, &[map.clone(), INT], &[(**elem).clone()]) })
        })
    }

    /// An elem that depends on a number at most.
    fn plain_elem(&mut self, elem: &Ty, i: Name) -> Node {
        let n = node!("variable", "$", i.used()).of(&INT);
        match elem {
            Ty::Int(_) | Ty::Str | Ty::Float => self.spread(elem, n),
            Ty::Slice(inner) if matches!(**inner, Ty::Int(_) | Ty::Str) => {
                let first = self.spread(inner, n);
                node!("slice literal", "${$}", elem, Part::Free(vec![first])).of(elem)
            }
            Ty::Ptr(inner) if self.is_struct(inner) => {
                let inner = self.spread(inner, n);
                node!("address of a literal", "&$", inner).of(elem)
            }
            Ty::Named(_) if !self.is_interface(elem) => self.spread(elem, n),
            _ => self.literal(elem, Fx::NONE, 1),
        }
    }
}

fn self_call(name: Name, n: Name, m: Name) -> Node {
    node!("recursive call", "$($-1, $)", name.used(), n.used(), m.used())
}
