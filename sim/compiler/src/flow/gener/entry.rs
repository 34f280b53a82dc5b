//! Entry and exit of a function: where variables are, and how parameters come and results go.

use super::{Exits, Gen, Var};
use crate::flow::shape::{Frame, Pass};
use crate::flow::{Barrier, Callee, Kind, Mem, Operand, Owner, StoreInfo, Target, Word};
use crate::ir::{Block, Class, E, ExprKind, LocalId, SliceOf, StmtKind};
use crate::runtime::Rt;
use crate::types::{Kind as TypeKind, Types};
use std::rc::Rc;

/// Areas of more words than this are in the heap: calls do not reach over them.
const LARGEST: u64 = 1 << 13;

impl Gen<'_, '_, '_> {
    /// Generates the whole function.
    pub(super) fn function(&mut self) {
        let func = self.func;
        let Some(body) = func.body else { return };
        let mut scan = Scan { types: &self.unit.program.types, taken: &mut self.taken, closure: false };
        scan.block(body);
        let uses_closure = scan.closure;
        let captures = func.locals.iter().any(|l| matches!(l.class, Class::Captured(_)));
        if uses_closure || captures {
            self.flow.closure = Some(self.scratch(true));
        }

        let frame = self.signature();
        self.flow.results = frame.result_words;
        self.flow.params = frame.words - frame.result_words;
        self.fix_words(&frame);
        self.results();
        self.parameters(&frame);
        self.captured();
        if func.has_defer {
            self.flow.recover = Some(self.flow.add_label());
        }

        self.block(body);

        self.pos = func.end;
        if self.is_open() {
            self.leave();
        }
        if let Some(recover) = self.flow.recover {
            self.label(recover);
            self.leave();
        }
    }

    /// How the function itself is called.
    fn signature(&self) -> Frame {
        let types = |ids: &[LocalId]| ids.iter().map(|&id| self.func.local(id).ty).collect::<Vec<_>>();
        let (results, params) = (types(&self.func.results), types(&self.func.params));
        Frame::new(&self.unit.program.types, &self.unit.shapes, &results, &params)
    }

    /// Must a variable be in memory, though its type would fit words?
    pub(super) fn is_taken(&self, id: LocalId) -> bool {
        self.func.local(id).addr_taken || self.taken.contains(&id)
    }

    /// Words for a variable's parts, at a place of the frame or anywhere.
    fn local_words(&mut self, id: LocalId, fixed: Option<u32>) -> Word {
        let parts = self.parts(self.func.local(id).ty).unwrap_or_else(|| Rc::new([]));
        let pointers: Vec<bool> = parts.iter().map(|p| p.pointer).collect();
        let pos = self.func.local(id).pos;
        let first = self.flow.add_run(&pointers, |i| Owner::Local(id, i), pos);
        for i in 0..parts.len() as u32 {
            let info = &mut self.flow.words[first.next(i).index()];
            info.fixed = fixed.map(|at| at + i);
        }
        first
    }

    fn local_area(&mut self, id: LocalId, fixed: Option<u32>) -> Var {
        let local = self.func.local(id);
        let size = self.size(local.ty);
        if fixed.is_none() && size / 8 > LARGEST {
            return Var::Nowhere;
        }
        let pos = std::mem::replace(&mut self.pos, local.pos);
        let area = self.add_area(local.ty, Some(id), fixed);
        self.pos = pos;
        self.flow.areas[area.0 as usize].taken = self.is_taken(id);
        Var::Area(area)
    }

    /// Where a variable is, if it is neither parameter nor result: decided when it is first met.
    pub(super) fn variable(&mut self, id: LocalId) -> Var {
        if let Var::Nowhere = self.vars[id.0 as usize] {
            let local = self.func.local(id);
            let in_words = self.parts(local.ty).is_some() && !self.is_taken(id);
            let var = match local.heap {
                false if in_words => Var::Words(self.local_words(id, None)),
                false => self.local_area(id, None),
                true => Var::Nowhere,
            };
            self.vars[id.0 as usize] = match var {
                Var::Nowhere => Var::Through(self.flow.add_run(&[true], |_| Owner::Heap(id), local.pos)),
                var => var,
            };
        }
        self.vars[id.0 as usize]
    }

    /// Is a variable in the heap, or too large for the frame?
    pub(super) fn is_through(&mut self, id: LocalId) -> Option<Word> {
        match self.variable(id) {
            Var::Through(word) => Some(word),
            _ => None,
        }
    }

    /// Makes the words of results and parameters that are passed in words, so that the frame's front is as callers expect.
    fn fix_words(&mut self, frame: &Frame) {
        let results: Vec<LocalId> = self.func.results.clone();
        for (&id, pass) in results.iter().zip(&frame.results) {
            match pass {
                Pass::Words(at, parts) => {
                    let local = self.func.local(id);
                    let first = self.local_words(id, Some(*at));
                    if local.heap || self.is_taken(id) {
                        self.leaving.push((id, pass.clone(), first));
                        self.disown(first, parts.len());
                    } else {
                        self.vars[id.0 as usize] = Var::Words(first);
                    }
                }
                Pass::Memory(at) => {
                    if self.func.local(id).heap {
                        let area = self.add_area(self.func.local(id).ty, None, Some(*at));
                        self.leaving.push((id, pass.clone(), Word(area.0)));
                    } else {
                        self.vars[id.0 as usize] = self.local_area(id, Some(*at));
                    }
                }
                Pass::Address(at) => {
                    self.keep_in_memory(id);
                    let word = self.scratch(false);
                    self.flow.words[word.index()].fixed = Some(*at);
                    self.leaving.push((id, pass.clone(), word));
                }
            }
        }
    }

    /// The words of a result that lives elsewhere are no variable.
    fn disown(&mut self, first: Word, count: usize) {
        for i in 0..count as u32 {
            self.flow.words[first.next(i).index()].owner = Owner::Scratch;
        }
    }

    /// Zeroes results, in the heap if they were moved there.
    fn results(&mut self) {
        let func = self.func;
        let mut always = Vec::new();
        for i in 0..func.results.len() {
            let id = func.results[i];
            let named = !func.local(id).name.starts_with("~r");
            self.declare(id, !named && !func.has_defer);
            match self.vars[id.0 as usize] {
                Var::Words(first) => {
                    let count = self.parts(func.local(id).ty).map_or(0, |p| p.len()) as u32;
                    always.extend((0..count).map(|i| first.next(i)));
                }
                Var::Through(word) => always.push(word),
                Var::Area(area) if func.has_defer => self.flow.always_areas.push(area),
                _ => {}
            }
        }
        if func.has_defer {
            self.flow.always = always;
        }
    }

    /// Puts parameters where the body expects them.
    fn parameters(&mut self, frame: &Frame) {
        let func = self.func;
        let mut arrived = Vec::new();
        for (&id, pass) in func.params.iter().zip(&frame.params) {
            let local = func.local(id);
            match pass {
                Pass::Words(at, _) => {
                    let first = self.local_words(id, Some(*at));
                    if local.heap || self.is_taken(id) {
                        arrived.push((id, pass.clone(), first));
                    } else {
                        self.vars[id.0 as usize] = Var::Words(first);
                    }
                }
                Pass::Memory(at) if !local.heap => self.vars[id.0 as usize] = self.local_area(id, Some(*at)),
                Pass::Memory(at) => {
                    let area = self.add_area(local.ty, None, Some(*at));
                    arrived.push((id, pass.clone(), Word(area.0)));
                }
                Pass::Address(at) => {
                    self.keep_in_memory(id);
                    let word = self.scratch(false);
                    self.flow.words[word.index()].fixed = Some(*at);
                    arrived.push((id, pass.clone(), word));
                }
            }
        }
        for (id, pass, word) in arrived {
            let ty = func.local(id).ty;
            self.declare(id, true);
            let to = self.local_mem(id);
            match pass {
                Pass::Words(_, parts) => {
                    let value: Vec<Operand> = (0..parts.len() as u32).map(|i| Operand::Word(word.next(i))).collect();
                    self.store(to, Target::Variable, &parts, &value);
                }
                Pass::Memory(_) => {
                    let area = crate::flow::Area(word.0);
                    self.copy(to, Mem::Area { area, offset: 0 }, ty, Target::Variable);
                }
                Pass::Address(_) => self.copy_all(to, Mem::Ptr { base: word, offset: 0, checked: true }, ty),
            }
        }
    }

    /// A variable that is passed by address is memory, even if it would fit words.
    fn keep_in_memory(&mut self, id: LocalId) {
        if !self.func.local(id).heap {
            self.vars[id.0 as usize] = self.local_area(id, None);
        }
    }

    /// Copies a value of any type to memory.
    fn copy_all(&mut self, to: Mem, from: Mem, ty: crate::types::Ty) {
        match self.parts(ty) {
            Some(parts) => {
                let value = self.load(from, &parts, None);
                self.store(to, Target::Variable, &parts, &value);
            }
            None => self.copy(to, from, ty, Target::Variable),
        }
    }

    /// The memory of a variable that is in memory.
    fn local_mem(&mut self, id: LocalId) -> Mem {
        match self.variable(id) {
            Var::Area(area) => Mem::Area { area, offset: 0 },
            Var::Through(base) => Mem::Ptr { base, offset: 0, checked: true },
            Var::Words(_) | Var::Nowhere => unreachable!("a variable that is copied at entry or exit is memory"),
        }
    }

    /// Reads captured variables from the closure: values into words, addresses for the others.
    fn captured(&mut self) {
        let Some(closure) = self.flow.closure else { return };
        let func = self.func;
        let types = &self.unit.program.types;
        let mut at = 8u64;
        for &id in &func.captures {
            let local = func.local(id);
            let (size, align) = match (local.by_ref, types.layout(local.ty)) {
                (false, Some(layout)) => (layout.size, layout.align),
                _ => (8, 8),
            };
            at = at.next_multiple_of(align);
            let from = Mem::Ptr { base: closure, offset: at as i64, checked: true };
            at += size;
            let parts = self.parts(local.ty);
            match parts {
                _ if local.by_ref => {
                    let dst = self.flow.add_run(&[true], |_| Owner::Heap(id), func.pos);
                    self.emit(Kind::Load { dst, from, width: super::Width::W });
                    self.vars[id.0 as usize] = Var::Through(dst);
                }
                Some(parts) if !self.is_taken(id) => {
                    let first = self.local_words(id, None);
                    self.load_run(from, &parts, first);
                    self.vars[id.0 as usize] = Var::Words(first);
                }
                _ => {
                    let dst = self.flow.add_run(&[true], |_| Owner::Heap(id), func.pos);
                    self.emit(Kind::Addr { dst, of: from });
                    self.vars[id.0 as usize] = Var::Through(dst);
                }
            }
        }
    }

    /// A variable comes into being; `filled`: a value follows at once.
    pub(super) fn declare(&mut self, id: LocalId, filled: bool) {
        let ty = self.func.local(id).ty;
        match self.variable(id) {
            Var::Words(first) if !filled => {
                let count = self.parts(ty).map_or(0, |p| p.len()) as u32;
                for i in 0..count {
                    self.emit(Kind::Int { dst: first.next(i), value: 0 });
                }
            }
            Var::Area(area) => {
                self.emit(Kind::Define(area));
                if !filled {
                    self.clear(Mem::Area { area, offset: 0 }, ty, Target::Frame);
                }
            }
            Var::Through(dst) if !matches!(self.func.local(id).class, Class::Captured(_)) => {
                self.emit(Kind::New { dst, ty });
            }
            _ => {}
        }
    }

    /// Can control come to where the next instruction would be?
    pub(super) fn is_open(&self) -> bool {
        self.flow.insts.last().is_none_or(|i| !i.kind.is_end())
    }

    /// Returns the results as they are in their variables.
    pub(super) fn leave(&mut self) {
        if self.func.has_defer {
            self.emit(Kind::Call { callee: Callee::Rt(Rt::DeferReturn), words: 0 });
        }
        for i in 0..self.leaving.len() {
            let (id, pass, word) = self.leaving[i].clone();
            let ty = self.func.local(id).ty;
            let from = self.local_mem(id);
            match pass {
                Pass::Words(_, parts) => self.load_run(from, &parts, word),
                Pass::Memory(_) => {
                    let area = crate::flow::Area(word.0);
                    self.emit(Kind::Define(area));
                    self.copy(Mem::Area { area, offset: 0 }, from, ty, Target::Frame);
                }
                Pass::Address(_) => {
                    let to = Mem::Ptr { base: word, offset: 0, checked: true };
                    let mark = self.flow.insts.len();
                    self.copy_all(to, from, ty);
                    self.spare(mark);
                }
            }
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
