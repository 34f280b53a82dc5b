//! What passed when it was last written down, in a file that is checked in: what passed before must pass.
//!
//! One line for each test: name, tab, status, tab, reason. `passed` has no reason, `failed` and `unsupported` have one.
//! A test that passed and does not is a regression. One that newly passes is welcome, and the file is brought up to date by
//! `--bless`, which never takes back a `passed`: to give up a test, edit the file and say why in the commit.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// How a test ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "status", content = "reason", rename_all = "lowercase")]
pub enum Status {
    /// As Go's rule wants it.
    Passed,
    /// Not so, and why.
    Failed(String),
    /// Refused by name: the feature.
    Unsupported(String),
}

impl Status {
    /// Did it?
    pub fn passed(&self) -> bool {
        *self == Status::Passed
    }

    /// The name of the status.
    pub fn word(&self) -> &'static str {
        match self {
            Status::Passed => "passed",
            Status::Failed(_) => "failed",
            Status::Unsupported(_) => "unsupported",
        }
    }

    /// Why it did not pass; empty if it did.
    pub fn reason(&self) -> &str {
        match self {
            Status::Passed => "",
            Status::Failed(why) | Status::Unsupported(why) => why,
        }
    }

    fn parse(word: &str, reason: &str) -> Option<Status> {
        match (word, reason) {
            ("passed", "") => Some(Status::Passed),
            (_, "") => None,
            ("failed", why) => Some(Status::Failed(why.to_owned())),
            ("unsupported", what) => Some(Status::Unsupported(what.to_owned())),
            _ => None,
        }
    }
}

/// Which reason stays when a test that did not pass does not pass again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reasons {
    /// That of today.
    Renew,
    /// The written one, which a person wrote.
    Keep,
}

/// The statuses of tests, by name.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Record {
    /// Lines before the first test: remarks, each beginning with `#`.
    head: String,
    statuses: BTreeMap<String, Status>,
}

/// How a run compares with a record.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
pub struct Change {
    /// Passed before and do not now, each with the reason.
    pub regressions: Vec<String>,
    /// Pass now and did not before.
    pub newly_passing: Vec<String>,
    /// Not written down at all.
    pub unknown: Vec<String>,
}

