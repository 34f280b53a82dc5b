//! What can be explored.

/// What came of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A state like any other, with this key: the same for all that go on alike. At most [`KEY_BITS`] bits.
    Went(u128),
    /// Nothing can go wrong any more: there is no need to go on from here.
    Safe,
    /// Something is wrong.
    Wrong,
}

/// States, and steps between them.
pub trait Space {
    /// The states to begin with, each once.
    fn initial(&mut self) -> Vec<u128>;

    /// Takes each step that can be taken from the state of a key, and tells what comes of it. Which ones, and their order, depends on the
    /// key alone.
    fn expand(&mut self, key: u128, see: &mut dyn FnMut(Step));
}

/// Bits of a key.
pub const KEY_BITS: u32 = 120;
