//! How a program shows what it did, the same whatever the order of its maps and the addresses of its objects.
//!
//! Scalars are printed. Of everything else a number is, made by a function per type: it adds up the entries of a map
//! without regard to their order, follows pointers a few steps, and of functions knows only whether they are nil.

use super::Gen;
use super::state::{Func, Var};
use super::tree::{Name, Node, Part, node};
use super::types::{Def, INT, Ty};
use super::values::{embedded_name, int};
use std::slice::from_ref;

/// The type of digests.
const SUM: Ty = Ty::Int("uint64");

/// How many pointers, slices and maps deep a digest looks.
const DEEP: i64 = 4;

impl Gen {
    /// An expression of type `uint64` made of a value; `n` is how deep to look.
    pub(super) fn digest(&mut self, ty: &Ty, value: Node, n: Node) -> Node {
        match ty {
            Ty::Int(_) => node!("digest", "uint64($)", value),
            Ty::Named(_) if self.underlying(ty) != *ty => {
                let basic = self.underlying(ty);
                let value = node!("digest", "$($)", &basic, value).of(&basic);
                return self.digest(&basic, value, n);
            }
            _ => {
                let function = self.digester(ty);
                node!("digest", "$($, $)", function.used(), value, n)
            }
        }
        .of(&SUM)
    }

    /// The same, from a name.
    pub(super) fn digest_of(&mut self, ty: &Ty, name: Name) -> Node {
        self.digest(ty, node!("variable", "$", name.used()).of(ty), int(DEEP))
    }

    fn digester(&mut self, ty: &Ty) -> Name {
        if let Some(name) = self.digests.get(ty) {
            return *name;
        }
        let name = self.top("sum");
        // Before the body, which may need it.
        self.digests.insert(ty.clone(), name);
        let body = self.digest_body(ty);
        let text = "func $(x $, n int) (h uint64) {$}";
        self.items.push(node!("digest", text, name.given(), ty, body));
        name
    }

    /// Statements that make `h` of `x`, looking `n` deep.
    fn digest_body(&mut self, ty: &Ty) -> Node {
        let less = || node!("digest", "n-1").of(&INT);
        let same = || node!("digest", "n").of(&INT);
        let named = |name: &'static str, ty: &Ty| node!("digest", "$", name).of(ty);
        match ty {
            Ty::Bool => node!("digest", " if x { h = 5 }; return "),
            Ty::Float => node!(
                "digest",
                "\n\tswitch {\n\tcase x == 0 && 1/x < 0:\n\t\th = 1\n\tcase x > -1e9 && x < 1e9:\n\
                 \t\th = uint64(int64(x * 64))\n\t}\n\treturn\n"
            ),
            Ty::Str => node!("digest", " for i := 0; i < len(x); i++ { h = h*31 + uint64(x[i]) + 1 }; return "),
            Ty::Ptr(elem) => {
                let inner = self.digest(elem, named("*x", elem), less());
                node!("digest", " if x != nil && n > 0 { h = $*7 + 3 }; return ", inner)
            }
            Ty::Slice(elem) => {
                let inner = self.digest(elem, named("x[i]", elem), less());
                node!("digest", " for i := 0; i < len(x) && n > 0; i++ { h = h*31 + $ + 1 }; return ", inner)
            }
            Ty::Array(_, elem) => {
                let inner = self.digest(elem, named("e", elem), same());
                node!("digest", " for _, e := range x { h = h*31 + $ }; return ", inner)
            }
            Ty::Map(key, elem) => {
                let (key, elem) =
                    (self.digest(key, named("k", key), less()), self.digest(elem, named("e", elem), less()));
                let text = "\n\tif n <= 0 { return }\n\tfor k, e := range x {\n\t\td := $*1000003 + $\n\
                            \t\th += (d ^ d>>15) * 2654435761\n\t}\n\treturn\n";
                node!("digest", text, key, elem)
            }
            Ty::Func(..) => node!("digest", " if x != nil { h = 5 }; return "),
            Ty::Any => {
                let of = self.boxable();
                self.digest_by_type(&of)
            }
            Ty::Named(of) => match self.defs[of].clone() {
                Def::Struct(fields) => {
                    let own = fields.iter().filter(|field| !field.promoted);
                    let first = match self.embedded.get(of).cloned() {
                        None => node!("digest", "1"),
                        Some(inner) => {
                            let value = node!("digest", "x.$", embedded_name(&inner)).of(&inner);
                            self.digest(&inner, value, same())
                        }
                    };
                    let sum = own.fold(first, |sum, field| {
                        let value = node!("digest", "x.$", field.name).of(&field.ty);
                        let next = self.digest(&field.ty, value, same());
                        node!("digest", "($)*31 + $", sum, next)
                    });
                    node!("digest", " h = $; return ", sum)
                }
                Def::Interface => {
                    let of = self.implementers(ty);
                    self.digest_by_type(&of)
                }
                Def::Basic(_) => unreachable!("its basic type's serves"),
            },
            Ty::Empty => node!("digest", " h = 1; return "),
            Ty::Int(_) => unreachable!("it needs no function"),
        }
    }

