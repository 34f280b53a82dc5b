//! The instructions.
//!
//! Eight bytes each. Names end in the width they work on: `W` a word, `4`, `2`, `1` bytes with `U` or `S` for zero or
//! sign extension; `F` for `float64`, `G` for `float32`; `I` for an immediate operand.

use crate::runtime::Rt;

/// A word of the frame, within the window that instructions reach.
pub type R = u8;

/// How far a branch goes, from the instruction after it.
pub type Branch = i32;

/// An instruction. `w[x]` is a word of the frame, `m[x]` a word of memory.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
#[rustfmt::skip]
pub enum Op {
    // --- moves --------------------------------------------------------------------------------
    /// `w[a] = w[b]`
    Mov { a: R, b: R },
    /// Two words in a row.
    Mov2 { a: R, b: R },
    /// Three words in a row.
    Mov3 { a: R, b: R },
    /// `w[a] = imm`
    MovI { a: R, imm: i32 },
    /// `w[a] = constants[index]`
    Const { a: R, index: u32 },
    /// `w[a] = address of read-only memory + offset`
    StaticAddr { a: R, offset: u32 },
    /// `w[a] = address of package variables + offset`
    GlobalAddr { a: R, offset: u32 },
    /// `w[a] = type word of a descriptor`
    TypeWord { a: R, descriptor: u32 },
    /// `w[a] = address of the frame's word`
    FrameAddr { a: R, word: u32 },
    /// `w[a] = w[word]`, anywhere in the frame
    LoadFrame { a: R, word: u32 },
    /// `w[word] = w[a]`, anywhere in the frame
    StoreFrame { a: R, word: u32 },
    /// Zeroes words of the frame.
    ZeroFrame { word: u32, count: u16 },
    /// `w[a] = part of the frame's memory at a byte offset`
    LoadFrame1U { a: R, at: u32 },
    LoadFrame1S { a: R, at: u32 },
    LoadFrame2U { a: R, at: u32 },
    LoadFrame2S { a: R, at: u32 },
    LoadFrame4U { a: R, at: u32 },
    LoadFrame4S { a: R, at: u32 },
    /// The other way.
    StoreFrame1 { a: R, at: u32 },
    StoreFrame2 { a: R, at: u32 },
    StoreFrame4 { a: R, at: u32 },

    // --- integers -----------------------------------------------------------------------------
    Add { a: R, b: R, c: R },
    Sub { a: R, b: R, c: R },
    Mul { a: R, b: R, c: R },
    And { a: R, b: R, c: R },
    Or { a: R, b: R, c: R },
    Xor { a: R, b: R, c: R },
    AndNot { a: R, b: R, c: R },
    AddI { a: R, b: R, imm: i32 },
    MulI { a: R, b: R, imm: i32 },
    AndI { a: R, b: R, imm: i32 },
    OrI { a: R, b: R, imm: i32 },
    XorI { a: R, b: R, imm: i32 },
    /// Shifts by 64 and more give 0, or -1 for `ShrS` of a negative number; the count is unsigned.
    Shl { a: R, b: R, c: R },
    ShrS { a: R, b: R, c: R },
    ShrU { a: R, b: R, c: R },
    ShlI { a: R, b: R, imm: u8 },
    ShrSI { a: R, b: R, imm: u8 },
    ShrUI { a: R, b: R, imm: u8 },
    /// Panics if a count is negative.
    CheckShift { a: R },
    /// Panics on division by zero; `i64::MIN / -1` is itself.
    DivS { a: R, b: R, c: R },
    DivU { a: R, b: R, c: R },
    RemS { a: R, b: R, c: R },
    RemU { a: R, b: R, c: R },
    Neg { a: R, b: R },
    Com { a: R, b: R },
    /// `w[a] = 1 - w[b]`, of a boolean
    Not { a: R, b: R },
    Ext1S { a: R, b: R },
    Ext2S { a: R, b: R },
    Ext4S { a: R, b: R },
    Ext1U { a: R, b: R },
    Ext2U { a: R, b: R },
    Ext4U { a: R, b: R },

