// print and println: every kind of operand, spaces, and constants of the kinds that untyped ones become.

package main

type (
	myInt    int16
	myString string
	myBool   bool
	myFloat  float32
)

func multi() (int, string, float64) { return 1, "a", 0.5 }

func main() {
	println()
	print()
	print("a", "b", 1, 2, true, false, "\n")
	println("a", "b", 1, 2, true, false)
	println(int8(-128), int16(-1), int32(1<<31-1), int64(-1<<63), uint8(255), uint16(1), uint32(1<<32-1), uint64(1<<64-1), uintptr(10))
	println('x', byte('y'), "tab\tand\x00zero", "")
	println(myInt(3), myString("mine"), myBool(1 < 2), myFloat(2.5))
	println(0.0, 1.0, -1.5, 1e6, 123456.7, 1e-7, 1e100, 1e-100, float32(0.1), 3.9999999, 9.9999995e9)
	println(1+2i, complex64(-1i), 0i)
	println(1<<40, -1<<63, 'a'+1.0, 1e3, 7/2, 7/2.0)
	println(nil == interface{}(nil), (*int)(nil), []int(nil), map[int]int(nil), (func())(nil), interface{}(nil), error(nil))
	println(multi())
	print(multi())
	print("\n")
	var zero float64
	println(1/zero, -1/zero, zero/zero)
	s := make([]int, 2, 5)
	println(len(s), cap(s), len("héllo"), len([3]int{}))
	x := 5
	print(x, x, -x, "\n")
	print(1.5, 2, "\n")
	println(x > 3, !true, x == 5 && x < 4 || x == 5)
}
