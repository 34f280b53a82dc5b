//! Finalizers: functions to be called with objects that nothing else leads to any more.
//!
//! ```text
//! set_finalizer(object, function):  from now on the object is not freed, but queued first
//! when nothing is grey:             what leads from such objects is marked, and the functions, but not the objects
//! when nothing is grey once more:   objects still white are marked and queued, with their finalizers, which they lose
//! next_finalizer():                 takes the first of the queue
//! ```
//!
//! So of two objects with finalizers, one of which leads to the other, only the first is queued in a cycle; and those on
//! a ring never are.
//!
//! Setting and taking are effects, and a recorder knows their results again. Both parts of the marking belong to the step
//! [`Terminate`](crate::collector::CollectorStep::Terminate), with the world stopped.
//!
//! Source: Go 1.19 runtime/mfinal.go, mgcmark.go (`markrootSpans`).
//! Checked by: `tests/finalize.rs`; the oracles know of queued objects and of the functions.

use crate::addr::{Addr, WORD};
use crate::effects::Stop;
use crate::record::{Kind, Recorder};
use crate::runtime::{Instruments, Runtime};
use std::collections::VecDeque;

/// An object's finalizer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub struct Finalizer {
    /// The object's first word.
    pub object: Addr,
    /// What is to be called with it.
    pub function: Addr,
    /// What the layer above wants to know then.
    pub tag: u64,
}

/// Finalizers set, and those to be called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Finalizers {
    /// At most one an object.
    set: Vec<Finalizer>,
    queue: VecDeque<Finalizer>,
    /// Has what leads from their objects been marked in this cycle?
    marked: bool,
}

impl Finalizers {
    /// Words that keep objects alive: functions, and queued objects.
    pub(crate) fn roots(&self) -> impl Iterator<Item = Addr> {
        let queued = self.queue.iter().flat_map(|f| [f.object, f.function]);
        self.set.iter().map(|f| f.function).chain(queued)
    }

    /// A cycle begins.
    pub(crate) fn start(&mut self) {
        self.marked = false;
    }
}

/// What a program does with finalizers.
pub trait Finalize {
    /// Sets an object's finalizer instead of the one it had; a nil function takes that away. Is there such an object,
    /// starting there?
    ///
    /// # Errors
    /// `Yield` only.
    fn set_finalizer(&mut self, finalizer: Finalizer) -> Result<bool, Stop>;

    /// Has the object that starts there a finalizer which is not to be called yet?
    ///
    /// # Errors
    /// `Yield` only.
    fn has_finalizer(&mut self, object: Addr) -> Result<bool, Stop>;

    /// Takes the next finalizer that is to be called.
    ///
    /// # Errors
    /// `Yield` only.
    fn next_finalizer(&mut self) -> Result<Option<Finalizer>, Stop>;
}

impl<I: Instruments> Finalize for Runtime<I> {
    fn set_finalizer(&mut self, finalizer: Finalizer) -> Result<bool, Stop> {
        let object = self.heap.find_object(finalizer.object);
        let there = object.is_some_and(|o| self.heap.base(o) == finalizer.object);
        self.finalizers.set.retain(|f| f.object != finalizer.object);
        if there && !finalizer.function.is_nil() {
            self.finalizers.set.push(finalizer);
            // If the others were marked in this cycle already, that is done once more.
            self.finalizers.marked = false;
        }
        Ok(there)
    }

    fn has_finalizer(&mut self, object: Addr) -> Result<bool, Stop> {
        Ok(self.finalizers.set.iter().any(|f| f.object == object))
    }

    fn next_finalizer(&mut self) -> Result<Option<Finalizer>, Stop> {
        let next = self.finalizers.queue.pop_front();
        // It leaves the roots for a frame, which may have been scanned.
        if let Some(f) = next
            && self.collector.flag()
        {
            self.collector.shade(&mut self.heap, f.object);
            self.collector.shade(&mut self.heap, f.function);
        }
        Ok(next)
    }
}

impl<I: Instruments> Finalize for Recorder<'_, I> {
    fn set_finalizer(&mut self, finalizer: Finalizer) -> Result<bool, Stop> {
        let there =
            self.effect(Kind::Finalizer, finalizer.object, &[], |r| r.set_finalizer(finalizer).map(u64::from))?;
        Ok(there != 0)
    }

    fn has_finalizer(&mut self, object: Addr) -> Result<bool, Stop> {
        let has = self.effect(Kind::Finalizer, object, &[], |r| r.has_finalizer(object).map(u64::from))?;
        Ok(has != 0)
    }

    fn next_finalizer(&mut self) -> Result<Option<Finalizer>, Stop> {
        // Three words: the first takes it from the queue, and puts it where the other two find it.
        let object = self.effect(Kind::Finalizer, Addr::NIL, &[], |r| {
            let next = r.next_finalizer()?;
            r.taken = next.unwrap_or_default();
            Ok(r.taken.object.0)
        })?;
        let function = self.effect(Kind::Finalizer, Addr::NIL, &[], |r| Ok(r.taken.function.0))?;
        let tag = self.effect(Kind::Finalizer, Addr::NIL, &[], |r| Ok(r.taken.tag))?;
        Ok((object != 0).then_some(Finalizer { object: Addr(object), function: Addr(function), tag }))
    }
}

impl<I: Instruments> Runtime<I> {
    /// Nothing is grey, and the world is stopped: sees to finalizers. Is there something grey now?
    pub(crate) fn mark_finalizers(&mut self) -> bool {
        if self.finalizers.set.is_empty() && self.finalizers.queue.is_empty() {
            return false;
        }
        if !self.finalizers.marked {
            self.finalizers.marked = true;
            let roots: Vec<Addr> = self.finalizers.roots().collect();
            for root in roots {
                self.collector.shade(&mut self.heap, root);
            }
            let objects: Vec<Addr> = self.finalizers.set.iter().map(|f| f.object).collect();
            for base in objects {
                let Some(o) = self.heap.find_object(base).filter(|&o| self.heap.has_pointers(o)) else { continue };
                for word in 0..self.heap.size(o).0 / WORD {
                    let slot = base.offset(word * WORD);
                    if self.heap.is_pointer_word(slot) {
                        let value = self.heap.word(slot).unwrap_or(0);
                        // An object that leads to itself does not keep itself.
                        if self.heap.find_object(Addr(value)) != Some(o) {
                            self.collector.shade(&mut self.heap, Addr(value));
                        }
                    }
                }
            }
            if !self.collector.grey.is_empty() {
                return true;
            }
        }
        let heap = &self.heap;
        let white = |f: &Finalizer| heap.find_object(f.object).is_some_and(|o| !heap.is_marked(o));
        let (dead, set): (Vec<Finalizer>, _) = self.finalizers.set.iter().partition(|&f| white(f));
        self.finalizers.set = set;
        for f in dead {
            // All that it leads to is marked, so it need not be scanned.
            if let Some(marked) = self.heap.marking().mark(f.object) {
                self.collector.stats().heap_marked.0 += u64::from(marked.words) * WORD;
            }
            self.finalizers.queue.push_back(f);
        }
        false
    }

    /// How many finalizers wait to be called.
    pub fn finalizers_queued(&self) -> usize {
        self.finalizers.queue.len()
    }
}
