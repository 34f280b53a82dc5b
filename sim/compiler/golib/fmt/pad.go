package fmt

import "strconv"

// runes counts the runes of s.
func runes(s string) int {
	n := 0
	for range s {
		n++
	}
	return n
}

// pad appends s, filled to the width.
func (p *printer) pad(s string) {
	fill := 0
	if p.hasWidth {
		fill = p.width - runes(s)
	}
	if p.minus {
		p.text(s)
		p.fill(fill, ' ')
		return
	}
	if p.zero {
		p.fill(fill, '0')
	} else {
		p.fill(fill, ' ')
	}
	p.text(s)
}

func (p *printer) fill(n int, with byte) {
	for ; n > 0; n-- {
		p.buf = append(p.buf, with)
	}
}

// unzeroed formats with spaces instead of zeros.
func (p *printer) padSpaces(s string) {
	zero := p.zero
	p.zero = false
	p.pad(s)
	p.zero = zero
}

// sign is what stands before a number that is not negative.
func (p *printer) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case p.plus:
		return "+"
	case p.space:
		return " "
	}
	return ""
}

// integer formats a number of this size without its sign.
func (p *printer) integer(u uint64, base int, negative bool, verb rune, upper bool) {
	digits := strconv.FormatUint(u, base)
	if upper {
		digits = upperCase(digits)
	}
	least := 0
	if p.hasPrecision {
		least = p.precision
		if least == 0 && u == 0 {
			zero := p.zero
			p.zero = false
			p.fill(p.width, ' ')
			p.zero = zero
			return
		}
	} else if p.zero && p.hasWidth {
		least = p.width
		if p.sign(negative) != "" {
			least--
		}
	}
	for len(digits) < least {
		digits = zeros(least-len(digits)) + digits
	}
	prefix := ""
	if p.sharp {
		switch base {
		case 2:
			prefix = "0b"
		case 8:
			if digits[0] != '0' {
				prefix = "0"
			}
		case 16:
			prefix = "0x"
			if upper {
				prefix = "0X"
			}
		}
	}
	if verb == 'O' {
		prefix = "0o" + prefix
	}
	p.padSpaces(p.sign(negative) + prefix + digits)
}

func zeros(n int) string {
	buf := make([]byte, n)
	for i := range buf {
		buf[i] = '0'
	}
	return string(buf)
}

func upperCase(s string) string {
	buf := []byte(s)
	for i, c := range buf {
		if 'a' <= c && c <= 'z' {
			buf[i] = c - 'a' + 'A'
		}
	}
	return string(buf)
}

// unicode formats a code point as U+0041, with the character if asked for.
func (p *printer) unicode(u uint64) {
	digits := upperCase(strconv.FormatUint(u, 16))
	least := 4
	if p.hasPrecision && p.precision > 4 {
		least = p.precision
	}
	if len(digits) < least {
		digits = zeros(least-len(digits)) + digits
	}
	out := "U+" + digits
	if p.sharp && u <= 0x10FFFF && strconv.IsPrint(rune(u)) {
		out += " '" + string(rune(u)) + "'"
	}
	p.padSpaces(out)
}

// truncated cuts a string to the precision, in runes.
func (p *printer) truncated(s string) string {
	if !p.hasPrecision {
		return s
	}
	n := p.precision
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// hexString formats bytes in hexadecimal.
func (p *printer) hexString(s string, upper bool) {
	digits := "0123456789abcdef"
	x := "x"
	if upper {
		digits, x = "0123456789ABCDEF", "X"
	}
	if p.hasPrecision && p.precision < len(s) {
		s = s[:p.precision]
	}
	var out []byte
	for i := 0; i < len(s); i++ {
		if p.space && i > 0 {
			out = append(out, ' ')
		}
		if p.sharp && (p.space || i == 0) {
			out = append(append(out, '0'), x...)
		}
		out = append(out, digits[s[i]>>4], digits[s[i]&15])
	}
	p.pad(string(out))
}

// quoted formats a string as a literal.
func (p *printer) quoted(s string) {
	s = p.truncated(s)
	switch {
	case p.sharp && strconv.CanBackquote(s):
		p.pad("`" + s + "`")
	case p.plus:
		p.pad(strconv.QuoteToASCII(s))
	default:
		p.pad(strconv.Quote(s))
	}
}

// character formats a code point; one that is none as U+FFFD.
func character(u uint64) rune {
	if u > 0x10FFFF {
		return 0xFFFD
	}
	return rune(u)
}

// float formats a number.
func (p *printer) float(f float64, bits int, verb rune, precision int) {
	format := byte(verb)
	if verb == 'v' {
		format = 'g'
	} else if verb == 'F' {
		format = 'f'
	}
	if p.hasPrecision {
		precision = p.precision
	}
	s := strconv.FormatFloat(f, format, precision, bits)
	sign := s[:1]
	if sign == "-" || sign == "+" {
		s = s[1:]
	} else {
		sign = "+"
	}
	if p.space && sign == "+" && !p.plus {
		sign = " "
	}
	// An infinity always shows its sign, and is never filled with zeros.
	if s[0] == 'I' || s[0] == 'N' {
		if s[0] == 'N' && !p.space && !p.plus {
			sign = ""
		}
		p.padSpaces(sign + s)
		return
	}
	if p.sharp && verb != 'b' {
		s = withPoint(s, verb, precision)
	}
	if sign == "+" && !p.plus {
		sign = ""
	}
	if p.zero && sign != "" && p.hasWidth && p.width > len(s)+1 {
		p.text(sign)
		p.fill(p.width-len(s)-1, '0')
		p.text(s)
		return
	}
	p.pad(sign + s)
}

// withPoint gives a number of %#g and the like its decimal point, and the zeros that its precision asks for.
func withPoint(s string, verb rune, precision int) string {
	digits := 0
	if verb == 'v' || verb == 'g' || verb == 'G' || verb == 'x' || verb == 'X' {
		digits = precision
		if digits < 0 {
			digits = 6
		}
	}
	hex := len(s) > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')
	tail := ""
	point, significant := false, false
	// The x of a hexadecimal number counts as a digit, as it does in Go.
	for at := 0; at < len(s); at++ {
		c := s[at]
		if c == '.' {
			point = true
			continue
		}
		if hex && (c == 'p' || c == 'P') || !hex && (c == 'e' || c == 'E') {
			tail, s = s[at:], s[:at]
			break
		}
		if c != '0' {
			significant = true
		}
		if significant {
			digits--
		}
	}
	if !point {
		if s == "0" {
			digits--
		}
		s += "."
	}
	for ; digits > 0; digits-- {
		s += "0"
	}
	return s + tail
}
