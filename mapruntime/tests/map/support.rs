//! A small memory to test map routines on, with a collector that never waits.
//!
//! [`Flat`] implements [`Effects`]: a vector of words, bump allocation, wyrand. If `collect` is on, each
//! allocation first marks from `roots`, the iterators and the call's `live`, and frees all else;
//! an access to freed or unmapped memory is a `Violation` or a `Fault`. So a routine that
//! forgets to list what it holds fails at once, not one run in a million.
//!
//! [`Replay`] runs the same routine one effect at a time.

#![allow(dead_code)]

use gc::addr::{ARENA_BASE, Bytes, WORD};
use gc::barrier::{BulkOrder, Program, named};
use gc::{Addr, Condition, Effects, Half, PtrMask, Site, Stop, Tally, Type, TypeTable};
use mapruntime::layout::hiter;
use mapruntime::{GoType, Kind, MapType, Universe};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where a word of the arena stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Mapped,
    Freed,
}

/// An object of the heap.
#[derive(Clone, Debug)]
pub struct Object {
    pub end: u64,
    pub stride: u64,
    pub mask: PtrMask,
}

/// The memory.
#[derive(Clone)]
pub struct Flat {
    pub words: Vec<u64>,
    states: Vec<State>,
    pub objects: BTreeMap<u64, Object>,
    pub rng: u64,
    pub draws: Vec<u32>,
    /// What the program's frames hold.
    pub roots: Vec<Addr>,
    /// Iterators in frames.
    pub iterators: Vec<Addr>,
    /// Collect at each allocation?
    pub collect: bool,
    /// Is the write barrier flag on?
    pub marking: bool,
    /// Sites whose barrier ran, and sites that allocated.
    pub sites: BTreeSet<Site>,
    /// Objects shaded by barriers.
    pub shaded: BTreeSet<u64>,
    pub freed_objects: u64,
    barrier: Program,
}

impl Flat {
    pub fn new(rng: u64) -> Flat {
        Flat {
            words: Vec::new(),
            states: Vec::new(),
            objects: BTreeMap::new(),
            rng,
            draws: Vec::new(),
            roots: Vec::new(),
            iterators: Vec::new(),
            collect: false,
            marking: false,
            sites: BTreeSet::new(),
            shaded: BTreeSet::new(),
            freed_objects: 0,
            barrier: named("hybrid-uncond").expect("it is in the catalogue").program,
        }
    }

    /// Memory that is no object and is never freed: a frame, or a global.
    pub fn place(&mut self, words: usize) -> Addr {
        let a = Addr(ARENA_BASE + self.words.len() as u64 * WORD);
        self.words.resize(self.words.len() + words, 0);
        self.states.resize(self.words.len(), State::Mapped);
        a
    }

    fn index(&self, a: Addr) -> Result<usize, Stop> {
        let i = (a.0.wrapping_sub(ARENA_BASE)).rotate_right(3) as usize;
        match self.states.get(i) {
            Some(State::Mapped) => Ok(i),
            Some(State::Freed) => Err(Stop::Violation),
            None => Err(Stop::Fault),
        }
    }

    pub fn read(&self, a: Addr) -> u64 {
        self.words[self.index(a).unwrap_or_else(|stop| panic!("{stop:?} at {a}"))]
    }

    pub fn write(&mut self, a: Addr, v: u64) {
        let i = self.index(a).unwrap_or_else(|stop| panic!("{stop:?} at {a}"));
        self.words[i] = v;
    }

    pub fn read_bytes(&self, a: Addr, n: u64) -> Vec<u8> {
        (0..n).map(|i| self.read(a.offset(i).word()).to_le_bytes()[((a.0 + i) % 8) as usize]).collect()
    }

    pub fn write_bytes(&mut self, a: Addr, bytes: &[u8]) {
        for (i, byte) in (0..).zip(bytes) {
            let at = a.offset(i);
            let mut word = self.read(at.word()).to_le_bytes();
            word[(at.0 % 8) as usize] = *byte;
            self.write(at.word(), u64::from_le_bytes(word));
        }
    }

    /// A new object without a collection before it.
    pub fn object(&mut self, size: u64, stride: u64, mask: PtrMask) -> Addr {
        let a = self.place(size.div_ceil(WORD).max(1) as usize);
        self.objects.insert(a.0, Object { end: a.0 + size.max(1), stride, mask });
        a
    }

