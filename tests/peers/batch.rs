//! Random programs ([`crate::gogen`]), and what real Go 1.19 makes of them: many are built at once, each is run in a
//! process of its own.
//!
//! Building a program takes Go most of a second, whatever its size; a package of a hundred takes a little more. So
//! programs are printed with their names prefixed (`p17scene3`), each to a file of one package, and a `main` beside
//! them calls the one whose number is the argument. A program as a file of its own ([`alone`]) is the same text with a
//! `main` at its end. It prints the same: what initialises globals calls nothing that can be observed, and names of
//! types have the prefix in both.

use super::ours::told;
use super::process::{self, End, Ended, Streams};
use super::{GO, Simulator};
use crate::gogen::ENTRY;
use crate::gogen::tree::{Node, source};
use regex::Regex;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

/// More than any program here takes, in any build.
const LIMIT: Duration = Duration::from_secs(60);

/// What a simulator's answer begins with if it finds the heap unsafe, or itself at fault.
pub const FAULT: &str = "sim finds a fault: ";

static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bcode=0x[0-9a-f]+ addr=0x[0-9a-f]+").expect("it is right"));

/// What a program has done, as far as that is the same on every host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Output {
    /// Standard output.
    pub out: String,
    /// Standard error, up to the stacks of goroutines.
    pub err: String,
    /// How it ended.
    pub end: End,
}

impl Output {
    fn of(done: Ended) -> Output {
        // Which word of a nil struct is touched first is up to the compiler; and the code that Go prints is one that a panic in a
        // deferred call may have written over.
        let err = ADDRESS.replace_all(&told(&done.err), "code=CODE addr=ADDRESS").into_owned();
        Output { out: done.out, err, end: done.end }
    }

    /// The first place at which it differs from what Go has done.
    pub fn difference(&self, go: &Output) -> Option<String> {
        let first = |what: &str, a: &str, b: &str| {
            let (mut a, mut b) = (a.lines(), b.lines());
            (1..).find_map(|n| match (a.next(), b.next()) {
                (None, None) => Some(None),
                (a, b) if a == b => None,
                (a, b) => {
                    let [a, b] = [a, b].map(|line| line.map_or("nothing".into(), |line| format!("{line:?}")));
                    Some(Some(format!("{what}, line {n}: {a}, Go {b}")))
                }
            })?
        };
        first("standard error", &self.err, &go.err)
            .or_else(|| first("standard output", &self.out, &go.out))
            .or_else(|| (self.end != go.end).then(|| format!("{}, Go {}", self.end, go.end)))
            .or_else(|| (self != go).then(|| "line ends".into()))
    }
}

/// A program and its number, by which a side can choose what must make no difference.
#[derive(Clone, Copy, Debug)]
pub struct Case<'p> {
    /// The program.
    pub program: &'p Node,
    /// Its number in the run; smaller ones keep it.
    pub number: usize,
}

