//! The typed tree: what the checker makes and the passes rewrite.
//!
//! One kind of tree serves the stages *typed*, *order* and *walk*; each stage promises which nodes
//! are left: the passes' headers say so, and their `verify` checks it. Nodes live in a bump arena and do not change: a pass builds a new tree from the old one. What is known about a variable or an allocation, and becomes
//! known later, is kept in tables of the function: [`Func::locals`], [`Func::allocs`].
//!
//! What the checker has done already:
//! - names are resolved; constants are folded and have a type; every implicit conversion is a node;
//! - embedded fields and automatic dereferences are spelled out, method calls have their receiver as first argument;
//! - variadic arguments are packed into a slice literal;
//! - `x++` is `x += 1`; init statements of `if`, `for` and `switch` stand before them in a block;
//! - `break` and `continue` name their statement.
//!
//! Source: Go 1.19 cmd/compile/internal/ir; names of nodes in quotes (`OINDEXMAP`) are that compiler's.

use crate::ast::BinOp;
use crate::diagnostic::Diagnostics;
use crate::source::Pos;
use crate::types::{Ty, Types};
use std::collections::BTreeMap;

/// Number of a function in [`Program::funcs`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FuncId(pub u32);

/// Number of a package variable in [`Program::globals`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GlobalId(pub u32);

/// Number of a variable in [`Func::locals`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LocalId(pub u32);

/// Number of an allocation in [`Func::allocs`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AllocId(pub u32);

/// Number of a label or of a statement that can be left, unique in its function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LabelId(pub u32);

/// A whole program: package main and what it imports.
#[derive(Debug)]
pub struct Program<'a> {
    /// The name of the program's own package: `main`, or that of one that is only lowered.
    pub package: &'a str,
    /// All types.
    pub types: Types,
    /// All functions: declared ones, methods, closures, wrappers, initialisers.
    pub funcs: Vec<Func<'a>>,
    /// All package variables.
    pub globals: Vec<Global<'a>>,
    /// The function that initialises all packages in dependency order, and calls their `init` functions.
    pub init: FuncId,
    /// `main.main`; the initialiser, if there is none.
    pub main: FuncId,
    /// Why it cannot be run; nothing if it can.
    pub why_not: Diagnostics,
    /// The methods of types that can be in an interface, sorted by name: what an itab is made from.
    pub method_sets: BTreeMap<Ty, Vec<MethodEntry<'a>>>,
}

/// A method as an interface calls it.
#[derive(Clone, Copy, Debug)]
pub struct MethodEntry<'a> {
    /// Its name.
    pub name: &'a str,
    /// The package, if the name is not exported.
    pub package: Option<&'a str>,
    /// Its signature without receiver.
    pub sig: Ty,
    /// A function whose first parameter is the interface's data word: the value itself for a type that interfaces hold
    /// directly ([`Types::is_direct`]), a pointer to it for others.
    pub func: FuncId,
}

/// A package variable.
#[derive(Clone, Copy, Debug)]
pub struct Global<'a> {
    /// Its name with its package: `main.x`.
    pub name: &'a str,
    /// Its type.
    pub ty: Ty,
    /// Where it is declared.
    pub pos: Pos,
    /// Never written: data of the compiler's own, such as constant keys of the era `mapassign-2017`. The value is an
    /// expression that needs no code.
    pub readonly: Option<E<'a>>,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Func<'a> {
    /// Its name without package, as liveness and panics show it: `f`, `(*T).Inc`, `f.func1`.
    pub name: &'a str,
    /// Its package's name: `main`.
    pub package: &'a str,
    /// Its type, the receiver first.
    pub ty: Ty,
    /// Parameters in order, the receiver first; unnamed ones have a local, too.
    pub params: Vec<LocalId>,
    /// Results in order; unnamed ones are called `~r0`, `~r1`, …
    pub results: Vec<LocalId>,
    /// All variables: parameters, results, declared ones, temporaries, captured ones.
    pub locals: Vec<Local<'a>>,
    /// All expressions that may allocate.
    pub allocs: Vec<Alloc>,
    /// How many labels were given out.
    pub labels: u32,
    /// Its statements; `None` for a function without body: a native of a package of ours, or an external one that can
    /// be lowered against but not run.
    pub body: Option<Block<'a>>,
    /// For a closure, the function in which it stands.
    pub parent: Option<FuncId>,
    /// For a closure, its captured variables, in order of first use; each is a local of class [`Class::Captured`].
    pub captures: Vec<LocalId>,
    /// Has it a `defer`?
    pub has_defer: bool,
    /// Does it call `recover` itself?
    pub has_recover: bool,
    /// Made by the compiler: a method wrapper, a deferred call.
    pub wrapper: bool,
    /// Directives: `go:noinline`, `go:noescape`.
    pub pragmas: &'a [&'a str],
    /// Where it begins.
    pub pos: Pos,
    /// Its closing brace.
    pub end: Pos,
}

