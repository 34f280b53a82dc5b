// SetFinalizer of what is no pointer.

package main

import "runtime"

type T struct{ a, b int }

func main() {
	runtime.SetFinalizer(T{}, func(T) {})
}
