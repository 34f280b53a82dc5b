//! Keys: a number of the key space, as a Go value of the map's key type, and back.
//!
//! Different numbers give different keys; the same number gives an equal key each time, though not always the same
//! bits: zero is sometimes -0.0, and strings and boxes are new objects.

use crate::scenario::workload::KeyType;
use crate::workload::env::Env;
use crate::workload::frame::Active;
use gc::addr::WORD;
use gc::{Addr, Effects, Stop};
use mapruntime::Universe;

/// With this as first half of a pair, or first word of a string of up to 32 bytes, the hash is the same
/// whatever the seed: it multiplies by zero. See the book on hash functions.
const HASH_ZERO: u64 = 0xe703_7ed1_a0b4_28db;

/// Makes the key of number `n` in the zeroed key temporary at `at`.
///
/// `twist` is a random bit that chooses between equal representations.
///
/// # Errors
/// As the effects that it needs.
pub fn put<E: Effects>(
    e: &mut E,
    env: &Env,
    a: Active<'_>,
    globals: Addr,
    n: u64,
    twist: bool,
    at: u64,
) -> Result<(), Stop> {
    let at = a.at(at);
    let float = |n: u64| if n == 0 && twist { -0.0 } else { n as f64 };
    match env.key {
        KeyType::Bool | KeyType::Int8 | KeyType::Uint8 => e.store(at, n & 0xff),
        KeyType::Int16 | KeyType::Uint16 => e.store(at, n & 0xffff),
        KeyType::Int32 | KeyType::Uint32 => e.store(at, n & 0xffff_ffff),
        KeyType::Int64 | KeyType::Int | KeyType::Uint64 | KeyType::Uint | KeyType::Uintptr => e.store(at, n),
        KeyType::Float32 => e.store(at, u64::from(float32(n, twist).to_bits())),
        KeyType::Float64 => e.store(at, float(n).to_bits()),
        KeyType::Complex64 => {
            let (re, im) = (float32(n & 0xff_ffff, twist), float32(n >> 24, false));
            e.store(at, u64::from(im.to_bits()) << 32 | u64::from(re.to_bits()))
        }
        KeyType::Complex128 => {
            e.store(at, float(n).to_bits())?;
            e.store(at.offset(WORD), (-(n as f64)).to_bits())
        }
        KeyType::String => put_string(e, env, n, at),
        KeyType::Pointer => {
            let p = pool_object(e, env, globals, n)?;
            e.store(at, p.0)
        }
        KeyType::Interface => put_interface(e, env, n, at, a),
        KeyType::Array => {
            e.store(at, n)?;
            e.store(at.offset(WORD), n.wrapping_mul(3))
        }
        KeyType::Pair => {
            let (first, second) = if env.collide { (HASH_ZERO, n) } else { (n, !n) };
            e.store(at, first)?;
            e.store(at.offset(WORD), second)
        }
        KeyType::Record => {
            put_string(e, env, n, at)?;
            let p = pool_object(e, env, globals, n)?;
            e.store(at.offset(2 * WORD), p.0)
        }
        KeyType::Bytes200 => {
            for word in 0..25 {
                e.store(at.offset(word * WORD), n.wrapping_add(word.wrapping_mul(0x0101_0101)))?;
            }
            Ok(())
        }
    }
}

/// Exact for numbers below 2^24, which a 32-bit float can tell apart.
fn float32(n: u64, negative_zero: bool) -> f32 {
    if n == 0 && negative_zero { -0.0 } else { n as f32 }
}

/// The object that stands for key `n` in the pool.
fn pool_object<E: Effects>(e: &mut E, env: &Env, globals: Addr, n: u64) -> Result<Addr, Stop> {
    let pool = Addr(e.load(env.pool_global(globals))?);
    Ok(Addr(e.load(pool.offset(n * WORD))?))
}

/// Makes the bytes of a string for number `n` and stores its header at `at`.
pub(crate) fn put_string<E: Effects>(e: &mut E, env: &Env, n: u64, at: Addr) -> Result<(), Stop> {
    let len = env.string_bytes;
    if len == 0 {
        return Ok(());
    }
    let bytes = e.new_object(env.sites.new_string, &env.string, &[])?;
    for word in 0..len.div_ceil(WORD) {
        let left = (len - word * WORD).min(WORD);
        let mask = if left == WORD { u64::MAX } else { (1 << (left * 8)) - 1 };
        e.store_masked(bytes.offset(word * WORD), mask, string_word(env, n, word))?;
    }
    e.store(at, bytes.0)?;
    e.store(at.offset(WORD), len)
}

fn string_word(env: &Env, n: u64, word: u64) -> u64 {
    match (env.collide, word) {
        (true, 0) => HASH_ZERO,
        (true, 1) => n,
        (true, _) => 0x6c61_7265_6c6c_6f63,
        (false, 0) => n,
        (false, _) => n.rotate_left((word % 64) as u32) ^ 0x5555_5555_5555_5555,
    }
}

