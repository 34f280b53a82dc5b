//! What the generator knows while it writes: draws, names, variables in scope, and how much may still be run.
//!
//! Programs end because nothing can loop for long: every loop has a bound that its body cannot touch, functions call
//! only what was written before them, function values are called only from functions that are never values
//! ([`Frame::values`]), and every function has room for so many steps ([`Gen::pay`]).

use super::effects::{Fx, MODES};
use super::tree::{Name, Node};
use super::types::{Def, Field, Ty};
use proptest::prelude::Rng;
use proptest::test_runner::TestRng;
use std::collections::BTreeMap;

/// A variable in scope.
#[derive(Clone, Debug)]
pub(super) struct Var {
    pub(super) name: Name,
    pub(super) ty: Ty,
    /// Whether closures or pointers may change it.
    pub(super) shared: bool,
    /// Whether it is never assigned to.
    pub(super) fixed: bool,
    /// How many function literals are around its declaration.
    pub(super) level: u32,
}

/// A function or method that can be called.
#[derive(Clone, Debug)]
pub(super) struct Func {
    pub(super) name: Name,
    /// Of a method, the type of its receiver.
    pub(super) receiver: Option<Ty>,
    pub(super) params: Vec<Ty>,
    /// Whether the last parameter, a slice, is variadic.
    pub(super) variadic: bool,
    pub(super) results: Vec<Ty>,
    /// What a call does to others.
    pub(super) fx: Fx,
    /// Steps of a call.
    pub(super) cost: i64,
}

/// The function that is being written.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// How many function literals are around.
    pub(super) level: u32,
    /// Whether function values may be called.
    pub(super) values: bool,
    /// How often what is written now is run.
    pub(super) loops: i64,
    /// Steps left.
    pub(super) room: i64,
    /// What was written so far does.
    pub(super) fx: Fx,
    /// How many blocks are around.
    pub(super) depth: u32,
    /// Labels of the loops that can be left or continued from here.
    pub(super) labels: Vec<Name>,
    /// What a `return` here gives; none where there must not be one.
    pub(super) results: Option<Vec<Ty>>,
}

impl Frame {
    fn new(values: bool, room: i64) -> Frame {
        Frame { level: 0, values, loops: 1, room, fx: Fx::NONE, depth: 0, labels: Vec::new(), results: None }
    }
}

/// The generator of one program.
#[derive(Debug)]
pub(super) struct Gen {
    rng: TestRng,
    taste: u64,
    names: u32,
    /// Declarations of the package so far.
    pub(super) items: Vec<Node>,
    /// What the program's own types are.
    pub(super) defs: BTreeMap<Name, Def>,
    /// What structs embed: a struct, or a pointer to one.
    pub(super) embedded: BTreeMap<Name, Ty>,
    /// Types that have the method of an interface.
    pub(super) implements: BTreeMap<Name, Vec<Ty>>,
    /// The interface with its method and the method's parameter.
    pub(super) shape: Option<(Ty, Name, Ty)>,
    /// Types that variables have here.
    pub(super) universe: Vec<Ty>,
    /// The map types among them.
    pub(super) maps: Vec<Ty>,
    pub(super) funcs: Vec<Func>,
    /// Functions written when first needed, by what they are for.
    pub(super) helpers: BTreeMap<String, Func>,
    /// Functions that make a number of a value, by its type.
    pub(super) digests: BTreeMap<Ty, Name>,
    pub(super) globals: Vec<Var>,
    pub(super) vars: Vec<Var>,
    pub(super) frame: Frame,
}

impl Gen {
    pub(super) fn new(mut rng: TestRng) -> Gen {
        Gen {
            taste: rng.next_u64(),
            rng,
            names: 0,
            items: Vec::new(),
            defs: BTreeMap::new(),
            embedded: BTreeMap::new(),
            implements: BTreeMap::new(),
            shape: None,
            universe: Vec::new(),
            maps: Vec::new(),
            funcs: Vec::new(),
            helpers: BTreeMap::new(),
            digests: BTreeMap::new(),
            globals: Vec::new(),
            vars: Vec::new(),
            frame: Frame::new(true, 0),
        }
    }

