//! How values of a type are compared and hashed, and which routines a map may use because of it.
//!
//! Source: `AlgType`, Go 1.19 cmd/compile/internal/types/alg.go; `mapfast`, walk/walk.go.

use crate::runtime::Rt;
use crate::types::{Basic, Kind, Ty, Types};

/// The way values are compared and hashed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alg {
    /// Not at all: slices, maps, functions, and what contains them.
    None,
    /// As bytes.
    Memory,
    /// As a string.
    String,
    /// As an interface.
    Interface,
    /// As a floating-point number.
    Float,
    /// As a complex number.
    Complex,
    /// Part by part.
    Special,
}

/// The algorithm of a type.
pub fn alg(types: &Types, ty: Ty) -> Alg {
    match types.under(ty) {
        Kind::Basic(Basic::String | Basic::UntypedString) => Alg::String,
        Kind::Basic(basic) if basic.is_float() => Alg::Float,
        Kind::Basic(basic) if basic.is_complex() => Alg::Complex,
        Kind::Basic(_) | Kind::Pointer(_) | Kind::Chan { .. } => Alg::Memory,
        Kind::Interface(_) => Alg::Interface,
        Kind::Slice(_) | Kind::Map { .. } | Kind::Func { .. } | Kind::Named(_) => Alg::None,
        Kind::Array { len, elem } => match (alg(types, *elem), len) {
            (Alg::None, _) => Alg::None,
            (Alg::Memory, _) | (_, 0) => Alg::Memory,
            (one, 1) => one,
            _ => Alg::Special,
        },
        Kind::Struct(fields) => {
            if let [field] = &**fields
                && &*field.name != "_"
            {
                return alg(types, field.ty);
            }
            let offsets = types.offsets(ty);
            let size = types.size(ty);
            let mut all = Alg::Memory;
            for (i, field) in fields.iter().enumerate() {
                let padded = offsets[i] + types.size(field.ty) != offsets.get(i + 1).copied().unwrap_or(size);
                match alg(types, field.ty) {
                    Alg::None => return Alg::None,
                    Alg::Memory if &*field.name != "_" && !padded => {}
                    _ => all = Alg::Special,
                }
            }
            all
        }
        Kind::Tuple(_) => Alg::None,
    }
}

/// Is every value equal to itself? Not so of NaNs, nor of what may contain one.
pub fn is_reflexive(types: &Types, ty: Ty) -> bool {
    match types.under(ty) {
        Kind::Basic(basic) => !basic.is_float() && !basic.is_complex(),
        Kind::Interface(_) => false,
        Kind::Array { elem, .. } => is_reflexive(types, *elem),
        Kind::Struct(fields) => fields.iter().all(|f| is_reflexive(types, f.ty)),
        _ => true,
    }
}

/// Which family of routines a map type uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MapFast {
    /// The general ones, which take the address of a key.
    Slow,
    /// Keys of four bytes.
    Fast32,
    /// Keys of eight bytes.
    Fast64,
    /// Keys of eight bytes that are a pointer.
    Fast64Ptr,
    /// Strings.
    FastStr,
}

/// Largest elem of a map that the fast routines take: what a bucket holds in itself.
const MAX_ELEM: u64 = 128;

/// The family of a map type.
pub fn map_fast(types: &Types, map: Ty) -> MapFast {
    let Kind::Map { key, elem } = *types.under(map) else { return MapFast::Slow };
    if types.size(elem) > MAX_ELEM {
        return MapFast::Slow;
    }
    match (alg(types, key), types.size(key)) {
        (Alg::Memory, 4) => MapFast::Fast32,
        (Alg::Memory, 8) if types.has_pointers(key) => MapFast::Fast64Ptr,
        (Alg::Memory, 8) => MapFast::Fast64,
        (Alg::String, _) => MapFast::FastStr,
        _ => MapFast::Slow,
    }
}

impl MapFast {
    /// What the routines of lookups and deletes take as key.
    pub fn key(self) -> Option<Ty> {
        match self {
            MapFast::Slow => None,
            MapFast::Fast32 => Some(Types::UINT32),
            MapFast::Fast64 | MapFast::Fast64Ptr => Some(Types::UINT64),
            MapFast::FastStr => Some(Types::STRING),
        }
    }

