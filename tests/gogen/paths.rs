//! What can be reached from the variables in scope: to read it, and to assign to it.
//!
//! A path is a variable and up to two steps: `m[k]`, `m[k].f`, `p.next.val`, `s[i][j]`.

use super::Gen;
use super::effects::Fx;
use super::state::Var;
use super::tree::{Node, Part, node};
use super::types::{Field, Ty};
use super::values::{int, number};

/// How to get from a value to a part of it.
#[derive(Clone, Debug)]
enum Step {
    /// The elem of a key.
    Elem(Ty),
    /// An elem of a slice, which may not be there.
    Index,
    /// An elem of an array so long.
    At(u32),
    /// A field, of a struct or through a pointer.
    Field(Field),
    /// What a pointer points at.
    Deref,
}

/// A variable and the steps from it.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub(super) var: Var,
    steps: Vec<(Step, Ty)>,
    /// What reading it does.
    pub(super) fx: Fx,
    /// What evaluating it as the left side of an assignment does, before anything is assigned.
    operand: Fx,
    /// Whether it can be assigned to, and if so, whether that is seen by others.
    pub(super) place: Option<Fx>,
}

/// A path to a map.
#[derive(Clone, Debug)]
pub(super) struct MapPath {
    pub(super) path: Path,
    pub(super) key: Ty,
    pub(super) elem: Ty,
}

impl Path {
    /// The type of what it reaches.
    pub(super) fn ty(&self) -> &Ty {
        self.steps.last().map_or(&self.var.ty, |(_, ty)| ty)
    }

    /// Whether it is the elem of a key.
    pub(super) fn is_elem(&self) -> bool {
        matches!(self.steps.last(), Some((Step::Elem(_), _)))
    }

    /// Whether it is a variable.
    pub(super) fn is_var(&self) -> bool {
        self.steps.is_empty()
    }
}

impl Gen {
    fn start(&self, var: &Var) -> Path {
        Path {
            fx: if var.shared { Fx::READ } else { Fx::NONE },
            place: self.assignable(var).then_some(if var.shared { Fx::MUTATE } else { Fx::NONE }),
            operand: Fx::NONE,
            var: var.clone(),
            steps: Vec::new(),
        }
    }

