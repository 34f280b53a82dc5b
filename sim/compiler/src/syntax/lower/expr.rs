//! Expressions.

use super::{Lower, child, children, field, named};
use crate::ast::{BinOp, ChanDir, Elem, Expr, ExprKind, UnOp};
use crate::source::{Pos, Span};
use crate::syntax::MAX_DEPTH;
use crate::syntax::token::Kind;
use tree_sitter::Node;

/// The operator of a binary expression, or of an assignment without its `=`.
pub(super) fn binary_operator(text: &str) -> Option<BinOp> {
    Some(match text {
        "||" => BinOp::OrOr,
        "&&" => BinOp::AndAnd,
        "==" => BinOp::Eq,
        "!=" => BinOp::Ne,
        "<" => BinOp::Lt,
        "<=" => BinOp::Le,
        ">" => BinOp::Gt,
        ">=" => BinOp::Ge,
        "+" => BinOp::Add,
        "-" => BinOp::Sub,
        "|" => BinOp::Or,
        "^" => BinOp::Xor,
        "*" => BinOp::Mul,
        "/" => BinOp::Div,
        "%" => BinOp::Rem,
        "&" => BinOp::And,
        "&^" => BinOp::AndNot,
        "<<" => BinOp::Shl,
        ">>" => BinOp::Shr,
        _ => return None,
    })
}

