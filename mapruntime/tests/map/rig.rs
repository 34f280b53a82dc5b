//! A map beside an ordinary model of it, and operations that are done to both.
//!
//! Keys and values that go in lie in objects that nothing but the runtime's own frames holds, so
//! with `collect` on, a routine that forgets one of them is caught.

use crate::support::{Flat, Kit};
use gc::{Addr, Effects, PtrMask, Stop};
use mapruntime::layout::hiter;
use mapruntime::{
    MapType, Str, Variant, describe, makemap, mapaccess1, mapaccess2, mapaccess2_fast32, mapaccess2_fast64,
    mapaccess2_faststr, mapassign, mapassign_fast32, mapassign_fast64, mapassign_fast64ptr, mapassign_faststr,
    mapassign1, mapclear, mapdelete, mapdelete_fast32, mapdelete_fast64, mapdelete_faststr, mapiterinit, mapiternext,
    maplen, reflect_mapassign, reflect_mapassign_faststr,
};
use std::collections::{BTreeMap, BTreeSet};

/// All key types that the model knows, and all elem types.
pub const KEYS: [&str; 12] =
    ["int64", "int32", "int8", "string", "bytes200", "float64", "pair", "any", "ptr", "bytes8", "mixed", "one"];
pub const ELEMS: [&str; 5] = ["int64", "ptr", "string", "bytes200", "empty"];

/// How `m[k] = v` is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lowering {
    /// Store through the slot.
    Slot,
    /// `mapassign1`.
    Copy,
    /// `reflect.Value.SetMapIndex`.
    Reflect,
}

/// An operation. Keys are numbers; several may stand for equal keys, and for floats some for NaN.
#[derive(Clone, Debug)]
pub enum Op {
    Set(u16, u64, Lowering),
    Get(u16),
    Delete(u16),
    Clear,
    IterStart,
    IterStep(u8, u8),
}

/// What is expected of an iterator.
pub struct Walk {
    pub it: Addr,
    /// Keys that were there at its start and have not been deleted since.
    must: BTreeSet<Vec<u8>>,
    seen: BTreeSet<Vec<u8>>,
    nans: usize,
    nans_seen: usize,
    done: bool,
}

pub struct Rig {
    pub kit: Kit,
    pub t: MapType,
    pub key: &'static str,
    pub elem: &'static str,
    pub fast: bool,
    pub h: Addr,
    pub model: BTreeMap<Vec<u8>, u64>,
    pub nans: Vec<u64>,
    pub walks: Vec<Walk>,
    pool: Vec<Addr>,
}

impl Rig {
    pub fn new(key: &'static str, elem: &'static str, fast: bool, hint: i64) -> Rig {
        let mut kit = Kit::new(crate::support::HASHKEY, 42);
        let t = kit.map_type(key, elem);
        let pool: Vec<Addr> = (0..64).map(|_| kit.flat.object(16, 16, PtrMask::new())).collect();
        kit.flat.roots = pool.clone();
        let h = makemap(&mut kit.flat, &t, hint, Addr::NIL).expect("a map");
        kit.flat.roots.push(h);
        Rig { kit, t, key, elem, fast, h, model: BTreeMap::new(), nans: vec![], walks: vec![], pool }
    }

    fn flat(&mut self) -> &mut Flat {
        &mut self.kit.flat
    }

    fn float(i: u16) -> u64 {
        match i % 17 {
            0 => 0x7ff8_0000_0000_0000 + u64::from(i),
            1 => 0,
            2 => 1 << 63,
            _ => (f64::from(i) / 4.0).to_bits(),
        }
    }

    fn text(i: u16) -> Vec<u8> {
        format!("{i}.").repeat(1 + usize::from(i % 40)).into_bytes()
    }

    fn string_at(&mut self, at: Addr, bytes: &[u8]) {
        let data = self.flat().bytes_object(bytes);
        self.flat().write(at, data.0);
        self.flat().write(at.offset(8), bytes.len() as u64);
    }

    fn any_at(&mut self, at: Addr, i: u16) {
        let (name, data) = match i % 5 {
            0 => return,
            1 => ("int64", self.flat().bytes_object(&u64::from(i).to_le_bytes())),
            2 => ("float64", self.flat().bytes_object(&Rig::float(i).to_le_bytes())),
            3 => ("ptr", self.pool[usize::from(i) % self.pool.len()]),
            _ => {
                let boxed = self.flat().object(16, 16, PtrMask::repeat(true, 1));
                self.string_at(boxed, &Rig::text(i));
                ("string", boxed)
            }
        };
        let word = self.kit.type_word(name);
        self.flat().write(at, word);
        self.flat().write(at.offset(8), data.0);
    }

