//! An independent look at code: what every function keeps to, whoever made it.
//!
//! 1. Branches lead to instructions, and control does not run off the end.
//! 2. No instruction stands for several. Operands are within the frame, calls beyond it and their frames within its reach; numbers of
//!    tables are in them.
//! 3. Every safepoint has a map, and nothing else has; its words are in ascending order and in the frame.
//! 4. Words are written before they are read, on every path.
//! 5. A word of a map has been written, on every path, and holds no number: an address, nil, or what was in memory.
//! 6. A word that is in some map never is given a number.
//! 7. A word that surely holds an object of the heap, or is in some map, and is read after a safepoint before it is
//!    written, is in the map of that safepoint.
//!
//! It shares nothing with code generation but the list of what instructions read and write ([`super::effects`]): an abstract
//! interpretation of each function, forwards for what words hold, backwards for which are read.

use super::effects::{Effects, Put, effects};
use super::{Code, Function, GroupStore, Op};
use std::collections::BTreeSet;

/// Something that code does not keep to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The function's name.
    pub func: String,
    /// The instruction.
    pub pc: u32,
    /// What is wrong.
    pub what: String,
}

/// What a word holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Held {
    /// Nothing yet, on some path.
    Nothing,
    Zero,
    Number,
    /// An address outside of the heap.
    Address,
    /// The address of a byte of this frame.
    Frame(u64),
    /// The address of an object.
    Object,
    /// A pointer or a number.
    Anything,
}

impl Held {
    fn join(self, other: Held) -> Held {
        use Held::*;
        match (self, other) {
            (a, b) if a == b => a,
            (Nothing, _) | (_, Nothing) => Nothing,
            (Number, _) | (_, Number) => Number,
            (Anything, _) | (_, Anything) => Anything,
            (Object, _) | (_, Object) => Anything,
            (Zero | Address | Frame(_), _) => Address,
        }
    }

    fn plus(self) -> Held {
        match self {
            // Of nil, it is never computed; of the number zero, it is a number.
            Held::Zero => Held::Anything,
            Held::Frame(_) => Held::Address,
            other => other,
        }
    }

    fn may_be_in_a_map(self) -> bool {
        !matches!(self, Held::Nothing | Held::Number)
    }
}

/// Looks at all functions; no faults, if all is well.
pub fn verify(code: &Code) -> Vec<Fault> {
    let mut faults = Vec::new();
    for func in &code.funcs {
        let mut look = Look { code, func, effects: func.ops.iter().map(effects).collect(), faults: &mut faults };
        look.tables();
        if look.shape() {
            look.maps();
            look.contents();
        }
    }
    faults
}

struct Look<'c, 'f> {
    code: &'c Code,
    func: &'c Function,
    effects: Vec<Effects>,
    faults: &'f mut Vec<Fault>,
}

impl Look<'_, '_> {
    fn fault(&mut self, pc: usize, what: impl Into<String>) {
        self.faults.push(Fault { func: self.func.name.clone(), pc: pc as u32, what: what.into() });
    }

    fn group(&self, op: &Op) -> &[GroupStore] {
        match op {
            Op::StoreGroup { group } => self.code.groups.get(*group as usize).map_or(&[], |g| g),
            _ => &[],
        }
    }

    // --- 1 and 2 ----------------------------------------------------------------------------------

