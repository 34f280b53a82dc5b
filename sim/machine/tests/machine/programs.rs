//! Programs for several tests.

use crate::asm::{Asm, Body};
use compiler::code::{MethodName, Op};
use compiler::runtime::Rt;
use compiler::types::{Field, Kind, Ty, Types};
use machine::Image;
use std::sync::Arc;

pub fn image(asm: Asm) -> Image {
    Image::new(asm.finish(), 7).expect("the code keeps its contract")
}

/// `struct { next *node; value int }`
fn node(asm: &mut Asm) -> Ty {
    let node = asm.types.define("node", "main", 0);
    let next = asm.types.pointer(node);
    let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false, tag: "".into(), package: None };
    let fields = [field("next", next), field("value", Types::INT)];
    let under = asm.types.make(Kind::Struct(fields.into()));
    asm.types.set_underlying(node, under);
    node
}

/// Builds a list of 40 nodes by a function, reverses it in place, and sums it by recursion. The function that makes a
/// node holds the list's head, in word 1, across the allocation at instruction 0.
pub fn list() -> Asm {
    let mut asm = Asm::new();
    let node = node(&mut asm);
    let node = asm.descriptor(node) as u16;
    // 0: the node; 1: the rest; 2: the value
    let push = asm.func(
        "main.push",
        Body::new().entry(&[1]).at(Op::New { a: 0, descriptor: node, site: 0 }, &[1]).ops(&[
            Op::StorePtr { a: 1, b: 0, offset: 0, site: 0 },
            Op::StoreW { a: 2, b: 0, offset: 8 },
            Op::Return,
        ]),
    );
    // 0: the sum; 1: the list; 2: the rest
    let sum = asm.next();
    asm.func(
        "main.sum",
        Body::new()
            .entry(&[1])
            .op(Op::MovI { a: 0, imm: 0 })
            .jump(Op::JEqI { a: 1, imm: 0, to: 0 }, "end")
            .ops(&[Op::LoadW { a: 2, b: 1, offset: 0 }, Op::Mov { a: 65, b: 2 }])
            .call(sum, &[1])
            .ops(&[Op::LoadW { a: 0, b: 1, offset: 8 }, Op::Add { a: 0, b: 0, c: 64 }])
            .label("end")
            .op(Op::Return),
    );
    // 0: i; 1: the list; 2: what is reversed; 3: the next
    asm.func(
        "main.main",
        Body::new()
            .ops(&[Op::MovI { a: 0, imm: 0 }, Op::MovI { a: 1, imm: 0 }])
            .label("more")
            .ops(&[Op::Mov { a: 65, b: 1 }, Op::Mov { a: 66, b: 0 }])
            .call(push, &[])
            .ops(&[Op::Mov { a: 1, b: 64 }, Op::AddI { a: 0, b: 0, imm: 1 }])
            .jump(Op::JLtI { a: 0, imm: 40, to: 0 }, "more")
            .op(Op::MovI { a: 2, imm: 0 })
            .label("reverse")
            .ops(&[
                Op::LoadW { a: 3, b: 1, offset: 0 },
                Op::StorePtr { a: 2, b: 1, offset: 0, site: 0 },
                Op::Mov { a: 2, b: 1 },
                Op::Mov { a: 1, b: 3 },
            ])
            .jump(Op::JNeI { a: 1, imm: 0, to: 0 }, "reverse")
            .op(Op::Mov { a: 65, b: 2 })
            .call(sum, &[2])
            .op(Op::Mov { a: 4, b: 64 })
            .print_int(4, &[2])
            .op(Op::LoadW { a: 4, b: 2, offset: 8 })
            .print_int(4, &[])
            .op(Op::Return),
    );
    asm
}

