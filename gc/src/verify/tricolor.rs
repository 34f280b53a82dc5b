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
use crate::shadow::{Record, Region, bits};
use bumpalo::collections::Vec as BumpVec;

/// What is known of the colours at this moment. Bitmaps have one bit a word, and use that of an object's first.
struct Colours<'a, I: Instruments> {
    rt: &'a Runtime<I>,
    white: BumpVec<'a, u64>,
    /// On the grey list.
    grey: BumpVec<'a, u64>,
}

impl<'a, I: Instruments> Colours<'a, I> {
    fn new(rt: &'a Runtime<I>, view: &View<'_>) -> Colours<'a, I> {
        let none = bumpalo::vec![in rt.scratch(); 0u64; bits::words(view.shadow.words())];
        let (mut white, mut grey) = (none.clone(), none);
        for (_, record) in view.shadow.live().filter(|(_, r)| r.region == Region::Heap) {
            // Whether an object is marked is what is judged, so the heap has the word here.
            if !rt.heap().find_object(record.base).is_some_and(|o| rt.heap().is_marked(o)) {
                bits::insert(&mut white, record.base.index());
            }
        }
        for a in rt.collector().grey_list() {
            if a.index() < view.shadow.words() {
                bits::insert(&mut grey, a.index());
            }
        }
        Colours { rt, white, grey }
    }

    /// The white object that `word` points to or into, by its first word.
    #[inline(always)]
    fn white_target(&self, view: &View<'_>, word: u64) -> Option<usize> {
        view.target(word).filter(|&at| bits::has(&self.white, at))
    }

    fn is_white(&self, r: &Record) -> bool {
        bits::has(&self.white, r.base.index())
    }

    /// Is the slot at `offset` of this marked object one that was scanned for good?
    fn scanned(&self, r: &Record, offset: u64) -> bool {
        if bits::has(&self.grey, r.base.index()) {
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
    let colours = Colours::new(rt, &view);
    // What is protected matters only once something black points to something white.
    let mut protected = None;
    let mut worst: Option<(Place, Victim)> = None;
    let mut accuse = |place: Place, at: usize| {
        let protected = protected.get_or_insert_with(|| protect(rt, &view, &colours, invariant));
        if let Some((_, target)) = view.object(at)
            && !bits::has(protected, at)
            && worst.as_ref().is_none_or(|(_, v)| target.serial < v.serial)
        {
            worst = Some((place, target.into()));
        }
    };
    for (_, record) in view.shadow.live().filter(|(_, r)| r.region == Region::Heap && !colours.is_white(r)) {
        view.pointers(record, |offset, word| {
            if let Some(at) = colours.white_target(&view, word)
                && colours.scanned(record, offset)
            {
                accuse(Place::Object(record.into(), offset), at);
            }
        });
    }
    for (_, record) in view.shadow.segments() {
        view.pointers(record, |offset, word| {
            if let Some(at) = colours.white_target(&view, word)
                && colours.global_scanned(record.base.offset(offset))
            {
                accuse(Place::Global(offset), at);
            }
        });
    }
    if invariant == Invariant::Weak {
        roots(rt, &view, |place, word| {
            if let Place::Frame(m, ..) | Place::RuntimeFrame(m) = place
                && colours.stack_is_black(m)
                && let Some(at) = colours.white_target(&view, word)
            {
                accuse(place, at);
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

/// White objects that something grey reaches through white ones, for the weak invariant; none for the strong one.
fn protect<'a, I: Instruments>(
    rt: &'a Runtime<I>,
    view: &View<'_>,
    colours: &Colours<'a, I>,
    invariant: Invariant,
) -> BumpVec<'a, u64> {
    let mut protected = bumpalo::vec![in rt.scratch(); 0u64; bits::words(view.shadow.words())];
    if invariant != Invariant::Weak {
        return protected;
    }
    let mut work = BumpVec::new_in(rt.scratch());
    let mut add = |word: u64, work: &mut BumpVec<'_, usize>| {
        if let Some(at) = colours.white_target(view, word)
            && bits::insert(&mut protected, at)
        {
            work.push(at);
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
    for (_, record) in view.shadow.live().filter(|(_, r)| r.region == Region::Heap && !colours.is_white(r)) {
        view.pointers(record, |offset, word| {
            if !colours.scanned(record, offset) {
                add(word, &mut work);
            }
        });
    }
    for (_, record) in view.shadow.segments() {
        view.pointers(record, |offset, word| {
            if !colours.global_scanned(record.base.offset(offset)) {
                add(word, &mut work);
            }
        });
    }
    while let Some((_, record)) = work.pop().and_then(|at| view.object(at)) {
        view.pointers(record, |_, word| add(word, &mut work));
    }
    protected
}
