//! The effects, performed at once: the fast gear.

use super::{FaultInfo, Instruments, Runtime};
use crate::addr::{ARENA_BASE, Addr, WORD};
use crate::barrier::{self, BulkOrder, Condition, GroupStore, Half, Program};
use crate::bulk;
use crate::collector::paced;
use crate::effects::{Effects, Stop, Tally};
use crate::mutator::StackColour;
use crate::policy::Mode;
use crate::site::Site;
use crate::span::SpanState;
use crate::types::Type;
use crate::verify::Violation;
use crate::watch::What;
use bitvec::field::BitField;

impl<I: Instruments> Runtime<I> {
    #[cold]
    #[inline(never)]
    fn access_fault(&mut self, a: Addr) -> Stop {
        if I::CHECK
            && self.checks.access
            && let Some((_, record)) = self.shadow.find(a)
            && record.freed
        {
            let violation = Violation::use_after_free(record, a);
            return self.report(violation);
        }
        self.fault = Some(FaultInfo::Access(a));
        Stop::Fault
    }

    /// May a bulk operation skip the generic code, because no barrier will act and nobody watches?
    #[inline(always)]
    fn quiet(&self) -> bool {
        !(self.collector.barriers_act || I::CHECK && self.watch.is_some())
    }

    /// Tests every word of a range that a bulk operation is about to touch.
    #[inline(always)]
    fn check_range(&mut self, a: Addr, bytes: u64) -> Result<(), Stop> {
        if I::CHECK && self.checks.access && !self.shadow.all_live(a, bytes / WORD) {
            return Err(self.dead_in_range(a, bytes));
        }
        Ok(())
    }

    /// Counts a store whose barrier found the flag off.
    #[inline(always)]
    fn count_quiet(&mut self, site: Site) {
        self.counts.flag_tests += u64::from(self.placement.program(site).tests_flag());
        self.count_site(site, false, false, false);
    }

    /// The fault of an access to a range of whole words that do not all live.
    #[cold]
    #[inline(never)]
    fn dead_in_range(&mut self, a: Addr, bytes: u64) -> Stop {
        let words = (0..bytes / WORD).map(|i| a.offset(i * WORD));
        let dead = { words }.find(|&at| !self.shadow.is_live(at)).unwrap_or(a);
        self.access_fault(dead)
    }

    /// Counts a group of stores: those that are not atomic share one test of the flag.
    #[inline(always)]
    fn count_quiet_group(&mut self, stores: &[GroupStore]) {
        if !I::COUNT {
            return;
        }
        let mut shared = 0;
        for site in stores.iter().filter_map(|s| s.site) {
            let program = self.placement.program(site);
            let tests = u64::from(program.tests_flag());
            if program.is_atomic() {
                self.counts.flag_tests += tests;
            } else {
                shared |= tests;
            }
            self.count_site(site, false, false, false);
        }
        self.counts.flag_tests += shared;
    }

    fn count_quiet_words(&mut self, site: Site, ty: &Type, dst: Addr, count: u64) {
        if I::COUNT && !ty.noscan() && self.needs_barrier(dst) {
            let words = ty.mask().count_ones() as u64 * count;
            self.counts.flag_tests += u64::from(self.placement.program(site).tests_flag());
            self.count_site(site, false, false, false);
            self.site_counts[site.index()].executed += words - 1;
        }
    }
}

impl<I: Instruments> Effects for Runtime<I> {
    #[inline(always)]
    fn load(&mut self, a: Addr) -> Result<u64, Stop> {
        if I::COUNT {
            self.counts.loads += 1;
        }
        if I::CHECK && self.checks.access && !self.shadow.is_live(a) {
            return Err(self.access_fault(a));
        }
        match self.heap.word(a) {
            Some(word) => Ok(word),
            None => Err(self.access_fault(a)),
        }
    }

