//! Reading scenarios: the table of keys, what keys say together, and changes from flags.

use sim::scenario::collector::{Mode, Trigger};
use sim::scenario::diagnose::Class;
use sim::scenario::keys::Document;
use sim::scenario::setting::{SectionInfo, Shape, Written};
use sim::scenario::{Loaded, Override, Report, Scenario, load};

fn read(text: &str, flags: &[&str]) -> Result<Loaded, Box<Report>> {
    let flags: Vec<Override> = flags.iter().map(|f| Override::set(f)).collect();
    load("x.toml", &format!("schema = 1\n{text}"), &flags)
}

fn right(text: &str, flags: &[&str]) -> Scenario {
    read(text, flags).unwrap_or_else(|report| panic!("{}", report.render(false, 140))).scenario
}

/// The message of the only problem.
fn wrong(text: &str, flags: &[&str]) -> String {
    let report = read(text, flags).expect_err(text);
    assert_eq!(report.problems.len(), 1, "{}", report.render(false, 140));
    report.render(false, 140)
}

fn class(text: &str) -> Class {
    read(text, &[]).expect_err(text).problems[0].class
}

/// Calls `visit` with the path and the declaration of every key that has a value of its own.
fn each_key(
    info: &'static SectionInfo,
    path: &str,
    visit: &mut dyn FnMut(&str, &'static sim::scenario::setting::Setting),
) {
    for setting in info.settings {
        let path = if path.is_empty() { setting.name.to_owned() } else { format!("{path}.{}", setting.name) };
        match setting.shape {
            Shape::Section(inner) => each_key(inner, &path, visit),
            Shape::Sections(inner) => each_key(inner, &format!("{path}.0"), visit),
            _ => visit(&path, setting),
        }
    }
}

#[test]
fn every_default_of_the_table_is_a_value_that_its_key_takes() {
    each_key(Document::INFO, "", &mut |path, setting| {
        let Written::Inline(default) = (setting.default)() else { return };
        if setting.only.is_none() && !path.starts_with("placement") {
            right("[workload]", &[&format!("{path}={default}")]);
        }
    });
}

#[test]
fn every_key_refuses_a_date_and_says_what_it_expects() {
    each_key(Document::INFO, "", &mut |path, setting| {
        let report = read("[workload]", &[&format!("{path}=1979-05-27")]).expect_err(path).render(false, 140);
        assert!(report.contains(&format!("`{}` cannot be a date", setting.name)), "{path}\n{report}");
        assert!(report.contains("expected "), "{path}\n{report}");
    });
}

#[test]
fn every_end_of_a_range_is_taken_and_the_next_number_is_not() {
    each_key(Document::INFO, "", &mut |path, setting| {
        let (Shape::Integer { min, max } | Shape::Size { min, max }) = setting.shape else { return };
        let says_out_of_range = |n: String| {
            let report =
                read("[workload]", &[&format!("{path}={n}")]).err().map_or(String::new(), |r| r.render(false, 140));
            report.contains("out of range") || report.contains("cannot hold a page") || report.contains("negative")
        };
        assert!(!says_out_of_range(min.to_string()), "{path} = {min}");
        assert!(!says_out_of_range(max.to_string()), "{path} = {max}");
        assert!(says_out_of_range((i128::from(min) - 1).to_string()), "{path} = {min} - 1");
        if max < u64::MAX {
            assert!(says_out_of_range((i128::from(max) + 1).to_string()), "{path} = {max} + 1");
        }
    });
}

#[test]
fn every_name_is_taken_and_a_slip_in_it_finds_it_again() {
    each_key(Document::INFO, "", &mut |path, setting| {
        let Shape::Choice(choices) = setting.shape else { return };
        for choice in choices.iter().filter(|c| c.built) {
            let report = |value: &str| {
                let read = read("[workload]", &[&format!("{path}=\"{value}\"")]);
                read.err().map_or(String::new(), |r| r.render(false, 140))
            };
            assert!(!report(choice.name).contains("cannot be \""), "{path} = {}", choice.name);
            let slip = report(&choice.name.to_uppercase());
            assert!(slip.contains(&format!("did you mean \"{}\"?", choice.name)), "{path} = {}\n{slip}", choice.name);
        }
    });
}

#[test]
fn a_replaces_list_names_keys_of_the_table() {
    each_key(Document::INFO, "", &mut |path, setting| {
        let mut tables = path.rsplit_once('.').map_or("", |(table, _)| table).to_owned();
        if !tables.is_empty() {
            tables.push('.');
        }
        for other in setting.replaces {
            let mut found = false;
            let full = format!("{tables}{other}");
            each_key(Document::INFO, "", &mut |path, _| found |= path == full);
            assert!(found, "{path} replaces {full}");
        }
    });
}

#[test]
fn deep_nesting_needs_little_stack() {
    let read_deep = || {
        let dots = vec!["a"; 79].join(".");
        // Dots and brackets, each within the parser's limit of 80: over 5,000 levels.
        let nested = format!("x = {}1{}", format!("{{{dots} = ").repeat(79), "}".repeat(79));
        for text in [format!("[{dots}]\n{dots}.{nested}\n"), "x = [[[".repeat(30_000), "[".repeat(100_000)] {
            assert!(read(&text, &[]).is_err());
        }
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(read_deep).expect("a thread");
    thread.join().expect("no overflow");
}

#[test]
fn an_empty_workload_takes_every_default() {
    let scenario = right("[workload]", &[]);
    assert_eq!(scenario.barrier.rule.id, Some("hybrid-uncond"));
    assert_eq!(scenario.collector.mode, Mode::Concurrent { steps: 8 });
    assert_eq!((scenario.seed, scenario.schedule.seed), (1, 1));
    assert_eq!(scenario.workload.mix.assign, 30);
}

#[test]
fn a_scenario_has_one_subject() {
    assert!(wrong("", &[]).contains("needs a [workload]"));
    let both = read("[workload]\n[program]\nfile = \"x.go\"", &[]).expect_err("both").render(false, 140);
    assert!(both.contains("either [program] or [workload]"), "{both}");
}

#[test]
fn what_is_not_built_is_refused_by_name_in_a_class_of_its_own() {
    let workers = wrong("[workload]\n[collector]\nworkers = 2", &[]);
    assert!(workers.contains("unsupported: more than one marking worker is not built yet"), "{workers}");
    for text in [
        "[workload]\n[collector]\nworkers = 2",
        "[workload]\n[barrier]\nkind = \"card\"",
        "[workload]\n[barrier]\nkind = \"weak-load\"",
        "[workload]\n[[placement]]\nsite = \"*\"\nbarrier = \"object-logging\"",
    ] {
        assert_eq!(class(text), Class::Unsupported, "{text}");
    }
    assert_eq!(class("[workload]\n[collector]\nworkers = 0"), Class::Error);
}

#[test]
fn buffered_and_bulk_are_keys_and_not_barriers() {
    assert!(wrong("[workload]\n[barrier]\nkind = \"buffered\"", &[]).contains("`buffer = N`"));
    assert!(wrong("[workload]\n[barrier]\nkind = \"bulk\"", &[]).contains("`bulk = \"before\"`"));
}

#[test]
fn a_key_that_means_nothing_says_where_it_belongs() {
    for (text, part) in [
        ("[collector]\nbudget = 64", "`budget` belongs to mode = \"incremental\""),
        ("[collector]\nmode = \"stop-the-world\"\nsteps = 3", "`steps` belongs to mode = \"concurrent\""),
        ("[collector]\nat = [1]", "`at` belongs to trigger = \"chosen\""),
        ("[collector]\nevery = 1", "`every` belongs to trigger = \"safepoints\""),
        ("[collector]\ntrigger = \"never\"\ngogc = 1", "`gogc` belongs to trigger = \"pacing\""),
        ("[workload]\nzipf_exponent = 1.5", "`zipf_exponent` belongs to distribution = \"zipf\""),
        ("[expect]\nkind = \"lost-object\"", "`kind` belongs to verdict = \"violated\""),
        ("[expect]\nverdict = \"clean\"\nsite = \"*\"", "`site` belongs to verdict = \"violated\""),
        ("[barrier]\nkind = \"none\"\ninvariant = \"weak\"", "`invariant` belongs to `steps`"),
    ] {
        let subject = if text.contains("[workload]") { "" } else { "[workload]\n" };
        let report = wrong(&format!("{subject}{text}"), &[]);
        assert!(report.contains(part), "{report}");
    }
}

#[test]
fn a_trigger_needs_its_companion() {
    assert!(wrong("[workload]\n[collector]\ntrigger = \"safepoints\"", &[]).contains("`every` is missing"));
    assert!(wrong("[workload]\n[collector]\ntrigger = \"chosen\"", &[]).contains("`at` is missing"));
    let chosen = |at: &str| format!("[workload]\noperations = 9\n[collector]\ntrigger = \"chosen\"\nat = {at}");
    assert_eq!(right(&chosen("[0, 3, 9]"), &[]).collector.trigger, Trigger::Chosen { at: vec![0, 3, 9] });
    assert!(wrong(&chosen("[3, 3]"), &[]).contains("expected more than 3"));
    assert!(wrong(&chosen("[]"), &[]).contains("names no operation"));
    assert!(wrong(&chosen("[10]"), &[]).contains("never comes"));
}

#[test]
fn keys_that_contradict_each_other_are_errors() {
    let zeros = "assign=0\noverwrite=0\nop_assign=0\nread=0\ndelete=0\niterate=0\nclear=0\ndrop=0";
    for (text, part) in [
        (&*format!("[workload.mix]\n{zeros}"), "every weight of the mix is zero"),
        ("[workload]\nkeys = 10\ninitial = 11", "expected an integer from 0 to 10"),
        ("[workload]\nkey = \"bool\"\nkeys = 3", "expected an integer from 1 to 2"),
        ("[workload]\n[barrier]\nkind = \"none\"\nsteps = [\"store\"]", "either `kind` or `steps`"),
        ("[workload]\n[barrier]\nsteps = [\"flag\"]", "exactly one `store`"),
        ("[workload]\n[barrier]\nsteps = [\"shade-nwe\", \"store\"]", "did you mean `shade-new`?"),
        ("[workload]\n[barrier]\nsteps = [\"if base-blak: shade-new\", \"store\"]", "did you mean `base-black`?"),
        ("[workload]\n[[placement]]\nsite = \"*\"", "needs `barrier` or `steps`"),
        ("[workload]\n[[placement]]\nbarrier = \"none\"", "`site` is missing in [[placement]]"),
        ("[workload]\n[[placement]]\nsite = \"\"\nbarrier = \"none\"", "fits no site"),
    ] {
        let report = wrong(text, &[]);
        assert!(report.contains(part), "{report}");
    }
    assert_eq!(right("[workload]\nkey = \"bool\"", &[]).workload.keys, 2);
}

const FULL: &str = "seed = 4
[workload]
[collector]
mode = \"incremental\"
budget = 3
trigger = \"safepoints\"
every = 7
[barrier]
steps = [\"flag\", \"shade-new\", \"store\"]
invariant = \"strong\"
[[placement]]
site = \"evacuate.*\"
barrier = \"none\"
[schedule]
seed = 9
[expect]
verdict = \"violated\"
kind = \"lost-object\"
";

#[test]
fn a_flag_sets_any_key() {
    let set = |flag: &str| right(FULL, &[flag]);
    assert_eq!(set("workload.mix.assign=5").workload.mix.assign, 5);
    assert_eq!(set("placement.0.barrier=yuasa").placements[0].rule.id, Some("yuasa"));
    assert_eq!(set("title=two words").title, "two words");
    assert_eq!(set("title=\"quoted\"").title, "quoted");
    assert_eq!(set("heap.limit=64KiB").heap.limit, gc::Bytes(65_536));
    let added = right(FULL, &["placement.1.site=x", "placement.1.steps=[\"store\"]"]);
    assert_eq!(added.placements.len(), 2);
    assert_eq!(added.rule("x").id, None);
    assert_eq!(added.rule("evacuate.key").id, Some("none"));
}

#[test]
fn a_flag_takes_out_of_the_file_what_it_replaces() {
    let scenario = right(FULL, &["barrier.kind=yuasa"]);
    assert_eq!(scenario.barrier.rule.id, Some("yuasa"));
    let scenario = right("[workload]\n[barrier]\nkind = \"yuasa\"", &["barrier.steps=[\"store\"]"]);
    assert_eq!(scenario.barrier.rule.program.to_string(), "store");
    assert_eq!(right(FULL, &["collector.mode=concurrent"]).collector.mode, Mode::Concurrent { steps: 8 });
    assert_eq!(right(FULL, &["collector.trigger=never"]).collector.trigger, Trigger::Never);
    assert_eq!(right(FULL, &["expect.verdict=clean"]).expect.kind, None);
    assert_eq!(right(FULL, &["seed=7"]).schedule.seed, 7);
    assert_eq!(right(FULL, &["seed=7", "schedule.seed=8"]).schedule.seed, 8);
    assert_eq!(right(FULL, &["schedule.seed=8", "seed=7"]).schedule.seed, 8);
    let notes = read(FULL, &["collector.mode=concurrent"]).expect("right").notes;
    assert_eq!(notes, ["`--set collector.mode=concurrent` takes `budget` out of the file"]);
}

#[test]
fn flags_that_contradict_each_other_are_an_error() {
    assert!(wrong(FULL, &["barrier.kind=none", "barrier.steps=[\"store\"]"]).contains("either `kind` or `steps`"));
    assert!(wrong(FULL, &["collector.mode=concurrent", "collector.budget=3"]).contains("`budget` belongs to"));
    assert!(wrong(FULL, &["collector.mode=stop-the-world", "collector.steps=3"]).contains("`steps` belongs to"));
}

#[test]
fn a_flag_that_is_wrong_is_shown_with_the_nearest_spelling() {
    let report = wrong(FULL, &["workload.mxi.assign=5"]);
    assert!(report.contains("--set workload.mxi.assign=5") && report.contains("did you mean `mix`?"), "{report}");
    assert!(wrong(FULL, &["placement.0.barier=none"]).contains("did you mean `barrier`?"));
    assert!(wrong(FULL, &["collector.trigger=chosen"]).contains("`at` is missing"));
}
