// Defer, panic, recover: order, arguments, results, nested and repeated panics, recover where it is not allowed to work.

package main

func trace(s string) string { println("enter", s); return s }

func un(s string) { println("leave", s) }

func order() {
	defer un(trace("order"))
	for i := 0; i < 3; i++ {
		defer println("loop", i)
	}
	x := 1
	defer println("value when deferred", x)
	defer func() { println("value when run", x) }()
	x = 2
}

func result() (n int, err interface{}) {
	defer func() {
		err = recover()
		n *= 2
	}()
	n = 4
	panic("stop")
}

func changed() (n int) {
	defer func() { n++ }()
	return 10
}

func unnamed() int {
	n := 10
	defer func() { n++ }()
	return n
}

func nested() {
	defer func() {
		println("outer", recover().(string))
	}()
	defer func() {
		defer func() { println("inner", recover().(string)) }()
		panic("second")
	}()
	panic("first")
}

func replaced() {
	defer func() { println("got", recover().(string), recover() == nil) }()
	defer func() { panic("new") }()
	panic("old")
}

func helper() interface{} { return recover() }

func notDirect() (r interface{}) {
	defer func() { r = recover() }()
	func() {
		defer func() {
			// Only a deferred function itself can recover.
			func() { println("not here", recover() == nil) }()
			println("nor in a helper", helper() == nil)
		}()
		panic("through")
	}()
	return "never"
}

func repanic() {
	defer func() { println("second time", recover().(int)) }()
	defer func() {
		r := recover()
		panic(r.(int) + 1)
	}()
	panic(1)
}

func runtimeError() (msg string) {
	defer func() { msg = recover().(error).Error() }()
	var s []int
	return string(rune(s[3]))
}

func deep(n int) {
	defer func() {
		if n%2 == 0 {
			depth++
		}
	}()
	if n == 0 {
		panic("bottom")
	}
	deep(n - 1)
}

var depth int

type closer struct{ name string }

func (c closer) close()     { println("close", c.name) }
func (c *closer) closePtr() { println("close", c.name) }

func methods() {
	c := closer{"a"}
	defer c.close()
	defer c.closePtr()
	c.name = "b"
	var f func()
	defer func() { println("nil func:", recover() != nil) }()
	defer f()
}

func loop() (sum int) {
	for i := 0; i < 10; i++ {
		func() {
			defer func() {
				if recover() != nil {
					sum += i
				}
			}()
			if i%3 == 0 {
				panic(i)
			}
		}()
	}
	return
}

func builtins() {
	m := map[string]int{"a": 1, "b": 2}
	s := []int{1, 2, 3}
	func() {
		k := "a"
		defer delete(m, k)
		k = "b"
		defer copy(s, []int{9})
		defer print("printed ", len(m), "\n")
	}()
	println(len(m), m["b"], s[0])
	defer recover()
	defer panic("recovered by the one above? no: not a deferred function of ours")
}

func argument() (r interface{}) {
	defer func() { r = recover() }()
	defer println("never", func() int { panic("while evaluating") }())
	return nil
}

func main() {
	order()
	n, err := result()
	println(n, err.(string))
	println(changed(), unnamed())
	nested()
	replaced()
	println(notDirect().(string))
	repanic()
	println(runtimeError())
	func() {
		defer func() { println(recover().(string), depth) }()
		deep(9)
	}()
	methods()
	println(loop())
	func() {
		defer func() { println("builtins:", recover() != nil) }()
		builtins()
	}()
	println(argument().(string))
	println(recover() == nil)
	func() {
		defer func() { recover() }()
		panic(nil)
	}()
	println("end")
}
