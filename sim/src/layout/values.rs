//! Values: from a script's JSON to a host value, and from simulated memory to JSON.
//!
//! Both walk a type's [`Kind`]. What a script says is checked here, once, so that the machine that applies it
//! has nothing left to doubt.
//!
//! | type | JSON |
//! | --- | --- |
//! | integers, `bool` | numbers in range, `true` and `false` |
//! | `float32`, `float64` | a number, or its bits as `"0x…"`; dumps have the bits, so that NaNs and zeros differ |
//! | `complex64`, `complex128` | `[real, imaginary]`, each as a float |
//! | `string` | a string, or `{"hex": "…"}`; dumps have hex where a byte is not printable ASCII |
//! | `ptr` | an integer that names the object, or `null` |
//! | `any` | `{"TYPE": value}`, or `null` |
//! | `bytes200` | an integer n: bytes 0 to 7 are n, byte i from there on is 31n + 7i |
//! | arrays, structs | a list, blank fields left out |
//! | `empty` | `0` |

use crate::layout::types::{BYTES200, Types};
use gc::addr::WORD;
use gc::heap::Heap;
use gc::{Addr, Width};
use mapruntime::{GoType, Kind, Universe};
use serde_json::{Value, json};
use std::sync::Arc;

/// A value of some type, on the host.
#[derive(Clone, Debug)]
pub enum Val {
    /// A number or a bool: its bits, zero-extended.
    Bits(u64),
    /// The bytes of a string.
    Text(Vec<u8>),
    /// The object that a pointer leads to, by its name.
    Pointer(Option<i64>),
    /// What an interface holds.
    Held(Option<(Arc<GoType>, Box<Val>)>),
    /// Elements of an array, fields of a struct, halves of a complex number.
    Parts(Vec<Val>),
    /// A `bytes200`.
    Filler(i64),
    /// A slice of one number.
    Ints(i64),
}

/// What a number of this kind looks like in memory.
pub fn width(kind: &Kind) -> Option<Width> {
    Some(match kind {
        Kind::Bool | Kind::Int8 | Kind::Uint8 => Width::B1,
        Kind::Int16 | Kind::Uint16 => Width::B2,
        Kind::Int32 | Kind::Uint32 | Kind::Float32 => Width::B4,
        Kind::Int64 | Kind::Int | Kind::Uint64 | Kind::Uint | Kind::Uintptr | Kind::Float64 => Width::B8,
        _ => return None,
    })
}

/// The kind of the halves of a complex number.
pub fn half(kind: &Kind) -> Option<Kind> {
    match kind {
        Kind::Complex64 => Some(Kind::Float32),
        Kind::Complex128 => Some(Kind::Float64),
        _ => None,
    }
}

/// Is it the array that stands for large values?
pub fn is_bytes200(kind: &Kind) -> bool {
    matches!(kind, Kind::Array { elem, len: BYTES200 } if matches!(elem.kind(), Kind::Uint8))
}

/// The bytes of the `bytes200` that `n` stands for.
pub fn filler(n: i64) -> [u8; BYTES200 as usize] {
    let mut bytes = [0; BYTES200 as usize];
    bytes[..8].copy_from_slice(&n.to_le_bytes());
    for (i, byte) in bytes.iter_mut().enumerate().skip(8) {
        *byte = (n as u64).wrapping_mul(31).wrapping_add(i as u64 * 7) as u8;
    }
    bytes
}

/// A JSON value in a few words, for a message.
pub fn shown(value: &Value) -> String {
    const MOST: usize = 40;
    let text = value.to_string();
    if text.chars().count() <= MOST { text } else { text.chars().take(MOST).chain("…".chars()).collect() }
}

