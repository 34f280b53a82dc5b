// Package errors makes and takes apart error values.
package errors

// errorString is an error that is its text. New returns pointers, so that two errors of one text differ.
type errorString struct {
	s string
}

func (e *errorString) Error() string { return e.s }

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
	if target == nil {
		return err == nil
	}
	for ; err != nil; err = Unwrap(err) {
		if comparable(err) && comparable(target) && err == target {
			return true
		}
		if x, ok := err.(interface{ Is(error) bool }); ok && x.Is(target) {
			return true
		}
	}
	return false
}

// As sets what target points to, to the first of err and those that it wraps that can be assigned to it. It reports whether
// there is one.
func As(err error, target interface{}) bool {
	if target == nil {
		panic("errors: target cannot be nil")
	}
	switch targetOf(target) {
	case 1:
		panic("errors: target must be a non-nil pointer")
	case 2:
		panic("errors: *target must be interface or implement error")
	}
	for ; err != nil; err = Unwrap(err) {
		if assign(target, err) {
			return true
		}
		if x, ok := err.(interface{ As(interface{}) bool }); ok && x.As(target) {
			return true
		}
	}
	return false
}

// targetOf is 0 for a target that As can set, 1 for what is no pointer or nil, and 2 for a pointer to what is no error.
func targetOf(x interface{}) int

// assign sets what target points to, if err can be assigned to it.
func assign(target interface{}, err error) bool

// comparable reports whether the value in x can be compared with ==.
func comparable(x interface{}) bool
