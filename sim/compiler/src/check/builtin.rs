//! The builtin functions, those of `unsafe` too.
//!
//! A builtin that is a statement of the typed tree yields a sequence of that statement and nothing.
//!
//! Source: Go 1.19 cmd/compile/internal/types2/builtins.go.

use super::Checker;
use super::expr::{Class, List, unparen};
use super::lookup::Found;
use super::operand::{Mode, Operand};
use super::show::show_expr;
use super::typexpr::Signature;
use crate::ast::{self, ChanDir, ExprKind as Ast};
use crate::constant::Value;
use crate::ir::{AllocKind, E, ExprKind, Multi, Stmt, StmtKind};
use crate::types::{Basic, Kind, Ty, Types};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Builtin {
    Append,
    Cap,
    Close,
    Complex,
    Copy,
    Delete,
    Imag,
    Len,
    Make,
    New,
    Panic,
    Print,
    Println,
    Real,
    Recover,
    Alignof,
    Offsetof,
    Sizeof,
}

use Builtin::*;

impl Builtin {
    pub(super) const UNIVERSE: &'static [Builtin] =
        &[Append, Cap, Close, Complex, Copy, Delete, Imag, Len, Make, New, Panic, Print, Println, Real, Recover];
    pub(super) const UNSAFE: &'static [Builtin] = &[Alignof, Offsetof, Sizeof];

    pub(super) fn name(self) -> &'static str {
        match self {
            Append => "append",
            Cap => "cap",
            Close => "close",
            Complex => "complex",
            Copy => "copy",
            Delete => "delete",
            Imag => "imag",
            Len => "len",
            Make => "make",
            New => "new",
            Panic => "panic",
            Print => "print",
            Println => "println",
            Real => "real",
            Recover => "recover",
            Alignof => "Alignof",
            Offsetof => "Offsetof",
            Sizeof => "Sizeof",
        }
    }

    /// May a call of it be a statement?
    pub(super) fn class(self) -> Class {
        match self {
            Close | Copy | Delete | Panic | Print | Println | Recover => Class::Statement,
            _ => Class::Expression,
        }
    }

    /// How many arguments it takes at least, and whether it takes more.
    fn arguments(self) -> (usize, bool) {
        match self {
            Append | Make => (1, true),
            Complex | Copy | Delete => (2, false),
            Print | Println => (0, true),
            Recover => (0, false),
            _ => (1, false),
        }
    }
}

