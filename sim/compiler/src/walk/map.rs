//! Maps: reads, writes, deletes.
//!
//! ```text
//! era             m[k] = v                              m[k] op= v                            delete(m, k)
//! mapassign1      mapassign1(t, m, &k, &v)              two calls                             mapdelete(t, m, &k)
//! mapassign       *mapassign(t, m, &k) = v              two calls                             mapdelete(t, m, &k)
//! mapassign-2017  *mapassign(t, m, &k) = v              two calls                             mapdelete(t, m, &k)
//! mapassign-op    *mapassign_fast64(t, m, k) = v        p := mapassign(t, m, &k); *p = *p op v mapdelete_fast64(t, m, k)
//! ```
//!
//! `v = m[k]` is `v = *mapaccess1(t, m, &k)`, with `_fast32`, `_fast64`, `_faststr` and the key by value in all eras, and `_fat` with
//! an address of zeros for elems of more than 1024 bytes.
//!
//! Source: the change's walk.go (`OINDEXMAP`, `convas`); Go 1.19 cmd/compile/internal/walk/{expr,assign,builtin}.go.

use super::Walk;
use crate::alg::{MapFast, map_fast};
use crate::ast::BinOp;
use crate::ir::{AllocId, Const, Conv, E, ExprKind, StmtKind};
use crate::options::Lowering;
use crate::runtime::Rt;
use crate::tree::same_safe;
use crate::types::{Kind, Ty, Types};

/// Bytes of zeros that the runtime has for elems that are not there; larger ones come with zeros of their own.
const ZERO_SIZE: u64 = 1024;

