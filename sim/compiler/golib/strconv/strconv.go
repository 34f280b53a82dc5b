// Package strconv converts between strings and values.
package strconv

// IntSize is the size of an int in bits.
const IntSize = 64

// A NumError is a failed conversion.
type NumError struct {
	Func string
	Num  string
	Err  error
}

func (e *NumError) Error() string {
	return "strconv." + e.Func + ": parsing " + Quote(e.Num) + ": " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *NumError) Unwrap() error { return e.Err }

type reason struct {
	text string
}

func (r *reason) Error() string { return r.text }

// Why a conversion fails.
var (
	ErrRange  error = &reason{"value out of range"}
	ErrSyntax error = &reason{"invalid syntax"}
)

func fail(function, s string, err error) *NumError { return &NumError{function, s, err} }

// ParseUint reads an unsigned integer of so many bits; base 0 takes the base from the prefix.
func ParseUint(s string, base int, bits int) (uint64, error) {
	return parseUint("ParseUint", s, base, bits)
}

func parseUint(function, s string, base int, bits int) (uint64, error) {
	if s == "" {
		return 0, fail(function, s, ErrSyntax)
	}
	digits, underscores := s, false
	switch {
	case base == 0:
		base = 10
		if s[0] == '0' {
			base, digits = 8, s[1:]
			if len(s) >= 3 {
				switch s[1] | 0x20 {
				case 'x':
					base, digits = 16, s[2:]
				case 'b':
					base, digits = 2, s[2:]
				case 'o':
					base, digits = 8, s[2:]
				}
			}
		}
		underscores = true
	case base < 2 || base > 36:
		return 0, fail(function, s, &reason{"invalid base " + Itoa(base)})
	}
	if bits == 0 {
		bits = IntSize
	}
	if bits < 0 || bits > 64 {
		return 0, fail(function, s, &reason{"invalid bit size " + Itoa(bits)})
	}
	max := ^uint64(0) >> uint(64-bits)
	var n uint64
	seen := false
	for i := 0; i < len(digits); i++ {
		c := digits[i]
		d := 99
		switch {
		case c == '_' && underscores:
			seen = true
			continue
		case '0' <= c && c <= '9':
			d = int(c - '0')
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			d = int(c|0x20-'a') + 10
		}
		if d >= base {
			return 0, fail(function, s, ErrSyntax)
		}
		next := n*uint64(base) + uint64(d)
		if n > (^uint64(0)-uint64(d))/uint64(base) || next > max {
			return max, fail(function, s, ErrRange)
		}
		n = next
	}
	if seen && !underscoresOK(s) {
		return 0, fail(function, s, ErrSyntax)
	}
	return n, nil
}

// underscoresOK reports whether each underscore of a number is between digits, or after the base prefix.
func underscoresOK(s string) bool {
	if s[0] == '-' || s[0] == '+' {
		s = s[1:]
	}
	before := byte('^')
	i := 0
	if len(s) >= 2 && s[0] == '0' {
		switch s[1] | 0x20 {
		case 'b', 'o', 'x':
			i, before = 2, '0'
		}
	}
	for ; i < len(s); i++ {
		c := s[i]
		digit := '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
		switch {
		case digit:
			before = '0'
		case c == '_':
			if before != '0' {
				return false
			}
			before = '_'
		default:
			if before == '_' {
				return false
			}
			before = '!'
		}
	}
	return before != '_'
}

// ParseInt reads an integer of so many bits; base 0 takes the base from the prefix.
func ParseInt(s string, base int, bits int) (int64, error) {
	return parseInt("ParseInt", s, base, bits)
}

func parseInt(function, s string, base int, bits int) (int64, error) {
	if s == "" {
		return 0, fail(function, s, ErrSyntax)
	}
	negative, digits := false, s
	if s[0] == '+' || s[0] == '-' {
		negative, digits = s[0] == '-', s[1:]
	}
	u, err := parseUint(function, digits, base, bits)
	if e, ok := err.(*NumError); ok && e.Err != ErrRange {
		e.Num = s
		return 0, err
	}
	if bits == 0 {
		bits = IntSize
	}
	limit := uint64(1) << uint(bits-1)
	switch {
	case !negative && u >= limit:
		return int64(limit - 1), fail(function, s, ErrRange)
	case negative && u > limit:
		return -int64(limit), fail(function, s, ErrRange)
	case negative:
		return -int64(u), nil
	}
	return int64(u), nil
}

// Atoi reads an int in base 10.
func Atoi(s string) (int, error) {
	n, err := parseInt("Atoi", s, 10, 0)
	return int(n), err
}

// Itoa writes an int in base 10.
func Itoa(n int) string { return FormatInt(int64(n), 10) }

// FormatInt writes n in a base from 2 to 36.
func FormatInt(n int64, base int) string {
	if n < 0 {
		return "-" + FormatUint(-uint64(n), base)
	}
	return FormatUint(uint64(n), base)
}

