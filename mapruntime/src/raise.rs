//! What a map routine raises when the simulated program is at fault: a panic or a throw.
//!
//! A panic unwinds the goroutine and can be recovered. A throw ends the program at once, whatever
//! it deferred. Both travel as [`Stop::Raised`], a code and a number; [`Raise`] is their meaning.
//!
//! `concurrent map writes` and its two sisters are found by a flag, not by a lock: two writers
//! may well pass each other unseen. That is Go's best effort, and it is modelled as such.
//!
//! Source: Go 1.19 runtime/map.go, alg.go, error.go. Checked by: `tests/map/faults.rs`.

use crate::universe::Universe;
use gc::{Stop, TypeId};
use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Severity {
    /// Recoverable.
    Panic,
    /// Fatal.
    Throw,
}

/// A fault of the simulated program.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Raise {
    /// Panic: an assignment to a nil map.
    NilMap,
    /// Panic: an interface key holds a value that cannot be hashed.
    Unhashable(TypeId),
    /// Panic: two interfaces hold values that cannot be compared.
    Uncomparable(TypeId),
    /// Throw: two goroutines write.
    ConcurrentWrites,
    /// Throw: a lookup while another goroutine writes.
    ConcurrentReadAndWrite,
    /// Throw: an iteration step while another goroutine writes.
    ConcurrentIterationAndWrite,
    /// Throw: evacuation met a cell that was evacuated before its bucket.
    BadMapState,
    /// Throw: growth started before the old overflow buckets were dropped.
    OldOverflow,
    /// Throw: values nested in interfaces deeper than [`MAX_DEPTH`](crate::hash::MAX_DEPTH).
    StackOverflow,
}

const CODES: [(u8, Raise); 9] = [
    (1, Raise::NilMap),
    (2, Raise::Unhashable(TypeId(0))),
    (3, Raise::Uncomparable(TypeId(0))),
    (4, Raise::ConcurrentWrites),
    (5, Raise::ConcurrentReadAndWrite),
    (6, Raise::ConcurrentIterationAndWrite),
    (7, Raise::BadMapState),
    (8, Raise::OldOverflow),
    (9, Raise::StackOverflow),
];

impl Raise {
    /// The form in which it travels.
    pub fn stop(self) -> Stop {
        let (raise, arg) = match self {
            Raise::Unhashable(id) => (Raise::Unhashable(TypeId(0)), id.0),
            Raise::Uncomparable(id) => (Raise::Uncomparable(TypeId(0)), id.0),
            other => (other, 0),
        };
        let code = CODES.iter().find(|(_, r)| *r == raise).map_or(0, |(code, _)| *code);
        Stop::Raised { code, arg }
    }

    /// Its meaning, if this is one of ours. Other layers' codes start at 64.
    pub fn of(stop: Stop) -> Option<Raise> {
        let Stop::Raised { code, arg } = stop else { return None };
        let &(_, raise) = CODES.iter().find(|(c, _)| *c == code)?;
        Some(match raise {
            Raise::Unhashable(_) => Raise::Unhashable(TypeId(arg)),
            Raise::Uncomparable(_) => Raise::Uncomparable(TypeId(arg)),
            other => other,
        })
    }

    /// A panic or a throw?
    pub fn severity(self) -> Severity {
        match self {
            Raise::NilMap | Raise::Unhashable(_) | Raise::Uncomparable(_) => Severity::Panic,
            _ => Severity::Throw,
        }
    }

    /// What Go prints after `panic: ` or `fatal error: `.
    ///
    /// For a panic this is also what the `Error` method of the recovered value returns.
    pub fn text(self, universe: &Universe) -> String {
        let name = |id| universe.name(id);
        match self {
            Raise::NilMap => "assignment to entry in nil map".into(),
            Raise::Unhashable(id) => format!("runtime error: hash of unhashable type {}", name(id)),
            Raise::Uncomparable(id) => format!("runtime error: comparing uncomparable type {}", name(id)),
            Raise::ConcurrentWrites => "concurrent map writes".into(),
            Raise::ConcurrentReadAndWrite => "concurrent map read and map write".into(),
            Raise::ConcurrentIterationAndWrite => "concurrent map iteration and map write".into(),
            Raise::BadMapState => "bad map state".into(),
            Raise::OldOverflow => "oldoverflow is not nil".into(),
            Raise::StackOverflow => "stack overflow".into(),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Panic => "panic",
            Severity::Throw => "fatal error",
        })
    }
}

/// Raises, off the hot path.
#[cold]
#[inline(never)]
pub(crate) fn raise<T>(raise: Raise) -> Result<T, Stop> {
    Err(raise.stop())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_raise_reads_back_from_its_stop() {
        for (code, raise) in CODES {
            assert_eq!(Raise::of(raise.stop()), Some(raise));
            assert_eq!(raise.stop(), Stop::Raised { code, arg: 0 });
        }
        let with_type = Raise::Unhashable(TypeId(77));
        assert_eq!(Raise::of(with_type.stop()), Some(with_type));
        assert_eq!(Raise::of(Stop::Fault), None);
        assert_eq!(Raise::of(Stop::Raised { code: 64, arg: 0 }), None);
    }
}
