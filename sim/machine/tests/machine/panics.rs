//! Defer, panic, recover.

use crate::asm::{Asm, Body};
use crate::programs::{Errors, errors, image};
use crate::{Ran, config, forced, machine, run, run_with};
use compiler::code::Op;
use compiler::runtime::Rt;
use compiler::types::Types;
use gc::policy::{Mode, Trigger};
use gc::runtime::Checked;
use machine::{Machine, Outcome};
use std::sync::Arc;

/// Runs in both gears, with and without collections.
fn ran(asm: Asm) -> Ran {
    let image = Arc::new(image(asm));
    let quiet = run(&image, config(Mode::StopTheWorld, Trigger::Never));
    assert_eq!(run(&image, forced()), quiet);
    assert_eq!(run_with(machine::<Checked>(&image, forced()), Machine::step), quiet);
    quiet
}

fn exit(stderr: &str) -> Ran {
    Ran { stdout: String::new(), stderr: stderr.into(), outcome: Outcome::Exit(0) }
}

fn panicked(text: &str) -> Ran {
    let stderr = format!("{text}\n\ngoroutine 1 [running]:\n");
    Ran { stdout: String::new(), stderr, outcome: Outcome::Panicked }
}

/// `print(n)`, as a function.
fn prints(asm: &mut Asm, n: i32) -> u32 {
    asm.func("main.prints", Body::new().op(Op::MovI { a: 0, imm: n }).print_int(0, &[]).op(Op::Return))
}

/// `defer f()`
fn defer(body: Body, asm: &mut Asm, func: u32) -> Body {
    let closure = asm.closure(func);
    body.op(Op::StaticAddr { a: 64, offset: closure }).rt(Rt::DeferProc, &[])
}

/// `panic(n)` of an int.
fn panics(body: Body, asm: &mut Asm, n: i32) -> Body {
    let int = asm.descriptor(Types::INT);
    body.op(Op::MovI { a: 65, imm: n })
        .rt(Rt::ConvT64, &[])
        .ops(&[Op::Mov { a: 65, b: 64 }, Op::TypeWord { a: 64, descriptor: int }])
        .rt(Rt::GoPanic, &[])
        .op(Op::Unreachable)
}

/// The end of a function that defers.
fn ends(body: Body) -> Body {
    body.label("recovered").rt(Rt::DeferReturn, &[]).op(Op::Return).recover("recovered")
}

/// `func() { if r := recover(); r != nil { println(r.(error).Error()) } }`
fn recovers(asm: &mut Asm, errors: &Errors) -> u32 {
    asm.func(
        "main.recovers",
        Body::new()
            .rt(Rt::GoRecover, &[])
            .op(Op::Mov2 { a: 0, b: 64 })
            .jump(Op::JEqI { a: 0, imm: 0, to: 0 }, "nothing")
            .op(Op::Mov { a: 66, b: 1 })
            .at(Op::CallInterface { a: 0, base: 64, method: errors.error }, &[])
            .rt(Rt::PrintString, &[])
            .rt(Rt::PrintNl, &[])
            .op(Op::Return)
            .label("nothing")
            .op(Op::MovI { a: 0, imm: -1 })
            .print_int(0, &[])
            .op(Op::Return),
    )
}

/// `func() { println(recover().(int)) }`, or -1 for nil.
fn recovers_int(asm: &mut Asm) -> u32 {
    asm.func(
        "main.recovers",
        Body::new()
            .rt(Rt::GoRecover, &[])
            .op(Op::MovI { a: 0, imm: -1 })
            .jump(Op::JEqI { a: 64, imm: 0, to: 0 }, "nothing")
            .op(Op::LoadW { a: 0, b: 65, offset: 0 })
            .label("nothing")
            .print_int(0, &[])
            .op(Op::Return),
    )
}

#[test]
fn deferred_calls_run_last_first_when_the_function_returns() {
    let mut asm = Asm::new();
    let mut body = Body::new();
    for n in 1..=3 {
        let func = prints(&mut asm, n);
        body = defer(body, &mut asm, func);
    }
    asm.func("main.main", ends(body));
    assert_eq!(ran(asm), exit("3\n2\n1\n"));
}

