//! How values of a type are hashed and compared: the functions that Go's compiler would
//! generate, as a small tree that [`hash`](mod@crate::hash) and [`equal`](mod@crate::equal) walk.
//!
//! A type has three. They agree on equality, but *not* on hashes:
//!
//! - the hash plan of map keys: neighbouring fields of plain memory make one run;
//! - the hash plan of values inside interfaces (`typehash`): every field by itself;
//! - the equality plan.
//!
//! A zero-sized key hashes to the seed itself, but a zero-sized run or boxed value goes through
//! `memhash` of no bytes, which mixes the hash key in: hence both `Nothing` and `Memory(0)`.
//!
//! Source: Go 1.19 cmd/compile/internal/reflectdata/alg.go, compare/compare.go, runtime/alg.go.

use crate::kind::{Alg, Field, GoType, Kind};

/// How to hash or compare one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// No bytes: a hash is its seed, and any two are equal.
    Nothing,
    /// Four bytes of plain memory.
    Memory32,
    /// Eight bytes of plain memory.
    Memory64,
    /// So many bytes of plain memory.
    Memory(u64),
    /// A string.
    Str,
    /// A 32-bit float.
    Float32,
    /// A 64-bit float.
    Float64,
    /// Two 32-bit floats.
    Complex64,
    /// Two 64-bit floats.
    Complex128,
    /// An interface: by what it holds.
    Interface,
    /// An array, element by element.
    Array {
        /** of one element */
        element: Box<Plan>,
        /** bytes from one element to the next */
        stride: u64,
        /** how many */
        len: u64,
    },
    /// A structure: byte offsets and what is there.
    Struct(Box<[(u64, Plan)]>),
    /// Not comparable: hashing or comparing such a value is refused before a plan is asked.
    Refused,
}

fn memory(size: u64) -> Plan {
    match size {
        4 => Plan::Memory32,
        8 => Plan::Memory64,
        _ => Plan::Memory(size),
    }
}

fn simple(alg: Alg) -> Option<Plan> {
    Some(match alg {
        Alg::Str => Plan::Str,
        Alg::Float32 => Plan::Float32,
        Alg::Float64 => Plan::Float64,
        Alg::Complex64 => Plan::Complex64,
        Alg::Complex128 => Plan::Complex128,
        Alg::Interface => Plan::Interface,
        Alg::NoEq => Plan::Refused,
        Alg::Memory | Alg::Special => return None,
    })
}

fn array(element: Plan, of: &GoType, len: u64) -> Plan {
    Plan::Array { element: Box::new(element), stride: of.size(), len }
}

/// The hash plan of a map key.
pub(crate) fn of_key(kind: &Kind, alg: Alg, size: u64) -> Plan {
    if let Some(plan) = simple(alg) {
        return plan;
    }
    match (alg, kind) {
        (Alg::Memory, _) if size == 0 => Plan::Nothing,
        (Alg::Special, Kind::Array { elem, len }) => array(elem.key_plan().clone(), elem, *len),
        (Alg::Special, Kind::Struct(fields)) => in_runs(fields, size, |f| f.ty.key_plan().clone()),
        _ => memory(size),
    }
}

/// The hash plan of a value inside an interface.
pub(crate) fn of_boxed(kind: &Kind, alg: Alg, size: u64) -> Plan {
    if alg == Alg::Memory {
        return memory(size);
    }
    match kind {
        Kind::Array { elem, len } if alg != Alg::NoEq => array(elem.boxed_plan().clone(), elem, *len),
        Kind::Struct(fields) if alg != Alg::NoEq => {
            let named = fields.iter().filter(|f| !f.is_blank());
            Plan::Struct(named.map(|f| (f.offset, f.ty.boxed_plan().clone())).collect())
        }
        _ => simple(alg).unwrap_or(Plan::Refused),
    }
}

/// The equality plan.
pub(crate) fn of_equality(kind: &Kind, alg: Alg, size: u64) -> Plan {
    match (alg, kind) {
        (Alg::Memory, _) => memory(size),
        (Alg::Special, Kind::Array { elem, len }) => array(elem.equal_plan().clone(), elem, *len),
        (Alg::Special, Kind::Struct(fields)) => in_runs(fields, size, |f| f.ty.equal_plan().clone()),
        _ => simple(alg).unwrap_or(Plan::Refused),
    }
}

/// Is field `i` followed by padding?
pub(crate) fn is_padded(fields: &[Field], i: usize, size: u64) -> bool {
    fields[i].end() != fields.get(i + 1).map_or(size, |next| next.offset)
}

/// The fields of a structure in order: runs of plain memory, and what `other` gives for the rest.
///
/// A run ends with padding, and before a blank field or one that is not plain memory.
fn in_runs(fields: &[Field], size: u64, other: impl Fn(&Field) -> Plan) -> Plan {
    let plain = |f: &Field| f.ty.alg() == Alg::Memory;
    let mut steps = Vec::new();
    let mut i = 0;
    while i < fields.len() {
        let start = &fields[i];
        if start.is_blank() {
            i += 1;
            continue;
        }
        if !plain(start) {
            steps.push((start.offset, other(start)));
            i += 1;
            continue;
        }
        while i + 1 < fields.len() && !is_padded(fields, i, size) && !fields[i + 1].is_blank() && plain(&fields[i + 1])
        {
            i += 1;
        }
        steps.push((start.offset, Plan::Memory(fields[i].end() - start.offset)));
        i += 1;
    }
    Plan::Struct(steps.into())
}
