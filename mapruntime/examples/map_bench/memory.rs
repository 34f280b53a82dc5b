//! What large maps take: memory and time of one map that is built and read, with keys that are computed, not stored.
//!
//! `peak_bytes` is the most that was ever resident in this process while it worked on the map, with nothing taken off:
//! the `base_bytes` from before the map are in it, and so are garbage of the map's growth and the simulator's own
//! tables. `mapped_bytes`, a part of it, is the simulated memory that was ever mapped.

use crate::rig::{Elem, Key, Large, Pointer, Rig, Slow, Word, key};
use cpu_time::ProcessTime;
use gc::runtime::Instruments;
use gc::{Addr, Effects, Stop};
use mapruntime::shape::{WordToIndirect, WordToPointer, WordToWord};
use mapruntime::{Shape, makemap_small};
use std::fs;

/// The maps that there are.
pub const NAMES: [&str; 3] = ["int64_int64", "int64_ptr", "int64_bytes200"];

/// Builds the map `name`, of `n` entries, looks up as many keys that are there and that are not, and prints what it
/// took.
///
/// # Panics
/// If there is no such map.
pub fn measure<I: Instruments>(kind: &str, name: &str, n: usize) -> Result<(), Stop> {
    forget_peak();
    let base = resident_peak();
    let mut r = Rig::<I>::new();
    let fits = "the shape of the type";
    let [insert, hit, miss] = match name {
        "int64_int64" => {
            let t = r.maps.int64_int64.clone();
            build_and_read(&mut r, &WordToWord::of(&t).expect(fits), Word, n, |k| k)?
        }
        "int64_ptr" => {
            let t = r.maps.int64_ptr.clone();
            build_and_read(&mut r, &WordToPointer::of(&t).expect(fits), Pointer, n, |k| k)?
        }
        "int64_bytes200" => {
            let t = r.maps.int64_bytes200.clone();
            build_and_read(&mut r, &WordToIndirect::of(&t).expect(fits), Large, n, Slow)?
        }
        _ => panic!("expected one of {}, got {name}", NAMES.join(", ")),
    };
    let (peak, mapped) = (resident_peak(), r.rt.heap().stats().mapped.0);
    let (per_entry, cycles) = (peak as f64 / n as f64, r.rt.collector().cycles().len());
    println!(
        "{{\"name\":\"{kind}/{name}\",\"n\":{n},\"peak_bytes\":{peak},\"bytes_per_entry\":{per_entry:.1},\
         \"base_bytes\":{base},\"mapped_bytes\":{mapped},\"insert_ns\":{insert:.1},\"hit_ns\":{hit:.1},\
         \"miss_ns\":{miss:.1},\"gc_cycles\":{cycles}}}"
    );
    Ok(())
}

/// CPU time in nanoseconds of an insertion, a lookup of a key that is there, and of one that is not.
fn build_and_read<I: Instruments, S: Shape, E: Elem, K: Key>(
    r: &mut Rig<I>,
    t: &S,
    _: E,
    n: usize,
    key_of: impl Fn(u64) -> K,
) -> Result<[f64; 3], Stop> {
    let key = |i| key_of(key(i) as u64);
    let start = ProcessTime::now();
    let h = makemap_small(&mut r.rt, t)?;
    r.rt.store(r.slot(0), h.0)?;
    (0..n).try_for_each(|i| E::set(r, t, h, key(i), i))?;
    let inserted = start.elapsed();
    for i in 0..n {
        let at = key(i).access1(r, t, h)?;
        assert_eq!(E::read(r, at)?, E::value(i), "every key leads to its own value");
    }
    let hit = start.elapsed();
    for i in n..2 * n {
        let (_, found): (Addr, bool) = key(i).access2(r, t, h)?;
        assert!(!found, "a key that was never stored was found");
    }
    let missed = start.elapsed();
    Ok([inserted, hit - inserted, missed - hit].map(|time| time.as_nanos() as f64 / n as f64))
}

/// The peak of this process's resident memory in bytes; 0 where the system does not tell.
fn resident_peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).map_or(0, |kib: u64| kib << 10)
}

/// Lets the peak start from what is resident now, so that a map does not count for those after it.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}
