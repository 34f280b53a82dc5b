//! One state for all that differ in names only, and in what nobody can see any more.
//!
//! Three kinds of names do not matter:
//!
//! - those of *objects*, which differ only in what points to them;
//! - those of *mutators* that have as many stores left, with their stacks;
//! - those of *slots*. A stack is scanned as one step, so its slots have no order at all. Those of an object or a global have one
//!   while it is being scanned, the order in which the collector reads them. Before that they have none if the search begins
//!   with every heap, and with it every arrangement, and if it lets the collector read in either order; behind the collector they have none either.
//!
//! For each order of objects and of mutators, the best order of each holder's slots is found by sorting; the least of the results
//! is the state's canonical form.
//!
//! An object that neither mutators nor grey objects lead to is *garbage*: nobody reads its slots or its mark again. Its slots
//! become nil, its mark white. A grey one is none, whoever can reach it: it may be all that keeps another alive.

use super::env::Size;
use super::state::{MUTATORS, OBJECTS, State};
use super::world::Writer;

/// Which names do not matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Symmetry {
    /// Those of objects.
    pub objects: bool,
    /// Those of mutators.
    pub mutators: bool,
    /// Those of the slots of stacks.
    pub stacks: bool,
    /// Those of the slots of objects and globals that are not being scanned.
    pub slots: bool,
}

/// Clears what nobody can see: garbage, and what is left of stores that are done.
pub fn forget(state: &mut State, size: &Size) {
    let hand = if state.hand > 0 { 1 << (state.hand - 1) } else { 0 };
    let seen = state.closure(size, state.roots(size) | state.grey | hand);
    for i in 0..size.objects {
        if seen >> i & 1 == 0 {
            state.slots[i * size.slots..(i + 1) * size.slots].fill(0);
            state.marked &= !(1 << i);
        }
    }
}

/// The least of the states that differ from this one in names only.
pub fn canonical(state: &State, size: &Size, symmetry: Symmetry) -> State {
    let mut best: Option<State> = None;
    let (mut objects, mut mutators) = ([0; OBJECTS], [0; MUTATORS]);
    objects.iter_mut().enumerate().for_each(|(i, o)| *o = i as u8);
    mutators.iter_mut().enumerate().for_each(|(i, o)| *o = i as u8);
    let mut see = |objects: &[u8], mutators: &[u8]| {
        let other = named(state, size, symmetry, objects, mutators);
        if best.is_none_or(|best| other < best) {
            best = Some(other);
        }
    };
    let mut of_objects = |mutators: &[u8]| {
        if symmetry.objects {
            // An order by what renaming does not change; only among those that it leaves alike are all orders tried.
            let mut order = objects;
            let order = &mut order[..size.objects];
            let kind = |&o: &u8| kind_of(state, size, o);
            order.sort_unstable_by_key(kind);
            orders(order, 0, &|a, b| kind(a) == kind(b), &mut |order| see(order, mutators));
        } else {
            see(&objects[..size.objects], mutators);
        }
    };
    if symmetry.mutators {
        orders(&mut mutators[..size.mutators], 0, &|_, _| true, &mut of_objects);
    } else {
        of_objects(&mutators[..size.mutators]);
    }
    best.unwrap_or(*state)
}

/// What of an object does not depend on its name, nor on that of any other, nor on the order of mutators or slots.
fn kind_of(state: &State, size: &Size, object: u8) -> u32 {
    let bit = |set: u16| u32::from(set >> object & 1);
    let number = object + 1;
    let count = |slots: &[u8]| slots.iter().filter(|&&p| p == number).count() as u32;
    let heap = size.objects * size.slots;
    let (objects, roots) = state.slots[..size.all_slots()].split_at(heap);
    let own = state.object(size, number).iter().filter(|&&p| p != 0).count() as u32;
    let hand = u32::from(state.hand == number);
    ((((bit(state.marked) * 2 + bit(state.grey)) * 2 + hand) * 32 + count(roots)) * 32 + count(objects)) * 8 + own
}

