//! What the simulated heap costs on the host: time per allocation, per word marked, per barrier, per effect.
//!
//! These are speeds of the simulator, not modelled costs (those are counts, the same everywhere). They say how large
//! a workload can be. Each group says what its number means.
//!
//! `cargo bench -p gc`, or `cargo bench -p gc -- marking`.

use bitvec::prelude::{BitVec, Lsb0};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gc::barrier::CATALOGUE;
use gc::collector::CollectorStep;
use gc::heap::HeapConfig;
use gc::mutator::FastRand;
use gc::policy::{Mode, Policy, Trigger};
use gc::record::{Log, Recorder};
use gc::runtime::{Bare, Checked, Config, Counted, Instruments, Placement, Runtime};
use gc::site::Site;
use gc::{Addr, Bytes, Effects, Stop, Type, TypeTable};
use std::hint::black_box;
use std::sync::Arc;

const SITE: Site = Site(0);

struct Types {
    /// Two words, a pointer and data.
    node: Arc<Type>,
    /// Two pointers.
    pair: Arc<Type>,
    /// No pointers.
    flat: Arc<Type>,
    /// One pointer.
    global: Arc<Type>,
}

/// A runtime with a global of one pointer, that never collects by itself unless `trigger` says so.
fn runtime<I: Instruments>(trigger: Trigger, placement: Placement) -> (Runtime<I>, Types, Addr) {
    let mut table = TypeTable::new();
    let mut add = |name, bits: &[bool]| {
        let mask: BitVec<u64, Lsb0> = bits.iter().collect();
        table.add(name, Bytes(8 * bits.len() as u64), Bytes(8), mask).unwrap()
    };
    let types = Types {
        node: add("node", &[true, false]),
        pair: add("pair", &[true, true]),
        flat: add("flat", &[false, false]),
        global: add("global", &[true]),
    };
    let config = Config {
        heap: HeapConfig { limit: Bytes(4 << 30), ..HeapConfig::default() },
        policy: Policy { mode: Mode::StopTheWorld, trigger, ..Policy::default() },
        placement,
        ..Config::default()
    };
    let mut rt = Runtime::new(config, Arc::new(table));
    let global = rt.add_globals(&types.global).unwrap();
    rt.add_mutator(FastRand(1)).unwrap();
    (rt, types, global)
}

fn hybrid() -> Placement {
    Config::default().placement
}

fn paced() -> Trigger {
    Trigger::Pacing { gogc: 100, min_heap: Bytes(4 << 20) }
}

/// Time for one object that dies at once, its share of collecting and sweeping included: what a program that
/// allocates pays on average. The heap stays at 4 MB.
fn allocation(c: &mut Criterion) {
    fn one<I: Instruments>(c: &mut Criterion, instruments: &str) {
        let mut group = c.benchmark_group("allocation");
        for (kind, bytes) in [("scan", 16), ("noscan", 16), ("noscan", 1024), ("large noscan", 64 << 10)] {
            let (mut rt, types, _) = runtime::<I>(paced(), hybrid());
            let ty = if kind == "scan" { &types.pair } else { &types.flat };
            group.throughput(Throughput::Bytes(bytes));
            group.bench_function(format!("{kind} {bytes} B, {instruments}"), |b| {
                b.iter(|| rt.allocate(SITE, ty, bytes / 16, &[]).unwrap());
            });
        }
    }
    one::<Bare>(c, "bare");
    one::<Counted>(c, "counted");
    one::<Checked>(c, "checked");
}

const OBJECTS: u64 = 100_000;

/// Links `OBJECTS` objects and hangs them on the global; returns the bytes of it all.
fn grow<I: Instruments>(rt: &mut Runtime<I>, types: &Types, global: Addr, shape: &str) -> u64 {
    let link = |rt: &mut Runtime<I>, slot: Addr, to: Addr| rt.store(slot, to.0).unwrap();
    match shape {
        "list" => {
            for _ in 0..OBJECTS {
                let node = rt.new_object(SITE, &types.node, &[]).unwrap();
                let next = Addr(rt.load(global).unwrap());
                link(rt, node, next);
                link(rt, global, node);
            }
        }
        "tree" => {
            let nodes: Vec<Addr> = (0..OBJECTS).map(|_| rt.new_object(SITE, &types.pair, &[]).unwrap()).collect();
            for (i, &node) in nodes.iter().enumerate().skip(1) {
                link(rt, nodes[(i - 1) / 2].offset(8 * ((i as u64 - 1) % 2)), node);
            }
            link(rt, global, nodes[0]);
        }
        "wide array" => {
            let array = rt.allocate(SITE, &types.global, OBJECTS - 1, &[]).unwrap();
            link(rt, global, array);
            for i in 0..OBJECTS - 1 {
                let leaf = rt.new_object(SITE, &types.flat, &[]).unwrap();
                link(rt, array.offset(8 * i), leaf);
            }
        }
        other => unreachable!("{other}"),
    }
    rt.heap().stats().live.0
}

