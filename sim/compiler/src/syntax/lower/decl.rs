//! Files and declarations.

use super::{Lower, children, field, fields, named};
use crate::ast::{BinOp, ConstSpec, Decl, Expr, ExprKind, File, FuncDecl, Ident, Import, TypeSpec, VarSpec};
use crate::source::Span;
use crate::syntax::scan::shown;
use tree_sitter::Node;

impl<'a> Lower<'a, '_> {
    /// A file. `directives` are those of the scan.
    pub fn file(&mut self, root: Node, directives: &[(u32, u32)]) -> Option<File<'a>> {
        let mut package = None;
        let (mut imports, mut decls) = (Vec::new(), Vec::new());
        // Where the declaration before ends: directives after it belong to the next.
        let mut before = 0;
        for node in named(root) {
            match node.kind() {
                "package_clause" => package = Some(self.ident(named(node)[0])),
                "import_declaration" => self.imports(node, &mut imports),
                "function_declaration" | "method_declaration" => {
                    let between = before..self.first_token(node).start;
                    let pragmas = directives.iter().filter(|(start, _)| between.contains(start));
                    let pragmas: Vec<_> = pragmas.map(|&(a, b)| self.copy(a, b)).collect();
                    match self.func_decl(node, self.list(&pragmas)) {
                        Some(decl) => decls.push(decl),
                        None => self.lost(node),
                    }
                }
                _ => self.decls(node, &mut decls),
            }
            before = self.last_token(node).end;
        }
        self.account();
        Some(File { package: package?, imports: self.list(&imports), decls: self.list(&decls) })
    }

    fn imports(&mut self, node: Node, out: &mut Vec<Import<'a>>) {
        for spec in named(node) {
            if spec.kind() == "import_spec_list" {
                self.imports(spec, out);
                continue;
            }
            let Some(node) = field(spec, "path") else {
                self.lost(spec);
                continue;
            };
            let name = field(spec, "name").map(|n| self.ident(n));
            let path = self.path(node);
            out.push(Import { name, path, pos: self.pos(node) });
        }
    }

    /// A path without its quotes. Go takes escapes in one, which nobody writes; here they are refused as backslashes.
    fn path(&mut self, node: Node) -> &'a str {
        let span = self.first_token(node);
        let path = self.copy(span.start + 1, span.end - 1);
        let strange =
            |c: &char| c.is_whitespace() || c.is_control() || "!\"#$%&'()*,:;<=>?[\\]^{|}`\u{fffd}".contains(*c);
        if path.is_empty() {
            self.wrong(node, "invalid import path (empty string)");
        } else if let Some(c) = path.chars().find(strange) {
            self.wrong(node, format!("invalid import path (invalid character {})", shown(c)));
        }
        path
    }

    /// The specifications of a `const`, `var` or `type` declaration.
    pub(super) fn decls(&mut self, node: Node, out: &mut Vec<Decl<'a>>) {
        let mut specs = named(node);
        if let [list] = specs[..]
            && list.kind() == "var_spec_list"
        {
            specs = named(list);
        }
        let mut repeated: Option<&'a ConstSpec<'a>> = None;
        for (index, spec) in specs.into_iter().enumerate() {
            match spec.kind() {
                "const_spec" => {
                    let spec = self.const_spec(spec, index as u32, repeated);
                    repeated = Some(spec);
                    out.push(Decl::Const(spec));
                }
                "var_spec" => out.push(Decl::Var(self.var_spec(spec))),
                _ => match self.type_spec(spec) {
                    Some(spec) => out.push(Decl::Type(spec)),
                    None => self.lost(spec),
                },
            }
        }
    }

    fn idents(&self, nodes: &[Node]) -> &'a [Ident<'a>] {
        let names: Vec<_> = nodes.iter().map(|n| self.ident(*n)).collect();
        self.list(&names)
    }

    fn const_spec(&mut self, node: Node, iota: u32, before: Option<&'a ConstSpec<'a>>) -> &'a ConstSpec<'a> {
        let names = self.idents(&fields(node, "name"));
        let pos = self.pos(node);
        let spec = match (field(node, "value"), before) {
            (Some(values), _) => {
                let ty = self.opt_expr(field(node, "type"));
                ConstSpec { names, ty, values: self.expr_list(values), iota, implicit: false, pos }
            }
            (None, Some(before)) => {
                ConstSpec { names, ty: before.ty, values: before.values, iota, implicit: true, pos }
            }
            (None, None) => {
                for name in fields(node, "name") {
                    self.wrong(name, format!("missing init expr for {}", self.text(name)));
                }
                ConstSpec { names, ty: None, values: &[], iota, implicit: false, pos }
            }
        };
        self.arena.alloc(spec)
    }

    fn var_spec(&mut self, node: Node) -> &'a VarSpec<'a> {
        let names = self.idents(&fields(node, "name"));
        let ty = self.opt_expr(field(node, "type"));
        let values = field(node, "value").map_or(&[][..], |values| self.expr_list(values));
        self.arena.alloc(VarSpec { names, ty, values, pos: self.pos(node) })
    }

    fn type_spec(&mut self, node: Node) -> Option<&'a TypeSpec<'a>> {
        let (name, ty) = (self.ident(field(node, "name")?), field(node, "type")?);
        let alias = node.kind() == "type_alias";
        let ty = match field(node, "type_parameters") {
            None => self.expr(ty),
            Some(list) if !alias => self.array_or_refuse(list, ty),
            Some(list) => {
                self.type_parameters(list);
                return None;
            }
        };
        Some(self.arena.alloc(TypeSpec { name, alias, ty }))
    }

    /// `type T [N * M]E` is an array, though `[N *M]` could be a type parameter with a constraint; Go decides as here.
    fn array_or_refuse(&mut self, list: Node, elem: Node) -> &'a Expr<'a> {
        match self.array_length(list) {
            Some(len) => {
                let elem = self.expr(elem);
                let span = Span { start: self.pos(list), end: elem.span.end };
                self.arena.alloc(Expr { kind: ExprKind::Array { len: Some(len), elem }, pos: span.start, span })
            }
            None => {
                self.type_parameters(list);
                self.refused(list)
            }
        }
    }

    /// The product that `[N *M]` is, if it can be one.
    fn array_length(&mut self, list: Node) -> Option<&'a Expr<'a>> {
        let [_, parameter, _] = children(list)[..] else { return None };
        let [name] = fields(parameter, "name")[..] else { return None };
        let terms = children(field(parameter, "type")?);
        // The first term holds the multiplication; the others are alternatives of a bitwise or.
        let star = *terms.first()?;
        if star.kind() != "pointer_type" || !terms.iter().all(|t| could_be_value(*t)) {
            return None;
        }
        let (x, y) = (self.name_expr(self.ident(name)), self.expr(named(star)[0]));
        let span = Span { start: x.span.start, end: y.span.end };
        let product = ExprKind::Binary { op: BinOp::Mul, x, y };
        let mut value: &'a Expr<'a> = self.arena.alloc(Expr { kind: product, pos: self.pos(star), span });
        for pair in terms[1..].chunks(2) {
            let [or, term] = *pair else { return None };
            let y = self.expr(term);
            let span = Span { start: value.span.start, end: y.span.end };
            let kind = ExprKind::Binary { op: BinOp::Or, x: value, y };
            value = self.arena.alloc(Expr { kind, pos: self.pos(or), span });
        }
        Some(value)
    }

    fn func_decl(&mut self, node: Node, pragmas: &'a [&'a str]) -> Option<Decl<'a>> {
        if let Some(list) = field(node, "type_parameters") {
            self.type_parameters(list);
        }
        let name = self.ident(field(node, "name")?);
        let recv = match field(node, "receiver") {
            Some(list) => match self.params(list, None) {
                [recv] => Some(recv),
                _ => return None,
            },
            None => None,
        };
        let sig = self.signature(node);
        let body = field(node, "body").map(|body| self.block(body));
        let pos = self.pos(node);
        Some(Decl::Func(self.arena.alloc(FuncDecl { name, recv, sig, body, pragmas, pos })))
    }
}

/// Could a type be an expression that has a value, so that a bracket holds a length?
fn could_be_value(ty: Node) -> bool {
    match ty.kind() {
        "|" | "type_identifier" | "qualified_type" => true,
        "pointer_type" | "parenthesized_type" => named(ty).into_iter().all(could_be_value),
        _ => false,
    }
}
