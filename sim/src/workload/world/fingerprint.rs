//! A fingerprint of a world, the same for worlds that would go on alike.
//!
//! Heap objects are renamed in the order in which a walk from the roots finds them, so that where an object lies does
//! not matter; garbage does not count. What does: the roots, colours, the collector's lists and cursor, the phase, the
//! stacks' colours and buffers, each mutator's operation and the results it has so far.
//!
//! A data word that happens to be an address of an object is renamed like a pointer. Two states that differ only in
//! such a word could then share a fingerprint if one of them holds a pointer there; the workload's numbers are too
//! small.

use super::MapWorld;
use gc::addr::WORD;
use gc::runtime::Instruments;
use gc::shadow::Region;
use gc::{Addr, verify};
use std::collections::HashMap;
use xxhash_rust::xxh3::Xxh3;

impl<I: Instruments> MapWorld<I> {
    /// The fingerprint. Needs a checking runtime, whose shadow knows the objects; without one it is of little use.
    pub fn fingerprint(&self) -> u64 {
        let rt = &self.rt;
        let reachable = verify::reachable(rt);
        let names: HashMap<Addr, u64> =
            (0..).zip(&reachable).map(|(n, (id, ..))| (rt.shadow().get(*id).base, n)).collect();
        let mut hash = Xxh3::new();
        let mut put = |n: u64| hash.update(&n.to_le_bytes());
        let name = |word: u64| match rt.shadow().find(Addr(word)) {
            Some((_, r)) if r.region == Region::Heap && !r.freed => match names.get(&r.base) {
                Some(n) => (1 << 63) | n << 24 | (word - r.base.0),
                None => 1 << 62,
            },
            _ => word,
        };
        let words = |base: Addr, count: u64, put: &mut dyn FnMut(u64)| {
            for i in 0..count {
                put(name(rt.heap().word(base.offset(i * WORD)).unwrap_or(0)));
            }
        };
        for (id, ..) in &reachable {
            let r = rt.shadow().get(*id);
            let object = rt.heap().find_object(r.base);
            put(r.ty.map_or(0, |t| u64::from(t.0)) << 2 | u64::from(object.is_some_and(|o| rt.heap().is_marked(o))));
            put(r.count);
            words(r.base, r.size.0 / WORD, &mut put);
        }
        for g in rt.globals() {
            words(g.base, g.mask.len() as u64, &mut put);
        }
        let c = rt.collector();
        put(c.phase() as u64);
        put(c.grey_list().len() as u64);
        c.grey_list().iter().for_each(|a| put(name(a.0)));
        if let Some(cursor) = c.cursor() {
            put(name(cursor.base.0));
            put((cursor.next - cursor.base).0);
        }
        let ((segment, word), again) = c.globals_left();
        put((segment as u64) << 32 | word as u64);
        again.iter().for_each(|a| put(a.0));
        put(u64::from(rt.cycle_due()));
        for (m, w) in rt.mutators().iter().zip(&self.workers) {
            put(m.colour() as u64);
            m.buffer().iter().for_each(|a| put(name(a.0)));
            words(w.frame, self.env.frame.words, &mut put);
            match &w.call {
                Some((call, _)) => {
                    put(w.log.done().len() as u64 + 1);
                    put(call.map);
                    for effect in w.log.done() {
                        put(name(effect.result));
                    }
                }
                None => put(0),
            }
        }
        put(self.begun);
        put(self.finished);
        hash.digest()
    }
}
