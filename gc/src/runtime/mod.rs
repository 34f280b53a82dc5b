//! The runtime: heap, collector, mutators and barriers together, performing effects at once.
//!
//! This is the fast gear of [`Effects`](crate::effects::Effects): a load is a bounds check and a load. It is also the
//! world that the slow gear, [`crate::record::Recorder`], performs its single effects on.
//!
//! Who drives the collector is a matter of the [`Driver`]. With [`Driver::Safepoints`] it
//! works inside the safepoints of mutators: a whole cycle, a budget, or a random number of micro-steps,
//! as its mode says. With [`Driver::Steps`] a concurrent collector does nothing by itself: the layer
//! above takes its steps one by one, as an actor among others.
//!
//! How much is checked and counted is a type parameter, [`Instruments`], so that what is off
//! costs nothing.
//!
//! The parts: [`config`](Config), what it is set up with; `drive`, when the collector works; `judge`, when oracles
//! do; `observe`, telling the watch; `direct`, the effects.

mod config;
mod direct;
mod drive;
mod judge;
mod observe;

pub use config::{Bare, Checked, Config, Counted, Driver, FaultInfo, Instruments, Placement};

use crate::addr::{Addr, Bytes, WORD};
use crate::barrier::Program;
use crate::calls::{CallStack, StackMaps};
use crate::collector::{Collector, CollectorStep, Globals};
use crate::cost::{Counts, SiteCounts};
use crate::effects::Stop;
use crate::finalize::{Finalizer, Finalizers};
use crate::heap::{Heap, Object};
use crate::mutator::{FastRand, Frame, Mutator, StackColour, StackMap};
use crate::policy::Trigger;
use crate::shadow::{Record, Region, Shadow};
use crate::site::Site;
use crate::span::SpanState;
use crate::types::{Type, TypeTable};
use crate::verify::{Checks, Violation};
use crate::watch::{Colour, Watch};
use bumpalo::Bump;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use std::marker::PhantomData;
use std::sync::Arc;

/// Heap, collector, mutators, barriers; see the module's text.
#[derive(Clone, Debug)]
pub struct Runtime<I: Instruments> {
    pub(crate) heap: Heap,
    pub(crate) collector: Collector,
    pub(crate) mutators: Vec<Mutator>,
    pub(crate) globals: Vec<Globals>,
    pub(crate) placement: Placement,
    pub(crate) current: usize,
    /// The current mutator's active functions.
    pub(crate) calls: CallStack,
    pub(crate) finalizers: Finalizers,
    /// The finalizer that a recorder took last.
    pub(crate) taken: Finalizer,
    pub(crate) stack_maps: Option<Arc<dyn StackMaps>>,
    types: Arc<TypeTable>,
    pub(crate) checks: Checks,
    driver: Driver,
    schedule: Pcg64Mcg,
    /// Safepoints until the next cycle, with that trigger.
    countdown: u64,
    /// The next of the chosen points.
    chosen: usize,
    /// The layer above's clock.
    pub(crate) clock: u64,
    pub(crate) shadow: Shadow,
    counts: Counts,
    site_counts: Vec<SiteCounts>,
    fault: Option<FaultInfo>,
    violations: Vec<Violation>,
    watch: Option<Box<Watch>>,
    /// The site whose store or bulk operation is being performed, for the watch.
    store_site: Option<Site>,
    stack_words: u64,
    /// A list that is filled before each step of the collector, kept for its memory.
    steps: Vec<CollectorStep>,
    scratch: Scratch,
    instruments: PhantomData<I>,
}

/// Memory of the oracles for the length of one judgement: their lists live and die together, and the next judgement
/// uses the same chunk. No part of the state: a clone starts with none.
#[derive(Debug, Default)]
struct Scratch(Bump);

impl Clone for Scratch {
    fn clone(&self) -> Scratch {
        Scratch::default()
    }
}

