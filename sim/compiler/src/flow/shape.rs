//! How values are held: in words or in memory, and how calls pass them.
//!
//! A type that is made of at most [`MOST`] numbers, pointers, booleans and such, and of no array, is held in words: one for
//! each of its *parts*. Everything else is memory.

use crate::code::BY_ADDRESS;
use crate::types::{Basic, Kind, Ty, Types};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The most parts of a value held in words.
pub const MOST: usize = 4;

/// How wide a part is in memory, and how it is extended to a word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Width {
    W,
    U1,
    S1,
    U2,
    S2,
    U4,
    S4,
}

impl Width {
    /// Bytes in memory.
    pub fn bytes(self) -> u32 {
        match self {
            Width::W => 8,
            Width::U1 | Width::S1 => 1,
            Width::U2 | Width::S2 => 2,
            Width::U4 | Width::S4 => 4,
        }
    }
}

/// One part of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// How wide it is.
    pub width: Width,
    /// Bytes from the value's start, in memory.
    pub offset: u32,
    /// Is it a pointer?
    pub pointer: bool,
    /// What is appended to the name of a variable for this part: `.ptr`, `.data`, `.f`.
    pub suffix: String,
}

/// The parts of a type; `None` for one that is memory.
pub type Parts = Option<Rc<[Part]>>;

/// The shapes of types, computed once each.
#[derive(Debug, Default)]
pub struct Shapes {
    known: RefCell<HashMap<Ty, Parts>>,
}

impl Shapes {
    /// The parts of a type, if it is held in words.
    pub fn parts(&self, types: &Types, ty: Ty) -> Parts {
        if let Some(parts) = self.known.borrow().get(&ty) {
            return parts.clone();
        }
        let mut list = Vec::new();
        let parts: Parts = collect(types, ty, 0, "", &mut list).then(|| list.into());
        self.known.borrow_mut().insert(ty, parts.clone());
        parts
    }
}

/// Adds the parts of a type to a list; false if it must be memory.
fn collect(types: &Types, ty: Ty, at: u64, prefix: &str, into: &mut Vec<Part>) -> bool {
    let mut add = |width: Width, offset: u64, pointer: bool, suffix: &str| {
        into.push(Part { width, offset: (at + offset) as u32, pointer, suffix: format!("{prefix}{suffix}") });
    };
    match types.under(ty) {
        Kind::Basic(basic) => match basic {
            Basic::Bool | Basic::Uint8 | Basic::UntypedBool => add(Width::U1, 0, false, ""),
            Basic::Int8 => add(Width::S1, 0, false, ""),
            Basic::Uint16 => add(Width::U2, 0, false, ""),
            Basic::Int16 => add(Width::S2, 0, false, ""),
            Basic::Uint32 | Basic::Float32 => add(Width::U4, 0, false, ""),
            Basic::Int32 | Basic::UntypedRune => add(Width::S4, 0, false, ""),
            Basic::Complex64 => {
                add(Width::U4, 0, false, ".real");
                add(Width::U4, 4, false, ".imag");
            }
            Basic::Complex128 | Basic::UntypedComplex => {
                add(Width::W, 0, false, ".real");
                add(Width::W, 8, false, ".imag");
            }
            Basic::String | Basic::UntypedString => {
                add(Width::W, 0, true, ".ptr");
                add(Width::W, 8, false, ".len");
            }
            Basic::UnsafePointer | Basic::UntypedNil => add(Width::W, 0, true, ""),
            Basic::Invalid => return false,
            _ => add(Width::W, 0, false, ""),
        },
        Kind::Pointer(_) | Kind::Map { .. } | Kind::Chan { .. } | Kind::Func { .. } => add(Width::W, 0, true, ""),
        Kind::Slice(_) => {
            add(Width::W, 0, true, ".ptr");
            add(Width::W, 8, false, ".len");
            add(Width::W, 16, false, ".cap");
        }
        Kind::Interface(_) => {
            add(Width::W, 0, false, ".type");
            add(Width::W, 8, true, ".data");
        }
        Kind::Struct(fields) => {
            for (field, offset) in fields.iter().zip(types.offsets(ty)) {
                let inner = collect(types, field.ty, at + offset, &format!("{prefix}.{}", field.name), into);
                if !inner || into.len() > MOST {
                    return false;
                }
            }
        }
        Kind::Array { .. } | Kind::Named(_) | Kind::Tuple(_) => return false,
    }
    into.len() <= MOST
}

/// How a parameter or result is passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pass {
    /// In words, from this one on.
    Words(u32, Rc<[Part]>),
    /// As memory, from this word on.
    Memory(u32),
    /// As memory whose address is in this word.
    Address(u32),
}

/// How a call passes its results and parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Each result.
    pub results: Vec<Pass>,
    /// Each parameter.
    pub params: Vec<Pass>,
    /// Words of results.
    pub result_words: u32,
    /// Words of results and parameters.
    pub words: u32,
}

impl Frame {
    /// Lays out a call of a function of these results and parameters.
    ///
    /// Results that are passed by address have their word among the results, which the caller fills in before the call.
    pub fn new(types: &Types, shapes: &Shapes, results: &[Ty], params: &[Ty]) -> Frame {
        let mut at = 0;
        let results = results.iter().map(|&ty| pass(types, shapes, ty, &mut at)).collect();
        let result_words = at;
        let params = params.iter().map(|&ty| pass(types, shapes, ty, &mut at)).collect();
        Frame { results, params, result_words, words: at }
    }
}

/// How a value of a type is passed, from the word `at` on, which is moved behind it.
fn pass(types: &Types, shapes: &Shapes, ty: Ty, at: &mut u32) -> Pass {
    let first = *at;
    let words = types.size(ty).div_ceil(8);
    if let Some(parts) = shapes.parts(types, ty) {
        let words = parts.len() as u32;
        if first + words <= 2 * BY_ADDRESS {
            *at += words;
            return Pass::Words(first, parts);
        }
    } else if first as u64 + words <= BY_ADDRESS as u64 {
        *at += words as u32;
        return Pass::Memory(first);
    }
    *at += 1;
    Pass::Address(first)
}