/// The value of type `ty` that a script's JSON says.
///
/// # Errors
/// What was expected and what is there, in a line.
pub fn decode(ty: &GoType, json: &Value) -> Result<Val, String> {
    let expected = |what: &str| format!("expected {what}, got {}", shown(json));
    if is_bytes200(ty.kind()) {
        return json.as_i64().map(Val::Filler).ok_or_else(|| expected("an integer that stands for 200 bytes"));
    }
    match ty.kind() {
        Kind::Bool => json.as_bool().map(|b| Val::Bits(b.into())).ok_or_else(|| expected("true or false")),
        Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 | Kind::Int => {
            let bits = ty.size() * 8;
            let (low, high) = (i64::MIN >> (64 - bits), i64::MAX >> (64 - bits));
            let n = json.as_i64().filter(|n| (low..=high).contains(n));
            let n = n.ok_or_else(|| expected(&format!("an integer from {low} to {high}")))?;
            Ok(Val::Bits(n as u64 & u64::MAX >> (64 - bits)))
        }
        Kind::Uint8 | Kind::Uint16 | Kind::Uint32 | Kind::Uint64 | Kind::Uint | Kind::Uintptr => {
            let high = u64::MAX >> (64 - ty.size() * 8);
            let n = json.as_u64().filter(|&n| n <= high);
            n.map(Val::Bits).ok_or_else(|| expected(&format!("an integer from 0 to {high}")))
        }
        Kind::Float32 | Kind::Float64 => float(ty.kind(), json),
        Kind::Complex64 | Kind::Complex128 => match (json.as_array().map(Vec::as_slice), half(ty.kind())) {
            (Some([re, im]), Some(half)) => Ok(Val::Parts(vec![float(&half, re)?, float(&half, im)?])),
            _ => Err(expected("[real, imaginary]")),
        },
        Kind::String => text(json),
        Kind::Pointer(_) => match json {
            Value::Null => Ok(Val::Pointer(None)),
            _ => json.as_i64().map(|n| Val::Pointer(Some(n))).ok_or_else(|| expected("an integer or null")),
        },
        Kind::Interface => held(json),
        Kind::Slice => json.as_i64().map(Val::Ints).ok_or_else(|| expected("an integer")),
        Kind::Array { elem, len } => parts(json, std::iter::repeat_n(&**elem, *len as usize)),
        Kind::Struct(fields) if fields.is_empty() => {
            if json.as_u64() == Some(0) {
                Ok(Val::Parts(Vec::new()))
            } else {
                Err(expected("0"))
            }
        }
        Kind::Struct(fields) => parts(json, fields.iter().filter(|f| !f.is_blank()).map(|f| &*f.ty)),
        _ => Err(format!("values of type {} cannot be written in a script", ty.name())),
    }
}

fn parts<'a>(json: &Value, types: impl Iterator<Item = &'a GoType>) -> Result<Val, String> {
    let types: Vec<_> = types.collect();
    match json.as_array() {
        Some(list) if list.len() == types.len() => {
            let each = types.iter().zip(list).enumerate();
            let decoded = each.map(|(i, (ty, part))| decode(ty, part).map_err(|e| format!("part {i}: {e}")));
            decoded.collect::<Result<_, _>>().map(Val::Parts)
        }
        _ => Err(format!("expected a list of {}, got {}", types.len(), shown(json))),
    }
}

fn float(kind: &Kind, json: &Value) -> Result<Val, String> {
    let (digits, example) = if matches!(kind, Kind::Float32) { (8, "0x7fc00000") } else { (16, "0x7ff8000000000001") };
    let bits = match json {
        Value::String(s) => hex(s).filter(|_| s.len() == digits + 2),
        Value::Number(n) if digits == 8 => n.as_f64().map(|f| u64::from((f as f32).to_bits())),
        Value::Number(n) => n.as_f64().map(f64::to_bits),
        _ => None,
    };
    bits.map(Val::Bits).ok_or_else(|| {
        format!("expected a number, or its bits as {digits} hex digits (\"{example}\"), got {}", shown(json))
    })
}

/// The number behind `0x`.
pub fn hex(text: &str) -> Option<u64> {
    let digits = text.strip_prefix("0x")?;
    // `from_str_radix` would take a sign.
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if plain { u64::from_str_radix(digits, 16).ok() } else { None }
}

fn text(json: &Value) -> Result<Val, String> {
    let expected = || format!("expected a string, or {{\"hex\": \"…\"}}, got {}", shown(json));
    match json {
        Value::String(s) => Ok(Val::Text(s.clone().into_bytes())),
        Value::Object(o) if o.len() == 1 => {
            let digits = o.get("hex").and_then(Value::as_str).filter(|d| d.len() % 2 == 0 && d.is_ascii());
            let bytes = digits.map(|d| (0..d.len() / 2).map(|i| hex(&format!("0x{}", &d[i * 2..i * 2 + 2]))));
            let bytes = bytes.and_then(|b| b.map(|b| b.map(|b| b as u8)).collect::<Option<Vec<u8>>>());
            bytes.map(Val::Text).ok_or_else(expected)
        }
        _ => Err(expected()),
    }
}

fn held(json: &Value) -> Result<Val, String> {
    let types = Types::get();
    match json {
        Value::Null => Ok(Val::Held(None)),
        Value::Object(o) if o.len() == 1 => {
            let (name, value) = o.iter().next().expect("there is one");
            let Some(ty) = types.held().find(|n| n == name).and_then(|n| types.find(n)) else {
                return Err(super::script::unknown("type", name, types.held().collect::<Vec<_>>().into_iter()));
            };
            let value = decode(ty, value).map_err(|e| format!("{name}: {e}"))?;
            Ok(Val::Held(Some((ty.clone(), Box::new(value)))))
        }
        _ => Err(format!("expected {{\"TYPE\": value}} or null, got {}", shown(json))),
    }
}

impl Val {
    /// Calls `see` with the name of each object that a pointer in here leads to.
    pub fn pointers(&self, see: &mut impl FnMut(i64)) {
        match self {
            Val::Pointer(Some(n)) => see(*n),
            Val::Held(Some((_, value))) => value.pointers(see),
            Val::Parts(parts) => parts.iter().for_each(|p| p.pointers(see)),
            _ => {}
        }
    }
}

