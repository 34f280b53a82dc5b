//! Package os: exiting, and writing to the standard streams.

use crate::goroutine::raised;
use crate::image::Image;
use crate::process::{Process, Stream};
use crate::routines::Area;
use crate::routines::memory::read;
use gc::{Addr, Effects, Frames, Stop};

/// `func Exit(code int)`
pub(super) fn exit<E: Effects + Frames>(e: &mut E, _: &Image, p: &mut Process, a: Area) -> Result<(), Stop> {
    let [code] = a.args(e, 0)?;
    // The system keeps the low byte.
    p.exit = Some(i32::from(code as u8));
    Err(Stop::Raised { code: raised::EXIT, arg: 0 })
}

/// `func writeStdout(b []byte)`
pub(super) fn write_stdout<E: Effects + Frames>(e: &mut E, _: &Image, p: &mut Process, a: Area) -> Result<(), Stop> {
    write(e, p, a, Stream::Stdout)
}

/// `func writeStderr(b []byte)`
pub(super) fn write_stderr<E: Effects + Frames>(e: &mut E, _: &Image, p: &mut Process, a: Area) -> Result<(), Stop> {
    write(e, p, a, Stream::Stderr)
}

fn write<E: Effects + Frames>(e: &mut E, p: &mut Process, a: Area, stream: Stream) -> Result<(), Stop> {
    let [data, len, _] = a.args(e, 0)?;
    let bytes = read(e, Addr(data), len)?;
    p.output.write(stream, &bytes);
    Ok(())
}
