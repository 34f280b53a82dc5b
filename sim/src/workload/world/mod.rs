//! The [world](crate::world) of the map workload: mutators with maps of their own, and models of what these must hold.
//!
//! In the gear `operation` a step of a mutator is a whole operation, and a concurrent collector works inside
//! its safepoints. In the gear `effect` it is one access to memory, one micro-step of a barrier, one allocation;
//! the collector is an actor of its own, and every order of steps is possible that safepoints allow.

mod fingerprint;
mod judge;
mod setup;

use crate::exit::Exit;
use crate::report::{MapLine, ProgramLine};
use crate::scenario::Scenario;
use crate::scenario::schedule::Gear;
use crate::workload::draw::Draw;
use crate::workload::env::Env;
use crate::workload::frame::Active;
use crate::workload::model::MapModel;
use crate::workload::perform::{Call, Outcome, Places, perform};
use crate::workload::{Op, Source};
use crate::world::{Actor, World, collects, performs};
use gc::addr::WORD;
use gc::collector::{CollectorStep, Phase};
use gc::policy::Mode;
use gc::record::{Log, Recorder};
use gc::runtime::{Driver, Instruments, Runtime};
use gc::watch::Watch;
use gc::{Addr, SiteTable, Stop, TypeId};
use mapruntime::{Raise, Severity, describe};
use std::sync::Arc;

/// A mutator of the workload: what it does, and what it must find.
#[derive(Clone, Debug)]
struct Worker {
    draw: Draw,
    frame: Addr,
    models: Vec<MapModel>,
    /// Number of the value that the frame holds since the last read.
    held: Option<u64>,
    /// The map that a loop is under way on.
    iterating: Option<u64>,
    /// The operation in progress and its effects so far, in the gear `effect`.
    call: Option<(Call, u64)>,
    log: Log,
    /// Its allocation waits for memory until so many collections have ended, in the gear `effect`.
    starved: Option<u64>,
}

/// The state of a run.
#[derive(Clone, Debug)]
pub struct MapWorld<I: Instruments> {
    rt: Runtime<I>,
    env: Arc<Env>,
    workers: Vec<Worker>,
    globals: Addr,
    gear: Gear,
    /// Operations begun, and how many there are to be.
    begun: u64,
    total: u64,
    finished: u64,
    check_values: bool,
    check_slots: bool,
    steps: Vec<CollectorStep>,
}

impl<I: Instruments> MapWorld<I> {
    /// The runtime, to set a watch on it.
    pub fn runtime_mut(&mut self) -> &mut Runtime<I> {
        &mut self.rt
    }

    /// What the workload is made of.
    pub fn env(&self) -> &Arc<Env> {
        &self.env
    }

    /// The maps of all mutators: mutator, number, address, model.
    pub fn maps(&self) -> impl Iterator<Item = (usize, u64, Addr, &MapModel)> {
        self.workers.iter().enumerate().flat_map(move |(i, w)| {
            (0..).zip(&w.models).map(move |(map, model)| {
                let global = self.env.map_global(self.globals, i, map);
                (i, map, Addr(self.rt.heap().word(global).unwrap_or(0)), model)
            })
        })
    }

    /// Is this mutator where the collector may stop it?
    fn at_safepoint(&self, mutator: usize) -> bool {
        let w = &self.workers[mutator];
        w.call.is_none() || w.log.at_safepoint()
    }

    /// Does the collector act by itself, as an actor?
    fn collector_acts(&self) -> bool {
        self.gear == Gear::Effect && matches!(self.rt.collector().policy().mode, Mode::Concurrent { .. })
    }

    /// Collections that have been swept to the end.
    fn collections_ended(&self) -> u64 {
        let c = self.rt.collector();
        c.cycles().len() as u64 - u64::from(c.phase() != Phase::Off)
    }

    fn draw_call(&mut self, i: usize) -> Call {
        let w = &mut self.workers[i];
        let map = w.iterating.filter(|_| w.draw.bit()).unwrap_or_else(|| w.draw.map());
        let iterating = w.iterating == Some(map);
        let op = w.draw.op(&w.models[map as usize], w.held, iterating);
        let call = Call { op, mutator: i, map, twist: w.draw.bit(), held: w.held.is_some() };
        self.begun += 1;
        call
    }

