//! The bytes of a string constant.

use std::sync::{Arc, Mutex, PoisonError};

/// A string of any bytes, as a prefix of a buffer that may be shared.
///
/// Programs add hundreds of literals, each to all before it. So a sum is appended to the buffer of its left operand if that
/// ends there: the sums of a chain are prefixes of one buffer, and adding them up takes linear time and space.
#[derive(Clone, Debug)]
pub(super) struct Text {
    buffer: Arc<Mutex<Vec<u8>>>,
    len: usize,
}

impl Text {
    /// A string.
    pub(super) fn new(bytes: impl Into<Vec<u8>>) -> Text {
        let bytes = bytes.into();
        Text { len: bytes.len(), buffer: Arc::new(Mutex::new(bytes)) }
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The bytes.
    pub(super) fn to_vec(&self) -> Vec<u8> {
        self.with(|buffer| buffer[..self.len].to_vec())
    }

    /// Both, one after the other.
    pub(super) fn concat(&self, other: &Text) -> Text {
        // Copied first: it may be in the same buffer, which must not be locked twice.
        let tail = other.to_vec();
        let appended = self.with(|buffer| {
            let last = buffer.len() == self.len;
            if last {
                buffer.extend_from_slice(&tail);
            }
            last
        });
        if appended {
            return Text { buffer: self.buffer.clone(), len: self.len + tail.len() };
        }
        let mut bytes = self.to_vec();
        bytes.extend(tail);
        Text::new(bytes)
    }

    fn with<R>(&self, act: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        act(&mut self.buffer.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_share_a_buffer_and_keep_their_own_bytes() {
        let a = Text::new("a");
        let ab = a.concat(&Text::new("b"));
        let ac = a.concat(&Text::new("c"));
        let abab = ab.concat(&ab);
        assert!(Arc::ptr_eq(&a.buffer, &ab.buffer) && Arc::ptr_eq(&ab.buffer, &abab.buffer));
        assert!(!Arc::ptr_eq(&a.buffer, &ac.buffer), "the place behind a was taken");
        let all = [&a, &ab, &ac, &abab].map(Text::to_vec);
        assert_eq!(all, [&b"a"[..], b"ab", b"ac", b"abab"]);
    }
}
