//! The grammar's tree to ours.
//!
//! One function per kind of node, by the shape that `tree-sitter-go`'s grammar gives it. Nodes hold pieces of a
//! [`Spelling`]; texts and positions are of their tokens. What is lowered is Go by its syntax; refused here is what is
//! newer than the subset, and what Go's checker refuses and a tree of ours has no room for.
//!
//! Expressions and types go through the same [`Lower::expr`]: the grammar has to guess which of both `f[T](x)` or `(T)(x)`
//! holds, and whichever it guesses, the result is the same tree.

mod decl;
mod expr;
mod func;
mod stmt;
mod types;

use super::spelling::Spelling;
use super::token::{Kind, Token, joined};
use super::{MAX_DEPTH, too_deep};
use crate::ast::{Expr, ExprKind, Ident};
use crate::diagnostic::Diagnostics;
use crate::source::{Pos, Source, Span};
use bumpalo::Bump;
use tree_sitter::Node;

/// Makes nodes of ours in `arena`.
pub(super) struct Lower<'a, 's> {
    pub arena: &'a Bump,
    pub source: &'s Source,
    pub tokens: &'s [Token],
    pub spelling: &'s Spelling,
    pub diagnostics: &'s mut Diagnostics,
    /// How many expressions and statements enclose the present one.
    depth: usize,
    /// Was the nesting refused?
    too_deep: bool,
    /// The first node that has no place in a tree of ours. Never set without a message in the end.
    lost: Option<Span>,
}

impl<'a, 's> Lower<'a, 's> {
    /// Ready for a file's tree.
    pub fn new(
        arena: &'a Bump,
        source: &'s Source,
        tokens: &'s [Token],
        spelling: &'s Spelling,
        diagnostics: &'s mut Diagnostics,
    ) -> Lower<'a, 's> {
        Lower { arena, source, tokens, spelling, diagnostics, depth: 0, too_deep: false, lost: None }
    }

    fn first_token(&self, node: Node) -> &'s Token {
        &self.tokens[self.spelling.token_at(node.start_byte())]
    }

    fn last_token(&self, node: Node) -> &'s Token {
        &self.tokens[self.spelling.token_at(node.end_byte().saturating_sub(1).max(node.start_byte()))]
    }

    /// Where a node begins.
    fn pos(&self, node: Node) -> Pos {
        self.source.pos(self.first_token(node).start as usize)
    }

    /// Where its last token begins: the closing brace of a block.
    fn end(&self, node: Node) -> Pos {
        self.source.pos(self.last_token(node).start as usize)
    }

    fn span(&self, node: Node) -> Span {
        Span { start: self.pos(node), end: self.source.pos(self.last_token(node).end as usize) }
    }

    /// A node's text as in the file.
    fn text(&self, node: Node) -> &'s str {
        &self.source.text[self.first_token(node).start as usize..self.last_token(node).end as usize]
    }

    /// A node's text, on one line.
    fn joined(&self, node: Node) -> String {
        let last = self.spelling.token_at(node.end_byte() - 1);
        joined(&self.tokens[self.spelling.token_at(node.start_byte())..=last], &self.source.text)
    }

    /// A piece of the file, to be kept in the tree.
    fn copy(&self, start: u32, end: u32) -> &'a str {
        self.arena.alloc_str(&self.source.text[start as usize..end as usize])
    }

    fn ident(&self, node: Node) -> Ident<'a> {
        Ident { name: self.arena.alloc_str(self.text(node)), pos: self.pos(node) }
    }

    fn list<T: Copy>(&self, items: &[T]) -> &'a [T] {
        self.arena.alloc_slice_copy(items)
    }

    /// The expression of all of `node`, at its beginning.
    fn make(&self, node: Node, kind: ExprKind<'a>) -> &'a Expr<'a> {
        self.make_at(node, self.pos(node), kind)
    }

    fn make_at(&self, node: Node, pos: Pos, kind: ExprKind<'a>) -> &'a Expr<'a> {
        self.arena.alloc(Expr { kind, pos, span: self.span(node) })
    }

    /// Stands for an expression that was refused; nobody sees it, since the file is refused as well.
    fn refused(&mut self, node: Node) -> &'a Expr<'a> {
        self.lost(node);
        let name = Ident { name: "_", pos: self.pos(node) };
        self.make(node, ExprKind::Name(name))
    }

    /// Takes note of a node that is left out.
    fn lost(&mut self, node: Node) {
        self.lost = self.lost.or(Some(self.span(node)));
    }

    /// Is there a message for what was left out? There is one for all of what is known of the grammar.
    fn account(&mut self) {
        if let Some(span) = self.lost
            && self.diagnostics.is_empty()
        {
            self.diagnostics.unsupported(span, "this form of syntax");
        }
    }

    fn wrong(&mut self, node: Node, message: impl Into<String>) {
        let span = self.span(node);
        self.diagnostics.wrong(span, message);
    }

    fn type_parameters(&mut self, node: Node) {
        let span = self.span(node);
        self.diagnostics.unsupported(span, "type parameters");
    }

    /// Runs `inner` one level deeper; refuses what is nested too deep for the host's stack.
    fn deeper<T>(&mut self, node: Node, inner: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth == MAX_DEPTH {
            self.nested_too_deep(node);
            return None;
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        Some(result)
    }

    fn nested_too_deep(&mut self, node: Node) {
        if !self.too_deep {
            let span = self.span(node);
            self.diagnostics.unsupported(span, too_deep());
        }
        self.too_deep = true;
    }

    fn exprs(&mut self, nodes: &[Node]) -> &'a [&'a Expr<'a>] {
        let list: Vec<_> = nodes.iter().map(|n| self.expr(*n)).collect();
        self.list(&list)
    }

    /// The expressions of an `expression_list`.
    fn expr_list(&mut self, node: Node) -> &'a [&'a Expr<'a>] {
        self.exprs(&named(node))
    }

    fn opt_expr(&mut self, node: Option<Node>) -> Option<&'a Expr<'a>> {
        node.map(|n| self.expr(n))
    }

    fn is_name(&self, node: Node) -> bool {
        node.end_byte() - node.start_byte() == 1 && self.first_token(node).kind == Kind::Name
    }
}

fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// The named children: neither keywords nor punctuation.
fn named(node: Node) -> Vec<Node> {
    node.named_children(&mut node.walk()).collect()
}

/// All children.
fn children(node: Node) -> Vec<Node> {
    node.children(&mut node.walk()).collect()
}

fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    node.children_by_field_name(name, &mut node.walk()).filter(|n| n.is_named()).collect()
}

/// The first child of a kind; that of a token is its text.
fn child<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    node.children(&mut node.walk()).find(|c| c.kind() == kind)
}
