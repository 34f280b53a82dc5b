//! The arena: one range of words that grows at its end. The only module with `unsafe` code.
//!
//! A small arena, such as those of checking runs, is an ordinary vector: cheap to make and to copy. From [`MAPPED`] on
//! it is a private mapping: as much address space as the heap may ever take is reserved at once, and the operating
//! system gives pages when they are first touched. Growing then copies nothing, new words are zero, and huge pages can
//! be asked for. A map of a million entries touches a new line nearly every time; with small pages half of its time
//! goes into page faults and TLB misses.
//!
//! Invariant `whole`: `start` is the first word of `store`, which owns at least `used` initialised words from there on,
//! and nothing else refers to them. Kept by [`Arena::replace`] and [`Arena::grow`], the only places where `store`,
//! `start` or `used` change. Neither a vector's buffer nor a mapping moves when the arena does.
//!
//! Why `unsafe`: every effect of a simulated program goes through here. In safe code the slice has to be made anew from
//! the mapping at each access, with a second bounds check against what is reserved, which costs a tenth of a map
//! operation: see the book's chapter on performance. And a program's store of a byte has to be just that ([`part`]): put into
//! its word, it would first have to wait for the word.
//!
//! Checked by: the tests below, which try every index and range of small arenas in both stores, and which CI runs under
//! AddressSanitizer where a nightly compiler is installed.
#![allow(unsafe_code)]

use memmap2::{MmapMut, MmapOptions};
use std::cell::Cell;
use std::ops::Range;
use std::ptr::NonNull;
use std::slice;

/// Bytes of a word.
const BYTES: usize = size_of::<u64>();

/// The size in words from which on an arena is mapped.
const MAPPED: usize = (1 << 20) / BYTES;

/// What owns the words; only ever kept, or replaced.
#[derive(Debug)]
enum Store {
    Small(Vec<u64>),
    Mapped(#[expect(dead_code, reason = "it owns the words until the arena goes")] MmapMut),
}

/// Words that are there.
#[derive(Debug)]
pub(crate) struct Arena {
    store: Store,
    start: NonNull<u64>,
    used: usize,
    /// The most words that there may ever be.
    limit: usize,
}

// SAFETY: by `whole` the words belong to this arena alone, through an owner that is itself `Send` and `Sync`; they are
// changed through `&mut self` only.
unsafe impl Send for Arena {}
// SAFETY: as above.
unsafe impl Sync for Arena {}

impl Arena {
    /// An empty arena that may grow to `limit` words.
    pub(crate) fn new(limit: usize) -> Arena {
        Arena { store: Store::Small(Vec::new()), start: NonNull::dangling(), used: 0, limit }
    }

    /// All words.
    #[inline(always)]
    pub(crate) fn words(&self) -> &[u64] {
        // SAFETY: by `whole`, `start` is followed by `used` initialised words, aligned (vectors of words and pages
        // are), not null (it is dangling only while `used` is 0), and not changed while `self` is borrowed.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.used) }
    }

    /// All words, to be changed.
    #[inline(always)]
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        // SAFETY: as in `words`; `&mut self` makes this the only reference.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.used) }
    }

