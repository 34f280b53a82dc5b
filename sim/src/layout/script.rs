//! Scripts: what to do to a map, as JSON. See `tests/peers/go/README.md` for the whole schema.
//!
//! ```text
//! {"name": "...", "key": "int64", "elem": "string", "hint": N, "impl": "compiled" | "generic",
//!  "hashkey": ["0x…", … 4], "rng": "0x…", "trace": bool, "pointers": [[n, "0x…"], …],
//!  "ops": [["set",k,v], ["del",k], ["get",k], ["opassign",k,delta], ["clear"],
//!          ["iter",id], ["next",id,n], ["snap"], ["hash",k]]}
//! ```
//!
//! Reading is strict: all that can be wrong with a script is found here, before anything is done, and told with the
//! script's number and name, the operation's index, and what was expected.

use crate::layout::types::{ELEMS, Types};
use crate::layout::values::{Val, decode, hex, shown};
use gc::Addr;
use mapruntime::{GoType, Kind};
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;

/// `hashkey` where a script has none: the first digits of π.
pub const HASHKEY: [u64; 4] =
    [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7345, 0xa409_3822_299f_31d1, 0x082e_fa98_ec4e_6c89];

/// `rng` where a script has none.
pub const RNG: u64 = 0x0123_4567_89ab_cdef;

/// Iterators that a script can have at a time.
pub const ITERATORS: u64 = 64;

const FIELDS: [&str; 10] = ["name", "key", "elem", "hint", "impl", "hashkey", "rng", "trace", "pointers", "ops"];

const OPS: [(&str, &str); 9] = [
    ("set", "[\"set\", key, elem]"),
    ("del", "[\"del\", key]"),
    ("get", "[\"get\", key]"),
    ("opassign", "[\"opassign\", key, delta]"),
    ("clear", "[\"clear\"]"),
    ("iter", "[\"iter\", id]"),
    ("next", "[\"next\", id, steps]"),
    ("snap", "[\"snap\"]"),
    ("hash", "[\"hash\", key]"),
];

/// A type and the name that scripts have for it.
#[derive(Clone, Debug)]
pub struct Named {
    /// In scripts.
    pub name: String,
    /// In memory.
    pub ty: Arc<GoType>,
}

/// Whose routines are called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Impl {
    /// Those that Go's compiler would call.
    Compiled,
    /// The generic ones.
    Generic,
}

impl Impl {
    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Impl::Compiled => "compiled",
            Impl::Generic => "generic",
        }
    }
}

/// An operation, checked.
#[derive(Clone, Debug)]
pub enum Op {
    /// `m[k] = v`.
    Set(Val, Val),
    /// `delete(m, k)`.
    Delete(Val),
    /// `v, ok := m[k]`.
    Get(Val),
    /// `m[k] += delta`.
    OpAssign(Val, Val),
    /// `for k := range m { delete(m, k) }`.
    Clear,
    /// Starts an iterator.
    Iter(usize),
    /// Steps an iterator, so many times.
    Next(usize, u64),
    /// Shows the map as it is.
    Snap,
    /// The hash of a key.
    Hash(Val),
}

impl Op {
    /// Calls `see` with the name of each object that a pointer of the key leads to.
    pub fn key_pointers(&self, see: &mut impl FnMut(i64)) {
        if let Op::Set(key, _) | Op::Delete(key) | Op::Get(key) | Op::OpAssign(key, _) | Op::Hash(key) = self {
            key.pointers(see);
        }
    }
}

/// A script, checked.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its name, for people.
    pub name: Option<String>,
    /// Of the keys.
    pub key: Named,
    /// Of the elems.
    pub elem: Named,
    /// The hint given to `make`.
    pub hint: i64,
    /// Whose routines.
    pub routines: Impl,
    /// Go's `hashkey`, of which 64-bit machines use the first word.
    pub hashkey: [u64; 4],
    /// The state of `fastrand` before `make`.
    pub rng: u64,
    /// Is the header recorded after every operation?
    pub trace: bool,
    /// Addresses of the objects that pointer keys lead to, if they are not to be made.
    pub pointers: Option<Vec<(i64, Addr)>>,
    /// What to do.
    pub ops: Vec<Op>,
}

/// What is wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// Its number, from 1.
    pub number: usize,
    /// Its name, if that much could be read.
    pub name: Option<String>,
    /// Index and name of the operation.
    pub op: Option<(usize, Option<String>)>,
    /// What was expected and what is there.
    pub message: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "script {}", self.number)?;
        if let Some(name) = &self.name {
            write!(f, " ({name:?})")?;
        }
        if let Some((index, name)) = &self.op {
            write!(f, ", op {index}")?;
            if let Some(name) = name {
                write!(f, " ({name})")?;
            }
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ScriptError {}

/// The message for a name that is none, with the nearest one.
pub(super) fn unknown<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    let shown: String = name.chars().take(40).collect();
    let near = names.clone().map(|n| (strsim::damerau_levenshtein(n, &shown), n)).min();
    let choices = names.collect::<Vec<_>>().join(", ");
    match near {
        Some((distance, near)) if distance <= 2.max(near.len() / 3) => {
            format!("unknown {what} {shown:?}, did you mean {near:?}? Expected one of {choices}")
        }
        _ => format!("unknown {what} {shown:?}; expected one of {choices}"),
    }
}

