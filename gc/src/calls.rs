//! The stack of a compiled program: which functions are active, and where each of them is.
//!
//! A program that runs fast does not say at every call what its frame holds. It keeps, as a machine does, the address of
//! a frame and a place in the code; [`StackMaps`] answers for any such pair, which was known when the code was made.
//! The collector's [`Frame`]s are made from the calls when somebody is about to look: at a safepoint
//! that does something, in a collection, or when a driver asks with [`Runtime::publish`].
//!
//! [`Frames`] is what such a program needs besides [`Effects`](crate::Effects): the words of its own frame. They are
//! private to one mutator, so reading and writing them is no effect, and no other actor can tell.
//!
//! Source: Go 1.19 runtime/stack.go (`getStackMap`), symtab.go (`pcdatavalue`).

use crate::addr::{ARENA_BASE, Addr};
use crate::arena::{self, Part};
use crate::effects::Stop;
use crate::finalize::Finalize;
use crate::heap::Heap;
use crate::mutator::{Frame, StackMap};
use crate::record::Recorder;
use crate::requests::Requests;
use crate::runtime::{Instruments, Runtime};
use crate::shadow::Shadow;
use crate::verify::Violation;
use std::cell::Cell;
use std::fmt::Debug;
use std::sync::Arc;

/// A function that is active: what a return address and a frame pointer tell.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Call {
    /// Where it is: a place in the code, and so which function.
    pub pc: u64,
    /// The first word of its frame.
    pub frame: Addr,
}

/// The active functions of one mutator.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct CallStack {
    /// Those that wait for another to return, outermost first.
    pub callers: Vec<Call>,
    /// The one that runs. While it runs between safepoints, its place is the program's business.
    pub top: Call,
}

/// What a program says about the frames of its functions.
pub trait StackMaps: Debug + Send + Sync {
    /// The pointers in a frame; `None` if there are none.
    fn map(&self, call: &Call) -> Option<&Arc<StackMap>>;
}

/// Words of a window.
pub const WINDOW: usize = 256;

/// The part of a frame that instructions reach by number.
pub type Window = [Cell<u64>; WINDOW];

/// Simulated memory for a while: until the next effect.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a>(&'a [Cell<u64>]);

impl<'a> Memory<'a> {
    /// The word at `a`.
    #[inline(always)]
    pub fn word(self, a: Addr) -> Option<&'a Cell<u64>> {
        self.0.get(a.index())
    }

    /// The `N` words from `a` on.
    #[inline(always)]
    pub fn words<const N: usize>(self, a: Addr) -> Option<&'a [Cell<u64>; N]> {
        self.0.get(a.index()..)?.first_chunk()
    }

    /// The part of a word at `a`, if it is aligned.
    #[inline(always)]
    pub fn part<T: Part>(self, a: Addr) -> Option<&'a Cell<T>> {
        arena::part(self.0, a.0.wrapping_sub(ARENA_BASE) as usize)
    }
}

/// The stack of the mutator that runs.
pub trait Frames: Requests + Finalize {
    /// Does the caller want to be asked after each instruction?
    const STEPPED: bool;

    /// Are loads and stores that need no barrier nothing but that: not counted, not checked, seen by nobody? Then they need not be
    /// effects, but may go to [`Frames::memory`].
    const PLAIN: bool;

    /// All of memory. For the words of the mutator's own frames; for others see [`Frames::PLAIN`].
    fn memory(&mut self) -> Memory<'_>;

    /// Is a store with a barrier one without, until the next effect?
    fn quiet(&self) -> bool;

    /// Words of a frame in a row.
    fn frame_words(&mut self, at: Addr, count: u64) -> Option<&mut [u64]>;

    /// The active functions.
    fn stack(&mut self) -> &mut CallStack;

    /// Must calls of functions be safepoints, because something could happen there?
    ///
    /// Not while a collection can only be due when memory has been allocated: allocations are safepoints anyway.
    fn polls(&self) -> bool;

    /// Has an oracle of the layer above look at memory, where access is checked: before the program's own stores.
    ///
    /// # Errors
    /// `Violation` if it objects.
    fn judge(&mut self, oracle: impl FnOnce(&Heap, &Shadow) -> Option<Violation>) -> Result<(), Stop>;
}

impl<I: Instruments> Frames for Runtime<I> {
    const STEPPED: bool = false;
    const PLAIN: bool = !I::COUNT && !I::CHECK;

    #[inline(always)]
    fn memory(&mut self) -> Memory<'_> {
        Memory(Cell::from_mut(self.heap.words_mut()).as_slice_of_cells())
    }

    #[inline(always)]
    fn quiet(&self) -> bool {
        !self.collector.barriers_act
    }

    #[inline(always)]
    fn frame_words(&mut self, at: Addr, count: u64) -> Option<&mut [u64]> {
        self.heap.range_mut(at, count)
    }

    #[inline(always)]
    fn stack(&mut self) -> &mut CallStack {
        &mut self.calls
    }

    #[inline(always)]
    fn polls(&self) -> bool {
        self.collector.calls_poll
    }

    #[inline(always)]
    fn judge(&mut self, oracle: impl FnOnce(&Heap, &Shadow) -> Option<Violation>) -> Result<(), Stop> {
        if I::CHECK && self.checks.access {
            return match oracle(&self.heap, &self.shadow) {
                Some(violation) => Err(self.report(violation)),
                None => Ok(()),
            };
        }
        Ok(())
    }
}

impl<I: Instruments> Frames for Recorder<'_, I> {
    const STEPPED: bool = true;
    const PLAIN: bool = false;

    #[inline(always)]
    fn memory(&mut self) -> Memory<'_> {
        self.runtime_mut().memory()
    }

    fn quiet(&self) -> bool {
        false
    }

    #[inline(always)]
    fn frame_words(&mut self, at: Addr, count: u64) -> Option<&mut [u64]> {
        self.runtime_mut().frame_words(at, count)
    }

    #[inline(always)]
    fn stack(&mut self) -> &mut CallStack {
        self.runtime_mut().stack()
    }

    /// By the configuration alone: what the collector is at may change between two runs of an instruction.
    fn polls(&self) -> bool {
        self.runtime().may_poll()
    }

    fn judge(&mut self, oracle: impl FnOnce(&Heap, &Shadow) -> Option<Violation>) -> Result<(), Stop> {
        self.runtime_mut().judge(oracle)
    }
}

impl<I: Instruments> Runtime<I> {
    /// Says where the stack maps of calls are. Without them, frames are those of [`Runtime::push_frame`].
    pub fn set_stack_maps(&mut self, maps: Arc<dyn StackMaps>) {
        self.stack_maps = Some(maps);
    }

    /// The active functions of the current mutator.
    pub fn call_stack(&self) -> &CallStack {
        &self.calls
    }

    /// Makes the current mutator's frames from its calls. Those that have not moved since the last time stay.
    pub fn publish(&mut self) {
        let Some(maps) = self.stack_maps.clone() else { return };
        let m = &mut self.mutators[self.current];
        let calls = self.calls.callers.iter().chain([&self.calls.top]);
        let same = calls.clone().zip(&m.published).take_while(|(now, then)| now == then).count();
        m.published.truncate(same);
        m.frames.truncate(same);
        for &call in calls.skip(same) {
            let map = maps.map(&call).cloned().unwrap_or_default();
            m.published.push(call);
            m.frames.push(Frame { base: call.frame, map });
        }
    }
}
