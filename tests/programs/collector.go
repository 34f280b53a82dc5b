// The collector as a program sees it: what is reachable stays, finalizers run once and in time, statistics move the right way.

package main

import (
	"runtime"
	"time"
)

type node struct {
	next  *node
	value [4]int
}

type tracked struct {
	id   int
	self *tracked
}

var finalized = map[int]int{}

var global *node

func chain(n int) *node {
	var head *node
	for i := 0; i < n; i++ {
		head = &node{head, [4]int{3: i}}
	}
	return head
}

func length(n *node) (count, sum int) {
	for ; n != nil; n = n.next {
		count++
		sum += n.value[3]
	}
	return
}

//go:noinline
func track(id int) *tracked {
	t := &tracked{id: id}
	runtime.SetFinalizer(t, func(t *tracked) { finalized[t.id]++ })
	return t
}

//go:noinline
func drop(n int) {
	for i := 0; i < n; i++ {
		track(i)
	}
}

func collect() {
	for i := 0; i < 5; i++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}

func main() {
	global = chain(1000)
	local := chain(100)
	inMap := map[string]*node{"x": chain(10)}
	inSlice := []interface{}{chain(5), "other"}
	inClosure := func() func() *node {
		n := chain(7)
		return func() *node { return n }
	}()
	interior := &chain(3).value[3]
	for i := 0; i < 20; i++ {
		chain(1000)
		if i%5 == 0 {
			runtime.GC()
		}
	}
	println(length(global))
	println(length(local))
	println(length(inMap["x"]))
	println(length(inSlice[0].(*node)))
	println(length(inClosure()))
	println(*interior)

	kept := track(1000)
	drop(50)
	collect()
	println(len(finalized) > 45, finalized[0], finalized[1000])
	runtime.KeepAlive(kept)
	resurrected := track(2000)
	runtime.SetFinalizer(resurrected, nil)
	resurrected = nil
	collect()
	println(finalized[2000])

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	global = chain(100000)
	runtime.ReadMemStats(&after)
	println(after.Mallocs-before.Mallocs >= 100000, after.HeapAlloc > before.HeapAlloc, after.NumGC >= before.NumGC, after.TotalAlloc-before.TotalAlloc >= 100000*40)
	global = nil
	runtime.GC()
	var last runtime.MemStats
	runtime.ReadMemStats(&last)
	println(last.NumGC > after.NumGC, last.Frees > after.Frees, last.HeapAlloc < after.HeapAlloc)
	println(runtime.NumGoroutine(), runtime.GOOS, runtime.GOARCH, runtime.Compiler)
	runtime.Gosched()
}
