//! Code made by hand, for tests and benchmarks of the machine.
#![allow(dead_code, reason = "each user needs a part of it")]

use compiler::code::{Code, Function, Globals, Op, SiteInfo, Static};
use compiler::runtime::Rt;
use compiler::source::Pos;
use compiler::types::{Ty, Types};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A program in the making.
pub struct Asm {
    pub types: Types,
    pub code: Code,
}

/// A function in the making: results, parameters, then the rest up to word [`FRAME`], and the outgoing area.
#[derive(Default)]
pub struct Body {
    ops: Vec<Op>,
    maps: Vec<(u32, Arc<[u32]>)>,
    labels: BTreeMap<&'static str, usize>,
    jumps: Vec<(usize, &'static str)>,
    entry: Vec<u32>,
    closure: Option<u32>,
    recover: Option<&'static str>,
    wrapper: bool,
}

/// Where outgoing areas start.
pub const FRAME: u16 = 64;

impl Asm {
    pub fn new() -> Asm {
        let code = Code {
            funcs: Vec::new(),
            init: 0,
            main: 0,
            types: Arc::new(Types::new()),
            descriptors: Vec::new(),
            methods: Vec::new(),
            method_sets: BTreeMap::new(),
            natives: Vec::new(),
            constants: Vec::new(),
            statics: Static::default(),
            globals: Globals::default(),
            sites: vec![SiteInfo { name: "main.go:1 store".into(), pos: Pos::NONE }],
            moves: Vec::new(),
            groups: Vec::new(),
        };
        let mut asm = Asm { types: Types::new(), code };
        asm.code.init = asm.func("main.init", Body::new().op(Op::Return));
        asm
    }

    /// The index of a descriptor.
    pub fn descriptor(&mut self, ty: Ty) -> u32 {
        let found = self.code.descriptors.iter().position(|&d| d == ty);
        found.unwrap_or_else(|| {
            self.code.descriptors.push(ty);
            self.code.descriptors.len() - 1
        }) as u32
    }

    /// Adds a function.
    pub fn func(&mut self, name: &str, mut body: Body) -> u32 {
        for &(at, label) in &body.jumps {
            let to = body.labels[label] as i32 - (at as i32 + 1);
            set_target(&mut body.ops[at], to);
        }
        self.code.funcs.push(Function {
            name: name.into(),
            ops: body.ops,
            results: 0,
            params: 0,
            closure: body.closure,
            frame: u32::from(FRAME),
            reach: u32::from(FRAME) + 32,
            entry: body.entry.into(),
            maps: body.maps,
            recover: body.recover.map(|label| body.labels[label] as u32),
            lines: Vec::new(),
            names: Vec::new(),
            unsigned: Vec::new(),
            wrapper: body.wrapper,
        });
        self.code.funcs.len() as u32 - 1
    }

    /// The next function's number.
    pub fn next(&self) -> u32 {
        self.code.funcs.len() as u32
    }

    /// The offset of a string among the read-only data.
    pub fn text(&mut self, text: &str) -> u32 {
        let words = &mut self.code.statics.words;
        let at = words.len() as u32 * 8;
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            words.push(u64::from_le_bytes(word));
        }
        at
    }

    /// The offset of a closure that captures nothing.
    pub fn closure(&mut self, func: u32) -> u32 {
        self.code.statics.words.push(u64::from(func));
        (self.code.statics.words.len() as u32 - 1) * 8
    }

    /// The program; the last function is `main`.
    pub fn finish(mut self) -> Arc<Code> {
        self.code.main = self.code.funcs.len() as u32 - 1;
        self.code.types = Arc::new(self.types);
        Arc::new(self.code)
    }
}

impl Body {
    pub fn new() -> Body {
        Body::default()
    }

    /// The words that are pointers on entry.
    pub fn entry(mut self, words: &[u32]) -> Body {
        self.entry = words.to_vec();
        self
    }

    /// The word for the closure, a pointer on entry.
    pub fn closure(mut self, word: u32) -> Body {
        self.closure = Some(word);
        self.entry.push(word);
        self
    }

    /// Where it goes on after a recovered panic.
    pub fn recover(mut self, label: &'static str) -> Body {
        self.recover = Some(label);
        self
    }

    pub fn wrapper(mut self) -> Body {
        self.wrapper = true;
        self
    }

    /// An instruction that is no safepoint.
    pub fn op(mut self, op: Op) -> Body {
        self.ops.push(op);
        self
    }

    pub fn ops(mut self, ops: &[Op]) -> Body {
        self.ops.extend_from_slice(ops);
        self
    }

    /// A safepoint, with the words that are live pointers.
    pub fn at(mut self, op: Op, live: &[u32]) -> Body {
        self.maps.push((self.ops.len() as u32, live.into()));
        self.ops.push(op);
        self
    }

    /// A call of a runtime routine, with its outgoing area at [`FRAME`].
    pub fn rt(self, rt: Rt, live: &[u32]) -> Body {
        self.at(Op::CallRt { rt, base: FRAME, site: 0 }, live)
    }

    /// A call of a function, likewise.
    pub fn call(self, func: u32, live: &[u32]) -> Body {
        self.at(Op::Call { func, base: FRAME }, live)
    }

    pub fn label(mut self, label: &'static str) -> Body {
        self.labels.insert(label, self.ops.len());
        self
    }

    /// A branch to a label.
    pub fn jump(mut self, op: Op, label: &'static str) -> Body {
        self.jumps.push((self.ops.len(), label));
        self.ops.push(op);
        self
    }

    /// Prints word `a` and a newline.
    pub fn print_int(self, a: u8, live: &[u32]) -> Body {
        self.op(Op::Mov { a: FRAME as u8, b: a }).rt(Rt::PrintInt, live).rt(Rt::PrintNl, live)
    }

    /// How many instructions there are so far.
    pub fn len(&self) -> u32 {
        self.ops.len() as u32
    }
}

fn set_target(op: &mut Op, target: i32) {
    match op {
        Op::Jmp { to }
        | Op::JTrue { to, .. }
        | Op::JFalse { to, .. }
        | Op::JEq { to, .. }
        | Op::JNe { to, .. }
        | Op::JLtS { to, .. }
        | Op::JLeS { to, .. }
        | Op::JLtU { to, .. }
        | Op::JLeU { to, .. }
        | Op::JEqI { to, .. }
        | Op::JNeI { to, .. }
        | Op::JLtI { to, .. }
        | Op::JLeI { to, .. }
        | Op::JGtI { to, .. }
        | Op::JGeI { to, .. }
        | Op::JLtF { to, .. }
        | Op::JLeF { to, .. } => *to = target,
        other => panic!("{other:?} is no branch"),
    }
}
