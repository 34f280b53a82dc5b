//! A scenario in a few words, for reports.

use crate::scenario::choice::Choices;
use crate::scenario::collector::{Mode, Trigger};
use crate::scenario::workload::WorkloadKind;
use crate::scenario::{BulkOrder, Rule, Scenario};

/// Workload or program, collector and barrier, a line each.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InWords {
    /// The workload, or the program.
    pub workload: String,
    /// The collector.
    pub collector: String,
    /// The barrier.
    pub barrier: String,
}

/// What a scenario is about, in three lines.
pub fn scenario_words(s: &Scenario) -> InWords {
    let w = &s.workload;
    let plural = |n: u64, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    let program = s.program.as_ref().map(|p| {
        let order = if s.compiler.order { "" } else { ", without order" };
        format!("{}, lowering {}{order}, gear {}", p.name, s.lowering().name(), s.schedule.gear.name())
    });
    let operations = format!(
        "{}, {} each, {} keys to {} elems, {} keys {}, {} operations, lowering {}, gear {}",
        plural(w.mutators, "mutator"),
        plural(w.maps, "map"),
        w.key.name(),
        w.elem.name(),
        w.keys,
        w.distribution.name(),
        w.operations,
        s.lowering().name(),
        s.schedule.gear.name()
    );
    let graph = format!(
        "graph of {}, {} each, {} of {}, {}",
        plural(w.mutators, "mutator"),
        plural(w.writes, "write"),
        plural(w.objects, "object"),
        plural(w.slots, "slot"),
        plural(w.globals, "global"),
    );
    let operations = if w.kind == WorkloadKind::Graph { graph } else { operations };
    let c = &s.collector;
    let mode = match c.mode {
        Mode::StopTheWorld => "stop-the-world".to_owned(),
        Mode::Incremental { budget } => format!("incremental, {budget} words an allocation"),
        Mode::Concurrent { steps } => format!("concurrent, up to {steps} steps at a time"),
    };
    let trigger = match &c.trigger {
        Trigger::Pacing { gogc, min_heap } => format!("GOGC={gogc} from {} KiB", min_heap.0 / 1024),
        Trigger::Safepoints { every } => format!("every {every} safepoints"),
        Trigger::Chosen { at } => format!("before {}", plural(at.len() as u64, "chosen operation")),
        Trigger::Never => "never".to_owned(),
    };
    let collector = format!(
        "{mode}; stacks {}; allocates {}; sweeps {}; starts {trigger}",
        c.stacks.name(),
        c.allocate.name(),
        c.sweep.name()
    );
    let rule = |r: &Rule| r.id.map_or_else(|| r.program.to_string(), str::to_owned);
    let b = &s.barrier;
    let mut barrier = rule(&b.rule);
    if b.buffer > 0 {
        barrier += &format!(", buffered by {}", b.buffer);
        if !b.flush_before_termination {
            barrier += ", not flushed before marking ends";
        }
    }
    if b.bulk == BulkOrder::After {
        barrier += ", after bulk moves";
    }
    for p in &s.placements {
        barrier += &format!("; at {}: {}", p.site.0, rule(&p.rule));
    }
    InWords { workload: program.unwrap_or(operations), collector, barrier }
}
