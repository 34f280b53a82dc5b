//! The types that one program is about: few, so that what is at hand often fits.

use super::Gen;
use super::state::Func;
use super::tree::{Name, Node, Part, node};
use super::types::{Def, Field, INT, INTS, Ty};
use std::slice::from_ref;

/// Arrays this long, of eight bytes each, are kept outside of a bucket: they are over 128 bytes.
const WIDE: u32 = 20;

impl Gen {
    /// One of the types that variables have here.
    pub(super) fn some_type(&mut self) -> Ty {
        let from = self.universe.clone();
        self.any(&from).unwrap_or(INT)
    }

    /// One of the map types.
    pub(super) fn some_map(&mut self) -> Ty {
        let from = self.maps.clone();
        self.any(&from).unwrap_or_else(|| INT.map_to(&INT))
    }

    fn know(&mut self, ty: &Ty) {
        if !self.universe.contains(ty) {
            self.universe.push(ty.clone());
        }
    }

    /// Types with the interface's method.
    pub(super) fn implementers(&self, ty: &Ty) -> Vec<Ty> {
        match ty {
            Ty::Named(name) => self.implements.get(name).cloned().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn declare(&mut self, stem: &'static str, fields: Vec<(&'static str, Ty)>, embedded: Option<Ty>) -> Ty {
        let name = self.top(stem);
        self.declare_as(name, fields, embedded)
    }

    /// Declares a struct; what it embeds, a struct or a pointer to one, comes first.
    fn declare_as(&mut self, name: Name, fields: Vec<(&'static str, Ty)>, embedded: Option<Ty>) -> Ty {
        let mut known = Vec::new();
        let mut lines = Vec::new();
        if let Some(of) = embedded {
            lines.push(node!("embedded field", "$", &of));
            self.embedded.insert(name, of.clone());
            let (inner, traps) = match &of {
                Ty::Ptr(inner) => (&**inner, true),
                of => (of, false),
            };
            for field in self.fields(inner).to_vec() {
                if fields.iter().all(|(name, _)| *name != field.name) {
                    known.push(Field { promoted: true, traps: traps || field.traps, ..field });
                }
            }
        }
        for (field, ty) in fields {
            lines.push(node!("field of a struct", "$ $", field, &ty));
            known.push(Field { name: field, ty, promoted: false, traps: false });
        }
        self.items.push(node!("struct type", "type $ struct {$}", name.given(), lines));
        self.defs.insert(name, Def::Struct(known));
        Ty::Named(name)
    }

    fn some_int(&mut self) -> Ty {
        Ty::Int(self.pick(&INTS).0)
    }

    /// Chooses the types, declares those that have names, and the interface's method.
    pub(super) fn make_world(&mut self) {
        let (a, b) = (self.some_int(), self.some_int());
        let named_of = if self.chance(70) { a.clone() } else { Ty::Str };
        let named = {
            let name = self.top("D");
            self.items.push(node!("named basic type", "type $ $", name.given(), &named_of));
            self.defs.insert(name, Def::Basic(named_of));
            Ty::Named(name)
        };
        let second = self.pick(&[Ty::Str, INT, Ty::Float, Ty::Any, named.clone()]).clone();
        let pair = self.declare("K", vec![("a", b.clone()), ("b", second)], None);
        let node_name = self.top("N");
        let node_ptr = Ty::Named(node_name).ptr();
        let payload = self.pick(&[Ty::Str, Ty::Any, INT.slice(), INT.ptr(), a.clone()]).clone();
        self.declare_as(node_name, vec![("val", INT), ("next", node_ptr.clone()), ("load", payload)], None);
        let held = self.pick(&[INT.slice(), Ty::Str.map_to(&INT), node_ptr.clone(), INT.ptr(), INT.array(3)]).clone();
        let record = self.declare("S", vec![("n", a.clone()), ("s", Ty::Str), ("p", held)], None);
        let of = if self.chance(60) { record.clone() } else { node_ptr.clone() };
        let outer = self.declare("E", vec![("x", b.clone())], Some(of));
        let big_field = self.pick(&[INT.ptr(), node_ptr.clone(), Ty::Str, Ty::Any]).clone();
        let big = self.declare("B", vec![("n", INT), ("pad", Ty::Int("int64").array(17)), ("p", big_field)], None);
        let wide = Ty::Int("int64").array(WIDE);
        let wide_strings = Ty::Str.array(9);
        let shape = Ty::Named(self.top("I"));

        let keys = [
            (7, Ty::Str),
            (5, INT),
            (3, a.clone()),
            (3, b.clone()),
            (2, Ty::Int("int32")),
            (2, Ty::Int("uint64")),
            (2, Ty::Float),
            (4, Ty::Any),
            (4, pair.clone()),
            (2, Ty::Int("int16").array(2)),
            (1, Ty::Str.array(2)),
            (2, node_ptr.clone()),
            (3, wide.clone()),
            (1, wide_strings.clone()),
            (2, big.clone()),
            (2, named.clone()),
            (1, Ty::Bool),
            (1, Ty::Empty),
        ];
        let elems = [
            (7, INT),
            (3, a.clone()),
            (3, b.clone()),
            (6, Ty::Str),
            (5, INT.slice()),
            (3, Ty::Str.slice()),
            (7, node_ptr.clone()),
            (2, INT.ptr()),
            (2, record.ptr()),
            (3, record.clone()),
            (4, big.clone()),
            (2, wide),
            (1, wide_strings),
            (3, Ty::Any),
            (3, Ty::Str.map_to(&INT)),
            (2, INT.map_to(&node_ptr)),
            (3, Ty::Func(vec![INT], vec![INT])),
            (1, Ty::Empty),
            (2, node_ptr.array(2)),
            (1, Ty::Bool),
            (2, Ty::Float),
            (2, shape.clone()),
            (1, named.clone()),
            (2, outer.clone()),
            (1, Ty::Int("uint8").slice()),
        ];
        [INT, INT, Ty::Str, Ty::Bool].iter().for_each(|ty| self.know(ty));
        for _ in 0..2 + self.below(3) {
            let (key, elem) = (self.weighted_of(&keys), self.weighted_of(&elems));
            let mut of = key.map_to(&elem);
            self.know(&key);
            self.know(&elem);
            // A map within is a map too.
            while let Ty::Map(key, elem) = of {
                let ty = key.map_to(&elem);
                self.know(&ty);
                if !self.maps.contains(&ty) {
                    self.maps.push(ty);
                }
                of = *elem;
            }
        }
        let others = [
            (60, INT.slice()),
            (45, a),
            (25, b),
            (45, node_ptr.clone()),
            (40, Ty::Int("uint8").slice()),
            (35, Ty::Any),
            (35, Ty::Str.slice()),
            (30, record.clone()),
            (25, outer),
            (20, named.clone()),
            (20, pair),
            (20, INT.ptr()),
            (20, INT.array(3)),
            (15, Ty::Func(vec![INT], vec![INT])),
            (10, Ty::Float),
            (15, big),
        ];
        for (percent, ty) in others {
            if self.chance(percent) {
                self.know(&ty);
            }
        }
        self.make_interface(shape, &[node_ptr, record, named]);
    }

    fn weighted_of(&mut self, from: &[(u32, Ty)]) -> Ty {
        let weights: Vec<(u32, usize)> = from.iter().enumerate().map(|(i, (weight, _))| (*weight, i)).collect();
        from[self.weighted(&weights)].1.clone()
    }

    /// Declares the interface if anything is of its type, or now and then.
    fn make_interface(&mut self, shape: Ty, able: &[Ty]) {
        let Ty::Named(name) = &shape else { return };
        self.defs.insert(*name, Def::Interface);
        if !self.universe.contains(&shape) && !self.chance(35) {
            return;
        }
        self.know(&shape);
        let method = self.top("get");
        let param = if self.chance(50) { INT } else { Ty::Str };
        let item = node!("interface type", "type $ interface {\n\t$($) int\n}", name.given(), method.used(), &param);
        self.items.push(item);
        let able: Vec<Ty> = able.iter().filter(|_| self.chance(70)).cloned().collect();
        let able = if able.is_empty() { vec![INT.ptr()] } else { able };
        self.implements.insert(*name, able.iter().filter(|ty| **ty != INT.ptr()).cloned().collect());
        self.shape = Some((shape, method, param));
    }

    /// Writes the methods of the interface, and the calls through it that they make possible.
    pub(super) fn write_methods(&mut self) {
        let Some((shape, method, param)) = self.shape.clone() else { return };
        for ty in self.implementers(&shape) {
            self.write_method(&ty, method, from_ref(&param), &[INT]);
        }
        let own = self.funcs.iter().filter(|f| f.name == method);
        let (fx, cost) = own.fold((super::effects::Fx::EVENT, 1), |(fx, cost), f| (fx | f.fx, cost.max(f.cost)));
        let call = Func { receiver: Some(shape), fx, cost, ..Func::new(method, &[param], &[INT]) };
        self.funcs.push(call);
    }

    /// A type that is an error.
    pub(super) fn error_type(&mut self) -> Part {
        let made = self.helper("error type", |g| {
            let name = g.top("Err");
            let text = "type $ int\n\nfunc (e $) Error() string {\n\tif e > 3 {\n\t\treturn \"large error\"\n\t}\n\treturn \"error\"\n}";
            (node!("helper", text, name.given(), name.used()), Func::new(name, &[INT], &[]))
        });
        made.name.used()
    }

    /// Declares a global of a type.
    pub(super) fn write_global(&mut self, ty: &Ty) {
        let name = self.top("g");
        let value = self.literal(ty, super::effects::Fx::NONE, 2);
        let item: Node = match self.chance(15) {
            true => node!("global", "var $ $", name.given(), ty),
            false => node!("global", "var $ $ = $", name.given(), ty, value),
        };
        self.items.push(item);
        let var = super::state::Var { name, ty: ty.clone(), shared: true, fixed: false, level: 0 };
        self.globals.push(var);
    }
}
