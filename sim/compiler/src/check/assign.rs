//! Assignments, initial values and returns.
//!
//! Results of a call that need a conversion go through temporaries: `t1, t2 = f(); a, b = T(t1), t2`.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/{assignments,stmt}.go; for the temporaries, typecheck/stmt.go.

use super::Checker;
use super::expr::{List, unparen};
use super::object::{ObjId, ObjKind, Object, Storage};
use super::operand::{Mode, Operand};
use super::show::show_expr;
use crate::ast::{self, BinOp, ExprKind as Ast};
use crate::constant::Value;
use crate::ir::{AllocKind, E, ExprKind, Stmt, StmtKind};
use crate::source::{Pos, Span};
use crate::types::{Ty, Types};

fn measure(count: usize, unit: &str) -> String {
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

impl<'a> Checker<'a, '_> {
    // --- values and where they go -----------------------------------------------------------------

    /// The statements that give checked values to destinations. Blank ones are of the values' types.
    pub(super) fn emit_values(
        &mut self,
        dsts: &[E<'a>],
        list: &List<'a>,
        define: bool,
        pos: Pos,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let operands = &list.operands;
        if let Some(multi) = list.multi {
            let exact = dsts.iter().zip(operands).all(|(dst, x)| dst.ty == x.ty);
            if exact {
                let kind = StmtKind::Assign2Func { dsts: self.slice(dsts), call: multi.call, define };
                out.push(Stmt { kind, pos });
                return;
            }
            let temps: Vec<E<'a>> = operands.iter().map(|x| x.e).collect();
            let kind = StmtKind::Assign2Func { dsts: self.slice(&temps), call: multi.call, define: false };
            out.push(Stmt { kind, pos });
        } else if list.comma_ok {
            let src = operands[0].e;
            if dsts[0].ty == src.ty && self.is_boolean(dsts[1].ty) {
                let kind = StmtKind::Assign2Ok { dsts: [dsts[0], dsts[1]], src, define };
                out.push(Stmt { kind, pos });
                return;
            }
            let temps = [self.temp(src.ty, pos).1, self.temp(Types::BOOL, pos).1];
            out.push(Stmt { kind: StmtKind::Assign2Ok { dsts: temps, src, define: false }, pos });
            let srcs = [0, 1].map(|i| self.coerce_tree(temps[i], dsts[i].ty));
            let kind = StmtKind::Assign2 { dsts: self.slice(dsts), srcs: self.slice(&srcs), define };
            out.push(Stmt { kind, pos });
            return;
        }
        let srcs: Vec<E<'a>> = dsts.iter().zip(operands).map(|(dst, x)| self.coerce(x, dst.ty)).collect();
        let kind = match (dsts, &srcs[..]) {
            (&[dst], &[src]) => StmtKind::Assign { dst, src, define },
            _ => StmtKind::Assign2 { dsts: self.slice(dsts), srcs: self.slice(&srcs), define },
        };
        out.push(Stmt { kind, pos });
    }

    /// Reports different numbers of destinations and values.
    fn mismatch(&mut self, values: &[&'a ast::Expr<'a>], vars: usize, count: usize) {
        let (vars, count) = (measure(vars, "variable"), measure(count, "value"));
        let message = match values {
            [one] if let Ast::Call { fun, .. } = unparen(one).kind => {
                format!("assignment mismatch: {vars} but {} returns {count}", show_expr(fun))
            }
            _ => format!("assignment mismatch: {vars} but {count}"),
        };
        self.error(values[0].span, message);
    }

    // --- initial values ---------------------------------------------------------------------------

    /// Gives variables their initial values, and their types if they have none yet.
    pub(super) fn init_vars(
        &mut self,
        vars: &[ObjId],
        values: &[&'a ast::Expr<'a>],
        context: &str,
        pos: Pos,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let list = self.expr_list(values, vars.len() == 2);
        self.init_from(vars, list, values, context, &|_| true, pos, out);
    }

    /// The same with checked values; `is_new` tells which variables come into being.
    #[allow(clippy::too_many_arguments)]
    fn init_from(
        &mut self,
        vars: &[ObjId],
        mut list: List<'a>,
        values: &[&'a ast::Expr<'a>],
        context: &str,
        is_new: &dyn Fn(ObjId) -> bool,
        pos: Pos,
        out: &mut Vec<Stmt<'a>>,
    ) {
        if vars.len() != list.operands.len() {
            for &var in vars {
                self.object_mut(var).used = true;
            }
            if !list.operands.iter().any(Operand::is_invalid) {
                self.mismatch(values, vars.len(), list.operands.len());
            }
            return;
        }
        let mut right = true;
        for (&var, x) in vars.iter().zip(&mut list.operands) {
            right &= self.init_var(var, x, context);
        }
        if !right {
            for &var in vars {
                self.object_mut(var).used = true;
            }
            return;
        }
        let mut define = true;
        let mut dsts = Vec::with_capacity(vars.len());
        for (&var, x) in vars.iter().zip(&list.operands) {
            let tree = self.var_tree(var, self.object(var).pos);
            let blank = matches!(tree.kind, ExprKind::Blank);
            if is_new(var) {
                self.emit_decl(var, pos, out);
            } else if !blank {
                self.reassign(tree);
                define = false;
            }
            define &= !matches!(tree.kind, ExprKind::Global(_));
            // A blank variable without a type of its own takes the value as it is.
            let own = blank && self.object(var).ty == x.ty;
            dsts.push(if own { self.node(ExprKind::Blank, x.ty, tree.pos) } else { tree });
        }
        self.emit_values(&dsts, &list, define, pos, out);
    }

    /// Checks an initial value; gives the variable its type if it has none.
    fn init_var(&mut self, var: ObjId, x: &mut Operand<'a>, context: &str) -> bool {
        if x.is_invalid() {
            return false;
        }
        let mut ty = self.object(var).ty;
        if ty == Types::INVALID {
            if x.is_nil() {
                *x = self.fail(x, format!("use of untyped nil in {context}"));
                return false;
            }
            ty = self.default_type(x.ty);
            self.set_var_type(var, ty);
        }
        self.assignment(x, Some(ty), context);
        !x.is_invalid()
    }

    /// `a, b := x, y`
    pub(super) fn define(
        &mut self,
        lhs: &'a [&'a ast::Expr<'a>],
        rhs: &'a [&'a ast::Expr<'a>],
        pos: Pos,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let scope = self.env.scope;
        let mut seen: Vec<&str> = Vec::new();
        let mut vars: Vec<ObjId> = Vec::new();
        let mut new: Vec<ObjId> = Vec::new();
        let mut failed = false;
        let blank = |c: &mut Self, pos| c.local_var(ast::Ident { name: "_", pos });
        for e in lhs {
            let Ast::Name(name) = e.kind else {
                self.use_exprs(&[e]);
                self.error(e.span, format!("non-name {} on left side of :=", show_expr(e)));
                failed = true;
                vars.push(blank(self, e.pos));
                continue;
            };
            if name.name != "_" {
                if seen.contains(&name.name) {
                    self.error(e.span, format!("{} repeated on left side of :=", name.name));
                    failed = true;
                    vars.push(blank(self, e.pos));
                    continue;
                }
                seen.push(name.name);
                if let Some(known) = self.lookup_in(scope, name.name) {
                    if matches!(self.object(known).kind, ObjKind::Var(_)) {
                        vars.push(known);
                    } else {
                        self.error(e.span, format!("cannot assign to {}", name.name));
                        failed = true;
                        vars.push(blank(self, e.pos));
                    }
                    continue;
                }
            }
            let var = self.local_var(name);
            if name.name != "_" {
                new.push(var);
            }
            vars.push(var);
        }
        let list = self.expr_list(rhs, vars.len() == 2);
        self.init_from(&vars, list, rhs, "assignment", &|var| new.contains(&var), pos, out);
        if new.is_empty() && !failed {
            self.error_at(pos, "no new variables on left side of :=");
        }
        for var in new {
            self.declare(scope, var);
        }
    }

    // --- assignments ------------------------------------------------------------------------------

    /// A destination: its tree, and its type unless it is blank.
    fn destination(&mut self, e: &'a ast::Expr<'a>) -> Option<(E<'a>, Option<Ty>)> {
        let name = match unparen(e).kind {
            Ast::Name(name) => Some(name.name),
            _ => None,
        };
        if name == Some("_") {
            return Some((self.node(ExprKind::Blank, Types::INVALID, e.pos), None));
        }
        // An assignment is no use of a variable.
        let var = name.and_then(|name| self.lookup(name)).map(|(_, id)| id);
        let var = var.filter(|&id| matches!(self.object(id).kind, ObjKind::Var(_)));
        let used = var.map(|id| self.object(id).used);
        let x = self.expr(e);
        if let (Some(id), Some(used)) = (var, used) {
            self.object_mut(id).used = used;
        }
        let tree = self.assignable_place(&x)?;
        Some((tree, Some(x.ty)))
    }

    /// The tree of an operand that can be assigned to.
    fn assignable_place(&mut self, x: &Operand<'a>) -> Option<E<'a>> {
        match x.mode {
            Mode::Invalid => return None,
            Mode::Variable | Mode::MapIndex => {
                self.reassign(x.e);
                return Some(x.e);
            }
            _ => {}
        }
        let of_map = match (&unparen(x.expr).kind, x.e.kind) {
            (Ast::Selector { .. }, ExprKind::Field { x, .. }) => {
                let mut x = x;
                while let ExprKind::Field { x: inner, .. } = x.kind {
                    x = inner;
                }
                matches!(x.kind, ExprKind::IndexMap { .. })
            }
            _ => false,
        };
        let message = if of_map {
            format!("cannot assign to struct field {} in map", show_expr(x.expr))
        } else {
            format!("cannot assign to {}", self.show(x))
        };
        self.fail(x, message);
        None
    }

    /// `a, b = x, y`
    pub(super) fn assign(
        &mut self,
        lhs: &'a [&'a ast::Expr<'a>],
        rhs: &'a [&'a ast::Expr<'a>],
        pos: Pos,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let mut list = self.expr_list(rhs, lhs.len() == 2);
        if lhs.len() != list.operands.len() {
            self.use_exprs(lhs);
            if !list.operands.iter().any(Operand::is_invalid) {
                self.mismatch(rhs, lhs.len(), list.operands.len());
            }
            return;
        }
        let mut dsts = Vec::with_capacity(lhs.len());
        for (&e, x) in lhs.iter().zip(&mut list.operands) {
            if x.is_invalid() {
                self.use_exprs(&[e]);
                continue;
            }
            dsts.extend(self.assign_to(e, x, "assignment"));
        }
        if dsts.len() == lhs.len() {
            self.emit_values(&dsts, &list, false, pos, out);
            return;
        }
        // After an error, variables count as used.
        for e in lhs {
            if let Ast::Name(name) = unparen(e).kind
                && let Some((_, id)) = self.lookup(name.name)
            {
                self.object_mut(id).used = true;
            }
        }
    }

    /// Checks the assignment of a value; the tree of the destination.
    pub(super) fn assign_to(&mut self, e: &'a ast::Expr<'a>, x: &mut Operand<'a>, context: &str) -> Option<E<'a>> {
        let (dst, ty) = self.destination(e)?;
        let context = if ty.is_none() { "assignment to _ identifier" } else { context };
        self.assignment(x, ty, context);
        if x.is_invalid() {
            return None;
        }
        Some(if ty.is_none() { self.node(ExprKind::Blank, x.ty, dst.pos) } else { dst })
    }

    /// `x op= y`
    pub(super) fn op_assign(
        &mut self,
        op: BinOp,
        lhs: &'a ast::Expr<'a>,
        rhs: &'a ast::Expr<'a>,
        pos: Pos,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let x = self.expr(lhs);
        let y = self.expr(rhs);
        let (mut result, right) = self.binary_of(None, x.clone(), y, op);
        if result.is_invalid() {
            return;
        }
        let Some(dst) = self.assignable_place(&x) else { return };
        self.assignment(&mut result, Some(x.ty), "assignment");
        let (false, Some(src)) = (result.is_invalid(), right) else { return };
        let alloc = self.is_string(x.ty).then(|| self.alloc(AllocKind::StringOp, pos));
        out.push(Stmt { kind: StmtKind::OpAssign { op, dst, src, alloc }, pos });
    }

    /// `x++`, `x--`
    pub(super) fn inc_dec(&mut self, e: &'a ast::Expr<'a>, inc: bool, pos: Pos, out: &mut Vec<Stmt<'a>>) {
        let x = self.expr(e);
        if x.is_invalid() {
            return;
        }
        if !self.is_numeric(x.ty) {
            let sign = if inc { "++" } else { "--" };
            let ty = self.show_type(x.ty);
            let message = format!("invalid operation: {}{sign} (non-numeric type {ty})", show_expr(e));
            self.error(e.span, message);
            return;
        }
        let Some(dst) = self.assignable_place(&x) else { return };
        let src = self.const_tree(&Value::from(1), x.ty, e);
        let op = if inc { BinOp::Add } else { BinOp::Sub };
        out.push(Stmt { kind: StmtKind::OpAssign { op, dst, src, alloc: None }, pos });
    }

    // --- returns ----------------------------------------------------------------------------------

    pub(super) fn return_stmt(&mut self, values: &'a [&'a ast::Expr<'a>], pos: Pos, out: &mut Vec<Stmt<'a>>) {
        let frame = self.frame();
        let (results, named) = (frame.results.clone(), frame.named_results);
        if values.is_empty() && named {
            for &result in &results {
                let Object { name, ty, .. } = *self.object(result);
                if let Some((_, other)) = self.lookup(name)
                    && other != result
                    && name != "_"
                {
                    let place = self.place(self.object(other).pos);
                    let ty = self.show_type(ty);
                    self.error_at(
                        pos,
                        format!(
                            "result parameter {name} not in scope at return\n\t{place}: inner declaration of var {name} {ty}"
                        ),
                    );
                }
            }
            out.push(Stmt { kind: StmtKind::Return(&[]), pos });
            return;
        }
        let mut list = self.expr_list(values, false);
        let wanted: Vec<Ty> = results.iter().map(|&id| self.object(id).ty).collect();
        if list.operands.len() != results.len() {
            if list.operands.iter().any(Operand::is_invalid) {
                return;
            }
            let (qualifier, at) = match list.operands.get(results.len()) {
                Some(extra) => ("too many", extra.span()),
                None => ("not enough", list.operands.last().map_or(Span::at(pos), Operand::span)),
            };
            let have: Vec<Ty> = list.operands.iter().map(|x| x.ty).collect();
            let message = format!(
                "{qualifier} return values\n\thave {}\n\twant {}",
                self.show_types(&have, false),
                self.show_types(&wanted, false)
            );
            self.error(at, message);
            return;
        }
        for (x, &ty) in list.operands.iter_mut().zip(&wanted) {
            self.assignment(x, Some(ty), "return statement");
        }
        if list.operands.iter().any(Operand::is_invalid) {
            return;
        }
        if let Some(multi) = list.multi {
            let temps: Vec<E<'a>> = list.operands.iter().map(|x| x.e).collect();
            let kind = StmtKind::Assign2Func { dsts: self.slice(&temps), call: multi.call, define: false };
            out.push(Stmt { kind, pos });
        }
        for &result in &results {
            if let ObjKind::Var(Storage::Local(func, local)) = self.object(result).kind {
                self.funcs[func.0 as usize].local_mut(local).reassigned = true;
            }
        }
        let trees: Vec<E<'a>> = list.operands.iter().zip(&wanted).map(|(x, &ty)| self.coerce(x, ty)).collect();
        out.push(Stmt { kind: StmtKind::Return(self.slice(&trees)), pos });
    }
}
