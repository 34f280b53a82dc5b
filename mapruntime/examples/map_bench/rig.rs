//! A runtime with the map types of the Go peer's `bench.go`, and how compiled code passes keys and stores elems.

use gc::addr::{ARENA_BASE, WORD};
use gc::heap::HeapConfig;
use gc::mutator::{FastRand, StackMap};
use gc::policy::{Mode, Policy, Trigger};
use gc::runtime::{Config, Instruments, Runtime};
use gc::{Addr, Bytes, Effects, PtrMask, Site, Stop, Type, TypeTable};
use mapruntime::*;
use std::sync::Arc;

const PROGRAM: Site = Site(sites::NAMES.len() as u16);

/// What all workloads share.
pub struct Rig<I: Instruments> {
    pub rt: Runtime<I>,
    /// Frame slots: 0 the map, 1 the value, 2–13 the iterator, 14 a key by address, 15–39 a large value.
    frame: Addr,
    globals: Addr,
    pub maps: Maps,
    object: Arc<Type>,
    bytes: Arc<Type>,
    strings: Arc<Type>,
}

pub struct Maps {
    pub int64_int64: MapType,
    pub int64_ptr: MapType,
    pub string_ptr: MapType,
    pub int64_bytes200: MapType,
    pub string_int64: MapType,
}

impl<I: Instruments> Rig<I> {
    pub fn new() -> Rig<I> {
        let mut types = TypeTable::new();
        let legal = "the benchmark's types are legal";
        let int64 = GoType::new(&mut types, "int64", Kind::Int64).expect(legal);
        let string = GoType::new(&mut types, "string", Kind::String).expect(legal);
        let ptr = GoType::new(&mut types, "*T", Kind::Pointer("T".into())).expect(legal);
        let byte = GoType::new(&mut types, "uint8", Kind::Uint8).expect(legal);
        let large = GoType::array(&mut types, "[200]uint8", &byte, 200).expect(legal);
        let universe = Universe::new(&mut types, 0x1234_5678_9abc_def1, Addr(ARENA_BASE), []);
        let mut map = |key, elem| MapType::new(&mut types, &universe, key, elem).expect(legal);
        let maps = Maps {
            int64_int64: map(&int64, &int64),
            int64_ptr: map(&int64, &ptr),
            string_ptr: map(&string, &ptr),
            int64_bytes200: map(&int64, &large),
            string_int64: map(&string, &int64),
        };
        let object = types.add("T", Bytes(16), Bytes(8), PtrMask::new()).expect(legal);
        let bytes = types.add("string bytes", Bytes(16), Bytes(1), PtrMask::new()).expect(legal);
        let strings = types.add("*bytes", Bytes(8), Bytes(8), PtrMask::repeat(true, 1)).expect(legal);
        let global = types.add("globals", Bytes(24), Bytes(8), PtrMask::repeat(true, 3)).expect(legal);
        let config = Config {
            heap: HeapConfig { limit: Bytes(20 << 30), reuse: true, poison: false },
            policy: Policy {
                mode: Mode::StopTheWorld,
                trigger: Trigger::Pacing { gogc: 100, min_heap: Bytes(4 << 20) },
                ..Policy::default()
            },
            ..Config::default()
        };
        let mut rt = Runtime::<I>::new(config, Arc::new(types));
        rt.add_static(Bytes(1024)).expect("memory for zeroVal");
        let globals = rt.add_globals(&global).expect("memory for globals");
        rt.add_mutator(FastRand(7)).expect("memory for a stack");
        let live: PtrMask =
            (0..40).map(|i| i < 2 || (2..14).contains(&i) && universe.hiter().is_pointer(i - 2)).collect();
        let frame = rt.push_frame(40, Arc::new(StackMap::exact(live))).expect("room on the stack");
        Rig { rt, frame, globals, maps, object, bytes, strings }
    }

    pub fn slot(&self, n: u64) -> Addr {
        self.frame.offset(n * WORD)
    }

    /// `n` strings of 16 hexadecimal digits, kept alive by a global.
    pub fn strings(&mut self, n: usize, global: u64, key: impl Fn(usize) -> i64) -> Result<Vec<Str>, Stop> {
        let array = self.rt.new_array(PROGRAM, &self.strings.clone(), n as u64, &[])?;
        self.rt.write_pointer(PROGRAM, self.globals.offset(global * WORD), array)?;
        let bytes = self.bytes.clone();
        (0..n)
            .map(|i| {
                let data = self.rt.new_object(PROGRAM, &bytes, &[])?;
                let text = format!("{:016x}", key(i) as u64);
                for (word, half) in text.as_bytes().chunks(8).enumerate() {
                    let half = u64::from_le_bytes(half.try_into().expect("eight digits"));
                    self.rt.store(data.offset(word as u64 * WORD), half)?;
                }
                self.rt.write_pointer(PROGRAM, array.offset(i as u64 * WORD), data)?;
                Ok(Str { data, len: 16 })
            })
            .collect()
    }
}

/// Keys as compiled code passes them.
pub trait Key: Copy {
    fn access1<I: Instruments, S: Shape>(self, r: &mut Rig<I>, t: &S, h: Addr) -> Result<Addr, Stop>;
    fn access2<I: Instruments, S: Shape>(self, r: &mut Rig<I>, t: &S, h: Addr) -> Result<(Addr, bool), Stop>;
    fn assign<I: Instruments, S: Shape>(self, r: &mut Rig<I>, t: &S, h: Addr) -> Result<Addr, Stop>;
    fn delete<I: Instruments, S: Shape>(self, r: &mut Rig<I>, t: &S, h: Addr) -> Result<(), Stop>;
}

