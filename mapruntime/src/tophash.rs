//! Tophash: one byte of state for each cell, the eight of a bucket in one word.
//!
//! | value | the cell |
//! | --- | --- |
//! | 0 `EMPTY_REST` | is empty, and so are all later cells of this bucket and of its overflow buckets |
//! | 1 `EMPTY_ONE` | is empty |
//! | 2 `EVACUATED_X` | has moved to the bucket of the same number in the new array |
//! | 3 `EVACUATED_Y` | has moved to the upper half of a doubled array |
//! | 4 `EVACUATED_EMPTY` | was empty when its bucket was evacuated |
//! | 5.. | is full; the value is the top byte of the key's hash, plus 5 if that is less than 5 |
//!
//! A bucket is evacuated if its *first* cell is 2, 3 or 4. Fresh memory is all `EMPTY_REST`.
//!
//! Cells are searched a word at a time. [`matches()`] uses the exact form of the zero-byte test:
//! the shorter one, with a borrow, also reports the byte above a real zero if that byte is 1, and the
//! stale key of a deleted cell would then be compared.
//!
//! Source: Go 1.19 runtime/map.go. Checked by: the tests below, over every byte value.

/// Empty, and nothing follows.
pub const EMPTY_REST: u8 = 0;
/// Empty.
pub const EMPTY_ONE: u8 = 1;
/// Moved to the lower half.
pub const EVACUATED_X: u8 = 2;
/// Moved to the upper half.
pub const EVACUATED_Y: u8 = 3;
/// Empty, in an evacuated bucket.
pub const EVACUATED_EMPTY: u8 = 4;
/// The smallest value of a full cell.
pub const MIN_TOP_HASH: u8 = 5;

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW7: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// The tophash of a key with this hash.
#[inline(always)]
pub fn tophash(hash: u64) -> u8 {
    let top = (hash >> 56) as u8;
    if top < MIN_TOP_HASH { top + MIN_TOP_HASH } else { top }
}

/// Is this cell empty, in a bucket that is not evacuated?
#[inline(always)]
pub fn is_empty(top: u8) -> bool {
    top <= EMPTY_ONE
}

/// Is the bucket with these eight bytes evacuated?
#[inline(always)]
pub fn evacuated(word: u64) -> bool {
    let first = word as u8;
    first > EMPTY_ONE && first < MIN_TOP_HASH
}

/// The byte of cell `i`, which counts modulo 8.
#[inline(always)]
pub fn of_cell(word: u64, i: u64) -> u8 {
    (word >> ((i & 7) * 8)) as u8
}

/// The word with the byte of cell `i` replaced.
#[inline(always)]
pub fn with_cell(word: u64, i: u64, top: u8) -> u64 {
    let shift = (i & 7) * 8;
    word & !(0xff << shift) | u64::from(top) << shift
}

/// A mask with 0x80 in each byte of `x` that is zero, and nothing elsewhere.
#[inline(always)]
fn zeros(x: u64) -> u64 {
    !(((x & LOW7) + LOW7) | x | LOW7)
}

/// The cells whose byte is `top`, as a mask for [`first`].
#[inline(always)]
pub fn matches(word: u64, top: u8) -> u64 {
    zeros(word ^ (ONES * u64::from(top)))
}

/// The empty cells, as a mask for [`first`].
#[inline(always)]
pub fn empties(word: u64) -> u64 {
    zeros(word & !ONES)
}

/// The word with the empty cells at its end as [`EMPTY_REST`].
#[inline(always)]
pub fn with_rest(word: u64) -> u64 {
    // Bytes above the last that is neither 0 nor 1 go; `| 1` keeps the shift in range, and changes no byte but an empty first one.
    let last = 63 - ((word & !ONES) | 1).leading_zeros();
    let kept = word & (u64::MAX >> (56 - (last & 56)));
    if word & !ONES == 0 { 0 } else { kept }
}

