//! Expressions: one case for each kind.

use super::Walk;
use crate::ast::BinOp;
use crate::ir::{Callee, Const, Conv, E, ExprKind, Multi, Stmt, StmtKind};
use crate::tree::rebuild;
use crate::types::{Basic, Kind, Types};

impl<'a> Walk<'_, 'a> {
    /// Walks an expression; calls are taken out of it.
    pub(super) fn expr(&mut self, e: E<'a>) -> E<'a> {
        let value = self.raw(e);
        self.settle(value)
    }

    /// Walks an expression; the result may be a call.
    pub(super) fn raw(&mut self, e: E<'a>) -> E<'a> {
        let pos = std::mem::replace(&mut self.tree.pos, e.pos);
        let value = self.raw_here(e);
        self.tree.pos = pos;
        value
    }

    fn raw_here(&mut self, e: E<'a>) -> E<'a> {
        match e.kind {
            ExprKind::Const(_)
            | ExprKind::Nil
            | ExprKind::Zero
            | ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::Func(_)
            | ExprKind::Blank
            | ExprKind::TypeWord(_)
            | ExprKind::ClosurePtr
            | ExprKind::CodeOf(_) => e,
            ExprKind::Addr(x) => {
                let x = self.expr(x);
                self.tree.take_address(x);
                self.tree.with(e, ExprKind::Addr(x))
            }
            ExprKind::Index { x, index, bounded } => {
                let (x, index) = (self.expr(x), self.expr(index));
                let bounded = bounded || self.in_range(x, index);
                self.tree.with(e, ExprKind::Index { x, index, bounded })
            }
            ExprKind::Deref(_)
            | ExprKind::Field { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Slice { .. }
            | ExprKind::Complex(..)
            | ExprKind::Real(_)
            | ExprKind::Imag(_)
            | ExprKind::TypeOf(_)
            | ExprKind::DataOf(_)
            | ExprKind::MakeInterface(..)
            | ExprKind::PtrOf(_)
            | ExprKind::MakeSliceHeader(..)
            | ExprKind::MakeString(..) => rebuild(self.tree.arena, e, &mut |x| self.expr(x)),
            ExprKind::IndexMap { map, key } => self.map_read(e, map, key),
            ExprKind::Binary { op, x, y } => self.binary(e, op, x, y),
            ExprKind::AndAnd(x, y) => {
                let x = self.expr(x);
                let y = self.in_place(y);
                self.tree.with(e, ExprKind::AndAnd(x, y))
            }
            ExprKind::OrOr(x, y) => {
                let x = self.expr(x);
                let y = self.in_place(y);
                self.tree.with(e, ExprKind::OrOr(x, y))
            }
            ExprKind::Concat { list, alloc } => self.concat(e, list, alloc),
            ExprKind::Convert { conv, x } => self.convert(e, conv, x),
            ExprKind::TypeAssert(x) => self.type_assert(e, x),
            ExprKind::Call { callee, args, multi } => self.call(e, callee, args, multi),
            ExprKind::Len(x) => self.len(e, x),
            ExprKind::Cap(x) => self.cap(e, x),
            ExprKind::Append { .. } => self.append(e),
            ExprKind::Copy { dst, src } => self.copy(dst, src),
            ExprKind::New(alloc) => self.new_value(e, alloc),
            ExprKind::MakeSlice { len, cap, alloc } => self.make_slice(e, len, cap, alloc),
            ExprKind::MakeMap { hint, alloc } => self.make_map(e.ty, hint, alloc),
            ExprKind::MakeChan { size, .. } => self.make_chan(e.ty, size),
            ExprKind::Recv(chan) => self.recv(e, chan),
            ExprKind::Recover => self.tree.rt(crate::runtime::Rt::GoRecover, &[], e.ty),
            ExprKind::StructLit(_) | ExprKind::ArrayLit(_) => self.literal(e),
            ExprKind::SliceLit { len, elems, alloc } => self.slice_literal(e, len, elems, alloc),
            ExprKind::MapLit { entries, alloc } => self.map_literal(e, entries, alloc),
            ExprKind::PtrLit { x, alloc } => self.pointer_literal(e, x, alloc),
            ExprKind::Closure { func, alloc } => self.closure(e, func, alloc),
            ExprKind::MethodValue { recv, callee, alloc } => self.method_value(e, recv, callee, alloc),
            ExprKind::Seq { init, x } => {
                self.stmts(init);
                self.raw(x)
            }
        }
    }

    /// An expression whose statements stay with it: a condition, or what is evaluated only sometimes.
    pub(super) fn in_place(&mut self, e: E<'a>) -> E<'a> {
        let mut value = e;
        let init = self.apart(|w| value = w.expr(e));
        self.sequence(init, value)
    }

    pub(super) fn sequence(&mut self, init: Vec<Stmt<'a>>, x: E<'a>) -> E<'a> {
        if init.is_empty() {
            return x;
        }
        let init = self.tree.block(init);
        self.tree.expr(ExprKind::Seq { init, x }, x.ty)
    }

    fn binary(&mut self, e: E<'a>, op: BinOp, x: E<'a>, y: E<'a>) -> E<'a> {
        match op {
            BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => {
                let value = self.compare(op, x, y);
                self.tree.nop(value, e.ty)
            }
            _ => rebuild(self.tree.arena, e, &mut |x| self.expr(x)),
        }
    }

    fn call(&mut self, e: E<'a>, callee: Callee<'a>, args: &'a [E<'a>], multi: Option<&'a Multi<'a>>) -> E<'a> {
        let callee = match callee {
            Callee::Value(f) => Callee::Value(self.expr(f)),
            Callee::Interface { recv, method } => {
                let recv = self.expr(recv);
                Callee::Interface { recv: self.cheap(recv), method }
            }
            Callee::Static(_) | Callee::Runtime(_) => callee,
        };
        if let Some(multi) = multi {
            let dsts: Vec<E<'a>> = multi.temps.iter().map(|&t| self.tree.local(t)).collect();
            self.assign_results(&dsts, multi.call);
        }
        let args: Vec<E<'a>> = args.iter().map(|arg| self.expr(arg)).collect();
        let args = self.tree.list(&args);
        self.tree.with(e, ExprKind::Call { callee, args, multi: None })
    }

    /// `a, b = f()`
    pub(super) fn assign_results(&mut self, dsts: &[E<'a>], call: E<'a>) {
        let call = match call.kind {
            ExprKind::Seq { init, x } => {
                self.stmts(init);
                x
            }
            _ => call,
        };
        let call = self.raw(call);
        let types = match self.tree.types().kind(call.ty) {
            Kind::Tuple(types) => types.to_vec(),
            _ => vec![call.ty],
        };
        let (mut takers, mut later) = (Vec::new(), Vec::new());
        for (i, &dst) in dsts.iter().enumerate() {
            // Only variables and `_` can take results.
            if matches!(dst.kind, ExprKind::Local(_) | ExprKind::Blank) {
                takers.push(dst);
                continue;
            }
            let temp = self.tree.temp(types.get(i).copied().unwrap_or(dst.ty));
            let temp = self.tree.local(temp);
            takers.push(temp);
            later.push((dst, temp));
        }
        let mut define = false;
        for &taker in &takers {
            define |= self.declare(taker);
        }
        let dsts = self.tree.list(&takers);
        self.emit(StmtKind::Assign2Func { dsts, call, define });
        for (dst, temp) in later {
            self.assign(dst, temp);
        }
    }

    /// Is an index in range, whatever the program does?
    ///
    /// Source: `bounded`, Go 1.19 cmd/compile/internal/walk/expr.go.
    fn in_range(&self, x: E<'a>, index: E<'a>) -> bool {
        let len = match (self.tree.types().under(x.ty), x.kind) {
            (Kind::Array { len, .. }, _) => i128::from(*len),
            (_, ExprKind::Const(Const::Str(text))) => text.len() as i128,
            _ => return false,
        };
        self.below(index, len)
    }

    fn below(&self, index: E<'a>, max: i128) -> bool {
        let Some(basic) = self.tree.types().basic(index.ty) else { return false };
        let unsigned = basic.is_unsigned();
        let mut bits = 8 * self.tree.size(index.ty) as u32;
        let constant = |e: E<'a>| match e.kind {
            ExprKind::Const(Const::Int(value)) => Some(value),
            _ => None,
        };
        let known = match index.kind {
            ExprKind::Const(Const::Int(value)) => return (0..max).contains(&value),
            ExprKind::Binary { op: BinOp::And, x, y } => {
                constant(x).or(constant(y)).is_some_and(|mask| (0..max).contains(&mask))
            }
            ExprKind::Binary { op: BinOp::Rem, y, .. } => {
                unsigned && constant(y).is_some_and(|modulus| (0..=max).contains(&modulus))
            }
            ExprKind::Binary { op: BinOp::Shr, y, .. } => {
                let count = constant(y).unwrap_or(0).clamp(0, 64) as u32;
                bits = bits.saturating_sub(count);
                false
            }
            ExprKind::Convert { conv: Conv::Numeric, x } => {
                let from = self.tree.types().basic(x.ty).is_some_and(Basic::is_unsigned);
                from && self.tree.size(x.ty) < self.tree.size(index.ty) && self.below(x, max)
            }
            _ => false,
        };
        known || unsigned && (1i128 << bits) <= max
    }

    /// `len(x)`
    fn len(&mut self, e: E<'a>, x: E<'a>) -> E<'a> {
        match *self.tree.types().under(x.ty) {
            Kind::Map { .. } | Kind::Chan { .. } => {
                let x = self.expr(x);
                self.header_word(x, 0)
            }
            _ => self.array_len(x).unwrap_or_else(|| {
                let x = self.expr(x);
                self.tree.with(e, ExprKind::Len(x))
            }),
        }
    }

    /// `cap(x)`
    fn cap(&mut self, e: E<'a>, x: E<'a>) -> E<'a> {
        match *self.tree.types().under(x.ty) {
            Kind::Chan { .. } => {
                let x = self.expr(x);
                self.header_word(x, 1)
            }
            _ => self.array_len(x).unwrap_or_else(|| {
                let x = self.expr(x);
                self.tree.with(e, ExprKind::Cap(x))
            }),
        }
    }

    /// The length of an array, or of one through a pointer, which is evaluated and not followed.
    fn array_len(&mut self, x: E<'a>) -> Option<E<'a>> {
        let array = self.tree.types().pointee(x.ty).unwrap_or(x.ty);
        let Kind::Array { len, .. } = *self.tree.types().under(array) else { return None };
        // Calls in it are made; what is left has no effect but a panic, which this is not to cause.
        self.expr(match x.kind {
            ExprKind::Deref(pointer) => pointer,
            _ => x,
        });
        Some(self.tree.int(len))
    }

    /// A word of the header of a map or a channel: 0 if that is nil.
    fn header_word(&mut self, x: E<'a>, word: u64) -> E<'a> {
        let x = self.cheap(x);
        let zero = self.tree.int(0);
        let value = self.variable_of(zero);
        let header = self.tree.program.types.array(2, Types::INT);
        let pointer = self.tree.program.types.pointer(header);
        let load = self.tree.index(self.tree.deref(self.tree.nop(x, pointer)), self.tree.int(word));
        let some = self.tree.compare(BinOp::Ne, x, self.tree.nil(x.ty));
        let then = vec![self.tree.assign(value, load)];
        self.out.push(self.tree.cond(some, then, Vec::new()));
        value
    }
}