impl<'a> Lower<'a, '_> {
    /// An expression or a type.
    pub(super) fn expr(&mut self, node: Node) -> &'a Expr<'a> {
        self.deeper(node, |this| this.any(node)).unwrap_or_else(|| self.refused(node))
    }

    fn any(&mut self, node: Node) -> &'a Expr<'a> {
        match node.kind() {
            "parenthesized_expression" | "parenthesized_type" => {
                let x = self.expr(named(node)[0]);
                self.make(node, ExprKind::Paren(x))
            }
            "unary_expression" => self.unary(node),
            "binary_expression" => self.binary(node),
            "selector_expression" => self.selector(node, "operand", "field"),
            "qualified_type" => self.selector(node, "package", "name"),
            "index_expression" => {
                let x = self.expr(node.child(0).unwrap_or(node));
                let index = self.opt_expr(field(node, "index"));
                match index {
                    Some(index) => self.make(node, ExprKind::Index { x, index }),
                    None => self.refused(node),
                }
            }
            "generic_type" => {
                self.type_parameters(node);
                self.refused(node)
            }
            "type_instantiation_expression" => self.instance(node),
            "slice_expression" => {
                let x = self.expr(node.child(0).unwrap_or(node));
                let [lo, hi, max] = ["start", "end", "capacity"].map(|f| self.opt_expr(field(node, f)));
                self.make(node, ExprKind::Slice { x, lo, hi, max, three: max.is_some() })
            }
            "type_assertion_expression" => {
                let x = self.expr(node.child(0).unwrap_or(node));
                let ty = self.opt_expr(field(node, "type"));
                self.make(node, ExprKind::TypeAssert { x, ty })
            }
            "call_expression" => self.call(node),
            "type_conversion_expression" => self.conversion(node),
            "composite_literal" => self.composite(node),
            "literal_element" => self.expr(node.child(0).unwrap_or(node)),
            "literal_value" => self.literal_value(node, None, node),
            "func_literal" => self.func_literal(node),
            _ if node.child_count() == 0 || node.kind() == "interpreted_string_literal" => self.operand(node),
            _ => self.type_literal(node),
        }
    }

    fn operand(&mut self, node: Node) -> &'a Expr<'a> {
        let kind = match self.first_token(node).kind {
            Kind::Literal(kind) => ExprKind::Lit { kind, text: self.arena.alloc_str(self.text(node)) },
            _ => ExprKind::Name(self.ident(node)),
        };
        self.make(node, kind)
    }

    fn unary(&mut self, node: Node) -> &'a Expr<'a> {
        let parts = children(node);
        let x = self.expr(parts[1]);
        let op = |op| ExprKind::Unary { op, x };
        let kind = match parts[0].kind() {
            "+" => op(UnOp::Plus),
            "-" => op(UnOp::Neg),
            "!" => op(UnOp::Not),
            "^" => op(UnOp::Com),
            "*" => ExprKind::Star(x),
            "&" => ExprKind::Addr(x),
            _ => ExprKind::Recv(x),
        };
        self.make(node, kind)
    }

    /// Left operands are walked, not recursed into; a sum of many terms is nested no less than others for the passes.
    fn binary(&mut self, node: Node) -> &'a Expr<'a> {
        let mut spine = vec![node];
        let mut left = node;
        loop {
            left = left.child(0).unwrap_or(left);
            if left.kind() != "binary_expression" {
                break;
            }
            spine.push(left);
        }
        if self.depth + spine.len() > MAX_DEPTH {
            self.nested_too_deep(node);
            return self.refused(node);
        }
        self.depth += spine.len();
        let mut x = self.expr(left);
        for node in spine.into_iter().rev() {
            let parts = children(node);
            let Some(op) = binary_operator(parts[1].kind()) else { unreachable!("the grammar's operators are Go's") };
            self.depth -= 1;
            let y = self.expr(parts[2]);
            x = self.make_at(node, self.pos(parts[1]), ExprKind::Binary { op, x, y });
        }
        x
    }

    fn selector(&mut self, node: Node, operand: &str, name: &str) -> &'a Expr<'a> {
        let (Some(x), Some(name)) = (field(node, operand), field(node, name)) else { return self.refused(node) };
        let x = self.expr(x);
        let name = self.ident(name);
        self.make_at(node, name.pos, ExprKind::Selector { x, name })
    }

    /// `x[i]`, which the grammar took for a generic type.
    fn instance(&mut self, node: Node) -> &'a Expr<'a> {
        let x = self.expr(node.child(0).unwrap_or(node));
        let arguments = match field(node, "type_arguments") {
            Some(list) => named(list),
            None => named(node)[1..].to_vec(),
        };
        self.index(node, x, &arguments)
    }

    /// A type where the grammar takes an expression for one: `a[b]` in it is an index.
    pub(super) fn maybe_type(&mut self, node: Node) -> &'a Expr<'a> {
        let inner = |this: &mut Self| match node.kind() {
            "generic_type" => this.instance(node),
            "type_elem" => this.type_elem(node),
            "pointer_type" => {
                let x = this.maybe_type(named(node)[0]);
                this.make(node, ExprKind::Star(x))
            }
            "parenthesized_type" => {
                let x = this.maybe_type(named(node)[0]);
                this.make(node, ExprKind::Paren(x))
            }
            _ => this.any(node),
        };
        self.deeper(node, inner).unwrap_or_else(|| self.refused(node))
    }

    fn index(&mut self, node: Node, x: &'a Expr<'a>, arguments: &[Node]) -> &'a Expr<'a> {
        match arguments {
            [index] if child(node, ",").is_none() => {
                let index = self.maybe_type(*index);
                self.make(node, ExprKind::Index { x, index })
            }
            _ => {
                self.type_parameters(node);
                self.refused(node)
            }
        }
    }

    fn call(&mut self, node: Node) -> &'a Expr<'a> {
        let (Some(callee), Some(list)) = (field(node, "function"), field(node, "arguments")) else {
            return self.refused(node);
        };
        let mut fun = self.expr(callee);
        if let Some(arguments) = field(node, "type_arguments") {
            fun = self.type_arguments(callee, fun, arguments);
        }
        let parts = named(list);
        let mut spread = false;
        let mut arg = |part: &Node| {
            spread = part.kind() == "variadic_argument";
            self.expr(if spread { named(*part)[0] } else { *part })
        };
        let args: Vec<_> = parts.iter().map(&mut arg).collect();
        self.make_at(node, self.pos(list), ExprKind::Call { fun, args: self.list(&args), spread })
    }

    /// `x[i](…)`: the index, which the grammar took for type arguments of the call.
    fn type_arguments(&mut self, callee: Node, x: &'a Expr<'a>, list: Node) -> &'a Expr<'a> {
        let span = Span { start: self.pos(callee), end: self.span(list).end };
        let x = self.index(list, x, &named(list));
        let x = match x.kind {
            ExprKind::Index { x, index } => ExprKind::Index { x, index },
            _ => return x,
        };
        self.arena.alloc(Expr { kind: x, pos: span.start, span })
    }

    /// `T(x)` with a `T` that can only be a type.
    ///
    /// The prefixes `*` and `<-` of `T` bind less than the call: `*[]T(x)` is `*([]T(x))`.
    fn conversion(&mut self, node: Node) -> &'a Expr<'a> {
        let (Some(ty), Some(operand), Some(open)) = (field(node, "type"), field(node, "operand"), child(node, "("))
        else {
            return self.refused(node);
        };
        if self.first_token(open).text(&self.source.text) != "(" {
            // Made up by the spelling, for the type before a selector.
            return self.expr(ty);
        }
        let fun = self.maybe_type(ty);
        let arg = self.expr(operand);
        self.apply(node, fun, self.pos(open), arg)
    }

    fn apply(&mut self, node: Node, fun: &'a Expr<'a>, pos: Pos, arg: &'a Expr<'a>) -> &'a Expr<'a> {
        let end = self.span(node).end;
        let span = Span { start: fun.span.start, end };
        let kind = match fun.kind {
            ExprKind::Star(inner) => ExprKind::Star(self.apply(node, inner, pos, arg)),
            ExprKind::Chan { dir: ChanDir::Recv, elem } => {
                let span = Span { start: self.chan_keyword(fun), end: fun.span.end };
                let chan = ExprKind::Chan { dir: ChanDir::Both, elem };
                let chan = self.arena.alloc(Expr { kind: chan, pos: span.start, span });
                ExprKind::Recv(self.apply(node, chan, pos, arg))
            }
            _ => {
                let kind = ExprKind::Call { fun, args: self.list(&[arg]), spread: false };
                return self.arena.alloc(Expr { kind, pos, span });
            }
        };
        self.arena.alloc(Expr { kind, pos: span.start, span })
    }

    /// Where `chan` stands in `<-chan T`.
    pub(super) fn chan_keyword(&self, ty: &Expr) -> Pos {
        let offset = self.source.offset(ty.pos) as u32;
        let arrow = self.tokens.partition_point(|t| t.start <= offset);
        self.source.pos(self.tokens.get(arrow).map_or(offset, |t| t.start) as usize)
    }

    fn composite(&mut self, node: Node) -> &'a Expr<'a> {
        let (Some(ty), Some(body)) = (field(node, "type"), field(node, "body")) else { return self.refused(node) };
        let ty = self.expr(ty);
        self.literal_value(body, Some(ty), node)
    }

    /// The braces of a composite literal; all of it is `whole`.
    fn literal_value(&mut self, body: Node, ty: Option<&'a Expr<'a>>, whole: Node) -> &'a Expr<'a> {
        let elem = |element: &Node| match element.kind() {
            "keyed_element" => {
                let parts = named(*element);
                Elem { key: Some(self.expr(parts[0])), value: self.expr(parts[parts.len() - 1]) }
            }
            _ => Elem { key: None, value: self.expr(*element) },
        };
        let elems: Vec<Elem> = named(body).iter().map(elem).collect();
        self.make(whole, ExprKind::CompositeLit { ty, elems: self.list(&elems), end: self.end(body) })
    }

    fn func_literal(&mut self, node: Node) -> &'a Expr<'a> {
        let sig = self.signature(node);
        let Some(body) = field(node, "body") else { return self.refused(node) };
        let body = self.block(body);
        self.make(node, ExprKind::FuncLit { sig, body })
    }
}
