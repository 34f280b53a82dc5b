//! A plain model of a heap beside the real one: objects are numbers, pointers are numbers, nothing moves and nothing
//! is freed. Random programs run on both, and are compared word by word.

use bitvec::prelude::{BitVec, Lsb0};
use gc::collector::Phase;
use gc::mutator::{FastRand, StackMap};
use gc::policy::{BirthColour, Mode, Policy, StackPolicy, SweepPolicy, Trigger};
use gc::runtime::{Checked, Config, Driver, Placement, Runtime};
use gc::site::Site;
use gc::verify::{self, Checks};
use gc::{Addr, Bytes, Effects, Stop, Type, TypeTable};
use proptest::prelude::*;
use std::collections::HashSet;
use std::sync::Arc;

/// Pointer slots of a frame.
pub const FRAME: u64 = 3;
/// Pointers among the globals.
pub const GLOBALS: u64 = 4;
/// Nodes of the tree that a program begins with.
const NODES: usize = 31;
/// Mutators of a program.
pub const MUTATORS: usize = 2;

/// One step of a random program. Numbers are taken modulo whatever there is to choose from.
#[derive(Clone, Debug)]
pub enum Step {
    /// Make `count` values of a type, fill their data words, and hold the object in a slot of the frame.
    Make {
        ty: u8,
        count: u8,
        to: u8,
    },
    /// Store a pointer from a slot of the frame, or nil, into a pointer word of an object.
    Link {
        object: u8,
        word: u16,
        target: Option<u8>,
    },
    /// Load a pointer word of an object into a slot of the frame.
    Follow {
        object: u8,
        word: u16,
        to: u8,
    },
    /// The same, and clear the word: as one pops a list.
    Take {
        object: u8,
        word: u16,
        to: u8,
    },
    /// Store data into a data word.
    Write {
        object: u8,
        word: u16,
        value: u64,
    },
    Drop {
        slot: u8,
    },
    Push,
    Pop,
    SetGlobal {
        global: u8,
        from: Option<u8>,
    },
    GetGlobal {
        global: u8,
        to: u8,
    },
    /// Copy values between or within objects of one type, at any distance.
    Copy {
        to: u8,
        from: u8,
        to_index: u8,
        from_index: u8,
        count: u8,
    },
    /// Clear values of an object.
    Zero {
        object: u8,
        index: u8,
        count: u8,
    },
    Switch,
    Safepoint,
    Collect,
}

pub fn steps(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (prop_oneof![Just(0), any::<u8>()], 1u8..6, any::<u8>())
            .prop_map(|(ty, count, to)| Step::Make { ty, count, to }),
        8 => (any::<u8>(), any::<u16>(), proptest::option::weighted(0.7, any::<u8>()))
            .prop_map(|(object, word, target)| Step::Link { object, word, target }),
        6 => (any::<u8>(), any::<u16>(), any::<u8>()).prop_map(|(object, word, to)| Step::Follow { object, word, to }),
        4 => (any::<u8>(), any::<u16>(), any::<u8>()).prop_map(|(object, word, to)| Step::Take { object, word, to }),
        2 => (any::<u8>(), any::<u16>(), any::<u64>())
            .prop_map(|(object, word, value)| Step::Write { object, word, value }),
        3 => any::<u8>().prop_map(|slot| Step::Drop { slot }),
        1 => Just(Step::Push),
        1 => Just(Step::Pop),
        2 => (any::<u8>(), proptest::option::weighted(0.7, any::<u8>()))
            .prop_map(|(global, from)| Step::SetGlobal { global, from }),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(global, to)| Step::GetGlobal { global, to }),
        4 => (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>()).prop_map(
            |(to, from, to_index, from_index, count)| Step::Copy { to, from, to_index, from_index, count }
        ),
        2 => (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(object, index, count)| Step::Zero { object, index, count }),
        1 => Just(Step::Switch),
        4 => Just(Step::Safepoint),
        1 => Just(Step::Collect),
    ];
    proptest::collection::vec(step, length)
}

/// The same program with bulk operations where it would clear single words.
pub fn in_bulk(program: Vec<Step>) -> Vec<Step> {
    let step = |step| match step {
        Step::Take { object, word, to } => {
            vec![Step::Follow { object, word, to }, Step::Zero { object, index: 0, count: 1 }]
        }
        other => vec![other],
    };
    program.into_iter().flat_map(step).collect()
}

