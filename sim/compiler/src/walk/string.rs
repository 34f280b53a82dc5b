//! Strings: concatenation and conversions.
//!
//! Routines that make a string or slice take a buffer in the frame for a short result that does not escape, or nil.
//!
//! Source: Go 1.19 cmd/compile/internal/walk/{expr,convert}.go.

use super::Walk;
use crate::ir::{AllocId, Const, Conv, E, ExprKind, StmtKind};
use crate::runtime::Rt;
use crate::types::{Ty, Types};

/// Bytes, or runes, of a buffer in the frame.
const BUFFER: u64 = 32;

/// Largest slice of a constant string in the frame.
const MAX_FRAME: u64 = 64 << 10;

impl<'a> Walk<'_, 'a> {
    /// `a + b + …`
    pub(super) fn concat(&mut self, e: E<'a>, list: &'a [E<'a>], alloc: AllocId) -> E<'a> {
        let values: Vec<E<'a>> = list.iter().map(|x| self.expr(x)).collect();
        self.concat_values(&values, e.ty, alloc)
    }

    /// The same of walked strings.
    pub(super) fn concat_values(&mut self, values: &[E<'a>], ty: Ty, alloc: AllocId) -> E<'a> {
        let constant: usize = values
            .iter()
            .map(|x| match x.kind {
                ExprKind::Const(Const::Str(text)) => text.len(),
                _ => 0,
            })
            .sum();
        let buffer = if (constant as u64) < BUFFER {
            self.buffer(alloc, BUFFER, Types::UINT8)
        } else {
            let array = self.tree.program.types.array(BUFFER, Types::UINT8);
            let pointer = self.tree.program.types.pointer(array);
            self.tree.nil(pointer)
        };
        let rt = match values.len() {
            2 => Rt::ConcatString2,
            3 => Rt::ConcatString3,
            4 => Rt::ConcatString4,
            5 => Rt::ConcatString5,
            count => {
                let array = self.tree.program.types.array(count as u64, Types::STRING);
                let list = self.frame_object(array, Some(alloc));
                // A string in it is live before the last one is stored.
                self.emit(StmtKind::Assign { dst: list, src: self.tree.zero(array), define: true });
                for (i, &value) in values.iter().enumerate() {
                    let dst = self.tree.index(list, self.tree.int(i as i128));
                    self.emit(StmtKind::Assign { dst, src: value, define: false });
                }
                let first = self.tree.addr(list);
                let pointer = self.tree.program.types.pointer(Types::STRING);
                let slice = self.tree.program.types.slice(Types::STRING);
                let count = self.tree.int(count as i128);
                let first = self.tree.nop(first, pointer);
                let list = self.tree.slice_header(first, count, count, slice);
                return self.tree.rt(Rt::ConcatStrings, &[buffer, list], ty);
            }
        };
        let mut args = vec![buffer];
        args.extend(values);
        self.tree.rt(rt, &args, ty)
    }

    /// A conversion from or to a string.
    pub(super) fn convert_string(&mut self, e: E<'a>, conv: Conv, x: E<'a>) -> E<'a> {
        if let (Conv::StringToBytes(alloc), ExprKind::Const(Const::Str(text))) = (conv, x.kind) {
            return self.constant_bytes(e.ty, x, text.len() as u64, alloc);
        }
        let x = self.expr(x);
        match conv {
            Conv::BytesToString(alloc) => {
                let buffer = self.buffer(alloc, BUFFER, Types::UINT8);
                self.tree.rt(Rt::SliceByteToString, &[buffer, x], e.ty)
            }
            Conv::BytesToStringTmp => {
                let x = self.cheap(x);
                let first = self.tree.ptr_of(x);
                self.tree.with(e, ExprKind::MakeString(first, self.tree.len(x)))
            }
            Conv::StringToBytes(alloc) => {
                let buffer = self.buffer(alloc, BUFFER, Types::UINT8);
                self.tree.rt(Rt::StringToSliceByte, &[buffer, x], e.ty)
            }
            Conv::StringToBytesTmp => {
                let bytes = self.bytes_of(x);
                self.tree.nop(bytes, e.ty)
            }
            Conv::RunesToString(alloc) => {
                let buffer = self.buffer(alloc, BUFFER, Types::UINT8);
                self.tree.rt(Rt::SliceRuneToString, &[buffer, x], e.ty)
            }
            Conv::StringToRunes(alloc) => {
                let buffer = self.buffer(alloc, BUFFER, Types::INT32);
                self.tree.rt(Rt::StringToSliceRune, &[buffer, x], e.ty)
            }
            Conv::RuneToString(alloc) => {
                let buffer = self.buffer(alloc, 4, Types::UINT8);
                let rune = self.tree.convert(Conv::Numeric, x, Types::INT64);
                self.tree.rt(Rt::IntString, &[buffer, rune], e.ty)
            }
            Conv::Nop | Conv::Numeric | Conv::Interface | Conv::ToInterface(_) => x,
        }
    }

    /// The bytes of a string as a slice, without a copy; nobody may write to them.
    pub(super) fn bytes_of(&mut self, x: E<'a>) -> E<'a> {
        let x = self.cheap(x);
        let first = self.tree.ptr_of(x);
        let len = self.tree.len(x);
        let slice = self.tree.program.types.slice(Types::UINT8);
        self.tree.slice_header(first, len, len, slice)
    }

    /// `[]byte("constant")`: of just the right size.
    fn constant_bytes(&mut self, ty: Ty, x: E<'a>, len: u64, alloc: AllocId) -> E<'a> {
        let array = self.tree.program.types.array(len, Types::UINT8);
        let pointer = self.tree.program.types.pointer(array);
        let object = if !self.tree.in_heap(alloc) && len <= MAX_FRAME {
            let place = self.frame_object(array, Some(alloc));
            self.tree.addr(place)
        } else {
            self.new_object(array)
        };
        let object = self.cheap(object);
        if len > 0 {
            let from = self.tree.ptr_of(x);
            let from = self.tree.deref(self.tree.nop(from, pointer));
            self.emit(StmtKind::Assign { dst: self.tree.deref(object), src: from, define: false });
        }
        let byte = self.tree.byte_pointer();
        let first = self.tree.nop(object, byte);
        let len = self.tree.int(len);
        self.tree.slice_header(first, len, len, ty)
    }
}
