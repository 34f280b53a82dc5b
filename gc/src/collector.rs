//! The collector: a tricolor mark-sweep machine that moves one small step at a time.
//!
//! ```text
//!          Start                 Terminate                 last span swept
//!   Off ──────────▶ Mark ─────────────────────▶ Sweep ───────────────────────▶ Off
//!                   │ Stack(i)  one stack, whole    (through MarkTermination,
//!                   │ Globals   one root word        with the world stopped)
//!                   │ Object    take a grey object
//!                   │ Continue  one word of it
//!                   ▼
//! ```
//!
//! Colours: *white*, the mark bit is 0; *grey*, marked and on the grey list or in hand, with slots
//! yet to scan; *black*, marked and neither. An object in hand is grey from its next slot on and
//! black before it.
//!
//! What a mutator may see of this is the phase flag, and, through barriers that ask, colours.
//! Steps that need mutators at safepoints: `Start` and `Terminate` all of them, `Stack(i)` that one.
//! Whether they are there is the business of who drives: see [`crate::runtime`].
//!
//! With the world stopped and nobody watching, `Object` and `Continue` are not taken one by one: see `drain`.
//!
//! Source: Go 1.19 runtime/mgc.go, mgcmark.go, mgcsweep.go; Dijkstra et al. 1978.
//! Checked by: [`crate::verify`], which shares no code with it.

use crate::addr::{Addr, Bytes, WORD};
use crate::heap::{Heap, Object};
use crate::mutator::{Mutator, StackColour};
use crate::policy::{GreyOrder, Mode, Policy, SweepPolicy, Trigger};
use crate::types::PtrMask;

/// What the collector is at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Nothing to do; the write barrier flag is off.
    Off,
    /// Marking; the flag is on.
    Mark,
    /// The end of marking, with the world stopped; the flag is on.
    MarkTermination,
    /// White objects are being freed; the flag is off.
    Sweep,
}

/// One step of the collector.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum CollectorStep {
    /// Begin a cycle: raise the flag. All mutators are at safepoints.
    Start,
    /// Scan the stack of this mutator, which is at a safepoint.
    Stack(usize),
    /// Scan the next word of the globals.
    Globals,
    /// Take an object off the grey list: the last.
    Object,
    /// Take the object at this address off the grey list.
    Pick(Addr),
    /// Scan the next pointer of the object in hand.
    Continue,
    /// End marking, if buffers and grey list are empty: all mutators are at safepoints.
    Terminate,
    /// Sweep a span.
    SweepSpan,
}

/// Globals of a program: words in a data segment, with the pointers among them.
#[derive(Clone, Debug)]
pub struct Globals {
    /// The first word.
    pub base: Addr,
    /// Which words are pointers.
    pub mask: PtrMask,
}

/// The object being scanned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Cursor {
    /// Its first word.
    pub base: Addr,
    /// The next word to look at.
    pub next: Addr,
    /// The end of its slot.
    pub end: Addr,
}

/// What one cycle did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CycleStats {
    /// Which one, from 1.
    pub number: u64,
    /// The clock when it started.
    pub started: u64,
    /// The clock when marking ended.
    pub marked: u64,
    /// Bytes in objects when it started.
    pub heap_at_start: Bytes,
    /// Bytes in objects when marking ended.
    pub heap_at_mark_end: Bytes,
    /// Bytes found live, or born black.
    pub heap_marked: Bytes,
    /// Objects scanned.
    pub objects: u64,
    /// Words looked at, roots included.
    pub words: u64,
    /// Stacks scanned, once for each scan.
    pub stacks: u64,
    /// Objects that barriers turned grey.
    pub shaded: u64,
    /// Objects freed so far.
    pub freed_objects: u64,
    /// Bytes freed so far.
    pub freed_bytes: Bytes,
}

/// Do cycles start for no other reason than that the heap has grown?
#[inline(always)]
pub(crate) fn paced(policy: &Policy) -> bool {
    matches!(policy.trigger, Trigger::Pacing { .. } | Trigger::Never)
}

