//! What the simulated program does wrong, and what it gets for it.

use crate::rig::{Lowering, Op, Rig};
use crate::support::{Kit, Log, Replay};
use gc::{Addr, Effects, Stop};
use mapruntime::layout::{flags, hmap, mapextra};
use mapruntime::{
    Raise, Severity, Str, makemap, makemap_small, makemap64, mapaccess1, mapaccess1_fast32, mapaccess1_fast64,
    mapaccess1_faststr, mapaccess1_fat, mapaccess2, mapaccess2_fat, mapaccessK, mapassign, mapassign_fast32,
    mapassign_fast64, mapassign_fast64ptr, mapassign_faststr, mapassign1, mapclear, mapdelete, mapdelete_fast32,
    mapdelete_fast64, mapdelete_faststr, mapiterinit, maplen, reflect_makemap, reflect_mapaccess,
    reflect_mapaccess_faststr, reflect_mapclear, reflect_mapdelete, reflect_mapdelete_faststr, reflect_mapiterelem,
    reflect_mapiterinit, reflect_mapiterkey, reflect_mapiternext, reflect_maplen,
};

fn raised<T: std::fmt::Debug>(result: Result<T, Stop>) -> Raise {
    Raise::of(result.expect_err("a raise")).expect("a raise")
}

/// A map of a few entries whose writing flag somebody has set.
fn being_written(key: &'static str) -> (Rig, Addr) {
    let mut rig = Rig::new(key, "int64", false, 0);
    for i in 0..5 {
        rig.apply(&Op::Set(i, 1, Lowering::Slot));
    }
    let at = rig.h.offset(hmap::FLAGS);
    rig.kit.flat.store_masked(at, flags::HASH_WRITING, flags::HASH_WRITING).unwrap();
    let key = rig.make_key(1);
    (rig, key)
}

#[test]
fn a_nil_map_is_read_as_empty_and_an_assignment_to_it_panics() {
    let mut kit = Kit::new(1, 1);
    let key = kit.flat.place(2);
    let zero = kit.universe.zero_val();
    let nil = Addr::NIL;
    let (words, halves) = (kit.map_type("int64", "int64"), kit.map_type("int32", "int64"));
    let (strings, pointers) = (kit.map_type("string", "int64"), kit.map_type("ptr", "int64"));
    let it = kit.iterator();
    let f = &mut kit.flat;
    assert_eq!(mapaccess1(f, &words, nil, key), Ok(zero));
    assert_eq!(mapaccess2(f, &words, nil, key), Ok((zero, false)));
    assert_eq!(mapaccessK(f, &words, nil, key), Ok(None));
    assert_eq!(mapaccess1_fast32(f, &halves, nil, 1), Ok(zero));
    assert_eq!(mapaccess1_fast64(f, &words, nil, 1), Ok(zero));
    assert_eq!(mapaccess1_faststr(f, &strings, nil, Str::default()), Ok(zero));
    assert_eq!((maplen(f, nil), reflect_maplen(f, nil)), (Ok(0), Ok(0)));
    assert_eq!(reflect_mapaccess(f, &words, nil, key), Ok(nil));
    assert_eq!(mapdelete(f, &words, nil, key), Ok(()));
    assert_eq!(mapdelete_fast32(f, &halves, nil, 1), Ok(()));
    assert_eq!(mapdelete_fast64(f, &words, nil, 1), Ok(()));
    assert_eq!(mapdelete_faststr(f, &strings, nil, Str::default()), Ok(()));
    assert_eq!(mapclear(f, &words, nil), Ok(()));
    assert_eq!(mapiterinit(f, &words, nil, it), Ok(()));

    for raise in [
        raised(mapassign(f, &words, nil, key)),
        raised(mapassign1(f, &words, nil, key, key)),
        raised(mapassign_fast32(f, &halves, nil, 1)),
        raised(mapassign_fast64(f, &words, nil, 1)),
        raised(mapassign_fast64ptr(f, &pointers, nil, key)),
        raised(mapassign_faststr(f, &strings, nil, Str::default())),
    ] {
        assert_eq!((raise, raise.severity()), (Raise::NilMap, Severity::Panic));
        assert_eq!(raise.text(&kit.universe), "assignment to entry in nil map");
    }
}

