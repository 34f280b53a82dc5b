// A panic before main.

package main

var x = f()

func f() int { panic("too early") }

func main() { println("never", x) }
