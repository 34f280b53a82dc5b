//! Types that contain themselves, and declarations that need themselves.
//!
//! Invariant *finite types*: no type whose underlying type is set contains itself other than through pointers, slices, maps,
//! channels, functions and interfaces. Kept by [`Checker::complete`], which looks for a cycle when a type is completed, as it is the
//! last type of a cycle that closes it. Without it, the layout of a type would have no end.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/{decl,validtype}.go for the words.

use super::Checker;
use super::object::{Color, ObjId, ObjKind};
use crate::source::{Pos, Span};
use crate::types::{Kind, Ty, Types};
use std::collections::HashSet;

impl<'a> Checker<'a, '_> {
    /// Sets what a defined type is declared to be.
    pub(super) fn complete(&mut self, ty: Ty, declared_as: Ty) {
        self.declared_as.insert(ty, declared_as);
        if self.incomplete.contains(&declared_as) {
            // It is declared to be a type that is not known yet, or, after some others, itself.
            let mut chain = vec![ty];
            let mut next = declared_as;
            while next != ty {
                chain.push(next);
                match self.declared_as.get(&next) {
                    Some(&then) if !chain.contains(&then) || then == ty => next = then,
                    _ => {
                        self.waiting.entry(declared_as).or_default().push(ty);
                        return;
                    }
                }
            }
            self.type_cycle(&chain);
            self.settle_named(ty, Types::INVALID);
            return;
        }
        self.settle_named(ty, declared_as);
    }

    fn settle_named(&mut self, ty: Ty, of: Ty) {
        let mut work = vec![(ty, of)];
        while let Some((ty, mut of)) = work.pop() {
            if self.endless.contains(&ty) {
                of = Types::INVALID;
            }
            self.types.set_underlying(ty, of);
            self.incomplete.remove(&ty);
            let mut path = vec![ty];
            let mut seen = HashSet::from([ty]);
            if let Some(cycle) = self.contains(of, ty, &mut path, &mut seen) {
                self.types.set_underlying(ty, Types::INVALID);
                self.type_cycle(&cycle);
            } else if self.incomplete.is_empty() {
                self.finite.extend(seen);
            }
            work.extend(self.waiting.remove(&ty).unwrap_or_default().into_iter().map(|waiting| (waiting, ty)));
        }
    }

    /// How a type contains another, by the defined types on the way.
    fn contains(&mut self, ty: Ty, wanted: Ty, path: &mut Vec<Ty>, seen: &mut HashSet<Ty>) -> Option<Vec<Ty>> {
        self.deeper(Span::default(), |c| c.contains_at(ty, wanted, path, seen))?
    }

    fn contains_at(&mut self, ty: Ty, wanted: Ty, path: &mut Vec<Ty>, seen: &mut HashSet<Ty>) -> Option<Vec<Ty>> {
        if ty == wanted {
            return Some(path.clone());
        }
        let parts: Vec<Ty> = match self.types.kind(ty) {
            Kind::Named(_) if self.finite.contains(&ty) => return None,
            Kind::Named(_) => {
                if !seen.insert(ty) {
                    return None;
                }
                let of = self.declared_as.get(&ty).copied().unwrap_or_else(|| self.types.underlying(ty));
                path.push(ty);
                let found = self.contains(of, wanted, path, seen);
                path.pop();
                return found;
            }
            Kind::Array { elem, .. } => vec![*elem],
            Kind::Struct(fields) => fields.iter().map(|f| f.ty).collect(),
            _ => return None,
        };
        if !seen.insert(ty) {
            return None;
        }
        parts.into_iter().find_map(|part| self.contains(part, wanted, path, seen))
    }

    /// Reports defined types that contain each other.
    fn type_cycle(&mut self, cycle: &[Ty]) {
        let found: Vec<(&str, Pos)> = cycle
            .iter()
            .filter_map(|&ty| {
                self.objects.iter().find(|o| o.ty == ty && matches!(o.kind, ObjKind::Type { alias: false }))
            })
            .map(|o| (o.name, o.pos))
            .collect();
        self.report_cycle(&found, true);
    }

    /// Reports a cycle of names, from the one that is first in the source.
    fn report_cycle(&mut self, cycle: &[(&str, Pos)], of_types: bool) {
        let Some(first) = (0..cycle.len()).min_by_key(|&i| cycle[i].1) else { return };
        let (name, pos) = cycle[first];
        let what = if of_types { "invalid recursive type" } else { "illegal cycle in declaration of" };
        let mut message = format!("{what} {name}");
        for i in 0..cycle.len() {
            let (name, pos) = cycle[(first + i) % cycle.len()];
            message.push_str(&format!("\n\t{}: {name} refers to", self.place(pos)));
        }
        message.push_str(&format!("\n\t{}: {name}", self.place(pos)));
        self.error(self.name_span(pos, name), message);
    }

    /// An object refers to itself while it is being declared: is that all right? Reports it if not.
    pub(super) fn valid_cycle(&mut self, id: ObjId) -> bool {
        let Color::Grey(start) = self.object(id).color else { return true };
        let cycle: Vec<ObjId> = self.path[start..].to_vec();
        let (mut values, mut types, mut constants) = (0, 0, 0);
        for &id in &cycle {
            match self.object(id).kind {
                ObjKind::Const(_) => constants += 1,
                ObjKind::Var(_) => values += 1,
                ObjKind::Type { alias: false } => types += 1,
                _ => {}
            }
        }
        if constants > 0 && constants + values == cycle.len() {
            self.init_cycle(&cycle);
            return false;
        }
        // Of variables alone, initialisation finds the cycle. Types may refer to each other: whether they are finite is
        // another question. A function whose type is not known yet is no use to anyone.
        let unknown = self.object(id).ty == Types::INVALID && matches!(self.object(id).kind, ObjKind::Func { .. });
        if !unknown && (values == cycle.len() || values + constants == 0 && types > 0) {
            return true;
        }
        self.object_cycle(&cycle);
        false
    }

    fn object_cycle(&mut self, cycle: &[ObjId]) {
        let is_alias = |id: &ObjId| matches!(self.object(*id).kind, ObjKind::Type { alias: true });
        let mut cycle = cycle.to_vec();
        if !cycle.iter().all(is_alias) {
            cycle.retain(|id| !is_alias(id));
        }
        let found: Vec<(&str, Pos)> = cycle.iter().map(|&id| (self.object(id).name, self.object(id).pos)).collect();
        let first = cycle.iter().copied().min_by_key(|&id| self.object(id).pos);
        let of_types = first.is_some_and(|id| matches!(self.object(id).kind, ObjKind::Type { .. }));
        self.report_cycle(&found, of_types);
    }

    /// An interface embeds one that is not complete: itself, in the end.
    pub(super) fn embedded_cycle(&mut self, ty: Ty, span: Span) {
        let at = self.path.iter().position(|&id| self.object(id).ty == ty);
        let Some(at) = at else {
            self.error(span, format!("invalid recursive type {}", self.show_type(ty)));
            return;
        };
        let cycle = self.path[at..].to_vec();
        self.object_cycle(&cycle);
        for id in cycle {
            self.endless.insert(self.object(id).ty);
        }
    }
}
