//! Places in the code, as they stand among the callers.
//!
//! All functions' instructions lie in one row, and a place is an index into it. Behind the last one come places that are none:
//! what calls compiled code, other than compiled code. A return to one of those leads out of the row, where the interpreter
//! stops by itself.
//!
//! Two marks tell what a frame holds at a place where that differs from what it holds at the instruction.

/// Mark: the function was called and has not begun. Its parameters are all that its frame holds.
pub(crate) const ENTRY: u64 = 1 << 62;

/// Mark: the function has panicked here, and will not go on from here.
pub(crate) const RAISED: u64 = 1 << 61;

/// Mark of what is no compiled code.
const OUTSIDE: u64 = 1 << 63;

/// A caller that is not compiled, and why it calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Caller {
    /// The start of a goroutine that initialises the program; the frame is the goroutine's record.
    Init,
    /// The start of the goroutine that runs `main`.
    Main,
    /// The instruction of the function below is performed again.
    Again,
    /// A panic's value is made; its results lie at the frame.
    Raise,
    /// A panic runs a deferred call.
    Deferred,
    /// A method tells the value of the panic of this number.
    Tell(u32),
    /// An object is about to be freed; then the instruction of the function below is performed again.
    Finalizer,
}

impl Caller {
    /// Its place.
    pub(crate) fn place(self) -> u64 {
        let (kind, number) = match self {
            Caller::Init => (0, 0),
            Caller::Main => (1, 0),
            Caller::Again => (2, 0),
            Caller::Raise => (3, 0),
            Caller::Deferred => (4, 0),
            Caller::Tell(number) => (5, number),
            Caller::Finalizer => (6, 0),
        };
        OUTSIDE | kind << 32 | u64::from(number)
    }

    /// Who has this place.
    pub(crate) fn at(place: u64) -> Option<Caller> {
        let number = place as u32;
        if place & OUTSIDE == 0 {
            return None;
        }
        match (place & !OUTSIDE) >> 32 {
            0 => Some(Caller::Init),
            1 => Some(Caller::Main),
            2 => Some(Caller::Again),
            3 => Some(Caller::Raise),
            4 => Some(Caller::Deferred),
            5 => Some(Caller::Tell(number)),
            6 => Some(Caller::Finalizer),
            _ => None,
        }
    }
}

/// The index of the instruction at a place.
#[inline(always)]
pub(crate) fn instruction(place: u64) -> u64 {
    place & !(ENTRY | RAISED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_outside_read_back_and_are_no_instructions() {
        let deferred = [Caller::Again, Caller::Raise, Caller::Deferred, Caller::Tell(7), Caller::Finalizer];
        for caller in [Caller::Init, Caller::Main].into_iter().chain(deferred) {
            assert_eq!(Caller::at(caller.place()), Some(caller));
            assert!(instruction(caller.place() + 1) > u64::from(u32::MAX));
        }
        assert_eq!(Caller::at(5), None);
    }
}
