// Finalizers: once and no more, the outer object before the inner one, arguments that are interfaces, objects that come back.

package main

import (
	"runtime"
	"time"
)

type inner struct{ name string }

type outer struct {
	name string
	in   *inner
}

type ring struct {
	next *ring
	n    int
}

func (r *ring) Name() string { return "ring" }

type pointer *inner

var log []string

var back *outer

func note(s string) { log = append(log, s) }

func finalizeInner(in *inner) { note("inner " + in.name) }

//go:noinline
func make2() {
	in := &inner{"of a"}
	out := &outer{"a", in}
	runtime.SetFinalizer(in, finalizeInner)
	runtime.SetFinalizer(out, func(o *outer) (int, string) {
		note("outer " + o.name)
		return 1, "result"
	})
}

//go:noinline
func interfaces() {
	runtime.SetFinalizer(&ring{n: 1}, func(x interface{}) { note("any " + x.(*ring).Name()) })
	runtime.SetFinalizer(&ring{n: 2}, func(x interface{ Name() string }) { note("named " + x.Name()) })
	runtime.SetFinalizer(pointer(&inner{"p"}), func(p *inner) { note("pointer " + p.name) })
}

//go:noinline
func rings() {
	a := &ring{n: 3}
	a.next = &ring{a, 4}
	runtime.SetFinalizer(a, func(*ring) { note("never: it is on a ring") })
	self := &ring{n: 5}
	self.next = self
	runtime.SetFinalizer(self, func(*ring) { note("self") })
}

//go:noinline
func returns() {
	o := &outer{name: "back"}
	runtime.SetFinalizer(o, func(o *outer) {
		note("first")
		back = o
		runtime.SetFinalizer(o, func(*outer) { note("second") })
	})
}

//go:noinline
func recovers() {
	runtime.SetFinalizer(&outer{name: "r"}, func(o *outer) {
		defer func() { note("recovered " + recover().(string)) }()
		panic(o.name)
	})
}

//go:noinline
func taken() {
	o := &outer{name: "taken"}
	runtime.SetFinalizer(o, func(*outer) { note("never: taken back") })
	runtime.SetFinalizer(o, nil)
	var global = &log
	runtime.SetFinalizer(global, func(*[]string) { note("never: no object of the heap") })
}

func collect(what string) {
	for i := 0; i < 4; i++ {
		runtime.GC()
		time.Sleep(5 * time.Millisecond)
	}
	// Those that no other object leads to come in any order.
	for i := range log {
		for j := i; j > 0 && what != "in order" && log[j] < log[j-1]; j-- {
			log[j], log[j-1] = log[j-1], log[j]
		}
	}
	for _, s := range log {
		println(what+":", s)
	}
	println(what, len(log))
	log = nil
}

func main() {
	make2()
	collect("in order")
	interfaces()
	collect("interfaces")
	rings()
	collect("rings")
	returns()
	collect("comes back")
	println(back.name)
	back = nil
	collect("goes again")
	recovers()
	collect("recovers")
	taken()
	collect("taken back")
	func() {
		defer func() {
			println("no panic of its own:", recover().(string))
			collect("in a panic")
		}()
		make2()
		panic("main's")
	}()
}
