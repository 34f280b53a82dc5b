//! Expressions of every type.

use super::Gen;
use super::effects::{CALLS, Fx};
use super::shrink::ZERO;
use super::state::{Func, VALUE_COST};
use super::tree::{Node, Part, node};
use super::types::{INT, INTS, Ty};
use super::values::{int, number};
use std::slice::from_ref;

type Form = fn(&mut Gen, &Ty, Fx, u32) -> Option<Node>;

/// Forms that give a value of any type.
const OF_ANY_TYPE: [(u32, Form); 7] = [
    (6, |g, ty, may, _| g.variable(ty, may)),
    (3, |g, ty, may, depth| Some(g.literal(ty, may, depth))),
    (9, Gen::read),
    (7, Gen::call),
    (1, Gen::immediate),
    (3, Gen::assertion),
    (4, Gen::call_value),
];

const OF_INTS: [(u32, Form); 6] = [
    (8, Gen::arithmetic),
    (3, Gen::quotient),
    (3, Gen::shift),
    (3, Gen::conversion),
    (2, Gen::unary),
    (3, Gen::length),
];

const OF_STRINGS: [(u32, Form); 4] =
    [(5, Gen::concatenation), (3, Gen::substring), (2, Gen::string_of_bytes), (1, Gen::string_of_rune)];

const OF_BOOLS: [(u32, Form); 5] =
    [(8, Gen::comparison), (3, Gen::nilness), (3, Gen::logic), (2, Gen::negation), (2, Gen::equality)];

const OF_FLOATS: [(u32, Form); 2] = [(4, Gen::float_arithmetic), (2, Gen::float_conversion)];

const OF_SLICES: [(u32, Form); 2] = [(3, Gen::subslice), (1, Gen::bytes_of)];

const OF_POINTERS: [(u32, Form); 1] = [(3, Gen::address)];

const OF_FUNCTIONS: [(u32, Form); 2] = [(3, Gen::function_name), (3, Gen::method_value)];

impl Gen {
    /// An expression of a type, whose operands may do this.
    pub(super) fn expr(&mut self, ty: &Ty, may: Fx, depth: u32) -> Node {
        let special: &[(u32, Form)] = match ty {
            Ty::Int(_) => &OF_INTS,
            Ty::Str => &OF_STRINGS,
            Ty::Bool => &OF_BOOLS,
            Ty::Float => &OF_FLOATS,
            Ty::Slice(_) => &OF_SLICES,
            Ty::Ptr(_) => &OF_POINTERS,
            Ty::Func(..) => &OF_FUNCTIONS,
            _ => &[],
        };
        for _ in 0..if depth > 0 { 4 } else { 0 } {
            let form = if special.is_empty() || self.chance(55) {
                self.weighted(&OF_ANY_TYPE)
            } else {
                self.weighted(special)
            };
            if let Some(node) = form(self, ty, may, depth - 1) {
                return node;
            }
        }
        match self.chance(70) {
            true => self.variable(ty, may).unwrap_or_else(|| self.literal(ty, may, 0)),
            false => self.literal(ty, may, 0),
        }
    }

    /// An expression that Go cannot compute while it compiles.
    pub(super) fn varying(&mut self, ty: &Ty, may: Fx, depth: u32) -> Node {
        for _ in 0..4 {
            let node = self.expr(ty, may, depth);
            if !node.constant {
                return node;
            }
        }
        self.variable(ty, may).unwrap_or_else(|| {
            let global = match ty {
                Ty::Int(_) => self.constant_global(ty, "1"),
                Ty::Float => self.constant_global(ty, "0.0"),
                Ty::Str => self.constant_global(ty, "\"fixed\""),
                _ => return node!(ZERO, "*new($)", ty).of(ty),
            };
            node!("variable", "$", global).of(ty)
        })
    }

    /// A condition, which is rarely known before.
    pub(super) fn condition(&mut self, may: Fx) -> Node {
        let node = self.varying(&Ty::Bool, may, 3);
        if node.form != ZERO {
            return node;
        }
        self.comparison(&Ty::Bool, may, 2).unwrap_or(node)
    }

