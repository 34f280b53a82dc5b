// Evaluation order: calls, operands and destinations of every form of assignment, each noting when it happens.

package main

var trail string

func at(name string, x int) int        { trail += name + " "; return x }
func ptr(name string, p *int) *int     { trail += name + " "; return p }
func flag(name string, b bool) bool    { trail += name + " "; return b }
func str(name, s string) string        { trail += name + " "; return s }
func two(name string) (int, string)    { trail += name + " "; return 1, "one" }
func any(x interface{}) interface{}    { trail += "any "; return x }
func slice(name string, s []int) []int { trail += name + " "; return s }

func m(name string, t map[int]int) map[int]int { trail += name + " "; return t }

func show(what string, xs ...int) {
	print(what, ": ", trail)
	for _, x := range xs {
		print(x, " ")
	}
	println()
	trail = ""
}

type T struct{ a, b, c int }

func (t T) val(name string, x int) T   { trail += name + " "; return T{t.a + x, t.b, t.c} }
func (t *T) ref(name string, x int) *T { trail += name + " "; t.b += x; return t }

func expressions() {
	x := at("a", 1) + at("b", 2)*at("c", 3) - (at("d", 4) + at("e", 5))
	show("arithmetic", x)
	println(flag("f", false) && flag("g", true), flag("t", true) || flag("u", true), flag("t", true) && flag("g", false) || flag("h", true))
	show("short circuit")
	arr := [3]int{at("x", 1), at("y", 2), at("z", 3)}
	show("array", arr[at("i", 2)]+arr[at("j", 0)])
	t := T{c: at("c", 3), a: at("a", 1)}
	show("fields", t.a, t.c)
	mm := map[int]int{at("k1", 1): at("v1", 10), at("k2", 2): at("v2", 20)}
	show("map literal", mm[1], mm[2])
	s := []int{2: at("two", 2), 0: at("zero", 0)}
	show("keyed", s[0], s[2])
	show("slice", slice("s", s)[at("low", 1):at("high", 3):at("max", 3)]...)
	show("call", at("f", 1), at("g", 2))
	t = t.val("first", 1).val("second", at("arg", 2))
	(&t).ref("p", at("q", 5)).ref("r", 1)
	show("chain", t.a, t.b)
	f := func() func(int, int) int { trail += "func "; return func(a, b int) int { return a - b } }
	show("func value", f()(at("a", 5), at("b", 3)))
}

func assignments() {
	s := []int{0, 1, 2, 3}
	slice("s", s)[at("i", 1)] = at("v", 10)
	show("index", s[1])
	m("m", nilOr(s))[at("k", 1)] = at("v", 2)
	show("map")
	*ptr("p", &s[2]) = at("v", 20)
	show("pointer", s[2])
	s[at("i", 0)], s[at("j", 3)] = at("x", 5), at("y", 6)
	show("tuple", s[0], s[3])
	i := 0
	i, s[i] = 2, 99
	show("index before", i, s[0], s[2])
	s[0], s[0] = 1, 2
	show("twice", s[0])
	t := map[int]int{}
	a, b := 1, 2
	a, b, t[a], t[b] = b, a, a*10, b*10
	show("swap", a, b, t[1], t[2])
	var n int
	var name string
	t[at("k", 7)], name = two("two")
	show("results", t[7], len(name))
	slice("s", s)[at("i", 1)], name = two("two")
	show("results", s[1])
	src := map[string]int{"x": 1}
	var ok bool
	s[at("i", 2)], ok = src[str("key", "x")]
	show("map pair", s[2])
	t[at("i", 3)], t[at("j", 4)] = src[str("key", "x")], src[str("key2", "none")]
	show("map twice", t[3], t[4])
	oks := map[int]bool{}
	s[at("i", 3)], oks[at("o", 1)] = any(5).(int)
	show("assertion", s[3])
	println(ok, oks[1])
	n, ok = any("no").(int)
	show("failed assertion", n)
	x, y := T{}, &T{a: 3}
	x.a, y.b, y.a = y.a, at("v", 4), x.a+1
	show("fields", x.a, y.a, y.b)
	p := &s[0]
	p, *p = &s[1], 77
	show("through the old pointer", s[0], *p)
}

func nilOr(s []int) map[int]int { return map[int]int{len(s): 1} }

func operators() {
	s := []int{1, 2, 3}
	slice("s", s)[at("i", 1)] += at("v", 10)
	show("op on index", s[1])
	t := map[int]int{1: 5}
	m("m", t)[at("k", 1)] *= at("v", 3)
	m("m", t)[at("k", 2)]++
	show("op on map", t[1], t[2])
	*ptr("p", &s[0]) -= at("v", 4)
	show("op on pointer", s[0])
	x := 1
	x += func() int { x = 10; return 5 }()
	show("op and change", x)
	t[3] += func() int { t[3] = 100; return 1 }()
	show("op and change of map", t[3])
	str := "a"
	str += func() string { str += "b"; return "c" }()
	println(str)
	arr := [2][2]int{}
	arr[at("i", 1)][at("j", 0)] |= at("v", 8)
	show("nested", arr[1][0])
	sm := map[string][]int{}
	sm["k"] = append(sm["k"], at("a", 1), at("b", 2))
	sm["k"][at("i", 1)]++
	show("append", sm["k"]...)
	mm := map[int]map[int]int{1: {}}
	mm[at("a", 1)][at("b", 2)] += at("c", 3)
	show("map of maps", mm[1][2])
	ms := map[int]T{1: {1, 2, 3}}
	v := ms[at("k", 1)].val("method", 5)
	show("elem", v.a, ms[1].a)
}

func statements() {
	switch at("tag", 2) {
	case at("one", 1), at("two", 2), at("three", 3):
		show("switch")
	}
	if x := at("init", 1); at("cond", x) == 1 {
		show("if", x)
	}
	for i := at("init", 0); at("cond", i) < 2; i += at("post", 1) {
	}
	show("for")
	for range slice("s", []int{1, 2}) {
		trail += "body "
	}
	show("range")
	func() {
		defer show("deferred", at("d", 1))
		defer func(x int) { trail += "run " }(at("arg", 2))
	}()
	println(func() (a, b, c int) { return at("r1", 1), at("r2", 2), at("r3", 3) }())
	show("return")
	println(func() (a, b int) { a, b = 1, 2; return b, a }())
}

func main() {
	expressions()
	assignments()
	operators()
	statements()
}
