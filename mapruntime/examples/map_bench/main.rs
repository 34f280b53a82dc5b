//! The map workloads of the Go peer's `bench.go`, on the simulated heap: same names, same definitions.
//!
//! ```text
//! cargo run --release -p mapruntime --example map_bench -- [--filter S] [--sizes 1000,100000,1000000] [--format json|text]
//!                                                          [--counters] [--dynamic]
//!                                                          [--peak MAP | --scale MAP]
//! ```
//!
//! The collector is on (GOGC=100 from 4 MiB, stop-the-world marking at a safepoint, so that its work is in the
//! figures), the barrier is Go's hybrid, oracles are off; counters too, unless asked for. `ns_per_op` is CPU time of
//! this process a map operation, the median of the repetitions; `gc_cycles` those of one pass. `--dynamic` takes the
//! facts of the map type from memory, as Go does, in place of constants.
//!
//! `--peak int64_ptr` (or `int64_int64`, `int64_bytes200`) builds one map of a million entries and tells the memory that it took,
//! `--scale` one after the other of the sizes, up to 100 million entries: see `memory.rs`.

mod memory;
mod rig;

use cpu_time::ProcessTime;
use gc::addr::WORD;
use gc::runtime::{Bare, Counted, Instruments};
use gc::{Addr, Effects, Stop};
use mapruntime::layout::hiter;
use mapruntime::shape::{StringToPointer, StringToWord, WordToIndirect, WordToPointer, WordToWord};
use mapruntime::{Shape, makemap_small, mapiterinit, mapiternext, maplen};
use rig::{Elem, Key, Large, Pointer, Rig, Slow, Word, key, permutation};
use std::hint::black_box;

/// What is measured of each map type, so far as it applies.
const WORKLOADS: [&str; 7] = ["insert", "overwrite", "hit", "miss", "iterate", "opassign", "delete_reinsert"];

/// What comes before a timed pass.
type Setup<'a, I> = dyn Fn(&mut Rig<I>) -> Result<(), Stop> + 'a;

struct Bench {
    filter: String,
    json: bool,
}

