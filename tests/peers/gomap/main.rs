//! Our map beside a real one: the same operations, then the same memory, byte by byte.
//!
//! Scripts are random and shrink. Each runs here, in process, and in the peer, a program of Go 1.19 that reads a
//! real map's memory (`tests/peers/go`), many scripts to a process. All of a dump must agree: header, tophashes, cells,
//! stale bytes, where overflow buckets lie, random draws, results, facts of the type. Each script then runs
//! once more here with collections forced in between, which must change nothing.
//!
//! `BARRIERLAB_SCRIPTS=N` for more scripts than 10,000, `BARRIERLAB_SEED=N` for others. Without Go 1.19 there is
//! nothing to compare with: a line says so, unless `BARRIERLAB_REQUIRE_GO` is set.

mod compare;
mod keys;
mod peer;
mod plan;

use compare::{compare, ours, search, with_collections};
use gc::runtime::Checked;
use peer::Peer;
use serde_json::{Value, json};
use sim::layout::machine::Ended;
use sim::layout::types::{ELEMS, Types};
use sim::layout::{Collect, Options};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::num::NonZeroU64;

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}: expected a number, got {text:?}")),
        Err(_) => default,
    }
}

#[test]
fn random_scripts_leave_the_same_memory_as_in_go() {
    let Some(peer) = Peer::get() else { return };
    let (count, seed) = (number("BARRIERLAB_SCRIPTS", 10_000) as usize, number("BARRIERLAB_SEED", 1));
    let mut again = 0;
    let seen = RefCell::new(BTreeMap::new());
    let subject = |script: &Value| {
        let dump = ours(script)?;
        note(&dump, &mut seen.borrow_mut());
        Ok(dump)
    };
    let found = search(peer, seed, count, &subject, |i, script| {
        again += 1;
        with_collections(i, script)
    });
    if let Some(d) = found {
        panic!("{}\nsmallest script: {}\n(BARRIERLAB_SEED={seed})", d.what, d.script);
    }
    eprintln!("{count} scripts agree with Go, {again} of them ran again with collections (seed {seed})");
    let seen = seen.into_inner();
    eprintln!("scripts with: {seen:?}");
    if count >= 10_000 {
        for (what, _) in REACHED {
            assert!(seen.get(what).is_some_and(|&n| n >= 50), "too few scripts come to {what}: {seen:?}");
        }
    }
}

const GROWTH: &str = "growth";
const SAME_SIZE: &str = "growth to the same size";

/// What enough of the scripts must come to, and how it shows in the text of a dump.
const REACHED: [(&str, &str); 8] = [
    (GROWTH, "\"growing\":true"),
    ("overflow, preallocated", "\"ovf\":\"pre:"),
    ("old buckets in use", "\"oldbuckets\""),
    ("overflow on the heap", "\"ovf\":\"heap\""),
    ("stale keys", "\"stale_k\""),
    ("panics", "\"panic\""),
    ("pointer keys", "\"pointers\""),
    (SAME_SIZE, "same-size row of a trace"),
];

fn note(dump: &Value, seen: &mut BTreeMap<&'static str, usize>) {
    let text = dump.to_string();
    let rows = dump["trace"].as_array().map_or(&[][..], Vec::as_slice);
    let same_size = rows.iter().any(|row| row[2].as_u64().is_some_and(|flags| flags & 8 != 0));
    let growing = rows.iter().any(|row| row[6] == 1);
    for (what, part) in REACHED {
        if text.contains(part) || same_size && what == SAME_SIZE || growing && what == GROWTH {
            *seen.entry(what).or_insert(0) += 1;
        }
    }
}

#[test]
fn every_pair_of_types_agrees_in_its_facts_and_in_a_little_of_everything() {
    let Some(peer) = Peer::get() else { return };
    let mut scripts = Vec::new();
    for key in Types::get().keys() {
        let keys = keys::Keys::new(key, keys::Space::Spread, 7, 9);
        for elem in ELEMS {
            for routines in ["compiled", "generic"] {
                let value = |n: u64| if elem == "string" { json!(n.to_string()) } else { json!(n) };
                let value = |n: u64| if elem == "empty" { json!(0) } else { value(n) };
                let mut ops: Vec<_> = (0..70).map(|n| json!(["set", keys.key(n), value(n)])).collect();
                ops.extend((0..4).map(|n| json!(["set", keys.odd(n), value(n)])));
                ops.extend([json!(["iter", 0]), json!(["next", 0, 20])]);
                ops.extend((0..30).map(|n| json!(["del", keys.key(n * 2)])));
                ops.extend([json!(["snap"]), json!(["next", 0, 200]), json!(["get", keys.key(3)])]);
                ops.extend([json!(["hash", keys.key(5)]), json!(["clear"]), json!(["set", keys.key(5), value(1)])]);
                scripts.push(json!({
                    "key": key, "elem": elem, "impl": routines, "rng": "0x9", "hashkey": ["0x7"], "trace": true, "ops": ops
                }));
            }
        }
    }
    for (script, found) in scripts.iter().zip(compare(peer, &scripts, &ours)) {
        assert_eq!(found, None, "map[{}]{} {}", script["key"], script["elem"], script["impl"]);
    }
    eprintln!("{} pairs of types and routines agree", scripts.len());
}

