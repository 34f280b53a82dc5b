//! Where the functions of a Go file are, by its layout alone: gofmt puts `func` and the closing brace at the margin.

use regex::Regex;
use std::sync::LazyLock;

/// A function with a body, at the top level.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Function {
    /// `f`, or `(*T).f` for a method.
    pub name: String,
    /// The line of `func`, from 1.
    pub first: usize,
    /// The line of the closing brace.
    pub last: usize,
}

impl Function {
    /// Is this line one of its own?
    pub fn holds(&self, line: usize) -> bool {
        (self.first..=self.last).contains(&line)
    }
}

static HEAD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^func\s+(?:\(\s*(?:\w+\s+)?([^)]*)\)\s*)?(\w+)").expect("it is right"));
static TYPE_BODY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:interface|struct)\s*\{[^{}]*\}").expect("it is right"));

/// The functions of a file, in its order.
pub fn functions(source: &str) -> Vec<Function> {
    let mut all = Vec::new();
    let mut open: Option<(String, usize)> = None;
    for (line, text) in (1..).zip(source.lines()) {
        if let Some(head) = HEAD.captures(text) {
            let name = match head.get(1) {
                Some(receiver) => format!("({}).{}", receiver.as_str().trim(), &head[2]),
                None => head[2].to_owned(),
            };
            let code = text.split(" // ").next().unwrap_or_default().trim_end();
            if code.ends_with('{') {
                open = Some((name, line));
            } else if TYPE_BODY.replace_all(code, "").contains('{') || super::ERROR.is_match(text) {
                // All on one line; and a prototype without a body may still have something to say.
                all.push(Function { name, first: line, last: line });
            }
        } else if text.starts_with('}')
            && let Some((name, first)) = open.take()
        {
            all.push(Function { name, first, last: line });
        }
    }
    all
}

/// The source with the bodies of some functions taken out, line for line; their heads stay, so that others can call them.
///
/// What stands on one line goes whole.
pub fn without_bodies(source: &str, out: &[&Function]) -> String {
    let mut text = String::new();
    for (line, whole) in (1..).zip(source.split_inclusive('\n')) {
        match out.iter().find(|f| f.holds(line)) {
            None => text.push_str(whole),
            Some(f) => {
                if line == f.first && f.last > f.first {
                    text.push_str(
                        whole.split(" // ").next().unwrap_or_default().trim_end().trim_end_matches('{').trim_end(),
                    );
                }
                text.push('\n');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "package p\n\nfunc f(x struct{ a int }) int // no body\n\nfunc g() {\n\tx := func() {\n\t}\n}\n\n\
                          func (t *T) m() {}\nfunc (T) n() { // n\n}\n";

    #[test]
    fn functions_are_found_by_their_margins() {
        let found: Vec<_> = functions(SOURCE).into_iter().map(|f| (f.name, f.first, f.last)).collect();
        assert_eq!(found, [("g".to_owned(), 5, 8), ("(*T).m".to_owned(), 10, 10), ("(T).n".to_owned(), 11, 12)]);
    }

    #[test]
    fn a_body_that_is_taken_out_leaves_its_head_and_the_other_lines_where_they_were() {
        let all = functions(SOURCE);
        let rest = without_bodies(SOURCE, &[&all[0], &all[1]]);
        let lines: Vec<&str> = rest.lines().collect();
        assert_eq!(lines.len(), SOURCE.lines().count());
        assert_eq!((lines[4], lines[5], lines[7], lines[9]), ("func g()", "", "", ""));
        assert_eq!(functions(&rest), all[2..]);
    }
}
