//! Getting the text of a scenario or a program: from a file, or from standard input for `-`.
//!
//! What is not a text of at most [`MAX_BYTES`] is refused before anything is parsed, in time that
//! does not depend on how much of it there is.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Largest scenario or program, in bytes.
pub const MAX_BYTES: u64 = 4 << 20;

/// The scenario at `path`.
///
/// # Errors
/// A line for people: what is wrong with the file.
pub fn text(path: &Path) -> Result<String, String> {
    read(path, "a scenario", ".toml")
}

/// The Go program at `path`.
///
/// # Errors
/// As [`text`].
pub fn program(path: &Path) -> Result<String, String> {
    read(path, "a program", ".go")
}

fn read(path: &Path, what: &str, extension: &str) -> Result<String, String> {
    let name = path.display();
    let fault = |e: io::Error| match e.kind() {
        io::ErrorKind::NotFound => format!("{name}: no such file"),
        io::ErrorKind::PermissionDenied => format!("{name}: not allowed to read it"),
        io::ErrorKind::IsADirectory => format!("{name}: is a directory, expected {what} ({extension})"),
        _ => format!("{name}: {e}"),
    };
    if path.as_os_str() == "-" {
        return decode("<stdin>", what, io::stdin().lock()).map_err(|e| e.unwrap_or_else(fault));
    }
    let meta = std::fs::metadata(path).map_err(fault)?;
    if meta.is_dir() {
        return Err(format!("{name}: is a directory, expected {what} ({extension})"));
    }
    if meta.is_file() && meta.len() > MAX_BYTES {
        return Err(format!("{name}: has {} bytes; {what} has at most {MAX_BYTES} (4 MiB)", meta.len()));
    }
    decode(&name.to_string(), what, File::open(path).map_err(fault)?).map_err(|e| e.unwrap_or_else(fault))
}

/// The text that `from` gives, called `name` in messages; or the message, or what the system said.
fn decode(name: &str, what: &str, from: impl Read) -> Result<String, Result<String, io::Error>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(Err)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Ok(format!("{name}: has more than {MAX_BYTES} bytes (4 MiB), the most that {what} has")));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Ok(format!("{name}: is UTF-16; {what} is UTF-8")));
    }
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        return Err(Ok(format!("{name}: is not a text: there is a zero byte at offset {at}")));
    }
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count() + 1;
        let byte = e.as_bytes().get(at).copied().unwrap_or(0);
        Ok(format!("{name}:{line}: is not UTF-8: byte 0x{byte:02x} at offset {at}"))
    })
}
