//! The graph that escape analysis solves: locations, and how values flow between them.
//!
//! A location is a variable or an allocation. An edge `dst ← src` with `derefs` says that what is assigned to `dst`
//! is, or may be, `src` after so many dereferences; -1 is the address of `src`:
//!
//! ```text
//! p = &q    -1        p = q    0        p = *q    1        p = **q   2
//! ```
//!
//! For each location, the *root*, all locations are visited from which a value can reach it, by the smallest number of dereferences.
//! If the address of one reaches a root that outlives it, it must be in the heap. If a
//! parameter's value reaches the heap or a result, that is noted in the function's tag, for its callers.
//!
//! Keeps: `no dangling pointer`: a variable or allocation that stays in a frame is never reachable after the frame, or the round of the
//! loop that it belongs to, is gone. Broken here, it shows as use of freed or foreign stack memory.
//!
//! Source: Go 1.19 cmd/compile/internal/escape/{graph,solve}.go. Checked by: tests/escape.rs, which compares with
//! what the real compiler prints for the same programs.

use crate::ir::{AllocId, FuncId, LocalId};

/// Number of a location.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Loc(pub(super) u32);

/// What a location stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// Everything that outlives all functions.
    Heap,
    /// A variable.
    Local(FuncId, LocalId),
    /// An allocation.
    Alloc(FuncId, AllocId),
    /// A value on its way.
    Passing,
}

/// A variable or an allocation, and what is known about it.
#[derive(Debug)]
pub(super) struct Location {
    pub(super) what: What,
    /// The function whose frame it would be in.
    pub(super) func: FuncId,
    /// In how many loops it is made.
    pub(super) depth: u32,
    /// Must it be in the heap?
    pub(super) escapes: bool,
    /// Does nobody hold its address after the statement that makes it?
    pub(super) transient: bool,
    /// For a parameter: its index.
    pub(super) param: Option<u32>,
    /// For a result: its index.
    pub(super) result: Option<u32>,
    /// Where its values come from.
    edges: Vec<(Loc, i32)>,
    /// Smallest number of dereferences to the root of this walk, and which walk that is.
    derefs: i32,
    walk: u32,
    queued: bool,
}

/// Where a value goes: to some locations, after some dereferences. Nowhere, if it is empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Hole(Vec<(Loc, i32)>);

impl Hole {
    /// A value that nobody keeps.
    pub(super) fn discard() -> Hole {
        Hole::default()
    }

    pub(super) fn to(loc: Loc) -> Hole {
        Hole(vec![(loc, 0)])
    }

    /// The value goes to several places.
    pub(super) fn tee(mut self, other: Hole) -> Hole {
        self.0.extend(other.0);
        self
    }

    /// It is what the value points to that goes there.
    pub(super) fn deref(mut self) -> Hole {
        self.0.iter_mut().for_each(|(_, derefs)| *derefs += 1);
        self
    }

    /// After several dereferences.
    pub(super) fn deref_by(mut self, count: u32) -> Hole {
        self.0.iter_mut().for_each(|(_, derefs)| *derefs += count as i32);
        self
    }

    /// It is the value's address that goes there.
    pub(super) fn addr(mut self) -> Hole {
        self.0.iter_mut().for_each(|(_, derefs)| *derefs -= 1);
        self
    }

    /// What remains for a value without pointers: only where its address goes.
    pub(super) fn only_addresses(mut self) -> Hole {
        self.0.retain(|&(_, derefs)| derefs < 0);
        self
    }
}

/// Where a parameter's value goes, as callers need to know it: by the smallest number of dereferences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leak {
    /// To the heap.
    pub heap: Option<u32>,
    /// To each result.
    pub results: Vec<Option<u32>>,
}

/// All locations of functions that are solved together.
#[derive(Debug)]
pub(super) struct Graph {
    locations: Vec<Location>,
    walk: u32,
}

/// The heap's location.
pub(super) const HEAP: Loc = Loc(0);

impl Graph {
    pub(super) fn new() -> Graph {
        let mut graph = Graph { locations: Vec::new(), walk: 0 };
        let heap = graph.add(What::Heap, FuncId(u32::MAX), 0, false);
        graph.locations[heap.0 as usize].escapes = true;
        graph
    }

