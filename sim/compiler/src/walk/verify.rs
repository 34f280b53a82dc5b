//! The postcondition *walked* of [`walk`](super).
