//! Go 1.19's bucket map, every byte of it in simulated memory.
//!
//! The routines are plain functions over [`gc::Effects`]: all that they read, write, allocate or draw
//! goes through it, and they keep nothing of their own. So they run at once on the heap itself, or one
//! effect at a time against a recorder, and a collector can look at a map in the middle of an
//! assignment.
//!
//! ```text
//! a program's types      kind ─▶ plan          what a type is; how it is hashed and compared
//!                        universe, maptype     what maps share; what one type of map is
//!                        shape                 its facts, at run time or compile time
//! memory                 layout, tophash       fields and states
//!                        header, live          reading them; what frames hold
//! values                 bytes, hash, equal
//! keys                   key                   one routine for all variants: what differs
//!                        fast_word, fast_str   _fast32, _fast64, _faststr
//! routines               make, access, assign, delete, clear, iterate, reflect
//!                        grow ─▶ evacuate ─▶ overflow
//! for others             sites, raise, describe
//! ```
//!
//! All routines take `(e, t, h, …)`: the effects, the map's type (a [`MapType`] or a
//! [`Fixed`](shape::Fixed) view of one), the address of its header, and then as Go's do. Keys of
//! the generic routines come by address, and may lie in the heap or on a stack.
//!
//! Faithful: layout, growth, tophashes, stale bytes, overflow placement, counters, draws and hashes are
//! Go's to the byte; dumps of real maps are compared. Each departure is named where it is made:
//! look for "Departs". In all, the order of loads, and so the number of effects,
//! is not Go's instruction for instruction; the order of stores is.
//!
//! # Example: a map on the heap
//!
//! ```
//! use gc::mutator::FastRand;
//! use gc::runtime::{Checked, Config, Runtime};
//! use gc::{Addr, Bytes, Effects, TypeTable};
//! use mapruntime::{GoType, Kind, MapType, Universe, layout, makemap_small, mapassign_fast64, maplen};
//! use std::sync::Arc;
//!
//! let mut table = TypeTable::new();
//! let int = GoType::new(&mut table, "int", Kind::Int)?;
//! // The zero value is the first static data of this program, so it lies at the arena's start.
//! let zero = Addr(gc::addr::ARENA_BASE);
//! let universe = Universe::new(&mut table, 1, zero, [int.clone()]);
//! let t = MapType::new(&mut table, &universe, &int, &int)?;
//!
//! let mut rt = Runtime::<Checked>::new(Config::default(), Arc::new(table));
//! assert_eq!(rt.add_static(Bytes(layout::MAX_ZERO)), Ok(zero));
//! rt.add_mutator(FastRand(1)).unwrap();
//!
//! let m = makemap_small(&mut rt, &t).unwrap();
//! let slot = mapassign_fast64(&mut rt, &t, m, 7).unwrap();
//! rt.store(slot, 49).unwrap();
//! assert_eq!(maplen(&mut rt, m), Ok(1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod assign;
pub mod bytes;
mod clear;
mod delete;
pub mod describe;
pub mod equal;
mod evacuate;
mod fast_str;
mod fast_word;
mod grow;
pub mod hash;
mod header;
mod iterate;
mod key;
pub mod kind;
pub mod layout;
mod live;
mod make;
pub mod maptype;
mod overflow;
pub mod plan;
pub mod raise;
mod reflect;
pub mod shape;
pub mod sites;
pub mod tophash;
pub mod universe;

pub use access::{mapaccess1, mapaccess1_fat, mapaccess2, mapaccess2_fat, mapaccessK, maplen};
pub use assign::{mapassign, mapassign1};
pub use clear::mapclear;
pub use delete::mapdelete;
pub use fast_str::{Str, mapaccess1_faststr, mapaccess2_faststr, mapassign_faststr, mapdelete_faststr};
pub use fast_word::{
    mapaccess1_fast32, mapaccess1_fast64, mapaccess2_fast32, mapaccess2_fast64, mapassign_fast32, mapassign_fast64,
    mapassign_fast64ptr, mapdelete_fast32, mapdelete_fast64,
};
pub use iterate::{mapiterinit, mapiternext};
pub use kind::{Field, GoType, Kind};
pub use make::{makemap, makemap_small, makemap64};
pub use maptype::{MapType, MapTypeError, Variant};
pub use raise::{Raise, Severity};
pub use reflect::{
    reflect_makemap, reflect_mapaccess, reflect_mapaccess_faststr, reflect_mapassign, reflect_mapassign_faststr,
    reflect_mapclear, reflect_mapdelete, reflect_mapdelete_faststr, reflect_mapiterelem, reflect_mapiterinit,
    reflect_mapiterkey, reflect_mapiternext, reflect_maplen,
};
pub use shape::Shape;
pub use universe::Universe;
