//! A goroutine: what it is in the middle of, besides the functions that are active.
//!
//! Its functions and their frames are the mutator's ([`gc::CallStack`]) and its stack's memory. What it has deferred and what
//! it panics with are objects of the simulated heap, in lists that start in the first words of its stack, so that
//! the collector sees them:
//!
//! ```text
//! stack ─▶ defers │ panics │ …            the goroutine's record, live as long as it is
//!            │        └─▶ link │ value's type word │ value's data word
//!            └─▶ link │ function │ depth │ started by which panic
//! ```

use crate::text::{Assertion, Bound};
use compiler::runtime::Rt;
use gc::{Addr, GroupStore, Stop};

/// Words of a goroutine's record at the start of its stack.
pub(crate) const RECORD_WORDS: u64 = 8;

/// Where in the record the list of deferred calls starts.
pub(crate) const DEFERS: u64 = 0;

/// Where in the record the list of panics starts.
pub(crate) const PANICS: u64 = 8;

/// A deferred call, in the heap.
pub(crate) mod deferred {
    /// The one deferred before.
    pub(crate) const LINK: u64 = 0;
    /// The closure.
    pub(crate) const FUNC: u64 = 8;
    /// How many callers the deferring function had: which activation it is.
    pub(crate) const DEPTH: u64 = 16;
    /// The panic that runs it, by its number plus one; 0 if none does yet.
    pub(crate) const STARTED: u64 = 24;
}

/// A panic under way, in the heap.
pub(crate) mod panicking {
    /// The one before.
    pub(crate) const LINK: u64 = 0;
    /// The value's type word.
    pub(crate) const TYPE: u64 = 8;
    /// The value's data word.
    pub(crate) const DATA: u64 = 16;
}

/// What is known of a panic under way besides its value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Panicking {
    /// How many callers the deferred function has that it runs now: only that one may recover.
    pub(crate) depth: Option<u32>,
    /// A deferred function has recovered it.
    pub(crate) recovered: bool,
    /// A deferred call that it ran has panicked itself: this one does not go on.
    pub(crate) aborted: bool,
    /// The method that tells its value is running.
    pub(crate) telling: bool,
}

/// Where something starts that is no business of the functions below: their deferred calls do not see its panics.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Floor {
    /// How many callers there are below.
    pub(crate) depth: u64,
    /// How many panics.
    pub(crate) panics: usize,
}

/// A goroutine.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Goroutine {
    /// Its number, from 1.
    pub(crate) id: u64,
    /// Its record: the start of its stack.
    pub(crate) record: Addr,
    /// No frame may reach beyond this address.
    pub(crate) stack_limit: u64,
    /// Panics under way, the last one last; as long as the list in the heap.
    pub(crate) panics: Vec<Panicking>,
    /// What it does instead of the next instruction.
    pub(crate) task: Task,
    /// The panic that the instruction under way has raised.
    pub(crate) panic: Option<Panic>,
    /// The address of the last nil dereference since there was no panic: a report of a panic shows it as a signal.
    pub(crate) signal: Option<u64>,
    /// Where the finalizer starts that runs on top of it.
    pub(crate) floor: Floor,
    /// Room for the stores of a group.
    pub(crate) group: Vec<GroupStore>,
}

/// What a goroutine does next.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Task {
    /// The next instruction.
    #[default]
    Run,
    /// Raises a panic: makes its value, then goes on with `Panic`.
    Raise(Panic),
    /// Begins a panic with a value: type word and data word.
    Begin(u64, u64),
    /// Runs the next deferred call of the panic under way.
    Unwind,
    /// A deferred call that a panic ran has returned.
    Deferred,
    /// Nothing recovers: turns the values of the first so many panics into text, the last one first, then prints all.
    Tell(usize),
    /// The method that tells a panic's value has returned this string.
    Told(usize, u64, u64),
    /// Has ended.
    Done,
}

/// A run-time panic of the program.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Panic {
    /// An index or a bound is out of range: which check, the value, and what it is compared with.
    Bounds(Bound, u64, u64),
    /// Integer division by zero.
    Divide,
    /// A negative shift count.
    Shift,
    /// A nil dereference, and the address that was to be accessed.
    Memory(u64),
    /// A `runtime error: `, with its text.
    Error(String),
    /// A text of the runtime without that prefix.
    Plain(String),
    /// A type assertion failed.
    Assertion(Assertion),
    /// `panic(value)`: type word and data word.
    Value(u64, u64),
}

/// Why the interpreter came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trap {
    /// One instruction was completed: the gear that stops after each.
    Step,
    /// It has run long enough.
    Fuel,
    /// An effect stopped the instruction.
    Stop(Stop),
    /// The instruction panics, with what is in the goroutine.
    Panic,
    /// A function has returned to a caller that is not compiled.
    Returned,
    /// The instruction is a routine that changes which functions are active; its outgoing area.
    Control(Rt, u16),
    /// No room for another frame.
    StackOverflow,
    /// Something that cannot be: a fault of ours.
    Bug(&'static str),
}

/// Codes of [`Stop::Raised`] from this layer on; see [`mapruntime::Raise`] for those below.
pub(crate) mod raised {
    /// A panic, with what is in the goroutine.
    pub(crate) const PANIC: u8 = 64;
    /// The program exits, with what is in the process.
    pub(crate) const EXIT: u8 = 65;
    /// A routine that is not there yet; the number is the routine's.
    pub(crate) const UNSUPPORTED: u8 = 66;
    /// A native that is not there; the number is the native's.
    pub(crate) const NATIVE: u8 = 67;
    /// A word that should stand for a type does not.
    pub(crate) const BUG: u8 = 68;
    /// An unrecoverable fault of the program, with the text in the process.
    pub(crate) const THROW: u8 = 69;
    /// A panic that nobody recovered has been printed.
    pub(crate) const ENDED: u8 = 70;
    /// A finalizer is to be called, which is in the process; the instruction is performed again after it.
    pub(crate) const FINALIZER: u8 = 71;
}

impl Goroutine {
    /// Raises a panic out of a routine.
    #[cold]
    pub(crate) fn raise(&mut self, panic: Panic) -> Stop {
        self.panic = Some(panic);
        Stop::Raised { code: raised::PANIC, arg: 0 }
    }
}

/// A fault of ours, found in a routine.
#[cold]
pub(crate) fn bug() -> Stop {
    Stop::Raised { code: raised::BUG, arg: 0 }
}
