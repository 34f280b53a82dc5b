//! Running a scenario once, by its schedule.
//!
//! The schedule is drawn from a seed. Between two steps of mutators the collector, where it is an actor of its own,
//! takes from none to `steps` steps. After a violation the run is repeated up to the same step with a watch on the
//! object that was lost, so that the report can tell its [`story`].

use crate::exit::Exit;
use crate::graph::world::GraphWorld;
use crate::options::{Format, RunOptions};
use crate::program::world::ProgramWorld;
use crate::program::{self, reject::WIDTH};
use crate::report::Report;
use crate::scenario::keys::Observation;
use crate::scenario::workload::WorkloadKind;
use crate::scenario::{Mode, Scenario};
use crate::story;
use crate::workload::world::MapWorld;
use crate::world::{Actor, World};
use gc::Stop;
use gc::runtime::{Bare, Checked, Counted};
use gc::watch::Watch;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Set by Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How many steps, or first entries, pass between two looks at the clock.
pub(crate) const BREATH: u64 = 256;

/// Why a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// All operations are done.
    Done,
    /// The program or an oracle stopped it.
    Stopped(Stop),
    /// Ctrl-C.
    Interrupted,
    /// The time limit.
    TimeLimit,
    /// The limit of collections.
    CollectionLimit,
    /// The script has ended, or its next step cannot be taken.
    StepLimit,
}

/// A finished run.
#[derive(Debug)]
pub struct Ran<W> {
    /// The world as it was at the end.
    pub world: W,
    /// Why it ended.
    pub end: End,
    /// How many steps it took.
    pub steps: u64,
    /// The steps that it was told to take, if it was.
    pub script: Option<Arc<[Actor]>>,
}

impl<W: World> Ran<W> {
    /// The same run once more, under a watch.
    pub fn again(&self, scenario: &Scenario, watch: Watch) -> Ran<W> {
        match &self.script {
            Some(script) => follow(scenario, Some(watch), script, |_, _| true),
            None => drive(scenario, Some(watch), self.steps, |_| None),
        }
    }
}

/// Runs the scenario by a script, for as long as its steps can be taken and `see`, told each beforehand, says so.
pub fn follow<W: World>(
    scenario: &Scenario,
    watch: Option<Watch>,
    script: &Arc<[Actor]>,
    mut see: impl FnMut(&W, Actor) -> bool,
) -> Ran<W> {
    let (mut world, ready) = W::begin(scenario, watch, &mut |_| false);
    let ran = |world, end, steps| Ran { world, end, steps, script: Some(script.clone()) };
    if let Err(stop) = ready {
        return ran(world, End::Stopped(stop), 0);
    }
    let mut actors = Vec::new();
    for (&actor, steps) in script.iter().zip(1..) {
        world.actors(&mut actors);
        if !actors.contains(&actor) || !see(&world, actor) {
            return ran(world, End::StepLimit, steps - 1);
        }
        if let Err(stop) = world.step(actor) {
            return ran(world, End::Stopped(stop), steps);
        }
    }
    world.actors(&mut actors);
    let steps = script.len() as u64;
    if !actors.is_empty() {
        return ran(world, End::StepLimit, steps);
    }
    let end = world.finish().map_or_else(End::Stopped, |()| End::Done);
    ran(world, end, steps)
}

/// A random schedule: who takes the next step.
#[derive(Clone, Debug)]
struct Schedule {
    random: Pcg64Mcg,
    /// Most steps of the collector between two of mutators.
    most: u64,
    left: u64,
}

impl Schedule {
    fn new(scenario: &Scenario) -> Schedule {
        let most = match scenario.collector.mode {
            Mode::Concurrent { steps } => steps,
            _ => 0,
        };
        Schedule { random: Pcg64Mcg::seed_from_u64(scenario.schedule.seed ^ 0x5851_f42d_4c95_7f2d), most, left: 0 }
    }

    /// Picks one of the actors; mutators come first in the list.
    fn pick(&mut self, actors: &[Actor]) -> Actor {
        let mutators = actors.iter().take_while(|a| a.mutator().is_some()).count();
        if mutators == 0 || self.left > 0 && mutators < actors.len() {
            self.left = self.left.saturating_sub(1);
            return actors[self.random.random_range(mutators..actors.len())];
        }
        self.left = self.random.random_range(0..=self.most);
        actors[if mutators == 1 { 0 } else { self.random.random_range(0..mutators) }]
    }
}

