//! Tests of the map runtime on a small memory whose collector never waits.

mod describe;
mod faults;
mod hash;
mod heap;
mod iterate;
mod layout;
mod maptypes;
mod model;
mod reachability;
mod replay;
mod rig;
mod sites;
mod support;
