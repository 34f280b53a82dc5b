// A store through a nil pointer.

package main

func main() {
	var p *[10]int
	p[3] = 1
}
