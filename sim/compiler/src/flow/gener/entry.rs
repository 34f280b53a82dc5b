//! Entry and exit of a function: where variables are, and how parameters come and results go.

use super::{Exits, Gen, Var};
use crate::flow::shape::{Frame, Pass};
use crate::flow::{Area, Barrier, Callee, Inst, Kind, Mem, Operand, Owner, StoreInfo, Target, Word};
use crate::ir::{Block, E, ExprKind, LocalId, SliceOf, StmtKind};
use crate::runtime::Rt;
use crate::types::{Kind as TypeKind, Types};
use std::rc::Rc;

/// Areas of more words than this are in the heap, made at entry: calls do not reach over them.
const LARGEST: u32 = 1 << 13;

/// Where a parameter is when the function begins, or where a result must be when it returns, other than in its variable.
#[derive(Clone, Debug)]
pub(super) struct Passed {
    local: LocalId,
    pass: Pass,
    front: Front,
}

/// What is at the front of the frame for it.
#[derive(Clone, Copy, Debug)]
enum Front {
    Words(Word),
    Memory(Area),
}

impl Gen<'_, '_, '_> {
    /// Generates the whole function.
    pub(super) fn function(&mut self) {
        let func = self.func;
        let Some(body) = func.body else { return };
        let mut scan = Scan { types: &self.unit.program.types, taken: &mut self.taken, closure: false };
        scan.block(body);
        if scan.closure || !func.captures.is_empty() {
            self.flow.closure = Some(self.scratch(true));
        }

        let frame = self.signature();
        self.flow.results = frame.result_words;
        self.flow.params = frame.words - frame.result_words;
        let (leaving, arriving) = self.front(&frame);
        self.leaving = leaving;
        if func.has_defer {
            self.flow.recover = Some(self.flow.add_label());
        }
        self.captured();
        self.zero_results();
        self.move_parameters(arriving);

        let start = self.flow.insts.len();
        self.block(body);
        self.pos = func.end;
        if self.is_open() {
            match func.results.is_empty() {
                true => self.leave(),
                // After a call that does not return.
                false => self.emit(Kind::Unreachable),
            }
        }
        if let Some(recover) = self.flow.recover {
            self.label(recover);
            self.leave();
        }
        let large = std::mem::take(&mut self.large);
        self.flow.insts.splice(start..start, large);
    }

    /// How the function itself is called.
    fn signature(&self) -> Frame {
        let types = |ids: &[LocalId]| ids.iter().map(|&id| self.func.local(id).ty).collect::<Vec<_>>();
        let (results, params) = (types(&self.func.results), types(&self.func.params));
        Frame::new(&self.unit.program.types, &self.unit.shapes, &results, &params)
    }

    // --- where variables are ----------------------------------------------------------------------

    /// Must a variable of the frame be in memory, though its type would fit words?
    pub(super) fn is_taken(&self, id: LocalId) -> bool {
        self.func.local(id).addr_taken || self.taken.contains(&id)
    }

    /// Words for a variable's parts, at a place of the frame or anywhere.
    fn local_words(&mut self, id: LocalId, owner: impl Fn(u32) -> Owner, fixed: Option<u32>) -> Word {
        let parts = self.parts(self.func.local(id).ty).unwrap_or_else(|| Rc::new([]));
        let pointers: Vec<bool> = parts.iter().map(|p| p.pointer).collect();
        let first = self.flow.add_run(&pointers, owner, self.func.local(id).pos);
        for i in 0..parts.len() as u32 {
            self.flow.words[first.next(i).index()].fixed = fixed.map(|at| at + i);
        }
        first
    }

    /// Memory for a variable of the frame, at a place or anywhere.
    fn local_memory(&mut self, id: LocalId, fixed: Option<u32>) -> Var {
        let local = self.func.local(id);
        let pos = std::mem::replace(&mut self.pos, local.pos);
        let area = self.add_area(local.ty, Some(id), fixed);
        self.pos = pos;
        let taken = self.is_taken(id);
        let info = &mut self.flow.areas[area.0 as usize];
        info.object = taken;
        if fixed.is_some() || info.words <= LARGEST {
            return Var::Area(area);
        }
        self.flow.areas.pop();
        let dst = self.flow.add_run(&[true], |_| Owner::Scratch, local.pos);
        self.unit.descriptor(local.ty);
        self.large.push(Inst { kind: Kind::New { dst, ty: local.ty }, pos: local.pos, unsigned: false });
        Var::Through(dst)
    }

    /// A word for the address of a variable in the heap.
    fn local_pointer(&mut self, id: LocalId) -> Word {
        self.flow.add_run(&[true], |_| Owner::Heap(id), self.func.local(id).pos)
    }

    /// Where a variable is: decided when it is first met.
    pub(super) fn variable(&mut self, id: LocalId) -> Var {
        if let Var::Nowhere = self.vars[id.0 as usize] {
            let local = self.func.local(id);
            let in_words = self.parts(local.ty).is_some() && !self.is_taken(id);
            self.vars[id.0 as usize] = match (local.heap, in_words) {
                (true, _) => Var::Through(self.local_pointer(id)),
                (false, true) => Var::Words(self.local_words(id, |i| Owner::Local(id, i), None)),
                (false, false) => self.local_memory(id, None),
            };
        }
        self.vars[id.0 as usize]
    }

    /// Makes the front of the frame: results and parameters as they are passed. Returns those whose variables are elsewhere.
    fn front(&mut self, frame: &Frame) -> (Vec<Passed>, Vec<Passed>) {
        let func = self.func;
        let (mut leaving, mut arriving) = (Vec::new(), Vec::new());
        for (&id, pass) in func.results.iter().zip(&frame.results) {
            let front = self.at_front(id, pass);
            match front {
                (Front::Words(word), _) if matches!(pass, Pass::Address(_)) => self.flow.given.push(word),
                (Front::Words(word), _) => {
                    let count = self.parts(func.local(id).ty).map_or(0, |p| p.len()) as u32;
                    self.flow.returned.extend((0..count).map(|i| word.next(i)));
                }
                (Front::Memory(area), _) => self.flow.returned_areas.push(area),
            }
            if let (front, true) = front {
                leaving.push(Passed { local: id, pass: pass.clone(), front });
            }
        }
        for (&id, pass) in func.params.iter().zip(&frame.params) {
            if let (front, true) = self.at_front(id, pass) {
                arriving.push(Passed { local: id, pass: pass.clone(), front });
            }
        }
        (leaving, arriving)
    }

    /// Makes the words or the area at the frame's front for a result or parameter; is its variable elsewhere?
    fn at_front(&mut self, id: LocalId, pass: &Pass) -> (Front, bool) {
        let local = self.func.local(id);
        match *pass {
            Pass::Words(at, _) => {
                let elsewhere = local.heap || self.is_taken(id);
                // On its way in, a parameter is known by its name; so is a result on its way out.
                let word = self.local_words(id, |i| Owner::Local(id, i), Some(at));
                if !elsewhere {
                    self.vars[id.0 as usize] = Var::Words(word);
                }
                (Front::Words(word), elsewhere)
            }
            Pass::Memory(at) => {
                let area = self.add_area(local.ty, Some(id), Some(at));
                if !local.heap {
                    self.flow.areas[area.0 as usize].object = self.is_taken(id);
                    self.vars[id.0 as usize] = Var::Area(area);
                }
                (Front::Memory(area), local.heap)
            }
            Pass::Address(at) => {
                if !local.heap {
                    self.vars[id.0 as usize] = self.local_memory(id, None);
                }
                let word = self.scratch(false);
                self.flow.words[word.index()].fixed = Some(at);
                (Front::Words(word), true)
            }
        }
    }

    // --- entry ------------------------------------------------------------------------------------

    /// Zeroes results, in the heap if they are there. Those that cannot be seen before they get a value need it not.
    fn zero_results(&mut self) {
        let func = self.func;
        for &id in &func.results {
            let local = func.local(id);
            let var = self.variable(id);
            if let Var::Area(area) = var
                && func.has_defer
            {
                self.flow.always_areas.push(area);
            }
            if let Var::Words(word) = var
                && func.has_defer
            {
                let count = self.parts(local.ty).map_or(0, |p| p.len()) as u32;
                self.flow.always.extend((0..count).map(|i| word.next(i)));
            }
            if local.name.starts_with("~r") && !func.has_defer && !local.heap {
                continue;
            }
            match var {
                Var::Words(word) => {
                    let count = self.parts(local.ty).map_or(0, |p| p.len()) as u32;
                    (0..count).for_each(|i| self.emit(Kind::Int { dst: word.next(i), value: 0 }));
                }
                Var::Area(area) => {
                    self.emit(Kind::Define(area));
                    self.clear(Mem::Area { area, offset: 0 }, local.ty, Target::Frame);
                }
                Var::Through(_) | Var::Nowhere => self.declare(id),
            }
        }
    }

    /// Copies parameters to where their variables are.
    fn move_parameters(&mut self, arriving: Vec<Passed>) {
        for Passed { local, pass, front } in arriving {
            self.declare(local);
            let Some(to) = self.local_mem(local) else { continue };
            self.define(to);
            self.between(to, front, &pass, local, true);
        }
    }

    /// Copies between the front of the frame and a variable that is elsewhere.
    fn between(&mut self, variable: Mem, front: Front, pass: &Pass, id: LocalId, arrives: bool) {
        let ty = self.func.local(id).ty;
        let target = if variable.is_frame() { Target::Frame } else { Target::Variable };
        let memory = match (front, pass) {
            (Front::Words(word), Pass::Words(_, parts)) => {
                match arrives {
                    true => {
                        let value: Vec<Operand> =
                            (0..parts.len() as u32).map(|i| Operand::Word(word.next(i))).collect();
                        self.store(variable, target, parts, &value);
                    }
                    false => self.load_run(variable, parts, word),
                }
                return;
            }
            (Front::Words(base), _) => Mem::Ptr { base, offset: 0, checked: true },
            (Front::Memory(area), _) => Mem::Area { area, offset: 0 },
        };
        let (to, from) = if arrives { (variable, memory) } else { (memory, variable) };
        let mark = self.flow.insts.len();
        match self.parts(ty) {
            Some(parts) => {
                let value = self.load(from, &parts, None);
                self.store(to, target, &parts, &value);
            }
            None => self.copy(to, from, ty, target),
        }
        if !arrives {
            self.spare(mark);
        }
    }

    /// The memory of a variable that is in memory.
    fn local_mem(&mut self, id: LocalId) -> Option<Mem> {
        match self.variable(id) {
            Var::Area(area) => Some(Mem::Area { area, offset: 0 }),
            Var::Through(base) => Some(Mem::Ptr { base, offset: 0, checked: true }),
            Var::Words(_) | Var::Nowhere => None,
        }
    }

    /// Reads captured variables from the closure: values into words, addresses of the others.
    fn captured(&mut self) {
        let Some(closure) = self.flow.closure else { return };
        let func = self.func;
        let mut at = 8u64;
        for &id in &func.captures {
            let local = func.local(id);
            let (size, align) = match (local.by_ref, self.unit.program.types.layout(local.ty)) {
                (false, Some(layout)) => (layout.size, layout.align),
                _ => (8, 8),
            };
            at = at.next_multiple_of(align);
            let from = Mem::Ptr { base: closure, offset: at as i64, checked: true };
            at += size;
            self.vars[id.0 as usize] = match self.parts(local.ty) {
                // One whose address is taken, as that of a map's key is, stays in the closure: nobody assigns to it.
                Some(parts) if !local.by_ref && !self.is_taken(id) => {
                    let first = self.local_words(id, |i| Owner::Local(id, i), None);
                    self.load_run(from, &parts, first);
                    Var::Words(first)
                }
                _ => {
                    let dst = self.local_pointer(id);
                    match local.by_ref {
                        true => self.emit(Kind::Load { dst, from, width: super::Width::W }),
                        false => self.emit(Kind::Addr { dst, of: from }),
                    }
                    Var::Through(dst)
                }
            };
        }
    }

    /// A variable comes into being: one in the heap is allocated, any other is given a value by its first assignment.
    pub(super) fn declare(&mut self, id: LocalId) {
        let local = self.func.local(id);
        if let Var::Through(dst) = self.variable(id)
            && local.heap
        {
            self.unit.descriptor(local.ty);
            self.emit(Kind::New { dst, ty: local.ty });
        }
    }

    /// Can control come to where the next instruction would be?
    pub(super) fn is_open(&self) -> bool {
        self.flow.insts.last().is_none_or(|i| !i.kind.is_end())
    }

    // --- exit -------------------------------------------------------------------------------------

    /// Runs deferred calls, and returns the results as they are in their variables.
    pub(super) fn leave(&mut self) {
        if self.func.has_defer {
            self.emit(Kind::Call { callee: Callee::Rt(Rt::DeferReturn), words: 0 });
        }
        for Passed { local, pass, front } in self.leaving.clone() {
            let Some(from) = self.local_mem(local) else { continue };
            if let Front::Memory(area) = front {
                self.emit(Kind::Define(area));
            }
            self.between(from, front, &pass, local, false);
        }
        self.emit(Kind::Return);
    }

    /// Stores from here on go to a caller's frame: no barriers.
    fn spare(&mut self, mark: usize) {
        let spared = StoreInfo { target: Target::Frame, barrier: Barrier::Spared(crate::barriers::Reason::Stack) };
        for inst in &mut self.flow.insts[mark..] {
            if let Kind::Store { info, .. } | Kind::Copy { info, .. } = &mut inst.kind
                && info.barrier != Barrier::NoPointers
            {
                *info = spared;
            }
        }
    }

    pub(super) fn exits(&mut self, label: crate::ir::LabelId) -> Exits {
        let (on_break, on_continue) = (self.flow.add_label(), self.flow.add_label());
        let exits = Exits { on_break, on_continue };
        self.exits.insert(label, exits);
        exits
    }
}