    #[inline(always)]
    fn prefetch(&mut self, a: Addr) {
        self.heap.prefetch(a);
    }

    #[inline(always)]
    fn prefetch_pointee(&mut self, slot: Addr) {
        if let Some(word) = self.heap.word(slot) {
            self.heap.prefetch(Addr(word));
        }
    }

    #[inline(always)]
    fn load_block<const N: usize>(&mut self, a: Addr) -> Result<[u64; N], Stop> {
        if I::CHECK && self.checks.access && !self.shadow.all_live(a, N as u64) {
            return self.load_each(a);
        }
        if I::COUNT {
            self.counts.loads += N as u64;
        }
        match self.heap.block(a) {
            Some(block) => Ok(block),
            None => Err(self.access_fault(a)),
        }
    }

    #[inline(always)]
    fn store(&mut self, a: Addr, value: u64) -> Result<(), Stop> {
        self.store_masked(a, u64::MAX, value)
    }

    #[inline(always)]
    fn store_masked(&mut self, a: Addr, mask: u64, bits: u64) -> Result<(), Stop> {
        if I::COUNT {
            self.counts.stores += 1;
        }
        if I::CHECK {
            if self.checks.access && !self.shadow.is_live(a) {
                return Err(self.access_fault(a));
            }
            if self.watch.is_some() {
                let old = self.heap.word(a).unwrap_or(0);
                self.watch_store(a, old & !mask | bits & mask);
            }
        }
        if self.heap.update(a, |word| word & !mask | bits & mask) { Ok(()) } else { Err(self.access_fault(a)) }
    }

    #[inline(always)]
    fn store_block<const N: usize>(&mut self, a: Addr, block: [u64; N]) -> Result<(), Stop> {
        if I::CHECK && (self.watch.is_some() || self.checks.access && !self.shadow.all_live(a, N as u64)) {
            return block.iter().enumerate().try_for_each(|(i, &word)| self.store(a.offset(i as u64 * WORD), word));
        }
        if I::COUNT {
            self.counts.stores += N as u64;
        }
        if self.heap.set_block(a, block) { Ok(()) } else { Err(self.access_fault(a)) }
    }

    #[inline(always)]
    fn allocate(&mut self, site: Site, ty: &Type, count: u64, live: &[Addr]) -> Result<Addr, Stop> {
        self.at_safepoint(live, true)?;
        let object = match self.take(ty, count) {
            Some(object) => object,
            None => self.take_after_collection(ty, count, live)?,
        };
        self.collector.colour_newborn(&mut self.heap, object, &self.mutators);
        if I::COUNT {
            self.counts.allocations += 1;
            self.counts.bytes_allocated += ty.size().0 * count;
        }
        if I::CHECK {
            self.note_made(site, ty, count, object);
        }
        Ok(self.heap.base(object))
    }

    fn safepoint(&mut self, _site: Site, live: &[Addr]) -> Result<(), Stop> {
        self.at_safepoint(live, false)
    }

    fn fastrand(&mut self) -> Result<u32, Stop> {
        Ok(self.mutators[self.current].random.draw())
    }

    #[inline(always)]
    fn program(&self, site: Site) -> Program {
        self.placement.program(site)
    }

    fn bulk_order(&self) -> BulkOrder {
        self.placement.bulk
    }

    fn needs_barrier(&self, dst: Addr) -> bool {
        // Freed pages count as heap: a fault can free what a call still works on, and the answer has to be the
        // same when the recorder asks again. The next access tells.
        self.heap.state_of(dst) != SpanState::Stack
    }

    fn load_flag(&mut self) -> Result<bool, Stop> {
        if I::COUNT {
            self.counts.flag_tests += 1;
        }
        Ok(self.collector.flag())
    }

