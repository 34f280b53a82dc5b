//! Reading a tree by the table of keys: unknown and missing keys, types, ranges, names.
//!
//! Nothing here stops at the first fault. A value that is wrong is reported and its default
//! stands in, so that the rest can still be judged. What needs more than one key and its
//! neighbour is in `check.rs`.

use crate::scenario::barrier;
use crate::scenario::choice::Choice;
use crate::scenario::diagnose::{MAX_KEPT, Problem, nearest, quote};
use crate::scenario::setting::{Only, SectionInfo, Setting, Shape, Value, Written};
use crate::scenario::size;
use crate::scenario::tree::{Data, Entry, Node, Table};
use gc::barrier::Step;

/// Collects what is wrong while a tree is read.
#[derive(Debug, Default)]
pub struct Reader {
    /// What was wrong so far.
    pub problems: Vec<Problem>,
    path: Vec<&'static Setting>,
}

impl Reader {
    /// Has so much been wrong that more would help nobody?
    fn is_full(&self) -> bool {
        self.problems.len() >= MAX_KEPT
    }

    /// Reads the key `name` of `table`, if it is there and right.
    pub(crate) fn key<T: Value>(&mut self, table: &Table, info: &SectionInfo, name: &str) -> Option<T> {
        let entry = table.get(name)?;
        let setting = info.setting(name)?;
        if !self.check(&entry.node, &setting.shape, name) {
            return None;
        }
        self.path.push(setting);
        let value = T::read(&entry.node, self);
        self.path.pop();
        value
    }

    /// Reports unknown, missing and useless keys of a table.
    pub(crate) fn table(&mut self, node: &Node, table: &Table, info: &'static SectionInfo) {
        let place = self.place();
        // A key that is there, but misspelt, is not missing as well.
        let mut meant = Vec::new();
        for entry in &table.entries {
            if self.is_full() {
                return;
            }
            match info.setting(&entry.name) {
                None => meant.extend(self.unknown(entry, info, &place)),
                Some(setting) => self.useless(entry, setting, table, info),
            }
        }
        for setting in
            info.settings.iter().filter(|s| s.required && table.get(s.name).is_none() && !meant.contains(&s.name))
        {
            let (why, at) = match setting.only {
                None => (String::new(), Some(node.span.clone())),
                Some(only) => match holds(only, table, info) {
                    Some(true) => {
                        let given = table.get(only.on());
                        let value =
                            given.and_then(|e| e.node.text()).map_or_else(String::new, |v| format!(" = \"{v}\""));
                        (format!("; `{}{value}` needs it", only.on()), given.map(|e| e.node.span.clone()))
                    }
                    _ => continue,
                },
            };
            let message = format!("`{}` is missing {place}{why}", setting.name);
            let mut problem = Problem::absent(message);
            if let Some(at) = at {
                problem = problem.at(at, format!("expected `{}`: {}", setting.name, expected(&setting.shape)));
            }
            self.problems.push(problem.help(format!("`{}`: {}", setting.name, setting.about.trim())));
        }
    }

