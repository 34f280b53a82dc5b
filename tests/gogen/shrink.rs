//! Smaller programs.
//!
//! A program shrinks by edits, each of which makes it smaller: take statements or declarations away, put a block in
//! the place of what is around it, put an operand in the place of its operator, put a zero in the place of an
//! expression, make a number smaller. An edit that leaves a name undeclared is passed over ([`Node::is_sound`]);
//! one that Go refuses for another reason counts as one after which the programs agree.

use super::Gen;
use super::funcs::RETURN;
use super::program::ENTRY;
use super::tree::{Node, Part, Role, node};
use super::types::Ty;
use super::values::{number, value};
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A way to make a program smaller; nodes are counted from 0, each before its children.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Edit {
    /// Takes so many nodes away from a list or block, the n-th part of a node.
    Remove { node: usize, part: usize, from: usize, len: usize },
    /// Puts the statements of a child's block in the place of the child, in a block.
    Unwrap { node: usize, part: usize, child: usize, inner: usize },
    /// Puts what is below an expression in its place.
    Hoist { node: usize, below: usize },
    /// Puts a zero in the place of an expression.
    Zero { node: usize },
    /// Makes a number smaller.
    Lower { node: usize, to: i64 },
}

impl Edit {
    /// The node that it changes.
    fn node(self) -> usize {
        let (Edit::Remove { node, .. }
        | Edit::Unwrap { node, .. }
        | Edit::Hoist { node, .. }
        | Edit::Zero { node }
        | Edit::Lower { node, .. }) = self;
        node
    }
}

/// All edits of a program: those that take much away come first.
fn edits(program: &Node) -> Vec<Edit> {
    let mut nodes = Vec::new();
    program.visit(&mut |node| nodes.push(node));
    let mut removals = Vec::new();
    let mut rest = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        for (part, list) in node.parts.iter().enumerate() {
            let (Part::Block(list) | Part::Free(list)) = list else { continue };
            let mut len = list.len();
            while len > 0 {
                // From the end: what is declared first is used last.
                let starts = (0..list.len()).step_by(len).rev();
                removals.extend(starts.map(|from| Edit::Remove {
                    node: at,
                    part,
                    from,
                    len: len.min(list.len() - from),
                }));
                len /= 2;
            }
            for (child, inside) in list.iter().enumerate() {
                let blocks = inside.parts.iter().enumerate().filter(|(_, part)| matches!(part, Part::Block(_)));
                rest.extend(blocks.map(|(inner, _)| Edit::Unwrap { node: at, part, child, inner }));
            }
        }
        if let Some(ty) = &node.ty {
            if !is_zero(node) {
                rest.push(Edit::Zero { node: at });
            }
            let mut below = 0;
            let mut same = Vec::new();
            node.visit(&mut |inner| {
                if below > 0 && inner.ty.as_ref() == Some(ty) {
                    same.push(Edit::Hoist { node: at, below });
                }
                below += 1;
            });
            rest.extend(same.into_iter().take(6));
        }
        if let Some(n) = value(node).and_then(|n| i64::try_from(n).ok())
            && !is_zero(node)
        {
            let smaller = [n / 2, n - n.signum()];
            rest.extend(
                smaller
                    .into_iter()
                    .filter(|to| *to != 0 || node.form == "count")
                    .map(|to| Edit::Lower { node: at, to }),
            );
        }
    }
    removals.sort_by_key(|edit| match edit {
        Edit::Remove { len, .. } => std::cmp::Reverse(*len),
        _ => std::cmp::Reverse(0),
    });
    removals.extend(rest);
    removals
}

fn is_zero(node: &Node) -> bool {
    node.form == ZERO || value(node) == Some(0)
}

/// The form of what nothing can be simpler than.
pub(super) const ZERO: &str = "zero value";

/// The zero of a type, as short as Go allows.
fn zero(ty: &Ty, varying: bool) -> Node {
    let short = match ty {
        Ty::Int(_) if !varying => return number(ty, 0),
        Ty::Bool if !varying => Some("false"),
        Ty::Str if !varying => Some("\"\""),
        Ty::Float if !varying => Some("0.0"),
        _ => None,
    };
    match short {
        Some(text) => node!(ZERO, "$", text).of(ty).constant(),
        None if ty.is_nilable() && *ty != Ty::Any => node!(ZERO, "($)(nil)", ty).of(ty),
        None => node!(ZERO, "*new($)", ty).of(ty),
    }
}

/// The n-th node, to change; and whether it must not be constant.
fn find<'a>(node: &'a mut Node, varying: bool, n: &mut usize) -> Option<(&'a mut Node, bool)> {
    if *n == 0 {
        return Some((node, varying));
    }
    *n -= 1;
    for part in &mut node.parts {
        let varying = matches!(part, Part::Varying(_));
        let nodes = match part {
            Part::Node(node) | Part::Varying(node) => std::slice::from_mut(node),
            Part::Fixed(nodes) | Part::Free(nodes) | Part::Block(nodes) => nodes.as_mut_slice(),
            _ => &mut [],
        };
        for node in nodes {
            if let Some(found) = find(node, varying, n) {
                return Some(found);
            }
        }
    }
    None
}