/// Reads script number `number` of a file.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read(number: usize, json: &Value) -> Result<Script, ScriptError> {
    let name = json.get("name").and_then(Value::as_str).map(str::to_owned);
    let wrong = |message: String| ScriptError { number, name: name.clone(), op: None, message };
    let Value::Object(fields) = json else {
        return Err(wrong(format!("expected an object with \"key\", \"elem\" and \"ops\", got {}", shown(json))));
    };
    if let Some(field) = fields.keys().find(|f| !FIELDS.contains(&f.as_str())) {
        return Err(wrong(unknown("field", field, FIELDS.into_iter())));
    }
    let head = Head::read(fields).map_err(wrong)?;
    let ops = match fields.get("ops") {
        None => return Err(wrong("\"ops\" is missing; expected a list of operations".into())),
        Some(Value::Array(ops)) => ops,
        Some(other) => return Err(wrong(format!("ops: expected a list of operations, got {}", shown(other)))),
    };
    let mut begun = [false; ITERATORS as usize];
    let ops = ops.iter().enumerate().map(|(i, op)| {
        let op_name = op.get(0).and_then(Value::as_str).filter(|n| OPS.iter().any(|(known, _)| known == n));
        head.op(op, &mut begun).map_err(|message| ScriptError {
            number,
            name: name.clone(),
            op: Some((i, op_name.map(str::to_owned))),
            message,
        })
    });
    let ops = ops.collect::<Result<Vec<_>, _>>()?;
    let Head { key, elem, hint, routines, hashkey, rng, trace, pointers } = head;
    let script = Script { name: name.clone(), key, elem, hint, routines, hashkey, rng, trace, pointers, ops };
    script.check_pointers().map_err(wrong)?;
    Ok(script)
}

/// All of a script but its operations.
struct Head {
    key: Named,
    elem: Named,
    hint: i64,
    routines: Impl,
    hashkey: [u64; 4],
    rng: u64,
    trace: bool,
    pointers: Option<Vec<(i64, Addr)>>,
}

