//! Whether closures hold captured variables by value or by reference.
//!
//! By value, as in Go, what is never assigned to after its declaration, whose address is not taken, and that has at most
//! 128 bytes; the closure's copy can then not be told from the variable.

use crate::ir::{Class, FuncId, LocalId, Program};

/// Largest variable that is captured by value, in bytes.
const MAX_BY_VALUE: u64 = 128;

/// The variable that a captured variable is, in the end.
pub(super) fn root(program: &Program<'_>, mut func: FuncId, mut local: LocalId) -> (FuncId, LocalId) {
    while let (Class::Captured(outer), Some(parent)) =
        (program.func(func).local(local).class, program.func(func).parent)
    {
        (func, local) = (parent, outer);
    }
    (func, local)
}

/// Decides for all captured variables of a program, and notes that the address of those held by reference is taken.
pub(super) fn decide(program: &mut Program<'_>) {
    let mut decided = Vec::new();
    for (i, func) in program.funcs.iter().enumerate() {
        let id = FuncId(i as u32);
        for &local in &func.captures {
            let (owner, variable) = root(program, id, local);
            let v = program.func(owner).local(variable);
            let by_ref = v.reassigned || v.addr_taken || program.types.size(v.ty) > MAX_BY_VALUE;
            decided.push((id, local, owner, variable, by_ref));
        }
    }
    for (id, local, owner, variable, by_ref) in decided {
        program.func_mut(id).local_mut(local).by_ref = by_ref;
        if by_ref {
            program.func_mut(owner).local_mut(variable).addr_taken = true;
        }
    }
}
