//! Texts that are nearly Go: mutants of Go files, soups of their tokens, and noise.
//!
//! A mutant is a file in which some tokens or lines were taken away, doubled, exchanged, or replaced by such of this
//! or of another file. Most replacements are of the same kind (a name for a name, a bracket's contents for another's),
//! so that many mutants get past the parser, and some past the type checker.

use rand::{Rng, RngExt};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A file longer than this is no good start: its mutants take long, and are about nothing in particular.
const LONGEST: usize = 20_000;

/// What neither the files have nor a mutation makes, and some that they have too seldom.
const ODD: [&str; 40] = [
    "9223372036854775807",
    "-9223372036854775808",
    "1e400",
    "0x1p-1074",
    "1i",
    "1<<63",
    "1<<9999",
    "'\\x00'",
    "\"\\xff\"",
    "``",
    "nil",
    "iota",
    "_",
    "len",
    "cap",
    "append",
    "copy",
    "delete",
    "recover()",
    "panic(nil)",
    "new",
    "make",
    "complex",
    "map[interface{}]interface{}",
    "[...]int",
    "[1<<40]int",
    "[0]int",
    "struct{}",
    "interface{}",
    "func()",
    "defer",
    "goto",
    "fallthrough",
    "select {}",
    "...",
    ":=",
    "<-",
    "&^=",
    "\0",
    "é",
];

static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    let parts = [
        r"(?P<name>[\pL_][\pL\d_]*)",
        r#"(?P<value>\d[\w.]*|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*')"#,
        r"(?P<open>[({\[])",
        r"(?P<close>[)}\]])",
        r"(?P<sign>\.\.\.|<<=|>>=|&\^=?|[-+*/%&|^<>=!:]=|<-|\+\+|--|&&|\|\||<<|>>|.)",
    ];
    Regex::new(&format!(r"(?s)(?P<space>(?:\s|//[^\n]*|/\*.*?\*/)*)(?:{})", parts.join("|"))).expect("it is right")
});

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Keyword,
    Name,
    Value,
    Open,
    Close,
    Sign,
}

const KEYWORDS: [&str; 25] = [
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

/// A token, and whether it is the first of its line.
#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    text: String,
    begins_line: bool,
    after_space: bool,
}

fn tokens(text: &str) -> Vec<Token> {
    let token = |found: regex::Captures<'_>| {
        let kinds = [
            ("name", Kind::Name),
            ("value", Kind::Value),
            ("open", Kind::Open),
            ("close", Kind::Close),
            ("sign", Kind::Sign),
        ];
        let (text, kind) = kinds.iter().find_map(|(name, kind)| Some((found.name(name)?.as_str(), *kind)))?;
        let kind = if KEYWORDS.contains(&text) { Kind::Keyword } else { kind };
        let space = &found["space"];
        Some(Token { kind, text: text.to_owned(), begins_line: space.contains('\n'), after_space: !space.is_empty() })
    };
    TOKEN.captures_iter(text).filter_map(token).filter(|token| !token.text.trim().is_empty()).collect()
}

fn print(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        text.push_str(if token.begins_line {
            "\n"
        } else if token.after_space {
            " "
        } else {
            ""
        });
        text.push_str(&token.text);
    }
    text + "\n"
}

/// Go files to start from.
#[derive(Debug)]
pub struct Corpus {
    files: Vec<Vec<Token>>,
}

impl Corpus {
    /// Of these texts those that are short enough.
    ///
    /// # Panics
    /// If none is.
    pub fn new(texts: impl IntoIterator<Item = String>) -> Corpus {
        let files: Vec<_> = texts.into_iter().filter(|t| t.len() <= LONGEST).map(|t| tokens(&t)).collect();
        let files: Vec<_> = files.into_iter().filter(|f| f.len() > 10).collect();
        assert!(!files.is_empty(), "no file is short enough");
        Corpus { files }
    }

    /// How many files it has.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Is there none? There is always one.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// A text: a mutant, mostly.
    pub fn draw(&self, rng: &mut impl Rng) -> String {
        match rng.random_range(0..100) {
            0..3 => noise(rng),
            3..8 => self.soup(rng),
            8..12 => spoiled(print(&self.mutant(rng)), rng),
            _ => print(&self.mutant(rng)),
        }
    }

    fn file(&self, rng: &mut impl Rng) -> &[Token] {
        &self.files[rng.random_range(0..self.files.len())]
    }

    /// Tokens of all files, one after the other, as the body of a function or as they are.
    fn soup(&self, rng: &mut impl Rng) -> String {
        let mut soup = Vec::new();
        for _ in 0..rng.random_range(1..60) {
            let file = self.file(rng);
            let from = rng.random_range(0..file.len());
            soup.extend_from_slice(&file[from..file.len().min(from + rng.random_range(1..4))]);
        }
        let body = print(&soup);
        if rng.random_bool(0.8) { format!("package main\nfunc main() {{\n{body}\n}}\n") } else { body }
    }

