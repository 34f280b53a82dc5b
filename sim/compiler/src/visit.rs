//! Walking over the typed tree: every expression of a block, and the parts of one node.
//!
//! The one place that lists the children of each kind of node, for passes that only look.

use crate::ir::{Block, Callee, E, ExprKind, Stmt, StmtKind};

/// A part of a node.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// An expression.
    Expr(E<'a>),
    /// Statements.
    Block(Block<'a>),
}

/// Tells the parts of an expression, in order of evaluation.
pub fn parts_of_expr<'a>(e: E<'a>, tell: &mut impl FnMut(Part<'a>)) {
    let mut expr = |e: E<'a>| tell(Part::Expr(e));
    match e.kind {
        ExprKind::Const(_)
        | ExprKind::Nil
        | ExprKind::Zero
        | ExprKind::Local(_)
        | ExprKind::Global(_)
        | ExprKind::Func(_)
        | ExprKind::Blank
        | ExprKind::New(_)
        | ExprKind::Recover
        | ExprKind::Closure { .. }
        | ExprKind::TypeWord(_)
        | ExprKind::ClosurePtr
        | ExprKind::CodeOf(_) => {}
        ExprKind::Deref(x)
        | ExprKind::Addr(x)
        | ExprKind::Field { x, .. }
        | ExprKind::Unary { x, .. }
        | ExprKind::Convert { x, .. }
        | ExprKind::TypeAssert(x)
        | ExprKind::Len(x)
        | ExprKind::Cap(x)
        | ExprKind::Real(x)
        | ExprKind::Imag(x)
        | ExprKind::Recv(x)
        | ExprKind::PtrLit { x, .. }
        | ExprKind::MethodValue { recv: x, .. }
        | ExprKind::TypeOf(x)
        | ExprKind::DataOf(x)
        | ExprKind::PtrOf(x) => expr(x),
        ExprKind::Index { x, index, .. } => [x, index].into_iter().for_each(expr),
        ExprKind::IndexMap { map, key } => [map, key].into_iter().for_each(expr),
        ExprKind::Slice { x, lo, hi, max, .. } => {
            expr(x);
            [lo, hi, max].into_iter().flatten().for_each(expr);
        }
        ExprKind::Binary { x, y, .. }
        | ExprKind::AndAnd(x, y)
        | ExprKind::OrOr(x, y)
        | ExprKind::Complex(x, y)
        | ExprKind::Copy { dst: x, src: y }
        | ExprKind::MakeInterface(x, y)
        | ExprKind::MakeString(x, y) => [x, y].into_iter().for_each(expr),
        ExprKind::MakeSliceHeader(x, y, z) => [x, y, z].into_iter().for_each(expr),
        ExprKind::Concat { list, .. } => list.iter().copied().for_each(expr),
        ExprKind::Call { callee, args, multi } => {
            match callee {
                Callee::Value(f) => expr(f),
                Callee::Interface { recv, .. } => expr(recv),
                Callee::Static(_) | Callee::Runtime(_) => {}
            }
            if let Some(multi) = multi {
                expr(multi.call);
            }
            args.iter().copied().for_each(expr);
        }
        ExprKind::Append { slice, args, .. } => {
            expr(slice);
            args.iter().copied().for_each(expr);
        }
        ExprKind::MakeSlice { len, cap, .. } => {
            expr(len);
            cap.into_iter().for_each(expr);
        }
        ExprKind::MakeMap { hint: size, .. } | ExprKind::MakeChan { size, .. } => size.into_iter().for_each(expr),
        ExprKind::StructLit(fields) => fields.iter().for_each(|&(_, x)| expr(x)),
        ExprKind::ArrayLit(elems) | ExprKind::SliceLit { elems, .. } => elems.iter().for_each(|&(_, x)| expr(x)),
        ExprKind::MapLit { entries, .. } => entries.iter().flat_map(|&(k, v)| [k, v]).for_each(expr),
        ExprKind::Seq { init, x } => {
            tell(Part::Block(init));
            tell(Part::Expr(x));
        }
    }
}

/// Tells the parts of a statement, in order of evaluation where there is one.
pub fn parts_of_stmt<'a>(s: &'a Stmt<'a>, tell: &mut impl FnMut(Part<'a>)) {
    match s.kind {
        StmtKind::Decl(_)
        | StmtKind::Label { .. }
        | StmtKind::Break(_)
        | StmtKind::Continue(_)
        | StmtKind::Goto(_)
        | StmtKind::Fallthrough
        | StmtKind::VarKill(_)
        | StmtKind::VarLive(_) => {}
        StmtKind::Expr(x) | StmtKind::Panic(x) | StmtKind::Close(x) => tell(Part::Expr(x)),
        StmtKind::Assign { dst, src, .. } | StmtKind::OpAssign { dst, src, .. } => {
            tell(Part::Expr(dst));
            tell(Part::Expr(src));
        }
        StmtKind::Assign2 { dsts, srcs, .. } => dsts.iter().chain(srcs).for_each(|x| tell(Part::Expr(x))),
        StmtKind::Assign2Func { dsts, call, .. } => {
            dsts.iter().for_each(|x| tell(Part::Expr(x)));
            tell(Part::Expr(call));
        }
        StmtKind::Assign2Ok { dsts, src, .. } => {
            dsts.into_iter().for_each(|x| tell(Part::Expr(x)));
            tell(Part::Expr(src));
        }
        StmtKind::Block(block) => tell(Part::Block(block)),
        StmtKind::If { cond, then, els } => {
            tell(Part::Expr(cond));
            tell(Part::Block(then));
            tell(Part::Block(els));
        }
        StmtKind::For { cond, post, body, .. } => {
            cond.into_iter().for_each(|x| tell(Part::Expr(x)));
            tell(Part::Block(body));
            tell(Part::Block(post));
        }
        StmtKind::Range { key, value, x, body, .. } => {
            tell(Part::Expr(x));
            [key, value].into_iter().flatten().for_each(|x| tell(Part::Expr(x)));
            tell(Part::Block(body));
        }
        StmtKind::Switch { tag, cases, .. } => {
            tag.into_iter().for_each(|x| tell(Part::Expr(x)));
            for case in cases {
                case.values.iter().for_each(|x| tell(Part::Expr(x)));
                tell(Part::Block(case.body));
            }
        }
        StmtKind::TypeSwitch { x, cases, .. } => {
            tell(Part::Expr(x));
            cases.iter().for_each(|case| tell(Part::Block(case.body)));
        }
        StmtKind::Select { cases, .. } => {
            for case in cases {
                case.comm.into_iter().for_each(|s| tell(Part::Block(std::slice::from_ref(s))));
                tell(Part::Block(case.body));
            }
        }
        StmtKind::Return(values) | StmtKind::Print { args: values, .. } => {
            values.iter().for_each(|x| tell(Part::Expr(x)));
        }
        StmtKind::Defer(call) | StmtKind::Go(call) => tell(Part::Block(std::slice::from_ref(call))),
        StmtKind::Delete { map: x, key: y } | StmtKind::Send { chan: x, value: y } => {
            tell(Part::Expr(x));
            tell(Part::Expr(y));
        }
    }
}

