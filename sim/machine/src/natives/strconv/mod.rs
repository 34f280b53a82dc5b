//! Package strconv: floating-point numbers and literals. Integers are written in Go.

mod format;
mod parse;
mod unquote;

use crate::image::Image;
use crate::routines::Area;
use crate::routines::memory::{new_string, read};
use gc::{Addr, Effects, Frames, Stop};
use parse::Failure;

/// `func formatFloat(f float64, format byte, precision, bits int) string`
pub(super) fn format_float<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [f, format, precision, bits] = a.args(e, 2)?;
    let text = format::format(f64::from_bits(f), format as u8, precision as i64, bits).ok_or(Stop::OutOfMemory)?;
    let (data, len) = new_string(e, image, a.site, &text, &[])?;
    a.set(e, [data.0, len])
}

/// `func parseFloat(s string, bits int) (float64, int)`
pub(super) fn parse_float<E: Effects + Frames>(e: &mut E, a: Area) -> Result<(), Stop> {
    let [data, len, bits] = a.args(e, 2)?;
    let text = read(e, Addr(data), len)?;
    let (number, code) = match parse::parse(&text, bits == 32) {
        Ok(number) => (number, 0),
        Err(Failure::Syntax) => (0.0, 1),
        Err(Failure::Range(negative)) => (if negative { f64::NEG_INFINITY } else { f64::INFINITY }, 2),
    };
    a.set(e, [number.to_bits(), code])
}

/// `func unquote(s string) (string, bool)`
pub(super) fn unquote<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [data, len] = a.args(e, 3)?;
    let text = read(e, Addr(data), len)?;
    let Some(text) = unquote::unquote(&text) else { return a.set(e, [0; 3]) };
    let (data, len) = new_string(e, image, a.site, &text, &[])?;
    a.set(e, [data.0, len, 1])
}
