//! Pictures of a map: buckets with their cells, overflow chains to the right, and while the map grows the old buckets
//! beside the new ones that they are evacuated to.
//!
//! What is drawn is settled here, once, from a dump alone; [`text`] and [`svg`] only place it.

pub mod svg;
pub mod text;

use crate::layout::dump::{BucketDump, ChainDump, MapDump};
use crate::layout::machine::Dump;
use serde_json::Value;

/// The most rows that are drawn of a map.
const MOST_ROWS: usize = 256;

/// What a cell's tophash says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// In use.
    Live,
    /// Empty, but something may follow.
    Empty,
    /// Empty, and so is all that follows.
    Rest,
    /// Moved to the bucket of the same number, or to its other half.
    Moved,
    /// Was empty when its bucket was evacuated.
    Gone,
}

/// One cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// What its tophash says.
    pub state: State,
    /// The tophash in hex, or the name of the state as Go has it.
    pub top: String,
    /// The key, if it is in use.
    pub key: String,
    /// The elem, if it is in use.
    pub elem: String,
    /// Bytes of a deleted entry are still there.
    pub stale: bool,
}

/// One bucket of a chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bucket {
    /// Which one, or where it lies.
    pub label: String,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chain {
    /// The bucket and its overflow buckets.
    pub buckets: Vec<Bucket>,
}

/// A chain of new buckets, and how the old one leads there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// What stands at the arrow.
    pub arrow: String,
    /// The chain.
    pub chain: Chain,
}

/// A row of a picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Row {
    /// A chain by itself.
    Chain(Chain),
    /// An old chain, and where its entries go.
    Growth {
        /// The old one.
        old: Chain,
        /// Has it been evacuated?
        done: bool,
        /// Where to.
        targets: Vec<Target>,
    },
    /// Something in a line.
    Note(String),
}

/// One map at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figure {
    /// Which map, and when.
    pub title: String,
    /// Its header, a few facts a line.
    pub facts: Vec<String>,
    /// Its buckets.
    pub rows: Vec<Row>,
}

/// All pictures of a dump: its snaps, and the map at the end.
pub fn figures(dump: &Dump) -> Vec<Figure> {
    let name = dump.name.as_ref().map_or(String::new(), |n| format!("{n}: "));
    let kind = format!("{name}map[{}]{}", dump.key, dump.elem);
    let mut all = Vec::new();
    for (op, map) in &dump.snaps {
        all.push(figure(format!("{kind}, after op {op}"), dump, map));
    }
    match &dump.map {
        Some(map) => all.push(figure(format!("{kind}, at the end"), dump, map)),
        None => all.push(Figure { title: format!("{kind}: there is no map"), facts: Vec::new(), rows: Vec::new() }),
    }
    all
}

fn plural(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// The flags by their names.
fn flags(flags: u8) -> String {
    const NAMES: [(u8, &str); 4] = [(1, "iterator"), (2, "oldIterator"), (4, "hashWriting"), (8, "sameSizeGrow")];
    let names: Vec<_> = NAMES.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, name)| *name).collect();
    if names.is_empty() { "none".into() } else { names.join(" | ") }
}

fn figure(title: String, dump: &Dump, map: &MapDump) -> Figure {
    let mut facts = vec![format!(
        "count {}   B {}   flags {}   noverflow {}   nevacuate {}   hash0 {}",
        map.count,
        map.b,
        flags(map.flags),
        map.noverflow,
        map.nevacuate,
        map.hash0
    )];
    if map.buckets_nil {
        facts.push("no buckets yet: the first assignment makes one".into());
    } else {
        let spare = map.nalloc - map.nbuckets;
        let mut line = format!("{} of {} bytes", plural(map.nbuckets, "bucket"), dump.maptype.bucketsize);
        if spare > 0 {
            line += &format!(", {spare} more preallocated for overflow");
            line += &match map.extra.as_ref().and_then(|x| x.next_overflow) {
                Some(next) => format!(", next pre:{next}"),
                None => ", all in use".into(),
            };
        }
        facts.push(line);
    }
    if map.growing {
        let size = if map.same_size { "to the same size" } else { "to twice the size" };
        let all = plural(map.noldbuckets, "old bucket");
        let done = map.oldbuckets.iter().filter(|c| is_evacuated(c)).count();
        facts.push(format!("growing {size}: {done} of {all} evacuated"));
    }
    if let Some(x) = &map.extra
        && (x.overflow.is_some() || x.oldoverflow.is_some())
    {
        let length = |n: Option<u64>| n.map_or("nil".into(), |n| n.to_string());
        facts.push(format!("extra.overflow {}   extra.oldoverflow {}", length(x.overflow), length(x.oldoverflow)));
    }
    let mut rows = if map.growing { growth(dump, map) } else { plain(dump, map) };
    if rows.len() > MOST_ROWS {
        let left = rows.len() - MOST_ROWS;
        rows.truncate(MOST_ROWS);
        rows.push(Row::Note(format!("{left} more rows are not drawn")));
    }
    Figure { title, facts, rows }
}

/// The chain of bucket `i`, if it is not empty.
fn find(chains: &[ChainDump], i: u64) -> Option<&ChainDump> {
    chains.binary_search_by_key(&i, |c| c.i).ok().map(|at| &chains[at])
}

