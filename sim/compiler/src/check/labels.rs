//! Where `break`, `continue`, `goto` and `fallthrough` may stand, and what they may name.
//!
//! A label is visible in all of its function. `break` and `continue` must be inside of the statement that they name; `goto` must
//! not jump into a block, nor over the declaration of a variable.
//!
//! Source: the Go specification; Go 1.19 cmd/compile/internal/syntax/branches.go for the words.

use super::Checker;
use super::show::show_expr;
use crate::ast::{self, StmtKind as Ast};
use crate::source::{Pos, Span};
use std::collections::{BTreeMap, HashSet};

/// A label that is declared.
struct Label<'a> {
    block: usize,
    pos: Pos,
    stmt: &'a ast::Stmt<'a>,
    used: bool,
}

/// A sequence of statements.
struct Block<'a> {
    parent: Option<usize>,
    start: Pos,
    /// The label of the statement that it is part of.
    label: Option<&'a str>,
}

/// A `goto` whose label has not been seen yet.
#[derive(Clone, Copy)]
struct Forward<'a> {
    number: usize,
    label: ast::Ident<'a>,
}

/// What surrounds a statement.
#[derive(Clone, Copy, Default)]
struct Around {
    breaks: bool,
    continues: bool,
    /// The clause of a switch that it is in.
    clause: Option<Clause>,
    /// Is the innermost statement that can be left a type switch?
    in_type_switch: bool,
    /// Is it a switch?
    in_switch: bool,
}

#[derive(Clone, Copy)]
struct Clause {
    last: bool,
}

#[derive(Default)]
struct Branches<'a> {
    labels: BTreeMap<&'a str, Label<'a>>,
    blocks: Vec<Block<'a>>,
    gotos: usize,
    errors: Vec<(Span, Message<'a>)>,
}

