//! Flow: a function as a list of instructions over words without number.
//!
//! Between the walked tree and [`crate::code`]. A *word* holds 64 bits, is for the whole function a pointer or not, and belongs
//! to a part of a variable or to nobody (scratch). An *area* is memory of the frame: a variable whose address is
//! taken, an array, a large structure. Words that instructions use side by side, such as pointer and length of a slice
//! that is indexed, form a *run*.
//!
//! Calls have their arguments and results in *outgoing* words, which exist between the evaluation of the first argument and the
//! next call: [`Word::out`].
//!
//! ```text
//! walked tree ─▶ gen ─▶ simplify ─▶ barriers ─▶ liveness ─▶ frame ─▶ code::emit
//! ```
//!
//! Keeps: each word is written before it is read on every path; a word that is a pointer holds nil, an address, or a pointer loaded
//! from memory of pointers. Checked by: [`crate::code::verify`].

pub mod blocks;
pub mod frame;
mod gener;
pub mod shape;
pub mod simplify;

pub use gener::{Unit, generate};

use crate::ir::{FuncId, LocalId};
use crate::runtime::Rt;
use crate::source::Pos;
use crate::types::Ty;
use shape::Width;

/// A word, by number in [`Flow::words`], or an outgoing one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Word(pub u32);

/// A memory area, by number in [`Flow::areas`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Area(pub u32);

/// A place to jump to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Label(pub u32);

const OUT: u32 = 1 << 31;

impl Word {
    /// The outgoing word of this number: where the callee has word `n` of its frame.
    pub fn out(n: u32) -> Word {
        Word(n | OUT)
    }

    /// Which outgoing word it is, if it is one.
    pub fn outgoing(self) -> Option<u32> {
        (self.0 & OUT != 0).then_some(self.0 & !OUT)
    }

    /// The word that follows this one in its run.
    pub fn next(self, n: u32) -> Word {
        Word(self.0 + n)
    }

    /// Its index in [`Flow::words`].
    pub fn index(self) -> usize {
        debug_assert!(self.outgoing().is_none());
        self.0 as usize
    }
}

/// Whose a word is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A part of a variable.
    Local(LocalId, u32),
    /// The address of a variable in the heap, or of one that a closure refers to.
    Heap(LocalId),
    /// Nobody's.
    Scratch,
}

/// What is known about a word.
#[derive(Clone, Copy, Debug)]
pub struct WordInfo {
    /// Does the collector look at it?
    pub pointer: bool,
    /// Whose it is.
    pub owner: Owner,
    /// Its place in the frame, if it is a parameter's or result's.
    pub fixed: Option<u32>,
    /// How many words after it belong to its run.
    pub follow: u32,
    /// Does an instruction need it beside its neighbours?
    pub joined: bool,
    /// Where it was made.
    pub pos: Pos,
}

/// What is known about an area.
#[derive(Clone, Debug)]
pub struct AreaInfo {
    /// What it holds.
    pub ty: Ty,
    /// Its size in words.
    pub words: u32,
    /// Which of its words are pointers, ascending.
    pub pointers: Vec<u32>,
    /// Whose it is; `None` for scratch.
    pub local: Option<LocalId>,
    /// Its place in the frame, if it is a parameter or result in memory.
    pub fixed: Option<u32>,
    /// Is its address ever in a word?
    pub taken: bool,
    /// Is it a variable or temporary whose address is taken in the program, whether or not that is left?
    pub object: bool,
    /// Where it was made.
    pub pos: Pos,
}

