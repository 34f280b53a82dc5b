//! The syntax tree of a Go file, as written: nothing resolved, nothing checked.
//!
//! Nodes live in a bump arena and refer to each other by shared references. Positions are those that Go's compiler
//! gives to the same constructs, so that messages name the same lines: a binary expression is at its operator,
//! a call at its opening parenthesis, a selector at its name, an assignment at its operator; everything else where it begins.
//! [`Expr::span`] covers the whole text.
//!
//! Source: the Go specification; Go 1.19 cmd/compile/internal/syntax/nodes.go for positions.

use crate::source::{Pos, Span};

/// A name where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ident<'a> {
    /// The name; `_` is blank.
    pub name: &'a str,
    /// Where.
    pub pos: Pos,
}

/// A file: `package`, imports, declarations in source order.
#[derive(Clone, Debug)]
pub struct File<'a> {
    /// Its package's name.
    pub package: Ident<'a>,
    /// Its imports.
    pub imports: &'a [Import<'a>],
    /// Everything else.
    pub decls: &'a [Decl<'a>],
}

/// `import name "path"`.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// The local name, if one is given; may be `.` or `_`.
    pub name: Option<Ident<'a>>,
    /// The path.
    pub path: &'a str,
    /// Where the path stands.
    pub pos: Pos,
}

/// A declaration, at package level or in a function.
#[derive(Clone, Copy, Debug)]
pub enum Decl<'a> {
    /// One `const` specification of a group.
    Const(&'a ConstSpec<'a>),
    /// One `var` specification.
    Var(&'a VarSpec<'a>),
    /// One type specification.
    Type(&'a TypeSpec<'a>),
    /// A function or a method.
    Func(&'a FuncDecl<'a>),
}

/// `a, b T = x, y` in a `const` group.
///
/// A specification without type and values repeats those of the one before it: the parser copies them here and sets
/// `implicit`.
#[derive(Debug)]
pub struct ConstSpec<'a> {
    /// What it declares.
    pub names: &'a [Ident<'a>],
    /// The type, if given or repeated.
    pub ty: Option<&'a Expr<'a>>,
    /// The values, given or repeated.
    pub values: &'a [&'a Expr<'a>],
    /// The specification's index in its group.
    pub iota: u32,
    /// Are type and values repeated from an earlier specification?
    pub implicit: bool,
    /// Where it begins.
    pub pos: Pos,
}

/// `a, b T = x, y` after `var`.
#[derive(Debug)]
pub struct VarSpec<'a> {
    /// What it declares.
    pub names: &'a [Ident<'a>],
    /// The type, if given.
    pub ty: Option<&'a Expr<'a>>,
    /// The values; none, one for each name, or a single call.
    pub values: &'a [&'a Expr<'a>],
    /// Where it begins.
    pub pos: Pos,
}

/// `T U` or `T = U` after `type`.
#[derive(Debug)]
pub struct TypeSpec<'a> {
    /// What it declares.
    pub name: Ident<'a>,
    /// Is it an alias, `type T = U`?
    pub alias: bool,
    /// What it stands for.
    pub ty: &'a Expr<'a>,
}

/// A function or a method at package level.
#[derive(Debug)]
pub struct FuncDecl<'a> {
    /// Its name.
    pub name: Ident<'a>,
    /// The receiver of a method.
    pub recv: Option<&'a Param<'a>>,
    /// Its signature.
    pub sig: &'a Signature<'a>,
    /// Its body; `None` for a function that is defined elsewhere.
    pub body: Option<&'a Block<'a>>,
    /// `//go:` directives above it, without the slashes: `go:noinline`, `go:noescape`.
    pub pragmas: &'a [&'a str],
    /// Where `func` stands.
    pub pos: Pos,
}