/// What sort of variable a local is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// A parameter or receiver.
    Param,
    /// A result.
    Result,
    /// Declared in the body.
    Auto,
    /// Made by a pass; called `.autotmp_N` by its number.
    Temp,
    /// In a closure: this variable of the function around it.
    Captured(LocalId),
}

/// A variable of a function.
#[derive(Clone, Copy, Debug)]
pub struct Local<'a> {
    /// Its name; `_` is blank.
    pub name: &'a str,
    /// Its type.
    pub ty: Ty,
    /// Its class.
    pub class: Class,
    /// Is its address taken, explicitly, by slicing an array or by a method call? Escape analysis adds the variables that
    /// closures refer to.
    pub addr_taken: bool,
    /// Is it assigned to after its declaration?
    pub reassigned: bool,
    /// For [`Class::Captured`]: does the closure hold the variable's address rather than its value? Set by escape
    /// analysis, as in Go: by value if it is never reassigned, its address is not taken, and it has at most 128 bytes.
    pub by_ref: bool,
    /// Must it live in the heap? Set by escape analysis.
    pub heap: bool,
    /// Where it is declared.
    pub pos: Pos,
}

/// An expression that may allocate.
#[derive(Clone, Copy, Debug)]
pub struct Alloc {
    /// What it makes, for messages.
    pub what: AllocKind,
    /// Must it be in the heap? Set by escape analysis; true until then.
    pub heap: bool,
    /// Is it in the frame, and does nobody hold its address after the statement that makes it? Set by escape analysis.
    /// Order gives such an allocation a temporary that dies with the statement; others in the frame live as long as the function.
    pub transient: bool,
    /// The temporary that order set aside for it, which dies with the statement.
    pub temp: Option<LocalId>,
    /// Where.
    pub pos: Pos,
}

/// What an allocation is made by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum AllocKind {
    /// `new(T)`
    New,
    /// `&T{…}`
    PtrLit,
    /// `[]T{…}`
    SliceLit,
    /// The slice of variadic arguments.
    Variadic,
    /// `map[K]V{…}`
    MapLit,
    /// `make([]T, …)`
    MakeSlice,
    /// `make(map[K]V, …)`
    MakeMap,
    /// `make(chan T, …)`
    MakeChan,
    /// A function literal.
    Closure,
    /// A method value.
    MethodValue,
    /// A conversion to an interface.
    ConvIface,
    /// A concatenation or a conversion that makes a string or a slice.
    StringOp,
    /// `append`
    Append,
}

/// Statements in order.
pub type Block<'a> = &'a [Stmt<'a>];

/// A reference to an expression.
pub type E<'a> = &'a Expr<'a>;

/// An expression.
#[derive(Clone, Copy, Debug)]
pub struct Expr<'a> {
    /// What it is.
    pub kind: ExprKind<'a>,
    /// Its type; a tuple for a call of several results, an empty one for none.
    pub ty: Ty,
    /// Where.
    pub pos: Pos,
}

/// A constant of a type.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Const<'a> {
    /// A boolean.
    Bool(bool),
    /// An integer that fits the type.
    Int(i128),
    /// A floating-point number, rounded to the type.
    Float(f64),
    /// A complex number, its parts rounded to the type.
    Complex(f64, f64),
    /// A string.
    Str(&'a [u8]),
}

