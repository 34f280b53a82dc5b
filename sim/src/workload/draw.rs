//! Drawing operations: which, on which map, under which key, with which value.

use crate::scenario::keys::{Mix, Workload};
use crate::scenario::workload::Distribution;
use crate::workload::model::MapModel;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution as _, Zipf};
use rand_pcg::Pcg64Mcg;

/// Where the value of an assignment comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Source {
    /// It is made, with this number.
    Fresh(u64),
    /// It is the one last read, still in the frame, with this number.
    Held(u64),
    /// It is made, with this number, by a function that first stores another key of the same map.
    Call {
        /// Number of the value.
        value: u64,
        /// The other key.
        key: u64,
        /// And its value.
        other: u64,
    },
}

impl Source {
    /// Number of the value that is assigned.
    pub fn value(self) -> u64 {
        match self {
            Source::Fresh(v) | Source::Held(v) | Source::Call { value: v, .. } => v,
        }
    }
}

/// An operation of one mutator on one of its maps. Keys and values are numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Op {
    /// `m[k] = v`, under a new key or an old one.
    Assign {
        /// The key.
        key: u64,
        /// Where the value comes from.
        source: Source,
    },
    /// `m[k] op= d`: the new value's number is the old one's plus `d`, or `d` if there is none.
    OpAssign {
        /// The key.
        key: u64,
        /// What is added.
        delta: u64,
    },
    /// Uses the value held since the last read, then `held, ok = m[k]`.
    Read {
        /// The key.
        key: u64,
    },
    /// `delete(m, k)`.
    Delete {
        /// The key.
        key: u64,
    },
    /// The next steps of `for k, v := range m`, or the first ones.
    Iterate {
        /// Is a loop begun?
        begin: bool,
    },
    /// `clear(m)`.
    Clear,
    /// The map is dropped, and a new one made in its place.
    Drop,
}

impl Op {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Op::Assign { .. } => "assign",
            Op::OpAssign { .. } => "op-assign",
            Op::Read { .. } => "read",
            Op::Delete { .. } => "delete",
            Op::Iterate { .. } => "iterate",
            Op::Clear => "clear",
            Op::Drop => "drop",
        }
    }
}

/// How often another key is tried when a drawn one is there and must not be, or the other way round.
const TRIES: u32 = 8;

/// A seeded source of operations for one mutator.
#[derive(Clone, Debug)]
pub struct Draw {
    random: Pcg64Mcg,
    weights: [u64; 8],
    total: u64,
    keys: u64,
    maps: u64,
    distribution: Distribution,
    zipf: Option<Zipf<f64>>,
    sequence: u64,
    values: u64,
}

impl Draw {
    /// The operations of one mutator.
    pub fn new(w: &Workload, seed: u64, mutator: usize) -> Draw {
        let Mix { assign, overwrite, op_assign, read, delete, iterate, clear, drop } = w.mix;
        let weights = [assign, overwrite, op_assign, read, delete, iterate, clear, drop];
        let keys = w.keys;
        Draw {
            random: Pcg64Mcg::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ mutator as u64),
            weights,
            total: weights.iter().sum::<u64>().max(1),
            keys,
            maps: w.maps,
            distribution: w.distribution,
            zipf: Zipf::new(keys as f64, w.zipf_exponent).ok(),
            sequence: 0,
            // Numbers of values differ between mutators, so that a mix-up shows.
            values: (mutator as u64) << 48,
        }
    }

    /// A random bit.
    pub fn bit(&mut self) -> bool {
        self.random.next_u64() >> 63 == 1
    }

    /// Which map comes next.
    pub fn map(&mut self) -> u64 {
        self.random.random_range(0..self.maps)
    }

    /// A new value's number.
    pub fn value(&mut self) -> u64 {
        self.values += 1;
        self.values
    }

    fn key(&mut self) -> u64 {
        match (self.distribution, &self.zipf) {
            (Distribution::Sequential, _) => {
                self.sequence = (self.sequence + 1) % self.keys;
                self.sequence
            }
            (Distribution::Zipf, Some(zipf)) => {
                (zipf.sample(&mut self.random) as u64).saturating_sub(1).min(self.keys - 1)
            }
            _ => self.random.random_range(0..self.keys),
        }
    }

    /// A key that is there, or one that is not: as drawn, after some tries as it comes.
    fn key_with(&mut self, model: &MapModel, present: bool) -> u64 {
        let mut key = self.key();
        for _ in 0..TRIES {
            if model.get(key).is_some() == present {
                return key;
            }
            key = self.key();
        }
        if present && !model.is_empty() {
            let at = self.random.random_range(0..model.len());
            return model.key_at(at).unwrap_or(key);
        }
        key
    }

    /// The next operation on a map with this model. `held` is the number of the value that the frame still holds;
    /// `iterating` says whether a loop over this map is under way.
    pub fn op(&mut self, model: &MapModel, held: Option<u64>, iterating: bool) -> Op {
        let mut left = self.random.random_range(0..self.total);
        let mut kind = 0;
        while left >= self.weights[kind] {
            left -= self.weights[kind];
            kind += 1;
        }
        match kind {
            0 | 1 => {
                let key = self.key_with(model, kind == 1);
                let dice = self.random.random_range(0..8);
                let source = match (dice, held) {
                    (0, _) => {
                        let other = self.key();
                        let value = self.value();
                        let other_value = self.value();
                        Source::Call { value, key: other, other: other_value }
                    }
                    (1 | 2, Some(held)) => Source::Held(held),
                    _ => Source::Fresh(self.value()),
                };
                Op::Assign { key, source }
            }
            2 => Op::OpAssign { key: self.key_with(model, true), delta: self.random.random_range(1..100) },
            3 => {
                // One read in four asks for a key that is not there.
                let present = self.random.random_range(0..4u32) != 0;
                Op::Read { key: self.key_with(model, present) }
            }
            4 => Op::Delete { key: self.key_with(model, true) },
            5 => Op::Iterate { begin: !iterating },
            6 => Op::Clear,
            _ => Op::Drop,
        }
    }
}
