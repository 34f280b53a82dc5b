//! Mutators: their stacks, frames and stack maps, and the colour of each stack.
//!
//! A stack is memory like any other, in a span of its own. Its frames say which of their words
//! are live pointers. There are two answers, and a right compiler gives the same for both:
//!
//! - [`StackMap::live`], what the compiler emits and the collector scans;
//! - [`StackMap::holds`], what the program may still read, which only the oracles look at.
//!
//! A root that is in `holds` and not in `live` is one that a stack map forgot.
//!
//! A stack is white until it is scanned in a cycle, then black: it has no barrier of its own, and is
//! scanned as one step, at a safepoint of its mutator.
//!
//! Source: Go 1.19 runtime/stack.go, mgcmark.go (`scanstack`), mwbbuf.go.

use crate::addr::{Addr, WORD};
use crate::calls::{Call, CallStack};
use crate::types::PtrMask;
use std::sync::Arc;

/// Which words of a frame are pointers at a point of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StackMap {
    /// The words that the collector scans: the compiler's map.
    pub live: PtrMask,
    /// The words that the program may still read as pointers: the truth, for oracles.
    pub holds: PtrMask,
}

impl StackMap {
    /// A map that tells the truth.
    pub fn exact(live: PtrMask) -> StackMap {
        StackMap { holds: live.clone(), live }
    }
}

/// The frame of a function that is active.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Its first word.
    pub base: Addr,
    /// Its pointers, now.
    pub map: Arc<StackMap>,
}

impl Frame {
    /// Slots that the compiler's stack map says are live pointers.
    pub fn live_slots(&self) -> impl Iterator<Item = Addr> {
        self.map.live.iter_ones().map(|i| self.base.offset(i as u64 * WORD))
    }

    /// Slots that the program may still read as pointers.
    pub fn held_slots(&self) -> impl Iterator<Item = Addr> {
        self.map.holds.iter_ones().map(|i| self.base.offset(i as u64 * WORD))
    }
}

/// Has a stack been scanned in this cycle?
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum StackColour {
    /// Not yet: it may hold pointers to white objects. The literature's *grey mutator*.
    White,
    /// Yes: it is not scanned again, unless the policy says so.
    Black,
}

/// A mutator: a stack, its colour, its barrier buffer and its random numbers.
#[derive(Clone, Debug)]
pub struct Mutator {
    pub(crate) stack: Addr,
    pub(crate) stack_words: u64,
    pub(crate) used_words: u64,
    pub(crate) frames: Vec<Frame>,
    /// The calls that `frames` was made from, if it was.
    pub(crate) published: Vec<Call>,
    /// Its active functions, while another mutator is the current one.
    pub(crate) calls: CallStack,
    pub(crate) colour: StackColour,
    /// Pointers shaded but not yet given to the collector.
    pub(crate) buffer: Vec<Addr>,
    /// What frames of the runtime itself hold, while one of its calls is at a safepoint.
    pub(crate) runtime_live: Vec<Addr>,
    pub(crate) random: FastRand,
}

impl Mutator {
    /// Its active frames, outermost first.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// The calls that its frames were made from, one for each; none if it pushes its frames itself.
    pub fn calls(&self) -> &[Call] {
        &self.published
    }

    /// Its stack's first word.
    pub fn stack(&self) -> Addr {
        self.stack
    }

    /// The colour of its stack.
    pub fn colour(&self) -> StackColour {
        self.colour
    }

    /// What its barrier buffer holds.
    pub fn buffer(&self) -> &[Addr] {
        &self.buffer
    }

    /// The state of its random numbers: two of them tell what was drawn in between.
    pub fn random(&self) -> FastRand {
        self.random
    }

    /// Pointers that the runtime's own frames hold across the safepoint it is at.
    pub fn runtime_live(&self) -> &[Addr] {
        &self.runtime_live
    }
}

/// Go's `fastrand`: wyrand, 64 bits of state, 32 bits a draw.
///
/// Source: Go 1.19 runtime/stubs.go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct FastRand(pub u64);

impl FastRand {
    /// The next 32 bits.
    pub fn draw(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0xa076_1d64_78bd_642f);
        let product = u128::from(self.0) * u128::from(self.0 ^ 0xe703_7ed1_a0b4_28db);
        ((product >> 64) as u64 ^ product as u64) as u32
    }
}