    /// Expressions of these types, the operands of one node.
    pub(super) fn operands(&mut self, types: &[Ty], may: Fx, depth: u32) -> Vec<Node> {
        let each = self.split(may, types.len());
        types.iter().zip(each).map(|(ty, may)| self.expr(ty, may, depth)).collect()
    }

    /// A variable in scope.
    pub(super) fn variable(&mut self, ty: &Ty, may: Fx) -> Option<Node> {
        let known = self.vars_where(|var| var.ty == *ty && (may.has(Fx::READ) || !var.shared));
        let var = self.any(&known)?;
        self.frame.fx |= if var.shared { Fx::READ } else { Fx::NONE };
        Some(node!("variable", "$", var.name.used()).of(ty))
    }

    fn read(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let path = self.source(ty, may)?;
        Some(self.walk(&path, may, depth))
    }

    /// A call of a function or method that is known to give this.
    fn call(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let known: Vec<Func> = self
            .funcs
            .iter()
            .filter(|f| f.results == [ty.clone()] && may.has(f.fx) && f.cost <= self.frame.room)
            .cloned()
            .collect();
        let func = self.any(&known)?;
        self.call_of(&func, may, depth)
    }

    /// A call of this function; none if there is no room for it, or nothing to call it on.
    pub(super) fn call_of(&mut self, func: &Func, may: Fx, depth: u32) -> Option<Node> {
        let each = self.split(may, 2);
        let receiver = match &func.receiver {
            None => None,
            Some(ty) => Some((ty.clone(), self.receiver(ty, each[0])?)),
        };
        if !self.pay(func.cost) {
            return None;
        }
        let (arguments, spread) = self.arguments(func, each[1], depth);
        self.frame.fx |= func.fx;
        let dots = if spread { "..." } else { "" };
        let node = match receiver {
            None => node!("call", "$($$)", func.name.used(), arguments, dots),
            Some((Ty::Named(name), receiver)) if self.is_interface(&Ty::Named(name)) => {
                node!("interface method call", "$.$($$)", receiver, func.name.used(), arguments, dots)
            }
            Some((_, receiver)) => node!("method call", "$.$($$)", receiver, func.name.used(), arguments, dots),
        };
        Some(match func.results.as_slice() {
            [one] => node.of(one),
            _ => node,
        })
    }

    /// What a method is called on: a variable or what is reached from one. Through an interface or a pointer it may
    /// be nil, and then the call panics.
    fn receiver(&mut self, ty: &Ty, may: Fx) -> Option<Node> {
        if self.is_interface(ty) && !may.has(Fx::EVENT) {
            return None;
        }
        let path = if self.chance(40) { self.source(ty, may) } else { None };
        match path {
            Some(path) => Some(self.walk(&path, may, 1)),
            None => self.variable(ty, may),
        }
    }

    /// Arguments for the parameters; whether the last is a slice that stands for all the variadic ones.
    fn arguments(&mut self, func: &Func, may: Fx, depth: u32) -> (Part, bool) {
        let mut types = func.params.clone();
        let mut spread = false;
        if let (true, Some(Ty::Slice(elem))) = (func.variadic, types.last().cloned()) {
            spread = self.chance(35);
            if !spread {
                types.pop();
                let n = self.below(4);
                types.extend(std::iter::repeat_n(*elem, n));
            }
        }
        (Part::Fixed(self.operands(&types, may, depth)), spread)
    }

    /// A function literal that is called at once.
    fn immediate(&mut self, ty: &Ty, may: Fx, _: u32) -> Option<Node> {
        if !may.has(CALLS) || self.frame.depth > 3 || !self.pay(VALUE_COST) {
            return None;
        }
        let function = self.function_literal(&Ty::Func(Vec::new(), vec![ty.clone()]), &[], from_ref(ty));
        self.frame.fx |= CALLS;
        Some(node!("immediate call of a function literal", "$()", function).of(ty))
    }

