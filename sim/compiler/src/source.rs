//! Sources and positions in them.
//!
//! All files of a compilation, the program and the packages that it imports, lie in one space of byte positions, so
//! that a [`Pos`] alone says file, line and column.

use std::sync::Arc;

/// A byte position among all sources of a compilation. Zero is nowhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Pos(pub u32);

impl Pos {
    /// The position of what has none: code that the compiler made up.
    pub const NONE: Pos = Pos(0);
}

/// The bytes from `start` up to, not including, `end`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Span {
    /// Its first byte.
    pub start: Pos,
    /// The first byte after it.
    pub end: Pos,
}

/// One file.
#[derive(Debug)]
pub struct Source {
    /// The name to show: the path as given on the command line, or `fmt/print.go` of a package of ours.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Position of its first byte.
    base: u32,
    /// Offsets at which lines begin.
    lines: Vec<u32>,
}

/// Where a position is, for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place<'s> {
    /// The file's name.
    pub file: &'s str,
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u32,
}

/// All files of a compilation.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Arc<Source>>,
}

impl Sources {
    /// No file yet.
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Adds a file; `None` if all sources together exceed 4 GiB.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> Option<Arc<Source>> {
        let (name, text) = (name.into(), text.into());
        let base = self.files.last().map_or(1, |f| f.base as usize + f.text.len() + 1);
        u32::try_from(base + text.len()).ok()?;
        let starts = text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(i, _)| i as u32 + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        let file = Arc::new(Source { name, text, base: base as u32, lines });
        self.files.push(file.clone());
        Some(file)
    }

    /// All files, in the order in which they were added.
    pub fn files(&self) -> &[Arc<Source>] {
        &self.files
    }

    /// The file that a position is in.
    pub fn file(&self, pos: Pos) -> Option<&Arc<Source>> {
        let after = self.files.partition_point(|f| f.base <= pos.0);
        self.files.get(after.checked_sub(1)?)
    }

    /// File, line and column of a position; `None` for [`Pos::NONE`].
    pub fn place(&self, pos: Pos) -> Option<Place<'_>> {
        let file = self.file(pos)?;
        let (line, column) = file.line_column(pos);
        Some(Place { file: &file.name, line, column })
    }

    /// Line of a position, from 1; 0 for [`Pos::NONE`].
    pub fn line(&self, pos: Pos) -> u32 {
        self.place(pos).map_or(0, |p| p.line)
    }
}

impl Source {
    /// The position of a byte of this file.
    pub fn pos(&self, offset: usize) -> Pos {
        Pos(self.base + offset as u32)
    }

    /// The byte offset of a position of this file.
    pub fn offset(&self, pos: Pos) -> usize {
        (pos.0 - self.base) as usize
    }

    fn line_column(&self, pos: Pos) -> (u32, u32) {
        let offset = self.offset(pos) as u32;
        let line = self.lines.partition_point(|&start| start <= offset);
        (line as u32, offset - self.lines[line - 1] + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_tells_its_file_line_and_column() {
        let mut sources = Sources::new();
        let a = sources.add("a.go", "x\nyz\n").unwrap();
        let b = sources.add("b.go", "w").unwrap();
        let at = |pos| sources.place(pos).map(|p| (p.file, p.line, p.column));
        assert_eq!(at(a.pos(0)), Some(("a.go", 1, 1)));
        assert_eq!(at(a.pos(3)), Some(("a.go", 2, 2)));
        assert_eq!(at(a.pos(5)), Some(("a.go", 3, 1)), "the end of a file is a place, too");
        assert_eq!(at(b.pos(0)), Some(("b.go", 1, 1)));
        assert_eq!(at(Pos::NONE), None);
    }
}
