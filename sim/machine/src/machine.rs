//! A program under way: memory, goroutines, output.

use crate::control;
use crate::gear::Gears;
use crate::goroutine::{Goroutine, Panic, Trap, raised};
use crate::image::{Image, LoadError};
use crate::place::Caller;
use crate::process::{Output, Process, Stream};
use compiler::runtime::Rt;
use gc::addr::WORD;
use gc::mutator::FastRand;
use gc::record::{Effect, Log};
use gc::runtime::{Config, FaultInfo, Runtime};
use gc::verify::Violation;
use gc::{Addr, Call, Stop};
use std::sync::Arc;

/// How a program ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It returned from `main`, or called `os.Exit`.
    Exit(i32),
    /// It panicked; what Go prints has been written to standard error. Exit code 2.
    Panicked,
    /// An unrecoverable fault of the program, with its text; written as well. Exit code 2.
    Throw(String),
    /// An oracle found the heap unsafe.
    Violation(Vec<Violation>),
    /// The limit of simulated memory was reached.
    OutOfMemory,
    /// It needs something that is not there, by name.
    Unsupported(String),
    /// A fault of the simulator or the compiler, not of the program.
    Fault(String),
}

/// How far a run got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress {
    /// The program has ended.
    Ended(Outcome),
    /// It has run as long as it was to, or output waits to be taken.
    Paused,
}

/// A program under way.
#[derive(Clone, Debug)]
pub struct Machine<I: Gears> {
    image: Arc<Image>,
    runtime: Runtime<I>,
    goroutines: Vec<Goroutine>,
    process: Process,
    /// The instruction that the stepped gear is in the middle of.
    log: Log,
    ended: Option<Outcome>,
}

/// Words that the interpreter's window reaches beyond the start of a frame.
const WINDOW: u64 = 256;

/// Below this address nothing is ever mapped: an access there is one through a nil pointer.
const NIL_PAGE: u64 = 1 << 16;

/// Instructions without effect that one step may perform.
const QUIET: usize = 4096;

impl<I: Gears> Machine<I> {
    /// Sets up memory for a program and its first goroutine. `config.stack_words` is the size of each stack, `seed` that
    /// of the program's random numbers.
    ///
    /// # Errors
    /// If the memory limit does not leave room for the program's data and a stack.
    pub fn new(image: Arc<Image>, config: Config, seed: u64, args: Vec<String>) -> Result<Machine<I>, LoadError> {
        let room = |_: Stop| LoadError("the memory limit leaves no room for the program's data and a stack".into());
        let stack_words = config.stack_words;
        if stack_words < 4 * WINDOW {
            return Err(LoadError(format!("a stack of {stack_words} words is too small")));
        }
        let mut runtime = Runtime::new(config, image.type_table().clone());
        let data = runtime.add_data(image.data()).map_err(room)?;
        let globals = runtime.add_globals(image.globals_type()).map_err(room)?;
        if (data, globals) != (image.zero(), image.globals) {
            return Err(LoadError("data is not where it was said to be".into()));
        }
        runtime.set_stack_maps(image.clone());
        let mutator = runtime.add_mutator(FastRand(seed)).map_err(room)?;
        let record = runtime.mutators()[mutator].stack();
        let root = Call { pc: Caller::Init.place(), frame: record };
        control::start(&mut runtime, &image, image.code.init, root)
            .map_err(|_| LoadError("the program has no function that initialises it".into()))?;
        let stack_limit = record.offset((stack_words - WINDOW) * WORD).0;
        let main = Goroutine { id: 1, record, stack_limit, ..Goroutine::default() };
        let process = Process { args, ..Process::default() };
        Ok(Machine { image, runtime, goroutines: vec![main], process, log: Log::new(), ended: None })
    }

    /// Runs at full speed for about `steps` calls and backward branches.
    pub fn run(&mut self, steps: u64) -> Progress {
        let mut fuel = steps.max(1);
        if self.between_instructions() {
            self.log.clear();
        }
        while self.ended.is_none() {
            let g = &mut self.goroutines[0];
            let trap = I::run(&mut self.runtime, &self.image, g, &mut self.process, &mut fuel);
            match trap {
                Trap::Fuel => return Progress::Paused,
                Trap::Step => {
                    if self.process.output.is_large() {
                        return Progress::Paused;
                    }
                }
                trap => self.attend(trap),
            }
        }
        self.progress()
    }

    /// Performs one effect of the program, and goes on to just before the next.
    ///
    /// What lies between, instructions on words of the frame, no other actor can see: so nobody could act there. A
    /// stretch of more than 4096 such instructions is cut, as it may have no end.
    pub fn step(&mut self) -> Progress {
        let mut effects = 1;
        for _ in 0..QUIET {
            if self.ended.is_some() {
                break;
            }
            let g = &mut self.goroutines[0];
            let trap = I::step(&mut self.runtime, &mut self.log, &self.image, g, &mut self.process, effects);
            if trap == Trap::Stop(Stop::Yield) {
                break;
            }
            self.log.clear();
            if trap != Trap::Step {
                self.attend(trap);
            }
            effects = 0;
        }
        self.runtime.publish();
        self.progress()
    }