/// Tells every expression of a block, an expression before its parts; not those of closures, which are functions of their own.
pub fn exprs<'a>(block: Block<'a>, tell: &mut impl FnMut(E<'a>)) {
    for s in block {
        parts_of_stmt(s, &mut |part| of_part(part, tell));
    }
}

fn of_part<'a>(part: Part<'a>, tell: &mut impl FnMut(E<'a>)) {
    match part {
        Part::Block(block) => exprs(block, tell),
        Part::Expr(e) => {
            tell(e);
            let mut parts = Vec::new();
            parts_of_expr(e, &mut |part| parts.push(part));
            parts.into_iter().for_each(|part| of_part(part, tell));
        }
    }
}

/// Tells every statement of a block, and of the blocks in it, those in expressions too.
pub fn stmts<'a>(block: Block<'a>, tell: &mut impl FnMut(&'a Stmt<'a>)) {
    for s in block {
        tell(s);
        let mut parts = Vec::new();
        parts_of_stmt(s, &mut |part| parts.push(part));
        parts.into_iter().for_each(|part| stmts_of_part(part, tell));
    }
}

fn stmts_of_part<'a>(part: Part<'a>, tell: &mut impl FnMut(&'a Stmt<'a>)) {
    match part {
        Part::Block(block) => stmts(block, tell),
        Part::Expr(e) => {
            let mut parts = Vec::new();
            parts_of_expr(e, &mut |part| parts.push(part));
            parts.into_iter().for_each(|part| stmts_of_part(part, tell));
        }
    }
}
