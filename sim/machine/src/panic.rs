//! Panics: deferred calls run on top of the function that panics, and one of them may recover.
//!
//! ```text
//! begin:     push the panic
//! unwind:    the last deferred call
//!                started by an earlier panic: it has panicked; that panic is aborted, the call dropped; unwind
//!                otherwise: run it, on top of everything
//!                none left: nothing recovers; tell the values of all panics, print them, exit with 2
//! deferred:  it has returned: drop it
//!                it recovered: drop the panic, and aborted ones below it; the function that deferred the call goes on at its
//!                              `recover` place, all functions above it are gone
//!                otherwise: unwind
//! ```
//!
//! A deferred call that is running has a started record in the list; if it panics, the new panic finds it there.
//!
//! `recover` is right only in a function that the panic itself runs as a deferred call: the number of callers tells. Functions
//! marked as wrappers do not count, wherever they stand between the two.
//!
//! Each task is effects and then changes of the goroutine, so it can be stopped and run again as an instruction can.
//!
//! Source: Go 1.19 runtime/panic.go, without open-coded defers, which behave the same.

use crate::control;
use crate::goroutine::{DEFERS, Goroutine, PANICS, Panic, Panicking, Task, Trap, deferred, panicking, raised};
use crate::image::Image;
use crate::place::{Caller, instruction};
use crate::process::{Process, Stream};
use crate::routines::{Area, memory, print};
use crate::text;
use compiler::types::{Kind, Types};
use gc::{Addr, Effects, Frames, Stop};

/// Performs a goroutine's task.
pub(crate) fn perform<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &mut Goroutine,
    p: &mut Process,
) -> Result<(), Trap> {
    match g.task.clone() {
        Task::Run => Ok(()),
        Task::Raise(panic) => raise(e, image, g, panic),
        Task::Begin(ty, data) => begin(e, image, g, ty, data).map_err(Trap::Stop),
        Task::Unwind => unwind(e, image, g, p),
        Task::Deferred => deferred_returned(e, image, g),
        Task::Tell(n) => tell(e, image, g, p, n),
        Task::Told(n, data, len) => told(e, image, g, n, data, len).map_err(Trap::Stop),
        Task::Done => Err(Trap::Bug("a goroutine that has ended")),
    }
}

/// Makes a panic's value.
fn raise<E: Effects + Frames>(e: &mut E, image: &Image, g: &mut Goroutine, panic: Panic) -> Result<(), Trap> {
    let helpers = &image.helpers;
    let (helper, text) = match panic {
        Panic::Value(ty, data) => {
            g.task = Task::Begin(ty, data);
            return Ok(());
        }
        Panic::Bounds(bound, x, y) => {
            let at = instruction(e.stack().top.pc);
            let unsigned = image.function(at).is_some_and(|f| f.unsigned.binary_search(&at).is_ok());
            (helpers.bounds_error, text::bounds(bound, x, y, unsigned))
        }
        Panic::Divide => (helpers.error_string, "integer divide by zero".into()),
        Panic::Shift => (helpers.error_string, "negative shift amount".into()),
        Panic::Memory(at) => {
            g.signal = Some(at);
            (helpers.error_string, "invalid memory address or nil pointer dereference".into())
        }
        Panic::Error(text) => (helpers.error_string, text),
        Panic::Plain(text) => (helpers.plain_error, text),
        Panic::Assertion(assertion) => (helpers.assertion_error, assertion.text()),
    };
    let Some(helper) = helper else { return Err(Trap::Bug("package runtime is not part of the program")) };
    let (data, len) = memory::new_string(e, image, image.entry_site, text.as_bytes(), &[]).map_err(Trap::Stop)?;
    control::call(e, image, g, u64::from(helper), Caller::Raise, &[0, 0, data.0, len], None)?;
    g.task = Task::Run;
    Ok(())
}

/// Pushes a panic.
fn begin<E: Effects + Frames>(e: &mut E, image: &Image, g: &mut Goroutine, ty: u64, data: u64) -> Result<(), Stop> {
    let site = image.entry_site;
    let object = e.new_object(site, &image.own.panicking, &[Addr(data)])?;
    let list = g.record.offset(PANICS);
    let link = e.load(list)?;
    e.write_pointer(site, object.offset(panicking::LINK), Addr(link))?;
    e.store(object.offset(panicking::TYPE), ty)?;
    e.write_pointer(site, object.offset(panicking::DATA), Addr(data))?;
    e.store(list, object.0)?;
    g.panics.push(Panicking::default());
    g.task = Task::Unwind;
    Ok(())
}

