//! Performing an operation as a compiler of some era lowers it.
//!
//! ```text
//! mapassign1        tmp = v;  mapassign1(t, m, &k, &tmp)             the runtime stores
//! mapassign         tmp = v;  slot = mapassign(t, m, &k);  *slot = tmp   the caller stores
//! mapassign-2017    as mapassign; lookups take a small key by value
//! mapassign-op      as that, with mapassign_fast*; m[k] op= d is one call: slot = mapassign(…); *slot op= d
//! ```
//!
//! The right side comes first: that is what the compiler's order pass is for. Without it (`order = false`) the
//! slot is taken, then the right side is evaluated, which may grow the map and leave the slot behind.
//!
//! Everything here is over [`Effects`], so an operation runs at once or one effect at a time.

use crate::scenario::compiler::Lowering;
use crate::scenario::workload::Routines;
use crate::workload::draw::{Op, Source};
use crate::workload::env::Env;
use crate::workload::frame::Active;
use crate::workload::{elems, keys};
use gc::addr::WORD;
use gc::{Addr, Effects, Stop, Tally};
use mapruntime::maptype::Variant;
use mapruntime::{Str, layout};

/// Steps of a loop that one `iterate` operation takes.
const LOOP_STEPS: usize = 4;

/// What an operation gave, for the model to judge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Nothing to judge now.
    Done,
    /// A value was stored, as the operation's last step: through this slot, or by the runtime (`None`).
    Stored {
        /// The slot, as `mapassign` returned it.
        slot: Option<Addr>,
    },
    /// A value was read.
    Read {
        /// The value held from before, as it is now: outer `None` if none was held.
        held: Option<Option<u64>>,
        /// Whether the key was there, and the number of its value.
        found: Option<Option<u64>>,
    },
    /// Entries that a loop came by, and whether it has ended.
    Entries {
        /// Numbers of key and value.
        entries: Vec<Entry>,
        /// No entries are left.
        ended: bool,
    },
}

/// An entry that a loop came by: numbers of key and value, `None` if they are none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Number of the key.
    pub key: Option<u64>,
    /// Number of the value.
    pub value: Option<u64>,
}

/// Everything about an operation that is settled before it begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Call {
    /// The operation.
    pub op: Op,
    /// Whose.
    pub mutator: usize,
    /// On which of the mutator's maps.
    pub map: u64,
    /// Chooses between equal representations of a key.
    pub twist: bool,
    /// Is a value held from the last read?
    pub held: bool,
}

/// Where the workload's memory is.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The frame.
    pub frame: Active<'a>,
    /// The globals.
    pub globals: Addr,
}

/// Performs one operation.
///
/// # Errors
/// Whatever stops it: a yield, a fault of the program, a violation.
pub fn perform<E: Effects>(e: &mut E, env: &Env, p: Places<'_>, call: Call) -> Result<Outcome, Stop> {
    e.safepoint(env.sites.between, &[])?;
    let f = &env.frame;
    let global = env.map_global(p.globals, call.mutator, call.map);
    let map = Addr(e.load(global)?);
    e.store(p.frame.at(f.map), map.0)?;
    let routine = Routine { env, p, map };
    match call.op {
        Op::Assign { key, source } => routine.assign(e, call, key, source),
        Op::OpAssign { key, delta } => routine.op_assign(e, call, key, delta),
        Op::Read { key } => routine.read(e, call, key),
        Op::Delete { key } => {
            routine.put_key(e, key, call.twist, f.key)?;
            routine.delete(e)?;
            clear(e, env, p, Temps::Caller)?;
            Ok(Outcome::Done)
        }
        Op::Iterate { begin } => routine.iterate(e, begin),
        Op::Clear => {
            // A loop under way ends here. In Go it would go on, and in Go 1.19 it could still come by entries of an
            // array that it began with and that a growth had left behind: golang/go#59411, mended in Go 1.21.
            routine.end_loop(e)?;
            e.tally(Tally::Call);
            mapruntime::mapclear(e, &env.map, map)?;
            Ok(Outcome::Done)
        }
        Op::Drop => {
            // A loop over the old map ends with it; nothing in the frame refers to it any more.
            routine.end_loop(e)?;
            e.store(p.frame.at(f.map), 0)?;
            make(e, env, global)
        }
    }
}