/// What is called.
#[derive(Clone, Copy, Debug)]
pub enum Callee<'a> {
    /// A known function. `OCALLFUNC`, and `OCALLMETH` with the receiver as first argument.
    Static(FuncId),
    /// A function value. `OCALLFUNC`.
    Value(E<'a>),
    /// A method of an interface: `OCALLINTER`.
    Interface {
        /** the interface value */
        recv: E<'a>,
        /** index into [`Types::interface_methods`] of its type */
        method: u32,
    },
    /// A routine of the runtime; walk makes these, and the checker for natives of packages of ours.
    Runtime(crate::runtime::Rt),
}

/// How a conversion changes a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conv {
    /// Not at all: `OCONVNOP`.
    Nop,
    /// Between numeric types: `OCONV`.
    Numeric,
    /// Concrete type to interface; may allocate: `OCONVIFACE`.
    ToInterface(AllocId),
    /// Interface to an interface whose methods it is known to have: `OCONVIFACE`.
    Interface,
    /// `string(bytes)`: `OARRAYBYTESTR`.
    BytesToString(AllocId),
    /// The same without a copy, where nobody can see the difference: `OARRAYBYTESTRTMP`. Order makes it.
    BytesToStringTmp,
    /// `[]byte(string)`: `OSTRARRAYBYTE`.
    StringToBytes(AllocId),
    /// The same without a copy: `OSTRARRAYBYTETMP`. Order makes it.
    StringToBytesTmp,
    /// `string(runes)`: `OARRAYRUNESTR`.
    RunesToString(AllocId),
    /// `[]rune(string)`: `OSTRARRAYRUNE`.
    StringToRunes(AllocId),
    /// `string(rune)`: `ORUNESTR`.
    RuneToString(AllocId),
}

/// What a slice expression slices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SliceOf {
    /// A slice: `OSLICE`, `OSLICE3`.
    Slice,
    /// An array through a pointer to it: `OSLICEARR`, `OSLICE3ARR`.
    Array,
    /// A string: `OSLICESTR`.
    String,
}