impl<I: Instruments> Runtime<I> {
    /// An empty heap without mutators. Effects are those of a mutator: add one before the first.
    pub fn new(config: Config, types: Arc<TypeTable>) -> Runtime<I> {
        let keep_grey_bits = config.placement.programs().any(Program::uses_base_colour);
        let unflagged = config.placement.programs().any(Program::acts_unflagged);
        let countdown = match config.policy.trigger {
            Trigger::Safepoints(n) => n,
            _ => 0,
        };
        Runtime {
            heap: Heap::new(config.heap),
            collector: Collector::new(config.policy, keep_grey_bits, unflagged),
            mutators: Vec::new(),
            globals: Vec::new(),
            placement: config.placement,
            current: 0,
            calls: CallStack::default(),
            finalizers: Finalizers::default(),
            taken: Finalizer::default(),
            stack_maps: None,
            types,
            checks: config.checks,
            driver: config.driver,
            schedule: Pcg64Mcg::seed_from_u64(config.seed),
            countdown,
            chosen: 0,
            clock: 0,
            shadow: Shadow::default(),
            counts: Counts::default(),
            site_counts: Vec::new(),
            fault: None,
            violations: Vec::new(),
            watch: None,
            store_site: None,
            stack_words: config.stack_words,
            steps: Vec::new(),
            scratch: Scratch::default(),
            instruments: PhantomData,
        }
    }

    // --- setting up ---------------------------------------------------------------------------