/// Finds out which variables have their address taken, and whether the closure is used.
struct Scan<'s> {
    types: &'s Types,
    taken: &'s mut std::collections::BTreeSet<LocalId>,
    closure: bool,
}

impl Scan<'_> {
    fn block(&mut self, block: Block<'_>) {
        for stmt in block {
            match stmt.kind {
                StmtKind::Expr(x) => self.expr(x),
                StmtKind::Assign { dst, src, .. } => {
                    self.expr(dst);
                    self.expr(src);
                }
                StmtKind::Assign2Func { dsts, call, .. } => {
                    dsts.iter().for_each(|x| self.expr(x));
                    self.expr(call);
                }
                StmtKind::Block(block) => self.block(block),
                StmtKind::If { cond, then, els } => {
                    self.expr(cond);
                    self.block(then);
                    self.block(els);
                }
                StmtKind::For { cond, post, body, .. } => {
                    if let Some(cond) = cond {
                        self.expr(cond);
                    }
                    self.block(post);
                    self.block(body);
                }
                StmtKind::Return(values) => values.iter().for_each(|x| self.expr(x)),
                _ => {}
            }
        }
    }

    fn expr(&mut self, e: E<'_>) {
        match e.kind {
            ExprKind::Addr(x) => {
                if let Some(id) = root(self.types, x) {
                    self.taken.insert(id);
                }
                self.expr(x);
            }
            ExprKind::ClosurePtr => self.closure = true,
            ExprKind::Slice { of, x, lo, hi, max } => {
                if of == SliceOf::Array
                    && let ExprKind::Addr(x) = x.kind
                    && let Some(id) = root(self.types, x)
                {
                    self.taken.insert(id);
                }
                [Some(x), lo, hi, max].into_iter().flatten().for_each(|x| self.expr(x));
            }
            ExprKind::Seq { init, x } => {
                self.block(init);
                self.expr(x);
            }
            _ => children(e, |x| self.expr(x)),
        }
    }
}