/// Fills a map of nodes, overwrites and deletes some, and sums what is left by ranging over it.
pub fn map() -> Asm {
    let mut asm = Asm::new();
    let node = node(&mut asm);
    let pointer = asm.types.pointer(node);
    let map = asm.types.make(Kind::Map { key: Types::INT, elem: pointer });
    let (node, map) = (asm.descriptor(node) as u16, asm.descriptor(map));
    // 0: the map; 1: i; 2: a node; 3: the sum; 4: scratch; 20 to 31: the iterator
    let iterator: Vec<u32> = [0].into_iter().chain(20..28).collect();
    let store = |body: Body| {
        body.at(Op::New { a: 2, descriptor: node, site: 0 }, &[0])
            .ops(&[
                Op::Mul { a: 4, b: 1, c: 1 },
                Op::StoreW { a: 4, b: 2, offset: 8 },
                Op::TypeWord { a: 65, descriptor: map },
                Op::Mov { a: 66, b: 0 },
                Op::Mov { a: 67, b: 1 },
            ])
            .rt(Rt::MapAssignFast64, &[0, 2])
            .op(Op::StorePtr { a: 2, b: 64, offset: 0, site: 0 })
    };
    let body = Body::new()
        .op(Op::TypeWord { a: 65, descriptor: map })
        .rt(Rt::MakeMapSmall, &[])
        .ops(&[Op::Mov { a: 0, b: 64 }, Op::MovI { a: 1, imm: 0 }])
        .label("fill");
    let body = store(body)
        .op(Op::AddI { a: 1, b: 1, imm: 1 })
        .jump(Op::JLtI { a: 1, imm: 60, to: 0 }, "fill")
        .op(Op::MovI { a: 1, imm: 0 })
        .label("change");
    let body = store(body)
        .ops(&[Op::TypeWord { a: 64, descriptor: map }, Op::Mov { a: 65, b: 0 }, Op::AddI { a: 66, b: 1, imm: 1 }])
        .rt(Rt::MapDeleteFast64, &[0])
        .op(Op::AddI { a: 1, b: 1, imm: 4 })
        .jump(Op::JLtI { a: 1, imm: 60, to: 0 }, "change");
    let body = body
        .ops(&[
            Op::MovI { a: 3, imm: 0 },
            Op::ZeroFrame { word: 20, count: 12 },
            Op::TypeWord { a: 64, descriptor: map },
            Op::Mov { a: 65, b: 0 },
            Op::FrameAddr { a: 66, word: 20 },
        ])
        .rt(Rt::MapIterInit, &iterator)
        .label("range")
        .op(Op::LoadFrame { a: 4, word: 20 })
        .jump(Op::JEqI { a: 4, imm: 0, to: 0 }, "done")
        .ops(&[
            Op::LoadFrame { a: 4, word: 21 },
            Op::LoadW { a: 4, b: 4, offset: 0 },
            Op::LoadW { a: 4, b: 4, offset: 8 },
            Op::Add { a: 3, b: 3, c: 4 },
            Op::FrameAddr { a: 64, word: 20 },
        ])
        .rt(Rt::MapIterNext, &iterator)
        .jump(Op::Jmp { to: 0 }, "range")
        .label("done")
        .print_int(3, &[0])
        .op(Op::LoadW { a: 4, b: 0, offset: 0 })
        .print_int(4, &[])
        .op(Op::Return);
    asm.func("main.main", body);
    asm
}

/// What [`map`] prints.
pub fn map_output() -> String {
    let left = (0..60u64).filter(|i| i % 4 != 1);
    format!("{}\n{}\n", left.clone().map(|i| i * i).sum::<u64>(), left.count())
}

