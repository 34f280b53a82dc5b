//! What goroutines share besides memory: output, arguments, and how the program ends.

use gc::Finalizer;

/// A stream that the program writes to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// What the program has written and nobody has taken yet, in order.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Output {
    pieces: Vec<(Stream, Vec<u8>)>,
    bytes: usize,
}

/// Output that waits is given to whoever runs the machine when it has become this long.
const LARGE: usize = 1 << 16;

impl Output {
    /// Appends bytes.
    pub(crate) fn write(&mut self, stream: Stream, bytes: &[u8]) {
        self.bytes += bytes.len();
        match self.pieces.last_mut() {
            Some((last, piece)) if *last == stream => piece.extend_from_slice(bytes),
            _ => self.pieces.push((stream, bytes.to_vec())),
        }
    }

    /// Is it so much that it should be taken?
    pub(crate) fn is_large(&self) -> bool {
        self.bytes >= LARGE
    }

    /// All of one stream.
    pub(crate) fn of(&self, stream: Stream) -> Vec<u8> {
        self.pieces.iter().filter(|(to, _)| *to == stream).flat_map(|(_, piece)| piece).copied().collect()
    }

    /// Takes it all, in the order in which it was written.
    pub fn take(&mut self) -> Vec<(Stream, Vec<u8>)> {
        self.bytes = 0;
        std::mem::take(&mut self.pieces)
    }
}

/// What goroutines share.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Process {
    pub(crate) output: Output,
    /// `os.Args`.
    pub(crate) args: Vec<String>,
    /// Nanoseconds of modelled time.
    pub(crate) clock: u64,
    /// Collections that the program has asked for.
    pub(crate) collections: u64,
    /// The code that a native wants the program to exit with.
    pub(crate) exit: Option<i32>,
    /// The finalizer that is to be called now.
    pub(crate) finalizer: Option<Finalizer>,
    /// Is one running? The others wait for it.
    pub(crate) finalizing: bool,
    /// The text of an unrecoverable fault.
    pub(crate) throw: Option<String>,
}

impl Process {
    /// Writes to standard error.
    pub(crate) fn print(&mut self, text: &str) {
        self.output.write(Stream::Stderr, text.as_bytes());
    }
}
