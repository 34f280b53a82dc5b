//! Go programs of ours (`tests/programs`), and what real Go 1.19 makes of them.
//!
//! Beside `x.go` are `x.out`, `x.err` and `x.exit`: standard output, standard error and exit code under Go; a file that is
//! not there stands for nothing printed, or for 0. `peers programs --bless` writes them, by running Go. The language is that
//! of go1.9.
//!
//! Of the report of a panic, only what comes before `goroutine N [running]:` is compared, and in that all numbers which the
//! host decides are replaced ([`told`]).
//!
//! A program whose first line begins with `// errorcheck` is not run: its `// ERROR` comments are what `sim lower` must say
//! ([`super::errorcheck`]). Its flags are Go's, `-d=wb` or `-live`; a second line `// lower ARGUMENT...` has more arguments of
//! `sim lower`, for what real Go no longer does.

use super::errorcheck::{self, Listing};
use super::process::{End, Ended, Streams};
use super::record::Status;
use super::{Simulator, folder};
use regex::Regex;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

/// A program of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Program {
    /// Its path from the folder of programs, without `.go`.
    pub name: String,
    path: PathBuf,
    kind: Kind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Kind {
    Run,
    Lower { listing: Listing, more: Vec<OsString> },
}

/// Where the programs are.
pub fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("programs")
}

/// Where the record of what passes is.
pub fn expected() -> PathBuf {
    place().join("expected.txt")
}

/// All programs, by name.
///
/// # Errors
/// If the folder cannot be read, or the first lines of a program make no sense.
pub fn list() -> Result<Vec<Program>, String> {
    let mut paths = Vec::new();
    walk(&place(), &mut paths).map_err(|e| format!("{}: {e}", place().display()))?;
    paths.sort();
    paths.into_iter().map(Program::open).collect()
}

fn walk(below: &Path, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(below)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, paths)?;
        } else if path.extension().is_some_and(|e| e == "go") {
            paths.push(path);
        }
    }
    Ok(())
}

impl Program {
    fn open(path: PathBuf) -> Result<Program, String> {
        let source = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let recipe = errorcheck::recipe(&source);
        let kind = if recipe.first() == Some(&"errorcheck") {
            let listing = Listing::of(&recipe).ok_or_else(|| format!("{}: expected -live or -d=wb", path.display()))?;
            let second = source.lines().nth(1).and_then(|line| line.strip_prefix("// lower "));
            Kind::Lower { listing, more: second.unwrap_or_default().split_whitespace().map(OsString::from).collect() }
        } else {
            Kind::Run
        };
        let name = path.strip_prefix(place()).unwrap_or(&path).with_extension("").display().to_string();
        Ok(Program { name, path, kind })
    }

    /// Is it run, rather than lowered?
    pub fn is_run(&self) -> bool {
        self.kind == Kind::Run
    }

    /// Does real Go know what it is to print? Not if it is about something that only `sim lower` does.
    pub fn go_knows(&self) -> bool {
        match &self.kind {
            Kind::Run => true,
            Kind::Lower { more, .. } => more.is_empty(),
        }
    }

    /// How it ends under a simulator, and where that differs from what is recorded.
    pub fn judge(&self, simulator: &Simulator, limit: Duration) -> (Status, String) {
        match &self.kind {
            Kind::Run => judge(&self.run(simulator, limit), Printed::recorded(&self.path)),
            Kind::Lower { listing, more } => match errorcheck::score(&self.path, *listing, more, simulator, limit) {
                Err(why) => (Status::Failed(why), String::new()),
                Ok((statuses, score)) => {
                    let wrong = statuses.into_values().find(|s| !s.passed());
                    (wrong.unwrap_or(Status::Passed), score.faults().join("\n"))
                }
            },
        }
    }

    /// Under real Go, in our place.
    pub fn judge_go(&self, limit: Duration) -> (Status, String) {
        self.judge(&go(), limit)
    }

    /// Writes down what real Go makes of it. Nothing to do for what is not run.
    ///
    /// # Errors
    /// If Go refuses it, it does not end, or files cannot be written.
    pub fn record(&self, limit: Duration) -> Result<(), String> {
        if self.kind != Kind::Run {
            return Ok(());
        }
        let done = self.run(&go(), limit);
        if done.err.starts_with("# command-line-arguments") {
            return Err(format!("{}: {}", self.name, done.err));
        }
        let printed = Printed::of(&done).ok_or_else(|| format!("{}: {}", self.name, done.end))?;
        printed.write(&self.path).map_err(|e| format!("{}: {e}", self.name))
    }

    fn run(&self, simulator: &Simulator, limit: Duration) -> Ended {
        let file = self.path.file_name().unwrap_or_default().to_owned();
        simulator.ask(self.path.parent().unwrap_or(&folder()), &["run".into(), file], Streams::Apart, limit)
    }
}

/// Real Go, kept to the language of go1.9.
fn go() -> Simulator {
    Simulator::stand_in().with("-lang=go1.9")
}

/// What a program printed, and its exit code, as far as they are compared.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
struct Printed {
    out: String,
    err: String,
    code: i32,
}

impl Printed {
    fn of(done: &Ended) -> Option<Printed> {
        match done.end {
            End::Code(code) => Some(Printed { out: done.out.clone(), err: told(&done.err), code }),
            _ => None,
        }
    }

