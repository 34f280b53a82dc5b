//! Oracle 1: when marking ends, whatever the program can still reach is marked.
//!
//! A breadth-first walk from the true roots over the shadow's records. For each object lost it says how the
//! program reaches it; the first one told is the nearest to the roots, so that its holder is not lost itself.

use super::{Place, Victim, View, Violation, ViolationKind, roots};
use crate::runtime::{Instruments, Runtime};
use crate::shadow::{Record, RecordId, bits};
use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

/// An object that is reachable, and the place that led to it: in the object with this index in the list, or a root.
type Found = (RecordId, Option<usize>, Place);

/// What led to an object.
#[derive(Clone, Copy)]
enum Way {
    /// The root with this number in [`Walk::roots`].
    Root(u32),
    /// The word at this offset in bytes in the object with this index in [`Walk::found`].
    Object(u32, u64),
}

/// A finished walk.
struct Walk<'b> {
    /// Objects in the order of discovery.
    found: BumpVec<'b, (RecordId, Way)>,
    /// Roots that led to one.
    roots: BumpVec<'b, Place>,
}

impl Walk<'_> {
    fn place(&self, view: &View<'_>, at: usize) -> (Option<usize>, Place) {
        match self.found[at].1 {
            Way::Root(n) => (None, self.roots[n as usize]),
            Way::Object(holder, offset) => {
                let record = view.shadow.get(self.found[holder as usize].0);
                (Some(holder as usize), Place::Object(record.into(), offset))
            }
        }
    }
}

/// Objects reachable from the roots, in the order of discovery, each with the place that led to it:
/// the index of the holder in the list, or the root.
pub fn reachable<I: Instruments>(rt: &Runtime<I>) -> Vec<Found> {
    let (view, scratch) = (View::new(rt), Bump::new());
    let walk = walk(rt, &view, &scratch);
    let found = |at: usize| {
        let (holder, place) = walk.place(&view, at);
        (walk.found[at].0, holder, place)
    };
    (0..walk.found.len()).map(found).collect()
}

fn walk<'b, I: Instruments>(rt: &Runtime<I>, view: &View<'_>, scratch: &'b Bump) -> Walk<'b> {
    // One bit a word: 1 at the first word of an object that was found.
    let mut seen = bumpalo::vec![in scratch; 0u64; bits::words(view.shadow.words())];
    let mut walk = Walk { found: BumpVec::new_in(scratch), roots: BumpVec::new_in(scratch) };
    let mut find = |word: u64| {
        let at = view.target(word)?;
        if bits::insert(&mut seen, at) { view.object(at).map(|(id, _)| id) } else { None }
    };
    roots(rt, view, |place, word| {
        if let Some(id) = find(word) {
            walk.found.push((id, Way::Root(walk.roots.len() as u32)));
            walk.roots.push(place);
        }
    });
    let mut at = 0;
    while let Some(&(id, _)) = walk.found.get(at) {
        view.pointers(view.shadow.get(id), |offset, word| {
            if let Some(id) = find(word) {
                walk.found.push((id, Way::Object(at as u32, offset)));
            }
        });
        at += 1;
    }
    walk
}

/// Judges the marks at the end of marking. At most one violation is told: the lost object nearest to
/// the roots; its text says how many there are.
pub fn reachability<I: Instruments>(rt: &Runtime<I>) -> Vec<Violation> {
    let view = View::new(rt);
    let walk = walk(rt, &view, rt.scratch());
    let lost = |record: &Record| {
        // Whether an object is marked is what is judged, so the heap has the word here.
        record.freed || !rt.heap().find_object(record.base).is_some_and(|o| rt.heap().is_marked(o))
    };
    let mut victims = walk.found.iter().enumerate().filter(|(_, (id, _))| lost(view.shadow.get(*id)));
    let Some((first, &(id, _))) = victims.next() else { return Vec::new() };
    let others = victims.count();
    let mut path = Vec::new();
    let mut at = Some(first);
    while let Some(i) = at {
        let (holder, place) = walk.place(&view, i);
        path.push(place);
        at = holder;
    }
    path.reverse();
    let record = view.shadow.get(id);
    let more = match others {
        0 => String::new(),
        1 => "; another object is lost with it".into(),
        n => format!("; {n} more objects are lost with it"),
    };
    let state = if record.freed { "was freed before" } else { "is white: it will be freed" };
    vec![Violation {
        kind: ViolationKind::LostObject,
        victim: Some(Victim::from(record)),
        path,
        detail: format!(
            "marking has ended, the program can still reach a {} at {}, and it {state}{more}",
            view.type_name(record),
            record.base
        ),
    }]
}
