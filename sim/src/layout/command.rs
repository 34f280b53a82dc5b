//! The command: files, options, exit codes.
//!
//! A dump is printed as soon as its script ends. The first script that is wrong ends the command, with 2; what came
//! before has been printed. A script that ran out of memory has a dump too, and the command goes on, to end with 3.

use crate::exit::Exit;
use crate::layout::machine::{self, Dump, Ended, Options};
use crate::layout::picture::{self, Figure, svg, text};
use crate::layout::script;
use crate::output::Output;
use gc::runtime::Bare;
use serde_json::Value;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Bytes of the longest script.
pub const LONGEST_SCRIPT: u64 = 64 << 20;

/// What a picture is drawn in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Form {
    /// Box-drawing characters, as wide as the terminal.
    Text,
    /// One SVG file with all maps below each other.
    Svg,
}

/// What the command was asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The scripts; `-` is standard input.
    pub file: PathBuf,
    /// When to collect, and how much memory there is.
    pub options: Options,
    /// A picture instead of JSON.
    pub picture: Option<Form>,
    /// State of `fastrand` for scripts that do not give it.
    pub seed: Option<u64>,
    /// Where to print to.
    pub output: Output,
    /// Columns of a picture in text.
    pub width: usize,
    /// Is a picture in text coloured?
    pub color: bool,
}

/// A reader that stops a script which does not end.
struct Capped<R> {
    from: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::other(format!("is longer than {LONGEST_SCRIPT} bytes (64 MiB)")));
        }
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let n = self.from.read(&mut buffer[..most])?;
        self.left.set(left - n as u64);
        Ok(n)
    }
}

/// Why the command ends early.
enum Wrong {
    /// With this message.
    Message(String),
    /// Nobody reads what it prints.
    Closed,
}

/// Runs all scripts of a file.
///
/// # Errors
/// A line for people, after which the command ends with [`Exit::Wrong`].
pub fn run(request: &Request) -> Result<Exit, String> {
    let name = if request.file.as_os_str() == "-" { "<stdin>".to_owned() } else { request.file.display().to_string() };
    let mut printer = Printer { request, kept: Vec::new(), figures: Vec::new() };
    match scripts(request, &name, &mut printer) {
        Ok(exit) => printer.end().map(|()| exit),
        Err(Wrong::Closed) => Ok(Exit::Expected),
        Err(Wrong::Message(message)) => {
            // What came before is not lost, nor half of it kept in a file.
            if request.output == Output::Stdout {
                printer.end()?;
            }
            Err(message)
        }
    }
}

fn open(path: &Path) -> Result<Box<dyn Read>, String> {
    let name = path.display();
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let fault = |e: io::Error| match e.kind() {
        io::ErrorKind::NotFound => format!("{name}: no such file"),
        io::ErrorKind::PermissionDenied => format!("{name}: not allowed to read it"),
        _ => format!("{name}: {e}"),
    };
    if std::fs::metadata(path).map_err(fault)?.is_dir() {
        return Err(format!("{name}: is a directory, expected map operations (.json)"));
    }
    Ok(Box::new(File::open(path).map_err(fault)?))
}

fn scripts(request: &Request, name: &str, printer: &mut Printer<'_>) -> Result<Exit, Wrong> {
    let left = Rc::new(Cell::new(LONGEST_SCRIPT));
    let from = open(&request.file).map_err(Wrong::Message)?;
    let reader = Capped { from: BufReader::new(from), left: left.clone() };
    let mut worst = Exit::Expected;
    let mut count = 0;
    for json in serde_json::Deserializer::from_reader(reader).into_iter::<Value>() {
        count += 1;
        left.set(LONGEST_SCRIPT);
        let json = json.map_err(|e| Wrong::Message(format!("{name}: script {count}: {}", unreadable(&e))))?;
        let mut script = script::read(count, &json).map_err(|e| Wrong::Message(format!("{name}: {e}")))?;
        if let (Some(seed), None) = (request.seed, json.get("rng")) {
            script.rng = seed;
        }
        drop(json);
        let dump = machine::run::<Bare>(&script, &request.options);
        if let Some(outcome) = &dump.outcome {
            let (exit, what) = match &outcome.ended {
                Ended::Fault(what) => (Exit::Fault, format!("a fault of the simulator: {what}")),
                Ended::Violation(what) => (Exit::Violated, what.clone()),
                Ended::FatalError(what) => (Exit::Violated, format!("fatal error: {what}")),
                Ended::OutOfMemory(what) => (Exit::Bounded, format!("out of memory: {what}")),
            };
            let at = if outcome.op < 0 { "make".into() } else { format!("op {}", outcome.op) };
            // Nothing is left to do if standard error is gone.
            let _ = writeln!(io::stderr().lock(), "{name}: script {count}, {at}: {what}");
            let rank =
                |e: Exit| [Exit::Expected, Exit::Bounded, Exit::Violated, Exit::Fault].iter().position(|&x| x == e);
            worst = if rank(exit) > rank(worst) { exit } else { worst };
        }
        printer.print(&dump)?;
    }
    if count == 0 {
        return Err(Wrong::Message(format!(
            "{name}: there is no script in it; expected JSON objects with \"key\", \"elem\" and \"ops\""
        )));
    }
    Ok(worst)
}

fn unreadable(e: &serde_json::Error) -> String {
    match e.classify() {
        serde_json::error::Category::Io => {
            let text = e.to_string();
            text.split(" at line ").next().unwrap_or_default().to_owned()
        }
        _ => format!("not valid JSON: {e}"),
    }
}

struct Printer<'a> {
    request: &'a Request,
    /// What goes to a file, as a whole.
    kept: Vec<u8>,
    /// What goes into one SVG.
    figures: Vec<Figure>,
}

impl Printer<'_> {
    fn print(&mut self, dump: &Dump) -> Result<(), Wrong> {
        let out = match self.request.picture {
            Some(Form::Svg) => {
                self.figures.extend(picture::figures(dump));
                return Ok(());
            }
            Some(Form::Text) => {
                let drawn = picture::figures(dump).into_iter();
                drawn.map(|f| text::draw(&f, self.request.width, self.request.color) + "\n").collect()
            }
            None => serde_json::to_string(dump).map_err(|e| Wrong::Message(e.to_string()))? + "\n",
        };
        if self.request.output != Output::Stdout {
            self.kept.extend_from_slice(out.as_bytes());
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        stdout.write_all(out.as_bytes()).and_then(|()| stdout.flush()).map_err(|e| match e.kind() {
            io::ErrorKind::BrokenPipe => Wrong::Closed,
            _ => Wrong::Message(format!("cannot write to standard output: {e}")),
        })
    }

    fn end(&mut self) -> Result<(), String> {
        if !self.figures.is_empty() {
            self.kept.extend_from_slice(svg::draw(&self.figures).as_bytes());
        }
        if self.kept.is_empty() { Ok(()) } else { self.request.output.write(&self.kept) }
    }
}
