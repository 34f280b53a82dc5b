//! Lowerings, and the frame slots that a stack map lists.

use crate::scenario::choice::choices;

choices! {
    /// The era of `m[k] = v`: see DESIGN, D5.
    pub enum Lowering {
        /// The runtime stores: `mapassign1(t, m, &k, &v)`.
        Mapassign1 = "mapassign1",
        /// The caller stores through the slot: `*mapassign(t, m, &k) = v`.
        Mapassign = "mapassign",
        /// As `mapassign`, with constant keys in read-only statics and fast lookups that take the key by value.
        Mapassign2017 = "mapassign-2017",
        /// As that, and `m[k] op= v` takes one call.
        MapassignOp = "mapassign-op",
    }
}

choices! {
    /// A pointer slot of the frame that performs map operations.
    pub enum FrameSlot {
        /// The map.
        Map = "map",
        /// The key.
        Key = "key",
        /// The value to be stored.
        Value = "value",
        /// The slot that `mapassign` returned.
        Slot = "slot",
        /// The value that was read.
        Read = "read",
        /// The iterator.
        Iter = "iter",
    }
}
