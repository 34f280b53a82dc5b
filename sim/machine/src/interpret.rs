//! The interpreter: one loop over instructions, for both gears.
//!
//! With the heap itself as `E` it runs until something needs attention; with a recorder it performs one instruction and
//! comes back. An instruction reads words of its frame, then performs effects, and only then writes words, so one
//! that a recorder stopped in the middle is simply run again.
//!
//! Where the time goes, and what is done about it: words 0 to 255 of a frame are reached through one reference to an array of
//! that length, which indices of a byte cannot leave; it is taken anew only behind an effect or a call. Where nobody counts or
//! checks, loads and stores without barrier are no effects, but go to memory. A call pushes a function, a
//! place and a frame, nothing else: stack maps are looked up when somebody asks ([`gc::calls`]).
//!
//! The loop ends with a [`Trap`]. What calls and returns there are besides those between compiled functions is the business of
//! [`crate::control`].

use crate::float;
use crate::goroutine::{Goroutine, Panic, Trap};
use crate::image::Image;
use crate::natives;
use crate::place;
use crate::process::Process;
use crate::routines;
use crate::slot;
use crate::text::Bound;
use compiler::code::{Op, SliceCheck};
use compiler::runtime::Rt;
use gc::addr::WORD;
use gc::calls::WINDOW;
use gc::{Addr, Call, Effects, Frames, GroupStore, Tally, Width};
use std::cell::Cell;

