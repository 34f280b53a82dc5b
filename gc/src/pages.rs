//! Free pages: runs of them by address, the lowest that fits first.
//!
//! Source: the policy is that of Go's page allocator (first fit by address); its radix tree of
//! summaries is not modelled, since nothing outside can tell.

use std::collections::BTreeMap;

/// Lengths of which it is known where to look first: those up to this one. A span of small objects has at most ten
/// pages.
const SHORT: usize = 10;

/// The free pages of an arena. Pages are numbered from its start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pages {
    /// Start of each free run, and its length. No two touch.
    runs: BTreeMap<u32, u32>,
    /// By length less one: no free run of at least that length starts before this page. In a heap with many gaps of a
    /// page the search for two would pass them all, each time.
    from: [u32; SHORT],
}

impl Pages {
    /// Takes the lowest run of `n` pages.
    pub(crate) fn take(&mut self, n: u32) -> Option<u32> {
        let known = (n as usize).clamp(1, SHORT) - 1;
        let found = self.runs.range(self.from[known]..).find(|&(_, &len)| len >= n).map(|(&start, &len)| (start, len));
        // Of a length above the known ones, runs that are too short for it were passed.
        if n as usize <= SHORT {
            let lowest = found.map_or(u32::MAX, |(start, _)| start);
            self.from[known..].iter_mut().for_each(|from| *from = lowest.max(*from));
        }
        let (start, len) = found?;
        self.runs.remove(&start);
        if len > n {
            // What is left starts later, so `from` still holds.
            self.runs.insert(start + n, len - n);
        }
        Some(start)
    }

    /// Gives back `n` pages from `start` on, joining them to the free runs beside them.
    pub(crate) fn give(&mut self, start: u32, n: u32) {
        let (mut start, mut n) = (start, n);
        if let Some((&before, &len)) = self.runs.range(..start).next_back()
            && before + len == start
        {
            self.runs.remove(&before);
            start = before;
            n += len;
        }
        if let Some(len) = self.runs.remove(&(start + n)) {
            n += len;
        }
        self.runs.insert(start, n);
        self.from[..(n as usize).min(SHORT)].iter_mut().for_each(|from| *from = start.min(*from));
    }

    /// Pages of the free run that ends at `end`, where the arena could grow.
    pub(crate) fn tail(&self, end: u32) -> u32 {
        self.runs.iter().next_back().filter(|&(&start, &len)| start + len == end).map_or(0, |(_, &len)| len)
    }

    /// All free runs, as (start, length).
    pub(crate) fn runs(&self) -> impl Iterator<Item = (u32, u32)> {
        self.runs.iter().map(|(&start, &len)| (start, len))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pages_taken_never_overlap_and_all_come_back_as_one_run(sizes in proptest::collection::vec(1u32..14, 1..90)) {
            // As many as to let some requests go away empty.
            let total = 150;
            let mut pages = Pages::default();
            pages.give(0, total);
            let mut owner = vec![false; total as usize];
            let mut taken = Vec::new();
            for (i, &n) in sizes.iter().enumerate() {
                let lowest = pages.runs().find(|&(_, len)| len >= n).map(|(start, _)| start);
                let taken_from = pages.take(n);
                prop_assert_eq!(taken_from, lowest, "the lowest run that fits");
                if let Some(start) = taken_from {
                    for page in start..start + n {
                        prop_assert!(!std::mem::replace(&mut owner[page as usize], true));
                    }
                    taken.push((start, n));
                }
                if i % 3 == 2 {
                    let (start, n) = taken.swap_remove(i * 7 % taken.len());
                    owner[start as usize..(start + n) as usize].fill(false);
                    pages.give(start, n);
                }
            }
            for (start, n) in taken {
                pages.give(start, n);
            }
            prop_assert_eq!(pages.runs().collect::<Vec<_>>(), vec![(0, total)]);
            prop_assert_eq!(pages.tail(total), total);
        }
    }
}
