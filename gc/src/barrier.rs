//! Write barriers: what a mutator does around a pointer store while marking goes on.
//!
//! A barrier is a short [`Program`] of micro-steps, and [`CATALOGUE`] is the one table of those
//! that have names. The order of the steps is part of the definition; so is what each step
//! depends on. A step is `[if CONDITION [and CONDITION]:] OPERATION`:
//!
//! ```text
//! hybrid-stack    flag; load-old; shade-old; if own-stack-grey: shade-new; store
//! ```
//!
//! `flag` loads the flag that says that marking is on; if it is off, only `store` remains (and `safepoint`).
//! From there to the end there is no safepoint, unless the program has one spelled out.
//!
//! Ways to hide a white object, and what prevents each:
//! 1. Load its last heap pointer into a black stack, overwrite the slot: `shade-old`.
//! 2. Store it from a grey stack into a black object, drop the local: `shade-new`.
//! 3. Store it into a black object: `shade-new`, or `grey-base`, which has that object scanned again.
//!
//! Stores to the current frame take no barrier: the compiler's decision, not made here.
//!
//! Source: Go 1.19 runtime/mbarrier.go (whose header makes `shade-new` conditional; the shipped
//! barrier does not); proposal 17503; Dijkstra et al. 1978; Steele 1975; Yuasa 1990; Pirinen 1998.
//! Keeps: the invariant that [`Named::invariant`] names. Checked by: [`crate::verify::tricolor`].

use crate::addr::Addr;
use crate::effects::{Effects, Stop, Tally};
use crate::site::Site;
use std::fmt;
use std::str::FromStr;

/// What one micro-step does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Operation {
    /// Load the phase flag; if marking is off, skip all but the store, and safepoints.
    Flag,
    /// Load the value that the store will overwrite.
    LoadOld,
    /// Shade the value loaded by `LoadOld`.
    ShadeOld,
    /// Shade the value to be stored.
    ShadeNew,
    /// Turn the object that holds the slot grey again.
    GreyBase,
    /// The store itself.
    Store,
    /// A safepoint in the middle of a barrier: a fault to plant, no real barrier has one.
    Safepoint,
}

/// A colour that a step may depend on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
pub enum Condition {
    /// The object that holds the slot is black: marked and not waiting to be scanned.
    BaseBlack = 1,
    /// It is not.
    BaseNotBlack = 2,
    /// The writing mutator's stack has not been scanned in this cycle.
    OwnStackGrey = 4,
    /// Some mutator's stack has not been scanned in this cycle.
    AnyStackGrey = 8,
    /// The value to be stored is a white object.
    NewWhite = 16,
}

/// Which value of a store is shaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Half {
    /// The overwritten one: the deletion half.
    Old,
    /// The stored one: the insertion half.
    New,
}

/// When the barriers of a bulk operation run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum BulkOrder {
    /// Before the move, as every collector with a deletion barrier must.
    #[default]
    Before,
    /// After it: a planted fault.
    After,
}

/// A micro-step: an operation and the conditions that must all hold for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Step {
    conditions: u8,
    operation: Operation,
}

const OPERATIONS: [(&str, Operation); 7] = [
    ("flag", Operation::Flag),
    ("load-old", Operation::LoadOld),
    ("shade-old", Operation::ShadeOld),
    ("shade-new", Operation::ShadeNew),
    ("grey-base", Operation::GreyBase),
    ("store", Operation::Store),
    ("safepoint", Operation::Safepoint),
];

const CONDITIONS: [(&str, Condition); 5] = [
    ("base-black", Condition::BaseBlack),
    ("base-not-black", Condition::BaseNotBlack),
    ("own-stack-grey", Condition::OwnStackGrey),
    ("any-stack-grey", Condition::AnyStackGrey),
    ("new-white", Condition::NewWhite),
];

impl Step {
    /// A step that is always taken.
    pub const fn always(operation: Operation) -> Step {
        Step { conditions: 0, operation }
    }

    /// The same step, under one more condition.
    #[must_use]
    pub const fn when(self, condition: Condition) -> Step {
        Step { conditions: self.conditions | condition as u8, ..self }
    }

    /// What it does.
    pub fn operation(self) -> Operation {
        self.operation
    }

