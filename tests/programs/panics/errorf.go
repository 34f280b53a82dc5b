// A panic with what fmt.Errorf made.

package main

import "fmt"

func main() {
	fmt.Println("printed")
	panic(fmt.Errorf("wrapped %d: %v", 1, fmt.Sprint("x", 2)))
}
