// stale_iterator shows that a range loop of Go 1.19 can read freed memory.
//
// The map is cleared and filled again inside the loop. mapclear zeroes hmap.extra, and with it the list
// through which the iterator keeps overflow buckets alive: in a map without pointers nothing else
// does, once the map has grown. The loop goes on in the array it began with, follows the overflow
// word to a bucket that is freed and used again, and reports what lies there as keys.
package main

import (
	"fmt"
	"runtime"
)

// junk has the size of a bucket of map[uint64]struct{}.
type junk [10]uint64

var keep []*junk

func main() {
	for round := uint64(0); round < 200; round++ {
		m := map[uint64]struct{}{}
		for i := uint64(0); i < 9; i++ {
			m[i*7+round] = struct{}{}
		}
		first := true
		for k := range m {
			if !first {
				if _, ok := m[k]; !ok {
					fmt.Printf("round %d: range gave %#x, which is not in the map\n", round, k)
					return
				}
				continue
			}
			first = false
			for x := range m {
				delete(m, x)
			}
			for i := uint64(0); i < 40; i++ {
				m[1000+i] = struct{}{}
			}
			runtime.GC()
			keep = nil
			for i := 0; i < 20000; i++ {
				j := new(junk)
				for w := range j[:9] {
					j[w] = 0x4141414141414141
				}
				keep = append(keep, j)
			}
		}
	}
}
