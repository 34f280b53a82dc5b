//! The oracles' own record of memory: which object each word belongs to, and whether it lives.
//!
//! Kept while checks are on, from allocations and frees as they happen, and never read by the heap
//! or the collector. It answers for every word: which object, of what type, made where and
//! when, and is it freed? So a load through a dangling pointer is told at once, and the verifiers
//! resolve interior pointers without the page table that they judge.
//!
//! Source: the shadow memory of AddressSanitizer and Memcheck, with one entry a word.

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

/// Set in an owner entry when the object is freed.
const FREED: u32 = 1 << 31;

/// Neighbours in the list of records that live.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
    younger: Option<u32>,
    older: Option<u32>,
}

/// One entry a word, and the records they name.
#[derive(Clone, Debug, Default)]
pub struct Shadow {
    /// 0: never used. Otherwise a record's index plus one, and [`FREED`].
    owner: Vec<u32>,
    records: Vec<Record>,
    /// Beside each record, its neighbours in the list of those that live.
    links: Vec<Link>,
    /// The youngest that lives.
    youngest: Option<u32>,
    /// Records of freed objects whose first word belongs to another object now.
    spare: Vec<u32>,
    serial: u64,
}

impl Shadow {
    /// Is the word at `a` part of something that lives?
    #[inline(always)]
    pub fn is_live(&self, a: Addr) -> bool {
        self.owner.get(a.index()).is_some_and(|&o| o.wrapping_sub(1) < FREED - 1)
    }

    /// What the word at `a` belongs to or, freed, belonged to. `a` may point into a word.
    pub fn find(&self, a: Addr) -> Option<(RecordId, &Record)> {
        let owner = *self.owner.get(a.word().index())? & !FREED;
        let id = owner.checked_sub(1)?;
        let record = self.records.get(id as usize)?;
        // A spare record may have been used for another object since.
        (a.0.wrapping_sub(record.base.0) < record.size.0).then_some((RecordId(id), record))
    }

    /// A record.
    ///
    /// # Panics
    /// If the number is not one of this shadow's.
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

    /// Everything that lives: objects, stacks and data, the youngest first.
    pub fn live(&self) -> impl Iterator<Item = (RecordId, &Record)> {
        std::iter::successors(self.youngest, |&id| self.links[id as usize].older)
            .map(|id| (RecordId(id), &self.records[id as usize]))
    }

    /// Notes something made.
    pub(crate) fn made(&mut self, mut record: Record) {
        let first = record.base.index();
        let words = (record.size.0 / WORD) as usize;
        if self.owner.len() < first + words {
            self.owner.resize((first + words).next_multiple_of(1024), 0);
        }
        self.serial += 1;
        record.serial = self.serial;
        for at in first..first + words {
            let Some(id) = (self.owner[at] & !FREED).checked_sub(1) else { continue };
            let before = &self.records[id as usize];
            if before.freed && before.base.index() == at {
                self.spare.push(id);
            }
        }
        let id = match self.spare.pop() {
            Some(id) => {
                self.records[id as usize] = record;
                id
            }
            None => {
                self.records.push(record);
                self.links.push(Link::default());
                self.records.len() as u32 - 1
            }
        };
        assert!(id < FREED - 1, "the shadow holds fewer than 2^31 records");
        self.links[id as usize] = Link { younger: None, older: self.youngest };
        if let Some(older) = self.youngest.replace(id) {
            self.links[older as usize].younger = Some(id);
        }
        self.owner[first..first + words].fill(id + 1);
    }

    /// Notes that the object at `base` was freed.
    pub(crate) fn freed(&mut self, base: Addr) {
        let first = base.index();
        let Some(&owner) = self.owner.get(first) else { return };
        let Some(id) = (owner & !FREED).checked_sub(1) else { return };
        let Some(record) = self.records.get_mut(id as usize).filter(|r| !r.freed) else { return };
        record.freed = true;
        let Link { younger, older } = std::mem::take(&mut self.links[id as usize]);
        match younger {
            Some(younger) => self.links[younger as usize].older = older,
            None => self.youngest = older,
        }
        if let Some(older) = older {
            self.links[older as usize].younger = younger;
        }
        let words = (record.size.0 / WORD) as usize;
        for entry in &mut self.owner[first..first + words] {
            *entry |= FREED;
        }
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
        assert_eq!(live, [4, 2], "the youngest first, and no freed one");
    }
}
