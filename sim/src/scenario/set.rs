//! `--set key=value`: changing a scenario from the command line, before it is judged.
//!
//! The key is a path (`workload.mix.assign`, `placement.0.barrier`); the value is TOML, and a bare
//! string where it is not. A changed value knows that it came from a flag, so that what is wrong
//! with it is shown in the flag.
//!
//! Setting a key takes out of the *file* what could only contradict it, by two declared lists:
//!
//! 1. `replaces` of the key in [`keys`](crate::scenario::keys): `barrier.kind` takes out
//!    `barrier.steps`, and the other way round;
//! 2. its neighbours that mean something only with other values of it (`only_with`): setting
//!    `collector.mode` takes out `budget` or `steps`, setting `collector.trigger` takes out
//!    `every`, `at`, `gogc` and `min_heap` where they do not belong.
//!
//! What another flag set is never taken out: two flags that contradict each other are an error.

use crate::scenario::diagnose::{FILE, Problem, SourceId, quote};
use crate::scenario::keys::Document;
use crate::scenario::setting::{Only, Setting, Shape};
use crate::scenario::tree::{self, Data, Entry, Node, Span, Table};
use std::ops::Range;

/// Most parts of a path; a scenario needs three.
const MAX_PARTS: usize = 8;

/// A change from the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    shown: String,
    path: String,
    key: Range<usize>,
    value: Option<Range<usize>>,
}

impl Override {
    /// The change that `--set argument` asks for.
    pub fn set(argument: &str) -> Override {
        let shown = format!("--set {argument}");
        let start = shown.len() - argument.len();
        match argument.split_once('=') {
            Some((path, _)) => Override {
                key: start..start + path.len(),
                value: Some(start + path.len() + 1..shown.len()),
                path: path.trim().to_owned(),
                shown,
            },
            None => Override { key: start..shown.len(), value: None, path: argument.to_owned(), shown },
        }
    }

    /// The change that a flag of its own asks for, such as `--seed 7`.
    pub fn flag(flag: &str, path: &str, value: &str) -> Override {
        let shown = format!("{flag} {value}");
        Override { key: 0..flag.len(), value: Some(flag.len() + 1..shown.len()), path: path.to_owned(), shown }
    }

    /// The flag as it was given.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Changes the tree; `id` is the number of [`shown`](Override::shown) among the sources.
    /// Returns remarks on what it took out of the file.
    ///
    /// # Errors
    /// If the path leads nowhere or the value cannot be read.
    pub(crate) fn apply(&self, id: SourceId, root: &mut Node) -> Result<Vec<String>, Box<Problem>> {
        let span = |range: &Range<usize>| Span { source: id, range: range.clone() };
        let Some(value) = &self.value else {
            let problem = Problem::error("`--set` needs a key and a value").at(span(&self.key), "expected key=value");
            return Err(Box::new(problem.help("for example: --set barrier.kind=none")));
        };
        let parts: Vec<&str> = self.path.split('.').map(str::trim).collect();
        let plain =
            |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if parts.len() > MAX_PARTS || !parts.iter().all(plain) {
            let message = match self.path.as_str() {
                "" => "`--set` names no key".to_owned(),
                path => format!("`{}` is not the name of a key", quote(path)),
            };
            let problem = Problem::error(message).at(span(&self.key), "expected a path such as workload.mix.assign");
            return Err(Box::new(problem));
        }
        let node = self.value(id, value.clone())?;
        let data = node.data.clone();
        place(root, &parts, 0, &span(&self.key), node)?;
        let mut notes = Vec::new();
        if let Some((table, setting, settings)) = home(root, &parts) {
            let mut take = |table: &mut Table, path: &str| {
                if take_out(table, path) {
                    notes.push(format!("`{}` takes `{path}` out of the file", quote(&self.shown)));
                }
            };
            for path in setting.replaces {
                take(table, path);
            }
            for other in settings {
                if let Some(Only::With(key, values)) = other.only
                    && key == setting.name
                    && let Data::Text(text) = &data
                    && !values.contains(&text.as_str())
                {
                    take(table, other.name);
                }
            }
        }
        Ok(notes)
    }

