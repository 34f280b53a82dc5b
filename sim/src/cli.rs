//! The command line: typed arguments, then resolved ones.
//!
//! Results go to standard output (or `-o`), diagnostics to standard error, as text even with
//! `--format json`. Arguments that are wrong exit with 2, like a scenario that is wrong.

use crate::check;

use crate::check::graph::{Reduction, Reductions};
use crate::exit::Exit;
use crate::layout::command::{self, Form, Request};
use crate::layout::{Collect, Options};
use crate::options::{Color, Format, RunOptions};
use crate::output::Output;
use crate::program::{self, lower};
use crate::run;
use crate::scenario::choice::Choices;
use crate::scenario::{self, Loaded, Override, schema};
use clap::{ArgAction, Args, Parser, Subcommand};
use compiler::compile::Listing;
use gc::Bytes;
use gc::barrier::CATALOGUE;
use serde_json::json;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};

/// Columns of a diagnostic.
const WIDTH: usize = 140;

/// Is a placement of write barriers safe under a collector, and what does it cost?
#[derive(Parser, Debug)]
#[command(name = "sim", version, about, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 as expected; 1 a violation, or an expectation not met; 2 the scenario or the \
                        arguments are wrong; 3 bounded; 70 a fault of the simulator; 130 interrupted.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run a scenario once, by its schedule, and report; or run a Go program.
    Run {
        /// The scenario (.toml), - for standard input; or a Go program (.go), run with the defaults as Go would.
        file: PathBuf,
    },
    /// Explore every interleaving of a scenario, and decide whether it is safe.
    Check(CheckArgs),
    /// Take the steps of a counterexample again, and tell each.
    Replay(ReplayArgs),
    /// Apply map operations and print the map's memory: as JSON, a line a script, or as a picture.
    Layout(LayoutArgs),
    /// Print what the compiler's passes make of a Go program.
    Lower(LowerArgs),
    /// Print the JSON Schema of scenarios.
    Schema,
    /// List the barriers that have names: steps and claimed invariant.
    Barriers,
}

#[derive(Args, Debug)]
struct Global {
    /// The form of the report; diagnostics are text in either case.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORM")]
    format: Format,
    /// Seed of everything random: the same as --set seed=N.
    #[arg(long, global = true, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Set any key of the scenario, such as barrier.kind=none; takes out of the file what contradicts it.
    #[arg(long, global = true, value_name = "KEY=VALUE", action = ArgAction::Append)]
    set: Vec<String>,
    /// Host threads to use [default: one for each core].
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    jobs: Option<NonZeroUsize>,
    /// Stop after so many seconds: the same as --set limits.time=SECONDS.
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    time_limit: Option<f64>,
    /// No progress and no remarks.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// More remarks; twice for more still.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    /// When to use colour; NO_COLOR is heeded.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
    /// Write the report to a file, which appears whole or not at all.
    #[arg(short, long, global = true, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct LayoutArgs {
    /// Scripts of operations (.json), any number of JSON values; or - for standard input.
    file: PathBuf,
    /// Draw the maps instead.
    #[arg(long, value_enum, value_name = "FORM")]
    picture: Option<Form>,
    /// Collect garbage after every N-th operation; what is printed must stay the same.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    collect: Option<NonZeroU64>,
    /// With --collect N: at every N-th allocation instead.
    #[arg(long, requires = "collect")]
    at_allocations: bool,
    /// The most memory that a script may use.
    #[arg(long, value_name = "MIB", default_value = "1024", value_parser = clap::value_parser!(u64).range(1..=65536))]
    memory: u64,
    /// Columns of a picture in text [default: the terminal's, or 120].
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..))]
    width: Option<u16>,
}

#[derive(Args, Debug)]
struct CheckArgs {
    /// The scenario (.toml), or - for standard input.
    file: PathBuf,
    /// Write the counterexample, if there is one, to a file.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// The most memory for states.
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..))]
    memory: Option<u64>,
    /// Stop at so many states.
    #[arg(long, value_name = "N")]
    max_states: Option<usize>,
    /// Stop at this depth.
    #[arg(long, value_name = "N")]
    max_depth: Option<u32>,
    /// Leave out a reduction: one that changes no verdict, but makes states or steps fewer.
    #[arg(long, value_name = "REDUCTION", value_enum, action = ArgAction::Append)]
    without: Vec<Reduction>,
}

#[derive(Args, Debug)]
struct ReplayArgs {
    /// The counterexample, as check --save wrote it.
    file: PathBuf,
    /// Stop after so many steps.
    #[arg(long, value_name = "N")]
    step: Option<usize>,
}

