//! The real Go: its files, its compiler, and the program that prints its trees.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian puts Go 1.19.
const GO: &str = "/usr/lib/go-1.19/bin/go";

/// Where Debian puts its tests.
pub const TESTS: &str = "/usr/share/go-1.19/test";

/// Where Debian puts its library.
pub const LIBRARY: &str = "/usr/share/go-1.19/src";

/// Is Go, which the tests need, there?
pub fn installed() -> bool {
    let there = [GO, TESTS, LIBRARY].iter().all(|path| Path::new(path).exists());
    if !there {
        assert!(
            std::env::var_os("BARRIERLAB_REQUIRE_GO").is_none(),
            "BARRIERLAB_REQUIRE_GO is set, and Debian's golang-1.19-go and golang-1.19-src are not installed"
        );
        eprintln!("skipped: comparison with Go's syntax needs golang-1.19-go and golang-1.19-src");
    }
    there
}

/// All Go files below a folder of up to `largest` bytes, sorted; without those in folders named in `skip`.
pub fn files(root: &str, largest: u64, skip: &[&str]) -> Vec<String> {
    let (mut folders, mut out) = (vec![PathBuf::from(root)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of Go's can be read").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !skip.contains(&&*name) {
                    folders.push(path);
                }
            } else if name.ends_with(".go") && entry.metadata().is_ok_and(|m| m.len() <= largest) {
                out.extend(path.to_str().map(String::from));
            }
        }
    }
    out.sort();
    out
}

/// A folder for what a test makes, of its own and empty.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("syntax").join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// Writes texts to files of their own.
pub fn write(test: &str, texts: &[String]) -> Vec<String> {
    let folder = folder(test);
    let file = |(i, text)| {
        let file = folder.join(format!("{i}.go"));
        std::fs::write(&file, text).expect("a file can be written");
        file.display().to_string()
    };
    texts.iter().enumerate().map(file).collect()
}

/// The trees that Go's parser makes of files, or why it makes none.
pub fn trees(test: &str, files: &[String]) -> Vec<(String, Result<String, String>)> {
    let folder = folder(test);
    let (program, list) = (folder.join("goast"), folder.join("list"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax/goast.go");
    let mut build = Command::new(GO);
    build.args(["build", "-o"]).arg(&program).arg(source);
    build.env("GO111MODULE", "off").env("GOFLAGS", "").env("GOCACHE", folder.join("../go-cache"));
    let built = build.output().expect("go can be started");
    assert!(built.status.success(), "goast does not build: {}", String::from_utf8_lossy(&built.stderr));
    std::fs::write(&list, files.join("\n")).expect("the list can be written");
    let run = Command::new(&program).arg(&list).output().expect("goast can be started");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));

    let text = String::from_utf8_lossy(&run.stdout);
    let entries = text.split("\n= ").map(|entry| {
        let (name, tree) = entry.trim_start_matches("= ").split_once('\n').unwrap_or((entry, ""));
        let tree = match tree.strip_prefix("! ") {
            Some(error) => Err(error.trim_end().into()),
            None => Ok(format!("{}\n", tree.trim_end_matches('\n'))),
        };
        (name.to_string(), tree)
    });
    entries.collect()
}

/// A message, with its line and its column.
pub type Complaint = (u32, u32, String);

/// What Go's compiler complains about in each of these files; columns beyond 255 are not told, and then 0.
pub fn complaints(test: &str, texts: &[String]) -> Vec<Vec<Complaint>> {
    let ask = |file: String| {
        let object = format!("{file}.o");
        let mut compiler = Command::new(GO);
        compiler.args(["tool", "compile", "-e", "-o"]).args([&object, &file]);
        let done = compiler.output().expect("go can be started");
        let name = format!("{file}:");
        let complaint = |line: &str| {
            let (line, rest) = line.strip_prefix(&name)?.split_once(':')?;
            let line = line.parse().ok()?;
            let with_column = rest.split_once(':').and_then(|(column, message)| Some((column.parse().ok()?, message)));
            let (column, message) = with_column.unwrap_or((0, rest));
            Some((line, column, message.trim().to_string()))
        };
        String::from_utf8_lossy(&done.stdout).lines().filter_map(complaint).collect()
    };
    write(test, texts).into_iter().map(ask).collect()
}
