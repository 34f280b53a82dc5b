//! Watching one object through a run: every event that made, moved, shaded or freed it.
//!
//! A run is a function of its inputs and its seed. So a violation needs no log of everything: the
//! run is repeated with a watch on the object that was lost, and tells its story.

use crate::addr::Addr;
use crate::barrier::Half;
use crate::collector::Phase;
use crate::site::Site;
use crate::types::TypeId;

/// Where a slot that held the object lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holder {
    /// In an object of the heap.
    Object {
        /// Its first address.
        base: Addr,
        /// Running number of its allocation.
        serial: u64,
        /// Its type.
        ty: Option<TypeId>,
        /// Its colour at that time. In the object in hand, slots that were scanned are black already.
        colour: Colour,
    },
    /// On the stack of this mutator, scanned in this cycle or not.
    Stack(usize, bool),
    /// Among the globals.
    Global,
}

/// The colour of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Colour {
    /// Not marked.
    White,
    /// Marked, not scanned to its end.
    Grey,
    /// Marked and scanned.
    Black,
}

/// Something that happened to the watched object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// It was made, in this colour.
    Made {
        /// Where.
        site: Site,
        /// Its colour at birth.
        colour: Colour,
    },
    /// A pointer to it was stored.
    Gained {
        /// The slot.
        slot: Addr,
        /// What the slot is part of.
        holder: Holder,
        /// Whose store, if it was a store at a site.
        site: Option<Site>,
    },
    /// A pointer to it was overwritten.
    Dropped {
        /// The slot.
        slot: Addr,
        /// What the slot is part of.
        holder: Holder,
        /// Whose store, if it was a store at a site.
        site: Option<Site>,
    },
    /// A barrier shaded it.
    Shaded {
        /// Whose barrier.
        site: Site,
        /// As the old or as the new value.
        half: Half,
        /// Did that change its colour, or put it into a buffer?
        changed: bool,
    },
    /// The collector scanned a stack; did it hold the object?
    StackScanned {
        /// Whose.
        mutator: usize,
        /// Was a pointer to the object among its live slots?
        found: bool,
    },
    /// The collector finished with an object that had held a pointer to the watched one.
    HolderScanned {
        /// The holder.
        holder: Addr,
        /// Did it still hold one?
        found: bool,
    },
    /// The collector marked it.
    Marked,
    /// The phase changed.
    Phase(Phase),
    /// It was freed.
    Freed,
}

/// An event, with its time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// The clock that the layer above sets: the number of the operation.
    pub clock: u64,
    /// The cycle that was under way, or the last one.
    pub cycle: u64,
    /// The mutator that ran, for events that are not the collector's.
    pub mutator: usize,
    /// What happened.
    pub what: What,
}

/// A watch: the object's place, and the events so far.
#[derive(Clone, Debug)]
pub struct Watch {
    /// First address of the object.
    pub base: Addr,
    /// Running number of its allocation; events of other objects at that address do not count.
    pub serial: u64,
    /// What happened, oldest first.
    pub events: Vec<Event>,
    /// Is the object at `base` the one watched?
    pub(crate) alive: bool,
    pub(crate) size: u64,
    /// Objects that have held a pointer to it in this cycle.
    pub(crate) holders: Vec<Addr>,
}

impl Watch {
    /// A watch on the allocation with this number, which will be at `base`.
    pub fn new(base: Addr, serial: u64) -> Watch {
        Watch { base, serial, events: Vec::new(), alive: false, size: 0, holders: Vec::new() }
    }

    /// Does this word point to or into the watched object?
    #[inline]
    pub(crate) fn is_it(&self, word: u64) -> bool {
        self.alive && word.wrapping_sub(self.base.0) < self.size
    }
}
