// Package strings looks into strings and makes new ones.
package strings

// Contains reports whether sub is in s.
func Contains(s, sub string) bool { return Index(s, sub) >= 0 }

// ContainsRune reports whether r is in s.
func ContainsRune(s string, r rune) bool { return IndexRune(s, r) >= 0 }

// ContainsAny reports whether one of the runes of chars is in s.
func ContainsAny(s, chars string) bool { return IndexAny(s, chars) >= 0 }

// Index returns where sub first is in s, or -1.
func Index(s, sub string) int {
	for i := 0; i+len(sub) <= len(s); i++ {
		if s[i:i+len(sub)] == sub {
			return i
		}
	}
	return -1
}

// LastIndex returns where sub last is in s, or -1.
func LastIndex(s, sub string) int {
	for i := len(s) - len(sub); i >= 0; i-- {
		if s[i:i+len(sub)] == sub {
			return i
		}
	}
	return -1
}

// IndexByte returns where c first is in s, or -1.
func IndexByte(s string, c byte) int {
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			return i
		}
	}
	return -1
}

// LastIndexByte returns where c last is in s, or -1.
func LastIndexByte(s string, c byte) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == c {
			return i
		}
	}
	return -1
}

// IndexRune returns where r first is in s, or -1.
func IndexRune(s string, r rune) int {
	return IndexFunc(s, func(c rune) bool { return c == r })
}

// IndexAny returns where one of the runes of chars first is in s, or -1.
func IndexAny(s, chars string) int {
	return IndexFunc(s, func(c rune) bool { return IndexRune(chars, c) >= 0 })
}

// IndexFunc returns where a rune first is in s for which f is true, or -1.
func IndexFunc(s string, f func(rune) bool) int {
	for i, c := range s {
		if f(c) {
			return i
		}
	}
	return -1
}

// lastIndexNot returns the end of the last rune of s for which f is false, or 0.
func lastIndexNot(s string, f func(rune) bool) int {
	end := 0
	for i, c := range s {
		if !f(c) {
			end = i + width(s[i:], c)
		}
	}
	return end
}

// width is how many bytes the rune at the start of s takes; an invalid one takes one.
func width(s string, c rune) int {
	if c == 0xFFFD && (len(s) < 3 || s[:3] != "\uFFFD") {
		return 1
	}
	return len(string(c))
}

// LastIndexAny returns where one of the runes of chars last is in s, or -1.
func LastIndexAny(s, chars string) int {
	return LastIndexFunc(s, func(c rune) bool { return IndexRune(chars, c) >= 0 })
}

// LastIndexFunc returns where a rune last is in s for which f is true, or -1.
func LastIndexFunc(s string, f func(rune) bool) int {
	last := -1
	for i, c := range s {
		if f(c) {
			last = i
		}
	}
	return last
}

// Cut cuts s at the first sep; found says that there is one.
func Cut(s, sep string) (before, after string, found bool) {
	if i := Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// Count returns how often sub is in s, without overlaps; between all runes if sub is empty.
func Count(s, sub string) int {
	n := 0
	if sub == "" {
		for range s {
			n++
		}
		return n + 1
	}
	for i := Index(s, sub); i >= 0; i = Index(s, sub) {
		n++
		s = s[i+len(sub):]
	}
	return n
}

// HasPrefix reports whether s begins with prefix.
func HasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}

// HasSuffix reports whether s ends with suffix.
func HasSuffix(s, suffix string) bool {
	return len(s) >= len(suffix) && s[len(s)-len(suffix):] == suffix
}

// Compare returns -1, 0 or 1 as a is less than, equal to or greater than b.
func Compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// EqualFold reports whether s and t are equal but for the case of letters.
func EqualFold(s, t string) bool {
	return Map(fold, s) == Map(fold, t)
}

// Split cuts s at each sep.
func Split(s, sep string) []string { return split(s, sep, 0, -1) }

// SplitN cuts s at sep into at most n parts; all of them if n is negative.
func SplitN(s, sep string, n int) []string { return split(s, sep, 0, n) }

// SplitAfter cuts s after each sep.
func SplitAfter(s, sep string) []string { return split(s, sep, len(sep), -1) }

// SplitAfterN cuts s after sep into at most n parts.
func SplitAfterN(s, sep string, n int) []string { return split(s, sep, len(sep), n) }

// split keeps so many bytes of each sep.
func split(s, sep string, keep, n int) []string {
	if n == 0 {
		return nil
	}
	if sep == "" {
		return explode(s, n)
	}
	var parts []string
	for n < 0 || len(parts) < n-1 {
		i := Index(s, sep)
		if i < 0 {
			break
		}
		parts = append(parts, s[:i+keep])
		s = s[i+len(sep):]
	}
	return append(parts, s)
}

// explode cuts s into its runes, and what is left after n-1 of them. What is no rune becomes U+FFFD, but not in the last part.
func explode(s string, n int) []string {
	parts := []string{}
	for s != "" {
		c, size := first(s)
		if size == len(s) || len(parts) == n-1 {
			return append(parts, s)
		}
		part := s[:size]
		if c == '\uFFFD' {
			part = "\uFFFD"
		}
		parts = append(parts, part)
		s = s[size:]
	}
	return parts
}

// first is the first rune of s, which is not empty, and how many bytes it takes.
func first(s string) (rune, int) {
	for _, c := range s {
		return c, width(s, c)
	}
	return '\uFFFD', 0
}

// Join puts parts together with sep between them.
func Join(parts []string, sep string) string {
	var b Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(part)
	}
	return b.String()
}