impl Change {
    /// Sentences for people, the last with the command that brings the file up to date.
    pub fn text(&self, bless: &str) -> String {
        let mut text = String::new();
        let lists = [
            ("passed before, and do not now", &self.regressions),
            ("newly pass", &self.newly_passing),
            ("are not in the record", &self.unknown),
        ];
        for (what, names) in lists {
            if !names.is_empty() {
                let _ = writeln!(text, "{} {what}:\n  {}", names.len(), names.join("\n  "));
            }
        }
        if !self.newly_passing.is_empty() || !self.unknown.is_empty() {
            let _ = writeln!(text, "to write that down: {bless}");
        }
        text
    }
}

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    /// The line that is wrong.
    pub fn parse(text: &str) -> Result<Record, String> {
        let mut record = Record::default();
        for (i, line) in text.lines().enumerate() {
            if line.starts_with('#') {
                let _ = writeln!(record.head, "{line}");
                continue;
            }
            let fields: Vec<&str> = line.split('\t').collect();
            let status = match fields[..] {
                [_, word] => Status::parse(word, ""),
                [_, word, reason] => Status::parse(word, reason),
                _ => None,
            };
            let wrong = || {
                format!("line {}: expected NAME, passed|failed|unsupported, and a reason unless passed: {line}", i + 1)
            };
            if record.statuses.insert(fields[0].to_owned(), status.ok_or_else(wrong)?).is_some() {
                return Err(format!("line {}: {} is here twice", i + 1, fields[0]));
            }
        }
        Ok(record)
    }

    /// The record in a file.
    ///
    /// # Errors
    /// If there is none, or it is wrong.
    pub fn open(path: &Path) -> Result<Record, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Record::parse(&text).map_err(|e| format!("{}: {e}", path.display()))
    }

    /// The record as a file holds it.
    pub fn text(&self) -> String {
        let mut text = self.head.clone();
        for (name, status) in &self.statuses {
            let _ = write!(text, "{name}\t{}", status.word());
            let _ = match status.reason() {
                "" => writeln!(text),
                // A reason is one line of one field.
                why => writeln!(text, "\t{}", why.replace(['\t', '\n'], " ")),
            };
        }
        text
    }

    /// Of each status, how many.
    pub fn passed(&self) -> usize {
        self.statuses.values().filter(|s| s.passed()).count()
    }

    /// The names in it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.statuses.keys().map(String::as_str)
    }

    /// What is written about a test.
    pub fn get(&self, name: &str) -> Option<&Status> {
        self.statuses.get(name)
    }

    /// How these results compare with what is written.
    pub fn compare<'a>(&self, results: impl IntoIterator<Item = (&'a str, &'a Status)>) -> Change {
        let mut change = Change::default();
        for (name, now) in results {
            match self.statuses.get(name).map(Status::passed) {
                None => change.unknown.push(name.to_owned()),
                Some(true) if !now.passed() => {
                    change.regressions.push(format!("{name}: {}: {}", now.word(), now.reason()))
                }
                Some(false) if now.passed() => change.newly_passing.push(name.to_owned()),
                Some(_) => {}
            }
        }
        change
    }

    /// Writes these results down, but no regression.
    pub fn bless<'a>(&mut self, results: impl IntoIterator<Item = (&'a str, &'a Status)>, reasons: Reasons) {
        for (name, now) in results {
            let stays = match self.statuses.get(name) {
                None => false,
                Some(before) => before.passed() || (reasons == Reasons::Keep && !now.passed()),
            };
            if !stays {
                self.statuses.insert(name.to_owned(), now.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# remark\na.go\tpassed\nb.go\tfailed\texit 2\nc.go\tunsupported\tchannels\n";

    fn results() -> [(&'static str, Status); 4] {
        let failed = |why: &str| Status::Failed(why.to_owned());
        [("a.go", failed("exit 1")), ("b.go", Status::Passed), ("c.go", failed("exit 3")), ("d.go", Status::Passed)]
    }

    fn record() -> Record {
        Record::parse(TEXT).expect("it is right")
    }

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        assert_eq!(record().text(), TEXT);
    }

    #[test]
    fn what_passed_before_must_pass() {
        let results = results();
        let change = record().compare(results.iter().map(|(n, s)| (*n, s)));
        assert_eq!(change.regressions, ["a.go: failed: exit 1"]);
        assert_eq!((change.newly_passing, change.unknown), (vec!["b.go".to_owned()], vec!["d.go".to_owned()]));
    }

    #[test]
    fn blessing_takes_no_pass_back() {
        let results = results();
        let mut record = record();
        record.bless(results.iter().map(|(n, s)| (*n, s)), Reasons::Renew);
        assert_eq!(record.text(), "# remark\na.go\tpassed\nb.go\tpassed\nc.go\tfailed\texit 3\nd.go\tpassed\n");
        assert_eq!(record.compare([("a.go", &results[0].1)]).regressions.len(), 1, "still a regression");
    }

    #[test]
    fn reasons_that_people_wrote_stay() {
        let mut record = record();
        record.bless(results().iter().map(|(n, s)| (*n, s)), Reasons::Keep);
        assert_eq!(record.get("c.go"), Some(&Status::Unsupported("channels".to_owned())));
        assert_eq!(record.get("b.go"), Some(&Status::Passed));
    }

    #[test]
    fn a_wrong_line_is_named() {
        for line in ["a.go\tfailed", "a.go\tpassed\tbecause", "a.go", "a.go\tgood\tx", "a.go\tpassed\na.go\tpassed"] {
            assert!(Record::parse(line).expect_err(line).starts_with("line "), "{line}");
        }
    }
}
