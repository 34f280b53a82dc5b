//! What a workload is made of: kinds, key and element types, key distributions.

use crate::scenario::choice::choices;

choices! {
    /// What the operations of a workload work on.
    pub enum WorkloadKind {
        /// Go maps.
        Map = "map",
        /// Plain objects that point to each other.
        Graph = "graph",
    }
}

choices! {
    /// Type of the keys of a map.
    pub enum KeyType {
        /// bool
        Bool = "bool",
        /// int8
        Int8 = "int8",
        /// int16
        Int16 = "int16",
        /// int32
        Int32 = "int32",
        /// int64
        Int64 = "int64",
        /// int
        Int = "int",
        /// uint8
        Uint8 = "uint8",
        /// uint16
        Uint16 = "uint16",
        /// uint32
        Uint32 = "uint32",
        /// uint64
        Uint64 = "uint64",
        /// uint
        Uint = "uint",
        /// uintptr
        Uintptr = "uintptr",
        /// float32
        Float32 = "float32",
        /// float64
        Float64 = "float64",
        /// complex64
        Complex64 = "complex64",
        /// complex128
        Complex128 = "complex128",
        /// string
        String = "string",
        /// A pointer to an object.
        Pointer = "pointer",
        /// An interface that holds a value of some type.
        Interface = "interface",
        /// `[2]int64`
        Array = "array",
        /// A struct of two int64.
        Pair = "pair",
        /// A struct of a string and a pointer.
        Record = "record",
        /// 200 bytes without pointers: stored indirectly.
        Bytes200 = "bytes200",
    }
}

impl KeyType {
    /// How many different keys there are, where that is few. Strings have `string_bytes` bytes.
    pub fn domain(self, string_bytes: u64) -> Option<u64> {
        match self {
            KeyType::Bool => Some(2),
            KeyType::Int8 | KeyType::Uint8 => Some(1 << 8),
            KeyType::Int16 | KeyType::Uint16 => Some(1 << 16),
            // The whole numbers that it can tell apart.
            KeyType::Float32 => Some(1 << 24),
            KeyType::String if string_bytes < 8 => Some(1 << (string_bytes * 8)),
            _ => None,
        }
    }

    /// Are there keys of this type that collide in all bits of the hash under every seed?
    pub fn can_collide(self) -> bool {
        matches!(self, KeyType::String | KeyType::Pair)
    }
}

choices! {
    /// Type of the elements of a map.
    pub enum ElemType {
        /// int64
        Int64 = "int64",
        /// A pointer to an object without pointers.
        Ptr = "ptr",
        /// A pointer to an object that holds pointers.
        Node = "node",
        /// string
        String = "string",
        /// 200 bytes without pointers: stored indirectly.
        Bytes200 = "bytes200",
        /// A struct of more than 128 bytes with pointers: stored indirectly.
        Record200 = "record200",
        /// An interface that holds a value of some type.
        Interface = "interface",
        /// A slice.
        Slice = "slice",
        /// A map: a map of maps.
        Map = "map",
        /// `struct{}`: a set.
        Empty = "empty",
    }
}

choices! {
    /// How keys are drawn from the key space.
    pub enum Distribution {
        /// Each as often as any other.
        Uniform = "uniform",
        /// A few of them most of the time.
        Zipf = "zipf",
        /// One after the other.
        Sequential = "sequential",
        /// Keys whose hashes are all the same, for string and pair keys: one long chain.
        Colliding = "colliding",
    }
}

choices! {
    /// Which routines of the map runtime are called.
    pub enum Routines {
        /// The fast variants where Go's compiler uses them.
        Compiled = "compiled",
        /// Always the generic ones.
        Generic = "generic",
    }
}
