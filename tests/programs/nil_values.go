// Nil pointers to what has no size, deferred calls of recover, sizes of slices that stay in the frame.

package main

type empty struct{}

type inside struct {
	n int
	e empty
}

//go:noinline
func take(i interface{}) bool { return i == nil }

func try(name string, f func()) {
	defer func() {
		switch r := recover().(type) {
		case nil:
			println(name, "nothing")
		case error:
			println(name, r.Error())
		case string:
			println(name, r)
		}
	}()
	f()
}

func main() {
	var e *empty
	var in *inside
	try("empty", func() { take(*e) })
	try("inside", func() { take(in.e) })
	try("blank", func() { _ = *e })

	try("defer recover", func() {
		defer recover()
		panic("not for a deferred call that is recover itself")
	})
	try("defer recover, then defer panic", func() {
		defer recover()
		defer panic("nor here")
	})
	try("defer recover in a deferred function", func() {
		defer func() {
			defer recover()
		}()
		panic("for this one it is")
	})
	try("and if that panics", func() {
		defer func() {
			defer recover()
			panic("it is not again")
		}()
		panic("first")
	})

	two, minus := 2, -1
	try("cap", func() {
		s := make([]int, two, 1)
		s[0] = 1
	})
	try("len", func() {
		s := make([]int, minus, 3)
		s[0] = 1
	})
	try("append", func() {
		var s []int
		s = append(s, make([]int, minus)...)
		println(len(s))
	})
}