/// All orders of a list in which only those that are alike change places, from `at` on.
fn orders(list: &mut [u8], at: usize, alike: &dyn Fn(&u8, &u8) -> bool, see: &mut dyn FnMut(&[u8])) {
    if at + 1 >= list.len() {
        return see(list);
    }
    for i in at..list.len() {
        if alike(&list[at], &list[i]) {
            list.swap(at, i);
            orders(list, at + 1, alike, see);
            list.swap(at, i);
        }
    }
}

/// The state with other names: objects and mutators in these orders, slots in the best one.
fn named(state: &State, size: &Size, symmetry: Symmetry, objects: &[u8], mutators: &[u8]) -> State {
    let mut new = [0; OBJECTS + 1];
    for (i, &old) in objects.iter().enumerate() {
        new[usize::from(old) + 1] = i as u8 + 1;
    }
    let rename = |p: u8| new[usize::from(p)];
    let set = |set: u16| {
        let mut out = 0;
        for (i, &old) in objects.iter().enumerate() {
            out |= (set >> old & 1) << i;
        }
        out
    };
    let mut writers = [Writer::default(); MUTATORS];
    for (i, &old) in mutators.iter().enumerate() {
        writers[i] = state.writers[usize::from(old)];
        writers[i].rename(rename);
    }
    let mut other = State {
        marked: set(state.marked),
        grey: set(state.grey),
        hand: rename(state.hand),
        scanned: 0,
        writers,
        ..*state
    };
    for (i, &old) in mutators.iter().enumerate() {
        other.scanned |= (state.scanned >> old & 1) << i;
    }
    let (heap, barrier) = (size.objects, size.objects + size.globals);
    for holder in 0..barrier + size.mutators {
        let from = match holder {
            h if h < heap => usize::from(objects[h]),
            h if h < barrier => h,
            h => barrier + usize::from(mutators[h - barrier]),
        };
        let free = match holder {
            h if h >= barrier => symmetry.stacks,
            h if h >= heap => symmetry.slots && !is_half_scanned(state, size, h - heap),
            _ => symmetry.slots && usize::from(state.hand) != from + 1,
        };
        arrange(state, &mut other, size, (from, holder), free, rename, mutators);
    }
    other
}

/// Is the collector among the slots of this global?
fn is_half_scanned(state: &State, size: &Size, global: usize) -> bool {
    let (at, word) = (usize::from(state.globals) / size.slots, usize::from(state.globals) % size.slots);
    at == global && word > 0 || state.again != 0
}

/// Puts a holder's slots in their place: by what they hold and which stores are on their way to them, if their order is free.
fn arrange(
    state: &State,
    other: &mut State,
    size: &Size,
    (from, to): (usize, usize),
    free: bool,
    rename: impl Fn(u8) -> u8,
    mutators: &[u8],
) {
    let (from, to) = (from * size.slots, to * size.slots);
    // What a slot holds, the stores that are on their way to it, and which it was.
    let mut slots = [(0u8, 0u8, 0u8); 8];
    let slots = &mut slots[..size.slots];
    for (i, slot) in slots.iter_mut().enumerate() {
        let mut coming = 0;
        for (n, &m) in mutators.iter().enumerate() {
            let w = &state.writers[usize::from(m)];
            coming |= u8::from(w.busy && usize::from(w.store.slot) == from + i) << n;
        }
        *slot = (rename(state.slots[from + i]), coming, i as u8);
    }
    if free {
        slots.sort_unstable();
    }
    for (i, &(value, coming, _)) in slots.iter().enumerate() {
        other.slots[to + i] = value;
        for n in (0..mutators.len()).filter(|n| coming >> n & 1 != 0) {
            other.writers[n].store.slot = (to + i) as u8;
        }
    }
}