    // --- floating point -----------------------------------------------------------------------
    AddF { a: R, b: R, c: R },
    SubF { a: R, b: R, c: R },
    MulF { a: R, b: R, c: R },
    DivF { a: R, b: R, c: R },
    NegF { a: R, b: R },
    AddG { a: R, b: R, c: R },
    SubG { a: R, b: R, c: R },
    MulG { a: R, b: R, c: R },
    DivG { a: R, b: R, c: R },
    NegG { a: R, b: R },
    /// `float64(int64)`, `float64(uint64)` and back, as amd64 does it; the last to 32 bits, sign-extended, where what does not fit gives
    /// -2³¹.
    IntToF { a: R, b: R },
    UintToF { a: R, b: R },
    FToInt { a: R, b: R },
    FToUint { a: R, b: R },
    FToInt32 { a: R, b: R },
    IntToG { a: R, b: R },
    UintToG { a: R, b: R },
    GToInt { a: R, b: R },
    GToUint { a: R, b: R },
    GToInt32 { a: R, b: R },
    FToG { a: R, b: R },
    GToF { a: R, b: R },
    /// Complex division of pairs of `float64`: `(w[a], w[a+1]) = (w[b], w[b+1]) / (w[c], w[c+1])`
    DivComplex { a: R, b: R, c: R },

    // --- comparisons --------------------------------------------------------------------------
    Eq { a: R, b: R, c: R },
    Ne { a: R, b: R, c: R },
    LtS { a: R, b: R, c: R },
    LeS { a: R, b: R, c: R },
    LtU { a: R, b: R, c: R },
    LeU { a: R, b: R, c: R },
    EqF { a: R, b: R, c: R },
    NeF { a: R, b: R, c: R },
    LtF { a: R, b: R, c: R },
    LeF { a: R, b: R, c: R },
    EqG { a: R, b: R, c: R },
    NeG { a: R, b: R, c: R },
    LtG { a: R, b: R, c: R },
    LeG { a: R, b: R, c: R },

    // --- branches -----------------------------------------------------------------------------
    Jmp { to: Branch },
    /// If a boolean is true, or false.
    JTrue { a: R, to: Branch },
    JFalse { a: R, to: Branch },
    JEq { a: R, b: R, to: Branch },
    JNe { a: R, b: R, to: Branch },
    JLtS { a: R, b: R, to: Branch },
    JLeS { a: R, b: R, to: Branch },
    JLtU { a: R, b: R, to: Branch },
    JLeU { a: R, b: R, to: Branch },
    JEqI { a: R, imm: i16, to: Branch },
    JNeI { a: R, imm: i16, to: Branch },
    JLtI { a: R, imm: i16, to: Branch },
    JLeI { a: R, imm: i16, to: Branch },
    JGtI { a: R, imm: i16, to: Branch },
    JGeI { a: R, imm: i16, to: Branch },
    JLtF { a: R, b: R, to: Branch },
    JLeF { a: R, b: R, to: Branch },

    // --- memory -------------------------------------------------------------------------------
    /// `w[a] = m[w[b] + offset]`. Any access near address 0 is Go's nil dereference.
    LoadW { a: R, b: R, offset: i32 },
    Load1U { a: R, b: R, offset: i32 },
    Load1S { a: R, b: R, offset: i32 },
    Load2U { a: R, b: R, offset: i32 },
    Load2S { a: R, b: R, offset: i32 },
    Load4U { a: R, b: R, offset: i32 },
    Load4S { a: R, b: R, offset: i32 },
    /// Two, three words in a row.
    Load2W { a: R, b: R, offset: i32 },
    Load3W { a: R, b: R, offset: i32 },
    /// `m[w[b] + offset] = w[a]`, without barrier: no pointer, or one that needs none.
    StoreW { a: R, b: R, offset: i32 },
    Store1 { a: R, b: R, offset: i32 },
    Store2 { a: R, b: R, offset: i32 },
    Store4 { a: R, b: R, offset: i32 },
    /// The same of a pointer, with the barrier of a site.
    StorePtr { a: R, b: R, offset: i16, site: u16 },
    /// Several stores with one test of the barrier flag.
    StoreGroup { group: u32 },
    /// Copies a value from `m[w[b]]` to `m[w[a]]`.
    Move { a: R, b: R, index: u32 },
    /// Zeroes a value at `m[w[a]]`.
    Clear { a: R, index: u32 },
    /// Package variables: `w[a] = m[globals + offset]` and back, of words that need no barrier.
    LoadGlobal { a: R, offset: u32 },
    StoreGlobal { a: R, offset: u32 },
    /// Panics if `w[a]` is nil.
    NilCheck { a: R },

