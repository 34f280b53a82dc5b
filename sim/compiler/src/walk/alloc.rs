//! Where values live: `new` and `make`.
//!
//! An allocation that escape analysis keeps in the frame is a temporary whose address is taken; it is zeroed each time.
//!
//! Source: Go 1.19 cmd/compile/internal/walk/builtin.go.

use super::Walk;
use crate::ast::BinOp;
use crate::ir::{AllocId, Const, E, ExprKind, SliceOf, StmtKind};
use crate::runtime::Rt;
use crate::types::{Kind, Ty, Types};

/// Hints up to this need no buckets at once: what one bucket holds.
const BUCKET_CELLS: i128 = 8;

impl<'a> Walk<'_, 'a> {
    /// A zeroed object of a type: the pointer to it.
    pub(super) fn object(&mut self, ty: Ty, alloc: AllocId) -> E<'a> {
        if self.tree.in_heap(alloc) {
            return self.new_object(ty);
        }
        let temp = self.frame_object(ty, Some(alloc));
        self.emit(StmtKind::Assign { dst: temp, src: self.tree.zero(ty), define: true });
        self.tree.addr(temp)
    }

    /// A new object in the heap.
    pub(super) fn new_object(&mut self, ty: Ty) -> E<'a> {
        let word = self.tree.type_word(ty);
        let pointer = self.tree.program.types.pointer(ty);
        self.rt(Rt::NewObject, &[word], pointer)
    }

    /// Room for an allocation in the frame: order's temporary for it, or a new one.
    pub(super) fn frame_object(&mut self, ty: Ty, alloc: Option<AllocId>) -> E<'a> {
        let reserved = alloc.and_then(|alloc| self.tree.func().alloc(alloc).temp);
        let temp = reserved.filter(|&temp| self.tree.variable(temp).ty == ty).unwrap_or_else(|| self.tree.temp(ty));
        self.tree.local(temp)
    }

    /// A buffer in the frame for a short result, or nil.
    pub(super) fn buffer(&mut self, alloc: AllocId, len: u64, elem: Ty) -> E<'a> {
        let array = self.tree.program.types.array(len, elem);
        if self.tree.in_heap(alloc) {
            let pointer = self.tree.program.types.pointer(array);
            return self.tree.nil(pointer);
        }
        let temp = self.tree.temp(array);
        let temp = self.tree.local(temp);
        self.tree.addr(temp)
    }

    /// `new(T)`
    pub(super) fn new_value(&mut self, e: E<'a>, alloc: AllocId) -> E<'a> {
        let ty = self.tree.types().elem(e.ty).unwrap_or(Types::INVALID);
        let object = self.object(ty, alloc);
        self.tree.nop(object, e.ty)
    }

    /// `make([]T, len, cap)`
    pub(super) fn make_slice(&mut self, e: E<'a>, len: E<'a>, cap: Option<E<'a>>, alloc: AllocId) -> E<'a> {
        let elem = self.tree.types().elem(e.ty).unwrap_or(Types::INVALID);
        let len = self.size_argument(len);
        let cap = cap.map_or(len, |cap| self.size_argument(cap));
        let word = self.tree.type_word(elem);
        let pointer = self.tree.program.types.pointer(elem);
        match cap.kind {
            ExprKind::Const(Const::Int(size)) if !self.tree.in_heap(alloc) => {
                if !matches!(len.kind, ExprKind::Const(_)) {
                    let unsigned = self.tree.nop(len, Types::UINT);
                    let out = self.tree.compare(BinOp::Gt, unsigned, self.tree.integer(size, Types::UINT));
                    let panic = self.apart(|w| w.refuse_size(word, len, cap));
                    self.out.push(self.tree.cond(out, panic, Vec::new()));
                }
                let array = self.tree.program.types.array(size as u64, elem);
                let temp = self.frame_object(array, Some(alloc));
                self.emit(StmtKind::Assign { dst: temp, src: self.tree.zero(array), define: true });
                let x = self.tree.addr(temp);
                if matches!(len.kind, ExprKind::Const(Const::Int(l)) if l == size) {
                    let first = self.tree.nop(x, pointer);
                    return self.tree.slice_header(first, len, cap, e.ty);
                }
                self.tree.expr(ExprKind::Slice { of: SliceOf::Array, x, lo: None, hi: Some(len), max: None }, e.ty)
            }
            _ => {
                let array = self.rt(Rt::MakeSlice, &[word, len, cap], Types::UNSAFE_POINTER);
                let array = self.tree.nop(array, pointer);
                self.tree.slice_header(array, len, cap, e.ty)
            }
        }
    }

    /// Sizes that are wrong: the routine panics with the right words.
    pub(super) fn refuse_size(&mut self, word: E<'a>, len: E<'a>, cap: E<'a>) {
        self.emit(StmtKind::Expr(self.tree.rt(Rt::MakeSlice, &[word, len, cap], Types::UNSAFE_POINTER)));
    }

    /// A length, capacity, hint or size as an `int` that can be used twice. What does not fit an `int` becomes negative, and
    /// is refused by the routine.
    fn size_argument(&mut self, x: E<'a>) -> E<'a> {
        let x = self.expr(x);
        let x = self.tree.to_int(x);
        self.cheap(x)
    }

    /// `make(map[K]V, hint)`
    pub(super) fn make_map(&mut self, ty: Ty, hint: Option<E<'a>>, alloc: AllocId) -> E<'a> {
        let hint = match hint {
            Some(hint) => self.size_argument(hint),
            None => self.tree.int(0),
        };
        let word = self.tree.type_word(ty);
        if !self.tree.in_heap(alloc) {
            let header_type = self.map_header_type(ty);
            let header = self.frame_object(header_type, Some(alloc));
            self.emit(StmtKind::Assign { dst: header, src: self.tree.zero(header_type), define: true });
            let header = self.tree.addr(header);
            return self.tree.rt(Rt::MakeMap, &[word, hint, header], ty);
        }
        match hint.kind {
            ExprKind::Const(Const::Int(n)) if n <= BUCKET_CELLS => self.tree.rt(Rt::MakeMapSmall, &[word], ty),
            _ => {
                let header_type = self.map_header_type(ty);
                let pointer = self.tree.program.types.pointer(header_type);
                self.tree.rt(Rt::MakeMap, &[word, hint, self.tree.nil(pointer)], ty)
            }
        }
    }

    /// The header of a map, as the runtime lays it out.
    pub(super) fn map_header_type(&mut self, map: Ty) -> Ty {
        if let Some(&ty) = self.shared.headers.get(&map) {
            return ty;
        }
        let pointer = Types::UNSAFE_POINTER;
        let header = self.tree.structure(&[
            ("count", Types::INT),
            ("flags", Types::UINT8),
            ("B", Types::UINT8),
            ("noverflow", Types::UINT16),
            ("hash0", Types::UINT32),
            ("buckets", pointer),
            ("oldbuckets", pointer),
            ("nevacuate", Types::UINTPTR),
            ("extra", pointer),
        ]);
        let named = self.named_for_map("map.hdr", map, header);
        self.shared.headers.insert(map, named);
        named
    }

    /// The iterator of a map, as the runtime lays it out: the pointers to key and elem come first.
    pub(super) fn map_iterator_type(&mut self, map: Ty) -> Ty {
        if let Some(&ty) = self.shared.iterators.get(&map) {
            return ty;
        }
        let Kind::Map { key, elem } = *self.tree.types().under(map) else { return Types::INVALID };
        let key = self.tree.program.types.pointer(key);
        let elem = self.tree.program.types.pointer(elem);
        let pointer = Types::UNSAFE_POINTER;
        let iterator = self.tree.structure(&[
            ("key", key),
            ("elem", elem),
            ("t", pointer),
            ("h", pointer),
            ("buckets", pointer),
            ("bptr", pointer),
            ("overflow", pointer),
            ("oldoverflow", pointer),
            ("startBucket", Types::UINTPTR),
            ("offset", Types::UINT8),
            ("wrapped", Types::BOOL),
            ("B", Types::UINT8),
            ("i", Types::UINT8),
            ("bucket", Types::UINTPTR),
            ("checkBucket", Types::UINTPTR),
        ]);
        let named = self.named_for_map("map.iter", map, iterator);
        self.shared.iterators.insert(map, named);
        named
    }

    /// A type called `map.iter[K]V`, as Go names what the compiler makes for a map.
    fn named_for_map(&mut self, prefix: &str, map: Ty, of: Ty) -> Ty {
        let types = &mut self.tree.program.types;
        let shown = types.name(types.underlying(map), None);
        let ty = types.define(&format!("{prefix}{}", shown.trim_start_matches("map")), "", 0);
        types.set_underlying(ty, of);
        ty
    }
}
