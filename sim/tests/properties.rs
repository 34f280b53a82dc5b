//! Properties of reading: what is printed reads back equal, and no input brings the reader down.

use gc::Bytes;
use gc::barrier::{CATALOGUE, Invariant};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use sim::scenario::barrier::BulkOrder;
use sim::scenario::choice::Choices;
use sim::scenario::collector::{Allocate, Mode, Stacks, Sweep, Trigger};
use sim::scenario::compiler::{FrameSlot, Lowering};
use sim::scenario::expect::{ExpectedVerdict, ViolationKind};
use sim::scenario::glob::Glob;
use sim::scenario::schedule::Gear;
use sim::scenario::workload::{Distribution, ElemType, KeyType, Routines, WorkloadKind};
use sim::scenario::{
    Barrier, Collector, Compiler, Expect, Heap, Limits, Mix, Oracles, Override, Placement, Rule, Runtime, Scenario,
    Schedule, Workload, load,
};

fn choice<T: Choices + std::fmt::Debug>() -> impl Strategy<Value = T> {
    let names: Vec<&'static str> = T::CHOICES.iter().filter(|c| c.built).map(|c| c.name).collect();
    select(names).prop_map(|name| T::from_name(name).expect("a name of the list"))
}

fn rule() -> impl Strategy<Value = Rule> {
    let spelled = [
        "store",
        "flag; shade-new; store",
        "flag; load-old; if own-stack-grey and new-white: shade-old; safepoint; store; if base-black: grey-base",
    ]
    .map(|text| {
        let steps: Vec<gc::barrier::Step> = text.split("; ").map(|s| s.parse().expect("a step")).collect();
        Rule { id: None, program: gc::barrier::Program::new(&steps).expect("a barrier") }
    });
    let named = CATALOGUE.iter().filter_map(|n| Rule::named(n.id));
    select(named.chain(spelled).collect::<Vec<_>>())
}

fn barrier() -> impl Strategy<Value = Barrier> {
    let keys = (rule(), choice::<Invariant>(), 0..=65_536_u64, any::<bool>(), choice::<BulkOrder>());
    keys.prop_map(|(rule, claimed, buffer, flush_before_termination, bulk)| Barrier {
        rule,
        invariant: rule.id.and_then(gc::barrier::named).map_or(claimed, |n| n.invariant),
        buffer,
        flush_before_termination,
        bulk,
    })
}

fn mix() -> impl Strategy<Value = Mix> {
    let weights = proptest::array::uniform8(0..=1_000_000_u64);
    weights.prop_filter("not all zero", |w| w.iter().any(|&w| w > 0)).prop_map(|w| Mix {
        assign: w[0],
        overwrite: w[1],
        op_assign: w[2],
        read: w[3],
        delete: w[4],
        iterate: w[5],
        clear: w[6],
        drop: w[7],
    })
}

fn workload() -> impl Strategy<Value = Workload> {
    let types = (choice::<KeyType>(), choice::<ElemType>(), choice::<Distribution>(), choice::<Routines>(), mix());
    let counts = (1..=64_u64, 1..=10_000_u64, 0..=1_000_000_000_000_u64, 1..=1_000_000_000_u64);
    let sizes = (any::<Index>(), 0..=1_000_000_000_u64, 2..=1024_u64, 0..=65_536_u64, 0.001..=10.0);
    (choice::<WorkloadKind>(), types, counts, sizes).prop_map(
        |(kind, (key, elem, distribution, routines, mix), (mutators, maps, operations, keys), sizes)| {
            let (initial, hint, node_words, string_bytes, exponent) = sizes;
            let keys = key.domain(string_bytes).map_or(keys, |domain| keys.min(domain));
            let collides = distribution == Distribution::Colliding && !key.can_collide();
            let distribution = if collides { Distribution::Uniform } else { distribution };
            // A graph is small; the keys of one mean nothing beside maps.
            let graph = kind == WorkloadKind::Graph;
            let plain = Workload::default();
            let small = |n: u64, most: u64, default: u64| if graph { n % most + 1 } else { default };
            let objects = small(keys, 4, plain.objects);
            let heap = (graph && operations % 2 == 0).then(|| {
                let slots = (objects + small(hint, 2, 1) + small(mutators, 2, 1)) * small(maps, 2, 1);
                (0..slots).map(|slot| (operations + slot) % (objects + 1)).collect()
            });
            Workload {
                kind,
                writes: small(operations, 8, plain.writes),
                objects,
                slots: small(maps, 2, plain.slots),
                globals: small(hint, 2, plain.globals),
                heap,
                mutators: if graph { small(mutators, 2, 1) } else { mutators },
                maps,
                key,
                elem,
                operations,
                keys,
                initial: initial.index(keys as usize + 1) as u64,
                hint,
                distribution,
                zipf_exponent: if distribution == Distribution::Zipf { exponent } else { 1.1 },
                node_words,
                string_bytes,
                routines,
                mix,
            }
        },
    )
}

