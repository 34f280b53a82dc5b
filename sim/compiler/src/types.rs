//! Go's types: made once each, named by a number.
//!
//! Identical types have the same [`Ty`]: comparing types is comparing numbers. A defined (named) type is different from all
//! others; its underlying type is set after it is made, so that types can be recursive. Sizes, alignments and
//! pointers are those of amd64.
//!
//! Source: the Go specification; Go 1.19 cmd/compile/internal/types/{size,type}.go for the layout.

use crate::ast::ChanDir;
pub use crate::constant::BasicKind as Basic;
use std::collections::HashMap;
use std::fmt::Write;

/// A type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Ty(pub u32);

/// A field of a structure.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Field {
    /// Its name; that of its type, if it is embedded; `_` is blank.
    pub name: Box<str>,
    /// Its type.
    pub ty: Ty,
    /// Is it embedded?
    pub embedded: bool,
    /// Its tag, unquoted.
    pub tag: Box<str>,
    /// The package, for a name that is not exported: such names of different packages are different.
    pub package: Option<Box<str>>,
}

/// A method of an interface.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Method {
    /// Its name.
    pub name: Box<str>,
    /// Its signature, a function type without receiver.
    pub sig: Ty,
    /// As of [`Field::package`].
    pub package: Option<Box<str>>,
}

/// Number of a defined type in [`Types::named`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NamedId(pub u32);

/// A defined type.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name, without package.
    pub name: Box<str>,
    /// Its package's name; empty for predeclared ones, such as `error`.
    pub package: Box<str>,
    /// Tells types of one name apart that are declared in functions: 0 at package level.
    pub local: u32,
    /// What it is made of; never a defined type. [`Types::INVALID`] until it is known.
    pub underlying: Ty,
    /// Its methods in order of declaration; the number is that of the function in the typed program.
    pub methods: Vec<NamedMethod>,
}

/// A method of a defined type.
#[derive(Clone, Debug)]
pub struct NamedMethod {
    /// Its name.
    pub name: Box<str>,
    /// As of [`Field::package`].
    pub package: Option<Box<str>>,
    /// Does it take a pointer?
    pub pointer: bool,
    /// Its signature without receiver.
    pub sig: Ty,
    /// The function.
    pub func: crate::ir::FuncId,
}

/// What a type is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// A predeclared one.
    Basic(Basic),
    /// `*T`
    Pointer(Ty),
    /// `[]T`
    Slice(Ty),
    /// `[len]T`
    Array {
        /** how many */
        len: u64,
        /** of what */
        elem: Ty,
    },
    /// `map[K]V`
    Map {
        /** K */
        key: Ty,
        /** V */
        elem: Ty,
    },
    /// `chan T`
    Chan {
        /** its direction */
        dir: ChanDir,
        /** T */
        elem: Ty,
    },
    /// `struct{…}`
    Struct(Box<[Field]>),
    /// `func(…) …`; a variadic one's last parameter is a slice.
    Func {
        /** parameters */
        params: Box<[Ty]>,
        /** results */
        results: Box<[Ty]>,
        /** is the last parameter variadic? */
        variadic: bool,
    },
    /// `interface{…}`: all methods, those of embedded ones too, by name.
    Interface(Box<[Method]>),
    /// A defined type.
    Named(NamedId),
    /// Several results of one call.
    Tuple(Box<[Ty]>),
}

/// Size and pointers of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    /// Bytes of a value.
    pub size: u64,
    /// Its alignment.
    pub align: u64,
    /// Bytes up to the end of the last pointer; 0 without pointers.
    pub ptrdata: u64,
}

/// All types of a compilation.
#[derive(Clone, Debug)]
pub struct Types {
    kinds: Vec<Kind>,
    made: HashMap<Kind, Ty>,
    named: Vec<Named>,
    /// The predeclared type `error`.
    pub error: Ty,
}

/// Largest size of a type, as Go's compiler has it.
pub const MAX_SIZE: u64 = (1 << 50) - 1;