/// The state of the collector.
#[derive(Clone, Debug)]
pub struct Collector {
    pub(crate) policy: Policy,
    pub(crate) phase: Phase,
    pub(crate) grey: Vec<Addr>,
    pub(crate) cursor: Option<Cursor>,
    /// Next global to scan: index of the segment and of the word in it.
    pub(crate) next_global: (usize, usize),
    /// Globals stored to behind the scan, which a retreating barrier wants scanned again.
    pub(crate) again: Vec<Addr>,
    /// Does any barrier act in this phase? Some may while the flag is off.
    pub(crate) barriers_act: bool,
    /// Does any barrier act while the flag is off?
    unflagged: bool,
    /// Is there anything to do in this phase at a safepoint that does not allocate?
    pub(crate) calls_poll: bool,
    /// Grey bits are kept, because some barrier asks for colours.
    pub(crate) keep_grey_bits: bool,
    /// Pacing: the heap size at which the next cycle starts.
    pub(crate) goal: Bytes,
    pub(crate) cycles: Vec<CycleStats>,
}

impl Collector {
    pub(crate) fn new(policy: Policy, keep_grey_bits: bool, unflagged: bool) -> Collector {
        let goal = match policy.trigger {
            Trigger::Pacing { min_heap, .. } => min_heap,
            _ => Bytes(u64::MAX),
        };
        Collector {
            calls_poll: !paced(&policy),
            policy,
            phase: Phase::Off,
            grey: Vec::new(),
            cursor: None,
            next_global: (0, 0),
            again: Vec::new(),
            barriers_act: unflagged,
            unflagged,
            keep_grey_bits,
            goal,
            cycles: Vec::new(),
        }
    }