/// What runs programs: what each has done, in order, or why it was refused. It may write to the folder.
pub type Side<'a> = &'a (dyn Fn(&Path, &[Case<'_>]) -> Vec<Result<Output, String>> + Sync);

/// How Go builds and runs.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    name: &'static str,
    gcflags: &'static str,
    env: &'static [(&'static str, &'static str)],
}

/// As users do.
pub const PLAIN: Manner = Manner { name: "plain", gcflags: "-e", env: &[] };

/// With nothing optimised, nothing inlined, and a collection as often as Go makes one.
pub const SLOW: Manner =
    Manner { name: "slow", gcflags: "-e -N -l", env: &[("GOGC", "1"), ("GODEBUG", "gcstoptheworld=1")] };

impl Manner {
    /// Go as a [`Side`], with its cache in a folder that tests may write to.
    pub fn go(self, cache: &Path) -> impl Fn(&Path, &[Case<'_>]) -> Vec<Result<Output, String>> + Sync {
        move |folder, cases| {
            let programs: Vec<&Node> = cases.iter().map(|case| case.program).collect();
            let batch = Batch::build(&folder.join(self.name), &programs, self, cache);
            (0..programs.len()).map(|n| batch.run(n)).collect()
        }
    }
}

/// A simulator as a [`Side`]: it gets each program as a file of its own, and runs it with what `settings` make of its
/// number.
pub fn simulator<'s>(
    simulator: &'s Simulator,
    settings: &'s (dyn Fn(usize) -> Vec<String> + Sync),
) -> impl Fn(&Path, &[Case<'_>]) -> Vec<Result<Output, String>> + Sync + 's {
    move |folder, cases| {
        fs::create_dir_all(folder).expect("a folder can be made");
        let run = |(n, case): (usize, &Case<'_>)| {
            fs::write(folder.join("main.go"), alone(case.program, n)).expect("room for a small file");
            let mut arguments: Vec<OsString> = vec!["run".into(), "main.go".into()];
            arguments.extend(settings(case.number).into_iter().flat_map(|set| ["--set".into(), set.into()]));
            let done = simulator.ask(folder, &arguments, Streams::Apart, LIMIT);
            match done.refusal() {
                Some(feature) => Err(format!("unsupported: {feature}")),
                None if done.end == End::Code(70) => Err(format!("{FAULT}{}", done.err)),
                None => Ok(Output::of(done)),
            }
        };
        cases.iter().enumerate().map(run).collect()
    }
}

fn prefix(n: usize) -> String {
    format!("p{n}")
}

/// The n-th program as a file of its own.
pub fn alone(program: &Node, n: usize) -> String {
    let prefix = prefix(n);
    format!("{}\nfunc main() {{\n\t{}()\n}}\n", source(program, &prefix), ENTRY.spelled(&prefix))
}

/// Programs that are built as one.
#[derive(Debug)]
struct Batch {
    binary: PathBuf,
    manner: Manner,
    /// What Go says of the programs that it does not accept, by their number.
    refused: BTreeMap<usize, String>,
}

impl Batch {
    /// Builds programs in a folder, which is made anew. Those that Go refuses are left out.
    ///
    /// # Panics
    /// If the folder cannot be written, or Go fails in another way.
    fn build(folder: &Path, programs: &[&Node], manner: Manner, cache: &Path) -> Batch {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).expect("a folder can be made");
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("room for a small file");
        let file = |n: usize| format!("{}.go", prefix(n));
        write("go.mod", "module batch\n\ngo 1.9\n");
        for (n, program) in programs.iter().enumerate() {
            write(&file(n), &source(program, &prefix(n)));
        }
        let mut refused = BTreeMap::new();
        loop {
            let accepted = (0..programs.len()).filter(|n| !refused.contains_key(n));
            let cases: String =
                accepted.map(|n| format!("\tcase \"{n}\":\n\t\t{}()\n", ENTRY.spelled(&prefix(n)))).collect();
            let switch = format!("func main() {{\n\tswitch os.Args[1] {{\n{cases}\t}}\n}}\n");
            write("main.go", &format!("package main\n\nimport \"os\"\n\n{switch}"));
            let built = Command::new(GO)
                .args(["build", "-ldflags=-w", "-gcflags", manner.gcflags, "-o", "batch", "."])
                .current_dir(folder)
                .envs([("GOFLAGS", "-mod=mod"), ("GOPROXY", "off"), ("GO111MODULE", "on"), ("GOENV", "off")])
                .env("GOCACHE", cache)
                .output()
                .expect("go can be started");
            if built.status.success() {
                return Batch { binary: folder.join("batch"), manner, refused };
            }
            let said = String::from_utf8_lossy(&built.stderr).into_owned();
            let before = refused.len();
            for line in said.lines() {
                let place = line.trim_start_matches("./").strip_prefix('p').and_then(|rest| rest.split_once(".go:"));
                if let Some((Ok(n), why)) = place.map(|(n, why)| (n.parse::<usize>(), why))
                    && refused.insert(n, why.to_owned()).is_none()
                {
                    fs::remove_file(folder.join(file(n))).expect("it was written above");
                }
            }
            assert!(refused.len() > before, "Go fails: {said}");
        }
    }

    /// Runs the n-th program.
    fn run(&self, n: usize) -> Result<Output, String> {
        if let Some(why) = self.refused.get(&n) {
            return Err(format!("Go refuses it: {why}"));
        }
        let mut command = Command::new(&self.binary);
        command.arg(n.to_string()).envs(self.manner.env.iter().copied());
        Ok(Output::of(process::run(command, Streams::Apart, LIMIT)))
    }
}
