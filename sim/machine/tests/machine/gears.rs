//! Two gears, every barrier, every collector: the same results.

use crate::programs::all;
use crate::{Ran, config, forced, machine, run, run_with};
use gc::Bytes;
use gc::barrier::CATALOGUE;
use gc::policy::{BirthColour, Mode, StackPolicy, Trigger};
use gc::runtime::{Bare, Checked, Driver, Placement};
use machine::{Machine, Outcome, Progress};

fn right(output: &str) -> Ran {
    Ran { stdout: String::new(), stderr: output.into(), outcome: Outcome::Exit(0) }
}

#[test]
fn programs_made_by_hand_print_what_they_should() {
    for (name, image, output) in all() {
        let quiet = config(Mode::StopTheWorld, Trigger::Never);
        assert_eq!(run_with(machine::<Bare>(&image, quiet.clone()), |m| m.run(u64::MAX)), right(&output), "{name}");
        assert_eq!(run(&image, quiet), right(&output), "{name}, checked");
    }
}

#[test]
fn a_collection_at_every_safepoint_changes_nothing() {
    for (name, image, output) in all() {
        let mut m = machine::<Checked>(&image, forced());
        assert_eq!(run_with(m.clone(), |m| m.run(1 << 20)), right(&output), "{name}");
        while m.run(1 << 20) == Progress::Paused {}
        assert!(m.runtime().collector().cycles().len() >= 10, "{name}");
    }
}

#[test]
fn one_effect_at_a_time_gives_the_same_as_all_at_once() {
    for (name, image, output) in all() {
        for config in [config(Mode::StopTheWorld, Trigger::Never), forced()] {
            assert_eq!(run_with(machine::<Checked>(&image, config), Machine::step), right(&output), "{name}");
        }
    }
}

#[test]
fn a_clone_in_the_middle_of_an_instruction_runs_on_as_the_original() {
    for (name, image, output) in all() {
        let mut m = machine::<Checked>(&image, forced());
        for steps in [7, 100, 1001] {
            for _ in 0..steps {
                m.step();
            }
            assert_eq!(run_with(m.clone(), Machine::step), right(&output), "{name} after {steps}");
        }
    }
}

#[test]
fn the_gears_can_be_changed_between_instructions() {
    let (_, image, output) = all().remove(1);
    let mut steps = 0u64;
    let ran = run_with(machine::<Checked>(&image, forced()), |m| {
        steps += 1;
        // Not in the middle of an instruction: that is the stepped gear's to finish.
        if steps.is_multiple_of(3) && m.between_instructions() { m.run(5) } else { m.step() }
    });
    assert_eq!(ran, right(&output));
}

#[test]
fn every_barrier_with_the_stacks_it_needs_keeps_what_is_reachable() {
    let trigger = || Trigger::Pacing { gogc: 0, min_heap: Bytes(256) };
    for named in CATALOGUE.iter().filter(|named| named.id != "none") {
        let deletion = named.id.starts_with("yuasa") || named.id.starts_with("hybrid");
        let stacks = StackPolicy { before_heap: deletion, rescan: !deletion };
        for (name, image, output) in all() {
            for mode in [Mode::Incremental { budget: 3 }, Mode::Concurrent { steps: 9 }] {
                for seed in 0..4 {
                    let mut config = config(mode, trigger());
                    config.placement = Placement::everywhere(named);
                    config.policy.stacks = stacks;
                    config.policy.birth = BirthColour::Black;
                    config.seed = seed;
                    assert_eq!(run(&image, config), right(&output), "{} under {name}, {mode:?}, {seed}", named.id);
                }
            }
        }
    }
}

#[test]
fn a_collector_driven_from_outside_may_step_between_any_two_effects() {
    for (name, image, output) in all() {
        let mut config = config(Mode::Concurrent { steps: 0 }, Trigger::Safepoints(9));
        config.driver = Driver::Steps;
        let mut list = Vec::new();
        let mut turn = 0u32;
        let ran = run_with(machine::<Checked>(&image, config), |m| {
            turn = turn.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let safe = m.at_safepoint();
            let live = m.live().to_vec();
            let rt = m.runtime_mut();
            if turn >> 30 == 0 {
                let (mutators, globals) = (rt.mutators().to_vec(), rt.globals().to_vec());
                rt.collector().steps(&mutators, &globals, &mut list);
                let pick = list.get(turn as usize >> 8 & 7).or(list.first()).copied();
                use gc::collector::CollectorStep::{Stack, Start, Terminate};
                if let Some(step) = pick.filter(|step| safe || !matches!(step, Stack(_) | Start | Terminate)) {
                    rt.set_runtime_live(0, &live);
                    rt.collector_step(step).expect("nothing is lost");
                    rt.set_runtime_live(0, &[]);
                }
            }
            m.step()
        });
        assert_eq!(ran, right(&output), "{name}");
    }
}