/// `operations` is the number of the last operation.
fn collector(operations: u64) -> impl Strategy<Value = Collector> {
    let mode = prop_oneof![
        Just(Mode::StopTheWorld),
        (1..=1_000_000_000_u64).prop_map(|budget| Mode::Incremental { budget }),
        (1..=1_000_000_000_u64).prop_map(|steps| Mode::Concurrent { steps }),
    ];
    let trigger = prop_oneof![
        (1..=100_000_u64, 1..=64_u64 << 30).prop_map(|(gogc, b)| Trigger::Pacing { gogc, min_heap: Bytes(b) }),
        (1..=1_000_000_000_000_u64).prop_map(|every| Trigger::Safepoints { every }),
        btree_set(0..=operations, 1..5).prop_map(|at| Trigger::Chosen { at: at.into_iter().collect() }),
        Just(Trigger::Never),
    ];
    (mode, choice::<Stacks>(), choice::<Allocate>(), choice::<Sweep>(), trigger).prop_map(
        |(mode, stacks, allocate, sweep, trigger)| Collector { mode, workers: 1, stacks, allocate, sweep, trigger },
    )
}

fn expect() -> impl Strategy<Value = Expect> {
    let keys = (option::of(choice::<ExpectedVerdict>()), option::of(choice::<ViolationKind>()), option::of(".+"));
    keys.prop_map(|(verdict, kind, site)| {
        let violated = verdict == Some(ExpectedVerdict::Violated);
        Expect { verdict, kind: kind.filter(|_| violated), site: site.filter(|_| violated) }
    })
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let slots: Vec<FrameSlot> = FrameSlot::CHOICES.iter().filter_map(|c| FrameSlot::from_name(c.name)).collect();
    let compiler = (choice::<Lowering>(), any::<bool>(), subsequence(slots.clone(), 0..=slots.len()))
        .prop_map(|(lowering, order, omit_roots)| Compiler { lowering: Some(lowering), order, omit_roots });
    let heap = (1_u64 << 16..=64 << 30, any::<bool>(), any::<bool>()).prop_map(|(limit, reuse, poison)| Heap {
        limit: Bytes(limit),
        reuse,
        poison,
    });
    let placements = vec((".+", rule()).prop_map(|(site, rule)| Placement { site: Glob(site), rule }), 0..4);
    let limits = (option::of(1e-9..1e9), option::of(1..=1_000_000_000_000_u64))
        .prop_map(|(time, collections)| Limits { time, collections });
    let schedule = (choice::<Gear>(), any::<u64>()).prop_map(|(gear, seed)| Schedule { gear, seed });
    let oracles = any::<[bool; 6]>().prop_map(|b| Oracles {
        reachability: b[0],
        access: b[1],
        tricolor: b[2],
        values: b[3],
        accounting: b[4],
        counters: b[5],
    });
    let work = workload().prop_flat_map(|w| (Just(w.clone()), collector(w.operations)));
    let head = (".*", any::<u64>(), any::<bool>());
    let rest = (schedule, limits, oracles, expect());
    (head, work, compiler, heap, barrier(), placements, rest).prop_map(
        |((title, seed, keep_overflow), (workload, collector), compiler, heap, barrier, placements, rest)| {
            let (schedule, limits, oracles, expect) = rest;
            let runtime = Runtime { keep_overflow };
            Scenario {
                program: None,
                title,
                seed,
                workload,
                compiler,
                runtime,
                heap,
                collector,
                barrier,
                placements,
                schedule,
                limits,
                oracles,
                expect,
            }
        },
    )
}

const VALID: &str = include_str!("../../tests/scenarios/quickstart.toml");

fn survives(text: &str, flags: &[Override]) {
    if let Err(report) = load("x.toml", text, flags) {
        assert!(!report.problems.is_empty());
        assert!(!report.render(true, 80).is_empty());
    }
}

#[test]
fn every_prefix_of_a_scenario_is_read_or_refused() {
    for (end, _) in VALID.char_indices() {
        survives(&VALID[..end], &[]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_scenario_reads_back_equal(scenario in scenario()) {
        let text = scenario.to_toml();
        match load("x.toml", &text, &[]) {
            Ok(loaded) => prop_assert_eq!(loaded.scenario, scenario),
            Err(report) => prop_assert!(false, "{}\n{}", report.render(false, 140), text),
        }
    }

    #[test]
    fn no_change_of_bytes_brings_the_reader_down(
        changes in vec((any::<Index>(), any::<u8>(), 0..3_u8), 1..20),
    ) {
        let mut bytes = VALID.as_bytes().to_vec();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        survives(&String::from_utf8_lossy(&bytes), &[]);
    }

    #[test]
    fn no_change_of_lines_brings_the_reader_down(order in vec(any::<Index>(), 1..60)) {
        let lines: Vec<&str> = VALID.lines().collect();
        let text: Vec<&str> = order.iter().map(|i| lines[i.index(lines.len())]).collect();
        survives(&text.join("\n"), &[]);
    }

    #[test]
    fn no_flag_brings_the_reader_down(
        key in "([a-z_.0-9]{0,20}|(workload|barrier|placement|collector)\\.[a-z0-9.]{0,9})",
        value in "([\\[\\]{}\"',=a-z0-9. -]{0,12}|.{0,8})",
    ) {
        survives(VALID, &[Override::set(&format!("{key}={value}")), Override::set(&value)]);
    }

    #[test]
    fn no_text_brings_the_reader_down(text in "[\\[\\]{}\"'=,.#a-c0-9 \n\r\t\u{1b}\u{feff}é-]{0,80}") {
        survives(&text, &[]);
    }
}
