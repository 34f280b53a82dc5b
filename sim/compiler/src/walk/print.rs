//! `print` and `println`.
//!
//! Arguments are evaluated before the lock is taken; constant strings in a row become one.
//!
//! Source: `walkPrint`, Go 1.19 cmd/compile/internal/walk/builtin.go.

use super::Walk;
use crate::ir::{Const, Conv, E, ExprKind};
use crate::runtime::Rt;
use crate::types::{Kind, Types};

impl<'a> Walk<'_, 'a> {
    /// `print(…)`, `println(…)`
    pub(super) fn print(&mut self, args: &'a [E<'a>], line: bool) {
        let values: Vec<E<'a>> = args
            .iter()
            .map(|arg| {
                let value = self.expr(arg);
                self.cheap(value)
            })
            .collect();
        let mut pieces: Vec<Result<E<'a>, Vec<u8>>> = Vec::new();
        let text = |pieces: &mut Vec<_>, bytes: &[u8]| match pieces.last_mut() {
            Some(Err(before)) => Vec::extend_from_slice(before, bytes),
            _ => pieces.push(Err(bytes.to_vec())),
        };
        for (i, &value) in values.iter().enumerate() {
            if line && i > 0 {
                text(&mut pieces, b" ");
            }
            match value.kind {
                ExprKind::Const(Const::Str(bytes)) => text(&mut pieces, bytes),
                _ => pieces.push(Ok(value)),
            }
        }
        if line {
            text(&mut pieces, b"\n");
        }
        self.rt_stmt(Rt::PrintLock, &[]);
        for piece in pieces {
            match piece {
                Ok(value) => self.print_value(value),
                Err(bytes) => match &*bytes {
                    b" " => self.rt_stmt(Rt::PrintSp, &[]),
                    b"\n" => self.rt_stmt(Rt::PrintNl, &[]),
                    _ => {
                        let text = self.tree.str(&bytes);
                        self.rt_stmt(Rt::PrintString, &[text]);
                    }
                },
            }
        }
        self.rt_stmt(Rt::PrintUnlock, &[]);
    }

    fn print_value(&mut self, value: E<'a>) {
        let (rt, ty) = match self.tree.types().under(value.ty) {
            Kind::Interface(_) => (Rt::PrintIface, value.ty),
            Kind::Slice(_) => (Rt::PrintSlice, value.ty),
            Kind::Basic(basic) if basic.is_unsigned() => (Rt::PrintUint, Types::UINT64),
            Kind::Basic(basic) if basic.is_integer() => (Rt::PrintInt, Types::INT64),
            Kind::Basic(basic) if basic.is_float() => (Rt::PrintFloat, Types::FLOAT64),
            Kind::Basic(basic) if basic.is_complex() => (Rt::PrintComplex, Types::COMPLEX128),
            Kind::Basic(crate::types::Basic::Bool | crate::types::Basic::UntypedBool) => (Rt::PrintBool, value.ty),
            Kind::Basic(crate::types::Basic::String) => (Rt::PrintString, value.ty),
            _ => (Rt::PrintPointer, Types::UNSAFE_POINTER),
        };
        let value = match (value.kind, rt) {
            (ExprKind::Const(constant), _) => self.tree.expr(ExprKind::Const(constant), ty),
            (_, Rt::PrintPointer) => self.tree.nop(value, ty),
            _ => self.tree.convert(Conv::Numeric, value, ty),
        };
        self.rt_stmt(rt, &[value]);
    }
}
