//! Oracle 3: the tricolor invariant that a barrier claims.
//!
//! - *Strong*: no black object, and no global that was scanned, points to a white object.
//! - *Weak*: a white object that a black object, a scanned global or a black stack points to is also
//!   reachable from something grey through white objects.
//!
//! Grey are: marked objects on the grey list; the unscanned slots of the object in hand; globals not scanned
//! yet; stacks not scanned yet, or to be scanned again; pointers in barrier buffers.
//! Stacks that are scanned again at termination are outside both invariants: they are grey to the end.
//!
//! Source: Dijkstra et al. 1978; Pirinen, Barrier techniques for incremental tracing, 1998.

use super::{Place, Victim, View, Violation, ViolationKind, roots};
use crate::addr::{Addr, WORD};
use crate::barrier::Invariant;
use crate::mutator::StackColour;
use crate::runtime::{Instruments, Runtime};
use crate::shadow::{Record, Region};
use bumpalo::collections::Vec as BumpVec;
use std::collections::HashSet;

/// What is known of the colours at this moment.
struct Colours<'a, I: Instruments> {
    rt: &'a Runtime<I>,
    grey: HashSet<Addr>,
}

impl<I: Instruments> Colours<'_, I> {
    fn is_white(&self, r: &Record) -> bool {
        !r.freed && !self.rt.heap().find_object(r.base).is_some_and(|o| self.rt.heap().is_marked(o))
    }

    /// Is the slot at `offset` of this marked object one that was scanned for good?
    fn scanned(&self, r: &Record, offset: u64) -> bool {
        if self.grey.contains(&r.base) {
            return false;
        }
        match self.rt.collector().cursor() {
            Some(c) if c.base == r.base => r.base.offset(offset) < c.next,
            _ => true,
        }
    }

    fn stack_is_black(&self, mutator: usize) -> bool {
        self.rt.mutators()[mutator].colour() == StackColour::Black && !self.rt.collector().policy().stacks.rescan
    }

    /// Was this global word scanned for good?
    fn global_scanned(&self, slot: Addr) -> bool {
        let ((segment, word), again) = self.rt.collector().globals_left();
        let globals = self.rt.globals();
        let at = globals.iter().position(|g| (slot - g.base).0 < (g.mask.len() as u64) * WORD);
        !again.contains(&slot)
            && at.is_some_and(|i| i < segment || i == segment && (slot - globals[i].base).0 / WORD < word as u64)
    }
}

/// Judges the colours against an invariant. At most one violation is told.
pub fn tricolor<I: Instruments>(rt: &Runtime<I>, invariant: Invariant) -> Vec<Violation> {
    if invariant == Invariant::Nothing {
        return Vec::new();
    }
    let view = View::new(rt);
    let colours = Colours { rt, grey: rt.collector().grey_list().iter().copied().collect() };
    let mut protected = bumpalo::vec![in rt.scratch(); false; view.shadow.len()];
    if invariant == Invariant::Weak {
        protect(rt, &view, &colours, &mut protected);
    }
    let mut worst: Option<(Place, Victim)> = None;
    let mut accuse = |place: Place, word: u64| {
        if let Some((id, target)) = view.target(word)
            && colours.is_white(target)
            && !protected[id.index()]
            && worst.as_ref().is_none_or(|(_, v)| target.serial < v.serial)
        {
            worst = Some((place, target.into()));
        }
    };
    for (_, record) in view.shadow.live() {
        match record.region {
            Region::Heap if !colours.is_white(record) => view.pointers(record, |offset, word| {
                if colours.scanned(record, offset) {
                    accuse(Place::Object(record.into(), offset), word);
                }
            }),
            Region::Data => view.pointers(record, |offset, word| {
                if colours.global_scanned(record.base.offset(offset)) {
                    accuse(Place::Global(offset), word);
                }
            }),
            _ => {}
        }
    }
    if invariant == Invariant::Weak {
        roots(rt, &view, |place, word| {
            if let Place::Frame(m, ..) | Place::RuntimeFrame(m) = place
                && colours.stack_is_black(m)
            {
                accuse(place, word);
            }
        });
    }
    let Some((place, victim)) = worst else { return Vec::new() };
    let claim = match invariant {
        Invariant::Strong => "strong invariant: something black points to the white object",
        _ => "weak invariant: something black points to the white object, which nothing grey protects:",
    };
    let name = victim.ty.map_or("?", |id| rt.types().get(id).name());
    vec![Violation {
        kind: ViolationKind::Tricolor,
        victim: Some(victim),
        path: vec![place],
        detail: format!("{claim} a {name} at {}", victim.base),
    }]
}

/// Marks the white objects that something grey reaches through white ones.
fn protect<I: Instruments>(rt: &Runtime<I>, view: &View<'_>, colours: &Colours<'_, I>, protected: &mut [bool]) {
    let mut work = BumpVec::new_in(rt.scratch());
    let mut add = |word: u64, work: &mut BumpVec<'_, Record>| {
        if let Some((id, r)) = view.target(word)
            && colours.is_white(r)
            && !std::mem::replace(&mut protected[id.index()], true)
        {
            work.push(*r);
        }
    };
    roots(rt, view, |place, word| {
        let grey = match place {
            Place::Frame(m, ..) | Place::RuntimeFrame(m) => !colours.stack_is_black(m),
            _ => false,
        };
        if grey {
            add(word, &mut work);
        }
    });
    for m in rt.mutators() {
        m.buffer().iter().for_each(|p| add(p.0, &mut work));
    }
    for (_, record) in view.shadow.live() {
        match record.region {
            Region::Heap if !colours.is_white(record) => view.pointers(record, |offset, word| {
                if !colours.scanned(record, offset) {
                    add(word, &mut work);
                }
            }),
            Region::Data => view.pointers(record, |offset, word| {
                if !colours.global_scanned(record.base.offset(offset)) {
                    add(word, &mut work);
                }
            }),
            _ => {}
        }
    }
    while let Some(record) = work.pop() {
        view.pointers(&record, |_, word| add(word, &mut work));
    }
}
