//! A Go program as a tree: what the generator builds, what is printed, and what shrinks.
//!
//! A node is a template with holes: `node!("map read", "$[$]", m, k)` prints `m[k]`. The text between the holes is
//! fixed; a hole holds another node, a name, a type, a list or a block of statements. So one walk finds every name,
//! one printer prints every form, and one shrinker takes away from every form.
//!
//! | hole | holds |
//! | --- | --- |
//! | `$` | anything |
//! | `#` | an expression that Go must not be able to compute while it compiles |
//!
//! The second kind is for operands over which Go 1.19 refuses a constant: the divisor that is 0, the index that is too
//! large, the sum that overflows its type. [`Node::is_sound`] says whether a tree keeps to it.
//!
//! Names are unique in a program, so scopes need no care: a tree whose used names are all declared stays so when
//! parts are taken away, unless a declaration goes, which [`Node::is_sound`] sees.

use super::types::Ty;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::slice::from_ref;

/// A name of the program's own: a stem and a number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Name {
    /// What it begins with: `v` of a variable, `T` of a type.
    pub stem: &'static str,
    /// What makes it unique; 0 is not printed.
    pub id: u32,
    /// Whether it is of the package: then the program's prefix goes before it.
    pub top: bool,
}

impl Name {
    /// The hole that declares a variable, which Go wants used.
    pub fn declared(self) -> Part {
        Part::Name(self, Role::Declared)
    }

    /// The hole that declares what need not be used: parameters, methods, all of the package.
    pub fn given(self) -> Part {
        Part::Name(self, Role::Given)
    }

    /// The hole that reads it.
    pub fn used(self) -> Part {
        Part::Name(self, Role::Used)
    }

    /// The hole that assigns to it and is no use in Go's sense.
    pub fn assigned(self) -> Part {
        Part::Name(self, Role::Assigned)
    }

    /// The hole before a statement that it labels.
    pub fn label(self) -> Part {
        Part::Name(self, Role::Label)
    }

    /// As printed in a program whose prefix is `prefix`.
    pub fn spelled(self, prefix: &str) -> String {
        let (prefix, id) = (if self.top { prefix } else { "" }, self.id);
        if id == 0 { format!("{prefix}{}", self.stem) } else { format!("{prefix}{}{id}", self.stem) }
    }
}

/// What a name does where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Declares a variable.
    Declared,
    /// Declares what need not be used.
    Given,
    /// Reads.
    Used,
    /// Assigns.
    Assigned,
    /// Labels the statement after it, if anything jumps there.
    Label,
}

/// What a template is made of.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    /// Go as it is.
    Text(Cow<'static, str>),
    /// A name.
    Name(Name, Role),
    /// A type.
    Type(Ty),
    /// A package of Go's, which is imported where it is named.
    Package(&'static str),
    /// An expression, or the piece of a statement.
    Node(Node),
    /// An expression that must not be constant.
    Varying(Node),
    /// Expressions with commas between: as many as there have to be.
    Fixed(Vec<Node>),
    /// Expressions with commas between: any number of them.
    Free(Vec<Node>),
    /// Statements, one to a line.
    Block(Vec<Node>),
}

impl From<Node> for Part {
    fn from(node: Node) -> Part {
        Part::Node(node)
    }
}

impl From<&Ty> for Part {
    fn from(ty: &Ty) -> Part {
        Part::Type(ty.clone())
    }
}

impl From<Vec<Node>> for Part {
    fn from(block: Vec<Node>) -> Part {
        Part::Block(block)
    }
}

impl From<&'static str> for Part {
    fn from(text: &'static str) -> Part {
        Part::Text(text.into())
    }
}

impl From<String> for Part {
    fn from(text: String) -> Part {
        Part::Text(text.into())
    }
}

/// One form of the language with what fills it.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// What it shows: the line of the histogram that counts it.
    pub form: &'static str,
    /// Its type, if it is an expression.
    pub ty: Option<Ty>,
    /// Whether Go computes it while it compiles.
    pub constant: bool,
    /// What it prints, in order.
    pub parts: Vec<Part>,
}

/// A node from a template and what goes into its holes; see [`Node::new`].
macro_rules! node {
    ($form:expr, $template:expr $(, $part:expr)* $(,)?) => {
        $crate::gogen::tree::Node::new($form, $template, vec![$($crate::gogen::tree::Part::from($part)),*])
    };
}
pub(super) use node;

impl Node {
    /// A statement or declaration; [`Node::of`] makes it an expression.
    ///
    /// # Panics
    /// If there are more or fewer holes than parts.
    pub fn new(form: &'static str, template: &'static str, parts: Vec<Part>) -> Node {
        let mut filled = Vec::with_capacity(2 * parts.len() + 1);
        let mut parts = parts.into_iter();
        let mut rest = template;
        while let Some(at) = rest.find(['$', '#']) {
            if at > 0 {
                filled.push(Part::Text(rest[..at].into()));
            }
            let part = parts.next().unwrap_or_else(|| panic!("{form}: too few parts for {template}"));
            filled.push(match part {
                Part::Node(node) if rest[at..].starts_with('#') => Part::Varying(node),
                part => part,
            });
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            filled.push(Part::Text(rest.into()));
        }
        assert!(parts.next().is_none(), "{form}: too many parts for {template}");
        Node { form, ty: None, constant: false, parts: filled }
    }

