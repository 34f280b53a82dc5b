//! Deciding safety: every interleaving, and the shortest story.
//!
//! A [`Space`](space::Space) is what can be explored: states that can be saved and returned to, the steps that can be taken in one,
//! and what comes of a step. [`search`] goes through all of it; that it is complete depends on the space alone.

pub mod command;
pub mod conflict;
pub mod counterexample;
pub mod graph;
pub mod schedule;
pub mod search;
pub mod space;
pub mod tell;
pub mod visited;
