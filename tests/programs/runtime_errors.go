// The text of every run-time panic, recovered: indices, slices, nil, division, conversion, make, maps.

package main

import "runtime"

type shape interface {
	area() int
	name() string
}

type square int

func (s square) area() int { return int(s) }

type circle struct{ r int }

func (c *circle) area() int    { return c.r }
func (c *circle) name() string { return "circle" }

type other interface{ missing() }

type big struct {
	a [1 << 12]int
	b int
}

func try(f func()) {
	defer func() {
		r := recover()
		if e, ok := r.(runtime.Error); ok {
			println("runtime.Error:", e.Error())
		} else if e, ok := r.(error); ok {
			println("error:", e.Error())
		} else if s, ok := r.(string); ok {
			println("string:", s)
		} else {
			println("other", r == nil)
		}
	}()
	f()
}

func main() {
	s, arr, str, n, neg := []int{1, 2, 3}, [3]int{}, "abc", 5, -1
	var nilMap map[string]int
	var nilPtr *circle
	var nilBig *big
	var nilFunc func()
	var nilShape shape
	var none interface{}
	zero := 0
	u8 := uint8(200)
	use := func(...interface{}) {}

	try(func() { use(s[n]) })
	try(func() { use(s[neg]) })
	try(func() { use(s[u8]) })
	try(func() { use(arr[n]) })
	try(func() { arr[n] = 1 })
	try(func() { use(str[n]) })
	try(func() {
		k := uint64(1 << 63)
		use(s[k])
	})
	try(func() { use(s[1:n]) })
	try(func() { use(s[n:]) })
	try(func() { use(s[2:3:3][zero:]); use(s[n:2]) })
	try(func() { use(s[2:neg]) })
	try(func() { use(s[:2:n]) })
	try(func() { use(s[:n:3]) })
	try(func() { use(s[3:n:3]) })
	try(func() { m := 2; use(s[3:m:3]) })
	try(func() { use(str[n:]) })
	try(func() { use(str[2:n]) })
	try(func() { m := 1; use(str[2:m]) })
	try(func() { use(arr[:][n:]) })
	try(func() { p := &arr; use(p[1:n]) })
	try(func() { use(n / zero) })
	try(func() { use(n % zero) })
	try(func() { n /= zero })
	try(func() { use(u8 / uint8(zero)) })
	try(func() { use(nilPtr.r) })
	try(func() { nilPtr.r = 1 })
	try(func() { use(nilPtr.area()) })
	try(func() { use(nilBig.b) })
	try(func() { use(*nilBig) })
	try(func() { nilFunc() })
	try(func() { use(nilShape.area()) })
	try(func() { use(nilShape.name) })
	try(func() { var p *[4]int; use(p[2]) })
	try(func() { var p *[]int; use((*p)[2]) })
	try(func() { var p *string; use(*p + "x") })
	try(func() { var p **int; **p = 1 })
	try(func() { nilMap["k"] = 1 })
	try(func() { nilMap["k"]++ })
	try(func() { use(none.(int)) })
	try(func() { none = "s"; use(none.(int)) })
	try(func() { use(none.(shape)) })
	try(func() { use(none.(*circle)) })
	try(func() { none = square(1); use(none.(shape)) })
	try(func() { use(none.(other)) })
	try(func() { nilShape = &circle{}; use(nilShape.(other)) })
	try(func() { use(nilShape.(interface{ missing() })) })
	try(func() { var e error; use(e.(other)) })
	try(func() { var i interface{} = int32(1); use(i.(int64)) })
	try(func() { var i interface{} = []int{}; use(i.(map[string]int)) })
	try(func() { var i interface{} = struct{ a int }{}; use(i.(struct{ b int })) })
	try(func() { use(make([]int, neg)) })
	try(func() { use(make([]int, n, zero)) })
	try(func() { use(make([]int, 1, neg)) })
	try(func() { use(make([]int, 1<<62)) })
	try(func() { use(make([]big, n<<50)) })
	try(func() { use(make(map[int]int, neg)) })
	try(func() { var a, b interface{} = s, s; use(a == b) })
	try(func() { var a, b interface{} = nilMap, nilMap; use(a == b) })
	try(func() { use(map[interface{}]int{}[s]) })
	try(func() { m := map[interface{}]int{}; m[nilFunc] = 1 })
	try(func() { m := map[interface{}]int{}; delete(m, [1]interface{}{s}) })
	try(func() { panic("mine") })
	try(func() { panic(nil) })
	try(func() { panic(fault("own")) })
	try(func() { var e error; panic(e.Error()) })
	try(func() { use(1 << uint(zero)); k := uint(64); use(1<<k, int8(1)<<k) })
	try(func() { use(append(s[:1], s[n:]...)) })
	try(func() { copy(s[n:], s) })
	try(func() {
		for i := range arr[n:] {
			use(i)
		}
	})
	try(func() {
		var p *[5]int
		for i, v := range p {
			use(i, v)
		}
	})
	try(func() { d := &struct{ *circle }{}; use(d.r) })
	try(func() { shift := neg; use(uint8(1)<<uint8(shift), shift) })
}

type fault string

func (f fault) Error() string { return "fault " + string(f) }
