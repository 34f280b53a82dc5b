//! Signatures: parameters and results.

use super::{Lower, child, field, fields, named};
use crate::ast::{Expr, ExprKind, Ident, Param, Signature};
use crate::source::Pos;
use tree_sitter::Node;

/// One entry of a list of parameters, before it is known whether a name alone is a parameter or a type.
struct Entry<'a> {
    name: Option<Ident<'a>>,
    ty: Option<&'a Expr<'a>>,
    dots: Option<Pos>,
}

impl<'a> Lower<'a, '_> {
    /// The signature of a function, method, function literal or function type.
    pub(super) fn signature(&mut self, node: Node) -> &'a Signature<'a> {
        let mut variadic = false;
        let params = match field(node, "parameters") {
            Some(list) => self.params(list, Some(&mut variadic)),
            None => &[],
        };
        let results = match field(node, "result") {
            Some(list) if list.kind() == "parameter_list" => self.params(list, None),
            Some(ty) => {
                let ty = self.expr(ty);
                self.list(&[Param { name: None, ty }])
            }
            None => &[],
        };
        self.arena.alloc(Signature { params, results, variadic, pos: self.pos(node) })
    }

    /// A list in parentheses. The last one may be variadic where `variadic` is there to say so.
    ///
    /// The grammar splits `a, b int` and `a, b` in its own ways; here a list is first made of entries between commas, each
    /// a name, a type, or both, and then read as Go does: if any entry has both, all names alone are parameters, and
    /// have the type that comes next.
    pub(super) fn params(&mut self, list: Node, variadic: Option<&mut bool>) -> &'a [Param<'a>] {
        let mut entries = Vec::new();
        for node in named(list) {
            let dots = child(node, "...").map(|d| self.pos(d));
            let mut names: Vec<_> = fields(node, "name").into_iter().map(|n| self.ident(n)).collect();
            let Some(ty_node) = field(node, "type") else {
                self.lost(node);
                continue;
            };
            let ty = self.expr(ty_node);
            let last = names.pop();
            entries.extend(names.into_iter().map(|name| Entry { name: Some(name), ty: None, dots: None }));
            match ty.kind {
                ExprKind::Name(name) if last.is_none() && dots.is_none() => {
                    entries.push(Entry { name: Some(name), ty: None, dots: None });
                }
                _ => entries.push(Entry { name: last, ty: Some(ty), dots }),
            }
        }

        self.dots(&entries, variadic);
        let grouped = entries.iter().any(|e| e.name.is_some() && e.ty.is_some());
        let mut out = Vec::with_capacity(entries.len());
        let mut next: Option<&'a Expr<'a>> = None;
        for entry in entries.iter().rev() {
            let (name, ty) = match (entry.name, entry.ty) {
                (Some(name), None) => {
                    let ty = next.filter(|_| grouped);
                    (ty.map(|_| name), ty.unwrap_or_else(|| self.name_expr(name)))
                }
                (name, Some(ty)) => (name, ty),
                (None, None) => continue,
            };
            next = Some(ty);
            out.push(Param { name, ty });
        }
        out.reverse();
        self.list(&out)
    }

    pub(super) fn name_expr(&self, name: Ident<'a>) -> &'a Expr<'a> {
        let end = Pos(name.pos.0 + name.name.len() as u32);
        let span = crate::source::Span { start: name.pos, end };
        self.arena.alloc(Expr { kind: ExprKind::Name(name), pos: name.pos, span })
    }

    /// Only the last parameter may be variadic.
    fn dots(&mut self, entries: &[Entry<'a>], variadic: Option<&mut bool>) {
        let mut allowed = variadic;
        for (i, entry) in entries.iter().enumerate() {
            let Some(pos) = entry.dots else { continue };
            match &mut allowed {
                Some(variadic) if i + 1 == entries.len() => **variadic = true,
                _ => {
                    let at = crate::source::Span { start: pos, end: Pos(pos.0 + 3) };
                    self.diagnostics.wrong(at, "can only use ... with final parameter in list");
                }
            }
        }
    }
}