    /// The same for an interface that may hold these.
    fn digest_by_type(&mut self, of: &[Ty]) -> Node {
        let cases = of.iter().enumerate().map(|(i, ty)| {
            let sum = self.digest(ty, node!("digest", "y").of(ty), node!("digest", "n-1").of(&INT));
            Part::Node(node!("digest", "\tcase $: h = $*31 + $\n", ty, sum, (i + 1).to_string()))
        });
        let cases: Vec<Part> = cases.collect();
        let cases = Node { parts: cases, ..node!("digest", "") };
        node!("digest", "\n\tswitch y := x.(type) {\n$\tdefault: _ = y\n\t}\n\treturn\n", cases)
    }

    /// `println` of a variable.
    pub(super) fn show(&mut self, var: &Var) -> Node {
        let name = var.name;
        let value = node!("variable", "$", name.used()).of(&var.ty);
        let label = name.spelled("");
        match &var.ty {
            ty if ty.is_scalar() => node!("println", "println(\"$\", $)", label, value),
            Ty::Map(..) => {
                let sum = self.digest_of(&var.ty, name);
                node!("println of a map", "println(\"$\", len($), $ == nil, $)", label, name.used(), name.used(), sum)
            }
            ty => {
                let sum = self.digest_of(ty, name);
                node!("println of a digest", "println(\"$\", $)", label, sum)
            }
        }
    }

    /// `func(r interface{}) string`: what was recovered, as text.
    pub(super) fn text(&mut self) -> Func {
        self.helper("text", |g| {
            let name = g.top("text");
            let text = "func $(r interface{}) string {\n\tswitch x := r.(type) {\n\tcase error: return x.Error()\n\
                        \tcase string: return x\n\tcase int: println(\"int\", x)\n\t}\n\treturn \"something\"\n}";
            (node!("helper", text, name.given()), Func::new(name, &[Ty::Any], &[Ty::Str]))
        })
    }

    /// `func()`, to be deferred: recovers and prints.
    pub(super) fn caught(&mut self) -> Func {
        let text = self.text().name;
        self.helper("caught", |g| {
            let name = g.top("caught");
            let body = "func $() { if r := recover(); r != nil { println(\"caught\", $(r)) } }";
            (node!("helper", body, name.given(), text.used()), Func::new(name, &[], &[]))
        })
    }

    /// `func(x T) T`, which prints what passes.
    pub(super) fn tracer(&mut self, ty: &Ty) -> Func {
        self.helper(&format!("tracer of {ty:?}"), |g| {
            let name = g.top("trace");
            let x = node!("variable", "x").of(ty);
            let shown = if ty.is_scalar() { x } else { g.digest(ty, x, int(DEEP)) };
            let text = "func $(x $) $ { println(\"$\", $); return x }";
            let body = node!("helper", text, name.given(), ty, ty, name.spelled(""), shown);
            (body, Func { cost: 2, ..Func::new(name, from_ref(ty), from_ref(ty)) })
        })
    }
}
