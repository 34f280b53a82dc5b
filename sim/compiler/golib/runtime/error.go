package runtime

// The values of run-time panics. The machine makes the text of one, calls the function of its kind below, and panics with
// the result.

// An Error is a panic of the runtime rather than of the program.
type Error interface {
	error
	RuntimeError()
}

// A TypeAssertionError is a type assertion that failed.
type TypeAssertionError struct {
	text string
}

// RuntimeError marks an Error.
func (*TypeAssertionError) RuntimeError() {}

func (e *TypeAssertionError) Error() string { return e.text }

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
	text string
}

func (boundsError) RuntimeError() {}

func (e boundsError) Error() string { return "runtime error: " + e.text }

func newErrorString(text string) error { return errorString(text) }

func newPlainError(text string) error { return plainError(text) }

func newBoundsError(text string) error { return boundsError{text} }

func newTypeAssertionError(text string) error { return &TypeAssertionError{text} }
