//! The heap: one growing arena of words, cut into pages, spans and objects.
//!
//! ```text
//! arena     words           8 KiB pages, from ARENA_BASE on
//!           pointer bitmap  one bit a word: 1, a pointer; kept for spans that are not noscan
//!           page table      page → span
//! spans     one size class each, with and without pointers apart; large objects alone
//! central   per class: the span in use, spans with room, spans not yet swept
//! ```
//!
//! An interior pointer is resolved to its object through the page table and a multiplication
//! by the reciprocal of the object size, as in Go. Memory is zeroed when it is used again.
//!
//! This module knows colours as bits, not what they mean: see [`crate::collector`].
//!
//! Simplified, against Go 1.19: no tiny allocator (small noscan objects are not combined), one
//! cache of spans for all mutators, no scavenging. See the book's faithfulness table.
//!
//! Source: Go 1.19 runtime/malloc.go, mheap.go, mcentral.go, mbitmap.go.
//! Checked by: [`crate::verify::accounting`].

use crate::addr::{ARENA_BASE, Addr, Bytes, WORD};
use crate::arena::Arena;
use crate::drain::Marking;
use crate::pages::Pages;
use crate::size_class::{self, CLASSES, PAGE};
use crate::span::{ObjIndex, Span, SpanId, SpanState};
use crate::types::Type;

/// What freed memory is filled with when it is poisoned: no address, and easy to recognise.
pub const POISON: u64 = 0xdead_dead_dead_dead;

/// Words in a page.
const PAGE_WORDS: usize = (PAGE / WORD) as usize;

/// How the heap is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapConfig {
    /// The most simulated memory that may be mapped: heap, stacks and globals.
    pub limit: Bytes,
    /// Is freed memory used again? If not, every later access to it can be told.
    pub reuse: bool,
    /// Is freed memory filled with [`POISON`]?
    pub poison: bool,
}

impl Default for HeapConfig {
    fn default() -> HeapConfig {
        HeapConfig { limit: Bytes(1 << 30), reuse: true, poison: false }
    }
}

/// An object of the heap: its span and its place in there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Object {
    /// Its span.
    pub span: SpanId,
    /// Its index in the span.
    pub index: ObjIndex,
}

/// Spans of one class, with or without pointers.
#[derive(Clone, Debug, Default)]
struct Central {
    /// The span that objects are taken from now.
    current: Option<SpanId>,
    /// Swept spans with free slots.
    partial: Vec<SpanId>,
    /// Spans not swept since the last mark phase, the next one last.
    unswept: Vec<SpanId>,
}

/// A list of the allocator that a span is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SpanList {
    /// Objects are taken from it now.
    Current,
    /// Swept, with free slots.
    Partial,
    /// Not swept since the last mark phase.
    Unswept,
}

/// Sizes and counts of a heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStats {
    /// Bytes in objects, rounded up to their size classes: found live by the last cycle, and made since.
    pub live: Bytes,
    /// Objects ever made.
    pub allocated_objects: u64,
    /// Bytes ever made, rounded up to size classes.
    pub allocated_bytes: u64,
    /// Objects freed.
    pub freed_objects: u64,
    /// The most memory that was ever mapped.
    pub mapped: Bytes,
}

/// Words, spans and bitmaps.
#[derive(Clone, Debug)]
pub struct Heap {
    arena: Arena,
    pointers: Vec<u64>,
    page_table: Vec<u32>,
    pages: Pages,
    /// Pages that may hold old words.
    dirty_pages: Vec<bool>,
    pub(crate) spans: Vec<Span>,
    dead_spans: Vec<SpanId>,
    central: Vec<Central>,
    unswept_large: Vec<SpanId>,
    config: HeapConfig,
    pub(crate) stats: HeapStats,
}

/// Index into `central`.
fn central_of(class: usize, noscan: bool) -> usize {
    class * 2 + usize::from(noscan)
}

