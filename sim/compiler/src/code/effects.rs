//! What each instruction reads and writes: for those who look at code from outside, not for the machine.

use super::op::{Branch, Op, SliceCheck};

/// What an instruction puts into a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Put {
    /// A number, or a truth value.
    Number,
    /// Zero: nil, or a number.
    Zero,
    /// An address that is not in the heap: of read-only data, package variables, a type.
    Address,
    /// The address of a byte of the frame.
    Frame(u64),
    /// A new object.
    Object,
    /// What is in memory, which may be anything.
    Memory,
    /// What is in another word.
    Copy(u32),
    /// What is in another word and a number more: an address, if that was one.
    Offset(u32),
}

/// What an instruction does to the frame.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// Words that are read.
    pub reads: Vec<u32>,
    /// Words that are written, and with what.
    pub writes: Vec<(u32, Put)>,
    /// Memory that is written with words: through the address in a word, at a distance in bytes, and with which word.
    pub stores: Vec<(u32, i64, u32)>,
    /// The table entry of a copy or zeroing through the address in a word.
    pub block: Option<(u32, u32, bool)>,
    /// How far it may jump.
    pub branch: Option<Branch>,
    /// Does control never go on with the next one?
    pub ends: bool,
    /// Can it call other code, or let the collector run? Then the outgoing words begin here.
    pub call: Option<u32>,
    /// Is it an allocation, which is a safepoint, too?
    pub allocates: bool,
    /// Can it panic?
    pub panics: bool,
}

