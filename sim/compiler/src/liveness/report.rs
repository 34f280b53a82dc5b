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
//! listed by part, unless it is a parameter.
//!
//! In the eras of 2016 and 2017 there are no stack objects: memory whose address is taken is listed as long as it has a value, and
//! temporaries are called `autotmp_3`.
//!
//! Source: `showlive` and `emitStackObjects`, Go 1.19 cmd/compile/internal/liveness/plive.go.

use super::areas::Rule;
use super::words::WordLiveness;
use super::{Live, Liveness};
use crate::flow::blocks::Blocks;
use crate::flow::{Area, Callee, Flow, Kind, Owner, Word};
use crate::ir::{Class, Func, LocalId, Program};
use crate::options::Lowering;
use crate::source::Pos;

/// The messages about one function, in the order of its instructions.
pub fn report(program: &Program<'_>, flow: &Flow, lowering: Lowering) -> Vec<(Pos, String)> {
    let func = program.func(flow.func);
    if func.wrapper || func.name == "init" {
        return Vec::new();
    }
    let old = lowering < Lowering::MapAssignOp;
    let rule = if old { Rule::Initialised } else { Rule::LastUse };
    let blocks = Blocks::new(flow);
    let words = WordLiveness::new(flow, &blocks);
    let live = Liveness::new(flow, &blocks, &words, rule);
    let names = Names { program, flow, func, old };

    let mut messages = Vec::new();
    let mut say = |pos: Pos, what: String, live: &Live| {
        let list = names.list(live);
        if !list.is_empty() {
            messages.push((pos, format!("live at {what}: {}", list.join(" "))));
        }
    };
    say(func.pos, format!("entry to {}", func.name), &live.entry);
    for (i, live) in &live.points {
        let inst = &flow.insts[*i];
        let what = match inst.kind {
            Kind::New { .. } => "call to newobject".to_owned(),
            Kind::Call { callee, .. } => match callee {
                Callee::Func(id) | Callee::Native(id) => format!("call to {}", program.func(id).name),
                Callee::Rt(rt) => format!("call to {}", rt.name()),
                Callee::Closure(_) | Callee::Method(..) => "indirect call".to_owned(),
            },
            _ => continue,
        };
        say(inst.pos, what, live);
    }
    if !old {
        let objects = flow.areas.iter().filter(|a| a.object && !a.pointers.is_empty());
        for (area, id) in objects.filter_map(|a| a.local.map(|id| (a, id))) {
            let ty = program.types.name(area.ty, Some(func.package));
            messages.push((area.pos, format!("stack object {} {ty}", names.local(id))));
        }
    }
    messages
}

struct Names<'n, 'a> {
    program: &'n Program<'a>,
    flow: &'n Flow,
    func: &'n Func<'a>,
    old: bool,
}

impl Names<'_, '_> {
    /// The names of what is live, each once.
    fn list(&self, live: &Live) -> Vec<String> {
        let words = live.words.iter().map(|&w| self.word(w));
        let areas = live.areas.iter().map(|&a| self.area(a));
        let mut list: Vec<((u32, u32), String)> = words.chain(areas).collect();
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

    /// The place in the list, and the name, of a word.
    fn word(&self, word: Word) -> ((u32, u32), String) {
        match self.flow.word(word).owner {
            Owner::Local(id, part) => {
                let local = self.func.local(id);
                let name = self.local(id);
                if matches!(local.class, Class::Param | Class::Temp) {
                    return ((0, id.0), name);
                }
                let suffix = crate::flow::shape::Shapes::default()
                    .parts(&self.program.types, local.ty)
                    .map_or_else(String::new, |parts| parts[part as usize].suffix.clone());
                let order = if suffix.is_empty() { 0 } else { 2 };
                ((order, id.0), name + &suffix)
            }
            Owner::Heap(id) => ((1, id.0), format!("&{}", self.func.local(id).name)),
            Owner::Scratch => ((3, word.0), self.temporary(word.0)),
        }
    }

    fn area(&self, area: Area) -> ((u32, u32), String) {
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
