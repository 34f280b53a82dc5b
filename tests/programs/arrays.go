// Arrays: values that are copied, compared, nested, ranged over, and large.

package main

type grid [3][4]int

type elem struct {
	name string
	n    [2]int8
}

func change(g grid) grid {
	g[1][2] = 42
	return g
}

func (g *grid) fill(n int) {
	for i := range g {
		for j := range g[i] {
			g[i][j] = n
			n++
		}
	}
}

func (g grid) sum() (s int) {
	for _, row := range g {
		for _, x := range row {
			s += x
		}
	}
	return
}

var index = 2

func at() int { index--; return index }

func main() {
	var g grid
	g.fill(1)
	h := change(g)
	println(g[1][2], h[1][2], g == h, g != grid{}, g.sum(), h.sum())
	h[1][2] = g[1][2]
	println(g == h, len(g), len(g[0]), cap(g[2][:2]))
	row := g[2]
	row[0] = -1
	println(g[2][0], row[0], row == g[2])
	a := [...]string{2: "c", 0: "a"}
	b := a
	b[1] = "b"
	println(len(a), a[1] == "", a == b, b == [3]string{"a", "b", "c"})
	// A range over an array sees a copy of it; over a pointer, the array.
	x := [3]int{1, 2, 3}
	for i, v := range x {
		x[2] = 10
		print(i, v, " ")
	}
	y := [3]int{1, 2, 3}
	for i, v := range &y {
		y[2] = 10
		print(i, v, " ")
	}
	println()
	e := [2]elem{{"x", [2]int8{1, 2}}, {n: [2]int8{1: 9}}}
	f := e
	f[0].n[1]++
	println(e == f, e[0] == f[0], e[1] == f[1], f[0].n[1], f[1].n[1])
	p := &e[1].n[0]
	*p = 7
	println(e[1].n[0], f[1].n[0])
	var big [1 << 16]int
	for i := range big {
		big[i] = i
	}
	copyOfBig := big
	copyOfBig[1<<15]++
	println(big == copyOfBig, copyOfBig[1<<15], big[1<<15])
	var nothing [0]int
	println(nothing == [0]int{}, len(nothing))
	x[at()], x[at()] = x[0], x[1]
	println(x[0], x[1], x[2])
	m := map[[2]string]int{{"a", "b"}: 1}
	m[[2]string{"a", "b"}]++
	m[[2]string{"b", "a"}]--
	println(m[[2]string{"a", "b"}], m[[2]string{"b", "a"}], m[[2]string{}], len(m))
	pa := new([4]bool)
	pa[3] = true
	println(*pa == [4]bool{false, false, false, true}, len(pa))
	var iface interface{} = x
	x[0] = 77
	println(iface == x, iface.([3]int)[0])
}