    pub(super) fn add(&mut self, what: What, func: FuncId, depth: u32, transient: bool) -> Loc {
        self.locations.push(Location {
            what,
            func,
            depth,
            escapes: false,
            transient,
            param: None,
            result: None,
            edges: Vec::new(),
            derefs: 0,
            walk: 0,
            queued: false,
        });
        Loc(self.locations.len() as u32 - 1)
    }

    pub(super) fn get(&self, loc: Loc) -> &Location {
        &self.locations[loc.0 as usize]
    }

    pub(super) fn get_mut(&mut self, loc: Loc) -> &mut Location {
        &mut self.locations[loc.0 as usize]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Location> {
        self.locations.iter()
    }

    /// A value of `src` flows into `hole`.
    pub(super) fn flow(&mut self, hole: &Hole, src: Loc) {
        for &(dst, derefs) in &hole.0 {
            if dst == src && derefs >= 0 {
                continue;
            }
            if self.get(dst).escapes && derefs < 0 {
                self.get_mut(src).escapes = true;
            } else {
                self.get_mut(dst).edges.push((src, derefs));
            }
        }
    }

    /// Finds out what escapes, and tells `leak` of each parameter whose value reaches the heap (`None`) or a result of its
    /// function, after so many dereferences. `encloses` says whether the second function is a closure inside of the first.
    pub(super) fn solve(
        &mut self,
        encloses: impl Fn(FuncId, FuncId) -> bool,
        mut leak: impl FnMut(FuncId, u32, Option<u32>, u32),
    ) {
        // Roots to walk from; a location that is found to escape is walked from again, for it now outlives more.
        let mut roots: std::collections::VecDeque<Loc> = (0..self.locations.len() as u32).map(Loc).collect();
        self.locations.iter_mut().for_each(|l| l.queued = true);
        let mut todo = Vec::new();
        while let Some(root) = roots.pop_front() {
            self.get_mut(root).queued = false;
            self.walk += 1;
            let walk = self.walk;
            let start = self.get_mut(root);
            (start.walk, start.derefs) = (walk, 0);
            todo.push(root);
            while let Some(at) = todo.pop() {
                let derefs = self.get(at).derefs;
                let address = derefs < 0;
                let outlives = self.outlives(root, at, &encloses);
                let (root_escapes, root_result, root_func, root_transient) = {
                    let r = self.get(root);
                    (r.escapes, r.result, r.func, r.transient)
                };
                let here = self.get_mut(at);
                let mut again = false;
                if address && !root_transient && here.transient {
                    here.transient = false;
                    again = true;
                }
                if outlives {
                    if let Some(param) = here.param
                        && !address
                    {
                        match root_result {
                            _ if root_escapes => leak(here.func, param, None, derefs as u32),
                            Some(result) if root_func == here.func => {
                                leak(here.func, param, Some(result), derefs as u32)
                            }
                            _ => {}
                        }
                    }
                    if address && !here.escapes {
                        here.escapes = true;
                        again = true;
                    }
                }
                if again && !here.queued {
                    here.queued = true;
                    roots.push_back(at);
                }
                if address && self.get(at).escapes && outlives {
                    // Its values now flow to the heap, which its own walk finds.
                    continue;
                }
                let edges = std::mem::take(&mut self.get_mut(at).edges);
                // Beyond an address only what the variable holds goes on, not what it pointed to before.
                let derefs = derefs.max(0);
                for &(src, more) in &edges {
                    let from = self.get_mut(src);
                    if from.escapes {
                        continue;
                    }
                    let total = derefs + more;
                    if from.walk != walk || from.derefs > total {
                        (from.walk, from.derefs) = (walk, total);
                        todo.push(src);
                    }
                }
                self.get_mut(at).edges = edges;
            }
        }
    }

    /// May what `root` holds be used after `other` is gone, if that is in a frame?
    fn outlives(&self, root: Loc, other: Loc, encloses: &impl Fn(FuncId, FuncId) -> bool) -> bool {
        let (root, other) = (self.get(root), self.get(other));
        root.escapes
            || root.result.is_some()
            || root.func == other.func && root.depth < other.depth
            || root.func != other.func && encloses(root.func, other.func)
    }
}