/// 64 bits of a bitmap, from bit `at` on; zeros past its end.
#[inline(always)]
pub(crate) fn bits_from(bitmap: &[u64], at: usize) -> u64 {
    let (word, shift) = (at / 64, at % 64);
    match bitmap.get(word..word + 2) {
        Some(&[low, high]) => low >> shift | high << 1 << (63 - shift),
        _ => bitmap.get(word).map_or(0, |low| low >> shift),
    }
}

impl Heap {
    /// An empty heap.
    pub fn new(config: HeapConfig) -> Heap {
        Heap {
            arena: Arena::new((config.limit.0 / PAGE) as usize * PAGE_WORDS),
            pointers: Vec::new(),
            page_table: Vec::new(),
            pages: Pages::default(),
            dirty_pages: Vec::new(),
            spans: Vec::new(),
            dead_spans: Vec::new(),
            central: vec![Central::default(); CLASSES * 2],
            unswept_large: Vec::new(),
            config,
            stats: HeapStats::default(),
        }
    }

    /// How it was set up.
    pub fn config(&self) -> HeapConfig {
        self.config
    }

    /// Sizes and counts.
    pub fn stats(&self) -> HeapStats {
        HeapStats { mapped: Bytes(self.arena.len() as u64 * WORD), ..self.stats }
    }

    // --- words ------------------------------------------------------------------------------

    /// The word at `a`, if memory is mapped there and `a` is word-aligned.
    #[inline(always)]
    pub fn word(&self, a: Addr) -> Option<u64> {
        self.arena.get(a.index())
    }

    /// Changes the word at `a`; `false` if none is mapped there.
    #[inline(always)]
    pub(crate) fn update(&mut self, a: Addr, change: impl FnOnce(u64) -> u64) -> bool {
        self.arena.update(a.index(), change)
    }

    /// The `N` words from `a` on.
    #[inline(always)]
    pub(crate) fn block<const N: usize>(&self, a: Addr) -> Option<[u64; N]> {
        self.arena.block(a.index())
    }

    /// Sets the `N` words from `a` on; `false` if some are not mapped, and then none is set.
    #[inline(always)]
    pub(crate) fn set_block<const N: usize>(&mut self, a: Addr, block: [u64; N]) -> bool {
        self.arena.set_block(a.index(), block)
    }

    /// Hints that the word at `a` will be wanted soon.
    #[inline(always)]
    pub(crate) fn prefetch(&self, a: Addr) {
        self.arena.prefetch(a.index());
    }

    /// Words from `a` on, `count` of them, if all are mapped.
    #[inline(always)]
    pub(crate) fn range_mut(&mut self, a: Addr, count: u64) -> Option<&mut [u64]> {
        let at = a.index();
        self.arena.range_mut(at..at.checked_add(usize::try_from(count).ok()?)?)
    }

    /// Moves whole words; `false` if either range is not mapped.
    pub(crate) fn move_words(&mut self, dst: Addr, src: Addr, count: u64) -> bool {
        usize::try_from(count).is_ok_and(|count| self.arena.move_words(dst.index(), src.index(), count))
    }

