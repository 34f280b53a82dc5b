//! Package time: a clock of modelled time. What a program computes takes none of it; sleeping does, and looking at the clock,
//! so that a loop which waits for a time to come ends.

use crate::process::Process;
use crate::routines::Area;
use gc::{Effects, Frames, Stop};

/// Nanoseconds that it takes to look at the clock: about what Go's call takes on the machines of its time.
const LOOK: u64 = 50;

/// `func now() int64`
pub(super) fn now<E: Effects + Frames>(e: &mut E, p: &mut Process, a: Area) -> Result<(), Stop> {
    p.clock = p.clock.saturating_add(LOOK);
    a.set(e, [p.clock])
}

/// `func sleep(d Duration)`
pub(super) fn sleep<E: Effects + Frames>(e: &mut E, p: &mut Process, a: Area) -> Result<(), Stop> {
    let [duration] = a.args(e, 0)?;
    e.safepoint(a.site, &[])?;
    p.clock = p.clock.saturating_add((duration as i64).max(0) as u64);
    Ok(())
}
