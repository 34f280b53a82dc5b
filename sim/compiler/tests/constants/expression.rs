//! Constant expressions: drawn at random, printed as Go prints them, and checked as its type checker does.
//!
//! The checker here is the least that can use the module under test as a compiler would, with its messages.

use compiler::ast::{BinOp, UnOp};
use compiler::constant::{self, BasicKind, Error, Value};
use rand::RngExt;
use rand_pcg::Pcg64Mcg;

/// A constant expression.
pub enum Expr {
    /// A literal, `true` or `false`.
    Literal(String),
    Unary(UnOp, Box<Expr>),
    Binary(BinOp, Box<Expr>, Box<Expr>),
    Convert(BasicKind, Box<Expr>),
}

/// A constant operand: its kind and value.
pub type Operand = (BasicKind, Value);

/// A complaint and the offset it is about.
pub type Complaint = (usize, String);

use BinOp::*;

const BINARY: [BinOp; 19] =
    [OrOr, AndAnd, Eq, Ne, Lt, Le, Gt, Ge, Add, Sub, Or, Xor, Mul, Div, Rem, And, AndNot, Shl, Shr];

const UNARY: [UnOp; 4] = [UnOp::Plus, UnOp::Neg, UnOp::Not, UnOp::Com];

const TYPES: [BasicKind; 17] = {
    use BasicKind::*;
    [
        Bool, Int, Int8, Int16, Int32, Int64, Uint, Uint8, Uint16, Uint32, Uint64, Uintptr, Float32, Float64,
        Complex64, Complex128, String,
    ]
};

impl Expr {
    /// Its text.
    pub fn text(&self) -> String {
        match self {
            Expr::Literal(text) => text.clone(),
            Expr::Unary(op, x) => format!("{}{}", op.text(), x.operand()),
            Expr::Binary(op, x, y) => format!("{} {} {}", x.operand(), op.text(), y.operand()),
            Expr::Convert(to, x) => format!("{}({})", to.name(), x.text()),
        }
    }

    /// Its text as an operand, in parentheses if it is an operation.
    fn operand(&self) -> String {
        match self {
            Expr::Unary(..) | Expr::Binary(..) => format!("({})", self.text()),
            _ => self.text(),
        }
    }

    /// Its kind and value; `None` if it has none. The expression starts at an offset; all faults are noted.
    pub fn check(&self, at: usize, faults: &mut Vec<Complaint>) -> Option<Operand> {
        match self {
            Expr::Literal(text) if text == "true" || text == "false" => {
                Some((BasicKind::UntypedBool, Value::from(text == "true")))
            }
            Expr::Literal(text) => match constant::parse(text) {
                Ok((kind, value)) => Some((BasicKind::of_literal(kind), value)),
                Err(errors) => {
                    faults.extend(errors.into_iter().map(|e| (at + e.at, e.message)));
                    None
                }
            },
            Expr::Unary(op, x) => {
                let (kind, value) = x.check_operand(at + 1, faults)?;
                let operand = (&*x.operand(), kind, &value);
                self.settle(constant::unary(*op, kind, &value), kind, [at, at, at + 1], [operand, operand], faults)
            }
            Expr::Convert(to, x) => {
                let start = at + to.name().len() + 1;
                let (from, value) = x.check(start, faults)?;
                match constant::convert(&value, from, *to) {
                    Ok(value) => Some((*to, value)),
                    Err(constant::NotConvertible(shown)) => {
                        let operand = describe(&x.text(), from, &shown);
                        faults.push((start, format!("cannot convert {operand} to type {}", to.name())));
                        None
                    }
                }
            }
            Expr::Binary(op, x, y) => self.check_binary(*op, x, y, at, faults),
        }
    }

    fn check_operand(&self, at: usize, faults: &mut Vec<Complaint>) -> Option<Operand> {
        let parenthesis = usize::from(matches!(self, Expr::Unary(..) | Expr::Binary(..)));
        self.check(at + parenthesis, faults)
    }

    fn check_binary(&self, op: BinOp, x: &Expr, y: &Expr, at: usize, faults: &mut Vec<Complaint>) -> Option<Operand> {
        let (left, right) = (x.operand(), y.operand());
        let operator = at + left.len() + 1;
        let right_at = operator + op.text().len() + 1;
        let places = [at, operator, right_at];
        let (x, y) = (x.check_operand(at, faults), y.check_operand(right_at, faults));
        let ((mut a, mut x), (mut b, mut y)) = (x?, y?);
        if matches!(op, Shl | Shr) {
            let operands = [(&*left, a, &x), (&*right, b, &y)];
            let kind = if a.is_integer() { a } else { BasicKind::UntypedInt };
            return self.settle(constant::shift(op, a, &x, b, &y), kind, places, operands, faults);
        }
        let sorts = |kind: BasicKind| (kind.is_boolean(), kind.is_string());
        if sorts(a) == sorts(b) {
            (a, x) = implicitly(&left, (a, x), b).map_err(|message| faults.push((at, message))).ok()?;
            (b, y) = implicitly(&right, (b, y), a).map_err(|message| faults.push((right_at, message))).ok()?;
        }
        let comparison = matches!(op, Eq | Ne | Lt | Le | Gt | Ge);
        if a != b {
            let at = if comparison { right_at } else { at };
            let text = self.text();
            faults.push((at, format!("invalid operation: {text} (mismatched types {} and {})", a.name(), b.name())));
            return None;
        }
        if !comparison {
            let operands = [(&*left, a, &x), (&*right, b, &y)];
            return self.settle(constant::binary(op, a, &x, &y), a, places, operands, faults);
        }
        match constant::compare(op, a, &x, &y) {
            Ok(holds) => Some((BasicKind::UntypedBool, Value::from(holds))),
            Err(_) => {
                let (text, op) = (self.text(), op.text());
                faults.push((at, format!("invalid operation: {text} (operator {op} not defined on {})", a.name())));
                None
            }
        }
    }