    fn test(&mut self, condition: Condition, slot: Addr, new: Addr) -> Result<bool, Stop> {
        if I::COUNT {
            self.counts.colour_tests += 1;
        }
        let base = self.heap.find_object(slot);
        Ok(match condition {
            // A base outside the heap is a global: scanned at any time, so it may be black.
            Condition::BaseBlack => base.is_none_or(|o| self.collector.counts_as_black(&self.heap, o)),
            Condition::BaseNotBlack => base.is_none_or(|o| self.collector.counts_as_not_black(&self.heap, o)),
            Condition::OwnStackGrey => self.mutators[self.current].colour == StackColour::White,
            Condition::AnyStackGrey => self.mutators.iter().any(|m| m.colour == StackColour::White),
            Condition::NewWhite => self.heap.find_object(new).is_some_and(|o| !self.heap.is_marked(o)),
        })
    }

    fn shade(&mut self, site: Site, half: Half, p: Addr) -> Result<bool, Stop> {
        if I::COUNT {
            self.counts.shades += 1;
        }
        if p.is_nil() || !self.collector.flag() {
            return Ok(false);
        }
        let changed = if self.placement.buffer > 0 {
            let white = self.heap.find_object(p).is_some_and(|o| !self.heap.is_marked(o));
            let m = &mut self.mutators[self.current];
            m.buffer.push(p);
            if m.buffer.len() >= self.placement.buffer {
                self.collector.flush(&mut self.heap, m);
            }
            white
        } else {
            let white = self.collector.shade(&mut self.heap, p);
            if white {
                self.collector.count_shaded();
            }
            white
        };
        if I::CHECK && self.watching().is_some_and(|w| w.is_it(p.0)) {
            self.event(What::Shaded { site, half, changed });
            self.watch_marked();
        }
        Ok(changed)
    }

    fn grey_base(&mut self, slot: Addr) -> Result<(), Stop> {
        if !self.collector.flag() {
            return Ok(());
        }
        match self.heap.find_object(slot) {
            Some(o)
                if self.heap.is_marked(o) && self.heap.has_pointers(o) && !self.heap.span(o.span).is_grey(o.index) =>
            {
                self.collector.push_grey(&mut self.heap, o);
            }
            Some(_) => {}
            // A slot among the globals is scanned again once, however often it is stored to until then.
            None if !self.collector.again.contains(&slot) => self.collector.again.push(slot),
            None => {}
        }
        Ok(())
    }

    fn store_pointer(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        if I::CHECK && self.watch.is_some() {
            return self.store_of(Some(site), |r| r.store(slot, new.0));
        }
        self.store(slot, new.0)
    }

    #[inline(always)]
    fn tally(&mut self, tally: Tally) {
        if I::COUNT {
            match tally {
                Tally::Barrier { site, flag, shaded_old, shaded_new } => {
                    self.count_site(site, flag, shaded_old, shaded_new);
                }
                Tally::Call => self.counts.calls += 1,
                Tally::Temporary => self.counts.temporaries += 1,
            }
        }
    }

    fn write_atomically(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        barrier::write_in_steps(self, site, self.placement.program(site), slot, new)
    }

    #[inline(always)]
    fn write_pointer(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        if self.quiet() {
            if I::COUNT {
                self.count_quiet(site);
            }
            return self.store(slot, new.0);
        }
        self.write_slowly(site, slot, new)
    }

    #[inline(always)]
    fn write_pointers<const N: usize>(&mut self, sites: [Site; N], slot: Addr, new: [Addr; N]) -> Result<(), Stop> {
        if self.quiet() {
            if I::COUNT {
                for site in sites {
                    self.count_quiet(site);
                }
            }
            return self.store_block(slot, new.map(|new| new.0));
        }
        for (i, (site, new)) in sites.into_iter().zip(new).enumerate() {
            self.write_slowly(site, slot.offset(i as u64 * WORD), new)?;
        }
        Ok(())
    }

