//! Programs, scenarios, exploration and reports over a simulated garbage-collected runtime.
//!
//! From the bottom up:
//!
//! - [`scenario`]: what to run, on which runtime, with which barriers, and what should come of it;
//! - [`workload`]: operations drawn at random, lowered to effects, and a model of what they must come to;
//! - [`program`]: Go programs, compiled and run on the simulated heap;
//! - [`world`]: heap, collector and mutators as one value, taking one step at a time;
//! - [`run`](mod@run): one schedule through a world; [`story`]: the same again, watching the object that was lost;
//! - [`verdict`] and [`report`]: what it came to, as text and as JSON;
//! - [`layout`]: scripts of map operations, and the map's memory afterwards, byte by byte;
//! - [`cli`]: the `sim` command, whose parts are [`options`], [`output`] and [`exit`].

pub mod check;
pub mod cli;
pub mod exit;
pub mod graph;
pub mod layout;
pub mod options;
pub mod output;
pub mod program;
pub mod report;
pub mod run;
pub mod scenario;
pub mod story;
pub mod verdict;
pub mod workload;
pub mod world;