/// Builds strings of growing length by concatenation, puts them into interfaces, and prints the last.
pub fn strings() -> Asm {
    let mut asm = Asm::new();
    let string = asm.descriptor(Types::STRING);
    let (a, b) = (asm.text("abc"), asm.text("0123456789"));
    // 0, 1: the string; 2: i; 3, 4: the interface; 5: a flag
    let body = Body::new()
        .ops(&[Op::StaticAddr { a: 0, offset: a }, Op::MovI { a: 1, imm: 3 }, Op::MovI { a: 2, imm: 0 }])
        .label("more")
        .ops(&[
            Op::MovI { a: 66, imm: 0 },
            Op::Mov2 { a: 67, b: 0 },
            Op::StaticAddr { a: 69, offset: b },
            Op::MovI { a: 70, imm: 10 },
        ])
        .rt(Rt::ConcatString2, &[0])
        .ops(&[Op::Mov2 { a: 0, b: 64 }, Op::Mov2 { a: 65, b: 0 }])
        .rt(Rt::ConvTString, &[0])
        .ops(&[
            Op::TypeWord { a: 3, descriptor: string },
            Op::Mov { a: 4, b: 64 },
            Op::Mov2 { a: 65, b: 3 },
            Op::Mov2 { a: 67, b: 3 },
        ])
        .rt(Rt::IfaceEq, &[0, 4])
        .op(Op::Mov { a: 5, b: 64 })
        .jump(Op::JFalse { a: 5, to: 0 }, "end")
        .ops(&[Op::Load2W { a: 0, b: 4, offset: 0 }, Op::AddI { a: 2, b: 2, imm: 1 }])
        .jump(Op::JLtI { a: 2, imm: 5, to: 0 }, "more")
        .op(Op::Mov2 { a: 64, b: 0 })
        .rt(Rt::PrintString, &[])
        .rt(Rt::PrintNl, &[])
        .label("end")
        .op(Op::Return);
    asm.func("main.main", body);
    asm
}

/// Package runtime: types of errors that are strings, and the functions that make them.
pub struct Errors {
    /// The method name `Error`.
    pub error: u32,
    /// The descriptor of `runtime.errorString`.
    pub error_string: u32,
}

pub fn errors(asm: &mut Asm) -> Errors {
    let prefix = asm.text("runtime error: ");
    asm.code.methods.push(MethodName { name: "Error".into(), package: None });
    let error = asm.code.methods.len() as u32 - 1;
    let sig = asm.types.func([], [Types::STRING], false);
    let mut error_string = 0;
    for (name, maker) in [
        ("errorString", "runtime.newErrorString"),
        ("plainError", "runtime.newPlainError"),
        ("boundsError", "runtime.newBoundsError"),
        ("TypeAssertionError", "runtime.newTypeAssertionError"),
    ] {
        let ty = asm.types.define(name, "runtime", 0);
        asm.types.set_underlying(ty, Types::STRING);
        let descriptor = asm.descriptor(ty);
        // 0, 1: the result; 2: the receiver's data word; 3, 4: the string
        let load = Body::new().entry(&[2]).op(Op::Load2W { a: 3, b: 2, offset: 0 });
        let text = if matches!(name, "errorString" | "boundsError") {
            load.ops(&[
                Op::MovI { a: 66, imm: 0 },
                Op::StaticAddr { a: 67, offset: prefix },
                Op::MovI { a: 68, imm: 15 },
                Op::Mov2 { a: 69, b: 3 },
            ])
            .rt(Rt::ConcatString2, &[])
            .ops(&[Op::Mov2 { a: 0, b: 64 }, Op::Return])
        } else {
            load.ops(&[Op::Mov2 { a: 0, b: 3 }, Op::Return])
        };
        let method = asm.func(&format!("runtime.{name}.Error"), text);
        asm.code.method_sets.insert(ty, [(error, (method, sig))].into());
        let make = Body::new().entry(&[2]).op(Op::Mov2 { a: 65, b: 2 }).rt(Rt::ConvTString, &[]).ops(&[
            Op::TypeWord { a: 0, descriptor },
            Op::Mov { a: 1, b: 64 },
            Op::Return,
        ]);
        asm.func(maker, make);
        if name == "errorString" {
            error_string = descriptor;
        }
    }
    Errors { error, error_string }
}

pub fn all() -> Vec<(&'static str, Arc<Image>, String)> {
    let sum = (0..40).sum::<i32>();
    vec![
        ("list", Arc::new(image(list())), format!("{sum}\n0\n")),
        ("map", Arc::new(image(map())), map_output()),
        ("strings", Arc::new(image(strings())), format!("abc{}\n", "0123456789".repeat(5))),
    ]
}
