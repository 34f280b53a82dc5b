//! What types can do.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/predicates.go.

use super::Checker;
use crate::constant::BasicKind;
use crate::types::{Basic, Kind, Ty, Types};

impl Checker<'_, '_> {
    /// The basic type under a type.
    pub(super) fn basic(&self, ty: Ty) -> Option<Basic> {
        self.types.basic(ty)
    }

    pub(super) fn is_untyped(&self, ty: Ty) -> bool {
        matches!(self.types.kind(ty), Kind::Basic(basic) if basic.is_untyped())
    }

    pub(super) fn is_integer(&self, ty: Ty) -> bool {
        self.basic(ty).is_some_and(Basic::is_integer)
    }

    pub(super) fn is_numeric(&self, ty: Ty) -> bool {
        self.basic(ty).is_some_and(Basic::is_numeric)
    }

    pub(super) fn is_complex(&self, ty: Ty) -> bool {
        self.basic(ty).is_some_and(Basic::is_complex)
    }

    pub(super) fn is_string(&self, ty: Ty) -> bool {
        self.types.is_string(ty)
    }

    pub(super) fn is_boolean(&self, ty: Ty) -> bool {
        matches!(self.basic(ty), Some(Basic::Bool | Basic::UntypedBool))
    }

    /// Is it a type of constants?
    pub(super) fn is_const_type(&self, ty: Ty) -> bool {
        self.is_numeric(ty) || self.is_string(ty) || self.is_boolean(ty)
    }

    /// Has it an order?
    pub(super) fn is_ordered(&self, ty: Ty) -> bool {
        self.is_string(ty) || self.is_numeric(ty) && !self.is_complex(ty)
    }

    /// Has it the value nil?
    pub(super) fn has_nil(&self, ty: Ty) -> bool {
        match self.types.under(ty) {
            Kind::Basic(basic) => *basic == Basic::UnsafePointer,
            Kind::Pointer(_)
            | Kind::Slice(_)
            | Kind::Map { .. }
            | Kind::Chan { .. }
            | Kind::Func { .. }
            | Kind::Interface(_) => true,
            Kind::Array { .. } | Kind::Struct(_) | Kind::Named(_) | Kind::Tuple(_) => false,
        }
    }

    /// Has the type a name of its own?
    pub(super) fn has_name(&self, ty: Ty) -> bool {
        matches!(self.types.kind(ty), Kind::Basic(_) | Kind::Named(_))
    }

    /// Is it a slice of bytes or runes?
    pub(super) fn is_bytes_or_runes(&self, ty: Ty) -> bool {
        match self.types.under(ty) {
            Kind::Slice(elem) => matches!(self.basic(*elem), Some(Basic::Uint8 | Basic::Int32)),
            _ => false,
        }
    }

    /// Is it a pointer to an interface?
    pub(super) fn is_interface_pointer(&self, ty: Ty) -> bool {
        self.types.pointee(ty).is_some_and(|elem| self.types.is_interface(elem))
    }

    /// The array, and its elements, that a type is or points to.
    pub(super) fn array_of(&self, ty: Ty) -> Option<(u64, Ty)> {
        let ty = self.types.pointee(ty).unwrap_or(ty);
        match self.types.under(ty) {
            Kind::Array { len, elem } => Some((*len, *elem)),
            _ => None,
        }
    }

    /// The type that an untyped value gets where nothing else gives it one.
    pub(super) fn default_type(&self, ty: Ty) -> Ty {
        match self.types.kind(ty) {
            Kind::Basic(Basic::UntypedBool) => Types::BOOL,
            Kind::Basic(Basic::UntypedInt) => Types::INT,
            Kind::Basic(Basic::UntypedRune) => Types::INT32,
            Kind::Basic(Basic::UntypedFloat) => Types::FLOAT64,
            Kind::Basic(Basic::UntypedComplex) => Types::COMPLEX128,
            Kind::Basic(Basic::UntypedString) => Types::STRING,
            _ => ty,
        }
    }

    /// The kind of constants of a type; `Invalid` if it has none.
    pub(super) fn const_kind(&self, ty: Ty) -> BasicKind {
        self.basic(ty).unwrap_or(Basic::Invalid)
    }

    /// Can values be compared with `==`?
    pub(super) fn is_comparable(&mut self, ty: Ty) -> bool {
        if let Some(&known) = self.comparable.get(&ty) {
            return known;
        }
        let parts: Vec<Ty> = match self.types.under(ty) {
            Kind::Basic(basic) => return *basic != Basic::UntypedNil,
            Kind::Pointer(_) | Kind::Chan { .. } | Kind::Interface(_) => return true,
            Kind::Struct(fields) => fields.iter().map(|f| f.ty).collect(),
            Kind::Array { elem, .. } => vec![*elem],
            Kind::Slice(_) | Kind::Map { .. } | Kind::Func { .. } | Kind::Named(_) | Kind::Tuple(_) => return false,
        };
        let comparable = parts.into_iter().all(|part| self.is_comparable(part));
        // Of types that are still being declared, nothing is known for good.
        if self.incomplete.is_empty() {
            self.comparable.insert(ty, comparable);
        }
        comparable
    }

    /// Why values cannot be compared, if there is more to say than that.
    pub(super) fn why_incomparable(&mut self, ty: Ty) -> Option<String> {
        match self.types.under(ty).clone() {
            Kind::Slice(_) | Kind::Func { .. } | Kind::Map { .. } => {
                Some(format!("{} can only be compared to nil", self.show_kind(ty)))
            }
            Kind::Struct(fields) => {
                let field = fields.iter().find(|f| !self.is_comparable(f.ty))?;
                Some(format!("struct containing {} cannot be compared", self.show_type(field.ty)))
            }
            Kind::Array { elem, .. } if !self.is_comparable(elem) => {
                Some(format!("{} cannot be compared", self.show_type(self.types.underlying(ty))))
            }
            _ => None,
        }
    }
}
