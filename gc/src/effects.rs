//! What a runtime routine may do to the world, one effect at a time.
//!
//! The routines of the map runtime and the bulk operations of this crate are plain Rust over
//! [`Effects`]. Two things implement it, and so there are two gears of one code:
//!
//! - [`Runtime`](crate::runtime::Runtime) performs each effect at once, and compiles to native
//!   loads and stores;
//! - [`Recorder`](crate::record::Recorder) performs *one* effect and then stops the routine
//!   with [`Stop::Yield`]. Run again, the routine gets its earlier results from a log. A call in
//!   progress is therefore its arguments and its results so far: a value that can be copied,
//!   compared and interleaved with other mutators and the collector.
//!
//! For this to work, a routine keeps no hidden state: no clock, no random number that does not
//! come from [`Effects::fastrand`], and nothing that it does to the world besides effects.
//!
//! The methods fall in three groups: memory and allocation; the micro-operations that barriers
//! are made of ([`Effects::load_flag`] to [`Effects::grey_base`]); and what is built from these,
//! which the recorder leaves as it is (so that it stops between its micro-operations) and
//! the runtime replaces by a faster equal for the case that no barrier is on.

use crate::addr::{Addr, WORD};
use crate::barrier::{self, Condition, GroupStore, Half, Program};
use crate::bulk;
use crate::site::Site;
use crate::types::Type;

/// Why a routine did not go on. Details of a fault are kept by the runtime, not in here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Stop {
    /// The recorder has performed its effects for now; run the routine again later.
    Yield,
    /// An access to memory that is not there: nil, misaligned, or never mapped.
    Fault,
    /// The simulated memory limit is reached and a collection did not help.
    OutOfMemory,
    /// An oracle found the heap unsafe.
    Violation,
    /// The simulated program's own fault, a panic or a throw, in the code of the layer that
    /// raised it.
    Raised {
        /// Which one; the raising layer has the list.
        code: u8,
        /// A number that the layer's text wants, such as a type's.
        arg: u32,
    },
}

/// What a site's barrier did in one execution, and other things worth counting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tally {
    /// A pointer store at a site.
    Barrier {
        /// Where.
        site: Site,
        /// Was the write barrier flag on?
        flag: bool,
        /// Did shading the old value turn an object grey?
        shaded_old: bool,
        /// Did shading the new value turn an object grey?
        shaded_new: bool,
    },
    /// A call from the program into the runtime.
    Call,
    /// A temporary that the lowering needs and a direct store would not.
    Temporary,
}

/// Bytes of a part of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Width {
    /// One byte.
    B1,
    /// Two bytes.
    B2,
    /// Four bytes.
    B4,
    /// A whole word.
    B8,
}

impl Width {
    /// All bits of a value of this width.
    #[inline(always)]
    pub const fn mask(self) -> u64 {
        match self {
            Width::B1 => 0xff,
            Width::B2 => 0xffff,
            Width::B4 => 0xffff_ffff,
            Width::B8 => u64::MAX,
        }
    }
}

/// Bit position of the byte at `a` in its word.
#[inline(always)]
fn shift(a: Addr) -> u32 {
    (a.0 % WORD * 8) as u32
}

/// One memory, one allocator, one barrier: all that a runtime routine can touch.
///
/// Every method may return a [`Stop`], which the routine passes on at once.
pub trait Effects {
    // --- memory ---------------------------------------------------------------------------

    /// Loads the word at `a`.
    ///
    /// # Errors
    /// `Fault` if `a` is nil, misaligned or not mapped; `Violation` if checks are on and it is freed.
    fn load(&mut self, a: Addr) -> Result<u64, Stop>;

    /// Stores a whole word that is not a heap pointer, or whose place needs no barrier.
    ///
    /// # Errors
    /// As [`Effects::load`].
    fn store(&mut self, a: Addr, value: u64) -> Result<(), Stop>;

    /// Stores those bits of the word at `a` whose mask bit is 1.
    ///
    /// # Errors
    /// As [`Effects::load`].
    fn store_masked(&mut self, a: Addr, mask: u64, bits: u64) -> Result<(), Stop>;

    // --- allocation and safepoints --------------------------------------------------------

