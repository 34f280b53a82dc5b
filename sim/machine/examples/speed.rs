//! How fast the machine runs: three programs made by hand as the compiler would make them.
//!
//! `cargo run --release -p machine --example speed [REPEAT [PROGRAM]]` prints the least time of each. The Go interpreter yaegi
//! takes 3.2 s, 0.90 s and 0.38 s for the same programs.

#[path = "../tests/support/asm.rs"]
mod asm;

use asm::{Asm, Func, rt};
use compiler::code::{Code, Op};
use compiler::runtime::Rt;
use compiler::types::Types;
use gc::policy::{Mode, Policy, Trigger};
use gc::runtime::{Bare, Config};
use gc::{Bytes, heap::HeapConfig};
use machine::{Image, Machine, Outcome, Progress};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn fib() -> Arc<Code> {
    let mut asm = Asm::new();
    let fib = asm.next();
    asm.func(Func {
        name: "main.fib",
        results: 1,
        params: 1,
        frame: 3,
        reach: 5,
        maps: &[(4, &[]), (7, &[])],
        ops: &[
            Op::JGeI { a: 1, imm: 2, to: 2 },
            Op::Mov { a: 0, b: 1 },
            Op::Return,
            Op::AddI { a: 4, b: 1, imm: -1 },
            Op::Call { func: fib, base: 3 },
            Op::Mov { a: 2, b: 3 },
            Op::AddI { a: 4, b: 1, imm: -2 },
            Op::Call { func: fib, base: 3 },
            Op::Add { a: 0, b: 2, c: 3 },
            Op::Return,
        ],
        ..Func::default()
    });
    asm.func(Func {
        name: "main.main",
        ops: &[
            Op::MovI { a: 65, imm: 32 },
            Op::Call { func: fib, base: 64 },
            rt(Rt::PrintInt, 64),
            rt(Rt::PrintNl, 64),
            Op::Return,
        ],
        ..Func::default()
    });
    asm.finish()
}

fn sieve() -> Arc<Code> {
    let mut asm = Asm::new();
    let bools = asm.descriptor(Types::BOOL);
    // 0 to 2: composite; 3: count; 4: i; 5: j; 6: true; 7: n
    asm.func(Func {
        name: "main.main",
        ops: &[
            Op::MovI { a: 7, imm: 5_000_000 },
            Op::TypeWord { a: 65, descriptor: bools },
            Op::AddI { a: 66, b: 7, imm: 1 },
            Op::AddI { a: 67, b: 7, imm: 1 },
            rt(Rt::MakeSlice, 64),
            Op::Mov { a: 0, b: 64 },
            Op::AddI { a: 1, b: 7, imm: 1 },
            Op::AddI { a: 2, b: 7, imm: 1 },
            Op::MovI { a: 3, imm: 0 },
            Op::MovI { a: 4, imm: 2 },
            Op::MovI { a: 6, imm: 1 },
            Op::Jmp { to: 9 },
            Op::Index1U { a: 8, b: 0, c: 4 },
            Op::JTrue { a: 8, to: 6 },
            Op::AddI { a: 3, b: 3, imm: 1 },
            Op::ShlI { a: 5, b: 4, imm: 1 },
            Op::Jmp { to: 2 },
            Op::SetIndex1 { a: 6, b: 0, c: 5 },
            Op::Add { a: 5, b: 5, c: 4 },
            Op::JLeS { a: 5, b: 7, to: -3 },
            Op::AddI { a: 4, b: 4, imm: 1 },
            Op::JLeS { a: 4, b: 7, to: -10 },
            Op::Mov { a: 64, b: 3 },
            rt(Rt::PrintInt, 64),
            rt(Rt::PrintNl, 64),
            Op::Return,
        ],
        maps: &[(4, &[]), (23, &[0]), (24, &[0])],
        ..Func::default()
    });
    asm.finish()
}

