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

/// A function in the making; frames are results, parameters, then the rest up to `frame`.
pub struct Func<'a> {
    pub name: &'a str,
    pub results: u32,
    pub params: u32,
    pub frame: u32,
    pub reach: u32,
    pub entry: &'a [u32],
    pub maps: &'a [(u32, &'a [u32])],
    pub ops: &'a [Op],
}

impl Default for Func<'_> {
    fn default() -> Self {
        Func { name: "main.f", results: 0, params: 0, frame: 64, reach: 128, entry: &[], maps: &[], ops: &[] }
    }
}

impl Asm {
    pub fn new() -> Asm {
        let types = Types::new();
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
        let mut asm = Asm { types, code };
        asm.code.init = asm.func(Func { name: "main.init", ops: &[Op::Return], ..Func::default() });
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
    pub fn func(&mut self, f: Func<'_>) -> u32 {
        self.code.funcs.push(Function {
            name: f.name.into(),
            ops: f.ops.to_vec(),
            results: f.results,
            params: f.params,
            closure: None,
            frame: f.frame,
            reach: f.reach,
            entry: f.entry.into(),
            maps: f.maps.iter().map(|&(pc, words)| (pc, words.into())).collect(),
            recover: None,
            lines: Vec::new(),
            wrapper: false,
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

    /// The program; the last function is `main`.
    pub fn finish(mut self) -> Arc<Code> {
        self.code.main = self.code.funcs.len() as u32 - 1;
        self.code.types = Arc::new(self.types);
        Arc::new(self.code)
    }
}

/// A call of a runtime routine, at site 0.
pub fn rt(rt: Rt, base: u16) -> Op {
    Op::CallRt { rt, base, site: 0 }
}
