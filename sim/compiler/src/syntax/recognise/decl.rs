//! Files and declarations.

use super::{END, LITERAL, Mark, NAME, Reader, Result};
use crate::ast::LitKind;
use crate::syntax::token::Kind;

impl Reader<'_> {
    pub(super) fn source_file(&mut self) -> Result {
        if !self.got("package") {
            return self.wrong("package statement must be first");
        }
        self.name()?;
        self.want(";")?;
        while self.got("import") {
            self.group(Self::import_spec)?;
            self.want(";")?;
        }
        let mut bodyless = false;
        while !self.is(END) {
            let brace = self.is("{");
            let after_signature = std::mem::replace(&mut bodyless, false);
            match self.peek() {
                "const" | "type" | "var" => self.declaration()?,
                "func" => bodyless = !self.func_decl()?,
                _ if brace && after_signature => return self.wrong("unexpected semicolon or newline before {"),
                _ => return self.wrong("non-declaration statement outside function body"),
            }
            if !self.is(END) && !self.got(";") {
                return self.unexpected(" after top level declaration");
            }
        }
        Ok(())
    }

    /// A `const`, `type` or `var` declaration.
    pub(super) fn declaration(&mut self) -> Result {
        let keyword = self.peek();
        self.next();
        self.group(match keyword {
            "const" => Self::const_spec,
            "type" => Self::type_spec,
            _ => Self::var_spec,
        })
    }

    fn group(&mut self, mut spec: impl FnMut(&mut Self) -> Result) -> Result {
        if !self.got("(") {
            return spec(self);
        }
        self.list("grouped declaration", ";", ")", |this| {
            spec(this)?;
            if this.is(")") {
                this.mark(Mark::Ends);
            }
            Ok(false)
        })
    }

    fn import_spec(&mut self) -> Result {
        if self.is(NAME) || self.is(".") {
            self.next();
        }
        let path = self.tokens.get(self.at).map(|t| t.kind);
        if !self.got(LITERAL) {
            return self.wrong("missing import path");
        }
        if path != Some(Kind::Literal(LitKind::String)) {
            return self.wrong("import path must be a string");
        }
        Ok(())
    }

    fn names(&mut self) -> Result {
        self.name()?;
        while self.got(",") {
            self.name()?;
        }
        Ok(())
    }

    /// `=`, which some write as `:=`.
    fn assign(&mut self) -> Result<bool> {
        if self.is(":=") {
            return self.expecting("=");
        }
        Ok(self.got("="))
    }

    fn const_spec(&mut self) -> Result {
        let start = self.at;
        self.names()?;
        if [END, ";", ")"].contains(&self.peek()) {
            return Ok(());
        }
        let typed = self.type_or_none()?;
        if self.assign()? {
            self.expr_list()?;
        } else if typed {
            let name = self.tokens[start].text(self.file);
            self.later(start, format!("missing init expr for {name}"));
        }
        Ok(())
    }

    fn var_spec(&mut self) -> Result {
        self.names()?;
        if self.assign()? {
            self.expr_list()?;
            return Ok(());
        }
        self.ty()?;
        if self.assign()? {
            self.expr_list()?;
        }
        Ok(())
    }

    fn type_spec(&mut self) -> Result {
        self.name()?;
        if self.is("[") && self.kind_at(self.at + 1) == NAME {
            return self.array_or_type_parameters();
        }
        self.assign()?;
        self.type_in_declaration()
    }

    fn type_in_declaration(&mut self) -> Result {
        if self.type_or_none()? { Ok(()) } else { self.unexpected(" in type declaration") }
    }

    /// `[n]T`, or `[P C] T`: whether an expression fills the brackets decides. It does not if it begins with `P[`, which is
    /// no constant. The second reading happens only outside of a first one, or nested ones would take forever.
    fn array_or_type_parameters(&mut self) -> Result {
        self.next();
        let (start, marks, later) = (self.at, self.marks.len(), self.later.is_some());
        if self.kind_at(start + 1) != "[" {
            let outer = std::mem::replace(&mut self.trying, true);
            let length = self.bracketed(Self::expr);
            self.trying = outer;
            if length.is_ok() && self.got("]") {
                return self.ty();
            }
            if outer {
                return length.and_then(|_| self.want("]"));
            }
        }
        self.at = start;
        self.marks.truncate(marks);
        self.later = self.later.take().filter(|_| later);
        self.parameters("]")?;
        self.assign()?;
        self.type_in_declaration()
    }

    /// A function or method; has it a body?
    fn func_decl(&mut self) -> Result<bool> {
        let mut method = false;
        self.next();
        if self.got("(") {
            let receivers = self.parameters(")")?;
            match receivers {
                0 => return self.complain(self.at, "method has no receiver"),
                1 => {}
                _ => return self.complain(self.at, "method has multiple receivers"),
            }
            method = true;
        }
        if !self.is(NAME) {
            return self.expecting("name or (");
        }
        self.next();
        if self.is("[") {
            if method {
                return self.wrong("method must have no type parameters");
            }
            self.next();
            if self.is("]") {
                return self.wrong("empty type parameter list");
            }
            self.parameters("]")?;
        }
        self.signature()?;
        let body = self.is("{");
        if body {
            self.function_body()?;
        }
        Ok(body)
    }
}
