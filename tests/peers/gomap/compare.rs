//! Comparing dumps, and shrinking what differs.

use crate::peer::Peer;
use crate::plan::Plan;
use gc::runtime::{Bare, Checked};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use sim::layout::script::{ITERATORS, Op};
use sim::layout::{Collect, Dump, Options, Script};
use std::num::NonZeroU64;

/// Scripts that the peer gets at a time.
const BATCH: usize = 250;

/// Tries at making a script smaller.
const MOST_TRIES: usize = 600;

/// How our dump of a script comes about: the real thing, or one with a fault planted.
pub type Subject<'a> = &'a dyn Fn(&Value) -> Result<Value, String>;

/// A script on which the two differ.
#[derive(Debug)]
pub struct Difference {
    /// The smallest that was found.
    pub script: Value,
    /// Where and how.
    pub what: String,
}

/// Reads a script as the command does.
pub fn read(script: &Value) -> Result<Script, String> {
    sim::layout::read(1, script).map_err(|e| e.to_string())
}

/// Our dump, as JSON.
pub fn ours(script: &Value) -> Result<Value, String> {
    Ok(as_json(&sim::layout::run::<Bare>(&read(script)?, &Options::default())))
}

fn as_json(dump: &Dump) -> Value {
    serde_json::to_value(dump).expect("a dump is JSON")
}

/// The first place at which two values differ.
pub fn first_difference(at: &str, ours: &Value, real: &Value) -> Option<String> {
    match (ours, real) {
        (Value::Object(a), Value::Object(b)) => {
            let mut names: Vec<_> = a.keys().chain(b.keys()).collect();
            names.sort();
            names.dedup();
            names.into_iter().find_map(|name| {
                let of = |o: &serde_json::Map<String, Value>| o.get(name).cloned().unwrap_or(Value::Null);
                first_difference(&format!("{at}.{name}"), &of(a), &of(b))
            })
        }
        (Value::Array(a), Value::Array(b)) => {
            let parts = a.iter().zip(b).enumerate();
            let inside = parts.filter_map(|(i, (a, b))| first_difference(&format!("{at}[{i}]"), a, b)).next();
            inside.or_else(|| (a.len() != b.len()).then(|| format!("{at}: {} entries, real {}", a.len(), b.len())))
        }
        _ => (ours != real).then(|| format!("{at}: {ours}, real {real}")),
    }
}

/// Compares a dump of ours with one of the peer's: all of it but Go's version.
fn difference(ours: &Value, real: &Result<Value, String>) -> Option<String> {
    match real {
        Err(why) => Some(why.clone()),
        Ok(real) => {
            let mut real = real.clone();
            if let Some(fields) = real.as_object_mut() {
                fields.remove("go");
            }
            first_difference("dump", ours, &real)
        }
    }
}

/// The script as the peer gets it: pointer keys lead where ours do.
fn for_peer(script: &Value, ours: &Value) -> Value {
    let mut script = script.clone();
    if let Some(pointers) = ours.get("pointers") {
        script["pointers"] = pointers.clone();
    }
    script
}

/// Our dumps beside the peer's.
pub fn compare(peer: &Peer, scripts: &[Value], subject: Subject<'_>) -> Vec<Option<String>> {
    let dumps: Vec<_> = scripts.iter().map(subject).collect();
    let asked: Vec<_> =
        scripts.iter().zip(&dumps).map(|(s, d)| for_peer(s, d.as_ref().unwrap_or(&Value::Null))).collect();
    let real = peer.ask(&asked);
    let each = dumps.iter().zip(&real);
    each.map(|(ours, real)| match ours {
        Ok(ours) => difference(ours, real),
        Err(refused) => Some(format!("refused: {refused}")),
    })
    .collect()
}

