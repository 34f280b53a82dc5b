//! Which functions are active, other than by calls and returns among compiled functions.
//!
//! A call from outside of compiled code, by the runtime, leaves two entries among the callers: the function that was under way,
//! and above it one that names the reason ([`Caller`]). The callee's frame lies beyond all that the function under way can reach.
//! When the callee returns, the interpreter finds the reason where a function should be, and [`returned`] goes on from there.
//!
//! ```text
//! callers:  …  main.f at 7 │ DEFERRED        top: main.f.func1
//! frames:   …  main.f's, with its outgoing area │ main.f.func1's
//! ```

use crate::goroutine::{Floor, Goroutine, Panic, RECORD_WORDS, Task, Trap, raised};
use crate::image::Image;
use crate::interpret::interpret;
use crate::machine::area;
use crate::panic;
use crate::place::{Caller, ENTRY, RAISED};
use crate::process::Process;
use compiler::runtime::Rt;
use gc::addr::WORD;
use gc::{Addr, Call, Effects, Frames, Stop};
use mapruntime::{Raise, Severity};

/// Runs a goroutine until something must be seen to outside of it; or, in the stepped gear, until one instruction or
/// task is complete.
pub(crate) fn run<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &mut Goroutine,
    p: &mut Process,
    fuel: &mut u64,
) -> Trap {
    loop {
        let trap = match &g.task {
            Task::Run => interpret(e, image, g, p, fuel),
            _ => match panic::perform(e, image, g, p) {
                Ok(()) => Trap::Step,
                Err(trap) => trap,
            },
        };
        let done = match trap {
            Trap::Step => Ok(()),
            Trap::Panic => g.panic.take().map_or(Err(Trap::Bug("no panic")), |panic| {
                raise(e, g, panic);
                Ok(())
            }),
            Trap::Stop(stop @ Stop::Raised { code, .. }) if code < raised::PANIC => map_raise(e, image, g, p, stop),
            Trap::Stop(Stop::Raised { code: raised::PANIC, .. }) => {
                g.panic.take().map_or(Err(Trap::Bug("no panic")), |panic| {
                    raise(e, g, panic);
                    Ok(())
                })
            }
            Trap::Stop(Stop::Raised { code: raised::FINALIZER, .. }) => finalize(e, image, g, p),
            Trap::Returned => returned(e, image, g, p),
            Trap::Control(rt, base) => control(e, image, g, rt, base),
            other => Err(other),
        };
        match done {
            Ok(()) if E::STEPPED || p.output.is_large() => return Trap::Step,
            Ok(()) => {}
            Err(trap) => return trap,
        }
    }
}

/// The function under way panics at its instruction, and does not go on from there.
pub(crate) fn raise<E: Frames>(e: &mut E, g: &mut Goroutine, panic: Panic) {
    e.stack().top.pc |= RAISED;
    g.task = Task::Raise(panic);
}

/// What the map runtime raises.
fn map_raise<E: Frames>(e: &mut E, image: &Image, g: &mut Goroutine, p: &mut Process, stop: Stop) -> Result<(), Trap> {
    let Some(raised) = Raise::of(stop) else { return Err(Trap::Bug("an unknown fault of the map runtime")) };
    let text = raised.text(image.universe());
    if raised.severity() == Severity::Throw {
        p.throw = Some(text);
        return Err(Trap::Stop(Stop::Raised { code: raised::THROW, arg: 0 }));
    }
    let panic = match text.strip_prefix("runtime error: ") {
        Some(text) => Panic::Error(text.into()),
        None => Panic::Plain(text),
    };
    raise(e, g, panic);
    Ok(())
}

/// Calls a function from outside of compiled code, on top of the one under way: `args` are the words from the start of its
/// frame on. Gives the frame.
pub(crate) fn call<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &Goroutine,
    func: u64,
    reason: Caller,
    words: &[u64],
    closure: Option<u64>,
) -> Result<Addr, Trap> {
    let top = e.stack().top;
    let below = image.function_at(top.pc).and_then(|f| image.entries.get(f));
    let Some(below) = below else { return Err(Trap::Bug("a call from nowhere")) };
    let Some(callee) = image.entries.get(func as usize) else { return Err(Trap::Bug("a call of no function")) };
    let frame = top.frame.offset(below.reach);
    if frame.0 + callee.reach > g.stack_limit {
        return Err(Trap::StackOverflow);
    }
    let outside = || Trap::Bug("a frame outside of memory");
    e.frame_words(frame, words.len() as u64).ok_or_else(outside)?.copy_from_slice(words);
    if let Some(closure) = closure {
        e.frame_words(frame.offset(u64::from(callee.closure) * WORD), 1).ok_or_else(outside)?[0] = closure;
    }
    let mark = if e.polls() { ENTRY } else { 0 };
    let stack = e.stack();
    stack.callers.push(top);
    stack.callers.push(Call { pc: reason.place(), frame });
    stack.top = Call { pc: u64::from(callee.start) | mark, frame };
    Ok(frame)
}