#[derive(Args, Debug)]
struct LowerArgs {
    /// The program (.go).
    file: PathBuf,
    /// Print the program as it is after a pass.
    #[arg(long, value_enum, value_name = "PASS", required_unless_present_any = ["wb", "live"])]
    print: Option<lower::Print>,
    /// List the stores that have a write barrier; with -v also why others have none.
    #[arg(long, conflicts_with_all = ["print", "live"])]
    wb: bool,
    /// List the pointers that are live at calls.
    #[arg(long, conflicts_with = "print")]
    live: bool,
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected an integer from 0 to {}", u64::MAX))
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(n) if n > 0.0 && n.is_finite() => Ok(n),
        _ => Err("expected a number of seconds above 0".to_owned()),
    }
}

impl Global {
    /// What the flags change in a scenario, `--set` last.
    fn overrides(&self) -> Vec<Override> {
        let seed = self.seed.map(|n| Override::flag("--seed", "seed", &n.to_string()));
        let limit = self.time_limit.map(|n| Override::flag("--time-limit", "limits.time", &format!("{n:?}")));
        seed.into_iter().chain(limit).chain(self.set.iter().map(|s| Override::set(s))).collect()
    }

    fn jobs(&self) -> NonZeroUsize {
        self.jobs.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
    }
}

/// Runs the command that the process was given.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version are no errors; a closed pipe is none either.
            let _ = e.print();
            return if e.use_stderr() { Exit::Wrong } else { Exit::Expected };
        }
    };
    let color = cli.global.color.wanted(std::io::stderr().is_terminal());
    let output = match Output::open(cli.global.output.as_deref()) {
        Ok(output) => output,
        Err(message) => return wrong(&message, color),
    };
    let written = match &cli.command {
        Command::Run { file } => return run_file(file, &cli.global, output, color),
        Command::Check(args) => return check_file(args, &cli.global, output, color),
        Command::Replay(args) => return replay_file(args, &cli.global, output, color),
        Command::Layout(args) => return layout(args, &cli.global, output, color),
        Command::Lower(args) => match lowered(args, &cli.global, color) {
            Ok(text) => output.write(text.as_bytes()),
            Err(exit) => return exit,
        },
        Command::Schema => output.write(format!("{:#}\n", schema::document()).as_bytes()),
        Command::Barriers => output.write(barriers(cli.global.format).as_bytes()),
    };
    match written {
        Ok(()) => Exit::Expected,
        Err(message) => wrong(&message, color),
    }
}

fn run_file(file: &Path, global: &Global, output: Output, color: bool) -> Exit {
    let go = file.extension() == Some(OsStr::new("go"));
    let loaded = match load(file, global, &output, color) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let options = options(file, global, output, color);
    if go { program::run::run(&loaded.scenario, &options) } else { run::run(&loaded.scenario, &options) }
}

fn check_file(args: &CheckArgs, global: &Global, output: Output, color: bool) -> Exit {
    let loaded = match load(&args.file, global, &output, color) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let request = check::command::Request {
        save: args.save.clone(),
        memory: args.memory.and_then(|mib| usize::try_from(mib << 20).ok()),
        max_states: args.max_states,
        max_depth: args.max_depth,
        reductions: args.without.iter().fold(Reductions::ALL, |all, &one| all.without(one)),
    };
    check::command::check(&loaded.scenario, &request, &options(&args.file, global, output, color))
}

fn replay_file(args: &ReplayArgs, global: &Global, output: Output, color: bool) -> Exit {
    match scenario::open::text(&args.file) {
        Ok(text) => check::command::replay(&text, args.step, &options(&args.file, global, output, color)),
        Err(message) => wrong(&message, color),
    }
}

/// What a file is called in messages.
fn name(file: &Path) -> String {
    if file.as_os_str() == "-" { "<stdin>".to_owned() } else { file.display().to_string() }
}

/// Reads a scenario, or makes one of a program, or says what is wrong with it.
fn load(file: &Path, global: &Global, output: &Output, color: bool) -> Result<Loaded, Exit> {
    if output.is(file) {
        return Err(wrong(&format!("the report would overwrite {}", file.display()), color));
    }
    // A program by itself is a scenario that names it, with every default.
    let go = file.extension() == Some(OsStr::new("go"));
    let text = if go { Ok(scenario::of_program(file)) } else { scenario::open::text(file) };
    let text = text.map_err(|message| wrong(&message, color))?;
    let loaded = scenario::load(&name(file), &text, &global.overrides()).map_err(|report| {
        let _ = std::io::stderr().lock().write_all(report.render(color, WIDTH).as_bytes());
        Exit::Wrong
    })?;
    if global.verbose > 0 {
        for note in &loaded.notes {
            let _ = writeln!(std::io::stderr().lock(), "note: {note}");
        }
    }
    Ok(loaded)
}

