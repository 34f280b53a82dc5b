//! The report of a run: one structure, versioned, from which text and JSON are drawn.
//!
//! It holds no time and no path of the host: the same scenario and seed give the same bytes.

mod text;

use crate::run::{End, Ran};
use crate::scenario::Scenario;
use crate::scenario::scenario_words;
use crate::story::Told;
use crate::verdict::{Judgement, Verdict, judge};
use crate::world::World;
use gc::collector::CycleStats;
use gc::cost::{SiteCounts, Weights};
use gc::runtime::FaultInfo;
use gc::{Bytes, Stop};
use mapruntime::Severity;
use serde::Serialize;
use serde_json::{Map, Value};

/// Version of the report's format.
const SCHEMA: u64 = 1;

/// The most maps that are described one by one.
const MAPS: usize = 16;

/// What a run came to.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Version of this format.
    pub schema: u64,
    /// What was run.
    pub scenario: Words,
    /// What can be said of it.
    pub verdict: Verdict,
    /// And beside what was expected.
    pub judgement: Judgement,
    /// Why it did not come to its end, if it did not.
    pub stopped: Option<String>,
    /// What is wrong.
    pub violation: Option<Wrong>,
    /// Operations finished, and how many there were to be.
    pub operations: Progress,
    /// What the program did, if it is one.
    pub program: Option<ProgramLine>,
    /// The collections.
    pub collections: Vec<Collection>,
    /// The barriers, site by site, most executed first.
    pub sites: Vec<SiteLine>,
    /// The maps as they were at the end, the first of them.
    pub maps: Vec<MapLine>,
    /// How many maps there are.
    pub map_count: usize,
    /// The heap.
    pub heap: HeapLine,
    /// Counts of everything that costs.
    pub counts: Map<String, Value>,
    /// The counts by the table of weights.
    pub modelled_cycles: u64,
}

/// What was run, in short.
#[derive(Clone, Debug, Serialize)]
pub struct Words {
    /// Its file, as given.
    pub file: String,
    /// Its title.
    pub title: String,
    /// Its seed.
    pub seed: u64,
    /// The workload.
    pub workload: String,
    /// The collector.
    pub collector: String,
    /// The barrier.
    pub barrier: String,
}

/// Done, of how much.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Progress {
    /// Finished.
    pub finished: u64,
    /// Of.
    pub total: u64,
}

/// A violation, or a fault of the program.
#[derive(Clone, Debug, Serialize)]
pub struct Wrong {
    /// Its kind.
    pub kind: String,
    /// Where the barrier was missing, or what else is to blame.
    pub site: Option<String>,
    /// What is wrong.
    pub detail: String,
    /// The object.
    pub object: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// What would have helped.
    pub remedy: Option<String>,
    /// How the program reaches the object.
    pub path: Vec<String>,
    /// From allocation to loss.
    pub story: Vec<crate::story::Line>,
    /// Other violations found at the same moment.
    pub also: Vec<String>,
}

/// One collection.
#[derive(Clone, Debug, Serialize)]
pub struct Collection {
    /// Number, from 1.
    pub number: u64,
    /// The operation under way when it started, and when marking ended.
    pub started: u64,
    /// ... and when marking ended; nothing if it never did.
    pub marked: Option<u64>,
    /// Bytes in objects when it started.
    pub heap_at_start: u64,
    /// ... when marking ended.
    pub heap_at_mark_end: u64,
    /// ... and found live.
    pub heap_marked: u64,
    /// Objects scanned.
    pub objects: u64,
    /// Words looked at.
    pub words: u64,
    /// Stacks scanned.
    pub stacks: u64,
    /// Objects that barriers turned grey.
    pub shaded: u64,
    /// Objects freed by its sweep.
    pub freed_objects: u64,
    /// And their bytes.
    pub freed_bytes: u64,
}

/// What the barrier of one site did.
#[derive(Clone, Debug, Serialize)]
pub struct SiteLine {
    /// The site.
    pub site: String,
    /// Its barrier.
    pub barrier: String,
    /// Pointer words stored.
    pub executed: u64,
    /// ... with the flag on.
    pub flag_on: u64,
    /// ... and the old value turned grey.
    pub shaded_old: u64,
    /// ... and the new value turned grey.
    pub shaded_new: u64,
    /// ... and nothing turned grey.
    pub useless: u64,
}

