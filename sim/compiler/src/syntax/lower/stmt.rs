//! Statements.

use super::expr::binary_operator;
use super::{Lower, child, children, field, fields, named};
use crate::ast::{Block, Clause, CommClause, Decl, Expr, ExprKind, Ident, Stmt, StmtKind};
use crate::source::{Pos, Span};
use tree_sitter::Node;

impl<'a> Lower<'a, '_> {
    pub(super) fn block(&mut self, node: Node) -> &'a Block<'a> {
        let stmts = self.statements(child(node, "statement_list"));
        self.arena.alloc(Block { stmts, pos: self.pos(node), end: self.end(node) })
    }

    fn statements(&mut self, list: Option<Node>) -> &'a [Stmt<'a>] {
        let mut out = Vec::new();
        for node in list.map(named).unwrap_or_default() {
            self.stmts(node, &mut out);
        }
        self.list(&out)
    }

    /// One statement; a declaration of a group makes several.
    fn stmts(&mut self, node: Node, out: &mut Vec<Stmt<'a>>) {
        match node.kind() {
            "const_declaration" | "var_declaration" | "type_declaration" => {
                let mut decls = Vec::new();
                self.decls(node, &mut decls);
                out.extend(decls.into_iter().map(|decl| Stmt { kind: StmtKind::Decl(decl), pos: decl_pos(&decl) }));
            }
            "labeled_statement" => {
                if self.deeper(node, |this| this.labeled(node, out)).is_none() {
                    self.lost(node);
                }
            }
            // Nothing is lost: only a label can tell that it is there, and that is seen to.
            "empty_statement" => {}
            _ => out.extend(self.stmt(node)),
        }
    }

    fn labeled(&mut self, node: Node, out: &mut Vec<Stmt<'a>>) {
        let parts = named(node);
        let label = self.ident(parts[0]);
        let mut inner = Vec::new();
        if let Some(stmt) = parts.get(1) {
            self.stmts(*stmt, &mut inner);
        }
        let pos = self.pos(node);
        let empty = Stmt { kind: StmtKind::Empty, pos: self.end(node) };
        let stmt = self.arena.alloc(inner.first().copied().unwrap_or(empty));
        out.push(Stmt { kind: StmtKind::Labeled { label, stmt }, pos });
        out.extend(inner.iter().skip(1));
    }

    fn stmt(&mut self, node: Node) -> Option<Stmt<'a>> {
        let stmt = self.deeper(node, |this| this.any_stmt(node)).flatten();
        if stmt.is_none() {
            self.lost(node);
        }
        stmt
    }

    fn any_stmt(&mut self, node: Node) -> Option<Stmt<'a>> {
        let kind = match node.kind() {
            "block" => StmtKind::Block(self.block(node)),
            "if_statement" => self.if_stmt(node)?,
            "for_statement" => self.for_stmt(node)?,
            "expression_switch_statement" => {
                let init = self.part(node, "initializer");
                let tag = self.opt_expr(field(node, "value"));
                StmtKind::Switch { init, tag, clauses: self.clauses(node), end: self.end(node) }
            }
            "type_switch_statement" => {
                let init = self.part(node, "initializer");
                let name = field(node, "alias").map(|n| self.ident(n));
                let x = self.expr(field(node, "value")?);
                StmtKind::TypeSwitch { init, name, x, clauses: self.clauses(node), end: self.end(node) }
            }
            "select_statement" => StmtKind::Select { clauses: self.comm_clauses(node) },
            "fallthrough_statement" => StmtKind::Fallthrough,
            "break_statement" => StmtKind::Break(self.label(node)),
            "continue_statement" => StmtKind::Continue(self.label(node)),
            "goto_statement" => StmtKind::Goto(self.label(node)?),
            "return_statement" => StmtKind::Return(named(node).first().map_or(&[][..], |list| self.expr_list(*list))),
            "defer_statement" => StmtKind::Defer(self.expr(named(node)[0])),
            "go_statement" => StmtKind::Go(self.expr(named(node)[0])),
            "empty_statement" => StmtKind::Empty,
            _ => return self.simple(node),
        };
        Some(Stmt { kind, pos: self.pos(node) })
    }

    /// Assignments and expressions.
    fn simple(&mut self, node: Node) -> Option<Stmt<'a>> {
        let parts = children(node);
        let operator = parts.get(1).copied();
        let at_operator = operator.map_or(self.pos(node), |o| self.pos(o));
        let (kind, pos) = match node.kind() {
            "expression_statement" => (StmtKind::Expr(self.expr(parts[0])), self.pos(node)),
            "send_statement" => {
                let (chan, value) = (self.expr(parts[0]), self.expr(parts[2]));
                (StmtKind::Send { chan, value }, self.pos(node))
            }
            "inc_statement" | "dec_statement" => {
                let inc = node.kind() == "inc_statement";
                (StmtKind::IncDec { x: self.expr(parts[0]), inc }, at_operator)
            }
            "short_var_declaration" => {
                let (lhs, rhs) = (self.names_to_define(parts[0]), self.expr_list(parts[2]));
                (StmtKind::Define { lhs, rhs }, at_operator)
            }
            "assignment_statement" => {
                let (lhs, rhs) = (self.expr_list(parts[0]), self.expr_list(parts[2]));
                let kind = match (operator?.kind().strip_suffix('=')?, lhs, rhs) {
                    ("", _, _) => StmtKind::Assign { lhs, rhs },
                    (op, [lhs], [rhs]) => StmtKind::OpAssign { op: binary_operator(op)?, lhs, rhs },
                    _ => return None,
                };
                (kind, at_operator)
            }
            // The communication of a select's clause.
            "receive_statement" => {
                let value = self.expr(field(node, "right")?);
                if !matches!(unparenthesized(value).kind, ExprKind::Recv(_)) {
                    // Go says so of the statement; an expression is where it says that it is.
                    let start = if operator.is_some() { self.pos(node) } else { value.pos };
                    let span = Span { start, end: value.span.end };
                    self.diagnostics.wrong(span, "select case must be send or receive (possibly with assignment)");
                }
                let rhs = self.list(&[value]);
                match field(node, "left") {
                    None => (StmtKind::Expr(value), self.pos(node)),
                    Some(lhs) if operator?.kind() == ":=" => {
                        (StmtKind::Define { lhs: self.names_to_define(lhs), rhs }, at_operator)
                    }
                    Some(lhs) => (StmtKind::Assign { lhs: self.expr_list(lhs), rhs }, at_operator),
                }
            }
            _ => return None,
        };
        Some(Stmt { kind, pos })
    }

    /// The left side of `:=`.
    fn names_to_define(&mut self, list: Node) -> &'a [&'a Expr<'a>] {
        for node in named(list) {
            if !self.is_name(node) {
                self.wrong(node, format!("non-name {} on left side of :=", self.joined(node)));
            }
        }
        self.expr_list(list)
    }

    /// The statement in a field.
    fn part(&mut self, node: Node, name: &str) -> Option<&'a Stmt<'a>> {
        let stmt = self.stmt(field(node, name)?)?;
        Some(self.arena.alloc(stmt))
    }

    fn if_stmt(&mut self, node: Node) -> Option<StmtKind<'a>> {
        let init = self.part(node, "initializer");
        let cond = self.expr(field(node, "condition")?);
        let then = self.block(field(node, "consequence")?);
        Some(StmtKind::If { init, cond, then, els: self.part(node, "alternative") })
    }

    fn for_stmt(&mut self, node: Node) -> Option<StmtKind<'a>> {
        let body_node = field(node, "body")?;
        let head = named(node).into_iter().find(|n| n.id() != body_node.id());
        let (mut init, mut cond, mut post) = (None, None, None);
        match head.map(|h| (h, h.kind())) {
            None => {}
            Some((head, "for_clause")) => {
                init = self.part(head, "initializer");
                cond = self.opt_expr(field(head, "condition"));
                post = self.part(head, "update");
            }
            Some((head, "range_clause")) => {
                let define = child(head, ":=").is_some();
                let left = match field(head, "left") {
                    None => &[][..],
                    Some(list) => self.expr_list(list),
                };
                if let [_, _, third, ..] = left {
                    self.diagnostics.wrong(third.span, "range clause permits at most two iteration variables");
                }
                let [key, value] = [0, 1].map(|i| left.get(i).copied());
                for node in field(head, "left").filter(|_| define).map(named).unwrap_or_default() {
                    if !self.is_name(node) {
                        self.wrong(node, format!("cannot declare {}", self.joined(node)));
                    }
                }
                let x = self.expr(field(head, "right")?);
                return Some(StmtKind::Range { key, value, define, x, body: self.block(body_node) });
            }
            Some((head, _)) => cond = Some(self.expr(head)),
        }
        Some(StmtKind::For { init, cond, post, body: self.block(body_node) })
    }

    fn clauses(&mut self, node: Node) -> &'a [Clause<'a>] {
        let mut out = Vec::new();
        for clause in named(node) {
            let exprs = match clause.kind() {
                "expression_case" => field(clause, "value").map(|list| self.expr_list(list)),
                "type_case" => Some(self.exprs(&fields(clause, "type"))),
                "default_case" => None,
                // The header's.
                _ => continue,
            };
            let body = self.statements(child(clause, "statement_list"));
            out.push(Clause { exprs, body, pos: self.pos(clause) });
        }
        self.list(&out)
    }

    fn comm_clauses(&mut self, node: Node) -> &'a [CommClause<'a>] {
        let mut out = Vec::new();
        for clause in named(node) {
            let comm = field(clause, "communication").and_then(|n| self.stmt(n));
            let comm = comm.map(|s| &*self.arena.alloc(s));
            let body = self.statements(child(clause, "statement_list"));
            out.push(CommClause { comm, body, pos: self.pos(clause) });
        }
        self.list(&out)
    }

    fn label(&self, node: Node) -> Option<Ident<'a>> {
        named(node).first().map(|n| self.ident(*n))
    }
}

fn unparenthesized<'a>(mut x: &'a Expr<'a>) -> &'a Expr<'a> {
    while let ExprKind::Paren(inner) = x.kind {
        x = inner;
    }
    x
}

fn decl_pos(decl: &Decl) -> Pos {
    match decl {
        Decl::Const(spec) => spec.pos,
        Decl::Var(spec) => spec.pos,
        Decl::Type(spec) => spec.name.pos,
        Decl::Func(func) => func.pos,
    }
}
