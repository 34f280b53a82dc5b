//! One state for all that differ in names only, and in what nobody can see any more.
//!
//! Objects are renamed in the order in which a walk finds them: from globals and stacks, slot by slot, then from what stores under way hold,
//! then from what the collector has in hand. As roots and slots have an order, so has the walk, and two states get
//! the same names if and only if one is the other renamed. The only objects it does not find are grey ones that no
//! mutator can reach, and what hangs on them; of these, all orders are tried, and the least result is taken.
//!
//! An object that neither mutators nor grey objects lead to is *garbage*: nobody reads its slots or its mark again. Its slots
//! become nil, its mark white. A grey one is none, whoever can reach it: it may be all that keeps another alive.
//!
//! Mutators that are alike may be exchanged, with their stacks: each order is tried.

use super::env::Size;
use super::state::{MUTATORS, OBJECTS, State, bits};

/// Which names do not matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Symmetry {
    /// Those of objects.
    pub objects: bool,
    /// Those of mutators.
    pub mutators: bool,
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
    let mut best = if symmetry.objects { renamed(state, size) } else { *state };
    if symmetry.mutators {
        let mut order = [0; MUTATORS];
        for (i, o) in order.iter_mut().enumerate() {
            *o = i;
        }
        permutations(&mut order[..size.mutators], 0, &mut |order| {
            if order.windows(2).any(|pair| pair[0] > pair[1]) {
                let other = exchanged(state, size, order);
                best = best.min(if symmetry.objects { renamed(&other, size) } else { other });
            }
        });
    }
    best
}

/// All orders of a list, from `at` on.
fn permutations(list: &mut [usize], at: usize, see: &mut dyn FnMut(&[usize])) {
    if at + 1 >= list.len() {
        return see(list);
    }
    for i in at..list.len() {
        list.swap(at, i);
        permutations(list, at + 1, see);
        list.swap(at, i);
    }
}

/// The mutators in another order.
fn exchanged(state: &State, size: &Size, order: &[usize]) -> State {
    let mut other = *state;
    let first = size.barrier_slots();
    other.scanned = 0;
    for (i, &from) in order.iter().enumerate() {
        other.slots[first + i * size.slots..first + (i + 1) * size.slots].copy_from_slice(state.stack(size, from));
        other.scanned |= (state.scanned >> from & 1) << i;
        let mut writer = state.writers[from];
        let slot = usize::from(writer.store.slot);
        if slot >= first {
            let (stack, word) = ((slot - first) / size.slots, (slot - first) % size.slots);
            let to = order.iter().position(|&o| o == stack).unwrap_or(stack);
            writer.store.slot = (first + to * size.slots + word) as u8;
        }
        other.writers[i] = writer;
    }
    other
}

/// New names, and how many have been given out.
#[derive(Clone, Copy)]
struct Names {
    new: [u8; OBJECTS + 1],
    /// Old numbers in the order of their new ones.
    order: [u8; OBJECTS],
    given: usize,
}

impl Names {
    fn give(&mut self, old: u8) {
        if old != 0 && self.new[usize::from(old)] == 0 {
            self.order[self.given] = old;
            self.given += 1;
            self.new[usize::from(old)] = self.given as u8;
        }
    }

    /// Names what hangs on the named ones, from the `from`-th on.
    fn follow(&mut self, state: &State, size: &Size, mut from: usize) {
        while from < self.given {
            for &p in state.object(size, self.order[from]) {
                self.give(p);
            }
            from += 1;
        }
    }
}

fn renamed(state: &State, size: &Size) -> State {
    let mut names = Names { new: [0; OBJECTS + 1], order: [0; OBJECTS], given: 0 };
    state.slots[size.objects * size.slots..size.all_slots()].iter().for_each(|&p| names.give(p));
    for w in &state.writers[..size.mutators] {
        w.pointers(|p| names.give(p));
    }
    names.give(state.hand);
    names.follow(state, size, 0);
    let left = state.grey & !named(&names);
    if left == 0 { apply(state, size, names) } else { least(state, size, names, left) }
}

/// The set of objects that have names.
fn named(names: &Names) -> u16 {
    bits(&names.order[..names.given])
}

/// Tries each of the grey ones that are left as the next one named.
fn least(state: &State, size: &Size, names: Names, left: u16) -> State {
    let mut best: Option<State> = None;
    for i in 0..size.objects {
        if left >> i & 1 == 0 {
            continue;
        }
        let mut names = names;
        let from = names.given;
        names.give(i as u8 + 1);
        names.follow(state, size, from);
        let left = left & !named(&names);
        let found = if left == 0 { apply(state, size, names) } else { least(state, size, names, left) };
        best = Some(best.map_or(found, |b| b.min(found)));
    }
    best.unwrap_or(*state)
}

fn apply(state: &State, size: &Size, mut names: Names) -> State {
    // The others are all alike: garbage that was cleared, if it was.
    for old in 1..=size.objects as u8 {
        names.give(old);
    }
    let rename = |p: u8| names.new[usize::from(p)];
    let set = |set: u16| {
        (0..size.objects).filter(|&i| set >> i & 1 != 0).fold(0, |out, i| out | 1 << (rename(i as u8 + 1) - 1))
    };
    let mut other = *state;
    for (new, &old) in names.order[..size.objects].iter().enumerate() {
        for (i, &p) in state.object(size, old).iter().enumerate() {
            other.slots[new * size.slots + i] = rename(p);
        }
    }
    let objects = size.objects * size.slots;
    for slot in &mut other.slots[objects..size.all_slots()] {
        *slot = rename(*slot);
    }
    (other.marked, other.grey, other.hand) = (set(state.marked), set(state.grey), rename(state.hand));
    for w in &mut other.writers[..size.mutators] {
        w.rename(rename);
        let slot = usize::from(w.store.slot);
        if w.busy && slot < objects {
            let holder = rename((slot / size.slots) as u8 + 1);
            w.store.slot = ((usize::from(holder) - 1) * size.slots + slot % size.slots) as u8;
        }
    }
    other
}