macro_rules! key {
    ($ty:ty, |$self:ident, $r:ident| $pass:expr, $access1:ident, $access2:ident, $assign:ident, $delete:ident) => {
        impl Key for $ty {
            #[inline(always)]
            fn access1<I: Instruments, S: Shape>($self, $r: &mut Rig<I>, t: &S, h: Addr) -> Result<Addr, Stop> {
                let k = $pass;
                $access1(&mut $r.rt, t, h, k)
            }
            #[inline(always)]
            fn access2<I: Instruments, S: Shape>($self, $r: &mut Rig<I>, t: &S, h: Addr) -> Result<(Addr, bool), Stop> {
                let k = $pass;
                $access2(&mut $r.rt, t, h, k)
            }
            #[inline(always)]
            fn assign<I: Instruments, S: Shape>($self, $r: &mut Rig<I>, t: &S, h: Addr) -> Result<Addr, Stop> {
                let k = $pass;
                $assign(&mut $r.rt, t, h, k)
            }
            #[inline(always)]
            fn delete<I: Instruments, S: Shape>($self, $r: &mut Rig<I>, t: &S, h: Addr) -> Result<(), Stop> {
                let k = $pass;
                $delete(&mut $r.rt, t, h, k)
            }
        }
    };
}

/// An int64 key of a map whose elems are too large for the fast variants: passed by address.
#[derive(Clone, Copy)]
pub struct Slow(pub u64);

impl Slow {
    #[inline(always)]
    fn place<I: Instruments>(self, r: &mut Rig<I>) -> Result<Addr, Stop> {
        let at = r.slot(14);
        r.rt.store(at, self.0)?;
        Ok(at)
    }
}

key!(u64, |self, r| self, mapaccess1_fast64, mapaccess2_fast64, mapassign_fast64, mapdelete_fast64);
key!(Str, |self, r| self, mapaccess1_faststr, mapaccess2_faststr, mapassign_faststr, mapdelete_faststr);
key!(Slow, |self, r| self.place(r)?, mapaccess1, mapaccess2, mapassign, mapdelete);

/// Elems as compiled code stores and reads them. A type each, since compiled code knows which.
pub trait Elem: Copy {
    /// `m[k] = v`, with a value made from `i`.
    fn set<I: Instruments, S: Shape, K: Key>(r: &mut Rig<I>, t: &S, h: Addr, k: K, i: usize) -> Result<(), Stop>;
    /// What the loops add up.
    fn read<I: Instruments>(r: &mut Rig<I>, elem: Addr) -> Result<u64, Stop>;
    /// What is read of the value that was made from `i`.
    fn value(i: usize) -> u64 {
        i as u64
    }
    /// Can it be added to?
    const NUMBER: bool = false;
}

/// A number.
#[derive(Clone, Copy)]
pub struct Word;
/// A pointer to a fresh object.
#[derive(Clone, Copy)]
pub struct Pointer;
/// 200 bytes.
#[derive(Clone, Copy)]
pub struct Large;

impl Elem for Word {
    const NUMBER: bool = true;

    #[inline(always)]
    fn set<I: Instruments, S: Shape, K: Key>(r: &mut Rig<I>, t: &S, h: Addr, k: K, i: usize) -> Result<(), Stop> {
        let slot = k.assign(r, t, h)?;
        r.rt.store(slot, i as u64)
    }

    #[inline(always)]
    fn read<I: Instruments>(r: &mut Rig<I>, elem: Addr) -> Result<u64, Stop> {
        r.rt.load(elem)
    }
}

impl Elem for Pointer {
    #[inline(always)]
    fn set<I: Instruments, S: Shape, K: Key>(r: &mut Rig<I>, t: &S, h: Addr, k: K, i: usize) -> Result<(), Stop> {
        let p = r.rt.new_object(PROGRAM, &r.object, &[])?;
        r.rt.store(p, i as u64)?;
        r.rt.store(p.offset(WORD), 1)?;
        r.rt.store(r.slot(1), p.0)?;
        let slot = k.assign(r, t, h)?;
        r.rt.write_pointer(PROGRAM, slot, p)
    }

    #[inline(always)]
    fn read<I: Instruments>(r: &mut Rig<I>, elem: Addr) -> Result<u64, Stop> {
        let p = Addr(r.rt.load(elem)?);
        r.rt.load(p)
    }
}

impl Elem for Large {
    #[inline(always)]
    fn set<I: Instruments, S: Shape, K: Key>(r: &mut Rig<I>, t: &S, h: Addr, k: K, i: usize) -> Result<(), Stop> {
        let value = r.slot(15);
        r.rt.memclr(value, 200)?;
        r.rt.store_masked(value, 0xff, i as u64)?;
        let slot = k.assign(r, t, h)?;
        r.rt.typed_memmove(PROGRAM, t.map_type().elem().ty(), slot, value)
    }

    fn value(i: usize) -> u64 {
        i as u64 & 0xff
    }

    /// The compiler copies what does not fit in registers, whatever is read of the copy.
    #[inline(always)]
    fn read<I: Instruments>(r: &mut Rig<I>, elem: Addr) -> Result<u64, Stop> {
        let copy = r.slot(15);
        r.rt.memmove(copy, elem, 200)?;
        Ok(r.rt.load(copy)? & 0xff)
    }
}

pub fn key(i: usize) -> i64 {
    (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) as i64
}

/// A fixed permutation of 0..n, the peer's.
pub fn permutation(n: usize) -> Vec<usize> {
    let mut p: Vec<usize> = (0..n).collect();
    let mut x = 88_172_645_463_325_252u64;
    for i in (1..n).rev() {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        p.swap(i, (x % (i as u64 + 1)) as usize);
    }
    p
}
