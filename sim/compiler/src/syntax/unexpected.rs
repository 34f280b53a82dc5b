//! Syntax errors in the words of Go.

use super::token::{Cause, Kind, Token};

/// What Go calls a token in a message.
pub(super) fn word(token: &Token, file: &str) -> String {
    match token.kind {
        Kind::Semicolon(Cause::Written) => "semicolon".into(),
        Kind::Semicolon(Cause::Newline) => "newline".into(),
        Kind::Semicolon(Cause::End) => "EOF".into(),
        Kind::Literal(_) => format!("literal {}", token.text(file)),
        _ if token.text(file) == "," => "comma".into(),
        _ => token.text(file).into(),
    }
}
