// SetFinalizer of a pointer to the middle of an object.

package main

import "runtime"

type T struct{ a, b int }

func main() {
	x := &[100]T{}
	runtime.SetFinalizer(&x[1], func(*T) {})
}
