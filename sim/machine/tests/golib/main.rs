//! The packages that programs may import, compared with Go's: programs of ours, run here and by Go 1.19.
//!
//! Each program prints what its package makes of many arguments, and exits; output, errors and exit code must be Go's. Memory is
//! checked, and collected ever so often.

mod programs;

use gc::policy::Trigger;
use programs::{Run, compiled, go, ours, stepped};

/// What a program does here and under Go, which must be the same; collections start after so many safepoints.
fn agrees(name: &str, safepoints: u64) {
    let image = compiled(name);
    let here = ours(&image, Trigger::Safepoints(safepoints));
    let Some(there) = go(name) else { return };
    compare(name, &here, &there);
}

fn compare(name: &str, here: &Run, there: &Run) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, expected) = (text(&here.stdout), text(&there.stdout));
    let mut differences = 0;
    for (i, (ours, go)) in out.lines().zip(expected.lines()).enumerate() {
        if ours != go {
            differences += 1;
            if differences < 20 {
                eprintln!("{name}, line {}\n  here {ours:?}\n  Go   {go:?}", i + 1);
            }
        }
    }
    let (err, expected_err) = (text(&here.stderr), text(&there.stderr));
    assert_eq!((differences, out.lines().count()), (0, expected.lines().count()), "{name}: {err}");
    assert_eq!((here.exit, err), (there.exit, expected_err), "{name}");
    assert_eq!(here.stdout, there.stdout, "{name}: ends of lines");
}

#[test]
fn fmt_formats_every_kind_with_every_verb_as_go_does() {
    agrees("fmt", 1009);
}

#[test]
fn math_is_that_of_go_to_the_last_bit() {
    agrees("math", 101);
}

#[test]
fn numbers_and_literals_are_written_and_read_as_by_go() {
    agrees("strconv", 1009);
}

#[test]
fn strings_are_searched_cut_and_mapped_as_by_go() {
    agrees("strings", 1009);
}

#[test]
fn sorting_compares_and_exchanges_what_go_does() {
    agrees("sort", 101);
}

#[test]
fn errors_are_found_in_chains_as_by_go() {
    agrees("errors", 1);
}

#[test]
fn small_packages_do_what_go_s_do() {
    agrees("small", 7);
}

#[test]
fn natives_give_the_same_one_effect_at_a_time_with_collections_at_every_safepoint() {
    let image = compiled("gears");
    let at_once = ours(&image, Trigger::Safepoints(1));
    assert_eq!(stepped(&image, Trigger::Safepoints(1)), at_once);
    if let Some(there) = go("gears") {
        compare("gears", &at_once, &there);
    }
}
