// Comparison: equality and order of all comparable types, mixed interface and concrete operands, panics of what cannot be.

package main

type inner struct {
	a int8
	b int64
	c string
}

type outer struct {
	in  inner
	f   float64
	e   interface{}
	_   int
	arr [2]interface{}
	p   *int
}

type key interface{ k() }

type k1 int

func (k1) k() {}

type k2 struct{ s []int }

func (k2) k() {}

func try(what string, f func() bool) {
	defer func() {
		if r := recover(); r != nil {
			println(what, r.(error).Error())
		}
	}()
	println(what, f())
}

func main() {
	x, y := new(int), new(int)
	println(x == y, x == x, x != nil, *x == *y)
	a := outer{in: inner{1, 2, "s"}, f: 0.5, e: 3, p: x}
	b := a
	println(a == b)
	b.in.c = "t"
	println(a == b, a != b)
	b = a
	b.e = int8(3)
	println(a == b)
	b = a
	b.arr[1] = "x"
	println(a == b, a.arr == b.arr, a.arr[0] == b.arr[0])
	var zero float64
	b = a
	b.f = zero / zero
	println(b == b, b != b, [1]float64{b.f} == [1]float64{b.f}, interface{}(b.f) == interface{}(b.f))
	println(interface{}(zero) == interface{}(-zero), [2]float64{0: zero} == [2]float64{})
	s := "abcdefghijklmnop"
	println(s == s[:16], s[:15] == s, s[1:] > s, s < s[:8]+"x", s[:3]+s[3:] == s, "" == s[:0])
	println([3]string{"a"} == [3]string{"a", "", ""}, [0]int{} == nil2())
	var k key = k1(1)
	println(k == k1(1), k != key(k1(2)), k1(1) == k, interface{}(k) == k)
	try("slices", func() bool { var p, q interface{} = []int{1}, []int{1}; return p == q })
	try("maps", func() bool { var p, q interface{} = map[int]int{}, map[int]int{}; return p == q })
	try("functions", func() bool { var p, q interface{} = main, main; return p == q })
	try("kinds differ", func() bool { var p, q interface{} = []int{1}, "x"; return p == q })
	try("structs with slices", func() bool { var p, q key = k2{}, k2{}; return p == q })
	try("differs before", func() bool {
		p, q := [2]interface{}{1, []int{}}, [2]interface{}{2, []int{}}
		return p == q
	})
	try("in arrays", func() bool {
		p, q := [2]interface{}{1, []int{}}, [2]interface{}{1, []int{}}
		return p == q
	})
	try("switch", func() bool {
		var p interface{} = []int{}
		switch p {
		case 1, "x":
			return true
		}
		return false
	})
	try("map key", func() bool { return map[interface{}]bool{}[[]int{}] })
	try("map key in struct", func() bool { return map[interface{}]bool{1: true}[k2{}] })
	var f func()
	var m map[int]int
	var sl []int
	println(f == nil, m == nil, sl == nil, main != nil, nil == interface{}(nil))
	println(true == !false, 'a' < 'b', uint8(200) > 100, int8(-1) < 0, 1 < 1.5)
	c, d := 1+2i, 1+2i
	println(c == d, c != d*1i)
	type empty struct{}
	println(empty{} == empty{}, interface{}(empty{}) == interface{}(empty{}), interface{}(empty{}) == interface{}(struct{}{}))
}

func nil2() (x interface{}) { return [0]int{} }
