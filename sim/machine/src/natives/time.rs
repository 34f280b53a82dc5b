//! Package time: the clock that nothing but sleeping moves.

use crate::process::Process;
use crate::routines::Area;
use gc::{Effects, Frames, Stop};

/// `func Sleep(d Duration)`
pub(super) fn sleep<E: Effects + Frames>(e: &mut E, p: &mut Process, a: Area) -> Result<(), Stop> {
    let [duration] = a.args(e, 0)?;
    e.safepoint(a.site, &[])?;
    p.clock = p.clock.saturating_add((duration as i64).max(0) as u64);
    Ok(())
}