    /// The result of an operation, or what is wrong with it: at its start, its operator, or its right operand.
    fn settle(
        &self,
        result: Result<Value, Error>,
        kind: BasicKind,
        [start, operator, right]: [usize; 3],
        [left, right_operand]: [(&str, BasicKind, &Value); 2],
        faults: &mut Vec<Complaint>,
    ) -> Option<Operand> {
        let error = match result {
            Ok(value) => return Some((kind, value)),
            Err(error) => error,
        };
        let unary = matches!(self, Expr::Unary(..));
        let (at, (text, of, value)) = match &error {
            Error::Unrepresentable(value, _) => (start, (&*self.text(), kind, value)),
            Error::CountTooLarge(count) => (right, (right_operand.0, right_operand.1, count)),
            _ if error.at_operator() => (operator, left),
            _ if error.about_right() || unary => (right, right_operand),
            _ => (start, left),
        };
        let operand = describe(text, of, value);
        faults.push((at, error.message(&operand, kind.name())));
        error.at_operator().then(|| (kind, Value::unknown()))
    }
}

/// An operand converted to the kind of the other one, if it is untyped.
fn implicitly(text: &str, (kind, value): Operand, to: BasicKind) -> Result<Operand, String> {
    if !kind.is_untyped() {
        return Ok((kind, value));
    }
    if to.is_untyped() {
        return Ok((kind.common_untyped(to).unwrap_or(kind), value));
    }
    match constant::representable(&value, kind, to) {
        Ok(value) => Ok((to, value)),
        Err(why) => Err(why.message(&describe(text, kind, &value), to.name())),
    }
}

fn describe(text: &str, kind: BasicKind, value: &Value) -> String {
    constant::describe(text, value, kind.name(), kind.is_untyped())
}

/// Draws expressions.
pub struct Draw(pub Pcg64Mcg);

impl Draw {
    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.0.random_range(0..of.len())]
    }

    fn digits(&mut self, base: u32, most: usize) -> String {
        let count = self.0.random_range(1..=most);
        (0..count).map(|_| char::from_digit(self.0.random_range(0..base), base).expect("a digit")).collect()
    }

    /// A type that constants can have.
    pub fn basic_type(&mut self) -> BasicKind {
        *self.one(&TYPES)
    }

    /// A literal without fault: of the values that matter, or any.
    pub fn literal(&mut self) -> String {
        #[rustfmt::skip]
        const BORDERS: &[&str] = &[
            "0", "1", "2", "3", "63", "64", "127", "128", "255", "256", "65535", "2147483647", "4294967295", "4294967296",
            "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "0x1p511",
            "0.5", "1.5", "0.1", "1e100", "1e-400", "3.4028234663852886e38", "3.4028235677973366e38", "1e1233", "1e1234",
            "1e-1233", "1e-1234", "1e5000", "1e-5000", "0x1p4095", "0x1p4096", "0x1p-4096", "0x1p-4097", "4.9e-324",
            "2.4703282292062327e-324", "2.4703282292062328e-324", "1.7976931348623157e308", "1.7976931348623159e308",
            "0x1.fffffffffffff7ffp1023", "0x1.fffffffffffff8p1023", "0x0.8p-1074", "0x1.8p-1074", "1i", "0i", "2.5i",
            "1e400i", r"'a'", r"'\xff'", r"'\u00e9'", "'世'", r#""""#, r#""a""#, r#""b\xff""#, r"`r\w`", r#""\u00e9\n""#,
            "true", "false",
        ];
        match self.0.random_range(0..12) {
            0..=4 => (*self.one(BORDERS)).to_owned(),
            5 => format!("0x{}", self.digits(16, 40)),
            6 => format!("1{}", self.digits(10, 30)),
            7 => format!("0{}", self.digits(8, 12)),
            8 => self.digits(10, 2).trim_start_matches('0').to_owned() + "0",
            9 => format!("{}.{}e{}", self.digits(10, 20), self.digits(10, 20), self.0.random_range(-330..320)),
            10 => format!("0x{}.{}p{}", self.digits(16, 20), self.digits(16, 20), self.0.random_range(-6000..6000)),
            _ => format!("{}e{}", self.digits(10, 40), self.0.random_range(-20_000..20_000)),
        }
    }

    /// An expression of operations that deep at most. It need not be right.
    pub fn expression(&mut self, depth: u32) -> Expr {
        if depth == 0 {
            return Expr::Literal(self.literal());
        }
        let operand = |draw: &mut Draw| {
            let depth = draw.0.random_range(0..depth);
            Box::new(draw.expression(depth))
        };
        match self.0.random_range(0..10) {
            0 => Expr::Unary(*self.one(&UNARY), operand(self)),
            1 | 2 => Expr::Convert(self.basic_type(), operand(self)),
            3 => {
                let count = self.0.random_range(0..=1100u32) >> self.0.random_range(0..10);
                let count = Box::new(Expr::Literal(count.to_string()));
                Expr::Binary(if self.0.random() { Shl } else { Shr }, operand(self), count)
            }
            4 => Expr::Binary(*self.one(&BINARY), operand(self), operand(self)),
            _ => Expr::Binary(*self.one(&[Add, Sub, Mul, Div]), operand(self), operand(self)),
        }
    }
}
