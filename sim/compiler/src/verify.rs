//! Is a typed tree well formed?
//!
//! What must hold of every node, at every stage:
//!
//! - no type is invalid or untyped;
//! - variables, functions, package variables, fields, methods, labels and allocations exist, and have the type of their node;
//! - operands have the types that the node's text in [`crate::ir`] says, and values exactly the types of their destinations:
//!   every conversion is a node;
//! - what is assigned to, or has its address taken, is a place;
//! - `break` and `continue` name a statement around them, `goto` a label of the function, `fallthrough` ends a clause that is
//!   not the last.
//!
//! At the stage [`Stage::Typed`] there is in addition nothing that only passes make, and an allocation belongs to one node.
//! After walk, calls of the runtime and values made of words are as loose as the runtime's table: their operands are
//! visited, their types are not compared.
//!
//! It shares no code with the checker and the passes, whose outputs it judges.

use crate::ast::{BinOp, UnOp};
use crate::ir::*;
use crate::print;
use crate::types::{Basic, Kind, Ty, Types};
use std::collections::HashSet;

/// What made the tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stage {
    /// The checker.
    Typed,
    /// The pass order.
    Ordered,
    /// The pass walk.
    Walked,
}

/// Everything that is wrong with a program, one line each.
pub fn verify(program: &Program<'_>, stage: Stage) -> Vec<String> {
    let mut problems = Vec::new();
    for func in &program.funcs {
        problems.extend(verify_func(program, func, stage));
    }
    for (&ty, entries) in &program.method_sets {
        let direct = program.types.is_direct(ty);
        for entry in entries {
            let func = program.func(entry.func);
            let first = func.params.first().map(|&p| func.local(p).ty);
            let right =
                if direct { first == Some(ty) } else { first.and_then(|t| program.types.pointee(t)) == Some(ty) };
            if !right {
                problems.push(format!("method {} of {}: wrong receiver", entry.name, program.types.name(ty, None)));
            }
        }
    }
    problems
}

/// Everything that is wrong with a function.
pub fn verify_func(program: &Program<'_>, func: &Func<'_>, stage: Stage) -> Vec<String> {
    let mut verifier = Verifier {
        program,
        types: &program.types,
        func,
        stage,
        problems: Vec::new(),
        around: Vec::new(),
        labels: HashSet::new(),
        allocs: HashSet::new(),
    };
    verifier.func();
    verifier.problems
}

struct Verifier<'p, 'a> {
    program: &'p Program<'a>,
    types: &'p Types,
    func: &'p Func<'a>,
    stage: Stage,
    problems: Vec<String>,
    /// The statements around that can be left; is it a loop?
    around: Vec<(LabelId, bool)>,
    labels: HashSet<LabelId>,
    allocs: HashSet<AllocId>,
}

