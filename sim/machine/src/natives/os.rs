//! Package os: arguments, the standard streams, and the end.

use crate::goroutine::{bug, raised};
use crate::image::Image;
use crate::process::{Process, Stream};
use crate::routines::Area;
use crate::routines::memory::{array, new_string, read};
use gc::addr::WORD;
use gc::{Addr, Effects, Frames, Stop};

/// `func args() []string`
pub(super) fn args<E: Effects + Frames>(e: &mut E, image: &Image, p: &Process, a: Area) -> Result<(), Stop> {
    let count = p.args.len() as u64;
    let args = array(e, image, a.site, &image.own.string, count, &[])?;
    for (arg, i) in p.args.iter().zip(0..) {
        let (data, len) = new_string(e, image, a.site, arg.as_bytes(), &[args])?;
        let at = args.offset(i * 2 * WORD);
        e.write_pointer(a.site, at, data)?;
        e.store(at.offset(WORD), len)?;
    }
    a.set(e, [args.0, count, count])
}

/// `func Exit(code int)`
pub(super) fn exit<E: Effects + Frames>(e: &mut E, p: &mut Process, a: Area) -> Result<(), Stop> {
    let [code] = a.args(e, 0)?;
    // The system keeps the low byte.
    p.exit = Some(i32::from(code as u8));
    Err(Stop::Raised { code: raised::EXIT, arg: 0 })
}

/// `func write(fd int, b []byte)`
pub(super) fn write<E: Effects + Frames>(e: &mut E, p: &mut Process, a: Area) -> Result<(), Stop> {
    let [fd, data, len] = a.args(e, 0)?;
    let bytes = read(e, Addr(data), len)?;
    let stream = match fd {
        1 => Stream::Stdout,
        2 => Stream::Stderr,
        _ => return Err(bug()),
    };
    p.output.write(stream, &bytes);
    Ok(())
}
