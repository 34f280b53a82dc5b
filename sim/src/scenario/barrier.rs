//! The barrier of a scenario: one of [`gc::barrier::CATALOGUE`], or steps spelled out.

use crate::scenario::choice::choices;
use crate::scenario::diagnose::{Problem, nearest, quote};
use crate::scenario::glob::Glob;
use crate::scenario::keys;
use crate::scenario::tree::Node;
pub use gc::barrier::{BulkOrder, Invariant};
use gc::barrier::{CATALOGUE, Condition, Operation, Program, ProgramError, Step, named};

/// The barrier of a scenario that names none: Go's.
pub const DEFAULT: &str = "hybrid-uncond";

choices! {
    for Invariant {
        /// Nothing.
        Nothing = "none",
        /// No black object of the heap points to a white one.
        Strong = "strong",
        /// Every white target of a black object is also reachable from a grey one through white ones.
        Weak = "weak",
    }
}

choices! {
    for BulkOrder {
        /// Before the move, as every deletion barrier must.
        Before = "before",
        /// After it: a planted fault.
        After = "after",
    }
}

/// What the literature names and this project knows of, but has not built.
const UNBUILT: &[(&str, &str)] = &[
    ("boehm-demers-shenker", "dirty pages"),
    ("object-logging", "logs of whole objects"),
    ("field-logging", "logs of fields"),
    ("card", "card marking"),
    ("card-cond", "card marking"),
    ("root-deletion", "barriers on roots"),
    ("weak-load", "weak references"),
    ("channel", "barriers on copies to other stacks"),
];

/// What the literature lists among barriers, and the key that it is here.
const KEYS: &[(&str, &str)] = &[
    ("buffered", "a buffer carries any barrier: keep the barrier's own name, and set `buffer = N` in [barrier]"),
    ("bulk", "bulk copies use the barrier of their site: set `bulk = \"before\"` or \"after\" in [barrier]"),
];

/// A barrier that runs: its steps, and its name if it has one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its id in the catalogue; nothing if it was spelled out.
    pub id: Option<&'static str>,
    /// Its steps.
    pub program: Program,
}

/// The barrier of every site that no placement names, and how all barriers act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Barrier {
    /// The barrier.
    pub rule: Rule,
    /// What it claims to keep.
    pub invariant: Invariant,
    /// Entries of the write barrier buffer; 0 acts at once.
    pub buffer: u64,
    /// Is the buffer flushed before marking terminates?
    pub flush_before_termination: bool,
    /// When the barriers of a bulk copy run.
    pub bulk: BulkOrder,
}

/// The barrier of the sites that fit a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placement {
    /// The sites.
    pub site: Glob,
    /// Their barrier.
    pub rule: Rule,
}

impl Rule {
    /// The barrier of this name.
    pub fn named(id: &str) -> Option<Rule> {
        named(id).map(|n| Rule { id: Some(n.id), program: n.program })
    }

    fn spelled(steps: &[String]) -> Option<Rule> {
        let steps: Result<Vec<Step>, _> = steps.iter().map(|s| s.parse()).collect();
        Some(Rule { id: None, program: Program::new(&steps.ok()?).ok()? })
    }

    fn of(id: Option<&str>, steps: Option<&[String]>) -> Option<Rule> {
        steps.map_or_else(|| Rule::named(id.unwrap_or(DEFAULT)), Rule::spelled)
    }

    fn spell(&self) -> (Option<String>, Option<Vec<String>>) {
        match self.id {
            Some(id) => (Some(id.to_owned()), None),
            None => (None, Some(self.program.steps().iter().map(Step::to_string).collect())),
        }
    }
}

impl Barrier {
    /// Nothing if a name or a step is wrong, which is reported on reading.
    pub(crate) fn resolve(keys: &keys::Barrier) -> Option<Barrier> {
        let rule = Rule::of(keys.kind.as_deref(), keys.steps.as_deref())?;
        Some(Barrier {
            rule,
            invariant: rule.id.and_then(named).map_or(keys.invariant, |n| n.invariant),
            buffer: keys.buffer,
            flush_before_termination: keys.flush_before_termination,
            bulk: keys.bulk,
        })
    }

    pub(crate) fn spell(&self) -> keys::Barrier {
        let (kind, steps) = self.rule.spell();
        keys::Barrier {
            kind,
            steps,
            invariant: self.invariant,
            buffer: self.buffer,
            flush_before_termination: self.flush_before_termination,
            bulk: self.bulk,
        }
    }
}

