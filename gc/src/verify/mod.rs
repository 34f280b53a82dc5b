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
use crate::shadow::{Record, RecordId, Region, Shadow, bits};
use crate::site::Site;
use crate::types::{PtrMask, TypeId, TypeTable};
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
    /// A finalizer: its function, or its object once it is to be called.
    Finalizer,
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

    /// Index of the first word of what `word` points to or into, freed or not: an object, or a stack or data.
    #[inline(always)]
    pub(crate) fn target(&self, word: u64) -> Option<usize> {
        if word == 0 {
            return None;
        }
        let at = Addr(word).word().index();
        if self.shadow.is_start(at) { Some(at) } else { self.inside(word) }
    }

    #[inline(never)]
    fn inside(&self, word: u64) -> Option<usize> {
        self.shadow.find(Addr(word)).map(|(_, r)| r.base.index())
    }

    /// The object of the heap that starts at this word, freed or not.
    #[inline(always)]
    pub(crate) fn object(&self, at: usize) -> Option<(RecordId, &'a Record)> {
        self.shadow.starting(at).filter(|(_, r)| r.region == Region::Heap)
    }

    /// Calls `f` with the offset and the value of each pointer word of an object, by its type, that is not nil.
    #[inline(always)]
    pub(crate) fn pointers(&self, record: &Record, mut f: impl FnMut(u64, u64)) {
        let Some(ty) = record.ty.map(|id| self.types.get(id)) else { return };
        if ty.noscan() {
            return;
        }
        let first = record.base.index();
        let stride = (ty.size().0 / WORD) as usize;
        let mut each = |at: usize| {
            let word = self.words.get(first + at).copied().unwrap_or(0);
            if word != 0 {
                f(at as u64 * WORD, word);
            }
        };
        for value in 0..record.count as usize {
            if ty.mask().len() <= 64 {
                bits::ones([ty.mask_word()].into_iter()).for_each(|at| each(value * stride + at));
            } else {
                ones(ty.mask()).for_each(|at| each(value * stride + at));
            }
        }
    }

    /// Name of a record's type, for sentences.
    pub(crate) fn type_name(&self, record: &Record) -> &'a str {
        record.ty.map_or("?", |id| self.types.get(id).name())
    }
}

/// The words that a mask calls pointers.
fn ones(mask: &PtrMask) -> impl Iterator<Item = usize> {
    let len = mask.len();
    // Past its end the last word of a mask is anything.
    bits::ones(mask.as_raw_slice().iter().enumerate().map(move |(i, word)| word & bits::low(len - i * 64)))
}

/// Calls `f` with every root that the program really has and that is not nil, whatever the stack maps say.
pub(crate) fn roots<I: Instruments>(rt: &Runtime<I>, view: &View<'_>, mut f: impl FnMut(Place, u64)) {
    for (i, m) in rt.mutators().iter().enumerate() {
        for (j, frame) in m.frames().iter().enumerate() {
            for slot in ones(&frame.map.holds) {
                let word = view.word(frame.base.offset(slot as u64 * WORD));
                if word != 0 {
                    f(Place::Frame(i, j, slot as u64), word);
                }
            }
        }
        for &p in m.runtime_live() {
            f(Place::RuntimeFrame(i), p.0);
        }
    }
    for p in rt.finalizers.roots() {
        f(Place::Finalizer, p.0);
    }
    for (_, record) in view.shadow.segments() {
        view.pointers(record, |offset, word| f(Place::Global(offset), word));
    }
}