    fn recorded(program: &Path) -> Result<Printed, String> {
        let read = |extension: &str| match fs::read_to_string(program.with_extension(extension)) {
            Ok(text) => Ok(text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(e) => Err(format!(".{extension}: {e}")),
        };
        let code = match read("exit")?.trim() {
            "" => 0,
            text => text.parse().map_err(|_| format!(".exit: expected a number, got {text}"))?,
        };
        Ok(Printed { out: read("out")?, err: read("err")?, code })
    }

    fn write(&self, program: &Path) -> std::io::Result<()> {
        let code = if self.code == 0 { String::new() } else { format!("{}\n", self.code) };
        for (extension, text) in [("out", &self.out), ("err", &self.err), ("exit", &code)] {
            let path = program.with_extension(extension);
            if !text.is_empty() {
                fs::write(path, text)?;
            } else if path.exists() {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

fn judge(done: &Ended, recorded: Result<Printed, String>) -> (Status, String) {
    let wanted = match recorded {
        Ok(wanted) => wanted,
        Err(why) => return (Status::Failed(why), String::new()),
    };
    if let Some(feature) = done.refusal() {
        return (Status::Unsupported(feature), String::new());
    }
    let Some(printed) = Printed::of(done) else {
        return (Status::Failed(format!("{}: {}", done.end, done.first_line())), String::new());
    };
    let mut reasons = Vec::new();
    if printed.code != wanted.code {
        reasons.push(format!("exit {} instead of {}: {}", printed.code, wanted.code, done.first_line()));
    }
    let mut difference = String::new();
    for (stream, wanted, got) in
        [("standard output", &wanted.out, &printed.out), ("standard error", &wanted.err, &printed.err)]
    {
        if wanted != got {
            let same = wanted.lines().zip(got.lines()).take_while(|(a, b)| a == b).count();
            reasons.push(format!("{stream} differs at line {}", same + 1));
            let lines = similar::TextDiff::from_lines(wanted.as_str(), got.as_str());
            let _ = write!(
                difference,
                "{}",
                lines.unified_diff().header(&format!("{stream}, Go"), &format!("{stream}, ours"))
            );
        }
    }
    let status = if reasons.is_empty() { Status::Passed } else { Status::Failed(reasons.join("; ")) };
    (status, difference)
}

static STACK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^goroutine [0-9]+ \[.*\]:$").expect("it is right"));
static PROGRAM_COUNTER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bpc=0x[0-9a-f]+").expect("it is right"));
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^(\s*panic: \(.*\)) 0x[0-9a-f]+").expect("it is right"));

/// The part of standard error that is the same wherever a program runs: no stacks, and no addresses in the report of a panic.
pub fn told(err: &str) -> String {
    let before = STACK.find(err).map_or(err, |stack| &err[..stack.start()]);
    let text = PROGRAM_COUNTER.replace_all(before, "pc=PC");
    ADDRESS.replace_all(&text, "$1 ADDRESS").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(code: i32, out: &str, err: &str) -> Ended {
        Ended { end: End::Code(code), out: out.to_owned(), err: err.to_owned() }
    }

    fn verdict(done: &Ended) -> Status {
        let wanted = Printed { out: "a\nb\n".to_owned(), err: "panic: x\n\n".to_owned(), code: 2 };
        judge(done, Ok(wanted)).0
    }

    #[test]
    fn output_error_and_exit_code_must_all_be_right() {
        assert_eq!(verdict(&ended(2, "a\nb\n", "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n")), Status::Passed);
        let reason = |done| verdict(&done).reason().to_owned();
        assert_eq!(reason(ended(1, "a\nb\n", "panic: x\n\n")), "exit 1 instead of 2: panic: x");
        assert_eq!(reason(ended(2, "a\nc\n", "panic: x\n\n")), "standard output differs at line 2");
        assert_eq!(reason(ended(2, "a\nb\n", "panic: y\n\n")), "standard error differs at line 1");
        assert_eq!(reason(ended(2, "a\nb\n", "panic: x\n")), "standard error differs at line 2");
        assert_eq!(verdict(&ended(2, "", "unsupported: x.go:3:1: maps\n")), Status::Unsupported("maps".to_owned()));
    }

    #[test]
    fn what_the_host_decides_is_not_compared_and_all_else_is() {
        let nil = "panic: runtime error: x\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x8 pc=0x457c74]\n\n";
        let ours = nil.replace("457c74", "1");
        assert_eq!(told(&(nil.to_owned() + "goroutine 18 [running]:\nx\n")), told(&ours));
        assert_ne!(told(nil), told(&nil.replace("addr=0x8", "addr=0x0")));
        assert_eq!(
            told("panic: (main.T) 0xc000018080\n\tpanic: (*int) 0x1 [recovered]\n"),
            "panic: (main.T) ADDRESS\n\tpanic: (*int) ADDRESS [recovered]\n"
        );
        assert_eq!(told("0xc000018080 goroutine 1 [running]: x\n"), "0xc000018080 goroutine 1 [running]: x\n");
    }

    #[test]
    fn every_program_says_what_it_is_about() {
        let programs = list().unwrap_or_else(|e| panic!("{e}"));
        assert!(programs.len() >= 60, "{} programs", programs.len());
        for program in programs {
            let source = fs::read_to_string(&program.path).expect("it was read before");
            assert!(source.starts_with("// "), "{} begins with no comment", program.name);
        }
    }
}
