//! What is fused where nobody watches does what its parts do: the same code where nobody watches, and where somebody counts.

use crate::asm::{Asm, Body};
use crate::{Ran, config, machine, run_with};
use compiler::code::{Op, R};
use compiler::runtime::Rt;
use compiler::types::Types;
use gc::policy::{Mode, Trigger};
use gc::runtime::{Bare, Counted};
use machine::{Gears, Image, Outcome, Progress};
use std::sync::Arc;

/// Words 0 and 1: a slice of words. 2 and 3: of bytes. 4 and 5: of slices of words. From 6 on: numbers.
const WORDS: u8 = 12;

/// Numbers that a test draws.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    /// A number's word, now and then any.
    fn word(&mut self) -> R {
        if self.below(8) == 0 { self.below(WORDS.into()) as R } else { 6 + self.below(u64::from(WORDS) - 6) as R }
    }

    /// One of these words, most of the time.
    fn like(&mut self, word: R) -> R {
        if self.below(6) == 0 { self.word() } else { word }
    }
}

/// Neighbours that are fused, if their operands let them.
fn neighbours(d: &mut Draw) -> Vec<Op> {
    let (a, b, c, t, x, y) = (d.word(), d.word(), d.word(), d.word(), d.word(), d.word());
    let small = d.below(20) as i32 - 10;
    let shift = d.below(70) as u8;
    let again = d.like(t);
    let to = 1;
    let (words, bytes, rows) = (d.like(0), d.like(2), d.like(4));
    match d.below(26) {
        0 => vec![Op::AddI { a: t, b: again, imm: small }, Op::JLtS { a: again, b, to }],
        1 => vec![Op::AddI { a: t, b: again, imm: small }, Op::JLeS { a: again, b, to }],
        2 => vec![Op::AddI { a: t, b: again, imm: small }, Op::JLtI { a: again, imm: 5, to }],
        3 => vec![Op::AddI { a: t, b: again, imm: small }, Op::JGeI { a: again, imm: 5, to }],
        4 => vec![Op::Add { a: t, b: again, c: x }, Op::JLtS { a: again, b, to }],
        5 => vec![Op::Add { a: t, b: again, c: x }, Op::JLeS { a: again, b, to }],
        6 => vec![Op::Mul { a: t, b: x, c: y }, Op::Add { a, b, c: again }],
        7 => vec![Op::Mul { a: t, b: x, c: y }, Op::Add { a, b: again, c: b }],
        8 => vec![Op::MulF { a: t, b: x, c: y }, Op::AddF { a, b, c: again }],
        9 => vec![Op::ShlI { a: t, b: x, imm: shift }, Op::Xor { a, b, c: again }],
        10 => vec![Op::ShrUI { a: t, b: x, imm: shift }, Op::Xor { a, b, c: again }],
        11 => vec![Op::ShlI { a: t, b: x, imm: shift }, Op::AddI { a, b: again, imm: small }],
        12 => vec![Op::ShrU { a: t, b: x, c: y }, Op::RemU { a, b: again, c }],
        13 => vec![Op::Index1U { a: t, b: bytes, c: x }, Op::JTrue { a: again, to }],
        14 => vec![Op::Index1U { a: t, b: bytes, c: x }, Op::JFalse { a: again, to }],
        15 => vec![Op::Index1U { a: t, b: bytes, c: x }, Op::SetIndex1 { a: again, b: bytes, c: y }],
        16 => vec![Op::IndexPair { a: t, b: rows, c: x, size: 24 }, Op::IndexW { a, b: again, c: y }],
        17 => vec![Op::IndexPair { a: t, b: rows, c: x, size: 24 }, Op::SetIndexW { a, b: again, c: y }],
        18 => increase(t, words, again, Op::AddI { a: again, b: t, imm: small }),
        19 => increase(t, words, again, Op::Add { a: again, b: t, c }),
        20 => vec![Op::LoadW { a: t, b: words, offset: 8 }, Op::JLtS { a: again, b, to }],
        21 => vec![Op::LoadW { a: t, b: words, offset: 8 }, Op::JLeS { a: again, b, to }],
        22 => vec![Op::Mov { a, b }, Op::Mov { a: c, b: x }],
        23 => {
            let again = d.like(x);
            let to = if d.below(2) == 0 { -3 } else { to };
            let next = [Op::Add { a: again, b: again, c: y }, Op::JLeS { a: again, b, to }];
            [&[Op::SetIndex1 { a, b: bytes, c: x }][..], &next].concat()
        }
        24 => vec![Op::TypeWord { a, descriptor: 1 }, Op::Mov { a: b, b: c }],
        _ => vec![Op::Mov { a, b }, Op::AddI { a: t, b: x, imm: small }, Op::Jmp { to }],
    }
}

