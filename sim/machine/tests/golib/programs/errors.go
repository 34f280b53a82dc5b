// Errors that wrap others, and looking for one.
package main

import (
	"errors"
	"fmt"
	"os"
)

type code int

func (c code) Error() string { return fmt.Sprint("code ", int(c)) }

type detail struct {
	what  string
	inner error
}

func (d *detail) Error() string { return d.what }
func (d *detail) Unwrap() error { return d.inner }

type list []int

func (l list) Error() string { return fmt.Sprint([]int(l)) }

type picky struct{ name string }

func (p picky) Error() string        { return p.name }
func (p picky) Is(target error) bool { return target == code(9) }
func (p picky) As(x interface{}) bool {
	c, ok := x.(*code)
	if ok {
		*c = 77
	}
	return ok
}

type timeout interface{ Timeout() bool }

type slow struct{ string }

func (s slow) Error() string { return s.string }
func (s slow) Timeout() bool { return true }

type unused struct{}

func (*unused) Error() string { return "" }

func main() {
	a := errors.New("a")
	chain := []error{
		nil, a, errors.New("a"), code(1), code(2), &detail{"d", a}, fmt.Errorf("w: %w", code(1)), list{1, 2}, fmt.Errorf("l: %w", list{3}),
		picky{"p"}, fmt.Errorf("x %w", &detail{"e", slow{"s"}}),
	}
	for i, err := range chain {
		fmt.Println(i, err, errors.Unwrap(err))
		for j, target := range chain {
			if errors.Is(err, target) {
				fmt.Println(i, "is", j)
			}
		}
		var c code
		var d *detail
		var l list
		var t timeout
		var e error
		var u *unused
		var p picky
		fmt.Println(errors.As(err, &c), c, errors.As(err, &d), d != nil, errors.As(err, &l), l, errors.As(err, &t), t, errors.As(err, &e), e != nil,
			errors.As(err, &u), errors.As(err, &p), p.name)
	}
	for _, target := range []interface{}{nil, 5, (*error)(nil), new(int), new(*int), new(fmt.Stringer), code(1)} {
		func() {
			defer func() { fmt.Println(recover()) }()
			fmt.Println(errors.As(a, target))
		}()
	}
	var e1, e2 error = picky{"x"}, picky{"x"}
	fmt.Println(errors.Is(e1, e2), errors.Is(e1, code(9)), errors.Is(a, nil), errors.Is(nil, nil))
	fmt.Fprintln(os.Stderr, "leaving")
	os.Exit(3)
}