    /// The same, to be changed.
    #[inline(always)]
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        self.arena.words_mut()
    }

    /// All mapped words, from [`ARENA_BASE`] on.
    pub fn words(&self) -> &[u64] {
        self.arena.words()
    }

    // --- the pointer bitmap -----------------------------------------------------------------

    /// Does the bitmap say that the word at `a` is a pointer?
    pub fn is_pointer_word(&self, a: Addr) -> bool {
        let at = a.index();
        self.pointers.get(at / 64).is_some_and(|w| w >> (at % 64) & 1 == 1)
    }

    /// 64 bits of the bitmap, from the word `at` on.
    #[inline(always)]
    pub(crate) fn pointer_bits(&self, at: usize) -> u64 {
        bits_from(&self.pointers, at)
    }

    /// Sets `n` ≤ 64 bits from word `at` on.
    #[inline(always)]
    fn set_pointer_bits(&mut self, at: usize, n: usize, bits: u64) {
        let mask = if n == 64 { u64::MAX } else { (1 << n) - 1 };
        let (word, shift) = (at / 64, at % 64);
        self.pointers[word] = self.pointers[word] & !(mask << shift) | (bits & mask) << shift;
        if shift + n > 64 {
            let shift = 64 - shift;
            self.pointers[word + 1] = self.pointers[word + 1] & !(mask >> shift) | (bits & mask) >> shift;
        }
    }

    /// Writes the bitmap of a slot of `slot_words` that holds `count` values of type `ty`. Words
    /// past the last pointer are data.
    fn write_bitmap(&mut self, at: usize, slot_words: usize, ty: &Type, count: u64) {
        let stride = ty.size().to_words().0 as usize;
        if slot_words <= 64 && count == 1 {
            return self.set_pointer_bits(at, slot_words, ty.mask_word());
        }
        let mut done = 0;
        while done < slot_words {
            let n = (slot_words - done).min(64);
            self.set_pointer_bits(at + done, n, 0);
            done += n;
        }
        for i in 0..count as usize {
            for (chunk, &bits) in ty.mask().as_raw_slice().iter().enumerate() {
                let first = chunk * 64;
                let n = (stride - first).min(64);
                self.set_pointer_bits(at + i * stride + first, n, bits);
            }
        }
    }

    // --- from address to object -------------------------------------------------------------

    /// The span whose page holds `a`.
    #[inline(always)]
    pub(crate) fn span_of(&self, a: Addr) -> Option<SpanId> {
        let at = a.0.wrapping_sub(ARENA_BASE) / PAGE;
        match self.page_table.get(at as usize) {
            Some(&id) if id != 0 => Some(SpanId(id - 1)),
            _ => None,
        }
    }

    /// What the page at `a` is used for.
    pub fn state_of(&self, a: Addr) -> SpanState {
        self.span_of(a).map_or(SpanState::Dead, |id| self.span(id).state)
    }

    #[inline(always)]
    pub(crate) fn span(&self, id: SpanId) -> &Span {
        &self.spans[id.0 as usize]
    }

    #[inline(always)]
    pub(crate) fn span_mut(&mut self, id: SpanId) -> &mut Span {
        &mut self.spans[id.0 as usize]
    }

    /// The slot of the heap that `a` points to or into, in use or free. `None` for nil, for
    /// stacks and globals, and for anything else that is not in the heap.
    #[inline(always)]
    pub(crate) fn slot_at(&self, a: Addr) -> Option<Object> {
        let id = self.span_of(a)?;
        let span = self.span(id);
        if span.state != SpanState::InUse {
            return None;
        }
        let index = span.slot_of(((a.0 - ARENA_BASE) / WORD) as usize)?;
        Some(Object { span: id, index })
    }

    /// The object that `a` points to or into.
    #[inline(always)]
    pub fn find_object(&self, a: Addr) -> Option<Object> {
        self.slot_at(a).filter(|o| self.span(o.span).is_allocated(o.index))
    }

    /// The parts of the heap that marking reads and writes.
    #[inline(always)]
    pub(crate) fn marking(&mut self) -> Marking<'_> {
        Marking {
            words: self.arena.words(),
            pointers: &self.pointers,
            page_table: &self.page_table,
            spans: &mut self.spans,
        }
    }

    /// Address of an object's first word.
    #[inline(always)]
    pub fn base(&self, o: Object) -> Addr {
        Addr::from_index(self.span(o.span).word_of(o.index))
    }

    /// Bytes of an object's slot.
    #[inline(always)]
    pub fn size(&self, o: Object) -> Bytes {
        self.span(o.span).slot_bytes()
    }

    /// Can this object hold pointers?
    #[inline(always)]
    pub(crate) fn has_pointers(&self, o: Object) -> bool {
        !self.span(o.span).noscan
    }

    /// Is this object's mark bit set?
    #[inline(always)]
    pub fn is_marked(&self, o: Object) -> bool {
        self.span(o.span).is_marked(o.index)
    }

    // --- allocation -------------------------------------------------------------------------

    /// Makes `count` zeroed values of type `ty` in the span in use for their size; `None` if it has no room, or there
    /// is none.
    #[inline(always)]
    pub(crate) fn allocate_here(&mut self, ty: &Type, count: u64) -> Option<Object> {
        let class = size_class::class_of(ty.size().0.checked_mul(count)?)?;
        let span = self.central[central_of(class, ty.noscan())].current?;
        let index = self.span_mut(span).take_free()?;
        self.furnish(Object { span, index }, ty, count)
    }

    /// Makes `count` zeroed values of type `ty`; `None` when the limit is reached.
    ///
    /// May sweep a span of the class, if one waits for it; `freed` is told what that frees.
    pub(crate) fn allocate(&mut self, ty: &Type, count: u64, freed: &mut dyn FnMut(Addr, Bytes)) -> Option<Object> {
        if let Some(object) = self.allocate_here(ty, count) {
            return Some(object);
        }
        let bytes = ty.size().0.checked_mul(count)?;
        let noscan = ty.noscan();
        let object = match size_class::class_of(bytes) {
            Some(class) => self.refill(class, noscan, freed)?,
            None => self.take_large(bytes, noscan, freed)?,
        };
        self.furnish(object, ty, count)
    }

    /// Clears a slot that was taken, writes its bitmap and counts it.
    #[inline(always)]
    fn furnish(&mut self, object: Object, ty: &Type, count: u64) -> Option<Object> {
        let span = &self.spans[object.span.0 as usize];
        let (at, slot_words, dirty) = (span.word_of(object.index), span.slot_words as usize, span.dirty);
        if dirty {
            self.arena.clear(at, slot_words)?;
        }
        if !ty.noscan() {
            self.write_bitmap(at, slot_words, ty, count);
        }
        let size = slot_words as u64 * WORD;
        self.stats.live.0 += size;
        self.stats.allocated_objects += 1;
        self.stats.allocated_bytes += size;
        Some(object)
    }

    /// Finds or makes a span with room, and takes its first slot.
    #[cold]
    #[inline(never)]
    fn refill(&mut self, class: usize, noscan: bool, freed: &mut dyn FnMut(Addr, Bytes)) -> Option<Object> {
        let list = central_of(class, noscan);
        loop {
            let id = if let Some(id) = self.central[list].partial.pop() {
                id
            } else if let Some(id) = self.central[list].unswept.pop() {
                // Puts it among the partial ones, gives its pages back, or finds it full.
                self.sweep_span(id, freed);
                continue;
            } else {
                let pages = size_class::PAGES[class] as u32;
                let (first, dirty) = self.take_pages(pages)?;
                self.add_span(Span::small(first, class, noscan, dirty))
            };
            self.central[list].current = Some(id);
            if let Some(index) = self.span_mut(id).take_free() {
                return Some(Object { span: id, index });
            }
        }
    }

    /// Takes a span of its own. Large spans that wait to be swept come first, as in Go: the pages of a dead one may do.
    fn take_large(&mut self, bytes: u64, noscan: bool, freed: &mut dyn FnMut(Addr, Bytes)) -> Option<Object> {
        while let Some(id) = self.unswept_large.pop() {
            self.sweep_span(id, freed);
        }
        let words = u32::try_from(bytes.div_ceil(WORD)).ok()?;
        let pages = words.div_ceil(PAGE_WORDS as u32);
        let (first, dirty) = self.take_pages(pages)?;
        let id = self.add_span(Span::single(SpanState::InUse, first, pages, words, noscan, dirty));
        let index = self.span_mut(id).take_free()?;
        Some(Object { span: id, index })
    }

    /// Maps `words` words for a stack or for globals, zeroed; `None` when the limit is reached.
    pub(crate) fn map_segment(&mut self, state: SpanState, words: u64) -> Option<Addr> {
        let words = u32::try_from(words).ok()?;
        let pages = words.max(1).div_ceil(PAGE_WORDS as u32);
        let (first, dirty) = self.take_pages(pages)?;
        let id = self.add_span(Span::single(state, first, pages, words, true, dirty));
        let base = self.span(id).base();
        if dirty {
            self.range_mut(base, u64::from(words))?.fill(0);
        }
        Some(base)
    }

    fn add_span(&mut self, span: Span) -> SpanId {
        let (first, pages) = (span.first_page as usize, span.pages as usize);
        let id = match self.dead_spans.pop() {
            Some(id) => {
                self.spans[id.0 as usize] = span;
                id
            }
            None => {
                self.spans.push(span);
                SpanId(self.spans.len() as u32 - 1)
            }
        };
        self.page_table[first..first + pages].fill(id.0 + 1);
        id
    }

    /// Takes `n` pages, growing the arena if it may; says whether they may hold old words.
    fn take_pages(&mut self, n: u32) -> Option<(u32, bool)> {
        if let Some(first) = self.pages.take(n) {
            let pages = first as usize..(first + n) as usize;
            let dirty = self.dirty_pages[pages.clone()].iter().any(|&d| d);
            self.dirty_pages[pages].fill(true);
            return Some((first, dirty));
        }
        self.grow(n)?;
        self.take_pages(n)
    }

    /// Grows the arena so that `n` pages in a row are free: a sixteenth more than it has, if
    /// that is more and within the limit, so that the cost of growing stays in proportion.
    #[cold]
    fn grow(&mut self, n: u32) -> Option<()> {
        let have = self.page_table.len();
        let limit = (self.config.limit.0 / PAGE) as usize;
        let need = n as usize - self.pages.tail(have as u32) as usize;
        let most = limit.checked_sub(have).filter(|&most| most >= need)?;
        let more = need.max(have / 16).min(most);
        let total = have + more;
        u32::try_from(total).ok()?;
        self.arena.grow(total * PAGE_WORDS)?;
        self.pointers.resize(total * PAGE_WORDS / 64, 0);
        self.page_table.resize(total, 0);
        self.dirty_pages.resize(total, false);
        self.pages.give(have as u32, more as u32);
        Some(())
    }

    // --- sweeping ---------------------------------------------------------------------------

    /// After a mark phase: every span of the heap waits to be swept.
    pub(crate) fn begin_sweep(&mut self) {
        for central in &mut self.central {
            *central = Central::default();
        }
        self.unswept_large.clear();
        // From the last to the first, so that popping gives the lowest.
        let mut order: Vec<SpanId> = (0..self.spans.len() as u32).map(SpanId).collect();
        order.retain(|&id| self.span(id).state == SpanState::InUse);
        order.sort_unstable_by_key(|&id| std::cmp::Reverse(self.span(id).first_page));
        for id in order {
            let span = self.span_mut(id);
            span.swept = false;
            let (class, noscan) = (span.class as usize, span.noscan);
            if class == 0 {
                self.unswept_large.push(id);
            } else {
                self.central[central_of(class, noscan)].unswept.push(id);
            }
        }
    }

    /// The next span to sweep: large ones first, then by class and address.
    pub(crate) fn next_unswept(&mut self) -> Option<SpanId> {
        if let Some(id) = self.unswept_large.pop() {
            return Some(id);
        }
        self.central.iter_mut().find_map(|c| c.unswept.pop())
    }

    /// How many spans wait to be swept.
    pub fn unswept(&self) -> usize {
        self.unswept_large.len() + self.central.iter().map(|c| c.unswept.len()).sum::<usize>()
    }

    /// Sweeps one span: frees what is not marked, tells `freed`, and gives the pages back if nothing
    /// is left. Returns how many objects it freed.
    pub(crate) fn sweep_span(&mut self, id: SpanId, freed: &mut dyn FnMut(Addr, Bytes)) -> u32 {
        let span = &mut self.spans[id.0 as usize];
        let (first_word, slot_words) = (span.first_word(), span.slot_words as usize);
        let arena = &mut self.arena;
        let poison = self.config.poison;
        let count = span.sweep(|index| {
            let at = first_word + index.0 as usize * slot_words;
            if poison && let Some(words) = arena.range_mut(at..at + slot_words) {
                words.fill(POISON);
            }
            freed(Addr::from_index(at), Bytes(slot_words as u64 * WORD));
        });
        self.stats.freed_objects += count as u64;
        let (class, noscan) = (span.class as usize, span.noscan);
        span.dirty |= count > 0;
        if span.used == 0 && self.config.reuse {
            span.state = SpanState::Dead;
            let (first, pages) = (span.first_page, span.pages);
            self.page_table[first as usize..(first + pages) as usize].fill(0);
            self.pages.give(first, pages);
            self.dead_spans.push(id);
        } else if class != 0 && span.used < span.slots && self.config.reuse {
            self.central[central_of(class, noscan)].partial.push(id);
        }
        count
    }

    // --- for those who look -----------------------------------------------------------------

    /// All spans that are in use for anything, with their states, first addresses and pages.
    pub fn spans(&self) -> impl Iterator<Item = (SpanId, SpanState, Addr, u32)> {
        self.spans
            .iter()
            .enumerate()
            .filter(|(_, s)| s.state != SpanState::Dead)
            .map(|(i, s)| (SpanId(i as u32), s.state, s.base(), s.pages))
    }

    /// All objects of the heap, span by span.
    pub fn objects(&self) -> impl Iterator<Item = Object> {
        self.spans.iter().enumerate().filter(|(_, s)| s.state == SpanState::InUse).flat_map(|(i, s)| {
            let span = SpanId(i as u32);
            s.objects().map(move |index| Object { span, index })
        })
    }

    /// Lists of the allocator, for [`crate::verify::accounting`].
    pub(crate) fn span_lists(&self) -> impl Iterator<Item = (SpanId, SpanList)> {
        let of = |list| move |&id: &SpanId| (id, list);
        let large = self.unswept_large.iter().map(of(SpanList::Unswept));
        let small = self.central.iter().flat_map(move |c| {
            let current = c.current.iter().map(of(SpanList::Current));
            current
                .chain(c.partial.iter().map(of(SpanList::Partial)))
                .chain(c.unswept.iter().map(of(SpanList::Unswept)))
        });
        small.chain(large)
    }

    /// Free runs of pages, for [`crate::verify::accounting`].
    pub(crate) fn free_pages(&self) -> impl Iterator<Item = (u32, u32)> {
        self.pages.runs()
    }

    /// Number of the span of each page, zero for none, else one more than the number.
    pub(crate) fn page_table(&self) -> &[u32] {
        &self.page_table
    }
}

