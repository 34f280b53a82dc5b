//! From flow to instructions: one function, its words in their places.
//!
//! Most of flow's instructions are one of the machine's. What does not fit is spelled out: numbers too large for an
//! instruction become constants, places beyond the window go through shuttles. Neighbours that do together what one instruction does
//! become that one: moves and loads of words side by side, pointer stores that share a test of the barrier flag.

use super::sites::Sites;
use super::{Function, GroupStore, Move, Op, R, StackMap};
use crate::flow::frame::{Frame, WINDOW, fits};
use crate::flow::shape::Width;
use crate::flow::{
    Area, Barrier, Binary, Callee, Flow, Inst, Kind, Label, Mem, Operand, Owner, StoreInfo, Target, Test, Unary, Unit,
    Word,
};
use crate::ir::{Func, LocalId};
use crate::liveness::{Live, Liveness};
use crate::source::{Pos, Sources, Span};
use crate::types::Ty;
use std::collections::{BTreeMap, BTreeSet};

/// What functions share: tables of the program.
#[derive(Debug)]
pub struct Tables<'s> {
    /// For the names of sites.
    pub sources: &'s Sources,
    /// The sites.
    pub sites: Sites,
    /// Numbers that do not fit an instruction.
    pub constants: Vec<u64>,
    constant_numbers: BTreeMap<u64, u32>,
    /// Copies of blocks.
    pub moves: Vec<Move>,
    move_numbers: BTreeMap<(u32, Option<u32>), u32>,
    /// Groups of stores.
    pub groups: Vec<Vec<GroupStore>>,
    maps: BTreeSet<StackMap>,
    /// Natives by name.
    pub natives: Vec<String>,
    native_numbers: BTreeMap<String, u32>,
}

