//! Verdicts, and what they come to beside an expectation.

use crate::exit::Exit;
use crate::scenario::choice::Choices;
use crate::scenario::expect::ExpectedVerdict;
use crate::scenario::glob::Glob;
use crate::scenario::keys::Expect;
use serde::Serialize;

/// What can be said of a run or a search. See DESIGN, D9.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// One run, and nothing was found: the best that a run can say.
    Clean,
    /// Every interleaving within the bounds was gone through, and nothing was found.
    Safe,
    /// Something is wrong, and here is how it came about.
    Violated,
    /// A limit stopped it: neither.
    Bounded,
}

impl Verdict {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Clean => "clean",
            Verdict::Safe => "safe",
            Verdict::Violated => "violated",
            Verdict::Bounded => "bounded",
        }
    }
}

/// A verdict beside what the scenario expects.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Judgement {
    /// What was expected, in a line.
    pub expected: String,
    /// Did it come true?
    pub met: bool,
}

/// Judges a verdict, with the kind and the site of a violation.
pub fn judge(expect: &Expect, verdict: Verdict, kind: Option<&str>, site: Option<&str>) -> Judgement {
    let mut expected = expect.verdict.map_or("no violation".to_owned(), |v| v.name().to_owned());
    if let Some(kind) = expect.kind {
        expected += &format!(", {}", kind.name());
    }
    if let Some(site) = &expect.site {
        expected += &format!(", at {site}");
    }
    let met = match (expect.verdict, verdict) {
        // One run cannot show that a scenario is safe; it has not shown the opposite.
        (None | Some(ExpectedVerdict::Clean | ExpectedVerdict::Safe), Verdict::Clean | Verdict::Safe) => true,
        (Some(ExpectedVerdict::Bounded), Verdict::Bounded) | (Some(ExpectedVerdict::Violated), Verdict::Violated) => {
            expect.kind.is_none_or(|k| Some(k.name()) == kind)
                && expect.site.as_ref().is_none_or(|s| site.is_some_and(|site| Glob(s.clone()).fits(site)))
        }
        _ => false,
    };
    Judgement { expected, met }
}

impl Judgement {
    /// How the command ends.
    pub fn exit(&self, verdict: Verdict) -> Exit {
        match verdict {
            _ if self.met => Exit::Expected,
            Verdict::Bounded => Exit::Bounded,
            _ => Exit::Violated,
        }
    }
}
