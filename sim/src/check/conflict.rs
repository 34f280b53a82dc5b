//! Steps that could as well be taken later are taken only in front of one that they conflict with.
//!
//! Of two orders of steps that differ in neighbours that do not conflict, one is enough (Mazurkiewicz). Two kinds of steps can be
//! put off: those of the collector, and the parts of a store before the store itself. So from a state, a whole store
//! is always a step; and a step that can be put off is taken only if what follows cannot be exchanged with it:
//!
//! | put off | conflicts with |
//! | --- | --- |
//! | scan of an object or a global | a store to a slot that was read; the scan of an object that it turned grey |
//! | scan of a stack | a store to that stack; a question for its colour; the begin of a store that is put off in parts; an object that it turned grey |
//! | choice of value and slot | a store by another after which one of them cannot be reached |
//! | question for the colours of stacks | the scan of a stack after which the answer is another |
//! | load of the old value, shades | a store by another to the same slot; the scan of an object that they turned grey |
//!
//! The collector reads half of an object only in front of a store to the half that it has read; while it has an object in hand it can do
//! nothing else, so finishing it conflicts with all that it does next. Where stacks are scanned before the heap, so does the scan of a stack.
//!
//! Several steps can be pending in front of the same store, if it conflicts with all of them. Of those that are independent of each
//! other one order is enough: scans of stacks, then the scan of one holder, then parts of stores.
//!
//! When all mutators are between two stores marking may end, without any of them interfering: that is judged in each such state, so no step of
//! the collector is taken for its own sake.

use super::graph::GraphSpace;
use super::space::Step;
use crate::graph::state::{SLOTS, State, bits};
use gc::collector::CollectorStep;
use gc::record::Kind;

/// A step that waits for one that it conflicts with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Item {
    /// The collector has read slots, a bit each, and turned objects grey.
    Read {
        /// Slots read.
        slots: u32,
        /// Objects turned grey.
        grey: u16,
        /// Does it make way for all that the collector does?
        frees: bool,
    },
    /// The collector has scanned a stack.
    Stack {
        /// Whose.
        mutator: usize,
        /// Objects turned grey.
        grey: u16,
        /// Does it make way for all that the collector does?
        frees: bool,
    },
    /// A mutator has chosen.
    Chosen {
        /// Who.
        mutator: usize,
        /// The slots that its way to value or slot leads through: cut at any of these, it would not have had the choice.
        cut: u32,
    },
    /// A mutator has asked for the colours of stacks.
    Asked(usize),
    /// A mutator has loaded what its slot holds, or shaded.
    Loaded {
        /// Who.
        mutator: usize,
        /// Its slot, if it has loaded.
        slot: Option<usize>,
        /// Objects turned grey.
        grey: u16,
    },
}

impl Item {
    /// The mutator whose store is put off.
    fn writer(self) -> Option<usize> {
        match self {
            Item::Chosen { mutator: m, .. } | Item::Asked(m) | Item::Loaded { mutator: m, .. } => Some(m),
            Item::Read { .. } | Item::Stack { .. } => None,
        }
    }
}

/// All that wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Pending(Vec<Item>);

impl Pending {
    fn with(&self, item: Item) -> Pending {
        let mut items = self.0.clone();
        items.push(item);
        Pending(items)
    }

    /// The slots to which a store conflicts with all that wait, as far as that can be told beforehand.
    fn wanted(&self, state: &State, space: &GraphSpace, by: usize) -> u32 {
        let size = &space.size;
        let barrier = (1u32 << size.barrier_slots()) - 1;
        let mut wanted = u32::MAX;
        for item in &self.0 {
            wanted &= match *item {
                Item::Read { slots, .. } => slots,
                Item::Stack { mutator, .. } => {
                    let first = size.barrier_slots() + mutator * size.slots;
                    let own = if mutator == by { ((1 << size.slots) - 1) << first } else { 0 };
                    own | if space.answers(state, mutator, by) { barrier } else { 0 }
                }
                Item::Chosen { cut, .. } => cut,
                Item::Asked(_) => 0,
                Item::Loaded { slot, .. } => slot.map_or(0, |slot| 1 << slot),
            };
        }
        wanted
    }

