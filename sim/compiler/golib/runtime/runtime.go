// Package runtime is the program's view of the simulated runtime.
package runtime

// What is simulated.
const (
	GOOS     = "linux"
	GOARCH   = "amd64"
	Compiler = "gc"
)

// GC runs a whole collection, then finalizers.
func GC() {
	collect()
	Gosched()
}

func collect()

// Gosched lets other goroutines run, of which the one that calls finalizers is one.
func Gosched()

// NumCPU returns how many processors there are.
func NumCPU() int { return 1 }

var procs = 1

// GOMAXPROCS sets how many processors run goroutines, which one does in any case, and returns the setting before.
func GOMAXPROCS(n int) int {
	before := procs
	if n > 0 {
		procs = n
	}
	return before
}

// Version returns the version of Go.
func Version() string { return "go1.19.8" }

// NumGoroutine returns how many goroutines there are.
func NumGoroutine() int

// KeepAlive keeps x reachable up to here.
//
//go:noinline
func KeepAlive(x interface{}) {}

// SetFinalizer has finalizer called with obj once nothing else leads to it; nil takes that back.
func SetFinalizer(obj interface{}, finalizer interface{})

// MemStats is what the allocator and the collector count. What the simulation does not have is zero.
type MemStats struct {
	Alloc         uint64
	TotalAlloc    uint64
	Sys           uint64
	Lookups       uint64
	Mallocs       uint64
	Frees         uint64
	HeapAlloc     uint64
	HeapSys       uint64
	HeapIdle      uint64
	HeapInuse     uint64
	HeapReleased  uint64
	HeapObjects   uint64
	StackInuse    uint64
	StackSys      uint64
	MSpanInuse    uint64
	MSpanSys      uint64
	MCacheInuse   uint64
	MCacheSys     uint64
	BuckHashSys   uint64
	GCSys         uint64
	OtherSys      uint64
	NextGC        uint64
	LastGC        uint64
	PauseTotalNs  uint64
	PauseNs       [256]uint64
	PauseEnd      [256]uint64
	NumGC         uint32
	NumForcedGC   uint32
	GCCPUFraction float64
	EnableGC      bool
	DebugGC       bool
	BySize        [61]struct {
		Size    uint32
		Mallocs uint64
		Frees   uint64
	}
}

// ReadMemStats fills m.
func ReadMemStats(m *MemStats) {
	var counts [9]uint64
	memStats(&counts)
	m.TotalAlloc, m.Mallocs, m.Frees = counts[0], counts[1], counts[2]
	m.HeapAlloc, m.HeapSys, m.HeapObjects = counts[3], counts[4], counts[5]
	m.NextGC, m.NumGC, m.NumForcedGC = counts[6], uint32(counts[7]), uint32(counts[8])
	m.Alloc, m.Sys, m.HeapInuse, m.EnableGC = m.HeapAlloc, m.HeapSys, m.HeapAlloc, true
}

// memStats gives, in this order: bytes allocated in all, objects allocated, objects freed, bytes live, bytes mapped, objects
// live, bytes at which the next collection starts, collections, and those among them that were asked for.
//
//go:noescape
func memStats(counts *[9]uint64)
