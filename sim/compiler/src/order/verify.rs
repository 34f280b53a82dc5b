//! The postcondition *ordered* of [`order`](super), checked: by another reading of the tree, not by the code that made it.

use crate::alg::{MapFast, map_fast};
use crate::ir::{Block, Class, Conv, E, Expr, ExprKind, FuncId, LocalId, Program, Stmt, StmtKind};
use crate::options::{Lowering, Options};
use crate::promise::{Broken, Judge};
use crate::tree::{is_addressable, is_literal, is_name, is_static, same_safe};
use crate::types::{Kind, Ty};
use crate::visit::{self, Part};
use std::collections::BTreeSet;

/// Checks all functions.
///
/// # Errors
/// The first promise that is broken.
pub fn verify(program: &Program<'_>, options: Options) -> Result<(), Broken> {
    (0..program.funcs.len() as u32).try_for_each(|id| verify_func(program, options, FuncId(id)))
}

/// Checks one function.
///
/// # Errors
/// The first promise that is broken.
pub fn verify_func(program: &Program<'_>, options: Options, id: FuncId) -> Result<(), Broken> {
    let func = program.func(id);
    let mut check = Check { judge: Judge::new(program, func), options };
    check.block(func.body.unwrap_or_default(), &mut BTreeSet::new());
    check.judge.verdict()
}

const ALONE: &str = "a call is a statement, or all of the right side of an assignment to a variable";
const IN_PLACE: &str = "statements stand before an expression only in conditions and second operands";
const MAP_ALONE: &str = "m[k] is all of the right side of an assignment";
const KEY: &str = "a key that a routine takes by address is addressable";
const ADDRESSABLE: &str = "what a routine takes by address is addressable";
const MAP_DESTINATION: &str = "m[k] is a destination only in m[k] = x";
const COMPLETE: &str = "the right side of m[k] = x is complete before the map is touched";
const TEMPORARIES: &str = "several results go to variables";
const ENDED: &str = "a temporary is not used after its end";
const MULTI: &str = "arguments are values, one each";
const OP_ASSIGN: &str = "l op= r is l = l op r";
const ENTRIES: &str = "entries of a map literal need no code";

/// Where an expression stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// It is a statement.
    Statement,
    /// It is all that goes to a variable, or back to where it came from; when instrumenting, to a temporary.
    Source,
    /// It is all that goes to a variable of the program's own, when instrumenting.
    Name,
    /// It is used by a branch: statements may stand before it.
    Branch,
    /// It is a part of something.
    Operand,
}

struct Check<'p, 'a> {
    judge: Judge<'p, 'a>,
    options: Options,
}

