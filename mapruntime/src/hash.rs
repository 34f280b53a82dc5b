//! Hash functions: Go's portable ones for 64-bit machines, reading simulated memory.
//!
//! ```text
//! mix(a, b) = high ^ low half of the 128-bit product
//! memhash(p, seed, n) = mix(w5 ^ n, mix(a ^ w2, b ^ s))
//!     where s is the seed and the hash key, stirred with all but the last 16 bytes,
//!     and a, b cover the last 16 bytes (or all, perhaps twice over, of a shorter key)
//! float: c1 * (c0 ^ seed) for both zeros;  with a random number mixed in for a NaN;  else memhash
//! interface: the seed if nil;  else c1 * typehash(what it holds, seed ^ c0)
//! ```
//!
//! A real program on amd64 hashes with AES instructions if the processor has them
//! (`GODEBUG=cpu.aes=off` turns that off). These are the functions it uses otherwise.
//!
//! Source: Go 1.19 runtime/hash64.go, alg.go. Checked by: `tests/map/hash.rs`, with vectors from a real
//! program and an independent formulation.

use crate::bytes;
use crate::kind::GoType;
use crate::plan::Plan;
use crate::raise::{Raise, raise};
use crate::universe::Universe;
use gc::addr::WORD;
use gc::{Addr, Effects, Stop, Width};

/// Interfaces within interfaces that hashing and comparing follow. Go goes on until the
/// goroutine's stack is full, some millions deep; the simulator's own stack is smaller.
pub const MAX_DEPTH: u32 = 1000;

const W1: u64 = 0xa076_1d64_78bd_642f;
const W2: u64 = 0xe703_7ed1_a0b4_28db;
const W3: u64 = 0x8ebc_6af0_9c88_c6e3;
const W4: u64 = 0x5899_65cc_7537_4cc3;
const W5: u64 = 0x1d8e_4e27_c47d_124f;
const C0: u64 = 33_054_211_828_000_289;
const C1: u64 = 23_344_194_077_549_503;

#[inline(always)]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product >> 64) as u64 ^ product as u64
}

/// The hash of a word of four or eight bytes, by value.
#[inline(always)]
pub fn word_hash(u: &Universe, value: u64, size: u64, seed: u64) -> u64 {
    mix(W5 ^ size, mix(value ^ W2, value ^ seed ^ u.hashkey() ^ W1))
}

/// `memhash`: the hash of `n` bytes at `p`, at any alignment.
///
/// # Errors
/// As [`Effects::load`].
#[inline(always)]
pub fn memhash<E: Effects>(e: &mut E, u: &Universe, p: Addr, seed: u64, n: u64) -> Result<u64, Stop> {
    if n == 2 * WORD && p.0.is_multiple_of(WORD) {
        let [a, b] = e.load_block::<2>(p)?;
        return Ok(mix(W5 ^ n, mix(a ^ W2, b ^ seed ^ u.hashkey() ^ W1)));
    }
    memhash_any(e, u, p, seed, n)
}

/// [`memhash`] of any number of bytes at any alignment; that one knows a common case.
#[inline(never)]
fn memhash_any<E: Effects>(e: &mut E, u: &Universe, p: Addr, seed: u64, n: u64) -> Result<u64, Stop> {
    let mut seed = seed ^ u.hashkey() ^ W1;
    let (a, b);
    match n {
        0 => return Ok(seed),
        1..4 => {
            let at = |e: &mut E, i| bytes::load(e, p.offset(i), 1);
            a = at(e, 0)? | at(e, n >> 1)? << 8 | at(e, n - 1)? << 16;
            b = 0;
        }
        4..8 => {
            a = bytes::load(e, p, 4)?;
            b = bytes::load(e, p.offset(n - 4), 4)?;
        }
        8..=16 => {
            a = bytes::load(e, p, 8)?;
            b = bytes::load(e, p.offset(n - 8), 8)?;
        }
        _ => {
            let mut p = p;
            let mut left = n;
            if left > 48 {
                let mut lanes = [seed; 3];
                while left > 48 {
                    for (lane, w) in lanes.iter_mut().zip([W2, W3, W4]) {
                        *lane = mix(bytes::load(e, p, 8)? ^ w, bytes::load(e, p.offset(8), 8)? ^ *lane);
                        p = p.offset(16);
                    }
                    left -= 48;
                }
                seed = lanes[0] ^ lanes[1] ^ lanes[2];
            }
            while left > 16 {
                seed = mix(bytes::load(e, p, 8)? ^ W2, bytes::load(e, p.offset(8), 8)? ^ seed);
                p = p.offset(16);
                left -= 16;
            }
            let tail = Addr(p.0.wrapping_add(left).wrapping_sub(16));
            a = bytes::load(e, tail, 8)?;
            b = bytes::load(e, tail.offset(8), 8)?;
        }
    }
    Ok(mix(W5 ^ n, mix(a ^ W2, b ^ seed)))
}

