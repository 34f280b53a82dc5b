//! Expressions.

use super::{LITERAL, Mark, NAME, Reader, Result};
use crate::syntax::token::joined;

/// What has been read, as far as the next token's meaning depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// A name or a selector: a literal's type, perhaps.
    Name,
    /// An index, which may be the type of a literal if it has type arguments.
    Index,
    /// An array, slice, structure or map type, that may begin a literal.
    LiteralType,
    /// Any other type.
    Type,
    /// `*x`, perhaps a type.
    Star,
    /// `x.(type)`.
    Guard,
    /// A call.
    Call,
    /// Anything else.
    Value,
}

impl Shape {
    /// Has it a value, that is, can it be no type?
    pub(super) fn is_value(self) -> bool {
        matches!(self, Shape::Guard | Shape::Call | Shape::Value)
    }
}

/// An operand with where it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub shape: Shape,
    /// Is it in parentheses?
    pub parens: bool,
    pub start: usize,
    /// Where Go says that it is.
    pub place: usize,
}

/// What is in the parentheses of a call.
#[derive(Clone, Copy)]
struct Arguments {
    count: usize,
    /// Where the last one begins.
    last: usize,
    /// Are there three dots behind it?
    spread: bool,
}

fn precedence(operator: &str) -> u8 {
    match operator {
        "||" => 1,
        "&&" => 2,
        "==" | "!=" | "<" | "<=" | ">" | ">=" => 3,
        "+" | "-" | "|" | "^" => 4,
        "*" | "/" | "%" | "&" | "&^" | "<<" | ">>" => 5,
        _ => 0,
    }
}

