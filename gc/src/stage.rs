//! Putting a small heap into a given state, for explorers that keep states as bits rather than as heaps.
//!
//! Objects, globals and stacks are made once, in the ordinary way. From then on the explorer reads what may differ between two
//! states, and sets it: words, mark bits, what the collector has in hand, which stacks are scanned. What lies between two states is done by
//! the runtime itself. A state that no run could get to is a fault of the explorer, and nothing here looks for it.
//!
//! Cycles are to be without sweeping ([`SweepPolicy::Never`](crate::policy::SweepPolicy::Never)): sweeping changes the
//! allocator, which is not set here.

use crate::addr::Addr;
use crate::collector::{Cursor, Phase};
use crate::mutator::StackColour;
use crate::runtime::{Instruments, Runtime};

impl<I: Instruments> Runtime<I> {
    /// Sets a word; `false` if there is none at that address.
    #[inline]
    pub fn stage_word(&mut self, at: Addr, value: u64) -> bool {
        self.heap.update(at, |_| value)
    }

    /// Sets the mark bit of the object at an address.
    #[inline]
    pub fn stage_mark(&mut self, at: Addr, marked: bool) {
        if let Some(o) = self.heap.find_object(at) {
            self.heap.span_mut(o.span).put_mark(o.index, marked);
        }
    }

    /// Sets what a collector that is marking has to do: the grey objects, the one in hand, and where among the globals it is.
    #[inline]
    pub fn stage_marking(
        &mut self,
        grey: impl IntoIterator<Item = Addr>,
        cursor: Option<Cursor>,
        next_global: (usize, usize),
        again: impl IntoIterator<Item = Addr>,
    ) {
        if self.collector.phase != Phase::Mark {
            self.collector.enter(Phase::Mark);
        }
        if self.collector.keep_grey_bits {
            for i in 0..self.collector.grey.len() {
                self.stage_grey(self.collector.grey[i], false);
            }
        }
        self.collector.grey.clear();
        self.collector.grey.extend(grey);
        if self.collector.keep_grey_bits {
            for i in 0..self.collector.grey.len() {
                self.stage_grey(self.collector.grey[i], true);
            }
        }
        self.collector.cursor = cursor;
        self.collector.next_global = next_global;
        self.collector.again.clear();
        self.collector.again.extend(again);
    }

    fn stage_grey(&mut self, at: Addr, grey: bool) {
        if let Some(o) = self.heap.find_object(at) {
            self.heap.span_mut(o.span).set_grey(o.index, grey);
        }
    }

    /// Sets the colour of a stack.
    #[inline]
    pub fn stage_stack(&mut self, mutator: usize, colour: StackColour) {
        self.mutators[mutator].colour = colour;
    }

    /// Sets what a barrier buffer holds.
    #[inline]
    pub fn stage_buffer(&mut self, mutator: usize, shaded: &[Addr]) {
        let buffer = &mut self.mutators[mutator].buffer;
        buffer.clear();
        buffer.extend_from_slice(shaded);
    }
}