    /// A number below `n`, which is not 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.rng.next_u32()) * n as u64) >> 32) as usize
    }

    /// A number from `least` to `most`.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below((most - least + 1) as usize) as i64
    }

    /// True in so many of a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of some.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// One of some, if there are any.
    pub(super) fn any<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| self.pick(from).clone())
    }

    /// One of some, by weight, and by the taste of this program: it has more of some forms, and less of others, so
    /// that rare ones meet.
    pub(super) fn weighted<T: Copy>(&mut self, from: &[(u32, T)]) -> T {
        let taste = self.taste.wrapping_mul(from.len() as u64 | 1);
        let weight = |i: usize| from[i].0 as usize * [1, 2, 2, 6][(taste >> (i % 32 * 2)) as usize & 3];
        let mut at = self.below((0..from.len()).map(weight).sum());
        for (i, (_, what)) in from.iter().enumerate() {
            if at < weight(i) {
                return *what;
            }
            at -= weight(i);
        }
        from[0].1
    }

    /// What the operands of a statement may do.
    pub(super) fn mode(&mut self) -> Fx {
        self.weighted(&[(5, MODES[0]), (6, MODES[1]), (9, MODES[2])])
    }

    /// Hands down to `n` operands what they may do: only one of them may trap.
    pub(super) fn split(&mut self, may: Fx, n: usize) -> Vec<Fx> {
        let one = self.below(n.max(1));
        (0..n).map(|i| if i == one { may } else { may - Fx::TRAP }).collect()
    }

    /// A name within a function.
    pub(super) fn local(&mut self, stem: &'static str) -> Name {
        self.names += 1;
        Name { stem, id: self.names, top: false }
    }

    /// A name of the package.
    pub(super) fn top(&mut self, stem: &'static str) -> Name {
        Name { top: true, ..self.local(stem) }
    }

    /// Takes so many steps, times the loops around, from what is left; false if there is too little.
    pub(super) fn pay(&mut self, steps: i64) -> bool {
        let cost = steps * self.frame.loops;
        let enough = cost <= self.frame.room;
        if enough {
            self.frame.room -= cost;
        }
        enough
    }

    /// Writes a function of the package, with no locals in sight; also what its body does and how long it takes.
    pub(super) fn apart<R>(&mut self, values: bool, room: i64, write: impl FnOnce(&mut Gen) -> R) -> (R, Fx, i64) {
        let locals = std::mem::take(&mut self.vars);
        let outer = std::mem::replace(&mut self.frame, Frame::new(values, room));
        let written = write(self);
        let inner = std::mem::replace(&mut self.frame, outer);
        self.vars = locals;
        (written, inner.fx, 1 + room - inner.room)
    }

    /// Writes a function literal that may be called any time, at most a few times for each time it is made.
    pub(super) fn literal_function<R>(&mut self, write: impl FnOnce(&mut Gen) -> R) -> R {
        let outer = self.frame.clone();
        let locals = self.vars.len();
        self.frame = Frame { level: outer.level + 1, depth: outer.depth + 1, ..Frame::new(false, VALUE_COST) };
        let written = write(self);
        self.vars.truncate(locals);
        let inner = std::mem::replace(&mut self.frame, outer);
        self.frame.fx |= inner.fx;
        written
    }

    /// Writes a block that nothing jumps out of: the body of a function literal that runs here, or when this returns.
    pub(super) fn enclosed<R>(&mut self, write: impl FnOnce(&mut Gen) -> R) -> R {
        let labels = std::mem::take(&mut self.frame.labels);
        let results = self.frame.results.take();
        let written = self.nested(1, write);
        self.frame.labels = labels;
        self.frame.results = results;
        written
    }

    /// Writes what has a scope of its own, run so many times for each time it is reached.
    pub(super) fn nested<R>(&mut self, times: i64, write: impl FnOnce(&mut Gen) -> R) -> R {
        let locals = self.vars.len();
        let loops = self.frame.loops;
        self.frame.loops *= times.max(1);
        self.frame.depth += 1;
        let written = write(self);
        self.frame.depth -= 1;
        self.frame.loops = loops;
        self.vars.truncate(locals);
        written
    }

    /// Puts a variable in scope.
    pub(super) fn bind(&mut self, name: Name, ty: &Ty, shared: bool, fixed: bool) {
        self.vars.push(Var { name, ty: ty.clone(), shared, fixed, level: self.frame.level });
    }

    /// Variables in scope for which this holds, the globals too.
    pub(super) fn vars_where(&self, mut holds: impl FnMut(&Var) -> bool) -> Vec<Var> {
        self.globals.iter().chain(&self.vars).filter(|var| holds(var)).cloned().collect()
    }

    /// Whether a variable may be assigned to from here: not from a literal that someone else calls, unless all who
    /// read it know that it is shared.
    pub(super) fn assignable(&self, var: &Var) -> bool {
        !var.fixed && (var.shared || var.level == self.frame.level)
    }

    /// What can be selected from a value of this type, if it is a struct.
    pub(super) fn fields(&self, ty: &Ty) -> &[Field] {
        match ty {
            Ty::Named(name) => match &self.defs[name] {
                Def::Struct(fields) => fields,
                _ => &[],
            },
            _ => &[],
        }
    }

    /// The type that it is under its name.
    pub(super) fn underlying(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Named(name) => match &self.defs[name] {
                Def::Basic(basic) => basic.clone(),
                _ => ty.clone(),
            },
            _ => ty.clone(),
        }
    }

    /// Whether it is an interface with a method.
    pub(super) fn is_interface(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Named(name) if self.defs[name] == Def::Interface)
    }

    /// Whether it is a struct of the program's own.
    pub(super) fn is_struct(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Named(name) if matches!(self.defs[name], Def::Struct(_)))
    }

    /// Whether `==` compares it without ever panicking.
    pub(super) fn is_comparable(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Slice(_) | Ty::Map(..) | Ty::Func(..) => false,
            Ty::Array(_, elem) => self.is_comparable(elem),
            // Promoted fields are those of what is embedded; through a pointer, only the pointer is compared.
            Ty::Named(_) => self.fields(ty).iter().all(|field| field.traps || self.is_comparable(&field.ty)),
            _ => true,
        }
    }
}

/// Steps that a call of a function value takes at most.
pub(super) const VALUE_COST: i64 = 12;
