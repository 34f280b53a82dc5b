//! Statements: one case for each kind.

use super::Order;
use super::expr::is_plain;
use crate::ast::BinOp;
use crate::ir::{AllocId, Block, Case, Class, Conv, E, ExprKind, Stmt, StmtKind, TypeCase};
use crate::options::Lowering;
use crate::tree::is_name;
use crate::types::{Kind, Ty, Types};

impl<'a> Order<'_, 'a> {
    /// Orders statements, here.
    pub(super) fn stmts(&mut self, block: Block<'a>) {
        block.iter().for_each(|s| self.stmt(s));
    }

    fn plain(&self, list: &[E<'a>]) -> bool {
        list.iter().all(|e| is_plain(self.tree.types(), e))
    }

    /// Orders one statement; its temporaries end after it.
    pub(super) fn stmt(&mut self, s: &Stmt<'a>) {
        self.tree.pos = s.pos;
        let mark = self.mark();
        match s.kind {
            StmtKind::VarKill(_)
            | StmtKind::VarLive(_)
            | StmtKind::Break(_)
            | StmtKind::Continue(_)
            | StmtKind::Decl(_)
            | StmtKind::Fallthrough
            | StmtKind::Goto(_)
            | StmtKind::Label { .. } => return self.out.push(*s),
            StmtKind::Block(block) => return self.stmts(block),

            StmtKind::Assign { dst, src, define } => self.assign(dst, src, define),
            StmtKind::OpAssign { op, dst, src, alloc } => self.op_assign(op, dst, src, alloc),
            StmtKind::Assign2 { dsts, srcs, define } => {
                if self.plain(dsts) && self.plain(srcs) {
                    return self.out.push(*s);
                }
                let dsts: Vec<E<'a>> = dsts.iter().map(|dst| self.destination(dst)).collect();
                let srcs = self.exprs(srcs);
                self.assign_list(dsts, srcs, define);
            }
            StmtKind::Assign2Func { dsts, call, define } => self.assign_results(dsts, call, define),
            StmtKind::Assign2Ok { dsts, src, define } => self.assign_ok(dsts, src, define),

            StmtKind::Expr(e) => {
                let e = self.statement(e);
                self.emit(StmtKind::Expr(e));
            }
            StmtKind::Defer(call) => {
                let call = self.later(call);
                self.emit(StmtKind::Defer(call));
            }
            StmtKind::Go(call) => {
                let call = self.later(call);
                self.emit(StmtKind::Go(call));
            }
            StmtKind::Close(x) => {
                let x = self.expr(x);
                self.emit(StmtKind::Close(x));
            }
            StmtKind::Panic(x) => {
                let x = self.expr(x);
                self.emit(StmtKind::Panic(x));
            }
            StmtKind::Print { args, line } => {
                let args = if self.plain(args) { args } else { self.exprs(args) };
                self.emit(StmtKind::Print { args, line });
            }
            StmtKind::Delete { map, key } => {
                let (map, key) = (self.expr(map), self.expr(key));
                let key = match self.era() {
                    Lowering::MapAssignOp => self.key(map.ty, key, false),
                    _ => self.addressable(key),
                };
                self.emit(StmtKind::Delete { map, key });
            }
            StmtKind::Send { chan, value } => {
                let (chan, value) = (self.expr(chan), self.expr(value));
                let value = if self.instrumenting() { self.copy(value) } else { self.addressable(value) };
                self.emit(StmtKind::Send { chan, value });
            }
            StmtKind::Return(values) => return self.ret(values),

            StmtKind::If { cond, then, els } => {
                let cond = self.in_place(Vec::new(), cond);
                let ends = self.ends(mark);
                self.pop(mark);
                let then = self.block(ends.clone(), then);
                let els = self.block(ends, els);
                self.tree.pos = s.pos;
                return self.emit(StmtKind::If { cond, then, els });
            }
            StmtKind::For { label, cond, post, body } => {
                let cond = cond.map(|cond| self.in_place(Vec::new(), cond));
                let ends = self.ends(mark);
                let body = self.block(ends, body);
                let post = self.block(Vec::new(), post);
                self.tree.pos = s.pos;
                self.emit(StmtKind::For { label, cond, post, body });
            }
            StmtKind::Range { .. } => self.range(s),
            StmtKind::Switch { label, tag, cases } => {
                let tag = tag.map(|tag| self.expr(tag));
                let cases: Vec<Case<'a>> = cases
                    .iter()
                    .map(|case| {
                        let values: Vec<E<'a>> =
                            case.values.iter().map(|value| self.in_place(Vec::new(), value)).collect();
                        Case { values: self.tree.list(&values), body: self.block(Vec::new(), case.body), ..*case }
                    })
                    .collect();
                let cases = self.tree.arena.alloc_slice_copy(&cases);
                self.tree.pos = s.pos;
                self.emit(StmtKind::Switch { label, tag, cases });
            }
            StmtKind::TypeSwitch { label, x, cases } => {
                let x = self.expr(x);
                let cases: Vec<TypeCase<'a>> =
                    cases.iter().map(|case| TypeCase { body: self.block(Vec::new(), case.body), ..*case }).collect();
                let cases = self.tree.arena.alloc_slice_copy(&cases);
                self.tree.pos = s.pos;
                self.emit(StmtKind::TypeSwitch { label, x, cases });
            }
            StmtKind::Select { label, cases } => {
                self.select(label, cases, mark);
                return self.pop(mark);
            }
        }
        self.clean(mark);
    }

    /// `dst = src`
    pub(super) fn assign(&mut self, dst: E<'a>, src: E<'a>, define: bool) {
        if self.plain(&[dst, src]) {
            return self.emit(StmtKind::Assign { dst, src, define });
        }
        let pos = self.tree.pos;
        let dst = self.destination(dst);
        let src = match src.kind {
            ExprKind::AndAnd(..) | ExprKind::OrOr(..) | ExprKind::Unary { .. } => self.at_once(src),
            _ => self.expr_for(src, Some(dst)),
        };
        self.tree.pos = pos;
        self.assign_ordered(dst, src, define);
    }

    /// `dst op= src`
    fn op_assign(&mut self, op: BinOp, dst: E<'a>, src: E<'a>, alloc: Option<AllocId>) {
        let op_era = self.era() == Lowering::MapAssignOp;
        if op_era && alloc.is_none() && self.plain(&[dst, src]) && !self.instrumenting() {
            return self.emit(StmtKind::OpAssign { op, dst, src, alloc });
        }
        let pos = self.tree.pos;
        let dst = self.destination(dst);
        let src = self.expr(src);
        self.tree.pos = pos;
        let in_map = matches!(dst.kind, ExprKind::IndexMap { .. });
        // The division may panic: it must not find the entry made already.
        let divided = in_map && matches!(op, BinOp::Div | BinOp::Rem);
        if op_era && !divided && !self.instrumenting() {
            let src = if in_map { self.complete(src) } else { src };
            return self.emit(StmtKind::OpAssign { op, dst, src, alloc });
        }
        let dst = self.safe(dst);
        let old = self.copy(dst);
        let value = match alloc {
            Some(alloc) if self.tree.types().is_string(dst.ty) => {
                let list = self.tree.list(&[old, src]);
                self.tree.expr(ExprKind::Concat { list, alloc }, dst.ty)
            }
            _ => self.tree.arith(op, old, src),
        };
        self.assign_ordered(dst, value, false);
    }

    /// Can this take a value at any time: `_`, or a variable that only its name reaches?
    fn takes_directly(&self, dst: E<'a>, ty: Ty) -> bool {
        match dst.kind {
            ExprKind::Blank => true,
            ExprKind::Local(id) => {
                let local = self.tree.variable(id);
                let shared = local.addr_taken || local.heap || matches!(local.class, Class::Captured(_));
                let visible = local.class == Class::Result && self.tree.func().has_defer;
                local.ty == ty && !shared && !visible
            }
            _ => false,
        }
    }

    /// Temporaries for values of these types, unless all destinations can take them directly; and the assignments of them
    /// to the destinations.
    fn takers(&mut self, dsts: &[E<'a>], types: &[Ty]) -> (Vec<E<'a>>, Vec<(E<'a>, E<'a>)>) {
        let distinct = dsts
            .iter()
            .enumerate()
            .all(|(i, a)| matches!(a.kind, ExprKind::Blank) || dsts[..i].iter().all(|b| !crate::tree::same_safe(a, b)));
        let direct = dsts.iter().zip(types).all(|(dst, &ty)| self.takes_directly(dst, ty));
        if distinct && direct && !self.instrumenting() {
            return (dsts.to_vec(), Vec::new());
        }
        let mut later = Vec::new();
        let takers = dsts
            .iter()
            .zip(types)
            .map(|(&dst, &ty)| {
                if matches!(dst.kind, ExprKind::Blank) {
                    return dst;
                }
                let clear = self.tree.types().has_pointers(ty);
                let temp = if clear { self.clear_temp(ty) } else { self.temp_expr(ty) };
                later.push((dst, temp));
                temp
            })
            .collect();
        (takers, later)
    }

    /// `a, b, a = t1, t2, t3`: as the program's own assignment would be.
    fn assign_later(&mut self, later: Vec<(E<'a>, E<'a>)>, define: bool) {
        match later[..] {
            [] => {}
            [(dst, temp)] => self.assign_ordered(dst, temp, define),
            _ => {
                let (dsts, temps): (Vec<E<'a>>, Vec<E<'a>>) = later.into_iter().unzip();
                let temps = self.tree.list(&temps);
                self.assign_list(dsts, temps, define);
            }
        }
    }

    /// `a, b = f()`
    fn assign_results(&mut self, dsts: &'a [E<'a>], call: E<'a>, define: bool) {
        let dsts: Vec<E<'a>> = dsts.iter().map(|dst| self.destination(dst)).collect();
        let types = self.result_types(call);
        let pos = self.tree.pos;
        let (takers, later) = self.takers_after(&dsts, &types, |o| {
            let call = match call.kind {
                ExprKind::Seq { init, x } => {
                    o.stmts(init);
                    x
                }
                _ => call,
            };
            o.call(call)
        });
        self.tree.pos = pos;
        let ((takers, call), direct) = (takers, later.is_empty());
        let takers = self.tree.list(&takers);
        self.emit(StmtKind::Assign2Func { dsts: takers, call, define: define && direct });
        self.assign_later(later, define);
    }

    /// Evaluates the right side, then gets the temporaries for it.
    #[allow(clippy::type_complexity)]
    fn takers_after(
        &mut self,
        dsts: &[E<'a>],
        types: &[Ty],
        right: impl FnOnce(&mut Self) -> E<'a>,
    ) -> ((Vec<E<'a>>, E<'a>), Vec<(E<'a>, E<'a>)>) {
        let right = right(self);
        let (takers, later) = self.takers(dsts, types);
        ((takers, right), later)
    }

    fn result_types(&self, call: E<'a>) -> Vec<Ty> {
        match self.tree.types().kind(call.ty) {
            Kind::Tuple(types) => types.to_vec(),
            _ => vec![call.ty],
        }
    }

    /// `v, ok = m[k]`, `v, ok = x.(T)`, `v, ok = <-ch`
    fn assign_ok(&mut self, dsts: [E<'a>; 2], src: E<'a>, define: bool) {
        let dsts = dsts.map(|dst| self.destination(dst));
        let pos = std::mem::replace(&mut self.tree.pos, src.pos);
        let src = match src.kind {
            ExprKind::Seq { init, x } => {
                self.stmts(init);
                x
            }
            _ => src,
        };
        let received = matches!(src.kind, ExprKind::Recv(_));
        let src = match src.kind {
            ExprKind::IndexMap { map, key } => {
                let (map, key) = (self.expr(map), self.expr(key));
                let (key, _) = self.lookup_key(key);
                let key = self.key(map.ty, key, false);
                self.tree.with(src, ExprKind::IndexMap { map, key })
            }
            ExprKind::TypeAssert(x) => {
                let x = self.expr(x);
                self.tree.with(src, ExprKind::TypeAssert(x))
            }
            ExprKind::Recv(x) => {
                let x = self.expr(x);
                self.tree.with(src, ExprKind::Recv(x))
            }
            _ => src,
        };
        self.tree.pos = pos;
        let types = [src.ty, Types::BOOL];
        // What is received is written by address.
        let (takers, mut later) = if received && !matches!(dsts[0].kind, ExprKind::Blank) {
            let value = self.clear_temp(src.ty);
            let ok = self.temp_expr(Types::BOOL);
            let mut later = vec![(dsts[0], value)];
            let blank = matches!(dsts[1].kind, ExprKind::Blank);
            if !blank {
                later.push((dsts[1], ok));
            }
            (vec![value, if blank { dsts[1] } else { ok }], later)
        } else {
            self.takers(&dsts, &types)
        };
        let direct = later.is_empty();
        self.emit(StmtKind::Assign2Ok { dsts: [takers[0], takers[1]], src, define: define && direct });
        // The program's destination may be of another boolean type, or of an interface type.
        for (dst, temp) in &mut later {
            if dst.ty != temp.ty && self.tree.types().underlying(dst.ty) == Types::BOOL {
                *temp = self.tree.convert(Conv::Nop, temp, dst.ty);
            }
        }
        self.assign_later(later, define);
    }

    /// What a statement that is an expression is evaluated for.
    fn statement(&mut self, e: E<'a>) -> E<'a> {
        match e.kind {
            ExprKind::Seq { init, x } => {
                self.stmts(init);
                self.statement(x)
            }
            ExprKind::Call { .. } | ExprKind::Recv(_) | ExprKind::Copy { .. } | ExprKind::Recover => self.call(e),
            _ => self.expr(e),
        }
    }

    /// A call that is made later: its operands are evaluated now.
    fn later(&mut self, call: &'a Stmt<'a>) -> &'a Stmt<'a> {
        let kind = match call.kind {
            StmtKind::Expr(e) => StmtKind::Expr(self.statement(e)),
            StmtKind::Delete { map, key } => {
                let (map, key) = (self.expr(map), self.expr(key));
                // The key's temporary must last until the function ends: it is not ended with the statement.
                let mark = self.mark();
                let key = self.copy(key);
                self.temps.truncate(mark);
                StmtKind::Delete { map, key }
            }
            StmtKind::Print { args, line } => StmtKind::Print { args: self.exprs(args), line },
            StmtKind::Panic(x) => StmtKind::Panic(self.expr(x)),
            StmtKind::Close(x) => StmtKind::Close(self.expr(x)),
            other => other,
        };
        self.tree.arena.alloc(Stmt { kind, ..*call })
    }

    fn ret(&mut self, values: &'a [E<'a>]) {
        let results = self.tree.func().results.clone();
        let values = match values {
            _ if self.plain(values) => values,
            // The results of a call are the results.
            [call] if results.len() > 1 => {
                let call = self.statement(call);
                self.tree.list(&[call])
            }
            [one] => {
                let result = results.first().map(|&id| self.tree.local(id));
                let one = match one.kind {
                    ExprKind::AndAnd(..) | ExprKind::OrOr(..) | ExprKind::Unary { .. } => self.at_once(one),
                    _ => self.expr_for(one, result),
                };
                self.tree.list(&[one])
            }
            _ => self.exprs(values),
        };
        self.emit(StmtKind::Return(values));
    }

    fn range(&mut self, s: &Stmt<'a>) {
        let StmtKind::Range { label, key, value, x, define, body } = s.kind else { return };
        // The bytes of a string cannot change.
        let x = match x.kind {
            ExprKind::Convert { conv: Conv::StringToBytes(_), x: string } => {
                self.tree.with(x, ExprKind::Convert { conv: Conv::StringToBytesTmp, x: string })
            }
            _ => x,
        };
        let cleared = crate::walk::is_map_clear(self.tree.types(), self.tree.options, x, key, value, define, body);
        let x = if self.plain(&[x]) { x } else { self.expr(x) };
        let over = self.tree.types().pointee(x.ty).unwrap_or(x.ty);
        let only_length = value.is_none_or(|value| matches!(value.kind, ExprKind::Blank));
        // A copy, so that changes in the loop are not seen. It is small, but of an array.
        let x = match self.tree.types().under(over) {
            Kind::Array { .. } | Kind::Slice(_) if only_length => x,
            Kind::Map { .. } if cleared => x,
            _ => self.copy(x),
        };
        let [key, value] = [key, value].map(|dst| dst.map(|dst| self.range_destination(dst)));
        let body = if cleared { body } else { self.block(Vec::new(), body) };
        self.tree.pos = s.pos;
        self.emit(StmtKind::Range { label, key, value, x, define, body });
    }

    /// A destination that is evaluated in each round.
    fn range_destination(&mut self, dst: E<'a>) -> E<'a> {
        if is_name(dst) {
            return dst;
        }
        let mut value = dst;
        let init = self.apart(|o| value = o.destination(dst));
        if init.is_empty() {
            return value;
        }
        let init = self.tree.block(init);
        self.tree.with(value, ExprKind::Seq { init, x: value })
    }
}