/// The effects of an instruction.
#[rustfmt::skip]
pub fn effects(op: &Op) -> Effects {
    use Op::*;
    let mut e = Effects::default();
    let w = u32::from;
    match *op {
        Mov { a, b } => e.copy(w(a), w(b), 1),
        Mov2 { a, b } => e.copy(w(a), w(b), 2),
        Mov3 { a, b } => e.copy(w(a), w(b), 3),
        MovI { a, imm } => e.put(w(a), if imm == 0 { Put::Zero } else { Put::Number }),
        Const { a, .. } => e.put(w(a), Put::Number),
        StaticAddr { a, .. } | GlobalAddr { a, .. } | TypeWord { a, .. } => e.put(w(a), Put::Address),
        FrameAddr { a, word } => e.put(w(a), Put::Frame(u64::from(word) * 8)),
        LoadFrame { a, word } => e.copy(w(a), word, 1),
        StoreFrame { a, word } => e.copy(word, w(a), 1),
        ZeroFrame { word, count } => (0..u32::from(count)).for_each(|i| e.put(word + i, Put::Zero)),
        LoadFrame1U { a, at } | LoadFrame1S { a, at } | LoadFrame2U { a, at } | LoadFrame2S { a, at }
        | LoadFrame4U { a, at } | LoadFrame4S { a, at } => {
            e.reads.push(at / 8);
            e.put(w(a), Put::Number);
        }
        StoreFrame1 { a, at } | StoreFrame2 { a, at } | StoreFrame4 { a, at } => {
            e.reads.push(w(a));
            e.put(at / 8, Put::Number);
        }

        // The sum of a pointer and a number is a pointer; which of them is, the words tell.
        Add { a, b, c } | Sub { a, b, c } => {
            e.reads.extend([w(b), w(c)]);
            e.put(w(a), Put::Offset(w(b)));
        }
        AddI { a, b, .. } => {
            e.reads.push(w(b));
            e.put(w(a), Put::Offset(w(b)));
        }
        // Alignment of pointers.
        And { a, b, c } | AndNot { a, b, c } => {
            e.reads.extend([w(b), w(c)]);
            e.put(w(a), Put::Number);
        }
        Mul { a, b, c } | Or { a, b, c } | Xor { a, b, c } | Shl { a, b, c } | ShrS { a, b, c } | ShrU { a, b, c }
        | AddF { a, b, c } | SubF { a, b, c } | MulF { a, b, c } | DivF { a, b, c }
        | AddG { a, b, c } | SubG { a, b, c } | MulG { a, b, c } | DivG { a, b, c }
        | Eq { a, b, c } | Ne { a, b, c } | LtS { a, b, c } | LeS { a, b, c } | LtU { a, b, c } | LeU { a, b, c }
        | EqF { a, b, c } | NeF { a, b, c } | LtF { a, b, c } | LeF { a, b, c }
        | EqG { a, b, c } | NeG { a, b, c } | LtG { a, b, c } | LeG { a, b, c } => {
            e.reads.extend([w(b), w(c)]);
            e.put(w(a), Put::Number);
        }
        DivS { a, b, c } | DivU { a, b, c } | RemS { a, b, c } | RemU { a, b, c } => {
            e.reads.extend([w(b), w(c)]);
            e.put(w(a), Put::Number);
            e.panics = true;
        }
        MulI { a, b, .. } | AndI { a, b, .. } | OrI { a, b, .. } | XorI { a, b, .. }
        | ShlI { a, b, .. } | ShrSI { a, b, .. } | ShrUI { a, b, .. }
        | Neg { a, b } | Com { a, b } | Not { a, b }
        | Ext1S { a, b } | Ext2S { a, b } | Ext4S { a, b } | Ext1U { a, b } | Ext2U { a, b } | Ext4U { a, b }
        | NegF { a, b } | NegG { a, b } | IntToF { a, b } | UintToF { a, b } | FToInt { a, b } | FToUint { a, b }
        | FToInt32 { a, b } | IntToG { a, b } | UintToG { a, b } | GToInt { a, b } | GToUint { a, b }
        | GToInt32 { a, b } | FToG { a, b } | GToF { a, b } => {
            e.reads.push(w(b));
            e.put(w(a), Put::Number);
        }
        CheckShift { a } | NilCheck { a } | BoundsI { a, .. } => {
            e.reads.push(w(a));
            e.panics = true;
        }
        DivComplex { a, b, c } => {
            e.reads.extend([w(b), w(b) + 1, w(c), w(c) + 1]);
            e.put(w(a), Put::Number);
            e.put(w(a) + 1, Put::Number);
        }

        Jmp { to } => {
            e.branch = Some(to);
            e.ends = true;
        }
        JTrue { a, to } | JFalse { a, to }
        | JEqI { a, to, .. } | JNeI { a, to, .. } | JLtI { a, to, .. } | JLeI { a, to, .. }
        | JGtI { a, to, .. } | JGeI { a, to, .. } => {
            e.reads.push(w(a));
            e.branch = Some(to);
        }
        JEq { a, b, to } | JNe { a, b, to } | JLtS { a, b, to } | JLeS { a, b, to } | JLtU { a, b, to }
        | JLeU { a, b, to } | JLtF { a, b, to } | JLeF { a, b, to } => {
            e.reads.extend([w(a), w(b)]);
            e.branch = Some(to);
        }

        LoadW { a, b, .. } => e.load(w(a), w(b), 1),
        Load2W { a, b, .. } => e.load(w(a), w(b), 2),
        Load3W { a, b, .. } => e.load(w(a), w(b), 3),
        Load1U { a, b, .. } | Load1S { a, b, .. } | Load2U { a, b, .. } | Load2S { a, b, .. }
        | Load4U { a, b, .. } | Load4S { a, b, .. } => {
            e.reads.push(w(b));
            e.put(w(a), Put::Number);
            e.panics = true;
        }
        StoreW { a, b, offset } => e.store(w(a), w(b), i64::from(offset)),
        StorePtr { a, b, offset, .. } => e.store(w(a), w(b), i64::from(offset)),
        Store1 { a, b, .. } | Store2 { a, b, .. } | Store4 { a, b, .. } => {
            e.reads.extend([w(a), w(b)]);
            e.panics = true;
        }
        StoreGroup { .. } => e.panics = true,
        Move { a, b, index } => {
            e.reads.extend([w(a), w(b)]);
            e.block = Some((w(a), index, false));
            e.panics = true;
        }
        Clear { a, index } => {
            e.reads.push(w(a));
            e.block = Some((w(a), index, true));
            e.panics = true;
        }
        LoadGlobal { a, .. } => e.put(w(a), Put::Memory),
        StoreGlobal { a, .. } => e.reads.push(w(a)),

        Bounds { a, b } => {
            e.reads.extend([w(a), w(b)]);
            e.panics = true;
        }
        Scale { a, b, c, .. } => {
            e.reads.extend([w(b), w(c)]);
            e.put(w(a), Put::Offset(w(b)));
        }
        IndexW { a, b, c } => {
            e.element(w(b), w(c));
            e.put(w(a), Put::Memory);
        }
        Index1U { a, b, c } | Index4S { a, b, c } => {
            e.element(w(b), w(c));
            e.put(w(a), Put::Number);
        }
        SetIndexW { a, b, c } | SetIndex1 { a, b, c } | SetIndex4 { a, b, c } => {
            e.element(w(b), w(c));
            e.reads.push(w(a));
        }
        IndexAddr { a, b, c, .. } => {
            e.element(w(b), w(c));
            e.put(w(a), Put::Offset(w(b)));
        }
        IndexPair { a, b, c, .. } => {
            e.element(w(b), w(c));
            e.put(w(a), Put::Memory);
            e.put(w(a) + 1, Put::Memory);
        }
        SliceBounds { a, b, what } => {
            let count = if matches!(what, SliceCheck::Slice3 | SliceCheck::Length3) { 3 } else { 2 };
            e.reads.extend((0..count).map(|i| w(a) + i));
            e.reads.push(w(b));
            e.panics = true;
        }
        SlicePtr { a, b, c, d, .. } => {
            e.reads.extend([w(b), w(c), w(d)]);
            e.put(w(a), Put::Offset(w(b)));
        }

        Call { base, .. } | CallRt { base, .. } | CallNative { base, .. } => e.calls(base),
        CallClosure { a, base } | CallInterface { a, base, .. } => {
            e.reads.push(w(a));
            e.calls(base);
        }
        New { a, .. } => {
            e.put(w(a), Put::Object);
            e.allocates = true;
            e.panics = true;
        }
        Return | Unreachable => e.ends = true,

        // Not in code: the verifier says so.
        AddIJLtS { .. } | AddIJLeS { .. } | AddIJLtI { .. } | AddIJGeI { .. } | AddJLtS { .. } | AddJLeS { .. }
        | MulAdd { .. } | MulFAddF { .. } | ShlIXor { .. } | ShrUIXor { .. } | ShlIAddI { .. } | ShrURemU { .. }
        | Index1UJTrue { .. } | Index1UJFalse { .. } | CopyIndex1 { .. } | FillJLeS { .. } | Index2 { .. } | SetIndex2 { .. }
        | IncrementW { .. } | IncreaseW { .. } | LoadWJLtS { .. } | LoadWJLeS { .. } | TypeWordMov { .. } | MovMov { .. }
        | AddICall { .. } | MovAddICall { .. } | LoadWMovCall { .. } | AddReturn { .. } | MovReturn { .. } => e.ends = true,
    }
    e
}

impl Effects {
    fn put(&mut self, word: u32, what: Put) {
        self.writes.push((word, what));
    }

    fn copy(&mut self, to: u32, from: u32, count: u32) {
        for i in 0..count {
            self.reads.push(from + i);
            self.put(to + i, Put::Copy(from + i));
        }
    }

    fn load(&mut self, to: u32, base: u32, count: u32) {
        self.reads.push(base);
        (0..count).for_each(|i| self.put(to + i, Put::Memory));
        self.panics = true;
    }

    fn store(&mut self, value: u32, base: u32, offset: i64) {
        self.reads.extend([value, base]);
        self.stores.push((base, offset, value));
        self.panics = true;
    }

    fn element(&mut self, slice: u32, index: u32) {
        self.reads.extend([slice, slice + 1, index]);
        self.panics = true;
    }

    fn calls(&mut self, base: u16) {
        self.call = Some(u32::from(base));
        self.panics = true;
    }
}
