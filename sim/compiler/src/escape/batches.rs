//! The order in which functions are analysed: callees before callers, functions that call each other together.
//!
//! The strongly connected components of the call graph, in which a closure and the function around it refer to each
//! other. petgraph finds them, in the order that is wanted.

use crate::ir::{Callee, ExprKind, FuncId, Program};
use crate::visit;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// All functions in batches, bottom up; each batch in the order of the functions' numbers.
pub(super) fn bottom_up(program: &Program<'_>) -> Vec<Vec<FuncId>> {
    let mut calls: DiGraph<(), ()> = DiGraph::with_capacity(program.funcs.len(), program.funcs.len());
    for _ in &program.funcs {
        calls.add_node(());
    }
    let node = |id: FuncId| NodeIndex::new(id.0 as usize);
    for (i, func) in program.funcs.iter().enumerate() {
        let id = FuncId(i as u32);
        if let Some(parent) = func.parent {
            calls.update_edge(node(id), node(parent), ());
            calls.update_edge(node(parent), node(id), ());
        }
        visit::exprs(func.body.unwrap_or_default(), &mut |e| {
            if let ExprKind::Call { callee: Callee::Static(to), .. } = e.kind {
                calls.update_edge(node(id), node(to), ());
            }
        });
    }
    let batches = tarjan_scc(&calls).into_iter().map(|batch| {
        let mut batch: Vec<FuncId> = batch.into_iter().map(|n| FuncId(n.index() as u32)).collect();
        batch.sort();
        batch
    });
    batches.collect()
}