impl Bench {
    /// Runs `setup` (untimed), if there is one, then `body` (timed, `n` operations) enough times. The heap is collected
    /// before the first pass and after each setup, and at no other time out of turn, as in the peer.
    fn measure<I: Instruments>(
        &self,
        r: &mut Rig<I>,
        name: &str,
        n: usize,
        setup: Option<&Setup<'_, I>>,
        mut body: impl FnMut(&mut Rig<I>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        if !name.contains(&self.filter) {
            return Ok(());
        }
        let inner = if n < 50_000 { 50_000 / n } else { 1 };
        let reps = if n < 1_000_000 { 7 } else { 1 };
        let mut times = Vec::new();
        let mut cycles = 0;
        r.rt.collect()?;
        for _ in 0..reps {
            if let Some(setup) = setup {
                setup(r)?;
                r.rt.collect()?;
            }
            let before = r.rt.collector().cycles().len();
            let start = ProcessTime::now();
            for _ in 0..inner {
                body(r)?;
            }
            times.push(start.elapsed().as_nanos() as f64 / (inner * n) as f64);
            cycles += r.rt.collector().cycles().len() - before;
        }
        times.sort_by(f64::total_cmp);
        let ns = times[times.len() / 2];
        let cycles = cycles as f64 / (reps * inner) as f64;
        if self.json {
            println!("{{\"name\":\"{name}\",\"n\":{n},\"ns_per_op\":{ns:.2},\"gc_cycles\":{cycles:.3}}}");
        } else {
            println!("{name:32} {n:>9} {ns:9.2} ns/op  {cycles:.3} collections");
        }
        Ok(())
    }

    /// All workloads of one map type.
    #[allow(clippy::too_many_arguments, reason = "a benchmark's whole table row")]
    fn all<I: Instruments, S: Shape, K: Key, E: Elem>(
        &self,
        r: &mut Rig<I>,
        prefix: &str,
        t: &S,
        _: E,
        [keys, look, miss]: [&[K]; 3],
        only_opassign: bool,
    ) -> Result<(), Stop> {
        let n = keys.len();
        let root = r.slot(0);
        let fill = |r: &mut Rig<I>| {
            let h = makemap_small(&mut r.rt, t)?;
            r.rt.store(root, h.0)?;
            for (i, &k) in keys.iter().enumerate() {
                E::set(r, t, h, k, i)?;
            }
            Ok(())
        };
        let map = |r: &mut Rig<I>| r.rt.load(root).map(Addr);
        let name = |what: &str| format!("{prefix}/{what}");
        if only_opassign {
            fill(r)?;
        } else {
            self.measure(r, &name("insert"), n, Some(&|r| r.rt.store(root, 0)), fill)?;
            fill(r)?;
            self.measure(r, &name("overwrite"), n, None, |r| {
                let h = map(r)?;
                look.iter().enumerate().try_for_each(|(i, &k)| E::set(r, t, h, k, i))
            })?;
            self.measure(r, &name("hit"), n, None, |r| {
                let h = map(r)?;
                let mut sum = 0u64;
                for &k in look {
                    let at = k.access1(r, t, h)?;
                    sum = sum.wrapping_add(E::read(r, at)?);
                }
                black_box(sum);
                Ok(())
            })?;
            self.measure(r, &name("miss"), n, None, |r| {
                let h = map(r)?;
                let mut count = 0;
                for &k in miss {
                    count += u64::from(k.access2(r, t, h)?.1);
                }
                assert_eq!(count, 0, "a key that was never stored was found");
                Ok(())
            })?;
            self.measure(r, &name("iterate"), n, None, |r| {
                let h = map(r)?;
                let it = r.slot(2);
                r.rt.memclr(it, 12 * WORD)?;
                mapiterinit(&mut r.rt, t, h, it)?;
                let (mut sum, mut count) = (0u64, 0);
                loop {
                    let [k, e] = r.rt.load_block::<2>(it.offset(hiter::KEY))?;
                    if k == 0 {
                        break;
                    }
                    sum = sum.wrapping_add(r.rt.load(Addr(k))?).wrapping_add(E::read(r, Addr(e))?);
                    count += 1;
                    mapiternext(&mut r.rt, t, it)?;
                }
                black_box(sum);
                // A copy, so that the count can live in a register.
                assert_eq!({ count }, n, "a loop comes by every entry");
                Ok(())
            })?;
        }
        if E::NUMBER {
            self.measure(r, &name("opassign"), n, None, |r| {
                let h = map(r)?;
                for (i, &k) in look.iter().enumerate() {
                    let slot = k.assign(r, t, h)?;
                    let old = r.rt.load(slot)?;
                    r.rt.store(slot, old.wrapping_add(i as u64))?;
                }
                Ok(())
            })?;
        }
        if !only_opassign {
            self.measure(r, &name("delete_reinsert"), n, None, |r| {
                let h = map(r)?;
                for (i, &k) in look.iter().enumerate() {
                    k.delete(r, t, h)?;
                    E::set(r, t, h, k, i)?;
                }
                Ok(())
            })?;
        }
        let h = map(r)?;
        assert_eq!(maplen(&mut r.rt, h)?, n as u64, "no entry is lost");
        Ok(())
    }
}

fn run<I: Instruments>(bench: &Bench, sizes: &[usize], dynamic: bool) -> Result<(), Stop> {
    for &n in sizes {
        let p = permutation(n);
        let words = |f: &dyn Fn(usize) -> i64| (0..n).map(|i| f(i) as u64).collect::<Vec<_>>();
        let keys = words(&key);
        let look = words(&|i| key(p[i]));
        let miss = words(&|i| key(n + p[i]));
        let wants = |prefix: &str| WORKLOADS.iter().any(|what| format!("{prefix}/{what}").contains(&bench.filter));
        macro_rules! rows {
            ($prefix:literal, $field:ident, $fixed:ident, $elem:expr, $keys:expr, $only:expr) => {
                if wants($prefix) {
                    let mut r = Rig::<I>::new();
                    let t = r.maps.$field.clone();
                    #[allow(clippy::redundant_closure_call, reason = "the keys of a row may need the rig")]
                    let keys = ($keys)(&mut r)?;
                    let keys = [&keys[0][..], &keys[1][..], &keys[2][..]];
                    match $fixed::of(&t).filter(|_| !dynamic) {
                        Some(fixed) => bench.all(&mut r, $prefix, &fixed, $elem, keys, $only)?,
                        None => bench.all(&mut r, $prefix, &t, $elem, keys, $only)?,
                    }
                }
            };
        }
        let plain = |_: &mut Rig<I>| Ok::<_, Stop>([keys.clone(), look.clone(), miss.clone()]);
        let text = |r: &mut Rig<I>| {
            Ok::<_, Stop>([r.strings(n, 0, key)?, r.strings(n, 1, |i| key(p[i]))?, r.strings(n, 2, |i| key(n + p[i]))?])
        };
        let slow = |_: &mut Rig<I>| {
            Ok::<_, Stop>([&keys, &look, &miss].map(|k| k.iter().map(|&k| Slow(k)).collect::<Vec<_>>()))
        };
        rows!("int64_int64", int64_int64, WordToWord, Word, plain, false);
        rows!("int64_ptr", int64_ptr, WordToPointer, Pointer, plain, false);
        rows!("string_ptr", string_ptr, StringToPointer, Pointer, text, false);
        rows!("int64_bytes200", int64_bytes200, WordToIndirect, Large, slow, false);
        rows!("string_int64", string_int64, StringToWord, Word, text, true);
    }
    Ok(())
}

fn main() {
    let mut bench = Bench { filter: String::new(), json: true };
    let mut sizes = None;
    let (mut peak, mut scale) = (None, None);
    let (mut counters, mut dynamic) = (false, false);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().unwrap_or_else(|| usage(&format!("{arg} wants a value")));
        match arg.as_str() {
            "--filter" => bench.filter = value(),
            "--format" => bench.json = value() == "json",
            "--sizes" => {
                let list = value();
                let number =
                    |n: &str| n.parse().ok().filter(|&n| n > 0).unwrap_or_else(|| usage(&format!("no size: {n}")));
                sizes = Some(list.split(',').map(number).collect::<Vec<usize>>());
            }
            "--peak" => peak = Some(map_name(value())),
            "--scale" => scale = Some(map_name(value())),
            "--counters" => counters = true,
            "--dynamic" => dynamic = true,
            _ => usage(&format!("unknown argument {arg}")),
        }
    }
    let job = match (peak, scale) {
        (Some(map), _) => Job::Memory("peak", map, vec![1_000_000]),
        (_, Some(map)) => {
            Job::Memory("scale", map, sizes.unwrap_or_else(|| vec![1_000_000, 10_000_000, 50_000_000, 100_000_000]))
        }
        _ => Job::Workloads(bench, sizes.unwrap_or_else(|| vec![1_000, 100_000, 1_000_000]), dynamic),
    };
    let ran = if counters { job.run::<Counted>() } else { job.run::<Bare>() };
    if let Err(stop) = ran {
        eprintln!("the benchmark stopped: {stop:?}");
        std::process::exit(1);
    }
}

/// What the command line asks for.
enum Job {
    Workloads(Bench, Vec<usize>, bool),
    Memory(&'static str, String, Vec<usize>),
}

impl Job {
    fn run<I: Instruments>(self) -> Result<(), Stop> {
        match self {
            Job::Workloads(bench, sizes, dynamic) => run::<I>(&bench, &sizes, dynamic),
            Job::Memory(kind, map, sizes) => sizes.iter().try_for_each(|&n| memory::measure::<I>(kind, &map, n)),
        }
    }
}

/// The name of a map whose memory can be measured.
fn map_name(name: String) -> String {
    if !memory::NAMES.contains(&name.as_str()) {
        usage(&format!("expected one of {}, got {name}", memory::NAMES.join(", ")));
    }
    name
}

fn usage(problem: &str) -> ! {
    eprintln!(
        "{problem}\nusage: map_bench [--filter S] [--sizes N,N,...] [--format json|text] [--counters] [--dynamic] \
         [--peak MAP | --scale MAP]"
    );
    std::process::exit(2);
}