    /// The conditions that must all hold.
    pub fn conditions(self) -> impl Iterator<Item = Condition> {
        CONDITIONS.iter().map(|&(_, c)| c).filter(move |&c| self.conditions & c as u8 != 0)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut join = "if ";
        for (name, c) in CONDITIONS {
            if self.conditions & c as u8 != 0 {
                write!(f, "{join}{name}")?;
                join = " and ";
            }
        }
        if self.conditions != 0 {
            f.write_str(": ")?;
        }
        let (name, _) = OPERATIONS.iter().find(|(_, o)| *o == self.operation).expect("every operation has a name");
        f.write_str(name)
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Why a text is not a barrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramError {
    /// No operation has this name.
    Operation(String),
    /// No condition has this name.
    Condition(String),
    /// A program stores exactly once.
    Stores(usize),
    /// `flag` must come first and unconditionally, if at all.
    FlagPlace,
    /// `store` cannot depend on anything.
    ConditionalStore,
    /// `shade-old` without an earlier `load-old`.
    NothingLoaded,
    /// More steps than [`Program::MAX`].
    TooLong(usize),
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |list: &mut dyn Iterator<Item = &'static str>| list.collect::<Vec<_>>().join(", ");
        match self {
            ProgramError::Operation(got) => {
                let known = names(&mut OPERATIONS.iter().map(|o| o.0));
                write!(f, "no barrier step is called `{got}`; there are {known}")
            }
            ProgramError::Condition(got) => {
                let known = names(&mut CONDITIONS.iter().map(|c| c.0));
                write!(f, "no condition is called `{got}`; there are {known}")
            }
            ProgramError::Stores(n) => write!(f, "a barrier has exactly one `store` step; this has {n}"),
            ProgramError::FlagPlace => f.write_str("`flag` has to be the first step and unconditional"),
            ProgramError::ConditionalStore => f.write_str("`store` cannot depend on a condition"),
            ProgramError::NothingLoaded => f.write_str("`shade-old` needs a `load-old` before it"),
            ProgramError::TooLong(n) => write!(f, "a barrier has at most {} steps; this has {n}", Program::MAX),
        }
    }
}

impl std::error::Error for ProgramError {}

impl FromStr for Step {
    type Err = ProgramError;

    fn from_str(text: &str) -> Result<Step, ProgramError> {
        let (conditions, operation) = match text.trim().strip_prefix("if ") {
            Some(rest) => rest.split_once(':').ok_or_else(|| ProgramError::Operation(text.trim().into()))?,
            None => ("", text),
        };
        let operation = operation.trim();
        let found = OPERATIONS.iter().find(|(name, _)| *name == operation);
        let &(_, operation) = found.ok_or_else(|| ProgramError::Operation(operation.into()))?;
        let mut step = Step::always(operation);
        for condition in conditions.split(" and ").map(str::trim).filter(|c| !c.is_empty()) {
            let found = CONDITIONS.iter().find(|(name, _)| *name == condition);
            let &(_, condition) = found.ok_or_else(|| ProgramError::Condition(condition.into()))?;
            step = step.when(condition);
        }
        Ok(step)
    }
}

/// A barrier: micro-steps in order, exactly one of them the store.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Program {
    steps: [Step; Program::MAX],
    len: u8,
    atomic: bool,
}

impl Program {
    /// The longest barrier.
    pub const MAX: usize = 12;

    /// A program of these steps.
    ///
    /// # Errors
    /// If it could not run as written; see [`ProgramError`].
    pub fn new(steps: &[Step]) -> Result<Program, ProgramError> {
        if steps.len() > Program::MAX {
            return Err(ProgramError::TooLong(steps.len()));
        }
        let stores = steps.iter().filter(|s| s.operation == Operation::Store);
        if stores.clone().any(|s| s.conditions != 0) {
            return Err(ProgramError::ConditionalStore);
        }
        let stores = stores.count();
        if stores != 1 {
            return Err(ProgramError::Stores(stores));
        }
        let flag_later = steps.iter().skip(1).any(|s| s.operation == Operation::Flag);
        let flag_conditional = steps.first().is_some_and(|s| s.operation == Operation::Flag && s.conditions != 0);
        if flag_later || flag_conditional {
            return Err(ProgramError::FlagPlace);
        }
        let loads = steps.iter().position(|s| s.operation == Operation::LoadOld).unwrap_or(usize::MAX);
        if steps.iter().position(|s| s.operation == Operation::ShadeOld).is_some_and(|shade| shade < loads) {
            return Err(ProgramError::NothingLoaded);
        }
        Ok(Program::from_steps(steps))
    }

