//! The stack frame of the workload's function, and its stack map.
//!
//! ```text
//! map      the map that is worked on                      scratch  pieces of a value being made
//! slot     what mapassign returned                        iter     the iterator, 12 words
//! key      the key temporary          callee key, callee value, callee slot: the same, for a call
//! value    the value temporary        on the right side that stores under another key of the map
//! read     the value last read, kept across operations
//! ```
//!
//! All pointer words are live all the time; dead temporaries are zeroed, which is the same to the collector.
//! A scenario can leave a slot out of the map: then it is still one that the program reads, and the oracles know.

use crate::scenario::compiler::FrameSlot;
use bitvec::prelude::{BitSlice, Lsb0};
use gc::addr::WORD;
use gc::mutator::StackMap;
use gc::{Addr, PtrMask, Type};
use std::sync::Arc;

/// Byte offsets of the slots in the frame.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Words of the whole frame.
    pub words: u64,
    /// One word.
    pub map: u64,
    /// One word.
    pub slot: u64,
    /// Two words.
    pub scratch: u64,
    /// A key.
    pub key: u64,
    /// An element.
    pub value: u64,
    /// An element.
    pub read: u64,
    /// An iterator.
    pub iter: u64,
    /// A key.
    pub callee_key: u64,
    /// An element.
    pub callee_value: u64,
    /// One word.
    pub callee_slot: u64,
    /// Which words are pointers.
    pub stack_map: Arc<StackMap>,
}

impl Frame {
    /// The frame for a map's key and element types, with some slots left out of the stack map.
    pub fn new(key: &Type, elem: &Type, hiter: &Type, omit: &[FrameSlot]) -> Frame {
        let mut live = PtrMask::new();
        let mut holds = PtrMask::new();
        let mut place = |mask: &BitSlice<u64, Lsb0>, words: u64, group: FrameSlot| {
            let at = holds.len();
            holds.resize(at + words as usize, false);
            live.resize(at + words as usize, false);
            for one in mask.iter_ones() {
                holds.set(at + one, true);
                live.set(at + one, !omit.contains(&group));
            }
            at as u64 * WORD
        };
        let pointers = PtrMask::repeat(true, 2);
        let map = place(&pointers[..1], 1, FrameSlot::Map);
        let slot = place(&pointers[..1], 1, FrameSlot::Slot);
        let scratch = place(&pointers, 2, FrameSlot::Value);
        let key_at = place(key.mask(), key.size().to_words().0, FrameSlot::Key);
        let value_at = place(elem.mask(), elem.size().to_words().0, FrameSlot::Value);
        let read = place(elem.mask(), elem.size().to_words().0, FrameSlot::Read);
        let iter = place(hiter.mask(), hiter.size().to_words().0, FrameSlot::Iter);
        let callee_key = place(key.mask(), key.size().to_words().0, FrameSlot::Key);
        let callee_value = place(elem.mask(), elem.size().to_words().0, FrameSlot::Value);
        let callee_slot = place(&pointers[..1], 1, FrameSlot::Slot);
        Frame {
            words: holds.len() as u64,
            map,
            slot,
            scratch,
            key: key_at,
            value: value_at,
            read,
            iter,
            callee_key,
            callee_value,
            callee_slot,
            stack_map: Arc::new(StackMap { live, holds }),
        }
    }

    /// Name of the slot that a word of the frame belongs to, for stories.
    pub fn name_of(&self, word: u64) -> &'static str {
        let at = word * WORD;
        [
            (self.callee_slot, "callee slot"),
            (self.callee_value, "callee value"),
            (self.callee_key, "callee key"),
            (self.iter, "iter"),
            (self.read, "read"),
            (self.value, "value"),
            (self.key, "key"),
            (self.scratch, "value"),
            (self.slot, "slot"),
            (self.map, "map"),
        ]
        .into_iter()
        .find(|&(from, _)| at >= from)
        .map_or("?", |(_, name)| name)
    }
}

/// A frame that is active: its layout and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Active<'a> {
    /// The layout.
    pub frame: &'a Frame,
    /// Its first word.
    pub base: Addr,
}

impl Active<'_> {
    /// Address of the slot at a byte offset.
    pub fn at(&self, offset: u64) -> Addr {
        self.base.offset(offset)
    }
}
