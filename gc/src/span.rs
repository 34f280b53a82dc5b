//! Spans: runs of pages that hold objects of one size, or one large object, a stack or globals.
//!
//! Each span of the heap has *alloc bits* (1: the slot holds an object; 0: it is free) and *mark
//! bits* (1: the object was found, or born, in this cycle; 0: it is white). Sweeping makes the
//! mark bits the new alloc bits. Both have a whole number of 64-bit words; the bits past the last
//! object are 1 in the alloc bits, so that no search finds them, and 0 in the mark bits.
//!
//! *Grey bits* (1: on the grey list) are kept only when a barrier asks for an object's colour.
//!
//! Marking comes here for every pointer it meets, at a random span: a span's record is one cache line of the host, and
//! alloc and mark bits of the same slots lie side by side in another.
//!
//! Source: Go 1.19 runtime/mheap.go (`mspan`), mbitmap.go.

use crate::addr::{Addr, Bytes, WORD};
use crate::size_class;

/// Number of a span in the heap.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SpanId(pub(crate) u32);

/// Index of an object in its span.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObjIndex(pub(crate) u32);

/// What the pages of a span are used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum SpanState {
    /// Nothing: the pages were given back.
    Dead,
    /// Objects of the heap.
    InUse,
    /// The stack of a mutator.
    Stack,
    /// Globals, or read-only data.
    Data,
}

/// Alloc and mark bits of 64 slots, the first one lowest.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct SlotBits {
    pub(crate) alloc: u64,
    pub(crate) mark: u64,
}

/// A run of pages and the state of what they hold.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct Span {
    pub(crate) state: SpanState,
    pub(crate) first_page: u32,
    pub(crate) pages: u32,
    /// Size class; 0 for a large object, a stack or globals.
    pub(crate) class: u8,
    /// No object in here has pointers.
    pub(crate) noscan: bool,
    /// Words of one slot.
    pub(crate) slot_words: u32,
    pub(crate) slots: u32,
    /// Of the slot size in bytes, see [`size_class::reciprocal`]; 0 if there is but one slot.
    reciprocal: u32,
    pub(crate) bits: Box<[SlotBits]>,
    /// As many words as `bits`.
    grey: Box<[u64]>,
    /// No free slot lies in alloc words before this one.
    hint: u8,
    /// Slots in use.
    pub(crate) used: u32,
    /// May free slots hold old words?
    pub(crate) dirty: bool,
    /// Swept since the last mark phase?
    pub(crate) swept: bool,
}

const _: () = assert!(size_of::<Span>() == 64, "a span is one cache line");

impl Span {
    /// A span of small objects of `class`, all free.
    pub(crate) fn small(first_page: u32, class: usize, noscan: bool, dirty: bool) -> Span {
        let pages = size_class::PAGES[class] as u32;
        let slot = size_class::SIZE[class] as u32;
        let slots = pages * size_class::PAGE as u32 / slot;
        let mut span = Span::raw(SpanState::InUse, first_page, pages, dirty);
        span.class = class as u8;
        span.noscan = noscan;
        span.slot_words = slot / WORD as u32;
        span.slots = slots;
        span.reciprocal = size_class::reciprocal(class);
        span.clear_bits();
        span
    }

    /// A span that holds one thing of `words` words: a large object (free as yet), a stack, globals.
    pub(crate) fn single(state: SpanState, first_page: u32, pages: u32, words: u32, noscan: bool, dirty: bool) -> Span {
        let mut span = Span::raw(state, first_page, pages, dirty);
        span.noscan = noscan;
        span.slot_words = words;
        span.slots = 1;
        span.clear_bits();
        span
    }

    /// All slots free and white.
    fn clear_bits(&mut self) {
        let words = self.slots.div_ceil(64) as usize;
        self.bits = (0..words).map(|at| SlotBits { alloc: padding(self.slots, at), mark: 0 }).collect();
        self.grey = vec![0; words].into();
    }