/// Parameters and results.
#[derive(Debug)]
pub struct Signature<'a> {
    /// Parameters, one entry for each name; the last may be variadic.
    pub params: &'a [Param<'a>],
    /// Results.
    pub results: &'a [Param<'a>],
    /// Is the last parameter variadic? Its type is the element's, then.
    pub variadic: bool,
    /// Where.
    pub pos: Pos,
}

/// One parameter, result or receiver.
#[derive(Clone, Copy, Debug)]
pub struct Param<'a> {
    /// Its name, if it has one.
    pub name: Option<Ident<'a>>,
    /// Its type.
    pub ty: &'a Expr<'a>,
}

/// Statements in braces.
#[derive(Debug)]
pub struct Block<'a> {
    /// The statements.
    pub stmts: &'a [Stmt<'a>],
    /// Where the opening brace stands.
    pub pos: Pos,
    /// Where the closing brace stands: missing returns are reported there.
    pub end: Pos,
}

/// An expression, or a type: the grammar does not tell them apart.
#[derive(Debug)]
pub struct Expr<'a> {
    /// What it is.
    pub kind: ExprKind<'a>,
    /// Its position; see the module's text.
    pub pos: Pos,
    /// All of its text.
    pub span: Span,
}

/// The kinds of literals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LitKind {
    /// An integer.
    Int,
    /// A floating-point number.
    Float,
    /// An imaginary number.
    Imag,
    /// A rune, in single quotes.
    Rune,
    /// A string, interpreted or raw.
    String,
}

/// Operators of expressions and of assignment operations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinOp {
    /// `||`
    OrOr,
    /// `&&`
    AndAnd,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// `&`
    And,
    /// `&^`
    AndNot,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
}

/// Unary operators but for `*`, `&` and `<-`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnOp {
    /// `+`
    Plus,
    /// `-`
    Neg,
    /// `!`
    Not,
    /// `^`
    Com,
}

/// Directions of a channel type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChanDir {
    /// `chan T`
    Both,
    /// `chan<- T`
    Send,
    /// `<-chan T`
    Recv,
}

/// What an expression is.
#[derive(Debug)]
pub enum ExprKind<'a> {
    /// A name.
    Name(Ident<'a>),
    /// A literal, as spelled.
    Lit {
        /** its kind */
        kind: LitKind,
        /** its text */
        text: &'a str,
    },
    /// `T{…}`; the type is left out inside of another one.
    CompositeLit {
        /** `T`; [`ExprKind::Array`] with `len` of `...` counts the elements */
        ty: Option<&'a Expr<'a>>,
        /** the elements, with their keys */
        elems: &'a [Elem<'a>],
        /** the closing brace */
        end: Pos,
    },
    /// `func(…) … {…}`.
    FuncLit {
        /** parameters and results */
        sig: &'a Signature<'a>,
        /** the body */
        body: &'a Block<'a>,
    },
    /// `(x)`.
    Paren(&'a Expr<'a>),
    /// `x.name`.
    Selector {
        /** `x`, possibly a package or a type */
        x: &'a Expr<'a>,
        /** the name */
        name: Ident<'a>,
    },
    /// `x[i]`.
    Index {
        /** `x` */
        x: &'a Expr<'a>,
        /** `i` */
        index: &'a Expr<'a>,
    },
    /// `x[lo:hi]`, `x[lo:hi:max]`.
    Slice {
        /** `x` */
        x: &'a Expr<'a>,
        /** the low bound */
        lo: Option<&'a Expr<'a>>,
        /** the high bound */
        hi: Option<&'a Expr<'a>>,
        /** the bound of the capacity, if `three` */
        max: Option<&'a Expr<'a>>,
        /** are there two colons? */
        three: bool,
    },
    /// `x.(T)`; without `T` in the guard of a type switch, `x.(type)`.
    TypeAssert {
        /** `x` */
        x: &'a Expr<'a>,
        /** `T` */
        ty: Option<&'a Expr<'a>>,
    },
    /// `f(args)`, `f(args...)`, and the conversion `T(x)`. An argument of a builtin may be a type.
    Call {
        /** `f` */
        fun: &'a Expr<'a>,
        /** the arguments */
        args: &'a [&'a Expr<'a>],
        /** is the last one followed by `...`? */
        spread: bool,
    },
    /// `*x`: a dereference or a pointer type.
    Star(&'a Expr<'a>),
    /// `&x`.
    Addr(&'a Expr<'a>),
    /// `<-x`.
    Recv(&'a Expr<'a>),
    /// `+x` and others.
    Unary {
        /** the operator */
        op: UnOp,
        /** the operand */
        x: &'a Expr<'a>,
    },
    /// `x + y` and others.
    Binary {
        /** the operator */
        op: BinOp,
        /** the left operand */
        x: &'a Expr<'a>,
        /** the right operand */
        y: &'a Expr<'a>,
    },
    /// `[len]elem`, `[...]elem`.
    Array {
        /** the length; `None` for `...` */
        len: Option<&'a Expr<'a>>,
        /** the type of the elements */
        elem: &'a Expr<'a>,
    },
    /// `[]elem`.
    SliceType(&'a Expr<'a>),
    /// `struct{…}`.
    Struct(&'a [FieldDecl<'a>]),
    /// `func(…) …` as a type.
    FuncType(&'a Signature<'a>),
    /// `interface{…}`.
    Interface(&'a [MethodSpec<'a>]),
    /// `map[key]elem`.
    Map {
        /** the type of keys */
        key: &'a Expr<'a>,
        /** the type of elements */
        elem: &'a Expr<'a>,
    },
    /// `chan elem` and its directions.
    Chan {
        /** the direction */
        dir: ChanDir,
        /** the type of elements */
        elem: &'a Expr<'a>,
    },
}

