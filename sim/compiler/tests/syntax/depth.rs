//! Depth and noise: whatever the text, the answer is a tree or a message.

use crate::ours;
use compiler::diagnostic::Fault;
use proptest::prelude::*;

/// What nests: the text before, repeated, inside, repeated, and after.
const FORMS: &[(&str, &str, &str, &str, &str)] = &[
    ("func main() {\nx = ", "(", "1", ")", "\n}"),
    ("func main() {\nx = ", "- ", "1", "", "\n}"),
    ("var x ", "*", "int", "", ""),
    ("var x ", "[]", "int", "", ""),
    ("var x ", "[3]", "int", "", ""),
    ("var x ", "map[int]", "int", "", ""),
    ("var x ", "chan ", "int", "", ""),
    ("var x ", "<-chan ", "int", "", ""),
    ("var x ", "func() ", "int", "", ""),
    ("var x ", "struct { a ", "int", "}", ""),
    ("var x ", "interface { f(a ", "int", ") }", ""),
    ("func main() {\n", "{", "", "}", "\n}"),
    ("func main() {\n", "if x {", "", "}", "\n}"),
    ("func main() {\n", "if x {} else ", "{}", "", "\n}"),
    ("func main() {\n", "switch { case x: ", "", "}", "\n}"),
    ("func main() {\n", "select { case <-x: ", "", "}", "\n}"),
    ("func main() {\n", "for {", "", "}", "\n}"),
    ("func main() {\n", "func() {", "", "}()", "\n}"),
    ("func main() {\n", "L: ", "", "", "\n}"),
    ("func main() {\nx = 1", " + 1", "", "", "\n}"),
    ("func main() {\nx = ", "a || b && ", "c", "", "\n}"),
    ("func main() {\nf", "()", "", "", "\n}"),
    ("func main() {\nx = y", ".a", "", "", "\n}"),
    ("func main() {\nx = y", "[0]", "", "", "\n}"),
    ("func main() {\nx = y", ".(T)", "", "", "\n}"),
    ("func main() {\nx = ", "a[", "0", "]", "\n}"),
    ("func main() {\nx = ", "a[b](", "0", ")", "\n}"),
    ("func main() {\nx = ", "(*a)(", "0", ")", "\n}"),
    ("func main() {\nx = ", "[]T(", "0", ")", "\n}"),
    ("func main() {\nx = T", "{", "", "}", "\n}"),
    ("type T ", "[P * (Q", "", ")]int", ""),
    ("func main() {\n", "type T [a([func() {", "", "", ""),
    ("func main() {\n", "type T [a[func() {", "", "", ""),
    ("func f", "(", "", "", ""),
];

fn nested(form: &(&str, &str, &str, &str, &str), depth: usize) -> String {
    let (before, open, inside, close, after) = form;
    format!("package p\n{before}{}{inside}{}{after}\n", open.repeat(depth), close.repeat(depth))
}

fn refused_for_depth(text: &str) -> bool {
    matches!(ours(text), Err(list) if list[0].0 == Fault::Unsupported && list[0].1.2.starts_with("nesting"))
}

#[test]
fn what_nests_too_deep_is_refused_and_what_is_just_below_fits_the_stack() {
    for form in FORMS {
        let deep = refused_for_depth(&nested(form, 10_000));
        let syntax = ours(&nested(form, 3)).is_err();
        assert!(deep || syntax, "{form:?} is accepted at any depth");
        // The deepest that is not refused: this thread's stack has 2 MiB.
        let (mut low, mut high) = (0, 10_000);
        while deep && high - low > 1 {
            let middle = usize::midpoint(low, high);
            if refused_for_depth(&nested(form, middle)) { high = middle } else { low = middle }
        }
        assert!(!deep || low >= 150, "{form:?} is refused from {low} on");
    }
}

/// Tokens, and what only looks like some.
fn noise() -> impl Strategy<Value = String> {
    let words = "package p ; func main ( ) { } [ ] , . ... : := = + - * / & | ^ < > <- ++ == ! ~ x T int 1 0x 'a' \" ` if else \
                 for range switch case default select go defer return break goto var const type struct interface map chan \
                 import make new nil _ // /* */ é \u{feff} \0 \n";
    let word = prop::sample::select(words.split(' ').map(String::from).collect::<Vec<_>>());
    prop::collection::vec(prop_oneof![9 => word, 1 => any::<char>().prop_map(String::from)], 0..60)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(text in any::<String>()) {
        let _ = ours(&text);
    }

    #[test]
    fn any_tokens_get_an_answer(text in noise(), inside in any::<bool>()) {
        let _ = ours(&text);
        let _ = ours(&if inside { format!("package p\nfunc f() {{\n{text}\n}}\n") } else { format!("package p\n{text}\n") });
    }
}