/// Corruptions, for the tests of those who have to tell them.
#[cfg(test)]
impl Heap {
    pub(crate) fn corrupt_page_table(&mut self, a: Addr, entry: u32) {
        self.page_table[((a.0 - ARENA_BASE) / PAGE) as usize] = entry;
    }

    pub(crate) fn flip_pointer_bit(&mut self, a: Addr) {
        self.pointers[a.index() / 64] ^= 1 << (a.index() % 64);
    }

    pub(crate) fn list_as_partial(&mut self, id: SpanId) {
        self.central[0].partial.push(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{PtrMask, TypeTable};
    use bitvec::bitvec;
    use bitvec::prelude::Lsb0;

    fn types() -> (TypeTable, std::sync::Arc<Type>, std::sync::Arc<Type>) {
        let mut table = TypeTable::new();
        let pair = table.add("pair", Bytes(16), Bytes(8), bitvec![u64, Lsb0; 0, 1]).unwrap();
        let flat = table.add("flat", Bytes(16), Bytes(8), PtrMask::new()).unwrap();
        (table, pair, flat)
    }

    fn make(heap: &mut Heap, ty: &Type, count: u64) -> Option<Object> {
        heap.allocate(ty, count, &mut |_, _| {})
    }

    #[test]
    fn objects_with_and_without_pointers_live_in_different_spans() {
        let (_table, pair, flat) = types();
        let mut heap = Heap::new(HeapConfig::default());
        let a = make(&mut heap, &pair, 1).unwrap();
        let b = make(&mut heap, &flat, 1).unwrap();
        assert_ne!(a.span, b.span);
        assert!(heap.has_pointers(a) && !heap.has_pointers(b));
        let base = heap.base(a);
        assert!(!heap.is_pointer_word(base) && heap.is_pointer_word(base.offset(8)));
    }

    #[test]
    fn interior_pointers_find_their_object_and_others_find_nothing() {
        let (_table, pair, _) = types();
        let mut heap = Heap::new(HeapConfig::default());
        let small = make(&mut heap, &pair, 3).unwrap();
        let large = make(&mut heap, &pair, 5000).unwrap();
        for o in [small, large] {
            let (base, size) = (heap.base(o), heap.size(o));
            for at in [0, 1, 8, size.0 - 1] {
                assert_eq!(heap.find_object(base.offset(at)), Some(o), "{at}");
            }
        }
        let end = heap.base(large).offset(heap.size(large).0);
        assert_eq!(heap.find_object(end), None, "the tail of a large span holds nothing");
        let stack = heap.map_segment(SpanState::Stack, 16).unwrap();
        for a in [Addr::NIL, Addr(8), Addr(ARENA_BASE - 8), Addr(u64::MAX), stack] {
            assert_eq!(heap.find_object(a), None, "{a}");
        }
    }

    #[test]
    fn the_bitmap_of_an_array_repeats_the_element_s() {
        let mut table = TypeTable::new();
        let mask: PtrMask = (0..70).map(|i| i % 3 == 1).collect();
        let odd = table.add("odd", Bytes(70 * 8), Bytes(8), mask).unwrap();
        let mut heap = Heap::new(HeapConfig::default());
        for count in [1, 2, 9, 40] {
            let o = make(&mut heap, &odd, count).unwrap();
            let base = heap.base(o);
            for word in 0..heap.size(o).0 / 8 {
                let expected = word < count * 70 && word % 70 % 3 == 1;
                assert_eq!(heap.is_pointer_word(base.offset(word * 8)), expected, "{count}, word {word}");
            }
        }
    }

    #[test]
    fn the_limit_is_an_outcome_and_freed_memory_comes_back_zeroed() {
        let (_table, pair, _) = types();
        let mut heap = Heap::new(HeapConfig { limit: Bytes(8 * PAGE), reuse: true, poison: true });
        assert!(make(&mut heap, &pair, 1 << 40).is_none());
        assert!(make(&mut heap, &pair, u64::MAX).is_none(), "the size overflows");
        let mut made = 0;
        while let Some(o) = make(&mut heap, &pair, 512) {
            let base = heap.base(o);
            heap.range_mut(base, 1024).unwrap().fill(7);
            made += 1;
        }
        assert_eq!(made, 8);
        heap.begin_sweep();
        let mut freed = Vec::new();
        while let Some(id) = heap.next_unswept() {
            heap.sweep_span(id, &mut |a, n| freed.push((a, n)));
        }
        assert_eq!(freed.len(), 8);
        assert!(heap.words().iter().all(|&w| w == POISON));
        let o = make(&mut heap, &pair, 4096).unwrap();
        let base = heap.base(o);
        assert!(heap.range_mut(base, 8192).unwrap().iter().all(|&w| w == 0));
    }

    #[test]
    fn without_reuse_no_address_is_given_twice() {
        let (_table, pair, _) = types();
        let mut heap = Heap::new(HeapConfig { limit: Bytes(64 * PAGE), reuse: false, poison: true });
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..5 {
            for _ in 0..700 {
                let o = make(&mut heap, &pair, 1).unwrap();
                assert!(seen.insert(heap.base(o)));
            }
            heap.begin_sweep();
            while let Some(id) = heap.next_unswept() {
                heap.sweep_span(id, &mut |_, _| {});
            }
        }
    }
}