/// Makes an edit; none if there is nothing to edit there.
fn edit(program: &mut Node, edit: Edit) -> Option<()> {
    let (node, varying) = find(program, false, &mut edit.node())?;
    match edit {
        Edit::Remove { part, from, len, .. } => {
            let (Part::Block(list) | Part::Free(list)) = node.parts.get_mut(part)? else { return None };
            // The last of a body that has to return.
            if list.get(from..from + len)?.iter().any(|node| node.form == RETURN) {
                return None;
            }
            list.drain(from..from + len);
        }
        Edit::Unwrap { part, child, inner, .. } => {
            let (Part::Block(list) | Part::Free(list)) = node.parts.get_mut(part)? else { return None };
            let inside = list.get_mut(child)?.parts.get_mut(inner)?;
            let Part::Block(inside) = std::mem::replace(inside, Part::from("")) else { return None };
            list.splice(child..=child, inside);
        }
        Edit::Hoist { below, .. } => *node = find(node, false, &mut { below })?.0.clone(),
        Edit::Zero { .. } => *node = zero(&node.ty.clone()?, varying),
        Edit::Lower { to, .. } => *node = Node { form: node.form, ..number(&node.ty.clone()?, to.into()) },
    }
    Some(())
}

/// A program that is being made smaller: the smallest that is known to fail, and where the search stands.
#[derive(Clone, Debug)]
pub struct Shrinking {
    best: Node,
    edits: Vec<Edit>,
    at: usize,
    progress: bool,
    /// Hashes of the programs that were tried.
    tried: BTreeSet<u64>,
}

impl Shrinking {
    /// Begins with a program that fails.
    pub fn new(program: Node) -> Shrinking {
        let edits = edits(&program);
        Shrinking { best: program, edits, at: 0, progress: false, tried: BTreeSet::new() }
    }

    /// The smallest program so far.
    pub fn best(&self) -> &Node {
        &self.best
    }

    /// The next programs to try, up to so many; none when there is nothing left to try.
    pub fn next(&mut self, most: usize) -> Vec<Candidate> {
        let mut found = Vec::new();
        loop {
            while found.len() < most && self.at < self.edits.len() {
                let candidate = self.after(vec![self.at]);
                self.at += 1;
                found.extend(candidate);
            }
            if !found.is_empty() || !self.progress {
                return found;
            }
            // All over again: what could not go before may go now.
            (self.edits, self.at, self.progress) = (edits(&self.best), 0, false);
        }
    }

    /// Programs that take together what these take away, all of them first, then each half: for when several of
    /// [`Shrinking::next`] fail.
    pub fn together(&mut self, candidates: &[Candidate]) -> Vec<Candidate> {
        let edits: Vec<usize> = candidates.iter().flat_map(|candidate| candidate.edits.clone()).collect();
        let (first, second) = edits.split_at(edits.len() / 2);
        let sets = [&edits[..], first, second].into_iter().filter(|set| set.len() > 1);
        sets.filter_map(|set| self.after(set.to_vec())).collect()
    }

    /// The best program after some edits, if it is one, and a new one.
    fn after(&mut self, mut chosen: Vec<usize>) -> Option<Candidate> {
        // What comes later in the program goes first, so that the places of the others stay.
        chosen.sort_by_key(|n| std::cmp::Reverse(self.edits[*n].node()));
        let mut program = self.best.clone();
        for n in &chosen {
            edit(&mut program, self.edits[*n])?;
        }
        let begins = program.names(&[Role::Given]).contains(&ENTRY);
        let mut hasher = DefaultHasher::new();
        program.to_string().hash(&mut hasher);
        let fits = begins && program.is_sound() && self.tried.insert(hasher.finish());
        fits.then_some(Candidate { program, edits: chosen })
    }

    /// Goes on from one of the programs that were to be tried, which fails too.
    pub fn accept(&mut self, candidate: Candidate) {
        self.best = candidate.program;
        self.edits = edits(&self.best);
        self.at = candidate.edits.into_iter().min().unwrap_or(0).min(self.edits.len());
        self.progress = true;
    }
}

/// A smaller program that may fail or not.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The program.
    pub program: Node,
    /// The edits that make it.
    edits: Vec<usize>,
}

/// Random programs, for properties.
pub fn programs() -> Programs {
    Programs
}

/// The strategy of [`programs`].
#[derive(Clone, Copy, Debug)]
pub struct Programs;

impl Strategy for Programs {
    type Tree = ProgramTree;
    type Value = Node;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Programs> {
        let program = Gen::new(runner.new_rng()).program();
        Ok(ProgramTree { shrinking: None, program, trial: None })
    }
}

/// A program of [`programs`], which shrinks.
#[derive(Clone, Debug)]
pub struct ProgramTree {
    program: Node,
    shrinking: Option<Shrinking>,
    trial: Option<Candidate>,
}

impl ProgramTree {
    fn step(&mut self) -> bool {
        let program = &self.program;
        let shrinking = self.shrinking.get_or_insert_with(|| Shrinking::new(program.clone()));
        self.trial = shrinking.next(1).pop();
        self.trial.is_some()
    }
}

impl ValueTree for ProgramTree {
    type Value = Node;

    fn current(&self) -> Node {
        match (&self.trial, &self.shrinking) {
            (Some(trial), _) => trial.program.clone(),
            (None, Some(shrinking)) => shrinking.best.clone(),
            (None, None) => self.program.clone(),
        }
    }

    fn simplify(&mut self) -> bool {
        if let (Some(trial), Some(shrinking)) = (self.trial.take(), &mut self.shrinking) {
            shrinking.accept(trial);
        }
        self.step()
    }

    fn complicate(&mut self) -> bool {
        self.step()
    }
}
