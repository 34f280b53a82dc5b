//! Conversions, other than to interfaces and of strings, which have files of their own.

use super::Walk;
use crate::ir::{Conv, E, ExprKind};

impl<'a> Walk<'_, 'a> {
    /// A conversion of any kind.
    pub(super) fn convert(&mut self, e: E<'a>, conv: Conv, x: E<'a>) -> E<'a> {
        match conv {
            Conv::Nop | Conv::Numeric => {
                let x = self.expr(x);
                if x.ty == e.ty { x } else { self.tree.with(e, ExprKind::Convert { conv, x }) }
            }
            // Interfaces of all kinds look alike.
            Conv::Interface => {
                let x = self.expr(x);
                self.tree.nop(x, e.ty)
            }
            Conv::ToInterface(alloc) => self.concrete_to_interface(e, x, alloc),
            Conv::BytesToString(_)
            | Conv::BytesToStringTmp
            | Conv::StringToBytes(_)
            | Conv::StringToBytesTmp
            | Conv::RunesToString(_)
            | Conv::StringToRunes(_)
            | Conv::RuneToString(_) => self.convert_string(e, conv, x),
        }
    }
}
