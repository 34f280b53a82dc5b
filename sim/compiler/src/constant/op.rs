//! Operations on constants, and what can be wrong with them.
//!
//! Operands have been converted to their common type before: to one [`BasicKind`]. The result of an operation on typed
//! operands must be a value of their type; an untyped integer must not have more than [`INTEGER_BITS`].
//!
//! Source: Go 1.19 cmd/compile/internal/types2/expr.go for the order of checks, the limits and the wording.

use super::convert::{Unrepresentable, representable};
use super::kind::BasicKind;
use super::number::{Arith, Real};
use super::value::{Repr, Value};
use crate::ast::{BinOp, UnOp};
use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use std::cmp::Ordering;

/// Bits of the largest untyped integer that comes of an operation. Literals may have more.
pub const INTEGER_BITS: u64 = 512;

/// Largest count of a constant shift: enough for the smallest double as a fraction of ones.
const LARGEST_SHIFT: u64 = 1023 - 1 + 52;

/// Why an operation has no value.
///
/// The compiler reports most at the first byte of an operand, and describes it; [`Error::message`] puts that description in.
/// Those of [`Error::at_operator`] are reported at the operator; it then goes on with [`Value::unknown`].
#[derive(Clone, PartialEq, Debug)]
pub enum Error {
    /// The operands' type has no such operation. About the left operand.
    Undefined(&'static str),
    /// An untyped integer is too large. Which operation, in words; empty for those that the compiler has no word for.
    Overflow(&'static str),
    /// A number is too large for even the largest float.
    NotRepresentable,
    /// Division by zero, also in the remainder and for complex numbers. At the right operand.
    DivisionByZero,
    /// The result is not a value of the operands' type. About the whole operation, whose value would be this.
    Unrepresentable(Value, Unrepresentable),
    /// What is shifted is no integer. About the left operand.
    ShiftedNotInteger,
    /// The count is below zero. About the right operand.
    NegativeCount,
    /// The untyped count is no `uint`. About the right operand.
    CountNotUint(Unrepresentable),
    /// The count is of a type that is none of integers. About the right operand.
    CountNotInteger,
    /// The count is too large. About the right operand, which is described with this value: the count as an integer.
    CountTooLarge(Value),
}

impl Error {
    /// Is it reported at the operator, rather than at an operand or at the start of the operation? Then the operation has a type
    /// all the same, and a value that is unknown.
    pub fn at_operator(&self) -> bool {
        matches!(self, Error::Overflow(_) | Error::NotRepresentable)
    }

    /// Is it about the right operand?
    pub fn about_right(&self) -> bool {
        use Error::*;
        matches!(self, DivisionByZero | NegativeCount | CountNotUint(_) | CountNotInteger | CountTooLarge(_))
    }

    /// The compiler's message.
    ///
    /// `operand` describes the operand that it is about, or the whole operation with its value, as
    /// [`super::describe`] does; `ty` is the type that the result should be of.
    pub fn message(&self, operand: &str, ty: &str) -> String {
        match self {
            Error::Undefined(op) => format!("invalid operation: operator {op} not defined on {operand}"),
            Error::Overflow(operation) => format!("constant {operation} overflow"),
            Error::NotRepresentable => "constant result is not representable".into(),
            Error::DivisionByZero => "invalid operation: division by zero".into(),
            Error::Unrepresentable(_, why) => why.message(operand, ty),
            Error::ShiftedNotInteger => format!("invalid operation: shifted operand {operand} must be integer"),
            Error::NegativeCount => format!("invalid operation: negative shift count {operand}"),
            Error::CountNotUint(why) => why.message(operand, BasicKind::Uint.name()),
            Error::CountNotInteger => format!("invalid operation: shift count {operand} must be integer"),
            Error::CountTooLarge(_) => format!("invalid operation: invalid shift count {operand}"),
        }
    }
}

/// `op x`
pub fn unary(op: UnOp, kind: BasicKind, x: &Value) -> Result<Value, Error> {
    let defined = match op {
        UnOp::Plus | UnOp::Neg => kind.is_numeric(),
        UnOp::Not => kind.is_boolean(),
        UnOp::Com => kind.is_integer(),
    };
    let undefined = Error::Undefined(op.text());
    if !defined {
        return Err(undefined);
    }
    if x.is_unknown() {
        return Ok(Value::unknown());
    }
    match op {
        UnOp::Plus => settle(x.clone(), kind, ""),
        UnOp::Not => Ok(Value::from(!x.as_bool().ok_or(undefined)?)),
        UnOp::Neg => {
            let repr = match &*x.0 {
                Repr::Real(x) => x.neg().map(Repr::Real),
                Repr::Complex(re, im) => re.neg().zip(im.neg()).map(|(re, im)| Repr::Complex(re, im)),
                _ => return Err(undefined),
            };
            settle(Value::new(repr.ok_or(Error::NotRepresentable)?), kind, "")
        }
        UnOp::Com => {
            let complement = !x.integer().ok_or(undefined)?;
            let largest = kind.range().filter(|_| kind.is_unsigned()).map(|(_, largest)| BigInt::from(largest));
            let value = if let Some(mask) = largest { complement & mask } else { complement };
            settle(Value::from(value), kind, "bitwise complement")
        }
    }
}

/// `x op y` for arithmetic and logic; of integers, `/` is rounded towards zero.
pub fn binary(op: BinOp, kind: BasicKind, x: &Value, y: &Value) -> Result<Value, Error> {
    let undefined = || Error::Undefined(op.text());
    let defined = match op {
        BinOp::Add => kind.is_numeric() || kind.is_string(),
        BinOp::Sub | BinOp::Mul | BinOp::Div => kind.is_numeric(),
        BinOp::Rem | BinOp::And | BinOp::Or | BinOp::Xor | BinOp::AndNot => kind.is_integer(),
        BinOp::AndAnd | BinOp::OrOr => kind.is_boolean(),
        _ => false,
    };
    if !defined {
        return Err(undefined());
    }
    if matches!(op, BinOp::Div | BinOp::Rem) && divides_by_zero(kind, y) {
        return Err(Error::DivisionByZero);
    }
    if x.is_unknown() || y.is_unknown() {
        return Ok(Value::unknown());
    }
    let value = match op {
        BinOp::AndAnd | BinOp::OrOr => {
            let (x, y) = x.as_bool().zip(y.as_bool()).ok_or_else(undefined)?;
            return Ok(Value::from(if op == BinOp::AndAnd { x && y } else { x || y }));
        }
        _ if kind.is_string() => {
            let (Repr::Str(x), Repr::Str(y)) = (&*x.0, &*y.0) else { return Err(undefined()) };
            return Ok(Value::new(Repr::Str(x.concat(y))));
        }
        _ if kind.is_integer() => {
            let (x, y) = x.integer().zip(y.integer()).ok_or_else(undefined)?;
            integers(op, x, y).map(|x| Repr::Real(Real::Int(x)))
        }
        _ => {
            let op = match op {
                BinOp::Add => Arith::Add,
                BinOp::Sub => Arith::Sub,
                BinOp::Mul => Arith::Mul,
                _ => Arith::Div,
            };
            if let (Repr::Real(x), Repr::Real(y)) = (&*x.0, &*y.0) {
                x.arith(op, y).map(Repr::Real)
            } else {
                let (x, y) = x.parts().zip(y.parts()).ok_or_else(undefined)?;
                complex(op, x, y).map(|(re, im)| Repr::Complex(re, im))
            }
        }
    };
    let word = match op {
        BinOp::Add => "addition",
        BinOp::Sub => "subtraction",
        BinOp::Mul => "multiplication",
        BinOp::Xor => "bitwise XOR",
        _ => "",
    };
    settle(Value::new(value.ok_or(Error::NotRepresentable)?), kind, word)
}

/// Is a divisor zero? Of complex numbers, also one whose square is: it is divided by.
fn divides_by_zero(kind: BasicKind, y: &Value) -> bool {
    let is_zero = |x: &Real| {
        let square = if kind.is_complex() { x.arith(Arith::Mul, x) } else { None };
        // A square that is too large is none of zero's.
        square.as_ref().unwrap_or(x).sign() == 0
    };
    y.parts().is_some_and(|(re, im)| is_zero(&re) && is_zero(&im))
}

/// `x op y` for integers; `None` by zero.
fn integers(op: BinOp, x: BigInt, y: BigInt) -> Option<BigInt> {
    Some(match op {
        BinOp::Add => x + y,
        BinOp::Sub => x - y,
        BinOp::Mul => x * y,
        BinOp::Div => x.checked_div(&y)?,
        BinOp::Rem if y.is_zero() => return None,
        BinOp::Rem => x % y,
        BinOp::And => x & y,
        BinOp::Or => x | y,
        BinOp::Xor => x ^ y,
        BinOp::AndNot => x & !y,
        _ => return None,
    })
}

/// `(a + bi) op (c + di)`
fn complex(op: Arith, (a, b): (Real, Real), (c, d): (Real, Real)) -> Option<(Real, Real)> {
    use Arith::{Add, Div, Mul, Sub};
    let mul = |x: &Real, y: &Real| x.arith(Mul, y);
    match op {
        Add | Sub => Some((a.arith(op, &c)?, b.arith(op, &d)?)),
        Mul => Some((mul(&a, &c)?.arith(Sub, &mul(&b, &d)?)?, mul(&b, &c)?.arith(Add, &mul(&a, &d)?)?)),
        Div => {
            let square = mul(&c, &c)?.arith(Add, &mul(&d, &d)?)?;
            let re = mul(&a, &c)?.arith(Add, &mul(&b, &d)?)?;
            let im = mul(&b, &c)?.arith(Sub, &mul(&a, &d)?)?;
            Some((re.arith(Div, &square)?, im.arith(Div, &square)?))
        }
    }
}

/// `x op y` for comparisons. Complex numbers and truth values are equal or different, but have no order; with an unknown
/// value, no comparison holds.
pub fn compare(op: BinOp, kind: BasicKind, x: &Value, y: &Value) -> Result<bool, Error> {
    let equality = matches!(op, BinOp::Eq | BinOp::Ne);
    let holds: fn(Ordering) -> bool = match op {
        BinOp::Eq => Ordering::is_eq,
        BinOp::Ne => Ordering::is_ne,
        BinOp::Lt => Ordering::is_lt,
        BinOp::Le => Ordering::is_le,
        BinOp::Gt => Ordering::is_gt,
        BinOp::Ge => Ordering::is_ge,
        _ => return Err(Error::Undefined(op.text())),
    };
    let ordered = kind.is_integer() || kind.is_float() || kind.is_string();
    if !(ordered || equality && (kind.is_boolean() || kind.is_complex())) {
        return Err(Error::Undefined(op.text()));
    }
    if x.is_unknown() || y.is_unknown() {
        return Ok(false);
    }
    // What has no order is different.
    Ok(x.order(y).map_or(op == BinOp::Ne, holds))
}

/// `x << count` or `x >> count`.
///
/// The operands keep the kinds that they have. The result is of `x`'s, but an untyped integer if that is untyped and no integer:
/// `1.0 << 3` is an untyped integer. A shift to the right rounds down.
pub fn shift(op: BinOp, kind: BasicKind, x: &Value, count_kind: BasicKind, count: &Value) -> Result<Value, Error> {
    let integer = x.integer();
    if !(kind.is_integer() || kind.is_untyped() && integer.is_some()) {
        return Err(Error::ShiftedNotInteger);
    }
    if count.integer().is_some_and(|count| count.is_negative()) {
        return Err(Error::NegativeCount);
    }
    let count = if count_kind.is_untyped() {
        representable(count, count_kind, BasicKind::Uint).map_err(Error::CountNotUint)?
    } else if count_kind.is_integer() {
        count.clone()
    } else {
        return Err(Error::CountNotInteger);
    };
    if x.is_unknown() || count.is_unknown() {
        return Ok(Value::unknown());
    }
    let Some(count) = count.to_u64().filter(|&count| count <= LARGEST_SHIFT) else {
        return Err(Error::CountTooLarge(count));
    };
    let integer = integer.ok_or(Error::ShiftedNotInteger)?;
    let kind = if kind.is_integer() { kind } else { BasicKind::UntypedInt };
    match op {
        BinOp::Shl => settle(Value::from(integer << count), kind, "shift"),
        BinOp::Shr => settle(Value::from(integer >> count), kind, ""),
        _ => Err(Error::Undefined(op.text())),
    }
}

/// Checks the result of an operation, and rounds it to its type.
fn settle(value: Value, kind: BasicKind, operation: &'static str) -> Result<Value, Error> {
    if !kind.is_untyped() {
        return representable(&value, kind, kind).map_err(|why| Error::Unrepresentable(value, why));
    }
    match &*value.0 {
        Repr::Real(Real::Int(x)) if x.bits() > INTEGER_BITS => Err(Error::Overflow(operation)),
        _ => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constant::parse;
    use BasicKind::*;
    use proptest::prelude::*;

    const BINARY: [BinOp; 19] = {
        use BinOp::*;
        [OrOr, AndAnd, Eq, Ne, Lt, Le, Gt, Ge, Add, Sub, Or, Xor, Mul, Div, Rem, And, AndNot, Shl, Shr]
    };
    const UNARY: [UnOp; 4] = [UnOp::Plus, UnOp::Neg, UnOp::Not, UnOp::Com];
    const KINDS: [BasicKind; 26] = [
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
        UnsafePointer,
        UntypedBool,
        UntypedInt,
        UntypedRune,
        UntypedFloat,
        UntypedComplex,
        UntypedString,
        UntypedNil,
    ];

    fn value(text: &str) -> Value {
        parse(text).expect(text).1
    }

    fn shl(x: &Value, count: u32) -> Result<Value, Error> {
        shift(BinOp::Shl, UntypedInt, x, UntypedInt, &Value::from(count))
    }

    proptest! {
        #[test]
        fn untyped_integers_compute_as_wide_ones_do(x: i64, y: i64) {
            let (a, b) = (i128::from(x), i128::from(y));
            let (x, y) = (Value::from(x), Value::from(y));
            let ours = |op| binary(op, UntypedInt, &x, &y).ok().and_then(|v| v.integer());
            let theirs = [
                (BinOp::Add, Some(a + b)), (BinOp::Sub, Some(a - b)), (BinOp::Mul, Some(a * b)),
                (BinOp::Div, a.checked_div(b)), (BinOp::Rem, a.checked_rem(b)),
                (BinOp::And, Some(a & b)), (BinOp::Or, Some(a | b)), (BinOp::Xor, Some(a ^ b)), (BinOp::AndNot, Some(a & !b)),
            ];
            for (op, expected) in theirs {
                prop_assert_eq!(ours(op), expected.map(BigInt::from), "{} {} {}", a, op.text(), b);
            }
            for (op, expected) in [(BinOp::Lt, a < b), (BinOp::Ge, a >= b), (BinOp::Eq, a == b)] {
                prop_assert_eq!(compare(op, UntypedInt, &x, &y).unwrap(), expected);
            }
        }

        #[test]
        fn typed_integers_are_in_their_range_or_in_error(kind in 2usize..13, x: u64, y: u64) {
            let kind = KINDS[kind];
            let (least, largest) = kind.range().unwrap();
            let within = |x: u64| least + i128::from(x) % (largest - least + 1);
            let (a, b) = (within(x), within(y));
            let (x, y) = (Value::from(a), Value::from(b));
            for (op, exact) in [(BinOp::Add, a + b), (BinOp::Sub, a - b), (BinOp::Mul, a.saturating_mul(b))] {
                match binary(op, kind, &x, &y) {
                    Ok(z) => prop_assert_eq!(z.integer(), Some(exact.into())),
                    Err(error) => {
                        prop_assert!(exact < least || exact > largest);
                        prop_assert!(matches!(error, Error::Unrepresentable(_, Unrepresentable::Overflows)));
                    }
                }
            }
            let complement = if kind.is_unsigned() { largest - a } else { !a };
            prop_assert_eq!(unary(UnOp::Com, kind, &x).unwrap().integer(), Some(complement.into()));
        }

        #[test]
        fn typed_doubles_compute_as_the_processor_does(x: f64, y: f64) {
            let (Some(a), Some(b)) = (Value::float(x), Value::float(y)) else { return Ok(()) };
            for (op, exact) in [(BinOp::Add, x + y), (BinOp::Sub, x - y), (BinOp::Mul, x * y), (BinOp::Div, x / y)] {
                match binary(op, Float64, &a, &b) {
                    Ok(z) => prop_assert_eq!(z.to_f64(), Some(exact)),
                    Err(_) => prop_assert!(!exact.is_finite(), "{} {} {}", x, op.text(), y),
                }
            }
        }

        #[test]
        fn no_operation_on_any_values_panics(op in 0usize..19, kind in 0usize..26, other in 0usize..26, x in 0usize..16, y in 0usize..16) {
            let values = [
                Value::unknown(), Value::from(true), Value::str("s"), Value::from(0u32), Value::from(-1i64),
                shl(&Value::from(1u32), 511).unwrap(), value("0.0"), value("1.5"), value("1e5000"), value("1e-5000"),
                value("1e600000000"), value("1e-600000000"), value("0i"), value("1.5i"), value("1e600000000i"), value("1e-600000000i"),
            ];
            let (op, kind, other, x, y) = (BINARY[op], KINDS[kind], KINDS[other], &values[x], &values[y]);
            // What they are is for other tests to say.
            let results = [binary(op, kind, x, y), shift(op, kind, x, other, y)];
            for result in results.into_iter().chain(UNARY.map(|op| unary(op, kind, x))) {
                let _ = result.map(|z| (z.to_string(), z.exact())).map_err(|e| e.message("x", "T"));
            }
            let _ = compare(op, kind, x, y);
            let _ = (representable(x, other, kind), crate::constant::convert(x, other, kind), x.bits(kind));
            let _ = (x.to_int(), x.to_float(), x.to_complex(), Value::complex(x, y), x.to_f64(), x.to_f32());
        }
    }

    #[test]
    fn integers_go_up_to_five_hundred_and_twelve_bits_and_back() {
        let one = Value::from(1u32);
        let big = shl(&one, 100).unwrap();
        assert_eq!(shift(BinOp::Shr, UntypedInt, &big, UntypedInt, &Value::from(99u32)), Ok(Value::from(2u32)));
        let most = binary(BinOp::Sub, UntypedInt, &shl(&shl(&one, 511).unwrap(), 0).unwrap(), &one).unwrap();
        let most = binary(BinOp::Add, UntypedInt, &shl(&most, 1).unwrap(), &one).unwrap();
        assert_eq!(most.integer().unwrap().bits(), INTEGER_BITS);
        assert_eq!(binary(BinOp::Add, UntypedInt, &most, &one), Err(Error::Overflow("addition")));
        assert_eq!(shl(&most, 1), Err(Error::Overflow("shift")));
        assert_eq!(unary(UnOp::Com, UntypedInt, &most), Err(Error::Overflow("bitwise complement")));
        assert_eq!(shl(&one, 1075), Err(Error::CountTooLarge(Value::from(1075u32))));
        assert_eq!(shift(BinOp::Shr, UntypedInt, &Value::from(-5i64), UntypedInt, &one), Ok(Value::from(-3i64)));
        assert_eq!(Error::Overflow("shift").message("", ""), "constant shift overflow");
    }

    #[test]
    fn huge_floats_fold_down_to_small_ones() {
        // (1e1000000 * 1e1000000) / 1e1999999 is ten but for the last bits, which an integer does not mind.
        let huge = value("1e1000000");
        let square = binary(BinOp::Mul, UntypedFloat, &huge, &huge).unwrap();
        let ten = binary(BinOp::Div, UntypedFloat, &square, &value("1e1999999")).unwrap();
        assert_eq!(ten.to_i64(), Some(10));
        assert_eq!(ten.to_f64(), Some(10.0));
        // A fraction of 4096 bits is still exact.
        let large = value("0x1p4000");
        let sum = binary(BinOp::Add, UntypedFloat, &large, &value("1.0")).unwrap();
        assert_eq!(binary(BinOp::Sub, UntypedFloat, &sum, &large), Ok(value("1.0")));
        let end = value("1e600000000");
        assert_eq!(binary(BinOp::Mul, UntypedFloat, &end, &end), Err(Error::NotRepresentable));
    }

    #[test]
    fn complex_numbers_divide_unless_the_divisor_s_square_vanishes() {
        let float = |x| Value::float(x).unwrap();
        let complex = |re, im| Value::complex(&float(re), &float(im)).unwrap();
        let quotient = binary(BinOp::Div, UntypedComplex, &complex(1.0, 2.0), &complex(3.0, -1.0)).unwrap();
        assert_eq!(quotient.exact(), "(1/10 + 7/10i)");
        let tiny = value("1e-600000000i");
        assert_ne!(tiny.sign(), Some(0));
        assert_eq!(binary(BinOp::Div, UntypedComplex, &value("1i"), &tiny), Err(Error::DivisionByZero));
        assert_eq!(compare(BinOp::Lt, UntypedComplex, &tiny, &tiny), Err(Error::Undefined("<")));
        assert_eq!(compare(BinOp::Eq, UntypedComplex, &value("2.0"), &value("2i")), Ok(false));
    }

    #[test]
    fn what_is_unknown_silences_what_comes_of_it() {
        let (unknown, one) = (Value::unknown(), Value::from(1u32));
        assert!(binary(BinOp::Mul, Int8, &unknown, &one).unwrap().is_unknown());
        assert!(shift(BinOp::Shl, Int, &one, UntypedInt, &unknown).unwrap().is_unknown());
        assert_eq!(compare(BinOp::Ne, Int, &unknown, &one), Ok(false));
        assert_eq!(binary(BinOp::Div, Int, &unknown, &Value::from(0u32)), Err(Error::DivisionByZero));
        assert_eq!(binary(BinOp::Rem, Float64, &unknown, &one), Err(Error::Undefined("%")));
    }
}
