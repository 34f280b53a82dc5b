//! The workload `graph`: plain objects, and mutators that store pointers into them while they are marked.

pub mod canonical;
pub mod env;
pub mod micro;
pub mod state;
pub mod world;
