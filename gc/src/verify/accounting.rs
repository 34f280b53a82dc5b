//! The heap's accounts: every object in exactly one state, and every table agreeing with the others.
//!
//! 1. `one-owner`: each page belongs to one span or to one free run, and the page table says so.
//! 2. `alloc-bits`: the objects that alloc bits tell are the live heap objects of the shadow, with
//!    the same first addresses and sizes; a span's count of used slots is that of its bits.
//! 3. `heap-bitmap`: each live object's pointer bitmap is its type's, repeated, and zero after it.
//! 4. `lists`: a span is on one list of the allocator at most; those with room in fact have room.
//! 5. `marks`: only allocated objects are marked; outside a cycle none is in a swept span; grey objects are marked.

use super::{Violation, ViolationKind};
use crate::addr::{Addr, WORD};
use crate::collector::Phase;
use crate::heap::SpanList;
use crate::runtime::{Instruments, Runtime};
use crate::shadow::{Record, Region, bits};
use crate::size_class::PAGE;
use crate::span::{Span, SpanState};

/// Checks all accounts. Tells the first contradiction of each kind.
pub fn accounting<I: Instruments>(rt: &Runtime<I>) -> Vec<Violation> {
    let [alloc_bits, heap_bitmap] = objects(rt);
    [pages(rt), alloc_bits, heap_bitmap, lists(rt), marks(rt)]
        .into_iter()
        .filter_map(Result::err)
        .map(|detail| Violation::new(ViolationKind::Accounting, detail))
        .collect()
}

/// Account 1. Two claims to a page cannot both agree with the table, and free runs are ordered; so, if their lengths
/// add up to all pages, each page has one owner.
fn pages<I: Instruments>(rt: &Runtime<I>) -> Result<(), String> {
    let heap = rt.heap();
    let table = heap.page_table();
    let mut owned = 0;
    let mut claim = |first: usize, n: usize, owner: u32| {
        owned += n;
        let Some(entries) = table.get(first..first + n) else {
            return Err(format!(
                "one-owner: {n} pages from {first} on belong to span {owner}, there are {}",
                table.len()
            ));
        };
        match entries.iter().position(|&entry| entry != owner) {
            Some(i) => Err(format!(
                "one-owner: page {} belongs to span {owner}, the page table says {} (0: free)",
                first + i,
                entries[i]
            )),
            None => Ok(()),
        }
    };
    for (id, _, base, n) in heap.spans() {
        claim((base.index() as u64 * WORD / PAGE) as usize, n as usize, id.0 + 1)?;
    }
    let mut end = 0;
    for (first, n) in heap.free_pages() {
        if first < end {
            return Err(format!("one-owner: page {first} is in two free runs"));
        }
        end = first + n;
        claim(first as usize, n as usize, 0)?;
    }
    if owned != table.len() {
        return Err(format!("one-owner: spans and free runs have {owned} pages, there are {}", table.len()));
    }
    Ok(())
}

/// Accounts 2 and 3, in one pass over the slots in use.
fn objects<I: Instruments>(rt: &Runtime<I>) -> [Result<(), String>; 2] {
    let heap = rt.heap();
    let (mut alloc_bits, mut heap_bitmap, mut used) = (Ok(()), Ok(()), Ok(()));
    let mut count = 0;
    for span in heap.spans.iter().filter(|s| s.state == SpanState::InUse) {
        let (first, slot_words) = (span.first_word(), span.slot_words as usize);
        let before = count;
        for slot in bits::ones(slots(span).map(|(alloc, _)| alloc)) {
            count += 1;
            let at = first + slot * slot_words;
            // In a span not yet swept an unmarked object is dead, and the shadow learns of it then.
            let made = rt.shadow().starting(at).map(|(_, r)| r);
            let made = made.filter(|r| !r.freed && r.region == Region::Heap && r.size == span.slot_bytes());
            if let Some(record) = made {
                if heap_bitmap.is_ok() {
                    heap_bitmap = bitmap(rt, span, at, record);
                }
            } else if alloc_bits.is_ok() {
                let base = Addr::from_index(at);
                let other = rt.shadow().find(base);
                alloc_bits = Err(format!("alloc-bits: the bit of {base} is set, the shadow has {other:?}"));
            }
        }
        let bits = count - before;
        if bits != span.used as usize && used.is_ok() {
            let (base, used_slots) = (span.base(), span.used);
            used = Err(format!("alloc-bits: the span at {base} counts {used_slots} slots, {bits} bits are set"));
        }
    }
    let live = rt.shadow().objects();
    let all = match live == count {
        true => Ok(()),
        false => Err(format!("alloc-bits: {count} objects have their bit set, {live} were made and not freed")),
    };
    [alloc_bits.and(all).and(used), heap_bitmap]
}

