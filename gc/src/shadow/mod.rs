//! The oracles' own record of memory: which object each word belongs to, and whether it lives.
//!
//! Kept while checks are on, from allocations and frees as they happen, and never read by the heap
//! or the collector. It answers for every word: which object, of what type, made where and
//! when, and is it freed? So a load through a dangling pointer is told at once, and the verifiers
//! resolve interior pointers without the page table that they judge.
//!
//! Source: the shadow memory of AddressSanitizer and Memcheck, with one bit a word.

pub(crate) mod bits;

use crate::addr::{Addr, Bytes, WORD};
use crate::site::Site;
use crate::types::TypeId;

/// What a record stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Region {
    /// An object of the heap.
    Heap,
    /// A mutator's stack.
    Stack,
    /// Globals or read-only data.
    Data,
}

/// An object, a stack or a data segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Record {
    /// What it is.
    pub region: Region,
    /// First address.
    pub base: Addr,
    /// Size, rounded up as the heap does.
    pub size: Bytes,
    /// Type of its values; `None` for a stack.
    pub ty: Option<TypeId>,
    /// How many values in a row.
    pub count: u64,
    /// Where it was made.
    pub site: Option<Site>,
    /// The clock when it was made.
    pub born: u64,
    /// Running number of the allocation, from 1: objects at one address differ in it.
    pub serial: u64,
    /// Was it freed?
    pub freed: bool,
}

/// Index of a [`Record`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecordId(u32);

impl RecordId {
    /// For tables beside the shadow.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Words in a page of the shadow: how far [`Shadow::find`] looks back for the start of an object.
const PAGE: usize = 1024;

/// Which words live, where objects start, and the records that the starts name.
///
/// ```text
/// live     one bit a word     1: part of something that lives
/// starts   one bit a word     1: something starts here, freed or not, and nothing was made over this word since
/// owner    one entry a start  the record's index plus one; 0 elsewhere
/// cover    one entry a page   the last record that goes on into the page from an earlier one
/// ```
///
/// So a load tests one bit, making or freeing an object touches few words however large it is, and a pointer to an
/// object's first word, as most are, is resolved without looking back.
#[derive(Clone, Debug, Default)]
pub struct Shadow {
    live: Vec<u64>,
    starts: Vec<u64>,
    owner: Vec<u32>,
    cover: Vec<u32>,
    records: Vec<Record>,
    /// Stacks and data, the oldest first.
    segments: Vec<RecordId>,
    /// Objects of the heap made and not freed, even if others were made over them.
    objects: usize,
    /// Records of freed objects whose first word belongs to another object now.
    spare: Vec<u32>,
    serial: u64,
}

impl Shadow {
    /// Is the word at `a` part of something that lives?
    #[inline(always)]
    pub fn is_live(&self, a: Addr) -> bool {
        bits::has(&self.live, a.index())
    }

    /// Do all of the words from `a` on live, `words` of them?
    #[inline(always)]
    pub(crate) fn all_live(&self, a: Addr, words: u64) -> bool {
        bits::all(&self.live, a.index(), words)
    }

    /// What starts at word `at`, freed or not.
    #[inline(always)]
    pub(crate) fn starting(&self, at: usize) -> Option<(RecordId, &Record)> {
        let id = self.owner.get(at)?.checked_sub(1)?;
        Some((RecordId(id), self.records.get(id as usize)?))
    }

    /// Does something start at word `at`, freed or not?
    #[inline(always)]
    pub(crate) fn is_start(&self, at: usize) -> bool {
        bits::has(&self.starts, at)
    }

    /// What the word at `a` belongs to or, freed, belonged to. `a` may point into a word.
    #[inline]
    pub fn find(&self, a: Addr) -> Option<(RecordId, &Record)> {
        let at = a.word().index();
        self.starting(at).or_else(|| self.around(at))
    }

    /// What word `at` belongs to, which starts before it: the nearest that reaches so far is the last that was made.
    fn around(&self, at: usize) -> Option<(RecordId, &Record)> {
        let cover = *self.cover.get(at / PAGE)?;
        let floor = at / PAGE * PAGE;
        // A spare record may have been used for another object since.
        let reaches = |r: &Record| at.wrapping_sub(r.base.index()) < (r.size.0 / WORD) as usize;
        let mut end = at;
        while let Some(start) = bits::last(&self.starts, floor..end) {
            let found = self.starting(start)?;
            if reaches(found.1) {
                return Some(found);
            }
            end = start;
        }
        let id = cover.checked_sub(1)?;
        let record = self.records.get(id as usize)?;
        reaches(record).then_some((RecordId(id), record))
    }

    /// A record.
    ///
    /// # Panics
    /// If the number is not one of this shadow's.
    #[inline(always)]
    pub fn get(&self, id: RecordId) -> &Record {
        &self.records[id.0 as usize]
    }

    /// How many records there are, spare ones included.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Words that have a shadow.
    pub(crate) fn words(&self) -> usize {
        self.owner.len()
    }

    /// How many objects of the heap were made and not freed.
    pub fn objects(&self) -> usize {
        self.objects
    }

    /// Everything that lives: objects, stacks and data, by address.
    #[inline(always)]
    pub fn live(&self) -> impl Iterator<Item = (RecordId, &Record)> {
        bits::ones(self.starts.iter().zip(&self.live).map(|(starts, live)| starts & live))
            .filter_map(|at| self.starting(at))
    }

    /// Stacks and data, the youngest first.
    pub fn segments(&self) -> impl Iterator<Item = (RecordId, &Record)> {
        self.segments.iter().rev().map(|&id| (id, self.get(id)))
    }