/// Runs the goroutine from where it is, until something needs attention; or, in the gear that stops after each, for one
/// instruction.
pub(crate) fn interpret<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    g: &mut Goroutine,
    p: &mut Process,
    fuel: &mut u64,
) -> Trap {
    if e.stack().top.pc & place::ENTRY != 0 {
        if let Err(stop) = e.safepoint(image.entry_site, &[]) {
            return Trap::Stop(stop);
        }
        e.stack().top.pc &= !place::ENTRY;
        if E::STEPPED {
            return Trap::Step;
        }
    }
    let Call { mut pc, frame: mut fp } = e.stack().top;
    let code: &[Op] = if E::PLAIN { &image.fused } else { &image.ops };
    let mut left = *fuel;
    let mut quiet = E::PLAIN && e.quiet();
    let mut memory = e.memory();
    let Some(mut w) = memory.words::<WINDOW>(fp) else { return Trap::Bug("a frame outside of memory") };

    // The window of the frame in memory.
    macro_rules! window {
        () => {
            #[allow(unused_assignments, reason = "not every instruction reads it before the next window")]
            {
                w = match memory.words::<WINDOW>(fp) {
                    Some(w) => w,
                    None => break Trap::Bug("a frame outside of memory"),
                }
            }
        };
    }
    // Performs an effect; memory is not there until it is done.
    macro_rules! effect {
        ($effect:expr) => {{
            let value = match $effect {
                Ok(value) => value,
                Err(stop) => break Trap::Stop(stop),
            };
            quiet = E::PLAIN && e.quiet();
            memory = e.memory();
            window!();
            value
        }};
    }
    macro_rules! r {
        ($x:expr) => {
            w[$x as usize].get()
        };
    }
    macro_rules! put {
        ($a:expr, $value:expr) => {{
            let value = $value;
            w[$a as usize].set(value)
        }};
    }
    // A word of memory; a word of the frame.
    macro_rules! load {
        ($at:expr) => {
            match if E::PLAIN { memory.word($at) } else { None } {
                Some(word) => word.get(),
                None => effect!(e.load($at)),
            }
        };
    }
    macro_rules! store {
        ($at:expr, $value:expr) => {
            match if E::PLAIN { memory.word($at) } else { None } {
                Some(word) => word.set($value),
                None => effect!(slot::check(e, image, $at).and_then(|()| e.store($at, $value))),
            }
        };
    }
    macro_rules! load_words {
        ($at:expr, $n:literal) => {
            match if E::PLAIN { memory.words::<$n>($at) } else { None } {
                Some(words) => words.each_ref().map(Cell::get),
                None => effect!(e.load_block::<$n>($at)),
            }
        };
    }
    // Part of a word.
    macro_rules! load_part {
        ($at:expr, $width:ident $part:ty, $as:ty) => {{
            let at: Addr = $at;
            match if E::PLAIN { memory.part::<$part>(at) } else { None } {
                Some(part) => part.get() as $as as u64,
                None => effect!(e.load_part(at, Width::$width)) as $as as u64,
            }
        }};
    }
    macro_rules! store_part {
        ($at:expr, $value:expr, $width:ident $part:ty) => {{
            let (at, value): (Addr, u64) = ($at, $value);
            match if E::PLAIN { memory.part::<$part>(at) } else { None } {
                Some(part) => part.set(value as $part),
                None => effect!(slot::check(e, image, at).and_then(|()| e.store_part(at, Width::$width, value))),
            }
        }};
    }
    macro_rules! frame_word {
        ($at:expr) => {
            match memory.word($at) {
                Some(word) => word,
                None => break Trap::Bug("a word outside of memory"),
            }
        };
    }
    macro_rules! panics {
        ($panic:expr) => {
            break fail(g, $panic)
        };
    }
    macro_rules! binary {
        ($a:expr, $b:expr, $c:expr, $f:expr) => {{
            let f: fn(u64, u64) -> u64 = $f;
            put!($a, f(r!($b), r!($c)));
        }};
    }
    macro_rules! unary {
        ($a:expr, $b:expr, $f:expr) => {{
            let f: fn(u64) -> u64 = $f;
            put!($a, f(r!($b)));
        }};
    }
    macro_rules! jump {
        ($to:expr) => {{
            pc = pc.wrapping_add_signed(i64::from($to));
            if $to < 0 {
                left -= 1;
                if left == 0 {
                    (pc, left) = (pc + 1, 1);
                    break Trap::Fuel;
                }
            }
        }};
    }
    macro_rules! branch {
        ($when:expr, $to:expr) => {
            if $when {
                jump!(i32::from($to));
            }
        };
    }
    macro_rules! address {
        ($b:expr, $offset:expr) => {
            Addr(r!($b).wrapping_add_signed(i64::from($offset)))
        };
    }
    // The address of element `c` of the slice or string at `b`.
    macro_rules! element {
        ($b:expr, $c:expr, $size:expr) => {{
            let (index, len) = (r!($c), r!($b.wrapping_add(1)));
            if index >= len {
                break out_of_range(g, index, len);
            }
            Addr(r!($b).wrapping_add(index.wrapping_mul($size)))
        }};
    }
    macro_rules! divide {
        ($a:expr, $b:expr, $c:expr, $ty:ty, $f:ident) => {{
            let (x, y) = (r!($b) as $ty, r!($c) as $ty);
            if y == 0 {
                panics!(Panic::Divide);
            }
            put!($a, x.$f(y) as u64);
        }};
    }
    macro_rules! frame_part {
        ($a:expr, $at:expr, $as:ty) => {{
            let at = fp.offset(u64::from($at));
            put!($a, (frame_word!(at.word()).get() >> (at.0 % WORD * 8)) as $as as u64);
        }};
    }
    macro_rules! set_frame_part {
        ($a:expr, $at:expr, $as:ty) => {{
            let at = fp.offset(u64::from($at));
            let (word, shift) = (frame_word!(at.word()), at.0 % WORD * 8);
            word.set(word.get() & !(u64::from(<$as>::MAX) << shift) | u64::from(r!($a) as $as) << shift);
        }};
    }
    // Says where the function is, for whoever looks at its frame while the instruction is under way.
    macro_rules! at_safepoint {
        () => {
            e.stack().top = Call { pc: pc - 1, frame: fp }
        };
    }
    // Calls a function whose frame is at `base`; `closure` goes into its frame.
    macro_rules! call {
        ($callee:expr, $base:expr, $closure:expr) => {{
            let base = fp.offset(u64::from($base) * WORD);
            let Some(callee) = image.entries.get($callee as usize) else { break Trap::Bug("a call of no function") };
            if base.0 + callee.reach > g.stack_limit {
                break Trap::StackOverflow;
            }
            left -= 1;
            if left == 0 {
                left = 1;
                break Trap::Fuel;
            }
            let closure: Option<u64> = $closure;
            e.stack().callers.push(Call { pc: pc - 1, frame: fp });
            (fp, pc) = (base, u64::from(callee.start));
            if let Some(value) = closure {
                memory = e.memory();
                frame_word!(fp.offset(u64::from(callee.closure) * WORD)).set(value);
            }
            if e.polls() {
                e.stack().top = Call { pc: pc | place::ENTRY, frame: fp };
                *fuel = left;
                if E::STEPPED {
                    return Trap::Step;
                }
                if let Err(stop) = e.safepoint(image.entry_site, &[]) {
                    return Trap::Stop(stop);
                }
                quiet = E::PLAIN && e.quiet();
            }
            memory = e.memory();
            window!();
        }};
    }

    // Returns to the caller.
    macro_rules! back {
        () => {{
            let Some(caller) = e.stack().callers.pop() else { break Trap::Bug("a return to nowhere") };
            (pc, fp) = (caller.pc + 1, caller.frame);
            memory = e.memory();
            window!();
        }};
    }
    // The branch that is the second part of an instruction.
    macro_rules! then_branch {
        ($when:expr, $to:expr) => {{
            pc += 1;
            branch!($when, $to);
        }};
    }
    // Goes on with the end of a loop, if that comes next.
    macro_rules! then_loop {
        () => {
            match code.get(pc as usize) {
                Some(&Op::AddIJLtS { a, b, imm, to }) => {
                    let sum = r!(a).wrapping_add(imm as u64);
                    put!(a, sum);
                    pc += 1;
                    then_branch!((sum as i64) < r!(b) as i64, to);
                }
                Some(&Op::AddIJLtI { a, imm, limit, to }) => {
                    let sum = r!(a).wrapping_add(imm as u64);
                    put!(a, sum);
                    pc += 1;
                    then_branch!((sum as i64) < i64::from(limit), to);
                }
                _ => {}
            }
        };
    }
    // The word that is element `index` of a slice, if it is there.
    macro_rules! second {
        ($slice:expr, $index:expr) => {{
            let (index, len) = (r!($index), r!($slice.wrapping_add(1)));
            let at = Addr(r!($slice).wrapping_add(index.wrapping_mul(WORD)));
            if index < len { memory.word(at) } else { None }
        }};
    }

    let trap = loop {
        // Where the code ends, there are the callers that are not compiled.
        let Some(op) = code.get(pc as usize) else { break Trap::Returned };
        pc += 1;
        match *op {
            Op::Mov { a, b } => put!(a, r!(b)),
            Op::Mov2 { a, b } => {
                let (x, y) = (r!(b), r!(b.wrapping_add(1)));
                put!(a, x);
                put!(a.wrapping_add(1), y);
            }
            Op::Mov3 { a, b } => {
                let (x, y, z) = (r!(b), r!(b.wrapping_add(1)), r!(b.wrapping_add(2)));
                put!(a, x);
                put!(a.wrapping_add(1), y);
                put!(a.wrapping_add(2), z);
            }
            Op::MovI { a, imm } => put!(a, imm as u64),
            Op::Const { a, index } => match image.code.constants.get(index as usize) {
                Some(&value) => put!(a, value),
                None => break Trap::Bug("no such constant"),
            },
            Op::StaticAddr { a, offset } => put!(a, image.statics.offset(u64::from(offset)).0),
            Op::GlobalAddr { a, offset } => put!(a, image.globals.offset(u64::from(offset)).0),
            Op::TypeWord { a, descriptor } => match image.descriptors.get(descriptor as usize) {
                Some(d) => put!(a, d.word),
                None => break Trap::Bug("no such descriptor"),
            },
            Op::FrameAddr { a, word } => put!(a, fp.offset(u64::from(word) * WORD).0),
            Op::LoadFrame { a, word } => put!(a, frame_word!(fp.offset(u64::from(word) * WORD)).get()),
            Op::StoreFrame { a, word } => frame_word!(fp.offset(u64::from(word) * WORD)).set(r!(a)),
            Op::ZeroFrame { word, count } => {
                let Some(words) = e.frame_words(fp.offset(u64::from(word) * WORD), u64::from(count)) else {
                    break Trap::Bug("words outside of memory");
                };
                words.fill(0);
                memory = e.memory();
                window!();
            }
            Op::LoadFrame1U { a, at } => frame_part!(a, at, u8),
            Op::LoadFrame1S { a, at } => frame_part!(a, at, i8),
            Op::LoadFrame2U { a, at } => frame_part!(a, at, u16),
            Op::LoadFrame2S { a, at } => frame_part!(a, at, i16),
            Op::LoadFrame4U { a, at } => frame_part!(a, at, u32),
            Op::LoadFrame4S { a, at } => frame_part!(a, at, i32),
            Op::StoreFrame1 { a, at } => set_frame_part!(a, at, u8),
            Op::StoreFrame2 { a, at } => set_frame_part!(a, at, u16),
            Op::StoreFrame4 { a, at } => set_frame_part!(a, at, u32),

            Op::Add { a, b, c } => binary!(a, b, c, |x, y| x.wrapping_add(y)),
            Op::Sub { a, b, c } => binary!(a, b, c, |x, y| x.wrapping_sub(y)),
            Op::Mul { a, b, c } => binary!(a, b, c, |x, y| x.wrapping_mul(y)),
            Op::And { a, b, c } => binary!(a, b, c, |x, y| x & y),
            Op::Or { a, b, c } => binary!(a, b, c, |x, y| x | y),
            Op::Xor { a, b, c } => binary!(a, b, c, |x, y| x ^ y),
            Op::AndNot { a, b, c } => binary!(a, b, c, |x, y| x & !y),
            Op::AddI { a, b, imm } => put!(a, r!(b).wrapping_add(imm as u64)),
            Op::MulI { a, b, imm } => put!(a, r!(b).wrapping_mul(imm as u64)),
            Op::AndI { a, b, imm } => put!(a, r!(b) & imm as u64),
            Op::OrI { a, b, imm } => put!(a, r!(b) | imm as u64),
            Op::XorI { a, b, imm } => put!(a, r!(b) ^ imm as u64),
            Op::Shl { a, b, c } => binary!(a, b, c, |x, y| if y < 64 { x << y } else { 0 }),
            Op::ShrS { a, b, c } => binary!(a, b, c, |x, y| (x as i64 >> y.min(63)) as u64),
            Op::ShrU { a, b, c } => binary!(a, b, c, |x, y| if y < 64 { x >> y } else { 0 }),
            Op::ShlI { a, b, imm } => put!(a, r!(b).checked_shl(u32::from(imm)).unwrap_or(0)),
            Op::ShrSI { a, b, imm } => put!(a, (r!(b) as i64 >> imm.min(63)) as u64),
            Op::ShrUI { a, b, imm } => put!(a, r!(b).checked_shr(u32::from(imm)).unwrap_or(0)),
            Op::CheckShift { a } => {
                if (r!(a) as i64) < 0 {
                    panics!(Panic::Shift);
                }
            }
            Op::DivS { a, b, c } => divide!(a, b, c, i64, wrapping_div),
            Op::DivU { a, b, c } => divide!(a, b, c, u64, wrapping_div),
            Op::RemS { a, b, c } => divide!(a, b, c, i64, wrapping_rem),
            Op::RemU { a, b, c } => divide!(a, b, c, u64, wrapping_rem),
            Op::Neg { a, b } => unary!(a, b, |x| x.wrapping_neg()),
            Op::Com { a, b } => unary!(a, b, |x| !x),
            Op::Not { a, b } => unary!(a, b, |x| 1u64.wrapping_sub(x)),
            Op::Ext1S { a, b } => unary!(a, b, |x| x as i8 as u64),
            Op::Ext2S { a, b } => unary!(a, b, |x| x as i16 as u64),
            Op::Ext4S { a, b } => unary!(a, b, |x| x as i32 as u64),
            Op::Ext1U { a, b } => unary!(a, b, |x| u64::from(x as u8)),
            Op::Ext2U { a, b } => unary!(a, b, |x| u64::from(x as u16)),
            Op::Ext4U { a, b } => unary!(a, b, |x| u64::from(x as u32)),

            Op::AddF { a, b, c } => binary!(a, b, c, |x, y| float::f(x, y, |x, y| x + y)),
            Op::SubF { a, b, c } => binary!(a, b, c, |x, y| float::f(x, y, |x, y| x - y)),
            Op::MulF { a, b, c } => binary!(a, b, c, |x, y| float::f(x, y, |x, y| x * y)),
            Op::DivF { a, b, c } => binary!(a, b, c, |x, y| float::f(x, y, |x, y| x / y)),
            Op::NegF { a, b } => unary!(a, b, |x| x ^ 1 << 63),
            Op::AddG { a, b, c } => binary!(a, b, c, |x, y| float::g(x, y, |x, y| x + y)),
            Op::SubG { a, b, c } => binary!(a, b, c, |x, y| float::g(x, y, |x, y| x - y)),
            Op::MulG { a, b, c } => binary!(a, b, c, |x, y| float::g(x, y, |x, y| x * y)),
            Op::DivG { a, b, c } => binary!(a, b, c, |x, y| float::g(x, y, |x, y| x / y)),
            Op::NegG { a, b } => unary!(a, b, |x| x ^ 1 << 31),
            Op::IntToF { a, b } => unary!(a, b, |x| (x as i64 as f64).to_bits()),
            Op::UintToF { a, b } => unary!(a, b, |x| (x as f64).to_bits()),
            Op::FToInt { a, b } => unary!(a, b, |x| float::to_int(f64::from_bits(x))),
            Op::FToUint { a, b } => unary!(a, b, |x| float::to_uint(f64::from_bits(x))),
            Op::FToInt32 { a, b } => unary!(a, b, |x| float::to_int32(f64::from_bits(x))),
            Op::IntToG { a, b } => unary!(a, b, |x| u64::from((x as i64 as f32).to_bits())),
            Op::UintToG { a, b } => unary!(a, b, |x| u64::from((x as f32).to_bits())),
            Op::GToInt { a, b } => unary!(a, b, |x| float::to_int(f64::from(f32::from_bits(x as u32)))),
            Op::GToUint { a, b } => unary!(a, b, |x| float::to_uint(f64::from(f32::from_bits(x as u32)))),
            Op::GToInt32 { a, b } => unary!(a, b, |x| float::to_int32(f64::from(f32::from_bits(x as u32)))),
            Op::FToG { a, b } => unary!(a, b, |x| u64::from((f64::from_bits(x) as f32).to_bits())),
            Op::GToF { a, b } => unary!(a, b, |x| f64::from(f32::from_bits(x as u32)).to_bits()),
            Op::DivComplex { a, b, c } => {
                let (n, m) = ((r!(b), r!(b.wrapping_add(1))), (r!(c), r!(c.wrapping_add(1))));
                let (re, im) = float::divide_complex(n, m);
                put!(a, re);
                put!(a.wrapping_add(1), im);
            }

            Op::Eq { a, b, c } => binary!(a, b, c, |x, y| u64::from(x == y)),
            Op::Ne { a, b, c } => binary!(a, b, c, |x, y| u64::from(x != y)),
            Op::LtS { a, b, c } => binary!(a, b, c, |x, y| u64::from((x as i64) < y as i64)),
            Op::LeS { a, b, c } => binary!(a, b, c, |x, y| u64::from(x as i64 <= y as i64)),
            Op::LtU { a, b, c } => binary!(a, b, c, |x, y| u64::from(x < y)),
            Op::LeU { a, b, c } => binary!(a, b, c, |x, y| u64::from(x <= y)),
            Op::EqF { a, b, c } => binary!(a, b, c, |x, y| u64::from(f64::from_bits(x) == f64::from_bits(y))),
            Op::NeF { a, b, c } => binary!(a, b, c, |x, y| u64::from(f64::from_bits(x) != f64::from_bits(y))),
            Op::LtF { a, b, c } => binary!(a, b, c, |x, y| u64::from(f64::from_bits(x) < f64::from_bits(y))),
            Op::LeF { a, b, c } => binary!(a, b, c, |x, y| u64::from(f64::from_bits(x) <= f64::from_bits(y))),
            Op::EqG { a, b, c } => binary!(a, b, c, |x, y| u64::from(float::single(x) == float::single(y))),
            Op::NeG { a, b, c } => binary!(a, b, c, |x, y| u64::from(float::single(x) != float::single(y))),
            Op::LtG { a, b, c } => binary!(a, b, c, |x, y| u64::from(float::single(x) < float::single(y))),
            Op::LeG { a, b, c } => binary!(a, b, c, |x, y| u64::from(float::single(x) <= float::single(y))),

            Op::Jmp { to } => jump!(to),
            Op::JTrue { a, to } => branch!(r!(a) != 0, to),
            Op::JFalse { a, to } => branch!(r!(a) == 0, to),
            Op::JEq { a, b, to } => branch!(r!(a) == r!(b), to),
            Op::JNe { a, b, to } => branch!(r!(a) != r!(b), to),
            Op::JLtS { a, b, to } => branch!((r!(a) as i64) < r!(b) as i64, to),
            Op::JLeS { a, b, to } => branch!(r!(a) as i64 <= r!(b) as i64, to),
            Op::JLtU { a, b, to } => branch!(r!(a) < r!(b), to),
            Op::JLeU { a, b, to } => branch!(r!(a) <= r!(b), to),
            Op::JEqI { a, imm, to } => branch!(r!(a) as i64 == i64::from(imm), to),
            Op::JNeI { a, imm, to } => branch!(r!(a) as i64 != i64::from(imm), to),
            Op::JLtI { a, imm, to } => branch!((r!(a) as i64) < i64::from(imm), to),
            Op::JLeI { a, imm, to } => branch!(r!(a) as i64 <= i64::from(imm), to),
            Op::JGtI { a, imm, to } => branch!(r!(a) as i64 > i64::from(imm), to),
            Op::JGeI { a, imm, to } => branch!(r!(a) as i64 >= i64::from(imm), to),
            Op::JLtF { a, b, to } => branch!(f64::from_bits(r!(a)) < f64::from_bits(r!(b)), to),
            Op::JLeF { a, b, to } => branch!(f64::from_bits(r!(a)) <= f64::from_bits(r!(b)), to),

            Op::LoadW { a, b, offset } => {
                let at = address!(b, offset);
                put!(a, load!(at));
            }
            Op::Load1U { a, b, offset } => put!(a, load_part!(address!(b, offset), B1 u8, u8)),
            Op::Load1S { a, b, offset } => put!(a, load_part!(address!(b, offset), B1 u8, i8)),
            Op::Load2U { a, b, offset } => put!(a, load_part!(address!(b, offset), B2 u16, u16)),
            Op::Load2S { a, b, offset } => put!(a, load_part!(address!(b, offset), B2 u16, i16)),
            Op::Load4U { a, b, offset } => put!(a, load_part!(address!(b, offset), B4 u32, u32)),
            Op::Load4S { a, b, offset } => put!(a, load_part!(address!(b, offset), B4 u32, i32)),
            Op::Load2W { a, b, offset } => {
                let at = address!(b, offset);
                let [x, y] = load_words!(at, 2);
                put!(a, x);
                put!(a.wrapping_add(1), y);
            }
            Op::Load3W { a, b, offset } => {
                let at = address!(b, offset);
                let [x, y, z] = load_words!(at, 3);
                put!(a, x);
                put!(a.wrapping_add(1), y);
                put!(a.wrapping_add(2), z);
            }
            Op::StoreW { a, b, offset } => {
                let (at, value) = (address!(b, offset), r!(a));
                store!(at, value);
            }
            Op::Store1 { a, b, offset } => store_part!(address!(b, offset), r!(a), B1 u8),
            Op::Store2 { a, b, offset } => store_part!(address!(b, offset), r!(a), B2 u16),
            Op::Store4 { a, b, offset } => store_part!(address!(b, offset), r!(a), B4 u32),
            Op::StorePtr { a, b, offset, site } => {
                let (at, value) = (address!(b, offset), Addr(r!(a)));
                match if quiet { memory.word(at) } else { None } {
                    Some(word) => word.set(value.0),
                    None => {
                        effect!(slot::check(e, image, at).and_then(|()| e.write_pointer(image.site(site), at, value)))
                    }
                }
            }
            Op::StoreGroup { group } => {
                let Some(stores) = image.code.groups.get(group as usize) else { break Trap::Bug("no such group") };
                g.group.clear();
                g.group.extend(stores.iter().map(|s| GroupStore {
                    site: s.site.map(|site| image.site(site as u16)),
                    slot: address!(s.base, s.offset),
                    new: Addr(r!(s.value)),
                }));
                effect!(e.write_group(&g.group));
            }
            Op::Move { a, b, index } => {
                let (dst, src) = (Addr(r!(a)), Addr(r!(b)));
                let Some(how) = image.moves.get(index as usize) else { break Trap::Bug("no such move") };
                effect!(slot::check(e, image, dst).and_then(|()| match how.site {
                    Some(site) => e.typed_memmove(site, &how.ty, dst, src),
                    None => e.memmove(dst, src, how.size),
                }));
            }
            Op::Clear { a, index } => {
                let dst = Addr(r!(a));
                let Some(how) = image.moves.get(index as usize) else { break Trap::Bug("no such move") };
                effect!(match how.site {
                    Some(site) => e.typed_memclr(site, &how.ty, dst, 1),
                    None => e.memclr(dst, how.size),
                });
            }
            Op::LoadGlobal { a, offset } => {
                let at = image.globals.offset(u64::from(offset));
                put!(a, load!(at));
            }
            Op::StoreGlobal { a, offset } => {
                let (at, value) = (image.globals.offset(u64::from(offset)), r!(a));
                store!(at, value);
            }
            Op::NilCheck { a } => {
                if r!(a) == 0 {
                    panics!(Panic::Memory(0));
                }
            }

            Op::Bounds { a, b } => {
                if r!(a) >= r!(b) {
                    break out_of_range(g, r!(a), r!(b));
                }
            }
            Op::BoundsI { a, len } => {
                if r!(a) >= u64::from(len) {
                    break out_of_range(g, r!(a), u64::from(len));
                }
            }
            Op::Scale { a, b, c, size } => put!(a, r!(b).wrapping_add(r!(c).wrapping_mul(u64::from(size)))),
            Op::IndexW { a, b, c } => {
                let at = element!(b, c, WORD);
                put!(a, load!(at));
            }
            Op::IndexPair { a, b, c, size } => {
                let at = element!(b, c, u64::from(size));
                let [x, y] = load_words!(at, 2);
                put!(a, x);
                put!(a.wrapping_add(1), y);
            }
            Op::SlicePtr { a, b, c, d, size } => {
                let past = if r!(d) == 0 { 0 } else { r!(c).wrapping_mul(u64::from(size)) };
                put!(a, r!(b).wrapping_add(past));
            }
            Op::Index1U { a, b, c } => put!(a, load_part!(element!(b, c, 1), B1 u8, u8)),
            Op::Index4S { a, b, c } => put!(a, load_part!(element!(b, c, 4), B4 u32, i32)),
            Op::SetIndexW { a, b, c } => {
                let (at, value) = (element!(b, c, WORD), r!(a));
                store!(at, value);
            }
            Op::SetIndex1 { a, b, c } => store_part!(element!(b, c, 1), r!(a), B1 u8),
            Op::SetIndex4 { a, b, c } => store_part!(element!(b, c, 4), r!(a), B4 u32),
            Op::IndexAddr { a, b, c, size } => put!(a, element!(b, c, u64::from(size)).0),
            Op::SliceBounds { a, b, what } => {
                let (low, high, max) = (r!(a), r!(a.wrapping_add(1)), r!(a.wrapping_add(2)));
                if let Some(panic) = slice_bounds(what, low, high, max, r!(b)) {
                    panics!(panic);
                }
            }

            Op::Call { func: callee, base } => call!(callee, base, None),
            Op::CallClosure { a, base } => {
                let closure = r!(a);
                let callee = load!(Addr(closure));
                call!(callee, base, Some(closure));
            }
            Op::CallInterface { a, base, method } => {
                let word = r!(a);
                if word == 0 {
                    panics!(Panic::Memory(0));
                }
                match image.method(word, method) {
                    Some(callee) => call!(callee, base, None),
                    None => break Trap::Bug("a method that the dynamic type has not"),
                }
            }
            Op::CallRt { rt, base, site } => {
                if matches!(rt, Rt::DeferReturn | Rt::GoPanic | Rt::GoRecover) {
                    break Trap::Control(rt, base);
                }
                // What loops over maps do most, without the detour through memory.
                let quick = E::PLAIN
                    && matches!(rt, Rt::MapAssignFast64 | Rt::MapAccess1Fast64 | Rt::MapAssignFastStr)
                    && base < 250;
                if quick {
                    let a = base as u8;
                    let (ty, h, key, len) = (r!(a + 1), r!(a + 2), r!(a + 3), r!(a + 4));
                    at_safepoint!();
                    let at = effect!(routines::maps::slot(e, image, rt, ty, Addr(h), key, len));
                    put!(a, at.0);
                    continue;
                }
                at_safepoint!();
                e.tally(Tally::Call);
                let frame = fp.offset(u64::from(base) * WORD);
                effect!(routines::call(e, image, g, p, rt, frame, image.site(site)));
            }
            Op::CallNative { native, base } => {
                at_safepoint!();
                e.tally(Tally::Call);
                let frame = fp.offset(u64::from(base) * WORD);
                effect!(natives::call(e, image, p, native, frame));
            }
            Op::New { a, descriptor, site } => {
                at_safepoint!();
                let Some(d) = image.descriptors.get(usize::from(descriptor)) else {
                    break Trap::Bug("no such descriptor");
                };
                let object = effect!(e.new_object(image.site(site), &d.ty, &[]));
                put!(a, object.0);
            }
            Op::Return => back!(),
            Op::Unreachable => break Trap::Bug("a place that cannot be reached was reached"),

            // Several as one, where nobody watches: see [`crate::fuse`]. What is out of the ordinary is left to the parts that follow.
            Op::AddIJLtS { a, b, imm, to } => {
                let sum = r!(a).wrapping_add(imm as u64);
                put!(a, sum);
                then_branch!((sum as i64) < r!(b) as i64, to);
            }
            Op::AddIJLeS { a, b, imm, to } => {
                let sum = r!(a).wrapping_add(imm as u64);
                put!(a, sum);
                then_branch!(sum as i64 <= r!(b) as i64, to);
            }
            Op::AddIJLtI { a, imm, limit, to } => {
                let sum = r!(a).wrapping_add(imm as u64);
                put!(a, sum);
                then_branch!((sum as i64) < i64::from(limit), to);
            }
            Op::AddIJGeI { a, imm, limit, to } => {
                let sum = r!(a).wrapping_add(imm as u64);
                put!(a, sum);
                then_branch!(sum as i64 >= i64::from(limit), to);
            }
            Op::AddJLtS { a, b, c, to } => {
                let sum = r!(a).wrapping_add(r!(b));
                put!(a, sum);
                then_branch!((sum as i64) < r!(c) as i64, to);
            }
            Op::AddJLeS { a, b, c, to } => {
                let sum = r!(a).wrapping_add(r!(b));
                put!(a, sum);
                then_branch!(sum as i64 <= r!(c) as i64, to);
            }
            Op::MulAdd { t, x, y, a, b } => {
                put!(t, r!(x).wrapping_mul(r!(y)));
                put!(a, r!(b).wrapping_add(r!(t)));
                pc += 1;
            }
            Op::MulFAddF { t, x, y, a, b } => {
                put!(t, float::f(r!(x), r!(y), |x, y| x * y));
                put!(a, float::f(r!(b), r!(t), |x, y| x + y));
                pc += 1;
                then_loop!();
            }
            Op::ShlIXor { t, x, imm, a, b } => {
                put!(t, r!(x).checked_shl(u32::from(imm)).unwrap_or(0));
                put!(a, r!(b) ^ r!(t));
                pc += 1;
            }
            Op::ShrUIXor { t, x, imm, a, b } => {
                put!(t, r!(x).checked_shr(u32::from(imm)).unwrap_or(0));
                put!(a, r!(b) ^ r!(t));
                pc += 1;
            }
            Op::ShlIAddI { t, x, shift, a, imm } => {
                put!(t, r!(x).checked_shl(u32::from(shift)).unwrap_or(0));
                put!(a, r!(t).wrapping_add(imm as u64));
                pc += 1;
            }
            Op::ShrURemU { t, x, y, a, c } => {
                binary!(t, x, y, |x, y| if y < 64 { x >> y } else { 0 });
                if let Some(rest) = r!(t).checked_rem(r!(c)) {
                    put!(a, rest);
                    pc += 1;
                }
            }
            Op::Index1UJTrue { a, b, c, to } => {
                put!(a, load_part!(element!(b, c, 1), B1 u8, u8));
                then_branch!(r!(a) != 0, to);
            }
            Op::Index1UJFalse { a, b, c, to } => {
                put!(a, load_part!(element!(b, c, 1), B1 u8, u8));
                then_branch!(r!(a) == 0, to);
            }
            Op::CopyIndex1 { a, b, c, d, e: at } => {
                put!(a, load_part!(element!(b, c, 1), B1 u8, u8));
                let (index, len) = (r!(at), r!(d.wrapping_add(1)));
                if index < len
                    && let Some(part) = memory.part::<u8>(Addr(r!(d).wrapping_add(index)))
                {
                    part.set(r!(a) as u8);
                    pc += 1;
                    then_loop!();
                }
            }
            Op::FillJLeS { a, b, c, d, limit, to } => {
                let (at, value) = (element!(b, c, 1), r!(a));
                match memory.part::<u8>(at) {
                    Some(part) => {
                        part.set(value as u8);
                        let mut sum = r!(c).wrapping_add(r!(d));
                        // A loop of nothing else need not come back here each time: none of its words changes but the index.
                        if to == -3 {
                            let (data, len, step, limit) = (r!(b), r!(b.wrapping_add(1)), r!(d), r!(limit));
                            while sum as i64 <= limit as i64 && sum < len && left > 1 {
                                let Some(part) = memory.part::<u8>(Addr(data.wrapping_add(sum))) else { break };
                                part.set(value as u8);
                                sum = sum.wrapping_add(step);
                                left -= 1;
                            }
                        }
                        put!(c, sum);
                        pc += 1;
                        then_branch!(sum as i64 <= r!(limit) as i64, to);
                    }
                    None => effect!(slot::check(e, image, at).and_then(|()| e.store_part(at, Width::B1, value))),
                }
            }
            Op::Index2 { t, b, c, size, a, d } => {
                let at = element!(b, c, u64::from(size));
                let [data, len] = load_words!(at, 2);
                put!(t, data);
                put!(t.wrapping_add(1), len);
                if let Some(word) = second!(t, d) {
                    put!(a, word.get());
                    pc += 1;
                }
            }
            Op::SetIndex2 { t, b, c, size, a, d } => {
                let at = element!(b, c, u64::from(size));
                let [data, len] = load_words!(at, 2);
                put!(t, data);
                put!(t.wrapping_add(1), len);
                if let Some(word) = second!(t, d) {
                    word.set(r!(a));
                    pc += 1;
                }
            }
            Op::IncrementW { t, b, imm, offset } => {
                let at = address!(b, offset);
                match memory.word(at) {
                    Some(word) => {
                        let sum = word.get().wrapping_add(imm as u64);
                        put!(t, sum);
                        word.set(sum);
                        pc += 2;
                        then_loop!();
                    }
                    None => put!(t, effect!(e.load(at))),
                }
            }
            Op::IncreaseW { t, b, c, offset } => {
                let at = address!(b, offset);
                match memory.word(at) {
                    Some(word) => {
                        put!(t, word.get());
                        let sum = r!(t).wrapping_add(r!(c));
                        put!(t, sum);
                        word.set(sum);
                        pc += 2;
                        then_loop!();
                    }
                    None => put!(t, effect!(e.load(at))),
                }
            }
            Op::LoadWJLtS { a, b, offset, c, to } => {
                let at = address!(b, offset);
                put!(a, load!(at));
                then_branch!((r!(a) as i64) < r!(c) as i64, to);
            }
            Op::LoadWJLeS { a, b, offset, c, to } => {
                let at = address!(b, offset);
                put!(a, load!(at));
                then_branch!(r!(a) as i64 <= r!(c) as i64, to);
            }
            Op::TypeWordMov { a, descriptor, b, c } => {
                if let Some(d) = image.descriptors.get(usize::from(descriptor)) {
                    put!(a, d.word);
                    put!(b, r!(c));
                    pc += 1;
                } else {
                    break Trap::Bug("no such descriptor");
                }
            }
            Op::MovMov { a, b, c, d } => {
                put!(a, r!(b));
                put!(c, r!(d));
                pc += 1;
            }
            Op::AddICall { a, b, imm } => {
                put!(a, r!(b).wrapping_add(imm as u64));
                if let Some(&Op::Call { func: callee, base }) = code.get(pc as usize) {
                    pc += 1;
                    call!(callee, base, None);
                }
            }
            Op::MovAddICall { a, b, c, d, imm } => {
                put!(a, r!(b));
                put!(c, r!(d).wrapping_add(imm as u64));
                pc += 1;
                if let Some(&Op::Call { func: callee, base }) = code.get(pc as usize) {
                    pc += 1;
                    call!(callee, base, None);
                }
            }
            Op::LoadWMovCall { a, b, offset, c, d } => {
                let at = address!(b, offset);
                put!(a, load!(at));
                put!(c, r!(d));
                pc += 1;
                if let Some(&Op::Call { func: callee, base }) = code.get(pc as usize) {
                    pc += 1;
                    call!(callee, base, None);
                }
            }
            Op::AddReturn { a, b, c } => {
                put!(a, r!(b).wrapping_add(r!(c)));
                back!();
            }
            Op::MovReturn { a, b } => {
                put!(a, r!(b));
                back!();
            }
        }
        if E::STEPPED {
            // A return to what is no code is seen to at once, or its place would be taken for one in a frame.
            if pc < code.len() as u64 {
                e.stack().top = Call { pc, frame: fp };
                return Trap::Step;
            }
        }
    };
    // The instruction was not completed.
    e.stack().top = Call { pc: pc.wrapping_sub(1), frame: fp };
    *fuel = left;
    trap
}

