//! Making new trees: what the passes order and walk share.
//!
//! A pass holds a [`Tree`]: the program, the function under way, the arena that nodes come from and the position that new
//! nodes get. Its methods are named after the nodes they make.

use crate::ast::{BinOp, UnOp};
use crate::ir::{
    AllocId, Block, Callee, Class, Const, Conv, E, Expr, ExprKind, Func, FuncId, Global, GlobalId, LabelId, Local,
    LocalId, Multi, Program, Stmt, StmtKind,
};
use crate::options::Options;
use crate::runtime::Rt;
use crate::source::Pos;
use crate::types::{Field, Kind, Ty, Types};
use bumpalo::Bump;

/// A function being rewritten.
pub(crate) struct Tree<'p, 'a> {
    /// Where nodes live.
    pub arena: &'a Bump,
    /// The program.
    pub program: &'p mut Program<'a>,
    /// The function under way.
    pub id: FuncId,
    /// What to do.
    pub options: Options,
    /// The position of nodes that are made.
    pub pos: Pos,
}

impl<'a> Tree<'_, 'a> {
    /// The function under way.
    pub fn func(&self) -> &Func<'a> {
        self.program.func(self.id)
    }

    /// The same, to change it.
    pub fn func_mut(&mut self) -> &mut Func<'a> {
        self.program.func_mut(self.id)
    }

    /// A variable of the function under way.
    pub fn variable(&self, id: LocalId) -> &Local<'a> {
        self.func().local(id)
    }

    /// All types.
    pub fn types(&self) -> &Types {
        &self.program.types
    }

    /// Bytes of a value.
    pub fn size(&self, ty: Ty) -> u64 {
        self.types().size(ty)
    }

    // --- lists ------------------------------------------------------------------------------------

    /// Statements as a block.
    pub fn block(&self, stmts: Vec<Stmt<'a>>) -> Block<'a> {
        self.arena.alloc_slice_copy(&stmts)
    }

    /// Expressions as a list.
    pub fn list(&self, exprs: &[E<'a>]) -> &'a [E<'a>] {
        self.arena.alloc_slice_copy(exprs)
    }

    // --- leaves -----------------------------------------------------------------------------------

    /// Any expression.
    pub fn expr(&self, kind: ExprKind<'a>, ty: Ty) -> E<'a> {
        self.arena.alloc(Expr { kind, ty, pos: self.pos })
    }

    /// This expression with other parts.
    pub fn with(&self, e: E<'a>, kind: ExprKind<'a>) -> E<'a> {
        self.arena.alloc(Expr { kind, ..*e })
    }

    /// A variable.
    pub fn local(&self, id: LocalId) -> E<'a> {
        self.expr(ExprKind::Local(id), self.variable(id).ty)
    }

    /// A package variable.
    pub fn global(&self, id: GlobalId) -> E<'a> {
        self.expr(ExprKind::Global(id), self.program.global(id).ty)
    }

    /// An `int`.
    pub fn int(&self, value: impl Into<i128>) -> E<'a> {
        self.integer(value, Types::INT)
    }

    /// A constant of an integer type.
    pub fn integer(&self, value: impl Into<i128>, ty: Ty) -> E<'a> {
        self.expr(ExprKind::Const(Const::Int(value.into())), ty)
    }

    /// A boolean.
    pub fn bool(&self, value: bool) -> E<'a> {
        self.expr(ExprKind::Const(Const::Bool(value)), Types::BOOL)
    }

    /// A string.
    pub fn str(&self, text: &[u8]) -> E<'a> {
        self.expr(ExprKind::Const(Const::Str(self.arena.alloc_slice_copy(text))), Types::STRING)
    }

    /// The nil of a type.
    pub fn nil(&self, ty: Ty) -> E<'a> {
        self.expr(ExprKind::Nil, ty)
    }

    /// The zero value of a type.
    pub fn zero(&self, ty: Ty) -> E<'a> {
        self.expr(ExprKind::Zero, ty)
    }

    /// `_`
    pub fn blank(&self, ty: Ty) -> E<'a> {
        self.expr(ExprKind::Blank, ty)
    }

    /// The address of a type's descriptor.
    pub fn type_word(&mut self, ty: Ty) -> E<'a> {
        let word = self.byte_pointer();
        self.expr(ExprKind::TypeWord(ty), word)
    }

    // --- memory -----------------------------------------------------------------------------------

    /// `*x`; of `&x`, `x` itself.
    pub fn deref(&self, x: E<'a>) -> E<'a> {
        if let ExprKind::Addr(place) = x.kind {
            return place;
        }
        let ty = self.types().elem(x.ty).unwrap_or(Types::INVALID);
        self.expr(ExprKind::Deref(x), ty)
    }

    /// `&x`; a variable is marked as one whose address is taken.
    pub fn addr(&mut self, x: E<'a>) -> E<'a> {
        self.take_address(x);
        let ty = self.program.types.pointer(x.ty);
        self.expr(ExprKind::Addr(x), ty)
    }

    /// Marks the variable that this is, or is a part of, as one whose address is taken.
    pub fn take_address(&mut self, x: E<'a>) {
        match x.kind {
            ExprKind::Local(id) => self.func_mut().local_mut(id).addr_taken = true,
            ExprKind::Field { x, .. } => self.take_address(x),
            ExprKind::Index { x, .. } if matches!(self.types().under(x.ty), Kind::Array { .. }) => self.take_address(x),
            _ => {}
        }
    }

    /// `x.f`
    pub fn field(&self, x: E<'a>, index: u32) -> E<'a> {
        let ty = self.types().fields(x.ty)[index as usize].ty;
        self.expr(ExprKind::Field { x, index }, ty)
    }

    /// `x[i]`, known to be in range.
    pub fn index(&self, x: E<'a>, index: E<'a>) -> E<'a> {
        let ty = if self.types().is_string(x.ty) { Types::UINT8 } else { self.types().elem(x.ty).unwrap_or(x.ty) };
        self.expr(ExprKind::Index { x, index, bounded: true }, ty)
    }

    // --- operators --------------------------------------------------------------------------------

    /// `-x`, `!x`, `^x`
    pub fn unary(&self, op: UnOp, x: E<'a>) -> E<'a> {
        self.expr(ExprKind::Unary { op, x }, x.ty)
    }

    /// `!x`
    pub fn not(&self, x: E<'a>) -> E<'a> {
        self.unary(UnOp::Not, x)
    }

    /// Arithmetic; the type is that of `x`.
    pub fn arith(&self, op: BinOp, x: E<'a>, y: E<'a>) -> E<'a> {
        self.expr(ExprKind::Binary { op, x, y }, x.ty)
    }

    /// A comparison.
    pub fn compare(&self, op: BinOp, x: E<'a>, y: E<'a>) -> E<'a> {
        self.expr(ExprKind::Binary { op, x, y }, Types::BOOL)
    }

    /// `x && y`
    pub fn and(&self, x: E<'a>, y: E<'a>) -> E<'a> {
        self.expr(ExprKind::AndAnd(x, y), x.ty)
    }

    /// `x || y`
    pub fn or(&self, x: E<'a>, y: E<'a>) -> E<'a> {
        self.expr(ExprKind::OrOr(x, y), x.ty)
    }

    /// A conversion.
    pub fn convert(&self, conv: Conv, x: E<'a>, ty: Ty) -> E<'a> {
        if x.ty == ty && matches!(conv, Conv::Nop | Conv::Numeric) {
            return x;
        }
        self.expr(ExprKind::Convert { conv, x }, ty)
    }

    /// The same value with another type.
    pub fn nop(&self, x: E<'a>, ty: Ty) -> E<'a> {
        self.convert(Conv::Nop, x, ty)
    }

    /// `int(x)`
    pub fn to_int(&self, x: E<'a>) -> E<'a> {
        match x.kind {
            ExprKind::Const(Const::Int(value)) => self.int(value),
            _ => self.convert(Conv::Numeric, x, Types::INT),
        }
    }

    /// `len(x)`
    pub fn len(&self, x: E<'a>) -> E<'a> {
        self.expr(ExprKind::Len(x), Types::INT)
    }

    /// `cap(x)`
    pub fn cap(&self, x: E<'a>) -> E<'a> {
        self.expr(ExprKind::Cap(x), Types::INT)
    }

    /// The data pointer of a slice or string.
    pub fn ptr_of(&mut self, x: E<'a>) -> E<'a> {
        let elem = match self.types().under(x.ty) {
            Kind::Slice(elem) => *elem,
            _ => Types::UINT8,
        };
        let ty = self.program.types.pointer(elem);
        self.expr(ExprKind::PtrOf(x), ty)
    }

    /// A slice of pointer, length and capacity.
    pub fn slice_header(&self, ptr: E<'a>, len: E<'a>, cap: E<'a>, ty: Ty) -> E<'a> {
        self.expr(ExprKind::MakeSliceHeader(ptr, len, cap), ty)
    }

    /// The type word of an interface.
    pub fn type_of(&mut self, x: E<'a>) -> E<'a> {
        let word = self.byte_pointer();
        self.expr(ExprKind::TypeOf(x), word)
    }

    /// A call of a routine of the runtime.
    pub fn rt(&self, rt: Rt, args: &[E<'a>], ty: Ty) -> E<'a> {
        self.expr(ExprKind::Call { callee: Callee::Runtime(rt), args: self.list(args), multi: None }, ty)
    }

    // --- statements -------------------------------------------------------------------------------

    /// Any statement.
    pub fn stmt(&self, kind: StmtKind<'a>) -> Stmt<'a> {
        Stmt { kind, pos: self.pos }
    }

    /// `dst = src`
    pub fn assign(&self, dst: E<'a>, src: E<'a>) -> Stmt<'a> {
        self.stmt(StmtKind::Assign { dst, src, define: false })
    }

    /// `x = x + 1`
    pub fn increment(&self, id: LocalId) -> Stmt<'a> {
        let x = self.local(id);
        self.assign(x, self.arith(BinOp::Add, x, self.integer(1, x.ty)))
    }

    /// `if`
    pub fn cond(&self, cond: E<'a>, then: Vec<Stmt<'a>>, els: Vec<Stmt<'a>>) -> Stmt<'a> {
        self.stmt(StmtKind::If { cond, then: self.block(then), els: self.block(els) })
    }

    // --- tables of the function and the program -----------------------------------------------------

    /// A new temporary.
    pub fn temp(&mut self, ty: Ty) -> LocalId {
        let pos = self.pos;
        self.func_mut().add_temp(ty, pos)
    }

    /// A new label.
    pub fn label(&mut self) -> LabelId {
        self.func_mut().add_label()
    }

    /// Read-only data of this value; the same for the same simple value.
    pub fn readonly(&mut self, value: E<'a>) -> E<'a> {
        let same = |g: &Global<'a>| g.ty == value.ty && g.readonly.is_some_and(|other| same_constant(other, value));
        // Data is rare and made late: the search begins at the end, where the compiler's own is.
        let own = self.program.globals.iter().rev().take_while(|g| g.readonly.is_some());
        let count = self.program.globals.len();
        if let Some(back) = own.clone().position(same) {
            return self.global(GlobalId((count - 1 - back) as u32));
        }
        let name = &*self.arena.alloc_str(&format!("main..stmp_{}", own.count()));
        self.readonly_named(name, value)
    }

    /// Read-only data with a name.
    pub fn readonly_named(&mut self, name: &'a str, value: E<'a>) -> E<'a> {
        let id = GlobalId(self.program.globals.len() as u32);
        self.program.globals.push(Global { name, ty: value.ty, pos: self.pos, readonly: Some(value) });
        self.global(id)
    }

    // --- types --------------------------------------------------------------------------------------

    /// `*byte`, the type of type words.
    pub fn byte_pointer(&mut self) -> Ty {
        self.program.types.pointer(Types::UINT8)
    }

    /// The type of what has no value.
    pub fn no_value(&mut self) -> Ty {
        self.program.types.make(Kind::Tuple([].into()))
    }

    /// Several values.
    pub fn tuple(&mut self, types: &[Ty]) -> Ty {
        self.program.types.make(Kind::Tuple(types.into()))
    }

    /// A structure of the compiler's own.
    pub fn structure(&mut self, fields: &[(&str, Ty)]) -> Ty {
        let package = Some("runtime".into());
        let fields = fields.iter().map(|&(name, ty)| {
            let package = package.clone();
            Field { name: name.into(), ty, embedded: false, tag: "".into(), package }
        });
        let fields = fields.collect();
        self.program.types.make(Kind::Struct(fields))
    }

    /// What an allocation is known to need.
    pub fn in_heap(&self, alloc: AllocId) -> bool {
        self.func().alloc(alloc).heap
    }
}

/// Are these the same constant, as data? Only leaves are compared.
fn same_constant(x: E<'_>, y: E<'_>) -> bool {
    match (x.kind, y.kind) {
        (ExprKind::Nil | ExprKind::Zero, ExprKind::Nil | ExprKind::Zero) => true,
        (ExprKind::Const(Const::Float(a)), ExprKind::Const(Const::Float(b))) => a.to_bits() == b.to_bits(),
        (ExprKind::Const(Const::Complex(..)), _) => false,
        (ExprKind::Const(a), ExprKind::Const(b)) => a == b,
        _ => false,
    }
}

/// The same expression with each part replaced; the statements of a [`ExprKind::Seq`] stay.
pub(crate) fn rebuild<'a>(arena: &'a Bump, e: E<'a>, f: &mut dyn FnMut(E<'a>) -> E<'a>) -> E<'a> {
    fn option<'a>(x: Option<E<'a>>, f: &mut dyn FnMut(E<'a>) -> E<'a>) -> Option<E<'a>> {
        x.map(f)
    }
    fn list<'a>(arena: &'a Bump, xs: &'a [E<'a>], f: &mut dyn FnMut(E<'a>) -> E<'a>) -> &'a [E<'a>] {
        arena.alloc_slice_fill_iter(xs.iter().map(|&x| f(x)))
    }
    fn keyed<'a, K: std::marker::Copy>(
        arena: &'a Bump,
        xs: &'a [(K, E<'a>)],
        f: &mut dyn FnMut(E<'a>) -> E<'a>,
    ) -> &'a [(K, E<'a>)] {
        arena.alloc_slice_fill_iter(xs.iter().map(|&(k, x)| (k, f(x))))
    }
    use ExprKind::*;
    let kind = match e.kind {
        Const(_)
        | Nil
        | Zero
        | Local(_)
        | Global(_)
        | Func(_)
        | Blank
        | New(_)
        | Recover
        | Closure { .. }
        | TypeWord(_)
        | ClosurePtr
        | CodeOf(_) => return e,
        Deref(x) => Deref(f(x)),
        Addr(x) => Addr(f(x)),
        Field { x, index } => Field { x: f(x), index },
        Unary { op, x } => Unary { op, x: f(x) },
        Convert { conv, x } => Convert { conv, x: f(x) },
        TypeAssert(x) => TypeAssert(f(x)),
        Len(x) => Len(f(x)),
        Cap(x) => Cap(f(x)),
        Real(x) => Real(f(x)),
        Imag(x) => Imag(f(x)),
        Recv(x) => Recv(f(x)),
        PtrLit { x, alloc } => PtrLit { x: f(x), alloc },
        MethodValue { recv, callee, alloc } => MethodValue { recv: f(recv), callee, alloc },
        TypeOf(x) => TypeOf(f(x)),
        DataOf(x) => DataOf(f(x)),
        PtrOf(x) => PtrOf(f(x)),
        Index { x, index, bounded } => Index { x: f(x), index: f(index), bounded },
        IndexMap { map, key } => IndexMap { map: f(map), key: f(key) },
        Slice { of, x, lo, hi, max } => {
            Slice { of, x: f(x), lo: option(lo, f), hi: option(hi, f), max: option(max, f) }
        }
        Binary { op, x, y } => Binary { op, x: f(x), y: f(y) },
        AndAnd(x, y) => AndAnd(f(x), f(y)),
        OrOr(x, y) => OrOr(f(x), f(y)),
        Complex(x, y) => Complex(f(x), f(y)),
        Copy { dst, src } => Copy { dst: f(dst), src: f(src) },
        MakeInterface(x, y) => MakeInterface(f(x), f(y)),
        MakeString(x, y) => MakeString(f(x), f(y)),
        MakeSliceHeader(x, y, z) => MakeSliceHeader(f(x), f(y), f(z)),
        Concat { list: parts, alloc } => Concat { list: list(arena, parts, f), alloc },
        Call { callee, args, multi } => {
            let callee = match callee {
                Callee::Value(x) => Callee::Value(f(x)),
                Callee::Interface { recv, method } => Callee::Interface { recv: f(recv), method },
                Callee::Static(_) | Callee::Runtime(_) => callee,
            };
            let multi = multi.map(|m| &*arena.alloc(Multi { call: f(m.call), temps: m.temps }));
            Call { callee, args: list(arena, args, f), multi }
        }
        Append { slice, args, spread, alloc } => Append { slice: f(slice), args: list(arena, args, f), spread, alloc },
        MakeSlice { len, cap, alloc } => MakeSlice { len: f(len), cap: option(cap, f), alloc },
        MakeMap { hint, alloc } => MakeMap { hint: option(hint, f), alloc },
        MakeChan { size, alloc } => MakeChan { size: option(size, f), alloc },
        StructLit(fields) => StructLit(keyed(arena, fields, f)),
        ArrayLit(elems) => ArrayLit(keyed(arena, elems, f)),
        SliceLit { len, elems, alloc } => SliceLit { len, elems: keyed(arena, elems, f), alloc },
        MapLit { entries, alloc } => {
            let entries = arena.alloc_slice_fill_iter(entries.iter().map(|&(k, v)| (f(k), f(v))));
            MapLit { entries, alloc }
        }
        Seq { init, x } => Seq { init, x: f(x) },
    };
    arena.alloc(Expr { kind, ..*e })
}

/// Are these the same, and can they be evaluated twice with the same result: variables, constants, and fields, elements and
/// dereferences of such?
///
/// Source: `SameSafeExpr`, Go 1.19 cmd/compile/internal/ir/expr.go.
pub(crate) fn same_safe(x: E<'_>, y: E<'_>) -> bool {
    use ExprKind::*;
    if x.ty != y.ty {
        return false;
    }
    match (x.kind, y.kind) {
        (Local(a), Local(b)) => a == b,
        (Global(a), Global(b)) => a == b,
        (Field { x, index: i }, Field { x: y, index: j }) => i == j && same_safe(x, y),
        (Deref(x), Deref(y)) => same_safe(x, y),
        (Convert { conv: Conv::Nop, x }, Convert { conv: Conv::Nop, x: y }) => same_safe(x, y),
        (Convert { conv: Conv::Numeric, x }, Convert { conv: Conv::Numeric, x: y }) => same_safe(x, y),
        (Unary { op: a, x }, Unary { op: b, x: y }) => a == b && same_safe(x, y),
        (Index { x, index: i, .. }, Index { x: y, index: j, .. }) => same_safe(x, y) && same_safe(i, j),
        (IndexMap { map: x, key: i }, IndexMap { map: y, key: j }) => same_safe(x, y) && same_safe(i, j),
        (Const(_) | Nil, Const(_) | Nil) => same_constant(x, y),
        _ => false,
    }
}

/// Is this a variable or `_`: what Go calls an ONAME?
pub(crate) fn is_name(e: E<'_>) -> bool {
    matches!(e.kind, ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Blank)
}

/// Is this a constant or nil?
pub(crate) fn is_literal(e: E<'_>) -> bool {
    matches!(e.kind, ExprKind::Const(_) | ExprKind::Nil)
}

/// Can this be made data: constants, and structures and arrays of them?
pub(crate) fn is_static(e: E<'_>) -> bool {
    match e.kind {
        ExprKind::Const(_) | ExprKind::Nil | ExprKind::Zero => true,
        ExprKind::StructLit(fields) => fields.iter().all(|&(_, x)| is_static(x)),
        ExprKind::ArrayLit(elems) => elems.iter().all(|&(_, x)| is_static(x)),
        ExprKind::Convert { conv: Conv::Nop, x } => is_static(x),
        _ => false,
    }
}

/// Is this a place in memory: can its address be taken?
pub(crate) fn is_place(types: &Types, e: E<'_>) -> bool {
    match e.kind {
        ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Deref(_) => true,
        ExprKind::Field { x, .. } => is_place(types, x),
        ExprKind::Index { x, .. } => match types.under(x.ty) {
            Kind::Array { .. } => is_place(types, x),
            Kind::Slice(_) => true,
            _ => false,
        },
        _ => false,
    }
}

/// Can a routine of the runtime be given the address of this? Not of a variable of the program's own: it would look as if its
/// address were taken, and nobody would know any more how long it lives. Temporaries have an end.
pub(crate) fn is_addressable(types: &Types, func: &Func<'_>, e: E<'_>) -> bool {
    match e.kind {
        ExprKind::Local(id) => func.local(id).class == Class::Temp,
        _ => is_place(types, e),
    }
}
