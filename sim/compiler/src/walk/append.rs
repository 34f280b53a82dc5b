//! `append` and `copy`.
//!
//! ```text
//! s = append(s, a, b)        n := len(s) + 2
//!                            if uint(n) > uint(cap(s)) { s = growslice(T, s, n) }
//!                            s = s[:n]
//!                            s[n-2], s[n-1] = a, b
//! ```
//!
//! Where the result goes to the place that the slice came from, and that is not a variable of the frame, the place is
//! written as a whole only if the slice has grown: else it is resliced, which stores no pointer.
//!
//! Source: `walkAppend`, `appendSlice`, `extendSlice`, `walkCopy`, Go 1.19 cmd/compile/internal/walk/{builtin,assign}.go;
//! `append`, ssagen/ssa.go, for the case in place.

use super::{Walk, in_frame};
use crate::ast::BinOp;
use crate::ir::{E, ExprKind, SliceOf, StmtKind};
use crate::runtime::Rt;
use crate::types::{Ty, Types};

/// What is appended, evaluated.
enum More<'a> {
    /// Single values.
    Values(Vec<E<'a>>),
    /// All elements of a slice, or bytes of a string.
    Spread(E<'a>),
    /// So many zeros.
    Zeros(E<'a>),
}

impl<'a> Walk<'_, 'a> {
    /// `append(…)` as a value.
    pub(super) fn append(&mut self, e: E<'a>) -> E<'a> {
        let ExprKind::Append { slice, .. } = e.kind else { return e };
        let slice = self.expr(slice);
        let s = self.variable_of(slice);
        let more = self.more(e, s);
        self.append_more(s, more, None);
        s
    }

    /// `place = append(…)`; `same` says that the slice is the place.
    pub(super) fn append_to(&mut self, place: E<'a>, same: bool, e: E<'a>) {
        if !same {
            let value = self.append(e);
            return self.store(place, value);
        }
        match place.kind {
            ExprKind::Local(id) if in_frame(self.tree.variable(id)) => {
                let more = self.more(e, place);
                self.append_more(place, more, None);
            }
            _ => {
                let s = self.variable_of(place);
                let more = self.more(e, s);
                self.append_more(s, more, Some(place));
            }
        }
    }

    /// Evaluates what is appended to `s`: panics come before anything is changed.
    fn more(&mut self, e: E<'a>, s: E<'a>) -> More<'a> {
        let ExprKind::Append { args, spread, .. } = e.kind else { return More::Values(Vec::new()) };
        match (spread, args) {
            (true, [one]) => match one.kind {
                ExprKind::MakeSlice { len, cap: None, .. } if !self.tree.options.instrumenting => {
                    let len = self.expr(len);
                    let len = self.tree.to_int(len);
                    More::Zeros(self.cheap(len))
                }
                _ => {
                    let value = self.expr(one);
                    More::Spread(self.apart_from(s, value))
                }
            },
            _ => More::Values(
                args.iter()
                    .map(|arg| {
                        let value = self.expr(arg);
                        self.apart_from(s, value)
                    })
                    .collect(),
            ),
        }
    }

    /// A value that can be used after `s` has changed.
    fn apart_from(&mut self, s: E<'a>, value: E<'a>) -> E<'a> {
        match (s.kind, value.kind) {
            (ExprKind::Local(a), ExprKind::Local(b)) if a == b => self.temp_of(value),
            _ => self.cheap(value),
        }
    }

    /// Appends to a variable of the frame, and to the place that it was copied from.
    fn append_more(&mut self, s: E<'a>, more: More<'a>, place: Option<E<'a>>) {
        let elem = self.tree.types().elem(s.ty).unwrap_or(Types::INVALID);
        let word = self.tree.type_word(elem);
        let count = match &more {
            More::Values(values) if values.is_empty() => return,
            More::Values(values) => self.tree.int(values.len() as i128),
            More::Spread(from) => self.tree.len(from),
            More::Zeros(count) => {
                let zero = self.tree.int(0);
                let negative = self.tree.compare(BinOp::Lt, count, zero);
                let panic = self.apart(|w| w.refuse_size(word, count, count));
                self.out.push(self.tree.cond(negative, panic, Vec::new()));
                count
            }
        };
        let old = match more {
            More::Values(_) => None,
            _ => Some(self.temp_of(self.tree.len(s))),
        };
        let new = self.temp_of(self.tree.arith(BinOp::Add, self.tree.len(s), count));
        let too_long = {
            let (n, cap) = (self.tree.nop(new, Types::UINT), self.tree.nop(self.tree.cap(s), Types::UINT));
            self.tree.compare(BinOp::Gt, n, cap)
        };
        let grow = self.tree.rt(Rt::GrowSlice, &[word, s, new], s.ty);
        let mut then = vec![self.tree.assign(s, grow)];
        let mut els = Vec::new();
        let first = self.tree.ptr_of(s);
        let resliced = self.tree.slice_header(first, new, self.tree.cap(s), s.ty);
        let reslice = self.tree.assign(s, resliced);
        match place {
            Some(place) => {
                then.extend([reslice, self.tree.assign(place, s)]);
                let of = SliceOf::Slice;
                let shorter =
                    self.tree.expr(ExprKind::Slice { of, x: place, lo: None, hi: Some(new), max: None }, s.ty);
                els.extend([self.tree.assign(place, shorter), reslice]);
                self.out.push(self.tree.cond(too_long, then, els));
            }
            None => {
                self.out.push(self.tree.cond(too_long, then, els));
                self.out.push(reslice);
            }
        }
        match (more, old) {
            (More::Values(values), _) => {
                let count = values.len();
                for (i, value) in values.into_iter().enumerate() {
                    let back = self.tree.int((count - i) as i128);
                    let at = self.tree.arith(BinOp::Sub, new, back);
                    let slot = self.tree.index(s, at);
                    self.emit(StmtKind::Assign { dst: slot, src: value, define: false });
                }
            }
            (More::Spread(from), Some(old)) => {
                let of = SliceOf::Slice;
                let rest = self.tree.expr(ExprKind::Slice { of, x: s, lo: Some(old), hi: None, max: None }, s.ty);
                let copy = self.copy_call(elem, rest, from);
                self.emit(StmtKind::Expr(copy));
            }
            (More::Zeros(count), Some(old)) => {
                let some = self.tree.compare(BinOp::Gt, count, self.tree.int(0));
                let slot = self.tree.index(s, old);
                let at = self.tree.addr(slot);
                let at = self.tree.nop(at, Types::UNSAFE_POINTER);
                let clear = self.apart(|w| w.rt_stmt(Rt::MemClr, &[word, at, count]));
                self.out.push(self.tree.cond(some, clear, Vec::new()));
            }
            _ => {}
        }
    }

    /// `copy(dst, src)`
    pub(super) fn copy(&mut self, dst: E<'a>, src: E<'a>) -> E<'a> {
        let (dst, src) = (self.expr(dst), self.expr(src));
        let elem = self.tree.types().elem(dst.ty).unwrap_or(Types::INVALID);
        self.copy_call(elem, dst, src)
    }

    fn copy_call(&mut self, elem: Ty, dst: E<'a>, src: E<'a>) -> E<'a> {
        let word = self.tree.type_word(elem);
        let src = if self.tree.types().is_string(src.ty) { self.bytes_of(src) } else { src };
        let rt = if self.tree.types().has_pointers(elem) { Rt::TypedSliceCopy } else { Rt::SliceCopy };
        self.tree.rt(rt, &[word, dst, src], Types::INT)
    }
}
