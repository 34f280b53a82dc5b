// Conversions: between all numeric kinds, strings and slices, named types, functions, interfaces, pointers to structs.

package main

type (
	celsius float64
	kelvin  float64
	bits    uint8
	names   []string
	point   struct{ x, y int }
	vector  struct{ x, y int }
	op      func(int, int) int
	adder   interface{ add(int, int) int }
)

func (c celsius) kelvin() kelvin { return kelvin(c) + 273.15 }

func (o op) add(a, b int) int { return o(a, b) }

func integers(x int64) {
	println(int8(x), int16(x), int32(x), int(x), uint8(x), uint16(x), uint32(x), uint64(x), uintptr(x), float32(x), float64(x))
}

func unsigned(x uint32) {
	println(int8(x), int32(x), int64(x), uint64(x), float32(x), float64(x))
}

func floats(x float64) {
	println(int(x), int32(x), int64(x), uint8(int(x)), float32(x))
}

func plain() []int { return nil }

func main() {
	for _, x := range []int64{0, 1, -1, 127, 128, 255, 256, -129, 1 << 31, -1<<31 - 1, 1<<63 - 1, -1 << 63, 0x123456789abcdef0} {
		integers(x)
	}
	for _, x := range []uint32{0, 1, 255, 1 << 31, 1<<32 - 1} {
		unsigned(x)
	}
	for _, x := range []float64{0, 1.999, -1.999, 1e9, -0.1} {
		floats(x)
	}
	var i8 int8 = -1
	println(uint16(uint8(i8)), uint16(i8), int16(uint8(i8)), uint32(i8)>>24, int64(uint32(i8)))
	println(celsius(20).kelvin(), float64(celsius(1)/3) == 1.0/3, int(celsius(36.6)+celsius(len(plain()))))
	println(bits(300&0xff)|1<<7, string(rune(bits(65))), ^bits(0))
	var f32 float32 = 16777217
	println(f32, float64(float32(0.1)), float32(1)/3, float64(float32(1)/3))
	s := "héé"
	bs, rs := []byte(s), []rune(s)
	println(len(bs), len(rs), string(bs[:3]), string(rs[1:]), string(bs) == s, string(rs) == s)
	bs[0] = 'H'
	rs[0] = 'J'
	println(s, string(bs), string(rs), string([]byte(nil)) == "", string([]rune{}) == "")
	n := names([]string{"a", "b"})
	plain := []string(n)
	plain[0] = "shared"
	println(n[0], len(names(nil)))
	p := point{1, 2}
	v := vector(p)
	v.x = 10
	vp := (*vector)(&p)
	vp.y = 20
	println(v.x, p.x, p.y, vector(p) == *vp, struct{ x, y int }(p) == p)
	var a adder = op(func(a, b int) int { return a*10 + b })
	println(a.add(3, 4), op(nil) == nil, a.(op)(5, 6))
	var e interface{} = p
	e = interface{}(e)
	println(e.(point).y, interface{}(celsius(1)) == interface{}(kelvin(1)), interface{}(celsius(1)) == interface{}(celsius(1)))
	const big = 1 << 62
	println(float32(big), int64(float64(big)), uint64(float64(1<<63)))
	var u64 uint64 = 1<<63 + 1<<11
	println(float64(u64), float32(u64), uint64(float64(u64)), int64(u64))
	type local int
	var l local = local(len(s))
	println(l+1, int(l)+1, local(2.0), string(rune(l+60)))
	c := complex64(1 + 2i)
	println(complex128(c), complex64(complex128(c)*complex(1, 1)))
}
