//! Range clauses.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/stmt.go.

use super::Checker;
use super::operand::{Mode, Operand};
use super::show::show_expr;
use crate::ast::{self, ChanDir};
use crate::ir::{E, ExprKind, Stmt, StmtKind};
use crate::source::Pos;
use crate::types::{Kind, Ty, Types};

impl<'a> Checker<'a, '_> {
    #[allow(clippy::too_many_arguments)]
    pub(super) fn range_stmt(
        &mut self,
        lhs: [Option<&'a ast::Expr<'a>>; 2],
        define: bool,
        over: &'a ast::Expr<'a>,
        body: &'a ast::Block<'a>,
        label: Option<&'a str>,
        pos: Pos,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let mut x = self.expr(over);
        let types = self.range_types(&x, lhs[1]);
        if !x.is_invalid() {
            self.default(&mut x);
        }
        self.open_scope();
        let mut right = types.is_some();
        let mut declared = Vec::new();
        // A destination, and the temporary that it gets its value from if that has to be converted.
        let mut dsts: [Option<E<'a>>; 2] = [None; 2];
        let types = types.unwrap_or([Types::INVALID; 2]);
        for (i, e) in lhs.into_iter().enumerate() {
            let Some(e) = e else { continue };
            let tree = self.zero(types[i], e.pos);
            let mut value = Operand { mode: Mode::Value, ty: types[i], e: tree, expr: e, bound: None };
            if types[i] == Types::INVALID {
                value = self.invalid(e);
            }
            if define {
                let name = match e.kind {
                    ast::ExprKind::Name(name) => name,
                    _ => {
                        self.error(e.span, format!("cannot declare {}", show_expr(e)));
                        right = false;
                        ast::Ident { name: "_", pos: e.pos }
                    }
                };
                let var = self.local_var(name);
                if value.is_invalid() {
                    self.object_mut(var).used = true;
                }
                self.set_var_type(var, types[i]);
                if name.name != "_" {
                    declared.push(var);
                    let tree = self.var_tree(var, e.pos);
                    self.reassign(tree);
                    dsts[i] = Some(tree);
                }
            } else if value.is_invalid() {
                self.use_exprs(&[e]);
            } else {
                match self.assign_to(e, &mut value, "assignment") {
                    Some(tree) if matches!(tree.kind, ExprKind::Blank) => {}
                    Some(tree) => dsts[i] = Some(tree),
                    None => right = false,
                }
            }
        }
        if define && declared.is_empty() {
            self.error_at(pos, "no new variables on left side of :=");
        }
        for var in declared {
            self.declare(self.env.scope, var);
        }
        let mut stmts = Vec::new();
        let mut temps = dsts;
        let mut define = define;
        if right && (0..2).any(|i| dsts[i].is_some_and(|dst| dst.ty != types[i])) {
            // The values are converted at the start of the body.
            define = true;
            let mut list = [Vec::new(), Vec::new()];
            for (i, dst) in dsts.into_iter().enumerate() {
                let Some(dst) = dst else { continue };
                let (_, temp) = self.temp(types[i], dst.pos);
                temps[i] = Some(temp);
                list[0].push(dst);
                let converted = self.coerce_tree(temp, dst.ty);
                list[1].push(converted);
            }
            let kind = match (&list[0][..], &list[1][..]) {
                (&[dst], &[src]) => StmtKind::Assign { dst, src, define: false },
                (dsts, srcs) => StmtKind::Assign2 { dsts: self.slice(dsts), srcs: self.slice(srcs), define: false },
            };
            stmts.push(Stmt { kind, pos });
        }
        let (id, ()) = self.target(label, true, |c| {
            // The body's own scope is inside of that of the variables.
            c.open_scope();
            c.stmts(body.stmts, &mut stmts);
            c.close_scope();
        });
        self.close_scope();
        if x.is_invalid() {
            return;
        }
        let [key, value] = temps;
        let (x, body) = (self.tree(&x), self.slice(&stmts));
        out.push(Stmt { kind: StmtKind::Range { label: id, key, value, x, define, body }, pos });
    }

    /// The types of the two values that a range gives; reports what cannot be ranged over.
    fn range_types(&mut self, x: &Operand<'a>, second: Option<&'a ast::Expr<'a>>) -> Option<[Ty; 2]> {
        if x.is_invalid() {
            return None;
        }
        let array = self.array_of(x.ty).map(|(_, elem)| elem);
        let mut cause = "";
        let types = match *self.types.under(x.ty) {
            Kind::Basic(_) if self.is_string(x.ty) => [Types::INT, Types::INT32],
            Kind::Array { elem, .. } | Kind::Slice(elem) => [Types::INT, elem],
            Kind::Map { key, elem } => [key, elem],
            Kind::Chan { dir, elem } => {
                if let Some(second) = second {
                    let message = format!("range over {} permits only one iteration variable", self.show(x));
                    self.error(second.span, message);
                }
                if dir == ChanDir::Send {
                    cause = " (receive from send-only channel)";
                }
                self.refuse_concurrency(x.span(), "channels");
                [elem, Types::INVALID]
            }
            Kind::Pointer(_) if array.is_some() => [Types::INT, array.unwrap_or(Types::INVALID)],
            _ => {
                let message = format!("cannot range over {}", self.show(x));
                self.error(x.span(), message);
                return None;
            }
        };
        if !cause.is_empty() {
            let message = format!("cannot range over {}{cause}", self.show(x));
            self.error(x.span(), message);
        }
        Some(types)
    }
}
