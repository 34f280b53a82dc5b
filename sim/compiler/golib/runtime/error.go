package runtime

// The values of run-time panics. The machine calls the functions below when it raises one, and panics with the result.

// An Error is a panic of the runtime rather than of the program.
type Error interface {
	error
	RuntimeError()
}

// A TypeAssertionError is a type assertion that failed.
type TypeAssertionError struct {
	inter    string
	concrete string
	asserted string
	missing  string
}

// RuntimeError marks an Error.
func (*TypeAssertionError) RuntimeError() {}

func (e *TypeAssertionError) Error() string {
	if e.concrete == "" {
		return "interface conversion: " + e.inter + " is nil, not " + e.asserted
	}
	if e.missing != "" {
		return "interface conversion: " + e.concrete + " is not " + e.asserted + ": missing method " + e.missing
	}
	text := "interface conversion: " + e.inter + " is " + e.concrete + ", not " + e.asserted
	if e.concrete == e.asserted {
		text += " (types from different scopes)"
	}
	return text
}

// errorString is an error whose text follows "runtime error: ".
type errorString string

func (errorString) RuntimeError() {}

func (e errorString) Error() string { return "runtime error: " + string(e) }

// plainError is an error whose text stands for itself.
type plainError string

func (plainError) RuntimeError() {}

func (e plainError) Error() string { return string(e) }

// boundsError is an index or a slice expression out of range.
type boundsError struct {
	x      int64
	y      int
	signed bool
	code   uint8
}

func (boundsError) RuntimeError() {}

// Codes of a boundsError, as the machine gives them.
const (
	boundsIndex = iota
	boundsSliceLen
	boundsSliceCap
	boundsSliceLow
	boundsSlice3Len
	boundsSlice3Cap
	boundsSlice3High
	boundsSlice3Low
	boundsConvert
)

func (e boundsError) Error() string {
	x, y := decimal(e.x, e.signed), decimal(int64(e.y), true)
	negative := e.signed && e.x < 0
	var text, limit string
	switch e.code {
	case boundsIndex:
		text, limit = "index out of range ["+x+"]", " with length "+y
	case boundsSliceLen:
		text, limit = "slice bounds out of range [:"+x+"]", " with length "+y
	case boundsSliceCap:
		text, limit = "slice bounds out of range [:"+x+"]", " with capacity "+y
	case boundsSlice3Len:
		text, limit = "slice bounds out of range [::"+x+"]", " with length "+y
	case boundsSlice3Cap:
		text, limit = "slice bounds out of range [::"+x+"]", " with capacity "+y
	case boundsSliceLow:
		text = "slice bounds out of range [" + x + ":" + known(y, negative) + "]"
	case boundsSlice3High:
		text = "slice bounds out of range [:" + x + ":" + known(y, negative) + "]"
	case boundsSlice3Low:
		text = "slice bounds out of range [" + x + ":" + known(y, negative) + ":]"
	case boundsConvert:
		text = "cannot convert slice with length " + x + " to pointer to array with length " + y
	}
	if negative {
		limit = ""
	}
	return "runtime error: " + text + limit
}

// known is the other bound, which a negative one is not compared with.
func known(bound string, negative bool) string {
	if negative {
		return ""
	}
	return bound
}

func decimal(v int64, signed bool) string {
	u := uint64(v)
	negative := signed && v < 0
	if negative {
		u = -u
	}
	var buf [20]byte
	i := len(buf)
	for {
		i--
		buf[i] = byte('0' + u%10)
		u /= 10
		if u == 0 {
			break
		}
	}
	if negative {
		return "-" + string(buf[i:])
	}
	return string(buf[i:])
}

func newBoundsError(x int64, signed bool, y int, code uint8) interface{} {
	return boundsError{x, y, signed, code}
}

func newErrorString(text string) interface{} { return errorString(text) }

func newPlainError(text string) interface{} { return plainError(text) }

func newTypeAssertionError(inter, concrete, asserted, missing string) interface{} {
	return &TypeAssertionError{inter, concrete, asserted, missing}
}

// printed is the text that an uncaught panic with a value of these kinds prints; the machine prints all others by itself.
func printed(v interface{}) (string, bool) {
	switch v := v.(type) {
	case error:
		return v.Error(), true
	case interface{ String() string }:
		return v.String(), true
	}
	return "", false
}
