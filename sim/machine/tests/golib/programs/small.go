// Packages of which there is little to see: os, time, runtime.
package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

type node struct {
	next *node
	room [100]byte
}

var kept *node

func collect() {
	var before, between, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := 0; i < 1000; i++ {
		kept = &node{next: kept}
	}
	runtime.ReadMemStats(&between)
	fmt.Println(between.Mallocs-before.Mallocs >= 1000, between.TotalAlloc-before.TotalAlloc >= 100000, between.HeapObjects >= 1000)
	kept = nil
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Println(after.Frees-between.Frees >= 1000, after.HeapAlloc < between.HeapAlloc, after.NumGC-between.NumGC >= 2)
	fmt.Println(after.NumForcedGC-before.NumForcedGC, after.NextGC > 0, after.Sys > 0, after.HeapAlloc == after.Alloc, after.EnableGC)
}

func main() {
	fmt.Println(len(os.Args), os.Args[1:])
	os.Stdout.WriteString("out\n")
	fmt.Fprint(os.Stderr, "err\n")
	n, err := os.Stdout.Write(nil)
	fmt.Println(n, err, os.Stdout.Name(), os.Stderr.Name())

	for _, d := range []time.Duration{0, 1, -1, 999, 1000, 1001, 1500 * time.Microsecond, time.Second, -90 * time.Second, time.Hour + time.Millisecond, 1<<63 - 1, -1 << 63} {
		fmt.Println(d, d.Hours(), d.Minutes(), d.Seconds(), d.Milliseconds(), d.Microseconds(), d.Nanoseconds())
	}
	time.Sleep(time.Millisecond)
	time.Sleep(-1)

	collect()
	runtime.Gosched()
	fmt.Println(runtime.NumGoroutine(), runtime.GOOS, runtime.GOARCH, runtime.Compiler, runtime.Version(), runtime.NumCPU() > 0)
	runtime.GOMAXPROCS(1)
	fmt.Println(runtime.GOMAXPROCS(0), runtime.GOMAXPROCS(-1))
	x := new(int)
	runtime.KeepAlive(x)
	var e runtime.Error
	defer func() {
		e = recover().(runtime.Error)
		fmt.Println(e)
		os.Exit(300)
	}()
	var m map[string]int
	m["a"] = 1
}
