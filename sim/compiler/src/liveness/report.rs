//! What is live where, in the compiler's words.
//!
//! ```text
//! live at entry to f: p q
//! live at call to mapassign: p .autotmp_3
//! live at indirect call: s.ptr
//! stack object .autotmp_1 [2]string
//! ```
//!
//! Variables are listed as the function declares them, those that the compiler made after them. A variable that is held in words is
//! listed by part, unless it is a parameter; a result without a name unless a deferred call could see it; an address in the frame as
//! what it is the address of.
//!
//! Calls that are deferred outside of loops are made at returns, as Go makes them (*open-coded*): there is no call where they are deferred, and
//! their closures are live everywhere.
//!
//! In the eras of 2016 and 2017 there are no stack objects: memory whose address is taken is listed as long as it has a value, and
//! temporaries are called `autotmp_3`.
//!
//! Source: `showlive` and `emitStackObjects`, Go 1.19 cmd/compile/internal/liveness/plive.go; `addNamedValue`, `openDeferExit`,
//! ssagen/ssa.go.

use super::areas::Rule;
use super::words::WordLiveness;
use super::{Live, Liveness};
use crate::flow::blocks::Blocks;
use crate::flow::{Area, Callee, Flow, Kind, Mem, Owner, Unit, Word};
use crate::ir::{Class, Func, LocalId, Program};
use crate::options::Lowering;
use crate::runtime::Rt;
use crate::source::Pos;
use std::collections::{BTreeMap, BTreeSet};

/// The messages about one function, in the order of its instructions.
pub fn report(unit: &Unit<'_, '_>, flow: &Flow, lowering: Lowering) -> Vec<(Pos, String)> {
    let func = unit.program.func(flow.func);
    if func.wrapper || func.name == "init" {
        return Vec::new();
    }
    let old = lowering < Lowering::MapAssignOp;
    let rule = if old { Rule::Initialised } else { Rule::LastUse };
    let blocks = Blocks::new(flow);
    let words = WordLiveness::new(flow, &blocks);
    let live = Liveness::new(flow, &blocks, &words, rule);
    let deferred = if old { Vec::new() } else { open_coded(unit, flow, &blocks) };
    let names = Names { program: unit.program, flow, func, old, addresses: addresses(flow), deferred: deferred.len() };

    let mut messages = Vec::new();
    let mut say = |pos: Pos, what: &str, list: Vec<String>| {
        if !list.is_empty() {
            messages.push((pos, format!("live at {what}: {}", list.join(" "))));
        }
    };
    let mut entry = live.entry.clone();
    entry.words.retain(|&w| flow.closure != Some(w));
    say(func.pos, &format!("entry to {}", func.name), names.list(&entry, false));
    for (i, live) in &live.points {
        let inst = &flow.insts[*i];
        let list = names.list(live, true);
        match inst.kind {
            Kind::New { .. } => say(inst.pos, "call to newobject", list),
            Kind::Call { callee: Callee::Rt(Rt::DeferProc), .. } if !deferred.is_empty() => {}
            Kind::Call { callee: Callee::Rt(Rt::DeferReturn), .. } if !deferred.is_empty() => {
                let made = if is_recovery(flow, *i) { &[] } else { &deferred[..] };
                made.iter().rev().for_each(|what| say(inst.pos, what, list.clone()));
            }
            Kind::Call { callee, .. } => say(inst.pos, &called(unit.program, callee), list),
            _ => {}
        }
    }
    if !old {
        // A temporary that is indexed by a variable is one that a loop goes over.
        let is_object =
            |id: LocalId, a: &crate::flow::AreaInfo| a.object || (func.local(id).class == Class::Temp && a.taken);
        for area in flow.areas.iter().filter(|a| !a.pointers.is_empty()) {
            if let Some(id) = area.local.filter(|&id| is_object(id, area)) {
                let ty = unit.program.types.name(area.ty, Some(func.package));
                messages.push((area.pos, format!("stack object {} {ty}", names.local(id))));
            }
        }
    }
    messages
}

/// What is called, as messages say it.
fn called(program: &Program<'_>, callee: Callee) -> String {
    match callee {
        Callee::Func(id) | Callee::Native(id) => format!("call to {}", program.func(id).name),
        Callee::Rt(rt) => format!("call to {}", rt.name()),
        Callee::Closure(_) | Callee::Method(..) => "indirect call".to_owned(),
    }
}

// --- deferred calls ---------------------------------------------------------------------------------

