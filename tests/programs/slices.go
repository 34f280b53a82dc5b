// Slices: sharing, three indices, growth, append of itself, copy of overlaps, nil and empty.

package main

func show(name string, s []int) {
	print(name, " len=", len(s), " cap=", cap(s), ":")
	for _, x := range s {
		print(" ", x)
	}
	println()
}

func grow(n int) {
	var s []int
	last := -1
	for i := 0; i < n; i++ {
		s = append(s, i)
		if cap(s) != last {
			last = cap(s)
			print(" ", last)
		}
	}
	println()
}

type pair struct {
	p *int
	n int8
}

func caps() {
	println(cap(append([]byte{}, make([]byte, 5)...)), cap(append([]byte(nil), make([]byte, 33)...)))
	println(cap(append([]string{}, "a", "b", "c")), cap(append([]pair{}, make([]pair, 3)...)))
	println(cap(append(make([]int32, 5), 1)), cap(append(make([]int16, 7), 1, 2, 3)))
	println(cap(append([]struct{}{}, struct{}{})) > 0, len(append([]struct{}(nil), make([]struct{}, 9)...)))
	println(cap(append(make([]int, 300), 1)), cap(append(make([]int, 1000), 1)), cap(append(make([]int64, 5), make([]int64, 20)...)))
}

func main() {
	a := [8]int{0, 1, 2, 3, 4, 5, 6, 7}
	show("all", a[:])
	show("2:5", a[2:5])
	show(":3", a[:3])
	show("6:", a[6:])
	show("2:4:6", a[2:4:6])
	show(":0:0", a[:0:0])
	s := a[2:4:6]
	show("past its length", s[:4])
	s = append(s, 40, 50)
	show("in place", a[:])
	s = append(s, 60)
	s[0] = 99
	show("moved", s)
	show("array", a[:])
	p := &a
	show("pointer", p[1:3])
	p[1]--
	for i := range p {
		p[i] *= 2
	}
	show("doubled", a[:])
	copy(a[2:], a[:])
	show("up", a[:])
	copy(a[:], a[3:])
	show("down", a[:])
	println(copy(a[:2], []int{-1, -2, -3}), copy(a[:], []int(nil)))
	s = append(a[:2:2], a[:4]...)
	show("itself", s)
	s = append(s[:1], s[2:]...)
	show("without one", s)
	var none []int
	empty := []int{}
	println(none == nil, empty == nil, len(none), cap(empty), none[:] == nil, none[0:0:0] == nil, append(none, empty...) == nil)
	show("keyed", []int{3: 30, 31, 1: 10})
	grow(3000)
	caps()
	nested := make([][]int, 3)
	for i := range nested {
		nested[i] = make([]int, i, 2*i)
		nested[i] = append(nested[i], i)
	}
	println(len(nested[2]), cap(nested[2]), nested[2][2])
	n := 5
	made := make([]int, n, n*2)
	made[n-1] = n
	show("made", made[:7])
	func(xs ...int) {
		xs[0] = 1000
		show("variadic", xs)
	}(made[:2]...)
	show("shared", made)
	i := 0
	next := func() int { i++; return i }
	s = []int{next(), next(), next()}
	s[next()-4], s[next()-4] = next(), next()
	show("order", s)
}