    /// Is it `hybrid-uncond`, the barrier that Go ships?
    #[inline(always)]
    pub(crate) fn is_shipped(&self) -> bool {
        !self.atomic && matches!(self.steps(), [FLAG, LOAD_OLD, SHADE_OLD, SHADE_NEW, STORE])
    }

    const fn from_steps(list: &[Step]) -> Program {
        let mut steps = [Step::always(Operation::Store); Program::MAX];
        let mut i = 0;
        while i < list.len() {
            steps[i] = list[i];
            i += 1;
        }
        Program { steps, len: list.len() as u8, atomic: false }
    }

    /// The same program, run as one indivisible step.
    #[must_use]
    pub const fn atomic(self) -> Program {
        Program { atomic: true, ..self }
    }

    /// Is it indivisible?
    pub fn is_atomic(&self) -> bool {
        self.atomic
    }

    /// Its steps in order.
    #[inline(always)]
    pub fn steps(&self) -> &[Step] {
        &self.steps[..self.len as usize]
    }

    /// Has it no steps? So a half of a barrier can be.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Does it do nothing while marking is off?
    pub fn tests_flag(&self) -> bool {
        self.steps().first().is_some_and(|s| s.operation == Operation::Flag)
    }

    /// Does it take any step but the store while marking is off?
    pub(crate) fn acts_unflagged(&self) -> bool {
        self.steps().iter().any(|s| s.operation == Operation::Safepoint) || self.len > 1 && !self.tests_flag()
    }

    /// Does it ask for the colour of the object that holds the slot, or change it?
    pub fn uses_base_colour(&self) -> bool {
        let colours = Condition::BaseBlack as u8 | Condition::BaseNotBlack as u8;
        self.steps().iter().any(|s| s.conditions & colours != 0 || s.operation == Operation::GreyBase)
    }

    /// The steps before the store without the flag test, and those after the store.
    pub(crate) fn halves(&self) -> (Program, Program) {
        let steps = self.steps();
        let store = steps.iter().position(|s| s.operation == Operation::Store).unwrap_or(steps.len());
        let skip = usize::from(self.tests_flag());
        (Program::from_steps(&steps[skip..store]), Program::from_steps(&steps[(store + 1).min(steps.len())..]))
    }

