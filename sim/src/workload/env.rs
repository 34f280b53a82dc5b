//! What all operations of a workload share: types, layout of frame and globals, sites, and how things are lowered.

use crate::scenario::Scenario;
use crate::scenario::compiler::Lowering;
use crate::scenario::workload::{ElemType, KeyType, Routines};
use crate::workload::frame::Frame;
use crate::workload::sites::Sites;
use gc::addr::{ARENA_BASE, WORD};
use gc::{Addr, Bytes, PtrMask, SiteTable, Type, TypeId, TypeTable};
use mapruntime::{GoType, Kind, MapType, Universe, describe};
use std::sync::Arc;

/// Values of an inner map live under this key.
pub const INNER_KEY: u64 = 0;

/// Bytes of Go's `zeroVal`.
pub const ZERO_VAL: Bytes = Bytes(1024);

/// Everything immutable about a workload.
#[derive(Debug)]
pub struct Env {
    /// Type of the keys.
    pub key: KeyType,
    /// Type of the elements.
    pub elem: ElemType,
    /// The maps' type.
    pub map: MapType,
    /// The type of inner maps, `map[int64]*leaf`.
    pub inner: MapType,
    /// An object without pointers: a number and its complement.
    pub leaf: Arc<Type>,
    /// An object that holds a pointer to a leaf.
    pub node: Arc<Type>,
    /// The bytes of a string.
    pub string: Arc<Type>,
    /// A string header, for boxed strings.
    pub header: Arc<GoType>,
    /// The type of boxed numbers.
    pub int64: Arc<GoType>,
    /// The type of boxed floats.
    pub float64: Arc<GoType>,
    /// A pointer to a leaf, as held by interfaces.
    pub leaf_ptr: Arc<GoType>,
    /// One word without pointers, for slices' backing arrays.
    pub word: Arc<Type>,
    /// One pointer, for the pool.
    pub pointer: Arc<Type>,
    /// All types.
    pub types: Arc<TypeTable>,
    /// Globals: a pointer for each map of each mutator, and one for the pool.
    pub globals: Arc<Type>,
    /// Names of all sites.
    pub table: SiteTable,
    /// Numbers of the workload's.
    pub sites: Sites,
    /// The frame.
    pub frame: Frame,
    /// Are fast variants used where the compiler uses them?
    pub routines: Routines,
    /// The era of the lowering.
    pub lowering: Lowering,
    /// Is the right side evaluated before the slot is taken?
    pub order: bool,
    /// Maps of each mutator.
    pub maps: u64,
    /// Mutators.
    pub mutators: u64,
    /// Size of the key space.
    pub keys: u64,
    /// Do keys collide in all bits of the hash?
    pub collide: bool,
    /// Length of strings in bytes.
    pub string_bytes: u64,
    /// The hint given to `make`.
    pub hint: u64,
}

/// Words of the strings that collide in all bits of their hash.
const COLLIDING_STRING: u64 = 32;

impl Env {
    /// The environment of a scenario.
    ///
    /// # Panics
    /// Never: the types made here are legal.
    pub fn new(scenario: &Scenario) -> Env {
        let w = &scenario.workload;
        let mut types = TypeTable::new();
        let legal = "the workload's types are legal";
        let words = |n: u64| Bytes(n * WORD);
        let one = |at: usize, n: usize| (0..n).map(|i| i == at).collect::<PtrMask>();
        let leaf = types.add("leaf", words(2), Bytes(WORD), PtrMask::new()).expect(legal);
        let node = types.add("node", words(w.node_words), Bytes(WORD), one(1, 2)).expect(legal);
        let collide = w.distribution == crate::scenario::workload::Distribution::Colliding;
        let string_bytes = if collide { COLLIDING_STRING } else { w.string_bytes };
        let string = types.add("string bytes", Bytes(string_bytes.max(1)), Bytes(1), PtrMask::new()).expect(legal);
        let word = types.add("word", words(1), Bytes(WORD), PtrMask::new()).expect(legal);
        let pointer = types.add("*leaf slot", words(1), Bytes(WORD), one(0, 1)).expect(legal);
        let count = (w.mutators * w.maps + 1) as usize;
        let globals = types.add("main globals", words(count as u64), Bytes(WORD), PtrMask::repeat(true, count));
        let globals = globals.expect(legal);

        let mut go = |name: &str, kind: Kind| GoType::new(&mut types, name, kind).expect(legal);
        let int64 = go("int64", Kind::Int64);
        let float64 = go("float64", Kind::Float64);
        let header = go("string", Kind::String);
        let leaf_ptr = go("*leaf", Kind::Pointer("leaf".into()));
        let node_ptr = go("*node", Kind::Pointer("node".into()));
        let key = key_type(&mut types, w.key, &int64, &header, &leaf_ptr);
        let plain_elem = elem_type(&mut types, w.elem, &int64, &header, &leaf_ptr, &node_ptr);
        let universe = Universe::new(
            &mut types,
            hashkey(scenario.seed),
            Addr(ARENA_BASE),
            [&int64, &float64, &header, &leaf_ptr].map(Clone::clone),
        );
        let mut inner = MapType::new(&mut types, &universe, &int64, &leaf_ptr).expect(legal);
        inner.keep_overflow = scenario.runtime.keep_overflow;
        let mut map = MapType::new(&mut types, &universe, &key, &plain_elem).expect(legal);
        map.keep_overflow = scenario.runtime.keep_overflow;
        let (table, sites) = Sites::table();
        let frame = Frame::new(key.ty(), plain_elem.ty(), universe.hiter(), &scenario.compiler.omit_roots);
        Env {
            key: w.key,
            elem: w.elem,
            map,
            inner,
            leaf,
            node,
            string,
            header,
            int64,
            float64,
            leaf_ptr,
            word,
            pointer,
            types: Arc::new(types),
            globals,
            table,
            sites,
            frame,
            routines: w.routines,
            lowering: scenario.lowering(),
            order: scenario.compiler.order,
            maps: w.maps,
            mutators: w.mutators,
            keys: w.keys,
            collide,
            string_bytes,
            hint: w.hint,
        }
    }

