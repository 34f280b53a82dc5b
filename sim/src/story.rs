//! The story of a violation: what happened to the object, from its allocation to its loss, and which barrier was
//! missing.
//!
//! A run is a function of its scenario. So it is repeated up to the same step, with a watch on the object. If no store
//! of a pointer to the object explains the loss, the object was reached through another that was lost sight of: then
//! the run is repeated with a watch on that one, and so on, a few times at most.
//!
//! Who is to blame? Of the stores while marking went on:
//!
//! - one that put a pointer to the object into something black, or into the globals, without shading it (a missing
//!   *insertion* half), if that is where the object is reached from now;
//! - one that overwrote a pointer to it in something not yet scanned, without shading it (a missing *deletion* half).
//!
//! Other causes come first: a stack map that leaves the slot out, a buffer never flushed, a word that is no pointer to
//! the collector. Where there is a barrier at the site to blame, the story says why it did not help: a condition
//! that did not hold, a flag that was stale, a bulk copy that ran before its barrier.
//!
//! Collections that the object came through are told in a line; the one that lost it, step by step.

use crate::run::{End, Ran};
use crate::scenario::Scenario;
use crate::world::World;
use gc::addr::WORD;
use gc::barrier::{BulkOrder, Operation, Program};
use gc::collector::Phase;
use gc::verify::{Place, Victim, Violation, ViolationKind};
use gc::watch::{Colour, Event, Holder, Watch, What};
use gc::{Addr, Half, Stop, TypeId};
use serde::Serialize;

/// How many objects a story may follow, one through another.
const DEEPEST: usize = 4;

/// The most lines of a story about one object; what is left out is in the middle.
const LONGEST: usize = 24;

/// What is told of a violation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Where the barrier was missing, or what else is to blame.
    pub site: Option<String>,
    /// Why the object was lost, in a sentence or two.
    pub why: Option<String>,
    /// What would have kept it.
    pub remedy: Option<String>,
    /// How the program still reaches the object, from a root.
    pub path: Vec<String>,
    /// What happened, oldest first.
    pub story: Vec<Line>,
}

/// A line of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Number of the operation; nothing for a heading.
    pub operation: Option<u64>,
    /// Number of the collection under way, or of the last one.
    pub collection: Option<u64>,
    /// The mutator that ran, if it was its doing.
    pub mutator: Option<usize>,
    /// What happened.
    pub what: String,
}

/// Who is to blame, as far as the events of one object tell.
enum Blame {
    Found {
        site: String,
        why: String,
        remedy: String,
    },
    /// This object led to the other, and has to be asked.
    Follow(Addr, u64),
    Unknown,
}

/// Tells the story of the first violation of a run, if it ended with one about an object.
pub fn tell<W: World>(scenario: &Scenario, ran: &Ran<W>) -> Option<Told> {
    if ran.end != End::Stopped(Stop::Violation) {
        return None;
    }
    let violation = ran.world.runtime().violations().first()?;
    let names = Names { world: &ran.world, scenario };
    let mut told = Told { path: violation.path.iter().map(|p| names.place(p)).collect(), ..Told::default() };
    let Some(victim) = violation.victim else {
        if violation.kind == ViolationKind::StaleSlot {
            names.stale_slot(&mut told);
        }
        return Some(told);
    };
    told.path.push(names.victim(&victim));
    let (mut base, mut serial) = (victim.base, victim.serial);
    for depth in 0..DEEPEST {
        let again = ran.again(scenario, Watch::new(base, serial));
        let Some(watch) = again.world.runtime().watched() else { break };
        if depth > 0 {
            told.story.push(Line {
                operation: None,
                collection: None,
                mutator: None,
                what: format!("It was reached through another object, #{serial} at {base}. Of that one:"),
            });
        }
        told.story.extend(names.lines(&watch.events));
        match names.blame(&again.world, violation, &watch.events, depth == 0) {
            Blame::Found { site, why, remedy } => {
                told.site = Some(site);
                told.why = Some(why);
                told.remedy = Some(remedy);
                break;
            }
            Blame::Follow(next, number) => (base, serial) = (next, number),
            Blame::Unknown => break,
        }
    }
    Some(told)
}

