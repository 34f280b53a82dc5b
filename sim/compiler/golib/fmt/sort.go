package fmt

// sortEntries orders the entries of a map by key, so that printing one is the same each time: numbers and strings by value, false
// before true, what is not a number before all numbers, structures and arrays part by part, nil before any value of an
// interface, values of different types by the types' names, pointers by address.
func sortEntries(e []interface{}) {
	for i := 2; i < len(e); i += 2 {
		for j := i; j > 0 && compare(e[j], e[j-2]) < 0; j -= 2 {
			e[j], e[j-2] = e[j-2], e[j]
			e[j+1], e[j-1] = e[j-1], e[j+1]
		}
	}
}

func compare(a, b interface{}) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil || b == nil:
		return sign(a == nil)
	}
	if ta, tb := typeName(a), typeName(b); ta != tb {
		return sign(ta < tb)
	}
	switch kind(a) {
	case kindBool:
		x, y := boolOf(a), boolOf(b)
		if x == y {
			return 0
		}
		return sign(y)
	case kindInt:
		return compareInts(intOf(a), intOf(b))
	case kindUint, kindUintptr:
		x, y := uintOf(a), uintOf(b)
		if x == y {
			return 0
		}
		return sign(x < y)
	case kindFloat32, kindFloat64:
		return compareFloats(floatOf(a), floatOf(b))
	case kindComplex64, kindComplex128:
		x, y := complexOf(a), complexOf(b)
		if c := compareFloats(real(x), real(y)); c != 0 {
			return c
		}
		return compareFloats(imag(x), imag(y))
	case kindString:
		x, y := stringOf(a), stringOf(b)
		if x == y {
			return 0
		}
		return sign(x < y)
	case kindStruct:
		for i := 0; i < lengthOf(a); i++ {
			if c := compare(fieldOf(a, i), fieldOf(b, i)); c != 0 {
				return c
			}
		}
		return 0
	case kindArray:
		for i := 0; i < lengthOf(a); i++ {
			if c := compare(elemOf(a, i), elemOf(b, i)); c != 0 {
				return c
			}
		}
		return 0
	}
	return compareInts(int64(addressOf(a)), int64(addressOf(b)))
}

func compareInts(x, y int64) int {
	if x == y {
		return 0
	}
	return sign(x < y)
}

func compareFloats(x, y float64) int {
	switch {
	case x != x && y != y, x == y:
		return 0
	case x != x:
		return -1
	case y != y:
		return 1
	}
	return sign(x < y)
}

func sign(less bool) int {
	if less {
		return -1
	}
	return 1
}
