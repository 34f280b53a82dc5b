//! What evaluating an expression can do, so that no program depends on an order that Go leaves open.
//!
//! Go orders calls among themselves, and nothing else: in `x + f()` it may read `x` before or after the call, and
//! compilers, eras and levels of optimisation differ. So no two operands of a statement here may be such that
//! their order shows:
//!
//! | | reads | traps | event | mutates |
//! | --- | --- | --- | --- | --- |
//! | **reads** | | | | shows |
//! | **traps** | | shows | shows | shows |
//! | **event** | | shows | | |
//! | **mutates** | shows | shows | | |
//!
//! A statement therefore draws one of the three [`MODES`] that have no such pair, and hands it down to its operands;
//! only one of them is allowed to trap (`super::Gen::split`). A call counts for what it does to others (event,
//! mutates): what it reads and where it traps is ordered by the call itself.

use std::ops::{BitOr, BitOrAssign, Sub};

/// A set of effects.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fx(u8);

impl Fx {
    /// Depends on constants and on variables that nothing else can change.
    pub const NONE: Fx = Fx(0);
    /// Reads what a call may change: globals, captured variables, all that is reached through a pointer, slice or map.
    pub const READ: Fx = Fx(1);
    /// Is an operation, not a call, that may panic.
    pub const TRAP: Fx = Fx(2);
    /// Calls what prints or may panic.
    pub const EVENT: Fx = Fx(4);
    /// Calls what changes something that others can read.
    pub const MUTATE: Fx = Fx(8);

    /// Whether all of `other` is in it.
    pub fn has(self, other: Fx) -> bool {
        self.0 & other.0 == other.0
    }

    /// What a call of a function does to others, if its body does this.
    pub fn of_call(self) -> Fx {
        let event = if self.has(Fx::EVENT) || self.has(Fx::TRAP) { Fx::EVENT } else { Fx::NONE };
        event | Fx(self.0 & Fx::MUTATE.0)
    }
}

impl BitOr for Fx {
    type Output = Fx;

    fn bitor(self, other: Fx) -> Fx {
        Fx(self.0 | other.0)
    }
}

impl BitOrAssign for Fx {
    fn bitor_assign(&mut self, other: Fx) {
        *self = *self | other;
    }
}

impl Sub for Fx {
    type Output = Fx;

    fn sub(self, other: Fx) -> Fx {
        Fx(self.0 & !other.0)
    }
}

/// Operands may call anything, and read only what is theirs.
pub const CALLS: Fx = Fx(Fx::EVENT.0 | Fx::MUTATE.0);
/// Operands may read anything, and call what only prints.
pub const TRACES: Fx = Fx(Fx::EVENT.0 | Fx::READ.0);
/// Operands may read anything, and one of them may panic.
pub const TRAPS: Fx = Fx(Fx::READ.0 | Fx::TRAP.0);
/// What a statement's operands may do.
pub const MODES: [Fx; 3] = [CALLS, TRACES, TRAPS];

#[cfg(test)]
mod tests {
    use super::*;

    /// The table above, as pairs.
    const SHOWS: [(Fx, Fx); 4] =
        [(Fx::READ, Fx::MUTATE), (Fx::TRAP, Fx::TRAP), (Fx::TRAP, Fx::EVENT), (Fx::TRAP, Fx::MUTATE)];

    #[test]
    fn no_mode_has_a_pair_whose_order_shows_but_two_traps() {
        for mode in MODES {
            for (a, b) in SHOWS {
                assert!(a == b || !mode.has(a | b), "{mode:?} has {a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn a_call_that_may_trap_is_an_event() {
        assert_eq!((Fx::TRAP | Fx::READ).of_call(), Fx::EVENT);
        assert_eq!((Fx::MUTATE | Fx::READ).of_call(), Fx::MUTATE);
        assert_eq!(Fx::READ.of_call(), Fx::NONE);
    }
}
