//! Bitmaps of the oracles: one bit a word of memory, or whatever else is numbered.
//!
//! They are plain slices of 64-bit words, so that they can lie in memory of any kind. A bit past the end reads as 0.
//! The heap and the collector have bits of their own, and none of this code.

use std::ops::Range;

/// 64-bit words for `bits` bits.
pub(crate) fn words(bits: usize) -> usize {
    bits.div_ceil(64)
}

/// The lowest `n` bits, of up to 64.
#[inline(always)]
pub(crate) fn low(n: usize) -> u64 {
    if n >= 64 { u64::MAX } else { (1 << n) - 1 }
}

/// Is bit `at` set?
#[inline(always)]
pub(crate) fn has(bits: &[u64], at: usize) -> bool {
    bits.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

/// Sets bit `at`; was it clear?
///
/// # Panics
/// Past the end.
#[inline(always)]
pub(crate) fn insert(bits: &mut [u64], at: usize) -> bool {
    let (word, bit) = (&mut bits[at / 64], 1 << (at % 64));
    let clear = *word & bit == 0;
    *word |= bit;
    clear
}

/// Clears the bits of a range.
///
/// # Panics
/// Past the end.
#[inline(always)]
pub(crate) fn clear(bits: &mut [u64], range: Range<usize>) {
    masks(range).for_each(|(word, mask)| bits[word] &= !mask);
}

/// Are all `n` bits from `start` on set?
#[inline(always)]
pub(crate) fn all(bits: &[u64], start: usize, n: u64) -> bool {
    let (word, shift) = (start / 64, start % 64);
    if shift as u64 + n.min(65) > 64 {
        return all_of_many(bits, start, n);
    }
    let mask = low(n as usize) << shift;
    bits.get(word).is_some_and(|bits| bits & mask == mask)
}

#[inline(never)]
fn all_of_many(bits: &[u64], start: usize, n: u64) -> bool {
    let bits_there = bits.len() as u64 * 64;
    let within = start as u64 <= bits_there && n <= bits_there - start as u64;
    within && masks(start..start + n as usize).all(|(word, mask)| bits[word] & mask == mask)
}

/// The highest set bit of a range.
#[inline(always)]
pub(crate) fn last(bits: &[u64], range: Range<usize>) -> Option<usize> {
    let mut end = range.end;
    while end > range.start {
        let word = (end - 1) / 64;
        let found = bits.get(word)? & low(end - word * 64);
        if found != 0 {
            let at = word * 64 + 63 - found.leading_zeros() as usize;
            return (at >= range.start).then_some(at);
        }
        end = word * 64;
    }
    None
}

/// The numbers of the bits set in words, in their order.
#[inline(always)]
pub(crate) fn ones(words: impl Iterator<Item = u64>) -> impl Iterator<Item = usize> {
    words.enumerate().flat_map(|(word, bits)| Ones(bits).map(move |bit| word * 64 + bit))
}

/// The bits set in one word.
struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let bit = self.0.trailing_zeros() as usize;
        self.0 &= self.0.wrapping_sub(1);
        (bit < 64).then_some(bit)
    }
}

/// A range of bits as words and masks.
#[inline(always)]
pub(crate) fn masks(range: Range<usize>) -> impl Iterator<Item = (usize, u64)> {
    let Range { start, end } = range;
    (start / 64..end.div_ceil(64).max(start / 64)).map(move |word| {
        let first = word * 64;
        let below = low(start.saturating_sub(first));
        (word, low(end - first) & !below)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranges_of_bits_are_those_of_a_list_of_truths(
            ranges in proptest::collection::vec((0usize..300, 0usize..200, any::<bool>()), 1..12),
            (from, len) in (0usize..300, 0usize..200),
        ) {
            let total = 300;
            let mut bits = vec![0; words(total)];
            let mut truths = vec![false; total];
            for (start, len, on) in ranges {
                let range = start..(start + len).min(total);
                if on {
                    range.clone().for_each(|at| _ = insert(&mut bits, at));
                } else {
                    clear(&mut bits, range.clone());
                }
                truths[range].fill(on);
            }
            let range = from..(from + len).min(total);
            prop_assert_eq!(all(&bits, range.start, range.len() as u64), truths[range.clone()].iter().all(|&t| t));
            prop_assert!([(total, 99), (from, u64::MAX), (usize::MAX, 64)].iter().all(|&(at, n)| !all(&bits, at, n)));
            prop_assert_eq!(last(&bits, range.clone()), range.clone().rev().find(|&at| truths[at]));
            let expected: Vec<usize> = (0..total).filter(|&at| truths[at]).collect();
            prop_assert_eq!(ones(bits.iter().copied()).collect::<Vec<_>>(), expected);
            prop_assert!((0..total + 9).all(|at| has(&bits, at) == truths.get(at).copied().unwrap_or(false)));
            prop_assert_eq!(insert(&mut bits, from), !truths[from]);
            prop_assert!(has(&bits, from));
        }
    }
}
