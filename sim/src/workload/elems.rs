//! Elements: a value's number as a Go value of the map's element type, and back.
//!
//! Values are made in the frame's value temporary, piece by piece; what is made already and not yet linked lies in
//! the frame's scratch slots, where a collection finds it.

use crate::scenario::workload::ElemType;
use crate::workload::env::{Env, INNER_KEY};
use crate::workload::frame::Active;
use crate::workload::keys::{put_string, string_number};
use gc::addr::WORD;
use gc::{Addr, Effects, Stop};
use mapruntime::Universe;

/// Makes value number `v` in the zeroed temporary at `at`.
///
/// # Errors
/// As the effects that it needs.
pub fn put<E: Effects>(e: &mut E, env: &Env, a: Active<'_>, v: u64, at: u64) -> Result<(), Stop> {
    let at = a.at(at);
    let scratch = a.at(env.frame.scratch);
    match env.elem {
        ElemType::Empty => Ok(()),
        ElemType::Int64 => e.store(at, v),
        ElemType::Ptr => {
            let leaf = new_leaf(e, env, v)?;
            e.store(at, leaf.0)
        }
        ElemType::Node => {
            let leaf = new_leaf(e, env, v)?;
            e.store(scratch, leaf.0)?;
            let node = e.new_object(env.sites.new_node, &env.node, &[])?;
            e.store(node, v)?;
            let leaf = Addr(e.load(scratch)?);
            e.write_pointer(env.sites.leaf, node.offset(WORD), leaf)?;
            for word in 2..env.node.size().0 / WORD {
                e.store(node.offset(word * WORD), v.wrapping_add(word))?;
            }
            e.store(at, node.0)?;
            e.store(scratch, 0)
        }
        ElemType::String => put_string(e, env, v, at),
        ElemType::Bytes200 => {
            for word in 0..25 {
                e.store(at.offset(word * WORD), v.wrapping_add(word))?;
            }
            Ok(())
        }
        ElemType::Record200 => {
            e.store(at, v)?;
            for word in 2..24 {
                e.store(at.offset(word * WORD), v.wrapping_add(word))?;
            }
            for word in [1, 24] {
                let leaf = new_leaf(e, env, v)?;
                e.store(at.offset(word * WORD), leaf.0)?;
            }
            Ok(())
        }
        ElemType::Interface => {
            let (ty, data) = if v.is_multiple_of(2) {
                let data = e.new_object(env.sites.new_leaf, &env.word, &[])?;
                e.store(data, v)?;
                (&env.int64, data)
            } else {
                (&env.leaf_ptr, new_leaf(e, env, v)?)
            };
            e.store(at, Universe::type_word(ty.id()))?;
            e.store(at.offset(WORD), data.0)
        }
        ElemType::Slice => {
            let array = e.new_array(env.sites.new_slice, &env.word, SLICE_CAP, &[])?;
            for i in 0..SLICE_LEN {
                e.store(array.offset(i * WORD), v.wrapping_add(i))?;
            }
            e.store(at, array.0)?;
            e.store(at.offset(WORD), SLICE_LEN)?;
            e.store(at.offset(2 * WORD), SLICE_CAP)
        }
        ElemType::Map => {
            let inner = mapruntime::makemap_small(e, &env.inner)?;
            e.store(at, inner.0)?;
            let leaf = new_leaf(e, env, v)?;
            e.store(scratch, leaf.0)?;
            let slot = mapruntime::mapassign_fast64(e, &env.inner, inner, INNER_KEY)?;
            let leaf = Addr(e.load(scratch)?);
            e.write_pointer(env.sites.inner, slot, leaf)?;
            e.store(scratch, 0)
        }
    }
}

const SLICE_LEN: u64 = 3;
const SLICE_CAP: u64 = 4;

pub(crate) fn new_leaf<E: Effects>(e: &mut E, env: &Env, v: u64) -> Result<Addr, Stop> {
    let leaf = e.new_object(env.sites.new_leaf, &env.leaf, &[])?;
    e.store(leaf, v)?;
    e.store(leaf.offset(WORD), !v)?;
    Ok(leaf)
}

