//! Reading bytes at any alignment from a memory of words.
//!
//! Keys and elems lie aligned, but the bytes of a string can start anywhere.

use gc::{Addr, Effects, Stop, addr::WORD};

/// The `n` bytes at `a`, 1 to 8 of them, first byte lowest. Reads no word that holds none of them.
///
/// # Errors
/// As [`Effects::load`].
#[inline(always)]
pub fn load<E: Effects>(e: &mut E, a: Addr, n: u64) -> Result<u64, Stop> {
    let skip = a.0 % WORD;
    let mut value = e.load(a.word())? >> (skip * 8);
    if skip + n > WORD {
        value |= e.load(a.word().offset(WORD))? << ((WORD - skip) * 8);
    }
    Ok(if n < WORD { value & ((1 << (n * 8)) - 1) } else { value })
}

/// Are these two stretches of `n` bytes equal? The same stretch is, unread.
///
/// # Errors
/// As [`Effects::load`].
#[inline(always)]
pub fn equal<E: Effects>(e: &mut E, a: Addr, b: Addr, n: u64) -> Result<bool, Stop> {
    if a == b {
        return Ok(true);
    }
    let mut done = 0;
    if (a.0 | b.0).is_multiple_of(WORD) {
        while n - done >= 2 * WORD {
            if e.load_block::<2>(a.offset(done))? != e.load_block::<2>(b.offset(done))? {
                return Ok(false);
            }
            done += 2 * WORD;
        }
    }
    if done == n { Ok(true) } else { equal_from(e, a, b, n, done) }
}

/// Are they equal from byte `done` on?
#[inline(never)]
fn equal_from<E: Effects>(e: &mut E, a: Addr, b: Addr, n: u64, mut done: u64) -> Result<bool, Stop> {
    while done < n {
        let piece = (n - done).min(WORD);
        if load(e, a.offset(done), piece)? != load(e, b.offset(done), piece)? {
            return Ok(false);
        }
        done += piece;
    }
    Ok(true)
}
