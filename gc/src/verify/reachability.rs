//! Oracle 1: when marking ends, whatever the program can still reach is marked.
//!
//! A breadth-first walk from the true roots over the shadow's records. For each object lost it says how the
//! program reaches it; the first one told is the nearest to the roots, so that its holder is not lost itself.

use super::{Place, Victim, View, Violation, ViolationKind, roots};
use crate::runtime::{Instruments, Runtime};
use crate::shadow::{Record, RecordId};
use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

/// An object that is reachable, and the place that led to it: in the object with this index in the list, or a root.
type Found = (RecordId, Option<usize>, Place);

/// Objects reachable from the roots, in the order of discovery, each with the place that led to it:
/// the index of the holder in the list, or the root.
pub fn reachable<I: Instruments>(rt: &Runtime<I>) -> Vec<Found> {
    walk(rt, &Bump::new()).to_vec()
}

fn walk<'b, I: Instruments>(rt: &Runtime<I>, scratch: &'b Bump) -> BumpVec<'b, Found> {
    let view = View::new(rt);
    let mut seen = bumpalo::vec![in scratch; false; view.shadow.len()];
    let mut found = BumpVec::new_in(scratch);
    roots(rt, &view, |place, word| {
        if let Some((id, _)) = view.target(word)
            && !std::mem::replace(&mut seen[id.index()], true)
        {
            found.push((id, None, place));
        }
    });
    let mut at = 0;
    while at < found.len() {
        let record = view.shadow.get(found[at].0);
        view.pointers(record, |offset, word| {
            if let Some((id, _)) = view.target(word)
                && !std::mem::replace(&mut seen[id.index()], true)
            {
                found.push((id, Some(at), Place::Object(record.into(), offset)));
            }
        });
        at += 1;
    }
    found
}

/// Judges the marks at the end of marking. At most one violation is told: the lost object nearest to
/// the roots; its text says how many there are.
pub fn reachability<I: Instruments>(rt: &Runtime<I>) -> Vec<Violation> {
    let view = View::new(rt);
    let found = walk(rt, rt.scratch());
    let lost = |record: &Record| {
        // Whether an object is marked is what is judged, so the heap has the word here.
        record.freed || !rt.heap().find_object(record.base).is_some_and(|o| rt.heap().is_marked(o))
    };
    let mut victims = found.iter().enumerate().filter(|(_, (id, _, _))| lost(view.shadow.get(*id)));
    let Some((first, &(id, _, _))) = victims.next() else { return Vec::new() };
    let others = victims.count();
    let mut path = Vec::new();
    let mut at = Some(first);
    while let Some(i) = at {
        path.push(found[i].2);
        at = found[i].1;
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