    /// How many words there are.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.used
    }

    /// Word `at`.
    #[inline(always)]
    pub(crate) fn get(&self, at: usize) -> Option<u64> {
        self.words().get(at).copied()
    }

    /// Changes word `at`; `false` if it is not there.
    ///
    /// The store is volatile so that it stays as wide as the word. A compiler that sees one bit change would store one
    /// byte; the next load of the word could not be served from the store buffer then, and would wait for the byte to
    /// reach the cache, behind every earlier store that misses it.
    #[inline(always)]
    pub(crate) fn update(&mut self, at: usize, change: impl FnOnce(u64) -> u64) -> bool {
        match self.words_mut().get_mut(at) {
            Some(word) => {
                let changed = change(*word);
                // SAFETY: `word` is a reference, so valid, aligned and writable.
                unsafe { std::ptr::from_mut(word).write_volatile(changed) };
                true
            }
            None => false,
        }
    }

    /// `N` words from `at` on.
    #[inline(always)]
    pub(crate) fn block<const N: usize>(&self, at: usize) -> Option<[u64; N]> {
        self.words().get(at..)?.first_chunk().copied()
    }

    /// Sets `N` words from `at` on; `false` if some are not there.
    #[inline(always)]
    pub(crate) fn set_block<const N: usize>(&mut self, at: usize, block: [u64; N]) -> bool {
        match self.words_mut().get_mut(at..).and_then(|words| words.first_chunk_mut()) {
            Some(words) => {
                *words = block;
                true
            }
            None => false,
        }
    }

    /// A range of words, if all of them are there.
    #[inline(always)]
    pub(crate) fn range_mut(&mut self, range: Range<usize>) -> Option<&mut [u64]> {
        self.words_mut().get_mut(range)
    }

    /// Clears `count` words from `at` on; `None` if some are not there.
    #[inline(always)]
    pub(crate) fn clear(&mut self, at: usize, count: usize) -> Option<()> {
        let words = self.words_mut().get_mut(at..at.checked_add(count)?)?;
        // Small objects are many, and shorter than a call of what clears memory.
        match words {
            [a, b] => (*a, *b) = (0, 0),
            [a, b, c] => (*a, *b, *c) = (0, 0, 0),
            [a, b, c, d] => (*a, *b, *c, *d) = (0, 0, 0, 0),
            [a, b, c, d, e, f] => (*a, *b, *c, *d, *e, *f) = (0, 0, 0, 0, 0, 0),
            words => words.fill(0),
        }
        Some(())
    }

    /// Moves `count` words; `false` if some are not there.
    #[inline(always)]
    pub(crate) fn move_words(&mut self, to: usize, from: usize, count: usize) -> bool {
        let fits = |at: usize| at.checked_add(count).is_some_and(|end| end <= self.used);
        let there = fits(to) && fits(from);
        if there {
            self.words_mut().copy_within(from..from + count, to);
        }
        there
    }

    /// Asks the host's cache for word `at`, wherever that is.
    #[inline(always)]
    pub(crate) fn prefetch(&self, at: usize) {
        prefetch(self.words(), at);
    }

    /// Grows to `len` words, the new ones zero. `None` if that is more than the limit, or the host has no room.
    pub(crate) fn grow(&mut self, len: usize) -> Option<()> {
        if len > self.limit {
            return None;
        }
        if len <= self.used {
            return Some(());
        }
        match &mut self.store {
            Store::Small(words) if len < MAPPED => {
                words.try_reserve_exact(len - words.len()).ok()?;
                words.resize(len, 0);
                self.start = NonNull::new(words.as_mut_ptr())?;
            }
            Store::Small(_) => {
                let map = MmapOptions::new().len(self.limit.checked_mul(BYTES)?).no_reserve_swap().map_anon().ok()?;
                ask_for_huge_pages(&map);
                self.replace(map)?;
            }
            Store::Mapped(_) => {}
        }
        self.used = len;
        Some(())
    }

    /// Moves the words of a small arena to a mapping, which has room for `limit` of them.
    fn replace(&mut self, mut map: MmapMut) -> Option<()> {
        let start = NonNull::new(map.as_mut_ptr())?;
        // Page-aligned, so aligned for words.
        let start: NonNull<u64> = start.cast();
        // SAFETY: the mapping is new and holds at least `limit` ≥ `used` words, all zero.
        let target = unsafe { slice::from_raw_parts_mut(start.as_ptr(), self.used) };
        target.copy_from_slice(self.words());
        self.store = Store::Mapped(map);
        self.start = start;
        Some(())
    }
}

/// Asks for huge pages under all that is reserved: a hint, and a host that has none does as well as it can. Asking bit
/// by bit, as the arena grows, would leave every page small that was touched before its neighbours were asked for.
#[cfg(target_os = "linux")]
fn ask_for_huge_pages(map: &MmapMut) {
    let _ = map.advise(memmap2::Advice::HugePage);
}

#[cfg(not(target_os = "linux"))]
fn ask_for_huge_pages(_map: &MmapMut) {}

/// A hint that word `at` will be read soon; of no effect if it is not there.
#[inline(always)]
pub(crate) fn prefetch(words: &[u64], at: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch neither faults nor lets the program see what is there, so any address will do. It is
        // computed with wrapping arithmetic, which asks for no invariant; not even `whole`. Every x86_64 has the
        // instruction.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(words.as_ptr().wrapping_add(at).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (words, at);
}

/// A number that is part of a word.
pub trait Part: Copy + sealed::Sealed {}

mod sealed {
    /// Any bytes are such a number, it has no other, and its alignment is its size, a power of two of at most a word.
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
}

impl<T: sealed::Sealed + Copy> Part for T {}

/// The part at a byte of words, as memory on amd64 has it: the first byte of a word is its lowest. `None` if it is not there, or not
/// aligned.
#[inline(always)]
pub(crate) fn part<T: Part>(words: &[Cell<u64>], byte: usize) -> Option<&Cell<T>> {
    if !byte.is_multiple_of(size_of::<T>()) || byte / BYTES >= words.len() {
        return None;
    }
    let at = if cfg!(target_endian = "big") { byte ^ (BYTES - size_of::<T>()) } else { byte };
    // SAFETY: word `at / BYTES` is there, and the part, aligned, lies in it. The words are cells, as the part is, so both may be
    // changed while both are referred to; neither can go to another thread. By `Sealed`, any bytes are such a part.
    Some(unsafe { &*words.as_ptr().cast::<Cell<T>>().byte_add(at) })
}

