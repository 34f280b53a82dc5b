//! The JSON Schema of scenarios, drawn from the table of keys.
//!
//! It states what a schema can state: names, types, ranges, and which key needs or excludes
//! which. What `sim` checks beyond it: increasing lists, the size of key spaces, whether steps
//! make a barrier.

use crate::scenario::choice::Choice;
use crate::scenario::keys::Document;
use crate::scenario::setting::{Only, SectionInfo, Setting, Shape, Written};
use gc::barrier::CATALOGUE;
use serde_json::{Map, Value, json};

/// The schema.
pub fn document() -> Value {
    let mut schema = section(Document::INFO);
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!("Barrierlab scenario"));
    schema.insert("oneOf".into(), json!([{ "required": ["program"] }, { "required": ["workload"] }]));
    Value::Object(schema)
}

fn section(info: &SectionInfo) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("description".into(), json!(info.about.trim()));
    schema.insert("type".into(), json!("object"));
    let properties: Map<String, Value> = info.settings.iter().map(|s| (s.name.to_owned(), key(s))).collect();
    schema.insert("properties".into(), Value::Object(properties));
    schema.insert("additionalProperties".into(), json!(false));
    let required: Vec<&str> = info.settings.iter().filter(|s| s.required && s.only.is_none()).map(|s| s.name).collect();
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    let rules: Vec<Value> = info.settings.iter().flat_map(|s| rules(s, info)).collect();
    if !rules.is_empty() {
        schema.insert("allOf".into(), Value::Array(rules));
    }
    schema
}

fn key(setting: &Setting) -> Value {
    let mut schema = shape(&setting.shape);
    schema.insert("description".into(), json!(setting.about.trim()));
    if !setting.required
        && let Written::Inline(text) = (setting.default)()
        && let Some(default) = json_of(&text)
    {
        schema.insert("default".into(), default);
    }
    schema.into_iter().collect::<Map<_, _>>().into()
}

fn shape(shape: &Shape) -> Map<String, Value> {
    let value = match shape {
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Integer { min, max } if min == max => json!({ "const": min }),
        Shape::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::Positive { max } if *max == f64::MAX => json!({ "type": "number", "exclusiveMinimum": 0 }),
        Shape::Positive { max } => json!({ "type": "number", "exclusiveMinimum": 0, "maximum": max }),
        Shape::Text => json!({ "type": "string" }),
        Shape::Pattern => json!({ "type": "string", "minLength": 1 }),
        Shape::Size { min, max } => json!({ "oneOf": [
            { "type": "integer", "minimum": min, "maximum": max },
            { "type": "string", "pattern": "^[0-9][0-9_]* *(B|KiB|MiB|GiB|TiB)?$" },
        ]}),
        Shape::Choice(choices) => json!({ "oneOf": choices.iter().filter(|c| c.built).map(name).collect::<Vec<_>>() }),
        Shape::Barrier => {
            let names = CATALOGUE.iter().map(|n| json!({ "const": n.id, "description": n.about }));
            json!({ "oneOf": names.collect::<Vec<_>>() })
        }
        Shape::Step => json!({ "type": "string", "minLength": 1 }),
        Shape::List(item) => json!({ "type": "array", "items": Value::Object(self::shape(item)) }),
        Shape::Section(info) => return section(info),
        Shape::Sections(info) => json!({ "type": "array", "items": Value::Object(section(info)) }),
    };
    if let Value::Object(map) = value { map } else { Map::new() }
}

fn name(choice: &Choice) -> Value {
    json!({ "const": choice.name, "description": choice.about.trim() })
}

/// What ties a key to its neighbours.
fn rules(setting: &Setting, info: &SectionInfo) -> Vec<Value> {
    let mut rules = Vec::new();
    match setting.only {
        Some(Only::With(key, values)) => {
            let mut then = json!({ "properties": { key: { "enum": values } } });
            let default = info.setting(key).map(|s| (s.default)());
            let by_default = matches!(default, Some(Written::Inline(text)) if values.contains(&text.trim_matches('"')));
            if !by_default {
                then["required"] = json!([key]);
            }
            rules.push(json!({ "if": { "required": [setting.name] }, "then": then }));
            if setting.required {
                rules.push(json!({
                    "if": { "properties": { key: { "enum": values } }, "required": [key] },
                    "then": { "required": [setting.name] },
                }));
            }
        }
        Some(Only::Given(key)) => {
            rules.push(json!({ "if": { "required": [setting.name] }, "then": { "required": [key] } }));
        }
        None => {}
    }
    // A key that replaces a neighbour cannot stand beside it.
    for other in setting.replaces.iter().filter(|o| info.setting(o).is_some_and(|o| o.replaces.contains(&setting.name)))
    {
        if setting.name < *other {
            rules.push(json!({ "not": { "required": [setting.name, other] } }));
        }
    }
    rules
}

/// A default's TOML as JSON: names, numbers, booleans and empty lists.
fn json_of(text: &str) -> Option<Value> {
    match text {
        "[]" => Some(json!([])),
        "\"\"" => None,
        text => serde_json::from_str(text).ok(),
    }
}