    /// A pointer-free object with these bytes.
    pub fn bytes_object(&mut self, bytes: &[u8]) -> Addr {
        if bytes.is_empty() {
            return Addr::NIL;
        }
        let a = self.object(bytes.len() as u64, bytes.len() as u64, PtrMask::new());
        self.write_bytes(a, bytes);
        a
    }

    pub fn base(&self, a: u64) -> Option<u64> {
        self.objects.range(..=a).next_back().filter(|(_, o)| a < o.end).map(|(base, _)| *base)
    }

    /// The bases of all objects reachable from these addresses.
    pub fn reachable(&self, from: impl IntoIterator<Item = u64>) -> BTreeSet<u64> {
        let mut found = BTreeSet::new();
        let mut work: Vec<u64> = from.into_iter().collect();
        while let Some(a) = work.pop() {
            let Some(base) = self.base(a) else { continue };
            if !found.insert(base) {
                continue;
            }
            let object = &self.objects[&base];
            let mut at = base;
            while object.mask.any() && at < object.end {
                work.extend(object.mask.iter_ones().map(|one| self.read(Addr(at + one as u64 * WORD))));
                at += object.stride;
            }
        }
        found
    }

    fn collect(&mut self, live: &[Addr]) {
        let mut roots: Vec<u64> = live.iter().chain(&self.roots).map(|a| a.0).collect();
        for it in &self.iterators {
            roots.extend((0..8).map(|i| self.read(it.offset(i * WORD))));
        }
        let reachable = self.reachable(roots);
        let dead: Vec<u64> = self.objects.keys().copied().filter(|base| !reachable.contains(base)).collect();
        for base in dead {
            self.free(base);
        }
    }

    fn free(&mut self, base: u64) {
        let object = self.objects.remove(&base).expect("it is an object");
        self.freed_objects += 1;
        for at in (base..object.end).step_by(WORD as usize) {
            let i = ((at - ARENA_BASE) / WORD) as usize;
            self.words[i] = 0xdead_dead_dead_dead;
            self.states[i] = State::Freed;
        }
    }
}

impl Effects for Flat {
    fn load(&mut self, a: Addr) -> Result<u64, Stop> {
        Ok(self.words[self.index(a)?])
    }

    fn store(&mut self, a: Addr, value: u64) -> Result<(), Stop> {
        let i = self.index(a)?;
        self.words[i] = value;
        Ok(())
    }

    fn store_masked(&mut self, a: Addr, mask: u64, bits: u64) -> Result<(), Stop> {
        let i = self.index(a)?;
        assert_eq!(bits & !mask, 0, "bits outside the mask");
        self.words[i] = self.words[i] & !mask | bits;
        Ok(())
    }

    fn allocate(&mut self, site: Site, ty: &Type, count: u64, live: &[Addr]) -> Result<Addr, Stop> {
        self.sites.insert(site);
        if self.collect {
            self.collect(live);
        }
        let Bytes(stride) = ty.size();
        match stride.checked_mul(count) {
            Some(size) if size < 1 << 28 => Ok(self.object(size, stride, ty.mask().clone())),
            _ => Err(Stop::OutOfMemory),
        }
    }

    fn safepoint(&mut self, _site: Site, live: &[Addr]) -> Result<(), Stop> {
        if self.collect {
            self.collect(live);
        }
        Ok(())
    }

    fn fastrand(&mut self) -> Result<u32, Stop> {
        self.rng = self.rng.wrapping_add(0xa076_1d64_78bd_642f);
        let product = u128::from(self.rng) * u128::from(self.rng ^ 0xe703_7ed1_a0b4_28db);
        let draw = ((product >> 64) as u64 ^ product as u64) as u32;
        self.draws.push(draw);
        Ok(draw)
    }

    fn program(&self, _site: Site) -> Program {
        self.barrier
    }

    fn bulk_order(&self) -> BulkOrder {
        BulkOrder::Before
    }

    fn needs_barrier(&self, dst: Addr) -> bool {
        self.base(dst.0).is_some()
    }

    fn load_flag(&mut self) -> Result<bool, Stop> {
        Ok(self.marking)
    }

    fn test(&mut self, _condition: Condition, _slot: Addr, _new: Addr) -> Result<bool, Stop> {
        Ok(true)
    }

