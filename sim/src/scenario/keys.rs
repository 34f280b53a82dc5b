//! Every key of a scenario: name, shape, default, meaning. The only place where they are declared.
//!
//! The structs here are what a file spells; [`Scenario`](crate::scenario::Scenario) is what it
//! means. They differ where a key means something only beside another (`budget` with
//! `mode = "incremental"`): there the resolved form is an enum that carries it.
//!
//! A `replaces` list says what `--set` of a key takes out of the file, on top of the keys that mean
//! nothing once it is set (`only_with`): see [`set`](crate::scenario::set).

use crate::scenario::barrier::{BulkOrder, Invariant};
use crate::scenario::collector::{Allocate, ModeName, Stacks, Sweep, TriggerName};
use crate::scenario::compiler::{FrameSlot, Lowering};
use crate::scenario::expect::{ExpectedVerdict, ViolationKind};
use crate::scenario::schedule::Gear;
use crate::scenario::setting::{
    Shape, barrier, boolean, choice, choice_list, integer, list, pattern, positive, section, size, table, tables, text,
};
use crate::scenario::workload::{Distribution, ElemType, KeyType, Routines, WorkloadKind};
use gc::Bytes;

const KIB: u64 = 1 << 10;
const GIB: u64 = 1 << 30;
const ANY: u64 = u64::MAX;
const TRILLION: u64 = 1_000_000_000_000;
const BILLION: u64 = 1_000_000_000;

section! {
    /// A scenario: a program or a workload, the runtime it runs on, and what should come of it.
    pub struct Document {
        /// Version of this format.
        schema: u64 = 1 => integer(1, 1).required();
        /// What the scenario shows, in a line.
        title: String = String::new() => text();
        /// Seed of everything random.
        seed: u64 = 1 => integer(0, ANY).replaces(&["schedule.seed"]);
        /// A Go program to run.
        program: Option<Program> = None => table(Program::INFO);
        /// A made-up program: operations drawn at random.
        workload: Option<Workload> = None => table(Workload::INFO);
        /// How map operations are lowered.
        compiler: Compiler = Compiler::default() => table(Compiler::INFO);
        /// The map runtime.
        runtime: Runtime = Runtime::default() => table(Runtime::INFO);
        /// The simulated heap.
        heap: Heap = Heap::default() => table(Heap::INFO);
        /// The collector.
        collector: Collector = Collector::default() => table(Collector::INFO);
        /// The write barrier of every site that no placement names.
        barrier: Barrier = Barrier::default() => table(Barrier::INFO);
        /// Sites with a barrier of their own; the last rule that fits a site holds.
        placement: Vec<Placement> = Vec::new() => tables(Placement::INFO);
        /// Who runs when.
        schedule: Schedule = Schedule::default() => table(Schedule::INFO);
        /// When to stop early.
        limits: Limits = Limits::default() => table(Limits::INFO);
        /// What is checked while it runs.
        oracles: Oracles = Oracles::default() => table(Oracles::INFO);
        /// What should come of it; without it, no violation.
        expect: Expect = Expect::default() => table(Expect::INFO);
    }
}

section! {
    /// A Go program.
    pub struct Program {
        /// Path of the program, relative to the scenario.
        file: Option<String> = None => text().replaces(&["source"]);
        /// Text of the program.
        source: Option<String> = None => text().replaces(&["file"]);
    }
}

section! {
    /// Operations drawn at random, as each mutator performs them on its own maps.
    pub struct Workload {
        /// What the operations work on.
        kind: WorkloadKind = WorkloadKind::Map => choice::<WorkloadKind>();
        /// How many mutators there are.
        mutators: u64 = 1 => integer(1, 64);
        /// Maps of each mutator.
        maps: u64 = 1 => integer(1, 10_000);
        /// Type of the keys.
        key: KeyType = KeyType::Int64 => choice::<KeyType>();
        /// Type of the elements.
        elem: ElemType = ElemType::Node => choice::<ElemType>();
        /// Operations of all mutators together, after the initial entries.
        operations: u64 = 10_000 => integer(0, TRILLION);
        /// Different keys that a map can get; no more than the type of the keys has.
        keys: u64 = 1_000 => integer(1, BILLION);
        /// Entries put into each map before the mix starts; of a graph, how many heaps are drawn to begin with, 0 for every one.
        initial: u64 = 0 => integer(0, BILLION);
        /// Size hint given to `make`.
        hint: u64 = 0 => integer(0, BILLION);
        /// How keys are drawn.
        distribution: Distribution = Distribution::Uniform => choice::<Distribution>();
        /// Exponent of the Zipf distribution.
        zipf_exponent: f64 = 1.1 => positive(10.0).only_with("distribution", &["zipf"]);
        /// Size in words of the objects that `node` elements point to.
        node_words: u64 = 4 => integer(2, 1024);
        /// Length of the strings in keys and elements, in bytes.
        string_bytes: u64 = 16 => integer(0, 65_536);
        /// Stores of each mutator.
        writes: u64 = 1 => integer(0, 8).only_with("kind", &["graph"]);
        /// Objects of the heap.
        objects: u64 = 2 => integer(1, 8).only_with("kind", &["graph"]);
        /// Slots of each object, each global and each stack.
        slots: u64 = 2 => integer(1, 4).only_with("kind", &["graph"]);
        /// What the slots hold when it begins, instead of every heap: 0 for nil, or an object from 1 on, for objects, globals and stacks.
        heap: Option<Vec<u64>> = None => list(&Shape::Integer { min: 0, max: 8 }).only_with("kind", &["graph"]);
        /// Globals.
        globals: u64 = 1 => integer(0, 4).only_with("kind", &["graph"]);
        /// Which map routines are called.
        routines as "impl": Routines = Routines::Compiled => choice::<Routines>();
        /// How often each operation comes, as weights.
        mix: Mix = Mix::default() => table(Mix::INFO);
    }
}