// FormatUint writes n in a base from 2 to 36.
func FormatUint(n uint64, base int) string {
	if base < 2 || base > 36 {
		panic("strconv: illegal AppendInt/FormatInt base")
	}
	var buf [64]byte
	i := len(buf)
	for {
		i--
		buf[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[n%uint64(base)]
		n /= uint64(base)
		if n == 0 {
			return string(buf[i:])
		}
	}
}

// AppendInt appends n to b.
func AppendInt(b []byte, n int64, base int) []byte { return append(b, FormatInt(n, base)...) }

// AppendUint appends n to b.
func AppendUint(b []byte, n uint64, base int) []byte { return append(b, FormatUint(n, base)...) }

// ParseBool reads a boolean.
func ParseBool(s string) (bool, error) {
	switch s {
	case "1", "t", "T", "true", "TRUE", "True":
		return true, nil
	case "0", "f", "F", "false", "FALSE", "False":
		return false, nil
	}
	return false, fail("ParseBool", s, ErrSyntax)
}

// FormatBool writes a boolean.
func FormatBool(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// FormatFloat writes f: format is one of e, E, f, g, G, b, x, X; precision -1 takes as many digits as it needs.
func FormatFloat(f float64, format byte, precision, bits int) string {
	if bits != 32 && bits != 64 {
		panic("strconv: illegal AppendFloat/FormatFloat bitSize")
	}
	return formatFloat(f, format, precision, bits)
}

// AppendFloat appends f to b.
func AppendFloat(b []byte, f float64, format byte, precision, bits int) []byte {
	return append(b, FormatFloat(f, format, precision, bits)...)
}

func formatFloat(f float64, format byte, precision, bits int) string

// ParseFloat reads a number, rounded to so many bits.
func ParseFloat(s string, bits int) (float64, error) {
	f, code := parseFloat(s, bits)
	switch code {
	case 1:
		return 0, fail("ParseFloat", s, ErrSyntax)
	case 2:
		return f, fail("ParseFloat", s, ErrRange)
	}
	return f, nil
}

// parseFloat gives the number, and 0, or 1 for wrong syntax, 2 for a number that is too large.
func parseFloat(s string, bits int) (float64, int)

// AppendQuote appends s to b as a Go string literal.
func AppendQuote(b []byte, s string) []byte { return append(b, Quote(s)...) }

// AppendQuoteRune appends r to b as a Go rune literal.
func AppendQuoteRune(b []byte, r rune) []byte { return append(b, QuoteRune(r)...) }

// Quote writes s as a Go string literal.
func Quote(s string) string { return quote(s, '"', false) }

// QuoteToASCII writes s as a Go string literal in ASCII.
func QuoteToASCII(s string) string { return quote(s, '"', true) }

// QuoteRune writes r as a Go rune literal.
func QuoteRune(r rune) string { return quoteRune(r, false) }

// QuoteRuneToASCII writes r as a Go rune literal in ASCII.
func QuoteRuneToASCII(r rune) string { return quoteRune(r, true) }

func quoteRune(r rune, ascii bool) string {
	if r > 0x10FFFF || r < 0 || 0xD800 <= r && r < 0xE000 {
		r = 0xFFFD
	}
	return "'" + escape(r, '\'', ascii) + "'"
}

func quote(s string, mark rune, ascii bool) string {
	out := []byte{byte(mark)}
	for i, r := range s {
		if r == 0xFFFD && (len(s)-i < 3 || s[i:i+3] != "\uFFFD") {
			out = append(out, `\x`...)
			out = append(out, hex(uint64(s[i]), 2)...)
			continue
		}
		out = append(out, escape(r, mark, ascii)...)
	}
	return string(append(out, byte(mark)))
}

func escape(r, mark rune, ascii bool) string {
	switch r {
	case mark, '\\':
		return `\` + string(r)
	case '\a':
		return `\a`
	case '\b':
		return `\b`
	case '\f':
		return `\f`
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	case '\v':
		return `\v`
	}
	switch {
	case r < 0x80 && ' ' <= r && r != 0x7f, r >= 0x80 && !ascii && IsPrint(r):
		return string(r)
	case r < ' ' || r == 0x7f:
		return `\x` + hex(uint64(r), 2)
	case r < 0x10000:
		return `\u` + hex(uint64(r), 4)
	}
	return `\U` + hex(uint64(r), 8)
}

func hex(n uint64, width int) string {
	s := FormatUint(n, 16)
	for len(s) < width {
		s = "0" + s
	}
	return s
}

// CanBackquote reports whether s can be a raw string literal in one line.
func CanBackquote(s string) bool {
	for i, r := range s {
		if r == 0xFEFF || r == 0xFFFD && (len(s)-i < 3 || s[i:i+3] != "\uFFFD") || r < ' ' && r != '\t' || r == '`' || r == 0x7f {
			return false
		}
	}
	return true
}

// IsPrint reports whether r is printable.
func IsPrint(r rune) bool

// Unquote reads a Go string, raw string or rune literal.
func Unquote(s string) (string, error) {
	text, ok := unquote(s)
	if !ok {
		return "", ErrSyntax
	}
	return text, nil
}

func unquote(s string) (string, bool)
