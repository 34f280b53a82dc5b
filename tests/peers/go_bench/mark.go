package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type node struct{ left, right *node }

func tree(depth int) *node {
	if depth == 0 {
		return nil
	}
	return &node{tree(depth - 1), tree(depth - 1)}
}

// marking prints the time of a collection that finds a whole tree alive, per object.
func marking() {
	debug.SetGCPercent(-1)
	const objects = 1<<20 - 1
	root := tree(20)
	var cpu []float64
	runtime.GC()
	for i := 0; i < 5; i++ {
		start := cpuNow()
		runtime.GC()
		cpu = append(cpu, float64(cpuNow()-start)/objects)
	}
	fmt.Printf(`{"name":"tree","objects":%d,"ns_per_object":%.2f}`+"\n", objects, median(cpu))
	runtime.KeepAlive(root)
}