const WEIGHT: u64 = 1_000_000;

section! {
    /// Weights of the operations; not all of them zero.
    pub struct Mix {
        /// Store under a new key.
        assign: u64 = 30 => integer(0, WEIGHT);
        /// Store under a key that is there.
        overwrite: u64 = 20 => integer(0, WEIGHT);
        /// `m[k] op= v`.
        op_assign: u64 = 10 => integer(0, WEIGHT);
        /// `v, ok := m[k]`.
        read: u64 = 25 => integer(0, WEIGHT);
        /// `delete(m, k)`.
        delete: u64 = 10 => integer(0, WEIGHT);
        /// `for k, v := range m`.
        iterate: u64 = 1 => integer(0, WEIGHT);
        /// `clear(m)`.
        clear: u64 = 0 => integer(0, WEIGHT);
        /// Drop the whole map and make a new one.
        drop: u64 = 0 => integer(0, WEIGHT);
    }
}

section! {
    /// How map operations are lowered to calls and stores.
    pub struct Compiler {
        /// The era of the lowering: mapassign for a workload, mapassign-op for a program, unless it is set.
        lowering: Option<Lowering> = None => choice::<Lowering>();
        /// Evaluate the right side before the slot is taken; false is a planted fault.
        order: bool = true => boolean();
        /// Frame slots left out of the stack map: a planted fault.
        omit_roots: Vec<FrameSlot> = Vec::new() => choice_list::<FrameSlot>();
    }
}

section! {
    /// The map runtime.
    pub struct Runtime {
        /// Keep overflow buckets alive through hmap.extra; false is a planted fault.
        keep_overflow: bool = true => boolean();
    }
}

section! {
    /// The simulated heap.
    pub struct Heap {
        /// Most memory that it may take.
        limit: Bytes = Bytes(GIB) => size(64 * KIB, 64 * GIB);
        /// Use freed memory again.
        reuse: bool = true => boolean();
        /// Overwrite freed memory, so that a use of it is found.
        poison: bool = true => boolean();
    }
}

section! {
    /// The collector.
    pub struct Collector {
        /// When marking runs.
        mode: ModeName = ModeName::Concurrent => choice::<ModeName>();
        /// Marking workers; only one is supported now.
        workers: u64 = 1 => integer(1, 64);
        /// When stacks are scanned.
        stacks: Stacks = Stacks::ScanOnce => choice::<Stacks>();
        /// Colour of objects made while marking runs.
        allocate: Allocate = Allocate::Black => choice::<Allocate>();
        /// When garbage is swept.
        sweep: Sweep = Sweep::Lazy => choice::<Sweep>();
        /// When a collection starts.
        trigger: TriggerName = TriggerName::Pacing => choice::<TriggerName>();
        /// Growth in percent of what was live that starts the next collection.
        gogc: u64 = 100 => integer(1, 100_000).only_with("trigger", &["pacing"]);
        /// Heap size at which the first collection starts.
        min_heap: Bytes = Bytes(64 * KIB) => size(1, 64 * GIB).only_with("trigger", &["pacing"]);
        /// A collection starts every so many safepoints.
        every: Option<u64> = None => integer(1, TRILLION).only_with("trigger", &["safepoints"]).required();
        /// Numbers of the operations before which a collection starts, increasing.
        at: Option<Vec<u64>> = None
            => list(&Shape::Integer { min: 0, max: TRILLION }).only_with("trigger", &["chosen"]).required();
        /// Words marked at each allocation.
        budget: u64 = 64 => integer(1, BILLION).only_with("mode", &["incremental"]);
        /// Most micro-steps of the collector between two steps of a mutator.
        steps: u64 = 8 => integer(1, BILLION).only_with("mode", &["concurrent"]);
    }
}

