//! Random operations on a map and on an ordinary model of it, collecting at every allocation.

use crate::rig::{ELEMS, KEYS, Lowering, Op, Rig};
use mapruntime::describe;
use proptest::prelude::*;

fn lowering() -> impl Strategy<Value = Lowering> {
    prop_oneof![4 => Just(Lowering::Slot), 1 => Just(Lowering::Copy), 1 => Just(Lowering::Reflect)]
}

fn op(keys: u16) -> impl Strategy<Value = Op> {
    prop_oneof![
        10 => (0..keys, any::<u64>(), lowering()).prop_map(|(i, v, how)| Op::Set(i, v, how)),
        3 => (0..keys).prop_map(Op::Get),
        4 => (0..keys).prop_map(Op::Delete),
        1 => Just(Op::IterStart),
        4 => (any::<u8>(), 0u8..20).prop_map(|(which, steps)| Op::IterStep(which, steps)),
    ]
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    prop_oneof![Just(12u16), Just(60), Just(300)].prop_flat_map(|keys| {
        let clear = prop_oneof![40 => op(keys), 1 => Just(Op::Clear)];
        prop::collection::vec(clear, 1..250)
    })
}

fn run(rig: &mut Rig, ops: &[Op]) {
    for op in ops {
        rig.apply(op);
    }
    rig.check_entries();
    for i in 0..40 {
        rig.apply(&Op::Get(i));
    }
    for which in 0..rig.walks.len() {
        while !rig.done(which) {
            rig.step(which);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_map_does_what_an_ordinary_map_does(
        key in prop::sample::select(&KEYS[..]), elem in prop::sample::select(&ELEMS[..]),
        fast in any::<bool>(), marking in any::<bool>(), hint in prop_oneof![Just(0i64), 0i64..200], ops in ops(),
    ) {
        let mut rig = Rig::new(key, elem, fast, hint);
        rig.kit.flat.collect = true;
        rig.kit.flat.marking = marking;
        run(&mut rig, &ops);
    }

    #[test]
    fn fast_and_generic_variants_leave_the_same_memory(
        key in prop::sample::select(vec!["int64", "int32", "ptr", "bytes8", "string"]),
        elem in prop::sample::select(&ELEMS[..]), ops in ops(),
    ) {
        let mut images = Vec::new();
        for fast in [false, true] {
            let mut rig = Rig::new(key, elem, fast, 0);
            for op in &ops {
                // A deleted string key keeps its length in the fast variant: its own test below.
                if key != "string" || !matches!(op, Op::Delete(_)) {
                    rig.apply(op);
                }
            }
            images.push(rig.image());
        }
        prop_assert!(images[0] == images[1]);
    }

    #[test]
    fn what_the_map_stored_before_2016_is_what_it_stores_now(
        key in prop::sample::select(&KEYS[..]), elem in prop::sample::select(vec!["int64", "bytes200"]),
        sets in prop::collection::vec((0u16..100, any::<u64>()), 1..150),
    ) {
        let mut contents = Vec::new();
        for lowering in [Lowering::Slot, Lowering::Copy, Lowering::Reflect] {
            let mut rig = Rig::new(key, elem, false, 0);
            for &(i, v) in &sets {
                rig.apply(&Op::Set(i, v, lowering));
            }
            let read = |a| rig.kit.flat.read(a);
            let cells: Vec<_> = describe::entries(&rig.t, rig.h, read)
                .iter()
                .map(|entry| (entry.cell, entry.old, rig.fingerprint(key, entry.key), rig.read_elem(entry.elem)))
                .collect();
            contents.push((cells, describe::summary(&rig.t, rig.h, read)));
        }
        prop_assert!(contents[0] == contents[1] && contents[0] == contents[2]);
    }
}

#[test]
fn the_fast_deletion_of_a_string_leaves_its_length_and_the_generic_one_nothing() {
    for fast in [false, true] {
        let mut rig = Rig::new("string", "int64", fast, 0);
        rig.apply(&Op::Set(3, 7, Lowering::Slot));
        let entry = describe::entries(&rig.t, rig.h, |a| rig.kit.flat.read(a))[0];
        let len = rig.kit.flat.read(entry.key.offset(8));
        assert_ne!(len, 0);
        rig.apply(&Op::Delete(3));
        assert_eq!(rig.kit.flat.read(entry.key), 0);
        assert_eq!(rig.kit.flat.read(entry.key.offset(8)), if fast { len } else { 0 });
        assert_eq!(rig.kit.flat.read(entry.elem), 0);
    }
}

#[test]
fn a_map_of_thousands_grows_and_shrinks_by_deletion_without_a_loss() {
    for (key, elem) in [("int64", "int64"), ("string", "ptr"), ("any", "string")] {
        let mut rig = Rig::new(key, elem, true, 0);
        for i in 0..6000 {
            rig.apply(&Op::Set(i, u64::from(i) + 1, Lowering::Slot));
        }
        rig.check_entries();
        for round in 0..6 {
            for i in 0..6000 {
                rig.apply(&if (i + round) % 3 == 0 { Op::Set(i, 9, Lowering::Slot) } else { Op::Delete(i) });
            }
        }
        rig.check_entries();
    }
}

#[test]
fn equal_keys_that_differ_in_memory_are_written_again() {
    // -0 over +0: the key in the map becomes -0.
    let mut rig = Rig::new("float64", "int64", false, 0);
    for (i, bits) in [(1u16, 0u64), (2, 1 << 63), (1, 0)] {
        rig.apply(&Op::Set(i, 5, Lowering::Slot));
        let entries = describe::entries(&rig.t, rig.h, |a| rig.kit.flat.read(a));
        assert_eq!(entries.len(), 1);
        assert_eq!(rig.kit.flat.read(entries[0].key), bits);
    }
}
