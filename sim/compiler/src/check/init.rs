//! The order in which package variables get their values, and the program as a whole.
//!
//! Of the variables that refer to none without value, through functions or not, the first declared comes next. A package
//! is initialised by a function of its own, which calls those of the packages that it imports; `main`'s is the program's.
//!
//! Source: the Go specification, "Package initialization"; Go 1.19 cmd/compile/internal/types2/initorder.go for the words.

use super::Checker;
use super::object::{ObjId, ObjKind, PkgId};
use crate::diagnostic::Diagnostics;
use crate::ir::{Callee, ExprKind, FuncId, Program, Stmt, StmtKind};
use crate::source::Pos;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

impl<'a> Checker<'a, '_> {
    /// Builds the function that initialises a package.
    pub(super) fn order_init(&mut self, pkg: PkgId) {
        let package = self.package_of(pkg);
        let (init, pos) = (package.init, self.funcs[package.init.0 as usize].pos);
        let objects = package.objects.clone();
        let calls: Vec<FuncId> = package.inits.clone();
        let mut imported: Vec<FuncId> = package.imports.iter().map(|&id| self.package_of(id).init).collect();
        if package.name == "main" {
            // `runtime` is there without being imported.
            imported.extend(self.packages.iter().map(|p| p.init).filter(|&other| other != init));
        }
        let mut body = Vec::new();
        for func in imported {
            // Each package is initialised once: by the first that needs it.
            let needed = func.0 != u32::MAX && self.has_body(func) && self.initialised.insert(func);
            if needed {
                body.push(self.call_stmt(func, pos));
            }
        }
        for var in self.init_order(&objects) {
            let Some(decl) = self.object(var).decl else { continue };
            body.append(&mut self.decls[decl.0 as usize].init);
        }
        for func in calls {
            body.push(self.call_stmt(func, pos));
        }
        let body = self.slice(&body);
        self.funcs[init.0 as usize].body = Some(body);
    }

    fn has_body(&self, func: FuncId) -> bool {
        self.funcs[func.0 as usize].body.is_some_and(|body| !body.is_empty())
    }

    fn call_stmt(&self, func: FuncId, pos: Pos) -> Stmt<'a> {
        let call = ExprKind::Call { callee: Callee::Static(func), args: &[], multi: None };
        Stmt { kind: StmtKind::Expr(self.node(call, self.unit, pos)), pos }
    }

    /// The variables of a package in the order in which they get their values.
    fn init_order(&mut self, objects: &[ObjId]) -> Vec<ObjId> {
        let own: HashSet<ObjId> = objects.iter().copied().collect();
        let vars: Vec<ObjId> = objects.iter().copied().filter(|&id| self.is_var(id)).collect();
        // What each variable waits for. Variables of one declaration wait together.
        let mut waits: BTreeMap<ObjId, BTreeSet<ObjId>> = BTreeMap::new();
        for &var in &vars {
            waits.insert(var, self.needs(var, &own));
        }
        let mut waited_by: HashMap<ObjId, Vec<ObjId>> = HashMap::new();
        for (&var, needs) in &waits {
            for &need in needs {
                waited_by.entry(need).or_default().push(var);
            }
        }
        let mut ready: BTreeSet<ObjId> = waits.iter().filter(|(_, needs)| needs.is_empty()).map(|(&v, _)| v).collect();
        let mut order = Vec::with_capacity(vars.len());
        while let Some(var) = ready.pop_first() {
            order.push(var);
            waits.remove(&var);
            for waiting in waited_by.remove(&var).unwrap_or_default() {
                if let Some(needs) = waits.get_mut(&waiting) {
                    needs.remove(&var);
                    if needs.is_empty() {
                        ready.insert(waiting);
                    }
                }
            }
        }
        self.report_loops(&waits, &own);
        order
    }

    fn is_var(&self, id: ObjId) -> bool {
        matches!(self.object(id).kind, ObjKind::Var(_))
    }

    /// The objects of its package that an object refers to.
    fn references(&self, id: ObjId) -> &BTreeSet<ObjId> {
        static NONE: BTreeSet<ObjId> = BTreeSet::new();
        self.object(id).decl.map_or(&NONE, |decl| &self.decls[decl.0 as usize].refers)
    }

    /// The variables with values that a variable refers to, through functions too; possibly itself.
    fn needs(&self, var: ObjId, own: &HashSet<ObjId>) -> BTreeSet<ObjId> {
        let mut needs = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut work: Vec<ObjId> = self.references(var).iter().copied().collect();
        while let Some(id) = work.pop() {
            if !own.contains(&id) || !seen.insert(id) {
                continue;
            }
            if self.is_var(id) {
                needs.insert(id);
            } else {
                work.extend(self.references(id));
            }
        }
        needs
    }

    /// Reports variables that need themselves; each loop once.
    fn report_loops(&mut self, waits: &BTreeMap<ObjId, BTreeSet<ObjId>>, own: &HashSet<ObjId>) {
        let mut reported: HashSet<ObjId> = HashSet::new();
        for &var in waits.keys() {
            if reported.contains(&var) {
                continue;
            }
            if let Some(cycle) = self.find_loop(var, own) {
                reported.extend(&cycle);
                self.init_cycle(&cycle);
            }
        }
    }

    /// How an object refers to itself: the objects on the way, itself first.
    fn find_loop(&self, start: ObjId, own: &HashSet<ObjId>) -> Option<Vec<ObjId>> {
        let mut came_from: HashMap<ObjId, ObjId> = HashMap::new();
        let mut work = std::collections::VecDeque::from([start]);
        while let Some(id) = work.pop_front() {
            for &next in self.references(id) {
                if next == start {
                    let mut path = vec![id];
                    let mut at = id;
                    while at != start {
                        at = came_from[&at];
                        path.push(at);
                    }
                    path.reverse();
                    return Some(path);
                }
                if own.contains(&next) && !came_from.contains_key(&next) {
                    came_from.insert(next, id);
                    work.push_back(next);
                }
            }
        }
        None
    }

    /// Reports values that need each other.
    pub(super) fn init_cycle(&mut self, cycle: &[ObjId]) {
        let Some(&first) = cycle.first() else { return };
        let (name, pos) = (self.object(first).name, self.object(first).pos);
        let mut message = format!("initialization loop for {name}");
        for &id in cycle {
            let object = self.object(id);
            message.push_str(&format!("\n\t{}: {} refers to", self.place(object.pos), object.name));
        }
        message.push_str(&format!("\n\t{}: {name}", self.place(pos)));
        self.error(self.name_span(pos, name), message);
    }

    /// The program, if all went well.
    pub(super) fn finish(mut self) -> Option<Program<'a>> {
        if !self.diagnostics.is_empty() {
            return None;
        }
        let main = self.packages.iter().rfind(|p| p.path == "main")?;
        let (init, scope, pos) = (main.init, main.scope, self.funcs[main.init.0 as usize].pos);
        let span = self.name_span(pos, main.name);
        let package = main.name;
        let found = self.lookup_in(scope, "main").map(|id| self.object(id).kind.clone());
        // A package without a main function can be lowered, not run.
        let mut why_not = Diagnostics::new();
        let main = match found {
            Some(ObjKind::Func { id, .. }) if package == "main" => id,
            _ if package == "main" => {
                why_not.wrong(span, "function main is undeclared in the main package");
                init
            }
            _ => {
                why_not.unsupported(span, format!("package {package} as a program"));
                init
            }
        };
        self.bodiless.iter().for_each(|&span| why_not.wrong(span, "missing function body"));
        let method_sets = self.method_sets();
        self.build_wrappers();
        self.settle_captured();
        let Checker { types, funcs, globals, .. } = self;
        Some(Program { package, types, funcs, globals, init, main, why_not, method_sets })
    }
}
