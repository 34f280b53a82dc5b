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
use num_traits::{One, ToPrimitive};
use std::cmp::Ordering;

/// Bits of the largest untyped integer that comes of an operation. Literals may have more.
pub const INTEGER_BITS: u64 = 512;

/// Largest count of a constant shift: enough for the smallest double as a fraction of ones.
const LARGEST_SHIFT: u64 = 1023 - 1 + 52;

/// Why an operation has no value.
///
/// The compiler reports most at the first byte of an operand, and describes it; [`Error::message`] puts that description in.
/// Those of [`Error::at_operator`] are reported at the operator.
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
    /// The result is not a value of the operands' type. About the whole operation, whose value this is.
    Unrepresentable(Value, Unrepresentable),
    /// What is shifted is no integer. About the left operand.
    ShiftedNotInteger,
    /// The count is below zero. About the right operand.
    NegativeCount,
    /// The untyped count is no `uint`. About the right operand.
    CountNotUint(Unrepresentable),
    /// The count is of a type that is none of integers. About the right operand.
    CountNotInteger,
    /// The count is too large. About the right operand.
    CountTooLarge,
}

impl Error {
    /// Is it reported at the operator, rather than at an operand or at the start of the operation?
    pub fn at_operator(&self) -> bool {
        matches!(self, Error::Overflow(_) | Error::NotRepresentable)
    }

    /// Is it about the right operand?
    pub fn about_right(&self) -> bool {
        use Error::*;
        matches!(self, DivisionByZero | NegativeCount | CountNotUint(_) | CountNotInteger | CountTooLarge)
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
            Error::CountTooLarge => format!("invalid operation: invalid shift count {operand}"),
        }
    }
}

/// `op x`
pub fn unary(op: UnOp, kind: BasicKind, x: &Value) -> Result<Value, Error> {
    let sign = match op {
        UnOp::Plus => "+",
        UnOp::Neg => "-",
        UnOp::Not => "!",
        UnOp::Com => "^",
    };
    let undefined = Error::Undefined(sign);
    match op {
        UnOp::Plus if kind.is_numeric() && x.parts().is_some() => settle(x.clone(), kind, ""),
        UnOp::Neg if kind.is_numeric() => {
            let repr = match &*x.0 {
                Repr::Real(x) => x.neg().map(Repr::Real),
                Repr::Complex(re, im) => re.neg().zip(im.neg()).map(|(re, im)| Repr::Complex(re, im)),
                _ => return Err(undefined),
            };
            settle(Value::new(repr.ok_or(Error::NotRepresentable)?), kind, "")
        }
        UnOp::Not if kind.is_boolean() => Ok(Value::from(!x.as_bool().ok_or(undefined)?)),
        UnOp::Com if kind.is_integer() => {
            let complement = !x.integer().ok_or(undefined)?;
            let mask = kind.is_unsigned().then(|| kind.range()).flatten().map(|(_, largest)| BigInt::from(largest));
            settle(Value::from(mask.map_or(complement.clone(), |mask| complement & mask)), kind, "bitwise complement")
        }
        _ => Err(undefined),
    }
}

/// `x op y` for arithmetic and logic; of integers, `/` is rounded towards zero.
pub fn binary(op: BinOp, kind: BasicKind, x: &Value, y: &Value) -> Result<Value, Error> {
    let (sign, word) = match op {
        BinOp::Add => ("+", "addition"),
        BinOp::Sub => ("-", "subtraction"),
        BinOp::Mul => ("*", "multiplication"),
        BinOp::Xor => ("^", "bitwise XOR"),
        BinOp::Div => ("/", ""),
        BinOp::Rem => ("%", ""),
        BinOp::And => ("&", ""),
        BinOp::Or => ("|", ""),
        BinOp::AndNot => ("&^", ""),
        BinOp::AndAnd => ("&&", ""),
        BinOp::OrOr => ("||", ""),
        BinOp::Eq => ("==", ""),
        BinOp::Ne => ("!=", ""),
        BinOp::Lt => ("<", ""),
        BinOp::Le => ("<=", ""),
        BinOp::Gt => (">", ""),
        BinOp::Ge => (">=", ""),
        BinOp::Shl => ("<<", ""),
        BinOp::Shr => (">>", ""),
    };
    let undefined = || Error::Undefined(sign);
    if kind.is_boolean() {
        let (x, y) = x.as_bool().zip(y.as_bool()).ok_or_else(undefined)?;
        return match op {
            BinOp::AndAnd => Ok(Value::from(x && y)),
            BinOp::OrOr => Ok(Value::from(x || y)),
            _ => Err(undefined()),
        };
    }
    if kind.is_string() {
        return match (op, &*x.0, &*y.0) {
            (BinOp::Add, Repr::Str(x), Repr::Str(y)) => Ok(Value::new(Repr::Str(x.concat(y)))),
            _ => Err(undefined()),
        };
    }
    if kind.is_integer() {
        let (x, y) = x.integer().zip(y.integer()).ok_or_else(undefined)?;
        let value = match op {
            BinOp::Add => x + y,
            BinOp::Sub => x - y,
            BinOp::Mul => x * y,
            BinOp::Div => Real::divide_integers(&x, &y).ok_or(Error::DivisionByZero)?.0,
            BinOp::Rem => Real::divide_integers(&x, &y).ok_or(Error::DivisionByZero)?.1,
            BinOp::And => x & y,
            BinOp::Or => x | y,
            BinOp::Xor => x ^ y,
            BinOp::AndNot => x & !y,
            _ => return Err(undefined()),
        };
        return settle(Value::from(value), kind, word);
    }
    let op = match op {
        BinOp::Add => Arith::Add,
        BinOp::Sub => Arith::Sub,
        BinOp::Mul => Arith::Mul,
        BinOp::Div => Arith::Div,
        _ => return Err(undefined()),
    };
    let value = match (&*x.0, &*y.0) {
        _ if !kind.is_numeric() => return Err(undefined()),
        (Repr::Real(x), Repr::Real(y)) => {
            let divides_by_zero = op == Arith::Div && (y.sign() == 0 || kind.is_complex() && square(y).sign() == 0);
            if divides_by_zero {
                return Err(Error::DivisionByZero);
            }
            x.arith(op, y).map(Repr::Real)
        }
        _ => {
            let (x, y) = x.parts().zip(y.parts()).ok_or_else(undefined)?;
            // The square of a small float may be zero.
            if op == Arith::Div && square(&y.0).sign() == 0 && square(&y.1).sign() == 0 {
                return Err(Error::DivisionByZero);
            }
            complex(op, x, y).map(|(re, im)| Repr::Complex(re, im))
        }
    };
    settle(Value::new(value.ok_or(Error::NotRepresentable)?), kind, word)
}

