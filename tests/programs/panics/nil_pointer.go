// A load through a nil pointer.

package main

type T struct{ a, b int }

//go:noinline
func none() *T { return nil }

func main() {
	println(none().b)
}
