//! Settings under which programs must do the same, in turn: every era, every safe barrier with every collector.
//!
//! A run by number `n` gets the n-th combination of [`combinations`], counted round and round; so as many programs as
//! there are combinations cover all. What changes nothing that theory knows of (how much is marked at a time, when spans
//! are swept, the sizes of buffers, the seed of hashes) goes by the number too.

use crate::theory::{Pair, pairs};

/// The eras of map assignment.
pub const ERAS: [&str; 4] = ["mapassign1", "mapassign", "mapassign-2017", "mapassign-op"];

/// Every barrier with every collector that it is safe with. With the world stopped the other keys are no matter: there
/// each barrier stands once.
pub fn safe_pairs() -> Vec<Pair> {
    let once = |p: &Pair| p.mode != "stop-the-world" || (p.stacks, p.newborns) == ("scan-once", "black");
    pairs().filter(|p| p.is_safe()).filter(once).collect()
}

/// All eras, each with all safe pairs.
pub fn combinations() -> Vec<(&'static str, Pair)> {
    safe_pairs().into_iter().flat_map(|pair| ERAS.map(|era| (era, pair))).collect()
}

/// The settings of a number, with a collection under way at every safepoint.
pub fn settings(number: usize) -> Vec<String> {
    let combinations = combinations();
    let (era, pair) = combinations[number % combinations.len()];
    let mut sets = pair.sets();
    sets.extend(collecting());
    sets.push(format!("compiler.lowering={era}"));
    sets.push(format!("seed={number}"));
    sets.push(format!("collector.sweep={}", ["eager", "lazy"][number / 2 % 2]));
    let marked = [1, 10, 100, 2000][number / 3 % 4];
    match pair.mode {
        "incremental" => sets.push(format!("collector.budget={marked}")),
        "concurrent" => sets.push(format!("collector.steps={marked}")),
        _ => {}
    }
    // Black newborns: a buffer holds back what would have been shaded.
    if pair.newborns == "black" && pair.is_safe_in_single_effects() {
        sets.push(format!("barrier.buffer={}", [0, 0, 1, 7, 512][number % 5]));
    }
    sets
}

/// A whole collection at every safepoint.
pub fn whole_collections() -> Vec<String> {
    let mut sets = collecting();
    sets.push("collector.mode=stop-the-world".into());
    sets
}

/// A collection starts, or is under way, at every safepoint.
pub fn collecting() -> Vec<String> {
    vec!["collector.trigger=safepoints".into(), "collector.every=1".into()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use gc::barrier::CATALOGUE;
    use std::collections::BTreeSet;

    #[test]
    fn a_thousand_programs_meet_every_era_with_every_safe_pair() {
        let pair =
            |key: &str| ["barrier.kind", "collector.mode", "collector.stacks", "collector.allocate"].contains(&key);
        let tells = |set: &String| set.split_once('=').is_some_and(|(key, _)| pair(key) || key == "compiler.lowering");
        let met: BTreeSet<Vec<String>> = (0..1000).map(|n| settings(n).into_iter().filter(tells).collect()).collect();
        assert_eq!(met.len(), combinations().len());
        assert!(met.len() >= 200 && met.len() <= 1000, "{}", met.len());
    }

    #[test]
    fn every_barrier_is_safe_with_something_and_no_unsafe_pair_is_met() {
        let met: BTreeSet<&str> = safe_pairs().iter().map(|p| p.barrier).collect();
        assert_eq!(met.len(), CATALOGUE.len());
        assert!(safe_pairs().iter().all(|p| p.is_safe()));
        assert!(safe_pairs().iter().any(|p| p.barrier == "yuasa" && p.mode == "concurrent"));
    }
}
