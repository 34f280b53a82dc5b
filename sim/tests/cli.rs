//! The built `sim` command: what it prints, where, and with which exit code.

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const MINIMAL: &str = "schema = 1\n[workload]\n";

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn sim(args: &[&str]) -> Run {
    sim_with(args, "")
}

fn sim_with(args: &[&str], stdin: &str) -> Run {
    let mut command = Command::cargo_bin("sim").expect("the binary is built");
    command.env_remove("NO_COLOR").timeout(Duration::from_secs(60));
    let done = command.args(args).write_stdin(stdin).output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run { code: done.status.code().expect("no signal ended it"), out: text(&done.stdout), err: text(&done.stderr) }
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(TempDir::new().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, text).expect("the folder is writable");
        path.display().to_string()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the folder is there");
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }
}

/// Runs a scenario that is wrong; checks that it is refused in the usual way.
fn refused(text: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    let file = folder.file("x.toml", text);
    let run = sim(&["run", &file]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert_eq!(run.out, "", "a refused scenario prints no result");
    assert!(!run.err.contains("internal fault"), "{}", run.err);
    run.err
}

fn quickstart() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios/quickstart.toml").display().to_string()
}

#[test]
fn the_quickstart_scenario_runs_clean() {
    let run = sim(&["run", &quickstart()]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(!run.out.is_empty());
}

#[test]
fn all_errors_of_a_file_are_shown_at_once_with_line_choices_and_spelling() {
    let err = refused(
        "schema = 1\n[workload]\nmutatros = 2\nelem = \"nodes\"\noperations = 2_000_000_000_000\n\
         [heap]\nlimit = 0\n[barrier]\nkind = \"hybrid-uncnd\"\n",
    );
    for part in [
        "unknown key `mutatros` in [workload]",
        "x.toml:3:1",
        "did you mean `mutators`?",
        "x.toml:4:8",
        "did you mean \"node\"?",
        "expected \"int64\", \"ptr\"",
        "x.toml:5:14",
        "expected an integer from 0 to 1_000_000_000_000",
        "x.toml:7:9",
        "`limit` of size 0 cannot hold a page",
        "expected a size from \"64KiB\" to \"64GiB\"",
        "x.toml:9:8",
        "did you mean \"hybrid-uncond\"?",
        "cannot be run: 5 errors",
    ] {
        assert!(err.contains(part), "{part}\n{err}");
    }
}

#[test]
fn syntax_errors_are_shown_together_with_the_others() {
    let err = refused("schema = 1\n[workload]\nmaps = = 3\nkeys = 0\nmutators = [1\n");
    assert!(err.contains("not valid TOML") && err.contains("x.toml:3:"), "{err}");
    assert!(err.contains("`keys = 0` is out of range"), "{err}");
    assert!(!err.contains("is missing"), "{err}");
}

#[test]
fn files_that_are_no_text_are_refused_by_what_they_are() {
    let folder = Folder::new();
    let here = folder.0.path().display().to_string();
    let missing = folder.path("nowhere.toml").display().to_string();
    for (file, part) in [(&missing, "no such file"), (&here, "is a directory")] {
        let run = sim(&["run", file]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains(part), "{}", run.err);
    }
    assert!(refused(b"schema = 1\n\0\0\0").contains("zero byte at offset 11"));
    assert!(refused(b"schema = 1\ntitle = \"caf\xe9\"\n").contains("x.toml:2: is not UTF-8: byte 0xe9"));
    assert!(refused(b"\xff\xfes\0").contains("UTF-16"));
    assert!(refused("").contains("`schema` is missing"));
}

#[test]
fn ten_megabytes_of_junk_are_refused_within_a_second() {
    let mut x = 1_u64;
    let junk: Vec<u8> = std::iter::repeat_with(|| {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (x >> 56) as u8
    })
    .take(10_000_000)
    .collect();
    let folder = Folder::new();
    let file = folder.file("junk.toml", junk);
    let start = Instant::now();
    let run = sim(&["run", &file]);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!(run.code, 2);
    assert!(run.err.contains("has 10000000 bytes; a scenario has at most 4194304"), "{}", run.err);
}

#[test]
fn the_largest_junk_that_is_parsed_is_answered_soon() {
    for junk in ["[\n", "a\n", "x = 1\n", "[[placement]]\n", "\"", "{"] {
        let start = Instant::now();
        let err = refused(junk.repeat(4_000_000 / junk.len()));
        assert!(start.elapsed() < Duration::from_secs(20), "{junk:?} took {:?}", start.elapsed());
        assert!(err.len() < 1_000_000, "{junk:?} gave {} bytes", err.len());
    }
}

#[test]
fn endless_input_is_refused() {
    if Path::new("/dev/zero").exists() {
        let run = sim(&["run", "/dev/zero"]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("more than 4194304 bytes"), "{}", run.err);
    }
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let n = 100_000;
    let dots = vec!["a"; 79].join(".");
    for text in [
        format!("x = {}{}", "[".repeat(n), "]".repeat(n)),
        format!("x = {}1{}", "{a = ".repeat(n), "}".repeat(n)),
        format!("{} = 1", vec!["a"; n].join(".")),
        format!("[{}]\nx = 1", vec!["a"; n].join(".")),
        // Brackets and dots, each within its own limit.
        format!("x = {}1{}", format!("{{{dots} = ").repeat(70), "}".repeat(70)),
    ] {
        let err = refused(format!("schema = 1\n{text}\n[workload]\n"));
        assert!(err.contains("recursion") || err.contains("levels deep"), "{err}");
    }
}

#[test]
fn numbers_that_are_too_large_or_negative_are_out_of_range() {
    for (line, part) in [
        ("[workload]\nmaps = 99999999999999999999999999999999999999999999", "out of range"),
        ("[workload]\nmutators = 65", "expected an integer from 1 to 64"),
        ("[workload]\nmutators = 0x7fffffffffffffff", "expected an integer from 1 to 64"),
        ("[workload]\noperations = -1", "`operations = -1` is out of range"),
        ("[workload]\noperations = 1e6", "operations = 1000000"),
        ("[workload]\ndistribution = \"zipf\"\nzipf_exponent = nan", "expected a number above 0 and at most 10"),
        ("[workload]\n[limits]\ntime = inf", "expected a number above 0"),
        ("[workload]\n[heap]\nlimit = -1", "a size cannot be negative"),
        ("[workload]\n[heap]\nlimit = \"-64KiB\"", "a size cannot be negative"),
        ("[workload]\n[heap]\nlimit = \"999TiB\"", "expected a size from \"64KiB\" to \"64GiB\""),
        ("[workload]\n[heap]\nlimit = \"9999999999999999TiB\"", "does not fit"),
        ("[workload]\n[heap]\nlimit = \"64kb\"", "did you mean `KiB`?"),
        ("[workload]\n[heap]\nlimit = 0", "cannot hold a page"),
        ("[workload]\n[heap]\nlimit = \"0GiB\"", "cannot hold a page"),
    ] {
        let err = refused(format!("schema = 1\n{line}\n"));
        assert!(err.contains(part), "{line}\n{err}");
    }
}

#[test]
fn duplicated_keys_and_wrong_types_are_errors() {
    assert!(refused("schema = 1\nschema = 1\n[workload]\n").contains("duplicate key"));
    assert!(refused("schema = 1\n[workload]\n[heap]\n[heap]\n").contains("duplicate key"));
    for (line, part) in [
        ("[workload]\nmaps = \"3\"", "leave out the quotes: maps = 3"),
        ("[workload]\nmaps = true", "`maps` cannot be a boolean"),
        ("[workload]\nkey = 3", "`key` cannot be an integer"),
        ("[workload]\nkey = 1979-05-27", "`key` cannot be a date"),
        ("workload = 3", "`workload` cannot be an integer"),
        ("[workload]\n[placement]\nsite = \"*\"", "[[placement]]"),
        ("[workload]\n[barrier]\nsteps = \"flag; store\"", "a string of its own"),
    ] {
        let err = refused(format!("schema = 1\n{line}\n"));
        assert!(err.contains(part), "{line}\n{err}");
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_read() {
    let folder = Folder::new();
    let file = folder.file("x.toml", "\u{feff}schema = 1\r\n[workload]\r\nmaps = 3\r\n");
    assert_eq!(sim(&["run", &file]).code, 0);
    let err = refused("\u{feff}schema = 1\r\n[workload]\r\nmpas = 3\r\n");
    assert!(err.contains("x.toml:3:1") && err.contains("did you mean `maps`?") && !err.contains('\r'), "{err}");
}

#[test]
fn unknown_sections_and_misspelt_keys_get_the_nearest_spelling() {
    let err = refused("schema = 1\n[workload]\n[colector]\nmode = \"concurrent\"\n");
    assert!(err.contains("unknown section `colector`") && err.contains("did you mean `collector`?"), "{err}");
    let err = refused("schema = 1\n[workload]\n[[placement]]\nsit = \"*\"\nbarrier = \"none\"\n");
    assert!(err.contains("unknown key `sit` in [[placement]]") && err.contains("did you mean `site`?"), "{err}");
    assert!(err.contains("1 error"), "a misspelt key is not missing as well: {err}");
    let err = refused("schema = 1\n[workload]\ngogc = 50\n");
    assert!(err.contains("`gogc` is a key of [collector]"), "{err}");
}

#[test]
fn terminal_escapes_in_a_file_do_not_reach_the_terminal() {
    let err = refused("schema = 1\n\"a\\u001b[31m\" = 1\n[workload]\nkey = \"\\u001b[2J\" # \u{7f}\n");
    assert!(!err.contains('\u{1b}'), "{err}");
}

#[test]
fn a_dash_reads_standard_input() {
    assert_eq!(sim_with(&["run", "-"], MINIMAL).code, 0);
    let run = sim_with(&["run", "-"], "schema = 2\n[workload]\n");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("<stdin>:1:10") && run.err.contains("expected 1"), "{}", run.err);
}

#[test]
fn an_error_in_a_flag_shows_the_flag() {
    let run = sim(&["run", &quickstart(), "--set", "barrier.kind=nome"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--set barrier.kind=nome") && run.err.contains("did you mean \"none\"?"), "{}", run.err);
    for flag in ["nonsense", "=3", "a..b=1", "placement.7.site=x", "seed.x=1", "barrier.steps=[1,"] {
        let run = sim(&["run", &quickstart(), "--set", flag]);
        assert_eq!(run.code, 2, "{flag}");
        assert!(run.err.contains(&format!("--set {flag}")), "{}", run.err);
    }
    let deep = format!("{}=1", vec!["a"; 100_000 / 2].join("."));
    assert_eq!(sim(&["run", &quickstart(), "--set", &deep]).code, 2);
    let deep = format!("title={}", "[".repeat(100_000));
    assert_eq!(sim(&["run", &quickstart(), "--set", &deep]).code, 2);
}

#[test]
fn errors_are_text_on_standard_error_with_json_as_well() {
    let run = sim_with(&["run", "-", "--format", "json"], "schema = 1\n");
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.starts_with("error: "), "{}", run.err);
}

#[test]
fn wrong_arguments_exit_with_two() {
    let file = quickstart();
    for args in [
        &[][..],
        &["run"],
        &["rnu"],
        &["run", &file, "--seed", "-1"],
        &["run", &file, "--jobs", "0"],
        &["run", &file, "--time-limit", "0"],
        &["run", &file, "--time-limit", "nan"],
        &["run", &file, "--format", "xml"],
        &["run", &file, "-q", "-v"],
        &["run", "program.go"],
    ] {
        let run = sim(args);
        assert_eq!(run.code, 2, "{args:?}");
        assert_eq!(run.out, "", "{args:?}");
        assert!(!run.err.is_empty(), "{args:?}");
    }
}

#[test]
fn colour_is_given_when_asked_for() {
    let colored = |args: &[&str]| sim_with(&[&["run", "-"], args].concat(), "").err.contains('\u{1b}');
    assert!(colored(&["--color", "always"]));
    assert!(!colored(&["--color", "never"]));
    assert!(!colored(&[]));
}

#[test]
fn the_schema_is_json_and_knows_every_section() {
    let run = sim(&["schema"]);
    assert_eq!(run.code, 0);
    let schema: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(schema["properties"]["workload"]["properties"]["mutators"]["maximum"], 64);
    assert_eq!(schema["properties"]["heap"]["properties"]["limit"]["default"], "1GiB");
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn the_barriers_are_the_catalogue() {
    let run = sim(&["barriers", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let ids: Vec<&str> = list["barriers"].as_array().expect("a list").iter().filter_map(|b| b["id"].as_str()).collect();
    assert_eq!(ids, gc::barrier::CATALOGUE.iter().map(|n| n.id).collect::<Vec<_>>());
    let text = sim(&["barriers"]).out;
    assert!(ids.iter().all(|id| text.contains(id)));
    assert!(text.contains("flag; load-old; shade-old; shade-new; store"));
}

#[test]
fn a_report_file_appears_whole_or_not_at_all() {
    let folder = Folder::new();
    let report = folder.path("report.json").display().to_string();
    assert_eq!(sim(&["schema", "-o", &report]).code, 0);
    assert_eq!(fs::read_to_string(&report).expect("it was written"), sim(&["schema"]).out);

    // A scenario that is refused leaves the last report alone.
    fs::write(&report, "before").expect("writable");
    let run = sim_with(&["run", "-", "-o", &report], "schema = 2\n");
    assert_eq!(run.code, 2);
    assert_eq!(fs::read_to_string(&report).expect("still there"), "before");
    assert_eq!(folder.names(), ["report.json"], "nothing is left behind");
}

#[test]
fn an_output_that_cannot_be_written_is_an_error_before_the_run() {
    let folder = Folder::new();
    let here = folder.0.path().display().to_string();
    let nowhere = folder.path("no/such/folder").display().to_string();
    let below_a_file = format!("{}/x", folder.file("file", ""));
    for output in [&here, &nowhere, &below_a_file] {
        let run = sim(&["run", &quickstart(), "-o", output]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{output}");
        assert!(run.err.contains("cannot write to"), "{}", run.err);
    }
    let scenario = folder.file("s.toml", MINIMAL);
    assert_eq!(sim(&["run", &scenario, "-o", &scenario]).code, 2);
    assert_eq!(fs::read_to_string(&scenario).expect("still there"), MINIMAL);
}

#[cfg(unix)]
#[test]
fn devices_and_links_are_written_to_and_not_replaced() {
    let folder = Folder::new();
    assert_eq!(sim(&["schema", "-o", "/dev/null"]).code, 0);
    assert!(!fs::metadata("/dev/null").expect("still there").is_file());
    assert_eq!(sim(&["schema", "-o", "/dev/full"]).code, 2);
    let real = folder.file("real", "");
    let link = folder.path("link");
    std::os::unix::fs::symlink(&real, &link).expect("links work here");
    assert_eq!(sim(&["schema", "-o", &link.display().to_string()]).code, 0);
    assert!(fs::symlink_metadata(&link).expect("still there").is_symlink());
    assert!(fs::metadata(&real).expect("still there").len() > 100);
}

/// Run by [`an_internal_fault_says_so_and_exits_with_seventy`] in a process of its own.
#[test]
#[ignore = "it ends its process: the test below runs it in one of its own"]
fn a_process_that_has_an_internal_fault() {
    sim::exit::report_faults();
    let _ = std::thread::spawn(|| panic!("lost {} objects", 3)).join();
}

#[test]
fn an_internal_fault_says_so_and_exits_with_seventy() {
    let this = std::env::current_exe().expect("the path of this test");
    let args = ["--exact", "a_process_that_has_an_internal_fault", "--ignored", "--nocapture"];
    let done = std::process::Command::new(this).args(args).output().expect("it ends");
    let err = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(70), "{err}");
    assert!(err.contains("internal fault: lost 3 objects") && err.contains("please report"), "{err}");
}