/// The world at its end, for the names of things.
struct Names<'a, W> {
    world: &'a W,
    scenario: &'a Scenario,
}

impl<W: World> Names<'_, W> {
    fn ty(&self, ty: Option<TypeId>) -> &str {
        ty.map_or("object", |id| self.world.runtime().types().get(id).name())
    }

    fn victim(&self, v: &Victim) -> String {
        let many = if v.count > 1 { format!(" × {}", v.count) } else { String::new() };
        let site = v.site.map_or("?", |s| self.world.sites().name(s));
        format!("{}{many} #{} at {}, made at `{site}` in operation {}", self.ty(v.ty), v.serial, v.base, v.born)
    }

    fn place(&self, place: &Place) -> String {
        match place {
            Place::Object(v, offset) => {
                format!("{} #{} at {}, {}", self.ty(v.ty), v.serial, v.base, self.world.part(v.ty, *offset))
            }
            Place::Global(offset) => format!("global {}", self.world.global(*offset)),
            Place::Frame(m, frame, word) => {
                format!("stack of mutator {m}, frame slot `{}`", self.slot_of(*m, *frame, *word))
            }
            Place::RuntimeFrame(m) => format!("stack of mutator {m}, a frame of the runtime"),
            Place::Finalizer => "a finalizer".into(),
        }
    }

    /// The name of a slot by its frame's number and its own.
    fn slot_of(&self, mutator: usize, frame: usize, word: u64) -> String {
        let base = self.world.runtime().mutators().get(mutator).and_then(|m| m.frames().get(frame)).map(|f| f.base);
        base.map_or_else(|| format!("word {word}"), |base| self.world.frame_slot(mutator, base.offset(word * WORD)))
    }

    fn site(&self, site: Option<gc::Site>) -> String {
        site.map_or("a plain store".into(), |s| format!("`{}`", self.world.sites().name(s)))
    }

    fn holder(&self, holder: &Holder) -> String {
        match holder {
            Holder::Object { base, serial, ty, colour } => {
                format!("a {} {} #{serial} at {base}", colour_name(*colour), self.ty(*ty))
            }
            Holder::Stack(m, scanned) => {
                format!("the {} stack of mutator {m}", if *scanned { "black" } else { "white" })
            }
            Holder::Global => "the globals".into(),
        }
    }

    /// A slot in its holder.
    fn slot(&self, holder: &Holder, slot: Addr) -> String {
        let part = match holder {
            Holder::Object { base, ty, .. } => self.world.part(*ty, (slot - *base).0),
            Holder::Stack(m, _) => format!("frame slot `{}`", self.world.frame_slot(*m, slot)),
            Holder::Global => format!("slot {slot}"),
        };
        format!("{}, {part}", self.holder(holder))
    }

    fn lines(&self, events: &[Event]) -> Vec<Line> {
        let from = events.iter().rposition(|e| e.what == What::Phase(Phase::Mark)).unwrap_or(0);
        let mut lines: Vec<Line> = Vec::new();
        // The collections that it came through since the last thing that mutators did to it.
        let mut came_through: Option<(u64, &Event)> = None;
        for (i, e) in events.iter().enumerate() {
            let collectors = matches!(
                e.what,
                What::Phase(_) | What::Marked | What::StackScanned { .. } | What::HolderScanned { .. }
            );
            if i < from && collectors {
                if e.what == What::Phase(Phase::MarkTermination) {
                    came_through = Some((came_through.map_or(e.cycle, |(first, _)| first), e));
                }
                continue;
            }
            lines.extend(came_through.take().map(|(first, last)| Line {
                mutator: None,
                what: match last.cycle - first {
                    0 => "it came through this collection".into(),
                    n => format!("it came through {} collections, {first} to {}", n + 1, last.cycle),
                },
                ..self.line(last)
            }));
            lines.push(self.line(e));
        }
        if lines.len() > LONGEST {
            let left_out = lines.len() - LONGEST;
            let what = format!("… {left_out} more events …");
            lines.splice(4..=4 + left_out, [Line { operation: None, collection: None, mutator: None, what }]);
        }
        lines
    }

    fn line(&self, e: &Event) -> Line {
        let mut mutator = Some(e.mutator);
        let what = match e.what {
            What::Made { site, colour } => {
                format!("made {} at `{}`", colour_name(colour), self.world.sites().name(site))
            }
            What::Gained { slot, ref holder, site } => {
                format!("a pointer to it stored into {}, by {}", self.slot(holder, slot), self.site(site))
            }
            What::Dropped { slot, ref holder, site } => {
                format!("a pointer to it overwritten in {}, by {}", self.slot(holder, slot), self.site(site))
            }
            What::Shaded { site, half, changed } => format!(
                "shaded as the {} value by the barrier of `{}`{}",
                if half == Half::Old { "old" } else { "new" },
                self.world.sites().name(site),
                if changed { "" } else { ": it was marked already" }
            ),
            What::StackScanned { mutator: m, found } => {
                mutator = None;
                format!(
                    "the stack of mutator {m} was scanned, {}",
                    if found { "and held it" } else { "and did not hold it" }
                )
            }
            What::HolderScanned { holder, found } => {
                mutator = None;
                format!(
                    "the scan of the object at {holder} ended; by then it held {}",
                    if found { "a pointer to it" } else { "none to it" }
                )
            }
            What::Marked => {
                mutator = None;
                "marked".into()
            }
            What::Phase(phase) => {
                mutator = None;
                match phase {
                    Phase::Mark => "marking begins".into(),
                    Phase::MarkTermination => "marking ends, with the world stopped".into(),
                    Phase::Sweep => "sweeping begins".into(),
                    Phase::Off => "the collection is over".into(),
                }
            }
            What::Freed => {
                mutator = None;
                "freed".into()
            }
        };
        Line { operation: Some(e.clock), collection: Some(e.cycle), mutator, what }
    }

    /// Finds who is to blame. `first` says that the events are those of the violation's own object.
    fn blame(&self, world: &W, violation: &Violation, events: &[Event], first: bool) -> Blame {
        let last = violation.path.last().filter(|_| first);
        if let Some(Place::Frame(mutator, frame, word)) = last
            && let Some(map) = world.runtime().mutators().get(*mutator).and_then(|m| m.frames().get(*frame))
            && map.map.live.get(*word as usize).is_none_or(|live| !*live)
        {
            let slot = self.slot_of(*mutator, *frame, *word);
            return Blame::Found {
                site: format!("stack map: {slot}"),
                why: format!(
                    "the frame slot `{slot}` holds the object, and the stack map leaves that slot out: no barrier can help"
                ),
                remedy: "a stack map that lists every slot the program will read again".into(),
            };
        }
        // The events since marking began, or those of the last collection before the object was freed.
        let from = events.iter().rposition(|e| e.what == What::Phase(Phase::Mark)).unwrap_or(0);
        let now = &events[from..];
        if let Some(unseen) = self.unseen_word(world, events) {
            return unseen;
        }
        if let Some(buffered) = now.iter().find_map(|e| match e.what {
            What::Shaded { site, changed: true, .. } => Some(site),
            _ => None,
        }) && !now.iter().any(|e| e.what == What::Marked)
        {
            let site = self.world.sites().name(buffered).to_owned();
            return Blame::Found {
                why: format!(
                    "the barrier of `{site}` put the object into a buffer, and marking ended before the buffer was flushed"
                ),
                remedy: "flush every buffer before marking ends".into(),
                site,
            };
        }
        let on_stack = matches!(last, None | Some(Place::Frame(..) | Place::RuntimeFrame(_)));
        // A cycle has its number from its start, and nothing is lost between two of them.
        let this_cycle = world.runtime().collector().cycles().len() as u64;
        let newborn = events.iter().find_map(|e| match e.what {
            What::Made { site, colour: Colour::White } if e.cycle == this_cycle => Some(site),
            _ => None,
        });
        let on_the_stack_to_the_end = on_stack && last.is_some();
        let half = |half: Half, taken_away: bool| match half {
            Half::New => self.missing(now, half, last, newborn, false, taken_away),
            Half::Old => self.missing(now, half, None, newborn, on_the_stack_to_the_end, taken_away),
        };
        // A barrier without an insertion half relies on its deletion half: what misses that is to blame.
        let general = self.scenario.barrier.rule.program;
        let snapshot = shades(&general, Half::Old) && !shades(&general, Half::New);
        let halves = if on_stack || snapshot { [Half::Old, Half::New] } else { [Half::New, Half::Old] };
        let found = [true, false].into_iter().find_map(|away| halves.into_iter().find_map(|h| half(h, away)));
        if let Some(found) = found {
            return found;
        }
        if let Some(site) = newborn.filter(|_| first) {
            let site = self.world.sites().name(site).to_owned();
            return Blame::Found {
                why: format!(
                    "it was born white at `{site}` while marking went on, and nothing that is scanned again holds it"
                ),
                remedy: "black allocation while marking goes on, or stacks scanned again at its end".into(),
                site,
            };
        }
        let holder = now.iter().rev().chain(events[..from].iter().rev()).find_map(|e| match e.what {
            What::Gained { holder: Holder::Object { base, serial, .. }, .. }
                if !matches!(last, Some(Place::Object(v, _)) if v.base == base) =>
            {
                Some((base, serial))
            }
            _ => None,
        });
        holder.map_or(Blame::Unknown, |(base, serial)| Blame::Follow(base, serial))
    }

    /// A store into a word that the collector does not take for a pointer.
    fn unseen_word(&self, world: &W, events: &[Event]) -> Option<Blame> {
        let rt = world.runtime();
        let gained = events.iter().rev().find_map(|e| match e.what {
            What::Gained { slot, holder: Holder::Object { base, ty, .. }, .. } => Some((slot, base, ty)),
            _ => None,
        });
        let (slot, base, ty) = gained?;
        let ty = rt.types().get(ty?);
        let word = (slot - base).0 / WORD;
        let stride = (ty.size().0 / WORD).max(1);
        if ty.is_pointer(word % stride) || rt.shadow().find(base).is_none() {
            return None;
        }
        let (site, keeper) = if ty.name().starts_with("map.bucket") {
            ("hmap.extra.overflow", "the list of overflow buckets in hmap.extra")
        } else {
            ("a word that is no pointer", "a pointer elsewhere")
        };
        Some(Blame::Found {
            site: site.into(),
            why: format!(
                "word {} of a {} refers to it, which is no pointer to the collector",
                word % stride,
                ty.name()
            ),
            remedy: format!("{keeper} has to keep it alive"),
        })
    }

    /// The last store whose barrier did not shade the object as the old or the new value, where that would have
    /// mattered. `newborn` is where it was made, if white in this cycle; `held` says that a stack holds it to the end;
    /// `taken_away` asks only for sites that a placement gave less than the scenario's general barrier.
    fn missing(
        &self,
        now: &[Event],
        half: Half,
        last: Option<&Place>,
        newborn: Option<gc::Site>,
        held: bool,
        taken_away: bool,
    ) -> Option<Blame> {
        now.iter().enumerate().rev().find_map(|(i, e)| {
            let (site, holder, slot) = match (half, e.what) {
                (Half::New, What::Gained { site, holder, slot }) => (site?, holder, slot),
                (Half::Old, What::Dropped { site, holder, slot }) => (site?, holder, slot),
                _ => return None,
            };
            if !self.at_risk(half, &holder, slot, last) {
                return None;
            }
            let by_this =
                |other: &&Event| matches!(other.what, What::Shaded { site: s, half: h, .. } if s == site && h == half);
            if now[..i].iter().rev().take(2).any(|o| by_this(&o)) {
                return None;
            }
            let name = self.world.sites().name(site);
            let program = self.scenario.rule(name).program;
            if taken_away && (program == self.scenario.barrier.rule.program || shades(&program, half)) {
                return None;
            }
            let step = program.steps().iter().find(|s| s.operation() == shade(half));
            let (how, mut remedy) = match step {
                Some(_) if half == Half::Old && self.scenario.barrier.bulk == BulkOrder::After => (
                    "the barrier came after the move, and found the new value where the old one had been".into(),
                    "the barriers of bulk copies before the move".into(),
                ),
                Some(_) if program.steps().iter().any(|s| s.operation() == Operation::Safepoint) => (
                    "the barrier there had tested the flag before marking began".into(),
                    "no safepoint between the test of the flag and the store".into(),
                ),
                Some(step) if step.conditions().next().is_some() => {
                    (format!("the barrier there, with `{step}`, did not shade it"), Self::remedy(half))
                }
                _ => ("no barrier shaded it".to_owned(), Self::remedy(half)),
            };
            let born = newborn.map(|site| self.world.sites().name(site));
            if born.is_some() && half == Half::New {
                remedy = format!("black allocation while marking goes on, or {remedy}");
            } else if half == Half::New
                && step.is_none()
                && shades(&program, Half::Old)
                && !self.scenario.collector.stacks.before_heap()
            {
                remedy = format!("all stacks scanned before the first object of the heap, or {remedy}");
            } else if held && !self.scenario.collector.stacks.rescan() && step.is_none() {
                remedy = format!("stacks scanned again when marking ends, or {remedy}");
            }
            let did = if half == Half::New { "stored it into" } else { "overwrote it in" };
            let born =
                born.map_or(String::new(), |site| format!("it was born white at `{site}` while marking went on; "));
            Some(Blame::Found {
                why: format!("{born}operation {} {did} {} at `{name}`, and {how}", e.clock, self.holder(&holder)),
                remedy,
                site: name.to_owned(),
            })
        })
    }

    /// The half of a barrier that would have kept the object.
    fn remedy(half: Half) -> String {
        match half {
            Half::New => "an insertion barrier at this site (shade-new: dijkstra-coarse, hybrid-uncond)".into(),
            Half::Old => "a deletion barrier at this site (shade-old: yuasa, hybrid-uncond)".into(),
        }
    }

    /// A store through a slot that has been left behind.
    fn stale_slot(&self, told: &mut Told) {
        told.site = self.world.map_slot_site();
        let why = if self.scenario.compiler.order {
            "the map moved or deleted the entry between the return of the slot and the store through it"
        } else {
            "the slot was taken before the right side was evaluated; that stored to the same map, which grew and moved \
             the entry"
        };
        told.why = Some(why.into());
        told.remedy =
            Some("the right side evaluated before the slot is taken, as the compiler's order pass has it".into());
    }

    /// Could this store hide the object?
    fn at_risk(&self, half: Half, holder: &Holder, slot: Addr, last: Option<&Place>) -> bool {
        match (half, holder) {
            (Half::New, Holder::Object { base, colour, .. }) => match last {
                Some(Place::Object(v, offset)) => v.base == *base && v.base.offset(*offset) == slot,
                _ => *colour == Colour::Black,
            },
            (Half::New, Holder::Global) => matches!(last, None | Some(Place::Global(_))),
            (Half::Old, Holder::Object { colour, .. }) => *colour != Colour::Black,
            (Half::Old, Holder::Global) => true,
            (_, Holder::Stack(..)) => false,
        }
    }
}

/// The step that shades this half.
fn shade(half: Half) -> Operation {
    match half {
        Half::Old => Operation::ShadeOld,
        Half::New => Operation::ShadeNew,
    }
}

/// Does the barrier shade this half, on whatever condition?
fn shades(program: &Program, half: Half) -> bool {
    program.steps().iter().any(|s| s.operation() == shade(half))
}

fn colour_name(colour: Colour) -> &'static str {
    match colour {
        Colour::White => "white",
        Colour::Grey => "grey",
        Colour::Black => "black",
    }
}
