//! The sixteen configurations of the reference model at a size, and what comes of each.
//!
//! ```text
//! cargo run --release -p sim --example reference -- MUTATORS OBJECTS WRITES [all|none]
//! ```

use sim::check::graph::{GraphSpace, Reductions};
use sim::check::search::{Limits, exhaust};
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize| args.get(i).and_then(|a| a.parse::<u64>().ok()).unwrap_or(1);
    let reductions = if args.get(3).is_some_and(|a| a == "none") { Reductions::NONE } else { Reductions::ALL };
    for barrier in ["yuasa", "hybrid-uncond", "hybrid-anystack", "dijkstra"] {
        for stacks in ["scan-once", "before-heap", "rescan", "before-heap-and-rescan"] {
            let text = format!(
                "schema = 1\n[workload]\nkind = \"graph\"\nmutators = {}\nobjects = {}\nwrites = {}\n\
                 [barrier]\nkind = \"{barrier}\"\n[collector]\nstacks = \"{stacks}\"\n",
                number(0),
                number(1),
                number(2)
            );
            let scenario = sim::scenario::load("reference", &text, &[]).expect("a scenario").scenario;
            let began = Instant::now();
            let make = || GraphSpace::new(&scenario, reductions).expect("small enough");
            let found = exhaust(make, 2, Limits::default(), |_| true);
            println!(
                "{barrier:16} {stacks:24} {:7} {:9} states {:10} transitions, depth {:3}, {:.3} s, {} bits, {:?}",
                if found.wrong.is_some() { "UNSAFE" } else { "safe" },
                found.states,
                found.transitions,
                found.depth,
                began.elapsed().as_secs_f64(),
                0,
                found.bound,
            );
        }
    }
}