    /// Reports an unknown key; returns the one that was probably meant.
    fn unknown(&mut self, entry: &Entry, info: &'static SectionInfo, place: &str) -> Option<&'static str> {
        let known = || info.settings.iter().map(|s| s.name);
        let near = nearest(&entry.name, known());
        let label = near.map_or("not a key".to_owned(), |near| format!("did you mean `{near}`?"));
        let what = if self.path.is_empty() && entry.node.table().is_some() { "section" } else { "key" };
        let message = format!("unknown {what} `{}` {place}", quote(&entry.name));
        let mut problem = Problem::error(message).at(entry.key.clone(), label);
        // A key in the wrong section is a common slip; say where it belongs.
        if near.is_none()
            && let Some(home) = crate::scenario::keys::home_of(&entry.name)
        {
            problem = problem.help(format!("`{}` is a key of {home}", entry.name));
        }
        let all: Vec<&str> = known().collect();
        self.problems.push(problem.help(format!("the keys {place} are {}", all.join(", "))));
        near
    }

    fn useless(&mut self, entry: &Entry, setting: &Setting, table: &Table, info: &SectionInfo) {
        let Some(only) = setting.only else { return };
        if holds(only, table, info) != Some(false) {
            return;
        }
        let key = only.on();
        let message = match only {
            Only::With(_, values) => format!("`{}` belongs to {key} = {}", setting.name, alternatives(values)),
            Only::Given(_) => format!("`{}` belongs to `{key}`, which is not given", setting.name),
        };
        let mut problem = Problem::error(message).at(entry.key.clone(), "means nothing here");
        match table.get(key) {
            Some(given) => problem = problem.at(given.node.span.clone(), format!("`{key}` is set here")),
            None => {
                if let Some(default) = default_text(info, key) {
                    problem = problem.help(format!("`{key}` is \"{default}\" unless it is set"));
                }
            }
        }
        self.problems.push(problem);
    }

    /// Has this value the shape that its key wants?
    fn check(&mut self, node: &Node, shape: &Shape, key: &str) -> bool {
        let problem = match (shape, &node.data) {
            (Shape::Boolean, Data::Boolean(_)) | (Shape::Text, Data::Text(_)) | (Shape::Section(_), Data::Table(_)) => {
                None
            }
            (Shape::Integer { min, max }, Data::Integer(written, value)) => {
                let range = i128::from(*min)..=i128::from(*max);
                let inside = value.is_some_and(|n| range.contains(&n));
                (!inside).then(|| self.wrong(node, shape, format!("`{key} = {}` is out of range", quote(written))))
            }
            (Shape::Integer { .. }, Data::Float(x)) if x.fract() == 0.0 && x.abs() < 1e18 => {
                let wrong = self.wrong(node, shape, format!("`{key}` has to be a whole number"));
                Some(wrong.help(format!("write it without fraction and exponent: {key} = {x:.0}")))
            }
            (Shape::Positive { max }, Data::Integer(..) | Data::Float(_)) => {
                let inside = node.number().is_some_and(|x| x > 0.0 && x <= *max);
                (!inside).then(|| self.wrong(node, shape, format!("`{key}` is out of range")))
            }
            (Shape::Pattern, Data::Text(text)) => {
                text.is_empty().then(|| self.wrong(node, shape, format!("`{key}` is empty and fits no site")))
            }
            (Shape::Size { min, max }, Data::Text(_) | Data::Integer(..)) => match size::of(node) {
                Some(Ok(size)) if size.0 == 0 && *min > 1 => {
                    Some(self.wrong(node, shape, format!("`{key}` of size 0 cannot hold a page")))
                }
                Some(Ok(size)) => (!(*min..=*max).contains(&size.0))
                    .then(|| self.wrong(node, shape, format!("`{key}` is out of range"))),
                Some(Err(error)) => Some(self.wrong(node, shape, error.to_string())),
                None => None,
            },
            (Shape::Choice(choices), Data::Text(text)) => self.choice(node, choices, key, text),
            (Shape::Barrier, Data::Text(text)) => barrier::look_up(text, node, key),
            (Shape::Step, Data::Text(text)) => text.parse::<Step>().err().map(|e| barrier::wrong_step(text, e, node)),
            (Shape::List(item), Data::List(items)) => {
                let before = self.problems.len();
                for node in items {
                    if self.is_full() {
                        return false;
                    }
                    self.check(node, item, key);
                }
                return self.problems.len() == before;
            }
            (Shape::Sections(info), Data::List(items)) => {
                let before = self.problems.len();
                for node in items {
                    self.check(node, &Shape::Section(info), key);
                }
                return self.problems.len() == before;
            }
            _ => Some(self.wrong_type(node, shape, key)),
        };
        let right = problem.is_none();
        self.problems.extend(problem);
        right
    }

    fn wrong(&self, node: &Node, shape: &Shape, message: String) -> Problem {
        Problem::error(message).at(node.span.clone(), format!("expected {}", expected(shape)))
    }

    fn wrong_type(&self, node: &Node, shape: &Shape, key: &str) -> Problem {
        let wrong = self.wrong(node, shape, format!("`{key}` cannot be {}", node.kind()));
        let quoted = node.text().filter(|text| match shape {
            Shape::Integer { .. } => text.parse::<u64>().is_ok(),
            Shape::Positive { .. } => text.parse::<f64>().is_ok(),
            Shape::Boolean => matches!(*text, "true" | "false"),
            _ => false,
        });
        match (shape, quoted) {
            (_, Some(text)) => wrong.help(format!("leave out the quotes: {key} = {text}")),
            (Shape::List(Shape::Step), None) => {
                wrong.help("each step is a string of its own: steps = [\"flag\", \"shade-new\", \"store\"]")
            }
            (Shape::Sections(_), None) if node.table().is_some() => {
                wrong.help(format!("write it with double brackets: [[{key}]]"))
            }
            (Shape::Section(info), _) => {
                let keys: Vec<&str> = info.settings.iter().map(|s| s.name).collect();
                wrong.help(format!("its keys are {}", keys.join(", ")))
            }
            _ => wrong,
        }
    }

    fn choice(&self, node: &Node, choices: &'static [Choice], key: &str, text: &str) -> Option<Problem> {
        let built = || choices.iter().filter(|c| c.built).map(|c| c.name);
        match choices.iter().find(|c| c.name == text) {
            Some(choice) if choice.built => None,
            Some(choice) => {
                let section = self.path.last().map_or("", |s| s.name);
                let others: Vec<String> = built().map(|name| format!("`{name}`")).collect();
                let verb = if others.len() == 1 { "is" } else { "are" };
                let message =
                    format!("{section} {key} `{}` is not built yet; {} {verb}", choice.name, others.join(", "));
                Some(Problem::unsupported(message).at(node.span.clone(), choice.about.trim()))
            }
            None => {
                let label = nearest(text, built())
                    .map_or_else(|| "not one of them".to_owned(), |near| format!("did you mean \"{near}\"?"));
                let message = format!("`{key}` cannot be \"{}\"", quote(text));
                let names: Vec<&str> = built().collect();
                Some(
                    Problem::error(message)
                        .at(node.span.clone(), label)
                        .help(format!("expected {}", alternatives(&names))),
                )
            }
        }
    }

    /// The table being read, as people write it.
    fn place(&self) -> String {
        let names: Vec<&str> = self.path.iter().map(|s| s.name).collect();
        match self.path.last().map(|s| s.shape) {
            None => "at the top level".to_owned(),
            Some(Shape::Sections(_)) => format!("in [[{}]]", names.join(".")),
            Some(_) => format!("in [{}]", names.join(".")),
        }
    }
}

/// Is the condition met? `None` if the neighbour's value is wrong, which is reported there.
fn holds(only: Only, table: &Table, info: &SectionInfo) -> Option<bool> {
    match only {
        Only::Given(key) => Some(table.get(key).is_some()),
        Only::With(key, values) => {
            let value = match table.get(key) {
                Some(entry) => {
                    let text = entry.node.text()?.to_owned();
                    if let Some(Shape::Choice(choices)) = info.setting(key).map(|s| s.shape) {
                        choices.iter().find(|c| c.name == text)?;
                    }
                    Some(text)
                }
                None => default_text(info, key),
            };
            Some(value.is_some_and(|v| values.contains(&v.as_str())))
        }
    }
}

/// The default of a key whose values are names.
fn default_text(info: &SectionInfo, key: &str) -> Option<String> {
    match (info.setting(key)?.default)() {
        Written::Inline(text) => Some(text.trim_matches('"').to_owned()),
        _ => None,
    }
}

/// `"a"`, or `"a" or "b"`, or `"a", "b" or "c"`.
pub(crate) fn alternatives(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("\"{n}\"")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// What a shape allows, in words.
pub(crate) fn expected(shape: &Shape) -> String {
    match shape {
        Shape::Boolean => "true or false".to_owned(),
        Shape::Integer { min, max } if min == max => format!("{min}"),
        Shape::Integer { min, max: u64::MAX } => format!("an integer of at least {min}"),
        Shape::Integer { min, max } => format!("an integer from {min} to {}", grouped(*max)),
        Shape::Positive { max } if *max == f64::MAX => "a number above 0".to_owned(),
        Shape::Positive { max } => format!("a number above 0 and at most {max}"),
        Shape::Text => "a string".to_owned(),
        Shape::Pattern => "a pattern such as \"mapassign.*\"".to_owned(),
        Shape::Size { min, max } => {
            format!("a size from \"{}\" to \"{}\"", size::print(gc::Bytes(*min)), size::print(gc::Bytes(*max)))
        }
        Shape::Choice(choices) => alternatives(&choices.iter().filter(|c| c.built).map(|c| c.name).collect::<Vec<_>>()),
        Shape::Barrier => "the name of a barrier".to_owned(),
        Shape::Step => "a step such as \"shade-new\"".to_owned(),
        Shape::List(Shape::Integer { .. }) => "a list of integers".to_owned(),
        Shape::List(_) => "a list of strings".to_owned(),
        Shape::Section(_) => "a table".to_owned(),
        Shape::Sections(_) => "a list of tables".to_owned(),
    }
}

/// A number with its thousands apart, as TOML allows it: `1_000_000`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}
