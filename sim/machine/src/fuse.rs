//! Neighbours that are run as one instruction, where nobody watches.
//!
//! An interpreter's time goes into getting from one instruction to the next. So what the loops of programs are made of, an
//! increment and the branch back, an element of an element, `m[k] += v`, has instructions of its own.
//!
//! ```text
//!   code          where nobody watches
//!   AddI          AddIJLtS   ─▶ goes on behind JLtS
//!   JLtS          JLtS       ─▶ is where it was, if a branch leads here
//! ```
//!
//! A fused instruction takes the place of its first part only. Places do not change, then: branches, stack maps and lines hold as they
//! are, and control may come in between. And it has a way out: wherever something is out of the ordinary, a panic or an effect, it does
//! its first part alone and leaves the rest to those that follow. Only a machine that neither counts nor checks nor stops
//! after each instruction runs them ([`gc::Frames::PLAIN`]).
//!
//! Checked by: `tests/machine/fused.rs`, where the same code runs counted, so part by part, and unwatched.

use compiler::code::Op;

/// The instructions, with fused ones in the places of first parts.
pub(crate) fn fuse(ops: &[Op]) -> Box<[Op]> {
    (0..ops.len()).map(|at| of_three(&ops[at..]).or_else(|| of_two(&ops[at..])).unwrap_or(ops[at])).collect()
}

/// What three instructions are as one.
fn of_three(ops: &[Op]) -> Option<Op> {
    let &[first, second, third, ..] = ops else { return None };
    if let (Op::Mov { a, b }, Op::AddI { a: c, b: d, imm }, Op::Call { .. }) = (first, second, third) {
        return Some(Op::MovAddICall { a, b, c, d, imm: i8::try_from(imm).ok()? });
    }
    if let (Op::LoadW { a, b, offset }, Op::Mov { a: c, b: d }, Op::Call { .. }) = (first, second, third) {
        return Some(Op::LoadWMovCall { a, b, offset: i16::try_from(offset).ok()?, c, d });
    }
    if let (Op::SetIndex1 { a, b, c }, Op::Add { a: x, b: y, c: d }, Op::JLeS { a: z, b: limit, to }) =
        (first, second, third)
        && (x, y, z) == (c, c, c)
        && ![a, b, b.wrapping_add(1), d, limit].contains(&c)
    {
        return Some(Op::FillJLeS { a, b, c, d, limit, to: i16::try_from(to).ok()? });
    }
    let (Op::LoadW { a: t, b, offset }, Op::StoreW { a: stored, b: to, offset: at }) = (first, third) else {
        return None;
    };
    if (stored, to, at) != (t, b, offset) || t == b {
        return None;
    }
    match second {
        Op::AddI { a, b: x, imm } if a == t && x == t => {
            Some(Op::IncrementW { t, b, imm: i8::try_from(imm).ok()?, offset })
        }
        Op::Add { a, b: x, c } if a == t && x == t => Some(Op::IncreaseW { t, b, c, offset }),
        _ => None,
    }
}

