//! The marking workloads of the Go peer's `mark.go`, on the simulated heap: same names, same objects, made in the same
//! order.
//!
//! ```text
//! cargo run --release -p gc --example mark_bench -- [--filter S] [--format json|text]
//! ```
//!
//! `ns_per_object` is CPU time of this process for one collection, marking and sweeping, divided by the objects that it
//! finds live: the median of five. Go's `runtime.GC()` does both too, so this is the figure to compare.
//! `mark_ns_per_object` is marking alone. `mb_per_s` is live bytes a second, of the whole collection. The world is
//! stopped, oracles and counters are off.

#[path = "../../mapruntime/examples/map_bench/rig.rs"]
#[allow(dead_code, reason = "the benchmark of maps uses more of it")]
mod rig;

use bitvec::prelude::{BitVec, Lsb0};
use cpu_time::ProcessTime;
use gc::addr::{ARENA_BASE, WORD};
use gc::collector::{CollectorStep, Phase};
use gc::heap::HeapConfig;
use gc::mutator::FastRand;
use gc::policy::{Mode, Policy, SweepPolicy, Trigger};
use gc::runtime::{Bare, Config, Runtime};
use gc::{Addr, Bytes, Effects, PtrMask, Site, Stop, Type, TypeTable};
use mapruntime::shape::WordToPointer;
use mapruntime::{GoType, Kind, MapType, Universe, makemap_small, mapassign_fast64, sites};
use rig::{key, permutation};
use std::sync::Arc;

const PROGRAM: Site = Site(sites::NAMES.len() as u16);

/// Levels of the trees.
const DEPTH: u32 = 22;
/// Entries of the map.
const ENTRIES: u64 = 1_000_000;
/// Collections that the median is taken of, after one that is not counted.
const COLLECTIONS: u64 = 5;

/// A heap with two globals: a tree and a map.
struct World {
    rt: Runtime<Bare>,
    root: Addr,
    map: Addr,
    map_type: MapType,
    node: Arc<Type>,
    object: Arc<Type>,
}

impl World {
    fn new() -> World {
        let mut types = TypeTable::new();
        let legal = "the benchmark's types are legal";
        let int64 = GoType::new(&mut types, "int64", Kind::Int64).expect(legal);
        let ptr = GoType::new(&mut types, "*T", Kind::Pointer("T".into())).expect(legal);
        let universe = Universe::new(&mut types, 0x1234_5678_9abc_def1, Addr(ARENA_BASE), []);
        let map_type = MapType::new(&mut types, &universe, &int64, &ptr).expect(legal);
        let children: BitVec<u64, Lsb0> = BitVec::repeat(true, 2);
        let node = types.add("node", Bytes(24), Bytes(8), children).expect(legal);
        let object = types.add("T", Bytes(16), Bytes(8), PtrMask::new()).expect(legal);
        let globals = types.add("globals", Bytes(16), Bytes(8), PtrMask::repeat(true, 2)).expect(legal);
        let config = Config {
            heap: HeapConfig { limit: Bytes(4 << 30), reuse: true, poison: false },
            policy: Policy {
                mode: Mode::StopTheWorld,
                // One cycle at each tick of the clock, which only `collect` moves.
                trigger: Trigger::Chosen((1..=COLLECTIONS + 1).collect()),
                sweep: SweepPolicy::Lazy,
                ..Policy::default()
            },
            ..Config::default()
        };
        let mut rt = Runtime::<Bare>::new(config, Arc::new(types));
        rt.add_static(Bytes(1024)).expect("memory for zeroVal");
        let root = rt.add_globals(&globals).expect("memory for globals");
        rt.add_mutator(FastRand(7)).expect("memory for a stack");
        World { rt, root, map: root.offset(WORD), map_type, node, object }
    }

    fn new_node(&mut self) -> Result<Addr, Stop> {
        let node = self.node.clone();
        self.rt.new_object(PROGRAM, &node, &[])
    }

    /// Children before their parent, as Go's compiler orders the calls and the allocation.
    fn tree(&mut self, depth: u32) -> Result<Addr, Stop> {
        if depth == 0 {
            return Ok(Addr::NIL);
        }
        let left = self.tree(depth - 1)?;
        let right = self.tree(depth - 1)?;
        let node = self.new_node()?;
        self.link(node, left, right, u64::from(depth))?;
        Ok(node)
    }

    fn link(&mut self, node: Addr, left: Addr, right: Addr, val: u64) -> Result<(), Stop> {
        self.rt.write_pointer(PROGRAM, node, left)?;
        self.rt.write_pointer(PROGRAM, node.offset(WORD), right)?;
        self.rt.store(node.offset(2 * WORD), val)
    }