/// What is shown for memory that is not what it should be.
pub const CORRUPT: &str = "corrupt";

/// Memory as it is, and what is known of pointers.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a> {
    /// The heap.
    pub heap: &'a Heap,
    /// Names and addresses of objects that lie outside of it.
    pub foreign: &'a [(i64, Addr)],
}

impl Memory<'_> {
    /// The word at `a`.
    pub fn word(&self, a: Addr) -> Option<u64> {
        self.heap.word(a)
    }

    /// `n` bytes from `a` on, at any alignment.
    pub fn bytes(&self, a: Addr, n: u64) -> Option<Vec<u8>> {
        let last = a.0.checked_add(n)?;
        if n > self.heap.words().len() as u64 * WORD {
            return None;
        }
        (a.0..last).map(|at| Some(self.word(Addr(at).word())?.to_le_bytes()[(at % WORD) as usize])).collect()
    }

    /// A field of a number's width.
    pub fn part(&self, a: Addr, width: Width) -> Option<u64> {
        Some(self.word(a.word())? >> (a.0 % WORD * 8) & width.mask())
    }

    /// The value of type `ty` at `a`, as JSON.
    pub fn value(&self, ty: &GoType, a: Addr) -> Value {
        self.encode(ty, a).unwrap_or_else(|| CORRUPT.into())
    }

    fn encode(&self, ty: &GoType, a: Addr) -> Option<Value> {
        if is_bytes200(ty.kind()) {
            let bytes = self.bytes(a, BYTES200)?;
            let n = i64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"));
            return Some(match () {
                () if filler(n)[..] == bytes => n.into(),
                () if bytes.iter().all(|&b| b == 0) => "zero".into(),
                () => printed_hex(&bytes),
            });
        }
        Some(match ty.kind() {
            Kind::Bool => match self.part(a, Width::B1)? {
                0 => false.into(),
                1 => true.into(),
                _ => return None,
            },
            Kind::Int8 => (self.part(a, Width::B1)? as i8).into(),
            Kind::Int16 => (self.part(a, Width::B2)? as i16).into(),
            Kind::Int32 => (self.part(a, Width::B4)? as i32).into(),
            Kind::Int64 | Kind::Int => (self.word(a)? as i64).into(),
            Kind::Float32 => format!("0x{:08x}", self.part(a, Width::B4)?).into(),
            Kind::Float64 => format!("0x{:016x}", self.word(a)?).into(),
            Kind::Complex64 => {
                let half = |at| Some(format!("0x{:08x}", self.part(at, Width::B4)?));
                json!([half(a)?, half(a.offset(4))?])
            }
            Kind::Complex128 => {
                json!([format!("0x{:016x}", self.word(a)?), format!("0x{:016x}", self.word(a.offset(8))?)])
            }
            Kind::String => {
                let bytes = self.bytes(Addr(self.word(a)?), self.word(a.offset(WORD))?)?;
                let printable = bytes.iter().all(|b| (b' '..=b'~').contains(b));
                if printable { String::from_utf8(bytes).ok()?.into() } else { printed_hex(&bytes) }
            }
            Kind::Pointer(_) => self.object(Addr(self.word(a)?))?,
            Kind::Interface => match self.word(a)? {
                0 => Value::Null,
                word => {
                    let types = Types::get();
                    let (name, ty) = types.iter().find(|(_, ty)| Universe::type_word(ty.id()) == word)?;
                    let at = a.offset(WORD);
                    let at = if ty.direct() { at } else { Addr(self.word(at)?) };
                    json!({ name: self.encode(ty, at)? })
                }
            },
            Kind::Slice => self.word(Addr(self.word(a)?)).map(|n| n as i64)?.into(),
            Kind::Array { elem, len } => {
                (0..*len).map(|i| self.encode(elem, a.offset(i * elem.size()))).collect::<Option<Vec<_>>>()?.into()
            }
            Kind::Struct(fields) if fields.is_empty() => 0.into(),
            Kind::Struct(fields) => {
                let named = fields.iter().filter(|f| !f.is_blank());
                named.map(|f| self.encode(&f.ty, a.offset(f.offset))).collect::<Option<Vec<_>>>()?.into()
            }
            kind => self.part(a, width(kind)?)?.into(),
        })
    }

    /// The name of the object at `a`: its first word, if the second is the complement.
    fn object(&self, a: Addr) -> Option<Value> {
        if a.is_nil() {
            return Some(Value::Null);
        }
        if let Some((n, _)) = self.foreign.iter().find(|(_, at)| *at == a) {
            return Some((*n).into());
        }
        let n = self.word(a)?;
        (self.word(a.offset(WORD))? == !n).then(|| (n as i64).into())
    }
}

fn printed_hex(bytes: &[u8]) -> Value {
    json!({ "hex": bytes.iter().map(|b| format!("{b:02x}")).collect::<String>() })
}
