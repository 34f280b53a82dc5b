package fmt

// What formatting needs to know of a value of any type. The machine provides it from the types' descriptors; parts of a value
// come as values of their own.

// Kinds of types, in the machine's numbering.
const (
	kindNil = iota
	kindBool
	kindInt
	kindUint
	kindUintptr
	kindFloat32
	kindFloat64
	kindComplex64
	kindComplex128
	kindString
	kindPointer
	kindFunc
	kindChan
	kindUnsafePointer
	kindArray
	kindSlice
	kindMap
	kindStruct
)

// kind is the kind of x; all sizes of integers are one.
func kind(x interface{}) int

// typeName is the name of x's type, with packages.
func typeName(x interface{}) string

// Values of the basic kinds.
func boolOf(x interface{}) bool
func intOf(x interface{}) int64
func uintOf(x interface{}) uint64
func floatOf(x interface{}) float64
func complexOf(x interface{}) complex128
func stringOf(x interface{}) string

// addressOf is the address in a pointer, slice, map, channel or function; 0 if it is nil.
func addressOf(x interface{}) uintptr

// pointee is what the pointer x points to.
func pointee(x interface{}) interface{}

// pointeeKind is the kind of what the pointer x may point to.
func pointeeKind(x interface{}) int

// Parts of arrays and slices (elements) and of structures (fields).
func lengthOf(x interface{}) int
func elemOf(x interface{}, i int) interface{}

// bytesOf is a string of the elements of an array or slice of bytes.
func bytesOf(x interface{}) string

// elemType is the name of the type of elements, and whether it is a byte.
func elemType(x interface{}) (name string, isByte bool)

func fieldOf(x interface{}, i int) interface{}
func fieldName(x interface{}, i int) string
func fieldType(x interface{}, i int) string

// entriesOf gives the keys and elems of a map in turn, in no order.
func entriesOf(x interface{}) []interface{}

// exported reports whether a field's name can be seen from other packages.
func exported(name string) bool {
	for _, r := range name {
		return 'A' <= r && r <= 'Z' || r > 0x7f && isUpper(r)
	}
	return false
}

func isUpper(r rune) bool