    /// Are there objects that keys point to, one a key?
    pub fn has_pool(&self) -> bool {
        matches!(self.key, KeyType::Pointer | KeyType::Record)
    }

    /// Address of the global that holds a map.
    pub fn map_global(&self, globals: Addr, mutator: usize, map: u64) -> Addr {
        globals.offset((mutator as u64 * self.maps + map) * WORD)
    }

    /// Address of the global that holds the pool.
    pub fn pool_global(&self, globals: Addr) -> Addr {
        globals.offset(self.mutators * self.maps * WORD)
    }

    /// What lies at a byte offset in an object of a type: a cell of a bucket, a field of a map's header, or a word.
    pub fn part(&self, ty: Option<TypeId>, offset: u64) -> String {
        let part = ty.and_then(|ty| [&self.map, &self.inner].into_iter().find_map(|t| describe::part(t, ty, offset)));
        part.unwrap_or_else(|| format!("word {}", offset / WORD))
    }

    /// The bits of a value's number that an element can hold.
    pub fn elem_bits(&self) -> u64 {
        match self.elem {
            ElemType::Empty => 0,
            ElemType::String if self.string_bytes < WORD => (1 << (self.string_bytes * 8)) - 1,
            _ => u64::MAX,
        }
    }
}

/// The hash key that Go draws when a program starts, from the scenario's seed.
fn hashkey(seed: u64) -> u64 {
    let mut random = gc::mutator::FastRand(seed ^ 0x5bd1_e995);
    (u64::from(random.draw()) << 32 | u64::from(random.draw())) | 1
}

fn key_type(
    types: &mut TypeTable,
    key: KeyType,
    int64: &Arc<GoType>,
    string: &Arc<GoType>,
    leaf_ptr: &Arc<GoType>,
) -> Arc<GoType> {
    let legal = "the workload's types are legal";
    let simple = match key {
        KeyType::Bool => ("bool", Kind::Bool),
        KeyType::Int8 => ("int8", Kind::Int8),
        KeyType::Int16 => ("int16", Kind::Int16),
        KeyType::Int32 => ("int32", Kind::Int32),
        KeyType::Int64 => return int64.clone(),
        KeyType::Int => ("int", Kind::Int),
        KeyType::Uint8 => ("uint8", Kind::Uint8),
        KeyType::Uint16 => ("uint16", Kind::Uint16),
        KeyType::Uint32 => ("uint32", Kind::Uint32),
        KeyType::Uint64 => ("uint64", Kind::Uint64),
        KeyType::Uint => ("uint", Kind::Uint),
        KeyType::Uintptr => ("uintptr", Kind::Uintptr),
        KeyType::Float32 => ("float32", Kind::Float32),
        KeyType::Float64 => ("float64", Kind::Float64),
        KeyType::Complex64 => ("complex64", Kind::Complex64),
        KeyType::Complex128 => ("complex128", Kind::Complex128),
        KeyType::String => return string.clone(),
        KeyType::Pointer => return leaf_ptr.clone(),
        KeyType::Interface => ("interface {}", Kind::Interface),
        KeyType::Array => return GoType::array(types, "[2]int64", int64, 2).expect(legal),
        KeyType::Pair => {
            return GoType::structure(types, "pair", &[("a", int64), ("b", int64)]).expect(legal);
        }
        KeyType::Record => {
            return GoType::structure(types, "record", &[("name", string), ("at", leaf_ptr)]).expect(legal);
        }
        KeyType::Bytes200 => {
            let byte = GoType::new(types, "uint8", Kind::Uint8).expect(legal);
            return GoType::array(types, "[200]uint8", &byte, 200).expect(legal);
        }
    };
    GoType::new(types, simple.0, simple.1).expect(legal)
}

fn elem_type(
    types: &mut TypeTable,
    elem: ElemType,
    int64: &Arc<GoType>,
    string: &Arc<GoType>,
    leaf_ptr: &Arc<GoType>,
    node_ptr: &Arc<GoType>,
) -> Arc<GoType> {
    let legal = "the workload's types are legal";
    match elem {
        ElemType::Int64 => int64.clone(),
        ElemType::Ptr => leaf_ptr.clone(),
        ElemType::Node => node_ptr.clone(),
        ElemType::String => string.clone(),
        ElemType::Bytes200 => {
            let byte = GoType::new(types, "uint8", Kind::Uint8).expect(legal);
            GoType::array(types, "[200]uint8", &byte, 200).expect(legal)
        }
        ElemType::Record200 => {
            let pad = GoType::array(types, "[22]int64", int64, 22).expect(legal);
            let fields = [("id", int64), ("first", leaf_ptr), ("pad", &pad), ("last", leaf_ptr)];
            GoType::structure(types, "record200", &fields).expect(legal)
        }
        ElemType::Interface => GoType::new(types, "interface {}", Kind::Interface).expect(legal),
        ElemType::Slice => GoType::new(types, "[]int64", Kind::Slice).expect(legal),
        ElemType::Map => GoType::new(types, "map[int64]*leaf", Kind::Map).expect(legal),
        ElemType::Empty => GoType::structure(types, "struct {}", &[]).expect(legal),
    }
}
