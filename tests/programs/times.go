// time: durations, and sleeping.

package main

import "time"

func main() {
	d := 1500 * time.Millisecond
	println(int64(d), d.Seconds(), d.String(), d > time.Second, int(time.Minute/time.Second))
	println((90 * time.Second).String(), (2*time.Hour + 3*time.Microsecond).String(), time.Duration(0).String(), (-5 * time.Nanosecond).String())
	time.Sleep(20 * time.Millisecond)
	time.Sleep(-1)
	time.Sleep(0)
	println("awake")
}
