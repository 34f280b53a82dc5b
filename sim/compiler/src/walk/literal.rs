//! Composite literals.
//!
//! A literal is built where it goes if nobody can see it half done, in a temporary otherwise. What is built in is zeroed
//! first unless every part is named. Large literals of constants are copied from read-only data.
//!
//! Source: Go 1.19 cmd/compile/internal/walk/complit.go. Departs: no data for the constant parts of literals that have others.

use super::Walk;
use crate::ast::BinOp;
use crate::ir::{AllocId, E, ExprKind, StmtKind};
use crate::source::Pos;
use crate::tree::is_static;
use crate::types::{Kind, Types};

/// Constant literals of more bytes than this are data.
const MAX_CODE: u64 = 256;

/// More entries than this of a map are put in by a loop.
const MAX_ENTRIES: usize = 25;

impl<'a> Walk<'_, 'a> {
    /// A structure or array as a value.
    pub(super) fn literal(&mut self, e: E<'a>) -> E<'a> {
        let place = self.tree.temp(e.ty);
        let place = self.tree.local(place);
        self.literal_into(place, e, false);
        place
    }

    /// Builds a literal in a place, which is walked; `zeroed` says that it is new.
    pub(super) fn literal_into(&mut self, place: E<'a>, e: E<'a>, zeroed: bool) {
        let first = matches!(place.kind, ExprKind::Local(_));
        if is_static(e) && self.tree.size(e.ty) > MAX_CODE && self.is_dense(e) {
            let data = self.tree.readonly(e);
            return self.emit(StmtKind::Assign { dst: place, src: data, define: first });
        }
        if !zeroed && (first || !self.is_complete(e)) {
            self.emit(StmtKind::Assign { dst: place, src: self.tree.zero(e.ty), define: first });
        }
        self.parts_into(place, e);
    }

    /// Assigns the parts that a literal names.
    fn parts_into(&mut self, place: E<'a>, e: E<'a>) {
        match e.kind {
            ExprKind::StructLit(fields) => {
                for &(index, value) in fields {
                    if &*self.tree.types().fields(e.ty)[index as usize].name == "_" {
                        self.discard(value);
                        continue;
                    }
                    let part = self.tree.field(place, index);
                    self.part_into(part, value);
                }
            }
            ExprKind::ArrayLit(elems) => {
                for &(index, value) in elems {
                    let part = self.tree.index(place, self.tree.int(index));
                    self.part_into(part, value);
                }
            }
            _ => self.assign_to(place, e),
        }
    }

    /// Assigns a part: a statement on the line where the part's value stands.
    fn part_into(&mut self, part: E<'a>, value: E<'a>) {
        let pos = self.tree.pos;
        if value.pos != Pos::NONE {
            self.tree.pos = value.pos;
        }
        match value.kind {
            // What is not named in it is zero already.
            ExprKind::StructLit(_) | ExprKind::ArrayLit(_) => self.parts_into(part, value),
            ExprKind::Zero => {}
            _ => self.assign_to(part, value),
        }
        self.tree.pos = pos;
    }

    /// Does a literal name all its parts, and theirs?
    fn is_complete(&self, e: E<'a>) -> bool {
        match (e.kind, self.tree.types().under(e.ty)) {
            (ExprKind::StructLit(given), Kind::Struct(fields)) => {
                given.len() == fields.len() && given.iter().all(|&(_, x)| self.is_complete(x))
            }
            (ExprKind::ArrayLit(given), Kind::Array { len, .. }) => {
                given.len() as u64 == *len && given.iter().all(|&(_, x)| self.is_complete(x))
            }
            (ExprKind::Zero, _) => false,
            _ => true,
        }
    }

    /// Does it name at least a quarter of its parts? Else code is smaller than data.
    fn is_dense(&self, e: E<'a>) -> bool {
        match (e.kind, self.tree.types().under(e.ty)) {
            (ExprKind::ArrayLit(given), Kind::Array { len, .. }) => given.len() as u64 * 4 >= *len,
            _ => true,
        }
    }

    /// `[]T{…}`
    pub(super) fn slice_literal(&mut self, e: E<'a>, len: u64, elems: &'a [(u64, E<'a>)], alloc: AllocId) -> E<'a> {
        let elem = self.tree.types().elem(e.ty).unwrap_or(Types::INVALID);
        let array = self.tree.program.types.array(len, elem);
        let pointer = self.tree.program.types.pointer(elem);
        let whole = self.tree.expr(ExprKind::ArrayLit(elems), array);
        let object = self.object(array, alloc);
        let object = self.cheap(object);
        if len > 0 {
            self.literal_into(self.tree.deref(object), whole, true);
        }
        let first = self.tree.nop(object, pointer);
        let len = self.tree.int(len);
        self.tree.slice_header(first, len, len, e.ty)
    }

    /// `&T{…}`
    pub(super) fn pointer_literal(&mut self, e: E<'a>, x: E<'a>, alloc: AllocId) -> E<'a> {
        let object = self.object(x.ty, alloc);
        let object = self.cheap(object);
        let place = self.tree.deref(object);
        match x.kind {
            ExprKind::StructLit(_) | ExprKind::ArrayLit(_) => self.literal_into(place, x, true),
            _ => self.assign_to(place, x),
        }
        self.tree.nop(object, e.ty)
    }

    /// `map[K]V{…}`: entries that need code are left only if order has not run.
    pub(super) fn map_literal(&mut self, e: E<'a>, entries: &'a [(E<'a>, E<'a>)], alloc: AllocId) -> E<'a> {
        let hint = self.tree.int(entries.len() as i128);
        let map = self.make_map(e.ty, Some(hint), alloc);
        let map = self.temp_of(map);
        let Kind::Map { key, elem } = *self.tree.types().under(e.ty) else { return map };
        let constant = entries.iter().all(|&(k, v)| is_static(k) && is_static(v));
        if constant && entries.len() > MAX_ENTRIES {
            self.map_literal_loop(map, entries);
            return map;
        }
        if entries.is_empty() {
            return map;
        }
        let place = |w: &mut Self, ty| {
            let temp = w.tree.temp(ty);
            w.tree.local(temp)
        };
        let (key, elem) = (place(self, key), place(self, elem));
        for &(k, v) in entries {
            self.assign(key, k);
            self.assign(elem, v);
            let slot = self.tree.expr(ExprKind::IndexMap { map, key }, elem.ty);
            self.map_assign(slot, map, key, elem);
        }
        for temp in [key, elem] {
            if let ExprKind::Local(id) = temp.kind {
                self.emit(StmtKind::VarKill(id));
            }
        }
        map
    }

    /// Keys and elems as two arrays of data, and a loop over them.
    fn map_literal_loop(&mut self, map: E<'a>, entries: &'a [(E<'a>, E<'a>)]) {
        let Kind::Map { key, elem } = *self.tree.types().under(map.ty) else { return };
        let count = entries.len() as u64;
        let data = |w: &mut Self, ty, values: Vec<E<'a>>| {
            let array = w.tree.program.types.array(count, ty);
            let values = (0..).zip(values).collect::<Vec<(u64, E<'a>)>>();
            let values = w.tree.arena.alloc_slice_copy(&values);
            let value = w.tree.expr(ExprKind::ArrayLit(values), array);
            w.tree.readonly(value)
        };
        let keys = data(self, key, entries.iter().map(|e| e.0).collect());
        let elems = data(self, elem, entries.iter().map(|e| e.1).collect());
        let i = self.tree.temp(Types::INT);
        let at = self.tree.local(i);
        self.emit(StmtKind::Assign { dst: at, src: self.tree.int(0), define: true });
        let label = self.tree.label();
        let cond = Some(self.tree.compare(BinOp::Lt, at, self.tree.int(count)));
        let post = self.tree.block(vec![self.tree.increment(i)]);
        let (k, v) = (self.tree.index(keys, at), self.tree.index(elems, at));
        let slot = self.tree.expr(ExprKind::IndexMap { map, key: k }, elem);
        let body = self.apart(|w| w.map_assign(slot, map, k, v));
        let body = self.tree.block(body);
        self.emit(StmtKind::For { label, cond, post, body });
    }
}