    /// All paths one step longer.
    fn longer(&self, path: &Path) -> Vec<Path> {
        let to = |step: Step, ty: &Ty, fx: Fx, place: Option<Fx>| {
            let mut longer = path.clone();
            longer.steps.push((step, ty.clone()));
            longer.operand = path.fx;
            longer.fx |= fx;
            longer.place = place;
            longer
        };
        let far = Some(Fx::MUTATE);
        let unless_trapping = |field: &Field| if field.traps { Fx::READ | Fx::TRAP } else { Fx::NONE };
        match path.ty() {
            Ty::Map(key, elem) => vec![to(Step::Elem((**key).clone()), elem, Fx::READ, far)],
            Ty::Slice(elem) => vec![to(Step::Index, elem, Fx::READ | Fx::TRAP, far)],
            Ty::Array(len, elem) if *len > 0 => {
                // An elem of a map cannot be assigned to in part.
                let place = if path.is_elem() { None } else { path.place };
                vec![to(Step::At(*len), elem, Fx::NONE, place)]
            }
            Ty::Ptr(inner) if self.is_struct(inner) => {
                let fields = self.fields(inner).iter();
                fields.map(|field| to(Step::Field(field.clone()), &field.ty, Fx::READ | Fx::TRAP, far)).collect()
            }
            Ty::Ptr(inner) => vec![to(Step::Deref, inner, Fx::READ | Fx::TRAP, far)],
            ty @ Ty::Named(_) => {
                let place = |field: &Field| match field {
                    Field { traps: true, .. } => far,
                    _ if path.is_elem() => None,
                    _ => path.place,
                };
                let fields = self.fields(ty).iter();
                fields
                    .map(|field| to(Step::Field(field.clone()), &field.ty, unless_trapping(field), place(field)))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// All paths of up to two steps for which this holds.
    fn paths(&self, holds: impl Fn(&Path) -> bool) -> Vec<Path> {
        let mut found = Vec::new();
        for var in self.globals.iter().chain(&self.vars) {
            let start = self.start(var);
            for one in self.longer(&start) {
                found.extend(self.longer(&one).into_iter().filter(&holds));
                found.extend(holds(&one).then_some(one));
            }
            found.extend(holds(&start).then_some(start));
        }
        found
    }

    /// A path of at least one step to a value of this type.
    pub(super) fn source(&mut self, ty: &Ty, may: Fx) -> Option<Path> {
        let found = self.paths(|path| !path.is_var() && path.ty() == ty && may.has(path.fx));
        // Maps are what this is about.
        let maps: Vec<_> = found.iter().filter(|path| matches!(path.steps[0].0, Step::Elem(_))).cloned().collect();
        if self.chance(50) { self.any(&maps).or_else(|| self.any(&found)) } else { self.any(&found) }
    }

    /// A path to what can be assigned to, with a type for which this holds, and with operands that do no more than
    /// this; unless `may` has traps, the assignment does not panic.
    pub(super) fn place(&mut self, may: Fx, holds: impl Fn(&Gen, &Ty) -> bool) -> Option<Path> {
        let traps = may.has(Fx::TRAP);
        self.place_where(|g, path| may.has(path.operand) && (traps || !path.fx.has(Fx::TRAP)) && holds(g, path.ty()))
    }

    /// The same for the only place of an assignment: it may panic whatever the right side does, which comes first.
    pub(super) fn only_place(&mut self, may: Fx, holds: impl Fn(&Gen, &Ty) -> bool) -> Option<Path> {
        self.place_where(|g, path| may.has(path.operand) && holds(g, path.ty()))
    }

    /// The same for a place that is read first.
    pub(super) fn read_place(&mut self, may: Fx, holds: impl Fn(&Gen, &Ty) -> bool) -> Option<Path> {
        self.place_where(|g, path| may.has(path.fx) && holds(g, path.ty()))
    }

    fn place_where(&mut self, holds: impl Fn(&Gen, &Path) -> bool) -> Option<Path> {
        let found = self.paths(|path| path.place.is_some() && holds(self, path));
        let elems: Vec<_> = found.iter().filter(|path| path.is_elem()).cloned().collect();
        let vars: Vec<_> = found.iter().filter(|path| path.is_var()).cloned().collect();
        match self.below(4) {
            0 => self.any(&vars).or_else(|| self.any(&found)),
            1 => self.any(&found),
            _ => self.any(&elems).or_else(|| self.any(&found)),
        }
    }

    /// A path to what a pointer may point at: a shared variable, an elem of a slice, a field through a pointer.
    pub(super) fn addressable(&mut self, ty: &Ty, may: Fx) -> Option<Path> {
        let found = self.paths(|path| {
            path.ty() == ty
                && path.place == Some(Fx::MUTATE)
                && !path.is_elem()
                && may.has(path.operand)
                && (may.has(Fx::TRAP) || !path.fx.has(Fx::TRAP))
        });
        self.any(&found)
    }

    /// A path to a map with keys and elems for which this holds; mostly a variable, and mostly one that is no nil.
    pub(super) fn some_map_here(&mut self, may: Fx, holds: impl Fn(&Gen, &Ty, &Ty) -> bool) -> Option<MapPath> {
        let fits = |path: &Path| match path.ty() {
            Ty::Map(key, elem) => may.has(path.fx) && holds(self, key, elem),
            _ => false,
        };
        let mut found = self.paths(fits);
        if self.chance(85) {
            let vars: Vec<_> = found.iter().filter(|path| path.is_var()).cloned().collect();
            found = if vars.is_empty() { found } else { vars };
        }
        let path = self.any(&found)?;
        let Ty::Map(key, elem) = path.ty().clone() else { return None };
        Some(MapPath { path, key: *key, elem: *elem })
    }

    /// The path as an expression, with keys and indices that may do this.
    pub(super) fn walk(&mut self, path: &Path, may: Fx, depth: u32) -> Node {
        self.frame.fx |= path.fx;
        let mut node = node!("variable", "$", path.var.name.used()).of(&path.var.ty);
        let may = may - Fx::TRAP;
        for (i, (step, ty)) in path.steps.iter().enumerate() {
            node = match step {
                Step::Elem(key) => {
                    let form = if i > 0 { "nested map elem" } else { "map elem" };
                    let key = self.key(key, may, depth);
                    node!(form, "$[$]", node, key)
                }
                Step::Index => {
                    let index = self.index(may, depth);
                    node!("slice elem", "$[#]", node, index)
                }
                Step::At(len) => {
                    let index = self.index_below(*len, may, depth);
                    node!("array elem", "$[$]", node, index)
                }
                Step::Field(field) if i > 0 && matches!(path.steps[i - 1].0, Step::Elem(_)) => {
                    node!("field of a map elem", "$.$", node, field.name)
                }
                Step::Field(field) if field.promoted => node!("promoted field", "$.$", node, field.name),
                Step::Field(field) => node!("field", "$.$", node, field.name),
                Step::Deref => node!("dereference", "(*$)", node),
            }
            .of(ty);
        }
        node
    }

    /// The path as the left side of an assignment.
    pub(super) fn assign_to(&mut self, path: &Path, may: Fx, depth: u32) -> Node {
        let fx = self.frame.fx;
        let node = if path.is_var() {
            node!("assigned variable", "$", path.var.name.assigned()).of(&path.var.ty)
        } else {
            self.walk(path, may, depth)
        };
        // Where it traps, the statement does: it is no operand.
        self.frame.fx |= fx | path.place.unwrap_or_default();
        node
    }

    /// What [`Gen::assign_to`] made of a path, as an operand of the same statement.
    pub(super) fn walk_again(&mut self, path: &Path, left: &Node) -> Node {
        self.frame.fx |= path.fx;
        if path.is_var() { node!("variable", "$", path.var.name.used()).of(path.ty()) } else { left.clone() }
    }

    /// An index that may be out of range of a slice, but mostly is not.
    pub(super) fn index(&mut self, may: Fx, depth: u32) -> Node {
        match self.below(5) {
            0 => self.varying(&super::types::INT, may, depth.min(1)),
            1 | 2 => {
                let counter = self.any(&self.vars_where(|var| var.name.stem == "i"));
                match counter {
                    Some(var) => node!("variable", "$", var.name.used()).of(&var.ty),
                    None => self.small(may),
                }
            }
            _ => self.small(may),
        }
    }

    /// An `int` below 4 that is no constant.
    pub(super) fn small(&mut self, may: Fx) -> Node {
        let inner = self.varying(&super::types::INT, may, 0);
        let mask = *self.pick(&[0, 1, 1, 3]);
        node!("masked index", "($ & $)", inner, number(&super::types::INT, mask)).of(&super::types::INT)
    }

    fn index_below(&mut self, len: u32, may: Fx, depth: u32) -> Node {
        if self.chance(60) {
            return int(self.between(0, i64::from(len) - 1));
        }
        let inner = self.varying(&Ty::Int("uint8"), may, depth.min(1));
        node!("reduced index", "($ % $)", inner, number(&Ty::Int("uint8"), len.into())).of(&Ty::Int("uint8"))
    }

    /// A key of a map, with operands that may do this.
    pub(super) fn key(&mut self, ty: &Ty, may: Fx, depth: u32) -> Node {
        let bytes = if *ty == Ty::Str { self.vars_where(|v| v.ty == Ty::Int("uint8").slice()) } else { Vec::new() };
        match self.below(20) {
            0..=5 => self.near(ty),
            6..=11 if !bytes.is_empty() && may.has(Fx::READ) => {
                let bytes = self.pick(&bytes).clone();
                self.frame.fx |= Fx::READ;
                node!("string(bytes) as a key", "string($)", bytes.name.used()).of(ty)
            }
            12..=14 => self.variable(ty, may).unwrap_or_else(|| self.near(ty)),
            15..=16 => self.traced(ty, may).unwrap_or_else(|| self.near(ty)),
            6..=11 => self.near(ty),
            // Few of the values of floats and pointers come twice.
            _ if matches!(ty, Ty::Float | Ty::Ptr(_)) => self.near(ty),
            _ => self.expr(ty, may, depth.min(1)),
        }
    }

    /// A key that is printed when it is evaluated.
    fn traced(&mut self, ty: &Ty, may: Fx) -> Option<Node> {
        if !may.has(Fx::EVENT) || !self.pay(2) {
            return None;
        }
        let near = self.near(ty);
        Some(self.trace(near))
    }

    /// An expression that is printed when it is evaluated.
    pub(super) fn trace(&mut self, inner: Node) -> Node {
        let ty = inner.ty.clone().expect("an expression");
        let tracer = self.tracer(&ty);
        self.frame.fx |= Fx::EVENT;
        node!("traced operand", "$($)", tracer.name.used(), Part::from(inner)).of(&ty)
    }
}