    fn raw(state: SpanState, first_page: u32, pages: u32, dirty: bool) -> Span {
        Span {
            state,
            first_page,
            pages,
            class: 0,
            noscan: true,
            slot_words: 0,
            slots: 0,
            reciprocal: 0,
            bits: Box::default(),
            grey: Box::default(),
            hint: 0,
            used: 0,
            dirty,
            swept: true,
        }
    }

    /// Word index of the span's first word.
    #[inline(always)]
    pub(crate) fn first_word(&self) -> usize {
        self.first_page as usize * (size_class::PAGE / WORD) as usize
    }

    /// Its first address.
    pub(crate) fn base(&self) -> Addr {
        Addr::from_index(self.first_word())
    }

    /// Bytes of one slot.
    #[inline(always)]
    pub(crate) fn slot_bytes(&self) -> Bytes {
        Bytes(self.slot_words as u64 * WORD)
    }

    /// The slot that holds the word `word` of the arena, if one does: the last bytes of a span
    /// may belong to none.
    #[inline(always)]
    pub(crate) fn slot_of(&self, word: usize) -> Option<ObjIndex> {
        let offset = (word - self.first_word()) as u64;
        if offset >= u64::from(self.slots) * u64::from(self.slot_words) {
            return None;
        }
        Some(ObjIndex(((offset * WORD * u64::from(self.reciprocal)) >> 32) as u32))
    }

    /// Word index of a slot's first word.
    #[inline(always)]
    pub(crate) fn word_of(&self, index: ObjIndex) -> usize {
        self.first_word() + index.0 as usize * self.slot_words as usize
    }

    /// Takes the first free slot.
    #[inline(always)]
    pub(crate) fn take_free(&mut self) -> Option<ObjIndex> {
        let mut at = self.hint as usize;
        while let Some(word) = self.bits.get_mut(at) {
            let free = !word.alloc;
            if free != 0 {
                let bit = free.trailing_zeros();
                word.alloc |= 1 << bit;
                self.hint = at as u8;
                self.used += 1;
                return Some(ObjIndex(at as u32 * 64 + bit));
            }
            at += 1;
        }
        self.hint = at as u8;
        None
    }

    /// Is this slot in use?
    #[inline(always)]
    pub(crate) fn is_allocated(&self, index: ObjIndex) -> bool {
        let (at, bit) = place(index);
        self.bits.get(at).is_some_and(|word| word.alloc & bit != 0)
    }

    /// Is this object marked?
    #[inline(always)]
    pub(crate) fn is_marked(&self, index: ObjIndex) -> bool {
        let (at, bit) = place(index);
        self.bits.get(at).is_some_and(|word| word.mark & bit != 0)
    }

    /// Marks an object; was it white?
    #[inline(always)]
    pub(crate) fn set_mark(&mut self, index: ObjIndex) -> bool {
        let (at, bit) = place(index);
        let word = &mut self.bits[at];
        let white = word.mark & bit == 0;
        word.mark |= bit;
        white
    }

    /// Sets the mark bit, either way.
    pub(crate) fn put_mark(&mut self, index: ObjIndex, marked: bool) {
        let (at, bit) = place(index);
        let word = &mut self.bits[at];
        word.mark = if marked { word.mark | bit } else { word.mark & !bit };
    }

    /// Marks the object in this slot, if there is one; was it there, and white?
    #[inline(always)]
    pub(crate) fn mark_allocated(&mut self, index: ObjIndex) -> bool {
        let (at, bit) = place(index);
        let Some(word) = self.bits.get_mut(at) else { return false };
        let white = word.alloc & !word.mark & bit != 0;
        if white {
            word.mark |= bit;
        }
        white
    }

    /// Is this object on the grey list? Only meaningful while grey bits are kept.
    pub(crate) fn is_grey(&self, index: ObjIndex) -> bool {
        let (at, bit) = place(index);
        self.grey.get(at).is_some_and(|word| word & bit != 0)
    }