/// Makes a map and stores it to its global.
///
/// # Errors
/// As [`perform`].
pub fn make<E: Effects>(e: &mut E, env: &Env, global: Addr) -> Result<Outcome, Stop> {
    e.tally(Tally::Call);
    let made = mapruntime::makemap(e, &env.map, env.hint as i64, Addr::NIL)?;
    e.write_pointer(env.sites.maps, global, made)?;
    Ok(Outcome::Done)
}

/// Makes the pool of objects that keys point to.
///
/// # Errors
/// As [`perform`].
pub fn make_pool<E: Effects>(e: &mut E, env: &Env, globals: Addr) -> Result<(), Stop> {
    let pool = e.new_array(env.sites.new_pool, &env.pointer, env.keys, &[])?;
    e.write_pointer(env.sites.pool, env.pool_global(globals), pool)?;
    for n in 0..env.keys {
        let object = elems::new_leaf(e, env, n)?;
        let pool = Addr(e.load(env.pool_global(globals))?);
        e.write_pointer(env.sites.pool, pool.offset(n * WORD), object)?;
    }
    Ok(())
}

/// Which temporaries are dead.
#[derive(Clone, Copy, PartialEq)]
enum Temps {
    Caller,
    Callee,
}

/// Zeroes temporaries that are dead: the same to the collector as leaving them out of the stack map.
fn clear<E: Effects>(e: &mut E, env: &Env, p: Places<'_>, temps: Temps) -> Result<(), Stop> {
    let f = &env.frame;
    let (key, value, slot) = match temps {
        Temps::Caller => (f.key, f.value, f.slot),
        Temps::Callee => (f.callee_key, f.callee_value, f.callee_slot),
    };
    e.memclr(p.frame.at(key), env.map.key().size().next_multiple_of(WORD))?;
    e.memclr(p.frame.at(value), env.map.elem().size().next_multiple_of(WORD))?;
    e.store(p.frame.at(slot), 0)
}

struct Routine<'a> {
    env: &'a Env,
    p: Places<'a>,
    map: Addr,
}

