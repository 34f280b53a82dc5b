//! Keys by number: for each type a space of keys that are worth a try.

use gc::mutator::FastRand;
use gc::{Addr, TypeTable};
use mapruntime::Universe;
use mapruntime::hash::word_hash;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// As the first word of 16 bytes, and of a string of 17 to 32, it makes the hash forget seed and hash key.
const FORGET: u64 = 0xe703_7ed1_a0b4_28db;

/// Lengths of strings around every case of the hash function.
const LENGTHS: [usize; 28] =
    [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 24, 32, 33, 40, 47, 48, 49, 63, 64, 65, 96, 97, 100, 144, 145, 200];

/// So many keys of one bucket lie in a row, if keys are crowded: enough for two overflow buckets.
pub const CROWD: u64 = 20;

/// Types whose keys can be crowded.
pub const CROWDED: [&str; 10] =
    ["int64", "string", "int32", "float64", "uint64", "float32", "int", "uint32", "uint", "uintptr"];

/// How the keys of a script lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Space {
    /// All over the table.
    Spread,
    /// With the same 64 bits of hash, where the type has such keys.
    Colliding,
    /// In order of the bucket they go to at first, so many bits of it; where the type is one word.
    Crowded(u32),
}

/// Makes the keys of one script.
pub struct Keys {
    name: &'static str,
    space: Space,
    crowd: Vec<u64>,
}

/// Bits of a one-word key of this type by number.
fn bits(name: &str, i: u64) -> Option<(u64, u64)> {
    Some(match name {
        "int64" | "int" | "uint64" | "uint" | "uintptr" => (i, 8),
        "int32" | "uint32" => (i, 4),
        "float64" => ((i as f64 + 0.25).to_bits(), 8),
        "float32" => (u64::from((i as f32 + 0.25).to_bits()), 4),
        _ => return None,
    })
}

impl Keys {
    /// Those of type `name` under this seed and hash key.
    pub fn new(name: &'static str, space: Space, hashkey: u64, rng: u64) -> Keys {
        let mut crowd = Vec::new();
        if let (Space::Crowded(b), Some(_)) = (space, bits(name, 0)) {
            let universe = Universe::new(&mut TypeTable::new(), hashkey, Addr(0), []);
            let seed = u64::from(FastRand(rng).draw());
            let mut by_bucket: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
            for i in 0..(64 << b) {
                let Some((word, size)) = bits(name, i) else { break };
                let bucket = word_hash(&universe, word, size, seed) & ((1 << b) - 1);
                by_bucket.entry(bucket).or_default().push(i);
            }
            for keys in by_bucket.values_mut() {
                crowd.extend(keys.drain(..keys.len().min(CROWD as usize)));
            }
            crowd.extend(by_bucket.into_values().flatten());
        }
        Keys { name, space, crowd }
    }

    /// Key number `i`.
    pub fn key(&self, i: u64) -> Value {
        match self.space {
            Space::Colliding => match self.name {
                "pair" => return json!([FORGET as i64, i]),
                "any" => return json!({ "pair": [FORGET as i64, i] }),
                "string" => return colliding_string(i),
                _ => {}
            },
            Space::Crowded(_) if !self.crowd.is_empty() => {
                let i = self.crowd[i as usize % self.crowd.len()];
                return match bits(self.name, i) {
                    Some((word, 4)) if self.name == "float32" => json!(format!("0x{word:08x}")),
                    Some((word, _)) if self.name == "float64" => json!(format!("0x{word:016x}")),
                    _ => json!(i),
                };
            }
            Space::Crowded(_) if self.name == "string" => return colliding_string(i),
            _ => {}
        }
        spread(self.name, i)
    }

    /// A key that is special: not equal to itself, equal to another that looks different, or not to be hashed.
    pub fn odd(&self, i: u64) -> Value {
        odd(self.name, i).unwrap_or_else(|| self.key(i))
    }
}

/// [`CROWD`] keys of one hash, then as many of another.
fn colliding_string(i: u64) -> Value {
    let class = format!("{:016}", i / CROWD % 32);
    let text: String = (FORGET.to_le_bytes().into_iter())
        .chain(format!("{i:08}").into_bytes())
        .chain(class.into_bytes())
        .map(|b| format!("{b:02x}"))
        .collect();
    json!({ "hex": text })
}

fn f64s(i: u64) -> String {
    let f = if i.is_multiple_of(97) {
        if (i / 97).is_multiple_of(2) { 0.0 } else { -0.0 }
    } else {
        (i as f64 - 50.0) / 4.0
    };
    format!("0x{:016x}", f.to_bits())
}

