// Package errors makes and takes apart error values.
package errors

// errorString is an error that is its text. New returns pointers, so that two errors of one text differ.
type errorString struct {
	text string
}

func (e *errorString) Error() string { return e.text }

// New returns a new error with this text.
func New(text string) error {
	return &errorString{text}
}

// Unwrap returns the error that err wraps, or nil.
func Unwrap(err error) error {
	w, ok := err.(interface{ Unwrap() error })
	if !ok {
		return nil
	}
	return w.Unwrap()
}

// Is reports whether err, or one that it wraps, is target.
func Is(err, target error) bool {
	for ; err != nil; err = Unwrap(err) {
		if comparable(err) && comparable(target) && err == target {
			return true
		}
		if x, ok := err.(interface{ Is(error) bool }); ok && x.Is(target) {
			return true
		}
	}
	return target == nil
}

// comparable reports whether the value in x can be compared with ==.
func comparable(x interface{}) bool
