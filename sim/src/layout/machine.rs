//! Applies a script to a map in simulated memory, as compiled code would.
//!
//! The program is one function with one frame:
//!
//! ```text
//! map   the map                    key    the key temporary
//! slot  what mapassign returned    value  the value temporary
//! pool  objects for pointer keys   loop   the iterator of a clear that stays a loop
//!                                  iters  the iterators of the script
//! ```
//!
//! All pointers in there are live all the time, and dead temporaries are zeroed; so a collection at any point must
//! leave the dump as it is. Values are made before the slot is taken. The concatenation of an `opassign` is made
//! after: it allocates while the slot is held, as in Go.
//!
//! Pointer keys hash by their address, so which objects they lead to is part of a script's result. They are made
//! before the map, one for each name, and the pool lets go of each after the last operation that names it:
//! from there on only the map keeps it.

use crate::layout::dump::{self, MapDump, TypeDump};
use crate::layout::script::{Impl, Op, Script};
use crate::layout::types::Types;
use crate::layout::values::{Memory, Val, filler, width};
use crate::workload::sites::Sites;
use gc::addr::{ARENA_BASE, WORD};
use gc::heap::HeapConfig;
use gc::mutator::{FastRand, StackMap};
use gc::policy::{Mode, Policy, Trigger};
use gc::runtime::{Config, FaultInfo, Instruments, Runtime};
use gc::{Addr, Bytes, Effects, PtrMask, Stop, Type, Width};
use mapruntime::{GoType, Kind, MapType, Raise, Severity, Str, Universe, Variant, layout};
use serde::Serialize;
use serde_json::{Value, json};
use std::num::NonZeroU64;
use std::sync::Arc;

/// When memory is collected. The dump does not depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Collect {
    /// Never, not even when memory runs out.
    #[default]
    Never,
    /// All of it, after every so many operations.
    Operations(NonZeroU64),
    /// All of it, at every so many allocations.
    Allocations(NonZeroU64),
    /// A few steps of a concurrent collector at each allocation, by a schedule drawn from this seed.
    Concurrent(u64),
}

/// How scripts are run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// When memory is collected.
    pub collect: Collect,
    /// The most memory that a script may use.
    pub memory: Bytes,
}

impl Default for Options {
    fn default() -> Options {
        Options { collect: Collect::Never, memory: Bytes(1 << 30) }
    }
}

/// Why a script ended before its last operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Go would throw.
    FatalError(String),
    /// Memory ran out.
    OutOfMemory(String),
    /// An oracle objects.
    Violation(String),
    /// An access to memory that is not there: a fault of the simulator.
    Fault(String),
}

/// An end, and the operation at which it came; -1 is `make`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// The operation.
    pub op: i64,
    /// What happened.
    #[serde(flatten)]
    pub ended: Ended,
}

/// Operation, count, flags, B, noverflow, nevacuate, growing, hash0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TraceRow(i64, i64, u8, u8, u16, u64, u8, u32);

