//! A run step by step: a column for each actor, and what each step changed.

use crate::run::Ran;
use crate::scenario::Scenario;
use crate::world::{Actor, World};
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use gc::Addr;
use gc::mutator::StackColour;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A step, and what it changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// Who took it.
    pub actor: Actor,
    /// What it was going to do.
    pub what: String,
    /// What is different after it.
    pub changes: Vec<String>,
}

/// What others can see of a world: the colours of objects and of stacks, and the phase.
fn sight<W: World>(world: &W) -> BTreeMap<String, String> {
    let rt = world.runtime();
    let collector = rt.collector();
    let mut seen = BTreeMap::new();
    let hand = collector.cursor().map(|c| c.base);
    for object in rt.heap().objects() {
        let base: Addr = rt.heap().base(object);
        let colour = if !rt.heap().is_marked(object) {
            "white"
        } else if collector.grey_list().contains(&base) {
            "grey"
        } else if hand == Some(base) {
            "being scanned"
        } else {
            "black"
        };
        seen.insert(world.object_name(base), colour.to_owned());
    }
    for (i, m) in rt.mutators().iter().enumerate() {
        let colour = if m.colour() == StackColour::Black { "black" } else { "white" };
        seen.insert(format!("stack {i}"), colour.to_owned());
    }
    seen.insert("phase".to_owned(), format!("{:?}", collector.phase()));
    seen
}

/// Takes the steps of a script one by one, and tells each.
pub fn steps<W: World>(scenario: &Scenario, script: &Arc<[Actor]>) -> (Vec<Line>, Ran<W>) {
    let mut lines: Vec<Line> = Vec::new();
    let mut before: Option<BTreeMap<String, String>> = None;
    let changes = |before: &BTreeMap<String, String>, now: &BTreeMap<String, String>| -> Vec<String> {
        let new = now.iter().filter(|(name, colour)| before.get(*name) != Some(colour));
        new.map(|(name, colour)| format!("{name} {colour}")).collect()
    };
    let ran = crate::run::follow::<W>(scenario, None, script, |world, actor| {
        let now = sight(world);
        if let (Some(last), Some(before)) = (lines.last_mut(), &before) {
            last.changes = changes(before, &now);
        }
        lines.push(Line { number: lines.len() + 1, actor, what: world.intent(actor), changes: Vec::new() });
        before = Some(now);
        true
    });
    if let (Some(last), Some(before)) = (lines.last_mut(), &before) {
        last.changes = changes(before, &sight(&ran.world));
    }
    (lines, ran)
}

/// The lines as a table.
pub fn table(lines: &[Line]) -> String {
    let mutators = lines.iter().filter_map(|l| l.actor.mutator()).max().map_or(1, |m| m + 1);
    let mut table = Table::new();
    table.load_style(NOTHING);
    let mut head = vec!["  step".to_owned()];
    head.extend((0..mutators).map(|i| format!("mutator {i}")));
    head.extend(["collector".to_owned(), "then".to_owned()]);
    table.set_header(head);
    for line in lines {
        let mut row = vec![format!("  {:>4}", line.number)];
        row.resize(mutators + 2, String::new());
        let column = line.actor.mutator().unwrap_or(mutators);
        row[column + 1].clone_from(&line.what);
        row.push(line.changes.join(", "));
        table.add_row(row);
    }
    let mut out = String::new();
    for line in table.to_string().lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
