//! A whole program: types, globals, functions, scenes, `main`.
//!
//! A scene is a function that does things to maps and shows them when it returns, also when it panics. In most
//! programs scenes recover; in the others the first panic that nothing catches is the end.

use super::Gen;
use super::effects::{CALLS, Fx};
use super::state::Var;
use super::tree::{Name, Node, Part, Role, node};
use super::types::{INT, Ty};
use super::values::int;
use std::collections::BTreeSet;
use std::slice::from_ref;

/// Steps of a scene at most.
const ROOM: i64 = 400;

/// The function that a program begins with.
pub const ENTRY: Name = Name { stem: "main", id: 0, top: true };

struct Scene {
    name: Name,
    params: Vec<Ty>,
    result: Option<Ty>,
}

/// The program without the declarations that it does not use.
fn without_unused(program: Node) -> Node {
    let mut items = program.children().cloned().collect::<Vec<_>>();
    loop {
        // What only its own body uses is not used.
        let used: Vec<BTreeSet<Name>> = items.iter().map(|item| item.names(&[Role::Used, Role::Assigned])).collect();
        let needed = |at: usize| {
            let of = items[at].names(&[Role::Given]);
            of.contains(&ENTRY) || used.iter().enumerate().any(|(other, used)| other != at && !used.is_disjoint(&of))
        };
        let kept: Vec<Node> = (0..items.len()).filter(|at| needed(*at)).map(|at| items[at].clone()).collect();
        if kept.len() == items.len() {
            return node!("program", "$", kept);
        }
        items = kept;
    }
}

impl Gen {
    /// Writes the program.
    pub(super) fn program(mut self) -> Node {
        self.make_world();
        let maps = self.maps.clone();
        for map in &maps {
            if self.chance(40) {
                self.write_global(map);
            }
        }
        for _ in 0..self.below(3) {
            let ty = self.some_type();
            self.write_global(&ty);
        }
        self.write_function();
        self.write_methods();
        if self.chance(50) {
            self.write_own_method();
        }
        if self.chance(25) {
            self.write_recursion();
        }
        if self.chance(40) {
            self.write_function();
        }
        let recovers = self.chance(80);
        let scenes: Vec<Scene> = (0..1 + self.below(2)).map(|_| self.write_scene(recovers)).collect();
        self.write_main(&scenes, recovers);
        without_unused(node!("program", "$", self.items))
    }

    fn write_scene(&mut self, recovers: bool) -> Scene {
        let name = self.top("scene");
        let params: Vec<Ty> = (0..self.below(3)).map(|_| self.some_type()).collect();
        let result = self.chance(40).then(|| self.some_type());
        let (item, ..) = self.apart(true, ROOM, |g| {
            let list = g.parameters(&params, false);
            g.frame.results = Some(result.iter().cloned().collect());
            let named = result.as_ref().map(|ty| {
                let r = g.local("r");
                g.bind(r, ty, false, false);
                node!("named result", "($ $) ", r.given(), ty)
            });
            let mut body = g.scenery();
            if let (Some(ty @ Ty::Map(..)), true) = (&result, g.chance(80)) {
                let r = g.vars[params.len()].name;
                body.push(node!("assign", "$ = $", r.assigned(), g.literal(ty, Fx::READ, 2)));
            }
            body.push(g.closing(name, recovers));
            let n = 3 + g.below(5);
            body.extend(g.statements(n));
            if let Some(ty) = &result {
                body.push(g.return_values(from_ref(ty)));
            }
            let results = named.map_or(Part::from(""), Part::from);
            node!("scene", "func $($) ${$}", name.given(), list, results, body)
        });
        self.items.push(item);
        Scene { name, params, result }
    }

    /// What a scene is about: a map or more, and some variables.
    fn scenery(&mut self) -> Vec<Node> {
        let mut types: Vec<Ty> = (0..1 + self.below(2)).map(|_| self.some_map()).collect();
        types.extend((0..1 + self.below(3)).map(|_| self.some_type()));
        types.extend([INT, Ty::Str].into_iter().filter(|_| self.chance(60)));
        let declared = types.into_iter().map(|ty| {
            let (name, shared) = (self.local("v"), self.chance(25));
            let value = self.literal(&ty, Fx::READ, 2);
            self.bind(name, &ty, shared, false);
            node!("var", "var $ $ = $", name.declared(), &ty, value)
        });
        declared.collect()
    }

    /// Shows all that is in scope when the function returns, and recovers if it should.
    fn closing(&mut self, name: Name, recovers: bool) -> Node {
        let mut body = Vec::new();
        if recovers {
            let text = self.text();
            let told = vec![node!("println", "println(\"$ recovers\", $(r))", name.spelled(""), text.name.used())];
            body.push(node!("recover", "if r := recover(); r != nil {$}", told));
        }
        let vars: Vec<Var> = self.vars.clone();
        body.extend(vars.iter().map(|var| self.show(var)));
        node!("defer that shows", "defer func() {$}()", body)
    }

    fn write_main(&mut self, scenes: &[Scene], recovers: bool) {
        let (body, ..) = self.apart(true, ROOM, |g| {
            let mut body = Vec::new();
            for scene in scenes {
                let arguments = Part::Fixed(g.operands(&scene.params, CALLS, 2));
                let call = node!("call", "$($)", scene.name.used(), arguments);
                body.push(match &scene.result {
                    Some(ty) if ty.is_scalar() => node!("println", "println($)", call),
                    Some(ty) => {
                        let sum = g.digest(ty, call.of(ty), int(4));
                        node!("println of a digest", "println($)", sum)
                    }
                    None => call,
                });
            }
            let globals = g.globals.clone();
            let shows = globals.iter().filter(|var| var.shared).map(|var| g.show(var));
            body.extend(shows.collect::<Vec<_>>());
            if !recovers && g.chance(30) {
                let end = g.ending();
                body.push(end);
            }
            body
        });
        self.items.push(node!("main", "func $() {$}", ENTRY.given(), body));
    }

    /// An end that is not `return`.
    fn ending(&mut self) -> Node {
        match self.below(3) {
            0 => node!("os.Exit", "$.Exit($)", Part::Package("os"), int(self.between(0, 9))),
            1 => {
                let again = node!("panic of what was recovered", "panic(recover())");
                let body = vec![node!("defer of a literal", "defer func() {$}()", vec![again]), self.panic()];
                node!("block", "{$}", body)
            }
            _ => self.panic(),
        }
    }
}