impl Placement {
    pub(crate) fn resolve(keys: &keys::Placement) -> Option<Placement> {
        let rule = Rule::of(keys.barrier.as_deref(), keys.steps.as_deref())?;
        Some(Placement { site: Glob(keys.site.clone()), rule })
    }

    pub(crate) fn spell(&self) -> keys::Placement {
        let (barrier, steps) = self.rule.spell();
        keys::Placement { site: self.site.0.clone(), barrier, steps }
    }
}

/// What is wrong with the name of a barrier.
pub(crate) fn look_up(id: &str, node: &Node, key: &str) -> Option<Problem> {
    if named(id).is_some() {
        return None;
    }
    let at = node.span.clone();
    if let Some((_, what)) = UNBUILT.iter().find(|(name, _)| *name == id) {
        return Some(Problem::unsupported(format!("barrier `{id}` is not built yet")).at(at, *what));
    }
    if let Some((_, advice)) = KEYS.iter().find(|(name, _)| *name == id) {
        let message = format!("`{id}` is not a barrier of its own");
        return Some(Problem::error(message).at(at, "not a barrier's name").help(*advice));
    }
    let ids: Vec<&str> = CATALOGUE.iter().map(|n| n.id).collect();
    let known = ids.iter().copied().chain(UNBUILT.iter().map(|u| u.0)).chain(KEYS.iter().map(|k| k.0));
    let label = nearest(id, known)
        .map_or_else(|| "not in the catalogue".to_owned(), |near| format!("did you mean \"{near}\"?"));
    let problem = Problem::error(format!("`{key}` names no barrier: \"{}\"", quote(id))).at(at, label);
    Some(problem.help(format!("expected one of {}", ids.join(", "))).help("`sim barriers` shows what each one does"))
}

/// What is wrong with a step.
pub(crate) fn wrong_step(text: &str, error: ProgramError, node: &Node) -> Problem {
    let operations: Vec<String> = [
        Operation::Flag,
        Operation::LoadOld,
        Operation::ShadeOld,
        Operation::ShadeNew,
        Operation::GreyBase,
        Operation::Store,
        Operation::Safepoint,
    ]
    .map(|o| Step::always(o).to_string())
    .into();
    let conditions: Vec<String> = [
        Condition::BaseBlack,
        Condition::BaseNotBlack,
        Condition::OwnStackGrey,
        Condition::AnyStackGrey,
        Condition::NewWhite,
    ]
    .map(|c| Step::always(Operation::Store).when(c).to_string())
    .map(|step| step.trim_start_matches("if ").split(':').next().unwrap_or_default().to_owned())
    .into();
    let (what, wrong, known) = match &error {
        ProgramError::Operation(name) => ("barrier step", name.as_str(), &operations),
        ProgramError::Condition(name) => ("condition", name.as_str(), &conditions),
        other => return Problem::error(other.to_string()).at(node.span.clone(), ""),
    };
    let label = nearest(wrong, known.iter().map(String::as_str))
        .map_or_else(|| format!("not a {what}"), |near| format!("did you mean `{near}`?"));
    let problem = Problem::error(format!("no {what} is called `{}`", quote(wrong))).at(node.span.clone(), label);
    let problem = problem.help(format!("expected one of {}", known.join(", ")));
    if text.contains(';') { problem.help("each step is a string of its own in the list") } else { problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::diagnose::FILE;
    use crate::scenario::tree::{Data, Span};

    fn node() -> Node {
        Node { span: Span { source: FILE, range: 0..0 }, data: Data::Boolean(false) }
    }

    /// `gc` lists every name in its own message; ours has to list the same.
    #[test]
    fn the_names_of_steps_and_conditions_are_those_of_gc() {
        for wrong in ["no-such-step", "if no-such-condition: shade-new"] {
            let error = wrong.parse::<Step>().expect_err("no such name");
            let theirs = error.to_string();
            let (_, theirs) = theirs.split_once("there are ").expect("the list of names");
            let ours = &wrong_step(wrong, error.clone(), &node()).help[0];
            assert_eq!(ours.trim_start_matches("expected one of "), theirs);
        }
    }

    #[test]
    fn what_is_called_unbuilt_is_not_in_the_catalogue() {
        for (id, _) in UNBUILT.iter().chain(KEYS) {
            assert!(named(id).is_none(), "{id} is built: take it off the list");
        }
        assert!(named(DEFAULT).is_some());
    }
}