macro_rules! predeclared {
    ($($name:ident = $basic:ident),* $(,)?) => {
        $(#[doc = concat!("`", stringify!($basic), "`")] pub const $name: Ty = Ty(Basic::$basic as u32);)*
    };
}

impl Types {
    predeclared! {
        INVALID = Invalid, BOOL = Bool, INT = Int, INT8 = Int8, INT16 = Int16, INT32 = Int32, INT64 = Int64,
        UINT = Uint, UINT8 = Uint8, UINT16 = Uint16, UINT32 = Uint32, UINT64 = Uint64, UINTPTR = Uintptr,
        FLOAT32 = Float32, FLOAT64 = Float64, COMPLEX64 = Complex64, COMPLEX128 = Complex128, STRING = String,
        UNSAFE_POINTER = UnsafePointer, UNTYPED_BOOL = UntypedBool, UNTYPED_INT = UntypedInt,
        UNTYPED_RUNE = UntypedRune, UNTYPED_FLOAT = UntypedFloat, UNTYPED_COMPLEX = UntypedComplex,
        UNTYPED_STRING = UntypedString, UNTYPED_NIL = UntypedNil,
    }

    /// The predeclared types, and nothing else.
    pub fn new() -> Types {
        use Basic::*;
        let basics = [
            Invalid,
            Bool,
            Int,
            Int8,
            Int16,
            Int32,
            Int64,
            Uint,
            Uint8,
            Uint16,
            Uint32,
            Uint64,
            Uintptr,
            Float32,
            Float64,
            Complex64,
            Complex128,
            String,
            UnsafePointer,
            UntypedBool,
            UntypedInt,
            UntypedRune,
            UntypedFloat,
            UntypedComplex,
            UntypedString,
            UntypedNil,
        ];
        let mut types = Types { kinds: Vec::new(), made: HashMap::new(), named: Vec::new(), error: Types::INVALID };
        for (i, basic) in basics.into_iter().enumerate() {
            debug_assert_eq!(i, basic as usize);
            types.make(Kind::Basic(basic));
        }
        let sig = types.func([], [Types::STRING], false);
        let methods = [Method { name: "Error".into(), sig, package: None }];
        let underlying = types.make(Kind::Interface(methods.into()));
        types.error = types.define("error", "", 0);
        types.set_underlying(types.error, underlying);
        types
    }

    /// The type of this kind, made if it is new. Not for defined types: see [`Types::define`].
    pub fn make(&mut self, kind: Kind) -> Ty {
        if let Some(&ty) = self.made.get(&kind) {
            return ty;
        }
        let ty = Ty(self.kinds.len() as u32);
        self.kinds.push(kind.clone());
        self.made.insert(kind, ty);
        ty
    }

    /// A new defined type, whose underlying type is not known yet.
    pub fn define(&mut self, name: &str, package: &str, local: u32) -> Ty {
        let id = NamedId(self.named.len() as u32);
        let named = Named {
            name: name.into(),
            package: package.into(),
            local,
            underlying: Types::INVALID,
            methods: Vec::new(),
        };
        self.named.push(named);
        self.make(Kind::Named(id))
    }

    /// Says what a defined type is made of.
    pub fn set_underlying(&mut self, ty: Ty, of: Ty) {
        let of = self.underlying(of);
        if let Kind::Named(id) = self.kinds[ty.0 as usize] {
            self.named[id.0 as usize].underlying = of;
        }
    }

    /// The details of a defined type.
    pub fn named(&self, ty: Ty) -> Option<&Named> {
        match self.kinds[ty.0 as usize] {
            Kind::Named(id) => Some(&self.named[id.0 as usize]),
            _ => None,
        }
    }

    /// The same, to change them.
    pub fn named_mut(&mut self, ty: Ty) -> Option<&mut Named> {
        match self.kinds[ty.0 as usize] {
            Kind::Named(id) => Some(&mut self.named[id.0 as usize]),
            _ => None,
        }
    }

    /// What a type is; [`Kind::Named`] for a defined one.
    pub fn kind(&self, ty: Ty) -> &Kind {
        &self.kinds[ty.0 as usize]
    }

    /// The underlying type; the type itself unless it is defined.
    pub fn underlying(&self, ty: Ty) -> Ty {
        self.named(ty).map_or(ty, |n| n.underlying)
    }

    /// What the underlying type is: never [`Kind::Named`].
    pub fn under(&self, ty: Ty) -> &Kind {
        self.kind(self.underlying(ty))
    }

    /// The basic type under a type.
    pub fn basic(&self, ty: Ty) -> Option<Basic> {
        match self.under(ty) {
            Kind::Basic(basic) => Some(*basic),
            _ => None,
        }
    }

    /// `*elem`
    pub fn pointer(&mut self, elem: Ty) -> Ty {
        self.make(Kind::Pointer(elem))
    }

    /// `[]elem`
    pub fn slice(&mut self, elem: Ty) -> Ty {
        self.make(Kind::Slice(elem))
    }

    /// `[len]elem`
    pub fn array(&mut self, len: u64, elem: Ty) -> Ty {
        self.make(Kind::Array { len, elem })
    }

    /// A function type.
    pub fn func(&mut self, params: impl Into<Box<[Ty]>>, results: impl Into<Box<[Ty]>>, variadic: bool) -> Ty {
        self.make(Kind::Func { params: params.into(), results: results.into(), variadic })
    }

    /// `interface{}`
    pub fn empty_interface(&mut self) -> Ty {
        self.make(Kind::Interface(Box::default()))
    }

    /// How many types there are; their numbers are below.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Never: there are the predeclared ones.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    // --- what follows from the kind ---------------------------------------------------------------

    /// Is it an interface?
    pub fn is_interface(&self, ty: Ty) -> bool {
        matches!(self.under(ty), Kind::Interface(_))
    }

    /// Is it a string?
    pub fn is_string(&self, ty: Ty) -> bool {
        matches!(self.basic(ty), Some(Basic::String | Basic::UntypedString))
    }

    /// What a pointer points to.
    pub fn pointee(&self, ty: Ty) -> Option<Ty> {
        match self.under(ty) {
            Kind::Pointer(elem) => Some(*elem),
            _ => None,
        }
    }

    /// The elements of an array, slice, map, channel or pointer.
    pub fn elem(&self, ty: Ty) -> Option<Ty> {
        match self.under(ty) {
            Kind::Pointer(elem)
            | Kind::Slice(elem)
            | Kind::Array { elem, .. }
            | Kind::Map { elem, .. }
            | Kind::Chan { elem, .. } => Some(*elem),
            _ => None,
        }
    }

    /// The fields of a structure.
    pub fn fields(&self, ty: Ty) -> &[Field] {
        match self.under(ty) {
            Kind::Struct(fields) => fields,
            _ => &[],
        }
    }

    /// The methods of an interface.
    pub fn interface_methods(&self, ty: Ty) -> &[Method] {
        match self.under(ty) {
            Kind::Interface(methods) => methods,
            _ => &[],
        }
    }

    /// Does an interface hold values of this type as they are, in its data word? Pointers, maps, channels, functions,
    /// and structures and arrays of just one of these.
    pub fn is_direct(&self, ty: Ty) -> bool {
        match self.under(ty) {
            Kind::Pointer(_) | Kind::Map { .. } | Kind::Chan { .. } | Kind::Func { .. } => true,
            Kind::Basic(basic) => *basic == Basic::UnsafePointer,
            Kind::Struct(fields) => fields.len() == 1 && self.is_direct(fields[0].ty),
            Kind::Array { len, elem } => *len == 1 && self.is_direct(*elem),
            _ => false,
        }
    }

    /// Has it pointers?
    pub fn has_pointers(&self, ty: Ty) -> bool {
        match self.under(ty) {
            Kind::Basic(basic) => {
                matches!(basic, Basic::String | Basic::UnsafePointer | Basic::UntypedString | Basic::UntypedNil)
            }
            Kind::Array { len, elem } => *len > 0 && self.has_pointers(*elem),
            Kind::Struct(fields) => fields.iter().any(|f| self.has_pointers(f.ty)),
            Kind::Tuple(types) => types.iter().any(|&t| self.has_pointers(t)),
            _ => true,
        }
    }

    // --- layout -----------------------------------------------------------------------------------

    /// Size, alignment and pointers; `None` if the type is larger than [`MAX_SIZE`].
    ///
    /// A tuple is laid out as a structure of its parts.
    pub fn layout(&self, ty: Ty) -> Option<Layout> {
        let word = |words: u64, ptrdata| Some(Layout { size: words * 8, align: 8, ptrdata });
        let plain = |size: u64| Some(Layout { size, align: size.clamp(1, 8), ptrdata: 0 });
        match self.under(ty) {
            Kind::Basic(basic) => match basic {
                Basic::Bool | Basic::Int8 | Basic::Uint8 | Basic::UntypedBool => plain(1),
                Basic::Int16 | Basic::Uint16 => plain(2),
                Basic::Int32 | Basic::Uint32 | Basic::Float32 | Basic::UntypedRune => plain(4),
                Basic::Int
                | Basic::Int64
                | Basic::Uint
                | Basic::Uint64
                | Basic::Uintptr
                | Basic::Float64
                | Basic::UntypedInt
                | Basic::UntypedFloat => plain(8),
                Basic::Complex64 => Some(Layout { size: 8, align: 4, ptrdata: 0 }),
                Basic::Complex128 | Basic::UntypedComplex => word(2, 0),
                Basic::String | Basic::UntypedString => word(2, 8),
                Basic::UnsafePointer | Basic::UntypedNil => word(1, 8),
                Basic::Invalid => Some(Layout { size: 0, align: 1, ptrdata: 0 }),
            },
            Kind::Pointer(_) | Kind::Map { .. } | Kind::Chan { .. } | Kind::Func { .. } => word(1, 8),
            Kind::Slice(_) => word(3, 8),
            Kind::Interface(_) => word(2, 16),
            Kind::Array { len, elem } => {
                let one = self.layout(*elem)?;
                let size = one.size.checked_mul(*len).filter(|&size| size <= MAX_SIZE)?;
                let ptrdata = if *len > 0 && one.ptrdata > 0 { size - one.size + one.ptrdata } else { 0 };
                Some(Layout { size, align: one.align, ptrdata })
            }
            Kind::Struct(fields) => self.sequence(fields.iter().map(|f| f.ty), |_, _| ()),
            Kind::Tuple(types) => self.sequence(types.iter().copied(), |_, _| ()),
            Kind::Named(_) => None,
        }
    }

    /// Lays fields out one after another, telling each one's offset.
    fn sequence(&self, fields: impl ExactSizeIterator<Item = Ty>, mut tell: impl FnMut(usize, u64)) -> Option<Layout> {
        let mut all = Layout { size: 0, align: 1, ptrdata: 0 };
        let count = fields.len();
        for (i, ty) in fields.enumerate() {
            let one = self.layout(ty)?;
            let at = all.size.next_multiple_of(one.align);
            tell(i, at);
            if one.ptrdata > 0 {
                all.ptrdata = at + one.ptrdata;
            }
            all.align = all.align.max(one.align);
            all.size = at.checked_add(one.size).filter(|&size| size <= MAX_SIZE)?;
            // A pointer to a last field without size must not point to what comes after the structure.
            if i + 1 == count && one.size == 0 && all.size > 0 {
                all.size += 1;
            }
        }
        all.size = all.size.next_multiple_of(all.align);
        Some(all)
    }

    /// Bytes of a value; 0 for a type that is too large, which the checker has refused.
    pub fn size(&self, ty: Ty) -> u64 {
        self.layout(ty).map_or(0, |l| l.size)
    }

    /// Bytes from the start of a structure or tuple to each of its parts.
    pub fn offsets(&self, ty: Ty) -> Vec<u64> {
        let mut offsets = Vec::new();
        match self.under(ty) {
            Kind::Struct(fields) => _ = self.sequence(fields.iter().map(|f| f.ty), |_, at| offsets.push(at)),
            Kind::Tuple(types) => _ = self.sequence(types.iter().copied(), |_, at| offsets.push(at)),
            _ => {}
        }
        offsets
    }

    /// Byte offsets of all pointers of a value, as the collector sees them, in order.
    ///
    /// An interface's type word is none: types are not in the heap.
    pub fn pointer_offsets(&self, ty: Ty) -> Vec<u64> {
        let mut offsets = Vec::new();
        self.collect_pointers(ty, 0, &mut offsets);
        offsets
    }

    fn collect_pointers(&self, ty: Ty, at: u64, into: &mut Vec<u64>) {
        match self.under(ty) {
            Kind::Basic(Basic::String | Basic::UnsafePointer | Basic::UntypedString | Basic::UntypedNil)
            | Kind::Pointer(_)
            | Kind::Map { .. }
            | Kind::Chan { .. }
            | Kind::Func { .. }
            | Kind::Slice(_) => into.push(at),
            Kind::Interface(_) => into.push(at + 8),
            Kind::Array { len, elem } if self.has_pointers(*elem) => {
                let size = self.size(*elem);
                (0..*len).for_each(|i| self.collect_pointers(*elem, at + i * size, into));
            }
            Kind::Struct(_) | Kind::Tuple(_) => {
                let parts: Vec<Ty> = match self.under(ty) {
                    Kind::Tuple(types) => types.to_vec(),
                    _ => self.fields(ty).iter().map(|f| f.ty).collect(),
                };
                for (part, offset) in parts.into_iter().zip(self.offsets(ty)) {
                    self.collect_pointers(part, at + offset, into);
                }
            }
            _ => {}
        }
    }

    // --- names ------------------------------------------------------------------------------------

    /// The type as Go's compiler and `%T` write it; defined types with their package, as in `main.T`.
    ///
    /// `within` is the package whose names need no qualification: the one that messages are about.
    pub fn name(&self, ty: Ty, within: Option<&str>) -> String {
        let mut out = String::new();
        self.write_name(&mut out, ty, within);
        out
    }

    fn write_name(&self, out: &mut String, ty: Ty, within: Option<&str>) {
        match self.kind(ty) {
            Kind::Basic(basic) => out.push_str(basic.name()),
            Kind::Named(id) => {
                let named = &self.named[id.0 as usize];
                if !named.package.is_empty() && within != Some(&*named.package) {
                    out.push_str(&named.package);
                    out.push('.');
                }
                out.push_str(&named.name);
            }
            Kind::Pointer(elem) => {
                out.push('*');
                self.write_name(out, *elem, within);
            }
            Kind::Slice(elem) => {
                out.push_str("[]");
                self.write_name(out, *elem, within);
            }
            Kind::Array { len, elem } => {
                let _ = write!(out, "[{len}]");
                self.write_name(out, *elem, within);
            }
            Kind::Map { key, elem } => {
                out.push_str("map[");
                self.write_name(out, *key, within);
                out.push(']');
                self.write_name(out, *elem, within);
            }
            Kind::Chan { dir, elem } => {
                out.push_str(match dir {
                    ChanDir::Both => "chan ",
                    ChanDir::Send => "chan<- ",
                    ChanDir::Recv => "<-chan ",
                });
                let nested = matches!(self.kind(*elem), Kind::Chan { dir: ChanDir::Recv, .. }) && *dir != ChanDir::Recv;
                if nested {
                    out.push('(');
                }
                self.write_name(out, *elem, within);
                if nested {
                    out.push(')');
                }
            }
            Kind::Struct(fields) => {
                out.push_str("struct {");
                for (i, field) in fields.iter().enumerate() {
                    out.push_str(if i == 0 { " " } else { "; " });
                    if !field.embedded {
                        out.push_str(&field.name);
                        out.push(' ');
                    }
                    self.write_name(out, field.ty, within);
                    if !field.tag.is_empty() {
                        let _ = write!(out, " {:?}", field.tag);
                    }
                }
                out.push_str(if fields.is_empty() { "}" } else { " }" });
            }
            Kind::Func { .. } => {
                out.push_str("func");
                self.write_signature(out, ty, within);
            }
            Kind::Interface(methods) => {
                out.push_str("interface {");
                for (i, method) in methods.iter().enumerate() {
                    out.push_str(if i == 0 { " " } else { "; " });
                    if let (Some(package), None) = (&method.package, within) {
                        let _ = write!(out, "{package}.");
                    }
                    out.push_str(&method.name);
                    self.write_signature(out, method.sig, within);
                }
                out.push_str(if methods.is_empty() { "}" } else { " }" });
            }
            Kind::Tuple(types) => self.write_list(out, types, false, within),
        }
    }

    fn write_signature(&self, out: &mut String, sig: Ty, within: Option<&str>) {
        let Kind::Func { params, results, variadic } = self.kind(sig) else { return };
        self.write_list(out, params, *variadic, within);
        match &**results {
            [] => {}
            [one] => {
                out.push(' ');
                self.write_name(out, *one, within);
            }
            several => {
                out.push(' ');
                self.write_list(out, several, false, within);
            }
        }
    }

    fn write_list(&self, out: &mut String, types: &[Ty], variadic: bool, within: Option<&str>) {
        out.push('(');
        for (i, &ty) in types.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            match self.kind(ty) {
                Kind::Slice(elem) if variadic && i + 1 == types.len() => {
                    out.push_str("...");
                    self.write_name(out, *elem, within);
                }
                _ => self.write_name(out, ty, within),
            }
        }
        out.push(')');
    }
}

