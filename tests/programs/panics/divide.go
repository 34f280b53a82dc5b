// A division by zero.

package main

func main() {
	x, zero := 1, 0
	println(x / zero)
}
