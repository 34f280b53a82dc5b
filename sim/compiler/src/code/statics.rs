//! Read-only memory: strings, values of readonly globals, closures that capture nothing. Each value is there once.

use super::{Address, Static};
use std::collections::HashMap;

/// Read-only memory as it grows.
#[derive(Debug, Default)]
pub struct Statics {
    bytes: Vec<u8>,
    relocations: Vec<(u32, Address)>,
    strings: HashMap<Box<[u8]>, u32>,
    closures: HashMap<u32, u32>,
}

impl Statics {
    /// The offset of a string's bytes; 0 for the empty one, which has no memory.
    pub fn string(&mut self, text: &[u8]) -> u32 {
        if let Some(&at) = self.strings.get(text) {
            return at;
        }
        let at = self.bytes.len() as u32;
        self.bytes.extend_from_slice(text);
        self.strings.insert(text.into(), at);
        at
    }

    /// The offset of the closure of a function that captures nothing, by the function's number.
    pub fn closure(&mut self, func: u32) -> u32 {
        if let Some(&at) = self.closures.get(&func) {
            return at;
        }
        let at = self.reserve(8);
        self.put_address(at, Address::Code(func), 0);
        self.closures.insert(func, at);
        at
    }

    /// The number of the function whose closure is at an offset.
    pub fn function_at(&self, offset: u32) -> Option<u32> {
        self.closures.iter().find(|(_, at)| **at == offset).map(|(&func, _)| func)
    }

    /// Room for a value of so many bytes, all zero, aligned to a word.
    pub fn reserve(&mut self, size: u64) -> u32 {
        let at = self.bytes.len().next_multiple_of(8);
        self.bytes.resize(at + size.next_multiple_of(8) as usize, 0);
        at as u32
    }

    /// Writes the low bytes of a number.
    pub fn put(&mut self, at: u32, value: u64, bytes: u32) {
        let at = at as usize;
        self.bytes[at..at + bytes as usize].copy_from_slice(&value.to_le_bytes()[..bytes as usize]);
    }

    /// Writes an address that will be known when the program is loaded.
    pub fn put_address(&mut self, at: u32, of: Address, offset: u64) {
        self.put(at, offset, 8);
        self.relocations.push((at / 8, of));
    }

    /// The memory as it is loaded.
    pub fn finish(mut self) -> Static {
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        let words =
            self.bytes.chunks_exact(8).map(|c| u64::from_le_bytes(c.try_into().expect("eight bytes"))).collect();
        self.relocations.sort_by_key(|(at, _)| *at);
        Static { words, relocations: self.relocations }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_there_once_and_values_are_aligned() {
        let mut statics = Statics::default();
        assert_eq!(statics.string(b"abc"), 0);
        assert_eq!(statics.string(b"de"), 3);
        assert_eq!(statics.string(b"abc"), 0);
        let closure = statics.closure(7);
        assert_eq!(closure, 8);
        assert_eq!(statics.closure(7), closure);
        let done = statics.finish();
        assert_eq!(done.words, [u64::from_le_bytes(*b"abcde\0\0\0"), 0]);
        assert_eq!(done.relocations, [(1, Address::Code(7))]);
    }
}