impl<'s> Tables<'s> {
    /// Nothing in them yet.
    pub fn new(sources: &'s Sources) -> Tables<'s> {
        Tables {
            sources,
            sites: Sites::default(),
            constants: Vec::new(),
            constant_numbers: BTreeMap::new(),
            moves: Vec::new(),
            move_numbers: BTreeMap::new(),
            groups: Vec::new(),
            maps: BTreeSet::new(),
            natives: Vec::new(),
            native_numbers: BTreeMap::new(),
        }
    }

    fn constant(&mut self, value: u64) -> u32 {
        *self.constant_numbers.entry(value).or_insert_with(|| {
            self.constants.push(value);
            self.constants.len() as u32 - 1
        })
    }

    /// The number of a native of this name.
    pub fn native(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.native_numbers.get(name) {
            return number;
        }
        let number = self.natives.len() as u32;
        self.natives.push(name.to_owned());
        self.native_numbers.insert(name.to_owned(), number);
        number
    }

    fn map(&mut self, places: &[u32]) -> StackMap {
        if let Some(map) = self.maps.get(places) {
            return map.clone();
        }
        let map: StackMap = places.into();
        self.maps.insert(map.clone());
        map
    }
}

struct Emit<'e, 's, 'p, 'a> {
    flow: &'e Flow,
    frame: &'e Frame,
    unit: &'e mut Unit<'p, 'a>,
    tables: &'e mut Tables<'s>,
    ops: Vec<Op>,
    lines: Vec<(u32, Pos)>,
    unsigned: Vec<u32>,
    pos: Pos,
    labels: Vec<u32>,
    /// Branches whose distance is not known yet.
    branches: Vec<(usize, Label)>,
    /// No instruction before this one may change: control comes in here.
    sealed: usize,
    /// The next free shuttle.
    shuttle: u32,
    /// Places beyond the window to be written after the instruction.
    pending: Vec<(R, u32)>,
}

/// Makes a function of flow that has been laid out.
pub fn emit(flow: &Flow, frame: &Frame, live: &Liveness, unit: &mut Unit<'_, '_>, tables: &mut Tables<'_>) -> Function {
    let func = unit.program.func(flow.func);
    let mut emit = Emit {
        flow,
        frame,
        unit,
        tables,
        ops: Vec::new(),
        lines: Vec::new(),
        unsigned: Vec::new(),
        pos: func.pos,
        labels: vec![u32::MAX; flow.labels as usize],
        branches: Vec::new(),
        sealed: 0,
        shuttle: 0,
        pending: Vec::new(),
    };
    let maps = emit.function(live);
    let entry = emit.places(&live.entry);
    let Emit { mut ops, lines, unsigned, labels, branches, tables, unit, .. } = emit;
    for (at, label) in branches {
        let to = labels[label.0 as usize] as i32 - at as i32 - 1;
        set_branch(&mut ops[at], to);
    }
    let too_far =
        frame.size > u16::MAX as u32 || frame.shuttles.is_some_and(|s| s + crate::flow::frame::SHUTTLES > WINDOW);
    let too_many = tables.sites.len() > u16::MAX as usize || unit.descriptors.len() > u16::MAX as usize;
    if too_far || too_many {
        let what = if too_far { "a function with so large a frame" } else { "a program of so many stores and types" };
        unit.problems.unsupported(Span::at(func.pos), what);
    }
    Function {
        name: format!("{}.{}", func.package, func.name),
        ops,
        results: flow.results,
        params: flow.params,
        closure: flow.closure.filter(|&w| frame.is_used(w)).map(|w| frame.word(w)),
        frame: frame.size,
        reach: frame.reach,
        entry: tables.map(&entry),
        maps,
        recover: flow.recover.map(|label| labels[label.0 as usize]).filter(|&pc| pc != u32::MAX),
        lines,
        unsigned,
        names: names(flow, frame, func),
        wrapper: func.wrapper,
    }
}

/// Where the variables that have names are; one in the heap is where its address is.
fn names(flow: &Flow, frame: &Frame, func: &Func<'_>) -> Vec<(u32, u32, String)> {
    let mut names = BTreeSet::new();
    let mut add = |at: u32, words: u32, id: LocalId, prefix: &str| {
        let name = func.local(id).name;
        if !name.is_empty() && name != "_" {
            names.insert((at, words, format!("{prefix}{name}")));
        }
    };
    for (i, info) in flow.words.iter().enumerate() {
        let word = Word(i as u32);
        match info.owner {
            Owner::Local(id, _) if frame.is_used(word) => add(frame.word(word), 1, id, ""),
            Owner::Heap(id) if frame.is_used(word) => add(frame.word(word), 1, id, "&"),
            _ => {}
        }
    }
    for (i, info) in flow.areas.iter().enumerate() {
        if let Some(id) = info.local {
            add(frame.area(Area(i as u32)), info.words, id, "");
        }
    }
    names.into_iter().collect()
}

/// Makes an instruction with an immediate operand, of 32 or of 8 bits.
type Immediate = fn(R, R, i32, u8) -> Op;

impl Emit<'_, '_, '_, '_> {
    fn function(&mut self, live: &Liveness) -> Vec<(u32, StackMap)> {
        let mut maps = Vec::new();
        self.zero(live);
        let mut points = live.points.iter();
        let mut i = 0;
        while i < self.flow.insts.len() {
            let inst = self.flow.insts[i];
            self.pos = inst.pos;
            let grouped = self.group(i);
            if grouped > 0 {
                i += grouped;
                continue;
            }
            self.inst(&inst);
            if inst.unsigned {
                self.unsigned.push(self.ops.len() as u32 - 1);
            }
            if inst.kind.is_safepoint()
                && let Some((at, live)) = points.next()
            {
                debug_assert_eq!(*at, i);
                let places = self.places(live);
                let pc = self.ops.len() as u32 - 1;
                maps.push((pc, self.tables.map(&places)));
            }
            self.settle();
            i += 1;
        }
        maps
    }

    /// Zeroes what may be looked at before it has a value.
    fn zero(&mut self, live: &Liveness) {
        for &word in &live.zero_words {
            self.zero_frame(self.frame.word(word), 1);
        }
        for &area in &live.zero_areas {
            self.zero_frame(self.frame.area(area), self.flow.areas[area.0 as usize].words);
        }
        self.sealed = self.ops.len();
    }

    fn zero_frame(&mut self, mut word: u32, mut count: u32) {
        while count > 0 {
            let now = count.min(u16::MAX as u32);
            self.push(Op::ZeroFrame { word, count: now as u16 });
            word += now;
            count -= now;
        }
    }

