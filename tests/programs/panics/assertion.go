// A type assertion to another type.

package main

func main() {
	var x interface{} = "s"
	println(x.(int))
}