/// A function in flow form.
#[derive(Debug)]
pub struct Flow {
    /// Which function.
    pub func: FuncId,
    /// Its instructions.
    pub insts: Vec<Inst>,
    /// Its words.
    pub words: Vec<WordInfo>,
    /// Its areas.
    pub areas: Vec<AreaInfo>,
    /// How many labels were given out.
    pub labels: u32,
    /// Words of results and parameters, as [`shape::Frame`] lays them out.
    pub results: u32,
    /// Words of parameters.
    pub params: u32,
    /// The word that the closure is put into.
    pub closure: Option<Word>,
    /// The words that a return reads: results that are passed in words.
    pub returned: Vec<Word>,
    /// The areas that a return reads: results that are passed as memory.
    pub returned_areas: Vec<Area>,
    /// The words among the results that the caller fills in: addresses for results that it wants elsewhere.
    pub given: Vec<Word>,
    /// The words of results, if a deferred call could see to it that they are returned at any moment.
    pub always: Vec<Word>,
    /// The areas of results, likewise.
    pub always_areas: Vec<Area>,
    /// Stores of pointers that are not made, and why.
    pub unmade: Vec<(Pos, Target, crate::barriers::Reason)>,
    /// Where code continues after a recovered panic.
    pub recover: Option<Label>,
}

/// An instruction and its position.
#[derive(Clone, Copy, Debug)]
pub struct Inst {
    /// What it does.
    pub kind: Kind,
    /// Whose doing it is.
    pub pos: Pos,
    /// The index that it checks is unsigned: one beyond the greatest `int64` is not negative.
    pub unsigned: bool,
}

/// A word, or a number that fits an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operand {
    /// A word.
    Word(Word),
    /// A number.
    Imm(i64),
}

/// Memory at a constant distance from something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mem {
    /// From a pointer. `checked`: it is known not to be nil.
    Ptr {
        /** the pointer */
        base: Word,
        /** bytes from there */
        offset: i64,
        /** is the pointer known not to be nil, or is there an access before that would have noticed? */
        checked: bool,
    },
    /// In an area of the frame.
    Area {
        /** which */
        area: Area,
        /** bytes from its start */
        offset: u32,
    },
    /// In the outgoing words.
    Out {
        /** bytes from the callee's frame */
        offset: u32,
    },
    /// In the package variables.
    Global {
        /** bytes from their start */
        offset: u32,
    },
    /// In read-only memory.
    Static {
        /** bytes from its start */
        offset: u32,
    },
}

impl Mem {
    /// The memory some bytes further on.
    pub fn plus(self, by: u64) -> Mem {
        let by32 = by as u32;
        match self {
            Mem::Ptr { base, offset, checked } => Mem::Ptr { base, offset: offset + by as i64, checked },
            Mem::Area { area, offset } => Mem::Area { area, offset: offset + by32 },
            Mem::Out { offset } => Mem::Out { offset: offset + by32 },
            Mem::Global { offset } => Mem::Global { offset: offset + by32 },
            Mem::Static { offset } => Mem::Static { offset: offset + by32 },
        }
    }

    /// The same through a pointer that an access right before has proved not to be nil.
    pub fn proved(self) -> Mem {
        match self {
            Mem::Ptr { base, offset, .. } => Mem::Ptr { base, offset, checked: true },
            other => other,
        }
    }

    /// Is it in this frame?
    pub fn is_frame(self) -> bool {
        matches!(self, Mem::Area { .. } | Mem::Out { .. })
    }

    /// The pointer that it is reached through.
    pub fn base(self) -> Option<Word> {
        match self {
            Mem::Ptr { base, .. } => Some(base),
            _ => None,
        }
    }
}

/// Operators on one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
#[rustfmt::skip]
pub enum Unary {
    Neg, Com, Not,
    Ext1S, Ext2S, Ext4S, Ext1U, Ext2U, Ext4U,
    NegF, NegG,
    IntToF, UintToF, FToInt, FToUint, FToInt32, IntToG, UintToG, GToInt, GToUint, GToInt32, FToG, GToF,
}

/// Operators on two words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
#[rustfmt::skip]
pub enum Binary {
    Add, Sub, Mul, And, Or, Xor, AndNot, Shl, ShrS, ShrU,
    DivS, DivU, RemS, RemU,
    AddF, SubF, MulF, DivF, AddG, SubG, MulG, DivG,
    Eq, Ne, LtS, LeS, LtU, LeU,
    EqF, NeF, LtF, LeF, EqG, NeG, LtG, LeG,
}