    /// Are numbers of tables in them?
    fn tables(&mut self) {
        let code = self.code;
        let within = |n: usize, len: usize| n < len;
        for (pc, op) in self.func.ops.iter().enumerate() {
            let fine = match *op {
                Op::Const { index, .. } => within(index as usize, code.constants.len()),
                Op::StaticAddr { offset, .. } => offset as usize <= code.statics.words.len() * 8,
                Op::GlobalAddr { offset, .. } | Op::LoadGlobal { offset, .. } | Op::StoreGlobal { offset, .. } => {
                    u64::from(offset) <= code.globals.words * 8
                }
                Op::TypeWord { descriptor, .. } => within(descriptor as usize, code.descriptors.len()),
                Op::New { descriptor, site, .. } => {
                    within(descriptor as usize, code.descriptors.len()) && within(site as usize, code.sites.len())
                }
                Op::StorePtr { site, .. } | Op::CallRt { site, .. } => within(site as usize, code.sites.len()),
                Op::StoreGroup { group } => within(group as usize, code.groups.len()),
                Op::Move { index, .. } | Op::Clear { index, .. } => within(index as usize, code.moves.len()),
                Op::Call { func, .. } => within(func as usize, code.funcs.len()),
                Op::CallNative { native, .. } => within(native as usize, code.natives.len()),
                Op::CallInterface { method, .. } => within(method as usize, code.methods.len()),
                _ => true,
            };
            if !fine {
                self.fault(pc, format!("a number is beyond its table: {op:?}"));
            }
            if op.is_fused() {
                self.fault(pc, format!("an instruction that is none of code: {op:?}"));
            }
        }
    }

    /// Is control where instructions are, and are operands where words are?
    fn shape(&mut self) -> bool {
        let before = self.faults.len();
        let count = self.func.ops.len();
        let (frame, reach) = (self.func.frame, self.func.reach);
        for pc in 0..count {
            let e = self.effects[pc].clone();
            if let Some(to) = e.branch
                && !(0..count as i64).contains(&(pc as i64 + 1 + i64::from(to)))
            {
                self.fault(pc, "a branch leads out of the function");
            }
            if pc + 1 == count && !e.ends {
                self.fault(pc, "control runs off the end");
            }
            let group = self.group(&self.func.ops[pc]).iter().flat_map(|s| [u32::from(s.base), u32::from(s.value)]);
            let words = e.reads.iter().copied().chain(e.writes.iter().map(|w| w.0)).chain(group);
            if let Some(word) = words.max().filter(|&w| w >= reach) {
                self.fault(pc, format!("w{word} is out of the frame"));
            }
            if let Some(base) = e.call {
                let callee = match self.func.ops[pc] {
                    Op::Call { func, .. } => self.code.funcs.get(func as usize).map_or(0, |f| f.results + f.params),
                    _ => 0,
                };
                // A native that is a function value is called with the frame of that function.
                let whole = matches!(self.func.ops[pc], Op::CallNative { base: 0, .. });
                if (base < frame && !whole) || base + callee > reach {
                    self.fault(pc, "a call's frame is not behind the caller's");
                }
            }
        }
        self.faults.len() == before
    }

    // --- 3 ----------------------------------------------------------------------------------------

    fn is_safepoint(&self, pc: usize) -> bool {
        self.effects[pc].call.is_some() || self.effects[pc].allocates
    }

    fn maps(&mut self) {
        let listed: BTreeSet<u32> = self.func.maps.iter().map(|(pc, _)| *pc).collect();
        if !self.func.maps.is_sorted_by(|a, b| a.0 < b.0) {
            self.fault(0, "maps are not in order");
        }
        for pc in 0..self.func.ops.len() {
            match (self.is_safepoint(pc), listed.contains(&(pc as u32))) {
                (true, false) => self.fault(pc, "a safepoint has no map"),
                (false, true) => self.fault(pc, "there is a map where no safepoint is"),
                _ => {}
            }
        }
        for (pc, map) in &self.func.maps {
            if !map.is_sorted_by(|a, b| a < b) || map.last().is_some_and(|&w| w >= self.func.frame) {
                self.fault(*pc as usize, "the words of a map are not in order, or out of the frame");
            }
        }
    }

    // --- 4 to 7 -----------------------------------------------------------------------------------

