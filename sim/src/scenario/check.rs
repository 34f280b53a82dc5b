//! What takes more than one key to judge.
//!
//! Each check looks at the tree, where the places are, and keeps quiet about values that
//! are wrong by themselves.

use crate::graph::env::Size;
use crate::scenario::choice::Choices;
use crate::scenario::diagnose::{MAX_KEPT, Problem};
use crate::scenario::keys::Document;
use crate::scenario::tree::{Entry, Node, Table};
use crate::scenario::workload::{Distribution, WorkloadKind};
use gc::barrier::{Program, Step};

/// All problems of a document that [`read`](crate::scenario::read) cannot see.
pub(crate) fn document(root: &Node, read: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    let Some(table) = root.table() else { return problems };
    one_subject(root, table, &mut problems);
    program(table, &mut problems);
    mix(table, read, &mut problems);
    key_space(table, read, &mut problems);
    colliding(table, read, &mut problems);
    workers(table, &mut problems);
    graph(table, read, &mut problems);
    chosen_operations(table, read, &mut problems);
    if let Some(barrier) = table.get("barrier").and_then(|e| e.node.table()) {
        one_of(barrier.get("kind"), barrier.get("steps"), "a barrier", &mut problems);
        steps(barrier, &mut problems);
    }
    for rule in table.get("placement").and_then(|e| e.node.list()).unwrap_or_default() {
        let Some(keys) = rule.table() else { continue };
        if problems.len() >= MAX_KEPT {
            break;
        }
        one_of(keys.get("barrier"), keys.get("steps"), "a placement", &mut problems);
        if keys.get("barrier").is_none() && keys.get("steps").is_none() && keys.get("site").is_some() {
            let problem =
                Problem::absent("a placement needs `barrier` or `steps`").at(rule.span.clone(), "has neither");
            problems.push(problem.help("barrier = \"none\" leaves these sites without one"));
        }
        steps(keys, &mut problems);
    }
    problems
}

/// Exactly one of `[program]` and `[workload]`.
fn one_subject(root: &Node, table: &Table, problems: &mut Vec<Problem>) {
    match (table.get("program"), table.get("workload")) {
        (Some(program), Some(workload)) => problems.push(
            Problem::error("a scenario has either [program] or [workload], not both")
                .at(workload.key.clone(), "one of them has to go")
                .at(program.key.clone(), "the other"),
        ),
        (None, None) => problems.push(
            Problem::absent("a scenario needs a [workload] (or a [program]): there is nothing to run")
                .at(root.span.clone(), "")
                .help("an empty [workload] takes every default"),
        ),
        _ => {}
    }
}

fn program(table: &Table, problems: &mut Vec<Problem>) {
    let Some(section) = table.get("program") else { return };
    let Some(keys) = section.node.table() else { return };
    match (keys.get("file"), keys.get("source")) {
        (Some(file), Some(source)) => one_of(Some(file), Some(source), "a program", problems),
        (None, None) => {
            problems.push(Problem::absent("a program needs `file` or `source`").at(section.key.clone(), "has neither"))
        }
        _ => {}
    }
}

/// Two keys that say the same thing in two ways.
fn one_of(a: Option<&Entry>, b: Option<&Entry>, what: &str, problems: &mut Vec<Problem>) {
    if let (Some(a), Some(b)) = (a, b) {
        let message = format!("{what} has either `{}` or `{}`, not both", a.name, b.name);
        let (first, second) = if a.key.range.start <= b.key.range.start { (a, b) } else { (b, a) };
        problems.push(
            Problem::error(message).at(second.key.clone(), "one of them has to go").at(first.key.clone(), "the other"),
        );
    }
}

/// Steps that are right one by one, but make no barrier together.
fn steps(keys: &Table, problems: &mut Vec<Problem>) {
    let Some(entry) = keys.get("steps") else { return };
    let Some(items) = entry.node.list() else { return };
    let steps: Option<Vec<Step>> = items.iter().map(|item| item.text()?.parse().ok()).collect();
    if let Some(Err(error)) = steps.map(|steps| Program::new(&steps)) {
        problems.push(Problem::error(error.to_string()).at(entry.node.span.clone(), "not a barrier"));
    }
}

fn mix(table: &Table, read: &Document, problems: &mut Vec<Problem>) {
    let Some(entry) = table.find(&["workload", "mix"]) else { return };
    let Some(mix) = read.workload.as_ref().map(|w| &w.mix) else { return };
    let weights = [mix.assign, mix.overwrite, mix.op_assign, mix.read, mix.delete, mix.iterate, mix.clear, mix.drop];
    if weights.iter().all(|&w| w == 0) {
        problems.push(
            Problem::error("every weight of the mix is zero: no operation can be drawn")
                .at(entry.key.clone(), "at least one weight has to be above 0"),
        );
    }
}

