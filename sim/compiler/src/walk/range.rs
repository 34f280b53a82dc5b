//! `range`: all forms as `for`.
//!
//! ```text
//! slice, array    for hv, hn := 0, len(a); hv < hn; hv++        { i, v = hv, a[hv]; … }
//! string          for hv := 0; hv < len(s);                     { ht := hv; r, hv = …; i, v = ht, r; … }
//! map             for mapiterinit(t, m, &it); it.key != nil; mapiternext(&it) { k, v = *it.key, *it.elem; … }
//! channel         for { v, ok := <-c; if !ok { break }; …  }
//! ```
//!
//! Two idioms become one call: deleting all keys of a map, and zeroing all elements.
//!
//! Source: Go 1.19 cmd/compile/internal/walk/range.go. Departs: elements are always indexed, never pointed to.

use super::Walk;
use crate::alg::is_reflexive;
use crate::ast::BinOp;
use crate::ir::{Block, Const, Conv, E, ExprKind, LabelId, LocalId, StmtKind};
use crate::options::{Lowering, Options};
use crate::runtime::Rt;
use crate::tree::{is_place, same_safe};
use crate::types::{Kind, Types};

/// The first byte of what is encoded in more than one.
const RUNE_SELF: i128 = 0x80;

/// Is this `for k := range m { delete(m, k) }`? Keys that are not equal to themselves could not be deleted.
pub(crate) fn is_map_clear<'a>(
    types: &Types,
    options: Options,
    x: E<'a>,
    key: Option<E<'a>>,
    value: Option<E<'a>>,
    define: bool,
    body: Block<'a>,
) -> bool {
    if options.instrumenting || options.lowering < Lowering::MapAssignOp || value.is_some() || !define {
        return false;
    }
    let (Kind::Map { key: key_type, .. }, Some(key), [only]) = (types.under(x.ty), key, body) else { return false };
    let StmtKind::Delete { map, key: deleted } = only.kind else { return false };
    same_safe(map, x) && same_safe(deleted, key) && is_reflexive(types, *key_type)
}

/// Is this the zero value of its type, as a constant?
fn is_zero(e: E<'_>) -> bool {
    match e.kind {
        ExprKind::Nil | ExprKind::Zero => true,
        ExprKind::Const(constant) => match constant {
            Const::Bool(b) => !b,
            Const::Int(i) => i == 0,
            Const::Float(f) => f.to_bits() == 0,
            Const::Complex(re, im) => re.to_bits() == 0 && im.to_bits() == 0,
            Const::Str(s) => s.is_empty(),
        },
        _ => false,
    }
}