impl Routine<'_> {
    fn at(&self, slot: u64) -> Addr {
        self.p.frame.at(slot)
    }

    fn put_key<E: Effects>(&self, e: &mut E, key: u64, twist: bool, at: u64) -> Result<(), Stop> {
        e.tally(Tally::Temporary);
        keys::put(e, self.env, self.p.frame, self.p.globals, key, twist, at)
    }

    /// The fast variant that the compiler would use for lookups and deletions.
    fn lookup_variant(&self) -> Variant {
        if self.env.routines == Routines::Generic { Variant::Slow } else { self.env.map.variant() }
    }

    /// The one for assignments: Go had none before 2017.
    fn assign_variant(&self) -> Variant {
        if self.env.lowering == Lowering::MapassignOp { self.lookup_variant() } else { Variant::Slow }
    }

    fn str_at<E: Effects>(&self, e: &mut E, at: Addr) -> Result<Str, Stop> {
        let [data, len] = e.load_block::<2>(at)?;
        Ok(Str { data: Addr(data), len })
    }

    /// `mapassign(t, m, &k)`: the slot.
    fn slot<E: Effects>(&self, e: &mut E, key: u64) -> Result<Addr, Stop> {
        let (t, h, key) = (&self.env.map, self.map, self.at(key));
        e.tally(Tally::Call);
        match self.assign_variant() {
            Variant::Slow => mapruntime::mapassign(e, t, h, key),
            Variant::Fast32 => {
                let k = e.load(key)? as u32;
                mapruntime::mapassign_fast32(e, t, h, k)
            }
            Variant::Fast64 => {
                let k = e.load(key)?;
                mapruntime::mapassign_fast64(e, t, h, k)
            }
            Variant::Fast64Ptr => {
                let k = Addr(e.load(key)?);
                mapruntime::mapassign_fast64ptr(e, t, h, k)
            }
            Variant::FastStr => {
                let k = self.str_at(e, key)?;
                mapruntime::mapassign_faststr(e, t, h, k)
            }
        }
    }

    fn lookup<E: Effects>(&self, e: &mut E) -> Result<(Addr, bool), Stop> {
        let (t, h, key) = (&self.env.map, self.map, self.at(self.env.frame.key));
        e.tally(Tally::Call);
        match self.lookup_variant() {
            Variant::Slow => mapruntime::mapaccess2(e, t, h, key),
            Variant::Fast32 => {
                let k = e.load(key)? as u32;
                mapruntime::mapaccess2_fast32(e, t, h, k)
            }
            Variant::Fast64 | Variant::Fast64Ptr => {
                let k = e.load(key)?;
                mapruntime::mapaccess2_fast64(e, t, h, k)
            }
            Variant::FastStr => {
                let k = self.str_at(e, key)?;
                mapruntime::mapaccess2_faststr(e, t, h, k)
            }
        }
    }

    fn delete<E: Effects>(&self, e: &mut E) -> Result<(), Stop> {
        let (t, h, key) = (&self.env.map, self.map, self.at(self.env.frame.key));
        e.tally(Tally::Call);
        let fast = self.env.lowering == Lowering::MapassignOp;
        match if fast { self.lookup_variant() } else { Variant::Slow } {
            Variant::Slow => mapruntime::mapdelete(e, t, h, key),
            Variant::Fast32 => {
                let k = e.load(key)? as u32;
                mapruntime::mapdelete_fast32(e, t, h, k)
            }
            Variant::Fast64 | Variant::Fast64Ptr => {
                let k = e.load(key)?;
                mapruntime::mapdelete_fast64(e, t, h, k)
            }
            Variant::FastStr => {
                let k = self.str_at(e, key)?;
                mapruntime::mapdelete_faststr(e, t, h, k)
            }
        }
    }

    /// The store of the value temporary, by the runtime or through the slot. Returns the slot that was stored through.
    fn store<E: Effects>(&self, e: &mut E, key: u64, value: u64, slot: u64) -> Result<Option<Addr>, Stop> {
        if self.env.lowering == Lowering::Mapassign1 {
            e.tally(Tally::Call);
            e.tally(Tally::Temporary);
            mapruntime::mapassign1(e, &self.env.map, self.map, self.at(key), self.at(value))?;
            return Ok(None);
        }
        let to = self.slot(e, key)?;
        e.store(self.at(slot), to.0)?;
        self.through_slot(e, value, slot).map(Some)
    }

    fn through_slot<E: Effects>(&self, e: &mut E, value: u64, slot: u64) -> Result<Addr, Stop> {
        e.safepoint(self.env.sites.before_store, &[])?;
        let to = Addr(e.load(self.at(slot))?);
        elems::store(e, self.env, self.at(value), to)?;
        Ok(to)
    }

    /// The right side of an assignment, into the value temporary.
    fn right_side<E: Effects>(&self, e: &mut E, source: Source, twist: bool) -> Result<(), Stop> {
        let f = &self.env.frame;
        match source {
            Source::Fresh(v) => elems::put(e, self.env, self.p.frame, v, f.value),
            Source::Held(_) => e.memmove(self.at(f.value), self.at(f.read), self.env.map.elem().size()),
            Source::Call { value, key, other } => {
                self.put_key(e, key, twist, f.callee_key)?;
                elems::put(e, self.env, self.p.frame, other, f.callee_value)?;
                self.store(e, f.callee_key, f.callee_value, f.callee_slot)?;
                clear(e, self.env, self.p, Temps::Callee)?;
                elems::put(e, self.env, self.p.frame, value, f.value)
            }
        }
    }

    fn assign<E: Effects>(&self, e: &mut E, call: Call, key: u64, source: Source) -> Result<Outcome, Stop> {
        let f = &self.env.frame;
        self.put_key(e, key, call.twist, f.key)?;
        let slot = if self.env.order || self.env.lowering == Lowering::Mapassign1 {
            self.right_side(e, source, call.twist)?;
            self.store(e, f.key, f.value, f.slot)?
        } else {
            let to = self.slot(e, f.key)?;
            e.store(self.at(f.slot), to.0)?;
            self.right_side(e, source, call.twist)?;
            Some(self.through_slot(e, f.value, f.slot)?)
        };
        clear(e, self.env, self.p, Temps::Caller)?;
        Ok(Outcome::Stored { slot })
    }

    fn op_assign<E: Effects>(&self, e: &mut E, call: Call, key: u64, delta: u64) -> Result<Outcome, Stop> {
        let f = &self.env.frame;
        let env = self.env;
        self.put_key(e, key, call.twist, f.key)?;
        let in_place = env.lowering == Lowering::MapassignOp;
        let old = if in_place {
            let slot = self.slot(e, f.key)?;
            e.store(self.at(f.slot), slot.0)?;
            slot
        } else {
            self.lookup(e)?.0
        };
        // A new slot, or Go's zero value, reads as zero: then the old number is 0.
        let zero = is_zero(e, env, old)?;
        let number = if zero { Some(0) } else { elems::number(env, old, &mut |a| e.load(a))? };
        let value = number.unwrap_or(u64::MAX).wrapping_add(delta);
        elems::put(e, env, self.p.frame, value, f.value)?;
        let slot = if in_place {
            Some(self.through_slot(e, f.value, f.slot)?)
        } else {
            self.store(e, f.key, f.value, f.slot)?
        };
        clear(e, env, self.p, Temps::Caller)?;
        Ok(Outcome::Stored { slot })
    }

    fn read<E: Effects>(&self, e: &mut E, call: Call, key: u64) -> Result<Outcome, Stop> {
        let f = &self.env.frame;
        let env = self.env;
        let held = if call.held { Some(elems::number(env, self.at(f.read), &mut |a| e.load(a))?) } else { None };
        e.memclr(self.at(f.read), env.map.elem().size().next_multiple_of(WORD))?;
        self.put_key(e, key, call.twist, f.key)?;
        let (elem, there) = self.lookup(e)?;
        let found = if there {
            e.memmove(self.at(f.read), elem, env.map.elem().size())?;
            Some(elems::number(env, self.at(f.read), &mut |a| e.load(a))?)
        } else {
            None
        };
        clear(e, env, self.p, Temps::Caller)?;
        Ok(Outcome::Read { held, found })
    }

    fn end_loop<E: Effects>(&self, e: &mut E) -> Result<(), Stop> {
        e.memclr(self.at(self.env.frame.iter), self.env.map.universe().hiter().size().0)
    }

    fn iterate<E: Effects>(&self, e: &mut E, begin: bool) -> Result<Outcome, Stop> {
        let env = self.env;
        let it = self.at(env.frame.iter);
        let mut entries = Vec::new();
        if begin {
            self.end_loop(e)?;
            e.tally(Tally::Call);
            mapruntime::mapiterinit(e, &env.map, self.map, it)?;
        } else {
            // The body of the loop, in which other operations came, is over.
            e.tally(Tally::Call);
            mapruntime::mapiternext(e, &env.map, it)?;
        }
        loop {
            let key = Addr(e.load(it.offset(layout::hiter::KEY))?);
            if key.is_nil() {
                self.end_loop(e)?;
                return Ok(Outcome::Entries { entries, ended: true });
            }
            let elem = Addr(e.load(it.offset(layout::hiter::ELEM))?);
            entries.push(Entry {
                key: keys::number(env, key, &mut |a| e.load(a))?,
                value: elems::number(env, elem, &mut |a| e.load(a))?,
            });
            if entries.len() == LOOP_STEPS {
                return Ok(Outcome::Entries { entries, ended: false });
            }
            e.tally(Tally::Call);
            mapruntime::mapiternext(e, &env.map, it)?;
        }
    }
}

/// Is the element at `at` Go's zero value?
fn is_zero<E: Effects>(e: &mut E, env: &Env, at: Addr) -> Result<bool, Stop> {
    for word in 0..env.map.elem().size() / WORD {
        if e.load(at.offset(word * WORD))? != 0 {
            return Ok(false);
        }
    }
    Ok(true)
}