    /// The effect that comes next, if it is known.
    pub fn pending(&self) -> Option<Effect> {
        self.log.pending()
    }

    /// Is no instruction half done? Then the gears can be changed.
    pub fn between_instructions(&self) -> bool {
        self.log.done().is_empty()
    }

    /// May the collector stop the world now, because the effect to come is a safepoint?
    pub fn at_safepoint(&self) -> bool {
        self.log.pending().is_some() && self.log.at_safepoint()
    }

    /// The pointers that the runtime's own frames hold across that safepoint.
    pub fn live(&self) -> &[Addr] {
        self.log.live()
    }

    /// What the program has written to a stream and nobody has taken yet.
    pub fn written(&self, stream: Stream) -> Vec<u8> {
        self.process.output.of(stream)
    }

    /// The same of all streams, to be taken.
    pub fn output(&mut self) -> &mut Output {
        &mut self.process.output
    }

    /// The name of the site of a kind (`map slot`) in the source line of the instruction under way.
    pub fn site_here(&self, kind: &str) -> Option<&str> {
        let pos = self.image.pos_at(self.runtime.call_stack().top.pc)?;
        let mut sites = self.image.code().sites.iter().filter(|site| site.name.ends_with(kind));
        sites.find(|site| site.pos == pos).map(|site| site.name.as_str())
    }

    /// Heap, collector and stacks.
    pub fn runtime(&self) -> &Runtime<I> {
        &self.runtime
    }

    /// The same, for who drives the collector.
    pub fn runtime_mut(&mut self) -> &mut Runtime<I> {
        &mut self.runtime
    }

    /// The program.
    pub fn image(&self) -> &Arc<Image> {
        &self.image
    }

    fn progress(&self) -> Progress {
        match &self.ended {
            Some(outcome) => Progress::Ended(outcome.clone()),
            None => Progress::Paused,
        }
    }

    /// Sees to what the gears cannot: faults, panics, the end.
    fn attend(&mut self, trap: Trap) {
        let g = &mut self.goroutines[0];
        let place = |what: &str, at: Call, image: &Image| {
            let (name, pc) = image.describe(at.pc);
            Outcome::Fault(format!("{what}, in {name} at {pc}"))
        };
        let at = gc::Frames::stack(&mut self.runtime).top;
        let outcome = match trap {
            Trap::Step | Trap::Fuel | Trap::Panic | Trap::Returned | Trap::Control(..) => return,
            Trap::StackOverflow => {
                self.process.print("runtime: goroutine stack exceeds 1000000000-byte limit\n");
                self.throw("stack overflow")
            }
            Trap::Bug(what) => place(what, at, &self.image),
            Trap::Stop(Stop::Fault) => match self.runtime.fault() {
                Some(FaultInfo::Access(a)) if a.0 < NIL_PAGE => {
                    control::raise(&mut self.runtime, g, Panic::Memory(a.0));
                    return;
                }
                Some(FaultInfo::Access(a)) => place(&format!("an access to {a}, where nothing is"), at, &self.image),
                _ => place("a fault", at, &self.image),
            },
            Trap::Stop(Stop::Violation) => Outcome::Violation(self.runtime.violations().to_vec()),
            Trap::Stop(Stop::OutOfMemory) => {
                self.process.print("runtime: out of memory\n");
                self.process.print("fatal error: out of memory\n");
                Outcome::OutOfMemory
            }
            Trap::Stop(Stop::Yield) => place("an effect that was not performed", at, &self.image),
            Trap::Stop(Stop::Raised { code, arg }) => match code {
                raised::EXIT => Outcome::Exit(self.process.exit.unwrap_or(0)),
                raised::UNSUPPORTED => {
                    Outcome::Unsupported(Rt::ALL.get(arg as usize).map_or("?", |rt| rt.name()).to_string())
                }
                raised::NATIVE => {
                    let name = self.image.code.natives.get(arg as usize);
                    Outcome::Unsupported(name.cloned().unwrap_or_else(|| "?".into()))
                }
                raised::THROW => {
                    let text = self.process.throw.take().unwrap_or_default();
                    self.throw(&text)
                }
                raised::ENDED => Outcome::Panicked,
                _ => place("an argument that is none", at, &self.image),
            },
        };
        self.ended = Some(outcome);
    }

    fn throw(&mut self, text: &str) -> Outcome {
        self.process.print(&format!("fatal error: {text}\n\ngoroutine 1 [running]:\n"));
        Outcome::Throw(text.into())
    }
}

/// The address of an outgoing area.
pub(crate) fn area(frame: Addr, base: u16) -> Addr {
    frame.offset(u64::from(base) * WORD)
}
