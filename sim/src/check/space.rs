//! What can be explored.

use crate::world::Actor;

/// A step through a space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Move {
    /// That of an actor.
    Take(Actor),
    /// The collector's next holder of slots has its slots exchanged, and is then taken: an object or a global, by number.
    Reverse(usize),
}

/// What came of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A state like any other.
    Went,
    /// Nothing can go wrong any more: there is no need to go on from here.
    Safe,
    /// Something is wrong.
    Wrong,
}

/// States that can be saved and returned to, and steps between them.
pub trait Space {
    /// The states to begin with, as keys, each once.
    fn initial(&mut self) -> Vec<u128>;

    /// Goes to the state of a key.
    fn restore(&mut self, key: u128);

    /// The steps that can be taken from here; which ones, and their order, depends on the state alone.
    fn moves(&mut self, list: &mut Vec<Move>);

    /// Takes a step.
    fn take(&mut self, step: Move) -> Step;

    /// The key of this state: the same for all that go on alike. At most [`KEY_BITS`] bits.
    fn key(&mut self) -> u128;
}

/// Bits of a key.
pub const KEY_BITS: u32 = 120;
