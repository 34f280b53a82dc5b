//! The book says what the program does: generated pages, sample outputs, links and paths.
//!
//! After a change that is meant, `BARRIERLAB_BLESS=1 cargo test -p sim --test book` writes the files
//! anew; look at what git then shows.

use assert_cmd::Command;
use gc::barrier::CATALOGUE;
use gc::cost::Weights;
use sim::scenario::choice::{Choice, Choices};
use sim::scenario::keys::Document;
use sim::scenario::setting::{Only, SectionInfo, Setting, Shape, Written};
use sim::workload::sites::Sites;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The top of the project.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the project is there")
}

/// Compares a file with what it should hold, or writes it if the run is to bless.
fn holds(file: &str, wanted: &str) {
    let path = top().join(file);
    if std::env::var_os("BARRIERLAB_BLESS").is_some_and(|v| v == "1") {
        fs::write(&path, wanted).expect("the file can be written");
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    if found != wanted {
        let at = found.lines().zip(wanted.lines()).take_while(|(a, b)| a == b).count();
        panic!(
            "{file} is not up to date, from line {} on:\n  has    {:?}\n  wanted {:?}\n\
             If the change is meant: BARRIERLAB_BLESS=1 cargo test -p sim --test book",
            at + 1,
            found.lines().nth(at),
            wanted.lines().nth(at)
        );
    }
}

// --- sample outputs -------------------------------------------------------------------------------

/// Files under `docs/output`, and the arguments, exit code and stream that they come from.
const OUTPUTS: &[(&str, &str, i32)] = &[
    ("quickstart.txt", "run tests/scenarios/quickstart.toml", 0),
    ("quickstart-none.txt", "run tests/scenarios/quickstart.toml --set barrier.kind=none", 1),
    ("lost-object.txt", "run docs/examples/lost-object.toml", 0),
    ("lost-object.json", "run docs/examples/lost-object.toml --format json", 0),
    ("placement.txt", "run docs/examples/placement.toml", 0),
    ("stale-slot.txt", "run docs/examples/stale-slot.toml", 0),
    ("check-yuasa.txt", "check docs/examples/check-yuasa.toml", 0),
    ("wrong.txt", "run docs/examples/wrong.toml", 2),
    ("barriers.txt", "barriers", 0),
    ("growing.txt", "layout docs/examples/growing.json --picture text --width 100", 0),
    ("help.txt", "--help", 0),
];

fn output(args: &str, code: i32) -> String {
    let mut command = Command::cargo_bin("sim").expect("the binary is built");
    command.current_dir(top()).env("NO_COLOR", "1").env("COLUMNS", "100");
    let done = command.args(args.split(' ')).output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    assert_eq!(done.status.code(), Some(code), "sim {args}\n{}", text(&done.stderr));
    let stream = if code == 2 { &done.stderr } else { &done.stdout };
    text(stream).lines().fold(String::new(), |all, line| all + line.trim_end() + "\n")
}

#[test]
fn sample_outputs_are_what_the_command_prints() {
    for (file, args, code) in OUTPUTS {
        holds(&format!("docs/output/{file}"), &output(args, *code));
    }
}

/// A block of the README between `<!-- output FILE paragraphs A..B lines N -->` and the end of the fence: some
/// paragraphs of a sample, each cut after some lines.
#[test]
fn outputs_in_the_readme_are_cut_from_the_samples() {
    let readme = fs::read_to_string(top().join("README.md")).expect("there is a README");
    let mut wanted = String::new();
    let mut lines = readme.lines();
    let mut blocks = 0;
    while let Some(line) = lines.next() {
        wanted += line;
        wanted.push('\n');
        let Some(mark) = line.strip_prefix("<!-- output ").and_then(|m| m.strip_suffix(" -->")) else { continue };
        blocks += 1;
        let words: Vec<&str> = mark.split(' ').collect();
        let [file, "paragraphs", range, "lines", most] = words[..] else { panic!("not a mark: {line}") };
        let (first, last) = range.split_once("..").expect("a range of paragraphs");
        let number = |n: &str| n.parse::<usize>().expect("a number");
        let args = OUTPUTS.iter().find(|o| o.0 == file).unwrap_or_else(|| panic!("no output {file}"));
        wanted += "```text\n$ sim ";
        wanted += args.1;
        wanted.push('\n');
        let sample = output(args.1, args.2);
        let paragraphs: Vec<&str> = sample.split("\n\n").collect();
        for paragraph in &paragraphs[number(first) - 1..number(last).min(paragraphs.len())] {
            let shown: Vec<&str> = paragraph.lines().collect();
            for line in shown.iter().take(number(most)) {
                wanted += line;
                wanted.push('\n');
            }
            match shown.len().saturating_sub(number(most)) {
                0 => {}
                1 => wanted += "  … 1 more line …\n",
                n => {
                    let _ = writeln!(wanted, "  … {n} more lines …");
                }
            }
            wanted.push('\n');
        }
        wanted.truncate(wanted.trim_end().len());
        wanted += "\n```\n";
        let open = lines.next();
        assert_eq!(open, Some("```text"), "a fence follows the mark");
        assert!(lines.by_ref().any(|l| l == "```"), "the fence is closed");
    }
    assert!(blocks >= 2, "the README shows a clean run and a violated one");
    holds("README.md", &wanted);
}

// --- generated pages ------------------------------------------------------------------------------

const GENERATED: &str = "<!-- Written by sim/tests/book.rs. Change the code it is drawn from, then bless. -->\n";

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|").replace('\n', " ")
}

