//! Two gears, one code: the recorder, one effect at a time, does and counts what the runtime does at once.

use bitvec::prelude::{BitVec, Lsb0};
use gc::addr::ARENA_BASE;
use gc::barrier::{self, BulkOrder, CATALOGUE};
use gc::collector::CollectorStep;
use gc::effects::{Tally, Width};
use gc::mutator::FastRand;
use gc::policy::{Mode, Policy, Trigger};
use gc::record::{Log, Recorder};
use gc::runtime::{Checked, Config, Driver, Placement, Runtime};
use gc::site::Site;
use gc::{Addr, Bytes, Effects, Stop, Type, TypeTable};
use proptest::prelude::*;
use std::sync::Arc;

/// Words of a value, and values of an array.
const WORDS: u64 = 3;
const COUNT: u64 = 4;

/// An effect; numbers choose among the arrays made so far.
#[derive(Clone, Debug)]
enum Op {
    Make,
    Write { array: u8, index: u8, target: Option<u8> },
    Load { array: u8, word: u8 },
    Block { array: u8 },
    StorePart { array: u8, byte: u8, width: u8, value: u64 },
    Move { to: (u8, u8), from: (u8, u8), count: u8 },
    Clear { array: u8, index: u8, count: u8 },
    MoveBytes { to: (u8, u8), from: (u8, u8), bytes: u8 },
    ClearBytes { array: u8, byte: u8, bytes: u8 },
    Random,
    Safepoint,
    Call,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let pair = || (any::<u8>(), any::<u8>());
    proptest::collection::vec(
        prop_oneof![
            Just(Op::Make),
            (any::<u8>(), any::<u8>(), any::<Option<u8>>()).prop_map(|(array, index, target)| Op::Write {
                array,
                index,
                target
            }),
            pair().prop_map(|(array, word)| Op::Load { array, word }),
            any::<u8>().prop_map(|array| Op::Block { array }),
            (any::<u8>(), any::<u8>(), 0u8..4, any::<u64>()).prop_map(|(array, byte, width, value)| Op::StorePart {
                array,
                byte,
                width,
                value
            }),
            (pair(), pair(), any::<u8>()).prop_map(|(to, from, count)| Op::Move { to, from, count }),
            (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(array, index, count)| Op::Clear { array, index, count }),
            (pair(), pair(), any::<u8>()).prop_map(|(to, from, bytes)| Op::MoveBytes { to, from, bytes }),
            (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(array, byte, bytes)| Op::ClearBytes {
                array,
                byte,
                bytes
            }),
            Just(Op::Random),
            Just(Op::Safepoint),
            Just(Op::Call),
        ],
        1..25,
    )
}