/// The word with each empty cell as [`EVACUATED_EMPTY`].
#[inline(always)]
pub fn with_empties_evacuated(word: u64) -> u64 {
    let empties = empties(word);
    word & !(empties >> 7) | empties >> 5
}

/// The cells that hold an entry.
#[inline(always)]
pub fn full(word: u64) -> u64 {
    (((word & LOW7) + ONES * (0x80 - u64::from(MIN_TOP_HASH))) | word) & !LOW7
}

/// The cells that hold an entry, or held one that was evacuated: neither empty nor [`EVACUATED_EMPTY`].
#[inline(always)]
pub fn filled(word: u64) -> u64 {
    !LOW7 & !empties(word) & !matches(word, EVACUATED_EMPTY)
}

/// Is any cell `EMPTY_REST`?
#[inline(always)]
pub fn has_rest(word: u64) -> bool {
    zeros(word) != 0
}

/// The lowest cell in a mask that is not zero.
#[inline(always)]
pub fn first(mask: u64) -> u64 {
    u64::from(mask.trailing_zeros() >> 3)
}

/// The mask without its lowest cell.
#[inline(always)]
pub fn rest(mask: u64) -> u64 {
    mask & mask.wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(mut mask: u64) -> Vec<u64> {
        let mut all = Vec::new();
        while mask != 0 {
            all.push(first(mask));
            mask = rest(mask);
        }
        all
    }

    #[test]
    fn word_search_finds_what_a_byte_loop_finds_for_every_pair_of_neighbours() {
        for low in 0..=255u8 {
            for high in 0..=255u8 {
                let bytes = [low, high, 7, low, 0, high, 1, high];
                let word = u64::from_le_bytes(bytes);
                for top in [0, 1, 4, 5, 7, 127, 128, 129, 255, low, high] {
                    let expected: Vec<u64> = (0..8).filter(|&i| bytes[i as usize] == top).collect();
                    assert_eq!(cells(matches(word, top)), expected, "{bytes:?} {top}");
                }
                let empty: Vec<u64> = (0..8).filter(|&i| is_empty(bytes[i as usize])).collect();
                assert_eq!(cells(empties(word)), empty, "{bytes:?}");
                let full: Vec<u64> = (0..8).filter(|&i| ![0, 1, 4].contains(&bytes[i as usize])).collect();
                assert_eq!(cells(filled(word)), full, "{bytes:?}");
                let entries: Vec<u64> = (0..8).filter(|&i| bytes[i as usize] >= MIN_TOP_HASH).collect();
                assert_eq!(cells(super::full(word)), entries, "{bytes:?}");
                let end = bytes.iter().rposition(|&top| !is_empty(top)).map_or(0, |last| last + 1);
                let mut shortened = bytes;
                shortened[end..].fill(EMPTY_REST);
                assert_eq!(with_rest(word).to_le_bytes(), shortened, "{bytes:?}");
                let evacuated_empties = bytes.map(|top| if is_empty(top) { EVACUATED_EMPTY } else { top });
                assert_eq!(with_empties_evacuated(word).to_le_bytes(), evacuated_empties);
                assert_eq!(has_rest(word), bytes.contains(&0));
                assert_eq!(evacuated(word), (2..5).contains(&low));
            }
        }
    }

    #[test]
    fn a_tophash_is_never_a_state() {
        for top in 0..=255u64 {
            assert_eq!(tophash(top << 56), if top < 5 { top as u8 + 5 } else { top as u8 });
        }
    }

    #[test]
    fn a_cell_is_replaced_and_no_other() {
        let word = u64::from_le_bytes([9, 8, 7, 6, 5, 4, 3, 2]);
        let changed = with_cell(word, 3, 0xfe);
        assert_eq!(changed.to_le_bytes(), [9, 8, 7, 0xfe, 5, 4, 3, 2]);
        assert_eq!((of_cell(changed, 3), of_cell(changed, 11)), (0xfe, 0xfe));
    }
}
