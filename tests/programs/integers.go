// Integers: wrapping, division, shifts, bit operations, and every width.

package main

type small int8

func i8(a, b int8) {
	println(a+b, a-b, a*b, a&b, a|b, a^b, a&^b, -a, ^a)
	if b != 0 {
		println(a/b, a%b)
	}
}

func u8(a, b uint8) {
	println(a+b, a-b, a*b, a&b, a|b, a^b, a&^b, -a, ^a)
	if b != 0 {
		println(a/b, a%b)
	}
}

func shifts(x int32, u uint32, s uint) {
	println(x<<s, x>>s, u<<s, u>>s)
}

func widths() {
	var i16 int16 = 1<<15 - 1
	var i32 int32 = 1<<31 - 1
	var i64 int64 = 1<<63 - 1
	var u16 uint16 = 1<<16 - 1
	var u32 uint32 = 1<<32 - 1
	var u64 uint64 = 1<<64 - 1
	i16++
	i32++
	i64++
	u16++
	u32++
	u64++
	println(i16, i32, i64, u16, u32, u64)
	i16--
	i32--
	i64--
	u16--
	u32--
	u64--
	println(i16, i32, i64, u16, u32, u64)
}

func opAssign() {
	x := 1000
	x += 7
	x -= 3
	x *= 11
	x /= 4
	x %= 1000
	x <<= 5
	x >>= 2
	x |= 1
	x &= 0xffff
	x ^= 0x55
	x &^= 0xf0
	println(x)
	var b byte = 200
	b += 100
	println(b)
	b <<= 3
	println(b)
	var s small = 127
	s++
	println(s)
}

func divide() {
	// The smallest by minus one is itself, and leaves nothing.
	for _, m := range []int64{-1, 1, 3, -3} {
		x := int64(-1 << 63)
		println(x/m, x%m, 7/m, 7%m, -7/m, -7%m)
	}
	var i32, minus int32 = -1 << 31, -1
	println(i32/minus, i32%minus, i32*minus)
	var u uint64 = 1<<64 - 1
	println(u/10, u%10, u/(1<<63))
}

func precedence(a, b, c int) {
	println(a+b*c, (a+b)*c, a-b-c, a-(b-c), a<<1+1, a|b&c, a&b|c, a^b&^c, -a*b, -(a * b), a*b/c, a/b*c)
	println(a < b == (b < c), a == b || b == c && a < c, !(a < b))
}

func main() {
	values8 := []int8{0, 1, -1, 7, -7, 127, -128}
	for _, a := range values8 {
		for _, b := range values8 {
			i8(a, b)
			u8(uint8(a), uint8(b))
		}
	}
	for _, s := range []uint{0, 1, 7, 31, 32, 33, 63, 64, 1 << 40} {
		shifts(-5, 0x80000001, s)
	}
	widths()
	opAssign()
	divide()
	precedence(6, 3, 5)
	var p uintptr = 1<<64 - 1
	println(p+2, uint(p)>>60)
}