pub fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![
        Just(Mode::StopTheWorld),
        (1u32..20).prop_map(|budget| Mode::Incremental { budget }),
        (1u32..20).prop_map(|steps| Mode::Concurrent { steps }),
    ]
}

pub fn trigger() -> impl Strategy<Value = Trigger> {
    prop_oneof![
        (1u64..20).prop_map(Trigger::Safepoints),
        (0u64..2000).prop_map(|min| Trigger::Pacing { gogc: 50, min_heap: Bytes(min) }),
        Just(Trigger::Never),
    ]
}

/// Collectors and barriers that are safe where no store is interrupted.
pub fn safe_config() -> impl Strategy<Value = Config> {
    let barrier = prop_oneof![
        Just(("dijkstra", false, true)),
        Just(("dijkstra-coarse", true, true)),
        Just(("steele", false, true)),
        Just(("yuasa", true, false)),
        Just(("yuasa-cond", true, true)),
        Just(("hybrid-uncond", false, false)),
        Just(("hybrid-stack", false, true)),
        Just(("hybrid-anystack", true, false)),
    ];
    let heap = (any::<bool>(), any::<bool>(), any::<bool>());
    (barrier, mode(), trigger(), heap, 0usize..4, any::<u64>()).prop_map(
        |((id, before_heap, rescan), mode, trigger, (reuse, poison, eager), buffer, seed)| {
            let mut config = config(id);
            config.heap.reuse = reuse;
            config.heap.poison = poison;
            config.placement.buffer = buffer;
            config.policy = Policy {
                mode,
                stacks: StackPolicy { before_heap, rescan },
                birth: BirthColour::Black,
                sweep: if eager { SweepPolicy::Eager } else { SweepPolicy::Lazy },
                trigger,
                ..Policy::default()
            };
            config.seed = seed;
            config
        },
    )
}

pub fn config(barrier: &str) -> Config {
    Config {
        placement: Placement::everywhere(gc::barrier::named(barrier).expect("a barrier of the catalogue")),
        driver: Driver::Safepoints,
        stack_words: 8 * FRAME,
        // Tested once per step, by the property itself.
        checks: Checks { accounting: false, ..Checks::default() },
        ..Config::default()
    }
}

/// A word of the model.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Word {
    Data(u64),
    Pointer(Option<usize>),
}

#[derive(Clone)]
struct Object {
    base: Addr,
    ty: usize,
    count: u64,
    words: Vec<Word>,
}

/// A program on its way: the heap, and the model of it.
#[derive(Clone)]
pub struct Run {
    pub rt: Runtime<Checked>,
    types: Vec<Arc<Type>>,
    objects: Vec<Object>,
    /// Per mutator: frames of slots.
    stacks: Vec<Vec<(Addr, Vec<Option<usize>>)>>,
    globals: Vec<Option<usize>>,
    global: Addr,
    map: Arc<StackMap>,
    me: usize,
}

/// How a program failed.
#[derive(Debug)]
pub enum Failure {
    /// An oracle of the heap objected.
    Oracle(String),
    /// The heap is not what the model is.
    Model(String),
}

impl From<Failure> for TestCaseError {
    fn from(failure: Failure) -> TestCaseError {
        TestCaseError::fail(format!("{failure:?}"))
    }
}

