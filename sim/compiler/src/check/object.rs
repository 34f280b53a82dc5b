//! What names stand for, and where they are visible.

use crate::ast;
use crate::constant::Value;
use crate::ir::{FuncId, GlobalId, LocalId, Stmt};
use crate::source::{Pos, Span};
use crate::types::Ty;
use std::collections::{BTreeSet, HashMap};

use super::Checker;
use super::builtin::Builtin;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct ObjId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct ScopeId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct PkgId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct DeclId(pub u32);

/// How far an object's declaration has been checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Color {
    /// Not at all.
    White,
    /// It is being checked, and has this index in the path.
    Grey(usize),
    /// Its type is known.
    Black,
}

/// Where a variable is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Storage {
    /// Nowhere: it is blank, or its declaration is wrong.
    None,
    Global(GlobalId),
    /// In this function.
    Local(FuncId, LocalId),
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum ObjKind {
    /// A package; `None` for one that is not to be had, about whose names nothing is said.
    Package(Option<PkgId>),
    /// A constant; without a value, one that is wrong.
    Const(Option<Value>),
    /// `iota`
    Iota,
    Type {
        alias: bool,
    },
    Var(Storage),
    Func {
        id: FuncId,
        /// Is it a method that takes a pointer?
        pointer: bool,
    },
    Builtin(Builtin),
    Nil,
}

#[derive(Clone, Debug)]
pub(super) struct Object<'a> {
    pub name: &'a str,
    pub pos: Pos,
    /// `None` for what is predeclared.
    pub pkg: Option<PkgId>,
    pub kind: ObjKind,
    /// Its type, without receiver for a method; [`crate::types::Types::INVALID`] until it is known.
    pub ty: Ty,
    pub color: Color,
    /// Its declaration, at package level.
    pub decl: Option<DeclId>,
    pub used: bool,
}

#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    pub parent: Option<ScopeId>,
    pub names: HashMap<&'a str, ObjId>,
}

#[derive(Debug)]
pub(super) struct Package<'a> {
    pub name: &'a str,
    pub path: &'a str,
    pub scope: ScopeId,
    /// The function that initialises it.
    pub init: FuncId,
    /// The packages that it imports.
    pub imports: Vec<PkgId>,
    /// All that it declares, in source order.
    pub objects: Vec<ObjId>,
    /// Its `init` functions.
    pub inits: Vec<FuncId>,
}

/// A declaration at package level.
#[derive(Debug)]
pub(super) struct Decl<'a> {
    pub pkg: PkgId,
    /// The scope of its file.
    pub scope: ScopeId,
    pub kind: DeclKind<'a>,
    /// Variables and functions that it refers to.
    pub refers: BTreeSet<ObjId>,
    /// What initialises its variables.
    pub init: Vec<Stmt<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum DeclKind<'a> {
    Const {
        ty: Option<&'a ast::Expr<'a>>,
        init: Option<&'a ast::Expr<'a>>,
        iota: u32,
        /// Is the expression repeated from an earlier constant?
        repeated: bool,
    },
    Var {
        /// All variables, if one expression initialises several.
        all: Option<&'a [ObjId]>,
        ty: Option<&'a ast::Expr<'a>>,
        init: Option<&'a ast::Expr<'a>>,
    },
    Type(&'a ast::TypeSpec<'a>),
    Func(&'a ast::FuncDecl<'a>),
}

impl<'a> Checker<'a, '_> {
    pub(super) fn object(&self, id: ObjId) -> &Object<'a> {
        &self.objects[id.0 as usize]
    }

    pub(super) fn object_mut(&mut self, id: ObjId) -> &mut Object<'a> {
        &mut self.objects[id.0 as usize]
    }

    pub(super) fn package_of(&self, id: PkgId) -> &Package<'a> {
        &self.packages[id.0 as usize]
    }

    pub(super) fn add_object(&mut self, object: Object<'a>) -> ObjId {
        self.objects.push(object);
        ObjId(self.objects.len() as u32 - 1)
    }

    pub(super) fn add_scope(&mut self, parent: Option<ScopeId>) -> ScopeId {
        self.scopes.push(Scope { parent, names: HashMap::new() });
        ScopeId(self.scopes.len() as u32 - 1)
    }

    /// Opens a scope in the current one.
    pub(super) fn open_scope(&mut self) {
        self.env.scope = self.add_scope(Some(self.env.scope));
    }

    pub(super) fn close_scope(&mut self) {
        if let Some(parent) = self.scopes[self.env.scope.0 as usize].parent {
            self.env.scope = parent;
        }
    }

    /// What a name stands for in this scope alone.
    pub(super) fn lookup_in(&self, scope: ScopeId, name: &str) -> Option<ObjId> {
        self.scopes[scope.0 as usize].names.get(name).copied()
    }

    /// What a name stands for here, and in which scope.
    pub(super) fn lookup(&self, name: &str) -> Option<(ScopeId, ObjId)> {
        let mut scope = Some(self.env.scope);
        while let Some(at) = scope {
            if let Some(found) = self.lookup_in(at, name) {
                return Some((at, found));
            }
            scope = self.scopes[at.0 as usize].parent;
        }
        None
    }

    /// Makes an object visible in a scope; an error if its name is taken there.
    pub(super) fn declare(&mut self, scope: ScopeId, id: ObjId) -> bool {
        let Object { name, pos, .. } = *self.object(id);
        if name == "_" {
            return true;
        }
        match self.lookup_in(scope, name) {
            Some(other) => {
                let mut message = format!("{name} redeclared in this block");
                self.add_other_declaration(&mut message, other);
                self.error(self.name_span(pos, name), message);
                self.object_mut(id).used = true;
                false
            }
            None => {
                self.scopes[scope.0 as usize].names.insert(name, id);
                true
            }
        }
    }

    /// The line of a message that says where the other declaration is.
    pub(super) fn add_other_declaration(&self, message: &mut String, other: ObjId) {
        let Object { name, pos, .. } = *self.object(other);
        if pos != Pos::NONE {
            message.push_str(&format!("\n\t{}: other declaration of {name}", self.place(pos)));
        }
    }

    /// The text of a name.
    pub(super) fn name_span(&self, pos: Pos, name: &str) -> Span {
        Span { start: pos, end: Pos(pos.0 + name.len() as u32) }
    }

    pub(super) fn ident_span(&self, ident: ast::Ident<'a>) -> Span {
        self.name_span(ident.pos, ident.name)
    }
}
