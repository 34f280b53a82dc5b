//! Escape analysis: which variables and allocations must be in the heap.
//!
//! 1. `capture`: closures hold variables by value that are never assigned again, by reference otherwise.
//! 2. Functions are taken from callees to callers, those that call each other together (`batches`); a closure
//!    belongs to the function around it.
//! 3. `build` turns their statements into a graph of flows, `graph` solves it; parameters that leak are remembered for callers.
//!
//! After it, [`Local::heap`](crate::ir::Local::heap), [`Local::by_ref`](crate::ir::Local::by_ref),
//! [`Alloc::heap`](crate::ir::Alloc::heap) and [`Alloc::transient`](crate::ir::Alloc::transient) are right.
//!
//! What is too large for a frame goes to the heap as in Go: variables of more than 10 MB, anything implicit of more than
//! 64 KB, and `make` of a size that is not constant.
//!
//! Simplified: Go inlines before this pass, and so keeps more on the stack than we do.
//!
//! Source: Go 1.19 cmd/compile/internal/escape. Departs: a closure that is called where it stands is an unknown function.

mod batches;
mod build;
mod capture;
mod graph;

pub use graph::Leak;

use crate::ir::{FuncId, Program};
use graph::{Graph, What};

/// How a function's parameters leak, by function and parameter; `None` until the function is analysed.
type Tags = Vec<Option<Vec<Leak>>>;

/// Analyses all functions of a program; returns how the parameters of each leak, by function.
pub fn escape(program: &mut Program<'_>) -> Vec<Vec<Leak>> {
    capture::decide(program);
    let mut tags: Tags = vec![None; program.funcs.len()];
    for batch in batches::bottom_up(program) {
        let mut leaks = tags_of(program, &batch);
        let mut graph = Graph::new();
        build::functions(program, &tags, &batch, &mut graph);
        let encloses = |outer: FuncId, mut inner: FuncId| {
            while let Some(parent) = program.func(inner).parent {
                if parent == outer {
                    return true;
                }
                inner = parent;
            }
            false
        };
        graph.solve(encloses, |func, param, result, derefs| {
            let Some(i) = batch.iter().position(|&f| f == func) else { return };
            let leak: &mut Leak = &mut leaks[i][param as usize];
            let least = match result {
                None => &mut leak.heap,
                Some(result) => &mut leak.results[result as usize],
            };
            *least = Some(least.map_or(derefs, |known| known.min(derefs)));
        });
        // An expression that is evaluated into several places has a location for each.
        for &id in &batch {
            program.func_mut(id).allocs.iter_mut().for_each(|alloc| (alloc.heap, alloc.transient) = (false, true));
        }
        for location in graph.iter() {
            match location.what {
                What::Local(func, local) if location.escapes => program.func_mut(func).local_mut(local).heap = true,
                What::Alloc(func, alloc) => {
                    let alloc = &mut program.func_mut(func).allocs[alloc.0 as usize];
                    alloc.heap |= location.escapes;
                    alloc.transient &= location.transient && !location.escapes;
                }
                _ => {}
            }
        }
        for (func, leaks) in batch.into_iter().zip(leaks) {
            tags[func.0 as usize] = Some(leaks);
        }
    }
    tags.into_iter().map(Option::unwrap_or_default).collect()
}

/// The tags of functions before they are solved: nothing leaks, or everything does if there is no body.
fn tags_of(program: &Program<'_>, batch: &[FuncId]) -> Vec<Vec<Leak>> {
    let tags = batch.iter().map(|&id| {
        let func = program.func(id);
        let known = func.body.is_some() || func.pragmas.contains(&"go:noescape");
        let leak = Leak { heap: (!known).then_some(0), results: vec![None; func.results.len()] };
        vec![leak; func.params.len()]
    });
    tags.collect()
}