impl Run {
    /// A heap with a tree in global 0. `omitted`: a slot of each frame that the stack map forgets, although the
    /// program holds it.
    pub fn new(config: Config, omitted: Option<usize>) -> Result<Run, Failure> {
        let mut table = TypeTable::new();
        let mut add = |name: &str, words: usize, pointer: fn(usize) -> bool| {
            let mask: BitVec<u64, Lsb0> = (0..words).map(pointer).collect();
            table.add(name, Bytes(8 * words as u64), Bytes(8), mask).unwrap()
        };
        let types = vec![
            add("pair", 2, |_| true),
            add("mixed", 3, |i| i == 1),
            add("flat", 3, |_| false),
            add("wide", 70, |i| i % 3 == 1),
            add("large", 4200, |i| i % 700 == 6),
            add("large flat", 4200, |_| false),
            add("empty", 0, |_| false),
        ];
        let globals = add("globals", GLOBALS as usize, |_| true);
        let mut rt = Runtime::new(config, Arc::new(table));
        let global = rt.add_globals(&globals).unwrap();
        let mut map = StackMap::exact(BitVec::repeat(true, FRAME as usize));
        if let Some(slot) = omitted {
            map.live.set(slot, false);
        }
        let map = Arc::new(map);
        let mut stacks = Vec::new();
        for m in 0..MUTATORS {
            rt.add_mutator(FastRand(m as u64)).unwrap();
            rt.switch_to(m);
            stacks.push(vec![(rt.push_frame(FRAME, map.clone()).unwrap(), vec![None; FRAME as usize])]);
        }
        rt.switch_to(0);
        let globals = vec![None; GLOBALS as usize];
        let mut run = Run { rt, types, objects: Vec::new(), stacks, globals, global, map, me: 0 };
        let grown = run.grow();
        run.told(grown)?;
        Ok(run)
    }

    /// Makes the tree, so that marking takes a while and programs have somewhere to walk.
    fn grow(&mut self) -> Result<(), Stop> {
        let pair = self.types[0].clone();
        let mut nodes = Vec::new();
        for _ in 0..NODES {
            nodes.push(self.rt.allocate(Site(0), &pair, 1, &nodes)?);
        }
        for (i, &base) in nodes.iter().enumerate() {
            let child = |n| Some(2 * i + n).filter(|&c| c < NODES);
            for (word, target) in [child(1), child(2)].into_iter().enumerate() {
                let new = target.map_or(Addr::NIL, |t| nodes[t]);
                self.rt.write_pointer(Site(1), base.offset(8 * word as u64), new)?;
            }
            let words = vec![Word::Pointer(child(1)), Word::Pointer(child(2))];
            self.objects.push(Object { base, ty: 0, count: 1, words });
        }
        self.globals[0] = Some(0);
        self.rt.write_pointer(Site(2), self.global, nodes[0])
    }

    /// Runs a step, and then looks at everything.
    pub fn step(&mut self, step: &Step) -> Result<(), Failure> {
        let done = self.perform(step);
        self.told(done)?;
        let contradictions = verify::accounting(&self.rt);
        if let Some(first) = contradictions.first() {
            return Err(Failure::Oracle(format!("{}: {}", first.kind, first.detail)));
        }
        self.compare()
    }

    /// Runs a program and, at its end, two more cycles: then the heap holds what is reachable and nothing else.
    pub fn program(mut self, steps: &[Step]) -> Result<Run, Failure> {
        for step in steps {
            self.step(step)?;
        }
        self.collect_garbage()?;
        Ok(self)
    }

    /// Everything unreachable now is gone at the end of the next cycle that starts.
    fn collect_garbage(&mut self) -> Result<(), Failure> {
        // The cycle under way may have begun when it was reachable.
        if self.rt.collector().phase() == Phase::Mark {
            let done = self.rt.collect();
            self.told(done)?;
        }
        let done = self.rt.collect();
        self.told(done)?;
        let reachable: HashSet<Addr> = self.reachable().into_iter().map(|o| self.objects[o].base).collect();
        let heap = self.rt.heap();
        match heap.objects().map(|o| heap.base(o)).find(|base| !reachable.contains(base)) {
            Some(garbage) => Err(Failure::Model(format!("{garbage} is garbage and was not freed"))),
            None => self.compare(),
        }
    }

    fn told<T>(&self, done: Result<T, Stop>) -> Result<T, Failure> {
        done.map_err(|stop| match self.rt.violations().last() {
            Some(v) if stop == Stop::Violation => Failure::Oracle(format!("{}: {}", v.kind, v.detail)),
            _ => Failure::Oracle(format!("{stop:?}: {:?}", self.rt.fault())),
        })
    }

    fn reachable(&self) -> Vec<usize> {
        let mut seen = vec![false; self.objects.len()];
        let frames = self.stacks.iter().flatten().flat_map(|(_, slots)| slots);
        let mut work: Vec<usize> = frames.chain(&self.globals).flatten().copied().collect();
        let mut found = Vec::new();
        while let Some(o) = work.pop() {
            if std::mem::replace(&mut seen[o], true) {
                continue;
            }
            found.push(o);
            work.extend(self.objects[o].words.iter().filter_map(|w| match w {
                Word::Pointer(target) => *target,
                Word::Data(_) => None,
            }));
        }
        found
    }

