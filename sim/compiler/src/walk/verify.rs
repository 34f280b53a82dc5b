//! The postcondition *walked* of [`walk`](super), checked: by another reading of the tree, not by the code that made it.

use crate::ast::{BinOp, UnOp};
use crate::ir::{Block, Callee, Class, Conv, E, ExprKind, FuncId, Program, Stmt, StmtKind};
use crate::promise::{Broken, Judge};
use crate::runtime::Rt;
use crate::types::{Basic, Kind};
use crate::visit::{self, Part};

/// Checks all functions.
///
/// # Errors
/// The first promise that is broken.
pub fn verify(program: &Program<'_>) -> Result<(), Broken> {
    (0..program.funcs.len() as u32).try_for_each(|id| verify_func(program, FuncId(id)))
}

/// Checks one function.
///
/// # Errors
/// The first promise that is broken.
pub fn verify_func(program: &Program<'_>, id: FuncId) -> Result<(), Broken> {
    let func = program.func(id);
    let mut check = Check { judge: Judge::new(program, func) };
    let body = func.body.unwrap_or_default();
    check.block(body);
    check.closure_pointer(body);
    check.judge.verdict()
}

const KINDS: &str = "only memory, operators and calls are left of expressions";
const STMTS: &str = "only assignments, calls, branches and loops are left of statements";
const OPERANDS: &str = "operators work on numbers, pointers and booleans";
const CALLS: &str = "a call is a statement, all of the right side of an assignment to a variable, or a returned value";
const IN_PLACE: &str = "statements stand before an expression only in conditions and second operands";
const DECLARED: &str = "a declaration is followed at once by the first assignment";
const CLOSURE: &str = "the closure is used in the first statements only";

/// Where an expression stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// It is a statement, all that goes to a variable, or returned.
    Whole,
    /// It is used by a branch.
    Branch,
    /// It is a part of something.
    Operand,
}

struct Check<'p, 'a> {
    judge: Judge<'p, 'a>,
}

