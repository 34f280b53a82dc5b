// Every verb with every kind of value, and formats that are wrong. No pointer is printed that is not nil: where things lie in
// memory is different.
package main

import (
	"errors"
	"fmt"
	"math"
	"os"
)

type T struct {
	A int
	b string
	C interface{}
	D []byte
}

type S string

func (s S) String() string { return "S:" + string(s) }

type V string

func (v V) Error() string { return "V:" + string(v) }

type P struct{ x int }

func (p *P) Error() string { return fmt.Sprint("P", p.x) }

type Q struct{ x int }

func (q Q) String() string { panic("boom") }

type W struct {
	S  S
	s  S
	E  error
	M  map[string]int
	PP *int
}

type G int

func (G) GoString() string { return "G!" }

type F struct{ x int }

func (f F) Format(s fmt.State, verb rune) {
	width, hasWidth := s.Width()
	precision, hasPrecision := s.Precision()
	// What is not there is what an earlier call of fmt has left.
	if !hasWidth {
		width = -1
	}
	if !hasPrecision {
		precision = -1
	}
	fmt.Fprintf(s, "F(%d %c %d %t %d %t", f.x, verb, width, hasWidth, precision, hasPrecision)
	for _, c := range "-+# 0" {
		fmt.Fprint(s, s.Flag(int(c)))
	}
	s.Write([]byte(")"))
}

type bools bool
type ints int16
type floats float32
type complexes complex64
type arrays [2]S
type maps map[S]ints
type funcs func(int, ...string) (bool, error)
type chans chan<- int
type faces interface{ M(int) string }
type Inner struct{ A, B int }
type Outer struct {
	Inner
	*P
	C map[string]*Inner
	D [0]int
	E struct{}
	F faces
	_ int
}

func values() []interface{} {
	return []interface{}{
		nil, true, false, 0, 1, -1, 42, -300, int8(-5), uint8(200), uint64(math.MaxUint64), int64(math.MinInt64), uintptr(77),
		0.0, 1.5, -2.25, 1e21, 1e-7, math.Inf(1), math.Inf(-1), math.NaN(), math.Copysign(0, -1), float32(3.4), 123456789.0,
		1e6, 1e20, 100000.0, 2e100,
		complex(1, -2), complex64(complex(0.5, 3)), "", "hi", "q\"\n\x00\xff☺`", "日本語", 'x', '☺', rune(0x110000), []byte("abc"),
		[]byte(nil), [3]byte{1, 2, 3}, []int{1, 2}, []int(nil), []string{"a", "b c"}, [2]bool{true, false},
		map[string]int{"z": 1, "a": 2}, map[int]string(nil), map[float64]bool{2: true, 1: false, math.NaN(): true},
		T{1, "x", nil, nil}, &T{2, "y", 3, []byte("hi")}, S("s"), &P{3}, (*P)(nil), Q{1},
		W{"a", "b", V("e"), map[string]int{"k": 1}, nil}, struct{}{}, &struct{ X, y int }{1, 2},
		errors.New("err"), []interface{}{1, "a", nil, S("q")}, map[interface{}]int{1: 1, "a": 2, 2.5: 3}, G(3), []G{1, 2},
		&[]int{1}, &map[string]int{"a": 1}, [][]int{{1}, {2, 3}}, []error{nil, V("x")}, struct{ E error }{}, []S{"u"},
		(*int)(nil), []*int{nil}, func() {}, []float64{1, 2.5}, []uint8{7}, [2][]byte{[]byte("x"), nil}, int32(65),
		F{1}, []F{{2}}, &F{3}, bools(true), ints(-7), floats(0.1), complexes(1i), arrays{"x", "y"}, maps{"b": 1, "a": -2}, maps(nil),
		funcs(nil), chans(nil), (*faces)(nil), Outer{P: nil, C: map[string]*Inner{"n": nil}}, &Outer{Inner: Inner{1, 2}},
		[2]struct{}{}, [0]int{}, map[[2]int]string{{2, 1}: "b", {1, 2}: "a"}, map[bool]S{true: "t", false: "f"},
		map[Inner]Inner{{2, 1}: {}, {1, 9}: {3, 4}}, struct{ p *int }{}, [1]*int{}, []interface{}{[]interface{}{nil}}, int16(-32768),
		map[complex128]int{2: 1, 1i: 2, 1: 3}, []complex64{1, 2i}, []rune("aé"), [3]rune{}, uint16(65535), []int8{-1, 1},
		[]bool{true}, &[2]string{"a", ""}, (*[]int)(nil), map[*int]bool{nil: true}, map[uint8]int8{3: -3, 1: -1}, S(""), ints(0),
	}
}

