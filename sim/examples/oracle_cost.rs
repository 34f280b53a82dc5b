//! What each oracle costs: the time of a run with it, as a multiple of the time without any.
//!
//! Each scenario runs in this process without oracles, with each one alone, and with all. Rounds go through these
//! settings in turn, so that a busy machine slows all of them; a number is the median of a setting's rounds, in CPU
//! time. The oracles of the heap need the counters and the shadow, whose column is what each of theirs holds besides
//! its own cost.
//!
//! ```text
//! cargo run --release -p sim --example oracle_cost [-- [--rounds N] [--filter TEXT] [--brief]]
//! ```
//!
//! `--filter` keeps the scenarios whose names contain the text; `--brief` runs `none` and `all` only. Exit code 1 if
//! all oracles together cost more than [`MOST`] somewhere.

use comfy_table::{CellAlignment, Table, presets};
use cpu_time::ProcessTime;
use gc::runtime::{Bare, Checked, Counted, Instruments};
use sim::run::{End, drive};
use sim::scenario::keys::Observation;
use sim::scenario::{Oracles, Override, Scenario, load};
use sim::workload::world::MapWorld;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// The most that all oracles may cost.
const MOST: f64 = 3.0;

/// A run without oracles takes at least this long: operations are added until it does.
const LONG_ENOUGH: Duration = Duration::from_millis(60);

/// A column: its name, what of [`Oracles`] it turns on, and what is observed if it is more than they need.
type Column = (&'static str, fn(&mut Oracles), Option<Observation>);

const COLUMNS: [Column; 9] = [
    ("none", |_| {}, None),
    ("counters", |o| o.counters = true, None),
    ("values", |o| o.values = true, None),
    ("shadow", |_| {}, Some(Observation::Checks)),
    ("access", |o| o.access = true, None),
    ("accounting", |o| o.accounting = true, None),
    ("tricolor", |o| o.tricolor = true, None),
    ("reachability", |o| o.reachability = true, None),
    ("all", |o| *o = Oracles::default(), None),
];

/// What the first scenario is varied by.
const VARIATIONS: &[&[&str]] = &[
    &[],
    &["collector.mode=stop-the-world"],
    &["collector.mode=incremental"],
    &["collector.sweep=eager"],
    &["barrier.buffer=512"],
    &["barrier.kind=dijkstra", "collector.stacks=rescan"],
    &["barrier.kind=yuasa", "collector.stacks=before-heap"],
    &["schedule.gear=effect"],
    &["schedule.gear=effect", "collector.mode=stop-the-world"],
    &["heap.reuse=false", "heap.limit=8GiB"],
    &["workload.keys=100000"],
    &["workload.elem=int64"],
    &["workload.elem=ptr"],
    &["workload.elem=string"],
    &["workload.elem=bytes200"],
    &["workload.elem=record200"],
    &["workload.elem=interface"],
    &["workload.elem=slice"],
    &["workload.elem=map"],
    &["workload.elem=empty"],
    &["workload.key=int32"],
    &["workload.key=float64"],
    &["workload.key=string"],
    &["workload.key=pointer"],
    &["workload.key=interface"],
    &["workload.key=array"],
    &["workload.key=record"],
    &["workload.key=bytes200"],
];

struct Options {
    rounds: usize,
    filter: String,
    brief: bool,
}

fn main() -> ExitCode {
    let mut options = Options { rounds: 5, filter: String::new(), brief: false };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--brief" => options.brief = true,
            "--rounds" => {
                options.rounds = args.next().and_then(|n| n.parse::<usize>().ok()).unwrap_or_else(|| usage()).max(1)
            }
            "--filter" => options.filter = args.next().unwrap_or_else(|| usage()),
            _ => usage(),
        }
    }
    let columns: Vec<Column> =
        COLUMNS.into_iter().filter(|c| !options.brief || ["none", "all"].contains(&c.0)).collect();
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(["scenario", "operations"].into_iter().chain(columns.iter().map(|c| c.0)));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut worst = 0.0f64;
    for (name, mut scenario) in scenarios().into_iter().filter(|(name, _)| name.contains(&options.filter)) {
        let times = times(&mut scenario, &columns, options.rounds);
        let factors: Vec<f64> = times.iter().map(|t| t / times[0]).collect();
        worst = worst.max(*factors.last().unwrap_or(&0.0));
        let mut row = vec![name, scenario.workload.operations.to_string(), format!("{:.0} ms", times[0] * 1e3)];
        row.extend(factors[1..].iter().map(|f| format!("{f:.2}")));
        eprintln!("{}", row.join(" "));
        table.add_row(row);
    }
    println!("{table}\n\nThe worst: {worst:.2}, and {MOST} is the most.");
    if worst > MOST { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn usage() -> ! {
    eprintln!("usage: oracle_cost [--rounds N] [--filter TEXT] [--brief]");
    std::process::exit(2);
}

/// The quickstart and its variations, and every scenario that expects no violation.
fn scenarios() -> Vec<(String, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios");
    let read = |path: &Path, changes: &[&str]| {
        let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let changes: Vec<Override> = changes.iter().map(|c| Override::set(c)).collect();
        match load(&path.display().to_string(), &text, &changes) {
            Ok(loaded) => loaded.scenario,
            Err(report) => panic!("{}", report.render(false, 100)),
        }
    };
    let first = folder.join("quickstart.toml");
    let mut all: Vec<(String, Scenario)> = VARIATIONS
        .iter()
        .map(|changes| {
            (["quickstart"].iter().chain(*changes).copied().collect::<Vec<_>>().join(" "), read(&first, changes))
        })
        .collect();
    let entries = std::fs::read_dir(folder.join("safe")).expect("the folder of safe scenarios");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    all.extend(paths.iter().map(|path| (stem(path), read(path, &[]))));
    all
}

/// Seconds under each column: medians over the rounds.
fn times(scenario: &mut Scenario, columns: &[Column], rounds: usize) -> Vec<f64> {
    let run = |scenario: &Scenario, column: &Column| {
        let mut scenario = scenario.clone();
        let o = &mut scenario.oracles;
        (o.reachability, o.access, o.tricolor, o.values, o.accounting, o.counters) = Default::default();
        column.1(o);
        let start = ProcessTime::now();
        let end = match column.2.unwrap_or(o.observation()) {
            Observation::Checks => end::<Checked>(&scenario),
            Observation::Counts => end::<Counted>(&scenario),
            Observation::Nothing => end::<Bare>(&scenario),
        };
        assert_eq!(end, End::Done, "{} under {}", scenario.title, column.0);
        start.elapsed()
    };
    while run(scenario, &columns[0]) < LONG_ENOUGH {
        scenario.workload.operations *= 2;
    }
    let mut times = vec![Vec::new(); columns.len()];
    for _ in 0..rounds {
        for (column, times) in columns.iter().zip(&mut times) {
            times.push(run(scenario, column).as_secs_f64());
        }
    }
    for times in &mut times {
        times.sort_by(f64::total_cmp);
    }
    times.iter().map(|t| t[t.len() / 2]).collect()
}

fn end<I: Instruments>(scenario: &Scenario) -> End {
    drive::<MapWorld<I>>(scenario, None, u64::MAX, |_| None).end
}
