//! Addresses and sizes in the simulated memory, each with a type of its own.
//!
//! An [`Addr`] is a byte address, as in Go. Memory is word-addressed: a load or a store is
//! of one aligned 64-bit word, and narrower fields are parts of a word.

use std::fmt;
use std::ops::{Add, Sub};

/// Bytes in a machine word and in a pointer.
pub const WORD: u64 = 8;

/// The first address of the simulated memory, the place where Go's heap starts on linux/amd64.
pub const ARENA_BASE: u64 = 0x00c0_0000_0000;

/// A byte address in the simulated memory; zero is nil.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct Addr(pub u64);

/// A size in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct Bytes(pub u64);

/// A size in 8-byte words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct Words(pub u64);

impl Addr {
    /// The nil pointer.
    pub const NIL: Addr = Addr(0);

    /// Is this the nil pointer?
    #[inline(always)]
    pub fn is_nil(self) -> bool {
        self.0 == 0
    }

    /// The address `bytes` further on; wraps at 2^64, where no memory is.
    #[inline(always)]
    #[must_use]
    pub fn offset(self, bytes: u64) -> Addr {
        Addr(self.0.wrapping_add(bytes))
    }

    /// The address of the word that holds this byte.
    #[inline(always)]
    #[must_use]
    pub fn word(self) -> Addr {
        Addr(self.0 & !(WORD - 1))
    }

    /// Index of the word at this address in the arena.
    ///
    /// An address below the arena, above it or not word-aligned gives an index that no arena
    /// reaches, so that one bounds check finds all three faults: the rotation turns
    /// the low bits, which must be zero, into the highest.
    #[inline(always)]
    pub(crate) fn index(self) -> usize {
        self.0.wrapping_sub(ARENA_BASE).rotate_right(3) as usize
    }

    /// The address of word `index` of the arena.
    #[inline(always)]
    pub(crate) fn from_index(index: usize) -> Addr {
        Addr(ARENA_BASE + index as u64 * WORD)
    }
}

impl Add<Bytes> for Addr {
    type Output = Addr;
    #[inline(always)]
    fn add(self, by: Bytes) -> Addr {
        self.offset(by.0)
    }
}

impl Sub for Addr {
    type Output = Bytes;
    /// Distance in bytes. Wraps if `from` is the higher one.
    #[inline(always)]
    fn sub(self, from: Addr) -> Bytes {
        Bytes(self.0.wrapping_sub(from.0))
    }
}

impl Bytes {
    /// Words needed to hold this many bytes.
    #[inline(always)]
    pub fn to_words(self) -> Words {
        Words(self.0.div_ceil(WORD))
    }
}

impl Words {
    /// This many words in bytes.
    #[inline(always)]
    pub fn to_bytes(self) -> Bytes {
        Bytes(self.0 * WORD)
    }
}

impl fmt::Display for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_nil() { f.write_str("nil") } else { write!(f, "{:#x}", self.0) }
    }
}

impl fmt::Debug for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} B", self.0)
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} words", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_outside_or_misaligned_have_an_index_that_no_arena_reaches() {
        let largest = 1usize << 48;
        assert_eq!(Addr(ARENA_BASE).index(), 0);
        assert_eq!(Addr(ARENA_BASE + 8).index(), 1);
        assert_eq!(Addr::from_index(7), Addr(ARENA_BASE + 56));
        for bad in [0, 8, ARENA_BASE - 8, ARENA_BASE + 1, ARENA_BASE + 12, u64::MAX, 0xdead_dead_dead_dead] {
            assert!(Addr(bad).index() > largest, "{bad:#x}");
        }
    }
}