/// Only some types have keys that collide under every seed.
fn colliding(table: &Table, read: &Document, problems: &mut Vec<Problem>) {
    let Some(workload) = &read.workload else { return };
    if workload.distribution != Distribution::Colliding || workload.key.can_collide() {
        return;
    }
    let Some(entry) = table.find(&["workload", "distribution"]) else { return };
    let mut problem = Problem::error(format!("no {} keys collide under every seed", workload.key.name()))
        .at(entry.node.span.clone(), "needs key = \"string\" or \"pair\"");
    if let Some(key) = table.find(&["workload", "key"]) {
        problem = problem.at(key.node.span.clone(), "the type of the keys");
    }
    problems.push(problem);
}

/// `keys` fits the type of the keys, and `initial` fits `keys`.
fn key_space(table: &Table, read: &Document, problems: &mut Vec<Problem>) {
    let Some(workload) = &read.workload else { return };
    let keys = table.find(&["workload", "keys"]);
    let domain = workload.key.domain(workload.string_bytes);
    if let (Some(entry), Some(domain)) = (keys, domain)
        && workload.keys > domain
    {
        let mut problem = Problem::error(format!("`keys = {}` is more than the type of the keys has", workload.keys))
            .at(entry.node.span.clone(), format!("expected an integer from 1 to {domain}"));
        if let Some(key) = table.find(&["workload", "key"]) {
            problem = problem.at(key.node.span.clone(), format!("has {domain} values"));
        }
        problems.push(problem);
        return;
    }
    let space = domain.map_or(workload.keys, |domain| workload.keys.min(domain));
    if let Some(initial) = table.find(&["workload", "initial"])
        && workload.initial > space
    {
        let mut problem =
            Problem::error(format!("a map with {space} different keys cannot start with {} entries", workload.initial))
                .at(initial.node.span.clone(), format!("expected an integer from 0 to {space}"));
        if let Some(keys) = keys {
            problem = problem.at(keys.node.span.clone(), "the size of the key space");
        } else {
            problem = problem.help(format!("`keys` is {space} here unless it is set"));
        }
        problems.push(problem);
    }
}

/// A graph has a size that can be explored.
fn graph(table: &Table, read: &Document, problems: &mut Vec<Problem>) {
    let Some(workload) = read.workload.as_ref().filter(|w| w.kind == WorkloadKind::Graph) else { return };
    let Some(entry) = table.get("workload") else { return };
    if let Err(why) = Size::of(workload) {
        problems.push(Problem::error(why).at(entry.key.clone(), "of this size"));
    }
}

fn workers(table: &Table, problems: &mut Vec<Problem>) {
    let Some(entry) = table.find(&["collector", "workers"]) else { return };
    if entry.node.integer().is_some_and(|n| (2..=64).contains(&n)) {
        problems.push(
            Problem::unsupported("more than one marking worker is not built yet; `workers = 1` is")
                .at(entry.node.span.clone(), "not built yet"),
        );
    }
}

/// The operations before which a collection starts are some, and increase.
fn chosen_operations(table: &Table, read: &Document, problems: &mut Vec<Problem>) {
    let Some(entry) = table.find(&["collector", "at"]) else { return };
    let Some(items) = entry.node.list() else { return };
    if items.is_empty() {
        let problem = Problem::error("`at` names no operation").at(entry.node.span.clone(), "empty");
        problems.push(problem.help("trigger = \"never\" runs without a collection"));
    }
    for pair in items.windows(2) {
        if let (Some(a), Some(b)) = (pair[0].integer(), pair[1].integer())
            && a >= b
            && problems.len() < MAX_KEPT
        {
            problems.push(
                Problem::error("`at` has to increase")
                    .at(pair[1].span.clone(), format!("expected more than {a}"))
                    .at(pair[0].span.clone(), "comes before it"),
            );
        }
    }
    let Some(operations) = read.workload.as_ref().map(|w| w.operations) else { return };
    if let Some(late) = items.iter().find(|i| i.integer().is_some_and(|n| n > i128::from(operations))) {
        problems.push(
            Problem::error(format!("`at` names an operation that never comes: there are {operations}"))
                .at(late.span.clone(), format!("expected at most {operations}")),
        );
    }
}
