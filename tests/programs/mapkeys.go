// Maps with keys of every kind: numbers, strings, pointers, arrays, structs, interfaces; NaN, zeros, hashes of mixed types.

package main

type point struct{ x, y int }

type mixed struct {
	b bool
	_ int
	s string
	f float32
	e interface{}
}

type named string

type shape interface{ area() int }

func (p point) area() int { return p.x * p.y }

func (n named) area() int { return len(n) }

func numbers() {
	b, i8, u16, i32, u64, up := map[bool]int{}, map[int8]int{}, map[uint16]int{}, map[int32]int{}, map[uint64]int{}, map[uintptr]int{}
	for i := 0; i < 1000; i++ {
		b[i%3 == 0]++
		i8[int8(i)]++
		u16[uint16(i*i)]++
		i32[int32(i<<20)]++
		u64[uint64(i)<<32]++
		up[uintptr(i/2)]++
	}
	println(len(b), len(i8), len(u16), len(i32), len(u64), len(up))
	println(b[true], i8[-1], u16[100], i32[1<<20], u64[5<<32], up[7])
}

func floats() {
	var zero float64
	nan := zero / zero
	m := map[float64]string{}
	m[zero] = "plus"
	m[-zero] = "minus"
	m[1/(-1/zero)] = "really minus"
	m[nan] = "a"
	m[nan] = "b"
	_, ok := m[nan]
	println(len(m), m[0], ok)
	delete(m, nan)
	println(len(m))
	n := 0
	for k := range m {
		if k != k {
			n++
		}
	}
	println(n)
	for k := range m {
		delete(m, k)
	}
	println(len(m))
	c := map[complex64]int{1i: 1, complex(float32(nan), 0): 2}
	c[complex(float32(nan), 0)]++
	println(len(c), c[1i])
	f := map[float32]int{0.5: 5}
	println(f[1.0/2], f[0.25])
}

func composites() {
	m := map[point]string{{1, 2}: "a", {2, 1}: "b"}
	println(m[point{1, 2}], m[point{2, 1}], m[point{}] == "", len(m))
	k := map[mixed]int{}
	k[mixed{true, 1, "x", 0.5, 3}]++
	k[mixed{true, 2, "x", 0.5, 3}]++
	k[mixed{true, 1, "x", 0.5, int8(3)}]++
	println(len(k), k[mixed{b: true, s: "x", f: 0.5, e: 3}])
	a := map[[3]string]int{}
	for i := 0; i < 30; i++ {
		a[[3]string{2: string(rune('a' + i%10))}]++
	}
	println(len(a), a[[3]string{2: "c"}], a[[3]string{0: "c"}])
	z := map[struct{}]int{}
	z[struct{}{}]++
	z[struct{}{}]++
	println(len(z), z[struct{}{}])
}

func pointers() {
	x, y := new(int), new(int)
	m := map[*int]int{x: 1, y: 2, nil: 3}
	*x = 100
	println(m[x], m[y], m[nil], len(m))
	delete(m, nil)
	println(len(m), m[nil])
}

func interfaces() {
	m := map[interface{}]string{
		nil: "nil", 1: "int", int8(1): "int8", 1.0: "float", "1": "string", named("1"): "named",
		point{1, 1}: "point", [1]int{1}: "array", true: "bool", 'a': "rune", 1i: "complex",
	}
	println(len(m), m[nil], m[1], m[int8(1)], m[1.0], m["1"], m[named("1")], m[point{1, 1}], m[[1]int{1}], m[true], m[int32(97)], m[1i])
	println(m[uint(1)] == "", m[&point{1, 1}] == "", m[float32(1)] == "")
	s := map[shape]int{point{2, 3}: 6, named("abc"): 3}
	total := 0
	for k, v := range s {
		if k.area() != v {
			println("wrong")
		}
		total += v
	}
	println(s[point{2, 3}], s[named("abc")], s[named("")], s[nil], total)
}

func main() {
	numbers()
	floats()
	composites()
	pointers()
	interfaces()
}
