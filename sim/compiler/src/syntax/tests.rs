//! Trees of small texts, spelled out; `tests/syntax` compares those of whole libraries.

use super::{parse, print};
use crate::diagnostic::{Diagnostics, Fault};
use crate::source::Sources;
use bumpalo::Bump;

/// The tree of a file, or its messages with lines.
fn read(text: &str) -> Result<String, Vec<(Fault, String)>> {
    let mut sources = Sources::new();
    let source = sources.add("x.go", text).unwrap();
    let (arena, mut diagnostics) = (Bump::new(), Diagnostics::new());
    match parse(&arena, &source, &mut diagnostics) {
        Some(file) => Ok(print(&file, &sources)),
        None => {
            let list = diagnostics.sorted(&sources);
            Err(list.iter().map(|d| (d.fault, format!("{}: {}", sources.line(d.span.start), d.message))).collect())
        }
    }
}

/// The tree of one expression, in parentheses as it nests: `(binary + (int 1) (int 2))`.
fn expr(text: &str) -> String {
    let tree = statement(&format!("_ = {text}"));
    let inner = tree.strip_prefix("(assign (name _) (rhs: ").and_then(|t| t.strip_suffix("))"));
    format!("({})", inner.expect("an assignment"))
}

/// The tree of statements, in parentheses as they nest; without places.
fn statement(text: &str) -> String {
    let tree = read(&format!("package p\nfunc f() {{\n{text}\n}}\n")).expect(text);
    let mut out = String::new();
    let mut open = Vec::new();
    for line in tree.lines().skip_while(|l| !l.trim_start().starts_with("block")).skip(1) {
        let depth = line.len() - line.trim_start().len();
        while open.last().is_some_and(|d| *d >= depth) {
            open.pop();
            out.push(')');
        }
        let is_place = |word: &str| word.split_once(':').is_some_and(|(line, _)| line.parse::<u32>().is_ok());
        let what: Vec<_> = line.split_whitespace().filter(|w| !is_place(w) && *w != "end").collect();
        let space = if out.is_empty() { "" } else { " " };
        out += &format!("{space}({}", what.join(" "));
        open.push(depth);
    }
    out + &")".repeat(open.len())
}

#[test]
fn places_are_those_of_gos_compiler() {
    let text = "package main\n\nfunc f(a int) {\n\tx := a.b +\n\t\tg(1)\n\tx++\n}\n";
    let tree = "\
package main 1:9
func f 3:1
  param a 3:8
    name int 3:10
  block 3:15 end 7:1
    define 4:4
      name x 4:2
      rhs: binary + 4:11
        selector b 4:9
          name a 4:7
        call 5:4
          name g 5:3
          arg: int 1 5:5
    ++ 6:3
      name x 6:2
";
    assert_eq!(read(text), Ok(tree.into()));
}

#[test]
fn operators_bind_as_in_go() {
    for (text, tree) in [
        ("a + b*c - d", "(binary - (binary + (name a) (binary * (name b) (name c))) (name d))"),
        (
            "a || b && c == d|e&^f",
            "(binary || (name a) (binary && (name b) (binary == (name c) (binary | (name d) (binary &^ (name e) (name f))))))",
        ),
        ("-a << b", "(binary << (unary - (name a)) (name b))"),
        ("*p.x", "(star (selector x (name p)))"),
        ("&T{}", "(addr (composite (type: name T)))"),
        ("<-c + 1", "(binary + (receive (name c)) (int 1))"),
        ("a - b - c", "(binary - (binary - (name a) (name b)) (name c))"),
        ("!-^x", "(unary ! (unary - (unary ^ (name x))))"),
    ] {
        assert_eq!(expr(text), tree, "{text}");
    }
}