    /// Does a store to a slot, which has led from one state to another, conflict with all that wait?
    fn conflicts(
        &self,
        space: &GraphSpace,
        before: &State,
        after: &State,
        by: usize,
        slot: usize,
        asked: bool,
    ) -> bool {
        let size = &space.size;
        let changed = before.slots[slot] != after.slots[slot];
        self.0.iter().all(|item| match *item {
            Item::Read { slots, .. } => changed && slots >> slot & 1 != 0,
            Item::Stack { mutator, .. } => {
                let first = size.barrier_slots() + mutator * size.slots;
                mutator == by && changed && (first..first + size.slots).contains(&slot)
                    || asked && space.answers(before, mutator, by)
            }
            Item::Chosen { mutator, .. } => {
                let writer = &after.writers[mutator];
                let reach = after.reach(size, mutator);
                let lost = |number: u8| number != 0 && reach >> (number - 1) & 1 == 0;
                lost(writer.store.value) || lost(writer.holder)
            }
            Item::Asked(_) => false,
            Item::Loaded { slot: loaded, .. } => changed && loaded == Some(slot),
        })
    }
}

/// A part of a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Choice,
    Question,
    Load,
    Store,
    /// What comes after the store.
    After,
}

fn part_of(kind: Kind, stored: bool) -> Part {
    match kind {
        Kind::LoadFlag => Part::Choice,
        _ if stored && !matches!(kind, Kind::Store | Kind::StorePointer) => Part::After,
        Kind::Test => Part::Question,
        Kind::Load | Kind::Shade => Part::Load,
        _ => Part::Store,
    }
}

impl GraphSpace {
    /// Takes each step from a state in which some steps wait for a conflict.
    pub(super) fn explore(&mut self, state: &State, pending: &Pending, see: &mut dyn FnMut(&GraphSpace, Step)) {
        let begun = self.trail.len();
        for mutator in 0..self.size.mutators {
            let writer = state.writers[mutator];
            // What it has put off waits for somebody else.
            if pending.0.iter().any(|item| item.writer() == Some(mutator)) {
                continue;
            }
            if writer.busy {
                self.trail.truncate(begun);
                self.go(state);
                self.write(state, pending, mutator, usize::from(writer.store.slot), see);
            } else if writer.left > 0 {
                let mut choices = Vec::new();
                self.world.choices(mutator, state, |choice| choices.push(choice));
                let wanted = pending.wanted(state, self, mutator);
                let parts = self.may_part(pending, mutator)
                    && (pending.0.is_empty() || self.others(state, pending, mutator) != 0);
                if wanted == 0 && !parts {
                    continue;
                }
                for choice in choices {
                    let slot = choice as usize % SLOTS;
                    if wanted >> slot & 1 == 0 && !parts {
                        continue;
                    }
                    self.trail.truncate(begun);
                    self.go(state);
                    self.choose(mutator, choice);
                    self.write(state, pending, mutator, slot, see);
                }
            }
        }
        self.trail.truncate(begun);
        self.go(state);
        for step in self.world.collector_steps().to_vec() {
            if step == CollectorStep::Terminate {
                continue;
            }
            let Some(rest) = self.before(state, pending, step) else { continue };
            for reversed in [false, true] {
                self.trail.truncate(begun);
                self.go(state);
                if !reversed || self.reverse_before(step) {
                    self.scan(&rest, step, see);
                }
            }
        }
        self.trail.truncate(begun);
    }

    /// May a store be put off in parts here?
    fn may_part(&self, pending: &Pending, mutator: usize) -> bool {
        let writers = pending.0.iter().filter_map(|item| item.writer());
        // Somebody is left to interfere, and of several that are put off one order is enough.
        let (mut count, mut last) = (0, None);
        for writer in writers {
            (count, last) = (count + 1, last.max(Some(writer)));
        }
        count + 1 < self.size.mutators && last.is_none_or(|last| last < mutator)
            || pending.0.iter().all(|item| matches!(item, Item::Stack { .. } | Item::Read { .. })) && count == 0
    }