impl<'a> Walk<'_, 'a> {
    fn elem_pointer(&mut self, map: Ty) -> Ty {
        let elem = self.tree.types().elem(map).unwrap_or(Types::INVALID);
        self.tree.program.types.pointer(elem)
    }

    /// `m[k]` as a value.
    pub(super) fn map_read(&mut self, e: E<'a>, map: E<'a>, key: E<'a>) -> E<'a> {
        let (map, key) = (self.expr(map), self.expr(key));
        let (rt, args) = self.access(map, key, false);
        let pointer = self.elem_pointer(map.ty);
        let slot = self.rt(rt, &args, pointer);
        self.tree.with(e, ExprKind::Deref(slot))
    }

    /// `v, ok = m[k]`
    pub(super) fn map_read_ok(&mut self, [value, ok]: [E<'a>; 2], e: E<'a>, map: E<'a>, key: E<'a>) {
        let (map, key) = (self.expr(map), self.expr(key));
        let (rt, args) = self.access(map, key, true);
        let pointer = self.elem_pointer(map.ty);
        let results = self.tree.tuple(&[pointer, Types::BOOL]);
        let call = self.tree.rt(rt, &args, results);
        let wanted = !matches!(value.kind, ExprKind::Blank);
        let slot = if wanted {
            let slot = self.tree.temp(pointer);
            self.tree.local(slot)
        } else {
            self.tree.blank(pointer)
        };
        let there = self.tree.temp(Types::BOOL);
        let there = self.tree.local(there);
        let dsts = self.tree.list(&[slot, there]);
        self.emit(StmtKind::Assign2Func { dsts, call, define: true });
        if wanted {
            self.assign(value, self.tree.with(e, ExprKind::Deref(slot)));
        }
        self.assign_bool(ok, there);
    }

    /// The routine and the arguments of a read; map and key are walked.
    fn access(&mut self, map: E<'a>, key: E<'a>, ok: bool) -> (Rt, Vec<E<'a>>) {
        let fast = map_fast(self.tree.types(), map.ty);
        let word = self.tree.type_word(map.ty);
        let elem = self.tree.types().elem(map.ty).unwrap_or(Types::INVALID);
        let key = self.key_argument(key, fast.key());
        if self.tree.size(elem) > ZERO_SIZE {
            let zeros = self.tree.zero(elem);
            let zeros = self.tree.readonly(zeros);
            let zeros = self.tree.addr(zeros);
            let byte = self.tree.byte_pointer();
            let zeros = self.tree.nop(zeros, byte);
            return (if ok { Rt::MapAccess2Fat } else { Rt::MapAccess1Fat }, vec![word, map, key, zeros]);
        }
        (if ok { fast.access2() } else { fast.access1() }, vec![word, map, key])
    }

    /// A key as a routine takes it: by value as one of the types of the fast ones, by address otherwise.
    fn key_argument(&mut self, key: E<'a>, want: Option<Ty>) -> E<'a> {
        let Some(want) = want else { return self.address_of(key) };
        let types = self.tree.types();
        let kinds = (types.under(key.ty), types.basic(key.ty), types.basic(want));
        match kinds {
            _ if key.ty == want => key,
            (_, Some(from), Some(to)) if from == to => self.tree.nop(key, want),
            (_, Some(from), Some(to)) if from.is_integer() && to.is_integer() => match key.kind {
                ExprKind::Const(Const::Int(value)) => {
                    let bits = 8 * self.tree.size(want) as u32;
                    self.tree.integer(value & ((1i128 << bits) - 1), want)
                }
                _ => self.tree.convert(Conv::Numeric, key, want),
            },
            (Kind::Pointer(_) | Kind::Chan { .. }, ..) | (_, Some(crate::types::Basic::UnsafePointer), _) => {
                self.tree.nop(key, want)
            }
            // As it lies in memory.
            _ => {
                let address = self.address_of(key);
                let pointer = self.tree.program.types.pointer(want);
                self.tree.deref(self.tree.nop(address, pointer))
            }
        }
    }

    /// A slot for a key: the place to store the elem to.
    fn slot(&mut self, map: E<'a>, key: E<'a>) -> E<'a> {
        let call = self.slot_call(map, key);
        let slot = self.temp_of(call);
        self.tree.deref(slot)
    }

    /// The call that returns the address of a slot for a key.
    fn slot_call(&mut self, map: E<'a>, key: E<'a>) -> E<'a> {
        let fast = match self.tree.options.lowering {
            Lowering::MapAssignOp => map_fast(self.tree.types(), map.ty),
            _ => MapFast::Slow,
        };
        let word = self.tree.type_word(map.ty);
        let key = self.key_argument(key, fast.assigned_key());
        let pointer = self.elem_pointer(map.ty);
        self.tree.rt(fast.assign(), &[word, map, key], pointer)
    }

    /// `m[k] = v`
    pub(super) fn map_assign(&mut self, dst: E<'a>, map: E<'a>, key: E<'a>, src: E<'a>) {
        let (map, key) = (self.expr(map), self.expr(key));
        if self.tree.options.lowering == Lowering::MapAssign1 {
            let value = self.expr(src);
            return self.assign1(map, key, value);
        }
        match src.kind {
            ExprKind::Append { slice, .. } => {
                let place = self.slot(map, key);
                let same = self.tree.options.lowering == Lowering::MapAssignOp && same_safe(dst, slice);
                self.append_to(place, same, src);
            }
            // What is there already can be stored at once.
            ExprKind::Local(_) | ExprKind::Const(_) | ExprKind::Nil | ExprKind::Zero => {
                let slot = self.slot_call(map, key);
                self.emit(StmtKind::Assign { dst: self.tree.deref(slot), src, define: false });
            }
            _ => {
                let place = self.slot(map, key);
                self.assign_to(place, src);
            }
        }
    }

    fn assign1(&mut self, map: E<'a>, key: E<'a>, value: E<'a>) {
        let word = self.tree.type_word(map.ty);
        let key = self.key_argument(key, None);
        let value = self.address_of(value);
        self.rt_stmt(Rt::MapAssign1, &[word, map, key, value]);
    }

    /// `m[k] op= v`
    pub(super) fn map_op_assign(
        &mut self,
        op: BinOp,
        dst: E<'a>,
        map: E<'a>,
        key: E<'a>,
        src: E<'a>,
        alloc: Option<AllocId>,
    ) {
        let (map, key) = (self.expr(map), self.expr(key));
        if self.tree.options.lowering == Lowering::MapAssign1 {
            let (map, key) = (self.cheap(map), self.cheap(key));
            let old = self.map_read(dst, map, key);
            let value = self.variable_of(old);
            self.op_assign_to(value, op, src, alloc);
            return self.assign1(map, key, value);
        }
        let place = self.slot(map, key);
        self.op_assign_to(place, op, src, alloc);
    }

    /// `delete(m, k)`
    pub(super) fn map_delete(&mut self, map: E<'a>, key: E<'a>) {
        let (map, key) = (self.expr(map), self.expr(key));
        let fast = match self.tree.options.lowering {
            Lowering::MapAssignOp => map_fast(self.tree.types(), map.ty),
            _ => MapFast::Slow,
        };
        let word = self.tree.type_word(map.ty);
        let key = self.key_argument(key, fast.key());
        self.rt_stmt(fast.delete(), &[word, map, key]);
    }
}