#[test]
fn conversions_are_calls_and_indices_are_not_type_arguments() {
    for (text, tree) in [
        ("[]int(x)", "(call (slice type (name int)) (arg: name x))"),
        ("(*T)(x)", "(call (paren (star (name T))) (arg: name x))"),
        ("*[]T(x)", "(star (call (slice type (name T)) (arg: name x)))"),
        ("(func())(x)", "(call (paren (func type)) (arg: name x))"),
        ("interface{}(x)", "(call (interface type) (arg: name x))"),
        ("map[k]v(x)", "(call (map type (name k) (name v)) (arg: name x))"),
        ("chan int(x)", "(call (chan type (name int)) (arg: name x))"),
        ("<-chan int(x)", "(receive (call (chan type (name int)) (arg: name x)))"),
        ("(<-chan int)(x)", "(call (paren (<-chan type (name int))) (arg: name x))"),
        ("chan <- chan int(x)", "(call (chan<- type (chan type (name int))) (arg: name x))"),
        ("a[b](c)", "(call (index (name a) (name b)) (arg: name c))"),
        ("a[*b|c](d)", "(call (index (name a) (binary | (star (name b)) (name c))) (arg: name d))"),
        (
            "f(a < b, c > (d))",
            "(call (name f) (arg: binary < (name a) (name b)) (arg: binary > (name c) (paren (name d))))",
        ),
        ("new([3]int)", "(call (name new) (arg: array type (len: int 3) (name int)))"),
        ("make(map[k]v, n)", "(call (name make) (arg: map type (name k) (name v)) (arg: name n))"),
        ("x.make(1)", "(call (selector make (name x)) (arg: int 1))"),
        ("(*T).m", "(selector m (paren (star (name T))))"),
        ("interface{ m() }.m", "(selector m (interface type (method m)))"),
        ("x.(struct{ T }).m", "(selector m (assert (name x) (type: struct type (embedded (name T)))))"),
        ("a[i:j:k]", "(slice3 (name a) (low: name i) (high: name j) (max: name k))"),
        ("a[:]", "(slice (name a))"),
        ("f(a...)", "(call... (name f) (arg: name a))"),
    ] {
        assert_eq!(expr(text), tree, "{text}");
    }
}

#[test]
fn literals_nest_with_and_without_types() {
    for (text, tree) in [
        (
            "[]T{{1, 2}, {a: 3}}",
            "(composite (type: slice type (name T)) (composite (int 1) (int 2)) (composite (key: name a) (value: int 3)))",
        ),
        ("[...]int{5: 1}", "(composite (type: array type (name int)) (key: int 5) (value: int 1))"),
        (
            "map[P]int{{1}: 2}",
            "(composite (type: map type (name P) (name int)) (key: composite (int 1)) (value: int 2))",
        ),
        (
            "struct{ *a.T; b, c int `x` }{}",
            "(composite (type: struct type (embedded (star (selector T (name a)))) (field b `x` (name int)) (field c `x` (name int))))",
        ),
        ("`a\r\nb`", r"(string `a\r\nb`)"),
        ("0x1p-2 + 1_0 + 'a' + 1i", "(binary + (binary + (binary + (float 0x1p-2) (int 1_0)) (rune 'a')) (imag 1i))"),
    ] {
        assert_eq!(expr(text), tree, "{text}");
    }
}

#[test]
fn names_that_the_grammar_reserves_are_names() {
    let tree = statement("nil, true, iota, make, new, _ := 1, 2, 3, 4, new, make");
    assert!(tree.starts_with("(define (name nil) (name true) (name iota) (name make) (name new) (name _)"), "{tree}");
    assert_eq!(statement("new: goto new"), "(label new (goto (name new)))");
}

#[test]
fn parameters_share_types_as_in_go() {
    let signature = |text: &str| expr(&format!("func{text} {{}}")).replace(" (block)", "");
    assert_eq!(signature("(a, b int)"), "(func (param a (name int)) (param b (name int)))");
    assert_eq!(signature("(a, b)"), "(func (param (name a)) (param (name b)))");
    assert_eq!(signature("(int, ...string)"), "(func (param (name int)) (param... (name string)))");
    assert_eq!(
        signature("(a, b int, c ...T) (x, y int)"),
        "(func (param a (name int)) (param b (name int)) (param... c (name T)) (result x (name int)) (result y (name int)))"
    );
}

#[test]
fn constants_without_values_repeat_those_before() {
    let tree = "(const 0 (name a) (type: name T) (value: name iota)) (const 1 implicit (name b) (type: name T) (value: name iota)) \
                (const 2 (name c) (value: int 1)) (const 3 implicit (name d) (value: int 1))";
    assert_eq!(statement("const (\na T = iota\nb\nc = 1\nd)"), tree);
}