#[test]
fn a_recovered_panic_returns_from_the_function_that_deferred() {
    let mut asm = Asm::new();
    let recovers = recovers_int(&mut asm);
    let (one, two) = (prints(&mut asm, 1), prints(&mut asm, 2));
    let inner = Body::new();
    let inner = defer(inner, &mut asm, one);
    let inner = panics(inner, &mut asm, 42);
    let inner = asm.func("main.inner", ends(inner));
    let outer = defer(Body::new(), &mut asm, two);
    let outer = defer(outer, &mut asm, recovers);
    let outer = asm.func("main.outer", ends(outer.call(inner, &[]).op(Op::Unreachable)));
    asm.func("main.main", Body::new().call(outer, &[]).op(Op::MovI { a: 0, imm: 3 }).print_int(0, &[]).op(Op::Return));
    assert_eq!(ran(asm), exit("1\n42\n2\n3\n"));
}

#[test]
fn recover_is_for_the_deferred_function_alone_and_once() {
    let mut asm = Asm::new();
    let recovers = recovers_int(&mut asm);
    // Called by the deferred function: nothing to recover, but through a wrapper there is.
    let helper = asm.func("main.helper", Body::new().call(recovers, &[]).op(Op::Return));
    let wrapper = asm.func("main.wrapper", Body::new().call(recovers, &[]).op(Op::Return).wrapper());
    let twice = asm.func("main.twice", Body::new().call(recovers, &[]).call(recovers, &[]).op(Op::Return));
    let body = defer(Body::new(), &mut asm, recovers);
    let body = defer(body, &mut asm, wrapper);
    let body = defer(body, &mut asm, twice);
    let body = defer(body, &mut asm, helper);
    let body = panics(body, &mut asm, 5);
    asm.func("main.main", ends(body));
    assert_eq!(ran(asm), exit("-1\n-1\n-1\n5\n-1\n"));
}

#[test]
fn a_panic_that_nobody_recovers_is_printed_with_what_came_before_it() {
    let mut asm = Asm::new();
    let two = panics(Body::new(), &mut asm, 2);
    let two = asm.func("main.two", two);
    let recovers = recovers_int(&mut asm);
    let again = defer(Body::new().call(recovers, &[]), &mut asm, two);
    let again = asm.func("main.again", ends(again));
    let body = defer(Body::new(), &mut asm, again);
    let body = panics(body, &mut asm, 1);
    asm.func("main.main", ends(body));
    assert_eq!(ran(asm).stderr, "-1\npanic: 1\n\tpanic: 2\n\ngoroutine 1 [running]:\n");

    let mut asm = Asm::new();
    let two = panics(Body::new().rt(Rt::GoRecover, &[]), &mut asm, 2);
    let two = asm.func("main.two", two);
    let body = defer(Body::new(), &mut asm, two);
    let body = panics(body, &mut asm, 1);
    asm.func("main.main", ends(body));
    assert_eq!(ran(asm), panicked("panic: 1 [recovered]\n\tpanic: 2"));
}

#[test]
fn a_panic_inside_a_deferred_call_can_be_recovered_there() {
    let mut asm = Asm::new();
    let recovers = recovers_int(&mut asm);
    let inner = defer(Body::new(), &mut asm, recovers);
    let inner = panics(inner, &mut asm, 2);
    let inner = asm.func("main.inner", ends(inner));
    let body = defer(Body::new(), &mut asm, recovers);
    let body = defer(body, &mut asm, inner);
    let body = panics(body, &mut asm, 1);
    asm.func("main.main", ends(body));
    assert_eq!(ran(asm), exit("2\n1\n"));
}