/// The alloc and mark bits of a span, 64 slots at a time, without what stands for no slot.
fn slots(span: &Span) -> impl Iterator<Item = (u64, u64)> {
    let slots = span.slots as usize;
    let words = span.bits.iter().enumerate();
    words.map(move |(i, word)| (word.alloc & bits::low(slots.saturating_sub(i * 64)), word.mark))
}

/// Compares the pointer bitmap of a live object with its type.
#[inline(always)]
fn bitmap<I: Instruments>(rt: &Runtime<I>, span: &Span, at: usize, record: &Record) -> Result<(), String> {
    let Some(ty) = record.ty.map(|id| rt.types().get(id)) else { return Ok(()) };
    if span.noscan != ty.noscan() {
        return Err(format!("heap-bitmap: {} of type {} is in the wrong span", record.base, ty.name()));
    }
    if span.noscan {
        return Ok(());
    }
    let wrong = |from: usize, n: usize, expected: u64| {
        let found = rt.heap().pointer_bits(at + from) & bits::low(n);
        (found != expected).then_some((from, found, expected))
    };
    let words = span.slot_words as usize;
    let first = if record.count == 1 && words <= 64 {
        wrong(0, words, ty.mask_word())
    } else {
        let (stride, count, mask) = ((ty.size().0 / WORD) as usize, record.count as usize, ty.mask().as_raw_slice());
        let mask = |chunk: usize| mask.get(chunk).map_or(0, |bits| bits & bits::low(ty.mask().len() - chunk * 64));
        let values = (0..count).flat_map(|i| {
            (0..stride).step_by(64).map(move |from| (i * stride + from, (stride - from).min(64), mask(from / 64)))
        });
        let rest = (count * stride..words).step_by(64).map(|from| (from, (words - from).min(64), 0));
        values.chain(rest).find_map(|(from, n, expected)| wrong(from, n, expected))
    };
    match first {
        Some((from, found, expected)) => Err(format!(
            "heap-bitmap: {} of type {} × {} has the pointer bits {found:#b} from word {from} on, not {expected:#b}",
            record.base,
            ty.name(),
            record.count
        )),
        None => Ok(()),
    }
}

fn lists<I: Instruments>(rt: &Runtime<I>) -> Result<(), String> {
    let heap = rt.heap();
    let mut seen = bumpalo::vec![in rt.scratch(); None::<SpanList>; heap.spans.len()];
    let mut listed = 0;
    for (id, list) in heap.span_lists() {
        if let Some(other) = seen[id.0 as usize].replace(list) {
            return Err(format!("lists: {id:?} is on two lists, {other:?} and {list:?}"));
        }
        let span = heap.span(id);
        if span.state != SpanState::InUse {
            return Err(format!("lists: {id:?} is on the list {list:?} and not in use"));
        }
        if list == SpanList::Partial && span.used >= span.slots || (list == SpanList::Unswept) == span.swept {
            return Err(format!(
                "lists: {id:?} is on the list {list:?} with {} of {} slots used, swept: {}",
                span.used, span.slots, span.swept
            ));
        }
        listed += usize::from(list == SpanList::Unswept);
    }
    let waiting = heap.spans.iter().filter(|s| s.state == SpanState::InUse && !s.swept).count();
    if waiting != listed {
        return Err(format!("lists: {waiting} spans wait to be swept, {listed} are on a list"));
    }
    Ok(())
}

fn marks<I: Instruments>(rt: &Runtime<I>) -> Result<(), String> {
    let heap = rt.heap();
    let cycle = rt.collector().flag();
    for span in heap.spans.iter().filter(|s| s.state == SpanState::InUse) {
        let mut any = 0;
        for (i, (alloc, mark)) in slots(span).enumerate() {
            any |= mark;
            if mark & !alloc != 0 {
                let slot = i * 64 + (mark & !alloc).trailing_zeros() as usize;
                return Err(format!("marks: slot {slot} of the span at {} is marked and free", span.base()));
            }
        }
        if any != 0 && !cycle && span.swept {
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