section! {
    /// A write barrier: one with a name, or one spelled out.
    pub struct Barrier {
        /// Its name; `sim barriers` lists them. "hybrid-uncond" unless steps are given.
        kind: Option<String> = None => barrier().replaces(&["steps", "invariant"]);
        /// Its steps, spelled out.
        steps: Option<Vec<String>> = None => list(&Shape::Step).replaces(&["kind"]);
        /// What spelled-out steps claim to keep.
        invariant: Invariant = Invariant::Nothing => choice::<Invariant>().only_beside("steps");
        /// Entries of the write barrier buffer; 0 acts at once.
        buffer: u64 = 0 => integer(0, 65_536);
        /// Flush the buffer before marking terminates; false is a planted fault.
        flush_before_termination: bool = true => boolean();
        /// When the barriers of a bulk copy run.
        bulk: BulkOrder = BulkOrder::Before => choice::<BulkOrder>();
    }
}

section! {
    /// A rule: the barrier of the sites that fit a pattern.
    pub struct Placement {
        /// The sites: a name in which `*` stands for any text and `?` for any character.
        site: String = String::new() => pattern().required();
        /// Name of their barrier.
        barrier: Option<String> = None => barrier().replaces(&["steps"]);
        /// Steps of their barrier, spelled out.
        steps: Option<Vec<String>> = None => list(&Shape::Step).replaces(&["barrier"]);
    }
}

section! {
    /// Who runs when.
    pub struct Schedule {
        /// How far an actor goes in one step.
        gear: Gear = Gear::Operation => choice::<Gear>();
        /// Seed of the schedule; the scenario's seed unless it is set.
        seed: Option<u64> = None => integer(0, ANY);
    }
}

section! {
    /// When to stop early.
    pub struct Limits {
        /// Seconds.
        time: Option<f64> = None => positive(f64::MAX);
        /// Collections.
        collections: Option<u64> = None => integer(1, TRILLION);
    }
}

section! {
    /// What is checked while it runs.
    pub struct Oracles {
        /// At the end of marking nothing that can be reached is white.
        reachability: bool = true => boolean();
        /// Nothing touches freed memory or a stale map slot.
        access: bool = true => boolean();
        /// The invariant that the barrier claims, when marking begins and before it ends.
        tricolor: bool = true => boolean();
        /// Every value reads back as it was stored.
        values: bool = true => boolean();
        /// The heap's books agree with its bits.
        accounting: bool = true => boolean();
        /// Barriers are counted by site.
        counters: bool = true => boolean();
    }
}

/// How much the runtime has to observe for what is checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Observation {
    /// Nothing, unless it is the model's to judge.
    Nothing,
    /// Effects are counted.
    Counts,
    /// Effects are counted, and the shadow is kept for the oracles of the heap.
    Checks,
}

impl Oracles {
    /// What these need.
    pub fn observation(&self) -> Observation {
        if self.reachability || self.access || self.tricolor || self.accounting {
            Observation::Checks
        } else if self.counters {
            Observation::Counts
        } else {
            Observation::Nothing
        }
    }
}

section! {
    /// What should come of it.
    pub struct Expect {
        /// The verdict; without it, anything but a violation.
        verdict: Option<ExpectedVerdict> = None => choice::<ExpectedVerdict>();
        /// What kind of violation.
        kind: Option<ViolationKind> = None => choice::<ViolationKind>().only_with("verdict", &["violated", "bounded"]);
        /// Where.
        site: Option<String> = None => pattern().only_with("verdict", &["violated", "bounded"]);
    }
}

/// The section that has a key of this name, when just one has.
pub(crate) fn home_of(name: &str) -> Option<String> {
    let mut homes = Vec::new();
    for section in Document::INFO.settings {
        match section.shape {
            Shape::Section(info) => {
                if info.setting(name).is_some() {
                    homes.push(format!("[{}]", section.name));
                }
                for inner in info.settings {
                    if let Shape::Section(nested) = inner.shape
                        && nested.setting(name).is_some()
                    {
                        homes.push(format!("[{}.{}]", section.name, inner.name));
                    }
                }
            }
            Shape::Sections(info) if info.setting(name).is_some() => homes.push(format!("[[{}]]", section.name)),
            _ => {}
        }
        if section.name == name {
            homes.push("the top level".to_owned());
        }
    }
    if homes.len() == 1 { homes.pop() } else { None }
}