    /// What the routines of assignments take as key: they tell pointers from numbers, as they store them.
    pub fn assigned_key(self) -> Option<Ty> {
        if self == MapFast::Fast64Ptr { Some(Types::UNSAFE_POINTER) } else { self.key() }
    }

    /// The routine that reads an elem.
    pub fn access1(self) -> Rt {
        match self {
            MapFast::Slow => Rt::MapAccess1,
            MapFast::Fast32 => Rt::MapAccess1Fast32,
            MapFast::Fast64 | MapFast::Fast64Ptr => Rt::MapAccess1Fast64,
            MapFast::FastStr => Rt::MapAccess1FastStr,
        }
    }

    /// The routine that reads an elem and tells whether it is there.
    pub fn access2(self) -> Rt {
        match self {
            MapFast::Slow => Rt::MapAccess2,
            MapFast::Fast32 => Rt::MapAccess2Fast32,
            MapFast::Fast64 | MapFast::Fast64Ptr => Rt::MapAccess2Fast64,
            MapFast::FastStr => Rt::MapAccess2FastStr,
        }
    }

    /// The routine that makes a slot.
    pub fn assign(self) -> Rt {
        match self {
            MapFast::Slow => Rt::MapAssign,
            MapFast::Fast32 => Rt::MapAssignFast32,
            MapFast::Fast64 => Rt::MapAssignFast64,
            MapFast::Fast64Ptr => Rt::MapAssignFast64Ptr,
            MapFast::FastStr => Rt::MapAssignFastStr,
        }
    }

    /// The routine that removes a key.
    pub fn delete(self) -> Rt {
        match self {
            MapFast::Slow => Rt::MapDelete,
            MapFast::Fast32 => Rt::MapDeleteFast32,
            MapFast::Fast64 | MapFast::Fast64Ptr => Rt::MapDeleteFast64,
            MapFast::FastStr => Rt::MapDeleteFastStr,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Field;

    fn field(name: &str, ty: Ty) -> Field {
        Field { name: name.into(), ty, embedded: false, tag: "".into(), package: None }
    }

    #[test]
    fn structures_compare_as_bytes_unless_padded_blank_or_of_parts_that_do_not() {
        let mut types = Types::new();
        let of = |types: &mut Types, fields: &[Field]| {
            let ty = types.make(Kind::Struct(fields.into()));
            alg(types, ty)
        };
        assert_eq!(of(&mut types, &[field("a", Types::INT32), field("b", Types::INT32)]), Alg::Memory);
        assert_eq!(of(&mut types, &[field("a", Types::INT64), field("b", Types::INT32)]), Alg::Special, "padding");
        assert_eq!(of(&mut types, &[field("a", Types::INT32), field("_", Types::INT32)]), Alg::Special, "blank");
        assert_eq!(of(&mut types, &[field("a", Types::STRING)]), Alg::String, "one field is that field");
        let slice = types.slice(Types::INT);
        assert_eq!(of(&mut types, &[field("a", slice)]), Alg::None);
    }

    #[test]
    fn the_family_of_a_map_follows_from_its_key_and_the_size_of_its_elem() {
        let mut types = Types::new();
        let fast = |types: &mut Types, key, elem| {
            let map = types.make(Kind::Map { key, elem });
            map_fast(types, map)
        };
        assert_eq!(fast(&mut types, Types::INT32, Types::INT), MapFast::Fast32);
        assert_eq!(fast(&mut types, Types::FLOAT32, Types::INT), MapFast::Slow);
        assert_eq!(fast(&mut types, Types::STRING, Types::INT), MapFast::FastStr);
        let pointer = types.pointer(Types::INT);
        assert_eq!(fast(&mut types, pointer, Types::INT), MapFast::Fast64Ptr);
        let pair = types.array(2, Types::INT32);
        assert_eq!(fast(&mut types, pair, Types::INT), MapFast::Fast64);
        let (fits, large) = (types.array(16, Types::INT), types.array(17, Types::INT));
        assert_eq!(fast(&mut types, Types::INT, fits), MapFast::Fast64);
        assert_eq!(fast(&mut types, Types::INT, large), MapFast::Slow);
    }
}