    /// A call of a function value.
    fn call_value(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        if !may.has(CALLS) || !self.frame.values {
            return None;
        }
        let gives = |of: &Ty| matches!(of, Ty::Func(_, results) if *results == [ty.clone()]);
        let known = self.vars_where(|var| gives(&var.ty) && !var.shared);
        let var = self.any(&known)?;
        if !self.pay(VALUE_COST) {
            return None;
        }
        let Ty::Func(params, _) = &var.ty else { return None };
        let arguments = self.operands(params, may, depth);
        self.frame.fx |= CALLS;
        Some(node!("call of a function value", "$($)", var.name.used(), Part::Fixed(arguments)).of(ty))
    }

    /// `x.(T)`, which panics if it holds something else.
    fn assertion(&mut self, ty: &Ty, may: Fx, _: u32) -> Option<Node> {
        if !may.has(Fx::TRAP) || *ty == Ty::Any || self.is_interface(ty) || !self.is_comparable(ty) {
            return None;
        }
        let from = self.variable(&Ty::Any, may).or_else(|| {
            let path = self.source(&Ty::Any, may - Fx::TRAP)?;
            Some(self.walk(&path, may, 1))
        })?;
        self.frame.fx |= Fx::TRAP;
        Some(node!("type assertion", "$.($)", from, ty).of(ty))
    }

    fn arithmetic(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let each = self.split(may, 2);
        let left = self.varying(ty, each[0], depth);
        let right = self.expr(ty, each[1], depth);
        let op = *self.pick(&["+", "+", "-", "-", "*", "&", "|", "^", "&^"]);
        Some(node!("integer arithmetic", "(# $ $)", left, op, right).of(ty))
    }

    fn quotient(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let op = *self.pick(&["/", "%"]);
        if may.has(Fx::TRAP) && self.chance(60) {
            let left = self.expr(ty, may - Fx::TRAP, depth);
            let right = self.varying(ty, may - Fx::TRAP, depth);
            self.frame.fx |= Fx::TRAP;
            return Some(node!("division by what may be 0", "($ $ #)", left, op, right).of(ty));
        }
        let left = self.varying(ty, may, depth);
        let by = if ty == &INT || self.chance(50) { 3 } else { 7 };
        Some(node!("division", "(# $ $)", left, op, number(ty, by)).of(ty))
    }

    fn shift(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let each = self.split(may, 2);
        let left = self.varying(ty, each[0], depth);
        let by = Ty::Int(["uint8", "uint", "uint32"][self.below(3)]);
        let count =
            if self.chance(50) { number(&by, self.between(0, 40).into()) } else { self.expr(&by, each[1], depth) };
        let op = *self.pick(&["<<", ">>"]);
        Some(node!("shift", "(# $ $)", left, op, count).of(ty))
    }

    fn conversion(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let named: Vec<Ty> = self
            .universe
            .iter()
            .filter(|of| matches!(of, Ty::Named(_)) && self.underlying(of).is_int())
            .cloned()
            .collect();
        let from = match self.any(&named) {
            Some(of) if self.chance(30) => of,
            _ => Ty::Int(self.pick(&INTS).0),
        };
        let inner = self.varying(&from, may, depth);
        Some(node!("conversion of an integer", "$(#)", ty, inner).of(ty))
    }

    fn unary(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let inner = self.varying(ty, may, depth);
        let op = *self.pick(&["-", "^", "+"]);
        Some(node!("unary operator", "$(#)", op, inner).of(ty))
    }

    fn length(&mut self, ty: &Ty, may: Fx, _: u32) -> Option<Node> {
        let known = self.vars_where(|var| {
            matches!(var.ty, Ty::Str | Ty::Slice(_) | Ty::Map(..))
                && (may.has(Fx::READ) || var.ty == Ty::Str && !var.shared)
        });
        let var = self.any(&known)?;
        self.frame.fx |= Fx::READ;
        let of = node!("variable", "$", var.name.used()).of(&var.ty);
        let length = node!("len", "len($)", of).of(&INT);
        Some(if *ty == INT { length } else { node!("conversion of an integer", "$($)", ty, length).of(ty) })
    }

