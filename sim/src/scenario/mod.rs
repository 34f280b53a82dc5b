//! Scenarios: what to run, on which runtime, with which barriers, and what should come of it.
//!
//! ```text
//! text ─▶ tree (spans) ─▶ set (flags) ─▶ read (by the table of keys) ─▶ check ─▶ Scenario
//!            │                │               │                           │
//!            └────────────────┴── diagnose ◀──┴───────────────────────────┘
//! ```
//!
//! Every key is declared once, in [`keys`]; reading, `--set`, the JSON Schema and printing walk
//! that table. A file that is wrong is refused with everything that is wrong with it: nothing
//! unknown is skipped, nothing is guessed.
//!
//! - [`keys`]: the table; [`setting`] and [`choice`]: what it is made of; [`size`], [`glob`]: values.
//! - [`workload`], [`compiler`], [`collector`], [`barrier`], [`schedule`], [`expect`]: the meanings.
//! - [`tree`], [`set`], [`read`], `check`, [`diagnose`], [`open`]: from text to [`Scenario`].
//! - [`schema`], [`write`](mod@write): from the table, and from a [`Scenario`], back to text.

pub mod barrier;
mod check;
pub mod choice;
pub mod collector;
pub mod compiler;
pub mod diagnose;
pub mod expect;
pub mod glob;
pub mod keys;
pub mod open;
pub mod read;
pub mod schedule;
pub mod schema;
pub mod set;
pub mod setting;
pub mod size;
pub mod tree;
pub mod words;
pub mod workload;
pub mod write;

pub use barrier::{Barrier, BulkOrder, Placement, Rule};
pub use collector::{Collector, Mode, Trigger};
pub use diagnose::{Problem, Report};
pub use keys::{Compiler, Expect, Heap, Limits, Mix, Oracles, Runtime, Workload};
pub use schedule::Schedule;
pub use set::Override;
pub use words::scenario_words;

use compiler::Lowering;
use diagnose::{FILE, Source};
use keys::Document;
use read::Reader;
use setting::Value;
use std::path::Path;

/// A scenario with every default filled in. Two that are equal run the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// What it shows, in a line; may be empty.
    pub title: String,
    /// Seed of the workload.
    pub seed: u64,
    /// The Go program to run, if it is one.
    pub program: Option<Program>,
    /// The operations otherwise.
    pub workload: Workload,
    /// How they are lowered; the era is set.
    pub compiler: Compiler,
    /// The map runtime.
    pub runtime: Runtime,
    /// The heap.
    pub heap: Heap,
    /// The collector.
    pub collector: Collector,
    /// The barrier of every site that no placement names.
    pub barrier: Barrier,
    /// Sites with a barrier of their own; the last one that fits holds.
    pub placements: Vec<Placement>,
    /// Who runs when.
    pub schedule: Schedule,
    /// When to stop early.
    pub limits: Limits,
    /// What is checked.
    pub oracles: Oracles,
    /// What should come of it.
    pub expect: Expect,
}

/// A Go program, and where it is from.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// What it is called in messages and sites: its path as given, or `main.go` if it stands in the scenario.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The key that gave it.
    spelled: keys::Program,
}

/// A scenario that is right, and remarks on how it came about.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The scenario.
    pub scenario: Scenario,
    /// What flags took out of the file: for `-v`.
    pub notes: Vec<String>,
}

/// Reads a scenario from `text`, called `name` in messages, after `overrides` in their order.
///
/// # Errors
/// Everything that is wrong with it.
///
/// # Panics
/// If a check has a hole: a document in which nothing was found wrong always resolves.
pub fn load(name: &str, text: &str, overrides: &[Override]) -> Result<Loaded, Box<Report>> {
    let mut sources = vec![Source { name: name.to_owned(), text: text.to_owned() }];
    let mut syntax = Vec::new();
    let mut root = tree::parse(FILE, text, &mut syntax);
    let mut notes = Vec::new();
    let mut problems = Vec::new();
    for change in overrides {
        let id = sources.len();
        sources.push(Source { name: "command line".to_owned(), text: change.shown().to_owned() });
        match change.apply(id, &mut root) {
            Ok(mut taken) => notes.append(&mut taken),
            Err(problem) => problems.push(*problem),
        }
    }
    let mut reader = Reader::default();
    let document = Document::read(&root, &mut reader).unwrap_or_default();
    problems.append(&mut reader.problems);
    problems.append(&mut check::document(&root, &document));
    let program = document.program.as_ref().and_then(|keys| match Program::read(keys, name) {
        Ok(program) => Some(program),
        Err(message) => {
            let at = root.table().and_then(|t| t.find(&["program", "file"])).map(|e| e.node.span.clone());
            let problem = Problem::error(message);
            problems.push(match at {
                Some(span) => problem.at(span, "the program"),
                None => problem,
            });
            None
        }
    });
    if syntax.is_empty() && problems.is_empty() {
        let scenario = Scenario::resolve(document, program).expect("a document without problems resolves");
        return Ok(Loaded { scenario, notes });
    }
    Err(Box::new(Report::new(sources, syntax, problems)))
}

