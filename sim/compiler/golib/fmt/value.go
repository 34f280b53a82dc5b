package fmt

import "strconv"

// arg formats an operand.
func (p *printer) arg(x interface{}, verb rune) {
	switch {
	case x == nil && (verb == 'T' || verb == 'v'):
		p.pad("<nil>")
	case x == nil:
		p.bad(x, verb)
	case verb == 'T':
		p.pad(typeName(x))
	case verb == 'p':
		p.pointer(x, 'p')
	case basic(x) || !p.methods(x, verb):
		p.value(x, verb, 0, true)
	}
}

// basic reports whether x is of a type that is known to have no methods.
func basic(x interface{}) bool {
	switch x.(type) {
	case bool, float32, float64, complex64, complex128, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64,
		uintptr, string, []byte:
		return true
	}
	return false
}

// bad is what a verb that does not fit is printed as.
func (p *printer) bad(x interface{}, verb rune) {
	p.failing = true
	p.text("%!")
	p.text(string(verb))
	p.text("(")
	if x == nil {
		p.text("<nil>")
	} else {
		p.text(typeName(x))
		p.text("=")
		p.value(x, 'v', 0, true)
	}
	p.text(")")
	p.failing = false
}

// methods formats x by a method of its own, if it has one for this verb.
func (p *printer) methods(x interface{}, verb rune) bool {
	if p.failing {
		return false
	}
	if verb == 'w' {
		err, ok := x.(error)
		if !ok || !p.wraps || p.wrapped != nil {
			p.wrapped, p.wraps = nil, false
			p.bad(x, verb)
			return true
		}
		p.wrapped, verb = err, 'v'
	}
	if f, ok := x.(Formatter); ok {
		p.guarded(x, verb, "Format", func() { f.Format(p, verb) })
		return true
	}
	if p.sharpV {
		g, ok := x.(GoStringer)
		if ok {
			p.guarded(x, verb, "GoString", func() { p.pad(g.GoString()) })
		}
		return ok
	}
	switch verb {
	case 'v', 's', 'x', 'X', 'q':
	default:
		return false
	}
	switch v := x.(type) {
	case error:
		p.guarded(x, verb, "Error", func() { p.stringly(v.Error(), verb) })
		return true
	case Stringer:
		p.guarded(x, verb, "String", func() { p.stringly(v.String(), verb) })
		return true
	}
	return false
}

// guarded calls a method, and prints its panic.
func (p *printer) guarded(x interface{}, verb rune, method string, call func()) {
	defer func() {
		err := recover()
		if err == nil {
			return
		}
		if kind(x) == kindPointer && addressOf(x) == 0 {
			p.text("<nil>")
			return
		}
		if p.panicking {
			panic(err)
		}
		hasWidth, hasPrecision := p.hasWidth, p.hasPrecision
		minus, plus, sharp, space, zero, plusV, sharpV := p.minus, p.plus, p.sharp, p.space, p.zero, p.plusV, p.sharpV
		p.clearFlags()
		p.text("%!")
		p.text(string(verb))
		p.text("(PANIC=")
		p.text(method)
		p.text(" method: ")
		p.panicking = true
		p.arg(err, 'v')
		p.panicking = false
		p.text(")")
		p.hasWidth, p.hasPrecision = hasWidth, hasPrecision
		p.minus, p.plus, p.sharp, p.space, p.zero, p.plusV, p.sharpV = minus, plus, sharp, space, zero, plusV, sharpV
	}()
	call()
}

// stringly formats a string.
func (p *printer) stringly(s string, verb rune) {
	switch verb {
	case 'v':
		if p.sharpV {
			p.quoted(s)
		} else {
			p.pad(p.truncated(s))
		}
	case 's':
		p.pad(p.truncated(s))
	case 'x', 'X':
		p.hexString(s, verb == 'X')
	case 'q':
		p.quoted(s)
	default:
		p.bad(s, verb)
	}
}

