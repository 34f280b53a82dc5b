//! The type checker: from the syntax trees of packages to the typed tree of a program.
//!
//! Packages come in dependency order, main last. In each, names are collected first, then everything declared gets its
//! type, on demand and in whatever order references ask for; function bodies are checked when all types are known. While it
//! checks, it builds the typed tree: an expression's `operand::Operand` carries its tree, and what Go leaves implicit
//! is spelled out as [`crate::ir`] promises. Untyped operations that are not constant (`1 << s`, `x == y`) are built with
//! untyped nodes, and rebuilt once it is known which type they become.
//!
//! Messages are those of Go 1.19 for programs of Go 1.9; what Go has and the language here has not is refused
//! by name. Nothing panics on a program that is wrong; recursion and the size of types are bounded ([`MAX_DEPTH`], [`MAX_PARTS`]).
//!
//! | file | holds |
//! | --- | --- |
//! | `object`, `universe`, `package` | what names stand for; the predeclared ones; the names of a package |
//! | `decl`, `typexpr`, `recursive` | declarations on demand, type expressions, recursive types |
//! | `predicate`, `lookup`, `satisfy` | what types can do, fields and methods, which types implement an interface |
//! | `operand`, `untyped`, `convert` | values being checked, their conversions |
//! | `expr`, `operator`, `index`, `selector`, `literal`, `call`, `builtin` | expressions |
//! | `assign`, `stmt`, `switch`, `range`, `labels`, `terminate` | statements |
//! | `function`, `wrapper`, `init` | bodies and closures, compiler-made methods, initialisation |
//! | `show` | how messages write types, expressions and operands |
//!
//! Source: the Go specification; Go 1.19 cmd/compile/internal/types2 for messages and their places, syntax/branches.go
//! for those of labels. Departs: parameter names are left out of the types in messages. Checked by: [`crate::verify`], and `tests/check.rs`, which asks Go's own tests.

mod assign;
mod builtin;
mod call;
mod convert;
mod decl;
mod expr;
mod function;
mod index;
mod init;
mod labels;
mod literal;
mod load;
mod lookup;
mod object;
mod operand;
mod operator;
mod package;
mod predicate;
mod range;
mod recursive;
mod satisfy;
mod selector;
mod show;
mod stmt;
mod switch;
mod terminate;
mod typexpr;
mod universe;
mod untyped;
mod wrapper;

pub use load::{Unit, load};

use crate::ast;
use crate::diagnostic::Diagnostics;
use crate::ir::{self, E, ExprKind, Func, FuncId, Global};
use crate::source::{Pos, Sources, Span};
use crate::types::{NamedId, Ty, Types};
use bumpalo::Bump;
use function::Frame;
use indexmap::IndexMap;
use object::{Decl, DeclId, ObjId, Object, Package, PkgId, Scope, ScopeId};
use std::collections::{HashMap, HashSet};
use wrapper::WrapperKey;

/// How deep expressions, types, statements and declarations may be nested in each other.
pub const MAX_DEPTH: u32 = 2_000;

/// How many parts a type may have that is written without names.
pub const MAX_PARTS: u32 = 100_000;

/// Checks packages, in dependency order and main last, and makes a program of them.
///
/// `None` if anything is wrong; `diagnostics` says what.
pub fn check<'a>(
    arena: &'a Bump,
    units: &[Unit<'a>],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<ir::Program<'a>> {
    let clean = diagnostics.is_empty();
    let mut checker = Checker::new(arena, sources, diagnostics);
    for unit in units {
        checker.package(unit);
    }
    let program = checker.finish();
    program.filter(|_| clean && diagnostics.is_empty())
}

/// Where something is being checked; replaced while a declaration is checked that is needed elsewhere.
struct Env<'a> {
    pkg: PkgId,
    scope: ScopeId,
    /// The declaration whose references are recorded.
    decl: Option<DeclId>,
    /// The value of `iota`.
    iota: Option<u32>,
    /// Where to report instead: a constant whose expression is repeated from an earlier one.
    report_at: Option<Pos>,
    /// Was there a call or a receive? Makes `len` of an array no constant.
    has_call: bool,
    /// The functions around, the innermost last. The first is the package's initialiser, outside of functions.
    frames: Vec<Frame<'a>>,
}