/// The text of a scenario of the program at `path`, which stands beside it, with every default.
pub fn of_program(path: &Path) -> String {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    format!("schema = 1\n[program]\nfile = {}\n", toml::Value::from(&*file))
}

impl Program {
    /// Reads the program that a scenario of this name asks for.
    fn read(keys: &keys::Program, scenario: &str) -> Result<Program, String> {
        let spelled = keys.clone();
        match (&keys.file, &keys.source) {
            (Some(file), _) => {
                let path = Path::new(scenario).parent().unwrap_or(Path::new("")).join(file);
                Ok(Program { text: open::program(&path)?, name: path.display().to_string(), spelled })
            }
            (None, Some(text)) => Ok(Program { name: "main.go".to_owned(), text: text.clone(), spelled }),
            (None, None) => Err("no program".to_owned()),
        }
    }
}

impl Scenario {
    /// The era of the lowering.
    pub fn lowering(&self) -> Lowering {
        self.compiler.lowering.unwrap_or(Lowering::Mapassign)
    }

    /// Nothing if the document was not found right.
    fn resolve(document: Document, program: Option<Program>) -> Option<Scenario> {
        let mut workload = match &program {
            Some(_) => document.workload.unwrap_or_default(),
            None => document.workload?,
        };
        let mut compiler = document.compiler;
        let era = if program.is_some() { Lowering::MapassignOp } else { Lowering::Mapassign };
        compiler.lowering.get_or_insert(era);
        if let Some(domain) = workload.key.domain(workload.string_bytes) {
            workload.keys = workload.keys.min(domain);
        }
        Some(Scenario {
            title: document.title,
            seed: document.seed,
            program,
            workload,
            compiler,
            runtime: document.runtime,
            heap: document.heap,
            collector: Collector::resolve(document.collector),
            barrier: Barrier::resolve(&document.barrier)?,
            placements: document.placement.iter().map(Placement::resolve).collect::<Option<_>>()?,
            schedule: Schedule { gear: document.schedule.gear, seed: document.schedule.seed.unwrap_or(document.seed) },
            limits: document.limits,
            oracles: document.oracles,
            expect: document.expect,
        })
    }

    /// The keys that spell it.
    fn spell(&self) -> Document {
        Document {
            schema: 1,
            title: self.title.clone(),
            seed: self.seed,
            program: self.program.as_ref().map(|p| p.spelled.clone()),
            workload: self.program.is_none().then(|| self.workload.clone()),
            compiler: self.compiler.clone(),
            runtime: self.runtime.clone(),
            heap: self.heap.clone(),
            collector: self.collector.spell(),
            barrier: self.barrier.spell(),
            placement: self.placements.iter().map(Placement::spell).collect(),
            schedule: keys::Schedule { gear: self.schedule.gear, seed: Some(self.schedule.seed) },
            limits: self.limits.clone(),
            oracles: self.oracles.clone(),
            expect: self.expect.clone(),
        }
    }

    /// Prints it with every key spelled out; [`load`] reads an equal one back.
    pub fn to_toml(&self) -> String {
        write::document(&self.spell())
    }

    /// The barrier of a site: that of the last placement that fits its name, or the general one.
    pub fn rule(&self, site: &str) -> Rule {
        self.placements.iter().rev().find(|p| p.site.fits(site)).map_or(self.barrier.rule, |p| p.rule)
    }
}
