//! What keeps what alive: the collector's view of a map.

use crate::rig::{Lowering, Op, Rig};
use crate::support::Kit;
use gc::{Addr, Effects, PtrMask};
use mapruntime::layout::{flags, hmap};
use mapruntime::{Str, describe, makemap, makemap_small, mapassign_fast64, mapassign_fast64ptr, mapassign_faststr};

/// Colliding keys: the whole chain of one bucket, in overflow buckets of their own.
fn overflowing(keep: bool) -> (Kit, mapruntime::MapType, Addr) {
    let mut kit = Kit::new(crate::support::HASHKEY, 42);
    let mut t = kit.map_type("int64", "int64");
    t.keep_overflow = keep;
    let h = makemap(&mut kit.flat, &t, 40, Addr::NIL).unwrap();
    kit.flat.roots.push(h);
    let mut n = 0;
    while describe::summary(&t, h, |a| kit.flat.read(a)).chains.keys().all(|&overflow| overflow == 0) {
        mapassign_fast64(&mut kit.flat, &t, h, n).unwrap();
        n += 1;
        assert!(n < 53, "a bucket of the first eight overflows before the map grows");
    }
    (kit, t, h)
}

#[test]
fn overflow_buckets_of_a_map_without_pointers_are_reachable_only_through_extra() {
    for keep in [true, false] {
        let (kit, t, h) = overflowing(keep);
        let reachable = kit.flat.reachable([h.0]);
        let entries = describe::entries(&t, h, |a| kit.flat.read(a));
        let array = kit.flat.read(h.offset(hmap::BUCKETS));
        let outside: Vec<_> = entries.iter().filter(|e| kit.flat.base(e.bucket.0) != Some(array)).collect();
        assert!(!outside.is_empty(), "some entry is in an overflow bucket");
        for entry in outside {
            let base = kit.flat.base(entry.bucket.0).expect("an object");
            assert_eq!(reachable.contains(&base), keep);
        }
    }
}

#[test]
fn without_that_list_the_next_collection_breaks_the_map() {
    for keep in [true, false] {
        let (mut kit, t, h) = overflowing(keep);
        kit.flat.collect = true;
        // Any allocation collects.
        kit.flat.allocate(gc::Site(0), t.elem().ty(), 1, &[]).unwrap();
        let result = (0..53).try_for_each(|n| mapassign_fast64(&mut kit.flat, &t, h, n).map(drop));
        assert_eq!(result.is_ok(), keep, "{result:?}");
    }
}

#[test]
fn a_pointer_key_that_only_the_call_holds_survives_the_growth_it_causes() {
    let mut kit = Kit::new(1, 1);
    kit.flat.collect = true;
    let t = kit.map_type("ptr", "int64");
    let h = makemap_small(&mut kit.flat, &t).unwrap();
    kit.flat.roots.push(h);
    for n in 0..500u64 {
        let key = kit.flat.object(8, 8, PtrMask::new());
        kit.flat.write(key, n);
        mapassign_fast64ptr(&mut kit.flat, &t, h, key).unwrap();
    }
    let entries = describe::entries(&t, h, |a| kit.flat.read(a));
    let mut values: Vec<u64> = entries.iter().map(|e| kit.flat.read(Addr(kit.flat.read(e.key)))).collect();
    values.sort_unstable();
    assert!(values.into_iter().eq(0..500));
}

#[test]
fn the_bytes_of_a_string_key_that_only_the_call_holds_survive_too() {
    // golang/go#22781
    let mut kit = Kit::new(1, 1);
    kit.flat.collect = true;
    let t = kit.map_type("string", "int64");
    let h = makemap_small(&mut kit.flat, &t).unwrap();
    kit.flat.roots.push(h);
    for n in 0..500u32 {
        let text = n.to_string();
        let data = kit.flat.bytes_object(text.as_bytes());
        mapassign_faststr(&mut kit.flat, &t, h, Str { data, len: text.len() as u64 }).unwrap();
    }
    let entries = describe::entries(&t, h, |a| kit.flat.read(a));
    assert_eq!(entries.len(), 500);
    for entry in entries {
        kit.flat.read_bytes(Addr(kit.flat.read(entry.key)), kit.flat.read(entry.key.offset(8)));
    }
}

#[test]
fn an_evacuated_bucket_holds_nothing_alive_unless_an_iterator_walks_it() {
    for iterating in [false, true] {
        let mut rig = Rig::new("int64", "ptr", true, 0);
        for i in 0..26 {
            rig.apply(&Op::Set(i, 1, Lowering::Slot));
        }
        if iterating {
            rig.start();
        }
        rig.apply(&Op::Set(26, 1, Lowering::Slot));
        let f = &rig.kit.flat;
        let old = Addr(f.read(rig.h.offset(hmap::OLDBUCKETS)));
        assert!(!old.is_nil(), "growing");
        assert_eq!(f.read(rig.h.offset(hmap::FLAGS)) & flags::OLD_ITERATOR != 0, iterating);
        let size = rig.t.bucketsize();
        for i in 0..4 {
            let bucket = old.offset(i * size);
            let tops = f.read(bucket).to_le_bytes();
            if (2..5).contains(&tops[0]) {
                let data = f.read_bytes(bucket.offset(8), size - 8);
                assert_eq!(data.iter().any(|&b| b != 0), iterating && tops.iter().any(|t| [2, 3].contains(t)));
            }
        }
    }
}
