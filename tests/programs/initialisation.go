// Package initialisation: by dependency, not by position; functions, methods and closures count; several init functions.

package main

var (
	a = c + b
	b = f()
	c = 1
)

var log string

func note(s string) string { log += s + " "; return s }

var (
	third  = note("third " + second)
	second = note("second " + first)
	first  = note("first")
)

func f() int {
	c++
	return d + 10
}

var d = len(words)

var words = [...]string{"x", "y", word()}

func word() string { return "z" + suffix }

const suffix = "!"

type T struct{ n int }

func (t T) get() int { return t.n + base }

var viaMethod = T{1}.get()

var viaExpr = T.get

var viaValue = T{2}.get

var base = 100

var viaClosure = func() int { return later * 2 }()

var later = 21

var x, y = two()

var _ = note("blank")

var p = &q

var q = pointed{&r}

type pointed struct{ s *string }

var r = note("pointed")

var recursive func(int) int

func two() (int, int) { note("two"); return later, base }

var m = map[string]int{"later": later, "base": base}

var e1, e2 interface{} = note("e1"), later

var ok bool

var v, found = m["later"]

func init() {
	note("init1")
	recursive = func(n int) int {
		if n == 0 {
			return 0
		}
		return n + recursive(n-1)
	}
}

func init() {
	note("init2")
	later = 0
}

func main() {
	println(a, b, c, d)
	println(log)
	println(viaMethod, viaExpr(T{5}), viaValue(), viaClosure, later)
	println(x, y, *p.s, recursive(10), m["later"], m["base"], e1.(string), e2.(int), ok, v, found)
	println(words[2], len(words))
}

func init() {
	note("init3")
}