fn values(shape: &Shape) -> String {
    match shape {
        Shape::Boolean => "boolean".into(),
        Shape::Integer { min, max } if min == max => format!("{min}"),
        Shape::Integer { min, max: u64::MAX } if *min == 0 => "integer, 64 bits".into(),
        Shape::Integer { min, max } => format!("integer, {} to {}", grouped(*min), grouped(*max)),
        Shape::Positive { max } if *max == f64::MAX => "number above 0".into(),
        Shape::Positive { max } => format!("number above 0, at most {max}"),
        Shape::Text => "string".into(),
        Shape::Pattern => "pattern over site names".into(),
        Shape::Size { min, max } => format!("size, {} to {}", bytes(*min), bytes(*max)),
        Shape::Choice(_) => "one of the names below".into(),
        Shape::Barrier => "name of a [barrier](barriers.md)".into(),
        Shape::Step => "[step](barriers.md#steps)".into(),
        Shape::List(item) => format!("list: {}", values(item)),
        Shape::Section(_) => "table".into(),
        Shape::Sections(_) => "list of tables".into(),
    }
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn bytes(n: u64) -> String {
    match n {
        _ if n >= 1 << 30 && n.is_multiple_of(1 << 30) => format!("{} GiB", n >> 30),
        _ if n >= 1 << 20 && n.is_multiple_of(1 << 20) => format!("{} MiB", n >> 20),
        _ if n >= 1 << 10 && n.is_multiple_of(1 << 10) => format!("{} KiB", n >> 10),
        _ => format!("{n} B"),
    }
}

fn default(setting: &Setting) -> String {
    match (setting.default)() {
        _ if setting.required => "*must be given*".into(),
        Written::Inline(text) if text == "\"\"" => "empty".into(),
        Written::Inline(text) => format!("`{text}`"),
        _ => "–".into(),
    }
}

fn notes(setting: &Setting) -> String {
    let mut notes = cell(setting.about);
    match setting.only {
        Some(Only::With(key, names)) => {
            let names: Vec<String> = names.iter().map(|n| format!("`\"{n}\"`")).collect();
            let _ = write!(notes, " Only with `{key}` {}.", names.join(" or "));
        }
        Some(Only::Given(key)) => {
            let _ = write!(notes, " Only beside `{key}`.");
        }
        None => {}
    }
    notes
}

fn choices_of(shape: &Shape) -> &'static [Choice] {
    match shape {
        Shape::Choice(choices) => choices,
        Shape::List(item) => choices_of(item),
        _ => &[],
    }
}

