//! A TOML document as a tree whose every key and value knows where it was written.
//!
//! A value may come from the file or from a flag (`--set`), so a [`Span`] names its source.
//! Depth is bounded by [`MAX_DEPTH`], whatever the input: everything that walks a tree recurses.
//! (The `toml` crate stops at 80 nested brackets and at 80 dots in a key, but not at their product.)

use crate::scenario::diagnose::{MAX_KEPT, Problem, SourceId};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How deep tables and lists may be nested. A valid scenario needs four levels.
pub const MAX_DEPTH: usize = 64;

/// Where something was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// In which text.
    pub source: SourceId,
    /// The bytes of that text.
    pub range: Range<usize>,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it is written; for a table, its header.
    pub span: Span,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// A string.
    Text(String),
    /// An integer as it was written, and its value if that fits.
    Integer(String, Option<i128>),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or a time, which no key takes.
    Datetime,
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// Keys and values in the order of the source's own table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The entries; names are distinct.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub name: String,
    /// Where the key is written.
    pub key: Span,
    /// The value.
    pub node: Node,
}

impl Table {
    /// The entry of this name.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.name == name)
    }

    /// The entry of this name.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|e| e.name == name)
    }

    /// The entry at the end of a path of keys.
    pub fn find(&self, path: &[&str]) -> Option<&Entry> {
        let (last, tables) = path.split_last()?;
        let mut table = self;
        for name in tables {
            table = table.get(name)?.node.table()?;
        }
        table.get(last)
    }
}

impl Node {
    /// The string, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Data::Text(text) = &self.data { Some(text) } else { None }
    }

    /// The boolean, if it is one.
    pub fn boolean(&self) -> Option<bool> {
        if let Data::Boolean(b) = self.data { Some(b) } else { None }
    }

    /// The integer, if it is one that fits.
    pub fn integer(&self) -> Option<i128> {
        if let Data::Integer(_, n) = self.data { n } else { None }
    }

    /// The number, whole or not.
    pub fn number(&self) -> Option<f64> {
        match self.data {
            Data::Float(x) => Some(x),
            Data::Integer(_, n) => n.map(|n| n as f64),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn list(&self) -> Option<&[Node]> {
        if let Data::List(items) = &self.data { Some(items) } else { None }
    }

    /// The table, if it is one.
    pub fn table(&self) -> Option<&Table> {
        if let Data::Table(table) = &self.data { Some(table) } else { None }
    }

    /// What it is, for "found …".
    pub fn kind(&self) -> &'static str {
        match &self.data {
            Data::Text(_) => "a string",
            Data::Integer(..) => "an integer",
            Data::Float(_) => "a number with a fraction",
            Data::Boolean(_) => "a boolean",
            Data::Datetime => "a date",
            Data::List(_) => "a list",
            Data::Table(_) => "a table",
        }
    }
}

/// Parses a whole document. What can be read despite syntax errors is in the tree.
pub fn parse(source: SourceId, text: &str, problems: &mut Vec<Problem>) -> Node {
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors.into_iter().take(MAX_KEPT) {
        let at = error.span().unwrap_or(0..0);
        problems.push(syntax(error.message(), Span { source, range: at }));
    }
    let mut planter = Planter { source, offset: 0, too_deep: None };
    let data = Data::Table(planter.table(document.get_ref(), 1));
    problems.extend(planter.too_deep());
    Node { span: Span { source, range: 0..0 }, data }
}

/// Parses one value that starts at byte `offset` of its source.
///
/// # Errors
/// What is wrong with it as TOML.
pub fn parse_value(source: SourceId, text: &str, offset: usize) -> Result<Node, Problem> {
    let value = DeValue::parse(text).map_err(|error| {
        let at = error.span().unwrap_or(0..text.len());
        syntax(error.message(), Span { source, range: at.start + offset..at.end + offset })
    })?;
    let mut planter = Planter { source, offset, too_deep: None };
    let node = planter.node(&value, 1);
    planter.too_deep().map_or(Ok(node), Err)
}

fn syntax(message: &str, span: Span) -> Problem {
    // One error of many kinds can come in several lines; the first is the statement.
    let message = message.lines().collect::<Vec<_>>().join("; ");
    Problem::error(format!("not valid TOML: {message}")).at(span, "")
}

struct Planter {
    source: SourceId,
    offset: usize,
    too_deep: Option<Range<usize>>,
}

impl Planter {
    fn span(&self, range: Range<usize>) -> Span {
        Span { source: self.source, range: range.start + self.offset..range.end + self.offset }
    }

    fn too_deep(&self) -> Option<Problem> {
        let range = self.too_deep.clone()?;
        let message = format!("nested more than {MAX_DEPTH} levels deep; a scenario needs four");
        Some(Problem::error(message).at(self.span(range), "too deep"))
    }

    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Table {
        let entries = table.iter().map(|(key, value)| Entry {
            name: key.get_ref().to_string(),
            key: self.span(key.span()),
            node: self.node(value, depth + 1),
        });
        Table { entries: entries.collect() }
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> Node {
        if depth > MAX_DEPTH {
            self.too_deep.get_or_insert(value.span());
            return Node { span: self.span(value.span()), data: Data::Boolean(false) };
        }
        let data = match value.get_ref() {
            DeValue::String(text) => Data::Text(text.to_string()),
            DeValue::Integer(n) => Data::Integer(n.to_string(), i128::from_str_radix(n.as_str(), n.radix()).ok()),
            DeValue::Float(x) => Data::Float(x.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(b) => Data::Boolean(*b),
            DeValue::Datetime(_) => Data::Datetime,
            DeValue::Array(items) => Data::List(items.iter().map(|item| self.node(item, depth + 1)).collect()),
            DeValue::Table(table) => Data::Table(self.table(table, depth)),
        };
        Node { span: self.span(value.span()), data }
    }
}