/// What two instructions are as one.
fn of_two(ops: &[Op]) -> Option<Op> {
    let &[first, second, ..] = ops else { return None };
    Some(match (first, second) {
        (Op::AddI { a, b: same, imm }, next) if a == same && tests(next, a) => {
            let imm = i8::try_from(imm).ok()?;
            match next {
                Op::JLtS { b, to, .. } => Op::AddIJLtS { a, b, imm, to },
                Op::JLeS { b, to, .. } => Op::AddIJLeS { a, b, imm, to },
                Op::JLtI { imm: limit, to, .. } => Op::AddIJLtI { a, imm, limit, to: i16::try_from(to).ok()? },
                Op::JGeI { imm: limit, to, .. } => Op::AddIJGeI { a, imm, limit, to: i16::try_from(to).ok()? },
                _ => return None,
            }
        }
        (Op::AddI { a, b, imm }, Op::Call { .. }) => Op::AddICall { a, b, imm },
        (Op::Add { a, b: same, c: b }, Op::JLtS { a: x, b: c, to }) if a == same && x == a => {
            Op::AddJLtS { a, b, c, to }
        }
        (Op::Add { a, b: same, c: b }, Op::JLeS { a: x, b: c, to }) if a == same && x == a => {
            Op::AddJLeS { a, b, c, to }
        }
        (Op::Add { a, b, c }, Op::Return) => Op::AddReturn { a, b, c },
        (Op::Mul { a: t, b: x, c: y }, Op::Add { a, b, c }) if c == t => Op::MulAdd { t, x, y, a, b },
        (Op::Mul { a: t, b: x, c: y }, Op::Add { a, b: c, c: b }) if c == t => Op::MulAdd { t, x, y, a, b },
        // The order of what is added shows in a NaN.
        (Op::MulF { a: t, b: x, c: y }, Op::AddF { a, b, c }) if c == t => Op::MulFAddF { t, x, y, a, b },
        (Op::ShlI { a: t, b: x, imm }, Op::Xor { a, b, c }) if c == t => Op::ShlIXor { t, x, imm, a, b },
        (Op::ShrUI { a: t, b: x, imm }, Op::Xor { a, b, c }) if c == t => Op::ShrUIXor { t, x, imm, a, b },
        (Op::ShlI { a: t, b: x, imm: shift }, Op::AddI { a, b, imm }) if b == t => {
            Op::ShlIAddI { t, x, shift, a, imm: i8::try_from(imm).ok()? }
        }
        (Op::ShrU { a: t, b: x, c: y }, Op::RemU { a, b, c }) if b == t => Op::ShrURemU { t, x, y, a, c },
        (Op::Index1U { a, b, c }, Op::JTrue { a: x, to }) if x == a => Op::Index1UJTrue { a, b, c, to },
        (Op::Index1U { a, b, c }, Op::JFalse { a: x, to }) if x == a => Op::Index1UJFalse { a, b, c, to },
        (Op::Index1U { a, b, c }, Op::SetIndex1 { a: x, b: d, c: e }) if x == a => Op::CopyIndex1 { a, b, c, d, e },
        (Op::IndexPair { a: t, b, c, size }, Op::IndexW { a, b: x, c: d }) if x == t => {
            Op::Index2 { t, b, c, size: u16::try_from(size).ok()?, a, d }
        }
        (Op::IndexPair { a: t, b, c, size }, Op::SetIndexW { a, b: x, c: d }) if x == t => {
            Op::SetIndex2 { t, b, c, size: u16::try_from(size).ok()?, a, d }
        }
        (Op::LoadW { a, b, offset }, Op::JLtS { a: x, b: c, to }) if x == a => {
            Op::LoadWJLtS { a, b, offset: i16::try_from(offset).ok()?, c, to: i16::try_from(to).ok()? }
        }
        (Op::LoadW { a, b, offset }, Op::JLeS { a: x, b: c, to }) if x == a => {
            Op::LoadWJLeS { a, b, offset: i16::try_from(offset).ok()?, c, to: i16::try_from(to).ok()? }
        }
        (Op::TypeWord { a, descriptor }, Op::Mov { a: b, b: c }) => {
            Op::TypeWordMov { a, descriptor: u16::try_from(descriptor).ok()?, b, c }
        }
        (Op::Mov { a, b }, Op::Mov { a: c, b: d }) => Op::MovMov { a, b, c, d },
        (Op::Mov { a, b }, Op::Return) => Op::MovReturn { a, b },
        _ => return None,
    })
}