    /// Says whether this object is on the grey list.
    pub(crate) fn set_grey(&mut self, index: ObjIndex, grey: bool) {
        let (at, bit) = place(index);
        self.grey[at] = if grey { self.grey[at] | bit } else { self.grey[at] & !bit };
    }

    /// Sweeps: calls `freed` for each object that is not marked, and makes the mark bits the alloc
    /// bits. Returns how many objects it freed.
    pub(crate) fn sweep(&mut self, mut freed: impl FnMut(ObjIndex)) -> u32 {
        let mut count = 0;
        for (at, word) in self.bits.iter_mut().enumerate() {
            let padding = padding(self.slots, at);
            let SlotBits { alloc, mark } = *word;
            let mut dead = alloc & !mark & !padding;
            count += dead.count_ones();
            while dead != 0 {
                freed(ObjIndex(at as u32 * 64 + dead.trailing_zeros()));
                dead &= dead - 1;
            }
            *word = SlotBits { alloc: alloc & mark | padding, mark: 0 };
        }
        self.used -= count;
        self.hint = 0;
        self.swept = true;
        count
    }

    /// The objects of this span, in address order.
    pub(crate) fn objects(&self) -> impl Iterator<Item = ObjIndex> {
        ones(self.bits.iter().enumerate().map(|(at, word)| word.alloc & !padding(self.slots, at)))
    }
}

/// The bits that are 1 in a bitmap.
fn ones(bitmap: impl Iterator<Item = u64>) -> impl Iterator<Item = ObjIndex> {
    bitmap.enumerate().flat_map(|(at, mut word)| {
        std::iter::from_fn(move || {
            let bit = word.trailing_zeros();
            word &= word.checked_sub(1)?;
            Some(ObjIndex(at as u32 * 64 + bit))
        })
    })
}

/// A slot's word among the bits, and its bit in there.
#[inline(always)]
fn place(index: ObjIndex) -> (usize, u64) {
    (index.0 as usize / 64, 1 << (index.0 % 64))
}

/// The bits of alloc word `at` that stand for no slot.
fn padding(slots: u32, at: usize) -> u64 {
    let first = at as u32 * 64;
    if slots >= first + 64 { 0 } else { u64::MAX << slots.saturating_sub(first) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_gives_each_slot_once_and_sweeping_frees_the_unmarked() {
        let mut span = Span::small(3, size_class::class_of(100).unwrap(), false, false);
        let mut taken = Vec::new();
        while let Some(i) = span.take_free() {
            taken.push(i.0);
        }
        assert_eq!(taken, (0..73).collect::<Vec<_>>(), "8192 / 112");
        for i in (0..73).step_by(3) {
            span.set_mark(ObjIndex(i));
        }
        let mut freed = Vec::new();
        let count = span.sweep(|i| freed.push(i.0));
        assert_eq!(freed, (0..73).filter(|i| i % 3 != 0).collect::<Vec<_>>());
        assert_eq!((count, span.used), (48, 25));
        assert_eq!(span.take_free(), Some(ObjIndex(1)));
        assert!(span.bits.iter().all(|word| word.mark == 0));
    }

    #[test]
    fn interior_words_belong_to_their_slot_and_the_tail_of_a_span_to_none() {
        let span = Span::small(2, size_class::class_of(24).unwrap(), false, false);
        let first = span.first_word();
        assert_eq!(span.slot_of(first), Some(ObjIndex(0)));
        assert_eq!(span.slot_of(first + 2), Some(ObjIndex(0)));
        assert_eq!(span.slot_of(first + 3), Some(ObjIndex(1)));
        assert_eq!(span.slot_of(first + 1022), Some(ObjIndex(340)));
        assert_eq!(span.slot_of(first + 1023), None);
    }
}
