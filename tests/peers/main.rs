//! `peers`: holds `sim` against Go 1.19's own tests, and shows what passes.
//!
//! ```text
//! cargo run -p tests --bin peers -- gotests               # all tests inside the language, against the record
//! cargo run -p tests --bin peers -- errorcheck            # writebarrier.go and live.go, function by function
//! cargo run -p tests --bin peers -- programs              # programs of ours, against what real Go made of them
//! cargo run -p tests --bin peers -- gotests --bless       # write down what newly passes
//! cargo run -p tests --bin peers -- gotests --sim tests/peers/go_as_sim      # the judge itself, with real Go
//! ```
//!
//! Exit codes: 0 nothing that passed before fails; 1 something does; 2 the arguments are wrong, or there is no Go.

use clap::{Args, Parser, Subcommand};
use serde_json::json;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tests::peers::errorcheck::{self, SUITES};
use tests::peers::gotests::{self, TIERS, WITHIN};
use tests::peers::ours;
use tests::peers::record::{Change, Reasons, Record, Status};
use tests::peers::{GO_TESTS, Simulator, go_is_here};
use tests::{each, each_on};

/// Holds `sim` against Go 1.19's own tests.
#[derive(Parser, Debug)]
#[command(name = "peers", arg_required_else_help = true, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Go's `// run` tests, under `sim run`.
    Gotests {
        /// Only tests whose path contains this.
        #[arg(long, value_name = "TEXT", default_value = "")]
        filter: String,
        /// Only tests of this tier; may be repeated [default: those inside the language].
        #[arg(long, value_name = "TIER", value_parser = TIERS)]
        tier: Vec<String>,
        /// Tests at a time [default: one for each core].
        #[arg(long, value_name = "N")]
        jobs: Option<NonZeroUsize>,
        #[command(flatten)]
        common: Common,
    },
    /// Programs of ours: `tests/programs`.
    Programs {
        /// Only programs whose name contains this.
        #[arg(long, value_name = "TEXT", default_value = "")]
        filter: String,
        #[command(flatten)]
        common: Common,
    },
    /// What `sim lower` says about Go's errorcheck tests of barriers and liveness.
    Errorcheck {
        /// Only functions whose FILE:NAME contains this.
        #[arg(long, value_name = "TEXT", default_value = "")]
        filter: String,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Args, Debug)]
struct Common {
    /// The command to test [default: `sim`, which is built for it].
    #[arg(long, value_name = "COMMAND")]
    sim: Option<String>,
    /// Seconds that a test may take.
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    time_limit: Duration,
    /// Show each test, and where its output differs.
    #[arg(short, long)]
    verbose: bool,
    /// Results as JSON.
    #[arg(long)]
    json: bool,
    /// Write down what newly passes; of programs of ours also what real Go makes of them.
    #[arg(long)]
    bless: bool,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a number of seconds above 0".to_owned();
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(seconds).ok().filter(|d| !d.is_zero()).ok_or_else(wrong)
}

