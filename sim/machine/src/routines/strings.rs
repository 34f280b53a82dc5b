//! Strings: concatenation, comparison, conversion from and to bytes and runes.
//!
//! Routines with a `buf` put short results there, on the caller's stack; it is nil if the result outlives the caller.
//!
//! Source: Go 1.19 runtime/string.go, utf8.go.

use super::Area;
use super::memory::{array, fill, read};
use crate::goroutine::{Goroutine, bug, raised};
use crate::image::Image;
use crate::process::Process;
use gc::addr::WORD;
use gc::size_class::round_up_size;
use gc::{Addr, Bytes, Effects, Frames, Stop, Width};
use mapruntime::{Str, bytes};
use std::cmp::Ordering;

/// Bytes, or runes, of a temporary buffer.
const BUF: u64 = 32;

/// What an invalid encoding decodes to.
const RUNE_ERROR: u32 = 0xfffd;

/// `N` strings, `W` words of them.
pub(super) fn concat<const N: usize, const W: usize, E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &Goroutine,
    p: &mut Process,
    a: Area,
) -> Result<(), Stop> {
    let [buf] = a.args(e, 2)?;
    let words: [u64; W] = a.args(e, 3)?;
    let mut strings = [Str::default(); N];
    for (s, pair) in strings.iter_mut().zip(words.chunks(2)) {
        *s = Str { data: Addr(pair[0]), len: pair[1] };
    }
    let live = strings.map(|s| s.data);
    join(e, image, g, p, a, Addr(buf), &strings, &live)
}

pub(super) fn concat_slice<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &Goroutine,
    p: &mut Process,
    a: Area,
) -> Result<(), Stop> {
    let [buf, list, len, _] = a.args(e, 2)?;
    let mut strings = Vec::new();
    for i in 0..len {
        let [data, len] = e.load_block::<2>(Addr(list).offset(i * 2 * WORD))?;
        strings.push(Str { data: Addr(data), len });
    }
    let live: Vec<Addr> = strings.iter().map(|s| s.data).chain([Addr(list)]).collect();
    join(e, image, g, p, a, Addr(buf), &strings, &live)
}

#[allow(clippy::too_many_arguments, reason = "what every routine gets, and its arguments")]
fn join<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &Goroutine,
    p: &mut Process,
    a: Area,
    buf: Addr,
    strings: &[Str],
    live: &[Addr],
) -> Result<(), Stop> {
    let mut total = 0u64;
    for s in strings {
        total = match total.checked_add(s.len).filter(|&total| total as i64 >= 0) {
            Some(total) => total,
            None => {
                p.throw = Some("string concatenation too long".into());
                return Err(Stop::Raised { code: raised::THROW, arg: 0 });
            }
        };
    }
    let mut full = strings.iter().filter(|s| s.len > 0);
    match (full.next(), full.next()) {
        (None, _) => return a.set(e, [0, 0]),
        // Just one: that is the result, unless it lies on the stack and the result outlives it.
        (Some(s), None) if !buf.is_nil() || !on_stack(g, s.data) => return a.set(e, [s.data.0, s.len]),
        _ => {}
    }
    let at = if !buf.is_nil() && total <= BUF { buf } else { array(e, image, a.site, &image.own.byte, total, live)? };
    let mut done = 0;
    for s in strings.iter().filter(|s| s.len > 0) {
        e.memmove(at.offset(done), s.data, s.len)?;
        done += s.len;
    }
    a.set(e, [at.0, total])
}

fn on_stack(g: &Goroutine, p: Addr) -> bool {
    (g.record.0..g.stack_limit).contains(&p.0)
}

pub(super) fn compare<E: Effects + Frames>(e: &mut E, a: Area) -> Result<(), Stop> {
    let [x, x_len, y, y_len] = a.args(e, 1)?;
    let order = compare_bytes(e, Addr(x), Addr(y), x_len.min(y_len))?.then(x_len.cmp(&y_len));
    a.set(e, [order as i8 as i64 as u64])
}

fn compare_bytes<E: Effects>(e: &mut E, x: Addr, y: Addr, len: u64) -> Result<Ordering, Stop> {
    if x == y {
        return Ok(Ordering::Equal);
    }
    let mut done = 0;
    while done < len {
        let piece = (len - done).min(WORD);
        let one = bytes::load(e, x.offset(done), piece)?;
        let other = bytes::load(e, y.offset(done), piece)?;
        if one != other {
            // The first byte decides, which is the lowest.
            return Ok(one.swap_bytes().cmp(&other.swap_bytes()));
        }
        done += piece;
    }
    Ok(Ordering::Equal)
}

pub(super) fn equal<E: Effects + Frames>(e: &mut E, a: Area) -> Result<(), Stop> {
    let [x, x_len, y, y_len] = a.args(e, 1)?;
    let same = x_len == y_len && bytes::equal(e, Addr(x), Addr(y), x_len)?;
    a.set(e, [u64::from(same)])
}