/// The variable that a variable, field or element of an array is in.
fn root(types: &Types, e: E<'_>) -> Option<LocalId> {
    match e.kind {
        ExprKind::Local(id) => Some(id),
        ExprKind::Field { x, .. } => root(types, x),
        // An element of a slice is not in the slice's variable.
        ExprKind::Index { x, .. } if matches!(types.under(x.ty), TypeKind::Array { .. }) => root(types, x),
        _ => None,
    }
}

/// The direct operands of an expression of a walked tree.
pub(super) fn children<'e>(e: E<'e>, mut f: impl FnMut(E<'e>)) {
    use crate::ir::Callee as C;
    match e.kind {
        ExprKind::Deref(x)
        | ExprKind::Addr(x)
        | ExprKind::Field { x, .. }
        | ExprKind::Unary { x, .. }
        | ExprKind::Convert { x, .. }
        | ExprKind::Len(x)
        | ExprKind::Cap(x)
        | ExprKind::Real(x)
        | ExprKind::Imag(x)
        | ExprKind::TypeOf(x)
        | ExprKind::DataOf(x)
        | ExprKind::PtrOf(x)
        | ExprKind::Seq { x, .. } => f(x),
        ExprKind::Index { x, index, .. } => {
            f(x);
            f(index);
        }
        ExprKind::Binary { x, y, .. }
        | ExprKind::AndAnd(x, y)
        | ExprKind::OrOr(x, y)
        | ExprKind::Complex(x, y)
        | ExprKind::MakeInterface(x, y)
        | ExprKind::MakeString(x, y) => {
            f(x);
            f(y);
        }
        ExprKind::MakeSliceHeader(x, y, z) => {
            f(x);
            f(y);
            f(z);
        }
        ExprKind::Slice { x, lo, hi, max, .. } => [Some(x), lo, hi, max].into_iter().flatten().for_each(f),
        ExprKind::Call { callee, args, .. } => {
            match callee {
                C::Value(x) | C::Interface { recv: x, .. } => f(x),
                C::Static(_) | C::Runtime(_) => {}
            }
            args.iter().for_each(|x| f(x));
        }
        ExprKind::StructLit(fields) => fields.iter().for_each(|(_, x)| f(x)),
        ExprKind::ArrayLit(elems) => elems.iter().for_each(|(_, x)| f(x)),
        _ => {}
    }
}
