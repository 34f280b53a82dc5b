//! The heap's accounts: every object in exactly one state, and every table agreeing with the others.
//!
//! 1. `one-owner`: each page belongs to one span or to one free run, and the page table says so.
//! 2. `alloc-bits`: the objects that alloc bits tell are the live heap objects of the shadow, with
//!    the same first addresses and sizes; a span's count of used slots is that of its bits.
//! 3. `heap-bitmap`: each live object's pointer bitmap is its type's, repeated, and zero after it.
//! 4. `lists`: a span is on one list of the allocator at most; those with room in fact have room.
//! 5. `marks`: only allocated objects are marked; outside a cycle none is in a swept span; grey objects are marked.

use super::{View, Violation, ViolationKind};
use crate::addr::{Addr, WORD};
use crate::collector::Phase;
use crate::runtime::{Instruments, Runtime};
use crate::shadow::Region;
use crate::size_class::PAGE;
use crate::span::SpanState;
use std::collections::HashMap;

/// Checks all accounts. Tells the first contradiction of each kind.
pub fn accounting<I: Instruments>(rt: &Runtime<I>) -> Vec<Violation> {
    [pages(rt), alloc_bits(rt), heap_bitmap(rt), lists(rt), marks(rt)]
        .into_iter()
        .filter_map(Result::err)
        .map(|detail| Violation::new(ViolationKind::Accounting, detail))
        .collect()
}

fn pages<I: Instruments>(rt: &Runtime<I>) -> Result<(), String> {
    let heap = rt.heap();
    let table = heap.page_table();
    let mut expected = vec![None; table.len()];
    let mut claim = |first: usize, n: usize, owner: u32| {
        for (page, place) in expected.iter_mut().enumerate().skip(first).take(n) {
            if let Some(other) = place.replace(owner) {
                return Err(format!("one-owner: page {page} belongs to span {owner} and to {other} (0: free)"));
            }
        }
        Ok(())
    };
    for (id, _, base, n) in heap.spans() {
        claim((base.index() as u64 * WORD / PAGE) as usize, n as usize, id.0 + 1)?;
    }
    for (first, n) in heap.free_pages() {
        claim(first as usize, n as usize, 0)?;
    }
    match expected.iter().zip(table).position(|(&e, &t)| e != Some(t)) {
        Some(page) => {
            Err(format!("one-owner: the page table says {} of page {page}, {:?} owns it", table[page], expected[page]))
        }
        None => Ok(()),
    }
}

fn alloc_bits<I: Instruments>(rt: &Runtime<I>) -> Result<(), String> {
    let heap = rt.heap();
    let mut count = 0;
    for o in heap.objects() {
        let base = heap.base(o);
        // In a span not yet swept an unmarked object is dead, and the shadow learns of it then.
        match rt.shadow().find(base) {
            Some((_, r)) if !r.freed && r.region == Region::Heap && r.base == base && r.size == heap.size(o) => {
                count += 1
            }
            other => return Err(format!("alloc-bits: the bit of {base} is set, the shadow has {other:?}")),
        }
    }
    let live = rt.shadow().live().filter(|(_, r)| r.region == Region::Heap).count();
    if live != count {
        return Err(format!("alloc-bits: {count} objects have their bit set, {live} were made and not freed"));
    }
    for span in heap.spans.iter().filter(|s| s.state == SpanState::InUse) {
        let bits = span.objects().count();
        if bits != span.used as usize {
            return Err(format!(
                "alloc-bits: the span at {} counts {} slots, {bits} bits are set",
                span.base(),
                span.used
            ));
        }
    }
    Ok(())
}

fn heap_bitmap<I: Instruments>(rt: &Runtime<I>) -> Result<(), String> {
    let view = View::new(rt);
    for (_, record) in rt.shadow().live().filter(|(_, r)| r.region == Region::Heap) {
        let Some(o) = rt.heap().find_object(record.base) else { continue };
        let noscan = !rt.heap().has_pointers(o);
        let Some(ty) = record.ty.map(|id| rt.types().get(id)) else { continue };
        if noscan != ty.noscan() {
            return Err(format!("heap-bitmap: {} of type {} is in the wrong span", record.base, ty.name()));
        }
        if noscan {
            continue;
        }
        let mut expected = 0u64;
        let mut wrong = None;
        view.pointers(record, |offset, _| {
            expected += 1;
            if !rt.heap().is_pointer_word(record.base.offset(offset)) {
                wrong = Some(offset);
            }
        });
        let first = record.base.index();
        let words = (record.size.0 / WORD) as usize;
        let set: u64 = (0..words.div_ceil(64))
            .map(|i| {
                let left = words - i * 64;
                let bits = rt.heap().pointer_bits(first + i * 64);
                u64::from((if left < 64 { bits & ((1 << left) - 1) } else { bits }).count_ones())
            })
            .sum();
        if set != expected || wrong.is_some() {
            return Err(format!(
                "heap-bitmap: {} of type {} × {} has {set} pointer bits for {expected} pointers (missing at {wrong:?})",
                record.base,
                ty.name(),
                record.count
            ));
        }
    }
    Ok(())
}

fn lists<I: Instruments>(rt: &Runtime<I>) -> Result<(), String> {
    let heap = rt.heap();
    let mut seen = HashMap::new();
    for (id, list) in heap.span_lists() {
        if let Some(other) = seen.insert(id, list) {
            return Err(format!("lists: {id:?} is on two lists, {other} and {list}"));
        }
        let span = heap.span(id);
        if span.state != SpanState::InUse {
            return Err(format!("lists: {id:?} is on the list `{list}` and not in use"));
        }
        if list == "partial" && span.used >= span.slots || (list == "unswept") == span.swept {
            return Err(format!(
                "lists: {id:?} is on the list `{list}` with {} of {} slots used, swept: {}",
                span.used, span.slots, span.swept
            ));
        }
    }
    let waiting = heap.spans.iter().filter(|s| s.state == SpanState::InUse && !s.swept).count();
    let listed = seen.values().filter(|&&l| l == "unswept").count();
    if waiting != listed {
        return Err(format!("lists: {waiting} spans wait to be swept, {listed} are on a list"));
    }
    Ok(())
}

fn marks<I: Instruments>(rt: &Runtime<I>) -> Result<(), String> {
    let heap = rt.heap();
    let cycle = rt.collector().flag();
    for span in heap.spans.iter().filter(|s| s.state == SpanState::InUse) {
        let loose = span.marks().find(|&i| i.0 >= span.slots || !span.is_allocated(i));
        if let Some(i) = loose {
            return Err(format!("marks: slot {} of the span at {} is marked and free", i.0, span.base()));
        }
        if !cycle && span.swept && span.marks().next().is_some() {
            return Err(format!("marks: the span at {} is swept and holds a mark outside a cycle", span.base()));
        }
    }
    let grey = rt.collector().grey_list();
    let unmarked = |&&a: &&Addr| !heap.find_object(a).is_some_and(|o| heap.is_marked(o));
    if let Some(a) = grey.iter().find(unmarked) {
        return Err(format!("marks: {a} is on the grey list and not marked"));
    }
    if rt.collector().phase() == Phase::Off && !grey.is_empty() {
        return Err(format!("marks: {} objects are grey outside a cycle", grey.len()));
    }
    Ok(())
}
