//! Package runtime: collections, statistics, and other goroutines, of which there are none.

use crate::process::Process;
use crate::routines::Area;
use gc::addr::WORD;
use gc::{Addr, Effects, Frames, Statistic, Stop};

/// `func GC()`
pub(super) fn collect<E: Effects + Frames>(e: &mut E, p: &mut Process) -> Result<(), Stop> {
    e.full_collection()?;
    p.collections += 1;
    Ok(())
}

/// `func Gosched()`
pub(super) fn yields<E: Effects + Frames>(e: &mut E, a: Area) -> Result<(), Stop> {
    e.safepoint(a.site, &[])
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