/// What a branch asks of its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Test {
    True,
    False,
    Eq,
    Ne,
    LtS,
    LeS,
    GtS,
    GeS,
    LtU,
    LeU,
    LtF,
    LeF,
}

/// What is called.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Callee {
    /// A function with a body, or an external one.
    Func(FuncId),
    /// A function of a package of ours that the machine has.
    Native(FuncId),
    /// A function value.
    Closure(Word),
    /// A method of a dynamic type: its type word, and an index of [`crate::code::Code::methods`].
    Method(Word, u32),
    /// A routine of the runtime.
    Rt(Rt),
}

/// What a pointer store writes to: the second half of a site's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// A package variable or one that was moved to the heap.
    Variable,
    /// A field of a structure in memory.
    Field,
    /// An element of an array or slice.
    Element,
    /// What a pointer points to.
    Pointee,
    /// An elem in a map's bucket, through the pointer that `mapassign` returned.
    MapSlot,
    /// A variable of this frame.
    Frame,
}

/// Whether a store of pointers has a write barrier, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Barrier {
    /// There are no pointers in what is stored: nothing to decide.
    NoPointers,
    /// Not decided yet.
    Undecided,
    /// It has one.
    Needed,
    /// It has none.
    Spared(crate::barriers::Reason),
}

/// A store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoreInfo {
    /// What it writes to.
    pub target: Target,
    /// Its barrier.
    pub barrier: Barrier,
}

/// What an instruction does.
///
/// `dst` is written, everything else is read.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
pub enum Kind {
    /// Control may come here from branches.
    Label(Label),
    Mov {
        dst: Word,
        src: Word,
    },
    Int {
        dst: Word,
        value: i64,
    },
    /// The address of memory; no check.
    Addr {
        dst: Word,
        of: Mem,
    },
    TypeWord {
        dst: Word,
        ty: Ty,
    },
    Unary {
        op: Unary,
        dst: Word,
        x: Word,
    },
    Binary {
        op: Binary,
        dst: Word,
        x: Word,
        y: Operand,
    },
    /// Runs of two.
    DivComplex {
        dst: Word,
        x: Word,
        y: Word,
    },
    CheckShift {
        x: Word,
    },

    Jump(Label),
    Branch {
        test: Test,
        x: Word,
        y: Operand,
        to: Label,
    },
    Return,
    Unreachable,

    Load {
        dst: Word,
        from: Mem,
        width: Width,
    },
    Store {
        to: Mem,
        src: Word,
        width: Width,
        info: StoreInfo,
    },
    /// A value of a type as a block; `temps` are for addresses.
    Copy {
        to: Mem,
        from: Mem,
        ty: Ty,
        info: StoreInfo,
        temps: [Word; 2],
    },
    /// The zero value of a type as a block.
    Clear {
        to: Mem,
        ty: Ty,
        info: StoreInfo,
        temp: Word,
    },
    NilCheck {
        x: Word,
    },

    Bounds {
        index: Word,
        len: Operand,
    },
    /// `dst = base + index * size`
    Scale {
        dst: Word,
        base: Word,
        index: Word,
        size: u32,
    },
    /// The address of an element of the slice that the run `base` begins with, with check.
    Element {
        dst: Word,
        base: Word,
        index: Word,
        size: u32,
    },
    /// An element of the slice or string of the run `base`, with check.
    Index {
        dst: Word,
        base: Word,
        index: Word,
        width: Width,
    },
    /// The first two words of an element of the slice `base`, with check.
    IndexPair {
        dst: Word,
        base: Word,
        index: Word,
        size: u32,
    },
    /// Stores an element without barrier, with check.
    SetIndex {
        base: Word,
        index: Word,
        src: Word,
        width: Width,
    },
    /// Checks the run of `lo`, `hi`, `max`.
    SliceBounds {
        bounds: Word,
        cap: Word,
        what: crate::code::SliceCheck,
    },
    /// The pointer of a slice expression: `dst = base + lo * size` unless the capacity is zero.
    SlicePtr {
        dst: Word,
        base: Word,
        lo: Word,
        cap: Word,
        size: u32,
    },