impl Common {
    fn simulator(&self) -> Result<Simulator, String> {
        if self.bless && self.sim.as_deref().is_some_and(|sim| sim.contains("go_as_sim")) {
            return Err("--bless: what real Go passes is no record of what sim passes".to_owned());
        }
        self.sim.as_deref().map_or_else(Simulator::build, Simulator::parse)
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if !go_is_here("peers") {
        return ExitCode::from(2);
    }
    let regressed = match cli.command {
        Command::Gotests { filter, tier, jobs, common } => gotests(&filter, &tier, jobs, &common),
        Command::Programs { filter, common } => programs(&filter, &common),
        Command::Errorcheck { filter, common } => errorcheck(&filter, &common),
    };
    match regressed {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::from(1),
        Err(e) => {
            eprintln!("peers: {e}");
            ExitCode::from(2)
        }
    }
}

fn gotests(filter: &str, tiers: &[String], jobs: Option<NonZeroUsize>, common: &Common) -> Result<bool, String> {
    let within = |tier: &str| if tiers.is_empty() { WITHIN.contains(&tier) } else { tiers.iter().any(|t| t == tier) };
    let mut list = gotests::list();
    list.retain(|test| within(test.tier) && test.path.contains(filter));
    let simulator = common.simulator()?;
    let jobs = jobs.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let outcomes = each_on(jobs, &list, |test| gotests::run(test, &simulator, common.time_limit));

    let results: Vec<(&str, &Status)> = outcomes.iter().map(|o| (o.test.path.as_str(), &o.status)).collect();
    let path = gotests::expected();
    let change = settle(&path, &results, Reasons::Renew, common.bless)?;
    if common.json {
        println!("{:#}", json!({ "tests": outcomes, "change": change }));
    } else {
        for o in outcomes.iter().filter(|o| common.verbose || !o.status.passed()) {
            println!("{}", line(&o.test.path, &o.status));
            if common.verbose && !o.difference.is_empty() {
                println!("{}", o.difference);
            }
        }
        print!("{}", wanted_features(&results));
        print!("{}", gotests::table(&outcomes));
        print!("{}", change.text("cargo run -p tests --bin peers -- gotests --bless"));
    }
    Ok(!change.regressions.is_empty())
}

fn errorcheck(filter: &str, common: &Common) -> Result<bool, String> {
    let simulator = common.simulator()?;
    let (mut results, mut totals) = (BTreeMap::new(), Vec::new());
    for suite in SUITES {
        let file = Path::new(GO_TESTS).join(suite.file);
        let (statuses, score) = errorcheck::score(&file, suite.listing, &[], &simulator, common.time_limit)?;
        results.extend(statuses.into_iter().filter(|(name, _)| name.contains(filter)));
        totals.push((suite.file, score));
    }
    let results: Vec<(&str, &Status)> = results.iter().map(|(name, status)| (name.as_str(), status)).collect();
    let change = settle(&errorcheck::expected(), &results, Reasons::Keep, common.bless)?;
    if common.json {
        let tests: Vec<_> = results.iter().map(|(name, status)| json!({ "name": name, "result": status })).collect();
        let files: BTreeMap<_, _> = totals.iter().map(|(file, score)| (file, score)).collect();
        println!("{:#}", json!({ "functions": tests, "files": files, "change": change }));
    } else {
        for (name, status) in results.iter().filter(|(_, status)| common.verbose || !status.passed()) {
            println!("{}", line(name, status));
        }
        for (file, score) in &totals {
            if common.verbose {
                score.faults().iter().for_each(|fault| println!("{fault}"));
            }
            let (matched, wanted) = score.expectations();
            let right = score.functions.values().filter(|t| t.right()).count();
            println!("{file}: expectations {matched}/{wanted}, functions right {right}/{}", score.functions.len());
        }
        print!("{}", change.text("cargo run -p tests --bin peers -- errorcheck --bless"));
    }
    Ok(!change.regressions.is_empty())
}

fn programs(filter: &str, common: &Common) -> Result<bool, String> {
    let mut list = ours::list()?;
    list.retain(|program| program.name.contains(filter));
    if common.bless {
        // First what Go says, so that a new program has something to be judged by.
        each(&list, |program| program.record(common.time_limit)).into_iter().collect::<Result<(), String>>()?;
    }
    let simulator = common.simulator()?;
    let outcomes = each(&list, |program| program.judge(&simulator, common.time_limit));
    let results: Vec<(&str, &Status)> =
        list.iter().zip(&outcomes).map(|(p, (status, _))| (p.name.as_str(), status)).collect();
    let change = settle(&ours::expected(), &results, Reasons::Renew, common.bless)?;
    if common.json {
        let tests: Vec<_> = results.iter().map(|(name, status)| json!({ "name": name, "result": status })).collect();
        println!("{:#}", json!({ "programs": tests, "change": change }));
    } else {
        for (program, (status, difference)) in list.iter().zip(&outcomes) {
            if common.verbose || !status.passed() {
                println!("{}", line(&program.name, status));
            }
            if common.verbose && !difference.is_empty() {
                println!("{difference}");
            }
        }
        print!("{}", wanted_features(&results));
        let passed = outcomes.iter().filter(|(status, _)| status.passed()).count();
        println!("{passed} of {} programs passed", list.len());
        print!("{}", change.text("cargo run -p tests --bin peers -- programs --bless"));
    }
    Ok(!change.regressions.is_empty())
}

/// Compares results with the record, after writing them down if that was asked for.
fn settle(path: &Path, results: &[(&str, &Status)], reasons: Reasons, bless: bool) -> Result<Change, String> {
    let mut record = Record::open(path)?;
    if bless {
        record.bless(results.iter().copied(), reasons);
        std::fs::write(path, record.text()).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(record.compare(results.iter().copied()))
}

fn line(name: &str, status: &Status) -> String {
    format!("{:11}  {name}  {}", status.word(), status.reason()).trim_end().to_owned()
}

/// Which features would bring most: how many tests name each as a reason for refusal.
fn wanted_features(results: &[(&str, &Status)]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, status) in results {
        if let Status::Unsupported(features) = status {
            features.split("; ").for_each(|feature| *counts.entry(feature).or_default() += 1);
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(feature, count)| (std::cmp::Reverse(*count), *feature));
    counts.into_iter().map(|(feature, count)| format!("{count:5} want {feature}\n")).collect()
}