/// Everything that a script shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // The schema is in the peer's README.
pub struct Dump {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub key: String,
    pub elem: String,
    pub hint: i64,
    #[serde(rename = "impl")]
    pub routines: &'static str,
    #[serde(rename = "useAeshash")]
    pub use_aeshash: bool,
    pub hashkey: [String; 4],
    pub rng: String,
    pub hash0: String,
    pub maptype: TypeDump,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pointers: Vec<(i64, String)>,
    pub draws: Vec<(i64, Vec<u32>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<TraceRow>,
    pub map: Option<MapDump>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub snaps: Vec<(i64, MapDump)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// Words of an iterator.
const ITER: u64 = layout::hiter::SIZE;

/// Byte offsets in the frame.
#[derive(Clone, Copy)]
struct Frame {
    map: Addr,
    slot: Addr,
    pool: Addr,
    key: Addr,
    value: Addr,
    clearing: Addr,
    iters: Addr,
}

/// A map, a frame, and what has been seen so far.
struct Machine<'s, I: Instruments> {
    script: &'s Script,
    rt: Runtime<I>,
    t: MapType,
    sites: Sites,
    text: Arc<Type>,
    object: Arc<Type>,
    pointer: Arc<Type>,
    f: Frame,
    /// Objects that pointer keys lead to.
    pointers: Vec<(i64, Addr)>,
    /// After which operation the pool lets go of each.
    last_use: Vec<usize>,
    last: FastRand,
    dump: Dump,
}

/// Runs a script and shows what there is to see.
pub fn run<I: Instruments>(script: &Script, options: &Options) -> Dump {
    let mut table = Types::get().table.clone();
    let types = Types::get().iter().map(|(_, ty)| ty.clone());
    let universe = Universe::new(&mut table, script.hashkey[0], Addr(ARENA_BASE), types);
    let t = MapType::new(&mut table, &universe, &script.key.ty, &script.elem.ty).expect("scripts have legal keys");
    let mut plain =
        |name: &str, size, align, mask| table.add(name, Bytes(size), Bytes(align), mask).expect("a legal type");
    let text = plain("string bytes", 1, 1, PtrMask::new());
    let object = plain("main.obj", 2 * WORD, WORD, PtrMask::new());
    let pointer = plain("*main.obj slot", WORD, WORD, PtrMask::repeat(true, 1));

    let (mask, at) = frame_mask(&t, script);
    let words = mask.len() as u64;
    let (mode, trigger, seed) = match options.collect {
        Collect::Never | Collect::Operations(_) => (Mode::StopTheWorld, Trigger::Never, 0),
        Collect::Allocations(n) => (Mode::StopTheWorld, Trigger::Safepoints(n.get()), 0),
        Collect::Concurrent(seed) => (Mode::Concurrent { steps: 24 }, Trigger::Safepoints(3), seed),
    };
    let poison = options.collect != Collect::Never;
    let config = Config {
        heap: HeapConfig { limit: options.memory, reuse: true, poison },
        policy: Policy { mode, trigger, ..Policy::default() },
        seed,
        stack_words: words,
        ..Config::default()
    };
    let mut m = Machine::<I> {
        script,
        rt: Runtime::new(config, Arc::new(table)),
        sites: Sites::table().1,
        text,
        object,
        pointer,
        f: Frame {
            map: Addr::NIL,
            slot: Addr::NIL,
            pool: Addr::NIL,
            key: Addr::NIL,
            value: Addr::NIL,
            clearing: Addr::NIL,
            iters: Addr::NIL,
        },
        pointers: Vec::new(),
        last_use: Vec::new(),
        last: FastRand(script.rng),
        dump: Dump {
            name: script.name.clone(),
            key: script.key.name.clone(),
            elem: script.elem.name.clone(),
            hint: script.hint,
            routines: script.routines.name(),
            use_aeshash: false,
            hashkey: script.hashkey.map(|word| format!("0x{word:016x}")),
            rng: format!("0x{:016x}", script.rng),
            hash0: String::new(),
            maptype: TypeDump::of(&t),
            pointers: Vec::new(),
            draws: Vec::new(),
            results: Vec::new(),
            trace: Vec::new(),
            map: None,
            snaps: Vec::new(),
            outcome: None,
        },
        t,
    };
    let mut ended = m.set_up(words, mask, at).map_err(|stop| (-1, stop)).err();
    if ended.is_none() {
        for (i, op) in script.ops.iter().enumerate() {
            if let Err(stop) = m.step(i, op, options.collect) {
                ended = Some((i as i64, stop));
                break;
            }
        }
    }
    m.finish(ended)
}

/// The frame's pointers, and the offsets of map, slot, pool, key, value, clearing, iters in words.
fn frame_mask(t: &MapType, script: &Script) -> (PtrMask, [u64; 7]) {
    let iters = script.ops.iter().map(|op| if let Op::Iter(id) = op { *id as u64 + 1 } else { 0 }).max().unwrap_or(0);
    let mut mask = PtrMask::new();
    let mut place = |pointers: &PtrMask, words: u64| {
        let at = mask.len();
        mask.resize(at + words as usize, false);
        pointers.iter_ones().for_each(|one| mask.set(at + one, true));
        at as u64
    };
    let one = PtrMask::repeat(true, 1);
    let hiter = t.universe().hiter();
    let words = |ty: &GoType| ty.ty().size().to_words().0;
    let (map, slot, pool) = (place(&one, 1), place(&one, 1), place(&one, 1));
    let key = place(t.key().ty().mask(), words(t.key()));
    // A key's address is taken, so it must be one even if there are no bytes.
    let value = place(t.elem().ty().mask(), words(t.elem()).max(1));
    let clearing = place(hiter.mask(), ITER / WORD);
    let first = clearing + ITER / WORD;
    for _ in 0..iters {
        place(hiter.mask(), ITER / WORD);
    }
    (mask, [map, slot, pool, key, value, clearing, first])
}

impl<I: Instruments> Machine<'_, I> {
    fn memory(&self) -> Memory<'_> {
        let foreign = if self.script.pointers.is_some() { &self.pointers[..] } else { &[] };
        Memory { heap: self.rt.heap(), foreign }
    }

    fn set_up(&mut self, words: u64, mask: PtrMask, at: [u64; 7]) -> Result<(), Stop> {
        self.rt.add_static(Bytes(layout::MAX_ZERO))?;
        self.rt.add_mutator(FastRand(self.script.rng))?;
        let base = self.rt.push_frame(words, Arc::new(StackMap::exact(mask)))?;
        let [map, slot, pool, key, value, clearing, iters] = at.map(|word| base.offset(word * WORD));
        self.f = Frame { map, slot, pool, key, value, clearing, iters };
        self.make_pointers()?;
        let h = mapruntime::makemap(&mut self.rt, &self.t, self.script.hint, Addr::NIL)?;
        self.rt.store(self.f.map, h.0)?;
        self.note(-1);
        Ok(())
    }

    /// Makes the objects that pointer keys lead to, held by the pool.
    fn make_pointers(&mut self) -> Result<(), Stop> {
        let names = self.script.key_pointers();
        if let Some(given) = &self.script.pointers {
            self.pointers.clone_from(given);
        } else if !names.is_empty() {
            let pool = self.rt.new_array(self.sites.new_pool, &self.pointer, names.len() as u64, &[])?;
            self.rt.store(self.f.pool, pool.0)?;
            for (i, &n) in (0..).zip(&names) {
                let object = self.new_object(n)?;
                self.rt.write_pointer(self.sites.pool, pool.offset(i * WORD), object)?;
                self.pointers.push((n, object));
            }
            self.last_use = vec![0; names.len()];
            let numbers: std::collections::HashMap<i64, usize> =
                names.iter().enumerate().map(|(i, &n)| (n, i)).collect();
            for (i, op) in self.script.ops.iter().enumerate() {
                op.key_pointers(&mut |n| self.last_use[numbers[&n]] = i);
            }
        }
        self.dump.pointers = self.pointers.iter().map(|(n, at)| (*n, format!("{:#x}", at.0))).collect();
        Ok(())
    }

    fn new_object(&mut self, n: i64) -> Result<Addr, Stop> {
        let object = self.rt.new_object(self.sites.new_leaf, &self.object, &[])?;
        self.rt.store(object, n as u64)?;
        self.rt.store(object.offset(WORD), !n as u64)?;
        Ok(object)
    }

    /// The map's header.
    fn h(&self) -> Addr {
        self.rt.heap().word(self.f.map).map_or(Addr::NIL, Addr)
    }

    fn iter(&self, id: usize) -> Addr {
        self.f.iters.offset(id as u64 * ITER)
    }

    /// Notes what was drawn since the last note.
    fn note(&mut self, op: i64) {
        let now = self.rt.mutators()[0].random();
        let mut draws = Vec::new();
        while self.last != now {
            draws.push(self.last.draw());
        }
        if !draws.is_empty() {
            self.dump.draws.push((op, draws));
        }
    }

    /// One operation, and what follows it.
    fn step(&mut self, i: usize, op: &Op, collect: Collect) -> Result<(), Stop> {
        let index = i as i64;
        match self.apply(index, op) {
            Err(stop) => match Raise::of(stop).filter(|r| r.severity() == Severity::Panic) {
                // Recovered: the map is as it was.
                Some(panic) => {
                    let text = panic.text(self.t.universe());
                    self.dump.results.push(json!([index, { "panic": text }]));
                }
                None => return Err(stop),
            },
            Ok(Some(result)) => self.dump.results.push(result),
            Ok(None) => {}
        }
        self.clear_temporaries()?;
        for n in 0..self.last_use.len() {
            if self.last_use[n] == i {
                let pool = Addr(self.rt.load(self.f.pool)?);
                self.rt.write_pointer(self.sites.pool, pool.offset(n as u64 * WORD), Addr::NIL)?;
            }
        }
        self.note(index);
        if let Collect::Operations(n) = collect
            && (i as u64 + 1).is_multiple_of(n.get())
        {
            self.rt.collect()?;
        }
        if self.script.trace
            && let Some((count, flags, b, noverflow, nevacuate, growing, hash0)) = dump::header(self.memory(), self.h())
        {
            self.dump.trace.push(TraceRow(index, count, flags, b, noverflow, nevacuate, growing, hash0));
        }
        Ok(())
    }

    fn clear_temporaries(&mut self) -> Result<(), Stop> {
        self.rt.store(self.f.slot, 0)?;
        let bytes = (self.f.clearing - self.f.key).0;
        self.rt.memclr(self.f.key, bytes)
    }

    /// One operation; what it shows.
    fn apply(&mut self, index: i64, op: &Op) -> Result<Option<Value>, Stop> {
        let (key, elem) = (self.script.key.ty.clone(), self.script.elem.ty.clone());
        let (h, f) = (self.h(), self.f);
        match op {
            Op::Set(k, v) => {
                self.put(&elem, v, f.value, Pointers::Fresh)?;
                self.put(&key, k, f.key, Pointers::Named)?;
                let slot = self.assign(h)?;
                self.rt.typed_memmove(self.sites.map_slot, elem.ty(), slot, f.value)?;
                Ok(None)
            }
            Op::OpAssign(k, delta) => {
                self.put(&elem, delta, f.value, Pointers::Fresh)?;
                self.put(&key, k, f.key, Pointers::Named)?;
                let slot = self.assign(h)?;
                self.rt.store(f.slot, slot.0)?;
                self.op_assign(&elem, slot)?;
                Ok(None)
            }
            Op::Delete(k) => {
                self.put(&key, k, f.key, Pointers::Named)?;
                self.delete(h)?;
                Ok(None)
            }
            Op::Get(k) => {
                self.put(&key, k, f.key, Pointers::Named)?;
                let (at, found) = self.access(h)?;
                Ok(Some(json!([index, found, self.memory().value(&elem, at)])))
            }
            Op::Hash(k) => {
                self.put(&key, k, f.key, Pointers::Named)?;
                let seed = self.rt.load_part(h.offset(layout::hmap::HASH0), Width::B4)?;
                let hash = mapruntime::hash::hash(&mut self.rt, self.t.universe(), key.key_plan(), f.key, seed)?;
                Ok(Some(json!([index, format!("0x{hash:016x}")])))
            }
            Op::Clear => self.clear(h).map(|()| None),
            Op::Snap => {
                if let Some(map) = dump::map(&self.t, self.memory(), h) {
                    self.dump.snaps.push((index, map));
                }
                Ok(None)
            }
            Op::Iter(id) => {
                let it = self.iter(*id);
                self.rt.memclr(it, ITER)?;
                mapruntime::mapiterinit(&mut self.rt, &self.t, h, it)?;
                Ok(Some(match self.entry(it)? {
                    Some((k, v)) => json!([index, k, v]),
                    None => json!([index, null]),
                }))
            }
            Op::Next(id, steps) => {
                let it = self.iter(*id);
                let mut row = vec![json!(index)];
                for _ in 0..*steps {
                    if self.rt.load(it.offset(layout::hiter::KEY))? != 0 {
                        mapruntime::mapiternext(&mut self.rt, &self.t, it)?;
                    }
                    match self.entry(it)? {
                        Some((k, v)) => row.push(json!([k, v])),
                        None => {
                            row.push(Value::Null);
                            break;
                        }
                    }
                }
                Ok(Some(row.into()))
            }
        }
    }

    /// The entry that an iterator has come to.
    fn entry(&mut self, it: Addr) -> Result<Option<(Value, Value)>, Stop> {
        let key = Addr(self.rt.load(it.offset(layout::hiter::KEY))?);
        let elem = Addr(self.rt.load(it.offset(layout::hiter::ELEM))?);
        let value = |ty: &GoType, at| self.memory().value(ty, at);
        Ok((!key.is_nil()).then(|| (value(self.t.key(), key), value(self.t.elem(), elem))))
    }

    /// `for k := range m { delete(m, k) }`: one call, unless keys can differ from themselves.
    fn clear(&mut self, h: Addr) -> Result<(), Stop> {
        if self.t.key().reflexive() {
            return mapruntime::mapclear(&mut self.rt, &self.t, h);
        }
        let it = self.f.clearing;
        mapruntime::mapiterinit(&mut self.rt, &self.t, h, it)?;
        loop {
            let key = Addr(self.rt.load(it.offset(layout::hiter::KEY))?);
            if key.is_nil() {
                return self.rt.memclr(it, ITER);
            }
            let ty = self.script.key.ty.clone();
            self.rt.typed_memmove(self.sites.leaf, ty.ty(), self.f.key, key)?;
            self.delete(h)?;
            mapruntime::mapiternext(&mut self.rt, &self.t, it)?;
        }
    }

    fn op_assign(&mut self, elem: &GoType, slot: Addr) -> Result<(), Stop> {
        let value = self.f.value;
        let [old, delta] = [self.rt.load(slot)?, self.rt.load(value)?];
        if !matches!(elem.kind(), Kind::String) {
            return self.rt.store(slot, old.wrapping_add(delta));
        }
        let [old_len, len] = [self.rt.load(slot.offset(WORD))?, self.rt.load(value.offset(WORD))?];
        let all = old_len + len;
        if all > 0 {
            let bytes = self.rt.new_array(self.sites.new_string, &self.text, all, &[])?;
            self.rt.memmove(bytes, Addr(old), old_len)?;
            self.rt.memmove(bytes.offset(old_len), Addr(delta), len)?;
            self.rt.write_pointer(self.sites.map_slot, slot, bytes)?;
        }
        self.rt.store(slot.offset(WORD), all)
    }

    fn variant(&self) -> Variant {
        if self.script.routines == Impl::Generic { Variant::Slow } else { self.t.variant() }
    }

    fn word(&mut self) -> Result<u64, Stop> {
        self.rt.load(self.f.key)
    }

    fn str(&mut self) -> Result<Str, Stop> {
        let [data, len] = self.rt.load_block::<2>(self.f.key)?;
        Ok(Str { data: Addr(data), len })
    }

    fn assign(&mut self, h: Addr) -> Result<Addr, Stop> {
        match self.variant() {
            Variant::Slow => mapruntime::mapassign(&mut self.rt, &self.t, h, self.f.key),
            Variant::Fast32 => {
                let key = self.word()? as u32;
                mapruntime::mapassign_fast32(&mut self.rt, &self.t, h, key)
            }
            Variant::Fast64 => {
                let key = self.word()?;
                mapruntime::mapassign_fast64(&mut self.rt, &self.t, h, key)
            }
            Variant::Fast64Ptr => {
                let key = Addr(self.word()?);
                mapruntime::mapassign_fast64ptr(&mut self.rt, &self.t, h, key)
            }
            Variant::FastStr => {
                let key = self.str()?;
                mapruntime::mapassign_faststr(&mut self.rt, &self.t, h, key)
            }
        }
    }

    fn access(&mut self, h: Addr) -> Result<(Addr, bool), Stop> {
        match self.variant() {
            Variant::Slow => mapruntime::mapaccess2(&mut self.rt, &self.t, h, self.f.key),
            Variant::Fast32 => {
                let key = self.word()? as u32;
                mapruntime::mapaccess2_fast32(&mut self.rt, &self.t, h, key)
            }
            Variant::Fast64 | Variant::Fast64Ptr => {
                let key = self.word()?;
                mapruntime::mapaccess2_fast64(&mut self.rt, &self.t, h, key)
            }
            Variant::FastStr => {
                let key = self.str()?;
                mapruntime::mapaccess2_faststr(&mut self.rt, &self.t, h, key)
            }
        }
    }

    fn delete(&mut self, h: Addr) -> Result<(), Stop> {
        match self.variant() {
            Variant::Slow => mapruntime::mapdelete(&mut self.rt, &self.t, h, self.f.key),
            Variant::Fast32 => {
                let key = self.word()? as u32;
                mapruntime::mapdelete_fast32(&mut self.rt, &self.t, h, key)
            }
            Variant::Fast64 | Variant::Fast64Ptr => {
                let key = self.word()?;
                mapruntime::mapdelete_fast64(&mut self.rt, &self.t, h, key)
            }
            Variant::FastStr => {
                let key = self.str()?;
                mapruntime::mapdelete_faststr(&mut self.rt, &self.t, h, key)
            }
        }
    }

    /// Makes a value in zeroed memory at `at`. Each new object is linked before the next is made, so that whatever
    /// is there already is reached from `at`.
    fn put(&mut self, ty: &GoType, value: &Val, at: Addr, pointers: Pointers) -> Result<(), Stop> {
        let site = self.sites.leaf;
        match value {
            Val::Bits(bits) => {
                let width = width(ty.kind()).unwrap_or(Width::B8);
                self.rt.store_part(at, width, *bits)
            }
            Val::Filler(n) => {
                for (i, word) in (0..).zip(filler(*n).chunks_exact(8)) {
                    let word = u64::from_le_bytes(word.try_into().expect("eight bytes"));
                    self.rt.store(at.offset(i * WORD), word)?;
                }
                Ok(())
            }
            Val::Text(bytes) if bytes.is_empty() => Ok(()),
            Val::Text(bytes) => {
                let data = self.rt.new_array(self.sites.new_string, &self.text, bytes.len() as u64, &[])?;
                for (i, chunk) in (0..).zip(bytes.chunks(8)) {
                    let mut word = [0; 8];
                    word[..chunk.len()].copy_from_slice(chunk);
                    let mask = u64::MAX >> (64 - chunk.len() * 8);
                    self.rt.store_masked(data.offset(i * WORD), mask, u64::from_le_bytes(word))?;
                }
                self.rt.write_pointer(site, at, data)?;
                self.rt.store(at.offset(WORD), bytes.len() as u64)
            }
            Val::Pointer(None) | Val::Held(None) => Ok(()),
            Val::Pointer(Some(n)) => {
                let object = match pointers {
                    Pointers::Fresh => self.new_object(*n)?,
                    Pointers::Named => {
                        self.pointers.iter().find(|(m, _)| m == n).map(|(_, at)| *at).ok_or(Stop::Fault)?
                    }
                };
                self.rt.write_pointer(site, at, object)
            }
            Val::Held(Some((held, value))) => {
                let inside = if held.direct() {
                    at.offset(WORD)
                } else {
                    let made = self.rt.new_object(self.sites.new_leaf, held.ty(), &[])?;
                    self.rt.write_pointer(site, at.offset(WORD), made)?;
                    made
                };
                self.rt.store(at, Universe::type_word(held.id()))?;
                self.put(held, value, inside, pointers)
            }
            Val::Ints(n) => {
                let array = self.rt.new_object(self.sites.new_slice, Types::get().int64().ty(), &[])?;
                self.rt.store(array, *n as u64)?;
                self.rt.write_pointer(site, at, array)?;
                self.rt.store(at.offset(WORD), 1)?;
                self.rt.store(at.offset(2 * WORD), 1)
            }
            Val::Parts(parts) => match ty.kind() {
                Kind::Array { elem, .. } => {
                    for (i, part) in (0..).zip(parts) {
                        self.put(elem, part, at.offset(i * elem.size()), pointers)?;
                    }
                    Ok(())
                }
                Kind::Struct(fields) => {
                    for (field, part) in fields.iter().filter(|f| !f.is_blank()).zip(parts) {
                        self.put(&field.ty, part, at.offset(field.offset), pointers)?;
                    }
                    Ok(())
                }
                _ => {
                    // A complex number.
                    let size = ty.size() / 2;
                    let width = if size == WORD { Width::B8 } else { Width::B4 };
                    for (i, part) in (0..).zip(parts) {
                        let Val::Bits(bits) = part else { return Err(Stop::Fault) };
                        self.rt.store_part(at.offset(i * size), width, *bits)?;
                    }
                    Ok(())
                }
            },
        }
    }

    fn finish(mut self, ended: Option<(i64, Stop)>) -> Dump {
        if let Some((op, stop)) = ended {
            self.note(op);
            self.dump.outcome = Some(Outcome { op, ended: self.told(stop) });
        }
        self.dump.map = dump::map(&self.t, self.memory(), self.h());
        if let Some(map) = &self.dump.map {
            self.dump.hash0.clone_from(&map.hash0);
        }
        self.dump
    }

    fn told(&self, stop: Stop) -> Ended {
        if let Some(raise) = Raise::of(stop) {
            return Ended::FatalError(raise.text(self.t.universe()));
        }
        match (stop, self.rt.fault()) {
            (Stop::OutOfMemory, Some(FaultInfo::OutOfMemory { wanted, mapped, limit, .. })) => {
                Ended::OutOfMemory(format!("{wanted} wanted, {mapped} of {limit} in use"))
            }
            (Stop::OutOfMemory, _) => Ended::OutOfMemory("more than any address space".into()),
            (Stop::Violation, _) => {
                let kinds = self.rt.violations().iter().map(|v| v.kind.to_string());
                Ended::Violation(kinds.collect::<Vec<_>>().join(", "))
            }
            (_, Some(FaultInfo::Access(a))) => Ended::Fault(format!("no memory at {a}")),
            (stop, _) => Ended::Fault(format!("{stop:?}")),
        }
    }
}

/// What a pointer in a value leads to.
#[derive(Clone, Copy, PartialEq)]
enum Pointers {
    /// A new object.
    Fresh,
    /// The one object of that name.
    Named,
}