    /// `args`: words of results and arguments.
    Call {
        callee: Callee,
        words: u32,
    },
    New {
        dst: Word,
        ty: Ty,
    },

    /// An area is about to get a value as a whole: what it held before does not matter.
    Define(Area),
    /// An area is dead.
    Kill(Area),
    /// An area is alive.
    Keep(Area),
    /// A word is alive.
    KeepWord(Word),
}

impl Kind {
    /// The words that are written, in a run that begins with the first: how many.
    pub fn def(&self) -> Option<(Word, u32)> {
        match *self {
            Kind::Mov { dst, .. }
            | Kind::Int { dst, .. }
            | Kind::Addr { dst, .. }
            | Kind::TypeWord { dst, .. }
            | Kind::Unary { dst, .. }
            | Kind::Binary { dst, .. }
            | Kind::Load { dst, .. }
            | Kind::Scale { dst, .. }
            | Kind::Element { dst, .. }
            | Kind::Index { dst, .. }
            | Kind::SlicePtr { dst, .. }
            | Kind::New { dst, .. } => Some((dst, 1)),
            Kind::DivComplex { dst, .. } | Kind::IndexPair { dst, .. } => Some((dst, 2)),
            _ => None,
        }
    }

    /// The words that are written.
    pub fn defs(&self) -> impl Iterator<Item = Word> + use<> {
        let (first, count) = self.def().unwrap_or((Word(0), 0));
        (0..count).map(move |i| first.next(i))
    }

    /// Calls `f` for every word that is read, in a way that allows it to put another one in its place; not for words of runs
    /// (of which [`Kind::run_uses`] tells).
    pub fn uses_mut(&mut self, mut f: impl FnMut(&mut Word)) {
        let mem = |m: &mut Mem, f: &mut dyn FnMut(&mut Word)| {
            if let Mem::Ptr { base, .. } = m {
                f(base);
            }
        };
        match self {
            Kind::Mov { src, .. } => f(src),
            Kind::Addr { of, .. } => mem(of, &mut f),
            Kind::Unary { x, .. } | Kind::CheckShift { x } | Kind::NilCheck { x } => f(x),
            Kind::Binary { x, y, .. } | Kind::Branch { x, y, .. } => {
                f(x);
                if let Operand::Word(y) = y {
                    f(y);
                }
            }
            Kind::Load { from, .. } => mem(from, &mut f),
            Kind::Store { to, src, .. } => {
                mem(to, &mut f);
                f(src);
            }
            Kind::Copy { to, from, .. } => {
                mem(to, &mut f);
                mem(from, &mut f);
            }
            Kind::Clear { to, .. } => mem(to, &mut f),
            Kind::Bounds { index, len } => {
                f(index);
                if let Operand::Word(len) = len {
                    f(len);
                }
            }
            Kind::Scale { base, index, .. } => {
                f(base);
                f(index);
            }
            Kind::Element { index, .. } | Kind::Index { index, .. } | Kind::IndexPair { index, .. } => f(index),
            Kind::SetIndex { index, src, .. } => {
                f(index);
                f(src);
            }
            Kind::SliceBounds { cap, .. } => f(cap),
            Kind::SlicePtr { base, lo, cap, .. } => {
                f(base);
                f(lo);
                f(cap);
            }
            Kind::Call { callee: Callee::Closure(x) | Callee::Method(x, _), .. } => f(x),
            Kind::KeepWord(x) => f(x),
            _ => {}
        }
    }