/// The hash of the value at `p` by `plan`, starting from `seed`.
///
/// # Errors
/// `Raised` if an interface holds what cannot be hashed; otherwise as [`Effects::load`].
#[inline(always)]
pub fn hash<E: Effects>(e: &mut E, u: &Universe, plan: &Plan, p: Addr, seed: u64) -> Result<u64, Stop> {
    match plan {
        Plan::Memory64 => Ok(word_hash(u, bytes::load(e, p, 8)?, 8, seed)),
        Plan::Memory32 => Ok(word_hash(u, bytes::load(e, p, 4)?, 4, seed)),
        Plan::Str => strhash(e, u, p, seed),
        _ => walk(e, u, plan, p, seed, 0),
    }
}

/// `typehash` of a value of type `ty`, as inside an interface.
///
/// # Errors
/// As [`hash`].
pub fn typehash<E: Effects>(e: &mut E, u: &Universe, ty: &GoType, p: Addr, seed: u64) -> Result<u64, Stop> {
    walk(e, u, ty.boxed_plan(), p, seed, 0)
}

fn strhash<E: Effects>(e: &mut E, u: &Universe, p: Addr, seed: u64) -> Result<u64, Stop> {
    let [data, len] = e.load_block::<2>(p)?;
    memhash(e, u, Addr(data), seed, len)
}

#[inline(never)]
fn walk<E: Effects>(e: &mut E, u: &Universe, plan: &Plan, p: Addr, h: u64, depth: u32) -> Result<u64, Stop> {
    match plan {
        Plan::Nothing => Ok(h),
        Plan::Memory32 => Ok(word_hash(u, bytes::load(e, p, 4)?, 4, h)),
        Plan::Memory64 => Ok(word_hash(u, bytes::load(e, p, 8)?, 8, h)),
        Plan::Memory(size) => memhash(e, u, p, h, *size),
        Plan::Str => strhash(e, u, p, h),
        Plan::Float32 => float32(e, u, p, h),
        Plan::Float64 => float64(e, u, p, h),
        Plan::Complex64 => {
            let h = float32(e, u, p, h)?;
            float32(e, u, p.offset(4), h)
        }
        Plan::Complex128 => {
            let h = float64(e, u, p, h)?;
            float64(e, u, p.offset(8), h)
        }
        Plan::Interface => interface(e, u, p, h, depth),
        Plan::Array { element, stride, len } => {
            let mut h = h;
            for i in 0..*len {
                h = walk(e, u, element, p.offset(i * stride), h, depth)?;
            }
            Ok(h)
        }
        Plan::Struct(fields) => {
            let mut h = h;
            for (offset, plan) in fields {
                h = walk(e, u, plan, p.offset(*offset), h, depth)?;
            }
            Ok(h)
        }
        // Unhashable types are refused where they come in: as a map's key type, or in `interface`.
        Plan::Refused => Err(Stop::Fault),
    }
}

fn interface<E: Effects>(e: &mut E, u: &Universe, p: Addr, h: u64, depth: u32) -> Result<u64, Stop> {
    let word = e.load(p)?;
    if word == 0 {
        return Ok(h);
    }
    let Some(held) = u.type_of(word) else { return Err(Stop::Fault) };
    if !held.comparable() {
        return raise(Raise::Unhashable(held.id()));
    }
    if depth == MAX_DEPTH {
        return raise(Raise::StackOverflow);
    }
    let data = p.offset(WORD);
    let value = if held.direct() { data } else { Addr(e.load(data)?) };
    Ok(C1.wrapping_mul(walk(e, u, held.boxed_plan(), value, h ^ C0, depth + 1)?))
}

fn float32<E: Effects>(e: &mut E, u: &Universe, p: Addr, h: u64) -> Result<u64, Stop> {
    let bits = e.load_part(p, Width::B4)?;
    float(e, u, f64::from(f32::from_bits(bits as u32)), p, h, 4)
}

fn float64<E: Effects>(e: &mut E, u: &Universe, p: Addr, h: u64) -> Result<u64, Stop> {
    let bits = e.load(p)?;
    float(e, u, f64::from_bits(bits), p, h, 8)
}

fn float<E: Effects>(e: &mut E, u: &Universe, value: f64, p: Addr, h: u64, size: u64) -> Result<u64, Stop> {
    if value == 0.0 {
        Ok(C1.wrapping_mul(C0 ^ h))
    } else if value.is_nan() {
        Ok(C1.wrapping_mul(C0 ^ h ^ u64::from(e.fastrand()?)))
    } else {
        memhash(e, u, p, h, size)
    }
}
