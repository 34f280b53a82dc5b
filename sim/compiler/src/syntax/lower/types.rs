//! Type literals.

use super::{Lower, child, children, field, fields, named};
use crate::ast::{BinOp, ChanDir, Expr, ExprKind, FieldDecl, MethodSpec};
use crate::source::Span;
use tree_sitter::Node;

impl<'a> Lower<'a, '_> {
    pub(super) fn type_literal(&mut self, node: Node) -> &'a Expr<'a> {
        let kind = match node.kind() {
            "pointer_type" => ExprKind::Star(self.expr(named(node)[0])),
            "array_type" | "implicit_length_array_type" | "slice_type" => {
                let len = self.opt_expr(field(node, "length"));
                let Some(elem) = field(node, "element") else { return self.refused(node) };
                let elem = self.expr(elem);
                match node.kind() {
                    "slice_type" => ExprKind::SliceType(elem),
                    _ => ExprKind::Array { len, elem },
                }
            }
            "map_type" => {
                let (Some(key), Some(elem)) = (field(node, "key"), field(node, "value")) else {
                    return self.refused(node);
                };
                ExprKind::Map { key: self.expr(key), elem: self.expr(elem) }
            }
            "channel_type" => {
                let parts = children(node);
                let dir = match (parts[0].kind(), parts[1].kind()) {
                    ("<-", _) => ChanDir::Recv,
                    (_, "<-") => ChanDir::Send,
                    _ => ChanDir::Both,
                };
                let elem = self.expr(parts[parts.len() - 1]);
                return self.chan(self.span(node), dir, elem);
            }
            "function_type" => ExprKind::FuncType(self.signature(node)),
            "struct_type" => ExprKind::Struct(self.struct_fields(named(node)[0])),
            "interface_type" => ExprKind::Interface(self.methods(node)),
            // `~T`, and anything that a newer grammar may have.
            _ => {
                self.type_parameters(node);
                return self.refused(node);
            }
        };
        self.make(node, kind)
    }

    /// An arrow after `chan` belongs to it: `chan <- chan T` is `chan<- (chan T)`. The grammar sees `chan (<-chan T)`.
    fn chan(&mut self, span: Span, dir: ChanDir, elem: &'a Expr<'a>) -> &'a Expr<'a> {
        let (dir, elem) = match (dir, &elem.kind) {
            (ChanDir::Both, ExprKind::Chan { dir: ChanDir::Recv, elem: inner }) => {
                let span = Span { start: self.chan_keyword(elem), end: elem.span.end };
                (ChanDir::Send, self.chan(span, ChanDir::Both, inner))
            }
            _ => (dir, elem),
        };
        self.arena.alloc(Expr { kind: ExprKind::Chan { dir, elem }, pos: span.start, span })
    }

    /// `A | B`, as an expression: an index that the grammar took for type arguments.
    pub(super) fn type_elem(&mut self, node: Node) -> &'a Expr<'a> {
        let mut x: Option<&'a Expr<'a>> = None;
        let mut operator = self.pos(node);
        for part in children(node) {
            if part.kind() == "|" {
                operator = self.pos(part);
                continue;
            }
            let y = self.maybe_type(part);
            x = Some(match x {
                None => y,
                Some(x) => {
                    let span = Span { start: x.span.start, end: y.span.end };
                    self.arena.alloc(Expr { kind: ExprKind::Binary { op: BinOp::Or, x, y }, pos: operator, span })
                }
            });
        }
        x.unwrap_or_else(|| self.refused(node))
    }

    fn struct_fields(&mut self, list: Node) -> &'a [FieldDecl<'a>] {
        let mut out = Vec::new();
        for node in named(list) {
            let tag = field(node, "tag").map(|tag| &*self.arena.alloc_str(self.text(tag)));
            let names = fields(node, "name");
            let Some(ty_node) = field(node, "type") else {
                self.lost(node);
                continue;
            };
            let ty = self.expr(ty_node);
            if names.is_empty() {
                let ty = match child(node, "*") {
                    Some(star) => {
                        let span = Span { start: self.pos(star), end: ty.span.end };
                        self.arena.alloc(Expr { kind: ExprKind::Star(ty), pos: span.start, span })
                    }
                    None => ty,
                };
                out.push(FieldDecl { name: None, ty, tag, pos: self.pos(node) });
            }
            for name in names {
                let name = self.ident(name);
                out.push(FieldDecl { name: Some(name), ty, tag, pos: name.pos });
            }
        }
        self.list(&out)
    }

    fn methods(&mut self, node: Node) -> &'a [MethodSpec<'a>] {
        let mut out = Vec::new();
        for elem in named(node) {
            if elem.kind() == "method_elem" {
                let Some(name) = field(elem, "name") else {
                    self.lost(elem);
                    continue;
                };
                out.push(MethodSpec::Method { name: self.ident(name), sig: self.signature(elem) });
                continue;
            }
            let parts = named(elem);
            match parts[..] {
                [ty] if matches!(ty.kind(), "type_identifier" | "qualified_type") => {
                    out.push(MethodSpec::Embedded(self.expr(ty)));
                }
                // Unions and terms that are not names make constraints.
                _ => self.type_parameters(elem),
            }
        }
        self.list(&out)
    }
}
