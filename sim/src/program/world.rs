//! The [world](crate::world) of a Go program: the machine that runs it, and the collector.
//!
//! In the gear `operation` a step of the program is a stretch of its instructions, and the collector works inside of
//! its safepoints. In the gear `effect` it is one access to memory, and the collector is an actor of its own.

use crate::exit::{Exit, fault};
use crate::program::compiled;
use crate::report::{MapLine, ProgramLine, Written};
use crate::scenario::Scenario;
use crate::scenario::schedule::Gear;
use crate::world::{Actor, World, collects, config, performs};
use compiler::code::Code;
use gc::addr::WORD;
use gc::collector::{CollectorStep, Phase};
use gc::policy::{Mode, Trigger};
use gc::runtime::{Driver, Runtime};
use gc::watch::Watch;
use gc::{Addr, SiteTable, Stop, TypeId};
use machine::{Gears, Image, Machine, Outcome, Progress, Stream};
use mapruntime::Severity;
use std::sync::Arc;

/// Words of a goroutine's stack: 64 MiB, of which only what is used takes memory of the host.
const STACK_WORDS: u64 = 1 << 23;

/// Bytes that what is mapped may be rounded up by, all in all.
const ROUNDING: u64 = 1 << 17;

/// Bytes without which a program cannot even begin: its stack, its variables, its data.
pub fn least_memory(code: &Code) -> u64 {
    (STACK_WORDS + code.globals.words + code.statics.words.len() as u64) * WORD + ROUNDING
}

/// Calls and backward branches of one step in the gear `operation`.
const STRETCH: u64 = 1 << 16;

/// The state of a run.
#[derive(Clone, Debug)]
pub struct ProgramWorld<I: Gears> {
    machine: Machine<I>,
    gear: Gear,
    steps: u64,
    ended: Option<Outcome>,
    list: Vec<CollectorStep>,
}

impl<I: Gears> ProgramWorld<I> {
    /// How the program ended, if it has.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.ended.as_ref()
    }

    /// What the program has written since the last time.
    pub fn take_output(&mut self) -> Vec<(Stream, Vec<u8>)> {
        self.machine.output().take()
    }

    /// Does the collector act by itself, as an actor?
    fn collector_acts(&self) -> bool {
        self.gear == Gear::Effect && matches!(self.machine.runtime().collector().policy().mode, Mode::Concurrent { .. })
    }
}

impl<I: Gears> World for ProgramWorld<I> {
    type Instruments = I;

    fn begin(
        scenario: &Scenario,
        watch: Option<Watch>,
        _enough: &mut dyn FnMut(&mut Self) -> bool,
    ) -> (Self, Result<(), Stop>) {
        let compiled = compiled(scenario).expect("the program was compiled before it is run");
        let image = Image::new(compiled.code, scenario.seed).expect("code of the compiler can be loaded");
        let image = Arc::new(image);
        let config = config(scenario, image.sites(), STACK_WORDS);
        let args = scenario.program.iter().map(|p| p.name.clone()).collect();
        let mut machine = Machine::new(image, config, scenario.seed, args).expect("the heap has room for the program");
        if let Some(watch) = watch {
            machine.runtime_mut().watch(watch);
        }
        if scenario.schedule.gear == Gear::Effect {
            machine.runtime_mut().set_driver(Driver::Steps);
        }
        (ProgramWorld { machine, gear: scenario.schedule.gear, steps: 0, ended: None, list: Vec::new() }, Ok(()))
    }

    fn runtime(&self) -> &Runtime<I> {
        self.machine.runtime()
    }

    fn actors(&mut self, list: &mut Vec<Actor>) {
        list.clear();
        if self.ended.is_some() {
            return;
        }
        list.push(Actor::Mutator(0));
        if !self.collector_acts() {
            return;
        }
        let at_safepoint = self.machine.at_safepoint();
        let rt = self.machine.runtime();
        let due = rt.cycle_due();
        let mut steps = std::mem::take(&mut self.list);
        rt.collector().steps(rt.mutators(), rt.globals(), &mut steps);
        if rt.collector().phase() == Phase::Sweep && due {
            steps.push(CollectorStep::Start);
        }
        list.extend(
            steps
                .iter()
                .filter(|step| match step {
                    CollectorStep::Start => at_safepoint && due,
                    CollectorStep::Terminate | CollectorStep::Stack(_) => at_safepoint,
                    _ => true,
                })
                .map(|&step| Actor::Collector(step)),
        );
        self.list = steps;
    }