fn increase(t: R, base: R, stored: R, by: Op) -> Vec<Op> {
    vec![Op::LoadW { a: t, b: base, offset: 16 }, by, Op::StoreW { a: stored, b: base, offset: 16 }]
}

/// A program that fills the words, runs some instructions, and prints what the words and slices hold then.
fn program(d: &mut Draw, ops: &[Op]) -> Arc<Image> {
    let mut asm = Asm::new();
    let row = asm.types.slice(Types::INT);
    let kinds = [(0u8, Types::INT, 5), (2, Types::UINT8, 5), (4, row, 3)];
    let mut body = Body::new();
    for (at, ty, len) in kinds {
        let descriptor = asm.descriptor(ty);
        body = body
            .ops(&[Op::TypeWord { a: 65, descriptor }, Op::MovI { a: 66, imm: len }, Op::MovI { a: 67, imm: len }])
            .rt(Rt::MakeSlice, if at == 0 { &[] } else { &[0] })
            .ops(&[Op::Mov { a: at, b: 64 }, Op::MovI { a: at + 1, imm: len }]);
    }
    for i in 0..3 {
        body = body.ops(&[
            Op::StorePtr { a: 0, b: 4, offset: 24 * i, site: 0 },
            Op::StoreW { a: 1, b: 4, offset: 24 * i32::from(i) + 8 },
        ]);
    }
    for word in 6..WORDS {
        body = body.op(Op::MovI { a: word, imm: d.below(8) as i32 - 1 });
    }
    body = body.ops(&[Op::Mov2 { a: 20, b: 0 }, Op::Mov2 { a: 22, b: 2 }, Op::MovI { a: 30, imm: 0 }]);
    // A branch passes by what marks that there was none.
    body = body.ops(ops).op(Op::MovI { a: 30, imm: 1000 });
    for i in 0..5 {
        body = body.ops(&[
            Op::MovI { a: 31, imm: i },
            Op::IndexW { a: 32, b: 20, c: 31 },
            Op::Index1U { a: 33, b: 22, c: 31 },
            Op::Add { a: 30, b: 30, c: 32 },
            Op::Add { a: 30, b: 30, c: 33 },
        ]);
    }
    for word in (0..WORDS).chain([30]) {
        body = body.print_int(word, &[]);
    }
    asm.func("main.main", body.op(Op::Return));
    Arc::new(Image::new(asm.finish(), 7).expect("the code keeps its contract"))
}

/// Runs a little at a time, and not for ever.
fn ran<I: Gears>(image: &Arc<Image>) -> Ran {
    let mut turns = 0;
    run_with(machine::<I>(image, config(Mode::StopTheWorld, Trigger::Never)), |m| {
        turns += 1;
        if turns > 20 { Progress::Ended(Outcome::Exit(99)) } else { m.run(3) }
    })
}

#[test]
fn neighbours_do_as_one_what_they_do_one_by_one() {
    let mut d = Draw(1);
    let (mut exits, mut others) = (0, 0);
    for _ in 0..6000 {
        let ops = neighbours(&mut d);
        let image = program(&mut d, &ops);
        let (fused, plain) = (ran::<Bare>(&image), ran::<Counted>(&image));
        assert_eq!(fused, plain, "{ops:?}");
        if plain.outcome == Outcome::Exit(0) { exits += 1 } else { others += 1 }
    }
    assert!(exits > 3000 && others > 300, "{exits} went well, {others} did not");
}