    /// The same as an expression of this type.
    pub fn of(mut self, ty: &Ty) -> Node {
        self.ty = Some(ty.clone());
        self
    }

    /// The same as a constant.
    pub fn constant(mut self) -> Node {
        self.constant = true;
        self
    }

    /// The nodes in its holes.
    pub fn children(&self) -> impl Iterator<Item = &Node> {
        self.parts.iter().flat_map(|part| match part {
            Part::Node(node) | Part::Varying(node) => from_ref(node),
            Part::Fixed(nodes) | Part::Free(nodes) | Part::Block(nodes) => nodes,
            _ => &[],
        })
    }

    /// The same, to change.
    pub fn children_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        self.parts.iter_mut().flat_map(|part| match part {
            Part::Node(node) | Part::Varying(node) => std::slice::from_mut(node),
            Part::Fixed(nodes) | Part::Free(nodes) | Part::Block(nodes) => nodes.as_mut_slice(),
            _ => &mut [],
        })
    }

    /// Itself and all below it, each before its children.
    pub fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a Node)) {
        see(self);
        self.children().for_each(|child| child.visit(see));
    }

    /// Names with one of these roles, here and below.
    pub fn names(&self, roles: &[Role]) -> BTreeSet<Name> {
        let mut found = BTreeSet::new();
        self.visit(&mut |node| {
            for part in &node.parts {
                match part {
                    Part::Name(name, role) if roles.contains(role) => found.extend([*name]),
                    Part::Type(ty) if roles.contains(&Role::Used) => ty.names(&mut |name| found.extend([name])),
                    _ => {}
                }
            }
        });
        found
    }

    /// Whether all names that are used are declared, and nothing is constant where it must not be.
    pub fn is_sound(&self) -> bool {
        let mut constants = false;
        self.visit(&mut |node| {
            constants |= node.parts.iter().any(|part| matches!(part, Part::Varying(node) if node.constant));
        });
        let declared = self.names(&[Role::Declared, Role::Given, Role::Label]);
        !constants && self.names(&[Role::Used, Role::Assigned]).is_subset(&declared)
    }
}

/// Go's source of a whole program, whose one part is the block of its declarations.
///
/// Names of the package begin with `prefix`, so that many programs can make one package.
pub fn source(program: &Node, prefix: &str) -> String {
    let mut printer = Printer {
        prefix,
        out: String::new(),
        indent: 0,
        used: program.names(&[Role::Used]),
        packages: BTreeSet::new(),
    };
    let mut spread = true;
    for item in program.children() {
        let at = printer.out.len();
        printer.node(item);
        let spreads = printer.out[at..].contains('\n');
        if spread || spreads {
            printer.out.insert(at, '\n');
        }
        spread = spreads;
        printer.out.push('\n');
    }
    let imports: String = printer.packages.iter().map(|p| format!("import \"{p}\"\n")).collect();
    format!("package main\n{}{imports}{}", if imports.is_empty() { "" } else { "\n" }, printer.out)
}

struct Printer<'a> {
    prefix: &'a str,
    out: String,
    indent: usize,
    used: BTreeSet<Name>,
    packages: BTreeSet<&'static str>,
}

impl Printer<'_> {
    fn text(&mut self, text: &str) {
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.line();
            }
            self.out.push_str(line);
        }
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n('\t', self.indent));
    }

    /// Prints a node; what it declares and nobody uses is used by an empty assignment, in its next block or after it.
    fn node(&mut self, node: &Node) {
        let mut unused = Vec::new();
        for (i, part) in node.parts.iter().enumerate() {
            match part {
                Part::Text(text) => self.text(text),
                Part::Name(name, role) => {
                    if *role == Role::Label {
                        if self.used.contains(name) {
                            self.out.push_str(&format!("{}:", name.spelled(self.prefix)));
                            self.line();
                        }
                        continue;
                    }
                    if *role == Role::Declared && !self.used.contains(name) {
                        unused.push(*name);
                    }
                    self.out.push_str(&name.spelled(self.prefix));
                }
                Part::Type(ty) => self.out.push_str(&ty.spelled(self.prefix)),
                Part::Package(package) => {
                    self.packages.insert(package);
                    self.out.push_str(package);
                }
                Part::Node(node) | Part::Varying(node) => self.node(node),
                Part::Fixed(nodes) | Part::Free(nodes) => {
                    for (i, node) in nodes.iter().enumerate() {
                        self.out.push_str(if i > 0 { ", " } else { "" });
                        self.node(node);
                    }
                }
                Part::Block(nodes) => {
                    self.indent += 1;
                    self.use_all(&mut unused);
                    for node in nodes {
                        self.line();
                        self.node(node);
                    }
                    self.indent -= 1;
                    let closes = i + 1 < node.parts.len();
                    if closes && !self.out.ends_with('{') {
                        self.line();
                    }
                }
            }
        }
        self.use_all(&mut unused);
    }

    fn use_all(&mut self, unused: &mut Vec<Name>) {
        for name in unused.drain(..) {
            self.line();
            self.out.push_str(&format!("_ = {}", name.spelled(self.prefix)));
        }
    }
}

impl fmt::Display for Node {
    /// The source of a whole program.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&source(self, ""))
    }
}