/// A string of these bytes, in a buffer of `room` bytes if there is one and they fit.
fn place<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    a: Area,
    buf: u64,
    room: u64,
    text: &[u8],
    live: &[Addr],
) -> Result<(), Stop> {
    let len = text.len() as u64;
    if buf == 0 || len > room {
        let at = array(e, image, a.site, &image.own.byte, len, live)?;
        fill(e, at, text)?;
        return a.set(e, [at.0, len]);
    }
    for (i, &byte) in text.iter().enumerate() {
        e.store_part(Addr(buf).offset(i as u64), Width::B1, u64::from(byte))?;
    }
    a.set(e, [buf, len])
}

/// Appends a rune's encoding; that of an invalid one is the error's.
fn encode(out: &mut Vec<u8>, rune: u32) {
    let c = char::from_u32(rune).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

pub(super) fn from_int<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [buf, v] = a.args(e, 2)?;
    let mut text = Vec::new();
    encode(&mut text, u32::try_from(v).unwrap_or(RUNE_ERROR));
    place(e, image, a, buf, 4, &text, &[])
}

pub(super) fn from_bytes<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [buf, data, len, _] = a.args(e, 2)?;
    let at = match len {
        0 => return a.set(e, [0, 0]),
        1 => image.small.offset(e.load_part(Addr(data), Width::B1)? * WORD),
        _ if buf != 0 && len <= BUF => Addr(buf),
        _ => array(e, image, a.site, &image.own.byte, len, &[Addr(data)])?,
    };
    if len > 1 {
        e.memmove(at, Addr(data), len)?;
    }
    a.set(e, [at.0, len])
}

pub(super) fn to_bytes<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [buf, data, len] = a.args(e, 3)?;
    let (at, cap) = if buf != 0 && len <= BUF {
        e.memclr(Addr(buf), BUF)?;
        (Addr(buf), BUF)
    } else {
        let cap = if len == 0 { 0 } else { round_up_size(Bytes(len)).0 };
        (array(e, image, a.site, &image.own.byte, cap, &[Addr(data)])?, cap)
    };
    e.memmove(at, Addr(data), len)?;
    a.set(e, [at.0, len, cap])
}

pub(super) fn from_runes<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    let [buf, data, len, _] = a.args(e, 2)?;
    let mut text = Vec::new();
    for i in 0..len {
        let rune = e.load_part(Addr(data).offset(i * 4), Width::B4)?;
        encode(&mut text, rune as u32);
    }
    place(e, image, a, buf, BUF, &text, &[Addr(data)])
}

pub(super) fn to_runes<E: Effects + Frames>(e: &mut E, image: &Image, a: Area) -> Result<(), Stop> {
    /// Bytes of a rune.
    const RUNE: u64 = 4;
    let [buf, data, len] = a.args(e, 3)?;
    let text = read(e, Addr(data), len)?;
    let runes = decode_all(&text);
    let count = runes.len() as u64;
    let (at, cap) = if buf != 0 && count <= BUF {
        e.memclr(Addr(buf), BUF * RUNE)?;
        (Addr(buf), BUF)
    } else {
        let cap = if count == 0 { 0 } else { round_up_size(Bytes(count * RUNE)).0 / RUNE };
        (array(e, image, a.site, &image.own.quarter, cap, &[])?, cap)
    };
    for (i, &rune) in runes.iter().enumerate() {
        e.store_part(at.offset(i as u64 * RUNE), Width::B4, u64::from(rune))?;
    }
    a.set(e, [at.0, count, cap])
}

pub(super) fn decode<E: Effects + Frames>(e: &mut E, a: Area) -> Result<(), Stop> {
    let [data, len, at] = a.args(e, 2)?;
    let left = len.checked_sub(at).filter(|&left| left > 0).ok_or_else(bug)?;
    let piece = left.min(4);
    let word = bytes::load(e, Addr(data).offset(at), piece)?;
    let (rune, size) = first_rune(&word.to_le_bytes()[..piece as usize]);
    a.set(e, [u64::from(rune), at + size as u64])
}

/// The first rune of a text that is not empty, and its bytes; one byte of an invalid encoding is an error rune.
pub(crate) fn first_rune(text: &[u8]) -> (u32, usize) {
    let most = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(most) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&most[..error.valid_up_to()]).unwrap_or(""),
    };
    valid.chars().next().map_or((RUNE_ERROR, 1), |c| (c as u32, c.len_utf8()))
}

fn decode_all(mut text: &[u8]) -> Vec<u32> {
    let mut runes = Vec::new();
    while !text.is_empty() {
        let (rune, size) = first_rune(text);
        runes.push(rune);
        text = &text[size..];
    }
    runes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_of_an_invalid_encoding_is_an_error_rune() {
        assert_eq!(decode_all("aé世😀".as_bytes()), [0x61, 0xe9, 0x4e16, 0x1f600]);
        assert_eq!(
            decode_all(b"\xff\xe4\xb8x\xed\xa0\x80"),
            [RUNE_ERROR, RUNE_ERROR, RUNE_ERROR, 0x78, 0xfffd, 0xfffd, 0xfffd]
        );
        let mut out = Vec::new();
        encode(&mut out, 0xd800);
        encode(&mut out, 0x11_0000);
        assert_eq!(out, "\u{fffd}\u{fffd}".as_bytes());
    }
}
