// Type switches: every kind of case, lists, nil, interfaces, shadowed variables, fall through to default.

package main

type stringer interface{ String() string }

type id int

func (i id) String() string { return "id" }

type pt struct{ x, y int }

func (p *pt) String() string { return "pt" }

func kind(x interface{}) string {
	switch y := x.(type) {
	case nil:
		return "nil"
	case bool:
		if y {
			return "true"
		}
		return "false"
	case int, int64:
		_ = y == x
		return "int or int64"
	case id:
		return "named " + y.String()
	case stringer:
		return "stringer " + y.String()
	case string:
		return "string " + y
	case []int:
		return "slice of " + string(rune('0'+len(y)))
	case [2]int:
		return "array"
	case map[string]int:
		return "map"
	case func() int:
		return "func " + string(rune('0'+y()))
	case *int:
		*y++
		return "pointer"
	case **int:
		return "pointer to pointer"
	case pt:
		return "struct"
	case struct{ a int }:
		return "anonymous"
	case error:
		return "error " + y.Error()
	case interface{ unlikely() }:
		return "unlikely"
	default:
		return "other"
	}
}

type failure string

func (f failure) Error() string { return string(f) }

func order(x interface{}) (s string) {
	switch x := x.(type) {
	case interface{}:
		s = "anything"
		if _, ok := x.(int); ok {
			s += " int"
		}
	default:
		s = "nothing"
	}
	return
}

func captured(x interface{}) func() int {
	switch v := x.(type) {
	case int:
		return func() int { v++; return v }
	case []int:
		return func() int { v[0]++; return v[0] }
	}
	return nil
}

func main() {
	n := 1
	p := &n
	values := []interface{}{
		nil, true, false, 1, int64(1), int8(1), id(3), pt{}, &pt{}, "s", named("n"), []int{1, 2}, []int8{}, [2]int{}, [3]int{},
		map[string]int{}, map[string]int8{}, func() int { return 5 }, func() {}, p, &p, struct{ a int }{}, struct{ b int }{},
		failure("f"), 1.5, 'r', 2i, uint(1), (*int)(nil) == nil, interface{}(7),
	}
	for _, v := range values {
		println(kind(v))
	}
	println(n, order(1), order("s"), order(nil))
	xs := []int{10}
	f, g := captured(1), captured(xs)
	f()
	g()
	println(f(), g(), xs[0], captured("") == nil)
	switch x := interface{}(n); x := x.(type) {
	case int:
		x++
		println(x, n)
	}
	switch interface{}(1).(type) {
	}
	switch y := interface{}(2).(type) {
	case int:
		for i := 0; i < 5; i++ {
			if i == y {
				break
			}
			print(i)
		}
		println()
	}
}

type named string