/// A check to make when types are complete.
type Later<'a, 's> = Box<dyn FnOnce(&mut Checker<'a, 's>) + 'a>;

struct Checker<'a, 's> {
    arena: &'a Bump,
    sources: &'s Sources,
    diagnostics: &'s mut Diagnostics,
    /// Was an error reported? Then errors about what is invalid are not.
    failed: bool,

    types: Types,
    funcs: Vec<Func<'a>>,
    globals: Vec<Global<'a>>,
    objects: Vec<Object<'a>>,
    scopes: Vec<Scope<'a>>,
    decls: Vec<Decl<'a>>,
    packages: Vec<Package<'a>>,
    universe: ScopeId,
    env: Env<'a>,

    /// The declarations being checked, each because of the one before.
    path: Vec<ObjId>,
    /// How deep the recursion is.
    depth: u32,
    later: Vec<Later<'a, 's>>,
    /// Functions of the program that have no body: it can be lowered, not run.
    bodiless: Vec<Span>,
    /// Bodies of functions, which wait until all types are known.
    bodies: Vec<(ObjId, function::Body<'a>)>,
    /// Bodies of function literals at package level: they wait until all types are known.
    literals: Vec<function::Pending<'a>>,
    /// How many literals functions have, for their names.
    closures: HashMap<FuncId, u32>,

    /// The methods that belong to each type of the package, before it is declared.
    owners: HashMap<ObjId, Vec<ObjId>>,
    /// Methods of each defined type, in order of declaration.
    methods: HashMap<NamedId, Vec<ObjId>>,
    /// The type that each defined type is declared to be, as written.
    declared_as: HashMap<Ty, Ty>,
    /// Defined types that are being declared.
    incomplete: HashSet<Ty>,
    /// Defined types declared to be one that is not complete.
    waiting: HashMap<Ty, Vec<Ty>>,
    /// The predeclared types that the package names.
    spelled: HashSet<&'a str>,
    /// Interfaces that embed themselves, which has been reported.
    endless: HashSet<Ty>,
    /// Defined types that are known not to contain themselves.
    finite: HashSet<Ty>,
    /// How many parts types have.
    parts: HashMap<Ty, u32>,
    comparable: HashMap<Ty, bool>,
    /// Names of types declared in functions: how many there are of each.
    local_types: HashMap<(PkgId, &'a str), u32>,
    /// Initialisers of packages that another one calls.
    initialised: HashSet<FuncId>,
    wrappers: IndexMap<WrapperKey, FuncId>,
    unbuilt: Vec<wrapper::Pending>,
    /// Dot-imported names, with the import.
    dot_imports: HashMap<(ScopeId, &'a str), ObjId>,
    /// Shifts of untyped constants, for messages.
    shifts: HashMap<*const ir::Expr<'a>, &'a ast::Expr<'a>>,
    /// Calls of the builtin `panic`: statements that do not go on.
    panics: HashSet<*const ast::Expr<'a>>,
    /// The tuple of nothing, which calls without results have.
    unit: Ty,
}

impl<'a, 's> Checker<'a, 's> {
    fn new(arena: &'a Bump, sources: &'s Sources, diagnostics: &'s mut Diagnostics) -> Self {
        let mut types = Types::new();
        let unit = types.make(crate::types::Kind::Tuple(Box::default()));
        let env = Env {
            pkg: PkgId(0),
            scope: ScopeId(0),
            decl: None,
            iota: None,
            report_at: None,
            has_call: false,
            frames: Vec::new(),
        };
        let mut checker = Checker {
            arena,
            sources,
            diagnostics,
            failed: false,
            types,
            funcs: Vec::new(),
            globals: Vec::new(),
            objects: Vec::new(),
            scopes: Vec::new(),
            decls: Vec::new(),
            packages: Vec::new(),
            universe: ScopeId(0),
            env,
            path: Vec::new(),
            depth: 0,
            later: Vec::new(),
            bodiless: Vec::new(),
            bodies: Vec::new(),
            literals: Vec::new(),
            closures: HashMap::new(),
            owners: HashMap::new(),
            methods: HashMap::new(),
            declared_as: HashMap::new(),
            incomplete: HashSet::new(),
            waiting: HashMap::new(),
            spelled: HashSet::new(),
            endless: HashSet::new(),
            finite: HashSet::new(),
            parts: HashMap::new(),
            comparable: HashMap::new(),
            local_types: HashMap::new(),
            initialised: HashSet::new(),
            wrappers: IndexMap::new(),
            unbuilt: Vec::new(),
            dot_imports: HashMap::new(),
            shifts: HashMap::new(),
            panics: HashSet::new(),
            unit,
        };
        checker.make_universe();
        checker
    }

    // --- messages ---------------------------------------------------------------------------------

    /// Reports an error of the program.
    fn error(&mut self, span: Span, message: impl Into<String>) {
        let message = message.into();
        // What follows from an error is not reported.
        if self.failed && (message.contains(" invalid operand") || message.contains(" invalid type")) {
            return;
        }
        self.failed = true;
        let span = self.env.report_at.map_or(span, Span::at);
        self.diagnostics.wrong(span, message);
    }

    /// The same at a place.
    fn error_at(&mut self, pos: Pos, message: impl Into<String>) {
        self.error(Span::at(pos), message);
    }

    /// Refuses what Go has and we have not.
    fn unsupported(&mut self, span: Span, what: impl Into<String>) {
        self.failed = true;
        self.diagnostics.unsupported(span, what);
    }

    /// Refuses what comes with goroutines: `goroutines`, `channels` or `select`.
    ///
    /// The checker knows all about them, and the typed tree has their nodes: this is the one place that refuses them.
    fn refuse_concurrency(&mut self, span: Span, what: &str) {
        self.unsupported(span, what);
    }

    /// A place in a message: `file.go:3:4`.
    fn place(&self, pos: Pos) -> String {
        self.sources.place(pos).map_or_else(|| "?".into(), |p| format!("{}:{}:{}", p.file, p.line, p.column))
    }

    // --- recursion --------------------------------------------------------------------------------

    /// Does something one level deeper, on a larger stack if need be; `None`, with a message, if that is too deep.
    fn deeper<T>(&mut self, span: Span, run: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.unsupported(span, format!("nesting deeper than {MAX_DEPTH}"));
            return None;
        }
        self.depth += 1;
        let result = stacker::maybe_grow(128 << 10, 2 << 20, || run(self));
        self.depth -= 1;
        Some(result)
    }

    /// Makes the checks that waited for types to be complete, unless some still are not.
    fn run_later(&mut self) {
        while self.path.is_empty() && !self.later.is_empty() {
            for check in std::mem::take(&mut self.later) {
                check(self);
            }
        }
    }

    // --- the tree ---------------------------------------------------------------------------------

    fn node(&self, kind: ExprKind<'a>, ty: Ty, pos: Pos) -> E<'a> {
        self.arena.alloc(ir::Expr { kind, ty, pos })
    }

    fn slice<T: Copy>(&self, items: &[T]) -> &'a [T] {
        self.arena.alloc_slice_copy(items)
    }

    fn text(&self, text: &str) -> &'a str {
        self.arena.alloc_str(text)
    }

    /// What has no value: the expression of a call that is a statement.
    fn nothing(&self, pos: Pos) -> E<'a> {
        self.node(ExprKind::Zero, self.unit, pos)
    }
}
