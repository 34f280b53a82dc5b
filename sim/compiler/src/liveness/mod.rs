//! Liveness: which words and areas of a frame hold pointers that are used later, at each safepoint.
//!
//! A *word* is live if it is read later before it is written. An *area* is live by one of two rules, see [`areas`]: the
//! machine's stack maps follow [`areas::Rule::Initialised`].
//!
//! Source: Go 1.19 cmd/compile/internal/liveness/plive.go, and its predecessor of 2016 for the other rule. Departs: parts of variables
//! are words of their own here, where Go tracks a variable that is in memory as a whole.

pub mod areas;
pub mod report;
pub mod words;

use crate::flow::blocks::Blocks;
use crate::flow::{Area, Flow, Word};
use areas::{AreaLiveness, Rule};
use words::WordLiveness;

/// The live pointers at one safepoint.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Live {
    /// Words that are pointers, ascending.
    pub words: Vec<Word>,
    /// Areas that have pointers, ascending.
    pub areas: Vec<Area>,
}

/// The liveness of a function.
#[derive(Debug)]
pub struct Liveness {
    /// Of each safepoint, by index of its instruction, ascending.
    pub points: Vec<(usize, Live)>,
    /// At entry: parameters and the closure.
    pub entry: Live,
    /// Words that are live before they have a value, and must be zero at entry.
    pub zero_words: Vec<Word>,
    /// Areas, likewise.
    pub zero_areas: Vec<Area>,
}

impl Liveness {
    /// Computes what is live by a rule.
    pub fn new(flow: &Flow, blocks: &Blocks, words: &WordLiveness, rule: Rule) -> Liveness {
        let areas = AreaLiveness::new(flow, blocks, rule);
        let mut points: Vec<(usize, Live)> =
            areas.live.into_iter().map(|(i, areas)| (i, Live { words: Vec::new(), areas })).collect();
        words.backward(flow, blocks, |i, inst, live| {
            if inst.kind.is_safepoint() {
                let own: Vec<usize> = words::writes(inst).map(Word::index).collect();
                let at = points.binary_search_by_key(&i, |(at, _)| *at).expect("every safepoint is listed");
                let live = live.ones().filter(|w| flow.words[*w].pointer && !own.contains(w));
                points[at].1.words = live.map(|w| Word(w as u32)).collect();
            }
            true
        });
        let mut entry = Live { words: Vec::new(), areas: areas.entry };
        let mut zero_words = Vec::new();
        if !blocks.list.is_empty() {
            let mut at_entry: Vec<Word> = words.live_in(0).collect();
            at_entry.sort();
            for word in at_entry {
                let info = flow.word(word);
                let given = info.fixed.is_some_and(|at| at >= flow.results) || flow.closure == Some(word);
                // A pointer to where a result is wanted is among the results, and given.
                match given || flow.given.contains(&word) {
                    true if info.pointer => entry.words.push(word),
                    true => {}
                    false => zero_words.push(word),
                }
            }
        }
        Liveness { points, entry, zero_words, zero_areas: areas.ambiguous }
    }
}
