//! Types.

use super::expr::Operand;
use super::{LITERAL, NAME, Reader, Result, called};

impl Reader<'_> {
    pub(super) fn ty(&mut self) -> Result {
        if self.type_or_none()? { Ok(()) } else { self.expecting("type") }
    }

    /// Reads a type if there is one.
    pub(super) fn type_or_none(&mut self) -> Result<bool> {
        self.deeper(Self::any_type)
    }

    fn any_type(&mut self) -> Result<bool> {
        match self.peek() {
            "*" => {
                self.next();
                self.ty()?;
            }
            "<-" => {
                self.next();
                self.want("chan")?;
                self.channel_element()?;
            }
            "func" => {
                self.next();
                self.signature()?;
            }
            "[" => self.array_or_slice(false)?,
            "chan" => {
                self.next();
                self.got("<-");
                self.channel_element()?;
            }
            "map" => {
                self.next();
                self.want("[")?;
                self.ty()?;
                self.want("]")?;
                self.ty()?;
            }
            "struct" => {
                self.next();
                self.want("{")?;
                self.list("struct type", ";", "}", |this| this.field().map(|()| false))?;
            }
            "interface" => {
                self.next();
                self.want("{")?;
                self.list("interface type", ";", "}", |this| this.interface_element().map(|()| false))?;
            }
            NAME => self.qualified_name()?,
            "(" => {
                self.next();
                self.ty()?;
                self.want(")")?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `[n]T`, `[]T` or `[...]T`; the last only in a composite literal.
    pub(super) fn array_or_slice(&mut self, operand: bool) -> Result {
        let open = self.at;
        self.next();
        if self.got("]") {
            return self.ty();
        }
        let counted = self.got("...");
        if !counted {
            self.bracketed(Self::expr)?;
        }
        if self.is(",") {
            return self.wrong("unexpected comma; expecting ]");
        }
        self.want("]")?;
        self.ty()?;
        if counted && !(operand && self.is("{")) {
            self.later(open, "invalid use of [...] array (outside a composite literal)");
        }
        Ok(())
    }

    fn channel_element(&mut self) -> Result {
        if self.type_or_none()? { Ok(()) } else { self.wrong("missing channel element type") }
    }

    /// A name, perhaps of a package's, perhaps with type arguments.
    fn qualified_name(&mut self) -> Result {
        self.name()?;
        if self.got(".") {
            self.name()?;
        }
        if self.got("[") {
            if self.is("]") {
                return self.expecting("type");
            }
            self.type_list()?;
            self.want("]")?;
        }
        Ok(())
    }

    /// An expression, and types after it; the expression, and whether there was a comma.
    pub(super) fn type_list(&mut self) -> Result<(Operand, bool)> {
        self.bracketed(|this| {
            let first = this.value_or_type()?;
            let comma = this.got(",");
            if comma && this.type_or_none()? {
                while this.got(",") && this.type_or_none()? {}
            }
            Ok((first, comma))
        })
    }

    fn field(&mut self) -> Result {
        match self.peek() {
            NAME => {
                if [".", LITERAL, ";", "}"].contains(&self.kind_at(self.at + 1)) {
                    self.qualified_name()?;
                } else {
                    self.next();
                    let single = !self.is(",");
                    while self.got(",") {
                        self.name()?;
                    }
                    if single && self.is("[") {
                        self.array_or_instance()?;
                    } else {
                        self.ty()?;
                    }
                }
            }
            "*" => {
                self.next();
                if self.is("(") {
                    return self.wrong("cannot parenthesize embedded type");
                }
                self.qualified_name()?;
            }
            "(" => return self.wrong("cannot parenthesize embedded type"),
            _ => return self.expecting("field name or embedded type"),
        }
        self.got(LITERAL);
        Ok(())
    }

    /// What follows a name: `[n]T`, the type of what is named, or `[A]`, type arguments. Is it the former?
    fn array_or_instance(&mut self) -> Result<bool> {
        let open = self.at;
        self.next();
        if self.got("]") {
            self.ty()?;
            return Ok(true);
        }
        let (_, comma) = self.type_list()?;
        self.want("]")?;
        let array = !comma && self.type_or_none()?;
        if !array {
            self.type_arguments(open);
        }
        Ok(array)
    }

    fn interface_element(&mut self) -> Result {
        if self.is(NAME) && self.kind_at(self.at + 1) == "(" {
            self.next();
            return self.signature();
        }
        loop {
            self.got("~");
            if !self.type_or_none()? {
                return self.expecting("~ term or type");
            }
            if !self.got("|") {
                return Ok(());
            }
        }
    }

    /// Parameters and results.
    pub(super) fn signature(&mut self) -> Result {
        if self.is("[") {
            return self.wrong("function type must have no type parameters");
        }
        self.want("(")?;
        self.parameters(")")?;
        if self.got("(") {
            self.parameters(")")?;
        } else {
            self.type_or_none()?;
        }
        Ok(())
    }

    /// A list of parameters behind its opening bracket; how many entries has it?
    ///
    /// If any has both name and type, all must have a name; a name alone takes the type after it.
    pub(super) fn parameters(&mut self, close: &str) -> Result<usize> {
        let mut entries = Vec::new();
        let mut entry = |this: &mut Self| {
            entries.push(this.parameter(close)?);
            Ok(false)
        };
        self.deeper(|this| this.bracketed(|this| this.list("parameter list", ",", close, &mut entry)))?;
        if close == ")" && entries.iter().any(|e| e.name && e.ty.is_some()) {
            let last_typed = entries.iter().rposition(|e| e.ty.is_some());
            let unnamed = |(i, e): (usize, &Entry)| match e.ty {
                Some(start) => (!e.name).then_some(start),
                None => (Some(i) > last_typed).then_some(e.start),
            };
            if let Some(token) = entries.iter().enumerate().find_map(unnamed) {
                return self.complain(token, "syntax error: mixed named and unnamed parameters");
            }
        }
        Ok(entries.len())
    }

    fn parameter(&mut self, close: &str) -> Result<Entry> {
        let start = self.at;
        let mut entry = Entry { name: false, ty: None, start };
        if self.is(NAME) {
            match self.kind_at(self.at + 1) {
                "." => {
                    self.qualified_name()?;
                    return Ok(Entry { ty: Some(start), ..entry });
                }
                "[" => {
                    self.next();
                    let array = self.array_or_instance()?;
                    return Ok(Entry { name: array, ty: Some(if array { start + 1 } else { start }), start });
                }
                _ => self.next(),
            }
            entry.name = true;
        }
        let ty = self.at;
        if self.got("...") {
            if !self.type_or_none()? {
                return self.wrong("... is missing type");
            }
            return Ok(Entry { ty: Some(ty), ..entry });
        }
        let mut typed = (close != "]" || !self.is("~")) && self.type_or_none()?;
        if close == "]" && (self.is("~") || self.is("|")) {
            self.got("|");
            self.interface_element()?;
            typed = true;
        }
        if !entry.name && !typed {
            return self.expecting(called(close));
        }
        Ok(Entry { ty: typed.then_some(ty), ..entry })
    }
}

/// An entry of a list of parameters: a name, a type, or both.
struct Entry {
    name: bool,
    /// The token at which the type begins.
    ty: Option<usize>,
    start: usize,
}
