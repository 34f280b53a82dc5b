//! Running a program of this folder: compiled by us, in both gears, and by Go.

use bumpalo::Bump;
use compiler::code::assemble::assemble;
use compiler::diagnostic::Diagnostics;
use compiler::options::Options;
use compiler::source::Sources;
use compiler::{check, escape, order, walk};
use gc::heap::HeapConfig;
use gc::policy::{Mode, Policy, Trigger};
use gc::runtime::{Checked, Config};
use gc::{Bytes, Runtime};
use machine::{Image, Machine, Outcome, Progress, Stream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Arguments of all programs.
const ARGS: [&str; 2] = ["one", "two three"];

/// Where Debian puts Go 1.19.
const GO: &str = "/usr/lib/go-1.19/bin/go";

/// What a program has done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Run {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub exit: i32,
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golib/programs").join(name).with_extension("go")
}

/// A program, ready to run.
pub fn compiled(name: &str) -> Arc<Image> {
    let text = std::fs::read_to_string(file(name)).expect("a program of ours");
    let (arena, mut sources, mut diagnostics) = (Bump::new(), Sources::new(), Diagnostics::new());
    let source = sources.add(format!("{name}.go"), text).expect("room for the source");
    let units = check::load(&arena, &source, &mut sources, &mut diagnostics);
    let program = units.and_then(|units| check::check(&arena, &units, &sources, &mut diagnostics));
    let Some(mut program) = program else { panic!("{name}: {:?}", diagnostics.sorted(&sources)) };
    escape::escape(&mut program);
    order::order(&mut program, &arena, Options::default());
    walk::walk(&mut program, &arena, Options::default());
    let code = assemble(&program, &sources).expect("it can be compiled");
    Arc::new(Image::new(Arc::new(code), 1).expect("it can be loaded"))
}

fn machine(image: &Arc<Image>, trigger: Trigger) -> Machine<Checked> {
    let policy = Policy { mode: Mode::StopTheWorld, trigger, ..Policy::default() };
    let heap = HeapConfig { limit: Bytes(1 << 30), reuse: true, poison: true };
    let config = Config { policy, heap, stack_words: 1 << 16, ..Config::default() };
    let args = std::iter::once("golib").chain(ARGS).map(str::to_owned).collect();
    Machine::new(image.clone(), config, 1, args).expect("room for the program")
}

/// Runs to the end; `advance` goes on for a while.
fn finish(mut machine: Machine<Checked>, advance: impl Fn(&mut Machine<Checked>) -> Progress) -> Run {
    let mut run = Run::default();
    loop {
        let progress = advance(&mut machine);
        for (stream, bytes) in machine.output().take() {
            match stream {
                Stream::Stdout => run.stdout.extend(bytes),
                Stream::Stderr => run.stderr.extend(bytes),
            }
        }
        match progress {
            Progress::Paused => {}
            Progress::Ended(Outcome::Exit(code)) => {
                run.exit = code;
                return run;
            }
            Progress::Ended(outcome) => {
                let _: &Runtime<Checked> = machine.runtime();
                panic!("{outcome:?}\n{}", String::from_utf8_lossy(&run.stderr));
            }
        }
    }
}

/// What it does here, at full speed.
pub fn ours(image: &Arc<Image>, trigger: Trigger) -> Run {
    finish(machine(image, trigger), |machine| machine.run(1 << 20))
}

/// What it does here, one effect at a time.
pub fn stepped(image: &Arc<Image>, trigger: Trigger) -> Run {
    finish(machine(image, trigger), Machine::step)
}

/// What it does under Go; `None`, and a line that says so, if Go is not installed. Where skipping is forbidden, that fails.
pub fn go(name: &str) -> Option<Run> {
    if !Path::new(GO).exists() {
        assert!(
            std::env::var_os("BARRIERLAB_REQUIRE_GO").is_none(),
            "BARRIERLAB_REQUIRE_GO is set, and there is no {GO} (apt-get install golang-1.19-go)"
        );
        eprintln!("skipped: comparison with Go's packages needs {GO} (apt-get install golang-1.19-go)");
        return None;
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let binary = target.join(format!("golib-{name}"));
    let built = Command::new(GO)
        .args(["build", "-o"])
        .args([&binary, &file(name)])
        .env("GO111MODULE", "off")
        .env("GOPROXY", "off")
        .env("GOFLAGS", "")
        .env("GOCACHE", target.join("go-cache"))
        .output()
        .expect("go can be started");
    assert!(built.status.success(), "{name} does not build: {}", String::from_utf8_lossy(&built.stderr));
    let done = Command::new(binary).args(ARGS).output().expect("the program starts");
    Some(Run { stdout: done.stdout, stderr: done.stderr, exit: done.status.code().unwrap_or(-1) })
}