impl<'a> Verifier<'_, 'a> {
    // --- reporting --------------------------------------------------------------------------------

    fn problem(&mut self, what: impl AsRef<str>, text: String) {
        let Func { package, name, .. } = self.func;
        let text: String = text.chars().take(200).collect();
        self.problems.push(format!("{package}.{name}: {}: {}", what.as_ref(), text.trim_end()));
    }

    fn require(&mut self, holds: bool, what: &str, e: E<'a>) {
        if !holds {
            let text = format!("{} of type {}", print::print_expr(self.program, self.func, e), self.name(e.ty));
            self.problem(what, text);
        }
    }

    fn require_stmt(&mut self, holds: bool, what: &str, stmt: &Stmt<'a>) {
        if !holds {
            let text = print::print_stmt(self.program, self.func, stmt);
            self.problem(what, text);
        }
    }

    fn name(&self, ty: Ty) -> String {
        self.types.name(ty, None)
    }

    // --- types ------------------------------------------------------------------------------------

    fn basic(&self, ty: Ty) -> Basic {
        self.types.basic(ty).unwrap_or(Basic::Invalid)
    }

    fn is_int(&self, ty: Ty) -> bool {
        self.basic(ty).is_integer()
    }

    fn is_bool(&self, ty: Ty) -> bool {
        self.basic(ty) == Basic::Bool
    }

    fn is_string(&self, ty: Ty) -> bool {
        self.basic(ty) == Basic::String
    }

    fn slice_elem(&self, ty: Ty) -> Option<Ty> {
        match self.types.under(ty) {
            Kind::Slice(elem) => Some(*elem),
            _ => None,
        }
    }

    fn has_nil(&self, ty: Ty) -> bool {
        match self.types.under(ty) {
            Kind::Basic(basic) => *basic == Basic::UnsafePointer,
            Kind::Pointer(_) | Kind::Slice(_) | Kind::Map { .. } | Kind::Chan { .. } => true,
            Kind::Func { .. } | Kind::Interface(_) => true,
            Kind::Array { .. } | Kind::Struct(_) | Kind::Named(_) | Kind::Tuple(_) => false,
        }
    }

    // --- functions --------------------------------------------------------------------------------

    fn func(&mut self) {
        let func = self.func;
        let Kind::Func { params, results, .. } = self.types.kind(func.ty) else {
            return self.problem("its type is none of a function", String::new());
        };
        let of = |ids: &[LocalId]| ids.iter().map(|&id| func.local(id).ty).collect::<Vec<_>>();
        if of(&func.params) != **params || of(&func.results) != **results {
            self.problem("parameters are not those of its type", self.name(func.ty));
        }
        for (i, local) in func.locals.iter().enumerate() {
            let bad = matches!(self.types.kind(local.ty), Kind::Basic(b) if *b == Basic::Invalid || b.is_untyped());
            if bad {
                self.problem("variable without type", format!("{} ({i})", local.name));
            }
            if let Class::Captured(outer) = local.class {
                let parent = func.parent.map(|p| self.program.func(p));
                let outer = parent.and_then(|p| p.locals.get(outer.0 as usize));
                let same = outer.is_some_and(|o| {
                    (o.ty, o.addr_taken, o.reassigned) == (local.ty, local.addr_taken, local.reassigned)
                });
                if !same {
                    self.problem("captured variable differs from the one it is", local.name.into());
                }
            }
        }
        if let Some(body) = func.body {
            self.collect_labels(body);
            self.block(body);
        }
    }

    fn collect_labels(&mut self, body: Block<'a>) {
        let mut twice = Vec::new();
        let (labels, count) = (&mut self.labels, self.func.labels);
        crate::visit::stmts(body, &mut |stmt| {
            if let StmtKind::Label { label, name } = stmt.kind
                && (!labels.insert(label) || label.0 >= count)
            {
                twice.push(name);
            }
        });
        twice.into_iter().for_each(|name| self.problem("label defined twice", name.into()));
    }

    // --- statements -------------------------------------------------------------------------------

    fn block(&mut self, block: Block<'a>) {
        block.iter().for_each(|stmt| self.stmt(stmt));
    }

    /// The body of a statement that can be left.
    fn inside(&mut self, label: LabelId, is_loop: bool, block: Block<'a>) {
        self.around.push((label, is_loop));
        self.block(block);
        self.around.pop();
    }

    fn place(&mut self, dst: E<'a>) {
        match dst.kind {
            ExprKind::Blank => {}
            ExprKind::IndexMap { .. } => self.expr(dst),
            _ => {
                self.expr(dst);
                self.require(is_place(self.types, dst), "not a place", dst);
            }
        }
    }

    fn stored(&mut self, dst: E<'a>, src: E<'a>) {
        self.place(dst);
        self.expr(src);
        self.require(self.agree(dst.ty, src.ty), "value is not of its destination's type", src);
    }

    /// Are these types the same? After walk, words may stand for pointers.
    fn agree(&self, a: Ty, b: Ty) -> bool {
        let word = |ty| {
            matches!(self.types.under(ty), Kind::Pointer(_) | Kind::Map { .. } | Kind::Chan { .. } | Kind::Func { .. })
                || self.basic(ty) == Basic::UnsafePointer
        };
        a == b || self.stage == Stage::Walked && word(a) && word(b)
    }

    fn condition(&mut self, cond: E<'a>) {
        self.expr(cond);
        self.require(self.is_bool(cond.ty), "condition is no boolean", cond);
    }

    fn stmt(&mut self, stmt: &'a Stmt<'a>) {
        match stmt.kind {
            StmtKind::Expr(x) => self.expr(x),
            StmtKind::Decl(id) | StmtKind::VarKill(id) | StmtKind::VarLive(id) => {
                self.require_stmt((id.0 as usize) < self.func.locals.len(), "no such variable", stmt);
            }
            StmtKind::Assign { dst, src, .. } => self.stored(dst, src),
            StmtKind::Assign2 { dsts, srcs, .. } => {
                self.require_stmt(dsts.len() == srcs.len() && dsts.len() > 1, "sides differ in length", stmt);
                for (dst, src) in dsts.iter().zip(srcs) {
                    self.stored(dst, src);
                }
            }
            StmtKind::Assign2Func { dsts, call, .. } => {
                self.expr(call);
                dsts.iter().for_each(|dst| self.place(dst));
                let results = match self.types.kind(call.ty) {
                    Kind::Tuple(results) => &**results,
                    _ => &[],
                };
                let types: Vec<Ty> = dsts.iter().map(|dst| dst.ty).collect();
                let same = types.len() == results.len() && types.iter().zip(results).all(|(&a, &b)| self.agree(a, b));
                self.require_stmt(same, "results are not of their destinations' types", stmt);
            }
            StmtKind::Assign2Ok { dsts, src, .. } => {
                dsts.iter().for_each(|dst| self.place(dst));
                self.expr(src);
                let second = matches!(
                    src.kind,
                    ExprKind::IndexMap { .. } | ExprKind::TypeAssert(_) | ExprKind::Recv(_) | ExprKind::Call { .. }
                );
                self.require(second, "has no second value", src);
                if self.stage < Stage::Walked {
                    self.require_stmt(dsts[0].ty == src.ty && self.is_bool(dsts[1].ty), "types of v, ok", stmt);
                }
            }
            StmtKind::OpAssign { op, dst, src, alloc } => {
                self.place(dst);
                self.expr(src);
                alloc.into_iter().for_each(|alloc| self.alloc(alloc));
                let concat = op == BinOp::Add && self.is_string(dst.ty);
                self.require_stmt(concat == alloc.is_some(), "allocation of a concatenation", stmt);
                let fits = if matches!(op, BinOp::Shl | BinOp::Shr) {
                    self.is_int(src.ty) && self.is_int(dst.ty)
                } else {
                    src.ty == dst.ty
                };
                self.require_stmt(fits, "operands differ in type", stmt);
            }
            StmtKind::Block(block) => self.block(block),
            StmtKind::If { cond, then, els } => {
                self.condition(cond);
                self.block(then);
                self.block(els);
            }
            StmtKind::For { label, cond, post, body } => {
                cond.into_iter().for_each(|cond| self.condition(cond));
                self.inside(label, true, body);
                self.block(post);
            }
            StmtKind::Range { label, key, value, x, body, .. } => {
                self.expr(x);
                let [k, v] = self.range_types(x.ty);
                for (dst, ty) in [(key, k), (value, v)] {
                    if let Some(dst) = dst {
                        self.place(dst);
                        let right = Some(dst.ty) == ty || matches!(dst.kind, ExprKind::Blank);
                        self.require(right, "not of the type that the range gives", dst);
                    }
                }
                self.inside(label, true, body);
            }
            StmtKind::Switch { label, tag, cases } => {
                tag.into_iter().for_each(|tag| self.expr(tag));
                let ty = tag.map_or(Types::BOOL, |tag| tag.ty);
                for (i, case) in cases.iter().enumerate() {
                    for value in case.values {
                        self.expr(value);
                        self.require(value.ty == ty, "case is not of the tag's type", value);
                    }
                    let falls = matches!(case.body.last(), Some(Stmt { kind: StmtKind::Fallthrough, .. }));
                    let body = if falls { &case.body[..case.body.len() - 1] } else { case.body };
                    self.require_stmt(!falls || i + 1 < cases.len(), "falls through the last case", stmt);
                    self.inside(label, false, body);
                }
            }
            StmtKind::TypeSwitch { label, x, cases } => {
                self.expr(x);
                self.require(self.types.is_interface(x.ty), "switched on, but no interface", x);
                for case in cases {
                    let ty = match case.types {
                        [Some(ty)] => *ty,
                        _ => x.ty,
                    };
                    let right = case.var.is_none_or(|var| self.func.local(var).ty == ty);
                    self.require_stmt(right, "variable of a clause has another type", stmt);
                    self.inside(label, false, case.body);
                }
            }
            StmtKind::Select { label, cases } => {
                for case in cases {
                    case.comm.into_iter().for_each(|comm| self.stmt(comm));
                    self.inside(label, false, case.body);
                }
            }
            StmtKind::Label { .. } => {}
            StmtKind::Break(label) => {
                let there = self.around.iter().any(|&(l, _)| l == label);
                self.require_stmt(there, "leaves no statement around it", stmt);
            }
            StmtKind::Continue(label) => {
                let there = self.around.contains(&(label, true));
                self.require_stmt(there, "goes on with no loop around it", stmt);
            }
            StmtKind::Goto(label) => self.require_stmt(self.labels.contains(&label), "no such label", stmt),
            StmtKind::Fallthrough => self.require_stmt(self.stage > Stage::Typed, "not at the end of a clause", stmt),
            StmtKind::Return(values) => {
                values.iter().for_each(|x| self.expr(x));
                let results: Vec<Ty> = self.func.results.iter().map(|&r| self.func.local(r).ty).collect();
                let same =
                    values.len() == results.len() && values.iter().zip(&results).all(|(x, &ty)| self.agree(x.ty, ty));
                self.require_stmt(values.is_empty() || same, "values are not of the results' types", stmt);
            }
            StmtKind::Defer(call) | StmtKind::Go(call) => {
                let deferred = matches!(
                    call.kind,
                    StmtKind::Expr(_)
                        | StmtKind::Panic(_)
                        | StmtKind::Print { .. }
                        | StmtKind::Delete { .. }
                        | StmtKind::Close(_)
                );
                self.require_stmt(deferred, "cannot be deferred", stmt);
                self.stmt(call);
            }
            StmtKind::Panic(x) => {
                self.expr(x);
                let empty = matches!(self.types.under(x.ty), Kind::Interface(methods) if methods.is_empty());
                self.require(empty, "panics with no interface{}", x);
            }
            StmtKind::Print { args, .. } => args.iter().for_each(|x| self.expr(x)),
            StmtKind::Delete { map, key } => {
                self.expr(map);
                self.expr(key);
                let right = matches!(self.types.under(map.ty), Kind::Map { key: k, .. } if *k == key.ty);
                self.require_stmt(right, "types of a delete", stmt);
            }
            StmtKind::Close(chan) => {
                self.expr(chan);
                self.require(matches!(self.types.under(chan.ty), Kind::Chan { .. }), "not a channel", chan);
            }
            StmtKind::Send { chan, value } => {
                self.expr(chan);
                self.expr(value);
                let right = matches!(self.types.under(chan.ty), Kind::Chan { elem, .. } if *elem == value.ty);
                self.require_stmt(right, "types of a send", stmt);
            }
        }
    }

    fn range_types(&self, ty: Ty) -> [Option<Ty>; 2] {
        match self.types.under(ty) {
            Kind::Basic(Basic::String) => [Some(Types::INT), Some(Types::INT32)],
            Kind::Slice(elem) | Kind::Array { elem, .. } => [Some(Types::INT), Some(*elem)],
            Kind::Map { key, elem } => [Some(*key), Some(*elem)],
            Kind::Chan { elem, .. } => [Some(*elem), None],
            Kind::Pointer(to) => match self.types.under(*to) {
                Kind::Array { elem, .. } => [Some(Types::INT), Some(*elem)],
                _ => [None, None],
            },
            _ => [None, None],
        }
    }

    // --- expressions ------------------------------------------------------------------------------

    fn alloc(&mut self, alloc: AllocId) {
        let there = (alloc.0 as usize) < self.func.allocs.len();
        let once = self.allocs.insert(alloc) || self.stage > Stage::Typed;
        if !there || !once {
            self.problem("allocation unknown, or of two nodes", alloc.0.to_string());
        }
    }

    fn exprs(&mut self, list: &[E<'a>]) {
        list.iter().for_each(|x| self.expr(x));
    }

    fn made_by_passes(&mut self, e: E<'a>) {
        self.require(self.stage > Stage::Typed, "made by passes only", e);
    }

    fn expr(&mut self, e: E<'a>) {
        let bad = matches!(self.types.kind(e.ty), Kind::Basic(b) if *b == Basic::Invalid || b.is_untyped());
        self.require(!bad, "expression without type", e);
        let ty = e.ty;
        match e.kind {
            ExprKind::Const(value) => {
                let basic = self.basic(ty);
                let right = match value {
                    Const::Bool(_) => basic == Basic::Bool,
                    Const::Int(x) => basic.range().is_some_and(|(least, largest)| (least..=largest).contains(&x)),
                    Const::Float(_) => basic.is_float(),
                    Const::Complex(..) => basic.is_complex(),
                    Const::Str(_) => basic == Basic::String,
                };
                self.require(right, "constant is not of its type", e);
            }
            ExprKind::Nil => self.require(self.has_nil(ty), "no nil of this type", e),
            ExprKind::Zero => {}
            ExprKind::Local(id) => {
                let local = self.func.locals.get(id.0 as usize);
                self.require(local.is_some_and(|l| l.ty == ty), "variable of another type", e);
            }
            ExprKind::Global(id) => {
                let global = self.program.globals.get(id.0 as usize);
                self.require(global.is_some_and(|g| g.ty == ty), "package variable of another type", e);
            }
            ExprKind::Func(id) => {
                let func = self.program.funcs.get(id.0 as usize);
                self.require(func.is_some_and(|f| f.ty == self.types.underlying(ty)), "function of another type", e);
            }
            ExprKind::Blank => self.require(false, "blank is no value", e),
            ExprKind::Deref(x) => {
                self.expr(x);
                let right = self.types.pointee(x.ty) == Some(ty) || self.stage == Stage::Walked;
                self.require(right, "dereference of another type", e);
            }
            ExprKind::Addr(x) => {
                self.expr(x);
                let right = matches!(self.types.kind(ty), Kind::Pointer(elem) if *elem == x.ty);
                self.require(right || self.stage == Stage::Walked, "address of another type", e);
                self.require(is_place(self.types, x), "has no address", e);
                if let (Stage::Typed, Some(local)) = (self.stage, root(self.types, x)) {
                    self.require(self.func.local(local).addr_taken, "its variable is not noted as addressed", e);
                }
            }
            ExprKind::Field { x, index } => {
                self.expr(x);
                let field = match self.types.under(x.ty) {
                    Kind::Tuple(types) => types.get(index as usize).copied(),
                    _ => self.types.fields(x.ty).get(index as usize).map(|f| f.ty),
                };
                self.require(field == Some(ty), "field of another type", e);
            }
            ExprKind::Index { x, index, .. } => {
                self.expr(x);
                self.expr(index);
                let elem = match self.types.under(x.ty) {
                    Kind::Basic(Basic::String) => Some(Types::UINT8),
                    Kind::Array { elem, .. } | Kind::Slice(elem) => Some(*elem),
                    _ => None,
                };
                self.require(elem == Some(ty) && self.is_int(index.ty), "types of an index expression", e);
            }
            ExprKind::IndexMap { map, key } => {
                self.expr(map);
                self.expr(key);
                let right =
                    matches!(self.types.under(map.ty), Kind::Map { key: k, elem } if (*k, *elem) == (key.ty, ty));
                self.require(right, "types of a map index expression", e);
            }
            ExprKind::Slice { of, x, lo, hi, max } => {
                self.expr(x);
                for bound in [lo, hi, max].into_iter().flatten() {
                    self.expr(bound);
                    self.require(self.is_int(bound.ty), "bound is no integer", bound);
                }
                let right = match of {
                    SliceOf::Slice => self.slice_elem(x.ty).is_some() && x.ty == ty,
                    SliceOf::String => self.is_string(x.ty) && x.ty == ty && max.is_none(),
                    SliceOf::Array => match self.types.pointee(x.ty).map(|a| self.types.under(a)) {
                        Some(Kind::Array { elem, .. }) => self.slice_elem(ty) == Some(*elem),
                        _ => false,
                    },
                };
                self.require(right, "types of a slice expression", e);
            }
            ExprKind::Unary { op, x } => {
                self.expr(x);
                let defined = match op {
                    UnOp::Not => self.is_bool(ty),
                    UnOp::Neg => self.basic(ty).is_numeric(),
                    UnOp::Com => self.is_int(ty),
                    UnOp::Plus => false,
                };
                self.require(defined && x.ty == ty, "types of a unary operation", e);
            }
            ExprKind::Binary { op, x, y } => {
                self.expr(x);
                self.expr(y);
                self.require(self.binary(op, ty, x.ty, y.ty), "types of a binary operation", e);
            }
            ExprKind::AndAnd(x, y) | ExprKind::OrOr(x, y) => {
                self.expr(x);
                self.expr(y);
                self.require(self.is_bool(ty) && (x.ty, y.ty) == (ty, ty), "types of a logical operation", e);
            }
            ExprKind::Concat { list, alloc } => {
                self.exprs(list);
                self.alloc(alloc);
                let right = list.len() > 1 && self.is_string(ty) && list.iter().all(|x| x.ty == ty);
                self.require(right, "types of a concatenation", e);
            }
            ExprKind::Convert { conv, x } => {
                self.expr(x);
                self.convert(e, conv, x);
            }
            ExprKind::TypeAssert(x) => {
                self.expr(x);
                self.require(self.types.is_interface(x.ty), "type assertion on no interface", e);
            }
            ExprKind::Call { callee, args, multi } => self.call(e, callee, args, multi),
            ExprKind::Len(x) | ExprKind::Cap(x) => {
                self.expr(x);
                let cap = matches!(e.kind, ExprKind::Cap(_));
                let defined = match self.types.under(x.ty) {
                    Kind::Basic(Basic::String) | Kind::Map { .. } => !cap,
                    Kind::Slice(_) | Kind::Chan { .. } => true,
                    _ => false,
                };
                self.require(defined && ty == Types::INT, "types of len or cap", e);
            }
            ExprKind::Append { slice, args, spread, alloc } => {
                self.expr(slice);
                self.exprs(args);
                self.alloc(alloc);
                let elem = self.slice_elem(ty);
                let fits = |x: &E<'a>| match spread {
                    true if self.is_string(x.ty) => elem.is_some_and(|e| self.basic(e) == Basic::Uint8),
                    true => self.slice_elem(x.ty) == elem,
                    false => Some(x.ty) == elem,
                };
                let right = elem.is_some() && slice.ty == ty && args.iter().all(fits) && (!spread || args.len() == 1);
                self.require(right, "types of append", e);
            }
            ExprKind::Copy { dst, src } => {
                self.expr(dst);
                self.expr(src);
                let bytes = self.slice_elem(dst.ty).is_some_and(|e| self.basic(e) == Basic::Uint8);
                let right = self.slice_elem(dst.ty).is_some() && self.slice_elem(dst.ty) == self.slice_elem(src.ty);
                let string = bytes && self.is_string(src.ty);
                self.require((right || string) && ty == Types::INT, "types of copy", e);
            }
            ExprKind::Complex(re, im) => {
                self.expr(re);
                self.expr(im);
                let right = re.ty == im.ty && self.basic(ty).part() == Some(self.basic(re.ty));
                self.require(right, "types of complex", e);
            }
            ExprKind::Real(x) | ExprKind::Imag(x) => {
                self.expr(x);
                self.require(self.basic(x.ty).part() == Some(self.basic(ty)), "types of real or imag", e);
            }
            ExprKind::New(alloc) => {
                self.alloc(alloc);
                self.require(self.types.pointee(ty).is_some(), "new of no pointer", e);
            }
            ExprKind::MakeSlice { len, cap, alloc } => {
                self.sizes(e, &[Some(len), cap], alloc);
                self.require(self.slice_elem(ty).is_some(), "makes no slice", e);
            }
            ExprKind::MakeMap { hint, alloc } => {
                self.sizes(e, &[hint], alloc);
                self.require(matches!(self.types.under(ty), Kind::Map { .. }), "makes no map", e);
            }
            ExprKind::MakeChan { size, alloc } => {
                self.sizes(e, &[size], alloc);
                self.require(matches!(self.types.under(ty), Kind::Chan { .. }), "makes no channel", e);
            }
            ExprKind::Recv(x) => {
                self.expr(x);
                let right = matches!(self.types.under(x.ty), Kind::Chan { elem, .. } if *elem == ty);
                self.require(right, "types of a receive", e);
            }
            ExprKind::Recover => {
                self.require(self.func.has_recover || self.stage > Stage::Typed, "recovers unnoted", e)
            }
            ExprKind::StructLit(fields) => {
                for &(index, x) in fields {
                    self.expr(x);
                    let field = self.types.fields(ty).get(index as usize).map(|f| f.ty);
                    self.require(field == Some(x.ty), "value is not of its field's type", x);
                }
            }
            ExprKind::ArrayLit(elems) => {
                let (len, elem) = match self.types.under(ty) {
                    Kind::Array { len, elem } => (*len, Some(*elem)),
                    _ => (0, None),
                };
                self.elems(e, len, elem, elems);
            }
            ExprKind::SliceLit { len, elems, alloc } => {
                self.alloc(alloc);
                self.elems(e, len, self.slice_elem(ty), elems);
            }
            ExprKind::MapLit { entries, alloc } => {
                self.alloc(alloc);
                for &(key, value) in entries {
                    self.expr(key);
                    self.expr(value);
                    let right =
                        matches!(self.types.under(ty), Kind::Map { key: k, elem } if (*k, *elem) == (key.ty, value.ty));
                    self.require(right, "entry is not of the map's types", e);
                }
            }
            ExprKind::PtrLit { x, alloc } => {
                self.expr(x);
                self.alloc(alloc);
                self.require(self.types.pointee(ty) == Some(x.ty), "pointer to another type", e);
            }
            ExprKind::Closure { func, alloc } => {
                self.alloc(alloc);
                let closure = self.program.funcs.get(func.0 as usize);
                self.require(closure.is_some_and(|f| f.ty == ty), "closure of another type", e);
            }
            ExprKind::MethodValue { recv, callee, alloc } => {
                self.expr(recv);
                self.alloc(alloc);
                let sig = match callee {
                    MethodRef::Interface(i) => self.types.interface_methods(recv.ty).get(i as usize).map(|m| m.sig),
                    MethodRef::Func(id) => {
                        let func = self.program.func(id);
                        let first = func.params.first().map(|&p| func.local(p).ty);
                        self.require(first == Some(recv.ty), "receiver is not of its type", e);
                        Some(ty)
                    }
                };
                self.require(sig == Some(ty), "method value of another type", e);
            }
            ExprKind::Seq { init, x } => {
                self.block(init);
                self.expr(x);
                self.require(x.ty == ty, "sequence of another type", e);
            }
            ExprKind::TypeWord(_) | ExprKind::ClosurePtr | ExprKind::CodeOf(_) => self.made_by_passes(e),
            ExprKind::TypeOf(x) | ExprKind::DataOf(x) | ExprKind::PtrOf(x) => {
                self.made_by_passes(e);
                self.expr(x);
            }
            ExprKind::MakeInterface(x, y) | ExprKind::MakeString(x, y) => {
                self.made_by_passes(e);
                self.exprs(&[x, y]);
            }
            ExprKind::MakeSliceHeader(x, y, z) => {
                self.made_by_passes(e);
                self.exprs(&[x, y, z]);
            }
        }
    }

    fn binary(&self, op: BinOp, ty: Ty, x: Ty, y: Ty) -> bool {
        use BinOp::*;
        let basic = self.basic(x);
        let ordered = basic == Basic::String || basic.is_numeric() && !basic.is_complex();
        match op {
            Shl | Shr => x == ty && self.is_int(x) && self.is_int(y),
            Eq | Ne => self.is_bool(ty) && self.agree(x, y),
            Lt | Le | Gt | Ge => self.is_bool(ty) && x == y && (ordered || self.stage == Stage::Walked),
            Add | Sub | Mul | Div => (x, y) == (ty, ty) && basic.is_numeric(),
            Rem | And | Or | Xor | AndNot => (x, y) == (ty, ty) && self.is_int(x),
            AndAnd | OrOr => false,
        }
    }

    fn convert(&mut self, e: E<'a>, conv: Conv, x: E<'a>) {
        let (from, to) = (x.ty, e.ty);
        let elem = |ty| self.slice_elem(ty).map(|elem| self.basic(elem));
        let concrete = !self.types.is_interface(from);
        let (right, alloc) = match conv {
            Conv::Nop => (self.types.is_interface(from) == self.types.is_interface(to), None),
            Conv::Numeric => (self.basic(from).is_numeric() && self.basic(to).is_numeric(), None),
            Conv::ToInterface(alloc) => (concrete && self.types.is_interface(to), Some(alloc)),
            Conv::Interface => (!concrete && self.types.is_interface(to), None),
            Conv::BytesToString(alloc) => (elem(from) == Some(Basic::Uint8) && self.is_string(to), Some(alloc)),
            Conv::BytesToStringTmp => (elem(from) == Some(Basic::Uint8) && self.is_string(to), None),
            Conv::StringToBytes(alloc) => (self.is_string(from) && elem(to) == Some(Basic::Uint8), Some(alloc)),
            Conv::StringToBytesTmp => (self.is_string(from) && elem(to) == Some(Basic::Uint8), None),
            Conv::RunesToString(alloc) => (elem(from) == Some(Basic::Int32) && self.is_string(to), Some(alloc)),
            Conv::StringToRunes(alloc) => (self.is_string(from) && elem(to) == Some(Basic::Int32), Some(alloc)),
            Conv::RuneToString(alloc) => (self.is_int(from) && self.is_string(to), Some(alloc)),
        };
        alloc.into_iter().for_each(|alloc| self.alloc(alloc));
        let size = |ty| self.types.layout(ty).map(|l| l.size);
        let same_size = conv != Conv::Nop || size(from) == size(to);
        self.require(right && same_size, "types of a conversion", e);
    }

    fn call(&mut self, e: E<'a>, callee: Callee<'a>, args: &[E<'a>], multi: Option<&Multi<'a>>) {
        let sig = match callee {
            Callee::Static(id) => self.program.funcs.get(id.0 as usize).map(|f| f.ty),
            Callee::Value(f) => {
                self.expr(f);
                Some(f.ty)
            }
            Callee::Interface { recv, method } => {
                self.expr(recv);
                self.types.interface_methods(recv.ty).get(method as usize).map(|m| m.sig)
            }
            Callee::Runtime(_) => None,
        };
        if let Some(multi) = multi {
            self.expr(multi.call);
            let temps: Vec<Ty> = multi.temps.iter().map(|&t| self.func.local(t).ty).collect();
            let right = matches!(self.types.kind(multi.call.ty), Kind::Tuple(types) if **types == *temps);
            self.require(right, "temporaries of a call of several results", multi.call);
        }
        self.exprs(args);
        let Some(sig) = sig else {
            let runtime = matches!(callee, Callee::Runtime(_));
            return self.require(runtime, "calls nothing", e);
        };
        let Kind::Func { params, results, .. } = self.types.under(sig) else {
            return self.require(false, "calls no function", e);
        };
        let fits = args.len() == params.len() && args.iter().zip(params).all(|(x, &ty)| self.agree(x.ty, ty));
        self.require(fits, "arguments are not of the parameters' types", e);
        let right = match &**results {
            [one] => self.agree(e.ty, *one),
            several => matches!(self.types.kind(e.ty), Kind::Tuple(types) if **types == *several),
        };
        self.require(right, "call of another type", e);
    }

    fn sizes(&mut self, e: E<'a>, sizes: &[Option<E<'a>>], alloc: AllocId) {
        self.alloc(alloc);
        for size in sizes.iter().flatten() {
            self.expr(size);
            self.require(self.is_int(size.ty), "size is no integer", e);
        }
    }

    fn elems(&mut self, e: E<'a>, len: u64, ty: Option<Ty>, elems: &[(u64, E<'a>)]) {
        for &(index, x) in elems {
            self.expr(x);
            self.require(index < len && Some(x.ty) == ty, "element is not of its type, or out of range", e);
        }
    }
}

/// Can it be assigned to, and have its address taken?
fn is_place(types: &Types, e: E<'_>) -> bool {
    match e.kind {
        ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Deref(_) => true,
        ExprKind::Field { x, .. } => is_place(types, x),
        ExprKind::Index { x, .. } => match types.under(x.ty) {
            Kind::Slice(_) => true,
            Kind::Array { .. } => is_place(types, x),
            _ => false,
        },
        _ => false,
    }
}

/// The variable that a place is in.
fn root(types: &Types, e: E<'_>) -> Option<LocalId> {
    match e.kind {
        ExprKind::Local(id) => Some(id),
        ExprKind::Field { x, .. } => root(types, x),
        ExprKind::Index { x, .. } if matches!(types.under(x.ty), Kind::Array { .. }) => root(types, x),
        _ => None,
    }
}
