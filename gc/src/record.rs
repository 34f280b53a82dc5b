//! The slow gear: one effect at a time, by running a routine again and again.
//!
//! ```text
//! run 1:  load → performed, logged;  next effect → Yield
//! run 2:  load → from the log;       next effect → performed, logged;  the one after → Yield
//! ```
//!
//! Between two runs the call is its arguments and its [`Log`], a value. Anyone else may act on the
//! runtime meanwhile. [`Log::pending`] tells what the call will do next, and whether that
//! is a safepoint, with the pointers that its frames hold.
//!
//! Running a routine again costs about a nanosecond for each effect that it repeats; a routine with `n`
//! effects repeats `n²/2`. Small calls have tens.
//!
//! Keeps: the same results of the same effects lead to the same next effect. Broken by a routine that keeps
//! hidden state; then [`Recorder`] panics in debug builds, with the name `replay-determinism`.

use crate::addr::Addr;
use crate::barrier::{BulkOrder, Condition, Half, Program};
use crate::bulk;
use crate::effects::{Effects, Stop, Tally};
use crate::runtime::{Instruments, Runtime};
use crate::site::Site;
use crate::types::Type;

/// What an effect does, as far as others care.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Kind {
    /// A word is loaded.
    Load,
    /// A word is stored, in whole or part.
    Store,
    /// A pointer is stored, inside a barrier.
    StorePointer,
    /// An object is made. A safepoint.
    Allocate,
    /// A safepoint.
    Safepoint,
    /// A random number is drawn.
    FastRand,
    /// The phase flag is loaded.
    LoadFlag,
    /// A colour is tested.
    Test,
    /// An object is shaded, or buffered.
    Shade,
    /// An object is turned grey again.
    GreyBase,
    /// A whole barrier runs as one step.
    WriteAtomically,
}

/// An effect that was performed, or is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Effect {
    /// What it does.
    pub kind: Kind,
    /// To which address, if to any.
    pub at: Addr,
    /// What it returned; 0 for effects without a result, and before it was performed.
    pub result: u64,
}

/// The effects of a call so far, and the next one.
#[derive(Clone, PartialEq, Eq, Debug, Hash, Default)]
pub struct Log {
    done: Vec<Effect>,
    next: Option<Effect>,
    live: Vec<Addr>,
}

impl Log {
    /// A call that has not begun.
    pub fn new() -> Log {
        Log::default()
    }

    /// Effects performed so far.
    pub fn done(&self) -> &[Effect] {
        &self.done
    }

    /// The effect that the call stopped in front of; `None` before its first run and after its last.
    pub fn pending(&self) -> Option<Effect> {
        self.next
    }

    /// Is the call stopped in front of a safepoint? One that has not begun is.
    pub fn at_safepoint(&self) -> bool {
        self.next.is_none_or(|e| matches!(e.kind, Kind::Allocate | Kind::Safepoint))
    }

    /// The pointers that frames of the runtime hold across the safepoint that it is stopped in front of.
    pub fn live(&self) -> &[Addr] {
        &self.live
    }

    /// Forgets the call, so that the log can serve another.
    pub fn clear(&mut self) {
        self.done.clear();
        self.next = None;
        self.live.clear();
    }
}

/// Performs a limited number of new effects on a runtime, after those in a log.
#[derive(Debug)]
pub struct Recorder<'a, I: Instruments> {
    runtime: &'a mut Runtime<I>,
    log: &'a mut Log,
    /// The next entry of the log to be repeated.
    at: usize,
    /// New effects that may still be performed.
    fuel: u32,
    /// Was an effect performed in this run, or is it the first? Only then are tallies new.
    fresh: bool,
    /// Is a bulk operation under way? Its bytes are counted, not its loads and stores.
    copying: bool,
    /// The site of the bulk operation under way, for a watch on its stores.
    moving: Option<Site>,
}

impl<'a, I: Instruments> Recorder<'a, I> {
    /// Continues the call in `log` for up to `fuel` new effects.
    pub fn new(runtime: &'a mut Runtime<I>, log: &'a mut Log, fuel: u32) -> Recorder<'a, I> {
        let fresh = log.done.is_empty() && log.next.is_none();
        log.next = None;
        log.live.clear();
        Recorder { runtime, log, at: 0, fuel, fresh, copying: false, moving: None }
    }

    #[inline]
    fn effect(
        &mut self,
        kind: Kind,
        at: Addr,
        live: &[Addr],
        perform: impl FnOnce(&mut Runtime<I>) -> Result<u64, Stop>,
    ) -> Result<u64, Stop> {
        if let Some(past) = self.log.done.get(self.at) {
            debug_assert!(
                past.kind == kind && past.at == at,
                "internal fault, replay-determinism: {past:?} became {kind:?} at {at}"
            );
            self.at += 1;
            return Ok(past.result);
        }
        if self.fuel == 0 {
            self.log.next = Some(Effect { kind, at, result: 0 });
            self.log.live.extend_from_slice(live);
            return Err(Stop::Yield);
        }
        self.fuel -= 1;
        self.fresh = true;
        let result = if self.copying { self.runtime.uncounted(perform)? } else { perform(self.runtime)? };
        self.log.done.push(Effect { kind, at, result });
        self.at += 1;
        Ok(result)
    }

    /// Is what follows the last effect done for the first time?
    fn is_new(&self) -> bool {
        self.fresh && self.at == self.log.done.len()
    }

    /// Performs a bulk operation word by word.
    fn copy(&mut self, bytes: u64, words: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        self.copying = true;
        let done = words(self);
        self.copying = false;
        if done.is_ok() && self.is_new() {
            self.runtime.count_copied(bytes);
        }
        done
    }

    /// Performs a bulk operation whose stores are those of a site.
    fn at_site(&mut self, site: Site, operation: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        self.moving = Some(site);
        let done = operation(self);
        self.moving = None;
        done
    }
}