impl<'a> Check<'_, 'a> {
    fn block(&mut self, block: Block<'a>) {
        for (i, s) in block.iter().enumerate() {
            if let StmtKind::Decl(id) = s.kind {
                let next = block[i + 1..].iter().find(|s| !matches!(s.kind, StmtKind::Decl(_)));
                let is = |e: &E<'a>| matches!(e.kind, ExprKind::Local(other) if other == id);
                let defined = match next.map(|s| s.kind) {
                    Some(StmtKind::Assign { dst, define: true, .. }) => is(&dst),
                    Some(StmtKind::Assign2Func { dsts, define: true, .. }) => dsts.iter().any(is),
                    _ => false,
                };
                self.judge.stmt(defined || self.judge.func.local(id).heap, DECLARED, s);
            }
            self.stmt(s);
        }
    }

    fn stmt(&mut self, s: &'a Stmt<'a>) {
        match s.kind {
            StmtKind::Expr(e) => {
                self.judge.stmt(matches!(e.kind, ExprKind::Call { .. }), STMTS, s);
                self.expr(e, At::Whole);
            }
            StmtKind::Assign { dst, src, .. } => {
                let variable = matches!(dst.kind, ExprKind::Local(_));
                self.expr(src, if variable { At::Whole } else { At::Operand });
                match dst.kind {
                    ExprKind::Deref(slot) if is_slot(slot) => {
                        let ready = matches!(
                            src.kind,
                            ExprKind::Local(_) | ExprKind::Const(_) | ExprKind::Nil | ExprKind::Zero
                        );
                        self.judge.expr(ready, CALLS, slot);
                        self.expr(slot, At::Whole);
                    }
                    _ => self.expr(dst, At::Operand),
                }
            }
            StmtKind::Assign2Func { dsts, call, .. } => {
                for dst in dsts {
                    self.judge.expr(matches!(dst.kind, ExprKind::Local(_) | ExprKind::Blank), CALLS, dst);
                }
                self.expr(call, At::Whole);
            }
            StmtKind::If { cond, then, els } => {
                self.expr(cond, At::Branch);
                self.block(then);
                self.block(els);
            }
            StmtKind::For { cond, post, body, .. } => {
                cond.into_iter().for_each(|cond| self.expr(cond, At::Branch));
                self.block(body);
                self.block(post);
            }
            StmtKind::Return(values) => match values {
                [one] => self.expr(one, At::Whole),
                _ => values.iter().for_each(|value| self.expr(value, At::Operand)),
            },
            StmtKind::Decl(_)
            | StmtKind::Label { .. }
            | StmtKind::Break(_)
            | StmtKind::Continue(_)
            | StmtKind::Goto(_)
            | StmtKind::VarKill(_)
            | StmtKind::VarLive(_) => {}
            _ => self.judge.stmt(false, STMTS, s),
        }
    }

    fn expr(&mut self, e: E<'a>, at: At) {
        let types = &self.judge.program.types;
        match e.kind {
            ExprKind::Const(_)
            | ExprKind::Nil
            | ExprKind::Zero
            | ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::Func(_)
            | ExprKind::Blank
            | ExprKind::Deref(_)
            | ExprKind::Addr(_)
            | ExprKind::Field { .. }
            | ExprKind::Index { .. }
            | ExprKind::Slice { .. }
            | ExprKind::Convert { conv: Conv::Nop | Conv::Numeric, .. }
            | ExprKind::Complex(..)
            | ExprKind::Real(_)
            | ExprKind::Imag(_)
            | ExprKind::StructLit(_)
            | ExprKind::ArrayLit(_)
            | ExprKind::TypeWord(_)
            | ExprKind::TypeOf(_)
            | ExprKind::DataOf(_)
            | ExprKind::MakeInterface(..)
            | ExprKind::PtrOf(_)
            | ExprKind::MakeSliceHeader(..)
            | ExprKind::MakeString(..)
            | ExprKind::ClosurePtr
            | ExprKind::CodeOf(_) => {}
            ExprKind::Len(x) | ExprKind::Cap(x) => {
                let list = matches!(types.under(x.ty), Kind::Slice(_) | Kind::Basic(_));
                self.judge.expr(list, KINDS, e);
            }
            ExprKind::Unary { op, x } => {
                let simple = match types.basic(x.ty) {
                    Some(Basic::Bool) => op == UnOp::Not,
                    Some(basic) => basic.is_numeric(),
                    None => false,
                };
                self.judge.expr(simple, OPERANDS, e);
                if at == At::Branch {
                    return self.expr(x, at);
                }
            }
            ExprKind::Binary { op, x, .. } => {
                let equal = matches!(op, BinOp::Eq | BinOp::Ne);
                let simple = match types.under(x.ty) {
                    Kind::Basic(Basic::Bool | Basic::UnsafePointer) => equal,
                    Kind::Basic(basic) => basic.is_numeric(),
                    Kind::Pointer(_) | Kind::Chan { .. } | Kind::Map { .. } | Kind::Func { .. } => equal,
                    _ => false,
                };
                self.judge.expr(simple, OPERANDS, e);
            }
            ExprKind::AndAnd(x, y) | ExprKind::OrOr(x, y) => {
                self.expr(x, At::Branch);
                return self.expr(y, At::Branch);
            }
            ExprKind::Call { multi, .. } => {
                self.judge.expr(at == At::Whole && multi.is_none(), CALLS, e);
            }
            ExprKind::Seq { init, x } => {
                self.judge.expr(at == At::Branch, IN_PLACE, e);
                self.block(init);
                return self.expr(x, At::Branch);
            }
            _ => self.judge.expr(false, KINDS, e),
        }
        let mut parts = Vec::new();
        visit::parts_of_expr(e, &mut |part| parts.push(part));
        for part in parts {
            match part {
                Part::Expr(part) => self.expr(part, At::Operand),
                Part::Block(block) => self.block(block),
            }
        }
    }

    /// The closure is found in a register at entry: nothing may have been done before.
    fn closure_pointer(&mut self, body: Block<'a>) {
        let mut entry = true;
        for s in body {
            let mut used = false;
            visit::exprs(std::slice::from_ref(s), &mut |e| used |= matches!(e.kind, ExprKind::ClosurePtr));
            self.judge.stmt(entry || !used, CLOSURE, s);
            entry &= used;
        }
        let captures = self.judge.func.locals.iter().any(|local| matches!(local.class, Class::Captured(_)));
        debug_assert!(!captures || !self.judge.func.captures.is_empty(), "captured variables are listed");
    }
}

/// Is this a call that makes a slot of a map?
fn is_slot(e: E<'_>) -> bool {
    let ExprKind::Call { callee: Callee::Runtime(rt), .. } = e.kind else { return false };
    matches!(
        rt,
        Rt::MapAssign | Rt::MapAssignFast32 | Rt::MapAssignFast64 | Rt::MapAssignFast64Ptr | Rt::MapAssignFastStr
    )
}
