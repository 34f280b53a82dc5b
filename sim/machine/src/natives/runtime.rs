//! Package runtime: collections, statistics, finalizers, and other goroutines, of which there are none.
//!
//! Source: of finalizers, Go 1.19 runtime/mfinal.go.

use crate::goroutine::raised;
use crate::image::Image;
use crate::process::Process;
use crate::routines::Area;
use compiler::types::{Kind, Ty, Types};
use gc::addr::WORD;
use gc::{Addr, Effects, Finalizer, Frames, Statistic, Stop};

/// `func collect()`
pub(super) fn collect<E: Effects + Frames>(e: &mut E, p: &mut Process) -> Result<(), Stop> {
    e.full_collection()?;
    p.collections += 1;
    Ok(())
}

/// `func Gosched()`: the next finalizer, and once more after it.
pub(super) fn yields<E: Effects + Frames>(e: &mut E, p: &mut Process, a: Area) -> Result<(), Stop> {
    e.safepoint(a.site, &[])?;
    if !p.finalizing
        && let Some(next) = e.next_finalizer()?
    {
        p.finalizer = Some(next);
        return Err(Stop::Raised { code: raised::FINALIZER, arg: 0 });
    }
    Ok(())
}

/// `func SetFinalizer(obj interface{}, finalizer interface{})`
pub(super) fn set_finalizer<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    p: &mut Process,
    a: Area,
) -> Result<(), Stop> {
    let [word, object, func_word, function] = a.args(e, 0)?;
    match finalizer(e, image, word, Addr(object), func_word, Addr(function))? {
        Ok(()) => Ok(()),
        Err(text) => {
            p.throw = Some(format!("runtime.SetFinalizer: {text}"));
            Err(Stop::Raised { code: raised::THROW, arg: 0 })
        }
    }
}

/// Sets a finalizer, or says why that is wrong.
fn finalizer<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    word: u64,
    object: Addr,
    func_word: u64,
    function: Addr,
) -> Result<Result<(), String>, Stop> {
    const NOT_AT_START: &str = "pointer not at beginning of allocated block";
    let types = &image.code.types;
    let Some(pointer) = image.info(word).map(|info| info.ty) else {
        return Ok(Err("first argument is nil".into()));
    };
    if types.pointee(pointer).is_none() {
        return Ok(Err(format!("first argument is {}, not pointer", image.type_name(pointer))));
    }
    if object.is_nil() {
        return Ok(Err("pointer not in allocated block".into()));
    }
    // What is never freed needs no finalizer.
    let data_end = image.globals.offset(image.code.globals.words * WORD);
    if (image.zero()..data_end).contains(&object) {
        return Ok(Ok(()));
    }
    let Some(func) = image.info(func_word).map(|info| info.ty) else {
        let removed = e.set_finalizer(Finalizer { object, ..Finalizer::default() })?;
        return Ok(if removed { Ok(()) } else { Err(NOT_AT_START.into()) });
    };
    let Kind::Func { params, results, variadic } = types.under(func) else {
        return Ok(Err(format!("second argument is {}, not a function", image.type_name(func))));
    };
    let cannot = |why: &str| {
        let (pointer, func) = (image.type_name(pointer), image.type_name(func));
        Ok(Err(format!("cannot pass {pointer} to finalizer {func}{why}")))
    };
    if *variadic {
        return cannot(" because dotdotdot");
    }
    let &[param] = &**params else { return cannot("") };
    let tag = if types.is_interface(param) {
        if image.missing_method(param, pointer).is_some() {
            return cannot("");
        }
        word
    } else if param == pointer || same_pointer(image, param, pointer) {
        0
    } else {
        return cannot("");
    };
    // Their results would need memory that a caller provides.
    if results.iter().any(|&ty| matches!(types.under(ty), Kind::Array { .. } | Kind::Struct(_))) {
        let number = image.code.natives.iter().position(|name| name == "runtime.SetFinalizer").unwrap_or_default();
        return Err(Stop::Raised { code: raised::NATIVE, arg: number as u32 });
    }
    if e.has_finalizer(object)? {
        return Ok(Err("finalizer already set".into()));
    }
    let set = e.set_finalizer(Finalizer { object, function, tag })?;
    Ok(if set { Ok(()) } else { Err(NOT_AT_START.into()) })
}

/// Are these two types of pointers to the same, of which one is a mere `*T`?
fn same_pointer(image: &Image, a: Ty, b: Ty) -> bool {
    let types: &Types = &image.code.types;
    let plain = |ty: Ty| types.named(ty).is_none() && image.code.method_sets.get(&ty).is_none_or(|set| set.is_empty());
    types.pointee(a).is_some() && types.pointee(a) == types.pointee(b) && (plain(a) || plain(b))
}

/// `func NumGoroutine() int`
pub(super) fn goroutines<E: Effects + Frames>(e: &mut E, a: Area) -> Result<(), Stop> {
    a.set(e, [1])
}

/// `func memStats(counts *[9]uint64)`
pub(super) fn mem_stats<E: Effects + Frames>(e: &mut E, p: &Process, a: Area) -> Result<(), Stop> {
    let [counts] = a.args(e, 0)?;
    let allocated = e.statistic(Statistic::AllocatedObjects)?;
    let freed = e.statistic(Statistic::FreedObjects)?;
    let numbers = [
        e.statistic(Statistic::AllocatedBytes)?,
        allocated,
        freed,
        e.statistic(Statistic::LiveBytes)?,
        e.statistic(Statistic::MappedBytes)?,
        allocated - freed,
        e.statistic(Statistic::Goal)?,
        e.statistic(Statistic::Cycles)?,
        p.collections,
    ];
    for (number, i) in numbers.into_iter().zip(0..) {
        e.store(Addr(counts).offset(i * WORD), number)?;
    }
    Ok(())
}
