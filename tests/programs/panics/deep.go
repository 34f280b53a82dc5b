// A panic from deep below, with deferred calls on the way.

package main

func down(n int) {
	defer println("leaving", n)
	if n == 0 {
		panic("bottom")
	}
	down(n - 1)
}

func main() { down(3) }