fn options(file: &Path, global: &Global, output: Output, color: bool) -> RunOptions {
    let to_terminal = output == Output::Stdout && std::io::stdout().is_terminal();
    RunOptions {
        name: name(file),
        format: global.format,
        jobs: global.jobs(),
        quiet: global.quiet,
        verbose: global.verbose,
        color,
        color_report: global.color.wanted(to_terminal),
        output,
    }
}

/// What `sim lower` prints.
fn lowered(args: &LowerArgs, global: &Global, color: bool) -> Result<String, Exit> {
    let name = args.file.display().to_string();
    let loaded = scenario::load(&name, &scenario::of_program(&args.file), &global.overrides()).map_err(|report| {
        let _ = std::io::stderr().lock().write_all(report.render(color, WIDTH).as_bytes());
        Exit::Wrong
    })?;
    let Some(text) = loaded.scenario.program.as_ref().map(|p| &p.text) else {
        return Err(wrong("--set takes the program away", color));
    };
    let options = program::options(&loaded.scenario);
    let done = match args.print {
        Some(print) => lower::stage(&name, text, options, print),
        None if args.wb => lower::list(&name, text, options, Listing::WriteBarriers { all: global.verbose > 0 }),
        None => lower::list(&name, text, options, Listing::Live),
    };
    done.map_err(|rejected| {
        let text = program::reject::render(&rejected, color, WIDTH);
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
        Exit::Wrong
    })
}

fn layout(args: &LayoutArgs, global: &Global, output: Output, color: bool) -> Exit {
    if !global.set.is_empty() || global.time_limit.is_some() {
        return wrong("--set and --time-limit are for scenarios; layout runs none", color);
    }
    if output.is(&args.file) {
        return wrong(&format!("the dumps would overwrite {}", args.file.display()), color);
    }
    let to_terminal = output == Output::Stdout && std::io::stdout().is_terminal();
    let columns = || std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|&c: &u16| c >= 40);
    let width = args.width.or_else(columns).unwrap_or(120);
    let request = Request {
        file: args.file.clone(),
        options: Options {
            collect: match (args.collect, args.at_allocations) {
                (None, _) => Collect::Never,
                (Some(n), false) => Collect::Operations(n),
                (Some(n), true) => Collect::Allocations(n),
            },
            memory: Bytes(args.memory << 20),
        },
        picture: args.picture,
        seed: global.seed,
        output,
        width: width.into(),
        color: global.color.wanted(to_terminal),
    };
    command::run(&request).unwrap_or_else(|message| wrong(&message, color))
}

/// The catalogue of barriers.
fn barriers(format: Format) -> String {
    match format {
        Format::Json => {
            let barriers = CATALOGUE.iter().map(|n| {
                let steps: Vec<String> = n.program.steps().iter().map(ToString::to_string).collect();
                json!({
                    "id": n.id,
                    "steps": steps,
                    "atomic": n.program.is_atomic(),
                    "invariant": n.invariant.name(),
                    "about": n.about,
                })
            });
            format!("{:#}\n", json!({ "schema": 1, "barriers": barriers.collect::<Vec<_>>() }))
        }
        Format::Text => {
            let mut out = String::new();
            for n in CATALOGUE {
                let atomic = if n.program.is_atomic() { " (in one step)" } else { "" };
                // Writing to a string cannot fail.
                let _ = writeln!(out, "{}\n    {}", n.id, n.about);
                let _ = writeln!(out, "    steps      {}{atomic}", n.program);
                let _ = writeln!(out, "    invariant  {}\n", n.invariant.name());
            }
            out.truncate(out.trim_end().len());
            out.push('\n');
            out
        }
    }
}

fn wrong(message: &str, color: bool) -> Exit {
    complain("error", message, color)
}

fn complain(class: &str, message: &str, color: bool) -> Exit {
    let (on, off) = if color { ("\u{1b}[1m\u{1b}[91m", "\u{1b}[0m") } else { ("", "") };
    // Nothing is left to do if standard error is gone.
    let _ = writeln!(std::io::stderr().lock(), "{on}{class}{off}: {message}");
    Exit::Wrong
}
