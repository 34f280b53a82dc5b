//! What a program asks of its runtime: a collection, and how much memory there is. Package `runtime` of Go programs ends here.
//!
//! Answers come from what other actors change too, so asking is an effect like any other: the recorder logs the answer.
//!
//! Source: Go 1.19 runtime/mgc.go (`GC`), mstats.go (`ReadMemStats`).

use crate::addr::Addr;
use crate::collector::Phase;
use crate::effects::Stop;
use crate::record::{Kind, Recorder};
use crate::runtime::{Instruments, Runtime};

/// A number that the allocator or the collector keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Statistic {
    /// Bytes ever allocated, rounded up to size classes.
    AllocatedBytes,
    /// Objects ever allocated.
    AllocatedObjects,
    /// Objects freed.
    FreedObjects,
    /// Bytes in objects: found live by the last cycle, and made since.
    LiveBytes,
    /// The most bytes that were ever mapped.
    MappedBytes,
    /// Bytes in objects at which the next cycle starts, where that decides.
    Goal,
    /// Cycles begun.
    Cycles,
}

/// Requests of a program to its runtime.
pub trait Requests {
    /// Ends the cycle that is under way, if any, then does a whole one. A safepoint.
    ///
    /// # Errors
    /// `Violation` if an oracle objects.
    fn full_collection(&mut self) -> Result<(), Stop>;

    /// Reads a number.
    ///
    /// # Errors
    /// `Yield` only.
    fn statistic(&mut self, which: Statistic) -> Result<u64, Stop>;
}

impl<I: Instruments> Requests for Runtime<I> {
    fn full_collection(&mut self) -> Result<(), Stop> {
        // What has died since a cycle began may outlive it.
        if !matches!(self.collector().phase(), Phase::Off | Phase::Sweep) {
            self.collect()?;
        }
        self.collect()
    }

    fn statistic(&mut self, which: Statistic) -> Result<u64, Stop> {
        let heap = self.heap().stats();
        Ok(match which {
            Statistic::AllocatedBytes => heap.allocated_bytes,
            Statistic::AllocatedObjects => heap.allocated_objects,
            Statistic::FreedObjects => heap.freed_objects,
            Statistic::LiveBytes => heap.live.0,
            Statistic::MappedBytes => heap.mapped.0,
            Statistic::Goal => self.collector().goal.0,
            Statistic::Cycles => self.collector().cycles().last().map_or(0, |cycle| cycle.number),
        })
    }
}

impl<I: Instruments> Requests for Recorder<'_, I> {
    fn full_collection(&mut self) -> Result<(), Stop> {
        self.effect(Kind::Safepoint, Addr::NIL, &[], |r| r.full_collection().map(|()| 0)).map(drop)
    }

    fn statistic(&mut self, which: Statistic) -> Result<u64, Stop> {
        self.effect(Kind::Statistic, Addr::NIL, &[], |r| r.statistic(which))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addr::Bytes;
    use crate::effects::Effects;
    use crate::mutator::FastRand;
    use crate::record::Log;
    use crate::runtime::{Checked, Config};
    use crate::site::Site;
    use crate::types::{PtrMask, TypeTable};
    use std::sync::Arc;

    #[test]
    fn a_recorded_request_is_answered_once_and_repeated_from_the_log() {
        let mut table = TypeTable::new();
        let word = table.add("word", Bytes(8), Bytes(8), PtrMask::new()).unwrap();
        let mut runtime = Runtime::<Checked>::new(Config::default(), Arc::new(table));
        runtime.add_mutator(FastRand(1)).unwrap();
        runtime.new_object(Site(0), &word, &[]).unwrap();
        let mut log = Log::new();
        let ask = |e: &mut Recorder<'_, Checked>| {
            let before = e.statistic(Statistic::FreedObjects)?;
            e.full_collection()?;
            Ok((before, e.statistic(Statistic::FreedObjects)?))
        };
        let mut runs = 0;
        let answer = loop {
            runs += 1;
            match ask(&mut Recorder::new(&mut runtime, &mut log, 1)) {
                Err(Stop::Yield) => {}
                done => break done,
            }
        };
        assert_eq!((answer, runs), (Ok((0, 1)), 3));
        assert_eq!(runtime.statistic(Statistic::Cycles), Ok(1));
        assert_eq!(runtime.statistic(Statistic::LiveBytes), Ok(0));
    }

    #[test]
    fn a_request_during_a_cycle_frees_what_died_since_it_began() {
        let mut table = TypeTable::new();
        let word = table.add("word", Bytes(8), Bytes(8), PtrMask::new()).unwrap();
        let mut runtime = Runtime::<Checked>::new(Config::default(), Arc::new(table));
        runtime.add_mutator(FastRand(1)).unwrap();
        runtime.collector_step(crate::collector::CollectorStep::Start).unwrap();
        runtime.new_object(Site(0), &word, &[]).unwrap();
        runtime.full_collection().unwrap();
        assert_eq!(runtime.statistic(Statistic::FreedObjects), Ok(1), "born black in the first of two cycles");
        assert_eq!(runtime.statistic(Statistic::Cycles), Ok(2));
    }
}