/// Runs the last deferred call.
fn unwind<E: Effects + Frames>(e: &mut E, image: &Image, g: &mut Goroutine, p: &mut Process) -> Result<(), Trap> {
    let list = g.record.offset(DEFERS);
    let d = Addr(e.load(list).map_err(Trap::Stop)?);
    let below = |depth: u64| depth < g.floor.depth;
    if d.is_nil() || below(e.load(d.offset(deferred::DEPTH)).map_err(Trap::Stop)?) {
        if g.panics.iter().any(|p| p.telling) {
            return panicked_while_telling(e, image, g, p);
        }
        g.task = Task::Tell(g.panics.len());
        return Ok(());
    }
    let started = e.load(d.offset(deferred::STARTED)).map_err(Trap::Stop)?;
    if started != 0 {
        let link = e.load(d.offset(deferred::LINK)).map_err(Trap::Stop)?;
        e.store(list, link).map_err(Trap::Stop)?;
        if let Some(earlier) = g.panics.get_mut(started as usize - 1) {
            earlier.aborted = true;
        }
        return Ok(());
    }
    e.store(d.offset(deferred::STARTED), g.panics.len() as u64).map_err(Trap::Stop)?;
    let closure = e.load(d.offset(deferred::FUNC)).map_err(Trap::Stop)?;
    control::call_closure(e, image, g, closure, Caller::Deferred)?;
    let depth = e.stack().callers.len() as u32;
    if let Some(panic) = g.panics.last_mut() {
        panic.depth = Some(depth);
    }
    g.task = Task::Run;
    Ok(())
}

/// A deferred call that a panic ran has returned.
fn deferred_returned<E: Effects + Frames>(e: &mut E, image: &Image, g: &mut Goroutine) -> Result<(), Trap> {
    let list = g.record.offset(DEFERS);
    let d = Addr(e.load(list).map_err(Trap::Stop)?);
    let [link, _, depth, _] = e.load_block::<4>(d).map_err(Trap::Stop)?;
    e.store(list, link).map_err(Trap::Stop)?;
    let Some(panic) = g.panics.last() else { return Err(Trap::Bug("no panic under way")) };
    if !panic.recovered {
        if let Some(panic) = g.panics.last_mut() {
            panic.depth = None;
        }
        g.task = Task::Unwind;
        return Ok(());
    }
    let aborted = g.panics.iter().rev().skip(1).take_while(|p| p.aborted).count();
    let left = g.panics.len() - 1 - aborted;
    let list = g.record.offset(PANICS);
    let mut object = e.load(list).map_err(Trap::Stop)?;
    for _ in left..g.panics.len() {
        object = e.load(Addr(object).offset(panicking::LINK)).map_err(Trap::Stop)?;
    }
    e.store(list, object).map_err(Trap::Stop)?;
    let stack = e.stack();
    let place = *stack.callers.get(depth as usize).unwrap_or(&stack.top);
    let recover = image.function(place.pc).and_then(|f| f.recover);
    let Some(pc) = recover else { return Err(Trap::Bug("a function that deferred a call cannot recover")) };
    stack.callers.truncate(depth as usize);
    stack.top = gc::Call { pc, ..place };
    g.panics.truncate(left);
    if left == 0 {
        g.signal = None;
    }
    g.task = Task::Run;
    Ok(())
}

/// `deferproc`: puts a call on the list.
pub(crate) fn defer<E: Effects + Frames>(e: &mut E, image: &Image, g: &Goroutine, a: Area) -> Result<(), Stop> {
    let [closure] = a.args(e, 0)?;
    let d = e.new_object(a.site, &image.own.deferred, &[Addr(closure)])?;
    let list = g.record.offset(DEFERS);
    let link = e.load(list)?;
    e.write_pointer(a.site, d.offset(deferred::LINK), Addr(link))?;
    e.write_pointer(a.site, d.offset(deferred::FUNC), Addr(closure))?;
    let depth = e.stack().callers.len() as u64;
    e.store(d.offset(deferred::DEPTH), depth)?;
    e.store(list, d.0)
}

/// `deferreturn`: runs the last deferred call if it is the function's own, and says whether there was one. The
/// instruction is performed again after it.
pub(crate) fn defer_return<E: Effects + Frames>(e: &mut E, image: &Image, g: &Goroutine) -> Result<bool, Trap> {
    let list = g.record.offset(DEFERS);
    let d = Addr(e.load(list).map_err(Trap::Stop)?);
    if d.is_nil() {
        return Ok(false);
    }
    let [link, closure, depth, _] = e.load_block::<4>(d).map_err(Trap::Stop)?;
    if depth != e.stack().callers.len() as u64 {
        return Ok(false);
    }
    e.store(list, link).map_err(Trap::Stop)?;
    control::call_closure(e, image, g, closure, Caller::Again)?;
    Ok(true)
}

/// `gorecover`: the value of the panic under way if the function that asks may have it, and nil otherwise.
pub(crate) fn recover<E: Effects + Frames>(e: &mut E, image: &Image, g: &mut Goroutine) -> Result<[u64; 2], Stop> {
    let is_wrapper = |place: u64| image.function(place).is_some_and(|f| f.wrapper);
    let Some(panic) = g.panics.last_mut() else { return Ok([0; 2]) };
    let Some(run) = panic.depth.filter(|_| !panic.recovered) else { return Ok([0; 2]) };
    let stack = e.stack();
    let mut depth = stack.callers.len();
    // A wrapper that asks stands for `recover` itself, which was deferred: the function that returns asks, but a panic that
    // runs it asks nobody.
    if is_wrapper(stack.top.pc) {
        match stack.callers.last().and_then(|caller| Caller::at(caller.pc)) {
            Some(Caller::Again) => depth -= 2,
            _ => return Ok([0; 2]),
        }
    }
    while depth > run as usize && is_wrapper(stack.callers[depth - 1].pc) {
        depth -= 1;
    }
    if depth != run as usize {
        return Ok([0; 2]);
    }
    let object = Addr(e.load(g.record.offset(PANICS))?);
    let [_, ty, data] = e.load_block::<3>(object)?;
    panic.recovered = true;
    Ok([ty, data])
}