/// Runs a list of operations; returns what it saw. Word 1 of each value is a pointer, the others are data.
fn routine<E: Effects>(e: &mut E, ty: &Type, global: Addr, ops: &[Op]) -> Result<Vec<u64>, Stop> {
    let mut arrays = vec![e.allocate(Site(0), ty, COUNT, &[])?];
    let mut seen = Vec::new();
    for op in ops {
        let at = |n: u8| arrays[n as usize % arrays.len()];
        let value = |n: u8, i: u8| at(n).offset(u64::from(i) % COUNT * WORDS * 8);
        let room = |i: u8, j: u8, n: u8| u64::from(n) % (COUNT - (u64::from(i) % COUNT).max(u64::from(j) % COUNT) + 1);
        match *op {
            Op::Make => {
                let live = arrays.clone();
                arrays.push(e.allocate(Site(1), ty, COUNT, &live)?);
            }
            Op::Write { array: 0, target, .. } => {
                e.write_pointer(Site(2), global, target.map_or(Addr::NIL, at))?;
            }
            Op::Write { array, index, target } => {
                e.write_pointer(Site(3), value(array, index).offset(8), target.map_or(Addr::NIL, at))?;
            }
            Op::Load { array, word } => seen.push(e.load(at(array).offset(u64::from(word) % (WORDS * COUNT) * 8))?),
            Op::Block { array } => seen.extend(e.load_block::<3>(at(array))?),
            Op::StorePart { array, byte, width, value } => {
                let (width, bytes) = [(Width::B1, 1), (Width::B2, 2), (Width::B4, 4), (Width::B8, 8)][width as usize];
                let slot = at(array).offset(u64::from(byte) % 8 / bytes * bytes);
                e.store_part(slot, width, value)?;
                seen.push(e.load_part(slot, width)?);
            }
            Op::Move { to, from, count } => {
                let count = room(to.1, from.1, count);
                let (dst, src) = (value(to.0, to.1), value(from.0, from.1));
                if count == 1 {
                    e.typed_memmove(Site(4), ty, dst, src)?;
                } else {
                    e.typed_slice_copy(Site(5), ty, dst, src, count)?;
                }
            }
            Op::Clear { array, index, count } => {
                e.typed_memclr(Site(6), ty, value(array, index), room(index, index, count))?;
            }
            // Within the first word of a value, which is data.
            Op::MoveBytes { to, from, bytes } => {
                let (a, b) = (u64::from(to.1) % 8, u64::from(from.1) % 8);
                let n = u64::from(bytes) % (9 - a.max(b));
                e.memmove(at(to.0).offset(a), at(from.0).offset(b), n)?;
            }
            Op::ClearBytes { array, byte, bytes } => {
                let a = u64::from(byte) % 8;
                e.memclr(at(array).offset(a), u64::from(bytes) % (9 - a))?;
            }
            Op::Random => seen.push(u64::from(e.fastrand()?)),
            Op::Safepoint => {
                let live = arrays.clone();
                e.safepoint(Site(7), &live)?;
            }
            Op::Call => e.tally(Tally::Call),
        }
    }
    Ok(seen)
}