enum Message<'a> {
    Text(String),
    /// `goto L jumps over declaration of x at PLACE`
    Over(&'a str, String, Pos),
    /// `goto L jumps into block starting at PLACE`
    Into(&'a str, Pos),
    /// `label L already defined at PLACE`
    Again(&'a str, Pos),
}

impl<'a> Checker<'a, '_> {
    /// Checks the branches of a function's body.
    pub(super) fn check_labels(&mut self, body: &'a ast::Block<'a>) {
        let mut branches = Branches::default();
        let forward = branches.block(None, Around::default(), None, body.pos, body.stmts);
        for Forward { label, .. } in forward {
            let span = self.ident_span(label);
            match branches.labels.get_mut(label.name) {
                Some(found) => {
                    found.used = true;
                    let start = branches.blocks[found.block].start;
                    branches.errors.push((span, Message::Into(label.name, start)));
                }
                None => branches.errors.push((span, Message::Text(format!("label {} not defined", label.name)))),
            }
        }
        for (name, label) in &branches.labels {
            if !label.used {
                let message = Message::Text(format!("label {name} defined and not used"));
                branches.errors.push((self.name_span(label.pos, name), message));
            }
        }
        for (span, message) in branches.errors {
            let message = match message {
                Message::Text(text) => text,
                Message::Over(label, var, pos) => {
                    format!("goto {label} jumps over declaration of {var} at {}", self.place(pos))
                }
                Message::Into(label, pos) => {
                    format!("goto {label} jumps into block starting at {}", self.place(pos))
                }
                Message::Again(label, pos) => format!("label {label} already defined at {}", self.place(pos)),
            };
            self.error(span, message);
        }
    }
}

fn span_of(name: ast::Ident<'_>) -> Span {
    Span { start: name.pos, end: Pos(name.pos.0 + name.name.len() as u32) }
}

impl<'a> Branches<'a> {
    fn error(&mut self, span: Span, text: impl Into<String>) {
        self.errors.push((span, Message::Text(text.into())));
    }

    /// Checks a sequence; the `goto`s in it whose labels come later, or not at all.
    fn block(
        &mut self,
        parent: Option<usize>,
        around: Around,
        label: Option<&'a str>,
        start: Pos,
        stmts: &'a [ast::Stmt<'a>],
    ) -> Vec<Forward<'a>> {
        stacker::maybe_grow(64 << 10, 1 << 20, || self.block_of(parent, around, label, start, stmts))
    }

    fn block_of(
        &mut self,
        parent: Option<usize>,
        around: Around,
        label: Option<&'a str>,
        start: Pos,
        stmts: &'a [ast::Stmt<'a>],
    ) -> Vec<Forward<'a>> {
        let block = self.blocks.len();
        self.blocks.push(Block { parent, start, label });
        let mut forward: Vec<Forward<'a>> = Vec::new();
        // The last declaration of a variable, and the jumps that it would be jumped over by.
        let mut declared: Option<(Pos, String)> = None;
        let mut over: HashSet<usize> = HashSet::new();
        let count = stmts.iter().rposition(|s| !matches!(s.kind, Ast::Empty)).map_or(0, |last| last + 1);
        for (i, outer) in stmts[..count].iter().enumerate() {
            let mut stmt = outer;
            let mut label = None;
            while let Ast::Labeled { label: name, stmt: inner } = stmt.kind {
                if name.name != "_" {
                    self.declare(block, name, inner);
                    forward.retain(|goto| {
                        if goto.label.name != name.name {
                            return true;
                        }
                        if let Some(label) = self.labels.get_mut(name.name) {
                            label.used = true;
                        }
                        if let (true, Some((pos, var))) = (over.contains(&goto.number), &declared) {
                            let message = Message::Over(name.name, var.clone(), *pos);
                            self.errors.push((span_of(goto.label), message));
                        }
                        false
                    });
                    label = Some(name.name);
                }
                stmt = inner;
            }
            let plain = Around { clause: None, ..around };
            match stmt.kind {
                Ast::Decl(ast::Decl::Var(spec)) => {
                    declared = Some((spec.pos, spec.names.first().map_or("", |n| n.name).into()));
                    over = forward.iter().map(|goto| goto.number).collect();
                }
                Ast::Define { lhs, .. } => {
                    let names: Vec<String> = lhs.iter().map(|e| show_expr(e)).collect();
                    declared = Some((stmt.pos, names.join(", ")));
                    over = forward.iter().map(|goto| goto.number).collect();
                }
                Ast::Break(None) if !around.breaks => {
                    self.error(Span::at(stmt.pos), "break is not in a loop, switch, or select");
                }
                Ast::Continue(None) if !around.continues => {
                    self.error(Span::at(stmt.pos), "continue is not in a loop");
                }
                Ast::Fallthrough => self.fallthrough(around, i + 1 == count, stmt.pos),
                Ast::Break(Some(name)) => {
                    let target = self.enclosing(block, name.name);
                    self.check_target(target, name, "break");
                }
                Ast::Continue(Some(name)) => {
                    let target = self.enclosing(block, name.name);
                    self.check_target(target, name, "continue");
                }
                Ast::Goto(name) if !self.is_around(block, name.name) => {
                    forward.push(Forward { number: self.gotos, label: name });
                    self.gotos += 1;
                }
                Ast::Block(inner) => forward.extend(self.block(Some(block), plain, label, inner.pos, inner.stmts)),
                Ast::If { then, els, .. } => {
                    forward.extend(self.block(Some(block), plain, label, then.pos, then.stmts));
                    if let Some(els) = els {
                        let list = std::slice::from_ref(els);
                        forward.extend(self.block(Some(block), plain, label, els.pos, list));
                    }
                }
                Ast::For { body, .. } | Ast::Range { body, .. } => {
                    let inside = Around { breaks: true, continues: true, ..Around::default() };
                    forward.extend(self.block(Some(block), inside, label, body.pos, body.stmts));
                }
                Ast::Switch { clauses, .. } | Ast::TypeSwitch { clauses, .. } => {
                    let in_type_switch = matches!(stmt.kind, Ast::TypeSwitch { .. });
                    for (i, clause) in clauses.iter().enumerate() {
                        let clause_at = Some(Clause { last: i + 1 == clauses.len() });
                        let inside = Around {
                            breaks: true,
                            continues: around.continues,
                            clause: clause_at,
                            in_type_switch,
                            in_switch: true,
                        };
                        forward.extend(self.block(Some(block), inside, label, clause.pos, clause.body));
                    }
                }
                Ast::Select { clauses } => {
                    let inside = Around { breaks: true, continues: around.continues, ..Around::default() };
                    for clause in clauses {
                        forward.extend(self.block(Some(block), inside, label, clause.pos, clause.body));
                    }
                }
                _ => {}
            }
        }
        forward
    }

    fn declare(&mut self, block: usize, name: ast::Ident<'a>, stmt: &'a ast::Stmt<'a>) {
        if let Some(other) = self.labels.get(name.name) {
            self.errors.push((span_of(name), Message::Again(name.name, other.pos)));
            return;
        }
        self.labels.insert(name.name, Label { block, pos: name.pos, stmt, used: false });
    }

    fn fallthrough(&mut self, around: Around, last: bool, pos: Pos) {
        let message = match around.clause {
            _ if around.in_switch && around.in_type_switch => "cannot fallthrough in type switch",
            Some(Clause { last: false }) if last => return,
            Some(Clause { last: true }) if last => "cannot fallthrough final case in switch",
            _ => "fallthrough statement out of place",
        };
        self.error(Span::at(pos), message);
    }

    /// Is there a label of this name in this block, or in one around it? It is used, in any case.
    fn is_around(&mut self, block: usize, name: &str) -> bool {
        let Some(label) = self.labels.get_mut(name) else { return false };
        label.used = true;
        let mut at = Some(block);
        while let Some(block) = at {
            if block == label.block {
                return true;
            }
            at = self.blocks[block].parent;
        }
        false
    }

    /// The statement around a block that has this label: none if the label is not declared yet, and an error in
    /// itself if it is that of another statement.
    fn enclosing(&mut self, block: usize, name: &str) -> Option<Option<&'a ast::Stmt<'a>>> {
        let label = self.labels.get_mut(name)?;
        label.used = true;
        let mut at = Some(block);
        while let Some(block) = at {
            if self.blocks[block].label == Some(name) {
                return Some(Some(label.stmt));
            }
            at = self.blocks[block].parent;
        }
        Some(None)
    }

    fn check_target(&mut self, target: Option<Option<&'a ast::Stmt<'a>>>, name: ast::Ident<'a>, keyword: &str) {
        let span = span_of(name);
        let Some(stmt) = target else {
            return self.error(span, format!("{keyword} label not defined: {}", name.name));
        };
        let kind = stmt.map(|stmt| stmt.kind);
        let right = match kind {
            Some(Ast::For { .. } | Ast::Range { .. }) => true,
            Some(Ast::Switch { .. } | Ast::TypeSwitch { .. } | Ast::Select { .. }) => keyword == "break",
            _ => false,
        };
        if !right {
            self.error(span, format!("invalid {keyword} label {}", name.name));
        }
    }
}