    // --- slices, arrays, strings --------------------------------------------------------------
    /// Panics with `index out of range [w[a]] with length w[b]` unless `0 <= w[a] < w[b]`.
    Bounds { a: R, b: R },
    /// The same against a constant.
    BoundsI { a: R, len: u32 },
    /// `w[a] = w[b] + w[c] * size`, without check.
    Scale { a: R, b: R, c: R, size: u32 },
    /// Element `w[c]` of the slice or string whose pointer is `w[b]` and length `w[b+1]`, with check.
    IndexW { a: R, b: R, c: R },
    Index1U { a: R, b: R, c: R },
    Index4S { a: R, b: R, c: R },
    /// Stores `w[a]` to element `w[c]` of the slice at `w[b]`, with check, without barrier.
    SetIndexW { a: R, b: R, c: R },
    SetIndex1 { a: R, b: R, c: R },
    SetIndex4 { a: R, b: R, c: R },
    /// `w[a] = address of element w[c]` of the slice at `w[b]`, with check; elements of `size` bytes.
    IndexAddr { a: R, b: R, c: R, size: u32 },
    /// `w[a], w[a+1] = the first two words of element w[c]` of the slice at `w[b]`, with check; elements of `size` bytes.
    IndexPair { a: R, b: R, c: R, size: u32 },
    /// Checks the bounds `w[a] : w[a+1] : w[a+2]` of a slice expression against the capacity `w[b]`, and panics with
    /// Go's text for what is sliced.
    SliceBounds { a: R, b: R, what: SliceCheck },
    /// The pointer of a slice expression: `w[a] = w[b] + w[c] * size`, but `w[b]` if the new capacity `w[d]` is zero, so that it does
    /// not point to what comes after.
    SlicePtr { a: R, b: R, c: R, d: R, size: u16 },

    // --- calls --------------------------------------------------------------------------------
    /// Calls a function with its frame at `fp + base`.
    Call { func: u32, base: u16 },
    /// Calls a function value, a pointer to a closure; nil panics.
    CallClosure { a: R, base: u16 },
    /// Calls a method of the dynamic type `w[a]`; nil panics. The data word is in the callee's first parameter already,
    /// behind the `results` words of its results.
    CallInterface { a: R, base: u16, method: u32 },
    /// Calls a routine of the runtime: results from `fp + base` on, arguments after them.
    CallRt { rt: Rt, base: u16, site: u16 },
    /// Calls a native, with its frame in the same way.
    CallNative { native: u32, base: u16 },
    /// `w[a] = newobject(descriptor)`
    New { a: R, descriptor: u16, site: u16 },
    /// Returns; results are in their words.
    Return,
    /// Cannot be reached: after a call that does not return.
    Unreachable,