fn matmul() -> Arc<Code> {
    let mut asm = Asm::new();
    let floats = asm.types.slice(Types::FLOAT64);
    let (row, rows) = (asm.descriptor(Types::FLOAT64), asm.descriptor(floats));
    // a: 0 to 2; b: 3 to 5; i: 6, j: 7, k: 8, n: 9, s: 10, address: 11, part of a slice: 12 and 13, values: 14, 15
    let mut ops = vec![Op::MovI { a: 9, imm: 160 }];
    for base in [0u8, 3] {
        ops.extend([
            Op::TypeWord { a: 65, descriptor: rows },
            Op::Mov { a: 66, b: 9 },
            Op::Mov { a: 67, b: 9 },
            rt(Rt::MakeSlice, 64),
            Op::Mov { a: base, b: 64 },
            Op::Mov { a: base + 1, b: 9 },
            Op::Mov { a: base + 2, b: 9 },
        ]);
    }
    ops.push(Op::MovI { a: 6, imm: 0 });
    for base in [0u8, 3] {
        ops.extend([
            Op::TypeWord { a: 65, descriptor: row },
            Op::Mov { a: 66, b: 9 },
            Op::Mov { a: 67, b: 9 },
            rt(Rt::MakeSlice, 64),
            Op::IndexAddr { a: 11, b: base, c: 6, size: 24 },
            Op::StorePtr { a: 64, b: 11, offset: 0, site: 0 },
            Op::StoreW { a: 9, b: 11, offset: 8 },
            Op::StoreW { a: 9, b: 11, offset: 16 },
        ]);
    }
    ops.extend([
        Op::MovI { a: 7, imm: 0 },
        Op::IndexAddr { a: 11, b: 0, c: 6, size: 24 },
        Op::Load2W { a: 12, b: 11, offset: 0 },
        Op::Add { a: 14, b: 6, c: 7 },
        Op::IntToF { a: 14, b: 14 },
        Op::SetIndexW { a: 14, b: 12, c: 7 },
        Op::IndexAddr { a: 11, b: 3, c: 6, size: 24 },
        Op::Load2W { a: 12, b: 11, offset: 0 },
        Op::Sub { a: 14, b: 6, c: 7 },
        Op::IntToF { a: 14, b: 14 },
        Op::SetIndexW { a: 14, b: 12, c: 7 },
        Op::AddI { a: 7, b: 7, imm: 1 },
        Op::JLtS { a: 7, b: 9, to: -12 },
        Op::AddI { a: 6, b: 6, imm: 1 },
        Op::JLtS { a: 6, b: 9, to: -31 },
        Op::MovI { a: 6, imm: 0 },
        Op::MovI { a: 7, imm: 0 },
        Op::MovI { a: 10, imm: 0 },
        Op::MovI { a: 8, imm: 0 },
        // The inner loop.
        Op::IndexAddr { a: 11, b: 0, c: 6, size: 24 },
        Op::Load2W { a: 12, b: 11, offset: 0 },
        Op::IndexW { a: 14, b: 12, c: 8 },
        Op::IndexAddr { a: 11, b: 3, c: 8, size: 24 },
        Op::Load2W { a: 12, b: 11, offset: 0 },
        Op::IndexW { a: 15, b: 12, c: 7 },
        Op::MulF { a: 14, b: 14, c: 15 },
        Op::AddF { a: 10, b: 10, c: 14 },
        Op::AddI { a: 8, b: 8, imm: 1 },
        Op::JLtS { a: 8, b: 9, to: -10 },
        Op::AddI { a: 7, b: 7, imm: 1 },
        Op::JLtS { a: 7, b: 9, to: -14 },
        Op::AddI { a: 6, b: 6, imm: 1 },
        Op::JLtS { a: 6, b: 9, to: -17 },
        Op::FToInt { a: 64, b: 10 },
        rt(Rt::PrintInt, 64),
        rt(Rt::PrintNl, 64),
        Op::Return,
    ]);
    let maps: Vec<(u32, &[u32])> = ops
        .iter()
        .enumerate()
        .filter(|(_, op)| matches!(op, Op::CallRt { .. }))
        .map(|(pc, _)| {
            (
                pc as u32,
                if pc > 12 {
                    &[0, 3][..]
                } else if pc > 5 {
                    &[0][..]
                } else {
                    &[][..]
                },
            )
        })
        .collect();
    asm.func(Func { name: "main.main", ops: &ops, maps: &maps, ..Func::default() });
    asm.finish()
}

fn run(code: &Arc<Code>) -> (Duration, String) {
    let image = Arc::new(Image::new(code.clone(), 1).expect("the code is right"));
    let policy = Policy {
        mode: Mode::StopTheWorld,
        trigger: Trigger::Pacing { gogc: 100, min_heap: Bytes(4 << 20) },
        ..Policy::default()
    };
    let heap = HeapConfig { limit: Bytes(2 << 30), ..HeapConfig::default() };
    let config = Config { policy, heap, stack_words: 8 << 20, ..Config::default() };
    let started = Instant::now();
    let mut machine = Machine::<Bare>::new(image, config, 1, Vec::new()).expect("room");
    loop {
        match machine.run(1 << 30) {
            Progress::Paused => {}
            Progress::Ended(Outcome::Exit(0)) => break,
            Progress::Ended(other) => panic!("{other:?}"),
        }
    }
    let took = started.elapsed();
    let bytes: Vec<u8> = machine.output().take().into_iter().flat_map(|(_, bytes)| bytes).collect();
    (took, String::from_utf8_lossy(&bytes).trim().to_string())
}

fn main() {
    let repeat = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(5);
    let only = std::env::args().nth(2);
    for (name, code, yaegi) in [("fib", fib(), 3.2), ("sieve", sieve(), 0.90), ("matmul", matmul(), 0.38)] {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let best = (0..repeat).map(|_| run(&code)).min().expect("at least one");
        let seconds = best.0.as_secs_f64();
        println!("{name:8} {seconds:.4} s, {:.1} times yaegi's speed: {}", yaegi / seconds, best.1);
    }
}
