//! String and rune literals, read at run time.
//!
//! Source: Go 1.19 strconv/quote.go.

use std::str;

/// What a literal says: raw, string or rune; `None` if it is not one.
pub(super) fn unquote(literal: &[u8]) -> Option<Vec<u8>> {
    let (&quote, rest) = literal.split_first()?;
    let (&last, body) = rest.split_last()?;
    if last != quote {
        return None;
    }
    match quote {
        b'`' if body.contains(&b'`') => None,
        b'`' => Some(body.iter().copied().filter(|&c| c != b'\r').collect()),
        b'"' | b'\'' => unescape(body, quote),
        _ => None,
    }
}

fn unescape(mut body: &[u8], quote: u8) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    while let Some(&c) = body.first() {
        match c {
            _ if c == quote || c == b'\n' => return None,
            b'\\' => body = escape(&body[1..], quote, &mut out)?,
            _ => body = character(body, &mut out),
        }
        if quote == b'\'' {
            break;
        }
    }
    // Go lets a rune literal be empty, too.
    body.is_empty().then_some(out)
}

/// Copies a character, or U+FFFD for a byte that is none; gives what follows it.
fn character<'a>(body: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let longest = body.len().min(char::MAX_LEN_UTF8);
    let valid = (1..=longest).find(|&len| str::from_utf8(&body[..len]).is_ok());
    out.extend(valid.map_or("\u{fffd}".as_bytes(), |len| &body[..len]));
    &body[valid.unwrap_or(1)..]
}

/// Reads what follows a backslash.
fn escape<'a>(body: &'a [u8], quote: u8, out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (&c, rest) = body.split_first()?;
    let byte = match c {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        b'\'' | b'"' if c == quote => c,
        b'x' | b'u' | b'U' => {
            let (code, rest) = number(rest, 16, if c == b'x' { 2 } else { if c == b'u' { 4 } else { 8 } })?;
            if c == b'x' {
                out.push(code as u8);
            } else {
                out.extend(char::from_u32(code)?.encode_utf8(&mut [0; 4]).bytes());
            }
            return Some(rest);
        }
        b'0'..=b'7' => {
            let (code, rest) = number(body, 8, 3)?;
            out.push(u8::try_from(code).ok()?);
            return Some(rest);
        }
        _ => return None,
    };
    out.push(byte);
    Some(rest)
}

/// So many digits, as a number.
fn number(body: &[u8], base: u32, digits: usize) -> Option<(u32, &[u8])> {
    let (number, rest) = body.split_at_checked(digits)?;
    let code = number.iter().try_fold(0u32, |code, &c| Some(code.wrapping_mul(base) | (c as char).to_digit(base)?))?;
    Some((code, rest))
}
