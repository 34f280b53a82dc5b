//! Go types as the map needs them: what a value consists of, and what follows for its keys.
//!
//! A [`GoType`] is a [`gc::Type`] (size, alignment, pointer bitmap) and a [`Kind`]. The kind decides
//! hashing, equality, and the facts that Go's compiler writes into a map's type: is a key
//! equal to itself (`reflexive`), must an equal key be written again (`need_key_update`), can hashing
//! panic. They are computed once, when the type is made.
//!
//! Not here: names of fields beyond "is it blank", methods, assignability. Pointers, slices, maps,
//! channels and functions do not say what they lead to, so that types can be recursive.
//!
//! Departs: the first word of a *non-empty* interface is Go's itab; here it is the type word of
//! what is held, as in an empty interface. Hashes and comparisons come out the same, because
//! both look only at the type behind the itab.
//!
//! Source: Go 1.19 cmd/compile/internal/types/{size,alg,type}.go, reflectdata/reflect.go.

use crate::plan::{self, Plan};
use gc::addr::{Bytes, WORD};
use gc::types::TypeError;
use gc::{PtrMask, Type, TypeId, TypeTable};
use std::fmt;
use std::sync::Arc;

/// What a value consists of.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `bool`.
    Bool,
    /// `int8`.
    Int8,
    /// `int16`.
    Int16,
    /// `int32`.
    Int32,
    /// `int64`.
    Int64,
    /// `int`, 64 bits.
    Int,
    /// `uint8`.
    Uint8,
    /// `uint16`.
    Uint16,
    /// `uint32`.
    Uint32,
    /// `uint64`.
    Uint64,
    /// `uint`, 64 bits.
    Uint,
    /// `uintptr`: a word that is not a pointer.
    Uintptr,
    /// `float32`.
    Float32,
    /// `float64`.
    Float64,
    /// `complex64`.
    Complex64,
    /// `complex128`.
    Complex128,
    /// `string`: data pointer and length.
    String,
    /// `*T`; the name of `T` is for people.
    Pointer(Box<str>),
    /// `unsafe.Pointer`.
    UnsafePointer,
    /// An interface: type word and data word, of which only the second is a pointer to the collector.
    Interface,
    /// `chan T`.
    Chan,
    /// `map[K]V`.
    Map,
    /// `func(...)`.
    Func,
    /// `[]T`: array pointer, length, capacity.
    Slice,
    /// `[len]elem`; made by [`GoType::array`].
    Array {
        /** the type of one element */
        elem: Arc<GoType>,
        /** how many */
        len: u64,
    },
    /// A structure; made by [`GoType::structure`].
    Struct(Vec<Field>),
}

/// A field of a structure.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name; `_` is a blank field, which is neither hashed nor compared.
    pub name: Box<str>,
    /// Its type.
    pub ty: Arc<GoType>,
    /// Bytes from the start of the structure.
    pub offset: u64,
}

impl Field {
    /// Is it called `_`?
    pub fn is_blank(&self) -> bool {
        &*self.name == "_"
    }

    pub(crate) fn end(&self) -> u64 {
        self.offset + self.ty.size()
    }
}

/// How a type is hashed and compared, in the compiler's classification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alg {
    /// Not comparable.
    NoEq,
    /// Plain memory.
    Memory,
    /// A string.
    Str,
    /// An interface.
    Interface,
    /// A `float32`.
    Float32,
    /// A `float64`.
    Float64,
    /// A `complex64`.
    Complex64,
    /// A `complex128`.
    Complex128,
    /// A structure or an array that is none of these as a whole.
    Special,
}

/// Why a type could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KindError {
    /// Its size does not fit the address space.
    TooLarge,
    /// The collector's type table refused it.
    Type(TypeError),
}

