//! Faults planted, and code that breaks its contract: found, and never a panic of the host.

use crate::asm::{Asm, Body};
use crate::programs::{image, list};
use crate::{forced, machine, run, run_with};
use compiler::code::Op;
use compiler::runtime::Rt;
use gc::runtime::{Checked, Config};
use gc::verify::{Place, ViolationKind};
use machine::{Image, Machine, Outcome};
use std::sync::Arc;

#[test]
fn a_stack_map_that_forgets_a_word_loses_an_object() {
    let mut image = image(list());
    assert!(image.forget("main.push", 0, 1));
    assert!(!image.forget("main.push", 0, 1), "once");
    assert!(!image.forget("main.push", 1, 1) && !image.forget("main.none", 0, 1), "no such map");
    let image = Arc::new(image);
    // The oracle of colours would say so first.
    let mut config = forced();
    config.checks.tricolor = false;
    for ran in [run(&image, config.clone()), run_with(machine::<Checked>(&image, config), Machine::step)] {
        let Outcome::Violation(found) = ran.outcome else { panic!("{:?}", ran.outcome) };
        assert_eq!(found[0].kind, ViolationKind::LostObject);
        assert!(matches!(found[0].path[0], Place::Frame(0, _, 1)), "{:?}", found[0].path);
    }
}

#[test]
fn a_barrier_left_out_loses_an_object() {
    // In some schedule: seeds are tried until one shows it.
    use gc::policy::{Mode, StackPolicy, Trigger};
    let image = Arc::new(image(list()));
    let lost = (0..300).any(|seed| {
        let trigger = Trigger::Pacing { gogc: 0, min_heap: gc::Bytes(256) };
        let mut config = crate::config(Mode::Concurrent { steps: 9 }, trigger);
        config.placement = gc::runtime::Placement::everywhere(gc::barrier::named("none").unwrap());
        config.policy.stacks = StackPolicy { before_heap: false, rescan: false };
        config.seed = seed;
        matches!(run(&image, config).outcome, Outcome::Violation(_))
    });
    assert!(lost);
}

fn outcome(body: Body) -> Outcome {
    let mut asm = Asm::new();
    asm.func("main.main", body);
    let image = Arc::new(image(asm));
    let fast = run(&image, forced());
    assert_eq!(fast, run_with(machine::<Checked>(&image, forced()), Machine::step), "both gears");
    fast.outcome
}

#[test]
fn code_that_breaks_its_contract_is_a_fault_and_no_panic() {
    let far = Op::LoadW { a: 0, b: 1, offset: 0 };
    for (what, ops) in [
        ("no return", vec![Op::MovI { a: 0, imm: 1 }]),
        ("a wild branch", vec![Op::Jmp { to: i32::MAX }]),
        ("a branch before the start", vec![Op::Jmp { to: i32::MIN }]),
        ("no such function", vec![Op::Call { func: 99, base: 8 }]),
        ("no such constant", vec![Op::Const { a: 0, index: 5 }]),
        ("no such descriptor", vec![Op::TypeWord { a: 0, descriptor: 5 }]),
        ("no such native", vec![Op::CallNative { native: 5, base: 8 }]),
        ("no such group", vec![Op::StoreGroup { group: 5 }]),
        ("no such move", vec![Op::Move { a: 0, b: 0, index: 5 }]),
        ("no type word", vec![Op::CallRt { rt: Rt::NewObject, base: 8, site: 0 }]),
        ("an address of nothing", vec![Op::MovI { a: 1, imm: i32::MAX }, far]),
        ("a method of no type", vec![Op::MovI { a: 1, imm: 77 }, Op::CallInterface { a: 1, base: 8, method: 3 }]),
        ("a site of none", vec![Op::New { a: 0, descriptor: 0, site: u16::MAX }]),
        ("a word far away", vec![Op::LoadFrame { a: 0, word: u32::MAX }]),
        ("unreachable", vec![Op::Unreachable]),
    ] {
        let outcome = outcome(Body::new().ops(&ops));
        assert!(matches!(outcome, Outcome::Fault(_) | Outcome::Unsupported(_)), "{what}: {outcome:?}");
    }
}

#[test]
fn what_is_not_there_yet_is_refused_by_name() {
    let body = Body::new().op(Op::CallRt { rt: Rt::ChanSend1, base: 8, site: 0 });
    assert_eq!(outcome(body), Outcome::Unsupported("chansend1".into()));
    let mut asm = Asm::new();
    asm.code.natives.push("os.Teleport".into());
    asm.func("main.main", Body::new().op(Op::CallNative { native: 0, base: 8 }));
    let image = Arc::new(image(asm));
    assert_eq!(run(&image, forced()).outcome, Outcome::Unsupported("os.Teleport".into()));
}

#[test]
fn endless_recursion_overflows_the_stack_as_in_go() {
    let mut asm = Asm::new();
    let f = asm.next();
    asm.func("main.main", Body::new().call(f, &[]).op(Op::Return));
    let image = Arc::new(image(asm));
    let ran = run(&image, crate::config(gc::policy::Mode::StopTheWorld, gc::policy::Trigger::Never));
    assert_eq!(ran.outcome, Outcome::Throw("stack overflow".into()));
    assert!(ran.stderr.starts_with(
        "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n\ngoroutine 1 [running]:\n"
    ));
}

#[test]
fn a_machine_that_does_not_fit_is_refused() {
    let image: Arc<Image> = Arc::new(image(list()));
    for config in [
        Config { stack_words: 10, ..Config::default() },
        Config { stack_words: 1 << 40, ..Config::default() },
        Config { stack_words: u64::MAX, ..Config::default() },
    ] {
        assert!(Machine::<Checked>::new(image.clone(), config, 1, Vec::new()).is_err());
    }
}