/// Time of a whole collection in which everything is live, by the shape of the heap: objects per second, for
/// 100,000 objects. In a list each object waits for the one before; in a tree neighbours were made together; an array
/// is one long scan and its leaves are never scanned. Sweeping is in it, and frees nothing.
fn marking(c: &mut Criterion) {
    let mut group = c.benchmark_group("marking");
    for shape in ["list", "tree", "wide array"] {
        let (mut rt, types, global) = runtime::<Bare>(Trigger::Never, hybrid());
        let bytes = grow(&mut rt, &types, global, shape);
        for throughput in [Throughput::Elements(OBJECTS), Throughput::Bytes(bytes)] {
            let unit = if matches!(throughput, Throughput::Bytes(_)) { "bytes" } else { "objects" };
            group.throughput(throughput);
            group.bench_function(BenchmarkId::new(shape, unit), |b| b.iter(|| rt.collect().unwrap()));
        }
    }
}

/// Time of one pointer store with its barrier, in a loop over 64 slots whose old and new targets are marked already
/// while the flag is on: the price of asking, as in a long mark phase, not of turning objects grey.
fn barriers(c: &mut Criterion) {
    let mut group = c.benchmark_group("write_pointer");
    for named in CATALOGUE {
        for (state, buffer) in [("flag off", 0), ("flag on", 0), ("flag on, buffered", 512)] {
            let placement = Placement { buffer, ..Placement::everywhere(named) };
            let (mut rt, types, global) = runtime::<Bare>(Trigger::Never, placement);
            let array = rt.allocate(SITE, &types.global, 64, &[]).unwrap();
            rt.store(global, array.0).unwrap();
            let target = rt.new_object(SITE, &types.pair, &[]).unwrap();
            for i in 0..64 {
                rt.store(array.offset(8 * i), target.0).unwrap();
            }
            if buffer > 0 && !named.program.to_string().contains("shade") {
                continue;
            }
            if state != "flag off" {
                rt.collector_step(CollectorStep::Start).unwrap();
                // Until all is marked: then only termination is left.
                let mut steps = Vec::new();
                loop {
                    rt.collector().steps(rt.mutators(), rt.globals(), &mut steps);
                    if steps[0] == CollectorStep::Terminate {
                        break;
                    }
                    rt.collector_step(steps[0]).unwrap();
                }
            }
            let mut i = 0;
            group.bench_function(BenchmarkId::new(named.id, state), |b| {
                b.iter(|| {
                    i = (i + 1) % 64;
                    rt.write_pointer(SITE, array.offset(8 * i), black_box(target))
                });
            });
        }
    }
}

/// Bytes per second of a move of 4 KB, in 256 values with a pointer each: off, it is a copy of words; on, a barrier
/// for each of 256 pointers comes before it.
fn bulk(c: &mut Criterion) {
    let mut group = c.benchmark_group("typed_slice_copy 4 KB");
    group.throughput(Throughput::Bytes(4096));
    for on in [false, true] {
        let (mut rt, types, global) = runtime::<Bare>(Trigger::Never, hybrid());
        let array = rt.allocate(SITE, &types.node, 512, &[]).unwrap();
        rt.store(global, array.0).unwrap();
        for i in 0..512 {
            rt.store(array.offset(16 * i), array.0).unwrap();
        }
        if on {
            rt.collector_step(CollectorStep::Start).unwrap();
        }
        let (a, b) = (array, array.offset(4096));
        group.bench_function(if on { "flag on" } else { "flag off" }, |bench| {
            bench.iter(|| rt.typed_slice_copy(SITE, &types.node, b, a, 256).unwrap());
        });
    }
}

/// Time per effect of a call of `n` loads, stopped after each: the call runs again `n` times, so the time of one
/// effect grows with `n`. It says what an explorer pays for a step of a long call.
fn recorder(c: &mut Criterion) {
    fn call<E: Effects>(e: &mut E, at: Addr, n: u64) -> Result<u64, Stop> {
        (0..n).try_fold(0, |sum: u64, i| Ok(sum.wrapping_add(e.load(at.offset(i % 2 * 8))?)))
    }
    let mut group = c.benchmark_group("recorder");
    let (mut rt, types, _) = runtime::<Checked>(Trigger::Never, hybrid());
    let at = rt.new_object(SITE, &types.pair, &[]).unwrap();
    for n in [10, 100, 1000] {
        group.throughput(Throughput::Elements(n));
        group.bench_function(BenchmarkId::new("one effect at a time", n), |b| {
            b.iter_batched_ref(
                Log::new,
                |log| while call(&mut Recorder::new(&mut rt, log, 1), at, n) == Err(Stop::Yield) {},
                BatchSize::SmallInput,
            );
        });
    }
    group.throughput(Throughput::Elements(1000));
    group.bench_function("at once, 1000", |b| b.iter(|| call(&mut rt, at, 1000)));
}

/// Time to copy a small world, as an explorer does for each step: a stack, a global and one object.
fn copying(c: &mut Criterion) {
    let (mut rt, types, _) = runtime::<Checked>(Trigger::Never, hybrid());
    rt.new_object(SITE, &types.pair, &[]).unwrap();
    c.bench_function("clone of a small runtime", |b| b.iter(|| rt.clone()));
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1)).sample_size(20);
    targets = allocation, marking, barriers, bulk, recorder, copying
}
criterion_main!(benches);
