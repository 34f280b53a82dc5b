//! Statements.

use super::call::may_call;
use super::place::Place;
use super::{Gen, Hoist, Var};
use crate::flow::shape::Width;
use crate::flow::{Kind, Label, Mem, Target};
use crate::ir::{Block, E, Expr, ExprKind, LabelId, LocalId, Stmt, StmtKind};
use crate::source::Pos;
use std::collections::HashMap;

impl Gen<'_, '_, '_> {
    pub(super) fn block(&mut self, block: Block<'_>) {
        for stmt in block {
            if stmt.pos != Pos::NONE {
                self.pos = stmt.pos;
            }
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &Stmt<'_>) {
        match stmt.kind {
            StmtKind::Expr(x) => self.effects(x),
            StmtKind::Assign { dst, src, .. } => self.assign(dst, src),
            StmtKind::Assign2Func { dsts, call, .. } => self.assign_results(dsts, call),
            StmtKind::Block(block) => self.block(block),
            StmtKind::If { cond, then, els } => self.conditional(cond, then, els),
            StmtKind::For { label, cond, post, body } => self.repeat(label, cond, post, body),
            StmtKind::Label { label, .. } => {
                let label = self.goto_label(label);
                self.label(label);
            }
            StmtKind::Goto(label) => {
                let label = self.goto_label(label);
                self.emit(Kind::Jump(label));
            }
            StmtKind::Break(label) => match self.exits.get(&label) {
                Some(exits) => self.emit(Kind::Jump(exits.on_break)),
                None => self.left_over(stmt.pos, "a break"),
            },
            StmtKind::Continue(label) => match self.exits.get(&label) {
                Some(exits) => self.emit(Kind::Jump(exits.on_continue)),
                None => self.left_over(stmt.pos, "a continue"),
            },
            StmtKind::Return(values) => self.return_values(values),
            StmtKind::VarKill(id) => {
                if let Var::Area(area) = self.variable(id) {
                    self.emit(Kind::Kill(area));
                }
            }
            StmtKind::VarLive(id) => match self.variable(id) {
                Var::Area(area) => self.emit(Kind::Keep(area)),
                Var::Words(first) => {
                    let count = self.parts(self.func.local(id).ty).map_or(0, |p| p.len()) as u32;
                    (0..count).for_each(|i| self.emit(Kind::KeepWord(first.next(i))));
                }
                Var::Through(word) => self.emit(Kind::KeepWord(word)),
                Var::Nowhere => {}
            },
            StmtKind::Decl(id) => self.declare(id),
            _ => self.left_over(stmt.pos, &format!("{:?}", std::mem::discriminant(&stmt.kind))),
        }
    }

    fn goto_label(&mut self, label: LabelId) -> Label {
        if let Some(&known) = self.labels.get(&label) {
            return known;
        }
        let new = self.flow.add_label();
        self.labels.insert(label, new);
        new
    }

    /// Evaluates an expression and forgets its value.
    pub(super) fn effects(&mut self, e: E<'_>) {
        match e.kind {
            ExprKind::Call { .. } => _ = self.call(e),
            _ if self.parts(e.ty).is_some() => _ = self.value(e),
            _ => {
                if let Place::Mem(mem, _) = self.place(e) {
                    self.nil_checked(mem);
                }
            }
        }
    }

    // --- assignments ------------------------------------------------------------------------------

    fn assign(&mut self, dst: E<'_>, src: E<'_>) {
        if let ExprKind::Blank = dst.kind {
            return self.effects(src);
        }
        let Some(parts) = self.parts(dst.ty) else { return self.assign_memory(dst, src) };
        if let ExprKind::Local(id) = dst.kind
            && let Var::Words(first) = self.variable(id)
        {
            return self.words_into(src, first);
        }
        let in_words = matches!(dst.kind, ExprKind::Field { .. }) && self.is_in_words(dst);
        if !in_words && self.is_reslice(dst, src) {
            // The pointer is there already.
            let value = self.value(src);
            if let Place::Mem(to, target) = self.place(dst) {
                self.flow.unmade.push((self.pos, target, crate::barriers::Reason::Reslice));
                let to = self.guard(to);
                return self.store(to, target, &parts[1..], &value[1..]);
            }
        }
        let value = self.value(src);
        let is_element = matches!(dst.kind, ExprKind::Index { .. });
        if is_element && parts.len() == 1 && !parts[0].pointer && self.set_element(dst, parts[0].width, value[0]) {
            return;
        }
        match self.place(dst) {
            Place::Words(first, _) => {
                let pairs: Vec<_> = value.into_iter().enumerate().map(|(i, o)| (first.next(i as u32), o)).collect();
                self.move_all(&pairs);
            }
            Place::Mem(to, _) if parts.is_empty() => _ = self.nil_checked(to),
            Place::Mem(to, target) => {
                self.define_whole(dst, to);
                self.store(to, target, &parts, &value);
            }
            Place::Value(_) => self.left_over(dst.pos, "an assignment to a value"),
        }
    }

    /// Is it a field of a variable that is held in words?
    fn is_in_words(&mut self, e: E<'_>) -> bool {
        match e.kind {
            ExprKind::Local(id) => matches!(self.variable(id), Var::Words(_)),
            ExprKind::Field { x, .. } => self.is_in_words(x),
            _ => false,
        }
    }

    /// Stores an element of a slice with one instruction, if there is one.
    fn set_element(&mut self, dst: E<'_>, width: Width, value: crate::flow::Operand) -> bool {
        let ExprKind::Index { x, index, .. } = dst.kind else { return false };
        let is_slice = matches!(self.unit.program.types.under(x.ty), crate::types::Kind::Slice(_));
        if !is_slice || matches!(width, Width::U2 | Width::S2) {
            return false;
        }
        let src = self.word(value);
        let base = self.pair(x);
        let index = self.index(index);
        self.emit(Kind::SetIndex { base, index, src, width });
        true
    }

    /// An assignment of a value that is memory.
    fn assign_memory(&mut self, dst: E<'_>, src: E<'_>) {
        let frame = match dst.kind {
            ExprKind::Local(id) => match self.variable(id) {
                Var::Area(area) => Some((id, area)),
                _ => None,
            },
            _ => None,
        };
        if let Some((id, area)) = frame {
            let to = Mem::Area { area, offset: 0 };
            let alone = !self.may_read(src, id) || !(self.is_taken(id) || self.mentions(src, id));
            if alone {
                if may_call(src) && !matches!(src.kind, ExprKind::Call { .. }) {
                    // Half a value would be seen by the collector.
                    return self.through_scratch(dst, src, Some(to));
                }
                if matches!(src.kind, ExprKind::Call { .. }) {
                    let from = self.memory(src);
                    self.emit(Kind::Define(area));
                    return self.copy(to, from, dst.ty, Target::Frame);
                }
                self.emit(Kind::Define(area));
                return self.store_memory(src, to, Target::Frame);
            }
            return self.through_scratch(dst, src, Some(to));
        }
        if let ExprKind::Zero = src.kind {
            return match self.place(dst) {
                Place::Mem(to, target) => {
                    self.define_whole(dst, to);
                    self.clear(to, dst.ty, target);
                }
                _ => self.left_over(dst.pos, "an assignment to a value"),
            };
        }
        let mut from = self.memory(src);
        if matches!(from, Mem::Out { .. }) && may_call(dst) {
            let kept = self.scratch_area(src.ty);
            self.define(kept);
            self.copy(kept, from, src.ty, Target::Frame);
            from = kept;
        }
        match self.place(dst) {
            Place::Mem(to, target) => {
                self.define_whole(dst, to);
                self.copy(to, from, dst.ty, target);
            }
            _ => self.left_over(dst.pos, "an assignment to a value"),
        }
    }

    /// Does an expression name a variable?
    fn mentions(&self, e: E<'_>, id: LocalId) -> bool {
        let mut any = matches!(e.kind, ExprKind::Local(other) if other == id);
        if let ExprKind::Seq { .. } = e.kind {
            return true;
        }
        super::entry::children(e, |x| any = any || self.mentions(x, id));
        any
    }

    /// Puts a value together elsewhere, then copies it: its parts may be what is overwritten.
    fn through_scratch(&mut self, dst: E<'_>, src: E<'_>, to: Option<Mem>) {
        let from = self.memory(src);
        match (to, from) {
            (Some(to), _) if to == from => {}
            (Some(to), _) => {
                self.define(to);
                self.copy(to, from, dst.ty, Target::Frame);
            }
            (None, _) => {}
        }
    }

    /// `a, b = f()`
    fn assign_results(&mut self, dsts: &[E<'_>], call: E<'_>) {
        let (frame, elsewhere) = self.call(call);
        let types: Vec<_> = dsts.iter().map(|d| d.ty).collect();
        // All results leave the outgoing words before a destination can need those.
        let busy = dsts.iter().any(|d| may_call(d));
        let mut values = Vec::new();
        for (i, &dst) in dsts.iter().enumerate() {
            if matches!(dst.kind, ExprKind::Blank) || i >= frame.results.len() {
                values.push(None);
                continue;
            }
            values.push(match self.result_memory(&frame, &elsewhere, i) {
                None => Some(Err(self.result(&frame, &elsewhere, i, types[i]))),
                Some(mem) if busy && matches!(mem, Mem::Out { .. }) => {
                    let kept = self.scratch_area(types[i]);
                    self.define(kept);
                    self.copy(kept, mem, types[i], Target::Frame);
                    Some(Ok(kept))
                }
                Some(mem) => Some(Ok(mem)),
            });
        }
        for (&dst, value) in dsts.iter().zip(values) {
            match value {
                None => {}
                Some(Err(value)) => self.assign_value(dst, value),
                Some(Ok(from)) => match self.place(dst) {
                    Place::Mem(to, target) => {
                        self.define_whole(dst, to);
                        match self.parts(dst.ty) {
                            Some(parts) => {
                                let value = self.load(from, &parts, None);
                                self.store(to, target, &parts, &value);
                            }
                            None => self.copy(to, from, dst.ty, target),
                        }
                    }
                    Place::Words(first, _) => {
                        if let Some(parts) = self.parts(dst.ty) {
                            self.load_run(from, &parts, first);
                        }
                    }
                    Place::Value(_) => self.left_over(dst.pos, "an assignment to a value"),
                },
            }
        }
    }

    /// An assignment to a variable of the frame, or to a part that is all of it, defines it.
    fn define_whole(&mut self, dst: E<'_>, to: Mem) {
        if let Mem::Area { area, offset: 0 } = to
            && self.size(dst.ty) == self.size(self.flow.areas[area.0 as usize].ty)
        {
            self.emit(Kind::Define(area));
        }
    }

    /// Assigns a value that is there already.
    fn assign_value(&mut self, dst: E<'_>, value: super::Value) {
        let Some(parts) = self.parts(dst.ty) else { return };
        match self.place(dst) {
            Place::Words(first, _) => {
                let pairs: Vec<_> = value.into_iter().enumerate().map(|(i, o)| (first.next(i as u32), o)).collect();
                self.move_all(&pairs);
            }
            Place::Mem(to, target) => {
                self.define_whole(dst, to);
                self.store(to, target, &parts, &value);
            }
            Place::Value(_) => self.left_over(dst.pos, "an assignment to a value"),
        }
    }

    // --- control ----------------------------------------------------------------------------------

    fn conditional(&mut self, cond: E<'_>, then: Block<'_>, els: Block<'_>) {
        let end = self.flow.add_label();
        if then.is_empty() && !els.is_empty() {
            self.branch(cond, true, end);
            self.block(els);
        } else if els.is_empty() {
            self.branch(cond, false, end);
            self.block(then);
        } else {
            let otherwise = self.flow.add_label();
            self.branch(cond, false, otherwise);
            self.block(then);
            if self.is_open() {
                self.emit(Kind::Jump(end));
            }
            self.label(otherwise);
            self.block(els);
        }
        self.label(end);
    }

    /// A loop: the condition is at the bottom, so that each round has one branch.
    fn repeat(&mut self, label: LabelId, cond: Option<E<'_>>, post: Block<'_>, body: Block<'_>) {
        let pos = self.pos;
        let exits = self.exits(label);
        let (top, test) = (self.flow.add_label(), self.flow.add_label());
        let outermost = self.hoist.is_none();
        if outermost {
            self.hoist = Some(Hoist { at: self.flow.insts.len(), insts: Vec::new(), known: HashMap::new() });
        }
        self.loops += 1;
        if cond.is_some() {
            self.emit(Kind::Jump(test));
        }
        self.label(top);
        self.block(body);
        self.label(exits.on_continue);
        self.block(post);
        self.pos = pos;
        self.label(test);
        match cond {
            Some(cond) => self.branch(cond, true, top),
            None => self.emit(Kind::Jump(top)),
        }
        self.label(exits.on_break);
        self.loops -= 1;
        if outermost && let Some(hoist) = self.hoist.take() {
            self.flow.insts.splice(hoist.at..hoist.at, hoist.insts);
        }
    }

    fn return_values(&mut self, values: &[E<'_>]) {
        let results = &self.func.results;
        match values {
            [] => {}
            [one] if results.len() == 1 => {
                let id = results[0];
                let dst = self.local_expr(id, one);
                self.assign(&dst, one);
            }
            [call] if self.parts(call.ty).is_none() && results.len() > 1 => {
                let dsts: Vec<Expr<'_>> = results.iter().map(|&id| self.local_expr(id, call)).collect();
                self.assign_results(&dsts.iter().collect::<Vec<_>>(), call);
            }
            _ => {
                // All values are there before the first result changes.
                let mut ready = Vec::new();
                for &x in values {
                    ready.push(match self.parts(x.ty) {
                        Some(_) => Err(self.value(x)),
                        None => {
                            let from = self.memory(x);
                            let kept = self.scratch_area(x.ty);
                            self.define(kept);
                            self.copy(kept, from, x.ty, Target::Frame);
                            Ok(kept)
                        }
                    });
                }
                let mut pairs = Vec::new();
                for ((&id, value), &x) in results.iter().zip(ready).zip(values) {
                    let dst = self.local_expr(id, x);
                    match (value, self.variable(id)) {
                        (Err(value), Var::Words(first)) => {
                            pairs.extend(value.into_iter().enumerate().map(|(i, o)| (first.next(i as u32), o)));
                        }
                        (Err(value), _) => self.assign_value(&dst, value),
                        (Ok(from), _) => {
                            if let Place::Mem(to, target) = self.place(&dst) {
                                self.define_whole(&dst, to);
                                self.copy(to, from, dst.ty, target);
                            }
                        }
                    }
                }
                self.move_all(&pairs);
            }
        }
        self.leave();
    }

    /// A result variable as a destination.
    fn local_expr<'e>(&self, id: LocalId, like: E<'_>) -> Expr<'e> {
        Expr { kind: ExprKind::Local(id), ty: self.func.local(id).ty, pos: like.pos }
    }
}
