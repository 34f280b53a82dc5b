//! Printing a document as TOML, every key that means something spelled out.

use crate::scenario::keys::Document;
use crate::scenario::setting::{Only, SectionInfo, Shape, Value, Written};
use std::fmt::Write;

/// Prints all keys of a document that have a value and mean something.
pub fn document(document: &Document) -> String {
    let mut out = String::new();
    if let Written::Table(keys) = document.write() {
        table(&mut out, "", Document::INFO, &keys);
    }
    out
}

fn table(out: &mut String, path: &str, info: &'static SectionInfo, keys: &[(&'static str, Written)]) {
    for (name, value) in keys {
        let Some(setting) = info.setting(name) else { continue };
        let useless = setting.only.is_some_and(|only| !holds(only, keys));
        // An empty list of tables would end the run of plain keys in a table of its own.
        let list_of_tables = matches!(setting.shape, Shape::Sections(_));
        if let Written::Inline(text) = value
            && !useless
            && !list_of_tables
        {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{name} = {text}");
        }
    }
    for (name, value) in keys {
        let Some(setting) = info.setting(name) else { continue };
        let full = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
        match (setting.shape, value) {
            (Shape::Section(inner), Written::Table(keys)) => {
                let _ = write!(out, "\n[{full}]\n");
                table(out, &full, inner, keys);
            }
            (Shape::Sections(inner), Written::Tables(items)) => {
                for keys in items {
                    let _ = write!(out, "\n[[{full}]]\n");
                    table(out, &full, inner, keys);
                }
            }
            _ => {}
        }
    }
}

fn holds(only: Only, keys: &[(&'static str, Written)]) -> bool {
    let value = keys.iter().find(|(name, _)| *name == only.on()).map(|(_, value)| value);
    match (only, value) {
        (Only::Given(_), value) => !matches!(value, None | Some(Written::Absent)),
        (Only::With(_, values), Some(Written::Inline(text))) => values.contains(&text.trim_matches('"')),
        (Only::With(..), _) => false,
    }
}