    fn value(&self, id: SourceId, range: Range<usize>) -> Result<Node, Box<Problem>> {
        let text = &self.shown[range.clone()];
        match tree::parse_value(id, text, range.start) {
            Ok(node) => Ok(node),
            // What opens a bracket or a quote was meant as TOML.
            Err(problem) if text.trim_start().starts_with(['[', '{', '"', '\'']) => Err(Box::new(problem)),
            Err(_) => Ok(Node { span: Span { source: id, range }, data: Data::Text(text.trim().to_owned()) }),
        }
    }
}

/// Puts a value at the end of a path, making the tables on the way.
fn place(node: &mut Node, parts: &[&str], depth: usize, key: &Span, value: Node) -> Result<(), Box<Problem>> {
    let Some(part) = parts.get(depth) else {
        *node = value;
        return Ok(());
    };
    let made = || {
        let list = parts.get(depth + 1).is_some_and(|next| next.parse::<usize>().is_ok());
        let data = if list { Data::List(Vec::new()) } else { Data::Table(Table::default()) };
        Node { span: key.clone(), data }
    };
    let kind = node.kind();
    match &mut node.data {
        Data::Table(table) => {
            if table.get(part).is_none() {
                table.entries.push(Entry { name: (*part).to_owned(), key: key.clone(), node: made() });
            }
            let Some(entry) = table.get_mut(part) else { return Ok(()) };
            if depth + 1 == parts.len() {
                entry.key = key.clone();
            }
            place(&mut entry.node, parts, depth + 1, key, value)
        }
        Data::List(items) => {
            let count = items.len();
            match part.parse::<usize>() {
                Ok(index) if index <= count => {
                    if index == count {
                        items.push(made());
                    }
                    place(&mut items[index], parts, depth + 1, key, value)
                }
                _ => {
                    let list = parts[..depth].join(".");
                    let message = format!("`{list}` has no item `{part}`: it has {count}");
                    let label = format!("expected a number from 0 to {count} ({count} adds one)");
                    Err(Box::new(Problem::error(message).at(key.clone(), label)))
                }
            }
        }
        _ => {
            let message = format!("`{}` is {kind} and has no keys", parts[..depth].join("."));
            let at = node.span.clone();
            Err(Box::new(Problem::error(message).at(key.clone(), "leads nowhere").at(at, "set here")))
        }
    }
}

/// The table that a path's last key is in, and the declaration of that key.
fn home<'t>(root: &'t mut Node, parts: &[&str]) -> Option<(&'t mut Table, &'static Setting, &'static [Setting])> {
    let (last, path) = parts.split_last()?;
    let mut info = Document::INFO;
    let mut node = root;
    let mut path = path.iter();
    while let Some(part) = path.next() {
        let Data::Table(table) = &mut node.data else { return None };
        let inner = &mut table.get_mut(part)?.node;
        match info.setting(part)?.shape {
            Shape::Section(next) => (info, node) = (next, inner),
            Shape::Sections(next) => {
                let index: usize = path.next()?.parse().ok()?;
                let Data::List(items) = &mut inner.data else { return None };
                (info, node) = (next, items.get_mut(index)?);
            }
            _ => return None,
        }
    }
    let Data::Table(table) = &mut node.data else { return None };
    Some((table, info.setting(last)?, info.settings))
}

/// Removes what the file put at a path.
fn take_out(table: &mut Table, path: &str) -> bool {
    if let Some((first, rest)) = path.split_once('.') {
        return match table.get_mut(first).map(|e| &mut e.node.data) {
            Some(Data::Table(inner)) => take_out(inner, rest),
            _ => false,
        };
    }
    let before = table.entries.len();
    table.entries.retain(|e| e.name != path || e.node.span.source != FILE);
    table.entries.len() != before
}
