//! The postcondition *ordered* of [`order`](super).
