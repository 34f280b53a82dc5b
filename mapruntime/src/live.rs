//! What the runtime's own frames hold across a safepoint: their stack maps, one after another.
//!
//! An allocation may collect first. Whatever a routine still uses after it, and nothing else
//! reaches, must be listed here, or the object is gone. The rule, `frames-are-roots`:
//!
//! > an address used after `allocate` was in `live` at that call, or is reachable from one that was.
//!
//! Each routine adds what *its* frame holds to what its callers gave it. A bucket array that is being
//! replaced and a bucket that is not linked yet are the easy ones to forget. Nil and addresses
//! out of the heap may be listed, and cost nothing.
//!
//! Checked by: `tests/map/support.rs`, whose allocator collects at *every* allocation and unmaps the rest.

use gc::Addr;

/// What one routine holds, and what its callers hold: a chain as the frames are. It costs nothing until
/// something is allocated.
pub(crate) struct Live<'a> {
    /// What this routine holds.
    pub(crate) held: &'a [Addr],
    /// What its callers hold.
    pub(crate) callers: Option<&'a Live<'a>>,
}

/// All of a chain in a row, for [`gc::Effects::allocate`].
pub(crate) struct Slots {
    slots: [Addr; Slots::MAX],
    len: usize,
}

impl Slots {
    /// The deepest chain (assign, evacuate, new overflow bucket, append) holds eleven.
    const MAX: usize = 16;
}

impl Live<'_> {
    /// The whole chain in a row.
    pub(crate) fn slots(&self) -> Slots {
        let mut all = Slots { slots: [Addr::NIL; Slots::MAX], len: 0 };
        let mut frame = Some(self);
        while let Some(Live { held, callers }) = frame {
            all.slots[all.len..all.len + held.len()].copy_from_slice(held);
            all.len += held.len();
            frame = *callers;
        }
        all
    }
}

impl std::ops::Deref for Slots {
    type Target = [Addr];

    fn deref(&self) -> &[Addr] {
        &self.slots[..self.len]
    }
}
