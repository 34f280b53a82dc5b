// A finalizer that panics: what main defers does not run.

package main

import (
	"runtime"
	"time"
)

type T struct{ a, b int }

//go:noinline
func set() {
	runtime.SetFinalizer(&T{1, 2}, func(t *T) {
		defer println("deferred in the finalizer")
		panic(t.b)
	})
}

func main() {
	defer println("never")
	defer func() {
		recover()
	}()
	set()
	for i := 0; i < 100; i++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}
