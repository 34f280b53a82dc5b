//! What compiled code calls in the runtime: one routine for each name of the table [`compiler::runtime`].
//!
//! A routine finds its arguments in the caller's outgoing area, behind the words of its results. It reads them, performs
//! effects, and writes the results last. What it holds across an allocation it names in `live`: the outgoing area is the
//! routine's frame, and the collector does not know it.
//!
//! Texts are read from memory and written to it by words, through effects.

pub(crate) mod interfaces;
pub(crate) mod maps;
pub(crate) mod memory;
pub(crate) mod print;
pub(crate) mod strings;

use crate::goroutine::{Goroutine, Panic, bug, raised};
use crate::image::Image;
use crate::process::Process;
use compiler::runtime::Rt;
use gc::addr::WORD;
use gc::{Addr, Effects, Frames, Site, Stop};

/// The outgoing area of a call.
#[derive(Clone, Copy)]
pub(crate) struct Area {
    /// Its first word.
    pub(crate) at: Addr,
    /// The site that the program gives the call.
    pub(crate) site: Site,
}

impl Area {
    /// The arguments, behind `results` words of results.
    #[inline(always)]
    pub(crate) fn args<const N: usize, E: Frames>(self, e: &mut E, results: u64) -> Result<[u64; N], Stop> {
        let words = e.frame_words(self.at.offset(results * WORD), N as u64);
        words.and_then(|words| words.first_chunk().copied()).ok_or_else(bug)
    }

    /// Writes the results.
    #[inline(always)]
    pub(crate) fn set<const N: usize, E: Frames>(self, e: &mut E, results: [u64; N]) -> Result<(), Stop> {
        e.frame_words(self.at, N as u64).ok_or_else(bug)?.copy_from_slice(&results);
        Ok(())
    }
}

/// Calls a routine.
#[inline(never)]
pub(crate) fn call<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &mut Goroutine,
    p: &mut Process,
    rt: Rt,
    at: Addr,
    site: Site,
) -> Result<(), Stop> {
    let a = Area { at, site };
    match rt {
        Rt::NewObject => memory::new_object(e, image, a),
        Rt::MakeSlice => memory::make_slice(e, image, g, a),
        Rt::MakeSliceCopy => memory::make_slice_copy(e, image, g, a),
        Rt::GrowSlice => memory::grow_slice(e, image, g, a),
        Rt::TypedMemMove => memory::typed_move(e, image, a),
        Rt::TypedMemClr => memory::typed_clear(e, image, a),
        Rt::TypedSliceCopy => memory::typed_slice_copy(e, image, a),
        Rt::SliceCopy => memory::slice_copy(e, image, a),
        Rt::MemClr => memory::clear(e, image, a),
        Rt::Equal => memory::equal(e, image, a),

        Rt::MakeMapSmall
        | Rt::MakeMap
        | Rt::MapAccess1
        | Rt::MapAccess1Fast32
        | Rt::MapAccess1Fast64
        | Rt::MapAccess1FastStr
        | Rt::MapAccess1Fat
        | Rt::MapAccess2
        | Rt::MapAccess2Fast32
        | Rt::MapAccess2Fast64
        | Rt::MapAccess2FastStr
        | Rt::MapAccess2Fat
        | Rt::MapAssign1
        | Rt::MapAssign
        | Rt::MapAssignFast32
        | Rt::MapAssignFast64
        | Rt::MapAssignFast64Ptr
        | Rt::MapAssignFastStr
        | Rt::MapDelete
        | Rt::MapDeleteFast32
        | Rt::MapDeleteFast64
        | Rt::MapDeleteFastStr
        | Rt::MapIterInit
        | Rt::MapClear => maps::call(e, image, rt, a),
        Rt::MapIterNext => maps::next(e, image, a),

        Rt::ConcatString2 => strings::concat::<2, 4, E>(e, image, g, p, a),
        Rt::ConcatString3 => strings::concat::<3, 6, E>(e, image, g, p, a),
        Rt::ConcatString4 => strings::concat::<4, 8, E>(e, image, g, p, a),
        Rt::ConcatString5 => strings::concat::<5, 10, E>(e, image, g, p, a),
        Rt::ConcatStrings => strings::concat_slice(e, image, g, p, a),
        Rt::CmpString => strings::compare(e, a),
        Rt::EqString => strings::equal(e, a),
        Rt::IntString => strings::from_int(e, image, a),
        Rt::SliceByteToString => strings::from_bytes(e, image, a),
        Rt::StringToSliceByte => strings::to_bytes(e, image, a),
        Rt::SliceRuneToString => strings::from_runes(e, image, a),
        Rt::StringToSliceRune => strings::to_runes(e, image, a),
        Rt::DecodeRune => strings::decode(e, a),

        Rt::ConvT => interfaces::convert(e, image, a),
        Rt::ConvT16 => interfaces::convert_number(e, image, a, gc::Width::B2),
        Rt::ConvT32 => interfaces::convert_number(e, image, a, gc::Width::B4),
        Rt::ConvT64 => interfaces::convert_number(e, image, a, gc::Width::B8),
        Rt::ConvTString => interfaces::convert_string(e, image, a),
        Rt::ConvTSlice => interfaces::convert_slice(e, image, a),
        Rt::AssertE2I => interfaces::assert(e, image, g, a),
        Rt::AssertE2I2 => interfaces::assert_ok(e, image, a),
        Rt::Implements => interfaces::implements(e, image, a),
        Rt::PanicDotType => interfaces::panic_dot_type(e, image, g, a),
        Rt::IfaceEq => interfaces::equal(e, image, a),

        Rt::DeferProc => crate::panic::defer(e, image, g, a),
        Rt::PanicWrap => {
            let top = e.stack().top;
            Err(g.raise(Panic::Plain(nil_receiver(image.describe(top.pc).0))))
        }
        // They change which functions are active.
        Rt::DeferReturn | Rt::GoPanic | Rt::GoRecover => Err(bug()),

        Rt::PrintLock | Rt::PrintUnlock => Ok(()),
        Rt::PrintBool
        | Rt::PrintInt
        | Rt::PrintUint
        | Rt::PrintFloat
        | Rt::PrintComplex
        | Rt::PrintString
        | Rt::PrintPointer
        | Rt::PrintSlice
        | Rt::PrintIface
        | Rt::PrintNl
        | Rt::PrintSp => print::call(e, p, rt, a),

        Rt::NewProc
        | Rt::MakeChan
        | Rt::ChanSend1
        | Rt::ChanRecv1
        | Rt::ChanRecv2
        | Rt::CloseChan
        | Rt::SelectGo
        | Rt::Block => Err(Stop::Raised { code: raised::UNSUPPORTED, arg: rt as u32 }),
    }
}

/// The text for a value method called through a nil pointer, by its wrapper `pkg.(*T).M`.
fn nil_receiver(wrapper: &str) -> String {
    let parts = wrapper.split_once(".(*").and_then(|(pkg, rest)| Some((pkg, rest.split_once(").")?)));
    match parts {
        Some((pkg, (ty, method))) => format!("value method {pkg}.{ty}.{method} called using nil *{ty} pointer"),
        None => format!("value method {wrapper} called using nil pointer"),
    }
}

#[cfg(test)]
mod tests {
    use super::nil_receiver;

    #[test]
    fn a_wrapper_names_the_method_that_it_wraps() {
        assert_eq!(nil_receiver("main.(*T).M"), "value method main.T.M called using nil *T pointer");
    }
}
