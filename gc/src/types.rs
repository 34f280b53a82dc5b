//! Types as the collector sees them: size, alignment, and which words are pointers.
//!
//! A [`Type`] is what Go keeps in `_type`: `size`, `align`, `ptrdata` and the pointer bitmap
//! `gcdata`. One bit of the bitmap stands for one word: 1, the word is a pointer that the
//! collector follows and barriers care about; 0, it is data. Bits from `ptrdata` on are not
//! stored: all of them are 0. A type of size 0 is legal.
//!
//! Names, fields, hashing and equality are the business of the layer above.
//!
//! Source: Go 1.19 runtime/type.go, cmd/compile/internal/reflectdata (dgcptrmask).

use crate::addr::{Bytes, WORD};
use bitvec::prelude::{BitVec, Lsb0};
use std::fmt;
use std::sync::Arc;

/// A pointer bitmap: one bit a word, first word first.
pub type PtrMask = BitVec<u64, Lsb0>;

/// Number of a type in its [`TypeTable`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TypeId(pub u32);

/// Size, alignment and pointers of a type. Made with [`TypeTable::add`].
#[derive(Debug)]
pub struct Type {
    id: TypeId,
    name: Box<str>,
    size: Bytes,
    align: Bytes,
    ptrdata: Bytes,
    mask: PtrMask,
    /// The first 64 bits of `mask`: all of it, for most types.
    first: u64,
}

/// Why a type could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeError {
    /// Alignment must be 1, 2, 4 or 8, and divide the size.
    Alignment {
        /** the size asked for */
        size: Bytes,
        /** the alignment asked for */
        align: Bytes,
    },
    /// A type with pointers must be word-aligned and large enough for its last pointer.
    Pointers {
        /** the size asked for */
        size: Bytes,
        /** the last pointer word */
        last: usize,
    },
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TypeError::Alignment { size, align } => {
                write!(f, "alignment must be 1, 2, 4 or 8 and divide the size; got {align} for {size}")
            }
            TypeError::Pointers { size, last } => {
                write!(f, "word {last} is a pointer, but a type of {size} ends before it or is not word-aligned")
            }
        }
    }
}

impl std::error::Error for TypeError {}

impl Type {
    /// Its number in the table that made it.
    #[inline(always)]
    pub fn id(&self) -> TypeId {
        self.id
    }

    /// Go's name of it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Size of a value.
    #[inline(always)]
    pub fn size(&self) -> Bytes {
        self.size
    }

    /// Alignment of a value.
    #[inline(always)]
    pub fn align(&self) -> Bytes {
        self.align
    }

    /// Bytes up to and including the last pointer word; zero without pointers.
    #[inline(always)]
    pub fn ptrdata(&self) -> Bytes {
        self.ptrdata
    }

    /// Has it no pointers? Such objects live in noscan spans.
    #[inline(always)]
    pub fn noscan(&self) -> bool {
        self.ptrdata.0 == 0
    }

    /// The pointer bitmap, `ptrdata` / 8 bits long.
    pub fn mask(&self) -> &PtrMask {
        &self.mask
    }

    /// The first 64 bits of the pointer bitmap, word 0 lowest.
    #[inline(always)]
    pub fn mask_word(&self) -> u64 {
        self.first
    }

    /// Is word `index` of a value a pointer?
    #[inline(always)]
    pub fn is_pointer(&self, index: u64) -> bool {
        if index < 64 { self.first >> index & 1 == 1 } else { self.mask.get(index as usize).is_some_and(|bit| *bit) }
    }
}

/// All types of a program, numbered in the order of their making.
#[derive(Debug, Default, Clone)]
pub struct TypeTable {
    types: Vec<Arc<Type>>,
}

impl TypeTable {
    /// An empty table.
    pub fn new() -> TypeTable {
        TypeTable::default()
    }

    /// Adds a type. `mask` has one bit a word; bits after the last 1 are dropped.
    ///
    /// # Errors
    /// If the alignment is not 1, 2, 4 or 8 or does not divide the size, or if a pointer
    /// lies outside the size or the alignment is less than a word with pointers about.
    pub fn add(&mut self, name: &str, size: Bytes, align: Bytes, mut mask: PtrMask) -> Result<Arc<Type>, TypeError> {
        if !matches!(align.0, 1 | 2 | 4 | 8) || !size.0.is_multiple_of(align.0) {
            return Err(TypeError::Alignment { size, align });
        }
        let words = mask.last_one().map_or(0, |last| last + 1);
        mask.truncate(words);
        mask.set_uninitialized(false);
        if words > 0 && (align.0 != WORD || words as u64 * WORD > size.0) {
            return Err(TypeError::Pointers { size, last: words - 1 });
        }
        let made = Arc::new(Type {
            id: TypeId(self.types.len() as u32),
            name: name.into(),
            size,
            align,
            ptrdata: Bytes(words as u64 * WORD),
            first: mask.as_raw_slice().first().copied().unwrap_or(0),
            mask,
        });
        self.types.push(made.clone());
        Ok(made)
    }

    /// The type of this number.
    ///
    /// # Panics
    /// If no type of this table has it.
    pub fn get(&self, id: TypeId) -> &Arc<Type> {
        &self.types[id.0 as usize]
    }

    /// All types, in number order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Type>> {
        self.types.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bitvec::bitvec;

    #[test]
    fn ptrdata_ends_at_the_last_pointer_and_the_mask_with_it() {
        let mut table = TypeTable::new();
        let t = table.add("T", Bytes(32), Bytes(8), bitvec![u64, Lsb0; 0, 1, 0, 0]).unwrap();
        assert_eq!((t.ptrdata(), t.mask().len(), t.mask_word()), (Bytes(16), 2, 0b10));
        assert!(t.is_pointer(1) && !t.is_pointer(0) && !t.is_pointer(2) && !t.is_pointer(200));
        let flat = table.add("[200]byte", Bytes(200), Bytes(1), PtrMask::new()).unwrap();
        assert!(flat.noscan());
        assert_eq!(table.get(flat.id()).name(), "[200]byte");
    }

    #[test]
    fn a_pointer_outside_the_value_is_refused() {
        let mut table = TypeTable::new();
        let wrong = table.add("T", Bytes(8), Bytes(8), bitvec![u64, Lsb0; 0, 1]);
        assert_eq!(wrong.unwrap_err(), TypeError::Pointers { size: Bytes(8), last: 1 });
        let odd = table.add("T", Bytes(12), Bytes(8), PtrMask::new());
        assert_eq!(odd.unwrap_err(), TypeError::Alignment { size: Bytes(12), align: Bytes(8) });
    }
}