    /// Notes something made; returns its serial.
    pub(crate) fn made(&mut self, mut record: Record) -> u64 {
        let first = record.base.index();
        let end = first + (record.size.0 / WORD) as usize;
        if self.owner.len() < end {
            self.grow(end);
        }
        self.serial += 1;
        record.serial = self.serial;
        for (word, mask) in bits::masks(first..end) {
            let mut over = self.starts[word] & mask;
            self.starts[word] &= !mask;
            self.live[word] |= mask;
            while over != 0 {
                let at = word * 64 + over.trailing_zeros() as usize;
                over &= over - 1;
                if let Some(id) = std::mem::take(&mut self.owner[at]).checked_sub(1)
                    && self.records[id as usize].freed
                {
                    self.spare.push(id);
                }
            }
        }
        let region = record.region;
        let id = match self.spare.pop() {
            Some(id) => {
                self.records[id as usize] = record;
                id
            }
            None => {
                self.records.push(record);
                self.records.len() as u32 - 1
            }
        };
        assert!(id < u32::MAX - 1, "the shadow holds fewer than 2^32 records");
        bits::insert(&mut self.starts, first);
        self.owner[first] = id + 1;
        if end - first > PAGE - first % PAGE {
            self.cover[first / PAGE + 1..end.div_ceil(PAGE)].fill(id + 1);
        }
        if region == Region::Heap {
            self.objects += 1;
        } else {
            self.segments.push(RecordId(id));
        }
        self.serial
    }

    #[cold]
    fn grow(&mut self, words: usize) {
        let words = words.next_multiple_of(PAGE);
        self.owner.resize(words, 0);
        self.live.resize(bits::words(words), 0);
        self.starts.resize(bits::words(words), 0);
        self.cover.resize(words / PAGE, 0);
    }

    /// Notes that the object at `base` was freed.
    pub(crate) fn freed(&mut self, base: Addr) {
        let Some((id, _)) = self.find(base) else { return };
        let record = &mut self.records[id.index()];
        if record.freed {
            return;
        }
        record.freed = true;
        self.objects -= usize::from(record.region == Region::Heap);
        let first = base.index();
        bits::clear(&mut self.live, first..(first + (record.size.0 / WORD) as usize).min(self.owner.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addr::ARENA_BASE;

    fn record(base: u64, size: u64) -> Record {
        Record {
            region: Region::Heap,
            base: Addr(ARENA_BASE + base),
            size: Bytes(size),
            ty: None,
            count: 1,
            site: None,
            born: 0,
            serial: 0,
            freed: false,
        }
    }

    #[test]
    fn a_word_belongs_to_its_object_until_it_is_freed_and_to_the_next_one_after_that() {
        let mut shadow = Shadow::default();
        let at = |b: u64| Addr(ARENA_BASE + b);
        shadow.made(record(64, 32));
        assert!(shadow.is_live(at(64)) && shadow.is_live(at(88)));
        assert!(!shadow.is_live(at(56)) && !shadow.is_live(at(96)) && !shadow.is_live(Addr::NIL));
        assert_eq!(shadow.find(at(71)).unwrap().1.serial, 1);
        shadow.freed(at(64));
        assert!(!shadow.is_live(at(64)));
        assert!(shadow.find(at(64)).unwrap().1.freed);
        // The same pages now hold smaller objects: the old object's tail names nothing.
        shadow.made(record(64, 16));
        assert_eq!(shadow.find(at(72)).unwrap().1.serial, 2);
        assert!(shadow.find(at(80)).is_none() && !shadow.is_live(at(80)));
        assert_eq!(shadow.len(), 1, "the record was used again");
        shadow.made(record(128, 16));
        shadow.made(record(192, 16));
        shadow.freed(at(128));
        let live: Vec<u64> = shadow.live().map(|(_, r)| r.serial).collect();
        assert_eq!(live, [2, 4], "by address, and no freed one");
        assert_eq!(shadow.objects(), 2);
    }

    #[test]
    fn a_word_inside_names_the_object_that_was_made_last_however_far_away_it_starts() {
        let mut shadow = Shadow::default();
        let at = |b: u64| Addr(ARENA_BASE + b);
        let serial = |shadow: &Shadow, b: u64| shadow.find(at(b)).map(|(_, r)| r.serial);
        // Three pages and a half, freed; then smaller ones over two parts of it.
        shadow.made(record(4096, 28 * 1024));
        let inside = [4096, 4104, 8192, 8200, 16384, 32760];
        assert!(inside.iter().all(|&b| serial(&shadow, b) == Some(1)));
        assert!(shadow.all_live(at(4096), 3584) && !shadow.all_live(at(4096), 3585) && !shadow.all_live(at(4088), 2));
        assert!(
            !shadow.all_live(at(4096), u64::MAX) && !shadow.all_live(Addr::NIL, 1) && !shadow.all_live(at(4097), 1)
        );
        shadow.freed(at(4096));
        shadow.made(record(8192, 16));
        shadow.made(record(9000, 8));
        assert_eq!(serial(&shadow, 8200), Some(2));
        assert!([4096, 8208, 8992, 9008, 16384].iter().all(|&b| serial(&shadow, b) == Some(1)), "what is left of it");
        assert_eq!((serial(&shadow, 9000), serial(&shadow, 32768)), (Some(3), None));
    }

    #[test]
    fn an_object_made_over_one_that_lives_is_one_too_many() {
        let mut shadow = Shadow::default();
        shadow.made(record(64, 32));
        shadow.made(record(64, 32));
        assert_eq!(shadow.objects(), 2, "the accounts find one");
        assert_eq!(shadow.live().count(), 1);
    }
}