impl<I: Instruments> Effects for Recorder<'_, I> {
    fn load(&mut self, a: Addr) -> Result<u64, Stop> {
        self.effect(Kind::Load, a, &[], |r| r.load(a))
    }

    fn store(&mut self, a: Addr, value: u64) -> Result<(), Stop> {
        self.store_masked(a, u64::MAX, value)
    }

    fn store_masked(&mut self, a: Addr, mask: u64, bits: u64) -> Result<(), Stop> {
        let site = self.moving;
        self.effect(Kind::Store, a, &[], |r| r.store_of(site, |r| r.store_masked(a, mask, bits)).map(|()| 0)).map(drop)
    }

    fn allocate(&mut self, site: Site, ty: &Type, count: u64, live: &[Addr]) -> Result<Addr, Stop> {
        self.effect(Kind::Allocate, Addr::NIL, live, |r| r.allocate(site, ty, count, live).map(|a| a.0)).map(Addr)
    }

    fn safepoint(&mut self, site: Site, live: &[Addr]) -> Result<(), Stop> {
        self.effect(Kind::Safepoint, Addr::NIL, live, |r| r.safepoint(site, live).map(|()| 0)).map(drop)
    }

    fn fastrand(&mut self) -> Result<u32, Stop> {
        self.effect(Kind::FastRand, Addr::NIL, &[], |r| r.fastrand().map(u64::from)).map(|n| n as u32)
    }

    fn program(&self, site: Site) -> Program {
        self.runtime.program(site)
    }

    fn bulk_order(&self) -> BulkOrder {
        self.runtime.bulk_order()
    }

    fn needs_barrier(&self, dst: Addr) -> bool {
        self.runtime.needs_barrier(dst)
    }

    fn load_flag(&mut self) -> Result<bool, Stop> {
        self.effect(Kind::LoadFlag, Addr::NIL, &[], |r| r.load_flag().map(u64::from)).map(|f| f != 0)
    }

    fn test(&mut self, condition: Condition, slot: Addr, new: Addr) -> Result<bool, Stop> {
        self.effect(Kind::Test, slot, &[], |r| r.test(condition, slot, new).map(u64::from)).map(|t| t != 0)
    }

    fn shade(&mut self, site: Site, half: Half, p: Addr) -> Result<bool, Stop> {
        self.effect(Kind::Shade, p, &[], |r| r.shade(site, half, p).map(u64::from)).map(|c| c != 0)
    }

    fn grey_base(&mut self, slot: Addr) -> Result<(), Stop> {
        self.effect(Kind::GreyBase, slot, &[], |r| r.grey_base(slot).map(|()| 0)).map(drop)
    }

    fn store_pointer(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        self.effect(Kind::StorePointer, slot, &[], |r| r.store_pointer(site, slot, new).map(|()| 0)).map(drop)
    }

    fn tally(&mut self, tally: Tally) {
        if self.is_new() {
            self.runtime.tally(tally);
        }
    }

    fn write_atomically(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        self.effect(Kind::WriteAtomically, slot, &[], |r| r.write_atomically(site, slot, new).map(|()| 0)).map(drop)
    }

    fn typed_memmove(&mut self, site: Site, ty: &Type, dst: Addr, src: Addr) -> Result<(), Stop> {
        self.at_site(site, |e| bulk::typed_memmove(e, site, ty, dst, src))
    }

    fn typed_memclr(&mut self, site: Site, ty: &Type, dst: Addr, count: u64) -> Result<(), Stop> {
        self.at_site(site, |e| bulk::typed_memclr(e, site, ty, dst, count))
    }

    fn typed_slice_copy(&mut self, site: Site, ty: &Type, dst: Addr, src: Addr, count: u64) -> Result<(), Stop> {
        self.at_site(site, |e| bulk::typed_slice_copy(e, site, ty, dst, src, count))
    }

    fn memmove(&mut self, dst: Addr, src: Addr, bytes: u64) -> Result<(), Stop> {
        self.copy(bytes, |e| bulk::memmove(e, dst, src, bytes))
    }

    fn memclr(&mut self, dst: Addr, bytes: u64) -> Result<(), Stop> {
        self.copy(bytes, |e| bulk::memclr(e, dst, bytes))
    }
}
