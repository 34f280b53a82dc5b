package fmt

// A printer collects text; the fields below buf are those of the verb under way.
type printer struct {
	buf []byte

	width, precision       int
	hasWidth, hasPrecision bool
	minus, plus, sharp     bool
	space, zero            bool
	// %+v and %#v mean other things than + and # with other verbs.
	plusV, sharpV bool

	// failing is set while what does not fit its verb is printed, so that methods are left alone.
	failing bool
	// panicking is set while the panic of a method is printed, so that another one is not.
	panicking bool
	// wraps says that %w is known, and wrapped is its operand.
	wraps   bool
	wrapped error
}

// clearFlags leaves width and precision as they were: that they are not there is what matters.
func (p *printer) clearFlags() {
	p.hasWidth, p.hasPrecision = false, false
	p.minus, p.plus, p.sharp, p.space, p.zero = false, false, false, false, false
	p.plusV, p.sharpV = false, false
}

func (p *printer) text(s string) { p.buf = append(p.buf, s...) }

// Write, Width, Precision and Flag are what a Formatter gets.
func (p *printer) Write(b []byte) (n int, err error) {
	p.buf = append(p.buf, b...)
	return len(b), nil
}

func (p *printer) Width() (width int, ok bool) { return p.width, p.hasWidth }

func (p *printer) Precision() (precision int, ok bool) { return p.precision, p.hasPrecision }

func (p *printer) Flag(c int) bool {
	switch c {
	case '-':
		return p.minus
	case '+':
		return p.plus || p.plusV
	case '#':
		return p.sharp || p.sharpV
	case ' ':
		return p.space
	case '0':
		return p.zero
	}
	return false
}

// A format is read from at on; next is the operand to be used.
type formatReader struct {
	format    string
	at        int
	args      []interface{}
	next      int
	reordered bool
	goodIndex bool
}

func (p *printer) printf(format string, args []interface{}) {
	f := formatReader{format: format, args: args}
	for f.at < len(format) {
		start := f.at
		for f.at < len(format) && format[f.at] != '%' {
			f.at++
		}
		p.text(format[start:f.at])
		if f.at >= len(format) {
			break
		}
		f.at++
		p.clearFlags()
		p.verb(&f)
	}
	if !f.reordered && f.next < len(args) {
		p.clearFlags()
		p.text("%!(EXTRA ")
		for i, arg := range args[f.next:] {
			if i > 0 {
				p.text(", ")
			}
			if arg == nil {
				p.text("<nil>")
				continue
			}
			p.text(typeName(arg))
			p.text("=")
			p.arg(arg, 'v')
		}
		p.text(")")
	}
}

// verb reads flags, width, precision and verb, and formats the operand.
func (p *printer) verb(f *formatReader) {
	f.goodIndex = true
	for ; f.at < len(f.format); f.at++ {
		switch f.format[f.at] {
		case '#':
			p.sharp = true
			continue
		case '0':
			p.zero = !p.minus
			continue
		case '+':
			p.plus = true
			continue
		case '-':
			p.minus, p.zero = true, false
			continue
		case ' ':
			p.space = true
			continue
		}
		break
	}
	// Before a plain verb no width is looked for, so that the last one is still there.
	plain := f.plain()
	indexed := f.index()
	if f.at < len(f.format) && f.format[f.at] == '*' {
		f.at++
		var ok bool
		p.width, ok = f.number()
		p.hasWidth = ok
		if !ok {
			p.text("%!(BADWIDTH)")
		}
		if p.width < 0 {
			p.width, p.minus, p.zero = -p.width, true, false
		}
		indexed = false
	} else if !plain {
		p.width, p.hasWidth = f.digits()
		if indexed && p.hasWidth {
			f.goodIndex = false
		}
	}
	if f.at+1 < len(f.format) && f.format[f.at] == '.' {
		f.at++
		if indexed {
			f.goodIndex = false
		}
		indexed = f.index()
		if f.at < len(f.format) && f.format[f.at] == '*' {
			f.at++
			var ok bool
			p.precision, ok = f.number()
			p.hasPrecision = ok
			if p.precision < 0 {
				p.precision, p.hasPrecision = 0, false
			}
			if !p.hasPrecision {
				p.text("%!(BADPREC)")
			}
			indexed = false
		} else {
			p.precision, _ = f.digits()
			p.hasPrecision = true
		}
	}
	if !indexed {
		indexed = f.index()
	}
	if f.at >= len(f.format) {
		p.text("%!(NOVERB)")
		return
	}
	verb, size := rune(f.format[f.at]), 1
	if verb >= 0x80 {
		for _, r := range f.format[f.at:] {
			verb = r
			break
		}
		size = len(string(verb))
		if verb == 0xFFFD {
			size = 1
		}
	}
	f.at += size
	switch {
	case verb == '%':
		p.buf = append(p.buf, '%')
	case !f.goodIndex:
		p.text("%!")
		p.text(string(verb))
		p.text("(BADINDEX)")
	case f.next >= len(f.args):
		p.text("%!")
		p.text(string(verb))
		p.text("(MISSING)")
	default:
		if verb == 'v' {
			p.sharpV, p.sharp = p.sharp, false
			p.plusV, p.plus = p.plus, false
		}
		arg := f.args[f.next]
		f.next++
		p.arg(arg, verb)
	}
}

// tooLarge bounds widths and precisions, as Go does.
func tooLarge(n int) bool { return n > 1e6 || n < -1e6 }

// plain reports whether a lower case letter comes next, and there is an operand for it.
func (f *formatReader) plain() bool {
	return f.at < len(f.format) && 'a' <= f.format[f.at] && f.format[f.at] <= 'z' && f.next < len(f.args)
}

func (f *formatReader) digits() (n int, ok bool) {
	for f.at < len(f.format) && '0' <= f.format[f.at] && f.format[f.at] <= '9' {
		if tooLarge(n) {
			f.at = len(f.format)
			return 0, false
		}
		n = n*10 + int(f.format[f.at]-'0')
		f.at++
		ok = true
	}
	return n, ok
}

// number takes an operand for a width or a precision.
func (f *formatReader) number() (int, bool) {
	if f.next >= len(f.args) {
		return 0, false
	}
	arg := f.args[f.next]
	f.next++
	n := 0
	switch kind(arg) {
	case kindInt:
		n = int(intOf(arg))
		if int64(n) != intOf(arg) {
			return 0, false
		}
	case kindUint, kindUintptr:
		n = int(uintOf(arg))
		if n < 0 {
			return 0, false
		}
	default:
		return 0, false
	}
	if tooLarge(n) {
		return 0, false
	}
	return n, true
}

// index reads [n], which chooses the operand; false if there is none.
func (f *formatReader) index() bool {
	if f.at >= len(f.format) || f.format[f.at] != '[' {
		return false
	}
	f.reordered = true
	for end := f.at + 1; end < len(f.format); end++ {
		if f.format[end] != ']' {
			continue
		}
		inner := formatReader{format: f.format[f.at+1 : end]}
		n, ok := inner.digits()
		f.at = end + 1
		if !ok || inner.at != len(inner.format) || n < 1 || n > len(f.args) {
			f.goodIndex = false
			return ok && inner.at == len(inner.format)
		}
		f.next = n - 1
		return true
	}
	f.goodIndex = false
	f.at++
	return false
}