fn f32s(i: u64) -> String {
    let f = if i.is_multiple_of(97) {
        if (i / 97).is_multiple_of(2) { 0.0 } else { -0.0f32 }
    } else {
        (i as f32 - 50.0) / 4.0
    };
    format!("0x{:08x}", f.to_bits())
}

fn string(i: u64) -> String {
    let length = LENGTHS[(i % 28) as usize];
    let part = format!("{i:x}.");
    let text = part.repeat(length / 2 + 1);
    let most = if i >= 28 { length.max(part.len()) } else { length };
    text[..most.min(text.len())].to_owned()
}

fn spread(name: &str, i: u64) -> Value {
    match name {
        "bool" => json!(i % 2 == 1),
        "int8" => json!(i as i8),
        "int16" => json!(i.wrapping_mul(257) as i16),
        "int32" => json!(i.wrapping_mul(2_654_435_761).wrapping_add(12345) as i32),
        "int64" | "int" => json!((i as i64 - 100).wrapping_mul([1, 7, 64, 1 << 32][(i % 4) as usize])),
        "uint8" => json!(i as u8),
        "uint16" => json!(i.wrapping_mul(257) as u16),
        "uint32" => json!(i.wrapping_mul(2_654_435_761) as u32),
        "uint64" | "uint" | "uintptr" => json!(i.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        "float32" => json!(f32s(i)),
        "float64" => json!(f64s(i)),
        "complex64" => json!([f32s(i), f32s(i / 3)]),
        "complex128" => json!([f64s(i), f64s(i / 3)]),
        "string" => json!(string(i)),
        "ptr" => {
            if i % 41 == 40 {
                Value::Null
            } else {
                json!(i)
            }
        }
        "any" => held(i),
        "pair" => json!([i as i64 % 7 - 3, i * 1_000_003]),
        "bytes200" => json!(i as i64 - 3),
        "array" => json!([i as i16, (i * 3) as i16, -(i as i16)]),
        "matrix" => json!([[f32s(i), f32s(1)], [f32s(i / 2), f32s(98)]]),
        "record" => json!([i as i64 % 5, i as i16, string(i % 40), [i, 1]]),
        "padded" => json!([[f64s(i), i as i32], [f64s(3), -1]]),
        "boxes" => json!([held(i), [string(i % 9)]]),
        other => panic!("no keys of type {other}"),
    }
}

/// Types that an interface key holds, in turn.
const HELD: [&str; 16] = [
    "int64",
    "string",
    "float64",
    "ptr",
    "bool",
    "pair",
    "record",
    "float32",
    "uint8",
    "array",
    "padded",
    "complex128",
    "bytes200",
    "boxes",
    "matrix",
    "uintptr",
];

fn held(i: u64) -> Value {
    if i % 53 == 52 {
        return Value::Null;
    }
    let name = HELD[(i % 16) as usize];
    json!({ name: spread(name, i / 16) })
}

fn odd(name: &str, i: u64) -> Option<Value> {
    let nan64 = ["0x7ff8000000000001", "0xfff8000000000000", "0x7ff0000000000001"][(i % 3) as usize];
    let nan32 = ["0x7fc00000", "0xffc00001", "0x7f800001"][(i % 3) as usize];
    let zero64 = ["0x0000000000000000", "0x8000000000000000"][(i / 2 % 2) as usize];
    let zero32 = ["0x00000000", "0x80000000"][(i / 2 % 2) as usize];
    let (f64s, f32s) = if i.is_multiple_of(2) { (nan64, nan32) } else { (zero64, zero32) };
    Some(match name {
        "float32" => json!(f32s),
        "float64" => json!(f64s),
        "complex64" => json!([f32s, zero32]),
        "complex128" => json!([zero64, f64s]),
        "matrix" => json!([[zero32, f32s], [zero32, zero32]]),
        "padded" => json!([[zero64, 1], [f64s, 2]]),
        "any" => match i % 5 {
            0 => json!({ "ints": i }),
            1 => json!({ "float32": f32s }),
            2 => json!({ "boxes": [{ "ints": 1 }, ["x"]] }),
            _ => json!({ "float64": f64s }),
        },
        "boxes" => match i % 3 {
            0 => json!([{ "ints": i }, [""]]),
            _ => json!([{ "float64": f64s }, [""]]),
        },
        _ => return None,
    })
}
