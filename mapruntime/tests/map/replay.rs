//! The same routine, one effect at a time: re-executed from a log it takes the same course.

use crate::rig::{Lowering, Op, Rig};
use crate::support::{Flat, Kit, Log, Replay};
use gc::{Addr, Effects, Stop};
use mapruntime::{
    MapType, Str, makemap, mapassign, mapassign_fast64, mapassign_faststr, mapassign1, mapclear, mapdelete,
    mapiterinit, mapiternext,
};

/// One call, for either gear.
#[derive(Clone, Copy, Debug)]
enum Call {
    Assign(Addr),
    Assign1(Addr, Addr),
    Fast64(u64),
    FastStr(Str),
    Delete(Addr),
    Clear,
    IterInit(Addr),
    IterNext(Addr),
}

fn run<E: Effects>(e: &mut E, t: &MapType, h: Addr, call: Call) -> Result<u64, Stop> {
    match call {
        Call::Assign(key) => mapassign(e, t, h, key).map(|a| a.0),
        Call::Assign1(key, value) => mapassign1(e, t, h, key, value).map(|()| 0),
        Call::Fast64(key) => mapassign_fast64(e, t, h, key).map(|a| a.0),
        Call::FastStr(key) => mapassign_faststr(e, t, h, key).map(|a| a.0),
        Call::Delete(key) => mapdelete(e, t, h, key).map(|()| 0),
        Call::Clear => mapclear(e, t, h).map(|()| 0),
        Call::IterInit(it) => mapiterinit(e, t, h, it).map(|()| 0),
        Call::IterNext(it) => mapiternext(e, t, it).map(|()| 0),
    }
}

/// Runs a call `fuel` effects at a time until it is done.
fn stepped(flat: &mut Flat, t: &MapType, h: Addr, call: Call, fuel: usize) -> (Result<u64, Stop>, usize) {
    let mut log = Log::new();
    loop {
        let mut replay = Replay { flat, log: &mut log, at: 0, fuel };
        let result = run(&mut replay, t, h, call);
        assert_eq!(replay.at, replay.log.len(), "every logged effect is asked for again");
        if result != Err(Stop::Yield) {
            return (result, log.len());
        }
    }
}

fn same_memory(key: &'static str, elem: &'static str, calls: impl Fn(&mut Rig) -> Vec<Call>) {
    for marking in [false, true] {
        for fuel in [1, 3] {
            let mut rig = Rig::new(key, elem, false, 0);
            let calls = calls(&mut rig);
            rig.kit.flat.marking = marking;
            let (t, h) = (rig.t.clone(), rig.h);
            let mut direct = rig.kit.flat.clone();
            let mut recorded = rig.kit.flat.clone();
            for call in calls {
                let expected = run(&mut direct, &t, h, call);
                let (result, effects) = stepped(&mut recorded, &t, h, call, fuel);
                assert_eq!(result, expected, "{call:?}");
                assert!(effects > 0);
            }
            assert!(direct.words == recorded.words, "map[{key}]{elem}, {fuel} at a time");
            assert_eq!(direct.shaded, recorded.shaded);
            assert_eq!((direct.rng, direct.objects.len()), (recorded.rng, recorded.objects.len()));
        }
    }
}

#[test]
fn an_assignment_made_of_single_effects_leaves_the_same_memory() {
    for (key, elem) in
        [("int64", "int64"), ("string", "ptr"), ("any", "string"), ("float64", "bytes200"), ("bytes200", "ptr")]
    {
        same_memory(key, elem, |rig| (0..70).map(|i| Call::Assign(rig.make_key(i * 7 % 50))).collect());
    }
}

#[test]
fn so_do_the_old_lowering_and_the_fast_variants() {
    same_memory("pair", "int64", |rig| {
        let value = rig.kit.flat.place(1);
        (0..60).map(|i| Call::Assign1(rig.make_key(i), value)).collect()
    });
    same_memory("int64", "ptr", |_| (0..60).map(|i| Call::Fast64(i * i)).collect());
    same_memory("string", "int64", |rig| {
        (0..60)
            .map(|i| {
                let key = rig.make_key(i);
                Call::FastStr(Str { data: Addr(rig.kit.flat.read(key)), len: rig.kit.flat.read(key.offset(8)) })
            })
            .collect()
    });
}

#[test]
fn so_do_deletion_clearing_and_iteration() {
    same_memory("string", "int64", |rig| {
        let (one, two) = (rig.kit.iterator(), rig.kit.iterator());
        let mut calls: Vec<Call> = (0..40).map(|i| Call::Assign(rig.make_key(i))).collect();
        calls.push(Call::IterInit(one));
        for i in 0..20 {
            calls.push(Call::Delete(rig.make_key(i * 3)));
            calls.push(Call::Assign(rig.make_key(40 + i)));
            calls.push(Call::IterNext(one));
        }
        calls.extend([Call::Clear, Call::Assign(rig.make_key(1)), Call::IterInit(two), Call::IterNext(two)]);
        calls
    });
}

#[test]
fn a_throw_is_reached_one_effect_at_a_time_too() {
    let mut rig = Rig::new("int64", "int64", false, 0);
    rig.apply(&Op::Set(1, 1, Lowering::Slot));
    let key = rig.make_key(2);
    let (t, h) = (rig.t.clone(), rig.h);
    rig.kit.flat.store_masked(h.offset(8), 4, 4).unwrap();
    let direct = run(&mut rig.kit.flat.clone(), &t, h, Call::Assign(key));
    let (recorded, effects) = stepped(&mut rig.kit.flat, &t, h, Call::Assign(key), 1);
    assert_eq!(direct, recorded);
    assert_eq!(effects, 4, "the header's first four words");
}

#[test]
fn making_a_map_is_repeatable() {
    let mut kit = Kit::new(9, 9);
    let t = kit.map_type("int64", "ptr");
    let mut direct = kit.flat.clone();
    let expected = makemap(&mut direct, &t, 300, Addr::NIL).unwrap();
    let mut log = Log::new();
    let made = loop {
        let mut replay = Replay { flat: &mut kit.flat, log: &mut log, at: 0, fuel: 1 };
        match makemap(&mut replay, &t, 300, Addr::NIL) {
            Err(Stop::Yield) => continue,
            other => break other.unwrap(),
        }
    };
    assert_eq!(made, expected);
    assert!(direct.words == kit.flat.words);
}