/// What an expression is.
///
/// Operands are evaluated in the order in which they are listed, as far as calls, receives and panics are concerned.
#[derive(Clone, Copy, Debug)]
pub enum ExprKind<'a> {
    // --- leaves -------------------------------------------------------------------------------
    /// A constant: `OLITERAL`.
    Const(Const<'a>),
    /// The nil of a pointer, slice, map, channel, function or interface: `ONIL`.
    Nil,
    /// The zero value of any type.
    Zero,
    /// A variable of this function: `ONAME`.
    Local(LocalId),
    /// A package variable: `ONAME` of class PEXTERN.
    Global(GlobalId),
    /// A function as a value: `ONAME` of class PFUNC.
    Func(FuncId),
    /// `_` as a destination: `OBLANK`.
    Blank,

    // --- memory -------------------------------------------------------------------------------
    /// `*x`: `ODEREF`.
    Deref(E<'a>),
    /// `&x` of a variable, field, element or dereference: `OADDR`.
    Addr(E<'a>),
    /// `x.f`: `ODOT`; `ODOTPTR` is this of a dereference.
    Field {
        /** a structure */
        x: E<'a>,
        /** which field */
        index: u32,
    },
    /// `x[i]` of an array, slice or string: `OINDEX`.
    Index {
        /** an array, slice or string */
        x: E<'a>,
        /** the index, of any integer type */
        index: E<'a>,
        /** is the index known to be in range? */
        bounded: bool,
    },
    /// `m[k]`: `OINDEXMAP`. As a destination of an assignment, it stores.
    IndexMap {
        /** the map */
        map: E<'a>,
        /** the key, of the map's key type */
        key: E<'a>,
    },
    /// `x[lo:hi:max]`.
    Slice {
        /** what it slices */
        of: SliceOf,
        /** a slice, a string or a pointer to an array */
        x: E<'a>,
        /** the low bound */
        lo: Option<E<'a>>,
        /** the high bound */
        hi: Option<E<'a>>,
        /** the bound of the capacity */
        max: Option<E<'a>>,
    },

    // --- operators ----------------------------------------------------------------------------
    /// `-x`, `^x`, `!x`; `+x` is gone.
    Unary {
        /** the operator */
        op: crate::ast::UnOp,
        /** the operand */
        x: E<'a>,
    },
    /// Arithmetic, shifts and comparisons; not `&&`, `||` and not the concatenation of strings. Operands of arithmetic
    /// and comparisons have the same type; comparisons of interfaces may panic.
    Binary {
        /** the operator */
        op: BinOp,
        /** the left operand */
        x: E<'a>,
        /** the right operand */
        y: E<'a>,
    },
    /// `x && y`: `OANDAND`.
    AndAnd(E<'a>, E<'a>),
    /// `x || y`: `OOROR`.
    OrOr(E<'a>, E<'a>),
    /// `a + b + …` of strings: `OADDSTR`.
    Concat {
        /** at least two */
        list: &'a [E<'a>],
        /** the result */
        alloc: AllocId,
    },
    /// A conversion.
    Convert {
        /** how */
        conv: Conv,
        /** the value */
        x: E<'a>,
    },
    /// `x.(T)`, T being the node's type: `ODOTTYPE`.
    TypeAssert(E<'a>),

    // --- calls --------------------------------------------------------------------------------
    /// A call: `OCALLFUNC`, `OCALLMETH`, `OCALLINTER`.
    Call {
        /** what is called */
        callee: Callee<'a>,
        /** the arguments; packed, if the function is variadic */
        args: &'a [E<'a>],
        /** `f(g())` with several results of g: evaluated after the callee, before the arguments, which use its temporaries */
        multi: Option<&'a Multi<'a>>,
    },
    /// `len(x)`: `OLEN`.
    Len(E<'a>),
    /// `cap(x)`: `OCAP`.
    Cap(E<'a>),
    /// `append(s, x…)`: `OAPPEND`.
    Append {
        /** the slice */
        slice: E<'a>,
        /** the values; one slice or string, if `spread` */
        args: &'a [E<'a>],
        /** is it `append(s, x...)`? */
        spread: bool,
        /** the new array */
        alloc: AllocId,
    },
    /// `copy(dst, src)`: `OCOPY`.
    Copy {
        /** a slice */
        dst: E<'a>,
        /** a slice or a string */
        src: E<'a>,
    },
    /// `complex(re, im)`: `OCOMPLEX`.
    Complex(E<'a>, E<'a>),
    /// `real(x)`: `OREAL`.
    Real(E<'a>),
    /// `imag(x)`: `OIMAG`.
    Imag(E<'a>),
    /// `new(T)`: `ONEW`.
    New(AllocId),
    /// `make([]T, len, cap)`: `OMAKESLICE`.
    MakeSlice {
        /** the length, of any integer type */
        len: E<'a>,
        /** the capacity */
        cap: Option<E<'a>>,
        /** the array */
        alloc: AllocId,
    },
    /// `make(map[K]V, hint)`: `OMAKEMAP`.
    MakeMap {
        /** how many entries to expect */
        hint: Option<E<'a>>,
        /** the map's header */
        alloc: AllocId,
    },
    /// `make(chan T, size)`: `OMAKECHAN`.
    MakeChan {
        /** how many elements to buffer */
        size: Option<E<'a>>,
        /** the channel */
        alloc: AllocId,
    },
    /// `<-ch`: `ORECV`.
    Recv(E<'a>),
    /// `recover()`: `ORECOVER`.
    Recover,

    // --- literals and functions ---------------------------------------------------------------
    /// `T{…}` of a structure: `OSTRUCTLIT`. Fields that are not named are zero.
    StructLit(&'a [(u32, E<'a>)]),
    /// `[n]T{…}`: `OARRAYLIT`. Elements in source order; those that are not named are zero.
    ArrayLit(&'a [(u64, E<'a>)]),
    /// `[]T{…}`: `OSLICELIT`, and the slice of variadic arguments.
    SliceLit {
        /** how many elements */
        len: u64,
        /** those that are named, in source order */
        elems: &'a [(u64, E<'a>)],
        /** the array */
        alloc: AllocId,
    },
    /// `map[K]V{…}`: `OMAPLIT`.
    MapLit {
        /** keys and values in source order */
        entries: &'a [(E<'a>, E<'a>)],
        /** the map's header */
        alloc: AllocId,
    },
    /// `&T{…}`: `OPTRLIT`.
    PtrLit {
        /** the literal */
        x: E<'a>,
        /** what it is put into */
        alloc: AllocId,
    },
    /// A function literal: `OCLOSURE`.
    Closure {
        /** its function */
        func: FuncId,
        /** the closure, if it captures */
        alloc: AllocId,
    },
    /// `x.m` that is not called: `OCALLPART`, `OMETHVALUE`. The receiver is evaluated, and copied, now.
    MethodValue {
        /** the receiver: as the function takes it, or an interface */
        recv: E<'a>,
        /** a function with the receiver as first parameter, or a method of the receiver's interface */
        callee: MethodRef,
        /** the closure */
        alloc: AllocId,
    },

    // --- made by passes -----------------------------------------------------------------------
    /// Statements, then an expression: what Go calls an init list. Also made by the checker for builtins with a
    /// call of several results as argument.
    Seq {
        /** first these */
        init: Block<'a>,
        /** then this */
        x: E<'a>,
    },
    /// The address of a type's descriptor: what runtime routines take, and an interface's type word.
    TypeWord(Ty),
    /// The type word of an interface: `OITAB`.
    TypeOf(E<'a>),
    /// The data word of an interface, as a pointer: `OIDATA`.
    DataOf(E<'a>),
    /// An interface of a type word and a data word: `OEFACE`.
    MakeInterface(E<'a>, E<'a>),
    /// The data pointer of a slice or string: `OSPTR`.
    PtrOf(E<'a>),
    /// A slice of pointer, length and capacity: `OSLICEHEADER`.
    MakeSliceHeader(E<'a>, E<'a>, E<'a>),
    /// A string of pointer and length: `OSTRINGHEADER`.
    MakeString(E<'a>, E<'a>),
    /// The closure that this function was called through, as a pointer to a structure of the code word and its
    /// captured variables: `OGETCLOSUREPTR`.
    ClosurePtr,
    /// The code word of a function, first word of a closure.
    CodeOf(FuncId),
}

/// A call of several results whose results are the arguments of another.
#[derive(Clone, Copy, Debug)]
pub struct Multi<'a> {
    /// The call.
    pub call: E<'a>,
    /// Temporaries of the function for its results; the arguments are made of them.
    pub temps: &'a [LocalId],
}

/// The method of a method value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MethodRef {
    /// Of a concrete type.
    Func(FuncId),
    /// Of an interface, by index.
    Interface(u32),
}

/// A statement.
#[derive(Clone, Copy, Debug)]
pub struct Stmt<'a> {
    /// What it is.
    pub kind: StmtKind<'a>,
    /// Where.
    pub pos: Pos,
}

