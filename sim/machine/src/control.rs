//! Which functions are active, other than by calls and returns among compiled functions.
//!
//! A call from outside of compiled code, by the runtime, leaves two entries among the callers: the function that was under way,
//! and above it one that names the reason ([`caller`]). The callee's frame lies beyond all that the function under way can reach.
//! When the callee returns, the interpreter finds the reason where a function should be, and [`returned`] goes on from there.
//!
//! ```text
//! callers:  …  main.f at 7 │ DEFERRED        top: main.f.func1
//! frames:   …  main.f's, with its outgoing area │ main.f.func1's
//! ```

use crate::goroutine::{Goroutine, Panic, Task, Trap, raised};
use crate::image::{Image, RAISED, caller};
use crate::interpret::{ENTRY, interpret};
use crate::machine::area;
use crate::panic;
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
    func: u32,
    reason: (u32, u32),
    words: &[u64],
    closure: Option<u64>,
) -> Result<Addr, Trap> {
    let top = e.stack().top;
    let Some(below) = image.functions.get(top.func as usize) else { return Err(Trap::Bug("a call from nowhere")) };
    let Some(callee) = image.functions.get(func as usize) else { return Err(Trap::Bug("a call of no function")) };
    let frame = top.frame.offset(below.reach);
    if frame.0 + callee.reach > g.stack_limit {
        return Err(Trap::StackOverflow);
    }
    let outside = || Trap::Bug("a frame outside of memory");
    e.frame_words(frame, words.len() as u64).ok_or_else(outside)?.copy_from_slice(words);
    if let (Some(closure), Some(word)) = (closure, callee.closure) {
        e.frame_words(frame.offset(u64::from(word) * WORD), 1).ok_or_else(outside)?[0] = closure;
    }
    let pc = if e.polls() { ENTRY } else { 0 };
    let stack = e.stack();
    stack.callers.push(top);
    stack.callers.push(Call { func: reason.0, pc: reason.1, frame });
    stack.top = Call { func, pc, frame };
    Ok(frame)
}

/// Calls a closure without arguments and results.
pub(crate) fn call_closure<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &Goroutine,
    closure: u64,
    reason: u32,
) -> Result<(), Trap> {
    let code = e.load(Addr(closure)).map_err(Trap::Stop)?;
    let func = u32::try_from(code).unwrap_or(u32::MAX);
    call(e, image, g, func, (reason, 0), &[], Some(closure)).map(drop)
}

/// A function has returned to a caller that is not compiled, which is at the top now.
fn returned<E: Effects + Frames>(e: &mut E, image: &Image, g: &mut Goroutine, p: &mut Process) -> Result<(), Trap> {
    let reason = e.stack().top;
    if reason.func == caller::ROOT {
        if reason.pc == 1 {
            p.exit = Some(0);
            return Err(Trap::Stop(Stop::Raised { code: raised::EXIT, arg: 0 }));
        }
        let frame = reason.frame.offset(crate::goroutine::RECORD_WORDS * WORD);
        let stack = e.stack();
        stack.callers.push(Call { pc: 1, ..reason });
        stack.top = Call { func: image.code.main, pc: 0, frame };
        return Ok(());
    }
    let Some(below) = e.stack().callers.pop() else { return Err(Trap::Bug("a return to nowhere")) };
    e.stack().top = below;
    let mut results = [0; 2];
    if matches!(reason.func, caller::RAISE | caller::TELL) {
        let Some(words) = e.frame_words(reason.frame, 2) else { return Err(Trap::Bug("a frame outside of memory")) };
        results.copy_from_slice(words);
    }
    match reason.func {
        caller::AGAIN => {}
        caller::RAISE => g.task = Task::Begin(results[0], results[1]),
        caller::DEFERRED => g.task = Task::Deferred,
        caller::TELL => g.task = Task::Told(reason.pc as usize, results[0], results[1]),
        _ => return Err(Trap::Bug("a return to an unknown caller")),
    }
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
