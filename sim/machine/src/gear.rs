//! Which instruments a machine can have, and its two gears with each.
//!
//! The interpreter is large, and made anew for each effects it runs on. It is made here, once for all who use this crate.

use crate::control;
use crate::goroutine::{Goroutine, Trap};
use crate::image::Image;
use crate::process::Process;
use gc::record::{Log, Recorder};
use gc::runtime::{Bare, Checked, Counted, Instruments, Runtime};

/// Instruments that machines are made for.
pub trait Gears: Instruments {
    /// Runs at full speed.
    #[doc(hidden)]
    fn run(rt: &mut Runtime<Self>, image: &Image, g: &mut Goroutine, p: &mut Process, fuel: &mut u64) -> Trap;

    /// Goes on with the instruction in `log`, for so many effects.
    #[doc(hidden)]
    fn step(
        rt: &mut Runtime<Self>,
        log: &mut Log,
        image: &Image,
        g: &mut Goroutine,
        p: &mut Process,
        effects: u32,
    ) -> Trap;
}

macro_rules! gears {
    ($($instruments:ty),*) => {
        $(impl Gears for $instruments {
            fn run(rt: &mut Runtime<Self>, image: &Image, g: &mut Goroutine, p: &mut Process, fuel: &mut u64) -> Trap {
                control::run(rt, image, g, p, fuel)
            }

            fn step(
                rt: &mut Runtime<Self>,
                log: &mut Log,
                image: &Image,
                g: &mut Goroutine,
                p: &mut Process,
                effects: u32,
            ) -> Trap {
                control::run(&mut Recorder::new(rt, log, effects), image, g, p, &mut u64::MAX.clone())
            }
        })*
    };
}

gears!(Bare, Counted, Checked);