#[test]
fn a_large_map_counts_its_overflow_buckets_by_chance_as_go_does() {
    let Some(peer) = Peer::get() else { return };
    let forget = 0xe703_7ed1_a0b4_28db_u64 as i64;
    let scripts: Vec<_> = [("int64", 300_000u64, 900u64), ("empty", 500_000, 700), ("ptr", 900_000, 500)]
        .map(|(elem, hint, n)| {
            let value = |i: u64| if elem == "empty" { 0 } else { i };
            let mut ops: Vec<_> = (0..n).map(|i| json!(["set", [forget, i], value(i)])).collect();
            ops.extend((0..n).step_by(3).map(|i| json!(["del", [forget, i]])));
            ops.extend((n..n + n / 2).map(|i| json!(["set", [forget, i], value(i)])));
            json!({ "key": "pair", "elem": elem, "hint": hint, "rng": "0x5eed", "hashkey": ["0x1234567"], "trace": true, "ops": ops })
        })
        .to_vec();
    for (script, found) in scripts.iter().zip(compare(peer, &scripts, &ours)) {
        assert_eq!(found, None, "{}", script["elem"]);
    }
}

/// Go 1.19's `mapclear` drops the list of overflow buckets that an iterator relies on, when buckets have no pointers.
/// An overflow bucket made after the clear is then kept by nothing once the map has grown, and the iterator, which
/// still walks the array of before, follows its address. Found by [`with_collections`]. Go does it too, as
/// `tests/peers/stale_iterator` shows; golang/go#59411 is a relative.
#[test]
fn an_iterator_that_outlives_a_clear_reads_freed_memory_as_in_go() {
    let outcomes = |elem: &str| {
        let value = |n: u64| if elem == "empty" { 0 } else { n };
        let mut ops: Vec<_> = (0..9).map(|n| json!(["set", n, value(n)])).collect();
        ops.extend([json!(["iter", 0]), json!(["clear"])]);
        ops.extend((100..140).map(|n| json!(["set", n, value(n)])));
        ops.push(json!(["next", 0, 1000]));
        let options = Options { collect: Collect::Operations(NonZeroU64::MIN), ..Options::default() };
        // Whether a bucket overflows before the map grows depends on the seed.
        let run = |rng: u64| {
            let script = json!({ "key": "uint64", "elem": elem, "rng": format!("{rng:#x}"), "ops": ops });
            let script = compare::read(&script).expect("it is a script");
            sim::layout::run::<Checked>(&script, &options).outcome
        };
        (0..40).filter_map(run).collect::<Vec<_>>()
    };
    let found = outcomes("empty");
    assert!(!found.is_empty());
    for outcome in found {
        assert_eq!((outcome.op, outcome.ended), (51, Ended::Violation("use-after-free".into())));
    }
    assert_eq!(outcomes("ptr"), [], "buckets with pointers keep their overflow buckets themselves");
    if let Some(output) = peer::run_program("stale_iterator") {
        assert!(output.contains("is not in the map"), "{output}");
    }
}

/// The dump of a script as it would be if the load factor were not 6.5: room is made for one entry more.
fn with_another_load_factor(script: &Value) -> Result<Value, String> {
    let mut other = script.clone();
    let hint = script["hint"].as_u64().unwrap_or(0);
    other["hint"] = json!(if hint > 8 { hint + 1 } else { hint });
    let mut dump = ours(&other)?;
    dump["hint"] = json!(hint);
    Ok(dump)
}

/// The dump with one byte altered: the first tophash of the first overflow bucket.
fn with_an_altered_byte(script: &Value) -> Result<Value, String> {
    let mut dump = ours(script)?;
    if let Some(chains) = dump["map"]["buckets"].as_array_mut() {
        for chain in chains {
            if let Some(top) = chain["chain"].get_mut(1).and_then(|b| b["th"].get_mut(0)) {
                *top = json!(top.as_u64().unwrap_or(0) ^ 1);
                break;
            }
        }
    }
    Ok(dump)
}

#[test]
fn a_planted_load_factor_is_found_and_shrunk_to_a_hint_on_the_boundary() {
    let Some(peer) = Peer::get() else { return };
    let found = search(peer, 1, 2000, &with_another_load_factor, |_, _| None).expect("it is found");
    let hint = found.script["hint"].as_u64().expect("a number");
    assert!(hint.is_multiple_of(13) && (hint / 13).is_power_of_two(), "6.5 × 2^B: {}", found.script);
    assert_eq!(found.script["ops"], json!([]), "make alone shows it");
}

#[test]
fn a_planted_byte_is_found_and_shrunk_to_little_more_than_a_full_bucket() {
    let Some(peer) = Peer::get() else { return };
    let found = search(peer, 2, 2000, &with_an_altered_byte, |_, _| None).expect("it is found");
    assert!(found.what.contains(".th[0]"), "{}", found.what);
    let ops = found.script["ops"].as_array().expect("a list");
    // Nine would do if they all went to one bucket; which do is a matter of the seed.
    assert!((9..=24).contains(&ops.len()), "{}", found.script);
}
