//! Iteration. The rig checks each step: no deleted entry, none twice, all that stay.

use crate::rig::{ELEMS, KEYS, Lowering, Op, Rig};
use gc::{Addr, Effects};
use mapruntime::layout::{flags, hiter, hmap};
use mapruntime::{mapclear, mapiterinit, mapiternext};

fn filled(key: &'static str, elem: &'static str, n: u16) -> Rig {
    let mut rig = Rig::new(key, elem, true, 0);
    for i in 0..n {
        rig.apply(&Op::Set(i, u64::from(i), Lowering::Slot));
    }
    rig
}

#[test]
fn an_iteration_yields_each_entry_once_at_any_stage_of_growth() {
    for key in KEYS {
        for elem in ELEMS {
            for n in [0, 1, 7, 8, 9, 14, 15, 20, 27, 28, 60, 110, 200] {
                let mut rig = filled(key, elem, n);
                let which = rig.start();
                let mut entries = 0;
                while !rig.done(which) {
                    entries += 1;
                    rig.step(which);
                }
                assert_eq!(entries, rig.len(), "map[{key}]{elem} of {n}");
            }
        }
    }
}

#[test]
fn iterators_survive_growth_deletion_and_overwriting_at_every_step() {
    for key in KEYS {
        for start in [5u16, 13, 26, 51] {
            let mut rig = filled(key, "int64", start);
            rig.kit.flat.collect = true;
            let mut walks = vec![rig.start(), rig.start()];
            for i in 0..start * 4 {
                rig.apply(&Op::Set(start + i, 1, Lowering::Slot));
                if i % 3 == 0 {
                    rig.apply(&Op::Delete(i));
                    rig.apply(&Op::Set(i + 1, 77, Lowering::Slot));
                }
                rig.step(walks[0]);
                if i % 4 == 0 {
                    rig.step(walks[1]);
                    if walks.len() < 6 {
                        walks.push(rig.start());
                    }
                }
            }
            for which in walks {
                while !rig.done(which) {
                    rig.step(which);
                }
            }
            rig.check_entries();
        }
    }
}

#[test]
fn an_iteration_through_a_same_size_growth_misses_nothing() {
    let mut rig = Rig::new("int64", "ptr", true, 0);
    let mut next = 0;
    // Churn until overflow buckets pile up and a growth to the same size begins.
    while rig.kit.flat.read(rig.h.offset(hmap::FLAGS)) & flags::SAME_SIZE_GROW == 0 {
        rig.apply(&Op::Set(next, 1, Lowering::Slot));
        if next >= 45 {
            rig.apply(&Op::Delete(next - 45));
        }
        next += 1;
        assert!(next < 60_000, "no same-size growth came");
    }
    let which = rig.start();
    while !rig.done(which) {
        rig.apply(&Op::Set(next - 3, 2, Lowering::Slot));
        rig.step(which);
    }
}

#[test]
fn an_iterator_keeps_the_overflow_buckets_of_a_grown_map_without_pointers() {
    let mut rig = filled("int64", "int64", 200);
    rig.kit.flat.collect = true;
    let which = rig.start();
    for i in 200..2000 {
        rig.apply(&Op::Set(i, 3, Lowering::Slot));
    }
    while !rig.done(which) {
        rig.step(which);
    }
    assert!(rig.kit.flat.freed_objects > 0, "the collector had work");
}

#[test]
fn an_iterator_of_an_empty_map_is_at_its_end_and_sets_no_flag() {
    let mut rig = filled("int64", "int64", 0);
    let it = rig.kit.iterator();
    let (t, h) = (rig.t.clone(), rig.h);
    for map in [h, Addr::NIL] {
        mapiterinit(&mut rig.kit.flat, &t, map, it).unwrap();
        assert_eq!(rig.kit.flat.read(it.offset(hiter::KEY)), 0);
        assert_eq!(rig.kit.flat.read(it.offset(hiter::H)), 0);
        assert_eq!(rig.kit.flat.read(h.offset(hmap::FLAGS)) & 0xff, 0);
    }
    assert!(mapiternext(&mut rig.kit.flat, &t, it).is_err(), "as a nil dereference in Go");
}

#[test]
fn an_iterator_without_pointers_in_buckets_makes_the_list_that_keeps_overflow_buckets() {
    for (elem, kept) in [("int64", true), ("ptr", false)] {
        let mut rig = filled("int64", elem, 3);
        rig.start();
        assert_eq!(rig.kit.flat.read(rig.h.offset(hmap::EXTRA)) != 0, kept, "{elem}");
    }
}

#[test]
fn as_in_go_1_19_clearing_a_growing_map_leaves_entries_for_an_older_iterator() {
    // golang/go#59411, repaired in Go 1.21: mapclear wipes the new array, and the iterator walks the old.
    let mut rig = filled("int64", "int64", 26);
    let it = rig.kit.iterator();
    let (t, h) = (rig.t.clone(), rig.h);
    mapiterinit(&mut rig.kit.flat, &t, h, it).unwrap();
    rig.apply(&Op::Set(26, 1, Lowering::Slot));
    assert_ne!(rig.kit.flat.read(h.offset(hmap::OLDBUCKETS)), 0, "growing");
    mapclear(&mut rig.kit.flat, &t, h).unwrap();
    mapiternext(&mut rig.kit.flat, &t, it).unwrap();
    let mut stale = 0;
    while rig.kit.flat.load(it).unwrap() != 0 {
        stale += 1;
        mapiternext(&mut rig.kit.flat, &t, it).unwrap();
    }
    assert!(stale > 0);
}