#[test]
fn a_second_writer_a_reader_and_an_iterator_notice_a_writer() {
    let (mut rig, key) = being_written("int64");
    let it = rig.kit.iterator();
    let (t, h) = (rig.t.clone(), rig.h);
    let f = &mut rig.kit.flat;
    for raise in [
        raised(mapassign(f, &t, h, key)),
        raised(mapassign1(f, &t, h, key, key)),
        raised(mapassign_fast64(f, &t, h, 1)),
        raised(mapdelete(f, &t, h, key)),
        raised(mapdelete_fast64(f, &t, h, 1)),
        raised(mapclear(f, &t, h)),
    ] {
        assert_eq!((raise, raise.severity()), (Raise::ConcurrentWrites, Severity::Throw));
        assert_eq!(raise.text(&rig.kit.universe), "concurrent map writes");
    }
    for raise in
        [raised(mapaccess1(f, &t, h, key)), raised(mapaccess2(f, &t, h, key)), raised(mapaccess1_fast64(f, &t, h, 1))]
    {
        assert_eq!(raise.text(&rig.kit.universe), "concurrent map read and map write");
        assert_eq!(raise.severity().to_string(), "fatal error");
    }
    assert!(mapaccessK(f, &t, h, key).unwrap().is_some(), "the lookup for iterators does not check");
    let raise = raised(mapiterinit(f, &t, h, it));
    assert_eq!(raise.text(&rig.kit.universe), "concurrent map iteration and map write");
}

#[test]
fn two_writers_that_pass_each_others_check_are_noticed_at_the_end() {
    // Both load a clear flag; the second toggles what the first has set; the first finds it clear.
    let mut rig = Rig::new("int64", "int64", false, 0);
    rig.apply(&Op::Set(1, 1, Lowering::Slot));
    let keys = [rig.make_key(2), rig.make_key(3)];
    let (t, h) = (rig.t.clone(), rig.h);
    let mut logs = [Log::new(), Log::new()];
    let mut step = |rig: &mut Rig, who: usize, fuel: usize| {
        let mut replay = Replay { flat: &mut rig.kit.flat, log: &mut logs[who], at: 0, fuel };
        mapassign(&mut replay, &t, h, keys[who])
    };
    // Header, key, flags: six loads; then the toggle.
    assert_eq!(step(&mut rig, 0, 6), Err(Stop::Yield));
    assert_eq!(step(&mut rig, 1, 6), Err(Stop::Yield));
    // Each toggles by the flags that it has loaded.
    assert_eq!(step(&mut rig, 0, 1), Err(Stop::Yield));
    assert_eq!(rig.kit.flat.read(h.offset(8)) & 4, 4);
    assert_eq!(step(&mut rig, 1, 1), Err(Stop::Yield));
    assert!(step(&mut rig, 0, 1000).is_ok());
    assert_eq!(raised(step(&mut rig, 1, 1000)), Raise::ConcurrentWrites);
}

#[test]
fn an_unhashable_key_panics_before_the_map_is_touched_and_even_if_it_is_empty() {
    let mut kit = Kit::new(1, 1);
    let t = kit.map_type("any", "int64");
    let (key, word) = (kit.flat.place(2), kit.type_word("[]int"));
    kit.flat.write(key, word);
    let h = makemap_small(&mut kit.flat, &t).unwrap();
    let expected = Raise::Unhashable(kit.types["[]int"].id());
    for map in [h, Addr::NIL] {
        assert_eq!(raised(mapaccess1(&mut kit.flat, &t, map, key)), expected);
        assert_eq!(raised(mapdelete(&mut kit.flat, &t, map, key)), expected);
    }
    assert_eq!(mapaccessK(&mut kit.flat, &t, h, key), Ok(None), "as in Go: not for an empty map");
    assert_eq!(raised(mapassign(&mut kit.flat, &t, h, key)), expected);
    assert_eq!(expected.severity(), Severity::Panic);
    assert_eq!(kit.flat.read(h.offset(hmap::FLAGS)) & 0xff, 0, "a recovered panic leaves a usable map");
    assert_eq!(kit.flat.read(h.offset(hmap::BUCKETS)), 0);
}

