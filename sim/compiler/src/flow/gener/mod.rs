//! From a walked tree to flow: code generation for one function.
//!
//! Values are generated into where they are wanted: an expression of one part takes the word that it should come to, and says where it
//! is instead if it has a place already. Conditions become branches, loops test at their bottom, and numbers and addresses that do
//! not change are put into words before the outermost loop that uses them. Cleverness that needs to see more than one node is
//! left to [`super::simplify`].
//!
//! What is evaluated when follows Go's compiler: the right side of an assignment before the address of the left one, operands from
//! left to right.
//!
//! Variables that escape analysis moved to the heap, and captured ones, are resolved here: a declaration of the former allocates, a
//! parameter or result of that kind is copied at entry or return; the latter are read from the closure.
//!
//! Source: Go 1.19 cmd/compile/internal/ssagen/ssa.go.

mod call;
mod cond;
mod entry;
mod expr;
mod literal;
mod number;
mod place;
mod slice;
mod stmt;
mod unit;

pub use unit::Unit;

use super::shape::{Part, Width};
use super::{Area, AreaInfo, Barrier, Flow, Inst, Kind, Label, Mem, Operand, Owner, StoreInfo, Target, Word};
use crate::ir::{Func, FuncId, LabelId, LocalId};
use crate::source::{Pos, Span};
use crate::types::Ty;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// A value: an operand for each of its parts.
type Value = Vec<Operand>;

/// Where a variable is.
#[derive(Clone, Copy, Debug)]
enum Var {
    /// In words, from this one on.
    Words(Word),
    /// In memory of the frame.
    Area(Area),
    /// Behind a pointer that is never nil.
    Through(Word),
    /// Nowhere yet.
    Nowhere,
}

/// Something that does not change while a loop runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Fixed {
    Int(i64),
    Static(u32),
    Global(u32),
    Area(u32, u32),
    Type(Ty),
}

/// What is put before the outermost loop.
#[derive(Debug)]
struct Hoist {
    /// The index in [`Flow::insts`] of the loop's first instruction.
    at: usize,
    /// What is to come there.
    insts: Vec<Inst>,
    known: HashMap<Fixed, Word>,
}

/// At most so many words are kept for the sake of a loop.
const MOST_HOISTED: usize = 32;

/// Where `break` and `continue` of a statement go.
#[derive(Clone, Copy, Debug)]
struct Exits {
    on_break: Label,
    on_continue: Label,
}

struct Gen<'u, 'p, 'a> {
    unit: &'u mut Unit<'p, 'a>,
    func: &'p Func<'a>,
    flow: Flow,
    vars: Vec<Var>,
    /// Variables whose address is taken.
    taken: BTreeSet<LocalId>,
    labels: HashMap<LabelId, Label>,
    exits: HashMap<LabelId, Exits>,
    hoist: Option<Hoist>,
    loops: u32,
    pos: Pos,
    /// The next instruction checks an unsigned index.
    unsigned: bool,
    /// Results whose variables are not at the frame's front.
    leaving: Vec<entry::Passed>,
    /// Allocations of variables that are too large for the frame.
    large: Vec<Inst>,
}

/// Generates a function that has a body.
pub fn generate<'p, 'a>(unit: &mut Unit<'p, 'a>, id: FuncId) -> Flow {
    let func = unit.program.func(id);
    let flow = Flow {
        func: id,
        insts: Vec::new(),
        words: Vec::new(),
        areas: Vec::new(),
        labels: 0,
        results: 0,
        params: 0,
        closure: None,
        returned: Vec::new(),
        returned_areas: Vec::new(),
        given: Vec::new(),
        always: Vec::new(),
        unmade: Vec::new(),
        always_areas: Vec::new(),
        recover: None,
    };
    let mut generator = Gen {
        unit,
        func,
        flow,
        vars: vec![Var::Nowhere; func.locals.len()],
        taken: BTreeSet::new(),
        labels: HashMap::new(),
        exits: HashMap::new(),
        hoist: None,
        loops: 0,
        pos: func.pos,
        unsigned: false,
        leaving: Vec::new(),
        large: Vec::new(),
    };
    generator.function();
    generator.flow
}

