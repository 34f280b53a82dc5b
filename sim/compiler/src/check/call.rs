//! Calls of functions and methods, and conversions written like calls.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/call.go.

use super::Checker;
use super::expr::{Class, List};
use super::operand::{Mode, Operand};
use super::show::show_expr;
use super::typexpr::Signature;
use crate::ast;
use crate::ir::{AllocKind, Callee, E, ExprKind, MethodRef, Stmt, StmtKind};
use crate::source::Pos;
use crate::types::{Kind, Ty, Types};

impl<'a> Checker<'a, '_> {
    pub(super) fn call_expr(
        &mut self,
        e: &'a ast::Expr<'a>,
        fun: &'a ast::Expr<'a>,
        args: &'a [&'a ast::Expr<'a>],
        spread: bool,
    ) -> (Operand<'a>, Class) {
        let f = self.expr_or_type(fun);
        match f.mode {
            Mode::Invalid => {
                self.use_exprs(args);
                return (self.invalid(e), Class::Statement);
            }
            Mode::Type => {
                let mut x = self.conversion_call(e, f.ty, args, spread);
                x.expr = e;
                return (x, Class::Conversion);
            }
            Mode::Builtin(builtin) => {
                let mut x = self.builtin(e, builtin, fun, args, spread);
                x.expr = e;
                if !x.is_invalid() && !x.is_const() {
                    self.env.has_call = true;
                }
                return (x, builtin.class());
            }
            _ => {}
        }
        let Kind::Func { params, results, variadic } = self.types.under(f.ty).clone() else {
            self.use_exprs(args);
            let message = format!("invalid operation: cannot call non-function {}", self.show(&f));
            self.fail(&f, message);
            return (self.invalid(e), Class::Statement);
        };
        let sig = Signature { params: params.into_vec(), results: results.into_vec(), variadic };
        let list = self.expr_list(args, false);
        let multi = list.multi;
        let args = self.packed_arguments(e, fun, &sig, list, spread);
        self.env.has_call = true;
        let (mode, ty) = match sig.results[..] {
            [] => (Mode::NoValue, self.unit),
            [one] => (Mode::Value, one),
            _ => (Mode::Value, self.types.make(Kind::Tuple(sig.results.into()))),
        };
        // The results are known even if the arguments are wrong.
        let args = args.unwrap_or_default();
        if ty == Types::INVALID {
            return (self.invalid(e), Class::Statement);
        }
        let mut init = Vec::new();
        let (callee, args) = match (f.bound, f.e.kind) {
            (Some(bound), _) => match bound.method {
                MethodRef::Func(func) => {
                    let mut recv = bound.recv;
                    // The arguments are evaluated with the call that makes them: after the receiver.
                    if multi.is_some() && !matches!(recv.kind, ExprKind::Local(_) | ExprKind::Addr(_)) {
                        let (_, temp) = self.temp(recv.ty, recv.pos);
                        let kind = StmtKind::Assign { dst: temp, src: recv, define: false };
                        init.push(Stmt { kind, pos: recv.pos });
                        recv = temp;
                    }
                    (Callee::Static(func), [recv].into_iter().chain(args).collect())
                }
                MethodRef::Interface(method) => (Callee::Interface { recv: bound.recv, method }, args),
            },
            (None, ExprKind::Func(func)) => (Callee::Static(func), args),
            _ => (Callee::Value(self.tree(&f)), args),
        };
        let args = self.slice::<E<'a>>(&args);
        let mut x = self.operand(mode, ExprKind::Call { callee, args, multi }, ty, e);
        if !init.is_empty() {
            x.e = self.node(ExprKind::Seq { init: self.slice(&init), x: x.e }, ty, e.pos);
        }
        (x, Class::Statement)
    }

    fn conversion_call(
        &mut self,
        e: &'a ast::Expr<'a>,
        to: Ty,
        args: &'a [&'a ast::Expr<'a>],
        spread: bool,
    ) -> Operand<'a> {
        match args {
            [] => {
                let message = format!("missing argument in conversion to {}", self.show_type(to));
                self.error(e.span, message);
                self.invalid(e)
            }
            [arg] => {
                let mut x = self.expr(arg);
                if spread && !x.is_invalid() {
                    let message = format!("invalid use of ... in type conversion to {}", self.show_type(to));
                    return self.fail(&x, message);
                }
                self.conversion(&mut x, to, e);
                x
            }
            [.., last] => {
                self.use_exprs(args);
                let message = format!("too many arguments in conversion to {}", self.show_type(to));
                self.error(last.span, message);
                self.invalid(e)
            }
        }
    }

    /// Checks arguments against a signature; their trees, with variadic ones packed.
    fn packed_arguments(
        &mut self,
        call: &'a ast::Expr<'a>,
        fun: &'a ast::Expr<'a>,
        sig: &Signature,
        list: List<'a>,
        spread: bool,
    ) -> Option<Vec<E<'a>>> {
        let mut trees = self.arguments(call, fun, sig, list, spread)?;
        if let (true, false, [fixed @ .., rest]) = (sig.variadic, spread, &sig.params[..]) {
            let extra = trees.split_off(fixed.len());
            trees.push(self.pack(&extra, *rest, call.pos));
        }
        Some(trees)
    }

    /// Checks arguments against a signature; the tree of each.
    pub(super) fn arguments(
        &mut self,
        call: &'a ast::Expr<'a>,
        fun: &'a ast::Expr<'a>,
        sig: &Signature,
        list: List<'a>,
        spread: bool,
    ) -> Option<Vec<E<'a>>> {
        let List { operands, multi, .. } = list;
        if operands.iter().any(Operand::is_invalid) {
            return None;
        }
        let count = operands.len();
        let fixed = sig.params.len() - usize::from(sig.variadic && !spread);
        if spread && !sig.variadic {
            self.error(call.span, format!("cannot use ... in call to non-variadic {}", show_expr(fun)));
            return None;
        }
        if spread && multi.is_some() {
            let message = format!("cannot use ... with {count}-valued {}", show_expr(operands[0].expr));
            self.error(call.span, message);
            return None;
        }
        if count < fixed || count > fixed && (spread || !sig.variadic) {
            let (qualifier, at) = if count > fixed {
                ("too many", operands[fixed].span())
            } else {
                ("not enough", operands.last().map_or(call.span, Operand::span))
            };
            let have: Vec<Ty> = operands.iter().map(|x| x.ty).collect();
            let message = format!(
                "{qualifier} arguments in call to {}\n\thave {}\n\twant {}",
                show_expr(fun),
                self.show_types(&have, false),
                self.show_types(&sig.params, sig.variadic)
            );
            self.error(at, message);
            return None;
        }
        let context = format!("argument to {}", show_expr(fun));
        let rest = match sig.params.last().map(|&last| self.types.kind(last)) {
            Some(Kind::Slice(elem)) if sig.variadic => *elem,
            _ => Types::INVALID,
        };
        let mut trees = Vec::with_capacity(count);
        for (i, mut x) in operands.into_iter().enumerate() {
            let ty = if i < fixed { sig.params[i] } else { rest };
            trees.push(self.assigned(&mut x, ty, &context));
        }
        Some(trees)
    }

    /// The slice of variadic arguments; nil without any.
    fn pack(&mut self, args: &[E<'a>], ty: Ty, pos: Pos) -> E<'a> {
        if args.is_empty() {
            return self.node(ExprKind::Nil, ty, pos);
        }
        let elems: Vec<(u64, E<'a>)> = args.iter().enumerate().map(|(i, &x)| (i as u64, x)).collect();
        let alloc = self.alloc(AllocKind::Variadic, pos);
        self.node(ExprKind::SliceLit { len: args.len() as u64, elems: self.slice(&elems), alloc }, ty, pos)
    }
}
