//! The whole program: code for every function that it can come to.
//!
//! A function is needed if one that is needed calls it or uses it as a value, or if it is a method of a type whose descriptor is
//! needed, or of a type within such a type, since interfaces may come to hold values of those.

use super::emit::{Tables, emit};
use super::{Code, Function, Op, StackMap};
use crate::barriers::{self, Decision};
use crate::diagnostic::Diagnostics;
use crate::flow::blocks::{Blocks, prune};
use crate::flow::frame::Frame;
use crate::flow::simplify::simplify;
use crate::flow::{Flow, Unit, generate};
use crate::ir::{FuncId, Program};
use crate::liveness::areas::Rule;
use crate::liveness::words::WordLiveness;
use crate::liveness::{self, Liveness};
use crate::options::Lowering;
use crate::source::{Pos, Sources};
use crate::types::{Kind, Ty};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The functions of package runtime that make the values of run-time panics, each from a text.
pub const RUNTIME_ERRORS: [&str; 4] = ["newErrorString", "newPlainError", "newBoundsError", "newTypeAssertionError"];

/// Compiles a walked program.
///
/// # Errors
/// What the machine cannot run, by name.
pub fn assemble(program: &Program<'_>, sources: &Sources) -> Result<Code, Diagnostics> {
    if !program.why_not.is_empty() {
        return Err(program.why_not.clone());
    }
    let mut unit = Unit::new(program);
    let mut tables = Tables::new(sources);
    let (init, main) = (unit.function(program.init), unit.function(program.main));
    // The machine calls these for the values of run-time panics.
    for (id, func) in program.funcs.iter().enumerate() {
        if func.package == "runtime" && RUNTIME_ERRORS.contains(&func.name) {
            unit.function(FuncId(id as u32));
        }
    }
    let mut funcs = Vec::new();
    let mut types = ReachedTypes::default();
    loop {
        while let Some(&id) = unit.needed.get(funcs.len()) {
            funcs.push(function(id, &mut unit, &mut tables));
        }
        types.follow(&mut unit);
        if unit.needed.len() == funcs.len() {
            break;
        }
    }
    if !unit.problems.is_empty() {
        return Err(unit.problems);
    }
    let method_sets = types.method_sets(&mut unit);
    Ok(Code {
        funcs,
        init,
        main,
        types: Arc::new(program.types.clone()),
        descriptors: unit.descriptors,
        methods: unit.methods,
        method_sets,
        natives: tables.natives,
        constants: tables.constants,
        statics: unit.statics.finish(),
        globals: unit.globals,
        sites: tables.sites.finish(),
        moves: tables.moves,
        groups: tables.groups,
    })
}

/// The messages of the passes about the functions of package main.
#[derive(Debug, Default)]
pub struct Messages {
    /// Every store of pointers, and why it has a write barrier or not; sorted by place.
    pub barriers: Vec<Decision>,
    /// What is live where, in the compiler's words; sorted by place.
    pub live: Vec<(Pos, String)>,
}

/// What the passes have to say about a walked program.
///
/// # Errors
/// As of [`assemble`].
pub fn messages(program: &Program<'_>, lowering: Lowering) -> Result<Messages, Diagnostics> {
    let mut unit = Unit::new(program);
    let mut messages = Messages::default();
    for (i, func) in program.funcs.iter().enumerate() {
        if func.package != program.package || func.body.is_none() {
            continue;
        }
        let flow = flow(&mut unit, FuncId(i as u32));
        messages.barriers.extend(barriers::report(&flow));
        messages.live.extend(liveness::report::report(&unit, &flow, lowering));
    }
    if !unit.problems.is_empty() {
        return Err(unit.problems);
    }
    messages.barriers.sort_by_key(|d| d.pos);
    messages.live.sort_by_key(|(pos, _)| *pos);
    Ok(messages)
}

