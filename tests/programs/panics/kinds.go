// Panics with values of each basic kind, one while another is on its way.

package main

type text string

func main() {
	defer panic(nil)
	defer panic(true)
	defer panic(2i)
	defer panic(text("named"))
	defer panic(uint64(1<<64 - 1))
	defer panic(int8(-5))
	defer panic('x')
	defer panic(float32(0.5))
	panic(1.5)
}
