//! Literals of every type, and keys that hit.
//!
//! Keys come from a small domain, or a map would never see one twice. The n-th key of a type ([`Gen::spread`]) is
//! spelled from a number that may be a variable: the keys of a loop and the literal ones ([`Gen::near`]) are the same.
//! Numbers below [`NEAR`] are those that statements name; those from [`FAR`] on come only from functions that fill
//! maps, so that filling never touches an entry whose statement is being evaluated.

use super::effects::Fx;
use super::state::{Func, Gen};
use super::tree::{Node, Part, node};
use super::types::{Def, INT, Ty, bounds};
use std::slice::from_ref;

/// Numbers of the keys that statements name.
pub(super) const NEAR: i64 = 7;
/// Number of the first key that only functions that fill a map insert.
pub(super) const FAR: i64 = 60;

const STRINGS: [&str; 9] =
    ["", "a", "bc", "key", "h\\u00e9llo", "\\x00\\xff", "ka", "a longer one, of 32 bytes or more", "kb"];
const FLOATS: [&str; 7] = ["0.0", "0.5", "1.5", "-2.25", "3.0", "-1.0", "100.75"];

/// An integer constant.
pub(super) fn number(ty: &Ty, value: i128) -> Node {
    let text = match ty {
        Ty::Int("int") => value.to_string(),
        _ => format!("{}({value})", ty.spelled("")),
    };
    node!("literal", "$", text).of(ty).constant()
}

/// An integer constant of type `int`.
pub(super) fn int(value: i64) -> Node {
    number(&INT, value.into())
}

/// The value of an integer constant.
pub(super) fn value(node: &Node) -> Option<i128> {
    let text = match node.parts.as_slice() {
        [Part::Text(text)] if node.constant && node.ty.as_ref().is_some_and(Ty::is_int) => text,
        _ => return None,
    };
    text[text.find('(').map_or(0, |at| at + 1)..].trim_end_matches(')').parse().ok()
}

/// The name of a field that embeds a type: the type's own.
pub(super) fn embedded_name(ty: &Ty) -> Part {
    match ty {
        Ty::Ptr(of) => Part::Type((**of).clone()),
        _ => Part::Type(ty.clone()),
    }
}

/// A nil of the type.
pub(super) fn nil(ty: &Ty) -> Node {
    node!("nil", "($)(nil)", ty).of(ty)
}

impl Gen {
    /// A literal, with operands that may do this.
    pub(super) fn literal(&mut self, ty: &Ty, may: Fx, depth: u32) -> Node {
        match ty {
            Ty::Bool => {
                let text = if self.chance(50) { "true" } else { "false" };
                node!("literal", "$", text).of(ty).constant()
            }
            Ty::Int(name) => {
                let (least, greatest) = bounds(name);
                let value = match self.below(10) {
                    0..=4 => i128::from(self.between(0, NEAR)),
                    5..=7 => i128::from(self.between(-12, 120)),
                    8 => least + i128::from(self.between(0, 1)),
                    _ => greatest - i128::from(self.between(0, 1)),
                };
                number(ty, value.clamp(least, greatest))
            }
            Ty::Float => node!("literal", "$", *self.pick(&FLOATS)).of(ty).constant(),
            Ty::Str => node!("literal", "\"$\"", *self.pick(&STRINGS)).of(ty).constant(),
            Ty::Empty => node!("literal", "struct{}{}").of(ty),
            Ty::Any => self.boxed(may, depth),
            Ty::Named(name) => match self.defs[name].clone() {
                Def::Basic(basic) => {
                    let inner = self.literal(&basic, may, depth);
                    node!("named basic type", "$($)", ty, inner).of(ty).constant()
                }
                Def::Struct(_) => self.struct_literal(ty, may, depth),
                Def::Interface => self.implementer(ty, may, depth),
            },
            Ty::Ptr(elem) => {
                let fresh = depth > 0 || self.chance(50);
                match (&**elem, self.below(5)) {
                    (_, 0) => nil(ty),
                    (Ty::Named(name), _) if fresh && matches!(self.defs[name], Def::Struct(_)) => {
                        let inner = self.struct_literal(elem, may, depth);
                        node!("address of a literal", "&$", inner).of(ty)
                    }
                    (_, 1 | 2) => node!("new", "new($)", &**elem).of(ty),
                    _ => {
                        let inner = self.expr(elem, may, depth.saturating_sub(1));
                        let pointer = self.pointer_to(elem);
                        node!("pointer to a parameter", "$($)", pointer.name.used(), inner).of(ty)
                    }
                }
            }
            Ty::Slice(elem) => match self.below(6) {
                0 => nil(ty),
                1 => {
                    let (len, more) = (self.between(0, 3), self.between(1, 4));
                    node!("make a slice", "make($, $, $)", ty, int(len), int(len + more)).of(ty)
                }
                _ => {
                    let n = self.below(4);
                    let elems = self.operands(&vec![(**elem).clone(); n], may, depth.saturating_sub(1));
                    node!("slice literal", "${$}", ty, Part::Free(elems)).of(ty)
                }
            },
            Ty::Array(len, elem) => {
                let n = 1 + self.below((*len).min(3) as usize);
                let elems = self.operands(&vec![(**elem).clone(); n], may, depth.saturating_sub(1));
                node!("array literal", "${$}", ty, Part::Free(elems)).of(ty)
            }
            Ty::Map(key, elem) => match self.below(12) {
                0 => nil(ty),
                1 | 2 | 4 => node!("make a map", "make($)", ty).of(ty),
                3 => {
                    let hint = *self.pick(&[0, 4, 9, 30]);
                    node!("make a map with a hint", "make($, $)", ty, int(hint)).of(ty)
                }
                _ => {
                    // Constant keys have to differ, and there are two of type bool.
                    let (n, apart) = if **key == Ty::Bool { (self.below(3), 1) } else { (self.below(4), 2) };
                    let each = self.split(may - Fx::EVENT - Fx::MUTATE, n);
                    let pairs = each.into_iter().enumerate().map(|(i, may)| {
                        let at = self.spread(key, int(i as i64 * apart));
                        let value = self.expr(elem, may, depth.saturating_sub(1));
                        node!("key and elem", "$: $", at, value)
                    });
                    let pairs = pairs.collect();
                    node!("map literal", "${$}", ty, Part::Free(pairs)).of(ty)
                }
            },
            Ty::Func(params, results) => {
                if self.chance(12) {
                    return nil(ty);
                }
                let (params, results) = (params.clone(), results.clone());
                self.function_literal(ty, &params, &results)
            }
        }
    }

