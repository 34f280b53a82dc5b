package main

// Marking: the workloads of gc/examples/mark_bench, under the same names.
//
// runtime.GC() is a whole cycle: it finishes the sweep of the last one, marks, and sweeps to completion. So
// ns_per_object stands beside the simulator's ns_per_object, which is marking and sweeping too.

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// A node has 24 bytes, of which two words are pointers.
type node struct {
	left, right *node
	val         int64
}

const treeDepth = 22

var (
	markRoot *node
	markMap  map[int64]*T
)

// markTree makes a complete tree. The compiler evaluates the calls before it makes the node: children come first.
func markTree(depth int) *node {
	if depth == 0 {
		return nil
	}
	return &node{markTree(depth - 1), markTree(depth - 1), int64(depth)}
}

// markTreeRandom makes the same tree, with its nodes at random places: node i of the tree, counted breadth first, is the
// one that was made p[i]-th.
func markTreeRandom(depth int) *node {
	n := 1<<depth - 1
	made := make([]*node, n)
	for i := range made {
		made[i] = new(node)
	}
	p := perm(n)
	for i := range made {
		x := made[p[i]]
		x.val = int64(i)
		if child := 2*i + 1; child < n {
			x.left, x.right = made[p[child]], made[p[child+1]]
		}
	}
	return made[p[0]]
}

func markFillMap() {
	markMap = make(map[int64]*T)
	for i := 0; i < 1000000; i++ {
		markMap[key(i)] = &T{int64(i), 1}
	}
}

// markCollect prints the median CPU time of five collections. Live objects and bytes are the runtime's own count.
func markCollect(name string) {
	runtime.GC()
	runtime.GC()
	var times []float64
	for i := 0; i < 5; i++ {
		start := cpuNow()
		runtime.GC()
		times = append(times, float64(cpuNow()-start))
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	cpu := median(times)
	fmt.Printf("{\"name\":%q,\"objects\":%d,\"live_bytes\":%d,\"cpu_ns\":%.0f,\"ns_per_object\":%.2f,\"mb_per_s\":%.0f,\"procs\":%d}\n",
		name, stats.HeapObjects, stats.HeapAlloc, cpu, cpu/float64(stats.HeapObjects),
		float64(stats.HeapAlloc)/1e6/(cpu/1e9), runtime.GOMAXPROCS(0))
}

// marking runs the workloads whose names contain the filter.
func marking() {
	debug.SetGCPercent(-1)
	workloads := []struct {
		name  string
		setUp func()
	}{
		{"mark/tree", func() { markRoot = markTree(treeDepth) }},
		{"mark/tree+map", func() { markRoot = markTree(treeDepth); markFillMap() }},
		{"mark/map", markFillMap},
		{"mark/tree-random", func() { markRoot = markTreeRandom(treeDepth) }},
	}
	for _, w := range workloads {
		if !strings.Contains(w.name, filter) {
			continue
		}
		// The last workload's objects go before the next one's are made.
		markRoot, markMap = nil, nil
		runtime.GC()
		debug.FreeOSMemory()
		w.setUp()
		markCollect(w.name)
	}
	runtime.KeepAlive(markRoot)
	runtime.KeepAlive(markMap)
}
