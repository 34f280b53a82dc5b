//! Marking with the world stopped: all that can be reached from the grey objects, in one tight loop.
//!
//! ```text
//! stack ──▶ queue of QUEUE, words and bitmap being fetched ──▶ scan: mark what it points to ──▶ stack
//! ```
//!
//! The same marking as the steps [`Object`](crate::collector::CollectorStep::Object) and
//! [`Continue`](crate::collector::CollectorStep::Continue), taken until nothing is grey. Nobody looks in between, so
//! the cursor is not kept, grey bits are cleared before and statistics added after, and objects are scanned in another
//! order. What a pointer does, [`Marking::mark`], is one function for the steps, the barriers and the drain.
//!
//! An object's words are asked for when it enters the queue and read when it leaves: by then a miss is over or nearly
//! so. The numbers are in the book's chapter on performance.
//!
//! Source: Cher, Hosking and Vijaykumar, "Software prefetching for mark-sweep garbage collection", ASPLOS 2004.
//! Checked by: `a_drain_marks_and_counts_what_the_steps_do`, below.

use crate::addr::{ARENA_BASE, Addr, WORD};
use crate::arena;
use crate::collector::Collector;
use crate::heap::{Heap, Object, bits_from};
use crate::size_class::PAGE;
use crate::span::{ObjIndex, Span, SpanId};

/// Objects between stack and scan. With four the tree at random addresses takes a fifth longer, and that in allocation
/// order a twentieth less.
const QUEUE: usize = 8;

/// The parts of a heap that marking reads and writes.
pub(crate) struct Marking<'a> {
    pub(crate) words: &'a [u64],
    pub(crate) pointers: &'a [u64],
    pub(crate) page_table: &'a [u32],
    pub(crate) spans: &'a mut [Span],
}

/// An object that was white a moment ago.
#[derive(Clone, Copy)]
pub(crate) struct Marked {
    pub(crate) object: Object,
    /// Arena index of its first word.
    pub(crate) at: usize,
    /// Words of its slot.
    pub(crate) words: u32,
    pub(crate) noscan: bool,
}

impl Marking<'_> {
    /// Marks the object that `a` points to or into, if there is one and it is white.
    #[inline(always)]
    pub(crate) fn mark(&mut self, a: Addr) -> Option<Marked> {
        let offset = a.0.wrapping_sub(ARENA_BASE);
        let id = match self.page_table.get((offset / PAGE) as usize) {
            Some(&id) if id != 0 => SpanId(id - 1),
            _ => return None,
        };
        let span = &mut self.spans[id.0 as usize];
        // Spans of stacks and globals have no allocated slot.
        let index: ObjIndex = span.slot_of((offset / WORD) as usize)?;
        if !span.mark_allocated(index) {
            return None;
        }
        let object = Object { span: id, index };
        Some(Marked { object, at: span.word_of(index), words: span.slot_words, noscan: span.noscan })
    }
}

/// Words of a grey object that are still to be scanned, or none: index of the first, and how many.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Grey(u64);

impl Grey {
    const NONE: Grey = Grey(0);

    /// Bits of the count; the others are enough for any address.
    const BITS: u32 = 22;

    /// The most words that an entry can tell of. A larger object takes several.
    const MOST: u32 = (1 << Grey::BITS) - 1;

    #[inline(always)]
    fn new(at: usize, words: u32) -> Grey {
        Grey((at as u64) << Grey::BITS | u64::from(words))
    }

    #[inline(always)]
    fn at(self) -> usize {
        (self.0 >> Grey::BITS) as usize
    }

    #[inline(always)]
    fn words(self) -> u32 {
        self.0 as u32 & Grey::MOST
    }
}

/// What a drain did.
struct Drained {
    /// Objects scanned that were not grey when it began.
    objects: u64,
    /// Pointers looked at.
    pointers: u64,
    /// Words of the objects marked.
    marked: u64,
}

