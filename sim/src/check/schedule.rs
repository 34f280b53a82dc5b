//! Schedules as text: who takes each step.
//!
//! ```text
//! m0:37 m0*3 c.stack0 c.globals c.pick+6000 c.next*2 c.end
//! ```
//!
//! `m0` is a step of mutator 0, `m0:37` the one that makes its choice 37, `c.…` a step of the collector, an object being given by its
//! distance from the start of memory, in hexadecimal; `*3` repeats. Steps are parted by spaces, or, in one word for shells, by `-`.

use crate::world::Actor;
use gc::Addr;
use gc::addr::ARENA_BASE;
use gc::collector::CollectorStep;
use std::fmt::Write;

fn actor(step: Actor) -> String {
    match step {
        Actor::Mutator(i) => format!("m{i}"),
        Actor::Choose(i, choice) => format!("m{i}:{choice}"),
        Actor::Collector(step) => match step {
            CollectorStep::Start => "c.start".into(),
            CollectorStep::Stack(i) => format!("c.stack{i}"),
            CollectorStep::Globals => "c.globals".into(),
            CollectorStep::Object => "c.object".into(),
            CollectorStep::Pick(at) => format!("c.pick+{:x}", at.0.wrapping_sub(ARENA_BASE)),
            CollectorStep::Continue => "c.next".into(),
            CollectorStep::Terminate => "c.end".into(),
            CollectorStep::SweepSpan => "c.sweep".into(),
        },
    }
}

fn parse_actor(text: &str) -> Option<Actor> {
    if let Some(rest) = text.strip_prefix('m') {
        return Some(match rest.split_once(':') {
            Some((i, choice)) => Actor::Choose(i.parse().ok()?, choice.parse().ok()?),
            None => Actor::Mutator(rest.parse().ok()?),
        });
    }
    let step = text.strip_prefix("c.")?;
    Some(Actor::Collector(match step {
        "start" => CollectorStep::Start,
        "globals" => CollectorStep::Globals,
        "object" => CollectorStep::Object,
        "next" => CollectorStep::Continue,
        "end" => CollectorStep::Terminate,
        "sweep" => CollectorStep::SweepSpan,
        _ => match (step.strip_prefix("stack"), step.strip_prefix("pick+")) {
            (Some(i), _) => CollectorStep::Stack(i.parse().ok()?),
            (_, Some(at)) => CollectorStep::Pick(Addr(u64::from_str_radix(at, 16).ok()?.wrapping_add(ARENA_BASE))),
            _ => return None,
        },
    }))
}

/// The text of a schedule.
pub fn print(steps: &[Actor], separator: &str) -> String {
    let mut out = String::new();
    for same in steps.chunk_by(|a, b| a == b) {
        if !out.is_empty() {
            out.push_str(separator);
        }
        out.push_str(&actor(same[0]));
        if same.len() > 1 {
            // Writing to a string cannot fail.
            let _ = write!(out, "*{}", same.len());
        }
    }
    out
}

/// The most steps of a schedule that is read.
const MOST: usize = 1 << 24;

/// The schedule of a text.
///
/// # Errors
/// The word that is no step.
pub fn parse(text: &str) -> Result<Vec<Actor>, String> {
    let mut steps = Vec::new();
    for word in text.split([' ', '-', '\n']).filter(|word| !word.is_empty()) {
        let (name, count) = match word.split_once('*') {
            Some((name, count)) => (name, count.parse().ok()),
            None => (word, Some(1)),
        };
        match (parse_actor(name), count) {
            (Some(step), Some(count)) if steps.len() + count <= MOST => steps.extend(std::iter::repeat_n(step, count)),
            _ => {
                return Err(format!(
                    "`{word}` is no step: expected one such as m0, m0:37, c.stack0, c.globals, c.next*2"
                ));
            }
        }
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_reads_back_from_its_own_text() {
        let steps = vec![
            Actor::Choose(1, 37),
            Actor::Mutator(1),
            Actor::Mutator(1),
            Actor::Collector(CollectorStep::Start),
            Actor::Collector(CollectorStep::Stack(2)),
            Actor::Collector(CollectorStep::Globals),
            Actor::Collector(CollectorStep::Object),
            Actor::Collector(CollectorStep::Pick(Addr(ARENA_BASE + 0x60a0))),
            Actor::Collector(CollectorStep::Continue),
            Actor::Collector(CollectorStep::Continue),
            Actor::Collector(CollectorStep::SweepSpan),
            Actor::Collector(CollectorStep::Terminate),
        ];
        let text = print(&steps, " ");
        assert_eq!(text, "m1:37 m1*2 c.start c.stack2 c.globals c.object c.pick+60a0 c.next*2 c.sweep c.end");
        assert_eq!(parse(&text), Ok(steps.clone()));
        assert_eq!(parse(&print(&steps, "-")), Ok(steps));
    }

    #[test]
    fn what_is_no_step_is_named() {
        for word in ["m", "m0:x", "c.", "c.stack", "x", "m0*", "m0*-1", "m0*99999999999"] {
            assert!(parse(&format!("m0 {word} m0")).is_err_and(|e| e.contains("is no step")), "{word}");
        }
    }
}