/// The keys of a table, then the tables in it.
fn section(out: &mut String, title: &str, path: &str, info: &'static SectionInfo) {
    let _ = write!(out, "\n## {title}\n\n{}\n\n", info.about.trim());
    out.push_str("| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
    for s in info.settings {
        let value = match s.shape {
            Shape::Section(_) | Shape::Sections(_) => {
                let inner = if path.is_empty() { s.name.to_owned() } else { format!("{path}.{}", s.name) };
                format!("[{}](#{})", values(&s.shape), anchor(&heading(&inner, &s.shape)))
            }
            _ => values(&s.shape),
        };
        let _ = writeln!(out, "| `{}` | {value} | {} | {} |", s.name, default(s), notes(s));
    }
    for s in info.settings {
        let choices = choices_of(&s.shape);
        if choices.is_empty() {
            continue;
        }
        let _ = write!(
            out,
            "\n`{}` is {}:\n\n",
            s.name,
            if matches!(s.shape, Shape::List(_)) { "any of" } else { "one of" }
        );
        for c in choices {
            let unbuilt = if c.built { "" } else { " *Not built yet.*" };
            let _ = writeln!(out, "- `\"{}\"`: {}{unbuilt}", c.name, c.about.trim());
        }
    }
    for s in info.settings {
        let inner = if path.is_empty() { s.name.to_owned() } else { format!("{path}.{}", s.name) };
        match s.shape {
            Shape::Section(i) | Shape::Sections(i) => section(out, &heading(&inner, &s.shape), &inner, i),
            _ => {}
        }
    }
}

fn heading(path: &str, shape: &Shape) -> String {
    if matches!(shape, Shape::Sections(_)) { format!("`[[{path}]]`") } else { format!("`[{path}]`") }
}

/// The anchor that mdBook gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter_map(|c| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_lowercase().next().unwrap_or(c)),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    });
    kept.collect()
}

#[test]
fn the_reference_of_keys_is_drawn_from_the_table() {
    let mut out = GENERATED.to_owned();
    section(&mut out, "The top level", "", Document::INFO);
    holds("docs/generated/keys.md", &out);
}

/// Planted faults: what they are, what `--set` plants them in `docs/examples/few-keys.toml`, a real bug like it.
const FAULTS: &[(&str, &str, &str)] = &[
    ("no barrier", "barrier.kind=none", ""),
    ("an insertion barrier, stacks scanned once", "barrier.kind=dijkstra-coarse", ""),
    ("the same, tested by colour", "barrier.kind=dijkstra", ""),
    ("a retreating barrier, stacks scanned once", "barrier.kind=steele", ""),
    ("a deletion barrier, stacks scanned at any time", "barrier.kind=yuasa", ""),
    ("white allocation", "collector.allocate=white collector.steps=8", ""),
    (
        "one site without a barrier",
        "placement=[{site=\"mapdelete.elem\",barrier=\"none\"}] workload.operations=100000",
        "golang/go#21297",
    ),
    (
        "barriers after a bulk move",
        "barrier.bulk=after workload.operations=100000",
        "JuliaLang/julia#62687, pypy/pypy#4925",
    ),
    (
        "the same in the old lowering",
        "barrier.bulk=after compiler.lowering=mapassign1 barrier.kind=yuasa collector.stacks=before-heap workload.operations=100000",
        "",
    ),
    (
        "a buffer that is not flushed",
        "barrier.buffer=64 barrier.flush_before_termination=false workload.operations=200000 workload.keys=2 \
         workload.initial=2 workload.mix.read=20 collector.steps=8",
        "golang/go#26903",
    ),
    (
        "a safepoint between flag test and store",
        "barrier.steps=[\"flag\",\"safepoint\",\"load-old\",\"shade-old\",\"shade-new\",\"store\"] collector.steps=100 \
         collector.every=5",
        "JDK-8242115, dart-lang/sdk#43922",
    ),
    (
        "a value left out of the stack map",
        "compiler.omit_roots=[\"value\"] collector.mode=stop-the-world collector.every=7",
        "golang/go#22781",
    ),
    (
        "a slot taken before the right side",
        "compiler.order=false workload.keys=2000 workload.mix.assign=500 workload.mix.drop=1",
        "",
    ),
    (
        "overflow buckets not kept",
        "runtime.keep_overflow=false workload.elem=int64 workload.keys=2000 workload.mix.assign=500",
        "golang/go#9477",
    ),
];