/// Looks for a difference in so many random scripts; finds the smallest.
pub fn search(
    peer: &Peer,
    seed: u64,
    count: usize,
    subject: Subject<'_>,
    mut also: impl FnMut(usize, &Value) -> Option<String>,
) -> Option<Difference> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let plans = Plan::any();
    let mut done = 0;
    while done < count {
        let batch = BATCH.min(count - done);
        let trees: Vec<_> = (0..batch).map(|_| plans.new_tree(&mut runner).expect("plans are not filtered")).collect();
        let scripts: Vec<_> = trees.iter().map(|t| t.current().script()).collect();
        let found = compare(peer, &scripts, subject);
        for ((i, mut tree), what) in trees.into_iter().enumerate().zip(found) {
            if what.is_some() {
                return Some(shrunk(&mut tree, |script| {
                    compare(peer, std::slice::from_ref(script), subject).pop().flatten()
                }));
            }
            if also(done + i, &scripts[i]).is_some() {
                return Some(shrunk(&mut tree, |script| also(done + i, script)));
            }
        }
        done += batch;
    }
    None
}

/// The smallest script that still differs: first as a plan, then operation by operation.
fn shrunk(tree: &mut impl ValueTree<Value = Plan>, mut differs: impl FnMut(&Value) -> Option<String>) -> Difference {
    let mut best = tree.current().script();
    let mut what = differs(&best).unwrap_or_else(|| "it came only once".into());
    let mut tries = 0;
    let mut on = tree.simplify();
    while on && tries < MOST_TRIES {
        tries += 1;
        let script = tree.current().script();
        on = match differs(&script) {
            Some(now) => {
                (best, what) = (script, now);
                tree.simplify()
            }
            None => tree.complicate(),
        };
    }
    let mut chunk = best["ops"].as_array().map_or(0, Vec::len).div_ceil(2);
    while chunk > 0 && tries < 2 * MOST_TRIES {
        let mut at = 0;
        let mut smaller = false;
        while at < best["ops"].as_array().map_or(0, Vec::len) {
            let mut script = best.clone();
            if let Some(ops) = script["ops"].as_array_mut() {
                ops.drain(at..(at + chunk).min(ops.len()));
            }
            tries += 1;
            // Taking an "iter" away may leave a "next" alone: then it is no script.
            match read(&script).ok().and_then(|_| differs(&script)) {
                Some(now) => {
                    (best, what) = (script, now);
                    smaller = true;
                }
                None => at += chunk,
            }
        }
        if !smaller {
            chunk /= 2;
        }
    }
    Difference { script: best, what }
}

/// Takes out the steps of iterators that are older than a clear, where a collection would pull the buckets away from
/// under them: that is so in Go 1.19 too, see `an_iterator_that_outlives_a_clear_reads_freed_memory_as_in_go`.
fn without_stale_iterators(script: &mut Script, plain: &Dump) {
    if plain.maptype.bucket_has_pointers || !plain.maptype.reflexive {
        return;
    }
    let mut stale = [false; ITERATORS as usize];
    script.ops.retain(|op| {
        match op {
            Op::Clear => stale.fill(true),
            Op::Iter(id) => stale[*id] = false,
            Op::Next(id, _) => return !stale[*id],
            _ => {}
        }
        true
    });
}

/// Runs a script again with collections in between, and compares with the run that had none.
pub fn with_collections(number: usize, script: &Value) -> Option<String> {
    let mut script = match read(script) {
        Ok(script) => script,
        Err(e) => return Some(e),
    };
    let mut plain = sim::layout::run::<Bare>(&script, &Options::default());
    let all = script.ops.len();
    without_stale_iterators(&mut script, &plain);
    if script.ops.len() < all {
        plain = sim::layout::run::<Bare>(&script, &Options::default());
    }
    // All of memory is looked at each time, so large scripts collect less often.
    let rare = 1 + script.ops.len() as u64 / 60;
    let every = |n: u64| NonZeroU64::new(n * rare).unwrap_or(NonZeroU64::MIN);
    let n = number as u64;
    let collect = match n % 4 {
        0 => Collect::Operations(every(1 + n / 4 % 3)),
        1 | 2 => Collect::Allocations(every(1 + n / 4 % 3)),
        _ => Collect::Concurrent(n),
    };
    let options = Options { collect, ..Options::default() };
    let again = if n % 8 < 4 && rare < 4 {
        sim::layout::run::<Checked>(&script, &options)
    } else {
        sim::layout::run::<Bare>(&script, &options)
    };
    if again == plain {
        return None;
    }
    let where_ = first_difference("dump", &as_json(&again), &as_json(&plain));
    Some(format!("with {collect:?} {}", where_.unwrap_or_else(|| json!(again).to_string())))
}
