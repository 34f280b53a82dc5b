//! Maps on the real heap, under every way of collecting, with all of its oracles on.

use bitvec::prelude::{BitVec, Lsb0};
use gc::mutator::FastRand;
use gc::policy::{Mode, Policy, Trigger};
use gc::runtime::{Checked, Config, Runtime};
use gc::{Addr, Bytes, Effects, TypeTable};
use mapruntime::layout::MAX_ZERO;
use mapruntime::{
    GoType, Kind, MapType, Str, Universe, describe, makemap, mapaccess2, mapaccess2_faststr, mapassign,
    mapassign_faststr, mapdelete, mapdelete_faststr, mapiterinit, mapiternext, sites,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A runtime, a map, and globals: the map's header, a string, a value, an iterator.
struct World {
    rt: Runtime<Checked>,
    t: MapType,
    node: Arc<GoType>,
    globals: Addr,
    h: Addr,
}

const STRING: u64 = 8;
const VALUE: u64 = 24;
const ITERATOR: u64 = 32;

fn world(policy: Policy, elem: &str) -> World {
    let mut table = TypeTable::new();
    let string = GoType::new(&mut table, "string", Kind::String).unwrap();
    let node = GoType::new(&mut table, "int64", Kind::Int64).unwrap();
    let pointer = GoType::new(&mut table, "*int64", Kind::Pointer("int64".into())).unwrap();
    let bytes = GoType::array(&mut table, "[25]int64", &node, 25).unwrap();
    let mut mask: BitVec<u64, Lsb0> = [true, true, false, true].into_iter().collect();
    mask.extend([true; 8]);
    let globals = table.add("globals", Bytes(ITERATOR + 96), Bytes(8), mask).unwrap();
    // The zero value comes first among the static data, so its address is known.
    let make = |zero, mut table: TypeTable| {
        let types = [string.clone(), node.clone(), pointer.clone(), bytes.clone()];
        let universe = Universe::new(&mut table, 0x1235, zero, types);
        let elem = if elem == "pointer" { &pointer } else { &bytes };
        (MapType::new(&mut table, &universe, &string, elem).unwrap(), Arc::new(table))
    };
    let config = Config { policy, ..Config::default() };
    let (_, types) = make(Addr::NIL, table.clone());
    let mut rt = Runtime::new(config, types);
    let zero = rt.add_static(Bytes(MAX_ZERO)).unwrap();
    let (t, _) = make(zero, table);
    let globals = rt.add_globals(&globals).unwrap();
    rt.add_mutator(FastRand(7)).unwrap();
    let h = makemap(&mut rt, &t, 0, Addr::NIL).unwrap();
    rt.write_pointer(sites::MAKEMAP_BUCKETS, globals, h).unwrap();
    World { rt, t, node, globals, h }
}

impl World {
    /// Key number `i`, in the globals.
    fn key(&mut self, i: u64) -> Str {
        let data = self.rt.allocate(sites::MAKEMAP_NEW, self.node.ty(), 1, &[]).unwrap();
        self.rt.store(data, i).unwrap();
        self.rt.write_pointer(sites::MAPASSIGN_KEY, self.globals.offset(STRING), data).unwrap();
        self.rt.store(self.globals.offset(STRING + 8), 8).unwrap();
        Str { data, len: 8 }
    }

    fn number(&mut self, pointer_at: Addr) -> u64 {
        let data = Addr(self.rt.load(pointer_at).unwrap());
        self.rt.load(data).unwrap()
    }

    fn run(&mut self, fast: bool, ops: u64) {
        let mut model = BTreeMap::new();
        let mut random = 12345u64;
        let mut walking = false;
        let (t, h, key_at, it) = (self.t.clone(), self.h, self.globals.offset(STRING), self.globals.offset(ITERATOR));
        let pointers = t.elem().size() == 8;
        for op in 0..ops {
            random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let i = (random >> 33) % 150;
            match (random >> 60) % 8 {
                0..5 => {
                    let value = self.rt.allocate(sites::MAKEMAP_NEW, self.node.ty(), 1, &[]).unwrap();
                    self.rt.store(value, op).unwrap();
                    self.rt.write_pointer(sites::MAPASSIGN_KEY, self.globals.offset(VALUE), value).unwrap();
                    let key = self.key(i);
                    let slot = if fast {
                        mapassign_faststr(&mut self.rt, &t, h, key)
                    } else {
                        mapassign(&mut self.rt, &t, h, key_at)
                    };
                    let slot = slot.unwrap();
                    if pointers {
                        self.rt.write_pointer(sites::EVACUATE_ELEM, slot, value).unwrap();
                    } else {
                        self.rt.store(slot, op).unwrap();
                    }
                    model.insert(i, op);
                }
                5 => {
                    let key = self.key(i);
                    if fast {
                        mapdelete_faststr(&mut self.rt, &t, h, key).unwrap();
                    } else {
                        mapdelete(&mut self.rt, &t, h, key_at).unwrap();
                    }
                    model.remove(&i);
                }
                6 => {
                    let key = self.key(i);
                    let found = if fast {
                        mapaccess2_faststr(&mut self.rt, &t, h, key)
                    } else {
                        mapaccess2(&mut self.rt, &t, h, key_at)
                    };
                    let (elem, found) = found.unwrap();
                    assert_eq!(found, model.contains_key(&i));
                    if found {
                        let v = if pointers { self.number(elem) } else { self.rt.load(elem).unwrap() };
                        assert_eq!(v, model[&i]);
                    }
                }
                _ if walking => {
                    mapiternext(&mut self.rt, &t, it).unwrap();
                    let key = Addr(self.rt.load(it).unwrap());
                    walking = !key.is_nil();
                    if walking {
                        let i = self.number(key);
                        assert!(model.contains_key(&i), "only live entries are visited");
                    }
                }
                _ => {
                    let hiter = t.universe().hiter().clone();
                    self.rt.typed_memclr(sites::MAPITERINIT_H, &hiter, it, 1).unwrap();
                    mapiterinit(&mut self.rt, &t, h, it).unwrap();
                    walking = self.rt.load(it).unwrap() != 0;
                }
            }
        }
        self.rt.collect().unwrap();
        let found: BTreeMap<u64, u64> = {
            let read = |a| self.rt.heap().word(a).expect("mapped");
            let entries = describe::entries(&t, h, read);
            let value = |elem| if pointers { read(Addr(read(elem))) } else { read(elem) };
            entries.iter().map(|e| (read(Addr(read(e.key))), value(e.elem))).collect()
        };
        assert_eq!(found, model);
        assert!(self.rt.violations().is_empty(), "{:?}", self.rt.violations());
    }
}

#[test]
fn maps_stay_whole_under_every_way_of_collecting() {
    for mode in [
        Mode::StopTheWorld,
        Mode::Incremental { budget: 3 },
        Mode::Concurrent { steps: 2 },
        Mode::Concurrent { steps: 20 },
    ] {
        for every in [1, 3, 20] {
            for elem in ["pointer", "words"] {
                for fast in [elem == "pointer", false] {
                    let policy = Policy { mode, trigger: Trigger::Safepoints(every), ..Policy::default() };
                    world(policy, elem).run(fast, 1200);
                }
            }
        }
    }
}
