//! The typed tree as text that reads like Go.
//!
//! One printer serves all stages: what a pass made is spelled out, not hidden. Conversions stand as calls of their type,
//! temporaries are `.autotmp_N`, a variable whose name another variable of its function has is `name·N`, and labels are
//! `LN`. An allocation that escape analysis keeps in the frame is marked `/*stack*/`. Nodes that Go has no syntax
//! for look like calls in capitals: `TYPE(T)`, `DATA(x)`, `VARKILL(t)`.
//!
//! The text depends on the tree alone.

use crate::ast::{BinOp, UnOp};
use crate::ir::*;
use crate::types::{Kind, Ty};
use std::collections::HashMap;
use std::fmt::Write;

/// A function as text, ending in a newline.
pub fn print(program: &Program<'_>, func: &Func<'_>) -> String {
    let mut printer = Printer::new(program, func);
    printer.func();
    printer.out
}

/// An expression of a function as text.
pub fn print_expr(program: &Program<'_>, func: &Func<'_>, x: E<'_>) -> String {
    let mut printer = Printer::new(program, func);
    printer.expr(x);
    printer.out
}

/// A statement of a function as text, without indentation, ending in a newline.
pub fn print_stmt(program: &Program<'_>, func: &Func<'_>, stmt: &Stmt<'_>) -> String {
    let mut printer = Printer::new(program, func);
    printer.stmt(stmt);
    printer.out
}

/// All functions of a program that have a body, wrappers of the compiler last, with an empty line between two.
///
/// `package` leaves out the functions of others.
pub fn print_program(program: &Program<'_>, package: Option<&str>) -> String {
    let mut out = String::new();
    for wrapper in [false, true] {
        for func in &program.funcs {
            if func.body.is_some() && func.wrapper == wrapper && package.is_none_or(|p| p == func.package) {
                if !out.is_empty() {
                    out.push('\n');
                }
                out.push_str(&print(program, func));
            }
        }
    }
    out
}

struct Printer<'p, 'a> {
    program: &'p Program<'a>,
    func: &'p Func<'a>,
    /// What each variable is called.
    names: Vec<String>,
    indent: usize,
    out: String,
}

impl<'p, 'a> Printer<'p, 'a> {
    fn new(program: &'p Program<'a>, func: &'p Func<'a>) -> Printer<'p, 'a> {
        let mut seen = HashMap::new();
        let names = (0..func.locals.len() as u32).map(|i| {
            let name = func.local_name(LocalId(i)).into_owned();
            let first = *seen.entry(name.clone()).or_insert(i);
            if first == i { name } else { format!("{name}·{i}") }
        });
        Printer { program, func, names: names.collect(), indent: 0, out: String::new() }
    }

    // --- pieces -----------------------------------------------------------------------------------

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn line(&mut self) {
        self.out.extend(std::iter::repeat_n('\t', self.indent));
    }

    fn type_name(&self, ty: Ty) -> String {
        self.program.types.name(ty, Some(self.func.package))
    }

    fn ty(&mut self, ty: Ty) {
        let name = self.type_name(ty);
        self.put(&name);
    }

    fn local(&mut self, id: LocalId) {
        let name = self.names.get(id.0 as usize).cloned().unwrap_or_else(|| format!("local?{}", id.0));
        self.put(&name);
    }

    fn label(&mut self, label: LabelId) {
        let _ = write!(self.out, "L{}", label.0);
    }

    fn func_name(&mut self, id: FuncId) {
        let Some(func) = self.program.funcs.get(id.0 as usize) else {
            let _ = write!(self.out, "func?{}", id.0);
            return;
        };
        if func.package != self.func.package {
            self.put(func.package);
            self.put(".");
        }
        self.put(func.name);
    }

    fn stack(&mut self, alloc: AllocId) {
        if self.func.allocs.get(alloc.0 as usize).is_some_and(|a| !a.heap) {
            self.put("/*stack*/");
        }
    }

    fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut item: impl FnMut(&mut Self, T)) {
        for (i, one) in items.into_iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            item(self, one);
        }
    }

    fn exprs(&mut self, list: &[E<'a>]) {
        self.list(list, |p, x| p.expr(x));
    }

    /// `name(a, b)`
    fn call(&mut self, name: &str, args: &[E<'a>]) {
        self.put(name);
        self.put("(");
        self.exprs(args);
        self.put(")");
    }

    // --- functions --------------------------------------------------------------------------------

    fn func(&mut self) {
        let func = self.func;
        for pragma in func.pragmas {
            let _ = writeln!(self.out, "//{pragma}");
        }
        self.put("func ");
        self.put(func.name);
        let variadic = matches!(self.program.types.under(func.ty), Kind::Func { variadic: true, .. });
        let last = func.params.len().wrapping_sub(1);
        self.put("(");
        self.list(func.params.iter().enumerate(), |p, (i, &id)| {
            p.local(id);
            let ty = p.type_name(p.func.local(id).ty);
            p.put(" ");
            p.put(&if variadic && i == last { ty.replacen("[]", "...", 1) } else { ty });
        });
        self.put(")");
        if !func.results.is_empty() {
            self.put(" (");
            self.list(&func.results, |p, &id| {
                p.local(id);
                p.put(" ");
                p.ty(p.func.local(id).ty);
            });
            self.put(")");
        }
        if !func.captures.is_empty() {
            self.put(" /*captures ");
            self.list(&func.captures, |p, &id| {
                if p.func.local(id).by_ref {
                    p.put("&");
                }
                p.local(id);
            });
            self.put("*/");
        }
        if let Some(body) = func.body {
            self.put(" ");
            self.block(body);
        }
        self.put("\n");
    }

    // --- statements -------------------------------------------------------------------------------

    /// `{…}`, from where we are, without newline.
    fn block(&mut self, block: Block<'a>) {
        self.put("{\n");
        self.body(block);
        self.line();
        self.put("}");
    }

    fn body(&mut self, block: Block<'a>) {
        self.indent += 1;
        for stmt in block {
            if !matches!(stmt.kind, StmtKind::Label { .. }) {
                self.line();
            }
            self.stmt(stmt);
        }
        self.indent -= 1;
    }

    /// A statement and its newline.
    fn stmt(&mut self, stmt: &Stmt<'a>) {
        self.simple(stmt);
        self.put("\n");
    }

    fn assign(&mut self, dsts: &[E<'a>], define: bool) {
        self.exprs(dsts);
        self.put(if define { " := " } else { " = " });
    }

    fn simple(&mut self, stmt: &Stmt<'a>) {
        match stmt.kind {
            StmtKind::Expr(x) => self.expr(x),
            StmtKind::Decl(id) => {
                self.put("var ");
                self.local(id);
                self.put(" ");
                self.ty(self.func.local(id).ty);
            }
            StmtKind::Assign { dst, src, define } => {
                self.assign(&[dst], define);
                self.expr(src);
            }
            StmtKind::Assign2 { dsts, srcs, define } => {
                self.assign(dsts, define);
                self.exprs(srcs);
            }
            StmtKind::Assign2Func { dsts, call, define } => {
                self.assign(dsts, define);
                self.expr(call);
            }
            StmtKind::Assign2Ok { dsts, src, define } => {
                self.assign(&dsts, define);
                self.expr(src);
            }
            StmtKind::OpAssign { op, dst, src, alloc } => {
                self.expr(dst);
                let _ = write!(self.out, " {}= ", op.text());
                if let Some(alloc) = alloc {
                    self.stack(alloc);
                }
                self.expr(src);
            }
            StmtKind::Block(block) => self.block(block),
            StmtKind::If { cond, then, els } => {
                self.put("if ");
                self.expr(cond);
                self.put(" ");
                self.block(then);
                if !els.is_empty() {
                    self.put(" else ");
                    self.block(els);
                }
            }
            StmtKind::For { label, cond, post, body } => {
                self.label(label);
                self.put(": for ");
                if let Some(cond) = cond {
                    self.expr(cond);
                    self.put(" ");
                }
                self.block(body);
                if !post.is_empty() {
                    self.put(" post ");
                    self.block(post);
                }
            }
            StmtKind::Range { label, key, value, x, define, body } => {
                self.label(label);
                self.put(": for ");
                match (key, value) {
                    (None, None) => {}
                    (Some(key), None) => self.assign(&[key], define),
                    (key, Some(value)) => {
                        match key {
                            Some(key) => self.expr(key),
                            None => self.put("_"),
                        }
                        self.put(", ");
                        self.assign(&[value], define);
                    }
                }
                self.put("range ");
                self.expr(x);
                self.put(" ");
                self.block(body);
            }
            StmtKind::Switch { label, tag, cases } => {
                self.label(label);
                self.put(": switch ");
                if let Some(tag) = tag {
                    self.expr(tag);
                    self.put(" ");
                }
                self.put("{\n");
                for case in cases {
                    self.line();
                    if !case.values.is_empty() {
                        self.put("case ");
                        self.exprs(case.values);
                        self.put(":\n");
                    }
                    if case.default {
                        self.put("default:\n");
                    }
                    self.body(case.body);
                }
                self.line();
                self.put("}");
            }
            StmtKind::TypeSwitch { label, x, cases } => {
                self.label(label);
                self.put(": switch ");
                self.operand(x);
                self.put(".(type) {\n");
                for case in cases {
                    self.line();
                    if !case.types.is_empty() {
                        self.put("case ");
                        self.list(case.types, |p, ty| match ty {
                            Some(ty) => p.ty(*ty),
                            None => p.put("nil"),
                        });
                        self.put(":");
                    }
                    if case.default {
                        self.put("default:");
                    }
                    if let Some(var) = case.var {
                        self.put(" var ");
                        self.local(var);
                        self.put(" ");
                        self.ty(self.func.local(var).ty);
                    }
                    self.put("\n");
                    self.body(case.body);
                }
                self.line();
                self.put("}");
            }
            StmtKind::Select { label, cases } => {
                self.label(label);
                self.put(": select {\n");
                for case in cases {
                    self.line();
                    match case.comm {
                        Some(comm) => {
                            self.put("case ");
                            self.simple(comm);
                        }
                        None => self.put("default"),
                    }
                    self.put(":\n");
                    self.body(case.body);
                }
                self.line();
                self.put("}");
            }
            StmtKind::Label { label, name } => {
                self.label(label);
                let _ = write!(self.out, ": // {name}");
            }
            StmtKind::Break(label) => {
                self.put("break ");
                self.label(label);
            }
            StmtKind::Continue(label) => {
                self.put("continue ");
                self.label(label);
            }
            StmtKind::Goto(label) => {
                self.put("goto ");
                self.label(label);
            }
            StmtKind::Fallthrough => self.put("fallthrough"),
            StmtKind::Return([]) => self.put("return"),
            StmtKind::Return(values) => {
                self.put("return ");
                self.exprs(values);
            }
            StmtKind::Defer(call) => {
                self.put("defer ");
                self.simple(call);
            }
            StmtKind::Go(call) => {
                self.put("go ");
                self.simple(call);
            }
            StmtKind::Panic(x) => self.call("panic", &[x]),
            StmtKind::Print { args, line } => self.call(if line { "println" } else { "print" }, args),
            StmtKind::Delete { map, key } => self.call("delete", &[map, key]),
            StmtKind::Close(chan) => self.call("close", &[chan]),
            StmtKind::Send { chan, value } => {
                self.expr(chan);
                self.put(" <- ");
                self.expr(value);
            }
            StmtKind::VarKill(id) => {
                self.put("VARKILL(");
                self.local(id);
                self.put(")");
            }
            StmtKind::VarLive(id) => {
                self.put("VARLIVE(");
                self.local(id);
                self.put(")");
            }
        }
    }

    // --- expressions ------------------------------------------------------------------------------

    /// An expression where only an operand can stand.
    fn operand(&mut self, x: E<'a>) {
        let open = matches!(
            x.kind,
            ExprKind::Binary { .. }
                | ExprKind::AndAnd(..)
                | ExprKind::OrOr(..)
                | ExprKind::Concat { .. }
                | ExprKind::Unary { .. }
                | ExprKind::Deref(_)
                | ExprKind::Addr(_)
                | ExprKind::PtrLit { .. }
                | ExprKind::Recv(_)
        );
        if open {
            self.put("(");
        }
        self.expr(x);
        if open {
            self.put(")");
        }
    }

    fn binary(&mut self, x: E<'a>, op: &str, y: E<'a>) {
        self.operand(x);
        let _ = write!(self.out, " {op} ");
        self.operand(y);
    }

    /// `T(x)`
    fn conversion(&mut self, ty: Ty, x: E<'a>) {
        let name = self.type_name(ty);
        let open = name.starts_with(['*', '<']) || name.starts_with("func") || name.starts_with("chan");
        self.put(&if open { format!("({name})") } else { name });
        self.put("(");
        self.expr(x);
        self.put(")");
    }

    fn bound(&mut self, bound: Option<E<'a>>) {
        if let Some(x) = bound {
            self.expr(x);
        }
    }

    fn expr(&mut self, x: E<'a>) {
        match x.kind {
            ExprKind::Const(value) => self.constant(value, x.ty),
            ExprKind::Nil => self.put("nil"),
            ExprKind::Zero => {
                self.put("ZERO(");
                self.ty(x.ty);
                self.put(")");
            }
            ExprKind::Local(id) => self.local(id),
            ExprKind::Global(id) => match self.program.globals.get(id.0 as usize) {
                Some(global) => {
                    let own = global.name.strip_prefix(self.func.package).and_then(|n| n.strip_prefix('.'));
                    self.put(own.unwrap_or(global.name));
                }
                None => _ = write!(self.out, "global?{}", id.0),
            },
            ExprKind::Func(id) => self.func_name(id),
            ExprKind::Blank => self.put("_"),
            ExprKind::Deref(x) => {
                self.put("*");
                self.operand(x);
            }
            ExprKind::Addr(x) => {
                self.put("&");
                self.operand(x);
            }
            ExprKind::Field { x, index } => {
                self.operand(x);
                self.put(".");
                match (self.program.types.under(x.ty), self.program.types.fields(x.ty).get(index as usize)) {
                    (_, Some(field)) => {
                        let name = field.name.to_string();
                        self.put(&name);
                    }
                    _ => _ = write!(self.out, "{index}"),
                }
            }
            ExprKind::Index { x, index, bounded } => {
                self.operand(x);
                self.put(if bounded { "[/*bounded*/" } else { "[" });
                self.expr(index);
                self.put("]");
            }
            ExprKind::IndexMap { map, key } => {
                self.operand(map);
                self.put("[");
                self.expr(key);
                self.put("]");
            }
            ExprKind::Slice { x, lo, hi, max, .. } => {
                self.operand(x);
                self.put("[");
                self.bound(lo);
                self.put(":");
                self.bound(hi);
                if max.is_some() {
                    self.put(":");
                    self.bound(max);
                }
                self.put("]");
            }
            ExprKind::Unary { op, x } => {
                self.put(op.text());
                self.operand(x);
            }
            ExprKind::Binary { op, x, y } => self.binary(x, op.text(), y),
            ExprKind::AndAnd(x, y) => self.binary(x, "&&", y),
            ExprKind::OrOr(x, y) => self.binary(x, "||", y),
            ExprKind::Concat { list, alloc } => {
                self.stack(alloc);
                for (i, x) in list.iter().enumerate() {
                    if i > 0 {
                        self.put(" + ");
                    }
                    self.operand(x);
                }
            }
            ExprKind::Convert { conv, x: value } => {
                match conv {
                    Conv::Nop | Conv::Numeric | Conv::Interface => {}
                    Conv::BytesToStringTmp | Conv::StringToBytesTmp => self.put("/*tmp*/"),
                    Conv::ToInterface(alloc)
                    | Conv::BytesToString(alloc)
                    | Conv::StringToBytes(alloc)
                    | Conv::RunesToString(alloc)
                    | Conv::StringToRunes(alloc)
                    | Conv::RuneToString(alloc) => self.stack(alloc),
                }
                self.conversion(x.ty, value);
            }
            ExprKind::TypeAssert(value) => {
                self.operand(value);
                self.put(".(");
                self.ty(x.ty);
                self.put(")");
            }
            ExprKind::Call { callee, args, multi } => {
                match callee {
                    Callee::Static(id) => self.func_name(id),
                    Callee::Value(f) => self.operand(f),
                    Callee::Interface { recv, method } => {
                        self.operand(recv);
                        self.put(".");
                        self.method(recv.ty, method);
                    }
                    Callee::Runtime(rt) => {
                        self.put("runtime·");
                        self.put(rt.name());
                    }
                }
                self.put("(");
                if let Some(multi) = multi {
                    self.list(multi.temps, |p, &t| p.local(t));
                    self.put(" := ");
                    self.expr(multi.call);
                    self.put("; ");
                }
                self.exprs(args);
                self.put(")");
            }
            ExprKind::Len(x) => self.call("len", &[x]),
            ExprKind::Cap(x) => self.call("cap", &[x]),
            ExprKind::Append { slice, args, spread, alloc } => {
                self.stack(alloc);
                self.put("append(");
                self.expr(slice);
                for arg in args {
                    self.put(", ");
                    self.expr(arg);
                }
                self.put(if spread { "...)" } else { ")" });
            }
            ExprKind::Copy { dst, src } => self.call("copy", &[dst, src]),
            ExprKind::Complex(re, im) => self.call("complex", &[re, im]),
            ExprKind::Real(x) => self.call("real", &[x]),
            ExprKind::Imag(x) => self.call("imag", &[x]),
            ExprKind::New(alloc) => {
                self.stack(alloc);
                self.put("new(");
                let elem = self.program.types.pointee(x.ty).unwrap_or(x.ty);
                self.ty(elem);
                self.put(")");
            }
            ExprKind::MakeSlice { len, cap, alloc } => self.make(x.ty, alloc, [Some(len), cap]),
            ExprKind::MakeMap { hint, alloc } => self.make(x.ty, alloc, [hint, None]),
            ExprKind::MakeChan { size, alloc } => self.make(x.ty, alloc, [size, None]),
            ExprKind::Recv(x) => {
                self.put("<-");
                self.operand(x);
            }
            ExprKind::Recover => self.put("recover()"),
            ExprKind::StructLit(fields) => {
                self.ty(x.ty);
                self.put("{");
                self.list(fields, |p, &(index, value)| {
                    match p.program.types.fields(x.ty).get(index as usize) {
                        Some(field) => {
                            let name = field.name.to_string();
                            p.put(&name);
                        }
                        None => _ = write!(p.out, "{index}"),
                    }
                    p.put(": ");
                    p.expr(value);
                });
                self.put("}");
            }
            ExprKind::ArrayLit(elems) => {
                self.ty(x.ty);
                self.elems(elems);
            }
            ExprKind::SliceLit { len, elems, alloc } => {
                self.stack(alloc);
                self.ty(x.ty);
                let dense = elems.len() as u64 == len;
                if !dense {
                    let _ = write!(self.out, "/*{len}*/");
                }
                self.elems(elems);
            }
            ExprKind::MapLit { entries, alloc } => {
                self.stack(alloc);
                self.ty(x.ty);
                self.put("{");
                self.list(entries, |p, (key, value)| {
                    p.expr(key);
                    p.put(": ");
                    p.expr(value);
                });
                self.put("}");
            }
            ExprKind::PtrLit { x, alloc } => {
                self.stack(alloc);
                self.put("&");
                self.operand(x);
            }
            ExprKind::Closure { func, alloc } => {
                self.stack(alloc);
                self.put("func ");
                self.func_name(func);
            }
            ExprKind::MethodValue { recv, callee, alloc } => {
                self.stack(alloc);
                self.put("METHODVALUE(");
                self.expr(recv);
                self.put(", ");
                match callee {
                    MethodRef::Func(id) => self.func_name(id),
                    MethodRef::Interface(method) => self.method(recv.ty, method),
                }
                self.put(")");
            }
            ExprKind::Seq { init, x } => {
                self.put("{\n");
                self.body(init);
                self.line();
                self.put("; ");
                self.expr(x);
                self.put("}");
            }
            ExprKind::TypeWord(ty) => {
                self.put("TYPE(");
                self.ty(ty);
                self.put(")");
            }
            ExprKind::TypeOf(x) => self.call("TYPEOF", &[x]),
            ExprKind::DataOf(x) => self.call("DATA", &[x]),
            ExprKind::MakeInterface(word, data) => {
                self.put("INTERFACE ");
                self.ty(x.ty);
                self.call("", &[word, data]);
            }
            ExprKind::PtrOf(x) => self.call("PTR", &[x]),
            ExprKind::MakeSliceHeader(ptr, len, cap) => {
                self.put("SLICE ");
                self.ty(x.ty);
                self.call("", &[ptr, len, cap]);
            }
            ExprKind::MakeString(ptr, len) => self.call("STRING", &[ptr, len]),
            ExprKind::ClosurePtr => self.put("CLOSUREPTR"),
            ExprKind::CodeOf(id) => {
                self.put("CODE(");
                self.func_name(id);
                self.put(")");
            }
        }
    }

    fn method(&mut self, interface: Ty, index: u32) {
        match self.program.types.interface_methods(interface).get(index as usize) {
            Some(method) => {
                let name = method.name.to_string();
                self.put(&name);
            }
            None => _ = write!(self.out, "method?{index}"),
        }
    }

    fn make(&mut self, ty: Ty, alloc: AllocId, sizes: [Option<E<'a>>; 2]) {
        self.stack(alloc);
        self.put("make(");
        self.ty(ty);
        for size in sizes.into_iter().flatten() {
            self.put(", ");
            self.expr(size);
        }
        self.put(")");
    }

    /// `{a, b, 5: c}`
    fn elems(&mut self, elems: &[(u64, E<'a>)]) {
        self.put("{");
        let mut next = 0;
        self.list(elems, |p, &(index, value)| {
            if index != next {
                let _ = write!(p.out, "{index}: ");
            }
            next = index + 1;
            p.expr(value);
        });
        self.put("}");
    }

    fn constant(&mut self, value: Const<'a>, ty: Ty) {
        let plain = self.program.types.named(ty).is_none()
            && matches!(self.type_name(ty).as_str(), "bool" | "int" | "float64" | "complex128" | "string");
        if !plain {
            self.ty(ty);
            self.put("(");
        }
        let _ = match value {
            Const::Bool(value) => write!(self.out, "{value}"),
            Const::Int(value) => write!(self.out, "{value}"),
            Const::Float(value) => write!(self.out, "{value:?}"),
            Const::Complex(re, im) => write!(self.out, "({re:?} + {im:?}i)"),
            Const::Str(bytes) => write!(self.out, "\"{}\"", bytes.escape_ascii()),
        };
        if !plain {
            self.put(")");
        }
    }
}

impl BinOp {
    /// The operator as it is written.
    pub fn text(self) -> &'static str {
        match self {
            BinOp::OrOr => "||",
            BinOp::AndAnd => "&&",
            BinOp::Eq => "==",
            BinOp::Ne => "!=",
            BinOp::Lt => "<",
            BinOp::Le => "<=",
            BinOp::Gt => ">",
            BinOp::Ge => ">=",
            BinOp::Add => "+",
            BinOp::Sub => "-",
            BinOp::Or => "|",
            BinOp::Xor => "^",
            BinOp::Mul => "*",
            BinOp::Div => "/",
            BinOp::Rem => "%",
            BinOp::And => "&",
            BinOp::AndNot => "&^",
            BinOp::Shl => "<<",
            BinOp::Shr => ">>",
        }
    }
}

impl UnOp {
    /// The operator as it is written.
    pub fn text(self) -> &'static str {
        match self {
            UnOp::Plus => "+",
            UnOp::Neg => "-",
            UnOp::Not => "!",
            UnOp::Com => "^",
        }
    }
}