    fn step(&mut self, actor: Actor) -> Result<(), Stop> {
        self.steps += 1;
        self.machine.runtime_mut().set_clock(self.steps);
        match actor {
            Actor::Collector(step) => return self.machine.runtime_mut().collector_step(step),
            Actor::Mutator(_) | Actor::Choose(..) => {}
        }
        let progress = match self.gear {
            Gear::Operation => self.machine.run(STRETCH),
            Gear::Effect => self.machine.step(),
        };
        let Progress::Ended(outcome) = progress else { return Ok(()) };
        let stop = match outcome {
            Outcome::Violation(_) => Err(Stop::Violation),
            Outcome::OutOfMemory => Err(Stop::OutOfMemory),
            _ => Ok(()),
        };
        self.ended = Some(outcome);
        stop
    }

    fn finish(&mut self) -> Result<(), Stop> {
        // A program that has ended lets go of everything; one more collection judges what its globals hold.
        let rt = self.machine.runtime_mut();
        if I::CHECK && rt.collector().policy().trigger != Trigger::Never {
            rt.set_driver(Driver::Safepoints);
            rt.collect()?;
        }
        Ok(())
    }

    fn progress(&self) -> (u64, u64) {
        (self.steps, self.steps)
    }

    fn sites(&self) -> &SiteTable {
        self.machine.image().sites()
    }

    fn part(&self, ty: Option<TypeId>, offset: u64) -> String {
        ty.map_or_else(|| format!("word {}", offset / WORD), |ty| self.machine.image().part(ty, offset))
    }

    fn global(&self, offset: u64) -> String {
        let names = &self.machine.image().code().globals.names;
        let after = names.partition_point(|(_, at)| *at <= offset);
        after
            .checked_sub(1)
            .and_then(|i| names.get(i))
            .map_or_else(|| format!("word {}", offset / WORD), |(n, _)| n.clone())
    }

    fn frame_slot(&self, mutator: usize, slot: Addr) -> String {
        let Some(m) = self.runtime().mutators().get(mutator) else { return format!("{slot}") };
        let call = m.calls().iter().rev().find(|call| call.frame <= slot);
        call.map_or_else(|| format!("{slot}"), |c| self.machine.image().word_of(c, (slot - c.frame).0 / WORD))
    }

    fn intent(&self, actor: Actor) -> String {
        match (actor, self.machine.pending()) {
            (Actor::Collector(step), _) => collects(self, step),
            (_, Some(effect)) => performs(self, effect),
            (_, None) => "runs".into(),
        }
    }

    fn raised(&self, _stop: Stop) -> Option<(Severity, String)> {
        None
    }

    fn map_slot_site(&self) -> Option<String> {
        self.machine.site_here("map slot").map(str::to_owned)
    }

    fn void(&self) -> Option<(Exit, String)> {
        match self.ended.as_ref()? {
            Outcome::Unsupported(name) => Some((Exit::Wrong, format!("unsupported: {name}"))),
            Outcome::Fault(text) => Some((Exit::Fault, fault(text))),
            _ => None,
        }
    }

    fn account(&self) -> Option<ProgramLine> {
        let end = self.ended.as_ref().and_then(|outcome| {
            Some(match outcome {
                Outcome::Exit(code) => format!("ended with exit code {code}"),
                Outcome::Panicked => "panicked: exit code 2".into(),
                Outcome::Throw(text) => format!("threw {text:?}: exit code 2"),
                Outcome::OutOfMemory => "ran out of memory: exit code 2".into(),
                Outcome::Violation(_) | Outcome::Unsupported(_) | Outcome::Fault(_) => return None,
            })
        });
        let written = |stream| Written::of(&self.machine.written(stream));
        Some(ProgramLine { end, stdout: written(Stream::Stdout), stderr: written(Stream::Stderr) })
    }

    fn map_lines(&self, _most: usize) -> (Vec<MapLine>, usize) {
        (Vec::new(), 0)
    }
}
