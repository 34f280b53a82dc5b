//! Calls: arguments into the outgoing words, results out of them.

use super::{Gen, Value};
use crate::flow::shape::{Frame, Pass};
use crate::flow::{Callee, Kind, Mem, Operand, Target, Word};
use crate::ir::{Callee as Called, E, ExprKind, FuncId, StmtKind};
use crate::runtime::Rt;
use crate::types::{Kind as TypeKind, Ty};

/// A value on its way to its outgoing place.
enum Argument<'e> {
    /// Evaluated already.
    Words(Value),
    /// In memory.
    Memory(Mem),
    /// To be evaluated where it is wanted.
    Later(E<'e>),
}

impl Gen<'_, '_, '_> {
    /// Makes a call; its results are in the outgoing words then, as the frame says. Results that are passed by address are
    /// put into the memory that is returned with it.
    pub(super) fn call<'e>(&mut self, e: E<'e>) -> (Frame, Vec<Option<Mem>>) {
        let ExprKind::Call { callee, args, .. } = e.kind else {
            self.left_over(e.pos, "a call that is none");
            return (Frame { results: vec![], params: vec![], result_words: 0, words: 0 }, vec![]);
        };
        let results = self.result_types(e.ty);
        let (called, receiver) = self.callee(callee, args);
        let mut params: Vec<Ty> = args.iter().map(|x| x.ty).collect();
        if receiver.is_some() {
            params.insert(0, crate::types::Types::UNSAFE_POINTER);
        }
        let frame = Frame::new(&self.unit.program.types, &self.unit.shapes, &results, &params);

        let mut arguments: Vec<Argument<'e>> = receiver.map(|data| Argument::Words(vec![data])).into_iter().collect();
        // The outgoing words do not survive a call, so what is evaluated before one waits elsewhere.
        let last_call = args.iter().rposition(|x| may_call(x));
        for (i, &x) in args.iter().enumerate() {
            arguments.push(match last_call {
                Some(last) if i <= last => self.evaluated(x, last > i),
                _ => Argument::Later(x),
            });
        }
        for (argument, (pass, &ty)) in arguments.into_iter().zip(frame.params.iter().zip(&params)) {
            self.pass(argument, pass, ty);
        }
        let mut elsewhere = Vec::new();
        for (pass, &ty) in frame.results.iter().zip(&results) {
            elsewhere.push(match pass {
                Pass::Address(at) => {
                    let memory = self.scratch_area(ty);
                    self.define(memory);
                    self.clear(memory, ty, Target::Frame);
                    let address = self.address(memory, Some(Word::out(*at)));
                    self.mov(Word::out(*at), Operand::Word(address));
                    Some(memory)
                }
                _ => None,
            });
        }
        let pos = std::mem::replace(&mut self.pos, e.pos);
        self.emit(Kind::Call { callee: called, words: frame.words });
        self.pos = pos;
        if let Called::Runtime(rt) = callee
            && never_returns(rt)
        {
            self.emit(Kind::Unreachable);
        }
        (frame, elsewhere)
    }

    /// The types of a call's results.
    fn result_types(&self, ty: Ty) -> Vec<Ty> {
        match self.unit.program.types.under(ty) {
            TypeKind::Tuple(types) => types.to_vec(),
            _ => vec![ty],
        }
    }

    /// What is called, and for a method of an interface the receiver's data word.
    fn callee(&mut self, callee: Called<'_>, args: &[E<'_>]) -> (Callee, Option<Operand>) {
        match callee {
            Called::Static(id) => (self.called(id), None),
            Called::Value(x) => {
                if let ExprKind::Func(id) = x.kind {
                    return (self.called(id), None);
                }
                let closure = self.scalar(x, None);
                (Callee::Closure(self.word(closure)), None)
            }
            Called::Interface { recv, method } => {
                let types = &self.unit.program.types;
                let method = &types.interface_methods(recv.ty)[method as usize];
                let number = self.unit.method(&method.name, method.package.as_deref());
                let value = self.value(recv);
                let ty = self.word(value[0]);
                let _ = args;
                (Callee::Method(ty, number), Some(value[1]))
            }
            Called::Runtime(rt) => (Callee::Rt(rt), None),
        }
    }

    fn called(&mut self, id: FuncId) -> Callee {
        let func = self.unit.program.func(id);
        if func.body.is_none() && func.package != self.unit.program.package {
            return Callee::Native(id);
        }
        self.unit.function(id);
        Callee::Func(id)
    }

    /// Evaluates an argument that cannot go to its place yet.
    fn evaluated<'e>(&mut self, x: E<'e>, calls_follow: bool) -> Argument<'e> {
        if self.parts(x.ty).is_some() {
            return Argument::Words(self.value(x));
        }
        let from = self.memory(x);
        if !calls_follow || !matches!(from, Mem::Out { .. }) {
            return Argument::Memory(from);
        }
        let kept = self.scratch_area(x.ty);
        self.define(kept);
        self.copy(kept, from, x.ty, Target::Frame);
        Argument::Memory(kept)
    }

    /// Puts an argument into its place.
    fn pass(&mut self, argument: Argument<'_>, pass: &Pass, ty: Ty) {
        match (pass, argument) {
            (Pass::Words(at, parts), Argument::Later(x)) if parts.len() == 1 => {
                let dst = Word::out(*at);
                let operand = self.scalar(x, Some(dst));
                self.mov(dst, operand);
            }
            (Pass::Words(at, _), argument) => {
                let value = match argument {
                    Argument::Words(value) => value,
                    Argument::Later(x) => self.value(x),
                    Argument::Memory(_) => vec![],
                };
                for (i, operand) in value.into_iter().enumerate() {
                    self.mov(Word::out(at + i as u32), operand);
                }
            }
            (Pass::Memory(at), argument) => {
                let to = Mem::Out { offset: at * 8 };
                self.argument_memory(argument, to, ty);
            }
            (Pass::Address(at), argument) => {
                let to = self.scratch_area(ty);
                self.define(to);
                self.argument_memory(argument, to, ty);
                let address = self.address(to, Some(Word::out(*at)));
                self.mov(Word::out(*at), Operand::Word(address));
            }
        }
    }

    fn argument_memory(&mut self, argument: Argument<'_>, to: Mem, ty: Ty) {
        match argument {
            Argument::Words(value) => {
                if let Some(parts) = self.parts(ty) {
                    self.store(to, Target::Frame, &parts, &value);
                }
            }
            Argument::Memory(from) => self.copy(to, from, ty, Target::Frame),
            Argument::Later(x) => self.store_any(x, to, Target::Frame),
        }
    }

    /// The results of a call of one result that is held in words.
    pub(super) fn call_value(&mut self, e: E<'_>) -> Value {
        if let Some(value) = self.fresh(e) {
            return value;
        }
        let (frame, elsewhere) = self.call(e);
        match frame.results.len() {
            1 => self.result(&frame, &elsewhere, 0, e.ty),
            _ => vec![],
        }
    }

    /// One result of a call that was just made, in words of its own.
    pub(super) fn result(&mut self, frame: &Frame, elsewhere: &[Option<Mem>], i: usize, ty: Ty) -> Value {
        match &frame.results[i] {
            Pass::Words(at, parts) => {
                let pointers: Vec<bool> = parts.iter().map(|p| p.pointer).collect();
                let first = self.flow.add_run(&pointers, |_| crate::flow::Owner::Scratch, self.pos);
                (0..parts.len() as u32)
                    .map(|i| {
                        self.mov(first.next(i), Operand::Word(Word::out(at + i)));
                        Operand::Word(first.next(i))
                    })
                    .collect()
            }
            _ => match (self.result_memory(frame, elsewhere, i), self.parts(ty)) {
                (Some(from), Some(parts)) => self.load(from, &parts, None),
                _ => vec![],
            },
        }
    }

    /// The memory of one result of a call that was just made; the outgoing words go with the next call.
    pub(super) fn result_memory(&self, frame: &Frame, elsewhere: &[Option<Mem>], i: usize) -> Option<Mem> {
        match frame.results[i] {
            Pass::Memory(at) => Some(Mem::Out { offset: at * 8 }),
            Pass::Address(_) => elsewhere[i],
            Pass::Words(..) => None,
        }
    }

    /// The result of a call whose one result is memory.
    pub(super) fn call_memory(&mut self, e: E<'_>) -> Mem {
        let (frame, elsewhere) = self.call(e);
        self.result_memory(&frame, &elsewhere, 0).unwrap_or(Mem::Static { offset: 0 })
    }

    /// `newobject` of a known type has an instruction of its own.
    fn fresh(&mut self, e: E<'_>) -> Option<Value> {
        let ExprKind::Call { callee: Called::Runtime(Rt::NewObject), args: [ty], .. } = e.kind else { return None };
        let ExprKind::TypeWord(ty) = ty.kind else { return None };
        let dst = self.scratch(true);
        self.unit.descriptor(ty);
        let pos = std::mem::replace(&mut self.pos, e.pos);
        self.emit(Kind::New { dst, ty });
        self.pos = pos;
        Some(vec![Operand::Word(dst)])
    }
}

/// Does control never come back from it?
fn never_returns(rt: Rt) -> bool {
    matches!(rt, Rt::GoPanic | Rt::PanicDotType | Rt::PanicWrap | Rt::Block)
}

/// Can an expression call something, or let the collector run?
pub(super) fn may_call(e: E<'_>) -> bool {
    match e.kind {
        ExprKind::Call { .. } => true,
        ExprKind::Seq { init, x } => init.iter().any(|s| !is_quiet(s)) || may_call(x),
        _ => {
            let mut any = false;
            super::entry::children(e, |x| any = any || may_call(x));
            any
        }
    }
}

/// Is it a statement that surely calls nothing?
fn is_quiet(stmt: &crate::ir::Stmt<'_>) -> bool {
    match stmt.kind {
        StmtKind::Assign { dst, src, .. } => !may_call(dst) && !may_call(src),
        StmtKind::VarKill(_) | StmtKind::VarLive(_) => true,
        StmtKind::Expr(x) => !may_call(x),
        _ => false,
    }
}