/// The same without a fault: what must stay clean.
const CONTROLS: &[(&str, &str)] = &[
    ("Go's barrier", ""),
    ("no barrier, the world stopped", "barrier.kind=none collector.mode=stop-the-world"),
    ("an insertion barrier, stacks scanned again", "barrier.kind=dijkstra-coarse collector.stacks=rescan"),
    ("the same, tested by colour", "barrier.kind=dijkstra collector.stacks=rescan"),
    ("a retreating barrier, stacks scanned again", "barrier.kind=steele collector.stacks=rescan"),
    ("a deletion barrier, stacks scanned first", "barrier.kind=yuasa collector.stacks=before-heap"),
    (
        "white allocation, stacks scanned again",
        "collector.allocate=white barrier.kind=dijkstra-coarse collector.stacks=rescan",
    ),
    ("a buffer that is flushed", "barrier.buffer=64"),
];

/// Seeds that are tried.
const SEEDS: u64 = 10;

/// Runs the scenario with these keys set under each seed: how many runs are violated, and how.
fn tried(flags: &str) -> (u64, String) {
    let mut kinds = std::collections::BTreeMap::<String, u64>::new();
    for seed in 1..=SEEDS {
        let mut command = Command::cargo_bin("sim").expect("the binary is built");
        command.current_dir(top()).args(["run", "docs/examples/few-keys.toml", "--format", "json", "--seed"]);
        command.arg(seed.to_string());
        for flag in flags.split_whitespace() {
            command.args(["--set", flag]);
        }
        let done = command.output().expect("it ends");
        let report: serde_json::Value = serde_json::from_slice(&done.stdout)
            .unwrap_or_else(|_| panic!("{flags}: {}", String::from_utf8_lossy(&done.stderr)));
        if let Some(kind) = report["violation"]["kind"].as_str() {
            *kinds.entry(kind.to_owned()).or_default() += 1;
        }
    }
    let words: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} × `{kind}`")).collect();
    (kinds.values().sum(), words.join(", "))
}

fn settings(flags: &str) -> String {
    let list: Vec<String> = flags.split_whitespace().map(|f| format!("`{f}`")).collect();
    list.join(" ")
}

#[test]
fn every_planted_fault_is_found_and_every_control_is_clean() {
    let mut out = GENERATED.to_owned();
    let _ = write!(out, "\n| fault | planted by `--set` | found, of {SEEDS} seeds | a bug like it |\n");
    out.push_str("| --- | --- | --- | --- |\n");
    for (fault, flags, bug) in FAULTS {
        let (found, kinds) = tried(flags);
        assert!(found > 0, "{fault} is not found: {flags}");
        let _ = writeln!(out, "| {fault} | {} | {kinds} | {bug} |", settings(flags));
    }
    let _ = write!(out, "\nAnd what must stay clean, and does, under the same {SEEDS} seeds:\n\n");
    out.push_str("| control | set by `--set` |\n| --- | --- |\n");
    for (control, flags) in CONTROLS {
        let (found, kinds) = tried(flags);
        assert_eq!(found, 0, "{control} is found wrong: {flags}: {kinds}");
        let _ = writeln!(out, "| {control} | {} |", settings(flags));
    }
    holds("docs/generated/faults.md", &out);
}

#[test]
fn the_catalogue_of_barriers_is_drawn_from_the_code() {
    let mut out = GENERATED.to_owned();
    out.push_str("\n| id | steps | claims | what it is |\n| --- | --- | --- | --- |\n");
    for n in CATALOGUE {
        let steps = n.program.to_string();
        let atomic = if n.program.is_atomic() { ", in one step" } else { "" };
        let _ = writeln!(out, "| `{}` | `{steps}`{atomic} | {} | {} |", n.id, n.invariant.name(), cell(n.about));
    }
    holds("docs/generated/barriers.md", &out);
}

