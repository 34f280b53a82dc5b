//! Package strings: what it knows of characters.

pub(super) mod unicode;

use crate::routines::Area;
use gc::{Frames, Stop};

/// A native that maps a rune to another; what is no character stays as it is.
pub(super) fn map<E: Frames>(e: &mut E, a: Area, f: fn(char) -> char) -> Result<(), Stop> {
    let [rune] = a.args(e, 1)?;
    let mapped = char::from_u32(rune as u32).map_or(rune, |c| u64::from(u32::from(f(c))));
    a.set(e, [mapped])
}

/// A native that asks something of a rune, which is not so for what is no character.
pub(super) fn test<E: Frames>(e: &mut E, a: Area, f: fn(char) -> bool) -> Result<(), Stop> {
    let [rune] = a.args(e, 1)?;
    a.set(e, [u64::from(char::from_u32(rune as u32).is_some_and(f))])
}