/// Scans what is on the stack, up to `top`, and all that it leads to. One function, so that its state lives in
/// registers.
#[inline(never)]
fn run(mut heap: Marking<'_>, mut stack: Box<[Grey]>, mut top: usize) -> Drained {
    let mut done = Drained { objects: 0, pointers: 0, marked: 0 };
    let mut queue = [Grey::NONE; QUEUE];
    let mut turn = 0;
    loop {
        let next = match top.checked_sub(1).and_then(|last| stack.get(last)) {
            Some(&grey) => {
                top -= 1;
                arena::prefetch(heap.words, grey.at());
                arena::prefetch(heap.pointers, grey.at() / 64);
                grey
            }
            None => Grey::NONE,
        };
        let grey = std::mem::replace(&mut queue[turn % QUEUE], next);
        turn += 1;
        if grey == Grey::NONE {
            if queue == [Grey::NONE; QUEUE] {
                return done;
            }
            continue;
        }
        let (mut at, mut words) = (grey.at(), grey.words());
        loop {
            let mut bits = bits_from(heap.pointers, at);
            if words < 64 {
                bits &= (1 << words) - 1;
            }
            while bits != 0 {
                let value = heap.words.get(at + bits.trailing_zeros() as usize).copied().unwrap_or(0);
                bits &= bits - 1;
                done.pointers += 1;
                let Some(marked) = heap.mark(Addr(value)) else { continue };
                done.marked += u64::from(marked.words);
                if !marked.noscan {
                    done.objects += 1;
                    (stack, top) = push(stack, top, marked.at, marked.words);
                }
            }
            if words <= 64 {
                break;
            }
            at += 64;
            words -= 64;
        }
    }
}

/// Pushes words onto the stack. It comes and goes by value, since a stack that is borrowed anywhere would be kept in
/// memory everywhere.
#[inline(always)]
fn push(mut stack: Box<[Grey]>, top: usize, at: usize, words: u32) -> (Box<[Grey]>, usize) {
    if words <= Grey::MOST
        && let Some(free) = stack.get_mut(top)
    {
        *free = Grey::new(at, words);
        return (stack, top + 1);
    }
    push_slowly(stack, top, at, words)
}

#[cold]
#[inline(never)]
fn push_slowly(stack: Box<[Grey]>, top: usize, at: usize, words: u32) -> (Box<[Grey]>, usize) {
    let mut stack = stack.into_vec();
    stack.truncate(top);
    for done in (0..words).step_by(Grey::MOST as usize) {
        stack.push(Grey::new(at + done as usize, (words - done).min(Grey::MOST)));
    }
    let top = stack.len();
    stack.resize(stack.capacity().max(256), Grey::NONE);
    (stack.into_boxed_slice(), top)
}

impl Collector {
    /// Marks until the grey list is empty, with the world stopped.
    pub(crate) fn drain(&mut self, heap: &mut Heap) {
        while self.cursor.is_some() {
            self.scan_next(heap);
        }
        if self.grey.is_empty() {
            return;
        }
        let (mut stack, mut top) = (Box::default(), 0);
        let mut objects = 0;
        for base in self.grey.drain(..) {
            let Some(o) = heap.find_object(base) else { continue };
            if self.keep_grey_bits {
                heap.span_mut(o.span).set_grey(o.index, false);
            }
            objects += 1;
            (stack, top) = push(stack, top, base.index(), heap.span(o.span).slot_words);
        }
        let done = run(heap.marking(), stack, top);
        let stats = self.stats();
        stats.objects += objects + done.objects;
        stats.words += done.pointers;
        stats.heap_marked.0 += done.marked * WORD;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addr::Bytes;
    use crate::heap::HeapConfig;
    use crate::policy::Policy;
    use crate::span::SpanState;
    use crate::types::{PtrMask, Type, TypeTable};
    use proptest::prelude::*;
    use std::sync::Arc;

    /// Marking as anybody could watch it.
    fn drain_in_steps(collector: &mut Collector, heap: &mut Heap) {
        loop {
            while collector.cursor.is_some() {
                collector.scan_next(heap);
            }
            if collector.grey.is_empty() {
                return;
            }
            collector.take_object(heap);
        }
    }

    /// What the word of a random heap holds.
    #[derive(Clone, Debug)]
    enum Value {
        Nil,
        Garbage(u64),
        /// An address in the arena, whatever is there.
        Anywhere(u32),
        /// Into an object, perhaps a freed one.
        Object(prop::sample::Index, u16),
        /// Into a stack or the globals.
        Segment(bool, u16),
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            2 => Just(Value::Nil),
            1 => any::<u64>().prop_map(Value::Garbage),
            1 => any::<u32>().prop_map(Value::Anywhere),
            12 => (any::<prop::sample::Index>(), prop_oneof![3 => Just(0), 1 => any::<u16>()])
                .prop_map(|(object, at)| Value::Object(object, at)),
            1 => any::<(bool, u16)>().prop_map(|(stack, at)| Value::Segment(stack, at)),
        ]
    }

