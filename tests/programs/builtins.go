// Builtins: len, cap, new, make, append, copy, delete, complex, with constants, with results of calls, with named types.

package main

type ints []int

type str string

type bytes []byte

var n int

func next() int { n++; return n }

func array() [4]int { n += 100; return [4]int{} }

func appendArgs() ([]int, int, int) { return []int{1}, 2, 3 }

func copyArgs() ([]byte, string) { return buffer, "copied" }

func deleteArgs() (map[string]int, string) { return table, "gone" }

func complexArgs() (float32, float32) { return 1, 2 }

var buffer = make([]byte, 4)

var table = map[string]int{"gone": 1, "here": 2}

func main() {
	const size = len([...]int{1, 2, 3}) + len("four") + cap([5]int{})
	var arr [size]int
	println(size, len(arr), len(&arr), cap(&arr), len(array()), n)
	s := append(ints(nil), 1, 2)
	s = append(s, s...)
	s = append(s)
	s = append(s[:1], append(s, 7)...)
	println(len(s), s[1], s[4], s[5])
	b := append(bytes("x"), "yz"...)
	b = append(b, str("!")...)
	println(string(b), copy(b, "AB"), string(b), copy(b[1:], b), string(b))
	println(len(appendTo(appendArgs())), copyTo(copyArgs()), string(buffer))
	deleteFrom(deleteArgs())
	println(len(table), complex(complexArgs()))
	p := new(int)
	*p += 3
	pp := new(*int)
	*pp = p
	**pp *= 2
	println(*p, *new(string) == "", *new(struct{ a [2]bool }) == struct{ a [2]bool }{})
	m := make(map[str]ints, next())
	m["a"] = append(m["a"], 1)
	m["a"] = append(m["a"], m["a"]...)
	m["b"] = append(m["none"], 5)
	println(len(m["a"]), m["b"][0], len(m), n)
	mk := make(ints, int8(2), uint64(7))
	println(len(mk), cap(mk), len(make([]struct{}, 1<<20)), cap(make([]int, 3)))
	x := []interface{}{1}
	x = append(x, "two", nil, x)
	println(len(x), x[2] == nil, len(x[3].([]interface{})))
	fs := append([]func() int{}, func() int { return 42 }, next)
	println(fs[0](), fs[1]())
	r := 2.0
	c := complex(r, 1)
	println(real(c)+imag(c), real(complex64(c)), imag(1i*2))
	nest := [][]string{{"a"}, nil, {}}
	nest[1] = append(nest[1], nest[0]...)
	nest[0][0] = "changed"
	println(nest[1][0], len(nest[2]))
	order := make([]int, 0, 8)
	order = append(order, next(), next(), next())
	order = append(order[:next()%100-6], next(), len(order))
	for _, o := range order {
		print(o, " ")
	}
	println()
	aliased := make([]int, 3, 10)
	one, two := append(aliased, 1), append(aliased, 2)
	println(one[3], two[3])
	grown := append(aliased[:3:3], 9)
	grown[0] = 5
	println(aliased[0], grown[3])
}

func appendTo(s []int, xs ...int) []int { return append(s, xs...) }

func copyTo(b []byte, s string) int { return copy(b, s) }

func deleteFrom(m map[string]int, k string) { delete(m, k) }