/// `x * x`; one if that is too large, as its only use is to compare it with zero.
fn square(x: &Real) -> Real {
    x.arith(Arith::Mul, x).unwrap_or(Real::Int(BigInt::one()))
}

/// `(a + bi) op (c + di)`
fn complex(op: Arith, (a, b): (Real, Real), (c, d): (Real, Real)) -> Option<(Real, Real)> {
    use Arith::*;
    match op {
        Add | Sub => Some((a.arith(op, &c)?, b.arith(op, &d)?)),
        Mul | Div => {
            let [ac, bd, bc, ad] = [(&a, &c), (&b, &d), (&b, &c), (&a, &d)].map(|(x, y)| x.arith(Mul, y));
            let (ac, bd, bc, ad) = (ac?, bd?, bc?, ad?);
            if op == Mul {
                return Some((ac.arith(Sub, &bd)?, bc.arith(Add, &ad)?));
            }
            let s = c.arith(Mul, &c)?.arith(Add, &d.arith(Mul, &d)?)?;
            Some((ac.arith(Add, &bd)?.arith(Div, &s)?, bc.arith(Sub, &ad)?.arith(Div, &s)?))
        }
    }
}

/// `x op y` for comparisons. Complex numbers and truth values are equal or different, but have no order.
pub fn compare(op: BinOp, x: &Value, y: &Value) -> Result<bool, Error> {
    let (sign, holds): (_, fn(Ordering) -> bool) = match op {
        BinOp::Eq => ("==", Ordering::is_eq),
        BinOp::Ne => ("!=", Ordering::is_ne),
        BinOp::Lt => ("<", Ordering::is_lt),
        BinOp::Le => ("<=", Ordering::is_le),
        BinOp::Gt => (">", Ordering::is_gt),
        BinOp::Ge => (">=", Ordering::is_ge),
        _ => return Err(Error::Undefined("")),
    };
    let comparable = x.parts().is_some() == y.parts().is_some() && x.as_bool().is_some() == y.as_bool().is_some();
    let ordered = !matches!((&*x.0, &*y.0), (Repr::Bool(_), _) | (Repr::Complex(..), _) | (_, Repr::Complex(..)));
    if !comparable || !ordered && !matches!(op, BinOp::Eq | BinOp::Ne) {
        return Err(Error::Undefined(sign));
    }
    // What has no order is different.
    Ok(holds(x.order(y).unwrap_or(Ordering::Less)))
}

/// `x << count` or `x >> count`.
///
/// The operands keep the kinds that they have. The result is of `x`'s, but an untyped integer if that is untyped and no integer:
/// `1.0 << 3` is an untyped integer. A shift to the right rounds down.
pub fn shift(op: BinOp, kind: BasicKind, x: &Value, count_kind: BasicKind, count: &Value) -> Result<Value, Error> {
    let integer = x.integer().filter(|_| kind.is_integer() || kind.is_untyped()).ok_or(Error::ShiftedNotInteger)?;
    let as_integer = count.integer();
    if as_integer.as_ref().is_some_and(|count| count.sign() == num_bigint::Sign::Minus) {
        return Err(Error::NegativeCount);
    }
    if count_kind.is_untyped() {
        representable(count, count_kind, BasicKind::Uint).map_err(Error::CountNotUint)?;
    } else if !count_kind.is_integer() {
        return Err(Error::CountNotInteger);
    }
    let count = as_integer.and_then(|x| x.to_u64()).filter(|&x| x <= LARGEST_SHIFT).ok_or(Error::CountTooLarge)?;
    let kind = if kind.is_integer() { kind } else { BasicKind::UntypedInt };
    match op {
        BinOp::Shl => settle(Value::from(integer << count), kind, "shift"),
        BinOp::Shr => settle(Value::from(integer >> count), kind, ""),
        _ => Err(Error::Undefined("")),
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