    /// Strings must not grow with every step, so what is put together is cut.
    fn concatenation(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let each = self.split(may, 3);
        let left = self.varying(ty, each[0], depth);
        let mut node = node!("concatenation", "# + $", left, self.expr(ty, each[1], depth)).of(ty);
        if self.chance(25) {
            node = node!("concatenation", "$ + $", node, self.expr(ty, each[2], depth)).of(ty);
        }
        Some(self.cut(node))
    }

    /// The first few bytes of a string.
    pub(super) fn cut(&mut self, inner: Node) -> Node {
        let cut = self.helper("cut", |g| {
            let name = g.top("cut");
            let body = "func $(s string) string { if len(s) > 40 { s = s[:40] }; return s }";
            (node!("helper", body, name.given()), Func::new(name, &[Ty::Str], &[Ty::Str]))
        });
        node!("call", "$($)", cut.name.used(), Part::Fixed(vec![inner])).of(&Ty::Str)
    }

    fn substring(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        if !may.has(Fx::TRAP) {
            return None;
        }
        let of = self.varying(ty, may - Fx::TRAP, depth);
        let of = node!("operand", "($)", of).of(ty);
        Some(self.slice_of(of, may).of(ty))
    }

    /// `x[i:j]` and its shorter forms, of a string or slice.
    fn slice_of(&mut self, of: Node, may: Fx) -> Node {
        self.frame.fx |= Fx::TRAP | Fx::READ;
        let may = may - Fx::TRAP;
        match self.below(4) {
            0 => node!("slicing", "$[:$]", of, self.small(may)),
            1 => node!("slicing", "$[$:]", of, self.small(may)),
            2 => node!("slicing", "$[:]", of),
            _ => {
                let (from, to) = (self.small(may), self.index(may, 1));
                node!("slicing", "$[$:#]", of, from, to)
            }
        }
    }

    fn string_of_bytes(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let bytes = self.expr(&Ty::Int("uint8").slice(), may, depth);
        Some(node!("string of bytes", "string($)", bytes).of(ty))
    }

    fn string_of_rune(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let rune = self.varying(&Ty::Int("int32"), may, depth);
        Some(node!("string of a rune", "string(rune(#))", rune).of(ty))
    }

    fn comparison(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let ordered: Vec<Ty> = self.universe.iter().filter(|ty| ty.is_scalar() && **ty != Ty::Bool).cloned().collect();
        let of = self.any(&ordered).unwrap_or(INT);
        let each = self.split(may, 2);
        let (left, right) = (self.varying(&of, each[0], depth), self.expr(&of, each[1], depth));
        let op = *self.pick(&["==", "!=", "<", "<=", ">", ">="]);
        Some(node!("comparison", "($ $ $)", left, op, right).of(ty))
    }

    /// `==` of structs, arrays, pointers and interfaces.
    fn equality(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let wide: Vec<Ty> = self
            .universe
            .iter()
            .filter(|ty| !ty.is_scalar() && **ty != Ty::Empty && self.is_comparable(ty))
            .cloned()
            .collect();
        let of = self.any(&wide)?;
        let left = self.variable(&of, may)?;
        let right = self.expr(&of, may, depth);
        let op = *self.pick(&["==", "!="]);
        Some(node!("equality of what is no basic type", "($ $ $)", left, op, right).of(ty))
    }

    fn nilness(&mut self, ty: &Ty, may: Fx, _: u32) -> Option<Node> {
        if !may.has(Fx::READ) {
            return None;
        }
        let nilable: Vec<Ty> = self.universe.iter().filter(|ty| ty.is_nilable()).cloned().collect();
        let of = self.any(&nilable)?;
        let left = match self.source(&of, may) {
            Some(path) if self.chance(70) => self.walk(&path, may, 1),
            _ => self.variable(&of, may)?,
        };
        let op = *self.pick(&["==", "!="]);
        Some(node!("nil or not", "($ $ nil)", left, op).of(ty))
    }

    fn logic(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let sides = self.operands(&[Ty::Bool, Ty::Bool], may, depth);
        let op = *self.pick(&["&&", "||"]);
        let [left, right] = <[Node; 2]>::try_from(sides).ok()?;
        Some(node!("&& and ||", "($ $ $)", left, op, right).of(ty))
    }

