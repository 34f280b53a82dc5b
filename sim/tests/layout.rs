//! `sim layout`: what it prints for scripts that are right and wrong.

use assert_cmd::Command;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn layout(args: &[&str], stdin: impl Into<Vec<u8>>) -> Run {
    let mut command = Command::cargo_bin("sim").expect("the binary is built");
    command.env_remove("NO_COLOR").env_remove("COLUMNS").timeout(Duration::from_secs(60));
    let done = command.arg("layout").args(args).write_stdin(stdin).output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run { code: done.status.code().expect("no signal ended it"), out: text(&done.stdout), err: text(&done.stderr) }
}

/// The dumps of scripts that are right.
fn dumps(args: &[&str], scripts: &str) -> Vec<Value> {
    let run = layout(&[args, &["-"]].concat(), scripts);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{scripts}");
    run.out.lines().map(|line| serde_json::from_str(line).expect("a dump is a line of JSON")).collect()
}

/// What is said of scripts that are wrong.
fn refused(scripts: impl Into<Vec<u8>>) -> String {
    let run = layout(&["-"], scripts);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(!run.err.contains("internal fault"), "{}", run.err);
    run.err
}

fn with_ops(ops: &str) -> String {
    format!(r#"{{"name": "it", "key": "int64", "elem": "string", "ops": {ops}}}"#)
}

#[test]
fn a_dump_has_the_header_the_cells_the_draws_and_the_results() {
    let all = dumps(&[], &with_ops(r#"[["set", 7, "seven"], ["set", 8, ""], ["get", 7], ["del", 7], ["get", 7]]"#));
    let [dump] = &all[..] else { panic!("{} dumps", all.len()) };
    assert_eq!(dump["map"]["count"], 1);
    assert_eq!(dump["results"], json!([[2, true, "seven"], [4, false, ""]]));
    assert_eq!(dump["draws"], json!([[-1, [2_058_339_879]]]));
    assert_eq!(dump["map"]["buckets"][0]["chain"][0]["cells"], json!([[1, 8, ""]]));
    // A key without pointers stays where it was when it is deleted.
    assert_eq!(dump["map"]["buckets"][0]["chain"][0]["stale_k"], 1);
    assert_eq!(dump["maptype"]["bucketsize"], 208);
    assert!(dump.get("outcome").is_none());
}

#[test]
fn a_file_holds_any_number_of_scripts_and_each_has_its_line() {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("ops.json");
    let one = with_ops(r#"[["set", 1, "x"]]"#);
    fs::write(&file, format!("{one}{one}\n\n  {one}\n")).expect("the folder is writable");
    let run = layout(&[&file.display().to_string()], "");
    assert_eq!((run.code, run.out.lines().count()), (0, 3), "{}", run.err);
}

#[test]
fn scripts_before_a_wrong_one_have_been_printed() {
    let run = layout(&["-"], with_ops("[]") + &with_ops(r#"[["set", 1]]"#));
    assert_eq!((run.code, run.out.lines().count()), (2, 1));
    assert!(run.err.contains(r#"<stdin>: script 2 ("it"), op 0 (set): expected ["set", key, elem]"#), "{}", run.err);
}

#[test]
fn what_is_no_script_is_refused_by_what_it_is() {
    assert!(refused("").contains("no script"));
    assert!(refused(" \n ").contains("no script"));
    assert!(refused("{").contains("script 1: not valid JSON: EOF"));
    assert!(refused("[1, 2").contains("not valid JSON"));
    assert!(refused("nonsense").contains("line 1 column 2"));
    assert!(refused("7").contains("expected an object"));
    assert!(refused("[]").contains("expected an object"));
    assert!(refused([0xff, 0xfe, 0x00]).contains("not valid JSON"));
    assert!(refused("[".repeat(100_000)).contains("recursion limit"));
    let deep =
        format!(r#"{{"key": "any", "elem": "empty", "ops": [["set", {}, 0]]}}"#, r#"{"boxes": ["#.repeat(60_000));
    assert!(refused(deep).contains("recursion limit"));
    let run = layout(&["/no/such/file.json"], "");
    assert!(run.code == 2 && run.err.contains("no such file"), "{}", run.err);
    let run = layout(&["/"], "");
    assert!(run.code == 2 && run.err.contains("is a directory"), "{}", run.err);
}

#[test]
fn a_wrong_script_is_told_by_field_operation_and_what_was_expected() {
    for (script, parts) in [
        (r#"{"elem": "int64", "ops": []}"#, vec!["\"key\" is missing", "int64", "boxes"]),
        (r#"{"key": "sting", "elem": "int64", "ops": []}"#, vec!["unknown key type", "did you mean \"string\"?"]),
        (r#"{"key": "empty", "elem": "int64", "ops": []}"#, vec!["unknown key type"]),
        (r#"{"key": "int64", "elem": "pair", "ops": []}"#, vec!["unknown elem type", "bytes200"]),
        (r#"{"key": "int64", "elem": "int64"}"#, vec!["\"ops\" is missing"]),
        (r#"{"key": "int64", "elem": "int64", "ops": {}}"#, vec!["ops: expected a list"]),
        (r#"{"key": "int64", "elem": "int64", "opps": []}"#, vec!["unknown field", "did you mean \"ops\"?"]),
        (r#"{"key": "int64", "elem": "int64", "hint": "big", "ops": []}"#, vec!["hint: expected a 64-bit integer"]),
        (r#"{"key": "int64", "elem": "int64", "impl": "compield", "ops": []}"#, vec!["did you mean \"compiled\"?"]),
        (r#"{"key": "int64", "elem": "int64", "rng": "12", "ops": []}"#, vec!["rng: expected", "0x"]),
        (r#"{"key": "int64", "elem": "int64", "hashkey": [], "ops": []}"#, vec!["hashkey: expected a list of 1 to 4"]),
        (r#"{"key": "ptr", "elem": "int64", "pointers": [[1, "0x10"], [1, "0x20"]], "ops": []}"#, vec!["same number"]),
        (r#"{"key": "ptr", "elem": "int64", "pointers": [], "ops": [["get", 4]]}"#, vec!["no address for 4"]),
    ] {
        let err = refused(script);
        assert!(parts.iter().all(|p| err.contains(p)), "{parts:?}\n{err}");
    }
    for (ops, parts) in [
        (r#"[["snap"], ["sett", 1, "x"]]"#, vec!["op 1: unknown operation", "did you mean \"set\"?"]),
        (r#"[["set", 1.5, "x"]]"#, vec!["op 0 (set): key: expected an integer from -9223372036854775808", "got 1.5"]),
        (r#"[["set", 1, 5]]"#, vec!["elem: expected a string"]),
        (r#"[["set", 1, {"hex": "4"}]]"#, vec!["elem: expected a string, or {\"hex\""]),
        (r#"[["set", 1, {"hex": "é1"}]]"#, vec!["elem: expected a string, or {\"hex\""]),
        (r#"[["next", 3, 1]]"#, vec!["iterator 3 has not been started"]),
        (r#"[["iter", 64]]"#, vec!["an iterator's id from 0 to 63"]),
        (r#"["clear"]"#, vec!["op 0: expected a list such as"]),
        (r#"[[]]"#, vec!["op 0: expected a list that begins with"]),
    ] {
        let err = refused(with_ops(ops));
        assert!(parts.iter().all(|p| err.contains(p)), "{parts:?}\n{err}");
    }
    let err = refused(r#"{"key": "any", "elem": "empty", "ops": [["set", {"record": [1, 99999, "x", [1, 2]]}, 0]]}"#);
    assert!(err.contains("key: record: part 1: expected an integer from -32768 to 32767"), "{err}");
    let err = refused(r#"{"key": "int64", "elem": "ptr", "ops": [["opassign", 1, 2]]}"#);
    assert!(err.contains("needs elem \"int64\" or \"string\""), "{err}");
}

#[test]
fn a_key_that_cannot_be_hashed_panics_and_the_script_goes_on() {
    let all = dumps(&[], r#"{"key": "any", "elem": "int64", "ops": [["set", {"ints": 1}, 1], ["set", null, 2]]}"#);
    assert_eq!(all[0]["results"], json!([[0, { "panic": "runtime error: hash of unhashable type []int64" }]]));
    assert_eq!(all[0]["map"]["count"], 1);
}

#[test]
fn memory_that_runs_out_is_an_outcome_and_the_next_script_runs() {
    let huge = r#"{"key": "int64", "elem": "int64", "hint": 4000000000, "ops": []}"#;
    let run = layout(&["-"], format!("{huge} {}", with_ops("[]")));
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(run.err.contains("script 1, make: out of memory"), "{}", run.err);
    assert_eq!(run.out.lines().count(), 2);
    assert!(run.out.contains(r#""outcome":{"op":-1,"out_of_memory":""#), "{}", run.out);
    // More than there can be counts as no hint at all.
    for hint in [i64::MAX, i64::MIN, -1] {
        let all = dumps(&[], &format!(r#"{{"key": "int64", "elem": "int64", "hint": {hint}, "ops": []}}"#));
        assert_eq!((&all[0]["map"]["B"], &all[0]["hint"]), (&json!(0), &json!(hint)));
    }
    let grown: Vec<_> = (0..40_000).map(|i| json!(["set", i, "xxxxxxxxxxxxxxxx"])).collect();
    let run = layout(&["--memory", "1", "-"], with_ops(&json!(grown).to_string()));
    assert!(run.code == 3 && run.out.contains("\"out_of_memory\":\""), "{}", run.err);
}

#[test]
fn collections_change_nothing() {
    let ops: Vec<_> = (0..120).map(|i| json!(["set", format!("key {i}"), format!("value {i}")])).collect();
    let ops: Vec<_> = ops.into_iter().chain([json!(["iter", 0]), json!(["opassign", "key 3", "!"])]).collect();
    let script = json!({ "key": "string", "elem": "string", "trace": true, "ops": ops }).to_string();
    let plain = dumps(&[], &script);
    for args in [&["--collect", "1"][..], &["--collect", "7"], &["--collect", "1", "--at-allocations"]] {
        assert_eq!(dumps(args, &script), plain, "{args:?}");
    }
    let run = layout(&["--at-allocations", "-"], script);
    assert!(run.code == 2 && run.err.contains("--collect"), "{}", run.err);
}

#[test]
fn pointer_keys_can_be_told_where_they_lead() {
    let script = r#"{"key": "ptr", "elem": "int64", "ops": [["set", 5, 1], ["set", null, 2], ["set", 6, 3]]}"#;
    let made = dumps(&[], script).remove(0);
    let with = script.replacen('{', &format!("{{\"pointers\": {}, ", made["pointers"]), 1);
    assert_eq!(dumps(&[], &with).remove(0), made);
}

#[test]
fn the_seed_is_for_scripts_that_have_none() {
    let script = with_ops("[]");
    assert_eq!(dumps(&["--seed", "5"], &script)[0]["rng"], "0x0000000000000005");
    let own = script.replacen('{', r#"{"rng": "0x9", "#, 1);
    assert_eq!(dumps(&["--seed", "5"], &own)[0]["rng"], "0x0000000000000009");
}

const SMALL: &str = r#"{"name": "small", "key": "string", "elem": "int64", "ops": [
    ["set", "one", 1], ["set", "two", 2], ["set", "three", 3], ["del", "one"]]}"#;

#[test]
fn a_small_map_drawn_as_text() {
    let run = layout(&["--picture", "text", "-"], SMALL);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let expected = "\
small: map[string]int64, at the end
  count 2   B 0   flags none   noverflow 0   nevacuate 0   hash0 0x7aafc627
  1 bucket of 208 bytes

┌─ bucket 0 ─────────┐
│ 0 emptyOne stale   │
│ 1 f8 \"two\" → 2     │
│ 2 f8 \"three\" → 3   │
│ 3 emptyRest        │
│ 4 emptyRest        │
│ 5 emptyRest        │
│ 6 emptyRest        │
│ 7 emptyRest        │
└────────────────────┘

";
    assert_eq!(run.out, expected);
}

#[test]
fn a_picture_keeps_to_its_width_and_has_colour_only_if_asked() {
    let ops: Vec<_> = (0..60).map(|i| json!(["set", [-1_800_455_987_208_640_293_i64, i], i])).collect();
    let script = json!({ "key": "pair", "elem": "ptr", "ops": ops }).to_string();
    for width in ["40", "60", "100", "200"] {
        let run = layout(&["--picture", "text", "--width", width, "-"], script.as_str());
        let widest = run.out.lines().map(|l| l.chars().count()).max().expect("there are lines");
        assert!(widest <= width.parse().expect("a number"), "{width}: {widest}\n{}", run.out);
        assert!(!run.out.contains('\u{1b}'));
        assert!(run.out.contains("overflow"), "{}", run.out);
    }
    let run = layout(&["--picture", "text", "--color", "always", "-"], SMALL);
    assert!(run.out.contains("\u{1b}["));
}

/// Checks that tags are closed in the order they were opened, and that no `&` or `<` is left as it was.
fn assert_well_formed(xml: &str) {
    let mut open = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        assert!(!text.contains('>') || open.last() == Some(&"style"), "{text}");
        for (i, _) in text.match_indices('&') {
            assert!(["&amp;", "&lt;", "&gt;", "&quot;"].iter().any(|e| text[i..].starts_with(e)), "{text}");
        }
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.starts_with('?') || tag.ends_with('/') => {}
            None => open.push(tag.split_whitespace().next().expect("a tag has a name")),
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        rest = &rest[end + 1..];
    }
    assert_eq!((open, rest.trim()), (Vec::new(), ""));
}

#[test]
fn the_svg_is_well_formed_whatever_the_map_holds() {
    let ops: Vec<_> = (0..30).map(|i| json!(["set", format!("<&\"'> {i}"), i])).collect();
    let ops: Vec<_> = ops.into_iter().chain([json!(["snap"]), json!(["clear"])]).collect();
    let named = json!({ "name": "a < b & \"c\"\u{1}", "key": "string", "elem": "int64", "ops": ops }).to_string();
    let run = layout(&["--picture", "svg", "-"], named + SMALL);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_well_formed(&run.out);
    assert_eq!(run.out.matches("<svg").count(), 1, "one file for all maps");
    assert_eq!(run.out.matches("class=\"title\"").count(), 3);
    assert!(run.out.contains("prefers-color-scheme: dark") && !run.out.contains("href"));
}

#[test]
fn dumps_go_to_a_file_whole_or_not_at_all() {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("dump.jsonl").display().to_string();
    let run = layout(&["-o", &file, "-"], with_ops("[]") + &with_ops("[[]]"));
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(!std::path::Path::new(&file).exists());
    let run = layout(&["-o", &file, "-"], with_ops("[]") + &with_ops("[]"));
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    assert_eq!(fs::read_to_string(&file).expect("it is there").lines().count(), 2);
}

#[test]
fn flags_for_scenarios_are_refused() {
    let run = layout(&["--set", "seed=1", "-"], SMALL);
    assert!(run.code == 2 && run.err.contains("layout runs none"), "{}", run.err);
}