/// An element of a composite literal.
#[derive(Clone, Copy, Debug)]
pub struct Elem<'a> {
    /// Field name, index or key.
    pub key: Option<&'a Expr<'a>>,
    /// The value; a literal without a type takes the element's.
    pub value: &'a Expr<'a>,
}

/// A field of a structure type; one entry for each name.
#[derive(Clone, Copy, Debug)]
pub struct FieldDecl<'a> {
    /// Its name; `None` for an embedded type.
    pub name: Option<Ident<'a>>,
    /// Its type.
    pub ty: &'a Expr<'a>,
    /// Its tag, as spelled.
    pub tag: Option<&'a str>,
    /// Where.
    pub pos: Pos,
}

/// A method or an embedded interface in an interface type.
#[derive(Clone, Copy, Debug)]
pub enum MethodSpec<'a> {
    /// `name(…) …`
    Method {
        /** its name */
        name: Ident<'a>,
        /** its signature */
        sig: &'a Signature<'a>,
    },
    /// `I`
    Embedded(&'a Expr<'a>),
}

/// A statement.
#[derive(Clone, Copy, Debug)]
pub struct Stmt<'a> {
    /// What it is.
    pub kind: StmtKind<'a>,
    /// Its position; see the module's text.
    pub pos: Pos,
}

