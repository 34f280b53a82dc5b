//! Telling the shadow, the watch and the counters what happens.

use super::{Instruments, Runtime};
use crate::addr::{Addr, WORD};
use crate::collector::Phase;
use crate::cost::SiteCounts;
use crate::heap::Object;
use crate::mutator::{Frame, Mutator, StackColour};
use crate::shadow::{Record, Region, Shadow};
use crate::site::Site;
use crate::types::Type;
use crate::watch::{Colour, Event, Holder, Watch, What};

impl<I: Instruments> Runtime<I> {
    pub(super) fn event(&mut self, what: What) {
        let event = Event { clock: self.clock, cycle: self.collector.cycles.len() as u64, mutator: self.current, what };
        if let Some(watch) = self.watch.as_deref_mut() {
            watch.events.push(event);
        }
    }

    pub(super) fn watching(&self) -> Option<&Watch> {
        if I::CHECK { self.watch.as_deref().filter(|w| w.alive) } else { None }
    }

    pub(super) fn watch_phase(&mut self) {
        if self.watching().is_some() {
            self.event(What::Phase(self.collector.phase));
            if self.collector.phase == Phase::Mark
                && let Some(watch) = self.watch.as_deref_mut()
            {
                watch.holders.clear();
            }
        }
    }

    /// Notes if the watched object has just been marked.
    pub(super) fn watch_marked(&mut self) {
        let Some(watch) = self.watching() else { return };
        let Some(o) = self.heap.find_object(watch.base) else { return };
        let told = watch.events.iter().rev().find_map(|e| match e.what {
            What::Marked => Some(true),
            What::Phase(Phase::Mark) => Some(false),
            What::Made { colour, .. } => Some(colour != Colour::White),
            _ => None,
        });
        if self.heap.is_marked(o) && told != Some(true) {
            self.event(What::Marked);
        }
    }

    pub(super) fn watch_stack_scan(&mut self, mutator: usize) {
        let Some(watch) = self.watching() else { return };
        let m = &self.mutators[mutator];
        let in_frames =
            m.frames.iter().flat_map(Frame::live_slots).any(|s| watch.is_it(self.heap.word(s).unwrap_or(0)));
        let found = in_frames || m.runtime_live.iter().any(|p| watch.is_it(p.0));
        self.event(What::StackScanned { mutator, found });
    }

    pub(super) fn watch_holder_scan(&mut self, base: Addr, end: Addr) {
        let Some(watch) = self.watching() else { return };
        if !watch.holders.contains(&base) {
            return;
        }
        let words = (end - base).0 / WORD;
        let found = (0..words).any(|i| watch.is_it(self.heap.word(base.offset(i * WORD)).unwrap_or(0)));
        self.event(What::HolderScanned { holder: base, found });
    }

    /// Tells the watch of a store of `new` to `slot`, before it happens.
    #[cold]
    #[inline(never)]
    pub(super) fn watch_store(&mut self, slot: Addr, new: u64) {
        let Some(watch) = self.watching() else { return };
        let old = self.heap.word(slot).unwrap_or(0);
        let (gained, dropped) = (watch.is_it(new), watch.is_it(old));
        if !gained && !dropped || gained && dropped {
            return;
        }
        let holder = self.holder(slot);
        let site = self.store_site;
        if let (Holder::Object { base, .. }, Some(watch)) = (holder, self.watch.as_deref_mut())
            && gained
            && !watch.holders.contains(&base)
        {
            watch.holders.push(base);
        }
        self.event(if gained { What::Gained { slot, holder, site } } else { What::Dropped { slot, holder, site } });
    }

    pub(super) fn holder(&self, slot: Addr) -> Holder {
        if let Some(o) = self.heap.find_object(slot) {
            let base = self.heap.base(o);
            let record = self.shadow.find(base).map(|(_, r)| r);
            let scanned = self.collector.cursor.is_some_and(|c| c.base == base && slot < c.next);
            return Holder::Object {
                base,
                serial: record.map_or(0, |r| r.serial),
                ty: record.and_then(|r| r.ty),
                colour: if scanned { Colour::Black } else { self.colour(o) },
            };
        }
        let on_stack = |m: &Mutator| (slot - m.stack).0 < m.stack_words * WORD;
        match self.mutators.iter().position(on_stack) {
            Some(i) => Holder::Stack(i, self.mutators[i].colour == StackColour::Black),
            None => Holder::Global,
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn note_made(&mut self, site: Site, ty: &Type, count: u64, o: Object) {
        let (base, size) = (self.heap.base(o), self.heap.size(o));
        let serial = self.shadow.made(Record {
            region: Region::Heap,
            base,
            size,
            ty: Some(ty.id()),
            count,
            site: Some(site),
            born: self.clock,
            serial: 0,
            freed: false,
        });
        if let Some(watch) = self.watch.as_deref_mut()
            && watch.serial == serial
        {
            watch.base = base;
            watch.alive = true;
            watch.size = size.0;
            let colour = self.colour(o);
            self.event(What::Made { site, colour });
        }
    }

    pub(super) fn count_site(&mut self, site: Site, flag: bool, shaded_old: bool, shaded_new: bool) {
        let at = site.index();
        if at >= self.site_counts.len() {
            self.site_counts.resize(at + 1, SiteCounts::default());
        }
        let c = &mut self.site_counts[at];
        c.executed += 1;
        c.flag_on += u64::from(flag);
        c.shaded_old += u64::from(shaded_old);
        c.shaded_new += u64::from(shaded_new);
        c.useless += u64::from(flag && !shaded_old && !shaded_new);
    }
}

/// Tells shadow and watch of an object that was freed.
pub(super) fn note_freed(
    shadow: &mut Shadow,
    watch: &mut Option<Box<Watch>>,
    base: Addr,
    clock: u64,
    cycle: u64,
    mutator: usize,
) {
    shadow.freed(base);
    if let Some(watch) = watch.as_deref_mut()
        && watch.alive
        && watch.base == base
    {
        watch.events.push(Event { clock, cycle, mutator, what: What::Freed });
        watch.alive = false;
    }
}