/// Runs the scenario for up to `most` steps, asking `pause` now and then whether to stop.
pub fn drive<W: World>(
    scenario: &Scenario,
    watch: Option<Watch>,
    most: u64,
    mut pause: impl FnMut(&mut W) -> Option<End>,
) -> Ran<W> {
    let mut paused = None;
    let (mut world, ready) = W::begin(scenario, watch, &mut |world| {
        paused = pause(world);
        paused.is_some()
    });
    let mut steps = 0;
    if let Err(stop) = ready {
        return Ran { world, end: paused.unwrap_or(End::Stopped(stop)), steps, script: None };
    }
    let mut schedule = Schedule::new(scenario);
    let mut actors = Vec::new();
    let limit = scenario.limits.collections.unwrap_or(u64::MAX);
    loop {
        world.actors(&mut actors);
        if actors.is_empty() {
            let end = world.finish().map_or_else(End::Stopped, |()| End::Done);
            return Ran { world, end, steps, script: None };
        }
        if steps >= most {
            return Ran { world, end: End::TimeLimit, steps, script: None };
        }
        let actor = schedule.pick(&actors);
        steps += 1;
        if let Err(stop) = world.step(actor) {
            return Ran { world, end: End::Stopped(stop), steps, script: None };
        }
        if world.runtime().collector().cycles().len() as u64 > limit {
            return Ran { world, end: End::CollectionLimit, steps, script: None };
        }
        if steps % BREATH == 0
            && let Some(end) = pause(&mut world)
        {
            return Ran { world, end, steps, script: None };
        }
    }
}

/// Has Ctrl-C been pressed since [`watch_for_interrupts`]?
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// From here on, Ctrl-C ends runs rather than the process.
pub fn watch_for_interrupts() {
    // The handler can only be set once; a second run in one process keeps the first.
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
}

/// Runs a scenario and writes its report to `options.output`.
pub fn run(scenario: &Scenario, options: &RunOptions) -> Exit {
    watch_for_interrupts();
    if scenario.program.is_some() {
        if let Err(rejected) = program::compiled(scenario) {
            let text = program::reject::render(&rejected, options.color, WIDTH);
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
            return Exit::Wrong;
        }
        return match scenario.oracles.observation() {
            Observation::Checks => run_with::<ProgramWorld<Checked>>(scenario, options),
            Observation::Counts => run_with::<ProgramWorld<Counted>>(scenario, options),
            Observation::Nothing => run_with::<ProgramWorld<Bare>>(scenario, options),
        };
    }
    if scenario.workload.kind == WorkloadKind::Graph {
        return match scenario.oracles.observation() {
            Observation::Checks => run_with::<GraphWorld<Checked>>(scenario, options),
            Observation::Counts => run_with::<GraphWorld<Counted>>(scenario, options),
            Observation::Nothing => run_with::<GraphWorld<Bare>>(scenario, options),
        };
    }
    match scenario.oracles.observation() {
        Observation::Checks => run_with::<MapWorld<Checked>>(scenario, options),
        Observation::Counts => run_with::<MapWorld<Counted>>(scenario, options),
        Observation::Nothing => run_with::<MapWorld<Bare>>(scenario, options),
    }
}

fn run_with<W: World>(scenario: &Scenario, options: &RunOptions) -> Exit {
    let began = Instant::now();
    let limit = scenario.limits.time.and_then(|s| Duration::try_from_secs_f64(s).ok());
    let bar = progress(scenario.workload.operations, options);
    let ran = drive::<W>(scenario, None, u64::MAX, |world| {
        bar.set_position(world.progress().0);
        if interrupted() {
            Some(End::Interrupted)
        } else {
            limit.is_some_and(|limit| began.elapsed() >= limit).then_some(End::TimeLimit)
        }
    });
    bar.finish_and_clear();
    if let Some((exit, why)) = ran.world.void() {
        let _ = writeln!(std::io::stderr().lock(), "{why}");
        return exit;
    }
    let told = story::tell(scenario, &ran);
    let report = Report::of(scenario, &options.name, &ran, told);
    let text = match options.format {
        Format::Json => report.json(),
        Format::Text => report.text(options.color_report, options.verbose),
    };
    if options.verbose > 0 {
        let _ = writeln!(std::io::stderr().lock(), "note: {} steps in {:.2?}", ran.steps, began.elapsed());
    }
    if let Err(message) = options.output.write(text.as_bytes()) {
        let _ = writeln!(std::io::stderr().lock(), "error: {message}");
        return Exit::Wrong;
    }
    match ran.end {
        End::Interrupted => Exit::Interrupted,
        _ => report.judgement.exit(report.verdict),
    }
}

/// A progress bar on a terminal, and nothing anywhere else.
fn progress(operations: u64, options: &RunOptions) -> ProgressBar {
    if options.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(operations), ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{bar:30} {human_pos}/{human_len} operations, {per_sec}, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
