//! Exhaustive search, breadth first: level by level, on several threads.
//!
//! A level is done before the next begins, so how many states and transitions there are, and which wrong step is the first, does not depend
//! on how many threads there are. Nothing but keys is kept. The way to a wrong step is found afterwards, backwards: which
//! state of the level before has a step to this one?

use super::space::{Space, Step};
use super::visited::{DEEPEST, Visited};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The most states that a thread takes at a time.
const CHUNK: usize = 64;

/// How often a thread looks at the clock.
const GLANCE: Duration = Duration::from_millis(100);

/// When to give up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// After so long.
    pub time: Option<Duration>,
    /// At so many states.
    pub states: Option<usize>,
    /// At this depth.
    pub depth: Option<u32>,
    /// At so many bytes of states.
    pub memory: Option<usize>,
}

/// Why a search did not finish.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// The time limit.
    Time,
    /// The limit of states.
    States,
    /// The limit of depth.
    Depth,
    /// The limit of memory.
    Memory,
    /// Ctrl-C.
    Interrupted,
}

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Searched {
    /// States seen.
    pub states: usize,
    /// Steps taken.
    pub transitions: u64,
    /// Levels.
    pub depth: u32,
    /// Bytes that the states take.
    pub bytes: usize,
    /// Why it did not finish, if it did not.
    pub bound: Option<Bound>,
    /// The way to the first wrong step.
    pub wrong: Option<Way>,
}

/// A way to a wrong step: the keys of the states on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Way(Vec<u128>);

impl Way {
    /// The state that it begins with.
    ///
    /// # Panics
    /// Never: there is one.
    pub fn first(&self) -> u128 {
        *self.0.first().expect("a way begins somewhere")
    }

    /// The others, and `None` for the wrong one, which is no state.
    pub fn rest(&self) -> impl Iterator<Item = Option<u128>> {
        self.0[1..].iter().map(|&key| Some(key)).chain([None])
    }
}

/// How far a search is.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    /// States seen.
    pub states: usize,
    /// Level.
    pub depth: u32,
    /// States of this level.
    pub frontier: usize,
    /// Those of them that are done.
    pub done: usize,
}

/// Searches all of a space; each thread makes one. `see` is told now and then how far it is, and says whether to go on.
///
/// # Panics
/// If a thread does.
pub fn exhaust<S: Space>(
    make: impl Fn() -> S + Sync,
    jobs: usize,
    limits: Limits,
    see: impl Fn(Sight) -> bool + Sync,
) -> Searched {
    let began = Instant::now();
    let visited = Visited::new();
    let mut frontier: Vec<u128> = make().initial().into_iter().filter(|&key| visited.insert(key, 0)).collect();
    let mut found = Searched { states: 0, transitions: 0, depth: 0, bytes: 0, bound: None, wrong: None };
    let bound = std::sync::Mutex::new(None);
    while !frontier.is_empty() && found.bound.is_none() {
        if found.depth >= limits.depth.unwrap_or(DEEPEST).min(DEEPEST) {
            found.bound = Some(Bound::Depth);
            break;
        }
        let (next_chunk, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let level = found.depth + 1;
        let chunk = (frontier.len() / (jobs * 8)).clamp(1, CHUNK);
        let work = || {
            let mut space = make();
            let (mut next, mut transitions) = (Vec::new(), 0u64);
            let mut wrong: Option<u128> = None;
            let mut glanced = Instant::now();
            loop {
                let from = next_chunk.fetch_add(chunk, Ordering::Relaxed);
                if from >= frontier.len() || stop.load(Ordering::Relaxed) {
                    return (next, transitions, wrong);
                }
                for &key in &frontier[from..frontier.len().min(from + chunk)] {
                    space.expand(key, &mut |step| {
                        transitions += 1;
                        match step {
                            Step::Safe => {}
                            Step::Wrong => wrong = Some(wrong.map_or(key, |first| first.min(key))),
                            Step::Went(new) => {
                                if visited.insert(new, level) {
                                    next.push(new);
                                }
                            }
                        }
                    });
                }
                if glanced.elapsed() >= GLANCE {
                    glanced = Instant::now();
                    let sight = Sight { states: visited.len(), depth: level, frontier: frontier.len(), done: from };
                    let over = |limit: Option<usize>, n: usize| limit.is_some_and(|limit| n > limit);
                    let reached = if !see(sight) {
                        Some(Bound::Interrupted)
                    } else if limits.time.is_some_and(|time| began.elapsed() > time) {
                        Some(Bound::Time)
                    } else if over(limits.states, sight.states) {
                        Some(Bound::States)
                    } else if over(limits.memory, visited.bytes()) {
                        Some(Bound::Memory)
                    } else {
                        None
                    };
                    if let Some(reached) = reached {
                        *bound.lock().expect("no thread panics with the lock") = Some(reached);
                        stop.store(true, Ordering::Relaxed);
                    }
                }
            }
        };
        let parts: Vec<_> = if jobs <= 1 || frontier.len() <= 2 {
            vec![work()]
        } else {
            std::thread::scope(|scope| {
                let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
                threads.into_iter().map(|t| t.join().expect("a thread of the search panicked")).collect()
            })
        };
        let mut wrong: Option<u128> = None;
        frontier = Vec::new();
        for (next, transitions, found_wrong) in parts {
            found.transitions += transitions;
            frontier.extend(next);
            wrong = match (wrong, found_wrong) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        found.depth = level;
        found.bound = *bound.lock().expect("no thread panics with the lock");
        if let Some(key) = wrong {
            found.wrong = Some(way(&mut make(), &visited, key, level - 1));
            break;
        }
    }
    found.states = visited.len();
    found.bytes = visited.bytes();
    found
}

/// The states from one of the first level to this one.
fn way<S: Space>(space: &mut S, visited: &Visited, key: u128, depth: u32) -> Way {
    let mut keys = vec![key];
    for depth in (0..depth).rev() {
        let to = Step::Went(keys[keys.len() - 1]);
        let before = visited.at_depth(depth).into_iter().find(|&from| {
            let mut leads = false;
            space.expand(from, &mut |step| leads |= step == to);
            leads
        });
        keys.push(before.expect("each state but those of the first level has one before it"));
    }
    keys.reverse();
    Way(keys)
}
