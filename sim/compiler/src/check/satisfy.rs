//! Which types implement an interface, and what is missing if one does not.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/{lookup,instantiate}.go for the words.

use super::Checker;
use super::lookup::{Found, Missing};
use super::object::ObjId;
use crate::types::{Kind, Method, Ty, Types};

/// A method that a type has not as it should.
struct Lacking {
    method: Method,
    /// What comes near: its name and signature.
    near: Option<(String, Ty)>,
}

impl<'a> Checker<'a, '_> {
    /// The signature of a method of a defined type.
    pub(super) fn method_sig(&mut self, method: ObjId) -> Ty {
        self.resolve(method);
        self.object(method).ty
    }

    fn found_sig(&mut self, found: Found) -> Option<(String, Ty)> {
        match found {
            Found::Field(..) => None,
            Found::Method(method) => Some((self.object(method).name.into(), self.method_sig(method))),
            Found::Interface(_, sig) => Some((String::new(), sig)),
        }
    }

    /// The first method of an interface that a type has not.
    ///
    /// Not `fixed` asks whether a value of interface type `ty` may have it nevertheless, which it may unless there is
    /// one of another signature.
    fn lacking(&mut self, ty: Ty, interface: Ty, fixed: bool) -> Option<Lacking> {
        let wanted: Vec<Method> = self.types.interface_methods(interface).to_vec();
        if self.types.is_interface(ty) {
            for method in wanted {
                let have = self.types.interface_methods(ty);
                match have.iter().find(|m| m.name == method.name && m.package == method.package) {
                    None if fixed => return Some(Lacking { method, near: None }),
                    Some(have) if have.sig != method.sig => {
                        let near = Some((have.name.to_string(), have.sig));
                        return Some(Lacking { method, near });
                    }
                    _ => {}
                }
            }
            return None;
        }
        for method in wanted {
            let package = method.package.as_deref();
            let found = match self.select_method(ty, &method.name, package) {
                Ok(found) => Some((found, true)),
                Err(_) => {
                    let pointer = self.types.pointer(ty);
                    let through_pointer = self.select_method(pointer, &method.name, package).ok();
                    through_pointer
                        .or_else(|| self.select_folded(ty, &method.name, package))
                        .map(|found| (found, false))
                }
            };
            let near = found.and_then(|(found, exact)| {
                let (name, sig) = self.found_sig(found)?;
                Some((if name.is_empty() { method.name.to_string() } else { name }, sig, exact))
            });
            match near {
                Some((_, sig, true)) if sig == method.sig => {}
                Some((name, sig, _)) => return Some(Lacking { method, near: Some((name, sig)) }),
                None => return Some(Lacking { method, near: None }),
            }
        }
        None
    }

    fn select_method(&self, ty: Ty, name: &str, package: Option<&str>) -> Result<Found, Missing> {
        self.select_of(ty, false, name, package).map(|s| s.found)
    }

    /// The reason in parentheses, and the signatures.
    fn show_lacking(&self, ty: Ty, interface: Ty, lacking: &Lacking) -> String {
        let Lacking { method, near } = lacking;
        let show = |name: &str, sig: Ty| {
            let mut out = name.to_owned();
            self.write_signature(&mut out, sig);
            out
        };
        let name = &method.name;
        match near {
            Some((near, sig)) if **near != **name => {
                format!("(missing {name} method)\n\t\thave {}\n\t\twant {}", show(near, *sig), show(name, method.sig))
            }
            Some((_, sig)) if *sig == method.sig => format!("({name} method has pointer receiver)"),
            Some((near, sig)) => format!(
                "(wrong type for {name} method)\n\t\thave {}\n\t\twant {}",
                show(near, *sig),
                show(name, method.sig)
            ),
            None => match [ty, interface].into_iter().find(|&ty| self.is_interface_pointer(ty)) {
                Some(pointer) => format!("({})", self.show_interface_pointer(pointer)),
                None => format!("(missing {name} method)"),
            },
        }
    }

    pub(super) fn show_interface_pointer(&self, ty: Ty) -> String {
        format!("type {} is pointer to interface, not interface", self.show_type(ty))
    }

    /// Does a type implement an interface? Says why not.
    pub(super) fn implements(&mut self, ty: Ty, interface: Ty) -> Result<(), String> {
        let invalid = |c: &Self, ty: Ty| c.types.underlying(ty) == Types::INVALID;
        if invalid(self, ty) || invalid(self, interface) || self.types.pointee(ty).is_some_and(|t| invalid(self, t)) {
            return Ok(());
        }
        let verdict = |c: &Self, cause: String| {
            Err(format!("{} does not implement {} {cause}", c.show_type(ty), c.show_type(interface)))
        };
        if !matches!(self.types.under(interface), Kind::Interface(_)) {
            let cause = if self.is_interface_pointer(interface) {
                self.show_interface_pointer(interface)
            } else {
                format!("{} is not an interface", self.show_type(interface))
            };
            return verdict(self, format!("({cause})"));
        }
        match self.lacking(ty, interface, true) {
            None => Ok(()),
            Some(lacking) => {
                let cause = self.show_lacking(ty, interface, &lacking);
                verdict(self, cause)
            }
        }
    }

    /// May a value of an interface type have this dynamic type? Says why not.
    pub(super) fn assertable(&mut self, interface: Ty, ty: Ty) -> Result<(), String> {
        if self.types.is_interface(ty) {
            return Ok(());
        }
        match self.lacking(ty, interface, false) {
            None => Ok(()),
            Some(lacking) => Err(self.show_lacking(ty, interface, &lacking)),
        }
    }
}