    /// Goes on with a store from where the world is, to its end, and stops before each of its parts on the way.
    fn write(
        &mut self,
        before: &State,
        pending: &Pending,
        mutator: usize,
        slot: usize,
        see: &mut dyn FnMut(&GraphSpace, Step),
    ) {
        let parts = self.may_part(pending, mutator);
        let fresh = !before.writers[mutator].busy;
        let was = before.slots[slot];
        let (mut last, mut stored, mut asked) = (fresh.then_some(Part::Choice), false, false);
        let mut grey = self.world.state().grey;
        while let Some(kind) = self.next(mutator) {
            let part = part_of(kind, stored);
            if let Some(done) = last.filter(|&done| done != part) {
                let state = self.world.state();
                let item = match done {
                    Part::Choice => Some(Item::Chosen { mutator, cut: self.cut(&state, mutator) }),
                    Part::Question => Some(Item::Asked(mutator)),
                    Part::Load => {
                        let loads = slot < self.size.barrier_slots();
                        Some(Item::Loaded { mutator, slot: loads.then_some(slot), grey: state.grey & !grey })
                    }
                    // Whatever comes next may see the store.
                    Part::Store | Part::After => None,
                };
                if parts && self.could_conflict(&state, pending, mutator, item) {
                    self.put_off(&state, pending, mutator, item, see);
                }
                grey = state.grey;
            }
            last = Some(part);
            stored |= part == Part::Store;
            asked |= part == Part::Question;
            self.advance(mutator);
        }
        let after = self.world.state();
        let mut from = *before;
        // A store that was begun before has the slot as it is now.
        from.slots[slot] = was;
        if pending.conflicts(self, &from, &after, mutator, slot, asked) {
            let step = self.judge();
            see(self, step);
        }
    }

    /// Does a question about stacks by this mutator have another answer because this stack is scanned?
    fn answers(&self, state: &State, scanned: usize, by: usize) -> bool {
        let all = (1 << self.size.mutators) - 1;
        self.asks_stacks && (scanned == by || state.scanned == all)
    }

    /// The slots without which a mutator could not reach what it has chosen.
    fn cut(&self, state: &State, mutator: usize) -> u32 {
        let (size, writer) = (&self.size, &state.writers[mutator]);
        let wanted = bits(&[writer.store.value, writer.holder]);
        let mut cut = 0;
        for slot in (0..size.barrier_slots()).filter(|&slot| state.slots[slot] != 0) {
            let mut without = *state;
            without.slots[slot] = 0;
            if wanted & !without.reach(size, mutator) != 0 {
                cut |= 1 << slot;
            }
        }
        cut
    }

    /// The slots to which somebody else can store next, in conflict with all that waits.
    fn others(&self, state: &State, pending: &Pending, mutator: usize) -> u32 {
        let size = &self.size;
        let mut slots = 0;
        for i in (0..size.mutators).filter(|&i| i != mutator) {
            let writer = &state.writers[i];
            let own = if writer.busy {
                1 << writer.store.slot
            } else if writer.left > 0 {
                let reach = state.reach(size, i);
                let barrier = (0..size.barrier_slots()).filter(|slot| match slot / size.slots {
                    holder if holder < size.objects => reach >> holder & 1 != 0,
                    _ => true,
                });
                barrier.fold(0, |set, slot| set | 1 << slot)
            } else {
                0
            };
            slots |= own & pending.wanted(state, self, i);
        }
        slots
    }

    /// Is there anything left that could conflict with what is put off?
    fn could_conflict(&self, state: &State, pending: &Pending, mutator: usize, item: Option<Item>) -> bool {
        match item {
            Some(Item::Chosen { cut, .. }) => cut & self.others(state, pending, mutator) != 0,
            Some(Item::Asked(_)) => {
                let white = !state.scanned & ((1 << self.size.mutators) - 1);
                white.count_ones() == 1 && white >> mutator & 1 == 0
            }
            Some(Item::Loaded { slot, grey, .. }) => {
                grey != 0 || slot.is_some_and(|slot| self.others(state, pending, mutator) >> slot & 1 != 0)
            }
            _ => true,
        }
    }

    /// Explores from here with the rest of a store put off, and comes back.
    fn put_off(
        &mut self,
        state: &State,
        pending: &Pending,
        mutator: usize,
        item: Option<Item>,
        see: &mut dyn FnMut(&GraphSpace, Step),
    ) {
        let trail = self.trail.clone();
        // The begin of a store locks its stack: it cannot be scanned later.
        let mut rest = Pending(pending.0.clone());
        rest.0.retain(|item| !matches!(*item, Item::Stack { mutator: m, .. } if m == mutator));
        match item {
            Some(item) => self.explore(state, &rest.with(item), see),
            None => {
                let step = self.judge();
                see(self, step);
            }
        }
        self.trail = trail;
        self.go(state);
    }

