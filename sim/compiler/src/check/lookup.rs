//! Fields and methods by name, through embedded ones.
//!
//! Source: the Go specification, "Selectors"; Go 1.19 cmd/compile/internal/types2/lookup.go for what is found when
//! something is wrong.

use super::Checker;
use super::object::{ObjId, ObjKind};
use crate::types::{Kind, Ty};
use std::collections::{HashMap, HashSet};

/// What a selector selects.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    /// The embedded fields on the way, by index.
    pub path: Vec<u32>,
    /// What is there.
    pub found: Found,
    /// Is there a pointer on the way?
    pub indirect: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Found {
    /// A field, by index.
    Field(u32, Ty),
    /// A method of a defined type.
    Method(ObjId),
    /// A method of an interface, by index.
    Interface(u32, Ty),
}

/// Why nothing is selected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Missing {
    /// There is none.
    Absent,
    /// There are several at the same depth.
    Ambiguous,
    /// A method takes a pointer, and the operand has no address.
    NeedsPointer,
}

struct Embedded {
    ty: Ty,
    path: Vec<u32>,
    indirect: bool,
    multiple: bool,
}

/// Do two names name the same, if not exported only in the same package?
pub(super) fn same_name(a: &str, a_package: Option<&str>, b: &str, b_package: Option<&str>) -> bool {
    a == b && a_package == b_package
}

/// Is a name exported?
pub(super) fn is_exported(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

impl<'a> Checker<'a, '_> {
    /// The package that belongs to a name used here: none if it is exported.
    pub(super) fn name_package(&self, name: &str) -> Option<&'a str> {
        if is_exported(name) { None } else { Some(self.package_of(self.env.pkg).name) }
    }

    /// A field or method by a name used here.
    pub(super) fn select(&self, ty: Ty, addressable: bool, name: &str) -> Result<Selection, Missing> {
        self.select_of(ty, addressable, name, self.name_package(name))
    }

    /// A field or method by name and package.
    pub(super) fn select_of(
        &self,
        ty: Ty,
        addressable: bool,
        name: &str,
        package: Option<&str>,
    ) -> Result<Selection, Missing> {
        // A defined pointer type has the fields of what it points to, and no methods.
        if let (Kind::Named(_), Kind::Pointer(elem)) = (self.types.kind(ty), self.types.under(ty)) {
            let found = self.find(*elem, true, false, name, package, false)?;
            return if matches!(found.found, Found::Field(..)) { Ok(found) } else { Err(Missing::Absent) };
        }
        match *self.types.kind(ty) {
            Kind::Pointer(elem) if self.types.is_interface(elem) => Err(Missing::Absent),
            Kind::Pointer(elem) => self.find(elem, true, addressable, name, package, false),
            _ => self.find(ty, false, addressable, name, package, false),
        }
    }

    /// A method whose name is the same but for the case of its letters.
    pub(super) fn select_folded(&self, ty: Ty, name: &str, package: Option<&str>) -> Option<Found> {
        let base = match self.types.kind(ty) {
            Kind::Pointer(elem) => *elem,
            _ => ty,
        };
        self.find(base, base != ty, true, name, package, true).ok().map(|s| s.found)
    }

    fn find(
        &self,
        ty: Ty,
        indirect: bool,
        addressable: bool,
        name: &str,
        package: Option<&str>,
        fold: bool,
    ) -> Result<Selection, Missing> {
        if name == "_" {
            return Err(Missing::Absent);
        }
        let matches = |other: &str, other_package: Option<&str>| {
            same_name(name, package, other, other_package)
                || fold
                    && name.to_lowercase() == other.to_lowercase()
                    && (is_exported(other) || package == other_package)
        };
        let mut current = vec![Embedded { ty, path: Vec::new(), indirect, multiple: false }];
        let mut seen = HashSet::new();
        while !current.is_empty() {
            let mut next: Vec<Embedded> = Vec::new();
            let mut found: Option<Selection> = None;
            for Embedded { ty, path, indirect, multiple } in current {
                let mut hits = Vec::new();
                if let Kind::Named(id) = self.types.kind(ty) {
                    if !seen.insert(ty) {
                        continue;
                    }
                    let methods = self.methods.get(id).map_or(&[][..], Vec::as_slice);
                    let method = methods.iter().copied().find(|&m| {
                        let object = self.object(m);
                        matches(object.name, self.object_package(m))
                    });
                    hits.extend(method.map(Found::Method));
                }
                if hits.is_empty() {
                    match self.types.under(ty) {
                        Kind::Struct(fields) => {
                            for (i, field) in fields.iter().enumerate() {
                                if matches(&field.name, field.package.as_deref()) {
                                    hits.push(Found::Field(i as u32, field.ty));
                                } else if found.is_none() && field.embedded {
                                    let pointee = match self.types.kind(field.ty) {
                                        Kind::Pointer(elem) => Some(*elem),
                                        _ => None,
                                    };
                                    let path = path.iter().copied().chain([i as u32]).collect();
                                    let indirect = indirect || pointee.is_some();
                                    next.push(Embedded { ty: pointee.unwrap_or(field.ty), path, indirect, multiple });
                                }
                            }
                        }
                        Kind::Interface(methods) => {
                            let method = methods.iter().position(|m| matches(&m.name, m.package.as_deref()));
                            hits.extend(method.map(|i| Found::Interface(i as u32, methods[i].sig)));
                        }
                        _ => {}
                    }
                }
                for hit in hits {
                    if found.is_some() || multiple {
                        return Err(Missing::Ambiguous);
                    }
                    found = Some(Selection { path: path.clone(), found: hit, indirect });
                }
            }
            if let Some(selection) = found {
                if let Found::Method(method) = selection.found {
                    let ObjKind::Func { pointer, .. } = self.object(method).kind else { return Err(Missing::Absent) };
                    if pointer && !selection.indirect && !addressable {
                        return Err(Missing::NeedsPointer);
                    }
                }
                return Ok(selection);
            }
            current = consolidate(next);
        }
        Err(Missing::Absent)
    }

    /// The package of an object's name, if the name is not exported.
    pub(super) fn object_package(&self, id: ObjId) -> Option<&'a str> {
        let object = self.object(id);
        if is_exported(object.name) { None } else { object.pkg.map(|pkg| self.package_of(pkg).name) }
    }
}

/// Makes one of embedded types that are the same.
fn consolidate(list: Vec<Embedded>) -> Vec<Embedded> {
    let mut at = HashMap::new();
    let mut unique: Vec<Embedded> = Vec::with_capacity(list.len());
    for embedded in list {
        match at.get(&embedded.ty) {
            Some(&i) => {
                let first: &mut Embedded = &mut unique[i];
                first.multiple = true;
            }
            None => {
                at.insert(embedded.ty, unique.len());
                unique.push(embedded);
            }
        }
    }
    unique
}