    /// Is every reachable object there, at its address, with its values?
    fn compare(&self) -> Result<(), Failure> {
        let heap = self.rt.heap();
        let address = |target: Option<usize>| target.map_or(Addr::NIL, |o| self.objects[o].base);
        for o in self.reachable() {
            let object = &self.objects[o];
            let there = heap.find_object(object.base).is_some_and(|found| heap.base(found) == object.base);
            if !there {
                return Err(Failure::Model(format!("{} is reachable and was freed", object.base)));
            }
            let first = ((object.base.0 - gc::addr::ARENA_BASE) / 8) as usize;
            for (i, (&real, word)) in heap.words()[first..].iter().zip(&object.words).enumerate() {
                let expected = match *word {
                    Word::Data(value) => value,
                    Word::Pointer(target) => address(target).0,
                };
                if real != expected {
                    return Err(Failure::Model(format!("word {i} of {} is {real:#x}, not {expected:#x}", object.base)));
                }
            }
        }
        Ok(())
    }

    // --- choosing ---------------------------------------------------------------------------

    fn slots(&mut self) -> &mut Vec<Option<usize>> {
        &mut self.stacks[self.me].last_mut().expect("the outermost frame stays").1
    }

    fn held(&mut self, slot: u8) -> Option<usize> {
        self.slots()[slot as usize % FRAME as usize]
    }

    /// Stores to a slot of the frame: no barrier.
    fn hold(&mut self, slot: u8, object: Option<usize>) -> Result<(), Stop> {
        let slot = slot as usize % FRAME as usize;
        self.slots()[slot] = object;
        let frame = self.stacks[self.me].last().expect("the outermost frame stays").0;
        let value = object.map_or(0, |o| self.objects[o].base.0);
        self.rt.store(frame.offset(8 * slot as u64), value)
    }

    /// An object that the frame holds, and one of its words that is a pointer (or is not).
    fn word(&mut self, object: u8, word: u16, pointer: bool) -> Option<(usize, usize)> {
        let o = self.held(object)?;
        let words = &self.objects[o].words;
        let mut of_kind: Vec<usize> = Vec::new();
        of_kind.extend((0..words.len()).filter(|&i| matches!(words[i], Word::Pointer(_)) == pointer));
        let i = of_kind.get(word as usize % of_kind.len().max(1))?;
        Some((o, *i))
    }

    fn address(&self, object: usize, word: usize) -> Addr {
        self.objects[object].base.offset(8 * word as u64)
    }

    fn pointer(&mut self, target: Option<u8>) -> Option<usize> {
        target.and_then(|slot| self.held(slot))
    }

    // --- doing ------------------------------------------------------------------------------