/// Flow of a function, ready to be laid out.
pub fn flow(unit: &mut Unit<'_, '_>, id: FuncId) -> Flow {
    let mut flow = generate(unit, id);
    prune(&mut flow);
    simplify(&mut flow, unit.program.func(id));
    prune(&mut flow);
    barriers::decide(&mut flow, &unit.program.types);
    flow
}

fn function(id: FuncId, unit: &mut Unit<'_, '_>, tables: &mut Tables<'_>) -> Function {
    let func = unit.program.func(id);
    if func.body.is_none() {
        return bodiless(id, unit, tables);
    }
    let flow = flow(unit, id);
    let blocks = Blocks::new(&flow);
    let words = WordLiveness::new(&flow, &blocks);
    let live = Liveness::new(&flow, &blocks, &words, Rule::Initialised);
    let frame = Frame::new(&flow, &blocks, &words);
    emit(&flow, &frame, &live, unit, tables)
}

/// A native as a function value calls the native with the frame it was called with; an external function has no instructions.
fn bodiless(id: FuncId, unit: &mut Unit<'_, '_>, tables: &mut Tables<'_>) -> Function {
    let func = unit.program.func(id);
    let name = format!("{}.{}", func.package, func.name);
    let types = |ids: &[crate::ir::LocalId]| ids.iter().map(|&id| func.local(id).ty).collect::<Vec<_>>();
    let frame =
        crate::flow::shape::Frame::new(&unit.program.types, &unit.shapes, &types(&func.results), &types(&func.params));
    let external = func.package == unit.program.package;
    let none: StackMap = Arc::new([]);
    let (ops, maps) = match external {
        true => (vec![], vec![]),
        false => {
            let native = tables.native(&name);
            (vec![Op::CallNative { native, base: 0 }, Op::Return], vec![(0, none.clone())])
        }
    };
    Function {
        name,
        ops,
        results: frame.result_words,
        params: frame.words - frame.result_words,
        closure: None,
        frame: frame.words,
        reach: frame.words,
        entry: none,
        maps,
        recover: None,
        unsigned: Vec::new(),
        lines: vec![(0, func.pos)],
        names: Vec::new(),
        wrapper: true,
    }
}

/// The types that values in interfaces may have.
#[derive(Default)]
struct ReachedTypes {
    seen: BTreeSet<Ty>,
    /// How many descriptors have been followed.
    followed: usize,
}

impl ReachedTypes {
    /// Follows new descriptors to the types in them; the methods of all of them are needed.
    fn follow(&mut self, unit: &mut Unit<'_, '_>) {
        while let Some(&ty) = unit.descriptors.get(self.followed) {
            self.followed += 1;
            self.reach(unit, ty);
        }
    }

    fn reach(&mut self, unit: &mut Unit<'_, '_>, ty: Ty) {
        let mut waiting = vec![ty];
        while let Some(ty) = waiting.pop() {
            if !self.seen.insert(ty) {
                continue;
            }
            let program = unit.program;
            for method in program.method_sets.get(&ty).into_iter().flatten() {
                unit.function(method.func);
            }
            match program.types.under(ty) {
                Kind::Pointer(t) | Kind::Slice(t) => waiting.push(*t),
                Kind::Array { elem, .. } | Kind::Chan { elem, .. } => waiting.push(*elem),
                Kind::Map { key, elem } => waiting.extend([*key, *elem]),
                Kind::Struct(fields) => waiting.extend(fields.iter().map(|f| f.ty)),
                _ => {}
            }
        }
    }

    fn method_sets(&self, unit: &mut Unit<'_, '_>) -> BTreeMap<Ty, BTreeMap<u32, (u32, Ty)>> {
        let mut sets = BTreeMap::new();
        for &ty in &self.seen {
            let Some(methods) = unit.program.method_sets.get(&ty) else { continue };
            let mut set = BTreeMap::new();
            for method in methods {
                let name = unit.method(method.name, method.package);
                set.insert(name, (unit.function(method.func), method.sig));
            }
            sets.insert(ty, set);
        }
        sets
    }
}
