//! Code: what the machine runs.
//!
//! A frame is a row of words in simulated stack memory: results, then parameters, then variables and scratch.
//!
//! ```text
//! fp ─▶ results │ parameters │ closure? │ variables, temporaries, scratch │ outgoing: the callee's results, parameters …
//!                                                                          ▲ the callee's fp = fp + base of the call
//! ```
//!
//! So a call copies nothing: the caller writes arguments where the callee has its parameters, and finds the results where
//! the callee left them. Words are held in one of two ways:
//! - *registers*: a number, pointer, boolean, or one part of a string (2), slice (3), interface (2), complex number (2),
//!   or of a small structure, alone in a word and extended to 64 bits by its type (floats as their bits, `float32`
//!   in the low half); nobody has its address;
//! - *memory*: anything whose address is taken, arrays, and larger structures, laid out as Go lays it out, rounded up to words.
//!
//! Parameters and results are passed as registers where their type is made of at most four of them and contains no
//! array (the parts of small structures one after another), as memory otherwise; a parameter whose address is taken is copied at
//! entry. Where the results and parameters before it take [`BY_ADDRESS`] words or more together with it, memory is passed by
//! address instead: one pointer to a copy in the caller's frame, or to where the caller wants the result. Every word of a frame is, for the whole function, either a pointer or not (two pools of scratch
//! words), so a stack map is a set of words: the live ones that are pointers.
//!
//! Operands of instructions are words 0 to 255 of the frame; what lies beyond is reached by [`Op::LoadFrame`],
//! [`Op::StoreFrame`] and addresses. Branches are relative to the instruction after them.
//!
//! An instruction reads its operands, then performs its effects on memory, and only then writes its results; so one that was
//! interrupted between two effects can be run again.

pub mod assemble;
pub mod effects;
pub mod emit;
mod op;
pub mod print;
pub mod sites;
pub mod statics;
pub mod verify;

/// Results and parameters in memory that would end beyond this word are passed by address, and registers beyond twice as many, so that
/// instructions reach the words behind them.
pub const BY_ADDRESS: u32 = 96;

pub use op::{Branch, Op, R, SliceCheck};

use crate::runtime::Rt;
use crate::source::Pos;
use crate::types::{Ty, Types};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A compiled program.
#[derive(Clone, Debug)]
pub struct Code {
    /// Its functions; [`Op::Call`] and code words refer to them by index.
    pub funcs: Vec<Function>,
    /// Initialises packages; no parameters, no results.
    pub init: u32,
    /// `main.main`.
    pub main: u32,
    /// All types.
    pub types: Arc<Types>,
    /// The types whose descriptors the program uses; instructions and static data refer to them by index.
    pub descriptors: Vec<Ty>,
    /// Methods by name (and package, if not exported), which [`Op::CallInterface`] refers to by index.
    pub methods: Vec<MethodName>,
    /// For each type that can be in an interface: index of a method name → function, and the method's signature.
    pub method_sets: BTreeMap<Ty, BTreeMap<u32, (u32, Ty)>>,
    /// Natives, by full name, which [`Op::CallNative`] refers to by index.
    pub natives: Vec<String>,
    /// Constants that do not fit an instruction.
    pub constants: Vec<u64>,
    /// Read-only memory: strings, values of readonly globals, closures that capture nothing.
    pub statics: Static,
    /// Package variables.
    pub globals: Globals,
    /// The places that store pointers or allocate, by number from zero; the machine adds the runtime's own before them.
    pub sites: Vec<SiteInfo>,
    /// Copies of values that are not single words.
    pub moves: Vec<Move>,
    /// Groups of pointer stores that share a test of the barrier flag.
    pub groups: Vec<Vec<GroupStore>>,
}