    /// The places of live pointers, ascending.
    fn places(&self, live: &Live) -> Vec<u32> {
        let mut places: Vec<u32> =
            live.words.iter().filter(|w| self.frame.is_used(**w)).map(|&w| self.frame.word(w)).collect();
        for &area in &live.areas {
            let at = self.frame.area(area);
            places.extend(self.flow.areas[area.0 as usize].pointers.iter().map(|p| at + p));
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    // --- operands ---------------------------------------------------------------------------------

    fn push(&mut self, op: Op) {
        if self.lines.last().is_none_or(|&(_, pos)| pos != self.pos) {
            self.lines.push((self.ops.len() as u32, self.pos));
        }
        self.ops.push(op);
    }

    /// Pushes a move or load, together with the one before if they are side by side.
    fn push_merged(&mut self, op: Op) {
        let last = if self.ops.len() > self.sealed { self.ops.last().copied() } else { None };
        let merged = match (last, op) {
            (Some(Op::Mov { a, b }), Op::Mov { a: c, b: d })
                if (c, d) == (a.wrapping_add(1), b.wrapping_add(1)) && d != a =>
            {
                Some(Op::Mov2 { a, b })
            }
            (Some(Op::Mov2 { a, b }), Op::Mov { a: c, b: d })
                if (c, d) == (a.wrapping_add(2), b.wrapping_add(2)) && d != a && d != a + 1 =>
            {
                Some(Op::Mov3 { a, b })
            }
            (Some(Op::LoadW { a, b, offset }), Op::LoadW { a: c, b: d, offset: o })
                if c == a.wrapping_add(1) && b == d && o == offset.wrapping_add(8) && a != b =>
            {
                Some(Op::Load2W { a, b, offset })
            }
            (Some(Op::Load2W { a, b, offset }), Op::LoadW { a: c, b: d, offset: o })
                if c == a.wrapping_add(2) && b == d && o == offset.wrapping_add(16) && a != b && a + 1 != b =>
            {
                Some(Op::Load3W { a, b, offset })
            }
            _ => None,
        };
        match merged {
            Some(op) => *self.ops.last_mut().expect("there was one") = op,
            None => self.push(op),
        }
    }

    fn take_shuttles(&mut self, count: u32) -> R {
        let first = self.frame.shuttles.unwrap_or(0) + self.shuttle;
        self.shuttle += count;
        debug_assert!(self.frame.shuttles.is_some() && self.shuttle <= crate::flow::frame::SHUTTLES);
        first as R
    }

    /// A run within reach.
    fn run(&mut self, word: Word, count: u32) -> R {
        let at = self.frame.word(word);
        if at + count <= WINDOW {
            return at as R;
        }
        let a = self.take_shuttles(count);
        for i in 0..count {
            self.push(Op::LoadFrame { a: a + i as R, word: at + i });
        }
        a
    }

    /// A word within reach.
    fn r(&mut self, word: Word) -> R {
        self.run(word, 1)
    }

    /// Where a run is to be written within reach.
    fn dst_run(&mut self, word: Word, count: u32) -> R {
        let at = self.frame.word(word);
        if at + count <= WINDOW {
            return at as R;
        }
        let a = self.take_shuttles(count);
        self.pending.extend((0..count).map(|i| (a + i as R, at + i)));
        a
    }

    fn d(&mut self, word: Word) -> R {
        self.dst_run(word, 1)
    }

    /// A word that an instruction uses for itself; any, if it does not.
    fn temp(&mut self, word: Word) -> R {
        match self.frame.is_used(word).then(|| R::try_from(self.frame.word(word))) {
            None => 0,
            Some(Ok(a)) => a,
            Some(Err(_)) => self.take_shuttles(1),
        }
    }

    /// Writes what is pending; shuttles are free again.
    fn settle(&mut self) {
        for (a, word) in std::mem::take(&mut self.pending) {
            self.push(Op::StoreFrame { a, word });
        }
        self.shuttle = 0;
    }

    /// A number in a shuttle or another word that may be overwritten.
    fn number(&mut self, a: R, value: i64) {
        match i32::try_from(value) {
            Ok(imm) => self.push(Op::MovI { a, imm }),
            Err(_) => {
                let index = self.tables.constant(value as u64);
                self.push(Op::Const { a, index });
            }
        }
    }

    /// The place of the first word of frame memory, and bytes from there.
    fn frame_place(&self, mem: Mem) -> (u32, u32) {
        match mem {
            Mem::Area { area, offset } => (self.frame.area(area) + offset / 8, offset % 8),
            Mem::Out { offset } => (self.frame.size + offset / 8, offset % 8),
            _ => (0, 0),
        }
    }

    /// The address of memory, in the word `a` unless it is in one already.
    fn address(&mut self, mem: Mem, a: R) -> R {
        match mem {
            Mem::Ptr { base, offset, .. } => {
                let b = self.r(base);
                if offset == 0 {
                    return b;
                }
                self.push(Op::AddI { a, b, imm: offset as i32 });
            }
            Mem::Static { offset } => self.push(Op::StaticAddr { a, offset }),
            Mem::Global { offset } => self.push(Op::GlobalAddr { a, offset }),
            Mem::Area { .. } | Mem::Out { .. } => {
                let (word, rest) = self.frame_place(mem);
                self.push(Op::FrameAddr { a, word });
                if rest > 0 {
                    self.push(Op::AddI { a, b: a, imm: rest as i32 });
                }
            }
        }
        a
    }

    // --- instructions -----------------------------------------------------------------------------

    fn inst(&mut self, inst: &Inst) {
        match inst.kind {
            Kind::Label(label) => {
                self.labels[label.0 as usize] = self.ops.len() as u32;
                self.sealed = self.ops.len();
            }
            Kind::Mov { dst, src } => self.mov(dst, src),
            Kind::Int { dst, value } => {
                let a = self.d(dst);
                self.number(a, value);
            }
            Kind::Addr { dst, of } => {
                let a = self.d(dst);
                let at = self.address(of, a);
                if at != a {
                    self.push(Op::Mov { a, b: at });
                }
            }
            Kind::TypeWord { dst, ty } => {
                let (a, descriptor) = (self.d(dst), self.unit.descriptor(ty));
                self.push(Op::TypeWord { a, descriptor });
            }
            Kind::Unary { op, dst, x } => {
                let b = self.r(x);
                let a = self.d(dst);
                self.push(unary(op, a, b));
            }
            Kind::Binary { op, dst, x, y } => self.binary(op, dst, x, y),
            Kind::DivComplex { dst, x, y } => {
                let (b, c) = (self.run(x, 2), self.run(y, 2));
                let a = self.dst_run(dst, 2);
                self.push(Op::DivComplex { a, b, c });
            }
            Kind::CheckShift { x } => {
                let a = self.r(x);
                self.push(Op::CheckShift { a });
            }
            Kind::Jump(to) => {
                self.branches.push((self.ops.len(), to));
                self.push(Op::Jmp { to: 0 });
                self.sealed = self.ops.len();
            }
            Kind::Branch { test, x, y, to } => self.branch(test, x, y, to),
            Kind::Return => self.push(Op::Return),
            Kind::Unreachable => self.push(Op::Unreachable),
            Kind::Load { dst, from, width } => self.load(dst, from, width),
            Kind::Store { to, src, width, info } => self.store(to, src, width, info),
            Kind::Copy { to, from, ty, info, temps } => {
                let index = self.block(ty, info);
                let temp = temps.map(|t| self.temp(t));
                let (a, b) = (self.address(to, temp[0]), self.address(from, temp[1]));
                self.push(Op::Move { a, b, index });
            }
            Kind::Clear { to, ty, .. }
                if to.is_frame()
                    && self.frame_place(to).1 == 0
                    && self.unit.program.types.size(ty).is_multiple_of(8) =>
            {
                let words = self.unit.program.types.size(ty) / 8;
                self.zero_frame(self.frame_place(to).0, words as u32);
            }
            Kind::Clear { to, ty, info, temp } => {
                let index = self.block(ty, info);
                let temp = self.temp(temp);
                let a = self.address(to, temp);
                self.push(Op::Clear { a, index });
            }
            Kind::NilCheck { x } => {
                let a = self.r(x);
                self.push(Op::NilCheck { a });
            }
            Kind::Bounds { index, len } => {
                let a = self.r(index);
                match len {
                    Operand::Imm(n) => match u32::try_from(n) {
                        Ok(len) => self.push(Op::BoundsI { a, len }),
                        // No array is so long that an index of it would be needed.
                        Err(_) => self.push(Op::BoundsI { a, len: u32::MAX }),
                    },
                    Operand::Word(len) => {
                        let b = self.r(len);
                        self.push(Op::Bounds { a, b });
                    }
                }
            }
            Kind::Scale { dst, base, index, size } => {
                let (b, c) = (self.r(base), self.r(index));
                let a = self.d(dst);
                self.push(Op::Scale { a, b, c, size });
            }
            Kind::Element { dst, base, index, size } => {
                let (b, c) = (self.run(base, 2), self.r(index));
                let a = self.d(dst);
                self.push(Op::IndexAddr { a, b, c, size });
            }
            Kind::Index { dst, base, index, width } => {
                let (b, c) = (self.run(base, 2), self.r(index));
                let a = self.d(dst);
                self.push(match width {
                    Width::U1 => Op::Index1U { a, b, c },
                    Width::S4 => Op::Index4S { a, b, c },
                    _ => Op::IndexW { a, b, c },
                });
            }
            Kind::IndexPair { dst, base, index, size } => {
                let (b, c) = (self.run(base, 2), self.r(index));
                let a = self.dst_run(dst, 2);
                self.push(Op::IndexPair { a, b, c, size });
            }
            Kind::SetIndex { base, index, src, width } => {
                let (b, c, a) = (self.run(base, 2), self.r(index), self.r(src));
                self.push(match width.bytes() {
                    1 => Op::SetIndex1 { a, b, c },
                    4 => Op::SetIndex4 { a, b, c },
                    _ => Op::SetIndexW { a, b, c },
                });
            }
            Kind::SliceBounds { bounds, cap, what } => {
                let count = inst.kind.run_uses()[0].map_or(2, |(_, n)| n);
                let (a, b) = (self.run(bounds, count), self.r(cap));
                self.push(Op::SliceBounds { a, b, what });
            }
            Kind::SlicePtr { dst, base, lo, cap, size } => self.slice_ptr(dst, base, lo, cap, size),
            Kind::Call { callee, .. } => self.call(callee),
            Kind::New { dst, ty } => {
                let a = self.d(dst);
                let descriptor = self.unit.descriptor(ty) as u16;
                let site = self.site("newobject") as u16;
                self.push(Op::New { a, descriptor, site });
            }
            Kind::Define(_) | Kind::Kill(_) | Kind::Keep(_) | Kind::KeepWord(_) => {}
        }
    }

    fn mov(&mut self, dst: Word, src: Word) {
        let (to, from) = (self.frame.word(dst), self.frame.word(src));
        if to == from {
            return;
        }
        match (R::try_from(to), R::try_from(from)) {
            (Ok(a), Ok(b)) => self.push_merged(Op::Mov { a, b }),
            (Ok(a), Err(_)) => self.push(Op::LoadFrame { a, word: from }),
            (Err(_), Ok(a)) => self.push(Op::StoreFrame { a, word: to }),
            (Err(_), Err(_)) => {
                let a = self.r(src);
                self.push(Op::StoreFrame { a, word: to });
            }
        }
    }

    fn binary(&mut self, op: Binary, dst: Word, x: Word, y: Operand) {
        let b = self.r(x);
        let imm = if fits(y, 32) { y } else { Operand::Word(x) };
        if let Operand::Imm(n) = imm {
            let imm = n as i32;
            let bits = n as u8;
            let make: Option<Immediate> = match op {
                Binary::Add => Some(|a, b, imm, _| Op::AddI { a, b, imm }),
                Binary::Mul => Some(|a, b, imm, _| Op::MulI { a, b, imm }),
                Binary::And => Some(|a, b, imm, _| Op::AndI { a, b, imm }),
                Binary::Or => Some(|a, b, imm, _| Op::OrI { a, b, imm }),
                Binary::Xor => Some(|a, b, imm, _| Op::XorI { a, b, imm }),
                Binary::Shl => Some(|a, b, _, imm| Op::ShlI { a, b, imm }),
                Binary::ShrS => Some(|a, b, _, imm| Op::ShrSI { a, b, imm }),
                Binary::ShrU => Some(|a, b, _, imm| Op::ShrUI { a, b, imm }),
                _ => None,
            };
            if let Some(make) = make {
                let a = self.d(dst);
                return self.push(make(a, b, imm, bits));
            }
        }
        let c = match y {
            Operand::Word(y) => self.r(y),
            Operand::Imm(_) => unreachable!("code generation gives numbers only to instructions that take them"),
        };
        let a = self.d(dst);
        self.push(binary(op, a, b, c));
    }

    fn branch(&mut self, test: Test, x: Word, y: Operand, to: Label) {
        let a = self.r(x);
        let op = match (test, y) {
            (Test::True, _) => Op::JTrue { a, to: 0 },
            (Test::False, _) => Op::JFalse { a, to: 0 },
            (test, Operand::Imm(n)) => {
                let imm = n as i16;
                match test {
                    Test::Eq => Op::JEqI { a, imm, to: 0 },
                    Test::Ne => Op::JNeI { a, imm, to: 0 },
                    Test::LtS => Op::JLtI { a, imm, to: 0 },
                    Test::LeS => Op::JLeI { a, imm, to: 0 },
                    Test::GtS => Op::JGtI { a, imm, to: 0 },
                    _ => Op::JGeI { a, imm, to: 0 },
                }
            }
            (test, Operand::Word(y)) => {
                let b = self.r(y);
                match test {
                    Test::Eq => Op::JEq { a, b, to: 0 },
                    Test::Ne => Op::JNe { a, b, to: 0 },
                    Test::LtS => Op::JLtS { a, b, to: 0 },
                    Test::LeS => Op::JLeS { a, b, to: 0 },
                    Test::GtS => Op::JLtS { a: b, b: a, to: 0 },
                    Test::GeS => Op::JLeS { a: b, b: a, to: 0 },
                    Test::LtU => Op::JLtU { a, b, to: 0 },
                    Test::LeU => Op::JLeU { a, b, to: 0 },
                    Test::LtF => Op::JLtF { a, b, to: 0 },
                    _ => Op::JLeF { a, b, to: 0 },
                }
            }
        };
        self.branches.push((self.ops.len(), to));
        self.push(op);
        self.sealed = self.ops.len();
    }

    fn load(&mut self, dst: Word, from: Mem, width: Width) {
        match from {
            Mem::Ptr { base, offset, .. } => {
                let (b, offset) = (self.r(base), offset as i32);
                let a = self.d(dst);
                match width {
                    Width::W if self.pending.is_empty() => self.push_merged(Op::LoadW { a, b, offset }),
                    _ => self.push(load(width, a, b, offset)),
                }
            }
            Mem::Global { offset } => {
                let a = self.d(dst);
                self.push(Op::LoadGlobal { a, offset });
            }
            Mem::Static { offset } => {
                let a = self.d(dst);
                self.push(Op::StaticAddr { a, offset });
                self.push(load(width, a, a, 0));
            }
            Mem::Area { .. } | Mem::Out { .. } => {
                let (word, rest) = self.frame_place(from);
                let at = word * 8 + rest;
                let a = self.d(dst);
                let op = match width {
                    Width::W => match R::try_from(word) {
                        Ok(b) => return self.push_merged(Op::Mov { a, b }),
                        Err(_) => Op::LoadFrame { a, word },
                    },
                    Width::U1 => Op::LoadFrame1U { a, at },
                    Width::S1 => Op::LoadFrame1S { a, at },
                    Width::U2 => Op::LoadFrame2U { a, at },
                    Width::S2 => Op::LoadFrame2S { a, at },
                    Width::U4 => Op::LoadFrame4U { a, at },
                    Width::S4 => Op::LoadFrame4S { a, at },
                };
                self.push(op);
            }
        }
    }

    fn store(&mut self, to: Mem, src: Word, width: Width, info: StoreInfo) {
        let a = self.r(src);
        match to {
            Mem::Ptr { base, offset, .. } => {
                let (b, offset) = (self.r(base), offset as i32);
                if let Some(site) = self.barrier_site(info) {
                    return match i16::try_from(offset) {
                        Ok(offset) => self.push(Op::StorePtr { a, b, offset, site: site as u16 }),
                        Err(_) => self.push_group(vec![GroupStore { base: b, offset, value: a, site: Some(site) }]),
                    };
                }
                self.push(match width.bytes() {
                    1 => Op::Store1 { a, b, offset },
                    2 => Op::Store2 { a, b, offset },
                    4 => Op::Store4 { a, b, offset },
                    _ => Op::StoreW { a, b, offset },
                });
            }
            Mem::Global { offset } => self.push(Op::StoreGlobal { a, offset }),
            Mem::Static { .. } => self.unit.problems.unsupported(Span::at(self.pos), "a store to read-only data"),
            Mem::Area { .. } | Mem::Out { .. } => {
                let (word, rest) = self.frame_place(to);
                let at = word * 8 + rest;
                let op = match width.bytes() {
                    1 => Op::StoreFrame1 { a, at },
                    2 => Op::StoreFrame2 { a, at },
                    4 => Op::StoreFrame4 { a, at },
                    _ => match R::try_from(word) {
                        Ok(to) => return self.push_merged(Op::Mov { a: to, b: a }),
                        Err(_) => Op::StoreFrame { a, word },
                    },
                };
                self.push(op);
            }
        }
    }

    /// The site of a store's barrier, if it has one.
    fn barrier_site(&mut self, info: StoreInfo) -> Option<u32> {
        match info.barrier {
            Barrier::Needed | Barrier::Undecided => Some(self.site(match info.target {
                Target::Variable => "variable",
                Target::Field => "field",
                Target::Element => "element",
                Target::Pointee => "pointee",
                Target::MapSlot => "map slot",
                Target::Frame => "frame",
            })),
            Barrier::NoPointers | Barrier::Spared(_) => None,
        }
    }

    fn site(&mut self, kind: &str) -> u32 {
        self.tables.sites.number(self.tables.sources, self.pos, kind)
    }

    fn block(&mut self, ty: Ty, info: StoreInfo) -> u32 {
        let site = self.barrier_site(info);
        let descriptor = self.unit.descriptor(ty);
        let size = self.unit.program.types.size(ty);
        let tables = &mut *self.tables;
        *tables.move_numbers.entry((descriptor, site)).or_insert_with(|| {
            tables.moves.push(Move { descriptor, size, site });
            tables.moves.len() as u32 - 1
        })
    }

    fn slice_ptr(&mut self, dst: Word, base: Word, lo: Word, cap: Word, size: u32) {
        let (b, c, d) = (self.r(base), self.r(lo), self.r(cap));
        let a = self.d(dst);
        if let Ok(size) = u16::try_from(size) {
            return self.push(Op::SlicePtr { a, b, c, d, size });
        }
        self.push(Op::JEqI { a: d, imm: 0, to: 2 });
        self.push(Op::Scale { a, b, c, size });
        self.push(Op::Jmp { to: 1 });
        self.push(Op::Mov { a, b });
        self.sealed = self.ops.len();
    }

    fn call(&mut self, callee: Callee) {
        let base = self.frame.size as u16;
        let op = match callee {
            Callee::Func(id) => Op::Call { func: self.unit.function(id), base },
            Callee::Native(id) => {
                let func = self.unit.program.func(id);
                Op::CallNative { native: self.tables.native(&format!("{}.{}", func.package, func.name)), base }
            }
            Callee::Closure(closure) => Op::CallClosure { a: self.r(closure), base },
            Callee::Method(ty, method) => Op::CallInterface { a: self.r(ty), base, method },
            Callee::Rt(rt) => Op::CallRt { rt, base, site: self.site(rt.name()) as u16 },
        };
        self.push(op);
        self.sealed = self.ops.len();
    }

    // --- groups -----------------------------------------------------------------------------------

    /// Makes a group of the stores from an instruction on, if at least two of them have barriers; tells how many there are.
    fn group(&mut self, from: usize) -> usize {
        let stores = self.flow.insts[from..].iter().map_while(|inst| match inst.kind {
            Kind::Store { to: Mem::Ptr { base, offset, .. }, src, width: Width::W, info } => {
                let near = self.frame.word(base) < WINDOW && self.frame.word(src) < WINDOW;
                near.then_some((inst.pos, base, offset as i32, src, info))
            }
            _ => None,
        });
        let mut stores: Vec<_> = stores.collect();
        let barriers = |info: StoreInfo| matches!(info.barrier, Barrier::Needed | Barrier::Undecided);
        let Some(last) = stores.iter().rposition(|s| barriers(s.4)) else { return 0 };
        let first = stores.iter().position(|s| barriers(s.4)).unwrap_or(last);
        if first > 0 || first == last {
            return 0;
        }
        stores.truncate(last + 1);
        let mut group = Vec::with_capacity(stores.len());
        for &(pos, base, offset, src, info) in &stores {
            self.pos = pos;
            let site = self.barrier_site(info);
            group.push(GroupStore { base: self.r(base), offset, value: self.r(src), site });
        }
        self.pos = stores[0].0;
        self.push_group(group);
        self.settle();
        stores.len()
    }

    fn push_group(&mut self, group: Vec<GroupStore>) {
        let number = self.tables.groups.len() as u32;
        self.tables.groups.push(group);
        self.push(Op::StoreGroup { group: number });
    }
}

#[rustfmt::skip]
fn unary(op: Unary, a: R, b: R) -> Op {
    match op {
        Unary::Neg => Op::Neg { a, b }, Unary::Com => Op::Com { a, b }, Unary::Not => Op::Not { a, b },
        Unary::Ext1S => Op::Ext1S { a, b }, Unary::Ext2S => Op::Ext2S { a, b }, Unary::Ext4S => Op::Ext4S { a, b },
        Unary::Ext1U => Op::Ext1U { a, b }, Unary::Ext2U => Op::Ext2U { a, b }, Unary::Ext4U => Op::Ext4U { a, b },
        Unary::NegF => Op::NegF { a, b }, Unary::NegG => Op::NegG { a, b },
        Unary::IntToF => Op::IntToF { a, b }, Unary::UintToF => Op::UintToF { a, b },
        Unary::FToInt => Op::FToInt { a, b }, Unary::FToUint => Op::FToUint { a, b },
        Unary::FToInt32 => Op::FToInt32 { a, b },
        Unary::IntToG => Op::IntToG { a, b }, Unary::UintToG => Op::UintToG { a, b },
        Unary::GToInt => Op::GToInt { a, b }, Unary::GToUint => Op::GToUint { a, b },
        Unary::GToInt32 => Op::GToInt32 { a, b },
        Unary::FToG => Op::FToG { a, b }, Unary::GToF => Op::GToF { a, b },
    }
}

#[rustfmt::skip]
fn binary(op: Binary, a: R, b: R, c: R) -> Op {
    match op {
        Binary::Add => Op::Add { a, b, c }, Binary::Sub => Op::Sub { a, b, c }, Binary::Mul => Op::Mul { a, b, c },
        Binary::And => Op::And { a, b, c }, Binary::Or => Op::Or { a, b, c }, Binary::Xor => Op::Xor { a, b, c },
        Binary::AndNot => Op::AndNot { a, b, c },
        Binary::Shl => Op::Shl { a, b, c }, Binary::ShrS => Op::ShrS { a, b, c }, Binary::ShrU => Op::ShrU { a, b, c },
        Binary::DivS => Op::DivS { a, b, c }, Binary::DivU => Op::DivU { a, b, c },
        Binary::RemS => Op::RemS { a, b, c }, Binary::RemU => Op::RemU { a, b, c },
        Binary::AddF => Op::AddF { a, b, c }, Binary::SubF => Op::SubF { a, b, c },
        Binary::MulF => Op::MulF { a, b, c }, Binary::DivF => Op::DivF { a, b, c },
        Binary::AddG => Op::AddG { a, b, c }, Binary::SubG => Op::SubG { a, b, c },
        Binary::MulG => Op::MulG { a, b, c }, Binary::DivG => Op::DivG { a, b, c },
        Binary::Eq => Op::Eq { a, b, c }, Binary::Ne => Op::Ne { a, b, c },
        Binary::LtS => Op::LtS { a, b, c }, Binary::LeS => Op::LeS { a, b, c },
        Binary::LtU => Op::LtU { a, b, c }, Binary::LeU => Op::LeU { a, b, c },
        Binary::EqF => Op::EqF { a, b, c }, Binary::NeF => Op::NeF { a, b, c },
        Binary::LtF => Op::LtF { a, b, c }, Binary::LeF => Op::LeF { a, b, c },
        Binary::EqG => Op::EqG { a, b, c }, Binary::NeG => Op::NeG { a, b, c },
        Binary::LtG => Op::LtG { a, b, c }, Binary::LeG => Op::LeG { a, b, c },
    }
}

fn load(width: Width, a: R, b: R, offset: i32) -> Op {
    match width {
        Width::W => Op::LoadW { a, b, offset },
        Width::U1 => Op::Load1U { a, b, offset },
        Width::S1 => Op::Load1S { a, b, offset },
        Width::U2 => Op::Load2U { a, b, offset },
        Width::S2 => Op::Load2S { a, b, offset },
        Width::U4 => Op::Load4U { a, b, offset },
        Width::S4 => Op::Load4S { a, b, offset },
    }
}

fn set_branch(op: &mut Op, distance: i32) {
    match op {
        Op::Jmp { to }
        | Op::JTrue { to, .. }
        | Op::JFalse { to, .. }
        | Op::JEq { to, .. }
        | Op::JNe { to, .. }
        | Op::JLtS { to, .. }
        | Op::JLeS { to, .. }
        | Op::JLtU { to, .. }
        | Op::JLeU { to, .. }
        | Op::JEqI { to, .. }
        | Op::JNeI { to, .. }
        | Op::JLtI { to, .. }
        | Op::JLeI { to, .. }
        | Op::JGtI { to, .. }
        | Op::JGeI { to, .. }
        | Op::JLtF { to, .. }
        | Op::JLeF { to, .. } => *to = distance,
        _ => unreachable!("only branches have a distance"),
    }
}
