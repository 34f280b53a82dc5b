// SetFinalizer of nil.

package main

import "runtime"

type T struct{ a, b int }

func main() {
	runtime.SetFinalizer(nil, func(*T) {})
}