#[test]
fn empty_statements_vanish_but_behind_labels() {
    assert_eq!(statement(";;; x() ;; ; {;}"), "(expression (call (name x))) (block)");
    assert_eq!(statement("L: ; x()"), "(label L (empty)) (expression (call (name x)))");
    assert_eq!(statement("{ L: M: }"), "(block (label L (label M (empty))))");
    assert_eq!(statement("switch ; { case x: ; ; y() }"), "(switch (case (of: name x) (expression (call (name y)))))");
    assert_eq!(statement("for ;; {}"), "(for (block))");
    assert_eq!(statement("for ; x ; {;}"), "(for (condition: name x) (block))");
}

#[test]
fn a_brace_after_a_name_in_a_header_begins_the_body() {
    assert_eq!(statement("if x == (T{}) {}"), "(if (binary == (name x) (paren (composite (type: name T)))) (block))");
    assert_eq!(statement("for range x {}"), "(range (name x) (block))");
    assert_eq!(
        statement("for _, x := range []T{y} {}"),
        "(range define (key: name _) (value: name x) (composite (type: slice type (name T)) (name y)) (block))"
    );
    assert_eq!(statement("switch x { case y: }"), "(switch (tag: name x) (case (of: name y)))");
}

#[test]
fn switches_on_types_have_names_and_first_statements() {
    assert_eq!(
        statement("switch a := b; x := y.(type) { case nil, []int: default: z() }"),
        "(type switch (init: define (name a) (rhs: name b)) (define: name x) (name y) (case (of: name nil) (of: slice \
         type (name int))) (default (expression (call (name z)))))"
    );
    assert_eq!(statement("switch f().(type) {}"), "(type switch (call (name f)))");
}

#[test]
fn the_clauses_of_select_are_statements() {
    assert_eq!(
        statement("select { case <-c: case x, ok := <-c: case a[0] = <-c: case c <- 1: y(); default: }"),
        "(select (case (on: expression (receive (name c)))) (case (on: define (name x) (name ok) (rhs: receive (name c)))) \
         (case (on: assign (index (name a) (int 0)) (rhs: receive (name c)))) (case (on: send (name c) (int 1)) (expression \
         (call (name y)))) (default))"
    );
}

#[test]
fn directives_belong_to_the_function_below() {
    let tree =
        read("package p\n//go:noinline\n//go:noescape\nfunc f()\n\nfunc g() {\n//go:nosplit\n}\nvar x int\n").unwrap();
    let pragmas: Vec<_> = tree.lines().filter(|l| l.contains("pragma")).collect();
    assert_eq!(pragmas, ["  pragma go:noinline 4:1", "  pragma go:noescape 4:1"]);
}

#[test]
fn an_array_of_a_product_is_no_type_parameter() {
    assert_eq!(
        statement("type T [N * M | K]int"),
        "(type T (array type (len: binary | (binary * (name N) (name M)) (name K)) (name int)))"
    );
}

#[test]
fn type_parameters_are_refused_by_name() {
    for text in [
        "func f[T any](x T) {}",
        "type T[P any] struct{}",
        "type T[P *C,] int",
        "type T = U[int]",
        "type T interface{ ~int | string }",
        "type T interface{ *int }",
        "var x T[int]",
        "var x = f[int, string](1)",
        "var x = f[int,]",
        "var x = T[a, b]{}",
        "type T struct{ U[int] }",
    ] {
        let refused = (Fault::Unsupported, "2: type parameters".into());
        assert_eq!(read(&format!("package p\n{text}\n")).map_err(|list| list[0].clone()), Err(refused), "{text}");
    }
}

#[test]
fn a_mark_before_all_else_is_ignored_and_one_elsewhere_is_not() {
    assert!(read("\u{feff}package p\n").is_ok());
    let messages = |list: &[&str]| Err(list.iter().map(|m| (Fault::Wrong, m.to_string())).collect());
    assert_eq!(read("package p\nvar x = \"\u{feff}\"\n"), messages(&["2: invalid BOM in the middle of the file"]));
    assert_eq!(read("package p\n// \0\n"), messages(&["2: invalid NUL character"]));
}

#[test]
fn errors_of_tokens_and_the_first_of_syntax_are_all_told() {
    let messages = [
        "2: unknown escape",
        "3: invalid digit '8' in octal literal",
        "4: syntax error: unexpected 2 at end of statement",
    ];
    let text = "package p\nfunc f() { x(\"\\q\")\nx = 08\ny = 1 2\nz = 3 4 }\n";
    let messages = messages.map(|m| (Fault::Wrong, m.replace("unexpected 2", "unexpected literal 2")));
    assert_eq!(read(text), Err(messages.to_vec()));
}