impl Default for Types {
    fn default() -> Types {
        Types::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identical_types_have_one_number_and_defined_ones_their_own() {
        let mut types = Types::new();
        let a = types.slice(Types::INT);
        assert_eq!(a, types.slice(Types::INT));
        let (t, u) = (types.define("T", "main", 0), types.define("T", "main", 1));
        assert_ne!(t, u);
        types.set_underlying(t, a);
        types.set_underlying(u, t);
        assert_eq!(types.underlying(u), a, "what a defined type is made of is never a defined type");
    }

    #[test]
    fn layout_is_that_of_amd64() {
        let mut types = Types::new();
        let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false, tag: "".into(), package: None };
        let empty = types.make(Kind::Struct([].into()));
        let fields = [field("a", Types::INT8), field("b", Types::STRING), field("c", Types::INT32), field("d", empty)];
        let s = types.make(Kind::Struct(fields.into()));
        assert_eq!(types.layout(s), Some(Layout { size: 32, align: 8, ptrdata: 16 }));
        assert_eq!(types.offsets(s), [0, 8, 24, 28]);
        let i = types.empty_interface();
        let three = types.array(3, i);
        assert_eq!(types.pointer_offsets(three), [8, 24, 40]);
        let huge = types.array(1 << 60, Types::INT64);
        assert_eq!(types.layout(huge), None);
    }

    #[test]
    fn names_are_written_as_go_writes_them() {
        let mut types = Types::new();
        let t = types.define("T", "main", 0);
        let p = types.pointer(t);
        let variadic = types.slice(p);
        let f = types.func([Types::INT, variadic], [types.error, Types::BOOL], true);
        assert_eq!(types.name(f, None), "func(int, ...*main.T) (error, bool)");
        assert_eq!(types.name(p, Some("main")), "*T");
        let recv = types.make(Kind::Chan { dir: ChanDir::Recv, elem: Types::INT });
        let chan = types.make(Kind::Chan { dir: ChanDir::Both, elem: recv });
        assert_eq!(types.name(chan, None), "chan (<-chan int)");
    }
}