    fn mutant(&self, rng: &mut impl Rng) -> Vec<Token> {
        let mut mutant = self.file(rng).to_vec();
        // Few changes at a time: the more, the fewer mutants mean anything.
        let changes = [1, 1, 1, 1, 2, 2, 3, 5, 8][rng.random_range(0..9)];
        for _ in 0..changes {
            let other = if rng.random_bool(0.5) { self.file(rng).to_vec() } else { mutant.clone() };
            change(&mut mutant, &other, rng);
            if mutant.is_empty() {
                break;
            }
        }
        mutant
    }
}

/// A short run of tokens.
fn run(of: &[Token], rng: &mut impl Rng) -> Range<usize> {
    let from = rng.random_range(0..of.len());
    from..of.len().min(from + [1, 1, 1, 2, 3, 5, 10][rng.random_range(0..7)])
}

/// A few whole lines.
fn lines(of: &[Token], rng: &mut impl Rng) -> Range<usize> {
    let at = rng.random_range(0..of.len());
    let from = of[..=at].iter().rposition(|t| t.begins_line).unwrap_or(0);
    let mut until = at + 1;
    for _ in 0..rng.random_range(1..4) {
        let more = of[until..].iter().skip(1).position(|t| t.begins_line);
        until = more.map_or(of.len(), |n| until + 1 + n);
    }
    from..until.max(from + 1).min(of.len())
}

/// What stands between a bracket and the one that closes it, both included.
fn group(of: &[Token], opens: Option<&str>, rng: &mut impl Rng) -> Option<Range<usize>> {
    let fits = |t: &Token| t.kind == Kind::Open && opens.is_none_or(|text| t.text == text);
    let places: Vec<usize> = (0..of.len()).filter(|&at| fits(&of[at])).collect();
    let from = *places.get(rng.random_range(0..places.len().max(1)))?;
    let mut depth = 0;
    for (at, token) in of.iter().enumerate().skip(from) {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(from..at + 1);
        }
    }
    None
}

/// Another token of the same kind.
fn alike<'t>(token: &Token, other: &'t [Token], rng: &mut impl Rng) -> Option<&'t Token> {
    (0..20).map(|_| &other[rng.random_range(0..other.len())]).find(|t| t.kind == token.kind && t.text != token.text)
}

fn change(mutant: &mut Vec<Token>, other: &[Token], rng: &mut impl Rng) {
    let some = run(mutant, rng);
    let at = some.start;
    match rng.random_range(0..20) {
        0 => drop(mutant.drain(some)),
        1 => {
            let again = mutant[some].to_vec();
            drop(mutant.splice(at..at, again));
        }
        2 => {
            let to = rng.random_range(0..mutant.len());
            mutant.swap(at, to);
        }
        3 => mutant[at].text = ODD[rng.random_range(0..ODD.len())].to_owned(),
        4 => drop(mutant.splice(some, other[run(other, rng)].to_vec())),
        5 => {
            let lines = lines(mutant, rng);
            drop(mutant.drain(lines));
        }
        6 => {
            let lines = mutant[lines(mutant, rng)].to_vec();
            drop(mutant.splice(at..at, lines));
        }
        7 => {
            let to = lines(mutant, rng).start;
            drop(mutant.splice(to..to, other[lines(other, rng)].to_vec()));
        }
        8 => {
            mutant.truncate(at + 1);
            mutant.extend_from_slice(&other[rng.random_range(0..other.len())..]);
        }
        9..12 => {
            let Some(mine) = group(mutant, None, rng) else { return };
            let Some(theirs) = group(other, Some(&mutant[mine.start].text), rng) else { return };
            drop(mutant.splice(mine, other[theirs].to_vec()));
        }
        // Most often a token for another of its kind: that is what gets far.
        _ => {
            if let Some(token) = alike(&mutant[at], other, rng) {
                mutant[at].text.clone_from(&token.text);
            }
        }
    }
}

/// Bytes of a text replaced, taken away or added.
fn spoiled(text: String, rng: &mut impl Rng) -> String {
    let mut bytes = text.into_bytes();
    for _ in 0..rng.random_range(1..5) {
        let at = rng.random_range(0..bytes.len());
        match rng.random_range(0..3) {
            0 => bytes[at] ^= 1 << rng.random_range(0..8),
            1 => drop(bytes.remove(at)),
            _ => bytes.insert(at, rng.random()),
        }
        if bytes.is_empty() {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn noise(rng: &mut impl Rng) -> String {
    let bytes: Vec<u8> = (0..rng.random_range(0..300)).map(|_| rng.random()).collect();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if rng.random_bool(0.5) { format!("package main\nfunc main() {{\n{text}\n}}\n") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_changed_is_printed_as_it_was_but_for_comments_and_spaces() {
        let text = "package main\n\nfunc f(x ...int) { // no\n\tx[0] <<= 0x1p-2 &^ 'a' /* no */ + \"a\\\"b\"\n}\n";
        let printed = print(&tokens(text));
        assert_eq!(printed, "package main\nfunc f(x ...int) {\nx[0] <<= 0x1p-2 &^ 'a' + \"a\\\"b\"\n}\n");
        assert_eq!(print(&tokens(&printed)), printed);
    }
}
