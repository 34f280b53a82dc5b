//! Oracle 4's model: what a map must hold, in an ordinary hash map.

use std::collections::HashMap;

/// One map: numbers of keys to numbers of values. Keys can also be taken by position, to draw one at random.
#[derive(Clone, Debug, Default)]
pub struct MapModel {
    values: HashMap<u64, u64>,
    keys: Vec<u64>,
    position: HashMap<u64, usize>,
}

impl MapModel {
    /// The value stored under a key.
    pub fn get(&self, key: u64) -> Option<u64> {
        self.values.get(&key).copied()
    }

    /// Stores a value.
    pub fn set(&mut self, key: u64, value: u64) {
        if self.values.insert(key, value).is_none() {
            self.position.insert(key, self.keys.len());
            self.keys.push(key);
        }
    }

    /// Deletes a key.
    pub fn delete(&mut self, key: u64) {
        if self.values.remove(&key).is_some()
            && let Some(at) = self.position.remove(&key)
        {
            self.keys.swap_remove(at);
            if let Some(&moved) = self.keys.get(at) {
                self.position.insert(moved, at);
            }
        }
    }

    /// Deletes all keys.
    pub fn clear(&mut self) {
        *self = MapModel::default();
    }

    /// How many keys it has.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Has it no keys?
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key at a position below [`MapModel::len`]; positions change with every deletion.
    pub fn key_at(&self, at: usize) -> Option<u64> {
        self.keys.get(at).copied()
    }

    /// All keys and values, in an order that depends on the operations alone.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        self.keys.iter().map(|&k| (k, self.values.get(&k).copied().unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_follow_deletions() {
        let mut m = MapModel::default();
        for k in 0..10 {
            m.set(k, k * k);
        }
        m.delete(3);
        m.delete(9);
        m.delete(42);
        m.set(4, 7);
        let mut all: Vec<_> = m.iter().collect();
        all.sort_unstable();
        assert_eq!(all, [(0, 0), (1, 1), (2, 4), (4, 7), (5, 25), (6, 36), (7, 49), (8, 64)]);
        assert_eq!((0..m.len()).filter_map(|i| m.key_at(i)).count(), 8);
    }
}