/// The name of a method; those that are not exported differ by package.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MethodName {
    /// Its name.
    pub name: String,
    /// The package, if the name is not exported.
    pub package: Option<String>,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name with its package: `main.f`, `main.(*T).Inc`, `main.f.func1`.
    pub name: String,
    /// Its instructions; empty for one without body, which cannot be called.
    pub ops: Vec<Op>,
    /// Words of results, at the frame's start.
    pub results: u32,
    /// Words of parameters, after them.
    pub params: u32,
    /// The word that the closure it was called through is put into.
    pub closure: Option<u32>,
    /// Words of its frame without outgoing arguments and results.
    pub frame: u32,
    /// Words of its frame with the largest outgoing area.
    pub reach: u32,
    /// The words that hold pointers on entry: parameters and closure.
    pub entry: StackMap,
    /// The pointers that are live at each safepoint, by index of the instruction, ascending: every call of a function, a routine of
    /// the runtime or a native, and every allocation. The outgoing area is the callee's.
    pub maps: Vec<(u32, StackMap)>,
    /// Where code continues when a deferred call has recovered a panic: it runs the other deferred calls and returns the results as
    /// they are in their words. `None` for a function that defers nothing.
    pub recover: Option<u32>,
    /// The source position of instructions: each from this index on.
    pub lines: Vec<(u32, Pos)>,
    /// What its variables are called: first word, number of words, name. Variables share words; ascending by word.
    pub names: Vec<(u32, u32, String)>,
    /// Instructions whose index is unsigned, ascending: the panic tells one beyond the greatest `int64` as it is.
    pub unsigned: Vec<u32>,
    /// Made by the compiler; left out of `recover`'s count of frames and of traces.
    pub wrapper: bool,
}

/// A set of words of a frame, in ascending order.
pub type StackMap = Arc<[u32]>;

/// A place in the program that stores a pointer or allocates.
#[derive(Clone, Debug)]
pub struct SiteInfo {
    /// `main.go:12 map slot`, `main.go:7 newobject`.
    pub name: String,
    /// Where.
    pub pos: Pos,
}

/// Read-only words, and the words among them that are addresses.
#[derive(Clone, Debug, Default)]
pub struct Static {
    /// The words, as bytes in memory order.
    pub words: Vec<u64>,
    /// Words to which an address is added when the program is loaded, with what it is the address of.
    pub relocations: Vec<(u32, Address)>,
}

/// An address that is known when the program is loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Address {
    /// The read-only memory.
    Static,
    /// The package variables.
    Globals,
    /// The type word of a descriptor, by index.
    TypeWord(u32),
    /// The code word of a function: not an address of memory.
    Code(u32),
}

/// The package variables, laid out one after another.
#[derive(Clone, Debug, Default)]
pub struct Globals {
    /// Words in all.
    pub words: u64,
    /// Which of them are pointers, ascending.
    pub pointers: Vec<u32>,
    /// Names and byte offsets, for reports.
    pub names: Vec<(String, u64)>,
}

/// A copy of a value, or of the zero value.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    /// The type; index of a descriptor.
    pub descriptor: u32,
    /// Its size in bytes.
    pub size: u64,
    /// The barrier's site, if it has one.
    pub site: Option<u32>,
}

/// A pointer store of a group.
#[derive(Clone, Copy, Debug)]
pub struct GroupStore {
    /// The word with the base address.
    pub base: R,
    /// Bytes from there.
    pub offset: i32,
    /// The word with the new value.
    pub value: R,
    /// The barrier's site; `None` for a store of the group that needs none.
    pub site: Option<u32>,
}

impl Function {
    /// The variables that have this word of the frame, at one time or another.
    pub fn names_of(&self, word: u32) -> impl Iterator<Item = &str> {
        self.names
            .iter()
            .filter(move |(at, words, _)| (*at..at + words).contains(&word))
            .map(|(.., name)| name.as_str())
    }

    /// The live pointers at an instruction that is a safepoint.
    pub fn map(&self, at: u32) -> Option<&StackMap> {
        let i = self.maps.binary_search_by_key(&at, |(pc, _)| *pc).ok()?;
        Some(&self.maps[i].1)
    }

    /// The source position of an instruction.
    pub fn pos(&self, at: u32) -> Pos {
        let i = self.lines.partition_point(|(pc, _)| *pc <= at);
        i.checked_sub(1).map_or(Pos::NONE, |i| self.lines[i].1)
    }
}

impl Code {
    /// Which routines of the runtime it calls.
    pub fn routines(&self) -> std::collections::BTreeSet<Rt> {
        let ops = self.funcs.iter().flat_map(|f| &f.ops);
        ops.filter_map(|op| match op {
            Op::CallRt { rt, .. } => Some(*rt),
            _ => None,
        })
        .collect()
    }
}
