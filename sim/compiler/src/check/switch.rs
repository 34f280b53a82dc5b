//! Switches on values and on types.
//!
//! A switch on values compares with `==`. Where that would have to convert the tag, as in `switch 5 { case i: }` of an
//! interface `i`, the comparisons are spelled out and the tag is a temporary.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/stmt.go.

use super::Checker;
use super::expr::unparen;
use super::literal::constant_key;
use super::object::{ObjId, ObjKind, Storage};
use super::operand::{Mode, Operand};
use super::show::show_expr;
use crate::ast::{self, BinOp};
use crate::constant::Value;
use crate::ir::{Block, Case, ExprKind, LocalId, Stmt, StmtKind, TypeCase};
use crate::source::{Pos, Span};
use crate::types::{Ty, Types};
use std::collections::HashMap;

impl<'a> Checker<'a, '_> {
    pub(super) fn switch(
        &mut self,
        tag: Option<&'a ast::Expr<'a>>,
        clauses: &'a [ast::Clause<'a>],
        end: Pos,
        label: Option<&'a str>,
        pos: Pos,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let mut x = match tag {
            Some(tag) => self.expr(tag),
            None => {
                let name = ast::Ident { name: "true", pos: clauses.first().map_or(end, |c| c.pos) };
                let span = self.ident_span(name);
                let e = self.arena.alloc(ast::Expr { kind: ast::ExprKind::Name(name), pos: name.pos, span });
                self.constant(Value::from(true), Types::BOOL, e)
            }
        };
        self.assignment(&mut x, None, "switch expression");
        if !x.is_invalid() && !self.is_comparable(x.ty) && !self.has_nil(x.ty) {
            let ty = self.show_type(x.ty);
            let message = format!("cannot switch on {} ({ty} is not comparable)", self.show(&x));
            x = self.fail(&x, message);
        }
        self.check_defaults(clauses.iter().filter(|c| c.exprs.is_none()).map(|c| c.pos));

        let mut seen = HashMap::new();
        let mut parts: Vec<(Vec<Operand<'a>>, Block<'a>)> = Vec::new();
        let (id, ()) = self.target(label, false, |c| {
            for clause in clauses {
                let values = c.case_values(&x, clause.exprs.unwrap_or_default(), &mut seen);
                let body = c.scoped(clause.body);
                parts.push((values, body));
            }
        });
        if x.is_invalid() {
            return;
        }
        let fits = |c: &Self, v: &Operand<'a>| {
            v.is_nil() || v.ty == x.ty || c.types.is_interface(x.ty) && !c.types.is_interface(v.ty)
        };
        let plain = parts.iter().flat_map(|(values, _)| values).all(|v| fits(self, v));
        let mut tag_tree = tag.map(|_| self.tree(&x));
        if !plain && let Some(tree) = tag_tree.take() {
            let (_, temp) = self.temp(x.ty, x.expr.pos);
            let kind = StmtKind::Assign { dst: temp, src: tree, define: false };
            out.push(Stmt { kind, pos });
            x = Operand { mode: Mode::Value, ty: x.ty, e: temp, expr: x.expr, bound: None };
        }
        let mut cases = Vec::with_capacity(parts.len());
        for (clause, (values, body)) in clauses.iter().zip(parts) {
            let mut trees = Vec::with_capacity(values.len());
            for v in values {
                trees.push(if plain {
                    self.coerce(&v, x.ty)
                } else {
                    let (a, b) = self.same_type(&v, &x);
                    self.node(ExprKind::Binary { op: BinOp::Eq, x: a, y: b }, Types::BOOL, v.expr.pos)
                });
            }
            cases.push(Case { values: self.slice(&trees), default: clause.exprs.is_none(), body, pos: clause.pos });
        }
        let kind = StmtKind::Switch { label: id, tag: tag_tree, cases: self.slice(&cases) };
        out.push(Stmt { kind, pos });
    }

    /// The values of a case, checked; constants that occurred before are reported.
    fn case_values(
        &mut self,
        x: &Operand<'a>,
        exprs: &'a [&'a ast::Expr<'a>],
        seen: &mut HashMap<(String, Ty), Pos>,
    ) -> Vec<Operand<'a>> {
        let mut values = Vec::with_capacity(exprs.len());
        for e in exprs {
            let mut v = self.expr(e);
            if x.is_invalid() || v.is_invalid() {
                continue;
            }
            self.convert_untyped(&mut v, x.ty);
            if v.is_invalid() {
                continue;
            }
            let compared = self.comparison(v.clone(), x.clone(), BinOp::Eq, e, true);
            if compared.is_invalid() {
                continue;
            }
            if let Mode::Const(value) = &v.mode
                && (value.sign().is_some() && value.to_float().is_some() || value.str_len().is_some())
            {
                let key = (constant_key(value), v.ty);
                if let Some(&previous) = seen.get(&key) {
                    let place = self.place(previous);
                    let message =
                        format!("duplicate case {} in expression switch\n\t{place}: previous case", self.show(&v));
                    self.error(v.span(), message);
                    continue;
                }
                seen.insert(key, v.expr.span.start);
            }
            values.push(v);
        }
        values
    }

    pub(super) fn type_switch(
        &mut self,
        name: Option<ast::Ident<'a>>,
        guard: &'a ast::Expr<'a>,
        clauses: &'a [ast::Clause<'a>],
        label: Option<&'a str>,
        pos: Pos,
        out: &mut Vec<Stmt<'a>>,
    ) {
        if let Some(name) = name
            && name.name == "_"
        {
            self.error(self.ident_span(name), "no new variable on left side of :=");
        }
        let name = name.filter(|name| name.name != "_");
        let x = self.expr(guard);
        if x.is_invalid() {
            return;
        }
        let interface = self.types.is_interface(x.ty);
        if !interface {
            let message = format!("{} is not an interface", self.show(&x));
            self.error(x.span(), message);
        }
        self.check_defaults(clauses.iter().filter(|c| c.exprs.is_none()).map(|c| c.pos));

        let mut seen: HashMap<Option<Ty>, Span> = HashMap::new();
        let mut used = false;
        let (id, cases) = self.target(label, false, |c| {
            let mut cases = Vec::with_capacity(clauses.len());
            for clause in clauses {
                let exprs = clause.exprs.unwrap_or_default();
                let types = c.case_types(interface.then_some(&x), exprs, &mut seen);
                c.open_scope();
                let var = name.map(|name| {
                    let ty = match (exprs, &types[..]) {
                        ([_], &[Some(ty)]) => ty,
                        _ => x.ty,
                    };
                    c.clause_var(name, ty)
                });
                let mut body = Vec::new();
                c.stmts(clause.body, &mut body);
                c.close_scope();
                let var = var.filter(|&(id, _)| c.object(id).used).map(|(_, local)| local);
                used |= var.is_some();
                let (types, body) = (c.slice(&types), c.slice(&body));
                cases.push(TypeCase { types, default: clause.exprs.is_none(), var, body, pos: clause.pos });
            }
            c.slice(&cases)
        });
        if let (Some(name), false) = (name, used) {
            self.error(self.ident_span(name), format!("{} declared but not used", name.name));
        }
        let x = self.tree(&x);
        out.push(Stmt { kind: StmtKind::TypeSwitch { label: id, x, cases }, pos });
    }

    /// The variable of a clause, visible from here on.
    fn clause_var(&mut self, name: ast::Ident<'a>, ty: Ty) -> (ObjId, LocalId) {
        let local = self.add_local(name.name, name.pos, ty, crate::ir::Class::Auto);
        let func = self.frame().func;
        let id = self.local_object(name, ObjKind::Var(Storage::Local(func, local)));
        self.object_mut(id).ty = ty;
        self.declare(self.env.scope, id);
        (id, local)
    }

    /// The types of a case: `None` for nil. Those that occurred before, or cannot be, are reported.
    fn case_types(
        &mut self,
        x: Option<&Operand<'a>>,
        exprs: &'a [&'a ast::Expr<'a>],
        seen: &mut HashMap<Option<Ty>, Span>,
    ) -> Vec<Option<Ty>> {
        let mut types = Vec::with_capacity(exprs.len());
        for e in exprs {
            let is_nil = match unparen(e).kind {
                ast::ExprKind::Name(name) => {
                    self.lookup(name.name).is_some_and(|(_, id)| matches!(self.object(id).kind, ObjKind::Nil))
                }
                _ => false,
            };
            let ty = if is_nil { None } else { Some(self.typ(e)) };
            if ty == Some(Types::INVALID) {
                continue;
            }
            if let Some(previous) = seen.get(&ty) {
                let place = self.place(previous.start);
                let shown = ty.map_or_else(|| "nil".into(), |ty| self.show_type(ty));
                let message = format!("duplicate case {shown} in type switch\n\t{place}: previous case");
                self.error(e.span, message);
                continue;
            }
            seen.insert(ty, e.span);
            if let (Some(x), Some(ty)) = (x, ty)
                && let Err(cause) = self.assertable(x.ty, ty)
            {
                let (case, of, ty) = (show_expr(e), self.show(x), self.show_type(ty));
                let message =
                    format!("impossible type switch case: {case}\n\t{of} cannot have dynamic type {ty} {cause}");
                self.error(e.span, message);
            }
            types.push(ty);
        }
        types
    }
}