    fn contents(&mut self) {
        if self.func.ops.is_empty() {
            return;
        }
        let states = self.forward();
        let live = self.backward(&states);
        let mut pointers: BTreeSet<u32> = self.func.maps.iter().flat_map(|(_, map)| map.iter().copied()).collect();
        pointers.extend(self.func.entry.iter());
        let written: BTreeSet<u32> = self.effects.iter().flat_map(|e| e.writes.iter().map(|w| w.0)).collect();

        for pc in 0..self.func.ops.len() {
            let Some(state) = &states[pc] else { continue };
            let e = self.effects[pc].clone();
            let group = self.group(&self.func.ops[pc]).iter().flat_map(|s| [u32::from(s.base), u32::from(s.value)]);
            let mut read: Vec<u32> = e.reads.iter().copied().chain(group).collect();
            if let Op::Return = self.func.ops[pc] {
                // A result whose place the caller names is not written here, but through that.
                read.extend((0..self.func.results).filter(|w| written.contains(w)));
            }
            for word in read {
                if state[word as usize] == Held::Nothing {
                    self.fault(pc, format!("w{word} is read before it is written"));
                }
            }
            for &(word, put) in &e.writes {
                if pointers.contains(&word) && value(state, put) == Held::Number {
                    self.fault(pc, format!("w{word}, which is a pointer, is given a number"));
                }
            }
            let Some(map) = self.func.map(pc as u32).cloned() else { continue };
            for &word in map.iter() {
                if !state[word as usize].may_be_in_a_map() {
                    self.fault(pc, format!("w{word} is in the map, but holds {:?}", state[word as usize]));
                }
            }
            self.arguments(pc, state);
            for &word in &live[pc] {
                let pointer = pointers.contains(&word) && state[word as usize] != Held::Number;
                let held = state[word as usize];
                if (pointer || held == Held::Object) && !map.contains(&word) {
                    self.fault(pc, format!("w{word} is read later, but not in the map"));
                }
            }
        }
    }

    /// Are the arguments of a call of a known function there, and no numbers for pointers?
    fn arguments(&mut self, pc: usize, state: &[Held]) {
        let Op::Call { func, base } = self.func.ops[pc] else { return };
        let callee = &self.code.funcs[func as usize];
        for i in callee.results..callee.results + callee.params {
            let held = state[(u32::from(base) + i) as usize];
            if held == Held::Nothing {
                self.fault(pc, format!("parameter word {i} of {} is not written", callee.name));
            } else if held == Held::Number && callee.entry.contains(&i) {
                self.fault(pc, format!("parameter word {i} of {} is a pointer, but given a number", callee.name));
            }
        }
    }

    /// What words hold before each instruction; `None` where control never comes.
    fn forward(&self) -> Vec<Option<Vec<Held>>> {
        let count = self.func.ops.len();
        let mut states: Vec<Option<Vec<Held>>> = vec![None; count];
        let mut start = vec![Held::Nothing; self.func.reach as usize];
        let front = (self.func.results + self.func.params) as usize;
        start[self.func.results as usize..front].fill(Held::Anything);
        let written: BTreeSet<u32> = self.effects.iter().flat_map(|e| e.writes.iter().map(|w| w.0)).collect();
        for word in (0..self.func.results).filter(|w| !written.contains(w)) {
            start[word as usize] = Held::Anything;
        }
        if let Some(closure) = self.func.closure {
            start[closure as usize] = Held::Anything;
        }
        states[0] = Some(start);
        let mut waiting = vec![0usize];
        while let Some(pc) = waiting.pop() {
            let Some(mut state) = states[pc].clone() else { continue };
            let e = &self.effects[pc];
            if e.panics
                && let Some(recover) = self.func.recover
            {
                merge(&mut states, &mut waiting, recover as usize, &state);
            }
            self.step(pc, e, &mut state);
            if let Some(to) = e.branch {
                merge(&mut states, &mut waiting, (pc as i64 + 1 + i64::from(to)) as usize, &state);
            }
            if !e.ends {
                merge(&mut states, &mut waiting, pc + 1, &state);
            }
        }
        states
    }