impl<'p, 'a> Gen<'_, 'p, 'a> {
    // --- instructions -----------------------------------------------------------------------------

    fn emit(&mut self, kind: Kind) {
        let unsigned = std::mem::take(&mut self.unsigned);
        self.flow.insts.push(Inst { kind, pos: self.pos, unsigned });
    }

    fn label(&mut self, label: Label) {
        self.emit(Kind::Label(label));
    }

    fn mov(&mut self, dst: Word, src: Operand) {
        match src {
            Operand::Word(src) if src == dst => {}
            Operand::Word(src) => self.emit(Kind::Mov { dst, src }),
            Operand::Imm(value) => self.emit(Kind::Int { dst, value }),
        }
    }

    /// Moves values to words as if all at once.
    fn move_all(&mut self, pairs: &[(Word, Operand)]) {
        let mut pairs = pairs.to_vec();
        for i in 0..pairs.len() {
            let (dst, src) = pairs[i];
            let needed_later = pairs[i + 1..].iter().any(|&(_, later)| later == Operand::Word(dst));
            if needed_later {
                let pointer = self.is_pointer(dst);
                let saved = self.scratch(pointer);
                self.emit(Kind::Mov { dst: saved, src: dst });
                for (_, later) in &mut pairs[i + 1..] {
                    if *later == Operand::Word(dst) {
                        *later = Operand::Word(saved);
                    }
                }
            }
            self.mov(dst, src);
        }
    }

    // --- words ------------------------------------------------------------------------------------

    fn is_pointer(&self, word: Word) -> bool {
        word.outgoing().is_none() && self.flow.word(word).pointer
    }

    fn scratch(&mut self, pointer: bool) -> Word {
        self.flow.add_run(&[pointer], |_| Owner::Scratch, self.pos)
    }

    /// A run of scratch words.
    fn scratch_run(&mut self, pointers: &[bool]) -> Word {
        let first = self.flow.add_run(pointers, |_| Owner::Scratch, self.pos);
        self.flow.join(first, pointers.len() as u32);
        first
    }

    fn wanted(&mut self, want: Option<Word>, pointer: bool) -> Word {
        want.unwrap_or_else(|| self.scratch(pointer))
    }

    /// A word that holds an operand.
    fn word(&mut self, operand: Operand) -> Word {
        match operand {
            Operand::Word(word) => word,
            Operand::Imm(value) => self.int(value),
        }
    }

    fn int(&mut self, value: i64) -> Word {
        self.fixed(Fixed::Int(value), None)
    }

    /// The address of memory that has a fixed one, or of memory behind a pointer that is not nil.
    fn address(&mut self, of: Mem, want: Option<Word>) -> Word {
        match of {
            Mem::Static { offset } => self.fixed(Fixed::Static(offset), want),
            Mem::Global { offset } => self.fixed(Fixed::Global(offset), want),
            Mem::Area { area, offset } if self.flow.areas[area.0 as usize].pointers.is_empty() => {
                self.flow.areas[area.0 as usize].taken = true;
                self.fixed(Fixed::Area(area.0, offset), want)
            }
            Mem::Area { area, .. } => {
                self.flow.areas[area.0 as usize].taken = true;
                let dst = self.wanted(want, true);
                self.emit(Kind::Addr { dst, of });
                dst
            }
            Mem::Ptr { base, offset: 0, .. } => base,
            Mem::Ptr { .. } | Mem::Out { .. } => {
                let dst = self.wanted(want, matches!(of, Mem::Ptr { .. }));
                self.emit(Kind::Addr { dst, of });
                dst
            }
        }
    }

    /// A word that holds something that does not change: the wanted one, or one that is set before the loop.
    fn fixed(&mut self, what: Fixed, want: Option<Word>) -> Word {
        let kind = |dst| match what {
            Fixed::Int(value) => Kind::Int { dst, value },
            Fixed::Static(offset) => Kind::Addr { dst, of: Mem::Static { offset } },
            Fixed::Global(offset) => Kind::Addr { dst, of: Mem::Global { offset } },
            Fixed::Area(area, offset) => Kind::Addr { dst, of: Mem::Area { area: Area(area), offset } },
            Fixed::Type(ty) => Kind::TypeWord { dst, ty },
        };
        if want.is_none()
            && let Some(hoist) = &self.hoist
        {
            if let Some(&word) = hoist.known.get(&what) {
                return word;
            }
            if hoist.known.len() < MOST_HOISTED {
                let dst = self.scratch(false);
                let inst = Inst { kind: kind(dst), pos: self.pos, unsigned: false };
                let hoist = self.hoist.as_mut().expect("looked at above");
                hoist.insts.push(inst);
                hoist.known.insert(what, dst);
                return dst;
            }
        }
        let dst = self.wanted(want, false);
        self.emit(kind(dst));
        dst
    }

    // --- memory -----------------------------------------------------------------------------------

    fn add_area(&mut self, ty: Ty, local: Option<LocalId>, fixed: Option<u32>) -> Area {
        let types = &self.unit.program.types;
        let words = types.size(ty).div_ceil(8) as u32;
        let pointers = types.pointer_offsets(ty).into_iter().map(|at| (at / 8) as u32).collect();
        let info = AreaInfo { ty, words, pointers, local, fixed, taken: false, object: false, pos: self.pos };
        self.flow.areas.push(info);
        Area(self.flow.areas.len() as u32 - 1)
    }

    /// Scratch memory of this frame.
    fn scratch_area(&mut self, ty: Ty) -> Mem {
        Mem::Area { area: self.add_area(ty, None, None), offset: 0 }
    }

    /// Checks a pointer for nil where an access at this distance would not notice.
    fn guard(&mut self, mem: Mem) -> Mem {
        match mem {
            Mem::Ptr { base, offset, checked: false } if !(0..4096).contains(&offset) => {
                self.emit(Kind::NilCheck { x: base });
                mem.proved()
            }
            _ => mem,
        }
    }

    /// Memory with a fixed address, through a word with that address, unless an instruction reaches it: package variables that are
    /// whole words and need no barrier.
    fn reachable(&mut self, mem: Mem, plain: bool) -> Mem {
        match mem {
            Mem::Global { .. } if plain => mem,
            Mem::Global { .. } | Mem::Static { .. } => {
                Mem::Ptr { base: self.address(mem, None), offset: 0, checked: true }
            }
            _ => mem,
        }
    }

    fn load_part(&mut self, from: Mem, part: &Part, want: Option<Word>) -> Word {
        let from = self.guard(from.plus(part.offset as u64));
        let from = self.reachable(from, part.width == Width::W);
        let dst = self.wanted(want, part.pointer);
        self.emit(Kind::Load { dst, from, width: part.width });
        dst
    }

    /// Loads all parts of a value.
    fn load(&mut self, from: Mem, parts: &[Part], want: Option<Word>) -> Value {
        if let [part] = parts {
            return vec![Operand::Word(self.load_part(from, part, want))];
        }
        let from = if parts.is_empty() { from } else { self.guard(from) };
        let pointers: Vec<bool> = parts.iter().map(|p| p.pointer).collect();
        let first = self.flow.add_run(&pointers, |_| Owner::Scratch, self.pos);
        self.load_run(from, parts, first);
        (0..parts.len() as u32).map(|i| Operand::Word(first.next(i))).collect()
    }

    /// Loads parts into a run.
    fn load_run(&mut self, from: Mem, parts: &[Part], first: Word) {
        let mut from = from;
        for (i, part) in parts.iter().enumerate() {
            self.load_part(from, part, Some(first.next(i as u32)));
            from = from.proved();
        }
    }

    /// Stores all parts of a value.
    fn store(&mut self, to: Mem, target: Target, parts: &[Part], value: &[Operand]) {
        let mut to = to;
        for (part, &operand) in parts.iter().zip(value) {
            let src = self.word(operand);
            let info =
                StoreInfo { target, barrier: if part.pointer { Barrier::Undecided } else { Barrier::NoPointers } };
            let at = self.guard(to.plus(part.offset as u64));
            let at = self.reachable(at, part.width == Width::W && !part.pointer);
            self.emit(Kind::Store { to: at, src, width: part.width, info });
            to = to.proved();
        }
    }

    /// What a store of a block is like.
    fn block_info(&self, ty: Ty, target: Target) -> StoreInfo {
        let pointers = self.unit.program.types.has_pointers(ty);
        StoreInfo { target, barrier: if pointers { Barrier::Undecided } else { Barrier::NoPointers } }
    }

    fn copy(&mut self, to: Mem, from: Mem, ty: Ty, target: Target) {
        if to == from || self.unit.program.types.size(ty) == 0 {
            return;
        }
        let (to, from) = (self.guard(to), self.guard(from));
        let info = self.block_info(ty, target);
        let temps = [self.scratch(false), self.scratch(false)];
        self.emit(Kind::Copy { to, from, ty, info, temps });
    }

    fn clear(&mut self, to: Mem, ty: Ty, target: Target) {
        if self.unit.program.types.size(ty) == 0 {
            return;
        }
        let to = self.guard(to);
        let info = self.block_info(ty, target);
        let temp = self.scratch(false);
        self.emit(Kind::Clear { to, ty, info, temp });
    }

    // --- types ------------------------------------------------------------------------------------

    fn parts(&self, ty: Ty) -> Option<Rc<[Part]>> {
        self.unit.shapes.parts(&self.unit.program.types, ty)
    }

    fn size(&self, ty: Ty) -> u64 {
        self.unit.program.types.size(ty)
    }

    // --- refusals ---------------------------------------------------------------------------------

    /// Says that a node should not be there any more: a fault of the passes before.
    fn left_over(&mut self, pos: Pos, what: &str) {
        self.unit.problems.unsupported(Span::at(pos), format!("code for {what}"));
    }

    /// A value that stands for one that could not be made.
    fn nothing(&self, ty: Ty) -> Value {
        vec![Operand::Imm(0); self.parts(ty).map_or(0, |p| p.len())]
    }
}

/// Does a value of this width need to be extended after arithmetic, and how?
fn extension(width: Width) -> Option<super::Unary> {
    use super::Unary::*;
    match width {
        Width::W => None,
        Width::U1 => Some(Ext1U),
        Width::S1 => Some(Ext1S),
        Width::U2 => Some(Ext2U),
        Width::S2 => Some(Ext2S),
        Width::U4 => Some(Ext4U),
        Width::S4 => Some(Ext4S),
    }
}
