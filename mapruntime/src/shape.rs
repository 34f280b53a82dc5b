//! The facts of a map type that inner loops want, known at run time or at compile time.
//!
//! [`MapType`] is a [`Shape`] by its fields. [`Fixed`] is one whose sizes and flags are constants, for
//! the types that benchmarks and most programs use; the routines are the same ones, instantiated.

use crate::layout::{BUCKET_CELLS, bmap};
use crate::maptype::{MapType, flag};
use gc::addr::WORD;
use gc::{Addr, Effects};

/// From this many buckets on, as a logarithm, a map is too large for the nearest cache.
pub(crate) const FAR: u8 = 10;

/// Bytes of a line of the host's cache.
const LINE: u64 = 64;

/// The sizes and flags of a map type.
pub trait Shape {
    /// All else about the type.
    fn map_type(&self) -> &MapType;
    /// Bytes of a key's slot.
    fn keysize(&self) -> u64;
    /// Bytes of an elem's slot.
    fn elemsize(&self) -> u64;
    /// Bytes of a bucket.
    fn bucketsize(&self) -> u64;
    /// [`flag`] bits.
    fn flags(&self) -> u32;
    /// Do keys hold pointers (behind an indirect slot, perhaps)?
    fn key_has_pointers(&self) -> bool;
    /// Do elems?
    fn elem_has_pointers(&self) -> bool;
    /// Do buckets, so that the overflow word is one as well?
    fn bucket_has_pointers(&self) -> bool;

    /// Is this flag set?
    #[inline(always)]
    fn is(&self, flag: u32) -> bool {
        self.flags() & flag != 0
    }

    /// The slot of the key of cell `i` of bucket `b`.
    #[inline(always)]
    fn key_slot(&self, b: Addr, i: u64) -> Addr {
        b.offset(bmap::DATA + i * self.keysize())
    }

    /// The slot of the elem of cell `i` of bucket `b`.
    #[inline(always)]
    fn elem_slot(&self, b: Addr, i: u64) -> Addr {
        b.offset(bmap::DATA + BUCKET_CELLS * self.keysize() + i * self.elemsize())
    }

    /// The overflow word of bucket `b`.
    #[inline(always)]
    fn overflow_slot(&self, b: Addr) -> Addr {
        b.offset(self.bucketsize() - WORD)
    }

    /// Hints that all of bucket `b` will be wanted, if it is one of 2^`log` and they are too many for the nearest
    /// cache: the tophashes say where to look for the key, and without a hint its line is asked for only when they have
    /// come.
    #[inline(always)]
    fn prefetch_bucket<E: Effects>(&self, e: &mut E, b: Addr, log: u8) {
        if log >= FAR && self.bucketsize() <= 4 * LINE {
            let mut line = LINE;
            while line < self.bucketsize() + WORD {
                e.prefetch(b.offset(line));
                line += LINE;
            }
        }
    }

    /// Hints that an elem outside its bucket is about to be stored to, on the same terms.
    #[inline(always)]
    fn prefetch_indirect_elem<E: Effects>(&self, e: &mut E, elem: Addr, log: u8) {
        if log >= FAR && self.is(flag::INDIRECT_ELEM) {
            for line in 0..4 {
                e.prefetch(elem.offset(line * LINE));
            }
        }
    }

    /// Bucket `i` of an array.
    #[inline(always)]
    fn bucket_at(&self, array: Addr, i: u64) -> Addr {
        array.offset(i.wrapping_mul(self.bucketsize()))
    }
}

impl Shape for MapType {
    #[inline(always)]
    fn map_type(&self) -> &MapType {
        self
    }
    #[inline(always)]
    fn keysize(&self) -> u64 {
        self.keysize()
    }
    #[inline(always)]
    fn elemsize(&self) -> u64 {
        self.elemsize()
    }
    #[inline(always)]
    fn bucketsize(&self) -> u64 {
        self.bucketsize()
    }
    #[inline(always)]
    fn flags(&self) -> u32 {
        self.flags()
    }
    #[inline(always)]
    fn key_has_pointers(&self) -> bool {
        !self.key().ty().noscan()
    }
    #[inline(always)]
    fn elem_has_pointers(&self) -> bool {
        !self.elem().ty().noscan()
    }
    #[inline(always)]
    fn bucket_has_pointers(&self) -> bool {
        !self.bucket().noscan()
    }
}

/// A map type whose sizes, flags and pointers (bit 0: in keys, bit 1: in elems) are constants.
#[derive(Clone, Copy, Debug)]
pub struct Fixed<'t, const KEY: u64, const ELEM: u64, const FLAGS: u32, const POINTERS: u8>(&'t MapType);

/// `map[int64]int64` and its like.
pub type WordToWord<'t> = Fixed<'t, 8, 8, { flag::REFLEXIVE_KEY }, 0b00>;
/// `map[int64]*T` and its like.
pub type WordToPointer<'t> = Fixed<'t, 8, 8, { flag::REFLEXIVE_KEY }, 0b10>;
/// `map[int64][200]byte` and its like: elems without pointers, too large for the bucket.
pub type WordToIndirect<'t> = Fixed<'t, 8, 8, { flag::REFLEXIVE_KEY | flag::INDIRECT_ELEM }, 0b00>;
/// `map[string]int64` and its like.
pub type StringToWord<'t> = Fixed<'t, 16, 8, { flag::REFLEXIVE_KEY | flag::NEED_KEY_UPDATE }, 0b01>;
/// `map[string]*T` and its like.
pub type StringToPointer<'t> = Fixed<'t, 16, 8, { flag::REFLEXIVE_KEY | flag::NEED_KEY_UPDATE }, 0b11>;

impl<'t, const KEY: u64, const ELEM: u64, const FLAGS: u32, const POINTERS: u8> Fixed<'t, KEY, ELEM, FLAGS, POINTERS> {
    /// The same type with its facts as constants; `None` if they are other ones.
    pub fn of(t: &'t MapType) -> Option<Self> {
        let pointers = u8::from(t.key_has_pointers()) | u8::from(t.elem_has_pointers()) << 1;
        let fixed = Fixed(t);
        let same = t.keysize() == KEY
            && t.elemsize() == ELEM
            && t.flags() == FLAGS
            && pointers == POINTERS
            && t.bucketsize() == fixed.bucketsize()
            && Shape::bucket_has_pointers(t) == fixed.bucket_has_pointers();
        same.then_some(fixed)
    }
}

impl<const KEY: u64, const ELEM: u64, const FLAGS: u32, const POINTERS: u8> Shape
    for Fixed<'_, KEY, ELEM, FLAGS, POINTERS>
{
    #[inline(always)]
    fn map_type(&self) -> &MapType {
        self.0
    }
    #[inline(always)]
    fn keysize(&self) -> u64 {
        KEY
    }
    #[inline(always)]
    fn elemsize(&self) -> u64 {
        ELEM
    }
    #[inline(always)]
    fn bucketsize(&self) -> u64 {
        bmap::DATA + BUCKET_CELLS * (KEY + ELEM) + WORD
    }
    #[inline(always)]
    fn flags(&self) -> u32 {
        FLAGS
    }
    #[inline(always)]
    fn key_has_pointers(&self) -> bool {
        POINTERS & 1 != 0
    }
    #[inline(always)]
    fn elem_has_pointers(&self) -> bool {
        POINTERS & 2 != 0
    }
    #[inline(always)]
    fn bucket_has_pointers(&self) -> bool {
        POINTERS != 0 || FLAGS & (flag::INDIRECT_KEY | flag::INDIRECT_ELEM) != 0
    }
}
