//! Go's types, as far as programs here have them.

use super::tree::Name;

/// A type.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ty {
    /// `bool`.
    Bool,
    /// An integer type, by its name.
    Int(&'static str),
    /// `float64`.
    Float,
    /// `string`.
    Str,
    /// `interface{}`.
    Any,
    /// `struct{}`.
    Empty,
    /// A type of the program's own; [`Def`] says what it is.
    Named(Name),
    /// A pointer.
    Ptr(Box<Ty>),
    /// A slice.
    Slice(Box<Ty>),
    /// An array.
    Array(u32, Box<Ty>),
    /// A map.
    Map(Box<Ty>, Box<Ty>),
    /// A function: parameters and results.
    Func(Vec<Ty>, Vec<Ty>),
}

/// What a type of the program's own is.
#[derive(Clone, PartialEq, Debug)]
pub enum Def {
    /// A struct, with what can be selected from it.
    Struct(Vec<Field>),
    /// An integer or a string under another name.
    Basic(Ty),
    /// An interface of one method.
    Interface,
}

/// What can be selected from a struct: a field of its own, or one of what it embeds.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: Ty,
    /// Whether it is of something embedded: then a composite literal cannot name it.
    pub promoted: bool,
    /// Whether a nil pointer may be on the way to it.
    pub traps: bool,
}

/// `int`.
pub const INT: Ty = Ty::Int("int");

/// Integer types, narrow ones first, with the least and the greatest value of each.
pub const INTS: [(&str, i128, i128); 10] = [
    ("int8", i8::MIN as i128, i8::MAX as i128),
    ("uint8", 0, u8::MAX as i128),
    ("int16", i16::MIN as i128, i16::MAX as i128),
    ("uint16", 0, u16::MAX as i128),
    ("int32", i32::MIN as i128, i32::MAX as i128),
    ("uint32", 0, u32::MAX as i128),
    ("int64", i64::MIN as i128, i64::MAX as i128),
    ("uint64", 0, u64::MAX as i128),
    ("int", i64::MIN as i128, i64::MAX as i128),
    ("uint", 0, u64::MAX as i128),
];

impl Ty {
    /// A pointer to it.
    pub fn ptr(&self) -> Ty {
        Ty::Ptr(Box::new(self.clone()))
    }

    /// A slice of it.
    pub fn slice(&self) -> Ty {
        Ty::Slice(Box::new(self.clone()))
    }

    /// An array of it.
    pub fn array(&self, len: u32) -> Ty {
        Ty::Array(len, Box::new(self.clone()))
    }

    /// A map from it.
    pub fn map_to(&self, elem: &Ty) -> Ty {
        Ty::Map(Box::new(self.clone()), Box::new(elem.clone()))
    }

    /// Whether `println` prints its value, and not an address.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Ty::Bool | Ty::Int(_) | Ty::Float | Ty::Str)
    }

    /// Whether it is an integer type of Go's.
    pub fn is_int(&self) -> bool {
        matches!(self, Ty::Int(_))
    }

    /// Whether its values can be `nil`.
    pub fn is_nilable(&self) -> bool {
        matches!(self, Ty::Any | Ty::Ptr(_) | Ty::Slice(_) | Ty::Map(..) | Ty::Func(..))
    }

    /// Every name in it.
    pub fn names(&self, see: &mut dyn FnMut(Name)) {
        match self {
            Ty::Named(name) => see(*name),
            Ty::Ptr(elem) | Ty::Slice(elem) | Ty::Array(_, elem) => elem.names(see),
            Ty::Map(key, elem) => {
                key.names(see);
                elem.names(see);
            }
            Ty::Func(params, results) => params.iter().chain(results).for_each(|ty| ty.names(see)),
            Ty::Bool | Ty::Int(_) | Ty::Float | Ty::Str | Ty::Any | Ty::Empty => {}
        }
    }

    /// As printed in a program whose prefix is `prefix`.
    pub fn spelled(&self, prefix: &str) -> String {
        let list = |types: &[Ty]| types.iter().map(|ty| ty.spelled(prefix)).collect::<Vec<_>>().join(", ");
        match self {
            Ty::Bool => "bool".into(),
            Ty::Int(name) => (*name).into(),
            Ty::Float => "float64".into(),
            Ty::Str => "string".into(),
            Ty::Any => "interface{}".into(),
            Ty::Empty => "struct{}".into(),
            Ty::Named(name) => name.spelled(prefix),
            Ty::Ptr(elem) => format!("*{}", elem.spelled(prefix)),
            Ty::Slice(elem) => format!("[]{}", elem.spelled(prefix)),
            Ty::Array(len, elem) => format!("[{len}]{}", elem.spelled(prefix)),
            Ty::Map(key, elem) => format!("map[{}]{}", key.spelled(prefix), elem.spelled(prefix)),
            Ty::Func(params, results) => match results.as_slice() {
                [] => format!("func({})", list(params)),
                [one] => format!("func({}) {}", list(params), one.spelled(prefix)),
                _ => format!("func({}) ({})", list(params), list(results)),
            },
        }
    }
}

/// Least and greatest value of an integer type.
///
/// # Panics
/// If there is no such type.
pub fn bounds(int: &str) -> (i128, i128) {
    INTS.iter()
        .find(|(name, ..)| *name == int)
        .map(|(_, least, greatest)| (*least, *greatest))
        .expect("an integer type")
}