impl Reader<'_> {
    /// An expression that has a value.
    pub(super) fn expr(&mut self) -> Result<Operand> {
        let x = self.expr_or_guard()?;
        self.no_guard(&x);
        Ok(x)
    }

    /// An expression that has a value, or, which the caller has to see to, `x.(type)`.
    pub(super) fn expr_or_guard(&mut self) -> Result<Operand> {
        let x = self.value_or_type()?;
        self.no_type(&x);
        Ok(x)
    }

    fn no_type(&mut self, x: &Operand) {
        if matches!(x.shape, Shape::Type | Shape::LiteralType) {
            self.later(self.place(x), format!("{} (type) is not an expression", self.text_from(x.start)));
        }
    }

    /// Where Go says an operand is: at its last selector, index or call; a function type is behind its keyword.
    pub(super) fn place(&self, x: &Operand) -> usize {
        x.place + usize::from(x.shape == Shape::Type && self.kind_at(x.place) == "func")
    }

    pub(super) fn value_or_type(&mut self) -> Result<Operand> {
        self.deeper(|this| this.binary(0))
    }

    /// A guard is allowed in the header of a switch only.
    pub(super) fn no_guard(&mut self, x: &Operand) {
        if x.shape == Shape::Guard {
            self.later(x.start, "use of .(type) outside type switch");
        }
    }

    /// Operators of one level associate to the left; the right operand binds more than `outer`.
    fn binary(&mut self, outer: u8) -> Result<Operand> {
        let mut x = self.unary()?;
        while precedence(self.peek()) > outer {
            let inner = precedence(self.peek());
            let place = self.at;
            self.no_guard(&x);
            self.no_type(&x);
            self.next();
            let y = self.binary(inner)?;
            self.no_guard(&y);
            self.no_type(&y);
            x = Operand { shape: Shape::Value, parens: false, start: x.start, place };
        }
        Ok(x)
    }

    fn unary(&mut self) -> Result<Operand> {
        let start = self.at;
        let shape = match self.peek() {
            "*" | "+" | "-" | "!" | "^" | "~" | "&" => {
                let star = self.is("*");
                if self.is("~") {
                    self.later(start, "cannot use ~ outside of interface or type constraint");
                }
                self.next();
                let x = self.deeper(Self::unary)?;
                self.no_guard(&x);
                match x.shape {
                    Shape::Type | Shape::LiteralType if star => Shape::Type,
                    _ if star => Shape::Star,
                    _ => Shape::Value,
                }
            }
            "<-" => {
                self.next();
                let channel = self.is("chan");
                let x = self.deeper(Self::unary)?;
                self.no_guard(&x);
                if channel && x.shape == Shape::Type { Shape::Type } else { Shape::Value }
            }
            _ => return self.primary(),
        };
        Ok(Operand { shape, parens: false, start, place: start })
    }

    fn operand(&mut self) -> Result<Operand> {
        let start = self.at;
        let mut parens = false;
        let shape = match self.peek() {
            NAME => {
                self.next();
                Shape::Name
            }
            LITERAL => {
                self.next();
                Shape::Value
            }
            "(" => {
                self.next();
                let x = self.bracketed(Self::value_or_type)?;
                self.want(")")?;
                parens = true;
                self.no_guard(&x);
                if x.shape == Shape::Guard { Shape::Value } else { x.shape }
            }
            "func" => {
                self.next();
                self.signature()?;
                if self.is("{") {
                    self.bracketed(Self::function_body)?;
                    Shape::Value
                } else {
                    Shape::Type
                }
            }
            "[" => {
                self.array_or_slice(true)?;
                Shape::LiteralType
            }
            "map" | "struct" => {
                self.ty()?;
                Shape::LiteralType
            }
            "chan" | "interface" => {
                self.ty()?;
                Shape::Type
            }
            _ => return self.expecting("expression"),
        };
        Ok(Operand { shape, parens, start, place: start })
    }

    /// An operand, and what follows it: selectors, indices, calls, the braces of a literal.
    pub(super) fn primary(&mut self) -> Result<Operand> {
        let mut x = self.operand()?;
        loop {
            let place = self.at;
            let maker = (self.at == x.start + 1 && self.takes_type(x.start)).then_some(x.start);
            let shape = match self.peek() {
                "." => {
                    if matches!(x.shape, Shape::Type | Shape::LiteralType) {
                        self.mark(Mark::Selects);
                    }
                    self.next();
                    match self.peek() {
                        NAME => {
                            self.next();
                            Shape::Name
                        }
                        "(" => {
                            self.next();
                            let guard = self.got("type");
                            if !guard {
                                self.ty()?;
                            }
                            self.want(")")?;
                            if guard { Shape::Guard } else { Shape::Value }
                        }
                        _ => return self.expecting("name or ("),
                    }
                }
                "[" => {
                    let value = self.index()?;
                    if value || x.shape.is_value() { Shape::Value } else { Shape::Index }
                }
                "(" => {
                    let ty = matches!(x.shape, Shape::Type | Shape::LiteralType).then(|| self.type_text(x.start));
                    self.next();
                    let arguments = self.arguments(maker)?;
                    if let Some(ty) = ty {
                        self.conversion(&x, &ty, arguments);
                    }
                    Shape::Call
                }
                "{" => {
                    let literal = match x.shape {
                        Shape::Name | Shape::Index => self.literals,
                        shape => shape == Shape::LiteralType,
                    };
                    if !literal {
                        return Ok(x);
                    }
                    if x.parens {
                        return self.wrong("cannot parenthesize type in composite literal");
                    }
                    self.literal_value()?;
                    Shape::Value
                }
                _ => return Ok(x),
            };
            self.no_guard(&x);
            x = Operand { shape, parens: false, start: x.start, place };
        }
    }

    /// Is it `new` or `make`, which take a type?
    fn takes_type(&self, name: usize) -> bool {
        matches!(self.tokens[name].text(self.file), "new" | "make")
    }

    /// An index or a slice. Can it be no type argument?
    fn index(&mut self) -> Result<bool> {
        let open = self.at;
        self.next();
        if self.is("]") {
            return self.expecting("operand");
        }
        if !self.is(":") {
            let (first, comma) = self.type_list()?;
            if comma {
                self.type_arguments(open);
            }
            if comma || self.is("]") {
                self.want("]")?;
                return Ok(first.shape.is_value());
            }
        }
        if !self.got(":") {
            return self.expecting("comma, : or ]");
        }
        self.bracketed(|this| {
            let high = !this.is(":") && !this.is("]");
            if high {
                this.expr()?;
            }
            if this.is(":") {
                if !high {
                    this.later(this.at, "middle index required in 3-index slice");
                }
                this.next();
                if this.is("]") {
                    this.later(this.at, "final index required in 3-index slice");
                } else {
                    this.expr()?;
                }
            }
            this.want("]")
        })?;
        Ok(true)
    }

    /// `maker` is `new` or `make`, the first of whose arguments is a type.
    fn arguments(&mut self, mut maker: Option<usize>) -> Result<Arguments> {
        let mut found = Arguments { count: 0, last: self.at, spread: false };
        let mut taker = None;
        self.bracketed(|this| {
            this.list("argument list", ",", ")", |this| {
                found.count += 1;
                found.last = this.at;
                match maker.take() {
                    None => _ = this.expr()?,
                    Some(name) => {
                        let x = this.value_or_type()?;
                        this.no_guard(&x);
                        if matches!(x.shape, Shape::Type | Shape::LiteralType) {
                            this.marks.push((name, Mark::TakesType));
                            taker = Some(name);
                        }
                    }
                }
                found.spread = this.got("...");
                if let Some(name) = taker.filter(|_| found.spread) {
                    let builtin = this.tokens[name].text(this.file);
                    this.later(name, format!("invalid operation: invalid use of ... with built-in {builtin}"));
                }
                Ok(found.spread)
            })
        })?;
        Ok(found)
    }

    /// The text of a type that ends here, without parentheses around all of it.
    fn type_text(&self, start: usize) -> String {
        let parens = (start..self.at).take_while(|&i| self.kind_at(i) == "(").count();
        let closed = (start..self.at).rev().take_while(|&i| self.kind_at(i) == ")").count();
        let around = parens.min(closed);
        joined(&self.tokens[start + around..self.at - around], self.file)
    }

    /// A call of what can only be a type.
    fn conversion(&mut self, x: &Operand, ty: &str, arguments: Arguments) {
        match arguments {
            Arguments { count: 0, .. } => self.later(x.start, format!("missing argument in conversion to {ty}")),
            Arguments { count: 1, spread: false, .. } => {}
            Arguments { count: 1, last, .. } => self.later(last, format!("invalid use of ... in conversion to {ty}")),
            Arguments { last, .. } => self.later(last, format!("too many arguments in conversion to {ty}")),
        }
    }

    fn literal_value(&mut self) -> Result {
        self.want("{")?;
        self.bracketed(|this| {
            this.list("composite literal", ",", "}", |this| {
                this.element()?;
                if this.got(":") {
                    this.element()?;
                }
                Ok(false)
            })
        })
    }

    fn element(&mut self) -> Result {
        if self.is("{") { self.deeper(Self::literal_value) } else { self.expr().map(|_| ()) }
    }

    /// Expressions with commas between; how many, and the first, which may be a guard if it is the only one.
    pub(super) fn exprs_or_guard(&mut self) -> Result<(usize, Operand)> {
        let first = self.expr_or_guard()?;
        let mut count = 1;
        while self.got(",") {
            self.expr()?;
            count += 1;
        }
        if count > 1 {
            self.no_guard(&first);
        }
        Ok((count, first))
    }

    /// Expressions with commas between.
    pub(super) fn expr_list(&mut self) -> Result {
        let (_, first) = self.exprs_or_guard()?;
        self.no_guard(&first);
        Ok(())
    }
}