impl fmt::Display for KindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KindError::TooLarge => f.write_str("type is larger than the address space"),
            KindError::Type(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for KindError {}

impl From<TypeError> for KindError {
    fn from(error: TypeError) -> KindError {
        KindError::Type(error)
    }
}

/// The largest type that Go's compiler accepts on a 64-bit machine.
const MAX_WIDTH: u64 = 1 << 50;

/// The largest array with pointers in it: its bitmap is spelled out, a bit a word.
const MAX_SCANNED: u64 = 1 << 32;

/// A Go type. Made once for each distinct type: two `GoType`s are different types, even if they
/// look alike, so that an interface tells them apart.
#[derive(Debug)]
pub struct GoType {
    ty: Arc<Type>,
    kind: Kind,
    alg: Alg,
    reflexive: bool,
    need_key_update: bool,
    hash_might_panic: bool,
    direct: bool,
    key_plan: Plan,
    boxed_plan: Plan,
    equal_plan: Plan,
}

impl GoType {
    /// A type that is not made of others. For arrays and structures see
    /// [`GoType::array`] and [`GoType::structure`]; a [`Kind`] that already lists its parts is taken as it is.
    ///
    /// # Errors
    /// As [`GoType::array`].
    pub fn new(table: &mut TypeTable, name: &str, kind: Kind) -> Result<Arc<GoType>, KindError> {
        let word = |mask: &[usize], size: u64| {
            let mut bits = PtrMask::repeat(false, (size / WORD) as usize);
            mask.iter().for_each(|&i| bits.set(i, true));
            (size, size.clamp(1, WORD), bits)
        };
        let (size, align, mask) = match &kind {
            Kind::Bool | Kind::Int8 | Kind::Uint8 => word(&[], 1),
            Kind::Int16 | Kind::Uint16 => word(&[], 2),
            Kind::Int32 | Kind::Uint32 | Kind::Float32 => word(&[], 4),
            Kind::Complex64 => (8, 4, PtrMask::new()),
            Kind::Int64 | Kind::Int | Kind::Uint64 | Kind::Uint | Kind::Uintptr | Kind::Float64 => word(&[], 8),
            Kind::Complex128 => word(&[], 16),
            Kind::String => word(&[0], 16),
            Kind::Interface => word(&[1], 16),
            Kind::Pointer(_) | Kind::UnsafePointer | Kind::Chan | Kind::Map | Kind::Func => word(&[0], 8),
            Kind::Slice => word(&[0], 24),
            Kind::Array { elem, len } => {
                let size = elem.size().checked_mul(*len).filter(|&s| s < MAX_WIDTH).ok_or(KindError::TooLarge)?;
                let mut mask = PtrMask::new();
                if !elem.ty.noscan() {
                    if size > MAX_SCANNED {
                        return Err(KindError::TooLarge);
                    }
                    let words = (elem.size() / WORD) as usize;
                    mask.resize(words * *len as usize, false);
                    for i in 0..*len as usize {
                        elem.ty.mask().iter_ones().for_each(|one| mask.set(i * words + one, true));
                    }
                }
                (size, elem.ty.align().0, mask)
            }
            Kind::Struct(fields) => struct_layout(fields)?,
        };
        Ok(Arc::new(GoType::with_type(table.add(name, Bytes(size), Bytes(align), mask)?, kind)))
    }

    /// `[len]elem`.
    ///
    /// # Errors
    /// If it is larger than any address space.
    pub fn array(table: &mut TypeTable, name: &str, elem: &Arc<GoType>, len: u64) -> Result<Arc<GoType>, KindError> {
        GoType::new(table, name, Kind::Array { elem: elem.clone(), len })
    }

    /// A structure of these fields, laid out as Go does: in order, each aligned, and with a byte
    /// of padding behind a zero-sized last field, so that no address of it leaves the object.
    ///
    /// # Errors
    /// As [`GoType::array`].
    pub fn structure(
        table: &mut TypeTable,
        name: &str,
        fields: &[(&str, &Arc<GoType>)],
    ) -> Result<Arc<GoType>, KindError> {
        let mut offset = 0u64;
        let mut placed = Vec::with_capacity(fields.len());
        for (name, ty) in fields {
            offset = offset.next_multiple_of(ty.ty.align().0);
            placed.push(Field { name: (*name).into(), ty: (*ty).clone(), offset });
            offset = offset.checked_add(ty.size()).filter(|&o| o < MAX_WIDTH).ok_or(KindError::TooLarge)?;
        }
        GoType::new(table, name, Kind::Struct(placed))
    }

    fn with_type(ty: Arc<Type>, kind: Kind) -> GoType {
        let alg = alg_of(&kind, ty.size().0);
        let size = ty.size().0;
        let any = |of: &dyn Fn(&GoType) -> bool| match &kind {
            Kind::Array { elem, .. } => of(elem),
            Kind::Struct(fields) => fields.iter().any(|f| of(&f.ty)),
            _ => false,
        };
        let floating =
            matches!(kind, Kind::Float32 | Kind::Float64 | Kind::Complex64 | Kind::Complex128 | Kind::Interface);
        GoType {
            alg,
            reflexive: !floating && !any(&|t| !t.reflexive),
            need_key_update: floating || matches!(kind, Kind::String) || any(&|t| t.need_key_update),
            hash_might_panic: matches!(kind, Kind::Interface) || any(&|t| t.hash_might_panic),
            direct: match &kind {
                Kind::Pointer(_) | Kind::UnsafePointer | Kind::Chan | Kind::Map | Kind::Func => true,
                Kind::Array { elem, len: 1 } => elem.direct,
                Kind::Struct(fields) => fields.len() == 1 && fields[0].ty.direct,
                _ => false,
            },
            key_plan: plan::of_key(&kind, alg, size),
            boxed_plan: plan::of_boxed(&kind, alg, size),
            equal_plan: plan::of_equality(&kind, alg, size),
            ty,
            kind,
        }
    }

    /// The collector's view of it.
    #[inline(always)]
    pub fn ty(&self) -> &Arc<Type> {
        &self.ty
    }

    /// Its number.
    pub fn id(&self) -> TypeId {
        self.ty.id()
    }

    /// Its name in messages.
    pub fn name(&self) -> &str {
        self.ty.name()
    }

    /// Bytes of a value.
    #[inline(always)]
    pub fn size(&self) -> u64 {
        self.ty.size().0
    }

    /// What it consists of.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// How it is hashed and compared.
    pub fn alg(&self) -> Alg {
        self.alg
    }

    /// May it be compared with `==`, and be a map's key?
    pub fn comparable(&self) -> bool {
        self.alg != Alg::NoEq
    }

    /// Is every value equal to itself? Not if there is a float or an interface in it.
    pub fn reflexive(&self) -> bool {
        self.reflexive
    }

    /// Can equal keys differ in memory, so that an overwrite writes the key as well?
    pub fn need_key_update(&self) -> bool {
        self.need_key_update
    }

    /// Can hashing a key panic? If there is an interface in it.
    pub fn hash_might_panic(&self) -> bool {
        self.hash_might_panic
    }

    /// Does an interface hold the value itself in its data word, and not a pointer to it?
    pub fn direct(&self) -> bool {
        self.direct
    }

    /// How it is hashed as a map's key.
    #[inline(always)]
    pub fn key_plan(&self) -> &Plan {
        &self.key_plan
    }

    /// How it is hashed inside an interface.
    pub fn boxed_plan(&self) -> &Plan {
        &self.boxed_plan
    }

    /// How it is compared.
    #[inline(always)]
    pub fn equal_plan(&self) -> &Plan {
        &self.equal_plan
    }
}

/// Size, alignment and pointers of a structure whose fields are placed.
fn struct_layout(fields: &[Field]) -> Result<(u64, u64, PtrMask), KindError> {
    let align = fields.iter().map(|f| f.ty.ty.align().0).max().unwrap_or(1);
    let mut end = fields.last().map_or(0, Field::end);
    if end > 0 && fields.last().is_some_and(|f| f.ty.size() == 0) {
        end += 1;
    }
    let size = end.checked_next_multiple_of(align).filter(|&s| s < MAX_WIDTH).ok_or(KindError::TooLarge)?;
    let words = fields.iter().filter(|f| !f.ty.ty.noscan()).map(|f| f.end() / WORD).max().unwrap_or(0);
    let mut mask = PtrMask::repeat(false, words as usize);
    for f in fields {
        let base = (f.offset / WORD) as usize;
        f.ty.ty.mask().iter_ones().for_each(|one| mask.set(base + one, true));
    }
    Ok((size, align, mask))
}

/// The compiler's classification of a type.
fn alg_of(kind: &Kind, size: u64) -> Alg {
    match kind {
        Kind::Func | Kind::Map | Kind::Slice => Alg::NoEq,
        Kind::Float32 => Alg::Float32,
        Kind::Float64 => Alg::Float64,
        Kind::Complex64 => Alg::Complex64,
        Kind::Complex128 => Alg::Complex128,
        Kind::String => Alg::Str,
        Kind::Interface => Alg::Interface,
        Kind::Array { elem, len } => match (elem.alg, len) {
            (Alg::Memory | Alg::NoEq, _) => elem.alg,
            (_, 0) => Alg::Memory,
            (_, 1) => elem.alg,
            _ => Alg::Special,
        },
        Kind::Struct(fields) => match &fields[..] {
            [only] if !only.is_blank() => only.ty.alg,
            _ if fields.iter().any(|f| f.ty.alg == Alg::NoEq) => Alg::NoEq,
            _ => {
                let plain = |(i, f): (usize, &Field)| {
                    f.ty.alg == Alg::Memory && !f.is_blank() && !plan::is_padded(fields, i, size)
                };
                if fields.iter().enumerate().all(plain) { Alg::Memory } else { Alg::Special }
            }
        },
        _ => Alg::Memory,
    }
}
