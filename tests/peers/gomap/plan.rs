//! Random scripts that shrink.
//!
//! A plan is a few numbers and a list of triples. What a triple means follows from the plan's profile, so
//! that shrinking is of numbers and lists only, and any plan is a legal script.

use crate::keys::{CROWD, CROWDED, Keys, Space};
use proptest::prelude::*;
use serde_json::{Value, json};
use sim::layout::types::{ELEMS, Types};

/// One step: which, on which key, and how many.
type Raw = (u8, u16, u8);

/// A script, before it is spelled out.
#[derive(Clone, Debug)]
pub struct Plan {
    key: usize,
    elem: usize,
    generic: bool,
    hint: u64,
    rng: u64,
    hashkey: u64,
    profile: usize,
    space: Space,
    trace: bool,
    steps: Vec<Raw>,
}

#[derive(Clone, Copy)]
enum Step {
    Set,
    SetRun,
    Delete,
    DeleteRun,
    Get,
    OpAssign,
    Odd,
    OddDelete,
    Clear,
    Iter,
    Next,
    Snap,
    Hash,
    /// Fills a bucket past its cells and empties it again: overflow buckets pile up while the load is low.
    Crowd,
}

use Step::*;

/// Steps and their weights: which profile makes what happen.
const PROFILES: [&[(Step, u8)]; 7] = [
    // A bit of everything.
    &[
        (Set, 40),
        (Delete, 15),
        (Get, 12),
        (OpAssign, 14),
        (Odd, 6),
        (Snap, 2),
        (Hash, 3),
        (SetRun, 4),
        (Iter, 2),
        (Next, 6),
        (Clear, 1),
    ],
    // Growth.
    &[(SetRun, 60), (Set, 20), (Get, 10), (Snap, 3), (Odd, 3), (Iter, 2), (Next, 6)],
    // Deletion.
    &[(Set, 15), (SetRun, 20), (Delete, 20), (DeleteRun, 30), (Get, 5), (Snap, 2), (Clear, 4), (OddDelete, 4)],
    // Overwrites.
    &[(Set, 50), (OpAssign, 40), (Odd, 10), (Get, 10)],
    // Iterators that live across growth, deletion and clearing.
    &[(Set, 30), (SetRun, 12), (Iter, 8), (Next, 34), (Delete, 10), (DeleteRun, 2), (Clear, 2), (Odd, 6), (Snap, 1)],
    // Growth to the same size.
    &[(Crowd, 60), (Set, 10), (Iter, 3), (Next, 8), (Get, 5), (Snap, 2)],
    // Hashes.
    &[(Hash, 60), (Odd, 10), (Set, 10), (Delete, 10)],
];

/// Index of the profile of growth to the same size.
const SAME_SIZE: usize = 5;

const HINTS: [u64; 17] = [0, 0, 0, 0, 1, 8, 9, 13, 14, 26, 27, 52, 53, 104, 105, 300, 900];

impl Plan {
    /// Plans of all kinds: many small, some large.
    pub fn any() -> impl Strategy<Value = Plan> {
        let raw = || (any::<u8>(), 0u16..700, any::<u8>());
        let steps = prop_oneof![
            8 => prop::collection::vec(raw(), 0..30),
            4 => prop::collection::vec(raw(), 30..120),
            1 => prop::collection::vec(raw(), 120..300),
        ];
        let space = prop_oneof![
            4 => Just(Space::Spread),
            1 => Just(Space::Colliding),
            2 => (0u32..6).prop_map(Space::Crowded),
        ];
        let keys = Types::get().keys().count();
        let odd_hint = prop_oneof![9 => (0..HINTS.len()).prop_map(|i| HINTS[i]), 1 => 0u64..2000];
        let head = (0..keys, 0..ELEMS.len(), any::<bool>(), odd_hint, any::<u64>(), any::<u64>());
        (head, 0..PROFILES.len(), space, any::<bool>(), steps).prop_map(|(head, profile, space, trace, steps)| {
            let (key, elem, generic, hint, rng, hashkey) = head;
            Plan { key, elem, generic, hint, rng, hashkey: hashkey | 1, profile, space, trace, steps }
        })
    }

