// Range: each kind of operand, with none, one and two variables; what is evaluated once; changes while ranging.

package main

var calls int

func slice() []int {
	calls++
	return []int{10, 20, 30}
}

type T struct{ f [3]int }

type M map[string]int

func main() {
	n := 0
	for range slice() {
		n++
	}
	for i := range slice() {
		n += i
	}
	for i, v := range slice() {
		n += i * v
	}
	for _, v := range slice() {
		n += v
	}
	println(n, calls)
	// Appending to it does not make it longer; changing it shows.
	s := []int{1, 2, 3}
	for i, v := range s {
		s = append(s, v*10)
		if i == 0 {
			s[1] = 50
		}
		print(v, " ")
	}
	println(len(s), s[1])
	t := []int{1, 2, 3}
	for i, v := range t {
		if i+1 < len(t) {
			t[i+1] += v
		}
		t = t[:1]
		print(v, " ")
	}
	println(len(t))
	var x T
	for x.f[0], x.f[1] = range []int{4, 5} {
		x.f[2]++
	}
	println(x.f[0], x.f[1], x.f[2])
	for i := range x.f {
		x.f[i] = i
	}
	p := &x.f
	for i := range p {
		p[i] += 5
	}
	for range [4]struct{}{} {
		n++
	}
	var nilArray *[5]int
	for i := range nilArray {
		n += i
	}
	println(x.f[0], x.f[2], n)
	for i, r := range "aé世\xff" {
		print(i, " ", r, " ")
	}
	println()
	for i := range "é!" {
		print(i, " ")
	}
	println()
	m := M{"a": 1, "b": 2, "c": 3}
	sum, keys := 0, 0
	for k, v := range m {
		sum += v
		keys += int(k[0])
		m[k] = v * 2
	}
	for k := range m {
		sum += m[k]
	}
	println(sum, keys)
	var mk struct {
		k string
		v [1]int
	}
	for mk.k, mk.v[0] = range map[string]int{"only": 9} {
	}
	println(mk.k, mk.v[0])
	to := map[string]int{}
	for to["index"], to["value"] = range []int{7, 8, 9} {
	}
	println(to["index"], to["value"])
	for i := range make([]int, 3) {
		defer func() { print(i, " ") }()
	}
	var e interface{}
	var b byte
	for _, b = range []byte("xyz") {
	}
	for _, e = range []interface{}{1, "two"} {
	}
	println(b, e.(string))
	structs := []T{{[3]int{1}}, {[3]int{2}}}
	for _, st := range structs {
		st.f[0] = 100
	}
	for i := range structs {
		structs[i].f[0]++
	}
	println(structs[0].f[0], structs[1].f[0])
	ptrs := map[int]*T{}
	for i, st := range structs {
		st := st
		ptrs[i] = &st
	}
	println(ptrs[0].f[0], ptrs[1].f[0], ptrs[0] != ptrs[1])
	matrix := [2][3]int{{1, 2, 3}, {4, 5, 6}}
	total := 0
	for i, row := range matrix {
		matrix[1][2] = 60
		for j := range row {
			total += row[j] * (i + 1)
		}
	}
	println(total)
	for i := range slice() {
		if i == 1 {
			continue
		}
		for range slice() {
			break
		}
		print(calls, " ")
	}
	println()
	const text = "const"
	for i, c := range text {
		if i == 2 {
			println(c)
		}
	}
}