    /// Types of each way that marking goes: small and large, up to 64 words and more, with pointers and without, and
    /// with pointers on both sides of a border of 64 words.
    fn types() -> Vec<(Arc<Type>, u64)> {
        let mut table = TypeTable::new();
        let mut ty = |words: u64, pointer: fn(u64) -> bool| {
            let mask: PtrMask = (0..words).map(pointer).collect();
            table.add("T", Bytes(words * WORD), Bytes(8), mask).expect("a legal type")
        };
        let (word, pair, wide) = (ty(1, |_| true), ty(2, |i| i == 1), ty(70, |i| matches!(i, 0 | 63..=65 | 69)));
        let (full, flat) = (ty(64, |_| true), ty(3, |_| false));
        let mut all = vec![(flat.clone(), 1), (flat, 3000), (full, 1), (wide.clone(), 1), (wide, 100)];
        all.extend([(word.clone(), 1), (word.clone(), 9), (word.clone(), 65), (word, 5000)]);
        all.extend([(pair.clone(), 1), (pair.clone(), 1), (pair, 600)]);
        all
    }

    /// All bits and counts that marking changes.
    fn outcome(collector: &Collector, heap: &Heap) -> impl PartialEq + std::fmt::Debug {
        let marks: Vec<Vec<u64>> = heap.spans.iter().map(|s| s.bits.iter().map(|word| word.mark).collect()).collect();
        let grey = heap.objects().filter(|o| heap.span(o.span).is_grey(o.index)).count();
        (marks, grey, collector.grey.clone(), collector.cursor, collector.cycles().to_vec())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn a_drain_marks_and_counts_what_the_steps_do(
            kinds in prop::collection::vec(0usize..12, 1..80),
            freed in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
            values in prop::collection::vec(value(), 1..300),
            roots in prop::collection::vec(value(), 1..12),
            grey_again in any::<bool>(),
            keep_grey_bits in any::<bool>(),
            steps in 0usize..6,
        ) {
            let types = types();
            let mut heap = Heap::new(HeapConfig::default());
            let segments = [SpanState::Stack, SpanState::Data].map(|state| heap.map_segment(state, 40).unwrap());
            let mut collector = Collector::new(Policy::default(), keep_grey_bits, false);
            let mut objects = Vec::new();
            for &kind in &kinds {
                let (ty, count) = &types[kind];
                let object = heap.allocate(ty, *count, &mut |_, _| {}).unwrap();
                objects.push((heap.base(object), heap.size(object).0, object));
            }
            // Some die, so that pointers dangle; their slots stay free.
            for (i, &(_, _, o)) in objects.iter().enumerate() {
                if !freed.iter().any(|f| f.index(objects.len()) == i) {
                    heap.span_mut(o.span).set_mark(o.index);
                }
            }
            heap.begin_sweep();
            while let Some(id) = heap.next_unswept() {
                heap.sweep_span(id, &mut |_, _| {});
            }
            let arena = heap.words().len() as u64 * WORD;
            let word = |value: &Value| match *value {
                Value::Nil => 0,
                Value::Garbage(word) => word,
                Value::Anywhere(at) => ARENA_BASE + u64::from(at) % arena,
                Value::Object(index, at) => {
                    let (base, size, _) = *index.get(&objects);
                    base.0 + u64::from(at) % size
                }
                Value::Segment(stack, at) => segments[usize::from(stack)].0 + u64::from(at) % 400,
            };
            let mut fill = values.iter().cycle();
            for &(base, size, _) in &objects {
                for slot in heap.range_mut(base, size / WORD).unwrap() {
                    *slot = word(fill.next().unwrap());
                }
            }

            collector.start(&heap, &mut [], 0);
            for root in &roots {
                collector.shade(&mut heap, Addr(word(root)));
            }
            // Barriers may list an object twice, and marking may be in the middle of one.
            if grey_again && let Some(&base) = collector.grey.first() {
                collector.grey.push(base);
            }
            if steps > 0 {
                collector.take_object(&mut heap);
            }
            for _ in 1..steps {
                collector.scan_next(&mut heap);
            }

            let (mut slow, mut slow_heap) = (collector.clone(), heap.clone());
            drain_in_steps(&mut slow, &mut slow_heap);
            collector.drain(&mut heap);
            prop_assert_eq!(outcome(&collector, &heap), outcome(&slow, &slow_heap));
            prop_assert!(collector.cursor.is_none() && collector.grey.is_empty());
        }
    }

    #[test]
    fn a_large_object_takes_as_many_entries_as_tell_of_all_its_words() {
        for words in [1, 64, Grey::MOST, Grey::MOST + 1, 3 * Grey::MOST + 7, u32::MAX] {
            let (stack, top) = push(Box::default(), 0, 1024, words);
            let mut next = 1024;
            for grey in &stack[..top] {
                assert!(*grey != Grey::NONE && grey.at() == next);
                next += grey.words() as usize;
            }
            assert_eq!(next, 1024 + words as usize);
        }
    }
}
