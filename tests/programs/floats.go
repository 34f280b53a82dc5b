// Floating-point numbers: arithmetic, special values, rounding of float32, and how println shows them.

package main

var zero float64

func show(x float64) { println(x, -x, x*x, 1/x, x == x, x < 1, x >= 1) }

func kinds(a, b float64) {
	println(a < b, a <= b, a == b, a != b, a > b, a >= b)
}

func main() {
	inf, nan := 1/zero, zero/zero
	negZero := -1 / inf
	for _, x := range []float64{0, 1, -1, 0.1, 1.0 / 3, 1e-9, 1e9, 1e100, 1e-300, 5e-324, 1.7976931348623157e308, 123456789, 9.9999995, 9.99999949, inf, -inf, nan, negZero} {
		show(x)
	}
	for _, a := range []float64{1, inf, -inf, nan, negZero, 0} {
		for _, b := range []float64{1, inf, nan, 0} {
			kinds(a, b)
		}
	}
	var f float32 = 16777216
	println(f, f+1, f+2, f+1 == f)
	var t32, t64 = float32(0.1), 0.1
	println(t32, t64, float64(t32), float64(t32) == t64, t32*t32, t64*t64)
	println(float32(1e39/10), float32(1e-46*10), float32(nan), float32(-inf))
	s32, s64 := float32(0), float64(0)
	for i := 0; i < 1000; i++ {
		s32 += 0.1
		s64 += 0.1
	}
	println(s32, s64)
	x := 2.5
	x += 0.5
	x -= 1
	x *= 4
	x /= 3
	x++
	x--
	println(x)
	// Integers and back: towards zero.
	for _, y := range []float64{2.9, -2.9, 0.5, -0.5, 1e15 + 0.5, 4294967295.7} {
		println(int(y), int64(y), float64(int(y)))
	}
	for _, i := range []int64{1<<53 + 1, -1<<63 + 1, 1<<63 - 1, 1 << 24} {
		println(float64(i), float32(i))
	}
	for _, u := range []uint64{1<<64 - 1, 1 << 63, 1<<63 + 1025, 1<<53 + 1} {
		println(float64(u), float32(u), uint64(float64(u/2)))
	}
	const third = 1.0 / 3
	println(third*3 == 1, third+third+third == 1, zero+third*3 == 1)
	println(0.1+0.2 == 0.3, t64+0.2 == 0.3)
}
