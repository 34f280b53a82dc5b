//! Random programs on heap and model: what is reachable stays as it is, what is not goes away, in every mode of the
//! collector; and for each planted fault, that the same property tells it.

mod model;

use gc::barrier::BulkOrder;
use gc::policy::{BirthColour, Mode, StackPolicy, Trigger};
use gc::runtime::Config;
use gc::verify::Checks;
use gc::watch::Watch;
use model::*;
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, RngAlgorithm, TestError, TestRng, TestRunner};

proptest! {
    #![proptest_config(Cases { cases: 500, ..Cases::default() })]

    #[test]
    fn what_is_reachable_is_kept_and_what_is_not_is_freed(config in safe_config(), program in steps(1..120)) {
        Run::new(config, None)?.program(&program)?;
    }

    #[test]
    fn a_copy_of_a_runtime_runs_on_as_the_original_does(
        config in safe_config(),
        before in steps(1..60),
        after in steps(1..60),
    ) {
        let mut run = Run::new(config, None)?;
        for step in &before {
            run.step(step)?;
        }
        let copy = run.clone();
        let (a, b) = (run.program(&after)?, copy.program(&after)?);
        same(&a, &b)?;
    }

    /// A watch makes bulk operations go word by word and marking step by step: nothing else may come of it.
    #[test]
    fn a_watched_run_is_the_same_run(config in safe_config(), program in steps(1..100), serial in 3u64..20) {
        let plain = Run::new(config.clone(), None)?.program(&program)?;
        let mut watched = Run::new(config, None)?;
        watched.rt.watch(Watch::new(gc::Addr::NIL, serial));
        let watched = watched.program(&program)?;
        same(&plain, &watched)?;
    }
}

/// Do two runs agree in all that can be seen of them?
fn same(a: &Run, b: &Run) -> Result<(), TestCaseError> {
    prop_assert!(a.rt.heap().words() == b.rt.heap().words(), "the words differ");
    prop_assert_eq!(a.rt.collector().cycles(), b.rt.collector().cycles());
    prop_assert_eq!(a.rt.counts(), b.rt.counts());
    prop_assert_eq!(a.rt.site_counts(), b.rt.site_counts());
    prop_assert_eq!(a.rt.heap().stats(), b.rt.heap().stats());
    Ok(())
}

/// Runs the property with a fault planted; returns how it was told, within so many cases.
fn told(cases: u32, fault: impl Fn(&mut Config), omitted: Option<usize>) -> String {
    let settings = Cases { cases, failure_persistence: None, max_shrink_iters: 0, ..Cases::default() };
    let mut runner = TestRunner::new_with_rng(settings, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    // Most faults show only while marking is under way, so there is always a cycle, and a slow one.
    let slow = (1u32..16).prop_map(|steps| Mode::Concurrent { steps });
    let result = runner.run(&(safe_config(), slow, steps(100..400)), |(mut config, mode, program)| {
        config.placement = model::config("hybrid-uncond").placement;
        config.policy.stacks = StackPolicy::default();
        config.policy.mode = mode;
        config.policy.trigger = Trigger::Safepoints(1);
        config.checks = Checks { tricolor: false, accounting: false, ..Checks::default() };
        fault(&mut config);
        let program = if config.placement.bulk == BulkOrder::After { in_bulk(program) } else { program };
        Run::new(config, omitted)?.program(&program)?;
        Ok(())
    });
    match result {
        Err(TestError::Fail(reason, _)) => reason.message().to_string(),
        other => panic!("the fault was not told in {cases} cases: {other:?}"),
    }
}

fn barrier(id: &'static str) -> impl Fn(&mut Config) {
    move |config| config.placement = model::config(id).placement
}

#[test]
fn the_property_tells_that_there_is_no_barrier() {
    assert!(told(200, barrier("none"), None).contains("lost-object"));
}

#[test]
fn the_property_tells_dijkstra_s_barrier_without_a_rescan() {
    assert!(told(200, barrier("dijkstra"), None).contains("lost-object"));
}

#[test]
fn the_property_tells_yuasa_s_barrier_without_stacks_before_the_heap() {
    assert!(told(200, barrier("yuasa"), None).contains("lost-object"));
}

#[test]
fn the_property_tells_white_births_under_the_hybrid_barrier() {
    assert!(told(200, |c| c.policy.birth = BirthColour::White, None).contains("lost-object"));
}

#[test]
fn the_property_tells_a_buffer_that_is_not_flushed() {
    let fault = |c: &mut Config| {
        c.placement.buffer = 64;
        c.placement.flush_before_termination = false;
    };
    assert!(told(500, fault, None).contains("lost-object"));
}

#[test]
fn the_property_tells_bulk_barriers_after_the_move() {
    let fault = |c: &mut Config| {
        barrier("yuasa")(c);
        c.policy.stacks.before_heap = true;
        c.placement.bulk = BulkOrder::After;
    };
    assert!(told(1000, fault, None).contains("lost-object"));
}

#[test]
fn the_property_tells_a_stack_map_that_omits_a_slot() {
    assert!(told(200, |_| {}, Some(1)).contains("lost-object"));
}

/// Without the oracles the model alone tells a loss: it shares nothing with them.
#[test]
fn the_model_tells_a_loss_when_the_oracles_are_off() {
    let fault = |c: &mut Config| {
        barrier("none")(c);
        c.checks = Checks { reachability: false, access: false, tricolor: false, accounting: false };
    };
    let message = told(200, fault, None);
    assert!(message.contains("is reachable and was freed"), "{message}");
}