    /// The same tree, with its nodes at random places: node `i`, breadth first, is the one that was made `p[i]`-th.
    fn tree_random(&mut self, depth: u32) -> Result<Addr, Stop> {
        let n = (1 << depth) - 1;
        let made = (0..n).map(|_| self.new_node()).collect::<Result<Vec<_>, _>>()?;
        let p = permutation(n);
        let place = |i: usize| p.get(i).map_or(Addr::NIL, |&at| made[at]);
        for i in 0..n {
            self.link(place(i), place(2 * i + 1), place(2 * i + 2), i as u64)?;
        }
        Ok(place(0))
    }

    fn fill_map(&mut self) -> Result<(), Stop> {
        let t = WordToPointer::of(&self.map_type).expect("word keys and pointer elems");
        let h = makemap_small(&mut self.rt, &t)?;
        self.rt.write_pointer(PROGRAM, self.map, h)?;
        for i in 0..ENTRIES {
            let p = self.rt.new_object(PROGRAM, &self.object.clone(), &[])?;
            self.rt.store(p, i)?;
            self.rt.store(p.offset(WORD), 1)?;
            let slot = mapassign_fast64(&mut self.rt, &t, h, key(i as usize) as u64)?;
            self.rt.write_pointer(PROGRAM, slot, p)?;
        }
        Ok(())
    }

    /// One collection; returns CPU nanoseconds of marking and of sweeping.
    fn collect(&mut self, tick: u64) -> Result<[f64; 2], Stop> {
        self.rt.set_clock(tick);
        let start = ProcessTime::now();
        self.rt.safepoint(PROGRAM, &[])?;
        let mark = start.elapsed();
        while self.rt.collector().phase() == Phase::Sweep {
            self.rt.collector_step(CollectorStep::SweepSpan)?;
        }
        let both = start.elapsed();
        Ok([mark, both - mark].map(|t| t.as_nanos() as f64))
    }
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

fn run(name: &str, json: bool) -> Result<(), Stop> {
    let mut w = World::new();
    let root = match name {
        "mark/tree" | "mark/tree+map" => w.tree(DEPTH)?,
        "mark/tree-random" => w.tree_random(DEPTH)?,
        _ => Addr::NIL,
    };
    w.rt.write_pointer(PROGRAM, w.root, root)?;
    if name.ends_with("map") {
        w.fill_map()?;
    }
    w.collect(1)?;
    let (mut marks, mut sweeps, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for i in 0..COLLECTIONS {
        let [mark, sweep] = w.collect(i + 2)?;
        marks.push(mark);
        sweeps.push(sweep);
        whole.push(mark + sweep);
    }
    let objects = w.rt.heap().objects().count() as f64;
    let live = w.rt.heap().stats().live.0 as f64;
    let [ns, mark, sweep] = [whole, marks, sweeps].map(|times| median(times) / objects);
    let rate = live / 1e6 / (ns * objects / 1e9);
    if json {
        println!(
            "{{\"name\":\"{name}\",\"objects\":{objects},\"live_bytes\":{live},\"ns_per_object\":{ns:.2},\
             \"mark_ns_per_object\":{mark:.2},\"sweep_ns_per_object\":{sweep:.3},\"mb_per_s\":{rate:.0}}}"
        );
    } else {
        println!(
            "{name:18} {objects:>9} objects {live:>11} bytes {ns:8.2} ns/object (mark {mark:.2}, sweep {sweep:.3}) {rate:7.0} MB/s"
        );
    }
    Ok(())
}

fn main() {
    let (mut filter, mut json) = (String::new(), true);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().unwrap_or_else(|| usage(&format!("{arg} wants a value")));
        match arg.as_str() {
            "--filter" => filter = value(),
            "--format" => match value().as_str() {
                "json" => json = true,
                "text" => json = false,
                other => usage(&format!("no format: {other}")),
            },
            _ => usage(&format!("unknown argument {arg}")),
        }
    }
    for name in ["mark/tree", "mark/tree+map", "mark/map", "mark/tree-random"] {
        if name.contains(&filter)
            && let Err(stop) = run(name, json)
        {
            eprintln!("{name} stopped: {stop:?}");
            std::process::exit(1);
        }
    }
}

fn usage(problem: &str) -> ! {
    eprintln!("{problem}\nusage: mark_bench [--filter S] [--format json|text]");
    std::process::exit(2);
}
