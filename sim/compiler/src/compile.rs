//! The whole way, from a file's text to code, and what its stages print.
//!
//! Trees live as long as one call: the arena is made here, and goes when the code, which owns all it needs, is done.

use crate::check;
use crate::code::Code;
use crate::code::assemble::{assemble, messages};
use crate::code::print::print_code;
use crate::diagnostic::Diagnostics;
use crate::escape::escape;
use crate::ir::Program;
use crate::options::Options;
use crate::order::order;
use crate::print::print_program;
use crate::source::{Pos, Sources};
use crate::syntax;
use crate::walk::walk;
use bumpalo::Bump;
use std::sync::Arc;

/// A program that was not compiled, and why.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Its text, and those of the packages it imports.
    pub sources: Sources,
    /// What is wrong with it.
    pub diagnostics: Diagnostics,
}

/// What a compilation left.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The code.
    pub code: Arc<Code>,
    /// The texts that its positions are in.
    pub sources: Sources,
}

/// A stage whose result can be printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The syntax tree.
    Ast,
    /// The typed tree.
    Typed,
    /// After order.
    Order,
    /// After walk.
    Walk,
    /// Instructions.
    Code,
}

/// Compiles the program of this text; `name` is what its file is called.
///
/// # Errors
/// Everything that is wrong with it.
pub fn compile(name: &str, text: &str, options: Options) -> Result<Compiled, Rejected> {
    typed(name, text, |program, arena, sources| {
        lower(program, arena, options);
        assemble(program, sources).map(|code| Compiled { code: Arc::new(code), sources: sources.clone() })
    })
}

/// Prints what a stage makes of the program's own package.
///
/// # Errors
/// Everything that is wrong with the program.
pub fn print(name: &str, text: &str, options: Options, stage: Stage) -> Result<String, Rejected> {
    if stage == Stage::Ast {
        return ast(name, text);
    }
    typed(name, text, |program, arena, sources| {
        if stage != Stage::Typed {
            escape(program);
        }
        if matches!(stage, Stage::Order | Stage::Walk | Stage::Code) && options.order {
            order(program, arena, options);
        }
        if matches!(stage, Stage::Walk | Stage::Code) {
            walk(program, arena, options);
        }
        if stage == Stage::Code {
            return assemble(program, sources).map(|code| print_code(&code, sources, Some("main")));
        }
        Ok(print_program(program, Some(program.package)))
    })
}

/// What the compiler can tell about a program, in the words of Go's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listing {
    /// `write barrier`, where a store has one, as `-d=wb` does; `all` says why others have none.
    WriteBarriers {
        /** those without a barrier too? */
        all: bool,
    },
    /// Which pointers are live at calls, as `-live` does.
    Live,
}

/// Lists messages about the program's own package, `FILE:LINE: message`, by line.
///
/// # Errors
/// Everything that is wrong with the program.
pub fn list(name: &str, text: &str, options: Options, listing: Listing) -> Result<String, Rejected> {
    typed(name, text, |program, arena, sources| {
        lower(program, arena, options);
        let told = messages(program, options.lowering)?;
        let messages: Vec<(Pos, String)> = match listing {
            Listing::Live => told.live,
            Listing::WriteBarriers { all } => {
                let decisions = told.barriers.into_iter().filter(|d| all || d.spared.is_none());
                decisions.map(|d| (d.pos, d.text())).collect()
            }
        };
        let lines = messages.into_iter().filter_map(|(pos, text)| {
            let place = sources.place(pos)?;
            Some((place.line, format!("{}:{}: {text}\n", place.file, place.line)))
        });
        let mut lines: Vec<(u32, String)> = lines.collect();
        // Stable: messages of one line stay in their order, and identical ones are told once.
        lines.sort_by_key(|(line, _)| *line);
        let mut told = std::collections::BTreeSet::new();
        lines.retain(|line| told.insert(line.clone()));
        Ok(lines.into_iter().map(|(_, text)| text).collect())
    })
}

/// Escape analysis, order and walk: from the typed tree to one that code is generated from.
pub fn lower<'a>(program: &mut Program<'a>, arena: &'a Bump, options: Options) {
    escape(program);
    if options.order {
        order(program, arena, options);
    }
    walk(program, arena, options);
}

fn ast(name: &str, text: &str) -> Result<String, Rejected> {
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let arena = Bump::new();
    let file = sources.add(name, text).and_then(|source| syntax::parse(&arena, &source, &mut diagnostics));
    match file {
        Some(file) if diagnostics.is_empty() => Ok(syntax::print(&file, &sources)),
        _ => Err(Rejected { sources, diagnostics }),
    }
}

/// Parses and checks a program, and has something done with it.
pub fn typed<T>(
    name: &str,
    text: &str,
    then: impl for<'a> FnOnce(&mut Program<'a>, &'a Bump, &Sources) -> Result<T, Diagnostics>,
) -> Result<T, Rejected> {
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let arena = Bump::new();
    let program = sources.add(name, text).and_then(|source| {
        let units = check::load(&arena, &source, &mut sources, &mut diagnostics)?;
        check::check(&arena, &units, &sources, &mut diagnostics)
    });
    let done = match program {
        Some(mut program) => then(&mut program, &arena, &sources),
        None => return Err(Rejected { sources, diagnostics }),
    };
    done.map_err(|diagnostics| Rejected { sources, diagnostics })
}
