//! A syntax tree as text: one node a line, indented below the node it is part of, with line and column.
//!
//! ```text
//! func main 3:1
//!   block 3:13 end 5:1
//!     define 4:4
//!       name x 4:2
//!       rhs: binary + 4:9
//!         int 1 4:7
//!         int 2 4:11
//! ```
//!
//! A part that may be left out, or whose place alone does not tell what it is, has its role before it. Literals are
//! spelled as in the file, but for line ends in raw strings, which are shown as `\n`.

use crate::ast::*;
use crate::source::{Pos, Sources, Span};

/// The tree of a file, ending in a newline.
pub fn print(file: &File, sources: &Sources) -> String {
    Printer { sources, out: String::new(), depth: 0, spans: false }.file(file)
}

/// As [`print()`], with the extent of each expression behind its position.
pub fn print_with_spans(file: &File, sources: &Sources) -> String {
    Printer { sources, out: String::new(), depth: 0, spans: true }.file(file)
}

struct Printer<'p> {
    sources: &'p Sources,
    out: String,
    depth: usize,
    spans: bool,
}

impl Printer<'_> {
    fn place(&self, pos: Pos) -> String {
        self.sources.place(pos).map_or("-".into(), |p| format!("{}:{}", p.line, p.column))
    }

    fn line(&mut self, what: &str, pos: Pos) {
        let (indent, place) = (2 * self.depth, self.place(pos));
        self.out += &format!("{:indent$}{what} {place}\n", "");
    }

    /// A node and, deeper, its parts.
    fn node(&mut self, what: &str, pos: Pos, parts: impl FnOnce(&mut Self)) {
        self.line(what, pos);
        self.depth += 1;
        parts(self);
        self.depth -= 1;
    }

    fn file(mut self, file: &File) -> String {
        self.line(&format!("package {}", file.package.name), file.package.pos);
        for import in file.imports {
            let name = import.name.map_or(String::new(), |n| format!("{} ", n.name));
            self.line(&format!("import {name}{}", import.path), import.pos);
        }
        file.decls.iter().for_each(|d| self.decl(d));
        self.out
    }

    fn decl(&mut self, decl: &Decl) {
        match decl {
            Decl::Const(spec) => {
                let implicit = if spec.implicit { " implicit" } else { "" };
                self.node(&format!("const {}{implicit}", spec.iota), spec.pos, |p| {
                    spec.names.iter().for_each(|n| p.ident("", n));
                    p.opt("type: ", spec.ty);
                    p.exprs("value: ", spec.values);
                });
            }
            Decl::Var(spec) => self.node("var", spec.pos, |p| {
                spec.names.iter().for_each(|n| p.ident("", n));
                p.opt("type: ", spec.ty);
                p.exprs("value: ", spec.values);
            }),
            Decl::Type(spec) => {
                let alias = if spec.alias { "alias" } else { "type" };
                self.node(&format!("{alias} {}", spec.name.name), spec.name.pos, |p| p.expr("", spec.ty));
            }
            Decl::Func(func) => self.node(&format!("func {}", func.name.name), func.pos, |p| {
                for pragma in func.pragmas {
                    p.line(&format!("pragma {pragma}"), func.pos);
                }
                if let Some(recv) = func.recv {
                    p.param("receiver", recv);
                }
                p.signature(func.sig);
                if let Some(body) = func.body {
                    p.block("", body);
                }
            }),
        }
    }

    fn ident(&mut self, role: &str, name: &Ident) {
        self.line(&format!("{role}name {}", name.name), name.pos);
    }

    fn param(&mut self, what: &str, param: &Param) {
        let name = param.name.map_or(String::new(), |n| format!(" {}", n.name));
        let pos = param.name.map_or(param.ty.span.start, |n| n.pos);
        self.node(&format!("{what}{name}"), pos, |p| p.expr("", param.ty));
    }

    fn signature(&mut self, sig: &Signature) {
        for (i, param) in sig.params.iter().enumerate() {
            let variadic = sig.variadic && i + 1 == sig.params.len();
            self.param(if variadic { "param..." } else { "param" }, param);
        }
        sig.results.iter().for_each(|r| self.param("result", r));
    }

    fn block(&mut self, role: &str, block: &Block) {
        self.braces(&format!("{role}block"), block.pos, block.end, |p| p.stmts(block.stmts));
    }

    /// A node that ends with a closing brace at `end`.
    fn braces(&mut self, what: &str, pos: Pos, end: Pos, parts: impl FnOnce(&mut Self)) {
        let (indent, pos, end) = (2 * self.depth, self.place(pos), self.place(end));
        self.out += &format!("{:indent$}{what} {pos} end {end}\n", "");
        self.depth += 1;
        parts(self);
        self.depth -= 1;
    }

    fn exprs(&mut self, role: &str, list: &[&Expr]) {
        list.iter().for_each(|x| self.expr(role, x));
    }

    fn opt(&mut self, role: &str, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(role, expr);
        }
    }

    fn expr(&mut self, role: &str, expr: &Expr) {
        let place = self.place(expr.pos);
        let mut at = place;
        if self.spans {
            let Span { start, end } = expr.span;
            at = format!("{at} {}-{}", self.place(start), self.place(end));
        }
        if let ExprKind::CompositeLit { end, .. } = expr.kind {
            at = format!("{at} end {}", self.place(end));
        }
        let indent = 2 * self.depth;
        self.out += &format!("{:indent$}{role}{} {at}\n", "", expr_name(&expr.kind));
        self.depth += 1;
        self.expr_parts(&expr.kind);
        self.depth -= 1;
    }

    fn expr_parts(&mut self, kind: &ExprKind) {
        match *kind {
            ExprKind::Name(_) | ExprKind::Lit { .. } => {}
            ExprKind::CompositeLit { ty, elems, .. } => {
                self.opt("type: ", ty);
                for elem in elems {
                    self.opt("key: ", elem.key);
                    self.expr(if elem.key.is_some() { "value: " } else { "" }, elem.value);
                }
            }
            ExprKind::FuncLit { sig, body } => {
                self.signature(sig);
                self.block("", body);
            }
            ExprKind::Paren(x)
            | ExprKind::Selector { x, .. }
            | ExprKind::Star(x)
            | ExprKind::Addr(x)
            | ExprKind::Recv(x)
            | ExprKind::Unary { x, .. }
            | ExprKind::SliceType(x)
            | ExprKind::Chan { elem: x, .. } => self.expr("", x),
            ExprKind::Index { x, index } => self.exprs("", &[x, index]),
            ExprKind::Slice { x, lo, hi, max, .. } => {
                self.expr("", x);
                self.opt("low: ", lo);
                self.opt("high: ", hi);
                self.opt("max: ", max);
            }
            ExprKind::TypeAssert { x, ty } => {
                self.expr("", x);
                self.opt("type: ", ty);
            }
            ExprKind::Call { fun, args, .. } => {
                self.expr("", fun);
                self.exprs("arg: ", args);
            }
            ExprKind::Binary { x, y, .. } => self.exprs("", &[x, y]),
            ExprKind::Array { len, elem } => {
                self.opt("len: ", len);
                self.expr("", elem);
            }
            ExprKind::Struct(fields) => fields.iter().for_each(|field| {
                let name = field.name.map_or("embedded".into(), |n| format!("field {}", n.name));
                let tag = field.tag.map_or(String::new(), |tag| format!(" {}", shown(tag)));
                self.node(&format!("{name}{tag}"), field.pos, |p| p.expr("", field.ty));
            }),
            ExprKind::FuncType(sig) => self.signature(sig),
            ExprKind::Interface(methods) => methods.iter().for_each(|method| match method {
                MethodSpec::Method { name, sig } => {
                    self.node(&format!("method {}", name.name), name.pos, |p| p.signature(sig));
                }
                MethodSpec::Embedded(ty) => self.expr("embedded: ", ty),
            }),
            ExprKind::Map { key, elem } => self.exprs("", &[key, elem]),
        }
    }

    fn stmts(&mut self, list: &[Stmt]) {
        list.iter().for_each(|s| self.stmt("", s));
    }

    fn opt_stmt(&mut self, role: &str, stmt: Option<&Stmt>) {
        if let Some(stmt) = stmt {
            self.stmt(role, stmt);
        }
    }

    fn stmt(&mut self, role: &str, stmt: &Stmt) {
        let what = |what: &str| format!("{role}{what}");
        let pos = stmt.pos;
        match stmt.kind {
            StmtKind::Empty => self.line(&what("empty"), pos),
            StmtKind::Expr(x) => self.node(&what("expression"), pos, |p| p.expr("", x)),
            StmtKind::Assign { lhs, rhs } => self.node(&what("assign"), pos, |p| p.sides(lhs, rhs)),
            StmtKind::Define { lhs, rhs } => self.node(&what("define"), pos, |p| p.sides(lhs, rhs)),
            StmtKind::OpAssign { op, lhs, rhs } => {
                self.node(&what(&format!("assign {}", operator(op))), pos, |p| p.sides(&[lhs], &[rhs]));
            }
            StmtKind::IncDec { x, inc } => self.node(&what(if inc { "++" } else { "--" }), pos, |p| p.expr("", x)),
            StmtKind::Send { chan, value } => self.node(&what("send"), pos, |p| p.exprs("", &[chan, value])),
            StmtKind::Decl(decl) => self.decl(&decl),
            StmtKind::Block(block) => self.block(role, block),
            StmtKind::If { init, cond, then, els } => self.node(&what("if"), pos, |p| {
                p.opt_stmt("init: ", init);
                p.expr("", cond);
                p.block("", then);
                p.opt_stmt("else: ", els);
            }),
            StmtKind::For { init, cond, post, body } => self.node(&what("for"), pos, |p| {
                p.opt_stmt("init: ", init);
                p.opt("condition: ", cond);
                p.opt_stmt("post: ", post);
                p.block("", body);
            }),
            StmtKind::Range { key, value, define, x, body } => {
                self.node(&what(if define { "range define" } else { "range" }), pos, |p| {
                    p.opt("key: ", key);
                    p.opt("value: ", value);
                    p.expr("", x);
                    p.block("", body);
                });
            }
            StmtKind::Switch { init, tag, clauses, end } => self.braces(&what("switch"), pos, end, |p| {
                p.opt_stmt("init: ", init);
                p.opt("tag: ", tag);
                p.clauses(clauses);
            }),
            StmtKind::TypeSwitch { init, name, x, clauses, end } => {
                self.braces(&what("type switch"), pos, end, |p| {
                    p.opt_stmt("init: ", init);
                    name.iter().for_each(|n| p.ident("define: ", n));
                    p.expr("", x);
                    p.clauses(clauses);
                });
            }
            StmtKind::Select { clauses } => self.node(&what("select"), pos, |p| {
                for clause in clauses {
                    p.node(if clause.comm.is_some() { "case" } else { "default" }, clause.pos, |p| {
                        p.opt_stmt("on: ", clause.comm);
                        p.stmts(clause.body);
                    });
                }
            }),
            StmtKind::Labeled { label, stmt } => {
                self.node(&what(&format!("label {}", label.name)), pos, |p| p.stmt("", stmt));
            }
            StmtKind::Break(label) => self.branch(&what("break"), label, pos),
            StmtKind::Continue(label) => self.branch(&what("continue"), label, pos),
            StmtKind::Goto(label) => self.branch(&what("goto"), Some(label), pos),
            StmtKind::Fallthrough => self.line(&what("fallthrough"), pos),
            StmtKind::Return(results) => self.node(&what("return"), pos, |p| p.exprs("", results)),
            StmtKind::Defer(call) => self.node(&what("defer"), pos, |p| p.expr("", call)),
            StmtKind::Go(call) => self.node(&what("go"), pos, |p| p.expr("", call)),
        }
    }

    fn sides(&mut self, lhs: &[&Expr], rhs: &[&Expr]) {
        self.exprs("", lhs);
        self.exprs("rhs: ", rhs);
    }

    fn branch(&mut self, what: &str, label: Option<Ident>, pos: Pos) {
        self.node(what, pos, |p| label.iter().for_each(|l| p.ident("", l)));
    }

    fn clauses(&mut self, clauses: &[Clause]) {
        for clause in clauses {
            self.node(if clause.exprs.is_some() { "case" } else { "default" }, clause.pos, |p| {
                p.exprs("of: ", clause.exprs.unwrap_or_default());
                p.stmts(clause.body);
            });
        }
    }
}