#[test]
fn faults_of_the_program_are_errors_that_can_be_recovered() {
    let zero = Op::MovI { a: 0, imm: 0 };
    for (ops, text) in [
        (vec![zero, Op::LoadW { a: 1, b: 0, offset: 24 }], "invalid memory address or nil pointer dereference"),
        (vec![zero, Op::CallClosure { a: 0, base: 64 }], "invalid memory address or nil pointer dereference"),
        (vec![zero, Op::DivS { a: 1, b: 0, c: 0 }], "integer divide by zero"),
        (vec![Op::MovI { a: 0, imm: -1 }, Op::CheckShift { a: 0 }], "negative shift amount"),
        (vec![Op::MovI { a: 0, imm: 9 }, Op::BoundsI { a: 0, len: 4 }], "index out of range [9] with length 4"),
    ] {
        let mut asm = Asm::new();
        let errors = errors(&mut asm);
        let recovers = recovers(&mut asm, &errors);
        let body = defer(Body::new(), &mut asm, recovers);
        asm.func("main.main", ends(body.ops(&ops).op(Op::Unreachable)));
        assert_eq!(ran(asm), exit(&format!("runtime error: {text}\n")));
    }
}

#[test]
fn an_error_that_nobody_recovers_is_printed_by_its_method() {
    let mut asm = Asm::new();
    errors(&mut asm);
    let int = asm.descriptor(Types::INT);
    let body = Body::new()
        .ops(&[Op::TypeWord { a: 65, descriptor: int }, Op::MovI { a: 66, imm: -1 }, Op::MovI { a: 67, imm: 1 }])
        .rt(Rt::MakeSlice, &[])
        .op(Op::Return);
    asm.func("main.main", body);
    assert_eq!(ran(asm), panicked("panic: runtime error: makeslice: len out of range"));
}

#[test]
fn an_assertion_that_fails_names_the_types() {
    let mut asm = Asm::new();
    errors(&mut asm);
    let any = asm.types.empty_interface();
    let (any, int, string) = (asm.descriptor(any), asm.descriptor(Types::INT), asm.descriptor(Types::STRING));
    let body = Body::new()
        .ops(&[
            Op::TypeWord { a: 64, descriptor: string },
            Op::TypeWord { a: 65, descriptor: int },
            Op::TypeWord { a: 66, descriptor: any },
        ])
        .rt(Rt::PanicDotType, &[]);
    asm.func("main.main", body);
    assert_eq!(ran(asm), panicked("panic: interface conversion: interface {} is string, not int"));

    let mut asm = Asm::new();
    errors(&mut asm);
    let error = asm.types.error;
    let (error, int) = (asm.descriptor(error), asm.descriptor(Types::INT));
    let body = Body::new()
        .ops(&[
            Op::TypeWord { a: 66, descriptor: error },
            Op::TypeWord { a: 67, descriptor: int },
            Op::MovI { a: 68, imm: 0 },
        ])
        .rt(Rt::AssertE2I, &[]);
    asm.func("main.main", body);
    assert_eq!(ran(asm), panicked("panic: interface conversion: int is not error: missing method Error"));
}

#[test]
fn an_error_type_implements_error_and_an_int_does_not() {
    let mut asm = Asm::new();
    let errors = errors(&mut asm);
    let error = asm.types.error;
    let (error, int) = (asm.descriptor(error), asm.descriptor(Types::INT));
    let mut body = Body::new();
    for ty in [errors.error_string, int] {
        body = body
            .ops(&[Op::TypeWord { a: 65, descriptor: error }, Op::TypeWord { a: 66, descriptor: ty }])
            .rt(Rt::Implements, &[])
            .op(Op::Mov { a: 0, b: 64 })
            .print_int(0, &[]);
    }
    asm.func("main.main", body.op(Op::Return));
    assert_eq!(ran(asm), exit("1\n0\n"));
}

#[test]
fn an_assignment_to_a_nil_map_panics_without_the_prefix() {
    let mut asm = Asm::new();
    errors(&mut asm);
    let map = asm.types.make(compiler::types::Kind::Map { key: Types::INT, elem: Types::INT });
    let map = asm.descriptor(map);
    let body = Body::new()
        .ops(&[Op::TypeWord { a: 65, descriptor: map }, Op::MovI { a: 66, imm: 0 }, Op::MovI { a: 67, imm: 1 }])
        .rt(Rt::MapAssignFast64, &[])
        .op(Op::Return);
    asm.func("main.main", body);
    assert_eq!(ran(asm), panicked("panic: assignment to entry in nil map"));
}