/// The instruction panics.
#[cold]
#[inline(never)]
fn fail(g: &mut Goroutine, panic: Panic) -> Trap {
    g.panic = Some(panic);
    Trap::Panic
}

#[cold]
#[inline(never)]
fn out_of_range(g: &mut Goroutine, index: u64, len: u64) -> Trap {
    fail(g, Panic::Bounds(Bound::Index, index, len))
}

/// The panic of a slice expression whose bounds are wrong.
#[inline(never)]
fn slice_bounds(what: SliceCheck, low: u64, high: u64, max: u64, limit: u64) -> Option<Panic> {
    let (three, of_max, of_high) = match what {
        SliceCheck::Slice => (false, Bound::Slice3Cap, Bound::SliceCap),
        SliceCheck::Length => (false, Bound::Slice3Len, Bound::SliceLen),
        SliceCheck::Slice3 => (true, Bound::Slice3Cap, Bound::SliceCap),
        SliceCheck::Length3 => (true, Bound::Slice3Len, Bound::SliceLen),
    };
    let (bound, x, y) = if three {
        if max > limit {
            (of_max, max, limit)
        } else if high > max {
            (Bound::Slice3High, high, max)
        } else if low > high {
            (Bound::Slice3Low, low, high)
        } else {
            return None;
        }
    } else if high > limit {
        (of_high, high, limit)
    } else if low > high {
        (Bound::SliceLow, low, high)
    } else {
        return None;
    };
    Some(Panic::Bounds(bound, x, y))
}
