//! Oracles 2 and 4 of the workload: no store through a stale slot, and every value as the model has it.

use super::MapWorld;
use crate::workload::perform::{Call, Outcome};
use crate::workload::{Op, elems, keys};
use gc::runtime::Instruments;
use gc::verify::{Violation, ViolationKind};
use gc::{Addr, Stop};
use mapruntime::describe;
use std::collections::HashSet;

impl<I: Instruments> MapWorld<I> {
    /// Judges one operation against the model as it was before it.
    pub(super) fn judge(&mut self, i: usize, call: Call, outcome: &Outcome) -> Result<(), Stop> {
        if I::CHECK
            && self.check_slots
            && let Outcome::Stored { slot: Some(slot) } = outcome
            && let Some(top) = self.stale(*slot)
        {
            let what = format!(
                "operation {}, mutator {i}, map {}: a store through the slot {slot}, which belongs to no entry: the tophash \
                 of its cell is {top}",
                self.rt_clock(),
                call.map
            );
            return Err(self.rt.report(Violation::new(ViolationKind::StaleSlot, what)));
        }
        if !self.check_values {
            return Ok(());
        }
        let w = &self.workers[i];
        let model = &w.models[call.map as usize];
        let wrong = match (call.op, outcome) {
            (Op::Read { key }, Outcome::Read { held, found }) => {
                let expected = model.get(key);
                let stale = match (held, w.held) {
                    (Some(now), Some(then)) if *now != Some(then) => Some((*now, then)),
                    _ => None,
                };
                match stale {
                    Some((now, then)) => {
                        Some(format!("the value held since the last read was {then} and is {}", show(now)))
                    }
                    None if *found != expected.map(Some) => Some(format!(
                        "m[{key}] should give {} and gave {}",
                        expected.map_or("nothing".into(), |v| v.to_string()),
                        found.map_or("nothing".into(), show)
                    )),
                    None => None,
                }
            }
            (_, Outcome::Entries { entries, .. }) => entries.iter().find_map(|entry| {
                let expected = entry.key.and_then(|k| model.get(k));
                (expected.is_none() || entry.value != expected).then(|| {
                    format!(
                        "a loop came by key {} with value {}; the map has {}",
                        show(entry.key),
                        show(entry.value),
                        expected.map_or("no such key".into(), |v| v.to_string())
                    )
                })
            }),
            _ => None,
        };
        match wrong {
            Some(what) => {
                let what = format!("operation {}, mutator {i}, map {}: {what}", self.rt_clock(), call.map);
                Err(self.rt.report(Violation::new(ViolationKind::WrongValue, what)))
            }
            None => Ok(()),
        }
    }

    fn rt_clock(&self) -> u64 {
        self.begun.saturating_sub(1)
    }

    /// The tophash of the cell that a slot lies in, if the slot is in a bucket and the cell is not that of an entry.
    fn stale(&self, slot: Addr) -> Option<u8> {
        let (t, shadow) = (&self.env.map, self.rt.shadow());
        if t.elem().size() == 0 {
            return None;
        }
        let (_, record) = shadow.find(slot)?;
        if record.ty != Some(t.bucket().id()) {
            return None;
        }
        let offset = slot.0 - record.base.0;
        let within = (offset % t.bucketsize()).checked_sub(8 + 8 * t.keysize())?;
        let cell = within / t.elemsize().max(1);
        let bucket = record.base.offset(offset / t.bucketsize() * t.bucketsize());
        let top = self.rt.heap().word(bucket)?.to_le_bytes()[usize::try_from(cell).ok()?.min(7)];
        (top < 5).then_some(top)
    }

    /// Judges every map against its model, entry by entry, by a walk of its own.
    pub(super) fn judge_maps(&mut self) -> Result<(), Stop> {
        let found = self.maps().find_map(|(mutator, map, h, model)| {
            let place = format!("at the end, mutator {mutator}, map {map}");
            let entries = describe::entries(&self.env.map, h, |a| self.rt.heap().word(a).unwrap_or(0));
            let mut load = |a: Addr| self.rt.heap().word(a).ok_or(Stop::Fault);
            let mut seen = HashSet::new();
            for entry in &entries {
                let key = keys::number(&self.env, entry.key, &mut load).ok().flatten();
                let value = elems::number(&self.env, entry.elem, &mut load).ok().flatten();
                let expected = key.and_then(|k| model.get(k));
                if expected.is_none() || value != expected {
                    return Some(format!(
                        "{place}: key {} has value {}; it should have {}",
                        show(key),
                        show(value),
                        expected.map_or("no such key".into(), |v| v.to_string())
                    ));
                }
                if !seen.insert(key) {
                    return Some(format!("{place}: key {} is there twice", show(key)));
                }
            }
            (entries.len() != model.len())
                .then(|| format!("{place}: {} entries, there should be {}", entries.len(), model.len()))
        });
        match found {
            Some(what) => Err(self.rt.report(Violation::new(ViolationKind::WrongValue, what))),
            None => Ok(()),
        }
    }
}

fn show(number: Option<u64>) -> String {
    number.map_or("something that was never stored".into(), |v| v.to_string())
}
