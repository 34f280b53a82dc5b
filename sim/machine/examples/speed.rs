//! How fast the machine runs: three programs made by hand as the compiler would make them.
//!
//! `cargo run --release -p machine --example speed [REPEAT [PROGRAM]]` prints the least time of each. The Go interpreter yaegi
//! takes 3.2 s, 0.90 s and 0.38 s for the same programs.

#[path = "../tests/machine/asm.rs"]
mod asm;

use asm::{Asm, Body};
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
    // 0: result; 1: n; 2: a sum's part; the outgoing area close behind, as the compiler has it.
    let call = Op::Call { func: fib, base: 3 };
    asm.func(
        "main.fib",
        Body::new()
            .jump(Op::JGeI { a: 1, imm: 2, to: 0 }, "more")
            .ops(&[Op::Mov { a: 0, b: 1 }, Op::Return])
            .label("more")
            .op(Op::AddI { a: 4, b: 1, imm: -1 })
            .at(call, &[])
            .ops(&[Op::Mov { a: 2, b: 3 }, Op::AddI { a: 4, b: 1, imm: -2 }])
            .at(call, &[])
            .ops(&[Op::Add { a: 0, b: 2, c: 3 }, Op::Return]),
    );
    let main = Body::new().op(Op::MovI { a: 65, imm: 32 }).call(fib, &[]).print_int(64, &[]).op(Op::Return);
    asm.func("main.main", main);
    asm.finish()
}

fn sieve() -> Arc<Code> {
    let mut asm = Asm::new();
    let bools = asm.descriptor(Types::BOOL);
    // 0 to 2: composite; 3: count; 4: i; 5: j; 6: true; 7: n
    let body = Body::new()
        .ops(&[
            Op::MovI { a: 7, imm: 5_000_000 },
            Op::TypeWord { a: 65, descriptor: bools },
            Op::AddI { a: 66, b: 7, imm: 1 },
            Op::AddI { a: 67, b: 7, imm: 1 },
        ])
        .rt(Rt::MakeSlice, &[])
        .ops(&[
            Op::Mov { a: 0, b: 64 },
            Op::AddI { a: 1, b: 7, imm: 1 },
            Op::AddI { a: 2, b: 7, imm: 1 },
            Op::MovI { a: 3, imm: 0 },
            Op::MovI { a: 4, imm: 2 },
            Op::MovI { a: 6, imm: 1 },
        ])
        .jump(Op::Jmp { to: 0 }, "test")
        .label("number")
        .op(Op::Index1U { a: 8, b: 0, c: 4 })
        .jump(Op::JTrue { a: 8, to: 0 }, "next")
        .ops(&[Op::AddI { a: 3, b: 3, imm: 1 }, Op::ShlI { a: 5, b: 4, imm: 1 }])
        .jump(Op::Jmp { to: 0 }, "strike test")
        .label("strike")
        .ops(&[Op::SetIndex1 { a: 6, b: 0, c: 5 }, Op::Add { a: 5, b: 5, c: 4 }])
        .label("strike test")
        .jump(Op::JLeS { a: 5, b: 7, to: 0 }, "strike")
        .label("next")
        .op(Op::AddI { a: 4, b: 4, imm: 1 })
        .label("test")
        .jump(Op::JLeS { a: 4, b: 7, to: 0 }, "number")
        .print_int(3, &[0])
        .op(Op::Return);
    asm.func("main.main", body);
    asm.finish()
}

fn matmul() -> Arc<Code> {
    let mut asm = Asm::new();
    let floats = asm.types.slice(Types::FLOAT64);
    let (row, rows) = (asm.descriptor(Types::FLOAT64), asm.descriptor(floats));
    // a: 0 to 2; b: 3 to 5; i: 6, j: 7, k: 8, n: 9, s: 10, address: 11, part of a slice: 12 and 13, values: 14, 15
    let mut body = Body::new().op(Op::MovI { a: 9, imm: 160 });
    let arguments = |descriptor| [Op::TypeWord { a: 65, descriptor }, Op::Mov { a: 66, b: 9 }, Op::Mov { a: 67, b: 9 }];
    for (base, live) in [(0u8, &[][..]), (3, &[0])] {
        body = body.ops(&arguments(rows)).rt(Rt::MakeSlice, live).ops(&[
            Op::Mov { a: base, b: 64 },
            Op::Mov { a: base + 1, b: 9 },
            Op::Mov { a: base + 2, b: 9 },
        ]);
    }
    body = body.op(Op::MovI { a: 6, imm: 0 }).label("row");
    for base in [0u8, 3] {
        body = body.ops(&arguments(row)).rt(Rt::MakeSlice, &[0, 3]).ops(&[
            Op::IndexAddr { a: 11, b: base, c: 6, size: 24 },
            Op::StorePtr { a: 64, b: 11, offset: 0, site: 0 },
            Op::StoreW { a: 9, b: 11, offset: 8 },
            Op::StoreW { a: 9, b: 11, offset: 16 },
        ]);
    }
    body = body.op(Op::MovI { a: 7, imm: 0 }).label("fill");
    for (base, value) in [(0u8, Op::Add { a: 14, b: 6, c: 7 }), (3, Op::Sub { a: 14, b: 6, c: 7 })] {
        body = body.ops(&[
            Op::IndexPair { a: 12, b: base, c: 6, size: 24 },
            value,
            Op::IntToF { a: 14, b: 14 },
            Op::SetIndexW { a: 14, b: 12, c: 7 },
        ]);
    }
    body = body
        .op(Op::AddI { a: 7, b: 7, imm: 1 })
        .jump(Op::JLtS { a: 7, b: 9, to: 0 }, "fill")
        .op(Op::AddI { a: 6, b: 6, imm: 1 })
        .jump(Op::JLtS { a: 6, b: 9, to: 0 }, "row")
        .op(Op::MovI { a: 6, imm: 0 })
        .label("i")
        .op(Op::MovI { a: 7, imm: 0 })
        .label("j")
        .ops(&[Op::MovI { a: 10, imm: 0 }, Op::MovI { a: 8, imm: 0 }])
        .label("k")
        .ops(&[
            Op::IndexPair { a: 12, b: 0, c: 6, size: 24 },
            Op::IndexW { a: 14, b: 12, c: 8 },
            Op::IndexPair { a: 12, b: 3, c: 8, size: 24 },
            Op::IndexW { a: 15, b: 12, c: 7 },
            Op::MulF { a: 14, b: 14, c: 15 },
            Op::AddF { a: 10, b: 10, c: 14 },
            Op::AddI { a: 8, b: 8, imm: 1 },
        ])
        .jump(Op::JLtS { a: 8, b: 9, to: 0 }, "k")
        .op(Op::AddI { a: 7, b: 7, imm: 1 })
        .jump(Op::JLtS { a: 7, b: 9, to: 0 }, "j")
        .op(Op::AddI { a: 6, b: 6, imm: 1 })
        .jump(Op::JLtS { a: 6, b: 9, to: 0 }, "i")
        .op(Op::FToInt { a: 10, b: 10 })
        .print_int(10, &[])
        .op(Op::Return);
    asm.func("main.main", body);
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
