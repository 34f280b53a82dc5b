// time: that it goes forward.

package main

import "time"

func main() {
	start := time.Now()
	time.Sleep(20 * time.Millisecond)
	passed := time.Since(start)
	println(passed >= 20*time.Millisecond, passed < 10*time.Second, time.Now().Sub(start) >= passed)
}
