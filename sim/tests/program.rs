//! `sim run` of Go programs as a shell sees it: bare, and in a scenario.

use assert_cmd::Command;
use serde_json::Value;
use std::time::Duration;

/// Runs a command line over a text on standard input: exit code, standard output, standard error.
fn sim(args: &[&str], stdin: &str) -> (i32, String, String) {
    let mut command = Command::cargo_bin("sim").expect("the binary is built");
    let done = command.timeout(Duration::from_secs(60)).args(args).write_stdin(stdin).output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code().expect("no signal ended it"), text(&done.stdout), text(&done.stderr))
}

/// A scenario with a program whose `main` has this body, and further sections.
fn scenario(declarations: &str, main: &str, sections: &str) -> String {
    let head = "package main\nimport (\"fmt\"; \"os\")\nvar _, _ = fmt.Print, os.Exit";
    format!(
        "schema = 1\n[program]\nsource = '''\n{head}\n{declarations}\nfunc main() {{\n{main}\n}}\n'''\n{sections}\n"
    )
}

fn report(scenario: &str) -> (i32, Value) {
    let (code, out, err) = sim(&["run", "--format", "json", "-"], scenario);
    (code, serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}\n{err}")))
}

#[test]
fn the_report_of_a_program_tells_what_it_wrote_and_how_it_ended() {
    let (code, told) = report(&scenario("", "fmt.Println(1, \"å\")\nprintln(2)\nos.Exit(3)", ""));
    // The verdict is about the heap; how the program ends is its own business.
    assert_eq!((code, told["verdict"].as_str()), (0, Some("clean")));
    assert_eq!(told["program"]["end"], "ended with exit code 3");
    assert_eq!(
        (told["program"]["stdout"]["text"].as_str(), &told["program"]["stdout"]["bytes"]),
        (Some("1 å\n"), &5.into())
    );
    assert_eq!(told["program"]["stderr"]["text"], "2\n");

    let (_, text, _) = sim(&["run", "-"], &scenario("", "for i := 0; i < 100; i++ { fmt.Println(i) }", ""));
    assert!(text.contains("ended with exit code 0\n  standard output (290 bytes)\n    0\n"), "{text}");
    assert!(text.contains("more, shown with -v"), "{text}");

    let (_, told) = report(&scenario("", "var p *int\nprintln(*p)", ""));
    assert_eq!(told["program"]["end"], "panicked: exit code 2");
}

#[test]
fn a_story_names_variables_and_fields() {
    let program = "schema = 1\n[program]\nsource = \"\"\"\npackage main\n\
        type node struct{ name [2]string; next *node }\nvar held, first *node\n\
        func move(to, from *node) {\nto.next = from.next\nfrom.next = nil\nheld = new(node)\n}\n\
        func toss(left, right *node) {\nfor i := 0; i < 100; i++ {\nmove(right, left)\nmove(left, right)\n}\n\
        println(left.next == right.next)\n}\n\
        func main() {\nfirst = &node{next: new(node)}\nheld = new(node)\ntoss(first, held)\n}\n\"\"\"\n\
        [barrier]\nkind = 'none'\n[collector]\ntrigger = 'safepoints'\nevery = 3\n[schedule]\ngear = 'effect'\n";
    let (code, told) = report(program);
    assert_eq!((code, told["verdict"].as_str()), (1, Some("violated")), "{told:#}");
    let path = told["violation"]["path"].to_string();
    assert!(
        (path.contains("frame slot `left of main.toss`") || path.contains("frame slot `right of main.toss`"))
            && path.contains(", .next\""),
        "{path}"
    );
}

#[test]
fn a_stale_slot_is_told_at_the_store_that_used_it() {
    let grow = "func grow(m map[int]*int) *int { for i := 1; i < 100; i++ { m[i] = new(int) }; return new(int) }";
    let main = "m := map[int]*int{}\nm[1000] = nil\nm[0] = grow(m)";
    let (code, told) = report(&scenario(grow, main, "[compiler]\nlowering = 'mapassign'\norder = false"));
    assert_eq!((code, told["violation"]["kind"].as_str()), (1, Some("stale-slot")));
    assert_eq!(told["violation"]["site"], "main.go:8 map slot");
}

#[test]
fn a_program_by_itself_ends_as_under_go() {
    let folder = tempfile::tempdir().expect("room for a folder");
    let file = folder.path().join("x.go");
    let run = |body: &str| {
        std::fs::write(&file, format!("package main\nfunc main() {{\n{body}\n}}\n")).expect("room for a file");
        sim(&["run", &file.display().to_string()], "")
    };
    assert_eq!(run("println(1)"), (0, String::new(), "1\n".into()));
    let (code, _, err) = run("panic(\"no\")");
    assert!(code == 2 && err.starts_with("panic: no\n\ngoroutine 1 [running]:\n"), "{code} {err}");
    let (code, _, err) = run("x := 1");
    assert!(code == 2 && err.contains("x declared but not used"), "{code} {err}");
    let (code, _, err) = run("go println(1)");
    assert!(code == 2 && err.contains("unsupported"), "{code} {err}");
}