    #[inline(always)]
    fn write_group(&mut self, stores: &[GroupStore]) -> Result<(), Stop> {
        if self.quiet() {
            for &GroupStore { slot, new, .. } in stores {
                self.store(slot, new.0)?;
            }
            self.count_quiet_group(stores);
            return Ok(());
        }
        barrier::write_group(self, stores)
    }

    #[inline(always)]
    fn typed_memmove(&mut self, site: Site, ty: &Type, dst: Addr, src: Addr) -> Result<(), Stop> {
        let word = ty.size().0 == WORD && dst != src && (dst.0 | src.0).is_multiple_of(WORD);
        if !word || !self.quiet() {
            return self.typed_slice_copy(site, ty, dst, src, 1);
        }
        self.uncounted(|e| {
            let word = e.load(src)?;
            e.store(dst, word)
        })?;
        self.count_copied(WORD);
        self.count_quiet_words(site, ty, dst, 1);
        Ok(())
    }

    fn typed_slice_copy(&mut self, site: Site, ty: &Type, dst: Addr, src: Addr, count: u64) -> Result<(), Stop> {
        if self.quiet() {
            let bytes = bulk::bytes_of(self, ty, count)?;
            if dst == src || bytes == 0 {
                return Ok(());
            }
            self.memmove(dst, src, bytes)?;
            self.count_quiet_words(site, ty, dst, count);
            return Ok(());
        }
        self.store_of(Some(site), |r| bulk::typed_slice_copy(r, site, ty, dst, src, count))
    }

    fn typed_memclr(&mut self, site: Site, ty: &Type, dst: Addr, count: u64) -> Result<(), Stop> {
        if self.quiet() {
            let bytes = bulk::bytes_of(self, ty, count)?;
            if bytes == 0 {
                return Ok(());
            }
            self.memclr(dst, bytes)?;
            self.count_quiet_words(site, ty, dst, count);
            return Ok(());
        }
        self.store_of(Some(site), |r| bulk::typed_memclr(r, site, ty, dst, count))
    }

    fn shade_at_once(&mut self, ty: &Type, dst: Addr, values: Option<Addr>, count: u64) -> Result<bool, Stop> {
        if I::COUNT || I::CHECK || self.placement.buffer > 0 {
            return Ok(false);
        }
        let mask = ty.mask();
        for i in 0..count {
            let value = i * ty.size().0;
            for (at, bits) in mask.chunks(64).enumerate() {
                let mut bits = bits.load_le::<u64>();
                while bits != 0 {
                    let word = at as u64 * 64 + u64::from(bits.trailing_zeros());
                    bits &= bits - 1;
                    let offset = value + word * WORD;
                    let new = match values {
                        Some(values) => Addr(self.load(values.offset(offset))?),
                        None => Addr::NIL,
                    };
                    let old = Addr(self.load(dst.offset(offset))?);
                    self.shade_unwatched(old);
                    self.shade_unwatched(new);
                }
            }
        }
        Ok(true)
    }

    #[inline(always)]
    fn memmove(&mut self, dst: Addr, src: Addr, bytes: u64) -> Result<(), Stop> {
        if bytes == 0 {
            return Ok(());
        }
        let whole = (dst.0 | src.0 | bytes).is_multiple_of(WORD);
        if !whole || I::CHECK && self.watch.is_some() {
            self.uncounted(|e| bulk::memmove(e, dst, src, bytes))?;
        } else {
            self.check_range(src, bytes)?;
            self.check_range(dst, bytes)?;
            if !self.heap.move_words(dst, src, bytes / WORD) {
                return Err(self.range_fault(&[src, dst], bytes));
            }
        }
        self.count_copied(bytes);
        Ok(())
    }

