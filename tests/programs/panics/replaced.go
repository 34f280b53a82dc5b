// A runtime error after a recovered panic: only the last is told.

package main

func first() {
	defer func() { recover() }()
	panic("gone")
}

func main() {
	first()
	var a []int
	a[0]++
}
