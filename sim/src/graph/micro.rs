//! A store under way: its arguments, and what its effects have told so far.
//!
//! The same idea as [`gc::record`], for a call of few effects, and so in a few bytes: the barrier of the store
//! runs from its start each time; effects that were performed are passed over, the next one is performed, and the one after
//! it stops the run. What must be remembered are the answers: the old value, as it was last loaded, and the truth of each test.

use super::env::Env;
use gc::barrier::{BulkOrder, Condition, Operation, Program};
use gc::record::Kind;
use gc::runtime::{Instruments, Runtime};
use gc::{Addr, Effects, Half, Site, Stop, Tally, Type};

/// A store under way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Store {
    /// What is stored, as the number of a pointer.
    pub value: u8,
    /// Where to, as the number of a slot.
    pub slot: u8,
    /// Effects performed.
    pub done: u8,
    /// The value that was loaded last, as the number of a pointer: what comes after it uses that one.
    pub old: u8,
    /// What each test has answered, the first in the lowest bit.
    pub truths: u16,
}

impl Store {
    /// The most tests. A barrier that has more is refused when the graph is set up.
    pub const TESTS: usize = 16;

    /// A store of this value to this slot, not begun.
    pub fn new(value: u8, slot: u8) -> Store {
        Store { value, slot, ..Store::default() }
    }
}

/// What a run of a store came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ran {
    /// It is done.
    Done,
    /// It is in front of this effect.
    Before(Kind),
}

/// The most effects and tests of a barrier's run.
pub fn extent(program: Program) -> (usize, usize) {
    let steps = program.steps();
    if program.is_atomic() {
        return (1, 0);
    }
    let flag = steps.iter().filter(|s| s.operation() == Operation::Flag).count();
    let tests: usize = steps.iter().map(|s| s.conditions().count()).sum();
    (steps.len() + tests, flag + tests)
}

/// Runs a store of the current mutator for up to `fuel` effects.
///
/// # Errors
/// What an effect raised.
pub fn run<I: Instruments>(rt: &mut Runtime<I>, env: &Env, store: &mut Store, fuel: u32) -> Result<Ran, Stop> {
    let (slot, value) = (usize::from(store.slot), env.pointer(store.value));
    let at = env.slots[slot];
    let mut micro = Micro { rt, env, store, at: 0, tests: 0, fuel, next: None };
    let done = if slot < env.size.barrier_slots() {
        micro.write_pointer(env.site(slot), at, value)
    } else {
        // A stack has no barrier.
        micro.store(at, value.0)
    };
    match (done, micro.next) {
        (Ok(()), _) => Ok(Ran::Done),
        (Err(Stop::Yield), Some(next)) => Ok(Ran::Before(next)),
        (Err(stop), _) => Err(stop),
    }
}

struct Micro<'a, I: Instruments> {
    rt: &'a mut Runtime<I>,
    env: &'a Env,
    store: &'a mut Store,
    at: u8,
    tests: u32,
    fuel: u32,
    next: Option<Kind>,
}

impl<I: Instruments> Micro<'_, I> {
    /// Passes over an effect, performs it, or stops in front of it. `None` if it was passed over.
    #[inline]
    fn effect<T>(
        &mut self,
        kind: Kind,
        perform: impl FnOnce(&mut Runtime<I>) -> Result<T, Stop>,
    ) -> Result<Option<T>, Stop> {
        if self.at < self.store.done {
            self.at += 1;
            return Ok(None);
        }
        if self.fuel == 0 {
            self.next = Some(kind);
            return Err(Stop::Yield);
        }
        self.fuel -= 1;
        self.at += 1;
        self.store.done += 1;
        perform(self.rt).map(Some)
    }

    /// The same of a test.
    #[inline]
    fn test_of(
        &mut self,
        kind: Kind,
        perform: impl FnOnce(&mut Runtime<I>) -> Result<bool, Stop>,
    ) -> Result<bool, Stop> {
        let told = self.effect(kind, perform)?;
        let at = self.tests;
        self.tests += 1;
        if told == Some(true) {
            self.store.truths |= 1 << at;
        }
        Ok(self.store.truths >> at & 1 != 0)
    }
}

impl<I: Instruments> Effects for Micro<'_, I> {
    fn load(&mut self, a: Addr) -> Result<u64, Stop> {
        let env = self.env;
        if let Some(old) = self.effect(Kind::Load, |rt| rt.load(a))? {
            self.store.old = env.number(old);
        }
        Ok(env.pointer(self.store.old).0)
    }

    fn store(&mut self, a: Addr, value: u64) -> Result<(), Stop> {
        self.effect(Kind::Store, |rt| rt.store(a, value)).map(drop)
    }

    fn store_masked(&mut self, a: Addr, mask: u64, bits: u64) -> Result<(), Stop> {
        self.effect(Kind::Store, |rt| rt.store_masked(a, mask, bits)).map(drop)
    }

    fn allocate(&mut self, _site: Site, _ty: &Type, _count: u64, _live: &[Addr]) -> Result<Addr, Stop> {
        unreachable!("a store allocates nothing")
    }

    fn safepoint(&mut self, site: Site, live: &[Addr]) -> Result<(), Stop> {
        self.effect(Kind::Safepoint, |rt| rt.safepoint(site, live)).map(drop)
    }

    fn fastrand(&mut self) -> Result<u32, Stop> {
        unreachable!("a store draws nothing")
    }

    fn program(&self, site: Site) -> Program {
        self.rt.program(site)
    }

    fn bulk_order(&self) -> BulkOrder {
        self.rt.bulk_order()
    }

    fn needs_barrier(&self, dst: Addr) -> bool {
        self.rt.needs_barrier(dst)
    }

    fn load_flag(&mut self) -> Result<bool, Stop> {
        self.test_of(Kind::LoadFlag, |rt| rt.load_flag())
    }

    fn test(&mut self, condition: Condition, slot: Addr, new: Addr) -> Result<bool, Stop> {
        self.test_of(Kind::Test, |rt| rt.test(condition, slot, new))
    }

    fn shade(&mut self, site: Site, half: Half, p: Addr) -> Result<bool, Stop> {
        self.effect(Kind::Shade, |rt| rt.shade(site, half, p)).map(|shaded| shaded.unwrap_or(false))
    }

    fn grey_base(&mut self, slot: Addr) -> Result<(), Stop> {
        self.effect(Kind::GreyBase, |rt| rt.grey_base(slot)).map(drop)
    }

    fn store_pointer(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        self.effect(Kind::StorePointer, |rt| rt.store_pointer(site, slot, new)).map(drop)
    }

    fn tally(&mut self, tally: Tally) {
        self.rt.tally(tally);
    }

    fn write_atomically(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        self.effect(Kind::WriteAtomically, |rt| rt.write_atomically(site, slot, new)).map(drop)
    }
}
