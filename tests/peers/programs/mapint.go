// Maps with integer keys: m[k] += v, and a range.

package main

func main() {
	m := map[int]int{}
	x := uint64(88172645463325252)
	for i := 0; i < 1000000; i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		m[int(x%300000)] += i
	}
	s := 0
	for k, v := range m {
		s += k ^ v
	}
	println(len(m), s)
}
