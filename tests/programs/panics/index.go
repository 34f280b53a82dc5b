// An index out of range.

package main

func main() {
	println("before")
	defer println("deferred")
	s := []int{1, 2, 3}
	i := len(s) + 2
	println(s[i])
}
