// A store through a nil pointer.

package main

//go:noinline
func none() *[10]int { return nil }

func main() {
	none()[3] = 1
}