// Repeat returns count copies of s.
func Repeat(s string, count int) string {
	if count < 0 {
		panic("strings: negative Repeat count")
	}
	if len(s) > 0 && count > (1<<62)/len(s) {
		panic("strings: Repeat count causes overflow")
	}
	out := make([]byte, 0, len(s)*count)
	for i := 0; i < count; i++ {
		out = append(out, s...)
	}
	return string(out)
}

// Replace replaces the first n of old by new; all if n is negative.
func Replace(s, old, new string, n int) string {
	if old == new || n == 0 {
		return s
	}
	var out []byte
	if old == "" {
		for ; n != 0; n-- {
			out = append(out, new...)
			if s == "" {
				break
			}
			_, size := first(s)
			out = append(out, s[:size]...)
			s = s[size:]
		}
		return string(append(out, s...))
	}
	for ; n != 0; n-- {
		i := Index(s, old)
		if i < 0 {
			break
		}
		out = append(append(out, s[:i]...), new...)
		s = s[i+len(old):]
	}
	return string(append(out, s...))
}

// ReplaceAll replaces every old by new.
func ReplaceAll(s, old, new string) string { return Replace(s, old, new, -1) }

// Map replaces every rune of s by what f gives for it, and drops it if that is negative.
func Map(f func(rune) rune, s string) string {
	var b Builder
	for _, c := range s {
		if c = f(c); c >= 0 {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// ToUpper makes all letters upper case.
func ToUpper(s string) string { return Map(upper, s) }

// ToLower makes all letters lower case.
func ToLower(s string) string { return Map(lower, s) }

// ToTitle makes all letters title case.
func ToTitle(s string) string { return Map(title, s) }

// Title makes the first letter of every word upper case.
func Title(s string) string {
	previous := ' '
	return Map(func(r rune) rune {
		first := isSeparator(previous)
		previous = r
		if first {
			return title(r)
		}
		return r
	}, s)
}

// TrimFunc drops runes from both ends for which f is true.
func TrimFunc(s string, f func(rune) bool) string {
	return TrimRightFunc(TrimLeftFunc(s, f), f)
}

// TrimLeftFunc drops runes from the start for which f is true.
func TrimLeftFunc(s string, f func(rune) bool) string {
	i := IndexFunc(s, func(c rune) bool { return !f(c) })
	if i < 0 {
		return ""
	}
	return s[i:]
}

// TrimRightFunc drops runes from the end for which f is true.
func TrimRightFunc(s string, f func(rune) bool) string {
	return s[:lastIndexNot(s, f)]
}

// Trim drops the runes of cutset from both ends.
func Trim(s, cutset string) string {
	return TrimFunc(s, func(c rune) bool { return IndexRune(cutset, c) >= 0 })
}

// TrimLeft drops the runes of cutset from the start.
func TrimLeft(s, cutset string) string {
	return TrimLeftFunc(s, func(c rune) bool { return IndexRune(cutset, c) >= 0 })
}

// TrimRight drops the runes of cutset from the end.
func TrimRight(s, cutset string) string {
	return TrimRightFunc(s, func(c rune) bool { return IndexRune(cutset, c) >= 0 })
}

// TrimSpace drops white space from both ends.
func TrimSpace(s string) string { return TrimFunc(s, isSpace) }

// TrimPrefix drops prefix from the start, if it is there.
func TrimPrefix(s, prefix string) string {
	if HasPrefix(s, prefix) {
		return s[len(prefix):]
	}
	return s
}

// TrimSuffix drops suffix from the end, if it is there.
func TrimSuffix(s, suffix string) string {
	if HasSuffix(s, suffix) {
		return s[:len(s)-len(suffix)]
	}
	return s
}

// Fields cuts s at white space.
func Fields(s string) []string { return FieldsFunc(s, isSpace) }

// FieldsFunc cuts s at runes for which f is true; there are no empty parts.
func FieldsFunc(s string, f func(rune) bool) []string {
	parts := []string{}
	start := -1
	for i, c := range s {
		switch {
		case f(c) && start >= 0:
			parts = append(parts, s[start:i])
			start = -1
		case !f(c) && start < 0:
			start = i
		}
	}
	if start >= 0 {
		parts = append(parts, s[start:])
	}
	return parts
}

// A Builder puts a string together.
type Builder struct {
	buf []byte
}

// String returns what was written.
func (b *Builder) String() string { return string(b.buf) }

// Len returns how many bytes were written.
func (b *Builder) Len() int { return len(b.buf) }

// Cap returns for how many bytes there is room.
func (b *Builder) Cap() int { return cap(b.buf) }

// Reset forgets what was written.
func (b *Builder) Reset() { b.buf = nil }

// Grow makes room for n more bytes.
func (b *Builder) Grow(n int) {
	if n < 0 {
		panic("strings.Builder.Grow: negative count")
	}
	if cap(b.buf)-len(b.buf) < n {
		b.buf = append(make([]byte, 0, 2*cap(b.buf)+n), b.buf...)
	}
}

// Write writes bytes.
func (b *Builder) Write(p []byte) (int, error) {
	b.buf = append(b.buf, p...)
	return len(p), nil
}

// WriteByte writes a byte.
func (b *Builder) WriteByte(c byte) error {
	b.buf = append(b.buf, c)
	return nil
}

// WriteRune writes a rune.
func (b *Builder) WriteRune(r rune) (int, error) {
	s := string(r)
	b.buf = append(b.buf, s...)
	return len(s), nil
}

// WriteString writes a string.
func (b *Builder) WriteString(s string) (int, error) {
	b.buf = append(b.buf, s...)
	return len(s), nil
}

// Letters in another case; fold gives one for all that are equal but for case.
func upper(r rune) rune
func lower(r rune) rune
func title(r rune) rune
func fold(r rune) rune

func isSpace(r rune) bool

// isSeparator reports whether a word ends before r.
func isSeparator(r rune) bool
