//! Map statements, by era.
//!
//! ```text
//! m["x"] = f()    mapassign1       t1 = "x"; t2 = f(); m[t1] = t2           (t2 even if the value is a variable)
//!                 mapassign        t1 = "x"; t2 = f(); m[t1] = t2
//!                 mapassign-2017   t2 = f(); m[stmp] = t2                   (stmp: read-only data)
//!                 mapassign-op     t2 = f(); m["x"] = t2
//! x = m["x"]      mapassign1       t1 = "x"; t2 = m[t1]; x = t2
//!                 mapassign        t1 = "x"; x = m[t1]
//!                 mapassign-2017   x = m["x"]
//!                 mapassign-op     x = m["x"]
//! ```
//!
//! In every era the right side is complete before the map is touched: a panic leaves no entry behind, and programs do the
//! same in all of them. Departs: `m[k] = x / 0` left one in Go 1.8 and 1.9.

use super::Order;
use crate::alg::{MapFast, map_fast};
use crate::ir::{AllocId, Class, E, ExprKind, StmtKind};
use crate::options::Lowering;
use crate::tree::is_static;
use crate::types::{Basic, Kind, Ty, Types};

impl<'a> Order<'_, 'a> {
    /// `m[k]` as a value.
    pub(super) fn map_value(&mut self, e: E<'a>, map: E<'a>, key: E<'a>) -> E<'a> {
        let (map, key) = (self.expr(map), self.expr(key));
        // The bytes of a key that is not copied cannot change before the lookup, which follows at once.
        let (key, uncopied) = self.lookup_key(key);
        let key = self.key(map.ty, key, false);
        let value = self.tree.with(e, ExprKind::IndexMap { map, key });
        let copy = uncopied || self.instrumenting() || self.era() == Lowering::MapAssign1;
        if copy { self.copy(value) } else { value }
    }

    /// A key of a lookup, in which `string(bytes)` needs no copy; and whether there was one.
    pub(super) fn lookup_key(&self, key: E<'a>) -> (E<'a>, bool) {
        let direct = self.uncopied(key);
        if !std::ptr::eq(direct, key) {
            return (direct, true);
        }
        if self.era() < Lowering::MapAssignOp {
            return (key, false);
        }
        let mut any = false;
        match key.kind {
            ExprKind::StructLit(fields) => {
                let fields = fields.iter().map(|&(i, x)| {
                    let (x, uncopied) = self.lookup_key(x);
                    any |= uncopied;
                    (i, x)
                });
                let fields = self.tree.arena.alloc_slice_fill_iter(fields);
                (self.tree.with(key, ExprKind::StructLit(fields)), any)
            }
            ExprKind::ArrayLit(elems) => {
                let elems = elems.iter().map(|&(i, x)| {
                    let (x, uncopied) = self.lookup_key(x);
                    any |= uncopied;
                    (i, x)
                });
                let elems = self.tree.arena.alloc_slice_fill_iter(elems);
                (self.tree.with(key, ExprKind::ArrayLit(elems)), any)
            }
            _ => (key, false),
        }
    }

    /// A key as the routines of the era take it: addressable, unless a fast one takes it by value.
    pub(super) fn key(&mut self, map: Ty, key: E<'a>, assigned: bool) -> E<'a> {
        let fast = map_fast(self.tree.types(), map);
        let by_value = match self.era() {
            Lowering::MapAssign1 | Lowering::MapAssign => false,
            Lowering::MapAssign2017 => fast != MapFast::Slow && !assigned,
            Lowering::MapAssignOp => fast != MapFast::Slow,
        };
        if !by_value {
            return self.addressable(key);
        }
        let number = self.tree.types().basic(key.ty).is_some_and(|b| b.is_integer());
        let simple = match self.tree.types().under(key.ty) {
            Kind::Pointer(_) | Kind::Chan { .. } => true,
            Kind::Basic(basic) => number || matches!(basic, Basic::String | Basic::UnsafePointer),
            _ => false,
        };
        match fast.assigned_key() {
            // As it lies in memory, in a temporary of the type that the routine takes: the key's own may be aligned less.
            Some(want) if !simple => {
                let temp = self.clear_temp(want);
                let address = self.tree.addr(temp);
                let pointer = self.tree.program.types.pointer(key.ty);
                let place = self.tree.deref(self.tree.nop(address, pointer));
                self.emit(StmtKind::Assign { dst: place, src: key, define: false });
                temp
            }
            _ => key,
        }
    }

    /// A destination: operands are ordered, `m[k]` stays.
    pub(super) fn destination(&mut self, dst: E<'a>) -> E<'a> {
        match dst.kind {
            ExprKind::IndexMap { map, key } => {
                let (map, key) = (self.expr(map), self.expr(key));
                let key = self.key(map.ty, key, true);
                self.tree.with(dst, ExprKind::IndexMap { map, key })
            }
            _ => self.expr(dst),
        }
    }

    /// `dst = src`, both ordered.
    pub(super) fn assign_ordered(&mut self, dst: E<'a>, src: E<'a>, define: bool) {
        let in_map = matches!(dst.kind, ExprKind::IndexMap { .. });
        match self.era() {
            // The routine copies the value from where it is.
            Lowering::MapAssign1 if in_map && !self.is_addressable(src) => {
                let temp = self.copy(src);
                self.emit(StmtKind::Assign { dst, src: temp, define });
            }
            Lowering::MapAssign | Lowering::MapAssign2017 if in_map => {
                let src = self.cheap(src);
                self.emit(StmtKind::Assign { dst, src, define });
            }
            Lowering::MapAssignOp if in_map => {
                let src = self.complete(src);
                self.emit(StmtKind::Assign { dst, src, define });
            }
            _ => self.emit(StmtKind::Assign { dst, src, define }),
        }
    }

    /// The right side of an assignment to a map, evaluated before the map is touched: it may panic.
    pub(super) fn complete(&mut self, src: E<'a>) -> E<'a> {
        match src.kind {
            ExprKind::Append { slice, args, spread, alloc } => {
                let args: Vec<E<'a>> = args
                    .iter()
                    .map(|&arg| match arg.kind {
                        ExprKind::MakeSlice { len, cap: None, alloc } if spread => {
                            let len = self.cheap(len);
                            self.tree.with(arg, ExprKind::MakeSlice { len, cap: None, alloc })
                        }
                        _ => self.cheap(arg),
                    })
                    .collect();
                let args = self.tree.list(&args);
                self.tree.with(src, ExprKind::Append { slice, args, spread, alloc })
            }
            _ => self.cheap(src),
        }
    }

    /// `…, m[k], x = …` before `mapassign-op`:
    ///
    /// ```text
    /// t1 = m
    /// t2 = k
    /// …, t3, t4 = …
    /// t1[t2] = t3
    /// x = t4
    /// ```
    ///
    /// The temporaries are needed in case that `m` or `k` are among what is assigned. What comes after an entry waits
    /// for it, because making it may panic. Departs: Go 1.8 and 1.9 assigned to `x` first.
    pub(super) fn assign_list(&mut self, dsts: Vec<E<'a>>, srcs: &'a [E<'a>], define: bool) {
        if self.era() == Lowering::MapAssignOp {
            let dsts = self.tree.list(&dsts);
            return self.emit(StmtKind::Assign2 { dsts, srcs, define });
        }
        let mut after = Vec::new();
        let mut first = Vec::new();
        for dst in dsts {
            let waits = match dst.kind {
                ExprKind::IndexMap { map, key } => {
                    let (map, key) = (self.own(map), self.own(key));
                    Some(self.tree.with(dst, ExprKind::IndexMap { map, key }))
                }
                ExprKind::Blank => None,
                _ => (!after.is_empty()).then(|| self.safe(dst)),
            };
            let Some(dst) = waits else {
                first.push(dst);
                continue;
            };
            let value = self.temp_expr(dst.ty);
            after.push((dst, value));
            first.push(value);
        }
        let dsts = self.tree.list(&first);
        self.emit(StmtKind::Assign2 { dsts, srcs, define });
        for (dst, value) in after {
            self.emit(StmtKind::Assign { dst, src: value, define: false });
        }
    }

    /// A temporary with this value: this, if it is one, or data.
    fn own(&mut self, e: E<'a>) -> E<'a> {
        let is_own = match e.kind {
            ExprKind::Local(id) => self.tree.variable(id).class == Class::Temp,
            ExprKind::Global(id) => self.tree.program.global(id).readonly.is_some(),
            _ => false,
        };
        if is_own { e } else { self.copy(e) }
    }

    /// `map[K]V{…}`: what needs code is assigned entry by entry, so that keys and values are evaluated in turn.
    pub(super) fn map_literal(&mut self, e: E<'a>, entries: &'a [(E<'a>, E<'a>)], alloc: AllocId) -> E<'a> {
        if entries.iter().all(|&(k, v)| is_static(k) && is_static(v)) {
            return e;
        }
        let hint = Some(self.tree.int(entries.len() as i128));
        let made = self.tree.with(e, ExprKind::MakeMap { hint, alloc });
        let map = self.copy(made);
        let elem = self.tree.types().elem(e.ty).unwrap_or(Types::INVALID);
        let (fixed, others): (Vec<_>, Vec<_>) = entries.iter().partition(|&&(k, v)| is_static(k) && is_static(v));
        for &(key, value) in fixed.into_iter().chain(others) {
            self.tree.pos = key.pos;
            let dst = self.tree.expr(ExprKind::IndexMap { map, key }, elem);
            let mark = self.mark();
            self.assign(dst, value, false);
            self.clean(mark);
        }
        map
    }
}