    /// Key number `i`, in an object of its own.
    pub fn make_key(&mut self, i: u16) -> Addr {
        let ty = self.kit.types[self.key].ty().clone();
        let at = self.flat().object(ty.size().0, ty.size().0.max(1), ty.mask().clone());
        let n = u64::from(i);
        match self.key {
            "int64" => self.flat().write(at, n.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            "int32" => self.flat().write_bytes(at, &(u32::from(i) * 2_654_435).to_le_bytes()),
            "int8" => self.flat().write_bytes(at, &[i as u8]),
            "string" => self.string_at(at, &Rig::text(i)),
            "bytes200" => self.flat().write_bytes(at, &[i as u8, (i >> 8) as u8].repeat(100)),
            "float64" | "one" => self.flat().write(at, Rig::float(i)),
            "pair" => {
                self.flat().write(at, n % 7);
                self.flat().write(at.offset(8), n);
            }
            "any" => self.any_at(at, i),
            "ptr" => {
                let target = self.pool[usize::from(i) % self.pool.len()];
                self.flat().write(at, target.0);
            }
            "bytes8" => self.flat().write_bytes(at, &n.to_be_bytes()),
            "mixed" => {
                self.flat().write(at, n / 3);
                self.string_at(at.offset(16), &Rig::text(i / 5));
                self.flat().write(at.offset(32), Rig::float(i % 19));
                self.any_at(at.offset(40), i);
            }
            other => unreachable!("no key of type {other}"),
        }
        at
    }

    /// What tells a key from others; `None` if it is not even equal to itself.
    pub fn fingerprint(&self, ty: &str, at: Addr) -> Option<Vec<u8>> {
        let f = &self.kit.flat;
        match ty {
            "string" => Some(f.read_bytes(Addr(f.read(at)), f.read(at.offset(8)))),
            "float64" | "one" => {
                let value = f64::from_bits(f.read(at));
                (!value.is_nan()).then(|| if value == 0.0 { vec![0; 8] } else { value.to_bits().to_le_bytes().into() })
            }
            "any" => {
                let (word, data) = (f.read(at), at.offset(8));
                if word == 0 {
                    return Some(vec![]);
                }
                let held = self.kit.universe.type_of(word).expect("a type word").clone();
                let value = if held.direct() { data } else { Addr(f.read(data)) };
                let rest = self.fingerprint(held.name(), value)?;
                Some([&word.to_le_bytes()[..], &rest].concat())
            }
            "mixed" => {
                let mut all = f.read_bytes(at, 16);
                for (part, offset) in [("string", 16), ("float64", 32), ("any", 40)] {
                    let part = self.fingerprint(part, at.offset(offset))?;
                    all.extend((part.len() as u64).to_le_bytes());
                    all.extend(part);
                }
                Some(all)
            }
            plain => Some(f.read_bytes(at, self.kit.types[plain].size())),
        }
    }

    fn write_elem(&mut self, at: Addr, v: u64) {
        match self.elem {
            "int64" => self.flat().write(at, v),
            "ptr" => {
                let target = self.flat().bytes_object(&v.to_le_bytes());
                self.flat().write(at, target.0);
            }
            "string" => self.string_at(at, v.to_string().as_bytes()),
            "bytes200" => {
                self.flat().write(at, v);
                self.flat().write(at.offset(192), !v);
            }
            _ => {}
        }
    }

    /// The value in an elem; 0 if it cannot hold one.
    pub fn read_elem(&self, at: Addr) -> u64 {
        let f = &self.kit.flat;
        match self.elem {
            "int64" => f.read(at),
            "ptr" => f.read(Addr(f.read(at))),
            "string" => {
                let bytes = f.read_bytes(Addr(f.read(at)), f.read(at.offset(8)));
                String::from_utf8(bytes).expect("digits").parse().expect("digits")
            }
            "bytes200" => {
                assert_eq!(f.read(at), !f.read(at.offset(192)));
                f.read(at)
            }
            _ => 0,
        }
    }

    /// What a fresh elem holds must be nothing.
    fn assert_zero(&self, at: Addr) {
        let bytes = self.kit.flat.read_bytes(at, self.t.elem().size());
        assert!(bytes.iter().all(|&b| b == 0), "a new elem is zero");
    }

    pub fn variant(&self) -> Variant {
        if self.fast { self.t.variant() } else { Variant::Slow }
    }

    fn word(&self, at: Addr) -> u64 {
        self.kit.flat.read(at)
    }

    fn str_key(&self, at: Addr) -> Str {
        Str { data: Addr(self.word(at)), len: self.word(at.offset(8)) }
    }

    pub fn assign(&mut self, key: Addr) -> Result<Addr, Stop> {
        let word = if self.t.key().size() >= 4 { self.word(key) } else { 0 };
        let (variant, t, h) = (self.variant(), self.t.clone(), self.h);
        let string = if variant == Variant::FastStr { self.str_key(key) } else { Str::default() };
        let f = &mut self.kit.flat;
        match variant {
            Variant::Slow => mapassign(f, &t, h, key),
            Variant::Fast32 => mapassign_fast32(f, &t, h, word as u32),
            Variant::Fast64 => mapassign_fast64(f, &t, h, word),
            Variant::Fast64Ptr => mapassign_fast64ptr(f, &t, h, Addr(word)),
            Variant::FastStr => mapassign_faststr(f, &t, h, string),
        }
    }

    fn access(&mut self, key: Addr) -> Result<(Addr, bool), Stop> {
        let word = if self.t.key().size() >= 4 { self.word(key) } else { 0 };
        let (variant, t, h) = (self.variant(), self.t.clone(), self.h);
        let string = if variant == Variant::FastStr { self.str_key(key) } else { Str::default() };
        let f = &mut self.kit.flat;
        match variant {
            Variant::Slow => {
                let one = mapaccess1(f, &t, h, key)?;
                let two = mapaccess2(f, &t, h, key)?;
                assert_eq!(one, two.0);
                Ok(two)
            }
            Variant::Fast32 => mapaccess2_fast32(f, &t, h, word as u32),
            Variant::Fast64 | Variant::Fast64Ptr => mapaccess2_fast64(f, &t, h, word),
            Variant::FastStr => mapaccess2_faststr(f, &t, h, string),
        }
    }

    fn delete(&mut self, key: Addr) -> Result<(), Stop> {
        let word = if self.t.key().size() >= 4 { self.word(key) } else { 0 };
        let (variant, t, h) = (self.variant(), self.t.clone(), self.h);
        let string = if variant == Variant::FastStr { self.str_key(key) } else { Str::default() };
        let f = &mut self.kit.flat;
        match variant {
            Variant::Slow => mapdelete(f, &t, h, key),
            Variant::Fast32 => mapdelete_fast32(f, &t, h, word as u32),
            Variant::Fast64 | Variant::Fast64Ptr => mapdelete_fast64(f, &t, h, word),
            Variant::FastStr => mapdelete_faststr(f, &t, h, string),
        }
    }

    pub fn len(&self) -> u64 {
        (self.model.len() + self.nans.len()) as u64
    }

    /// Does the operation to map and model, and compares what can be seen.
    pub fn apply(&mut self, op: &Op) {
        match *op {
            Op::Set(i, v, lowering) => self.set(i, v, lowering),
            Op::Get(i) => {
                let key = self.make_key(i);
                let id = self.fingerprint(self.key, key);
                let (elem, found) = self.access(key).expect("a lookup");
                let expected = id.and_then(|id| self.model.get(&id).copied());
                assert_eq!(found.then(|| self.read_elem(elem)), expected, "key {i}");
                assert!(found || elem == self.kit.universe.zero_val());
            }
            Op::Delete(i) => {
                let key = self.make_key(i);
                let id = self.fingerprint(self.key, key);
                self.delete(key).expect("a deletion");
                if let Some(id) = id {
                    self.model.remove(&id);
                    for walk in &mut self.walks {
                        walk.must.remove(&id);
                        walk.seen.remove(&id);
                    }
                }
            }
            Op::Clear => {
                let (t, h) = (self.t.clone(), self.h);
                mapclear(self.flat(), &t, h).expect("a clearing");
                self.model.clear();
                self.nans.clear();
                // Go 1.19's iterators may still report what a growing map held: golang/go#59411.
                self.walks.clear();
                self.flat().iterators.clear();
            }
            Op::IterStart => drop(self.start()),
            Op::IterStep(which, steps) => {
                if !self.walks.is_empty() {
                    let which = usize::from(which) % self.walks.len();
                    for _ in 0..steps {
                        self.step(which);
                    }
                }
            }
        }
        let h = self.h;
        assert_eq!(maplen(self.flat(), h).expect("a length"), self.len());
    }

    fn set(&mut self, i: u16, v: u64, lowering: Lowering) {
        let v = if self.elem == "empty" { 0 } else { v };
        let key = self.make_key(i);
        let id = self.fingerprint(self.key, key);
        let old = id.as_ref().and_then(|id| self.model.get(id).copied());
        match lowering {
            Lowering::Slot => {
                let elem = self.assign(key).expect("an assignment");
                match old {
                    Some(old) => assert_eq!(self.read_elem(elem), old, "the elem is what it was"),
                    None => self.assert_zero(elem),
                }
                self.write_elem(elem, v);
            }
            Lowering::Copy | Lowering::Reflect => {
                let ty = self.kit.types[self.elem].ty().clone();
                let value = self.flat().object(ty.size().0, ty.size().0.max(1), ty.mask().clone());
                self.write_elem(value, v);
                let (t, h, variant) = (self.t.clone(), self.h, self.variant());
                let string = if variant == Variant::FastStr { self.str_key(key) } else { Str::default() };
                let f = self.flat();
                match (lowering, variant) {
                    (Lowering::Copy, _) => mapassign1(f, &t, h, key, value),
                    (_, Variant::FastStr) => reflect_mapassign_faststr(f, &t, h, string, value),
                    _ => reflect_mapassign(f, &t, h, key, value),
                }
                .expect("an assignment");
            }
        }
        match id {
            Some(id) => drop(self.model.insert(id, v)),
            None => self.nans.push(v),
        }
    }

    /// Starts an iterator, which stands on its first entry then.
    pub fn start(&mut self) -> usize {
        let it = self.kit.iterator();
        let walk = Walk {
            it,
            must: self.model.keys().cloned().collect(),
            seen: BTreeSet::new(),
            nans: self.nans.len(),
            nans_seen: 0,
            done: false,
        };
        self.walks.push(walk);
        let (t, h) = (self.t.clone(), self.h);
        mapiterinit(self.flat(), &t, h, it).expect("an iterator");
        let which = self.walks.len() - 1;
        self.observe(which);
        which
    }

    /// One step of an iterator, unless it is at its end.
    pub fn step(&mut self, which: usize) {
        if self.walks[which].done {
            return;
        }
        let (t, it) = (self.t.clone(), self.walks[which].it);
        mapiternext(self.flat(), &t, it).expect("a step");
        self.observe(which);
    }

    pub fn done(&self, which: usize) -> bool {
        self.walks[which].done
    }

    /// Checks what an iterator stands on.
    fn observe(&mut self, which: usize) {
        let it = self.walks[which].it;
        let key = Addr(self.word(it.offset(hiter::KEY)));
        let elem = Addr(self.word(it.offset(hiter::ELEM)));
        if key.is_nil() {
            let walk = &mut self.walks[which];
            walk.done = true;
            let missed: Vec<_> = walk.must.difference(&walk.seen).collect();
            assert!(missed.is_empty(), "not visited: {missed:?}");
            assert!(walk.nans_seen >= walk.nans, "{} of {} NaNs", walk.nans_seen, walk.nans);
            return;
        }
        match self.fingerprint(self.key, key) {
            Some(id) => {
                let expected = *self.model.get(&id).expect("only live entries are visited");
                assert_eq!(self.read_elem(elem), expected, "with their current value");
                assert!(self.walks[which].seen.insert(id), "and once");
            }
            None => {
                assert!(self.nans.contains(&self.read_elem(elem)));
                self.walks[which].nans_seen += 1;
            }
        }
    }

    /// The entries that a look from outside finds are those of the model.
    pub fn check_entries(&self) {
        let read = |a| self.kit.flat.read(a);
        let mut found = BTreeMap::new();
        let mut nans = Vec::new();
        for entry in describe::entries(&self.t, self.h, read) {
            let v = self.read_elem(entry.elem);
            match self.fingerprint(self.key, entry.key) {
                Some(id) => assert_eq!(found.insert(id, v), None, "an entry is in one place"),
                None => nans.push(v),
            }
        }
        let mut expected = self.nans.clone();
        expected.sort_unstable();
        nans.sort_unstable();
        assert_eq!(found, self.model);
        assert_eq!(nans, expected);
        let summary = describe::summary(&self.t, self.h, read);
        assert_eq!((summary.count, summary.found, summary.broken), (self.len(), self.len(), false));
    }

    /// All words of the memory, and the next random number.
    pub fn image(&mut self) -> (Vec<u64>, u32) {
        let random = self.flat().fastrand().expect("a number");
        (self.kit.flat.words.clone(), random)
    }
}
