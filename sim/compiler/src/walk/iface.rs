//! Interfaces: conversions to them and type assertions.
//!
//! An interface is two words: the type word of its dynamic type, nil for a nil interface; and the data word, which is
//! the value itself for pointers and the like, a pointer to a copy of it for others.
//!
//! Source: Go 1.19 cmd/compile/internal/walk/convert.go (`dataWord`); `dottype`, ssagen/ssa.go.

use super::Walk;
use crate::ast::BinOp;
use crate::ir::{AllocId, Conv, E, ExprKind, StmtKind};
use crate::runtime::Rt;
use crate::tree::is_place;
use crate::types::{Basic, Kind, Ty, Types};

/// Largest value that is copied to the frame rather than to the heap.
const MAX_FRAME: u64 = 1024;

/// The routine that makes a data word, and what it takes; `None` if it takes the address.
///
/// Source: `dataWordFuncName`.
pub(crate) fn data_word_routine(types: &Types, ty: Ty) -> (Rt, Option<Ty>) {
    let Some(layout) = types.layout(ty) else { return (Rt::ConvT, None) };
    match (layout.size, layout.align, layout.ptrdata) {
        (2, 2, _) => return (Rt::ConvT16, Some(Types::UINT16)),
        (4, 4, 0) => return (Rt::ConvT32, Some(Types::UINT32)),
        (8, 8, 0) => return (Rt::ConvT64, Some(Types::UINT64)),
        _ => {}
    }
    let sole = sole_component(types, ty);
    match types.under(sole) {
        Kind::Basic(Basic::String) => (Rt::ConvTString, Some(Types::STRING)),
        Kind::Slice(_) => (Rt::ConvTSlice, Some(sole)),
        _ => (Rt::ConvT, None),
    }
}

/// What a structure of one field, or an array of one element, consists of.
fn sole_component(types: &Types, ty: Ty) -> Ty {
    match types.under(ty) {
        Kind::Struct(fields) if fields.len() == 1 => sole_component(types, fields[0].ty),
        Kind::Array { len: 1, elem } => sole_component(types, *elem),
        _ => ty,
    }
}