    /// What still waits after a step of the collector, if it may be taken now.
    fn before(&self, state: &State, pending: &Pending, step: CollectorStep) -> Option<Pending> {
        let picked = match step {
            CollectorStep::Pick(base) => 1 << (self.world.env().number(base.0) - 1),
            _ => 0u16,
        };
        let all = (1 << self.size.mutators) - 1;
        let answers = |m: usize| match step {
            CollectorStep::Stack(i) => i != m && state.scanned | 1 << i == all,
            _ => false,
        };
        let follows = |item: &Item| match *item {
            Item::Read { grey, frees, .. } => frees || grey & picked != 0 || step == CollectorStep::Globals,
            Item::Stack { grey, frees, .. } => frees || grey & picked != 0,
            Item::Chosen { .. } => false,
            Item::Asked(m) => answers(m),
            Item::Loaded { grey, .. } => grey & picked != 0,
        };
        let rest: Vec<Item> = pending.0.iter().copied().filter(|item| !follows(item)).collect();
        if rest.len() < pending.0.len() || pending.0.is_empty() {
            return Some(Pending(rest));
        }
        // An independent one: scans of stacks first, then one holder, before any part of a store.
        let stacks_only = pending.0.iter().all(|item| matches!(item, Item::Stack { .. }));
        let in_order = match step {
            CollectorStep::Stack(i) => {
                pending.0.iter().all(|item| matches!(item, Item::Stack { mutator, .. } if *mutator < i))
            }
            _ => stacks_only,
        };
        let useful = match step {
            CollectorStep::Stack(_) => self.asks_stacks || self.world.is_before_heap(),
            _ => self.asks_stacks && state.scanned == all,
        };
        (in_order && useful).then_some(Pending(rest))
    }

    /// Takes a step of the collector from where the world is: whole, and then only up to the first slot.
    fn scan(&mut self, rest: &Pending, step: CollectorStep, see: &mut dyn FnMut(&GraphSpace, Step)) {
        let state = self.state;
        let begun = self.trail.len();
        let size = self.size;
        let slots_of = |holder: usize| (((1u32 << size.slots) - 1) << (holder * size.slots), holder * size.slots);
        match step {
            CollectorStep::Stack(mutator) => {
                self.collect(step);
                let after = self.world.state();
                let frees = self.world.is_before_heap();
                let item = Item::Stack { mutator, grey: after.grey & !state.grey, frees };
                self.explore(&after, &rest.with(item), see);
            }
            CollectorStep::Pick(_) => {
                let holder = self.holder_of(step).unwrap_or(0);
                let (slots, first) = slots_of(holder);
                self.collect(step);
                let mut read = 1;
                loop {
                    let after = self.world.state();
                    let grey = after.grey & !state.grey;
                    if after.hand == 0 {
                        let item = Item::Read { slots, grey, frees: false };
                        self.explore(&after, &rest.with(item), see);
                        break;
                    }
                    // Half of it, in front of a store to that half.
                    let half = ((1u32 << read) - 1) << first;
                    let trail = self.trail.clone();
                    self.explore(&after, &rest.with(Item::Read { slots: half, grey: 0, frees: false }), see);
                    self.trail = trail;
                    self.go(&after);
                    self.collect(CollectorStep::Continue);
                    read += 1;
                }
            }
            CollectorStep::Continue => {
                let holder = usize::from(state.hand.max(1)) - 1;
                let (slots, first) = slots_of(holder);
                let unread = slots & !(((1u32 << state.next) - 1) << first);
                while self.world.state().hand != 0 {
                    self.collect(CollectorStep::Continue);
                }
                let after = self.world.state();
                let item = Item::Read { slots: unread, grey: after.grey & !state.grey, frees: true };
                self.explore(&after, &rest.with(item), see);
            }
            CollectorStep::Globals => {
                let slot = size.objects * size.slots + usize::from(state.globals);
                self.collect(step);
                let after = self.world.state();
                let item = Item::Read { slots: 1 << slot, grey: after.grey & !state.grey, frees: false };
                self.explore(&after, &rest.with(item), see);
            }
            _ => {}
        }
        self.trail.truncate(begun);
    }
}