/// The calls that a function defers, in its order, if all of them can be made where it returns; as messages say them.
///
/// Source: Go 1.19 cmd/compile/internal/walk/stmt.go and ssagen/ssa.go: at most 8, none in a loop, and at most 15 together for all returns.
fn open_coded(unit: &Unit<'_, '_>, flow: &Flow, blocks: &Blocks) -> Vec<String> {
    let is = |kind: &Kind, rt: Rt| matches!(kind, Kind::Call { callee: Callee::Rt(other), .. } if *other == rt);
    let defers: Vec<usize> = (0..flow.insts.len()).filter(|&i| is(&flow.insts[i].kind, Rt::DeferProc)).collect();
    let returns = flow.insts.iter().filter(|inst| is(&inst.kind, Rt::DeferReturn)).count().saturating_sub(1);
    let in_loop = |&i: &usize| {
        let block = blocks.list.partition_point(|b| b.insts.end <= i) as u32;
        comes_again(blocks, block)
    };
    if defers.len() > 8 || defers.len() * returns > 15 || defers.iter().any(in_loop) {
        return Vec::new();
    }
    let name = |i: usize| {
        let argument = flow.insts[..i].iter().rev().find(|inst| inst.kind.defs().any(|w| w == Word::out(0)));
        let function = argument.and_then(|inst| match inst.kind {
            Kind::Addr { of: Mem::Static { offset }, .. } => unit.function_at(offset),
            _ => None,
        });
        function.map_or_else(|| "indirect call".to_owned(), |id| called(unit.program, Callee::Func(id)))
    };
    defers.into_iter().map(name).collect()
}

/// Can control come back to a block?
fn comes_again(blocks: &Blocks, block: u32) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting = blocks.list[block as usize].succs.clone();
    while let Some(next) = waiting.pop() {
        if next == block {
            return true;
        }
        if seen.insert(next) {
            waiting.extend(&blocks.list[next as usize].succs);
        }
    }
    false
}

/// Is it where a recovered panic goes on?
fn is_recovery(flow: &Flow, i: usize) -> bool {
    let before = flow.insts[..i].iter().rev().take_while(|inst| matches!(inst.kind, Kind::Label(_)));
    before.into_iter().any(|inst| flow.recover.is_some_and(|l| inst.kind == Kind::Label(l)))
}

// --- names ------------------------------------------------------------------------------------------

/// Words that are written once, with the address of an area.
fn addresses(flow: &Flow) -> BTreeMap<Word, Area> {
    let mut once: BTreeMap<Word, Option<Area>> = BTreeMap::new();
    for inst in &flow.insts {
        for word in inst.kind.defs() {
            let area = match inst.kind {
                Kind::Addr { of: Mem::Area { area, .. }, .. } if !once.contains_key(&word) => Some(area),
                _ => None,
            };
            once.insert(word, area);
        }
    }
    once.into_iter().filter_map(|(word, area)| area.map(|area| (word, area))).collect()
}

struct Names<'n, 'a> {
    program: &'n Program<'a>,
    flow: &'n Flow,
    func: &'n Func<'a>,
    old: bool,
    addresses: BTreeMap<Word, Area>,
    /// How many closures of deferred calls are live everywhere.
    deferred: usize,
}

/// The place of a name in a list.
type Place = (u32, u32);

impl Names<'_, '_> {
    /// The names of what is live, each once.
    fn list(&self, live: &Live, inside: bool) -> Vec<String> {
        let words = live.words.iter().map(|&w| self.word(w));
        let areas = live.areas.iter().map(|&a| self.area(a));
        let mut list: Vec<(Place, String)> = words.chain(areas).collect();
        if inside {
            let closures = self.flow.words.len() + self.flow.areas.len();
            list.extend((0..self.deferred).map(|n| ((4, n as u32), self.temporary((closures + n) as u32))));
        }
        list.sort();
        list.dedup_by(|a, b| a.1 == b.1);
        list.into_iter().map(|(_, name)| name).collect()
    }

    fn local(&self, id: LocalId) -> String {
        let name = self.func.local_name(id);
        match name.strip_prefix('.') {
            Some(name) if self.old && self.func.local(id).class == Class::Temp => name.to_owned(),
            _ => name.into_owned(),
        }
    }

    fn word(&self, word: Word) -> (Place, String) {
        if let Some(&area) = self.addresses.get(&word).filter(|_| !self.old) {
            return self.area(area);
        }
        let unnamed = ((3, word.0), self.temporary(word.0));
        match self.flow.word(word).owner {
            Owner::Local(id, part) => {
                let local = self.func.local(id);
                let name = self.local(id);
                match local.class {
                    Class::Param | Class::Temp => return ((0, id.0), name),
                    Class::Result if !self.func.has_defer => return unnamed,
                    _ => {}
                }
                let shapes = crate::flow::shape::Shapes::default();
                let parts = shapes.parts(&self.program.types, local.ty);
                let suffix = parts.map_or_else(String::new, |parts| parts[part as usize].suffix.clone());
                let order = if suffix.is_empty() { 0 } else { 2 };
                ((order, id.0), name + &suffix)
            }
            Owner::Heap(id) => ((1, id.0), format!("&{}", self.func.local(id).name)),
            Owner::Scratch => unnamed,
        }
    }

    fn area(&self, area: Area) -> (Place, String) {
        match self.flow.areas[area.0 as usize].local {
            Some(id) => ((0, id.0), self.local(id)),
            None => ((3, u32::MAX / 2 + area.0), self.temporary(self.flow.words.len() as u32 + area.0)),
        }
    }

    /// The name of what has none: numbered after all that have one.
    fn temporary(&self, n: u32) -> String {
        let dot = if self.old { "" } else { "." };
        format!("{dot}autotmp_{}", self.func.locals.len() as u32 + n)
    }
}
