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
//! Running a routine again costs a nanosecond or two for each effect that it repeats; a routine with `n` effects
//! repeats `n²/2`. Small calls have tens. An *operation*, several effects without a result (a pointer write, a bulk
//! move, an [`Effects::operation`]), is not run again once it has ended: the log knows where it began and ended, and
//! the recorder passes its effects at once. So the square is that of what is under way, not of all that was done.
//!
//! Keeps: the same results of the same effects lead to the same next effect. Broken by a routine that keeps
//! hidden state; then [`Recorder`] panics in debug builds, with the name `replay-determinism`.

use crate::addr::{Addr, WORD};
use crate::barrier::{self, BulkOrder, Condition, GroupStore, Half, Program};
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
    /// A finalizer is set, or taken from the queue.
    Finalizer,
    /// A number of the allocator or the collector is read.
    Statistic,
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

/// Where in the log an operation lies that has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
struct Ended {
    /// Its first effect.
    from: usize,
    /// The first effect after it.
    to: usize,
    /// How many operations were under way around it: what tells it from one that began at the same effect.
    depth: u32,
}

/// The effects of a call so far, and the next one.
#[derive(Clone, PartialEq, Eq, Debug, Hash, Default)]
pub struct Log {
    done: Vec<Effect>,
    /// Operations that have ended, but for those inside of others, in order.
    ended: Vec<Ended>,
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
        self.ended.clear();
        self.next = None;
        self.live.clear();
    }
}

/// How many effects a log has room for from its first one on: most calls have fewer.
const USUAL: usize = 32;

/// Performs a limited number of new effects on a runtime, after those in a log.
#[derive(Debug)]
pub struct Recorder<'a, I: Instruments> {
    runtime: &'a mut Runtime<I>,
    log: &'a mut Log,
    /// The next entry of the log to be repeated.
    at: usize,
    /// The next operation of the log to be passed.
    next_ended: usize,
    /// Operations under way.
    depth: u32,
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
        Recorder { runtime, log, at: 0, next_ended: 0, depth: 0, fuel, fresh, copying: false, moving: None }
    }

    pub(crate) fn runtime(&self) -> &Runtime<I> {
        self.runtime
    }

    #[inline(always)]
    pub(crate) fn runtime_mut(&mut self) -> &mut Runtime<I> {
        self.runtime
    }

    #[inline(always)]
    pub(crate) fn effect(
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
        self.perform(kind, at, live, perform)
    }

    /// Performs a new effect, or stops in front of it.
    #[cold]
    #[inline(never)]
    fn perform(
        &mut self,
        kind: Kind,
        at: Addr,
        live: &[Addr],
        perform: impl FnOnce(&mut Runtime<I>) -> Result<u64, Stop>,
    ) -> Result<u64, Stop> {
        if self.fuel == 0 {
            self.log.next = Some(Effect { kind, at, result: 0 });
            self.log.live.extend_from_slice(live);
            return Err(Stop::Yield);
        }
        self.fuel -= 1;
        self.fresh = true;
        let result = if self.copying { self.runtime.uncounted(perform)? } else { perform(self.runtime)? };
        if self.log.done.capacity() == 0 {
            self.log.done.reserve(USUAL);
        }
        self.log.done.push(Effect { kind, at, result });
        self.at += 1;
        Ok(result)
    }

    /// Runs an operation that has not ended yet, and notes its end.
    #[cold]
    #[inline(never)]
    fn run_operation(&mut self, run: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        let (from, first, depth) = (self.at, self.next_ended, self.depth);
        self.depth += 1;
        let done = run(self);
        self.depth = depth;
        if done.is_ok() {
            // Those inside come after `first`. One without effects is noted too, or it would pass for the next, which
            // begins at the same effect.
            self.log.ended.truncate(first);
            self.log.ended.push(Ended { from, to: self.at, depth });
            self.next_ended = first + 1;
        }
        done
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
    #[inline(always)]
    fn load(&mut self, a: Addr) -> Result<u64, Stop> {
        self.effect(Kind::Load, a, &[], |r| r.load(a))
    }

    #[inline(always)]
    fn store(&mut self, a: Addr, value: u64) -> Result<(), Stop> {
        self.store_masked(a, u64::MAX, value)
    }

    #[inline(always)]
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

    /// Passes an operation that has ended, or runs it.
    #[inline(always)]
    fn operation(&mut self, run: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        if let Some(ended) = self.log.ended.get(self.next_ended)
            && (ended.from, ended.depth) == (self.at, self.depth)
        {
            self.at = ended.to;
            self.next_ended += 1;
            return Ok(());
        }
        self.run_operation(run)
    }

    #[inline(always)]
    fn write_pointer(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        self.operation(|e| barrier::write(e, site, slot, new))
    }

    #[inline(always)]
    fn write_group(&mut self, stores: &[GroupStore]) -> Result<(), Stop> {
        self.operation(|e| barrier::write_group(e, stores))
    }

    #[inline(always)]
    fn typed_memmove(&mut self, site: Site, ty: &Type, dst: Addr, src: Addr) -> Result<(), Stop> {
        self.operation(|e| e.at_site(site, |e| bulk::typed_memmove(e, site, ty, dst, src)))
    }

    #[inline(always)]
    fn typed_memclr(&mut self, site: Site, ty: &Type, dst: Addr, count: u64) -> Result<(), Stop> {
        self.operation(|e| e.at_site(site, |e| bulk::typed_memclr(e, site, ty, dst, count)))
    }

    #[inline(always)]
    fn typed_slice_copy(&mut self, site: Site, ty: &Type, dst: Addr, src: Addr, count: u64) -> Result<(), Stop> {
        self.operation(|e| e.at_site(site, |e| bulk::typed_slice_copy(e, site, ty, dst, src, count)))
    }

    #[inline(always)]
    fn memmove(&mut self, dst: Addr, src: Addr, bytes: u64) -> Result<(), Stop> {
        self.operation(|e| e.copy(bytes, |e| bulk::memmove(e, dst, src, bytes)))
    }

    #[inline(always)]
    fn memclr(&mut self, dst: Addr, bytes: u64) -> Result<(), Stop> {
        self.operation(|e| {
            e.copy(bytes, |e| {
                // Word by word from the first on: those that are cleared need not be gone through, however many.
                let cleared = if (dst.0 | bytes).is_multiple_of(WORD) { e.log.done.len() - e.at } else { 0 };
                let cleared = cleared.min((bytes / WORD) as usize);
                e.at += cleared;
                let cleared = cleared as u64 * WORD;
                bulk::memclr(e, dst.offset(cleared), bytes - cleared)
            })
        })
    }
}
