//! Statements.

use super::expr::binary_operator;
use super::{Lower, child_token, children, field, named};
use crate::ast::{Block, Clause, CommClause, Decl, Expr, ExprKind, Ident, Stmt, StmtKind};
use crate::source::Pos;
use tree_sitter::Node;

impl<'a> Lower<'a, '_> {
    pub(super) fn block(&mut self, node: Node) -> &'a Block<'a> {
        let stmts = self.statements(field_of_kind(node, "statement_list"));
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
            "labeled_statement" => _ = self.deeper(node, |this| this.labeled(node, out)),
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
        self.deeper(node, |this| this.any_stmt(node)).flatten()
    }

    fn any_stmt(&mut self, node: Node) -> Option<Stmt<'a>> {
        let kind = match node.kind() {
            "block" => StmtKind::Block(self.bracketed(|this| this.block(node))),
            "if_statement" => return self.if_stmt(node),
            "for_statement" => self.for_stmt(node)?,
            "expression_switch_statement" => {
                let (init, tag) = self.header(|this| {
                    let init = field(node, "initializer").and_then(|n| this.stmt(n));
                    (init, this.opt_expr(field(node, "value")))
                });
                let init = init.map(|i| &*self.arena.alloc(i));
                StmtKind::Switch { init, tag, clauses: self.clauses(node), end: self.end(node) }
            }
            "type_switch_statement" => {
                let (init, name, x) = self.header(|this| {
                    let init = field(node, "initializer").and_then(|n| this.stmt(n));
                    let name = field(node, "alias").and_then(|n| this.guard_name(n, node));
                    (init, name, this.opt_expr(field(node, "value")))
                });
                let init = init.map(|i| &*self.arena.alloc(i));
                StmtKind::TypeSwitch { init, name, x: x?, clauses: self.clauses(node), end: self.end(node) }
            }
            "select_statement" => StmtKind::Select { clauses: self.comm_clauses(node) },
            "fallthrough_statement" => StmtKind::Fallthrough,
            "break_statement" => StmtKind::Break(self.label(node)),
            "continue_statement" => StmtKind::Continue(self.label(node)),
            "goto_statement" => StmtKind::Goto(self.label(node)?),
            "return_statement" => StmtKind::Return(named(node).first().map_or(&[][..], |list| self.expr_list(*list))),
            "defer_statement" => StmtKind::Defer(self.callee(node, "defer")),
            "go_statement" => StmtKind::Go(self.callee(node, "go")),
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
                let kind = match (operator?.kind().strip_suffix('='), lhs, rhs) {
                    (Some(""), _, _) => StmtKind::Assign { lhs, rhs },
                    (Some(op), [lhs], [rhs]) => StmtKind::OpAssign { op: binary_operator(op)?, lhs, rhs },
                    (_, [_], _) => {
                        self.unexpected(child_token(parts[2], ",")?, " at end of statement");
                        return None;
                    }
                    _ => {
                        self.unexpected(operator?, ", expecting := or = or comma");
                        return None;
                    }
                };
                (kind, at_operator)
            }
            // The communication of a select's clause.
            "receive_statement" => {
                let Some((lhs, assign)) = field(node, "left").zip(operator) else {
                    return Some(Stmt { kind: StmtKind::Expr(self.expr(parts[0])), pos: self.pos(node) });
                };
                let define = assign.kind() == ":=";
                let lhs = if define { self.names_to_define(lhs) } else { self.expr_list(lhs) };
                let right = self.expr(field(node, "right")?);
                let rhs = self.list(&[right]);
                (if define { StmtKind::Define { lhs, rhs } } else { StmtKind::Assign { lhs, rhs } }, at_operator)
            }
            _ => return None,
        };
        Some(Stmt { kind, pos })
    }

    /// The left side of `:=`.
    fn names_to_define(&mut self, list: Node) -> &'a [&'a Expr<'a>] {
        for node in named(list) {
            if !self.is_name(node) {
                self.wrong(node, format!("non-name {} on left side of :=", self.text(node)));
            }
        }
        self.expr_list(list)
    }

    /// `name` of `switch name := x.(type)`.
    fn guard_name(&mut self, list: Node, switch: Node) -> Option<Ident<'a>> {
        match named(list)[..] {
            [name] if self.is_name(name) => Some(self.ident(name)),
            _ => {
                let define = child_token(switch, ":=").unwrap_or(list);
                let text = self.text_between(list, child_token(switch, "{").unwrap_or(list));
                self.wrong(define, format!("syntax error: cannot use {text} as value"));
                None
            }
        }
    }

    /// The text from the first token of a node up to the last before another one.
    fn text_between(&self, from: Node, to: Node) -> String {
        let (start, end) = (self.first_token(from).start, self.first_token(to).start);
        self.source.text[start as usize..end as usize].trim_end().to_string()
    }

    fn if_stmt(&mut self, node: Node) -> Option<Stmt<'a>> {
        let (init, cond) = self.header(|this| {
            let init = field(node, "initializer").and_then(|n| this.stmt(n));
            (init, this.opt_expr(field(node, "condition")))
        });
        let init = init.map(|i| &*self.arena.alloc(i));
        let then = field(node, "consequence").map(|n| self.bracketed(|this| this.block(n)))?;
        let els = field(node, "alternative").and_then(|n| self.stmt(n)).map(|s| &*self.arena.alloc(s));
        Some(Stmt { kind: StmtKind::If { init, cond: cond?, then, els }, pos: self.pos(node) })
    }

    fn for_stmt(&mut self, node: Node) -> Option<StmtKind<'a>> {
        let body = field(node, "body")?;
        let head = named(node).into_iter().find(|n| n.id() != body.id());
        let kind = self.header(|this| {
            let block = |this: &mut Self| this.bracketed(|this| this.block(body));
            let Some(head) = head else {
                return Some(StmtKind::For { init: None, cond: None, post: None, body: block(this) });
            };
            match head.kind() {
                "for_clause" => {
                    let init = field(head, "initializer").and_then(|n| this.stmt(n));
                    let cond = this.opt_expr(field(head, "condition"));
                    let post = field(head, "update").and_then(|n| this.stmt(n));
                    if let Some(Stmt { kind: StmtKind::Define { .. }, .. }) = post {
                        let define = field(head, "update").and_then(|n| child_token(n, ":=")).unwrap_or(head);
                        this.wrong(define, "syntax error: cannot declare in post statement of for loop");
                    }
                    let [init, post] = [init, post].map(|s| s.map(|s| &*this.arena.alloc(s)));
                    Some(StmtKind::For { init, cond, post, body: block(this) })
                }
                "range_clause" => {
                    let define = child_token(head, ":=").is_some();
                    let left = field(head, "left").map_or(&[][..], |list| match define {
                        true => this.names_to_define(list),
                        false => this.expr_list(list),
                    });
                    let x = this.expr(field(head, "right")?);
                    if let [_, _, third, ..] = left {
                        this.diagnostics.wrong(third.span, "range clause permits at most two iteration variables");
                    }
                    let [key, value] = [0, 1].map(|i| left.get(i).copied());
                    Some(StmtKind::Range { key, value, define, x, body: block(this) })
                }
                _ => {
                    let cond = Some(this.expr(head));
                    Some(StmtKind::For { init: None, cond, post: None, body: block(this) })
                }
            }
        });
        kind
    }

    fn clauses(&mut self, node: Node) -> &'a [Clause<'a>] {
        let mut out = Vec::new();
        for clause in named(node) {
            let exprs = match clause.kind() {
                "expression_case" => {
                    let list =
                        field(clause, "value").map_or(&[][..], |list| self.bracketed(|this| this.expr_list(list)));
                    Some(list)
                }
                "type_case" => {
                    let types = super::fields(clause, "type");
                    Some(self.bracketed(|this| this.exprs(&types)))
                }
                "default_case" => None,
                _ => continue,
            };
            let body = self.bracketed(|this| this.statements(field_of_kind(clause, "statement_list")));
            out.push(Clause { exprs, body, pos: self.pos(clause) });
        }
        self.list(&out)
    }

    fn comm_clauses(&mut self, node: Node) -> &'a [CommClause<'a>] {
        let mut out = Vec::new();
        for clause in named(node) {
            let comm = field(clause, "communication").and_then(|n| self.bracketed(|this| this.stmt(n)));
            let comm = comm.map(|s| &*self.arena.alloc(s));
            let body = self.bracketed(|this| this.statements(field_of_kind(clause, "statement_list")));
            out.push(CommClause { comm, body, pos: self.pos(clause) });
        }
        self.list(&out)
    }

    fn label(&self, node: Node) -> Option<Ident<'a>> {
        named(node).first().map(|n| self.ident(*n))
    }

    /// The call after `defer` or `go`.
    fn callee(&mut self, node: Node, keyword: &str) -> &'a Expr<'a> {
        let operand = named(node)[0];
        let call = self.expr(operand);
        let mut inner = call;
        while let ExprKind::Paren(x) = inner.kind {
            inner = x;
        }
        let is_call = matches!(inner.kind, ExprKind::Call { .. });
        if !std::ptr::eq(inner, call) {
            self.wrong(operand, format!("expression in {keyword} must not be parenthesized"));
        }
        if !is_call {
            self.wrong(operand, format!("expression in {keyword} must be function call"));
        }
        inner
    }
}

/// The first child of a kind.
fn field_of_kind<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    node.children(&mut node.walk()).find(|c| c.kind() == kind)
}

fn decl_pos(decl: &Decl) -> Pos {
    match decl {
        Decl::Const(spec) => spec.pos,
        Decl::Var(spec) => spec.pos,
        Decl::Type(spec) => spec.name.pos,
        Decl::Func(func) => func.pos,
    }
}
