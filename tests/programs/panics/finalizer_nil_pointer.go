// SetFinalizer of a nil pointer.

package main

import "runtime"

type T struct{ a, b int }

func main() {
	runtime.SetFinalizer((*T)(nil), func(*T) {})
}