/// An interface that holds an int64, a string or a float64, by the number.
fn put_interface<E: Effects>(e: &mut E, env: &Env, n: u64, at: Addr, a: Active<'_>) -> Result<(), Stop> {
    let scratch = a.at(env.frame.scratch);
    let (ty, data) = match n % 3 {
        0 => {
            let data = e.new_object(env.sites.new_leaf, &env.word, &[])?;
            e.store(data, n)?;
            (&env.int64, data)
        }
        1 => {
            let bytes = e.new_object(env.sites.new_string, &env.leaf, &[])?;
            e.store(bytes, n)?;
            e.store(bytes.offset(WORD), !n)?;
            e.store(scratch, bytes.0)?;
            let data = e.new_object(env.sites.new_leaf, env.header.ty(), &[])?;
            let bytes = Addr(e.load(scratch)?);
            e.write_pointer(env.sites.leaf, data, bytes)?;
            e.store(data.offset(WORD), 2 * WORD)?;
            e.store(scratch, 0)?;
            (&env.header, data)
        }
        _ => {
            let data = e.new_object(env.sites.new_leaf, &env.word, &[])?;
            e.store(data, (n as f64).to_bits())?;
            (&env.float64, data)
        }
    };
    e.store(at, Universe::type_word(ty.id()))?;
    e.store(at.offset(WORD), data.0)
}

/// The number of the key at `at`, which lies in a map; `None` if it is none that the workload makes.
///
/// # Errors
/// Those of `load`, which gives the word at a word-aligned address.
pub fn number(env: &Env, at: Addr, load: &mut dyn FnMut(Addr) -> Result<u64, Stop>) -> Result<Option<u64>, Stop> {
    let part = |word: u64| word >> (at.0 % WORD * 8);
    let whole = |bits: f64| (bits >= 0.0 && bits.fract() == 0.0).then_some(bits as u64);
    Ok(match env.key {
        KeyType::Bool | KeyType::Int8 | KeyType::Uint8 => Some(part(load(at.word())?) & 0xff),
        KeyType::Int16 | KeyType::Uint16 => Some(part(load(at.word())?) & 0xffff),
        KeyType::Int32 | KeyType::Uint32 => Some(part(load(at.word())?) & 0xffff_ffff),
        KeyType::Int64 | KeyType::Int | KeyType::Uint64 | KeyType::Uint | KeyType::Uintptr => Some(load(at)?),
        KeyType::Float32 => whole(f64::from(f32::from_bits(part(load(at.word())?) as u32))),
        KeyType::Float64 | KeyType::Complex128 => whole(f64::from_bits(load(at)?)),
        KeyType::Complex64 => {
            let word = load(at)?;
            let (re, im) = (f32::from_bits(word as u32), f32::from_bits((word >> 32) as u32));
            match (whole(re.into()), whole(im.into())) {
                (Some(re), Some(im)) => Some(im << 24 | re),
                _ => None,
            }
        }
        KeyType::String | KeyType::Record => string_number(env, at, load)?,
        KeyType::Pointer => {
            let p = Addr(load(at)?);
            let n = load(p)?;
            (load(p.offset(WORD))? == !n).then_some(n)
        }
        KeyType::Interface => {
            let (ty, data) = (load(at)?, Addr(load(at.offset(WORD))?));
            if ty == Universe::type_word(env.int64.id()) {
                Some(load(data)?)
            } else if ty == Universe::type_word(env.float64.id()) {
                whole(f64::from_bits(load(data)?))
            } else if ty == Universe::type_word(env.header.id()) {
                let bytes = Addr(load(data)?);
                let n = load(bytes)?;
                (load(bytes.offset(WORD))? == !n).then_some(n)
            } else {
                None
            }
        }
        KeyType::Array | KeyType::Bytes200 => Some(load(at)?),
        KeyType::Pair => Some(load(if env.collide { at.offset(WORD) } else { at })?),
    })
}

/// The number that the bytes of a string tell, as far as its length allows.
pub(crate) fn string_number(
    env: &Env,
    at: Addr,
    load: &mut dyn FnMut(Addr) -> Result<u64, Stop>,
) -> Result<Option<u64>, Stop> {
    let len = env.string_bytes;
    if len == 0 {
        return Ok(Some(0));
    }
    let (bytes, found) = (Addr(load(at)?), load(at.offset(WORD))?);
    if found != len {
        return Ok(None);
    }
    let n = load(if env.collide { bytes.offset(WORD) } else { bytes })?;
    for word in 0..len.div_ceil(WORD) {
        let left = (len - word * WORD).min(WORD);
        let mask = if left == WORD { u64::MAX } else { (1 << (left * 8)) - 1 };
        let known = if len < WORD { n & mask } else { n };
        if (load(bytes.offset(word * WORD))? ^ string_word(env, known, word)) & mask != 0 {
            return Ok(None);
        }
    }
    Ok(Some(if len < WORD { n & ((1 << (len * 8)) - 1) } else { n }))
}
