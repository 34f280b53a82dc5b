//! The real Go: its files, and the program that prints its trees.

use std::path::{Path, PathBuf};
use std::process::Command;

const GO: &str = "/usr/lib/go-1.19/bin/go";

/// Is Go, which the tests need, there?
fn installed(root: &Path) -> bool {
    let there = Path::new(GO).exists() && root.exists();
    if !there {
        assert!(
            std::env::var_os("BARRIERLAB_REQUIRE_GO").is_none(),
            "BARRIERLAB_REQUIRE_GO is set, and Debian's golang-1.19-go and golang-1.19-src are not installed"
        );
        println!("not compared: no Go 1.19");
    }
    there
}

/// All Go files below a folder, sorted; without those in folders named in `skip`. `None` if there is no Go.
pub fn files(root: &Path, skip: &[&str]) -> Option<Vec<String>> {
    if !installed(root) {
        return None;
    }
    let (mut folders, mut out) = (vec![root.to_path_buf()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of Go's is readable").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !skip.contains(&&*name) {
                    folders.push(path);
                }
            } else if name.ends_with(".go") {
                out.extend(path.to_str().map(String::from));
            }
        }
    }
    out.sort();
    Some(out)
}

/// A file for what a test makes.
pub fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("syntax-{}-{name}", std::process::id()))
}

/// The trees that Go's parser makes of files, or why it makes none.
pub fn trees(files: &[String]) -> Vec<(String, Result<String, String>)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax/goast.go");
    let unique = format!("{:?}", std::thread::current().id()).replace(['(', ')'], "");
    let (program, list) = (temporary(&format!("{unique}-goast")), temporary(&format!("{unique}-list")));
    let build = Command::new(GO).args(["build", "-o"]).arg(&program).arg(source).env("GO111MODULE", "off").output();
    let build = build.expect("Go runs");
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    std::fs::write(&list, files.join("\n")).expect("the list can be written");
    let run = Command::new(&program).arg(&list).output().expect("goast runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    std::fs::remove_file(program).and_then(|()| std::fs::remove_file(list)).expect("what was made can be removed");

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