/// Calls a closure without arguments and results.
pub(crate) fn call_closure<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &Goroutine,
    closure: u64,
    reason: Caller,
) -> Result<(), Trap> {
    let func = e.load(Addr(closure)).map_err(Trap::Stop)?;
    call(e, image, g, func, reason, &[], Some(closure)).map(drop)
}

/// Calls the finalizer that is waiting, on top of the function under way. In Go it has a goroutine of its own: nothing that
/// is deferred below runs for its panics.
fn finalize<E: Effects + Frames>(e: &mut E, image: &Image, g: &mut Goroutine, p: &mut Process) -> Result<(), Trap> {
    let Some(finalizer) = p.finalizer else { return Err(Trap::Bug("no finalizer")) };
    let func = e.load(finalizer.function).map_err(Trap::Stop)?;
    let Some(callee) = image.code.funcs.get(func as usize) else { return Err(Trap::Bug("a call of no function")) };
    let mut words = vec![0; callee.results as usize];
    // A parameter is the pointer, or an interface that has it.
    words.extend([finalizer.tag].iter().filter(|&&word| word != 0));
    words.push(finalizer.object.0);
    call(e, image, g, func, Caller::Finalizer, &words, Some(finalizer.function.0))?;
    p.finalizer = None;
    p.finalizing = true;
    g.floor = Floor { depth: e.stack().callers.len() as u64, panics: g.panics.len() };
    Ok(())
}

/// A function has returned to a caller that is not compiled, which is at the top now.
fn returned<E: Effects + Frames>(e: &mut E, image: &Image, g: &mut Goroutine, p: &mut Process) -> Result<(), Trap> {
    let top = e.stack().top;
    let Some(caller) = Caller::at(top.pc) else { return Err(Trap::Bug("a place outside of the code")) };
    if caller == Caller::Main {
        p.exit = Some(0);
        return Err(Trap::Stop(Stop::Raised { code: raised::EXIT, arg: 0 }));
    }
    if caller == Caller::Init {
        return start(e, image, image.code.main, Call { pc: Caller::Main.place(), ..top });
    }
    let mut results = [0; 2];
    if matches!(caller, Caller::Raise | Caller::Tell(_)) {
        let Some(words) = e.frame_words(top.frame, 2) else { return Err(Trap::Bug("a frame outside of memory")) };
        results.copy_from_slice(words);
    }
    let Some(below) = e.stack().callers.pop() else { return Err(Trap::Bug("a return to nowhere")) };
    e.stack().top = below;
    match caller {
        Caller::Raise => g.task = Task::Begin(results[0], results[1]),
        Caller::Deferred => g.task = Task::Deferred,
        Caller::Tell(n) => g.task = Task::Told(n as usize, results[0], results[1]),
        Caller::Finalizer => {
            g.floor = Floor::default();
            p.finalizing = false;
        }
        Caller::Again | Caller::Init | Caller::Main => {}
    }
    Ok(())
}

/// Starts a function at the bottom of a stack.
pub(crate) fn start<E: Frames>(e: &mut E, image: &Image, func: u32, root: Call) -> Result<(), Trap> {
    let Some(entry) = image.entries.get(func as usize) else { return Err(Trap::Bug("a start of no function")) };
    let stack = e.stack();
    stack.callers.clear();
    stack.callers.push(root);
    stack.top = Call { pc: u64::from(entry.start), frame: root.frame.offset(RECORD_WORDS * WORD) };
    Ok(())
}

/// Routines that change which functions are active, or ask.
fn control<E: Effects + Frames>(e: &mut E, image: &Image, g: &mut Goroutine, rt: Rt, base: u16) -> Result<(), Trap> {
    let top = e.stack().top;
    let at = area(top.frame, base);
    let outside = || Trap::Bug("a word outside of memory");
    match rt {
        Rt::DeferReturn => {
            if !panic::defer_return(e, image, g)? {
                e.stack().top.pc += 1;
            }
        }
        Rt::GoPanic => {
            let &mut [ty, data] = e.frame_words(at, 2).ok_or_else(outside)? else { return Err(outside()) };
            g.task = Task::Raise(Panic::Value(ty, data));
        }
        Rt::GoRecover => {
            let value = panic::recover(e, image, g).map_err(Trap::Stop)?;
            e.frame_words(at, 2).ok_or_else(outside)?.copy_from_slice(&value);
            e.stack().top.pc += 1;
        }
        _ => return Err(Trap::Bug("a routine that is no matter of control")),
    }
    Ok(())
}
