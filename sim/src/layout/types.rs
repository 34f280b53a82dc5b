//! The types that scripts know by name, as the peer in `tests/peers/go` knows them.
//!
//! | name | Go |
//! | --- | --- |
//! | `bool`, `int8` … `uint64`, `int`, `uint`, `uintptr`, `float32` … `complex128`, `string` | the same |
//! | `ptr` | `*obj`, `obj` a struct of two int64 |
//! | `any` | `interface{}` that holds any of these, or a `[]int64` |
//! | `pair` | `struct{ A, B int64 }` |
//! | `bytes200` | `[200]byte`: too large for a bucket |
//! | `array` | `[3]int16` |
//! | `matrix` | `[2][2]float32` |
//! | `record` | `struct{ Tag int8; _ int8; N int16; Name string; At pair }` |
//! | `padded` | `[2]struct{ F float64; N int32 }` |
//! | `boxes` | `struct{ A any; B [1]string }` |
//! | `empty` | `struct{}` |

use gc::TypeTable;
use mapruntime::{GoType, Kind};
use std::sync::{Arc, OnceLock};

/// Names of elem types.
pub const ELEMS: [&str; 5] = ["int64", "ptr", "string", "bytes200", "empty"];

/// What an interface can hold besides: it cannot be hashed.
pub const INTS: &str = "ints";

/// Bytes of a `bytes200`.
pub const BYTES200: u64 = 200;

/// All types by name.
#[derive(Debug)]
pub struct Types {
    /// The collector's table, so far.
    pub table: TypeTable,
    named: Vec<(&'static str, Arc<GoType>)>,
}

impl Types {
    /// The one set of them: immutable, so that all scripts of a process can share it.
    pub fn get() -> &'static Types {
        static TYPES: OnceLock<Types> = OnceLock::new();
        TYPES.get_or_init(Types::new)
    }

    fn new() -> Types {
        let legal = "the types of scripts are legal";
        let mut table = TypeTable::new();
        let mut named = Vec::new();
        for (name, go, kind) in [
            ("bool", "bool", Kind::Bool),
            ("int8", "int8", Kind::Int8),
            ("int16", "int16", Kind::Int16),
            ("int32", "int32", Kind::Int32),
            ("int64", "int64", Kind::Int64),
            ("int", "int", Kind::Int),
            ("uint8", "uint8", Kind::Uint8),
            ("uint16", "uint16", Kind::Uint16),
            ("uint32", "uint32", Kind::Uint32),
            ("uint64", "uint64", Kind::Uint64),
            ("uint", "uint", Kind::Uint),
            ("uintptr", "uintptr", Kind::Uintptr),
            ("float32", "float32", Kind::Float32),
            ("float64", "float64", Kind::Float64),
            ("complex64", "complex64", Kind::Complex64),
            ("complex128", "complex128", Kind::Complex128),
            ("string", "string", Kind::String),
            ("ptr", "*main.obj", Kind::Pointer("main.obj".into())),
            ("any", "interface {}", Kind::Interface),
            (INTS, "[]int64", Kind::Slice),
        ] {
            named.push((name, GoType::new(&mut table, go, kind).expect(legal)));
        }
        let of = |named: &[(&str, Arc<GoType>)], name: &str| {
            named.iter().find(|(n, _)| *n == name).map(|(_, ty)| ty.clone()).expect(legal)
        };
        let [int8, int16, int32, int64, byte, f32, f64, string, any] =
            ["int8", "int16", "int32", "int64", "uint8", "float32", "float64", "string", "any"].map(|n| of(&named, n));
        let t = &mut table;
        let pair = GoType::structure(t, "main.pairKey", &[("A", &int64), ("B", &int64)]).expect(legal);
        let bytes = GoType::array(t, "[200]uint8", &byte, BYTES200).expect(legal);
        let array = GoType::array(t, "[3]int16", &int16, 3).expect(legal);
        let row = GoType::array(t, "[2]float32", &f32, 2).expect(legal);
        let matrix = GoType::array(t, "[2][2]float32", &row, 2).expect(legal);
        let fields = [("Tag", &int8), ("_", &int8), ("N", &int16), ("Name", &string), ("At", &pair)];
        let record = GoType::structure(t, "main.recordKey", &fields).expect(legal);
        let cell = GoType::structure(t, "main.paddedCell", &[("F", &f64), ("N", &int32)]).expect(legal);
        let padded = GoType::array(t, "[2]main.paddedCell", &cell, 2).expect(legal);
        let one = GoType::array(t, "[1]string", &string, 1).expect(legal);
        let boxes = GoType::structure(t, "main.boxesKey", &[("A", &any), ("B", &one)]).expect(legal);
        let empty = GoType::structure(t, "struct {}", &[]).expect(legal);
        named.extend([
            ("pair", pair),
            ("bytes200", bytes),
            ("array", array),
            ("matrix", matrix),
            ("record", record),
            ("padded", padded),
            ("boxes", boxes),
            ("empty", empty),
        ]);
        Types { table, named }
    }

    /// The type of this name.
    pub fn find(&self, name: &str) -> Option<&Arc<GoType>> {
        self.named.iter().find(|(n, _)| *n == name).map(|(_, ty)| ty)
    }

    /// The type of the elements of slices.
    ///
    /// # Panics
    /// Never: it is there.
    pub fn int64(&self) -> &Arc<GoType> {
        self.find("int64").expect("it is there")
    }

    /// Every type, with its name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Arc<GoType>)> {
        self.named.iter().map(|(name, ty)| (*name, ty))
    }

    /// Names of the types that an interface can hold.
    pub fn held(&self) -> impl Iterator<Item = &'static str> {
        self.named.iter().map(|(name, _)| *name).filter(|name| !matches!(*name, "any" | "empty"))
    }

    /// Names of the types that keys can have.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.named.iter().map(|(name, _)| *name).filter(|name| !matches!(*name, INTS | "empty"))
    }
}
