//! Packages: the program's file, and those of ours that it imports.
//!
//! A package of ours is Go source in `golib`, one folder each, built into the compiler. In it, a function without body is
//! a *native*, which the machine has under its full name: `strings.indexByte`. Packages that we have not are
//! refused by name.

use crate::ast::File;
use crate::diagnostic::Diagnostics;
use crate::source::{Pos, Source, Sources, Span};
use bumpalo::Bump;
use include_dir::{Dir, include_dir};

/// A package, parsed.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// Its import path; `main` for the program.
    pub path: &'a str,
    /// Its files.
    pub files: &'a [File<'a>],
}

/// The packages of ours.
static GOLIB: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/golib");

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
    // Panics of the machine need it in every program.
    loader.import("runtime", Span::default());
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
    loading: Vec<&'a str>,
}

impl<'a> Loader<'a, '_> {
    fn imports(&mut self, file: &File<'a>) {
        for import in file.imports {
            let span = Span { start: import.pos, end: Pos(import.pos.0 + import.path.len() as u32 + 2) };
            self.import(import.path, span);
        }
    }

    fn import(&mut self, path: &'a str, span: Span) {
        if path == "unsafe" || self.units.iter().any(|unit| unit.path == path) {
            return;
        }
        match GOLIB.get_dir(path) {
            Some(package) if !path.is_empty() && !self.loading.contains(&path) => self.package(path, package),
            _ => self.diagnostics.unsupported(span, format!("package {path:?}")),
        }
    }

    fn package(&mut self, path: &'a str, package: &'static Dir<'static>) {
        self.loading.push(path);
        let mut texts: Vec<_> = package.files().filter(|f| f.path().extension().is_some_and(|e| e == "go")).collect();
        texts.sort_by_key(|file| file.path());
        let mut files = Vec::new();
        for file in texts {
            let name = file.path().to_string_lossy();
            let source = file.contents_utf8().and_then(|text| self.sources.add(name, text));
            if let Some(file) = source.and_then(|source| crate::syntax::parse(self.arena, &source, self.diagnostics)) {
                self.imports(&file);
                files.push(file);
            }
        }
        self.loading.pop();
        self.units.push(Unit { path, files: self.arena.alloc_slice_fill_iter(files) });
    }
}
