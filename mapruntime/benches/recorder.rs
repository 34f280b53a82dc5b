//! Assignments one effect at a time, as an explorer performs them: `mapassign*` run again and again until it is done.
//!
//! A number is the CPU time of the whole call, with the map as it was before each time; copying the runtime is not in
//! it. A call of `n` effects repeats about `n²/2` of them, which is why the names tell how many there are. `int64_ptr`
//! calls `mapassign_fast64`, `int64_bytes200` the generic routine, whose elems are indirect; the types' facts come from
//! memory, as in `sim`. `grows` begin a growth and evacuate two buckets.

#[path = "../examples/map_bench/rig.rs"]
#[allow(dead_code, reason = "the example uses more of it")]
mod rig;

use cpu_time::ProcessTime;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use gc::record::{Log, Recorder};
use gc::runtime::{Bare, Checked, Instruments, Runtime};
use gc::{Addr, Effects, Stop};
use mapruntime::{MapType, makemap_small, mapassign, mapassign_fast64};
use rig::{Elem, Key, Large, Pointer, Rig, Slow, key};
use std::time::Duration;

/// A map of `entries`, and the routine that assigns to one more key, or to the first again.
struct Case<I: Instruments> {
    rt: Runtime<I>,
    t: MapType,
    h: Addr,
    key: u64,
    /// Where the key lies, for the generic routine.
    place: Option<Addr>,
}

impl<I: Instruments> Case<I> {
    fn new(generic: bool, entries: usize, again: bool) -> Case<I> {
        let mut r = Rig::<I>::new();
        let t = if generic { r.maps.int64_bytes200.clone() } else { r.maps.int64_ptr.clone() };
        let h = makemap_small(&mut r.rt, &t).expect("memory");
        r.rt.store(r.slot(0), h.0).expect("a slot of the frame");
        for i in 0..entries {
            let k = key(i) as u64;
            if generic { fill(&mut r, &t, h, Slow(k), Large, i) } else { fill(&mut r, &t, h, k, Pointer, i) }
        }
        let key = key(if again { 0 } else { entries }) as u64;
        let place = generic.then(|| r.slot(14));
        if let Some(place) = place {
            r.rt.store(place, key).expect("a slot of the frame");
        }
        Case { rt: r.rt, t, h, key, place }
    }

    fn assign(&self, e: &mut impl Effects) -> Result<Addr, Stop> {
        match self.place {
            Some(place) => mapassign(e, &self.t, self.h, place),
            None => mapassign_fast64(e, &self.t, self.h, self.key),
        }
    }

    fn one_by_one(&self, rt: &mut Runtime<I>, log: &mut Log) {
        while self.assign(&mut Recorder::new(rt, log, 1)) == Err(Stop::Yield) {}
    }

    fn bench(&self, group: &mut BenchmarkGroup<'_, WallTime>, name: &str) {
        let mut log = Log::new();
        self.one_by_one(&mut self.rt.clone(), &mut log);
        let name = format!("{name}, {} effects", log.done().len());
        group.bench_function(name, |b| b.iter_custom(|times| cpu_time(times, std::slice::from_ref(self))));
    }
}

/// CPU time of so many rounds of these calls, each with a copy of its runtime that is made before. The clock is read
/// once for many calls: it takes as long as a small one.
fn cpu_time<I: Instruments>(times: u64, cases: &[Case<I>]) -> Duration {
    let mut spent = Duration::ZERO;
    let mut left = times;
    while left > 0 {
        let batch = left.min(64);
        let mut copies: Vec<_> =
            (0..batch).flat_map(|_| cases).map(|case| (case, case.rt.clone(), Log::new())).collect();
        let start = ProcessTime::now();
        copies.iter_mut().for_each(|(case, rt, log)| case.one_by_one(rt, log));
        spent += start.elapsed();
        left -= batch;
    }
    spent
}

fn fill<I: Instruments, K: Key, E: Elem>(r: &mut Rig<I>, t: &MapType, h: Addr, k: K, _: E, i: usize) {
    E::set(r, t, h, k, i).expect("memory");
}

fn assignments<I: Instruments>(c: &mut Criterion, observed: &str) {
    for generic in [false, true] {
        let types = if generic { "int64_bytes200" } else { "int64_ptr" };
        let mut group = c.benchmark_group(format!("recorder/{types}/{observed}"));
        let case = |entries, again| Case::<I>::new(generic, entries, again);
        case(100, true).bench(&mut group, "overwrite in 100");
        case(3, false).bench(&mut group, "new key in one bucket");
        let more: Vec<_> = (20..27).map(|entries| case(entries, false)).collect();
        group.bench_function("7 new keys, in 20 to 26", |b| b.iter_custom(|times| cpu_time(times, &more)));
        case(8, false).bench(&mut group, "grows 1 to 2 buckets");
        case(13, false).bench(&mut group, "grows 2 to 4 buckets");
        case(104, false).bench(&mut group, "grows 16 to 32 buckets");
    }
}

fn all(c: &mut Criterion) {
    assignments::<Bare>(c, "bare");
    assignments::<Checked>(c, "checked");
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1)).sample_size(20);
    targets = all
}
criterion_main!(benches);
