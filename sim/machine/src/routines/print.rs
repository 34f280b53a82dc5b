//! `print` and `println`, and a panic's value: to standard error, in the runtime's own formats.
//!
//! Source: Go 1.19 runtime/print.go, error.go (`printany`).

use super::Area;
use super::memory::read;
use crate::goroutine::bug;
use crate::image::Image;
use crate::process::{Process, Stream};
use crate::text;
use compiler::runtime::Rt;
use compiler::types::{Basic, Kind};
use gc::{Addr, Effects, Frames, Stop, Width};

pub(super) fn call<E: Effects + Frames>(e: &mut E, p: &mut Process, rt: Rt, a: Area) -> Result<(), Stop> {
    let text = match rt {
        Rt::PrintNl => "\n".into(),
        Rt::PrintSp => " ".into(),
        Rt::PrintString => {
            let [data, len] = a.args(e, 0)?;
            let bytes = read(e, Addr(data), len)?;
            p.output.write(Stream::Stderr, &bytes);
            return Ok(());
        }
        Rt::PrintComplex => {
            let [re, im] = a.args(e, 0)?;
            text::complex(f64::from_bits(re), f64::from_bits(im))
        }
        Rt::PrintIface => {
            let [ty, data] = a.args(e, 0)?;
            format!("({ty:#x},{data:#x})")
        }
        Rt::PrintSlice => {
            let [data, len, cap] = a.args(e, 0)?;
            format!("[{len}/{cap}]{data:#x}")
        }
        _ => {
            let [v] = a.args(e, 0)?;
            match rt {
                Rt::PrintBool => (v != 0).to_string(),
                Rt::PrintInt => (v as i64).to_string(),
                Rt::PrintUint => v.to_string(),
                Rt::PrintFloat => text::float(f64::from_bits(v)),
                Rt::PrintPointer => format!("{v:#x}"),
                _ => return Err(bug()),
            }
        }
    };
    p.print(&text);
    Ok(())
}

/// A panic's value; values with methods that tell them are strings by now.
pub(crate) fn any<E: Effects>(e: &mut E, image: &Image, word: u64, data: u64) -> Result<Vec<u8>, Stop> {
    if word == 0 {
        return Ok(b"nil".to_vec());
    }
    let info = image.info(word).ok_or_else(bug)?;
    let types = &image.code.types;
    let name = image.type_name(info.ty);
    let (named, at) = (types.named(info.ty).is_some(), Addr(data));
    let mut part = |offset: u64, width: Width| e.load_part(at.offset(offset), width);
    let Kind::Basic(basic) = types.under(info.ty) else { return Ok(format!("({name}) {data:#x}").into_bytes()) };
    let text = match basic {
        Basic::Bool => (part(0, Width::B1)? != 0).to_string(),
        Basic::Int | Basic::Int64 => (part(0, Width::B8)? as i64).to_string(),
        Basic::Int8 => (part(0, Width::B1)? as i8).to_string(),
        Basic::Int16 => (part(0, Width::B2)? as i16).to_string(),
        Basic::Int32 => (part(0, Width::B4)? as i32).to_string(),
        Basic::Uint | Basic::Uint64 | Basic::Uintptr => part(0, Width::B8)?.to_string(),
        Basic::Uint8 => part(0, Width::B1)?.to_string(),
        Basic::Uint16 => part(0, Width::B2)?.to_string(),
        Basic::Uint32 => part(0, Width::B4)?.to_string(),
        Basic::Float32 => text::float(f64::from(f32::from_bits(part(0, Width::B4)? as u32))),
        Basic::Float64 => text::float(f64::from_bits(part(0, Width::B8)?)),
        Basic::Complex64 | Basic::Complex128 => {
            let (re, im) = if *basic == Basic::Complex64 {
                let single = |bits: u64| f64::from(f32::from_bits(bits as u32));
                (single(part(0, Width::B4)?), single(part(4, Width::B4)?))
            } else {
                (f64::from_bits(part(0, Width::B8)?), f64::from_bits(part(8, Width::B8)?))
            };
            // It brings its own parentheses.
            let text = text::complex(re, im);
            return Ok(if named { format!("{name}{text}") } else { text }.into_bytes());
        }
        Basic::String => {
            let (data, len) = (part(0, Width::B8)?, part(8, Width::B8)?);
            let bytes = read(e, Addr(data), len)?;
            if !named {
                return Ok(bytes);
            }
            return Ok([name.as_bytes(), b"(\"", &bytes, b"\")"].concat());
        }
        _ => return Ok(format!("({name}) {data:#x}").into_bytes()),
    };
    Ok(if named { format!("{name}({text})") } else { text }.into_bytes())
}
