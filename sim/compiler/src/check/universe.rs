//! The predeclared names, and the package `unsafe`.

use super::Checker;
use super::builtin::Builtin;
use super::object::{Color, ObjId, ObjKind, Object, Package, PkgId};
use crate::constant::Value;
use crate::ir::FuncId;
use crate::source::Pos;
use crate::types::{Ty, Types};

impl<'a> Checker<'a, '_> {
    /// Fills the outermost scope.
    pub(super) fn make_universe(&mut self) {
        self.universe = self.add_scope(None);
        let basics = [
            ("bool", Types::BOOL),
            ("int", Types::INT),
            ("int8", Types::INT8),
            ("int16", Types::INT16),
            ("int32", Types::INT32),
            ("int64", Types::INT64),
            ("uint", Types::UINT),
            ("uint8", Types::UINT8),
            ("uint16", Types::UINT16),
            ("uint32", Types::UINT32),
            ("uint64", Types::UINT64),
            ("uintptr", Types::UINTPTR),
            ("float32", Types::FLOAT32),
            ("float64", Types::FLOAT64),
            ("complex64", Types::COMPLEX64),
            ("complex128", Types::COMPLEX128),
            ("string", Types::STRING),
            ("byte", Types::UINT8),
            ("rune", Types::INT32),
            ("error", self.types.error),
        ];
        for (name, ty) in basics {
            self.predeclare(name, ObjKind::Type { alias: false }, ty);
        }
        for value in [true, false] {
            let name = if value { "true" } else { "false" };
            self.predeclare(name, ObjKind::Const(Some(Value::from(value))), Types::UNTYPED_BOOL);
        }
        self.predeclare("iota", ObjKind::Iota, Types::UNTYPED_INT);
        self.predeclare("nil", ObjKind::Nil, Types::UNTYPED_NIL);
        for builtin in Builtin::UNIVERSE {
            self.predeclare(builtin.name(), ObjKind::Builtin(*builtin), Types::INVALID);
        }
        self.env.scope = self.universe;
    }

    fn predeclare(&mut self, name: &'static str, kind: ObjKind, ty: Ty) {
        let id = self.add_predeclared(name, kind, ty);
        self.scopes[self.universe.0 as usize].names.insert(name, id);
    }

    fn add_predeclared(&mut self, name: &'static str, kind: ObjKind, ty: Ty) -> ObjId {
        self.add_object(Object {
            name,
            pos: Pos::NONE,
            pkg: None,
            kind,
            ty,
            color: Color::Black,
            decl: None,
            used: true,
        })
    }

    /// The package `unsafe`, made when it is first imported.
    pub(super) fn package_unsafe(&mut self) -> PkgId {
        if let Some(at) = self.packages.iter().position(|p| p.path == "unsafe") {
            return PkgId(at as u32);
        }
        let scope = self.add_scope(Some(self.universe));
        let pointer = self.add_predeclared("Pointer", ObjKind::Type { alias: false }, Types::UNSAFE_POINTER);
        self.scopes[scope.0 as usize].names.insert("Pointer", pointer);
        for builtin in Builtin::UNSAFE {
            let id = self.add_predeclared(builtin.name(), ObjKind::Builtin(*builtin), Types::INVALID);
            self.scopes[scope.0 as usize].names.insert(builtin.name(), id);
        }
        self.packages.push(Package {
            name: "unsafe",
            path: "unsafe",
            scope,
            // It has nothing to initialise: the number is not used.
            init: FuncId(u32::MAX),
            imports: Vec::new(),
            objects: Vec::new(),
            inits: Vec::new(),
        });
        PkgId(self.packages.len() as u32 - 1)
    }
}