// number formats an integer; u is its absolute value.
func (p *printer) number(x interface{}, u uint64, signed, negative bool, verb rune) {
	switch verb {
	case 'v', 'd':
		if verb == 'v' && p.sharpV && !signed {
			sharp := p.sharp
			p.sharp = true
			p.integer(u, 16, negative, verb, false)
			p.sharp = sharp
			return
		}
		p.integer(u, 10, negative, verb, false)
	case 'b':
		p.integer(u, 2, negative, verb, false)
	case 'o', 'O':
		p.integer(u, 8, negative, verb, false)
	case 'x', 'X':
		p.integer(u, 16, negative, verb, verb == 'X')
	case 'c', 'q', 'U':
		if negative {
			u = -u
		}
		switch verb {
		case 'c':
			p.pad(string(character(u)))
		case 'q':
			if p.plus {
				p.pad(strconv.QuoteRuneToASCII(character(u)))
			} else {
				p.pad(strconv.QuoteRune(character(u)))
			}
		case 'U':
			p.unicode(u)
		}
	default:
		p.bad(x, verb)
	}
}

func (p *printer) floating(x interface{}, f float64, bits int, verb rune) {
	switch verb {
	case 'v':
		p.float(f, bits, 'g', -1)
	case 'b', 'g', 'G', 'x', 'X':
		p.float(f, bits, verb, -1)
	case 'f', 'e', 'E', 'F':
		p.float(f, bits, verb, 6)
	default:
		p.bad(x, verb)
	}
}

// pointer formats an address.
func (p *printer) pointer(x interface{}, verb rune) {
	switch kind(x) {
	case kindPointer, kindUnsafePointer, kindFunc, kindChan, kindMap, kindSlice:
	default:
		p.bad(x, verb)
		return
	}
	u := uint64(addressOf(x))
	switch verb {
	case 'v':
		switch {
		case p.sharpV:
			p.text("(" + typeName(x) + ")(")
			if u == 0 {
				p.text("nil")
			} else {
				p.address(u, true)
			}
			p.text(")")
		case u == 0:
			p.pad("<nil>")
		default:
			p.address(u, !p.sharp)
		}
	case 'p':
		p.address(u, !p.sharp)
	case 'b', 'o', 'd', 'x', 'X':
		p.number(x, u, false, false, verb)
	default:
		p.bad(x, verb)
	}
}

func (p *printer) address(u uint64, prefixed bool) {
	sharp := p.sharp
	p.sharp = prefixed
	p.integer(u, 16, false, 'v', false)
	p.sharp = sharp
}

// part formats a part of a value; seen says that its methods may be used, which those of fields that are not exported may not.
func (p *printer) part(x interface{}, staticType string, verb rune, depth int, seen bool) {
	if x == nil {
		if p.sharpV {
			p.text(staticType)
			p.text("(nil)")
		} else {
			p.text("<nil>")
		}
		return
	}
	if seen && p.methods(x, verb) {
		return
	}
	p.value(x, verb, depth, seen)
}

// value formats by kind.
func (p *printer) value(x interface{}, verb rune, depth int, seen bool) {
	switch k := kind(x); k {
	case kindBool:
		switch {
		case verb != 't' && verb != 'v':
			p.bad(x, verb)
		case boolOf(x):
			p.pad("true")
		default:
			p.pad("false")
		}
	case kindInt:
		n := intOf(x)
		u := uint64(n)
		if n < 0 {
			u = -u
		}
		p.number(x, u, true, n < 0, verb)
	case kindUint, kindUintptr:
		p.number(x, uintOf(x), false, false, verb)
	case kindFloat32:
		p.floating(x, floatOf(x), 32, verb)
	case kindFloat64:
		p.floating(x, floatOf(x), 64, verb)
	case kindComplex64, kindComplex128:
		p.complexNumber(x, k, verb)
	case kindString:
		p.stringlyOr(x, stringOf(x), verb)
	case kindMap:
		p.mapping(x, verb, depth, seen)
	case kindStruct:
		p.structure(x, verb, depth, seen)
	case kindArray, kindSlice:
		p.sequence(x, verb, depth, seen)
	case kindPointer:
		if depth == 0 && addressOf(x) != 0 {
			switch pointeeKind(x) {
			case kindArray, kindSlice, kindStruct, kindMap:
				p.text("&")
				p.part(pointee(x), "", verb, depth+1, seen)
				return
			}
		}
		p.pointer(x, verb)
	default:
		p.pointer(x, verb)
	}
}

