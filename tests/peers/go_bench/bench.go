// Map workloads on the real Go runtime, one JSON line each: what the simulator's example map_bench is compared with.
//
//	go build -o bench . && GOMAXPROCS=1 GODEBUG=cpu.aes=off ./bench [-filter S] [-sizes N,N] | -mark | -peak NAME [-entries N]
//
// ns_per_op is CPU time of the whole process, so that the collector's work is in it, however many threads do it. A
// workload's definition stands in workloads.go, and must stay that of mapruntime/examples/map_bench.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// T is what pointer elems point to: 16 bytes without pointers.
type T struct{ a, b int64 }

// Results go here, so that no loop is dead code.
var sink int64

func key(i int) int64 { return int64(uint64(i) * 0x9e3779b97f4a7c15) }

func skey(i int) string { return fmt.Sprintf("%016x", uint64(key(i))) }

// perm is a fixed permutation of 0..n-1.
func perm(n int) []int32 {
	p := make([]int32, n)
	for i := range p {
		p[i] = int32(i)
	}
	x := uint64(88172645463325252)
	for i := n - 1; i > 0; i-- {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		j := x % uint64(i+1)
		p[i], p[j] = p[j], p[i]
	}
	return p
}

// cpuNow is the CPU time of this process so far, all threads, in nanoseconds.
func cpuNow() int64 {
	const clockProcessCPUTime = 2
	var ts syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockProcessCPUTime, uintptr(unsafe.Pointer(&ts)), 0)
	return ts.Nano()
}

func median(x []float64) float64 {
	sort.Float64s(x)
	return x[len(x)/2]
}

var filter string

// measure runs setup (untimed), if there is one, and then body (timed, n operations, again and again for a small n).
// It prints the median of the repetitions.
func measure(name string, n int, setup, body func()) {
	if body == nil || !strings.Contains(name, filter) {
		return
	}
	reps, inner := 1, 1
	if n < 1000000 {
		reps = 7
	}
	if n < 50000 {
		inner = 50000 / n
	}
	var before, after runtime.MemStats
	var cycles uint32
	var bytes uint64
	var wall, cpu []float64
	per := float64(inner) * float64(n)
	runtime.GC()
	for r := 0; r < reps; r++ {
		if setup != nil {
			setup()
			runtime.GC()
		}
		runtime.ReadMemStats(&before)
		c, t := cpuNow(), time.Now()
		for i := 0; i < inner; i++ {
			body()
		}
		wall = append(wall, float64(time.Since(t).Nanoseconds())/per)
		cpu = append(cpu, float64(cpuNow()-c)/per)
		runtime.ReadMemStats(&after)
		cycles += after.NumGC - before.NumGC
		bytes += after.TotalAlloc - before.TotalAlloc
	}
	fmt.Printf(`{"name":%q,"n":%d,"ns_per_op":%.2f,"wall_ns_per_op":%.2f,"gc_cycles":%.3f,"bytes_per_op":%.2f}`+"\n",
		name, n, median(cpu), median(wall), float64(cycles)/float64(reps*inner), float64(bytes)/(per*float64(reps)))
}

// peak builds one map, looks up every key, and prints the times and the most memory that this process ever had resident,
// with nothing taken off: Go's runtime and this program are in it, and stood at base_bytes before the map was made. Keys
// are computed, not stored.
func peak(name string, n int) {
	base, start := hwm(), cpuNow()
	var inserted int64
	var m any
	switch name {
	case "int64_int64":
		words := make(map[int64]int64)
		for i := 0; i < n; i++ {
			words[key(i)] = int64(i)
		}
		inserted = cpuNow()
		for i := 0; i < n; i++ {
			sink += words[key(i)]
		}
		m = words
	case "int64_ptr":
		objects := make(map[int64]*T)
		for i := 0; i < n; i++ {
			objects[key(i)] = &T{int64(i), 1}
		}
		inserted = cpuNow()
		for i := 0; i < n; i++ {
			sink += objects[key(i)].a
		}
		m = objects
	default:
		fail("-peak: expected int64_int64 or int64_ptr, got %q", name)
	}
	found, top, of := cpuNow(), hwm(), float64(n)
	fmt.Printf(`{"name":"peak/%s","n":%d,"peak_bytes":%d,"bytes_per_entry":%.1f,"base_bytes":%d,"insert_ns":%.1f,"hit_ns":%.1f}`+"\n",
		name, n, top, float64(top)/of, base, float64(inserted-start)/of, float64(found-inserted)/of)
	runtime.KeepAlive(m)
}

// hwm is the peak of this process's resident memory, in bytes.
func hwm() (bytes int64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		fail("%v", err)
	}
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(line, &bytes); err != nil {
		fail("no VmHWM in /proc/self/status: %v", err)
	}
	return bytes << 10
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
	os.Exit(2)
}

func main() {
	doMark := flag.Bool("mark", false, "measure marking instead of maps")
	doPeak := flag.String("peak", "", "memory and time of one large map: int64_int64 or int64_ptr")
	entries := flag.Int("entries", 1000000, "entries of that map")
	sizes := flag.String("sizes", "1000,100000,1000000", "entries")
	flag.StringVar(&filter, "filter", "", "only names that contain this")
	flag.Parse()
	if *doMark {
		marking()
		return
	}
	if *doPeak != "" {
		peak(*doPeak, *entries)
		return
	}
	for _, s := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			fail("-sizes: expected numbers of entries, got %q", s)
		}
		run(n)
	}
}
