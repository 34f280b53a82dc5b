//! The routines of the runtime that compiled code calls: the names and signatures of the runtime's table.
//!
//! Walk makes calls of these, the machine has them. A signature is written as Go's table writes it, with `any` for
//! the types that differ between calls. Arguments and results travel as words, each value rounded up to words of its own; a
//! `*byte` named after a type (`mapType`, `elemType`, `typ`) is the address of a type's descriptor,
//! [`crate::ir::ExprKind::TypeWord`].
//!
//! Source: the runtime table of the change (cmd/compile/internal/gc/builtin/runtime.go, October 2016), and Go 1.19
//! cmd/compile/internal/typecheck/builtin/runtime.go where the eras differ. Departs: an interface of any kind starts
//! with its dynamic type's word (there are no itabs), so routines on interfaces come in one form each.

macro_rules! routines {
    ($($(#[$doc:meta])* $variant:ident $name:literal $signature:literal;)*) => {
        /// A routine of the runtime.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Rt {
            $($(#[$doc])* $variant,)*
        }

        impl Rt {
            /// All of them.
            pub const ALL: &'static [Rt] = &[$(Rt::$variant),*];

            /// Its name, as Go has it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Rt::$variant => $name,)*
                }
            }

            /// Its parameters and results.
            pub fn signature(self) -> &'static str {
                match self {
                    $(Rt::$variant => $signature,)*
                }
            }
        }
    };
}