fn runtime(
    barrier: &barrier::Named,
    buffer: usize,
    bulk: BulkOrder,
    marking: usize,
) -> (Runtime<Checked>, Arc<Type>, Addr) {
    let mut types = TypeTable::new();
    let mask: BitVec<u64, Lsb0> = (0..WORDS).map(|i| i == 1).collect();
    let ty = types.add("value", Bytes(WORDS * 8), Bytes(8), mask).unwrap();
    let pointer = types.add("pointer", Bytes(8), Bytes(8), BitVec::repeat(true, 1)).unwrap();
    let config = Config {
        policy: Policy { mode: Mode::Concurrent { steps: 0 }, trigger: Trigger::Never, ..Policy::default() },
        placement: Placement { buffer, bulk, ..Placement::everywhere(barrier) },
        driver: Driver::Steps,
        ..Config::default()
    };
    let mut rt = Runtime::<Checked>::new(config, Arc::new(types));
    let global = rt.add_globals(&pointer).unwrap();
    rt.add_mutator(FastRand(7)).unwrap();
    for _ in 0..3 {
        let object = rt.new_object(Site(0), &ty, &[]).unwrap();
        let old = rt.load(global).unwrap();
        rt.store(object.offset(8), old).unwrap();
        rt.store(global, object.0).unwrap();
    }
    // A cycle that has got so far.
    let mut steps = Vec::new();
    if marking > 0 {
        rt.collector_step(CollectorStep::Start).unwrap();
    }
    for _ in 1..marking {
        rt.collector().steps(rt.mutators(), rt.globals(), &mut steps);
        if let Some(&step) = steps.last().filter(|&&s| s != CollectorStep::Terminate) {
            rt.collector_step(step).unwrap();
        }
    }
    (rt, ty, global)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn one_effect_at_a_time_does_and_counts_what_all_at_once_do(
        barrier in 0..CATALOGUE.len(),
        buffer in 0usize..4,
        after in any::<bool>(),
        marking in 0usize..12,
        ops in ops(),
        fuel in proptest::collection::vec(0u32..4, 1..8),
    ) {
        let bulk = if after { BulkOrder::After } else { BulkOrder::Before };
        let (mut fast, ty, global) = runtime(&CATALOGUE[barrier], buffer, bulk, marking);
        let mut slow = fast.clone();
        let expected = routine(&mut fast, &ty, global, &ops).unwrap();
        let mut log = Log::new();
        let mut turns = fuel.iter().map(|&f| f.max(1)).chain([0]).cycle();
        let got = loop {
            let fuel = turns.next().expect("for ever");
            match routine(&mut Recorder::new(&mut slow, &mut log, fuel), &ty, global, &ops) {
                Err(Stop::Yield) => {}
                done => break done.unwrap(),
            }
        };
        prop_assert_eq!(got, expected);
        prop_assert!(slow.heap().words() == fast.heap().words(), "the words differ");
        prop_assert_eq!(slow.collector().grey_list(), fast.collector().grey_list());
        prop_assert_eq!(slow.mutators()[0].buffer(), fast.mutators()[0].buffer());
        prop_assert_eq!(slow.counts(), fast.counts(), "{}", CATALOGUE[barrier].id);
        prop_assert_eq!(slow.site_counts(), fast.site_counts(), "{}", CATALOGUE[barrier].id);
    }

    /// Against bytes in an array: every alignment and overlap there is within twelve words.
    #[test]
    fn bytes_move_as_in_an_array(
        first in proptest::collection::vec(any::<u64>(), 12),
        to in 0usize..96,
        from in 0usize..96,
        bytes in 0usize..96,
        clear in any::<bool>(),
    ) {
        let bytes = bytes.min(96 - to.max(from));
        let mut model: Vec<u8> = first.iter().flat_map(|w| w.to_le_bytes()).collect();
        if clear {
            model[to..to + bytes].fill(0);
        } else {
            model.copy_within(from..from + bytes, to);
        }
        let expected: Vec<u64> =
            model.chunks(8).map(|c| u64::from_le_bytes(c.try_into().expect("eight bytes"))).collect();

        let mut types = TypeTable::new();
        let flat = types.add("flat", Bytes(96), Bytes(8), BitVec::new()).unwrap();
        let mut rt = Runtime::<Checked>::new(Config::default(), Arc::new(types));
        rt.add_mutator(FastRand(1)).unwrap();
        let base = rt.new_object(Site(0), &flat, &[]).unwrap();
        for (i, &word) in first.iter().enumerate() {
            rt.store(base.offset(8 * i as u64), word).unwrap();
        }
        let (dst, src, n) = (base.offset(to as u64), base.offset(from as u64), bytes as u64);
        let mut slow = rt.clone();
        if clear { rt.memclr(dst, n).unwrap() } else { rt.memmove(dst, src, n).unwrap() }
        let mut log = Log::new();
        loop {
            let mut recorder = Recorder::new(&mut slow, &mut log, 1);
            let done = if clear { recorder.memclr(dst, n) } else { recorder.memmove(dst, src, n) };
            if done != Err(Stop::Yield) {
                done.unwrap();
                break;
            }
        }
        let at = ((base.0 - ARENA_BASE) / 8) as usize;
        prop_assert_eq!(&rt.heap().words()[at..at + 12], &expected[..]);
        prop_assert_eq!(&slow.heap().words()[at..at + 12], &expected[..]);
    }
}

/// An operation runs until its last effect; in later turns its effects are passed, and it is not run.
#[test]
fn an_operation_that_has_ended_is_not_run_again() {
    let (mut rt, _, global) = runtime(&CATALOGUE[0], 0, BulkOrder::Before, 0);
    let (mut outer, mut inner, mut turns) = (0, 0, 0);
    let mut log = Log::new();
    let mut routine = |e: &mut Recorder<'_, Checked>| {
        e.operation(|_| Ok(()))?;
        e.operation(|e| {
            outer += 1;
            e.store(global, 1)?;
            e.operation(|e| {
                inner += 1;
                e.store(global, 2)
            })?;
            e.store(global, 3)
        })?;
        e.store(global, 4)?;
        e.load(global)
    };
    let read = loop {
        turns += 1;
        match routine(&mut Recorder::new(&mut rt, &mut log, 1)) {
            Err(Stop::Yield) => {}
            done => break done,
        }
    };
    assert_eq!((read, log.done().len()), (Ok(4), 5));
    // One effect a turn, and the operations ran in those turns in which they had one to perform or to stop in front of.
    assert_eq!((turns, outer, inner), (5, 3, 2));
}
