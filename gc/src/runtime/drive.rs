//! When the collector works, and how far: its steps, the safepoints that let it, and the last resort when memory
//! runs out.

use super::observe::note_freed;
use super::{Driver, FaultInfo, Instruments, Runtime};
use crate::addr::{Addr, Bytes};
use crate::collector::{CollectorStep, Phase};
use crate::effects::Stop;
use crate::heap::{Heap, Object};
use crate::policy::{Mode, SweepPolicy, Trigger};
use crate::types::Type;
use rand::RngExt;

impl<I: Instruments> Runtime<I> {
    /// Is a cycle due, and the collector idle?
    pub fn cycle_due(&self) -> bool {
        if !matches!(self.collector.phase, Phase::Off | Phase::Sweep) {
            return false;
        }
        match &self.collector.policy.trigger {
            Trigger::Pacing { .. } => self.heap.stats.live >= self.collector.goal,
            Trigger::Safepoints(_) => self.countdown == 0,
            Trigger::Chosen(points) => points.get(self.chosen).is_some_and(|&p| self.clock >= p),
            Trigger::Never => false,
        }
    }

    /// Takes one step of the collector. The caller keeps the rules of [`CollectorStep`]
    /// about safepoints. A step that does not fit the state does nothing.
    ///
    /// # Errors
    /// `Violation` if an oracle objects at a phase change.
    pub fn collector_step(&mut self, step: CollectorStep) -> Result<(), Stop> {
        if !self.collector.allows(step, &self.mutators, &self.globals) {
            return Ok(());
        }
        match step {
            CollectorStep::Start => return self.start_cycle(),
            CollectorStep::Stack(i) => {
                if let Some(m) = self.mutators.get_mut(i) {
                    self.collector.scan_stack(&mut self.heap, m);
                    self.watch_stack_scan(i);
                }
            }
            CollectorStep::Globals => self.collector.scan_global(&mut self.heap, &self.globals),
            CollectorStep::Object => self.collector.take_object(&mut self.heap),
            CollectorStep::Pick(base) => {
                if let Some(at) = self.collector.grey_list().iter().position(|&grey| grey == base) {
                    self.collector.take_grey(&mut self.heap, at);
                }
            }
            CollectorStep::Continue => {
                let before = self.collector.cursor;
                self.collector.scan_next(&mut self.heap);
                if I::CHECK
                    && self.watch.is_some()
                    && self.collector.cursor.is_none()
                    && let Some(c) = before
                {
                    self.watch_holder_scan(c.base, c.end);
                }
            }
            CollectorStep::Terminate => return self.terminate(),
            CollectorStep::SweepSpan => self.sweep_one(),
        }
        self.watch_marked();
        Ok(())
    }

    pub(super) fn start_cycle(&mut self) -> Result<(), Stop> {
        self.sweep_all();
        if self.collector.phase != Phase::Off {
            return Ok(());
        }
        match &self.collector.policy.trigger {
            Trigger::Safepoints(n) => self.countdown = *n,
            Trigger::Chosen(points) => {
                while points.get(self.chosen).is_some_and(|&p| self.clock >= p) {
                    self.chosen += 1;
                }
            }
            _ => {}
        }
        self.judge_accounts()?;
        self.finalizers.start();
        self.collector.start(&self.heap, &mut self.mutators, self.clock);
        self.watch_phase();
        self.judge_colours()
    }

    /// Ends marking if nothing is left to mark; the world is stopped.
    pub(super) fn terminate(&mut self) -> Result<(), Stop> {
        if self.collector.phase != Phase::Mark {
            return Ok(());
        }
        if self.placement.flush_before_termination {
            for m in &mut self.mutators {
                self.collector.flush(&mut self.heap, m);
            }
            if !self.collector.grey.is_empty() {
                self.watch_marked();
                return Ok(());
            }
        }
        // A rescan of stacks may find more, so what is not reachable is known only after it: see below.
        let rescan = self.collector.policy.stacks.rescan;
        if !rescan && self.mark_finalizers() {
            self.watch_marked();
            return Ok(());
        }
        self.judge_colours()?;
        self.collector.enter(Phase::MarkTermination);
        self.watch_phase();
        if rescan {
            for i in 0..self.mutators.len() {
                self.collector.scan_stack(&mut self.heap, &mut self.mutators[i]);
                self.watch_stack_scan(i);
                self.collector.drain(&mut self.heap);
            }
            if self.mark_finalizers() {
                self.collector.drain(&mut self.heap);
                self.mark_finalizers();
            }
            self.watch_marked();
        }
        self.judge_mark_end()?;
        self.collector.finish_marking(&mut self.heap, self.clock);
        self.watch_phase();
        if self.collector.policy.sweep == SweepPolicy::Eager {
            self.sweep_all();
        }
        Ok(())
    }

    pub(super) fn sweep_one(&mut self) {
        match self.heap.next_unswept() {
            Some(id) => {
                self.freeing(|heap, freed| heap.sweep_span(id, freed));
            }
            None => {
                self.collector.enter(Phase::Off);
                self.watch_phase();
            }
        }
    }

    pub(super) fn sweep_all(&mut self) {
        while self.collector.phase == Phase::Sweep {
            self.sweep_one();
        }
    }

    /// Finishes the cycle that is under way, if any, or does a whole one; all mutators are at
    /// safepoints.
    ///
    /// # Errors
    /// `Violation` if an oracle objects.
    pub fn collect(&mut self) -> Result<(), Stop> {
        self.publish();
        if matches!(self.collector.phase, Phase::Off | Phase::Sweep) {
            self.start_cycle()?;
        }
        self.mark_to_end()?;
        self.sweep_all();
        Ok(())
    }

