//! What is known about the values in words: where pointers point.
//!
//! A word that is written once keeps what is known about it for the whole function; about any other something is known within
//! a block only.

use crate::flow::{Callee, Flow, Kind, Mem, Operand, Word};
use crate::liveness::words::writes;
use std::collections::HashMap;

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Anywhere.
    Unknown,
    /// It is an address in this goroutine's stack.
    Stack,
    /// It is the address of a package variable, or in one.
    Global,
    /// It is an address in read-only data, or was loaded from there.
    Static,
    /// It is nil.
    Nil,
    /// It is the address of an object that was made in this function.
    Fresh(u32),
    /// It is the slot that `mapassign` returned.
    MapSlot,
}

/// A value: equal numbers mean equal values, but for the distance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Value {
    /// Its number.
    pub id: u32,
    /// Bytes from the value of this number.
    pub offset: i64,
    /// Where it comes from.
    pub origin: Origin,
}

/// The values of words, as instructions are gone through in order.
#[derive(Debug)]
pub struct Values {
    once: Vec<bool>,
    lasting: HashMap<Word, Value>,
    local: HashMap<Word, Value>,
    next: u32,
}

impl Values {
    /// Nothing known.
    pub fn new(flow: &Flow) -> Values {
        let mut writes_of = vec![0u32; flow.words.len()];
        for (i, word) in flow.words.iter().enumerate() {
            let arrives = word.fixed.is_some_and(|at| at >= flow.results) || flow.closure == Some(Word(i as u32));
            writes_of[i] += u32::from(arrives);
        }
        flow.insts.iter().flat_map(writes).for_each(|w| writes_of[w.index()] += 1);
        let once = writes_of.into_iter().map(|n| n == 1).collect();
        Values { once, lasting: HashMap::new(), local: HashMap::new(), next: 0 }
    }

    /// A block begins.
    pub fn enter(&mut self) {
        self.local.clear();
    }

    fn fresh(&mut self, origin: Origin) -> Value {
        self.next += 1;
        Value { id: self.next, offset: 0, origin }
    }

    /// The value of a word.
    pub fn of(&mut self, word: Word) -> Value {
        let lasts = word.outgoing().is_none() && self.once[word.index()];
        let known = if lasts { self.lasting.get(&word) } else { self.local.get(&word) };
        match known {
            Some(&value) => value,
            None => {
                let value = self.fresh(Origin::Unknown);
                self.set(word, value);
                value
            }
        }
    }

    fn set(&mut self, word: Word, value: Value) {
        let lasts = word.outgoing().is_none() && self.once[word.index()];
        if lasts { &mut self.lasting } else { &mut self.local }.insert(word, value);
    }

    /// Goes over an instruction.
    pub fn step(&mut self, kind: &Kind) {
        let value = match *kind {
            Kind::Mov { src, .. } => self.of(src),
            Kind::Int { value: 0, .. } => self.fresh(Origin::Nil),
            Kind::Addr { of, .. } => self.address(of),
            Kind::New { .. } => {
                let object = self.next + 1;
                self.fresh(Origin::Fresh(object))
            }
            Kind::Scale { base, .. } => {
                let origin = self.of(base).origin;
                self.within(origin)
            }
            Kind::SlicePtr { base, .. } => {
                let origin = self.of(base).origin;
                self.within(origin)
            }
            Kind::Binary { op: crate::flow::Binary::Add, x, y: Operand::Imm(n), .. } => {
                let value = self.of(x);
                Value { offset: value.offset.wrapping_add(n), ..value }
            }
            Kind::Load { from, .. } => match from {
                Mem::Static { .. } => self.fresh(Origin::Static),
                Mem::Ptr { base, .. } if self.of(base).origin == Origin::Static => self.fresh(Origin::Static),
                _ => self.fresh(Origin::Unknown),
            },
            Kind::Call { callee, .. } => {
                self.local.retain(|w, _| w.outgoing().is_none());
                if let Callee::Rt(rt) = callee
                    && rt.name().starts_with("mapassign")
                {
                    let slot = self.fresh(Origin::MapSlot);
                    self.set(Word::out(0), slot);
                }
                return;
            }
            _ => self.fresh(Origin::Unknown),
        };
        if let Some((dst, count)) = kind.def() {
            self.set(dst, value);
            for i in 1..count {
                let other = self.fresh(Origin::Unknown);
                self.set(dst.next(i), other);
            }
        }
    }

    /// An address at a variable distance from another.
    fn within(&mut self, origin: Origin) -> Value {
        match origin {
            Origin::Stack | Origin::Global | Origin::Static => self.fresh(origin),
            _ => self.fresh(Origin::Unknown),
        }
    }

    fn address(&mut self, of: Mem) -> Value {
        match of {
            Mem::Ptr { base, offset, .. } => {
                let value = self.of(base);
                Value { offset: value.offset + offset, ..value }
            }
            Mem::Area { .. } | Mem::Out { .. } => self.fresh(Origin::Stack),
            // The same variable has the same address wherever it is taken.
            Mem::Global { offset } => Value { id: GLOBALS, offset: offset as i64, origin: Origin::Global },
            Mem::Static { offset } => Value { id: STATICS, offset: offset as i64, origin: Origin::Static },
        }
    }
}

/// The number of the package variables' address.
const GLOBALS: u32 = u32::MAX;

/// The number of the read-only memory's address.
const STATICS: u32 = u32::MAX - 1;