/// What a statement is.
#[derive(Clone, Copy, Debug)]
pub enum StmtKind<'a> {
    /// Nothing.
    Empty,
    /// An expression, evaluated for its effects.
    Expr(&'a Expr<'a>),
    /// `lhs = rhs`; also of several.
    Assign {
        /** the destinations */
        lhs: &'a [&'a Expr<'a>],
        /** the values: as many, or one that yields several */
        rhs: &'a [&'a Expr<'a>],
    },
    /// `lhs := rhs`.
    Define {
        /** names, at least one of them new */
        lhs: &'a [&'a Expr<'a>],
        /** the values */
        rhs: &'a [&'a Expr<'a>],
    },
    /// `x op= y`.
    OpAssign {
        /** the operator */
        op: BinOp,
        /** the destination */
        lhs: &'a Expr<'a>,
        /** the operand */
        rhs: &'a Expr<'a>,
    },
    /// `x++`, `x--`.
    IncDec {
        /** the destination */
        x: &'a Expr<'a>,
        /** `++`? */
        inc: bool,
    },
    /// `ch <- x`.
    Send {
        /** the channel */
        chan: &'a Expr<'a>,
        /** the value */
        value: &'a Expr<'a>,
    },
    /// `var`, `const` or `type` in a function; one specification.
    Decl(Decl<'a>),
    /// `{…}`.
    Block(&'a Block<'a>),
    /// `if init; cond {…} else …`.
    If {
        /** the statement before the condition */
        init: Option<&'a Stmt<'a>>,
        /** the condition */
        cond: &'a Expr<'a>,
        /** the body */
        then: &'a Block<'a>,
        /** a block or another `if` */
        els: Option<&'a Stmt<'a>>,
    },
    /// `for init; cond; post {…}`.
    For {
        /** the statement before the loop */
        init: Option<&'a Stmt<'a>>,
        /** the condition */
        cond: Option<&'a Expr<'a>>,
        /** the statement after each round */
        post: Option<&'a Stmt<'a>>,
        /** the body */
        body: &'a Block<'a>,
    },
    /// `for key, value = range x {…}`.
    Range {
        /** the first destination */
        key: Option<&'a Expr<'a>>,
        /** the second */
        value: Option<&'a Expr<'a>>,
        /** `:=`? */
        define: bool,
        /** what is ranged over */
        x: &'a Expr<'a>,
        /** the body */
        body: &'a Block<'a>,
    },
    /// `switch init; tag {…}`.
    Switch {
        /** the statement before the tag */
        init: Option<&'a Stmt<'a>>,
        /** the tag; `true` if left out */
        tag: Option<&'a Expr<'a>>,
        /** the clauses */
        clauses: &'a [Clause<'a>],
        /** the closing brace */
        end: Pos,
    },
    /// `switch init; name := x.(type) {…}`.
    TypeSwitch {
        /** the statement before the guard */
        init: Option<&'a Stmt<'a>>,
        /** the name of the value in each clause */
        name: Option<Ident<'a>>,
        /** `x` */
        x: &'a Expr<'a>,
        /** the clauses, whose expressions are types or `nil` */
        clauses: &'a [Clause<'a>],
        /** the closing brace */
        end: Pos,
    },
    /// `select {…}`.
    Select {
        /** the clauses */
        clauses: &'a [CommClause<'a>],
    },
    /// `name: stmt`.
    Labeled {
        /** the label */
        label: Ident<'a>,
        /** the statement, maybe empty */
        stmt: &'a Stmt<'a>,
    },
    /// `break`.
    Break(Option<Ident<'a>>),
    /// `continue`.
    Continue(Option<Ident<'a>>),
    /// `goto`.
    Goto(Ident<'a>),
    /// `fallthrough`.
    Fallthrough,
    /// `return`.
    Return(&'a [&'a Expr<'a>]),
    /// `defer call`.
    Defer(&'a Expr<'a>),
    /// `go call`.
    Go(&'a Expr<'a>),
}

/// A `case` or `default` of a switch.
#[derive(Clone, Copy, Debug)]
pub struct Clause<'a> {
    /// The expressions or types; `None` for `default`.
    pub exprs: Option<&'a [&'a Expr<'a>]>,
    /// What it does.
    pub body: &'a [Stmt<'a>],
    /// Where.
    pub pos: Pos,
}

/// A `case` or `default` of a select.
#[derive(Clone, Copy, Debug)]
pub struct CommClause<'a> {
    /// A send, a receive, or an assignment of one; `None` for `default`.
    pub comm: Option<&'a Stmt<'a>>,
    /// What it does.
    pub body: &'a [Stmt<'a>],
    /// Where.
    pub pos: Pos,
}
