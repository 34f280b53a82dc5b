// Complex numbers: arithmetic, parts, comparison, division by zero, both widths.

package main

type c64 complex64

func pair() (float64, float64) { return 3, 4 }

func main() {
	a, b := 1+2i, complex(3, -4)
	println(a, b, a+b, a-b, a*b, a/b, -a, +b)
	println(real(a), imag(b), a == b, a != b, a == 1+2i)
	a += b
	a *= 2
	a -= 1i
	a /= 2i
	println(a)
	var s complex64 = complex64(a)
	var f32 float32 = 1.5
	s = s*s + complex(f32, 2)
	println(s, real(s), imag(s), complex128(s))
	n := c64(1i)
	n *= n
	println(n, real(n))
	println(complex(pair()))
	var zero complex128
	var one float64 = 1
	println(a/zero == a/zero, complex(one, 0)/zero, zero/zero)
	inf := one / real(zero)
	println(complex(inf, 1)*1i, complex(1, 1)/complex(inf, inf), complex(inf, 0) == complex(inf, 0))
	const k = (1 + 1i) * (1 - 1i)
	var i int = k
	println(i, k, real(k), imag(k*1i))
	m := map[complex128]string{1i: "i", 1: "one", 0: "zero"}
	println(m[1i], m[complex(1, 0)], m[complex(0, -imag(1+0i))], len(m))
	arr := [...]complex64{0: 1, 2: 3i}
	println(arr[0]+arr[2], arr[1], arr == [3]complex64{1, 0, 3i})
	var e interface{} = 2i
	println(e == 2i, e == complex64(2i), e.(complex128))
	z := 0i
	for k := 0; k < 5; k++ {
		z = z*z + complex(-0.5, 0.5)
	}
	println(z)
}
