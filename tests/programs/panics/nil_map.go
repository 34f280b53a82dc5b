// An assignment to a nil map.

package main

func main() {
	var m map[string]int
	m["k"] = 1
}
