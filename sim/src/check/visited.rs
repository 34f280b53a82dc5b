//! The states that have been seen: their keys, exactly, each with the depth it was first seen at.
//!
//! Open addressing with linear probing over words of 128 bits, in shards with a lock each. A shard grows by half when it is seven
//! eighths full, so a state takes 18 to 28 bytes; shards are filled evenly, by other bits of the hash than those
//! that give the place, but grow one at a time.

use super::space::KEY_BITS;
use std::sync::Mutex;

const SHARDS: usize = 64;
const EMPTY: u128 = u128::MAX;
const KEY: u128 = (1 << KEY_BITS) - 1;

/// The deepest that is told apart.
pub const DEEPEST: u32 = 254;

/// A set of keys.
#[derive(Debug)]
pub struct Visited {
    shards: Vec<Mutex<Shard>>,
}

#[derive(Debug)]
struct Shard {
    slots: Vec<u128>,
    used: usize,
}

/// A mixing of all bits into 64.
#[inline]
fn mix(key: u128) -> u64 {
    let product = (key as u64 ^ 0x9e37_79b9_7f4a_7c15) as u128 * 0xd6e8_feb8_6659_fd93;
    let low = product as u64 ^ (product >> 64) as u64 ^ (key >> 64) as u64;
    let product = u128::from(low) * 0xa076_1d64_78bd_642f;
    product as u64 ^ (product >> 64) as u64
}

impl Shard {
    fn insert(&mut self, hash: u64, key: u128, depth: u32) -> bool {
        if (self.used + 1) * 8 > self.slots.len() * 7 {
            self.grow();
        }
        let at = self.place(hash, key);
        let new = self.slots[at] == EMPTY;
        if new {
            self.slots[at] = key | u128::from(depth) << KEY_BITS;
            self.used += 1;
        }
        new
    }

    /// Where a key is, or would be.
    #[inline]
    fn place(&self, hash: u64, key: u128) -> usize {
        let len = self.slots.len();
        let mut at = ((u128::from(hash) * len as u128) >> 64) as usize;
        while self.slots[at] != EMPTY && self.slots[at] & KEY != key {
            at += 1;
            if at == len {
                at = 0;
            }
        }
        at
    }

    #[cold]
    fn grow(&mut self) {
        let larger = (self.slots.len() + self.slots.len() / 2).max(64);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; larger]);
        for entry in old.into_iter().filter(|&entry| entry != EMPTY) {
            let at = self.place(mix(entry & KEY), entry & KEY);
            self.slots[at] = entry;
        }
    }
}

impl Visited {
    /// No keys.
    pub fn new() -> Visited {
        let shard = || Mutex::new(Shard { slots: Vec::new(), used: 0 });
        Visited { shards: (0..SHARDS).map(|_| shard()).collect() }
    }

    /// Adds a key seen at a depth; was it new?
    ///
    /// # Panics
    /// If a thread panicked in here.
    pub fn insert(&self, key: u128, depth: u32) -> bool {
        debug_assert!(key <= KEY && depth <= DEEPEST);
        let hash = mix(key);
        let mut shard = self.shards[hash as usize % SHARDS].lock().expect("no thread panics with the lock");
        shard.insert(hash, key, depth)
    }

    /// How many keys there are.
    ///
    /// # Panics
    /// As [`Visited::insert`].
    pub fn len(&self) -> usize {
        self.shards.iter().map(|s| s.lock().expect("no thread panics with the lock").used).sum()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that it takes.
    ///
    /// # Panics
    /// As [`Visited::insert`].
    pub fn bytes(&self) -> usize {
        let sizes = self.shards.iter().map(|s| s.lock().expect("no thread panics with the lock").slots.capacity());
        sizes.sum::<usize>() * size_of::<u128>()
    }

    /// The keys that were first seen at a depth, ascending.
    ///
    /// # Panics
    /// As [`Visited::insert`].
    pub fn at_depth(&self, depth: u32) -> Vec<u128> {
        let mut keys = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().expect("no thread panics with the lock");
            let of_depth = shard.slots.iter().filter(|&&e| e != EMPTY && (e >> KEY_BITS) as u32 == depth);
            keys.extend(of_depth.map(|e| e & KEY));
        }
        keys.sort_unstable();
        keys
    }
}

impl Default for Visited {
    fn default() -> Visited {
        Visited::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn keys_are_kept_with_the_depth_they_were_first_seen_at() {
        let visited = Visited::new();
        let mut model = BTreeMap::new();
        let mut x = 1u128;
        for i in 0..100_000u32 {
            x = x.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(u128::from(i));
            // Some keys come again, and some are neighbours.
            let key = if i % 3 == 0 { u128::from(i / 7) } else { x >> 8 };
            let depth = i % 255;
            let new = !model.contains_key(&key);
            model.entry(key).or_insert(depth);
            assert_eq!(visited.insert(key, depth), new);
        }
        assert_eq!(visited.len(), model.len());
        for depth in 0..255 {
            let keys: Vec<u128> = model.iter().filter(|(_, d)| **d == depth).map(|(k, _)| *k).collect();
            assert_eq!(visited.at_depth(depth), keys);
        }
        let each = visited.bytes() as f64 / visited.len() as f64;
        assert!((18.0..29.0).contains(&each), "{each} bytes a state");
    }
}
