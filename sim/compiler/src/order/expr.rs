//! Expressions: one case for each kind that needs more than its parts in order.

use super::Order;
use crate::ast::BinOp;
use crate::ir::{Callee, Const, Conv, E, ExprKind, Multi, StmtKind};
use crate::options::Lowering;
use crate::tree::{is_name, is_static, rebuild, same_safe};
use crate::types::{Basic, Kind, Types};
use crate::visit::{self, Part};

impl<'a> Order<'_, 'a> {
    /// Orders an expression whose value is used later.
    pub(super) fn expr(&mut self, e: E<'a>) -> E<'a> {
        self.expr_for(e, None)
    }

    pub(super) fn exprs(&mut self, list: &'a [E<'a>]) -> &'a [E<'a>] {
        let list: Vec<E<'a>> = list.iter().map(|e| self.expr(e)).collect();
        self.tree.list(&list)
    }

    /// Orders an expression; `lhs` is what it is assigned to, at once: its result may need no copy then.
    pub(super) fn expr_for(&mut self, e: E<'a>, lhs: Option<E<'a>>) -> E<'a> {
        let pos = std::mem::replace(&mut self.tree.pos, e.pos);
        let value = self.expr_here(e, lhs);
        self.tree.pos = pos;
        value
    }

    /// Orders an expression whose value is used at once, by nothing else than a branch or an assignment: `&&` and
    /// `||` need no temporaries.
    pub(super) fn at_once(&mut self, e: E<'a>) -> E<'a> {
        if is_plain(self.tree.types(), e) {
            return e;
        }
        match e.kind {
            ExprKind::AndAnd(x, y) => {
                let (x, y) = self.both_sides(x, y);
                self.tree.with(e, ExprKind::AndAnd(x, y))
            }
            ExprKind::OrOr(x, y) => {
                let (x, y) = self.both_sides(x, y);
                self.tree.with(e, ExprKind::OrOr(x, y))
            }
            ExprKind::Unary { .. } | ExprKind::Convert { conv: Conv::Nop, .. } => {
                rebuild(self.tree.arena, e, &mut |x| self.at_once(x))
            }
            ExprKind::Seq { init, x } => {
                self.stmts(init);
                self.at_once(x)
            }
            _ => self.expr(e),
        }
    }

    /// Temporaries of the first operand end at the beginning of the second, too; they stay, to end again in case that is
    /// not evaluated.
    fn both_sides(&mut self, x: E<'a>, y: E<'a>) -> (E<'a>, E<'a>) {
        let mark = self.mark();
        let x = self.at_once(x);
        let ends = self.ends(mark);
        (x, self.in_place(ends, y))
    }

    /// Orders the operands of a call; the call itself stays where it is.
    pub(super) fn call(&mut self, e: E<'a>) -> E<'a> {
        let ExprKind::Call { callee, args, multi } = e.kind else {
            return rebuild(self.tree.arena, e, &mut |x| self.expr(x));
        };
        let callee = match callee {
            Callee::Value(f) => Callee::Value(self.expr(f)),
            Callee::Interface { recv, method } => Callee::Interface { recv: self.expr(recv), method },
            Callee::Static(_) | Callee::Runtime(_) => callee,
        };
        if let Some(Multi { call, temps }) = multi {
            let dsts: Vec<E<'a>> = temps.iter().map(|&t| self.tree.local(t)).collect();
            self.results(&dsts, call);
        }
        // They are evaluated when the call is made, all at once.
        let args = if args.iter().all(|arg| is_plain(self.tree.types(), arg)) { args } else { self.exprs(args) };
        self.tree.with(e, ExprKind::Call { callee, args, multi: None })
    }

    /// `t1, t2 = f()` for temporaries.
    pub(super) fn results(&mut self, dsts: &[E<'a>], call: E<'a>) {
        let call = match call.kind {
            ExprKind::Seq { init, x } => {
                self.stmts(init);
                x
            }
            _ => call,
        };
        let call = self.call(call);
        let dsts = self.tree.list(dsts);
        self.emit(StmtKind::Assign2Func { dsts, call, define: false });
    }

    /// A copy, unless the value goes to a variable at once.
    fn copy_for(&mut self, e: E<'a>, lhs: Option<E<'a>>) -> E<'a> {
        if lhs.is_none_or(|lhs| !is_name(lhs)) || self.instrumenting() { self.copy(e) } else { e }
    }

    /// The same, but the value may also go back to where it came from.
    fn copy_unless_same(&mut self, e: E<'a>, lhs: Option<E<'a>>, from: E<'a>) -> E<'a> {
        let stays = lhs.is_some_and(|lhs| is_name(lhs) || self.same_place(lhs, from));
        if stays { e } else { self.copy(e) }
    }

    /// Before `mapassign-op` nobody saw that `m[k]` on both sides is the same.
    pub(super) fn same_place(&self, x: E<'a>, y: E<'a>) -> bool {
        same_safe(x, y) && (self.era() == Lowering::MapAssignOp || !matches!(x.kind, ExprKind::IndexMap { .. }))
    }

    fn parts(&mut self, e: E<'a>) -> E<'a> {
        rebuild(self.tree.arena, e, &mut |x| self.expr(x))
    }

    fn expr_here(&mut self, e: E<'a>, lhs: Option<E<'a>>) -> E<'a> {
        match e.kind {
            ExprKind::Const(_)
            | ExprKind::Nil
            | ExprKind::Zero
            | ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::Func(_)
            | ExprKind::Blank => e,

            ExprKind::Seq { init, x } => {
                self.stmts(init);
                self.expr_for(x, lhs)
            }

            ExprKind::Concat { list, alloc } => {
                let mut list: Vec<E<'a>> = list.iter().map(|x| self.expr(x)).collect();
                // More are passed in an array.
                if list.len() > 5 {
                    let array = self.tree.program.types.array(list.len() as u64, Types::STRING);
                    let temp = self.temp(array);
                    self.tree.func_mut().allocs[alloc.0 as usize].temp = Some(temp);
                }
                // A result is a new string if at least one part is known not to be empty: else it may be one of the parts.
                if list.iter().any(|x| matches!(x.kind, ExprKind::Const(Const::Str([_, ..])))) {
                    list.iter_mut().for_each(|x| *x = self.uncopied(x));
                }
                let list = self.tree.list(&list);
                self.tree.with(e, ExprKind::Concat { list, alloc })
            }

            ExprKind::IndexMap { map, key } => self.map_value(e, map, key),

            ExprKind::Convert { conv, x } => self.convert(e, conv, x, lhs),

            ExprKind::AndAnd(x, y) | ExprKind::OrOr(x, y) => {
                let result = self.temp_expr(e.ty);
                let first = self.at_once(x);
                self.emit(StmtKind::Assign { dst: result, src: first, define: false });
                let second = self.apart(|o| {
                    let mark = o.mark();
                    let second = o.at_once(y);
                    o.emit(StmtKind::Assign { dst: result, src: second, define: false });
                    o.clean(mark);
                });
                let and = matches!(e.kind, ExprKind::AndAnd(..));
                let (then, els) = if and { (second, Vec::new()) } else { (Vec::new(), second) };
                self.out.push(self.tree.cond(result, then, els));
                result
            }

            ExprKind::Call { .. } => {
                let call = self.call(e);
                self.copy_for(call, lhs)
            }
            ExprKind::Cap(_)
            | ExprKind::Complex(..)
            | ExprKind::Copy { .. }
            | ExprKind::Imag(_)
            | ExprKind::Len(_)
            | ExprKind::MakeChan { .. }
            | ExprKind::MakeMap { .. }
            | ExprKind::MakeSlice { .. }
            | ExprKind::New(_)
            | ExprKind::Real(_)
            | ExprKind::Recover => {
                let value = self.parts(e);
                self.copy_for(value, lhs)
            }

            ExprKind::Append { slice, args, spread, alloc } => {
                let slice = self.expr(slice);
                let args = match args {
                    // Zeros: the slice that is appended is never made.
                    [only] if spread && !self.instrumenting() => match only.kind {
                        ExprKind::MakeSlice { len, cap: None, alloc } => {
                            let len = self.expr(len);
                            let zeros = self.tree.with(only, ExprKind::MakeSlice { len, cap: None, alloc });
                            self.tree.list(&[zeros])
                        }
                        _ => self.exprs(args),
                    },
                    _ => self.exprs(args),
                };
                let value = self.tree.with(e, ExprKind::Append { slice, args, spread, alloc });
                self.copy_unless_same(value, lhs, slice)
            }

            ExprKind::Slice { of, x, lo, hi, max } => {
                let x = self.expr(x);
                let [lo, hi, max] = [lo, hi, max].map(|bound| {
                    bound.map(|bound| {
                        let bound = self.expr(bound);
                        self.cheap(bound)
                    })
                });
                let value = self.tree.with(e, ExprKind::Slice { of, x, lo, hi, max });
                self.copy_unless_same(value, lhs, x)
            }

            ExprKind::Closure { func, alloc } => {
                if !self.tree.program.func(func).captures.is_empty() {
                    let ty = crate::walk::closure_type(&mut self.tree, func);
                    self.reserve(alloc, ty);
                }
                e
            }
            ExprKind::MethodValue { alloc, .. } => {
                let value = self.parts(e);
                if let ExprKind::MethodValue { recv, .. } = value.kind {
                    let ty = crate::walk::method_value_type(&mut self.tree, recv.ty);
                    self.reserve(alloc, ty);
                }
                value
            }
            ExprKind::SliceLit { len, alloc, .. } => {
                let value = self.parts(e);
                let elem = self.tree.types().elem(e.ty).unwrap_or(Types::INVALID);
                let array = self.tree.program.types.array(len, elem);
                self.reserve(alloc, array);
                value
            }
            ExprKind::MapLit { entries, alloc } => self.map_literal(e, entries, alloc),

            ExprKind::TypeAssert(_) => {
                let value = self.parts(e);
                let in_word = self.tree.types().is_direct(e.ty) && !self.instrumenting();
                if in_word { value } else { self.copy_for(value, lhs) }
            }

            ExprKind::Recv(_) => {
                let value = self.parts(e);
                let temp = self.clear_temp(e.ty);
                self.emit(StmtKind::Assign { dst: temp, src: value, define: false });
                temp
            }

            ExprKind::Binary { op, x, y } if is_comparison(op) => self.comparison(e, op, x, y),

            ExprKind::Deref(_)
            | ExprKind::Addr(_)
            | ExprKind::Field { .. }
            | ExprKind::Index { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::StructLit(_)
            | ExprKind::ArrayLit(_)
            | ExprKind::PtrLit { .. }
            | ExprKind::TypeWord(_)
            | ExprKind::TypeOf(_)
            | ExprKind::DataOf(_)
            | ExprKind::MakeInterface(..)
            | ExprKind::PtrOf(_)
            | ExprKind::MakeSliceHeader(..)
            | ExprKind::MakeString(..)
            | ExprKind::ClosurePtr
            | ExprKind::CodeOf(_) => self.parts(e),
        }
    }

    fn convert(&mut self, e: E<'a>, conv: Conv, x: E<'a>, lhs: Option<E<'a>>) -> E<'a> {
        let x = self.expr(x);
        match conv {
            Conv::ToInterface(_) => {
                let (_, by_value) = crate::walk::data_word_routine(self.tree.types(), x.ty);
                let direct = self.tree.types().is_direct(x.ty);
                let addressed = self.era() < Lowering::MapAssignOp || by_value.is_none() && !direct || is_static(x);
                let x = if addressed { self.addressable(x) } else { x };
                self.tree.with(e, ExprKind::Convert { conv, x })
            }
            Conv::StringToBytes(_) | Conv::StringToBytesTmp | Conv::StringToRunes(_) => {
                let value = self.tree.with(e, ExprKind::Convert { conv, x });
                self.copy_for(value, lhs)
            }
            _ => self.tree.with(e, ExprKind::Convert { conv, x }),
        }
    }

    /// A string made of bytes, without a copy of these: where nobody remembers the string.
    pub(super) fn uncopied(&self, e: E<'a>) -> E<'a> {
        match e.kind {
            ExprKind::Convert { conv: Conv::BytesToString(_), x } => {
                self.tree.with(e, ExprKind::Convert { conv: Conv::BytesToStringTmp, x })
            }
            _ => e,
        }
    }

    fn comparison(&mut self, e: E<'a>, op: BinOp, x: E<'a>, y: E<'a>) -> E<'a> {
        let (x, y) = match self.tree.types().under(x.ty) {
            Kind::Basic(Basic::String) => {
                let (x, y) = (self.expr(x), self.expr(y));
                (self.uncopied(x), self.uncopied(y))
            }
            // The routine takes addresses.
            Kind::Struct(_) | Kind::Array { .. } => {
                let (x, y) = (self.expr(x), self.expr(y));
                (self.addressable(x), self.addressable(y))
            }
            // A value is compared with what an interface holds without being converted.
            Kind::Interface(_) => {
                let operand = |o: &mut Self, e: E<'a>| match e.kind {
                    ExprKind::Convert { conv: conv @ Conv::ToInterface(_), x } => {
                        let x = o.expr(x);
                        o.tree.with(e, ExprKind::Convert { conv, x })
                    }
                    _ => o.expr(e),
                };
                (operand(self, x), operand(self, y))
            }
            _ => (self.expr(x), self.expr(y)),
        };
        self.tree.with(e, ExprKind::Binary { op, x, y })
    }
}

/// Is this a comparison?
pub(super) fn is_comparison(op: BinOp) -> bool {
    matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge)
}

/// Is this free of calls, and of anything that takes an address or makes something: only variables, memory, operators?
///
/// An expression of a statement all of whose expressions are plain stays as it is: nothing can change what it reads.
pub(super) fn is_plain(types: &Types, e: E<'_>) -> bool {
    let here = match e.kind {
        ExprKind::Const(_)
        | ExprKind::Nil
        | ExprKind::Zero
        | ExprKind::Local(_)
        | ExprKind::Global(_)
        | ExprKind::Func(_)
        | ExprKind::Blank
        | ExprKind::Deref(_)
        | ExprKind::Addr(_)
        | ExprKind::Field { .. }
        | ExprKind::Index { .. }
        | ExprKind::Slice { .. }
        | ExprKind::Unary { .. }
        | ExprKind::AndAnd(..)
        | ExprKind::OrOr(..)
        | ExprKind::Convert { conv: Conv::Nop | Conv::Numeric | Conv::Interface, .. }
        | ExprKind::Len(_)
        | ExprKind::Cap(_)
        | ExprKind::Complex(..)
        | ExprKind::Real(_)
        | ExprKind::Imag(_) => true,
        ExprKind::Binary { op, x, .. } => {
            !is_comparison(op)
                || !matches!(types.under(x.ty), Kind::Struct(_) | Kind::Array { .. } | Kind::Interface(_))
        }
        _ => false,
    };
    let mut plain = here;
    if here {
        visit::parts_of_expr(e, &mut |part| {
            plain &= match part {
                Part::Expr(part) => is_plain(types, part),
                Part::Block(_) => false,
            };
        });
    }
    plain
}
