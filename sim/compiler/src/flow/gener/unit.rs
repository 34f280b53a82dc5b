//! What the functions of a program have in common while code is generated.

use crate::code::statics::Statics;
use crate::code::{Address, Globals, MethodName};
use crate::diagnostic::Diagnostics;
use crate::flow::shape::{Parts, Shapes};
use crate::ir::{Const, Conv, E, ExprKind, FuncId, GlobalId, Program};
use crate::source::Span;
use crate::types::{Kind, Ty};
use std::collections::BTreeMap;

/// A program on its way to code.
#[derive(Debug)]
pub struct Unit<'p, 'a> {
    /// The walked program.
    pub program: &'p Program<'a>,
    /// How types are held.
    pub shapes: Shapes,
    /// Read-only memory.
    pub statics: Statics,
    /// Package variables.
    pub globals: Globals,
    /// What could not be compiled.
    pub problems: Diagnostics,
    /// The functions that the program needs, in order of first use: their numbers in code.
    pub needed: Vec<FuncId>,
    numbers: BTreeMap<FuncId, u32>,
    /// Byte offsets of package variables.
    offsets: Vec<u32>,
    readonly: BTreeMap<GlobalId, u32>,
    /// The types whose descriptors are used.
    pub descriptors: Vec<Ty>,
    descriptor_numbers: BTreeMap<Ty, u32>,
    /// The names of methods that are called through interfaces.
    pub methods: Vec<MethodName>,
    method_numbers: BTreeMap<MethodName, u32>,
}

impl<'p, 'a> Unit<'p, 'a> {
    /// Nothing generated yet.
    pub fn new(program: &'p Program<'a>) -> Unit<'p, 'a> {
        let mut unit = Unit {
            program,
            shapes: Shapes::default(),
            statics: Statics::default(),
            globals: Globals::default(),
            problems: Diagnostics::new(),
            needed: Vec::new(),
            numbers: BTreeMap::new(),
            offsets: Vec::new(),
            readonly: BTreeMap::new(),
            descriptors: Vec::new(),
            descriptor_numbers: BTreeMap::new(),
            methods: Vec::new(),
            method_numbers: BTreeMap::new(),
        };
        unit.lay_out_globals();
        unit
    }

    fn lay_out_globals(&mut self) {
        let types = &self.program.types;
        let mut end = 0u64;
        for global in &self.program.globals {
            if global.readonly.is_some() {
                self.offsets.push(0);
                continue;
            }
            let Some(layout) = types.layout(global.ty) else {
                self.offsets.push(0);
                continue;
            };
            let at = end.next_multiple_of(layout.align);
            end = at + layout.size;
            self.offsets.push(at as u32);
            self.globals.names.push((global.name.to_owned(), at));
            self.globals.pointers.extend(types.pointer_offsets(global.ty).iter().map(|p| ((at + p) / 8) as u32));
            if end > u32::MAX as u64 {
                self.problems.unsupported(Span::at(global.pos), "package variables of more than 4 GiB");
                return;
            }
        }
        self.globals.words = end.div_ceil(8);
    }

    /// The parts of a type.
    pub fn parts(&self, ty: Ty) -> Parts {
        self.shapes.parts(&self.program.types, ty)
    }

    /// The number of a function in code.
    pub fn function(&mut self, id: FuncId) -> u32 {
        if let Some(&number) = self.numbers.get(&id) {
            return number;
        }
        let number = self.needed.len() as u32;
        self.needed.push(id);
        self.numbers.insert(id, number);
        number
    }

    /// The index of a type's descriptor.
    pub fn descriptor(&mut self, ty: Ty) -> u32 {
        if let Some(&number) = self.descriptor_numbers.get(&ty) {
            return number;
        }
        let number = self.descriptors.len() as u32;
        self.descriptors.push(ty);
        self.descriptor_numbers.insert(ty, number);
        number
    }

    /// The index of a method's name.
    pub fn method(&mut self, name: &str, package: Option<&str>) -> u32 {
        let name = MethodName { name: name.to_owned(), package: package.map(str::to_owned) };
        if let Some(&number) = self.method_numbers.get(&name) {
            return number;
        }
        let number = self.methods.len() as u32;
        self.methods.push(name.clone());
        self.method_numbers.insert(name, number);
        number
    }

    /// The offset in read-only memory of a function as a value.
    pub fn closure(&mut self, id: FuncId) -> u32 {
        let number = self.function(id);
        self.statics.closure(number)
    }

    /// The function whose closure, as a value, is at an offset in read-only memory.
    pub fn function_at(&self, offset: u32) -> Option<FuncId> {
        self.statics.function_at(offset).map(|number| self.needed[number as usize])
    }

    /// Is it data of the compiler's own, in read-only memory?
    pub fn is_readonly(&self, id: GlobalId) -> bool {
        self.program.global(id).readonly.is_some()
    }