/// Does a branch depend on this word?
fn tests(op: Op, word: u8) -> bool {
    match op {
        Op::JLtS { a, .. } | Op::JLeS { a, .. } | Op::JLtI { a, .. } | Op::JGeI { a, .. } => a == word,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_neighbours_that_belong_together_are_fused() {
        let increment = Op::AddI { a: 1, b: 1, imm: 1 };
        let add = Op::Add { a: 1, b: 1, c: 2 };
        let load = Op::LoadW { a: 1, b: 2, offset: 8 };
        let store = Op::StoreW { a: 1, b: 2, offset: 8 };
        let pair = Op::IndexPair { a: 1, b: 3, c: 4, size: 24 };
        let byte = Op::Index1U { a: 1, b: 2, c: 4 };
        let (mul, mul_f) = (Op::Mul { a: 1, b: 2, c: 3 }, Op::MulF { a: 1, b: 2, c: 3 });
        let call = Op::Call { func: 0, base: 9 };
        let fused: &[&[Op]] = &[
            &[increment, Op::JLtS { a: 1, b: 3, to: -9 }],
            &[increment, Op::JLeS { a: 1, b: 3, to: -9 }],
            &[increment, Op::JLtI { a: 1, imm: 9, to: -9 }],
            &[increment, Op::JGeI { a: 1, imm: 9, to: -9 }],
            &[add, Op::JLtS { a: 1, b: 3, to: -9 }],
            &[add, Op::JLeS { a: 1, b: 3, to: -9 }],
            &[mul, Op::Add { a: 4, b: 4, c: 1 }],
            &[mul, Op::Add { a: 4, b: 1, c: 4 }],
            &[mul_f, Op::AddF { a: 4, b: 4, c: 1 }],
            &[Op::ShlI { a: 1, b: 2, imm: 3 }, Op::Xor { a: 2, b: 2, c: 1 }],
            &[Op::ShrUI { a: 1, b: 2, imm: 3 }, Op::Xor { a: 2, b: 2, c: 1 }],
            &[Op::ShlI { a: 1, b: 2, imm: 3 }, Op::AddI { a: 1, b: 1, imm: 20 }],
            &[Op::ShrU { a: 1, b: 2, c: 3 }, Op::RemU { a: 1, b: 1, c: 4 }],
            &[byte, Op::JTrue { a: 1, to: 3 }],
            &[byte, Op::JFalse { a: 1, to: 3 }],
            &[byte, Op::SetIndex1 { a: 1, b: 5, c: 6 }],
            &[pair, Op::IndexW { a: 7, b: 1, c: 5 }],
            &[pair, Op::SetIndexW { a: 7, b: 1, c: 5 }],
            &[load, increment, store],
            &[load, add, store],
            &[load, Op::JLtS { a: 1, b: 3, to: 2 }],
            &[load, Op::JLeS { a: 1, b: 3, to: 2 }],
            &[Op::SetIndex1 { a: 1, b: 2, c: 4 }, Op::Add { a: 4, b: 4, c: 5 }, Op::JLeS { a: 4, b: 6, to: -3 }],
            &[Op::TypeWord { a: 1, descriptor: 3 }, Op::Mov { a: 3, b: 4 }],
            &[Op::Mov { a: 1, b: 2 }, Op::Mov { a: 3, b: 4 }],
            &[Op::Mov { a: 1, b: 2 }, increment, call],
            &[load, Op::Mov { a: 3, b: 4 }, call],
            &[increment, call],
            &[add, Op::Return],
            &[Op::Mov { a: 1, b: 2 }, Op::Return],
        ];
        for ops in fused {
            let all = fuse(ops);
            assert!(all[0].is_fused(), "{ops:?}");
            assert_eq!(all[ops.len() - 1], ops[ops.len() - 1], "the last one stays what it is");
        }
        let apart: &[&[Op]] = &[
            &[increment, Op::JLtS { a: 2, b: 1, to: -9 }],
            &[Op::AddI { a: 1, b: 2, imm: 1 }, Op::JLtS { a: 1, b: 3, to: -9 }],
            &[Op::AddI { a: 1, b: 1, imm: 200 }, Op::JLtS { a: 1, b: 3, to: -9 }],
            &[increment, Op::JLtI { a: 1, imm: 9, to: -40_000 }],
            &[Op::Add { a: 1, b: 2, c: 1 }, Op::JLtS { a: 1, b: 3, to: -9 }],
            &[mul_f, Op::AddF { a: 4, b: 1, c: 4 }],
            &[mul, Op::Add { a: 4, b: 5, c: 6 }],
            &[byte, Op::JTrue { a: 2, to: 3 }],
            &[pair, Op::IndexW { a: 7, b: 2, c: 5 }],
            &[Op::SetIndex1 { a: 1, b: 2, c: 4 }, Op::Add { a: 4, b: 4, c: 5 }, Op::JLeS { a: 5, b: 4, to: -3 }],
            &[load, increment, Op::StoreW { a: 1, b: 2, offset: 16 }],
            &[
                Op::LoadW { a: 2, b: 2, offset: 8 },
                Op::AddI { a: 2, b: 2, imm: 1 },
                Op::StoreW { a: 2, b: 2, offset: 8 },
            ],
            &[load],
        ];
        for ops in apart {
            assert_eq!(*fuse(ops), **ops);
        }
    }
}