/// A map's shape.
#[derive(Clone, Debug, Serialize)]
pub struct MapLine {
    /// Whose.
    pub mutator: usize,
    /// Which.
    pub map: u64,
    /// Entries.
    pub count: u64,
    /// Logarithm of the number of buckets.
    #[serde(rename = "B")]
    pub b: u8,
    /// Overflow buckets in use, by the header's estimate.
    pub noverflow: u16,
    /// Is it growing?
    pub growing: bool,
    /// How many chains have how many overflow buckets.
    pub chains: std::collections::BTreeMap<u64, u64>,
    /// Entries a bucket.
    pub load_factor: f64,
}

/// What a Go program did, as far as the outside can tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProgramLine {
    /// How it ended; nothing if it was stopped before.
    pub end: Option<String>,
    /// What it wrote to standard output.
    pub stdout: Written,
    /// What it wrote to standard error.
    pub stderr: Written,
}

/// What was written to a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The text, up to [`Written::MOST`] bytes; what is not UTF-8 is replaced.
    pub text: String,
    /// How many bytes were written in all.
    pub bytes: u64,
}

impl Written {
    /// Bytes that a report keeps.
    pub const MOST: usize = 1 << 16;

    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Written {
        let kept = &bytes[..bytes.len().min(Written::MOST)];
        Written { text: String::from_utf8_lossy(kept).into_owned(), bytes: bytes.len() as u64 }
    }
}

/// The heap.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct HeapLine {
    /// The limit.
    pub limit: u64,
    /// The most that was mapped.
    pub mapped: u64,
    /// In objects now: live by the last collection, and made since.
    pub live: u64,
    /// Objects made.
    pub allocated_objects: u64,
    /// Their bytes.
    pub allocated_bytes: u64,
    /// Objects freed.
    pub freed_objects: u64,
}

impl Report {
    /// The report of a run.
    pub fn of<W: World>(scenario: &Scenario, file: &str, ran: &Ran<W>, told: Option<Told>) -> Report {
        let world = &ran.world;
        let rt = world.runtime();
        let (verdict, stopped, violation) = ended(ran, told);
        let kind = violation.as_ref().map(|v| v.kind.as_str());
        let site = violation.as_ref().and_then(|v| v.site.as_deref());
        let judgement = judge(&scenario.expect, verdict, kind, site);
        let words = scenario_words(scenario);
        let (finished, total) = world.progress();
        let (maps, map_count) = world.map_lines(MAPS);
        let stats = rt.heap().stats();
        let counts = rt.counts();
        let weights = Weights::default();
        Report {
            schema: SCHEMA,
            scenario: Words {
                file: file.to_owned(),
                title: scenario.title.clone(),
                seed: scenario.seed,
                workload: words.workload,
                collector: words.collector,
                barrier: words.barrier,
            },
            verdict,
            judgement,
            stopped,
            violation,
            operations: Progress { finished, total },
            program: world.account(),
            collections: rt.collector().cycles().iter().map(Collection::of).collect(),
            sites: sites(scenario, ran),
            maps,
            map_count,
            heap: HeapLine {
                limit: scenario.heap.limit.0,
                mapped: stats.mapped.0,
                live: stats.live.0,
                allocated_objects: stats.allocated_objects,
                allocated_bytes: stats.allocated_bytes,
                freed_objects: stats.freed_objects,
            },
            counts: weights.0.iter().zip(counts.values()).map(|((n, _), v)| (n.replace(' ', "_"), v.into())).collect(),
            modelled_cycles: counts.cycles(&weights).round() as u64,
        }
    }

    /// As JSON.
    ///
    /// # Panics
    /// Never: all of it can be written as JSON.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a report is plain data");
        text.push('\n');
        text
    }
}

