// Constants: arbitrary precision, untyped kinds, iota, typed and implicit repetition, runes.

package main

const (
	big   = 1 << 200
	small = big >> 198
	exact = big/3*3 == big
	pi    = 3.14159265358979323846264338327950288419716939937510582097494459
	tiny  = 1e-1000 * 1e1000
)

type weekday uint8

const (
	sunday weekday = iota
	monday
	_
	wednesday
	n = iota
)

const (
	_  = iota
	kb = 1 << (10 * iota)
	mb
	gb
)

const (
	a, b = iota, iota * 10
	c, d
	_, _
	e, f
)

const (
	text  = "con" + "stant"
	size  = len(text)
	array = len([3]int{}) * size
	flag  = size > 3 && text < "d"
	ch    = 'a' + 1
	mixed = 'a' * 1.0
	shift = 1.0 << 3
	third = 1 / 3.0
	whole = 7 / 2
	halff = 7 / 2.
	neg   = -7 % 3
	comp  = ^0
	ucomp = ^uint8(1)
	min   = -1 << 63
	maxu  = 1<<64 - 1
)

func (w weekday) next() weekday { return (w + 1) % 7 }

const local = "outer"

func main() {
	println(small, exact, big/(big-1), tiny)
	println(sunday, monday, wednesday, n, wednesday.next())
	println(kb, mb, gb)
	println(a, b, c, d, e, f)
	println(text, size, array, flag, ch, string(rune(ch)), mixed, shift, third, whole, halff, neg, comp, ucomp)
	println(min, uint64(maxu), maxu>>1, float64(maxu), maxu/big)
	const local = len(local) + iota
	const (
		x = "same"
		y
		z = iota
	)
	println(local, x, y, z)
	var f32 float32 = pi
	var f64 float64 = pi
	println(f32, f64, f64 == pi, float64(f32) == pi, pi*1e15)
	var i8 int8 = 'a'
	var u = uint(1)
	var s uint = 3
	var w int64 = 1 << s
	var fl = float64(1<<3) * 2.5
	println(i8, u<<s, w, fl, 1<<s == 8, int8(s)<<6>>7)
	println(0x1F, 0777, 1e3, '\x41', '\u00e9', '\'', "\t|\"\\\a\101"[1:3], 'ÿ', '世')
}
