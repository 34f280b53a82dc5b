//! Go's constants: values of arbitrary precision, their literals, operations and conversions.
//!
//! A literal or an operation makes a [`Value`]; conversions and [`representable`] fit it to a type; [`Value::bits`] is what a
//! variable holds. Everything is exact for as long as Go is: integers of any size, fractions up to 4096 bits, then floats
//! of 512 bits. Nothing panics, and nothing takes more memory or time than the longest literal that is allowed.
//!
//! ```
//! use compiler::ast::BinOp;
//! use compiler::constant::{self, BasicKind};
//!
//! // const x = 1 << 100 >> 98; var y byte = x
//! let int = BasicKind::UntypedInt;
//! let [one, hundred, rest] = ["1", "100", "98"].map(|text| constant::parse(text).unwrap().1);
//! let big = constant::shift(BinOp::Shl, int, &one, int, &hundred)?;
//! let x = constant::shift(BinOp::Shr, int, &big, int, &rest)?;
//! assert_eq!(x.bits(BasicKind::Uint8), Some(4));
//! assert_eq!(big.to_string(), "1267650600228229401496703205376");
//! assert_eq!(constant::representable(&big, int, BasicKind::Uint8).unwrap_err().note(), Some("overflows"));
//! # Ok::<(), constant::Error>(())
//! ```
//!
//! | file | holds |
//! | --- | --- |
//! | `kind` | the basic types |
//! | `value` | [`Value`], and its bits |
//! | `text`, `number`, `float` | what values are made of: bytes; integers and fractions; floats, and all rounding |
//! | `literal` | from source text to values |
//! | `op`, `convert` | operations; types that a value fits |
//! | `format` | the short form of messages |
//!
//! Where the value of an operation is too large, the compiler says so once and goes on with a value that is unknown:
//! [`Value::unknown`].
//!
//! Source: the Go specification; Go 1.19 go/constant and cmd/compile/internal/{types2,syntax}. Checked by: the properties beside
//! each part, and `tests/constants`, which asks Go.

mod convert;
mod float;
mod format;
mod kind;
mod literal;
mod number;
mod op;
mod text;
mod value;

pub use convert::{NotConvertible, Unrepresentable, convert, representable};
pub(crate) use format::quote_char;
pub use format::{describe, prints};
pub use kind::BasicKind;
pub use literal::{LONGEST_NUMBER, Literal, LiteralError, parse, scan};
pub use op::{Error, INTEGER_BITS, binary, compare, shift, unary};
pub use value::{Kind, Value};
