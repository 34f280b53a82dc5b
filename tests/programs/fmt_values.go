// fmt: %v, %+v and %#v of composite values: structs in structs, slices, sorted maps, pointers, interfaces, nil.

package main

import "fmt"

type point struct{ X, Y int }

type named struct {
	Name  string
	Tags  []string
	inner point
	At    *point
	Any   interface{}
	M     map[string]int
}

type temp float64

type color uint8

type names []string

type tree struct {
	Left, Right *tree
	Value       int
}

type holder struct {
	error
	F func()
	b []byte
	a [2]color
}

func all(v interface{}) {
	fmt.Printf("%v | %+v | %#v | %T\n", v, v, v, v)
}

func main() {
	p := point{1, -2}
	all(p)
	all([]point{p, {}})
	all([2]point{1: p})
	all(&p)
	all(map[string]point{"b": p, "a": {}, "": {3, 4}})
	all(map[point]string{{2, 1}: "x", {1, 2}: "y", {1, 1}: "z"})
	all(map[int]bool{3: true, -1: false, 2: true})
	all(map[interface{}]int{"s": 1, 2: 2, 1.5: 3, "a": 4, 1: 5, true: 6})
	all(map[float64]string{1.5: "x", -1: "y"})
	all(map[bool]int{true: 1, false: 0})
	all(map[[2]int]int{{2, 1}: 1, {1, 9}: 2})
	n := named{"n", []string{"a", "b c"}, p, nil, 3.5, map[string]int{"z": 1, "y": 2}}
	all(n)
	all(named{})
	all([]interface{}{1, "two", nil, 3.0, 'x', []int(nil), true, 1i})
	all([]string{"a", "", "b c"})
	all([]string{})
	all([]string(nil))
	all(map[string]int(nil))
	all([]byte("bytes"))
	all([3]byte{1, 2, 3})
	all([]byte(nil))
	all(temp(36.6))
	all(color(200))
	all(names{"x"})
	all([]temp{1, 2.5})
	all(struct {
		A int
		b string
	}{1, "x"})
	all(struct{}{})
	all([0]int{})
	all([][]int{{1}, nil, {2, 3}})
	all(tree{Value: 1})
	all(nil)
	all(true)
	all(uint8(5))
	all('x')
	all("quote\"d\n")
	all(1e6)
	all(1e21)
	all(float32(0.1))
	all(1.0)
	all(2 - 3i)
	all(uintptr(255))
	all(int64(-5))
	all([]float64{1, 2.5, 1e30})
	all([]bool{true, false})
	all([]rune("hé"))
	all([]error{nil})
	all((*point)(nil))
	all((*int)(nil))
	all(error(nil))
	all((func())(nil))
	all([]*point{nil})
	all(map[string]*point{"nil": nil})
	all(map[string]interface{}{"a": []int{1}, "b": map[string]int{"c": 1}})
	all(&[]int{1, 2})
	all(&map[string]int{"a": 1})
	all(&[2]string{"a", "b"})
	all(&struct{ P *int }{})
	all(holder{})
	pp := &p
	fmt.Printf("%v %+v %d %s\n", *pp, **&pp, p, p)
	fmt.Println(p, &p, []interface{}{p}, n.At, n.Any, n)
	fmt.Printf("%10v|%-10v|%05v|%x|%q\n", p, p, p, p, []string{"a"})
	fmt.Printf("%6.1f|%+d|%x\n", []temp{1, 2}, []point{p}, "hex")
	fmt.Printf("%v %v\n", [3]bool{true}, struct {
		a interface{}
		b []interface{}
	}{nil, []interface{}{nil, 1}})
}
