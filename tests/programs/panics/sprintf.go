// A panic with a formatted string.

package main

import "fmt"

func main() { panic(fmt.Sprintf("%v %q", []int{1}, "q")) }