#[test]
fn the_table_of_weights_is_drawn_from_the_code() {
    let mut out = GENERATED.to_owned();
    out.push_str("\n| count | modelled cycles each |\n| --- | ---: |\n");
    for (name, weight) in Weights::default().0 {
        let _ = writeln!(out, "| {name} | {weight} |");
    }
    holds("docs/generated/weights.md", &out);
}

#[test]
fn the_list_of_sites_is_drawn_from_the_code() {
    let mut out = GENERATED.to_owned();
    let (table, _) = Sites::table();
    let mut routine = "";
    for (_, name) in table.iter() {
        let (of, what) = name.split_once('.').unwrap_or(("", name));
        if of != routine {
            let _ = write!(out, "\n- `{of}.`: ");
            routine = of;
        } else {
            out.push_str(", ");
        }
        let _ = write!(out, "`{what}`");
    }
    out.push('\n');
    holds("docs/generated/sites.md", &out);
}

// --- links and paths ------------------------------------------------------------------------------

/// All Markdown of the project, relative to its top.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![PathBuf::from("README.md"), PathBuf::from("CHANGELOG.md")];
    for folder in ["docs", "docs/src", "docs/generated"] {
        for entry in fs::read_dir(top().join(folder)).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|e| e == "md") {
                pages.push(path.strip_prefix(top()).expect("under the top").to_owned());
            }
        }
    }
    pages.sort();
    pages
}

/// The text of a page with the files that it includes.
fn page(path: &Path) -> String {
    let full = top().join(path);
    let text = fs::read_to_string(&full).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut out = String::new();
    for line in text.lines() {
        match line.trim().strip_prefix("{{#include ").and_then(|l| l.strip_suffix("}}")) {
            Some(file) => {
                // After a colon come the first and the last line.
                let (file, _) = file.split_once(':').unwrap_or((file, ""));
                let file = full.parent().expect("a folder").join(file);
                let included = fs::read_to_string(&file);
                out += &included.unwrap_or_else(|e| panic!("{} includes {}: {e}", path.display(), file.display()));
            }
            None => out += line,
        }
        out.push('\n');
    }
    out
}

/// The text outside fences.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

fn anchors(text: &str) -> BTreeSet<String> {
    prose(text).filter(|l| l.starts_with('#')).map(|l| anchor(l.trim_start_matches('#'))).collect()
}

/// What stands between `](` and `)`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(link, _)| link))
}

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_exist() {
    let mut broken = Vec::new();
    for path in pages() {
        // Generated pages are read where they are included.
        if path.starts_with("docs/generated") {
            continue;
        }
        let text = page(&path);
        for link in prose(&text).flat_map(links) {
            if link.starts_with("http") {
                continue;
            }
            let (file, hash) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().expect("a folder").join(file) };
            if !top().join(&target).exists() {
                broken.push(format!("{}: {link}: no such file", path.display()));
            } else if !hash.is_empty() && !anchors(&page(&target)).contains(hash) {
                broken.push(format!("{}: {link}: no such heading", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Paths of the project in backticks, such as `gc/src/heap.rs`.
#[test]
fn every_path_that_is_named_exists() {
    let mut gone = Vec::new();
    for path in pages() {
        let text = page(&path);
        for name in prose(&text).flat_map(|l| l.split('`').skip(1).step_by(2)) {
            let name = name.trim_end_matches('/');
            let ours = ["gc/", "mapruntime/", "sim/", "tests/", "docs/", ".ci/"].iter().any(|p| name.starts_with(p));
            if ours && !name.contains([' ', '*', '<']) && name != "docs/book" && !top().join(name).exists() {
                gone.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(gone.is_empty(), "{}", gone.join("\n"));
}

#[test]
fn every_chapter_is_in_the_summary() {
    let summary = page(Path::new("docs/src/SUMMARY.md"));
    for path in pages().iter().filter(|p| p.starts_with("docs/src")) {
        let name = path.file_name().expect("a name").to_string_lossy();
        assert!(name == "SUMMARY.md" || summary.contains(&format!("({name})")), "{name} is in no chapter");
    }
}