/// What a statement is.
#[derive(Clone, Copy, Debug)]
pub enum StmtKind<'a> {
    /// An expression, evaluated for its effects: a call, a receive, a builtin.
    Expr(E<'a>),
    /// A variable comes into being; it is zero if no assignment with `define` follows at once: `ODCL`.
    Decl(LocalId),
    /// `dst = src`: `OAS`.
    Assign {
        /** a variable, `_`, or what can be assigned to */
        dst: E<'a>,
        /** the value */
        src: E<'a>,
        /** the first assignment of a variable: its declaration came right before */
        define: bool,
    },
    /// `a, b = x, y`, as many on both sides: `OAS2`.
    Assign2 {
        /** destinations */
        dsts: &'a [E<'a>],
        /** values */
        srcs: &'a [E<'a>],
        /** as of [`StmtKind::Assign`] */
        define: bool,
    },
    /// `a, b = f()`: `OAS2FUNC`. Results are converted, where needed, by temporaries that the checker put in between.
    Assign2Func {
        /** destinations */
        dsts: &'a [E<'a>],
        /** the call */
        call: E<'a>,
        /** as of [`StmtKind::Assign`] */
        define: bool,
    },
    /// `v, ok = m[k]`: `OAS2MAPR`; `v, ok = x.(T)`: `OAS2DOTTYPE`; `v, ok = <-ch`: `OAS2RECV`. The second value is a
    /// boolean, whatever type of boolean the destination has.
    Assign2Ok {
        /** destinations */
        dsts: [E<'a>; 2],
        /** an [`ExprKind::IndexMap`], [`ExprKind::TypeAssert`] or [`ExprKind::Recv`] */
        src: E<'a>,
        /** as of [`StmtKind::Assign`] */
        define: bool,
    },
    /// `dst op= src`: `OASOP`. [`BinOp::Add`] of strings concatenates, with the allocation.
    OpAssign {
        /** the operator */
        op: BinOp,
        /** the destination */
        dst: E<'a>,
        /** the operand */
        src: E<'a>,
        /** the result of a concatenation */
        alloc: Option<AllocId>,
    },
    /// `{…}`
    Block(Block<'a>),
    /// `if`
    If {
        /** the condition */
        cond: E<'a>,
        /** if true */
        then: Block<'a>,
        /** if false */
        els: Block<'a>,
    },
    /// `for`
    For {
        /** what `break` and `continue` name */
        label: LabelId,
        /** the condition; true if left out */
        cond: Option<E<'a>>,
        /** after each round, and where `continue` goes */
        post: Block<'a>,
        /** the body */
        body: Block<'a>,
    },
    /// `for k, v = range x`: `ORANGE`.
    Range {
        /** what `break` and `continue` name */
        label: LabelId,
        /** the destination of index or key */
        key: Option<E<'a>>,
        /** the destination of the element */
        value: Option<E<'a>>,
        /** an array, pointer to an array, slice, string, map or channel */
        x: E<'a>,
        /** are the destinations variables of this loop? Their declarations are implied, once for the loop */
        define: bool,
        /** the body */
        body: Block<'a>,
    },
    /// `switch`
    Switch {
        /** what `break` names */
        label: LabelId,
        /** the tag; `true` if left out */
        tag: Option<E<'a>>,
        /** the clauses in source order */
        cases: &'a [Case<'a>],
    },
    /// `switch x.(type)`
    TypeSwitch {
        /** what `break` names */
        label: LabelId,
        /** the interface */
        x: E<'a>,
        /** the clauses in source order */
        cases: &'a [TypeCase<'a>],
    },
    /// `select`
    Select {
        /** what `break` names */
        label: LabelId,
        /** the clauses in source order */
        cases: &'a [CommCase<'a>],
    },
    /// A label that `goto` jumps to, or of a statement.
    Label {
        /** its number */
        label: LabelId,
        /** its name */
        name: &'a str,
    },
    /// Leaves a statement.
    Break(LabelId),
    /// Goes on with the next round of a loop.
    Continue(LabelId),
    /// Jumps to a label.
    Goto(LabelId),
    /// Goes on in the next clause of a switch; the last statement of its clause.
    Fallthrough,
    /// `return`: the values of all results; none if they are in their variables already.
    Return(&'a [E<'a>]),
    /// `defer call`: a call, or a builtin as a statement of one of the kinds below.
    Defer(&'a Stmt<'a>),
    /// `go call`
    Go(&'a Stmt<'a>),
    /// `panic(x)`, of type `interface{}`: `OPANIC`.
    Panic(E<'a>),
    /// `print(…)`, `println(…)`: `OPRINT`.
    Print {
        /** what to print */
        args: &'a [E<'a>],
        /** with spaces between and a newline after? */
        line: bool,
    },
    /// `delete(m, k)`: `ODELETE`.
    Delete {
        /** the map */
        map: E<'a>,
        /** the key */
        key: E<'a>,
    },
    /// `close(ch)`: `OCLOSE`.
    Close(E<'a>),
    /// `ch <- x`: `OSEND`.
    Send {
        /** the channel */
        chan: E<'a>,
        /** the value */
        value: E<'a>,
    },
    /// A temporary is dead from here on: `OVARKILL`. Order makes it.
    VarKill(LocalId),
    /// A variable is alive up to here: `OVARLIVE`. Order makes it.
    VarLive(LocalId),
}

