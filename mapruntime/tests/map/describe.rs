//! The look from outside, on maps whose shape is known.

use crate::rig::{Lowering, Op, Rig};
use gc::Addr;
use mapruntime::layout::hmap;
use mapruntime::{Shape, mapassign_fast64};
use mapruntime::{describe, shape};

#[test]
fn a_summary_counts_what_is_there() {
    let mut rig = Rig::new("int64", "int64", true, 0);
    let look = |rig: &Rig| describe::summary(&rig.t, rig.h, |a| rig.kit.flat.read(a));
    assert_eq!(look(&rig).found, 0);
    for i in 0..8 {
        rig.apply(&Op::Set(i, 1, Lowering::Slot));
    }
    let full = look(&rig);
    assert_eq!((full.b, full.full_cells, full.empty_cells, full.load_factor), (0, 8, 0, 8.0));
    assert_eq!(full.chains, [(0, 1)].into());
    for i in 8..27 {
        rig.apply(&Op::Set(i, 1, Lowering::Slot));
    }
    let growing = look(&rig);
    assert_eq!((growing.count, growing.found, growing.b, growing.growing), (27, 27, 3, true));
    assert!(!growing.same_size && growing.full_cells < 27 && growing.nevacuate > 0);
    assert_eq!(growing.chains.values().sum::<u64>(), 8);
    assert_eq!(describe::summary(&rig.t, Addr::NIL, |_| 0), describe::Summary::default());
}

#[test]
fn a_chain_that_bites_its_tail_is_cut_and_reported() {
    let mut rig = Rig::new("int64", "int64", true, 0);
    rig.apply(&Op::Set(1, 1, Lowering::Slot));
    let bucket = Addr(rig.kit.flat.read(rig.h.offset(hmap::BUCKETS)));
    let last = bucket.offset(rig.t.bucketsize() - 8);
    rig.kit.flat.write(last, bucket.0);
    assert!(describe::summary(&rig.t, rig.h, |a| rig.kit.flat.read(a)).broken);
}

#[test]
fn constant_facts_are_those_of_the_type_or_not_had_at_all() {
    let mut rig = Rig::new("int64", "int64", true, 0);
    let words = rig.t.clone();
    let fixed = shape::WordToWord::of(&words).expect("map[int64]int64");
    assert_eq!((fixed.bucketsize(), fixed.keysize(), fixed.elemsize()), (144, 8, 8));
    assert!(shape::WordToPointer::of(&words).is_none());
    let pointers = rig.kit.map_type("int64", "ptr");
    assert!(shape::WordToPointer::of(&pointers).is_some() && shape::WordToWord::of(&pointers).is_none());
    let (strings, narrow) = (rig.kit.map_type("string", "int64"), rig.kit.map_type("int64", "bytes200"));
    assert!(shape::StringToWord::of(&strings).is_some());
    assert!(shape::WordToPointer::of(&narrow).is_none(), "behind a pointer");

    let mut other = Rig::new("int64", "int64", true, 0);
    let (h, g) = (rig.h, other.h);
    for key in 0..300 {
        mapassign_fast64(&mut rig.kit.flat, &fixed, h, key * key).unwrap();
        mapassign_fast64(&mut other.kit.flat, &words, g, key * key).unwrap();
    }
    assert!(rig.kit.flat.words == other.kit.flat.words, "the same routine by either shape");
}
