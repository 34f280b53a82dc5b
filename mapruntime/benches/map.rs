//! Map operations in a map that fits the cache, under each amount of observation.
//!
//! A number is the time of one operation on a map of 1,000 entries that is not growing: `hit` and `miss` a lookup,
//! `overwrite` an assignment to a key that is there, `delete_reinsert` a deletion and the assignment that undoes it,
//! `iterate` one entry of a loop, `insert` one entry of a map that grows from nothing. `bare` observes nothing,
//! `counted` counts every effect, `checked` also tests every access against the shadow. The table beside a real Go's is
//! made by the example `map_bench`.

#[path = "../examples/map_bench/rig.rs"]
#[allow(dead_code, reason = "the example uses more of it")]
mod rig;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gc::addr::WORD;
use gc::runtime::{Bare, Checked, Counted, Instruments};
use gc::{Addr, Effects};
use mapruntime::layout::hiter;
use mapruntime::shape::WordToPointer;
use mapruntime::{makemap_small, mapiterinit, mapiternext};
use rig::{Elem, Key, Pointer, Rig, key, permutation};
use std::hint::black_box;

const N: usize = 1_000;

fn operations<I: Instruments>(c: &mut Criterion, name: &str) {
    let mut r = Rig::<I>::new();
    let t = r.maps.int64_ptr.clone();
    let t = WordToPointer::of(&t).expect("the type of the shape");
    let p = permutation(N);
    let keys: Vec<u64> = (0..N).map(|i| key(p[i]) as u64).collect();
    let absent: Vec<u64> = (0..N).map(|i| key(N + p[i]) as u64).collect();
    let root = r.slot(0);
    let fill = |r: &mut Rig<I>| {
        let h = makemap_small(&mut r.rt, &t).expect("memory");
        r.rt.store(root, h.0).expect("a slot of the frame");
        for (i, &k) in keys.iter().enumerate() {
            Pointer::set(r, &t, h, k, i).expect("memory");
        }
        h
    };
    let mut group = c.benchmark_group(format!("int64_ptr/{name}"));
    group.throughput(Throughput::Elements(N as u64));
    group.bench_function("insert", |b| b.iter(|| black_box(fill(&mut r))));
    let h = fill(&mut r);
    group.bench_function("hit", |b| {
        b.iter(|| keys.iter().fold(0, |sum, &k| sum ^ k.access1(&mut r, &t, h).expect("a healthy map").0));
    });
    group.bench_function("miss", |b| {
        b.iter(|| absent.iter().filter(|k| k.access2(&mut r, &t, h).expect("a healthy map").1).count());
    });
    group.bench_function("overwrite", |b| {
        b.iter(|| keys.iter().enumerate().for_each(|(i, &k)| Pointer::set(&mut r, &t, h, k, i).expect("memory")));
    });
    group.bench_function("delete_reinsert", |b| {
        b.iter(|| {
            for (i, &k) in keys.iter().enumerate() {
                k.delete(&mut r, &t, h).expect("a healthy map");
                Pointer::set(&mut r, &t, h, k, i).expect("memory");
            }
        });
    });
    group.bench_function("iterate", |b| {
        let it = r.slot(2);
        b.iter(|| {
            r.rt.memclr(it, 12 * WORD).expect("a slot of the frame");
            mapiterinit(&mut r.rt, &t, h, it).expect("a healthy map");
            let mut count = 0;
            while r.rt.load(it.offset(hiter::KEY)).map(Addr).is_ok_and(|k| !k.is_nil()) {
                count += 1;
                mapiternext(&mut r.rt, &t, it).expect("a healthy map");
            }
            assert_eq!(count, N);
        });
    });
    group.finish();
}

fn all(c: &mut Criterion) {
    operations::<Bare>(c, "bare");
    operations::<Counted>(c, "counted");
    operations::<Checked>(c, "checked");
}

criterion_group!(benches, all);
criterion_main!(benches);
