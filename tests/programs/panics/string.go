// A panic with a string.

package main

func main() {
	print("no newline")
	panic("two\nlines")
}
