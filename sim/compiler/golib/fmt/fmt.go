// Package fmt formats values.
//
//	fmt      the functions that programs call
//	verbs    reading a format
//	value    from a value to text: methods, kinds, parts
//	pad      widths, numbers, strings
//	reflect  what the machine tells about values
//	sort     the order of a map's entries
package fmt

import (
	"errors"
	"os"
)

// A Stringer has a text of its own.
type Stringer interface {
	String() string
}

// A GoStringer has a text of its own for %#v.
type GoStringer interface {
	GoString() string
}

// A State is what a Formatter writes to, and the flags that it was called with.
type State interface {
	Write(b []byte) (n int, err error)
	Width() (width int, ok bool)
	Precision() (precision int, ok bool)
	Flag(c int) bool
}

// A Formatter formats itself.
type Formatter interface {
	Format(f State, verb rune)
}

// writer is what text can be written to.
type writer = interface {
	Write(p []byte) (n int, err error)
}

// Sprintf formats.
func Sprintf(format string, args ...interface{}) string {
	p := printer{}
	p.printf(format, args)
	return string(p.buf)
}

// Fprintf formats to w.
func Fprintf(w writer, format string, args ...interface{}) (n int, err error) {
	p := printer{}
	p.printf(format, args)
	return w.Write(p.buf)
}

// Printf formats to standard output.
func Printf(format string, args ...interface{}) (n int, err error) {
	return Fprintf(os.Stdout, format, args...)
}

// Appendf formats to the end of b.
func Appendf(b []byte, format string, args ...interface{}) []byte {
	p := printer{buf: b}
	p.printf(format, args)
	return p.buf
}

// Sprint formats with %v, with spaces between operands of which neither is a string.
func Sprint(args ...interface{}) string {
	p := printer{}
	p.print(args)
	return string(p.buf)
}

// Fprint is Sprint to w.
func Fprint(w writer, args ...interface{}) (n int, err error) {
	p := printer{}
	p.print(args)
	return w.Write(p.buf)
}

// Print is Sprint to standard output.
func Print(args ...interface{}) (n int, err error) {
	return Fprint(os.Stdout, args...)
}

// Append is Sprint to the end of b.
func Append(b []byte, args ...interface{}) []byte {
	p := printer{buf: b}
	p.print(args)
	return p.buf
}

// Sprintln formats with %v, with spaces between all operands and a newline.
func Sprintln(args ...interface{}) string {
	p := printer{}
	p.println(args)
	return string(p.buf)
}

// Fprintln is Sprintln to w.
func Fprintln(w writer, args ...interface{}) (n int, err error) {
	p := printer{}
	p.println(args)
	return w.Write(p.buf)
}

// Println is Sprintln to standard output.
func Println(args ...interface{}) (n int, err error) {
	return Fprintln(os.Stdout, args...)
}

// Appendln is Sprintln to the end of b.
func Appendln(b []byte, args ...interface{}) []byte {
	p := printer{buf: b}
	p.println(args)
	return p.buf
}

type wrapError struct {
	msg string
	err error
}

func (e *wrapError) Error() string { return e.msg }

// Unwrap returns the operand of %w.
func (e *wrapError) Unwrap() error { return e.err }

// Errorf makes an error of a formatted text, which wraps the operand of %w.
func Errorf(format string, args ...interface{}) error {
	p := printer{wraps: true}
	p.printf(format, args)
	if p.wrapped == nil {
		return errors.New(string(p.buf))
	}
	return &wrapError{string(p.buf), p.wrapped}
}

func (p *printer) print(args []interface{}) {
	text := false
	for i, arg := range args {
		isText := kind(arg) == kindString
		if i > 0 && !isText && !text {
			p.buf = append(p.buf, ' ')
		}
		p.arg(arg, 'v')
		text = isText
	}
}

func (p *printer) println(args []interface{}) {
	for i, arg := range args {
		if i > 0 {
			p.buf = append(p.buf, ' ')
		}
		p.arg(arg, 'v')
	}
	p.buf = append(p.buf, '\n')
}