routines! {
    // --- memory -----------------------------------------------------------------------------------
    /// A zeroed object.
    NewObject "newobject" "(typ *byte) *any";
    /// A zeroed array; panics with Go's texts if length or capacity is out of range.
    MakeSlice "makeslice" "(typ *byte, len int, cap int) unsafe.Pointer";
    /// `append([]T(nil), s...)` and the like: room and contents in one step.
    MakeSliceCopy "makeslicecopy" "(typ *byte, tolen int, fromlen int, from unsafe.Pointer) unsafe.Pointer";
    /// A larger array with the old contents; capacity at least `cap`, length as it was.
    GrowSlice "growslice" "(typ *byte, old []any, cap int) []any";
    /// Copies a value, with barriers.
    TypedMemMove "typedmemmove" "(typ *byte, dst *any, src *any)";
    /// Zeroes a value, with barriers.
    TypedMemClr "typedmemclr" "(typ *byte, dst *any)";
    /// Copies `min(len(dst), len(src))` elements, with barriers; returns how many.
    TypedSliceCopy "typedslicecopy" "(typ *byte, dst []any, src []any) int";
    /// The same of elements without pointers; `src` may be a string's bytes.
    SliceCopy "slicecopy" "(typ *byte, dst []any, src []any) int";
    /// Zeroes `count` elements, with barriers if they have pointers.
    MemClr "memclr" "(typ *byte, ptr unsafe.Pointer, count int)";
    /// Are two values of a type equal? Panics on interfaces that cannot be compared.
    Equal "equal" "(typ *byte, p *any, q *any) bool";

    // --- maps -------------------------------------------------------------------------------------
    /// `make(map[K]V)` and literals of few entries.
    MakeMapSmall "makemap_small" "(mapType *byte) map[any]any";
    /// `make(map[K]V, hint)`; `h` is nil, or a header on the stack.
    MakeMap "makemap" "(mapType *byte, hint int, h *any) map[any]any";
    /// The address of the elem, or of a zero value.
    MapAccess1 "mapaccess1" "(mapType *byte, hmap map[any]any, key *any) *any";
    /// For keys of 32 bits.
    MapAccess1Fast32 "mapaccess1_fast32" "(mapType *byte, hmap map[any]any, key uint32) *any";
    /// For keys of 64 bits.
    MapAccess1Fast64 "mapaccess1_fast64" "(mapType *byte, hmap map[any]any, key uint64) *any";
    /// For strings.
    MapAccess1FastStr "mapaccess1_faststr" "(mapType *byte, hmap map[any]any, key string) *any";
    /// For elems of more than 1024 bytes.
    MapAccess1Fat "mapaccess1_fat" "(mapType *byte, hmap map[any]any, key *any, zero *byte) *any";
    /// The same, telling whether the key is there.
    MapAccess2 "mapaccess2" "(mapType *byte, hmap map[any]any, key *any) (*any, bool)";
    /// For keys of 32 bits.
    MapAccess2Fast32 "mapaccess2_fast32" "(mapType *byte, hmap map[any]any, key uint32) (*any, bool)";
    /// For keys of 64 bits.
    MapAccess2Fast64 "mapaccess2_fast64" "(mapType *byte, hmap map[any]any, key uint64) (*any, bool)";
    /// For strings.
    MapAccess2FastStr "mapaccess2_faststr" "(mapType *byte, hmap map[any]any, key string) (*any, bool)";
    /// For elems of more than 1024 bytes.
    MapAccess2Fat "mapaccess2_fat" "(mapType *byte, hmap map[any]any, key *any, zero *byte) (*any, bool)";
    /// Before the change: copies the elem, too.
    MapAssign1 "mapassign1" "(mapType *byte, hmap map[any]any, key *any, val *any)";
    /// The slot to store the elem to.
    MapAssign "mapassign" "(mapType *byte, hmap map[any]any, key *any) *any";
    /// For keys of 32 bits.
    MapAssignFast32 "mapassign_fast32" "(mapType *byte, hmap map[any]any, key uint32) *any";
    /// For keys of 64 bits.
    MapAssignFast64 "mapassign_fast64" "(mapType *byte, hmap map[any]any, key uint64) *any";
    /// For keys that are pointers.
    MapAssignFast64Ptr "mapassign_fast64ptr" "(mapType *byte, hmap map[any]any, key unsafe.Pointer) *any";
    /// For strings.
    MapAssignFastStr "mapassign_faststr" "(mapType *byte, hmap map[any]any, key string) *any";
    /// Removes a key.
    MapDelete "mapdelete" "(mapType *byte, hmap map[any]any, key *any)";
    /// For keys of 32 bits.
    MapDeleteFast32 "mapdelete_fast32" "(mapType *byte, hmap map[any]any, key uint32)";
    /// For keys of 64 bits.
    MapDeleteFast64 "mapdelete_fast64" "(mapType *byte, hmap map[any]any, key uint64)";
    /// For strings.
    MapDeleteFastStr "mapdelete_faststr" "(mapType *byte, hmap map[any]any, key string)";
    /// Begins an iteration; `hiter` is a zeroed one.
    MapIterInit "mapiterinit" "(mapType *byte, hmap map[any]any, hiter *any)";
    /// Goes to the next entry.
    MapIterNext "mapiternext" "(hiter *any)";
    /// Removes all keys.
    MapClear "mapclear" "(mapType *byte, hmap map[any]any)";

    // --- strings ----------------------------------------------------------------------------------
    /// Concatenates.
    ConcatString2 "concatstring2" "(buf *[32]byte, a string, b string) string";
    /// Concatenates.
    ConcatString3 "concatstring3" "(buf *[32]byte, a string, b string, c string) string";
    /// Concatenates.
    ConcatString4 "concatstring4" "(buf *[32]byte, a string, b string, c string, d string) string";
    /// Concatenates.
    ConcatString5 "concatstring5" "(buf *[32]byte, a string, b string, c string, d string, e string) string";
    /// Concatenates.
    ConcatStrings "concatstrings" "(buf *[32]byte, a []string) string";
    /// -1, 0 or 1.
    CmpString "cmpstring" "(a string, b string) int";
    /// Are they equal?
    EqString "eqstring" "(a string, b string) bool";
    /// `string(rune)`
    IntString "intstring" "(buf *[4]byte, v int64) string";
    /// `string(bytes)`
    SliceByteToString "slicebytetostring" "(buf *[32]byte, b []byte) string";
    /// `[]byte(string)`
    StringToSliceByte "stringtoslicebyte" "(buf *[32]byte, s string) []byte";
    /// `string(runes)`
    SliceRuneToString "slicerunetostring" "(buf *[32]byte, r []rune) string";
    /// `[]rune(string)`
    StringToSliceRune "stringtoslicerune" "(buf *[32]rune, s string) []rune";
    /// The rune at index `k`, and the index after it.
    DecodeRune "decoderune" "(s string, k int) (rune, int)";

    // --- interfaces -------------------------------------------------------------------------------
    /// The data word for a value of a type that interfaces do not hold directly: a copy in the heap, or read-only data.
    ConvT "convT" "(typ *byte, elem *any) unsafe.Pointer";
    /// For two bytes.
    ConvT16 "convT16" "(val uint16) unsafe.Pointer";
    /// For four bytes.
    ConvT32 "convT32" "(val uint32) unsafe.Pointer";
    /// For eight bytes.
    ConvT64 "convT64" "(val uint64) unsafe.Pointer";
    /// For a string.
    ConvTString "convTstring" "(val string) unsafe.Pointer";
    /// For a slice.
    ConvTSlice "convTslice" "(val []any) unsafe.Pointer";
    /// `x.(I)`: the value, if its type has the methods; panics otherwise.
    AssertE2I "assertE2I" "(inter *byte, x any) any";
    /// The same for `x, ok`: the zero interface if it has not.
    AssertE2I2 "assertE2I2" "(inter *byte, x any) (any, bool)";
    /// Has this dynamic type the methods of an interface? For type switches; false for nil.
    Implements "implements" "(inter *byte, typ *byte) bool";
    /// Panics: `x.(T)` of another dynamic type.
    PanicDotType "panicdottype" "(have *byte, want *byte, iface *byte)";
    /// Are two interface values equal? Panics if they cannot be compared.
    IfaceEq "ifaceeq" "(a any, b any) bool";

    // --- defer, panic, recover --------------------------------------------------------------------
    /// Defers a call of a function without arguments and results.
    DeferProc "deferproc" "(fn func())";
    /// Runs what this function deferred; before its return.
    DeferReturn "deferreturn" "()";
    /// `panic`
    GoPanic "gopanic" "(x interface{})";
    /// `recover`; right only if called by a deferred function itself, which the machine knows.
    GoRecover "gorecover" "() interface{}";
    /// Panics: a method of a value was called through a nil pointer.
    PanicWrap "panicwrap" "()";

    // --- print ------------------------------------------------------------------------------------
    /// Begins a print statement.
    PrintLock "printlock" "()";
    /// Ends a print statement.
    PrintUnlock "printunlock" "()";
    /// Prints.
    PrintBool "printbool" "(v bool)";
    /// Prints.
    PrintInt "printint" "(v int64)";
    /// Prints.
    PrintUint "printuint" "(v uint64)";
    /// Prints.
    PrintFloat "printfloat" "(v float64)";
    /// Prints.
    PrintComplex "printcomplex" "(v complex128)";
    /// Prints.
    PrintString "printstring" "(s string)";
    /// Prints.
    PrintPointer "printpointer" "(p unsafe.Pointer)";
    /// Prints.
    PrintSlice "printslice" "(s []any)";
    /// Prints.
    PrintIface "printeface" "(i interface{})";
    /// Prints a newline.
    PrintNl "printnl" "()";
    /// Prints a space.
    PrintSp "printsp" "()";

    // --- goroutines and channels ------------------------------------------------------------------
    /// `go`
    NewProc "newproc" "(fn func())";
    /// `make(chan T, size)`
    MakeChan "makechan" "(chanType *byte, size int) chan any";
    /// `ch <- x`
    ChanSend1 "chansend1" "(hchan chan any, elem *any)";
    /// `x = <-ch`; `elem` may be nil
    ChanRecv1 "chanrecv1" "(hchan chan any, elem *any)";
    /// `x, ok = <-ch`
    ChanRecv2 "chanrecv2" "(hchan chan any, elem *any) bool";
    /// `close(ch)`
    CloseChan "closechan" "(hchan chan any)";
    /// `select`; the cases lie in an array: sends first
    SelectGo "selectgo" "(cases *byte, order *byte, sends int, recvs int, block bool) (int, bool)";
    /// `select {}`
    Block "block" "()";
}

impl Rt {
    /// The routine of this name.
    pub fn find(name: &str) -> Option<Rt> {
        Rt::ALL.iter().copied().find(|rt| rt.name() == name)
    }
}