impl<'a> Walk<'_, 'a> {
    /// `for key, value = range x`
    pub(super) fn range(
        &mut self,
        label: LabelId,
        key: Option<E<'a>>,
        value: Option<E<'a>>,
        x: E<'a>,
        define: bool,
        body: Block<'a>,
    ) {
        if is_map_clear(self.tree.types(), self.tree.options, x, key, value, define, body) {
            let x = self.expr(x);
            let word = self.tree.type_word(x.ty);
            return self.rt_stmt(Rt::MapClear, &[word, x]);
        }
        let wanted = |e: &E<'a>| !matches!(e.kind, ExprKind::Blank);
        let (key, value) = (key.filter(wanted), value.filter(wanted));
        let pos = self.tree.pos;
        if define {
            for dst in [key, value].into_iter().flatten() {
                if let ExprKind::Local(id) = dst.kind {
                    self.defined.remove(&id);
                    self.declaration(id);
                }
            }
        }
        let over = self.tree.types().pointee(x.ty).unwrap_or(x.ty);
        match *self.tree.types().under(over) {
            Kind::Array { .. } | Kind::Slice(_) => self.range_list(label, key, value, x, body),
            Kind::Map { .. } => self.range_map(label, key, value, x, body),
            Kind::Chan { elem, .. } => self.range_chan(label, key, x, elem, body),
            _ => self.range_string(label, key, value, x, body),
        }
        self.tree.pos = pos;
    }

    fn counter(&mut self) -> (LocalId, E<'a>) {
        let id = self.tree.temp(Types::INT);
        let counter = self.tree.local(id);
        self.emit(StmtKind::Assign { dst: counter, src: self.tree.int(0), define: true });
        (id, counter)
    }

    /// `key, value = k, v`, for those that are wanted; what is assigned is walked.
    fn assign_pair(&mut self, key: Option<E<'a>>, value: Option<E<'a>>, k: E<'a>, v: Option<E<'a>>) {
        let pairs = [key.zip(Some(k)), value.zip(v)];
        let (dsts, srcs): (Vec<E<'a>>, Vec<E<'a>>) = pairs
            .into_iter()
            .flatten()
            .map(|(dst, src)| {
                // The destination may be of an interface type or a renamed one.
                (dst, if dst.ty == src.ty { src } else { self.tree.nop(src, dst.ty) })
            })
            .unzip();
        self.assign_list(&dsts, &srcs, false);
    }

    fn range_list(&mut self, label: LabelId, key: Option<E<'a>>, value: Option<E<'a>>, x: E<'a>, body: Block<'a>) {
        if let (Some(key), None) = (key, value)
            && self.range_clear(key, x, body)
        {
            return;
        }
        let len;
        let list = if let (None, Some(array)) = (value, self.array_of(x)) {
            // Only its length is wanted.
            self.expr(x);
            len = self.tree.int(array);
            None
        } else {
            let x = self.expr(x);
            let x = match self.tree.types().under(x.ty) {
                Kind::Pointer(_) => {
                    let pointer = self.cheap(x);
                    self.tree.deref(pointer)
                }
                Kind::Array { .. } if is_place(self.tree.types(), x) => x,
                _ => self.cheap(x),
            };
            len = match self.array_of(x) {
                Some(array) => self.tree.int(array),
                None => self.temp_of(self.tree.len(x)),
            };
            Some(x)
        };
        let (hidden, at) = self.counter();
        let cond = Some(self.tree.compare(BinOp::Lt, at, len));
        let post = self.tree.block(vec![self.tree.increment(hidden)]);
        let body = self.loop_body(
            |w| {
                let elem = list.filter(|_| value.is_some()).map(|list| w.tree.index(list, at));
                w.assign_pair(key, value, at, elem);
            },
            body,
        );
        self.emit(StmtKind::For { label, cond, post, body });
    }

    /// The length of an array, or of one through a pointer.
    fn array_of(&self, x: E<'a>) -> Option<u64> {
        let array = self.tree.types().pointee(x.ty).unwrap_or(x.ty);
        match *self.tree.types().under(array) {
            Kind::Array { len, .. } => Some(len),
            _ => None,
        }
    }

    /// `for i = range a { a[i] = 0 }`: all at once, if it is that.
    fn range_clear(&mut self, key: E<'a>, a: E<'a>, body: Block<'a>) -> bool {
        let [only] = body else { return false };
        let StmtKind::Assign { dst, src, .. } = only.kind else { return false };
        let ExprKind::Index { x, index, .. } = dst.kind else { return false };
        let x = match x.kind {
            ExprKind::Deref(pointer) if self.tree.types().pointee(a.ty).is_some() => pointer,
            _ => x,
        };
        if self.tree.options.instrumenting || !same_safe(x, a) || !same_safe(index, key) || !is_zero(src) {
            return false;
        }
        let a = self.expr(a);
        let list = if self.tree.types().pointee(a.ty).is_some() { self.tree.deref(a) } else { a };
        let len = match self.array_of(a) {
            Some(len) => self.tree.int(len),
            None => self.tree.len(list),
        };
        let some = self.tree.compare(BinOp::Ne, len, self.tree.int(0));
        let then = self.apart(|w| {
            let word = w.tree.type_word(src.ty);
            let first = w.tree.index(list, w.tree.int(0));
            let first = w.tree.addr(first);
            let first = w.tree.nop(first, Types::UNSAFE_POINTER);
            w.rt_stmt(Rt::MemClr, &[word, first, len]);
            let last = w.tree.arith(BinOp::Sub, len, w.tree.int(1));
            w.assign(key, w.tree.convert(Conv::Numeric, last, key.ty));
        });
        self.out.push(self.tree.cond(some, then, Vec::new()));
        true
    }

    fn range_map(&mut self, label: LabelId, key: Option<E<'a>>, value: Option<E<'a>>, x: E<'a>, body: Block<'a>) {
        let x = self.expr(x);
        let ty = self.map_iterator_type(x.ty);
        let free = self.free_iterators.iter().position(|&(of, _)| of == ty);
        let id = match free {
            Some(at) => self.free_iterators.swap_remove(at).1,
            None => self.tree.temp(ty),
        };
        let iterator = self.tree.local(id);
        self.emit(StmtKind::Assign { dst: iterator, src: self.tree.zero(ty), define: true });
        let word = self.tree.type_word(x.ty);
        let address = self.tree.addr(iterator);
        self.rt_stmt(Rt::MapIterInit, &[word, x, address]);
        let (at, elem) = (self.tree.field(iterator, 0), self.tree.field(iterator, 1));
        let cond = Some(self.tree.compare(BinOp::Ne, at, self.tree.nil(at.ty)));
        let post = self.apart(|w| w.rt_stmt(Rt::MapIterNext, &[address]));
        let post = self.tree.block(post);
        let body = self.loop_body(
            |w| {
                let (k, v) = (w.tree.deref(at), w.tree.deref(elem));
                w.assign_pair(key, value, k, Some(v));
            },
            body,
        );
        self.emit(StmtKind::For { label, cond, post, body });
        self.emit(StmtKind::VarKill(id));
        self.free_iterators.push((ty, id));
    }

    fn range_chan(&mut self, label: LabelId, key: Option<E<'a>>, x: E<'a>, elem: crate::types::Ty, body: Block<'a>) {
        let chan = self.expr(x);
        let chan = self.cheap(chan);
        let place = self.tree.temp(elem);
        let place = self.tree.local(place);
        self.emit(StmtKind::Assign { dst: place, src: self.tree.zero(elem), define: true });
        let mut received = place;
        let init = self.apart(|w| {
            let address = w.tree.addr(place);
            received = w.rt(Rt::ChanRecv2, &[chan, address], Types::BOOL);
        });
        let cond = Some(self.sequence(init, received));
        let body = self.loop_body(
            |w| {
                w.assign_pair(key, None, place, None);
                // The value must not be kept alive by what nobody can see.
                w.emit(StmtKind::Assign { dst: place, src: w.tree.zero(elem), define: false });
            },
            body,
        );
        self.emit(StmtKind::For { label, cond, post: &[], body });
    }

    fn range_string(&mut self, label: LabelId, key: Option<E<'a>>, value: Option<E<'a>>, x: E<'a>, body: Block<'a>) {
        let x = self.expr(x);
        let s = self.cheap(x);
        let (hidden, next) = self.counter();
        let cond = Some(self.tree.compare(BinOp::Lt, next, self.tree.len(s)));
        let body = self.loop_body(
            |w| {
                let at = w.temp_of(next);
                let byte = w.tree.index(s, next);
                let rune = w.variable_of(w.tree.convert(Conv::Numeric, byte, Types::INT32));
                let ascii = w.tree.compare(BinOp::Lt, rune, w.tree.integer(RUNE_SELF, Types::INT32));
                let then = vec![w.tree.increment(hidden)];
                let results = w.tree.tuple(&[Types::INT32, Types::INT]);
                let call = w.tree.rt(Rt::DecodeRune, &[s, next], results);
                let dsts = w.tree.list(&[rune, next]);
                let els = vec![w.tree.stmt(StmtKind::Assign2Func { dsts, call, define: false })];
                w.out.push(w.tree.cond(ascii, then, els));
                w.assign_pair(key, value, at, Some(rune));
            },
            body,
        );
        self.emit(StmtKind::For { label, cond, post: &[], body });
    }
}
