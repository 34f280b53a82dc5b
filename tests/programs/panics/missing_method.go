// A type assertion to an interface that is not implemented.

package main

type T struct{}

func main() {
	var x interface{} = T{}
	println(x.(error).Error())
}