    fn shade(&mut self, _site: Site, _half: Half, p: Addr) -> Result<bool, Stop> {
        Ok(self.base(p.0).is_some_and(|base| self.shaded.insert(base)))
    }

    fn grey_base(&mut self, _slot: Addr) -> Result<(), Stop> {
        Ok(())
    }

    fn store_pointer(&mut self, _site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        self.store(slot, new.0)
    }

    fn tally(&mut self, tally: Tally) {
        if let Tally::Barrier { site, .. } = tally {
            self.sites.insert(site);
        }
    }

    fn write_atomically(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        self.store_pointer(site, slot, new)
    }
}

/// What an effect was asked for, to notice a routine that does not repeat itself.
type Asked = (&'static str, u64, u64);

/// A routine's effects so far, and their results.
pub type Log = Vec<(Asked, u64)>;

/// Repeats logged effects, performs at most `fuel` new ones, then yields.
pub struct Replay<'a> {
    pub flat: &'a mut Flat,
    pub log: &'a mut Log,
    pub at: usize,
    pub fuel: usize,
}

impl Replay<'_> {
    fn step(&mut self, asked: Asked, perform: impl FnOnce(&mut Flat) -> Result<u64, Stop>) -> Result<u64, Stop> {
        if let Some((earlier, result)) = self.log.get(self.at) {
            assert_eq!(*earlier, asked, "a repeated effect differs");
            self.at += 1;
            return Ok(*result);
        }
        if self.fuel == 0 {
            return Err(Stop::Yield);
        }
        self.fuel -= 1;
        let result = perform(self.flat)?;
        self.log.push((asked, result));
        self.at += 1;
        Ok(result)
    }
}

impl Effects for Replay<'_> {
    fn load(&mut self, a: Addr) -> Result<u64, Stop> {
        self.step(("load", a.0, 0), |f| f.load(a))
    }
    fn store(&mut self, a: Addr, value: u64) -> Result<(), Stop> {
        self.step(("store", a.0, value), |f| f.store(a, value).map(|()| 0)).map(drop)
    }
    fn store_masked(&mut self, a: Addr, mask: u64, bits: u64) -> Result<(), Stop> {
        self.step(("store_masked", a.0, bits), |f| f.store_masked(a, mask, bits).map(|()| 0)).map(drop)
    }
    fn allocate(&mut self, site: Site, ty: &Type, count: u64, live: &[Addr]) -> Result<Addr, Stop> {
        let sum = live.iter().fold(count, |sum, a| sum.rotate_left(7) ^ a.0);
        self.step(("allocate", u64::from(site.0), sum), |f| Ok(f.allocate(site, ty, count, live)?.0)).map(Addr)
    }
    fn safepoint(&mut self, site: Site, live: &[Addr]) -> Result<(), Stop> {
        self.step(("safepoint", u64::from(site.0), 0), |f| f.safepoint(site, live).map(|()| 0)).map(drop)
    }
    fn fastrand(&mut self) -> Result<u32, Stop> {
        self.step(("fastrand", 0, 0), |f| f.fastrand().map(u64::from)).map(|r| r as u32)
    }
    fn program(&self, site: Site) -> Program {
        self.flat.program(site)
    }
    fn bulk_order(&self) -> BulkOrder {
        self.flat.bulk_order()
    }
    fn needs_barrier(&self, dst: Addr) -> bool {
        self.flat.needs_barrier(dst)
    }
    fn load_flag(&mut self) -> Result<bool, Stop> {
        self.step(("load_flag", 0, 0), |f| f.load_flag().map(u64::from)).map(|on| on != 0)
    }
    fn test(&mut self, condition: Condition, slot: Addr, new: Addr) -> Result<bool, Stop> {
        self.step(("test", slot.0, new.0), |f| f.test(condition, slot, new).map(u64::from)).map(|yes| yes != 0)
    }
    fn shade(&mut self, site: Site, half: Half, p: Addr) -> Result<bool, Stop> {
        self.step(("shade", u64::from(site.0), p.0), |f| f.shade(site, half, p).map(u64::from)).map(|yes| yes != 0)
    }
    fn grey_base(&mut self, slot: Addr) -> Result<(), Stop> {
        self.step(("grey_base", slot.0, 0), |f| f.grey_base(slot).map(|()| 0)).map(drop)
    }
    fn store_pointer(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        self.step(("store_pointer", slot.0, new.0), |f| f.store_pointer(site, slot, new).map(|()| 0)).map(drop)
    }
    fn tally(&mut self, tally: Tally) {
        if let Tally::Barrier { site, .. } = tally {
            self.flat.sites.insert(site);
        }
    }
    fn write_atomically(&mut self, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
        self.step(("write_atomically", slot.0, new.0), |f| f.write_atomically(site, slot, new).map(|()| 0)).map(drop)
    }
}

