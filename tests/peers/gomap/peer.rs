//! The peer: a Go program that does what a script says to a real map, and prints what its memory holds.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Where Debian puts Go 1.19.
const GO: &str = "/usr/lib/go-1.19/bin/go";

/// Builds the program in a folder of `tests/peers`; returns where it is.
fn build(folder: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let binary = target.join(format!("peer-{folder}"));
    let built = Command::new(GO)
        .args(["build", "-o"])
        .arg(&binary)
        .arg(".")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(folder))
        .env("GOFLAGS", "-mod=mod")
        .env("GOPROXY", "off")
        .env("GOCACHE", target.join("go-cache"))
        .output()
        .expect("go can be started");
    assert!(built.status.success(), "{folder} does not build: {}", String::from_utf8_lossy(&built.stderr));
    binary
}

/// What the program in a folder of `tests/peers` prints; `None` if there is no Go.
pub fn run_program(folder: &str) -> Option<String> {
    Peer::get()?;
    let done = Command::new(build(folder)).output().expect("it can be started");
    Some(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// The built peer.
#[derive(Clone, Debug)]
pub struct Peer(PathBuf);

impl Peer {
    /// The peer, built once for all tests; `None`, and a line that says so, if there is no Go to build it with.
    pub fn get() -> Option<&'static Peer> {
        static PEER: OnceLock<Option<Peer>> = OnceLock::new();
        PEER.get_or_init(Peer::build).as_ref()
    }

    fn build() -> Option<Peer> {
        if !Path::new(GO).exists() {
            assert!(
                std::env::var_os("BARRIERLAB_REQUIRE_GO").is_none(),
                "BARRIERLAB_REQUIRE_GO is set, and there is no {GO} (apt-get install golang-1.19-go)"
            );
            eprintln!("skipped: comparison with real maps needs {GO} (apt-get install golang-1.19-go)");
            return None;
        }
        Some(Peer(build("go")))
    }

    /// The dumps of these scripts, in order; what went wrong for the first that has none, and all after it.
    pub fn ask(&self, scripts: &[Value]) -> Vec<Result<Value, String>> {
        let mut child = Command::new(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the peer can be started");
        let mut stdin = child.stdin.take().expect("it is piped");
        let done = std::thread::scope(|scope| {
            scope.spawn(move || {
                for script in scripts {
                    // A peer that has ended tells why below.
                    let _ = writeln!(stdin, "{script}");
                }
            });
            child.wait_with_output().expect("the peer ends")
        });
        let text = String::from_utf8_lossy(&done.stdout);
        let mut dumps: Vec<_> =
            text.lines().map(|line| serde_json::from_str(line).map_err(|e| e.to_string())).collect();
        let why = String::from_utf8_lossy(&done.stderr).chars().take(600).collect::<String>();
        dumps.resize(scripts.len(), Err(format!("the peer gave no dump: {why}")));
        dumps
    }
}