/// Stores the value in the temporary at `from` through the slot that `mapassign` returned, as the compiler would:
/// word by word with a barrier for each pointer, or with `typedmemmove` for more than four words.
///
/// # Errors
/// As the effects that it needs.
pub fn store<E: Effects>(e: &mut E, env: &Env, from: Addr, slot: Addr) -> Result<(), Stop> {
    let ty = env.map.elem().ty();
    let words = ty.size().0 / WORD;
    if words > 4 {
        return e.typed_memmove(env.sites.map_slot, ty, slot, from);
    }
    // Go stores the plain words first, then the pointers, in one group.
    for pass_pointers in [false, true] {
        for word in (0..words).filter(|&w| ty.is_pointer(w) == pass_pointers) {
            let value = e.load(from.offset(word * WORD))?;
            let to = slot.offset(word * WORD);
            if pass_pointers {
                e.write_pointer(env.sites.map_slot, to, Addr(value))?;
            } else {
                e.store(to, value)?;
            }
        }
    }
    Ok(())
}

/// The number of the value at `at`; `None` if it is none that the workload makes.
///
/// # Errors
/// Those of `load`, which gives the word at a word-aligned address.
pub fn number(env: &Env, at: Addr, load: &mut dyn FnMut(Addr) -> Result<u64, Stop>) -> Result<Option<u64>, Stop> {
    let rest = |load: &mut dyn FnMut(Addr) -> Result<u64, Stop>, base: Addr, v: u64, words: std::ops::Range<u64>| {
        for word in words {
            if load(base.offset(word * WORD))? != v.wrapping_add(word) {
                return Ok(false);
            }
        }
        Ok(true)
    };
    let leaf = |load: &mut dyn FnMut(Addr) -> Result<u64, Stop>, p: Addr| {
        let v = load(p)?;
        Ok::<_, Stop>((load(p.offset(WORD))? == !v).then_some(v))
    };
    match env.elem {
        ElemType::Empty => Ok(Some(0)),
        ElemType::Int64 => load(at).map(Some),
        ElemType::Ptr => {
            let p = Addr(load(at)?);
            leaf(load, p)
        }
        ElemType::Node => {
            let node = Addr(load(at)?);
            let v = load(node)?;
            let p = Addr(load(node.offset(WORD))?);
            let agrees = leaf(load, p)? == Some(v) && rest(load, node, v, 2..env.node.size().0 / WORD)?;
            Ok(agrees.then_some(v))
        }
        ElemType::String => string_number(env, at, load),
        ElemType::Bytes200 => {
            let v = load(at)?;
            Ok(rest(load, at, v, 0..25)?.then_some(v))
        }
        ElemType::Record200 => {
            let v = load(at)?;
            let (first, last) = (Addr(load(at.offset(WORD))?), Addr(load(at.offset(24 * WORD))?));
            let agrees = leaf(load, first)? == Some(v) && leaf(load, last)? == Some(v) && rest(load, at, v, 2..24)?;
            Ok(agrees.then_some(v))
        }
        ElemType::Interface => {
            let (ty, data) = (load(at)?, Addr(load(at.offset(WORD))?));
            if ty == Universe::type_word(env.int64.id()) {
                load(data).map(Some)
            } else if ty == Universe::type_word(env.leaf_ptr.id()) {
                leaf(load, data)
            } else {
                Ok(None)
            }
        }
        ElemType::Slice => {
            let array = Addr(load(at)?);
            if load(at.offset(WORD))? != SLICE_LEN || load(at.offset(2 * WORD))? != SLICE_CAP {
                return Ok(None);
            }
            let v = load(array)?;
            Ok(rest(load, array, v, 0..SLICE_LEN)?.then_some(v))
        }
        ElemType::Map => {
            let inner = Addr(load(at)?);
            // Walked cell by cell: a lookup would be the code that is judged.
            let mut failed = None;
            let found = {
                let load = std::cell::RefCell::new(&mut *load);
                let failed = std::cell::RefCell::new(&mut failed);
                mapruntime::describe::entries(&env.inner, inner, |a| {
                    (load.borrow_mut())(a).unwrap_or_else(|stop| {
                        **failed.borrow_mut() = Some(stop);
                        0
                    })
                })
            };
            if let Some(stop) = failed {
                return Err(stop);
            }
            let [entry] = found[..] else { return Ok(None) };
            if load(entry.key)? != INNER_KEY {
                return Ok(None);
            }
            let p = Addr(load(entry.elem)?);
            leaf(load, p)
        }
    }
}
