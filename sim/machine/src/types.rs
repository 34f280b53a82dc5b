//! Types of the program for the collector and the map runtime.
//!
//! A type is made once, when it is first met. Its parts are made before it; what a pointer, slice, map, channel
//! or function leads to is no part, so recursive types need nothing special.

use crate::image::LoadError;
use compiler::types::{Basic, Kind, Ty, Types};
use gc::TypeTable;
use mapruntime::kind::KindError;
use mapruntime::{GoType, Kind as GoKind, MapType, Universe};
use std::collections::HashMap;
use std::sync::Arc;

/// A type that values in memory can have.
#[derive(Debug)]
pub(crate) struct Info {
    pub(crate) ty: Ty,
    pub(crate) go: Arc<GoType>,
    /// Its form as a map, if it is one.
    pub(crate) map: Option<MapType>,
}

/// Makes types.
pub(crate) struct TypeMaker<'a> {
    types: &'a Types,
    pub(crate) table: TypeTable,
    pub(crate) infos: Vec<Info>,
    made: HashMap<Ty, usize>,
}

impl<'a> TypeMaker<'a> {
    pub(crate) fn new(types: &'a Types) -> TypeMaker<'a> {
        TypeMaker { types, table: TypeTable::new(), infos: Vec::new(), made: HashMap::new() }
    }

    /// The type, made if it is new.
    pub(crate) fn add(&mut self, ty: Ty) -> Result<Arc<GoType>, LoadError> {
        let made = self.make(ty);
        made.map_err(|e| LoadError(format!("no values of type {}: {e}", self.types.name(ty, None))))
    }

    /// Makes what the types made so far lead to, and these types; leaves out what cannot be made: no value of it exists.
    pub(crate) fn close(&mut self, more: impl IntoIterator<Item = Ty>) {
        for ty in more {
            _ = self.make(ty);
        }
        let mut next = 0;
        while let Some(info) = self.infos.get(next) {
            next += 1;
            let types = self.types;
            match types.under(info.ty) {
                Kind::Pointer(to) | Kind::Slice(to) | Kind::Chan { elem: to, .. } | Kind::Array { elem: to, .. } => {
                    _ = self.make(*to);
                }
                Kind::Map { key, elem } => {
                    _ = self.make(*key);
                    _ = self.make(*elem);
                }
                Kind::Struct(fields) => fields.iter().for_each(|f| _ = self.make(f.ty)),
                _ => {}
            }
        }
    }

    /// All of them.
    pub(crate) fn go_types(&self) -> Vec<Arc<GoType>> {
        self.infos.iter().map(|info| info.go.clone()).collect()
    }

    /// Makes the map types.
    pub(crate) fn make_maps(&mut self, universe: &Arc<Universe>) -> Result<(), LoadError> {
        for i in 0..self.infos.len() {
            let Kind::Map { key, elem } = self.types.under(self.infos[i].ty) else { continue };
            let (Some(&key), Some(&elem)) = (self.made.get(key), self.made.get(elem)) else { continue };
            let (key, elem) = (self.infos[key].go.clone(), self.infos[elem].go.clone());
            let map = MapType::new(&mut self.table, universe, &key, &elem).map_err(|e| LoadError(e.to_string()))?;
            self.infos[i].map = Some(map);
        }
        Ok(())
    }

    fn make(&mut self, ty: Ty) -> Result<Arc<GoType>, KindError> {
        if let Some(&at) = self.made.get(&ty) {
            return Ok(self.infos[at].go.clone());
        }
        let name = self.types.name(ty, None);
        let types = self.types;
        let go = match types.under(ty) {
            Kind::Array { len, elem } => {
                let elem = self.make(*elem)?;
                GoType::array(&mut self.table, &name, &elem, *len)?
            }
            Kind::Struct(fields) => {
                let made: Vec<Arc<GoType>> = fields.iter().map(|f| self.make(f.ty)).collect::<Result<_, _>>()?;
                let fields: Vec<(&str, &Arc<GoType>)> = fields.iter().map(|f| &*f.name).zip(&made).collect();
                GoType::structure(&mut self.table, &name, &fields)?
            }
            kind => {
                let kind = simple_kind(types, kind).ok_or(KindError::TooLarge)?;
                GoType::new(&mut self.table, &name, kind)?
            }
        };
        self.made.insert(ty, self.infos.len());
        self.infos.push(Info { ty, go: go.clone(), map: None });
        Ok(go)
    }
}

/// The kind of a type that is not made of others; `None` if no value has it.
fn simple_kind(types: &Types, kind: &Kind) -> Option<GoKind> {
    Some(match kind {
        Kind::Pointer(to) => GoKind::Pointer(types.name(*to, None).into()),
        Kind::Slice(_) => GoKind::Slice,
        Kind::Map { .. } => GoKind::Map,
        Kind::Chan { .. } => GoKind::Chan,
        Kind::Func { .. } => GoKind::Func,
        Kind::Interface(_) => GoKind::Interface,
        Kind::Basic(basic) => match basic {
            Basic::Bool => GoKind::Bool,
            Basic::Int => GoKind::Int,
            Basic::Int8 => GoKind::Int8,
            Basic::Int16 => GoKind::Int16,
            Basic::Int32 => GoKind::Int32,
            Basic::Int64 => GoKind::Int64,
            Basic::Uint => GoKind::Uint,
            Basic::Uint8 => GoKind::Uint8,
            Basic::Uint16 => GoKind::Uint16,
            Basic::Uint32 => GoKind::Uint32,
            Basic::Uint64 => GoKind::Uint64,
            Basic::Uintptr => GoKind::Uintptr,
            Basic::Float32 => GoKind::Float32,
            Basic::Float64 => GoKind::Float64,
            Basic::Complex64 => GoKind::Complex64,
            Basic::Complex128 => GoKind::Complex128,
            Basic::String => GoKind::String,
            Basic::UnsafePointer => GoKind::UnsafePointer,
            _ => return None,
        },
        Kind::Array { .. } | Kind::Struct(_) | Kind::Named(_) | Kind::Tuple(_) => return None,
    })
}