    /// The script.
    pub fn script(&self) -> Value {
        let mut key = Types::get().keys().nth(self.key).expect("the strategy knows how many there are");
        let (mut space, mut hint) = (self.space, self.hint);
        if self.profile == SAME_SIZE {
            // Room for half of what would make it grow, in as many buckets as keys are crowded for.
            let bits = if let Space::Crowded(bits) = space { 1 + bits % 4 } else { 2 };
            key = CROWDED[self.key % CROWDED.len()];
            (space, hint) = (Space::Crowded(bits), 13 << bits >> 1);
        }
        let mut w = Writer {
            keys: Keys::new(key, space, self.hashkey, self.rng),
            space,
            elem: ELEMS[self.elem],
            ops: Vec::new(),
            begun: 0,
        };
        let profile = PROFILES[self.profile];
        let total: u32 = profile.iter().map(|(_, weight)| u32::from(*weight)).sum();
        for &(pick, a, b) in &self.steps {
            let mut at = u32::from(pick) * total / 256;
            let step = profile.iter().find(|(_, weight)| {
                let here = at < u32::from(*weight);
                at = at.saturating_sub(u32::from(*weight));
                here
            });
            if let Some((step, _)) = step {
                w.step(*step, u64::from(a), u64::from(b));
            }
        }
        for id in 0..w.begun {
            w.ops.push(json!(["next", id, 100_000]));
        }
        json!({
            "name": format!("profile {}, {space:?}", self.profile),
            "key": key,
            "elem": w.elem,
            "hint": hint,
            "impl": if self.generic { "generic" } else { "compiled" },
            "hashkey": [format!("{:#018x}", self.hashkey), "0x1", "0x1", "0x1"],
            "rng": format!("{:#018x}", self.rng),
            "trace": self.trace,
            "ops": w.ops,
        })
    }
}

struct Writer {
    keys: Keys,
    space: Space,
    elem: &'static str,
    ops: Vec<Value>,
    begun: u64,
}

impl Writer {
    /// A value that has not been there before.
    fn value(&self, b: u64) -> Value {
        let n = self.ops.len() as u64;
        match self.elem {
            "int64" => json!(if b.is_multiple_of(2) { n as i64 } else { n.wrapping_mul(0x9e37_79b9_7f4a_7c15) as i64 }),
            "ptr" => {
                if b % 16 == 15 {
                    Value::Null
                } else {
                    json!(n)
                }
            }
            "string" => json!(if b % 8 == 7 { String::new() } else { format!("v{n}") }),
            "bytes200" => json!(n + 1),
            _ => json!(0),
        }
    }

    fn set(&mut self, key: Value, b: u64) {
        let value = self.value(b);
        self.ops.push(json!(["set", key, value]));
    }

    fn step(&mut self, step: Step, a: u64, b: u64) {
        // Small spaces make overwrites and hits, large ones growth.
        let i = [a % 4, a % 12, a % 60, a][(b % 4) as usize];
        match step {
            Set => self.set(self.keys.key(i), b),
            SetRun => (0..b % 24).for_each(|n| self.set(self.keys.key(a + n), b + n)),
            Delete => self.ops.push(json!(["del", self.keys.key(i)])),
            DeleteRun => (0..b % 32).for_each(|n| self.ops.push(json!(["del", self.keys.key(a + n)]))),
            Get => self.ops.push(json!(["get", self.keys.key(i)])),
            OpAssign if self.elem == "int64" => self.ops.push(json!(["opassign", self.keys.key(i), b])),
            OpAssign if self.elem == "string" => {
                self.ops.push(json!(["opassign", self.keys.key(i), if b % 5 == 4 { "" } else { "x" }]));
            }
            OpAssign => self.set(self.keys.key(i), b),
            Odd => self.set(self.keys.odd(a), b),
            OddDelete => self.ops.push(json!(["del", self.keys.odd(a)])),
            Clear => self.ops.push(json!(["clear"])),
            Iter if self.begun < 12 => {
                self.ops.push(json!(["iter", self.begun]));
                self.begun += 1;
            }
            Next if self.begun > 0 => {
                let steps = [1, 1, 2, 5, 30][(b % 5) as usize];
                self.ops.push(json!(["next", a % self.begun, steps]));
            }
            Iter | Next => self.set(self.keys.key(i), b),
            Snap => self.ops.push(json!(["snap"])),
            Hash => self.ops.push(json!(["hash", if b % 8 == 7 { self.keys.odd(a) } else { self.keys.key(a) }])),
            Crowd => {
                let bits = if let Space::Crowded(bits) = self.space { bits } else { 0 };
                let first = a % (1 << bits) * CROWD;
                let fill = if bits > 1 && b % 2 == 1 { 18 } else { 10 };
                (0..fill).for_each(|n| self.set(self.keys.key(first + n), n));
                let keep = if b % 7 == 6 { 6 } else { b / 16 % 2 };
                (keep..fill).for_each(|n| self.ops.push(json!(["del", self.keys.key(first + n)])));
            }
        }
    }
}