    /// The value of a readonly global that is one number or truth value.
    pub fn known(&self, id: GlobalId) -> Option<Const<'a>> {
        let mut value = self.program.global(id).readonly?;
        while let ExprKind::Convert { conv: Conv::Nop, x } = value.kind {
            value = x;
        }
        match value.kind {
            ExprKind::Const(value @ (Const::Bool(_) | Const::Int(_) | Const::Float(_))) => Some(value),
            _ => None,
        }
    }

    /// The byte offset of a package variable.
    pub fn global(&self, id: GlobalId) -> u32 {
        self.offsets[id.0 as usize]
    }

    /// The offset in read-only memory of a readonly global.
    pub fn readonly(&mut self, id: GlobalId) -> u32 {
        if let Some(&at) = self.readonly.get(&id) {
            return at;
        }
        let global = self.program.global(id);
        let at = self.statics.reserve(self.program.types.size(global.ty));
        self.readonly.insert(id, at);
        if let Some(value) = global.readonly {
            self.put(at, value);
        }
        at
    }

    /// Writes a value that needs no code to read-only memory.
    fn put(&mut self, at: u32, e: E<'a>) {
        let types = &self.program.types;
        match e.kind {
            ExprKind::Nil | ExprKind::Zero => {}
            ExprKind::Const(value) => self.put_const(at, value, e.ty),
            ExprKind::Convert { x, .. } => self.put(at, x),
            ExprKind::StructLit(fields) => {
                let offsets = types.offsets(e.ty);
                for &(index, x) in fields {
                    self.put(at + offsets[index as usize] as u32, x);
                }
            }
            ExprKind::ArrayLit(elems) => {
                let size = types.elem(e.ty).map_or(0, |elem| types.size(elem));
                for &(index, x) in elems {
                    self.put(at + (index * size) as u32, x);
                }
            }
            ExprKind::MakeInterface(ty, data) => {
                self.put(at, ty);
                self.put(at + 8, data);
            }
            ExprKind::MakeString(ptr, len) => {
                self.put(at, ptr);
                self.put(at + 8, len);
            }
            ExprKind::MakeSliceHeader(ptr, len, cap) => {
                self.put(at, ptr);
                self.put(at + 8, len);
                self.put(at + 16, cap);
            }
            ExprKind::TypeWord(ty) => {
                let number = self.descriptor(ty);
                self.statics.put_address(at, Address::TypeWord(number), 0);
            }
            ExprKind::Func(id) => {
                let closure = self.closure(id);
                self.statics.put_address(at, Address::Static, closure as u64);
            }
            ExprKind::CodeOf(id) => {
                let number = self.function(id);
                self.statics.put_address(at, Address::Code(number), 0);
            }
            ExprKind::PtrOf(x) => match x.kind {
                ExprKind::Const(Const::Str(text)) if !text.is_empty() => {
                    let text = self.statics.string(text);
                    self.statics.put_address(at, Address::Static, text as u64);
                }
                _ => {}
            },
            ExprKind::Addr(x) => match self.fixed_place(x) {
                Some((of, offset)) => self.statics.put_address(at, of, offset),
                None => self.problems.unsupported(Span::at(e.pos), "code for an address in read-only data"),
            },
            _ => self.problems.unsupported(Span::at(e.pos), "code for read-only data that is not constant"),
        }
    }

    /// The place of a variable, field or element that has one address.
    fn fixed_place(&mut self, e: E<'a>) -> Option<(Address, u64)> {
        let types = &self.program.types;
        match e.kind {
            ExprKind::Global(id) if self.is_readonly(id) => Some((Address::Static, self.readonly(id) as u64)),
            ExprKind::Global(id) => Some((Address::Globals, self.global(id) as u64)),
            ExprKind::Field { x, index } => {
                let offset = types.offsets(x.ty)[index as usize];
                self.fixed_place(x).map(|(of, at)| (of, at + offset))
            }
            ExprKind::Index { x, index, .. } => {
                let ExprKind::Const(Const::Int(i)) = index.kind else { return None };
                let Kind::Array { elem, .. } = *types.under(x.ty) else { return None };
                let size = types.size(elem);
                self.fixed_place(x).map(|(of, at)| (of, at + i as u64 * size))
            }
            _ => None,
        }
    }

    fn put_const(&mut self, at: u32, value: Const<'a>, ty: Ty) {
        if let Const::Str(text) = value {
            if !text.is_empty() {
                let offset = self.statics.string(text);
                self.statics.put_address(at, Address::Static, offset as u64);
                self.statics.put(at + 8, text.len() as u64, 8);
            }
            return;
        }
        let Some(parts) = self.parts(ty) else { return };
        for (part, bits) in parts.iter().zip(const_bits(value, &parts)) {
            self.statics.put(at + part.offset, bits as u64, part.width.bytes());
        }
    }
}

/// The words of a constant that is not a string.
pub(super) fn const_bits(value: Const<'_>, parts: &[crate::flow::shape::Part]) -> Vec<i64> {
    let narrow = parts.first().is_some_and(|p| p.width.bytes() == 4);
    let float = |x: f64| if narrow { (x as f32).to_bits() as i64 } else { x.to_bits() as i64 };
    match value {
        Const::Bool(b) => vec![b as i64],
        Const::Int(i) => vec![i as i64],
        Const::Float(x) => vec![float(x)],
        Const::Complex(re, im) => vec![float(re), float(im)],
        Const::Str(_) => vec![],
    }
}