    fn struct_literal(&mut self, ty: &Ty, may: Fx, depth: u32) -> Node {
        let own: Vec<_> = self.fields(ty).iter().filter(|field| !field.promoted).cloned().collect();
        let mut chosen: Vec<_> = own.into_iter().filter(|_| self.chance(60)).collect();
        if depth == 0 {
            chosen.truncate(1);
        }
        let types: Vec<_> = chosen.iter().map(|field| field.ty.clone()).collect();
        let values = self.operands(&types, may, depth.saturating_sub(1));
        let pairs = chosen.iter().zip(values).map(|(field, value)| node!("field and value", "$: $", field.name, value));
        let mut pairs: Vec<Node> = pairs.collect();
        let inner = match ty {
            Ty::Named(name) => self.embedded.get(name).cloned(),
            _ => None,
        };
        if let Some(inner) = inner.filter(|_| self.chance(75)) {
            let value = self.literal(&inner, Fx::NONE, depth.clamp(1, 2) - 1);
            pairs.insert(0, node!("embedded value", "$: $", embedded_name(&inner), value));
        }
        node!("struct literal", "${$}", ty, Part::Free(pairs)).of(ty)
    }

    /// A hashable value as an `interface{}`.
    pub(super) fn boxed(&mut self, may: Fx, depth: u32) -> Node {
        let inside = self.boxable();
        let ty = self.any(&inside).unwrap_or(INT);
        let value = self.expr(&ty, may, depth.saturating_sub(1));
        node!("to interface{}", "interface{}($)", value).of(&Ty::Any)
    }

    /// What an `interface{}` holds here: what can be compared, so that it can be a key.
    pub(super) fn boxable(&self) -> Vec<Ty> {
        let able = self.universe.iter().filter(|ty| **ty != Ty::Any && **ty != Ty::Empty && self.is_comparable(ty));
        able.take(6).cloned().collect()
    }

    /// A value of an interface with a method.
    fn implementer(&mut self, ty: &Ty, may: Fx, depth: u32) -> Node {
        let able: Vec<Ty> = self.implementers(ty);
        match self.any(&able) {
            Some(of) if !self.chance(8) => {
                let value = self.expr(&of, may, depth.saturating_sub(1));
                node!("to an interface with a method", "$($)", ty, value).of(ty)
            }
            _ => nil(ty),
        }
    }