    fn whole_operation(&mut self, i: usize) -> Result<(), Stop> {
        let call = self.draw_call(i);
        self.rt.set_clock(self.begun - 1);
        self.rt.switch_to(i);
        let places =
            Places { frame: Active { frame: &self.env.frame, base: self.workers[i].frame }, globals: self.globals };
        let outcome = perform(&mut self.rt, &self.env, places, call)?;
        self.end(i, call, outcome)
    }

    fn one_effect(&mut self, i: usize) -> Result<(), Stop> {
        let (call, number) = match self.workers[i].call {
            Some(call) => call,
            None => (self.draw_call(i), self.begun - 1),
        };
        self.rt.set_clock(number);
        self.rt.switch_to(i);
        let env = self.env.clone();
        let w = &mut self.workers[i];
        w.call = Some((call, number));
        let places = Places { frame: Active { frame: &env.frame, base: w.frame }, globals: self.globals };
        let result = perform(&mut Recorder::new(&mut self.rt, &mut w.log, 1), &env, places, call);
        match result {
            Err(Stop::Yield) => {
                w.starved = None;
                self.rt.set_runtime_live(i, w.log.live());
                Ok(())
            }
            Err(Stop::OutOfMemory) if self.wait_for_memory(i) => Ok(()),
            Err(stop) => Err(stop),
            Ok(outcome) => {
                let w = &mut self.workers[i];
                w.starved = None;
                w.call = None;
                w.log.clear();
                self.rt.set_runtime_live(i, &[]);
                self.end(i, call, outcome)
            }
        }
    }

    /// Has the mutator's allocation wait for the collector, which may free something: the cycle under way, and a whole
    /// one after it. `false` if that has been done, or nobody collects.
    fn wait_for_memory(&mut self, i: usize) -> bool {
        let never = self.rt.collector().policy().trigger == gc::policy::Trigger::Never;
        if !self.collector_acts() || never || self.workers[i].starved.is_some() {
            return false;
        }
        self.workers[i].starved = Some(self.rt.collector().cycles().len() as u64 + 1);
        true
    }

    /// Brings the model up to date, and judges what the operation gave.
    fn end(&mut self, i: usize, call: Call, outcome: Outcome) -> Result<(), Stop> {
        self.finished += 1;
        self.judge(i, call, &outcome)?;
        let bits = self.env.elem_bits();
        let w = &mut self.workers[i];
        let model = &mut w.models[call.map as usize];
        match call.op {
            Op::Assign { key, source } => {
                if let Source::Call { key: other_key, other, .. } = source {
                    model.set(other_key, other & bits);
                }
                model.set(key, source.value() & bits);
            }
            Op::OpAssign { key, delta } => {
                let old = model.get(key).unwrap_or(0);
                model.set(key, old.wrapping_add(delta) & bits);
            }
            Op::Read { key } => w.held = model.get(key),
            Op::Delete { key } => model.delete(key),
            Op::Iterate { .. } => {
                let ended = matches!(outcome, Outcome::Entries { ended: true, .. });
                w.iterating = (!ended).then_some(call.map);
            }
            Op::Clear | Op::Drop => {
                model.clear();
                w.iterating = None;
            }
        }
        Ok(())
    }
}

impl<I: Instruments> World for MapWorld<I> {
    type Instruments = I;

    fn begin(
        scenario: &Scenario,
        watch: Option<Watch>,
        enough: &mut dyn FnMut(&mut Self) -> bool,
    ) -> (Self, Result<(), Stop>) {
        MapWorld::new_unless(scenario, watch, enough)
    }

    fn runtime(&self) -> &Runtime<I> {
        &self.rt
    }

