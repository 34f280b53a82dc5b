//! The basic types, as far as constants know them: size, range, and what the untyped ones become.
//!
//! Sizes are those of amd64. Source: the Go specification, "Numeric types" and "Constants"; for the names, Go 1.19
//! cmd/compile/internal/types2/universe.go.

use crate::ast::LitKind;

/// A predeclared type that is not made of others, or one of the kinds of untyped constants.
///
/// The untyped numbers are in the order of the specification: of two different ones an operation takes the later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum BasicKind {
    /// The type of what is in error; silences what would follow. No constant has it.
    Invalid,
    Bool,
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uintptr,
    Float32,
    Float64,
    Complex64,
    Complex128,
    String,
    /// No constant has it.
    UnsafePointer,
    UntypedBool,
    UntypedInt,
    UntypedRune,
    UntypedFloat,
    UntypedComplex,
    UntypedString,
    /// The type of `nil`, which is no constant.
    UntypedNil,
}

use BasicKind::*;

impl BasicKind {
    /// Its name, as the compiler's messages have it.
    pub fn name(self) -> &'static str {
        match self {
            Invalid => "invalid type",
            Bool => "bool",
            Int => "int",
            Int8 => "int8",
            Int16 => "int16",
            Int32 => "int32",
            Int64 => "int64",
            Uint => "uint",
            Uint8 => "uint8",
            Uint16 => "uint16",
            Uint32 => "uint32",
            Uint64 => "uint64",
            Uintptr => "uintptr",
            Float32 => "float32",
            Float64 => "float64",
            Complex64 => "complex64",
            Complex128 => "complex128",
            String => "string",
            UnsafePointer => "unsafe.Pointer",
            UntypedBool => "untyped bool",
            UntypedInt => "untyped int",
            UntypedRune => "untyped rune",
            UntypedFloat => "untyped float",
            UntypedComplex => "untyped complex",
            UntypedString => "untyped string",
            UntypedNil => "untyped nil",
        }
    }

    /// The kind of a literal.
    pub fn of_literal(kind: LitKind) -> BasicKind {
        match kind {
            LitKind::Int => UntypedInt,
            LitKind::Float => UntypedFloat,
            LitKind::Imag => UntypedComplex,
            LitKind::Rune => UntypedRune,
            LitKind::String => UntypedString,
        }
    }

    /// Is it the kind of an untyped constant, or of nil?
    pub fn is_untyped(self) -> bool {
        self >= UntypedBool
    }

    /// Is it an integer?
    pub fn is_integer(self) -> bool {
        (Int..=Uintptr).contains(&self) || matches!(self, UntypedInt | UntypedRune)
    }

    /// Is it an integer type without sign?
    pub fn is_unsigned(self) -> bool {
        (Uint..=Uintptr).contains(&self)
    }

    /// Is it a floating-point number?
    pub fn is_float(self) -> bool {
        matches!(self, Float32 | Float64 | UntypedFloat)
    }

    /// Is it a complex number?
    pub fn is_complex(self) -> bool {
        matches!(self, Complex64 | Complex128 | UntypedComplex)
    }

    /// Is it a number?
    pub fn is_numeric(self) -> bool {
        self.is_integer() || self.is_float() || self.is_complex()
    }

    /// Is it a string?
    pub fn is_string(self) -> bool {
        matches!(self, String | UntypedString)
    }

    /// Is it a truth value?
    pub fn is_boolean(self) -> bool {
        matches!(self, Bool | UntypedBool)
    }

    /// Bytes of a value; none for untyped kinds.
    pub fn size(self) -> Option<u64> {
        match self {
            Bool | Int8 | Uint8 => Some(1),
            Int16 | Uint16 => Some(2),
            Int32 | Uint32 | Float32 => Some(4),
            Int | Int64 | Uint | Uint64 | Uintptr | Float64 | Complex64 | UnsafePointer => Some(8),
            Complex128 | String => Some(16),
            _ => None,
        }
    }

    /// Smallest and largest value of an integer type; none for other kinds.
    pub fn range(self) -> Option<(i128, i128)> {
        if self.is_untyped() || !self.is_integer() {
            return None;
        }
        let bits = 8 * self.size()?;
        Some(if self.is_unsigned() { (0, (1 << bits) - 1) } else { (-1 << (bits - 1), (1 << (bits - 1)) - 1) })
    }

    /// The type that a constant of this kind gets where nothing else gives it one; the kind itself unless untyped.
    pub fn default_type(self) -> BasicKind {
        match self {
            UntypedBool => Bool,
            UntypedInt => Int,
            UntypedRune => Int32,
            UntypedFloat => Float64,
            UntypedComplex => Complex128,
            UntypedString => String,
            typed => typed,
        }
    }

    /// The kind that two untyped operands of one operation have in common, if they can be mixed.
    pub fn common_untyped(self, other: BasicKind) -> Option<BasicKind> {
        let numbers = self.is_untyped() && other.is_untyped() && self.is_numeric() && other.is_numeric();
        if numbers { Some(self.max(other)) } else { (self == other && self.is_untyped()).then_some(self) }
    }

    /// The type of the real and of the imaginary part; none for kinds that are not complex.
    pub fn part(self) -> Option<BasicKind> {
        match self {
            Complex64 => Some(Float32),
            Complex128 => Some(Float64),
            UntypedComplex => Some(UntypedFloat),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_two_s_complement() {
        assert_eq!(Int8.range(), Some((-128, 127)));
        assert_eq!(Uint16.range(), Some((0, 65535)));
        assert_eq!(Int.range(), Some((i64::MIN.into(), i64::MAX.into())));
        assert_eq!(Uintptr.range(), Some((0, u64::MAX.into())));
        assert_eq!((UntypedInt.range(), Float64.range(), Bool.range()), (None, None, None));
    }

    #[test]
    fn of_two_untyped_numbers_the_later_kind_wins_and_others_do_not_mix() {
        assert_eq!(UntypedInt.common_untyped(UntypedRune), Some(UntypedRune));
        assert_eq!(UntypedComplex.common_untyped(UntypedFloat), Some(UntypedComplex));
        assert_eq!(UntypedBool.common_untyped(UntypedBool), Some(UntypedBool));
        assert_eq!(UntypedString.common_untyped(UntypedInt), None);
        assert_eq!(UntypedInt.common_untyped(Int), None);
        assert_eq!(Int.common_untyped(Int), None);
    }
}
