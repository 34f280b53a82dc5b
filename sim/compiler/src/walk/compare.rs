//! Comparisons.
//!
//! Numbers, booleans and pointers stay. Strings compare their lengths first, interfaces their types first; small structures
//! and arrays are compared part by part, others by a routine, which takes addresses.
//!
//! Source: Go 1.19 cmd/compile/internal/walk/compare.go. Departs: parts are not combined into wider loads, and constant
//! strings not into numbers.

use super::Walk;
use crate::ast::BinOp;
use crate::ir::{Const, Conv, E, ExprKind, Stmt};
use crate::runtime::Rt;
use crate::tree::is_place;
use crate::types::{Basic, Kind, Ty, Types};

/// A structure of more parts than this is compared by a routine.
const MAX_PARTS: u64 = 4;

impl<'a> Walk<'_, 'a> {
    /// A comparison, of type `bool`.
    pub(super) fn compare(&mut self, op: BinOp, x: E<'a>, y: E<'a>) -> E<'a> {
        match self.tree.types().under(x.ty) {
            Kind::Basic(Basic::String) => self.compare_strings(op, x, y),
            Kind::Interface(_) => self.compare_interfaces(op, x, y),
            Kind::Struct(_) | Kind::Array { .. } => self.compare_parts(op, x, y),
            // Only with nil.
            Kind::Slice(_) => {
                let x = if matches!(x.kind, ExprKind::Nil | ExprKind::Zero) { y } else { x };
                let x = self.expr(x);
                let first = self.tree.ptr_of(x);
                self.tree.compare(op, first, self.tree.nil(first.ty))
            }
            _ => {
                let (x, y) = (self.expr(x), self.expr(y));
                self.tree.compare(op, x, y)
            }
        }
    }

    fn compare_strings(&mut self, op: BinOp, x: E<'a>, y: E<'a>) -> E<'a> {
        let (x, y) = (self.expr(x), self.expr(y));
        self.compare_string_values(op, x, y)
    }

    /// The same of walked operands.
    pub(super) fn compare_string_values(&mut self, op: BinOp, x: E<'a>, y: E<'a>) -> E<'a> {
        let empty = |e: E<'a>| matches!(e.kind, ExprKind::Const(Const::Str([])) | ExprKind::Zero);
        match op {
            BinOp::Eq | BinOp::Ne if empty(y) => self.tree.compare(op, self.tree.len(x), self.tree.int(0)),
            BinOp::Eq | BinOp::Ne if empty(x) => self.tree.compare(op, self.tree.len(y), self.tree.int(0)),
            BinOp::Eq | BinOp::Ne => {
                let (x, y) = (self.cheap(x), self.cheap(y));
                let lengths = self.tree.compare(op, self.string_len(x), self.string_len(y));
                let mut equal = lengths;
                let init = self.apart(|w| equal = w.rt(Rt::EqString, &[x, y], Types::BOOL));
                self.both(op, lengths, init, equal)
            }
            _ => {
                let order = self.rt(Rt::CmpString, &[x, y], Types::INT);
                self.tree.compare(op, order, self.tree.int(0))
            }
        }
    }

    fn string_len(&self, x: E<'a>) -> E<'a> {
        match x.kind {
            ExprKind::Const(Const::Str(text)) => self.tree.int(text.len() as i128),
            _ => self.tree.len(x),
        }
    }

    /// `quick && equal` for `==`; `quick || !equal` for `!=`. Equality is found by statements that are needed only if the
    /// quick test does not decide.
    fn both(&mut self, op: BinOp, quick: E<'a>, init: Vec<Stmt<'a>>, equal: E<'a>) -> E<'a> {
        if op == BinOp::Eq {
            let equal = self.sequence(init, equal);
            self.tree.and(quick, equal)
        } else {
            let unequal = self.tree.not(equal);
            let unequal = self.sequence(init, unequal);
            self.tree.or(quick, unequal)
        }
    }

    fn compare_interfaces(&mut self, op: BinOp, x: E<'a>, y: E<'a>) -> E<'a> {
        let nil = |e: E<'a>| matches!(e.kind, ExprKind::Nil | ExprKind::Zero);
        if nil(x) || nil(y) {
            let x = self.expr(if nil(x) { y } else { x });
            let word = self.tree.type_of(x);
            return self.tree.compare(op, word, self.tree.nil(word.ty));
        }
        // A concrete value that was converted for the comparison need not be.
        let concrete = |e: E<'a>| match e.kind {
            ExprKind::Convert { conv: Conv::ToInterface(_), x } => Some(x),
            _ => None,
        };
        match (concrete(x), concrete(y)) {
            (None, Some(value)) => {
                let x = self.expr(x);
                let x = self.cheap(x);
                let value = self.expr(value);
                self.compare_with_concrete(op, x, value)
            }
            (Some(value), None) => {
                let value = self.expr(value);
                let value = self.stable_value(value);
                let y = self.expr(y);
                let y = self.cheap(y);
                self.compare_with_concrete(op, y, value)
            }
            _ => {
                let x = self.expr(x);
                let x = self.cheap(x);
                let y = self.expr(y);
                let y = self.cheap(y);
                let (a, b) = (self.tree.type_of(x), self.tree.type_of(y));
                let types = self.tree.compare(op, a, b);
                let mut equal = types;
                let init = self.apart(|w| equal = w.rt(Rt::IfaceEq, &[x, y], Types::BOOL));
                self.both(op, types, init, equal)
            }
        }
    }

    /// A value that stays what it is while others are evaluated.
    fn stable_value(&mut self, value: E<'a>) -> E<'a> {
        if matches!(value.kind, ExprKind::Const(_) | ExprKind::Nil) { value } else { self.stable(value) }
    }

    fn compare_with_concrete(&mut self, op: BinOp, x: E<'a>, value: E<'a>) -> E<'a> {
        let value = self.stable_value(value);
        let (have, want) = (self.tree.type_of(x), self.tree.type_word(value.ty));
        let types = self.tree.compare(op, have, want);
        let data = self.data_as(x, value.ty);
        let mut equal = types;
        let init = self.apart(|w| equal = w.compare_values(op, data, value));
        let equal = self.sequence(init, equal);
        if op == BinOp::Eq { self.tree.and(types, equal) } else { self.tree.or(types, equal) }
    }

    /// A comparison of walked operands.
    pub(super) fn compare_values(&mut self, op: BinOp, x: E<'a>, y: E<'a>) -> E<'a> {
        match self.tree.types().under(x.ty) {
            Kind::Basic(Basic::String) => self.compare_string_values(op, x, y),
            // Already walked: to walk again changes nothing, as all that is left are places.
            Kind::Interface(_) | Kind::Struct(_) | Kind::Array { .. } | Kind::Slice(_) => self.compare(op, x, y),
            _ => self.tree.compare(op, x, y),
        }
    }

    /// Structures and arrays.
    fn compare_parts(&mut self, op: BinOp, x: E<'a>, y: E<'a>) -> E<'a> {
        let (x, y) = (self.expr(unnamed(x)), self.expr(unnamed(y)));
        let (x, y) = (self.stable(x), self.stable(y));
        let ty = x.ty;
        let inline = match self.tree.types().under(ty) {
            Kind::Array { len, elem } => {
                *len <= 1
                    || *len <= MAX_PARTS
                        && matches!(self.tree.types().under(*elem), Kind::Basic(b) if *b != Basic::String)
            }
            _ => self.parts(ty) <= MAX_PARTS,
        };
        if !inline {
            debug_assert!(is_place(self.tree.types(), x) && is_place(self.tree.types(), y), "addressable operands");
            let word = self.tree.type_word(ty);
            let (x, y) = (self.tree.addr(x), self.tree.addr(y));
            let equal = self.rt(Rt::Equal, &[word, x, y], Types::BOOL);
            return if op == BinOp::Eq { equal } else { self.tree.not(equal) };
        }
        let pairs: Vec<(E<'a>, E<'a>)> = match *self.tree.types().under(ty) {
            Kind::Array { len, .. } => {
                let at = |a: E<'a>, i: u64| self.tree.index(a, self.tree.int(i));
                (0..len).map(|i| (at(x, i), at(y, i))).collect()
            }
            _ => {
                let fields = self.tree.types().fields(ty).iter().enumerate();
                let named: Vec<u32> = fields.filter(|(_, f)| &*f.name != "_").map(|(i, _)| i as u32).collect();
                named.into_iter().map(|i| (self.tree.field(x, i), self.tree.field(y, i))).collect()
            }
        };
        let mut all: Option<E<'a>> = None;
        for (a, b) in pairs {
            let mut one = a;
            let init = self.apart(|w| one = w.compare_values(op, a, b));
            all = Some(match all {
                None => {
                    self.out.extend(init);
                    one
                }
                Some(all) => {
                    let one = self.sequence(init, one);
                    if op == BinOp::Eq { self.tree.and(all, one) } else { self.tree.or(all, one) }
                }
            });
        }
        all.unwrap_or_else(|| {
            // There is nothing to compare, but the operands may panic.
            self.touch(x);
            self.touch(y);
            self.tree.bool(op == BinOp::Eq)
        })
    }

    /// Evaluates a place for its panics.
    fn touch(&mut self, place: E<'a>) {
        let blank = self.tree.blank(place.ty);
        self.emit(crate::ir::StmtKind::Assign { dst: blank, src: place, define: false });
    }

    /// How many parts a value has, counting arrays and structures by theirs.
    ///
    /// Source: `NumComponents`, Go 1.19 cmd/compile/internal/types/type.go.
    fn parts(&self, ty: Ty) -> u64 {
        match self.tree.types().under(ty) {
            Kind::Struct(fields) => fields.iter().filter(|f| &*f.name != "_").map(|f| self.parts(f.ty)).sum(),
            Kind::Array { len, elem } => len.saturating_mul(self.parts(*elem)),
            _ => 1,
        }
    }
}

/// What is under renamings.
fn unnamed(e: E<'_>) -> E<'_> {
    match e.kind {
        ExprKind::Convert { conv: Conv::Nop, x } => unnamed(x),
        _ => e,
    }
}