    /// The program without its `n`-th step; `None` if that is the store or does not exist.
    pub fn without(&self, n: usize) -> Option<Program> {
        let mut steps = self.steps().to_vec();
        if n >= steps.len() || steps[n].operation == Operation::Store {
            return None;
        }
        steps.remove(n);
        Program::new(&steps).ok().map(|p| Program { atomic: self.atomic, ..p })
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.steps().iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{step}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The invariant that a barrier claims to keep while marking goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Invariant {
    /// None.
    Nothing,
    /// No black object of the heap points to a white one.
    Strong,
    /// Every white target of a black object is also reachable from a grey object (or a root not
    /// yet scanned) through white ones.
    Weak,
}

/// A barrier that has a name.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// Its name in scenarios.
    pub id: &'static str,
    /// Its steps.
    pub program: Program,
    /// What it claims.
    pub invariant: Invariant,
    /// A line for people.
    pub about: &'static str,
}

const FLAG: Step = Step::always(Operation::Flag);
const LOAD_OLD: Step = Step::always(Operation::LoadOld);
const SHADE_OLD: Step = Step::always(Operation::ShadeOld);
const SHADE_NEW: Step = Step::always(Operation::ShadeNew);
const GREY_BASE: Step = Step::always(Operation::GreyBase);
const STORE: Step = Step::always(Operation::Store);

/// Every barrier that has a name: the only place where they are spelled out.
pub const CATALOGUE: &[Named] = &[
    Named {
        id: "none",
        program: Program::from_steps(&[STORE]),
        invariant: Invariant::Nothing,
        about: "a plain store: right only while the world is stopped for the whole collection",
    },
    Named {
        id: "dijkstra",
        program: Program::from_steps(&[FLAG, SHADE_NEW.when(Condition::BaseBlack), STORE]).atomic(),
        invariant: Invariant::Strong,
        about: "shade the new target of a black object; test and store are one step (Dijkstra et al. 1978)",
    },
    Named {
        id: "dijkstra-coarse",
        program: Program::from_steps(&[FLAG, SHADE_NEW, STORE]),
        invariant: Invariant::Strong,
        about: "shade the new value whatever the base's colour (Go 1.6 and 1.7)",
    },
    Named {
        id: "steele",
        program: Program::from_steps(&[FLAG, STORE, GREY_BASE.when(Condition::BaseBlack).when(Condition::NewWhite)]),
        invariant: Invariant::Nothing,
        about: "after the store, a black object that points to a white one turns grey again (Steele 1975)",
    },
    Named {
        id: "yuasa",
        program: Program::from_steps(&[FLAG, LOAD_OLD, SHADE_OLD, STORE]),
        invariant: Invariant::Weak,
        about: "shade the overwritten value: a snapshot at the beginning (Yuasa 1990)",
    },
    Named {
        id: "yuasa-cond",
        program: Program::from_steps(&[FLAG, LOAD_OLD, SHADE_OLD.when(Condition::BaseNotBlack), STORE]),
        invariant: Invariant::Weak,
        about: "shade the overwritten value unless the base was scanned already",
    },
    Named {
        id: "hybrid-uncond",
        program: Program::from_steps(&[FLAG, LOAD_OLD, SHADE_OLD, SHADE_NEW, STORE]),
        invariant: Invariant::Weak,
        about: "shade the old and the new value: Go 1.8 and later, as shipped",
    },
    Named {
        id: "hybrid-stack",
        program: Program::from_steps(&[FLAG, LOAD_OLD, SHADE_OLD, SHADE_NEW.when(Condition::OwnStackGrey), STORE]),
        invariant: Invariant::Weak,
        about: "shade the old value, and the new one while the writer's stack is grey: proposal 17503",
    },
    Named {
        id: "hybrid-anystack",
        program: Program::from_steps(&[FLAG, LOAD_OLD, SHADE_OLD, SHADE_NEW.when(Condition::AnyStackGrey), STORE]),
        invariant: Invariant::Weak,
        about: "shade the old value, and the new one while any stack is grey",
    },
];

/// The barrier of this name.
pub fn named(id: &str) -> Option<&'static Named> {
    CATALOGUE.iter().find(|n| n.id == id)
}

/// What the barrier of one store knows between its parts.
#[derive(Clone, Copy, Default)]
pub(crate) struct Underway {
    /// The value loaded by `load-old`.
    old: Addr,
    shaded_old: bool,
    shaded_new: bool,
}

impl Underway {
    /// Counts a barrier that is through. A bare store has none that could have been of use.
    pub(crate) fn tally(self, site: Site, program: Program, on: bool) -> Tally {
        let Underway { shaded_old, shaded_new, .. } = self;
        Tally::Barrier { site, flag: on && program.steps().len() > 1, shaded_old, shaded_new }
    }
}

/// Stores `new` to `slot` with the barrier placed at `site`: see [`Effects::write_pointer`].
pub(crate) fn write<E: Effects + ?Sized>(e: &mut E, site: Site, slot: Addr, new: Addr) -> Result<(), Stop> {
    let program = e.program(site);
    if program.atomic { e.write_atomically(site, slot, new) } else { write_in_steps(e, site, program, slot, new) }
}

/// A store of a group: see [`Effects::write_group`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct GroupStore {
    /// Its site; `None` for one that needs no barrier.
    pub site: Option<Site>,
    /// Where to.
    pub slot: Addr,
    /// What.
    pub new: Addr,
}

/// Stores several values with one test of the flag, as compiled code does for neighbouring stores. There is no
/// safepoint among them, so the flag cannot change (a planted one in a barrier makes it stale). A barrier that is atomic
/// tests the flag as part of its step.
pub(crate) fn write_group<E: Effects + ?Sized>(e: &mut E, stores: &[GroupStore]) -> Result<(), Stop> {
    let mut flag = None;
    for &GroupStore { site, slot, new } in stores {
        let Some(site) = site else {
            e.store(slot, new.0)?;
            continue;
        };
        let program = e.program(site);
        if program.atomic {
            e.write_atomically(site, slot, new)?;
            continue;
        }
        let on = match flag {
            _ if !program.tests_flag() => true,
            Some(on) => on,
            None => *flag.insert(e.load_flag()?),
        };
        let mut underway = Underway::default();
        steps_after(e, site, program, on, slot, new, &mut underway)?;
        e.tally(underway.tally(site, program, on));
    }
    Ok(())
}

