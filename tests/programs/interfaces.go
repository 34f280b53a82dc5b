// Interfaces: dynamic dispatch, nil of both kinds, comparison, embedding, assertions, boxing by value.

package main

type reader interface{ read() string }

type writer interface{ write(string) }

type readWriter interface {
	reader
	writer
}

type file struct{ data string }

func (f *file) read() string   { return f.data }
func (f *file) write(s string) { f.data += s }

type text string

func (t text) read() string { return string(t) }

type pair struct{ a, b interface{} }

type failure struct{ code int }

func (f *failure) Error() string { return "failure" }

func fail(really bool) error {
	var f *failure
	if really {
		f = &failure{1}
	}
	return f
}

func describe(x interface{}) string {
	if r, ok := x.(reader); ok {
		return "reader of " + r.read()
	}
	if _, ok := x.(interface{ write(string) }); ok {
		return "writer"
	}
	if e, ok := x.(error); ok {
		return "error " + e.Error()
	}
	return "neither"
}

func main() {
	var rw readWriter = &file{"a"}
	rw.write("b")
	var r reader = rw
	println(r.read(), rw.read(), r == rw, r.(writer) != nil)
	r = text("t")
	_, isWriter := r.(writer)
	t, isText := r.(text)
	f, isFile := r.(*file)
	println(r.read(), isWriter, string(t), isText, f == nil, isFile)
	println(describe(rw), describe(text("x")), describe(3), describe(nil), describe(&failure{}))
	println(fail(false) == nil, fail(true) == nil, fail(false) == (*failure)(nil))
	var e error
	println(e == nil)
	// A value in an interface is a copy.
	arr := [2]int{1, 2}
	var x interface{} = arr
	arr[0] = 9
	println(x.([2]int)[0], x == [2]int{1, 2}, x != arr)
	var a, b interface{} = 1, 1
	println(a == b, a == 1, a == int8(1), a == 1.0, a != nil, a == interface{}(b))
	a, b = "s", text("s")
	println(a == b, a == "s", b == text("s"))
	a, b = pair{1, "x"}, pair{1, "x"}
	println(a == b, a == pair{1, 'x'}, pair{a, b} == pair{b, a})
	p, q := new(int), new(int)
	a, b = p, q
	println(a == b, a == p, b == a)
	a = (*int)(nil)
	println(a == nil, a == (*int)(nil), a == (*int8)(nil))
	a, b = struct{}{}, [0]int{}
	println(a == struct{}{}, a == b)
	rs := []reader{text("1"), &file{"2"}, text("3")}
	s := ""
	for _, r := range rs {
		s += r.read()
	}
	println(s)
	small := []interface{}{uint8(200), int16(-3), true, 'x', 2.5, "str", uint64(1 << 63)}
	println(small[0].(uint8), small[1].(int16), small[2].(bool), small[3].(rune), small[4].(float64), small[5].(string), small[6].(uint64))
	type embeds struct {
		reader
		n int
	}
	em := embeds{text("inside"), 1}
	println(em.read(), describe(em), em == embeds{text("inside"), 1})
	fs := map[string]reader{"t": text("map")}
	println(fs["t"].read(), fs["none"] == nil)
	var nilFile *file
	rw = nilFile
	println(rw == nil, rw != nil, rw.(*file) == nil)
	func(args ...interface{}) { println(len(args), args[1] == nil, args[2] == 2.5) }(1, nil, 2.5)
}