    /// Makes `count` zeroed values of type `ty` in a row: `newobject` with a count of one,
    /// `newarray` otherwise.
    ///
    /// A safepoint: a collection may start, step or end here, *before* the object is made.
    /// `live` is the stack map of the runtime's own frames at this call, in Go's words the
    /// pointers that are live across it; whatever is not in there, nor in the program's
    /// frames, may be freed.
    ///
    /// # Errors
    /// `OutOfMemory` when the limit is reached and nothing more can be freed.
    fn allocate(&mut self, site: Site, ty: &Type, count: u64, live: &[Addr]) -> Result<Addr, Stop>;

    /// A point at which the collector may stop this mutator, with `live` as in
    /// [`Effects::allocate`].
    ///
    /// # Errors
    /// `Violation` if a collection that ends here has lost an object.
    fn safepoint(&mut self, site: Site, live: &[Addr]) -> Result<(), Stop>;

    /// Go's `fastrand`: the next 32 random bits of this mutator.
    ///
    /// # Errors
    /// `Yield` only.
    fn fastrand(&mut self) -> Result<u32, Stop>;

    // --- micro-operations of barriers -----------------------------------------------------

    /// The barrier placed at a site. Configuration, not an effect.
    fn program(&self, site: Site) -> Program;

    /// Does a barrier run before the bulk move (as it must), or after (a planted fault)?
    /// Configuration, not an effect.
    fn bulk_order(&self) -> barrier::BulkOrder;

    /// Is this address in the heap or among the globals, so that bulk operations need barriers?
    /// A destination on a stack has none: it is scanned as a root.
    fn needs_barrier(&self, dst: Addr) -> bool;

    /// Loads the write barrier flag.
    ///
    /// # Errors
    /// `Yield` only.
    fn load_flag(&mut self) -> Result<bool, Stop>;

    /// Tests a colour on which a barrier step depends.
    ///
    /// # Errors
    /// `Yield` only.
    fn test(&mut self, condition: Condition, slot: Addr, new: Addr) -> Result<bool, Stop>;

    /// Shades the object at `p`, or puts it into the mutator's barrier buffer.
    /// Returns whether the object was white and is grey now, or was buffered white.
    ///
    /// # Errors
    /// `Yield` only; nil and pointers out of the heap are ignored.
    fn shade(&mut self, site: Site, half: Half, p: Addr) -> Result<bool, Stop>;

    /// Turns the object that holds `slot` grey again (Steele).
    ///
    /// # Errors
    /// `Yield` only.
    fn grey_base(&mut self, slot: Addr) -> Result<(), Stop>;

    /// The store in the middle of a barrier.
    ///
    /// # Errors
    /// As [`Effects::load`].
    fn store_pointer(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop>;

    /// Counts something. Never stops, never seen by another actor.
    fn tally(&mut self, tally: Tally);

    /// Performs a whole barrier program as one effect, for programs that say they are atomic.
    ///
    /// # Errors
    /// As [`Effects::load`].
    fn write_atomically(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop>;

    // --- built from the above -------------------------------------------------------------

    /// A hint that the word at `a` will be needed soon. No effect: never logged, never counted.
    #[inline(always)]
    fn prefetch(&mut self, _a: Addr) {}

    /// The same of the word that the pointer at `slot` refers to.
    #[inline(always)]
    fn prefetch_pointee(&mut self, _slot: Addr) {}

    /// Runs a part of a routine that leaves nothing behind but its effects: no result, and no change of what `run` has
    /// captured. Once it has ended, the recorder passes it without running it again, so long routines are cheap to stop
    /// in if they are made of such parts.
    ///
    /// # Errors
    /// Those of `run`.
    #[inline(always)]
    fn operation(&mut self, run: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        run(self)
    }

    /// Loads `N` words from `a` on.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn load_block<const N: usize>(&mut self, a: Addr) -> Result<[u64; N], Stop> {
        let mut block = [0; N];
        for (i, word) in block.iter_mut().enumerate() {
            *word = self.load(a.offset(i as u64 * WORD))?;
        }
        Ok(block)
    }

    /// Stores `N` words from `a` on, none of them a heap pointer.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn store_block<const N: usize>(&mut self, a: Addr, block: [u64; N]) -> Result<(), Stop> {
        for (i, &word) in block.iter().enumerate() {
            self.store(a.offset(i as u64 * WORD), word)?;
        }
        Ok(())
    }