/// A clause of a switch.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Values; empty for `default`.
    pub values: &'a [E<'a>],
    /// Is it `default`?
    pub default: bool,
    /// What it does.
    pub body: Block<'a>,
    /// Where.
    pub pos: Pos,
}

/// A clause of a type switch.
#[derive(Clone, Copy, Debug)]
pub struct TypeCase<'a> {
    /// Types; `None` stands for `nil`. Empty for `default`.
    pub types: &'a [Option<Ty>],
    /// Is it `default`?
    pub default: bool,
    /// The variable that holds the value: of the one type, or of the interface's.
    pub var: Option<LocalId>,
    /// What it does.
    pub body: Block<'a>,
    /// Where.
    pub pos: Pos,
}

/// A clause of a select.
#[derive(Clone, Copy, Debug)]
pub struct CommCase<'a> {
    /// [`StmtKind::Send`], [`StmtKind::Expr`] of a receive, [`StmtKind::Assign`] of one, or [`StmtKind::Assign2Ok`] of one;
    /// `None` for `default`.
    pub comm: Option<&'a Stmt<'a>>,
    /// What it does.
    pub body: Block<'a>,
    /// Where.
    pub pos: Pos,
}

impl<'a> Func<'a> {
    /// Adds a variable.
    pub fn add_local(&mut self, local: Local<'a>) -> LocalId {
        self.locals.push(local);
        LocalId(self.locals.len() as u32 - 1)
    }