impl Collection {
    fn of(c: &CycleStats) -> Collection {
        let ended = c.heap_at_mark_end > Bytes(0);
        Collection {
            number: c.number,
            started: c.started,
            marked: ended.then_some(c.marked),
            heap_at_start: c.heap_at_start.0,
            heap_at_mark_end: c.heap_at_mark_end.0,
            heap_marked: c.heap_marked.0,
            objects: c.objects,
            words: c.words,
            stacks: c.stacks,
            shaded: c.shaded,
            freed_objects: c.freed_objects,
            freed_bytes: c.freed_bytes.0,
        }
    }
}

fn sites<W: World>(scenario: &Scenario, ran: &Ran<W>) -> Vec<SiteLine> {
    let table = ran.world.sites();
    let counted = ran.world.runtime().site_counts().iter();
    let mut lines: Vec<SiteLine> = counted
        .zip(table.iter())
        .filter(|(c, _)| c.executed > 0)
        .map(|(c, (_, name))| {
            let SiteCounts { executed, flag_on, shaded_old, shaded_new, useless } = *c;
            let rule = scenario.rule(name);
            let barrier = rule.id.map_or_else(|| rule.program.to_string(), str::to_owned);
            SiteLine { site: name.to_owned(), barrier, executed, flag_on, shaded_old, shaded_new, useless }
        })
        .collect();
    lines.sort_by(|a, b| b.executed.cmp(&a.executed).then_with(|| a.site.cmp(&b.site)));
    lines
}

fn ended<W: World>(ran: &Ran<W>, told: Option<Told>) -> (Verdict, Option<String>, Option<Wrong>) {
    let rt = ran.world.runtime();
    let bounded = |why: &str| (Verdict::Bounded, Some(why.to_owned()), None);
    let wrong = |kind: &str, detail: String| {
        let wrong = Wrong {
            kind: kind.to_owned(),
            site: None,
            detail,
            object: None,
            why: None,
            remedy: None,
            path: Vec::new(),
            story: Vec::new(),
            also: Vec::new(),
        };
        (Verdict::Violated, Some(format!("stopped by the {kind}")), Some(wrong))
    };
    match ran.end {
        End::Done => (Verdict::Clean, None, None),
        End::Interrupted => bounded("interrupted"),
        End::TimeLimit => bounded("the time limit was reached"),
        End::CollectionLimit => bounded("the limit of collections was reached"),
        End::StepLimit => bounded("the script has ended"),
        End::Stopped(Stop::OutOfMemory) => {
            let (verdict, _, _) = bounded("");
            let detail = out_of_memory(rt.fault());
            let (_, _, wrong) = wrong("out-of-memory", detail.clone());
            (verdict, Some(detail), wrong)
        }
        End::Stopped(Stop::Violation) => {
            let mut found = rt.violations().iter();
            let Some(first) = found.next() else { return wrong("violation", "no oracle says why".into()) };
            let told = told.unwrap_or_default();
            let v = Wrong {
                kind: first.kind.id().to_owned(),
                site: told.site,
                detail: first.detail.clone(),
                object: told.path.last().cloned(),
                why: told.why,
                remedy: told.remedy,
                path: told.path,
                story: told.story,
                also: found.map(|v| format!("{}: {}", v.kind, v.detail)).collect(),
            };
            (Verdict::Violated, Some(format!("stopped by the violation ({})", v.kind)), Some(v))
        }
        End::Stopped(stop) => match ran.world.raised(stop) {
            Some((severity, text)) => wrong(if severity == Severity::Panic { "panic" } else { "throw" }, text),
            None => match rt.fault() {
                Some(FaultInfo::Access(a)) => wrong(
                    "use-after-free",
                    format!("an access to {a}, where no memory is: a stale or overwritten pointer"),
                ),
                _ => wrong("throw", format!("the program stopped: {stop:?}")),
            },
        },
    }
}

fn out_of_memory(fault: Option<FaultInfo>) -> String {
    match fault {
        Some(FaultInfo::OutOfMemory { wanted, mapped, limit, live }) => format!(
            "out of simulated memory: {} wanted, {} of {} mapped, {} in objects; a larger heap.limit may help",
            size(wanted.0),
            size(mapped.0),
            size(limit.0),
            size(live.0)
        ),
        _ => "out of simulated memory".into(),
    }
}

/// A size for people.
pub(crate) fn size(bytes: u64) -> String {
    indicatif::BinaryBytes(bytes).to_string()
}
