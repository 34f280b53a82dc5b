//! `sim check` and `sim replay`.

use super::counterexample::{Counterexample, Saved, fails};
use super::graph::{GraphSpace, Reductions};
use super::search::{Bound, Limits, Searched, Sight, exhaust};
use super::{schedule, tell};
use crate::exit::Exit;
use crate::graph::world::GraphWorld;
use crate::options::{Format, RunOptions};
use crate::program::world::ProgramWorld;
use crate::report::{Words, Wrong};
use crate::run::{interrupted, watch_for_interrupts};
use crate::scenario::workload::WorkloadKind;
use crate::scenario::{Scenario, scenario_words};
use crate::verdict::{Judgement, Verdict, judge};
use crate::workload::world::MapWorld;
use crate::world::World;
use gc::runtime::Checked;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What is asked of a check.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where the counterexample goes; nowhere if nothing is said.
    pub save: Option<PathBuf>,
    /// Bytes of states.
    pub memory: Option<usize>,
    /// States.
    pub max_states: Option<usize>,
    /// Depth.
    pub max_depth: Option<u32>,
    /// What makes states fewer.
    pub reductions: Reductions,
}

/// What a check came to.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// Version of this form.
    pub schema: u64,
    /// What was checked.
    pub scenario: Words,
    /// What can be said.
    pub verdict: Verdict,
    /// And beside what was expected.
    pub judgement: Judgement,
    /// Was everything gone through?
    pub complete: bool,
    /// Why not.
    pub stopped: Option<String>,
    /// States.
    pub states: usize,
    /// Steps between them.
    pub transitions: u64,
    /// The longest way from the beginning.
    pub depth: u32,
    /// Seconds of the host.
    pub seconds: f64,
    /// Bytes a state, of the host.
    pub bytes_per_state: f64,
    /// What is wrong.
    pub violation: Option<Wrong>,
    /// How it comes about.
    pub counterexample: Option<Shown>,
}

/// A counterexample in a report.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Steps.
    pub steps: usize,
    /// The schedule, in one word.
    pub schedule: String,
    /// Its file.
    pub file: Option<String>,
    /// The steps, told.
    pub told: Vec<String>,
}

/// Checks a scenario.
pub fn check(scenario: &Scenario, request: &Request, options: &RunOptions) -> Exit {
    watch_for_interrupts();
    let complain = |text: &str| {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
        Exit::Wrong
    };
    if scenario.program.is_some() || scenario.workload.kind != WorkloadKind::Graph {
        return complain("unsupported: only workloads of kind \"graph\" are checked yet");
    }
    // What cannot be explored is found out before threads are.
    if let Err(why) = GraphSpace::new(scenario, request.reductions) {
        return complain(&format!("error: {why}"));
    }
    let began = Instant::now();
    let limits = Limits {
        time: scenario.limits.time.and_then(|s| Duration::try_from_secs_f64(s).ok()),
        states: request.max_states,
        depth: request.max_depth,
        memory: request.memory,
    };
    let bar = progress(options);
    let make = || GraphSpace::new(scenario, request.reductions).expect("one was made already");
    let searched = exhaust(make, options.jobs.get(), limits, |sight: Sight| {
        bar.set_message(format!(
            "{} states, depth {}, {} of {} at this depth, {} states/s",
            HumanCount(sight.states as u64),
            sight.depth,
            HumanCount(sight.done as u64),
            HumanCount(sight.frontier as u64),
            HumanCount((sight.states as f64 / began.elapsed().as_secs_f64()) as u64),
        ));
        bar.tick();
        !interrupted()
    });
    bar.finish_and_clear();
    let seconds = began.elapsed().as_secs_f64();
    let counterexample =
        searched.wrong.as_ref().map(|way| make().counterexample(scenario, way).minimal::<GraphWorld<Checked>>());
    let report = match report::<GraphWorld<Checked>>(scenario, options, request, &searched, seconds, counterexample) {
        Ok(report) => report,
        Err(message) => return complain(&message),
    };
    if !options.quiet {
        // How long it took is the host's business, and no part of what is found.
        complain(&format!("searched in {seconds:.2} s"));
    }
    let text = match options.format {
        Format::Json => serde_json::to_string_pretty(&report).expect("a report is plain data") + "\n",
        Format::Text => report.text(),
    };
    if let Err(message) = options.output.write(text.as_bytes()) {
        return complain(&format!("error: {message}"));
    }
    if searched.bound == Some(Bound::Interrupted) { Exit::Interrupted } else { report.judgement.exit(report.verdict) }
}