    /// Adds a temporary, which [`Func::local_name`] calls `.autotmp_N`.
    pub fn add_temp(&mut self, ty: Ty, pos: Pos) -> LocalId {
        self.add_local(Local {
            name: "",
            ty,
            class: Class::Temp,
            addr_taken: false,
            reassigned: true,
            by_ref: false,
            heap: false,
            pos,
        })
    }

    /// Adds an allocation.
    pub fn add_alloc(&mut self, what: AllocKind, pos: Pos) -> AllocId {
        self.allocs.push(Alloc { what, heap: true, transient: false, temp: None, pos });
        AllocId(self.allocs.len() as u32 - 1)
    }

    /// Gives out a label.
    pub fn add_label(&mut self) -> LabelId {
        self.labels += 1;
        LabelId(self.labels - 1)
    }

    /// A variable.
    pub fn local(&self, id: LocalId) -> &Local<'a> {
        &self.locals[id.0 as usize]
    }

    /// A variable, to change what is known about it.
    pub fn local_mut(&mut self, id: LocalId) -> &mut Local<'a> {
        &mut self.locals[id.0 as usize]
    }

    /// An allocation.
    pub fn alloc(&self, id: AllocId) -> &Alloc {
        &self.allocs[id.0 as usize]
    }

    /// The name of a variable, as liveness shows it.
    pub fn local_name(&self, id: LocalId) -> std::borrow::Cow<'a, str> {
        let local = self.local(id);
        match local.class {
            Class::Temp if local.name.is_empty() => format!(".autotmp_{}", id.0).into(),
            _ => local.name.into(),
        }
    }
}

impl<'a> Program<'a> {
    /// A function.
    pub fn func(&self, id: FuncId) -> &Func<'a> {
        &self.funcs[id.0 as usize]
    }

    /// A function, to change it.
    pub fn func_mut(&mut self, id: FuncId) -> &mut Func<'a> {
        &mut self.funcs[id.0 as usize]
    }

    /// A package variable.
    pub fn global(&self, id: GlobalId) -> &Global<'a> {
        &self.globals[id.0 as usize]
    }
}