// stringlyOr is stringly, naming the type of x if the verb does not fit.
func (p *printer) stringlyOr(x interface{}, s string, verb rune) {
	switch verb {
	case 'v', 's', 'x', 'X', 'q':
		p.stringly(s, verb)
	default:
		p.bad(x, verb)
	}
}

func (p *printer) complexNumber(x interface{}, k int, verb rune) {
	switch verb {
	case 'v', 'b', 'g', 'G', 'x', 'X', 'f', 'F', 'e', 'E':
	default:
		p.bad(x, verb)
		return
	}
	bits := 64
	if k == kindComplex64 {
		bits = 32
	}
	c := complexOf(x)
	plus := p.plus
	p.text("(")
	p.floating(x, real(c), bits, verb)
	p.plus = true
	p.floating(x, imag(c), bits, verb)
	p.text("i)")
	p.plus = plus
}

func (p *printer) mapping(x interface{}, verb rune, depth int, seen bool) {
	if p.sharpV {
		p.text(typeName(x))
		if addressOf(x) == 0 {
			p.text("(nil)")
			return
		}
		p.text("{")
	} else {
		p.text("map[")
	}
	entries := entriesOf(x)
	sortEntries(entries)
	elem, _ := elemType(x)
	for i := 0; i < len(entries); i += 2 {
		if i > 0 {
			if p.sharpV {
				p.text(", ")
			} else {
				p.text(" ")
			}
		}
		p.part(entries[i], "interface {}", verb, depth+1, seen)
		p.text(":")
		p.part(entries[i+1], elem, verb, depth+1, seen)
	}
	if p.sharpV {
		p.text("}")
	} else {
		p.text("]")
	}
}

func (p *printer) structure(x interface{}, verb rune, depth int, seen bool) {
	if p.sharpV {
		p.text(typeName(x))
	}
	p.text("{")
	for i := 0; i < lengthOf(x); i++ {
		if i > 0 {
			if p.sharpV {
				p.text(", ")
			} else {
				p.text(" ")
			}
		}
		name := fieldName(x, i)
		if p.plusV || p.sharpV {
			p.text(name)
			p.text(":")
		}
		p.part(fieldOf(x, i), fieldType(x, i), verb, depth+1, seen && exported(name))
	}
	p.text("}")
}

func (p *printer) sequence(x interface{}, verb rune, depth int, seen bool) {
	elem, isByte := elemType(x)
	if isByte {
		switch verb {
		case 's', 'q', 'x', 'X':
			p.stringly(bytesOf(x), verb)
			return
		}
	}
	if p.sharpV {
		if name := typeName(x); depth == 0 && name == "[]uint8" {
			p.text("[]byte")
		} else {
			p.text(name)
		}
		if kind(x) == kindSlice && addressOf(x) == 0 {
			p.text("(nil)")
			return
		}
		p.text("{")
	} else {
		p.text("[")
	}
	for i := 0; i < lengthOf(x); i++ {
		if i > 0 {
			if p.sharpV {
				p.text(", ")
			} else {
				p.text(" ")
			}
		}
		p.part(elemOf(x, i), elem, verb, depth+1, seen)
	}
	if p.sharpV {
		p.text("}")
	} else {
		p.text("]")
	}
}