/// Runs a whole program for one slot, whether it is atomic or not.
pub(crate) fn write_in_steps<E: Effects + ?Sized>(
    e: &mut E,
    site: Site,
    program: Program,
    slot: Addr,
    new: Addr,
) -> Result<(), Stop> {
    let mut underway = Underway::default();
    let on = steps(e, site, program, slot, new, &mut underway)?;
    e.tally(underway.tally(site, program, on));
    Ok(())
}

/// Runs the steps of a program, or of a half of one, for one slot. Returns whether the flag was found on, or not
/// asked for.
pub(crate) fn steps<E: Effects + ?Sized>(
    e: &mut E,
    site: Site,
    program: Program,
    slot: Addr,
    new: Addr,
    underway: &mut Underway,
) -> Result<bool, Stop> {
    let on = !program.tests_flag() || e.load_flag()?;
    steps_after(e, site, program, on, slot, new, underway)?;
    Ok(on)
}

/// The steps that come after the test of the flag, which was found `on` or not.
fn steps_after<E: Effects + ?Sized>(
    e: &mut E,
    site: Site,
    program: Program,
    on: bool,
    slot: Addr,
    new: Addr,
    underway: &mut Underway,
) -> Result<(), Stop> {
    'steps: for step in program.steps() {
        if step.operation == Operation::Store {
            e.store_pointer(site, slot, new)?;
            continue;
        }
        // A safepoint is where it is, whatever the flag says: so the flag can be stale behind it.
        if !on && step.operation != Operation::Safepoint {
            continue;
        }
        if step.conditions != 0 {
            for condition in step.conditions() {
                if !e.test(condition, slot, new)? {
                    continue 'steps;
                }
            }
        }
        match step.operation {
            Operation::LoadOld => underway.old = Addr(e.load(slot)?),
            Operation::ShadeOld => underway.shaded_old |= e.shade(site, Half::Old, underway.old)?,
            Operation::ShadeNew => underway.shaded_new |= e.shade(site, Half::New, new)?,
            Operation::GreyBase => e.grey_base(slot)?,
            Operation::Safepoint => e.safepoint(site, &[slot, new])?,
            Operation::Flag | Operation::Store => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalogue_entry_reads_back_from_its_own_text() {
        for named in CATALOGUE {
            let steps: Vec<Step> =
                named.program.to_string().split("; ").map(|s| s.parse().expect("a step's own text")).collect();
            let read = Program::new(&steps).expect("a program's own text");
            assert_eq!(read.steps(), named.program.steps(), "{}", named.id);
        }
    }

    #[test]
    fn programs_that_could_not_run_are_refused() {
        let program = |text: &str| {
            let steps: Result<Vec<Step>, _> = text.split(';').map(str::parse).collect();
            Program::new(&steps?)
        };
        assert_eq!(program("flag"), Err(ProgramError::Stores(0)));
        assert_eq!(program("store; store"), Err(ProgramError::Stores(2)));
        assert_eq!(program("store; flag"), Err(ProgramError::FlagPlace));
        assert_eq!(program("if new-white: store"), Err(ProgramError::ConditionalStore));
        assert_eq!(program("shade-old; load-old; store"), Err(ProgramError::NothingLoaded));
        assert_eq!(program("shade; store"), Err(ProgramError::Operation("shade".into())));
        assert_eq!(program("if grey: shade-new; store"), Err(ProgramError::Condition("grey".into())));
        assert!(program("flag; if own-stack-grey and new-white: shade-new; store").is_ok());
    }

    #[test]
    fn halves_leave_out_the_flag_and_the_store() {
        let (before, after) = named("steele").unwrap().program.halves();
        assert!(before.is_empty());
        assert_eq!(after.to_string(), "if base-black and new-white: grey-base");
        let (before, after) = named("hybrid-uncond").unwrap().program.halves();
        assert_eq!(before.to_string(), "load-old; shade-old; shade-new");
        assert!(after.is_empty());
    }
}