var verbs = []string{
	"v", "+v", "#v", "T", "d", "s", "q", "x", "X", "t", "e", "f", "g", "G", "E", "b", "o", "O", "c", "U", "#x", "# x", " x", "+d", " d",
	"5d", "-5d|", "05d", "8.3f", "08.2f", "+.2e", "10s", "-10s|", "010s", ".2s", ".0f", "+q", "#q", "#U", "10v", "-10v|", "z", "6.2d",
	"#o", "#b", "#g", "#.3g", "20v", ".3v", "+08d", " 08d", ".0d", "5.0d", "#f", "#e", "08v", "#08x", "12.4x", "-12.4x|", "F",
	"!", "+x", "5t", "5q", "5c", "-5c|", "05c", "+.3g", "010.2f", "+010.3e", "5%", "-#+ 8.3v|", "w", "☺",
}

var odd = []struct {
	f string
	a []interface{}
}{
	{"%", nil}, {"%d", nil}, {"%d %d", []interface{}{1}}, {"x", []interface{}{1, "a", nil}}, {"%[2]d %[1]d", []interface{}{1, 2}},
	{"%[3]d", []interface{}{1}}, {"%[x]d", []interface{}{1}}, {"%*d", []interface{}{5, 1}}, {"%-*d|", []interface{}{5, 1}},
	{"%*d|", []interface{}{-5, 1}}, {"%.*f", []interface{}{2, 1.0}}, {"%.*f", []interface{}{"a", 1.0}}, {"%*d", []interface{}{"a", 1}},
	{"%[1]*d", []interface{}{3}}, {"%6.*f", []interface{}{2, 1.0}}, {"%[2]*[1]d|", []interface{}{1, 4}}, {"%[]d", []interface{}{1}},
	{"%[", []interface{}{1}}, {"%[1", []interface{}{1}}, {"%99999999d", []interface{}{1}}, {"%!", []interface{}{1}}, {"%☺", []interface{}{1}},
	{"%%%d%%", []interface{}{1}}, {"%[1]d %d %[1]v", []interface{}{1, 2}}, {"%-010d|", []interface{}{1}}, {"%.d|", []interface{}{0}},
	{"%w", []interface{}{errors.New("x")}}, {"%.3[2]d", []interface{}{1, 2}}, {"%[1]2d", []interface{}{1, 2}}, {"%s %v", []interface{}{1}},
	{"%.*d|", []interface{}{-3, 5}}, {"%*d", []interface{}{uint8(4), 5}}, {"%*d", []interface{}{1 << 30, 5}}, {"%d %[5]d", []interface{}{1, 2}},
	{"%.[2]*[1]f", []interface{}{1.5, 3}}, {"%[1]d %[1]d", []interface{}{1, 2}}, {"\xff%d\x00", []interface{}{1}}, {"%\xff", []interface{}{1}},
}

func main() {
	for i, v := range values() {
		name := fmt.Sprintf("%T", v)
		fmt.Println(i, name)
		for _, verb := range verbs {
			if name == "func()" && verb != "T" {
				continue
			}
			fmt.Printf("%d %s [%"+verb+"]\n", i, verb, v)
		}
		if name != "func()" {
			fmt.Print(v, 1, v, "a", v, 2, 3)
			fmt.Println(v, 1, v)
			fmt.Fprintln(os.Stdout, fmt.Sprint(v, v), fmt.Sprintln(v, "b", v))
			os.Stdout.Write(fmt.Appendln(fmt.Append(fmt.Appendf(nil, "%v", v), v, 1), v))
		}
	}
	for _, o := range odd {
		fmt.Printf(o.f, o.a...)
		fmt.Println()
	}
	in := errors.New("in")
	err := fmt.Errorf("a %w b %d", in, 3)
	fmt.Printf("%v %T %v\n", err, err, errors.Unwrap(err) == in)
	err = fmt.Errorf("a %v %s", in, "c")
	fmt.Printf("%v %v\n", err, errors.Unwrap(err))
	fmt.Println(fmt.Errorf("%w %w", in, in), fmt.Errorf("%w", "x"), errors.Unwrap(fmt.Errorf("%w", 1)))
	n, err := fmt.Fprintf(os.Stderr, "%s to standard error\n", "text")
	fmt.Println(n, err)
	n, err = fmt.Fprint((*os.File)(nil), "x")
	fmt.Println(n, err)
	var stringer fmt.Stringer = S("x")
	fmt.Println(stringer)
}