impl<'a> Check<'_, 'a> {
    fn block(&mut self, block: Block<'a>, ended: &mut BTreeSet<LocalId>) {
        for s in block {
            self.life(s, ended);
            self.stmt(s, ended);
        }
    }

    /// Temporaries that have ended are not read before they get a new value.
    fn life(&mut self, s: &'a Stmt<'a>, ended: &mut BTreeSet<LocalId>) {
        let mut assigned = Vec::new();
        let mut read = BTreeSet::new();
        let mut taken = |dst: E<'a>| match dst.kind {
            ExprKind::Local(id) => {
                assigned.push(id);
                true
            }
            _ => false,
        };
        let mut parts = Vec::new();
        visit::parts_of_stmt(s, &mut |part| parts.push(part));
        let dsts = match s.kind {
            StmtKind::Assign { .. } => 1,
            StmtKind::Assign2 { dsts, .. } | StmtKind::Assign2Func { dsts, .. } => dsts.len(),
            StmtKind::Assign2Ok { .. } => 2,
            _ => 0,
        };
        for (i, part) in parts.into_iter().enumerate() {
            if let Part::Expr(e) = part
                && !(i < dsts && taken(e))
            {
                locals(e, &mut read, &mut BTreeSet::new());
            }
        }
        self.judge.stmt(read.is_disjoint(ended), ENDED, s);
        assigned.iter().for_each(|id| _ = ended.remove(id));
        if let StmtKind::VarKill(id) = s.kind {
            self.judge.stmt(self.judge.func.local(id).class == Class::Temp, ENDED, s);
            ended.insert(id);
        }
    }

    fn stmt(&mut self, s: &'a Stmt<'a>, ended: &BTreeSet<LocalId>) {
        let era = self.options.lowering;
        match s.kind {
            StmtKind::Expr(e) => self.expr(e, At::Statement),
            StmtKind::Assign { dst, src, .. } => {
                self.destination(dst);
                if let ExprKind::IndexMap { .. } = dst.kind {
                    self.map_source(dst, src);
                }
                let same = match src.kind {
                    ExprKind::Append { slice, .. } => same_safe(dst, slice),
                    _ => false,
                };
                let own = match dst.kind {
                    ExprKind::Local(id) => self.judge.func.local(id).class == Class::Temp,
                    _ => false,
                };
                match src.kind {
                    _ if same || own || is_name(dst) && !self.options.instrumenting => self.expr(src, At::Source),
                    ExprKind::Append { .. } if is_name(dst) => self.expr(src, At::Name),
                    ExprKind::AndAnd(..) | ExprKind::OrOr(..) | ExprKind::Unary { .. } => self.expr(src, At::Branch),
                    _ => self.expr(src, At::Operand),
                }
            }
            StmtKind::Assign2 { dsts, srcs, .. } => {
                for dst in dsts {
                    let map = matches!(dst.kind, ExprKind::IndexMap { .. });
                    self.judge.expr(!map || era == Lowering::MapAssignOp, MAP_DESTINATION, dst);
                    self.destination(dst);
                }
                srcs.iter().for_each(|src| self.expr(src, At::Operand));
            }
            StmtKind::Assign2Func { dsts, call, .. } => {
                dsts.iter().for_each(|dst| self.judge.expr(is_name(dst), TEMPORARIES, dst));
                self.expr(call, At::Statement);
            }
            StmtKind::Assign2Ok { dsts, src, .. } => {
                dsts.iter().for_each(|dst| self.judge.expr(is_name(dst), TEMPORARIES, dst));
                self.parts(src);
                if let ExprKind::IndexMap { map, key } = src.kind {
                    self.key(map.ty, key, false);
                }
            }
            StmtKind::OpAssign { dst, src, .. } => {
                self.judge.stmt(era == Lowering::MapAssignOp, OP_ASSIGN, s);
                self.destination(dst);
                if let ExprKind::IndexMap { .. } = dst.kind {
                    self.judge.expr(is_cheap(src), COMPLETE, src);
                }
                self.expr(src, At::Operand);
            }
            StmtKind::If { cond, then, els } => {
                self.expr(cond, At::Branch);
                self.block(then, &mut ended.clone());
                self.block(els, &mut ended.clone());
            }
            StmtKind::For { cond, post, body, .. } => {
                cond.into_iter().for_each(|cond| self.expr(cond, At::Branch));
                self.block(body, &mut ended.clone());
                self.block(post, &mut ended.clone());
            }
            StmtKind::Range { key, value, x, body, .. } => {
                self.expr(x, At::Operand);
                for dst in [key, value].into_iter().flatten() {
                    match dst.kind {
                        ExprKind::Seq { init, x } => {
                            self.block(init, &mut ended.clone());
                            self.destination(x);
                        }
                        _ => self.destination(dst),
                    }
                }
                // The body of the idiom that clears a map stays as it is.
                if !matches!(body, [Stmt { kind: StmtKind::Delete { .. }, .. }]) {
                    self.block(body, &mut ended.clone());
                }
            }
            StmtKind::Switch { tag, cases, .. } => {
                tag.into_iter().for_each(|tag| self.expr(tag, At::Operand));
                for case in cases {
                    case.values.iter().for_each(|value| self.expr(value, At::Branch));
                    self.block(case.body, &mut ended.clone());
                }
            }
            StmtKind::TypeSwitch { x, cases, .. } => {
                self.expr(x, At::Operand);
                cases.iter().for_each(|case| self.block(case.body, &mut ended.clone()));
            }
            StmtKind::Select { cases, .. } => {
                for case in cases {
                    case.comm.into_iter().for_each(|comm| self.stmt(comm, ended));
                    self.block(case.body, &mut ended.clone());
                }
            }
            StmtKind::Return(values) => match values {
                [one] => self.expr(one, if self.options.instrumenting { At::Operand } else { At::Source }),
                _ => values.iter().for_each(|value| self.expr(value, At::Operand)),
            },
            StmtKind::Defer(call) | StmtKind::Go(call) => match call.kind {
                // The key is remembered by value.
                StmtKind::Delete { map, key } => [map, key].iter().for_each(|x| self.expr(x, At::Operand)),
                _ => self.stmt(call, ended),
            },
            StmtKind::Delete { map, key } => {
                self.expr(map, At::Operand);
                self.expr(key, At::Operand);
                self.key(map.ty, key, era < Lowering::MapAssignOp);
            }
            StmtKind::Send { chan, value } => {
                self.expr(chan, At::Operand);
                self.expr(value, At::Operand);
                self.addressable(value, ADDRESSABLE);
            }
            StmtKind::Block(block) => self.block(block, &mut ended.clone()),
            StmtKind::Panic(x) | StmtKind::Close(x) => self.expr(x, At::Operand),
            StmtKind::Print { args, .. } => args.iter().for_each(|arg| self.expr(arg, At::Operand)),
            StmtKind::Decl(_)
            | StmtKind::Label { .. }
            | StmtKind::Break(_)
            | StmtKind::Continue(_)
            | StmtKind::Goto(_)
            | StmtKind::Fallthrough
            | StmtKind::VarKill(_)
            | StmtKind::VarLive(_) => {}
        }
    }

    /// What is assigned to: `m[k]` may stand here.
    fn destination(&mut self, dst: E<'a>) {
        match dst.kind {
            ExprKind::IndexMap { map, key } => {
                self.parts(dst);
                self.key(map.ty, key, true);
            }
            _ => self.expr(dst, At::Operand),
        }
    }

    fn map_source(&mut self, dst: E<'a>, src: E<'a>) {
        match self.options.lowering {
            Lowering::MapAssign1 => self.addressable(src, ADDRESSABLE),
            Lowering::MapAssign | Lowering::MapAssign2017 => {}
            Lowering::MapAssignOp => {
                let complete = match src.kind {
                    ExprKind::Append { slice, args, .. } => {
                        let zeros = |arg: E<'a>| match arg.kind {
                            ExprKind::MakeSlice { len, .. } => is_cheap(len),
                            _ => false,
                        };
                        same_safe(dst, slice) && args.iter().all(|arg| is_cheap(arg) || zeros(arg))
                    }
                    _ => is_cheap(src),
                };
                self.judge.expr(complete, COMPLETE, src);
            }
        }
    }

    fn addressable(&mut self, e: E<'a>, promise: &'static str) {
        let own = matches!(e.kind, ExprKind::Global(id) if self.judge.program.global(id).readonly.is_some());
        let holds = own || is_addressable(&self.judge.program.types, self.judge.func, e);
        self.judge.expr(holds, promise, e);
    }

    /// A key, unless it is passed by value.
    fn key(&mut self, map: Ty, key: E<'a>, assigned: bool) {
        let fast = map_fast(&self.judge.program.types, map) != MapFast::Slow;
        let by_value = match self.options.lowering {
            Lowering::MapAssign1 | Lowering::MapAssign => false,
            Lowering::MapAssign2017 => fast && !assigned,
            Lowering::MapAssignOp => fast,
        };
        if !by_value {
            self.addressable(key, KEY);
        }
    }

    fn parts(&mut self, e: E<'a>) {
        let mut parts = Vec::new();
        visit::parts_of_expr(e, &mut |part| parts.push(part));
        for part in parts {
            match part {
                Part::Expr(part) => self.expr(part, At::Operand),
                Part::Block(block) => self.block(block, &mut BTreeSet::new()),
            }
        }
    }

    fn expr(&mut self, e: E<'a>, at: At) {
        let whole = matches!(at, At::Statement | At::Source);
        let era = self.options.lowering;
        let types = &self.judge.program.types;
        match e.kind {
            ExprKind::Call { multi, .. } => {
                self.judge.expr(multi.is_none(), MULTI, e);
                self.judge.expr(whole, ALONE, e);
            }
            ExprKind::Copy { .. }
            | ExprKind::New(_)
            | ExprKind::MakeSlice { .. }
            | ExprKind::MakeMap { .. }
            | ExprKind::MakeChan { .. }
            | ExprKind::Recover
            | ExprKind::Recv(_)
            | ExprKind::Convert {
                conv: Conv::StringToBytes(_) | Conv::StringToBytesTmp | Conv::StringToRunes(_),
                ..
            } => self.judge.expr(whole, ALONE, e),
            ExprKind::Append { slice, args, spread, .. } => {
                self.judge.expr(whole || at == At::Name, ALONE, e);
                self.expr(slice, At::Operand);
                for arg in args {
                    match arg.kind {
                        ExprKind::MakeSlice { len, cap: None, .. } if spread => self.expr(len, At::Operand),
                        _ => self.expr(arg, At::Operand),
                    }
                }
                return;
            }
            ExprKind::IndexMap { map, key } => {
                let alone = era == Lowering::MapAssign1 || self.options.instrumenting;
                self.judge.expr(!alone || at == At::Source, MAP_ALONE, e);
                self.key(map.ty, key, false);
            }
            ExprKind::TypeAssert(_) => {
                let in_word = types.is_direct(e.ty) && !self.options.instrumenting;
                self.judge.expr(in_word || whole, ALONE, e);
            }
            ExprKind::Convert { conv: Conv::ToInterface(_), x } if era < Lowering::MapAssignOp => {
                self.addressable(x, ADDRESSABLE);
            }
            ExprKind::Convert { conv: Conv::ToInterface(_), x } => {
                let (_, by_value) = crate::walk::data_word_routine(types, x.ty);
                if by_value.is_none() && !types.is_direct(x.ty) {
                    self.addressable(x, ADDRESSABLE);
                }
            }
            ExprKind::Binary { op, x, y } if super::expr::is_comparison(op) => match types.under(x.ty) {
                Kind::Struct(_) | Kind::Array { .. } => {
                    self.addressable(x, ADDRESSABLE);
                    self.addressable(y, ADDRESSABLE);
                }
                Kind::Interface(_) => {
                    // What is compared need not be converted.
                    for operand in [x, y] {
                        match operand.kind {
                            ExprKind::Convert { conv: Conv::ToInterface(_), x } => self.expr(x, At::Operand),
                            _ => self.expr(operand, At::Operand),
                        }
                    }
                    return;
                }
                _ => {}
            },
            ExprKind::MapLit { entries, .. } => {
                let fixed = entries.iter().all(|&(k, v)| is_static(k) && is_static(v));
                self.judge.expr(fixed, ENTRIES, e);
            }
            ExprKind::AndAnd(x, y) | ExprKind::OrOr(x, y) => {
                let inner = if at == At::Operand { At::Operand } else { At::Branch };
                self.expr(x, inner);
                self.expr(y, inner);
                return;
            }
            ExprKind::Unary { x, .. } | ExprKind::Convert { conv: Conv::Nop, x } if at != At::Operand => {
                return self.expr(x, At::Branch);
            }
            ExprKind::Seq { init, x } => {
                self.judge.expr(at == At::Branch, IN_PLACE, e);
                self.block(init, &mut BTreeSet::new());
                return self.expr(x, At::Branch);
            }
            _ => {}
        }
        self.parts(e);
    }
}

/// Is this a variable, a constant, or the length of a variable: something that cannot panic?
fn is_cheap(e: E<'_>) -> bool {
    match e.kind {
        ExprKind::Len(x) | ExprKind::Cap(x) => is_cheap(x),
        ExprKind::Zero => true,
        _ => is_name(e) || is_literal(e),
    }
}

/// The variables that an expression reads; not those that statements in it have given a value first.
fn locals<'a>(e: E<'a>, found: &mut BTreeSet<LocalId>, given: &mut BTreeSet<LocalId>) {
    if let ExprKind::Local(id) = e.kind
        && !given.contains(&id)
    {
        found.insert(id);
    }
    visit::parts_of_expr(e, &mut |part| match part {
        Part::Expr(part) => locals(part, found, given),
        // They are looked at in their own order.
        Part::Block(block) => visit::stmts(block, &mut |s| {
            if let StmtKind::Assign { dst: Expr { kind: ExprKind::Local(id), .. }, .. } = s.kind {
                given.insert(*id);
            }
        }),
    });
}