/// Has this old chain been evacuated? Its first tophash says so.
fn is_evacuated(chain: &ChainDump) -> bool {
    (2..=4).contains(&chain.chain[0].th[0])
}

/// Buckets in order, runs of empty ones in a line.
fn plain(dump: &Dump, map: &MapDump) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut next = 0;
    let empty = |rows: &mut Vec<Row>, from: u64, to: u64| match to.saturating_sub(from) {
        0 => {}
        1 => rows.push(Row::Note(format!("bucket {from} is empty"))),
        _ => rows.push(Row::Note(format!("buckets {from} to {} are empty", to - 1))),
    };
    for c in &map.buckets {
        empty(&mut rows, next, c.i);
        rows.push(Row::Chain(chain(dump, &format!("bucket {}", c.i), Some(c))));
        next = c.i + 1;
    }
    empty(&mut rows, next, map.nbuckets);
    rows
}

/// Old buckets in order, each with the new ones that its entries go to.
fn growth(dump: &Dump, map: &MapDump) -> Vec<Row> {
    let mut rows = Vec::new();
    for i in 0..map.noldbuckets {
        if rows.len() > MOST_ROWS {
            // One note stands for all that are left.
            rows.extend((i..map.noldbuckets).map(|_| Row::Note(String::new())));
            break;
        }
        let old = find(&map.oldbuckets, i);
        let done = old.is_some_and(is_evacuated);
        let halves: &[(u64, &str)] =
            if map.same_size { &[(i, "same")] } else { &[(i, "X"), (i + map.noldbuckets, "Y")] };
        let targets = halves.iter().filter_map(|&(to, half)| {
            let new = find(&map.buckets, to);
            (done || new.is_some())
                .then(|| Target { arrow: half.into(), chain: chain(dump, &format!("bucket {to}"), new) })
        });
        let targets: Vec<_> = targets.collect();
        let state = if done { "evacuated" } else { "not evacuated yet" };
        rows.push(Row::Growth { old: chain(dump, &format!("old {i}, {state}"), old), done, targets });
    }
    rows
}

fn chain(dump: &Dump, label: &str, of: Option<&ChainDump>) -> Chain {
    let blank = BucketDump { th: [0; 8], cells: Vec::new(), stale_k: 0, stale_e: 0, ovf: String::new() };
    let dumps: &[BucketDump] = of.map_or(std::slice::from_ref(&blank), |c| &c.chain);
    let mut buckets = Vec::new();
    let mut label = label.to_owned();
    for b in dumps {
        buckets.push(bucket(dump, label, b));
        label = match b.ovf.as_str() {
            "heap" => "overflow, on the heap".into(),
            other => match other.strip_prefix("otherpre:") {
                Some(i) => format!("overflow, other pre:{i}"),
                None => format!("overflow, {other}"),
            },
        };
    }
    Chain { buckets }
}

fn bucket(dump: &Dump, label: String, b: &BucketDump) -> Bucket {
    let cells = (0u8..8).map(|slot| {
        let top = b.th[usize::from(slot)];
        let (state, top) = match top {
            0 => (State::Rest, "emptyRest".into()),
            1 => (State::Empty, "emptyOne".into()),
            2 => (State::Moved, "evacuatedX".into()),
            3 => (State::Moved, "evacuatedY".into()),
            4 => (State::Gone, "evacuatedEmpty".into()),
            top => (State::Live, format!("{top:02x}")),
        };
        let entry = b.cells.iter().find(|(at, ..)| *at == slot);
        let (key, elem) =
            entry.map_or((String::new(), String::new()), |(_, k, v)| (shown(&dump.key, k), shown(&dump.elem, v)));
        Cell { state, top, key, elem, stale: (b.stale_k | b.stale_e) >> slot & 1 == 1 }
    });
    Bucket { label, cells: cells.collect() }
}

/// A value for people.
fn shown(ty: &str, value: &Value) -> String {
    let bits = |v: &Value| v.as_str().and_then(crate::layout::values::hex);
    let float = |v: &Value, single: bool| {
        bits(v).map(|b| {
            let nan = if single { f32::from_bits(b as u32).is_nan() } else { f64::from_bits(b).is_nan() };
            match (nan, single) {
                (true, _) => format!("NaN {b:#x}"),
                (false, true) => format!("{:?}", f32::from_bits(b as u32)),
                (false, false) => format!("{:?}", f64::from_bits(b)),
            }
        })
    };
    let known = match (ty, value) {
        ("float32" | "float64", v) => float(v, ty == "float32"),
        ("complex64" | "complex128", Value::Array(p)) if p.len() == 2 => {
            let half = |v| float(v, ty == "complex64").unwrap_or_default();
            Some(format!("({}, {}i)", half(&p[0]), half(&p[1])))
        }
        ("ptr", Value::Number(n)) => Some(format!("&{n}")),
        ("ptr", Value::Null) => Some("nil".into()),
        ("empty", _) => Some("{}".into()),
        (_, Value::Object(o)) if o.len() == 1 && o.contains_key("hex") => o["hex"].as_str().map(|h| format!("0x{h}")),
        _ => None,
    };
    known.unwrap_or_else(|| value.to_string())
}

/// At most `most` characters of a text; what is cut off shows as an ellipsis.
fn elided(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    text.chars().take(most.saturating_sub(1)).chain("…".chars()).collect()
}
