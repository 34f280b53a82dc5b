//! Random Go programs: well-typed, the same each time they run, and small when they fail.
//!
//! A program is drawn as a tree ([`tree::Node`]), printed ([`tree::source`]) and shrunk ([`shrink`]). It is about
//! maps: assignment in every form, growth and deletion while a statement or a loop is under way, objects that only
//! maps hold, panics in the middle. It is Go as of 1.9 in one file, prints to standard error, and says the same
//! whatever the order of a map, the addresses of objects, the time of a collection, and the order of evaluation
//! where Go leaves it open ([`effects`]).
//!
//! | file | holds |
//! | --- | --- |
//! | [`tree`], [`types`] | programs, and the types in them |
//! | `state` | what is in scope, and how much may still be run |
//! | `world`, `program`, `funcs` | declarations |
//! | `maps`, `ranges`, `flow` | statements |
//! | `expr`, `values`, `paths` | expressions, literals and keys, what variables lead to |
//! | `observe` | what a program prints |
//! | [`shrink`] | smaller programs, and the strategy for properties |

pub mod effects;
mod expr;
mod flow;
mod funcs;
mod maps;
mod observe;
mod paths;
mod program;
mod ranges;
pub mod shrink;
mod state;
pub mod tree;
pub mod types;
mod values;
mod world;

pub use program::ENTRY;
pub use shrink::programs;
use state::Gen;
use std::collections::{BTreeMap, BTreeSet};
use tree::Node;

/// In how many of these programs each form occurs.
pub fn histogram<'a>(programs: impl IntoIterator<Item = &'a Node>) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for program in programs {
        let mut forms = BTreeSet::new();
        program.visit(&mut |node| {
            forms.insert(node.form);
        });
        forms.into_iter().for_each(|form| *counts.entry(form).or_insert(0) += 1);
    }
    counts
}
