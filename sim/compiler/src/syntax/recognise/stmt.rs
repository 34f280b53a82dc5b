//! Statements.

use super::expr::Shape;
use super::{END, LITERAL, Mark, NAME, Reader, Result};
use crate::syntax::token::joined;

/// A simple statement that has been read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Simple {
    /// An expression.
    Expr,
    /// `x.(type)`, perhaps with a name; where `x` begins.
    Guard(usize),
    /// `… range x`.
    Range,
    /// `… = …`, the operator at a token.
    Assign(usize),
    /// `… := …`
    Define(usize),
    /// Anything else, with the token that it is said to be at.
    Other(usize),
}

impl Reader<'_> {
    pub(super) fn function_body(&mut self) -> Result {
        self.with_literals(true, |this| this.block(""))
    }

    /// `context` says after what, where something else than a brace may come.
    fn block(&mut self, context: &str) -> Result {
        if !self.got("{") {
            return self.expecting(&format!("{{ after {context}"));
        }
        self.statements()?;
        self.want("}")
    }

    fn statements(&mut self) -> Result {
        while ![END, "}", "case", "default"].contains(&self.peek()) {
            if self.is(";") {
                self.mark(Mark::Empty);
            }
            if !self.deeper(Self::statement)? {
                return Ok(());
            }
            if !self.got(";") && !self.is("}") {
                return self.unexpected(" at end of statement");
            }
        }
        Ok(())
    }

    /// A statement, if there is one.
    fn statement(&mut self) -> Result<bool> {
        match self.peek() {
            NAME if self.kind_at(self.at + 1) == ":" => {
                self.next();
                let colon = self.at;
                self.next();
                match self.peek() {
                    "}" | ";" => self.mark(Mark::Ends),
                    _ if self.deeper(Self::statement)? => {}
                    _ => return self.complain(colon, "syntax error: missing statement after label"),
                }
            }
            "var" | "const" | "type" => self.declaration()?,
            "{" => self.block("")?,
            NAME | LITERAL | "func" | "(" | "[" | "struct" | "map" | "chan" | "interface" | "<-" | "+" | "-" | "*"
            | "&" | "^" | "!" => {
                if let Simple::Guard(start) = self.simple("")? {
                    self.guard(start);
                }
            }
            "for" => {
                self.header("for")?;
                self.block("for clause")?;
            }
            "switch" => {
                let types = self.header("switch")?;
                self.clauses("switch", if types { Self::types } else { Self::expr_list })?;
            }
            "select" => {
                self.next();
                self.clauses("select", Self::communication)?;
            }
            "if" => self.if_statement()?,
            "fallthrough" => self.next(),
            "break" | "continue" => {
                self.next();
                self.got(NAME);
            }
            "go" | "defer" => self.call_statement()?,
            "goto" => {
                self.next();
                self.name()?;
            }
            "return" => {
                self.next();
                if !self.is(";") && !self.is("}") {
                    self.expr_list()?;
                }
            }
            ";" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn call_statement(&mut self) -> Result {
        let keyword = self.peek();
        self.next();
        let x = self.primary()?;
        if x.parens {
            return self.complain(x.place, format!("expression in {keyword} must not be parenthesized"));
        }
        if x.shape != Shape::Call {
            return self.complain(self.place(&x), format!("expression in {keyword} must be function call"));
        }
        Ok(())
    }

    fn guard(&mut self, start: usize) {
        self.later(start, "use of .(type) outside type switch");
    }

    /// A simple statement after `keyword`, if it is one of a header.
    fn simple(&mut self, keyword: &str) -> Result<Simple> {
        if keyword == "for" && self.got("range") {
            self.expr()?;
            return Ok(Simple::Range);
        }
        let (count, first) = self.exprs_or_guard()?;
        let operator = self.at;
        match self.peek() {
            "=" | ":=" => {
                let define = self.is(":=");
                self.next();
                if keyword == "for" && self.got("range") {
                    self.expr()?;
                    return Ok(Simple::Range);
                }
                let (values, value) = self.exprs_or_guard()?;
                if values == 1 && value.shape == Shape::Guard {
                    let name = count == 1 && first.shape == Shape::Name && operator == first.start + 1;
                    if keyword == "switch" && define && name {
                        return Ok(Simple::Guard(value.start));
                    }
                    self.guard(value.start);
                }
                Ok(if define { Simple::Define(operator) } else { Simple::Assign(operator) })
            }
            _ if count > 1 => self.expecting(":= or = or comma"),
            "++" | "--" => {
                self.next();
                Ok(Simple::Other(operator))
            }
            "<-" => {
                self.next();
                self.expr()?;
                Ok(Simple::Other(operator))
            }
            other if other.ends_with('=') && !["==", "!=", "<=", ">="].contains(&other) => {
                self.next();
                self.expr()?;
                Ok(Simple::Other(operator))
            }
            _ if first.shape == Shape::Guard => Ok(Simple::Guard(first.start)),
            _ => Ok(Simple::Expr),
        }
    }

    /// What stands between `if`, `for` or `switch` and its brace. Is it a switch on types?
    fn header(&mut self, keyword: &str) -> Result<bool> {
        self.next();
        if self.is("{") {
            return if keyword == "if" { self.wrong("missing condition in if statement") } else { Ok(false) };
        }
        self.with_literals(false, |this| this.clause(keyword))
    }

    fn clause(&mut self, keyword: &str) -> Result<bool> {
        let (mut start, mut end, mut condition) = (self.at, None, None);
        if self.is(";") {
            // The grammar has an empty first clause only in loops.
            if keyword != "for" {
                self.mark(Mark::Empty);
            }
        } else {
            if self.is("var") {
                self.next();
                return self.wrong(&format!("var declaration not allowed in {keyword} initializer"));
            }
            condition = Some(self.simple(keyword)?);
            if condition == Some(Simple::Range) {
                return Ok(false);
            }
        }
        if !self.is("{") {
            let semicolon = self.at;
            if !self.got(";") {
                return self.expecting("{");
            }
            condition = None;
            start = self.at;
            if keyword == "for" {
                if !self.is(";") {
                    if self.is("{") {
                        return self.expecting("for loop condition");
                    }
                    condition = Some(self.simple("")?);
                }
                end = Some(self.at);
                self.want(";")?;
                if !self.is("{")
                    && let Simple::Define(at) = self.simple("")?
                {
                    return self.complain(at, "syntax error: cannot declare in post statement of for loop");
                }
            } else if !self.is("{") {
                condition = Some(self.simple(keyword)?);
            } else if keyword == "if" {
                let written = self.tokens[semicolon].text(self.file) == ";";
                self.at = semicolon;
                return match written {
                    true => self.wrong("missing condition in if statement"),
                    false => self.expecting("{ after if clause"),
                };
            }
        }
        let end = end.unwrap_or(self.at);
        self.condition(condition, keyword, start, end)
    }

    /// Is what stands for a condition, from token `start` up to `end`, an expression? Says whether it is a guard.
    fn condition(&mut self, condition: Option<Simple>, keyword: &str, start: usize, end: usize) -> Result<bool> {
        let (at, text) = match condition {
            None | Some(Simple::Expr | Simple::Range) => return Ok(false),
            Some(Simple::Guard(start)) => {
                if keyword != "switch" {
                    self.guard(start);
                }
                return Ok(true);
            }
            Some(Simple::Assign(at)) => {
                let text = |from: usize, to: usize| joined(&self.tokens[from..to], self.file);
                let (left, right) = (text(start, at), text(at + 1, end));
                (at, format!("assignment ({left}) = ({right})"))
            }
            Some(Simple::Define(at) | Simple::Other(at)) => (at, joined(&self.tokens[start..end], self.file)),
        };
        self.complain(at, format!("syntax error: cannot use {text} as value"))
    }

    fn if_statement(&mut self) -> Result {
        self.header("if")?;
        self.block("if clause")?;
        if !self.got("else") {
            return Ok(());
        }
        match self.peek() {
            "if" => self.deeper(Self::if_statement),
            "{" => self.block(""),
            _ => self.wrong("else must be followed by if or statement block"),
        }
    }

    /// The clauses of a switch or select; `case` reads what is behind the keyword of that name.
    fn clauses(&mut self, keyword: &str, case: fn(&mut Self) -> Result) -> Result {
        if !self.got("{") {
            return self.wrong(&format!("missing {{ after {keyword} clause"));
        }
        while !self.is(END) && !self.is("}") {
            match self.peek() {
                "case" => {
                    self.next();
                    self.with_literals(true, case)?;
                }
                "default" => self.next(),
                _ => return self.expecting("case or default or }"),
            }
            self.want(":")?;
            self.with_literals(true, Self::statements)?;
        }
        self.want("}")
    }

    fn types(&mut self) -> Result {
        loop {
            let x = self.value_or_type()?;
            if x.shape.is_value() {
                let text = self.text_from(x.start);
                self.later(x.start, format!("{text} is not a type"));
            }
            if !self.got(",") {
                return Ok(());
            }
        }
    }

    fn communication(&mut self) -> Result {
        let start = self.at;
        let simple = self.simple("")?;
        let sends = |at: usize| self.kind_at(at) == "<-";
        if matches!(simple, Simple::Other(at) if !sends(at)) {
            self.later(start, "select case must be send or receive (possibly with assignment)");
        }
        Ok(())
    }
}