    /// Adds a mutator with an empty stack; returns its number.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn add_mutator(&mut self, random: FastRand) -> Result<usize, Stop> {
        let words = self.stack_words;
        let stack = self.map(SpanState::Stack, words, None, 1)?;
        let colour = if self.collector.flag() { StackColour::Black } else { StackColour::White };
        self.mutators.push(Mutator {
            stack,
            stack_words: words,
            used_words: 0,
            frames: Vec::new(),
            published: Vec::new(),
            calls: CallStack::default(),
            colour,
            buffer: Vec::new(),
            runtime_live: Vec::new(),
            random,
        });
        Ok(self.mutators.len() - 1)
    }

    /// Maps globals that hold one value of type `ty`; returns their address.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn add_globals(&mut self, ty: &Type) -> Result<Addr, Stop> {
        let base = self.map(SpanState::Data, ty.size().to_words().0, Some(ty), 1)?;
        self.globals.push(Globals { base, mask: ty.mask().clone() });
        Ok(base)
    }

    /// Maps `bytes` of zeroed memory that no pointer is ever stored to, such as Go's `zeroVal`.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn add_static(&mut self, bytes: Bytes) -> Result<Addr, Stop> {
        self.map(SpanState::Data, bytes.to_words().0, None, 1)
    }

    /// Maps read-only data with these words in it.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn add_data(&mut self, words: &[u64]) -> Result<Addr, Stop> {
        let base = self.map(SpanState::Data, words.len() as u64, None, 1)?;
        if let Some(range) = self.heap.range_mut(base, words.len() as u64) {
            range.copy_from_slice(words);
        }
        Ok(base)
    }

    fn map(&mut self, state: SpanState, words: u64, ty: Option<&Type>, count: u64) -> Result<Addr, Stop> {
        let Some(base) = self.heap.map_segment(state, words) else {
            return Err(self.out_of_memory(words.saturating_mul(WORD)));
        };
        if I::CHECK {
            let region = if state == SpanState::Stack { Region::Stack } else { Region::Data };
            self.shadow.made(Record {
                region,
                base,
                size: Bytes(words.max(1) * WORD),
                ty: ty.map(Type::id),
                count,
                site: None,
                born: self.clock,
                serial: 0,
                freed: false,
            });
        }
        Ok(base)
    }

    /// Pushes a frame of `words` zeroed words onto the current mutator's stack; returns its base.
    ///
    /// # Errors
    /// `OutOfMemory` if the stack is full: a stack overflow.
    pub fn push_frame(&mut self, words: u64, map: Arc<StackMap>) -> Result<Addr, Stop> {
        let m = &mut self.mutators[self.current];
        if words > m.stack_words - m.used_words {
            return Err(self.out_of_memory(words.saturating_mul(WORD)));
        }
        let base = m.stack.offset(m.used_words * WORD);
        m.used_words += words;
        m.frames.push(Frame { base, map });
        if let Some(range) = self.heap.range_mut(base, words) {
            range.fill(0);
        }
        Ok(base)
    }

    /// Pops the innermost frame of the current mutator.
    pub fn pop_frame(&mut self) {
        let m = &mut self.mutators[self.current];
        if let Some(frame) = m.frames.pop() {
            m.used_words = (frame.base - m.stack).0 / WORD;
        }
    }

    /// Says which slots of the innermost frame are pointers from here on.
    pub fn set_stack_map(&mut self, map: Arc<StackMap>) {
        if let Some(frame) = self.mutators[self.current].frames.last_mut() {
            frame.map = map;
        }
    }

    /// Chooses the mutator whose effects come next.
    ///
    /// # Panics
    /// If there is no such mutator.
    pub fn switch_to(&mut self, mutator: usize) {
        assert!(mutator < self.mutators.len(), "mutator {mutator} of {}", self.mutators.len());
        if mutator == self.current {
            return;
        }
        self.publish();
        std::mem::swap(&mut self.calls, &mut self.mutators[self.current].calls);
        self.current = mutator;
        std::mem::swap(&mut self.calls, &mut self.mutators[mutator].calls);
    }

    /// Sets the clock, which triggers at chosen points and dates every record.
    pub fn set_clock(&mut self, clock: u64) {
        self.clock = clock;
    }

    /// What frames of the runtime hold while this mutator is suspended at a safepoint.
    pub fn set_runtime_live(&mut self, mutator: usize, live: &[Addr]) {
        let held = &mut self.mutators[mutator].runtime_live;
        held.clear();
        held.extend_from_slice(live);
    }

    /// Changes who drives a concurrent collector: the layer above can set up a program with the
    /// runtime driving, and then take over.
    pub fn set_driver(&mut self, driver: Driver) {
        self.driver = driver;
    }

    /// Watches one allocation: see [`crate::watch`].
    pub fn watch(&mut self, watch: Watch) {
        self.watch = Some(Box::new(watch));
    }

    // --- looking ------------------------------------------------------------------------------

    /// The heap.
    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    /// The collector.
    pub fn collector(&self) -> &Collector {
        &self.collector
    }

    /// The mutators.
    pub fn mutators(&self) -> &[Mutator] {
        &self.mutators
    }

    /// The globals.
    pub fn globals(&self) -> &[Globals] {
        &self.globals
    }

    /// The oracles' record of memory; empty unless checks are on.
    pub fn shadow(&self) -> &Shadow {
        &self.shadow
    }

    /// Memory for one judgement of the oracles.
    pub(crate) fn scratch(&self) -> &Bump {
        &self.scratch.0
    }

    /// The program's types.
    pub fn types(&self) -> &Arc<TypeTable> {
        &self.types
    }

    /// The barriers.
    pub fn placement(&self) -> &Placement {
        &self.placement
    }

    /// What was counted; zero unless counters are on.
    pub fn counts(&self) -> Counts {
        let mut counts = self.counts;
        for c in self.collector.cycles() {
            counts.objects_scanned += c.objects;
            counts.words_scanned += c.words;
            counts.stacks_scanned += c.stacks;
            counts.objects_freed += c.freed_objects;
        }
        counts
    }

    /// What the barriers of each site did, by site number; as long as the highest site seen.
    pub fn site_counts(&self) -> &[SiteCounts] {
        &self.site_counts
    }

    /// Details of the last [`Stop::Fault`] or [`Stop::OutOfMemory`].
    pub fn fault(&self) -> Option<FaultInfo> {
        self.fault
    }

    /// What the oracles found, in the order they found it.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// The watch, with its events.
    pub fn watched(&self) -> Option<&Watch> {
        self.watch.as_deref()
    }

    /// The mutator whose effects come next.
    pub fn current(&self) -> usize {
        self.current
    }

    /// The colour of an object, as a verifier or a teller of stories sees it.
    pub fn colour(&self, o: Object) -> Colour {
        if !self.heap.is_marked(o) {
            return Colour::White;
        }
        let base = self.heap.base(o);
        let in_hand = self.collector.cursor.is_some_and(|c| c.base == base);
        if in_hand || self.collector.grey.contains(&base) { Colour::Grey } else { Colour::Black }
    }
}
