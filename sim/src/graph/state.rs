//! A state of a graph in a few bytes, and in 128 bits.
//!
//! [`State`] is what can differ between two states, by numbers: pointers are 0 for nil or an object from 1 on. It is read from a
//! runtime and put back into it ([`State::stage`]); in between the runtime does what it always does. [`Packing`] makes a
//! number of it, which is what a search keeps.

use super::env::{Env, Size};
use super::world::Writer;
use gc::addr::WORD;
use gc::collector::Cursor;
use gc::mutator::StackColour;
use gc::runtime::{Instruments, Runtime};

/// Most objects.
pub const OBJECTS: usize = 8;
/// Most slots of objects, globals and stacks together.
pub const SLOTS: usize = 32;
/// Most mutators.
pub const MUTATORS: usize = 4;

/// What can differ between two states.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct State {
    /// What each slot holds.
    pub slots: [u8; SLOTS],
    /// Marked objects, a bit each.
    pub marked: u16,
    /// Grey objects that are not in hand.
    pub grey: u16,
    /// The object in hand, from 1, or 0.
    pub hand: u8,
    /// Its next slot.
    pub next: u8,
    /// Slots of globals scanned.
    pub globals: u8,
    /// Slots of globals to be scanned again, a bit each.
    pub again: u32,
    /// Stacks that are scanned, a bit each.
    pub scanned: u8,
    /// The mutators.
    pub writers: [Writer; MUTATORS],
}

impl State {
    /// The state of a runtime that is marking.
    pub fn read<I: Instruments>(rt: &Runtime<I>, env: &Env, writers: &[Writer]) -> State {
        let size = env.size;
        let mut state = State::default();
        for (slot, &at) in state.slots.iter_mut().zip(&env.slots) {
            *slot = env.number(rt.heap().word(at).unwrap_or(0));
        }
        for (i, &base) in env.objects.iter().enumerate() {
            let marked = rt.heap().find_object(base).is_some_and(|o| rt.heap().is_marked(o));
            state.marked |= u16::from(marked) << i;
        }
        let c = rt.collector();
        for &base in c.grey_list() {
            state.grey |= 1 << (env.number(base.0) - 1);
        }
        if let Some(cursor) = c.cursor() {
            state.hand = env.number(cursor.base.0);
            state.next = ((cursor.next - cursor.base).0 / WORD) as u8;
        }
        let ((segment, word), again) = c.globals_left();
        state.globals = (segment * size.slots + word) as u8;
        let first = size.objects * size.slots;
        for at in again {
            let slot = env.slots.iter().position(|s| s == at).unwrap_or(first);
            state.again |= 1 << (slot - first);
        }
        for (i, m) in rt.mutators().iter().enumerate() {
            state.scanned |= u8::from(m.colour() == StackColour::Black) << i;
        }
        state.writers[..writers.len()].copy_from_slice(writers);
        state
    }

    /// Puts the runtime into this state.
    pub fn stage<I: Instruments>(&self, rt: &mut Runtime<I>, env: &Env) {
        let size = env.size;
        for (&slot, &at) in self.slots.iter().zip(&env.slots) {
            rt.stage_word(at, env.pointer(slot).0);
        }
        for (i, &base) in env.objects.iter().enumerate() {
            rt.stage_mark(base, self.marked >> i & 1 != 0);
        }
        let grey = env.objects.iter().enumerate().filter(|(i, _)| self.grey >> i & 1 != 0).map(|(_, &base)| base);
        let bytes = size.slots as u64 * WORD;
        let cursor = self.hand.checked_sub(1).map(|i| {
            let base = env.objects[usize::from(i)];
            Cursor { base, next: base.offset(u64::from(self.next) * WORD), end: base.offset(bytes) }
        });
        let globals = usize::from(self.globals);
        let first = size.objects * size.slots;
        let again = (0..size.globals * size.slots).filter(|i| self.again >> i & 1 != 0).map(|i| env.slots[first + i]);
        rt.stage_marking(grey, cursor, (globals / size.slots, globals % size.slots), again);
        for i in 0..size.mutators {
            let scanned = self.scanned >> i & 1 != 0;
            rt.stage_stack(i, if scanned { StackColour::Black } else { StackColour::White });
        }
    }

    /// The slots of an object, by its number from 1.
    pub fn object(&self, size: &Size, number: u8) -> &[u8] {
        let first = (usize::from(number) - 1) * size.slots;
        &self.slots[first..first + size.slots]
    }

    /// The slots of all globals.
    pub fn globals(&self, size: &Size) -> &[u8] {
        let first = size.objects * size.slots;
        &self.slots[first..first + size.globals * size.slots]
    }

    /// The slots of a stack.
    pub fn stack(&self, size: &Size, mutator: usize) -> &[u8] {
        let first = (size.objects + size.globals + mutator) * size.slots;
        &self.slots[first..first + size.slots]
    }

    /// Everything that can be reached from a set of objects, that set included: a bit each.
    pub fn closure(&self, size: &Size, mut reached: u16) -> u16 {
        let mut todo = reached;
        while todo != 0 {
            let number = todo.trailing_zeros() as u8 + 1;
            todo &= todo - 1;
            let next = bits(self.object(size, number)) & !reached;
            reached |= next;
            todo |= next;
        }
        reached
    }