/// Some Go types, a universe of them, and the memory that goes with it.
#[derive(Clone)]
pub struct Kit {
    pub table: TypeTable,
    pub universe: Arc<Universe>,
    pub types: BTreeMap<&'static str, Arc<GoType>>,
    pub flat: Flat,
}

/// The hash key of all tests; a test with vectors brings its own.
pub const HASHKEY: u64 = 0x1234_5678_9abc_def1;

impl Kit {
    pub fn new(hashkey: u64, rng: u64) -> Kit {
        let mut flat = Flat::new(rng);
        let zero_val = flat.place(128);
        let mut table = TypeTable::new();
        let mut types = BTreeMap::new();
        for (name, kind) in [
            ("bool", Kind::Bool),
            ("int", Kind::Int),
            ("int8", Kind::Int8),
            ("int16", Kind::Int16),
            ("int32", Kind::Int32),
            ("int64", Kind::Int64),
            ("uint8", Kind::Uint8),
            ("uintptr", Kind::Uintptr),
            ("float32", Kind::Float32),
            ("float64", Kind::Float64),
            ("complex64", Kind::Complex64),
            ("complex128", Kind::Complex128),
            ("string", Kind::String),
            ("ptr", Kind::Pointer("node".into())),
            ("unsafe.Pointer", Kind::UnsafePointer),
            ("any", Kind::Interface),
            ("[]int", Kind::Slice),
            ("map[int]int", Kind::Map),
            ("func()", Kind::Func),
        ] {
            types.insert(name, GoType::new(&mut table, name, kind).expect("a plain type"));
        }
        let ty = |types: &BTreeMap<_, _>, name: &str| -> Arc<GoType> { Arc::clone(&types[name]) };
        for (name, elem, len) in
            [("bytes200", "uint8", 200), ("bytes8", "uint8", 8), ("[2]string", "string", 2), ("[0]int", "int", 0)]
        {
            let made = GoType::array(&mut table, name, &ty(&types, elem), len).expect("a small array");
            types.insert(name, made);
        }
        for (name, fields) in [
            ("empty", &[][..]),
            ("pair", &[("a", "int64"), ("b", "int64")][..]),
            ("padded", &[("a", "int8"), ("b", "int64"), ("c", "int16"), ("d", "int16")][..]),
            ("blank", &[("a", "int32"), ("_", "int32"), ("b", "int64")][..]),
            ("mixed", &[("a", "int64"), ("b", "int64"), ("s", "string"), ("f", "float64"), ("i", "any")][..]),
            ("boxed", &[("p", "ptr")][..]),
            ("tailed", &[("a", "int64"), ("z", "empty")][..]),
            ("holder", &[("s", "[]int")][..]),
            ("one", &[("f", "float64")][..]),
        ] {
            let fields: Vec<(&str, Arc<GoType>)> = fields.iter().map(|&(f, t)| (f, ty(&types, t))).collect();
            let fields: Vec<(&str, &Arc<GoType>)> = fields.iter().map(|(f, t)| (*f, t)).collect();
            types.insert(name, GoType::structure(&mut table, name, &fields).expect("a small structure"));
        }
        let universe = Universe::new(&mut table, hashkey, zero_val, types.values().cloned());
        Kit { table, universe, types, flat }
    }

    pub fn map_type(&mut self, key: &str, elem: &str) -> MapType {
        MapType::new(&mut self.table, &self.universe, &self.types[key], &self.types[elem]).expect("a comparable key")
    }

    pub fn type_word(&self, name: &str) -> u64 {
        Universe::type_word(self.types[name].id())
    }

    /// A fresh iterator in a frame.
    pub fn iterator(&mut self) -> Addr {
        let it = self.flat.place((hiter::SIZE / WORD) as usize);
        self.flat.iterators.push(it);
        it
    }
}
