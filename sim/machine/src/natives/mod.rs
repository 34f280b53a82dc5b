//! Natives: functions of packages that are declared in Go without a body.
//!
//! Called like functions: results at the frame's start, parameters behind them. Found by their full names when the
//! program is loaded; one that is not here is refused by name when it is called.

mod system;

use crate::goroutine::raised;
use crate::image::Image;
use crate::process::Process;
use crate::routines::Area;
use gc::{Addr, Effects, Frames, Stop};

macro_rules! natives {
    ($($variant:ident $name:literal => $path:path;)*) => {
        /// A native.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Native {
            $($variant,)*
        }

        impl Native {
            /// The native of this full name.
            pub(crate) fn find(name: &str) -> Option<Native> {
                match name {
                    $($name => Some(Native::$variant),)*
                    _ => None,
                }
            }
        }

        fn dispatch<E: Effects + Frames>(
            e: &mut E,
            image: &Image,
            p: &mut Process,
            native: Native,
            a: Area,
        ) -> Result<(), Stop> {
            match native {
                $(Native::$variant => $path(e, image, p, a),)*
            }
        }
    };
}

natives! {
    Exit "os.Exit" => system::exit;
    WriteOut "os.writeStdout" => system::write_stdout;
    WriteErr "os.writeStderr" => system::write_stderr;
}

/// Calls a native of the program by its number.
#[inline(never)]
pub(crate) fn call<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    p: &mut Process,
    number: u32,
    at: Addr,
) -> Result<(), Stop> {
    match image.natives.get(number as usize) {
        Some(&Some(native)) => dispatch(e, image, p, native, Area { at, site: image.entry_site }),
        _ => Err(Stop::Raised { code: raised::NATIVE, arg: number }),
    }
}
