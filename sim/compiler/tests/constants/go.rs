//! Go 1.19: its type checker evaluates, its compiler complains.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Where Debian puts Go 1.19.
const GO: &str = "/usr/lib/go-1.19/bin/go";

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Go; `None`, and a line that says so, if it is not installed. Where skipping is forbidden, that fails.
fn go() -> Option<Command> {
    if !Path::new(GO).exists() {
        assert!(
            std::env::var_os("BARRIERLAB_REQUIRE_GO").is_none(),
            "BARRIERLAB_REQUIRE_GO is set, and there is no {GO} (apt-get install golang-1.19-go)"
        );
        eprintln!(
            "skipped: comparison with Go's constants needs {GO} (apt-get install golang-1.19-go golang-1.19-src)"
        );
        return None;
    }
    let mut go = Command::new(GO);
    go.env("GO111MODULE", "off").env("GOPROXY", "off").env("GOFLAGS", "").env("GOCACHE", target().join("go-cache"));
    Some(go)
}

/// What Go makes of these expressions, each as the peer prints it.
pub fn evaluate(expressions: &[String]) -> Option<Vec<String>> {
    static PEER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let peer = PEER.get_or_init(|| {
        let binary = target().join("peer-constants");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/constants/peer/main.go");
        let built = go()?.args(["build", "-o"]).arg(&binary).arg(source).output().expect("go can be started");
        assert!(built.status.success(), "the peer does not build: {}", String::from_utf8_lossy(&built.stderr));
        Some(binary)
    });
    let mut child =
        Command::new(peer.as_ref()?).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the peer starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let done = std::thread::scope(|scope| {
        scope.spawn(move || expressions.iter().try_for_each(|expression| writeln!(stdin, "{expression}")));
        child.wait_with_output().expect("the peer ends")
    });
    let answers: Vec<_> = String::from_utf8(done.stdout).expect("text").lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), expressions.len(), "one line for each expression");
    Some(answers)
}

/// What the compiler complains about in a package of one file: messages with their columns, by line. `name` tells the
/// files of tests apart.
pub fn complaints(name: &str, source: &str) -> Option<BTreeMap<usize, Vec<(usize, String)>>> {
    let file = target().join(name).with_extension("go");
    std::fs::write(&file, source).expect("room for a small file");
    // The output is a file of ours: the compiler removes it when it fails, whatever it is.
    let object = file.with_extension("o");
    let done = go()?.args(["tool", "compile", "-e", "-o"]).args([&object, &file]).output().expect("go can be started");
    let text = String::from_utf8(done.stdout).expect("text");
    assert!(!text.contains("internal compiler error"), "{text}");
    let mut by_line = BTreeMap::<_, Vec<_>>::new();
    let prefix = format!("{}:", file.display());
    for line in text.lines() {
        let (row, rest) = line.strip_prefix(&prefix).and_then(|rest| rest.split_once(':')).expect(line);
        let (column, message) = rest.split_once(": ").expect(line);
        let number = |s: &str| s.parse().expect(line);
        by_line.entry(number(row)).or_default().push((number(column), message.to_owned()));
    }
    Some(by_line)
}
