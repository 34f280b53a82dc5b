//! Oracles of the heap: what must be true, computed afresh by code that shares nothing with the
//! allocator and the collector.
//!
//! They find objects through the [shadow](crate::shadow), and pointers through the objects' *types*, not
//! through the page table, the alloc bits or the heap bitmap: those are what they judge.
//!
//! | oracle | when | says |
//! | --- | --- | --- |
//! | [`reachability`] | at the end of marking | nothing that the program can still reach is white |
//! | [`tricolor`] | when marking begins, and before it ends | the invariant that the barrier claims |
//! | [`accounting`] | before a cycle, and at the end of marking | every object in exactly one state; bitmaps agree with types; lists with bits |
//!
//! A fourth, access to freed memory, is the shadow's own, at each load and store.

mod accounting;
mod reachability;
#[cfg(test)]
mod tests;
mod tricolor;

pub use accounting::accounting;
pub use reachability::{reachability, reachable};
pub use tricolor::tricolor;

use crate::addr::{Addr, WORD};
use crate::runtime::{Instruments, Runtime};
use crate::shadow::{Record, RecordId, Region, Shadow};
use crate::site::Site;
use crate::types::{TypeId, TypeTable};
use std::fmt;

/// Which oracles run, where instruments check at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Checks {
    /// Reachable objects are marked when marking ends.
    pub reachability: bool,
    /// No access to freed memory.
    pub access: bool,
    /// The barrier's invariant.
    pub tricolor: bool,
    /// The heap's accounts.
    pub accounting: bool,
}

impl Default for Checks {
    /// All of them.
    fn default() -> Checks {
        Checks { reachability: true, access: true, tricolor: true, accounting: true }
    }
}

/// Kinds of violation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum ViolationKind {
    /// Marking ended, and an object that the program can reach is white.
    LostObject,
    /// Freed memory was read or written.
    UseAfterFree,
    /// A store or load went through a slot of a bucket that was evacuated.
    StaleSlot,
    /// The tricolor invariant that the barrier claims does not hold.
    Tricolor,
    /// A value read back is not the one that was stored.
    WrongValue,
    /// The heap's own accounts contradict each other.
    Accounting,
}

impl ViolationKind {
    /// Its name in scenarios and reports.
    pub fn id(self) -> &'static str {
        match self {
            ViolationKind::LostObject => "lost-object",
            ViolationKind::UseAfterFree => "use-after-free",
            ViolationKind::StaleSlot => "stale-slot",
            ViolationKind::Tricolor => "tricolor",
            ViolationKind::WrongValue => "wrong-value",
            ViolationKind::Accounting => "accounting",
        }
    }
}

impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// The object that a violation is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Victim {
    /// First address.
    pub base: Addr,
    /// Running number of its allocation.
    pub serial: u64,
    /// Its type.
    pub ty: Option<TypeId>,
    /// How many values of that type in a row.
    pub count: u64,
    /// Where it was made.
    pub site: Option<Site>,
    /// When it was made.
    pub born: u64,
}

impl From<&Record> for Victim {
    fn from(r: &Record) -> Victim {
        Victim { base: r.base, serial: r.serial, ty: r.ty, count: r.count, site: r.site, born: r.born }
    }
}

/// Where a pointer was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In an object: its record, and the offset of the word in bytes.
    Object(Victim, u64),
    /// In the globals, at this offset in bytes.
    Global(u64),
    /// In a frame of this mutator: the frame's number from the outermost, and the slot's.
    Frame(usize, usize, u64),
    /// In a frame of the runtime, during a call of this mutator.
    RuntimeFrame(usize),
}

/// What an oracle found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Its kind.
    pub kind: ViolationKind,
    /// The object, where there is one.
    pub victim: Option<Victim>,
    /// How the program reaches it: from a root to the object itself.
    pub path: Vec<Place>,
    /// One sentence for people.
    pub detail: String,
}

impl Violation {
    /// A violation of this kind, without an object.
    pub fn new(kind: ViolationKind, detail: impl Into<String>) -> Violation {
        Violation { kind, victim: None, path: Vec::new(), detail: detail.into() }
    }

    pub(crate) fn use_after_free(record: &Record, a: Addr) -> Violation {
        Violation {
            victim: Some(record.into()),
            ..Violation::new(
                ViolationKind::UseAfterFree,
                format!("an access to {a}, {} bytes into an object that was freed", a.0 - record.base.0),
            )
        }
    }
}

/// Read access to everything an oracle needs, by means of its own.
pub(crate) struct View<'a> {
    words: &'a [u64],
    pub(crate) shadow: &'a Shadow,
    types: &'a TypeTable,
}

impl<'a> View<'a> {
    pub(crate) fn new<I: Instruments>(rt: &'a Runtime<I>) -> View<'a> {
        View { words: rt.heap().words(), shadow: rt.shadow(), types: rt.types() }
    }

    /// The word at `a`; 0 where nothing is mapped.
    pub(crate) fn word(&self, a: Addr) -> u64 {
        self.words.get(a.index()).copied().unwrap_or(0)
    }

    /// The heap object that `word` points to or into, freed ones included.
    pub(crate) fn target(&self, word: u64) -> Option<(RecordId, &'a Record)> {
        if word == 0 {
            return None;
        }
        self.shadow.find(Addr(word)).filter(|(_, r)| r.region == Region::Heap)
    }

    /// Calls `f` with the offset and the value of each pointer word of an object, by its type.
    pub(crate) fn pointers(&self, record: &Record, mut f: impl FnMut(u64, u64)) {
        let Some(ty) = record.ty.map(|id| self.types.get(id)) else { return };
        if ty.noscan() {
            return;
        }
        let stride = ty.size().0;
        let single = ty.mask().len() <= 64;
        for i in 0..record.count {
            let mut each = |word: u64| {
                let offset = i * stride + word * WORD;
                f(offset, self.word(record.base.offset(offset)));
            };
            if single {
                let mut bits = ty.mask_word();
                while bits != 0 {
                    each(u64::from(bits.trailing_zeros()));
                    bits &= bits - 1;
                }
            } else {
                ty.mask().iter_ones().for_each(|word| each(word as u64));
            }
        }
    }

    /// Name of a record's type, for sentences.
    pub(crate) fn type_name(&self, record: &Record) -> &'a str {
        record.ty.map_or("?", |id| self.types.get(id).name())
    }
}

/// Calls `f` with every root that the program really has, whatever the stack maps say.
pub(crate) fn roots<I: Instruments>(rt: &Runtime<I>, view: &View<'_>, mut f: impl FnMut(Place, u64)) {
    for (i, m) in rt.mutators().iter().enumerate() {
        for (j, frame) in m.frames().iter().enumerate() {
            for slot in frame.held_slots() {
                f(Place::Frame(i, j, (slot - frame.base).0 / WORD), view.word(slot));
            }
        }
        for &p in m.runtime_live() {
            f(Place::RuntimeFrame(i), p.0);
        }
    }
    for (_, record) in view.shadow.live().filter(|(_, r)| r.region == Region::Data) {
        view.pointers(record, |offset, word| f(Place::Global(offset), word));
    }
}
