// SetFinalizer with a function of an interface that the object does not implement.

package main

import "runtime"

type T struct{ a, b int }

func main() {
	runtime.SetFinalizer(&T{1, 2}, func(interface{ M() }) {})
}