impl Clone for Arena {
    /// # Panics
    /// If the host has no room for another arena.
    fn clone(&self) -> Arena {
        let mut copy = Arena::new(self.limit);
        copy.grow(self.used).expect("memory for a copy of the arena");
        copy.words_mut().copy_from_slice(self.words());
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arenas of a few sizes around the change of store, each word its own index.
    fn arenas() -> Vec<Arena> {
        let sizes = [0, 1, 9, 1024, MAPPED - 1, MAPPED, MAPPED + 1024, 4 * MAPPED];
        let mut all = Vec::new();
        for steps in [1, 3] {
            for size in sizes {
                let mut arena = Arena::new(5 * MAPPED);
                for step in 1..=steps {
                    let from = arena.len();
                    arena.grow(size * step / steps).expect("room");
                    assert!(arena.words()[from..].iter().all(|&w| w == 0), "new words are zero");
                    for at in from..arena.len() {
                        assert!(arena.update(at, |w| w + at as u64));
                    }
                }
                assert_eq!(arena.len(), size);
                all.push(arena);
            }
        }
        all
    }

    #[test]
    fn every_word_is_there_and_none_past_the_end() {
        for mut arena in arenas() {
            let len = arena.len();
            assert!(arena.words().iter().enumerate().all(|(i, &w)| w == i as u64));
            for at in [len, len + 1, arena.limit, arena.limit + 1, usize::MAX / 8, usize::MAX - 1, usize::MAX] {
                assert_eq!(arena.get(at), None);
                assert!(!arena.update(at, |_| 7));
                assert_eq!(arena.block::<2>(at), None);
                assert!(arena.range_mut(at..at.saturating_add(1)).is_none() || at == usize::MAX);
            }
            assert_eq!(arena.get(len.wrapping_sub(1)), len.checked_sub(1).map(|w| w as u64));
            assert!(arena.grow(arena.limit + 1).is_none());
            assert_eq!(arena.len(), len);
        }
    }

    #[test]
    fn every_range_and_move_of_a_small_arena_is_that_of_a_vector() {
        const N: usize = 9;
        for base in [0, MAPPED] {
            let mut arena = Arena::new(MAPPED + N);
            arena.grow(base + N).unwrap();
            for from in 0..=N + 1 {
                for to in 0..=N + 1 {
                    let inside = from <= to && to <= N;
                    assert_eq!(arena.range_mut(base + from..base + to).is_some(), inside, "{from}..{to}");
                    arena.range_mut(base..base + N).unwrap().fill(1);
                    assert_eq!(arena.clear(base + from, to).is_some(), from + to <= N);
                    let cleared = |at: usize| from + to <= N && (from..from + to).contains(&at);
                    assert!((0..N).all(|at| arena.get(base + at) == Some(u64::from(!cleared(at)))), "{from} + {to}");
                    assert_eq!(arena.block::<3>(base + from).is_some(), from + 3 <= N);
                    let before = arena.words().to_vec();
                    assert_eq!(arena.set_block(base + from, [7, 8, 9]), from + 3 <= N);
                    match from + 3 <= N {
                        true => assert_eq!(arena.block(base + from), Some([7, 8, 9])),
                        false => assert_eq!(arena.words(), before, "none is set"),
                    }
                    for count in 0..=N + 1 {
                        let mut model: Vec<u64> = (0..N as u64).collect();
                        arena.range_mut(base..base + N).unwrap().copy_from_slice(&model);
                        let fits = from + count <= N && to + count <= N;
                        if fits {
                            model.copy_within(from..from + count, to);
                        }
                        assert_eq!(arena.move_words(base + to, base + from, count), fits);
                        assert_eq!(arena.words()[base..], model);
                    }
                }
            }
            assert!(!arena.move_words(usize::MAX, 0, 2) && !arena.move_words(0, usize::MAX, 2));
        }
    }

    #[test]
    fn a_part_is_that_of_the_word_that_holds_it() {
        fn all<T: Part + Into<u64> + TryFrom<u64>>(mask: u64) {
            let size = size_of::<T>();
            let mut words = [0x0123_4567_89ab_cdef_u64, 0xfedc_ba98_7654_3210, 0];
            let words = Cell::from_mut(&mut words[..]).as_slice_of_cells();
            for byte in 0..24 {
                let (word, shift) = (&words[byte / BYTES], byte % BYTES * 8);
                let Some(part) = part::<T>(words, byte) else {
                    assert_ne!(byte % size, 0);
                    continue;
                };
                assert_eq!((byte % size, part.get().into()), (0, word.get() >> shift & mask), "{byte}");
                let (before, new) = (word.get(), 0x5a5a_5a5a & mask);
                part.set(T::try_from(new).ok().expect("it fits"));
                assert_eq!(word.get(), before & !(mask << shift) | new << shift, "{byte}");
            }
            for byte in [24, 25, 32, usize::MAX / 8 + 1, usize::MAX - 7, usize::MAX] {
                assert!(part::<T>(words, byte).is_none(), "{byte}");
            }
        }
        all::<u8>(0xff);
        all::<u16>(0xffff);
        all::<u32>(0xffff_ffff);
    }

    #[test]
    fn a_copy_has_words_of_its_own_and_either_can_go_first() {
        for mut arena in arenas() {
            let mut copy = arena.clone();
            assert_eq!(copy.words(), arena.words());
            copy.words_mut().fill(1);
            assert!(arena.words().iter().enumerate().all(|(i, &w)| w == i as u64));
            let len = arena.len();
            arena.grow((len + 100).min(arena.limit)).unwrap();
            drop(arena);
            let moved = Box::new(copy);
            assert!(std::thread::spawn(move || moved.words().iter().all(|&w| w == 1)).join().unwrap());
        }
    }
}
