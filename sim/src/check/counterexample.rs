//! A counterexample: a scenario and a schedule under which it fails, made as small as one removal at a time can make it.

use super::schedule;
use crate::report::{Report, Wrong};
use crate::run::{End, Ran, follow};
use crate::scenario::{self, Scenario};
use crate::story;
use crate::world::{Actor, World};
use gc::Stop;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Version of the file's form.
const SCHEMA: u64 = 1;

/// A way to fail.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// The scenario, with the heap that it begins with.
    pub scenario: Scenario,
    /// The steps.
    pub steps: Arc<[Actor]>,
}

/// How a counterexample lies in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Saved {
    /// Version of this form.
    pub schema: u64,
    /// Version of the tool that wrote it.
    pub version: String,
    /// The file that the scenario came from.
    pub from: String,
    /// The scenario, every key spelled out.
    pub scenario: String,
    /// A hash of its text.
    pub hash: String,
    /// The schedule.
    pub schedule: String,
    /// What is wrong when it ends: the kind.
    pub kind: String,
    /// ... and the site that is to blame, if there is one.
    pub site: Option<String>,
    /// All that is printed about it.
    pub text: Vec<String>,
}

/// A hash of a scenario's text, as it stands in files.
pub fn hash(text: &str) -> String {
    format!("{:016x}", xxh3_64(text.as_bytes()))
}

impl Saved {
    /// The form of a counterexample.
    pub fn of(c: &Counterexample, from: &str, wrong: &Wrong, text: &str) -> Saved {
        let scenario = c.scenario.to_toml();
        Saved {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            from: from.to_owned(),
            hash: hash(&scenario),
            scenario,
            schedule: schedule::print(&c.steps, " "),
            kind: wrong.kind.clone(),
            site: wrong.site.clone(),
            text: text.lines().map(str::to_owned).collect(),
        }
    }

    /// As JSON.
    ///
    /// # Panics
    /// Never: all of it can be written as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data") + "\n"
    }

    /// Reads a file's text: the counterexample, and remarks about what has changed since it was written.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<(Saved, Counterexample, Vec<String>), String> {
        let saved: Saved = serde_json::from_str(text).map_err(|e| format!("not a counterexample: {e}"))?;
        if saved.schema != SCHEMA {
            return Err(format!("its form is version {}; expected {SCHEMA}", saved.schema));
        }
        let mut remarks = Vec::new();
        let version = env!("CARGO_PKG_VERSION");
        if saved.version != version {
            remarks.push(format!("it was written by version {}; this is {version}", saved.version));
        }
        if saved.hash != hash(&saved.scenario) {
            remarks.push("its scenario was changed after it was written".to_owned());
        }
        let scenario = scenario::load("the counterexample's scenario", &saved.scenario, &[])
            .map_err(|report| report.render(false, 140))?
            .scenario;
        let steps = schedule::parse(&saved.schedule)?.into();
        Ok((saved, Counterexample { scenario, steps }, remarks))
    }
}

impl Counterexample {
    /// Runs it.
    pub fn run<W: World>(&self) -> Ran<W> {
        follow(&self.scenario, None, &self.steps, |_, _| true)
    }

    /// What is wrong when it ends, with its story; `None` if it does not fail.
    pub fn wrong<W: World>(&self, name: &str) -> Option<Wrong> {
        let ran = self.run::<W>();
        fails(&ran).then(|| Report::of(&self.scenario, name, &ran, story::tell(&self.scenario, &ran)).violation)?
    }

    /// The schedule as a run takes it that passes over what it cannot do, and in the end lets the collector finish; if that fails.
    fn repaired<W: World>(scenario: &Scenario, steps: &[Actor]) -> Option<Counterexample> {
        let (mut world, ready) = W::begin(scenario, None, &mut |_| false);
        ready.ok()?;
        let (mut taken, mut actors) = (Vec::new(), Vec::new());
        let mut rest = steps.iter();
        loop {
            world.actors(&mut actors);
            let next = rest.by_ref().find(|step| actors.contains(step)).copied();
            let collects = |a: &&Actor| matches!(a, Actor::Collector(_));
            // A store under way is finished first: the collector may wait for it.
            let busy = |a: &&Actor| matches!(a, Actor::Mutator(_));
            let step = next.or_else(|| actors.iter().find(busy).or_else(|| actors.iter().find(collects)).copied())?;
            taken.push(step);
            match world.step(step) {
                Ok(()) if taken.len() > 4 * steps.len() + 1000 => return None,
                Ok(()) => {}
                Err(Stop::Violation) => {
                    return Some(Counterexample { scenario: scenario.clone(), steps: taken.into() });
                }
                Err(_) => return None,
            }
        }
    }

    /// Makes it smaller until no single removal keeps it failing: of a pointer in the heap it begins with, of a store, of a step.
    #[must_use]
    pub fn minimal<W: World>(mut self) -> Counterexample {
        while let Some(smaller) = self.smaller::<W>() {
            self = smaller;
        }
        self
    }

    /// One with something left out that fails still; `None` if it is 1-minimal.
    pub fn smaller<W: World>(&self) -> Option<Counterexample> {
        self.candidates().into_iter().find_map(|(scenario, steps)| {
            let smaller = Counterexample::repaired::<W>(&scenario, &steps)?;
            (smaller.weight() < self.weight()).then_some(smaller)
        })
    }

    /// Pointers in the heap, and steps.
    fn weight(&self) -> (usize, usize) {
        let heap = self.scenario.workload.heap.as_deref().unwrap_or_default();
        (heap.iter().filter(|&&p| p != 0).count() + self.steps.len(), self.steps.len())
    }

    /// Everything with one thing removed.
    fn candidates(&self) -> Vec<(Scenario, Vec<Actor>)> {
        let mut list = Vec::new();
        let heap = self.scenario.workload.heap.as_deref().unwrap_or_default();
        for at in (0..heap.len()).filter(|&at| heap[at] != 0) {
            let mut scenario = self.scenario.clone();
            let mut smaller = heap.to_vec();
            smaller[at] = 0;
            scenario.workload.heap = Some(smaller);
            list.push((scenario, self.steps.to_vec()));
        }
        for at in 0..self.steps.len() {
            let mut steps = self.steps.to_vec();
            let removed = steps.remove(at);
            if let Actor::Choose(i, _) = removed {
                // The whole store goes.
                let end = steps[at..].iter().position(|s| matches!(s, Actor::Choose(j, _) if *j == i));
                let end = end.map_or(steps.len(), |n| at + n);
                let mut n = 0;
                steps.retain(|s| {
                    n += 1;
                    !((at..end).contains(&(n - 1)) && *s == Actor::Mutator(i))
                });
            }
            list.push((self.scenario.clone(), steps));
        }
        list
    }
}

/// Did a run find something wrong?
pub fn fails<W>(ran: &Ran<W>) -> bool {
    ran.end == End::Stopped(Stop::Violation)
}
