//! The `map` workload: mutators that work on maps of their own, with operations drawn at random.
//!
//! ```text
//! draw        which operation, on which map, under which key     (the model and a seeded generator)
//! perform     the operation as a compiler would lower it         (over gc's effects)
//! model       what the map must hold afterwards                  (an ordinary hash map)
//! world       all of it as one value that takes steps            (the World of strategies)
//! ```
//!
//! Keys and values are numbers to the workload and the model; [`keys`] and [`elems`] turn them into Go values of
//! any type in simulated memory, objects, strings and inner maps included, and back.

pub mod draw;
pub mod elems;
pub mod env;
pub mod frame;
pub mod keys;
pub mod model;
pub mod perform;
pub mod sites;
pub mod world;

pub use draw::{Draw, Op, Source};
pub use env::Env;
pub use model::MapModel;
pub use perform::{Entry, Outcome, perform};