    /// Loads a field of `width` bytes at `a`, zero-extended. It must not straddle two words.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn load_part(&mut self, a: Addr, width: Width) -> Result<u64, Stop> {
        Ok(self.load(a.word())? >> shift(a) & width.mask())
    }

    /// Stores a field of `width` bytes at `a`. It must not straddle two words.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn store_part(&mut self, a: Addr, width: Width, value: u64) -> Result<(), Stop> {
        self.store_masked(a.word(), width.mask() << shift(a), (value & width.mask()) << shift(a))
    }

    /// `newobject(ty)`.
    ///
    /// # Errors
    /// As [`Effects::allocate`].
    #[inline(always)]
    fn new_object(&mut self, site: Site, ty: &Type, live: &[Addr]) -> Result<Addr, Stop> {
        self.allocate(site, ty, 1, live)
    }

    /// `newarray(ty, count)`: the elements lie in a row, and the bitmap repeats.
    ///
    /// # Errors
    /// As [`Effects::allocate`].
    #[inline(always)]
    fn new_array(&mut self, site: Site, ty: &Type, count: u64, live: &[Addr]) -> Result<Addr, Stop> {
        self.allocate(site, ty, count, live)
    }

    /// `*slot = new` with the barrier that is placed at `site`.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn write_pointer(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        barrier::write(self, site, slot, new)
    }

    /// Stores to `N` slots in a row, each with the barrier that is placed at its own site.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn write_pointers<const N: usize>(&mut self, sites: [Site; N], slot: Addr, new: [Addr; N]) -> Result<(), Stop> {
        for (i, (site, new)) in sites.into_iter().zip(new).enumerate() {
            self.write_pointer(site, slot.offset(i as u64 * WORD), new)?;
        }
        Ok(())
    }

    /// Several stores with one test of the flag, each with the barrier that is placed at its own site, if it has one.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn write_group(&mut self, stores: &[GroupStore]) -> Result<(), Stop> {
        barrier::write_group(self, stores)
    }

    /// `typedmemmove`: copies one value of type `ty`; barriers come first, from the type's bitmap.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn typed_memmove(&mut self, site: Site, ty: &Type, dst: Addr, src: Addr) -> Result<(), Stop> {
        bulk::typed_memmove(self, site, ty, dst, src)
    }

    /// `typedmemclr`, `memclrHasPointers`: zeroes `count` values of type `ty` from `dst` on.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn typed_memclr(&mut self, site: Site, ty: &Type, dst: Addr, count: u64) -> Result<(), Stop> {
        bulk::typed_memclr(self, site, ty, dst, count)
    }

    /// `typedslicecopy`: copies `count` values of type `ty`; the ranges may overlap.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn typed_slice_copy(&mut self, site: Site, ty: &Type, dst: Addr, src: Addr, count: u64) -> Result<(), Stop> {
        bulk::typed_slice_copy(self, site, ty, dst, src, count)
    }

    /// Shades for a bulk operation what each pointer word of `count` values at `dst` holds, and then what it is to hold, from `values`;
    /// `false`, and nothing done, if each step of the barrier has to be taken by itself.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn shade_at_once(&mut self, _ty: &Type, _dst: Addr, _values: Option<Addr>, _count: u64) -> Result<bool, Stop> {
        Ok(false)
    }

    /// `memmove` of `bytes` without barriers, at any alignment; the ranges may overlap.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn memmove(&mut self, dst: Addr, src: Addr, bytes: u64) -> Result<(), Stop> {
        bulk::memmove(self, dst, src, bytes)
    }

    /// `memclrNoHeapPointers`: zeroes `bytes` at any alignment.
    ///
    /// # Errors
    /// As [`Effects::load`].
    #[inline(always)]
    fn memclr(&mut self, dst: Addr, bytes: u64) -> Result<(), Stop> {
        bulk::memclr(self, dst, bytes)
    }
}