#[test]
fn an_absurd_hint_counts_as_none() {
    let mut kit = Kit::new(1, 1);
    let t = kit.map_type("int64", "int64");
    for hint in [-1, i64::MIN, i64::MAX, 1 << 45] {
        let h = makemap64(&mut kit.flat, &t, hint, Addr::NIL).unwrap();
        assert_eq!(kit.flat.read(h.offset(hmap::BUCKETS)), 0, "{hint}");
        assert_eq!(kit.flat.read(h.offset(hmap::FLAGS)) as u32, 0, "{hint}");
    }
    assert_eq!(makemap(&mut kit.flat, &t, 1 << 40, Addr::NIL), Err(Stop::OutOfMemory), "large, but not absurd");
}

#[test]
fn a_header_on_the_stack_is_used_where_it_is() {
    let mut kit = Kit::new(1, 1);
    let t = kit.map_type("int64", "int64");
    let h = kit.flat.place(6);
    assert_eq!(makemap(&mut kit.flat, &t, 100, h), Ok(h));
    assert_eq!(kit.flat.read(h.offset(hmap::FLAGS)) >> 8 & 0xff, 4);
    assert_ne!(kit.flat.read(h.offset(hmap::EXTRA)), 0);
}

#[test]
fn a_map_that_contradicts_itself_is_thrown_out() {
    let mut rig = Rig::new("int64", "int64", false, 0);
    for i in 0..9 {
        rig.apply(&Op::Set(i, 1, Lowering::Slot));
    }
    let (t, h, key) = (rig.t.clone(), rig.h, rig.make_key(100));
    let old = Addr(rig.kit.flat.read(h.offset(hmap::OLDBUCKETS)));
    let mut bad = rig.kit.flat.clone();
    if old.is_nil() {
        // Growth of one bucket ends at once; make another by hand.
        let buckets = bad.read(h.offset(hmap::BUCKETS));
        bad.write(h.offset(hmap::OLDBUCKETS), buckets);
        bad.write(h.offset(hmap::NEVACUATE), 0);
        bad.write(Addr(buckets), u64::from_le_bytes([9, 2, 9, 9, 9, 9, 9, 9]));
    }
    let raise = raised(mapassign(&mut bad, &t, h, key));
    assert_eq!((raise, raise.text(&rig.kit.universe)), (Raise::BadMapState, "bad map state".into()));

    let f = &mut rig.kit.flat;
    while f.read(h.offset(hmap::COUNT)) < 13 {
        let n = f.read(h.offset(hmap::COUNT));
        mapassign_fast64(f, &t, h, n).unwrap();
    }
    let (extra, list) = (f.place(3), f.place(3));
    f.write(h.offset(hmap::EXTRA), extra.0);
    f.write(extra.offset(mapextra::OVERFLOW), list.0);
    f.write(extra.offset(mapextra::OLDOVERFLOW), list.0);
    let raise = raised(mapassign_fast64(f, &t, h, 99));
    assert_eq!((raise, raise.text(&rig.kit.universe)), (Raise::OldOverflow, "oldoverflow is not nil".into()));
}

#[test]
fn a_wild_map_pointer_is_a_fault() {
    let mut kit = Kit::new(1, 1);
    let t = kit.map_type("int64", "int64");
    let key = kit.flat.place(1);
    for h in [Addr(8), Addr(0xdead_beef_0000), Addr(u64::MAX)] {
        assert_eq!(mapaccess1(&mut kit.flat, &t, h, key), Err(Stop::Fault));
        assert_eq!(mapassign(&mut kit.flat, &t, h, key), Err(Stop::Fault));
        assert_eq!(mapdelete(&mut kit.flat, &t, h, key), Err(Stop::Fault));
        assert_eq!(mapclear(&mut kit.flat, &t, h), Err(Stop::Fault));
    }
}