    fn negation(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        Some(node!("!", "!($)", self.expr(ty, may, depth)).of(ty))
    }

    fn float_arithmetic(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let each = self.split(may, 2);
        let left = self.varying(ty, each[0], depth);
        let right = self.expr(ty, each[1], depth);
        let op = *self.pick(&["+", "-", "*"]);
        Some(node!("float arithmetic", "(# $ $)", left, op, right).of(ty))
    }

    fn float_conversion(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        let from = self.varying(&INT, may, depth);
        Some(node!("conversion to float64", "float64(#)", from).of(ty))
    }

    fn subslice(&mut self, ty: &Ty, may: Fx, _: u32) -> Option<Node> {
        if !may.has(Fx::TRAP) {
            return None;
        }
        let of = self.variable(ty, may)?;
        if self.chance(30) {
            self.frame.fx |= Fx::TRAP;
            let may = may - Fx::TRAP;
            let (to, most) = (self.small(may), self.index(may, 1));
            return Some(node!("three-index slice", "$[:$:#]", of, to, most).of(ty));
        }
        Some(self.slice_of(of, may).of(ty))
    }

    /// `[]byte(s)`, whose capacity depends on where it lives: nothing here appends to bytes.
    fn bytes_of(&mut self, ty: &Ty, may: Fx, depth: u32) -> Option<Node> {
        if *ty != Ty::Int("uint8").slice() {
            return None;
        }
        Some(node!("bytes of a string", "$($)", ty, self.expr(&Ty::Str, may, depth)).of(ty))
    }

    /// `&v`, `&s[i]` or `&p.f`.
    fn address(&mut self, ty: &Ty, may: Fx, _: u32) -> Option<Node> {
        let Ty::Ptr(elem) = ty else { return None };
        // All that a pointer may change has to be known as shared.
        let path = self.addressable(elem, may)?;
        let inner = self.walk(&path, may, 1);
        Some(node!("address", "&$", inner).of(ty))
    }

    /// The name of a function with this signature.
    fn function_name(&mut self, ty: &Ty, _: Fx, _: u32) -> Option<Node> {
        let fits =
            |f: &&Func| f.receiver.is_none() && !f.variadic && *ty == Ty::Func(f.params.clone(), f.results.clone());
        let known: Vec<Func> = self.funcs.iter().filter(fits).filter(|f| f.cost <= VALUE_COST).cloned().collect();
        let func = self.any(&known)?;
        Some(node!("function as a value", "$", func.name.used()).of(ty))
    }

    /// `v.method`, which copies `v` now, or `T.method`.
    pub(super) fn method_value(&mut self, ty: &Ty, may: Fx, _: u32) -> Option<Node> {
        let Ty::Func(params, results) = ty else { return None };
        let methods: Vec<Func> = self
            .funcs
            .iter()
            .filter(|f| f.results == *results && !f.variadic && f.cost <= VALUE_COST)
            .cloned()
            .collect();
        let mut found = Vec::new();
        for method in methods {
            let Some(of) = &method.receiver else { continue };
            if method.params == *params {
                found.extend(self.vars_where(|v| v.ty == *of && (may.has(Fx::READ) || !v.shared)).iter().map(|v| {
                    let of = node!("variable", "$", v.name.used()).of(&v.ty);
                    (node!("method value", "$.$", of, method.name.used()).of(ty), may.has(Fx::TRAP))
                }));
            }
            if params.first() == Some(of) && params[1..] == method.params {
                found.push((node!("method expression", "($).$", of, method.name.used()).of(ty), true));
            }
        }
        // The value of a method of a nil interface or pointer panics when it is made.
        found.retain(|(_, may)| *may);
        let (node, _) = self.any(&found)?;
        self.frame.fx |= Fx::TRAP;
        Some(node)
    }
}

/// The bound of a loop, or any other number that the shrinker may make smaller.
pub(super) fn count(n: i64) -> Node {
    Node { form: "count", ..int(n) }
}
