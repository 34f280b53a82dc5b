//! What is the same in all states of a graph: sizes, addresses, types, sites.

use super::state::{MUTATORS, OBJECTS, SLOTS};
use crate::scenario::keys::Workload;
use gc::addr::WORD;
use gc::mutator::StackMap;
use gc::runtime::{Config, Driver, Instruments, Runtime};
use gc::watch::Watch;
use gc::{Addr, Bytes, Effects, PtrMask, Site, SiteTable, Stop, Type, TypeTable};
use std::sync::Arc;

/// How large a graph is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Size {
    /// Mutators.
    pub mutators: usize,
    /// Stores of each mutator.
    pub writes: u32,
    /// Objects of the heap.
    pub objects: usize,
    /// Slots of each object, each global and each stack.
    pub slots: usize,
    /// Globals.
    pub globals: usize,
}

impl Size {
    /// The size that a workload asks for.
    ///
    /// # Errors
    /// Why there can be none of that size.
    pub fn of(w: &Workload) -> Result<Size, String> {
        let [mutators, objects, slots, globals] = [w.mutators, w.objects, w.slots, w.globals].map(|n| n as usize);
        let size = Size { mutators, writes: w.writes as u32, objects, slots, globals };
        if mutators > MUTATORS || objects > OBJECTS || size.all_slots() > SLOTS {
            return Err(format!(
                "a graph has at most {MUTATORS} mutators, {OBJECTS} objects, and {SLOTS} slots of objects, globals and stacks \
                 together; this has {mutators}, {objects} and {}",
                size.all_slots()
            ));
        }
        match &w.heap {
            Some(heap) if heap.len() != size.all_slots() || heap.iter().any(|&p| p > w.objects) => Err(format!(
                "`heap` has {} numbers; expected {}, one for each slot of objects, globals and stacks, each at most {objects}",
                heap.len(),
                size.all_slots(),
            )),
            _ => Ok(size),
        }
    }

    /// Slots of all objects, globals and stacks: objects first, stacks last.
    pub fn all_slots(&self) -> usize {
        (self.objects + self.globals + self.mutators) * self.slots
    }

    /// Slots before those of the stacks: they are stored to with a barrier.
    pub fn barrier_slots(&self) -> usize {
        (self.objects + self.globals) * self.slots
    }
}

/// The sites of a graph.
#[derive(Clone, Copy, Debug)]
pub struct Sites {
    /// Where objects are made.
    pub make: Site,
    /// Stores to objects.
    pub object: Site,
    /// Stores to globals.
    pub global: Site,
}

/// Sizes, addresses, types and sites.
#[derive(Debug)]
pub struct Env {
    /// How large it is.
    pub size: Size,
    /// The address of each object.
    pub objects: Vec<Addr>,
    /// The address of each slot, in the order of [`Size::all_slots`].
    pub slots: Vec<Addr>,
    /// The type of the objects.
    pub ty: Arc<Type>,
    /// All types.
    pub types: Arc<TypeTable>,
    /// The sites.
    pub sites: Sites,
    /// Their names.
    pub table: SiteTable,
}

impl Env {
    /// The names of the sites.
    pub fn table() -> (SiteTable, Sites) {
        let mut table = SiteTable::default();
        let sites = Sites {
            make: table.add("graph.make"),
            object: table.add("graph.object"),
            global: table.add("graph.global"),
        };
        (table, sites)
    }

    /// A runtime with objects, globals and stacks whose slots are all nil, and what there is to know about it. `config` is for these
    /// sites.
    ///
    /// # Errors
    /// If they do not fit the memory limit.
    pub fn make<I: Instruments>(size: Size, config: Config, watch: Option<Watch>) -> Result<(Env, Runtime<I>), Stop> {
        let (table, sites) = Env::table();
        let mut types = TypeTable::new();
        let words = size.slots;
        let bytes = Bytes(words as u64 * WORD);
        let ty = types.add("node", bytes, Bytes(WORD), PtrMask::repeat(true, words)).expect("a row of pointers");
        let types = Arc::new(types);
        let mut rt = Runtime::new(config, types.clone());
        if let Some(watch) = watch {
            rt.watch(watch);
        }
        let mut slots = Vec::with_capacity(size.all_slots());
        let mut globals = Vec::new();
        for _ in 0..size.globals {
            globals.push(rt.add_globals(&ty)?);
        }
        let map = Arc::new(StackMap::exact(PtrMask::repeat(true, words)));
        let mut stacks = Vec::new();
        for i in 0..size.mutators {
            let mutator = rt.add_mutator(gc::mutator::FastRand(i as u64 + 1))?;
            rt.switch_to(mutator);
            stacks.push(rt.push_frame(words as u64, map.clone())?);
        }
        rt.switch_to(0);
        let objects: Vec<Addr> =
            (0..size.objects).map(|_| rt.allocate(sites.make, &ty, 1, &[])).collect::<Result<_, _>>()?;
        for &base in objects.iter().chain(&globals).chain(&stacks) {
            slots.extend((0..words as u64).map(|i| base.offset(i * WORD)));
        }
        rt.set_driver(Driver::Steps);
        Ok((Env { size, objects, slots, ty, types, sites, table }, rt))
    }

    /// A pointer by its number: 0 is nil, others are objects counted from 1.
    #[inline]
    pub fn pointer(&self, number: u8) -> Addr {
        match number.checked_sub(1) {
            Some(i) => self.objects[usize::from(i)],
            None => Addr::NIL,
        }
    }

    /// The number of a pointer.
    #[inline]
    pub fn number(&self, pointer: u64) -> u8 {
        match pointer.checked_sub(self.objects.first().map_or(0, |a| a.0)) {
            Some(distance) if pointer != 0 => (distance / self.stride()) as u8 + 1,
            _ => 0,
        }
    }

    /// Bytes from an object to the next: they are made one after another, in one span.
    #[inline]
    fn stride(&self) -> u64 {
        match self.objects.as_slice() {
            [first, second, ..] => second.0 - first.0,
            _ => WORD,
        }
    }

    /// The site of a store to a slot with a barrier.
    #[inline]
    pub fn site(&self, slot: usize) -> Site {
        if slot < self.size.objects * self.size.slots { self.sites.object } else { self.sites.global }
    }

    /// What a slot is called.
    pub fn slot_name(&self, slot: usize) -> String {
        let (holder, word) = (slot / self.size.slots, slot % self.size.slots);
        let Size { objects, globals, .. } = self.size;
        match holder {
            h if h < objects => format!("object {}, slot {word}", h + 1),
            h if h < objects + globals => format!("global {}, slot {word}", h - objects + 1),
            h => format!("stack {}, slot {word}", h - objects - globals),
        }
    }
}