    /// A key of the small domain.
    pub(super) fn near(&mut self, ty: &Ty) -> Node {
        let n = self.between(0, NEAR - 1);
        match ty {
            Ty::Float if self.chance(25) => {
                let zero = self.constant_global(&Ty::Float, "0.0");
                node!("negative zero", "-$", zero).of(ty)
            }
            Ty::Any => match self.below(4) {
                0 => {
                    let inner = self.spread(&Ty::Str, int(n));
                    node!("to interface{}", "interface{}($)", inner).of(ty)
                }
                1 => self.boxed(Fx::NONE, 1),
                _ => self.spread(ty, int(n)),
            },
            Ty::Ptr(_) => {
                let known = self.vars_where(|var| var.ty == *ty && !var.shared);
                match self.any(&known) {
                    Some(var) => node!("variable", "$", var.name.used()).of(ty),
                    None => nil(ty),
                }
            }
            _ => self.spread(ty, int(n)),
        }
    }

    /// The n-th key of a type: another one for every n, if there are as many.
    pub(super) fn spread(&mut self, ty: &Ty, n: Node) -> Node {
        let known = value(&n);
        match (ty, known) {
            (Ty::Int(_), Some(n)) => number(ty, n),
            (Ty::Int("int"), None) => n,
            (Ty::Int(_), None) => node!("conversion of an integer", "$($)", ty, n).of(ty),
            (Ty::Str, Some(n)) => {
                let letter = char::from(b'a' + (n.clamp(0, 25) as u8));
                node!("literal", "\"$\"", format!("k{letter}")).of(ty).constant()
            }
            (Ty::Str, None) => {
                let key = self.string_key();
                node!("call", "$($)", key.name.used(), Part::Fixed(vec![n])).of(ty)
            }
            (Ty::Float, Some(n)) => node!("literal", "$", format!("{n}.0")).of(ty).constant(),
            (Ty::Float, None) => node!("conversion to float64", "float64($)", n).of(ty),
            (Ty::Bool, Some(n)) => node!("literal", "$", (n % 2 == 0).to_string()).of(ty).constant(),
            (Ty::Bool, None) => node!("comparison", "($&1 == 0)", n).of(ty),
            (Ty::Any, _) => node!("to interface{}", "interface{}($)", n).of(ty),
            (Ty::Array(len, elem), _) => {
                let first = self.spread(elem, n);
                let at = if *len > 4 { "3: " } else { "" };
                node!("array literal", "${$$}", ty, at, first).of(ty)
            }
            (Ty::Named(name), _) => match self.defs[name].clone() {
                Def::Basic(basic) => {
                    let constant = n.constant;
                    let inner = self.spread(&basic, n);
                    let node = node!("named basic type", "$($)", ty, inner).of(ty);
                    if constant { node.constant() } else { node }
                }
                Def::Struct(fields) => {
                    let field =
                        fields.iter().find(|field| !field.promoted && !matches!(field.ty, Ty::Ptr(_) | Ty::Bool));
                    match field {
                        Some(field) => {
                            let value = self.spread(&field.ty, n);
                            node!("struct literal", "${$: $}", ty, field.name, value).of(ty)
                        }
                        None => node!("struct literal", "${}", ty).of(ty),
                    }
                }
                Def::Interface => nil(ty),
            },
            (Ty::Ptr(elem), _) => node!("new", "new($)", &**elem).of(ty),
            (Ty::Empty | Ty::Slice(_) | Ty::Map(..) | Ty::Func(..), _) => node!("literal", "*new($)", ty).of(ty),
        }
    }

    /// A global that is never assigned to, so that no compiler knows its value and no order shows.
    pub(super) fn constant_global(&mut self, ty: &Ty, value: &'static str) -> Part {
        let known =
            self.globals.iter().find(|var| var.fixed && var.ty == *ty && var.name.stem == "fixed").map(|var| var.name);
        let name = known.unwrap_or_else(|| {
            let name = self.top("fixed");
            self.items.push(node!("global", "var $ $ = $", name.given(), ty, value));
            let var = super::state::Var { name, ty: ty.clone(), shared: false, fixed: true, level: 0 };
            self.globals.push(var);
            name
        });
        name.used()
    }

    /// `func(x T) *T { return &x }`.
    fn pointer_to(&mut self, elem: &Ty) -> Func {
        self.helper(&format!("pointer to {elem:?}"), |g| {
            let name = g.top("ptr");
            let body = node!("helper", "func $(x $) *$ { return &x }", name.given(), elem, elem);
            (body, Func::new(name, from_ref(elem), &[elem.ptr()]))
        })
    }

    /// The n-th string key.
    fn string_key(&mut self) -> Func {
        self.helper("key", |g| {
            let name = g.top("key");
            let body = node!("helper", "func $(n int) string { return \"k\" + string(rune('a'+n)) }", name.given());
            (body, Func::new(name, &[INT], &[Ty::Str]))
        })
    }
}