/// Turns the value of panic `n - 1` into text, if it has a method for that, and then those before it.
fn tell<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &mut Goroutine,
    p: &mut Process,
    n: usize,
) -> Result<(), Trap> {
    let Some(at) = n.checked_sub(1).filter(|&at| at >= g.floor.panics) else { return print_panics(e, image, g, p) };
    let object = panic_object(e, g, at).map_err(Trap::Stop)?;
    let [_, ty, data] = e.load_block::<3>(object).map_err(Trap::Stop)?;
    let Some(method) = text_method(image, ty) else {
        g.task = Task::Tell(at);
        return Ok(());
    };
    control::call(e, image, g, u64::from(method), Caller::Tell(at as u32), &[0, 0, data], None)?;
    g.panics[at].telling = true;
    g.task = Task::Run;
    Ok(())
}

/// Puts the text of panic `n` in place of its value.
fn told<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &mut Goroutine,
    n: usize,
    data: u64,
    len: u64,
) -> Result<(), Stop> {
    let site = image.entry_site;
    let string = e.new_object(site, &image.own.string, &[Addr(data)])?;
    e.write_pointer(site, string, Addr(data))?;
    e.store(string.offset(8), len)?;
    let object = panic_object(e, g, n)?;
    e.store(object.offset(panicking::TYPE), image.string_word)?;
    e.write_pointer(site, object.offset(panicking::DATA), string)?;
    g.panics[n].telling = false;
    g.task = Task::Tell(n);
    Ok(())
}

/// The object of panic `n` of a goroutine.
fn panic_object<E: Effects>(e: &mut E, g: &Goroutine, n: usize) -> Result<Addr, Stop> {
    let mut object = e.load(g.record.offset(PANICS))?;
    for _ in n + 1..g.panics.len() {
        object = e.load(Addr(object).offset(panicking::LINK))?;
    }
    Ok(Addr(object))
}

/// The `Error` method of a dynamic type, or its `String` method.
fn text_method(image: &Image, word: u64) -> Option<u32> {
    let set = image.code.method_sets.get(&image.info(word)?.ty)?;
    let tells = |&method: &u32| {
        let &(func, sig) = set.get(&method)?;
        let Kind::Func { params, results, .. } = image.code.types.kind(sig) else { return None };
        (params.is_empty() && **results == [Types::STRING]).then_some(func)
    };
    [image.error_method, image.string_method].iter().flatten().find_map(tells)
}

/// Prints all panics, the first one first, and ends the program.
fn print_panics<E: Effects + Frames>(e: &mut E, image: &Image, g: &mut Goroutine, p: &mut Process) -> Result<(), Trap> {
    let mut out = Vec::new();
    for n in g.floor.panics..g.panics.len() {
        let object = panic_object(e, g, n).map_err(Trap::Stop)?;
        let [_, ty, data] = e.load_block::<3>(object).map_err(Trap::Stop)?;
        if n > g.floor.panics {
            out.push(b'\t');
        }
        out.extend_from_slice(b"panic: ");
        out.extend(print::any(e, image, ty, data).map_err(Trap::Stop)?);
        if g.panics[n].recovered {
            out.extend_from_slice(b" [recovered]");
        }
        out.push(b'\n');
    }
    if let Some(at) = g.signal {
        let pc = instruction(e.stack().top.pc);
        let line = format!("[signal SIGSEGV: segmentation violation code=0x1 addr={at:#x} pc={pc:#x}]\n");
        out.extend_from_slice(line.as_bytes());
    }
    out.extend_from_slice(b"\ngoroutine 1 [running]:\n");
    p.output.write(Stream::Stderr, &out);
    g.task = Task::Done;
    Err(Trap::Stop(Stop::Raised { code: raised::ENDED, arg: 0 }))
}

/// A method that was to tell a panic's value has panicked itself, and did not recover.
fn panicked_while_telling<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &mut Goroutine,
    p: &mut Process,
) -> Result<(), Trap> {
    let object = panic_object(e, g, g.panics.len() - 1).map_err(Trap::Stop)?;
    let [_, ty, data] = e.load_block::<3>(object).map_err(Trap::Stop)?;
    let what = match image.info(ty) {
        Some(info) if info.ty == Types::STRING => {
            String::from_utf8_lossy(&print::any(e, image, ty, data).map_err(Trap::Stop)?).into_owned()
        }
        Some(info) => format!("type {}", image.type_name(info.ty)),
        None => "type nil".into(),
    };
    p.throw = Some(format!("panic while printing panic value: {what}"));
    Err(Trap::Stop(Stop::Raised { code: raised::THROW, arg: 0 }))
}