    fn step(&self, pc: usize, e: &Effects, state: &mut [Held]) {
        let before = state.to_vec();
        let mut store = |base: u32, offset: i64, held: Held, words: u64| {
            let Held::Frame(at) = before[base as usize] else { return };
            let first = (at as i64 + offset) / 8;
            for word in first..first + words as i64 {
                if let Some(slot) = usize::try_from(word).ok().and_then(|w| state.get_mut(w)) {
                    *slot = held;
                }
            }
        };
        for &(base, offset, from) in &e.stores {
            store(base, offset, before[from as usize], 1);
        }
        for s in self.group(&self.func.ops[pc]) {
            store(u32::from(s.base), i64::from(s.offset), before[usize::from(s.value)], 1);
        }
        if let Some((base, index, zero)) = e.block {
            let size = self.code.moves.get(index as usize).map_or(0, |m| m.size);
            store(base, 0, if zero { Held::Zero } else { Held::Anything }, size.div_ceil(8));
        }
        for &(word, put) in &e.writes {
            state[word as usize] = value(&before, put);
        }
        if let Some(base) = e.call {
            // Results are there, whatever is behind them is gone.
            let results = match self.func.ops[pc] {
                Op::Call { func, .. } => base + self.code.funcs[func as usize].results,
                _ => self.func.reach,
            };
            let base = if base < self.func.frame { self.func.frame } else { base };
            for word in base..self.func.reach {
                state[word as usize] = if word < results { Held::Anything } else { Held::Nothing };
            }
            if let Op::CallNative { base: 0, .. } = self.func.ops[pc] {
                state[..self.func.results as usize].fill(Held::Anything);
            }
        }
    }

    /// The words of the frame that a block is written over.
    fn covered(&self, e: &Effects, state: Option<&[Held]>) -> std::ops::Range<usize> {
        let Some((base, index, _)) = e.block else { return 0..0 };
        let size = self.code.moves.get(index as usize).map_or(0, |m| m.size) as usize;
        match state.map(|s| s[base as usize]) {
            Some(Held::Frame(at)) if at % 8 == 0 => at as usize / 8..at as usize / 8 + size / 8,
            _ => 0..0,
        }
    }

    /// The words that are read after each safepoint, before they are written.
    fn backward(&self, states: &[Option<Vec<Held>>]) -> Vec<Vec<u32>> {
        let count = self.func.ops.len();
        let words = self.func.frame as usize;
        let mut ins = vec![fixedbitset::FixedBitSet::with_capacity(words); count];
        let mut outs = vec![Vec::new(); count];
        let mut changed = true;
        while changed {
            changed = false;
            for pc in (0..count).rev() {
                let e = &self.effects[pc];
                let mut live = fixedbitset::FixedBitSet::with_capacity(words);
                if !e.ends && pc + 1 < count {
                    live.union_with(&ins[pc + 1]);
                }
                if let Some(to) = e.branch {
                    live.union_with(&ins[(pc as i64 + 1 + i64::from(to)) as usize]);
                }
                e.writes.iter().filter(|w| (w.0 as usize) < words).for_each(|w| live.remove(w.0 as usize));
                let covered = self.covered(e, states[pc].as_deref());
                covered.filter(|&w| w < words).for_each(|w| live.remove(w));
                if self.is_safepoint(pc) {
                    outs[pc] = live.ones().map(|w| w as u32).collect();
                }
                let group = self.group(&self.func.ops[pc]).iter().flat_map(|s| [u32::from(s.base), u32::from(s.value)]);
                for word in e.reads.iter().copied().chain(group).filter(|&w| (w as usize) < words) {
                    live.insert(word as usize);
                }
                changed |= live != ins[pc];
                ins[pc] = live;
            }
        }
        outs
    }
}

fn value(state: &[Held], put: Put) -> Held {
    match put {
        Put::Number => Held::Number,
        Put::Zero => Held::Zero,
        Put::Address => Held::Address,
        Put::Frame(at) => Held::Frame(at),
        Put::Object => Held::Object,
        Put::Memory => Held::Anything,
        Put::Copy(word) => state[word as usize],
        Put::Offset(word) => state[word as usize].plus(),
    }
}

fn merge(states: &mut [Option<Vec<Held>>], waiting: &mut Vec<usize>, pc: usize, new: &[Held]) {
    match &mut states[pc] {
        None => states[pc] = Some(new.to_vec()),
        Some(old) => {
            let mut changed = false;
            for (old, &new) in old.iter_mut().zip(new) {
                let joined = old.join(new);
                changed |= joined != *old;
                *old = joined;
            }
            if !changed {
                return;
            }
        }
    }
    waiting.push(pc);
}