impl<'a> Walk<'_, 'a> {
    /// A concrete value as an interface.
    pub(super) fn concrete_to_interface(&mut self, e: E<'a>, x: E<'a>, alloc: AllocId) -> E<'a> {
        let x = self.expr(x);
        let word = self.tree.type_word(x.ty);
        let data = self.data_word(x, alloc);
        self.tree.with(e, ExprKind::MakeInterface(word, data))
    }

    /// The data word for a walked value.
    fn data_word(&mut self, x: E<'a>, alloc: AllocId) -> E<'a> {
        let ty = x.ty;
        if self.tree.types().is_direct(ty) {
            let sole = self.component(x);
            return self.tree.nop(sole, Types::UNSAFE_POINTER);
        }
        let size = self.tree.size(ty);
        let sole = sole_component(self.tree.types(), ty);
        let byte = self.tree.types().basic(sole).is_some_and(|b| b == Basic::Bool || b.is_integer());
        let address = if size == 0 {
            if !matches!(x.kind, ExprKind::Local(_) | ExprKind::Global(_)) {
                // There is nothing to load, but a nil pointer to it is found.
                self.emit(StmtKind::Expr(x));
            }
            let zero = self.tree.zero(Types::UINTPTR);
            let place = self.tree.readonly(zero);
            self.tree.addr(place)
        } else if size == 1 && byte {
            // All bytes there are, as words, so that no byte is ever allocated.
            let x = self.stable_component(x);
            let x = if self.tree.types().basic(x.ty) == Some(Basic::Bool) {
                let zero = self.tree.integer(0, Types::UINT8);
                let number = self.variable_of(zero);
                let one = self.tree.integer(1, Types::UINT8);
                let then = vec![self.tree.assign(number, one)];
                self.out.push(self.tree.cond(x, then, Vec::new()));
                number
            } else {
                self.tree.convert(Conv::Numeric, x, Types::UINT8)
            };
            let index = self.tree.to_int(x);
            let bytes = self.static_bytes();
            let place = self.tree.index(bytes, index);
            self.tree.addr(place)
        } else if let ExprKind::Global(id) = x.kind
            && self.tree.program.global(id).readonly.is_some()
        {
            self.tree.addr(x)
        } else if !self.tree.in_heap(alloc) && size <= MAX_FRAME {
            let place = self.frame_object(ty, Some(alloc));
            self.emit(StmtKind::Assign { dst: place, src: x, define: true });
            self.tree.addr(place)
        } else {
            return self.convert_data(x);
        };
        self.tree.nop(address, Types::UNSAFE_POINTER)
    }

    /// A data word made by the runtime.
    fn convert_data(&mut self, x: E<'a>) -> E<'a> {
        let (rt, takes) = data_word_routine(self.tree.types(), x.ty);
        let args = match takes {
            None => {
                let word = self.tree.type_word(x.ty);
                vec![word, self.address_of(x)]
            }
            Some(takes) => {
                let basics = (self.tree.types().basic(x.ty), self.tree.types().basic(takes));
                vec![match basics {
                    _ if x.ty == takes => x,
                    (Some(from), Some(to)) if from == to => self.tree.nop(x, takes),
                    (Some(from), Some(to)) if from.is_integer() && to.is_integer() => {
                        self.tree.convert(Conv::Numeric, x, takes)
                    }
                    // As it lies in memory.
                    _ => {
                        let place = self.temp_of(x);
                        let address = self.tree.addr(place);
                        let pointer = self.tree.program.types.pointer(takes);
                        self.tree.deref(self.tree.nop(address, pointer))
                    }
                }]
            }
        };
        self.rt(rt, &args, Types::UNSAFE_POINTER)
    }

    /// The one number, pointer or other simple value that a value consists of.
    fn component(&mut self, x: E<'a>) -> E<'a> {
        match self.tree.types().under(x.ty) {
            Kind::Struct(fields) if fields.len() == 1 => {
                let part = self.tree.field(x, 0);
                self.component(part)
            }
            Kind::Array { len: 1, .. } => {
                let place = self.stable(x);
                let part = self.tree.index(place, self.tree.int(0));
                self.component(part)
            }
            _ => x,
        }
    }

    fn stable_component(&mut self, x: E<'a>) -> E<'a> {
        let x =
            if is_place(self.tree.types(), x) || matches!(x.kind, ExprKind::Const(_)) { x } else { self.temp_of(x) };
        self.component(x)
    }

    /// The words 0 to 255, read-only.
    fn static_bytes(&mut self) -> E<'a> {
        let name = "runtime.staticuint64s";
        let globals = &self.tree.program.globals;
        if let Some(at) = globals.iter().position(|g| g.readonly.is_some() && g.name == name) {
            return self.tree.global(crate::ir::GlobalId(at as u32));
        }
        let words = self.tree.program.types.array(256, Types::UINT64);
        let numbers = (0..256u16).map(|i| (u64::from(i), self.tree.integer(i, Types::UINT64)));
        let numbers = self.tree.arena.alloc_slice_fill_iter(numbers);
        let value = self.tree.expr(ExprKind::ArrayLit(numbers), words);
        self.tree.readonly_named(name, value)
    }

    /// The value of a type that an interface, which is cheap, is known to hold.
    pub(super) fn data_as(&mut self, x: E<'a>, ty: Ty) -> E<'a> {
        let data = self.tree.expr(ExprKind::DataOf(x), Types::UNSAFE_POINTER);
        if self.tree.types().is_direct(ty) {
            return self.wrap(data, ty);
        }
        let pointer = self.tree.program.types.pointer(ty);
        self.tree.deref(self.tree.nop(data, pointer))
    }

    /// A pointer as the structure or array that consists of it.
    fn wrap(&mut self, data: E<'a>, ty: Ty) -> E<'a> {
        match *self.tree.types().under(ty) {
            Kind::Struct(ref fields) => {
                let inner = fields[0].ty;
                let part = self.wrap(data, inner);
                let fields = self.tree.arena.alloc_slice_copy(&[(0, part)]);
                self.tree.expr(ExprKind::StructLit(fields), ty)
            }
            Kind::Array { elem, .. } => {
                let part = self.wrap(data, elem);
                let elems = self.tree.arena.alloc_slice_copy(&[(0, part)]);
                self.tree.expr(ExprKind::ArrayLit(elems), ty)
            }
            _ => self.tree.nop(data, ty),
        }
    }

    /// `x.(T)`
    pub(super) fn type_assert(&mut self, e: E<'a>, x: E<'a>) -> E<'a> {
        let x = self.expr(x);
        let want = self.tree.type_word(e.ty);
        if self.tree.types().is_interface(e.ty) {
            return self.tree.rt(Rt::AssertE2I, &[want, x], e.ty);
        }
        let x = self.cheap(x);
        let have = self.tree.type_of(x);
        let interface = self.tree.type_word(x.ty);
        let other = self.tree.compare(BinOp::Ne, have, want);
        let panic = self.apart(|w| w.rt_stmt(Rt::PanicDotType, &[have, want, interface]));
        self.out.push(self.tree.cond(other, panic, Vec::new()));
        self.data_as(x, e.ty)
    }

    /// `v, ok = x.(T)`
    pub(super) fn type_assert_ok(&mut self, [value, ok]: [E<'a>; 2], e: E<'a>, x: E<'a>) {
        let x = self.expr(x);
        let want = self.tree.type_word(e.ty);
        let wanted = !matches!(value.kind, ExprKind::Blank);
        let place = |w: &mut Self, ty| {
            let temp = w.tree.temp(ty);
            w.tree.local(temp)
        };
        let holds = place(self, Types::BOOL);
        if self.tree.types().is_interface(e.ty) {
            let temp = if wanted { place(self, e.ty) } else { self.tree.blank(e.ty) };
            let results = self.tree.tuple(&[e.ty, Types::BOOL]);
            let call = self.tree.rt(Rt::AssertE2I2, &[want, x], results);
            let dsts = self.tree.list(&[temp, holds]);
            self.emit(StmtKind::Assign2Func { dsts, call, define: true });
            if wanted {
                self.assign(value, temp);
            }
            return self.assign_bool(ok, holds);
        }
        let x = self.cheap(x);
        let have = self.tree.type_of(x);
        let same = self.tree.compare(BinOp::Eq, have, want);
        self.emit(StmtKind::Assign { dst: holds, src: same, define: true });
        if wanted {
            // A temporary takes the value as it is.
            let direct = match value.kind {
                ExprKind::Local(id) => self.tree.variable(id).class == crate::ir::Class::Temp && value.ty == e.ty,
                _ => false,
            };
            let temp = if direct { value } else { place(self, e.ty) };
            self.emit(StmtKind::Assign { dst: temp, src: self.tree.zero(e.ty), define: true });
            let data = self.data_as(x, e.ty);
            let then = vec![self.tree.assign(temp, data)];
            self.out.push(self.tree.cond(holds, then, Vec::new()));
            if !direct {
                self.assign(value, temp);
            }
        }
        self.assign_bool(ok, holds);
    }
}