    pub(super) fn mark_to_end(&mut self) -> Result<(), Stop> {
        let mut steps = std::mem::take(&mut self.steps);
        while self.collector.phase == Phase::Mark {
            // With a watch every word is a step of its own, so that the story can tell it.
            if self.watch.is_none() {
                self.collector.drain_allowed(&mut self.heap, &self.mutators);
            }
            self.collector.steps(&self.mutators, &self.globals, &mut steps);
            let Some(&step) = steps.first() else { break };
            self.collector_step(step)?;
        }
        self.steps = steps;
        Ok(())
    }

    /// What the collector does at a safepoint of the current mutator, by its mode.
    #[cold]
    #[inline(never)]
    pub(super) fn poll(&mut self, live: &[Addr], allocating: bool) -> Result<(), Stop> {
        self.publish();
        if self.placement.buffer > 0 {
            let m = &mut self.mutators[self.current];
            self.collector.flush(&mut self.heap, m);
            self.watch_marked();
        }
        self.countdown = self.countdown.saturating_sub(1);
        if matches!(self.collector.policy.mode, Mode::Concurrent { .. }) && self.driver == Driver::Steps {
            return Ok(());
        }
        self.set_runtime_live(self.current, live);
        let result = self.work(allocating);
        self.mutators[self.current].runtime_live.clear();
        result
    }

    pub(super) fn work(&mut self, allocating: bool) -> Result<(), Stop> {
        let due = self.cycle_due();
        match self.collector.policy.mode {
            Mode::StopTheWorld => {
                if due {
                    self.start_cycle()?;
                    self.mark_to_end()?;
                }
                Ok(())
            }
            Mode::Incremental { budget } => {
                if due {
                    self.start_cycle()?;
                }
                if allocating { self.random_steps(budget) } else { Ok(()) }
            }
            Mode::Concurrent { steps } => {
                if due {
                    self.start_cycle()?;
                }
                let n = self.schedule.random_range(0..=steps);
                self.random_steps(n)
            }
        }
    }

    /// Takes up to `n` steps of the collector, each drawn from those it could take.
    pub(super) fn random_steps(&mut self, n: u32) -> Result<(), Stop> {
        let mut steps = std::mem::take(&mut self.steps);
        for _ in 0..n {
            if self.collector.phase == Phase::Off {
                break;
            }
            // While an object is scanned, nothing else can be drawn.
            if self.collector.cursor.is_some() && self.collector.phase == Phase::Mark && self.watch.is_none() {
                self.collector.scan_next(&mut self.heap);
                continue;
            }
            self.collector.steps(&self.mutators, &self.globals, &mut steps);
            let Some(last) = steps.len().checked_sub(1) else { break };
            let pick = if last == 0 { 0 } else { self.schedule.random_range(0..=last) };
            self.collector_step(steps[pick])?;
        }
        self.steps = steps;
        Ok(())
    }

    #[cold]
    pub(super) fn out_of_memory(&mut self, wanted: u64) -> Stop {
        let (stats, limit) = (self.heap.stats(), self.heap.config().limit);
        self.fault =
            Some(FaultInfo::OutOfMemory { wanted: Bytes(wanted), mapped: stats.mapped, limit, live: stats.live });
        Stop::OutOfMemory
    }

    #[inline(never)]
    pub(super) fn take(&mut self, ty: &Type, count: u64) -> Option<Object> {
        // Most often nothing is swept, and nobody has to be told of what is freed.
        if let Some(object) = self.heap.allocate_here(ty, count) {
            return Some(object);
        }
        self.freeing(|heap, freed| heap.allocate(ty, count, freed))
    }

    /// Runs what may free objects of the heap, and tells shadow, watch and counts of each.
    #[inline(always)]
    fn freeing<R>(&mut self, action: impl FnOnce(&mut Heap, &mut dyn FnMut(Addr, Bytes)) -> R) -> R {
        let (mut objects, mut bytes) = (0, 0);
        let (shadow, watch, clock) = (&mut self.shadow, &mut self.watch, self.clock);
        let (cycle, mutator) = (self.collector.cycles.len() as u64, self.current);
        let result = action(&mut self.heap, &mut |base, size| {
            objects += 1;
            bytes += size.0;
            if I::CHECK {
                note_freed(shadow, watch, base, clock, cycle, mutator);
            }
        });
        if objects > 0 {
            self.collector.count_freed(objects, bytes);
        }
        result
    }

    /// The limit is reached: sweep what waits to be swept, then collect all that can be collected, and try again
    /// after each.
    #[cold]
    pub(super) fn take_after_collection(&mut self, ty: &Type, count: u64, live: &[Addr]) -> Result<Object, Stop> {
        if self.heap.unswept() > 0 {
            self.sweep_all();
            if let Some(object) = self.take(ty, count) {
                return Ok(object);
            }
        }
        let wanted = ty.size().0.saturating_mul(count);
        let stuck = self.driver == Driver::Steps && matches!(self.collector.policy.mode, Mode::Concurrent { .. });
        if self.collector.policy.trigger == Trigger::Never || stuck {
            return Err(self.out_of_memory(wanted));
        }
        self.publish();
        self.set_runtime_live(self.current, live);
        let collected = self.finish_and_collect();
        self.mutators[self.current].runtime_live.clear();
        collected?;
        match self.take(ty, count) {
            Some(object) => Ok(object),
            None => Err(self.out_of_memory(wanted)),
        }
    }

    pub(super) fn finish_and_collect(&mut self) -> Result<(), Stop> {
        if self.collector.flag() {
            self.collect()?;
        }
        self.collect()
    }
}