    fn actors(&mut self, list: &mut Vec<Actor>) {
        list.clear();
        let more = self.begun < self.total;
        let (mut done, ended) = (true, self.collections_ended());
        let all_stopped = (0..self.workers.len()).all(|i| self.at_safepoint(i));
        // A collector that is no actor works inside safepoints, with the world stopped: whoever comes to one
        // waits for the others. Somebody is not at one then, so somebody can go on.
        let wait = !self.collector_acts() && !all_stopped;
        for (i, w) in self.workers.iter().enumerate() {
            if more || w.call.is_some() {
                done = false;
                let starving = w.starved.is_some_and(|until| ended < until);
                if !(starving || wait && self.at_safepoint(i)) {
                    list.push(Actor::Mutator(i));
                }
            }
        }
        if done || !self.collector_acts() {
            return;
        }
        let due = self.rt.cycle_due() || self.workers.iter().any(|w| w.starved.is_some_and(|until| ended < until));
        let mut steps = std::mem::take(&mut self.steps);
        self.rt.collector().steps(self.rt.mutators(), self.rt.globals(), &mut steps);
        if self.rt.collector().phase() == Phase::Sweep && due {
            steps.push(CollectorStep::Start);
        }
        list.extend(
            steps
                .iter()
                .filter(|step| match step {
                    CollectorStep::Start => all_stopped && due,
                    CollectorStep::Terminate => all_stopped,
                    CollectorStep::Stack(i) => self.at_safepoint(*i),
                    _ => true,
                })
                .map(|&step| Actor::Collector(step)),
        );
        self.steps = steps;
    }

    fn step(&mut self, actor: Actor) -> Result<(), Stop> {
        match actor {
            Actor::Collector(step) => self.rt.collector_step(step),
            Actor::Mutator(i) | Actor::Choose(i, _) => match self.gear {
                Gear::Operation => self.whole_operation(i),
                Gear::Effect => self.one_effect(i),
            },
        }
    }

    fn finish(&mut self) -> Result<(), Stop> {
        self.rt.set_clock(self.total);
        if self.rt.collector().policy().trigger != gc::policy::Trigger::Never {
            self.rt.set_driver(Driver::Safepoints);
            // What became unreachable during a cycle is freed by the next one.
            self.rt.collect()?;
            self.rt.collect()?;
        }
        if self.check_values { self.judge_maps() } else { Ok(()) }
    }

    fn progress(&self) -> (u64, u64) {
        (self.finished, self.total)
    }

    fn sites(&self) -> &SiteTable {
        &self.env.table
    }

    fn part(&self, ty: Option<TypeId>, offset: u64) -> String {
        self.env.part(ty, offset)
    }

    fn global(&self, offset: u64) -> String {
        let word = offset / WORD;
        if word == self.env.mutators * self.env.maps {
            "pool of keys".into()
        } else {
            format!("map {} of mutator {}", word % self.env.maps, word / self.env.maps)
        }
    }

    fn frame_slot(&self, mutator: usize, slot: Addr) -> String {
        let base = self.workers.get(mutator).map_or(Addr::NIL, |w| w.frame);
        self.env.frame.name_of((slot.0.wrapping_sub(base.0)) / WORD).to_owned()
    }

    fn intent(&self, actor: Actor) -> String {
        match actor {
            Actor::Collector(step) => collects(self, step),
            Actor::Mutator(i) | Actor::Choose(i, _) => match (self.workers[i].log.pending(), &self.workers[i].call) {
                (Some(effect), _) => performs(self, effect),
                (None, Some((call, _))) => format!("begins {:?}", call.op),
                (None, None) => "begins an operation".into(),
            },
        }
    }

    fn raised(&self, stop: Stop) -> Option<(Severity, String)> {
        Raise::of(stop).map(|raise| (raise.severity(), raise.text(self.env.map.universe())))
    }

    fn map_slot_site(&self) -> Option<String> {
        Some(self.env.table.name(self.env.sites.map_slot).to_owned())
    }

    fn void(&self) -> Option<(Exit, String)> {
        None
    }

    fn account(&self) -> Option<ProgramLine> {
        None
    }

    fn map_lines(&self, most: usize) -> (Vec<MapLine>, usize) {
        let lines = self.maps().take(most).map(|(mutator, map, h, _)| {
            let s = describe::summary(&self.env.map, h, |a| self.rt.heap().word(a).unwrap_or(0));
            MapLine {
                mutator,
                map,
                count: s.count,
                b: s.b,
                noverflow: s.noverflow,
                growing: s.growing,
                chains: s.chains,
                load_factor: s.load_factor,
            }
        });
        (lines.collect(), self.maps().count())
    }
}