/// A literal on one line.
fn shown(text: &str) -> String {
    text.replace('\r', "\\r").replace('\n', "\\n")
}

fn expr_name(kind: &ExprKind) -> String {
    let name = match kind {
        ExprKind::Name(name) => return format!("name {}", name.name),
        ExprKind::Lit { kind, text } => {
            let kind = match kind {
                LitKind::Int => "int",
                LitKind::Float => "float",
                LitKind::Imag => "imag",
                LitKind::Rune => "rune",
                LitKind::String => "string",
            };
            return format!("{kind} {}", shown(text));
        }
        ExprKind::Selector { name, .. } => return format!("selector {}", name.name),
        ExprKind::Unary { op, .. } => {
            let op = match op {
                UnOp::Plus => '+',
                UnOp::Neg => '-',
                UnOp::Not => '!',
                UnOp::Com => '^',
            };
            return format!("unary {op}");
        }
        ExprKind::Binary { op, .. } => return format!("binary {}", operator(*op)),
        ExprKind::CompositeLit { .. } => "composite",
        ExprKind::FuncLit { .. } => "func",
        ExprKind::Paren(_) => "paren",
        ExprKind::Index { .. } => "index",
        ExprKind::Slice { three: false, .. } => "slice",
        ExprKind::Slice { three: true, .. } => "slice3",
        ExprKind::TypeAssert { .. } => "assert",
        ExprKind::Call { spread: false, .. } => "call",
        ExprKind::Call { spread: true, .. } => "call...",
        ExprKind::Star(_) => "star",
        ExprKind::Addr(_) => "addr",
        ExprKind::Recv(_) => "receive",
        ExprKind::Array { .. } => "array type",
        ExprKind::SliceType(_) => "slice type",
        ExprKind::Struct(_) => "struct type",
        ExprKind::FuncType(_) => "func type",
        ExprKind::Interface(_) => "interface type",
        ExprKind::Map { .. } => "map type",
        ExprKind::Chan { dir: ChanDir::Both, .. } => "chan type",
        ExprKind::Chan { dir: ChanDir::Send, .. } => "chan<- type",
        ExprKind::Chan { dir: ChanDir::Recv, .. } => "<-chan type",
    };
    name.into()
}

fn operator(op: BinOp) -> &'static str {
    match op {
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