    #[inline(always)]
    fn memclr(&mut self, dst: Addr, bytes: u64) -> Result<(), Stop> {
        if bytes == 0 {
            return Ok(());
        }
        if !(dst.0 | bytes).is_multiple_of(WORD) || I::CHECK && self.watch.is_some() {
            self.uncounted(|e| bulk::memclr(e, dst, bytes))?;
        } else {
            self.check_range(dst, bytes)?;
            match self.heap.range_mut(dst, bytes / WORD) {
                Some(words) => words.fill(0),
                None => return Err(self.range_fault(&[dst], bytes)),
            }
        }
        self.count_copied(bytes);
        Ok(())
    }
}

impl<I: Instruments> Runtime<I> {
    /// Loads a block that does not all live, up to the first word that does not.
    #[cold]
    #[inline(never)]
    fn load_each<const N: usize>(&mut self, a: Addr) -> Result<[u64; N], Stop> {
        let mut block = [0; N];
        for (i, word) in block.iter_mut().enumerate() {
            *word = self.load(a.offset(i as u64 * WORD))?;
        }
        Ok(block)
    }

    #[cold]
    #[inline(never)]
    fn write_slowly(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        // The same steps in the same order, for the barrier that most programs run with, where nobody watches.
        if !I::COUNT && !I::CHECK && self.placement.buffer == 0 && self.placement.program(site).is_shipped() {
            if self.collector.flag() {
                let old = Addr(self.load(slot)?);
                self.shade_unwatched(old);
                self.shade_unwatched(new);
            }
            return self.store(slot, new.0);
        }
        barrier::write(self, site, slot, new)
    }

    /// Shades while marking, without buffer.
    #[inline(always)]
    fn shade_unwatched(&mut self, p: Addr) {
        if !p.is_nil() && self.collector.shade(&mut self.heap, p) {
            self.collector.count_shaded();
        }
    }

    /// The fault of an access to ranges of which one is not all mapped.
    #[cold]
    #[inline(never)]
    fn range_fault(&mut self, starts: &[Addr], bytes: u64) -> Stop {
        let mapped = |a: Addr| self.heap.word(a).is_some();
        let end = Addr(ARENA_BASE + self.heap.words().len() as u64 * WORD);
        // A range that starts in memory runs out of it at its end.
        let first_bad = |&a: &Addr| match mapped(a) {
            true if bytes <= (end - a).0 => None,
            true => Some(end),
            false => Some(a),
        };
        let bad = starts.iter().find_map(first_bad).unwrap_or(Addr::NIL);
        self.access_fault(bad)
    }

    /// Counts the bytes that a bulk operation moved or cleared.
    #[inline(always)]
    pub(crate) fn count_copied(&mut self, bytes: u64) {
        if I::COUNT {
            self.counts.bytes_copied += bytes;
        }
    }

    /// Performs stores that a watch is to tell as those of this site.
    #[inline(always)]
    pub(crate) fn store_of(
        &mut self,
        site: Option<Site>,
        stores: impl FnOnce(&mut Self) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.store_site = site;
        let done = stores(self);
        self.store_site = None;
        done
    }

    /// Performs part of a bulk operation without counting its loads and stores: its bytes are counted.
    pub(crate) fn uncounted<T>(&mut self, action: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        let (loads, stores) = (self.counts.loads, self.counts.stores);
        let done = action(self);
        if I::COUNT {
            (self.counts.loads, self.counts.stores) = (loads, stores);
        }
        done
    }

    /// A safepoint of the current mutator: lets the collector work if there is anything to do.
    #[inline(always)]
    fn at_safepoint(&mut self, live: &[Addr], allocating: bool) -> Result<(), Stop> {
        if I::COUNT {
            self.counts.safepoints += 1;
        }
        let idle = self.collector.resting() && self.heap.stats.live < self.collector.goal;
        if idle && self.placement.buffer == 0 { Ok(()) } else { self.poll(live, allocating) }
    }

    /// Could there be anything to do at a safepoint that does not allocate, ever?
    pub(crate) fn may_poll(&self) -> bool {
        let policy = &self.collector.policy;
        policy.mode != Mode::StopTheWorld || !paced(policy)
    }
}