    /// The objects that roots hold: globals, stacks, and what stores under way have in hand.
    pub fn roots(&self, size: &Size) -> u16 {
        let mut roots = bits(self.globals(size));
        for i in 0..size.mutators {
            roots |= bits(self.stack(size, i)) | self.writers[i].held();
        }
        roots
    }

    /// What a mutator can reach from its stack and the globals.
    pub fn reach(&self, size: &Size, mutator: usize) -> u16 {
        self.closure(size, bits(self.globals(size)) | bits(self.stack(size, mutator)))
    }
}

/// The set of objects that pointers point to.
#[inline]
pub fn bits(pointers: &[u8]) -> u16 {
    pointers.iter().fold(0, |set, &p| set | (1 << p)) >> 1
}

/// How states of a size become numbers of 128 bits.
#[derive(Clone, Copy, Debug)]
pub struct Packing {
    size: Size,
    pointer: u32,
    slot: u32,
    effects: u32,
    tests: u32,
}

/// As many bits as the numbers below `n` need.
fn width(n: usize) -> u32 {
    usize::BITS - n.saturating_sub(1).leading_zeros()
}

impl Packing {
    /// For states of a size under barriers of at most so many effects and tests.
    pub fn new(size: Size, effects: usize, tests: usize) -> Packing {
        let (pointer, slot) = (width(size.objects + 1), width(size.all_slots()));
        Packing { size, pointer, slot, effects: width(effects + 1), tests: tests as u32 }
    }

    /// How many bits a state takes.
    pub fn bits(&self) -> u32 {
        let mut bits = Bits::default();
        let _ = self.pack_into(&State::default(), &mut bits);
        bits.len
    }

    /// The number of a state.
    pub fn pack(&self, state: &State) -> u128 {
        let mut bits = Bits::default();
        self.pack_into(state, &mut bits)
    }

    fn pack_into(&self, state: &State, bits: &mut Bits) -> u128 {
        let size = &self.size;
        for &slot in &state.slots[..size.all_slots()] {
            bits.put(slot.into(), self.pointer);
        }
        bits.put(state.marked.into(), size.objects as u32);
        bits.put(state.grey.into(), size.objects as u32);
        bits.put(state.hand.into(), self.pointer);
        bits.put(state.next.into(), width(size.slots + 1));
        bits.put(state.globals.into(), width(size.globals * size.slots + 1));
        bits.put(state.again.into(), (size.globals * size.slots) as u32);
        bits.put(state.scanned.into(), size.mutators as u32);
        for w in &state.writers[..size.mutators] {
            bits.put(w.left.into(), width(size.writes as usize + 1));
            bits.put(w.busy.into(), 1);
            bits.put(w.store.value.into(), self.pointer);
            bits.put(w.store.slot.into(), self.slot);
            bits.put(w.store.done.into(), self.effects);
            bits.put(w.store.old.into(), self.pointer);
            bits.put(w.store.truths.into(), self.tests);
        }
        bits.value
    }

    /// The state of a number.
    pub fn unpack(&self, number: u128) -> State {
        let (size, mut bits) = (&self.size, Bits { value: number, len: 0 });
        let mut state = State::default();
        for slot in &mut state.slots[..size.all_slots()] {
            *slot = bits.take(self.pointer) as u8;
        }
        state.marked = bits.take(size.objects as u32) as u16;
        state.grey = bits.take(size.objects as u32) as u16;
        state.hand = bits.take(self.pointer) as u8;
        state.next = bits.take(width(size.slots + 1)) as u8;
        state.globals = bits.take(width(size.globals * size.slots + 1)) as u8;
        state.again = bits.take((size.globals * size.slots) as u32) as u32;
        state.scanned = bits.take(size.mutators as u32) as u8;
        for w in &mut state.writers[..size.mutators] {
            w.left = bits.take(width(size.writes as usize + 1)) as u8;
            w.busy = bits.take(1) != 0;
            w.store.value = bits.take(self.pointer) as u8;
            w.store.slot = bits.take(self.slot) as u8;
            w.store.done = bits.take(self.effects) as u8;
            w.store.old = bits.take(self.pointer) as u8;
            w.store.truths = bits.take(self.tests) as u16;
            let slot = usize::from(w.store.slot);
            w.holder = if w.busy && slot < size.objects * size.slots { (slot / size.slots) as u8 + 1 } else { 0 };
        }
        state
    }
}

#[derive(Default)]
struct Bits {
    value: u128,
    len: u32,
}

impl Bits {
    #[inline]
    fn put(&mut self, value: u64, width: u32) {
        debug_assert!(width == 64 || value >> width == 0, "{value} does not fit {width} bits");
        if self.len < u128::BITS {
            self.value |= u128::from(value) << self.len;
        }
        self.len += width;
    }

    #[inline]
    fn take(&mut self, width: u32) -> u64 {
        let value = if self.len < u128::BITS { self.value >> self.len } else { 0 };
        self.len += width;
        value as u64 & ((1 << width) - 1)
    }
}