    // --- neighbours as one --------------------------------------------------------------------
    // Not in code: what the machine, where nobody watches it, has in place of the first of two or three instructions in a row. The
    // others stay where they are, and branches, also those in here, are as the last of them has them.
    /// `w[a] += imm`, then a branch if it is less than (or equal to) `w[b]`.
    AddIJLtS { a: R, b: R, imm: i8, to: Branch },
    AddIJLeS { a: R, b: R, imm: i8, to: Branch },
    /// `w[a] += imm`, then a branch if it is less than, or not less than, a number.
    AddIJLtI { a: R, imm: i8, limit: i16, to: i16 },
    AddIJGeI { a: R, imm: i8, limit: i16, to: i16 },
    /// `w[a] += w[b]`, then a branch if it is less than (or equal to) `w[c]`.
    AddJLtS { a: R, b: R, c: R, to: Branch },
    AddJLeS { a: R, b: R, c: R, to: Branch },
    /// `w[t] = w[x] * w[y]`, then `w[a] = w[b] + w[t]`.
    MulAdd { t: R, x: R, y: R, a: R, b: R },
    MulFAddF { t: R, x: R, y: R, a: R, b: R },
    /// `w[t] = w[x]` shifted, then `w[a] = w[b] ^ w[t]`.
    ShlIXor { t: R, x: R, imm: u8, a: R, b: R },
    ShrUIXor { t: R, x: R, imm: u8, a: R, b: R },
    /// `w[t] = w[x] << shift`, then `w[a] = w[t] + imm`.
    ShlIAddI { t: R, x: R, shift: u8, a: R, imm: i8 },
    /// `w[t] = w[x] >> w[y]`, then the remainder by `w[c]`.
    ShrURemU { t: R, x: R, y: R, a: R, c: R },
    /// An element, and a branch if it is true, or false.
    Index1UJTrue { a: R, b: R, c: R, to: Branch },
    Index1UJFalse { a: R, b: R, c: R, to: Branch },
    /// A byte of the slice or string at `w[b]`, stored into the slice at `w[d]`.
    CopyIndex1 { a: R, b: R, c: R, d: R, e: R },
    /// A byte stored into a slice; then `w[c] += w[d]`, and a branch if it is at most `w[limit]`.
    FillJLeS { a: R, b: R, c: R, d: R, limit: R, to: i16 },
    /// An element of an element: `t` as of [`Op::IndexPair`], then `a` as of [`Op::IndexW`] or [`Op::SetIndexW`].
    Index2 { t: R, b: R, c: R, size: u16, a: R, d: R },
    SetIndex2 { t: R, b: R, c: R, size: u16, a: R, d: R },
    /// `w[t] = m[w[b] + offset]`, a number is added to it, and the sum is stored.
    IncrementW { t: R, b: R, imm: i8, offset: i32 },
    IncreaseW { t: R, b: R, c: R, offset: i32 },
    /// A load, then a branch on what is loaded.
    LoadWJLtS { a: R, b: R, offset: i16, c: R, to: i16 },
    LoadWJLeS { a: R, b: R, offset: i16, c: R, to: i16 },
    /// A type word and a move, or two moves.
    TypeWordMov { a: R, descriptor: u16, b: R, c: R },
    MovMov { a: R, b: R, c: R, d: R },
    /// An immediate added, perhaps after a move, or a load and a move, then the call that follows.
    AddICall { a: R, b: R, imm: i32 },
    MovAddICall { a: R, b: R, c: R, d: R, imm: i8 },
    LoadWMovCall { a: R, b: R, offset: i16, c: R, d: R },
    /// The last of a function.
    AddReturn { a: R, b: R, c: R },
    MovReturn { a: R, b: R },
}

impl Op {
    /// Does it stand for several instructions? Code has none that does.
    pub fn is_fused(self) -> bool {
        use Op::*;
        matches!(
            self,
            AddIJLtS { .. }
                | AddIJLeS { .. }
                | AddIJLtI { .. }
                | AddIJGeI { .. }
                | AddJLtS { .. }
                | AddJLeS { .. }
                | MulAdd { .. }
                | MulFAddF { .. }
                | ShlIXor { .. }
                | ShrUIXor { .. }
                | ShlIAddI { .. }
                | ShrURemU { .. }
                | Index1UJTrue { .. }
                | Index1UJFalse { .. }
                | CopyIndex1 { .. }
                | FillJLeS { .. }
                | Index2 { .. }
                | SetIndex2 { .. }
                | IncrementW { .. }
                | IncreaseW { .. }
                | LoadWJLtS { .. }
                | LoadWJLeS { .. }
                | TypeWordMov { .. }
                | MovMov { .. }
                | AddICall { .. }
                | MovAddICall { .. }
                | LoadWMovCall { .. }
                | AddReturn { .. }
                | MovReturn { .. }
        )
    }
}

/// What a slice expression slices, for the text of its panic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SliceCheck {
    /// `s[lo:hi]` of a slice: against the capacity.
    Slice,
    /// `s[lo:hi]` of an array or a string: against the length.
    Length,
    /// `s[lo:hi:max]` of a slice.
    Slice3,
    /// `s[lo:hi:max]` of an array.
    Length3,
}

#[cfg(test)]
mod tests {
    use super::Op;

    #[test]
    fn an_instruction_has_eight_bytes() {
        assert_eq!(size_of::<Op>(), 8);
    }
}
