//! Starts a program, takes what it prints, and ends it when its time is up.

use regex::Regex;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;
use wait_timeout::ChildExt;

/// The most that is kept of what a program prints; one that prints more finds its pipe closed.
const MOST: u64 = 32 << 20;

/// Where output goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Streams {
    /// Standard output and standard error into one, as they come: [`Ended::out`].
    Together,
    /// Each by itself.
    Apart,
}

/// How a program ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// By itself, with this exit code.
    Code(i32),
    /// By a signal.
    Signal,
    /// By us, at its time limit.
    TimeLimit(Duration),
    /// It could not be started.
    NotStarted(String),
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Code(code) => write!(f, "exit {code}"),
            End::Signal => write!(f, "ended by a signal"),
            End::TimeLimit(limit) => write!(f, "time limit of {} s", limit.as_secs_f64()),
            End::NotStarted(why) => write!(f, "not started: {why}"),
        }
    }
}

/// What a program did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    /// How it ended.
    pub end: End,
    /// Standard output; with [`Streams::Together`] standard error as well.
    pub out: String,
    /// Standard error; empty with [`Streams::Together`].
    pub err: String,
}

impl Ended {
    /// The features that our language does not have and this program wants, if it was refused for that.
    ///
    /// With both streams together the rule cannot ask for an empty standard output, so it asks that nothing comes before.
    pub fn refusal(&self) -> Option<String> {
        const MARK: &str = "unsupported: ";
        let text = if self.err.is_empty() { &self.out } else { &self.err };
        let printed_first = if self.err.is_empty() { !text.starts_with(MARK) } else { !self.out.is_empty() };
        if self.end != End::Code(2) || printed_first {
            return None;
        }
        // A place in front is of no interest here: the feature is.
        let place = Regex::new(r"^\S*\.go(:[0-9]+)*: ").expect("it is right");
        let feature = |line: &'_ str| line.strip_prefix(MARK).map(|rest| place.replace(rest, "").into_owned());
        let mut features: Vec<String> = text.lines().filter_map(feature).collect();
        features.dedup();
        (!features.is_empty()).then(|| features.join("; "))
    }

    /// The first line with anything on it, cut to a readable length.
    pub fn first_line(&self) -> &str {
        let line =
            [&self.err, &self.out].into_iter().flat_map(|text| text.lines()).find(|line| !line.trim().is_empty());
        let line = line.unwrap_or("no output");
        line.char_indices().nth(120).map_or(line, |(at, _)| &line[..at])
    }
}

/// Runs a program to its end, or to its time limit.
///
/// # Panics
/// If the host has no pipes or threads left.
pub fn run(mut command: Command, streams: Streams, limit: Duration) -> Ended {
    command.stdin(Stdio::null());
    let (out, write_out) = std::io::pipe().expect("a pipe");
    let (err, write_err) = std::io::pipe().expect("a pipe");
    match streams {
        Streams::Together => command.stdout(write_out.try_clone().expect("a pipe")).stderr(write_out),
        Streams::Apart => command.stdout(write_out).stderr(write_err),
    };
    let child = command.spawn();
    // The command keeps our ends of the pipes open: readers would wait for them.
    drop(command);
    let mut child = match child {
        Ok(child) => child,
        Err(e) => return Ended { end: End::NotStarted(e.to_string()), out: String::new(), err: String::new() },
    };
    let readers = [reader(out), if streams == Streams::Apart { reader(err) } else { reader(std::io::empty()) }];
    let end = wait(&mut child, limit);
    let [out, err] = readers.map(|r| r.join().expect("reading does not panic"));
    Ended { end, out, err }
}

fn reader(from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error is what there is.
        let _ = from.take(MOST).read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn wait(child: &mut Child, limit: Duration) -> End {
    match child.wait_timeout(limit) {
        Ok(Some(status)) => status.code().map_or(End::Signal, End::Code),
        Ok(None) => {
            // It may have ended just now: then there is nothing to end.
            let _ = child.kill();
            let _ = child.wait();
            End::TimeLimit(limit)
        }
        Err(e) => End::NotStarted(e.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, streams: Streams, limit: f64) -> Ended {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, streams, Duration::from_secs_f64(limit))
    }

    #[test]
    fn both_streams_keep_the_order_in_which_they_were_written() {
        let done = shell("echo a; echo b >&2; echo c; exit 3", Streams::Together, 20.0);
        assert_eq!(done, Ended { end: End::Code(3), out: "a\nb\nc\n".into(), err: String::new() });
        let done = shell("echo a; echo b >&2", Streams::Apart, 20.0);
        assert_eq!(done, Ended { end: End::Code(0), out: "a\n".into(), err: "b\n".into() });
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let done = shell("echo a; exec sleep 1000", Streams::Together, 0.2);
        assert_eq!((done.end, done.out.as_str()), (End::TimeLimit(Duration::from_millis(200)), "a\n"));
    }

    #[test]
    fn a_program_that_prints_for_ever_is_ended_too() {
        let done = shell("exec yes", Streams::Together, 60.0);
        assert_ne!(done.end, End::TimeLimit(Duration::from_secs(60)));
        assert_eq!(done.out.len() as u64, MOST);
    }

    #[test]
    fn a_refusal_is_told_apart_from_a_panic_of_the_program() {
        let refusal = |script: &str| shell(script, Streams::Together, 20.0).refusal();
        assert_eq!(refusal("echo 'unsupported: channels' >&2; exit 2").as_deref(), Some("channels"));
        assert_eq!(refusal("echo 'unsupported: d/a.go:3:2: channels' >&2; exit 2").as_deref(), Some("channels"));
        assert_eq!(refusal("echo 'unsupported: channels' >&2; exit 1"), None);
        assert_eq!(refusal("echo 'panic: unsupported: channels' >&2; exit 2"), None);
        assert_eq!(refusal("echo hello; echo 'unsupported: channels' >&2; exit 2"), None, "it was not refused: it ran");
        let apart = |script: &str| shell(script, Streams::Apart, 20.0).refusal();
        assert_eq!(apart("echo 'unsupported: go' >&2; exit 2").as_deref(), Some("go"));
        assert_eq!(apart("echo hello; echo 'unsupported: go' >&2; exit 2"), None);
    }
}