    /// What it is at.
    #[inline(always)]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Goes over to another phase.
    pub(crate) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.barriers_act = self.unflagged || self.flag();
        self.calls_poll = !self.resting();
    }

    /// Has it nothing to do before the heap has grown further?
    #[inline(always)]
    pub(crate) fn resting(&self) -> bool {
        // A stopped world leaves sweeping to allocations, which need no help for it.
        paced(&self.policy)
            && match self.phase {
                Phase::Off => true,
                Phase::Sweep => self.policy.mode == Mode::StopTheWorld,
                Phase::Mark | Phase::MarkTermination => false,
            }
    }

    /// Its policies.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Is the write barrier flag on?
    #[inline(always)]
    pub fn flag(&self) -> bool {
        matches!(self.phase, Phase::Mark | Phase::MarkTermination)
    }

    /// Objects marked and not yet scanned, the next one last.
    pub fn grey_list(&self) -> &[Addr] {
        &self.grey
    }

    /// The object being scanned.
    pub fn cursor(&self) -> Option<Cursor> {
        self.cursor
    }

    /// Globals not scanned yet: the segment and word where scanning goes on, and words to scan again.
    pub fn globals_left(&self) -> ((usize, usize), &[Addr]) {
        (self.next_global, &self.again)
    }

    /// What each cycle did, the last one perhaps unfinished.
    pub fn cycles(&self) -> &[CycleStats] {
        &self.cycles
    }

    pub(crate) fn stats(&mut self) -> &mut CycleStats {
        if self.cycles.is_empty() {
            self.cycles.push(CycleStats::default());
        }
        self.cycles.last_mut().expect("one was just pushed")
    }

    // --- colours ------------------------------------------------------------------------------

    /// Turns the object at `a` grey if it is white. Says whether it was. Anything that is not an
    /// object of the heap is ignored, and an object without pointers goes straight to black.
    #[inline(always)]
    pub(crate) fn shade(&mut self, heap: &mut Heap, a: Addr) -> bool {
        let Some(marked) = heap.marking().mark(a) else { return false };
        self.stats().heap_marked.0 += u64::from(marked.words) * WORD;
        if !marked.noscan {
            // It is scanned soon, the last one first.
            heap.prefetch(a);
            self.push_grey(heap, marked.object);
        }
        true
    }

    /// Puts a marked object on the grey list.
    #[inline(always)]
    pub(crate) fn push_grey(&mut self, heap: &mut Heap, o: Object) {
        if self.keep_grey_bits {
            heap.span_mut(o.span).set_grey(o.index, true);
        }
        self.grey.push(heap.base(o));
    }

    /// Is the object black as far as a barrier may rely on: everything in it was scanned, or might
    /// have been? The object in hand counts.
    pub(crate) fn counts_as_black(&self, heap: &Heap, o: Object) -> bool {
        heap.is_marked(o) && !heap.span(o.span).is_grey(o.index)
    }

    /// Might something in the object still have to be scanned? The object in hand counts here too,
    /// so that neither test lets a barrier go lightly.
    pub(crate) fn counts_as_not_black(&self, heap: &Heap, o: Object) -> bool {
        !self.counts_as_black(heap, o) || self.cursor.is_some_and(|c| c.base == heap.base(o))
    }

    /// Colours an object at its birth.
    #[inline(always)]
    pub(crate) fn colour_newborn(&mut self, heap: &mut Heap, o: Object, mutators: &[Mutator]) {
        use crate::policy::BirthColour;
        if !self.flag() || self.policy.birth == BirthColour::White {
            return;
        }
        heap.span_mut(o.span).set_mark(o.index);
        self.stats().heap_marked.0 += heap.size(o).0;
        let snapshot_incomplete =
            self.policy.stacks.before_heap && mutators.iter().any(|m| m.colour == StackColour::White);
        if snapshot_incomplete && heap.has_pointers(o) {
            self.push_grey(heap, o);
        }
    }

    // --- steps --------------------------------------------------------------------------------

    /// The steps that could be taken now, in an order that depends on the state alone, as far
    /// as the collector is concerned: `Start` if it is `Off` (or done sweeping but for the rest),
    /// whether or not a cycle is due. `Terminate` stands alone when all else is done.
    pub fn steps(&self, mutators: &[Mutator], globals: &[Globals], list: &mut Vec<CollectorStep>) {
        list.clear();
        match self.phase {
            Phase::Off => list.push(CollectorStep::Start),
            Phase::Sweep => list.push(CollectorStep::SweepSpan),
            Phase::MarkTermination => {}
            Phase::Mark => {
                if self.cursor.is_some() {
                    return list.push(CollectorStep::Continue);
                }
                let white = mutators.iter().enumerate().filter(|(_, m)| m.colour == StackColour::White);
                list.extend(white.map(|(i, _)| CollectorStep::Stack(i)));
                if self.policy.stacks.before_heap && !list.is_empty() {
                    return;
                }
                if self.next_global.0 < globals.len() || !self.again.is_empty() {
                    list.push(CollectorStep::Globals);
                }
                match self.policy.order {
                    GreyOrder::Any => list.extend(self.grey.iter().map(|&base| CollectorStep::Pick(base))),
                    GreyOrder::Last if !self.grey.is_empty() => list.push(CollectorStep::Object),
                    GreyOrder::Last => {}
                }
                if list.is_empty() {
                    list.push(CollectorStep::Terminate);
                }
            }
        }
    }

    /// Can this step be taken now? Says the same as the list of [`Collector::steps`], but that a cycle may also
    /// start while the last one is swept, and a black stack be scanned again.
    pub(crate) fn allows(&self, step: CollectorStep, mutators: &[Mutator], globals: &[Globals]) -> bool {
        let marking = self.phase == Phase::Mark;
        let free = marking && self.cursor.is_none();
        let stacks_left = mutators.iter().any(|m| m.colour == StackColour::White);
        let heap_open = free && !(self.policy.stacks.before_heap && stacks_left);
        let globals_left = self.next_global.0 < globals.len() || !self.again.is_empty();
        match step {
            CollectorStep::Start => matches!(self.phase, Phase::Off | Phase::Sweep),
            CollectorStep::Stack(i) => free && i < mutators.len(),
            CollectorStep::Globals => heap_open && globals_left,
            CollectorStep::Object => heap_open && !self.grey.is_empty(),
            CollectorStep::Pick(base) => heap_open && self.grey.contains(&base),
            CollectorStep::Continue => marking && self.cursor.is_some(),
            CollectorStep::Terminate => free && !stacks_left && !globals_left && self.grey.is_empty(),
            CollectorStep::SweepSpan => self.phase == Phase::Sweep,
        }
    }

    /// Begins a cycle. What was left to sweep has been swept.
    pub(crate) fn start(&mut self, heap: &Heap, mutators: &mut [Mutator], clock: u64) {
        for m in mutators {
            m.colour = StackColour::White;
            m.buffer.clear();
        }
        self.enter(Phase::Mark);
        self.grey.clear();
        self.again.clear();
        self.cursor = None;
        self.next_global = (0, 0);
        let number = self.cycles.last().map_or(0, |c| c.number) + 1;
        let heap_at_start = heap.stats.live;
        self.cycles.push(CycleStats { number, started: clock, heap_at_start, ..CycleStats::default() });
    }

    /// Scans one stack, at a safepoint of its mutator: frames of the program by their stack maps,
    /// and what frames of the runtime hold.
    pub(crate) fn scan_stack(&mut self, heap: &mut Heap, mutator: &mut Mutator) {
        let mut words = 0;
        for frame in &mutator.frames {
            for slot in frame.live_slots() {
                words += 1;
                if let Some(value) = heap.word(slot) {
                    self.shade(heap, Addr(value));
                }
            }
        }
        for &p in &mutator.runtime_live {
            words += 1;
            self.shade(heap, p);
        }
        mutator.colour = StackColour::Black;
        let stats = self.stats();
        stats.words += words;
        stats.stacks += 1;
    }

    /// Scans the next pointer among the globals.
    pub(crate) fn scan_global(&mut self, heap: &mut Heap, globals: &[Globals]) {
        let slot = if let Some(slot) = self.again.pop() {
            Some(slot)
        } else {
            let (segment, word) = self.next_global;
            let Some(g) = globals.get(segment) else { return };
            match g.mask[word.min(g.mask.len())..].first_one() {
                Some(skip) => {
                    self.next_global = (segment, word + skip + 1);
                    Some(g.base.offset((word + skip) as u64 * WORD))
                }
                None => {
                    self.next_global = (segment + 1, 0);
                    None
                }
            }
        };
        if let Some(slot) = slot {
            self.scan_slot(heap, slot);
        }
    }

    #[inline(always)]
    fn scan_slot(&mut self, heap: &mut Heap, slot: Addr) {
        self.stats().words += 1;
        if let Some(value) = heap.word(slot) {
            self.shade(heap, Addr(value));
        }
    }

    /// Takes an object off the grey list: the last.
    pub(crate) fn take_object(&mut self, heap: &mut Heap) {
        if let Some(last) = self.grey.len().checked_sub(1) {
            self.take_grey(heap, last);
        }
    }

    /// Takes one of the grey list.
    pub(crate) fn take_grey(&mut self, heap: &mut Heap, at: usize) {
        let base = self.grey.remove(at);
        let Some(o) = heap.find_object(base) else { return };
        if self.keep_grey_bits {
            heap.span_mut(o.span).set_grey(o.index, false);
        }
        self.cursor = Some(Cursor { base, next: base, end: base.offset(heap.size(o).0) });
        self.stats().objects += 1;
    }

    /// Scans the next pointer of the object in hand, or finds that there is none and lets go of it.
    pub(crate) fn scan_next(&mut self, heap: &mut Heap) {
        let Some(cursor) = self.cursor.as_mut() else { return };
        while cursor.next < cursor.end {
            let bits = heap.pointer_bits(cursor.next.index());
            let left = (cursor.end - cursor.next).0 / WORD;
            let skip = u64::from(bits.trailing_zeros());
            if skip >= left.min(64) {
                cursor.next = cursor.next.offset(left.min(64) * WORD);
                continue;
            }
            let slot = cursor.next.offset(skip * WORD);
            cursor.next = slot.offset(WORD);
            return self.scan_slot(heap, slot);
        }
        self.cursor = None;
    }

    /// Marks from what is grey as far as the stack policy allows, with the world stopped.
    pub(crate) fn drain_allowed(&mut self, heap: &mut Heap, mutators: &[Mutator]) {
        if !self.policy.stacks.before_heap || mutators.iter().all(|m| m.colour == StackColour::Black) {
            self.drain(heap);
        }
    }

    /// Hands a buffer of shaded pointers to the collector.
    pub(crate) fn flush(&mut self, heap: &mut Heap, mutator: &mut Mutator) {
        let marking = self.flag();
        for p in mutator.buffer.drain(..) {
            if marking && self.shade(heap, p) {
                self.stats().shaded += 1;
            }
        }
    }

    /// Counts an object that a barrier turned grey.
    pub(crate) fn count_shaded(&mut self) {
        self.stats().shaded += 1;
    }

    /// Ends marking: the flag goes down, and sweeping begins.
    pub(crate) fn finish_marking(&mut self, heap: &mut Heap, clock: u64) {
        let live = heap.stats.live;
        let stats = self.stats();
        stats.marked = clock;
        stats.heap_at_mark_end = live;
        let marked = stats.heap_marked;
        heap.stats.live = marked;
        if let Trigger::Pacing { gogc, min_heap } = self.policy.trigger {
            let growth = u128::from(marked.0) * u128::from(gogc) / 100;
            self.goal = Bytes(marked.0.saturating_add(growth as u64)).max(min_heap);
        }
        if self.policy.sweep == SweepPolicy::Never {
            return self.enter(Phase::Off);
        }
        heap.begin_sweep();
        self.enter(Phase::Sweep);
    }

    /// Counts what a sweep freed.
    pub(crate) fn count_freed(&mut self, objects: u64, bytes: u64) {
        let stats = self.stats();
        stats.freed_objects += objects;
        stats.freed_bytes.0 += bytes;
    }
}
