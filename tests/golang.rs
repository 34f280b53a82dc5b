//! Go 1.19 as a peer: many small programs built at once, each run in a process of its own.
//!
//! Building a program takes Go most of a second, whatever its size; a package of a hundred takes little more. So
//! programs are printed with their names prefixed (`p17scene3`), each to a file of one package, and a `main` beside
//! them calls the one whose number is the argument. The text of a program alone ([`alone`]) is the same file, and a
//! `main` at its end that calls it. What it prints is the same too: initialisers of globals call nothing that can
//! be observed, and names of types have the prefix in both.

use crate::gogen::ENTRY;
use crate::gogen::tree::{Node, source};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian puts Go 1.19.
pub const GO: &str = "/usr/lib/go-1.19/bin/go";

/// What a program has done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Exit code.
    pub exit: i32,
}

impl Output {
    /// The same without what differs from host to host: the stacks of goroutines after a panic, and where a signal hit.
    pub fn comparable(mut self) -> Output {
        if let Some(at) = self.stderr.find("\ngoroutine ") {
            self.stderr.truncate(at);
        }
        let lines = self.stderr.lines().filter(|line| !line.starts_with("[signal "));
        let mut kept = lines.collect::<Vec<_>>().join("\n").trim_end().to_owned();
        kept.push('\n');
        self.stderr = kept;
        self
    }

    /// The first place at which it differs from what another has done.
    pub fn difference(&self, other: &Output) -> Option<String> {
        let lines = |a: &str, b: &str, what: &str| {
            let longer = a.lines().count().max(b.lines().count());
            let line = |text: &str, n: usize| text.lines().nth(n).unwrap_or("(the end)").to_owned();
            (0..longer)
                .find(|n| line(a, *n) != line(b, *n))
                .map(|n| format!("{what}, line {}: {:?}, Go {:?}", n + 1, line(a, n), line(b, n)))
        };
        lines(&self.stderr, &other.stderr, "standard error")
            .or_else(|| lines(&self.stdout, &other.stdout, "standard output"))
            .or_else(|| (self.exit != other.exit).then(|| format!("exit code: {}, Go {}", self.exit, other.exit)))
    }
}

/// Whether Go can be run; if not, a line says so, or it fails where skipping is forbidden.
///
/// # Panics
/// If there is no Go and `BARRIERLAB_REQUIRE_GO` is set.
pub fn is_there() -> bool {
    let there = Path::new(GO).exists();
    if !there {
        assert!(
            std::env::var_os("BARRIERLAB_REQUIRE_GO").is_none(),
            "BARRIERLAB_REQUIRE_GO is set, and there is no {GO} (apt-get install golang-1.19-go)"
        );
        eprintln!("skipped: comparison with Go needs {GO} (apt-get install golang-1.19-go)");
    }
    there
}

/// How Go builds and runs.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Flags of the compiler.
    pub gcflags: &'static str,
    /// Environment of the programs.
    pub env: &'static [(&'static str, &'static str)],
}

/// As users do.
pub const PLAIN: Manner = Manner { gcflags: "-e", env: &[] };
/// With nothing optimised, nothing inlined, and a collection whenever there is something to collect.
pub const SLOW: Manner = Manner { gcflags: "-e -N -l", env: &[("GOGC", "1"), ("GODEBUG", "gcstoptheworld=1")] };

/// The prefix of the names of the n-th program.
pub fn prefix(n: usize) -> String {
    format!("p{n}")
}

/// The n-th program as a file that can be run alone.
pub fn alone(program: &Node, n: usize) -> String {
    let prefix = prefix(n);
    format!("{}\nfunc main() {{\n\t{}()\n}}\n", source(program, &prefix), ENTRY.spelled(&prefix))
}

/// Programs built as one.
#[derive(Debug)]
pub struct Batch {
    binary: PathBuf,
    manner: Manner,
    /// What Go says of the programs that it does not accept, by their number.
    pub refused: BTreeMap<usize, String>,
}

impl Batch {
    /// Builds programs in a folder, which is made anew. Those that Go refuses are left out.
    ///
    /// # Panics
    /// If the folder cannot be written, or Go fails in another way.
    pub fn build(folder: &Path, programs: &[&Node], manner: Manner) -> Batch {
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder).expect("a folder can be made");
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("room for a small file");
        write("go.mod", "module batch\n\ngo 1.9\n");
        for (n, program) in programs.iter().enumerate() {
            write(&format!("p{n}.go"), &source(program, &prefix(n)));
        }
        let mut refused = BTreeMap::new();
        loop {
            let cases: String = (0..programs.len())
                .filter(|n| !refused.contains_key(n))
                .map(|n| format!("\tcase \"{n}\":\n\t\t{}()\n", ENTRY.spelled(&prefix(n))))
                .collect();
            let text =
                format!("package main\n\nimport \"os\"\n\nfunc main() {{\n\tswitch os.Args[1] {{\n{cases}\t}}\n}}\n");
            write("main.go", &text);
            let built = Command::new(GO)
                .args(["build", "-ldflags=-w", "-gcflags", manner.gcflags, "-o", "batch", "."])
                .current_dir(folder)
                .env("GOFLAGS", "-mod=mod")
                .env("GOPROXY", "off")
                .env("GO111MODULE", "on")
                .output()
                .expect("go can be started");
            if built.status.success() {
                return Batch { binary: folder.join("batch"), manner, refused };
            }
            let said = String::from_utf8_lossy(&built.stderr).into_owned();
            let before = refused.len();
            for line in said.lines() {
                let number = line.trim_start_matches("./").strip_prefix('p').and_then(|rest| rest.split('.').next());
                if let Some(n) = number.and_then(|n| n.parse::<usize>().ok()) {
                    refused.entry(n).or_insert_with(|| line.to_owned());
                    let _ = std::fs::remove_file(folder.join(format!("p{n}.go")));
                }
            }
            assert!(refused.len() > before, "Go fails: {said}");
        }
    }

    /// Runs the n-th program.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn run(&self, n: usize) -> Output {
        let done = Command::new("timeout")
            .arg("20")
            .arg(&self.binary)
            .arg(n.to_string())
            .envs(self.manner.env.iter().copied())
            .output()
            .expect("it can be started");
        Output {
            stdout: String::from_utf8_lossy(&done.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&done.stderr).into_owned(),
            exit: done.status.code().unwrap_or(-1),
        }
    }
}