    /// The runs that are read: first word and how many.
    pub fn run_uses(&self) -> [Option<(Word, u32)>; 2] {
        match *self {
            Kind::DivComplex { x, y, .. } => [Some((x, 2)), Some((y, 2))],
            Kind::Element { base, .. }
            | Kind::Index { base, .. }
            | Kind::IndexPair { base, .. }
            | Kind::SetIndex { base, .. } => [Some((base, 2)), None],
            Kind::SliceBounds { bounds, what, .. } => {
                let three = matches!(what, crate::code::SliceCheck::Slice3 | crate::code::SliceCheck::Length3);
                [Some((bounds, if three { 3 } else { 2 })), None]
            }
            _ => [None, None],
        }
    }

    /// Every word that is read.
    pub fn uses(&self, mut f: impl FnMut(Word)) {
        let mut copy = *self;
        copy.uses_mut(|w| f(*w));
        for (first, count) in self.run_uses().into_iter().flatten() {
            (0..count).for_each(|i| f(first.next(i)));
        }
    }

    /// The memory that is read or written, with whether it is written.
    pub fn memory(&self) -> [Option<(Mem, bool)>; 2] {
        match *self {
            Kind::Load { from, .. } => [Some((from, false)), None],
            Kind::Store { to, .. } | Kind::Clear { to, .. } => [Some((to, true)), None],
            Kind::Copy { to, from, .. } => [Some((to, true)), Some((from, false))],
            _ => [None, None],
        }
    }

    /// The words that it uses for itself.
    pub fn temps(&self) -> impl Iterator<Item = Word> + use<> {
        let needs = |mem: Mem| !matches!(mem, Mem::Ptr { offset: 0, .. });
        let temps = match *self {
            Kind::Copy { to, from, temps, .. } => [needs(to).then_some(temps[0]), needs(from).then_some(temps[1])],
            Kind::Clear { to, temp, .. } => [needs(to).then_some(temp), None],
            _ => [None, None],
        };
        temps.into_iter().flatten()
    }

    /// Can the collector run, or other code, while it does?
    pub fn is_safepoint(&self) -> bool {
        matches!(self, Kind::Call { .. } | Kind::New { .. })
    }

    /// Does control never go on with the next instruction?
    pub fn is_end(&self) -> bool {
        matches!(self, Kind::Jump(_) | Kind::Return | Kind::Unreachable)
    }

    /// Where it may jump to.
    pub fn target(&self) -> Option<Label> {
        match *self {
            Kind::Jump(to) | Kind::Branch { to, .. } => Some(to),
            _ => None,
        }
    }
}

impl Flow {
    /// Adds a run of words, which are pointers as `pointers` says.
    pub fn add_run(&mut self, pointers: &[bool], owner: impl Fn(u32) -> Owner, pos: Pos) -> Word {
        let first = Word(self.words.len() as u32);
        let count = pointers.len() as u32;
        for (i, &pointer) in pointers.iter().enumerate() {
            let i = i as u32;
            let follow = count - 1 - i;
            self.words.push(WordInfo { pointer, owner: owner(i), fixed: None, follow, joined: false, pos });
        }
        first
    }

    /// Says that instructions need words side by side.
    pub fn join(&mut self, first: Word, count: u32) {
        (0..count).for_each(|i| self.words[first.next(i).index()].joined = true);
    }

    /// Adds a label, to be put somewhere.
    pub fn add_label(&mut self) -> Label {
        self.labels += 1;
        Label(self.labels - 1)
    }

    /// What is known about a word of the frame.
    pub fn word(&self, word: Word) -> &WordInfo {
        &self.words[word.index()]
    }

    /// Does a word belong to a variable that the program declares?
    pub fn is_named(&self, word: Word, func: &crate::ir::Func) -> bool {
        match (word.outgoing(), word) {
            (Some(_), _) => false,
            (None, word) => match self.word(word).owner {
                Owner::Local(id, _) | Owner::Heap(id) => func.local(id).class != crate::ir::Class::Temp,
                Owner::Scratch => false,
            },
        }
    }
}