    fn perform(&mut self, step: &Step) -> Result<(), Stop> {
        match *step {
            Step::Make { ty, count, to } => self.make(ty as usize % self.types.len(), u64::from(count), to),
            Step::Link { object, word, target } => {
                let Some((o, i)) = self.word(object, word, true) else { return Ok(()) };
                let target = self.pointer(target);
                self.objects[o].words[i] = Word::Pointer(target);
                let new = target.map_or(Addr::NIL, |t| self.objects[t].base);
                self.rt.write_pointer(Site(1), self.address(o, i), new)
            }
            Step::Follow { object, word, to } => {
                let Some((o, i)) = self.word(object, word, true) else { return Ok(()) };
                let Word::Pointer(target) = self.objects[o].words[i] else { unreachable!("a pointer word") };
                self.rt.load(self.address(o, i))?;
                self.hold(to, target)
            }
            Step::Take { object, word, to } => {
                let Some((o, i)) = self.word(object, word, true) else { return Ok(()) };
                let slot = self.address(o, i);
                let Word::Pointer(target) = std::mem::replace(&mut self.objects[o].words[i], Word::Pointer(None))
                else {
                    unreachable!("a pointer word")
                };
                self.rt.load(slot)?;
                self.hold(to, target)?;
                self.rt.write_pointer(Site(1), slot, Addr::NIL)
            }
            Step::Write { object, word, value } => {
                let Some((o, i)) = self.word(object, word, false) else { return Ok(()) };
                self.objects[o].words[i] = Word::Data(value);
                self.rt.store(self.address(o, i), value)
            }
            Step::Drop { slot } => self.hold(slot, None),
            Step::Push => {
                if self.stacks[self.me].len() < 6 {
                    let base = self.rt.push_frame(FRAME, self.map.clone())?;
                    let outer = self.slots().clone();
                    self.stacks[self.me].push((base, vec![None; FRAME as usize]));
                    // Arguments: the callee begins with what the caller holds.
                    for (slot, object) in outer.into_iter().enumerate() {
                        self.hold(slot as u8, object)?;
                    }
                }
                Ok(())
            }
            Step::Pop => {
                if self.stacks[self.me].len() > 1 {
                    self.stacks[self.me].pop();
                    self.rt.pop_frame();
                }
                Ok(())
            }
            Step::SetGlobal { global, from } => {
                let global = u64::from(global) % GLOBALS;
                let target = self.pointer(from);
                self.globals[global as usize] = target;
                let new = target.map_or(Addr::NIL, |t| self.objects[t].base);
                self.rt.write_pointer(Site(2), self.global.offset(8 * global), new)
            }
            Step::GetGlobal { global, to } => self.hold(to, self.globals[global as usize % GLOBALS as usize]),
            Step::Copy { to, from, to_index, from_index, count } => self.copy(to, from, to_index, from_index, count),
            Step::Zero { object, index, count } => self.zero(object, index, count),
            Step::Switch => {
                self.me = (self.me + 1) % MUTATORS;
                self.rt.switch_to(self.me);
                Ok(())
            }
            Step::Safepoint => self.rt.safepoint(Site(3), &[]),
            Step::Collect => self.rt.collect(),
        }
    }

    fn make(&mut self, ty: usize, count: u64, to: u8) -> Result<(), Stop> {
        let t = self.types[ty].clone();
        let count = if t.size().0 > 8192 { 1 } else { count };
        let base = self.rt.allocate(Site(0), &t, count, &[])?;
        let size = t.size().0 / 8;
        let word = |i| if t.is_pointer(i % size.max(1)) { Word::Pointer(None) } else { Word::Data(0) };
        let words = (0..size * count).map(word).collect();
        self.objects.push(Object { base, ty, count, words });
        self.hold(to, Some(self.objects.len() - 1))
    }

    fn copy(&mut self, to: u8, from: u8, to_index: u8, from_index: u8, count: u8) -> Result<(), Stop> {
        let (Some(to), Some(from)) = (self.held(to), self.held(from)) else { return Ok(()) };
        let (a, b) = (&self.objects[to], &self.objects[from]);
        if a.ty != b.ty {
            return Ok(());
        }
        let ty = self.types[a.ty].clone();
        let (to_index, from_index) = (u64::from(to_index) % a.count, u64::from(from_index) % b.count);
        let count = u64::from(count) % 6;
        let count = count.min(a.count - to_index).min(b.count - from_index);
        let size = ty.size().0 / 8;
        let (d, s, n) = ((to_index * size) as usize, (from_index * size) as usize, (count * size) as usize);
        let (dst, src) = (self.address(to, d), self.address(from, s));
        let moved = self.objects[from].words[s..s + n].to_vec();
        self.objects[to].words[d..d + n].copy_from_slice(&moved);
        if count == 1 {
            self.rt.typed_memmove(Site(4), &ty, dst, src)
        } else {
            self.rt.typed_slice_copy(Site(4), &ty, dst, src, count)
        }
    }

    fn zero(&mut self, object: u8, index: u8, count: u8) -> Result<(), Stop> {
        let Some(o) = self.held(object) else { return Ok(()) };
        let object = &self.objects[o];
        let ty = self.types[object.ty].clone();
        let index = u64::from(index) % object.count;
        let count = (u64::from(count) % 6).min(object.count - index);
        let size = ty.size().0 / 8;
        let (first, n) = ((index * size) as usize, (count * size) as usize);
        let dst = self.address(o, first);
        for word in &mut self.objects[o].words[first..first + n] {
            *word = match word {
                Word::Data(_) => Word::Data(0),
                Word::Pointer(_) => Word::Pointer(None),
            };
        }
        self.rt.typed_memclr(Site(5), &ty, dst, count)
    }
}