#[test]
fn no_content_of_a_header_makes_a_routine_panic() {
    let mut rng = 7u64;
    let mut next = || {
        rng = rng.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        rng ^ rng >> 29
    };
    let mut outcomes = [0; 2];
    for round in 0..4000 {
        let mut kit = Kit::new(1, 1);
        let t = kit
            .map_type(if round % 2 == 0 { "int64" } else { "any" }, if round % 3 == 0 { "int64" } else { "bytes200" });
        let (h, key, it) = (kit.flat.place(6), kit.flat.place(2), kit.iterator());
        let junk = kit.flat.place(200);
        for i in 0..200 {
            let word = if next() % 3 == 0 { junk.0 + next() % 200 * 8 } else { next() & next() };
            kit.flat.write(junk.offset(i * 8), word);
        }
        for i in 0..6 {
            let word = if i >= 2 && next() % 4 != 0 { junk.0 + next() % 100 * 8 } else { next() };
            kit.flat.write(h.offset(i * 8), word);
        }
        let meta = kit.flat.read(h.offset(8)) & !0xff | next() & 11;
        kit.flat.write(h.offset(8), if round % 5 == 0 { meta } else { meta & !0xff00 | (next() % 4) << 8 });
        // A loop in the junk is a loop in Go as well: bound the effects.
        macro_rules! attempt {
            ($routine:expr) => {{
                let mut flat = kit.flat.clone();
                let mut log = Log::new();
                let mut replay = Replay { flat: &mut flat, log: &mut log, at: 0, fuel: 3000 };
                let result: Result<(), Stop> = $routine(&mut replay);
                outcomes[usize::from(result.is_err())] += 1;
            }};
        }
        attempt!(|e: &mut Replay<'_>| mapassign(e, &t, h, key).map(drop));
        attempt!(|e: &mut Replay<'_>| mapaccess1(e, &t, h, key).map(drop));
        attempt!(|e: &mut Replay<'_>| mapdelete(e, &t, h, key));
        attempt!(|e: &mut Replay<'_>| mapiterinit(e, &t, h, it));
        attempt!(|e: &mut Replay<'_>| mapclear(e, &t, h));
    }
    assert!(outcomes.iter().all(|&n| n > 100), "{outcomes:?}");
}

#[test]
fn large_elems_come_with_their_own_zero() {
    let mut rig = Rig::new("int64", "bytes200", false, 0);
    rig.apply(&Op::Set(1, 5, Lowering::Slot));
    let (there, absent, zero) = (rig.make_key(1), rig.make_key(2), rig.kit.flat.place(25));
    let (t, h) = (rig.t.clone(), rig.h);
    let f = &mut rig.kit.flat;
    let elem = mapaccess1(f, &t, h, there).unwrap();
    assert_eq!(mapaccess1_fat(f, &t, h, there, zero), Ok(elem));
    assert_eq!(mapaccess2_fat(f, &t, h, there, zero), Ok((elem, true)));
    assert_eq!(mapaccess1_fat(f, &t, h, absent, zero), Ok(zero));
    assert_eq!(mapaccess2_fat(f, &t, h, absent, zero), Ok((zero, false)));
}

#[test]
fn reflect_sees_the_same_map() {
    let mut rig = Rig::new("string", "int64", true, 0);
    rig.kit.flat.collect = true;
    for i in 0..30 {
        rig.apply(&Op::Set(i, u64::from(i), Lowering::Reflect));
    }
    let key = rig.make_key(7);
    let it = rig.kit.iterator();
    let (t, h) = (rig.t.clone(), rig.h);
    let f = &mut rig.kit.flat;
    let string = Str { data: Addr(f.read(key)), len: f.read(key.offset(8)) };
    let elem = reflect_mapaccess(f, &t, h, key).unwrap();
    assert_eq!(f.read(elem), 7);
    assert_eq!(reflect_mapaccess_faststr(f, &t, h, string), Ok(elem));
    assert_eq!(reflect_maplen(f, h), Ok(30));
    reflect_mapiterinit(f, &t, h, it).unwrap();
    let mut sum = 0;
    while !reflect_mapiterkey(f, it).unwrap().is_nil() {
        let elem = reflect_mapiterelem(f, it).unwrap();
        sum += f.read(elem);
        reflect_mapiternext(f, &t, it).unwrap();
    }
    assert_eq!(sum, (0..30).sum::<u64>());
    reflect_mapdelete(f, &t, h, key).unwrap();
    assert_eq!(reflect_mapaccess_faststr(f, &t, h, string), Ok(Addr::NIL));
    reflect_mapdelete_faststr(f, &t, h, string).unwrap();
    assert_eq!(reflect_maplen(f, h), Ok(29));
    reflect_mapclear(f, &t, h).unwrap();
    assert_eq!(reflect_maplen(f, h), Ok(0));
    let made = reflect_makemap(f, &t, 9).unwrap();
    assert_eq!(reflect_maplen(f, made), Ok(0));
}
