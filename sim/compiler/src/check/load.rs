//! Packages: the program's file, and those of ours that it imports.
//!
//! A package of ours is Go source in `golib`, one folder each, built into the compiler. In it, a function without body is
//! a *native*, which the machine has under its full name: `strings.indexByte`. Packages that we have not are
//! refused by name.

use crate::ast::File;
use crate::diagnostic::Diagnostics;
use crate::source::{Pos, Source, Sources, Span};
use bumpalo::Bump;

/// A package, parsed.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// Its import path; `main` for the program.
    pub path: &'a str,
    /// Its files.
    pub files: &'a [File<'a>],
}

/// The files of a package of ours: names as they are shown, and texts.
struct Package {
    path: &'static str,
    files: &'static [(&'static str, &'static str)],
}

include!(concat!(env!("OUT_DIR"), "/golib.rs"));

/// Parses a program and the packages that it imports, in dependency order and the program last.
///
/// The program's file must be among `sources` already; those of packages are added. `None` if the program is not Go;
/// a package that is not to be had is reported, and left out.
pub fn load<'a>(
    arena: &'a Bump,
    program: &Source,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Unit<'a>>> {
    let file = crate::syntax::parse(arena, program, diagnostics)?;
    let mut loader = Loader { arena, sources, diagnostics, units: Vec::new(), loading: Vec::new() };
    loader.imports(&file);
    let Loader { mut units, .. } = loader;
    units.push(Unit { path: "main", files: arena.alloc_slice_fill_iter([file]) });
    Some(units)
}

struct Loader<'a, 'l> {
    arena: &'a Bump,
    sources: &'l mut Sources,
    diagnostics: &'l mut Diagnostics,
    units: Vec<Unit<'a>>,
    /// Packages being loaded, each imported by the one before.
    loading: Vec<&'static str>,
}

impl<'a> Loader<'a, '_> {
    fn imports(&mut self, file: &File<'a>) {
        for import in file.imports {
            let known = import.path == "unsafe" || self.units.iter().any(|unit| unit.path == import.path);
            if known {
                continue;
            }
            let span = Span { start: import.pos, end: Pos(import.pos.0 + import.path.len() as u32 + 2) };
            match GOLIB.iter().find(|package| package.path == import.path) {
                Some(package) if !self.loading.contains(&package.path) => self.package(package),
                _ => self.diagnostics.unsupported(span, format!("package {:?}", import.path)),
            }
        }
    }

    fn package(&mut self, package: &'static Package) {
        self.loading.push(package.path);
        let mut files = Vec::new();
        for (name, text) in package.files {
            let Some(source) = self.sources.add(*name, *text) else { continue };
            if let Some(file) = crate::syntax::parse(self.arena, &source, self.diagnostics) {
                self.imports(&file);
                files.push(file);
            }
        }
        self.loading.pop();
        self.units.push(Unit { path: package.path, files: self.arena.alloc_slice_fill_iter(files) });
    }
}