impl<'a> Checker<'a, '_> {
    pub(super) fn builtin(
        &mut self,
        e: &'a ast::Expr<'a>,
        builtin: Builtin,
        fun: &'a ast::Expr<'a>,
        args: &'a [&'a ast::Expr<'a>],
        spread: bool,
    ) -> Operand<'a> {
        if spread && builtin != Append {
            let message = format!("invalid operation: invalid use of ... with built-in {}", builtin.name());
            self.error(e.span, message);
            self.use_exprs(args);
            return self.invalid(e);
        }
        // Whether `len` is constant depends on its argument alone.
        let has_call = self.env.has_call;
        if matches!(builtin, Len | Cap) {
            self.env.has_call = false;
        }
        let x = self.builtin_call(e, builtin, fun, args, spread);
        if matches!(builtin, Len | Cap) {
            self.env.has_call = has_call;
        }
        x
    }

    fn builtin_call(
        &mut self,
        e: &'a ast::Expr<'a>,
        builtin: Builtin,
        fun: &'a ast::Expr<'a>,
        args: &'a [&'a ast::Expr<'a>],
        spread: bool,
    ) -> Operand<'a> {
        let evaluated = !matches!(builtin, Make | New | Offsetof);
        let list = if evaluated {
            self.expr_list(args, false)
        } else {
            List { operands: Vec::new(), multi: None, comma_ok: false }
        };
        if list.operands.first().is_some_and(Operand::is_invalid) {
            return self.invalid(e);
        }
        let count = if evaluated { list.operands.len() } else { args.len() };
        let (least, more) = builtin.arguments();
        if count < least || count > least && !more {
            let qualifier = if count < least { "not enough" } else { "too many" };
            let message = format!(
                "invalid operation: {qualifier} arguments for {} (expected {least}, found {count})",
                show_expr(e)
            );
            self.error(e.span, message);
            return self.invalid(e);
        }
        let multi = list.multi;
        let x = match builtin {
            Append => self.append(e, fun, list, spread),
            Make => self.make_call(e, args),
            New => self.new_call(e, args[0]),
            Offsetof => self.offsetof(e, args[0]),
            Recover => {
                self.current_func().has_recover = true;
                let ty = self.types.empty_interface();
                self.value(ExprKind::Recover, ty, e)
            }
            Print | Println => self.print(e, builtin, list),
            Complex | Copy | Delete => {
                let mut operands = list.operands.into_iter();
                let (Some(x), Some(y)) = (operands.next(), operands.next()) else { return self.invalid(e) };
                if y.is_invalid() {
                    return self.invalid(e);
                }
                match builtin {
                    Complex => self.complex(e, x, y),
                    Copy => self.copy(e, x, y),
                    _ => self.delete(e, x, y),
                }
            }
            _ => {
                let Some(x) = list.operands.into_iter().next() else { return self.invalid(e) };
                match builtin {
                    Cap | Len => self.len(e, builtin, x),
                    Close => self.close(e, x),
                    Real | Imag => self.part(e, builtin, x),
                    Panic => self.panic(e, x),
                    _ => self.sizeof(e, builtin, x),
                }
            }
        };
        match multi {
            Some(multi) if !x.is_invalid() => self.after_call(multi, x),
            _ => x,
        }
    }

    /// A builtin whose arguments are the results of a call: that first.
    fn after_call(&mut self, multi: &'a Multi<'a>, x: Operand<'a>) -> Operand<'a> {
        let pos = multi.call.pos;
        let temp = |&temp| {
            let Kind::Tuple(types) = self.types.kind(multi.call.ty) else { return (temp, Types::INVALID) };
            let at = multi.temps.iter().position(|&t| t == temp).unwrap_or(0);
            (temp, types.get(at).copied().unwrap_or(Types::INVALID))
        };
        let temps: Vec<_> = multi.temps.iter().map(temp).collect();
        let dsts: Vec<E<'a>> = temps.iter().map(|&(t, ty)| self.node(ExprKind::Local(t), ty, pos)).collect();
        let dsts = self.slice(&dsts);
        let kind = StmtKind::Assign2Func { dsts, call: multi.call, define: false };
        let init = self.slice(&[Stmt { kind, pos }]);
        let tree = self.tree(&x);
        let e = self.node(ExprKind::Seq { init, x: tree }, x.ty, x.expr.pos);
        Operand { e, mode: if x.is_const() { Mode::Value } else { x.mode }, ..x }
    }

    /// A call that is a statement.
    fn statement(&mut self, kind: StmtKind<'a>, e: &'a ast::Expr<'a>) -> Operand<'a> {
        let init = self.slice(&[Stmt { kind, pos: e.pos }]);
        let x = self.nothing(e.pos);
        self.operand(Mode::NoValue, ExprKind::Seq { init, x }, self.unit, e)
    }

    // --- slices and maps --------------------------------------------------------------------------

    fn append(&mut self, e: &'a ast::Expr<'a>, fun: &'a ast::Expr<'a>, list: List<'a>, spread: bool) -> Operand<'a> {
        let x = &list.operands[0];
        let ty = x.ty;
        let Kind::Slice(elem) = *self.types.under(ty) else {
            let cause = if x.is_nil() { "have untyped nil".into() } else { format!("have {}", self.show(x)) };
            let x = x.clone();
            return self.fail(&x, format!("first argument to append must be a slice; {cause}"));
        };
        let slice = self.tree(&x.clone());
        let alloc = self.alloc(AllocKind::Append, e.pos);
        // append([]byte, string...)
        if let (true, [_, s]) = (spread, &list.operands[..])
            && self.is_string(s.ty)
            && self.basic(elem) == Some(Basic::Uint8)
        {
            let mut s = s.clone();
            self.default(&mut s);
            let s = self.tree(&s);
            let args = self.slice(&[s]);
            return self.value(ExprKind::Append { slice, args, spread, alloc }, ty, e);
        }
        let rest = self.types.slice(elem);
        let sig = Signature { params: vec![ty, rest], results: vec![ty], variadic: true };
        let call = List { operands: list.operands, multi: list.multi, comma_ok: false };
        let Some(trees) = self.arguments(e, fun, &sig, call, spread) else { return self.invalid(e) };
        let args = self.slice(&trees[1..]);
        self.value(ExprKind::Append { slice, args, spread, alloc }, ty, e)
    }

    fn copy(&mut self, e: &'a ast::Expr<'a>, x: Operand<'a>, mut y: Operand<'a>) -> Operand<'a> {
        let elem = |c: &Self, ty: Ty| match c.types.under(ty) {
            Kind::Slice(elem) => Some(*elem),
            _ => None,
        };
        let dst = elem(self, x.ty);
        let src = if self.is_string(y.ty) { Some(Types::UINT8) } else { elem(self, y.ty) };
        let (Some(dst), Some(src)) = (dst, src) else {
            let message = format!(
                "invalid argument: copy expects slice arguments; found {} and {}",
                self.show(&x),
                self.show(&y)
            );
            return self.fail(&x, message);
        };
        if dst != src {
            let message = format!(
                "invalid argument: arguments to copy {} and {} have different element types {} and {}",
                self.show(&x),
                self.show(&y),
                self.show_type(dst),
                self.show_type(src)
            );
            return self.fail(&x, message);
        }
        self.default(&mut y);
        let (dst, src) = (self.tree(&x), self.tree(&y));
        self.value(ExprKind::Copy { dst, src }, Types::INT, e)
    }

    fn delete(&mut self, e: &'a ast::Expr<'a>, x: Operand<'a>, mut y: Operand<'a>) -> Operand<'a> {
        let Kind::Map { key, .. } = *self.types.under(x.ty) else {
            let message = format!("invalid argument: {} is not a map", self.show(&x));
            return self.fail(&x, message);
        };
        let key = self.assigned(&mut y, key, "argument to delete");
        if y.is_invalid() {
            return y;
        }
        let map = self.tree(&x);
        self.statement(StmtKind::Delete { map, key }, e)
    }

    fn len(&mut self, e: &'a ast::Expr<'a>, builtin: Builtin, mut x: Operand<'a>) -> Operand<'a> {
        if let (Len, Mode::Const(value)) = (builtin, &x.mode)
            && let Some(len) = value.str_len()
        {
            return self.constant(Value::from(len), Types::INT, e);
        }
        if let Some((len, _)) = self.array_of(x.ty) {
            let len = Value::from(len);
            if !self.env.has_call {
                return self.constant(len, Types::INT, e);
            }
            // Known, but the array's expression is evaluated.
            let src = self.tree(&x);
            let dst = self.node(ExprKind::Blank, src.ty, e.pos);
            let init = self.slice(&[Stmt { kind: StmtKind::Assign { dst, src, define: false }, pos: e.pos }]);
            let len = self.const_tree(&len, Types::INT, e);
            return self.value(ExprKind::Seq { init, x: len }, Types::INT, e);
        }
        let defined = match self.types.under(x.ty) {
            Kind::Basic(_) => builtin == Len && self.is_string(x.ty),
            Kind::Slice(_) | Kind::Chan { .. } => true,
            Kind::Map { .. } => builtin == Len,
            _ => false,
        };
        if !defined {
            let message = format!("invalid argument: {} for {}", self.show(&x), builtin.name());
            return self.fail(&x, message);
        }
        self.default(&mut x);
        let tree = self.tree(&x);
        let kind = if builtin == Len { ExprKind::Len(tree) } else { ExprKind::Cap(tree) };
        self.value(kind, Types::INT, e)
    }

    fn make_call(&mut self, e: &'a ast::Expr<'a>, args: &'a [&'a ast::Expr<'a>]) -> Operand<'a> {
        let ty = self.typ(args[0]);
        if ty == Types::INVALID {
            return self.invalid(e);
        }
        let under = self.types.under(ty).clone();
        let least = match under {
            Kind::Slice(_) => 2,
            Kind::Map { .. } | Kind::Chan { .. } => 1,
            _ => {
                let shown = show_expr(args[0]);
                let message = format!("invalid argument: cannot make {shown}; type must be slice, map, or channel");
                self.error(args[0].span, message);
                return self.invalid(e);
            }
        };
        if !(least..=least + 1).contains(&args.len()) {
            let message = format!(
                "invalid operation: {} expects {least} or {} arguments; found {}",
                show_expr(e),
                least + 1,
                args.len()
            );
            self.error(e.span, message);
            return self.invalid(e);
        }
        let sizes: Vec<_> = args[1..].iter().map(|arg| self.index(arg, None)).collect();
        let value = |i: usize| sizes.get(i).copied().flatten().and_then(|(_, value)| value);
        if let (Some(len), Some(cap)) = (value(0), value(1))
            && len > cap
        {
            self.error(args[1].span, "invalid argument: length and capacity swapped");
        }
        if sizes.iter().any(Option::is_none) {
            return self.value(ExprKind::Zero, ty, e);
        }
        let tree = |i: usize| sizes.get(i).copied().flatten().map(|(tree, _)| tree);
        let kind = match (under, tree(0)) {
            (Kind::Slice(_), Some(len)) => {
                let alloc = self.alloc(AllocKind::MakeSlice, e.pos);
                ExprKind::MakeSlice { len, cap: tree(1), alloc }
            }
            (Kind::Map { .. }, hint) => ExprKind::MakeMap { hint, alloc: self.alloc(AllocKind::MakeMap, e.pos) },
            (_, size) => {
                self.refuse_concurrency(e.span, "channels");
                ExprKind::MakeChan { size, alloc: self.alloc(AllocKind::MakeChan, e.pos) }
            }
        };
        self.value(kind, ty, e)
    }

    fn new_call(&mut self, e: &'a ast::Expr<'a>, arg: &'a ast::Expr<'a>) -> Operand<'a> {
        match self.typ(arg) {
            Types::INVALID => self.invalid(e),
            ty => {
                let ty = self.make(Kind::Pointer(ty), e.span);
                let alloc = self.alloc(AllocKind::New, e.pos);
                self.value(ExprKind::New(alloc), ty, e)
            }
        }
    }

    // --- complex numbers --------------------------------------------------------------------------

    fn complex(&mut self, e: &'a ast::Expr<'a>, mut x: Operand<'a>, mut y: Operand<'a>) -> Operand<'a> {
        match (self.is_untyped(x.ty), self.is_untyped(y.ty)) {
            (false, false) => {}
            (true, false) => self.convert_untyped(&mut x, y.ty),
            (false, true) => self.convert_untyped(&mut y, x.ty),
            (true, true) => {
                if x.is_const() && y.is_const() {
                    for part in [&mut x, &mut y] {
                        let real = part.value().and_then(Value::to_float).is_some();
                        if real && self.is_numeric(part.ty) {
                            part.ty = Types::UNTYPED_FLOAT;
                        }
                    }
                } else {
                    self.convert_untyped(&mut x, Types::FLOAT64);
                    self.convert_untyped(&mut y, Types::FLOAT64);
                }
            }
        }
        if x.is_invalid() || y.is_invalid() {
            return self.invalid(e);
        }
        if x.ty != y.ty {
            let (a, b) = (self.show_type(x.ty), self.show_type(y.ty));
            let message = format!("invalid operation: {} (mismatched types {a} and {b})", show_expr(e));
            return self.fail(&x, message);
        }
        let ty = match self.basic(x.ty) {
            Some(Basic::Float32) => Types::COMPLEX64,
            Some(Basic::Float64) => Types::COMPLEX128,
            Some(Basic::UntypedFloat) => Types::UNTYPED_COMPLEX,
            _ => {
                let ty = self.show_type(x.ty);
                let message = format!("invalid argument: arguments have type {ty}, expected floating-point");
                return self.fail(&x, message);
            }
        };
        if let (Mode::Const(re), Mode::Const(im)) = (&x.mode, &y.mode)
            && let Some(value) = Value::complex(re, im)
        {
            return self.constant(value, ty, e);
        }
        let (re, im) = (self.tree(&x), self.tree(&y));
        self.value(ExprKind::Complex(re, im), ty, e)
    }

    fn part(&mut self, e: &'a ast::Expr<'a>, builtin: Builtin, mut x: Operand<'a>) -> Operand<'a> {
        if self.is_untyped(x.ty) {
            if !x.is_const() {
                self.convert_untyped(&mut x, Types::COMPLEX128);
                if x.is_invalid() {
                    return x;
                }
            } else if self.is_numeric(x.ty) {
                x.ty = Types::UNTYPED_COMPLEX;
            }
        }
        let ty = match self.basic(x.ty) {
            Some(Basic::Complex64) => Types::FLOAT32,
            Some(Basic::Complex128) => Types::FLOAT64,
            Some(Basic::UntypedComplex) => Types::UNTYPED_FLOAT,
            _ => {
                let ty = self.show_type(x.ty);
                let message = format!("invalid argument: argument has type {ty}, expected complex type");
                return self.fail(&x, message);
            }
        };
        if let Mode::Const(value) = &x.mode
            && let Some(part) = if builtin == Real { value.real() } else { value.imag() }
        {
            return self.constant(part, ty, e);
        }
        let tree = self.tree(&x);
        let kind = if builtin == Real { ExprKind::Real(tree) } else { ExprKind::Imag(tree) };
        self.value(kind, ty, e)
    }

    // --- statements -------------------------------------------------------------------------------

    fn close(&mut self, e: &'a ast::Expr<'a>, x: Operand<'a>) -> Operand<'a> {
        let wrong = match self.types.under(x.ty) {
            Kind::Chan { dir: ChanDir::Recv, .. } => "receive-only channel",
            Kind::Chan { .. } => {
                self.refuse_concurrency(e.span, "channels");
                let tree = self.tree(&x);
                return self.statement(StmtKind::Close(tree), e);
            }
            _ => "non-channel",
        };
        let message = format!("invalid operation: cannot close {wrong} {}", self.show(&x));
        self.fail(&x, message)
    }

    fn panic(&mut self, e: &'a ast::Expr<'a>, mut x: Operand<'a>) -> Operand<'a> {
        self.panics.insert(std::ptr::from_ref(e));
        let any = self.types.empty_interface();
        let tree = self.assigned(&mut x, any, "argument to panic");
        if x.is_invalid() {
            return x;
        }
        self.statement(StmtKind::Panic(tree), e)
    }

    fn print(&mut self, e: &'a ast::Expr<'a>, builtin: Builtin, list: List<'a>) -> Operand<'a> {
        let mut args = Vec::with_capacity(list.operands.len());
        for mut x in list.operands {
            self.assignment(&mut x, None, &format!("argument to {}", builtin.name()));
            if x.is_invalid() {
                return x;
            }
            args.push(self.tree(&x));
        }
        self.statement(StmtKind::Print { args: self.slice(&args), line: builtin == Println }, e)
    }

    // --- unsafe -----------------------------------------------------------------------------------

    fn sizeof(&mut self, e: &'a ast::Expr<'a>, builtin: Builtin, mut x: Operand<'a>) -> Operand<'a> {
        self.assignment(&mut x, None, &format!("argument to unsafe.{}", builtin.name()));
        if x.is_invalid() {
            return x;
        }
        let size = match self.types.layout(x.ty) {
            Some(layout) if builtin == Sizeof => layout.size,
            Some(layout) => layout.align,
            // It has been refused, or will be.
            None => 0,
        };
        self.constant(Value::from(size), Types::UINTPTR, e)
    }

    fn offsetof(&mut self, e: &'a ast::Expr<'a>, arg: &'a ast::Expr<'a>) -> Operand<'a> {
        let Ast::Selector { x: inner, name } = unparen(arg).kind else {
            self.error(arg.span, format!("invalid argument: {} is not a selector expression", show_expr(arg)));
            self.use_exprs(&[arg]);
            return self.invalid(e);
        };
        let x = self.expr(inner);
        if x.is_invalid() {
            return self.invalid(e);
        }
        let pointee = self.types.pointee(x.ty).filter(|&ty| matches!(self.types.under(ty), Kind::Struct(_)));
        let base = pointee.unwrap_or(x.ty);
        let name = name.name;
        let Ok(selection) = self.select(base, false, name) else {
            let message = format!("invalid argument: {} has no single field {name}", self.show_type(base));
            return self.fail(&x, message);
        };
        let Found::Field(last, _) = selection.found else {
            self.error(arg.span, format!("invalid argument: {} is a method value", show_expr(arg)));
            return self.invalid(e);
        };
        if selection.indirect {
            let base = self.show_type(base);
            let message = format!("invalid argument: field {name} is embedded via a pointer in {base}");
            return self.fail(&x, message);
        }
        let (mut offset, mut ty) = (0, base);
        for index in selection.path.iter().copied().chain([last]) {
            offset += self.types.offsets(ty).get(index as usize).copied().unwrap_or(0);
            ty = self.types.fields(ty).get(index as usize).map_or(Types::INVALID, |field| field.ty);
        }
        self.constant(Value::from(offset), Types::UINTPTR, e)
    }
}