fn report<W: World>(
    scenario: &Scenario,
    options: &RunOptions,
    request: &Request,
    searched: &Searched,
    seconds: f64,
    counterexample: Option<Counterexample>,
) -> Result<CheckReport, String> {
    let mut violation = None;
    let mut shown = None;
    if let Some(c) = &counterexample {
        let (lines, ran) = tell::steps::<W>(&c.scenario, &c.steps);
        if !fails(&ran) {
            return Err("internal fault: the counterexample does not fail when it is run".into());
        }
        let wrong = c.wrong::<W>(&options.name).ok_or("internal fault: the counterexample has no violation")?;
        let told = tell::table(&lines);
        let file = match &request.save {
            Some(path) => {
                let saved = Saved::of(c, &options.name, &wrong, &told);
                let output = crate::output::Output::open(Some(path))?;
                output.write(saved.json().as_bytes())?;
                Some(path.display().to_string())
            }
            None => None,
        };
        let schedule = schedule::print(&c.steps, "-");
        shown = Some(Shown { steps: c.steps.len(), schedule, file, told: told.lines().map(str::to_owned).collect() });
        violation = Some(wrong);
    }
    let verdict = match (&violation, searched.bound) {
        (Some(_), _) => Verdict::Violated,
        (None, Some(_)) => Verdict::Bounded,
        (None, None) => Verdict::Safe,
    };
    let kind = violation.as_ref().map(|v| v.kind.as_str());
    let site = violation.as_ref().and_then(|v| v.site.as_deref());
    let words = scenario_words(scenario);
    Ok(CheckReport {
        schema: 1,
        scenario: Words {
            file: options.name.clone(),
            title: scenario.title.clone(),
            seed: scenario.seed,
            workload: words.workload,
            collector: words.collector,
            barrier: words.barrier,
        },
        verdict,
        judgement: judge(&scenario.expect, verdict, kind, site),
        complete: verdict == Verdict::Safe,
        stopped: searched.bound.map(|bound| {
            match bound {
                Bound::Time => "the time limit was reached",
                Bound::States => "the limit of states was reached",
                Bound::Depth => "the limit of depth was reached",
                Bound::Memory => "the memory for states is full",
                Bound::Interrupted => "interrupted",
            }
            .to_owned()
        }),
        states: searched.states,
        transitions: searched.transitions,
        depth: searched.depth,
        seconds,
        bytes_per_state: searched.bytes as f64 / searched.states.max(1) as f64,
        violation,
        counterexample: shown,
    })
}

impl CheckReport {
    fn text(&self) -> String {
        let mut out = String::new();
        let o = &mut out;
        let s = &self.scenario;
        // Writing to a string cannot fail.
        let _ = writeln!(o, "{}", if s.title.is_empty() { &s.file } else { &s.title });
        let _ = writeln!(o, "  workload   {}\n  collector  {}\n  barrier    {}\n", s.workload, s.collector, s.barrier);
        let _ = writeln!(o, "verdict: {}", self.verdict.name());
        if let Some(stopped) = &self.stopped {
            let _ = writeln!(o, "stopped: {stopped}");
        }
        let met = if self.judgement.met { "as expected" } else { "NOT as expected" };
        let _ = writeln!(o, "expected: {}: {met}", self.judgement.expected);
        let _ = writeln!(
            o,
            "searched: {} states, {} transitions, depth {}, {:.0} bytes a state",
            HumanCount(self.states as u64),
            HumanCount(self.transitions),
            self.depth,
            self.bytes_per_state
        );
        if let Some(v) = &self.violation {
            v.text(o, &str::to_owned);
        }
        if let Some(c) = &self.counterexample {
            let _ = writeln!(o, "\nthe {} steps, none of which can be left out (1-minimal)", c.steps);
            for line in &c.told {
                let _ = writeln!(o, "{line}");
            }
            match &c.file {
                Some(file) => {
                    let _ = writeln!(o, "\nreplay: sim replay {file}");
                }
                None => {
                    let _ = writeln!(o, "\nschedule: {}", c.schedule);
                }
            }
        }
        out
    }
}

/// Replays a counterexample's file.
pub fn replay(text: &str, step: Option<usize>, options: &RunOptions) -> Exit {
    let complain = |text: &str| {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
        Exit::Wrong
    };
    let (saved, mut counterexample, remarks) = match Saved::read(text) {
        Ok(read) => read,
        Err(why) => return complain(&format!("error: {}: {why}", options.name)),
    };
    for remark in remarks {
        complain(&format!("note: {remark}"));
    }
    if let Some(step) = step {
        counterexample.steps = counterexample.steps.iter().copied().take(step).collect();
    }
    let whole = step.is_none();
    if counterexample.scenario.program.is_some() {
        return replayed::<ProgramWorld<Checked>>(&saved, &counterexample, whole, options);
    }
    match counterexample.scenario.workload.kind {
        WorkloadKind::Graph => replayed::<GraphWorld<Checked>>(&saved, &counterexample, whole, options),
        WorkloadKind::Map => replayed::<MapWorld<Checked>>(&saved, &counterexample, whole, options),
    }
}

fn replayed<W: World>(saved: &Saved, c: &Counterexample, whole: bool, options: &RunOptions) -> Exit {
    let (lines, ran) = tell::steps::<W>(&c.scenario, &c.steps);
    let mut out = tell::table(&lines);
    let wrong = c.wrong::<W>(&options.name);
    if let Some(wrong) = &wrong {
        wrong.text(&mut out, &str::to_owned);
    }
    let same = wrong.as_ref().is_some_and(|w| w.kind == saved.kind && w.site == saved.site);
    let took = ran.steps as usize;
    let _ = match (whole, same) {
        (false, _) => writeln!(out, "\nafter {took} of its steps"),
        (true, true) => writeln!(out, "\nit fails as it did"),
        (true, false) if took < c.steps.len() => {
            writeln!(out, "\nit does not fail as it did: step {} cannot be taken here", took + 1)
        }
        (true, false) => writeln!(out, "\nit does not fail as it did: expected {}", saved.kind),
    };
    if let Err(message) = options.output.write(out.as_bytes()) {
        let _ = writeln!(std::io::stderr().lock(), "error: {message}");
        return Exit::Wrong;
    }
    if same || !whole { Exit::Expected } else { Exit::Violated }
}

/// A line that tells how far the search is, on a terminal.
fn progress(options: &RunOptions) -> ProgressBar {
    if options.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(4));
    bar.with_style(ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()))
}

/// Bytes for people.
pub fn bytes(n: usize) -> String {
    HumanBytes(n as u64).to_string()
}
