//! The heap of Barrierlab: a small mark-sweep collector in the manner of Go's, made to be watched,
//! stopped between any two steps, and told apart from a broken one.
//!
//! From the bottom up:
//!
//! - [`addr`], [`size_class`], [`types`], [`site`]: addresses, sizes, pointer bitmaps, the names of stores;
//! - [`span`], [`heap`]: words, pages, spans, allocation, sweeping;
//! - [`mutator`], [`calls`], [`policy`], [`collector`]: stacks, choices, and marking one small step at a time;
//! - [`effects`]: what a runtime routine may do to the world; [`barrier`] and the bulk operations are written
//!   against it, and so is the map runtime in the crate above;
//! - [`finalize`]: functions called with objects that would be freed;
//! - [`runtime`]: all of it together, performing effects at once; [`record`]: the same, one effect at a time;
//!   [`requests`]: what a program asks of it besides;
//! - [`shadow`], [`verify`], [`watch`], [`cost`]: the oracles' own record of memory, what they check, the story
//!   of one object, and counts.
//!
//! Nothing here knows of maps or programs, reads a clock, or draws an unseeded random number. A [`Runtime`] is a
//! value: it can be cloned, and runs on from there as the original would.
//!
//! ```
//! use gc::runtime::{Checked, Config, Runtime};
//! use gc::{Bytes, Effects, SiteTable, TypeTable};
//! use bitvec::{bits, prelude::Lsb0};
//! use std::sync::Arc;
//!
//! let mut types = TypeTable::new();
//! let node = types.add("node", Bytes(16), Bytes(8), bits![u64, Lsb0; 1, 0].to_bitvec()).unwrap();
//! let mut sites = SiteTable::default();
//! let (make, link) = (sites.add("make node"), sites.add("node.next"));
//!
//! let mut rt = Runtime::<Checked>::new(Config::default(), Arc::new(types));
//! let root = rt.add_globals(&node).unwrap();
//! rt.add_mutator(gc::mutator::FastRand(1)).unwrap();
//!
//! let kept = rt.new_object(make, &node, &[]).unwrap();
//! rt.write_pointer(link, root, kept).unwrap();
//! let dropped = rt.new_object(make, &node, &[]).unwrap();
//! rt.collect().unwrap();
//! assert!(rt.heap().find_object(kept).is_some());
//! assert!(rt.heap().find_object(dropped).is_none());
//! ```

pub mod addr;
mod arena;
pub mod barrier;
mod bulk;
pub mod calls;
pub mod collector;
pub mod cost;
mod drain;
pub mod effects;
pub mod finalize;
pub mod heap;
pub mod mutator;
mod pages;
pub mod policy;
pub mod record;
pub mod requests;
pub mod runtime;
pub mod shadow;
pub mod site;
pub mod size_class;
pub mod span;
mod stage;
pub mod types;
pub mod verify;
pub mod watch;

pub use addr::{Addr, Bytes, Words};
pub use arena::Part;
pub use barrier::{Condition, GroupStore, Half};
pub use calls::{Call, CallStack, Frames, Memory, StackMaps, Window};
pub use effects::{Effects, Stop, Tally, Width};
pub use finalize::{Finalize, Finalizer};
pub use requests::{Requests, Statistic};
pub use runtime::Runtime;
pub use site::{Site, SiteTable};
pub use types::{PtrMask, Type, TypeId, TypeTable};
