//! Which barrier is safe under which collector: what the literature says, in one place.
//!
//! | barrier | stopped world | beside the mutators | and white newborns |
//! | --- | --- | --- | --- |
//! | none | yes | no | no |
//! | dijkstra, dijkstra-coarse, steele | yes | if stacks are scanned again | then too |
//! | yuasa, yuasa-cond | yes | if all stacks come before the heap | no |
//! | hybrid-uncond | yes | yes | if stacks are scanned again |
//! | hybrid-stack, hybrid-anystack | yes | yes | no |
//!
//! In single effects one line more: `dijkstra` tests the colour of the object stored into, and a bulk operation tests
//! before it moves. The collector can blacken the object in between, so there it is safe only while no collector runs
//! beside it.
//!
//! Source: Dijkstra et al. 1978; Steele 1975; Yuasa 1990; Pirinen 1998; Go proposal 17503. The last two lines for white
//! newborns follow from the first: a barrier that shades whatever is stored is an insertion barrier too.

use gc::barrier::CATALOGUE;

/// A barrier and a collector, in the words of scenarios.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    /// Id of the barrier.
    pub barrier: &'static str,
    /// When marking runs.
    pub mode: &'static str,
    /// When stacks are scanned.
    pub stacks: &'static str,
    /// Colour of objects made while marking runs.
    pub newborns: &'static str,
}

/// Every pair that there is.
pub fn pairs() -> impl Iterator<Item = Pair> {
    let barriers = CATALOGUE.iter().map(|b| b.id);
    let modes = ["stop-the-world", "incremental", "concurrent"];
    let stacks = ["scan-once", "before-heap", "rescan", "before-heap-and-rescan"];
    barriers.flat_map(move |barrier| {
        modes.into_iter().flat_map(move |mode| {
            stacks.into_iter().flat_map(move |stacks| {
                ["black", "white"].into_iter().map(move |newborns| Pair { barrier, mode, stacks, newborns })
            })
        })
    })
}

impl Pair {
    /// Must it be safe?
    ///
    /// # Panics
    /// For a barrier that this table does not know yet.
    pub fn is_safe(self) -> bool {
        let before = self.stacks.starts_with("before-heap");
        let again = self.stacks.ends_with("rescan");
        let black = self.newborns == "black";
        self.mode == "stop-the-world"
            || match self.barrier {
                "none" => false,
                "dijkstra" | "dijkstra-coarse" | "steele" => again,
                "yuasa" | "yuasa-cond" => before && black,
                "hybrid-uncond" => black || again,
                "hybrid-stack" | "hybrid-anystack" => black,
                other => panic!("what is {other} safe with?"),
            }
    }

    /// Must it be safe where the collector steps between any two effects of a bulk operation?
    ///
    /// # Panics
    /// As [`Pair::is_safe`].
    pub fn is_safe_in_single_effects(self) -> bool {
        self.is_safe() && (self.barrier != "dijkstra" || self.mode == "stop-the-world")
    }

    /// The changes that make a scenario's barrier and collector these. A little marking at a time.
    pub fn sets(self) -> Vec<String> {
        let mut sets = vec![
            format!("barrier.kind={}", self.barrier),
            format!("collector.mode={}", self.mode),
            format!("collector.stacks={}", self.stacks),
            format!("collector.allocate={}", self.newborns),
        ];
        match self.mode {
            "incremental" => sets.push("collector.budget=10".into()),
            "concurrent" => sets.push("collector.steps=4".into()),
            _ => {}
        }
        sets
    }
}