impl Head {
    fn read(fields: &Map<String, Value>) -> Result<Head, String> {
        let types = Types::get();
        let find = |field: &str, names: &mut dyn Iterator<Item = &'static str>| {
            let names: Vec<_> = names.collect();
            let list = names.join(", ");
            match fields.get(field) {
                None => Err(format!("\"{field}\" is missing; expected one of {list}")),
                Some(Value::String(name)) => {
                    // The peer's second name of it.
                    let wanted = if name == "empty struct" { "empty" } else { name };
                    match types.find(wanted).filter(|_| names.contains(&wanted)) {
                        Some(ty) => Ok(Named { name: name.clone(), ty: ty.clone() }),
                        None => Err(unknown(&format!("{field} type"), name, names.into_iter())),
                    }
                }
                Some(other) => Err(format!("{field}: expected the name of a type, got {}", shown(other))),
            }
        };
        let bits = |what: &str, json: &Value| {
            let bits = json.as_str().and_then(hex);
            bits.ok_or_else(|| format!("{what}: expected up to 16 hex digits as \"0x…\", got {}", shown(json)))
        };
        if let Some(name) = fields.get("name").filter(|n| !n.is_string()) {
            return Err(format!("name: expected a string, got {}", shown(name)));
        }
        let mut hashkey = HASHKEY;
        match fields.get("hashkey") {
            None => {}
            Some(Value::Array(words)) if (1..=4).contains(&words.len()) => {
                for (i, (place, word)) in hashkey.iter_mut().zip(words).enumerate() {
                    *place = bits(&format!("hashkey {i}"), word)?;
                }
            }
            Some(other) => return Err(format!("hashkey: expected a list of 1 to 4 words, got {}", shown(other))),
        }
        Ok(Head {
            key: find("key", &mut types.keys())?,
            elem: find("elem", &mut ELEMS.into_iter())?,
            hint: match fields.get("hint") {
                None => 0,
                Some(n) => n.as_i64().ok_or_else(|| format!("hint: expected a 64-bit integer, got {}", shown(n)))?,
            },
            routines: match fields.get("impl") {
                None => Impl::Compiled,
                Some(Value::String(name)) => match name.as_str() {
                    "compiled" => Impl::Compiled,
                    "generic" => Impl::Generic,
                    other => return Err(unknown("impl", other, ["compiled", "generic"].into_iter())),
                },
                Some(other) => {
                    return Err(format!("impl: expected \"compiled\" or \"generic\", got {}", shown(other)));
                }
            },
            hashkey,
            rng: fields.get("rng").map_or(Ok(RNG), |word| bits("rng", word))?,
            trace: match fields.get("trace") {
                None => false,
                Some(Value::Bool(trace)) => *trace,
                Some(other) => return Err(format!("trace: expected true or false, got {}", shown(other))),
            },
            pointers: fields.get("pointers").map(pointers).transpose()?,
        })
    }

    fn op(&self, json: &Value, begun: &mut [bool]) -> Result<Op, String> {
        let names = OPS.iter().map(|(name, _)| *name);
        let Some(list) = json.as_array() else {
            return Err(format!("expected a list such as {}, got {}", OPS[0].1, shown(json)));
        };
        let name = match list.first() {
            Some(Value::String(name)) => name.as_str(),
            _ => {
                return Err(format!(
                    "expected a list that begins with {}, got {}",
                    names.collect::<Vec<_>>().join(", "),
                    shown(json)
                ));
            }
        };
        let Some((_, form)) = OPS.iter().find(|(known, _)| *known == name) else {
            return Err(unknown("operation", name, names));
        };
        let key = |json| decode(&self.key.ty, json).map_err(|e| format!("key: {e}"));
        let elem = |json| decode(&self.elem.ty, json).map_err(|e| format!("elem: {e}"));
        let id = |json: &Value| {
            let id = json.as_u64().filter(|&id| id < ITERATORS);
            id.map(|id| id as usize)
                .ok_or_else(|| format!("expected an iterator's id from 0 to {}, got {}", ITERATORS - 1, shown(json)))
        };
        Ok(match (name, &list[1..]) {
            ("set", [k, v]) => Op::Set(key(k)?, elem(v)?),
            ("del", [k]) => Op::Delete(key(k)?),
            ("get", [k]) => Op::Get(key(k)?),
            ("hash", [k]) => Op::Hash(key(k)?),
            ("opassign", [k, delta]) => {
                if !matches!(self.elem.ty.kind(), Kind::Int64 | Kind::String) {
                    return Err(format!("needs elem \"int64\" or \"string\"; this map's is {:?}", self.elem.name));
                }
                Op::OpAssign(key(k)?, elem(delta).map_err(|e| e.replacen("elem", "delta", 1))?)
            }
            ("clear", []) => Op::Clear,
            ("snap", []) => Op::Snap,
            ("iter", [it]) => {
                let id = id(it)?;
                begun[id] = true;
                Op::Iter(id)
            }
            ("next", [it, steps]) => {
                let id = id(it)?;
                if !begun[id] {
                    return Err(format!("iterator {id} has not been started by an \"iter\" before"));
                }
                let wrong = || format!("expected a number of steps, got {}", shown(steps));
                // Go takes any integer, and does nothing below 1.
                let steps = steps.as_u64().or(steps.as_i64().map(|_| 0)).ok_or_else(wrong)?;
                Op::Next(id, steps)
            }
            _ => return Err(format!("expected {form}, got {}", shown(json))),
        })
    }
}

fn pointers(json: &Value) -> Result<Vec<(i64, Addr)>, String> {
    let wrong = |json: &Value| format!("pointers: expected a list of [number, \"0x…\"], got {}", shown(json));
    let Some(list) = json.as_array() else { return Err(wrong(json)) };
    let mut all: Vec<(i64, Addr)> = Vec::with_capacity(list.len());
    for pair in list {
        let both = pair.as_array().filter(|p| p.len() == 2);
        let both = both.and_then(|p| Some((p[0].as_i64()?, Addr(p[1].as_str().and_then(hex)?))));
        let (n, at) = both.filter(|(_, at)| !at.is_nil()).ok_or_else(|| wrong(pair))?;
        if let Some((other, _)) = all.iter().find(|&&(m, a)| m == n || a == at) {
            return Err(format!("pointers: {n} and {other} have the same number or address"));
        }
        all.push((n, at));
    }
    Ok(all)
}

impl Script {
    /// Names of the objects that pointers of keys lead to, in the order of their first use.
    pub fn key_pointers(&self) -> Vec<i64> {
        let mut seen = std::collections::BTreeSet::new();
        let mut all = Vec::new();
        for op in &self.ops {
            op.key_pointers(&mut |n| {
                if seen.insert(n) {
                    all.push(n);
                }
            });
        }
        all
    }

    fn check_pointers(&self) -> Result<(), String> {
        let Some(given) = &self.pointers else { return Ok(()) };
        match self.key_pointers().into_iter().find(|n| given.iter().all(|(m, _)| m != n)) {
            Some(n) => Err(format!("pointers: there is no address for {n}, which a key has")),
            None => Ok(()),
        }
    }
}
