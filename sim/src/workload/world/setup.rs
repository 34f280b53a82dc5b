//! Setting up a world: the runtime of a scenario, globals, frames, maps, first entries.

use super::{MapWorld, Worker};
use crate::run::BREATH;
use crate::scenario::Scenario;
use crate::scenario::schedule::Gear;
use crate::workload::draw::{Draw, Op, Source};
use crate::workload::env::{Env, ZERO_VAL};
use crate::workload::frame::Active;
use crate::workload::model::MapModel;
use crate::workload::perform::{self, Call, Places};
use crate::world::config;
use gc::addr::ARENA_BASE;
use gc::mutator::FastRand;
use gc::record::Log;
use gc::runtime::{Driver, Instruments, Runtime};
use gc::watch::Watch;
use gc::{Addr, Stop};
use std::sync::Arc;

impl<I: Instruments> MapWorld<I> {
    /// The world of a scenario, with its maps made and their first entries put in, under a watch if one is given.
    ///
    /// # Errors
    /// The second part, if that alone ended the run; the world is then as it was at that point, and says why.
    pub fn new(scenario: &Scenario, watch: Option<Watch>) -> (MapWorld<I>, Result<(), Stop>) {
        MapWorld::new_unless(scenario, watch, &mut |_| false)
    }

    /// The same, unless `enough` says to stop: it is asked now and then while the first entries are put in.
    ///
    /// # Errors
    /// As [`MapWorld::new`]; `Yield` if it was enough.
    pub fn new_unless(
        scenario: &Scenario,
        watch: Option<Watch>,
        enough: &mut dyn FnMut(&mut MapWorld<I>) -> bool,
    ) -> (MapWorld<I>, Result<(), Stop>) {
        let env = Arc::new(Env::new(scenario));
        let w = &scenario.workload;
        let mut rt =
            Runtime::new(config(scenario, &env.table, env.frame.words.next_multiple_of(1024)), env.types.clone());
        if let Some(watch) = watch {
            rt.watch(watch);
        }
        let workers = (0..w.mutators as usize)
            .map(|i| Worker {
                draw: Draw::new(w, scenario.seed, i),
                frame: Addr::NIL,
                models: vec![MapModel::default(); w.maps as usize],
                held: None,
                iterating: None,
                call: None,
                log: Log::new(),
                starved: None,
            })
            .collect();
        let mut world = MapWorld {
            rt,
            env,
            workers,
            globals: Addr::NIL,
            gear: scenario.schedule.gear,
            begun: 0,
            total: w.operations,
            finished: 0,
            check_values: scenario.oracles.values,
            check_slots: scenario.oracles.access,
            steps: Vec::new(),
        };
        let ready = world.set_up(w.initial, scenario.seed, enough);
        if world.gear == Gear::Effect {
            world.rt.set_driver(Driver::Steps);
        }
        (world, ready)
    }

    fn set_up(&mut self, initial: u64, seed: u64, enough: &mut dyn FnMut(&mut Self) -> bool) -> Result<(), Stop> {
        let env = self.env.clone();
        let zero = self.rt.add_static(ZERO_VAL)?;
        debug_assert_eq!(zero, Addr(ARENA_BASE), "the first thing mapped is where Universe expects it");
        self.globals = self.rt.add_globals(&env.globals)?;
        for i in 0..self.workers.len() {
            let random = FastRand(seed.wrapping_add(i as u64).wrapping_mul(0x2545_f491_4f6c_dd1d));
            let mutator = self.rt.add_mutator(random)?;
            self.rt.switch_to(mutator);
            self.workers[i].frame = self.rt.push_frame(env.frame.words, env.frame.stack_map.clone())?;
        }
        self.rt.switch_to(0);
        if env.has_pool() {
            perform::make_pool(&mut self.rt, &env, self.globals)?;
        }
        for i in 0..self.workers.len() {
            self.rt.switch_to(i);
            for map in 0..env.maps {
                perform::make(&mut self.rt, &env, env.map_global(self.globals, i, map))?;
                self.fill(i, map, initial, enough)?;
            }
        }
        Ok(())
    }

    /// Puts the keys 0, 1, 2, … into a map.
    fn fill(&mut self, i: usize, map: u64, count: u64, enough: &mut dyn FnMut(&mut Self) -> bool) -> Result<(), Stop> {
        let env = self.env.clone();
        let frame = Active { frame: &env.frame, base: self.workers[i].frame };
        for key in 0..count {
            if key % BREATH == 0 && enough(self) {
                return Err(Stop::Yield);
            }
            let value = self.workers[i].draw.value();
            let op = Op::Assign { key, source: Source::Fresh(value) };
            let call = Call { op, mutator: i, map, twist: false, held: false };
            perform::perform(&mut self.rt, &env, Places { frame, globals: self.globals }, call)?;
            self.workers[i].models[map as usize].set(key, value & env.elem_bits());
        }
        Ok(())
    }
}
